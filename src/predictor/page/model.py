"""How good the model in use is, for whoever answers for the money: its back-test in plain words and three plots."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from predictor.bundle import Bundle
from predictor.definitions.labels import group_heading, group_name, in_order
from predictor.evaluation.findings import KEPT, ROUGH, WORTH, enough_to_judge
from predictor.explanation.contributions import rule_name
from predictor.page.charts import coverages, errors, totals
from predictor.page.elements import chart, listed, title
from predictor.wording.sentences import day, heading, number, percent, say

# Where the interval keeps its word and where it does not: held-out results by group, as a plain table in words.

SHOWN = ("record", "platform", "tier", "kind")  # ways of grouping that a planner knows
TITLES = ("model_group", "rows", "record_inside", "model_group_told")


def groups_view(bundle: Bundle, target: str, lang: str) -> None:
    """Draw one target's groups behind a line that opens them; nothing for a bundle that was trained before they were kept."""
    groups = {by: rows for by in SHOWN if (rows := groups_of(bundle, target, by, lang))}
    if not groups:
        return
    label = getattr(bundle.models[target].recipe.label, lang)
    with ui.expansion(say(lang, "model_groups", target=label)).classes("w-full k-more"):
        with ui.element("div").classes("k-wide").props('tabindex="0" role="region"') as frame:
            frame.props["aria-label"] = say(lang, "model_groups", target=label)
            with ui.element("table").classes("k-figures k-groups"):
                _row([say(lang, key) for key in TITLES], "col")
                for by, rows in groups.items():
                    _row([group_heading(by, bundle.catalogue, lang), "", "", ""], "colgroup")
                    for row in rows:
                        _row(row)


