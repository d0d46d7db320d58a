"""What if: a booking or a plan with something changed, against itself as it was, on the same draws.

Both meet the same luck (common random numbers; Glasserman and Yao 1992, "Some guidelines and guarantees for common random
numbers"), so that the interval is one of the difference, and changing nothing makes a difference of exactly nothing. What the
change brings is what the history says of bookings like that: an association, not what changing this booking would do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from predictor.bundle import Bundle
from predictor.catalogue import Catalogue, Recipe
from predictor.compare import Label, candidates, recipe_for
from predictor.joint import Shocks
from predictor.overlap_file import Assumption
from predictor.score import score
from predictor.tables import Fault, RowsError, Tables
from predictor.together import Together, together


@dataclass(frozen=True)
class Side:
    """What some bookings bring together and cost; `cost` is the spend per unit of the expected outcome."""

    bookings: int
    expected: float
    low: float
    high: float
    spend: float | None
    cost: float | None


@dataclass(frozen=True)
class Change:
    """Before and after, the difference with its 80 % interval, and the chance that after brings more (equal ones count half).

    `doubts` says of changed rows what the model has not seen; `came` and `went` are the bookings that were swapped.
    """

    outcome: Label
    cost_per: Label
    units: int
    currency: str | None
    before: Side
    after: Side
    difference: float
    low: float
    high: float
    better: float
    doubts: tuple[str, ...] = ()
    went: pd.DataFrame | None = None
    came: pd.DataFrame | None = None


def what_if(
    before: pd.DataFrame, after: pd.DataFrame, bundle: Bundle, goal: str, *, brief: dict[str, Any] | None = None,
    brief_after: dict[str, Any] | None = None, history: Tables | None = None, on: pd.Timestamp | None = None,
    shocks: Shocks | None = None, assumption: Assumption | None = None, lang: str = "en", seed: int = 1,
) -> Change:  # fmt: skip
    """The total of candidates as they are against the same ones with something changed.

    Parameters
    ----------
    before, after
        Candidates as `read_candidates` returns them, the same bookings in the same order.
    brief_after
        The brief as changed, if it is.

    Raises
    ------
    RowsError
        Where a booking has no forecast of the goal, before or after.
    """
    asked = [(before, brief or {}), (after, (brief if brief_after is None else brief_after) or {})]
    told = [score(rows, bundle, brief=words, history=history, on=on, why=lang) for rows, words in asked]
    recipe = recipe_for(told[0], goal, bundle.catalogue)
    sides = [candidates(one, recipe) for one in told]
    for rows, one in zip(sides, told, strict=True):
        if len(rows) < len(one):
            notes = one.loc[one[f"{recipe.name}_expected"].isna(), f"{recipe.name}_note"].tolist()
            raise RowsError([Fault("what if", f"there is no forecast for some of the bookings: {note}.") for note in notes])
    everyone = np.arange(len(before))
    drawn = [together(rows, recipe, shocks, assumption, seed) for rows in sides]
    doubts = told[1][f"{recipe.name}_doubts"].dropna()
    new = tuple(dict.fromkeys(doubts[doubts != told[0][f"{recipe.name}_doubts"].reindex(doubts.index)]))
    return _change(drawn[0], everyone, drawn[1], everyone, recipe, bundle.catalogue, doubts=new)


def swap(
    scored: pd.DataFrame, goal: str, catalogue: Catalogue, out: int, tier: str, many: int | None = None, *,
    plan: tuple[int, ...] | None = None, shocks: Shocks | None = None, assumption: Assumption | None = None, seed: int = 1,
) -> Change:  # fmt: skip
    """One booking against others of a tier for its fee, within a plan or by itself.

    Parameters
    ----------
    scored
        Candidates with their forecasts and fees; bookings are named by their line in the file, from 2 on.
    out, plan
        The line that goes, and the lines of the plan that it is in (by default it alone).
    tier, many
        Who comes: the best of this tier per money that are not in the plan, as many as are asked for or as the fee buys.

    Raises
    ------
    RowsError
        Where the line is not in the plan, it has no fee, or nobody of the tier can be had for its fee.
    """
    recipe = recipe_for(scored, goal, catalogue)
    rows = candidates(scored.assign(line=np.arange(len(scored)) + 2), recipe)
    lines = plan or (out,)
    there = np.flatnonzero(rows["line"].isin(lines))
    gone = np.flatnonzero(rows["line"] == out)
    if out not in lines or not len(gone) or pd.isna(rows["fee"].iloc[gone[0]]):
        problem = f"row {out} is not a booking of the plan with a fee and a forecast; allowed: {', '.join(map(str, lines))}."
        raise RowsError([Fault("what if", problem)])
    coming = _for_the_fee(rows, float(rows["fee"].iloc[gone[0]]), tier, there, many)
    if not len(coming):
        problem = f"nobody of tier '{tier}' with a quote can be had for the fee of row {out}; name another tier, or a number."
        raise RowsError([Fault("what if", problem)])
    joint = together(rows, recipe, shocks, assumption, seed)
    then = np.sort(np.r_[np.setdiff1d(there, gone), coming])
    return _change(joint, there, joint, then, recipe, catalogue, went=rows.iloc[gone], came=rows.iloc[coming])


def _for_the_fee(rows: pd.DataFrame, fee: float, tier: str, there: np.ndarray, many: int | None) -> np.ndarray:
    """Positions of the best of a tier per money, not yet in the plan: `many` of them, or while the fee lasts."""
    able = rows[(rows["tier"] == tier) & (rows["fee"] > 0)].drop(index=rows.index[there], errors="ignore")
    taken, left = list[int](), fee
    for place in (able["expected"] / able["fee"]).sort_values(ascending=False, kind="stable").index:
        if many is not None and len(taken) == many:
            break
        if many is not None or able["fee"][place] <= left:
            taken.append(int(place))
            left -= float(able["fee"][place])
    return np.array(sorted(taken), dtype=int)


def _change(
    joint: Together, chosen: np.ndarray, then: Together, picked: np.ndarray, recipe: Recipe, catalogue: Catalogue, **more: Any
) -> Change:  # fmt: skip
    everything = slice(0, min(len(joint.drawn), len(then.drawn)))
    drawn, after = joint.total(chosen, everything), then.total(picked, everything)
    low, high = np.quantile(after - drawn, (0.1, 0.9))
    sides = [_side(*one, recipe.cost_per.units) for one in ((joint, chosen, drawn), (then, picked, after))]
    named = sorted({*then.rows["currency"], *joint.rows["currency"]} - {""})
    return Change(
        outcome=catalogue.entries[recipe.outcome].label.model_dump(include={"en", "vi"}),
        cost_per={"en": recipe.cost_per.en, "vi": recipe.cost_per.vi}, units=recipe.cost_per.units,
        currency=named[0] if len(named) == 1 else None, before=sides[0], after=sides[1],
        difference=sides[1].expected - sides[0].expected, low=float(low), high=float(high),
        better=float((after > drawn).mean() + (after == drawn).mean() / 2), **more,
    )  # fmt: skip


def _side(joint: Together, chosen: np.ndarray, drawn: np.ndarray, units: int) -> Side:
    rows = joint.rows.iloc[chosen]
    expected = float(rows["expected"].sum() if joint.assumption is None else drawn.mean())
    low, high = (float(end) for end in np.quantile(drawn, (0.1, 0.9)))
    spend = float(rows["fee"].sum()) if rows["fee"].notna().all() and rows["currency"].nunique() == 1 else None
    cost = spend * units / expected if spend is not None and expected > 0 else None
    return Side(len(rows), expected, low, high, spend, cost)
