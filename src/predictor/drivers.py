"""Why one kind brings more than the other for the same money, and what would have to be true for the other to win.

Outcome per money is audience per money times outcome per person in that audience. Both are compared between influencers and
KOLs, with the candidates of a kind standing for the kind: drawn again with replacement, an outcome from each one's forecast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from predictor.draws import shape_of

LEAST = 2  # candidates of a kind, with a fee and an audience
WORK = 4_000_000  # draws × candidates


@dataclass(frozen=True)
class Times:
    """How many times the KOLs' figure that of the influencers is, and from where to where in 80 % of the draws."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Drivers:
    """Influencers over KOLs: outcome `per_money` = `audience` per money × `rate`, the outcome per person of the audience."""

    per_money: Times
    audience: Times
    rate: Times
    influencers: int
    kols: int

    @property
    def behind(self) -> str:
        """The kind that brings less for the same money."""
        return "influencer" if self.per_money.value < 1 else "kol"

    @property
    def break_even(self) -> float:
        """The part of its fees that the kind behind would have to ask to draw level; the inverse is by what its rate would
        have to rise."""
        return min(self.per_money.value, 1 / self.per_money.value)


def drivers(rows: pd.DataFrame, whole: bool, draws: int = 2000, seed: int = 1) -> Drivers | None:
    """What drives the difference; None where either kind has too few candidates with a fee and an audience.

    Parameters
    ----------
    rows
        As `compare.candidates` returns them, with `followers`, in one currency.
    whole
        For outcomes that are rare counts.
    """
    audience = pd.to_numeric(rows["followers"], errors="coerce") if "followers" in rows else pd.Series(np.nan, rows.index)
    asked = rows.assign(followers=audience)[(audience > 0) & (rows["fee"] > 0) & (rows["expected"] > 0)]
    sides = [asked[asked["kind"] == kind] for kind in ("influencer", "kol")]
    if min(map(len, sides)) < LEAST:
        return None
    rng, draws = np.random.default_rng(seed), max(200, min(draws, WORK // len(asked)))
    here, there = (_figures(side, whole, draws, rng) for side in sides)
    straight = [_straight(side) for side in sides]
    found = {
        name: Times(float(straight[0][name] / straight[1][name]), *_eighty(here[name] / there[name]))
        for name in ("per_money", "audience", "rate")
    }
    return Drivers(**found, influencers=len(sides[0]), kols=len(sides[1]))


def _figures(rows: pd.DataFrame, whole: bool, draws: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    picked = rng.integers(0, len(rows), (draws, len(rows)))
    outcome = shape_of(rows).of(picked).outcomes(rng.standard_normal(picked.shape), whole, rng).sum(axis=1)
    people, fee = (rows[name].to_numpy(dtype=float)[picked].sum(axis=1) for name in ("followers", "fee"))
    outcome = np.maximum(outcome, 1e-9)
    return {"per_money": outcome / fee, "audience": people / fee, "rate": outcome / people}


def _straight(rows: pd.DataFrame) -> dict[str, float]:
    outcome, people, fee = (float(rows[name].sum()) for name in ("expected", "followers", "fee"))
    return {"per_money": outcome / fee, "audience": people / fee, "rate": outcome / people}


def _eighty(values: np.ndarray) -> tuple[float, float]:
    low, high = np.quantile(values, (0.1, 0.9))
    return float(low), float(high)
