"""How much of what creators never seen will bring a profile tells: `python -m acceptance --only cold_start`."""

from __future__ import annotations

from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.metrics import r2_score

from acceptance.measure import Bar, against_rules, total_bar
from acceptance.real import indonesian_examples
from predictor.definitions.loader import load_catalogue
from predictor.definitions.schema import Catalogue, Recipe
from predictor.evaluation.calibration import masses, part_between
from predictor.forecasting.design_matrix import without_record
from predictor.forecasting.predict import baseline_counts, distribution
from predictor.forecasting.splits import Fold, by_creator
from predictor.forecasting.target_model import fit, labelled

REPEATS, ASKED, KEPT = 10, 0.43, (0.78, 0.82)
BESIDE = ("log_linear", "tier_benchmark")


def cold_start(data: Path) -> list[Bar]:
    """Public Instagram posts of creators held out, five folds drawn ten times, asked by their profiles alone."""
    catalogue = load_catalogue()
    recipe = catalogue.recipes["engagement"]
    examples = labelled(indonesian_examples(data, catalogue), recipe)
    tasks = [(seed, fold) for seed in range(1, REPEATS + 1) for fold in by_creator(examples, seed)]
    told = joblib.Parallel(n_jobs=-1)(joblib.delayed(_told)(examples, fold, catalogue, seed) for seed, fold in tasks)
    return _bars(pd.concat(told), recipe)


def _bars(told: pd.DataFrame, recipe: Recipe) -> list[Bar]:
    ours, *others = (np.array([_r2(rows, column) for _, rows in told.groupby("seed")]) for column in ("p50", *BESIDE))
    beside = "; ".join(f"{name} {each.mean():.3f}" for name, each in zip(BESIDE, others, strict=True))
    error, best, its = against_rules(told, recipe)
    inside, (low, high), name = told["inside"].mean(), KEPT, f"Indonesia, never seen, {REPEATS} times five folds by creator"
    return [
        Bar(
            f"{name}: R² of log",
            f"{ours.mean():.3f} (by repetition {ours.min():.3f} to {ours.max():.3f}; a mean's in place of a median's "
            f"{_explained_as_mean(told):.3f}; {beside})",
            f"at least {ASKED:.2f}",
            bool(ours.mean() >= ASKED),
        ),
        Bar(f"{name}: error", f"{error:.4f} (best rule in hindsight, {best}: {its:.4f})", "below the best rule", error < its),
        Bar(f"{name}: 80 % interval holds", f"{inside:.1%}", f"{low:.0%} to {high:.0%}", bool(low <= inside <= high)),
        total_bar(told, name),
    ]


def _told(examples: pd.DataFrame, fold: Fold, catalogue: Catalogue, seed: int) -> pd.DataFrame:
    """What one fold's creators brought, and what was forecast of them by a model learned from the other four."""
    recipe, (train_idx, test_idx) = catalogue.recipes["engagement"], fold
    model = fit(examples.iloc[train_idx].reset_index(drop=True), recipe, catalogue, seed, cold_start_only=True)
    asked = without_record(examples.iloc[test_idx].reset_index(drop=True), model.design)
    predicted, actual = distribution(model, asked), asked[recipe.outcome].to_numpy(dtype=float)
    inside = part_between(masses(predicted, actual), 0.1, 0.9)
    return predicted.forecast().join(baseline_counts(model, asked)).assign(actual=actual, inside=inside, seed=seed)


def _explained_as_mean(rows: pd.DataFrame) -> float:
    """R² of log if forecasts were moved by their mean error: a median is not what squares ask for, where errors are skewed."""
    actual = np.log1p(rows["actual"])
    return float(1 - np.var(actual - np.log1p(rows["p50"])) / np.var(actual))


def _r2(rows: pd.DataFrame, column: str) -> float:
    return float(r2_score(np.log1p(rows["actual"]), np.log1p(rows[column])))
