"""The design matrix: rows as numbers, in a fixed order of columns, with the gaps that real lists have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from predictor.asof.joins import audience
from predictor.definitions.schema import WITHOUT_RECORD, Catalogue, Entry, Recipe
from predictor.tables.frames import Columns, Rows, main_value


def exposure(rows: Rows, columns: tuple[str, ...]) -> np.ndarray:
    """What a rate is per: the product of the exposure's columns, with the audience's stand-in where it is missing."""
    rows = Columns.of(rows).holding(columns)
    return rows.once(("exposure", columns), lambda: _exposure(rows, columns))


def log_exposure(rows: Rows, columns: tuple[str, ...]) -> np.ndarray:
    """The log of it."""
    rows = Columns.of(rows).holding(columns)
    return rows.once(("log_exposure", columns), lambda: np.log(exposure(rows, columns)))


def _exposure(rows: Columns, columns: tuple[str, ...]) -> np.ndarray:
    total = np.ones(len(rows))
    for column in columns:
        values = rows.floats(column)
        total = total * (audience(values) if column == "followers" else np.where(np.isnan(values), 1.0, values))
    return total


def has_history(rows: Rows, recipe: Recipe) -> np.ndarray:
    """Which rows come with a record of the creator's own; the others are cold starts."""
    return any_known(rows, recipe.known_by)


def any_known(rows: Rows, columns: tuple[str, ...]) -> np.ndarray:
    """Which rows have a value in any of the columns."""
    rows = Columns.of(rows).holding(columns)
    return rows.once(("any_known", columns), lambda: _has_any(rows, columns))


def _has_any(rows: Columns, columns: tuple[str, ...]) -> np.ndarray:
    found = np.zeros(len(rows), dtype=bool)
    for column in columns:
        known = ~np.isnan(rows.floats(column))
        words = not known.any() and not rows.numeric(column)
        found |= rows.factors(column)[0] >= 0 if words else known
    return found


RARE = 20  # rows that a level of an open category needs
FAINTEST = 1e-12


@dataclass(frozen=True)
class Design:
    """Columns of the matrix, the levels of its categories, which are `relative` to the baseline, which are the creator's
    `records` (of outcomes), and which are `habits` (of posting)."""

    columns: tuple[str, ...]
    levels: dict[str, tuple[str, ...]]
    relative: tuple[str, ...]
    records: tuple[str, ...]
    habits: tuple[str, ...]

    @property
    def categories(self) -> list[int]:
        """Positions of the categorical columns."""
        return [i for i, column in enumerate(self.columns) if column in self.levels]

    def matrix(self, rows: Rows, log_baseline: np.ndarray) -> np.ndarray:
        """Rows × columns as floats; a missing or never-seen value is NaN.

        A creator's own rates enter as the log of their ratio to the baseline's rate: what matters to a residual model is how
        the record differs from the baseline.
        """
        rows = Columns.of(rows)
        values = np.empty((len(self.columns), len(rows)))
        for i, column in self._numbers:
            values[i] = rows.floats(column)
        for i, codes in self._codes:
            place, words = rows.main_values(self.columns[i])
            values[i] = np.array([*(codes.get(word, np.nan) for word in words), np.nan])[place]
        for i in self._ratios:  # all at once take three times their memory
            values[i] = np.log(np.maximum(values[i], FAINTEST)) - np.asarray(log_baseline)
        return values.T

    @cached_property
    def _numbers(self) -> list[tuple[int, str]]:
        """The place and name of each column that is no category."""
        return [(i, column) for i, column in enumerate(self.columns) if column not in self.levels]

    @cached_property
    def _ratios(self) -> list[int]:
        """The places of the columns that are relative to the baseline."""
        return [i for i, column in self._numbers if column in self.relative]

    @cached_property
    def _codes(self) -> list[tuple[int, dict[str, float]]]:
        """The place of each category, and the code of each of its levels."""
        levels = [(i, self.levels[column]) for i, column in enumerate(self.columns) if column in self.levels]
        return [(i, {level: float(code) for code, level in enumerate(names)}) for i, names in levels]


def design(examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue) -> Design:
    """Fix the columns of a recipe and the categories that the examples show often enough."""
    columns = catalogue.inputs(recipe)
    entries = {column: catalogue.entries[column] for column in columns}
    history = [c for c, e in entries.items() if e.computed and e.computed.function not in WITHOUT_RECORD]
    records = [c for c in history if _holds_outcomes(entries[c], catalogue)]
    return Design(
        columns=tuple(columns),
        levels={c: _levels(examples, c, e) for c, e in entries.items() if e.type == "category"},
        relative=tuple(c for c in records if entries[c].type == "rate"),
        records=tuple(records),
        habits=tuple(c for c in history if c not in records),
    )


def mask_history(frame: pd.DataFrame, design: Design, seed: int) -> pd.DataFrame:
    """The rows as cold starts: without the creator's record; habits (posting frequency, ad density) stay half the time."""
    rng = np.random.default_rng(seed)
    habits = {column: frame[column].mask(rng.uniform(size=len(frame)) < 0.5) for column in design.habits}
    return without_record(frame, design).assign(**habits)


def without_record(frame: pd.DataFrame, design: Design) -> pd.DataFrame:
    """The same rows as creators of whom no outcome was ever seen; habits, which a profile shows, stay."""
    return frame.assign(**{column: np.nan for column in design.records})


def with_gaps(rows: Columns, design: Design, recipe: Recipe, seed: int) -> Columns:
    """The rows, and a fifth of them once more with half their history missing, so that gaps are normal input."""
    rng = np.random.default_rng(seed)
    again = np.flatnonzero(rng.uniform(size=len(rows)) < 0.2)
    of_rows, history = np.zeros(len(rows), dtype=bool), (*design.records, *design.habits)
    gaps = {
        column: np.concatenate([of_rows, rng.uniform(size=len(again)) < 0.5])
        for column in history
        if column not in recipe.known_by
    }
    return rows.take(np.concatenate([np.arange(len(rows)), again]), gaps)


def _holds_outcomes(entry: Entry, catalogue: Catalogue) -> bool:
    source = entry.computed.of if entry.computed else None
    return source is not None and catalogue.entries[source].known == "after_booking"


def _levels(examples: pd.DataFrame, column: str, entry: Entry) -> tuple[str, ...]:
    if entry.categories and not entry.open:
        return tuple(name.lower() for name in entry.categories)
    if column not in examples:
        return ()
    counts = main_value(examples[column]).value_counts()
    return tuple(sorted(str(level) for level in counts.index[counts >= RARE]))
