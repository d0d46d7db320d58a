"""Ranges of money or people (5-7tr, 100k-200k), which are read as their midpoint; each is listed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.money import ends_of
from predictor.intake.numbers import plainly, read_numbers, unified, without_people
from predictor.intake.spreadsheets.layout import Layout

OF_PEOPLE = ("followers", "average_views")


@dataclass(frozen=True)
class Midpoint:
    """A range that was read as its midpoint."""

    sheet: str
    row: int
    column: str
    cell: str
    came: str
    read_as: str


def midpoints(layout: Layout, title: str, cells: pd.Series, at: np.ndarray, values: pd.Series) -> list[Midpoint]:
    """The ranges of a column, `at` their places, with what each was read as."""
    places = [(int(row), layout.address(int(row), title)) for row in cells.index[at]]
    name = layout.grid.name
    return [Midpoint(name, row, title, cell, str(cells[row]), plainly(values[row])) for row, cell in places]


def middles(cells: pd.Series, name: str, entry: Entry, decimal_comma: bool | None) -> pd.Series:
    """The midpoints of the cells that are ranges of people, missing elsewhere and where an end is no number."""
    people = name in OF_PEOPLE
    bounds = cells.map(lambda cell: ends_of(unified(without_people(cell))) if people and isinstance(cell, str) else None)
    ranged = cells[bounds.notna()]
    low, high = (
        read_numbers(pd.Series([bounds[row][end] for row in ranged.index], ranged.index, dtype="str"), entry, decimal_comma)[0]
        for end in (0, 1)
    )
    return ((low + high) / 2).where(low <= high).round().reindex(cells.index)
