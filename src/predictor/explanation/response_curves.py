"""How a forecast moves with one input: accumulated local effects, as factors on the median forecast.

Apley & Zhu 2020, "Visualizing the effects of predictor variables in black box supervised learning models": only differences
between neighbouring values are asked of each row, so that no creator is ever imagined far from where such creators are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from predictor.definitions.schema import POINTWISE, Catalogue
from predictor.errors import Fault, RowsError
from predictor.forecasting.predict import forecast
from predictor.forecasting.sampling import INTERVAL
from predictor.forecasting.support import Span
from predictor.forecasting.target_model import TargetModel, has_history, labelled, refit
from predictor.history.features import features_as_of
from predictor.tables.frames import History
from predictor.wording.matching import nearest

SIDES = ("known", "stranger")
NUMBERS = ("count", "number", "rate")
RANGE = (0.01, 0.99)  # quantiles of what was observed between which a curve is drawn
ASKED = 3_000  # rows whose forecasts make a curve
LEARNED = 6_000  # rows that a refit learns from
FEW = 100  # rows below which a curve would say nothing
LEAST = {True: 1e-9, False: 0.5}  # count that a smaller one is taken for, by whether the outcome is rare


@dataclass(frozen=True)
class ResponseCurve:
    """What goes with one input, all else as it is.

    `points` has one row a value: `value` (the column's unit), `times` (the factor on the forecast, 1 for the average row), and
    with refits `low` and `high`. `observed` holds the values of the rows asked, inside the curve's range. Where the data say too
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
        `stranger`: what a new creator brings; every row is asked without its record, while what can be read off a profile
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
    rows = labelled(examples, model.recipe)
    models = [model, *_refitted(model, rows, refits, seed)]
    asked = ((column, side, _asked(model, rows, column, side, seed)) for column in columns for side in sides)
    return [_curve(models, frame, column, side, catalogue, bins, level) for column, side, frame in asked]


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
        rises = _logs(model, self.upper) - _logs(model, self.lower)
        raised = np.cumsum([0.0, *np.bincount(self.step, rises) / np.bincount(self.step)])
        return raised - np.interp(self.observed, self.edges, raised).mean()


def _curve(
    models: list[TargetModel], asked: pd.DataFrame, column: str, side: str, catalogue: Catalogue, bins: int, level: float
) -> ResponseCurve:
    observed = asked[column].to_numpy(dtype=float)
    blank = ResponseCurve(models[0].recipe.name, column, side, pd.DataFrame(columns=["value", "times"]), observed)
    if len(asked) < FEW:
        return replace(blank, why_not="few_rows")
    edges = np.unique(np.quantile(observed, np.linspace(*RANGE, bins + 1), method="inverted_cdf"))
    if len(edges) < 2:
        return replace(blank, why_not="few_values")
    steps = _steps(asked[(observed >= edges[0]) & (observed <= edges[-1])], column, edges, catalogue)
    logs, *others = (steps.logs(model) for model in models)
    points = pd.DataFrame({"value": edges, "times": np.exp(logs)})
    if others:
        # Around the curve rather than around the refits' mean: where they disagree with it, the band must say so.
        away = stats.norm.ppf(0.5 + level / 2) * np.sqrt(np.mean((np.array(others) - logs) ** 2, axis=0))
        points = points.assign(low=np.exp(logs - away), high=np.exp(logs + away))
    return replace(blank, points=points, observed=steps.observed, level=level if others else None)


def _steps(asked: pd.DataFrame, column: str, edges: np.ndarray, catalogue: Catalogue) -> _Steps:
    observed = asked[column].to_numpy(dtype=float)
    step = np.maximum(np.searchsorted(edges, observed) - 1, 0)  # every edge was observed, so no step is empty
    lower, upper = (moved(asked, column, edges[step + up], catalogue) for up in (0, 1))
    return _Steps(edges, observed, step, lower, upper)


def _asked(model: TargetModel, rows: pd.DataFrame, column: str, side: str, seed: int) -> pd.DataFrame:
    """The rows of one side that tell the column; without people or posts there is nothing to count per."""
    if side == "known":
        rows = rows[has_history(rows, model.recipe)]
    else:
        rows = rows.assign(**dict.fromkeys(model.design.records, np.nan))
    values = pd.to_numeric(rows[column]).astype(float) if column in rows else pd.Series(np.nan, index=rows.index)
    told = values > 0 if column in model.recipe.exposure else values.notna()
    return _evenly(rows.assign(**{column: values})[told], ASKED, seed).reset_index(drop=True)


def _refitted(model: TargetModel, rows: pd.DataFrame, refits: int, seed: int) -> Iterator[TargetModel]:
    """The model learned anew from creators drawn with replacement; one drawn twice counts as two."""
    rows = _evenly(rows, LEARNED, seed)
    places = list(rows.groupby("creator_id").indices.values())
    luck = np.random.default_rng(seed)
    for number in range(refits):
        drawn = [places[place] for place in luck.integers(len(places), size=len(places))]
        copies = np.repeat(np.arange(len(drawn)), [len(one) for one in drawn])
        again = rows.iloc[np.concatenate(drawn)].assign(creator_id=copies.astype(str))
        yield refit(model, again.sort_values("at", kind="stable").reset_index(drop=True), seed + number)


def _evenly(rows: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """At most so many rows, as many of each creator as there are."""
    shuffled = rows.sample(frac=1, random_state=seed)
    turn = shuffled.groupby("creator_id").cumcount().sort_values(kind="stable")
    return rows.loc[turn.index[:most]].sort_index()


def moved(rows: pd.DataFrame, column: str, values: np.ndarray, catalogue: Catalogue) -> pd.DataFrame:
    """Rows with another value in a column, and what is computed from that column alone computed anew."""
    moved = rows.assign(**{column: values})
    computed = {name: entry.computed for name, entry in catalogue.entries.items() if entry.computed}
    follow = [name for name, how in computed.items() if how.function in POINTWISE and column == how.of]
    return moved.assign(**features_as_of(moved[["creator_id", "at", column]], History(), catalogue)[follow]) if follow else moved


def _logs(model: TargetModel, frame: pd.DataFrame) -> np.ndarray:
    rare = model.recipe.counts
    told = forecast(model, frame, () if rare else (0.5,))["expected" if rare else "p50"]
    return np.log(np.maximum(told.to_numpy(dtype=float), LEAST[rare]))


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


# How one candidate's forecast moves with one input, all else as it is: the model's own answers, asked value by value.
#
# Goldstein et al. 2015, "Peeking inside the black box" (individual conditional expectation), for one row. It tells what the
# model would say of this candidate, not what other creators got; `predictor.curves` tells that, and needs the training rows.

COLUMNS = ("posting_frequency", "ad_density", "niche_alignment", "followers")
POINTS = 25
DECADES = 100.0  # how many times its low end a span's high end is where it spans decades
NEAR = 4.0  # there, how many times more or less than the candidate has is asked


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
    see, or of which it saw one value, is left out. A creator's own *rate* stays as it was where `followers` move.
    """
    seen = {*model.design.columns, *model.recipe.exposure}
    spans = {name: span for name in columns if name in seen and (span := model.support.spans.get(name)) and span.low < span.high}
    if not spans:
        return []
    now = {name: float(pd.to_numeric(row[name]).iloc[0]) if name in row else np.nan for name in spans}
    values = {name: _values(span, now[name]) for name, span in spans.items()}
    asked = [
        moved(row.iloc[np.zeros(len(one), dtype=int)].reset_index(drop=True), name, one, catalogue)
        for name, one in values.items()
    ]
    told = forecast(model, pd.concat(asked, ignore_index=True), INTERVAL)[["expected", "p10", "p90"]]
    cuts = np.cumsum([len(one) for one in values.values()])[:-1]
    parts = np.split(np.arange(len(told)), cuts)
    return [_own_curve(name, values[name], told.iloc[part], now[name]) for name, part in zip(values, parts, strict=True)]


def _values(span: Span, now: float) -> np.ndarray:
    """Where the model is asked: across the span, and where the candidate stands, if that is inside."""
    inside = span.low <= now <= span.high
    if span.low <= 0 or span.high < DECADES * span.low:
        spread = np.linspace(span.low, span.high, POINTS)
    elif inside:
        spread = np.linspace(max(span.low, now / NEAR), min(span.high, now * NEAR), POINTS)
    else:
        spread = np.geomspace(span.low, span.high, POINTS)
    return np.unique([*spread, *([now] if inside else [])])


def _own_curve(name: str, values: np.ndarray, told: pd.DataFrame, now: float) -> OwnCurve:
    points = told.reset_index(drop=True).assign(value=values)
    here = points.loc[points["value"] == now, "expected"]
    return OwnCurve(name, points, (now, float(here.iloc[0])) if len(here) else None)
