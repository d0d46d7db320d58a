"""What if: a booking or a plan with something changed, against itself as it was, on the same draws.

Both meet the same luck (common random numbers; Glasserman and Yao 1992, "Some guidelines and guarantees for common random
numbers"), so that the interval is one of the difference, and changing nothing makes a difference of exactly nothing. What the
change brings is what the history says of bookings like that: an association, not what changing this booking would do.
"""

from __future__ import annotations

from collections.abc import Mapping as Words
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from predictor.bundle import Bundle
from predictor.definitions.schema import Catalogue, Recipe
from predictor.errors import Fault, RowsError
from predictor.forecasting.sampling import INTERVAL, OutcomeCorrelations, probability_of_superiority
from predictor.intake.contract import candidate_faults
from predictor.intake.mapping import Mapping
from predictor.intake.reader import read_table
from predictor.planning.comparison import Label, candidates, cost_label, outcome_currency, outcome_label, recipe_for
from predictor.planning.joint_outcomes import Assumption, JointOutcomes, draw_joint_outcomes
from predictor.planning.rules import persons
from predictor.scoring.score import reason_columns, score
from predictor.tables.columns import scored_column
from predictor.tables.frames import History
from predictor.wording.matching import nearest
from predictor.wording.sentences import Said


@dataclass(frozen=True)
class Side:
    """What some bookings bring together and cost; `cost` is the spend per unit of the expected outcome, both in `currency`."""

    bookings: int
    posts: float
    expected: float
    low: float
    high: float
    spend: float | None
    cost: float | None
    currency: str | None


@dataclass(frozen=True)
class Change:
    """Before and after, the difference with its 80 % interval, and the chance that after brings more (equal ones count half).

    `per_money` is the chance that it brings more for the same money, None where either side has no price in the same currency.
    `doubts` says of changed rows what the model has not seen; `further` is the part of new people that a creator's further post
    is assumed to bring, where people are counted; `came` and `went` are the bookings that were swapped.
    """

    outcome: Label
    cost_per: Label
    units: int
    before: Side
    after: Side
    difference: float
    low: float
    high: float
    better: float
    per_money: float | None
    further: float | None
    doubts: tuple[str, ...] = ()
    went: pd.DataFrame | None = None
    came: pd.DataFrame | None = None

    @property
    def currency(self) -> str | None:
        """The currency of both sides; None where they have none in common."""
        return self.before.currency if self.before.currency == self.after.currency else None


def with_changes(
    rows: pd.DataFrame, changes: Words[str, str], lines: Sequence[int], catalogue: Catalogue, mapping: Mapping | None = None
) -> pd.DataFrame:
    """Candidates with some columns of some rows changed; an empty text blanks them.

    Parameters
    ----------
    rows
        As `read_candidates` returns them, indexed by their line in the file.
    changes
        What is typed for a column, whose title may be any that a file may carry.

    Raises
    ------
    RowsError
        Where a line is not there, a candidate may not have such a column (all that is known after booking), or a value is wrong.
    """
    absent = sorted(set(lines) - set(rows.index))
    if absent:
        span = {"first": str(rows.index.min()), "last": str(rows.index.max())}
        raise RowsError([Fault.of("--row", Said("whatif_absent", {"row": str(row), **span})) for row in absent])
    candidate_mapping = (mapping or Mapping()).of("candidates").model_copy(update={"sums": {}, "constants": {}, "ignore": ()})
    typed = pd.DataFrame({title: [value or None] for title, value in changes.items()}, dtype=object)
    faults: list[Fault] = []
    changed = read_table(
        typed, "candidates", "--set", catalogue, Mapping(tables={"candidates": candidate_mapping}), faults, required=()
    )
    after, here = rows.copy(), rows.index.isin(list(lines))
    for name, values in changed.reindex([2]).items():
        column = after[name] if name in after else values.iloc[:0].reindex(after.index)
        after[name] = column.where(~here, values.iloc[0])
    faults = [replace(fault, row=None) for fault in faults]
    if not faults:
        faults = candidate_faults(after[here], "--set", catalogue)
    if faults:
        raise RowsError(faults)
    return after


