"""How alike a creator's words and a brief's are: character n-grams, weighted by how rare they are in the training texts.

Runs of two to four characters need no knowledge of a language and bear typing errors (Cavnar and Trenkle, N-gram-based text
categorization, 1994); the weights are tf-idf and the likeness their cosine (Salton and Buckley, Term-weighting approaches in
automatic text retrieval, 1988). Words that mean the same in two languages share no characters, so texts in different languages
are not compared at all: no figure is better than a low one for the wrong reason. No pickle: what was learned is a table of
weights and two numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from predictor.tables.plain_data import typed

# Texts as letters alone, and in what they are written: enough to tell whether two can be compared character by character.

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
    for sign, times in Counter(unicodedata.normalize("NFC", text)).items():
        name, vietnamese = _script(sign)
        if name:
            scripts[name] += times * (HAN_COUNTS if name == "cjk" else 1)
            marked += times * vietnamese
    script = max(sorted(scripts), key=lambda name: scripts[name], default="")
    return "vi" if script == "latin" and marked >= FEW * scripts["latin"] else script


@lru_cache(2**14)
def _script(sign: str) -> tuple[str, bool]:
    """The script of a letter, and whether it is one of Vietnamese alone; no script for any other sign."""
    name = unicodedata.name(sign, "unknown").split()[0].lower() if sign.isalpha() else ""
    return name, sign in "đĐ" or bool(VIETNAMESE & set(unicodedata.normalize("NFD", sign)))


def _plain(text: str) -> str:
    words = NOISE.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    others = {ord(sign): " " for sign in set(words) if unicodedata.category(sign)[0] not in "LM"}
    return " ".join(words.translate(others).split())


GRAMS: dict[str, Any] = {"analyzer": "char_wb", "ngram_range": (2, 4), "lowercase": False}
KEPT = 20_000  # n-grams whose weight is kept; any other weighs as the rarest of them
LEAST = 5  # distinct texts on either side, in one language, from which likeness can be distinguished from chance
MOST = 5_000  # distinct texts of either side, in one language, that are learned from; chance draws them
CHANCE_PAIRS = 5_000
BY_CHANCE, CLOSEST = 0.5, 0.99  # quantiles of the cosine of chance pairs that become 0 and 1
TOGETHER = 5_000  # pairs compared at once


@dataclass(frozen=True)
class TextFit:
    """Weights of n-grams, the weight of any other, and by language (`writing`) the cosines that become 0 and 1.

    Languages need their own, because unrelated texts share far more runs of letters than of Chinese characters.
    """

    weights: dict[str, float]
    rarest: float
    scales: dict[str, tuple[float, float]]

    def to_json(self) -> dict[str, Any]:
        """What a bundle carries."""
        return asdict(self)


def text_fit_from_json(data: dict[str, Any]) -> TextFit:
    """The inverse of `to_json`."""
    return typed(TextFit, data)


def fit_texts(creator_texts: pd.Series, brief_texts: pd.Series, seed: int = 1) -> TextFit | None:
    """Learn from a history's texts how rare each n-gram is and how alike a creator and a brief are by chance.

    Parameters
    ----------
    creator_texts, brief_texts
        Texts of creators and of briefs known in training; no labels, in any order, repeated or missing.

    Returns
    -------
    The fit, or None where no language has `LEAST` distinct texts of creators and as many of briefs.
    """
    rng = np.random.default_rng(seed)
    creators, briefs = (_by_language(side, rng) for side in (creator_texts, brief_texts))
    shared = [one for one in sorted({*creators} & {*briefs}) if min(len(creators[one]), len(briefs[one])) >= LEAST]
    if not shared:
        return None
    texts = [text for one in shared for text in (*creators[one], *briefs[one])]
    unscaled = _weighted(texts)
    return replace(unscaled, scales={one: _scale(creators[one], briefs[one], unscaled, rng) for one in shared})


def _weighted(texts: list[str]) -> TextFit:
    from sklearn.feature_extraction.text import TfidfTransformer

    counts, grams = _counted(texts)
    kept = np.sort(np.argsort(-np.asarray(counts.sum(axis=0)).ravel())[:KEPT])
    idf = TfidfTransformer().fit(counts[:, kept]).idf_
    weights = dict(zip(grams[kept], idf.round(4).tolist(), strict=True))
    return TextFit(weights, max(weights.values()), {})


def similarity(creator_texts: pd.Series, brief_texts: pd.Series, fit: TextFit) -> np.ndarray:
    """Fit of each text of `creator_texts` to the text of `brief_texts` in the same place.

    Returns
    -------
    Shape (rows,): 0 where the two share no more than half of all chance pairs of a creator and a brief in their language do, 1
    where they share as much as one chance pair in a hundred, straight in between; NaN where either is missing, where they are
    in two languages, or in one that was not learned from.
    """
    pairs = pd.DataFrame({"creator": plain(creator_texts).to_numpy(), "brief": plain(brief_texts).to_numpy()}).dropna()
    languages = {text: writing(text) for text in pd.unique(pairs.to_numpy(dtype=object).ravel())}
    language = pairs["creator"].map(languages)
    pairs = pairs[(language == pairs["brief"].map(languages)) & language.isin([*fit.scales])]
    scales = np.array([fit.scales[one] for one in language[pairs.index]]).reshape(-1, 2)
    found = np.full(len(creator_texts), np.nan)
    found[pairs.index] = (_cosines(pairs, fit) - scales[:, 0]) / (scales[:, 1] - scales[:, 0])
    return np.clip(found, 0.0, 1.0)


def _by_language(texts: pd.Series, rng: np.random.Generator) -> dict[str, np.ndarray]:
    distinct = pd.Series(sorted(plain(texts).dropna().unique()), dtype="str")
    groups = {str(one): group.to_numpy(dtype=object) for one, group in distinct.groupby(distinct.map(writing))}
    return {one: group if len(group) <= MOST else rng.choice(group, MOST, replace=False) for one, group in groups.items()}


def _scale(creators: np.ndarray, briefs: np.ndarray, fit: TextFit, rng: np.random.Generator) -> tuple[float, float]:
    pairs = pd.DataFrame({"creator": rng.choice(creators, CHANCE_PAIRS), "brief": rng.choice(briefs, CHANCE_PAIRS)})
    low, high = np.quantile(_cosines(pairs, fit), [BY_CHANCE, CLOSEST])
    return float(low), float(max(high, low + 1e-6))


def _cosines(pairs: pd.DataFrame, fit: TextFit) -> np.ndarray:
    """Cosine of each pair of texts, computed once for each distinct pair."""
    place = pairs.groupby(["creator", "brief"]).ngroup().to_numpy()
    distinct = pairs.iloc[np.unique(place, return_index=True)[1]]
    parts = [_compared(distinct.iloc[at : at + TOGETHER], fit) for at in range(0, len(distinct), TOGETHER)]
    return np.concatenate([np.empty(0), *parts])[place]


def _compared(pairs: pd.DataFrame, fit: TextFit) -> np.ndarray:
    place, texts = pd.factorize(np.concatenate([pairs["creator"].to_numpy(), pairs["brief"].to_numpy()]))
    vectors = _grams(texts, fit)
    creators, briefs = vectors[place[: len(pairs)]], vectors[place[len(pairs) :]]
    return np.asarray(creators.multiply(briefs).sum(axis=1)).ravel()


def _grams(texts: np.ndarray, fit: TextFit) -> Any:
    from sklearn.preprocessing import normalize

    counts, grams = _counted(texts)
    weights = np.array([fit.weights.get(gram, fit.rarest) for gram in grams])
    counts = counts.astype(float)
    counts.data = (1.0 + np.log(counts.data)) * weights[counts.indices]
    return normalize(counts)


def _counted(texts: Sequence[str] | np.ndarray) -> tuple[Any, np.ndarray]:
    """How often each n-gram is in each text (texts × n-grams), and these in order.

    No n-gram reaches beyond a word, and texts have most of their words in common: each word is taken apart once.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    of_text, of_word = CountVectorizer(analyzer=str.split), CountVectorizer(**GRAMS)
    words_of_texts = of_text.fit_transform(texts)
    counts = words_of_texts @ of_word.fit_transform(of_text.get_feature_names_out())
    counts.sort_indices()
    return counts, of_word.get_feature_names_out()
