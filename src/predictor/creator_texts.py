"""The words of a creator and of a brief as they could be read on the day asked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictor.tables import Tables

LAST = 20  # newest posts whose captions are read
LONGEST = 4_000  # characters of a creator's text


def creator_texts(asks: pd.DataFrame, tables: Tables, last: int = LAST) -> pd.Series:
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


def _captions(asks: pd.DataFrame, tables: Tables, last: int) -> pd.Series:
    none = pd.Series("", index=asks.index, dtype="str")
    posts = tables.get("posts")
    columns = [column for column in ("caption", "hashtags") if posts is not None and column in posts]
    if posts is None or not columns:
        return none
    mine = posts[posts["creator_id"].isin(asks["creator_id"].dropna().unique()) & posts["published_at"].notna()]
    words = pd.Series("", index=mine.index, dtype="str").str.cat(mine[columns].astype("str").fillna(""), sep=" ")
    said = pd.DataFrame({"creator": mine["creator_id"], "at": mine["published_at"], "words": words})
    said = said[said["words"].str.strip() != ""].sort_values(["creator", "at"], kind="stable")
    first, end = _spans(asks, said)
    spans = pd.DataFrame({"start": np.maximum(first, end - last), "end": end})
    distinct = spans.drop_duplicates()
    lines = said["words"].to_numpy(dtype=object)
    joined = {(s, e): " ".join(lines[s:e][::-1]) for s, e in distinct.itertuples(index=False, name=None)}
    return pd.Series([joined[span] for span in zip(spans["start"], spans["end"], strict=True)], index=asks.index, dtype="str")


def _spans(asks: pd.DataFrame, said: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Where in `said` (in order) a creator's rows begin, and where those strictly before each question end."""
    codes, _ = pd.factorize(pd.concat([said["creator"], asks["creator_id"]], ignore_index=True), sort=True)
    asked = asks["at"].astype("datetime64[ns]").fillna(pd.Timestamp.min)  # a row without a day asked sees no post
    times = pd.concat([said["at"].astype("datetime64[ns]"), asked], ignore_index=True).to_numpy()
    post = np.arange(len(codes)) < len(said)
    order = np.lexsort((post, times, codes))  # at one moment the question comes first, so it does not see that post
    before = np.empty(len(codes), dtype=int)
    before[order] = np.cumsum(post[order])
    end = before[len(said) :]
    first = np.searchsorted(codes[: len(said)], codes[len(said) :], side="left")
    stranger = codes[len(said) :] < 0
    end = np.where(stranger | (end < first), first, end)
    return first, end
