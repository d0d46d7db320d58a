"""The same post or booking in several rows: counts of one post over time, or exports that overlap."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.intake.cells import first_few
from predictor.intake.contract import with_post_ids
from predictor.intake.spreadsheets.counted_rows import of_period
from predictor.intake.spreadsheets.sheet import COUNTED, Intake, required
from predictor.wording.sentences import Said

RESULTS = {"posts": COUNTED, "bookings": ("reach", "engagements", "clicks", "orders", "revenue")}
SHOWN = 5  # rows that a note names
ONE_BOOKING = (  # what tells a booking that has no id of its own
    "creator_id", "platform", "campaign_id", "brand", "booked_at", "planned_on", "format", "posts", "fee", "currency",
)  # fmt: skip
FALLING = 0.25  # of the posts, from which on counts that fall are rather those of each month alone


def once_each(sheets: list[Intake], catalogue: Catalogue) -> list[Intake]:
    """Sheets, every post and booking in one row: earlier counts of a post become counts over time, of what several sheets have
    the row with the higher results stands, and both are told."""
    found = [part for one in sheets for part in _over_time(one, catalogue)]
    return _one_row_each(_one_row_each(found, "posts", catalogue), "bookings", catalogue)


def _usable(one: Intake, catalogue: Catalogue) -> pd.Series:
    """Which rows nothing keeps out."""
    needed = [name for name in required(one.table, catalogue) if name in one.frame]
    out = {reject.row for reject in one.rejects if not reject.kept}
    return one.frame[needed].notna().all(axis=1) & ~one.frame.index.isin(out)


def of_one_time(posts: pd.DataFrame) -> pd.DataFrame:
    """Posts without ids, of which those of one creator and time (and caption) that were counted on several days are one.

    Where counts fall from one day to the next, rows are several posts of one day, as elsewhere.
    """
    if "counted_at" not in posts or ("post_id" in posts and posts["post_id"].notna().any()):
        return posts
    keys = [name for name in ("creator_id", "published_at", "caption") if name in posts]
    rows = posts[posts[[*keys[:2], "counted_at"]].notna().all(axis=1)].sort_values("counted_at", kind="stable")
    key = rows[keys].astype(str).agg("\n".join, axis=1)
    apart = key.str.cat(rows["counted_at"].astype(str), sep="\n").duplicated(keep=False) | _falls(rows, key)
    one = key.duplicated(keep=False) & ~apart.groupby(key).transform("any")
    first = rows.loc[one & ~key.duplicated()]
    if first.empty:
        return posts
    ids = dict(zip(key[first.index], with_post_ids(first)["post_id"], strict=True))
    return posts.assign(post_id=key.where(one).map(ids).reindex(posts.index).astype("str"))


def _falls(rows: pd.DataFrame, key: pd.Series) -> pd.Series:
    """Which rows, in the order in which they were counted, have counts below those of the row before of the same post."""
    counted = [name for name in COUNTED if name in rows]
    return rows[counted].astype(float).groupby(key).diff().lt(0).any(axis=1)


def _over_time(one: Intake, catalogue: Catalogue) -> list[Intake]:
    """A sheet of posts that stand in it again with counts of other days, as the latest of each, and all of them over time."""
    if one.table != "posts" or not {"post_id", "counted_at"} <= {*one.frame}:
        return [one]
    days = one.frame[_usable(one, catalogue) & one.frame["counted_at"].notna()].sort_values("counted_at", kind="stable")
    days = days[~days.duplicated(["post_id", "counted_at"], keep=False)]
    several = days[days["post_id"].duplicated(keep=False)]
    if several.empty:
        return [one]
    columns = [name for name in catalogue.columns("post_snapshots") if name in one.frame]
    counts = Intake("post_snapshots", one.layout, one.mapping, several[columns].sort_index(), [], [], [], [])
    note = Said("import_over_time", {"count": several["post_id"].nunique(), "rows": len(several)})
    latest = one.frame.drop(index=several.index[several["post_id"].duplicated(keep="last")])
    asked = _each_month_alone(one, several)
    return [replace(one, frame=latest, notes=[*one.notes, note], doubts=[*one.doubts, *asked]), counts]


def _each_month_alone(one: Intake, several: pd.DataFrame) -> list[Said]:
    """The question whether counts under the month of a report are of each month alone, where those of many posts fall."""
    read = [note.values for note in one.notes if note.key == "import_read_as" and note.values["name"] == "counted_at"]
    posts = several.loc[_falls(several, several["post_id"]), "post_id"].unique()
    if not read or len(posts) < FALLING * several["post_id"].nunique():
        return []
    return [Said("import_doubt_over_time", {"title": read[0]["title"], "post": str(posts[0]), "count": len(posts)})]


def _one_row_each(sheets: list[Intake], table: str, catalogue: Catalogue) -> list[Intake]:
    """Sheets, those of a table without the rows of what another row tells with higher results."""
    own = {place: one for place, one in enumerate(sheets) if one.table == table and "creator_id" in one.frame}
    own = {place: one for place, one in own.items() if one.frame.index.is_unique}
    keys = {place: key for place, one in own.items() if (key := _key(one)) is not None}
    keys = {place: key[_usable(own[place], catalogue)] for place, key in keys.items()}
    if not keys:
        return sheets
    key = pd.concat(keys)
    several = key[key.notna() & key.duplicated(keep=False)]
    if several.empty:
        return sheets
    results = [name for name in RESULTS[table] if any(name in own[place].frame for place in keys)]
    rows = pd.concat({place: own[place].frame.reindex(columns=results) for place in keys}).loc[several.index]
    higher = rows.astype(float).fillna(-1.0).groupby(several).rank(method="min").sum(axis=1)
    ordered = pd.DataFrame({"higher": higher, "key": several, "at": range(len(several), 0, -1)}).sort_values(["higher", "at"])
    gone = several.index.difference(ordered.index[~ordered["key"].duplicated(keep="last")])
    found = list(sheets)
    for place in dict.fromkeys(gone.get_level_values(0)):
        one, out = sheets[place], gone.get_level_values(1)[gone.get_level_values(0) == place]
        first = str(several[(place, out[0])]).split("\n")[0]
        said = Said(f"import_again_{table}", {"count": len(out), "rows": first_few(out, SHOWN), "first": first})
        found[place] = replace(one, frame=one.frame.drop(index=out), notes=[*one.notes, said])
    return found


def _key(one: Intake) -> pd.Series | None:
    """What tells the post or booking of each row, missing where nothing does; bookings without an id are told within a sheet."""
    who = one.frame["creator_id"].astype("str").str.casefold()
    if one.table == "posts":
        return one.frame["post_id"].astype("str").str.cat(who, sep="\n") if "post_id" in one.frame else None
    if one.mapping.orders is not None:
        return None
    if not any(note.key == "import_by_row" for note in one.notes):
        key = one.frame["booking_id"].astype("str").str.cat(who, sep="\n")
        return key.mask(key.duplicated(keep=False))
    keys = [name for name in ("creator_id", "booked_at", "fee") if name in one.frame]
    if len(keys) < 3:
        return None
    parts = one.frame.reindex(columns=list(ONE_BOOKING)).assign(creator_id=who)
    key = parts.astype(object).where(parts.notna(), "").astype(str).agg("\n".join, axis=1)
    sections = _sections(one, key)
    key = key.str.cat(key.groupby([key, sections]).cumcount().astype(str), sep="\n")
    return key.where(one.frame[keys].notna().all(axis=1))


def _sections(one: Intake, key: pd.Series) -> pd.Series:
    """The period of a report under whose heading each row stands, where what comes again under a later one has no lower results.

    Under other headings, such as those of campaigns, and where results fall, rows of one sheet are bookings of their own.
    """
    heads = pd.Series([one.layout.headings.get(int(row), "") for row in key.index], index=key.index, dtype="str")
    if not heads.map(of_period).all():
        return pd.Series("", index=key.index)
    results = one.frame[[name for name in RESULTS["bookings"] if name in one.frame]].astype(float)
    return pd.Series("", index=key.index) if results.groupby(key).diff().lt(0).any(axis=None) else heads
