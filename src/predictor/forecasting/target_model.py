"""One target's model: the best simple rule, a learned correction, and a distribution around both.

Two parts, because they answer different questions: `known` for creators with a record, tested forward in time, and
`stranger` for those without one, tested on creators that were left out. Each part starts from the simple rule that did best
on held-out rows, and uses as much of LightGBM's correction as paid there, down to none. Where none is clearly better, or too
little is held out to tell, it starts from the average of the rules and leaves it at that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial

import lightgbm as lgb
import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue, Recipe, Rule
from predictor.forecasting import conformal
from predictor.forecasting.baselines import AVERAGE, Baselines, fit_baselines, select_baselines
from predictor.forecasting.compiled_trees import Forest, compile_forest
from predictor.forecasting.conformal import (
    BookingAdjustment,
    CalibratedNegativeBinomial,
    LogErrors,
    fit_booking_adjustment,
    fit_log_errors,
    fit_negative_binomial,
)
from predictor.forecasting.design_matrix import Design, design, exposure, mask_history
from predictor.forecasting.losses import loss, losses, one_standard_error_rule, shrunken_bias, total_calibration_factor
from predictor.forecasting.residual import FitContext, fit_residual, fit_scale_model, predict_residual, predict_scale, weights
from predictor.forecasting.splits import Fold, by_creator, sample_creators, time_forward
from predictor.forecasting.support import TrainingSupport, training_support

RESIDUAL_WEIGHTS = (0.25, 0.5, 0.75, 1.0)
TREE_FRACTIONS = (0.1, 0.3, 1.0)  # parts of the recipe's trees that are tried
MAX_BASELINES = 2  # best rules from which a correction is tried: the best alone is not always the best to start from
MIN_RELATIVE_GAIN = 0.001  # relative gain below which more of the correction, or a less plain rule, is not worth having
MANY_ROWS = (
    2000  # rows below which more than luck must speak for a less plain forecast; of rare counts and strangers it always must
)
MIN_STANDARD_ERRORS = 1.0  # standard errors by which it must then be better
MIN_ROWS_FOR_SCALE_MODEL = 500  # held-out rows needed before the size of errors is learned rather than taken as one for all
MAX_SELECTION_ROWS = 200_000  # rows on which rules, corrections and spreads are chosen; of more, whole creators are drawn
MIN_HELD_OUT_ROWS = 100  # held-out rows that folds through time need to decide anything
MIN_CREATORS = 25  # creators below which those left out decide nothing, and the average of the rules is taken
FOLD_DECAY = 0.5  # weight of a held-out row in an earlier fold of time against the next one


@dataclass(frozen=True)
class SegmentModel:
    """Rules, the one to start from, a correction, how much of it to use, the spread around the result, what a booking changes
    about it, and what its mean is to be multiplied by so that totals add up."""

    baselines: Baselines
    baseline_name: str
    residual_weight: float
    trees: int
    booster: lgb.Booster
    scale_model: lgb.Booster | None
    errors: LogErrors | CalibratedNegativeBinomial
    booking_adjustment: BookingAdjustment
    mean_correction: float
    rows: int

    @cached_property
    def forest(self) -> Forest | None:
        """The trees of the correction (where any of it is used) and of the sizes, compiled; None where they cannot be."""
        used = [(self.booster, self.trees)] if self.residual_weight else []
        return compile_forest(used + ([(self.scale_model, -1)] if self.scale_model is not None else []))


@dataclass(frozen=True)
class TargetModel:
    """Everything needed to forecast one target, and what it was learned from."""

    recipe: Recipe
    design: Design
    with_history: SegmentModel
    cold_start: SegmentModel
    support: TrainingSupport


@dataclass(frozen=True)
class Selection:
    """What rows held out decided; their positions, how much each counts, log rates of the anchor, log forecasts."""

    chosen: dict[str, Rule]
    baseline_name: str
    trees: int
    residual_weight: float
    loss: float
    test_idx: np.ndarray
    weight: np.ndarray
    log_baseline: np.ndarray
    log_forecast: np.ndarray


def labelled(examples: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    """The examples whose outcome was recorded; a missing outcome is never taken as zero."""
    return examples[examples[recipe.outcome].notna()].reset_index(drop=True)


def has_history(frame: pd.DataFrame, recipe: Recipe) -> np.ndarray:
    """Which rows come with a record of the creator's own."""
    told = np.zeros(len(frame), dtype=bool)
    for column in recipe.known_by:
        told |= frame[column].notna().to_numpy() if column in frame else False
    return told


