"""What belongs to a post or booking: its outcome, audience and campaign, as known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictor.asof.events import ASSUMED_AUDIENCE
from predictor.definitions.schema import Catalogue, Computed
from predictor.tables.frames import History

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


def with_followers(frame: pd.DataFrame, tables: History, when: pd.Series) -> pd.DataFrame:
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
    candidates = pd.DataFrame(counts)
    source = candidates.notna().idxmax(axis=1).where(candidates.notna().any(axis=1)).astype("str")
    frame["followers"] = candidates.bfill(axis=1).iloc[:, 0]
    frame["followers_from"] = frame["followers_from"].fillna(source) if "followers_from" in frame else source
    return frame


def _last_count(creators: pd.Series, when: pd.Series, snapshots: pd.DataFrame) -> pd.Series:
    """Followers as last counted strictly before a moment."""
    counted = snapshots.loc[snapshots["followers"].notna(), ["creator_id", "at", "followers"]].sort_values("at", kind="stable")
    questions = pd.DataFrame({"creator_id": creators.to_numpy(), "at": when.to_numpy(), "place": np.arange(len(creators))})
    questions = (
        questions.dropna().astype({name: counted[name].dtype for name in ("creator_id", "at")}).sort_values("at", kind="stable")
    )
    found = pd.merge_asof(questions, counted, on="at", by="creator_id", allow_exact_matches=False).set_index("place")["followers"]
    return pd.Series(found.reindex(range(len(creators))).to_numpy(dtype=float), index=creators.index)


def with_campaigns(bookings: pd.DataFrame, tables: History) -> pd.DataFrame:
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


def with_platform(posts: pd.DataFrame, tables: History) -> pd.DataFrame:
    """Posts with their creators' platform, and a format each, missing where it is not known."""
    creators, missing = tables.get("creators"), pd.Series(None, index=posts.index, dtype="str")
    rows = posts if "format" in posts else posts.assign(format=missing)
    if creators is None or "platform" not in creators:
        return rows if "platform" in rows else rows.assign(platform=missing)
    return fill_from(rows, creators[["creator_id", "platform"]], "creator_id")


def pointwise(frame: pd.DataFrame, computed: Computed, names: list[str]) -> pd.Series:
    """A feature that follows from one column of the row itself: the month of a day, or which of the `names` its band has."""
    source = frame[computed.of] if computed.of in frame else pd.Series(np.nan, index=frame.index)
    if computed.function == "month":
        return pd.to_datetime(source).dt.month.astype(float)
    bands = pd.cut(source.astype(float), [-np.inf, *computed.edges, np.inf], right=False, labels=names)
    return bands.astype("str").where(source.notna())
