"""Why one kind brings more than the other for the same money, and what would have to be true for the other to win.

Outcome per money is audience per money times outcome per person in that audience. Both are compared between influencers and
KOLs, with the candidates of a kind standing for the kind: drawn again with replacement, an outcome from each one's forecast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
import pandas as pd

from predictor.definitions.closed_lists import KINDS
from predictor.forecasting.sampling import INTERVAL, GroupSample, SharedShock, probability_of_superiority, two_piece_normals

MIN_CANDIDATES = 2  # candidates of a kind, with a fee and an audience
MAX_DRAWN = 2_500_000  # outcomes drawn for one question (draws × candidates): long lists get fewer repetitions
LIKELY, UNLIKELY = 0.8, 0.2  # chances from which the first of two is called ahead, and up to which the other is

Called = TypeVar("Called", bound=str)


def verdict_of(chance: float, one: Called, other: Called) -> Called | Literal["close"]:
    """Which of two is called ahead, by the probability of superiority of the first."""
    return one if chance >= LIKELY else other if chance <= UNLIKELY else "close"


@dataclass(frozen=True)
class Ratio:
    """How many times the KOLs' figure that of the influencers is, and from where to where in 80 % of the draws."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Drivers:
    """Influencers over KOLs: outcome `per_money` = `audience` per money × `rate`, the outcome per person of the audience.

    `ahead` is the chance that a person of the influencers' audience brings more than one of the KOLs': equal audiences compared.
    """

    per_money: Ratio
    audience: Ratio
    rate: Ratio
    ahead: float
    influencers: int
    kols: int


@dataclass(frozen=True)
class BreakEven:
    """At what fees the kinds would break even: the kind `behind`, and the part of its fees that it would have to ask.

    At `break_even` both bring the same for the same money, as they also would if the kind behind brought 1 / `break_even` times
    as much for the fees asked; at `likely` it would be ahead with a chance of 80 %, which is None where fees cannot tell.
    """

    behind: str
    break_even: float
    likely: float | None


def break_even_between(influencers: GroupSample, kols: GroupSample) -> BreakEven | None:
    """How far the kind that brings less for the same money is behind; None where either has no price or brings nothing.

    The draws are those by which the kinds are compared, so that with such fees the comparison says the same.
    """
    values = [_value(side) for side in (influencers, kols)]
    if min(len(side.quoted) for side in (influencers, kols)) < MIN_CANDIDATES or not all(0 < value < np.inf for value in values):
        return None
    ratio = values[0] / values[1]
    behind, ahead = (influencers, kols) if ratio < 1 else (kols, influencers)
    with np.errstate(divide="ignore", invalid="ignore"):
        likely = float(np.quantile(behind.per_money / ahead.per_money, 1 - LIKELY, method="lower"))
    return BreakEven("influencer" if ratio < 1 else "kol", min(ratio, 1 / ratio), likely if 0 < likely < np.inf else None)


def _value(side: GroupSample) -> float:
    fee = float(side.quoted["fee"].sum())
    return float(side.quoted["expected"].sum()) / fee if fee > 0 else np.inf


def drivers(rows: pd.DataFrame, whole: bool, campaign: float = 0.0, draws: int = 2000, seed: int = 1) -> Drivers | None:
    """What drives the difference; None where either kind has too few candidates with a fee and an audience.

    Parameters
    ----------
    rows
        As `comparison.candidates` returns them, with `followers`, in one currency.
    whole
        For outcomes that are rare counts.
    campaign
        The share of variance that all bookings of a campaign have in common.
    """
    audience = pd.to_numeric(rows["followers"], errors="coerce") if "followers" in rows else pd.Series(np.nan, rows.index)
    comparable = rows.assign(followers=audience)[(audience > 0) & (rows["fee"] > 0) & (rows["expected"] > 0)]
    sides = [comparable[comparable["kind"] == kind] for kind in KINDS]
    if min(map(len, sides)) < MIN_CANDIDATES:
        return None
    rng, draws = np.random.default_rng(seed), max(200, min(draws, MAX_DRAWN // len(comparable)))
    shared = SharedShock(rng.standard_normal(draws), campaign)
    influencers, kols = (_resampled_figures(side, whole, shared, rng) for side in sides)
    expected = [_expected_figures(side) for side in sides]
    ratios = {
        name: Ratio(float(expected[0][name] / expected[1][name]), *_interval(influencers[name] / kols[name]))
        for name in ("per_money", "audience", "rate")
    }
    ahead = probability_of_superiority(influencers["rate"], kols["rate"])
    return Drivers(**ratios, ahead=ahead, influencers=len(sides[0]), kols=len(sides[1]))


def _resampled_figures(rows: pd.DataFrame, whole: bool, shared: SharedShock, rng: np.random.Generator) -> dict[str, np.ndarray]:
    resampled = rng.integers(0, len(rows), (len(shared.scores), len(rows)))
    scores = shared.with_own(slice(None), len(rows), rng)
    outcome = two_piece_normals(rows, whole).totals(resampled, scores, whole, rng)
    followers, fee = (rows[name].to_numpy(dtype=float)[resampled].sum(axis=1) for name in ("followers", "fee"))
    outcome = np.maximum(outcome, 1e-9)
    return {"per_money": outcome / fee, "audience": followers / fee, "rate": outcome / followers}


def _expected_figures(rows: pd.DataFrame) -> dict[str, float]:
    outcome, followers, fee = (float(rows[name].sum()) for name in ("expected", "followers", "fee"))
    return {"per_money": outcome / fee, "audience": followers / fee, "rate": outcome / followers}


def _interval(values: np.ndarray) -> tuple[float, float]:
    low, high = np.quantile(values, INTERVAL)
    return float(low), float(high)
