"""A model card: what a version was made from, how good it is, where it is not, and what it must not be used for.

Mitchell et al. (2019), "Model Cards for Model Reporting".
"""

from __future__ import annotations

import pandas as pd

from predictor.bundle import Bundle
from predictor.by_group import by_group
from predictor.catalogue import Catalogue
from predictor.effects import effect_in_words
from predictor.model import Model
from predictor.tell import ENOUGH, HELD_OUT
from predictor.train import Judged

WORST = 3  # groups named whose interval held least


def model_card(bundle: Bundle, judged: Judged) -> str:
    """The card of a bundle, as Markdown in English."""
    about = bundle.about
    invented = ["**INVENTED DATA**: its figures say nothing about real creators.", ""] if bundle.invented else []
    lines = ["# Model card", "", *invented]
    lines += [f"Forecasts, before booking: {', '.join(bundle.models)}. Learned from data until {about['data_until']}", ""]
    lines += [f"- {name}: {rows:,} rows" for name, rows in about["rows"].items()]
    lines += [f"- {name} is not forecast, because {reason}" for name, reason in judged.skipped.items()]
    for name, model in bundle.models.items():
        lines += ["", f"## {name}", "", *_target(name, model, judged, bundle.catalogue)]
    return "\n".join([*lines, "", *_foot(bundle)]) + "\n"


def _target(name: str, model: Model, judged: Judged, catalogue: Catalogue) -> list[str]:
    lines = [f"{model.experience.labels:,} labels of {model.experience.creators:,} creators.", ""]
    for side, part in (("Creators with a record", model.known), ("Others", model.stranger)):
        lines.append(f"- {side}: {part.anchor}, {f'{part.share:.0%} of the correction' if part.share else ENOUGH}.")
    lines += [f"- {effect_in_words(one, catalogue, 'en')}" for one in judged.kinds if one.target == name]
    scores = judged.scores[(judged.scores["target"] == name) & (judged.scores["group"] == "all")]
    lines += [
        "",
        "| held out | n | best simple rule | its error | model | 80 % holds | ±20 % holds |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in scores.to_dict("records"):
        lines.append(
            f"| {HELD_OUT[row['split']]} | {row['rows']:,} | {row['best_rule']} | {row['best_rule_error']:.3f} "
            f"| {row['error']:.3f} | {row['coverage']:.1%} | {row['coverage_fixed_band']:.1%} |"
        )
    return lines + _worst(name, model, judged)


def _worst(name: str, model: Model, judged: Judged) -> list[str]:
    rows = judged.predictions[judged.predictions["target"] == name]
    newest = rows[rows["split"] == "time"].reset_index(drop=True) if len(rows) else rows
    groups = by_group(newest, model.recipe, least=100) if len(newest) else pd.DataFrame()
    if groups.empty:
        return []
    least = groups.sort_values("coverage_untied").head(WORST)
    told = [f"{row.by} {row.group} {row.coverage_untied:.0%} (n = {row.rows:,})" for row in least.itertuples()]
    return ["", f"Newest results, groups whose interval held least: {'; '.join(told)}."]


def _foot(bundle: Bundle) -> list[str]:
    about = bundle.about
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    return [
        "## Limits", "",
        "- It forecasts what comes after bookings like those in the history; it does not prove what a booking causes.",
        "- Candidates whom nobody ever booked have no results, so no figure here judges them.",
        "- What it never saw is named beside each forecast; there a simple rule stands alone, with a wider interval.",
        "- It carries up to 5,000 past bookings a target, with creator ids and results: treat it like the data.",
        "", "## To make it again", "",
        f"Data fingerprint {about['data_fingerprint']}, seed {about['seed']}, lead {about['lead_days']:g} days; {versions}.",
    ]  # fmt: skip
