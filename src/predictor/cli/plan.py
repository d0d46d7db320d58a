"""The command `predictor lineup`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from predictor.cli.options import (
    Day,
    PathArgument,
    as_json_text,
    bundle_behind,
    bundle_to_score,
    goal_choice,
    json_option,
    lang_option,
    mapping_of,
    mapping_option,
    outcome_option,
    project_option,
    read_history,
    seed_option,
    shocks_behind,
    under_known_ids,
    warn_of_day,
)
from predictor.errors import DefinitionError, Fault, RowsError
from predictor.wording.sentences import Said

if TYPE_CHECKING:
    import pandas as pd

    from predictor.definitions.phrases import Phrases
    from predictor.definitions.schema import Catalogue


@click.command()
@click.argument("scored", type=PathArgument)
@click.option("--goal", type=goal_choice, required=True, help="What counts.")
@outcome_option
@click.option("--budget", help="What may be spent, such as 500tr; goes before the rules' and the brief's.")
@click.option("--rules", "rules_file", type=PathArgument, help="YAML with the rules: number, must_have, excluded, risk, …")
@click.option("--campaign", type=PathArgument, help="YAML with the brief, for its dates, budget and currency.")
@click.option("--overlaps", type=PathArgument, help="Table of known overlaps: creator_a, creator_b, overlap (0 to 1).")
@click.option("-o", "--output", type=PathArgument, help="Also write the plan to sign, an .xlsx file, here.")
@click.option("--paper", type=PathArgument, help="Also write the paper that the client signs, an .html or .pdf file, here.")
@click.option("--charts", type=PathArgument, help="Also write the charts as pictures into this folder.")
@lang_option
@seed_option
@click.option("--model", type=PathArgument, help="Folder of the bundle that scored, instead of the champion.")
@click.option("--project", type=PathArgument, help="Folder with features/ and models/ (default: here).")
@json_option
def lineup(
    scored: Path, goal: str, outcome: str | None, budget: str | None, rules_file: Path | None, campaign: Path | None,
    overlaps: Path | None,
    output: Path | None, paper: Path | None, charts: Path | None, lang: str, seed: int, model: Path | None,
    project: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Choose whom to book from scored candidates: influencers only, KOLs only, or both, within a budget and rules."""
    from predictor.definitions.loader import load_catalogue
    from predictor.definitions.phrases import Phrases
    from predictor.intake.contract import read_brief
    from predictor.planning.comparison import asked_outcome, forecast_targets
    from predictor.planning.joint_outcomes import load_assumption, read_overlaps
    from predictor.planning.lineup import lineup as choose
    from predictor.planning.rules import LineupConstraints, with_brief
    from predictor.planning.rules_file import read_rules
    from predictor.reporting.lineup_words import in_words
    from predictor.scoring.scored_list import read_scored
    from predictor.tables.files import check_target, read_frame

    catalogue = load_catalogue(project)
    phrases = Phrases(lang, catalogue)
    if output is not None:
        check_target(output, (".xlsx",))
    if paper is not None:
        check_target(paper, (".html", ".pdf"))
    rules = read_rules(rules_file, catalogue) if rules_file is not None else LineupConstraints()
    brief = read_brief(campaign, catalogue) if campaign is not None else {}
    if budget is not None:
        rules = rules.model_copy(update=_amount(budget, rules.currency or brief.get("currency"), catalogue))
    rules = with_brief(rules, brief)
    rows = read_scored(scored, catalogue)
    if outcome is not None:
        asked = asked_outcome(catalogue, goal, outcome, forecast_targets(rows, catalogue))
        rules = rules.model_copy(update={"outcome": asked})
    known = read_overlaps(read_frame(overlaps), overlaps.name) if overlaps is not None else None
    bundle = bundle_behind(rows, model, project)
    shocks = shocks_behind(bundle, goal, rules.outcome)
    found = choose(
        rows, goal, rules, catalogue, shocks=shocks, assumption=load_assumption(project), overlaps=known, seed=seed,
        beside=None if bundle is None else bundle.provenance.shocks,
    )  # fmt: skip
    if output is not None:
        from predictor.reporting.plan_workbook import write_plan

        write_plan(found, phrases, output)
        click.echo(phrases.say("lineup_written", path=output), err=True)
    if paper is not None or charts is not None:
        _for_the_client(found, rows, brief, phrases, bundle, paper, charts)
    click.echo(as_json_text(found.to_dict()) if as_json else in_words(found, phrases))


