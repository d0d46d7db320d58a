"""LightGBM: the factor by which a rule is corrected, and how large an error to expect."""

from __future__ import annotations

from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import pandas as pd

from predictor.definitions.schema import Recipe
from predictor.forecasting.baselines import Baselines
from predictor.forecasting.design_matrix import Design, exposure, with_gaps
from predictor.forecasting.losses import LEAST, POWER

MIN_SCALE = 0.05  # size of an error that is expected at least
MIN_CREATORS_PER_LEAF = 5  # a leaf that tells strangers apart rests on that many creators, not on one who posts a lot


@dataclass(frozen=True)
class FitContext:
    """What every booster of a part shares."""

    recipe: Recipe
    design: Design
    seed: int
    cold_start: bool = False


def weights(rows: pd.DataFrame, kit: FitContext) -> np.ndarray:
    """How much each row teaches: a stranger is a new creator, so there one who posts a lot teaches no more than others."""
    if not kit.cold_start:
        return np.ones(len(rows))
    posts = rows.groupby("creator_id")["creator_id"].transform("size").to_numpy()
    return np.asarray(len(rows) / (rows["creator_id"].nunique() * posts), dtype=float)


def fit_residual(rows: pd.DataFrame, rules: Baselines, anchor: str, kit: FitContext, trees: int) -> lgb.Booster:
    """Learn the log of the outcome over what the rule named `anchor` says."""
    told = with_gaps(rows, kit.design, kit.recipe, kit.seed)
    start, weight = rules.log_rates(told)[anchor].to_numpy(), weights(told, kit)
    counts, people = told[kit.recipe.outcome].to_numpy(dtype=float), exposure(told, kit.recipe.exposure)
    if kit.recipe.counts:  # the rate over the anchor's; a Tweedie variance of mean ** power makes this its weight
        expected = np.maximum(np.exp(start) * people, LEAST)
        target, weight = counts / expected, weight * expected ** (2 - POWER)
    else:
        target = np.log1p(counts) - np.log(people) - start
    return _boost(kit.design.matrix(told, start), target, weight, kit, _parameters(rows, kit), trees)


def predict_residual(booster: lgb.Booster, seen: np.ndarray, trees: int) -> np.ndarray:
    """Log of the factor by which the anchor is to be multiplied."""
    return np.asarray(booster.predict(seen, raw_score=True, num_iteration=trees, num_threads=1), dtype=float)


def fit_scale_model(held_out: pd.DataFrame, errors: np.ndarray, anchor: np.ndarray, kit: FitContext) -> lgb.Booster:
    """Learn how large errors are from those made on rows held out."""
    few = {**_parameters(held_out, kit), "objective": "regression", "num_leaves": 7, "min_data_in_leaf": 100}
    few.pop("monotone_constraints", None)
    return _boost(kit.design.matrix(held_out, anchor), np.abs(errors), np.ones(len(errors)), kit, few, 60)


def predict_scale(booster: lgb.Booster | None, seen: np.ndarray) -> np.ndarray:
    """How large an error to expect for each row; one for all where that was not learned."""
    if booster is None:
        return np.ones(len(seen))
    return np.maximum(np.asarray(booster.predict(seen, raw_score=True, num_threads=1), dtype=float), MIN_SCALE)


def _boost(
    seen: np.ndarray, target: np.ndarray, weight: np.ndarray, kit: FitContext, parameters: dict[str, object], trees: int
) -> lgb.Booster:
    data = lgb.Dataset(
        seen, target, weight=weight, feature_name=list(kit.design.columns), categorical_feature=kit.design.categories,
        params={"verbose": -1, "max_bin": 255}, free_raw_data=True,
    )  # fmt: skip
    return lgb.train(parameters, data, num_boost_round=trees)


def _parameters(rows: pd.DataFrame, kit: FitContext) -> dict[str, object]:
    settings = kit.recipe.parameters
    parameters: dict[str, object] = {
        "objective": kit.recipe.objective, "learning_rate": settings.learning_rate, "num_leaves": settings.leaves,
        "min_data_in_leaf": settings.smallest_leaf, "feature_fraction": 0.7, "bagging_fraction": 0.8, "bagging_freq": 1,
        "cat_smooth": 30.0, "seed": kit.seed, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1,
        "tweedie_variance_power": POWER,
    }  # fmt: skip
    if kit.cold_start:  # squared error: between creators the mean of the log was forecast better than by the median
        if not kit.recipe.counts:
            parameters["objective"] = "regression"
        parameters["num_leaves"] = min(settings.leaves, 7)
        parameters["min_data_in_leaf"] = max(
            settings.smallest_leaf, MIN_CREATORS_PER_LEAF * len(rows) // rows["creator_id"].nunique()
        )
    if kit.recipe.directions:
        sign = {"raises": 1, "lowers": -1}
        signs = [sign.get(kit.recipe.directions.get(column, ""), 0) for column in kit.design.columns]
        parameters |= {"monotone_constraints": signs, "monotone_constraints_method": "intermediate"}
    return parameters
