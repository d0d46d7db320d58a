"""The command `predictor`: each command reads, calls one function and prints.

What a person has to mend ends in sentences on standard error and exit code 2; a model that misses its gates in exit code 1.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from predictor.cli.actuals import afterwards
from predictor.cli.import_sheets import import_
from predictor.cli.options import (
    PathArgument,
    lang_option,
    mapping_of,
    mapping_option,
    project_option,
    seed_option,
    tell_progress,
)
from predictor.cli.plan import lineup, whatif
from predictor.cli.score import compare, score
from predictor.cli.serve import page_, serve
from predictor.cli.train import judge, promote, train
from predictor.definitions.closed_lists import TABLES
from predictor.definitions.version import package_version
from predictor.errors import DefinitionError, Fault, RowsError
from predictor.wording.sentences import LANGUAGES, say, worded

if TYPE_CHECKING:
    from predictor.definitions.schema import Catalogue
    from predictor.intake.mapping import Mapping


def main(arguments: list[str] | None = None) -> None:
    """Run the command; known faults end in sentences and exit code 2."""
    if arguments is None:  # the command itself, whose process ends with it
        sys.unraisablehook = _said_before
    try:
        commands(arguments, standalone_mode=False)
    except OSError as problem:
        _refuse(_of_the_disk(problem))
    except click.ClickException as problem:
        problem.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt) as problem:
        _refuse(str(problem) or "stopped; nothing half-done was left behind.", code=130)


def _said_before(unraisable: sys.UnraisableHookArgs) -> None:
    """A half-written file, closed as the process ends, finds the disk as full as the sentence that ended the command said."""
    if not isinstance(unraisable.exc_value, OSError):
        sys.__unraisablehook__(unraisable)


def _of_the_disk(problem: OSError) -> str:
    """What could not be read or written, and why; BrokenPipe ends without a word where nobody reads on."""
    if isinstance(problem, BrokenPipeError):
        os._exit(141)
    place = f"{problem.filename}: " if problem.filename is not None else ""
    why = problem.strerror or " ".join(str(problem).split())
    return f"{place}cannot be read or written ({why}); check the name, the rights, and that the disk has room."


def _show_version(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        click.echo(f"predictor, version {package_version()}")
        context.exit()


class _Commands(click.Group):
    """The commands, whose faults are said in the language that was asked for."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what a person has to mend ends in sentences and exit code 2."""
        try:
            return super().invoke(ctx)
        except (RowsError, DefinitionError) as problem:
            lang = ctx.obj or LANGUAGES[0]
            _refuse("\n".join([problem.in_words(lang), *_as_people_have_it(problem, lang)]))


FOREIGN = ("column_unknown", "more_columns", "untitled", "no_account_column")  # faults of other people's titles


def _as_people_have_it(problem: RowsError | DefinitionError, lang: str) -> list[str]:
    """How to read a file whose titles are not those of the project, for each that is refused for them."""
    faults = problem.faults if isinstance(problem, RowsError) else []
    files = [one.file for one in faults if one.said is not None and one.said.key in FOREIGN and Path(one.file).suffix]
    typed = {Path(word).name: word for word in sys.argv[1:]}
    return [say(lang, "as_people_have_it", file=shlex.quote(typed.get(Path(file).name, file))) for file in dict.fromkeys(files)]


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version and exit."
)
def commands() -> None:
    """Forecast, before booking, what each influencer or KOL would bring to a campaign."""


@commands.command()
@click.option("-o", "--output", type=PathArgument, required=True, help="Folder to write.")
@seed_option
@click.option(
    "--creators", type=click.IntRange(2, 10_000_000), default=400, show_default=True, help="How many creators to invent."
)
@click.option("--months", type=click.IntRange(3, 240), default=18, show_default=True, help="How long a history.")
def simulate(output: Path, seed: int, creators: int, months: int) -> None:
    """Invent an agency's history, candidates and brief, all labelled as invented."""
    from predictor.simulation.agency import simulate as invent
    from predictor.simulation.agency import write_world
    from predictor.simulation.large import BLOCK, blocks, write_blocks

    if creators <= BLOCK:
        write_world(invent(seed=seed, creators=creators, months=months), output)
    else:
        write_blocks(blocks(seed, creators, months=months), output, tell_progress)
    click.echo(f"Invented data written to {output}: a history, candidates.csv and brief.yaml.")


