"""Why one candidate gets its forecast: rule and causes, what it rests on, what is doubtful, and what another deal would bring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from nicegui import run, ui

from predictor.bundle import Bundle
from predictor.definitions.labels import category
from predictor.definitions.schema import Catalogue, Entry
from predictor.errors import RowsError
from predictor.explanation.contributions import cause_name, contributions, rule_name
from predictor.explanation.response_curves import OwnCurve, own_curves
from predictor.history.examples import candidate_rows
from predictor.page.charts import COLOURS, INK, TEXT, count_axis, waterfall
from predictor.page.elements import chart, listed, title
from predictor.planning.whatif import Change, what_if
from predictor.reporting.whatif_words import costs, verdict
from predictor.tables.columns import Figure, scored_column
from predictor.tables.frames import History
from predictor.wording.sentences import compact, heading, interval, money, noun, number, percent, say, who

WITH_INTERVAL: tuple[Figure, ...] = ("expected", "p10", "p90")
SENTENCES: tuple[Figure, ...] = ("note", "basis", "doubts")

# How one candidate's forecast moves with each input: small charts, asked of the model only once they are opened.


def curves_view(find: Callable[[], list[OwnCurve]], entries: dict[str, Entry], who: str, outcome: str, lang: str) -> None:
    """Draw a line that opens the curves; `find` computes them, away from the page, when it is opened for the first time."""
    with ui.expansion(say(lang, "page_curves")).classes("w-full k-more") as line:
        ui.label(say(lang, "page_curves_note")).classes("k-soft")
        area = ui.element("div").classes("k-pair w-full")

    async def opened() -> None:
        if not line.value or area.default_slot.children:
            return
        with area:
            ui.spinner(size="28px")
        found = await run.io_bound(find)
        if area.is_deleted:
            return
        area.clear()
        with area:
            for curve in found or []:
                _drawn(curve, entries[curve.column], who, outcome, lang)

    line.on_value_change(opened)


def _drawn(curve: OwnCurve, entry: Entry, who: str, outcome: str, lang: str) -> None:
    label = str(getattr(entry.label, lang))
    with ui.element("div"):
        ui.label(label).classes("k-strong")
        chart(response(curve, entry, outcome, lang), f"{who}: {label}", lang).classes("k-chart-curve")
        if curve.at is None:
            ui.label(say(lang, "page_curves_unknown")).classes("k-soft")


def response(curve: OwnCurve, entry: Entry, outcome: str, lang: str) -> dict[str, Any]:
    """Expected outcome and 80 % interval over the values that the model learned from, and a mark where the candidate stands."""
    rows = curve.points[["value", "expected", "p10", "p90"]].to_numpy(dtype=float).tolist()
    written = percent if entry.type == "rate" else compact if entry.type == "count" else number
    label = getattr(entry.label, lang)
    tooltips = [
        f"{label}: {written(lang, value)}\n{outcome}: {compact(lang, expected)} ({interval(lang, low, high)})"
        for value, expected, low, high in rows
    ]
    bare = {"type": "line", "symbol": "none", "lineStyle": {"opacity": 0}, "stack": "80", "silent": True}
    mark = [{"value": [*curve.at], "words": tooltips[[row[0] for row in rows].index(curve.at[0])]}] if curve.at else []
    across = count_axis("", "x", [], lang, "log" if curve.logarithmic else "value")
    if entry.type == "rate":
        across["axisLabel"] = {**across["axisLabel"], ":formatter": "v => Math.round(100 * v) + '%'"}
    across["axisLabel"] |= {"showMaxLabel": entry.type == "rate"}  # the last value is seldom a round one
    return {
        "animation": False, "textStyle": TEXT, "grid": {"left": 8, "right": 20, "top": 28, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "item", "renderMode": "richText", ":formatter": "p => p.data.words || ''"},
        "xAxis": {**across, "min": rows[0][0], "max": rows[-1][0]},
        "yAxis": {**count_axis(heading(outcome), "y", [], lang, "value"), "min": 0, "splitNumber": 3},
        "series": [
            {**bare, "data": [[value, low] for value, _, low, _ in rows]},
            {**bare, "data": [[value, high - low] for value, _, low, high in rows],
             "areaStyle": {"color": COLOURS["influencer"], "opacity": 0.15}},
            {"type": "line", "symbol": "circle", "symbolSize": 4, "showSymbol": False, "color": COLOURS["influencer"],
             "lineStyle": {"width": 2},
             "data": [{"value": row[:2], "words": words} for row, words in zip(rows, tooltips, strict=True)]},
            {"type": "scatter", "symbol": "diamond", "symbolSize": 14, "color": INK, "data": mark, "z": 5},
        ],
    }  # fmt: skip


SHOWN = 6  # causes drawn by themselves, strongest first
NEAR_ONE = 0.005  # a cause whose factor is nearer to one is not drawn


@dataclass(frozen=True)
class Asked:
    """One candidate as given (a frame of one row), and all that its forecast needs."""

    candidate: pd.DataFrame
    bundle: Bundle
    brief: dict[str, Any]
    tables: History | None
    goal: str
    on: pd.Timestamp

    @property
    def target(self) -> str:
        """The target that answers the goal."""
        return next(name for name, model in self.bundle.models.items() if model.recipe.goal == self.goal)

    @property
    def catalogue(self) -> Catalogue:
        """The definitions of the model."""
        return self.bundle.catalogue


def steps_of(asked: Asked, lang: str) -> list[tuple[str, float, float]]:
    """From the rule's value through the strongest causes to the forecast: name, value before, value after."""
    row = contributions(asked.bundle.models[asked.target], _known(asked)).iloc[0]
    factors = row.drop(["rule", "start"]).astype(float)
    strongest = factors[(factors - 1).abs().sort_values(ascending=False, kind="stable").index]
    named = strongest[(strongest - 1).abs() >= NEAR_ONE].head(SHOWN)
    steps, value = [(heading(rule_name(str(row["rule"]), lang)), 0.0, float(row["start"]))], float(row["start"])
    for name, factor in named.items():
        steps.append((heading(cause_name(str(name), asked.catalogue, lang)), value, value * factor))
        value *= factor
    rest = float(factors.drop(named.index).prod())
    if abs(rest - 1) >= NEAR_ONE:
        steps.append((heading(say(lang, "cause_others")), value, value * rest))
    return [*steps, (say(lang, "page_forecast"), 0.0, float(row["start"] * factors.prod()))]


