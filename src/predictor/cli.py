"""The command `predictor`: each command reads, calls one function and prints.

What a person has to mend ends in sentences on standard error and exit code 2; a model that misses its gates in exit code 1.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import pandas as pd

from predictor.catalogue import Catalogue, DefinitionError
from predictor.cli_lineup import lineup
from predictor.definitions import load_catalogue
from predictor.tables import Fault, RowsError, check_target, write_frame, write_text

STALE_AFTER = 30  # days without a post, in a whole history, that deserve a word
PathArgument = click.Path(path_type=Path)
project_option = click.option("--project", type=PathArgument, help="Folder with features/ and models/ (default: here).")
mapping_option = click.option("--mapping", type=PathArgument, help="YAML that says what other people's columns mean.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print machine-readable JSON instead of text.")
lang_option = click.option("--lang", type=click.Choice(["en", "vi"]), default="en", show_default=True, help="Language.")
seed_option = click.option("--seed", default=1, show_default=True, help="Same seed, same result.")
jobs_option = click.option("--jobs", default=-1, show_default=True, help="Processes at once; -1 takes every core.")
lead_option = click.option("--lead-days", default=7.0, show_default=True, help="Days before publication that a post is forecast.")


def main(arguments: list[str] | None = None) -> None:
    """Run the command; known faults end in sentences and exit code 2."""
    try:
        commands(arguments, standalone_mode=False)
    except (RowsError, DefinitionError) as problem:
        _refuse(str(problem))
    except click.ClickException as problem:
        problem.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        _refuse("stopped; nothing half-done was left behind.", code=130)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="predictor")
def commands() -> None:
    """Forecast, before booking, what each influencer or KOL would bring to a campaign."""


@commands.command()
@click.option("-o", "--output", type=PathArgument, required=True, help="Folder to write.")
@seed_option
@click.option("--creators", type=click.IntRange(2), default=400, show_default=True, help="How many creators to invent.")
@click.option("--months", type=click.IntRange(3), default=18, show_default=True, help="How long a history.")
def simulate(output: Path, seed: int, creators: int, months: int) -> None:
    """Invent an agency's history, candidates and brief, all labelled as invented."""
    from predictor.simulate import simulate as invent
    from predictor.simulate import write_world
    from predictor.simulate_large import BLOCK, blocks, write_blocks

    if creators <= BLOCK:
        write_world(invent(seed=seed, creators=creators, months=months), output)
    else:
        write_blocks(blocks(seed, creators, months=months), output, _progress)
    click.echo(f"Invented data written to {output}: a history, candidates.csv and brief.yaml.")


@commands.command()
@click.argument("paths", nargs=-1, required=True, type=PathArgument)
@project_option
@mapping_option
def check(paths: tuple[Path, ...], project: Path | None, mapping: Path | None) -> None:
    """Report every fault of tables, candidate lists or DATA folders at once."""
    from predictor.contract import check as find_faults

    catalogue = load_catalogue(project)
    faults = find_faults(list(paths), catalogue, _mapping(mapping, catalogue))
    if faults:
        raise RowsError(faults)
    click.echo(f"{', '.join(map(str, paths))}: no faults.")


