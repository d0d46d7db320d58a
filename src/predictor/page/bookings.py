"""The bookings of the proposed line-up, each to be kept, left out, or swapped for small creators."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from nicegui import run, ui

from predictor.errors import RowsError
from predictor.page.board import LineupSession, change
from predictor.page.elements import title
from predictor.planning.plans import Lineup, Plan
from predictor.planning.rules import Between, candidate_ids
from predictor.planning.whatif import Change, swap
from predictor.reporting.condition_words import marks
from predictor.reporting.lineup_words import middle, proposed_name
from predictor.reporting.whatif_words import verdict
from predictor.wording.sentences import heading, who

SWAP_TIERS = ("nano", "micro", "mid")
PRESSED = "e => { const on = e.target.closest('[data-act]'); if (on) emit(on.dataset.act, Number(on.dataset.line)) }"


def bookings(board: LineupSession, found: Lineup) -> None:
    """Draw them, and who was kept in or left out."""
    plan = found.proposed
    if plan is None:
        return _locked(board)
    title(board.say("lineup_proposed", plan=proposed_name(plan, board.phrases)), "h2")
    ui.label(board.say("middle_means")).classes("k-soft")
    _locked(board)

    def reorder(order: str) -> None:
        board.order = order
        table.set_content(table_of(plan, found, board))

    names = {
        "expected": heading(board.phrases.label(found.outcome)),
        "fee": board.say("fee"),
        "known": board.say("page_order_known"),
    }
    ui.select(names, value=board.order, label=board.say("page_order"), on_change=lambda e: reorder(e.value)).props(
        "outlined dense options-dense"
    ).classes("k-select")
    table = ui.html(table_of(plan, found, board), sanitize=False).classes("k-scroll")
    table.on("click", lambda pressed: _act(board, plan.rows, *pressed.args), js_handler=PRESSED)


def in_order(rows: pd.DataFrame, order: str) -> pd.DataFrame:
    """Bookings by what they bring, by their fee, or by how much is known of them, the most first; then by their line."""
    if order == "known":
        thin = rows[["unseen", "stated", "assumed"]].any(axis=1)
        posts = rows["posts_seen"].fillna(0) if "posts_seen" in rows else 0
        return rows.assign(thin=thin, seen=posts).sort_values(
            ["thin", "seen", "line"], ascending=[True, False, True], kind="stable"
        )
    return rows.sort_values([order, "line"], ascending=[False, True], kind="stable")


def table_of(plan: Plan, found: Lineup, board: LineupSession) -> str:
    """The bookings as one piece of HTML, every value escaped: a hundred rows of elements, each known to the server, are slow."""
    total = board.say("lineup_total_80", outcome=board.phrases.label(found.outcome))
    titles = (board.say("lineup_who"), board.say("fee"), total, board.say("page_change"))
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)
    ordered = in_order(plan.rows, board.order)
    rows = zip(candidate_ids(ordered), ordered.iterrows(), strict=True)
    body = "".join(_booking(board, found, row, name) for name, (_, row) in rows)
    return f'<table class="k-bookings"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _booking(board: LineupSession, found: Lineup, row: pd.Series, name: str) -> str:
    words = [board.phrases.category(row, column) for column in ("kind", "platform", "tier", "format", "country")]
    about = " · ".join([*filter(None, words), *marks(row, board.phrases)])
    kept = _kept(board, name)
    called_by = who(row) + (f" · {board.say('page_kept')}" if kept else "")
    acts = [
        *(("page_unkeep" if kept else "page_keep", "page_leave") if name else ()),
        *(("page_swap",) if row["kind"] == "kol" and _smaller(board, row) else ()),
    ]
    outcome, range_80 = board.phrases.compact(row["expected"]), board.phrases.interval(row["p10"], row["p90"])
    return (
        f'<tr class="{"k-kept" if kept else ""}"><td>{_line(called_by, "k-strong")}{_line(about, "k-soft")}</td>'
        f'<td class="k-n">{escape(board.phrases.money(row["fee"], found.currency, short=True))}</td>'
        f'<td class="k-n">{_line(outcome)}{_line(middle(row, board.phrases), "k-soft")}{_line(range_80, "k-soft")}</td>'
        f'<td class="k-acts">{"".join(_button(board, act, row) for act in acts)}</td></tr>'
    )


def _smaller(board: LineupSession, row: pd.Series) -> list[str]:
    """The tiers of small creators below a booking's own; all of them where its own is not known."""
    order = [*board.phrases.catalogue.entries["tier"].categories]
    own = order.index(row["tier"]) if row["tier"] in order else len(order)
    return [tier for tier in SWAP_TIERS if order.index(tier) < own]


def _line(text: str, style: str = "") -> str:
    return f'<div class="{style}">{escape(text)}</div>'


def _button(board: LineupSession, act: str, row: pd.Series) -> str:
    words = board.say(act)
    attributes = f'type="button" data-act="{act}" data-line="{int(row["line"])}" aria-label="{escape(f"{words}: {who(row)}")}"'
    return f"<button {attributes}>{escape(words)}</button>"


