"""Columns of the currency of one other column (Fee, Fee currency, Revenue, Revenue currency): each amount with its own."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from predictor.intake.cells import as_text
from predictor.intake.currency_words import currency_of
from predictor.intake.mapping import TableMapping
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.title_words import letters
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

OF = re.compile(
    r"(?P<behind>.+) (?:currency|ccy|curr)|(?:currency|loai tien|don vi tien|tien te|mata uang) (?:of |cua )?(?P<before>.+)"
)


def with_their_currencies(layout: Layout, given: TableMapping) -> tuple[Layout, list[Said]]:
    """A sheet whose amounts have the currency behind them that a column of their own says, and the notes of it.

    A column that the mapping names stays one.
    """
    settled, notes = {*map(fold, (*given.ignore, *given.columns))}, list[Said]()
    for column, title in layout.titles.items():
        found = OF.fullmatch(letters(title).strip(" .:"))
        if found is None or fold(title) in settled:
            continue
        of = found["behind"] or found["before"]
        amounts = [one for one, other in layout.titles.items() if one != column and letters(other).strip(" .:") == of]
        codes = as_text(layout.frame[title])
        read = {code: currency_of(code) for code in codes.dropna().unique()}
        if len(amounts) != 1 or not read or None in read.values():
            continue
        cells, (amount,) = layout.grid.cells.copy(), amounts
        for row, code in codes.dropna().items():
            said = "" if pd.isna(cells.at[row, amount]) else str(cells.at[row, amount])
            if re.search(r"\d", said) and currency_of(said) is None:
                cells.at[row, amount] = f"{said} {read[code]}"
        notes.append(Said("import_currency_column", {"title": title, "other": layout.titles[amount]}))
        layout = replace(
            layout,
            grid=replace(layout.grid, cells=cells),
            titles={one: word for one, word in layout.titles.items() if one != column},
            parts={one: word for one, word in layout.parts.items() if one != column},
        )
    return layout, notes
