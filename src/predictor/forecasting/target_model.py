"""One target's model: the best baseline, a residual model on top of it, and an error distribution around both.

Two segments, because they answer different questions: `with_history` for creators with a record, validated forward in time,
and `cold_start` for those without one, validated on creators that were held out, which takes ten creators. Each segment starts
from the baseline that did best on held-out rows, and uses as much of LightGBM's residual model as paid there, down to none.
Where none is clearly better (the one-standard-error rule), or too little is held out to decide, the average of the baselines
stands alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, partial

import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue, Recipe, Rule
from predictor.forecasting import conformal
from predictor.forecasting.baselines import AVERAGE, Baselines, fit_baselines, select_baselines
from predictor.forecasting.booking_adjustment import BookingAdjustment, fit_booking_adjustment
from predictor.forecasting.booster import Booster
from predictor.forecasting.compiled_trees import Forest, compile_forest
from predictor.forecasting.conformal import (
    NEWCOMERS,
    CalibratedNegativeBinomial,
    LogErrors,
    fit_log_errors,
    fit_negative_binomial,
    shrink_means,
    widen,
)
from predictor.forecasting.design_matrix import Design, design, exposure, has_history, mask_history
from predictor.forecasting.losses import (
    behind_best,
    loss,
    losses,
    one_standard_error_rule,
    shrunken_bias,
    total_calibration_factor,
)
from predictor.forecasting.race import MIN_RELATIVE_GAIN, RESIDUAL_WEIGHTS, race
from predictor.forecasting.residual import FitContext, fit_residual, fit_scale_model, predict_scale, weights
from predictor.forecasting.splits import (
    MIN_CREATORS,
    MIN_CREATORS_FOR_OTHERS,
    MIN_TRAINING_ROWS,
    Fold,
    by_creator,
    error_clusters,
    sample_creators,
    time_forward,
)
from predictor.forecasting.stages import FittedStage, Stage, Stages, fit_stages, with_stages
from predictor.forecasting.support import TrainingSupport, training_support
from predictor.tables.frames import Columns, Rows, categorised

SIDES = ("known", "stranger")  # what files and curves call the two segments: creators with a record, and others
MAX_BASELINES = 2  # baselines to try a residual model on: the best alone is not always the best to start from
MANY_ROWS = 2000  # rows below which the one-standard-error rule applies; to rare counts, cold starts, few creators it always does
MIN_STANDARD_ERRORS = 1.0  # by which a more complex forecast must then be better
MIN_ROWS_FOR_SCALE_MODEL = 500  # held-out rows needed to fit a scale model rather than take one size of error for all
MAX_SELECTION_ROWS = 180_000  # rows on which selection happens; of more, whole creators are sampled
MIN_HELD_OUT_ROWS = 100  # held-out rows that folds through time need to decide anything
MIN_HELD_OUT_FOR_ERRORS = 30  # and to say how far forecasts from a record miss; with fewer, it is as far as those of strangers
LEAST_AMOUNTS = 0.1  # quantile of the positive amounts of money at which one unit of them is taken to lie
FOLD_DECAY = 0.5  # weight of a held-out row in an earlier fold of time against the next one
RARE_FOLD_DECAY = 0.25  # the same among the errors of rare counts, of which the first fold learns from some hundred labels
RARE_STANDARD_ERRORS = 2.5  # by which anything must be better for strangers' rare counts than the average of the baselines


@dataclass(frozen=True)
class SegmentModel:
    """The model of one segment.

    Attributes
    ----------
    baselines
        All baselines, fitted.
    baseline_name
        The one that the forecast starts from.
    residual_weight
        How much of the residual model's log factor is used; 0: none.
    trees
        How many of the residual model's trees are used.
    booster
        The residual model.
    scale_model
        Predicts the size of the error of each row; None: one size for all.
    errors
        The error distribution, by Mondrian stratum.
    booking_adjustment
        How the errors of bookings differ from those of single posts.
    mean_correction
        What the mean is multiplied by, so that totals add up.
    rows
        How many rows it was fitted on.
    masked
        Whether these came without the creators' records.
    """

    baselines: Baselines
    baseline_name: str
    residual_weight: float
    trees: int
    booster: Booster
    scale_model: Booster | None
    errors: LogErrors | CalibratedNegativeBinomial
    booking_adjustment: BookingAdjustment
    mean_correction: float
    rows: int
    masked: bool

    @cached_property
    def forest(self) -> Forest | None:
        """Trees of the residual model (where any of it is used) and of the scale model, compiled; None where they cannot be."""
        boosters = [(self.booster, self.trees)] if self.residual_weight else []
        return compile_forest(boosters + ([(self.scale_model, -1)] if self.scale_model is not None else []))


@dataclass(frozen=True)
class TargetModel:
    """Everything needed to forecast one target, and its training support; `cold_start` is None where it comes from fewer than
    ten creators, so that nothing can be said of others. Amounts of money are learned in whole units of `unit`, counts in ones.
    `stages` are the earlier targets that rules are a rate per forecast of."""

    recipe: Recipe
    design: Design
    with_history: SegmentModel
    cold_start: SegmentModel | None
    support: TrainingSupport
    unit: float = 1.0
    stages: dict[str, Stage] = field(default_factory=dict)

    def in_units(self, outcome: np.ndarray) -> np.ndarray:
        """Counts as they are, amounts in whole units: an amount that is any at least one."""
        return outcome if self.unit == 1.0 else np.maximum(np.rint(outcome / self.unit), outcome > 0)

    @property
    def segments(self) -> tuple[SegmentModel, ...]:
        """Both segments, or the only one."""
        return (self.with_history,) if self.cold_start is None else (self.with_history, self.cold_start)


@dataclass(frozen=True)
class Selection:
    """What the held-out rows decided; their positions and weights, their log rates by the baseline, their log forecasts."""

    rules: dict[str, Rule]
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
    known = examples[recipe.outcome].notna()
    return (examples if known.all() else examples[known]).reset_index(drop=True)  # all of them are no copy


def unit_of(examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue) -> float:
    """What an outcome is counted in: 1, or of rare amounts of money what brings the least of them, such as one order.

    Whatever the currency, a sum of a few orders is then a small number, whose spread is that of a count.
    """
    if not (recipe.counts and catalogue.in_money(recipe)):
        return 1.0
    amounts = examples.loc[examples[recipe.outcome] > 0, recipe.outcome].astype(float)
    return float(amounts.quantile(LEAST_AMOUNTS, interpolation="lower")) if len(amounts) else 1.0


def _counted(examples: pd.DataFrame, recipe: Recipe, unit: float) -> pd.DataFrame:
    """The examples with their outcome in units of `unit`."""
    return examples if unit == 1.0 else examples.assign(**{recipe.outcome: examples[recipe.outcome].astype(float) / unit})


def unlearnable(rows: pd.DataFrame, recipe: Recipe) -> str | None:
    """Why nothing can be learned from labelled rows, if so: they tell nothing of other creators, and hardly anything forward in
    time of their own."""
    creators = rows["creator_id"].nunique()
    if creators >= MIN_CREATORS_FOR_OTHERS:
        return None
    recorded = rows[has_history(rows, recipe)]
    if time_forward(recorded):
        return None
    return (
        f"its {len(rows)} rows come from {creators} creators, and too few of them ({len(recorded)}) follow an earlier result of "
        f"the same creator; give an older history of these creators, or results of at least {MIN_CREATORS_FOR_OTHERS}"
    )


def fit(
    examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue, seed: int = 1, *, cold_start_only: bool = False,
    stages: Stages | None = None,
) -> TargetModel:  # fmt: skip
    """Fit one target on the examples that have its outcome, and the earlier targets that its rules are per on those that have
    theirs; the same examples, seed and versions give the same model.

    They must not be `unlearnable`. With `cold_start_only` nothing is learned of creators' own records, where there are enough
    creators: whoever has one is forecast as others are. `stages` holds those that other targets' fits learned.
    """
    fitted, examples = fit_stages(examples, recipe, catalogue, seed, stages), labelled(examples, recipe)
    support, unit = training_support(examples, recipe, catalogue), unit_of(examples, recipe, catalogue)
    per = {name: stage.whole for name, stage in fitted.items()}
    examples = with_stages(_counted(categorised(examples, catalogue), recipe, unit), fitted)
    context = FitContext(recipe, design(examples, recipe, catalogue), seed)
    as_strangers, cold_context = partial(_as_strangers, examples, fitted, context), replace(context, cold_start=True)
    if recipe.pooled:
        known, stranger = _fit_one_rate(examples, as_strangers(), cold_context)
        return TargetModel(recipe, context.design, known, stranger, support, unit, per)
    cold_start, creators = None, examples["creator_id"].nunique()
    if creators >= MIN_CREATORS_FOR_OTHERS:
        cold_start = _fit_others(as_strangers(), cold_context, MAX_BASELINES if creators >= MIN_CREATORS else 0)
        if cold_start_only:
            return TargetModel(recipe, context.design, cold_start, cold_start, support, unit, per)
    places = np.flatnonzero(has_history(examples, recipe))
    sample = sample_creators(examples.iloc[places].reset_index(drop=True), MAX_SELECTION_ROWS, seed)
    recorded, folds = Columns.of(examples).take(places), time_forward(sample)
    held_out = sum(len(test_idx) for _, test_idx in folds)
    if held_out < MIN_HELD_OUT_FOR_ERRORS and cold_start is not None:
        with_history = _fit_others(as_strangers(), cold_context, max_baselines=0)
    else:
        decided = MAX_BASELINES if held_out >= MIN_HELD_OUT_ROWS else 0
        with_history = _fit_segment(recorded, sample, folds, context, max_baselines=decided)
    return TargetModel(recipe, context.design, with_history, cold_start, support, unit, per)


def _as_strangers(examples: pd.DataFrame, stages: dict[str, FittedStage], context: FitContext) -> pd.DataFrame:
    """The rows as those of creators without a record, and of each whether there was none, and its creator's first day."""
    masked = with_stages(mask_history(examples, context.design, context.seed), stages)
    since = examples.groupby("creator_id")["at"].transform("min")
    return masked.assign(newcomer=~has_history(examples, context.recipe), since=since)


