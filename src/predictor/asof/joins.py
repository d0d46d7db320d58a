"""What belongs to a post or booking: its outcome, audience and campaign, as known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from predictor.asof.events import ASSUMED_AUDIENCE
from predictor.definitions.schema import Catalogue, Computed
from predictor.tables.frames import Array, History, array_of, filled, floats, looked_up, moments_of, text_array, texts_at

MATURE_AFTER = pd.Timedelta(days=7)  # only then is a count an outcome
SETTLED_AFTER = pd.Timedelta(days=45)  # a booking's outcomes, where the campaign has no end date


def audience(followers: np.ndarray) -> np.ndarray:
    """People that a rate is per: the follower count, or one fixed stand-in where it is missing or zero."""
    return np.where(followers > 0, followers, ASSUMED_AUDIENCE)


def outcome(frame: pd.DataFrame, name: str, catalogue: Catalogue) -> pd.Series:
    """The outcome as recorded, else the sum of the columns that its definition names instead.

    A row without the first of them has no sum: likes that a platform hides are most of the engagements, not none of them.
    """
    missing = pd.Series(np.nan, index=frame.index)
    recorded = frame[name].astype(float) if name in frame else missing
    parts = [column for column in catalogue.entries[name].otherwise if column in frame]
    if not parts:
        return recorded
    total = frame[parts].astype(float).sum(axis=1, min_count=1)
    main = catalogue.entries[name].otherwise[0]
    return recorded.fillna(total.where(frame[main].notna()) if main in parts else total)


def with_audiences(tables: History, asks: pd.DataFrame) -> History:
    """The history with one figure of followers for everybody of whom there is any: that of `creators`, else their first count
    over time, else what a question gives.

    The rates of a record are then per the same audience as the row that they forecast; with a stand-in in one of the two, they
    would be too high or too low by as many times as the stand-in differs from it.
    """
    creators, snapshots = tables.get("creators"), tables.get("creator_snapshots")
    own, asked = pd.Series(dtype=float), asks["creator_id"].dropna().astype("str")
    if creators is not None:
        asked = asked[asked.isin(creators["creator_id"])]  # the history has nothing of others
        own = creators.set_index("creator_id")["followers"].astype(float).dropna() if "followers" in creators else own
    if asked.isin(own.index).all():
        return tables
    counts = [own.rename_axis("creator_id").rename("followers").reset_index()]
    if snapshots is not None:
        counts.append(snapshots[snapshots["followers"].notna()].sort_values("at", kind="stable")[["creator_id", "followers"]])
    if "followers" in asks:
        counts.append(pd.DataFrame({"creator_id": asked, "followers": asks["followers"].reindex(asked.index)}).dropna())
    known = pd.concat([one.astype({"creator_id": "str", "followers": float}) for one in counts]).drop_duplicates("creator_id")
    others = pd.DataFrame({"creator_id": []}) if creators is None else creators.drop(columns="followers", errors="ignore")
    return replace(tables, frames=tables.frames | {"creators": others.astype({"creator_id": "str"}).merge(known, "outer")})


def without_audiences(tables: History) -> History:
    """The history without any count of followers."""
    frames = {name: frame for name, frame in tables.frames.items() if name != "creator_snapshots"}
    return replace(tables, frames={name: frame.drop(columns="followers", errors="ignore") for name, frame in frames.items()})


def with_followers(frame: pd.DataFrame, tables: History, when: pd.Series) -> pd.DataFrame:
    """The rows with `followers_as_of` a moment each."""
    return frame.assign(**followers_as_of({str(name): array_of(cells) for name, cells in frame.items()}, tables, array_of(when)))


def followers_as_of(rows: Mapping[str, Array], tables: History, when: Array) -> dict[str, Array]:
    """The audience of each row's creator, `followers`, and where that count comes from, `followers_from`.

    `given` in the row itself; else the last `snapshot` taken before `when`; else the creator's one figure, `static`, of which
    nobody knows when it was counted.
    """
    creators, snapshots = tables.get("creators"), tables.get("creator_snapshots")
    counts: dict[str, Array] = {}  # the last one that there is holds
    if creators is not None and "followers" in creators:
        counts["static"] = array_of(pd.Series(rows["creator_id"]).map(creators.set_index("creator_id")["followers"]))
    if snapshots is not None:
        counts["snapshot"] = _last_count(rows["creator_id"], when, snapshots)
    if "followers" in rows:
        counts["given"] = rows["followers"]
    followers, named = np.full(len(when), np.nan), np.full(len(when), None, dtype=object)
    for name, count in counts.items():
        values = floats(count)
        known = ~np.isnan(values)
        followers[known], named[known] = values[known], name
    source: Array = text_array(named)
    if "followers_from" in rows:
        source = filled(rows["followers_from"], source)
    return {"followers": followers, "followers_from": source}


def _last_count(creators: Array, when: Array, snapshots: pd.DataFrame) -> np.ndarray:
    """Followers as last counted strictly before a moment."""
    counted = snapshots.loc[snapshots["followers"].notna(), ["creator_id", "at", "followers"]].sort_values("at", kind="stable")
    questions = pd.DataFrame({"creator_id": creators, "at": when, "place": np.arange(len(creators))})
    questions = (
        questions.dropna().astype({name: counted[name].dtype for name in ("creator_id", "at")}).sort_values("at", kind="stable")
    )
    if questions.empty or counted.empty:  # two of no rows are refused by the join
        return np.full(len(creators), np.nan)
    found = pd.merge_asof(questions, counted, on="at", by="creator_id", allow_exact_matches=False).set_index("place")["followers"]
    return found.reindex(range(len(creators))).to_numpy(dtype=float)


def with_campaigns(bookings: pd.DataFrame, tables: History) -> pd.DataFrame:
    """Add each booking's brief, under the names that tell it from the creator's own niche and country."""
    campaigns = tables.get("campaigns")
    if campaigns is None or "campaign_id" not in bookings:
        return bookings.copy()
    brief = campaigns.rename(columns={"niche": "brand_niche", "country": "market"}).drop(columns=["budget"], errors="ignore")
    return fill_from(bookings, brief, "campaign_id")


def fill_from(rows: pd.DataFrame, source: pd.DataFrame, key: str) -> pd.DataFrame:
    """Add the columns of `source` by `key`; where both have a column, what the row itself says wins."""
    filled, by_key = rows.copy(), source.set_index(key)
    for column in by_key.columns:
        found = looked_up(rows[key], by_key[column])
        filled[column] = filled[column].fillna(found) if column in filled else found
    return filled


def settled_on(bookings: pd.DataFrame) -> pd.Series:
    """Day from which a booking's outcomes are known: the campaign's end and a week, else 45 days after booking."""
    ends = bookings["ends_on"] if "ends_on" in bookings else pd.Series(pd.NaT, index=bookings.index)
    return (pd.to_datetime(ends) + MATURE_AFTER).fillna(bookings["booked_at"] + SETTLED_AFTER)


def with_platform(posts: pd.DataFrame, tables: History) -> pd.DataFrame:
    """Posts with their creators' platform, and a format each, missing where it is not known."""
    creators, missing = tables.get("creators"), pd.Series(None, index=posts.index, dtype="str")
    rows = posts if "format" in posts else posts.assign(format=missing)
    if creators is None or "platform" not in creators:
        return rows if "platform" in rows else rows.assign(platform=missing)
    return fill_from(rows, creators[["creator_id", "platform"]], "creator_id")


def pointwise(known: Mapping[str, Array], computed: Computed, names: list[str]) -> Array:
    """A feature that follows from one column of the row itself: the month of a day, or which of the `names` its band has."""
    source = known[computed.of] if computed.of is not None and computed.of in known else np.full(len(known["at"]), np.nan)
    if computed.function == "month":
        months = moments_of(source).astype("datetime64[M]")
        return np.where(np.isnat(months), np.nan, months.astype(int) % 12 + 1.0)
    numbers = floats(source)
    return texts_at(np.where(np.isnan(numbers), -1, np.searchsorted(computed.edges, numbers, side="right")), names)
