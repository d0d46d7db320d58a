"""What the commands share: their options, and reading and telling."""

from __future__ import annotations

import errno
import json
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from predictor.definitions.closed_lists import GOALS
from predictor.definitions.limits import DAYS
from predictor.errors import RowsError
from predictor.wording.sentences import LANGUAGES, say, worded

if TYPE_CHECKING:
    from predictor.definitions.schema import Catalogue


class _AnyPath(click.Path):
    """A path that can be one: what is there, or is not, is told by whoever reads or writes it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, refused where the system takes no such name."""
        try:
            os.stat(value)
        except ValueError:
            self.fail(f"{str(value)!r} holds a sign that no name of a file can hold; correct it.", param, ctx)
        except OSError as problem:
            if problem.errno in (errno.ELOOP, errno.ENAMETOOLONG):
                self.fail(f"'{value}' cannot be used ({problem.strerror}); name another.", param, ctx)
        return super().convert(value, param, ctx)


class Day(click.DateTime):
    """A day of these times, as 2026-07-01."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The day, refused where it is of other times."""
        day = super().convert(value, param, ctx)
        if not DAYS[0] <= day.date() <= DAYS[1]:
            self.fail(f"got {value}; give a day from {DAYS[0]:%Y} to {DAYS[1]:%Y}.", param, ctx)
        return day


def _speak(context: click.Context, _option: click.Parameter, lang: str) -> str:
    """Remember the language, in which faults are said too."""
    context.find_root().obj = lang
    return lang


def _finite(context: click.Context, option: click.Parameter, value: float) -> float:
    if math.isnan(value):
        raise click.BadParameter("got nan; give a number of days.", context, option)
    return value


def _some(context: click.Context, option: click.Parameter, value: int) -> int:
    if value == 0:
        raise click.BadParameter("got 0; give a number of processes, or -1 for every core.", context, option)
    return value


def _names(_: click.Context, __: click.Parameter, value: str | None) -> list[str]:
    return [name.strip() for name in (value or "").split(",") if name.strip()]


PathArgument = _AnyPath(path_type=Path)
project_option = click.option("--project", type=PathArgument, help="Folder with features/ and models/ (default: here, or above).")
mapping_option = click.option("--mapping", type=PathArgument, help="YAML that says what other people's columns mean.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print machine-readable JSON instead of text.")
goal_choice = click.Choice(GOALS)
outcome_option = click.option(
    "--outcome", help="What of the goal is counted, such as revenue for sales (default: the goal's own)."
)
lang_choice = click.Choice(LANGUAGES)
lang_option = click.option("--lang", type=lang_choice, callback=_speak, default="en", show_default=True, help="Language.")
seed_option = click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True, help="Same seed, same result."
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(-1),
    callback=_some,
    default=-1,
    show_default=True,
    help="Processes at once; -1 takes every core.",
)
targets_option = click.option(
    "--targets",
    metavar="NAMES",
    callback=_names,
    help="Some of the targets of models/, such as clicks,revenue (default: all).",
)
lead_option = click.option(
    "--lead-days", type=click.FloatRange(0, 365), callback=_finite, default=7.0, show_default=True,
    help="Days before publication that a post is forecast.",
)  # fmt: skip


def mapping_of(path: Path | None, catalogue: Catalogue) -> Any:
    """The mapping that a command was given; one that changes nothing where it was given none."""
    from predictor.intake.mapping import Mapping, load_mapping

    return load_mapping(path, catalogue) if path is not None else Mapping()


def read_history(data: Path, catalogue: Catalogue, mapping: Path | None) -> Any:
    """The checked history at a path, announced as it begins."""
    from predictor.intake.contract import read_tables

    tell_progress(f"reading {data}")
    return read_tables(data, catalogue, mapping_of(mapping, catalogue))


def warn_of_day(tables: Any, moment: Any, lang: str) -> None:
    """Say where the day of the forecast is long after the history's posts, or before all of them."""
    from predictor.asof.day import remarks_of_day

    tell_of_day(remarks_of_day(tables, moment), lang)


def tell_of_day(said: Any, lang: str) -> None:
    """Say what there is to know of the day of the forecast, and which option names it."""
    for one in said:
        tell_progress(f"{worded(lang, one)} {say(lang, 'day_named_by')}")


def under_known_ids(candidates: Any, tables: Any, lang: str) -> Any:
    """Candidates under the ids that the history has of them, saying whom it spells otherwise and who looks like one of its."""
    from predictor.asof.identity import known_by_history

    candidates, said = known_by_history(candidates, tables)
    for one in said:
        tell_progress(worded(lang, one))
    return candidates


def bundle_behind(rows: Any, model: Path | None, project: Path | None) -> Any:
    """The bundle that made these forecasts: the one named, else the champion where it made them all, else None."""
    from predictor.registry.runs import served_bundle

    try:
        bundle = served_bundle(model, project)
    except RowsError:
        return None
    made_by = set(rows["model_version"].astype("str")) if "model_version" in rows else set()
    return bundle if model is not None or made_by == {bundle.provenance.version_label} else None


def bundle_to_score(model: Path | None, project: Path | None) -> Any:
    """The bundle that forecasts are made with: the one named, else the champion, which says what it leaves out."""
    from predictor.registry.runs import served_bundle

    bundle = served_bundle(model, project)
    for missed in bundle.left_out.values():
        tell_progress(f"left out by {bundle.provenance.version_label}, because it missed its gates: {missed}")
    return bundle


def as_json_text(data: Any) -> str:
    """Plain values as JSON, in the words of any language."""
    return json.dumps(data, ensure_ascii=False, indent=1, default=str)


def tell_progress(sentence: str) -> None:
    """Say how far the work is, where it does not mix with the answer."""
    click.echo(sentence, err=True)


def shocks_behind(bundle: Any, goal: str, outcome: str | None) -> Any:
    """How past bookings missed the forecasts of this goal together, if the model that made them is still at hand."""
    return None if bundle is None else bundle.answering(goal, outcome).shocks(goal)
