"""What if one booking gave way to others: to named ones, or to the best of a tier that its fee buys."""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictor.catalogue import Catalogue, nearest
from predictor.compare import candidates, recipe_for
from predictor.joint import Shocks
from predictor.overlap_file import Assumption
from predictor.tables import Fault, RowsError
from predictor.together import together
from predictor.whatif import Change, change_of


def swap(
    scored: pd.DataFrame, goal: str, catalogue: Catalogue, out: int, into: str | tuple[int, ...], many: int | None = None, *,
    plan: tuple[int, ...] | None = None, shocks: Shocks | None = None, assumption: Assumption | None = None, seed: int = 1,
) -> Change:  # fmt: skip
    """One booking against others, within a plan or by itself.

    Parameters
    ----------
    scored
        Candidates with their forecasts and fees; bookings are named by `line`, by default their line in the file, from 2 on.
    out, plan
        The line that goes, and the lines of the plan that it is in (by default it alone).
    into
        Who comes: some lines; or a tier, of which those come that are best for the money in the same currency and, like a
        line-up's, each another person and none of the plan already.
    many
        How many of the tier come; by default as many as the fee buys.

    Raises
    ------
    RowsError
        Where a line has no forecast, the plan lacks the one that goes, or nobody (or not so many) of the tier can be had.
    """
    recipe = recipe_for(scored, goal, catalogue)
    rows = candidates(scored if "line" in scored else scored.assign(line=np.arange(len(scored)) + 2), recipe)
    lines = plan or (out,)
    if out not in lines:
        raise _fault(f"row {out} is not in the plan; it has the rows {', '.join(map(str, lines))}.")
    there, gone = _places(rows, lines), _places(rows, (out,))
    coming = _of_tier(rows, gone[0], into, there, many, catalogue) if isinstance(into, str) else _places(rows, into)
    staying = np.setdiff1d(there, gone)
    if np.isin(coming, staying).any():
        raise _fault("a row that comes is in the plan already; name others.")
    joint = together(rows, recipe, shocks, assumption, seed)
    then = np.sort(np.r_[staying, coming])
    return change_of(joint, np.sort(there), joint, then, recipe, catalogue, went=rows.iloc[gone], came=rows.iloc[coming])


def _places(rows: pd.DataFrame, lines: tuple[int, ...]) -> np.ndarray:
    """Positions of some lines, each once."""
    absent = sorted(set(lines) - set(rows["line"]))
    if absent:
        raise _fault(f"row {', '.join(map(str, absent))} is not in the list, or has no forecast of this goal; name another.")
    return np.flatnonzero(rows["line"].isin(lines))


def _of_tier(rows: pd.DataFrame, gone: int, tier: str, there: np.ndarray, many: int | None, catalogue: Catalogue) -> np.ndarray:
    """Positions of the best of a tier per money: `many` of them, or while the fee lasts."""
    tiers = list(catalogue.entries["tier"].categories)
    if tier not in tiers:
        raise _fault(f"got the tier '{tier}'; allowed: {', '.join(tiers)}, or rows such as 7,12{nearest(tier, tiers)}.")
    booked, fee = rows.iloc[gone], float(rows["fee"].iloc[gone])
    if many is None and np.isnan(fee):
        raise _fault(f"row {booked['line']} has no fee, so it buys nobody; say how many are to come.")
    who = _persons(rows)
    able = rows[(rows["tier"] == tier) & (rows["fee"] > 0) & (rows["currency"] == booked["currency"])]
    able = able[~who[able.index].isin(who.iloc[there])]
    best = (able["expected"] / able["fee"]).sort_values(ascending=False, kind="stable").index
    best = best[~who[best].duplicated()]
    taken = list(best[:many]) if many is not None else _while_it_lasts(rows["fee"], best, fee)
    if len(taken) < (many or 1):
        problem = f"has {len(best)} others of tier '{tier}' with a quote in the same currency"
        raise _fault(f"the list {problem}{'' if many else ', none for this fee'}; name another tier, or a number.")
    return np.array(sorted(taken), dtype=int)


def _while_it_lasts(fees: pd.Series[float], best: pd.Index[int], fee: float) -> list[int]:
    taken, left = list[int](), fee
    for place in best:
        if fees[place] <= left:
            taken.append(int(place))
            left -= float(fees[place])
    return taken


def _persons(rows: pd.DataFrame) -> pd.Series[str]:
    """Who a row is: the person, else the creator, else nobody but itself."""
    who = pd.Series([f"#{place}" for place in range(len(rows))], index=rows.index, dtype="str")
    for name in (column for column in ("creator_id", "person_id") if column in rows):
        told = rows[name].astype("str").where(rows[name].notna(), "").str.strip()
        who = who.where(told == "", told)
    return who


def _fault(problem: str) -> RowsError:
    return RowsError([Fault("what if", problem)])
