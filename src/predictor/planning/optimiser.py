"""The bookings that bring most within rules: an exact mixed-integer program, and why no choice fits where none does.

Exact: `best_choice` proves its choice to within the gap it returns, for the mean, for unique reach, and for the tail of the
given scenarios. Approximate: a tail over scenarios stands for the tail of the forecasts (sample average approximation), which
is why `candidate_solutions` proposes several choices that fresh draws have to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

import numpy as np
from scipy import sparse

from predictor.planning.milp import Program

GAP, SECONDS = 1e-3, 20.0  # how far from the bound a choice may stay, and how long the search for it may take
ROUGH = 5e-3  # the gap for a choice that fresh draws will judge anyway
WEIGHTS = (0.25, 0.5, 0.75, 1.0)  # of the tail beside the mean, along the frontier
BOLDNESS = (0.25, 0.5, 1.0)  # standard deviations taken off an expected value for safety, or added for a far goal
PROMISING = 300  # rows with the most outcome for their fee, among which tails are searched
TOLERANCE = 2e-6  # what HiGHS may overstep in a row whose largest coefficient is 1, doubled


@dataclass(frozen=True)
class Constraint:
    """A named group of constraints on the rows chosen: `low <= rows @ chosen + of_spend * total fee <= high`.

    `rows` is sparse (m × n); `low`, `high` and `of_spend` are one number or (m,).
    """

    name: str
    rows: Any
    low: Any = -np.inf
    high: Any = np.inf
    of_spend: Any = 0.0


@dataclass(frozen=True)
class Overlap:
    """Unique outcomes of candidates that share an audience, as concave lines.

    `groups` (n,) numbers each candidate's group, -1 for none. `points[g]` is (k × 2): from the plain sum of the group's values to
    what is unique of it, starting at the sum 0 and level after the last point.
    """

    groups: np.ndarray
    points: tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Choice:
    """Rows chosen (positions, ascending), the objective they reach, and the bound that no choice can pass.

    A search that stopped at its gap is called optimal by the solver; `gap`, relative to the objective, says how far that is.
    """

    chosen: np.ndarray
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """How much better, relative to the objective, a choice could at most be."""
        return max(0.0, self.bound - self.objective) / max(abs(self.objective), 1e-9)


class NoChoice(Exception):
    """No choice keeps all rules; `rules` names those in conflict, of which none can be left out (empty: none found in time)."""

    def __init__(self, rules: tuple[str, ...]):
        self.rules = rules
        super().__init__(f"no choice keeps these rules together: {', '.join(rules)}")


@dataclass(frozen=True)
class TailRisk:
    """What the bad end of scenarios counts for: (1 - weight) × mean + weight × mean of the worst `share` of the scenarios.

    With a `goal` the tail is what the scenarios miss of the goal instead, on average. `scenarios` is (scenarios × n). Maximising
    such a tail is a linear program: Rockafellar and Uryasev (2000), Optimization of conditional value-at-risk.
    """

    scenarios: np.ndarray
    weight: float
    share: float = 0.2
    goal: float | None = None


def best_choice(
    value: np.ndarray, fee: np.ndarray, rules: Sequence[Constraint], *, overlap: Overlap | None = None,
    tail: TailRisk | None = None,
    gap: float = GAP, seconds: float = SECONDS,
) -> Choice:  # fmt: skip
    """The rows that maximise the total value within the rules.

    Parameters
    ----------
    value, fee
        Expected outcome and price of each row (n,), finite; the outcomes not below 0.
    overlap
        Where groups share an audience: their unique outcome counts instead of the plain sum.
    tail
        Where bad ends count beside the mean.

    Raises
    ------
    NoChoice
        Where no rows keep all rules, with the rules in conflict; without names where the time was up first.
    """
    unit = max(float(np.max(value, initial=0.0)), 1e-12)
    for tighter in (0.0, TOLERANCE):  # the solver's tolerance may let a rule be overstepped by a trifle
        program = _program(fee, rules, tighter)
        _gain(program, value / unit, overlap, tail, unit)
        found = program.solve(gap, seconds)
        if found.values is None:
            break
        chosen = np.flatnonzero(found.values[: len(value)] > 0.5)
        if _kept(chosen, fee, rules):
            return Choice(chosen, found.objective * unit, found.bound * unit)
    raise NoChoice(_conflict(fee, rules, seconds, tighter) if found.status == "infeasible" else ())


def candidate_solutions(
    value: np.ndarray, fee: np.ndarray, rules: Sequence[Constraint], scenarios: np.ndarray, *, goal: float | None = None,
    overlap: Overlap | None = None, gap: float = ROUGH, seconds: float = SECONDS / 2,
    keep_going: Callable[[], bool] = lambda: True,
) -> list[Choice]:  # fmt: skip
    """Choices from which fresh draws can pick the safest, or with a `goal` the likeliest to reach it; the best mean comes first.

    For safety, a frontier from the best mean to the best mean of the worst fifth, and choices that count some of the spread as
    loss. For a goal, the least that scenarios miss of it, and choices that count some of the spread as gain (a goal above what an
    average result brings wants boldness). Tails are searched among the `PROMISING` rows and those chosen without a tail, so their
    bounds hold among these rows only. `keep_going` is asked before each search; once it says no, those found so far are all.
    """
    found = [best_choice(value, fee, rules, overlap=overlap)]
    spread = scenarios.std(axis=0) * (-1 if goal is None else 1)
    for boldness in takewhile(lambda _: keep_going(), BOLDNESS):
        with suppress(NoChoice):  # the time was up: the rules can be kept, as the first choice shows
            worth = np.maximum(value + boldness * spread, 0)
            found.append(best_choice(worth, fee, rules, overlap=overlap, gap=gap, seconds=seconds))
    keep = _promising(value, fee, found)
    limits = [replace(rule, rows=sparse.csr_array(rule.rows)[:, keep]) for rule in rules]
    shared = None if overlap is None else replace(overlap, groups=overlap.groups[keep])
    for weight in takewhile(lambda _: keep_going(), WEIGHTS):
        with suppress(NoChoice):
            tail = TailRisk(scenarios[:, keep], weight, goal=goal)
            choice = best_choice(value[keep], fee[keep], limits, overlap=shared, tail=tail, gap=gap, seconds=seconds)
            found.append(replace(choice, chosen=keep[choice.chosen]))
    distinct = {tuple(choice.chosen): choice for choice in reversed(found)}
    return list(reversed(distinct.values()))


def _promising(value: np.ndarray, fee: np.ndarray, found: Sequence[Choice]) -> np.ndarray:
    """Rows that some choice holds, and those that bring most for their fee; among them the rules can be kept."""
    by_price = np.argsort(fee / np.maximum(value, 1e-12), kind="stable")[:PROMISING]
    return np.unique(np.concatenate([by_price, *(choice.chosen for choice in found)]))


def _program(fee: np.ndarray, rules: Sequence[Constraint], tighter: float = 0.0) -> Program:
    """One column a row to choose, one for the spend, and the rules, scaled because the solver's tolerance is absolute."""
    program, count = Program(), len(fee)
    unit = max(float(fee.max(initial=0.0)), 1e-12)
    first = program.add_columns(count, 0, 1, whole=True)
    spend = program.add_columns(1, 0, np.inf)
    program.add_rows({first: fee[None, :] / unit, spend: np.array([[-1.0]])}, 0, 0)
    for rule in rules:
        rows = sparse.csr_array(rule.rows)
        size = abs(rows).max(axis=1).toarray().ravel() if rows.nnz else np.zeros(rows.shape[0])
        size = np.where(size > 0, size, 1.0)
        low, high = rule.low / size, rule.high / size
        low, high = np.minimum(low + tighter, high), np.maximum(high - tighter, low)
        of_spend = np.reshape(rule.of_spend * unit / size, (-1, 1))
        program.add_rows({first: sparse.diags_array(1 / size) @ rows, spend: of_spend}, low, high)
    return program


