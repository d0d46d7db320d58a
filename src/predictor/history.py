"""Features as known on a date: what could have been read about a creator on the day the booking was agreed.

Every figure is a running statistic over a creator's earlier posts (or bookings), read at the last row strictly before
the date asked. Windows of days are two such readings, one at each end, so that nothing later can ever enter.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from predictor.catalogue import Catalogue, Computed
from predictor.tables import Tables

SEEN_AFTER = pd.Timedelta(days=2)  # most of a post's engagement has come by then
MATURE_AFTER = pd.Timedelta(days=7)  # only then is a count an outcome
SETTLED_AFTER = pd.Timedelta(days=45)  # a booking's outcomes, where the campaign has no end date
ASSUMED_AUDIENCE = 10_000.0  # a creator without a follower count: rates are then counts in disguise, consistently
POINTWISE = ("band", "month", "overlap")  # functions that need no history
EMPTY_IS_ZERO = ("count",)

Grouped = "pd.core.groupby.SeriesGroupBy"


def audience(followers: pd.Series) -> pd.Series:
    """People that a rate is per: the follower count, or one fixed stand-in where it is missing or zero."""
    return followers.astype(float).where(followers > 0).fillna(ASSUMED_AUDIENCE)


def outcome(frame: pd.DataFrame, name: str, catalogue: Catalogue) -> pd.Series:
    """The outcome as recorded, else the sum of the columns that its definition names instead."""
    missing = pd.Series(np.nan, index=frame.index)
    recorded = frame[name].astype(float) if name in frame else missing
    parts = [column for column in catalogue.entries[name].otherwise if column in frame]
    return recorded.fillna(frame[parts].astype(float).sum(axis=1, min_count=1)) if parts else recorded


def as_known(asks: pd.DataFrame, tables: Tables, catalogue: Catalogue) -> pd.DataFrame:
    """Fill in every computed feature of `asks` from what the tables show strictly before each row's `at`.

    Parameters
    ----------
    asks
        One row per question: `creator_id`, `at` (naive UTC) and whatever is known directly. A value that is given wins
        over the computed one.
    tables
        The history; rows at or after `at` are never read.

    Returns
    -------
    A frame with the index of `asks`, its columns and one column per computed feature.
    """
    known = asks.copy()
    creators = known["creator_id"].dropna().unique()
    tracks = {"posts": _posts_track(creators, tables, catalogue), "bookings": _bookings_track(creators, tables, catalogue)}
    listed = _listed(known, tables)
    for name, entry in catalogue.entries.items():
        if entry.computed is None:
            continue
        if entry.computed.function in POINTWISE:
            value = _pointwise(known, entry.computed, list(entry.categories))
        else:
            value = _from_history(known, tracks, entry.computed, listed)
        known[name] = known[name].fillna(value) if name in known else value
    return known


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
    if computed.function == "band":
        bands = pd.cut(source.astype(float), [-np.inf, *computed.edges, np.inf], right=False, labels=names)
        return bands.astype("str").where(source.notna())
    other = asks[computed.with_] if computed.with_ in asks else pd.Series(None, index=asks.index, dtype="str")
    pairs = pd.DataFrame({"mine": source, "asked": other}).astype("str")
    shared = {pair: _overlap(*pair) for pair in pairs.drop_duplicates().itertuples(index=False, name=None)}
    return pd.Series([shared[pair] for pair in pairs.itertuples(index=False, name=None)], index=asks.index, dtype=float)


def _overlap(mine: object, asked: object) -> float:
    """Share of the asked subjects that are among mine."""
    if pd.isna(mine) or pd.isna(asked):  # type: ignore[call-overload]
        return np.nan
    have, want = ({part.strip().lower() for part in str(text).split(";") if part.strip()} for text in (mine, asked))
    return len(have & want) / len(want) if want else np.nan


def _posts_track(creators: np.ndarray, tables: Tables, catalogue: Catalogue) -> pd.DataFrame | None:
    posts = tables.get("posts")
    if posts is None:
        return None
    track = _with_followers(posts[posts["creator_id"].isin(creators)], tables)
    track["happened_at"], track["exposure"] = track["published_at"], audience(track["followers"])
    track["seen_at"] = track["published_at"] + SEEN_AFTER
    return _with_outcomes(track.sort_values(["happened_at", "post_id"], kind="stable"), catalogue)


def _bookings_track(creators: np.ndarray, tables: Tables, catalogue: Catalogue) -> pd.DataFrame | None:
    bookings = tables.get("bookings")
    if bookings is None:
        return None
    track = _with_followers(with_campaigns(bookings[bookings["creator_id"].isin(creators)], tables), tables)
    track["happened_at"], track["seen_at"] = track["booked_at"], settled_on(track)
    track["exposure"] = audience(track["followers"]) * (track["posts"].fillna(1) if "posts" in track else 1)
    return _with_outcomes(track.sort_values(["happened_at", "booking_id"], kind="stable"), catalogue)


def _with_outcomes(track: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    for name, entry in catalogue.entries.items():
        if entry.known == "after_booking" and entry.denominator is not None:
            track[name] = outcome(track, name, catalogue)
    return track.reset_index(drop=True)


def _with_followers(frame: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Add the audience of each row's creator; a figure in the row itself wins."""
    frame, creators = frame.copy(), tables.get("creators")
    if "followers" not in frame:
        frame["followers"] = np.nan
    if creators is not None and "followers" in creators:
        frame["followers"] = frame["followers"].fillna(frame["creator_id"].map(creators.set_index("creator_id")["followers"]))
    return frame


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


