"""Dates as people type them: ISO, or day and month in the order that the column itself proves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd

from predictor.definitions.limits import DAYS
from predictor.intake.cells import Refused, as_text, text_cells, typed_apart
from predictor.intake.written_dates import ERAS, in_figures
from predictor.tables.frames import array_of
from predictor.wording.sentences import Said

CLOCK = r"(?:[T ]+(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)\s*(?P<zone>Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?)?$"
YEAR_FIRST = r"^(?P<year>[0-9]{4})[-/.](?P<second>[0-9]{1,2})[-/.](?P<first>[0-9]{1,2})" + CLOCK
YEAR_LAST = r"^(?P<first>[0-9]{1,2})[-/.](?P<second>[0-9]{1,2})[-/.](?P<year>[0-9]{4}|[0-5][0-9])" + CLOCK
BLOCK = 100_000
OLDEST = 5  # no post and no booking here is of 2004 or before: a first part of 04 is no year
YEARS = (DAYS[0].year, DAYS[1].year)  # of what happens here; 2568 is 2025 in the Thai calendar
BUDDHIST = 543  # the Thai calendar is as many years ahead: 2569 is 2026
UNIX = r"^\s*(?:1[0-9]{9}|1[0-9]{12})\s*$"  # seconds, or milliseconds, since 1970
SERIALS = tuple((day - date(1899, 12, 30)).days for day in DAYS)  # the same as spreadsheets count days
FINE, UNREADABLE, IMPOSSIBLE, OTHERWISE, AMBIGUOUS, SERIAL = range(6)


def read_dates(
    column: pd.Series, day_first: bool | None = None, settles: bool = True, serials: bool = False
) -> tuple[pd.Series, list[Refused]]:
    """A column of dates as naive UTC, and the cells refused.

    `day_first` settles `03/04/2025`; without it only a column in which some part is above 12 settles it, unless it
    is but a part of one (`settles` false). `03/04/25` is read so only where `day_first` or the column proves that the year
    comes last too: some other year is written in full, or some first part is no year. With `serials` the numbers by which
    spreadsheets count days are dates, which whoever asks for it has to tell; else they are refused with the day they may be.
    """
    days = serial_days(column)
    days = days.fillna(unix_times(column)) if serials else days
    text, typed = typed_apart(array_of(column.astype(object).mask(days.notna().to_numpy()) if days.notna().any() else column))
    dates, trouble = _typed(pd.Series(typed, column.index))
    at = days.notna().to_numpy()
    dates[at], trouble[at] = _microseconds(days)[at], FINE if serials else SERIAL
    if text is not None and not text.isna().all():
        codes, distinct = pd.factorize(text_cells(text))
        read, bad = _read_distinct(pd.Series(distinct, dtype="str"), day_first, settles)
        there = codes >= 0
        dates[there], trouble[there] = read[codes[there]], bad[codes[there]]

    def sentence_of(kind: int) -> Callable[[int], Said]:
        return lambda cell: _sentence(kind, str(column.iloc[cell]).strip())

    open_kinds = (AMBIGUOUS,) if day_first is not None else (AMBIGUOUS, OTHERWISE)
    kinds = np.unique(trouble[trouble != FINE])
    refused = [Refused(np.flatnonzero(trouble == kind), sentence_of(kind), kind in open_kinds) for kind in kinds]
    return pd.Series(np.where(trouble == FINE, dates, np.datetime64("NaT", "us")), index=column.index), refused


def serial_days(column: pd.Series) -> pd.Series:
    """The days that a column's numbers are to a spreadsheet (45897: 2025-08-28), missing where a cell is no such number."""
    if column.dtype == "str":
        numbers = pd.to_numeric(column.where(column.str.match(r"^\s*[0-9]{5}(?:\.[0-9]+)?\s*$", na=False)))
    elif column.dtype == object:
        text, typed = typed_apart(array_of(column))
        days = serial_days(pd.Series(map(_number, typed), index=column.index, dtype=float))
        return days if text is None else serial_days(pd.Series(text, column.index)).fillna(days)
    elif pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        numbers = column
    else:
        return pd.Series(pd.NaT, index=column.index)
    numbers = numbers.astype(float)
    days = pd.to_datetime(numbers.where(numbers.between(*SERIALS)), unit="D", origin="1899-12-30")
    return days.dt.round("s")


