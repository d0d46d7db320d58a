"""How a forecast moves with one input: accumulated local effects, as factors on the median forecast.

Apley & Zhu 2020, "Visualizing the effects of predictor variables in black box supervised learning models": only differences
between neighbouring values are predicted for each row, so that no creator is evaluated far from where such creators are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtri

from predictor.asof.features import features_as_of
from predictor.definitions.schema import WITHOUT_RECORD, Catalogue
from predictor.errors import Fault, RowsError
from predictor.forecasting.design_matrix import has_history
from predictor.forecasting.predict import answered, forecast
from predictor.forecasting.sampling import INTERVAL
from predictor.forecasting.support import Span
from predictor.forecasting.target_model import SIDES, TargetModel, labelled, refit
from predictor.tables.frames import History, categorised
from predictor.wording.matching import nearest

NUMBERS = ("count", "number", "rate")
RANGE = (0.01, 0.99)  # quantiles of what was observed between which a curve is drawn
MAX_CURVE_ROWS = 3_000  # rows that a curve is drawn from
MAX_REFIT_ROWS = 6_000  # rows that a refit is trained on
FEW = 100  # rows that a curve needs
LEAST = {True: 1e-9, False: 0.5}  # count that a smaller one is taken for, by whether the outcome is rare


@dataclass(frozen=True)
class ResponseCurve:
    """What goes with one input, all else as it is.

    `points` has one row a value: `value` (the column's unit), `times` (the factor on the forecast, 1 for the average row), and
    with refits `low` and `high`. `observed` holds the values of the rows, inside the curve's range. Where the data say too
    little there are no points, and `why_not` is `few_rows` or `few_values`; the wording has a sentence for each.
    """

    target: str
    column: str
    side: str
    points: pd.DataFrame
    observed: np.ndarray
    level: float | None = None
    why_not: str | None = None

    @property
    def tenfold(self) -> float:
        """What ten times as much of the input goes with, on average over the range."""
        ends = self.points.iloc[[0, -1]]
        decades = np.log10(ends["value"].iloc[1] / ends["value"].iloc[0])
        return float((ends["times"].iloc[1] / ends["times"].iloc[0]) ** (1 / decades))


def response_curves(
    model: TargetModel, examples: pd.DataFrame, columns: Sequence[str], catalogue: Catalogue, *, sides: Sequence[str] = SIDES,
    bins: int = 20, refits: int = 20, level: float = 0.9, seed: int = 1,
) -> list[ResponseCurve]:  # fmt: skip
    """How the forecast moves with each of some columns, refitting once for all of them.

    The forecast is the median, or for rare counts the expected value, since their median is mostly zero. It is the count of the
    whole booking: a column that the count is proportional to (`followers`, `posts`) moves it by itself, and a creator's own
    *rate* stays as it was. Columns that follow from the one moved (`tier`) are computed anew.

    Parameters
    ----------
    examples
        Rows to learn from, as known on their dates; those with a recorded outcome are used, at most 3,000 a curve, spread evenly
        over creators so that those who post a lot do not speak for all.
    sides
        `known`: creators with a record, as they are; the curve is what goes with the input beyond what the record says already.
        `stranger`: what a new creator brings; every row is forecast without its record, while what can be read off a profile
        (posting frequency, ad density) stays known.
    bins
        Steps, each with about as many rows as the others; fewer where values repeat.
    refits, level
        The band holds `level` of a normal distribution around the log of the curve, as wide as the root mean square distance
        to it of `refits` models, learned anew from creators drawn with replacement (at most 6,000 rows each: rather too wide
        than too narrow). It covers what hangs on which creators are in the data and on the learner's luck. It does not cover
        the choice of rule, trees and share, inputs that are missing, or that an association is not an effect. 0: no band.

    Returns
    -------
    One curve a column and side, column by column.

    Raises
    ------
    RowsError
        Where the model does not see a column, or the column has no order.
    """
    _check(model, columns, catalogue, sides)
    rows = categorised(labelled(examples, model.recipe), catalogue)
    models = [model, *_refitted(model, rows, refits, seed)]
    jobs = ((column, side, _rows_of_side(model, rows, column, side, seed)) for column in columns for side in sides)
    return [_curve(models, frame, column, side, catalogue, bins, level) for column, side, frame in jobs]


@dataclass(frozen=True)
class _Steps:
    """Rows that each stand on one step of a column, as they would be at its lower and at its upper end."""

    edges: np.ndarray
    observed: np.ndarray
    step: np.ndarray
    lower: pd.DataFrame
    upper: pd.DataFrame

    def logs(self, model: TargetModel) -> np.ndarray:
        """Log factor at every edge, zero for the average row."""
        rises = _log_forecast(model, self.upper) - _log_forecast(model, self.lower)
        raised = np.cumsum([0.0, *np.bincount(self.step, rises) / np.bincount(self.step)])
        return raised - np.interp(self.observed, self.edges, raised).mean()


def _curve(
    models: list[TargetModel], rows: pd.DataFrame, column: str, side: str, catalogue: Catalogue, bins: int, level: float
) -> ResponseCurve:
    observed = rows[column].to_numpy(dtype=float)
    empty = ResponseCurve(models[0].recipe.name, column, side, pd.DataFrame(columns=["value", "times"]), observed)
    if len(rows) < FEW:
        return replace(empty, why_not="few_rows")
    edges = np.unique(np.quantile(observed, np.linspace(*RANGE, bins + 1), method="inverted_cdf"))
    if len(edges) < 2:
        return replace(empty, why_not="few_values")
    steps = _steps(rows[(observed >= edges[0]) & (observed <= edges[-1])], column, edges, catalogue)
    log_factors, *others = (steps.logs(model) for model in models)
    points = pd.DataFrame({"value": edges, "times": np.exp(log_factors)})
    if others:
        # Around the curve rather than around the refits' mean: where they disagree with it, the band must say so.
        half_width = ndtri(0.5 + level / 2) * np.sqrt(np.mean((np.array(others) - log_factors) ** 2, axis=0))
        points = points.assign(low=np.exp(log_factors - half_width), high=np.exp(log_factors + half_width))
    return replace(empty, points=points, observed=steps.observed, level=level if others else None)


def _steps(rows: pd.DataFrame, column: str, edges: np.ndarray, catalogue: Catalogue) -> _Steps:
    observed = rows[column].to_numpy(dtype=float)
    step = np.maximum(np.searchsorted(edges, observed) - 1, 0)  # every edge was observed, so no step is empty
    lower, upper = (moved(rows, column, edges[step + up], catalogue) for up in (0, 1))
    return _Steps(edges, observed, step, lower, upper)


def _rows_of_side(model: TargetModel, rows: pd.DataFrame, column: str, side: str, seed: int) -> pd.DataFrame:
    """The rows of one side where the column is known (and above zero where it is a part of the exposure)."""
    if side == "known":
        rows = rows[has_history(rows, model.recipe)]
    else:
        rows = rows.assign(**dict.fromkeys(model.design.records, np.nan))
        rows = rows[answered(model, rows)]
    values = pd.to_numeric(rows[column]).astype(float) if column in rows else pd.Series(np.nan, index=rows.index)
    usable = values > 0 if column in model.recipe.exposure else values.notna()
    return _sample_evenly(rows.assign(**{column: values})[usable], MAX_CURVE_ROWS, seed).reset_index(drop=True)


def _refitted(model: TargetModel, rows: pd.DataFrame, refits: int, seed: int) -> Iterator[TargetModel]:
    """The model learned anew from creators drawn with replacement; one drawn twice counts as two."""
    rows = _sample_evenly(rows, MAX_REFIT_ROWS, seed)
    positions = list(rows.groupby("creator_id").indices.values())
    rng = np.random.default_rng(seed)
    for number in range(refits):
        drawn = [positions[i] for i in rng.integers(len(positions), size=len(positions))]
        copies = np.repeat(np.arange(len(drawn)), [len(one) for one in drawn])
        resampled = rows.iloc[np.concatenate(drawn)].assign(creator_id=copies.astype(str))
        yield refit(model, resampled.sort_values("at", kind="stable").reset_index(drop=True), seed + number)


def _sample_evenly(rows: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """At most so many rows, as many of each creator as there are."""
    shuffled = rows.sample(frac=1, random_state=seed)
    turn = shuffled.groupby("creator_id").cumcount().sort_values(kind="stable")
    return rows.loc[turn.index[:most]].sort_index()


def moved(rows: pd.DataFrame, column: str, values: np.ndarray, catalogue: Catalogue) -> pd.DataFrame:
    """Rows with another value in a column, and what is computed from that column alone computed anew."""
    moved = rows.assign(**{column: values})
    computed = {name: entry.computed for name, entry in catalogue.entries.items() if entry.computed}
    follow = [name for name, how in computed.items() if how.function in WITHOUT_RECORD and column == how.of]
    return moved.assign(**features_as_of(moved[["creator_id", "at", column]], History(), catalogue)[follow]) if follow else moved


def _log_forecast(model: TargetModel, frame: pd.DataFrame) -> np.ndarray:
    rare = model.recipe.counts
    predicted = forecast(model, frame, () if rare else (0.5,))["expected" if rare else "p50"]
    return np.log(np.maximum(predicted.to_numpy(dtype=float), LEAST[rare]))


def _check(model: TargetModel, columns: Sequence[str], catalogue: Catalogue, sides: Sequence[str]) -> None:
    place = f"curve of {model.recipe.name}"
    numbers = [name for name in model.design.columns if catalogue.entries[name].type in NUMBERS]
    faults = [Fault(place, problem) for column in columns if (problem := _refused(column, model, catalogue, numbers))]
    faults += [
        Fault(place, f"got the side '{s}'; allowed: {', '.join(SIDES)}{nearest(s, [*SIDES]) or '.'}") for s in {*sides} - {*SIDES}
    ]
    if faults:
        raise RowsError(faults)


def _refused(column: str, model: TargetModel, catalogue: Catalogue, numbers: list[str]) -> str | None:
    if column in numbers:
        return None
    if column in model.design.columns:
        kind = catalogue.entries[column].type
        return f"'{column}' is a {kind}, which has no order to draw a curve along; allowed: {', '.join(numbers)}."
    return f"the model does not see '{column}'; allowed: {', '.join(numbers)}{nearest(column, numbers) or '.'}"


# How one candidate's forecast moves with one input, all else as it is: the model's own forecasts, value by value.
#
# Goldstein et al. 2015, "Peeking inside the black box" (individual conditional expectation), for one row. It shows what the
# model would forecast for this candidate, not what other creators got; `response_curves` shows that, from the training rows.

COLUMNS = ("posting_frequency", "ad_density", "niche_alignment", "followers")
POINTS = 25
DECADES = 100.0  # how many times its low end a span's high end is where it spans decades
NEAR = 4.0  # there, how many times more or less than the candidate has is evaluated


@dataclass(frozen=True)
class OwnCurve:
    """One input: `points` has one row a value (`value`, `expected`, `p10`, `p90`, as counts).

    `at` is where the candidate stands (value and expected), None where that is unknown or beyond what the model learned from.
    """

    column: str
    points: pd.DataFrame
    at: tuple[float, float] | None

    @property
    def logarithmic(self) -> bool:
        """Whether the values stand over decades, evenly by their logarithm."""
        value = self.points["value"]
        return bool(value.iloc[0] > 0 and value.iloc[-1] >= DECADES * value.iloc[0])


def own_curves(model: TargetModel, row: pd.DataFrame, catalogue: Catalogue, columns: Sequence[str] = COLUMNS) -> list[OwnCurve]:
    """The curves of one candidate (a frame of one row, as `examples.candidate_rows` returns it), all in one forecast.

    Values go from end to end of the middle 99 % of what the model learned from, never beyond; where that spans decades, only
    from a quarter to four times of where the candidate stands, or nothing could be read off. A column that the model does not
    see, or of which it saw one value, is left out; so are all where there is no forecast. A creator's own *rate* stays as it was
    where `followers` move.
    """
    seen = {*model.design.columns, *model.recipe.exposure}
    spans = {name: span for name in columns if name in seen and (span := model.support.spans.get(name)) and span.low < span.high}
    if not spans or not answered(model, row).all():
        return []
    current = {name: float(pd.to_numeric(row[name]).iloc[0]) if name in row else np.nan for name in spans}
    values = {name: _values(span, current[name]) for name, span in spans.items()}
    frames = [
        moved(row.iloc[np.zeros(len(one), dtype=int)].reset_index(drop=True), name, one, catalogue)
        for name, one in values.items()
    ]
    predicted = forecast(model, pd.concat(frames, ignore_index=True), INTERVAL)[["expected", "p10", "p90"]]
    cuts = np.cumsum([len(one) for one in values.values()])[:-1]
    positions = np.split(np.arange(len(predicted)), cuts)
    return [
        _own_curve(name, values[name], predicted.iloc[idx], current[name]) for name, idx in zip(values, positions, strict=True)
    ]


def _values(span: Span, current: float) -> np.ndarray:
    """Values to evaluate: across the span, and where the candidate stands, if that is inside."""
    inside = span.low <= current <= span.high
    if span.low <= 0 or span.high < DECADES * span.low:
        grid = np.linspace(span.low, span.high, POINTS)
    elif inside:
        grid = np.linspace(max(span.low, current / NEAR), min(span.high, current * NEAR), POINTS)
    else:
        grid = np.geomspace(span.low, span.high, POINTS)
    return np.unique([*grid, *([current] if inside else [])])


def _own_curve(name: str, values: np.ndarray, predicted: pd.DataFrame, current: float) -> OwnCurve:
    points = predicted.reset_index(drop=True).assign(value=values)
    at_current = points.loc[points["value"] == current, "expected"]
    return OwnCurve(name, points, (current, float(at_current.iloc[0])) if len(at_current) else None)
