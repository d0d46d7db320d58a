"""Kinds beyond influencers and KOLs, each compared with every other under its own name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from predictor.definitions.closed_lists import KINDS
from predictor.forecasting.sampling import GroupSample, probability_of_superiority


@dataclass(frozen=True)
class KindsCompared:
    """Two kinds of which one is neither influencers nor KOLs: the probability that the average of `one` is superior.

    `per_money` is None where fewer than two of either have a quote, or quotes are in several currencies.
    """

    one: str
    other: str
    per_money: float | None
    per_creator: float


def other_kinds(samples: dict[tuple[str, str], GroupSample], mixed: bool) -> Iterator[KindsCompared]:
    """Every pair of kinds with two candidates each, but influencers and KOLs; samples of one comparison share their draws."""
    sides = {name: side for (by, name), side in samples.items() if by == "kind" and name and len(side.rows) > 1}
    for one, other in combinations(sides, 2):
        if {one, other} != {*KINDS}:
            first, second = sides[one], sides[other]
            priced = not mixed and min(number_compared(side, "per_money") for side in (first, second)) > 1
            money = probability_of_superiority(first.per_money, second.per_money) if priced else None
            yield KindsCompared(one, other, money, probability_of_superiority(first.each, second.each))


def number_compared(side: GroupSample, figure: str) -> int:
    """How many are compared: all for outcomes, those with a quote for money (none where everything is free)."""
    if figure == "each":
        return len(side.rows)
    return len(side.quoted) if side.quoted["fee"].sum() > 0 else 0
