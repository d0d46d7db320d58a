"""What the loader refuses beyond the shape of a definition: names that lead nowhere, leaks, settings that do not fit."""

from __future__ import annotations

import re

from predictor.catalogue import GAP, Computed, Entry, Recipe, Wording, nearest

CONSTRAINED = ("tweedie", "regression")  # objectives for which LightGBM accepts directions
NEEDS: dict[str, tuple[str, ...]] = {
    "band": ("of", "edges"), "month": ("of",), "alignment": (), "count": (), "per_week": ("window_days",),
    "share": ("of", "window_days"), "days_since": (), "level": ("of", "half_life"), "average": ("of", "last"),
    "highest": ("of", "last"), "lowest": ("of", "last"), "spread": ("of", "last"),
    "median": ("of", "window_days"),
    "trend": ("of", "half_life", "against"), "sponsored_ratio": ("of", "half_life"), "ratio": ("of", "over", "last"),
    "growth": ("of", "window_days"), "jump": ("of", "last"),
}  # fmt: skip
MAY: dict[str, tuple[str, ...]] = {"count": ("of", "window_days", "outside")}
EVERYWHERE = ("function", "table", "within", "only")


def entry_faults(name: str, entry: Entry, entries: dict[str, Entry]) -> list[str]:
    """What is wrong with one column, beyond its shape."""
    at = f"features/{entry.group}.yaml: {name}"
    faults = []
    if entry.type == "category" and not entry.categories and not entry.open:
        faults.append(f"{at}: a category needs `categories`, or `open: true` to learn them from the data.")
    if entry.range and entry.range[0] > entry.range[1]:
        faults.append(f"{at}: range: got {list(entry.range)}; the lowest comes first.")
    if entry.known == "after_booking" and entry.computed:
        faults.append(f"{at}: is computed from the past, so it is known before_booking; got after_booking.")
    named: list[str | None] = list(entry.otherwise)
    if entry.computed:
        named += [entry.computed.of, entry.computed.over, *entry.computed.within, *entry.computed.outside]
    faults += [
        f"{at}: names the column '{other}', which no file of features/ defines{nearest(other, list(entries))}."
        for other in named
        if other is not None and other not in entries
    ]
    return faults + ([f"{at}: {gap}" for gap in _missing_settings(entry.computed)] if entry.computed else [])


def recipe_faults(recipe: Recipe, entries: dict[str, Entry]) -> list[str]:
    """What is wrong with one recipe, beyond its shape; above all, features that would leak."""
    at = f"models/{recipe.name}.yaml"
    groups = sorted({entry.group for entry in entries.values()})
    faults = []
    for name in recipe.features:
        if name not in entries and name not in groups:
            allowed = [*groups, *entries]
            faults.append(f"{at}: features: got '{name}'; allowed: {', '.join(groups)}, or one column{nearest(name, allowed)}.")
        elif name in entries and entries[name].known == "after_booking":
            faults.append(f"{at}: features: '{name}' is known only after booking, so no forecast may use it: that would leak.")
        elif name in entries and not entries[name].is_input:
            faults.append(f"{at}: features: '{name}' is of type {entries[name].type}, which is never a model input.")
    faults += _reference_faults(recipe, entries)
    for name, direction in recipe.directions.items():
        if recipe.objective not in CONSTRAINED:
            faults.append(
                f"{at}: directions: got {name}: {direction} with objective {recipe.objective}; "
                f"only {', '.join(CONSTRAINED)} accept directions."
            )
        if name in entries and entries[name].type == "category":
            faults.append(f"{at}: directions: '{name}' is a category and has no order; directions are for numbers.")
    return faults


def _reference_faults(recipe: Recipe, entries: dict[str, Entry]) -> list[str]:
    at = f"models/{recipe.name}.yaml"
    outcomes = [name for name, entry in entries.items() if entry.known == "after_booking" and entry.type in ("count", "money")]
    faults = []
    if recipe.outcome not in outcomes:
        faults.append(
            f"{at}: outcome: got '{recipe.outcome}'; allowed: {', '.join(outcomes)}{nearest(recipe.outcome, outcomes)}."
        )
    known = [name for name, entry in entries.items() if entry.is_input]
    named = [("exposure", n) for n in recipe.exposure] + [("known_by", n) for n in recipe.known_by]
    named += [("directions", n) for n in recipe.directions] + [("without", n) for n in recipe.without]
    earlier: list[str] = []
    for name, rule in recipe.rules.items():
        if sum(kind is not None for kind in (rule.benchmark, rule.record, rule.regression)) != 1:
            faults.append(
                f"{at}: rules: {name}: needs one of `benchmark` (a list of columns), `record` (a feature, or several to choose "
                "from) and `regression` (a list of features)."
            )
        if len(rule.choices()) > 1 and rule.record is None:
            faults.append(f"{at}: rules: {name}: only a record may leave its choice open; got shrink: {list(rule.shrinks)}.")
        columns = (*(rule.benchmark or ()), *(rule.regression or ()), *rule.records, rule.seen, rule.when_sponsored)
        named += [(f"rules: {name}", column) for column in columns if column]
        if rule.otherwise and rule.otherwise not in earlier:
            faults.append(
                f"{at}: rules: {name}: otherwise: got '{rule.otherwise}'; allowed: a rule above it ({', '.join(earlier)})."
            )
        if not rule.otherwise and (rule.record or earlier == [] and rule.benchmark is None):
            faults.append(f"{at}: rules: {name}: needs `otherwise`, the rule for creators without a record.")
        earlier.append(name)
    return faults + [
        f"{at}: {place}: got '{name}'; allowed: a column known before booking{nearest(name, known)}."
        for place, name in named
        if name not in known
    ]


def _missing_settings(computed: Computed) -> list[str]:
    needs = NEEDS[computed.function]
    allowed = {*needs, *EVERYWHERE, *MAY.get(computed.function, ())}
    absent = [key for key in needs if not getattr(computed, key)]
    extra = [key for key in computed.model_fields_set if key not in allowed]
    return [f"computed: '{computed.function}' needs '{key}'." for key in absent] + [
        f"computed: '{computed.function}' does not use '{key}'; it takes {', '.join(sorted(k for k in allowed))}."
        for key in extra
    ]


def wording_faults(at: str, said: Wording) -> list[str]:
    """What is wrong with one language's words of disclosure, beyond their shape."""
    faults = []
    for kind in ("phrases", "labels", "hashtags", "tags_in_script", "unless"):
        listed = getattr(said, kind)
        faults += [
            f"{at}: {kind}: '{word}' is there twice; keep one." for word in dict.fromkeys(listed) if listed.count(word) > 1
        ]
        for word in listed:
            faults += [f"{at}: {kind}: {problem}" for problem in _word_problems(word, kind)]
    both = [word for word in said.unless if word in (*said.phrases, *said.labels)]
    return faults + [f"{at}: unless: '{word}' would hide the same words listed above; remove one of the two." for word in both]


def _word_problems(word: str, kind: str) -> list[str]:
    letters = [character for character in word if character.isalnum()]
    if len(letters) < 2:
        return [f"got '{word}'; a word needs at least two letters: write it out, or remove it."]
    if kind in ("hashtags", "tags_in_script"):
        return [f"got '{word}'; write the tag without '#' and spaces."] if re.search(r"[\s#]", word) else []
    if word.strip().startswith(GAP) or word.strip().endswith(GAP) or (kind == "labels" and GAP in word):
        return [f"got '{word}'; a gap ({GAP}) stands between words of `phrases` or `unless`: remove it here."]
    return []
