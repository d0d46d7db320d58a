"""Frames held compactly: codes of categories, distinct rows, main values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.errors import Fault, RowsError

SHORT = ("currency",)  # texts of few values besides the categories


def as_frame(source: Any) -> pd.DataFrame:
    """A table that is at hand as a pandas frame whose columns have text for names.

    Raises
    ------
    RowsError
        Where it is neither a pandas frame nor speaks Arrow's stream of columns.
    """
    if hasattr(source, "__arrow_c_stream__") and not isinstance(source, pd.DataFrame):
        import pyarrow as pa

        source = pa.table(source).to_pandas()
    if not isinstance(source, pd.DataFrame):
        problem = f"got {type(source).__name__}; give a pandas frame, a table that speaks Arrow, or the path of a file."
        raise RowsError([Fault("table", problem)])
    return source.rename(columns=str)


def factors(values: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Each row's place among the distinct values (-1 where it has none), and these as text."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.codes.to_numpy(), values.cat.categories
    place, named = pd.factorize(values.astype("str"))
    return place, pd.Index(named)


def coded(frame: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The rows without texts, their categories as such: what is asked of one again and again is then asked once a value."""
    compact = categorised(frame, catalogue)
    return compact.drop(columns=[column for column in compact if pd.api.types.is_string_dtype(compact[column].dtype)])


def categorised(frame: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The rows with their categories as codes, other texts as they are."""
    known = [c for c in frame if c in SHORT or (c in catalogue.entries and catalogue.entries[c].type == "category")]
    texts = [column for column in known if pd.api.types.is_string_dtype(frame[column].dtype)]
    return frame.assign(**{column: frame[column].astype("category") for column in texts})


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
    labels = []
    for column in columns:
        place, named = factors(frame[column].iloc[first]) if column in frame else (np.full(len(first), -1), pd.Index([]))
        values = [*map(str, named), "?"]
        labels.append([values[at] for at in place])
    return list(zip(*labels, strict=True)) if columns else [()] * len(first), which


def floats(values: pd.Series) -> np.ndarray:
    """A column as floats, NaN where it is missing."""
    if values.dtype == np.float64:
        return values.to_numpy()
    return np.asarray(pd.to_numeric(values).astype(float).to_numpy(na_value=np.nan))


def looked_up(keys: pd.Series, values: pd.Series) -> pd.Series:
    """What each key stands for, `values` being by key: as `Series.map`, which takes no days by nobody's key."""
    return values.reindex(pd.Index(keys)).set_axis(keys.index).rename(keys.name)


def main_value(values: pd.Series) -> pd.Series:
    """The first of several values separated by ';', in small letters."""
    place, named = factors(values)
    row_values = pd.Series([main(value) for value in named], dtype="str").reindex(place)
    return row_values.set_axis(values.index).rename(values.name)


def main(text: str) -> str:
    """The same of one text.

    >>> main("Beauty; food")
    'beauty'
    """
    return text.split(";", 1)[0].strip().lower()


@dataclass(frozen=True, repr=False)
class History:
    """A history: canonical names and types, one frame a table.

    A flat file of bookings is the table `bookings` alone, with the creators' attributes in its own columns. `checked` tells that
    the frames have been read by the contract; frames put together by hand are read by it where they are used.
    """

    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    invented: bool = False
    checked: bool = False

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(frame):,} {name.replace('_', ' ')}" for name, frame in self.frames.items())
        return f"History: {counts or 'no tables'}{' (invented data)' if self.invented else ''}"

    def get(self, name: str) -> pd.DataFrame | None:
        """The table `name`, or None where the history has none."""
        return self.frames.get(name)
