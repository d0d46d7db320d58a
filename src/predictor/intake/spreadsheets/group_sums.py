"""Rows that add up a group under its name (Beauty 9,500 over three creators of 9,500): they are nobody, and are left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from predictor.intake.cells import first_few, without_contacts
from predictor.intake.spreadsheets.sheet import Intake
from predictor.wording.sentences import Said

TELLING = ("platform", "followers", "link")  # what is said of somebody, and not of a group
FEWEST = 2  # people, of whom one amount may be chance
SHOWN = 10  # rows that the note names
SHOWN_TEXT = 40


def without_group_sums(one: Intake) -> Intake:
    """A list of candidates, but for the rows whose prices are the sums of those below them, or above, up to the next of the kind.

    Such a row says less of itself than each of those that it adds up: no platform, no followers or no link where these have one.
    """
    if one.table != "candidates" or not {"fee", "name"} <= {*one.frame} or not {*TELLING} & {*one.frame}:
        return one
    rows = one.frame.index.drop_duplicates()
    fees = one.frame["fee"].astype(float).groupby(level=0).sum(min_count=1).reindex(rows)
    named = {int(row) for row in one.frame.index[one.frame["name"].notna()]}  # a row of nobody is refused as such
    there = one.frame.reindex(columns=list(TELLING)).notna().groupby(level=0).any().reindex(rows)
    for order in (rows, rows[::-1]):  # a sum stands over its group, or under it
        sums = {row: count for row, count in _sums(fees.loc[order], there.loc[order]).items() if row in named}
        if any(count >= FEWEST for count in sums.values()):
            left = [int(row) for row in rows if row in sums]
            shown = (f"{row} ({without_contacts(one.layout.label(row, 'total'))[:SHOWN_TEXT]})" for row in left)
            note = Said("import_group_sums", {"rows": first_few(shown, SHOWN), "count": len(left)})
            return replace(one, frame=one.frame.drop(index=left), notes=[*one.notes, note])
    return one


def _sums(fees: pd.Series, there: pd.DataFrame) -> dict[int, int]:
    """The rows that are sums of those behind them, and of how many."""
    filled = there.sum(axis=1)
    bare = [row for row in fees.index if filled[row] < filled.max() and pd.notna(fees[row])]
    found: dict[int, int] = {}
    for row in bare:
        behind = fees.index[fees.index.get_loc(row) + 1 :]
        group = behind[: next((place for place, other in enumerate(behind) if other in bare), len(behind))]
        if len(group) and (filled[group] > filled[row]).all() and np.isclose(fees[group].sum(), fees[row]):
            found[int(row)] = len(group)
    return found