def _fit_others(rows: pd.DataFrame, context: FitContext, max_baselines: int) -> SegmentModel:
    """The segment of creators without a record, from folds by creator."""
    sample = sample_creators(rows, MAX_SELECTION_ROWS, context.seed)
    return _fit_segment(rows, sample, list(by_creator(sample, context.seed)), context, max_baselines)


def _fit_one_rate(examples: pd.DataFrame, masked: pd.DataFrame, context: FitContext) -> tuple[SegmentModel, SegmentModel]:
    """Both segments by one rate, learned from all examples, each with the errors of that on held-out creators: with the records
    that they have, and `masked`. Through time there is too little of few labels."""
    both = pd.concat([examples.assign(newcomer=masked["newcomer"], since=masked["since"]), masked], ignore_index=True)
    known = list(by_creator(examples, context.seed))
    strangers = [(train_idx, test_idx + len(examples)) for train_idx, test_idx in known]
    fitted = (_fit_segment(examples, both, folds, context, max_baselines=0) for folds in (known, strangers))
    with_history, cold_start = (replace(one, masked=False) for one in fitted)
    return with_history, cold_start


def refit(model: TargetModel, examples: pd.DataFrame, seed: int = 1) -> TargetModel:
    """Fit the baselines and the residual models again, keeping every choice and the error distributions.

    A segment that learned from a kind of rows of which there are hardly any among these examples stays as it was.
    """
    context, pooled = FitContext(model.recipe, model.design, seed), model.recipe.pooled
    examples = with_stages(_counted(examples, model.recipe, model.unit), model.stages)
    recorded = examples if pooled else examples[has_history(examples, model.recipe)].reset_index(drop=True)
    masked = with_stages(mask_history(examples, model.design, seed), model.stages)
    with_history, *cold_start = (
        _refit_segment(one, masked if one.masked else recorded, replace(context, cold_start=one.masked or pooled))
        for one in model.segments
    )
    return replace(model, with_history=with_history, cold_start=next(iter(cold_start), None))


