"""Columns of prices of the same thing: with VAT and without, of one post and of all. Of these one is the fee."""

from __future__ import annotations

import re

import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.cells import as_text
from predictor.intake.money import read_amounts
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.titles import letters
from predictor.intake.taxes import tax_of, without_tax
from predictor.wording.matching import fold

TOTAL = r"thanh tien|tong|total|amount|小计|小計|合计|合計|金额|金額|합계|jumlah|รวม"
VAT = 0.01, 0.25  # the least and the most that VAT adds


def with_tax(layout: Layout, titles: list[str], entry: Entry) -> dict[str, str]:
    """Of columns of prices those with VAT, each with the column of the same prices without it.

    They are the same where their titles differ in nothing else, or where every row has as many per cent more.
    """
    found: dict[str, str] = {}
    for title in (one for one in titles if tax_of(one) == "in"):
        without = [one for one in titles if one != title and tax_of(one) != "in" and _same_price(layout, one, title, entry)]
        if len(without) == 1:
            found[title] = without[0]
    return found


def _same_price(layout: Layout, without: str, within: str, entry: Entry) -> bool:
    low, high = (read_amounts(_cells(layout, title), entry).values for title in (without, within))
    more = (high / low - 1.0)[low.gt(0) & high.notna()]
    named_alike = tax_of(without) == "out" and fold(without_tax(without)) == fold(without_tax(within))
    constant = len(more) > 0 and bool(more.between(*VAT).all()) and more.max() - more.min() < VAT[0]
    return constant or (named_alike and not bool((more < 0).any()))


def total_of(layout: Layout, titles: list[str], counts: str) -> str | None:
    """Of a price and a total, the total: in every row it is the price times the number of posts."""
    numbers = [
        pd.to_numeric(as_text(_cells(layout, title)).str.replace(r"[.,](?=\d{3}\b)", "", regex=True), errors="coerce")
        for title in (*titles, counts)
    ]
    one, other, count = numbers
    whole = one.notna() & other.notna() & count.notna()
    if not whole.any():  # formulas that were never worked out, say
        totals = [title for title in titles if re.search(TOTAL, letters(title))]
        return totals[0] if len(totals) == 1 and (count > 1).any() else None
    if not (count[whole] > 1).any():
        return None
    for price, total, title in ((one, other, titles[1]), (other, one, titles[0])):
        if ((price * count - total)[whole].abs() <= 1e-6 * total[whole].abs()).all():
            return title
    return None


def _cells(layout: Layout, title: str) -> pd.Series:
    return layout.grid.cells.loc[list(layout.rows), layout.column(title)]
