"""Pages written from the definitions: the data dictionary and the table of recipes, in English and Vietnamese."""

from __future__ import annotations

from predictor.definitions.schema import Catalogue, Computed, Entry, Recipe

WRITTEN = "<!-- Written by `make docs` from the YAML files in this folder; edit those. -->"


def features_page(catalogue: Catalogue) -> str:
    """The data dictionary: every column, its meaning, unit, range and when it is known."""
    lines = [
        "# Data dictionary · Từ điển dữ liệu",
        "",
        WRITTEN,
        "",
        "Columns marked *after booking* are outcomes: they are never a model's input. "
        "A computed column may also be given directly, one row per booking or candidate; what is given wins.",
    ]
    for group, title in catalogue.titles.items():
        lines += ["", f"## {title.en} · {title.vi}", "", "| column | meaning | type | allowed | known | in tables | from |"]
        lines.append("|---|---|---|---|---|---|---|")
        lines += [_feature(name, entry) for name, entry in catalogue.entries.items() if entry.group == group]
    return "\n".join(lines) + "\n"


def models_page(catalogue: Catalogue) -> str:
    """What is learned: every recipe in sentences to be read."""
    lines = ["# What is learned · Những gì được học", "", WRITTEN]
    for recipe in catalogue.recipes.values():
        lines += ["", *_recipe(recipe, catalogue)]
    return "\n".join(lines) + "\n"


def _feature(name: str, entry: Entry) -> str:
    meaning = f"**{entry.label.en}.** {entry.meaning.en}<br>**{entry.label.vi}.** {entry.meaning.vi}"
    if entry.denominator:
        meaning += f"<br>Counted {entry.denominator.en} · {entry.denominator.vi}."
    tables = ", ".join(entry.tables if entry.tables is not None else ("bookings", "candidates")) or "–"
    source = _computed(entry.computed) if entry.computed else _sum(entry.otherwise) if entry.otherwise else "given"
    known = entry.known.replace("_", " ")
    kind = entry.type + (f", {entry.unit}" if entry.unit else "")
    return f"| `{name}` | {meaning} | {kind} | {_allowed(entry)} | {known} | {tables} | {source} |"


def _sum(parts: tuple[str, ...]) -> str:
    return parts[0] if len(parts) == 1 else f"sum of {', '.join(parts)}; none without {parts[0]}"


def _allowed(entry: Entry) -> str:
    if entry.categories:
        return ", ".join(f"`{name}`" for name in entry.categories) + (", or any other" if entry.open else "")
    if entry.open:
        return "any; learned from the data"
    return f"{entry.range[0]:,.0f} to {entry.range[1]:,.0f}" if entry.range else "–"


def _computed(computed: Computed) -> str:
    settings = computed.model_dump(exclude_defaults=True, exclude={"function"})
    parts = [f"{key.rstrip('_').replace('_', ' ')} {_plain(value)}" for key, value in settings.items()]
    return f"`{computed.function}`" + (": " + ", ".join(parts) if parts else "")


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return " and ".join(_plain(one) for one in value)
    return f"{value:,.0f}" if isinstance(value, float) else str(value)


def _recipe(recipe: Recipe, catalogue: Catalogue) -> list[str]:
    exposure = " × ".join(catalogue.entries[name].label.en.lower() for name in recipe.exposure)
    goal = catalogue.entries["goal"].categories[recipe.goal]
    lines = [
        f"## `{recipe.name}` · {recipe.label.en} · {recipe.label.vi}",
        "",
        f"- Forecasts `{recipe.outcome}` as a rate per {exposure}, for the goal {goal.en.lower()} ({goal.vi.lower()}).",
        f"- Learns with the objective `{recipe.objective}` from {len(catalogue.inputs(recipe))} columns of: "
        f"{', '.join(recipe.features)}.",
        f"- Counts of posts are brought to the age of {recipe.horizon_days:g} days.",
        f"- Needs {recipe.minimum_labels} recorded outcomes; {_with_fewer(recipe)}.",
        f"- May be promoted when, on the newest data, {_gates(recipe)}.",
    ]
    lines += [f"- Is never forecast above `{recipe.at_most}`."] if recipe.at_most else []
    lines += [f"- More {name.replace(chr(95), chr(32))} never {way} the rate." for name, way in _directions(recipe)]
    return [*lines, "", "| simple rule | says | without a record |", "|---|---|---|", *_rules(recipe)]


def _gates(recipe: Recipe) -> str:
    (least, _), (low, high) = recipe.gates.gain, recipe.gates.coverage
    room = f"at least {least:.0%} below" if least > 0 else f"no more than {-least:.0%} above"
    return f"its error is {room} the best simple rule's and its 80 % interval holds {low:.0%} to {high:.0%} of the outcomes"


def _with_fewer(recipe: Recipe) -> str:
    """What is forecast of a target that has fewer labels than it needs."""
    if not recipe.stages:
        return "with fewer it is not forecast at all"
    return (
        f"with fewer, but {recipe.fewest_labels} or more, it is the forecast of `{recipe.stages[0]}` times one rate for "
        "everybody, flagged as such; with fewer still it is not forecast at all"
    )


def _directions(recipe: Recipe) -> list[tuple[str, str]]:
    return [(name, "raises" if way == "lowers" else "lowers") for name, way in recipe.directions.items()]


def _rules(recipe: Recipe) -> list[str]:
    rows = []
    for name, rule in recipe.rules.items():
        if rule.benchmark is not None:
            says = "typical rate by " + " × ".join(rule.benchmark) if rule.benchmark else "one typical rate"
        elif rule.regression is not None:
            says = "log-linear regression on " + ", ".join(rule.regression)
        else:
            of = ", ".join(f"`{column}`" for column in rule.of)
            says = f"`{rule.formula}` of {of}" if rule.formula else " or ".join(f"`{record}`" for record in rule.records)
            says += f", for sponsored posts times `{rule.when_sponsored}`" if rule.when_sponsored else ""
        says += f", per forecast `{rule.per}`" if rule.per else ""
        says += f", shrunk with the weight of {' or '.join(f'{k:g}' for k in rule.shrinks)} rows" if any(rule.shrinks) else ""
        rows.append(f"| `{name}` | {says} | {f'`{rule.otherwise}`' if rule.otherwise else '–'} |")
    return rows
