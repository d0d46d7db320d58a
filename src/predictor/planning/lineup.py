"""Whom to book for a budget: one kind only or all, chosen within the rules and compared on the same draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd

from predictor.definitions.closed_lists import KINDS
from predictor.definitions.schema import Catalogue, Recipe
from predictor.errors import Fault, RowsError
from predictor.forecasting.sampling import OutcomeCorrelations, probability_of_superiority
from predictor.planning.beside import OtherTarget, other_targets, returns_of, with_other_outcomes
from predictor.planning.comparison import (
    asked_outcome,
    candidates,
    cost_label,
    forecast_targets,
    outcome_currency,
    outcome_label,
    recipe_for,
)
from predictor.planning.joint_outcomes import SCENARIOS, Assumption, JointOutcomes, draw_joint_outcomes, expected_unique_reach
from predictor.planning.optimiser import Constraint, NoChoice, best_choice, candidate_solutions
from predictor.planning.plans import MIX, Lineup, Plan, PlanComparison, Point, plan_of
from predictor.planning.rules import LineupConstraints, absent, constraints, persons, unchecked
from predictor.wording.sentences import Said

BUDGET_SHARES = np.linspace(0.25, 1.625, 12)  # of the budget, along the frontier; one of them is the budget itself


@dataclass(frozen=True)
class Pool:
    """Candidates to choose from, with their draws: what `prepare_pool` returns and `choose` takes, once for many rules."""

    goal: str
    rows: pd.DataFrame
    recipe: Recipe
    joint: JointOutcomes
    catalogue: Catalogue
    assumption: Assumption | None
    overlaps: pd.DataFrame | None
    scored: pd.DataFrame
    beside: Mapping[str, OutcomeCorrelations]
    seed: int

    @cached_property
    def others(self) -> dict[str, OtherTarget]:
        """The other targets of the same rows, made ready when first asked for: to choose needs none of them."""
        return other_targets(_numbered(self.scored), self.rows, self.recipe, self.catalogue, self.beside)


def lineup(
    scored: pd.DataFrame, goal: str, rules: LineupConstraints, catalogue: Catalogue, *, shocks: OutcomeCorrelations | None = None,
    assumption: Assumption | None = None, overlaps: pd.DataFrame | None = None, seed: int = 1,
    other_budgets: bool = True, beside: Mapping[str, OutcomeCorrelations] | None = None,
) -> Lineup:  # fmt: skip
    """Choose line-ups from scored candidates: one of each kind alone, and one of all kinds.

    Parameters
    ----------
    scored
        Candidates with their forecasts and fees, one row each.
    goal
        What the campaign wants most; it picks the target.
    rules
        The budget and what else has to be kept.
    shocks
        How past bookings missed their forecasts together (`sampling.estimate_correlations`); by default a stated assumption.
    assumption
        How audiences overlap, for people reached once instead of a sum, where the goal is awareness.
    overlaps
        Overlaps of two creators each that are known, as `joint_outcomes.read_overlaps` returns them; they replace the assumption.
    other_budgets
        Whether to find out what more and less money would bring, which takes a few times as long as the plans.
    beside
        By target what `shocks` says of one, for the other outcomes of the plans; by default the same assumption.

    Raises
    ------
    RowsError
        Where there is no budget, no forecast for the goal, or a rule that the list cannot answer.
    """
    asked = asked_outcome(catalogue, goal, rules.outcome, forecast_targets(scored, catalogue), "rules: outcome")
    catalogue = catalogue.answering(goal, asked)
    pool = prepare_pool(
        scored, goal, catalogue, shocks=shocks, assumption=assumption, overlaps=overlaps, seed=seed, beside=beside
    )
    chosen = with_outcomes_beside(pool, choose(pool, rules))
    return replace(chosen, frontier=other_budgets_of(pool, rules)) if other_budgets else chosen


def prepare_pool(
    scored: pd.DataFrame, goal: str, catalogue: Catalogue, *, shocks: OutcomeCorrelations | None = None,
    assumption: Assumption | None = None, overlaps: pd.DataFrame | None = None, seed: int = 1,
    beside: Mapping[str, OutcomeCorrelations] | None = None,
) -> Pool:  # fmt: skip
    """What does not depend on any rule, so that a changed rule is answered without drawing again; see `lineup`."""
    recipe = recipe_for(scored, goal, catalogue)
    rows = candidates(_numbered(scored), recipe)
    joint = draw_joint_outcomes(rows, recipe, shocks, assumption, seed, overlaps)
    return Pool(goal, rows, recipe, joint, catalogue, assumption, overlaps, scored, beside or {}, seed)


def _numbered(scored: pd.DataFrame) -> pd.DataFrame:
    """A scored list with the line of each row in its file."""
    return scored.assign(line=np.arange(len(scored)) + 2)


def choose(pool: Pool, rules: LineupConstraints, keep_going: Callable[[], bool] = lambda: True) -> Lineup:
    """The line-ups within the rules, without what other budgets would bring and the other outcomes of the plans; see `lineup`.

    `keep_going` is asked between searches; once it says no, the best so far stands.
    """
    rows, currency = in_one_currency(pool.rows, rules)
    limits, joint, recipe, overlaps = constraints(rows, rules), pool.joint, pool.recipe, pool.overlaps
    in_money = pool.catalogue.in_money(recipe)
    # The solver works outside Python's lock; but searches that may run into their time limit must not take it from each other.
    there = tuple(kind for kind in pool.catalogue.in_order("kind", rows["kind"]) if kind)
    kinds = [*KINDS, *(kind for kind in there if kind not in KINDS), None]
    with ThreadPoolExecutor(len(kinds) if rules.risk == "expected" else 1) as threads:
        solved = [*threads.map(lambda kind: _plan(kind, rows, rules, limits, joint, recipe, keep_going), kinds)]
    plans = tuple(
        replace(
            plan, kinds=there, people=expected_unique_reach(plan.rows, pool.catalogue, pool.assumption, overlaps),
            returns=returns_of(plan.spend, plan.expected, plan.low, plan.high, drawn) if in_money else None,
        )
        for plan, drawn in solved
    )  # fmt: skip
    return Lineup(
        goal=pool.goal, target=recipe.name,
        outcome=outcome_label(pool.scored, recipe, pool.catalogue),
        cost_per=cost_label(recipe, outcome_currency(pool.scored, recipe)), units=recipe.cost_per.units, currency=currency,
        in_money=in_money, rules=rules, plans=plans, frontier=(),
        duels=_pairwise_comparisons({plan.name: drawn for plan, drawn in solved if plan.found}),
        candidates=len(rows), persons=persons(rows).nunique(), without_quote=int(rows["fee"].isna().sum()),
        without_forecast=len(pool.scored) - len(rows), unchecked=tuple(unchecked(rows, rules)), absent=tuple(absent(rows, rules)),
        shocks=joint.shocks, unique=joint.assumption is not None,
        overlaps=0 if overlaps is None or joint.assumption is None else len(overlaps),
        invented=bool({"true", "1"} & _distinct_values(pool.scored, "invented_data")),
        model_version=", ".join(sorted(_distinct_values(pool.scored, "model_version", lower=False))),
    )  # fmt: skip


def with_outcomes_beside(pool: Pool, found: Lineup, keep_going: Callable[[], bool] = lambda: True) -> Lineup:
    """The line-ups chosen from a pool, with what their bookings bring of other outcomes, which takes longer than to choose.

    Once `keep_going` says no, they come back as they are.
    """
    plans = with_other_outcomes(
        found.plans,
        pool.recipe,
        pool.joint,
        pool.others,
        pool.catalogue,
        found.currency,
        _half(pool.joint),
        pool.seed,
        keep_going,
    )
    return replace(found, plans=plans)


def other_budgets_of(pool: Pool, rules: LineupConstraints, keep_going: Callable[[], bool] = lambda: True) -> tuple[Point, ...]:
    """What the best mix would bring for less and for more money, which takes a few times as long as the plans.

    `keep_going` is asked before each budget; once it says no, the points found so far are all there are.
    """
    rows, _ = in_one_currency(pool.rows, rules)
    return _frontier(rows, rules, constraints(rows, rules), pool.joint, keep_going)


def in_one_currency(rows: pd.DataFrame, rules: LineupConstraints) -> tuple[pd.DataFrame, str | None]:
    """Quotes in the budget's currency; another currency would need an exchange rate, which is never invented."""
    if rules.budget is None:
        raise RowsError([Fault.of("rules", Said("lineup_no_budget"))])
    named = sorted(set(rows.loc[rows["fee"].notna(), "currency"]) - {""})
    if rules.currency is None and len(named) > 1:
        raise RowsError([Fault.of("scored candidates", Said("lineup_which_currency", {"codes": ", ".join(named)}))])
    currency = rules.currency or (named[0] if named else None)
    return rows.assign(fee=rows["fee"].where(rows["currency"].isin([currency, ""]))), currency


