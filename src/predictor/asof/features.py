"""Features as known on a date: what could have been read about a creator on the day the booking was agreed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictor.alignment.niche_alignment import align
from predictor.alignment.taxonomy import taxonomy_of
from predictor.alignment.text_similarity import TextFit
from predictor.asof.counts import one_a_day
from predictor.asof.elsewhere import elsewhere
from predictor.asof.engines import Source
from predictor.asof.growth import AS_COUNTED, Growth
from predictor.asof.joins import (
    audience,
    followers_as_of,
    outcome,
    pointwise,
    settled_on,
    with_audiences,
    with_campaigns,
    with_followers,
)
from predictor.asof.records import read_records
from predictor.definitions.remembered import remembered
from predictor.definitions.schema import Catalogue
from predictor.tables.frames import Array, History, array_of, filled, floats, no_texts, texts_at


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


def _counts_before(asks: pd.DataFrame, line: pd.DataFrame, days: float) -> pd.DataFrame:
    """How many posts, and of them read from captions, came strictly before `days` before each ask; shape (n, 2)."""
    questions = (
        asks[["creator_id"]]
        .assign(at=asks["at"] - pd.Timedelta(days=days), row=range(len(asks)))
        .sort_values("at", kind="stable")
    )
    questions = questions.astype(
        {name: line[other].dtype for name, other in (("creator_id", "creator_id"), ("at", "published_at"))}
    )
    found = pd.merge_asof(questions, line, left_on="at", right_on="published_at", by="creator_id", allow_exact_matches=False)
    return found.sort_values("row")[["posts", "captions"]].fillna(0.0).set_axis(asks.index)


def features_as_of(
    asks: pd.DataFrame, tables: History, catalogue: Catalogue, texts: TextFit | None = None, growth: Growth = AS_COUNTED
) -> pd.DataFrame:
    """Fill in every computed feature of `asks` from what the tables show strictly before each row's `at`.

    Parameters
    ----------
    asks
        One row per question: `creator_id`, `at` (naive UTC) and whatever is known directly. A value that is given wins
        over the computed one.
    tables
        The history; rows at or after `at` are never read.
    texts
        How alike the words of a creator and a brief are; without it niche alignment reads no texts.
    growth
        How counts of posts are brought to their horizon; by default they stand as they were counted.

    Returns
    -------
    A frame with the index of `asks`, its columns, one column per computed feature, and where `followers` and
    `niche_alignment` come from.
    """
    columns = {str(name): array_of(values) for name, values in asks.items()}
    return pd.DataFrame(known_as_of(columns, tables, catalogue, texts, growth), index=asks.index)


def known_as_of(
    asks: dict[str, Array], tables: History, catalogue: Catalogue, texts: TextFit | None = None, growth: Growth = AS_COUNTED
) -> dict[str, Array]:
    """The same of arrays by column."""
    sized = with_audiences(tables, pd.DataFrame(asks)) if tables.frames else tables
    known = asks | followers_as_of(asks, sized, asks["at"]) | {"ad_density_source": _source_of_ads(asks, tables, catalogue)}
    given = known.copy()
    read = _from_history(given, tables, sized, catalogue, growth)
    for name, entry in catalogue.entries.items():
        if entry.computed is None:
            continue
        if entry.computed.function == "alignment":
            known |= _aligned(given, name, tables, catalogue, texts)
            continue
        value = read[name] if name in read else pointwise(known, entry.computed, list(entry.categories))
        known[name] = filled(known[name], value) if name in known else value
    return known


def _source_of_ads(asks: dict[str, Array], tables: History, catalogue: Catalogue) -> Array:
    density, posts = catalogue.entries["ad_density"].computed, tables.get("posts")
    if posts is None or density is None or "sponsored" not in posts:
        given = ~np.isnan(floats(asks["ad_density"])) if "ad_density" in asks else np.zeros(len(asks["at"]), dtype=bool)
        return texts_at(np.where(given, 0, -1), ("given",))
    if "sponsored_source" not in posts:
        posts = posts.assign(sponsored_source=pd.Series("given", posts.index, dtype="str").where(posts["sponsored"].notna()))
    return array_of(ad_density_source(pd.DataFrame(asks), posts, density.window_days or 0.0))


def _aligned(
    known: dict[str, Array], name: str, tables: History, catalogue: Catalogue, texts: TextFit | None
) -> dict[str, Array]:
    """The feature of that `name`, and where it comes from."""
    count, source = len(known["at"]), f"{name}_source"
    if not {"niche_alignment", "brand_niche", "brief"} & {*known}:
        return {name: np.full(count, np.nan), source: no_texts(count)}
    aligned = align(pd.DataFrame(known), taxonomy_of(catalogue.niches), texts, tables)
    return {name: array_of(aligned["niche_alignment"]), source: array_of(aligned["niche_alignment_source"])}


def _from_history(
    asks: dict[str, Array], tables: History, sized: History, catalogue: Catalogue, growth: Growth
) -> dict[str, Array]:
    """What is read from the creators' records, and from those of the same persons' other accounts, by feature; `sized` are the
    tables with one audience for everybody."""
    if not tables.frames:
        return dict.fromkeys(_read_from_history(catalogue), np.full(len(asks["at"]), np.nan))
    sources, known = _sources(sized, catalogue), pd.DataFrame(asks)
    own = read_records(known.assign(listed=_listed(known, tables)), sources, catalogue, growth=growth)
    others = elsewhere(known, sized, sources, catalogue, growth)
    return {str(name): array_of(values) for one in (own, others) for name, values in one.items()}


@remembered
def _read_from_history(catalogue: Catalogue) -> list[str]:
    """The features that records are read for."""
    entries = catalogue.entries.items()
    return [name for name, entry in entries if entry.of_others or (entry.computed is not None and entry.computed.from_history)]


def _sources(tables: History, catalogue: Catalogue) -> dict[str, Source]:
    """What records are read from."""
    no_events = ("campaigns", "bookings", "creator_aliases")
    sources: dict[str, Source] = {name: frame for name, frame in tables.frames.items() if name not in no_events}
    if (booked := _booked(tables, catalogue)) is not None:
        sources["bookings"] = booked
    if (kept := tables.get("post_snapshots")) is not None:
        sources["post_snapshots"] = one_a_day(kept)
    return sources


def _booked(tables: History, catalogue: Catalogue) -> pd.DataFrame | None:
    """Bookings as events of a record: known at once that they were agreed, what they brought only once settled."""
    bookings = tables.get("bookings")
    if bookings is None:
        return None
    rows = with_followers(with_campaigns(bookings, tables), tables, bookings["booked_at"])
    agreed = {column for e in catalogue.entries.values() if e.computed for column in (*e.computed.within, *e.computed.outside)}
    events = rows[["creator_id", *sorted(agreed & set(rows))]].copy()
    events = events.assign(id=rows["booking_id"], happened_at=rows["booked_at"], seen_at=settled_on(rows))
    events["exposure"] = audience(floats(rows["followers"])) * (rows["posts"].fillna(1).astype(float) if "posts" in rows else 1.0)
    for name, entry in catalogue.entries.items():
        if entry.known == "after_booking" and entry.denominator is not None:
            events[name] = outcome(rows, name, catalogue)
    return events


def _listed(asks: pd.DataFrame, tables: History) -> pd.Series:
    """Whether the history could hold this creator at all: for those a missing count means none, for others unknown."""
    creators = tables.get("creators")
    if creators is None:
        return asks["creator_id"].notna() & bool(tables.frames)
    return asks["creator_id"].isin(creators["creator_id"])
