"""Outcomes drawn from forecasts: of groups of candidates, and jointly of the bookings of one campaign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

INTERVAL = (0.1, 0.9)  # the quantiles from which and to which an interval of 80 % goes
EIGHTY = 1.2815515655446004  # standard deviations from the middle of a normal to its p10 and p90
SAFE = 0.8416212335729143  # standard deviations from the middle of a normal to its p20
STRETCH = (0.5, 3.0)  # from which to which the standard deviation beyond p90 may be the one below it times
HALVINGS = 30  # of the stretches that may be right
BLOCK = 2_000_000  # outcomes drawn at once, to bound memory
CELLS = 20_000  # outcomes computed at once, so that they stay in a processor's cache


@dataclass(frozen=True)
class GroupSample:
    """Some candidates, and what the average one of them brought in each repetition: by itself, and for one unit of money."""

    rows: pd.DataFrame
    quoted: pd.DataFrame
    each: np.ndarray
    per_money: np.ndarray


@dataclass(frozen=True)
class SharedShock:
    """Standard normal `scores` (draws,) that all bookings of a campaign have in common, and the `share` of variance they make."""

    scores: np.ndarray
    share: float

    def with_own(self, part: slice, count: int, rng: np.random.Generator) -> np.ndarray:
        """Scores of `count` bookings in a part of the draws (draws × count): what they share, and the luck of each."""
        common = self.scores[part, None]
        scores = rng.standard_normal((len(common), count))
        scores *= np.sqrt(1 - self.share)  # in place: another array of this size takes longer than the sum
        scores += np.sqrt(self.share) * common
        return scores


@dataclass(frozen=True)
class TwoPieceNormal:
    """Outcomes as two-piece normals on the log1p scale of so many `unit`, one a row: the middle and the standard deviations below
    and above it.

    Beyond p90 the upper one is `stretch` times as large, which gives each row its expected value as mean and leaves its interval
    as it is; `scale` is a factor for all of a row where no stretch does.
    """

    centre: np.ndarray
    below: np.ndarray
    above: np.ndarray
    stretch: np.ndarray
    scale: np.ndarray
    unit: np.ndarray

    def take(self, positions: np.ndarray | slice) -> TwoPieceNormal:
        """The rows picked, in the shape of the positions."""
        return TwoPieceNormal(*(getattr(self, one.name)[positions] for one in fields(self)))

    def outcomes(self, scores: np.ndarray, integer: bool, rng: np.random.Generator) -> np.ndarray:
        """Outcomes at standard normal scores (… × rows), none below zero; `integer` rounds at random, so that the mean
        stays."""
        beyond = np.maximum(scores - EIGHTY, 0) * (self.stretch - 1)
        logs = self.centre + (scores + beyond) * np.where(scores < 0, self.below, self.above)
        counts = np.maximum(np.expm1(logs), 0) * self.scale
        return np.asarray(np.floor(counts + rng.random(counts.shape)) if integer else counts) * self.unit

    def totals(self, positions: np.ndarray, scores: np.ndarray, integer: bool, rng: np.random.Generator) -> np.ndarray:
        """The sum of the outcomes of each repetition (draws,) that picked these rows (draws × picked); see `outcomes`."""
        step = max(1, CELLS // positions.shape[1])
        parts = [slice(start, start + step) for start in range(0, len(positions), step)]
        return np.concatenate([self.take(positions[one]).outcomes(scores[one], integer, rng).sum(axis=1) for one in parts])

    def scores(self, counts: np.ndarray) -> np.ndarray:
        """The standard normal score at which each row brings a count: the inverse of `outcomes`; minus infinity below zero."""
        with np.errstate(invalid="ignore"):
            log_counts = np.where(counts < 0, -np.inf, np.log1p(np.maximum(counts, 0) / self.unit / self.scale))
        distance = log_counts - self.centre
        scores = distance / np.where(distance < 0, self.below, self.above)
        return np.asarray(np.where(scores > EIGHTY, EIGHTY + (scores - EIGHTY) / self.stretch, scores))


def sample_group(rows: pd.DataFrame, integer: bool, shared: SharedShock, rng: np.random.Generator) -> GroupSample:
    """Draw candidates with replacement, and an outcome for each, once for each draw of what a campaign's bookings share;
    `integer` for rare counts."""
    with_fee = rows[rows["fee"].notna()]
    outcome, fee = _drawn(rows, integer, shared, rng)
    paid = (outcome, fee) if len(with_fee) == len(rows) else _drawn(with_fee, integer, shared, rng)
    per_money = np.divide(*paid, out=np.full(len(outcome), np.inf), where=paid[1] > 0)
    return GroupSample(rows, with_fee, outcome / len(rows), per_money)


def _drawn(rows: pd.DataFrame, integer: bool, shared: SharedShock, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Total outcome and total fee of candidates drawn with replacement, once per repetition."""
    draws, count, fees = len(shared.scores), len(rows), rows["fee"].to_numpy()
    outcome, fee = np.zeros(draws), np.zeros(draws)
    shape = two_piece_normals(rows, integer)
    step = max(1, BLOCK // max(count, 1))
    for start in range(0, draws if count else 0, step):
        positions = rng.integers(0, count, (min(step, draws - start), count))
        scores = shared.with_own(slice(start, start + step), count, rng)
        outcome[start : start + step] = shape.totals(positions, scores, integer, rng)
        fee[start : start + step] = fees[positions].sum(axis=1)
    return outcome, fee


def two_piece_normals(rows: pd.DataFrame, whole: bool) -> TwoPieceNormal:
    """The distribution of each row (`expected`, `p10`, `p50`, `p90`; `unit` of amounts): two halves of normals, through the
    quantiles.

    The quantiles of rare counts (`whole`) are steps, rounded up, so that all of such a row is scaled to its mean; a tail alone
    would leave too little spread (intervals of plans for orders then held 72 % in place of 82 %, by `--only decisions --quick`).
    """
    unit = units(rows)
    low, centre, high = (np.log1p(rows[c].to_numpy(dtype=float) / unit) for c in ("p10", "p50", "p90"))
    below, above = np.maximum(centre - low, 1e-9) / EIGHTY, np.maximum(high - centre, 1e-9) / EIGHTY
    expected = rows["expected"].to_numpy(dtype=float) / unit
    stretch = np.ones(len(rows)) if whole else _stretch(expected, centre, below, above)
    mean = _mean(centre, below, above, stretch)
    rare = (mean == 0) & (expected > 0)  # even p90 is zero: the expected value is all there is to go by
    scale = np.where((mean > 0) & (expected > 0), expected / np.where(mean > 0, mean, 1), 1.0)
    return TwoPieceNormal(np.where(rare, np.log1p(expected), centre), below, above, stretch, scale, unit)


def units(rows: pd.DataFrame) -> np.ndarray:
    """What each row's outcome is counted in: its `unit`, 1 where none is named."""
    return rows["unit"].fillna(1.0).to_numpy(dtype=float) if "unit" in rows else np.ones(len(rows))


def _stretch(expected: np.ndarray, centre: np.ndarray, below: np.ndarray, above: np.ndarray) -> np.ndarray:
    """The stretch beyond p90 at which each row has its expected value as mean, or the end of those allowed that is nearest."""
    least, most = np.full((len(expected), 2), STRETCH).T
    for _ in range(HALVINGS):  # the mean rises with the stretch
        stretch = (least + most) / 2
        enough = _mean(centre, below, above, stretch) >= expected
        least, most = np.where(enough, least, stretch), np.where(enough, stretch, most)
    return np.asarray((least + most) / 2)


def safe_outcome(rows: pd.DataFrame) -> np.ndarray:
    """What each row (`p10`, `p50`) reaches 8 times in 10: its 20 % quantile, on a normal between the two on the log1p scale."""
    unit = units(rows)
    low, centre = (np.log1p(rows[c].to_numpy(dtype=float) / unit) for c in ("p10", "p50"))
    return np.asarray(np.expm1(centre - (centre - low) * SAFE / EIGHTY)) * unit


def probability_of_superiority(one: np.ndarray, other: np.ndarray) -> float:
    """The share of draws in which `one` is larger than `other`, equal ones counting half."""
    return float((one > other).mean() + (one == other).mean() / 2)


def _mean(centre: np.ndarray, below: np.ndarray, above: np.ndarray, stretch: np.ndarray) -> np.ndarray:
    """Mean of the two-piece distribution floored at zero, in closed form."""
    floor, tail = -centre / below, above * stretch
    upper = np.exp(centre + above**2 / 2) * (ndtr(EIGHTY - above) - ndtr(-above)) - 0.5
    upper += np.exp(centre + EIGHTY * (above - tail) + tail**2 / 2) * ndtr(tail - EIGHTY)
    lower = np.exp(centre + below**2 / 2) * (ndtr(-below) - ndtr(floor - below)) - (0.5 - ndtr(floor))
    total: np.ndarray = upper + lower
    return np.where(total > 1e-6, total, 0.0)


# Outcomes of a line-up drawn together, because its bookings succeed and fail together.
#
# Each booking keeps its own forecast; what ties the bookings is a Gaussian copula (Sklar 1959; Li 2000, "On default
# correlation: a copula function approach") with one factor for the campaign, one for each person and one for each creator. How
# large the factors are is estimated from the errors of past forecasts.

# Shares of variance where there are too few past results: assumptions, near those of engagement in invented agencies (0.14,
# 0.03 and 0.59).
ASSUMED = {"campaign": 0.1, "creator": 0.05, "stranger": 0.5}
OF_PERSON = 0.5  # of a creator's share, what the accounts of one person have in common: an assumption
LEAST = 20  # campaigns, or creators, with two results or more, from which a share is estimated
MOST = 0.9  # largest share of variance, so that every booking keeps some luck of its own
FARTHEST = 4.0  # normal scores are clipped here: one outlier must not decide
DRAWS = 6000
LABELS = ("split", "source", "row_id", "campaign_id", "creator_id", "unit")  # of held-out forecasts


@dataclass(frozen=True)
class OutcomeCorrelations:
    """Shares of the variance of forecast errors, on the scale of normal scores, that bookings have in common.

    All bookings of one `campaign`; those of one `creator` with a record, or of a `stranger` without; of these two the part
    `of_person` belongs to the person, whichever the account. `error` is the standard error of the campaign's share (None where
    that was assumed), `campaigns` and `pairs` of bookings are what it rests on, and `assumed` names the shares not estimated.
    """

    campaign: float = ASSUMED["campaign"]
    creator: float = ASSUMED["creator"]
    stranger: float = ASSUMED["stranger"]
    of_person: float = OF_PERSON
    error: float | None = None
    campaigns: int = 0
    pairs: int = 0
    assumed: tuple[str, ...] = tuple(ASSUMED)
    between: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "assumed": list(self.assumed)}


