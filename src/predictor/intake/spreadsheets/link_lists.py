"""Links to profiles without a title of their own: sheets of nothing else, and the addresses that names lead to."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from predictor.intake.accounts import account_of, links_share
from predictor.intake.cells import as_text
from predictor.intake.spreadsheets.grids import Grid
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.titles import LOOKS, letters

TITLE = "Link"
MOST = 0.8  # of the cells, for a column to be one of links
UNTITLED = 0  # the row of titles that a sheet is given; its own are counted from 1


def under_a_title(grid: Grid) -> Grid:
    """A sheet whose only column is one of links, under the title that it lacks; its rows keep their numbers. Others as they are.

    What stands above the first link is no candidate.
    """
    filled = [column for column in grid.cells if grid.cells[column].notna().any()]
    if len(filled) != 1 or UNTITLED in grid.cells.index:
        return grid
    said = as_text(grid.cells[filled[0]]).dropna()
    linked = said.map(lambda cell: "." in cell and account_of(cell).platform is not None).astype(bool)
    listed = said.loc[linked.idxmax() :] if linked.any() else said.iloc[:0]
    if not len(listed) or links_share(listed) < MOST:
        return grid
    title = pd.DataFrame([[TITLE]], index=[UNTITLED], columns=filled, dtype=object)
    return replace(grid, cells=pd.concat([title, grid.cells.loc[listed.index[0] :, filled]]))


def with_links(layout: Layout) -> Layout:
    """A table with the profiles that the cells of one of its columns lead to (`linked_by` names it), as a column of links.

    A table that has such a column, or accounts behind several, stays as it is.
    """
    grid = layout.grid
    there = {place: to for place, to in grid.links.items() if place[0] in {*layout.rows} and place[1] in layout.titles}
    if len({column for _, column in there}) != 1 or layout.column(TITLE) or any(map(_named_link, layout.titles.values())):
        return layout
    column, new = next(iter(there))[1], int(max(grid.cells)) + 1
    cells = grid.cells.assign(**{str(new): pd.Series({row: to for (row, _), to in there.items()}, dtype=object)})
    cells.columns = [*grid.cells, new]
    linked = replace(grid, cells=cells)
    titles, parts = layout.titles | {new: TITLE}, layout.parts | {new: (TITLE,)}
    return replace(layout, grid=linked, titles=titles, parts=parts, linked_by=layout.titles[column])


def _named_link(title: str) -> bool:
    return re.search(LOOKS["link"], letters(title)) is not None
