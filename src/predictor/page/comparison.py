"""The page's comparison: the answer in words, the kinds side by side, cost against outcome, and every candidate in a table."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
from nicegui import run, ui

from predictor.definitions.phrases import Phrases
from predictor.errors import RowsError
from predictor.forecasting.sampling import OutcomeCorrelations
from predictor.page.charts import scatter
from predictor.page.elements import FOLD, KEYS, chart, folded, grid_words, in_page_words, table, title
from predictor.planning.comparison import Comparison, Group, Range, compare
from predictor.planning.plans import Lineup
from predictor.planning.ranking import Order, ranked, usual_order
from predictor.reporting.comparison_words import answer_first, caveats, group_name
from predictor.reporting.condition_words import marks
from predictor.reporting.lineup_words import middle
from predictor.wording.sentences import heading, who

# What the planner's page shows of candidates: plain records for its table and its cards, without a word of layout.
#
# Names and other text from files travel as data; the only markup made here is an interval's bar, built from numbers alone.

ORDERS: tuple[Order, ...] = ("expected", "safe")
WORDS = ("kind", "platform", "tier", "format", "country")
SHORT = 15  # rows that are all in sight at once; more are scrolled within the table
FOUND = f"(parts, text) => parts.every(part => {FOLD}(text).includes({FOLD}(part)))"
UNSOUGHT = {":getQuickFilterText": "() => ''"}  # markup holds no words to look for


def grid_rows(rows: pd.DataFrame, comparison: Comparison, phrases: Phrases) -> list[dict[str, Any]]:
    """One record a candidate, as `ranks.ranked` orders them: numbers to sort by, and beside each the text to show."""
    highest = float(rows[["p90", "expected"]].to_numpy().max(initial=0.0))
    return [_record(row, highest, comparison, phrases) for row in rows.to_dict("records")]


def columns(comparison: Comparison, phrases: Phrases) -> list[dict[str, Any]]:
    """The table's columns: titles, which field sorts and which is shown."""
    say, outcome, cost = phrases.say, phrases.label(comparison.outcome), phrases.label(comparison.cost_per)
    shown = [  # widths that fit beside each other on a screen of 1,280 pixels
        ("rank", say("rank"), 84, True), ("who", say("creator"), 140, False), ("kind", say("kind"), 88, False),
        ("where", say("platform"), 112, False), ("fee", say("fee"), 100, True), ("expected", heading(outcome), 104, True),
        ("bar", say("interval_80"), 136, False), ("cost", heading(cost), 100, True), ("fair", say("page_fair"), 126, False),
        ("marks", say("page_evidence"), 100, False),
    ]  # fmt: skip
    return [_column(*one) for one in shown]


def bar(low: float, value: float, high: float, highest: float) -> str:
    """An interval as a bar on a scale that all share (square root, so that small ones are seen), from numbers alone."""
    ends = [100 * math.sqrt(min(max(v, 0.0) / highest, 1.0)) if highest > 0 else 0.0 for v in (low, value, high)]
    start, dot, end = (round(v, 1) for v in ends)
    return (
        f'<span class="k-track" aria-hidden="true"><span class="k-span" style="left:{start}%;width:{max(end - start, 1):.1f}%">'
        f'</span><span class="k-dot" style="left:{dot}%"></span></span>'
    )


def cards(comparison: Comparison, phrases: Phrases) -> list[dict[str, Any]]:
    """The kinds side by side: what each brings and costs, as label, value, interval and bar."""
    sides = [group for group in comparison.by("kind") if group.name]
    return [
        {"kind": group.name, "title": group_name(group, phrases), "lines": _lines(group, sides, comparison, phrases)}
        for group in sides
    ]


def _record(row: Mapping[Any, Any], highest: float, comparison: Comparison, phrases: Phrases) -> dict[str, Any]:
    currency = row["currency"] or comparison.currency
    ranks = "" if pd.isna(row["rank_low"]) else f" ({phrases.number(row['rank_low'])}–{phrases.number(row['rank_high'])})"
    kind, *about = (phrases.category(row, column) for column in WORDS)
    return {
        "line": int(row["line"]), "who": who(row), "kind": kind, "where": " · ".join(filter(None, about)),
        "is_kol": bool(row["kind"] == "kol"),
        "rank": int(row["rank"]), "rank_text": f"{phrases.number(row['rank'])}{ranks}",
        "tie": None if pd.isna(row["tie"]) else int(row["tie"]),
        "fee": _plain(row["fee"]), "fee_text": phrases.money(_plain(row["fee"]), currency, short=True),
        "expected": float(row["expected"]), "expected_text": phrases.compact(row["expected"]),
        "bar": f"{bar(row['p10'], row['expected'], row['p90'], highest)}<div>{phrases.interval(row['p10'], row['p90'])}</div>"
        f"<div>{middle(row, phrases)}</div><div>{escape(_safe(row, phrases))}</div>",
        "cost": _plain(row["cost"]), "cost_text": phrases.money(_plain(row["cost"]), currency, short=True),
        "fair": _fair(row, phrases), "marks": ", ".join(marks(row, phrases)),
    }  # fmt: skip


