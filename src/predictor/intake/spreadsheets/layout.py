"""Spreadsheets as people have them: every sheet as a grid of cells that knows its merged cells and its number formats."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from predictor.errors import Fault, RowsError
from predictor.tables.delimited import as_utf8, grid_rows, refuse_longer
from predictor.tables.files import JSONS, READS, TEXTS, read_records
from predictor.tables.workbooks import WorkbookSheet, workbook_sheets
from predictor.wording.matching import fold

SUFFIXES = tuple(suffix for suffix in READS if suffix != ".parquet")
LITERAL = re.compile(r'"([^"]*)"|\[\$([^\]\-]*)[^\]]*\]|\\(.)|([$¥₫₩฿])')
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
Place = tuple[int, int]


@dataclass(frozen=True)
class Grid:
    """One sheet: cells by row and column, both counted from 1, as a person sees them.

    `cells` repeats a merged cell over its whole range; `spans` gives, for every place so filled, the place it came from.
    `signs` holds what a number format writes around a number (a currency sign); `unsaved` the formulas without a result;
    `text_file` is the name of the text table that it was.
    """

    name: str
    cells: pd.DataFrame
    spans: dict[Place, Place]
    signs: dict[Place, str]
    unsaved: frozenset[Place] = frozenset()
    text_file: str = ""

    @cached_property
    def own(self) -> pd.DataFrame:
        """The cells without what merging repeats."""
        own = self.cells.copy()
        for (row, column), origin in self.spans.items():
            if (row, column) != origin:
                own.loc[row, column] = None
        return own


def read_grids(path: Path, only: tuple[str, ...] = (), encoding: str | None = None) -> list[Grid]:
    """Every visible sheet of a workbook, or the one of a text or JSON file; `only` names the sheets wanted, hidden ones too.

    Raises
    ------
    RowsError
        Where there is no such file or sheet, or no way to read it.
    """
    if not path.is_file():
        raise RowsError([Fault(path.name, f"there is no such file in {path.parent}; check the name.")])
    if path.suffix.lower() not in SUFFIXES:
        raise RowsError([Fault(path.name, f"ends in '{path.suffix}'; allowed: {', '.join(SUFFIXES)}; save it as one of these.")])
    try:
        if path.suffix.lower() in TEXTS:
            return [_text(path, encoding)]
        if path.suffix.lower() in JSONS:
            return [_records(path)]
        return _workbook(path, only) if path.suffix.lower() == ".xlsx" else _other_workbook(path, only)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        reason = " ".join(str(error).split())
        problem = f"cannot be read as {path.suffix[1:]} ({reason}); open it, save it again as .xlsx without a password."
    raise RowsError([Fault(path.name, problem)])


def address(place: Place) -> str:
    """A place as spreadsheets write it.

    >>> address((5, 28))
    'AB5'
    """
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(place[1])}{place[0]}"


def _text(path: Path, encoding: str | None) -> Grid:
    with path.open("rb") as file, as_utf8(file, path.name, encoding) as plain:
        rows = grid_rows(plain, path.name)
    return Grid(path.stem, _frame([[_cell(cell) for cell in row] for row in rows]), {}, {}, text_file=path.name)


def _records(path: Path) -> Grid:
    rows = read_records(path)
    titles = list(dict.fromkeys(name for row in rows for name in row))
    return Grid(path.stem, _frame([titles, *([_cell(row.get(name)) for name in titles] for row in rows)]), {}, {})


def _workbook(path: Path, only: tuple[str, ...]) -> list[Grid]:
    from openpyxl import load_workbook

    saved = load_workbook(path, data_only=True)
    formulas = load_workbook(path) if _has_formulas(path) else saved
    _refuse_unknown(path, [sheet.title for sheet in saved.worksheets], only)
    wanted = [s for s in saved.worksheets if s.title in only or (not only and s.sheet_state == "visible")]
    return [_grid(sheet, formulas[sheet.title]) for sheet in wanted]


def _other_workbook(path: Path, only: tuple[str, ...]) -> list[Grid]:
    sheets = list(workbook_sheets(path))
    _refuse_unknown(path, [sheet.name for sheet in sheets], only)
    return [_plain_grid(sheet) for sheet in sheets if sheet.name in only or (not only and sheet.visible)]


def _plain_grid(sheet: WorkbookSheet) -> Grid:
    cells, spans = _frame([[_cell(value) for value in row] for row in sheet.rows]), dict[Place, Place]()
    for first, last in sheet.merged:
        for place in ((row, column) for row in range(first[0], last[0] + 1) for column in range(first[1], last[1] + 1)):
            if place[0] in cells.index and place[1] in cells.columns:
                spans[place] = first
                cells.loc[place] = cells.loc[first]
    return Grid(sheet.name, cells, spans, {})


def _refuse_unknown(path: Path, names: list[str], only: tuple[str, ...]) -> None:
    unknown = [name for name in only if name not in names]
    if unknown:
        raise RowsError(
            [Fault(path.name, f"has no sheet '{name}'; its sheets: {', '.join(names)}; name one of them.") for name in unknown]
        )


def _grid(sheet: Any, formulas: Any) -> Grid:
    cells = _frame([[_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)])
    spans: dict[Place, Place] = {}
    for merged in sheet.merged_cells.ranges:
        origin = (merged.min_row, merged.min_col)
        for place in ((row, column) for row, column in merged.cells if row in cells.index and column in cells.columns):
            spans[place] = origin
            cells.loc[place] = cells.loc[origin]
    signs = {(c.row, c.column): sign for c in _filled(sheet) if (sign := _sign(c.number_format))}
    unsaved = frozenset(
        (c.row, c.column) for c in _filled(formulas) if c.data_type == "f" and sheet.cell(c.row, c.column).value is None
    )
    return Grid(sheet.title, cells, spans, signs | {at: signs[o] for at, o in spans.items() if o in signs}, unsaved)


def _has_formulas(path: Path) -> bool:
    """Whether any sheet holds a formula; most lists hold none, and need not be read a second time for them."""
    with zipfile.ZipFile(path) as archive:
        return any(FORMULA.search(archive.read(name)) for name in archive.namelist() if name.startswith("xl/worksheets/"))


def _filled(sheet: Any) -> Iterator[Any]:
    return (cell for row in sheet.iter_rows() for cell in row if cell.value is not None)


def _frame(rows: list[list[Any]]) -> pd.DataFrame:
    width = max(map(len, rows), default=0)
    padded = [row + [None] * (width - len(row)) for row in rows]
    return pd.DataFrame(padded, index=range(1, len(rows) + 1), columns=range(1, width + 1), dtype=object)


def _cell(value: Any) -> Any:
    """A cell's value; text that holds nothing but spaces is nothing."""
    return (value.strip() or None) if isinstance(value, str) else value


