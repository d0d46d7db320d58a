"""What is wrong between targets: which answers a goal, what one is a rate per, and what it never exceeds."""

from __future__ import annotations

from collections.abc import Mapping

from predictor.definitions.schema import Entry, Recipe
from predictor.wording.matching import nearest


def target_faults(recipes: Mapping[str, Recipe], entries: Mapping[str, Entry]) -> list[str]:
    """What is wrong with the recipes together, beyond each by itself, and with what moves their forecasts."""
    return _stage_faults(recipes) + _answered_once(recipes) + _elsewhere_faults(recipes, entries)


def _elsewhere_faults(recipes: Mapping[str, Recipe], entries: Mapping[str, Entry]) -> list[str]:
    """Targets that other accounts would move by a column that does not tell of them."""
    of_others = [name for name, entry in entries.items() if entry.of_others]
    return [
        f"models/{one.name}.yaml: elsewhere: got '{one.elsewhere}'; allowed: a feature computed by `elsewhere` "
        f"({', '.join(of_others)}){nearest(one.elsewhere, of_others)}."
        for one in recipes.values() if one.elsewhere is not None and one.elsewhere not in of_others
    ]  # fmt: skip


def _stage_faults(recipes: Mapping[str, Recipe]) -> list[str]:
    """Targets that others are forecast from, or bounded by, which are none, or are themselves forecast from others."""
    plain = [name for name, recipe in recipes.items() if not recipe.stages]
    faults = []
    for recipe in recipes.values():
        allowed, at = [name for name in plain if name != recipe.name], f"models/{recipe.name}.yaml"
        if recipe.at_most is not None and (recipe.at_most not in recipes or recipe.name in bounds_of(recipe.name, recipes)):
            others = [name for name in recipes if name != recipe.name and recipe.name not in bounds_of(name, recipes)]
            faults.append(
                f"{at}: at_most: got '{recipe.at_most}'; allowed: {', '.join(others)}{nearest(recipe.at_most, others)}."
            )
        for name, rule in recipe.rules.items():
            if rule.per is None:
                continue
            if rule.is_record or rule.otherwise is not None:
                faults.append(f"{at}: rules: {name}: `per` is for a `benchmark` or `regression` without `otherwise`; remove one.")
            if rule.per not in allowed:
                faults.append(
                    f"{at}: rules: {name}: per: got '{rule.per}'; allowed: a target that is not itself per another "
                    f"({', '.join(allowed)}){nearest(rule.per, allowed)}."
                )
    return faults


def bounds_of(name: str, recipes: Mapping[str, Recipe]) -> list[str]:
    """The targets that bound one, that which bounds it first, up to one that is in the list already or that there is not."""
    found: list[str] = []
    while name in recipes and (bound := recipes[name].at_most) is not None and bound not in found:
        found.append(name := bound)
    return found


def _answered_once(recipes: Mapping[str, Recipe]) -> list[str]:
    """The goals of which it is not plain what answers them: a target that is alone always does."""
    faults = []
    for goal in dict.fromkeys(recipe.goal for recipe in recipes.values()):
        of_goal = [recipe for recipe in recipes.values() if recipe.goal == goal]
        defaults = [recipe for recipe in of_goal if recipe.default]
        if len(of_goal) > 1 and len(defaults) != 1:
            files = " and ".join(f"models/{recipe.name}.yaml" for recipe in defaults or of_goal)
            many = "each answers" if defaults else "none answers"
            faults.append(f"{files}: {many} the goal '{goal}' by default; write 'default: false' in all but one.")
    return faults