def card_column(comparison: Comparison, phrases: Phrases) -> dict[str, Any]:
    """The column of a narrow window: a candidate's record in one cell, put together by the browser for rows in sight."""
    outcome, cost = (heading(phrases.label(one)) for one in (comparison.outcome, comparison.cost_per))
    facts = [("fee_text", phrases.say("fee")), ("cost_text", cost), ("expected_text", outcome)]
    column = _column("card", phrases.say("creator"), 240, False) | {"hide": True, "sortable": False, "autoHeight": True}
    return column | UNSOUGHT | {":valueGetter": CARD % json.dumps(facts)}


CARD = r"""p => { const r = p.data, safe = t => String(t).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)
  const facts = %s.map(([field, name]) => `<div><span>${safe(name)}</span><b>${safe(r[field])}</b></div>`)
  const about = [r.kind, r.where, r.marks].filter(Boolean).map(safe).join(' · ')
  return `<div class="k-cell"><div class="k-strong">${safe(r.rank_text)} ${safe(r.who)}</div>`
    + `<div class="k-soft">${about}</div>${facts.join('')}${r.bar}</div>` }"""


def _safe(row: Mapping[Any, Any], phrases: Phrases) -> str:
    """What is reached 8 times in 10; of things that are counted one by one, less than one is none."""
    safe = math.floor(row["safe"])
    return phrases.say("safe_value", count=phrases.compact(safe)) if safe >= 1 else phrases.say("page_safe_none")


def _fair(row: Mapping[Any, Any], phrases: Phrases) -> str:
    """Under, fair or over, with the fair range; nothing where no range is known."""
    verdict = row.get("fee_verdict")
    if not isinstance(verdict, str) or not verdict:
        return phrases.say("nothing")
    fair = phrases.interval(row["fair_low"], row["fair_high"], row["currency"] or None)
    return f"{phrases.say(f'page_fee_{verdict}')} ({fair})"


def _lines(group: Group, sides: list[Group], comparison: Comparison, phrases: Phrases) -> list[dict[str, str]]:
    mean = phrases.say("mean_each", outcome=phrases.label(comparison.outcome))
    cost = phrases.say("cost_80", cost=heading(phrases.label(comparison.cost_per)))
    lines = [{"label": mean, **_figure(group.mean, [side.mean for side in sides], None, phrases)}]
    if group.cost is not None:
        lines.append({"label": cost, **_figure(group.cost, [side.cost for side in sides], comparison.currency, phrases)})
    return lines


def _figure(found: Range, beside: list[Range | None], currency: str | None, phrases: Phrases) -> dict[str, str]:
    highest = max(v for one in beside if one is not None for v in (one.value, one.high or one.value))
    return {
        "value": phrases.money(found.value, currency, short=True), "interval": phrases.interval(found.low, found.high, currency),
        "bar": bar(found.low, found.value, highest if found.high is None else found.high, highest),
    }  # fmt: skip


def _column(field: str, title: str, width: int, numeric: bool) -> dict[str, Any]:
    column: dict[str, Any] = {"field": field, "headerName": title, "minWidth": width, "flex": width, "sortable": field != "bar"}
    column |= UNSOUGHT if field == "bar" else {}
    column |= {"wrapHeaderText": True, "autoHeaderHeight": True, "wrapText": True}
    if numeric:
        column |= {"type": "rightAligned", ":valueFormatter": f"params => params.data.{field}_text"}
        column[":comparator"] = "(a, b) => (a == null) - (b == null) || a - b"
    return column


