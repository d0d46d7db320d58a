"""Honest judging: every forecast is made for rows that the model has not seen, beside the simple rules.

Two splits, always both. `time`: the newest fifth, learned from what was known before the first of them was asked.
`new_creators`: a fifth of the creators, of whom the model has seen nothing and is told no record.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from predictor.catalogue import Catalogue, Recipe
from predictor.design import forget
from predictor.folds import by_creator, newest
from predictor.model import fit, forecast, labelled, loss, rule_counts

SPLITS = ("time", "new_creators")
RECORD_FROM = 3  # earlier posts from which a creator counts as having a record in the report
BAND = 0.2  # the fixed band that tools in the market print


@dataclass(frozen=True)
class Judgement:
    """How one target did on one split: one row of figures per group of rows, and every forecast."""

    target: str
    split: str
    scores: pd.DataFrame
    predictions: pd.DataFrame


def judge_split(examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue, split: str, seed: int = 1) -> Judgement:
    """Fit on one side of a split and forecast the other.

    Parameters
    ----------
    examples
        Labelled examples of this target.
    split
        `time` or `new_creators`.
    """
    learned, asked = newest(examples) if split == "time" else next(iter(by_creator(examples, seed)))
    model = fit(examples.iloc[learned].reset_index(drop=True), recipe, catalogue, seed)
    rows = examples.iloc[asked].reset_index(drop=True)
    rows = rows if split == "time" else forget(rows, model.design)
    told = forecast(model, rows)
    rules = rule_counts(model, rows)
    predictions = pd.DataFrame({"target": recipe.name, "split": split, "row_id": rows["row_id"], "source": rows["source"]})
    predictions["actual"] = rows[recipe.outcome].to_numpy(dtype=float)
    predictions = predictions.join(told[["expected", "p10", "p50", "p90"]]).join(rules)
    return Judgement(recipe.name, split, _by_group(predictions, rows, recipe, len(learned)), predictions)


def scores(predictions: pd.DataFrame, recipe: Recipe) -> dict[str, float | str]:
    """Figures of merit of out-of-sample forecasts.

    `error` is the mean absolute error of log(1 + count), or for rare counts the mean Poisson deviance; `gain` is by how much
    the model's error is below that of the best rule, chosen in hindsight; `coverage` is the share of outcomes inside p10–p90.
    """
    actual = predictions["actual"].to_numpy()
    rules = {name: _error(predictions[name], actual, recipe) for name in recipe.rules}
    best = min(rules, key=lambda name: rules[name])
    error = _error(predictions["expected" if recipe.counts else "p50"], actual, recipe)
    return {
        "rows": len(actual),
        "error": error,
        "best_rule": best,
        "best_rule_error": rules[best],
        "gain": 1 - error / rules[best] if rules[best] else 0.0,
        **_fit_of(predictions, actual),
        **_interval_of(predictions, actual),
        **{f"error_{name}": value for name, value in rules.items()},
    }


def enough(examples: pd.DataFrame, recipe: Recipe) -> bool:
    """Whether there are enough labels to forecast this target at all."""
    return len(labelled(examples, recipe)) >= recipe.minimum_labels


def _error(forecasts: pd.Series, actual: np.ndarray, recipe: Recipe) -> float:
    counts = forecasts.to_numpy(dtype=float)
    logs = np.log(np.maximum(counts, 1e-9)) if recipe.counts else np.log1p(counts)
    return loss(actual, logs, recipe)


def _fit_of(predictions: pd.DataFrame, actual: np.ndarray) -> dict[str, float]:
    log_actual, log_told = np.log1p(actual), np.log1p(predictions["p50"].to_numpy())
    varied = float(np.sum((log_actual - log_actual.mean()) ** 2))
    return {
        "r2_log": 1 - float(np.sum((log_actual - log_told) ** 2)) / varied if varied else float("nan"),
        "rank": float(predictions["expected"].corr(predictions["actual"], method="spearman")),
        "total": float(predictions["expected"].sum() / actual.sum()) if actual.sum() else float("nan"),
        "median_off": float(np.median(np.abs(predictions["p50"] - actual) / np.maximum(actual, 1))),
    }


def _interval_of(predictions: pd.DataFrame, actual: np.ndarray) -> dict[str, float]:
    low, mid, high = (predictions[c].to_numpy() for c in ("p10", "p50", "p90"))
    inside = (actual >= low) & (actual <= high)
    band = np.abs(actual - mid) <= BAND * mid
    return {
        "coverage": float(inside.mean()),
        "coverage_fixed_band": float(band.mean()),
        "width": float(np.median((high + 1) / (low + 1))),
    }


def _by_group(predictions: pd.DataFrame, rows: pd.DataFrame, recipe: Recipe, learned: int) -> pd.DataFrame:
    groups = {"all": np.ones(len(rows), dtype=bool)}
    if (predictions["split"] == "time").all():
        record = (rows["posts_seen"].fillna(0) >= RECORD_FROM).to_numpy() if "posts_seen" in rows else groups["all"]
        groups |= {f"{RECORD_FROM}+ earlier posts": record, "fewer": ~record}
        groups |= {"bookings": (rows["source"] == "booking").to_numpy()}
    found = [
        {"target": recipe.name, "split": predictions["split"].iloc[0], "group": name, "learned_from": learned}
        | scores(predictions[mask], recipe)
        for name, mask in groups.items()
        if mask.sum() >= 20 and not (name != "all" and mask.all())
    ]
    return pd.DataFrame(found)
