"""One coefficient of a log-linear regression whose rows come in clusters, with an interval that respects the clusters.

A few sums per cluster say all that a linear regression needs, so that a draw of clusters costs one small system of equations.
Every coefficient has a prior spread around zero, which keeps the equations solvable where a draw leaves a category out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

STEPS, CLOSE = 50, 1e-8  # of the iteration that fits counts
FARTHEST = 30.0  # log of the largest mean that the iteration may try
LEAST_VARIANCE = 1e-4
UNEVEN = 2.0  # variance of rare counts beyond Poisson's, in squared means: only weights, and estimates of it are wild
AT_ONCE = 100  # draws


@dataclass(frozen=True)
class Sums:
    """Cross products per cluster: of inputs (clusters × p × p), with the outcome (clusters × p); and the priors' weight (p)."""

    inputs: np.ndarray
    outcome: np.ndarray
    precision: np.ndarray

    def first(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The first coefficient and its standard error by clusters, where draws have each cluster `times` (draws × clusters)."""
        system = np.tensordot(times, self.inputs, 1) + np.diag(self.precision)
        found = np.linalg.solve(system, (times @ self.outcome)[..., None])[..., 0]
        row = np.linalg.solve(system, np.eye(len(self.precision))[:, :1])[..., 0]
        scores = row @ self.outcome.T - np.einsum("dp,cpq,dq->dc", row, self.inputs, found, optimize=True)
        return found[:, 0], np.sqrt((times * scores**2).sum(axis=1))

    def without_each(self) -> np.ndarray:
        """The first coefficient when a cluster is left out, one after another (clusters)."""
        system, right = self.inputs.sum(axis=0) + np.diag(self.precision), self.outcome.sum(axis=0)
        parts = zip(*(np.array_split(one, -(-len(one) // AT_ONCE)) for one in (self.inputs, self.outcome)), strict=True)
        return np.concatenate([np.linalg.solve(system - seen, (right - told)[..., None])[:, 0, 0] for seen, told in parts])


def sums_of_logs(seen: np.ndarray, logs: np.ndarray, cluster: np.ndarray, noise_of: np.ndarray, spread: np.ndarray) -> Sums:
    """Sums for an outcome on the log scale, where each cluster has a level of its own.

    Rows are weighted as in a random-effects regression, by taking part of each cluster's mean away (Fuller and Battese 1973,
    "Transformations for estimation of linear models with nested-error structure"): a cluster of a thousand rows tells little
    more about what differs between clusters than one of fifty.

    Parameters
    ----------
    seen, logs
        Inputs (rows × p, the one of interest first) and the outcome (rows).
    cluster, noise_of
        Codes from 0: the cluster of each row, and the group whose rows scatter alike around their clusters' levels.
    spread
        Prior spread of each coefficient (p).
    """
    precision = spread**-2.0
    left = logs - seen @ np.linalg.solve(seen.T @ seen + np.diag(precision), seen.T @ logs)
    size, level = np.bincount(cluster)[cluster], _means(left, cluster)
    free = np.maximum(np.bincount(noise_of, 1.0 - 1.0 / size), 1.0)
    noise = np.maximum(np.bincount(noise_of, (left - level) ** 2) / free, LEAST_VARIANCE)[noise_of]
    between = max(float(np.average(level**2 - noise / size, weights=1.0 / size)), LEAST_VARIANCE)
    share = 1.0 - np.sqrt(noise / (noise + size * between))
    return _sums(seen, logs, cluster, share, 1.0 / noise, precision)


def sums_of_counts(seen: np.ndarray, counts: np.ndarray, exposure: np.ndarray, cluster: np.ndarray, spread: np.ndarray) -> Sums:
    """Sums for rare counts, zeros among them: the last step of fitting their rate per exposure by a log-linear Poisson model.

    Its means hold whatever the distribution (Gourieroux, Monfort and Trognon 1984, "Pseudo maximum likelihood methods:
    applications to Poisson models"); the variance grows with the square of the mean too, as it does between creators. Each
    draw of clusters then takes one step from the fit (Moulton and Zeger 1991, "Bootstrapping generalized linear models").
    """
    precision, usual = spread**-2.0, np.log(exposure) + np.log(max(counts.sum(), 0.5) / exposure.sum())
    found = np.zeros(seen.shape[1])
    for _ in range(STEPS):
        mean = np.exp(np.minimum(usual + seen @ found, FARTHEST))
        weight, aim = mean / (1.0 + UNEVEN * mean), seen @ found + (counts - mean) / mean
        before, found = found, np.linalg.solve((seen.T * weight) @ seen + np.diag(precision), seen.T @ (weight * aim))
        if np.abs(found - before).max() < CLOSE:
            break
    return _sums(seen, aim, cluster, np.zeros(len(seen)), weight, precision)


def interval(
    sums: Sums, strata: np.ndarray, level: float, draws: int, rng: np.random.Generator, *, cautious: bool = False
) -> tuple[float, float, float]:
    """The first coefficient, and from where to where it lies: a studentised bootstrap of whole clusters within their strata.

    Cameron, Gelbach and Miller 2008, "Bootstrap-based improvements for inference with clustered errors". In 100 invented
    worlds its 90 % held 89 true factors on engagement (percentiles of the draws: 87) and 82 on orders. `cautious` takes the
    error from leaving out one cluster after another, which the one step of each draw makes too small for counts: 85 on orders.
    """
    value, error = (float(one[0]) for one in sums.first(np.ones((1, len(strata)))))
    values, errors = _drawn(sums, _times(strata, draws, rng))
    away = np.quantile((values - value) / errors, [(1.0 + level) / 2.0, (1.0 - level) / 2.0])
    if cautious:
        error = float(np.sqrt(((sums.without_each() - value) ** 2).sum() * (1.0 - 1.0 / len(strata))))
    low, high = value - error * away
    return value, float(low), float(high)


def _drawn(sums: Sums, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first coefficient and its error, draw after draw, some at once to spare memory."""
    parts = [sums.first(some) for some in np.array_split(times, -(-len(times) // AT_ONCE))]
    return np.concatenate([values for values, _ in parts]), np.concatenate([errors for _, errors in parts])


def _times(strata: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """How often each cluster is there, draw after draw."""
    times = np.zeros((draws, len(strata)))
    for stratum in np.unique(strata):
        inside = np.flatnonzero(strata == stratum)
        times[:, inside] = rng.multinomial(len(inside), np.full(len(inside), 1.0 / len(inside)), draws)
    return times


def _means(values: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    """Each value replaced by the mean of its cluster."""
    means: np.ndarray = (np.bincount(cluster, values) / np.bincount(cluster))[cluster]
    return means


def _sums(
    seen: np.ndarray, outcome: np.ndarray, cluster: np.ndarray, share: np.ndarray, weight: np.ndarray, precision: np.ndarray
) -> Sums:
    """Sums of weighted rows, less a share of their cluster's mean; one cluster at a time, for the inputs may fill the memory."""
    order, products = np.argsort(cluster, kind="stable"), []
    for at in np.split(order, np.cumsum(np.bincount(cluster))[:-1]):
        rows = np.column_stack([seen[at], outcome[at]])
        rows = (rows - share[at, None] * rows.mean(axis=0)) * np.sqrt(weight[at])[:, None]
        products.append(rows.T @ rows)
    told = np.array(products)
    return Sums(told[:, :-1, :-1], told[:, :-1, -1], precision)
