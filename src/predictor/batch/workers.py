"""Worker processes that take numbered pieces of work: each has a pipe of its own and never more than two pieces at hand.

Processes, because half of the work is Python and threads would wait for each other; few at hand, so that a slow one does not
fill the memory.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from multiprocessing import connection, get_context
from queue import SimpleQueue
from threading import Thread
from typing import Any

from predictor.definitions.formulas import packed, take_in
from predictor.errors import RowsError

WAITING = 2  # pieces that a worker has at hand: the one it does and the next


class Crew:
    """Who has how many pieces at hand; nobody is given any before it is up.

    Parameters
    ----------
    workers
        The most processes.
    do
        A function of a module: of a piece's number, the piece, and what is shared. `results` raises its RowsError or OSError.
    shared
        What every piece is done with: sent once.
    """

    def __init__(self, workers: int, do: Callable[..., Any], shared: tuple[Any, ...]) -> None:
        self._most, self._do, self._shared = workers, do, shared
        self._workers: list[tuple[Any, Any]] = []
        self._at_hand: list[int | None] = []

    def start(self) -> None:
        """Start every worker, if that was not done yet."""
        context = get_context("spawn")
        for _ in range(self._most - len(self._workers)):
            ours, theirs = context.Pipe()
            worker = context.Process(target=_work, args=(theirs, self._do), daemon=True)
            worker.start()
            theirs.close()
            self._workers.append((worker, ours))
            self._at_hand.append(None)

    def full(self) -> bool:
        """Whether nobody can take another piece now."""
        return all(count is None or count >= WAITING for count in self._at_hand)

    def busy(self) -> bool:
        """Whether any worker has something at hand."""
        return any(self._at_hand)

    def give(self, number: int, piece: Any) -> None:
        """Hand a piece to the worker with the least at hand."""
        counts = {place: count for place, count in enumerate(self._at_hand) if count is not None}
        free = min(counts, key=counts.__getitem__)
        self._at_hand[free] = counts[free] + 1
        self._send(free, (number, piece))

    def results(self, wait: bool) -> dict[int, Any]:
        """What has been finished by now, with `wait` at least one piece.

        Raises
        ------
        ChildProcessError
            Where a worker has died.
        """
        finished: dict[int, Any] = {}
        pipes: dict[Any, int] = {pipe: at for at, (_, pipe) in enumerate(self._workers)}
        ready: list[Any] = connection.wait(list(pipes), None if wait else 0)
        for pipe in ready:
            try:
                answer = pipe.recv()
            except (EOFError, OSError):
                raise ChildProcessError from None
            if isinstance(answer, OSError):
                raise answer
            if isinstance(answer, list):
                raise RowsError(answer)
            if answer is None:  # it is up
                self._at_hand[pipes[pipe]] = 0
                self._send(pipes[pipe], (packed(), self._shared))
            else:
                self._at_hand[pipes[pipe]] = (self._at_hand[pipes[pipe]] or 0) - 1
                finished[answer[0]] = answer[1]
        return finished

    def stop(self) -> None:
        """End every worker."""
        for worker, pipe in self._workers:
            pipe.close()
            worker.terminate()
        for worker, _ in self._workers:
            worker.join()

    def _send(self, place: int, what: Any) -> None:
        try:
            self._workers[place][1].send(what)
        except OSError:  # its end of the pipe is gone
            raise ChildProcessError from None


def _work(pipe: Any, do: Callable[..., Any]) -> None:
    """Say that one is up, receive what is shared, and do the pieces as they come, until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the main process hears Ctrl-C and ends its workers
    heard: SimpleQueue[Any] = SimpleQueue()
    # A batch is larger than what a pipe holds: without a listener the main process would wait until this one has done another.
    Thread(target=_listen, args=(pipe, heard), daemon=True).start()
    pipe.send(None)
    if (first := heard.get()) is None:
        return
    formulas, shared = first
    take_in(formulas)
    while (given := heard.get()) is not None:
        try:
            pipe.send((given[0], do(*given, *shared)))
        except RowsError as problem:
            pipe.send(problem.faults)
        except OSError as problem:
            pipe.send(OSError(problem.errno, problem.strerror or str(problem)))


def _listen(pipe: Any, heard: SimpleQueue[Any]) -> None:
    """Take what comes out of a pipe as it comes; None once it is closed."""
    while True:
        try:
            heard.put(pipe.recv())
        except (EOFError, OSError):
            heard.put(None)
            return
