"""Disclosed ads: which posts say that a brand paid, and where what is known of it comes from.

A caption that says nothing is taken as organic, and a post without a caption stays unknown. Many ads are never disclosed (of
576 influencers checked, 97 % published commercial content and 20 % always said so: European Commission, sweep on influencers,
14 February 2024), so what is read here is a lower bound: ad density from captions is the density of *disclosed* ads. What was
given always wins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from predictor.definitions.schema import GAP, Disclosures, Wording

# The words of `features/words/disclosure.yaml` as the regular expressions that they become.
#
# The expressions are RE2's, which read a text once however many words there are; RE2 knows neither look-around nor `\b` beyond
# ASCII, so a boundary is the character that stands there.

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


HIDDEN = "="  # what stands where words were hidden: neither a letter nor a mark of labels


def disclosed(captions: pd.Series, hashtags: pd.Series | None, words: Disclosures) -> pd.Series:
    """Whether each post says that it is paid for.

    Parameters
    ----------
    captions
        Texts, shape (n,), missing allowed.
    hashtags
        Tags of the same posts, with or without `#`, parted by spaces, commas or semicolons; None where there are none.

    Returns
    -------
    pd.Series
        Type `boolean`, on the index of `captions`: True where a word is found, False where a caption holds none, missing
        where there is no caption (tags alone can tell of an ad, but not of its absence).
    """
    text = captions.astype("str").fillna("")
    written = (text.str.strip() != "").to_numpy(dtype=bool)
    if hashtags is not None:
        tags = hashtags.astype("str").fillna("").str.strip(" ,;#").str.replace(r"[\s,;#]+", " #", regex=True)
        text = text + "\n#" + tags.set_axis(text.index)
    codes, distinct = pd.factorize(text)
    found = _found(pd.Series(distinct, dtype="str"), words)[codes]
    return pd.Series(found, index=captions.index).astype("boolean").mask(~written & ~found)


def with_disclosures(posts: pd.DataFrame, words: Disclosures) -> pd.DataFrame:
    """Posts with a missing `sponsored` filled from their text, and where each comes from in `sponsored_source`.

    The source is `given`, `caption`, or missing where it is not known whether the post is sponsored.
    """
    unknown = pd.Series(None, index=posts.index, dtype="boolean")
    sponsored = posts["sponsored"].astype("boolean") if "sponsored" in posts else unknown
    given = sponsored.notna()
    if words.languages and "caption" in posts:
        tags = posts["hashtags"].mask(given) if "hashtags" in posts else None
        sponsored = sponsored.where(given, disclosed(posts["caption"].mask(given), tags, words))
    source = pd.Series(np.where(given, "given", "caption"), index=posts.index, dtype="str")
    return posts.assign(sponsored=sponsored, sponsored_source=source.where(sponsored.notna()))


def _found(texts: pd.Series, words: Disclosures) -> np.ndarray:
    """Which of the texts disclose; they are normalised as the words are."""
    if not words.languages:
        return np.zeros(len(texts), dtype=bool)
    look = patterns(words)
    plain = pa.array(texts.str.normalize("NFKC").str.lower(), type=pa.large_string())  # Arrow's own normalising decomposes
    found = _matches(plain, look.perhaps)
    plain = plain.filter(pa.array(found))
    shown = pc.replace_substring_regex(plain, pattern=look.unless, replacement=rf"\1{HIDDEN}\2")
    hits = [_matches(shown, one) for one in look.discloses]
    hits += [_matches(shown, marked) & _matches(plain, script) for marked, script in look.in_script]
    found[found] = np.logical_or.reduce(hits)
    return found


def _matches(texts: pa.Array, pattern: str) -> np.ndarray:
    return pc.match_substring_regex(texts, pattern=pattern).to_numpy(zero_copy_only=False).astype(bool)
