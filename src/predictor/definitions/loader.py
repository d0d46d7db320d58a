"""Reading `features/*.yaml` and `models/*.yaml`, strictly.

YAML is data here, never a program: keys are closed, functions are picked by name from a fixed list, and every fault of
every file is reported at once, with the file, the entry, what came, what is allowed and the nearest valid word.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from predictor.catalogue import Catalogue, DefinitionError, Disclosures, Entry, Niche, Recipe, Words, nearest
from predictor.definition_faults import entry_faults, recipe_faults, wording_faults
from predictor.strict import parse, read_yaml
from predictor.taxonomy import niche_faults

NICHES = "features/words/niches.yaml"
DISCLOSURES = Path("features/words/disclosure.yaml")


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
        [fault for code, said in words.languages.items() for fault in wording_faults(f"{DISCLOSURES}: {code}", said)]
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
    subjects = _niches({"niches": {}} if niches is None else niches, faults)
    if faults:
        raise DefinitionError(faults)
    return Catalogue(titles=titles, entries=entries, recipes=recipes, niches=subjects)


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
