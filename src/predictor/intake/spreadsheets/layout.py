"""What is where in a sheet: the row of titles, the rows of data, and rows that only look like data (totals, headings, notes)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd

from predictor.intake.cells import as_text
from predictor.intake.spreadsheets.grids import Grid, Known, address
from predictor.intake.spreadsheets.row_kinds import (
    NO_TITLE,
    lonely_rows,
    no_title,
    numbers_columns,
    reason_of,
    recognised,
    signatures,
    text_of,
)
from predictor.intake.spreadsheets.row_words import (
    IN_BRACKETS,
)
from predictor.intake.spreadsheets.totals import NAMES, people_among
from predictor.intake.units import unit_alone
from predictor.tables.delimited import refuse_longer
from predictor.wording.matching import fold

SEARCHED = 40  # rows in which titles are looked for
UNIT_TITLES = (*map(fold, ("đơn vị", "đơn vị tính", "đvt", "unit", "units", "satuan", "单位", "單位", "単位", "단위", "หน่วย")),)


@dataclass(frozen=True)
class Layout:
    """A sheet that holds a table.

    `titles` are unique, by column; `parts` the words of each title from the highest row of titles to the lowest; `above` the
    texts over the titles; `skipped` the rows left out, by reason (`total`, `heading`, `note`, `repeated`, `promised`); `headings`
    what the last heading over each row says.
    """

    grid: Grid
    titles: dict[int, str]
    parts: dict[int, tuple[str, ...]]
    above: tuple[str, ...]
    rows: tuple[int, ...]
    skipped: dict[str, tuple[int, ...]]
    second: int | None = None
    over: tuple[int, int] | None = None  # the rows of titles and of the last data of a table that stands above this one
    headings: dict[int, str] = field(default_factory=dict)
    made: dict[int, int] = field(default_factory=dict)  # columns that were made, and the column of the file that each is from
    row_of_titles: tuple[str, ...] = ()  # as the file has it, by which it is known again
    clock: str = ""  # the title whose times are part of the days of another
    linked_by: str = ""  # the title whose cells lead to profiles, which are a column of links
    repeated: tuple[str, ...] = ()  # the cells that say 'the same as above', which hold what stands there
    name_parts: tuple[str, ...] = ()  # the titles of the two parts of names, which are a column of whole names

    @property
    def hidden(self) -> tuple[int, ...]:
        """The rows of data that nobody sees, or that are crossed out: the first cell of them, or most."""
        return tuple(row for row in self.rows if row in self.grid.hidden_rows or self._struck(row))

    @property
    def struck(self) -> list[str]:
        """The cells that are crossed out in rows that are not."""
        own, hidden = self.grid.own, {*self.hidden}
        struck = sorted((r, c) for r, c in self.grid.struck if r in {*self.rows} - hidden and c in self.titles)
        return [address(place[::-1] if self.grid.turned else place) for place in struck if pd.notna(own.at[place])]

    def _struck(self, row: int) -> bool:
        if not self.grid.struck:
            return False
        filled = [
            (str(cell), (row, int(str(column))) in self.grid.struck) for column, cell in self.grid.own.loc[row].dropna().items()
        ]
        struck = [
            one for place, (cell, one) in enumerate(filled) if place or not cell.strip(" .").isdigit()
        ]  # no number of a row
        return bool(struck) and (struck[0] or 2 * sum(struck) > len(struck))

    def text(self, row: int) -> str:
        """What a row says, on one line."""
        return " | ".join(text_of(cell) for cell in self.grid.own.loc[row].dropna())

    def label(self, row: int, why: str) -> str:
        """What a row that was left out says, for `why` it was: of a total its first words, of repeated titles nothing."""
        words = {"heading": self.text, "note": self.text, "total": self._first}.get(why)
        return words(row) if words else ""

    def _first(self, row: int) -> str:
        return next((text_of(cell) for cell in self.grid.own.loc[row] if isinstance(cell, str)), "")

    @property
    def around(self) -> tuple[str, ...]:
        """The texts above the table, and its notes."""
        return (*self.above, *map(self.text, self.skipped.get("note", ())))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows of data under their titles, by the number of the row in the sheet; never changed by whoever asks."""
        return self.grid.cells.loc[list(self.rows), list(self.titles)].set_axis(list(self.titles.values()), axis=1)

    def says_units(self, title: str) -> bool:
        """Whether a column holds nothing but units of amounts (ĐVT: triệu đồng)."""
        if fold(title) not in UNIT_TITLES:
            return False
        said = as_text(self.frame[title]).dropna()
        return len(said) > 0 and bool(said.map(unit_alone).notna().all())

    def address(self, row: int, title: str) -> str:
        """Where a cell stands in the file, such as B5; where what was read of it stood, if its column was made."""
        column = self.column(title)
        place = row, self.made.get(column, column)
        return address(place[::-1] if self.grid.turned else place)

    def column(self, title: str) -> int:
        """The number of the column with this title, however it is typed; 0 where there is none."""
        return self._columns.get(fold(title), 0)

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {fold(title): column for column, title in reversed(self.titles.items())}


