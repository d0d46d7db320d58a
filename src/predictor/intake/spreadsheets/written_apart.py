"""What lists write apart from where it is read: marks for 'the same as above', and names in two columns."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pandas as pd

from predictor.intake.cells import as_text
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.titles import Titles
from predictor.wording.matching import fold

SAME = re.compile(
    r'["“”″]{1,2}|〃|[\W_]*(?:như trên|nhu tren|(?:the )?same as above|as above|ditto|idem|同上|상동|위와 같음)[\W_]*',
    re.IGNORECASE,
)
SAME_OR_HANDLE = re.compile(r"\W*(?:n[./]?t|sda|do)\.?\W*", re.IGNORECASE)  # where nobody is named
WHO = ("creator_id", "name", "link")


def with_repeated_cells(layout: Layout, known: Titles) -> Layout:
    """A table whose cells that say 'the same as above' hold what stands above them; `repeated` are these cells."""
    cells, signs, found = layout.grid.cells.copy(), dict(layout.grid.signs), list[tuple[int, int]]()
    for column, title in layout.titles.items():
        marks = (SAME,) if known.name(title) in WHO else (SAME, SAME_OR_HANDLE)
        texts = {cell for cell in cells.loc[list(layout.rows), column] if isinstance(cell, str)}
        same = {cell for cell in texts if any(mark.fullmatch(cell) for mark in marks)}
        for above, row in pairwise(layout.rows) if same else ():
            if cells.at[row, column] in same and pd.notna(cells.at[above, column]) and cells.at[above, column] not in same:
                found.append((row, column))
                cells.at[row, column] = cells.at[above, column]
                signs |= {(row, column): signs[above, column]} if (above, column) in signs else {}
    repeated = tuple(layout.address(row, layout.titles[column]) for row, column in sorted(found))
    return replace(layout, grid=replace(layout.grid, cells=cells, signs=signs), repeated=repeated) if found else layout


FULL_NAME = "Full name"
PARTS = tuple(  # titles of the two parts of a name, as they are said
    (fold(first), fold(second))
    for first, second in (
        ("first name", "last name"), ("first name", "surname"), ("given name", "family name"), ("given name", "surname"),
        ("vorname", "nachname"), ("prénom", "nom"), ("nombre", "apellido"), ("nombre", "apellidos"), ("nome", "sobrenome"),
        ("nome", "cognome"), ("nama depan", "nama belakang"),
        ("họ", "tên"), ("họ đệm", "tên"), ("họ và tên đệm", "tên"), ("họ lót", "tên"), ("姓", "名"),
    )
)  # fmt: skip


def with_full_names(layout: Layout, known: Titles) -> Layout:
    """A table with names in two columns (First name, Last name) with one of the whole names in their place; `name_parts` are the
    titles of the two."""
    places = {fold(title): column for column, title in layout.titles.items()}
    pair = next((pair for pair in PARTS if {*pair} <= {*places}), None)
    others = {title for title in layout.titles.values() if known.name(title) == "name" and fold(title) not in (pair or ())}
    if pair is None or others or layout.column(FULL_NAME):
        return layout
    first, second = (places[part] for part in pair)
    rows, cells, new = list(layout.rows), layout.grid.cells.copy(), int(max(layout.grid.cells)) + 1
    said = [as_text(cells.loc[rows, column]).fillna("") for column in (first, second)]
    names = said[0].str.cat(said[1], sep=" ").str.strip()
    cells[new] = names.mask(names.eq("")).astype(object).where(names.ne(""), None).reindex(cells.index)
    titles = {new: FULL_NAME} | {at: title for at, title in layout.titles.items() if at not in (first, second)}
    parts = {new: (FULL_NAME,)} | {at: words for at, words in layout.parts.items() if at not in (first, second)}
    grid, made = replace(layout.grid, cells=cells), layout.made | {new: first}
    named = layout.titles[first], layout.titles[second]
    return replace(layout, grid=grid, titles=titles, parts=parts, made=made, name_parts=named)
