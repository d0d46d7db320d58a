"""The commands of batch jobs and planners: score, compare."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from predictor.cli.options import (
    Day,
    PathArgument,
    as_json_text,
    bundle_behind,
    bundle_to_score,
    goal_choice,
    json_option,
    lang_choice,
    lang_option,
    mapping_of,
    mapping_option,
    outcome_option,
    project_option,
    read_history,
    shocks_behind,
    tell_of_day,
    tell_progress,
    under_known_ids,
    warn_of_day,
)
from predictor.errors import Fault, RowsError
from predictor.wording.sentences import Said, say, worded

STREAM_FROM = 50_000  # rows that still fit a spreadsheet's way of working


@click.command()
@click.argument("candidates", type=PathArgument)
@click.option("--campaign", type=PathArgument, help="YAML with the brief: brand, niche, goal, country, dates, budget.")
@click.option("--history", type=PathArgument, help="DATA folder to read the creators' records from.")
@click.option("-o", "--output", type=PathArgument, required=True, help="CSV, Parquet or Excel file to write.")
@click.option("--on", type=Day(), help="Day the forecast is made (default: today).")
@click.option("--model", type=PathArgument, help="Folder of a bundle to use instead of the champion.")
@click.option("--at-least", multiple=True, metavar="TARGET=COUNT", help="Add the chance of that count or more; may be repeated.")
@click.option("--why", type=lang_choice, help="Add lines per target: rule and factors, what it rests on, doubts.")
@click.option(
    "--stream-from",
    type=click.IntRange(1),
    default=STREAM_FROM,
    show_default=True,
    metavar="ROWS",
    help="Rows from which batches are scored.",
)
@lang_option
@click.option("--strict", is_flag=True, help="In batches: refuse the whole list for one bad row instead of telling it apart.")
@click.option("--resume", is_flag=True, help="In batches: go on after an interruption, with the parts that were finished.")
@click.option(
    "--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True, help="Where long lists are scored."
)
@click.option("--workers", type=click.IntRange(0), default=0, show_default="every core", help="In batches: processes at once.")
@project_option
@mapping_option
@json_option
def score(
    candidates: Path, campaign: Path | None, history: Path | None, output: Path, on: Any, model: Path | None,
    at_least: tuple[str, ...], why: str | None, stream_from: int, lang: str, strict: bool, resume: bool, engine: str,
    workers: int, project: Path | None, mapping: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Forecast each candidate: expected, p10, p50, p90, the simple rule's value, and cost per outcome.

    Lists of 50,000 rows and more, folders, .csv.gz and .arrow are scored in batches: memory does not grow with the rows, and rows
    that cannot be used go to OUTPUT.rejects.csv. What compares a candidate with the whole list (break_even, pays) is left out.
    With --engine spark the batches are scored by Spark's executors (extra spark), and OUTPUT is a folder of Parquet files; tables
    of the history that are Parquet, a file or a folder each, are read by the executors too.
    """
    import pandas as pd

    from predictor.batch.outputs import WRITES
    from predictor.batch.readers import kind, long
    from predictor.batch.stream import ScoringOptions, refuse_overlap, without_forecast
    from predictor.intake.contract import read_brief, read_candidates
    from predictor.scoring.goals import read_goals
    from predictor.scoring.score import score as score_all
    from predictor.tables.files import SUFFIXES, check_target, write_frame

    batches = engine == "spark" or long(candidates, stream_from) or kind(output) in (".csv.gz", ".arrow")
    check_target(output, (".parquet",) if engine == "spark" else WRITES if batches else SUFFIXES)
    refuse_overlap(candidates, output)
    typed = _goals(at_least)
    bundle = bundle_to_score(model, project)
    goals = read_goals(typed, bundle, "--at-least")
    meaning = mapping_of(mapping, bundle.catalogue)
    rows = None if batches else read_candidates(candidates, bundle.catalogue, meaning)
    brief = read_brief(campaign, bundle.catalogue) if campaign is not None else {}
    tables = read_history(history, bundle.catalogue, mapping) if history is not None and engine == "local" else None
    moment = pd.Timestamp(on) if on is not None else None
    if rows is None:
        day = moment if moment is not None else pd.Timestamp.now().normalize()
        asked = ScoringOptions(bundle, day, brief, tables, goals, why, meaning, strict)
        warn_of_day(tables, day, lang)
        if engine == "spark":
            _on_spark(candidates, output, asked, history, resume, as_json, lang)
        else:
            _in_batches(candidates, output, asked, resume, workers, history, as_json)
        return
    if tables is not None:
        rows = under_known_ids(rows, tables, lang)
    scored = score_all(rows, bundle, brief=brief, history=tables, on=moment, at_least=goals, why=why)
    warn_of_day(tables, moment or pd.Timestamp.now(), lang)
    write_frame(scored, output)
    if as_json:
        click.echo(scored.to_json(orient="records", date_format="iso", force_ascii=False))
        return
    model_name = bundle.provenance.version_label
    click.echo(say(lang, "score_done", count=len(scored), model=model_name, path=str(output)))
    _warn_if_silent(without_forecast(scored), len(scored), lang)
    labels = (say(lang, "score_labels", name=name, count=one.support.labels) for name, one in bundle.models.items())
    click.echo(say(lang, "score_learned", targets=", ".join(labels)))
    if scored["invented_data"].any():
        click.echo(say(lang, "score_invented"))


