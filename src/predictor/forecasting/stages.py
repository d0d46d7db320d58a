"""Earlier targets as the exposure of later ones: clicks per person reached, where reach is forecast, never recorded.

A rule of a recipe may name an earlier target (`per: reach`) to be a rate per its forecast. The forecast is the average of that
target's baselines, corrected by a small residual model. Rows that are learned from are forecast out of fold, by a fit on the
other half of the creators: what came of a booking is in no forecast that its own later outcomes are regressed on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue, Recipe
from predictor.forecasting.baselines import AVERAGE, Baselines, fit_baselines, per_column
from predictor.forecasting.booster import Booster
from predictor.forecasting.compiled_trees import Forest, compile_forest, pays, raw_scores
from predictor.forecasting.design_matrix import Design, design, has_history, log_exposure, mask_history
from predictor.forecasting.residual import FitContext, fit_residual, predict_residual, weights
from predictor.forecasting.splits import MIN_CREATORS_FOR_OTHERS, MIN_TRAINING_ROWS
from predictor.tables.frames import Columns, Rows, categorised

TREES = 0.3  # share of the recipe's trees
MOST_ROWS = 10_000  # rows that a stage learns from; of more, so many are drawn


@dataclass(frozen=True)
class StageSegment:
    """Baselines and the residual model on their average, of rows with a record or of rows without."""

    baselines: Baselines
    booster: Booster

    def log_counts(self, rows: Columns, design: Design, recipe: Recipe) -> np.ndarray:
        """The log of the count forecast for each row."""
        log_rates = self.baselines.log_rates_by({AVERAGE}, rows)[AVERAGE]
        matrix, forest = design.matrix(rows, log_rates), self.forest if pays(len(rows)) else None
        residual = predict_residual(self.booster, matrix, -1) if forest is None else raw_scores(forest, matrix)[0]
        return log_rates + residual + log_exposure(rows, recipe.exposure)

    @cached_property
    def forest(self) -> Forest | None:
        """The residual model's trees, compiled; None where they cannot be."""
        return compile_forest([(self.booster, -1)])


@dataclass(frozen=True, eq=False)  # a key of what was forecast by it: equal to itself alone
class Stage:
    """One earlier target, forecast for the sake of a later one."""

    recipe: Recipe
    design: Design
    known: StageSegment
    stranger: StageSegment

    def counts(self, rows: Rows) -> np.ndarray:
        """The count forecast for each row."""
        rows = Columns.of(rows)
        recorded, log_counts = has_history(rows, self.recipe), np.empty(len(rows))
        for segment, asked in ((self.known, recorded), (self.stranger, ~recorded)):
            if asked.any():
                log_counts[asked] = segment.log_counts(rows.part(np.flatnonzero(asked)), self.design, self.recipe)
        return np.exp(log_counts)


@dataclass(frozen=True)
class FittedStage:
    """A stage fitted on all creators, and on each half of them for the rows of the other; every creator's half by name."""

    whole: Stage
    halves: tuple[Stage, Stage]
    half_of: Mapping[str, int]

    def counts(self, rows: pd.DataFrame) -> np.ndarray:
        """The count forecast for each row by a fit without its creator."""
        half, counts = rows["creator_id"].map(self.half_of).to_numpy(dtype=float), np.empty(len(rows))
        for stage, asked in ((self.halves[1], half == 0), (self.halves[0], half == 1), (self.whole, np.isnan(half))):
            if asked.any():
                counts[asked] = stage.counts(rows[asked])
        return counts


def with_stages(rows: pd.DataFrame, stages: Mapping[str, Stage] | Mapping[str, FittedStage]) -> pd.DataFrame:
    """The rows with each stage's forecast as a column."""
    return rows.assign(**{per_column(name): stage.counts(rows) for name, stage in stages.items()}) if stages else rows


def columns_with_stages(rows: Columns, stages: Mapping[str, Stage]) -> Columns:
    """The same of columns; targets of one bundle that are per the same stage have it forecast once."""
    if not stages:
        return rows
    return rows.assign({per_column(name): rows.once(stage, partial(stage.counts, rows)) for name, stage in stages.items()})


@dataclass(frozen=True)
class Stages:
    """The stages that were fitted, each with the rows it learned from: whatever would learn from the very same rows shares it."""

    fitted: dict[str, list[tuple[pd.DataFrame, FittedStage]]] = field(default_factory=dict)

    def of(self, rows: pd.DataFrame, recipe: Recipe, catalogue: Catalogue, seed: int) -> FittedStage:
        """The stage that learns from these rows."""
        fitted = self.fitted.setdefault(recipe.name, [])
        for others, stage in fitted:
            if others.equals(rows):
                return stage
        fitted.append((rows, _fit_halves(categorised(rows, catalogue), recipe, catalogue, seed)))
        return fitted[-1][1]


def fit_stages(
    examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue, seed: int, stages: Stages | None = None
) -> dict[str, FittedStage]:
    """The stages that a recipe names, as far as examples (labelled with their outcomes, where known) are enough to learn them.

    `stages` holds those of other recipes, learned with the same catalogue and seed.
    """
    found, stages = {}, Stages() if stages is None else stages
    for name, earlier in catalogue.stages(recipe).items():
        rows = examples[examples[earlier.outcome].notna()]
        rows = rows.sample(min(len(rows), MOST_ROWS), random_state=seed).sort_index().reset_index(drop=True)
        if len(rows) >= earlier.minimum_labels and rows["creator_id"].nunique() >= MIN_CREATORS_FOR_OTHERS:
            found[name] = stages.of(rows, earlier, catalogue, seed)
    return found


def _fit_halves(rows: pd.DataFrame, recipe: Recipe, catalogue: Catalogue, seed: int) -> FittedStage:
    shape = design(rows, recipe, catalogue)
    creators = pd.Series(rows["creator_id"].unique()).sort_values(ignore_index=True)
    half_of = dict(zip(creators, np.random.default_rng(seed).permutation(len(creators)) % 2, strict=True))
    half = rows["creator_id"].map(half_of)
    first, second = (_fit(rows[half == number].reset_index(drop=True), recipe, shape, seed) for number in (0, 1))
    return FittedStage(_fit(rows, recipe, shape, seed), (first, second), half_of)


def _fit(rows: pd.DataFrame, recipe: Recipe, shape: Design, seed: int) -> Stage:
    context = FitContext(recipe, shape, seed)
    recorded = rows[has_history(rows, recipe)].reset_index(drop=True)
    masked = mask_history(rows, shape, seed)
    known = _fit_segment(recorded if len(recorded) >= MIN_TRAINING_ROWS else masked, context)
    return Stage(recipe, shape, known, _fit_segment(masked, replace(context, cold_start=True)))


def _fit_segment(rows: pd.DataFrame, context: FitContext) -> StageSegment:
    columns = Columns.of(rows)
    baselines = fit_baselines(columns, context.recipe, weight=weights(columns, context))
    trees = max(1, round(context.recipe.parameters.trees * TREES))
    return StageSegment(baselines, fit_residual(columns, baselines, AVERAGE, context, trees))
