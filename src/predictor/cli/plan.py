"""The command `predictor lineup`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from predictor.catalogue import Catalogue, DefinitionError
from predictor.cli_options import PathArgument, as_json_text, bundle_behind, json_option


@click.command()
@click.argument("scored", type=PathArgument)
@click.option("--goal", type=click.Choice(["awareness", "engagement", "traffic", "sales"]), required=True, help="What counts.")
@click.option("--budget", help="What may be spent, such as 500tr; goes before the rules' and the brief's.")
@click.option("--rules", "rules_file", type=PathArgument, help="YAML with the rules: counts, must_have, excluded, risk, …")
@click.option("--campaign", type=PathArgument, help="YAML with the brief, for its dates, budget and currency.")
@click.option("--overlaps", type=PathArgument, help="Table of known overlaps: creator_a, creator_b, overlap (0 to 1).")
@click.option("-o", "--output", type=PathArgument, help="Also write the plan to sign, an .xlsx file, here.")
@click.option("--paper", type=PathArgument, help="Also write the paper that the client signs, an .html or .pdf file, here.")
@click.option("--charts", type=PathArgument, help="Also write the charts as pictures into this folder.")
@click.option("--lang", type=click.Choice(["en", "vi"]), default="en", show_default=True, help="Language.")
@click.option("--seed", default=1, show_default=True, help="Same seed, same result.")
@click.option("--model", type=PathArgument, help="Folder of the bundle that scored, instead of the champion.")
@click.option("--project", type=PathArgument, help="Folder with features/ and models/ (default: here).")
@json_option
def lineup(
    scored: Path, goal: str, budget: str | None, rules_file: Path | None, campaign: Path | None, overlaps: Path | None,
    output: Path | None, paper: Path | None, charts: Path | None, lang: str, seed: int, model: Path | None,
    project: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Choose whom to book from scored candidates: influencers only, KOLs only, or both, within a budget and rules."""
    from predictor.contract import read_brief
    from predictor.definitions import load_catalogue
    from predictor.lineup import lineup as choose
    from predictor.lineup_rules import Rules, read_rules, with_brief
    from predictor.lineup_words import in_words
    from predictor.overlap_file import load_assumption, read_overlaps
    from predictor.plan_file import write_plan
    from predictor.score import read_scored
    from predictor.tables import check_target, read_frame
    from predictor.texts import say

    catalogue = load_catalogue(project)
    if output is not None:
        check_target(output, (".xlsx",))
    if paper is not None:
        check_target(paper, (".html", ".pdf"))
    rules = read_rules(rules_file, catalogue) if rules_file is not None else Rules()
    rules = rules if budget is None else rules.model_copy(update={"budget": _amount(budget, catalogue)})
    brief = read_brief(campaign, catalogue) if campaign is not None else {}
    rules = with_brief(rules, brief)
    rows = read_scored(scored, catalogue)
    known = read_overlaps(read_frame(overlaps), overlaps.name) if overlaps is not None else None
    bundle = bundle_behind(rows, model, project)
    shocks = shocks_behind(bundle, goal)
    found = choose(rows, goal, rules, catalogue, shocks=shocks, assumption=load_assumption(project), overlaps=known, seed=seed)
    if output is not None:
        write_plan(found, catalogue, output, lang)
        click.echo(say(lang, "lineup_written", path=output), err=True)
    if paper is not None or charts is not None:
        _for_the_client(found, rows, brief, catalogue, lang, bundle, paper, charts)
    click.echo(as_json_text(found.to_dict()) if as_json else in_words(found, catalogue, lang))


def _for_the_client(
    found: Any, rows: Any, brief: dict[str, Any], catalogue: Catalogue, lang: str, bundle: Any, paper: Path | None,
    charts: Path | None,
) -> None:  # fmt: skip
    """The paper to sign, and the charts as pictures."""
    from predictor.paper import client_page, pdf
    from predictor.paper_plots import chart_files
    from predictor.tables import write_text
    from predictor.texts import say

    if paper is not None:
        until = date.fromisoformat(bundle.about["data_until"]) if bundle is not None and "data_until" in bundle.about else None
        html = client_page(found, rows, brief, catalogue, lang, on=date.today(), data_until=until)
        (pdf if paper.suffix.lower() == ".pdf" else write_text)(html, paper)
        click.echo(say(lang, "lineup_written", path=paper), err=True)
    if charts is not None:
        files = chart_files(found, rows, found.goal, catalogue, lang, charts)
        click.echo(say(lang, "paper_charts_written", count=len(files), path=charts), err=True)


def shocks_behind(bundle: Any, goal: str) -> Any:
    """How past bookings missed the forecasts of this goal together, if the model that made them is still at hand."""
    from predictor.joint import shocks_from_json

    told = bundle.about.get("shocks", {}) if bundle is not None else {}
    found = [told[name] for name, model in (bundle.models if told else {}).items() if model.recipe.goal == goal and name in told]
    return shocks_from_json(found[0]) if found else None


def _amount(budget: str, catalogue: Catalogue) -> float:
    from predictor.lineup_rules import read_money

    faults: list[str] = []
    amount = read_money(budget, "--budget", catalogue, faults)
    if amount is None or not amount > 0:
        raise DefinitionError(faults or [f"--budget: got '{budget}'; expected an amount above 0, such as 500tr."])
    return amount
