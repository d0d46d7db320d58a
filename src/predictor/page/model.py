"""How good the model in use is, for whoever answers for the money: its back-test in plain words and three plots."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from predictor.bundle import Bundle
from predictor.definitions.phrases import Phrases, in_order
from predictor.evaluation.findings import KEPT, ROUGH, WORTH, enough_to_judge
from predictor.explanation.contributions import pooled_limit, rule_name, skipped_limit
from predictor.page.charts import coverages, errors, totals
from predictor.page.elements import chart, listed, title
from predictor.wording.sentences import heading

# Where the interval keeps its word and where it does not: held-out results by group, as a plain table in words.

SHOWN = ("record", "platform", "tier", "kind")  # ways of grouping that a planner knows
BIASED = 0.15  # how far the total of the forecasts may lie from what was counted without a word
TITLES = ("model_group", "rows", "record_inside", "model_group_told")


def groups_view(bundle: Bundle, target: str, phrases: Phrases) -> None:
    """Draw one target's groups behind a line that opens them; nothing for a bundle that was trained before they were kept."""
    groups = {by: rows for by in SHOWN if (rows := groups_of(bundle, target, by, phrases))}
    if not groups:
        return
    label = phrases.label(bundle.models[target].recipe.label)
    with ui.expansion(phrases.say("model_groups", target=label)).classes("k-full k-more"):
        with ui.element("div").classes("k-wide").props('tabindex="0" role="region"') as frame:
            frame.props["aria-label"] = phrases.say("model_groups", target=label)
            with ui.element("table").classes("k-figures k-groups"):
                _row([phrases.say(key) for key in TITLES], "col")
                for by, rows in groups.items():
                    _row([phrases.group_heading(by), "", "", ""], "colgroup")
                    for row in rows:
                        _row(row)


def groups_of(bundle: Bundle, target: str, by: str, phrases: Phrases) -> list[list[str]]:
    """Rows of one way of grouping: its name, results, share inside the 80 % interval, and what that means."""
    found = {one["group"]: one for one in bundle.provenance.groups if one["target"] == target and one["by"] == by}
    return [
        [
            phrases.group_name(by, name), phrases.number(found[name]["rows"]),
            phrases.percent(found[name]["coverage_untied"]), phrases.say(f"model_group_{_verdict(found[name])}"),
        ]
        for name in in_order(by, found)
    ]  # fmt: skip


def _verdict(group: dict[str, Any]) -> str:
    low, high = KEPT
    inside = group["coverage_untied"]
    return "few" if not enough_to_judge(group) else "narrow" if inside < low else "wide" if inside > high else "kept"


def _row(cells: list[str], heads: str | None = None) -> None:
    with ui.element("tr"):
        for at, cell in enumerate(cells):
            scope = heads or ("row" if at == 0 else None)
            with ui.element("th" if scope and cell else "td").props(f'scope="{scope}"' if scope and cell else ""):
                ui.label(cell)


Figures = dict[str, Any]
NEVER = ("platform", "kind", "tier", "format")  # of which the page names what no result has shown
TABLE = ("rows", "best_rule", "model_than_rule", "record_inside", "record_total")
MLFLOW = "mlflow ui --backend-store-uri sqlite:///models/trained/mlflow.db --host 127.0.0.1"  # in the project's folder


