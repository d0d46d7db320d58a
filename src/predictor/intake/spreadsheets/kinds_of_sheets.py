"""Sheets of one file that are named after the kinds of people they list (KOL, KOC): of one alone it says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.intake.spreadsheets.cell_meanings import KINDS
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.sheet import PEOPLE, Intake
from predictor.intake.values import spellings
from predictor.wording.matching import fold

TITLE = "Sheet"  # of the column that holds what the names of the sheets say


def kinds_by_sheet(sheets: Iterable[Intake], catalogue: Catalogue) -> dict[str, str]:
    """The kind that each sheet of people is named after, by its name, where there are several and no column tells them."""
    if "kind" not in catalogue.entries:
        return {}
    entry, known = catalogue.entries["kind"], spellings(catalogue.entries["kind"])
    words = {*KINDS, *(word for one in entry.categories.values() for word in (one.en, one.vi, *one.also))}
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    named = re.compile(rf"(?<![^\W_])(?:{either})(?![^\W_])", re.IGNORECASE)
    found: dict[str, str] = {}
    for one in sheets:
        said = {fold(word).removesuffix("s"): word for word in named.findall(one.layout.grid.name)}
        if one.table in PEOPLE and "kind" not in one.frame and len(said) == 1:
            found[one.layout.grid.name] = next(iter(said.values()))
    several = {known.get(fold(word), fold(word).removesuffix("s")) for word in found.values()}
    return found if len(several) > 1 else {}


def with_kind(layout: Layout, word: str | None) -> Layout:
    """A sheet with what its name says of all its rows as a column of its own."""
    if word is None or layout.column(TITLE):
        return layout
    cells, new = layout.grid.cells.copy(), int(max(layout.grid.cells)) + 1
    cells[new] = pd.Series(word, [*layout.rows], dtype=object)
    titles, parts = layout.titles | {new: TITLE}, layout.parts | {new: (TITLE,)}
    return replace(layout, grid=replace(layout.grid, cells=cells), titles=titles, parts=parts)
