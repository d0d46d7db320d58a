"""The charts of the planner's page, as options of ECharts: cost against outcome, the frontier, a forecast's causes, plans.

Influencers and KOLs are distinguished by shape as well as by colour.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from predictor.definitions.phrases import Phrases
from predictor.definitions.schema import Recipe
from predictor.evaluation.findings import KEPT
from predictor.explanation.contributions import rule_name
from predictor.planning.comparison import Comparison
from predictor.planning.plans import Lineup
from predictor.reporting.lineup_words import plan_name
from predictor.wording.sentences import heading, who

COLOURS = {"influencer": "#1f6fb2", "kol": "#c8501e", "": "#5b6472"}
SHAPES = {"influencer": "circle", "kol": "diamond", "": "rect"}
OTHER_LOOKS = (("#7a4fa3", "triangle"), ("#2f6f5e", "pin"), ("#8a5a00", "arrow"))  # of further kinds
SOFT, LINE, INK, RAISES, LOWERS = "#566070", "#dfe3e8", "#1c2430", "#2f7d4f", "#b4432f"
TEXT = {"color": SOFT, "fontFamily": "inherit", "fontSize": 12}


def scatter(rows: pd.DataFrame, comparison: Comparison, phrases: Phrases) -> dict[str, Any]:
    """Fee against expected outcome on logarithmic axes, each with its interval from p10 to p90; click a mark to open it."""
    quoted = rows[(rows["fee"] > 0) & (rows["expected"] > 0)]
    least = float(quoted["expected"].min() / 30) if len(quoted) else 1.0
    names = {"x": f"{phrases.say('fee')} ({comparison.currency or ''})", "y": heading(phrases.label(comparison.outcome))}
    series = [
        one
        for kind in phrases.catalogue.in_order("kind", quoted["kind"])
        for one in _of_kind(quoted, kind, least, comparison, phrases)
    ]
    return {
        "animation": False, "textStyle": TEXT, "grid": {"left": 8, "right": 24, "top": 40, "bottom": 28, "containLabel": True},
        "legend": {"top": 4, "textStyle": TEXT, "data": [one["name"] for one in series if one["type"] == "scatter"]},
        "tooltip": {"trigger": "item", "renderMode": "richText", ":formatter": "p => p.data.words || ''"},
        "xAxis": count_axis(names["x"], "x", quoted["fee"].tolist(), phrases),
        "yAxis": count_axis(names["y"], "y", [*quoted["expected"], *quoted["p90"]], phrases),
        "series": series,
    }  # fmt: skip


def frontier(found: Lineup, phrases: Phrases) -> dict[str, Any]:
    """What the best plan of each budget brings, with its 80 % interval and a line at the budget in hand."""
    points = [(p.budget, p.low, p.expected, p.high) for p in found.frontier]
    tooltips = [_budget_candidate_words(one, found, phrases) for one in found.frontier]
    area = {"color": COLOURS["influencer"], "opacity": 0.15}
    bare = {"type": "line", "symbol": "none", "lineStyle": {"opacity": 0}, "stack": "80", "silent": True}
    return {
        "animation": False, "textStyle": TEXT, "grid": {"left": 8, "right": 44, "top": 24, "bottom": 28, "containLabel": True},
        "tooltip": {"trigger": "item", "renderMode": "richText", ":formatter": "p => p.data.words || ''"},
        "xAxis": {**count_axis(phrases.say("lineup_budget"), "x", [], phrases, "value"), "min": "dataMin", "max": "dataMax"},
        "yAxis": {**count_axis(heading(phrases.label(found.outcome)), "y", [], phrases, "value"), "min": 0},
        "series": [
            {**bare, "data": [[b, low] for b, low, _, _ in points]},
            {**bare, "data": [[b, high - low] for b, low, _, high in points], "areaStyle": area},
            {
                "type": "line", "symbol": "circle", "symbolSize": 8, "lineStyle": {"width": 2}, "color": COLOURS["influencer"],
                "data": [{"value": [b, e], "words": words} for (b, _, e, _), words in zip(points, tooltips, strict=True)],
                "markLine": {
                    "symbol": "none", "silent": True, "lineStyle": {"color": SOFT, "type": "dashed"}, "label": {"show": False},
                    "data": [{"xAxis": found.rules.budget}],
                },
            },
        ],
    }  # fmt: skip


def plans(found: Lineup, phrases: Phrases) -> dict[str, Any]:
    """The plans' totals side by side: a dot at the expected outcome on a line that holds 80 % of the draws."""
    there = [plan for plan in reversed(found.plans) if plan.found]
    names = [plan_name(plan, phrases) for plan in there]
    tooltips = [
        f"{name}: {phrases.compact(p.expected)} ({phrases.interval(p.low, p.high)})" for name, p in zip(names, there, strict=True)
    ]
    ends = [cell for p, name in zip(there, names, strict=True) for cell in ([p.low, name], [p.high, name], [None, None])]
    return {
        "animation": False, "textStyle": TEXT, "grid": {"left": 8, "right": 24, "top": 8, "bottom": 28, "containLabel": True},
        "tooltip": {"trigger": "item", "renderMode": "richText", ":formatter": "p => p.data.words || ''"},
        "xAxis": {**count_axis(heading(phrases.label(found.outcome)), "x", [], phrases, "value"), "min": 0},
        "yAxis": {"type": "category", "data": names, "axisTick": {"show": False},
                  "axisLabel": {**TEXT, "color": "#1c2430", "width": 150, "overflow": "break", "lineHeight": 15}},
        "series": [
            {"type": "line", "data": ends, "symbol": "none", "silent": True,
             "lineStyle": {"width": 6, "opacity": 0.3, "color": SOFT}},
            {"type": "scatter", "symbolSize": 13, "color": "#1c2430",
             "data": [
                 {"value": [p.expected, name], "words": words} for p, name, words in zip(there, names, tooltips, strict=True)
             ]},
        ],
    }  # fmt: skip


