"""What the training examples of one target contained: which values, how far its numbers went, and past bookings to point at."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue, Entry, Recipe
from predictor.tables.frames import factors, main, main_value

NEWEST = 5_000  # past bookings that are kept
ENOUGH_BOOKINGS = 30  # with fewer, the newest example of each creator stands in for them
MIDDLE = (0.005, 0.995)  # quantiles between which a number is ordinary; they scale distances, so that no outlier does
NUMERIC = ("count", "number", "rate", "money")
TEXTS = ("platform", "tier", "niche", "format")
NUMBERS = ("followers", "niche_alignment", "posting_frequency")
SERIOUS = ("platform", "tier", "format", "kind")  # without one of these, a learned correction is a guess
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
    """What one target's model has seen.

    `values` counts, by column and value, the (rows, creators) that showed it; `spans` holds the numbers; `past` is one row per
    past booking, newest first: `row_id`, `creator_id`, `source`, `at` (the day asked), `known_on` (from when the outcome was
    known), `actual` (the outcome as a count), and what likeness is measured by.
    """

    labels: int
    creators: int
    values: dict[str, dict[str, tuple[int, int]]]
    spans: dict[str, Span]
    past: pd.DataFrame


def training_support(examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue) -> TrainingSupport:
    """Sum up labelled examples of one target (`predictor.model.labelled`)."""
    inputs = {column: catalogue.entries[column] for column in catalogue.inputs(recipe) if column in examples}
    counted = {
        column: _counts(value_of(examples[column], entry), examples) for column, entry in inputs.items() if is_counted(entry)
    }
    spans = {column: _span(examples[column]) for column, entry in inputs.items() if has_span(entry)}
    return TrainingSupport(
        labels=len(examples),
        creators=int(examples["creator_id"].nunique()),
        values={column: counts for column, counts in counted.items() if counts},
        spans={column: span for column, span in spans.items() if span is not None},
        past=_past(examples, recipe),
    )


def out_of_support(seen: TrainingSupport, rows: pd.DataFrame) -> np.ndarray:
    """Rows with a platform, tier, format or kind that no training row showed: there a simple rule must stand alone."""
    strange = np.zeros(len(rows), dtype=bool)
    for column in (name for name in SERIOUS if name in seen.values and name in rows):
        place, distinct = factors(rows[column])
        unknown = [main(value) not in seen.values[column] for value in distinct]
        strange |= np.array([*unknown, False])[place]
    return strange


def is_counted(entry: Entry) -> bool:
    """Whether a column is one of values to be counted: a category, a yes or no, or a month (a year is a circle, not a span)."""
    return entry.type in ("category", "flag") or _function(entry) == "month"


def has_span(entry: Entry) -> bool:
    """Whether a column has a span; how often something was seen has none, as more of it is never a reason for doubt."""
    return entry.type in NUMERIC and _function(entry) not in ("month", "count")


def value_of(column: pd.Series, entry: Entry) -> pd.Series:
    """Values as they are counted: the main one of several, in small letters, as the model's design reads them."""
    if entry.type == "flag":
        return main_value(column.astype("boolean").astype("str"))
    return main_value(column.astype("Int64") if _function(entry) == "month" else column)


def own_rate(recipe: Recipe) -> str:
    """The column that says best what the creator's own posts bring for this target; empty where there is none."""
    return next(iter(recipe.known_by), "")


def to_json(seen: TrainingSupport) -> dict[str, Any]:
    """An experience as plain data."""
    past = seen.past.assign(**{day: seen.past[day].dt.strftime("%Y-%m-%d") for day in ("at", "known_on")}).astype(object)
    return {
        "labels": seen.labels,
        "creators": seen.creators,
        "values": {column: {value: list(pair) for value, pair in counts.items()} for column, counts in seen.values.items()},
        "spans": {column: asdict(span) for column, span in seen.spans.items()},
        "past": past.where(past.notna(), None).to_dict("list"),
    }


def from_json(data: dict[str, Any]) -> TrainingSupport:
    """An experience from plain data."""
    past = pd.DataFrame(data["past"])
    dates = {day: pd.to_datetime(past[day], format="%Y-%m-%d") for day in ("at", "known_on")}
    words = {column: past[column].astype("str") for column in ("row_id", "creator_id", "source", *TEXTS) if column in past}
    numbers = {column: past[column].astype(float) for column in past if column not in (*dates, *words)}
    return TrainingSupport(
        labels=data["labels"],
        creators=data["creators"],
        values={c: {value: (rows, people) for value, (rows, people) in counts.items()} for c, counts in data["values"].items()},
        spans={column: Span(**span) for column, span in data["spans"].items()},
        past=past.assign(**dates, **words, **numbers),
    )


def _function(entry: Entry) -> str | None:
    return entry.computed.function if entry.computed else None


def _counts(values: pd.Series, examples: pd.DataFrame) -> dict[str, tuple[int, int]]:
    seen = examples["creator_id"].groupby(values).agg(["size", "nunique"])
    return {str(value): (int(rows), int(people)) for value, rows, people in seen.itertuples()}


def _span(column: pd.Series) -> Span | None:
    numbers = pd.to_numeric(column).astype(float).dropna()
    return Span(*map(float, numbers.quantile([0.0, *MIDDLE, 1.0]))) if len(numbers) else None


def _past(examples: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    ordered = examples.sort_values(["at", "row_id"], ascending=[False, True], kind="stable")
    booked = ordered[ordered["source"] == "booking"]
    chosen = booked if len(booked) >= ENOUGH_BOOKINGS else ordered.groupby("creator_id", sort=False).head(1)
    chosen = chosen.head(NEWEST).reset_index(drop=True)
    texts = {column: main_value(chosen[column]) for column in TEXTS if column in chosen}
    numbers = {column: chosen[column].astype(float) for column in (*NUMBERS, own_rate(recipe)) if column in chosen}
    # Rounded up: a day is told, and nothing may pass for known before the hour that it was.
    days = {"at": chosen["at"].dt.floor("D"), "known_on": chosen["known_on"].dt.ceil("D")}
    return chosen[list(ABOUT)].assign(**days, **texts, **numbers, actual=chosen[recipe.outcome].astype(float))
