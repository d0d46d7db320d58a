"""Texts as letters alone, and in what they are written: enough to tell whether two can be compared character by character."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pandas as pd

NOISE = re.compile(r"https?://\S+|www\.\S+|@\S+|[#_]+|\d+")
VIETNAMESE = {"\u0309", "\u0323", "\u031b"}  # hook above, dot below, horn: marks of no other language in wide use
FEW = 0.03  # of a Latin text's letters; Vietnamese has three times as many or more
HAN_COUNTS = 3  # a Chinese character says about as much as three letters


def plain(texts: pd.Series) -> pd.Series:
    """Texts without case, links, mentions, figures and the marks of hashtags; missing where no letter is left."""
    known = {text: _plain(text) for text in texts.dropna().unique()}
    read = texts.map(known).astype("str")
    return read.mask(read == "")


def writing(text: str) -> str:
    """In what most of a text is written: `vi`, or the name of a script such as `latin`, `cjk` or `thai`.

    >>> writing("quy trình dưỡng da"), writing("skincare routine"), writing("敏感肌 skincare 护肤")
    ('vi', 'latin', 'cjk')
    """
    scripts, marked = Counter[str](), 0
    for letter, times in Counter(unicodedata.normalize("NFC", text)).items():
        if letter.isalpha():
            name = unicodedata.name(letter, "unknown").split()[0].lower()
            scripts[name] += times * (HAN_COUNTS if name == "cjk" else 1)
            marked += times * (letter in "đĐ" or bool(VIETNAMESE & set(unicodedata.normalize("NFD", letter))))
    script = max(sorted(scripts), key=lambda name: scripts[name], default="")
    return "vi" if script == "latin" and marked >= FEW * scripts["latin"] else script


def _plain(text: str) -> str:
    words = NOISE.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    others = {ord(sign): " " for sign in set(words) if unicodedata.category(sign)[0] not in "LM"}
    return " ".join(words.translate(others).split())
