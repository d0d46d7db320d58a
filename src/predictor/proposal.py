"""The winners of a search as a diff of the recipes: a person accepts it, or not; no recipe is changed here."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from predictor.catalogue import Parameters
from predictor.tables import write_text
from predictor.texts import number, percent, say
from predictor.tune import WORTHWHILE, Tuned

DIFF = "tuned.diff"
LINE = re.compile(r"[^\n]*\n|[^\n]+")  # str.splitlines also splits where patch does not


def propose(tuned: Mapping[str, Tuned], project: Path, store: Path) -> str:
    """Write the diff of every recipe worth changing to `tuned.diff` in `store`, and return it.

    An older diff is replaced, or removed where nothing is worth changing: it was about other data or other recipes.
    """
    diff = "".join(recipe_diff(one, project) for one in tuned.values() if one.worthwhile)
    if diff:
        write_text(diff, store / DIFF)
    else:
        (store / DIFF).unlink(missing_ok=True)
    return diff


def recipe_diff(tuned: Tuned, project: Path) -> str:
    """A unified diff of `models/<target>.yaml`, for `patch -p1` or `git apply` in the project's folder."""
    name = f"models/{tuned.target}.yaml"
    old = (project / name).read_bytes().decode("utf-8")  # as bytes, because line endings must stay as they are
    new = with_parameters(old, tuned.best.parameters)
    lines = difflib.unified_diff(LINE.findall(old), LINE.findall(new), f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def with_parameters(text: str, parameters: Parameters) -> str:
    """A recipe's text with other values of its parameters; every other character stays."""
    recipe: Any = yaml.compose(text)
    body = next(value for key, value in recipe.value if key.value == "parameters")
    for key, value in reversed(body.value):  # from the last, so that the places of the others stay
        start, end = value.start_mark.index, value.end_mark.index
        text = text[:start] + str(getattr(parameters, key.value)) + text[end:]
    return text


def in_words(tuned: Mapping[str, Tuned], diff: str, project: Path, store: Path, lang: str = "en") -> str:
    """What the search found, the diff, and how to accept it."""
    told = [_finding(one, lang) for one in tuned.values()]
    if not diff:
        return "\n".join([*told, say(lang, "tune_as_they_stand")])
    installed = Path(__file__).parent in project.parents  # an upgrade would undo a change inside the package
    home = store.parents[1] if installed else project
    file = (store / DIFF).resolve()
    file = file.relative_to(home.resolve()) if file.is_relative_to(home.resolve()) else file
    first = [say(lang, "tune_copy_first", folder=project, home=home)] if installed else []
    accept = say(lang, "tune_accept", folder=home, file=file.as_posix())
    return "\n".join([*told, "", diff, *first, accept, say(lang, "tune_optimistic"), say(lang, "tune_as_they_stand")])


def _finding(tuned: Tuned, lang: str) -> str:
    key = "tune_better" if tuned.worthwhile else "tune_enough" if tuned.newest is None else "tune_did_not_hold"
    losses = {"shipped": tuned.shipped.loss, "best": tuned.best.loss}
    if tuned.newest is not None:
        losses |= {"newest_shipped": tuned.newest[0], "newest_best": tuned.newest[1]}
    told = {name: number(lang, loss, 4) for name, loss in losses.items()}
    gain, least = percent(lang, tuned.gain, 2), percent(lang, WORTHWHILE, 1)
    return say(lang, key, target=tuned.target, count=len(tuned.trials), gain=gain, least=least, **told)
