"""Tables that lie on their side: the titles stand one below the other in the first column, and each person in a column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from predictor.intake.spreadsheets.grids import Grid, Known
from predictor.intake.spreadsheets.layout import SEARCHED, Layout
from predictor.tables.sheet_sizes import Place
from predictor.wording.sentences import Said

LEAST = 3  # known titles in the first column


def labels_and_values(grid: Grid) -> bool:
    """Whether a sheet has but two filled columns: one of labels and one of values, as the card of one person has them."""
    return int(grid.cells.notna().any().sum()) == 2


def upright(grid: Grid, known: Known) -> Grid | None:
    """The sheet with its columns as rows, where its first filled column begins with at least three known titles; None elsewhere.

    It is asked of a sheet in which no row holds two, or which has but two columns.
    """
    filled = grid.cells.columns[grid.cells.notna().any()]
    if len(filled) < 2:
        return None
    titles = [cell for cell in grid.cells[filled[0]].iloc[:SEARCHED] if isinstance(cell, str)]
    if len({name for title in titles if (name := known(title)) is not None}) < LEAST:
        return None
    across = {row for (row, column), origin in grid.spans.items() if row == origin[0] and column > origin[1]}  # headings
    spans = {_turned(place): _turned(origin) for place, origin in grid.spans.items() if place[0] not in across}
    return replace(
        grid, cells=grid.cells.drop(index=[*across]).T, spans=spans,
        signs={_turned(place): sign for place, sign in grid.signs.items()},
        links={_turned(place): link for place, link in grid.links.items()},
        unsaved=_all(grid.unsaved), measured=_all(grid.measured), struck=_all(grid.struck),
        hidden_rows=grid.hidden_columns, hidden_columns=grid.hidden_rows, text_file="", widths=(), turned=True,
    )  # fmt: skip


def _turned(place: Place) -> Place:
    return place[1], place[0]


def _all(places: Iterable[Place]) -> frozenset[Place]:
    return frozenset(map(_turned, places))


def without_rows(grids: list[Grid], found: list[Layout]) -> Said:
    """Why no sheet holds a table: nothing stands in them, there are titles, but no rows below them, or no row of titles."""
    if not found:
        return Said("no_titles" if any(grid.cells.notna().any(axis=None) for grid in grids) else "no_cells")
    titles = ", ".join(list(found[0].titles.values())[:SHOWN])
    return Said("no_rows_below", {"sheet": found[0].grid.name, "titles": titles})


SHOWN = 8  # titles that a sentence names
