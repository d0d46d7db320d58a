"""A regressor of one's own on the folds of the back-test, with what the model sees: a challenger."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from predictor.definitions.schema import Recipe
from predictor.errors import Fault, RowsError
from predictor.forecasting.design_matrix import Design, exposure

NAME = "challenger"  # its column among the forecasts of a back-test; `error_challenger` among the figures
EXPOSURE = "log_exposure"
TRIED = 100  # rows


def inputs(rows: pd.DataFrame, design: Design, recipe: Recipe) -> pd.DataFrame:
    """What a regressor is given: a column for each that the model sees (a category as the number of its level) and
    `log_exposure`, all floats; a missing or never-seen value is NaN."""
    matrix = design.matrix(rows, np.zeros(len(rows)))
    named = pd.DataFrame(matrix, columns=list(design.columns), index=rows.index)
    return named.assign(**{EXPOSURE: np.log(exposure(rows, recipe.exposure))})


def refuse_unfit(estimator: Any, rows: pd.DataFrame, design: Design, recipe: Recipe) -> None:
    """Let a regressor learn from a few rows before hours are spent.

    Raises
    ------
    RowsError
        Where it cannot, with what it says itself.
    """
    few = rows.iloc[:: max(len(rows) // TRIED, 1)]
    try:
        challenge(estimator, few, few, design, recipe)
    except Exception as problem:  # anybody's code
        said = " ".join(str(problem).split())[:200].rstrip(".")
        advice = "give a regressor with fit(X, y) and predict(X); one that takes no missing values needs an imputer before it"
        raise RowsError([Fault("challenger", f"cannot learn from these examples: {said}; {advice}.")]) from None


def challenge(estimator: Any, train: pd.DataFrame, asked: pd.DataFrame, design: Design, recipe: Recipe) -> np.ndarray:
    """Counts that a copy of the regressor forecasts for the rows asked, once it has learned from the others.

    It learns log(1 + count), or the count itself of a rare outcome, whose mean the back-test asks for.

    Parameters
    ----------
    estimator
        Anything with scikit-learn's `fit(X, y)` and `predict(X)`; one that takes no NaN needs an imputer before it.
    train, asked
        Labelled examples to learn from, and the rows to forecast.
    """
    from sklearn.base import clone

    count = train[recipe.outcome].to_numpy(dtype=float)
    fitted = clone(estimator).fit(inputs(train, design, recipe), count if recipe.counts else np.log1p(count))
    said = np.asarray(fitted.predict(inputs(asked, design, recipe)), dtype=float).reshape(len(asked))
    return np.maximum(said if recipe.counts else np.expm1(said), 0.0)
