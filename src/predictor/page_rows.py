"""What the planner's page shows of candidates: plain records for its table and its cards, without a word of layout.

Names and other text from files travel as data; the only markup made here is an interval's bar, built from numbers alone.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from predictor.catalogue import Catalogue
from predictor.compare_words import group_name
from predictor.comparison import Comparison, Group, Range
from predictor.lineup_words import category, who
from predictor.texts import compact, heading, interval, money, number, say

WORDS = ("kind", "platform", "tier", "format")


def grid_rows(rows: pd.DataFrame, comparison: Comparison, catalogue: Catalogue, lang: str) -> list[dict[str, Any]]:
    """One record a candidate, as `ranks.ranked` orders them: numbers to sort by, and beside each the text to show."""
    highest = float(rows[["p90", "expected"]].to_numpy().max(initial=0.0))
    return [_record(row, highest, comparison, catalogue, lang) for _, row in rows.iterrows()]


def columns(comparison: Comparison, lang: str) -> list[dict[str, Any]]:
    """The table's columns: titles, which field sorts and which is shown."""
    shown = [  # widths that fit beside each other on a screen of 1,280 pixels
        ("rank", say(lang, "rank"), 84, True), ("who", say(lang, "creator"), 140, False), ("kind", say(lang, "kind"), 92, False),
        ("where", say(lang, "platform"), 120, False), ("fee", say(lang, "fee"), 100, True),
        ("expected", heading(comparison.outcome[lang]), 96, True), ("bar", say(lang, "interval_80"), 132, False),
        ("cost", heading(comparison.cost_per[lang]), 104, True), ("fair", say(lang, "page_fair"), 126, False),
        ("marks", say(lang, "page_evidence"), 100, False),
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


def cards(comparison: Comparison, lang: str) -> list[dict[str, Any]]:
    """Influencers and KOLs side by side: what each brings and costs, as label, value, interval and bar."""
    groups = {group.name: group for group in comparison.by("kind")}
    sides = [groups[kind] for kind in ("influencer", "kol") if kind in groups]
    return [
        {"kind": group.name, "title": group_name(lang, group), "lines": _lines(group, sides, comparison, lang)} for group in sides
    ]


def _record(row: pd.Series, highest: float, comparison: Comparison, catalogue: Catalogue, lang: str) -> dict[str, Any]:
    currency = row["currency"] or comparison.currency
    ranks = "" if pd.isna(row["rank_low"]) else f" ({number(lang, row['rank_low'])}–{number(lang, row['rank_high'])})"
    kind, *about = (category(row, column, catalogue, lang) for column in WORDS)
    return {
        "line": int(row["line"]), "who": who(row), "kind": kind, "where": " · ".join(filter(None, about)),
        "is_kol": bool(row["kind"] == "kol"),
        "rank": int(row["rank"]), "rank_text": f"{number(lang, row['rank'])}{ranks}",
        "tie": None if pd.isna(row["tie"]) else int(row["tie"]),
        "fee": _plain(row["fee"]), "fee_text": money(lang, _plain(row["fee"]), currency, short=True),
        "expected": float(row["expected"]), "expected_text": compact(lang, row["expected"]),
        "bar": f"{bar(row['p10'], row['expected'], row['p90'], highest)}<span>{interval(lang, row['p10'], row['p90'])}</span>",
        "cost": _plain(row["cost"]), "cost_text": money(lang, _plain(row["cost"]), currency, short=True),
        "fair": _fair(row, lang), "marks": _marks(row, comparison.target, lang),
    }  # fmt: skip


def _fair(row: pd.Series, lang: str) -> str:
    """Under, fair or over, with the fair range; nothing where no range is known."""
    verdict = row.get("fee_verdict")
    if not isinstance(verdict, str) or not verdict:
        return say(lang, "nothing")
    return f"{say(lang, f'page_fee_{verdict}')} ({interval(lang, row['fair_low'], row['fair_high'], row['currency'] or None)})"


def _marks(row: pd.Series, target: str, lang: str) -> str:
    """What weakens a forecast, in a word or two each."""
    found = [name for name in ("unseen", "assumed") if bool(row.get(name))]
    if isinstance(doubt := row.get(f"{target}_doubts"), str) and doubt:
        found.append("doubts")
    return ", ".join(say(lang, f"page_mark_{name}") for name in found)


def _lines(group: Group, sides: list[Group], comparison: Comparison, lang: str) -> list[dict[str, str]]:
    mean, cost = (
        say(lang, "mean_each", outcome=comparison.outcome[lang]),
        say(lang, "cost_80", cost=heading(comparison.cost_per[lang])),
    )
    lines = [{"label": mean, **_figure(group.mean, [side.mean for side in sides], None, lang)}]
    if group.cost is not None:
        lines.append({"label": cost, **_figure(group.cost, [side.cost for side in sides], comparison.currency, lang)})
    return lines


def _figure(found: Range, beside: list[Range | None], currency: str | None, lang: str) -> dict[str, str]:
    highest = max(v for one in beside if one is not None for v in (one.value, one.high or one.value))
    return {
        "value": money(lang, found.value, currency, short=True), "interval": interval(lang, found.low, found.high, currency),
        "bar": bar(found.low, found.value, highest if found.high is None else found.high, highest),
    }  # fmt: skip


def _column(field: str, title: str, width: int, numeric: bool) -> dict[str, Any]:
    column: dict[str, Any] = {"field": field, "headerName": title, "minWidth": width, "flex": width, "sortable": field != "bar"}
    column |= {"wrapHeaderText": True, "autoHeaderHeight": True, "wrapText": True}
    if numeric:
        column |= {"type": "rightAligned", ":valueFormatter": f"params => params.data.{field}_text"}
        column[":comparator"] = "(a, b) => (a == null) - (b == null) || a - b"
    return column


def _plain(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
