"""What a line-up is: three plans within a budget, how they compare, and what more or less money would do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import pandas as pd

from predictor.forecasting.sampling import OutcomeCorrelations
from predictor.planning.comparison import Label
from predictor.planning.drivers import verdict_of
from predictor.planning.rules import LineupConstraints

PLAIN = (
    "goal", "target", "outcome", "cost_per", "units", "currency", "in_money", "candidates", "without_quote", "without_forecast",
    "unchecked", "absent", "unique", "overlaps", "invented", "model_version",
)  # fmt: skip
OF_PLAN = ("name", "spend", "expected", "low", "high", "reaches", "cost", "thin", "assumed", "gap", "people", "conflict")
OF_BOOKING = (
    "line", "creator_id", "name", "platform", "kind", "format", "posts", "fee", "fee_terms", "expected", "p10", "p50", "p90",
    "unseen", "assumed",
)  # fmt: skip

MIX = "mix"


def plan_of(kind: str) -> str:
    """The name of the plan that is made of one kind."""
    return f"{kind}s"


@dataclass(frozen=True)
class Returns:
    """An outcome in money beside the fees: how many times these, with an 80% interval, and the chance of at least as much."""

    expected: float
    low: float
    high: float
    chance: float


@dataclass(frozen=True)
class Beside:
    """What a plan's bookings bring of another outcome than that they were chosen for, in draws of both together.

    `low` and `high` hold 80% of the draws; `bookings` are those that have a forecast of it, and `returns` is there where it is
    money in the currency of the fees.
    """

    target: str
    outcome: Label
    currency: str | None
    expected: float
    low: float
    high: float
    bookings: int
    returns: Returns | None


@dataclass(frozen=True)
class Plan:
    """Who would be booked and what that brings; `conflict` names the rules that no such plan can keep together.

    `low` and `high` hold 80% of the draws, `reaches` is the chance of the count asked for, `cost` the spend per unit of the
    expected outcome, `thin` the share of bookings forecast without a record, `assumed` the share of the expected outcome that is
    the planner's own assumption, `gap` how much better a plan could at most be, and `people` how many different ones it is
    expected to reach, where reach was forecast and an assumption says how audiences overlap; `returns` is there where the outcome
    is money and the fees are not nothing; `others` are its other outcomes. `kind` is the one that it is made of, None for the mix
    of all kinds; `kinds` are those of the list.
    """

    name: str
    kind: str | None
    rows: pd.DataFrame
    spend: float
    expected: float
    low: float
    high: float
    reaches: float | None
    cost: float | None
    thin: float
    assumed: float
    gap: float
    people: float | None = None
    returns: Returns | None = None
    others: tuple[Beside, ...] = ()
    conflict: tuple[str, ...] | None = None
    kinds: tuple[str, ...] = ()

    @property
    def found(self) -> bool:
        """Whether there is such a plan."""
        return self.conflict is None


@dataclass(frozen=True)
class PlanComparison:
    """The probability of superiority of the plan `one` over the `other`, both on the same draws."""

    one: str
    other: str
    chance: float

    @property
    def verdict(self) -> Literal["likely", "unlikely", "close"]:
        """Whether the first is ahead."""
        return verdict_of(self.chance, "likely", "unlikely")


@dataclass(frozen=True)
class Point:
    """What the best plan for a budget brings; `marginal` is the outcome per unit of money added since the budget before."""

    budget: float
    spend: float
    expected: float
    low: float
    high: float
    marginal: float | None


@dataclass(frozen=True)
class Lineup:
    """Three plans side by side, how they compare, and what more or less money would do."""

    goal: str
    target: str
    outcome: Label
    cost_per: Label
    units: int
    currency: str | None
    in_money: bool
    rules: LineupConstraints
    plans: tuple[Plan, ...]
    duels: tuple[PlanComparison, ...]
    frontier: tuple[Point, ...]
    candidates: int
    persons: int
    without_quote: int
    without_forecast: int
    unchecked: tuple[str, ...]
    absent: tuple[str, ...]
    shocks: OutcomeCorrelations
    unique: bool
    overlaps: int
    invented: bool
    model_version: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON: the bookings of each plan by their line in the file, the creator's id and figures."""
        plain = {name: getattr(self, name) for name in PLAIN}
        plans = [_plain_plan(plan) for plan in self.plans]
        lists = {
            "duels": [{**asdict(duel), "verdict": duel.verdict} for duel in self.duels],
            "frontier": [*map(asdict, self.frontier)],
        }
        proposed = self.proposed.name if self.proposed is not None else None
        return {
            **plain,
            "rules": self.rules.model_dump(mode="json"),
            "shocks": self.shocks.to_json(),
            "plans": plans,
            **lists,
            "proposed": proposed,
        }

    @property
    def proposed(self) -> Plan | None:
        """The plan to sign: the mix, which holds the other two as special cases; else the one there is."""
        there = [plan for plan in self.plans if plan.found]
        return next((plan for plan in there if plan.name == MIX), max(there, key=lambda plan: plan.expected, default=None))


def _plain_plan(plan: Plan) -> dict[str, Any]:
    returns = None if plan.returns is None else asdict(plan.returns)
    plain = {**{name: getattr(plan, name) for name in OF_PLAN}, "returns": returns, "others": [*map(asdict, plan.others)]}
    return {**plain, "bookings": _plain_rows(plan.rows)}


def _plain_rows(rows: pd.DataFrame) -> list[dict[str, Any]]:
    bookings = rows[[column for column in OF_BOOKING if column in rows]].astype(object)
    return bookings.where(bookings.notna(), None).to_dict("records")