def lay_out(grid: Grid, known: Known) -> Layout | None:
    """Find the table of a sheet by the titles that `known` recognises; None where no row has two of them."""
    known = cache(known)  # long lists say the same words over and over
    found = {row: recognised(grid.cells.loc[row], known) for row in grid.cells.index[:SEARCHED]}
    named = max(map(len, found.values()), default=0)
    if named < 2 and not (named and 0 in grid.cells.index):  # row 0: titles that were given to a sheet without any
        return None
    best = max(found, key=lambda row: len(found[row]))
    top, bottom = _extent(grid, best)
    if grid.text_file:
        _refuse_longer(grid, top, bottom)
    own = grid.own
    columns = [c for c in grid.cells if grid.cells.loc[top:bottom, c].notna().any() or own.loc[bottom + 1 :, c].notna().any()]
    groups = _unmerged_groups(grid, top, bottom, known)
    parts = {c: (*groups.get(c, ()), *_parts(grid.cells.loc[top:bottom, c])) for c in columns}
    over = _table_above(grid, found, top)
    before = own.loc[: (over[0] if over else top) - 1]
    above = tuple(dict.fromkeys(text for row in before.itertuples(index=False) for text in _texts(row)))
    below = own.loc[bottom + 1 :, columns]
    presence = zip(below.index, _with_presence(below), strict=True)
    filled = {row: {c: cell for c, cell, there in zip(columns, *cells, strict=True) if there} for row, cells in presence}
    reasons = {row: reason_of(cells, parts, known) for row, cells in filled.items()}
    reasons |= dict.fromkeys(people_among(reasons, filled, parts, known))
    reasons |= lonely_rows(reasons, filled, below, grid, parts, known)
    reasons |= dict.fromkeys(signatures(reasons, filled), "note")
    second = next((row for row, why in reasons.items() if why == "second"), None)
    skipped = {
        why: tuple(row for row, reason in reasons.items() if reason == why) for why in ("total", "heading", "note", "repeated")
    }
    rows = tuple(row for row, reason in reasons.items() if reason is None and (second is None or row < second))
    headings = _headings(rows, {row: filled[row] for row in skipped["heading"]})
    return Layout(
        grid, _unique(parts, known), parts, above, rows, {why: at for why, at in skipped.items() if at}, second, over, headings,
        row_of_titles=tuple(words[-1] for words in parts.values() if words),
    )  # fmt: skip


def _table_above(grid: Grid, found: dict[int, set[str]], top: int) -> tuple[int, int] | None:
    """First and last row of a table of people above the titles that were chosen: titles, and somebody under them."""
    for row in [row for row, names in found.items() if row < top and len(names) >= 3 and not names.isdisjoint(NAMES)]:
        rows = {below: [*grid.own.loc[below].dropna()] for below in grid.own.index if row < below < top}
        data = [below for below, cells in rows.items() if len(cells) >= 3 and any(map(no_title, cells))]
        if data:
            return row, data[-1]
    return None


def _refuse_longer(grid: Grid, top: int, bottom: int) -> None:
    """Refuse the rows of a text table that have more cells than its titles.

    Cells under a title that is blank are none too many, unless they are figures: those may be what a comma within a number
    pushed there.
    """
    there = grid.cells.notna().to_numpy()
    ends = pd.Series(np.where(there.any(axis=1), there.shape[1] - there[:, ::-1].argmax(axis=1), 0), index=grid.cells.index)
    titled, below = int(ends.loc[top:bottom].max()), ends.loc[bottom + 1 :]
    untitled = grid.cells.loc[bottom + 1 :, titled + 1 : max((titled, *grid.widths[max(top - 1, 0) : bottom]))]
    figures = untitled.map(lambda cell: isinstance(cell, str) and re.search(r"[^\W\d_]", cell) is None).any(axis=1)
    longer = below[(below > titled + untitled.shape[1]) | figures]
    refuse_longer(longer.items(), titled, grid.text_file)


def _texts(row: Iterable[Any]) -> list[str]:
    """The texts of a row above the titles; two of them also together: Currency: | SGD."""
    texts = [cell for cell in row if isinstance(cell, str)]
    return [" ".join(texts), *texts] if len(texts) == 2 else texts


def _headings(rows: tuple[int, ...], headings: dict[int, dict[int, Any]]) -> dict[int, str]:
    """What the last heading over each row says, of the cells of every heading."""
    said = [max(map(text_of, cells.values()), key=len) for cells in headings.values()]
    places = [*headings]
    over = {row: bisect_left(places, row) for row in rows}
    return {row: said[place - 1] for row, place in over.items() if place}