def _plan(
    kind: str | None, rows: pd.DataFrame, rules: LineupConstraints, limits: Sequence[Constraint], joint: JointOutcomes,
    recipe: Recipe, keep_going: Callable[[], bool],
) -> tuple[Plan, np.ndarray]:  # fmt: skip
    """A plan, and what it brings in the draws that no choice has seen."""
    name = plan_of(kind) if kind else MIX
    of_kind = [Constraint(f"only|{kind}", (rows["kind"] != kind).to_numpy(float)[None, :], high=0)] if kind else []
    try:
        chosen, gap = _chosen(rows, rules, [*of_kind, *limits], joint, keep_going)
    except NoChoice as problem:
        return Plan(name, kind, rows.iloc[:0], 0.0, 0.0, 0.0, 0.0, None, None, 0.0, 0.0, 0.0, conflict=problem.rules), np.array(
            []
        )
    drawn, booked = joint.total(chosen, _judging_draws(joint)), rows.iloc[chosen]
    expected, spend = _expected(booked, drawn, joint), float(booked["fee"].sum())
    low, high = joint.interval(chosen, drawn)
    plan = Plan(
        name=name, kind=kind, rows=booked, spend=spend, expected=expected, low=low, high=high,
        reaches=None if rules.at_least is None else float((drawn >= rules.at_least).mean()),
        cost=spend * recipe.cost_per.units / expected if expected > 0 else None, thin=float(booked["unseen"].mean()),
        assumed=_assumed_share(booked), gap=gap,
    )  # fmt: skip
    return plan, drawn


