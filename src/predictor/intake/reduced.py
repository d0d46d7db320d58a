"""Two prices in one cell, of which one no longer holds: 15tr -> 12tr, Sale 12tr (gốc 15tr)."""

from __future__ import annotations

import re

from predictor.intake.currency_words import SORTED, currency_of, plain
from predictor.intake.numbers import UNIT, UNITS

MONEY = rf"(?:(?:{SORTED})\s*)?\d[\d.,]*\s*(?:{UNIT})?\s*(?:{SORTED})?"
ARROW = re.compile(rf"(?P<old>{MONEY})\s*(?:-+>|=+>|→|➡️?|\bgiảm còn\b|\bchỉ còn\b|\bnow\b)\s*(?P<now>{MONEY})")
WAS = (
    r"(?:giá\s+)?(?:gốc|cũ|niêm\s+yết|trước|đã\s+giảm\s+từ|giảm\s+từ|was|old|before|orig(?:inal(?:ly)?)?|normal(?:ly)?|usual(?:ly)?|"
    r"reduced\s+from|down\s+from|dari|normalnya|原价|原價|通常|정가|ปกติ)(?:\s+(?:price|harga|giá))?"
)
NEW = (
    r"(?:sale|giá\s+sale|giá\s+ưu\s+đãi|ưu\s+đãi|khuyến\s+mãi|km|promo|special|offer|now|chỉ\s+còn|còn|"
    r"特价|特價|优惠价)\s*[:：]?\s*"
)
BEHIND = re.compile(rf"(?:{NEW})?(?P<now>{MONEY})\s*[(,;]?\s*{WAS}\s*[:：]?\s*(?P<old>{MONEY})\s*\)?")
PARTS = re.compile(rf"(?P<figures>\d[\d.,]*)(?:\s*(?P<unit>{UNIT})(?![^\W\d_]))?")


def price_now(cell: str) -> str | None:
    """The price that holds, of a cell which says the former one too; None of any other.

    The former one is an amount by itself, of the same currency, and larger.

    >>> price_now("15tr -> 12tr"), price_now("Sale 12tr (gốc 15tr)"), price_now("12tr (2 video)"), price_now("5tr → 7tr")
    ('12tr', '12tr', None, None)
    """
    text = " ".join(plain(cell).split())
    found = ARROW.fullmatch(text) or BEHIND.fullmatch(text)
    return found["now"].strip() if found and _less(found["now"], found["old"]) else None


def _less(now: str, old: str) -> bool:
    """Whether one amount is less than another of its currency; a number without a unit is in that of the other."""
    parts = [PARTS.search(amount) for amount in (now, old)]
    codes = {code for amount in (now, old) if (code := currency_of(amount)) is not None}
    units = {one["unit"] for one in parts if one is not None and one["unit"] is not None}
    if None in parts or len(codes) > 1:
        return False
    bare = UNITS[units.pop()] if len(units) == 1 else 1.0
    sizes = [(_figures(one["figures"]), one["unit"]) for one in parts if one is not None]
    first, second = (number * (UNITS[unit] if unit else bare if number < 1000 else 1.0) for number, unit in sizes)
    return first < second


def _figures(text: str) -> float:
    """Figures as a number, what stands in threes behind a mark grouped; NaN where they are none, such as a day."""
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", text.strip(".,"))
    try:
        return float(re.sub(r"[.,]", "", text) if grouped else text.strip(".,").replace(",", "."))
    except ValueError:
        return float("nan")
