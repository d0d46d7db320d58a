"""How well a creator suits a brief: one number from the best source there is, and the name of that source.

In this order: the figure that was given; what the audience is interested in; the creator's niches, both against the niches of the
brief by the taxonomy; the creator's words against the brief's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from predictor.alignment.taxonomy import Taxonomy, subject_fit
from predictor.alignment.text_similarity import TextFit, fit_texts, similarity
from predictor.intake.values import interest_weights
from predictor.tables.frames import History

# The words of a creator and of a brief as they could be read on the day asked.

LAST = 20  # newest posts whose captions are read
LONGEST = 4_000  # characters of a creator's text


def creator_texts(asks: pd.DataFrame, tables: History, last: int = LAST) -> pd.Series:
    """Bio and newest captions with hashtags, newest first, of each row's creator, from posts published before the day asked.

    Parameters
    ----------
    asks
        `creator_id`, `at` (naive UTC) and, where the row brings it, `bio`, which wins over that of the table `creators`.
        A bio has no date: like a creator's niches it is taken as it stands.
    last
        How many of the newest posts strictly before `at` are read.

    Returns
    -------
    One text a row, missing where there is none.
    """
    bio = asks["bio"].astype("str") if "bio" in asks else pd.Series(None, index=asks.index, dtype="str")
    creators = tables.get("creators")
    if creators is not None and "bio" in creators:
        listed = creators.drop_duplicates("creator_id").set_index("creator_id")["bio"]
        bio = bio.fillna(asks["creator_id"].map(listed).astype("str"))
    text = bio.fillna("").str.cat(_captions(asks, tables, last), sep=" ").str.strip().str[:LONGEST]
    return text.mask(text == "")


def brief_texts(asks: pd.DataFrame) -> pd.Series:
    """Subjects and words of each row's brief (`brand_niche`, `brief`), missing where there is neither."""
    none = pd.Series(None, index=asks.index, dtype="str")
    parts = [asks[name].astype("str") if name in asks else none for name in ("brand_niche", "brief")]
    text = parts[0].fillna("").str.cat(parts[1].fillna(""), sep=" ").str.strip()
    return text.mask(text == "")


def _captions(asks: pd.DataFrame, tables: History, last: int) -> pd.Series:
    none = pd.Series("", index=asks.index, dtype="str")
    posts = tables.get("posts")
    columns = [column for column in ("caption", "hashtags") if posts is not None and column in posts]
    if posts is None or not columns:
        return none
    own_posts = posts[posts["creator_id"].isin(asks["creator_id"].dropna().unique()) & posts["published_at"].notna()]
    words = pd.Series("", index=own_posts.index, dtype="str").str.cat(own_posts[columns].astype("str").fillna(""), sep=" ")
    captions = pd.DataFrame({"creator": own_posts["creator_id"], "at": own_posts["published_at"], "words": words})
    captions = captions[captions["words"].str.strip() != ""].sort_values(["creator", "at"], kind="stable")
    first, end = _spans(asks, captions)
    spans = pd.DataFrame({"start": np.maximum(first, end - last), "end": end})
    distinct = spans.drop_duplicates()
    lines = captions["words"].to_numpy(dtype=object)
    joined = {(s, e): " ".join(lines[s:e][::-1]) for s, e in distinct.itertuples(index=False, name=None)}
    return pd.Series([joined[span] for span in zip(spans["start"], spans["end"], strict=True)], index=asks.index, dtype="str")


