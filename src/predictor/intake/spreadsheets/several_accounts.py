"""Sheets with several accounts of a creator in one row, such as Followers FB beside Followers TikTok, parted by platform."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from predictor.intake.cells import as_text
from predictor.intake.mapping import TableMapping
from predictor.intake.spreadsheets.cell_meanings import at_handles
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.notices import not_used
from predictor.intake.spreadsheets.titles import Titles
from predictor.wording.matching import fold
from predictor.wording.sentences import Said


@dataclass(frozen=True)
class Account:
    """A sheet, or its columns about one account a row where it has several; `doubts` and `notes` say how they were parted."""

    layout: Layout
    platform: str | None = None
    doubts: tuple[Said, ...] = ()
    notes: tuple[Said, ...] = ()


def accounts_apart(layout: Layout, titles: Titles, given: TableMapping) -> list[Account]:
    """A sheet whose titles name several platforms' followers in a row, as one table an account; else the sheet as it is.

    Where a price does not say whose it is, that is asked, and the first account stands for all until then.
    """
    theirs, ignored = {fold(title): name for title, name in given.columns.items()}, {*map(fold, given.ignore)}
    tagged: dict[str, list[tuple[int, str | None]]] = {}
    untagged: list[tuple[str, str | None]] = []
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
    followed = [one for one, columns in tagged.items() if any(name == "followers" for _, name in columns)]
    where = next((layout.column(title) for title, name in untagged if name == "platform"), None)
    chosen = any(name == "followers" and layout.column(title) for title, name in given.columns.items())
    if len(followed) > 1 and where and not chosen:
        own = {one: [column for column, name in tagged[one] if name == "followers"] for one in followed}
        return [_of_its_platform(layout, own, where, titles)]
    if len(followed) < 2 or where or "platform" in given.constants:
        elsewhere = {one: columns for one, columns in left_out.items() if one and one not in tagged}
        named = where or any(name in ("link", "creator_id") for _, name in untagged)
        return [Account(layout) if named or len(tagged) != 1 else _of_one_platform(layout, tagged, elsewhere)]
    shared = [title for title, name in untagged if name in ("fee", "followers")]
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
    notes = [Said("import_accounts", {"platforms": ", ".join(followed)})]
    notes += not_used(left)
    return [
        replace(part, layout=_filled(part.layout, [c for c, _ in tagged[part.platform or ""]]), notes=tuple(notes))
        for part in parts
    ]


def _of_tiktok(layout: Layout, column: int, name: str | None) -> bool:
    """Whether a column titled TT, which elsewhere numbers the rows, is of TikTok: followers beside FB and IG, or handles."""
    return name == "followers" or at_handles(as_text(layout.grid.cells.loc[list(layout.rows), column]).dropna())


def _of_one_platform(layout: Layout, tagged: dict[str, list[tuple[int, str | None]]], elsewhere: dict[str, list[int]]) -> Account:
    """A sheet of which one platform was kept, without the rows that have an account on another alone."""
    ((platform, kept),) = tagged.items()
    columns = [column for one in elsewhere.values() for column in one]
    there = {*_filled(layout, [column for column, _ in kept]).rows}
    out = [row for row in _filled(layout, columns).rows if row not in there] if columns else []
    if not out or not there:
        return Account(layout)
    shown = ", ".join(f"{row} ({layout.text(row)[:SHOWN_TEXT]})" for row in out[:SHOWN]) + "…" * (len(out) > SHOWN)
    left = replace(layout, rows=tuple(row for row in layout.rows if row not in out))
    return Account(left, notes=(Said("import_none_there", {"rows": shown, "count": len(out), "platform": platform}),))


FOLLOWERS = "Followers"
SHOWN = 10  # rows that a note names
SHOWN_TEXT = 40


def _of_its_platform(layout: Layout, followers: dict[str, list[int]], where: int, titles: Titles) -> Account:
    """A sheet with a column of platforms and followers on several, as one column of those on each row's own platform."""
    if layout.column(FOLLOWERS) or any(len(columns) > 1 for columns in followers.values()):
        return Account(layout)
    cells, new = layout.grid.cells.copy(), int(max(layout.grid.cells)) + 1
    at = {one: columns[0] for one, columns in followers.items()}
    counted = [_followers(cells.loc[row], titles.mentioned(str(cells.at[row, where])), at) for row in layout.rows]
    cells[new] = pd.Series(counted, [*layout.rows], dtype=object)
    left = _without(layout, [*at.values()])
    found = replace(
        left,
        grid=replace(layout.grid, cells=cells),
        titles=left.titles | {new: FOLLOWERS},
        parts=left.parts | {new: (FOLLOWERS,)},
    )
    used = ", ".join(layout.titles[column] for column in at.values())
    notes = [Said("import_own_platform", {"titles": used, "title": layout.titles[where]})]
    blank = found.grid.cells.loc[[*layout.rows], new].isna() & cells.loc[[*layout.rows], [*at.values()]].notna().any(axis=1)
    if blank.any():
        rows = ", ".join(str(row) for row in blank.index[blank][:SHOWN]) + "…" * (int(blank.sum()) > SHOWN)
        notes.append(Said("import_own_platform_none", {"rows": rows, "title": layout.titles[where]}))
    return Account(found, notes=tuple(notes))


def _followers(row: pd.Series, platform: str | None, at: dict[str, int]) -> object:
    """What a row says of its platform's followers; where it names none, its only figure."""
    if platform is not None:
        return row[at[platform]] if platform in at else None
    there = [cell for column in at.values() if pd.notna(cell := row[column])]
    return there[0] if len(there) == 1 else None


def _without(layout: Layout, columns: list[int]) -> Layout:
    keep = {column: title for column, title in layout.titles.items() if column not in columns}
    return replace(layout, titles=keep, parts={column: layout.parts[column] for column in keep if column in layout.parts})


def _filled(layout: Layout, columns: list[int]) -> Layout:
    """Only the rows that say anything about an account: not everybody has one on each platform."""
    there = layout.grid.cells.loc[list(layout.rows), columns].apply(as_text).notna().any(axis=1)
    return replace(layout, rows=tuple(row for row in layout.rows if there[row]))
