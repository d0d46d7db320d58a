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
    text = as_text(column)
    if name in UPPER:
        return text.str.upper()
    if name in LISTS:
        return _each(text, _subjects)
    if entry.type == "category":
        known = spellings(entry)
        return _each(text, lambda word: known.get(fold(word)) or unicodedata.normalize("NFC", word.lower()))
    return text


def _subjects(text: str) -> str | None:
    parts = [part.strip() for part in unicodedata.normalize("NFC", text.lower()).replace("|", ";").split(";")]
    return ";".join(dict.fromkeys(part for part in parts if part)) or None


def _each(text: pd.Series, change: Callable[[str], str | None]) -> pd.Series:
    """Apply `change` once to each distinct text."""
    changed = {word: change(word) for word in text.dropna().unique()}
    return text.map(changed).astype("str")


def _flags(column: pd.Series) -> tuple[pd.Series, list[Refused]]:
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.astype("boolean"), []
    meaning: dict[str, Any] = {**dict.fromkeys(map(fold, YES), True), **dict.fromkeys(map(fold, NO), False)}
    read, refused = _looked_up(
        as_text(column),
        meaning,
        lambda came: Said("cell_flag", {"came": came}),
    )
    return read.astype("boolean"), refused


def _categories(column: pd.Series, entry: Entry) -> tuple[pd.Series, list[Refused]]:
    meaning = spellings(entry)
    allowed = Words(en=", ".join(entry.categories), vi=", ".join(word.vi for word in entry.categories.values()))

    @cache  # the same wrong word may stand in every row
    def says(came: str) -> Said:
        words = [word.casefold() for w in entry.categories.values() for word in (w.en, w.vi, *w.also)]
        near = closest(came.casefold(), [*entry.categories, *words])
        hint = "." if near is None else Said("cell_near", {"word": near})
        return Said("cell_category", {"came": came, "allowed": allowed, "hint": hint})

    read, refused = _looked_up(as_text(column), meaning, says)
    return read.astype("str"), refused


def _looked_up(text: pd.Series, meaning: dict[str, Any], says: Callable[[str], Said]) -> tuple[pd.Series, list[Refused]]:
    place, words = pd.factorize(text)
    known = np.array([*(meaning.get(fold(word)) for word in words), None], dtype=object)
    read = pd.Series(known[place], index=text.index)
    unknown = np.flatnonzero((place >= 0) & read.isna())
    return read, [Refused(unknown, lambda cell: says(text.iloc[cell]))] if len(unknown) else []
