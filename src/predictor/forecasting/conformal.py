"""Predictive distributions: the errors of held-out rows, placed around a new forecast.

Both kinds are split-conformal predictive distributions: the errors made on rows that the model had not seen, ranked, are
the distribution of the next error (Vovk et al. 2017, "Nonparametric predictive distributions based on conformal prediction"),
here within Mondrian strata, newer errors counting more (Barber et al. 2023, "Conformal prediction beyond exchangeability").
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from predictor.forecasting.losses import shrunk, standard_error_of_mean
from predictor.tables.frames import combined, distinct, floats

# Booking adjustment: how the errors of bookings differ from those of single posts, which most training rows are.
#
# A booking shares its campaign's luck, and is no post of the creator's own choice: what it brings differs from what posts of the
# same creator foretell. The luck of several posts partly cancels, and their total is less skewed: a sum of
# heavy-tailed counts lies, in the median, above as many medians, and scatters less around it (Fenton 1960, "The sum of log-
# normal probability distributions in scatter transmission systems"), how much so depending on what the posts have in common.
# All these figures are read from held-out bookings.

CREATORS = 25  # with held-out bookings and posts, or of held-out rows, that a level, or a stratum, needs
ENOUGH = 40  # held-out bookings that an adjustment needs; it is shrunk as if so many more had shown none
MOST = 0.5  # the power by which errors of several posts shrink if these have nothing in common
BOUNDS = (0.7, 1.5)  # of the ratio of a booking's error to a post's
LEAST = 1e-6  # smallest scatter


@dataclass(frozen=True)
class BookingAdjustment:
    """`wider`: the ratio of a booking's error to a post's. Per log of the number of posts: what is `added` to a log forecast,
    and by which power its error shrinks (`steadier`). `level`: what is added to the log forecast of every booking."""

    wider: float = 1.0
    added: float = 0.0
    steadier: float = 0.0
    level: float = 0.0

    def centre(self, frame: pd.DataFrame) -> np.ndarray:
        """What to add to the log forecast of each row."""
        return np.where(_bookings(frame), self.level, 0.0) + self.added * np.log(_posts(frame))

    def size(self, frame: pd.DataFrame) -> np.ndarray:
        """What to multiply the size of each row's error by."""
        return np.asarray(np.where(_bookings(frame), self.wider, 1.0) * _posts(frame) ** -self.steadier)


def fit_booking_adjustment(held_out: pd.DataFrame, errors: np.ndarray, size: np.ndarray) -> BookingAdjustment:
    """Fit on held-out rows: their log errors, and the `size` of the error expected of each (both as long as `held_out`)."""
    log_posts, is_booking = np.log(_posts(held_out)), _bookings(held_out)
    several, single = is_booking & (log_posts > 0), is_booking & (log_posts == 0)
    wider = float(np.clip(_times(errors / size, single, ~is_booking) ** _trust(single), *BOUNDS))
    level = _level(errors, single, ~is_booking, held_out["creator_id"])
    if min(several.sum(), single.sum()) < ENOUGH:
        return BookingAdjustment(wider, level=level)
    added = float(np.median((errors[several] - np.median(errors[single])) / log_posts[several]))
    scaled = (errors - np.where(several, added * log_posts, 0.0)) / size
    steadier = -np.log(_times(scaled, several, single)) / np.mean(log_posts[several])
    return BookingAdjustment(wider, float(_trust(several) * added), float(np.clip(_trust(several) * steadier, 0.0, MOST)), level)


def _level(errors: np.ndarray, bookings: np.ndarray, posts: np.ndarray, creator: pd.Series) -> float:
    """By how much bookings of one post lie above posts of the same creators, in the median, less what may be chance."""
    means = [pd.Series(errors[rows]).groupby(creator.to_numpy()[rows]).mean() for rows in (bookings, posts)]
    gap = (means[0] - means[1]).dropna().to_numpy()
    return shrunk(float(np.median(gap)), standard_error_of_mean(gap)) if len(gap) >= CREATORS else 0.0


def _times(errors: np.ndarray, rows: np.ndarray, reference: np.ndarray) -> float:
    """Ratio of the scatter (median absolute deviation) of `rows` to that of the `reference` rows."""
    if min(rows.sum(), reference.sum()) < ENOUGH:
        return 1.0
    scatter = [np.median(np.abs(errors[mask] - np.median(errors[mask]))) for mask in (rows, reference)]
    return float(max(scatter[0], LEAST) / max(scatter[1], LEAST))


