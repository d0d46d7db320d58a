"""Text made alike for matching: folded letters, the nearest known word."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches


def nearest(word: str, allowed: list[str]) -> str:
    """A short hint naming the valid word that is most like `word`, or nothing."""
    close = closest(word, allowed)
    return f"; did you mean '{close}'?" if close is not None else ""


def closest(word: str, allowed: list[str]) -> str | None:
    """The valid word that is most like `word`, if any is."""
    return next(iter(get_close_matches(word, allowed, n=1, cutoff=0.6)), None)


def fold(text: str) -> str:
    """The same word however it is typed: without case, accents, spaces, underscores, hyphens and full stops.

    >>> fold("Số_người theo-dõi")
    'songuoitheodoi'
    """
    plain = unicodedata.normalize("NFKD", text).casefold().replace("đ", "d")
    return re.sub(r"[\s_\-.]+", "", "".join(letter for letter in plain if not unicodedata.combining(letter)))
