"""When the counts of posts were read: the titles of months of reports, and months as the days on which they end."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from predictor.intake.spreadsheets.title_words import letters
from predictor.intake.written_dates import MONTHS, without_year

REPORTED = re.compile(  # titles of the month of a report, as `letters` writes them
    r"(?:(?:report(?:ing|ed)?|data|statistics?|count(?:ing|ed)?|snapshot) )?(?:month|period)(?: end(?:ing)?)?|month of report|"
    r"(?:report(?:ing)?|data) date|ngay bao cao|(?:thang|ky)(?: (?:bao cao|so lieu|thong ke|chot so))?|"
    r"(?:bao cao|so lieu) thang|bulan(?: laporan)?|月份|报告月份|統計月|통계월|月"
)
PERIOD = re.compile(  # headings of the weeks or days of a report, as `letters` writes them; those of campaigns tell others
    r"(?:(?:bao cao|report|results?|ket qua|cap nhat|update)\W*)?(?:(?:tuan|week|wk|w|minggu|semaine|woche|semana|thang|month|"
    r"bulan|ngay|day)\W*(?:thu |no\.? ?)?\d[\d/.\- ]*|\d{1,4}[/.\-]\d{1,2}(?:[/.\-]\d{2,4})?|第?\d+[周週月日])\W*"
)
_WORD = "|".join(sorted(MONTHS, key=len, reverse=True))
MONTH = re.compile(  # 2026-01, 01/2026, Jan 2026, tháng 1/2026, T1/2026
    r"(?P<y1>20\d\d)\s*[-/.年]\s*(?P<m1>\d{1,2})\s*月?|(?:(?:tháng|thang|thg|th|t)\.?\s*)?(?P<m2>\d{1,2})\s*[-/.]\s*(?P<y2>20\d\d)|"
    rf"(?P<word>{_WORD})[a-z]*\.?[\s\-/,']*(?P<y3>(?:20)?\d\d)",
    re.IGNORECASE,
)


def of_report(title: str) -> bool:
    """Whether a title is that of the month or the day of a report.

    >>> of_report("Report month"), of_report("Tháng báo cáo"), of_report("Posting month")
    (True, True, False)
    """
    return REPORTED.fullmatch(letters(title).strip(" .:")) is not None


def of_period(heading: str) -> bool:
    """Whether a heading between rows is that of a week, month or day of a report.

    >>> of_period("TUẦN 1"), of_period("Report 18/01"), of_period("Summer 2025"), of_period("Wave 1")
    (True, True, False, False)
    """
    return PERIOD.fullmatch(letters(heading)) is not None


def month_ends(title: str, cells: pd.Series) -> pd.Series:
    """Cells, months among them as the day on which they end, or as today where that is still to come.

    Under the title of a report the first day of a month is that month too, for spreadsheets write 2026-01 so.

    >>> list(month_ends("As of", pd.Series(["2026-01", "Feb 2026", "2026-03-10"])))
    ['2026-01-31', '2026-02-28', '2026-03-10']
    """
    months = cells.map(_month).astype(object)
    if of_report(title):
        days = cells.map(lambda cell: cell if isinstance(cell, date) else None).dropna()
        if len(days) and all(day.day == 1 for day in days):
            months = months.where(months.notna(), days.map(lambda day: (day.year, day.month)).reindex(cells.index))
    return cells.where(months.isna(), months.map(lambda one: _end(*one), na_action="ignore"))


def are_months(title: str, cells: pd.Series) -> bool:
    """Whether every filled cell under a title is a month."""
    filled = cells.dropna()
    return len(filled) > 0 and bool((month_ends(title, filled) != filled).all())


DAY = re.compile(r"\b(?:ngay|date|day|month|thang|tanggal|bulan)\b|日期?|月份?|วันที่|날짜")  # titles, as `letters` writes them


def day_unfinished(title: str, cells: pd.Series) -> bool:
    """Whether filled cells under a title of days or months say no year, or no more than a month.

    >>> day_unfinished("Ngày đăng", pd.Series(["12/01", "3 Mar"])), day_unfinished("Tháng", pd.Series(["T5/2025"]))
    (True, True)
    >>> day_unfinished("Score", pd.Series(["8/10"]))
    False
    """
    filled = cells.dropna()
    if not len(filled) or not DAY.search(letters(title)):
        return False
    return are_months(title, filled) or bool(filled.map(lambda cell: isinstance(cell, str) and without_year(cell)).all())


def of_months(name: str, title: str, cells: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Cells of one of our columns, months among them as days: their end where something was counted, their start where it was
    agreed, of which it is told which cells these are."""
    if name == "booked_at":
        return month_starts(cells)
    return month_ends(title, cells) if name == "counted_at" else cells, pd.Series(False, index=cells.index)


def month_starts(cells: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Cells, months among them as their first day, and which these are.

    >>> month_starts(pd.Series(["T5/2025", "2026-03-10"]))[0].tolist()
    ['2025-05-01', '2026-03-10']
    """
    months = cells.map(_month).astype(object)
    days = months.map(lambda one: f"{one[0]}-{one[1]:02d}-01", na_action="ignore")
    return cells.astype(object).where(months.isna(), days), months.notna()


SEVERAL_DAYS = re.compile(  # 2 & 5 May 2026, 4-6/5/2026
    r"(?P<first>\d{1,2})(?:st|nd|rd|th)?\s*(?:[&,+–-]|and|và|to|đến)\s*(?:\d{1,2}(?:st|nd|rd|th)?\s*(?:[&,+–-]|and|và)\s*)*\d{1,2}"
    r"(?:st|nd|rd|th)?(?P<rest>\s*[/.]\s*\d{1,2}\s*[/.]\s*\d{4}|\s+[^\W\d]\D*(?:\d{1,2}\D+)?\d{4})"
)


def first_days(cells: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Cells, several days of a month among them as the first of these, and which these are.

    >>> first_days(pd.Series(["2 & 5 May 2026", "4-6/5/2026", "2-5-2026"]))[0].tolist()
    ['2 May 2026', '4/5/2026', '2-5-2026']
    """
    found = cells.map(lambda cell: SEVERAL_DAYS.fullmatch(cell.strip()) if isinstance(cell, str) else None).astype(object)
    first = found.map(lambda one: one["first"] + one["rest"], na_action="ignore")
    return cells.astype(object).where(found.isna(), first), found.notna()


def _month(cell: object) -> tuple[int, int] | None:
    found = MONTH.fullmatch(cell.strip()) if isinstance(cell, str) else None
    if found is None:
        return None
    year = next(filter(None, (found["y1"], found["y2"], found["y3"])))
    month = MONTHS[found["word"].lower()] if found["word"] else int(found["m1"] or found["m2"])
    return (int(year) % 2000 + 2000, month) if 1 <= month <= 12 else None


def _end(year: int, month: int) -> str:
    last = (pd.Timestamp(year, month, 1) + pd.offsets.MonthEnd(0)).normalize()
    return f"{min(last, max(pd.Timestamp.now().normalize(), pd.Timestamp(year, month, 1))):%Y-%m-%d}"
