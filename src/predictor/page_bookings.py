"""The bookings of the proposed line-up, each to be kept, left out, or swapped for small creators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from nicegui import ui

from predictor.lineup_rules import called
from predictor.lineup_words import category, plan_name, who
from predictor.page_board import Board, change
from predictor.plans import Lineup
from predictor.swap import swap
from predictor.tables import RowsError
from predictor.texts import compact, interval, money
from predictor.whatif_words import verdict

SWAP_TIERS = ("nano", "micro", "mid")


def bookings(board: Board, found: Lineup) -> None:
    """Draw them, and who was kept in or left out."""
    plan = found.proposed
    if plan is None:
        return
    with ui.element("h2"):
        ui.label(board.say("lineup_proposed", plan=plan_name(plan, board.lang)))
    _locked(board)
    total = board.say("lineup_total_80", outcome=found.outcome[board.lang])
    with ui.element("div").classes("k-scroll"), ui.element("table").classes("k-bookings"):
        with ui.element("thead"), ui.element("tr"):
            for title in (board.say("lineup_who"), board.say("fee"), total, board.say("page_change")):
                with ui.element("th").props('scope="col"'):
                    ui.label(title)
        with ui.element("tbody"):
            for name, (_, row) in zip(called(plan.rows), plan.rows.iterrows(), strict=True):
                _booking(board, found, row, name)


def _booking(board: Board, found: Lineup, row: pd.Series, name: str) -> None:
    words = [category(row, column, board.catalogue, board.lang) for column in ("kind", "platform", "tier", "format")]
    about, kept = (
        " · ".join([*filter(None, words), *([board.say("lineup_assumed")] if row["assumed"] else [])]),
        _kept(board, name),
    )
    with ui.element("tr").classes("k-kept" if kept else ""):
        with ui.element("td"):
            ui.label(who(row) + (f" · {board.say('page_kept')}" if kept else "")).classes("k-strong")
            ui.label(about).classes("k-soft")
        with ui.element("td").classes("k-n"):
            ui.label(money(board.lang, row["fee"], found.currency, short=True))
        with ui.element("td").classes("k-n"):
            ui.label(compact(board.lang, row["expected"]))
            ui.label(interval(board.lang, row["p10"], row["p90"])).classes("k-soft")
        with ui.element("td").classes("k-acts"):
            if name:
                _act(board, "page_unkeep" if kept else "page_keep", row, lambda: _keep(board, name, not kept))
                _act(board, "page_leave", row, lambda: _leave(board, name))
            if row["kind"] == "kol":
                _act(board, "page_swap", row, lambda: _swap(board, row, name))


def _act(board: Board, key: str, row: pd.Series, act: Callable[[], Any]) -> None:
    button = ui.button(board.say(key), on_click=act).props("flat dense no-caps")
    button.props["aria-label"] = f"{board.say(key)}: {who(row)}"


def _kept(board: Board, name: str) -> bool:
    return bool(name) and name in board.rules.must_have


def _locked(board: Board) -> None:
    """Who was kept in or left out, with a way back."""
    names = {name: who(row) for name, (_, row) in zip(called(board.scored), board.scored.iterrows(), strict=True)}
    for key, locked in (("page_kept", board.rules.must_have), ("page_left_out", board.rules.excluded)):
        if locked:
            with ui.element("div").classes("k-row"):
                ui.label(f"{board.say(key)}:").classes("k-soft")
                for name in locked:
                    back = ui.button(f"{names.get(name, name)} ✕", on_click=_forgetting(board, name)).props(
                        "outline dense no-caps"
                    )
                    back.props["aria-label"] = board.say("page_undo", name=names.get(name, name))


def _forgetting(board: Board, name: str) -> Callable[[], Any]:
    return lambda: change(board, **{rule: _without(getattr(board.rules, rule), name) for rule in ("must_have", "excluded")})


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(one for one in names if one != name)


async def _keep(board: Board, name: str, keep: bool) -> None:
    others = _without(board.rules.must_have, name)
    await change(board, must_have=(*others, name) if keep else others)


async def _leave(board: Board, name: str) -> None:
    await change(board, must_have=_without(board.rules.must_have, name), excluded=(*board.rules.excluded, name))


def _swap(board: Board, row: pd.Series, name: str) -> None:
    """What small creators would bring for the fee of one KOL: the best of a tier per money, on the same draws."""
    with ui.dialog() as dialog, ui.card().classes("k-dialog"):
        dialog.props["aria-label"] = board.say("page_swap_title", name=who(row))
        with ui.element("h2"):
            ui.label(board.say("page_swap_title", name=who(row)))
        for tier in SWAP_TIERS:
            _offer(board, row, name, tier, dialog)
        ui.button(board.say("page_close"), on_click=dialog.close).props("flat no-caps")
    dialog.open()


def _offer(board: Board, row: pd.Series, name: str, tier: str, dialog: Any) -> None:
    label = getattr(board.catalogue.entries["tier"].categories[tier], board.lang)
    plan = board.found.proposed if board.found is not None else None
    lines = tuple(int(line) for line in plan.rows["line"]) if plan is not None else None
    try:
        found = swap(
            board.scored, board.goal, board.catalogue, int(row["line"]), tier, plan=lines, shocks=board.shocks,
            assumption=board.assumption,
        )  # fmt: skip
    except RowsError:
        ui.label(f"{label}: {board.say('page_swap_nobody')}").classes("k-soft")
        return
    came = found.came if found.came is not None else board.scored[:0]
    ui.label(f"{label}: {verdict(found, board.lang)}").classes("k-strong")
    ui.label(", ".join(who(one) for _, one in came.iterrows())).classes("k-soft")

    async def take() -> None:
        dialog.close()
        kept = (*_without(board.rules.must_have, name), *(one for one in called(came) if one))
        await change(board, excluded=(*board.rules.excluded, name), must_have=tuple(dict.fromkeys(kept)))

    if name:
        ui.button(board.say("page_swap_take", tier=label), on_click=take).props("outline no-caps")
