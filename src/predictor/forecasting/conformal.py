"""Predictive distributions: what could come instead of the forecast, as often as it did on held-out rows.

Both kinds are split-conformal predictive distributions: the errors made on rows that the model had not seen, ranked, are
the distribution of the next error (Vovk et al. 2017, "Nonparametric predictive distributions based on conformal prediction"),
here within groups that err alike, newer errors counting more (Barber et al. 2023, "Conformal prediction beyond exchangeability").
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from predictor.tables.frames import combined, distinct, floats

# How the errors of bookings differ from those of single posts, from which most is learned.
#
# A booking shares its campaign's luck. The luck of several posts partly cancels, and their total is less skewed: a sum of
# heavy-tailed counts lies, in the median, above as many medians, and scatters less around it (Fenton 1960, "The sum of log-
# normal probability distributions in scatter transmission systems"), how much so depending on what the posts have in common.
# All three figures are read from held-out bookings.

ENOUGH = 40  # held-out bookings without which nothing is said; figures are drawn towards none as if so many had shown none
MOST = 0.5  # the power by which errors of several posts shrink if these have nothing in common
BOUNDS = (0.7, 1.5)  # of the times by which a booking's error may be larger than a post's
LEAST = 1e-6  # of an error, so that its logarithm exists


@dataclass(frozen=True)
class BookingAdjustment:
    """`wider`: times a booking's error is a post's. Per log of the number of posts: what is `added` to a log forecast, and
    the power by which its error gets `steadier`."""

    wider: float = 1.0
    added: float = 0.0
    steadier: float = 0.0

    def centre(self, frame: pd.DataFrame) -> np.ndarray:
        """What to add to the log forecast of each row."""
        return np.asarray(self.added * np.log(_posts(frame)))

    def size(self, frame: pd.DataFrame) -> np.ndarray:
        """What to multiply the size of each row's error by."""
        return np.asarray(np.where(_bookings(frame), self.wider, 1.0) * _posts(frame) ** -self.steadier)


def fit_booking_adjustment(held_out: pd.DataFrame, errors: np.ndarray, size: np.ndarray) -> BookingAdjustment:
    """Learn from held-out rows: their log errors, and the `size` of error to expect of each (both as long as `held_out`)."""
    logs, is_booking = np.log(_posts(held_out)), _bookings(held_out)
    many, one = is_booking & (logs > 0), is_booking & (logs == 0)
    wider = float(np.clip(_times(errors / size, one, ~is_booking) ** _trust(one), *BOUNDS))
    if min(many.sum(), one.sum()) < ENOUGH:
        return BookingAdjustment(wider)
    added = float(np.median((errors[many] - np.median(errors[one])) / logs[many]))
    left = (errors - np.where(many, added * logs, 0.0)) / size
    steadier = -np.log(_times(left, many, one)) / np.mean(logs[many])
    return BookingAdjustment(wider, float(_trust(many) * added), float(np.clip(_trust(many) * steadier, 0.0, MOST)))


def _times(errors: np.ndarray, these: np.ndarray, others: np.ndarray) -> float:
    """How many times the scatter of `others` that of `these` is, by the median absolute deviation."""
    if min(these.sum(), others.sum()) < ENOUGH:
        return 1.0
    scatter = [np.median(np.abs(errors[rows] - np.median(errors[rows]))) for rows in (these, others)]
    return float(max(scatter[0], LEAST) / max(scatter[1], LEAST))


def _trust(rows: np.ndarray) -> float:
    return float(rows.sum() / (rows.sum() + ENOUGH))


def _bookings(frame: pd.DataFrame) -> np.ndarray:
    """Which rows are bookings; whoever asks without saying asks about one."""
    return frame["source"].eq("booking").to_numpy() if "source" in frame else np.ones(len(frame), dtype=bool)


def _posts(frame: pd.DataFrame) -> np.ndarray:
    return np.maximum(frame["posts"].astype(float).fillna(1.0).to_numpy(), 1.0) if "posts" in frame else np.ones(len(frame))


# Nested groups of rows that err alike: how much is known of the creator, then the platform, then the tier.
#
# A group has its own distribution of errors where enough held-out rows of enough creators speak for it, and its parent's where
# they do not (Mondrian conformal prediction; Vovk, Gammerman and Shafer 2005, "Algorithmic Learning in a Random World").

NESTED = ("record", "platform", "tier")
ROWS, CREATORS = 500, 25  # held-out rows and creators that a group needs
FEW, SOME = 3, 10  # earlier posts from which a record is no longer thin, and from which it is long


def record_of(frame: pd.DataFrame) -> pd.Series:
    """How many of each row's creator's earlier posts are known: `none`, `few`, `some` or `many`."""
    return record_bands(frame).astype("str")


