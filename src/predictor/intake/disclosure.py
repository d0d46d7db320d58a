"""Disclosed ads: which posts say that a brand paid, and where what is known of it comes from.

A caption that says nothing is taken as organic, and a post without a caption stays unknown. Many ads are never disclosed (of
576 influencers checked, 97 % published commercial content and 20 % always said so: European Commission, sweep on influencers,
14 February 2024), so what is read here is a lower bound: ad density from captions is the density of *disclosed* ads. What was
given always wins.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from predictor.catalogue import Disclosures
from predictor.disclosure_words import patterns

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


def ad_density_source(asks: pd.DataFrame, posts: pd.DataFrame, window_days: float) -> pd.Series:
    """Where the ad density of each row comes from: `given`, `flags`, `captions`, or missing where there is none.

    `captions` as soon as one post of the window was read from its caption: the share is then a lower bound.

    Parameters
    ----------
    asks
        `creator_id`, `at` (naive UTC), and `ad_density` where it was given, before any history filled it; shape (n,).
    posts
        `creator_id`, `published_at` and `sponsored_source`, as `with_disclosures` returns them. Only posts of the window are
        read: from `window_days` before `at` up to, and without, `at`.
    """
    known = posts[posts["sponsored_source"].notna()].sort_values("published_at", kind="stable")
    who = known.groupby("creator_id")
    line = known[["creator_id", "published_at"]].assign(
        posts=who.cumcount() + 1.0, captions=(known["sponsored_source"] == "caption").groupby(known["creator_id"]).cumsum() * 1.0
    )
    inside = _counts_before(asks, line, 0.0) - _counts_before(asks, line, window_days)
    source = pd.Series(np.where(inside["captions"] > 0, "captions", "flags"), index=asks.index, dtype="str")
    source = source.where(inside["posts"] > 0)
    return source.mask(asks["ad_density"].notna(), "given") if "ad_density" in asks else source


def agreement(posts: pd.DataFrame, words: Disclosures) -> dict[str, float]:
    """How captions agree with the flags given, over posts that have both: how far a table's captions can be trusted.

    Returns
    -------
    dict
        `posts` with both, `said` (share of the sponsored ones whose text says so; the rest is undisclosed, or said in words
        that the table lacks) and `false_alarms` (share of the others whose text says so). Shares are NaN where there are none.
    """
    if not {"sponsored", "caption"} <= {*posts}:
        return {"posts": 0.0, "said": np.nan, "false_alarms": np.nan}
    both = posts[posts["sponsored"].notna()]
    read = disclosed(both["caption"], both.get("hashtags"), words)
    paid = both["sponsored"].astype("boolean")[read.notna()].astype(bool)
    read = read.dropna().astype(float)
    return {"posts": float(len(read)), "said": float(read[paid].mean()), "false_alarms": float(read[~paid].mean())}


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


def _counts_before(asks: pd.DataFrame, line: pd.DataFrame, days: float) -> pd.DataFrame:
    """How many posts, and of them read from captions, came strictly before `days` before each ask; shape (n, 2)."""
    due = (
        asks[["creator_id"]]
        .assign(at=asks["at"] - pd.Timedelta(days=days), row=range(len(asks)))
        .sort_values("at", kind="stable")
    )
    due = due.astype({name: line[other].dtype for name, other in (("creator_id", "creator_id"), ("at", "published_at"))})
    found = pd.merge_asof(due, line, left_on="at", right_on="published_at", by="creator_id", allow_exact_matches=False)
    return found.sort_values("row")[["posts", "captions"]].fillna(0.0).set_axis(asks.index)