def what_if(
    before: pd.DataFrame, after: pd.DataFrame, bundle: Bundle, goal: str, *, brief: dict[str, Any] | None = None,
    brief_after: dict[str, Any] | None = None, history: History | None = None, on: pd.Timestamp | None = None,
    shocks: OutcomeCorrelations | None = None, assumption: Assumption | None = None, lang: str = "en", seed: int = 1,
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
    versions = [(before, brief or {}), (after, (brief if brief_after is None else brief_after) or {})]
    one_target = for_goal(bundle, goal)
    asked = reason_columns(one_target.models, ("doubts",))
    scored = [score(rows, one_target, brief=words, history=history, on=on, why=lang, reasons=asked) for rows, words in versions]
    for one in scored:
        need_forecasts(one, one_target)
    recipe = recipe_for(scored[0], goal, bundle.catalogue)
    joint = [draw_joint_outcomes(candidates(one, recipe), recipe, shocks, assumption, seed) for one in scored]
    doubts = scored[1][scored_column(recipe.name, "doubts")].dropna()
    new = tuple(dict.fromkeys(doubts[doubts != scored[0][scored_column(recipe.name, "doubts")].reindex(doubts.index)]))
    everyone = np.arange(len(before))
    return change_of(joint[0], everyone, joint[1], everyone, recipe, bundle.catalogue, doubts=new)


def for_goal(bundle: Bundle, goal: str) -> Bundle:
    """The bundle with nothing but the model that answers a goal, so that nothing else is computed."""
    target = next((name for name, model in bundle.models.items() if model.recipe.goal == goal), None)
    if target is None:
        goals = ", ".join(dict.fromkeys(model.recipe.goal for model in bundle.models.values()))
        raise RowsError([Fault("what if", f"this model forecasts nothing for the goal '{goal}'; allowed: {goals}.")])
    return replace(bundle, models={target: bundle.models[target]})


def need_forecasts(scored: pd.DataFrame, one_target: Bundle) -> None:
    """Refuse bookings without a forecast of a bundle's one target, with the reason that their row gives."""
    (target,) = one_target.models
    notes = scored.loc[scored[scored_column(target, "expected")].isna(), scored_column(target, "note")].unique()
    if len(notes):
        raise RowsError([Fault("what if", f"there is no forecast for some of the bookings: {note}.") for note in notes])


def change_of(
    joint: JointOutcomes, chosen: np.ndarray, then: JointOutcomes, picked: np.ndarray, recipe: Recipe,
    catalogue: Catalogue, **more: Any
) -> Change:  # fmt: skip
    """Positions chosen of some candidates against those picked of the same or changed ones, drawn alike."""
    everything = slice(0, min(len(joint.drawn), len(then.drawn)))
    drawn, after = joint.total(chosen, everything), then.total(picked, everything)
    low, high = np.quantile(after - drawn, INTERVAL)
    sides = [_side(*one, recipe.cost_per.units) for one in ((joint, chosen, drawn), (then, picked, after))]
    return Change(
        outcome=outcome_label(then.rows, recipe, catalogue),
        cost_per=cost_label(recipe, outcome_currency(then.rows, recipe)), units=recipe.cost_per.units,
        before=sides[0], after=sides[1], difference=sides[1].expected - sides[0].expected, low=float(low), high=float(high),
        better=probability_of_superiority(after, drawn), per_money=_per_money(drawn, after, *sides),
        further=None if then.assumption is None else then.assumption.further_post, **more,
    )  # fmt: skip


def _side(joint: JointOutcomes, chosen: np.ndarray, drawn: np.ndarray, units: int) -> Side:
    rows = joint.rows.iloc[chosen]
    expected = float(rows["expected"].sum() if joint.assumption is None else drawn.mean())
    low, high = joint.interval(chosen, drawn)
    currencies = set(rows["currency"])
    spend = float(rows["fee"].sum()) if rows["fee"].notna().all() and len(currencies) == 1 else None
    cost = spend * units / expected if spend is not None and expected > 0 else None
    posts = float(rows["posts"].fillna(1.0).sum()) if "posts" in rows else float(len(rows))
    return Side(len(rows), posts, expected, low, high, spend, cost, (min(currencies) or None) if spend is not None else None)


def _per_money(drawn: np.ndarray, after: np.ndarray, before: Side, then: Side) -> float | None:
    if not before.spend or not then.spend or before.currency != then.currency:
        return None
    return probability_of_superiority(after * before.spend, drawn * then.spend)


# What if one booking gave way to others: to named ones, or to the best of a tier that its fee buys.


def swap(
    scored: pd.DataFrame, goal: str, catalogue: Catalogue, out: int, into: str | tuple[int, ...], count: int | None = None, *,
    most: int | None = None, plan: tuple[int, ...] | None = None, shocks: OutcomeCorrelations | None = None,
    assumption: Assumption | None = None, seed: int = 1,
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
    count
        How many of the tier come; by default as many as the fee buys, and `most` at most.

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
    coming = _of_tier(rows, gone[0], into, there, count, catalogue, most) if isinstance(into, str) else _places(rows, into)
    staying = np.setdiff1d(there, gone)
    if np.isin(coming, staying).any():
        raise _fault("a row that comes is in the plan already; name others.")
    joint = draw_joint_outcomes(rows, recipe, shocks, assumption, seed)
    then = np.sort(np.r_[staying, coming])
    return change_of(joint, np.sort(there), joint, then, recipe, catalogue, went=rows.iloc[gone], came=rows.iloc[coming])


def _places(rows: pd.DataFrame, lines: tuple[int, ...]) -> np.ndarray:
    """Positions of some lines, each once."""
    absent = sorted(set(lines) - set(rows["line"]))
    if absent:
        raise _fault(f"row {', '.join(map(str, absent))} is not in the list, or has no forecast of this goal; name another.")
    return np.flatnonzero(rows["line"].isin(lines))


def _of_tier(rows: pd.DataFrame, gone: int, tier: str, there: np.ndarray, count: int | None, catalogue: Catalogue,
    most: int | None = None,
) -> np.ndarray:  # fmt: skip
    """Positions of the best of a tier per money: `count` of them, or while the fee lasts."""
    tiers = list(catalogue.entries["tier"].categories)
    if tier not in tiers:
        raise _fault(f"got the tier '{tier}'; allowed: {', '.join(tiers)}, or rows such as 7,12{nearest(tier, tiers)}.")
    booked, fee = rows.iloc[gone], float(rows["fee"].iloc[gone])
    if count is None and np.isnan(fee):
        raise _fault(f"row {booked['line']} has no fee, so it buys nobody; say how many are to come.")
    who = persons(rows)
    eligible = rows[(rows["tier"] == tier) & (rows["fee"] > 0) & (rows["currency"] == booked["currency"])]
    eligible = eligible[~who[eligible.index].isin(who.iloc[there])]
    best = (eligible["expected"] / eligible["fee"]).sort_values(ascending=False, kind="stable").index
    names = rows["name"].where(rows["name"].notna(), who) if "name" in rows else who  # a row without its id is they as well
    best = best[~who[best].duplicated() & ~names[best].duplicated()]
    taken = list(best[:count]) if count is not None else _while_it_lasts(rows["fee"], best, fee)[:most]
    if len(taken) < (count or 1):
        problem = f"has {len(best)} others of tier '{tier}' with a quote in the same currency"
        raise _fault(f"the list {problem}{'' if count else ', none for this fee'}; name another tier, or a number.")
    return np.array(sorted(taken), dtype=int)


def _while_it_lasts(fees: pd.Series[float], best: pd.Index[int], fee: float) -> list[int]:
    taken, left = list[int](), fee
    for place in best:
        if fees[place] <= left:
            taken.append(int(place))
            left -= float(fees[place])
    return taken


def _fault(problem: str) -> RowsError:
    return RowsError([Fault("what if", problem)])
