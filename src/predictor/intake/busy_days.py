"""Days on which somebody cannot work, as people write them (15/12-20/12, 3 - 5 tháng 9), in one form; a year may be missing."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from predictor.definitions.limits import DAYS
from predictor.intake.cells import Refused, as_text
from predictor.intake.written_dates import in_figures, with_year, without_year
from predictor.wording.sentences import Said

APART = re.compile(r"\s*(?:[;\n]|,(?=\s*\d{1,2}[/.]\d))\s*")
BETWEEN = re.compile(r"\s*(?:\.{2,}|[–—~→-]|(?<!\w)(?:đến|tới|to|until|till|through)(?!\w))\s*")
LEAD = re.compile(r"^(?:từ|from|ngày|hết|bận)\s+", re.IGNORECASE)
ISO = re.compile(r"(?:(?P<year>\d{4})[-/.]|--)(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})$")
FIGURES = re.compile(r"(?P<first>\d{1,2})[-/.](?P<second>\d{1,2})(?:[-/.](?P<year>\d{4}))?$")
LEAP = 2000  # a year that has every day
LONGEST = 184  # days of a range without a year, over New Year too


class Day(NamedTuple):
    """A day; `month` and `year` are missing where the other end of its range says them, the year maybe everywhere."""

    year: int | None
    month: int | None
    day: int


def read_busy_days(column: pd.Series, day_first: bool | None = None) -> tuple[pd.Series, list[Refused]]:
    """Ranges of days in one form, `2026-12-15..2026-12-20; --12-31` (without a year: of every year), and the cells refused.

    `day_first` settles `03/04`; without it only a column in which some part is above 12 does.
    """
    text = as_text(column)
    distinct = [str(cell) for cell in text.dropna().unique()]
    order = _order(distinct) if day_first is None else day_first
    read = {cell: _tidy(cell, order) for cell in distinct}
    wrong = np.flatnonzero(text.notna() & text.map(lambda cell: read.get(cell) is None).astype(bool))

    def says(cell: int) -> Said:
        return Said("cell_busy", {"came": str(text.iloc[cell])})

    return text.map(read).astype("str"), [Refused(wrong, says)] if len(wrong) else []


def busy_spans(cell: str, years: range) -> Iterator[tuple[date, date]]:
    """First and last days of a cell in the form of `read_busy_days`; what is of every year in each of these years."""
    for part in cell.split("; "):
        first, _, last = part.partition("..")
        ends = [_day_of(end) for end in (first, last or first)]
        for year in years if ends[0].year is None else (ends[0].year,):
            start, end = (_in_year(one, year) for one in ends)
            yield start, end if end >= start else _in_year(ends[1], year + 1)  # over New Year


def _in_year(one: Day, year: int) -> date:
    """The day itself, or of every year the one of this; 29 February is the 28th in most."""
    month, whole = one.month or 1, one.year or year
    return date(whole, month, min(one.day, monthrange(whole, month)[1]))


def _day_of(text: str) -> Day:
    found = ISO.match(text)
    assert found is not None, text
    return Day(int(found["year"]) if found["year"] else None, int(found["month"]), int(found["day"]))


def _tidy(cell: str, day_first: bool | None) -> str | None:
    """A cell in the one form; None where a part of it is no day and no range of days."""
    spans = [_span(LEAD.sub("", part), day_first) for part in APART.split(cell) if part]
    if not spans or None in spans:
        return None
    return "; ".join("..".join(dict.fromkeys(map(_written, span))) for span in spans if span is not None)


def _span(part: str, day_first: bool | None) -> tuple[Day, Day] | None:
    for between in BETWEEN.finditer(part):  # a dash may stand within a day as well
        ends = [_day(one, day_first) for one in (part[: between.start()], part[between.end() :])]
        if ends[0] is not None and ends[1] is not None and (span := _completed(ends[0], ends[1])) is not None:
            return span
    alone = _day(part, day_first)
    return None if alone is None else _completed(alone, alone)


def _completed(first: Day, last: Day) -> tuple[Day, Day] | None:
    """Both ends with what only one of them says; None where that makes no range."""
    month, year = first.month or last.month, first.year or last.year
    ends = Day(year, month, first.day), Day(last.year or year, last.month or month, last.day)
    if not all(map(_there, ends)):
        return None
    days = (_in_year(ends[1], LEAP) - _in_year(ends[0], LEAP)).days
    if days < 0 if year is not None else days % 366 > LONGEST:  # most likely mistyped
        return None
    return ends


def _there(one: Day) -> bool:
    try:
        return DAYS[0] <= date(one.year or LEAP, one.month or 0, one.day) <= DAYS[1]
    except ValueError:
        return False


def _written(one: Day) -> str:
    return f"{'-' if one.year is None else one.year}-{one.month:02d}-{one.day:02d}"


def _day(text: str, day_first: bool | None) -> Day | None:
    """One end of a range; None where it is no day, or may be two."""
    text = LEAD.sub("", text.strip(" ."))
    if re.fullmatch(r"\d{1,2}", text):
        return Day(None, None, int(text))
    if (figures := FIGURES.match(text)) is not None:
        first, second = int(figures["first"]), int(figures["second"])
        leads = day_first if first <= 12 and second <= 12 and first != second else first > 12 or first == second
        if leads is None:
            return None
        day, month = (first, second) if leads else (second, first)
        return Day(int(figures["year"]) if figures["year"] else None, month, day)
    yearless = without_year(text)
    found = ISO.match(in_figures(with_year(text, LEAP) if yearless else text))
    if found is None:
        return None
    year = None if yearless or not found["year"] else int(found["year"])
    return Day(year, int(found["month"]), int(found["day"]))


def _order(cells: list[str]) -> bool | None:
    """Whether the day comes first, where the cells prove it."""
    written = [pair for cell in cells for pair in re.findall(r"(?<![\d/.-])(\d{1,2})[-/.](\d{1,2})(?!\d)", cell)]
    leads = {int(first) > 12 for first, second in written if (int(first) > 12) != (int(second) > 12)}
    return leads.pop() if len(leads) == 1 else None
