"""Posts in one flat table, whose rows repeat what is known of their creators: the creators in it.

People keep one sheet with a row a post: `username, platform, followers, date, likes, comments`. Posts take what is of posts, and
creators what is of creators, as the latest post of each says it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.intake.accounts import accounts, links_share, one_spelling
from predictor.intake.cells import as_text
from predictor.intake.spreadsheets.cell_meanings import DATES
from predictor.intake.spreadsheets.columns import DAYS
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.named_handles import spelling_notes
from predictor.intake.spreadsheets.notices import not_used
from predictor.intake.spreadsheets.post_links import leads_to_posts
from predictor.intake.spreadsheets.row_accounts import of_the_same
from predictor.intake.spreadsheets.sheet import COUNTED, Intake
from predictor.intake.spreadsheets.titles import Titles
from predictor.intake.spreadsheets.totals import NAMES
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

LINKED = 0.5  # of the cells, from which on a column is one of links
ROWS_EACH = 1.5  # of the creators, on average, from which on rows are posts of theirs rather than themselves
MOSTLY = 0.5  # of the rows


def rows_of_days(layout: Layout, titles: Titles) -> str | None:
    """`posts` or `creator_snapshots`, where rows tell of creators, who come again and again, on a day; else None.

    Posts have counts of their own, and else followers were counted over time.
    """
    means = {title: titles.name(title) for title in layout.titles.values()}
    day = any(name == "at" or (name is None and fold(title) in DATES) for title, name in means.items())
    if not day or not any(_repeats(layout.frame[title]) for title, name in means.items() if name in NAMES):
        return None
    if {*COUNTED} & {*means.values()}:
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
    about = {c: name for c, name in about.items() if name != "followers" or not _gained(one, layout.titles[c])}
    for column in [c for c, name in about.items() if name == "link"]:
        if leads_to_posts(layout.titles[column], layout.frame[layout.titles[column]], one.frame["creator_id"]):
            del about[column]  # the link of a post is no creator's
    theirs = {c: title for c, title in layout.titles.items() if about.get(c) is not None or fold(title) in named}
    if {*about.values()} <= {None, *NAMES} and not stated:
        return None
    return replace(layout, titles=theirs, parts={column: words for column, words in layout.parts.items() if column in theirs})


def _gained(posts: Intake, title: str) -> bool:
    """Whether followers are rather those that each post gained: fewer than liked it, in most rows."""
    if "likes" not in posts.frame:
        return False
    counts = pd.to_numeric(as_text(posts.layout.frame[title]), errors="coerce").reindex(posts.frame.index)
    both = counts.notna() & posts.frame["likes"].notna()
    return bool(both.any() and (counts < posts.frame["likes"])[both].mean() > MOSTLY)


def apart_from_creators(
    sheets: list[Intake], read: Callable[[Layout], Intake], catalogue: Catalogue, stated: bool
) -> list[Intake]:
    """Sheets, and behind them the creators of whom those of posts tell, one row each: as the latest of all their rows says it.

    `read` reads columns as a table of creators; of those of whom no row says on which platform they publish nothing is read. An
    id on several platforms is an account on each, in posts too, unless other sheets speak of the id.
    """
    found = {place: it for place, one in enumerate(sheets) if (it := _creators_of(one, read, catalogue, stated)) is not None}
    if not found:
        return sheets
    each = [_rows(sheets[place], creators) for place, (creators, _) in found.items()]
    rows = pd.concat(each, keys=found, names=["sheet", "row"])
    rows["creator_id"], spelt = one_spelling(rows["creator_id"], rows["platform"])
    others = {who for one in sheets if one.table not in DAYS and "creator_id" in one.frame for who in one.frame["creator_id"]}
    again = (rows.groupby("creator_id")["platform"].transform("nunique") > 1) & ~rows["creator_id"].isin(others)
    rows["creator_id"] = rows["creator_id"].where(~again, rows["creator_id"].str.cat(rows["platform"], sep=" @ "))
    rows = rows.sort_values("day", kind="stable", na_position="first")
    counted = _followers_by_day(rows) if all(one.table == "posts" for one in sheets) else rows.iloc[:0]
    rows = rows.drop(columns="day")
    filled = rows.assign(**rows.groupby("creator_id", sort=False).ffill())
    latest, differ = filled.drop_duplicates("creator_id", keep="last"), rows.groupby("creator_id").nunique() > 1
    kept = list(sheets)
    for place, (creators, by) in found.items():
        posts, columns = sheets[place], creators.mapping.columns
        used = [title for title, name in columns.items() if name != "creator_id" and creators.layout.column(title)]
        here = rows.index.get_level_values("sheet") == place  # no row at all, where none says on which platform it is
        ids = rows.loc[here, "creator_id"].droplevel("sheet").reindex(posts.frame.index)
        named = posts.frame.assign(creator_id=ids.where(ids.notna(), posts.frame["creator_id"]))
        kept[place] = replace(posts, frame=named, notes=without_used(posts.notes, used))
        mine = latest[latest.index.get_level_values("sheet") == place].droplevel("sheet").sort_index()
        frame = mine[[*creators.frame, *mine.columns.difference([*creators.frame])]]
        counts = {title: int(differ[columns[title]].sum()) for title in used if columns[title] in differ}
        notes = [Said("import_of_creators", {"titles": ", ".join([*used, *by]) or "platform", "count": len(mine)})]
        on_days = counted[counted.index.get_level_values("sheet") == place].droplevel("sheet").sort_index()
        followed = {title for title in counts if columns[title] == "followers" and len(on_days)}
        notes += [
            Said("import_followers_by_day" if title in followed else "import_creators_differ", {"title": title, "count": count})
            for title, count in counts.items()
            if count
        ]
        notes += spelling_notes({who: cells for who, cells in spelt.items() if who in {*mine["creator_id"]}})
        refused = {(one.row, one.cell) for one in posts.rejects}
        rejects = [replace(one, kept=True) for one in creators.rejects if (one.row, one.cell) not in refused]
        shown = {t: name for t, name in columns.items() if name != "creator_id" or posts.mapping.columns.get(t) == name}
        own = creators.mapping.model_copy(update={"columns": shown})  # their ids are those of the posts
        kept.append(replace(creators, frame=frame, notes=[*notes, *creators.notes], rejects=rejects, mapping=own))
        kept += [Intake("creator_snapshots", creators.layout, own, on_days, [], [], [], [])] if len(on_days) else []
    return kept


def _followers_by_day(rows: pd.DataFrame) -> pd.DataFrame:
    """The followers of creators whose rows tell several counts, one a creator and day: those of today are no old post's."""
    if "followers" not in rows:
        return rows.iloc[:0]
    several = rows.groupby("creator_id")["followers"].transform("nunique") > 1
    dated = rows[several & rows["followers"].notna() & rows["day"].notna()].rename(columns={"day": "at"})
    return dated.drop_duplicates(["creator_id", "at"], keep="last")[["creator_id", "at", "followers"]]