def held_out_loss(examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue, seed: int = 1) -> float:
    """Loss of the baseline and residual model selected, on folds that walk forward through time inside labelled examples."""
    examples = _counted(categorised(examples, catalogue), recipe, unit_of(examples, recipe, catalogue))
    recorded = sample_creators(examples[has_history(examples, recipe)].reset_index(drop=True), MAX_SELECTION_ROWS, seed)
    folds = time_forward(recorded)
    return _select(recorded, folds, FitContext(recipe, design(examples, recipe, catalogue), seed)).loss if folds else float("nan")


def _fit_segment(
    rows: Rows, sample: pd.DataFrame, folds: list[Fold], context: FitContext, max_baselines: int = MAX_BASELINES
) -> SegmentModel:
    """Select on the folds of a sample, and fit what was selected on all rows."""
    selection = _select(sample, folds, context, max_baselines)
    baselines, booster = _learn(rows, selection.rules, selection.baseline_name, selection.trees, context)
    held_out = sample.iloc[selection.test_idx]
    scale_model, adjustment, errors = _fit_errors(held_out, selection, context)
    size = predict_scale(scale_model, context.design.matrix(held_out, selection.log_baseline)) * adjustment.size(held_out)
    mean = errors.mean(selection.log_forecast + adjustment.centre(held_out), size, conformal.stratum_of(held_out, errors.strata))
    y, creators = held_out[context.recipe.outcome].to_numpy(dtype=float), held_out["creator_id"].to_numpy()
    # a few bookings would decide the factor of rare counts
    mean_correction = 1.0 if context.recipe.counts else total_calibration_factor(y, mean, creators)
    return SegmentModel(
        baselines, selection.baseline_name, selection.residual_weight, selection.trees, booster, scale_model, errors, adjustment,
        mean_correction, len(rows), context.cold_start,
    )  # fmt: skip


