"""Training support of one target: which values its examples had, how far its numbers went, and past bookings to point at."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from predictor.definitions.schema import NUMERIC, Catalogue, Entry, Recipe
from predictor.forecasting.splits import MIN_CREATORS
from predictor.tables.frames import Columns, Rows, main_value
from predictor.tables.plain_data import typed

NEWEST = 5_000  # past bookings that are kept
ENOUGH_BOOKINGS = 30  # with fewer, the newest example of each creator stands in for them
MIDDLE = (0.005, 0.995)  # quantiles between which a number is ordinary; they scale distances, so that no outlier does
TEXTS = ("platform", "tier", "niche", "format")
NUMBERS = ("followers", "niche_alignment", "posting_frequency")
SERIOUS = ("platform", "tier", "format", "kind")  # where one of these was never seen, the residual model is a guess
ABOUT = ("row_id", "creator_id", "source", "at", "known_on")


@dataclass(frozen=True)
class Span:
    """How far a number went over the training rows: its extremes and the ends of its middle 99 %."""

    lowest: float
    low: float
    high: float
    highest: float


@dataclass(frozen=True)
class TrainingSupport:
    """The training support of one target's model.

    `values` counts, by column and value, the (rows, creators) that showed it; `spans` holds the numbers; `past` is one row per
    past booking, newest first: `row_id`, `creator_id`, `source`, `at` (the day asked), `known_on` (from when the outcome was
    known), `actual` (the outcome as a count), and the columns that similarity is measured by.
    """

    labels: int
    creators: int
    values: dict[str, dict[str, tuple[int, int]]]
    spans: dict[str, Span]
    past: pd.DataFrame

    @cached_property
    def knows_audiences(self) -> bool:
        """Whether any past booking has a count of followers."""
        return "followers" in self.past and bool(self.past["followers"].notna().any())

    @property
    def few_creators(self) -> bool:
        """Whether a forecast for other creators rests on so few that it has to say so."""
        return self.creators < MIN_CREATORS


def training_support(examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue) -> TrainingSupport:
    """The training support of labelled examples of one target (see `target_model.labelled`)."""
    inputs = {column: catalogue.entries[column] for column in catalogue.inputs(recipe) if column in examples}
    counted = {
        column: _counts(value_of(examples[column], entry), examples) for column, entry in inputs.items() if is_counted(entry)
    }
    spans = {column: _span(examples[column]) for column, entry in inputs.items() if has_span(entry)}
    return TrainingSupport(
        labels=len(examples),
        creators=int(examples["creator_id"].nunique()),
        values={column: by_value for column, by_value in counted.items() if by_value},
        spans={column: span for column, span in spans.items() if span is not None},
        past=_past(examples, recipe),
    )


def out_of_support(support: TrainingSupport, rows: Rows) -> np.ndarray:
    """Rows with a platform, tier, format or kind that no training row had: there a baseline must stand alone."""
    rows = Columns.of(rows)
    outside = np.zeros(len(rows), dtype=bool)
    for column in (name for name in SERIOUS if name in support.values):
        place, values = rows.main_values(column)
        if any(unseen := [value not in support.values[column] for value in values]):
            outside |= np.array([*unseen, False])[place]
    return outside


def is_counted(entry: Entry) -> bool:
    """Whether a column's values are counted: a category, a flag, or a month (months are cyclic and have no span)."""
    return entry.type in ("category", "flag") or _function(entry) == "month"


def has_span(entry: Entry) -> bool:
    """Whether a column has a span; a count of observations has none, as more of them are never a reason for doubt."""
    return entry.type in NUMERIC and _function(entry) not in ("month", "count")


def value_of(column: pd.Series, entry: Entry) -> pd.Series:
    """Values as they are counted: the main one of several, in lower case, as the design matrix reads them."""
    if entry.type == "flag":
        return main_value(column.astype("boolean").astype("str"))
    return main_value(column.astype("Int64") if _function(entry) == "month" else column)


def own_rate(recipe: Recipe) -> str:
    """The column with the creator's own rate for this target; empty where there is none."""
    return next(iter(recipe.known_by), "")


def to_json(support: TrainingSupport) -> dict[str, Any]:
    """Training support as plain data."""
    days = {day: support.past[day].dt.strftime("%Y-%m-%d") for day in ("at", "known_on")}
    past = support.past.assign(**days).astype(object)
    return {
        "labels": support.labels,
        "creators": support.creators,
        "values": {c: {value: list(pair) for value, pair in by_value.items()} for c, by_value in support.values.items()},
        "spans": {column: asdict(span) for column, span in support.spans.items()},
        "past": past.where(past.notna(), None).to_dict("list"),
    }


def from_json(data: dict[str, Any]) -> TrainingSupport:
    """Training support from plain data."""
    past = pd.DataFrame(data["past"])
    dates = {day: pd.to_datetime(past[day], format="%Y-%m-%d") for day in ("at", "known_on")}
    words = {column: past[column].astype("str") for column in ("row_id", "creator_id", "source", *TEXTS) if column in past}
    numbers = {column: past[column].astype(float) for column in past if column not in (*dates, *words)}
    return TrainingSupport(
        labels=typed(int, data["labels"]),
        creators=typed(int, data["creators"]),
        values=typed(dict[str, dict[str, tuple[int, int]]], data["values"]),
        spans=typed(dict[str, Span], data["spans"]),
        past=past.assign(**dates, **words, **numbers),
    )


def _function(entry: Entry) -> str | None:
    return entry.computed.function if entry.computed else None


def _counts(values: pd.Series, examples: pd.DataFrame) -> dict[str, tuple[int, int]]:
    counted = examples["creator_id"].groupby(values).agg(["size", "nunique"])
    return {str(value): (int(rows), int(creators)) for value, rows, creators in counted.itertuples()}


def _span(column: pd.Series) -> Span | None:
    numbers = pd.to_numeric(column).astype(float).dropna()
    return Span(*map(float, numbers.quantile([0.0, *MIDDLE, 1.0]))) if len(numbers) else None


def _past(examples: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    newest_first = examples.sort_values(["at", "row_id"], ascending=[False, True], kind="stable")
    bookings = newest_first[newest_first["source"] == "booking"]
    kept = bookings if len(bookings) >= ENOUGH_BOOKINGS else newest_first.groupby("creator_id", sort=False).head(1)
    kept = kept.head(NEWEST).reset_index(drop=True)
    texts = {column: main_value(kept[column]) for column in TEXTS if column in kept}
    numbers = {column: kept[column].astype(float) for column in (*NUMBERS, own_rate(recipe)) if column in kept}
    # Only days are kept; rounded up, so that nothing passes for known before it was.
    days = {"at": kept["at"].dt.floor("D"), "known_on": kept["known_on"].dt.ceil("D")}
    return kept[list(ABOUT)].assign(**days, **texts, **numbers, actual=kept[recipe.outcome].astype(float))