def _from_history(asks: pd.DataFrame, tracks: dict[str, pd.DataFrame | None], computed: Computed, listed: pd.Series) -> pd.Series:
    track = tracks[computed.table]
    if track is None and _of_counts(computed):
        track = tracks["bookings"]  # no table of posts: what earlier bookings brought stands in for a record
    nothing = pd.Series(np.nan, index=asks.index)
    if track is None or any(column not in track or column not in asks for column in computed.within):
        return nothing
    if computed.function == "sponsored_ratio":
        level = {"function": "level"}
        paid, free = (
            _from_history(asks, tracks, computed.model_copy(update={**level, "only": only}), listed)
            for only in ("sponsored", "organic")
        )
        return paid / free
    rows = _rows(track, computed)
    if rows is None:
        return nothing
    # An empty table and one whose rows all come later must look the same on the date asked.
    value = RUNNING[computed.function](_Reading(asks, rows, computed)) if len(rows) else nothing
    answerable = listed & asks[list(computed.within)].notna().all(axis=1)
    return value.mask(value.isna() & answerable, 0.0) if computed.function in EMPTY_IS_ZERO else value


def _of_counts(computed: Computed) -> bool:
    """Whether a feature reads outcomes, which become known later than the post itself."""
    return computed.of not in (None, "sponsored")


def _rows(track: pd.DataFrame, computed: Computed) -> pd.DataFrame | None:
    """The rows that a feature reads, in order, with `time` (when each became known) and `value`."""
    rows = track
    if computed.only is not None or computed.of == "sponsored":
        if "sponsored" not in track:
            return None
        rows = rows[rows["sponsored"].notna()]
        if computed.only is not None:
            rows = rows[rows["sponsored"].astype(bool) == (computed.only == "sponsored")]
    if computed.of is not None:
        if computed.of not in rows:
            return None
        rows = rows[rows[computed.of].notna()]
    rows = rows.assign(time=rows["seen_at" if _of_counts(computed) else "happened_at"], value=1.0)
    if computed.of is not None:
        rows["value"] = rows[computed.of].astype(float)
    return rows.sort_values("time", kind="stable").reset_index(drop=True)


