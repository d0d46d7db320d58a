"""Log-linear regression: the simplest formula that weighs several columns at once, one of the baselines.

Rates per exposure are regressed: of rare counts by a Tweedie model with a log link (Jørgensen 1987, "Exponential dispersion
models"), of larger outcomes the log by ridge regression. Numbers are standardised; a missing one counts as average and is
flagged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import ThreadpoolController

from predictor.definitions.schema import Recipe
from predictor.forecasting.design_matrix import log_exposure
from predictor.forecasting.losses import LEAST, POWER
from predictor.tables.frames import FEW, Columns, Rows
from predictor.tables.plain_data import typed

if TYPE_CHECKING:  # what fits alone needs is imported where it fits: whoever forecasts does not wait for it
    from scipy import sparse

PENALTY, RARE_PENALTY = 0.03, 0.1  # per row and squared standardised coefficient, of logs and of rare counts
WIDE = 20.0  # a column whose values span more than this factor is taken as a log
COMMON = 20  # rows that a category needs for a coefficient of its own
BLOCK = 2**17  # rows whose inputs are written out at once: those of a million take half a gigabyte, twice


@dataclass(frozen=True)
class Term:
    """One column: the levels of a category, or how a number is scaled (`floor` where it is taken as a log)."""

    column: str
    levels: tuple[str, ...] = ()
    floor: float | None = None
    mean: float = 0.0
    spread: float = 1.0

    def inputs(self, rows: Columns) -> sparse.csr_array:
        """Rows × one column a level; or rows × the scaled number and whether it is missing."""
        from scipy import sparse

        if self.levels:
            level = _by_level(rows, self.column, {name: place for place, name in enumerate(self.levels)}, -1)
            known = np.flatnonzero(level >= 0)
            return sparse.csr_array((np.ones(len(known)), (known, level[known])), shape=(len(rows), len(self.levels)))
        scaled = (_scale(rows.floats(self.column), self.floor) - self.mean) / self.spread
        missing = np.isnan(scaled)
        return sparse.csr_array(np.column_stack([np.where(missing, 0.0, scaled), missing]))

    @property
    def width(self) -> int:
        """How many inputs it gives."""
        return len(self.levels) or 2


def _by_level(rows: Columns, column: str, values: Mapping[str, float], otherwise: float) -> np.ndarray:
    """The value of each row's level in a column, or `otherwise` where it has none of them."""
    place, names = rows.factors(column)
    return np.array([*(values.get(name, otherwise) for name in names), otherwise])[place]


@dataclass(frozen=True)
class Scaling:
    """How the numbers among some terms are scaled: their columns, which of them are taken as logs, and a row each of the least of
    a log, the means and the spreads. Regressions on the same rows often share one, by its `key`."""

    columns: tuple[str, ...]
    logs: np.ndarray
    floor: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    key: tuple[str, ...]

    @classmethod
    def of_terms(cls, terms: Sequence[Term]) -> Scaling:
        """That of terms which are numbers."""
        logs = np.array([place for place, term in enumerate(terms) if term.floor is not None], dtype=int)
        floor, mean, spread = (
            np.array(values, dtype=float)[:, None]
            for values in ([terms[at].floor for at in logs], [term.mean for term in terms], [term.spread for term in terms])
        )
        return cls(tuple(term.column for term in terms), logs, floor, mean, spread, ("scaled", *map(repr, terms)))

    def of(self, rows: Columns) -> np.ndarray:
        """Numbers × rows, NaN where one is missing; never changed by whoever asked."""
        if len(rows) > FEW:  # would be held for long
            return self._scaled(rows)
        rows = rows.holding(self.columns)
        return rows.once(self.key, lambda: self._scaled(rows))

    def _scaled(self, rows: Columns) -> np.ndarray:
        values = np.empty((len(self.columns), len(rows)))
        for place, column in enumerate(self.columns):
            values[place] = rows.floats(column)
        values[self.logs] = np.log(np.maximum(values[self.logs], self.floor))
        values -= self.mean
        values /= self.spread
        return values


@dataclass(frozen=True)
class LinearPredictor:
    """Terms and the coefficients of their inputs."""

    terms: tuple[Term, ...]
    coefficients: tuple[float, ...]

    def of(self, rows: Columns) -> np.ndarray:
        """The sum of all inputs of each row, each times its coefficient."""
        added, total = iter(self._of_numbers(rows)), np.zeros(len(rows))
        for column, weights in self._of_levels:
            total += next(added) if weights is None else _by_level(rows, column, weights, 0.0)
        return total

    def _of_numbers(self, rows: Columns) -> np.ndarray:
        """What each number adds to each row (numbers × rows)."""
        scaling, slope, if_missing = self._numbers
        scaled = scaling.of(rows)
        return np.where(np.isnan(scaled), if_missing, slope * scaled)

    @cached_property
    def _of_levels(self) -> list[tuple[str, dict[str, float] | None]]:
        """The column of each term, and the coefficients of its levels by name where it is a category."""
        return [
            (term.column, dict(zip(term.levels, weights.tolist(), strict=True)) if term.levels else None)
            for term, weights in self._weighted
        ]

    @cached_property
    def _weighted(self) -> list[tuple[Term, np.ndarray]]:
        """Each term with the coefficients of its inputs."""
        ends = np.cumsum([term.width for term in self.terms])
        coefficients = np.array(self.coefficients)
        return [(term, coefficients[end - term.width : end]) for term, end in zip(self.terms, ends, strict=True)]

    @cached_property
    def _numbers(self) -> tuple[Scaling, np.ndarray, np.ndarray]:
        """How the numbers are scaled, and a column each of what a unit of them adds and what a missing one does."""
        numbers = [(term, weights) for term, weights in self._weighted if not term.levels]
        added = np.array([weights for _, weights in numbers], dtype=float).reshape(-1, 2)
        return Scaling.of_terms([term for term, _ in numbers]), added[:, :1], added[:, 1:]


