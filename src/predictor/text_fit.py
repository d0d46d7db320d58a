"""How alike a creator's words and a brief's are: character n-grams, weighted by how rare they are in the training texts.

Runs of two to four characters need no knowledge of a language and bear typing errors (Cavnar and Trenkle, N-gram-based text
categorization, 1994); the weights are tf-idf and the likeness their cosine (Salton and Buckley, Term-weighting approaches in
automatic text retrieval, 1988). Words that mean the same in two languages share no characters, so this sees one language at
a time. No pickle: what was learned is a table of weights and two numbers.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

GRAMS: dict[str, Any] = {"analyzer": "char_wb", "ngram_range": (2, 4), "lowercase": False}
KEPT = 20_000  # n-grams whose weight is kept; any other weighs as the rarest of them
LEAST = 10  # distinct texts on either side from which chance can be told from likeness
CHANCE_PAIRS = 20_000
BY_CHANCE, CLOSEST = 0.5, 0.99  # quantiles of the cosine of chance pairs that become 0 and 1
TOGETHER = 5_000  # pairs compared at once
NOISE = re.compile(r"https?://\S+|www\.\S+|@\S+|[#_]+|\d+")


@dataclass(frozen=True)
class TextFit:
    """Weights of n-grams, the weight of any other, and the cosines that become 0 and 1."""

    weights: dict[str, float]
    rarest: float
    by_chance: float
    closest: float

    def to_json(self) -> dict[str, Any]:
        """What a bundle carries."""
        return asdict(self)


def text_fit_from_json(data: dict[str, Any]) -> TextFit:
    """The inverse of `to_json`."""
    return TextFit(**data)


def fit_texts(mine: pd.Series, asked: pd.Series, seed: int = 1) -> TextFit | None:
    """Learn from a history's texts how rare each n-gram is and how alike a creator and a brief are by chance.

    Parameters
    ----------
    mine, asked
        Texts of creators and of briefs known in training; no labels, in any order, repeated or missing.

    Returns
    -------
    The fit, or None where fewer than `LEAST` distinct texts of either side are there.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    ours, theirs = (np.sort(plain(side).dropna().unique().astype(object)) for side in (mine, asked))
    if min(len(ours), len(theirs)) < LEAST:
        return None
    learned = TfidfVectorizer(**GRAMS, max_features=KEPT).fit([*ours, *theirs])
    weights = dict(zip(learned.get_feature_names_out(), learned.idf_.round(4).tolist(), strict=True))
    raw = TextFit(weights, max(weights.values()), 0.0, 1.0)
    rng = np.random.default_rng(seed)
    pairs = [pd.Series(side[rng.integers(0, len(side), CHANCE_PAIRS)], dtype="str") for side in (ours, theirs)]
    by_chance, closest = np.quantile(similarity(pairs[0], pairs[1], raw), [BY_CHANCE, CLOSEST])
    return TextFit(weights, raw.rarest, float(by_chance), float(max(closest, by_chance + 1e-6)))


def similarity(mine: pd.Series, asked: pd.Series, fit: TextFit) -> np.ndarray:
    """Fit of each text of `mine` to the text of `asked` in the same place.

    Returns
    -------
    Shape (rows,): 0 where the two share no more than half of all chance pairs of a creator and a brief do, 1 where they share
    as much as one chance pair in a hundred, straight in between; NaN where either is missing or holds no letter.
    """
    texts = [plain(side) for side in (mine, asked)]
    both = texts[0].notna().to_numpy() & texts[1].notna().to_numpy()
    found = np.full(len(both), np.nan)
    pairs = pd.DataFrame({"mine": texts[0].to_numpy(), "asked": texts[1].to_numpy()})[both]
    place = pairs.groupby(["mine", "asked"]).ngroup().to_numpy()
    distinct = pairs.iloc[np.unique(place, return_index=True)[1]]
    parts = [_cosines(distinct.iloc[at : at + TOGETHER], fit) for at in range(0, len(distinct), TOGETHER)]
    cosines = np.concatenate(parts)[place] if parts else np.empty(0)
    found[both] = np.clip((cosines - fit.by_chance) / (fit.closest - fit.by_chance), 0.0, 1.0)
    return found


def plain(texts: pd.Series) -> pd.Series:
    """Texts without case, links, mentions, figures and the marks of hashtags; missing where no letter is left."""
    known = {text: _plain(text) for text in texts.dropna().unique()}
    return texts.map(known).astype("str").mask(lambda text: text == "")


def _plain(text: str) -> str:
    words = NOISE.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(c if unicodedata.category(c)[0] in "LM" else " " for c in words)
    return " ".join(kept.split())


def _cosines(pairs: pd.DataFrame, fit: TextFit) -> np.ndarray:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.preprocessing import normalize

    place, texts = pd.factorize(np.concatenate([pairs["mine"].to_numpy(), pairs["asked"].to_numpy()]))
    counter = CountVectorizer(**GRAMS)
    counts = counter.fit_transform(texts).astype(float)
    weights = np.array([fit.weights.get(gram, fit.rarest) for gram in counter.get_feature_names_out()])
    counts.data = (1.0 + np.log(counts.data)) * weights[counts.indices]
    vectors = normalize(counts)
    mine, asked = vectors[place[: len(pairs)]], vectors[place[len(pairs) :]]
    return np.asarray(mine.multiply(asked).sum(axis=1)).ravel()
