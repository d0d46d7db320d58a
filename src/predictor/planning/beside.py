"""What the bookings of a plan bring beside what they were chosen for, drawn jointly with that, and for which part of the fees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue, Recipe
from predictor.definitions.targets import bounds_of
from predictor.forecasting.joint_targets import TargetForecasts, sample_beside, within_bounds
from predictor.forecasting.sampling import INTERVAL, OutcomeCorrelations
from predictor.planning.comparison import candidates, forecast_currencies, forecast_targets, label_in
from predictor.planning.joint_outcomes import JointOutcomes
from predictor.planning.plans import Beside, Plan, Returns
from predictor.tables.columns import FORECAST


@dataclass(frozen=True)
class OtherTarget:
    """A target of the list that is not what is chosen for: its forecasts, and the currency of its outcome where that is money."""

    recipe: Recipe
    forecasts: TargetForecasts
    currency: str | None


def other_targets(
    scored: pd.DataFrame, rows: pd.DataFrame, recipe: Recipe, catalogue: Catalogue, shocks: Mapping[str, OutcomeCorrelations]
) -> dict[str, OtherTarget]:
    """The forecasts of other targets than that of `recipe`, of the same `rows` of a scored list (which have a `line`).

    Amounts that are in several currencies are no sum, so that such a target is not among them.
    """
    found = {}
    for name in forecast_targets(scored, catalogue):
        other, codes = catalogue.recipes[name], forecast_currencies(scored, catalogue.recipes[name])
        if name == recipe.name or len(codes) > 1:
            continue
        figures = candidates(scored, other).set_index("line").reindex(columns=[*FORECAST, "unit"]).reindex(rows["line"])
        its = rows.assign(**{figure: figures[figure].to_numpy(dtype=float) for figure in figures})
        known = TargetForecasts(its, shocks.get(name) or OutcomeCorrelations(), other.counts)
        found[name] = OtherTarget(other, known, codes[0] if codes else None)
    return found


def with_other_outcomes(
    plans: Sequence[Plan], recipe: Recipe, joint: JointOutcomes, others: Mapping[str, OtherTarget], catalogue: Catalogue,
    currency: str | None, since: int, seed: int, keep_going: Callable[[], bool] = lambda: True,
) -> tuple[Plan, ...]:  # fmt: skip
    """The plans with the totals of other outcomes.

    Parameters
    ----------
    plans
        Chosen from the rows of `joint`, which are drawn with the same `seed` of the outcome of `recipe`.
    currency
        That of the fees, in which an amount can be weighed against them.
    since
        The first of the draws that totals are read from.
    keep_going
        Asked now and then; once it says no, the plans are given back as they are.
    """
    chosen = np.unique([place for plan in plans for place in plan.rows.index]).astype(int)
    if not others or not len(chosen):
        return tuple(plans)
    first = TargetForecasts(joint.rows, joint.shocks, recipe.counts)
    asked = {name: one.forecasts for name, one in others.items()}
    drawn = sample_beside(first, asked, chosen, len(joint.drawn), since, seed, keep_going)
    if not drawn:
        return tuple(plans)
    at_most = {name: bounds_of(name, catalogue.recipes) for name in (recipe.name, *others)}
    drawn = within_bounds({recipe.name: joint.drawn[since:, chosen], **drawn}, at_most, recipe.name)
    return tuple(
        replace(plan, others=tuple(
            _total(plan, drawn[name][:, np.searchsorted(chosen, plan.rows.index)], other, catalogue, currency)
            for name, other in others.items()
            if other.forecasts.rows.loc[plan.rows.index, "expected"].notna().any()
        ))
        for plan in plans
    )  # fmt: skip


def returns_of(spend: float, expected: float, low: float, high: float, drawn: np.ndarray) -> Returns | None:
    """What comes back for the fees, by draws of the money that bookings bring; None where they are free."""
    if not spend:
        return None
    return Returns(expected / spend, low / spend, high / spend, float((drawn >= spend).mean()))


def _total(plan: Plan, drawn: np.ndarray, other: OtherTarget, catalogue: Catalogue, currency: str | None) -> Beside:
    """What the bookings that have a forecast bring together; of a single one that is what its own forecast says."""
    rows = other.forecasts.rows.loc[plan.rows.index]
    there = rows[rows["expected"].notna()]
    sums, expected = np.nansum(drawn, axis=1), float(there["expected"].sum())
    low, high = there.iloc[0][["p10", "p90"]] if len(there) == 1 else np.quantile(sums, INTERVAL)
    weighed = catalogue.in_money(other.recipe) and other.currency in (currency, None) and len(there) == len(rows)
    return Beside(
        target=other.recipe.name, outcome=label_in(other.currency, other.recipe, catalogue), currency=other.currency,
        expected=expected, low=float(low), high=float(high), bookings=len(there),
        returns=returns_of(plan.spend, expected, float(low), float(high), sums) if weighed else None,
    )  # fmt: skip
