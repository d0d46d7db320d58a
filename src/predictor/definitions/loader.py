"""Reading `features/*.yaml` and `models/*.yaml`, strictly.

YAML is data here, never a program: keys are closed, functions are picked by name from a fixed list, and every fault of
every file is reported at once, with the file, the entry, what came, what is allowed and the nearest valid word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from predictor.definitions.formulas import formula_faults
from predictor.definitions.reference_rules import with_reference_rules
from predictor.definitions.schema import GAP, Catalogue, Computed, Disclosures, Entry, Niche, Recipe, Wording, Words
from predictor.definitions.search import search_faults
from predictor.definitions.strict_yaml import parse, read_yaml
from predictor.definitions.targets import target_faults
from predictor.errors import DefinitionError
from predictor.wording.matching import compound, fold, nearest

# What the loader refuses beyond the shape of a definition: names that lead nowhere, leaks, settings that do not fit.

CONSTRAINED = ("tweedie", "regression")  # objectives for which LightGBM accepts directions
NEEDS: dict[str, tuple[str, ...]] = {
    "band": ("of", "edges"), "month": ("of",), "alignment": (), "count": (), "per_week": ("window_days",),
    "share": ("of", "window_days"), "days_since": (), "level": ("of", "half_life"), "average": ("of", "last"),
    "highest": ("of", "last"), "lowest": ("of", "last"), "spread": ("of", "last"), "median": ("of", "window_days"),
    "trend": ("of", "half_life", "against"), "sponsored_ratio": ("of", "half_life"), "ratio": ("of", "over", "last"),
    "pooled": ("of", "last"), "growth": ("of", "window_days"), "jump": ("of", "last"), "elsewhere": ("of", "half_life"),
}  # fmt: skip
MAY: dict[str, tuple[str, ...]] = {"count": ("of", "else_of", "window_days", "outside")}
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
        named += [entry.computed.of, entry.computed.else_of, entry.computed.over, *entry.computed.within, *entry.computed.outside]
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
    faults += _reference_faults(recipe, entries) + search_faults(recipe)
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
    if not recipe.rules:
        faults.append(
            f"{at}: rules: got none; begin with a `benchmark`, such as tier_benchmark: {{benchmark: [platform, tier]}}."
        )
    earlier: list[str] = []
    for name, rule in recipe.rules.items():
        if sum(kind is not None for kind in (rule.benchmark, rule.record, rule.regression, rule.formula)) != 1:
            faults.append(
                f"{at}: rules: {name}: needs one of `benchmark` (a list of columns), `record` (a feature, or several to choose "
                "from), `regression` (a list of features) and `formula` (a registered function of the features `of`)."
            )
        faults += [f"{at}: rules: {name}: {fault}" for fault in formula_faults(rule, entries)]
        if len(rule.choices()) > 1 and not rule.is_record:
            faults.append(f"{at}: rules: {name}: only a record may leave its choice open; got shrink: {list(rule.shrinks)}.")
        faults += [
            f"{at}: rules: {name}: record: '{column}' is a record of {of}; the target is {recipe.outcome}: name a record of that."
            for column in rule.records
            if recipe.outcome in outcomes and (of := _recorded(entries.get(column))) not in (None, recipe.outcome)
        ]
        columns = (*(rule.benchmark or ()), *(rule.regression or ()), *rule.records, *rule.of, rule.seen, rule.when_sponsored)
        named += [(f"rules: {name}", column) for column in columns if column]
        if rule.otherwise and rule.otherwise not in earlier:
            faults.append(
                f"{at}: rules: {name}: otherwise: got '{rule.otherwise}'; allowed: a rule above it ({', '.join(earlier)})."
            )
        if not rule.otherwise and (rule.is_record or earlier == [] and rule.benchmark is None):
            faults.append(f"{at}: rules: {name}: needs `otherwise`, the rule for creators without a record.")
        earlier.append(name)
    return faults + [
        f"{at}: {place}: got '{name}'; allowed: a column known before booking{nearest(name, known)}."
        for place, name in named
        if name not in known
    ]


def _recorded(entry: Entry | None) -> str | None:
    """The outcome that a feature is a record of."""
    return entry.computed.of if entry and entry.computed else None


def _missing_settings(computed: Computed) -> list[str]:
    needs = NEEDS[computed.function]
    allowed = {*needs, *EVERYWHERE, *MAY.get(computed.function, ())}
    absent = [key for key in needs if not getattr(computed, key)]
    extra = [key for key in computed.model_fields_set if key not in allowed]
    return [f"computed: '{computed.function}' needs '{key}'." for key in absent] + [
        f"computed: '{computed.function}' does not use '{key}'; it takes {', '.join(sorted(k for k in allowed))}."
        for key in extra
    ]


def wording_faults(at: str, wording: Wording) -> list[str]:
    """What is wrong with one language's words of disclosure, beyond their shape."""
    faults = []
    for kind in ("phrases", "labels", "hashtags", "tags_in_script", "unless"):
        listed = getattr(wording, kind)
        faults += [
            f"{at}: {kind}: '{word}' is there twice; keep one." for word in dict.fromkeys(listed) if listed.count(word) > 1
        ]
        for word in listed:
            faults += [f"{at}: {kind}: {problem}" for problem in _word_problems(word, kind)]
    both = [word for word in wording.unless if word in (*wording.phrases, *wording.labels)]
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


