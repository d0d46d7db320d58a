"""The log of a fee as a line of what was known when it was agreed.

Hedonic pricing (Rosen 1974, "Hedonic Prices and Implicit Markets", Journal of Political Economy 82) by ridge regression of
the fee per follower and post, so that few quotes say little more than one such fee for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from threadpoolctl import threadpool_limits

from predictor.design import combinations, main_value
from predictor.loglinear import Term, weighted

COMMON = 3  # quotes that a category needs for a coefficient of its own
PENALTY = 5.0  # with as many quotes a category counts half of what they say
NAMED = ("platform", "tier", "format", "kind", "country")
TINY = 1e-9  # a number that hardly varies is not scaled by how it does


@dataclass(frozen=True)
class FeeLine:
    """Terms and their coefficients."""

    terms: tuple[Term, ...]
    coefficients: tuple[float, ...]
    intercept: float

    def of(self, rows: pd.DataFrame) -> np.ndarray:
        """The log of what each row usually costs; an audience is needed, anything else may be missing."""
        known = _drivers(rows)
        return weighted(self.terms, known, np.array(self.coefficients)) + self.intercept + _plain(known)

    def levels(self, column: str) -> tuple[str, ...]:
        """The values of a category that have a coefficient of their own."""
        return next((tuple(filter(None, term.levels)) for term in self.terms if term.column == column), ())


def fit_fee_line(rows: pd.DataFrame) -> FeeLine:
    """Regress the log of the fee per follower and post on both, on the expected outcome per both, and on the categories."""
    known, fees = _drivers(rows), np.log(rows["fee"].to_numpy(dtype=float))
    terms = tuple(_term(known[column]) for column in known)
    ridge = Ridge(alpha=PENALTY)
    with threadpool_limits(1):  # sums in another order would give other last digits on another number of cores
        ridge.fit(_inputs(terms, known), fees - _plain(known))
    return FeeLine(terms, tuple(float(one) for one in ridge.coef_), float(ridge.intercept_))


def from_json(data: Mapping[str, Any]) -> FeeLine:
    """A line from plain data, as `dataclasses.asdict` gives it."""
    terms = tuple(Term(**{**term, "levels": tuple(term["levels"])}) for term in data["terms"])
    return FeeLine(terms, tuple(data["coefficients"]), data["intercept"])


def words(rows: pd.DataFrame, column: str) -> pd.Series:
    """The first of each row's values in small letters; missing where the column is."""
    return main_value(rows[column]) if column in rows else pd.Series(None, index=rows.index, dtype="str")


def numbers(rows: pd.DataFrame, column: str) -> pd.Series:
    """A column as floats; missing where the column is."""
    return pd.to_numeric(rows[column]).astype(float) if column in rows else pd.Series(np.nan, index=rows.index)


def _drivers(rows: pd.DataFrame) -> pd.DataFrame:
    """What a fee goes by: sizes as logs, and of the expected outcome what size does not say."""
    people, posts = np.log(numbers(rows, "followers")), np.log(numbers(rows, "posts").fillna(1.0).clip(lower=1.0))
    expected = numbers(rows, "expected")
    sizes = {"audience": people, "posts": posts, "outcome_rate": np.log(expected.where(expected > 0)) - people - posts}
    first, which = combinations(rows, NAMED)
    named = pd.DataFrame({column: words(rows.iloc[first], column) for column in NAMED})
    named["deliverable"] = named["platform"] + "/" + named["format"]
    told = {column: pd.Categorical(values).take(which) for column, values in named.items()}
    return pd.DataFrame(sizes, index=rows.index).assign(**told)


def _plain(known: pd.DataFrame) -> np.ndarray:
    """The log of followers times posts: the plainest rule, a fixed fee for each, is where few quotes leave the line."""
    return (known["audience"] + known["posts"]).to_numpy()


def _term(values: pd.Series) -> Term:
    column = str(values.name)
    if pd.api.types.is_numeric_dtype(values):
        told = values.dropna()
        spread = float(told.std(ddof=0)) if len(told) else 0.0
        return Term(column, mean=float(told.mean()) if len(told) else 0.0, spread=spread if spread > TINY else 1.0)
    counted = values.value_counts()
    return Term(column, tuple(sorted(str(level) for level in counted.index[counted >= COMMON])) or ("",))


def _inputs(terms: tuple[Term, ...], known: pd.DataFrame) -> np.ndarray:
    return np.column_stack([term.inputs(known).toarray() for term in terms])
