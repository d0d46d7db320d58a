"""Cells of a column that are told: how many are so, and the first; such as figures that are less than exact."""

from __future__ import annotations

import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.bounds import without_bound, without_mark
from predictor.intake.spreadsheets.layout import Layout
from predictor.wording.sentences import Said


def bounds(layout: Layout, title: str, cells: pd.Series, bound: pd.Series) -> list[Said]:
    """What to know of figures that are less than exact: from 5tr, ~5tr, up to 5tr."""
    return marked(layout, title, cells, {f"import_{kind}": bound == kind for kind in ("from", "about", "up_to")})


def marked(layout: Layout, title: str, cells: pd.Series, marked: dict[str, pd.Series], **more: object) -> list[Said]:
    """A sentence of each key with rows that are marked: how many these are, and the first."""
    notes: list[Said] = []
    for key, rows in marked.items():
        if rows.any():
            row = int(rows.idxmax())
            place = layout.address(row, title)
            values = {"title": title, "place": place, "came": str(cells[row]).strip(), "count": int(rows.sum())}
            notes.append(Said(key, values | more))
    return notes


def exact_figures(layout: Layout, title: str, cells: pd.Series, entry: Entry, table: str) -> tuple[pd.Series, list[Said]]:
    """Figures (10K+, ~3%, 85K ↑, 48,000*) without the words and marks that stand around them, which are told."""
    if entry.type not in ("count", "number", "rate"):
        return cells, []
    texts = set(cells[cells.map(lambda cell: isinstance(cell, str))])
    bare = {cell: figure for cell in texts if (figure := without_mark(cell)) is not None}
    noted = cells.isin([*bare])
    notes = marked(layout, title, cells, {"import_mark": noted})
    read = {cell: without_bound(bare.get(cell, cell)) for cell in texts}
    if table not in ("candidates", "creators"):  # of results only ~22K
        read = {cell: said if said[1] == "about" else (bare.get(cell, cell), None) for cell, said in read.items()}
    bound = cells.map(lambda cell: read[cell][1] if isinstance(cell, str) else None).astype(object)
    if not noted.any() and not bound.notna().any():
        return cells, []
    exact = cells.map(lambda cell: read[cell][0] if isinstance(cell, str) else cell)
    return exact, [*notes, *bounds(layout, title, cells, bound)]
