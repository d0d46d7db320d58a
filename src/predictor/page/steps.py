"""The steps that answer: candidates compared, why one gets its forecast, and the line-up that the budget buys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pandas as pd
from nicegui import ui

from predictor.asof.day import remarks_of_day
from predictor.page.comparison import compared, comparison_view
from predictor.page.elements import note, title
from predictor.page.grid import left_out
from predictor.page.lineup import lineup_view
from predictor.page.session import PageSession, answering, foot, forecasts, waited
from predictor.page.why import Asked, why_view
from predictor.page.work import Inputs
from predictor.planning.comparison import Comparison
from predictor.planning.plans import Lineup
from predictor.planning.ranking import ranked
from predictor.planning.rules import LineupConstraints
from predictor.wording.sentences import who


def comparison_step(session: PageSession) -> None:
    """Draw who comes first for the goal, and how far that is settled."""
    title(session.say("page_comparison_title"))
    left_out(session)
    _later(session, partial(_compared, session), partial(_comparison, session))
    foot(session, "candidates", "lineup")


def lineup_step(session: PageSession) -> None:
    """Draw the line-ups that the budget buys."""
    title(session.say("page_lineup_title"))
    left_out(session)
    if session.draft.asked().budget is None:
        note(session.say("page_no_budget"), warning=True)
    else:
        _later(session, partial(forecasts, session), partial(_lineup, session))
    foot(session, "comparison", "export")


def _later(session: PageSession, slow: Callable[[Inputs], Any], then: Callable[[Inputs, Any], None | Awaitable[None]]) -> None:
    """Do what takes long once this step is in sight, forecasts among it where they were not made yet, and draw what follows."""
    area, sentence = ui.element("div"), session.say("page_scoring", count=len(session.draft.candidates))

    async def fill() -> None:
        with area:
            await waited(session, sentence, slow, then)

    ui.timer(0.01, fill, once=True)


def _compared(session: PageSession, inputs: Inputs) -> tuple[pd.DataFrame, Comparison, pd.DataFrame]:
    """The forecasts, and what they come to side by side."""
    scored, goal = forecasts(session, inputs), inputs.goal
    return scored, *compared(scored, goal, session.resources.catalogue, session.resources.shocks(goal))


def _comparison(session: PageSession, inputs: Inputs, shown: tuple[pd.DataFrame, Comparison, pd.DataFrame]) -> None:
    scored, comparison, rows = shown
    choose = partial(answering, session, inputs) if inputs.rules.budget is not None else None
    _note_day(session, inputs)
    with ui.element("div").classes("k-answer"):
        comparison_view(
            comparison, rows, session.phrases, lambda line: _why(session, inputs, scored, line), choose,
            lambda order: ranked(scored, comparison, session.resources.catalogue, order),
        )  # fmt: skip
    if session.candidate is not None:
        _why(session, inputs, scored, session.candidate)


def _note_day(session: PageSession, inputs: Inputs) -> None:
    """Say where the history has nothing of the weeks before the day asked."""
    for one in remarks_of_day(session.resources.tables, inputs.on):
        note(session.say(one.key, **one.values), warning=True)


def _why(session: PageSession, inputs: Inputs, scored: pd.DataFrame, line: int) -> None:
    """One candidate, over the comparison."""
    place, found = line - 2, session.resources
    if not 0 <= place < len(scored):
        return session.show(None)
    session.show(line)
    one = inputs.rows.iloc[[place]]
    with ui.dialog(value=True) as dialog, ui.card().classes("k-why k-body"):
        dialog.props["aria-label"] = who(scored.iloc[place])
        asked = Asked(one, found.bundle, inputs.brief, found.tables, inputs.goal, inputs.on)
        why_view(scored.iloc[place], asked, session.phrases)
        ui.button(session.say("page_close"), on_click=dialog.close).props("flat no-caps").classes("self-end")

    def closed() -> None:
        session.show(None)
        dialog.delete()

    dialog.on("hide", closed)


def _lineup(session: PageSession, inputs: Inputs, scored: pd.DataFrame) -> None:
    goal, found = inputs.goal, session.resources

    def changed(rules: LineupConstraints, plan: Lineup) -> None:
        session.plans.put(inputs.plan_key(found, rules), plan)
        if rules != session.draft.asked():
            session.draft.rules = rules
            session.keep(draft=True)  # at once: a page that is loaded anew must not find its own change made meanwhile

    _note_day(session, inputs)
    with ui.element("div").classes("k-lineup"):
        lineup_view(
            scored, goal, inputs.rules, session.phrases, found.shocks(goal), found.assumption, changed
        )  # fmt: skip
