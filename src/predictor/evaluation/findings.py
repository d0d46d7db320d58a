"""Findings of a back-test by target: figures, groups, decision gain, and whether the model beats the best baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue, Recipe
from predictor.evaluation.backtest import Backtest, by_group
from predictor.evaluation.decision_gain import ENOUGH, SMALLEST, DecisionGain, decision_gain, rank_order

WORTH = 0.002  # gain from which a model is worth having beside the best baseline
ROUGH = 200  # results below which figures are called rough
SIDES = {"time": ("time", "newcomers"), "new_creators": ("new_creators",)}
MIN_GROUP = {"rows": 50, "creators": 10}  # what a group needs before its coverage is more than chance
KEPT = (0.74, 0.86)  # coverage that an 80 % interval may have


@dataclass(frozen=True)
class SplitFinding:
    """One target on one split: figures of all its rows and of the bookings among them, and the gain's 90 % interval."""

    split: str
    figures: Mapping[str, Any]
    bookings: Mapping[str, Any] | None
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """`better` than the best baseline, `unclear` where that may be chance, `worse`, or else the baseline is `enough`; `rough`
        where so little was judged that nobody can tell."""
        if np.isnan(self.low):
            return "rough"
        if self.figures["gain"] < WORTH:
            return "worse" if self.high < 0 else "enough"
        return "better" if self.low > 0 else "unclear"


@dataclass(frozen=True)
class Side:
    """Forecasts of known or never-seen creators, by group and inside campaigns; `order` is empty where these are too few."""

    split: str
    rows: pd.DataFrame
    groups: pd.DataFrame
    gain: DecisionGain
    order: pd.Series

    def astray(self) -> pd.DataFrame:
        """Groups large enough to judge whose 80 % interval is miscalibrated, the worst first."""
        groups = self.groups[np.array([enough_to_judge(row) for row in self.groups.to_dict("records")], dtype=bool)]
        off = groups[~groups["coverage_untied"].between(*KEPT)]
        return off.iloc[np.argsort(-(off["coverage_untied"] - 0.8).abs().to_numpy(dtype=float), kind="stable")]


@dataclass(frozen=True)
class Finding:
    """Everything that was found about one target, and the forecasts behind it; without tests where nothing could be judged."""

    recipe: Recipe
    rows: pd.DataFrame
    tests: tuple[SplitFinding, ...]
    sides: tuple[Side, ...]


def findings(backtest: Backtest, catalogue: Catalogue) -> list[Finding]:
    """What was found about every target that was not skipped."""
    recipes = [recipe for name, recipe in catalogue.recipes.items() if name not in backtest.skipped]
    return [_finding(backtest, recipe) for recipe in recipes]


def enough_to_judge(group: Mapping[str, Any]) -> bool:
    """Whether a group has results and creators enough for its figures to be more than chance."""
    return all(group[what] >= least for what, least in MIN_GROUP.items())


def _finding(backtest: Backtest, recipe: Recipe) -> Finding:
    rows = backtest.predictions[backtest.predictions["target"] == recipe.name].reset_index(drop=True)
    figures = backtest.scores[backtest.scores["target"] == recipe.name].to_dict("records")
    booked = {row["split"]: row for row in figures if row["group"] == "bookings"}
    tests = [
        SplitFinding(row["split"], row, booked.get(row["split"]), row["gain_low"], row["gain_high"])
        for row in figures
        if row["group"] == "all"
    ]
    sides = {name: rows[rows["split"].isin(splits)].reset_index(drop=True) for name, splits in SIDES.items()}
    return Finding(recipe, rows, tuple(tests), tuple(_side(name, some, recipe) for name, some in sides.items() if len(some)))


def _side(split: str, rows: pd.DataFrame, recipe: Recipe) -> Side:
    columns = ["expected", *recipe.rules]
    order = rank_order(rows, columns) if _campaigns(rows) >= ENOUGH else pd.Series(dtype=float)
    return Side(split, rows, by_group(rows, recipe), decision_gain(rows), order)


def _campaigns(rows: pd.DataFrame) -> int:
    if "campaign_id" not in rows:
        return 0
    return int((rows.loc[rows["source"] == "booking", "campaign_id"].value_counts() >= SMALLEST).sum())