@dataclass(frozen=True)
class LogLinear:
    """A regression's terms and coefficients, the first that of the log of the exposure. Its log rates are clipped to `within`,
    the range of those fitted, so that it does not extrapolate."""

    terms: tuple[Term, ...]
    coefficients: tuple[float, ...]
    intercept: float
    exposure: tuple[str, ...]
    within: tuple[float, float] = (-np.inf, np.inf)

    def log_rates(self, rows: Rows) -> np.ndarray:
        """The log rate per exposure of each row."""
        rows = Columns.of(rows)
        linear = self._predictor.of(rows) + self.coefficients[0] * log_exposure(rows, self.exposure)
        low, high = self.within
        return np.minimum(np.maximum(linear + self.intercept, low), high)  # of a few rows np.clip takes three times as long

    @cached_property
    def _predictor(self) -> LinearPredictor:
        return LinearPredictor(self.terms, self.coefficients[1:])


def fit_log_linear(examples: Rows, recipe: Recipe, columns: tuple[str, ...], weight: np.ndarray) -> LogLinear:
    """Regress the outcome on the columns and on the exposure."""
    examples = Columns.of(examples)
    terms = tuple(_term(examples, column) for column in columns)
    exposed = log_exposure(examples, recipe.exposure)
    y = examples.floats(recipe.outcome)
    with _thread_pools().limit(limits=1):  # sums in another order would give other last digits on another number of cores
        if recipe.counts:
            coefficients, intercept = _rare(_inputs(terms, examples, exposed), y, np.exp(exposed), weight)
        else:
            blocks = np.array_split(np.arange(len(y)), -(-len(y) // BLOCK))
            inputs = ((at, _inputs(terms, examples.take(at), exposed[at])) for at in blocks)
            coefficients, intercept = _ridge(inputs, np.log1p(y) - exposed, weight)
    regression = LogLinear(terms, tuple(float(one) for one in coefficients), intercept, recipe.exposure)
    fitted = regression.log_rates(examples)
    return replace(regression, within=(float(fitted.min()), float(fitted.max())))


@cache
def _thread_pools() -> ThreadpoolController:
    """Those of the linear algebra behind numpy and scipy: to look for them takes as long as a small regression."""
    import scipy.linalg  # noqa: F401  # has a pool of its own, once it is loaded

    return ThreadpoolController()


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
    regression = TweedieRegressor(power=POWER, link="log", alpha=penalty, solver="newton-cholesky", tol=1e-6)
    regression.fit(dense - dense.mean(axis=0), y / expected, sample_weight=tweedie_weight)
    multiples = np.exp(dense @ regression.coef_)
    return regression.coef_, float(np.log(total / (weight @ (multiples * exposed))))


def _ridge(
    inputs: Iterable[tuple[np.ndarray, sparse.csr_array]], log_rates: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, float]:
    """Coefficients and intercept of a ridge regression by its normal equations, from blocks of rows: their positions and inputs.

    Hundreds of levels are almost all zero: stored in full they take 3 GiB per million rows, and several copies of it.
    """
    from scipy import linalg, sparse

    total, mean, sums = float(weight.sum()), float(weight @ log_rates / weight.sum()), []
    for at, block in inputs:
        of_rows = weight[at]
        weighted = block.data * np.repeat(of_rows, np.diff(block.indptr))
        products = block.T @ sparse.csr_array((weighted, block.indices, block.indptr), shape=block.shape)
        sums.append((block.T @ of_rows, products.toarray(), block.T @ (of_rows * (log_rates[at] - mean))))
    of_inputs, of_products, with_outcome = (np.sum(one, axis=0) for one in zip(*sums, strict=True))
    means = of_inputs / total
    penalised = of_products - total * np.outer(means, means) + PENALTY * total * np.eye(len(means))
    slopes = linalg.solve(penalised, with_outcome, assume_a="pos")
    return slopes, float(mean - means @ slopes)


def to_json(regression: LogLinear) -> dict[str, Any]:
    """A regression as plain data."""
    return asdict(regression)


def from_json(data: Mapping[str, Any]) -> LogLinear:
    """A regression from plain data."""
    return typed(LogLinear, data)


def _inputs(terms: tuple[Term, ...], rows: Columns, exposed: np.ndarray) -> sparse.csr_array:
    from scipy import sparse

    return sparse.hstack([sparse.csr_array(exposed[:, None]), *(term.inputs(rows) for term in terms)], format="csr")


def _term(examples: Columns, column: str) -> Term:
    if not examples.numeric(column):
        place, names = examples.factors(column)
        counts = np.bincount(place[place >= 0], minlength=len(names))
        common = (name for name, count in zip(names, counts, strict=True) if count >= COMMON)
        return Term(column, tuple(sorted(common)) or ("",))
    numbers = examples.floats(column)
    positive = numbers[numbers > 0]
    low, high = np.percentile(positive, [5.0, 95.0]) if len(positive) else (1.0, 1.0)
    floor = float(low) / 2 if high > WIDE * low else None
    scaled = _scale(numbers, floor)
    known = scaled[~np.isnan(scaled)]
    return Term(column, (), floor, float(known.mean()) if len(known) else 0.0, (float(known.std()) if len(known) else 0.0) or 1.0)


def _scale(numbers: np.ndarray, floor: float | None) -> np.ndarray:
    return numbers if floor is None else np.log(np.maximum(numbers, floor))
