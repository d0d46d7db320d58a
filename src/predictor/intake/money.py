"""Money as people type it into cells and titles: with a currency before or behind it, in a range, as 3tr5."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.bounds import LONGEST
from predictor.intake.cells import Refused, as_text
from predictor.intake.currency_words import currency_of, plain, without_currency
from predictor.intake.fee_terms import OPEN_TIMES
from predictor.intake.numbers import INSIDE, UNIT, UNITS, read_numbers, unified, unit_in_words, with_lakh
from predictor.intake.taxes import OPEN_TAX
from predictor.wording.sentences import Said

RANGE = re.compile(r"^(?:từ\s+)?([^-–—~]*\d[^-–—~]*?)\s*(?:-|–|—|~|đến|tới|\bto\b)\s*(\D{0,3}\d.*)$")

MILIAR = re.compile(r"\d\s*m\b")  # in Indonesian M is miliar, a thousand million; elsewhere it is a million
STRANGE = re.compile(r"^[\d.,\s]*\d\s*([^\W\d_]+)$")  # a number and a word behind it that is neither unit nor currency

PER_TIME = re.compile(  # 2tr/giờ, $500 per month: a price of time, not of what is booked
    r"\d.*(?:/|\bper\b|\bmỗi\b)\s*\d*\s*(?:giờ|h|hours?|hrs?|ngày|days?|tuần|weeks?|tháng|months?|quý|năm|years?|jam|hari|bulan)(?!\w)"
)
PER_RESULT = re.compile(  # 25/1000 views, 50k/đơn: a price of what it brings
    r"\d.*(?:/|\bper\b|\bmỗi\b)\s*[\d.,]*k?\s*"
    r"(?:views?|lượt xem|clicks?|orders?|sales?|đơn(?: hàng)?|impressions?|installs?|leads?)(?!\w)"
)


@dataclass(frozen=True)
class Amounts:
    """A column of money: values, the currency that each cell itself names (or None), cells refused, and ranges as typed."""

    values: pd.Series
    currency: pd.Series
    refused: list[Refused]
    ranges: np.ndarray


def unit_of(qualifier: str) -> float:
    """What a title multiplies its numbers by: 1e6 for 'triệu đồng', 1 where it names no unit."""
    return unit_in_words(without_currency(qualifier)) or 1.0


def read_amounts(
    column: pd.Series, entry: Entry, unit: float = 1.0, decimal_comma: bool | None = None,
    typed: pd.Series | None = None, currency: str | None = None,
) -> Amounts:  # fmt: skip
    """Read money; the midpoint stands for a range, and `unit` multiplies the numbers that bring none of their own.

    Each currency's cells are read together and apart from the others': 5.000.000 ₫ says nothing about how $1,200 is meant.
    `typed` are the cells as their owner wrote them, where `column` is what was taken out of these; `currency` is that of the
    cells which name none, where it is known.
    """
    cells, codes = column.astype(object).reset_index(drop=True), pd.Series(None, index=range(len(column)), dtype=object)
    text = as_text(cells.where(cells.map(lambda cell: isinstance(cell, str)))).dropna()
    codes[text.index] = text.map(currency_of)
    cells[text.index] = text.map(lambda cell: without_currency(with_lakh(cell)))
    cells = scaled(cells, unit)
    values, ranges, refused = np.full(len(cells), np.nan), np.zeros(len(cells), bool), []
    for code, group in cells.groupby(codes.fillna("")):
        at = group.index.to_numpy()
        values[at], ranges[at], wrong = _read(group.reset_index(drop=True), entry, decimal_comma, code or currency)
        refused += [_moved(one, at) for one in wrong]
    worded = [Refused(one.cells, _as_typed(one, column if typed is None else typed), one.undecided) for one in refused]
    return Amounts(pd.Series(values, index=column.index), codes.set_axis(column.index), worded, ranges)


def _read(
    cells: pd.Series, entry: Entry, decimal_comma: bool | None, currency: str | None
) -> tuple[np.ndarray, np.ndarray, list[Refused]]:
    bounds = [ends_of(cell) for cell in cells]
    ends = pd.Series([part for cell, pair in zip(cells, bounds, strict=True) for part in (pair or (cell, cell))], dtype=object)
    numbers, refused = read_numbers(ends, entry, decimal_comma)
    low, high = numbers.to_numpy()[::2], numbers.to_numpy()[1::2]
    inverted = np.flatnonzero(low > high)
    wrong = [Refused(np.unique(one.cells // 2), _of_either_end(one), one.undecided) for one in refused]
    if len(inverted):
        wrong.append(Refused(inverted, lambda _: Said("cell_inverted")))
    if currency == "IDR":
        open_ones = cells.map(lambda cell: isinstance(cell, str) and MILIAR.search(cell) is not None).to_numpy(bool)
        wrong += [Refused(np.flatnonzero(open_ones), lambda _: Said("cell_miliar"))] * bool(open_ones.any())
    bad = np.concatenate([one.cells for one in wrong]) if wrong else np.array([], dtype=int)
    middle = (low + high) / 2
    middle[bad] = np.nan
    return middle, np.array([pair is not None for pair in bounds], dtype=bool), wrong


def _of_either_end(one: Refused) -> Callable[[int], Said]:
    return lambda cell: one.says(int(one.cells[one.cells // 2 == cell][0]))


def _moved(one: Refused, at: np.ndarray) -> Refused:
    """The same cells by their place in the whole column."""
    back = {int(place): position for position, place in enumerate(at)}
    return Refused(at[one.cells], lambda cell: one.says(back[cell]), one.undecided)


def _as_typed(one: Refused, column: pd.Series) -> Callable[[int], Said]:
    """What is wrong, with the cell as its owner typed it."""

    def says(cell: int) -> Said:
        problem, typed = one.says(cell), str(column.iloc[cell]).strip()
        if problem.key == "cell_no_number" and OPEN_TAX.search(plain(typed)):
            return Said("cell_tax_open", {"came": typed})
        if problem.key == "cell_no_number" and PER_TIME.search(plain(typed)):
            return Said("cell_per_time", {"came": typed})
        if problem.key == "cell_no_number" and PER_RESULT.search(plain(typed)):
            return Said("cell_per_result", {"came": typed})
        if problem.key == "cell_no_number" and OPEN_TIMES.search(plain(typed)):
            return Said("cell_times_open", {"came": typed})
        word = STRANGE.match(unified(typed)) if problem.key == "cell_no_number" else None
        if word is not None:
            return Said("cell_strange_word", {"came": typed, "word": word[1]})
        if "came" in problem.values:
            return Said(problem.key, problem.values | {"came": typed})
        return Said("cell_as_typed", {"typed": typed, "problem": problem})

    return says


def scaled(cells: pd.Series, unit: float) -> pd.Series:
    """Cells whose numbers count in `unit`s (1e3, 1e6, 1e9): a bare number gets the unit, one that brings its own keeps it."""
    word = next((word for word, size in UNITS.items() if size == unit), None)
    if word is None:
        return cells

    def change(cell: object) -> object:
        if isinstance(cell, str):
            return cell if re.search(r"[^\W\d_]", cell) else f"{cell}{word}"
        return cell * unit if isinstance(cell, (int, float)) and not isinstance(cell, bool) else cell

    return cells.map(change, na_action="ignore")


SMALLER = {word: "k" if size == 1e6 else "tr" for word, size in UNITS.items() if size in (1e6, 1e9)}  # a thousand of it


def ends_of(text: object) -> tuple[str, str] | None:
    """The two ends of a range, the first with the unit of the second where it has none; None of what is no range."""
    found = RANGE.match(text) if isinstance(text, str) and len(text) <= LONGEST else None
    if found is None:
        return None
    low, high = found[1].strip(), found[2].strip()
    compound = INSIDE.match(high)
    unit = compound["unit"] if compound else (found := re.search(rf"({UNIT})$", high)) and found[1]
    if re.fullmatch(r"[1-9]\d\d", low) and unit and re.match(r"\d{1,2}(?!\d)", high):  # 500-1tr begins at 500k, 850-1.2k at 850
        unit = SMALLER.get(unit, "" if UNITS[unit] == 1e3 else unit)
    return (low if re.search(r"[^\W\d_]", low) or not unit else f"{low}{unit}"), high