@commands.command()
@click.argument("data", type=PathArgument)
@click.option("--tune", "trials", type=click.IntRange(2), metavar="N", help="First try N parameters; propose the best as a diff.")
@project_option
@mapping_option
@lead_option
@seed_option
@jobs_option
@json_option
def train(
    data: Path, trials: int | None, project: Path | None, mapping: Path | None, lead_days: float, seed: int, jobs: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Fit, judge and register all targets that DATA (a folder, or a flat table of bookings) has labels for."""
    from predictor.registry import NAME, log_training, store_folder, tracking_uri
    from predictor.tell import scores_table
    from predictor.train import train as train_all

    catalogue = load_catalogue(project)
    tables = _read(data, catalogue, mapping)
    store = store_folder(project)
    if trials:
        proposed = _tune(tables, catalogue, project, {"trials": trials, "lead_days": lead_days, "seed": seed}, jobs)
        click.echo(f"{proposed}\n", err=as_json)
    training = train_all(tables, catalogue, lead_days=lead_days, seed=seed, jobs=jobs, progress=_progress)
    _progress("logging the run to MLflow")
    version = log_training(training, store)
    if as_json:
        click.echo(_json({"model": NAME, "version": version, **_judged(training.judged)}))
        return
    click.echo(scores_table(training.judged, training.bundle))
    click.echo(f"\nRegistered {NAME} version {version} as challenger in {tracking_uri(store)}")
    click.echo("Next: predictor promote")


@commands.command()
@click.argument("data", type=PathArgument)
@click.option("--predictions", type=PathArgument, help="Also write every out-of-sample forecast here.")
@click.option("--report", type=PathArgument, help="Also write the record as a self-contained HTML page here.")
@lang_option
@project_option
@mapping_option
@lead_option
@seed_option
@jobs_option
@json_option
def judge(
    data: Path, predictions: Path | None, report: Path | None, lang: str, project: Path | None, mapping: Path | None,
    lead_days: float, seed: int, jobs: int, as_json: bool,
) -> None:  # fmt: skip
    """Judge forecasts on rows held out, beside the simple rules, without keeping a model."""
    from predictor.effects import effect_in_words
    from predictor.tell import scores_table
    from predictor.train import judge as judge_all

    catalogue = load_catalogue(project)
    if predictions is not None:
        check_target(predictions)
    if report is not None:
        check_target(report, (".html",))
    tables = _read(data, catalogue, mapping)
    judged = judge_all(tables, catalogue, lead_days=lead_days, seed=seed, jobs=jobs, progress=_progress)
    if predictions is not None:
        write_frame(judged.predictions, predictions)
        _progress(f"{len(judged.predictions):,} forecasts written to {predictions}")
    if report is not None:
        from predictor.record import write_record

        write_record(judged, catalogue, report, lang)
        _progress(f"record written to {report}")
    if as_json:
        click.echo(_json(_judged(judged)))
        return
    click.echo("\n".join([scores_table(judged), "", *(effect_in_words(one, catalogue, lang) for one in judged.kinds)]))


@commands.command()
@project_option
@click.option("--version", help="Version to promote (default: the challenger).")
def promote(project: Path | None, version: str | None) -> None:
    """Make the challenger the champion if its gates hold, or say why not."""
    from predictor.registry import NAME, store_folder
    from predictor.registry import promote as make_champion

    number, reasons = make_champion(store_folder(project), version)
    if reasons:
        click.echo(f"{NAME} version {number} was not promoted:\n" + "\n".join(f"  {reason}" for reason in reasons))
        sys.exit(1)
    click.echo(f"{NAME} version {number} is now champion: its gates hold.")


@commands.command()
@click.argument("candidates", type=PathArgument)
@click.option("--campaign", type=PathArgument, help="YAML with the brief: brand, niche, goal, country, dates, budget.")
@click.option("--history", type=PathArgument, help="DATA folder to read the creators' records from.")
@click.option("-o", "--output", type=PathArgument, required=True, help="CSV, Parquet or Excel file to write.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day the forecast is made (default: today).")
@click.option("--model", type=PathArgument, help="Folder of a bundle to use instead of the champion.")
@click.option("--at-least", multiple=True, metavar="TARGET=COUNT", help="Add the chance of that count or more; may be repeated.")
@click.option("--why", type=click.Choice(["en", "vi"]), help="Add lines per target: rule and factors, what it rests on, doubts.")
@project_option
@mapping_option
@json_option
def score(
    candidates: Path, campaign: Path | None, history: Path | None, output: Path, on: Any, model: Path | None,
    at_least: tuple[str, ...], why: str | None, project: Path | None, mapping: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Forecast each candidate: expected, p10, p50, p90, the simple rule's value, and cost per outcome."""
    from predictor.bundle import load_bundle
    from predictor.contract import read_brief, read_candidates
    from predictor.registry import load_champion, store_folder
    from predictor.score import score as score_all

    check_target(output)
    goals = _goals(at_least)
    bundle = load_bundle(model) if model is not None else load_champion(store_folder(project))
    rows = read_candidates(candidates, bundle.catalogue, _mapping(mapping, bundle.catalogue))
    brief = read_brief(campaign, bundle.catalogue) if campaign is not None else {}
    tables = _read(history, bundle.catalogue, mapping) if history is not None else None
    moment = pd.Timestamp(on) if on is not None else None
    scored = score_all(rows, bundle, brief=brief, history=tables, on=moment, at_least=goals, why=why)
    _warn_if_stale(tables, moment or pd.Timestamp.now())
    write_frame(scored, output)
    if as_json:
        click.echo(scored.to_json(orient="records", date_format="iso", force_ascii=False))
        return
    click.echo(f"{len(scored):,} candidates scored with {scored['model_version'].iloc[0]}, written to {output}")
    labels = (f"{name} on {one.experience.labels:,} labels" for name, one in bundle.models.items())
    click.echo(f"What it learned from: {', '.join(labels)}.")
    if scored["invented_data"].any():
        click.echo("INVENTED DATA: these figures come from a simulated agency.")


@commands.command()
@click.argument("scored", type=PathArgument)
@click.option("--goal", type=click.Choice(["awareness", "engagement", "traffic", "sales"]), required=True, help="What counts.")
@click.option("--campaign", type=PathArgument, help="YAML with the brief, shown in the report.")
@click.option("--report", type=PathArgument, help="Also write a self-contained HTML report here.")
@click.option("--model", type=PathArgument, help="Folder of the bundle that scored, instead of the champion.")
@lang_option
@project_option
@json_option
def compare(
    scored: Path, goal: str, campaign: Path | None, report: Path | None, model: Path | None, lang: str,
    project: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Put influencers beside KOLs (and tiers, platforms) for a goal, in words."""
    from predictor.compare import compare as compare_all
    from predictor.contract import read_brief
    from predictor.report import write_report
    from predictor.score import read_scored
    from predictor.texts import in_words

    catalogue = load_catalogue(project)
    if report is not None:
        check_target(report, (".html",))
    rows = read_scored(scored, catalogue)
    comparison = compare_all(rows, goal, catalogue)
    if report is not None:
        brief = read_brief(campaign, catalogue) if campaign is not None else None
        write_report(rows, goal, catalogue, report, lang, brief=brief, judged=_record(rows, model, project))
        _progress(f"report written to {report}")
    click.echo(_json(comparison.to_dict()) if as_json else in_words(comparison, lang))


commands.add_command(lineup)


@commands.command()
@project_option
@click.option("--check", "only_check", is_flag=True, help="Write nothing; fail where a page is stale.")
def docs(project: Path | None, only_check: bool) -> None:
    """Write features/README.md and models/README.md from the definitions."""
    from predictor.definitions import project_folder
    from predictor.dictionary import features_page, models_page

    catalogue, folder = load_catalogue(project), project_folder(project)
    pages = {folder / "features/README.md": features_page(catalogue), folder / "models/README.md": models_page(catalogue)}
    stale = [page for page, text in pages.items() if not page.is_file() or page.read_text(encoding="utf-8") != text]
    if only_check and stale:
        raise RowsError([Fault(str(page), "is stale; write it again with `predictor docs`.") for page in stale])
    for page in [] if only_check else stale:
        write_text(pages[page], page)
    click.echo("features/README.md and models/README.md agree with the definitions.")


def _record(rows: pd.DataFrame, model: Path | None, project: Path | None) -> list[dict[str, Any]]:
    """The back-test of the model that made these forecasts, where that model is still at hand."""
    from predictor.bundle import load_bundle
    from predictor.registry import load_champion, store_folder

    try:
        bundle = load_bundle(model) if model is not None else load_champion(store_folder(project))
    except RowsError:
        return []
    made_by = set(rows["model_version"].astype("str")) if "model_version" in rows else set()
    return list(bundle.about["scores"]) if model is not None or made_by == {bundle.about["version"]} else []


def _mapping(path: Path | None, catalogue: Catalogue) -> Any:
    from predictor.mapping import load_mapping

    return load_mapping(path, catalogue) if path is not None else None


def _read(data: Path, catalogue: Catalogue, mapping: Path | None) -> Any:
    from predictor.contract import read_tables

    _progress(f"reading {data}")
    return read_tables(data, catalogue, _mapping(mapping, catalogue))


def _tune(tables: Any, catalogue: Catalogue, project: Path | None, settings: dict[str, Any], jobs: int) -> str:
    """Search every recipe's parameters, keep the trials and the diff beside the trained models, and say what was found."""
    from predictor.definitions import project_folder
    from predictor.examples import learned_texts
    from predictor.proposal import in_words, propose
    from predictor.registry import log_tuning, store_folder
    from predictor.train import fingerprint, learnable
    from predictor.tune import tune

    folder, store, trials, seed = project_folder(project), store_folder(project), settings["trials"], settings["seed"]
    examples, _ = learnable(tables, catalogue, settings["lead_days"], _progress, learned_texts(tables))
    storage = store / "tuning.db"
    tuned = tune(examples, catalogue, trials=trials, storage=storage, seed=seed, jobs=jobs, progress=_progress)
    diff = propose(tuned, folder, store)
    about = {"data_until": str(examples["known_on"].max().date()), "data_fingerprint": fingerprint(examples)}
    log_tuning(tuned, {**about, **settings}, store, diff)
    return in_words(tuned, diff, folder, store)


def _warn_if_stale(tables: Any, moment: pd.Timestamp) -> None:
    posts = tables.get("posts") if tables is not None else None
    if posts is not None and (silent := (moment - posts["published_at"].max()).days) > STALE_AFTER:
        _progress(
            f"the history's last post is {silent} days before the day asked; records that old say less (--on names the day)"
        )


def _goals(asked: tuple[str, ...]) -> dict[str, float]:
    """Counts to reach, by target, from words such as `orders=20`."""
    goals = {}
    for one in asked:
        name, _, count = one.partition("=")
        if not count.isdigit():
            raise RowsError([Fault("--at-least", f"got '{one}'; write a target and a whole number, such as orders=20.")])
        goals[name] = float(count)
    return goals


def _judged(judged: Any) -> dict[str, Any]:
    scores = judged.scores.astype(object).where(judged.scores.notna(), None)
    return {"scores": scores.to_dict("records"), "skipped": judged.skipped, "kinds": [asdict(one) for one in judged.kinds]}


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, default=str)


def _progress(sentence: str) -> None:
    click.echo(sentence, err=True)


def _refuse(problem: str, code: int = 2) -> None:
    click.echo(problem, err=True)
    sys.exit(code)