def _known(asked: Asked) -> pd.DataFrame:
    """The candidate's features as known on the day."""
    return candidate_rows(
        asked.candidate, asked.brief, asked.on, asked.tables or History(), asked.catalogue, asked.bundle.texts
    )  # fmt: skip


def _curves(asked: Asked) -> list[OwnCurve]:
    return own_curves(asked.bundle.models[asked.target], _known(asked), asked.catalogue)


def why_view(row: pd.Series, asked: Asked, lang: str) -> None:
    """Draw one scored candidate (`row`, with its reasons) into the container at hand."""
    outcome = asked.catalogue.entries[asked.bundle.models[asked.target].recipe.outcome].label.by_language()
    title(who(row), "h2")
    about = (category(row, column, asked.catalogue, lang) for column in ("kind", "platform", "tier", "format"))
    ui.label(" · ".join(filter(None, about))).classes("k-soft")
    _facts(row, asked, outcome, lang)
    if pd.notna(row.get(scored_column(asked.target, "expected"))) and pd.isna(row.get(scored_column(asked.target, "note"))):
        title(say(lang, "page_why_causes"), "h3")
        drawn = waterfall(steps_of(asked, lang), heading(outcome[lang]), lang)
        chart(drawn, f"{who(row)}: {say(lang, 'page_why_causes')}", lang).classes("k-chart-low")
        curves_view(lambda: _curves(asked), asked.catalogue.entries, who(row), outcome[lang], lang)
    _sentences(row, asked.target, lang)
    _what_if(row, asked, lang)


