"""Workbooks of other programs (.xls, .xlsb, .ods): values, merged cells and hidden sheets; how numbers are shown is not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from predictor.tables.sheet_sizes import refuse_excess

SUFFIXES = (".xls", ".xlsb", ".ods")


@dataclass(frozen=True)
class WorkbookSheet:
    """A sheet as rows of cells, None where one is empty; `merged` gives first and last place of each, counted from 1."""

    name: str
    visible: bool
    rows: list[list[Any]]
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()


def workbook_sheets(path: Path) -> Iterator[WorkbookSheet]:
    """Every sheet of a workbook in its order.

    Raises
    ------
    RowsError
        Where a sheet has more cells than are read.
    ValueError
        Where the file is no workbook of its kind, or needs a password.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    refuse_excess(path)
    try:
        with CalamineWorkbook.from_path(path) as book:
            for about in book.sheets_metadata:
                if about.typ == SheetTypeEnum.WorkSheet:
                    sheet = book.get_sheet_by_name(about.name)
                    rows = [[None if cell == "" else cell for cell in row] for row in sheet.to_python(skip_empty_area=False)]
                    merged = tuple((_place(first), _place(last)) for first, last in sheet.merged_cell_ranges or [])
                    yield WorkbookSheet(about.name, about.visible == SheetVisibleEnum.Visible, rows, merged)
    except CalamineError as problem:
        raise ValueError(str(problem)) from None


def _place(at: tuple[int, int]) -> tuple[int, int]:
    return at[0] + 1, at[1] + 1
