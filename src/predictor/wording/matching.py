"""Text made alike for matching: folded letters, the nearest known word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from difflib import get_close_matches
from functools import lru_cache


def nearest(word: str, allowed: list[str]) -> str:
    """A short hint naming the valid word that is most like `word`, or nothing."""
    close = closest(word, allowed)
    return f"; did you mean '{close}'?" if close is not None else ""


def closest(word: str, allowed: list[str]) -> str | None:
    """The valid word that is most like `word`, if any is."""
    return next(iter(get_close_matches(word, allowed, n=1, cutoff=0.6)), None)


# A list of subjects is parted by semicolons, bars and line breaks; a part is parted further by commas, strokes and & unless it is
# a known name as a whole (mẹ & bé) or made of single letters (f&b).
BREAKS = re.compile(r"[;|；｜\r\n]+")
AMPERSAND = re.compile(r"\s*(?!(?<=\b\w)&\w\b)[&＆]\s*")  # not the one of f&b
JOINT = re.compile(r"\s*(?:&|＆|\band\b|\bvà\b)\s*")


def subjects(text: str, compounds: Collection[str] = ()) -> list[str]:
    """The subjects that a text lists, each once, trimmed; `compounds` are names that hold a mark, as `compound` writes them.

    >>> subjects("Beauty & Fashion, F&B/Travel"), subjects("Mẹ & bé; Du lịch", {compound("mẹ và bé")})
    (['Beauty', 'Fashion', 'F&B', 'Travel'], ['Mẹ & bé', 'Du lịch'])
    """
    found: list[str] = []
    for part in filter(None, map(str.strip, BREAKS.split(text))):
        for piece in [part] if compound(part) in compounds else _pieces(part, compounds):
            found += [piece] if piece and piece not in found else []
    return found


def _pieces(part: str, compounds: Collection[str]) -> list[str]:
    pieces = [piece.strip() for piece in re.split(r"[,/、，+]", part)]
    return [one for piece in pieces for one in ([piece] if compound(piece) in compounds else AMPERSAND.split(piece))]


def compound(text: str) -> str:
    """A name with its joining words in one spelling, folded."""
    return fold(JOINT.sub("&", unicodedata.normalize("NFC", text.lower())))


@lru_cache(maxsize=4096)  # titles and categories are folded again and again
def fold(text: str) -> str:
    """The same word however it is typed: without case, accents, spaces, underscores, hyphens, full stops and apostrophes.

    >>> fold("Số_người theo-dõi")
    'songuoitheodoi'
    """
    plain = unicodedata.normalize("NFKD", text).casefold().replace("đ", "d")
    return re.sub(r"[\s_\-.'’‘ʼ]+", "", "".join(letter for letter in plain if not unicodedata.combining(letter)))
