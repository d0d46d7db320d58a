"""Counts with the word for what they count behind them (35K lượt theo dõi, 1.2M views), in the column of just that."""

from __future__ import annotations

import re

import pandas as pd

from predictor.intake.bounds import without_bound
from predictor.intake.numbers import PEOPLE, UNIT, unified, without_people
from predictor.intake.spreadsheets.title_words import letters
from predictor.intake.units import bare

VIEWS = "xem|views?|plays?"
WORDS = {  # by column, behind "lượt" or alone; of another column a word says that the count is in the wrong place
    "followers": "theo dõi|follow(?:ers?|s)?|subs?",
    "views": VIEWS,
    "average_views": VIEWS,
    "reach": "tiếp cận|reach",
    "impressions": "hiển thị|impressions?",
    "likes": "thích|likes?|tim",
    "comments": "bình luận|comments?|cmts?",
    "shares": "chia sẻ|shares?",
    "saves": "lưu|saves?",
    "engagements": "tương tác|engagements?|interactions?",
}
BEHIND = {
    name: re.compile(rf"(?:\s+|(?<=[\d+kmnr万萬만]))(?:(?:lượt|luot)(?:\s+(?:{words}))?|{words})\s*", re.IGNORECASE)
    for name, words in WORDS.items()
}
ANY_COUNT = "người"  # a word that is read behind every count
COUNT = re.compile(rf"[\d.,]+\s*(?:{UNIT}|n)?")
NO_AUDIENCE = re.compile(
    r"\b(?:fake|growth|grew|gain(?:s|ed)?|net|changes?|delta|bots?|tang(?: truong)?|ao|new|moi|lost|mat|target|kpi|muc tieu|"
    r"cam ket)\b|\+ ?/ ?-|±|^follows$"
)


def without_its_word(cells: pd.Series, name: str, title: str) -> pd.Series:
    """The cells of a column of counts without the word that says again what they count; views may stand for a reach.

    Figures alone keep a word that every count may have: a unit of the column is not theirs.
    """
    shape = BEHIND.get("views" if name == "reach" and re.search(r"\b(?:views?|xem)\b", letters(title)) else name)
    if shape is None or not cells.map(lambda cell: isinstance(cell, str)).any():
        return cells
    return cells.map(lambda cell: _without(cell, shape) if isinstance(cell, str) else cell)


def _without(cell: str, shape: re.Pattern[str]) -> str:
    found = next((found for found in shape.finditer(cell) if found.end() == len(cell)), None)
    figure = cell[: found.start()] if found else cell
    return f"{figure} {ANY_COUNT}" if found and bare(figure) else figure


def are_audiences(title: str, said: pd.Series) -> bool:
    """Whether at least half of the filled cells under a title that means nothing are counts of people: 1,2 triệu người theo dõi.

    >>> are_audiences("Quy mô", pd.Series(["1,2 triệu người theo dõi", "98.5K"])), are_audiences("Giá", pd.Series(["5tr"]))
    (True, False)
    """
    return NO_AUDIENCE.search(letters(title)) is None and len(said) > 0 and bool(said.map(_of_people).mean() >= 0.5)


def _of_people(cell: str) -> bool:
    figure = unified(without_bound(cell)[0])
    return PEOPLE.search(figure) is not None and COUNT.fullmatch(without_people(figure)) is not None