def niche_faults(niches: Mapping[str, Niche], at: str) -> list[str]:
    """What is wrong with the niches beyond their shape: parents that lead nowhere or in a circle, one spelling for two."""
    faults = [
        f"{at}: {name}: parents: got '{parent}'; no niche has that name{nearest(parent, list(niches))}; add it or correct it."
        for name, niche in niches.items()
        for parent in niche.parents
        if parent not in niches
    ]
    if not faults:
        faults = [
            f"{at}: {name}: is a part of itself through its parents; remove one." for name in niches if _circular(name, niches)
        ]
    owners: dict[str, str] = {}
    for name, niche in niches.items():
        for word in niche_spellings(name, niche):
            if owners.setdefault(word, name) != name:
                faults.append(
                    f"{at}: {name}: the spelling '{word}' already belongs to {owners[word]}; keep it in one of the two."
                )
    return faults


def niche_words(niche: Niche) -> tuple[str, ...]:
    """Every spelling of a niche as it is written."""
    return (niche.en, niche.vi, niche.zh, *niche.also)


def niche_spellings(name: str, niche: Niche) -> list[str]:
    """Every spelling of a niche, folded, its name first."""
    return list(dict.fromkeys(fold(word) for word in (name, *niche_words(niche))))


def niche_names(niches: Mapping[str, Niche]) -> dict[str, str]:
    """Every spelling of every niche, folded, with the niche's name."""
    joined = {compound(word): name for name, niche in niches.items() for word in niche_words(niche)}
    return joined | {word: name for name, niche in niches.items() for word in niche_spellings(name, niche)}


def _circular(name: str, niches: Mapping[str, Niche]) -> bool:
    seen: set[str] = set()
    ahead = list(niches[name].parents)
    while ahead:
        parent = ahead.pop()
        if parent not in seen:
            seen.add(parent)
            ahead += niches[parent].parents
    return name in seen


NICHES = "features/words/niches.yaml"
LISTS = ("niche", "brand_niche")  # columns that list subjects
DISCLOSURES = Path("features/words/disclosure.yaml")


def project_folder(folder: Path | None = None) -> Path:
    """Folder that holds `features/` and `models/`: the one named, else where you stand, else the nearest above, else the shipped.

    Raises
    ------
    DefinitionError
        Where you stand beside one of ours without the other folder: it would count for nothing.
    """
    if folder is not None:
        return folder
    here, shipped = Path.cwd(), shipped_definitions()
    if (here / "features").is_dir() and (here / "models").is_dir():
        return here
    above = (one for one in here.parents if all(any((one / kind).glob("*.yaml")) for kind in ("features", "models")))
    for kind, other in (("features", "models"), ("models", "features")):
        alone = [file.name for file in sorted((shipped / kind).glob("*.yaml")) if (here / kind / file.name).is_file()]
        if alone:
            remedy = "copy both (in Python `predictor.start_project`), or name the folder that holds both (--project)"
            raise DefinitionError([f"{kind}/{alone[0]}: counts only beside a folder {other}/, which is not here; {remedy}."])
    return next(above, shipped)


def shipped_definitions() -> Path:
    """Folder that holds the `features/` and `models/` that come with the package."""
    shipped = (package := Path(str(files("predictor")))) / "_definitions"
    return shipped if shipped.is_dir() else package.parents[1]


def load_catalogue(project: Path | None = None) -> Catalogue:
    """Read and check all definitions of a project.

    Raises
    ------
    DefinitionError
        With every fault of every file, one a line.
    """
    folder = project_folder(project)
    named = [file for kind in ("features", "models") for file in sorted((folder / kind).glob("*.yaml"))]
    return _loaded(folder, tuple((str(file), *_version(file)) for file in [*named, folder / NICHES, folder / DISCLOSURES]))


def _version(file: Path) -> tuple[int, ...]:
    """What changes whenever a file is written; nothing where there is none."""
    try:
        now = file.stat()
    except OSError:
        return ()
    return now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns


@lru_cache(maxsize=8)
def _loaded(folder: Path, _versions: tuple[tuple[Any, ...], ...]) -> Catalogue:
    """The definitions of a folder, read once as long as the versions of its files stay the same."""
    faults: list[str] = []
    raw = {kind: _read_yaml(folder, kind, faults) for kind in ("features", "models")}
    niches = _read_file(folder / NICHES, NICHES, faults) if (folder / NICHES).is_file() else {"niches": {}}
    if faults:
        raise DefinitionError(faults)
    found = catalogue_from(raw["features"], raw["models"], niches)
    return found.model_copy(update={"disclosures": load_disclosures(folder)})