def groups_of(bundle: Bundle, target: str, by: str, lang: str) -> list[list[str]]:
    """Rows of one way of grouping: its name, results, share inside the 80 % interval, and what that means."""
    found = {one["group"]: one for one in bundle.provenance.groups if one["target"] == target and one["by"] == by}
    return [
        [
            group_name(by, name, bundle.catalogue, lang), number(lang, found[name]["rows"]),
            percent(lang, found[name]["coverage_untied"]), say(lang, f"model_group_{_verdict(found[name])}"),
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


def model_view(bundle: Bundle, lang: str, tracking: str = "") -> None:
    """Draw into the container at hand; all figures come from the bundle's own back-test.

    `tracking` is where MLflow's own page is served, if anywhere; otherwise how to open it is said.
    """
    if bundle.invented:
        ui.label(say(lang, "card_invented")).classes("k-note k-warn")
    listed(facts(bundle, lang))
    for name, model in bundle.models.items():
        tests = judged_on(bundle, name)
        title(getattr(model.recipe.label, lang), "h2")
        for sentence in split_sentences(tests, lang) or [say(lang, "model_unjudged")]:
            with ui.element("p").classes("k-said"):
                ui.label(sentence)
        if tests:
            _chart(
                errors(tests, [*model.recipe.rules], lang),
                f"{say(lang, 'model_errors')}: {getattr(model.recipe.label, lang)}",
                f"{say(lang, 'model_errors')}. {say(lang, 'model_errors_note')}",
                lang,
            )
            _table(figures(tests, lang), getattr(model.recipe.label, lang), lang)
        groups_view(bundle, name, lang)
    judged = [(model.recipe, tests) for name, model in bundle.models.items() if (tests := judged_on(bundle, name))]
    if judged:
        title(say(lang, "record_plot_groups"), "h2")
        _chart(coverages(judged, lang), say(lang, "record_inside"), say(lang, "model_coverage_note"), lang)
        title(say(lang, "model_totals"), "h2")
        _chart(totals(judged, lang), say(lang, "record_total"), say(lang, "model_totals_note"), lang)
    title(say(lang, "record_limits"), "h2")
    with ui.element("ul").classes("k-caveats"):
        for sentence in limits(bundle, lang):
            with ui.element("li"):
                ui.label(sentence)
    title(say(lang, "model_mlflow"), "h2")
    if tracking.startswith(("http://", "https://")):
        ui.link(say(lang, "model_mlflow_link"), tracking, new_tab=True)
    else:
        ui.label(say(lang, "model_mlflow_open", command=MLFLOW)).classes("k-said")


def facts(bundle: Bundle, lang: str) -> list[tuple[str, str]]:
    """Version, the day of the newest result, and how much it learned from: labels and values."""
    source = bundle.provenance
    learned = [(getattr(m.recipe.label, lang), m.support) for m in bundle.models.values()]
    return [
        (say(lang, "model_version_in_use"), source.version or (source.hash or "")[:8] or say(lang, "nothing")),
        (say(lang, "model_results_until"), day(lang, source.data_until)),
        *(
            (say(lang, "model_learned", target=target), say(lang, "model_results_of", count=one.labels, creators=one.creators))
            for target, one in learned
        ),
    ]


def judged_on(bundle: Bundle, target: str) -> list[Figures]:
    """A target's figures on all rows of each test."""
    return [one for one in bundle.provenance.scores if one["target"] == target and one["group"] == "all"]


def split_sentences(tests: list[Figures], lang: str) -> list[str]:
    """A test in two plain sentences: beside the best simple rule, and whether the interval keeps its word."""
    return [" ".join([_against_rule(one, lang), *_kept(one, lang)]) for one in tests]


def _against_rule(test: Figures, lang: str) -> str:
    gain = test["gain"]
    key = "model_better" if gain >= WORTH else "model_worse" if gain <= -WORTH else "model_same"
    return say(
        lang, key, where=say(lang, f"split_{test['split']}"), gain=percent(lang, abs(gain), 1),
        rule=rule_name(test["best_rule"], lang),
    )  # fmt: skip


def _kept(test: Figures, lang: str) -> list[str]:
    inside = say(lang, "model_inside", coverage=percent(lang, test["coverage_untied"]), count=test["rows"])
    return [inside, say(lang, "model_rough")] if test["rows"] < ROUGH else [inside]


def figures(tests: list[Figures], lang: str) -> list[list[str]]:
    """The same as rows of a table, the title of each first."""
    return [
        [
            say(lang, f"split_{one['split']}"), number(lang, one["rows"]), heading(rule_name(one["best_rule"], lang)),
            percent(lang, one["error"] / one["best_rule_error"]) if one["best_rule_error"] else say(lang, "nothing"),
            percent(lang, one["coverage_untied"]), percent(lang, one["total"]),
        ]
        for one in tests
    ]  # fmt: skip


def limits(bundle: Bundle, lang: str) -> list[str]:
    """What the model has never seen, what it does not forecast, and what no back-test tells."""
    unseen = [said for column in NEVER if (said := _never_seen(bundle, column, lang))]
    skipped = [bundle.catalogue.recipes[name] for name in bundle.provenance.skipped if name in bundle.catalogue.recipes]
    missing = [say(lang, "record_limit_skipped", target=getattr(one.label, lang), least=one.minimum_labels) for one in skipped]
    return [*unseen, *missing, *(say(lang, key) for key in ("card_limit", "limits_2", "limits_3", "record_limit_period"))]


def _never_seen(bundle: Bundle, column: str, lang: str) -> str | None:
    entry = bundle.catalogue.entries.get(column)
    shown = {value for model in bundle.models.values() for value in model.support.values.get(column, {})}
    names = [getattr(words, lang) for value, words in entry.categories.items() if value not in shown] if entry and shown else []
    if not entry or not names:
        return None
    return say(lang, "model_never_seen", what=getattr(entry.label, lang).lower(), values=", ".join(names))


def _chart(options: dict[str, Any], name: str, note: str, lang: str) -> None:
    ui.label(note).classes("k-soft")
    marks = len(options["yAxis"]["data"])
    chart(options, name, lang).style(f"width: 100%; height: {90 + 34 * marks}px")


def _table(rows: list[list[str]], target: str, lang: str) -> None:
    titles = [say(lang, "model_test"), *(say(lang, key) for key in TABLE)]
    with ui.element("div").classes("k-wide").props('tabindex="0" role="region"') as frame:
        frame.props["aria-label"] = f"{say(lang, 'model_figures')}: {target}"
        with ui.element("table").classes("k-figures"):
            for at, row in enumerate([titles, *rows]):
                with ui.element("tr"):
                    for cell in row:
                        with ui.element("td" if at else "th"):
                            ui.label(cell)
