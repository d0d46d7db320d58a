"""What a person's other accounts tell of an account never seen: `python -m acceptance --only persons`.

We know of no figure for how alike the accounts of one person are, given their platforms and sizes. So it is assumed: not at
all, somewhat, much.
"""

from __future__ import annotations

import joblib
import numpy as np
import pandas as pd

from acceptance.measure import Bar
from acceptance.scenarios import as_tables
from predictor.asof.examples import training_examples
from predictor.definitions.loader import load_catalogue
from predictor.definitions.schema import Catalogue, Recipe
from predictor.evaluation.calibration import masses, part_between
from predictor.forecasting.design_matrix import without_record
from predictor.forecasting.predict import distribution
from predictor.forecasting.splits import by_creator
from predictor.forecasting.target_model import fit, labelled
from predictor.simulation.agency import simulate

ALIKE, WORLDS, TARGETS = (0.0, 0.5, 0.8), 3, ("engagement", "reach")
HARMLESS, KEPT = 1.01, (0.76, 0.84)  # the error over that without them where accounts are nothing alike; what 80 % may hold


def persons(worlds: int = WORLDS) -> list[Bar]:
    """Never-seen accounts of people whose other accounts are known, forecast with what those tell and without it."""
    catalogue = load_catalogue()
    tasks = [(alike, seed) for alike in ALIKE for seed in range(1, worlds + 1)]
    rows = pd.concat(joblib.Parallel(n_jobs=-1)(joblib.delayed(_world)(alike, seed, catalogue) for alike, seed in tasks))
    return [bar for (target, alike), some in rows.groupby(["target", "alike"], sort=False) for bar in _bars(some, target, alike)]


def _bars(rows: pd.DataFrame, target: str, alike: float) -> list[Bar]:
    of_people, others = rows[rows["people"]], rows[~rows["people"]]
    ratio, harm = of_people["with"].mean() / of_people["without"].mean(), others["with"].mean() / others["without"].mean()
    inside, (low, high) = of_people["inside"].mean(), KEPT
    name = f"{target}, accounts of a person alike by {alike}"
    return [
        Bar(
            f"{name}: error with the other accounts over without, {of_people['account'].nunique()} never-seen accounts",
            f"{ratio:.3f} (accounts of people without others: {harm:.3f})",
            f"at most {HARMLESS if not alike else 1.0:.2f}",
            bool(ratio <= (HARMLESS if not alike else 1.0)),
        ),
        Bar(f"{name}: 80 % interval holds", f"{inside:.1%}", f"{low:.0%} to {high:.0%}", bool(low <= inside <= high)),
    ]


def _world(alike: float, seed: int, catalogue: Catalogue) -> pd.DataFrame:
    """The absolute errors of logs of each never-seen account's posts, by five folds of accounts of one invented agency."""
    change = {"creators": {"same_person": 0.4, "same_person_alike": alike}}
    tables = as_tables(simulate(seed, creators=200, campaigns=100, months=12, change=change), catalogue)
    examples = training_examples(tables, catalogue)
    parts = [_target(examples, catalogue, catalogue.recipes[name], seed) for name in TARGETS]
    return pd.concat(parts).assign(alike=alike, account=lambda rows: f"{seed}|" + rows["account"])


def _target(examples: pd.DataFrame, catalogue: Catalogue, recipe: Recipe, seed: int) -> pd.DataFrame:
    column = f"{recipe.name}_elsewhere"
    examples, found = labelled(examples, recipe), []
    for train_idx, test_idx in by_creator(examples, seed):
        errors: dict[str, np.ndarray] = {}
        for name, rows in (("without", examples.assign(**{column: np.nan})), ("with", examples)):
            model = fit(rows.iloc[train_idx].reset_index(drop=True), recipe, catalogue, seed, cold_start_only=True)
            asked = without_record(rows.iloc[test_idx].reset_index(drop=True), model.design)
            predicted, actual = distribution(model, asked), asked[recipe.outcome].to_numpy(dtype=float)
            errors[name] = np.abs(np.log1p(predicted.forecast()["p50"].to_numpy()) - np.log1p(actual))
        known = asked[column].notna().to_numpy()
        inside = part_between(masses(predicted, actual), 0.1, 0.9)
        found.append(pd.DataFrame(errors | {"inside": inside, "people": known, "account": asked["creator_id"].to_numpy()}))
    return pd.concat(found).assign(target=recipe.name)
