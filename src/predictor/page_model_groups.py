"""Where the interval keeps its word and where it does not: held-out results by group, as a plain table in words."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from predictor.bundle import Bundle
from predictor.findings import KEPT, speaks
from predictor.group_words import group_heading, group_name, in_order
from predictor.texts import number, percent, say

SHOWN = ("record", "platform", "tier", "kind")  # ways of grouping that a planner knows
TITLES = ("model_group", "rows", "record_inside", "model_group_told")


def groups_view(bundle: Bundle, target: str, lang: str) -> None:
    """Draw one target's groups behind a line that opens them; nothing for a bundle that was trained before they were kept."""
    told = {by: rows for by in SHOWN if (rows := groups_of(bundle, target, by, lang))}
    if not told:
        return
    label = getattr(bundle.models[target].recipe.label, lang)
    with ui.expansion(say(lang, "model_groups", target=label)).classes("w-full k-more"):
        with ui.element("div").classes("k-wide").props('tabindex="0" role="region"') as frame:
            frame.props["aria-label"] = say(lang, "model_groups", target=label)
            with ui.element("table").classes("k-figures k-groups"):
                _row([say(lang, key) for key in TITLES], "col")
                for by, rows in told.items():
                    _row([group_heading(by, bundle.catalogue, lang), "", "", ""], "colgroup")
                    for row in rows:
                        _row(row)


def groups_of(bundle: Bundle, target: str, by: str, lang: str) -> list[list[str]]:
    """Rows of one way of grouping: its name, results, share inside the 80 % interval, and what that means."""
    found = {one["group"]: one for one in bundle.about.get("groups", ()) if one["target"] == target and one["by"] == by}
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
    return "few" if not speaks(group) else "narrow" if inside < low else "wide" if inside > high else "kept"


def _row(cells: list[str], heads: str | None = None) -> None:
    with ui.element("tr"):
        for at, cell in enumerate(cells):
            scope = heads or ("row" if at == 0 else None)
            with ui.element("th" if scope and cell else "td").props(f'scope="{scope}"' if scope and cell else ""):
                ui.label(cell)
