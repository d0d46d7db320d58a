"""Frames held compactly: codes of categories, distinct rows, main values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray

from predictor.definitions.schema import Catalogue
from predictor.errors import Fault, RowsError

Found = TypeVar("Found")
FEW = 1_000  # rows up to which a loop here takes less time than a call of Arrow or pandas
TEXT = pd.StringDtype(na_value=np.nan)  # what "str" names, without looking it up
SHORT = ("currency",)  # texts of few values besides the categories
Factors = tuple[np.ndarray, list[str]]  # each row's place among distinct texts, -1 where it has none, and these
Array: TypeAlias = np.ndarray | ExtensionArray  # the cells of a column, without an index


def as_frame(source: Any) -> pd.DataFrame:
    """A table that is at hand as a pandas frame whose columns have text for names.

    Raises
    ------
    RowsError
        Where it is neither a pandas frame nor speaks Arrow's stream of columns.
    """
    if hasattr(source, "__arrow_c_stream__") and not isinstance(source, pd.DataFrame):
        source = pa.table(source).to_pandas()
    if not isinstance(source, pd.DataFrame):
        problem = f"got {type(source).__name__}; give a pandas frame, a table that speaks Arrow, or the path of a file."
        raise RowsError([Fault("table", problem)])
    return source.rename(columns=str)


def array_of(column: pd.Series | Array) -> Array:
    """The cells of a column, which a series holds besides an index: a call of it costs little rows more than all else."""
    if not isinstance(column, pd.Series):
        return column
    return column.to_numpy() if isinstance(column.dtype, np.dtype) else column.array


def filled(cells: Array, others: Array) -> Array:
    """The cells of a column, and those of another where they are missing."""
    if not pd.isna(cells).any() or pd.isna(others).all():
        return cells
    return array_of(pd.Series(cells).fillna(pd.Series(others)))


def text_array(values: Iterable[str | None]) -> ExtensionArray:
    """A column of texts, None where one is missing."""
    return pd.arrays.ArrowStringArray(pa.array(values, pa.large_string(), from_pandas=True), dtype=TEXT)


def no_texts(count: int) -> ExtensionArray:
    """A column of so many texts that are all missing."""
    return pd.arrays.ArrowStringArray(pa.nulls(count, pa.large_string()), dtype=TEXT)


def texts_at(place: np.ndarray, values: Sequence[str | None]) -> ExtensionArray:
    """The text at each place, missing where that is -1: what `factors` takes apart."""
    if len(place) <= FEW:
        return text_array([values[at] if at >= 0 else None for at in place.tolist()])
    named = pa.array([*values, None], pa.large_string())
    return pd.arrays.ArrowStringArray(named.take(pa.array(np.where(place < 0, len(values), place))), dtype=TEXT)


def factors(cells: Array) -> Factors:
    """Each row's place among the distinct values (-1 where it has none), and these as text."""
    if isinstance(cells, pd.Categorical):
        return cells.codes, [str(value) for value in cells.categories]
    texts: ExtensionArray = cells if cells.dtype == TEXT else pd.Series(cells).astype("str").array  # type: ignore[assignment]
    found = texts.__arrow_array__()
    if len(found) <= FEW:
        places: dict[str, int] = {}
        place = [-1 if text is None else places.setdefault(text, len(places)) for text in found.to_pylist()]
        return np.array(place, dtype=np.intp), list(places)
    encoded = found.combine_chunks().dictionary_encode()
    return encoded.indices.fill_null(-1).to_numpy().astype(np.intp), encoded.dictionary.to_pylist()


