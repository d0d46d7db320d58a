"""The model card: what a version forecasts, from what, how wrong it was, and what it does not know, as Markdown.

After Mitchell et al. (2019), "Model Cards for Model Reporting".
"""

from __future__ import annotations

from predictor.bundle import Bundle, segments
from predictor.definitions.phrases import Phrases
from predictor.evaluation.backtest import Backtest
from predictor.evaluation.findings import KEPT, MIN_GROUP, Finding, SplitFinding, findings
from predictor.explanation.contributions import rule_name
from predictor.forecasting.provenance import Provenance
from predictor.forecasting.splits import MIN_CREATORS_FOR_OTHERS
from predictor.forecasting.support import NEWEST as KEPT_BOOKINGS
from predictor.forecasting.target_model import TargetModel
from predictor.reporting.backtest_report import headline, limits, signed, verdict

LONGEST = 5_000  # characters that MLflow keeps of a version's description


def model_card(bundle: Bundle, judged: Backtest, phrases: Phrases, found: list[Finding] | None = None) -> str:
    """The card of a trained bundle, with the `findings` of its back-test where they are at hand; the same bundle and back-test
    give the same text."""
    say, found = phrases.say, findings(judged, bundle.catalogue) if found is None else found
    parts = [
        _head(bundle, found, phrases),
        [f"## {say('card_targets')}", *_targets(bundle, phrases)],
        [f"## {say('card_data')}", _data(bundle.provenance, phrases), say("card_creators", most=KEPT_BOOKINGS)],
        [f"## {say('card_errors')}", *_errors(found, phrases)],
        [f"## {say('record_limits')}", *_limits(found, judged, phrases)],
        [f"## {say('card_again')}", *_again(bundle.provenance, phrases)],
    ]
    return "\n\n".join("\n\n".join(part) for part in parts) + "\n"


def description(card: str, phrases: Phrases) -> str:
    """As many whole lines of a card as MLflow keeps beside a version."""
    rest = f"\n\n{phrases.say('card_rest')}\n"
    return card if len(card) <= LONGEST else card[: LONGEST - len(rest)].rpartition("\n")[0].rstrip() + rest


def _head(bundle: Bundle, found: list[Finding], phrases: Phrases) -> list[str]:
    targets = ", ".join(phrases.noun(model.recipe.label) for model in bundle.models.values())
    invented = [f"**{phrases.say('card_invented')}**"] if bundle.invented else []
    said = [headline(found, phrases), _items([verdict(one, phrases) for one in found])]
    return [f"# {phrases.say('card_title', targets=targets)}", *invented, phrases.say("card_purpose"), *said]


def _targets(bundle: Bundle, phrases: Phrases) -> list[str]:
    said = []
    for name, model in bundle.models.items():
        platforms = [phrases.word("platform", platform) for platform in bundle.provenance.platforms[name]]
        labels, creators = model.support.labels, model.support.creators
        target = phrases.label(model.recipe.label)
        line = phrases.say("card_target", target=target, labels=labels, count=creators, platforms=", ".join(platforms))
        said.append(" ".join([line, *_parts(model, phrases)]))
    return [_items(said), *_not_seen(bundle, phrases)]


def _parts(model: TargetModel, phrases: Phrases) -> list[str]:
    said = [
        phrases.say(
            "card_part", where=phrases.say(f"card_{side}"), rule=rule_name(part.baseline_name, phrases),
            share=phrases.percent(part.residual_weight), rows=part.rows,
        )
        for side, part in segments(model).items()
    ]  # fmt: skip
    creators = {"count": model.support.creators, "least": MIN_CREATORS_FOR_OTHERS}
    if model.cold_start is None:
        return [*said, phrases.say("evidence_too_few_creators", **creators)]
    return [*said, phrases.say("evidence_few_creators", **creators)] if model.support.few_creators else said


def _not_seen(bundle: Bundle, phrases: Phrases) -> list[str]:
    seen = {platform for platforms in bundle.provenance.platforms.values() for platform in platforms}
    unseen = [platform for platform in bundle.catalogue.entries["platform"].categories if platform not in seen]
    names = ", ".join(phrases.word("platform", platform) for platform in unseen)
    return [phrases.say("card_not_seen", platforms=names)] if unseen else []


def _data(source: Provenance, phrases: Phrases) -> str:
    rows = ", ".join(phrases.say("card_rows", count=count, table=table) for table, count in source.rows.items())
    day = phrases.day(source.data_until)
    return phrases.say("card_data_line", day=day, fingerprint=f"`{source.data_fingerprint}`", rows=rows)


def _errors(found: list[Finding], phrases: Phrases) -> list[str]:
    titles = ["card_target_heading", "card_held_out", "rows", "best_rule", "rule_error", "model_error", "record_gain"]
    titles += ["card_gain_90", "record_inside", "card_inside_50", "card_inside_95", "record_band", "record_total"]
    head = [_row([phrases.say(title) for title in titles]), _row(["---", "---", "--:", "---"] + ["--:"] * 9)]
    rows = [_row(_error(one, test, phrases)) for one in found for test in one.tests]
    notes = {_note(one, phrases): None for one in found if one.tests}
    return ["\n".join(head + rows), *notes]


def _error(found: Finding, test: SplitFinding, phrases: Phrases) -> list[str]:
    figures = test.figures
    errors = (phrases.number(figures[key], 3) for key in ("best_rule_error", "error"))
    shares = (
        phrases.percent(figures[key]) for key in ("coverage_untied", "holds_50", "holds_95", "coverage_fixed_band", "total")
    )
    where = [phrases.label(found.recipe.label), phrases.say(f"split_{test.split}"), phrases.number(figures["rows"])]
    interval = f"{signed(test.low, phrases)} – {signed(test.high, phrases)}"
    return [*where, rule_name(figures["best_rule"], phrases), *errors, signed(figures["gain"], phrases), interval, *shares]


def _note(found: Finding, phrases: Phrases) -> str:
    if found.recipe.counts:
        return phrases.say("card_error_counts", target=phrases.label(found.recipe.label))
    return phrases.say("card_error_log")


def _limits(found: list[Finding], judged: Backtest, phrases: Phrases) -> list[str]:
    said = limits(found, judged, phrases)
    if not any(len(side.astray()) for one in found for side in one.sides):
        low, high = (phrases.percent(share) for share in KEPT)
        said.insert(0, phrases.say("card_kept", low=low, high=high, **MIN_GROUP))
    return [_items([*said, *(phrases.say(key) for key in ("card_limit", "limits_2", "limits_3"))])]


def _again(source: Provenance, phrases: Phrases) -> list[str]:
    command = f"predictor train DATA --lead-days {source.lead_days:g} --seed {source.seed}"
    versions = ", ".join(f"{name} {number}" for name, number in source.versions.items())
    return [phrases.say("card_again_line", command=command), phrases.say("card_versions", versions=versions)]


def _items(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
