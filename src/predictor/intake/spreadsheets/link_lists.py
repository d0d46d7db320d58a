"""Links to profiles without a title of their own: sheets of nothing else, and the addresses that names lead to."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from predictor.intake.accounts import account_of, links_share
from predictor.intake.cells import as_text
from predictor.intake.spreadsheets.grids import Grid
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.title_words import LOOKS, letters
from predictor.intake.spreadsheets.titles import Titles

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


def with_links(layout: Layout, known: Titles) -> Layout:
    """A table with the profiles that cells lead to: in its column of links, else as one, where they are behind the names or
    behind one column alone (`linked_by` names it).
    """
    there = {place: to for place, to in layout.grid.links.items() if place[0] in {*layout.rows} and place[1] in layout.titles}
    shown = {column for _, column in there if _named_link(layout.titles[column])}
    cells = layout.grid.cells.copy()
    for (row, column), to in there.items():
        if column in shown:
            cells.at[row, column] = to
    layout = replace(layout, grid=replace(layout.grid, cells=cells)) if shown else layout
    linked = {column for _, column in there}
    named = {column for column in linked if known.name(layout.titles[column]) == "name"} if len(linked) > 1 else linked
    if len(named) != 1 or layout.column(TITLE) or any(map(_named_link, layout.titles.values())):
        return layout
    (column,), new = named, int(max(cells)) + 1
    cells[new] = pd.Series({row: to for (row, at), to in there.items() if at == column}, dtype=object)
    titles, parts = layout.titles | {new: TITLE}, layout.parts | {new: (TITLE,)}
    grid, made = replace(layout.grid, cells=cells), layout.made | {new: column}
    return replace(layout, grid=grid, titles=titles, parts=parts, made=made, linked_by=layout.titles[column])


def _named_link(title: str) -> bool:
    return re.search(LOOKS["link"], letters(title)) is not None