def _facts(row: pd.Series, asked: Asked, outcome: dict[str, str], lang: str) -> None:
    target, currency = asked.target, row.get("currency")
    cost = asked.bundle.models[target].recipe.cost_per.by_language()
    facts = [
        (heading(outcome[lang]), _with_interval(row, target, lang)),
        (say(lang, "fee"), money(lang, _number(row, "fee"), currency)),
        (heading(cost[lang]), money(lang, _number(row, scored_column(target, "cost")), currency, short=True)),
    ]
    listed(facts)


def _with_interval(row: pd.Series, target: str, lang: str) -> str:
    expected, low, high = (_number(row, scored_column(target, figure)) for figure in WITH_INTERVAL)
    if expected is None or low is None or high is None:
        return say(lang, "nothing")
    return f"{compact(lang, expected)} ({interval(lang, low, high)})"


def _sentences(row: pd.Series, target: str, lang: str) -> None:
    headings = {f"{target}_{part}": f"page_why_{part}" for part in ("note", "basis", "doubts")} | {"fee_why": "page_why_fee"}
    for column, heads in headings.items():
        said = row.get(column)
        if isinstance(said, str) and said:
            title(say(lang, heads), "h3")
            ui.label(said).classes("k-text")


def _what_if(row: pd.Series, asked: Asked, lang: str) -> None:
    """Another fee, number of posts or format: the new total and the difference, on the same draws."""
    formats = sorted({str(v) for v in asked.bundle.models[asked.target].design.levels.get("format", ()) if v})
    title(say(lang, "page_whatif"), "h3")
    ui.label(say(lang, "whatif_association")).classes("k-soft")
    given = {"fee": _number(row, "fee"), "posts": _number(row, "posts") or 1.0, "format": row.get("format")}
    with ui.element("div").classes("k-row"):
        fee = ui.number(say(lang, "fee"), value=given["fee"], min=0, format="%.0f").props("outlined dense").classes("k-select")
        posts = ui.number(_label(asked, "posts", lang), value=given["posts"], min=1, max=20, step=1, format="%.0f")
        posts.props("outlined dense").classes("k-select")
        known = given["format"] if given["format"] in formats else None
        form = ui.select(formats, value=known, label=_label(asked, "format", lang)).props("outlined dense").classes("k-select")
    answer = ui.label("").classes("k-note").props('role="status" aria-live="polite"')
    answer.set_visibility(False)

    count = 0  # how many deals were asked about, so that an answer that comes late is dropped

    async def changed() -> None:
        nonlocal count
        count += 1
        mine = count
        wanted = {"fee": fee.value, "posts": posts.value, "format": form.value or given["format"]}
        after = asked.candidate.assign(**{name: [value] for name, value in wanted.items() if value is not None})
        try:
            sentence = _answer(await run.io_bound(_changed, asked, after, lang), lang)
        except RowsError as problem:
            sentence = str(problem)
        if answer.is_deleted or mine != count:
            return
        answer.set_text(sentence)
        answer.set_visibility(True)

    for control in (fee, posts):
        control.on("change", changed)
    form.on_value_change(changed)


def _changed(asked: Asked, after: pd.DataFrame, lang: str) -> Change:
    return what_if(
        asked.candidate, after, asked.bundle, asked.goal, brief=asked.brief, history=asked.tables, on=asked.on, lang=lang
    )  # fmt: skip


def _answer(found: Change, lang: str) -> str:
    within = interval(lang, found.after.low, found.after.high)
    after = f"{compact(lang, found.after.expected)} {noun(lang, found.outcome)} ({within})."
    return "\n".join([verdict(found, lang), after, *costs(found, lang), *found.doubts])


def _label(asked: Asked, name: str, lang: str) -> str:
    return str(getattr(asked.catalogue.entries[name].label, lang))


def _number(row: pd.Series, column: str) -> float | None:
    value = pd.to_numeric(row.get(column), errors="coerce")
    return None if value is None or pd.isna(value) else float(value)
