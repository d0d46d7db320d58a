"""One command in a process of its own, with limits: it ends in time, in little memory, with a sentence or an answer.

The process is a fork of this one, so nothing is imported again; `DEADLINE` and `MEMORY` are what no bad input may take.
"""

import gc
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from predictor.cli.main import main

DEADLINE = 10  # seconds
MEMORY = 10**9  # bytes above what this process has


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code (negative: killed by that signal), what it printed, and how long it took."""

    code: int
    out: str
    err: str
    seconds: float


def run_apart(*arguments: object, room: int | None = None, **environment: str) -> Ended:
    """Run `predictor` with these arguments; with `room` no file can grow beyond so many bytes, as on a full disk."""
    return apart(lambda: main([*map(str, arguments)]), room, environment)


def apart(call: Callable[[], Any], room: int | None = None, environment: dict[str, str] | None = None) -> Ended:
    """Call something in a process of its own; an exception is a traceback in `err` and exit code 1, as in a command."""
    began = time.monotonic()
    pipes = [os.pipe() for _ in range(2)]  # files would be full as any other where there is no `room`
    child = os.fork()
    if not child:
        _in_the_child(call, pipes[0][1], pipes[1][1], room, environment or {})
    for _, written in pipes:
        os.close(written)
    with ThreadPoolExecutor(2) as readers:
        out, err = readers.map(_whole, [read for read, _ in pipes])
    _, status, _ = os.wait4(child, 0)
    return Ended(os.waitstatus_to_exitcode(status), out, err, time.monotonic() - began)


def _whole(pipe: int) -> str:
    with open(pipe, encoding="utf-8", errors="replace") as file:
        return file.read()


def _in_the_child(call: Callable[[], Any], out: int, err: int, room: int | None, environment: dict[str, str]) -> None:
    code = 1
    try:
        gc.freeze()  # what came with the fork is not gone through again
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(DEADLINE)
        here = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (here + MEMORY, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        os.environ.update(environment)
        if room is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        code = _code_of(call)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _code_of(call: Callable[[], Any]) -> int:
    try:
        call()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
        return 1
    return 0


def told(ended: Ended, *places: str) -> None:
    """The rule for what must be refused: exit code 2, and a sentence that names the place."""
    assert ended.code == 2, shown(ended)
    assert "Traceback" not in ended.err + ended.out, shown(ended)
    assert any(place in ended.err for place in places), f"none of {places} in {shown(ended)}"


def answered(ended: Ended) -> None:
    """The rule for what can be answered."""
    assert ended.code == 0 and "Traceback" not in ended.err, shown(ended)


def shown(ended: Ended) -> str:
    """How a command ended, for a person."""
    how = {-signal.SIGALRM: f"no end within {DEADLINE} s"}.get(ended.code, f"code {ended.code}")
    return f"{how} after {ended.seconds:.1f} s\n{ended.out[-1500:]}\n{ended.err[-3000:]}"
