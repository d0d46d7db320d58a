"""A mapping to start from for files whose titles nobody knows: it names them all, so that the next import finds the table."""

from __future__ import annotations

from predictor.intake.mapping import Mapping
from predictor.intake.spreadsheets.grids import Grid
from predictor.intake.spreadsheets.layout import SEARCHED
from predictor.intake.spreadsheets.row_kinds import no_title, text_of
from predictor.wording.matching import fold

LEAST = 2  # titles of a table


def naming_titles(grids: list[Grid], table: str, given: Mapping) -> Mapping:
    """The mapping with the titles of every sheet among those that it ignores; as it is where no row is one of titles."""
    own = given.of(table)
    known = {fold(title) for title in (*own.columns, *own.prices, *own.ignore)}
    titles = {fold(title): title for grid in grids for title in _titles(grid)}
    ignored = tuple(title for word, title in titles.items() if word not in known)
    return given.model_copy(update={"tables": given.tables | {table: own.model_copy(update={"ignore": (*own.ignore, *ignored)})}})


def _titles(grid: Grid) -> list[str]:
    """The first row of a sheet that holds words alone, each another, and at least half as many as any row below it."""
    rows = {row: [*grid.own.loc[row].dropna()] for row in grid.own.index}
    widest = max(map(len, rows.values()), default=0)
    for cells in [*rows.values()][: min(SEARCHED, len(rows) - 1)]:
        said = [text_of(cell) for cell in cells if not no_title(cell)]
        if len(cells) == len({*map(fold, said)}) >= max(LEAST, widest / 2):
            return said
    return []
