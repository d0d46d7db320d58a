"""How one candidate's forecast moves with each input: small charts, asked of the model only once they are opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import run, ui

from predictor.catalogue import Entry
from predictor.own_curves import OwnCurve
from predictor.page_charts import COLOURS, INK, TEXT, count_axis
from predictor.page_picture import chart
from predictor.texts import compact, heading, interval, number, percent, say


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
    told = [
        f"{label}: {written(lang, value)}\n{outcome}: {compact(lang, expected)} ({interval(lang, low, high)})"
        for value, expected, low, high in rows
    ]
    bare = {"type": "line", "symbol": "none", "lineStyle": {"opacity": 0}, "stack": "80", "silent": True}
    mark = [{"value": [*curve.at], "told": told[[row[0] for row in rows].index(curve.at[0])]}] if curve.at else []
    across = count_axis("", "x", [], lang, "log" if curve.logarithmic else "value")
    if entry.type == "rate":
        across["axisLabel"] = {**across["axisLabel"], ":formatter": "v => Math.round(100 * v) + '%'"}
    across["axisLabel"] |= {"showMaxLabel": entry.type == "rate"}  # the last value is seldom a round one
    return {
        "animation": False, "textStyle": TEXT, "grid": {"left": 8, "right": 20, "top": 28, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "item", "renderMode": "richText", ":formatter": "p => p.data.told || ''"},
        "xAxis": {**across, "min": rows[0][0], "max": rows[-1][0]},
        "yAxis": {**count_axis(heading(outcome), "y", [], lang, "value"), "min": 0, "splitNumber": 3},
        "series": [
            {**bare, "data": [[value, low] for value, _, low, _ in rows]},
            {**bare, "data": [[value, high - low] for value, _, low, high in rows],
             "areaStyle": {"color": COLOURS["influencer"], "opacity": 0.15}},
            {"type": "line", "symbol": "circle", "symbolSize": 4, "showSymbol": False, "color": COLOURS["influencer"],
             "lineStyle": {"width": 2},
             "data": [{"value": row[:2], "told": words} for row, words in zip(rows, told, strict=True)]},
            {"type": "scatter", "symbol": "diamond", "symbolSize": 14, "color": INK, "data": mark, "z": 5},
        ],
    }  # fmt: skip
