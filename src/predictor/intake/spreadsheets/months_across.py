"""Tables with a column a month (Tháng 7, Tháng 8, …), which hold one figure of everybody over time: a question, never a guess."""

from __future__ import annotations

import re

import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.cells import as_text
from predictor.intake.mapping import TableMapping
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.title_words import MEASURED, letters
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

NUMBER, YEAR = "0?[1-9]|1[0-2]", r"(?:20)?\d\d"
NAME = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    "dec(?:ember)?"
)
MONTH = re.compile(  # as `letters` writes it
    rf"(?:thang|bulan|month) ?(?:{NUMBER})(?:\D{YEAR})?|t(?P<bare>{NUMBER})(?:\D{YEAR})?|(?:{NAME})(?:\W{{0,2}}{YEAR})?|"
    rf"(?:{YEAR}年)?(?:{NUMBER})月|(?:{YEAR}년 ?)?(?:{NUMBER})월|(?:{NUMBER})[/-]20\d\d|20\d\d[/.-](?:{NUMBER})|"
    r"20\d\d-\d\d-01(?: 00:00:00)?"
)
WEEKDAYS = {str(day) for day in range(2, 8)}  # T2 to T7 are days of the week as well
LEAST = 3


def without_months(
    layout: Layout, table: str, mapping: TableMapping, given: TableMapping, entries: dict[str, Entry]
) -> tuple[TableMapping, list[Said]]:
    """A mapping that does not leave columns out which are months, and the question about them; `given` may answer it."""
    titles = _months(layout, mapping, given, entries)
    if not titles:
        return mapping, []
    values = {"titles": "', '".join(titles), "each": titles, "other": ", ".join(f'"{title}"' for title in titles), "table": table}
    left = tuple(title for title in mapping.ignore if title not in titles)
    return mapping.model_copy(update={"ignore": left}), [Said("import_doubt_months", values)]


def _months(layout: Layout, mapping: TableMapping, given: TableMapping, entries: dict[str, Entry]) -> list[str]:
    """The titles of a table that are months and not used, where no other column holds a figure or a day."""
    decided = {fold(title) for title in (*given.ignore, *given.columns, *given.prices)}
    left = [title for title in layout.titles.values() if fold(title) in {*map(fold, mapping.ignore)} - decided]
    found = {title: month for title in left if (month := MONTH.fullmatch(letters(title))) and _figures(layout, title)}
    bare = {month["bare"] for month in found.values()}
    if len(found) < LEAST or bare <= WEEKDAYS or mapping.prices or mapping.sums or mapping.orders:
        return []
    types = {entries[name].type for title, name in mapping.columns.items() if layout.column(title) and name in entries}
    return [] if types & {*MEASURED, "date"} else [*found]


def _figures(layout: Layout, title: str) -> bool:
    said = as_text(layout.grid.cells.loc[list(layout.rows), layout.column(title)]).dropna()
    return bool(pd.Series(said).str.contains(r"\d").any())
