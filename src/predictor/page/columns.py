"""The columns of a file one by one: what each was read as, its first cells, and what else its owner may say it is."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from predictor.definitions.phrases import Phrases
from predictor.intake.spreadsheets.imported import spelled
from predictor.intake.spreadsheets.notices import masked
from predictor.intake.spreadsheets.row_kinds import text_of
from predictor.intake.spreadsheets.sheet import Intake
from predictor.page.answers import HOME, Change, price_in_words
from predictor.wording.matching import fold

OUT, PRICE = "-", "price "  # how the choices of a column are called
USUAL = (
    "name", "link", "creator_id", "platform", "followers", "fee", "engagement_rate", "average_views", "kind", "tier", "niche",
    "format", "posts", "currency", "commission", "country", "language",
)  # fmt: skip
FIRST = 3


@dataclass(frozen=True)
class TheirColumn:
    """A column of a sheet: its title, its first cells and what was read in them, and what the column is taken for."""

    title: str
    first: tuple[str, ...]
    role: str

    @property
    def used(self) -> bool:
        """Whether anything is read from it."""
        return self.role != OUT


def their_columns(one: Intake) -> list[TheirColumn]:
    """Every column of a sheet as its owner sees it."""
    names = {fold(title): name for title, name in one.mapping.columns.items()}
    names |= {fold(part): name for name, parts in one.mapping.sums.items() for part in parts}
    names |= {fold(t): f"{PRICE}{what.posts} {what.format or ''}".strip() for t, what in one.mapping.prices.items()}
    frame, ours = one.layout.frame, one.frame[~one.frame.index.duplicated()]
    found = []
    for title in one.layout.titles.values():
        cells, role = frame[title].dropna().head(FIRST), names.get(fold(title), OUT)
        values = spelled(ours[[role]].reindex(cells.index))[role] if role in ours else pd.Series("", index=cells.index)
        first = tuple(_read_as(masked(text_of(cell)), values[row]) for row, cell in cells.items())
        if first or role != OUT:
            found.append(TheirColumn(title, first, role))
    return found


def _read_as(came: str, value: object) -> str:
    """A cell, and what was read in it where that is written otherwise."""
    return came if pd.isna(value) or str(value) in ("", came) else f"{came} → {value}"  # type: ignore[call-overload]


def roles(phrases: Phrases) -> dict[str, str]:
    """What a column can be, each with its name, the usual ones first."""
    entries = phrases.catalogue.columns(HOME)
    usual = {name: phrases.column(name) for name in USUAL if name in entries}
    prices = {f"{PRICE}1 {name}": _price(name, 1, phrases) for name in entries["format"].categories}
    rest = sorted((phrases.column(name), name) for name in entries if name not in usual)
    return {OUT: phrases.say("page_column_out"), **usual, **prices, **{name: label for label, name in rest}}


def role_name(role: str, phrases: Phrases) -> str:
    """What a role is called that is none of the usual ones: the price of three videos, say."""
    count, _, name = role.removeprefix(PRICE).partition(" ")
    return _price(name, int(count), phrases) if role.startswith(PRICE) else phrases.column(role)


def as_role(title: str, role: str) -> Change:
    """The answer that a column is this."""
    if role == OUT:
        return {"ignore": [title]}
    if role.startswith(PRICE):
        count, _, name = role.removeprefix(PRICE).partition(" ")
        return {"prices": {title: {"format": name or None, "posts": int(count)}}}
    return {"columns": {title: role}}


def _price(name: str, posts: int, phrases: Phrases) -> str:
    return price_in_words({"format": name, "posts": posts}, phrases)
