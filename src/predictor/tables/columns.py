"""The columns between steps: what a scored list says of each target, and what a planner may assume of an outcome."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

Figure = Literal[
    "expected", "p10", "p50", "p90", "low", "high", "chance", "rule", "cost", "note", "why", "basis", "doubts", "assumed",
    "pooled", "currency", "unit",
]  # fmt: skip
Bound = Literal["low", "high"]

FORECAST: tuple[Figure, ...] = ("expected", "p10", "p50", "p90")  # counts for the whole booking
NUMBERS: tuple[Figure, ...] = (*FORECAST, "low", "high", "chance", "rule", "cost")
OF_MONEY: tuple[Figure, ...] = ("currency", "unit")  # of outcomes that are amounts
OF_STAND_INS: tuple[Figure, ...] = ("assumed", "pooled")  # whether a row is the planner's own, or by one rate for everybody
FIGURES: tuple[Figure, ...] = (*NUMBERS, "note", "why", "basis", "doubts", *OF_STAND_INS, *OF_MONEY)  # all of a target
LEVEL = re.compile(r"(_low|_high)_\d+(?:\.\d+)?$")  # how one of several intervals ends the name of its columns
BOUNDS: tuple[Bound, ...] = ("low", "high")


def scored_column(target: str, figure: Figure) -> str:
    """The column of a scored list that holds a figure of a target.

    >>> scored_column("engagement", "p10")
    'engagement_p10'
    """
    return f"{target}_{figure}"


def bound_columns(target: str, level: float) -> tuple[str, str]:
    """The columns that hold the ends of one of several intervals, by the probability that it holds the outcome.

    >>> bound_columns("engagement", 0.95), bound_columns("orders", 0.999)
    (('engagement_low_95', 'engagement_high_95'), ('orders_low_99.9', 'orders_high_99.9'))
    """
    return f"{target}_low_{100 * level:.6g}", f"{target}_high_{100 * level:.6g}"


def parse_scored_column(column: str, targets: Collection[str]) -> tuple[str, Figure] | None:
    """The target and the figure that a column of a scored list holds; None for any other column.

    >>> parse_scored_column("engagement_p10", ["engagement"]), parse_scored_column("engagement_rate", ["engagement"])
    (('engagement', 'p10'), None)
    >>> parse_scored_column("engagement_low_95", ["engagement"])
    ('engagement', 'low')
    """
    plain = LEVEL.sub(r"\1", column)
    return next(((target, figure) for target in targets for figure in FIGURES if scored_column(target, figure) == plain), None)


def assumed_column(outcome: str, bound: Bound) -> str:
    """The column in which a planner states an end of the range assumed for an outcome.

    >>> assumed_column("reach", "low")
    'assumed_reach_low'
    """
    return f"assumed_{outcome}_{bound}"