def _refit_segment(segment: SegmentModel, rows: pd.DataFrame, context: FitContext) -> SegmentModel:
    if len(rows) < MIN_TRAINING_ROWS:
        return segment
    baselines, booster = _learn(rows, segment.baselines.rules, segment.baseline_name, segment.trees, context)
    return replace(segment, baselines=baselines, booster=booster, rows=len(rows))


def _learn(rows: Rows, rules: dict[str, Rule], baseline_name: str, trees: int, context: FitContext) -> tuple[Baselines, Booster]:
    columns = Columns.of(rows)
    baselines = fit_baselines(columns, context.recipe, rules, weights(columns, context))
    return baselines, fit_residual(columns, baselines, baseline_name, context, trees)


def _select(rows: pd.DataFrame, folds: list[Fold], context: FitContext, max_baselines: int = MAX_BASELINES) -> Selection:
    """The average of all baselines, or one of the `max_baselines` best, with a residual model or without, if clearly better."""
    recipe, columns = context.recipe, Columns.of(rows)
    weight = weights(columns, context)
    fitted = [fit_baselines(columns.take(train_idx), recipe, weight=weight[train_idx]) for train_idx, _ in folds]
    test_idx = np.concatenate([test_idx for _, test_idx in folds])
    held_out, weight = rows.iloc[test_idx], weight[test_idx]
    error_weight = weight * _fold_weights(folds, context, RARE_FOLD_DECAY if recipe.counts else FOLD_DECAY)
    if recipe.counts:  # the few labels before an early fold tell little of what all of them will teach
        weight = weight * _fold_weights(folds, context, FOLD_DECAY)
    log_rates = pd.concat([one.log_rates(columns.take(test_idx)) for one, (_, test_idx) in zip(fitted, folds, strict=True)])
    rules, log_rates = select_baselines(held_out, log_rates, recipe, weight)
    y, log_exposure = held_out[recipe.outcome].to_numpy(dtype=float), np.log(exposure(held_out, recipe.exposure))
    loss_alone = {name: loss(y, log_rates[name].to_numpy() + log_exposure, recipe, weight) for name in recipe.rules}
    candidates = sorted(sorted(loss_alone, key=lambda name: loss_alone[name])[:max_baselines], key=list(loss_alone).index)
    log_starts, cluster = log_rates.add(log_exposure, axis=0), _clusters(held_out, context)
    chosen = [replace(one, rules=rules) for one in fitted]
    few = len(rows) < MANY_ROWS or rows["creator_id"].nunique() < MIN_CREATORS
    min_standard_errors = MIN_STANDARD_ERRORS if few or recipe.counts or context.cold_start else 0.0
    residuals = race(columns, folds, chosen, log_starts[candidates], weight, cluster, context, min_standard_errors)
    log_forecasts = {(0.0, name, 1): log_starts[name].to_numpy() for name in [AVERAGE, *candidates]} | {
        (residual_weight, name, trees): log_starts[name].to_numpy() + residual_weight * residual
        for residual_weight in RESIDUAL_WEIGHTS for (name, trees), residual in residuals.items()
    }  # fmt: skip
    tried_losses = [losses(y, forecasts, recipe) for forecasts in log_forecasts.values()]
    picked = one_standard_error_rule(tried_losses, weight, cluster, MIN_RELATIVE_GAIN, min_standard_errors)
    if recipe.counts and context.cold_start and behind_best(tried_losses, weight, cluster)[0] <= RARE_STANDARD_ERRORS:
        picked = 0  # the average: a few large bookings make something else seem better
    residual_weight, baseline_name, trees = list(log_forecasts)[picked]
    best = log_forecasts[residual_weight, baseline_name, trees]
    log_baseline = log_rates[baseline_name].to_numpy()
    found = loss(y, best, recipe)
    return Selection(rules, baseline_name, trees, residual_weight, found, test_idx, error_weight, log_baseline, best)


