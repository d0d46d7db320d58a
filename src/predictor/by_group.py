"""Errors and coverage by group of rows: where a model keeps its word and where it does not."""

from __future__ import annotations

import pandas as pd

from predictor.catalogue import Recipe
from predictor.design import main_value
from predictor.evaluate import FEW, scores
from predictor.groups import record_of

BY = ("record", "platform", "tier", "kind", "niche", "format", "source")
TOLD = [
    "rows",
    "error",
    "best_rule",
    "best_rule_error",
    "coverage",
    "coverage_untied",
    "coverage_fixed_band",
    "width",
    "crps",
    "total",
]


def by_group(predictions: pd.DataFrame, recipe: Recipe, least: int = FEW) -> pd.DataFrame:
    """Figures of merit of held-out forecasts of one target, by group of at least `least` rows.

    Returns
    -------
    One row a group: `by` (a column, or `record`: how much was known of the creator), `group`, `creators`, and what
    `evaluate.scores` says of its rows.
    """
    named = predictions.assign(record=record_of(predictions))
    if "niche" in named:
        named["niche"] = main_value(named["niche"])
    found = [
        {"by": by, "group": str(name), "creators": rows["creator_id"].nunique(), **scores(rows, recipe)}
        for by in BY if by in named
        for name, rows in named.groupby(by, sort=True) if len(rows) >= least
    ]  # fmt: skip
    return pd.DataFrame(found, columns=["by", "group", "creators", *TOLD])
