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

from predictor.intake.accounts import account_of
from predictor.intake.cells import as_text, without_contacts
from predictor.intake.spreadsheets.grids import Grid, Known, address
from predictor.intake.spreadsheets.remarks import about_amounts
from predictor.intake.spreadsheets.row_words import (
    COUNTER,
    EXAMPLE,
    IN_BRACKETS,
    NOTE,
    NUMBERED,
    RULE,
    SIGNED,
    TERMS,
)
from predictor.intake.spreadsheets.totals import NAMES, is_total, people_among
from predictor.intake.taxes import tax_of
from predictor.intake.units import unit_alone
from predictor.tables.delimited import refuse_longer
from predictor.wording.matching import fold

SEARCHED = 40  # rows in which titles are looked for
UNIT_TITLES = (*map(fold, ("đơn vị", "đơn vị tính", "đvt", "unit", "units", "satuan", "单位", "單位", "単位", "단위", "หน่วย")),)
WORDS = 4  # from how many on what stands beside a mark (*, -) is a sentence
LONG = 60  # letters; a heading is shorter
NO_TITLE = re.compile(r"\W*\d[\d.,\s]*\w{0,3}\W*$|https?:|@|.{80}", re.IGNORECASE)  # numbers, amounts, links, handles, captions
HEADING = re.compile(
    r"\b(?:kols?|kocs?|influencers?|mega|macro|micro|nano|mid|"
    r"celeb\w*|hot\s?\w*|tier|hạng|nhóm|group|team|list|danh sách|level|top)\b|"
    r"[:：<>]|\d|^\W*(?:instagram|tik ?tok|youtube|facebook|threads|twitter|fanpages?|douyin|others?|khác|lainnya)"
    r"(?:\s+(?:creators?|accounts?|channels?))?\W*$",
    re.IGNORECASE,
)  # what a heading says, and a name seldom does


@dataclass(frozen=True)
class Layout:
    """A sheet that holds a table.

    `titles` are unique, by column; `parts` the words of each title from the highest row of titles to the lowest; `above` the
    texts over the titles; `skipped` the rows left out, by reason (`total`, `heading`, `note`, `repeated`); `headings` what the
    last heading over each row says.
    """

    grid: Grid
    titles: dict[int, str]
    parts: dict[int, tuple[str, ...]]
    above: tuple[str, ...]
    rows: tuple[int, ...]
    skipped: dict[str, tuple[int, ...]]
    second: int | None = None
    headings: dict[int, str] = field(default_factory=dict)
    made: dict[int, int] = field(default_factory=dict)  # columns that were made, and the column of the file that each is from
    row_of_titles: tuple[str, ...] = ()  # as the file has it, by which it is known again
    clock: str = ""  # the title whose times are part of the days of another
    linked_by: str = ""  # the title whose cells lead to profiles, which are a column of links

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

    @property
    def frame(self) -> pd.DataFrame:
        """The rows of data under their titles, by the number of the row in the sheet."""
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
    found = {row: _recognised(grid.cells.loc[row], known) for row in grid.cells.index[:SEARCHED]}
    named = max(map(len, found.values()), default=0)
    if named < 2 and not (named and 0 in grid.cells.index):  # row 0: titles that were given to a sheet without any
        return None
    best = max(found, key=lambda row: len(found[row]))
    top, bottom = _extent(grid, best)
    if grid.text_file:
        _refuse_longer(grid, top, bottom)
    own = grid.own
    columns = [c for c in grid.cells if grid.cells.loc[top:bottom, c].notna().any() or own.loc[bottom + 1 :, c].notna().any()]
    over = _unmerged_groups(grid, top, bottom, known)
    parts = {c: (*over.get(c, ()), *_parts(grid.cells.loc[top:bottom, c])) for c in columns}
    above = tuple(dict.fromkeys(text for row in own.loc[: top - 1].itertuples(index=False) for text in _texts(row)))
    below = own.loc[bottom + 1 :, columns]
    presence = zip(below.index, _with_presence(below), strict=True)
    filled = {row: {c: cell for c, cell, there in zip(columns, *cells, strict=True) if there} for row, cells in presence}
    reasons = {row: _reason(cells, parts, known) for row, cells in filled.items()}
    reasons |= dict.fromkeys(people_among(reasons, filled, parts, known))
    reasons |= _lonely_rows(reasons, filled, below, grid, parts, known)
    reasons |= dict.fromkeys(_signatures(reasons, filled), "note")
    second = next((row for row, why in reasons.items() if why == "second"), None)
    skipped = {
        why: tuple(row for row, reason in reasons.items() if reason == why) for why in ("total", "heading", "note", "repeated")
    }
    rows = tuple(row for row, reason in reasons.items() if reason is None and (second is None or row < second))
    headings = _headings(rows, {row: filled[row] for row in skipped["heading"]})
    return Layout(
        grid, _unique(parts, known), parts, above, rows, {why: at for why, at in skipped.items() if at}, second, headings,
        row_of_titles=tuple(words[-1] for words in parts.values() if words),
    )  # fmt: skip


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


def text_of(cell: Any) -> str:
    """A title on one line."""
    return " ".join(str(cell).split())


def _with_presence(cells: pd.DataFrame) -> Iterable[tuple[list[Any], list[bool]]]:
    """Every row's cells, and which of them hold something; plain lists, for a frame is slow to ask row by row."""
    return zip(cells.to_numpy(dtype=object).tolist(), cells.notna().to_numpy().tolist(), strict=True)