def _in_batches(
    candidates: Path, output: Path, asked: Any, resume: bool, workers: int, history: Path | None, as_json: bool
) -> None:  # fmt: skip
    """Score a long list and say what became of it."""
    from predictor.batch.stream import score_file

    used = sorted(history.rglob("*") if history.is_dir() else [history]) if history is not None else []
    try:
        done = score_file(
            candidates, output, asked, resume=resume, workers=workers, history=[one for one in used if one.is_file()],
            tell=tell_progress,
        )  # fmt: skip
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"stopped; {output.name} is not written; with --resume the finished parts are kept.") from None
    if done.resumed and not as_json:
        click.echo(f"{done.resumed} parts that an earlier run had finished were kept.")
    _tell_of_batches(done.rows, done.rejected, output, done.rejects, asked, as_json, done.unknown)
    _warn_if_silent(done.silent, done.rows, "en")


def _on_spark(
    candidates: Path, output: Path, asked: Any, history: Path | None, resume: bool, as_json: bool, lang: str
) -> None:  # fmt: skip
    """Score a list on Spark and say what became of it."""
    if resume:
        raise RowsError([Fault("--resume", "is not for --engine spark, which does a failed part again itself; leave it out.")])
    if importlib.util.find_spec("pyspark") is None:
        raise RowsError([Fault("--engine spark", "needs the extra: pip install '.[spark]', and Java 17 or newer.")])
    from predictor.batch.spark import read_rows, read_spark_history, score_spark, session, told_on_spark, write_scored
    from predictor.batch.spark_history import left_out_on_spark, remarks_on_spark
    from predictor.batch.stream import rejects_of

    with told_on_spark(output):
        rows, catalogue, there = read_rows(session(), candidates), asked.bundle.catalogue, None
        if history is not None:
            there = read_spark_history(session(), history, catalogue, asked.mapping)
            for one in left_out_on_spark(there, asked.bundle, asked.mapping):
                tell_progress(worded(lang, one))
            tell_of_day(remarks_on_spark(there, asked.on, catalogue, asked.mapping), lang)
        options = {name: getattr(asked, name) for name in ("brief", "on", "at_least", "why", "mapping", "strict")}
        scored, rejected = write_scored(score_spark(rows, asked.bundle, history=there, **options), output)
    _tell_of_batches(scored, rejected, output, rejects_of(output) if rejected else None, replace(asked, history=there), as_json)


