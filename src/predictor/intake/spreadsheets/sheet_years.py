"""The year that the name of a sheet says (T12.2025) of its days that say none."""

from __future__ import annotations

import re

import pandas as pd

from predictor.intake.spreadsheets.grids import Grid
from predictor.intake.written_dates import with_year

YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def year_of(grid: Grid) -> int | None:
    """The one year in the name of a sheet; that in the name of a file may be the one of its download."""
    years = {*YEAR.findall("" if grid.named_by_file else grid.name)}
    return int(years.pop()) if len(years) == 1 else None


def with_sheet_year(grid: Grid, cells: pd.Series, yearless: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Cells, those that are days without a year in the year of their sheet, and which were so completed."""
    year = year_of(grid)
    if year is None:
        return cells, yearless & False
    return cells.mask(yearless, cells[yearless].map(lambda cell: with_year(cell, year))), yearless
