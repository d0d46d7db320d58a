"""Numbers that count in thousands, millions, 万 or per cent, because a title or a mapping says so."""

from __future__ import annotations

import re
from functools import lru_cache
from numbers import Real

import pandas as pd

from predictor.intake.bounds import without_bound
from predictor.intake.currency_words import without_currency
from predictor.intake.numbers import NOUGHTS, UNITS, unit_in_words

PERCENT = 0.01


def bare(cell: object) -> bool:
    """Whether a cell is a number that brings no unit of its own: 5.5, '5-7' or 'from 5', but neither '5tr' nor '5 %'."""
    if isinstance(cell, str):
        return _bare_text(cell)
    return isinstance(cell, Real) and not isinstance(cell, bool)


@lru_cache(maxsize=4096)  # lists repeat their prices
def _bare_text(cell: str) -> bool:
    return re.search(r"\d", cell) is not None and re.search(r"[^\W\d_]|%|％", without_bound(cell)[0]) is None


def unit_alone(text: str) -> float | None:
    """The unit that a text is, with or without a currency; None where it says anything else.

    >>> unit_alone("triệu đồng"), unit_alone("1.000đ"), unit_alone("VND"), unit_alone("K Media")
    (1000000.0, 1000.0, 1.0, None)
    """
    rest = without_currency(text).strip(" .()/")
    if not rest:
        return 1.0
    return unit_in_words(rest) if rest in UNITS or re.fullmatch(NOUGHTS, rest) else None


def in_units(cells: pd.Series, unit: float) -> pd.Series:
    """Cells whose bare numbers count in `unit`s; one that brings its own unit keeps it.

    Text takes the unit's word, or is multiplied where no word says it; what marks then leave open (5.5 in tens) is no number.

    >>> list(in_units(pd.Series([12.5, "3", "4tr"], dtype=object), 1e3))
    [12500.0, '3k', '4tr']
    """
    if unit == 1.0:
        return cells
    word = "%" if unit == PERCENT else next((word for word, size in UNITS.items() if size == unit), None)

    def change(cell: object) -> object:
        if not bare(cell):
            return cell
        if isinstance(cell, str):
            if word is None:
                return f"{int(cell) * unit:.15g}" if cell.strip().isdecimal() else f"{cell} [× {unit:.15g}]"
            worded = re.search(r"[^\W\d_]", cell) is not None  # 5 trở lên
            return re.sub(r"(?<=\d)(?=\D*$)", word, cell) if worded else f"{cell}{word}"
        return float(cell) / 100 if unit == PERCENT else round(float(cell) * unit, 6)  # type: ignore[arg-type]

    return cells.astype(object).map(change, na_action="ignore")
