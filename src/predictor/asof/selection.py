"""Hand-picked histories: of each creator the newest posts, all of them, beside older ones that were chosen for their success.

Where the complete stretch ends, posts lie further apart and bring more, both at once. That place is looked for in the posts of
each creator by the likelihood of a change in how densely they lie (exponential gaps) and in their level (normal logs), and in all
creators together, because whoever collects mostly takes the same number of each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import comb

import numpy as np
import pandas as pd

from predictor.asof.growth import Growth
from predictor.asof.joins import outcome, with_platform
from predictor.definitions.schema import Catalogue
from predictor.tables.frames import History
from predictor.wording.sentences import Said

ENOUGH = 8  # posts on either side of a place for it to be looked at
SPARSER, LARGER = 2.0, 1.5  # times that older posts lie as far apart, and bring as much, at least
CLEAR = 2.0  # log likelihood that each of both changes gains at least
HAND_PICKED = 0.3  # share of the creators above which a history is hand-picked
BY_CHANCE, UNLIKELY = 0.1, 0.002  # creators whose complete history shows it; how unlikely it must be that so many just do
MANY = 200  # creators of whom three tenths never are chance
ALIKE, OFTEN = 0.8, 0.6  # of the share, and of the number, of creators who each show it somewhere: at one number of posts
PAIRED = 3  # selected and other posts of a creator, each, from which a gap is read
LEAST_GAP = 0.02  # days


@dataclass(frozen=True)
class Selection:
    """Whether a history looks hand-picked: of the creators who could be looked at how many show it, and where it begins.

    `newest` is how many posts of each creator are complete where that is one number; `since` is when each creator's complete
    stretch begins, of those creators who have older posts than it.
    """

    creators: int
    showing: int
    newest: int | None
    since: pd.Series

    @property
    def share(self) -> float:
        """Share of the creators that show it."""
        return self.showing / self.creators if self.creators else 0.0

    @property
    def common(self) -> bool:
        """Whether more creators show it than change by themselves."""
        return self.share > HAND_PICKED

    @property
    def hand_picked(self) -> bool:
        """Whether that is more than chance explains, too: a few creators may all just have changed."""
        return self.common and _by_chance(self.showing, min(self.creators, MANY)) <= UNLIKELY


def _by_chance(showing: int, creators: int) -> float:
    """How likely so many or more of so many creators show it though their histories are complete."""
    ways = (
        (comb(creators, count), BY_CHANCE**count * (1 - BY_CHANCE) ** (creators - count))
        for count in range(showing, creators + 1)
    )
    return sum(number * chance for number, chance in ways)


def find_selection(tables: History, catalogue: Catalogue, growth: Growth, until: pd.Timestamp | None = None) -> Selection:
    """Look at when posts were published, and at the counts of those published before the moment `until` if there is one."""
    places = _places(_newest_first(tables, catalogue, growth), until)
    allowed = places[places["evidence"].notna()]
    creators = allowed["creator_id"].nunique()
    own = allowed.loc[allowed.groupby("creator_id")["evidence"].idxmax()]
    own = own[own["shows"]]
    if allowed.empty:
        return Selection(creators, 0, None, own.set_index("creator_id")["published_at"])
    newest = int(allowed.groupby("place")["evidence"].sum().idxmax())
    common = allowed[allowed["place"] == newest]
    alike, often = common["shows"].mean() >= ALIKE * len(own) / creators, common["shows"].sum() >= OFTEN * len(own)
    if alike and often and len(own):
        last = places[(places["place"] == newest) & (places["older"] > 0)].set_index("creator_id")["published_at"]
        return Selection(len(common), int(common["shows"].sum()), newest, last)
    return Selection(creators, len(own), None, own.set_index("creator_id")["published_at"])


def with_selected(tables: History, catalogue: Catalogue, growth: Growth, until: pd.Timestamp | None = None) -> History:
    """A history whose posts say whether they are `selected`: as their owner says; else, where selected posts have a gap to the
    others, as found in the history. Posts of bookings are there for the booking."""
    posts = tables.get("posts")
    if posts is None:
        return tables
    if _flagged(posts):
        return _marked(tables, posts["selected"].fillna(False))
    found = find_selection(tables, catalogue, growth, until) if growth.gaps else None
    return _marked(tables, _older(tables, found)) if found is not None and found.common else tables


def learned_gaps(tables: History, catalogue: Catalogue, growth: Growth, until: pd.Timestamp | None = None) -> dict[str, float]:
    """By how much the log of each outcome lies higher in selected posts than in others of the same creator, at the horizon.

    The median over creators, of posts published before the moment `until` if there is one; empty where the history is complete.
    """
    posts = tables.get("posts")
    if posts is None:
        return {}
    if _flagged(posts):
        tables = _marked(tables, posts["selected"].fillna(False))
    else:
        history = find_selection(tables, catalogue, growth, until)
        if not history.hand_picked:
            return {}
        tables = _marked(tables, _older(tables, history))
    posts = tables.frames["posts"]
    before, selected = posts["published_at"] < (until if until is not None else pd.Timestamp.max), posts["selected"].astype(bool)
    gaps = {}
    about = with_platform(posts, tables)
    for name in growth.horizons:
        levels = _level(about, name, outcome(about, name, catalogue), growth)
        above, level = (_by_creator(posts, levels.where(before & side)) for side in (selected, ~selected))
        if len(found := (above - level).dropna()):
            gaps[name] = max(float(found.median()), 0.0)
    return gaps


def _by_creator(posts: pd.DataFrame, levels: pd.Series) -> pd.Series:
    """The mean of the levels of each creator who has enough of them."""
    means = levels.groupby(posts["creator_id"]).agg(["mean", "count"])
    return means["mean"].where(means["count"] >= PAIRED)


def remarks_on_selection(tables: History, catalogue: Catalogue, growth: Growth) -> list[Said]:
    """That posts were selected, by whom it is said or how it shows, and what becomes of them."""
    posts = tables.get("posts")
    if posts is None or not (_flagged(posts) or growth.gaps):
        return []
    marked = with_selected(tables, catalogue, growth).frames["posts"]
    count, times = int(marked["selected"].sum()), float(np.exp(max(growth.gaps.values(), default=0.0)))
    if not count:
        return []
    figures = {"count": count, "posts": len(posts), "times": times}
    if _flagged(posts):
        return [Said("selected_given", figures)] if growth.gaps else [Said("selected_alone", figures)]
    found = find_selection(tables, catalogue, growth)
    figures |= {"showing": found.showing, "creators": found.creators}
    return [Said("selected_newest", figures | {"newest": found.newest}) if found.newest else Said("selected_found", figures)]


def _flagged(posts: pd.DataFrame) -> bool:
    return "selected" in posts and bool(posts["selected"].notna().any())


def _marked(tables: History, selected: pd.Series) -> History:
    posts = tables.frames["posts"].assign(selected=selected.astype("boolean"))
    return replace(tables, frames=tables.frames | {"posts": posts})


def _older(tables: History, found: Selection) -> pd.Series:
    """Whether each post is older than its creator's complete stretch, and of no booking."""
    posts, bookings = tables.frames["posts"], tables.get("bookings")
    older = posts["published_at"] < posts["creator_id"].map(found.since)
    if bookings is not None and "post_id" in bookings:
        older &= ~posts["post_id"].isin(bookings["post_id"].dropna())
    if bookings is not None and "booking_id" in posts:
        older &= ~posts["booking_id"].isin(bookings["booking_id"])
    return older


