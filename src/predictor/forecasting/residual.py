"""LightGBM models: the residual model (the factor that corrects a baseline) and the scale model (the size of the error)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from predictor.definitions.schema import Recipe
from predictor.forecasting.baselines import Baselines
from predictor.forecasting.booster import Booster
from predictor.forecasting.design_matrix import Design, exposure, with_gaps
from predictor.forecasting.losses import LEAST, POWER
from predictor.tables.frames import Columns, Rows

if TYPE_CHECKING:
    import lightgbm as lgb

MIN_SCALE = 0.05  # smallest size of an error
SCALE_TREES = 60  # of the scale model
MIN_CREATORS_PER_LEAF = 5  # cold start: a leaf rests on so many creators, not on one who posts a lot


@dataclass(frozen=True)
class FitContext:
    """What every booster of a segment shares."""

    recipe: Recipe
    design: Design
    seed: int
    cold_start: bool = False


def weights(rows: Rows, context: FitContext) -> np.ndarray:
    """Weights of training rows: for a cold start every creator weighs the same, however many posts there are of each."""
    if not context.cold_start:
        return np.ones(len(rows))
    creator, posts = _posts_by_creator(rows)
    return np.asarray(len(rows) / (np.count_nonzero(posts) * posts[creator]), dtype=float)


def _posts_by_creator(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Each row's creator by number, and how many rows there are of each."""
    creator, names = Columns.of(rows).factors("creator_id")
    return creator, np.bincount(creator, minlength=len(names))


class Growing:
    """A booster while it learns: trees are added as they are asked for, and it answers in between."""

    def __init__(self, data: lgb.Dataset, parameters: dict[str, object], most: int):
        import lightgbm as lgb

        self._live, self._trees = lgb.Booster({**parameters, "num_iterations": most}, data), 0

    def raw_scores(self, matrix: np.ndarray, trees: int) -> np.ndarray:
        """The sum of the first `trees` of each row of a matrix (rows × columns)."""
        self._grow(trees)
        return np.asarray(self._live.predict(matrix, raw_score=True, num_iteration=trees, num_threads=1), dtype=float)

    def booster(self, trees: int) -> Booster:
        """With so many trees."""
        self._grow(trees)
        return Booster(self._live.model_to_string())

    def _grow(self, trees: int) -> None:
        for _ in range(trees - self._trees):
            self._live.update()
        self._trees = max(trees, self._trees)


class ResidualRows:
    """The rows that residual models learn from, with their gaps: the same ones whatever the baseline."""

    def __init__(self, rows: Rows, context: FitContext):
        rows = Columns.of(rows)
        self._context, self._parameters = context, _parameters(rows, context)
        self._columns = with_gaps(rows, context.design, context.recipe, context.seed)
        self._weight = weights(self._columns, context)
        self._y, self._exposed = self._columns.floats(context.recipe.outcome), exposure(self._columns, context.recipe.exposure)

    def dataset(self, baselines: Baselines, baseline_name: str) -> tuple[lgb.Dataset, dict[str, object]]:
        """What the residual model of a baseline learns, the log of the outcome over that baseline's forecast, and how."""
        log_baseline = baselines.log_rates_by({baseline_name}, self._columns)[baseline_name]
        if self._context.recipe.counts:  # the rate over the baseline's; a variance of mean ** power makes this its weight
            expected = np.maximum(np.exp(log_baseline) * self._exposed, LEAST)
            target, weight = self._y / expected, self._weight * expected ** (2 - POWER)
        else:
            target, weight = np.log1p(self._y) - np.log(self._exposed) - log_baseline, self._weight
        matrix = self._context.design.matrix(self._columns, log_baseline)
        return _dataset(matrix, target, weight, self._context, self._parameters), self._parameters


def fit_residual(rows: Rows, baselines: Baselines, baseline_name: str, context: FitContext, trees: int) -> Booster:
    """Fit the residual model on the forecast of the baseline `baseline_name`."""
    data, parameters = ResidualRows(rows, context).dataset(baselines, baseline_name)  # the rows themselves take memory no more
    return Growing(data, parameters, trees).booster(trees)


def predict_residual(booster: Booster, matrix: np.ndarray, trees: int) -> np.ndarray:
    """Log of the factor by which the baseline is to be multiplied."""
    return booster.raw_scores(matrix, trees)


def fit_scale_model(held_out: Rows, errors: np.ndarray, log_baseline: np.ndarray, context: FitContext) -> Booster:
    """Fit the scale model: the size of the error, from the errors made on held-out rows."""
    parameters = {**_parameters(held_out, context), "objective": "regression", "num_leaves": 7, "min_data_in_leaf": 100}
    parameters.pop("monotone_constraints", None)
    matrix = context.design.matrix(held_out, log_baseline)
    data = _dataset(matrix, np.abs(errors), np.ones(len(errors)), context, parameters)
    return Growing(data, parameters, SCALE_TREES).booster(SCALE_TREES)


def predict_scale(booster: Booster | None, matrix: np.ndarray) -> np.ndarray:
    """The size of the error to expect for each row; 1 for all without a scale model."""
    if booster is None:
        return np.ones(len(matrix))
    return np.maximum(booster.raw_scores(matrix), MIN_SCALE)


def _dataset(
    matrix: np.ndarray, target: np.ndarray, weight: np.ndarray, context: FitContext, parameters: dict[str, object]
) -> lgb.Dataset:
    import lightgbm as lgb

    return lgb.Dataset(
        matrix, target, weight=weight, feature_name=list(context.design.columns), categorical_feature=context.design.categories,
        params={**parameters, "verbose": -1, "max_bin": context.recipe.lightgbm.max_bin}, free_raw_data=True,
    )  # fmt: skip


def _parameters(rows: Rows, context: FitContext) -> dict[str, object]:
    settings = context.recipe.parameters
    parameters: dict[str, object] = {
        **context.recipe.lightgbm.model_dump(),
        "objective": context.recipe.objective, "learning_rate": settings.learning_rate, "num_leaves": settings.leaves,
        "min_data_in_leaf": settings.smallest_leaf, "seed": context.seed, "deterministic": True, "force_row_wise": True,
        "num_threads": 1, "verbose": -1, "tweedie_variance_power": POWER,
    }  # fmt: skip
    if context.cold_start:  # squared error: between creators the mean of the log was forecast better than by the median
        if not context.recipe.counts:
            parameters["objective"] = "regression"
        parameters["num_leaves"] = min(settings.leaves, 7)
        parameters["min_data_in_leaf"] = max(
            settings.smallest_leaf, MIN_CREATORS_PER_LEAF * len(rows) // np.count_nonzero(_posts_by_creator(rows)[1])
        )
    if context.recipe.directions:
        sign = {"raises": 1, "lowers": -1}
        signs = [sign.get(context.recipe.directions.get(column, ""), 0) for column in context.design.columns]
        parameters |= {"monotone_constraints": signs, "monotone_constraints_method": "intermediate"}
    return parameters
