"""Log-linear regression: the plainest formula that weighs several columns at once, and a rule like the others.

Rates per exposure are regressed: of rare counts by a Tweedie model with a log link (Jørgensen 1987, "Exponential dispersion
models"), of larger outcomes their logs by ridge regression. Numbers are standardised; a missing one counts as average and is
flagged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import linalg, sparse
from sklearn.linear_model import TweedieRegressor
from threadpoolctl import threadpool_limits

from predictor.definitions.schema import Recipe
from predictor.forecasting.design_matrix import exposure
from predictor.forecasting.losses import LEAST, POWER
from predictor.tables.frames import factors, floats

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

    def _by_level(self, frame: pd.DataFrame, told: np.ndarray, otherwise: float) -> np.ndarray:
        """What is told of each row's level, or `otherwise` where it has none of them."""
        place, named = factors(self._values(frame))
        own = dict(zip(self.levels, told, strict=True))
        return np.array([own.get(name, otherwise) for name in [*named, None]], dtype=told.dtype)[place]

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
    """A regression's terms and coefficients, the first that of the log of the exposure; it says no log rate that lies outside
    `within`, for a line goes on for ever."""

    terms: tuple[Term, ...]
    coefficients: tuple[float, ...]
    intercept: float
    exposure: tuple[str, ...]
    within: tuple[float, float] = (-np.inf, np.inf)

    def log_rates(self, frame: pd.DataFrame) -> pd.Series:
        """The log rate per exposure of each row."""
        people = np.log(exposure(frame, self.exposure))
        told = linear_predictor(self.terms, frame, np.array(self.coefficients[1:])) + self.coefficients[0] * people
        return pd.Series(np.clip(told + self.intercept, *self.within), index=frame.index)


def fit_log_linear(examples: pd.DataFrame, recipe: Recipe, columns: tuple[str, ...], weight: np.ndarray) -> LogLinear:
    """Regress the outcome on the columns and on the exposure."""
    terms = tuple(_term(examples, column) for column in columns)
    people = np.log(exposure(examples, recipe.exposure))
    seen, counts = _inputs(terms, examples, people), examples[recipe.outcome].to_numpy(dtype=float)
    with threadpool_limits(1):  # sums in another order would give other last digits on another number of cores
        if recipe.counts:
            slopes, intercept = _rare(seen, counts, np.exp(people), weight)
        else:
            slopes, intercept = _ridge(seen, np.log1p(counts) - people, weight)
    line = LogLinear(terms, tuple(float(one) for one in slopes), intercept, recipe.exposure)
    told = line.log_rates(examples)
    return replace(line, within=(float(told.min()), float(told.max())))


def _rare(seen: sparse.csr_array, counts: np.ndarray, people: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, float]:
    """Coefficients and intercept of a Tweedie regression of the rate over the pooled one; few rows, so all inputs fit in memory.

    A Tweedie variance gives such a ratio a weight of expected ** (2 - power). The intercept then makes the totals add up, as they
    would of themselves with a Poisson variance and no penalty.
    """
    total = max(float(weight @ counts), LEAST)
    rate = total / float(weight @ people)
    expected, dense = rate * people, seen.toarray()
    heavy = weight * expected ** (2 - POWER)
    penalty = RARE_PENALTY * weight.sum() / heavy.sum()
    line = TweedieRegressor(power=POWER, link="log", alpha=penalty, max_iter=1000, tol=1e-6)
    line.fit(dense - dense.mean(axis=0), counts / expected, sample_weight=heavy)
    told = np.exp(dense @ line.coef_)
    return line.coef_, float(np.log(total / (weight @ (told * people))))


def _ridge(seen: sparse.csr_array, logs: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, float]:
    """Coefficients and intercept of a ridge regression by its normal equations.

    Hundreds of levels are almost all zero: stored in full they take 3 GiB per million rows, and several copies of it.
    """
    total = float(weight.sum())
    centre, middle = seen.T @ weight / total, float(weight @ logs / total)
    products = (seen.T @ seen.multiply(weight[:, None]).tocsr()).toarray() - total * np.outer(centre, centre)
    slopes = linalg.solve(products + PENALTY * total * np.eye(len(centre)), seen.T @ (weight * (logs - middle)), assume_a="pos")
    return slopes, float(middle - centre @ slopes)


def linear_predictor(terms: tuple[Term, ...], frame: pd.DataFrame, coefficients: np.ndarray) -> np.ndarray:
    """The sum of all inputs of each row, each times its coefficient."""
    ends = np.cumsum([term.width for term in terms])
    told = np.zeros(len(frame))
    for term, end in zip(terms, ends, strict=True):
        told += term.adds(frame, coefficients[end - term.width : end])
    return told


def to_json(line: LogLinear) -> dict[str, Any]:
    """A regression as plain data."""
    return asdict(line)


def from_json(data: Mapping[str, Any]) -> LogLinear:
    """A regression from plain data."""
    terms = tuple(Term(**{**term, "levels": tuple(term["levels"])}) for term in data["terms"])
    return LogLinear(terms, tuple(data["coefficients"]), data["intercept"], tuple(data["exposure"]), tuple(data["within"]))


def _inputs(terms: tuple[Term, ...], frame: pd.DataFrame, people: np.ndarray) -> sparse.csr_array:
    return sparse.hstack([sparse.csr_array(people[:, None]), *(term.inputs(frame) for term in terms)], format="csr")


def _term(examples: pd.DataFrame, column: str) -> Term:
    values = examples[column] if column in examples else pd.Series(np.nan, examples.index)
    if not pd.api.types.is_numeric_dtype(values):
        counted = values.astype("str").value_counts()
        return Term(column, tuple(sorted(str(level) for level in counted.index[counted >= COMMON])) or ("",))
    positive = values[values > 0].astype(float)
    low, high = positive.quantile([0.05, 0.95]) if len(positive) else (1.0, 1.0)
    floor = float(low) / 2 if high > WIDE * low else None
    scaled = _scale(values, floor)
    known = scaled[~np.isnan(scaled)]
    return Term(column, (), floor, float(known.mean()) if len(known) else 0.0, (float(known.std()) if len(known) else 0.0) or 1.0)


def _scale(values: pd.Series, floor: float | None) -> np.ndarray:
    numbers = floats(values)
    return numbers if floor is None else np.log(np.maximum(numbers, floor))