@dataclass(frozen=True)
class Total:
    """What a line-up brings together: the mean, and from where to where 80 % of the draws lie."""

    expected: float
    low: float
    high: float


@dataclass(frozen=True)
class _Share:
    value: float
    error: float
    clusters: int
    pairs: int


def estimate_correlations(predictions: pd.DataFrame, whole: bool = False) -> OutcomeCorrelations:
    """How much past bookings missed their forecasts together.

    Parameters
    ----------
    predictions
        Held-out forecasts of one target, as `judge` returns them, with their outcomes: `split`, `source`, `campaign_id`,
        `creator_id`, `actual`, `expected`, `p10`, `p50`, `p90`. Campaigns are learned from bookings, creators from posts too.
    whole
        For outcomes that are rare counts (`recipe.counts`).

    Notes
    -----
    A share is a mean product of the normal scores of two results of one campaign (or creator), each campaign weighted by its
    size: the moment estimator of an intraclass correlation (Donner 1986, "A review of inference procedures for the intraclass
    correlation coefficient"), around zero instead of the mean, because what all forecasts of one day miss together is a risk
    too. Its standard error leaves out one campaign after another (jackknife). Counts hide where in its step a score lies; both
    scores are replaced by their means within the step, and the product is divided by what that takes from it.
    """
    rows = normal_scores(predictions, whole)
    booked = rows[rows["source"].eq("booking") & rows["campaign_id"].notna()]
    newly = rows["split"].eq("new_creators")
    found = {
        "campaign": _share(booked, "campaign_id"),
        "creator": _share(rows[~newly], "creator_id"),
        "stranger": _share(rows[newly], "creator_id"),
    }
    known = {name: share for name, share in found.items() if share.clusters >= LEAST}
    campaign = float(np.clip(known["campaign"].value, 0.0, MOST)) if "campaign" in known else ASSUMED["campaign"]
    creator, stranger = (
        float(np.clip(known[name].value if name in known else ASSUMED[name], 0.0, MOST - campaign))
        for name in ("creator", "stranger")
    )
    return OutcomeCorrelations(
        campaign=campaign, creator=creator, stranger=stranger, error=known["campaign"].error if "campaign" in known else None,
        campaigns=found["campaign"].clusters, pairs=found["campaign"].pairs,
        assumed=tuple(name for name in found if name not in known),
    )  # fmt: skip


