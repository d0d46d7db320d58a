"""Days and the clock of a post in two columns (Post date, Post time), read as one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time

import pandas as pd

from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.titles import Titles, letters

CLOCK = re.compile(r"\d{1,2}[:h]\d{2}(?::\d{2})?(?: ?[ap]\.?m\.?)?", re.IGNORECASE)
OF_POST = r"(?:post(?:ing|ed)?|publish(?:ed)?|upload|air|dang(?: bai)?|len bai|tayang)"
NAMED = re.compile(  # the time at which it was posted, no time for which it was watched
    rf"(?:{OF_POST} )?(?:time|hour|gio|thoi gian|jam|hora|uhrzeit|heure)(?: {OF_POST})?|"
    r"(?:发布|發布|投稿)?(?:时间|時間|時刻|시간)|เวลา"
)


def with_clock(layout: Layout, titles: Titles) -> Layout:
    """A list of posts whose only column of clocks is part of its only column of days (`clock` names it); else as it is."""
    cells = {column: layout.grid.cells.loc[list(layout.rows), column] for column in layout.titles}
    said = {column: letters(title) for column, title in layout.titles.items()}
    clocks = [column for column, one in cells.items() if _all_clocks(one) and NAMED.fullmatch(said[column])]
    days = [column for column, title in layout.titles.items() if titles.name(title) == "published_at" and column not in clocks]
    if len(clocks) != 1 or len(days) != 1:
        return layout
    (clock,), (day,) = clocks, days
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


def _day(cell: object) -> str:
    return f"{cell:%Y-%m-%d}" if isinstance(cell, (date, datetime)) else str(cell).strip()


def _time(cell: object) -> str:
    return f"{cell:%H:%M}" if isinstance(cell, time) else str(cell).strip().replace("h", ":")
