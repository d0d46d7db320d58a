"""Two prices in one cell, of which one no longer holds: 15tr -> 12tr, Sale 12tr (gốc 15tr)."""

from __future__ import annotations

import re

from predictor.intake.currency_words import plain

ARROW = re.compile(r"(?P<old>[^\d]*\d[^→>➡]*?)\s*(?:-+>|=+>|→|➡️?|\bgiảm còn\b|\bchỉ còn\b|\bnow\b)\s*(?P<now>[^\d]{0,4}\d.*)")
WAS = (
    r"(?:giá\s+)?(?:gốc|cũ|niêm\s+yết|trước|đã\s+giảm\s+từ|giảm\s+từ|was|old|before|orig(?:inal(?:ly)?)?|normal(?:ly)?|usual(?:ly)?|"
    r"reduced\s+from|down\s+from|dari|normalnya|原价|原價|通常|정가|ปกติ)(?:\s+(?:price|harga|giá))?"
)
NEW = (
    r"(?:sale|giá\s+sale|giá\s+ưu\s+đãi|ưu\s+đãi|khuyến\s+mãi|km|promo|special|offer|now|chỉ\s+còn|còn|"
    r"特价|特價|优惠价)\s*[:：]?\s*"
)
BEHIND = re.compile(rf"(?:{NEW})?(?P<now>[^\d(]{{0,4}}\d[^(,;]*?)\s*[(,;]?\s*{WAS}\s*[:：]?\s*[^\d]{{0,4}}\d[^()]*\)?")


def price_now(cell: str) -> str | None:
    """The price that holds, of a cell which says the former one too; None of any other.

    >>> price_now("15tr -> 12tr"), price_now("Sale 12tr (gốc 15tr)"), price_now("12tr (2 video)")
    ('12tr', '12tr', None)
    """
    text = " ".join(plain(cell).split())
    found = ARROW.fullmatch(text) or BEHIND.fullmatch(text)
    return found["now"].strip() if found else None