def _kept(chosen: np.ndarray, fee: np.ndarray, rules: Sequence[Constraint]) -> bool:
    spend = fee[chosen].sum()
    for rule in rules:
        reached = sparse.csr_array(rule.rows)[:, chosen].sum(axis=1) + rule.of_spend * spend
        slack = 1e-9 * np.maximum(1.0, np.abs(reached))
        if (reached < rule.low - slack).any() or (reached > rule.high + slack).any():
            return False
    return True


def _gain(program: Program, value: np.ndarray, overlap: Overlap | None, tail: TailRisk | None, unit: float) -> None:
    """The objective: the mean, and the tail where one is asked for."""
    weight = tail.weight if tail is not None else 0.0
    pieces = _outcome(program, value[None, :], overlap, unit)
    mean = program.add_columns(1, -np.inf, np.inf, gain=1 - weight)
    program.add_rows({**pieces, mean: np.array([[-1.0]])}, 0, np.inf)
    if tail is None or weight == 0:
        return
    scenarios = tail.scenarios / unit
    count = len(scenarios)
    share = tail.share if tail.goal is None else 1.0
    short = program.add_columns(count, 0, np.inf, gain=-weight / (share * count))
    pieces = {**_outcome(program, scenarios, overlap, unit), short: sparse.eye_array(count)}
    if tail.goal is not None:
        program.add_rows(pieces, tail.goal / unit, np.inf)
        return
    level = program.add_columns(1, -np.inf, np.inf, gain=weight)
    program.add_rows({**pieces, level: -np.ones((count, 1))}, 0, np.inf)


