"""Sheets with several accounts of a creator in one row, such as Followers FB beside Followers TikTok, parted by platform."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pandas as pd

from predictor.intake.cells import as_text, first_few
from predictor.intake.mapping import TableMapping
from predictor.intake.spreadsheets.cell_meanings import at_handles
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.notices import not_used
from predictor.intake.spreadsheets.title_words import letters
from predictor.intake.spreadsheets.titles import Titles
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

ONLY_ON = {"reels": ("instagram", "facebook"), "story": ("instagram", "facebook")}  # formats by the platforms that have them
NO_ACCOUNT = {
    *map(
        fold,
        "chưa có,không có,không,no account,none,no,belum ada,tidak ada,不明,没有,无,なし,없음,ไม่มี,no tiene,não tem".split(","),
    )
}
OF_ALL = re.compile(r"\b(?:total|tong|sum|combined|overall|jumlah|gesamt|totales|totais|cumule)\b|总|總|合計|合计|합계|전체|รวม")

Tagged = dict[str, list[tuple[int, str | None]]]  # columns and what they mean, by platform
Untagged = list[tuple[str, str | None]]  # titles that name no platform, and what they mean


@dataclass(frozen=True)
class Account:
    """A sheet, or its columns about one account a row where it has several; `doubts` and `notes` say how they were parted."""

    layout: Layout
    platform: str | None = None
    doubts: tuple[Said, ...] = ()
    notes: tuple[Said, ...] = ()


def accounts_apart(layout: Layout, titles: Titles, given: TableMapping) -> list[Account]:
    """A sheet whose titles name several platforms' followers in a row, as one table an account; else the sheet as it is.

    Where a price does not say whose it is, that is asked, and the first account stands for all until then. A column of
    platforms (Main platform) says which account a row is about, unless the accounts have handles or prices of their own.
    """
    theirs, ignored = {fold(title): name for title, name in given.columns.items()}, {*map(fold, given.ignore)}
    tagged: Tagged = {}
    untagged: Untagged = []
    left_out: dict[str, list[int]] = {}
    for column, title in layout.titles.items():
        read = titles.read(" ".join(layout.parts.get(column, (title,))))
        name = theirs.get(fold(title)) or read.name or titles.read(title).name or ("fee" if read.deliverable else None)
        platform = "tiktok" if fold(title) == "tt" and _of_tiktok(layout, column, name) else read.platform
        if fold(title) in ignored and (platform is not None or fold(title) not in theirs):
            left_out.setdefault(platform or "", []).append(column)
        elif platform is not None:
            tagged.setdefault(platform, []).append((column, name))
        else:
            untagged.append((title, name))
    both = [column for one, columns in left_out.items() if one for column in columns if fold(layout.titles[column]) in theirs]
    layout = _without(layout, both)  # a mapping drafted before the account was left out still says what they are
    blank = [one for one, columns in tagged.items() if not _filled(layout, [column for column, _ in columns]).rows]
    if blank and layout.rows:  # titles of an account that nobody has
        layout = _without(layout, [column for one in blank for column, _ in tagged.pop(one)])
    followed = _followed(tagged)
    where = next((layout.column(title) for title, name in untagged if name == "platform"), None)
    chosen = any(name == "followers" and layout.column(title) for title, name in given.columns.items())
    also: list[Said] = []
    if len(followed) > 1:
        where = where or _saying_platforms(layout, untagged, titles)
        if where and _of_their_own(tagged, untagged):
            also.append(Said("import_main_platform", {"title": layout.titles[where]}))
            layout, where = _without(layout, [where]), None
        elif where and not chosen:
            return [_of_its_platform(layout, {one: tagged[one] for one in followed}, where, titles)]
    if len(followed) < 2 or where or "platform" in given.constants:
        elsewhere = {one: columns for one, columns in left_out.items() if one and one not in tagged}
        named = where or any(name in ("link", "creator_id") for _, name in untagged)
        return [Account(layout) if named or len(tagged) != 1 else _of_one_platform(layout, tagged, elsewhere)]
    return _each_account(layout, tagged, untagged, titles, also)


def _each_account(layout: Layout, tagged: Tagged, untagged: Untagged, titles: Titles, also: list[Said]) -> list[Account]:
    """A table for each account that a row tells of, with what is `also` said of them."""
    followed = _followed(tagged)
    sums = [title for title, name in untagged if name == "followers" and OF_ALL.search(letters(title))]
    layout, also = _without(layout, [layout.column(title) for title in sums]), [*also, *not_used(sums)]
    mine = {title: one for title, name in untagged if name == "fee" and (one := _only_on(title, followed, titles))}
    for title, one in mine.items():
        tagged[one].append((layout.column(title), "fee"))
        also.append(Said("import_only_on", {"title": title, "platform": one}))
    shared = [title for title, name in untagged if name in ("fee", "followers") and title not in (*sums, *mine)]
    others = [layout.titles[column] for one in followed[1:] for column, _ in tagged[one]]
    parts = [
        Account(_without(layout, [c for other in tagged if other != one for c, _ in tagged[other]]), one) for one in followed
    ]
    if shared:
        values = {"platforms": ", ".join(followed), "title": shared[0], "first": followed[0],
                  "other": ", ".join(f'"{title}"' for title in others),
                  "accounts": {one: [layout.titles[column] for column, _ in tagged[one]] for one in followed}}  # fmt: skip
        return [replace(parts[0], doubts=(Said("import_doubt_accounts", values | {"table": "candidates"}),))]
    left = [layout.titles[column] for one in tagged if one not in followed for column, _ in tagged[one]]
    notes = [Said("import_accounts", {"platforms": ", ".join(followed)}), *also]
    notes += not_used(left)
    return [
        replace(part, layout=_filled(part.layout, [c for c, _ in tagged[part.platform or ""]]), notes=tuple(notes))
        for part in parts
    ]


def _followed(tagged: Tagged) -> list[str]:
    """The platforms that have a column of followers."""
    return [one for one, columns in tagged.items() if any(name == "followers" for _, name in columns)]


def _of_tiktok(layout: Layout, column: int, name: str | None) -> bool:
    """Whether a column titled TT, which elsewhere numbers the rows, is of TikTok: followers beside FB and IG, or handles."""
    return name == "followers" or at_handles(as_text(layout.grid.cells.loc[list(layout.rows), column]).dropna())


def _of_one_platform(layout: Layout, tagged: Tagged, elsewhere: dict[str, list[int]]) -> Account:
    """A sheet of which one platform was kept, without the rows that have an account on another alone."""
    ((platform, kept),) = tagged.items()
    columns = [column for one in elsewhere.values() for column in one]
    there = {*_filled(layout, [column for column, _ in kept]).rows}
    out = [row for row in _filled(layout, columns).rows if row not in there] if columns else []
    if not out or not there:
        return Account(layout)
    shown = first_few((f"{row} ({layout.text(row)[:SHOWN_TEXT]})" for row in out), SHOWN)
    left = replace(layout, rows=tuple(row for row in layout.rows if row not in out))
    return Account(left, notes=(Said("import_none_there", {"rows": shown, "count": len(out), "platform": platform}),))


def _saying_platforms(layout: Layout, untagged: Untagged, titles: Titles) -> int | None:
    """The column whose title means nothing and whose cells all say one platform each, such as Main platform."""
    for title in (title for title, name in untagged if name is None and layout.column(title)):
        said = as_text(layout.grid.cells.loc[list(layout.rows), layout.column(title)]).dropna()
        if len(said) and said.map(lambda cell: titles.mentioned(cell) is not None and not titles.without_platform(cell)).all():
            return layout.column(title)
    return None


def _of_their_own(tagged: Tagged, untagged: Untagged) -> bool:
    """Whether the accounts of a row stand on their own: several have prices, or handles where no price is of the row."""

    def having(*names: str) -> int:
        return sum(any(name in names for _, name in columns) for columns in tagged.values())

    return having("fee") > 1 or (having("link", "creator_id") > 1 and all(name != "fee" for _, name in untagged))


def _only_on(title: str, followed: list[str], titles: Titles) -> str | None:
    """The one account of a row whose platform has what a price is of: of Instagram and TikTok reels are on Instagram."""
    what = titles.read(title).deliverable
    having = [one for one in followed if what is not None and one in ONLY_ON.get(str(what.format), ())]
    return having[0] if len(having) == 1 else None


FIGURES = {  # what stands under a platform's title, and the title under which a row's own is read
    "followers": "Followers",
    "engagement_rate": "Engagement rate",
    "average_views": "Average views",
}
SHOWN = 10  # rows that a note names
SHOWN_TEXT = 40


def _of_its_platform(layout: Layout, tagged: Tagged, where: int, titles: Titles) -> Account:
    """A sheet with a column of platforms and figures of several, as one column of each figure of the row's own platform."""
    found, notes = layout, list[Said]()
    for figure, new in FIGURES.items():
        own = {one: [column for column, name in columns if name == figure] for one, columns in tagged.items()}
        own = {one: columns for one, columns in own.items() if columns}
        if not own or layout.column(new) or any(len(columns) > 1 for columns in own.values()):
            continue
        found, said = _one_of(found, {one: columns[0] for one, columns in own.items()}, new, where, titles)
        notes += said if figure == "followers" else said[:1]
    return Account(found, notes=tuple(notes))


