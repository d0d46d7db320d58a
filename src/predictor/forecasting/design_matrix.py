"""What the learner sees: rows as numbers, in a fixed order of columns, with the gaps that real lists have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from predictor.catalogue import POINTWISE, Catalogue, Entry, Recipe

SHORT = ("currency",)  # texts of few values besides the categories
RARE = 20  # rows that an open category needs to be told apart
FAINTEST = 1e-12


@dataclass(frozen=True)
class Design:
    """Columns of the matrix, the levels of its categories, and which columns are told relative to the anchor."""

    columns: tuple[str, ...]
    levels: dict[str, tuple[str, ...]]
    relative: tuple[str, ...]
    records: tuple[str, ...]
    habits: tuple[str, ...]

    @property
    def categories(self) -> list[int]:
        """Positions of the categorical columns."""
        return [i for i, column in enumerate(self.columns) if column in self.levels]

    def matrix(self, frame: pd.DataFrame, anchor: np.ndarray) -> np.ndarray:
        """Rows × columns as floats; a missing or never-seen value is NaN.

        A creator's own rates are told as the log of their ratio to `anchor` (a log rate): what matters to a correction is
        how the record differs from the rule that it corrects.
        """
        seen = np.empty((len(self.columns), len(frame)))
        for place, column in enumerate(self.columns):
            seen[place] = self._column(frame, column, anchor)
        return seen.T

    def _column(self, frame: pd.DataFrame, column: str, anchor: np.ndarray) -> np.ndarray | float:
        if column not in frame:
            return np.nan
        if column in self.levels:
            codes = {level: float(code) for code, level in enumerate(self.levels[column])}
            place, values = factors(frame[column])
            known = [codes.get(main(value), np.nan) for value in values]
            return np.array([*known, np.nan])[place]
        numbers = floats(frame[column])
        return np.log(np.maximum(numbers, FAINTEST)) - anchor if column in self.relative else numbers


def design(examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue) -> Design:
    """Fix the columns of a recipe and the categories that the examples show often enough."""
    columns = catalogue.inputs(recipe)
    entries = {column: catalogue.entries[column] for column in columns}
    history = [c for c, e in entries.items() if e.computed and e.computed.function not in POINTWISE]
    records = [c for c in history if _tells_outcomes(entries[c], catalogue)]
    return Design(
        columns=tuple(columns),
        levels={c: _levels(examples, c, e) for c, e in entries.items() if e.type == "category"},
        relative=tuple(c for c in records if entries[c].type == "rate"),
        records=tuple(records),
        habits=tuple(c for c in history if c not in records),
    )


def as_strangers(frame: pd.DataFrame, shape: Design, seed: int) -> pd.DataFrame:
    """The same rows without the creator's record; habits (posting frequency, ad density) stay known half the time."""
    luck = np.random.default_rng(seed)
    blank = frame.copy()
    for column in shape.records:
        blank[column] = np.nan
    for column in shape.habits:
        blank[column] = blank[column].mask(luck.uniform(size=len(blank)) < 0.5)
    return blank


def without_record(frame: pd.DataFrame, shape: Design) -> pd.DataFrame:
    """The same rows as creators of whom no outcome was ever seen; habits, which a profile shows, stay."""
    return frame.assign(**{column: np.nan for column in shape.records})


def with_gaps(frame: pd.DataFrame, shape: Design, recipe: Recipe, seed: int) -> pd.DataFrame:
    """The rows, and a fifth of them once more with half their history missing, so that gaps are normal input."""
    luck = np.random.default_rng(seed)
    again = frame[luck.uniform(size=len(frame)) < 0.2].copy()
    for column in (*shape.records, *shape.habits):
        if column not in recipe.known_by:
            again[column] = again[column].mask(luck.uniform(size=len(again)) < 0.5)
    return pd.concat([frame, again], ignore_index=True)


def factors(values: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Each row's place among the distinct values (-1 where it has none), and these as text."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.codes.to_numpy(), values.cat.categories
    place, named = pd.factorize(values.astype("str"))
    return place, pd.Index(named)


def coded(frame: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The rows without texts, their categories as such: what is asked of one again and again is then asked once a value."""
    texts = [column for column in frame if pd.api.types.is_string_dtype(frame[column].dtype)]
    categories = [c for c in texts if c in catalogue.entries and (catalogue.entries[c].type == "category" or c in SHORT)]
    return frame.drop(columns=texts).assign(**{column: frame[column].astype("category") for column in categories})


def combinations(frame: pd.DataFrame, columns: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
    """Where each combination of values first occurs, and which of them every row has."""
    code = np.zeros(len(frame), dtype=np.int64)
    for column in columns:
        if column in frame:
            place, values = factors(frame[column])
            code = code * (len(values) + 1) + place
    return distinct(code)


def distinct(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each code first occurs, and which of them every row has."""
    which, _ = pd.factorize(codes)
    first = np.zeros(which.max(initial=-1) + 1, dtype=np.int64)
    first[which[::-1]] = np.arange(len(which))[::-1]
    return first, which


def combined(frame: pd.DataFrame, columns: tuple[str, ...]) -> tuple[list[tuple[str, ...]], np.ndarray]:
    """The combinations of values that occur, as text (`?` for a missing one), and which of them every row has."""
    first, which = combinations(frame, columns)
    told = []
    for column in columns:
        place, named = factors(frame[column].iloc[first]) if column in frame else (np.full(len(first), -1), pd.Index([]))
        values = [*map(str, named), "?"]
        told.append([values[at] for at in place])
    return list(zip(*told, strict=True)) if columns else [()] * len(first), which


def floats(values: pd.Series) -> np.ndarray:
    """A column as floats, NaN where it is missing."""
    if values.dtype == np.float64:
        return values.to_numpy()
    return np.asarray(pd.to_numeric(values).astype(float).to_numpy(na_value=np.nan))


def main_value(values: pd.Series) -> pd.Series:
    """The first of several values separated by ';', in small letters."""
    place, named = factors(values)
    told = pd.Series([main(value) for value in named], dtype="str").reindex(place)
    return told.set_axis(values.index).rename(values.name)


def main(text: str) -> str:
    """The same of one text.

    >>> main("Beauty; food")
    'beauty'
    """
    return text.split(";", 1)[0].strip().lower()


def _tells_outcomes(entry: Entry, catalogue: Catalogue) -> bool:
    source = entry.computed.of if entry.computed else None
    return source is not None and catalogue.entries[source].known == "after_booking"


def _levels(examples: pd.DataFrame, column: str, entry: Entry) -> tuple[str, ...]:
    if entry.categories and not entry.open:
        return tuple(name.lower() for name in entry.categories)
    if column not in examples:
        return ()
    counted = main_value(examples[column]).value_counts()
    return tuple(sorted(str(level) for level in counted.index[counted >= RARE]))
