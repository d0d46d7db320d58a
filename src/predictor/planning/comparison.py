"""Influencers beside KOLs: what each kind would bring, per creator and for the same money, and how sure that is.

The candidates of a kind stand for that kind: they are drawn again and again with replacement, and each draw gets an outcome
from its own forecast. The chance that one kind beats the other is the share of draws in which it does.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from predictor.definitions.closed_lists import KINDS
from predictor.definitions.schema import Catalogue, Recipe
from predictor.errors import Fault, RowsError
from predictor.forecasting.sampling import (
    INTERVAL,
    GroupSample,
    OutcomeCorrelations,
    SharedShock,
    probability_of_superiority,
    safe_outcome,
    sample_group,
)
from predictor.planning.drivers import MAX_DRAWN, BreakEven, Drivers, break_even_between, drivers, verdict_of
from predictor.planning.kinds import KindsCompared, number_compared, other_kinds
from predictor.tables.columns import FORECAST, OF_STAND_INS, scored_column
from predictor.wording.matching import closest, fold
from predictor.wording.sentences import LANGUAGES, Said, money

# What a comparison holds: groups, pairwise comparisons, drivers of the difference, and counts for its caveats.

Verdict = Literal["influencers", "kols", "close"]
Label = dict[str, str]  # language → words


@dataclass(frozen=True)
class Range:
    """A value and its 80% interval; `high` is None where there is no upper bound (money for nothing)."""

    value: float
    low: float
    high: float | None


@dataclass(frozen=True)
class Group:
    """Candidates that share a kind, a tier or a platform; `name` is empty where the file does not say."""

    by: str
    name: str
    label: Label
    creators: int
    unseen: int
    total: float
    mean: Range
    quoted: int
    spend: float | None
    cost: Range | None


@dataclass(frozen=True)
class PairwiseComparison:
    """The probability of superiority of the average influencer over the average KOL; where there is none, `why_not` says why."""

    influencers: int
    kols: int
    chance: float | None = None
    why_not: Literal["few", "currencies"] | None = None

    @property
    def verdict(self) -> Verdict | None:
        """Who is likely ahead."""
        if self.chance is None:
            return None
        called: Verdict = verdict_of(self.chance, "influencers", "kols")
        return called


@dataclass(frozen=True)
class Comparison:
    """What a scored file says about one goal."""

    goal: str
    target: str
    outcome: Label
    cost_per: Label
    units: int
    currencies: tuple[str, ...]
    groups: tuple[Group, ...]
    per_money: PairwiseComparison
    per_creator: PairwiseComparison
    others: tuple[KindsCompared, ...]
    drivers: Drivers | None
    break_even: BreakEven | None
    shocks: OutcomeCorrelations
    creators: int
    unseen: int
    assumed: int
    pooled: int
    on_commission: int
    repeated: int
    without_forecast: int
    without_quote: int
    invented: bool
    model_version: str

    @property
    def currency(self) -> str | None:
        """The one currency of all quotes; None where there are no quotes or several currencies."""
        return self.currencies[0] if len(self.currencies) == 1 else None

    @property
    def thin(self) -> bool:
        """Whether so much of the list is unknown that a rank by the safe value is the one to begin with."""
        return self.unseen >= UNKNOWN * self.creators

    def by(self, what: str) -> list[Group]:
        """Groups by `kind`, `tier` or `platform`."""
        return [group for group in self.groups if group.by == what]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        verdicts = {"per_money": self.per_money.verdict, "per_creator": self.per_creator.verdict}
        lists = {"currencies": list(self.currencies), "groups": [asdict(group) for group in self.groups]}
        own = {"turn" if name == "break_even" else name: value for name, value in asdict(self).items()}
        return {**own, **lists, "verdict": verdicts}


UNKNOWN = 1 / 3  # part of a list without a record from which candidates are ranked by their safe value
BY = ("kind", "tier", "platform")
MIN_DRAWS = 200


def compare(
    scored: pd.DataFrame, goal: str, catalogue: Catalogue, draws: int = 4000, seed: int = 1,
    shocks: OutcomeCorrelations | None = None, outcome: str | None = None,
) -> Comparison:  # fmt: skip
    """Compare the kinds, tiers and platforms of scored candidates.

    Parameters
    ----------
    scored
        Candidates with their forecasts, one row each.
    goal
        What the campaign wants most; it picks the target.
    draws, seed
        Repetitions of the simulation, and where its random numbers start.
    shocks
        What the bookings of a campaign share, as for `lineup`; each repetition is one campaign, the same for every group.
    outcome
        What of the goal is counted, where it has several outcomes, such as `revenue` for sales.

    Raises
    ------
    RowsError
        When the file holds no forecast for the goal, or none of the outcome.
    """
    asked = asked_outcome(catalogue, goal, outcome, forecast_targets(scored, catalogue), "outcome")
    catalogue = catalogue.answering(goal, asked)
    recipe = recipe_for(scored, goal, catalogue)
    rows = candidates(scored, recipe)
    currencies = tuple(sorted(rows.loc[rows["fee"].notna(), "currency"].unique()))
    mixed = len(currencies) > 1  # sums over currencies would need an exchange rate, which is never invented
    rows = rows.assign(fee=np.nan) if mixed else rows
    rng, draws = np.random.default_rng(seed), min(draws, max(MAX_DRAWN // len(rows), MIN_DRAWS))
    shocks = shocks or OutcomeCorrelations()
    shared = SharedShock(rng.standard_normal(draws), shocks.campaign)
    samples = {
        (by, name): sample_group(rows[rows[by] == name], recipe.counts, shared, rng)
        for by in BY
        for name in catalogue.in_order(by, rows[by])
    }
    both = {("kind", "influencer"), ("kind", "kol")} <= set(samples)
    return Comparison(
        goal=goal,
        target=recipe.name,
        outcome=outcome_label(scored, recipe, catalogue),
        cost_per=cost_label(recipe, outcome_currency(scored, recipe)),
        units=recipe.cost_per.units,
        currencies=currencies,
        groups=tuple(_group(by, name, sample, recipe, catalogue) for (by, name), sample in samples.items()),
        per_money=_pairwise_comparison(samples, "per_money", "currencies" if mixed else None),
        per_creator=_pairwise_comparison(samples, "each"),
        others=tuple(other_kinds(samples, mixed)),
        drivers=drivers(rows, recipe.counts, shocks.campaign, seed=seed),
        break_even=break_even_between(samples["kind", "influencer"], samples["kind", "kol"]) if both else None,
        shocks=shocks,
        without_quote=0 if mixed else int(rows["fee"].isna().sum()),
        **_counts(scored, rows),
    )


def recipe_for(scored: pd.DataFrame, goal: str, catalogue: Catalogue) -> Recipe:
    """The target that answers `goal` and was forecast in this file."""
    answerable = [catalogue.recipes[name] for name in forecast_targets(scored, catalogue)]
    for recipe in answerable:
        if recipe.goal == goal:
            return recipe
    goals = ", ".join(sorted({r.goal for r in answerable}))
    nowhere = "platform" not in scored or bool(scored["platform"].isna().all())
    why = "goal" if goals else "platform" if nowhere else "yet"
    raise RowsError([Fault.of("scored candidates", Said(f"no_forecast_{why}", {"goal": goal, "goals": goals}))])


def asked_outcome(
    catalogue: Catalogue, goal: str, outcome: str | None, forecast: Collection[str], where: str = "--outcome"
) -> str | None:
    """The outcome that is asked for, by its name or its label, where it is one that was `forecast` (names of targets) and of
    the goal.

    Raises
    ------
    RowsError
        Where it is none of these.
    """
    allowed = [recipe.outcome for name, recipe in catalogue.recipes.items() if recipe.goal == goal and name in forecast]
    words = outcomes_by_word(catalogue, allowed)
    if outcome is not None and fold(outcome) not in words:
        near = closest(fold(outcome), allowed)
        hint = "." if near is None else Said("cell_near", {"word": near})
        held = ", ".join(allowed) if allowed else Said("nothing")
        raise RowsError(
            [Fault.of(where, Said("outcome_not_forecast", {"came": outcome, "goal": goal, "held": held, "hint": hint}))]
        )
    return None if outcome is None else words[fold(outcome)]


def outcomes_by_word(catalogue: Catalogue, outcomes: Collection[str]) -> dict[str, str]:
    """The outcomes by their names and their labels in every language, folded."""
    return {fold(word): name for name in outcomes for word in (name, *catalogue.entries[name].label.by_language().values())}


def forecast_targets(scored: pd.DataFrame, catalogue: Catalogue) -> list[str]:
    """The targets that a scored list has forecasts of."""
    return [name for name in catalogue.recipes if any(_forecast(scored, name).notna().all(axis=1))]


def outcome_currency(scored: pd.DataFrame, recipe: Recipe) -> str | None:
    """The currency of forecasts in money; None where the outcome is no money, or nobody named its currency.

    Raises
    ------
    RowsError
        Where forecasts of one list are in several currencies, or the quotes in another one.
    """
    codes = forecast_currencies(scored, recipe)
    fees = sorted(set(_text(scored, "currency").str.upper()) - {""}) if codes else []
    if len(codes) > 1 or (codes and fees and fees != codes):
        problem = (
            f"the forecasts of {recipe.outcome} are in {', '.join(codes)} and the quotes in {', '.join(fees) or 'none'}; one is "
            "weighed against the other only in one currency, since an exchange rate is never invented."
        )
        raise RowsError([Fault("scored candidates", problem)])
    return codes[0] if codes else None


def forecast_currencies(scored: pd.DataFrame, recipe: Recipe) -> list[str]:
    """The currencies that forecasts of a target are in; none where its outcome is no money, or nobody named its currency."""
    return sorted(set(_text(scored, scored_column(recipe.name, "currency"))) - {""})


def outcome_label(scored: pd.DataFrame, recipe: Recipe, catalogue: Catalogue) -> Label:
    """What an outcome is called by language, with its currency where it is money."""
    return label_in(outcome_currency(scored, recipe), recipe, catalogue)


def label_in(code: str | None, recipe: Recipe, catalogue: Catalogue) -> Label:
    """What an outcome is called by language, with a currency where there is one."""
    label = catalogue.entries[recipe.outcome].label.by_language()
    return label if code is None else {lang: f"{words} ({code})" for lang, words in label.items()}


def cost_label(recipe: Recipe, currency: str | None) -> Label:
    """What money per outcome is called by language; units of an outcome in money are an amount in its `currency`."""
    words = recipe.cost_per.by_language().items()
    return {lang: said.replace("{units}", money(lang, recipe.cost_per.units, currency)) for lang, said in words}


def candidates(scored: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    """The rows that have a forecast for `recipe`, cleaned, with `expected`, `p10`, `p50`, `p90`, `rule`, `cost`, `safe` (what is
    reached 8 times in 10), `unseen`, `stated` (known by figures of the list alone, such as a media kit's) `assumed` (the
    planner's own figures), `pooled` (by one rate for everybody, for want of results) and `doubtful` (where the list holds a
    sentence on what the model has never or rarely seen of it).

    A fee without a currency is no quote where other rows name theirs.
    """
    rows = scored.assign(**{by: _text(scored, by) for by in (*BY, "currency")})
    rows["kind"], rows["currency"] = rows["kind"].str.lower(), rows["currency"].str.upper()
    rows[list(FORECAST)] = _forecast(scored, recipe.name)
    rows["rule"] = _numbers(scored, scored_column(recipe.name, "rule"))
    fee = _numbers(scored, "fee")
    named = rows["currency"] != ""
    nobody_names_it = not bool((named & fee.notna()).any())
    rows["fee"] = fee.where((fee >= 0) & (named | nobody_names_it))
    rows["cost"] = rows["fee"] * recipe.cost_per.units / rows["expected"].where(rows["expected"] > 0)
    rows["unseen"] = _flags(scored, "known_creator").eq(False)
    no_posts = _numbers(scored, "posts_seen").fillna(0).eq(0) if "posts_seen" in scored else False
    rows["stated"] = ~rows["unseen"] & no_posts
    for flag in OF_STAND_INS:
        rows[flag] = _flags(scored, scored_column(recipe.name, flag)).eq(True)
    rows["doubtful"] = _text(scored, scored_column(recipe.name, "doubts")) != ""
    if (unit := scored_column(recipe.name, "unit")) in scored:
        rows["unit"] = _numbers(scored, unit)
    rows["safe"] = safe_outcome(rows)
    return rows[rows[list(FORECAST)].notna().all(axis=1)].reset_index(drop=True)


def _forecast(scored: pd.DataFrame, target: str) -> pd.DataFrame:
    return pd.DataFrame({figure: _numbers(scored, scored_column(target, figure)).clip(lower=0) for figure in FORECAST})


def _numbers(frame: pd.DataFrame, column: str) -> pd.Series[float]:
    values = frame[column] if column in frame else pd.Series(np.nan, index=frame.index)
    return pd.to_numeric(values, errors="coerce").astype(float).where(lambda v: np.isfinite(v))


def _text(frame: pd.DataFrame, column: str) -> pd.Series[str]:
    values = frame[column] if column in frame else pd.Series("", index=frame.index)
    return values.astype("str").where(values.notna(), "").str.strip()


def _flags(frame: pd.DataFrame, column: str) -> pd.Series[Any]:
    """True, False or missing, however the file spells it."""
    return _text(frame, column).str.lower().map({"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False})


def _group(by: str, name: str, sample: GroupSample, recipe: Recipe, catalogue: Catalogue) -> Group:
    rows, quoted = sample.rows, sample.quoted
    words = catalogue.entries[by].categories.get(name) if by in catalogue.entries else None
    return Group(
        by=by,
        name=name,
        label=words.by_language() if words else dict.fromkeys(LANGUAGES, name),
        creators=len(rows),
        unseen=int(rows["unseen"].sum()),
        total=float(rows["expected"].sum()),
        mean=Range(float(rows["expected"].mean()), *_interval(sample.each)),
        quoted=len(quoted),
        spend=float(quoted["fee"].sum()) if len(quoted) else None,
        cost=_cost(sample, recipe.cost_per.units),
    )


def _cost(sample: GroupSample, units: int) -> Range | None:
    expected, fee = float(sample.quoted["expected"].sum()), float(sample.quoted["fee"].sum())
    if not expected > 0:
        return None
    low, high = _interval(
        np.divide(units, sample.per_money, out=np.full(len(sample.per_money), np.inf), where=sample.per_money > 0)
    )
    return Range(units * fee / expected, low, high if math.isfinite(high) else None)


def _interval(values: np.ndarray) -> tuple[float, float]:
    """Lowest and highest of the middle 80%; no interpolation, because values may be infinite."""
    low, high = np.quantile(values, INTERVAL, method="inverted_cdf")
    return float(low), float(high)


def _pairwise_comparison(
    samples: dict[tuple[str, str], GroupSample], figure: str, why_not: Literal["currencies"] | None = None
) -> PairwiseComparison:
    sides = [samples.get(("kind", kind)) for kind in KINDS]
    influencers, kols = (number_compared(side, figure) if side else 0 for side in sides)
    if why_not or min(influencers, kols) < 2:
        return PairwiseComparison(influencers, kols, why_not=why_not or "few")
    of_influencers, of_kols = (getattr(side, figure) for side in sides)
    return PairwiseComparison(influencers, kols, probability_of_superiority(of_influencers, of_kols))


def _counts(scored: pd.DataFrame, rows: pd.DataFrame) -> dict[str, Any]:
    return {
        "creators": len(rows),
        "unseen": int(rows["unseen"].sum()),
        "assumed": int(rows["assumed"].sum()),
        "pooled": int(rows["pooled"].sum()),
        "on_commission": int((_numbers(rows, "commission") > 0).sum()),
        "repeated": int(_text(rows, "creator_id").loc[lambda ids: ids != ""].duplicated().sum()),
        "without_forecast": len(scored) - len(rows),
        "invented": bool(_flags(scored, "invented_data").eq(True).any()),
        "model_version": ", ".join(sorted(set(_text(scored, "model_version")) - {""})),
    }