def _chosen(
    rows: pd.DataFrame,
    rules: LineupConstraints,
    limits: Sequence[Constraint],
    joint: JointOutcomes,
    keep_going: Callable[[], bool] = lambda: True,
) -> tuple[np.ndarray, float]:
    """Positions chosen, and the gap to the bound; draws that judge between choices are never those that made them."""
    value, fee, overlap = joint.value, rows["fee"].fillna(0).to_numpy(float), joint.overlap
    if rules.risk == "expected":
        choice = best_choice(value, fee, limits, overlap=overlap)
        return choice.chosen, choice.gap
    goal = rules.at_least if rules.risk == "chance" else None
    found = candidate_solutions(value, fee, limits, joint.scenarios, goal=goal, overlap=overlap, keep_going=keep_going)
    fresh_totals = [joint.total(choice.chosen, slice(SCENARIOS, _half(joint))) for choice in found]
    merit = [float(np.quantile(one, 0.2)) if goal is None else float((one >= goal).mean()) for one in fresh_totals]
    choice = found[int(np.argmax(merit))]
    return choice.chosen, choice.gap


def _half(joint: JointOutcomes) -> int:
    return max(len(joint.drawn) // 2, SCENARIOS + 1)


def _judging_draws(joint: JointOutcomes) -> slice:
    """Draws that no choice has seen, so that a plan is not praised for its luck."""
    return slice(_half(joint), None)


def _assumed_share(booked: pd.DataFrame) -> float:
    return float(booked["expected"].where(booked["assumed"], 0.0).sum() / max(booked["expected"].sum(), 1e-9))


def _expected(booked: pd.DataFrame, drawn: np.ndarray, joint: JointOutcomes) -> float:
    return float(booked["expected"].sum() if joint.assumption is None else drawn.mean())


def _pairwise_comparisons(drawn: Mapping[str, np.ndarray]) -> tuple[PlanComparison, ...]:
    """The kinds against each other, then the mix against each."""
    alone = [name for name in drawn if name != MIX]
    pairs = [*combinations(alone, 2), *((MIX, name) for name in alone if MIX in drawn)]
    return tuple(PlanComparison(one, other, probability_of_superiority(drawn[one], drawn[other])) for one, other in pairs)


def _frontier(
    rows: pd.DataFrame,
    rules: LineupConstraints,
    limits: Sequence[Constraint],
    joint: JointOutcomes,
    keep_going: Callable[[], bool],
) -> tuple[Point, ...]:
    """The best mix for less and for more money; a plan that a smaller budget already allowed is kept where none is better."""
    value, fee, overlap = joint.value, rows["fee"].fillna(0).to_numpy(float), joint.overlap
    others, points = [rule for rule in limits if rule.name != "budget"], list[Point]()
    kept, most = np.array([], int), -1.0
    for budget in BUDGET_SHARES * float(rules.budget or 0):
        if not keep_going():
            break
        try:
            choice = best_choice(value, fee, [*others, Constraint("budget", fee[None, :], high=budget)], overlap=overlap)
        except NoChoice:
            continue
        kept, most = (choice.chosen, choice.objective) if choice.objective > most else (kept, most)
        drawn = joint.total(kept, _judging_draws(joint))
        expected, (low, high) = _expected(rows.iloc[kept], drawn, joint), joint.interval(kept, drawn)
        before = points[-1] if points else None
        marginal = None if before is None else (expected - before.expected) / float(budget - before.budget)
        points.append(Point(float(budget), float(fee[kept].sum()), expected, low, high, marginal))
    return tuple(points)


def _distinct_values(scored: pd.DataFrame, column: str, lower: bool = True) -> set[str]:
    if column not in scored:
        return set()
    words = scored[column].dropna().astype("str")
    return set(words.str.lower() if lower else words) - {""}
