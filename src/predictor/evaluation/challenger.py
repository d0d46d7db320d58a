"""A regressor of one's own on the folds of the back-test, with what the model sees: a challenger."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue, Recipe
from predictor.errors import Fault, RowsError
from predictor.forecasting.design_matrix import Design, design, exposure, mask_history
from predictor.forecasting.target_model import TargetModel, labelled

NAME = "challenger"  # its column among the forecasts of a back-test; `error_challenger` among the figures
EXPOSURE = "log_exposure"
TRIED = 100  # rows


def inputs(rows: pd.DataFrame, design: Design, recipe: Recipe) -> pd.DataFrame:
    """What a regressor is given: a column for each that the model sees (a category as the number of its level) and
    `log_exposure`, all floats; a missing or never-seen value is NaN."""
    matrix = design.matrix(rows, np.zeros(len(rows)))
    named = pd.DataFrame(matrix, columns=list(design.columns), index=rows.index)
    return named.assign(**{EXPOSURE: np.log(exposure(rows, recipe.exposure))})


def with_values(given: pd.DataFrame) -> list[str]:
    """The columns that any row has a value of: of the others nothing can be learned, and some regressors stop at them."""
    return [name for name in given if given[name].notna().any()]


def refuse_unfit(estimator: Any, rows: pd.DataFrame, recipe: Recipe, catalogue: Catalogue) -> None:
    """Let a regressor learn from a few rows before hours are spent; one of ours must be of the target that is judged.

    Raises
    ------
    RowsError
        Where it cannot, with what it says itself.
    """
    if _is_ours(estimator):
        if estimator.target != recipe.name:
            problem = (
                f"forecasts {estimator.target}, and {recipe.name} is judged too; name the target: targets=['{estimator.target}']."
            )
            raise RowsError([Fault("challenger", problem)])
        estimator.recipe(catalogue)
        return
    few = rows.iloc[:: max(len(rows) // TRIED, 1)]
    try:
        _forecast(estimator, few, few, design(rows, recipe, catalogue), recipe)
    except Exception as problem:  # anybody's code
        said = " ".join(str(problem).split())[:200].rstrip(".")
        advice = "give a regressor with fit(X, y) and predict(X); one that takes no missing values needs an imputer before it"
        raise RowsError([Fault("challenger", f"cannot learn from these examples: {said}; {advice}.")]) from None


def challenge(
    estimator: Any, known: pd.DataFrame, asked: pd.DataFrame, model: TargetModel, catalogue: Catalogue, seed: int, cold: bool
) -> np.ndarray:
    """Counts that a copy of the regressor forecasts for the rows asked, once it has learned from the others.

    It learns log(1 + count), or the count itself of a rare outcome, whose mean the back-test asks for; one of ours
    (`TargetRegressor`) learns from the examples as they are, with the seed of the back-test.

    Parameters
    ----------
    estimator
        Anything with scikit-learn's `fit(X, y)` and `predict(X)`; one that takes no NaN needs an imputer before it.
    known, asked
        Examples to learn from, and the rows to forecast, which come without records where these are not to be seen.
    model
        The model that is judged beside it, for the columns that both see.
    seed
        Where the random numbers start: of one of ours, and of which rows to learn from are masked.
    cold
        Whether the rows to learn from are to be learned as cold starts.
    """
    if _is_ours(estimator):
        ours = _copy(estimator).set_params(catalogue=estimator.catalogue or catalogue, mask_unseen=False, random_state=seed)
        return ours.fit(known).predict(asked)
    train = labelled(known, model.recipe)
    train = mask_history(train, model.design, seed) if cold else train
    return _forecast(estimator, train, asked, model.design, model.recipe)


def _forecast(estimator: Any, train: pd.DataFrame, asked: pd.DataFrame, design: Design, recipe: Recipe) -> np.ndarray:
    count = train[recipe.outcome].to_numpy(dtype=float)
    given = inputs(train, design, recipe)
    shown = with_values(given)
    fitted = _copy(estimator).fit(given[shown], count if recipe.counts else np.log1p(count))
    said = np.asarray(fitted.predict(inputs(asked, design, recipe)[shown]), dtype=float).reshape(len(asked))
    return np.maximum(said if recipe.counts else np.expm1(said), 0.0)


def _is_ours(estimator: Any) -> bool:
    from predictor.evaluation.estimator import TargetRegressor  # scikit-learn takes a second that scoring need not wait

    return isinstance(estimator, TargetRegressor)


def _copy(estimator: Any) -> Any:
    from sklearn.base import clone

    return clone(estimator)
