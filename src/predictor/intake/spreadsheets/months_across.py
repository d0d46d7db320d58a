"""Tables with a column a month (Tháng 7, Tháng 8, …) or age (Views 24h, Views 7d, Views W3), which hold figures over time: a
question, never a guess."""

from __future__ import annotations

import re

import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.cells import as_text
from predictor.intake.mapping import TableMapping
from predictor.intake.reader import accepted_titles
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
AGED = re.compile(  # a count of posts with the age at which it was taken, as `letters` writes it
    r"(?P<what>\D+?)[\W_]*(?:"
    r"(?:after |sau |at |@ ?)?(?P<early>week|tuan|w|day|ngay|d|t ?\+ ?|month|thang|m)[\W_]*(?P<before>\d{1,3})|"
    r"(?:after |sau |at |@ ?)?(?P<after>\d{1,3}) ?(?P<late>h|hrs?|hours?|gio|d|days?|ngay|w|weeks?|tuan|m|months?|thang))\W*"
)
HOURS = {"h": 1, "g": 1, "d": 24, "n": 24, "w": 168, "m": 720}  # of an age, by the first letter of its unit


def without_months(
    layout: Layout, table: str, mapping: TableMapping, given: TableMapping, entries: dict[str, Entry]
) -> tuple[TableMapping, list[Said]]:
    """A mapping that does not leave columns out which are months or ages, and the questions about them; `given` may answer."""
    aged = _ages(layout, table, mapping, given, entries)
    if aged:
        asked = {title for titles in aged.values() for title in titles}
        left = tuple(title for title in mapping.ignore if title not in asked)
        return mapping.model_copy(update={"ignore": left}), [_of_ages(name, titles, table) for name, titles in aged.items()]
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


def _ages(
    layout: Layout, table: str, mapping: TableMapping, given: TableMapping, entries: dict[str, Entry]
) -> dict[str, list[str]]:
    """By our counts that nothing else gives the titles that are such a count at several ages, the youngest first."""
    if table not in ("posts", "bookings"):
        return {}
    decided = {fold(title) for title in (*given.ignore, *given.columns)}
    left = [title for title in layout.titles.values() if fold(title) in {*map(fold, mapping.ignore)} - decided]
    known, found = accepted_titles(entries), dict[str, list[tuple[int, str]]]()
    for title in left:
        aged = AGED.fullmatch(letters(title))
        name = known.get(fold(aged["what"].strip(" _-–(@"))) if aged else None
        counted = name in entries and entries[name].type == "count" and entries[name].known == "after_booking"
        if aged and name and counted and name not in {*mapping.columns.values(), *mapping.sums} and _figures(layout, title):
            found.setdefault(name, []).append((_hours(aged), title))
    return {name: [title for _, title in sorted(ages)] for name, ages in found.items() if len(ages) > 1}


def _hours(aged: re.Match[str]) -> int:
    unit = aged["early"] or aged["late"]
    days = unit.startswith("t") and not unit.startswith(("tuan", "thang"))  # T+7
    each = 24 if days else {"tuan": HOURS["w"], "thang": HOURS["m"]}.get(unit) or HOURS[unit[0]]
    return int(aged["before"] or aged["after"]) * each


def _of_ages(name: str, titles: list[str], table: str) -> Said:
    values = {"titles": "' / '".join(titles), "each": titles, "other": ", ".join(f'"{title}"' for title in titles)}
    return Said("import_doubt_ages", {**values, "name": name, "last": titles[-1], "table": table})


def _figures(layout: Layout, title: str) -> bool:
    said = as_text(layout.grid.cells.loc[list(layout.rows), layout.column(title)]).dropna()
    return bool(pd.Series(said).str.contains(r"\d").any())