def record_bands(frame: pd.DataFrame) -> pd.Series:
    """The same as a category."""
    seen = np.nan_to_num(floats(frame["posts_seen"])) if "posts_seen" in frame else np.zeros(len(frame))
    code = np.searchsorted([1, FEW, SOME], seen, side="right")
    return pd.Series(pd.Categorical.from_codes(code, ["none", "few", "some", "many"]), index=frame.index)


def stratum_paths(frame: pd.DataFrame) -> tuple[list[list[str]], np.ndarray]:
    """The groups of each combination that occurs, widest first, such as ``, `/many`, `/many/tiktok`; and which every row has."""
    told, which = combined(frame.filter(NESTED).assign(record=record_bands(frame)), NESTED)
    return [[*accumulate(values, "{}/{}".format, initial="")] for values in told], which


def strata(held_out: pd.DataFrame) -> dict[str, np.ndarray]:
    """The rows of each group that is large enough, as masks; the first is every row."""
    (nested, which), found = stratum_paths(held_out), {"": np.ones(len(held_out), dtype=bool)}
    for depth in range(1, len(NESTED) + 1):
        path = np.array([names[depth] for names in nested], dtype=object)[which]
        sizes = held_out.groupby(path)["creator_id"].agg(["size", "nunique"])
        large = sizes.index[(sizes["size"] >= ROWS) & (sizes["nunique"] >= CREATORS)]
        found |= {str(name): path == name for name in sorted(large)}
    return found


def stratum_of(frame: pd.DataFrame, known: tuple[str, ...]) -> np.ndarray:
    """Position in `known` of each row's narrowest group that is there; the first of them holds every row."""
    number, (nested, which) = {name: position for position, name in enumerate(known)}, stratum_paths(frame)
    narrowest = [next((number[name] for name in reversed(names) if name in number), 0) for names in nested]
    return np.array(narrowest, dtype=int)[which]


RUNGS = 1000  # counts whose means are kept; larger ones are asked for one by one
SHARED = 50  # levels above which rows hardly share any
CHUNK = 256  # rows whose whole distributions are held at once: they stay in a core's cache
GRID = 199  # quantiles kept of the held-out errors
LEVELS = np.arange(1, GRID + 1) / (GRID + 1)


@dataclass(frozen=True)
class LogErrors:
    """For outcomes modelled as a log: held-out errors over their expected size, one row of quantiles a group."""

    strata: tuple[str, ...]
    errors: np.ndarray

    def quantile(self, centre: np.ndarray, size: np.ndarray, group: np.ndarray, level: float) -> np.ndarray:
        """Count that the outcome stays below with probability `level`."""
        return np.maximum(np.expm1(centre + size * _read(self.errors, level)[group]), 0.0)

    def mean(self, centre: np.ndarray, size: np.ndarray, group: np.ndarray) -> np.ndarray:
        """Expected count: the mean of the distribution, so that totals add up.

        Rows of one size and group share the factor between `exp(centre)` and this mean; only where a part of the distribution
        lies below a count of zero has each row its own.
        """
        first, which = distinct(pd.factorize(size)[0] * len(self.strata) + group)
        told = np.exp(centre) * self._factors(np.zeros(len(first)), size[first], group[first], 0.0)[which]
        low = np.flatnonzero(centre + size * self.errors[:, 0][group] < 0.0)
        told[low] = self._factors(centre[low], size[low], group[low], 1.0)
        return told - 1.0

    def _factors(self, centre: np.ndarray, size: np.ndarray, group: np.ndarray, least: float) -> np.ndarray:
        """The mean of one plus the count, which is `least` at least, of each row's distribution."""
        total = np.empty(len(centre))
        for first in range(0, len(centre), CHUNK):
            rows = slice(first, first + CHUNK)
            could = np.exp(centre[rows, None] + size[rows, None] * self.errors[group[rows]])
            total[rows] = np.maximum(could, least, out=could).sum(axis=1)
        return total / GRID

    def at_least(self, centre: np.ndarray, size: np.ndarray, group: np.ndarray, goal: np.ndarray) -> np.ndarray:
        """Probability of reaching the count `goal`."""
        return np.where(goal > 0, 1.0 - _rank(self.errors, group, (np.log1p(goal) - centre) / size), 1.0)


