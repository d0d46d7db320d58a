"""What people write behind a fee: how many posts it is for (5tr/video, 10tr/2 post), and whether VAT is in it (5tr + VAT)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from predictor.amounts import plain

PERCENT = r"(?:\d{1,2}(?:[.,]\d)?\s*%\s*)?"
TAX = r"(?:(?:thuế\s*)?(?:vat|gtgt)|thuế)(?!\w)"
WITHOUT = r"\+|plus|chưa(?:\s+có|\s+tính|(?:\s+bao)?\s+gồm)?|không(?:\s+bao)?\s+gồm|excl(?:\.|uding|udes)?|before|trước"
WITHIN = r"đã(?:\s+có|\s+tính|(?:\s+bao)?\s+gồm)?|(?:bao\s+)?gồm|incl(?:\.|uding|udes)?|sau|after"
TAXED = re.compile(
    rf"^(?P<amount>.*?\d.*?)\s*[,;(\[]?\s*(?:(?P<without>{WITHOUT})|{WITHIN})\s*{PERCENT}{TAX}\s*{PERCENT}[)\]]?\s*$"
)
UNTAXED = re.compile(rf"(?<!\w)(?:{WITHOUT})\s*{PERCENT}{TAX}")
PIECE = (
    r"videos?(?:\s+ngắn)?|clips?|posts?|bài(?:\s+(?:đăng|viết|post))?|story|stories|reels?|shorts?|ảnh|livestream|lần(?:\s+đăng)?"
)
PER = re.compile(rf"^(?P<amount>.*?\d.*?)\s*/\s*(?:(?P<posts>[1-9]\d?)\s*)?(?:{PIECE})\s*$")


@dataclass(frozen=True)
class Terms:
    """A fee taken apart: the amount as text, the posts that it names (or None), whether VAT is in it (None: not said)."""

    amount: str
    posts: int | None = None
    tax: Literal["in", "out"] | None = None


def terms_of(text: str, per_post: bool = True) -> Terms:
    """What a cell says besides its amount, in either order; text that says nothing more comes back as it is.

    >>> terms_of("10tr/2 video + VAT"), terms_of("5tr/tháng")
    (Terms(amount='10tr', posts=2, tax='out'), Terms(amount='5tr/tháng', posts=None, tax=None))
    """
    rest, posts, tax = plain(text), None, None
    for _ in range(2):
        if tax is None and (taxed := TAXED.match(rest)):
            rest, tax = taxed["amount"].strip(), "out" if taxed["without"] else "in"
        if per_post and posts is None and (per := PER.match(rest)):
            rest, posts = per["amount"].strip(), int(per["posts"] or 1)
    return Terms(rest if posts or tax else text, posts, tax)  # type: ignore[arg-type]


def taken_apart(cells: pd.Series, per_post: bool) -> tuple[pd.Series, pd.Series, pd.Series]:
    """A column's amounts as they are to be read, the posts that each is for, and what each says of VAT (`in`, `out`)."""
    known = {cell: terms_of(cell, per_post) for cell in set(cells[cells.map(lambda cell: isinstance(cell, str))])}
    said = cells.map(lambda cell: known[cell] if isinstance(cell, str) else Terms(cell))
    posts = said.map(lambda one: np.nan if one.posts is None else float(one.posts)).astype(float)
    return said.map(lambda one: one.amount).astype(object), posts, said.map(lambda one: one.tax).astype(object)


def untaxed(text: str) -> bool:
    """Whether a title or a line above the table says that VAT is not in the amounts.

    >>> untaxed("Đơn vị: VND, chưa gồm VAT"), untaxed("Giá (đã gồm VAT)")
    (True, False)
    """
    return UNTAXED.search(plain(text)) is not None


def with_pieces(booked: pd.Series | None, pieces: pd.Series) -> tuple[pd.Series | None, pd.Series]:
    """The posts of each row, a blank filled by what its fee is for; and the rows whose fee is for another number of posts."""
    own = pd.Series(np.nan, index=pieces.index) if booked is None else booked.astype(float)
    filled = own.fillna(pieces.where(pieces > 1))
    counted = filled if booked is not None or filled.notna().any() else None
    return counted, pieces.notna() & (pieces != filled.fillna(1.0))