def model_view(bundle: Bundle, phrases: Phrases, tracking: str = "") -> None:
    """Draw into the container at hand; all figures come from the bundle's own back-test.

    `tracking` is where MLflow's own page is served, if anywhere; otherwise how to open it is said.
    """
    if bundle.invented:
        ui.label(phrases.say("card_invented")).classes("k-note k-warn")
    judged = [(model.recipe, tests) for name, model in bundle.models.items() if (tests := judged_on(bundle, name))]
    title(phrases.say("model_trust"), "h2")
    for sentence in trust(bundle, phrases):
        with ui.element("p").classes("k-said"):
            ui.label(sentence)
    if judged:
        _chart(coverages(judged, phrases), phrases.say("record_inside"), phrases.say("model_coverage_note"), phrases)
    listed(facts(bundle, phrases))
    for name, model in bundle.models.items():
        tests = judged_on(bundle, name)
        title(phrases.label(model.recipe.label), "h2")
        for sentence in split_sentences(tests, phrases) or [phrases.say("model_unjudged")]:
            with ui.element("p").classes("k-said"):
                ui.label(sentence)
        if tests:
            _chart(
                errors(tests, [*model.recipe.rules], phrases),
                f"{phrases.say('model_errors')}: {phrases.label(model.recipe.label)}",
                f"{phrases.say('model_errors')}. {phrases.say('model_errors_note')}",
                phrases,
            )
            _table(figures(tests, phrases), phrases.label(model.recipe.label), phrases)
        groups_view(bundle, name, phrases)
    if judged:
        title(phrases.say("model_totals"), "h2")
        _chart(totals(judged, phrases), phrases.say("record_total"), phrases.say("model_totals_note"), phrases)
    title(phrases.say("record_limits"), "h2")
    with ui.element("ul").classes("k-caveats"):
        for sentence in limits(bundle, phrases):
            with ui.element("li"):
                ui.label(sentence)
    title(phrases.say("model_mlflow"), "h2")
    if tracking.startswith(("http://", "https://")):
        ui.link(phrases.say("model_mlflow_link"), tracking, new_tab=True)
    else:
        ui.label(phrases.say("model_mlflow_open", command=MLFLOW)).classes("k-said")


def trust(bundle: Bundle, phrases: Phrases) -> list[str]:
    """Whether to trust it, in three lines: beside rules of thumb, whether the range keeps its word, and what to take as rough."""
    newest = {name: tests[0] for name in bundle.models if (tests := judged_on(bundle, name))}
    names = {name: phrases.noun(model.recipe.label) for name, model in bundle.models.items()}
    sides = {word: [names[name] for name, test in newest.items() if _side(test) == word] for word in ("better", "same", "worse")}
    beside = [phrases.say(f"model_trust_{word}", targets=", ".join(each)) for word, each in sides.items() if each]
    shares = [
        phrases.say("model_trust_share", share=phrases.percent(test["coverage_untied"]), target=names[name])
        for name, test in newest.items()
    ]
    rough = [names[name] for name in bundle.models if name not in newest or newest[name]["rows"] < ROUGH]
    doubt = phrases.say("model_trust_doubt", targets=", ".join(rough)) if rough else phrases.say("model_trust_sure", count=ROUGH)
    said = [" ".join(beside), phrases.say("model_trust_range", shares=", ".join(shares))] if newest else []
    return [*said, *_of_strangers(bundle, names, phrases), " ".join([*_biased(newest, names, phrases), doubt])]


def _of_strangers(bundle: Bundle, names: dict[str, str], phrases: Phrases) -> list[str]:
    """Where the range is too narrow for people without a record, which the newest results do not show."""
    tests = [(name, one) for name in bundle.models for one in judged_on(bundle, name) if one["split"] == "new_creators"]
    shares = [
        phrases.say("model_trust_share", share=phrases.percent(one["coverage_untied"]), target=names[name])
        for name, one in tests
        if one["coverage_untied"] < KEPT[0]
    ]
    return [phrases.say("model_trust_strangers", shares=", ".join(shares))] if shares else []


def _biased(newest: dict[str, Figures], names: dict[str, str], phrases: Phrases) -> list[str]:
    """Where the forecasts of the newest results add up to clearly more, or less, than was counted."""
    off = {name: test["total"] for name, test in newest.items() if abs(test["total"] - 1) > BIASED}
    shares = [phrases.say("model_trust_share", share=phrases.percent(total), target=names[name]) for name, total in off.items()]
    return [phrases.say("model_trust_total", shares=", ".join(shares))] if shares else []


def _side(test: Figures) -> str:
    gain = test["gain"]
    return "better" if gain >= WORTH else "worse" if gain <= -WORTH else "same"


