"""The command `predictor import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from predictor.cli.options import PathArgument, lang_option, mapping_of, project_option
from predictor.definitions.closed_lists import TABLES
from predictor.errors import DefinitionError, Fault
from predictor.wording.matching import closest
from predictor.wording.sentences import Said

if TYPE_CHECKING:
    from predictor.definitions.schema import Catalogue


@click.command("import")
@click.argument("files", metavar="FILE...", type=PathArgument, nargs=-1, required=True)
@click.option("-o", "--output", type=PathArgument, required=True, help="Folder for the clean tables (DATA).")
@click.option("--mapping", type=PathArgument, help="YAML that decides what is open (default: mapping.yaml in the folder).")
@click.option("--sheet", "sheets", multiple=True, help="Read only this sheet; may be given several times.")
@click.option("--table", type=click.Choice(TABLES), help="What the sheets hold, where their titles do not say.")
@click.option("--like", help="The export that it is, such as youtube-studio (known by its titles too); none: recognise none.")
@click.option("--set", "stated", multiple=True, metavar="COLUMN=VALUE", help="What holds for every row, such as creator_id=linh.")
@click.option("--rates", "rates_file", type=PathArgument, help="YAML with `to: VND` and `rates: {USD: 25500}`: converts money.")
@click.option("--draft", is_flag=True, help="Write only the mapping, with every column to choose from as a comment.")
@click.option("--strict", is_flag=True, help="Write nothing where any row has a fault.")
@lang_option
@project_option
def import_(
    files: tuple[Path, ...], output: Path, mapping: Path | None, sheets: tuple[str, ...], table: str | None, like: str | None,
    stated: tuple[str, ...], rates_file: Path | None, draft: bool, strict: bool, lang: str, project: Path | None,
) -> None:  # fmt: skip
    """Turn spreadsheets as people have them (Excel, CSV) into clean tables, and keep how they were understood as a mapping.

    It says what was read, what was not, and what is open. Where a question is open nothing is written but OUTPUT/mapping.yaml:
    each question names the line to write there (or what --set can say); then run the same command again. The mapping is kept, so
    the next file of that shape asks nothing. Rows that cannot be used go to OUTPUT/rejects.csv with the reason.
    """
    from predictor.definitions.loader import load_catalogue
    from predictor.intake.spreadsheets.currencies import load_rates
    from predictor.intake.spreadsheets.imported import (
        doubts_in_words,
        rejected_in_words,
        set_aside,
        understood,
        write_import,
        write_mapping,
    )
    from predictor.intake.spreadsheets.presets import known_export
    from predictor.intake.spreadsheets.workbook import import_file
    from predictor.wording.sentences import say, worded

    catalogue, keep = load_catalogue(project), output / "mapping.yaml"
    given = mapping_of(mapping or (keep if keep.is_file() else None), catalogue)
    rates = load_rates(rates_file) if rates_file is not None else None
    beside = [name for name in TABLES if (output / f"{name}.csv").is_file()]
    said = constants_of(stated, catalogue)
    found = import_file(files[0], catalogue, given, sheets, table, rates, known_export(like), said, beside, files[1:], draft)
    click.echo(understood(found, catalogue, lang))
    doubts = doubts_in_words(found.doubts, lang, keep)
    rejected = rejected_in_words(found, ", ".join(one.name for one in files), lang)
    if strict and rejected and not doubts:
        raise DefinitionError([*rejected, say(lang, "import_strict")])
    output.mkdir(parents=True, exist_ok=True)
    write_mapping(found, keep, doubts, lang, catalogue if draft else None)
    if draft:
        click.echo("\n".join([say(lang, "import_drafted", path=keep), *(f"- {doubt}" for doubt in doubts)]))
        return
    if doubts:
        raise DefinitionError([say(lang, "import_doubts", count=len(doubts), path=keep), *(f"- {doubt}" for doubt in doubts)])
    if not any(len(frame) for frame in found.tables.values()):
        raise DefinitionError([*rejected, say(lang, "import_nothing")])
    aside = set_aside(found, output, catalogue)
    written = write_import(found, output, lang)
    out = {(one.sheet, one.row) for one in found.rejects if not one.kept}
    kept = [one for one in found.rejects if one.kept and (one.sheet, one.row) not in out]
    if rejected:
        counts = {"import_rejected": len(out), "import_kept": len(kept)}
        heads = [say(lang, key, count=count, path=output / "rejects.csv") for key, count in counts.items() if count]
        click.echo("\n".join([*heads, *rejected]), err=True)
    click.echo(say(lang, "import_written", files=", ".join(path.name for path in [*written, keep]), folder=output))
    for one in aside:
        click.echo(worded(lang, one))


def _hint(word: str, allowed: list[str]) -> Said | str:
    near = closest(word, allowed)
    return "." if near is None else Said("cell_near", {"word": near})


def constants_of(stated: tuple[str, ...], catalogue: Catalogue) -> dict[str, str]:
    """What `--set` says of every row, by column.

    Raises
    ------
    DefinitionError
        With everything that names no column of a table, or gives it no value.
    """
    pairs = [text.partition("=")[::2] for text in stated]
    columns = [name for name, entry in catalogue.entries.items() if any(entry.carried_by(table) for table in TABLES)]
    faults = [
        Fault.of("--set", Said("import_set", {"came": f"{name}={value}", "hint": _hint(name, columns)}))
        for name, value in pairs
        if name not in columns or not value.strip()
    ]
    if faults:
        raise DefinitionError(faults)
    return {name: value.strip() for name, value in pairs}