def _recognised(cells: Iterable[Any], known: Known) -> set[str]:
    names = (known(text_of(cell)) for cell in cells if isinstance(cell, str) and len(cell) < 80)
    return {name for name in names if name is not None}


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
    return explained and not _numbers_columns([*own])


def _numbers_columns(cells: list[Any]) -> bool:
    """Whether the cells of a row number its columns: (1), (2), (3)=(1)x(2)."""
    marked = all(isinstance(cell, str) and NUMBERED.fullmatch(cell.strip()) for cell in cells)
    return len(cells) > 2 and (marked or [str(cell).strip() for cell in cells] == [str(at + 1) for at in range(len(cells))])


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


def _reason(cells: dict[int, Any], parts: dict[int, tuple[str, ...]], known: Known) -> str | None:
    """Why a row under the titles is no data: `blank`, `total`, `lonely`, `repeated` titles, or a `second` table.

    `cells` are the row's own that hold something, by column.
    """
    if not cells or all(isinstance(cell, str) and RULE.fullmatch(cell) for cell in cells.values()):
        return "blank"
    texts = {column: cell for column, cell in cells.items() if isinstance(cell, str)}
    if len(texts) == len(cells) > 1 and all(text_of(cell) in parts[column] for column, cell in texts.items()):
        return "repeated"
    titles = len(texts) == len(cells) >= 3 and not any(NO_TITLE.match(cell) for cell in texts.values())
    same = sum(text_of(cell) in parts[column] for column, cell in texts.items())
    if titles and (len(_recognised(cells.values(), known)) >= 3 or (same >= 2 and 2 * same >= len(cells))):
        return "second"
    if texts and is_total(texts, parts, known):
        return "total"
    first = next(iter(texts.values()), "")
    if EXAMPLE.match(first) or _numbers_columns([*cells.values()]):
        return "note"
    if len(texts) == len(cells) and (len(cells) == 1 or (len(cells) == 2 and (_of_a_list(first)))):
        return "lonely"
    return None


def _signatures(reasons: dict[int, str | None], filled: dict[int, dict[int, Any]]) -> list[int]:
    """The rows in which somebody signs, below all that tells a number or an account: who and, below, their names."""
    left = [row for row, why in reasons.items() if why is None]
    names: list[int] = []
    for row in reversed(left):
        texts = [cell for cell in filled[row].values() if isinstance(cell, str)]
        if len(texts) < len(filled[row]) or any(re.search(r"\d|@|\w\.\w|://", text) for text in texts):
            return []
        names.append(row)
        if SIGNED.match(text_of(texts[0])):
            return names if len(names) < len(left) else []
    return []


def _of_a_list(text: str) -> bool:
    """Whether a text only counts or marks what stands beside it: 1), -, *, Note:"""
    return bool(COUNTER.match(text) or NOTE.match(text)) or not any(letter.isalnum() for letter in text)


def _of_offer(text: str) -> bool:
    """Whether a text is about the offer, or names whom to ask."""
    if account_of(text).handle is not None:
        return False
    return TERMS.search(text) is not None or without_contacts(text) != text


def _lonely_rows(
    reasons: dict[int, str | None], filled: dict[int, dict[int, Any]], below: pd.DataFrame, grid: Grid,
    parts: dict[int, tuple[str, ...]], known: Known,
) -> dict[int, str | None]:  # fmt: skip
    """What each row with a single text is: a heading over the rows below, a note, or all that is known of a creator.

    What stands under a total, or under a blank row, behind the last row of data is a note.
    """
    second = next((row for row, why in reasons.items() if why == "second"), grid.cells.index[-1] + 1)
    lonely = [row for row, why in reasons.items() if why == "lonely"]
    data = [row for row, why in reasons.items() if why is None and row < second]
    last = data[-1] if data else grid.cells.index[-1]
    end = next((row for row, why in reasons.items() if row > last and why in ("blank", "total")), second)
    typical = below.loc[data].notna().sum(axis=1).median() if data else 0
    numbers = below.loc[data].iloc[:, 0].map(lambda cell: str(cell).strip(" .").isdigit())
    numbered = len(data) > 0 and bool(numbers.all())  # every row of data begins with its number, and these do not
    found: dict[int, str | None] = {}
    for row in lonely:
        column, cell = list(filled[row].items())[-1]
        who = known(parts[column][-1]) if parts[column] else None
        over = bool(data) and last > row
        wide = grid.spans.get((row, column + 1)) == (row, column) or cell.rstrip().endswith((":", "："))
        marked = len(filled[row]) == 2 and not any(letter.isalnum() for letter in str(next(iter(filled[row].values()))))
        alone = len(filled[row]) == 1 or marked
        sentence = len(cell) > LONG or (marked and len(cell.split()) > WORDS)
        terms = NOTE.match(cell) or (alone and _of_offer(cell)) or tax_of(cell) or sentence
        if terms or (about_amounts(cell) and not over):
            found[row] = "note" if not wide or not over else "heading"
        elif wide or (over and typical >= 3 and (who not in NAMES or HEADING.search(cell) or cell.isupper() or numbered)):
            found[row] = "heading" if over else "note"
        else:
            found[row] = None if (row < end or not alone) and (who in NAMES or len(parts) < 3) else "note"
    return found
