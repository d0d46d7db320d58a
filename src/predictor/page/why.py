"""Why one candidate gets its forecast: rule and causes, what it rests on, what is doubtful, and what another deal would bring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from nicegui import run, ui

from predictor.bundle import Bundle
from predictor.definitions.phrases import Phrases
from predictor.definitions.schema import Catalogue, Entry
from predictor.errors import RowsError
from predictor.explanation.contributions import LEVEL, cause_name, contributions, rule_name
from predictor.explanation.response_curves import OwnCurve, own_curves
from predictor.page.amounts import Allowed, amount_box, number_box, read_money
from predictor.page.charts import COLOURS, INK, TEXT, count_axis, waterfall
from predictor.page.elements import chart, listed, title
from predictor.planning.comparison import cost_label
from predictor.planning.whatif import Change, what_if
from predictor.reporting.condition_words import commission_range
from predictor.reporting.whatif_words import costs, verdict
from predictor.scoring.score import candidate_features
from predictor.tables.columns import Figure, scored_column
from predictor.tables.frames import History
from predictor.wording.sentences import heading, who

TOLD: tuple[Figure, ...] = ("expected", "p50", "p10", "p90")
SENTENCES: tuple[Figure, ...] = ("note", "basis", "doubts")

# How one candidate's forecast moves with each input: small charts, asked of the model only once they are opened.


def curves_view(find: Callable[[], list[OwnCurve]], entries: dict[str, Entry], who: str, outcome: str, phrases: Phrases) -> None:
    """Draw a line that opens the curves; `find` computes them, away from the page, when it is opened for the first time."""
    with ui.expansion(phrases.say("page_curves")).classes("k-full k-more") as line:
        ui.label(phrases.say("page_curves_note")).classes("k-soft")
        area = ui.element("div").classes("k-pair k-full")

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
                _drawn(curve, entries[curve.column], who, outcome, phrases)

    line.on_value_change(opened)


def _drawn(curve: OwnCurve, entry: Entry, who: str, outcome: str, phrases: Phrases) -> None:
    label = phrases.label(entry.label)
    with ui.element("div"):
        ui.label(label).classes("k-strong")
        chart(response(curve, entry, outcome, phrases), f"{who}: {label}", phrases).classes("k-chart-curve")
        if curve.at is None:
            ui.label(phrases.say("page_curves_unknown")).classes("k-soft")


def response(curve: OwnCurve, entry: Entry, outcome: str, phrases: Phrases) -> dict[str, Any]:
    """Expected outcome and 80 % interval over the values that the model learned from, and a mark where the candidate stands."""
    rows = curve.points[["value", "expected", "p10", "p90"]].to_numpy(dtype=float).tolist()
    written = phrases.percent if entry.type == "rate" else phrases.compact if entry.type == "count" else phrases.number
    label = phrases.label(entry.label)
    tooltips = [
        f"{label}: {written(value)}\n{outcome}: {phrases.compact(expected)} ({phrases.interval(low, high)})"
        for value, expected, low, high in rows
    ]
    bare = {"type": "line", "symbol": "none", "lineStyle": {"opacity": 0}, "stack": "80", "silent": True}
    mark = [{"value": [*curve.at], "words": tooltips[[row[0] for row in rows].index(curve.at[0])]}] if curve.at else []
    across = count_axis("", "x", [], phrases, "log" if curve.logarithmic else "value")
    if entry.type == "rate":
        across["axisLabel"] = {**across["axisLabel"], ":formatter": "v => Math.round(100 * v) + '%'"}
    across["axisLabel"] |= {"showMaxLabel": entry.type == "rate"}  # the last value is seldom a round one
    return {
        "animation": False, "textStyle": TEXT, "grid": {"left": 8, "right": 20, "top": 28, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "item", "renderMode": "richText", ":formatter": "p => p.data.words || ''"},
        "xAxis": {**across, "min": rows[0][0], "max": rows[-1][0]},
        "yAxis": {**count_axis(heading(outcome), "y", [], phrases, "value"), "min": 0, "splitNumber": 3},
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


def steps_of(asked: Asked, phrases: Phrases) -> list[tuple[str, float, float]]:
    """From the rule's value through the strongest causes to the forecast: name, value before, value after."""
    row = contributions(asked.bundle.models[asked.target], _known(asked)).iloc[0]
    factors = row.drop(["rule", "start"]).astype(float)
    rest = float(factors.pop(LEVEL))
    strongest = factors[(factors - 1).abs().sort_values(ascending=False, kind="stable").index]
    named = strongest[(strongest - 1).abs() >= NEAR_ONE].head(SHOWN)
    steps, value = [(heading(rule_name(str(row["rule"]), phrases)), 0.0, float(row["start"]))], float(row["start"])
    for name, factor in named.items():
        steps.append((heading(cause_name(str(name), phrases)), value, value * factor))
        value *= factor
    rest *= float(factors.drop(named.index).prod())
    if abs(rest - 1) >= NEAR_ONE:
        steps.append((heading(phrases.say("cause_others")), value, value * rest))
    return [*steps, (phrases.say("page_forecast"), 0.0, value * rest)]


def _known(asked: Asked) -> pd.DataFrame:
    """The candidate's features as known on the day."""
    return pd.DataFrame(candidate_features(asked.candidate, asked.bundle, asked.on, asked.brief, asked.tables))


def _curves(asked: Asked) -> list[OwnCurve]:
    return own_curves(asked.bundle.models[asked.target], _known(asked), asked.catalogue)


