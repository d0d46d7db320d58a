"""A mixed-integer linear program put together piece by piece, and solved by HiGHS."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from scipy.optimize import LinearConstraint

INFEASIBLE, STOPPED = 2, 1  # what scipy.optimize.milp calls them


@dataclass
class Silence:
    """Keeps the solver's own remarks, which it writes past Python, out of what a command prints.

    Standard output belongs to the process: of solvers at work in several threads, the first to come shuts it and the last to go
    opens it again, or one would keep what another had shut.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    inside: int = 0
    kept: int = -1

    def __enter__(self) -> None:
        with self.lock:
            self.inside += 1
            if self.inside == 1:
                sys.stdout.flush()
                self.kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, 1)
                os.close(nowhere)

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.inside -= 1
            if self.inside == 0:
                os.dup2(self.kept, 1)
                os.close(self.kept)


SILENCE = Silence()  # one a process, as its standard output is


@dataclass(frozen=True)
class Solution:
    """The columns' values (None where there are none), the objective, and the bound that no solution can pass."""

    status: Literal["solved", "infeasible", "stopped"]
    values: np.ndarray | None
    objective: float
    bound: float


@dataclass
class Program:
    """Columns and rows so far; a row is a linear expression kept between two numbers."""

    width: int = 0
    height: int = 0
    columns: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)
    cells: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)
    limits: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)

    def add_columns(self, count: int, low: float, high: float, gain: Any = 0.0, whole: bool = False) -> int:
        """Add `count` columns with their bounds and what one unit adds to the objective; returns the first one's place."""
        every = np.ones(count)
        self.columns.append((every * low, every * high, every * gain, every * whole))
        self.width += count
        return self.width - count

    def add_rows(self, pieces: dict[int, Any], low: Any, high: Any) -> None:
        """Add rows, `low <= sum of the pieces <= high`: a piece is a matrix (rows × columns) by the place of its first column."""
        found = [sparse.coo_array(piece) for piece in pieces.values()]
        count = found[0].shape[0]
        for start, piece in zip(pieces, found, strict=True):
            self.cells.append((piece.data, piece.coords[0] + self.height, piece.coords[1] + start))
        self.limits.append((np.ones(count) * low, np.ones(count) * high))
        self.height += count

    def solve(self, gap: float, seconds: float) -> Solution:
        """The columns that maximise the objective, to a relative `gap`, or the best found within `seconds`."""
        from scipy.optimize import Bounds, milp

        low, high, gain, whole = (np.concatenate(parts) for parts in zip(*self.columns, strict=True))
        with SILENCE:
            found = milp(
                -gain, integrality=whole, bounds=Bounds(low, high), constraints=self._constraints(),
                options={"mip_rel_gap": gap, "time_limit": seconds},
            )  # fmt: skip
        if found.x is None:
            return Solution("infeasible" if found.status == INFEASIBLE else "stopped", None, -np.inf, np.inf)
        bound = -found.mip_dual_bound if found.mip_dual_bound is not None else -found.fun
        return Solution("stopped" if found.status == STOPPED else "solved", found.x, -float(found.fun), float(bound))

    def _constraints(self) -> LinearConstraint | None:
        from scipy.optimize import LinearConstraint

        if not self.limits:
            return None
        data, rows, columns = (np.concatenate(parts) for parts in zip(*self.cells, strict=True))
        low, high = (np.concatenate(parts) for parts in zip(*self.limits, strict=True))
        return LinearConstraint(sparse.csc_array((data, (rows, columns)), shape=(self.height, self.width)), low, high)
