"""Several outcomes of the same bookings drawn together: a booking that more people see than was forecast is clicked on more, too.

Each outcome keeps its own forecast, and what its bookings have in common (`sampling`). What ties the outcomes is that each factor
of a Gaussian copula (the campaign, a person, a creator, a booking's own luck) is correlated between them. How much is estimated
from the errors of past forecasts of rows that have both outcomes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from predictor.forecasting.sampling import (
    OutcomeCorrelations,
    factors,
    loads,
    normal_scores,
    spread_evenly,
    two_piece_normals,
)

ASSUMED_BETWEEN = 0.5  # correlation of two outcomes of a booking where no past row has both: an assumption
PRIOR_CREATORS = 20  # of past rows, as many as weigh as much as the assumption
HIGHEST = 0.95  # largest correlation either way, so that no outcome is told by another alone
SAME_ROW = ["split", "source", "row_id"]


@dataclass(frozen=True)
class TargetForecasts:
    """What one target is forecast to bring, a row a booking of one campaign (`expected` is NaN where it has no forecast), how
    past forecasts of it missed together, and whether its outcomes are `whole` (rare counts)."""

    rows: pd.DataFrame
    shocks: OutcomeCorrelations
    whole: bool


def correlations_between(predictions: pd.DataFrame, whole: Mapping[str, bool]) -> dict[str, dict[str, float]]:
    """How the forecasts of several targets missed the outcomes of the same rows together.

    Parameters
    ----------
    predictions
        Held-out forecasts as `judge` returns them, with their outcomes; `target` says of what.
    whole
        By target whether its outcomes are rare counts (`recipe.counts`).

    Returns
    -------
    By target and other target the correlation of their normal scores, a mean product as in `estimate_correlations`, drawn
    towards `ASSUMED_BETWEEN` as if `PRIOR_CREATORS` more creators had shown that. Two targets that no row has both of are not
    there.
    """
    found: dict[str, dict[str, float]] = {name: {} for name in whole}
    columns = [*SAME_ROW, "creator_id", "score", "left"]
    scored = {name: normal_scores(predictions[predictions["target"] == name], counts)[columns] for name, counts in whole.items()}
    for one, other in combinations(scored, 2):
        both = scored[one].merge(scored[other].drop(columns="creator_id"), on=SAME_ROW, suffixes=("", "_other"))
        if len(both):
            found[one][other] = found[other][one] = _correlation(both)
    return found


def _correlation(both: pd.DataFrame) -> float:
    """Of the scores of two outcomes, as `sampling` estimates a share, drawn towards the assumption."""
    scale = 1.0
    for end in ("", "_other"):
        scale *= float((both[f"score{end}"] ** 2).mean() * (1 - both[f"left{end}"]).mean())
    product = float((both["score"] * both["score_other"]).mean()) / max(np.sqrt(scale), 1e-9)
    creators = both["creator_id"].nunique()
    drawn = (creators * product + PRIOR_CREATORS * ASSUMED_BETWEEN) / (creators + PRIOR_CREATORS)
    return float(np.clip(drawn, -HIGHEST, HIGHEST))


def sample_beside(
    first: TargetForecasts,
    others: Mapping[str, TargetForecasts],
    chosen: np.ndarray,
    draws: int,
    since: int = 0,
    seed: int = 1,
    keep_going: Callable[[], bool] = lambda: True,
) -> dict[str, np.ndarray]:
    """Other outcomes of some bookings, drawn jointly with those of a first target, which `sample_jointly` drew already.

    Parameters
    ----------
    first
        The first target, of all bookings, drawn so many `draws` times with the same `seed`.
    others
        By target, the forecasts of the same rows.
    chosen
        Positions of the rows that are asked for.
    since
        The first draw that is asked for.
    keep_going
        Asked now and then; once it says no, nothing is drawn.

    Returns
    -------
    By target (draws - since) × chosen, NaN where a booking has no forecast; each has the quantiles and the mean that were
    forecast. Empty where it was given up.
    """
    targets = [first, *others.values()]
    rows = [one.rows.iloc[chosen] for one in targets]
    weights = [loads(some, one.shocks) for some, one in zip(rows, targets, strict=True)]
    mixing = np.linalg.cholesky(_between_factors([*others], targets, weights))
    scores = np.zeros((len(others), draws - since, len(chosen)))
    luck = np.random.default_rng([seed, 1])
    for part, of_all in factors(first.rows, draws, np.random.default_rng(seed)):
        if not keep_going():
            return {}
        begin = max(part.start, since)
        if begin >= part.stop:
            continue
        asked, skipped = slice(begin - since, part.stop - since), begin - part.start
        own = [of_all[0][skipped:], *(one[skipped:, chosen] for one in of_all[1:])]
        standard = [own, *(next(factors(some, part.stop - begin, luck))[1] for some in rows[1:])]
        for place, mixed in enumerate(mixing[1:], start=1):
            for share, its in zip(mixed, standard, strict=True):
                for weight, factor in zip(weights[place], its, strict=True):
                    scores[place - 1, asked] += share * weight * factor
    return {
        name: _outcomes(one.rows.iloc[chosen], spread_evenly(each), one.whole, luck)
        for (name, one), each in zip(others.items(), scores, strict=True)
    }


def within_bounds(drawn: Mapping[str, np.ndarray], at_most: Mapping[str, Sequence[str]], first: str) -> dict[str, np.ndarray]:
    """Draws of the same bookings in which no outcome is above what bounds it.

    What bounds the `first` target is raised to it, which stays as it is; any other outcome is lowered to what bounds it.
    `at_most` says what bounds a target, the nearest first.
    """
    kept = dict(drawn)
    bounds = {name: [bound for bound in at_most.get(name, ()) if bound in kept] for name in kept}
    lower = first
    for bound in bounds[first]:
        kept[bound] = np.where(kept[lower] > kept[bound], kept[lower], kept[bound])
        lower = bound
    for name in sorted({*kept} - {first, *bounds[first]}, key=lambda name: len(bounds[name])):
        for bound in bounds[name][:1]:
            kept[name] = np.where(kept[name] > kept[bound], kept[bound], kept[name])
    return kept


def _between_factors(
    others: Sequence[str], targets: Sequence[TargetForecasts], weights: Sequence[list[np.ndarray]]
) -> np.ndarray:
    """How each factor is correlated between the targets, so that their scores are as estimated; one matrix that can be.

    Where two targets divide their variance otherwise between the factors, these have to be tied more than the scores.
    """
    found = np.eye(len(targets))
    for one, other in combinations(range(len(targets)), 2):
        asked = targets[one].shocks.between.get(others[other - 1], ASSUMED_BETWEEN)
        alike = float(sum((mine * theirs).mean() for mine, theirs in zip(weights[one], weights[other], strict=True)))
        found[one, other] = found[other, one] = np.clip(asked / max(alike, 1e-9), -HIGHEST, HIGHEST)
    values, vectors = np.linalg.eigh(found)
    nearest = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    size = np.sqrt(np.diag(nearest))
    return np.asarray(nearest / np.outer(size, size))


def _outcomes(rows: pd.DataFrame, scores: np.ndarray, whole: bool, rng: np.random.Generator) -> np.ndarray:
    there = rows["expected"].notna().to_numpy()
    drawn = np.full(scores.shape, np.nan)
    drawn[:, there] = two_piece_normals(rows[there], whole).outcomes(scores[:, there], whole, rng)
    return drawn
