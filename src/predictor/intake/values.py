"""A column of somebody's table, read by its definition: what people type becomes values, or is refused with a reason."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from predictor.catalogue import Entry, Words, closest
from predictor.cells import Refused, as_text, fold
from predictor.dates import read_dates
from predictor.interests import read_interests
from predictor.quantities import read_numbers
from predictor.texts import Said

NUMERIC = ("count", "number", "rate", "money")
YES = ("true", "yes", "y", "1", "1.0", "x", "v", "✓", "co", "dung")
NO = ("false", "no", "n", "0", "0.0", "khong", "sai")
UPPER = ("country", "market", "currency")
LISTS = ("niche", "brand_niche")


def read_column(
    column: pd.Series, name: str, entry: Entry, day_first: bool | None = None, decimal_comma: bool | None = None,
    settles: bool = True,
) -> tuple[pd.Series, list[Refused]]:  # fmt: skip
    """Read the column called `name` by its entry; `day_first` and `decimal_comma` settle what has two readings,
    or else the column does, if it is whole (`settles`).

    Returns
    -------
    Values of the canonical type (missing where a cell was blank or refused), and the cells refused, by reason.
    """
    if entry.type in NUMERIC:
        return read_numbers(column, entry, decimal_comma, settles)
    if entry.type == "date":
        return read_dates(column, day_first, settles)
    if entry.type == "flag":
        return _flags(column)
    if entry.categories and not entry.open:
        return _categories(column, entry)
    if name == "audience_interests":
        return read_interests(column)
    return _words(column, name, entry), []


def may_refuse(name: str, entry: Entry) -> bool:
    """Whether `read_column` can refuse a cell; texts are taken as they come."""
    return entry.type not in ("text", "id") or name == "audience_interests"


def spellings(entry: Entry) -> dict[str, str]:
    """Every accepted spelling of a category, folded, with its name."""
    pairs = [(word, name) for name, w in entry.categories.items() for word in (w.en, w.vi, *w.also)]
    return {fold(word): name for word, name in [*pairs, *((name, name) for name in entry.categories)]}


def _words(column: pd.Series, name: str, entry: Entry) -> pd.Series:
    if name in UPPER:
        return _each(column, str.upper)
    if name in LISTS:
        return _each(column, _subjects)
    if entry.type == "category":
        known = spellings(entry)
        return _each(column, lambda word: known.get(fold(word)) or unicodedata.normalize("NFC", word.lower()))
    return as_text(column)


def _subjects(text: str) -> str | None:
    parts = [part.strip() for part in unicodedata.normalize("NFC", text.lower()).replace("|", ";").split(";")]
    return ";".join(dict.fromkeys(part for part in parts if part)) or None


def _each(column: pd.Series, change: Callable[[str], str | None]) -> pd.Series:
    """Apply `change` once to each distinct text."""
    place, words = _distinct(column)
    return _at(place, [word and change(word) for word in words], "str", column)


def _distinct(column: pd.Series) -> tuple[np.ndarray, list[str | None]]:
    """Each cell's place among the distinct texts (-1 where it is missing), and these as `as_text` tells them."""
    place, typed = pd.factorize(column if column.dtype == "str" else as_text(column))
    words = as_text(pd.Series(typed, dtype="str")).astype(object)
    return place, list(words.where(words.notna(), None))


def _at(place: np.ndarray, values: list[Any], dtype: str, like: pd.Series) -> pd.Series:
    """The value at each place, missing where that is -1, with the index of `like`."""
    return pd.Series([*values, None], dtype=dtype).take(place).set_axis(like.index).rename(like.name)


def _flags(column: pd.Series) -> tuple[pd.Series, list[Refused]]:
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.astype("boolean"), []
    meaning: dict[str, Any] = {**dict.fromkeys(map(fold, YES), True), **dict.fromkeys(map(fold, NO), False)}
    return _looked_up(column, meaning, lambda came: Said("cell_flag", {"came": came}), "boolean")


def _categories(column: pd.Series, entry: Entry) -> tuple[pd.Series, list[Refused]]:
    meaning = spellings(entry)
    allowed = Words(en=", ".join(entry.categories), vi=", ".join(word.vi for word in entry.categories.values()))

    @cache  # the same wrong word may stand in every row
    def says(came: str) -> Said:
        words = [word.casefold() for w in entry.categories.values() for word in (w.en, w.vi, *w.also)]
        near = closest(came.casefold(), [*entry.categories, *words])
        hint = "." if near is None else Said("cell_near", {"word": near})
        return Said("cell_category", {"came": came, "allowed": allowed, "hint": hint})

    return _looked_up(column, meaning, says, "str")


def _looked_up(
    column: pd.Series, meaning: dict[str, Any], says: Callable[[str], Said], dtype: str
) -> tuple[pd.Series, list[Refused]]:
    place, words = _distinct(column)
    found = [word and meaning.get(fold(word)) for word in words]
    wrong = np.array([*(word is not None and known is None for word, known in zip(words, found, strict=True)), False])
    unknown = np.flatnonzero(wrong[place])
    refused = [Refused(unknown, lambda cell: says(str(words[place[cell]])))] if len(unknown) else []
    return _at(place, found, dtype, column), refused
