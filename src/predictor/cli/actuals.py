"""The command `predictor afterwards`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from predictor.cli.options import (
    Day,
    PathArgument,
    as_json_text,
    goal_choice,
    json_option,
    lang_option,
    mapping_of,
    mapping_option,
    project_option,
)
from predictor.errors import DefinitionError, Fault, RowsError
from predictor.wording.sentences import Said, say

if TYPE_CHECKING:
    import pandas as pd

    from predictor.definitions.schema import Catalogue


@click.command()
@click.argument("plan", type=PathArgument)
@click.argument("bookings", type=PathArgument)
@click.option("--goal", type=goal_choice, help="What counted (a scored list).")
@click.option("--campaign-id", help="Only the bookings of this campaign.")
@click.option("--since", type=Day(), help="Only bookings agreed on this day or later.")
@click.option("-o", "--output", type=PathArgument, help="Also write the comparison (.csv, .xlsx, .parquet) here.")
@lang_option
@project_option
@mapping_option
@json_option
def afterwards(
    plan: Path, bookings: Path, goal: str | None, campaign_id: str | None, since: Any, output: Path | None, lang: str,
    project: Path | None, mapping: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """How right was it? Each forecast of a PLAN as it was made, beside what came in (BOOKINGS, a file or a DATA folder)."""
    from predictor.definitions.loader import load_catalogue
    from predictor.definitions.phrases import Phrases
    from predictor.planning.actuals import afterwards_in_words, compare_with_actuals, read_plan
    from predictor.tables.files import check_target, write_frame

    catalogue = load_catalogue(project)
    phrases = Phrases(lang, catalogue)
    if output is not None:
        check_target(output)
    rows, recipe, promise = read_plan(plan, goal, catalogue)
    table = _bookings(bookings, catalogue, mapping_of(mapping, catalogue), campaign_id, since, recipe.outcome, lang)
    found = compare_with_actuals(rows, table, recipe.outcome, counts=recipe.counts)
    if output is not None:
        write_frame(found, output)
        click.echo(phrases.say("afterwards_written", path=output), err=True)
    plain = found.astype(object).where(found.notna(), None).to_dict("records")
    label = catalogue.entries[recipe.outcome].label.by_language()
    click.echo(as_json_text(plain) if as_json else afterwards_in_words(found, label, phrases, promise), nl=as_json)


def _bookings(
    path: Path, catalogue: Catalogue, mapping: Any, campaign_id: str | None, since: Any, outcome: str, lang: str
) -> pd.DataFrame:  # fmt: skip
    """The bookings of a file or folder, of one campaign or since a day where that is asked."""
    import pandas as pd

    from predictor.intake.contract import read_tables

    if path.is_dir():
        rows = read_tables(path, catalogue, mapping).get("bookings")
    else:
        rows = _results(path, catalogue, mapping, outcome, lang)
    faults: list[Fault] = []
    asked = {"campaign_id": campaign_id, "booked_at": since}
    for name, value in asked.items():
        if value is not None and (rows is None or name not in rows):
            faults.append(Fault.of(path.name, Said("afterwards_not_asked", {"name": name})))
    if rows is None:
        faults.append(Fault.of(path.name, Said("afterwards_no_table")))
    if faults or rows is None:
        raise RowsError(faults)
    rows = rows[rows["campaign_id"] == campaign_id] if campaign_id is not None else rows
    return rows[rows["booked_at"] >= pd.Timestamp(since)] if since is not None else rows


ABOUT_WHO = ("creator_id", "name", "booking_id", "campaign_id", "format", "platform")
ELSEWHERE = ("currency", "sign", "two_currencies", "rate", "price", "country", "day", "dates", "year", "order_currencies")


def _results(path: Path, catalogue: Catalogue, mapping: Any, outcome: str, lang: str) -> pd.DataFrame | None:
    """A table of results in our words, else read as people have them: under any titles that an import knows."""
    from predictor.intake.number_formats import read_people_frame
    from predictor.intake.reader import read_table
    from predictor.intake.spreadsheets.workbook import doubts_in_words, import_file, rejected_in_words, understood
    from predictor.tables.files import TEXTS
    from predictor.tables.workbooks import SUFFIXES

    faults: list[Fault] = []
    raw = read_people_frame(path, mapping.encoding)
    rows = read_table(raw, "bookings", path.name, catalogue, mapping, faults, required=())
    if not faults and outcome in rows:
        return rows
    if path.suffix.lower() not in (*SUFFIXES, *TEXTS):
        raise RowsError(faults or [Fault.of(path.name, Said("afterwards_no_outcome", {"name": outcome}))])
    found = import_file(path, catalogue, mapping, table="bookings")
    click.echo(understood(found, catalogue, lang), err=True)
    needed = (*ABOUT_WHO, outcome)
    asked = [(sheet, one) for sheet, one in found.doubts if _open(one, needed)]
    if asked:
        doubts = doubts_in_words(asked, lang, Path("mapping.yaml"))
        raise DefinitionError([say(lang, "afterwards_doubts", file=path.name), *(f"- {doubt}" for doubt in doubts)])
    if found.rejects:
        click.echo("\n".join(rejected_in_words(found, path.name, lang)), err=True)
    return found.tables.get("bookings")


def _open(doubt: Said, needed: tuple[str, ...]) -> bool:
    """Whether a question about a table of results matters here: whose they are, and the outcome; not money or days."""
    if doubt.key.removeprefix("import_doubt_") in ELSEWHERE:
        return False
    if doubt.key == "import_doubt_missing":
        return doubt.values.get("name") == "creator_id"
    return doubt.values.get("name", needed[0]) in needed
