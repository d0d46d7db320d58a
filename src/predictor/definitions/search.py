"""What the tuner may try of a recipe's settings: each within a range, its own or that of the recipe's block `search:`."""

from __future__ import annotations

import math
from typing import NamedTuple

from pydantic import ValidationError

from predictor.definitions.schema import LightGBM, Parameters, Recipe
from predictor.wording.matching import nearest

SPACE: dict[str, tuple[float, float]] = {
    "trees": (50, 600), "learning_rate": (0.01, 0.2), "leaves": (4, 63), "smallest_leaf": (5, 200),
}  # fmt: skip
WIDE = 10.0  # ends of a range that differ by this factor are searched on a log scale


class Range(NamedTuple):
    """Lowest and highest value to try, whether whole numbers, and whether on a log scale."""

    low: float
    high: float
    whole: bool
    log: bool


def ranges(recipe: Recipe) -> dict[str, Range]:
    """What may be tried of every setting that is searched: the range that the recipe gives, as it stands, or ours, which the
    recipe's own value widens."""
    found = {}
    for name, (low, high) in (SPACE | recipe.search).items():
        value = getattr(recipe.parameters if name in Parameters.model_fields else recipe.lightgbm, name)
        if name not in recipe.search:
            low, high = min(low, value), max(high, value)
        found[name] = Range(low, high, isinstance(value, int), name in SPACE or (low > 0 and high >= WIDE * low))
    return found


def search_faults(recipe: Recipe) -> list[str]:
    """What is wrong with the ranges of a recipe."""
    numeric = [*Parameters.model_fields, *(name for name, value in LightGBM() if not isinstance(value, bool))]
    faults = []
    for name, (low, high) in recipe.search.items():
        at = f"models/{recipe.name}.yaml: search: {name}"
        if name not in numeric:
            allowed = f"{', '.join(numeric)}{nearest(name, numeric)}"
            faults.append(f"models/{recipe.name}.yaml: search: got '{name}'; allowed: numeric settings ({allowed}).")
        elif not (math.isfinite(low) and math.isfinite(high)):
            faults.append(f"{at}: got {low:g} to {high:g}; give two numbers that are finite, such as [0.1, 10].")
        elif not low < high:
            faults.append(f"{at}: got {low:g} to {high:g}; give the lowest value, then a higher one, such as [0.1, 10].")
        else:
            faults += [f"{at}: {end:g} is no value of it: {why}." for end in (low, high) if (why := _refused(recipe, name, end))]
    return faults


def _refused(recipe: Recipe, name: str, value: float) -> str | None:
    """Why a setting does not take a value, if so."""
    block: Parameters | LightGBM = recipe.parameters if name in Parameters.model_fields else recipe.lightgbm
    try:
        type(block).model_validate(block.model_dump() | {name: int(value) if value == int(value) else value})
    except ValidationError as problem:
        return problem.errors()[0]["msg"].lower().removeprefix("input ")
    return None
