"""Runs that a killed command left as RUNNING: the next one that writes to the store closes them."""

from __future__ import annotations

import os
import socket
from typing import Any

PROCESS = "process"  # tag of a run: machine and process that write it


def this_process() -> dict[str, str]:
    """The tag of runs that this process writes."""
    return {PROCESS: f"{socket.gethostname()}/{os.getpid()}"}


def close_unfinished(client: Any, experiment: str) -> None:
    """Mark as KILLED what a process of this machine that is no more left as RUNNING; those of others are theirs."""
    for run in client.search_runs([experiment], "attributes.status = 'RUNNING'"):
        machine, _, process = run.data.tags.get(PROCESS, "").rpartition("/")
        if machine == socket.gethostname() and not _lives(int(process)):
            client.set_terminated(run.info.run_id, "KILLED")


def _lives(process: int) -> bool:
    if os.name != "posix":  # where to ask is to end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