def waterfall(steps: list[tuple[str, float, float]], outcome: str, phrases: Phrases) -> dict[str, Any]:
    """From the simple rule to the forecast: each cause as a bar from the value before it to the value after (name, from, to)."""
    names = [name for name, _, _ in steps]
    ends = (0, len(steps) - 1)
    colours = [SOFT if place in ends else RAISES if end >= start else LOWERS for place, (_, start, end) in enumerate(steps)]
    labels = [
        phrases.compact(end) if place in ends else f"×{phrases.number(end / start if start else 1, 2)}"
        for place, (_, start, end) in enumerate(steps)
    ]
    return {
        "animation": False, "textStyle": TEXT, "grid": {"left": 8, "right": 60, "top": 8, "bottom": 28, "containLabel": True},
        "xAxis": {**count_axis(outcome, "x", [], phrases, "value"), "min": 0},
        "yAxis": {"type": "category", "inverse": True, "data": names, "axisTick": {"show": False},
                  "axisLabel": {**TEXT, "color": "#1c2430", "width": 210, "overflow": "break"}},
        "series": [
            {"type": "bar", "stack": "w", "silent": True, "itemStyle": {"color": "transparent"},
             "data": [min(start, end) for _, start, end in steps]},
            {"type": "bar", "stack": "w", "barWidth": "62%",
             "data": [{"value": abs(end - start), "itemStyle": {"color": colour},
                       "label": {"show": True, "position": "right", "formatter": text, "color": INK}}
                      for (_, start, end), text, colour in zip(steps, labels, colours, strict=True)]},
        ],
    }  # fmt: skip


def _of_kind(rows: pd.DataFrame, kind: str, least: float, comparison: Comparison, phrases: Phrases) -> list[dict[str, Any]]:
    mine, name = rows[rows["kind"] == kind], phrases.kind(kind)
    ends = [
        cell for row in mine.itertuples() for cell in ([row.fee, max(row.p10, least)], [row.fee, max(row.p90, least)], ["-", "-"])
    ]
    marks = [
        {"value": [row["fee"], row["expected"]], "line": int(row["line"]), "words": _candidate_words(row, comparison, phrases)}
        for row in mine.to_dict("records")
    ]
    colour, shape = _look(kind, phrases)
    return [
        {"type": "line", "name": f"{name} 80%", "data": ends, "symbol": "none", "silent": True, "z": 1,
         "lineStyle": {"color": colour, "width": 1.5, "opacity": 0.35}},
        {"type": "scatter", "name": name, "symbol": shape, "symbolSize": 11, "color": colour, "data": marks, "z": 2},
    ]  # fmt: skip


def _look(kind: str, phrases: Phrases) -> tuple[str, str]:
    """The colour and the shape of a kind."""
    order = [*phrases.catalogue.entries["kind"].categories]
    further = OTHER_LOOKS[order.index(kind) % len(OTHER_LOOKS) if kind in order else 0]
    return (COLOURS[kind], SHAPES[kind]) if kind in COLOURS else further


def _candidate_words(row: Mapping[Any, Any], comparison: Comparison, phrases: Phrases) -> str:
    outcome = f"{phrases.compact(row['expected'])} ({phrases.interval(row['p10'], row['p90'])})"
    cost = phrases.money(row["cost"], row["currency"] or comparison.currency, short=True)
    fee = phrases.money(row["fee"], row["currency"] or comparison.currency, short=True)
    titles = (heading(phrases.label(label)) for label in (comparison.outcome, comparison.cost_per))
    lines = dict(zip([phrases.say("fee"), *titles], [fee, outcome, cost], strict=True))
    return "\n".join([who(row), *(f"{label}: {value}" for label, value in lines.items())])