def _sign(number_format: str) -> str:
    """What a number format writes around a number, such as ₫ or USD."""
    return " ".join("".join(parts) for parts in LITERAL.findall(number_format.split(";")[0])).strip()


# What is where in a sheet: the row of titles, the rows of data, and rows that only look like data (totals, headings, notes).

Known = Callable[[str], str | None]
SEARCHED = 40  # rows in which titles are looked for
TOTAL = re.compile(r"^\s*((tổng|tong)\b|(sub|grand)?[\s-]*totals?\b|cộng\b|sum\b|合计|总计|小计)", re.IGNORECASE)
BARE_TOTALS = ("tong", "tongcong", "total", "totals", "subtotal", "grandtotal", "tongphu", "cong")
NAMES = ("creator_id", "name")
NOTE = re.compile(r"^\s*(\*|ghi chú|lưu ý|note\b|nguồn|source\b|\(\*\))", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """A sheet that holds a table.

    `titles` are unique, by column; `parts` the words of each title from the highest row of titles to the lowest; `above` the
    texts over the titles; `skipped` the rows left out, by reason (`total`, `heading`, `note`, `repeated`).
    """

    grid: Grid
    titles: dict[int, str]
    parts: dict[int, tuple[str, ...]]
    above: tuple[str, ...]
    rows: tuple[int, ...]
    skipped: dict[str, tuple[int, ...]]
    second: int | None = None

    @property
    def frame(self) -> pd.DataFrame:
        """The rows of data under their titles, by the number of the row in the sheet."""
        return self.grid.cells.loc[list(self.rows), list(self.titles)].set_axis(list(self.titles.values()), axis=1)

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
    if not found or max(map(len, found.values())) < 2:
        return None
    best = max(found, key=lambda row: len(found[row]))
    top, bottom = _extent(grid, best)
    if grid.text_file:
        last = grid.cells.apply(pd.Series.last_valid_index, axis=1).fillna(0).astype(int)
        refuse_longer(last.loc[bottom + 1 :].items(), int(last.loc[top:bottom].max()), grid.text_file)
    own = grid.own
    columns = [c for c in grid.cells if grid.cells.loc[top:bottom, c].notna().any() or own.loc[bottom + 1 :, c].notna().any()]
    parts = {c: _parts(grid.cells.loc[top:bottom, c]) for c in columns}
    above = tuple(
        dict.fromkeys(cell for row in own.loc[: top - 1].itertuples(index=False) for cell in row if isinstance(cell, str))
    )
    below = own.loc[bottom + 1 :, columns]
    filled = ({c: cell for c, cell, there in zip(columns, *row, strict=True) if there} for row in _with_presence(below))
    reasons = {row: _reason(cells, row, grid, parts, known) for row, cells in zip(below.index, filled, strict=True)}
    second = next((row for row, why in reasons.items() if why == "second"), None)
    skipped = {
        why: tuple(row for row, reason in reasons.items() if reason == why) for why in ("total", "heading", "note", "repeated")
    }
    rows = tuple(row for row, reason in reasons.items() if reason is None and (second is None or row < second))
    return Layout(grid, _unique(parts, known), parts, above, rows, {why: at for why, at in skipped.items() if at}, second)


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
    return top, bottom


def _parts(cells: pd.Series) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text_of(cell) for cell in cells.dropna()))


