"""Figures that several bars share."""

from __future__ import annotations

from dataclasses import dataclass

import joblib
import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue, Recipe
from predictor.evaluation.backtest import judge_split
from predictor.forecasting.conformal import record_of
from predictor.forecasting.losses import loss
from predictor.tables.frames import main_value

GROUP_BAND = (0.74, 0.86)
GROUP, CREATORS = 300, 25  # rows and creators from which a group must keep the interval's word: the rows of few err together
BY = ("platform", "tier", "kind", "niche", "format", "source", "record")


@dataclass(frozen=True)
class Bar:
    """One promise, what was measured, what was asked, and whether it holds (None: shown for comparison)."""

    what: str
    measured: str
    asked: str
    holds: bool | None


def predictions(
    examples: pd.DataFrame, targets: tuple[str, ...], catalogue: Catalogue, tasks: list[tuple[str, int]], jobs: int = -1
) -> pd.DataFrame:
    """Out-of-sample forecasts of the targets on several splits (name and seed), all in parallel; each with its seed."""
    asked = [(catalogue.recipes[name], split, seed) for name in targets for split, seed in tasks]
    judged = joblib.Parallel(n_jobs=jobs)(
        joblib.delayed(judge_split)(examples, recipe, catalogue, split, seed) for recipe, split, seed in asked
    )
    return pd.concat(
        [one.predictions.assign(seed=seed) for one, (*_, seed) in zip(judged, asked, strict=True)], ignore_index=True
    )


def error(rows: pd.DataFrame, column: str, recipe: Recipe) -> float:
    """The target's own loss of one column of forecasts."""
    forecasts = rows[column].to_numpy(dtype=float)
    log_forecast = np.log(np.maximum(forecasts, 1e-9)) if recipe.counts else np.log1p(forecasts)
    return loss(rows["actual"].to_numpy(), log_forecast, recipe)


def against_rules(rows: pd.DataFrame, recipe: Recipe) -> tuple[float, str, float]:
    """Error of the model, the name of the rule that did best in hindsight, and its error."""
    rules = {name: error(rows, name, recipe) for name in recipe.rules}
    best = min(rules, key=lambda name: rules[name])
    return error(rows, "expected" if recipe.counts else "p50", recipe), best, rules[best]


def total_bar(rows: pd.DataFrame, name: str, asked: tuple[float, float] = (0.95, 1.05)) -> Bar:
    """Whether forecasts add up to what came."""
    total, (low, high) = float(rows["expected"].sum() / rows["actual"].sum()), asked
    return Bar(f"{name}: total forecast over true total", f"{total:.3f}", f"{low:.2f} to {high:.2f}", bool(low <= total <= high))


def coverage_bars(rows: pd.DataFrame, name: str, asked: tuple[float, float] = (0.78, 0.82)) -> list[Bar]:
    """Whether the 80 % interval holds as often as it says, overall and in every group, and is not wider than need be."""
    inside, low, high = rows["inside"], *asked
    found = [
        Bar(
            f"{name}: 80 % interval holds",
            f"{inside.mean():.1%} of {len(rows):,}",
            f"{low:.0%} to {high:.0%}",
            bool(low <= inside.mean() <= high),
        ),
        _groups_bar(rows, name),
    ]
    band = (np.abs(rows["actual"] - rows["p50"]) <= 0.2 * rows["p50"]).mean()
    found.append(Bar(f"{name}: a fixed ±20 % band holds", f"{band:.1%}", "shown beside it", None))
    ratio = _width(rows) / _plain_width(rows)
    found.append(
        Bar(
            f"{name}: median width over plain split-conformal at equal coverage",
            f"{ratio:.2f}",
            "at most 1.05",
            bool(ratio <= 1.05),
        )
    )
    return found + [Bar(f"{name}: CRPS", f"{rows['crps'].mean():.3f}", "told", None)]


def _groups_bar(rows: pd.DataFrame, name: str) -> Bar:
    (low, high), groups = GROUP_BAND, told_groups(rows)
    shares = groups["share"]
    outside, surely = outside_band(groups)
    worst = f"worst: {(shares - 0.8).abs().idxmax()}; " if len(groups) else ""
    return Bar(
        f"{name}: in each of {len(groups)} groups of {GROUP}+ rows and {CREATORS}+ creators",
        f"{shares.min():.1%} to {shares.max():.1%} ({worst}{outside} outside, {surely} by more than the luck of its creators)",
        f"{low:.0%} to {high:.0%}",
        outside == 0,
    )


def outside_band(groups: pd.DataFrame) -> tuple[int, int]:
    """How many groups lie outside the band, and how many by more than two standard errors: the rows of a creator err together,
    so that some groups of few creators lie outside whatever the interval."""
    low, high = GROUP_BAND
    beyond = np.maximum(low - groups["share"], groups["share"] - high)
    return int((beyond > 0).sum()), int((beyond > 2 * groups["luck"]).sum())


def told_groups(rows: pd.DataFrame) -> pd.DataFrame:
    """The share of each group's rows inside their interval, and how far luck in who is in the group may move it."""
    named = rows.assign(record=record_of(rows), niche=main_value(rows["niche"]) if "niche" in rows else None)
    found = {}
    for by in (by for by in BY if by in named):
        for group, group_rows in named.groupby(by):
            if len(group_rows) >= GROUP and group_rows["creator_id"].nunique() >= CREATORS:
                share = float(group_rows["inside"].mean())
                deviation = standard_error(group_rows["inside"] - share, group_rows["creator_id"]) / len(group_rows)
                found[f"{by} {group}"] = (share, deviation)
    return pd.DataFrame.from_dict(found, orient="index", columns=["share", "luck"])


def standard_error(off: pd.Series, cluster: pd.Series) -> float:
    """Of the total of what is off, where rows of one cluster err together (Liang and Zeger 1986, "Longitudinal data analysis
    using generalized linear models")."""
    totals = off.groupby(cluster).sum()
    return float(np.sqrt((totals**2).sum() * len(totals) / max(len(totals) - 1, 1)))


def _width(rows: pd.DataFrame) -> float:
    return float(np.median(np.log1p(rows["p90"]) - np.log1p(rows["p10"])))


def _plain_width(rows: pd.DataFrame) -> float:
    """One width for all around the same medians, as narrow as hindsight allows at the same coverage."""
    errors = np.log1p(rows["actual"]) - np.log1p(rows["p50"])
    share = float(rows["inside"].mean())
    return float(errors.quantile((1 + share) / 2) - errors.quantile((1 - share) / 2))
