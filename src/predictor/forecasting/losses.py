"""How wrong a forecast was, by proper scores: what is minimised when rules and corrections are chosen, and what is reported."""

from __future__ import annotations

import numpy as np

from predictor.definitions.schema import Recipe

POWER = 1.5  # of the Tweedie family: variance grows as mean ** 1.5, between Poisson's 1 and the gamma's 2
LEAST = 1e-6  # smallest expected count


def losses(counts: np.ndarray, logs: np.ndarray, recipe: Recipe) -> np.ndarray:
    """How wrong each forecast, given as a log, was: absolute error on the log scale, or for rare counts Tweedie deviance.

    Poisson deviance would be decided by the few largest bookings, since tracked orders scatter far more than Poisson counts.
    """
    if not recipe.counts:
        return np.asarray(np.abs(np.log1p(counts) - logs))
    root = np.sqrt(np.maximum(np.exp(logs), LEAST))  # for a power of 1.5 the deviance takes this form
    return np.asarray(4 * (np.sqrt(counts) - root) ** 2 / root)


def loss(counts: np.ndarray, logs: np.ndarray, recipe: Recipe, weight: np.ndarray | None = None) -> float:
    """The mean of `losses`."""
    return float(np.average(losses(counts, logs, recipe), weights=weight))


def one_standard_error_rule(
    tried: list[np.ndarray], weight: np.ndarray, cluster: np.ndarray, worthwhile: float, clear: float
) -> int:
    """The first of several forecasts, plainest first, that is not clearly worse than the best of them.

    Parameters
    ----------
    tried
        Losses of the same rows by each forecast.
    weight
        How much each row counts.
    cluster
        Rows of one cluster (a creator) err together.
    worthwhile
        Relative gain below which a less plain forecast is not worth having, even if it is certain.
    clear
        Standard errors, over clusters, by which it must be better.

    Notes
    -----
    The one-standard-error rule of Breiman et al. (1984, "Classification and Regression Trees").
    """
    means = [float(np.average(one, weights=weight)) for one in tried]
    best = int(np.argmin(means))
    _, number = np.unique(cluster, return_inverse=True)
    for place, one in enumerate(tried):
        apart = np.bincount(number, weight * (one - tried[best] - means[place] + means[best])) / weight.sum()
        if means[place] <= means[best] + max(worthwhile * means[best], clear * float(np.sqrt(np.sum(apart**2)))):
            return place
    return best


def total_calibration_factor(counts: np.ndarray, expected: np.ndarray, cluster: np.ndarray) -> float:
    """The factor that makes expected counts add up to those that came, as far as the gap is more than chance.

    The log of the ratio of totals, shrunk by its squared standard error over clusters (positive-part James and Stein 1961).
    """
    if not counts.sum() > 0:
        return 1.0
    ratio = counts.sum() / expected.sum()
    _, number = np.unique(cluster, return_inverse=True)
    noise = np.sqrt(np.sum(np.bincount(number, counts - ratio * expected) ** 2)) / counts.sum()
    gap = float(np.log(ratio))
    return float(np.exp(gap * max(0.0, 1.0 - (noise / gap) ** 2))) if gap else 1.0


def shrunken_bias(errors: np.ndarray, weight: np.ndarray, cluster: np.ndarray) -> float:
    """The part of the median error that may be chance: all of it where it is within its standard error over clusters.

    Shrunk as in `total_calibration_factor`; the standard error is that of a median by the signs of the errors around it
    (Koenker 2005, "Quantile Regression"), the density there taken from the middle half of the errors.
    """
    low, middle, high = np.quantile(errors, (0.25, 0.5, 0.75), weights=weight, method="inverted_cdf")
    _, number = np.unique(cluster, return_inverse=True)
    noise = (high - low) * np.sqrt(np.sum(np.bincount(number, weight * np.sign(errors - middle)) ** 2)) / weight.sum()
    return float(middle * min(1.0, (noise / middle) ** 2)) if middle else 0.0


def crps(actual: np.ndarray, quantiles: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Continuous ranked probability score of each row: twice the pinball loss averaged over levels (Gneiting and Raftery 2007).

    Parameters
    ----------
    actual
        Outcomes, one a row.
    quantiles
        Rows × levels, on the scale of `actual`.
    levels
        Evenly spaced levels between 0 and 1.
    """
    miss = actual[:, None] - quantiles
    return np.asarray(2 * np.mean(np.maximum(levels * miss, (levels - 1) * miss), axis=1))
