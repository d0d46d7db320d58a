"""How well a creator suits a brief: one number from the best source there is, and the name of that source.

In this order: the figure that was given; what the audience is interested in; the creator's niches, both against the niches of the
brief by the taxonomy; the creator's words against the brief's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from predictor.creator_texts import brief_texts, creator_texts
from predictor.embeddings import embedding_at
from predictor.interests import interest_weights
from predictor.tables import Tables
from predictor.taxonomy import Taxonomy, subject_fit
from predictor.text_fit import TextFit, fit_texts, similarity

SOURCES = ("given", "audience", "taxonomy", "texts", "embeddings")


def align(asks: pd.DataFrame, taxonomy: Taxonomy, texts: TextFit | None = None, tables: Tables | None = None) -> pd.DataFrame:
    """Niche alignment of each creator with the brief asked.

    Parameters
    ----------
    asks
        One row per question, any of: `niche_alignment` (given), `audience_interests`, `niche`, `brand_niche`, `brief`, `bio`,
        and with a history `creator_id` and `at` (naive UTC).
    taxonomy
        `taxonomy_of` the catalogue's niches; without any of them, only equal words are alike.
    texts
        Fitted on training texts; without it, or without words on both sides, texts say nothing.
    tables
        The history; posts published at or after `at` are never read.

    Returns
    -------
    A frame with the index of `asks`: `niche_alignment` (0 to 1) and `niche_alignment_source`, both missing where nothing tells.
    """
    found = pd.DataFrame({"niche_alignment": np.nan, "niche_alignment_source": None}, index=asks.index)
    found["niche_alignment_source"] = found["niche_alignment_source"].astype("str")

    def fill(source: str, values: Callable[[pd.DataFrame], pd.Series]) -> None:
        left = found["niche_alignment"].isna()
        told = values(asks[left])
        found.loc[told.index, "niche_alignment"] = told
        found.loc[told.index[told.notna()], "niche_alignment_source"] = source

    fill("given", lambda rows: _column(rows, "niche_alignment").astype(float))
    fill("audience", lambda rows: by_audience(rows, taxonomy))
    fill("taxonomy", lambda rows: by_niches(rows, taxonomy))
    if texts is not None:
        fill("embeddings" if texts.embedding else "texts", lambda rows: by_texts(rows, texts, tables or Tables()))
    fill("taxonomy", lambda rows: _apart(rows, taxonomy))
    return found


def by_audience(asks: pd.DataFrame, taxonomy: Taxonomy) -> pd.Series:
    """The brief's niches among what the audience likes; the main interest counts in full, others by their share of it."""

    def weights(text: str) -> dict[str, float]:
        read = ((name, w) for interest, w in interest_weights(text).items() for name in taxonomy.read(interest))
        found: dict[str, float] = {}
        for name, weight in read:
            found[name] = max(weight, found.get(name, 0.0))
        return found

    return _over_pairs(asks, "audience_interests", weights, taxonomy)


def by_niches(asks: pd.DataFrame, taxonomy: Taxonomy) -> pd.Series:
    """The brief's niches among the creator's."""
    return _over_pairs(asks, "niche", lambda text: dict.fromkeys(taxonomy.read(text), 1.0), taxonomy)


def by_texts(asks: pd.DataFrame, fit: TextFit, tables: Tables) -> pd.Series:
    """The creator's words against the brief's; each distinct question is answered once."""
    rows = _questions(asks)
    place = rows.groupby(list(rows), dropna=False).ngroup().to_numpy()
    distinct = rows.iloc[np.unique(place, return_index=True)[1]]
    fits = similarity(creator_texts(distinct, tables), brief_texts(distinct), fit)
    return pd.Series(fits[place], index=rows.index).reindex(asks.index)


def learn_texts(asks: pd.DataFrame, tables: Tables, embeddings: str | None = None) -> TextFit | None:
    """The fit of texts that `align` needs, from training rows alone (as `align` takes them): no outcome is read.

    `embeddings` names a static embedding to compare texts by (`predictor.embeddings`).

    Returns
    -------
    None where the history has too few briefs or captions to tell chance from likeness.
    """
    distinct = _questions(asks).drop_duplicates()
    model = embedding_at(embeddings) if embeddings else None
    return fit_texts(creator_texts(distinct, tables), brief_texts(distinct), embedding=model)


def _questions(asks: pd.DataFrame) -> pd.DataFrame:
    """What texts are read for: rows with a brief, the creator and the day asked."""
    rows = pd.DataFrame({name: _column(asks, name) for name in ("creator_id", "bio", "brand_niche", "brief")})
    rows["at"] = pd.to_datetime(asks["at"]) if "at" in asks else pd.NaT
    return rows[rows["brand_niche"].notna() | rows["brief"].notna()]


def _apart(asks: pd.DataFrame, taxonomy: Taxonomy) -> pd.Series:
    """0 where both sides name subjects, though nobody knows how alike they are: they are not the same, as far as names go."""
    mine, asked = ({t for t in _column(asks, c).dropna().unique() if taxonomy.read(t)} for c in ("niche", "brand_niche"))
    named = _column(asks, "niche").isin(mine) & _column(asks, "brand_niche").isin(asked)
    return pd.Series(0.0, index=asks.index).where(named)


def _over_pairs(asks: pd.DataFrame, column: str, weights: Callable[[str], Mapping[str, float]], taxonomy: Taxonomy) -> pd.Series:
    """Fit of each distinct pair of a creator's subjects and a brief's, computed once."""
    mine, ours = pd.factorize(_column(asks, column))
    asked, theirs = pd.factorize(_column(asks, "brand_niche"))
    told = pd.Series(np.nan, index=asks.index)
    both = (mine >= 0) & (asked >= 0)
    have, want = [weights(text) for text in ours], [taxonomy.read(text) for text in theirs]
    pairs, place = np.unique(mine[both].astype(np.int64) * max(len(want), 1) + asked[both], return_inverse=True)
    fits = [subject_fit(have[pair // len(want)], want[pair % len(want)], taxonomy) for pair in pairs.tolist()]
    told[both] = np.array(fits, dtype=float)[place]
    return told


def _column(asks: pd.DataFrame, name: str) -> pd.Series:
    return asks[name] if name in asks else pd.Series(None, index=asks.index, dtype="str")
