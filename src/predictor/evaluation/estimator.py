"""One target's model as an estimator of scikit-learn: to clone, to cross-validate, to be judged as a challenger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from predictor.definitions.loader import load_catalogue
from predictor.definitions.schema import Catalogue, Recipe
from predictor.definitions.strict_yaml import parse
from predictor.errors import Fault, RowsError
from predictor.evaluation.challenger import inputs, with_values
from predictor.evaluation.folds import recipe_named, refuse_others
from predictor.forecasting.design_matrix import without_record
from predictor.forecasting.losses import loss_of_counts
from predictor.forecasting.predict import Distribution, answered, distribution
from predictor.forecasting.target_model import fit, labelled, unlearnable


class TargetRegressor(RegressorMixin, BaseEstimator):
    """The model of one target, learned from training examples, with scikit-learn's methods.

    X is a frame of examples (`training_examples`), rows of any target; y may be left out, since the outcome is a column of
    theirs. Rows whose outcome is missing are not learned from, nor scored.

    Parameters
    ----------
    target
        What is forecast: the name of a file in `models/`.
    parameters
        Settings other than the target's own: `trees`, `learning_rate`, `leaves`, `smallest_leaf`, and under `lightgbm` a
        mapping of LightGBM's other settings by their names, such as `{"leaves": 7, "lightgbm": {"lambda_l2": 1.0}}`.
    mask_unseen
        Forecast a creator in no row given to `fit` as if nothing were known of them, as `judge` does on its split of creators
        never seen. Rows asked once everything given to `fit` was known keep their record, as on its split in time and in a
        forecast of today. False uses the record of every row.
    catalogue
        The definitions; by default those of the project that you stand in, else the shipped ones.
    random_state
        Where random numbers start; the same examples and number give the same model to the last bit.

    Attributes
    ----------
    model_
        The fitted model.
    creators_
        Ids of the creators in the rows given to `fit`, with an outcome or without.
    known_until_
        The day by which everything given to `fit` was known.
    columns_
        The columns of the examples that it learned from, and needs to forecast.
    inputs_
        The columns that `inputs` gives.
    n_features_in_, feature_names_in_
        The columns that it was fitted on.

    Raises
    ------
    RowsError
        From `fit`, where there is no such target or setting, or nothing can be learned from these rows.

    Examples
    --------
    >>> import predictor as pr
    >>> from sklearn.base import clone
    >>> clone(pr.TargetRegressor("clicks", parameters={"trees": 50}))
    TargetRegressor(parameters={'trees': 50}, target='clicks')
    """

    def __init__(
        self, target: str = "engagement", *, parameters: Mapping[str, Any] | None = None, mask_unseen: bool = True,
        catalogue: Catalogue | None = None, random_state: int = 1,
    ) -> None:  # fmt: skip
        self.target = target
        self.parameters = parameters
        self.mask_unseen = mask_unseen
        self.catalogue = catalogue
        self.random_state = random_state

    def fit(self, examples: pd.DataFrame, y: Any = None) -> TargetRegressor:
        """Learn from examples; `y` (counts, for the whole booking) stands in the place of the recorded outcomes if given."""
        catalogue = self.catalogue or load_catalogue()
        recipe = self.recipe(catalogue)
        examples = _with_outcome(examples, recipe, y)
        refuse_others(examples, [name for name in catalogue.inputs(recipe) if catalogue.entries[name].computed])
        rows = labelled(examples, recipe)
        if why := unlearnable(rows, recipe):
            raise RowsError([Fault("examples", f"{recipe.name} cannot be learned, because {why}.")])
        self.model_ = fit(examples, recipe, catalogue, self.random_state)
        self.inputs_ = with_values(inputs(rows, self.model_.design, recipe))
        self.columns_ = [name for name in self.model_.design.columns if name in examples]
        self.creators_ = np.sort(examples["creator_id"].dropna().astype("str").unique())
        self.known_until_ = examples["known_on"].max()
        self.feature_names_in_ = np.asarray(examples.columns, dtype=object)
        self.n_features_in_ = len(self.feature_names_in_)
        return self

    def inputs(self, examples: pd.DataFrame) -> pd.DataFrame:
        """What a regressor of one's own is given by `judge(challenger=...)`, for these rows: floats, a column for each that the
        model sees and any row given to `fit` had a value of (a category as the number of its level, what is missing as NaN), and
        `log_exposure`, the log of the audience."""
        return inputs(self._asked(examples), self.model_.design, self.model_.recipe)[self.inputs_]

    def distribution(self, examples: pd.DataFrame) -> Distribution:
        """What each row could bring, as a predictive distribution: `mean()`, `quantile(levels)`, `at_least(count)`."""
        return distribution(self.model_, self._asked(examples))

    def predict(self, examples: pd.DataFrame) -> np.ndarray:
        """One count a row, the one whose error `judge` takes: the median, or of a rare outcome the mean; NaN where there is no
        forecast."""
        found = self.distribution(examples)
        return found.mean() if self.model_.recipe.counts else found.quantile(0.5)

    def predict_quantiles(self, examples: pd.DataFrame, levels: Sequence[float] = (0.1, 0.5, 0.9)) -> np.ndarray:
        """Counts that the outcome stays at or below with these probabilities: rows × levels."""
        return self.distribution(examples).quantile(list(levels))

    def predict_interval(self, examples: pd.DataFrame, level: float = 0.8) -> np.ndarray:
        """The ends of the interval in the middle that holds the outcome with probability `level`: rows × 2."""
        return self.predict_quantiles(examples, [(1 - level) / 2, (1 + level) / 2])

    def score(self, examples: pd.DataFrame, y: Any = None) -> float:
        """Minus the error that `judge` prints, so that higher is better: the mean absolute error of log(1 + count), or of a rare
        outcome the mean Tweedie deviance. Rows without an outcome or a forecast do not count."""
        check_is_fitted(self)
        recipe = self.model_.recipe
        rows = labelled(_with_outcome(examples, recipe, y), recipe)
        rows = rows[answered(self.model_, rows)]
        actual, unit = rows[recipe.outcome].to_numpy(dtype=float), self.model_.unit
        return -loss_of_counts(actual / unit, self.predict(rows) / unit, recipe)

    def _asked(self, examples: pd.DataFrame) -> pd.DataFrame:
        """The rows, without the record of creators who are to be forecast as never seen."""
        check_is_fitted(self)
        refuse_others(examples, self.columns_)
        if not self.mask_unseen:
            return examples
        recorded = examples["creator_id"].astype("str").isin(self.creators_) | (examples["at"] >= self.known_until_)
        masked = without_record(examples, self.model_.design)
        return examples.assign(**{name: examples[name].where(recorded, masked[name]) for name in self.model_.design.records})

    def recipe(self, catalogue: Catalogue) -> Recipe:
        """The target's definition of the catalogue with the settings asked for."""
        recipe, given = recipe_named(self.target, catalogue), dict(self.parameters or {})
        lightgbm = recipe.lightgbm.model_dump() | dict(given.pop("lightgbm", {}))
        faults: list[str] = []
        changed = {"parameters": recipe.parameters.model_dump() | given, "lightgbm": lightgbm}
        found = parse(Recipe, recipe.model_dump() | changed, "parameters", faults)
        if faults:
            raise RowsError([Fault("parameters", one.removeprefix("parameters: ").removesuffix(".") + ".") for one in faults])
        return found


def _with_outcome(examples: pd.DataFrame, recipe: Recipe, y: Any) -> pd.DataFrame:
    """The examples, their outcome replaced by `y` if given."""
    refuse_others(examples)
    if y is not None:
        return examples.assign(**{recipe.outcome: np.asarray(y, dtype=float)})
    if recipe.outcome not in examples:
        raise RowsError([Fault("examples", f"there is no column {recipe.outcome}, and no y is given; give one of them.")])
    return examples