class _Reading:
    """One feature's rows beside the questions asked of them."""

    def __init__(self, asks: pd.DataFrame, rows: pd.DataFrame, computed: Computed):
        self.asks, self.rows, self.computed = asks, rows, computed
        keys = ["creator_id", *computed.within]
        both = pd.concat([rows[keys], asks[keys]]).groupby(keys, sort=False, dropna=True).ngroup().to_numpy()
        self.row_key, self.ask_key = both[: len(rows)], both[len(rows) :]

    @property
    def log_rates(self) -> pd.Series:
        """Log of one plus the count, per person in the audience: a zero keeps a logarithm."""
        return np.log1p(self.rows["value"]) - np.log(self.rows["exposure"])

    def grouped(self, values: pd.Series) -> pd.core.groupby.SeriesGroupBy:
        return values.groupby(self.row_key)

    def at(self, running: pd.Series, days_before: float = 0.0) -> pd.Series:
        """The running figure after the last row strictly before the date asked (less some days)."""
        right = pd.DataFrame({"key": self.row_key, "time": self.rows["time"], "value": running.to_numpy()})
        when = self.asks["at"] - pd.Timedelta(days=days_before)
        left = pd.DataFrame({"key": self.ask_key, "time": when.to_numpy(), "i": np.arange(len(self.asks))})
        left, right = left[(left["key"] >= 0) & left["time"].notna()], right[right["key"] >= 0]
        unit = right["time"].dtype
        left = left.astype({"time": unit}).sort_values("time", kind="stable")
        read = pd.merge_asof(left, right, on="time", by="key", allow_exact_matches=False).set_index("i")["value"]
        return pd.Series(read.reindex(range(len(self.asks))).to_numpy(), index=self.asks.index)

    def in_window(self, running: pd.Series) -> pd.Series:
        """What a running sum gained in the `window_days` before the date asked."""
        start = self.at(running, self.computed.window_days or 0.0)
        return self.at(running) - start.fillna(0.0)


def _ewm(reading: _Reading, half_life: float | None) -> pd.Series:
    return reading.at(reading.grouped(reading.log_rates).transform(lambda one: one.ewm(halflife=half_life).mean()))


def _last(reading: _Reading, values: pd.Series, statistic: str, least: int = 1) -> pd.Series:
    window = reading.grouped(values).rolling(reading.computed.last, min_periods=least)
    return reading.at(getattr(window, statistic)().droplevel(0).sort_index())


def _count(reading: _Reading) -> pd.Series:
    running = reading.grouped(reading.rows["value"]).cumcount() + 1.0
    return reading.at(running)


def _per_week(reading: _Reading) -> pd.Series:
    posts = reading.in_window(reading.grouped(reading.rows["value"]).cumcount() + 1.0)
    days = _days(reading, reading.grouped(reading.rows["time"]).transform("min")).clip(7.0, reading.computed.window_days)
    return posts / days * 7.0


def _share(reading: _Reading) -> pd.Series:
    flagged = reading.in_window(reading.grouped(reading.rows["value"]).cumsum())
    posts = reading.in_window(reading.grouped(reading.rows["value"]).cumcount() + 1.0)
    return flagged / posts.where(posts > 0)


def _days(reading: _Reading, moments: pd.Series) -> pd.Series:
    origin = pd.Timestamp(0)
    day = pd.Timedelta(days=1)
    return (reading.asks["at"] - origin) / day - reading.at((moments - origin) / day)


RUNNING: dict[str, Callable[[_Reading], pd.Series]] = {
    "count": _count,
    "per_week": _per_week,
    "share": _share,
    "days_since": lambda r: _days(r, r.rows["time"]),
    "level": lambda r: np.exp(_ewm(r, r.computed.half_life)),
    "average": lambda r: _last(r, r.rows["value"] / r.rows["exposure"], "mean"),
    "highest": lambda r: np.exp(_last(r, r.log_rates, "max")),
    "lowest": lambda r: np.exp(_last(r, r.log_rates, "min")),
    "spread": lambda r: _last(r, r.log_rates, "std", least=3),
    "trend": lambda r: np.exp(_ewm(r, r.computed.half_life) - _ewm(r, r.computed.against)),
}
