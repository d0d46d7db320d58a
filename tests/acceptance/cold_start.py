"""How much of what creators never seen will bring a profile tells: `python -m acceptance --only cold_start`."""

from __future__ import annotations

from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.metrics import r2_score

from acceptance.measure import Bar, total_bar
from acceptance.real import indonesian_examples
from predictor.definitions.loader import load_catalogue
from predictor.definitions.schema import Catalogue
from predictor.forecasting.design_matrix import without_record
from predictor.forecasting.predict import baseline_counts, forecast
from predictor.forecasting.splits import Fold, by_creator
from predictor.forecasting.target_model import fit, labelled

REPEATS, ASKED = 10, 0.43
BESIDE = ("log_linear", "tier_benchmark")


def cold_start(data: Path) -> list[Bar]:
    """Public Instagram posts of creators held out, five folds drawn ten times, asked by their profiles alone."""
    catalogue = load_catalogue()
    examples = labelled(indonesian_examples(data, catalogue), catalogue.recipes["engagement"])
    tasks = [(seed, fold) for seed in range(1, REPEATS + 1) for fold in by_creator(examples, seed)]
    told = pd.concat(joblib.Parallel(n_jobs=-1)(joblib.delayed(_told)(examples, fold, catalogue, seed) for seed, fold in tasks))
    figures = {column: told.groupby("seed").apply(_r2, column).to_numpy() for column in ("p50", *BESIDE)}
    ours = figures.pop("p50")
    beside = "; ".join(f"{name} {each.mean():.3f}" for name, each in figures.items())
    low, high = ours.min(), ours.max()
    return [
        Bar(
            f"Indonesia, never seen: R² of log over {REPEATS} times five folds by creator",
            f"{ours.mean():.3f} (by repetition {low:.3f} to {high:.3f}; {beside})",
            f"at least {ASKED:.2f}",
            bool(ours.mean() >= ASKED),
        ),
        total_bar(told, f"Indonesia, never seen, {REPEATS} times five folds"),
    ]


def _told(examples: pd.DataFrame, fold: Fold, catalogue: Catalogue, seed: int) -> pd.DataFrame:
    """What one fold's creators bring and what was forecast of them, with the model learned from the other four."""
    recipe, (train_idx, test_idx) = catalogue.recipes["engagement"], fold
    model = fit(examples.iloc[train_idx].reset_index(drop=True), recipe, catalogue, seed, cold_start_only=True)
    asked = without_record(examples.iloc[test_idx].reset_index(drop=True), model.design)
    found = forecast(model, asked)[["expected", "p50"]].join(baseline_counts(model, asked)[list(BESIDE)])
    return found.assign(actual=asked[recipe.outcome], seed=seed)


def _r2(rows: pd.DataFrame, column: str) -> float:
    return float(r2_score(np.log1p(rows["actual"]), np.log1p(rows[column])))
