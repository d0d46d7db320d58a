"""The rules that every target is compared with, whatever its recipe lists: beside the benchmark that each begins with, the
creator's own record of the outcome and a log-linear regression. A gain over fewer says little."""

from __future__ import annotations

from collections.abc import Mapping

from predictor.definitions.schema import Entry, Recipe, Rule

OWN_RECORD = ("pooled", "level", "average")  # functions that give a creator's usual rate, the best first
SHRINK = (2.0, 8.0, 30.0)
REGRESSED = (
    "followers", "platform", "tier", "kind", "format", "posts", "niche_alignment", "ad_density", "engagement_rate", "reach_rate",
)  # fmt: skip


def with_reference_rules(recipe: Recipe, entries: Mapping[str, Entry]) -> Recipe:
    """The recipe, its rules joined by a record and a regression if it lists none; a record where the catalogue has one of its
    outcome."""
    rules = dict(recipe.rules)
    benchmark = next(name for name, rule in reversed(rules.items()) if rule.benchmark is not None)
    own = sorted(_usual_rates(recipe.outcome, entries), key=lambda name: OWN_RECORD.index(_function(entries[name])))
    if own and not any(rule.is_record for rule in rules.values()):
        rules["reference_record"] = Rule(record=own[0], shrink=SHRINK, otherwise=benchmark)
    regressed = tuple(column for column in REGRESSED if column in entries)
    if regressed and all(rule.regression is None for rule in rules.values()):
        rules["reference_log_linear"] = Rule(regression=regressed)
    return recipe.model_copy(update={"rules": rules})


def _usual_rates(outcome: str, entries: Mapping[str, Entry]) -> list[str]:
    """Features that are a creator's usual rate of an outcome over all that is on record, in no format or kind of post alone."""
    computed = {name: entry.computed for name, entry in entries.items() if entry.computed is not None}
    return [
        name
        for name, one in computed.items()
        if one.of == outcome and one.function in OWN_RECORD and not one.within and one.only is None
    ]


def _function(entry: Entry) -> str:
    return entry.computed.function if entry.computed else ""