def _plain(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


@dataclass(frozen=True)
class Compared:
    """Forecasts side by side, and what the view shows of them: the records of its table, and its chart where fees are known."""

    scored: pd.DataFrame
    comparison: Comparison
    records: list[dict[str, Any]]
    chart: dict[str, Any] | None


def compared(scored: pd.DataFrame, goal: str, phrases: Phrases, shocks: OutcomeCorrelations | None) -> Compared:
    """What the view shows: the slow part, which need not hold up whoever else has the page open."""
    comparison = compare(scored, goal, phrases.catalogue, shocks=shocks)
    rows = ranked(scored, comparison, phrases.catalogue)
    drawn = scatter(rows, comparison, phrases) if (rows["fee"] > 0).any() else None
    return Compared(scored, comparison, grid_rows(rows, comparison, phrases), drawn)


def comparison_view(
    found: Compared, phrases: Phrases, on_pick: Callable[[int], None], choose: Callable[[], Lineup] | None
) -> None:
    """Draw into the container at hand.

    Parameters
    ----------
    on_pick
        Gets the line (from 2 on) of a candidate that was clicked.
    choose
        Finds the line-up that the brief's budget buys, away from the page; None where the brief has no budget.
    """
    comparison = found.comparison
    _answer(comparison, phrases, choose)
    with ui.element("div").classes("k-pair"):
        for card in cards(comparison, phrases):
            _card(card)
    for by in ("platform", "tier"):
        _groups(by, comparison, phrases)
    if found.chart is not None:
        title(phrases.say("plot_scatter"), "h2")
        ui.label(phrases.say("page_scatter_note")).classes("k-soft")
        drawn = chart(found.chart, phrases.say("plot_scatter"), phrases, on_point_click=lambda e: _picked(e.data, on_pick))
        drawn.classes("k-chart")
    title(phrases.say("table"), "h2")
    ui.label(f"{phrases.say('page_table_note')} {phrases.say('page_ranks_note')}").classes("k-soft")
    ui.label(f"{phrases.say('middle_means')} {phrases.say('page_safe_means')}").classes("k-soft")
    _table(found, phrases, on_pick)
    title(phrases.say("caveats"), "h2")
    with ui.element("ul").classes("k-caveats"):
        for caveat in caveats(comparison, phrases):
            with ui.element("li"):
                ui.label(caveat)


def _answer(comparison: Comparison, phrases: Phrases, choose: Callable[[], Lineup] | None) -> None:
    """What to do first, then the average of the list, and the rest behind a question; the line-up is chosen meanwhile."""
    with ui.element("section").classes("k-verdict").props(f'role="status" aria-label="{phrases.say("verdict")}"') as section:
        if choose is not None:
            ui.label(phrases.say("page_answering")).classes("k-strong k-answering")

    def show(found: Lineup | None) -> None:
        (first, *others), why = answer_first(comparison, found, phrases)
        section.clear()
        with section:
            ui.label(first).classes("k-strong")
            for sentence in (*others, phrases.say("range_means")):
                ui.label(sentence)
            folded(phrases.say("answer_why"), why)

    async def fill() -> None:
        try:
            found = await run.io_bound(choose) if choose is not None else None
        except RowsError as problem:
            found = None
            if not section.is_deleted:
                ui.notify(in_page_words(problem, phrases), type="warning", timeout=12_000, close_button=phrases.say("page_close"))
        if not section.is_deleted:
            show(found)

    if choose is None:
        show(None)
    else:
        ui.timer(0.01, fill, once=True)


def _card(card: dict[str, Any]) -> None:
    with ui.element("div").classes(f"k-card k-{card['kind']}"):
        title(card["title"], "h2")
        for line in card["lines"]:
            ui.label(line["label"]).classes("k-soft")
            with ui.element("div").classes("k-figure"):
                ui.label(line["value"]).classes("k-strong")
                ui.label(line["interval"]).classes("k-soft")
            ui.html(line["bar"], sanitize=False)


def _groups(by: str, comparison: Comparison, phrases: Phrases) -> None:
    """What a booking of each platform, or tier, brings and costs on average, behind a line that opens it."""
    rows = group_rows(by, comparison, phrases)
    if len(rows) < 3:
        return
    words = phrases.say("page_by", what=phrases.noun({phrases.lang: phrases.column(by)}))
    with ui.expansion(words).classes("k-full k-more"):
        with ui.element("div").classes("k-wide").props('tabindex="0" role="region"') as frame:
            frame.props["aria-label"] = words
            with ui.element("table").classes("k-figures k-by"):
                for at, row in enumerate(rows):
                    with ui.element("tr"):
                        for place, cell in enumerate(row):
                            scope = "col" if at == 0 else "row" if place == 0 else ""
                            with ui.element("th" if scope else "td").props(f'scope="{scope}"' if scope else ""):
                                ui.label(cell)


def group_rows(by: str, comparison: Comparison, phrases: Phrases) -> list[list[str]]:
    """A row of titles, then one a group, the one that brings most first: its name, bookings, outcome and cost each."""
    outcome, cost = phrases.label(comparison.outcome), heading(phrases.label(comparison.cost_per))
    titles = [phrases.column(by), phrases.say("page_bookings_count")]
    titles += [phrases.say("mean_each", outcome=outcome), phrases.say("cost_80", cost=cost)]
    ordered = sorted(comparison.by(by), key=lambda group: -group.mean.value)
    return [
        titles,
        *([group_name(g, phrases), phrases.number(g.creators), *_group_figures(g, comparison, phrases)] for g in ordered),
    ]


def _group_figures(group: Group, comparison: Comparison, phrases: Phrases) -> list[str]:
    mean, cost = group.mean, group.cost
    brings = f"{phrases.compact(mean.value)} ({phrases.interval(mean.low, mean.high)})"
    if cost is None:
        return [brings, phrases.say("nothing")]
    currency = comparison.currency
    return [brings, f"{phrases.money(cost.value, currency, short=True)} ({phrases.interval(cost.low, cost.high, currency)})"]


def _table(found: Compared, phrases: Phrases, on_pick: Callable[[int], None]) -> None:
    comparison = found.comparison
    usual = usual_order(comparison)
    if usual == "safe":
        unknown = phrases.percent(comparison.unseen / comparison.creators)
        ui.label(phrases.say("page_order_unknown", share=unknown)).classes("k-note")
    with ui.element("div").classes("k-row"):
        sought = ui.input(phrases.say("page_seek")).props("outlined dense clearable").classes("k-seek")
        ui.label(f"{phrases.say('page_order')}:").classes("k-soft")
        for_fee = "_for_fee" if comparison.currency is not None else ""
        order = ui.radio({one: phrases.say(f"page_order_{one}{for_fee}") for one in ORDERS}, value=usual).props("inline")
    wide = columns(comparison, phrases)
    shown = [*wide, card_column(comparison, phrases)]
    drawn = [place for place, column in enumerate(shown) if column["field"] in ("bar", "card")]
    narrowing = NARROWING % json.dumps([column["field"] for column in wide])
    short = len(found.records) <= SHORT
    grid = table(
        {
            "columnDefs": shown, "rowData": found.records, "rowHeight": 72, "suppressCellFocus": False,
            "enableCellTextSelection": True, "defaultColDef": {"resizable": True},
            "rowSelection": {"mode": "singleRow", "checkboxes": False},
            "domLayout": "autoHeight" if short else "normal",
            ":rowClassRules": "{'k-kol-row': p => p.data.is_kol}", "includeHiddenColumnsInQuickFilter": True,
            ":onGridSizeChanged": narrowing, ":quickFilterMatcher": FOUND, **KEYS, **grid_words(phrases),
        },
        html_columns=drawn, theme="quartz",
    ).classes("k-table k-short" if short else "k-table")  # fmt: skip

    def reordered(by: Order) -> list[dict[str, Any]]:
        return grid_rows(ranked(found.scored, comparison, phrases.catalogue, by), comparison, phrases)

    async def ordered(event: Any) -> None:
        records = await run.io_bound(reordered, event.value)
        if records is not None and not grid.is_deleted and order.value == event.value:
            grid.run_grid_method("setGridOption", "rowData", records)

    order.on_value_change(ordered)
    sought.on_value_change(lambda e: grid.run_grid_method("setGridOption", "quickFilterText", e.value or ""))
    grid.on("cellClicked", lambda e: on_pick(int(e.args["data"]["line"])), ["data"])
    grid.on("cellKeyDown", lambda e: on_pick(int(e.args["data"]["line"])), ["data"], js_handler=ENTER)


# A narrow window has room for one column: each candidate as a card.
NARROWING = """e => { const narrow = e.clientWidth < 640; if (!e.clientWidth || e.api.narrow === narrow) return
  e.api.narrow = narrow; e.api.setColumnsVisible(%s, !narrow); e.api.setColumnsVisible(['card'], narrow) }"""
ENTER = "(e) => { if (e.event && e.event.key === 'Enter') emit({data: e.data}) }"


def _picked(data: Any, on_pick: Callable[[int], None]) -> None:
    if isinstance(data, dict) and "line" in data:
        on_pick(int(data["line"]))
