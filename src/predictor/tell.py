"""Tables for a terminal."""

from __future__ import annotations

import pandas as pd

from predictor.bundle import Bundle
from predictor.model import Model
from predictor.train import Judged

HELD_OUT = {"time": "newest fifth", "newcomers": "newest, 0-2 posts seen", "new_creators": "never-seen creators"}
UNJUDGED = "Nothing could be judged: too little was known before the newest results. Take the forecasts as rough."
ENOUGH = "the simple rule is enough here"


def scores_table(judged: Judged, bundle: Bundle | None = None) -> str:
    """One table: per target, split and group the best baseline beside the model, and whether the intervals held."""
    scores = judged.scores
    if scores.empty:
        return "\n".join([UNJUDGED, *_what_it_is(judged, bundle)])
    told = pd.DataFrame(
        {
            "target": scores["target"],
            "held out": scores["split"].map(HELD_OUT),
            "rows": scores["group"],
            "n": scores["rows"].map("{:,}".format),
            "best baseline": scores["best_rule"],
            "its error": scores["best_rule_error"].map("{:.3f}".format),
            "model": scores["error"].map("{:.3f}".format),
            "gain": scores["gain"].map("{:+.1%}".format),
            "R² log": scores["r2_log"].map("{:.2f}".format),
            "80 % holds": scores["coverage"].map("{:.1%}".format),
            "±20 % holds": scores["coverage_fixed_band"].map("{:.1%}".format),
            "total": scores["total"].map("{:.2f}".format),
        }
    )
    return "\n".join([told.to_string(index=False), "", LEGEND, *_what_it_is(judged, bundle)])


def _what_it_is(judged: Judged, bundle: Bundle | None) -> list[str]:
    models = bundle.models.items() if bundle is not None else ()
    return [_basis(name, model) for name, model in models] + [
        f"{name}: skipped, because {reason}." for name, reason in judged.skipped.items()
    ]


LEGEND = (
    "error: mean absolute error of log(1 + count), for orders mean Tweedie deviance (power 1.5). gain: below the baseline that\n"
    "did best in hindsight. 80 % holds: share of outcomes inside p10 to p90. total: all forecasts over all outcomes."
)


def _basis(name: str, model: Model) -> str:
    sides = []
    for side, part in (("creators with a record", model.known), ("others", model.stranger)):
        use = f"{part.share:.0%} of the correction" if part.share else ENOUGH
        sides.append(f"{side}: {part.anchor}, {use}")
    return f"{name}: {model.experience.labels:,} labels of {model.experience.creators:,} creators; {'; '.join(sides)}."
