"""Log-linear regression: the simplest formula that weighs several columns at once, one of the baselines.

Rates per exposure are regressed: of rare counts by a Tweedie model with a log link (Jørgensen 1987, "Exponential dispersion
models"), of larger outcomes the log by ridge regression. Numbers are standardised; a missing one counts as average and is
flagged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from predictor.definitions.schema import Recipe
from predictor.forecasting.design_matrix import exposure
from predictor.forecasting.losses import LEAST, POWER
from predictor.tables.frames import factors, floats
from predictor.tables.plain_data import typed

if TYPE_CHECKING:  # what fits alone needs is imported where it fits: whoever forecasts does not wait for it
    from scipy import sparse

PENALTY, RARE_PENALTY = 0.03, 0.1  # per row and squared standardised coefficient, of logs and of rare counts
WIDE = 20.0  # a column whose values span more than this factor is taken as a log
COMMON = 20  # rows that a category needs for a coefficient of its own


@dataclass(frozen=True)
class Term:
    """One column: the levels of a category, or how a number is scaled (`floor` where it is taken as a log)."""

    column: str
    levels: tuple[str, ...] = ()
    floor: float | None = None
    mean: float = 0.0
    spread: float = 1.0

    def inputs(self, frame: pd.DataFrame) -> sparse.csr_array:
        """Rows × one column a level; or rows × the scaled number and whether it is missing."""
        from scipy import sparse

        if self.levels:
            level = self._by_level(frame, np.arange(len(self.levels)), -1)
            known = np.flatnonzero(level >= 0)
            return sparse.csr_array((np.ones(len(known)), (known, level[known])), shape=(len(frame), len(self.levels)))
        scaled = self._scaled(frame)
        missing = np.isnan(scaled)
        return sparse.csr_array(np.column_stack([np.where(missing, 0.0, scaled), missing]))

    def adds(self, frame: pd.DataFrame, weights: np.ndarray) -> np.ndarray:
        """The inputs of each row, weighted and added up."""
        if self.levels:
            return self._by_level(frame, weights, 0.0)
        scaled = self._scaled(frame)
        return np.where(np.isnan(scaled), weights[1], weights[0] * scaled)

    def _by_level(self, frame: pd.DataFrame, values: np.ndarray, otherwise: float) -> np.ndarray:
        """The value of each row's level, or `otherwise` where it has none of them."""
        code, names = factors(self._values(frame))
        by_name = dict(zip(self.levels, values, strict=True))
        return np.array([by_name.get(name, otherwise) for name in [*names, None]], dtype=values.dtype)[code]

    def _scaled(self, frame: pd.DataFrame) -> np.ndarray:
        return (_scale(self._values(frame), self.floor) - self.mean) / self.spread

    def _values(self, frame: pd.DataFrame) -> pd.Series:
        return frame[self.column] if self.column in frame else pd.Series(np.nan, frame.index)

    @property
    def width(self) -> int:
        """How many inputs it gives."""
        return len(self.levels) or 2


@dataclass(frozen=True)
class LogLinear:
    """A regression's terms and coefficients, the first that of the log of the exposure. Its log rates are clipped to `within`,
    the range of those fitted, so that it does not extrapolate."""

    terms: tuple[Term, ...]
    coefficients: tuple[float, ...]
    intercept: float
    exposure: tuple[str, ...]
    within: tuple[float, float] = (-np.inf, np.inf)

    def log_rates(self, frame: pd.DataFrame) -> pd.Series:
        """The log rate per exposure of each row."""
        log_exposure = np.log(exposure(frame, self.exposure))
        linear = linear_predictor(self.terms, frame, np.array(self.coefficients[1:])) + self.coefficients[0] * log_exposure
        return pd.Series(np.clip(linear + self.intercept, *self.within), index=frame.index)


def fit_log_linear(examples: pd.DataFrame, recipe: Recipe, columns: tuple[str, ...], weight: np.ndarray) -> LogLinear:
    """Regress the outcome on the columns and on the exposure."""
    terms = tuple(_term(examples, column) for column in columns)
    log_exposure = np.log(exposure(examples, recipe.exposure))
    inputs, y = _inputs(terms, examples, log_exposure), examples[recipe.outcome].to_numpy(dtype=float)
    with threadpool_limits(1):  # sums in another order would give other last digits on another number of cores
        if recipe.counts:
            coefficients, intercept = _rare(inputs, y, np.exp(log_exposure), weight)
        else:
            coefficients, intercept = _ridge(inputs, np.log1p(y) - log_exposure, weight)
    regression = LogLinear(terms, tuple(float(one) for one in coefficients), intercept, recipe.exposure)
    fitted = regression.log_rates(examples)
    return replace(regression, within=(float(fitted.min()), float(fitted.max())))


