"""Workbooks of every kind: values, merged cells and hidden sheets; of .xlsx also how cells are shown and what nobody sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from predictor.definitions.limits import Most

if TYPE_CHECKING:  # what opens workbooks brings openpyxl: whoever reads text tables does not wait for it
    from predictor.tables.sheet_sizes import Place, SheetSize

XLSX = ".xlsx"
ODS = ".ods"
EXACT = 2.0**53  # whole numbers from here on are not all floats
SUFFIXES = (XLSX, ".xls", ".xlsb", ODS)


@dataclass(frozen=True)
class WorkbookSheet:
    """A sheet as rows of cells, None where one is empty; `merged` gives first and last place of each, counted from 1.

    `shown` says how an .xlsx shows it, and is None for other kinds, of which that is not read; `links` where its cells lead,
    `struck` those that an .ods crosses out, `comments` what people noted on cells.
    """

    name: str
    visible: bool
    rows: list[list[Any]]
    merged: tuple[tuple[Place, Place], ...] = ()
    shown: SheetSize | None = None
    links: Mapping[Place, str] = field(default_factory=dict)
    struck: frozenset[Place] = frozenset()
    comments: Mapping[Place, str] = field(default_factory=dict)


def workbook_sheets(path: Path, most: Most | None = None) -> Iterator[WorkbookSheet]:
    """Every sheet of a workbook in its order.

    Raises
    ------
    RowsError
        Where a sheet has more cells than are read; `TooMuch` where it has more than `most`.
    ValueError, OSError, zipfile.BadZipFile
        Where the file is no workbook of its kind, or needs a password.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    from predictor.tables.hyperlinks import comments, hyperlinks
    from predictor.tables.struck_ods import struck_cells

    try:
        with _measured(path, most) as (source, sizes), CalamineWorkbook.from_object(source) as book:
            links, noted = (hyperlinks(path), comments(path)) if path.suffix.lower() == XLSX else ({}, {})
            struck = struck_cells(path) if path.suffix.lower() == ODS else {}
            for about in book.sheets_metadata:
                if about.typ == SheetTypeEnum.WorkSheet:
                    sheet, size = book.get_sheet_by_name(about.name), sizes.get(about.name)
                    rows = [[*map(_cell, row)] for row in sheet.to_python(skip_empty_area=False)]
                    merged = tuple((_place(first), _place(last)) for first, last in sheet.merged_cell_ranges or [])
                    visible = about.visible == SheetVisibleEnum.Visible
                    own = links.get(about.name, {}), struck.get(about.name, frozenset()), noted.get(about.name, {})
                    yield WorkbookSheet(about.name, visible, _filled_out(rows, size), merged, size, *own)
    except CalamineError as problem:
        raise ValueError(str(problem)) from None


@contextmanager
def _measured(path: Path, most: Most | None) -> Iterator[tuple[Path | IO[bytes], dict[str, SheetSize]]]:
    """The workbook as it may be opened, and how an .xlsx shows each of its sheets."""
    from predictor.tables.sheet_sizes import measured, refuse_excess

    if path.suffix.lower() == XLSX:
        with measured(path, most) as found:
            yield found
    else:
        refuse_excess(path, most)
        yield path, {}


def _filled_out(rows: list[list[Any]], size: SheetSize | None) -> list[list[Any]]:
    """The rows as far as anything is in them, formulas and errors among it, which the reader takes for empty."""
    if size is None:
        return rows
    rows = [row + [None] * (size.columns - len(row)) for row in rows]
    rows += [[None] * size.columns for _ in range(size.rows - len(rows))]
    for (row, column), error in size.errors.items():
        rows[row - 1][column - 1] = error
    return rows


def _cell(value: Any) -> Any:
    """A cell as people see it: nothing in an empty one, and no `.0` behind a whole number, but one that may be rounded."""
    whole = isinstance(value, float) and value.is_integer() and abs(value) < EXACT
    return None if value == "" else int(value) if whole else value


def _place(at: tuple[int, int]) -> Place:
    return at[0] + 1, at[1] + 1