def _trust(rows: np.ndarray) -> float:
    return float(rows.sum() / (rows.sum() + ENOUGH))


def _bookings(frame: pd.DataFrame) -> np.ndarray:
    """Which rows are bookings; without a `source` all are."""
    return frame["source"].eq("booking").to_numpy() if "source" in frame else np.ones(len(frame), dtype=bool)


def _posts(frame: pd.DataFrame) -> np.ndarray:
    return np.maximum(frame["posts"].astype(float).fillna(1.0).to_numpy(), 1.0) if "posts" in frame else np.ones(len(frame))


# Mondrian strata, nested: how much is known of the creator, then the platform, then the tier.
#
# A stratum has its own error distribution where there are enough held-out rows of enough creators, and its parent's where there
# are not (Mondrian conformal prediction; Vovk, Gammerman and Shafer 2005, "Algorithmic Learning in a Random World").

NESTED = ("record", "platform", "tier")
ROWS = 500  # held-out rows that a stratum needs, of CREATORS creators
FEW, SOME = 3, 10  # earlier posts from which a record counts as `some`, and from which as `many`


def record_of(frame: pd.DataFrame) -> pd.Series:
    """How many of each row's creator's earlier posts are known: `none`, `few`, `some` or `many`."""
    return record_bands(frame).astype("str")


def record_bands(frame: pd.DataFrame) -> pd.Series:
    """The same as a category."""
    posts = np.nan_to_num(floats(frame["posts_seen"])) if "posts_seen" in frame else np.zeros(len(frame))
    band = np.searchsorted([1, FEW, SOME], posts, side="right")
    return pd.Series(pd.Categorical.from_codes(band, ["none", "few", "some", "many"]), index=frame.index)


def stratum_paths(frame: pd.DataFrame) -> tuple[list[list[str]], np.ndarray]:
    """Strata of each combination that occurs, widest first (``, `/many`, `/many/tiktok`), and each row's combination."""
    combinations, combination_idx = combined(frame.filter(NESTED).assign(record=record_bands(frame)), NESTED)
    return [[*accumulate(values, "{}/{}".format, initial="")] for values in combinations], combination_idx


def strata(held_out: pd.DataFrame) -> dict[str, np.ndarray]:
    """Masks of the rows of each stratum that is large enough; the first holds every row."""
    (paths, combination_idx), found = stratum_paths(held_out), {"": np.ones(len(held_out), dtype=bool)}
    for depth in range(1, len(NESTED) + 1):
        own_path = np.array([path[depth] for path in paths], dtype=object)[combination_idx]
        sizes = held_out.groupby(own_path)["creator_id"].agg(["size", "nunique"])
        large = sizes.index[(sizes["size"] >= ROWS) & (sizes["nunique"] >= CREATORS)]
        found |= {str(name): own_path == name for name in sorted(large)}
    return found


def stratum_of(frame: pd.DataFrame, strata: tuple[str, ...]) -> np.ndarray:
    """Position in `strata` of each row's narrowest stratum; the first of them holds every row."""
    position, (paths, combination_idx) = {name: place for place, name in enumerate(strata)}, stratum_paths(frame)
    narrowest = [next((position[name] for name in reversed(path) if name in position), 0) for path in paths]
    return np.array(narrowest, dtype=int)[combination_idx]


# Error distributions by stratum: of log errors, and of rare counts.

RUNGS = 1000  # counts whose means are tabulated; scipy answers for larger ones
SHARED = 50  # levels above which rows hardly share any
CHUNK = 256  # rows whose whole distributions are held at once: they stay in a core's cache
STEADY = 100.0  # creators with which a stratum's own mean factor counts as much as that of the stratum around it
GRID = 199  # quantiles kept of the held-out errors
LEVELS = np.arange(1, GRID + 1) / (GRID + 1)


