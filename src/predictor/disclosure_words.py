"""The words of `features/words/disclosure.yaml` as the regular expressions that they become.

The expressions are RE2's, which read a text once however many words there are; RE2 knows neither look-around nor `\\b` beyond
ASCII, so a boundary is the character that stands there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from predictor.catalogue import GAP, Disclosures, Wording

SCRIPTS = {
    "latin": r"\p{Latin}", "han": r"\p{Han}", "kana": r"[\p{Hiragana}\p{Katakana}]", "thai": r"\p{Thai}", "hangul": r"\p{Hangul}",
}  # fmt: skip
LETTER = r"\p{L}\p{N}\p{M}_"
ENDS = r"\n.!?。"
BETWEEN = rf"[^{LETTER}{ENDS}](?:[^{ENDS}]*?[^{LETTER}{ENDS}])?"  # whole words, of one sentence
INSIDE = rf"[^{ENDS}]*?"
BEFORE_LABEL = rf"(?:(?m:^)[^{LETTER}#@\n]*|[\[(【「『〔〈《<|/*~]\s*)"
AFTER_LABEL = r"\s*(?:(?m:$)|[\])】」』〕〉》>|:/*~\p{So}]|[-–—]\s)"


@dataclass(frozen=True)
class Patterns:
    """What to look for in a normalised text: what hides, what discloses, and what does only beside a language's script.

    Whatever discloses also matches `perhaps`, which is a hundred times quicker, because it asks nothing of letters beyond ASCII.
    """

    perhaps: str
    unless: str
    discloses: tuple[str, ...]
    in_script: tuple[tuple[str, str], ...]


def patterns(words: Disclosures) -> Patterns:
    """All languages' words as few expressions."""
    languages = words.languages.values()
    latin, other = ([one for one in languages if (one.script == "latin") is spaced] for spaced in (True, False))
    phrases, runs = _listed(latin, "phrases"), _listed(other, "phrases")
    labels, tags, beside = (_listed(languages, kind) for kind in ("labels", "hashtags", "tags_in_script"))
    whole = [_longest(word) for word in (*phrases, *labels, *(tag for tag in (*tags, *beside) if GAP not in tag))]
    inner = [_longest(word) for word in (*runs, *(tag for tag in (*tags, *beside) if GAP in tag))]
    return Patterns(
        perhaps=rf"(?:^|[^a-z]){_any(whole)}(?:$|[^a-z])|{_any(inner)}",
        unless=rf"(^|[^{LETTER}]){_any(_listed(latin, 'unless'))}($|[^{LETTER}])|{_any(_listed(other, 'unless'), INSIDE)}",
        discloses=(
            rf"(?:^|[^{LETTER}#@]){_any(phrases)}(?:$|[^{LETTER}])",
            rf"{_any(runs, INSIDE)}|{_marked(labels, tags)}",
        ),
        in_script=tuple(
            (_marked([tag for tag in one.tags_in_script if GAP not in tag], one.tags_in_script), SCRIPTS[one.script])
            for one in languages
            if one.tags_in_script
        ),
    )


def normal(text: str) -> str:
    """Text without differences of width, composition and case.

    >>> normal("＃ＰＲ")
    '#pr'
    """
    return unicodedata.normalize("NFKC", text).lower()


def without_accents(text: str) -> str:
    """Vietnamese as typed without accents.

    >>> without_accents("được tài trợ")
    'duoc tai tro'
    """
    marks = unicodedata.normalize("NFD", text).replace("đ", "d")
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if not "\u0300" <= mark <= "\u036f"))


def _listed(languages: Iterable[Wording], kind: str) -> list[str]:
    return [word for one in languages for word in getattr(one, kind)]


def _longest(word: str) -> str:
    return max(word.split(GAP), key=len)


def _marked(labels: Iterable[str], tags: Iterable[str]) -> str:
    return rf"{BEFORE_LABEL}{_any(labels)}{AFTER_LABEL}|#{_any(tags, rf'[{LETTER}]+')}(?:$|[^{LETTER}])"


def _any(words: Iterable[str], gap: str = BETWEEN) -> str:
    """One of the words, `gap` between their parts; what can never match where there are none."""
    typed = [form for word in words for form in dict.fromkeys((word.lower(), without_accents(word.lower())))]
    said = [gap.join(_literal(normal(part.strip())) for part in word.split(GAP)) for word in typed]
    return f"(?:{'|'.join(said)})" if said else r"[^\s\S]"


def _literal(text: str) -> str:
    return r"\s+".join(re.escape(word) for word in text.split())
