"""The rules that planners set most, as plain controls; the rest can be given to the command in a file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import pandas as pd
from nicegui import ui

from predictor.page.amounts import Allowed, Amount, amount_box, number_box, read_money, read_number
from predictor.page.board import LineupSession, change
from predictor.page.elements import title
from predictor.planning.comparison import recipe_for
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
        amount, _, problem = read_money(field.value or "", board.rules.currency, phrases)
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

    async def typed(end: str, count: float | None) -> None:
        held[end] = None if count is None else int(count)
        await change(board, **{rule: held if of is None else {**getattr(board.rules, rule), of: held}})

    with ui.element("fieldset").classes("k-between"):
        with ui.element("legend"):
            ui.label(words)
        for end in ("min", "max"):
            label = board.say(f"page_{end}")
            number_box(label, held[end], Allowed(), board.phrases, partial(typed, end), name=f"{words}: {label}")


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
    async def typed(share: float | None) -> None:
        await change(board, largest_share=None if share is None else share / 100)

    now = _percent(board.rules.largest_share)
    number_box(board.say("page_largest_share"), now, Allowed(1, 100, percent=True), board.phrases, typed).props("suffix=%")


def _at_least(board: LineupSession, taken: Callable[[float | None], Awaitable[None]]) -> None:
    """How much is to be reached: a count of what the goal counts, or money where that is revenue."""
    phrases, currency = board.phrases, board.rules.currency
    recipe = recipe_for(board.scored, board.goal, phrases.catalogue)
    in_money = phrases.catalogue.in_money(recipe)
    noun = phrases.noun(phrases.catalogue.entries[recipe.outcome].label)

    def read(typed: str) -> Amount:
        return read_money(typed, currency, phrases) if in_money else read_number(typed, Allowed(low=1), phrases)

    def echo(count: float) -> str:
        return phrases.money(count, currency) if in_money else f"{phrases.number(count)} {noun}"

    amount_box(phrases.say("page_at_least"), board.rules.at_least, read, phrases.number, phrases, taken, echo=echo)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share)


def _risk(board: LineupSession) -> None:
    """What is made largest; the chance needs a count to reach."""
    at_least = board.rules.at_least

    async def typed(count: float | None) -> None:
        nonlocal at_least
        at_least = count
        await changed()

    _at_least(board, typed)
    needed = ui.label("").classes("k-soft").props('role="status" aria-live="polite"')
    choice = ui.radio({risk: board.say(f"page_risk_{risk}") for risk in RISKS}, value=board.rules.risk)

    async def changed() -> None:
        risk = choice.value if choice.value != "chance" or at_least else "expected"
        needed.set_text("" if risk == choice.value else board.say("page_risk_needs_count"))
        await change(board, at_least=at_least, risk=risk)

    choice.on_value_change(changed)
