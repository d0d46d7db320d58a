"""The race of residual models: each is fitted fold after fold, until on the rows held out so far it is clearly behind the best,
or has hardly a chance to end so far ahead of the baselines alone that it would be selected.

Of racing (Maron and Moore 1994, "Hoeffding races: accelerating model selection search") with errors paired row by row, and of
stochastic curtailment (`losses.chances_ahead`). What falls out costs no more fits and is not selected; what is left was tried on
every fold. On the first fold a model has all its trees only where it is not hopeless with fewer; forward in time, once many rows
were held out, it goes on with no more trees than were worth having so far. Those of rare counts are never taken for hopeless, and
keep all their trees.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from predictor.forecasting.baselines import Baselines
from predictor.forecasting.losses import behind_best, chances_ahead, losses
from predictor.forecasting.residual import FitContext, Growing, ResidualRows
from predictor.forecasting.splits import Fold
from predictor.tables.frames import Columns

RESIDUAL_WEIGHTS = (0.25, 0.5, 0.75, 1.0)
TREE_FRACTIONS = (0.1, 0.3, 1.0)  # of the recipe's trees: the numbers of trees that are tried
BEHIND_BY_CREATOR = 1.0  # standard errors that are clearly behind: folds by creator are all of one size and say much the same
HOPELESS = 0.05  # chance below which a model falls out; of rare counts, which a few rows decide, the first fold says too little
ENOUGH_TO_DECIDE = 4_000  # rows held out forward in time that tell how many trees are worth having
MIN_RELATIVE_GAIN = 0.001  # relative gain below which more of the residual model, or a more complex baseline, is not worth having
BEHIND_IN_TIME = 2.0  # folds that walk forward through time differ: the first has learned from the fewest rows

Residuals = dict[tuple[str, int], np.ndarray]  # out-of-fold predictions by baseline and number of trees


def race(
    rows: Columns, folds: list[Fold], fitted: list[Baselines], log_starts: pd.DataFrame, weight: np.ndarray,
    cluster: np.ndarray, context: FitContext, min_standard_errors: float,
) -> Residuals:  # fmt: skip
    """Out-of-fold predictions of the residual models that did not fall out before the last fold.

    Parameters
    ----------
    rows, folds, fitted
        Labelled rows, the positions of training and held-out rows among them, and each fold's baselines.
    log_starts
        Log forecasts by the baselines that a residual model is tried on, one a column: held-out rows, fold after fold.
    weight, cluster
        Weights of the held-out rows, and the names of the groups whose errors go together.
    min_standard_errors
        By which a model must be better than the baselines alone to be selected.
    """
    trees_of_recipe = context.recipe.parameters.trees
    *fewer, most = sorted({max(1, round(fraction * trees_of_recipe)) for fraction in TREE_FRACTIONS})
    found: Residuals = {(name, trees): np.empty(0) for name in log_starts for trees in (*fewer, most)}
    y = np.concatenate([rows.floats(context.recipe.outcome)[test_idx] for _, test_idx in folds])

    def left(so_far: Residuals) -> Residuals:
        tried = slice(len(next(iter(so_far.values()))))
        share = float(weight[tried].sum() / weight.sum())
        return _left(
            so_far, y[tried], log_starts.iloc[tried], weight[tried], cluster[tried], context, share, min_standard_errors
        )  # fmt: skip

    for place, ((train_idx, test_idx), baselines) in enumerate(zip(folds, fitted, strict=True)):
        if place and found:
            found = left(found)
        if not found:
            break
        fold = _RunFold(rows.take(train_idx), rows.take(test_idx), baselines, most, context)
        if not place and len(folds) > 1 and fewer and not context.recipe.counts:
            first = left({one: fold.residual(*one) for one in found if one[1] != most})
            found = {(name, trees): old for (name, trees), old in found.items() if (name, min(trees, fewer[-1])) in first}
        found = {one: np.append(old, fold.residual(*one)) for one, old in found.items()}
    return found


class _RunFold:
    """The residual models of one fold, each begun when it is first asked for."""

    def __init__(self, train: Columns, held_out: Columns, baselines: Baselines, most: int, context: FitContext):
        self._train, self._held_out, self._baselines, self._most, self._context = train, held_out, baselines, most, context
        self._begun: dict[str, tuple[Growing, np.ndarray]] = {}
        self._found: Residuals = {}

    def residual(self, name: str, trees: int) -> np.ndarray:
        """Predictions of the held-out rows by so many trees on the baseline of this name."""
        if name not in self._begun:
            log_rates = self._baselines.log_rates_by({name}, self._held_out)[name]
            growing = Growing(*self._rows.dataset(self._baselines, name), self._most)
            self._begun[name] = growing, self._context.design.matrix(self._held_out, log_rates)
        if (name, trees) not in self._found:
            growing, matrix = self._begun[name]
            self._found[name, trees] = growing.raw_scores(matrix, trees)
        return self._found[name, trees]

    @cached_property
    def _rows(self) -> ResidualRows:
        return ResidualRows(self._train, self._context)


def _left(
    found: Residuals, y: np.ndarray, log_starts: pd.DataFrame, weight: np.ndarray, cluster: np.ndarray, context: FitContext,
    share: float, min_standard_errors: float,
) -> Residuals:  # fmt: skip
    """Those that with one of the weights are in the race, and of the same baseline all fewer trees, which cost nothing.

    They are not clearly behind the best, and on `share` of the held-out rows not hopeless against the best baseline alone;
    of many rows forward in time, they have no more trees than were worth having.
    """
    starts = {name: log_starts[name].to_numpy() for name in log_starts}
    alone = [losses(y, start, context.recipe) for start in starts.values()]
    tried = [(name, trees, weighed) for name, trees in found for weighed in RESIDUAL_WEIGHTS]
    tried_losses = [losses(y, starts[name] + weighed * found[name, trees], context.recipe) for name, trees, weighed in tried]
    clearly = BEHIND_BY_CREATOR if context.cold_start else BEHIND_IN_TIME
    behind = behind_best([*alone, *tried_losses], weight, cluster)[len(alone) :]
    best_alone = min(alone, key=lambda one: float(np.average(one, weights=weight)))
    chances = chances_ahead(tried_losses, best_alone, weight, cluster, share, min_standard_errors)
    hopeless = 0.0 if context.recipe.counts else HOPELESS
    in_race = [
        (name, trees, float(np.average(its_losses, weights=weight)))
        for (name, trees, _), its_losses, gap, chance in zip(tried, tried_losses, behind, chances, strict=True)
        if gap <= clearly and chance >= hopeless
    ]
    if len(y) >= ENOUGH_TO_DECIDE and not context.cold_start and not context.recipe.counts:
        in_race = _worth_having(in_race)
    most = dict.fromkeys(starts, 0)
    for name, trees, _ in in_race:
        most[name] = max(most[name], trees)
    return {(name, trees): residual for (name, trees), residual in found.items() if trees <= most[name]}


def _worth_having(models: list[tuple[str, int, float]]) -> list[tuple[str, int, float]]:
    """Of models by baseline, number of trees and mean loss those that are better than all with fewer trees on that baseline."""
    return [
        (name, trees, loss)
        for name, trees, loss in models
        if all(its_loss > loss * (1 + MIN_RELATIVE_GAIN) for its, fewer, its_loss in models if its == name and fewer < trees)
    ]
