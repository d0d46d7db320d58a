"""Several prices in one cell, each with what it is of (Video: 10tr / Livestream: 18tr), as columns of prices of their own."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from predictor.intake.mapping import TableMapping
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.titles import Titles, nothing_but_deliverables
from predictor.wording.matching import fold

APART = re.compile(r"\s*[\n;|]+\s*|\s*[/,]\s*(?=[^\d\s][^:=/,]*[:=\d])|\s*,\s+(?=\d)")
OF_LABEL = re.compile(  # what follows a figure and a dash is the end of a range
    r"(?P<label>[^:=]*[^\W\d_][^:=]*?)\s*(?:[:=：]|(?<![\d\s])\s+[-–]\s)\s*(?P<amount>\S.*)"
)
BESIDE = re.compile(r"(?P<label>[^\d:=]*[^\W\d_][^\d:=]*?)\s+(?P<amount>[^\w\s]?\d.*)")
FOR_LABEL = re.compile(r"(?P<amount>\d[^/]*?)\s*/\s*(?P<label>.*[^\W\d_].*)")


def prices_apart(layout: Layout, titles: Titles, given: TableMapping) -> Layout:
    """A table whose cells of a column of prices say several, with a column for each thing that they are prices of.

    Cells that say one price and not what it is of stay in their column, as does a cell with a part that is not understood.
    """
    settled = (*given.ignore, *given.prices, *(title for title, name in given.columns.items() if name != "fee"))
    for column, title in [*layout.titles.items()]:
        read = titles.read(title)
        if read.name != "fee" or read.deliverable is not None or fold(title) in {*map(fold, settled)}:
            continue
        cells = layout.grid.cells.loc[list(layout.rows), column]
        said = {int(str(row)): parts for row, cell in cells.items() if (parts := _parts(cell, titles))}
        if any(len(parts) > 1 for parts in said.values()):
            layout = _with_columns(layout, column, said, titles)
    return layout


def _parts(cell: object, titles: Titles) -> dict[str, str]:
    """The prices of a cell by what they are of; none where a part of it is anything else."""
    found: dict[str, str] = {}
    for part in APART.split(cell.strip(" -•·*\n")) if isinstance(cell, str) else ():
        one = next((match for shape in (OF_LABEL, FOR_LABEL, BESIDE) if (match := shape.fullmatch(part.strip(" -•·*")))), None)
        if one is None or not nothing_but_deliverables(titles.without_platform(one["label"])) or one["label"] in found:
            return {}
        found[one["label"]] = one["amount"]
    return found


def _with_columns(layout: Layout, column: int, said: dict[int, dict[str, str]], titles: Titles) -> Layout:
    title, cells, named, clashing = layout.titles[column], layout.grid.cells.copy(), dict[object, int](), list[int]()
    new = {one: text for one, text in layout.titles.items() if one != column}
    for row, parts in said.items():
        of_row = {label: titles.read(f"{title} {label}") for label in parts}
        keys = {
            label: (read.deliverable.format, read.deliverable.posts, read.platform)
            for label, read in of_row.items() if read.name == "fee" and read.deliverable is not None
        }  # fmt: skip
        if len({*keys.values()}) < len(parts):  # one is not understood, or two are of one thing: which of them holds?
            clashing.append(row)
            continue
        for label, key in keys.items():
            if key not in named:
                if layout.column(f"{title} {label}"):
                    return layout
                named[key] = int(max(cells)) + 1
                cells[named[key]] = pd.Series(None, index=cells.index, dtype=object)
                new[named[key]] = f"{title} {label}"
            cells.at[row, named[key]] = parts[label]
        cells.at[row, column] = None
    for row in clashing if named else ():  # as they are, where they are refused
        cells.at[row, next(iter(named.values()))], cells.at[row, column] = cells.at[row, column], None
    alone = int(cells.loc[list(layout.rows), column].notna().sum())
    if alone > len(said):  # where most cells say one price, the others stay as they are, and are refused
        return layout
    new |= {column: title} if alone else {}
    parts_of = {one: layout.parts.get(one, (text,)) for one, text in new.items()}
    made = layout.made | dict.fromkeys(named.values(), column)
    return replace(layout, grid=replace(layout.grid, cells=cells), titles=new, parts=parts_of, made=made)
