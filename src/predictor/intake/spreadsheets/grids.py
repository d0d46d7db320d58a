"""Spreadsheets as people have them: every sheet as a grid of cells that knows its merged cells and its number formats."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from predictor.definitions.limits import ARCHIVED, PACKED
from predictor.errors import Fault, RowsError
from predictor.intake.number_formats import Written, written
from predictor.tables.delimited import as_utf8, grid_rows
from predictor.tables.files import JSONS, READS, TEXTS, read_records
from predictor.tables.sheet_sizes import SheetSize, measured
from predictor.tables.workbooks import WorkbookSheet, workbook_sheets

ARCHIVE = ".zip"  # of text tables, as exports come
SUFFIXES = (*(suffix for suffix in READS if suffix != ".parquet"), ARCHIVE)
PARTS = 20  # tables of an archive
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
Place = tuple[int, int]


@dataclass(frozen=True)
class Grid:
    """One sheet: cells by row and column, both counted from 1, as a person sees them.

    `cells` repeats a merged cell over its whole range; `spans` gives, for every place so filled, the place it came from.
    A number format that writes a unit behind its number (120.0K) is part of the number. `signs` holds what else it writes around
    a number (a currency sign), `measured` the places whose format says a unit or per cent; `unsaved` are the formulas without a
    result; `hidden_rows`, `hidden_columns` and `hidden_sheets` what nobody sees; `text_file` is the name of the text table that
    it was, `plain_suffix` the kind of workbook of which number formats and hidden rows cannot be seen.
    """

    name: str
    cells: pd.DataFrame
    spans: dict[Place, Place]
    signs: dict[Place, str]
    unsaved: frozenset[Place] = frozenset()
    measured: frozenset[Place] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden_sheets: tuple[str, ...] = ()
    text_file: str = ""
    plain_suffix: str = ""

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
        if path.suffix.lower() == ARCHIVE:
            return _archive(path, only, encoding)
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


def _archive(path: Path, only: tuple[str, ...], encoding: str | None) -> list[Grid]:
    """The text tables of a .zip, each a sheet."""
    with zipfile.ZipFile(path) as archive:
        parts = [
            one for one in archive.infolist() if Path(one.filename).suffix.lower() in TEXTS and "__MACOSX" not in one.filename
        ]
        size = sum(one.file_size for one in parts)
        if not parts or len(parts) > PARTS or size > min(ARCHIVED, PACKED * max(path.stat().st_size, 2**16)):
            allowed = f"a .zip may hold 1 to {PARTS}, of {ARCHIVED // 2**20} MB in all"
            problem = f"holds {len(parts)} text tables of {size / 2**20:.0f} MB; {allowed}"
            raise RowsError([Fault(path.name, f"{problem}; unpack it, and import what you need.")])
        _refuse_unknown(path, [Path(one.filename).stem for one in parts], only)
        with tempfile.TemporaryDirectory() as folder:
            grids = []
            for number, one in enumerate(parts):
                aside = Path(folder) / str(number) / Path(one.filename).name
                aside.parent.mkdir()
                with archive.open(one) as packed, aside.open("wb") as plain:
                    shutil.copyfileobj(packed, plain)
                if not only or aside.stem in only:
                    grids.append(_text(aside, encoding))
    return grids


def _records(path: Path) -> Grid:
    rows = read_records(path)
    titles = list(dict.fromkeys(name for row in rows for name in row))
    return Grid(path.stem, _frame([titles, *([_cell(row.get(name)) for name in titles] for row in rows)]), {}, {})


def _workbook(path: Path, only: tuple[str, ...]) -> list[Grid]:
    from openpyxl import load_workbook

    with measured(path) as (source, sizes):
        saved = load_workbook(source, data_only=True)
        formulas = load_workbook(source) if _has_formulas(path) else None
        _refuse_unknown(path, [sheet.title for sheet in saved.worksheets], only)
        wanted = [s for s in saved.worksheets if s.title in only or (not only and s.sheet_state == "visible")]
        unseen = () if only else tuple(s.title for s in saved.worksheets if s.sheet_state != "visible")
        return [_grid(sheet, formulas and formulas[sheet.title], sizes[sheet.title], unseen) for sheet in wanted]


def _other_workbook(path: Path, only: tuple[str, ...]) -> list[Grid]:
    sheets = list(workbook_sheets(path))
    _refuse_unknown(path, [sheet.name for sheet in sheets], only)
    unseen = () if only else tuple(sheet.name for sheet in sheets if not sheet.visible)
    return [
        _plain_grid(sheet, unseen, path.suffix.lower()) for sheet in sheets if sheet.name in only or (not only and sheet.visible)
    ]


def _plain_grid(sheet: WorkbookSheet, unseen: tuple[str, ...], suffix: str) -> Grid:
    cells, spans = _frame([[_cell(value) for value in row] for row in sheet.rows]), dict[Place, Place]()
    for first, last in sheet.merged:
        for place in ((row, column) for row in range(first[0], last[0] + 1) for column in range(first[1], last[1] + 1)):
            if place[0] in cells.index and place[1] in cells.columns:
                spans[place] = first
                cells.loc[place] = cells.loc[first]
    return Grid(sheet.name, cells, spans, {}, hidden_sheets=unseen, plain_suffix=suffix)


def _refuse_unknown(path: Path, names: list[str], only: tuple[str, ...]) -> None:
    unknown = [name for name in only if name not in names]
    if unknown:
        raise RowsError(
            [Fault(path.name, f"has no sheet '{name}'; its sheets: {', '.join(names)}; name one of them.") for name in unknown]
        )


def _grid(sheet: Any, formulas: Any, size: SheetSize, unseen: tuple[str, ...]) -> Grid:
    there = {"max_row": max(size.rows, 1), "max_col": max(size.columns, 1)}
    rows = list(sheet.iter_rows(**there))
    cells = _frame([[_cell(cell.value) for cell in row] for row in rows])
    numbers = (c for row in rows for c in row if isinstance(c.value, int | float) and c.has_style)
    shown = {(c.row, c.column): how for c in numbers if (how := written(c.number_format, c.value)) != Written()}
    for (row, column), how in shown.items():
        if how.factor != 1.0:
            cells.loc[row, column] = how.applied(cells.loc[row, column])
    spans: dict[Place, Place] = {}
    for merged in sheet.merged_cells.ranges:
        origin = (merged.min_row, merged.min_col)
        last = min(merged.max_row, len(cells)), min(merged.max_col, cells.shape[1])
        for place in product(range(origin[0], last[0] + 1), range(origin[1], last[1] + 1)):
            spans[place] = origin
            cells.loc[place] = cells.loc[origin]
    signs = {place: how.sign for place, how in shown.items() if how.sign}
    computed = () if formulas is None else (c for row in formulas.iter_rows(**there) for c in row if c.data_type == "f")
    unsaved = frozenset((c.row, c.column) for c in computed if sheet.cell(c.row, c.column).value is None)
    hidden = frozenset(row for row, how in sheet.row_dimensions.items() if how.hidden)
    return Grid(
        sheet.title, cells, spans, signs | {at: signs[o] for at, o in spans.items() if o in signs}, unsaved,
        frozenset(place for place, how in shown.items() if how.measured), hidden, _hidden_columns(sheet, size.columns), unseen,
    )  # fmt: skip


def _hidden_columns(sheet: Any, last: int) -> frozenset[int]:
    """Hidden columns by number up to the last; a run of them is kept as one entry with its first and last."""
    hidden = [how for how in sheet.column_dimensions.values() if how.hidden and how.min]
    return frozenset(column for how in hidden for column in range(how.min, min(how.max, last) + 1))


def _has_formulas(path: Path) -> bool:
    """Whether any sheet holds a formula; most lists hold none, and need not be read a second time for them."""
    with zipfile.ZipFile(path) as archive:
        return any(FORMULA.search(archive.read(name)) for name in archive.namelist() if name.startswith("xl/worksheets/"))


def _frame(rows: list[list[Any]]) -> pd.DataFrame:
    width = max(map(len, rows), default=0)
    padded = [row + [None] * (width - len(row)) for row in rows]
    return pd.DataFrame(padded, index=range(1, len(rows) + 1), columns=range(1, width + 1), dtype=object)


def _cell(value: Any) -> Any:
    """A cell's value; text that holds nothing but spaces is nothing."""
    return (value.strip() or None) if isinstance(value, str) else value
