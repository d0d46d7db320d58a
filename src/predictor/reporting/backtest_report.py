"""The back-test as one HTML file: how forecasts were held out, how wrong they were beside simple rules, and where they fail.

Nothing in it is fetched from anywhere, and the same input on the same day gives the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib import rc_context

from predictor.bundle import Bundle
from predictor.definitions.phrases import Phrases
from predictor.definitions.schema import Recipe
from predictor.evaluation.backtest import Backtest
from predictor.evaluation.calibration import ENOUGH_OF_A_MONTH, RELIABILITY, coverage_by_creator
from predictor.evaluation.decision_gain import ENOUGH, SMALLEST
from predictor.evaluation.findings import KEPT, MIN_GROUP, ROUGH, Finding, Side, SplitFinding, findings
from predictor.evaluation.folds import RECORD_FROM
from predictor.evaluation.kol_effect import effect_in_words
from predictor.explanation.contributions import pooled_limit, rule_name, skipped_limit
from predictor.forecasting.predict import QUANTILES
from predictor.forecasting.splits import MIN_CREATORS_FOR_OTHERS
from predictor.forecasting.target_model import TargetModel
from predictor.reporting.backtest_plots import LOWEST, bias, calibration, coverage, histogram
from predictor.reporting.plots import STYLE
from predictor.reporting.templating import environment
from predictor.tables.files import write_text
from predictor.wording.sentences import worded

# What a back-test found, in sentences: the answer, how it was measured, and what it does not tell.

WORST = 4  # groups named of those whose interval does not keep its word


def headline(found: list[Finding], phrases: Phrases) -> str:
    """In how many tests the model is worth having."""
    verdicts = [test.verdict for one in found for test in one.tests]
    better = verdicts.count("better")
    key = "record_headline_none" if not better else "record_headline_all" if better == len(verdicts) else "record_headline"
    return phrases.say(key, better=better, all=len(verdicts))


def verdict(found: Finding, phrases: Phrases) -> str:
    """One target in a sentence."""
    target = phrases.label(found.recipe.label)
    if not found.tests:
        return phrases.say("record_unjudged", target=target)
    return phrases.say("record_verdict", target=target, tests="; ".join(_tested(test, phrases) for test in found.tests))


def _tested(test: SplitFinding, phrases: Phrases) -> str:
    figures, where = test.figures, phrases.say(f"record_on_{test.split}")
    written = signed if test.verdict in ("enough", "worse", "rough") else _unsigned
    said = phrases.say(
        f"record_{test.verdict}", where=where, rule=rule_name(str(figures["best_rule"]), phrases),
        gain=written(figures["gain"], phrases), low=signed(test.low, phrases), high=signed(test.high, phrases),
    )  # fmt: skip
    return phrases.say("record_few", said=said, count=figures["rows"]) if figures["rows"] < ROUGH else said


def protocol(judged: Backtest, phrases: Phrases) -> list[tuple[str, str]]:
    """Terms and what they mean: how rows were held out, from which data."""
    say, source = phrases.say, judged.provenance
    data = "record_data_invented" if source.invented_data else "record_data_real"
    splits = [split for split in ("time", "newcomers", "new_creators") if split in set(judged.predictions["split"])]
    return [
        *((say(f"split_{split}"), say(f"record_protocol_{split}", least=RECORD_FROM)) for split in splits),
        (say("record_asked"), say("record_asked_text", days=source.lead_days)),
        (say("record_rivals"), say("record_rivals_text")),
        (say("record_intervals"), say("record_intervals_text")),
        (say("record_data"), say(data, day=phrases.day(source.data_until))),
        (say("record_fingerprint"), source.data_fingerprint),
    ]


def limits(found: list[Finding], judged: Backtest, phrases: Phrases) -> list[str]:
    """What the back-test does not tell: what was skipped, what is few, where intervals fail, what no back-test knows."""
    skipped = [phrases.catalogue.recipes[name] for name in judged.skipped]
    said = [skipped_limit(recipe, phrases) for recipe in skipped]
    said += [pooled_limit(one.recipe, phrases) for one in found if one.recipe.pooled]
    said += [why.in_words(phrases.label(phrases.catalogue.recipes[why.target].label), phrases.lang) for why in judged.unjudged]
    said += [worded(phrases.lang, remark) for remark in judged.remarks]
    for one in found:
        rough = [test for test in one.tests if test.figures["rows"] < ROUGH]
        said += [
            _say_of(
                "record_limit_few", one.recipe, phrases, where=phrases.say(f"record_on_{t.split}"), count=int(t.figures["rows"])
            )
            for t in rough
        ]
        said += [_astray(one.recipe, side, phrases) for side in one.sides if len(side.astray())]
    return [*said, *(phrases.say(f"record_limit_{key}") for key in ("period", "recorded", "chosen"))]


def _say_of(key: str, recipe: Recipe, phrases: Phrases, **values: object) -> str:
    return phrases.say(key, target=phrases.label(recipe.label), **values)


def _astray(recipe: Recipe, side: Side, phrases: Phrases) -> str:
    groups = [
        phrases.say(
            "record_limit_group", by=phrases.group_heading(row["by"]),
            group=phrases.group_name(row["by"], row["group"]), coverage=phrases.percent(row["coverage_untied"]),
            count=row["rows"],
        )
        for row in side.astray().head(WORST).to_dict("records")
    ]  # fmt: skip
    where = phrases.say(f"record_on_{side.split}")
    return _say_of("record_limit_astray", recipe, phrases, where=where, groups=", ".join(groups))


def signed(share: float, phrases: Phrases) -> str:
    """A gain or a loss as a percentage with its sign."""
    if not math.isfinite(share):
        return phrases.say("nothing")
    written = phrases.percent(share, 1).replace("-", "−")
    return written if written.startswith(("−", "0%")) else f"+{written}"


def _unsigned(share: float, phrases: Phrases) -> str:
    return phrases.percent(share, 1)


def fixed(value: float, decimals: int, phrases: Phrases) -> str:
    """A figure of a column, with the same number of decimals as those above and below it."""
    if not math.isfinite(value):
        return phrases.say("nothing")
    return f"{value:.{decimals}f}".replace("-", "−").replace(".", phrases.say("decimal"))


# Tables for a terminal.

HELD_OUT = {"time": "newest fifth", "newcomers": "newest, 0-2 posts seen", "new_creators": "never-seen creators"}
UNJUDGED = "Nothing could be judged: too little was known before the newest results. Take the forecasts as rough."
RULE_IS_ENOUGH = "the simple rule is enough here"


def scores_table(judged: Backtest, bundle: Bundle | None = None) -> str:
    """One table: per target, split and group the best baseline beside the model, and whether the intervals held."""
    scores = judged.scores
    if scores.empty:
        return "\n".join([UNJUDGED, *_what_it_is(judged, bundle)])
    table = pd.DataFrame(
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
            "80 % holds": scores["coverage_untied"].map("{:.1%}".format),
            "±20 % holds": scores["coverage_fixed_band"].map("{:.1%}".format),
            "total": scores["total"].map("{:.2f}".format),
        }
    )
    return "\n".join([table.to_string(index=False), "", LEGEND, *_what_it_is(judged, bundle)])


def _what_it_is(judged: Backtest, bundle: Bundle | None) -> list[str]:
    models = bundle.models.items() if bundle is not None else ()
    return [
        *(_basis(name, model) for name, model in models),
        *(why.in_words(why.target, "en") for why in judged.unjudged),
        *(f"{name}: skipped, because {reason}." for name, reason in judged.skipped.items()),
        *(worded("en", remark) for remark in judged.remarks),
    ]


LEGEND = (
    "error: mean absolute error of log(1 + count), for clicks, orders and revenue mean Tweedie deviance (power 1.5), of\n"
    "revenue in units of about one order. gain: below the baseline that did best in hindsight. 80 % holds: share of\n"
    "outcomes inside p10 to p90, one at an end in part. total: all forecasts over all outcomes."
)


def _basis(name: str, model: TargetModel) -> str:
    sides = []
    for side, part in zip(("creators with a record", "others"), model.segments, strict=False):
        use = f"{part.residual_weight:.0%} of the correction" if part.residual_weight else RULE_IS_ENOUGH
        sides.append(f"{side}: {part.baseline_name}, {use}")
    if model.cold_start is None:
        sides.append(f"others: not supported, which takes {MIN_CREATORS_FOR_OTHERS} creators")
    creators = f"{model.support.creators:,} creator{'' if model.support.creators == 1 else 's'}"
    return f"{name}: {model.support.labels:,} labels of {creators}; {'; '.join(sides)}."


def write_record(judged: Backtest, phrases: Phrases, path: Path, today: date | None = None) -> None:
    """Write the back-test of every target as an HTML file, `today` being the date printed."""
    write_text(record(judged, phrases, today), path)


def record(judged: Backtest, phrases: Phrases, today: date | None = None, found: list[Finding] | None = None) -> str:
    """The page that `write_record` writes, of its `findings` where they are at hand."""
    found = findings(judged, phrases.catalogue) if found is None else found
    page = environment(phrases)
    page.globals |= {written.__name__: partial(written, phrases=phrases) for written in (signed, fixed)}
    low, high, lowest = (phrases.percent(share) for share in (*KEPT, LOWEST))
    return page.get_template("record.html").render(
        about=judged.provenance,
        headline=headline(found, phrases),
        verdicts=[verdict(one, phrases) for one in found],
        protocol=protocol(judged, phrases),
        targets=[_target(one, judged, phrases) for one in found if one.sides],
        limits=limits(found, judged, phrases),
        gains={"least": SMALLEST, "enough": ENOUGH},
        bias_least=ENOUGH_OF_A_MONTH,
        note={"low": low, "high": high, "lowest": lowest, **MIN_GROUP},
        today=today or date.today(),
    )


def _target(found: Finding, judged: Backtest, phrases: Phrases) -> dict[str, Any]:
    """What the template needs of one target."""
    outcome = phrases.catalogue.entries[found.recipe.outcome]
    with rc_context(STYLE):
        plots = {
            "calibration": calibration(found, phrases), "coverage": coverage(found, phrases),
            "histogram": histogram(found, phrases), "bias": bias(found, phrases),
        }  # fmt: skip
    return {
        **plots,
        "label": phrases.label(found.recipe.label),
        "outcome": phrases.noun(outcome.label),
        "counts": found.recipe.counts,
        "rules": list(found.recipe.rules),
        "tests": found.tests,
        "kinds": [effect_in_words(one, phrases) for one in judged.kinds if one.target == found.recipe.name],
        "figures": _figures(found, phrases),
        "sides": found.sides,
        "with_gains": [side for side in found.sides if side.gain.gains],
        "ordered": [side for side in found.sides if len(side.order)],
    }


def _figures(found: Finding, phrases: Phrases) -> list[tuple[str, list[str]]]:
    """Rows below the errors: what it is called, and a value a test."""
    percent = phrases.percent
    kinds: list[tuple[str, Callable[[SplitFinding], str]]] = [
        ("record_inside", lambda test: percent(test.figures["coverage_untied"])),
        ("record_levels", lambda test: _levels(test, phrases)),
        ("record_creators", lambda test: _by_creator(found, test, phrases)),
        ("record_quantiles", lambda test: _quantiles(found, test, phrases)),
        ("record_band", lambda test: percent(test.figures["coverage_fixed_band"])),
        ("record_width", lambda test: f"×{fixed(test.figures['width'], 1, phrases)}"),
        ("record_total", lambda test: percent(test.figures["total"])),
        ("record_r2", lambda test: fixed(test.figures["r2_log"], 2, phrases)),
        ("record_r2_rate", lambda test: fixed(test.figures["r2_rate_within_tier"], 2, phrases)),
    ]
    if not found.recipe.counts:
        kinds.insert(0, ("record_off", lambda test: f"×{fixed(math.exp(test.figures['error']), 1, phrases)}"))
    return [(phrases.say(key), [written(test) for test in found.tests]) for key, written in kinds]


def _levels(test: SplitFinding, phrases: Phrases) -> str:
    """Coverage of the intervals of every level."""
    return _shares([test.figures[f"holds_{round(100 * level)}"] for level in RELIABILITY], phrases)


def _by_creator(found: Finding, test: SplitFinding, phrases: Phrases) -> str:
    """Coverage of the interval of a creator whom a tenth of them lie below, of the middle one, and of one whom a tenth exceed."""
    shares = coverage_by_creator(found.rows[found.rows["split"] == test.split])
    return _shares([shares.quantile(level) for level in QUANTILES], phrases) if len(shares) else phrases.say("nothing")


def _shares(shares: Sequence[float], phrases: Phrases) -> str:
    return " · ".join(phrases.number(100 * share, 0) for share in shares) + "%"


def _quantiles(found: Finding, test: SplitFinding, phrases: Phrases) -> str:
    """Share of results below each quantile; one that equals it counts half, as rare counts need."""
    rows = found.rows[found.rows["split"] == test.split]
    quantiles = [rows[f"p{round(100 * level)}"] for level in QUANTILES]
    shares = [((rows["actual"] < one).mean() + (rows["actual"] <= one).mean()) / 2 for one in quantiles]
    return _shares(shares, phrases)
