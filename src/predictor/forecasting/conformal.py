"""Predictive distributions: what could come instead of the forecast, as often as it did on held-out rows.

Both kinds are split-conformal predictive distributions: the errors made on rows that the model had not seen, ranked, are
the distribution of the next error (Vovk et al. 2017, "Nonparametric predictive distributions based on conformal prediction"),
here within groups that err alike, newer errors counting more (Barber et al. 2023, "Conformal prediction beyond exchangeability").
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from predictor.design import distinct

RUNGS = 1000  # counts whose means are kept; larger ones are asked for one by one
SHARED = 50  # levels above which rows hardly share any
CHUNK = 256  # rows whose whole distributions are held at once: they stay in a core's cache
GRID = 199  # quantiles kept of the held-out errors
LEVELS = np.arange(1, GRID + 1) / (GRID + 1)


@dataclass(frozen=True)
class LogSpread:
    """For outcomes modelled as a log: held-out errors over their expected size, one row of quantiles a group."""

    groups: tuple[str, ...]
    errors: np.ndarray

    def quantile(self, centre: np.ndarray, size: np.ndarray, group: np.ndarray, level: float) -> np.ndarray:
        """Count that the outcome stays below with probability `level`."""
        return np.maximum(np.expm1(centre + size * _read(self.errors, level)[group]), 0.0)

    def mean(self, centre: np.ndarray, size: np.ndarray, group: np.ndarray) -> np.ndarray:
        """Expected count: the mean of the distribution, so that totals add up.

        Rows of one size and group share the factor between `exp(centre)` and this mean; only where a part of the distribution
        lies below a count of zero has each row its own.
        """
        first, which = distinct(pd.factorize(size)[0] * len(self.groups) + group)
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
class CountSpread:
    """For rare counts: a negative binomial, its levels recalibrated by where held-out counts fell in it.

    Distributional conformal prediction (Chernozhukov, Wüthrich and Zhu 2021), with the randomised rank that counts need.
    """

    groups: tuple[str, ...]
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


def log_spread(errors: np.ndarray, groups: dict[str, np.ndarray], weight: np.ndarray) -> LogSpread:
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
    return LogSpread(tuple(groups), np.stack([_grid(errors[rows], weight[rows]) for rows in groups.values()]))


def count_spread(
    counts: np.ndarray, expected: np.ndarray, groups: dict[str, np.ndarray], weight: np.ndarray, seed: int
) -> CountSpread:
    """Dispersion by maximum likelihood, then the ranks of the held-out counts in that distribution."""
    dispersion = _dispersion(counts, expected)
    shape = _negative_binomial(expected, dispersion)
    below, upto = stats.nbinom.cdf(counts - 1, *shape), stats.nbinom.cdf(counts, *shape)
    ranks = below + np.random.default_rng(seed).uniform(size=len(counts)) * (upto - below)
    return CountSpread(tuple(groups), np.stack([_grid(ranks[rows], weight[rows]) for rows in groups.values()]), dispersion)


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
