"""Posts in one flat table, whose rows repeat what is known of their creators: the creators in it.

People keep one sheet with a row a post: `username, platform, followers, date, likes, comments`. Posts take what is of posts, and
creators what is of creators, as the latest post of each says it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.intake.cells import as_text
from predictor.intake.spreadsheets.cell_meanings import DATES
from predictor.intake.spreadsheets.columns import DAYS
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.sheet import Intake
from predictor.intake.spreadsheets.titles import Titles
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

COUNTED = {"likes", "comments", "shares", "saves", "views", "reach", "impressions", "engagements"}
WHO = ("creator_id", "link", "name")
ROWS_EACH = 1.5  # of the creators, on average, from which on rows are posts of theirs rather than themselves


def rows_of_days(layout: Layout, titles: Titles) -> str | None:
    """`posts` or `creator_snapshots`, where rows tell of creators, who come again and again, on a day; else None.

    Posts have counts of their own, and else followers were counted over time.
    """
    means = {title: titles.name(title) for title in layout.titles.values()}
    day = any(name == "at" or (name is None and fold(title) in DATES) for title, name in means.items())
    if not day or not any(_repeats(layout.frame[title]) for title, name in means.items() if name in WHO):
        return None
    if COUNTED & {*means.values()}:
        return "posts"
    return "creator_snapshots" if "followers" in means.values() else None


def _repeats(cells: pd.Series) -> bool:
    """Whether names or ids come again and again."""
    named = as_text(cells).dropna().str.casefold()
    return len(named) > 0 and len(named) >= ROWS_EACH * named.nunique()


def of_creators(one: Intake, catalogue: Catalogue, stated: bool) -> Layout | None:
    """The columns of a sheet of posts that are of their creators alone, and the one that names them.

    None where there are none, unless it is `stated` where all of them publish.
    """
    titles, unused, layout = Titles(catalogue, "creators"), {*map(fold, one.mapping.ignore)}, one.layout
    named = {fold(title) for title, name in one.mapping.columns.items() if name == "creator_id"}
    about = {c for c, title in layout.titles.items() if fold(title) in unused and titles.name(title) not in (None, *WHO)}
    theirs = {column: title for column, title in layout.titles.items() if column in about or fold(title) in named}
    if not about and not (stated and theirs):
        return None
    return replace(layout, titles=theirs, parts={column: words for column, words in layout.parts.items() if column in theirs})


def with_creators(posts: Intake, found: Intake) -> list[Intake]:
    """Posts and their creators, one row each; the posts alone where no row says on which platform their creators publish.

    `found` are the same rows read as creators. Of an id on several platforms there is one account on each, in posts too.
    """
    if "platform" not in found.frame or "creator_id" not in posts.frame:
        return [posts]
    who = posts.frame["creator_id"].reindex(found.frame.index)
    rows = found.frame.assign(creator_id=who)[who.notna()]
    again = rows.groupby("creator_id")["platform"].transform("nunique") > 1
    rows["creator_id"] = rows["creator_id"].where(~again, rows["creator_id"].str.cat(rows["platform"], sep=" @ "))
    day = DAYS[posts.table]
    days = posts.frame[day] if day in posts.frame else pd.Series(0, index=posts.frame.index)
    rows = rows.loc[days.reindex(rows.index).sort_values(kind="stable", na_position="first").index]
    filled = rows.assign(**rows.groupby("creator_id", sort=False).ffill())
    creators = filled.drop_duplicates("creator_id", keep="last").sort_index()
    ids = rows["creator_id"].reindex(posts.frame.index)
    ours = posts.frame.assign(creator_id=ids.where(ids.notna(), posts.frame["creator_id"]))
    used = [title for title, name in found.mapping.columns.items() if name != "creator_id" and found.layout.column(title)]
    notes = [Said("import_of_creators", {"titles": ", ".join(used) or "platform", "count": len(creators)})]
    counts = rows.groupby("creator_id").nunique()
    for title in used:
        differ = counts.get(found.mapping.columns[title], pd.Series(dtype=int)) > 1
        notes += [Said("import_creators_differ", {"title": title, "count": int(differ.sum())})] if differ.any() else []
    return [
        replace(posts, frame=ours, notes=_without(posts.notes, used)),
        replace(found, frame=creators, notes=[*notes, *found.notes]),
    ]


def _without(notes: list[Said], used: list[str]) -> list[Said]:
    """Notes in which columns that are used after all are no longer said to be unused."""
    kept = []
    for one in notes:
        if one.key == "import_ignored":
            left = [title for title in str(one.values["titles"]).split(", ") if title not in used]
            one = replace(one, values=one.values | {"titles": ", ".join(left)})
            kept += [one] if left else []
        else:
            kept.append(one)
    return kept


def apart_from_creators(
    sheets: list[Intake], read: Callable[[Layout], Intake], catalogue: Catalogue, stated: bool
) -> list[Intake]:
    """Sheets, each of posts followed by the creators of whom it tells; `read` reads columns as a table of creators."""
    found: list[Intake] = []
    for one in sheets:
        layout = of_creators(one, catalogue, stated) if one.table in DAYS else None
        found += [one] if layout is None else with_creators(one, read(layout))
    return found