def _spans(asks: pd.DataFrame, captions: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Where in `said` (in order) a creator's rows begin, and where those strictly before each question end."""
    codes, _ = pd.factorize(pd.concat([captions["creator"], asks["creator_id"]], ignore_index=True), sort=True)
    asked_at = asks["at"].astype("datetime64[ns]").fillna(pd.Timestamp.min)  # a row without a day asked sees no post
    times = pd.concat([captions["at"].astype("datetime64[ns]"), asked_at], ignore_index=True).to_numpy()
    post = np.arange(len(codes)) < len(captions)
    order = np.lexsort((post, times, codes))  # at one moment the question comes first, so it does not see that post
    before = np.empty(len(codes), dtype=int)
    before[order] = np.cumsum(post[order])
    end = before[len(captions) :]
    first = np.searchsorted(codes[: len(captions)], codes[len(captions) :], side="left")
    no_creator = codes[len(captions) :] < 0
    end = np.where(no_creator | (end < first), first, end)
    return first, end


def align(asks: pd.DataFrame, taxonomy: Taxonomy, texts: TextFit | None = None, tables: History | None = None) -> pd.DataFrame:
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
        answers = values(asks[left])
        found.loc[answers.index, "niche_alignment"] = answers
        found.loc[answers.index[answers.notna()], "niche_alignment_source"] = source

    fill("given", lambda rows: _column(rows, "niche_alignment").astype(float))
    fill("audience", lambda rows: by_audience(rows, taxonomy))
    fill("taxonomy", lambda rows: by_niches(rows, taxonomy))
    if texts is not None:
        fill("texts", lambda rows: by_texts(rows, texts, tables or History()))
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


def by_texts(asks: pd.DataFrame, fit: TextFit, tables: History) -> pd.Series:
    """The creator's words against the brief's; each distinct question is answered once."""
    rows = _questions(asks)
    place = rows.groupby(list(rows), dropna=False).ngroup().to_numpy()
    distinct = rows.iloc[np.unique(place, return_index=True)[1]]
    fits = similarity(creator_texts(distinct, tables), brief_texts(distinct), fit)
    return pd.Series(fits[place], index=rows.index).reindex(asks.index)


def learn_texts(asks: pd.DataFrame, tables: History) -> TextFit | None:
    """The fit of texts that `align` needs, from training rows alone (as `align` takes them): no outcome is read.

    Returns
    -------
    None where the history has too few briefs or captions to tell chance from likeness.
    """
    distinct = _questions(asks).drop_duplicates()
    return fit_texts(creator_texts(distinct, tables), brief_texts(distinct))


def _questions(asks: pd.DataFrame) -> pd.DataFrame:
    """What texts are read for: rows with a brief, the creator and the day asked."""
    rows = pd.DataFrame({name: _column(asks, name) for name in ("creator_id", "bio", "brand_niche", "brief")})
    rows["at"] = pd.to_datetime(asks["at"]) if "at" in asks else pd.NaT
    return rows[rows["brand_niche"].notna() | rows["brief"].notna()]


def _apart(asks: pd.DataFrame, taxonomy: Taxonomy) -> pd.Series:
    """0 where both sides name subjects, though nobody knows how alike they are: they are not the same, as far as names go."""
    creator_named, brief_named = (
        {t for t in _column(asks, c).dropna().unique() if taxonomy.read(t)} for c in ("niche", "brand_niche")
    )
    named = _column(asks, "niche").isin(creator_named) & _column(asks, "brand_niche").isin(brief_named)
    return pd.Series(0.0, index=asks.index).where(named)


def _over_pairs(asks: pd.DataFrame, column: str, weights: Callable[[str], Mapping[str, float]], taxonomy: Taxonomy) -> pd.Series:
    """Fit of each distinct pair of a creator's subjects and a brief's, computed once."""
    creator_codes, creator_values = pd.factorize(_column(asks, column))
    brief_codes, brief_values = pd.factorize(_column(asks, "brand_niche"))
    alignment = pd.Series(np.nan, index=asks.index)
    both = (creator_codes >= 0) & (brief_codes >= 0)
    have, want = [weights(text) for text in creator_values], [taxonomy.read(text) for text in brief_values]
    pairs, place = np.unique(creator_codes[both].astype(np.int64) * max(len(want), 1) + brief_codes[both], return_inverse=True)
    fits = [subject_fit(have[pair // len(want)], want[pair % len(want)], taxonomy) for pair in pairs.tolist()]
    alignment[both] = np.array(fits, dtype=float)[place]
    return alignment


def _column(asks: pd.DataFrame, name: str) -> pd.Series:
    return asks[name] if name in asks else pd.Series(None, index=asks.index, dtype="str")
