"""A mixed-integer linear program put together piece by piece, and solved by HiGHS."""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from scipy import sparse

INFEASIBLE, STOPPED = 2, 1  # what scipy.optimize.milp and linprog call them
LEAST = 1.0  # seconds that a search of all columns gets, however long that around the relaxation took
CORE = 200  # whole columns left open around the linear relaxation, where there are more than twice as many


Status = Literal["solved", "infeasible", "stopped"]


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

    status: Status
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
        """The columns that maximise the objective, to a relative `gap`, or the best found within `seconds`.

        Of many whole columns the linear relaxation decides all but a few. So those that it is surest of are held first, and what
        is found is proven where it lies within the gap of the relaxation's bound; else all are searched. The columns left open
        are the core of Balas and Zemel (1980), An algorithm for large zero-one knapsack problems.
        """
        low, high, gain, whole = (np.concatenate(parts) for parts in zip(*self.columns, strict=True))
        begun, core = time.monotonic(), Solution("stopped", None, -np.inf, np.inf)
        if whole.sum() > 2 * CORE:
            core = self._around_the_relaxation(low, high, gain, whole, gap, seconds)
            proven = core.values is not None and core.bound - core.objective <= gap * abs(core.objective)
            if proven or core.status == "infeasible":
                return core
        left = max(seconds - (time.monotonic() - begun), LEAST)
        found = self._searched(low, high, gain, whole, gap, left)
        if core.values is not None and core.objective > found.objective:
            return replace(core, status=found.status, bound=min(core.bound, found.bound))
        return found

    def _around_the_relaxation(
        self, low: np.ndarray, high: np.ndarray, gain: np.ndarray, whole: np.ndarray, gap: float, seconds: float
    ) -> Solution:
        """The best with all whole columns but the `CORE` most doubtful where the relaxation has them, and that one's bound."""
        relaxed = self._relaxed(low, high, gain, seconds)
        if relaxed.status != 0:
            return Solution("infeasible" if relaxed.status == INFEASIBLE else "stopped", None, -np.inf, np.inf)
        costs = np.abs(relaxed.lower.marginals + relaxed.upper.marginals)
        held = np.flatnonzero(whole)[np.argsort(costs[whole > 0], kind="stable")[CORE:]]
        held_low, held_high = low.copy(), high.copy()
        held_low[held] = held_high[held] = np.round(relaxed.x[held])
        found = self._searched(held_low, held_high, gain, whole, gap, seconds)
        status: Status = "solved" if found.values is not None else "stopped"
        return replace(found, status=status, bound=-float(relaxed.fun))

    def _relaxed(self, low: np.ndarray, high: np.ndarray, gain: np.ndarray, seconds: float) -> Any:
        """The solution in which no column need be whole, with what each bound costs (`marginals`)."""
        from scipy.optimize import linprog

        cells, least, most = self._rows()
        equal = least == most
        below, above = ~equal & np.isfinite(most), ~equal & np.isfinite(least)
        with SILENCE:
            return linprog(
                -gain, A_ub=sparse.vstack([cells[below], -cells[above]]), b_ub=np.concatenate([most[below], -least[above]]),
                A_eq=cells[equal], b_eq=most[equal], bounds=np.column_stack([low, high]), method="highs",
                options={"time_limit": seconds},
            )  # fmt: skip

    def _searched(
        self, low: np.ndarray, high: np.ndarray, gain: np.ndarray, whole: np.ndarray, gap: float, seconds: float
    ) -> Solution:
        from scipy.optimize import Bounds, LinearConstraint, milp

        with SILENCE:
            found = milp(
                -gain, integrality=whole, bounds=Bounds(low, high), constraints=LinearConstraint(*self._rows()),
                options={"mip_rel_gap": gap, "time_limit": seconds},
            )  # fmt: skip
        if found.x is None:
            return Solution("infeasible" if found.status == INFEASIBLE else "stopped", None, -np.inf, np.inf)
        bound = -found.mip_dual_bound if found.mip_dual_bound is not None else -found.fun
        return Solution("stopped" if found.status == STOPPED else "solved", found.x, -float(found.fun), float(bound))

    def _rows(self) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
        """The rows' cells (rows × columns), and the least and the most that each may come to."""
        if not self.limits:
            return sparse.csr_array((0, self.width)), np.empty(0), np.empty(0)
        data, rows, columns = (np.concatenate(parts) for parts in zip(*self.cells, strict=True))
        least, most = (np.concatenate(parts) for parts in zip(*self.limits, strict=True))
        return sparse.csr_array((data, (rows, columns)), shape=(self.height, self.width)), least, most
