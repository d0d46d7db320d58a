"""A sheet that adds up what others say of each creator (Tổng hợp beside Wave 1 and Wave 2): it has no bookings of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from predictor.intake.spreadsheets.same_posts import RESULTS
from predictor.intake.spreadsheets.sheet import Intake
from predictor.wording.sentences import Said

FEWEST = 2  # creators, of whom one sum may be chance


def without_sums(sheets: list[Intake]) -> list[Intake]:
    """Sheets, but for one whose every row is the sum of what the other sheets of its table say of that creator, which is told."""
    for place, one in enumerate(sheets):
        others = [other for other in sheets if other is not one and other.table == one.table and "creator_id" in other.frame]
        if one.table in RESULTS and one.mapping.orders is None and others and _adds_up(one, others):
            note = Said("import_sums_sheet", {"sheet": one.layout.grid.name, "count": len(one.frame)})
            rest = [*sheets[:place], *sheets[place + 1 :]]
            first = rest.index(others[0])
            rest[first] = replace(others[0], notes=[*others[0].notes, note])
            return rest
    return sheets


def _adds_up(one: Intake, others: list[Intake]) -> bool:
    """Whether a sheet has each of its creators once, and of each the sums of the others, who name some of them several times."""
    results = [name for name in RESULTS[one.table] if name in one.frame and any(name in other.frame for other in others)]
    if "creator_id" not in one.frame or not results:
        return False
    own = one.frame.set_index(one.frame["creator_id"].astype("str").str.casefold())[results].astype(float)
    rows = pd.concat([other.frame.reindex(columns=["creator_id", *results]) for other in others])
    grouped = rows[results].astype(float).groupby(rows["creator_id"].astype("str").str.casefold())
    sums, several = grouped.sum(), grouped.size()
    if len(own) < FEWEST or not own.index.is_unique or not own.index.isin(sums.index).all():
        return False
    there, given = sums.loc[own.index], own.notna() & own.gt(0)
    return bool(given.any(axis=None) and several[own.index].gt(1).any() and np.isclose(own, there)[given.to_numpy()].all())
