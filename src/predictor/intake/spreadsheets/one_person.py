"""Whose rate card it is: the lines above the titles say it, where no column does."""

from __future__ import annotations

import re

from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.title_words import letters
from predictor.intake.spreadsheets.titles import Titles

WHO = ("name", "creator_id", "link", "followers")  # a list of people has a column of these
HANDLE = re.compile(r"(?<![\w.@])@(\w(?:[\w.]{0,28}\w)?)(?![\w@]|\.\w)")  # of an account, never of a mailbox
OF_OTHERS = re.compile(  # as `letters` writes it: whoever made the list, or whom it is for
    r"lien he|contact|booking|zalo|agency|mgmt|manage|campaign|chien dich|bao cao|report|brand|client|nhan hang|khach hang|"
    r"\b(?:by|prepared|for|ve|cho|from|tu|min|tren|over)\b|yeu cau|kampanye|hubungi"
)
PEOPLE = (
    r"(?:followers?|subscribers?|subs|fans?|(?:lượt|người) theo dõi|pengikut|粉丝数?|粉絲數?|フォロワー数?|팔로워 ?수?|ผู้ติดตาม)"
)
AMOUNT = r"\d+(?:[.,]\d+)*\s?(?:k|m|mil|tr|triệu|nghìn|ngàn|rb|ribu|jt|juta|万|萬|만)?"
AUDIENCE = re.compile(
    rf"(?<![\w.,+])({AMOUNT})\+?\s*{PEOPLE}(?!\w|\s*/)|(?<!\w){PEOPLE}\s*[:：]?\s*({AMOUNT})(?![\w.,]*[\d%]|\s?%|\w)",
    re.IGNORECASE,
)


def of_one_person(layout: Layout, table: str, titles: Titles, decided: set[str]) -> dict[str, str]:
    """The one handle in the lines above a card that names nobody, and the one count of followers beside it, as typed.

    Rows that follow are then what this person offers. A list that has a column of people is no card; of several handles, or one
    in a line that speaks of others, none is taken.
    """
    read = [titles.read(title) for title in layout.titles.values()]
    named = {one.name for one in read} | {one.like for one in read} | decided
    lines = [line for line in layout.above if not OF_OTHERS.search(letters(line))]
    handles = dict.fromkeys(found for line in lines for found in HANDLE.findall(line))
    if table != "candidates" or named & {*WHO} or len(handles) != 1:
        return {}
    counts = dict.fromkeys((first or second).strip() for line in lines for first, second in AUDIENCE.findall(line))
    return {"creator_id": next(iter(handles))} | ({"followers": next(iter(counts))} if len(counts) == 1 else {})
