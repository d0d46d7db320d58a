"""What a back-test found, in sentences: the answer, how it was measured, and what it does not tell."""

from __future__ import annotations

import math
from datetime import date
from functools import partial

from predictor import texts
from predictor.catalogue import Catalogue, Recipe
from predictor.evaluate import RECORD_FROM
from predictor.findings import ROUGH, Finding, Side, Test
from predictor.group_words import group_heading, group_name
from predictor.train import Judged

WORST = 4  # groups named of those whose interval does not keep its word


def headline(found: list[Finding], lang: str) -> str:
    """In how many tests the model is worth having."""
    verdicts = [test.verdict for one in found for test in one.tests]
    better = verdicts.count("better")
    key = "record_headline_none" if not better else "record_headline_all" if better == len(verdicts) else "record_headline"
    return texts.say(lang, key, better=better, all=len(verdicts))


def verdict(found: Finding, lang: str) -> str:
    """One target in a sentence."""
    target = getattr(found.recipe.label, lang)
    if not found.tests:
        return texts.say(lang, "record_unjudged", target=target)
    return texts.say(lang, "record_verdict", target=target, tests="; ".join(_tested(test, lang) for test in found.tests))


def _tested(test: Test, lang: str) -> str:
    figures, where = test.figures, texts.say(lang, f"record_on_{test.split}")
    written = signed if test.verdict in ("enough", "worse") else partial(texts.percent, decimals=1)
    said = texts.say(
        lang, f"record_{test.verdict}", where=where, rule=rule_name(lang, str(figures["best_rule"])),
        gain=written(lang, figures["gain"]), low=signed(lang, test.low), high=signed(lang, test.high),
    )  # fmt: skip
    return texts.say(lang, "record_few", said=said, count=figures["rows"]) if figures["rows"] < ROUGH else said


def protocol(judged: Judged, lang: str) -> list[tuple[str, str]]:
    """Terms and what they mean: how rows were held out, from which data."""
    say, about = partial(texts.say, lang), judged.about
    data = "record_data_invented" if about["invented_data"] else "record_data_real"
    splits = [split for split in ("time", "newcomers", "new_creators") if split in set(judged.predictions["split"])]
    return [
        *((say(f"split_{split}"), say(f"record_protocol_{split}", least=RECORD_FROM)) for split in splits),
        (say("record_asked"), say("record_asked_text", days=about["lead_days"])),
        (say("record_rivals"), say("record_rivals_text")),
        (say("record_intervals"), say("record_intervals_text")),
        (say("record_data"), say(data, day=texts.day(lang, date.fromisoformat(about["data_until"])))),
        (say("record_fingerprint"), str(about["data_fingerprint"])),
    ]


def limits(found: list[Finding], judged: Judged, catalogue: Catalogue, lang: str) -> list[str]:
    """What the back-test does not tell: what was skipped, what is few, where intervals fail, what no back-test knows."""
    skipped = [catalogue.recipes[name] for name in judged.skipped]
    said = [_say_of(lang, "record_limit_skipped", recipe, least=recipe.minimum_labels) for recipe in skipped]
    for one in found:
        rough = [test for test in one.tests if test.figures["rows"] < ROUGH]
        said += [
            _say_of(
                lang, "record_limit_few", one.recipe, where=texts.say(lang, f"record_on_{t.split}"), count=int(t.figures["rows"])
            )
            for t in rough
        ]
        said += [_astray(one.recipe, side, catalogue, lang) for side in one.sides if len(side.astray())]
    return [*said, *(texts.say(lang, f"record_limit_{key}") for key in ("period", "recorded", "chosen"))]


def _say_of(lang: str, key: str, recipe: Recipe, **values: object) -> str:
    return texts.say(lang, key, target=getattr(recipe.label, lang), **values)


def _astray(recipe: Recipe, side: Side, catalogue: Catalogue, lang: str) -> str:
    groups = [
        texts.say(
            lang, "record_limit_group", by=group_heading(row["by"], catalogue, lang),
            group=group_name(row["by"], row["group"], catalogue, lang), coverage=texts.percent(lang, row["coverage_untied"]),
            count=row["rows"],
        )
        for row in side.astray().head(WORST).to_dict("records")
    ]  # fmt: skip
    where = texts.say(lang, f"record_on_{side.split}")
    return _say_of(lang, "record_limit_astray", recipe, where=where, groups=", ".join(groups))


def rule_name(lang: str, rule: str) -> str:
    """What a simple rule is called."""
    key = f"rule_{rule}"
    return texts.say(lang, key) if key in texts.sentences(lang) else rule.replace("_", " ")


def signed(lang: str, share: float) -> str:
    """A gain or a loss as a percentage with its sign."""
    written = texts.percent(lang, share, 1).replace("-", "−")
    return written if written.startswith(("−", "0%")) else f"+{written}"


def fixed(lang: str, value: float, decimals: int) -> str:
    """A figure of a column, with the same number of decimals as those above and below it."""
    if not math.isfinite(value):
        return texts.say(lang, "nothing")
    return f"{value:.{decimals}f}".replace(".", texts.say(lang, "decimal"))
