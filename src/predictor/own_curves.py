"""How one candidate's forecast moves with one input, all else as it is: the model's own answers, asked value by value.

Goldstein et al. 2015, "Peeking inside the black box" (individual conditional expectation), for one row. It tells what the model
would say of this candidate, not what other creators got; `predictor.curves` tells that, and needs the training rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from predictor.catalogue import Catalogue
from predictor.curves import moved
from predictor.experience import Span
from predictor.forecast import forecast
from predictor.model import Model

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


def own_curves(model: Model, row: pd.DataFrame, catalogue: Catalogue, columns: Sequence[str] = COLUMNS) -> list[OwnCurve]:
    """The curves of one candidate (a frame of one row, as `examples.candidate_rows` returns it), all in one forecast.

    Values go from end to end of the middle 99 % of what the model learned from, never beyond; where that spans decades, only
    from a quarter to four times of where the candidate stands, or nothing could be read off. A column that the model does not
    see, or of which it saw one value, is left out. A creator's own *rate* stays as it was where `followers` move.
    """
    seen = {*model.design.columns, *model.recipe.exposure}
    spans = {
        name: span for name in columns if name in seen and (span := model.experience.spans.get(name)) and span.low < span.high
    }
    if not spans:
        return []
    now = {name: float(pd.to_numeric(row[name]).iloc[0]) if name in row else np.nan for name in spans}
    values = {name: _values(span, now[name]) for name, span in spans.items()}
    asked = [
        moved(row.iloc[np.zeros(len(one), dtype=int)].reset_index(drop=True), name, one, catalogue)
        for name, one in values.items()
    ]
    told = forecast(model, pd.concat(asked, ignore_index=True), (0.1, 0.9))[["expected", "p10", "p90"]]
    cuts = np.cumsum([len(one) for one in values.values()])[:-1]
    parts = np.split(np.arange(len(told)), cuts)
    return [_curve(name, values[name], told.iloc[part], now[name]) for name, part in zip(values, parts, strict=True)]


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


def _curve(name: str, values: np.ndarray, told: pd.DataFrame, now: float) -> OwnCurve:
    points = told.reset_index(drop=True).assign(value=values)
    here = points.loc[points["value"] == now, "expected"]
    return OwnCurve(name, points, (now, float(here.iloc[0])) if len(here) else None)
