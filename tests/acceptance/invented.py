"""Bars on invented agencies, whose truth is known."""

from __future__ import annotations

import joblib
import numpy as np
import pandas as pd

from acceptance.measure import (
    GROUP,
    Bar,
    against_rules,
    coverage_bars,
    error,
    outside_band,
    predictions,
    standard_error,
    told_groups,
)
from acceptance.planted_effects import coverage_of_kol_effect
from acceptance.scenarios import as_tables, world
from predictor.asof.examples import training_examples
from predictor.definitions.loader import load_catalogue
from predictor.definitions.schema import Catalogue, Recipe
from predictor.simulation.agency import simulate

FUNNEL = ("clicks", "orders", "revenue")
WORLDS, RARE_WORLDS, PLAIN_WORLDS, TINY_WORLDS = 3, 100, 30, 80


def agencies() -> list[Bar]:
    """Coverage of engagement and reach in invented agencies as they are shipped."""
    catalogue = load_catalogue()
    found: list[Bar] = []
    groups: list[pd.DataFrame] = []
    for seed in range(1, WORLDS + 1):
        examples, _ = _agency(seed, catalogue)
        forecasts = predictions(
            examples, ("engagement", "reach"), catalogue, [("time", seed), *(("new_creators", s) for s in (1, 2, 3))]
        )
        for target in ("engagement", "reach"):
            for split, name in (("time", "newest"), ("new_creators", "never-seen (3 fifths)")):
                rows = forecasts[(forecasts["target"] == target) & (forecasts["split"] == split)]
                found += [bar for bar in coverage_bars(rows, f"agency {seed}, {target}, {name}") if bar.holds is not None]
                groups.append(told_groups(rows))
    every = pd.concat(groups)
    outside, surely = outside_band(every)
    return [
        *found,
        Bar(
            f"all {len(every)} groups of these {len(groups)} splits: outside the band by more than luck explains",
            f"{surely} ({outside} outside at all)",
            "none",
            surely == 0,
        ),
    ]


def funnel(worlds: int = RARE_WORLDS) -> list[Bar]:
    """Clicks, orders and revenue over many invented agencies together, of which each has few labels, so that one says little."""
    catalogue = load_catalogue()
    tasks = (joblib.delayed(_funnel_of)(seed, catalogue) for seed in range(1, worlds + 1))
    forecasts = pd.concat(joblib.Parallel(n_jobs=-1)(tasks), ignore_index=True)
    return [
        bar
        for target in FUNNEL
        for split, name in (("time", "newest"), ("new_creators", "never-seen"))
        for bar in _rare(
            forecasts[(forecasts["target"] == target) & (forecasts["split"] == split)],
            f"{target}, {worlds} agencies, {name}",
            catalogue.recipes[target],
            surely=split == "time" and target != "orders",  # clicks and revenue of those whose reach is on record
        )
    ]


def _rare(rows: pd.DataFrame, where: str, recipe: Recipe, surely: bool) -> list[Bar]:
    """Totals, errors and intervals of a target of which most bookings bring little; `surely`: a rate per reach is to gain."""
    truth, by_reach = f"expected_{recipe.name}", {name for name, rule in recipe.rules.items() if rule.per is not None}
    by_reach |= {name for name, rule in recipe.rules.items() if rule.otherwise in by_reach}
    ours, least = (error(rows, column, recipe) for column in ("expected", truth))
    rules = {name: error(rows, name, recipe) for name in recipe.rules}
    best, per_audience = (min(names, key=lambda name: rules[name]) for names in (rules, {*rules} - by_reach))
    total, came = (rows["expected"].sum() / rows[column].sum() for column in (truth, "actual"))
    low, high = _by_world(rows, truth)
    held = rows["inside"].mean()
    return [
        Bar(
            f"{where}: total forecast over true total",
            f"{total:.3f} (90% of resampled agencies {low:.3f} to {high:.3f})",
            "0.95 to 1.05",
            bool(0.95 <= total <= 1.05),
        ),
        Bar(f"{where}: total forecast over total that came", f"{came:.3f}", "told", None),
        Bar(
            f"{where}: error over that of the best rule in hindsight",
            f"{ours / rules[best] - 1:+.1%} ({ours:.3f}; {best}: {rules[best]:.3f}; the truth itself: {least:.3f})",
            "at most +1.0%",
            bool(ours <= 1.01 * rules[best]),
        ),
        Bar(
            f"{where}: error over that of the best rule per audience",
            f"{ours / rules[per_audience] - 1:+.1%} ({per_audience}: {rules[per_audience]:.3f})",
            "below 0" if surely else "told",
            bool(ours < rules[per_audience]) if surely else None,
        ),
        Bar(f"{where}: 80 % interval holds", f"{held:.1%} of {len(rows):,}", "78% to 82%", bool(0.78 <= held <= 0.82)),
    ]