def _one_of(layout: Layout, at: dict[str, int], title: str, where: int, titles: Titles) -> tuple[Layout, list[Said]]:
    """A sheet with one column in place of those of several platforms, and what is to know of it."""
    cells, new = layout.grid.cells.copy(), int(max(layout.grid.cells)) + 1
    own = [_own(cells.loc[row], titles.mentioned(str(cells.at[row, where])), at) for row in layout.rows]
    cells[new] = pd.Series(own, [*layout.rows], dtype=object)
    left = _without(layout, [*at.values()])
    found = replace(
        left, grid=replace(layout.grid, cells=cells), titles=left.titles | {new: title}, parts=left.parts | {new: (title,)}
    )
    used = ", ".join(layout.titles[column] for column in at.values())
    notes = [Said("import_own_platform", {"titles": used, "title": layout.titles[where]})]
    blank = found.grid.cells.loc[[*layout.rows], new].isna() & cells.loc[[*layout.rows], [*at.values()]].notna().any(axis=1)
    if blank.any():
        rows = ", ".join(str(row) for row in blank.index[blank][:SHOWN]) + "…" * (int(blank.sum()) > SHOWN)
        notes.append(Said("import_own_platform_none", {"rows": rows, "title": layout.titles[where]}))
    return found, notes


def _own(row: pd.Series, platform: str | None, at: dict[str, int]) -> object:
    """What a row says of its platform; where it names none, its only figure."""
    if platform is not None:
        return row[at[platform]] if platform in at else None
    there = [cell for column in at.values() if pd.notna(cell := row[column])]
    return there[0] if len(there) == 1 else None


def _without(layout: Layout, columns: list[int]) -> Layout:
    keep = {column: title for column, title in layout.titles.items() if column not in columns}
    return replace(layout, titles=keep, parts={column: layout.parts[column] for column in keep if column in layout.parts})


def _filled(layout: Layout, columns: list[int]) -> Layout:
    """Only the rows that say anything about an account but that there is none: not everybody has one on each platform."""
    cells = layout.grid.cells.loc[list(layout.rows), columns].apply(as_text)
    there = cells.mask(cells.map(lambda cell: isinstance(cell, str) and fold(cell) in NO_ACCOUNT)).notna().any(axis=1)
    return replace(layout, rows=tuple(row for row in layout.rows if there[row]))