def _level(posts: pd.DataFrame, name: str, counts: pd.Series, growth: Growth) -> pd.Series:
    """The log of an outcome of posts with their platform, at its horizon where its count has a date."""
    if "counted_at" not in posts:
        return np.log1p(counts)
    age = ((posts["counted_at"] - posts["published_at"]) / pd.Timedelta(days=1)).fillna(growth.horizons[name])
    return np.log1p(counts) + growth.log_factor(name, posts, age.to_numpy(), "typical")


def _newest_first(tables: History, catalogue: Catalogue, growth: Growth) -> pd.DataFrame:
    """Posts that have the target's outcome that most of them have, and its `level`, each creator's newest first."""
    posts = with_platform(tables.frames["posts"], tables)
    targets = sorted({recipe.outcome for recipe in catalogue.recipes.values()} & {*growth.horizons})
    counts = {name: outcome(posts, name, catalogue) for name in targets}
    most = max(targets, key=lambda name: counts[name].notna().sum(), default=None)
    level = _level(posts, most, counts[most], growth) if most else pd.Series(np.nan, posts.index)
    rows = posts[["creator_id", "published_at"]].assign(level=level)
    rows = rows[rows["level"].notna()]
    return rows.sort_values(["creator_id", "published_at"], ascending=[True, False], kind="stable", ignore_index=True)


def _places(rows: pd.DataFrame, until: pd.Timestamp | None) -> pd.DataFrame:
    """Each post as the last of a complete stretch: how likely that is, missing where there is too little on either side.

    Returns
    -------
    The rows with `place` (1 is the newest), `older` (posts before it), `evidence` (log likelihood gained by the smaller of both
    changes, negative where it goes the other way) and `shows` (whether both are clear and large).
    """
    who = rows.groupby("creator_id", sort=False)
    counted = rows["published_at"] < until if until is not None else pd.Series(True, index=rows.index)
    level = rows["level"].where(counted, 0.0)
    place, size = who.cumcount() + 1, who["level"].transform("size")
    days = (rows["published_at"] - rows["published_at"].min()) / pd.Timedelta(days=1)
    first, last = days.groupby(rows["creator_id"]).transform("first"), days.groupby(rows["creator_id"]).transform("last")
    sums = pd.DataFrame({"n": counted.astype(float), "sum": level, "squares": level**2})
    newer = sums.groupby(rows["creator_id"]).cumsum()
    total = newer.groupby(rows["creator_id"]).transform("last")
    older = total - newer
    enough = (newer["n"] >= ENOUGH) & (older["n"] >= ENOUGH)
    gap = _gaps(first - days, place - 1), _gaps(days - last, size - place), _gaps(first - last, size - 1)
    dense = (size - 1) * np.log(gap[2]) - (place - 1) * np.log(gap[0]) - (size - place) * np.log(gap[1])
    off = [_scatter(one) for one in (newer, older, total)]
    tall = total["n"] / 2 * np.log(off[2] / (off[0] + off[1]))
    up = older["sum"] / older["n"] - newer["sum"] / newer["n"]
    sparser = np.log(gap[1] / gap[0])
    evidence = np.minimum(dense * np.sign(sparser), tall * np.sign(up)).where(enough)
    shows = (evidence >= CLEAR) & (sparser >= np.log(SPARSER)) & (up >= np.log(LARGER))
    return rows.assign(place=place, older=size - place, evidence=evidence, shows=shows)


def _gaps(span: pd.Series, gaps: pd.Series) -> pd.Series:
    """Days between posts on average."""
    return (span / gaps.clip(lower=1)).clip(lower=LEAST_GAP)


def _scatter(sums: pd.DataFrame) -> pd.Series:
    """Sum of the squared deviations from the mean."""
    return (sums["squares"] - sums["sum"] ** 2 / sums["n"].clip(lower=1.0)).clip(lower=1e-6)