READ = (".csv", ".tsv", ".xlsx", ".xls", ".xlsb", ".ods", ".parquet")
WRITTEN = ("rejects", "midpoints", "quotes", "scored")  # what other commands write beside tables


@commands.command()
@click.argument("paths", nargs=-1, required=True, type=PathArgument)
@project_option
@mapping_option
@lang_option
def check(paths: tuple[Path, ...], project: Path | None, mapping: Path | None, lang: str) -> None:
    """Report every fault of tables, candidate lists or DATA folders at once; and where a history looks hand-picked."""
    from predictor.definitions.loader import load_catalogue
    from predictor.intake.contract import check as find_faults

    catalogue = load_catalogue(project)
    meaning = mapping_of(mapping, catalogue)
    faults = find_faults(list(paths), catalogue, meaning)
    if faults:
        raise RowsError(faults)
    click.echo(say(lang, "check_fine", paths=", ".join(map(str, paths))))
    for folder in filter(Path.is_dir, paths):
        for line in _remarks(folder, catalogue, meaning, lang):
            click.echo(f"{folder}: {line}")


def _remarks(folder: Path, catalogue: Catalogue, meaning: Mapping | None, lang: str) -> list[str]:
    """Files that are no tables, what no table says, who goes by a new id, and whether a history looks hand-picked, which takes
    all its posts in memory."""
    from predictor.asof.counts import learned_growth
    from predictor.asof.selection import remarks_on_selection
    from predictor.intake.contract import read_tables
    from predictor.intake.contradictions import contradictions
    from predictor.intake.reader import LARGE

    unread = sorted(file.name for file in folder.iterdir() if file.suffix in READ and file.stem not in (*TABLES, *WRITTEN))
    said = [say(lang, "check_unread", files=", ".join(unread), tables=", ".join(TABLES))] if unread else []
    if sum(file.stat().st_size for file in folder.iterdir() if file.is_file()) >= LARGE:
        return [*said, say(lang, "check_large")]
    tables = read_tables(folder, catalogue, meaning)
    if tables.frames and not any("platform" in frame for frame in tables.frames.values()):
        said.append(say(lang, "check_no_platform"))
    aliases = tables.get("creator_aliases")
    said += [say(lang, "check_aliases", count=len(aliases))] if aliases is not None and len(aliases) else []
    for table, frame in tables.frames.items():
        seen = frame.set_axis(range(2, len(frame) + 2))
        said += [f"{table}: {worded(lang, one)}" for one in contradictions(table, seen)]
    remarks = remarks_on_selection(tables, catalogue, learned_growth(tables, catalogue))
    return [*said, *(worded(lang, remark) for remark in remarks)]


@commands.command()
@project_option
@click.option("--check", "only_check", is_flag=True, help="Write nothing; fail where a page is stale.")
def docs(project: Path | None, only_check: bool) -> None:
    """Write features/README.md and models/README.md from the definitions."""
    from predictor.definitions.dictionary import features_page, models_page
    from predictor.definitions.loader import load_catalogue, project_folder
    from predictor.tables.files import write_text

    catalogue, folder = load_catalogue(project), project_folder(project)
    pages = {folder / "features/README.md": features_page(catalogue), folder / "models/README.md": models_page(catalogue)}
    stale = [page for page, text in pages.items() if not page.is_file() or page.read_text(encoding="utf-8") != text]
    if only_check and stale:
        raise RowsError([Fault(str(page), "is stale; write it again with `predictor docs`.") for page in stale])
    for page in [] if only_check else stale:
        write_text(pages[page], page)
    click.echo("features/README.md and models/README.md agree with the definitions.")


def _refuse(problem: str, code: int = 2) -> None:
    click.echo(problem, err=True)
    sys.exit(code)


for command in (train, judge, promote, score, compare, lineup, whatif, afterwards, import_, page_, serve):
    commands.add_command(command)
