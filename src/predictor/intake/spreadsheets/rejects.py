"""Cells of a sheet that spoil their rows: unreadable, merged over several, or never saved."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.cells import Refused
from predictor.intake.spreadsheets.layout import Layout
from predictor.tables.sheet_sizes import Place
from predictor.wording.sentences import Said


@dataclass(frozen=True)
class Reject:
    """A cell (or a row, where `column` is blank) that cannot be used, by its place in the original file.

    It keeps its row out, unless `kept`: then the row stays, and the cell is blank.
    """

    sheet: str
    row: int
    column: str
    cell: str
    came: str
    problem: Said
    kept: bool = False


def refusals(layout: Layout, title: str, cells: pd.Series, refused: list[Refused]) -> list[Reject]:
    """The cells that could not be read, but for those that another reading of the column would settle; `cells` as typed."""
    wrong = [(one.says(int(at)), int(at)) for one in refused if not one.undecided for at in one.cells]
    rows, came = cells.index.tolist(), cells.tolist()  # plain lists, for a column is slow to ask cell by cell
    return [reject(layout, title, int(rows[at]), came[at], _quoting(said, came[at])) for said, at in wrong]


def _quoting(problem: Said, came: object) -> Said:
    """A problem that quotes its cell, quoting it as it was typed."""
    return Said(problem.key, problem.values | {"came": str(came).strip()}) if "came" in problem.values else problem


def reject(layout: Layout, title: str, row: int, came: object, problem: Said) -> Reject:
    """One cell with what is wrong with it."""
    place = layout.address(row, title) if layout.column(title) else ""
    return Reject(layout.grid.name, row, title, place, str(came), problem)


def untrusted(layout: Layout, title: str, entry: Entry) -> list[Reject]:
    """Amounts and outcomes merged over several rows (each row's, or shared?), and formulas whose result was never saved."""
    column = layout.column(title)
    summed = entry.type == "money" or (entry.type == "count" and entry.known == "after_booking")
    return [*(_shared(layout, title, column) if summed else []), *_unsaved(layout, title, column)]


def _shared(layout: Layout, title: str, column: int) -> list[Reject]:
    mates: dict[Place, list[int]] = {}
    for row in layout.rows if layout.grid.spans else ():
        if (row, column) in layout.grid.spans:
            mates.setdefault(layout.grid.spans[row, column], []).append(row)
    return [
        reject(layout, title, row, came, Said("cell_merged", {"first": str(rows[0]), "last": str(rows[-1])}))
        for origin, rows in mates.items()
        if len(rows) > 1 and (came := layout.grid.cells.loc[origin]) is not None
        for row in rows
    ]


def _unsaved(layout: Layout, title: str, column: int) -> list[Reject]:
    problem = Said("cell_unsaved")
    return [reject(layout, title, row, "", problem) for row in layout.rows if (row, column) in layout.grid.unsaved]