@dataclass(frozen=True)
class CalibratedNegativeBinomial:
    """For rare counts: a negative binomial, its levels recalibrated by where held-out counts fell in it.

    Distributional conformal prediction (Chernozhukov, Wüthrich and Zhu 2021), with the randomised rank that counts need.
    """

    strata: tuple[str, ...]
    ranks: np.ndarray
    dispersion: float

    def quantile(self, centre: np.ndarray, size: np.ndarray, group: np.ndarray, level: float) -> np.ndarray:
        """Whole number that the count stays at or below with probability `level`; a `size` above 1 moves it outward."""
        at = np.clip(_stretch(_read(self.ranks, level)[group], size), 1e-9, 1 - 1e-9)
        return _count_at(at, np.exp(centre), self.dispersion)

    def mean(self, centre: np.ndarray, size: np.ndarray, group: np.ndarray) -> np.ndarray:  # noqa: ARG002
        """Expected count."""
        return np.exp(centre)

    def at_least(self, centre: np.ndarray, size: np.ndarray, group: np.ndarray, goal: np.ndarray) -> np.ndarray:
        """Probability of reaching the count `goal`."""
        below = stats.nbinom.cdf(np.ceil(goal) - 1, *_negative_binomial(np.exp(centre), self.dispersion))
        below = _stretch(below, 1 / size)
        return np.where(goal > 0, 1.0 - _rank(self.ranks, group, below), 1.0)


def fit_log_errors(errors: np.ndarray, groups: dict[str, np.ndarray], weight: np.ndarray) -> LogErrors:
    """Distribution of errors relative to their expected size.

    Parameters
    ----------
    errors
        One a held-out row.
    groups
        For each group the held-out rows in it, as a mask; the first holds all.
    weight
        How much each held-out row counts.
    """
    return LogErrors(tuple(groups), np.stack([_grid(errors[rows], weight[rows]) for rows in groups.values()]))


def fit_negative_binomial(
    counts: np.ndarray, expected: np.ndarray, groups: dict[str, np.ndarray], weight: np.ndarray, seed: int
) -> CalibratedNegativeBinomial:
    """Dispersion by maximum likelihood, then the ranks of the held-out counts in that distribution."""
    dispersion = _dispersion(counts, expected)
    shape = _negative_binomial(expected, dispersion)
    below, upto = stats.nbinom.cdf(counts - 1, *shape), stats.nbinom.cdf(counts, *shape)
    ranks = below + np.random.default_rng(seed).uniform(size=len(counts)) * (upto - below)
    return CalibratedNegativeBinomial(
        tuple(groups), np.stack([_grid(ranks[rows], weight[rows]) for rows in groups.values()]), dispersion
    )


def _dispersion(counts: np.ndarray, expected: np.ndarray) -> float:
    mean = np.maximum(expected, 1e-9)

    def unlikely(log_dispersion: float) -> float:
        size = np.exp(-log_dispersion)
        ways = special.gammaln(counts + size) - special.gammaln(size)
        return -float(np.sum(ways - size * np.log1p(mean / size) - counts * np.log1p(size / mean)))

    return float(np.exp(optimize.minimize_scalar(unlikely, bounds=(-7.0, 4.0), method="bounded").x))


def _negative_binomial(expected: np.ndarray, dispersion: float) -> tuple[float, np.ndarray]:
    size = 1.0 / dispersion
    return size, size / (size + np.maximum(expected, 1e-12))


def _count_at(level: np.ndarray, expected: np.ndarray, dispersion: float) -> np.ndarray:
    """Quantiles of negative binomials: the least count that is not exceeded with probability `level`.

    A count of k is enough for every mean up to the one at which exactly `level` lies at or below k; so the counts of all rows
    that share a level are read from one ladder of such means. Means beyond the ladder are answered by scipy one by one.
    """
    told = np.full(len(level), np.inf)
    levels, which = np.unique(level, return_inverse=True)
    for number, one in enumerate(levels if len(levels) <= SHARED else ()):
        rows = np.flatnonzero(which == number)
        told[rows] = np.searchsorted(_ladder(float(one), dispersion), expected[rows])
    rest = np.flatnonzero(told > RUNGS)
    told[rest] = stats.nbinom.ppf(level[rest], *_negative_binomial(expected[rest], dispersion))
    return told


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
    """Each group's quantile at one level; beyond the grid its end."""
    return np.array([np.interp(level, LEVELS, grid) for grid in grids])


def _rank(grids: np.ndarray, group: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Share of each row's group that lies below its value."""
    below = np.empty(len(values))
    for number, grid in enumerate(grids):
        rows = group == number
        below[rows] = np.interp(values[rows], grid, LEVELS, left=0.0, right=1.0)
    return below


def _grid(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Evenly spaced weighted quantiles, with the (n + 1) correction that makes few values give wide intervals."""
    n = max(weight.sum() ** 2 / max((weight**2).sum(), 1e-12), 1.0)
    outward = np.clip(0.5 + (LEVELS - 0.5) * (n + 1) / n, 0.0, 1.0)
    order = np.argsort(values, kind="stable")
    upto = np.cumsum(weight[order])
    return np.interp(outward, (upto - weight[order] / 2) / upto[-1], values[order])
