"""What a row means and what is learned: `features/*.yaml` and `models/*.yaml` as frozen, typed objects.

YAML is data here, never a program: keys are closed, functions are picked by name from a fixed list, and every fault of
every file is reported at once, with the file, the entry, what came, what is allowed and the nearest valid word.
"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

TABLES = ("creators", "creator_snapshots", "posts", "campaigns", "bookings", "candidates")
CONSTRAINED = ("poisson", "regression")  # objectives for which LightGBM accepts directions
NEVER_INPUTS = ("id", "text", "date", "money")

Table = Literal["creators", "creator_snapshots", "posts", "campaigns", "bookings", "candidates"]
Type = Literal["id", "text", "date", "category", "flag", "count", "number", "rate", "money"]
Function = Literal[
    "band", "month", "overlap", "count", "per_week", "share", "days_since", "level", "average",
    "highest", "lowest", "spread", "trend", "sponsored_ratio",
]  # fmt: skip


class DefinitionError(Exception):
    """Definitions that cannot be used; the message lists every fault."""

    def __init__(self, faults: list[str]):
        super().__init__("\n".join(faults).replace("?.", "?"))


class Closed(BaseModel):
    """A definition: unknown keys are refused, and it never changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Closed):
    """One thing said in English and Vietnamese; `also` lists other spellings people use."""

    en: str
    vi: str
    also: tuple[str, ...] = ()


class Computed(Closed):
    """How a feature follows from the tables: a function of `history.py` by name, its input and its window."""

    function: Function
    table: Literal["posts", "bookings"] = "posts"
    of: str | None = None
    within: tuple[str, ...] = ()
    only: Literal["sponsored", "organic"] | None = None
    window_days: float | None = None
    last: int | None = None
    half_life: float | None = None
    against: float | None = None
    edges: tuple[float, ...] = ()
    with_: str | None = None


class Entry(Closed):
    """One column: its meaning, unit, type, range and when it is known."""

    label: Words
    meaning: Words
    type: Type
    known: Literal["before_booking", "after_booking"]
    unit: str | None = None
    range: tuple[float, float] | None = None
    categories: dict[str, Words] = {}
    open: bool = False
    tables: tuple[Table, ...] | None = None
    key_of: tuple[Table, ...] = ()
    required_in: tuple[Table, ...] = ()
    also: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()
    denominator: Words | None = None
    computed: Computed | None = None
    group: str = ""

    @property
    def is_input(self) -> bool:
        """Whether a model may see it."""
        return self.known == "before_booking" and self.type not in NEVER_INPUTS

    def carried_by(self, table: str) -> bool:
        """Whether `table` may have this column; what is computed may also be given directly, one row per booking."""
        return table in (("bookings", "candidates") if self.tables is None else self.tables)


class Rule(Closed):
    """A forecast that needs no learning: a benchmark by some columns, or a record, shrunk towards another rule."""

    benchmark: tuple[str, ...] | None = None
    record: str | None = None
    seen: str | None = None
    shrink: float = 0.0
    otherwise: str | None = None


class Parameters(Closed):
    """LightGBM's settings, in plain words."""

    trees: int
    learning_rate: float
    leaves: int
    smallest_leaf: int


class CostPer(Closed):
    """Unit in which money per outcome is printed."""

    units: int
    en: str
    vi: str


class Gates(Closed):
    """What a model must show on the newest data before it may be promoted: lowest and highest allowed."""

    gain: tuple[float, float]
    coverage: tuple[float, float]


class Recipe(Closed):
    """One target: the outcome, per what, from which features, against which simple rules."""

    label: Words
    goal: Literal["awareness", "engagement", "traffic", "sales"]
    outcome: str
    exposure: tuple[str, ...]
    objective: Literal["regression_l1", "regression", "poisson"]
    features: tuple[str, ...]
    without: tuple[str, ...] = ()
    known_by: tuple[str, ...]
    rules: dict[str, Rule]
    parameters: Parameters
    directions: dict[str, Literal["raises", "lowers"]] = {}
    minimum_labels: int
    cost_per: CostPer
    gates: Gates
    name: str = ""

    @property
    def counts(self) -> bool:
        """Whether rare counts are learned (as a rate), rather than the log of an outcome."""
        return self.objective == "poisson"


class Catalogue(Closed):
    """Every definition of a project."""

    titles: dict[str, Words]
    entries: dict[str, Entry]
    recipes: dict[str, Recipe]

    def inputs(self, recipe: Recipe) -> list[str]:
        """Names of the columns that the model of `recipe` sees, in catalogue order."""
        chosen = [e for e in self.entries if e in recipe.features or self.entries[e].group in recipe.features]
        return [e for e in chosen if self.entries[e].is_input and e not in recipe.without]

    def columns(self, table: str) -> dict[str, Entry]:
        """Columns that `table` may have."""
        return {name: entry for name, entry in self.entries.items() if entry.carried_by(table)}


