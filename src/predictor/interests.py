"""What a creator's audience is interested in, as planners paste it: `beauty:40%; food:25%`, `beauty:0.4;food` or plain names."""

from __future__ import annotations

import math
import re
import unicodedata

import numpy as np
import pandas as pd

from predictor.cells import Refused, as_text
from predictor.texts import Said

SHARE = re.compile(r"^(?P<name>.*?)\s*[:=：]\s*(?P<number>[^:=：%]*?)\s*%?$")


def read_interests(column: pd.Series) -> tuple[pd.Series, list[Refused]]:
    """Interests in one form, `name:share;name` with shares from 0 to 1, and the cells that cannot be read so.

    A cell with a figure above 1 is read as percents throughout.
    """
    text = as_text(column)
    read = {cell: _tidy(cell) for cell in text.dropna().unique()}
    wrong = np.flatnonzero(text.notna() & text.map(lambda cell: cell in read and read[cell] is None))

    def says(cell: int) -> Said:
        return Said("cell_interests", {"came": str(text.iloc[cell])})

    return text.map(read).astype("str"), [Refused(wrong, says)] if len(wrong) else []


def interest_weights(text: object) -> dict[str, float]:
    """Each interest with its share over the largest one; 1 where no share is given.

    >>> interest_weights("beauty:0.5;food:0.25;travel")
    {'beauty': 1.0, 'food': 0.5, 'travel': 1.0}
    """
    shares = _shares(text) if isinstance(text, str) else None
    largest = max((share for share in (shares or {}).values() if share is not None), default=0.0) or 1.0
    return {name: 1.0 if share is None else share / largest for name, share in (shares or {}).items()}


def _tidy(text: str) -> str | None:
    shares = _shares(unicodedata.normalize("NFC", text.lower()))
    if not shares:
        return None
    return ";".join(name if share is None else f"{name}:{share:g}" for name, share in shares.items())


def _shares(text: str) -> dict[str, float | None] | None:
    """Shares by interest; None where a part is no name, or a figure is no share."""
    parts = [part.strip() for part in re.split(r"[;|；\n]", text) if part.strip()]
    matches = [SHARE.match(part) for part in parts]
    figures = [_number(match["number"]) if match else None for match in matches]
    whole = 100.0 if "%" in text or any(figure is not None and figure > 1.0 for figure in figures) else 1.0
    names = [match["name"].strip() if match else part for part, match in zip(parts, matches, strict=True)]
    found = {name: None if figure is None else figure / whole for name, figure in zip(names, figures, strict=True)}
    usable = all(name and (share is None or 0.0 <= share <= 1.0) for name, share in found.items())
    return found if found and usable else None


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return math.nan
