"""Features as known on a date: what could have been read about a creator on the day the booking was agreed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictor.alignment import align
from predictor.catalogue import Catalogue, Computed
from predictor.disclosure import ad_density_source
from predictor.engines import Source
from predictor.events import ASSUMED_AUDIENCE
from predictor.records import read_records
from predictor.tables import Tables
from predictor.taxonomy import taxonomy_of
from predictor.text_fit import TextFit

MATURE_AFTER = pd.Timedelta(days=7)  # only then is a count an outcome
SETTLED_AFTER = pd.Timedelta(days=45)  # a booking's outcomes, where the campaign has no end date


def audience(followers: pd.Series) -> pd.Series:
    """People that a rate is per: the follower count, or one fixed stand-in where it is missing or zero."""
    return followers.astype(float).where(followers > 0).fillna(ASSUMED_AUDIENCE)


def outcome(frame: pd.DataFrame, name: str, catalogue: Catalogue) -> pd.Series:
    """The outcome as recorded, else the sum of the columns that its definition names instead."""
    missing = pd.Series(np.nan, index=frame.index)
    recorded = frame[name].astype(float) if name in frame else missing
    parts = [column for column in catalogue.entries[name].otherwise if column in frame]
    return recorded.fillna(frame[parts].astype(float).sum(axis=1, min_count=1)) if parts else recorded


def as_known(asks: pd.DataFrame, tables: Tables, catalogue: Catalogue, texts: TextFit | None = None) -> pd.DataFrame:
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

    Returns
    -------
    A frame with the index of `asks`, its columns, one column per computed feature, and where `followers` and
    `niche_alignment` come from.
    """
    known = with_followers(asks, tables, asks["at"]).assign(ad_density_source=_source_of_ads(asks, tables, catalogue))
    told = _from_history(known, tables, catalogue)
    for name, entry in catalogue.entries.items():
        if entry.computed is None:
            continue
        if entry.computed.function == "alignment":
            aligned = _aligned(known, tables, catalogue, texts)
            known = known.assign(**{name: aligned["niche_alignment"], f"{name}_source": aligned["niche_alignment_source"]})
            continue
        value = told[name] if entry.computed.from_history else _pointwise(known, entry.computed, list(entry.categories))
        known[name] = known[name].fillna(value) if name in known else value
    return known


def _source_of_ads(asks: pd.DataFrame, tables: Tables, catalogue: Catalogue) -> pd.Series:
    density, posts = catalogue.entries["ad_density"].computed, tables.get("posts")
    if posts is None or density is None or "sponsored" not in posts:
        given = asks["ad_density"].notna() if "ad_density" in asks else pd.Series(False, asks.index)
        return pd.Series("given", asks.index, dtype="str").where(given)
    if "sponsored_source" not in posts:
        posts = posts.assign(sponsored_source=pd.Series("given", posts.index, dtype="str").where(posts["sponsored"].notna()))
    return ad_density_source(asks, posts, density.window_days or 0.0)


def _aligned(known: pd.DataFrame, tables: Tables, catalogue: Catalogue, texts: TextFit | None) -> pd.DataFrame:
    if not {"niche_alignment", "brand_niche", "brief"} & {*known}:
        return pd.DataFrame({"niche_alignment": np.nan, "niche_alignment_source": pd.Series(None, known.index, dtype="str")})
    return align(known, taxonomy_of(catalogue.niches), texts, tables)


def _from_history(known: pd.DataFrame, tables: Tables, catalogue: Catalogue) -> pd.DataFrame:
    if not tables.frames:
        names = [name for name, entry in catalogue.entries.items() if entry.computed and entry.computed.from_history]
        return pd.DataFrame(np.nan, index=known.index, columns=names)
    sources: dict[str, Source] = {name: frame for name, frame in tables.frames.items() if name not in ("campaigns", "bookings")}
    if (booked := _booked(tables, catalogue)) is not None:
        sources["bookings"] = booked
    return read_records(known.assign(listed=_listed(known, tables)), sources, catalogue)