def fit(examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue, seed: int = 1) -> TargetModel:
    """Fit one target on labelled examples; the same examples, seed and versions give the same model."""
    kit = FitContext(recipe, design(examples, recipe, catalogue), seed)
    blank = mask_history(examples, kit.design, seed)
    some, strange = sample_creators(blank, MAX_SELECTION_ROWS, seed), replace(kit, cold_start=True)
    left_out = list(by_creator(some, seed))
    average = partial(_fit_segment, blank, some, left_out, strange, starts=0)
    stranger = _fit_segment(blank, some, left_out, strange) if blank["creator_id"].nunique() >= MIN_CREATORS else average()
    known = examples[has_history(examples, recipe)].reset_index(drop=True)
    some = sample_creators(known, MAX_SELECTION_ROWS, seed)
    folds = time_forward(some)
    enough = sum(len(asked) for _, asked in folds) >= MIN_HELD_OUT_ROWS
    seen = training_support(examples, recipe, catalogue)
    return TargetModel(recipe, kit.design, _fit_segment(known, some, folds, kit) if enough else average(), stranger, seen)


def refit(model: TargetModel, examples: pd.DataFrame, seed: int = 1) -> TargetModel:
    """Learn the figures of the rules and the corrections anew, with every choice and the spread as they are."""
    kit = FitContext(model.recipe, model.design, seed)
    known = examples[has_history(examples, model.recipe)].reset_index(drop=True)
    blank = mask_history(examples, model.design, seed)
    return replace(
        model,
        with_history=_refit_segment(model.with_history, known, kit),
        cold_start=_refit_segment(model.cold_start, blank, replace(kit, cold_start=True)),
    )


def held_out_loss(examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue, seed: int = 1) -> float:
    """Loss of the rule and correction chosen, on folds that walk forward through time inside labelled examples."""
    known = sample_creators(examples[has_history(examples, recipe)].reset_index(drop=True), MAX_SELECTION_ROWS, seed)
    folds = time_forward(known)
    return _select(known, folds, FitContext(recipe, design(examples, recipe, catalogue), seed)).loss if folds else float("nan")


def _fit_segment(
    rows: pd.DataFrame, some: pd.DataFrame, folds: list[Fold], kit: FitContext, starts: int = MAX_BASELINES
) -> SegmentModel:
    """Choose on the folds of some rows, and learn from all what was chosen."""
    choice = _select(some, folds, kit, starts)
    rules, booster = _learn(rows, choice.chosen, choice.baseline_name, choice.trees, kit)
    held_out = some.iloc[choice.test_idx]
    sized, many, spread = _fit_errors(held_out, choice, kit)
    size = predict_scale(sized, kit.design.matrix(held_out, choice.log_baseline)) * many.size(held_out)
    mean = spread.mean(choice.log_forecast + many.centre(held_out), size, conformal.stratum_of(held_out, spread.strata))
    counts, people = held_out[kit.recipe.outcome].to_numpy(dtype=float), held_out["creator_id"].to_numpy()
    scale = (
        1.0 if kit.recipe.counts else total_calibration_factor(counts, mean, people)
    )  # a few bookings would decide that of rare counts
    return SegmentModel(
        rules, choice.baseline_name, choice.residual_weight, choice.trees, booster, sized, spread, many, scale, len(rows)
    )


def _refit_segment(part: SegmentModel, rows: pd.DataFrame, kit: FitContext) -> SegmentModel:
    rules, booster = _learn(rows, part.baselines.rules, part.baseline_name, part.trees, kit)
    return replace(part, baselines=rules, booster=booster, rows=len(rows))


def _learn(
    rows: pd.DataFrame, chosen: dict[str, Rule], anchor: str, trees: int, kit: FitContext
) -> tuple[Baselines, lgb.Booster]:
    rules = fit_baselines(rows, kit.recipe, chosen, weights(rows, kit))
    return rules, fit_residual(rows, rules, anchor, kit, trees)