@dataclass(frozen=True)
class LogErrors:
    """For outcomes modelled as a log: held-out errors over their expected size, one row of quantiles a stratum, and the factor
    by which the mean of each stratum is drawn towards that of the wider one."""

    strata: tuple[str, ...]
    errors: np.ndarray
    mean_factors: np.ndarray

    def quantile(self, centre: np.ndarray, size: np.ndarray, stratum: np.ndarray, level: float) -> np.ndarray:
        """Count that the outcome stays below with probability `level`."""
        return np.maximum(np.expm1(centre + size * _read(self.errors, level)[stratum]), 0.0)

    def mean(self, centre: np.ndarray, size: np.ndarray, stratum: np.ndarray) -> np.ndarray:
        """Expected count: the mean of the distribution, so that totals add up.

        Rows of one size and stratum share the factor between `exp(centre)` and this mean; only where a part of the distribution
        lies below a count of zero has each row its own.
        """
        first, of_distinct = distinct(pd.factorize(size)[0] * len(self.strata) + stratum)
        means = np.exp(centre) * self._factors(np.zeros(len(first)), size[first], stratum[first], 0.0)[of_distinct]
        floored = np.flatnonzero(centre + size * self.errors[:, 0][stratum] < 0.0)
        means[floored] = self._factors(centre[floored], size[floored], stratum[floored], 1.0)
        return (means - 1.0) * self.mean_factors[stratum]

    def _factors(self, centre: np.ndarray, size: np.ndarray, stratum: np.ndarray, floor: float) -> np.ndarray:
        """The mean of one plus the count, which is `floor` at least, of each row's distribution."""
        total = np.empty(len(centre))
        for first in range(0, len(centre), CHUNK):
            rows = slice(first, first + CHUNK)
            outcomes = np.exp(centre[rows, None] + size[rows, None] * self.errors[stratum[rows]])
            total[rows] = np.maximum(outcomes, floor, out=outcomes).sum(axis=1)
        return total / GRID

    def at_least(self, centre: np.ndarray, size: np.ndarray, stratum: np.ndarray, goal: np.ndarray) -> np.ndarray:
        """Probability of reaching the count `goal`."""
        return np.where(goal > 0, 1.0 - _rank(self.errors, stratum, (np.log1p(goal) - centre) / size), 1.0)


@dataclass(frozen=True)
class CalibratedNegativeBinomial:
    """For rare counts: a calibrated negative binomial, its levels recalibrated by where held-out counts fell in it.

    Distributional conformal prediction (Chernozhukov, Wüthrich and Zhu 2021), with the randomised rank that counts need.
    """

    strata: tuple[str, ...]
    ranks: np.ndarray
    dispersion: float

    def quantile(self, centre: np.ndarray, size: np.ndarray, stratum: np.ndarray, level: float) -> np.ndarray:
        """Whole number that the count stays at or below with probability `level`; a `size` above 1 moves it outward."""
        levels = np.clip(_stretch(_read(self.ranks, level)[stratum], size), 1e-9, 1 - 1e-9)
        return _count_at(levels, np.exp(centre), self.dispersion)

    def mean(self, centre: np.ndarray, size: np.ndarray, stratum: np.ndarray) -> np.ndarray:  # noqa: ARG002
        """Expected count."""
        return np.exp(centre)

    def at_least(self, centre: np.ndarray, size: np.ndarray, stratum: np.ndarray, goal: np.ndarray) -> np.ndarray:
        """Probability of reaching the count `goal`."""
        below = stats.nbinom.cdf(np.ceil(goal) - 1, *_negative_binomial(np.exp(centre), self.dispersion))
        below = _stretch(below, 1 / size)
        return np.where(goal > 0, 1.0 - _rank(self.ranks, stratum, below), 1.0)


def fit_log_errors(errors: np.ndarray, strata: dict[str, np.ndarray], weight: np.ndarray) -> LogErrors:
    """Error distribution of each stratum, relative to the expected size of an error.

    Parameters
    ----------
    errors
        One a held-out row.
    strata
        For each stratum the mask of its held-out rows; the first holds all.
    weight
        Weight of each held-out row.
    """
    grids = np.stack([_grid(errors[rows], weight[rows]) for rows in strata.values()])
    return LogErrors(tuple(strata), grids, np.ones(len(strata)))


def shrink_means(errors: LogErrors, strata: dict[str, np.ndarray], size: np.ndarray, creators: np.ndarray) -> LogErrors:
    """Draw the mean factor of each stratum, the mean of the exponentials of its errors, towards that of the stratum around it.

    Its own counts for n / (n + 100), n being its held-out creators: the mean of heavy tails is noise where these are few, and
    whoever chooses the largest forecasts chooses the strata with the luckiest factor.

    Parameters
    ----------
    size, creators
        The size of the error expected of each held-out row, and who it is of.
    """
    log_factors = np.zeros(len(strata))
    for place, (name, rows) in enumerate(strata.items()):
        if not name:
            continue
        wider, own = errors.strata.index(name.rpartition("/")[0]), np.unique(creators[rows]).size
        sizes = np.quantile(size[rows], LEVELS)
        gap = np.log(_mean_factor(errors.errors[place], sizes) / _mean_factor(errors.errors[wider], sizes)) - log_factors[wider]
        log_factors[place] = -gap * STEADY / (own + STEADY)
    return replace(errors, mean_factors=np.exp(log_factors))


