"""The page's comparison: the answer in words, influencers beside KOLs, cost against outcome, and every candidate in a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from nicegui import ui

from predictor.catalogue import Catalogue
from predictor.compare import compare
from predictor.compare_words import caveats, drivers_in_words, verdicts
from predictor.comparison import Comparison
from predictor.joint import Shocks
from predictor.page_charts import scatter
from predictor.page_grid import KEYS
from predictor.page_picture import chart
from predictor.page_pieces import title
from predictor.page_rows import cards, columns, grid_rows
from predictor.ranks import ranked
from predictor.texts import say


def compared(scored: pd.DataFrame, goal: str, catalogue: Catalogue, shocks: Shocks | None) -> tuple[Comparison, pd.DataFrame]:
    """What the view shows: the slow part, which need not hold up whoever else has the page open."""
    comparison = compare(scored, goal, catalogue)
    return comparison, ranked(scored, comparison, catalogue, shocks)


def comparison_view(
    comparison: Comparison, rows: pd.DataFrame, catalogue: Catalogue, lang: str, on_pick: Callable[[int], None]
) -> None:  # fmt: skip
    """Draw into the container at hand; `on_pick` gets the line (from 2 on) of a candidate that was clicked."""
    _answer(comparison, lang)
    with ui.element("div").classes("k-pair"):
        for card in cards(comparison, lang):
            _card(card)
    if (rows["fee"] > 0).any():
        title(say(lang, "plot_scatter"), "h2")
        ui.label(say(lang, "page_scatter_note")).classes("k-soft")
        drawn = scatter(rows, comparison, lang)
        chart(drawn, say(lang, "plot_scatter"), lang, on_point_click=lambda e: _picked(e.data, on_pick)).classes("k-chart")
    title(say(lang, "table"), "h2")
    ui.label(f"{say(lang, 'page_table_note')} {say(lang, 'page_ranks_note')}").classes("k-soft")
    _table(grid_rows(rows, comparison, catalogue, lang), comparison, lang, on_pick)
    title(say(lang, "caveats"), "h2")
    with ui.element("ul").classes("k-caveats"):
        for caveat in caveats(comparison, lang):
            with ui.element("li"):
                ui.label(caveat)


def _answer(comparison: Comparison, lang: str) -> None:
    first, *others = [*verdicts(comparison, lang), *drivers_in_words(comparison, lang)]
    with ui.element("section").classes("k-verdict").props(f'aria-label="{say(lang, "verdict")}"'):
        ui.label(first).classes("k-strong")
        for sentence in others:
            ui.label(sentence)


def _card(card: dict[str, Any]) -> None:
    with ui.element("div").classes(f"k-card k-{card['kind']}"):
        title(card["title"], "h2")
        for line in card["lines"]:
            ui.label(line["label"]).classes("k-soft")
            with ui.element("div").classes("k-figure"):
                ui.label(line["value"]).classes("k-strong")
                ui.label(line["interval"]).classes("k-soft")
            ui.html(line["bar"], sanitize=False)


def _table(rows: list[dict[str, Any]], comparison: Comparison, lang: str, on_pick: Callable[[int], None]) -> None:
    sought = ui.input(say(lang, "page_seek")).props("outlined dense clearable").classes("k-seek")
    shown = columns(comparison, lang)
    place = [column["field"] for column in shown].index("bar")
    grid = ui.aggrid(
        {
            "columnDefs": shown, "rowData": rows, "rowHeight": 58, "suppressCellFocus": False, "enableCellTextSelection": True,
            "defaultColDef": {"resizable": True}, "rowSelection": {"mode": "singleRow", "checkboxes": False},
            "domLayout": "autoHeight" if len(rows) <= 15 else "normal",
            ":rowClassRules": "{'k-kol-row': p => p.data.is_kol}", **KEYS,
        },
        html_columns=[place], theme="quartz",
    ).classes("k-table")  # fmt: skip
    sought.on_value_change(lambda e: grid.run_grid_method("setGridOption", "quickFilterText", e.value or ""))
    grid.on("cellClicked", lambda e: on_pick(int(e.args["data"]["line"])), ["data"])
    grid.on("cellKeyDown", lambda e: on_pick(int(e.args["data"]["line"])), ["data"], js_handler=ENTER)


ENTER = "(e) => { if (e.event && e.event.key === 'Enter') emit({data: e.data}) }"


def _picked(data: Any, on_pick: Callable[[int], None]) -> None:
    if isinstance(data, dict) and "line" in data:
        on_pick(int(data["line"]))