def _tell_of_batches(
    rows: int, rejected: int, output: Path, rejects: Path | None, asked: Any, as_json: bool, unknown: int | None = None
) -> None:
    """Say what became of a long list; `unknown` is how many of its creators the history does not know, where that was counted."""
    if as_json:
        click.echo(as_json_text({"rows": rows, "rejected": rejected, "output": str(output), "rejects": str(rejects or "")}))
        return
    click.echo(f"{rows:,} candidates scored (model: {asked.bundle.provenance.version_label}), written to {output}")
    if asked.history is not None:
        strangers = "" if unknown is None else f"{unknown:,} of them are new to the history; "
        click.echo(f"{strangers}in a long list creators are matched by their exact handle, and near names were not looked for.")
    if rejects is not None:
        click.echo(f"{rejected:,} rows could not be used; {rejects} says why.")
    if asked.brief.get("goal"):
        click.echo(
            "break_even and pays compare each candidate with the whole list, and are left out of a list scored in batches."
        )
    if asked.bundle.invented or (asked.history is not None and asked.history.invented):
        click.echo("INVENTED DATA: these figures come from a simulated agency.")


@click.command()
@click.argument("scored", type=PathArgument)
@click.option("--goal", type=goal_choice, required=True, help="What counts.")
@outcome_option
@click.option("--campaign", type=PathArgument, help="YAML with the brief, shown in the report.")
@click.option("--report", type=PathArgument, help="Also write a self-contained HTML report here.")
@click.option("--model", type=PathArgument, help="Folder of the bundle that scored, instead of the champion.")
@lang_option
@project_option
@json_option
def compare(
    scored: Path, goal: str, outcome: str | None, campaign: Path | None, report: Path | None, model: Path | None, lang: str,
    project: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Whom the brief's budget buys, and influencers beside KOLs (and tiers, platforms) for a goal, in words."""
    from predictor.definitions.loader import load_catalogue
    from predictor.definitions.phrases import Phrases
    from predictor.intake.contract import read_brief
    from predictor.planning.comparison import asked_outcome, forecast_targets
    from predictor.planning.comparison import compare as compare_all
    from predictor.planning.joint_outcomes import load_assumption
    from predictor.planning.ranking import rank_records, ranked
    from predictor.planning.rules import LineupConstraints, with_brief
    from predictor.reporting.comparison_words import in_words
    from predictor.scoring.scored_list import read_scored
    from predictor.tables.files import check_target

    catalogue = load_catalogue(project)
    if report is not None:
        check_target(report, (".html",))
    rows = read_scored(scored, catalogue)
    counted = asked_outcome(catalogue, goal, outcome, forecast_targets(rows, catalogue))
    catalogue = catalogue.answering(goal, counted)
    brief = read_brief(campaign, catalogue) if campaign is not None else {}
    bundle, phrases = bundle_behind(rows, model, project), Phrases(lang, catalogue)
    shocks = shocks_behind(bundle, goal, counted)
    comparison = compare_all(rows, goal, catalogue, shocks=shocks)
    rules, found = with_brief(LineupConstraints(), brief), None
    if rules.budget is not None:
        from predictor.planning.lineup import lineup

        found = lineup(
            rows, goal, rules, catalogue, shocks=shocks, assumption=load_assumption(project), other_budgets=False,
            beside=None if bundle is None else bundle.provenance.shocks,
        )  # fmt: skip
    if report is not None:
        from predictor.reporting.comparison_report import write_report

        judged = list(bundle.provenance.scores) if bundle is not None else []
        write_report(rows, goal, phrases, report, brief=brief, judged=judged, shocks=shocks, found=found)
        tell_progress(f"report written to {report}")
    if as_json:
        answers = {**comparison.to_dict(), "lineup": None if found is None else found.to_dict()}
        click.echo(as_json_text({**answers, "candidates": rank_records(ranked(rows, comparison, catalogue))}))
    else:
        click.echo(in_words(comparison, phrases, found))


def _warn_if_silent(silent: int, rows: int, lang: str) -> None:
    if silent:
        tell_progress(say(lang, "score_silent", count=silent, all=rows))


def _goals(asked: tuple[str, ...]) -> dict[str, str]:
    """What is typed to be reached, by target, from words such as `orders=20`."""
    faults = [Fault.of("--at-least", Said("score_at_least", {"came": one})) for one in asked if "=" not in one]
    if faults:
        raise RowsError(faults)
    return {name.strip(): count.strip() for name, _, count in (one.partition("=") for one in asked)}
