"""How much of what creators never seen will bring can be read off a profile at all: other learners, given the same."""

from __future__ import annotations

import joblib
import numpy as np
import pandas as pd
from sklearn.base import RegressorMixin
from sklearn.compose import make_column_transformer
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from acceptance.measure import Bar
from predictor.definitions.schema import Catalogue, Recipe
from predictor.forecasting.design_matrix import design, without_record
from predictor.forecasting.splits import by_creator

FIFTHS = 20  # each of creators drawn anew
ROWS = 8_000  # rows learned from: of few creators, more say little
LEAF = 25  # rows a leaf rests on


def ceiling(examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue, asked: float) -> Bar:
    """R² of the log of never-seen creators' results by the average of three learners, fifth after fifth.

    They see what the model sees of such creators, and each creator counts as much as another.
    """
    shape = design(examples, recipe, catalogue)
    seen = shape.matrix(without_record(examples, shape), np.zeros(len(examples)))
    informative = np.flatnonzero(~np.isnan(seen).all(axis=0))
    categories = np.flatnonzero(np.isin(informative, shape.categories))
    logs, people = np.log1p(examples[recipe.outcome].to_numpy(dtype=float)), examples["creator_id"].to_numpy()
    tasks = [next(iter(by_creator(examples, seed))) for seed in range(1, FIFTHS + 1)]
    run = joblib.delayed(_fifth)
    figures = np.array(joblib.Parallel(n_jobs=-1)(run(seen[:, informative], categories, logs, people, *fold) for fold in tasks))
    names = "ridge regression, boosting, extra trees, their average, the creator's own mean (known only afterwards)".split(", ")
    means = "; ".join(f"{name} {mean:.2f}" for name, mean in zip(names, figures.mean(axis=0), strict=True))
    best = figures[:, 3]
    return Bar(
        f"{FIFTHS} other fifths: R² of log by other learners, told the same",
        f"{means}; the average {best.min():.2f} to {best.max():.2f}, {asked:.2f} or more in {(best >= asked).sum()} of {FIFTHS}",
        "told",
        None,
    )


def _fifth(
    seen: np.ndarray, categories: np.ndarray, logs: np.ndarray, people: np.ndarray, learned: np.ndarray, asked: np.ndarray
) -> list[float]:
    own = pd.Series(people[learned]).map(pd.Series(people[learned]).value_counts()).to_numpy()
    drawn = np.random.default_rng(1).choice(learned, ROWS, p=(1 / own) / (1 / own).sum())
    predicted = []
    for learner in (Ridge(alpha=100), HistGradientBoostingRegressor(max_leaf_nodes=7, min_samples_leaf=LEAF * 4), _forest()):
        predicted.append(_prepared(learner, seen.shape[1], categories).fit(seen[drawn], logs[drawn]).predict(seen[asked]))
    mean = pd.Series(logs[asked]).groupby(people[asked]).transform("mean").to_numpy()
    return [float(r2_score(logs[asked], one)) for one in (*predicted, np.mean(predicted, axis=0), mean)]


def _forest() -> ExtraTreesRegressor:
    return ExtraTreesRegressor(200, min_samples_leaf=LEAF, max_features=0.5, random_state=1)


def _prepared(learner: RegressorMixin, width: int, categories: np.ndarray) -> RegressorMixin:
    """The learner behind logs of numbers, a column a category, and medians where something is missing."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), FunctionTransformer(np.log1p), StandardScaler())
    words = OneHotEncoder(handle_unknown="ignore", min_frequency=LEAF, sparse_output=False)
    rest = np.setdiff1d(np.arange(width), categories)
    return make_pipeline(make_column_transformer((numbers, rest), (words, categories)), learner)
