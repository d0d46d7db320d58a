"""Log-linear regression: the plainest formula that weighs several columns at once, and a rule like the others.

Rare counts are regressed by a Tweedie model with a log link (Jørgensen 1987, "Exponential dispersion models"), the logs of
larger outcomes by ridge regression. Numbers are standardised; a missing one counts as average and is flagged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge, TweedieRegressor
from threadpoolctl import threadpool_limits

from predictor.catalogue import Recipe
from predictor.design import factors, floats
from predictor.examples import exposure
from predictor.loss import POWER

PENALTY = 0.03  # per row and squared standardised coefficient
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

    def inputs(self, frame: pd.DataFrame) -> np.ndarray:
        """Rows × one column a level; or rows × the scaled number and whether it is missing."""
        if self.levels:
            return np.column_stack([self.adds(frame, flags) for flags in np.eye(len(self.levels))])
        return np.column_stack([self.adds(frame, flags) for flags in np.eye(2)])

    def adds(self, frame: pd.DataFrame, weights: np.ndarray) -> np.ndarray:
        """The inputs of each row, weighted and added up."""
        values = frame[self.column] if self.column in frame else pd.Series(np.nan, frame.index)
        if self.levels:
            place, named = factors(values)
            own = dict(zip(self.levels, weights, strict=True))
            return np.array([own.get(name, 0.0) for name in [*named, None]], dtype=float)[place]
        scaled = (_scale(values, self.floor) - self.mean) / self.spread
        return np.where(np.isnan(scaled), weights[1], weights[0] * scaled)

    @property
    def width(self) -> int:
        """How many inputs it gives."""
        return len(self.levels) or 2


@dataclass(frozen=True)
class LogLinear:
    """A regression's terms and coefficients; the first coefficient is that of the log of the exposure."""

    terms: tuple[Term, ...]
    coefficients: tuple[float, ...]
    intercept: float
    exposure: tuple[str, ...]

    def of(self, frame: pd.DataFrame) -> pd.Series:
        """The log rate per exposure of each row."""
        people = np.log(exposure(frame, self.exposure))
        told = weighted(self.terms, frame, np.array(self.coefficients[1:])) + self.coefficients[0] * people
        return pd.Series(told + self.intercept - people, index=frame.index)


def fit_log_linear(examples: pd.DataFrame, recipe: Recipe, columns: tuple[str, ...], weight: np.ndarray) -> LogLinear:
    """Regress the outcome on the columns and on the exposure."""
    terms = tuple(_term(examples, column) for column in columns)
    people = np.log(exposure(examples, recipe.exposure))
    seen, counts = _inputs(terms, examples, people), examples[recipe.outcome].to_numpy(dtype=float)
    centre = seen.mean(axis=0)
    line: TweedieRegressor | Ridge
    if recipe.counts:
        line, wanted = TweedieRegressor(power=POWER, link="log", alpha=PENALTY, max_iter=1000, tol=1e-6), counts
    else:
        line, wanted = Ridge(alpha=PENALTY * float(weight.sum())), np.log1p(counts)
    with threadpool_limits(1):  # sums in another order would give other last digits on another number of cores
        line.fit(seen - centre, wanted, sample_weight=weight)
    intercept = float(line.intercept_ - centre @ line.coef_)
    return LogLinear(terms, tuple(float(one) for one in line.coef_), intercept, recipe.exposure)


def weighted(terms: tuple[Term, ...], frame: pd.DataFrame, coefficients: np.ndarray) -> np.ndarray:
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
    return LogLinear(terms, tuple(data["coefficients"]), data["intercept"], tuple(data["exposure"]))


def _inputs(terms: tuple[Term, ...], frame: pd.DataFrame, people: np.ndarray) -> np.ndarray:
    return np.column_stack([people, *(term.inputs(frame) for term in terms)])


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
