"""Creators whom the history knows, found by name or id and taken as candidates."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from nicegui import ui

from predictor.cells import fold
from predictor.lineup_words import category
from predictor.page_desk import Desk
from predictor.texts import compact

SHOWN = 12


def matching(creators: pd.DataFrame, typed: str, most: int = SHOWN) -> pd.DataFrame:
    """The creators whose name, id or niche holds what was typed, without minding accents; the largest first."""
    columns = [column for column in ("name", "creator_id", "niche") if column in creators]
    text = creators[columns].fillna("").astype("str").agg(" ".join, axis=1).map(fold)
    found = creators[text.str.contains(fold(typed), regex=False)]
    return found.sort_values("followers", ascending=False).head(most) if "followers" in found else found.head(most)


def known_creators(desk: Desk, take: Callable[[list[str]], None]) -> None:
    """A search over the history's creators, each with a button that adds it."""
    creators = desk.found.creators
    if creators is None:
        return

    def search(typed: str) -> None:
        found.clear()
        with found:
            there = {*desk.work.typed.get("creator_id", [])}
            for _, row in matching(creators, typed).iterrows():
                _one(desk, row, row["creator_id"] in there, take)

    ui.input(desk.say("page_known_search"), on_change=lambda e: search(e.value or "")).props(
        "outlined dense debounce=200"
    ).classes("w-full")
    found = ui.element("div").classes("k-list").style("margin:10px 0")
    search("")


def _one(desk: Desk, row: pd.Series, there: bool, take: Callable[[list[str]], None]) -> None:
    about = [category(row, column, desk.found.catalogue, desk.lang) for column in ("platform", "kind", "niche")]
    size = compact(desk.lang, row.get("followers")) if pd.notna(row.get("followers")) else ""
    name = str(row["name"]) if pd.notna(row.get("name")) else str(row["creator_id"])
    with ui.element("div").classes("k-item"):
        with ui.element("div").classes("k-grow"):
            ui.label(name)
            ui.label(" · ".join(filter(None, [*about, size]))).classes("k-soft")
        button = ui.button(desk.say("page_added" if there else "page_add")).props("flat no-caps")
        button.props["aria-label"] = f"{desk.say('page_add')}: {name}"
        button.set_enabled(not there)

    def add() -> None:
        button.disable()
        take([str(row["creator_id"])])

    button.on_click(add)