def _for_the_client(
    found: Any, rows: Any, brief: dict[str, Any], phrases: Phrases, bundle: Any, paper: Path | None, charts: Path | None
) -> None:  # fmt: skip
    """The paper to sign, and the charts as pictures."""
    from predictor.reporting.client_paper import client_page, pdf
    from predictor.reporting.plots import chart_files
    from predictor.tables.files import write_text

    if paper is not None:
        until = bundle.provenance.data_until if bundle is not None else None
        html = client_page(found, rows, brief, phrases, on=date.today(), data_until=until)
        (pdf if paper.suffix.lower() == ".pdf" else write_text)(html, paper)
        click.echo(phrases.say("lineup_written", path=paper), err=True)
    if charts is not None:
        files = chart_files(found, rows, found.goal, phrases, charts)
        click.echo(phrases.say("paper_charts_written", count=len(files), path=charts), err=True)


def _amount(budget: str, currency: str | None, catalogue: Catalogue) -> dict[str, Any]:
    """The rules that an amount as people type it states: the budget, and its currency where one is known."""
    from predictor.intake.budgets import read_budget

    faults: list[Fault] = []
    amount, code = read_budget(budget, currency, "--budget", catalogue, faults)
    if faults:
        raise DefinitionError(faults)
    return {"budget": amount, "currency": code}


# The command `predictor whatif`.


