"""The charts of how good the model is, as options of ECharts; the tests are told apart by shape or pattern, not colour alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from predictor.catalogue import Recipe
from predictor.explain import rule_name
from predictor.findings import KEPT
from predictor.page_charts import INK, LINE, SOFT, TEXT
from predictor.texts import heading, percent, say

Figures = dict[str, Any]
LOOKS = {"time": ("#14746f", "circle"), "newcomers": ("#8a5a00", "triangle"), "new_creators": ("#8a4fa3", "diamond")}
FARTHEST = 2.5  # how many times the model's error the axis shows; what is farther stands at its end
PALE = {"color": LINE, "opacity": 0.6}


def errors(tests: Sequence[Figures], rules: Sequence[str], lang: str) -> dict[str, Any]:
    """Each rule's error as a multiple of the model's, one mark a test: on the line both err alike, to the right the model is
    better."""
    named = [rule for rule in rules if any(one.get(f"error_{rule}") is not None for one in tests)]
    worst = {rule: max(one[f"error_{rule}"] / one["error"] for one in tests if one.get(f"error_{rule}")) for rule in named}
    order = sorted(named, key=lambda rule: worst[rule])
    series = [
        _marks(
            one,
            [
                (min(one[f"error_{rule}"] / one["error"], FARTHEST), at)
                for at, rule in enumerate(order)
                if one.get(f"error_{rule}")
            ],
            lang,
        )
        for one in tests
    ]
    names = [heading(rule_name(rule, lang)) for rule in order]
    return _chart(names, series, {"xAxis": 1.0}, "", 0.4, _up(min(FARTHEST, max(worst.values()))))


def coverages(judged: Sequence[tuple[Recipe, Sequence[Figures]]], lang: str) -> dict[str, Any]:
    """Share of results inside the 80 % interval by target and test, beside the band in which the interval keeps its word."""
    chart = _by_target(judged, "coverage_untied", {"xAxis": 0.8}, say(lang, "record_inside"), (0.4, 1.0), lang)
    band = {"silent": True, "itemStyle": PALE, "data": [[{"xAxis": KEPT[0]}, {"xAxis": KEPT[1]}]]}
    chart["series"][0]["markArea"] = band
    return chart


def totals(judged: Sequence[tuple[Recipe, Sequence[Figures]]], lang: str) -> dict[str, Any]:
    """All forecasts over all results by target and test: to the right of the line more was promised than came."""
    most = max(one["total"] for _, tests in judged for one in tests)
    return _by_target(judged, "total", {"xAxis": 1.0}, say(lang, "record_total"), (0.0, _up(max(1.5, most))), lang)


def _up(value: float) -> float:
    """A round end of an axis, with room for a mark."""
    return math.ceil(5 * value + 0.25) / 5


def _by_target(
    judged: Sequence[tuple[Recipe, Sequence[Figures]]], figure: str, line: dict[str, float], name: str,
    ends: tuple[float, float], lang: str,
) -> dict[str, Any]:  # fmt: skip
    splits = [split for split in LOOKS if any(one["split"] == split for _, tests in judged for one in tests)]
    series = [
        _marks(
            {"split": split},
            [(max(one[figure], ends[0]), at) for at, (_, tests) in enumerate(judged) for one in tests if one["split"] == split],
            lang,
        )
        for split in splits
    ]
    return _chart([getattr(recipe.label, lang) for recipe, _ in judged], series, line, name, *ends)


def _marks(test: Figures, points: list[tuple[float, int]], lang: str) -> dict[str, Any]:
    colour, shape = LOOKS[test["split"]]
    name = say(lang, f"split_{test['split']}")
    data = [{"value": [value, at], "told": f"{name}: {percent(lang, value)}"} for value, at in points]
    return {"type": "scatter", "name": name, "symbol": shape, "symbolSize": 12, "color": colour, "data": data, "z": 3}


def _chart(
    names: list[str], series: list[dict[str, Any]], line: dict[str, float], axis: str, low: float, high: float
) -> dict[str, Any]:
    dashes = {"color": INK, "type": "dashed", "width": 1.5}
    if series:
        series[0]["markLine"] = {
            "symbol": "none", "silent": True, "lineStyle": dashes, "label": {"show": False}, "data": [line]
        }  # fmt: skip
    return {
        "animation": False, "textStyle": TEXT, "grid": {"left": 8, "right": 24, "top": 40, "bottom": 32, "containLabel": True},
        "legend": {"type": "scroll", "top": 4, "left": 0, "itemWidth": 14, "textStyle": TEXT},
        "tooltip": {"trigger": "item", "renderMode": "richText", ":formatter": "p => p.data.told || ''"},
        "xAxis": {
            "type": "value", "min": low, "max": high, "interval": 0.2, "name": axis, "nameLocation": "middle", "nameGap": 28,
            "nameTextStyle": TEXT, "splitLine": {"lineStyle": {"color": LINE}},
            "axisLabel": {**TEXT, "hideOverlap": True, ":formatter": "v => Math.round(100 * v) + '%'"},
        },
        "yAxis": {
            "type": "category", "data": names, "axisTick": {"show": False}, "axisLine": {"lineStyle": {"color": SOFT}},
            "splitLine": {"show": True, "lineStyle": {"color": LINE}},
            "axisLabel": {**TEXT, "color": INK, "width": 150, "overflow": "break", "lineHeight": 14},
        },
        "series": series,
    }  # fmt: skip