def project_folder(folder: Path | None = None) -> Path:
    """Folder that holds `features/` and `models/`: the one named, else where you stand, else the shipped definitions."""
    if folder is not None:
        return folder
    here = Path.cwd()
    if (here / "features").is_dir() and (here / "models").is_dir():
        return here
    package = Path(__file__).parent
    return package / "_definitions" if (package / "_definitions").is_dir() else package.parents[1]


def load_catalogue(project: Path | None = None) -> Catalogue:
    """Read and check all definitions of a project.

    Raises
    ------
    DefinitionError
        With every fault of every file, one a line.
    """
    folder = project_folder(project)
    faults: list[str] = []
    raw = {kind: _read_yaml(folder, kind, faults) for kind in ("features", "models")}
    if faults:
        raise DefinitionError(faults)
    return catalogue_from(raw["features"], raw["models"])


def catalogue_from(features: dict[str, Any], models: dict[str, Any]) -> Catalogue:
    """Build the catalogue from parsed YAML: `{file stem: content}` for each of the two folders."""
    faults: list[str] = []
    titles: dict[str, Words] = {}
    entries: dict[str, Entry] = {}
    for stem, content in features.items():
        where = f"features/{stem}.yaml"
        for fault in _misfits(where, content, ("title", "entries")):
            faults.append(fault)
            break
        else:
            titles[stem] = _parse(Words, content["title"], f"{where}: title", faults) or Words(en=stem, vi=stem)
            for name, body in (content["entries"] or {}).items():
                if name in entries:
                    faults.append(f"{where}: {name}: also defined in features/{entries[name].group}.yaml; keep one.")
                entry = _parse(Entry, _entry_body(body, stem), f"{where}: {name}", faults)
                if entry is not None:
                    entries[name] = entry
    recipes: dict[str, Recipe] = {}
    for stem, content in models.items():
        body = {**content, "name": stem} if isinstance(content, dict) else content
        recipe = _parse(Recipe, body, f"models/{stem}.yaml", faults)
        if recipe is not None:
            recipes[stem] = recipe
    if not faults:
        faults = [f for name, entry in entries.items() for f in _entry_faults(name, entry, entries)]
        faults += [f for recipe in recipes.values() for f in _recipe_faults(recipe, entries)]
    if faults:
        raise DefinitionError(faults)
    return Catalogue(titles=titles, entries=entries, recipes=recipes)