def _outcome(program: Program, values: np.ndarray, overlap: Overlap | None, unit: float) -> dict[int, Any]:
    """Pieces of a row that hold the outcome of what is chosen, one row for each row of `values`."""
    if overlap is None:
        return {0: sparse.coo_array(values)}
    count, size = len(values), len(overlap.points)
    plain = np.where(overlap.groups < 0, values, 0.0)
    sums, unique = program.add_columns(count * size, 0, np.inf), program.add_columns(count * size, 0, np.inf)
    grouped = [np.where(overlap.groups == g, values[s], 0.0) for s in range(count) for g in range(size)]
    if grouped:
        program.add_rows({0: sparse.csr_array(np.array(grouped)), sums: -sparse.eye_array(count * size)}, 0, 0)
        # No more is unique of a group than of each alone: without this a tenth of a giant would pass for a tenth of one audience.
        alone = [
            np.where(overlap.groups == g, np.interp(values[s], *(points.T / unit)), 0.0)
            for s in range(count)
            for g, points in enumerate(overlap.points)
        ]
        program.add_rows({0: sparse.csr_array(np.array(alone)), unique: -sparse.eye_array(count * size)}, 0, np.inf)
    lines = np.array([(group, *line) for group, points in enumerate(overlap.points) for line in _lines(points, unit)]).reshape(
        -1, 3
    )
    places = (np.arange(count) * size + lines[:, :1].astype(int)).ravel()  # one row a line and scenario
    at = sparse.csr_array((np.ones(len(places)), (np.arange(len(places)), places)), shape=(len(places), count * size))
    slopes, starts = np.repeat(lines[:, 1], count), np.repeat(lines[:, 2], count)
    program.add_rows({unique: at, sums: sparse.diags_array(-slopes) @ at}, -np.inf, starts)
    adds = sparse.kron(sparse.eye_array(count), np.ones((1, size)))
    return {0: sparse.coo_array(plain), unique: adds} if size else {0: sparse.coo_array(plain)}


def _lines(points: np.ndarray, unit: float) -> list[tuple[float, float]]:
    """Slope and start of each line through two neighbouring points, then the level after the last."""
    x, y = points.T / unit
    slopes = np.diff(y) / np.diff(x)
    if x[0] != 0 or y[0] != 0 or (np.diff(x) <= 0).any() or (np.diff(slopes) > 1e-9).any() or (slopes < 0).any():
        raise ValueError(f"got the points {points.tolist()}; they start at 0 and 0, rise, and rise ever less.")
    return [*zip(slopes.tolist(), (y[:-1] - slopes * x[:-1]).tolist(), strict=True), (0.0, float(y[-1]))]


def _conflict(fee: np.ndarray, rules: Sequence[Constraint], seconds: float, tighter: float) -> tuple[str, ...]:
    """Rules that cannot be kept together and of which none can go: the deletion filter of Chinneck and Dravnieks (1991)."""
    kept = list(rules)
    for rule in rules:
        rest = [other for other in kept if other is not rule]
        if _program(fee, rest, tighter).solve(1.0, seconds).status == "infeasible":
            kept = rest
    return tuple(rule.name for rule in kept)
