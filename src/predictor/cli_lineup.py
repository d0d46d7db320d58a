"""The command `predictor lineup`."""

from __future__ import annotations

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
@click.option("--lang", type=click.Choice(["en", "vi"]), default="en", show_default=True, help="Language.")
@click.option("--seed", default=1, show_default=True, help="Same seed, same result.")
@click.option("--model", type=PathArgument, help="Folder of the bundle that scored, instead of the champion.")
@click.option("--project", type=PathArgument, help="Folder with features/ and models/ (default: here).")
@json_option
def lineup(
    scored: Path, goal: str, budget: str | None, rules_file: Path | None, campaign: Path | None, overlaps: Path | None,
    output: Path | None, lang: str, seed: int, model: Path | None, project: Path | None, as_json: bool,
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
    rules = read_rules(rules_file, catalogue) if rules_file is not None else Rules()
    rules = rules if budget is None else rules.model_copy(update={"budget": _amount(budget, catalogue)})
    rules = with_brief(rules, read_brief(campaign, catalogue)) if campaign is not None else rules
    rows = read_scored(scored, catalogue)
    known = read_overlaps(read_frame(overlaps), overlaps.name) if overlaps is not None else None
    shocks = shocks_behind(bundle_behind(rows, model, project), goal)
    found = choose(rows, goal, rules, catalogue, shocks=shocks, assumption=load_assumption(project), overlaps=known, seed=seed)
    if output is not None:
        write_plan(found, catalogue, output, lang)
        click.echo(say(lang, "lineup_written", path=output), err=True)
    click.echo(as_json_text(found.to_dict()) if as_json else in_words(found, catalogue, lang))


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