def categorised(frame: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The rows with their categories as codes, other texts as they are: what is asked of one is then asked once a value."""
    known = [c for c in frame if c in SHORT or (c in catalogue.entries and catalogue.entries[c].type == "category")]
    texts = [column for column in known if pd.api.types.is_string_dtype(frame[column].dtype)]
    return frame.assign(**{column: frame[column].astype("category") for column in texts})


class Columns:
    """Rows as arrays, column by column: each is converted once, however many models read it.

    What checks, features and forecasts read of a frame, or of arrays of one length, whose rows an `index` names. A column that is
    not there is missing in every row.
    """

    def __init__(self, columns: pd.DataFrame | Mapping[str, Array], index: pd.Index):
        self.index, self._columns, self._names = index, columns, frozenset(columns)
        self._floats: dict[str, np.ndarray] = {}
        self._factors: dict[str, Factors] = {}
        self._kept: dict[Hashable, Any] = {}

    @classmethod
    def of(cls, rows: Rows) -> Columns:
        """The columns of a frame; what holds columns already comes back as it is."""
        return rows if isinstance(rows, Columns) else cls(rows, rows.index)

    def __len__(self) -> int:
        return len(self.index)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def arrays(self) -> dict[str, Array]:
        """What was given of these rows by column, in its order."""
        return {str(name): array_of(column) for name, column in self._columns.items()}

    def without(self, name: str) -> Columns:
        """The same rows without a column."""
        return Columns({other: cells for other, cells in self.arrays().items() if other != name}, self.index)

    def known(self, name: str) -> np.ndarray:
        """Which rows have a value in a column."""
        return ~pd.isna(self._cells(name)) if name in self else np.zeros(len(self), dtype=bool)

    def floats(self, name: str) -> np.ndarray:
        """A column as floats, NaN where it is missing."""
        if name not in self._floats:
            self._floats[name] = self._read_floats(name)
        return self._floats[name]

    def factors(self, name: str) -> Factors:
        """Each row's place among the distinct values of a column (-1 where it has none), and these as text."""
        if name not in self._factors:
            self._factors[name] = self._read_factors(name)
        return self._factors[name]

    def once(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """What follows from these rows, found once for each key however many models ask; never changed by whoever asked."""
        if key not in self._kept:
            self._kept[key] = find()
        return self._kept[key]  # type: ignore[no-any-return]

    @classmethod
    def concatenated(cls, several: Sequence[Columns]) -> Columns:
        """The rows of several lists, whose columns are the same in name and type, one below the other."""
        found: dict[str, Array] = {}
        for name in several[0].arrays():
            cells = [one._cells(name) for one in several]
            of_numpy = isinstance(cells[0], np.ndarray)
            found[name] = np.concatenate(cells) if of_numpy else cells[0]._concat_same_type(cells)  # type: ignore[union-attr]
        return cls(found, pd.RangeIndex(sum(map(len, several))))

    def holding(self, names: Collection[str]) -> Columns:  # noqa: ARG002
        """The same rows without what was added to them, if none of these columns was."""
        return self

    def take(self, positions: np.ndarray, missing: Mapping[str, np.ndarray] | None = None) -> Columns:
        """The rows at these positions, in their order; of columns of floats those of them that a mask calls `missing` are."""
        return _Taken(self, positions, missing or {})

    def part(self, positions: np.ndarray) -> Columns:
        """The rows at these positions, which ascend: one object however many models ask, so that what follows is found once."""
        return self if len(positions) == len(self) else self.once(("part", positions.tobytes()), lambda: self.take(positions))

    def frame(self) -> pd.DataFrame:
        """What was given of these rows, as a frame, without what was added to it."""
        if isinstance(self._columns, pd.DataFrame):
            return self._columns
        return self.once("frame", lambda: pd.DataFrame(self._columns, index=self.index, copy=False))

    def moments(self, name: str) -> np.ndarray:
        """A column as moments, NaT where it is missing."""
        missing = np.full(len(self), np.datetime64("NaT", "ns"))
        return moments_of(self._cells(name)) if name in self else missing

    def main_values(self, name: str) -> tuple[np.ndarray, list[str]]:
        """The same as `factors`, of several values in a cell the first, in small letters; two places may have one text."""
        place, values = self.factors(name)
        return place, self.once(("main", name), lambda: [main(value) for value in values])

    def numeric(self, name: str) -> bool:
        """Whether a column holds numbers; one that is not there does."""
        return name not in self or pd.api.types.is_numeric_dtype(self._cells(name).dtype)

    def is_in(self, name: str, values: Collection[str]) -> np.ndarray:
        """Which rows have one of these texts in a column."""
        rows = self.holding((name,))

        def has_one() -> np.ndarray:
            place, found = rows.factors(name)
            return np.array([*(value in values for value in found), False])[place]

        return rows.once(("is in", name, tuple(values)), has_one)

    def assign(self, numbers: Mapping[str, np.ndarray], words: Mapping[str, Factors] | None = None) -> Columns:
        """The same rows with these columns of floats, and of texts as `factors` gives them, besides."""
        return _More(self, numbers, words or {})

    def _read_floats(self, name: str) -> np.ndarray:
        if name not in self:
            return np.full(len(self), np.nan)
        cells = self._cells(name)
        if cells.dtype != np.float64 and not pd.api.types.is_numeric_dtype(cells.dtype):  # a category where training saw numbers
            cells = array_of(pd.to_numeric(pd.Series(cells).astype(object), errors="coerce"))  # is missing
        return floats(cells)

    def _read_factors(self, name: str) -> Factors:
        if name not in self:
            return np.full(len(self), -1), []
        return factors(self._cells(name))

    def _cells(self, name: str) -> Array:
        return array_of(self._columns[name])


class _Taken(Columns):
    """Some rows of others, whose columns are read there, floats each time anew: those of a million rows are not held twice."""

    def __init__(self, whole: Columns, positions: np.ndarray, missing: Mapping[str, np.ndarray]):
        self.index, self._names, self._whole, self._positions = whole.index.take(positions), whole._names, whole, positions
        self._factors, self._kept, self._missing = {}, {}, missing

    def floats(self, name: str) -> np.ndarray:
        values = self._whole.floats(name)[self._positions]
        if name in self._missing:
            values[self._missing[name]] = np.nan
        return values

    def frame(self) -> pd.DataFrame:
        return self._whole.frame().take(self._positions)

    def moments(self, name: str) -> np.ndarray:
        return self._whole.moments(name)[self._positions]

    def numeric(self, name: str) -> bool:
        return name in self._missing or self._whole.numeric(name)

    def arrays(self) -> dict[str, Array]:
        return {name: cells[self._positions] for name, cells in self._whole.arrays().items()}

    def _cells(self, name: str) -> Array:
        return self._whole._cells(name)[self._positions]

    def _read_factors(self, name: str) -> Factors:
        place, values = self._whole.factors(name)
        return place[self._positions], values


class _More(Columns):
    """The rows of others with more columns of floats, and of texts."""

    def __init__(self, others: Columns, numbers: Mapping[str, np.ndarray], words: Mapping[str, Factors]):
        self.index, self._names, self._others = others.index, others._names | frozenset(numbers) | frozenset(words), others
        self._factors, self._numbers, self._words, self._kept = dict(words), numbers, words, {}
        self._added = frozenset(numbers) | frozenset(words)

    def floats(self, name: str) -> np.ndarray:
        return self._numbers[name] if name in self._numbers else self._others.floats(name)

    def holding(self, names: Collection[str]) -> Columns:
        return self._others.holding(names) if self._added.isdisjoint(names) else self

    def part(self, positions: np.ndarray) -> Columns:
        if len(positions) == len(self):
            return self
        words = {name: (place[positions], values) for name, (place, values) in self._words.items()}
        return self._others.part(positions).assign({name: values[positions] for name, values in self._numbers.items()}, words)

    def frame(self) -> pd.DataFrame:
        return self._others.frame()

    def moments(self, name: str) -> np.ndarray:
        return self._others.moments(name)

    def numeric(self, name: str) -> bool:
        return name in self._numbers if name in self._added else self._others.numeric(name)

    def arrays(self) -> dict[str, Array]:
        return self._others.arrays()

    def _cells(self, name: str) -> Array:
        if name in self._words:
            return texts_at(*self._words[name])
        return self._numbers[name] if name in self._numbers else self._others._cells(name)

    def _read_factors(self, name: str) -> Factors:
        return factors(self._numbers[name]) if name in self._numbers else self._others.factors(name)


Rows: TypeAlias = pd.DataFrame | Columns  # what is asked of by column


def combinations(rows: Rows, columns: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
    """Where each combination of values first occurs, and which of them every row has."""
    rows = Columns.of(rows)
    code = np.zeros(len(rows), dtype=np.int64)
    for column in columns:
        if column in rows:
            place, values = rows.factors(column)
            code = code * (len(values) + 1) + place
    return distinct(code)


def distinct(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each code first occurs, and which of them every row has."""
    if len(codes) <= FEW:
        places: dict[float, int] = {}
        which = np.array([places.setdefault(code, len(places)) for code in codes.tolist()], dtype=np.intp)
    else:
        which, _ = pd.factorize(codes)
    first = np.zeros(which.max(initial=-1) + 1, dtype=np.int64)
    first[which[::-1]] = np.arange(len(which))[::-1]
    return first, which


def combined(rows: Rows, columns: tuple[str, ...]) -> tuple[list[tuple[str, ...]], np.ndarray]:
    """The combinations of values that occur, as text (`?` for a missing one), and which of them every row has."""
    rows = Columns.of(rows).holding(columns)
    return rows.once(("combined", columns), lambda: _combined(rows, columns))


def _combined(rows: Columns, columns: tuple[str, ...]) -> tuple[list[tuple[str, ...]], np.ndarray]:
    first, which = combinations(rows, columns)
    labels = []
    for column in columns:
        place, named = rows.factors(column)
        labels.append([named[at] if at >= 0 else "?" for at in place[first]])
    return list(zip(*labels, strict=True)) if columns else [()] * len(first), which


def floats(column: pd.Series | Array) -> np.ndarray:
    """A column as floats, NaN where it is missing."""
    cells = array_of(column)
    if isinstance(cells, np.ndarray) and cells.dtype == np.float64:
        return cells
    if isinstance(cells, pd.arrays.BooleanArray):
        return cells.to_numpy(dtype=float, na_value=np.nan)
    return np.asarray(pd.to_numeric(pd.Series(cells)).astype(float).to_numpy(na_value=np.nan))


def moments_of(column: pd.Series | Array) -> np.ndarray:
    """A column as moments, NaT where it is missing."""
    cells = array_of(column)
    return cells if isinstance(cells, np.ndarray) and cells.dtype.kind == "M" else pd.to_datetime(pd.Series(cells)).to_numpy()


def looked_up(keys: pd.Series, values: pd.Series) -> pd.Series:
    """What each key stands for, `values` being by key: as `Series.map`, which takes no days by nobody's key."""
    return values.reindex(pd.Index(keys)).set_axis(keys.index).rename(keys.name)


def main_value(values: pd.Series) -> pd.Series:
    """The first of several values separated by ';', in small letters."""
    place, named = factors(array_of(values))
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