def with_followers(frame: pd.DataFrame, tables: Tables, when: pd.Series) -> pd.DataFrame:
    """Add the audience of each row's creator, and `followers_from`: where that count comes from.

    `given` in the row itself; else the last `snapshot` taken before `when`; else the creator's one figure, `static`, of which
    nobody knows when it was counted.
    """
    frame, creators, snapshots = frame.copy(), tables.get("creators"), tables.get("creator_snapshots")
    nothing = pd.Series(np.nan, index=frame.index)
    static = nothing
    if creators is not None and "followers" in creators:
        static = frame["creator_id"].map(creators.set_index("creator_id")["followers"]).astype(float)
    counts = {
        "given": frame["followers"].astype(float) if "followers" in frame else nothing,
        "snapshot": nothing if snapshots is None else _last_count(frame["creator_id"], when, snapshots),
        "static": static,
    }
    told = pd.DataFrame(counts)
    source = told.notna().idxmax(axis=1).where(told.notna().any(axis=1)).astype("str")
    frame["followers"] = told.bfill(axis=1).iloc[:, 0]
    frame["followers_from"] = frame["followers_from"].fillna(source) if "followers_from" in frame else source
    return frame


def _last_count(creators: pd.Series, when: pd.Series, snapshots: pd.DataFrame) -> pd.Series:
    """Followers as last counted strictly before a moment."""
    counted = snapshots.loc[snapshots["followers"].notna(), ["creator_id", "at", "followers"]].sort_values("at", kind="stable")
    asked = pd.DataFrame({"creator_id": creators.to_numpy(), "at": when.to_numpy(), "place": np.arange(len(creators))})
    asked = asked.dropna().astype({name: counted[name].dtype for name in ("creator_id", "at")}).sort_values("at", kind="stable")
    found = pd.merge_asof(asked, counted, on="at", by="creator_id", allow_exact_matches=False).set_index("place")["followers"]
    return pd.Series(found.reindex(range(len(creators))).to_numpy(dtype=float), index=creators.index)


def _booked(tables: Tables, catalogue: Catalogue) -> pd.DataFrame | None:
    """Bookings as events of a record: known at once that they were agreed, what they brought only once settled."""
    bookings = tables.get("bookings")
    if bookings is None:
        return None
    rows = with_followers(with_campaigns(bookings, tables), tables, bookings["booked_at"])
    agreed = {column for e in catalogue.entries.values() if e.computed for column in (*e.computed.within, *e.computed.outside)}
    told = rows[["creator_id", *sorted(agreed & set(rows))]].copy()
    told = told.assign(id=rows["booking_id"], happened_at=rows["booked_at"], seen_at=settled_on(rows))
    told["exposure"] = audience(rows["followers"]) * (rows["posts"].fillna(1).astype(float) if "posts" in rows else 1.0)
    for name, entry in catalogue.entries.items():
        if entry.known == "after_booking" and entry.denominator is not None:
            told[name] = outcome(rows, name, catalogue)
    return told


def _listed(asks: pd.DataFrame, tables: Tables) -> pd.Series:
    """Whether the history could hold this creator at all: for those a missing count means none, for others unknown."""
    creators = tables.get("creators")
    if creators is None:
        return asks["creator_id"].notna() & bool(tables.frames)
    return asks["creator_id"].isin(creators["creator_id"])


def _pointwise(asks: pd.DataFrame, computed: Computed, names: list[str]) -> pd.Series:
    source = asks[computed.of] if computed.of in asks else pd.Series(np.nan, index=asks.index)
    if computed.function == "month":
        return pd.to_datetime(source).dt.month.astype(float)
    bands = pd.cut(source.astype(float), [-np.inf, *computed.edges, np.inf], right=False, labels=names)
    return bands.astype("str").where(source.notna())


def with_campaigns(bookings: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Add each booking's brief, under the names that tell it from the creator's own niche and country."""
    campaigns = tables.get("campaigns")
    if campaigns is None or "campaign_id" not in bookings:
        return bookings.copy()
    brief = campaigns.rename(columns={"niche": "brand_niche", "country": "market"}).drop(columns=["budget"], errors="ignore")
    return fill_from(bookings, brief, "campaign_id")


def fill_from(frame: pd.DataFrame, source: pd.DataFrame, key: str) -> pd.DataFrame:
    """Add the columns of `source` by `key`; where both have a column, what the row itself says wins."""
    filled, looked_up = frame.copy(), source.set_index(key)
    for column in looked_up.columns:
        found = frame[key].map(looked_up[column])
        filled[column] = filled[column].fillna(found) if column in filled else found
    return filled


def settled_on(bookings: pd.DataFrame) -> pd.Series:
    """Day from which a booking's outcomes are known: the campaign's end and a week, else 45 days after booking."""
    ends = bookings["ends_on"] if "ends_on" in bookings else pd.Series(pd.NaT, index=bookings.index)
    return (pd.to_datetime(ends) + MATURE_AFTER).fillna(bookings["booked_at"] + SETTLED_AFTER)