def sample_jointly(
    rows: pd.DataFrame, shocks: OutcomeCorrelations, *, whole: bool = False, draws: int = DRAWS, seed: int = 1
) -> np.ndarray:
    """Outcomes (draws × rows) of bookings of one campaign, each with its expected value as mean.

    Parameters
    ----------
    rows
        `expected`, `p10`, `p50`, `p90` of one target, as `compare.candidates` returns them; `creator_id`, `person_id` and
        `unseen` (no record) where known. Rows without a creator share none.
    whole
        For outcomes that are rare counts (`recipe.counts`).

    Notes
    -----
    Each booking's scores are spread evenly in the order in which they were drawn together (Iman and Conover 1982, "A
    distribution-free approach to inducing rank correlation among input variables"), so that its draws have the interval and the
    mean that were forecast, whatever the luck of the draws.
    """
    rng, shape = np.random.default_rng(seed), two_piece_normals(rows, whole)
    drawn, weights = np.empty((draws, len(rows))), loads(rows, shocks)
    for part, found in factors(rows, draws, rng):
        drawn[part] = sum(weight * factor for weight, factor in zip(weights, found, strict=True))
    step = max(1, BLOCK // draws)
    for some in (slice(start, start + step) for start in range(0, len(rows), step)):
        drawn[:, some] = shape.take(some).outcomes(spread_evenly(drawn[:, some]), whole, rng)
    return drawn


def factors(rows: pd.DataFrame, draws: int, rng: np.random.Generator) -> Iterator[tuple[slice, list[np.ndarray]]]:
    """The standard normals behind joint draws of bookings, a part of the draws at a time: of their campaign (draws × 1), and
    (draws × rows) the luck of each booking, of its person and of its creator."""
    step = max(1, BLOCK // max(len(rows), 1))
    creator, person = _who(rows)
    for start in range(0, draws, step):
        size = min(step, draws - start)
        alone = [rng.standard_normal((size, 1)), rng.standard_normal((size, len(rows)))]
        shared = [rng.standard_normal((size, who.max(initial=0) + 1))[:, who] for who in (person, creator)]
        yield slice(start, start + size), [*alone, *shared]


def loads(rows: pd.DataFrame, shocks: OutcomeCorrelations) -> list[np.ndarray]:
    """What each of the `factors` weighs in the score of each booking (rows,); their squares add up to 1."""
    own = np.where(_flag(rows, "unseen"), shocks.stranger, shocks.creator)
    shares = (shocks.campaign, 1 - shocks.campaign - own, own * shocks.of_person, own * (1 - shocks.of_person))
    return [np.sqrt(np.broadcast_to(share, len(rows))) for share in shares]


def spread_evenly(scores: np.ndarray) -> np.ndarray:
    """Standard normal scores spread evenly in the order of these (draws × rows), so that none of them is owed to luck."""
    even, spread = ndtri((np.arange(len(scores)) + 0.5) / len(scores)), np.empty_like(scores)
    np.put_along_axis(spread, np.argsort(scores, axis=0), even[:, None], axis=0)
    return spread


def total_of(drawn: np.ndarray) -> Total:
    """The total of outcomes drawn jointly (draws × rows chosen)."""
    sums = drawn.sum(axis=1)
    low, high = np.quantile(sums, INTERVAL)
    return Total(float(sums.mean()), float(low), float(high))


def normal_scores(predictions: pd.DataFrame, whole: bool) -> pd.DataFrame:
    """Rows with the mean normal score of their outcome's step, and the variance that is left within the step."""
    columns = ["actual", "expected", "p10", "p50", "p90"]
    labels = [c for c in LABELS if c in predictions]
    rows = predictions.loc[predictions[columns].notna().all(axis=1), [*labels, *columns]].reset_index(drop=True)
    rows = rows.reindex(columns=[*columns, *LABELS])
    shape, actual = two_piece_normals(rows, whole), rows["actual"].to_numpy(dtype=float)
    low, high = (np.clip(shape.scores(actual + half * shape.unit), -2 * FARTHEST, 2 * FARTHEST) for half in (-0.5, 0.5))
    return rows.assign(**dict(zip(("score", "left"), _within(low, high), strict=True)))


def _within(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of a standard normal between two scores; between close ones their middle and nearly nothing."""
    close = (high - low < 1e-3) | (low > FARTHEST) | (high < -FARTHEST)
    mass = np.where(close, 1.0, ndtr(high) - ndtr(low))
    density = [np.exp(-(one**2) / 2) / np.sqrt(2 * np.pi) for one in (low, high)]
    mean = np.where(close, (low + high) / 2, (density[0] - density[1]) / mass)
    variance = np.where(close, 0.0, 1 + (low * density[0] - high * density[1]) / mass - mean**2)
    return np.clip(mean, -FARTHEST, FARTHEST), np.clip(variance, 0.0, 1.0)


def _share(rows: pd.DataFrame, by: str) -> _Share:
    """Correlation of two results of one cluster, within a split."""
    grouped = rows.assign(square=rows["score"] ** 2).groupby(["split", by], observed=True)
    clusters = grouped.agg(total=("score", "sum"), squares=("square", "sum"), size=("score", "size"))
    total, squares, size = clusters[clusters["size"] > 1].to_numpy(dtype=float).T
    if not len(size):
        return _Share(0.0, np.inf, 0, 0)
    scale = max(float((rows["score"] ** 2).mean() * (1 - rows["left"]).mean()), 1e-9)
    mean_products = (total**2 - squares) / (size - 1) / scale  # the mean product of its pairs × its size
    value = mean_products.sum() / size.sum()
    jackknife = (mean_products.sum() - mean_products) / np.maximum(size.sum() - size, 1e-9)
    error = np.sqrt((1 - 1 / len(size)) * ((jackknife - value) ** 2).sum())
    return _Share(float(value), float(error), len(size), int((size * (size - 1) / 2).sum()))


def _who(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Numbers from 0 of each row's creator and person; without a creator it has its own, without a person its creator's."""
    creator = _codes(rows, "creator_id", np.arange(len(rows)))
    return creator, _codes(rows, "person_id", creator)


def _codes(rows: pd.DataFrame, column: str, fallback: np.ndarray) -> np.ndarray:
    ids = rows[column].astype("str").where(rows[column].notna(), "") if column in rows else pd.Series("", index=rows.index)
    keys = np.where(ids == "", [f"#{one}" for one in fallback], "=" + ids)
    return np.unique(keys, return_inverse=True)[1]


def _flag(rows: pd.DataFrame, column: str) -> np.ndarray:
    return rows[column].eq(True).to_numpy(dtype=bool) if column in rows else np.zeros(len(rows), dtype=bool)