def unix_times(column: pd.Series) -> pd.Series:
    """The times that a column's seconds or milliseconds since 1970 are, missing where a cell is no such number."""
    text = as_text(column)
    numbers = pd.to_numeric(text.where(text.str.match(UNIX, na=False)).astype(object)).astype(float)
    return pd.to_datetime(numbers.where(numbers < 1e12, numbers / 1000.0), unit="s").dt.round("s")


def of_other_calendars(column: pd.Series) -> pd.Series:
    """Whether each date counts in Buddhist years or in those of an era, or is a number of seconds since 1970."""
    text = as_text(column)
    other = text.str.contains(rf"{UNIX}|(?<!\d)2[56]\d\d(?!\d)|^(?:{'|'.join(ERAS)})", na=False)
    return other & ~text.str.match(r"20\d\d\D", na=False)


OFFSET = r"\d:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:(?:utc|gmt|UTC|GMT)\s*)?[+-](?!00:?00$)\d{1,2}(?::?\d{2})?$"  # 02:30:00+0700


def of_other_zones(column: pd.Series) -> pd.Series:
    """Whether each time says how far it is from UTC, which may be of another day."""
    return as_text(column).str.contains(OFFSET, na=False)


def _number(cell: object) -> float:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else np.nan


def _typed(cells: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Cells that are dates already; a bare number is refused, for nobody knows from when it counts."""
    if isinstance(cells.dtype, pd.DatetimeTZDtype):
        cells = cells.dt.tz_convert(None)
    if not pd.api.types.is_datetime64_dtype(cells.dtype):
        numeric = cells.map(lambda cell: isinstance(cell, (bool, int, float, np.number))).astype(bool)
        cells, given = pd.to_datetime(cells.mask(numeric).astype(object), errors="coerce", utc=True).dt.tz_convert(None), cells
        cells = _gregorian(cells)
        return _microseconds(cells), np.where((given.notna() & cells.isna()) | _of_other_times(cells), UNREADABLE, FINE)
    cells = _gregorian(cells)
    return _microseconds(cells), np.where(_of_other_times(cells), UNREADABLE, FINE)


def _gregorian(days: pd.Series) -> pd.Series:
    """Days with Buddhist years in those of the Gregorian calendar."""
    thai = (days.dt.year - BUDDHIST).between(*YEARS)
    return days.mask(thai, days[thai] - pd.DateOffset(years=BUDDHIST)) if thai.any() else days


def _of_other_times(days: pd.Series) -> pd.Series:
    return days.notna() & ~days.dt.year.between(*YEARS)


def _microseconds(dates: pd.Series) -> np.ndarray:
    return dates.to_numpy().astype("datetime64[us]")


def _read_distinct(text: pd.Series, day_first: bool | None, settles: bool) -> tuple[np.ndarray, np.ndarray]:
    """As `_read_text`; years that come first leave nothing open, so these are read a block at a time, in little memory."""
    open_ones = ~text.str.match(YEAR_FIRST).to_numpy(bool)
    plain = np.flatnonzero(~open_ones)
    dates, trouble = np.full(len(text), np.datetime64("NaT", "us")), np.full(len(text), FINE)
    for places in (np.flatnonzero(open_ones), *(plain[start : start + BLOCK] for start in range(0, len(plain), BLOCK))):
        if len(places):
            dates[places], trouble[places] = _read_text(text.iloc[places].reset_index(drop=True), day_first, settles)
    return dates, trouble


def _read_text(text: pd.Series, day_first: bool | None, settles: bool) -> tuple[np.ndarray, np.ndarray]:
    iso, written = text.str.extract(YEAR_FIRST), text.str.extract(YEAR_LAST)
    odd = (iso["year"].isna() & written["year"].isna()).to_numpy()
    if odd.any():
        spelled = text[odd].map(in_figures).astype("str")
        iso[odd], written[odd] = spelled.str.extract(YEAR_FIRST), spelled.str.extract(YEAR_LAST)
    first, second = (pd.to_numeric(written[part]).fillna(0).to_numpy(int) for part in ("first", "second"))
    short = (written["year"].str.len() == 2).to_numpy(bool)
    order, trouble = _order(first, second, day_first, settles)
    if day_first is None and not (settles and _year_last(first, short, written["year"].notna().to_numpy())):
        trouble[short] = AMBIGUOUS
    written["year"] = written["year"].where(~short, "20" + written["year"])
    for one in (iso, written):
        years = pd.to_numeric(one["year"]) - BUDDHIST
        one["year"] = one["year"].mask(years.between(*YEARS), years.astype("Int64").astype("str"))
    leads = np.where(settles, order, first > 12) if day_first is None else np.full(len(first), order)
    day, month = (written[one].where(leads, written[other]) for one, other in (("first", "second"), ("second", "first")))
    is_iso = iso["year"].notna()
    parts = written.assign(first=day, second=month).where(~is_iso, iso)
    days = parts["year"] + "-" + parts["second"].str.zfill(2) + "-" + parts["first"].str.zfill(2)
    zone = parts["zone"].fillna("Z").replace("UTC", "Z")
    stamps = days + "T" + parts["clock"].fillna("00:00").str.zfill(5) + zone
    read = pd.to_datetime(stamps, format="ISO8601", utc=True, errors="coerce").dt.tz_convert(None)
    trouble[(read.isna() & (trouble == FINE)).to_numpy()] = IMPOSSIBLE
    years = pd.to_numeric(parts["year"])
    trouble[(years.isna() | ~years.between(*YEARS)).to_numpy()] = UNREADABLE
    return _microseconds(read), trouble


def _order(first: np.ndarray, second: np.ndarray, day_first: bool | None, settles: bool) -> tuple[bool, np.ndarray]:
    """Whether the day comes first, and which rows say otherwise or leave it open."""
    trouble = np.full(len(first), FINE)
    day_leads, month_leads = (first > 12) & (second <= 12), (second > 12) & (first <= 12)
    if day_first is None and not settles:
        trouble[(first != second) & ~day_leads & ~month_leads] = AMBIGUOUS
        return True, trouble
    if day_first is None:
        day_first = bool(day_leads.sum() >= month_leads.sum())
        if not (day_leads | month_leads).any():
            trouble[first != second] = AMBIGUOUS
    trouble[month_leads if day_first else day_leads] = OTHERWISE
    return day_first, trouble


def _year_last(first: np.ndarray, short: np.ndarray, written: np.ndarray) -> bool:
    """Whether the column itself proves that its years of two figures come last: 26/11/05 may be a day of 2026 or of 2005."""
    return bool((written & ~short).any() or (short & (first > 0) & (first < OLDEST)).any())


def ends_in_short_year(text: str) -> bool:
    """Whether a date is written with a year of two figures."""
    found = re.match(YEAR_LAST, _figures(text))
    return found is not None and len(found["year"]) == 2


def _figures(text: str) -> str:
    return text if re.match(YEAR_LAST, text) else in_figures(text)


def _sentence(kind: int, came: str) -> Said:
    if kind == AMBIGUOUS:
        first, second, year = pd.Series([_figures(came)]).str.extract(YEAR_LAST)[["first", "second", "year"]].iloc[0].str.zfill(2)
        if len(year) == 2:
            tried = [f"20{year}-{second}-{first}", f"20{year}-{first}-{second}", f"20{first}-{second}-{year}"]
            there = [day for day in dict.fromkeys(tried) if pd.notna(pd.to_datetime(day, errors="coerce"))] or tried
            return Said("cell_short_year", {"came": came, "meanings": " / ".join(there), "first": there[0]})
        return Said("cell_day_open", {"came": came, "first": f"{year}-{second}-{first}", "second": f"{year}-{first}-{second}"})
    if kind == SERIAL:
        day = serial_days(pd.Series([came], dtype="str")).iloc[0]
        return Said("cell_day_serial", {"came": came, "day": f"{day:%Y-%m-%d}"})
    keys = {OTHERWISE: "cell_day_otherwise", IMPOSSIBLE: "cell_day_impossible"}
    return Said(keys.get(kind, "cell_no_day"), {"came": came})