def _rare(inputs: sparse.csr_array, y: np.ndarray, exposed: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, float]:
    """Coefficients and intercept of a Tweedie regression of the rate over the pooled one; few rows, so all inputs fit in memory.

    A Tweedie variance gives such a ratio a weight of expected ** (2 - power). The intercept then makes the totals add up, as they
    would of themselves with a Poisson variance and no penalty.
    """
    from sklearn.linear_model import TweedieRegressor

    total = max(float(weight @ y), LEAST)
    rate = total / float(weight @ exposed)
    expected, dense = rate * exposed, inputs.toarray()
    tweedie_weight = weight * expected ** (2 - POWER)
    penalty = RARE_PENALTY * weight.sum() / tweedie_weight.sum()
    regression = TweedieRegressor(power=POWER, link="log", alpha=penalty, max_iter=1000, tol=1e-6)
    regression.fit(dense - dense.mean(axis=0), y / expected, sample_weight=tweedie_weight)
    multiples = np.exp(dense @ regression.coef_)
    return regression.coef_, float(np.log(total / (weight @ (multiples * exposed))))


def _ridge(inputs: sparse.csr_array, log_rates: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, float]:
    """Coefficients and intercept of a ridge regression by its normal equations.

    Hundreds of levels are almost all zero: stored in full they take 3 GiB per million rows, and several copies of it.
    """
    from scipy import linalg

    total = float(weight.sum())
    means, mean = inputs.T @ weight / total, float(weight @ log_rates / total)
    products = (inputs.T @ inputs.multiply(weight[:, None]).tocsr()).toarray() - total * np.outer(means, means)
    penalised = products + PENALTY * total * np.eye(len(means))
    slopes = linalg.solve(penalised, inputs.T @ (weight * (log_rates - mean)), assume_a="pos")
    return slopes, float(mean - means @ slopes)


def linear_predictor(terms: tuple[Term, ...], frame: pd.DataFrame, coefficients: np.ndarray) -> np.ndarray:
    """The sum of all inputs of each row, each times its coefficient."""
    ends = np.cumsum([term.width for term in terms])
    total = np.zeros(len(frame))
    for term, end in zip(terms, ends, strict=True):
        total += term.adds(frame, coefficients[end - term.width : end])
    return total


def to_json(regression: LogLinear) -> dict[str, Any]:
    """A regression as plain data."""
    return asdict(regression)


def from_json(data: Mapping[str, Any]) -> LogLinear:
    """A regression from plain data."""
    return typed(LogLinear, data)


def _inputs(terms: tuple[Term, ...], frame: pd.DataFrame, log_exposure: np.ndarray) -> sparse.csr_array:
    from scipy import sparse

    return sparse.hstack([sparse.csr_array(log_exposure[:, None]), *(term.inputs(frame) for term in terms)], format="csr")


def _term(examples: pd.DataFrame, column: str) -> Term:
    values = examples[column] if column in examples else pd.Series(np.nan, examples.index)
    if not pd.api.types.is_numeric_dtype(values):
        place, names = factors(values)
        counts = np.bincount(place[place >= 0], minlength=len(names))
        return Term(column, tuple(sorted(str(level) for level in names[counts >= COMMON])) or ("",))
    numbers = floats(values)
    positive = numbers[numbers > 0]
    low, high = np.percentile(positive, [5.0, 95.0]) if len(positive) else (1.0, 1.0)
    floor = float(low) / 2 if high > WIDE * low else None
    scaled = _scale(values, floor)
    known = scaled[~np.isnan(scaled)]
    return Term(column, (), floor, float(known.mean()) if len(known) else 0.0, (float(known.std()) if len(known) else 0.0) or 1.0)


def _scale(values: pd.Series, floor: float | None) -> np.ndarray:
    if not pd.api.types.is_numeric_dtype(values):  # a category that training never saw: it is missing, as it was there
        values = pd.to_numeric(values.astype(object), errors="coerce")
    numbers = floats(values)
    return numbers if floor is None else np.log(np.maximum(numbers, floor))