@click.command()
@click.argument("candidates", type=PathArgument)
@click.option("--goal", type=goal_choice, help="What counts (default: the brief's).")
@outcome_option
@click.option("--set", "changes", multiple=True, metavar="COLUMN=VALUE", help="What changes, such as fee=50tr or posts=2.")
@click.option(
    "--row", "rows", multiple=True, type=click.IntRange(2), help="Row of the file that changes (default: all of the plan)."
)
@click.option("--plan", metavar="ROWS", help="Rows that are booked, such as 3,7,12 (default: those of --row, else all).")
@click.option(
    "--swap-for", metavar="TIER|ROWS", help="Instead: the one --row against the best of a tier for its fee, or named rows."
)
@click.option("--number", type=click.IntRange(1), help="How many of the tier come in a swap (default: as many as the fee buys).")
@click.option("--campaign", type=PathArgument, help="YAML with the brief: brand, niche, goal, country, dates, budget.")
@click.option("--history", type=PathArgument, help="DATA folder to read the creators' records from.")
@click.option("--on", type=Day(), help="Day the forecast is made (default: today).")
@click.option("--model", type=PathArgument, help="Folder of a bundle to use instead of the champion.")
@lang_option
@seed_option
@project_option
@mapping_option
@json_option
def whatif(
    candidates: Path, goal: str | None, outcome: str | None, changes: tuple[str, ...], rows: tuple[int, ...],
    plan: str | None, swap_for: str | None,
    number: int | None, campaign: Path | None, history: Path | None, on: Any, model: Path | None, lang: str, seed: int,
    project: Path | None, mapping: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """What if a booking's fee, format, number of posts, day or ad density changed, or one KOL gave way to many small ones?"""
    import numpy as np
    import pandas as pd

    from predictor.definitions.phrases import Phrases
    from predictor.intake.contract import candidates_from, read_brief
    from predictor.intake.reader import read_theirs
    from predictor.planning.comparison import asked_outcome
    from predictor.planning.joint_outcomes import load_assumption
    from predictor.planning.whatif import for_goal, need_forecasts, swap, what_if, with_changes
    from predictor.reporting.whatif_words import as_data, in_words
    from predictor.scoring.score import score

    _check(changes, rows, swap_for, number)
    asked_for, booked = _changes(changes), None if plan is None else _lines(plan, "--plan")
    bundle = bundle_to_score(model, project)
    meant = mapping_of(mapping, bundle.catalogue)
    raw = read_theirs(candidates, bundle.catalogue, meant)
    before = candidates_from(raw, candidates.name, bundle.catalogue, meant)
    before.index = pd.Index(np.flatnonzero(raw.notna().any(axis=1)) + 2)  # row numbers that people see; blank rows count
    tables = read_history(history, bundle.catalogue, mapping) if history is not None else None
    if tables is not None:
        before = under_known_ids(before, tables, lang)
        warn_of_day(tables, pd.Timestamp(on) if on is not None else pd.Timestamp.now(), lang)
    brief = read_brief(campaign, bundle.catalogue) if campaign is not None else {}
    wanted = _goal(goal, brief)
    counted = asked_outcome(bundle.catalogue, wanted, outcome, bundle.models)
    bundle = bundle.answering(wanted, counted)
    tied = {"shocks": shocks_behind(bundle, wanted, counted), "assumption": load_assumption(project), "seed": seed}
    changing = rows or booked or tuple(before.index)
    if booked is not None:
        _check_plan(booked, changing, before)
    after = with_changes(before, asked_for, changing, bundle.catalogue, meant)
    asked: dict[str, Any] = {
        "brief": brief, "history": tables, "on": pd.Timestamp(on) if on is not None else None,
    }  # fmt: skip
    if swap_for is not None:
        alone = for_goal(bundle, wanted)
        scored = score(before, alone, **asked).assign(line=before.index)
        need_forecasts(scored[scored["line"].isin(changing)], alone)
        into = _lines(swap_for, "--swap-for") if swap_for[:1].isdigit() else swap_for
        found = swap(scored, wanted, bundle.catalogue, rows[0], into, number, plan=booked, **tied)
    else:
        which = before.index.isin(booked or changing)
        found = what_if(before[which], after[which], bundle, wanted, lang=lang, **asked, **tied)
    click.echo(as_json_text(as_data(found)) if as_json else in_words(found, Phrases(lang, bundle.catalogue)))


def _check(changes: tuple[str, ...], rows: tuple[int, ...], swap_for: str | None, number: int | None) -> None:
    if bool(changes) == (swap_for is not None) or (swap_for is not None and len(rows) != 1):
        raise RowsError([Fault.of("whatif", Said("whatif_what"))])
    if number is not None and (swap_for is None or swap_for[:1].isdigit()):
        raise RowsError([Fault.of("--number", Said("whatif_number"))])


def _changes(changes: tuple[str, ...]) -> dict[str, str]:
    """Values by column, from words such as `fee=50tr`."""
    wrong = [change for change in changes if not change.partition("=")[1] or not change.partition("=")[0].strip()]
    if wrong:
        raise RowsError([Fault.of("--set", Said("whatif_set", {"came": change})) for change in wrong])
    return {column.strip(): value.strip() for column, _, value in (change.partition("=") for change in changes)}


def _lines(words: str, option: str) -> tuple[int, ...]:
    """Rows from words such as `3,7,12`, each once."""
    parts = [part.strip() for part in words.split(",")]
    if not all(part.isdecimal() and len(part) < 10 for part in parts):
        raise RowsError([Fault.of(option, Said("whatif_rows", {"came": words}))])
    return tuple(dict.fromkeys(map(int, parts)))


def _goal(goal: str | None, brief: dict[str, Any]) -> str:
    if goal is None and "goal" not in brief:
        raise RowsError([Fault.of("whatif", Said("whatif_goal"))])
    return goal or str(brief["goal"])


def _check_plan(booked: tuple[int, ...], changing: tuple[int, ...], before: pd.DataFrame) -> None:
    first, last = str(before.index.min()), str(before.index.max())
    absent = [row for row in booked if row not in before.index]
    faults = [Fault.of("--plan", Said("whatif_absent", {"row": str(row), "first": first, "last": last})) for row in absent]
    unplanned = [row for row in changing if row not in booked]
    faults += [Fault.of("--row", Said("whatif_unplanned", {"row": str(row)})) for row in unplanned]
    if faults:
        raise RowsError(faults)
