"""Predictive distributions: what could come instead of the forecast, as often as it did on held-out rows.

Both kinds are split-conformal predictive distributions: the errors made on rows that the model had not seen, ranked, are
the distribution of the next error (Vovk et al. 2017, "Nonparametric predictive distributions based on conformal prediction").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

GRID = 199  # quantiles kept of the held-out errors


@dataclass(frozen=True)
class LogSpread:
    """For outcomes modelled as a log: held-out errors divided by how large errors were expected to be."""

    errors: np.ndarray

    def quantile(self, centre: np.ndarray, size: np.ndarray, level: float) -> np.ndarray:
        """Count that the outcome stays below with probability `level`."""
        return np.maximum(np.expm1(centre + size * np.quantile(self.errors, level)), 0.0)

    def mean(self, centre: np.ndarray, size: np.ndarray) -> np.ndarray:
        """Expected count: the mean of the distribution, so that totals add up."""
        total = np.zeros(len(centre))
        for error in self.errors:
            total += np.maximum(np.expm1(centre + size * error), 0.0)
        return total / len(self.errors)


@dataclass(frozen=True)
class CountSpread:
    """For rare counts: a negative binomial, its levels recalibrated by where held-out counts fell in it.

    Distributional conformal prediction (Chernozhukov, Wüthrich and Zhu 2021), with the randomised rank that counts need.
    """

    ranks: np.ndarray
    dispersion: float

    def quantile(self, centre: np.ndarray, level: float) -> np.ndarray:
        """Whole number that the count stays at or below with probability `level`."""
        expected = np.exp(centre)
        at = float(np.clip(np.quantile(self.ranks, level), 1e-9, 1 - 1e-9))
        size, chance = _negative_binomial(expected, self.dispersion)
        return np.asarray(stats.nbinom.ppf(at, size, chance), dtype=float)

    def mean(self, centre: np.ndarray) -> np.ndarray:
        """Expected count."""
        return np.exp(centre)


def log_spread(errors: np.ndarray, sizes: np.ndarray) -> LogSpread:
    """Distribution of errors relative to their expected size."""
    return LogSpread(_grid(errors / sizes))


def count_spread(counts: np.ndarray, expected: np.ndarray, seed: int) -> CountSpread:
    """Dispersion by the method of moments, then the ranks of the held-out counts in that distribution."""
    excess = np.sum((counts - expected) ** 2 - expected) / max(np.sum(expected**2), 1e-12)
    dispersion = float(np.clip(excess, 1e-3, 50.0))
    size, chance = _negative_binomial(expected, dispersion)
    below, upto = stats.nbinom.cdf(counts - 1, size, chance), stats.nbinom.cdf(counts, size, chance)
    luck = np.random.default_rng(seed).uniform(size=len(counts))
    return CountSpread(_grid(below + luck * (upto - below)), dispersion)


def _negative_binomial(expected: np.ndarray, dispersion: float) -> tuple[float, np.ndarray]:
    size = 1.0 / dispersion
    return size, size / (size + np.maximum(expected, 1e-12))


def _grid(values: np.ndarray) -> np.ndarray:
    """Evenly spaced quantiles, with the (n + 1) correction that makes few values give wide intervals."""
    levels = np.arange(1, GRID + 1) / (GRID + 1)
    n = max(len(values), 1)
    outward = np.clip(0.5 + (levels - 0.5) * (n + 1) / n, 0.0, 1.0)
    return np.quantile(values, outward)
