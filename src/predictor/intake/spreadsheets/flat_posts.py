"""Posts in one flat table, whose rows repeat what is known of their creators: the creators in it.

People keep one sheet with a row a post: `username, platform, followers, date, likes, comments`. Posts take what is of posts, and
creators what is of creators, as the latest post of each says it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.intake.accounts import accounts, links_share
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
LINKED = 0.5  # of the cells, from which on a column is one of links
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
    """The columns of a sheet of posts that are of their creators, and the one that names them.

    None where there are none but names, unless it is `stated` where all of them publish.
    """
    titles, unused, layout = Titles(catalogue, "creators"), {*map(fold, one.mapping.ignore)}, one.layout
    named = {fold(title) for title, name in one.mapping.columns.items() if name == "creator_id"}
    about = {c: titles.name(title) for c, title in layout.titles.items() if fold(title) in unused}
    theirs = {c: title for c, title in layout.titles.items() if about.get(c) is not None or fold(title) in named}
    if {*about.values()} <= {None, *WHO} and not (stated and theirs):
        return None
    return replace(layout, titles=theirs, parts={column: words for column, words in layout.parts.items() if column in theirs})


def apart_from_creators(
    sheets: list[Intake], read: Callable[[Layout], Intake], catalogue: Catalogue, stated: bool
) -> list[Intake]:
    """Sheets, and behind them the creators of whom those of posts tell, one row each: as the latest of all their rows says it.

    `read` reads columns as a table of creators; of those of whom no row says on which platform they publish nothing is read. An
    id on several platforms is an account on each, in posts too, unless other sheets speak of the id.
    """
    found = {place: told for place, one in enumerate(sheets) if (told := _told_of(one, read, catalogue, stated)) is not None}
    if not found:
        return sheets
    rows = pd.concat([_rows(sheets[place], told) for place, told in found.items()], keys=found, names=["sheet", "row"])
    others = {who for one in sheets if one.table not in DAYS and "creator_id" in one.frame for who in one.frame["creator_id"]}
    again = (rows.groupby("creator_id")["platform"].transform("nunique") > 1) & ~rows["creator_id"].isin(others)
    rows["creator_id"] = rows["creator_id"].where(~again, rows["creator_id"].str.cat(rows["platform"], sep=" @ "))
    rows = rows.sort_values("day", kind="stable", na_position="first").drop(columns="day")
    filled = rows.assign(**rows.groupby("creator_id", sort=False).ffill())
    latest, differ = filled.drop_duplicates("creator_id", keep="last"), rows.groupby("creator_id").nunique() > 1
    kept = list(sheets)
    for place, told in found.items():
        ids = rows.loc[[place], "creator_id"].droplevel("sheet").reindex(sheets[place].frame.index)
        ours = sheets[place].frame.assign(creator_id=ids.where(ids.notna(), sheets[place].frame["creator_id"]))
        used = [title for title, name in told.mapping.columns.items() if name != "creator_id" and told.layout.column(title)]
        kept[place] = replace(sheets[place], frame=ours, notes=_without(sheets[place].notes, used))
        mine = latest[latest.index.get_level_values("sheet") == place].droplevel("sheet").sort_index()
        kept.append(replace(told, frame=mine[[*told.frame, *mine.columns.difference([*told.frame])]], notes=[
            *_said(sheets[place], told, used, len(mine), differ), *told.notes,
        ], rejects=[replace(one, kept=True) for one in told.rejects]))  # fmt: skip
    return kept


def _told_of(posts: Intake, read: Callable[[Layout], Intake], catalogue: Catalogue, stated: bool) -> Intake | None:
    """What the rows of a sheet of posts tell of their creators, among them where they publish; None where they do not."""
    if posts.table not in DAYS or "creator_id" not in posts.frame:
        return None
    linked = _linked(posts)
    layout = of_creators(posts, catalogue, stated or linked is not None)
    if layout is None:
        return None
    told = read(layout)
    if "platform" not in told.frame and linked is not None and not told.doubts:
        told = replace(told, frame=told.frame.assign(platform=accounts(linked)[1].reindex(told.frame.index)))
    return told if "platform" in told.frame else None


def _said(posts: Intake, told: Intake, used: list[str], count: int, differ: pd.DataFrame) -> list[Said]:
    """How many creators rows tell of, by which columns, and which of these say several things of one."""
    linked = _linked(posts) if "platform" not in told.mapping.columns.values() else None
    titles = ", ".join([*used, *([] if linked is None else [str(linked.name)])]) or "platform"
    names = [(title, told.mapping.columns[title]) for title in used if told.mapping.columns[title] in differ]
    counts = [(title, int(differ[name].sum())) for title, name in names]
    said = [Said("import_creators_differ", {"title": title, "count": number}) for title, number in counts if number]
    return [Said("import_of_creators", {"titles": titles, "count": count}), *said]


def _linked(posts: Intake) -> pd.Series | None:
    """The column of links of a sheet of posts, which say on which platform each is."""
    columns = (posts.layout.frame[title] for title in posts.layout.titles.values())
    return next((cells for cells in columns if links_share(cells) >= LINKED), None)


def _rows(posts: Intake, told: Intake) -> pd.DataFrame:
    """What each usable row tells of its creator, with the `day` of the row."""
    out, day = {one.row for one in told.rejects if not one.kept}, DAYS[posts.table]
    days = posts.frame[day] if day in posts.frame else pd.Series(pd.NaT, index=posts.frame.index)
    frame = told.frame[~told.frame.index.isin(out)]
    frame = frame.assign(creator_id=posts.frame["creator_id"].reindex(frame.index), day=days.reindex(frame.index))
    return frame[frame["creator_id"].notna() & frame["platform"].notna()]


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
