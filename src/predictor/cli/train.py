"""The commands of data scientists: train, judge, promote."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from predictor.cli.options import (
    PathArgument,
    as_json_text,
    jobs_option,
    json_option,
    lang_option,
    lead_option,
    mapping_option,
    project_option,
    read_history,
    seed_option,
    targets_option,
    tell_progress,
)

if TYPE_CHECKING:
    pass


@click.command()
@click.argument("data", type=PathArgument)
@click.option("--tune", "trials", type=click.IntRange(2), metavar="N", help="First try N parameters; propose the best as a diff.")
@targets_option
@project_option
@mapping_option
@lead_option
@seed_option
@jobs_option
@json_option
def train(
    data: Path, trials: int | None, targets: list[str], project: Path | None, mapping: Path | None, lead_days: float, seed: int,
    jobs: int, as_json: bool,
) -> None:  # fmt: skip
    """Fit, judge and register all targets that DATA (a folder, or a flat table of bookings) has labels for."""
    from predictor.definitions.loader import load_catalogue
    from predictor.registry.api import train as train_all
    from predictor.registry.api import tune
    from predictor.registry.runs import NAME, open_store, store_folder, tracking_uri
    from predictor.reporting.backtest_report import scores_table
    from predictor.training.train import asked_recipes

    catalogue = load_catalogue(project)
    asked_recipes(catalogue, targets)  # before anything is read
    tables = read_history(data, catalogue, mapping)
    store = store_folder(project)
    open_store(store)
    if trials:
        asked: dict[str, Any] = {"trials": trials, "targets": targets, "lead_days": lead_days, "seed": seed, "jobs": jobs}
        click.echo(f"{tune(tables, project, **asked, progress=tell_progress)}\n", err=as_json)
    training = train_all(tables, catalogue, targets=targets, lead_days=lead_days, seed=seed, jobs=jobs, progress=tell_progress)
    tell_progress("logging the run to MLflow")
    version = training.register(project)
    if as_json:
        click.echo(as_json_text({"model": NAME, "version": version, **_judged(training.backtest)}))
        return
    click.echo(scores_table(training.backtest, training.bundle))
    click.echo(f"\nRegistered {NAME} version {version} as challenger in {tracking_uri(store)}")
    click.echo("Next: predictor promote")


@click.command()
@click.argument("data", type=PathArgument)
@click.option("--predictions", type=PathArgument, help="Also write every out-of-sample forecast here.")
@click.option("--report", type=PathArgument, help="Also write the record as a self-contained HTML page here.")
@targets_option
@lang_option
@project_option
@mapping_option
@lead_option
@seed_option
@jobs_option
@json_option
def judge(
    data: Path, predictions: Path | None, report: Path | None, targets: list[str], lang: str, project: Path | None,
    mapping: Path | None, lead_days: float, seed: int, jobs: int, as_json: bool,
) -> None:  # fmt: skip
    """Judge forecasts on rows held out, beside the simple rules, without keeping a model."""
    from predictor.definitions.loader import load_catalogue
    from predictor.definitions.phrases import Phrases
    from predictor.evaluation.kol_effect import effect_in_words
    from predictor.reporting.backtest_report import scores_table
    from predictor.tables.files import check_target, write_frame
    from predictor.training.train import asked_recipes
    from predictor.training.train import judge as judge_all

    catalogue = load_catalogue(project)
    asked_recipes(catalogue, targets)  # before anything is read
    if predictions is not None:
        check_target(predictions)
    if report is not None:
        check_target(report, (".html",))
    phrases = Phrases(lang, catalogue)
    tables = read_history(data, catalogue, mapping)
    judged = judge_all(tables, catalogue, targets=targets, lead_days=lead_days, seed=seed, jobs=jobs, progress=tell_progress)
    if predictions is not None:
        write_frame(judged.predictions, predictions)
        tell_progress(f"{len(judged.predictions):,} forecasts written to {predictions}")
    if report is not None:
        from predictor.reporting.backtest_report import write_record

        write_record(judged, phrases, report)
        tell_progress(f"record written to {report}")
    if as_json:
        click.echo(as_json_text(_judged(judged)))
        return
    click.echo("\n".join([scores_table(judged), "", *(effect_in_words(one, phrases) for one in judged.kinds)]))


@click.command()
@project_option
@click.option("--version", type=click.IntRange(1), help="Version to promote (default: the challenger).")
def promote(project: Path | None, version: int | None) -> None:
    """Make the challenger the champion for the targets whose gates hold, or say
    why not."""
    from predictor.errors import NotPromoted
    from predictor.registry.api import promote as make_champion

    try:
        click.echo(make_champion(project, version=version))
    except NotPromoted as refused:
        click.echo(refused)
        sys.exit(1)


def _judged(judged: Any) -> dict[str, Any]:
    from predictor.wording.sentences import worded

    scores = judged.scores.astype(object).where(judged.scores.notna(), None)
    found = {"kinds": [asdict(one) for one in judged.kinds], "unjudged": [asdict(one) for one in judged.unjudged]}
    found |= {"remarks": [worded("en", remark) for remark in judged.remarks]}
    return {"scores": scores.to_dict("records"), "skipped": judged.skipped, **found}