def _with_presence(cells: pd.DataFrame) -> Iterable[tuple[list[Any], list[bool]]]:
    """Every row's cells, and which of them hold something; plain lists, for a frame is slow to ask row by row."""
    return zip(cells.to_numpy(dtype=object).tolist(), cells.notna().to_numpy().tolist(), strict=True)


def _extent(grid: Grid, best: int) -> tuple[int, int]:
    """First and last row of the titles: merged cells tie a row of groups to the row of titles under it."""
    top = bottom = best
    groups = {origin for (row, _), origin in grid.spans.items() if row == best - 1}
    wide = {o for o in groups if (o[0], o[1] + 1) in grid.spans and grid.spans[o[0], o[1] + 1] == o}
    texts = grid.own.loc[best - 1].dropna() if best > 1 else pd.Series(dtype=object)
    if groups and (len(texts) > 1 or any(grid.spans.get((best, o[1])) == o for o in groups)) and (wide or len(texts) > 1):
        top = best - 1
    while any(grid.spans.get((bottom + 1, column)) == grid.spans.get((bottom, column), 0) for column in grid.cells):
        bottom += 1
    bottom += _split_below(grid, bottom)
    return top, bottom + _explained_below(grid, bottom)


def _explained_below(grid: Grid, row: int) -> bool:
    """Whether the row under the titles says what each of them is in: (người), (nghìn đồng), (URL); or K, %, thousand, USD."""
    own = grid.own.loc[row + 1].dropna() if row + 1 in grid.own.index else pd.Series(dtype=object)
    explained = len(own) > 1 and all(isinstance(cell, str) and _explains(cell.strip()) for cell in own)
    return explained and not numbers_columns([*own])


def _explains(cell: str) -> bool:
    return IN_BRACKETS.fullmatch(cell) is not None or cell == "%" or unit_alone(cell) is not None


def _split_below(grid: Grid, row: int) -> bool:
    """Whether the row under the titles only says what the columns are that one title is over: Giá over Video and Story.

    The title is merged over them, or the cells beside it are blank.
    """
    if row + 1 not in grid.own.index:
        return False
    origin = {column: grid.spans.get((row, column)) for column in grid.cells}
    wide = {c for c, at in origin.items() if at is not None and at in (origin.get(c - 1), origin.get(c + 1))}
    untitled = {*_untitled(grid, row)}
    wide |= untitled | {column - 1 for column in untitled}
    own = grid.own.loc[row + 1].dropna()
    return len(own) > 1 and {*own.index} <= wide and all(isinstance(cell, str) and not NO_TITLE.match(cell) for cell in own)


def _untitled(grid: Grid, row: int) -> dict[int, str]:
    """The unmerged columns without a title in a row of titles, each with the title to its left."""
    found: dict[int, str] = {}
    last = None
    for column, cell in grid.cells.loc[row].items():
        if (row, column) in grid.spans:
            last = None
        elif isinstance(cell, str):
            last = text_of(cell)
        elif last is not None:
            found[int(str(column))] = last
    return found


def _unmerged_groups(grid: Grid, top: int, bottom: int, known: Known) -> dict[int, tuple[str, ...]]:
    """By column what a title says that stands over several columns without being merged over them.

    That is a title beside blank ones where the row below parts it, or prices in the row above the titles, over words that mean
    nothing by themselves and a price together with it: Giá over Trước VAT and Sau VAT.
    """
    own = grid.own
    below: dict[int, tuple[str, ...]] = {}
    if bottom > top:
        below = {c: (text,) for c, text in _untitled(grid, bottom - 1).items() if pd.notna(own.at[bottom, c])}
    if below or top - 1 not in own.index:
        return below
    found: dict[int, tuple[str, ...]] = {}
    group = ""
    for column in grid.cells:
        over, title = own.at[top - 1, column], own.at[top, column]
        group = text_of(over) if isinstance(over, str) else group
        both = f"{group} {title}"
        if not isinstance(title, str) or known(text_of(title)) is not None or not known(group) == known(both) == "fee":
            group = ""
        else:
            found[column] = (group,)
    return found


def _parts(cells: pd.Series) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text_of(cell) for cell in cells.dropna()))


def _unique(parts: dict[int, tuple[str, ...]], known: Known) -> dict[int, str]:
    """One title a column: the lowest words where they say enough, all the words where they do not, else the column's letter."""
    short = {c: words[-1] if words and (len(words) == 1 or known(words[-1])) else " ".join(words) for c, words in parts.items()}
    again = {fold(t) for t in short.values() if [fold(s) for s in short.values()].count(fold(t)) > 1}
    long = {c: " ".join(parts[c]) if fold(title) in again else title for c, title in short.items()}
    again = {fold(t) for t in long.values() if [fold(s) for s in long.values()].count(fold(t)) > 1} | {""}
    letters = {c: address((1, c))[:-1] for c in long}
    return {c: f"{t} [{letters[c]}:{letters[c]}]".strip() if fold(t) in again else t for c, t in long.items()}