def nearest(word: str, allowed: list[str]) -> str:
    """A short hint naming the valid word that is most like `word`, or nothing."""
    close = get_close_matches(word, allowed, n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""


def _read_yaml(folder: Path, kind: str, faults: list[str]) -> dict[str, Any]:
    content = {}
    files = sorted((folder / kind).glob("*.yaml"))
    if not files:
        faults.append(f"{folder / kind}: no YAML files here; a project has features/ and models/ (point --project at it).")
    for file in files:
        try:
            content[file.stem] = yaml.safe_load(file.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as problem:
            faults.append(f"{kind}/{file.name}: not readable as YAML: {' '.join(str(problem).split())}")
    return content


def _entry_body(body: Any, group: str) -> Any:
    if not isinstance(body, dict):
        return body
    body = {**body, "group": group}
    if isinstance(body.get("computed"), dict) and "with" in body["computed"]:
        body["computed"] = {("with_" if k == "with" else k): v for k, v in body["computed"].items()}
    return body


def _misfits(where: str, content: Any, keys: tuple[str, ...]) -> list[str]:
    if not isinstance(content, dict):
        return [f"{where}: got {content!r}; expected the keys {', '.join(keys)}."]
    return [f"{where}: '{key}' is missing." for key in keys if key not in content] + [
        f"{where}: got the key '{key}'; allowed: {', '.join(keys)}{nearest(str(key), list(keys))}."
        for key in content
        if key not in keys
    ]


def _parse(model: type[Any], body: Any, where: str, faults: list[str]) -> Any:
    try:
        return model.model_validate(body)
    except ValidationError as problem:
        faults.extend(_sentence(where, error, model) for error in problem.errors())
        return None


def _sentence(where: str, error: Any, model: type[BaseModel]) -> str:
    path = [str(part) for part in error["loc"]]
    at = f"{where}: {' → '.join(path)}" if path else where
    came = error["input"]
    if error["type"] == "extra_forbidden":
        allowed = _allowed_keys(model, path[:-1])
        at = ": ".join([where, *([" → ".join(path[:-1])] if path[:-1] else [])])
        return f"{at}: unknown key '{path[-1]}'; allowed: {', '.join(allowed)}{nearest(path[-1], allowed)}."
    if error["type"] == "missing":
        return f"{at}: is missing."
    if error["type"] == "literal_error":
        allowed = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f"{at}: got {came!r}; allowed: {', '.join(allowed)}{nearest(str(came), allowed)}."
    hint = " (put text such as no, on or 2026-01-01 in quotes)" if error["type"] == "string_type" else ""
    return f"{at}: got {came!r}; {error['msg'].lower().removeprefix('input ')}{hint}."


def _allowed_keys(model: type[BaseModel], path: list[str]) -> list[str]:
    inner: Any = model
    for part in path:
        field = inner.model_fields.get(part) if hasattr(inner, "model_fields") else None
        kinds = [field.annotation, *getattr(field.annotation, "__args__", ())] if field else [inner]
        inner = next((k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)), inner)
    keys = [key for key in inner.model_fields if key not in ("group", "name")]
    return ["with" if key == "with_" else key for key in keys]


def _entry_faults(name: str, entry: Entry, entries: dict[str, Entry]) -> list[str]:
    at = f"features/{entry.group}.yaml: {name}"
    faults = []
    if entry.type == "category" and not entry.categories and not entry.open:
        faults.append(f"{at}: a category needs `categories`, or `open: true` to learn them from the data.")
    if entry.range and entry.range[0] > entry.range[1]:
        faults.append(f"{at}: range: got {list(entry.range)}; the lowest comes first.")
    if entry.known == "after_booking" and entry.computed:
        faults.append(f"{at}: is computed from the past, so it is known before_booking; got after_booking.")
    named = list(entry.otherwise)
    if entry.computed:
        named += [entry.computed.of, entry.computed.with_, *entry.computed.within]
    faults += [
        f"{at}: names the column '{other}', which no file of features/ defines{nearest(other, list(entries))}."
        for other in named
        if other is not None and other not in entries
    ]
    return faults + ([f"{at}: {gap}" for gap in _missing_settings(entry.computed)] if entry.computed else [])


NEEDS: dict[str, tuple[str, ...]] = {
    "band": ("of", "edges"), "month": ("of",), "overlap": ("of", "with_"), "count": (), "per_week": ("window_days",),
    "share": ("of", "window_days"), "days_since": (), "level": ("of", "half_life"), "average": ("of", "last"),
    "highest": ("of", "last"), "lowest": ("of", "last"), "spread": ("of", "last"),
    "trend": ("of", "half_life", "against"), "sponsored_ratio": ("of", "half_life"),
}  # fmt: skip
EVERYWHERE = ("function", "table", "within", "only")


def _missing_settings(computed: Computed) -> list[str]:
    needs = NEEDS[computed.function]
    allowed = {*needs, *EVERYWHERE, *(("of",) if computed.function == "count" else ())}
    absent = [key for key in needs if not getattr(computed, key)]
    extra = [key for key in computed.model_fields_set if key not in allowed]
    return [f"computed: '{computed.function}' needs '{key.rstrip('_')}'." for key in absent] + [
        f"computed: '{computed.function}' does not use '{key.rstrip('_')}'; it takes "
        f"{', '.join(sorted(k.rstrip('_') for k in allowed))}."
        for key in extra
    ]


def _recipe_faults(recipe: Recipe, entries: dict[str, Entry]) -> list[str]:
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
        faults.append(f"{at}: outcome: got '{recipe.outcome}'; allowed: {', '.join(outcomes)}{nearest(recipe.outcome, outcomes)}.")
    known = [name for name, entry in entries.items() if entry.is_input]
    named = [("exposure", n) for n in recipe.exposure] + [("known_by", n) for n in recipe.known_by]
    named += [("directions", n) for n in recipe.directions] + [("without", n) for n in recipe.without]
    earlier: list[str] = []
    for name, rule in recipe.rules.items():
        if (rule.benchmark is None) == (rule.record is None):
            faults.append(f"{at}: rules: {name}: needs either `benchmark` (a list of columns) or `record` (a feature).")
        named += [(f"rules: {name}", n) for n in [*(rule.benchmark or ()), rule.record, rule.seen] if n]
        if rule.otherwise and rule.otherwise not in earlier:
            faults.append(f"{at}: rules: {name}: otherwise: got '{rule.otherwise}'; allowed: a rule above it ({', '.join(earlier)}).")
        if not rule.otherwise and (rule.record or earlier == [] and rule.benchmark is None):
            faults.append(f"{at}: rules: {name}: needs `otherwise`, the rule for creators without a record.")
        earlier.append(name)
    return faults + [
        f"{at}: {place}: got '{name}'; allowed: a column known before booking{nearest(name, known)}."
        for place, name in named
        if name not in known
    ]
