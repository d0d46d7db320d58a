"""Losses and scores: what is minimised when baselines and residual models are selected, and what is reported."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from predictor.definitions.schema import Recipe

POWER = 1.5  # of the Tweedie family: variance grows as mean ** 1.5, between Poisson's 1 and the gamma's 2
LEAST = 1e-6  # smallest expected count


def losses(y: np.ndarray, log_forecast: np.ndarray, recipe: Recipe) -> np.ndarray:
    """Loss of each forecast, given as a log: absolute error on the log scale, or for rare counts Tweedie deviance.

    Poisson deviance would be decided by the few largest bookings, since tracked orders scatter far more than Poisson counts.
    """
    if not recipe.counts:
        return np.asarray(np.abs(np.log1p(y) - log_forecast))
    root = np.sqrt(np.maximum(np.exp(log_forecast), LEAST))  # for a power of 1.5 the deviance takes this form
    return np.asarray(4 * (np.sqrt(y) - root) ** 2 / root)


def loss(y: np.ndarray, log_forecast: np.ndarray, recipe: Recipe, weight: np.ndarray | None = None) -> float:
    """The mean of `losses`."""
    return float(np.average(losses(y, log_forecast, recipe), weights=weight))


def log_counts(counts: np.ndarray, recipe: Recipe) -> np.ndarray:
    """Forecast counts on the scale that `losses` takes them on."""
    return np.log(np.maximum(counts, LEAST)) if recipe.counts else np.log1p(counts)


def loss_of_counts(y: np.ndarray, counts: np.ndarray, recipe: Recipe) -> float:
    """The mean of `losses`, of forecasts that are given as counts."""
    return loss(y, log_counts(counts, recipe), recipe)


def one_standard_error_rule(
    candidates: list[np.ndarray], weight: np.ndarray, cluster: np.ndarray, min_relative_gain: float, min_standard_errors: float
) -> int:
    """Position of the first of several forecasts, simplest first, that is not clearly worse than the best of them.

    Parameters
    ----------
    candidates
        Losses of the same rows by each forecast.
    weight
        Weight of each row.
    cluster
        Rows of one cluster (a creator) err together.
    min_relative_gain
        Relative gain below which a more complex forecast is not worth having, even if it is certain.
    min_standard_errors
        Standard errors, over clusters, by which it must be better; between three clusters or fewer nothing is clear.

    Notes
    -----
    The one-standard-error rule of Breiman et al. (1984, "Classification and Regression Trees").
    """
    means, errors = _gaps_to_best(candidates, weight, cluster)
    best = int(np.argmin(means))
    for i, (mean, standard_error) in enumerate(zip(means, errors, strict=True)):
        if mean <= means[best] + max(min_relative_gain * means[best], min_standard_errors * standard_error):
            return i
    return best


def behind_best(candidates: list[np.ndarray], weight: np.ndarray, cluster: np.ndarray) -> list[float]:
    """By how many standard errors each of several forecasts is worse than the best; parameters as above."""
    means, errors = _gaps_to_best(candidates, weight, cluster)
    return [(mean - min(means)) / error if error else 0.0 for mean, error in zip(means, errors, strict=True)]


def chances_ahead(
    candidates: list[np.ndarray], reference: np.ndarray, weight: np.ndarray, cluster: np.ndarray, share: float, by: float
) -> list[float]:
    """The chance of each of several forecasts to be better than a reference in the end, if it goes on as it began.

    Stochastic curtailment (Lan, Simon and Halperin 1982, "Stochastically curtailed tests in long-term clinical trials"), with the
    difference so far as the one to expect.

    Parameters
    ----------
    candidates, reference
        Losses of the rows tried so far by each forecast, and by the one it is to be better than.
    weight, cluster
        Weight of each row; rows of one cluster err together.
    share
        Of all rows, those that were tried.
    by
        Standard errors by which it must be better in the end.
    """
    cluster_idx, chances = np.unique(cluster, return_inverse=True)[1], []
    for candidate in candidates:
        gain = reference - candidate
        mean = float(np.average(gain, weights=weight))
        error = _standard_error(weight * (gain - mean), cluster_idx) / weight.sum()
        ahead = mean / error if error else 0.0
        chances.append(NormalDist().cdf((ahead / np.sqrt(share) - by) / np.sqrt(1 - share)))
    return chances


def _gaps_to_best(candidates: list[np.ndarray], weight: np.ndarray, cluster: np.ndarray) -> tuple[list[float], list[float]]:
    """The mean loss of each forecast, and the standard error of the difference to the best."""
    means = [float(np.average(candidate, weights=weight)) for candidate in candidates]
    best, cluster_idx = int(np.argmin(means)), np.unique(cluster, return_inverse=True)[1]
    gaps = [weight * (one - candidates[best] - mean + means[best]) for one, mean in zip(candidates, means, strict=True)]
    return means, [_standard_error(gap, cluster_idx) / weight.sum() if np.any(gap) else 0.0 for gap in gaps]


def total_calibration_factor(y: np.ndarray, expected: np.ndarray, cluster: np.ndarray) -> float:
    """The factor that makes expected counts add up to the actual ones, as far as the gap is more than chance.

    The log of the ratio of totals, shrunk by its standard error over clusters.
    """
    if not y.sum() > 0:
        return 1.0
    ratio = y.sum() / expected.sum()
    standard_error = _standard_error(y - ratio * expected, cluster) / y.sum()
    return float(np.exp(shrunk(float(np.log(ratio)), standard_error)))


def shrunk(value: float, standard_error: float) -> float:
    """An estimate less what of it may be chance: all of it within its standard error (positive-part James and Stein 1961)."""
    return value * max(0.0, 1.0 - (standard_error / value) ** 2) if value else 0.0


def shrunken_bias(errors: np.ndarray, weight: np.ndarray, cluster: np.ndarray) -> float:
    """The part of the median error that may be chance: all of it where it is within its standard error over clusters.

    What `shrunk` takes away; the standard error is that of a median by the signs of the errors around it
    (Koenker 2005, "Quantile Regression"), the density there taken from the middle half of the errors.
    """
    low, middle, high = np.quantile(errors, (0.25, 0.5, 0.75), weights=weight, method="inverted_cdf")
    standard_error = (high - low) * _standard_error(weight * np.sign(errors - middle), cluster) / weight.sum()
    return float(middle - shrunk(float(middle), standard_error))


def standard_error_of_mean(values: np.ndarray) -> float:
    """Of the mean of independent values, one a cluster; infinite for three or fewer."""
    return _standard_error(values - values.mean(), np.arange(len(values))) / len(values) if len(values) else np.inf


def _standard_error(off: np.ndarray, cluster: np.ndarray) -> float:
    """Of a total, from what each row adds to it beyond its mean: rows of one cluster err together.

    Of few clusters it is itself uncertain. The total over its true error then follows Student's t, whose variance is
    (n - 1) / (n - 3) for n clusters; of three or fewer it has none.
    """
    _, cluster_idx = np.unique(cluster, return_inverse=True)
    sums = np.bincount(cluster_idx, off)
    return float(np.sqrt(np.sum(sums**2) * len(sums) / (len(sums) - 3))) if len(sums) > 3 else np.inf


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