def why_view(row: pd.Series, asked: Asked, phrases: Phrases) -> None:
    """Draw one scored candidate (`row`, with its reasons) into the container at hand."""
    outcome = phrases.column(asked.bundle.models[asked.target].recipe.outcome)
    title(who(row), "h2")
    about = (phrases.category(row, column) for column in ("kind", "platform", "tier", "format"))
    ui.label(" · ".join(filter(None, about))).classes("k-soft")
    _facts(row, asked, outcome, phrases)
    if pd.notna(row.get(scored_column(asked.target, "rule"))):
        title(phrases.say("page_why_causes"), "h3")
        drawn = waterfall(steps_of(asked, phrases), heading(outcome), phrases)
        chart(drawn, f"{who(row)}: {phrases.say('page_why_causes')}", phrases).classes("k-chart-low")
        curves_view(lambda: _curves(asked), asked.catalogue.entries, who(row), outcome, phrases)
    _sentences(row, asked.target, phrases)
    _what_if(row, asked, phrases)


def _facts(row: pd.Series, asked: Asked, outcome: str, phrases: Phrases) -> None:
    target, currency = asked.target, row.get("currency")
    code = row.get(scored_column(target, "currency"))
    cost = phrases.label(cost_label(asked.bundle.models[target].recipe, code if isinstance(code, str) else None))
    facts = [
        *_outcome(row, target, heading(outcome), phrases),
        (phrases.say("fee"), phrases.money(_number(row, "fee"), currency)),
        (heading(cost), phrases.money(_number(row, scored_column(target, "cost")), currency, short=True)),
    ]
    if share := commission_range(row.to_frame().T, phrases):
        facts.append((phrases.column("commission"), phrases.say("page_commission", share=share)))
    listed(facts)


def _outcome(row: pd.Series, target: str, outcome: str, phrases: Phrases) -> list[tuple[str, str]]:
    """What is expected, beside the middle value, which rare hits do not raise, and the likely range."""
    expected, middle, low, high = (_number(row, scored_column(target, figure)) for figure in TOLD)
    if expected is None or middle is None or low is None or high is None:
        return [(outcome, phrases.say("nothing"))]
    likely = (phrases.say("interval_80"), phrases.interval(low, high))
    return [(outcome, phrases.compact(expected)), (phrases.say("middle_title"), phrases.compact(middle)), likely]


def _sentences(row: pd.Series, target: str, phrases: Phrases) -> None:
    headings = {f"{target}_{part}": f"page_why_{part}" for part in ("note", "basis", "doubts")} | {"fee_why": "page_why_fee"}
    for column, heads in headings.items():
        said = row.get(column)
        if isinstance(said, str) and said:
            title(phrases.say(heads), "h3")
            ui.label(said).classes("k-text")


def _what_if(row: pd.Series, asked: Asked, phrases: Phrases) -> None:
    """Another fee, number of posts or format: the new total and the difference, on the same draws."""
    currency = row.get("currency") if pd.notna(row.get("currency")) else None
    formats = sorted({str(v) for v in asked.bundle.models[asked.target].design.levels.get("format", ()) if v})
    title(phrases.say("page_whatif"), "h3")
    ui.label(phrases.say("whatif_association")).classes("k-soft")
    given = {"fee": _number(row, "fee"), "posts": _number(row, "posts") or 1.0, "format": row.get("format")}

    async def typed(name: str, number: float | None) -> None:
        given[name] = number
        await changed()

    with ui.element("div").classes("k-row"):
        read, echo = partial(read_money, currency=currency, phrases=phrases), partial(phrases.money, currency=currency)
        amount_box(phrases.say("fee"), given["fee"], read, phrases.number, phrases, partial(typed, "fee"), echo=echo)
        number_box(phrases.column("posts"), given["posts"], Allowed(1, 20), phrases, partial(typed, "posts"))
        known = given["format"] if given["format"] in formats else None
        form = (
            ui.select({one: phrases.word("format", one) for one in formats}, value=known, label=phrases.column("format"))
            .props("outlined dense")
            .classes("k-select")
        )
    answer = ui.label("").classes("k-note").props('role="status" aria-live="polite"')
    answer.set_visibility(False)

    count = 0  # how many deals were asked about, so that an answer that comes late is dropped

    async def changed() -> None:
        nonlocal count
        count += 1
        mine = count
        answer.set_text(phrases.say("page_whatif_waiting"))
        answer.set_visibility(True)
        wanted = {**given, "format": form.value or given["format"]}
        after = asked.candidate.assign(**{name: [value] for name, value in wanted.items() if value is not None})
        try:
            sentence = _answer(await run.io_bound(_changed, asked, after, phrases), phrases)
        except RowsError as problem:
            sentence = problem.in_words(phrases.lang)
        if answer.is_deleted or mine != count:
            return
        answer.set_text(sentence)

    form.on_value_change(changed)


def _changed(asked: Asked, after: pd.DataFrame, phrases: Phrases) -> Change:
    return what_if(
        asked.candidate, after, asked.bundle, asked.goal, brief=asked.brief, history=asked.tables, on=asked.on, lang=phrases.lang
    )  # fmt: skip


def _answer(found: Change, phrases: Phrases) -> str:
    within = phrases.interval(found.after.low, found.after.high)
    after = f"{phrases.compact(found.after.expected)} {phrases.noun(found.outcome)} ({within})."
    return "\n".join([verdict(found, phrases), after, *costs(found, phrases), *found.doubts])


def _number(row: pd.Series, column: str) -> float | None:
    value = pd.to_numeric(row.get(column), errors="coerce")
    return None if value is None or pd.isna(value) else float(value)
