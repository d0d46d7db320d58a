"""Whose rate card it is: the lines above the titles say it, where no column does."""

from __future__ import annotations

import re

from predictor.definitions.schema import Entry
from predictor.intake.mapping import TableMapping
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.titles import Titles
from predictor.wording.sentences import Said

WHO = ("name", "creator_id", "link")
HANDLE = re.compile(r"(?<![\w.@])@(\w(?:[\w.]{0,28}\w)?)(?![\w@]|\.\w)")  # of an account, never of a mailbox
PEOPLE = (
    r"(?:followers?|subscribers?|subs|fans?|(?:lượt|người) theo dõi|pengikut|粉丝数?|粉絲數?|フォロワー数?|팔로워 ?수?|ผู้ติดตาม)"
)
AMOUNT = r"\d[\d.,]*\s?(?:k|m|mil|tr|triệu|nghìn|ngàn|rb|ribu|jt|juta|万|萬|만)?"
AUDIENCE = re.compile(rf"(?<![\w.,])({AMOUNT})\+?\s*{PEOPLE}(?!\w)|(?<!\w){PEOPLE}\s*[:：]\s*({AMOUNT})(?![\w%])", re.IGNORECASE)


def of_one_person(
    layout: Layout, given: TableMapping, entries: dict[str, Entry], titles: Titles
) -> tuple[TableMapping, list[Said]]:
    """A mapping with the one handle, and the one count of followers, of the lines above titles that tell nobody's name.

    Rows that follow are then what this person offers. Of several handles none is taken.
    """
    named = {titles.read(title).name for title in layout.titles.values()} | {*given.constants}
    named |= {name for title, name in given.columns.items() if layout.column(title)}
    handles = dict.fromkeys(found for line in layout.above for found in HANDLE.findall(line))
    if "creator_id" not in entries or named & {*WHO} or len(handles) != 1:
        return given, []
    said = {"creator_id": next(iter(handles))}
    counts = dict.fromkeys(first or second for line in layout.above for first, second in AUDIENCE.findall(line))
    if len(counts) == 1 and "followers" in entries and "followers" not in named:
        said["followers"] = next(iter(counts)).strip()
    words = ", ".join(f"{name} {value}" for name, value in said.items())
    return given.model_copy(update={"constants": given.constants | said}), [Said("import_of_one", {"words": words})]