async def _act(board: LineupSession, rows: pd.DataFrame, act: str, line: int) -> None:
    """What a button asks for; the browser says which row by its line in the list."""
    places = np.flatnonzero(rows["line"] == line)
    if not len(places):
        return
    row, name = rows.iloc[places[0]], str(candidate_ids(rows).iloc[places[0]])
    if act in ("page_keep", "page_unkeep"):
        await _keep(board, name, act == "page_keep")
    elif act == "page_leave":
        await _leave(board, name)
    elif act == "page_swap":
        await _swap(board, row, name)


def _kept(board: LineupSession, name: str) -> bool:
    return bool(name) and name in board.rules.must_have


def _locked(board: LineupSession) -> None:
    """Who was kept in or left out, with a way back."""
    names = called_by_id(board)
    for key, locked in (("page_kept", board.rules.must_have), ("page_left_out", board.rules.excluded)):
        if locked:
            with ui.element("div").classes("k-row"):
                ui.label(f"{board.say(key)}:").classes("k-soft")
                for name in locked:
                    back = ui.button(f"{names.get(name, name)} ✕", on_click=_forgetting(board, name)).props(
                        "outline dense no-caps"
                    )
                    back.props["aria-label"] = board.say("page_undo", name=names.get(name, name))


def called_by_id(board: LineupSession) -> dict[str, str]:
    """What to call those whom the rules name by their ids."""
    ids = candidate_ids(board.scored)
    there = ids.isin([*board.rules.must_have, *board.rules.excluded])
    return {name: who(row) for name, row in zip(ids[there], board.scored[there].to_dict("records"), strict=True)}


def _forgetting(board: LineupSession, name: str) -> Callable[[], Any]:
    return lambda: change(board, **{rule: _without(getattr(board.rules, rule), name) for rule in ("must_have", "excluded")})


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(one for one in names if one != name)


async def _keep(board: LineupSession, name: str, keep: bool) -> None:
    others = _without(board.rules.must_have, name)
    await change(board, must_have=(*others, name) if keep else others)


async def _leave(board: LineupSession, name: str) -> None:
    await change(board, must_have=_without(board.rules.must_have, name), excluded=(*board.rules.excluded, name))


async def _swap(board: LineupSession, row: pd.Series, name: str) -> None:
    """What small creators would bring for the fee of one KOL: the best of a tier per money, on the same draws."""
    with ui.dialog(value=True) as dialog, ui.card().classes("k-dialog"):
        dialog.props["aria-label"] = board.say("page_swap_title", name=who(row))
        title(board.say("page_swap_title", name=who(row)), "h2")
        waiting = ui.spinner(size="28px")
        offers = await _offers(board, row, dialog)
        if dialog.is_deleted or offers is None:
            return
        waiting.delete()
        for tier, offer in zip(_smaller(board, row), offers, strict=True):
            _offer(board, offer, name, tier, dialog)
        ui.button(board.say("page_close"), on_click=dialog.close).props("flat no-caps")


async def _offers(board: LineupSession, row: pd.Series, dialog: Any) -> list[Change | None] | None:
    """What each tier offers beside the line-up in sight; asked again where that became another one meanwhile."""
    while True:
        lines = _lines(board)
        offers = await run.io_bound(lambda beside: [_offered(board, row, beside, tier) for tier in _smaller(board, row)], lines)
        if dialog.is_deleted or offers is None or lines == _lines(board):
            return offers


def _lines(board: LineupSession) -> tuple[int, ...] | None:
    plan = board.found.proposed if board.found is not None else None
    return tuple(int(line) for line in plan.rows["line"]) if plan is not None else None


def _offered(board: LineupSession, row: pd.Series, lines: tuple[int, ...] | None, tier: str) -> Change | None:
    """Who of a tier would come for a booking's fee and within the rules; nobody where the fee buys none."""
    pool = board.drawn()
    if (most := _room(board, row, lines, tier)) == 0:
        return None
    try:
        return swap(
            board.scored, board.goal, board.phrases.catalogue, int(row["line"]), tier, most=most, plan=lines,
            shocks=pool.joint.shocks, assumption=pool.assumption,
        )  # fmt: skip
    except RowsError:
        return None


def _room(board: LineupSession, row: pd.Series, lines: tuple[int, ...] | None, tier: str) -> int | None:
    """How many of a tier the rules leave room for beside the bookings that stay; None where they set no bound."""
    staying = [line for line in lines or () if line != row["line"]]
    tiers = board.drawn().rows.set_index("line")["tier"].reindex(staying)
    bounds = [(board.rules.number.max, len(staying)), (board.rules.tier.get(tier, Between()).max, int((tiers == tier).sum()))]
    return min((max(0, most - there) for most, there in bounds if most is not None), default=None)


def _offer(board: LineupSession, found: Change | None, name: str, tier: str, dialog: Any) -> None:
    label = board.phrases.word("tier", tier)
    if found is None:
        ui.label(f"{label}: {board.say('page_swap_nobody')}").classes("k-soft")
        return
    came = found.came if found.came is not None else board.scored[:0]
    ui.label(f"{label}: {verdict(found, board.phrases)}").classes("k-strong")
    ui.label(", ".join(who(one) for _, one in came.iterrows())).classes("k-soft")

    async def take() -> None:
        dialog.close()
        kept = (*_without(board.rules.must_have, name), *(one for one in candidate_ids(came) if one))
        await change(board, excluded=(*board.rules.excluded, name), must_have=tuple(dict.fromkeys(kept)))

    if name:
        ui.button(board.say("page_swap_take", tier=label), on_click=take).props("outline no-caps")