def load_disclosures(project: Path | None = None) -> Disclosures:
    """The words of a project; none where it has no such file.

    Raises
    ------
    DefinitionError
        With every fault of the file, one a line.
    """
    file = project_folder(project) / DISCLOSURES
    if not file.is_file():
        return Disclosures()
    faults: list[str] = []
    words = parse(Disclosures, read_yaml(file, str(DISCLOSURES)), str(DISCLOSURES), faults)
    faults += (
        [fault for code, wording in words.languages.items() for fault in wording_faults(f"{DISCLOSURES}: {code}", wording)]
        if words
        else []
    )
    if faults:
        raise DefinitionError(faults)
    return words


def catalogue_from(features: dict[str, Any], models: dict[str, Any], niches: Any = None) -> Catalogue:
    """Build the catalogue from parsed YAML: `{file stem: content}` for each of the two folders, and the file of niches."""
    faults: list[str] = []
    titles: dict[str, Words] = {}
    entries: dict[str, Entry] = {}
    for stem, content in features.items():
        where = f"features/{stem}.yaml"
        for fault in _misfits(where, content, ("title", "entries")):
            faults.append(fault)
            break
        else:
            titles[stem] = parse(Words, content["title"], f"{where}: title", faults) or Words(en=stem, vi=stem)
            for name, body in (content["entries"] or {}).items():
                if name in entries:
                    faults.append(f"{where}: {name}: also defined in features/{entries[name].group}.yaml; keep one.")
                entry = parse(Entry, _entry_body(body, stem), f"{where}: {name}", faults)
                if entry is not None:
                    entries[name] = entry
    recipes: dict[str, Recipe] = {}
    for stem, content in models.items():
        body = {**content, "name": stem} if isinstance(content, dict) else content
        recipe = parse(Recipe, body, f"models/{stem}.yaml", faults)
        if recipe is not None:
            recipes[stem] = recipe
    if not faults:
        faults = [f for name, entry in entries.items() for f in entry_faults(name, entry, entries)]
        faults += [f for recipe in recipes.values() for f in recipe_faults(recipe, entries)]
        faults += target_faults(recipes, entries)
    subjects = _niches({"niches": {}} if niches is None else niches, faults)
    if faults:
        raise DefinitionError(faults)
    defaults_first = sorted(recipes.items(), key=lambda item: not item[1].default)  # the first target of a goal answers it
    recipes = {name: with_reference_rules(recipe, entries) for name, recipe in defaults_first}
    return Catalogue(titles=titles, entries=_with_compounds(entries, subjects), recipes=recipes, niches=subjects)


def _with_compounds(entries: dict[str, Entry], niches: Mapping[str, Niche]) -> dict[str, Entry]:
    """The entries; those that list subjects know the niches' spellings, and which of them hold a joining mark (f&b, mẹ và bé)."""
    words = {compound(word) for niche in niches.values() for word in niche_words(niche)}
    joint = tuple(sorted(word for word in words if "&" in word or "/" in word or "," in word))
    known = {"compounds": joint, "subjects": niche_names(niches)}
    lists = {name: entries[name].model_copy(update=known) for name in LISTS if name in entries}
    return entries | lists


def _niches(content: Any, faults: list[str]) -> dict[str, Niche]:
    wrong = _misfits(NICHES, content, ("niches",))
    if not wrong and not isinstance(content["niches"], dict):
        wrong = [f"{NICHES}: niches: got {content['niches']!r}; expected names, each with en, vi and zh."]
    if wrong:
        faults += wrong
        return {}
    parsed = {str(name): parse(Niche, body, f"{NICHES}: {name}", faults) for name, body in content["niches"].items()}
    if all(parsed.values()):
        faults += niche_faults(parsed, NICHES)
    return parsed


def _read_yaml(folder: Path, kind: str, faults: list[str]) -> dict[str, Any]:
    content = {}
    files = sorted((folder / kind).glob("*.yaml"))
    if not files:
        faults.append(f"{folder / kind}: no YAML files here; a project has features/ and models/ (point --project at it).")
    for file in files:
        content[file.stem] = _read_file(file, f"{kind}/{file.name}", faults)
    return content


def _read_file(file: Path, where: str, faults: list[str]) -> Any:
    try:
        return read_yaml(file, where)
    except DefinitionError as problem:
        faults.extend(problem.faults)
        return None


def _entry_body(body: Any, group: str) -> Any:
    if not isinstance(body, dict):
        return body
    return {**body, "group": group}


def _misfits(where: str, content: Any, keys: tuple[str, ...]) -> list[str]:
    if not isinstance(content, dict):
        return [f"{where}: got {content!r}; expected the keys {', '.join(keys)}."]
    return [f"{where}: '{key}' is missing." for key in keys if key not in content] + [
        f"{where}: got the key '{key}'; allowed: {', '.join(keys)}{nearest(str(key), list(keys))}."
        for key in content
        if key not in keys
    ]
