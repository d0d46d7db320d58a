"""The record: one HTML page that says how often forecasts were right, beside simple rules, and where they were not.

Nothing in it is fetched from anywhere, and the same back-test on the same day gives the same bytes.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib import rc_context

from predictor import record_plots, texts
from predictor.by_group import by_group
from predictor.catalogue import Catalogue
from predictor.effects import effect_in_words
from predictor.gain import PlannersGain, planners_gain, rank_order
from predictor.report import environment
from predictor.report_plots import STYLE
from predictor.tables import write_text
from predictor.train import Judged

FEW = 300  # held-out results below which a difference of a few percent is chance, and a group is not drawn
DRAWN = 50  # held-out results that a line of the calibration plot needs
LEAST = 0.002  # gain below which the simple rule is called enough


def write_record(judged: Judged, catalogue: Catalogue, path: Path, lang: str, today: date | None = None) -> None:
    """Write the back-test of every target as a page in `lang` (`en` or `vi`)."""
    with rc_context(STYLE):
        targets = [_target(name, judged, catalogue, lang) for name in judged.scores["target"].unique()]
    page = environment(lang).get_template("record.html")
    tables = ", ".join(f"{name} {texts.number(lang, rows)}" for name, rows in judged.about["rows"].items())
    skipped = {_label(name, catalogue, lang): reason for name, reason in judged.skipped.items()}
    html = page.render(
        lang=lang, about=judged.about, tables=tables, targets=targets, skipped=skipped, least=FEW, today=today or date.today()
    )
    write_text(html, path)


def _target(name: str, judged: Judged, catalogue: Catalogue, lang: str) -> dict[str, Any]:
    recipe = catalogue.recipes[name]
    rows = judged.predictions[judged.predictions["target"] == name].reset_index(drop=True)
    newest = rows[rows["split"] == "time"].reset_index(drop=True)
    latest = rows[rows["split"].isin(["time", "newcomers"])]
    scores = judged.scores[(judged.scores["target"] == name) & (judged.scores["group"] == "all")].to_dict("records")
    groups = by_group(newest, recipe, least=FEW) if len(newest) else pd.DataFrame()
    return {
        "name": texts.heading(_label(name, catalogue, lang)),
        "verdict": _verdict(scores, lang),
        "few": any(row["rows"] < FEW for row in scores),
        "scores": [row | {"rule": rule_name(row["best_rule"], lang)} for row in scores],
        "calibration": record_plots.calibration(rows.groupby("split").filter(lambda one: len(one) >= DRAWN), lang),
        "groups": record_plots.coverage(groups, catalogue, lang) if len(groups) else None,
        "kinds": [effect_in_words(one, catalogue, lang) for one in judged.kinds if one.target == name],
        "rank": _rank(latest, list(recipe.rules), lang),
        "planner": _planner(planners_gain(latest), lang),
    }


def rule_name(rule: str, lang: str) -> str:
    """A rule in words; a user's own rule has only the name in its recipe."""
    return texts.say(lang, f"rule_{rule}") if f"rule_{rule}" in texts.sentences(lang) else rule.replace("_", " ")


def _label(name: str, catalogue: Catalogue, lang: str) -> str:
    return texts.noun(lang, catalogue.recipes[name].label.model_dump())


def _verdict(scores: list[dict[Any, Any]], lang: str) -> str:
    newest = next((row for row in scores if row["split"] == "time"), None)
    if newest is None:
        return texts.say(lang, "record_unjudged")
    better = newest["gain"] >= LEAST
    gain = texts.percent(lang, newest["gain"], 1)
    return texts.say(lang, "record_better" if better else "record_enough", gain=gain, rule=rule_name(newest["best_rule"], lang))


def _rank(rows: pd.DataFrame, rules: list[str], lang: str) -> str | None:
    told = rank_order(rows, ["expected", *rules]) if len(rows) else pd.Series(dtype=float)
    if told.dropna().empty:
        return None
    best = str(told[rules].idxmax())
    figures = {"model": texts.number(lang, told["expected"], 2), "rule": texts.number(lang, told[best], 2)}
    return texts.say(lang, "record_rank", **figures, name=rule_name(best, lang))


def _planner(found: PlannersGain, lang: str) -> list[str]:
    counts = {"used": found.used, "left": found.left_out}
    if found.too_few:
        return [texts.say(lang, "record_planner_few", **counts)]
    lines = []
    for gain in found.gains:
        figures = {key: texts.number(lang, getattr(gain, key), 2) for key in ("ratio", "low", "high")}
        lines.append(texts.say(lang, "record_planner_line", rival=texts.say(lang, f"record_rival_{gain.rival}"), **figures))
    return [*lines, texts.say(lang, "record_planner_based", **counts)]
