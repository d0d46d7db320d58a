"""The race of residual models: each is fitted fold after fold, until on the rows held out so far it is clearly behind the best.

Of racing (Maron and Moore 1994, "Hoeffding races: accelerating model selection search") with errors paired row by row. What
falls out costs no more fits and is not selected; what is left was tried on every fold.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictor.forecasting.baselines import Baselines
from predictor.forecasting.losses import behind_best, losses
from predictor.forecasting.residual import FitContext, fit_residual, predict_residual
from predictor.forecasting.splits import Fold

RESIDUAL_WEIGHTS = (0.25, 0.5, 0.75, 1.0)
TREE_FRACTIONS = (0.1, 0.3, 1.0)  # of the recipe's trees: the numbers of trees that are tried
BEHIND_BY_CREATOR = 1.0  # standard errors that are clearly behind: folds by creator are all of one size and say much the same
BEHIND_IN_TIME = 2.0  # folds that walk forward through time differ: the first has learned from the fewest rows

Residuals = dict[tuple[str, int], np.ndarray]  # out-of-fold predictions by baseline and number of trees


def race(
    rows: pd.DataFrame, folds: list[Fold], fitted: list[Baselines], log_starts: pd.DataFrame, weight: np.ndarray,
    cluster: np.ndarray, context: FitContext,
) -> Residuals:  # fmt: skip
    """Out-of-fold predictions of the residual models that were not clearly behind before the last fold.

    Parameters
    ----------
    rows, folds, fitted
        Labelled rows, the positions of training and held-out rows among them, and each fold's baselines.
    log_starts
        Log forecasts by the baselines that a residual model is tried on, one a column: held-out rows, fold after fold.
    weight, cluster
        Weights of the held-out rows, and the names of the groups whose errors go together.
    """
    trees_of_recipe = context.recipe.parameters.trees
    numbers = dict.fromkeys(log_starts, sorted({max(1, round(fraction * trees_of_recipe)) for fraction in TREE_FRACTIONS}))
    found: Residuals = {(name, trees): np.empty(0) for name in numbers for trees in numbers[name]}
    y = np.concatenate([rows[context.recipe.outcome].to_numpy(dtype=float)[test_idx] for _, test_idx in folds])
    tried = 0
    for (train_idx, test_idx), baselines in zip(folds, fitted, strict=True):
        if tried and found:
            found = _not_behind(found, y[:tried], log_starts.iloc[:tried], weight[:tried], cluster[:tried], context)
        train, held_out = rows.iloc[train_idx], rows.iloc[test_idx]
        for name in dict.fromkeys(name for name, _ in found):
            of_baseline = [trees for of, trees in found if of == name]
            booster = fit_residual(train, baselines, name, context, max(of_baseline))
            matrix = context.design.matrix(held_out, baselines.log_rates_by({name}, held_out)[name])
            for trees in of_baseline:
                found[name, trees] = np.append(found[name, trees], predict_residual(booster, matrix, trees))
        tried += len(test_idx)
    return found


def _not_behind(
    found: Residuals, y: np.ndarray, log_starts: pd.DataFrame, weight: np.ndarray, cluster: np.ndarray, context: FitContext
) -> Residuals:
    """Those that with one of the weights are not clearly behind, and of the same baseline all fewer trees, which cost nothing."""
    starts = {name: log_starts[name].to_numpy() for name in log_starts}
    forecasts = {(name, 0, 0.0): start for name, start in starts.items()} | {
        (name, trees, share): starts[name] + share * residual
        for (name, trees), residual in found.items() for share in RESIDUAL_WEIGHTS
    }  # fmt: skip
    clearly = BEHIND_BY_CREATOR if context.cold_start else BEHIND_IN_TIME
    behind = behind_best([losses(y, one, context.recipe) for one in forecasts.values()], weight, cluster)
    abreast = [one for one, gap in zip(forecasts, behind, strict=True) if gap <= clearly]
    most = {name: max((trees for of, trees, _ in abreast if of == name), default=0) for name in starts}
    return {(name, trees): residual for (name, trees), residual in found.items() if trees <= most[name]}