def _creators_of(
    posts: Intake, read: Callable[[Layout], Intake], catalogue: Catalogue, stated: bool
) -> tuple[Intake, list[str]] | None:
    """What the rows of a sheet of posts say of their creators, and the title of links by which they publish where they do.

    None where they do not say where these publish.
    """
    if posts.table not in DAYS or "creator_id" not in posts.frame:
        return None
    linked = _linked(posts)
    layout = of_creators(posts, catalogue, stated or linked is not None)
    if layout is None:
        return None
    decided, creators = {*map(fold, posts.mapping.columns)}, read(layout)  # whose posts they are is no question any more
    asked = [doubt for doubt in creators.doubts if fold(str(doubt.values.get("title", ""))) not in decided]
    creators = replace(creators, doubts=asked)
    if "platform" in creators.frame:
        return creators, []
    if linked is None or creators.doubts:
        return None
    platforms = accounts(linked)[1].reindex(creators.frame.index)
    return replace(creators, frame=creators.frame.assign(platform=platforms)), [str(linked.name)]


def _linked(posts: Intake) -> pd.Series | None:
    """The column of links of a sheet of posts, which say on which platform each is."""
    columns = (posts.layout.frame[title] for title in posts.layout.titles.values())
    return next((cells for cells in columns if links_share(cells) >= LINKED), None)


def _rows(posts: Intake, creators: Intake) -> pd.DataFrame:
    """What each usable row tells of its creator, with the `day` of the row."""
    joint = [one for one in posts.rejects if one.problem.key in ("cell_handles", "cell_gone")]  # of nobody alone
    out = {one.row for one in [*joint, *creators.rejects] if not one.kept}
    day = "counted_at" if "counted_at" in posts.frame else DAYS[posts.table]
    days = posts.frame[day] if day in posts.frame else pd.Series(pd.NaT, index=posts.frame.index)
    frame = creators.frame[~creators.frame.index.isin(out)]
    frame = frame.assign(creator_id=posts.frame["creator_id"].reindex(frame.index), day=days.reindex(frame.index))
    if "platform" not in creators.mapping.columns.values():  # by links: a handle beside them is on the platform of its account
        frame = frame.assign(platform=of_the_same(frame["creator_id"], frame["platform"]))
    return frame[frame["creator_id"].notna() & frame["platform"].notna()]


def without_used(notes: list[Said], used: list[str]) -> list[Said]:
    """Notes in which columns that are used after all are no longer said to be unused."""
    kept = []
    for one in notes:
        if one.key == "import_ignored":
            kept += not_used([title for title in one.values["each"] if title not in used])
        else:
            kept.append(one)
    return kept
