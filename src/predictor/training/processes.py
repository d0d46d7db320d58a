"""Tasks spread over processes, which end when the process that started them does, however it ends."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from threading import Thread
from typing import Any

from predictor.definitions.formulas import packed, take_in

LOOK = 1.0  # seconds between two looks at the parent


def spread(tasks: Iterable[tuple[Callable[..., Any], tuple[Any, ...]]], jobs: int) -> Iterator[Any]:
    """What each task (a function and its arguments) gives, in the order in which they are done.

    A task is drawn and handed over when a process is free for it, for each holds its own copy of the data. With one job all is
    done here.
    """
    import joblib

    formulas = packed() if jobs != 1 else b""
    calls = (joblib.delayed(_watched)(os.getpid(), formulas, do, arguments) for do, arguments in tasks)
    return joblib.Parallel(n_jobs=jobs, return_as="generator_unordered", pre_dispatch="n_jobs", batch_size=1)(calls)  # type: ignore[no-any-return]


def _watched(asked_by: int, formulas: bytes, do: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    if os.getpid() != asked_by:
        _end_with_parent()
        take_in(formulas)
    return do(*arguments)


@cache
def _end_with_parent() -> None:
    Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK)
    os._exit(1)