def _unique(parts: dict[int, tuple[str, ...]], known: Known) -> dict[int, str]:
    """One title a column: the lowest words where they say enough, all the words where they do not, else the column's letter."""
    short = {c: words[-1] if words and (len(words) == 1 or known(words[-1])) else " ".join(words) for c, words in parts.items()}
    again = {fold(t) for t in short.values() if [fold(s) for s in short.values()].count(fold(t)) > 1}
    long = {c: " ".join(parts[c]) if fold(title) in again else title for c, title in short.items()}
    again = {fold(t) for t in long.values() if [fold(s) for s in long.values()].count(fold(t)) > 1} | {""}
    return {c: f"{title} [{address((1, c))[:-1]}]".strip() if fold(title) in again else title for c, title in long.items()}


def _reason(cells: dict[int, Any], row: int, grid: Grid, parts: dict[int, tuple[str, ...]], known: Known) -> str | None:
    """Why a row under the titles is no data: `blank`, `total`, `heading`, `note`, `repeated` titles, or a `second` table.

    `cells` are the row's own that hold something, by column.
    """
    if not cells:
        return "blank"
    texts = {column: cell for column, cell in cells.items() if isinstance(cell, str)}
    same = sum(text_of(cell) in parts[column] for column, cell in texts.items())
    if same >= 2 and same == len(cells):
        return "repeated"
    if len(texts) == len(cells) >= 3 and len(_recognised(cells.values(), known)) >= 3:
        return "second"
    if texts and _is_total(texts, parts, known):
        return "total"
    if len(cells) == 1 and texts:
        return _lonely(*texts.popitem(), row, grid, parts, known)
    return None


def _is_total(texts: dict[int, str], parts: dict[int, tuple[str, ...]], known: Known) -> bool:
    """Whether the row's first text says so: a bare 'Tổng', a label outside the names, or one with nothing but numbers beside."""
    column, label = next(iter(texts.items()))
    if not TOTAL.match(label):
        return False
    who = known(parts[column][-1]) if parts[column] else None
    others = [cell for cell in texts.values() if cell != label and not any(letter.isdigit() for letter in cell)]
    return not others or who is None or (who in NAMES and fold(label).strip(":") in BARE_TOTALS)


def _lonely(column: int, cell: str, row: int, grid: Grid, parts: dict[int, tuple[str, ...]], known: Known) -> str | None:
    """What a single text in a row is: a heading over the rows below, a note, or all that is known of a creator."""
    if grid.spans.get((row, column + 1)) == (row, column):
        return "heading"
    who = known(parts[column][-1]) if parts[column] else None
    return None if who in NAMES and not NOTE.match(cell) or len(parts) < 3 else "note"
