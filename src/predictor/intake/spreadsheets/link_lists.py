"""Sheets that hold nothing but links to profiles, without a row of titles: each link is somebody."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from predictor.intake.accounts import account_of, links_share
from predictor.intake.cells import as_text
from predictor.intake.spreadsheets.grids import Grid

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
