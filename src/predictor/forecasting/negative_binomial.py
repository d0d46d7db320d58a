"""Negative binomial distributions of one dispersion: chances and quantiles of whole counts.

`scipy.stats.nbinom`, whose module takes a second to load, says the same.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from scipy import special

RUNGS = 1000  # counts whose means are tabulated; scipy answers for larger ones
SHARED = 50  # levels, of each that was asked for, above which rows hardly share any
WORTH = 400  # rows of one level that scipy answers in the time in which its ladder is made


def fitted_dispersion(y: np.ndarray, expected: np.ndarray) -> float:
    """By maximum likelihood: the variance is the mean plus its square times this."""
    from scipy import optimize

    mean = np.maximum(expected, 1e-9)

    def negative_log_likelihood(log_dispersion: float) -> float:
        size = np.exp(-log_dispersion)
        ways = special.gammaln(y + size) - special.gammaln(size)
        return -float(np.sum(ways - size * np.log1p(mean / size) - y * np.log1p(size / mean)))

    return float(np.exp(optimize.minimize_scalar(negative_log_likelihood, bounds=(-7.0, 4.0), method="bounded").x))


def share_below(count: np.ndarray, expected: np.ndarray, dispersion: float) -> np.ndarray:
    """The probability of less than a whole count."""
    size, success = _parameters(expected, dispersion)
    return np.asarray(special.betainc(size, np.maximum(count, 0.0), success))


def count_at(level: np.ndarray, expected: np.ndarray, dispersion: float) -> np.ndarray:
    """Quantiles of negative binomials: the least count that is not exceeded with probability `level`.

    A count of k is enough for every mean up to the one at which exactly `level` lies at or below k; so the counts of all rows
    that share a level are read from one ladder of such means, once so many have asked for it that it pays. Others, and means
    beyond the ladder, are answered by scipy one by one. Levels are one a row, or several × rows.
    """
    shape, several = level.shape, level.size // max(len(expected), 1)
    level, expected = level.ravel(), np.tile(expected, several)
    order = np.argsort(level, kind="stable")
    ordered, means, found = level[order], expected[order], np.full(len(level), np.inf)
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(level)]).tolist()
    for begin, end in pairwise([*starts, len(level)]) if len(starts) <= SHARED * several else ():
        one = float(ordered[begin])
        asked = _asked(one, dispersion)
        asked[0] += end - begin
        if asked[0] >= WORTH:
            found[begin:end] = np.searchsorted(_ladder(one, dispersion), means[begin:end])
    counts = np.empty(len(level))
    counts[order] = found
    rest = np.flatnonzero(counts > RUNGS)
    if len(rest):
        least = np.ceil(special.nbdtrik(level[rest], *_parameters(expected[rest], dispersion)))
        enough = share_below(least, expected[rest], dispersion) >= level[rest]  # of one less: it was rounded up past that
        counts[rest] = least - enough
    return counts.reshape(shape)


def _parameters(expected: np.ndarray, dispersion: float) -> tuple[float, np.ndarray]:
    """Size and chance of success of scipy's negative binomial."""
    size = 1.0 / dispersion
    return size, size / (size + np.maximum(expected, 1e-12))


@lru_cache(maxsize=1024)
def _asked(level: float, dispersion: float) -> list[int]:  # noqa: ARG001
    """How many rows have asked for a level so far, to be counted up."""
    return [0]


@lru_cache(maxsize=256)  # three quantiles of three rare counts, for each stratum and platform: 2 MB
def _ladder(level: float, dispersion: float) -> np.ndarray:
    """The means up to which a count of 0, 1, … is enough."""
    size = 1.0 / dispersion
    success = special.betaincinv(size, np.arange(RUNGS + 1) + 1.0, level)
    return np.asarray(size * (1.0 - success) / success)
