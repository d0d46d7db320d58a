"""The rules that planners set most, as plain controls; the rest can be given to the command in a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from nicegui import ui

from predictor.page.board import LineupSession, change
from predictor.page.brief import read_budget
from predictor.page.elements import title
from predictor.planning.rules import COUNTED, Between
from predictor.wording.sentences import heading

RISKS = ("expected", "safe", "chance")


def controls(board: LineupSession) -> None:
    """Draw them into the container at hand."""
    title(board.say("page_rules"), "h2")
    _budget(board)
    _between(board, board.say("page_number"), "number")
    for kind in board.phrases.catalogue.entries["kind"].categories:
        _between(board, board.phrases.kind(kind), "kind", kind)
    _once(board)
    _share(board)
    _risk(board)
    with ui.expansion(board.say("page_more_rules")).classes("k-more"):
        for column in COUNTED:
            if column != "kind":
                _each(board, column)


def _budget(board: LineupSession) -> None:
    """The amount, typed as in the brief or slid; what cannot be read changes nothing, and is told."""
    whole, phrases = float(board.rules.budget or 0), board.phrases
    field = ui.input(board.say("lineup_budget"), value=phrases.money(whole, None), placeholder=board.say("page_budget_such_as"))
    field.props("outlined dense hide-bottom-space")
    reading = ui.label(phrases.money(whole, board.rules.currency)).classes("k-soft").props('aria-live="polite"')
    slider = ui.slider(min=whole * 0.2, max=whole * 2, step=whole / 50, value=whole)
    slider.props["aria-label"] = board.say("lineup_budget")

    def slid(amount: float) -> None:
        field.set_value(phrases.money(amount, None))
        reading.set_text(phrases.money(amount, board.rules.currency))

    async def typed() -> None:
        amount, _, problem = read_budget(field.value or "", board.rules.currency, phrases)
        if amount is None:
            budget = phrases.money(board.rules.budget, board.rules.currency)
            problem = problem or board.say("page_budget_unread")
            return reading.set_text(board.say("page_budget_kept", problem=problem, budget=budget))
        slider.props["min"], slider.props["max"] = min(whole * 0.2, amount), max(whole * 2, amount)
        slider.set_value(amount)
        slid(amount)
        await change(board, budget=amount)

    slider.on_value_change(lambda e: slid(e.value))
    slider.on("change", lambda e: change(board, budget=float(e.args)))
    field.on("change", typed)


def _between(board: LineupSession, words: str, rule: str, of: str | None = None) -> None:
    """Least and most bookings in all, or of one value of a column."""
    now = getattr(board.rules, rule)
    between = now if of is None else now.get(of, Between())
    held = {"min": between.min, "max": between.max}

    async def typed(end: str, value: Any) -> None:
        held[end] = None if value in (None, "") else int(value)
        await change(board, **{rule: held if of is None else {**getattr(board.rules, rule), of: held}})

    with ui.element("fieldset").classes("k-between"):
        with ui.element("legend"):
            ui.label(words)
        for end in ("min", "max"):
            box = ui.number(board.say(f"page_{end}"), value=held[end], min=0, step=1, format="%.0f").props("outlined dense")
            box.props["aria-label"] = f"{words}: {board.say(f'page_{end}')}"
            box.on("change", _asking(typed, end, box))


def _asking(typed: Callable[[str, Any], Any], end: str, box: Any) -> Callable[[], Any]:
    return lambda: typed(end, box.value)


def _each(board: LineupSession, column: str) -> None:
    """The same for every platform, tier or country that the list holds."""
    for value in values_of(board, column):
        _between(board, board.phrases.word(column, value), column, value)


def values_of(board: LineupSession, column: str) -> list[str]:
    """What the list holds of a column, in the order of its definition (tiers from small to large), else by the alphabet."""
    values = board.scored.get(column, pd.Series(dtype="str")).dropna().astype("str")
    return [one for one in board.phrases.catalogue.in_order(column, values) if one]


def _once(board: LineupSession) -> None:
    """Whether somebody who quotes for several formats or platforms may be booked for more than one of them."""
    words = heading(board.phrases.say("lineup_rule_one_per_person"))
    box = ui.checkbox(words, value=board.rules.one_per_person)
    box.on_value_change(lambda e: change(board, one_per_person=bool(e.value)))


def _share(board: LineupSession) -> None:
    box = ui.number(board.say("page_largest_share"), value=_percent(board.rules.largest_share), min=1, max=100, suffix="%")
    box.props("outlined dense").classes("k-full")
    box.on("change", lambda: change(board, largest_share=None if not box.value else float(box.value) / 100))


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share)


def _risk(board: LineupSession) -> None:
    """What is made largest; the chance needs a count to reach."""
    goal = (
        ui.number(board.say("page_at_least"), value=board.rules.at_least, min=1, format="%.0f")
        .props("outlined dense")
        .classes("k-full")
    )
    needed = ui.label("").classes("k-soft").props('role="status" aria-live="polite"')
    choice = ui.radio({risk: board.say(f"page_risk_{risk}") for risk in RISKS}, value=board.rules.risk)

    async def changed() -> None:
        count = float(goal.value) if goal.value else None
        risk = choice.value if choice.value != "chance" or count else "expected"
        needed.set_text("" if risk == choice.value else board.say("page_risk_needs_count"))
        await change(board, at_least=count, risk=risk)

    goal.on("change", changed)
    choice.on_value_change(changed)
