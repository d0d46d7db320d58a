"""What the number format of a cell writes around its number: a unit, which is part of the number, per cent, or a currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from numbers import Real
from pathlib import Path
from typing import Any

import pandas as pd

from predictor.intake.currency_words import currency_of, without_currency
from predictor.intake.numbers import UNITS
from predictor.tables.files import read_frame

LITERAL = re.compile(r'"([^"]*)"|\[\$([^\]\-]*)[^\]]*\]|\\(.)|([$¥₫₩฿€£₹₱])')
DOLLARS = {  # whose sign $ is, by the country that a format names behind it: [$$-409]
    "409": "US$", "1009": "CA$", "c09": "AU$", "1409": "NZ$", "404": "NT$", "c04": "HK$", "4809": "S$", "80a": "MX$",
}  # fmt: skip
OF_COUNTRY = re.compile(r"\[\$\$-([0-9A-Fa-f]+)\]")
CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[\d.]+)\]")
THOUSANDS = re.compile(r"[0#?](,+)(?![0#?])")  # commas behind the digits: shown in thousands, millions


@dataclass(frozen=True)
class Written:
    """What a format makes of a number: the factor from what is stored to what is meant, a sign, and whether it says a unit."""

    factor: float = 1.0
    sign: str = ""
    measured: bool = False

    def applied(self, value: Any) -> Any:
        """The number that is meant, of the one that is stored."""
        return value if self.factor == 1.0 else round(value * self.factor, 10)


def written(number_format: str, value: object) -> Written:
    """How a format writes a value; nothing for one that is no number.

    >>> written('0.0"K"', 120), written('#,##0,"K"', 120000).factor, written('#,##0 "₫"', 5).sign
    (Written(factor=1000.0, sign='', measured=True), 1.0, '₫')
    """
    if not isinstance(value, Real) or isinstance(value, bool) or number_format == "General":
        return Written()
    return _written(_section(number_format, float(value)))


def as_shown(number_format: str, value: object) -> Any:
    """A number as its format writes it: 120 under `0.0"K"` is 120000.

    >>> as_shown('0.00"%"', 5.2), as_shown("0.00%", 0.052)
    (0.052, 0.052)
    """
    return written(number_format, value).applied(value)


def read_people_frame(path: Path, encoding: str | None = None) -> pd.DataFrame:
    """A table file of somebody's, with what its number formats write; see `read_frame`."""
    return read_frame(path, encoding, as_shown)


@lru_cache(maxsize=1024)
def _written(section: str) -> Written:
    section = OF_COUNTRY.sub(lambda found: f'"{DOLLARS.get(found[1].lower(), "$")}"', section)
    literal = " ".join("".join(parts) for parts in LITERAL.findall(section)).strip()
    bare = LITERAL.sub("", section)
    unit = without_currency(literal).strip(" ./()").lower()
    if unit in ("%", "％"):
        return Written(0.01, measured=True)
    size = UNITS.get(unit)
    if size is None:
        return Written(1.0, literal, "%" in bare)
    divided = THOUSANDS.search(bare)
    factor = size / 1000.0 ** len(divided[1]) if divided else size
    return Written(factor, "" if currency_of(literal) is None else literal, measured=True)


def _section(number_format: str, value: float) -> str:
    """The part of a format that holds for a value: by its conditions, else by the value's sign."""
    sections = number_format.split(";")
    conditions = [CONDITION.search(section) for section in sections]
    if not any(conditions):
        return (
            sections[1] if value < 0 and len(sections) > 1 else sections[2] if value == 0 and len(sections) > 2 else sections[0]
        )
    holds = {
        "<": lambda a, b: a < b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b,
        "=": lambda a, b: a == b, "<>": lambda a, b: a != b,
    }  # fmt: skip
    pairs = zip(sections, conditions, strict=True)
    return next((text for text, c in pairs if c is None or holds[c[1]](value, float(c[2]))), sections[-1])