def _by_world(rows: pd.DataFrame, truth: str, times: int = 2000) -> tuple[float, float]:
    """Between which ends 90 % of totals forecast over true totals lie, where other agencies had been drawn."""
    sums = rows.groupby("seed")[["expected", truth]].sum().to_numpy()
    drawn = sums[np.random.default_rng(1).integers(0, len(sums), (times, len(sums)))].sum(axis=1)
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], (0.05, 0.95))
    return float(low), float(high)


def no_harm() -> list[Bar]:
    """Worlds in which rules are hard to beat: the model must not be more than 1 % worse than the best of them."""
    catalogue = load_catalogue()
    asked = [("own_record", PLAIN_WORLDS), ("tier_only", PLAIN_WORLDS), ("tiny", TINY_WORLDS)]
    tasks = [(name, seed) for name, seeds in asked for seed in range(1, seeds + 1)]
    forecasts = pd.concat(joblib.Parallel(n_jobs=-1)(joblib.delayed(_plain)(name, seed, catalogue) for name, seed in tasks))
    found = []
    for (name, split, target), rows in forecasts.groupby(["world", "split", "target"], sort=False):
        ours, best, its = against_rules(rows, catalogue.recipes[target])
        worse, luck = ours / its - 1, _luck(rows, best, catalogue.recipes[target])
        where = f"world {name}, {target}, {split}"
        found.append(
            Bar(
                f"{where}: error over the best rule's",
                f"{worse:+.1%} ± {luck:.1%} ({best}; {len(rows):,} rows)",
                "at most +1.0%" if len(rows) >= GROUP else "told: too few rows",
                bool(worse <= 0.01) if len(rows) >= GROUP else None,
            )
        )
    return found


def kols() -> list[Bar]:
    """Whether the interval of what being a KOL changes holds the truth that was planted."""
    table = coverage_of_kol_effect(load_catalogue().recipes["engagement"])
    return [
        Bar(
            f"KOL effect planted ×{row.planted:g}: 90 % interval holds it",
            f"{row.covered} of {row.seeds} (median ×{row.median_estimate:.2f})",
            "at least 85 of 100",
            bool(row.covered >= 0.85 * row.seeds),
        )
        for row in table.itertuples()
    ]


def _agency(seed: int, catalogue: Catalogue) -> tuple[pd.DataFrame, pd.DataFrame]:
    invented = simulate(seed=seed)
    return training_examples(as_tables(invented, catalogue), catalogue), invented.truth


def _funnel_of(seed: int, catalogue: Catalogue) -> pd.DataFrame:
    examples, truth = _agency(seed, catalogue)
    forecasts = predictions(examples, FUNNEL, catalogue, [("time", seed), ("new_creators", seed)], jobs=1)
    known = truth.loc[truth["booking_id"].notna(), ["booking_id", *(f"expected_{target}" for target in FUNNEL)]]
    return forecasts.merge(known, left_on="row_id", right_on="booking_id", how="left")


def _plain(name: str, seed: int, catalogue: Catalogue) -> pd.DataFrame:
    tables, _ = world(name, seed, catalogue)
    examples = training_examples(tables, catalogue)
    targets = ("engagement", "reach") if name != "tiny" else ("engagement",)
    return predictions(examples, targets, catalogue, [("time", seed), ("new_creators", seed)], jobs=1).assign(world=name)


def _luck(rows: pd.DataFrame, rule: str, recipe: Recipe) -> float:
    """Standard error over the worlds of how much larger the model's error is than the rule's."""
    errors = [(len(one), error(one, "p50", recipe), error(one, rule, recipe)) for _, one in rows.groupby("seed")]
    size, ours, its = np.array(errors).T
    ratio = (size @ ours) / (size @ its)
    worlds = pd.Series(np.arange(len(size)))
    return standard_error(pd.Series(size * (ours - ratio * its)), worlds) / float(size @ its)