def _budget_candidate_words(point: Any, found: Lineup, phrases: Phrases) -> str:
    outcome = f"{phrases.compact(point.expected)} ({phrases.interval(point.low, point.high)})"
    return f"{phrases.money(point.budget, found.currency, short=True)}\n{heading(phrases.label(found.outcome))}: {outcome}"


def count_axis(name: str, which: str, values: list[float], phrases: Phrases, kind: str = "log") -> dict[str, Any]:
    """An axis (`x` or `y`) of counts or money, written short; a logarithmic one spans whole decades of `values`."""
    units = [(1e9, "unit_billion"), (1e6, "unit_million"), (1e3, "unit_thousand")]
    steps = [f"v >= {size:g} ? (v / {size:g}).toLocaleString('{phrases.lang}') + '{phrases.say(unit)}'" for size, unit in units]
    numbers = f"v => {' : '.join(steps)} : v.toLocaleString('{phrases.lang}')"
    axis: dict[str, Any] = {
        "type": kind, "name": name, "nameTextStyle": TEXT, "axisLabel": {**TEXT, ":formatter": numbers, "hideOverlap": True},
        "splitLine": {"lineStyle": {"color": LINE}}, "nameLocation": "middle" if which == "x" else "end",
        "nameGap": 28 if which == "x" else 12,
    }  # fmt: skip
    if which == "y":
        axis["nameTextStyle"] = {**TEXT, "align": "left"}
    above = [value for value in values if value > 0]  # a quantile of a rare count may be 0, which has no place on such an axis
    if kind == "log" and above:
        axis |= {"min": 10 ** _floor(min(above)), "max": 10 ** (_floor(max(above)) + 1)}
    return axis


def _floor(value: float) -> int:
    return math.floor(math.log10(value))


# The charts of how good the model is, as options of ECharts; the tests are distinguished by shape or pattern, not colour alone.

Figures = dict[str, Any]
LOOKS = {"time": ("#14746f", "circle"), "newcomers": ("#8a5a00", "triangle"), "new_creators": ("#8a4fa3", "diamond")}
FARTHEST = 2.5  # how many times the model's error the axis shows; what is farther stands at its end
PALE = {"color": LINE, "opacity": 0.6}


def errors(tests: Sequence[Figures], rules: Sequence[str], phrases: Phrases) -> dict[str, Any]:
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
            phrases,
        )
        for one in tests
    ]
    names = [heading(rule_name(rule, phrases)) for rule in order]
    return _chart(names, series, {"xAxis": 1.0}, "", 0.4, _up(min(FARTHEST, max(worst.values()))))


def coverages(judged: Sequence[tuple[Recipe, Sequence[Figures]]], phrases: Phrases) -> dict[str, Any]:
    """Share of results inside the 80 % interval by target and test, beside the band in which the interval keeps its word."""
    least = min(one["coverage_untied"] for _, tests in judged for one in tests)
    ends = (min(0.4, math.floor(5 * least) / 5), 1.0)  # never beyond the edge, where a mark would stand for another share
    chart = _by_target(judged, "coverage_untied", {"xAxis": 0.8}, phrases.say("record_inside"), ends, phrases)
    band = {"silent": True, "itemStyle": PALE, "data": [[{"xAxis": KEPT[0]}, {"xAxis": KEPT[1]}]]}
    chart["series"][0]["markArea"] = band
    return chart


def totals(judged: Sequence[tuple[Recipe, Sequence[Figures]]], phrases: Phrases) -> dict[str, Any]:
    """All forecasts over all results by target and test: to the right of the line more was promised than came."""
    most = max(one["total"] for _, tests in judged for one in tests)
    return _by_target(judged, "total", {"xAxis": 1.0}, phrases.say("record_total"), (0.0, _up(max(1.5, most))), phrases)


def _up(value: float) -> float:
    """A round end of an axis, with room for a mark."""
    return math.ceil(5 * value + 0.25) / 5


def _by_target(
    judged: Sequence[tuple[Recipe, Sequence[Figures]]], figure: str, line: dict[str, float], name: str,
    ends: tuple[float, float], phrases: Phrases,
) -> dict[str, Any]:  # fmt: skip
    splits = [split for split in LOOKS if any(one["split"] == split for _, tests in judged for one in tests)]
    series = [
        _marks(
            {"split": split},
            [(one[figure], at) for at, (_, tests) in enumerate(judged) for one in tests if one["split"] == split],
            phrases,
        )
        for split in splits
    ]
    return _chart([phrases.label(recipe.label) for recipe, _ in judged], series, line, name, *ends)


def _marks(test: Figures, points: list[tuple[float, int]], phrases: Phrases) -> dict[str, Any]:
    colour, shape = LOOKS[test["split"]]
    name = phrases.say(f"split_{test['split']}")
    data = [{"value": [value, at], "words": f"{name}: {phrases.percent(value)}"} for value, at in points]
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
        "tooltip": {"trigger": "item", "renderMode": "richText", ":formatter": "p => p.data.words || ''"},
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
