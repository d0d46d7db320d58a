"""Whether intervals of creators who start late keep their word: `python -m acceptance --only newcomers`."""

from __future__ import annotations

from pathlib import Path

import joblib
import numpy as np
import pandas as pd

from acceptance.measure import Bar
from acceptance.real import indonesian_examples
from predictor.definitions.loader import load_catalogue
from predictor.definitions.schema import Catalogue
from predictor.evaluation.calibration import masses, part_between
from predictor.forecasting.design_matrix import has_history
from predictor.forecasting.predict import distribution
from predictor.forecasting.splits import newest
from predictor.forecasting.target_model import fit, labelled

CUTS = (0.5, 0.6, 0.7, 0.8, 0.9)  # shares of the history before which a model learns
KEPT = (0.78, 0.82)


def newcomers(data: Path) -> list[Bar]:
    """Public Instagram posts asked before their creators had any on record, by what was known at five moments."""
    catalogue = load_catalogue()
    examples = labelled(indonesian_examples(data, catalogue), catalogue.recipes["engagement"])
    told = pd.concat(joblib.Parallel(n_jobs=-1)(joblib.delayed(_told)(examples, cut, catalogue) for cut in CUTS))
    inside, by_creator = told["inside"].mean(), told.groupby("creator_id")["inside"].mean().mean()
    by_cut = ", ".join(f"{rows['inside'].mean():.0%}" for _, rows in told.groupby("cut"))
    rows = f"{len(told):,} rows of {told['creator_id'].nunique()} creators"
    asked, (low, high), name = f"{KEPT[0]:.0%} to {KEPT[1]:.0%}", KEPT, f"Newcomers, {len(CUTS)} cuts"
    return [
        Bar(f"{name}: 80 % interval holds", f"{inside:.1%} ({rows}; by cut {by_cut})", asked, bool(low <= inside <= high)),
        Bar(f"{name}: per creator", f"{by_creator:.1%}", asked, bool(low <= by_creator <= high)),
        Bar(
            f"{name}: calibrated on all strangers, it would hold",
            f"{told['inside_stranger'].mean():.1%} (width of the log: {told['width'].median():.2f}, then "
            f"{told['width_stranger'].median():.2f})",
            "beside it",
            None,
        ),
    ]


def _told(examples: pd.DataFrame, cut: float, catalogue: Catalogue) -> pd.DataFrame:
    """Coverage of the newcomers after one cut, and what it would be if they were forecast as any other stranger."""
    recipe = catalogue.recipes["engagement"]
    train_idx, test_idx = newest(examples, np.ones(len(examples), dtype=bool), 1 - cut)
    model = fit(examples.iloc[train_idx].reset_index(drop=True), recipe, catalogue)
    asked = examples.iloc[test_idx]
    asked = asked[~has_history(asked, recipe)].reset_index(drop=True)
    found = pd.DataFrame({"creator_id": asked["creator_id"], "cut": cut})
    for suffix, rows in (("", asked), ("_stranger", asked.assign(posts_seen=np.nan))):
        predicted, actual = distribution(model, rows), asked[recipe.outcome].to_numpy(dtype=float)
        low, high = (np.log1p(predicted.quantile(level)) for level in (0.1, 0.9))
        found = found.assign(
            **{f"inside{suffix}": part_between(masses(predicted, actual), 0.1, 0.9), f"width{suffix}": high - low}
        )
    return found