def _clusters(held_out: pd.DataFrame, context: FitContext) -> np.ndarray:
    """Names of the groups of held-out rows whose errors go together."""
    return held_out["creator_id"].to_numpy() if context.cold_start else error_clusters(held_out)


def _fold_weights(folds: list[Fold], context: FitContext, decay: float) -> np.ndarray:
    """Weight of each held-out row: where folds walk forward through time, older errors count less."""
    ages = range(len(folds) - 1, -1, -1)
    return np.concatenate(
        [
            np.full(len(test_idx), 1.0 if context.cold_start else decay**age)
            for age, (_, test_idx) in zip(ages, folds, strict=True)
        ]
    )


def _fit_errors(
    held_out: pd.DataFrame, selection: Selection, context: FitContext
) -> tuple[Booster | None, BookingAdjustment, LogErrors | CalibratedNegativeBinomial]:
    y = held_out[context.recipe.outcome].to_numpy(dtype=float)
    strata, new = conformal.strata(held_out), conformal.newcomers(held_out) if context.cold_start else None
    if context.recipe.counts:
        return (
            None,
            BookingAdjustment(),
            fit_negative_binomial(held_out, np.rint(y), np.exp(selection.log_forecast), strata, selection.weight, new),
        )
    errors, scale_model = np.log1p(y) - selection.log_forecast, None
    if len(errors) >= MIN_ROWS_FOR_SCALE_MODEL and not context.cold_start:  # a scale model of few creators does not carry over
        scale_model = fit_scale_model(held_out, errors, selection.log_baseline, context)
    size = predict_scale(scale_model, context.design.matrix(held_out, selection.log_baseline))
    adjustment = fit_booking_adjustment(held_out, errors, size, context.recipe.elsewhere if context.cold_start else None)
    size, creators = size * adjustment.size(held_out), held_out["creator_id"].to_numpy()
    scaled = (errors - adjustment.centre(held_out)) / size
    scaled -= shrunken_bias(scaled, selection.weight, creators)
    found = fit_log_errors(scaled, strata, selection.weight, new)
    found = shrink_means(found, strata | ({} if new is None else {NEWCOMERS: new.rows}), size, creators, context.cold_start)
    if held_out["creator_id"].nunique() < MIN_CREATORS:
        found = widen(found, scaled, selection.weight, _clusters(held_out, context), size)
    return scale_model, adjustment, found
