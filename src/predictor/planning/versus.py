"""Two plans side by side: whom both book, and the chance that one brings more than the other, on the same draws."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.errors import Fault, RowsError
from predictor.planning.joint_outcomes import Assumption, draw_joint_outcomes
from predictor.planning.plans import Lineup
from predictor.planning.whatif import Change, change_of

BOOKING = ("who", "platform", "format", "turn")  # what makes two rows the same booking, `turn` among several of these


@dataclass(frozen=True)
class Versus:
    """The second plan against the first as a `Change`, whose `went` only the first books and whose `came` only the second, and
    how many bookings are in both."""

    change: Change
    both: int


def versus(first: Lineup, second: Lineup, catalogue: Catalogue, assumption: Assumption | None, seed: int = 1) -> Versus:
    """The plans proposed of two line-ups for one goal, against each other.

    A booking that both plans have meets the same luck in both, whatever else its forecasts differ by.

    Raises
    ------
    RowsError
        Where the outcomes differ, or either has no plan within its rules.
    """
    if first.target != second.target:
        problem = f"one is for '{first.target}', the other for '{second.target}'; compare plans of one outcome."
        raise RowsError([Fault("plans", problem)])
    plans = [line_up.proposed for line_up in (first, second)]
    if any(plan is None for plan in plans):
        raise RowsError([Fault("plans", "one of them finds no line-up within its rules; change these first.")])
    one, other = (_named(plan.rows) for plan in plans if plan is not None)
    went, came = one[~one.index.isin(other.index)], other[~other.index.isin(one.index)]
    everybody = pd.concat([one, came]).index  # the order in which both are drawn, each with forecasts of its own
    recipe = catalogue.recipes[first.target]
    joint = [
        draw_joint_outcomes(rows.loc[everybody].reset_index(drop=True), recipe, first.shocks, assumption, seed)
        for rows in (pd.concat([one, came]), pd.concat([other, went]))
    ]
    mine, theirs = (np.flatnonzero(everybody.isin(rows.index)) for rows in (one, other))
    change = change_of(joint[0], mine, joint[1], theirs, recipe, catalogue, went=went, came=came)
    before, after = (
        replace(side, low=plan.low, high=plan.high)  # the range that the plan itself says, not one of other draws
        for side, plan in zip((change.before, change.after), plans, strict=True)
        if plan is not None
    )
    return Versus(replace(change, before=before, after=after), len(one) - len(went))


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    """Bookings under what makes each the one it is: by id, else by name, else by line."""
    who = rows["line"].astype("str")
    for column in (column for column in ("name", "creator_id") if column in rows):
        given = rows[column].astype("str").where(rows[column].notna(), "").str.strip()
        who = who.where(given == "", column + "=" + given)
    keys = pd.DataFrame({"who": who, **{name: rows[name].astype("str") if name in rows else "" for name in BOOKING[1:3]}})
    keys["turn"] = keys.groupby(list(BOOKING[:3])).cumcount()
    return rows.set_axis(pd.MultiIndex.from_frame(keys), axis=0)
