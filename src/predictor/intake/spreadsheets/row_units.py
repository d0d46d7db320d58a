"""Columns of what each row's amount is for (ĐVT: giờ, tháng, gói 3 video): a price of a month is none of what is booked."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from predictor.intake.cells import as_text
from predictor.intake.mapping import TableMapping
from predictor.intake.spreadsheets.layout import UNIT_TITLES, Layout
from predictor.intake.spreadsheets.title_words import letters
from predictor.intake.spreadsheets.titles import Titles, deliverable_of
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

OF_AMOUNTS = {*UNIT_TITLES, *map(fold, ("per", "price per", "rate per", "rate type", "basis", "pricing unit", "tính theo"))}
PER = re.compile(r"^(?:/|(?:per|each|a|moi|tinh theo|theo|pro|je|por|par)\b|ต่อ)?\s*")
TIMES = (  # of letters without accents, and the word that a cell of money would say behind a stroke
    (r"hours?|hrs?|h|gio|jam|horas?|stunden?|heures?|小时|小時|時間|시간|ชั่วโมง|ชม", "hour"),
    (r"days?|ngay|hari|dias?|tage?|jours?|天|日|일|วัน", "day"),
    (r"weeks?|tuan|minggu|semanas?|wochen?|semaines?|周|週|주|สัปดาห์", "week"),
    (r"months?|mo|thang|bulan|mes(?:es)?|monate?|mois|个月|個月|月|개월|월|เดือน", "month"),
    (r"years?|nam|tahun|anos?|jahre?|ans?|年|년|ปี", "year"),
)
TIME = re.compile("|".join(rf"(?P<{word}>(?:\d{{1,2}} ?)?(?:{words}))(?![a-z])" for words, word in TIMES))
VIEWS = re.compile(r"(?:1[., ]?000|1k|nghin)? ?(?:views?|luot xem|clicks?|orders?|sales?|don(?: hang)?|impressions?)\b")
SEVERAL = re.compile(r"(?:goi|combo|package(?: of)?|bundle(?: of)?|set(?: of)?|paket|tron goi)?\s*(?P<what>(?:[2-9]|[1-9]\d) .+)")


def with_their_units(layout: Layout, titles: Titles, given: TableMapping) -> tuple[Layout, list[Said]]:
    """A sheet whose amounts have behind them what a column of their own says that they are for, where that is not one post.

    A price of a month, an hour or a thousand views is then refused as in any cell, and that of three posts is of three.
    """
    settled = {*map(fold, (*given.ignore, *given.columns))}
    priced = {fold(title) for title, name in given.columns.items() if name == "fee"} | {*map(fold, given.prices)}
    amounts = [
        column
        for column, title in layout.titles.items()
        if fold(title) in priced or titles.read(title).name == "fee" or titles.read(title).deliverable is not None
    ]
    column = next((one for one, title in layout.titles.items() if fold(title) in OF_AMOUNTS - settled), None)
    if column is None or len(amounts) != 1 or layout.says_units(layout.titles[column]):
        return layout, []
    said = as_text(layout.grid.cells.loc[list(layout.rows), column]).dropna()
    behind = {row: word for row, cell in said.items() if (word := _behind(cell)) is not None}
    if not behind:
        return layout, []
    cells, (amount,) = layout.grid.cells.copy(), amounts
    for row, word in behind.items():
        own = cells.at[row, amount]
        if pd.notna(own) and re.search(r"\d", str(own)) and "/" not in str(own):
            cells.at[row, amount] = f"{own:f}".rstrip("0").rstrip(".") + f"/{word}" if isinstance(own, float) else f"{own}/{word}"
    title = layout.titles[column]
    note = Said("import_row_units", {"title": title, "other": layout.titles[amount], "count": len(behind)})
    left = {one: word for one, word in layout.titles.items() if one != column}
    parts = {one: words for one, words in layout.parts.items() if one != column}
    return replace(layout, grid=replace(layout.grid, cells=cells), titles=left, parts=parts), [note]


def _behind(cell: str) -> str | None:
    """What an amount is for, as a cell of money would say it; None of one post, and of what is not understood.

    >>> _behind("ต่อเดือน"), _behind("per month (8 posts)"), _behind("gói 3 video"), _behind("1000 views"), _behind("post")
    ('month', 'month', '3 video', '1000 views', None)
    """
    words = PER.sub("", letters(cell), count=1)
    if time := TIME.match(words):
        return str(time.lastgroup)
    if VIEWS.match(words):
        return words
    several = SEVERAL.fullmatch(words)
    return several["what"] if several and deliverable_of(several["what"]) else None