def _select(rows: pd.DataFrame, folds: list[Fold], kit: FitContext, most: int = MAX_BASELINES) -> Selection:
    """The average of all rules, or one of the `most` best rules, corrected or not, if it is clearly better."""
    recipe, weight = kit.recipe, weights(rows, kit)
    learned = [fit_baselines(rows.iloc[past], recipe, weight=weight[past]) for past, _ in folds]
    asked = np.concatenate([asked for _, asked in folds])
    held_out, weight = rows.iloc[asked], weight[asked]
    told = pd.concat([rules.log_rates(rows.iloc[asked]) for rules, (_, asked) in zip(learned, folds, strict=True)])
    chosen, told = select_baselines(held_out, told, recipe, weight)
    counts, people = held_out[recipe.outcome].to_numpy(dtype=float), np.log(exposure(held_out, recipe.exposure))
    alone = {name: loss(counts, told[name].to_numpy() + people, recipe, weight) for name in recipe.rules}
    starts = sorted(sorted(alone, key=lambda name: alone[name])[:most], key=list(alone).index)
    added = {
        name: _residuals_out_of_fold(rows, folds, [replace(rules, rules=chosen) for rules in learned], name, kit)
        for name in starts
    }
    logs = {(0.0, name, 1): told[name].to_numpy() + people for name in [AVERAGE, *starts]} | {
        (share, name, trees): told[name].to_numpy() + people + share * more
        for share in RESIDUAL_WEIGHTS for name in starts for trees, more in added[name].items()
    }  # fmt: skip
    tried = [losses(counts, forecasts, recipe) for forecasts in logs.values()]
    clear = MIN_STANDARD_ERRORS if len(rows) < MANY_ROWS or recipe.counts or kit.cold_start else 0.0
    share, anchor, trees = list(logs)[
        one_standard_error_rule(tried, weight, held_out["creator_id"].to_numpy(), MIN_RELATIVE_GAIN, clear)
    ]
    best = logs[share, anchor, trees]
    weight = weight * _fold_weights(folds, kit)
    return Selection(chosen, anchor, trees, share, loss(counts, best, recipe), asked, weight, told[anchor].to_numpy(), best)


def _fold_weights(folds: list[Fold], kit: FitContext) -> np.ndarray:
    """How much each held-out row counts in the spread: where folds walk forward through time, older errors say less."""
    ages = range(len(folds) - 1, -1, -1)
    return np.concatenate(
        [np.full(len(asked), 1.0 if kit.cold_start else FOLD_DECAY**age) for age, (_, asked) in zip(ages, folds, strict=True)]
    )


def _residuals_out_of_fold(
    rows: pd.DataFrame, folds: list[Fold], learned: list[Baselines], anchor: str, kit: FitContext
) -> dict[int, np.ndarray]:
    """Corrections of rows that were not learned from, fold after fold, by the number of trees used."""
    most = kit.recipe.parameters.trees
    told: dict[int, list[np.ndarray]] = {max(1, round(part * most)): [] for part in TREE_FRACTIONS}
    for (past, asked), rules in zip(folds, learned, strict=True):
        booster = fit_residual(rows.iloc[past], rules, anchor, kit, most)
        seen = kit.design.matrix(rows.iloc[asked], rules.log_rates(rows.iloc[asked])[anchor].to_numpy())
        for trees, parts in told.items():
            parts.append(predict_residual(booster, seen, trees))
    return {trees: np.concatenate(parts) for trees, parts in told.items()}


def _fit_errors(
    held_out: pd.DataFrame, choice: Selection, kit: FitContext
) -> tuple[lgb.Booster | None, BookingAdjustment, LogErrors | CalibratedNegativeBinomial]:
    counts = held_out[kit.recipe.outcome].to_numpy(dtype=float)
    alike = conformal.strata(held_out)
    if kit.recipe.counts:
        return (
            None,
            BookingAdjustment(),
            fit_negative_binomial(counts, np.exp(choice.log_forecast), alike, choice.weight, kit.seed),
        )
    errors, sized = np.log1p(counts) - choice.log_forecast, None
    if len(errors) >= MIN_ROWS_FOR_SCALE_MODEL and not kit.cold_start:  # sizes learned from few creators do not carry over
        sized = fit_scale_model(held_out, errors, choice.log_baseline, kit)
    size = predict_scale(sized, kit.design.matrix(held_out, choice.log_baseline))
    many = fit_booking_adjustment(held_out, errors, size)
    left = (errors - many.centre(held_out)) / (size * many.size(held_out))
    left -= shrunken_bias(left, choice.weight, held_out["creator_id"].to_numpy())
    return sized, many, fit_log_errors(left, alike, choice.weight)
