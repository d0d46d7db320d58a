"""The page's line-up: three plans side by side, whom they book, what other budgets would bring, and what to know."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pandas as pd
from nicegui import ui

from predictor.definitions.phrases import Phrases
from predictor.page.board import LineupSession, change
from predictor.page.bookings import bookings, called_by_id
from predictor.page.charts import frontier, plans
from predictor.page.elements import chart, folded, listed, note, title, verdict
from predictor.page.rules import controls
from predictor.planning.leftover import leftover
from predictor.planning.lineup import Pool
from predictor.planning.plans import Lineup, Plan
from predictor.planning.rules import LineupConstraints
from predictor.reporting.beside_words import beside_facts, returns_facts
from predictor.reporting.condition_words import commission_range, conditions
from predictor.reporting.lineup_words import (
    answer,
    caveats,
    plan_name,
    proposed_name,
    rule_words,
    shown_as_proposed,
    to_reach,
    told_people,
    unit_cost,
    verdicts,
    why_none,
)
from predictor.wording.sentences import heading

SENT = 0.01  # seconds in which what was drawn leaves for the browser before more is drawn


def lineup_view(
    scored: pd.DataFrame, goal: str, rules: LineupConstraints, phrases: Phrases, ready: Callable[[], Pool],
    before: Callable[[LineupConstraints], Lineup | None], keep: Callable[[LineupConstraints], None],
    on_found: Callable[[LineupConstraints, Lineup], None],
) -> None:  # fmt: skip
    """Draw into the container at hand; `keep` gets the rules each time they change, and `on_found` the line-up that they give.

    `ready` gives the candidates with their draws, and `before` the plans under rules that were answered already; both may take
    long.
    """
    board = LineupSession(scored, goal, rules, phrases, ready, before, keep, on_found, _drawn)
    with ui.element("div").classes("k-board"):
        _folding(board.say("page_rules_open"), side := ui.element("div").classes("k-side"))
        with side:
            controls(board)
        with ui.element("div").classes("k-main") as board.area:
            ui.label(board.say("page_choosing")).classes("k-working")
            for spot in ("answer", "plans", "bookings", "more", "notes"):
                board.spots[spot] = ui.element("div")
    ui.timer(0, lambda: change(board), once=True)


def _folding(words: str, part: Any) -> None:
    """A button that a narrow window shows in place of a part, which is opened and closed by it."""

    def press() -> None:
        opened = button.props["aria-expanded"] == "false"
        button.props["aria-expanded"] = "true" if opened else "false"
        part.classes(add="k-open" if opened else "", remove="" if opened else "k-open")

    button = ui.button(words, icon="tune", on_click=press).props("outline no-caps").classes("k-opens")
    button.props["aria-expanded"] = "false"
    button.move(target_index=0)


async def _drawn(board: LineupSession, found: Lineup) -> None:
    """The plans at once, and then who is in them; what other budgets would bring when that is known."""
    if found.frontier:
        return _more(board, found)
    if found.proposed is None:  # what other budgets would bring is that of the plans before
        board.spots["more"].clear()
    for parts in ({"answer": _answer, "plans": _plans}, {"bookings": bookings, "notes": _notes}):
        for name, draw in parts.items():
            board.spots[name].clear()
            with board.spots[name]:
                draw(board, found)
        await asyncio.sleep(SENT)
        if board.area.is_deleted:
            return None


def _answer(board: LineupSession, found: Lineup) -> None:
    with verdict([*answer(found, board.phrases), board.say("range_means")], board.phrases):
        folded(board.say("answer_why"), verdicts(found, board.phrases))
    if lines := conditions(found, board.phrases):
        note("\n".join(lines), warning=True)


def _plans(board: LineupSession, found: Lineup) -> None:
    shown = shown_as_proposed(found)
    with ui.element("div").classes("k-three"):
        for plan in found.plans:
            proposed = shown is not None and plan.name == shown.name
            with ui.element("div").classes("k-card k-plan" + (" k-proposed" if proposed else "")):
                title(plan_name(plan, board.phrases), "h2")
                if plan.kind is None and (made := proposed_name(plan, board.phrases)) != plan_name(plan, board.phrases):
                    ui.label(board.say("page_mix_of_one", plan=made)).classes("k-soft")
                if proposed:
                    ui.label(board.say("page_proposed")).classes("k-mark")
                if plan.found:
                    listed(plan_facts(plan, found, board.phrases))
                    if (why := left_in_words(plan, found, board)) is not None:
                        ui.label(why).classes("k-soft")
                else:
                    ui.label(why_none(plan, found, board.phrases, called_by_id(board))).classes("k-soft")
    if any(plan.found for plan in found.plans):
        chart(plans(found, board.phrases), heading(board.phrases.label(found.outcome)), board.phrases).classes("k-chart-flat")


def plan_facts(plan: Plan, found: Lineup, phrases: Phrases) -> list[tuple[str, str]]:
    """What a plan brings and costs: labels and values."""
    facts = [
        (heading(phrases.label(found.outcome)), phrases.compact(plan.expected)),
        (phrases.say("interval_80"), phrases.interval(plan.low, plan.high)),
        (phrases.say("lineup_bookings"), phrases.number(len(plan.rows))),
        (phrases.say("lineup_spent"), phrases.money(plan.spend, found.currency)),
        (heading(phrases.label(found.cost_per)), unit_cost(plan.cost, found.currency, phrases)),
        (phrases.say("page_basis"), _basis(plan, phrases)),
    ]
    if found.rules.budget is not None and found.rules.budget > plan.spend:
        left = phrases.money(found.rules.budget - plan.spend, found.currency)
        facts.insert(4, (phrases.say("lineup_left"), left))
    if plan.returns is not None:
        facts[2:2] = returns_facts(plan.returns, phrases)
    if share := commission_range(plan.rows, phrases):
        facts.insert(-1, (phrases.column("commission"), phrases.say("page_commission", share=share)))
    if doubtful := int(plan.rows["doubtful"].sum()):
        facts.insert(-1, (phrases.say("page_why_doubts"), phrases.say("unseen_of", count=doubtful, all=len(plan.rows))))
    if told_people(found):
        facts.insert(-1, (phrases.say("lineup_people"), phrases.compact(plan.people)))
    if plan.reaches is not None:
        facts.insert(2, (phrases.say("lineup_reaches", count=to_reach(found, phrases)), phrases.chance(plan.reaches)))
    return facts


def left_in_words(plan: Plan, found: Lineup, board: LineupSession) -> str | None:
    """Why a plan leaves part of the budget, in one line; nothing where it leaves none."""
    left = leftover(plan, board.pool, found.rules) if board.pool is not None else None
    if left is None:
        return None
    rules = "; ".join(rule_words(name, found.rules, found.currency, board.phrases) for name in left.rules)
    cost = board.phrases.money(left.cheapest, found.currency, short=True)
    return board.say(f"page_left_{left.why}", cost=cost, rules=rules, count=left.unstated)


def _basis(plan: Plan, phrases: Phrases) -> str:
    """How many bookings are forecast from what: the planner's own figures, similar creators, a media kit, or their own record."""
    left, parts = pd.Series(True, index=plan.rows.index), []
    for name in ("assumed", "unseen", "stated"):
        parts.append((name, int((left & plan.rows[name]).sum())))
        left &= ~plan.rows[name]
    counts = [("own", int(left.sum())), *reversed(parts)]
    return " · ".join(phrases.say(f"page_basis_{name}", count=count) for name, count in counts if count)


def _more(board: LineupSession, found: Lineup) -> None:
    """What took longer to find out than the plans: their other outcomes, and what other budgets would bring."""
    for spot in ("more", "notes"):
        board.spots[spot].clear()
    with board.spots["notes"]:
        _notes(board, found)
    with board.spots["more"]:
        title(board.say("lineup_more_money"), "h2")
        chart(frontier(found, board.phrases), board.say("lineup_more_money"), board.phrases).classes("k-chart-low")


def _notes(board: LineupSession, found: Lineup) -> None:
    beside = beside_facts(found.proposed, board.phrases) if found.proposed is not None else []
    if beside:
        _lines(board.say("lineup_beside"), [": ".join(fact) for fact in beside])
    _lines(board.say("caveats"), caveats(found, board.phrases))


def _lines(words: str, lines: list[str]) -> None:
    title(words, "h2")
    with ui.element("ul").classes("k-caveats"):
        for line in lines:
            with ui.element("li"):
                ui.label(line)