def _mean_factor(errors: np.ndarray, sizes: np.ndarray) -> float:
    """The mean of the exponentials of a stratum's errors, of the sizes given."""
    return float(np.exp(sizes[:, None] * errors).mean())


def fit_negative_binomial(
    y: np.ndarray, expected: np.ndarray, strata: dict[str, np.ndarray], weight: np.ndarray, seed: int
) -> CalibratedNegativeBinomial:
    """Dispersion by maximum likelihood, then the ranks of the held-out counts in that distribution."""
    dispersion = _dispersion(y, expected)
    parameters = _negative_binomial(expected, dispersion)
    below, upto = stats.nbinom.cdf(y - 1, *parameters), stats.nbinom.cdf(y, *parameters)
    ranks = below + np.random.default_rng(seed).uniform(size=len(y)) * (upto - below)
    return CalibratedNegativeBinomial(
        tuple(strata), np.stack([_grid(ranks[rows], weight[rows]) for rows in strata.values()]), dispersion
    )


def _dispersion(y: np.ndarray, expected: np.ndarray) -> float:
    mean = np.maximum(expected, 1e-9)

    def negative_log_likelihood(log_dispersion: float) -> float:
        size = np.exp(-log_dispersion)
        ways = special.gammaln(y + size) - special.gammaln(size)
        return -float(np.sum(ways - size * np.log1p(mean / size) - y * np.log1p(size / mean)))

    return float(np.exp(optimize.minimize_scalar(negative_log_likelihood, bounds=(-7.0, 4.0), method="bounded").x))


def _negative_binomial(expected: np.ndarray, dispersion: float) -> tuple[float, np.ndarray]:
    size = 1.0 / dispersion
    return size, size / (size + np.maximum(expected, 1e-12))


def _count_at(level: np.ndarray, expected: np.ndarray, dispersion: float) -> np.ndarray:
    """Quantiles of negative binomials: the least count that is not exceeded with probability `level`.

    A count of k is enough for every mean up to the one at which exactly `level` lies at or below k; so the counts of all rows
    that share a level are read from one ladder of such means. Means beyond the ladder are answered by scipy one by one.
    """
    counts = np.full(len(level), np.inf)
    levels, level_idx = np.unique(level, return_inverse=True)
    for number, one in enumerate(levels if len(levels) <= SHARED else ()):
        rows = np.flatnonzero(level_idx == number)
        counts[rows] = np.searchsorted(_ladder(float(one), dispersion), expected[rows])
    rest = np.flatnonzero(counts > RUNGS)
    counts[rest] = stats.nbinom.ppf(level[rest], *_negative_binomial(expected[rest], dispersion))
    return counts


@lru_cache(maxsize=64)
def _ladder(level: float, dispersion: float) -> np.ndarray:
    """The means up to which a count of 0, 1, … is enough."""
    size = 1.0 / dispersion
    success = special.betaincinv(size, np.arange(RUNGS + 1) + 1.0, level)
    return np.asarray(size * (1.0 - success) / success)


def _stretch(level: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Move levels away from the middle by a factor, on the normal scale."""
    return np.where(size == 1.0, level, stats.norm.cdf(size * stats.norm.ppf(level)))


def _read(grids: np.ndarray, level: float) -> np.ndarray:
    """Each stratum's quantile at one level; beyond the grid its end."""
    return np.array([np.interp(level, LEVELS, grid) for grid in grids])


def _rank(grids: np.ndarray, stratum: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Share of each row's stratum that lies below its value."""
    below = np.empty(len(values))
    for number, grid in enumerate(grids):
        rows = stratum == number
        below[rows] = np.interp(values[rows], grid, LEVELS, left=0.0, right=1.0)
    return below


def _grid(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Evenly spaced weighted quantiles, with the (n + 1) correction that makes few values give wide intervals."""
    n = max(weight.sum() ** 2 / max((weight**2).sum(), 1e-12), 1.0)
    outward = np.clip(0.5 + (LEVELS - 0.5) * (n + 1) / n, 0.0, 1.0)
    order = np.argsort(values, kind="stable")
    upto = np.cumsum(weight[order])
    return np.interp(outward, (upto - weight[order] / 2) / upto[-1], values[order])