def facts(bundle: Bundle, phrases: Phrases) -> list[tuple[str, str]]:
    """Version, the day of the newest result, and how much it learned from: labels and values."""
    say, source = phrases.say, bundle.provenance
    learned = [(phrases.label(m.recipe.label), m.support) for m in bundle.models.values()]
    return [
        (say("model_version_in_use"), source.version or (source.hash or "")[:8] or say("nothing")),
        (say("model_results_until"), phrases.day(source.data_until)),
        *(
            (say("model_learned", target=target), say("model_results_of", results=one.labels, count=one.creators))
            for target, one in learned
        ),
    ]


def judged_on(bundle: Bundle, target: str) -> list[Figures]:
    """A target's figures on all rows of each test."""
    return [one for one in bundle.provenance.scores if one["target"] == target and one["group"] == "all"]


def split_sentences(tests: list[Figures], phrases: Phrases) -> list[str]:
    """A test in two plain sentences: beside the best simple rule, and whether the interval keeps its word."""
    return [" ".join([_against_rule(one, phrases), *_kept(one, phrases)]) for one in tests]


def _against_rule(test: Figures, phrases: Phrases) -> str:
    return phrases.say(
        f"model_{_side(test)}", where=phrases.say(f"split_{test['split']}"), gain=phrases.percent(abs(test["gain"]), 1),
        rule=rule_name(test["best_rule"], phrases),
    )  # fmt: skip


def _kept(test: Figures, phrases: Phrases) -> list[str]:
    inside = phrases.say("model_inside", coverage=phrases.percent(test["coverage_untied"]), count=test["rows"])
    return [inside, phrases.say("model_rough")] if test["rows"] < ROUGH else [inside]


def figures(tests: list[Figures], phrases: Phrases) -> list[list[str]]:
    """The same as rows of a table, the title of each first."""
    return [
        [
            phrases.say(f"split_{one['split']}"), phrases.number(one["rows"]), heading(rule_name(one["best_rule"], phrases)),
            phrases.percent(one["error"] / one["best_rule_error"]) if one["best_rule_error"] else phrases.say("nothing"),
            phrases.percent(one["coverage_untied"]), phrases.percent(one["total"]),
        ]
        for one in tests
    ]  # fmt: skip


def limits(bundle: Bundle, phrases: Phrases) -> list[str]:
    """What the model has never seen, what it does not forecast, and what no back-test tells."""
    unseen = [said for column in NEVER if (said := _never_seen(bundle, column, phrases))]
    skipped = [bundle.catalogue.recipes[name] for name in bundle.provenance.skipped if name in bundle.catalogue.recipes]
    missing = [skipped_limit(one, phrases) for one in skipped]
    missing += [pooled_limit(model.recipe, phrases) for model in bundle.models.values() if model.recipe.pooled]
    missing += [
        phrases.say("record_limit_left_out", target=phrases.label(bundle.catalogue.recipes[name].label), name=name)
        for name in bundle.left_out
    ]
    return [*unseen, *missing, *(phrases.say(key) for key in ("card_limit", "limits_2", "limits_3", "record_limit_period"))]


def _never_seen(bundle: Bundle, column: str, phrases: Phrases) -> str | None:
    entry = bundle.catalogue.entries.get(column)
    shown = {value for model in bundle.models.values() for value in model.support.values.get(column, {})}
    names = [phrases.label(words) for value, words in entry.categories.items() if value not in shown] if entry and shown else []
    if not entry or not names:
        return None
    return phrases.say("model_never_seen", what=phrases.label(entry.label).lower(), values=", ".join(names))


def _chart(options: dict[str, Any], name: str, note: str, phrases: Phrases) -> None:
    ui.label(note).classes("k-soft")
    marks = len(options["yAxis"]["data"])
    chart(options, name, phrases).style(f"width: 100%; height: {90 + 34 * marks}px")


def _table(rows: list[list[str]], target: str, phrases: Phrases) -> None:
    titles = [phrases.say("model_test"), *(phrases.say(key) for key in TABLE)]
    with ui.element("div").classes("k-wide").props('tabindex="0" role="region"') as frame:
        frame.props["aria-label"] = f"{phrases.say('model_figures')}: {target}"
        with ui.element("table").classes("k-figures"):
            for at, row in enumerate([titles, *rows]):
                with ui.element("tr"):
                    for cell in row:
                        with ui.element("td" if at else "th"):
                            ui.label(cell)
