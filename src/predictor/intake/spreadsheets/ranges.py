"""Ranges of money, people or a rate (5-7tr, 100k-200k, 2.5%-3%), which are read as their midpoint; each is listed."""

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
    """The midpoints of the cells that are ranges of people, or of a rate in per cent; missing elsewhere and where an end is no
    number."""
    bounds = cells.map(lambda cell: _ends(cell, name) if isinstance(cell, str) else None)
    ranged = cells[bounds.notna()]
    low, high = (
        read_numbers(pd.Series([bounds[row][end] for row in ranged.index], ranged.index, dtype="str"), entry, decimal_comma)[0]
        for end in (0, 1)
    )
    middle = ((low + high) / 2).where(low <= high)
    return (middle.round() if name in OF_PEOPLE else middle).reindex(cells.index)


def _ends(cell: str, name: str) -> tuple[str, str] | None:
    """The two ends of a range of people, or of a rate that says that it is per cent: 2.5%-3%, 5-7%."""
    if name in OF_PEOPLE:
        return ends_of(unified(without_people(cell)))
    text = unified(cell)
    if name != "engagement_rate" or not text.strip().endswith("%"):
        return None
    ends = ends_of(text.replace("%", " ").strip())
    return None if ends is None else (f"{ends[0].strip()}%", f"{ends[1].strip()}%")
