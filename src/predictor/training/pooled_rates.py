"""Few labels: one rate for everybody, per forecast of an earlier target, in place of all that a recipe would learn."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from predictor.definitions.schema import Catalogue, Recipe
from predictor.forecasting.predict import distribution
from predictor.forecasting.sampling import OutcomeCorrelations
from predictor.forecasting.splits import MIN_CREATORS_FOR_OTHERS
from predictor.forecasting.target_model import TargetModel, labelled

FEWEST_HITS = 5  # labels above 0 without which one rate is luck


def with_pooled_rates(examples: pd.DataFrame, catalogue: Catalogue) -> Catalogue:
    """The definitions, where each target that has fewer labels than it asks for, but enough for one rate, learns that alone."""
    recipes = {
        name: recipe.with_pooled_rate() if _poolable(examples, recipe, catalogue) else recipe
        for name, recipe in catalogue.recipes.items()
    }
    return catalogue.model_copy(update={"recipes": recipes})


def with_shared_rate(shocks: OutcomeCorrelations, model: TargetModel, examples: pd.DataFrame) -> OutcomeCorrelations:
    """What bookings share where one rate is learned: if it is too high, it is so for all of them.

    Of outcomes whose spread grows with their mean, the variance of the rate is that of one outcome over their effective number.
    """
    if not model.recipe.pooled:
        return shocks
    expected = distribution(model, labelled(examples, model.recipe)).mean()
    of_rate = float((expected**2).sum() / expected.sum() ** 2)
    rest = {name: (1 - of_rate) * getattr(shocks, name) for name in ("campaign", "creator", "stranger")}
    return replace(shocks, **rest | {"campaign": of_rate + rest["campaign"]})


def why_not_pooled(recipe: Recipe) -> str:
    """What a target that has too few labels even for one rate would take, as the end of a sentence."""
    if not recipe.stages:
        return ""
    return (
        f"; {recipe.fewest_labels} would do for the forecast of {recipe.stages[0]} times one rate of all bookings, where they "
        f"are of {MIN_CREATORS_FOR_OTHERS} creators, {FEWEST_HITS} of them are above 0, and {recipe.stages[0]} can be learned"
    )


def _poolable(examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue) -> bool:
    """Whether a target has labels for one rate, though not for its rules, and its earlier target can be learned."""
    rows, earlier = labelled(examples, recipe), catalogue.stages(recipe)
    if not recipe.stages or recipe.stages[0] not in earlier or not recipe.fewest_labels <= len(rows) < recipe.minimum_labels:
        return False
    first = earlier[recipe.stages[0]]
    reached = labelled(examples, first)
    hits = int((rows[recipe.outcome] > 0).sum())
    creators = min(one["creator_id"].nunique() for one in (rows, reached))
    return hits >= FEWEST_HITS and creators >= MIN_CREATORS_FOR_OTHERS and len(reached) >= first.minimum_labels
