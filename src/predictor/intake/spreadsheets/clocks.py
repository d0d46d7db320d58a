"""Days and the clock of a post in two columns (Post date, Post time), read as one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time

import pandas as pd

from predictor.intake.mapping import TableMapping
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.title_words import letters
from predictor.intake.spreadsheets.titles import Titles
from predictor.wording.matching import fold

EARLY = 6  # o'clock
CLOCK = re.compile(r"\d{1,2}[:h]\d{2}(?::\d{2})?(?: ?[ap]\.?m\.?)?", re.IGNORECASE)
OF_POST = r"(?:post(?:ing|ed)?|publish(?:ed)?|upload|air|dang(?: bai)?|len bai|tayang)"
NAMED = re.compile(  # the time at which it was posted, no time for which it was watched
    rf"(?:{OF_POST} )?(?:time|hour|gio|jam|hora|uhrzeit|heure)(?: {OF_POST})?|thoi gian {OF_POST}|{OF_POST} thoi gian|"
    r"(?:发布|發布|投稿)?(?:时间|時間|時刻|시간)|เวลา"
)


def with_clock(layout: Layout, titles: Titles, given: TableMapping) -> Layout:
    """A list of posts whose only column of clocks is part of its only column of days (`clock` names it); else as it is."""
    settled = {*map(fold, (*given.ignore, *given.columns))}
    cells = {column: layout.grid.cells.loc[list(layout.rows), column] for column in layout.titles}
    said = {column: letters(title) for column, title in layout.titles.items()}
    clocks = [column for column, one in cells.items() if _all_clocks(one) and NAMED.fullmatch(said[column])]
    clocks = [column for column in clocks if fold(layout.titles[column]) not in settled]
    days = [column for column, title in layout.titles.items() if titles.name(title) == "published_at" and column not in clocks]
    if len(clocks) != 1 or len(days) != 1:
        return layout
    (clock,), (day,) = clocks, days
    if not _all_days(cells[day]) or not _through_the_day(cells[clock]):
        return layout
    joined = layout.grid.cells.copy()
    for row in layout.rows:
        if pd.notna(joined.at[row, day]) and pd.notna(joined.at[row, clock]):
            joined.at[row, day] = f"{_day(joined.at[row, day])} {_time(joined.at[row, clock])}"
    kept = {column: title for column, title in layout.titles.items() if column != clock}
    parts = {column: words for column, words in layout.parts.items() if column != clock}
    return replace(layout, grid=replace(layout.grid, cells=joined), titles=kept, parts=parts, clock=layout.titles[clock])


def _all_clocks(cells: pd.Series) -> bool:
    filled = cells.dropna()
    return len(filled) > 0 and all(isinstance(cell, time) or CLOCK.fullmatch(str(cell).strip()) is not None for cell in filled)


def _all_days(cells: pd.Series) -> bool:
    """Whether no filled cell has a time of its own, or is a number that stands for a day."""
    return all(
        not (cell.hour or cell.minute) if isinstance(cell, datetime) else isinstance(cell, date) or ":" not in str(cell)
        for cell in cells.dropna()
    ) and not any(isinstance(cell, (int, float)) or str(cell).strip().isdigit() for cell in cells.dropna())


def _through_the_day(cells: pd.Series) -> bool:
    """Whether times go beyond the small hours, in which few post, and of which many videos are long."""
    hours = [int(re.split("[:h]", _time(cell))[0]) for cell in cells.dropna()]
    return max(hours, default=0) >= EARLY or any("m" in str(cell).lower() for cell in cells.dropna())


def _day(cell: object) -> str:
    return f"{cell:%Y-%m-%d}" if isinstance(cell, (date, datetime)) else str(cell).strip()


def _time(cell: object) -> str:
    return f"{cell:%H:%M}" if isinstance(cell, time) else re.sub("[hH]", ":", str(cell).strip())
