"""The model card: what a version forecasts, from what, how wrong it was, and what it does not know, as Markdown.

After Mitchell et al. (2019), "Model Cards for Model Reporting".
"""

from __future__ import annotations

from functools import partial

from predictor.bundle import Bundle, segments
from predictor.definitions.labels import word
from predictor.evaluation.backtest import Backtest
from predictor.evaluation.findings import KEPT, MIN_GROUP, Finding, SplitFinding, findings
from predictor.forecasting.provenance import Provenance
from predictor.forecasting.target_model import MIN_CREATORS_FOR_OTHERS, TargetModel
from predictor.reporting.backtest_report import headline, limits, rule_name, signed, verdict
from predictor.wording import sentences

LONGEST = 5_000  # characters that MLflow keeps of a version's description


def model_card(bundle: Bundle, judged: Backtest, lang: str = "en") -> str:
    """The card of a trained bundle in `en` or `vi`; the same bundle and back-test give the same text."""
    say, found = partial(sentences.say, lang), findings(judged, bundle.catalogue)
    parts = [
        _head(bundle, found, lang),
        [f"## {say('card_targets')}", *_targets(bundle, lang)],
        [f"## {say('card_data')}", _data(bundle.provenance, lang)],
        [f"## {say('card_errors')}", *_errors(found, lang)],
        [f"## {say('record_limits')}", *_limits(bundle, found, judged, lang)],
        [f"## {say('card_again')}", *_again(bundle.provenance, lang)],
    ]
    return "\n\n".join("\n\n".join(part) for part in parts) + "\n"


def description(card: str, lang: str = "en") -> str:
    """As many whole lines of a card as MLflow keeps beside a version."""
    rest = f"\n\n{sentences.say(lang, 'card_rest')}\n"
    return card if len(card) <= LONGEST else card[: LONGEST - len(rest)].rpartition("\n")[0].rstrip() + rest


def _head(bundle: Bundle, found: list[Finding], lang: str) -> list[str]:
    targets = ", ".join(sentences.noun(lang, model.recipe.label.by_language()) for model in bundle.models.values())
    invented = [f"**{sentences.say(lang, 'card_invented')}**"] if bundle.invented else []
    said = [headline(found, lang), _items([verdict(one, lang) for one in found])]
    return [f"# {sentences.say(lang, 'card_title', targets=targets)}", *invented, sentences.say(lang, "card_purpose"), *said]


def _targets(bundle: Bundle, lang: str) -> list[str]:
    said = []
    for name, model in bundle.models.items():
        platforms = [word("platform", platform, bundle.catalogue, lang) for platform in bundle.provenance.platforms[name]]
        labels, creators = model.support.labels, model.support.creators
        target = getattr(model.recipe.label, lang)
        line = sentences.say(lang, "card_target", target=target, labels=labels, creators=creators, platforms=", ".join(platforms))
        said.append(" ".join([line, *_parts(model, lang)]))
    return [_items(said), *_not_seen(bundle, lang)]


def _parts(model: TargetModel, lang: str) -> list[str]:
    said = [
        sentences.say(
            lang, "card_part", where=sentences.say(lang, f"card_{side}"), rule=rule_name(lang, part.baseline_name),
            share=sentences.percent(lang, part.residual_weight), rows=part.rows,
        )
        for side, part in segments(model).items()
    ]  # fmt: skip
    creators = {"count": model.support.creators, "least": MIN_CREATORS_FOR_OTHERS}
    if model.cold_start is None:
        return [*said, sentences.say(lang, "evidence_too_few_creators", **creators)]
    return [*said, sentences.say(lang, "evidence_few_creators", **creators)] if model.support.few_creators else said


def _not_seen(bundle: Bundle, lang: str) -> list[str]:
    seen = {platform for platforms in bundle.provenance.platforms.values() for platform in platforms}
    unseen = [platform for platform in bundle.catalogue.entries["platform"].categories if platform not in seen]
    names = ", ".join(word("platform", platform, bundle.catalogue, lang) for platform in unseen)
    return [sentences.say(lang, "card_not_seen", platforms=names)] if unseen else []


def _data(source: Provenance, lang: str) -> str:
    rows = ", ".join(sentences.say(lang, "card_rows", count=count, table=table) for table, count in source.rows.items())
    day = sentences.day(lang, source.data_until)
    return sentences.say(lang, "card_data_line", day=day, fingerprint=f"`{source.data_fingerprint}`", rows=rows)


def _errors(found: list[Finding], lang: str) -> list[str]:
    titles = ["card_target_heading", "card_held_out", "rows", "best_rule", "rule_error", "model_error", "record_gain"]
    titles += ["card_gain_90", "record_inside", "record_band", "record_total"]
    head = [_row([sentences.say(lang, title) for title in titles]), _row(["---", "---", "--:", "---"] + ["--:"] * 7)]
    rows = [_row(_error(one, test, lang)) for one in found for test in one.tests]
    notes = {_note(one, lang): None for one in found if one.tests}
    return ["\n".join(head + rows), *notes]


def _error(found: Finding, test: SplitFinding, lang: str) -> list[str]:
    figures = test.figures
    errors = (sentences.number(lang, figures[key], 3) for key in ("best_rule_error", "error"))
    shares = (sentences.percent(lang, figures[key]) for key in ("coverage", "coverage_fixed_band", "total"))
    where = [
        getattr(found.recipe.label, lang),
        sentences.say(lang, f"split_{test.split}"),
        sentences.number(lang, figures["rows"]),
    ]
    interval = f"{signed(lang, test.low)} – {signed(lang, test.high)}"
    return [*where, rule_name(lang, figures["best_rule"]), *errors, signed(lang, figures["gain"]), interval, *shares]


def _note(found: Finding, lang: str) -> str:
    if found.recipe.counts:
        return sentences.say(lang, "card_error_counts", target=getattr(found.recipe.label, lang))
    return sentences.say(lang, "card_error_log")


def _limits(bundle: Bundle, found: list[Finding], judged: Backtest, lang: str) -> list[str]:
    said = limits(found, judged, bundle.catalogue, lang)
    if not any(len(side.astray()) for one in found for side in one.sides):
        low, high = (sentences.percent(lang, share) for share in KEPT)
        said.insert(0, sentences.say(lang, "card_kept", low=low, high=high, **MIN_GROUP))
    return [_items([*said, *(sentences.say(lang, key) for key in ("card_limit", "limits_2", "limits_3"))])]


def _again(source: Provenance, lang: str) -> list[str]:
    command = f"predictor train DATA --lead-days {source.lead_days:g} --seed {source.seed}"
    versions = ", ".join(f"{name} {number}" for name, number in source.versions.items())
    return [sentences.say(lang, "card_again_line", command=command), sentences.say(lang, "card_versions", versions=versions)]


def _items(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
