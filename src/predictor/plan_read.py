"""A plan read back with its forecast as it was made: the .xlsx to sign, the JSON of a line-up or of saved work, a scored list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import pandas as pd

from predictor.catalogue import Catalogue, Recipe
from predictor.compare import candidates, recipe_for
from predictor.saved import work_from_json
from predictor.score import read_scored
from predictor.tables import Fault, RowsError
from predictor.texts import LANGUAGES, say

FIGURES = {"expected": "expected", "lineup_low": "p10", "lineup_high": "p90"}  # a title's sentence → the figure below it


def read_plan(path: Path, goal: str | None, catalogue: Catalogue) -> tuple[pd.DataFrame, Recipe]:
    """The rows of a plan as `compare_with_what_came` takes them, and the target that was forecast.

    Parameters
    ----------
    path
        .xlsx as `predictor lineup -o` writes it; .json as `predictor lineup --json` prints it, or the content of saved work; or
        a scored list, all of whose rows then count as the plan.
    goal
        What the campaign wanted; needed for a scored list and for saved work whose brief names none.

    Raises
    ------
    RowsError
        Where the file is none of these.
    """
    if path.suffix.lower() == ".json":
        return _from_json(path, goal, catalogue)
    signed = _signed(path, catalogue) if path.suffix.lower() == ".xlsx" else None
    if signed is not None:
        return signed
    scored = read_scored(path, catalogue)
    recipe = recipe_for(scored, _asked(goal, path), catalogue)
    return candidates(scored, recipe), recipe


def _from_json(path: Path, goal: str | None, catalogue: Catalogue) -> tuple[pd.DataFrame, Recipe]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise _refusal(path, f"there is no such file in {path.parent}; check the name.") from None
    except ValueError as problem:
        raise _refusal(path, f"cannot be read as JSON ({problem}); write it again with predictor lineup --json.") from None
    if isinstance(told, dict) and {"plans", "target", "proposed"} <= {*told} and told["target"] in catalogue.recipes:
        chosen = [plan["bookings"] for plan in told["plans"] if plan["name"] == told["proposed"]]
        return pd.DataFrame(chosen[0] if chosen else []), catalogue.recipes[told["target"]]
    if not isinstance(told, dict) or not {"brief", "plan", "scored"} <= {*told}:
        raise _refusal(path, "holds no plan; expected what predictor lineup --json prints, or saved work.")
    work = work_from_json(told)
    if work.scored is None:
        raise _refusal(path, "holds no forecast; score the candidates and choose a line-up first.")
    rows = pd.DataFrame(work.plan)
    return rows, recipe_for(work.scored, _asked(goal or work.brief.get("goal"), path), catalogue)


def _signed(path: Path, catalogue: Catalogue) -> tuple[pd.DataFrame, Recipe] | None:
    """The first sheet of a plan's .xlsx; None where this is another file."""
    try:
        grid = pd.read_excel(path, header=None, dtype=object)
    except (ValueError, KeyError, OSError, BadZipFile):  # told by whoever reads it as a scored list
        return None
    label = catalogue.entries["creator_id"].label
    for lang in LANGUAGES:
        titles = {getattr(label, lang): "creator_id", say(lang, "lineup_who"): "name", say(lang, "lineup_format"): "format"}
        heads = [place for place, row in enumerate(grid.to_numpy().tolist()) if {*titles} <= {*map(str, row)}]
        for recipe in catalogue.recipes.values() if heads else ():
            outcome = getattr(catalogue.entries[recipe.outcome].label, lang)
            figures = {say(lang, key, outcome=outcome): name for key, name in FIGURES.items()}
            if {*figures} <= {*map(str, grid.iloc[heads[0]])}:
                rows = _rows(grid, heads[0], titles | figures, say(lang, "lineup_total"))
                words = {getattr(one, lang): name for name, one in catalogue.entries["format"].categories.items()}
                return rows.assign(format=rows["format"].replace(words)), recipe
    return None


def _rows(grid: pd.DataFrame, head: int, names: dict[str, str], total: str) -> pd.DataFrame:
    """The rows between the titles and the total."""
    below = grid.iloc[head + 1 :].set_axis(grid.iloc[head].astype("str").tolist(), axis=1)
    rows = below[list(names)].rename(columns=names)
    ends = (rows["name"].astype("str") == total) & rows["creator_id"].isna()
    return rows[~ends.cummax()].reset_index(drop=True)


def _asked(goal: Any, path: Path) -> str:
    if not goal:
        raise _refusal(path, "does not say what the campaign wanted; name it with --goal, such as --goal engagement.")
    return str(goal)


def _refusal(path: Path, problem: str) -> RowsError:
    return RowsError([Fault(path.name, problem)])
