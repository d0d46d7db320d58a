"""The zone that a title of times names: date & time (PST), Giờ đăng (GMT+7)."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.cells import as_text
from predictor.intake.dates import of_other_zones
from predictor.intake.spreadsheets.columns import Column, as_typed
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.marked_cells import marked
from predictor.intake.spreadsheets.title_words import letters

OFFSET = re.compile(r"(?:utc|gmt) ?(?P<sign>[+\-−–])? ?(?P<hours>\d{1,2})?(?::?(?P<minutes>\d{2}))?", re.IGNORECASE)
HOURS = {  # from UTC, of names that mean one zone; clocks of the summer have names of their own
    "PST": -8, "PDT": -7, "PT": -8, "MST": -7, "MDT": -6, "MT": -7, "CDT": -5, "EST": -5, "EDT": -4, "ET": -5, "BRT": -3,
    "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "GST": 4, "PKT": 5, "ICT": 7, "WIB": 7, "WITA": 8, "WIT": 9, "SGT": 8,
    "MYT": 8, "HKT": 8, "PHT": 8, "AWST": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "Z": 0,
}  # fmt: skip
SEVERAL = {"CST": "GMT-6 / GMT+8", "IST": "GMT+5:30 / GMT+2", "BST": "GMT+1 / GMT+6", "AST": "GMT-4 / GMT+3"}
PLACES = {  # as `letters` writes them
    7: r"(?:gio )?(?:vn|viet nam|vietnam|ha noi|hanoi|bangkok|thai land|thailand|jakarta)(?: time)?",
    8: r"(?:singapore|beijing|hong kong|malaysia|manila)(?: time)?|(?:北京|台北|香港)(?:时间|時間)",
    9: r"(?:japan|tokyo|korea|seoul)(?: time)?|日本時間|한국 ?시간",
}
BRACKETS = re.compile(r"[(\[（【]([^()\[\]（）【】]+)[)\]）】]")
LAST = re.compile(r"\b((?:UTC|GMT) ?[+\-−–]? ?\d{0,2}(?::?\d{2})?|[A-Z]{3,4})\s*$")


def zone_of(title: str) -> tuple[str, float | None] | None:
    """The zone that a title names, and by how many hours it is ahead of UTC; None where the name means several.

    >>> zone_of("date & time (PST)"), zone_of("Giờ đăng (giờ VN)"), zone_of("Posted at (GMT+5:30)"), zone_of("time (CST)")
    (('PST', -8.0), ('giờ VN', 7.0), ('GMT+5:30', 5.5), ('CST', None))
    >>> zone_of("Go-live (est)"), zone_of("Posted at")
    (None, None)
    """
    for word in [*BRACKETS.findall(title), *LAST.findall(title)]:
        if (found := _hours(word.strip())) is not None:
            return word.strip(), found[0]
    return None


def _hours(word: str) -> tuple[float | None] | None:
    if word in SEVERAL:
        return (None,)
    if word in HOURS:
        return (float(HOURS[word]),)
    place = next((ahead for ahead, known in PLACES.items() if re.fullmatch(known, letters(word))), None)
    if place is not None:
        return (float(place),)
    offset = OFFSET.fullmatch(word)
    if offset is None or (offset["sign"] is None) != (offset["hours"] is None):
        return None
    hours = int(offset["hours"] or 0) + int(offset["minutes"] or 0) / 60
    return (hours if offset["sign"] in (None, "+") else -hours,) if hours <= 14 else None


def in_its_zone(layout: Layout, title: str, cells: pd.Series, read: Column, entry: Entry) -> Column:
    """A column of times as those of UTC, where its title names another zone; days without a clock and cells that name a zone of
    their own stand. What was done is told."""
    words = " ".join(layout.parts.get(layout.column(title), (title,)))
    zone = zone_of(words) if entry.type == "date" else None
    if zone is None or zone[1] == 0:
        return read
    name, hours = zone
    text = as_text(cells)
    own = of_other_zones(cells) | text.str.contains(r"\d\s*(?:Z|UTC|GMT)$", na=False)
    clock = text.str.contains(r"\d:\d\d", na=False) & read.values.notna() & ~own
    if not (clock & (read.values != read.values.dt.normalize())).any():
        return read
    typed = as_typed(layout, title, cells)
    if hours is None:
        notes = marked(layout, title, typed, {"import_zone_open": clock}, zone=name, zones=SEVERAL[name])
        return replace(read, notes=(*read.notes, *notes))
    values = read.values.where(~clock, read.values - pd.Timedelta(hours=hours))
    day = f"{values[clock].iloc[0]:%Y-%m-%d %H:%M}"
    notes = marked(layout, title, typed, {"import_zone_titled": clock}, zone=name, day=day)
    return replace(read, values=values, notes=(*read.notes, *notes))
