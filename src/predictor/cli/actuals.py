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
    outcome_option,
    project_option,
)
from predictor.errors import Fault, RowsError
from predictor.wording.sentences import Said

if TYPE_CHECKING:
    import pandas as pd

    from predictor.asof.growth import Growth
    from predictor.definitions.schema import Catalogue


@click.command()
@click.argument("plan", type=PathArgument)
@click.argument("bookings", type=PathArgument)
@click.option("--goal", type=goal_choice, help="What counted (a scored list).")
@outcome_option
@click.option("--campaign-id", help="Only the bookings of this campaign.")
@click.option("--since", type=Day(), help="Only bookings agreed on this day or later.")
@click.option("-o", "--output", type=PathArgument, help="Also write the comparison (.csv, .xlsx, .parquet) here.")
@lang_option
@project_option
@mapping_option
@json_option
def afterwards(
    plan: Path, bookings: Path, goal: str | None, outcome: str | None, campaign_id: str | None, since: Any,
    output: Path | None, lang: str, project: Path | None, mapping: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """How right was it? Each forecast of a PLAN as it was made, beside what came in (BOOKINGS, a file or a DATA folder)."""
    from predictor.definitions.loader import load_catalogue
    from predictor.definitions.phrases import Phrases
    from predictor.planning.actuals import compare_with_actuals, read_plan
    from predictor.planning.early_counts import horizon_of
    from predictor.planning.result_days import with_days
    from predictor.reporting.actuals_words import afterwards_in_words
    from predictor.tables.files import check_target, write_frame

    catalogue = load_catalogue(project)
    phrases = Phrases(lang, catalogue)
    if output is not None:
        check_target(output)
    rows, recipe, promise = read_plan(plan, goal, catalogue, outcome)
    table = _bookings(bookings, catalogue, mapping_of(mapping, with_days(catalogue)), campaign_id, since, recipe.outcome, lang)
    horizon = horizon_of(recipe, catalogue, _growth(table, project))
    found = compare_with_actuals(rows, table, recipe.outcome, counts=recipe.counts, promise=promise, horizon=horizon)
    if output is not None:
        write_frame(found, output)
        click.echo(phrases.say("afterwards_written", path=output), err=True)
    plain = found.astype(object).where(found.notna(), None).to_dict("records")
    label = catalogue.entries[recipe.outcome].label.by_language()
    click.echo(as_json_text(plain) if as_json else afterwards_in_words(found, label, phrases, promise, horizon), nl=as_json)


def _growth(results: pd.DataFrame, project: Path | None) -> Growth:
    """How counts grow, as the project's champion learned it; assumed where there is none."""
    from predictor.asof.growth import AS_COUNTED
    from predictor.planning.early_counts import DAYS

    if not {*DAYS} <= {*results}:
        return AS_COUNTED
    from predictor.registry.runs import served_bundle

    try:
        return served_bundle(None, project).growth
    except RowsError:
        return AS_COUNTED


def _bookings(
    path: Path, catalogue: Catalogue, mapping: Any, campaign_id: str | None, since: Any, outcome: str, lang: str
) -> pd.DataFrame:  # fmt: skip
    """The bookings of a file or folder, of one campaign or since a day where that is asked."""
    import pandas as pd

    from predictor.intake.contract import read_tables
    from predictor.planning.result_files import read_results

    if path.is_dir():
        rows = read_tables(path, catalogue, mapping).get("bookings")
    else:
        rows, notes = read_results(path, catalogue, mapping, outcome, lang)
        for one in notes:
            click.echo(one, err=True)
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
