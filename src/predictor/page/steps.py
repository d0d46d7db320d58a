"""The steps that answer: candidates compared, why one gets its forecast, and the line-up that the budget buys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pandas as pd
from nicegui import ui

from predictor.asof.day import remarks_of_day
from predictor.page.comparison import Compared, comparison_view
from predictor.page.elements import fetched_early, note, title
from predictor.page.grid import left_out
from predictor.page.lineup import lineup_view
from predictor.page.session import PageSession, alone, answering, compared_now, foot, forecasts, pool, waited
from predictor.page.why import Asked, why_view
from predictor.page.work import Inputs
from predictor.planning.plans import Lineup
from predictor.planning.rules import Between, LineupConstraints
from predictor.wording.sentences import who

SENT = 0.05  # seconds in which an opened dialog leaves for the browser before it is filled


def comparison_step(session: PageSession) -> None:
    """Draw who comes first for the goal, and how far that is settled."""
    title(session.say("page_comparison_title"))
    fetched_early("nicegui-aggrid", "nicegui-echart")
    left_out(session)
    _later(session, partial(compared_now, session), partial(_comparison, session))
    foot(session, "candidates", "lineup")


def lineup_step(session: PageSession) -> None:
    """Draw the line-ups that the budget buys."""
    title(session.say("page_lineup_title"))
    left_out(session)
    if session.draft.asked().budget is None:
        note(session.say("page_no_budget"), warning=True)
    else:
        fetched_early("nicegui-echart")
        _later(session, partial(forecasts, session), partial(_lineup, session))
    foot(session, "comparison", "export")


def _later(session: PageSession, slow: Callable[[Inputs], Any], then: Callable[[Inputs, Any], None | Awaitable[None]]) -> None:
    """Do what takes long once this step is in sight, forecasts among it where they were not made yet, and draw what follows."""
    area, sentence = ui.element("div"), session.say("page_scoring", count=len(session.draft.candidates))

    async def fill() -> None:
        with area:
            await waited(session, sentence, slow, then)

    ui.timer(0.01, fill, once=True)


def _comparison(session: PageSession, inputs: Inputs, found: Compared) -> None:
    choose = partial(answering, session, inputs) if inputs.rules.budget is not None else None
    _note_day(session, inputs)
    _abroad(session, inputs, found.scored)
    with ui.element("div").classes("k-answer"):
        comparison_view(found, session.phrases, lambda line: _why(session, inputs, found.scored, line), choose)
    if session.candidate is not None:
        _why(session, inputs, found.scored, session.candidate)


def _note_day(session: PageSession, inputs: Inputs) -> None:
    """Say where the history has nothing of the weeks before the day asked."""
    for one in remarks_of_day(session.resources.tables, inputs.on):
        note(session.say(one.key, **one.values), warning=True)


def _abroad(session: PageSession, inputs: Inputs, scored: pd.DataFrame) -> None:
    """Say how many are of other countries than the market, with a way to leave them out of the plan."""
    market, rules = str(inputs.brief.get("country", "")), session.draft.rules
    countries = scored.get("country", pd.Series(dtype="str")).dropna().astype("str")
    others = countries[(countries != "") & (countries != market)]
    codes = [code for code in others.value_counts().index if rules.country.get(code, Between()).max != 0]
    if not market or not codes:
        return

    def leave() -> None:
        country = {**rules.country, **{code: Between(max=0) for code in codes}}
        session.draft.rules = rules.model_copy(update={"country": country})
        session.keep()
        session.draw()

    with ui.element("div").classes("k-note k-warn"):
        named = ", ".join(session.phrases.word("country", code) for code in codes)
        count = int(others.isin(codes).sum())
        ui.label(
            session.say(
                "page_abroad", count=count, all=len(scored), market=session.phrases.word("country", market), countries=named
            )
        )
        ui.button(session.say("page_abroad_out"), on_click=leave).props("outline no-caps")


def _why(session: PageSession, inputs: Inputs, scored: pd.DataFrame, line: int) -> None:
    """One candidate, over the comparison."""
    place, found = line - 2, session.serving(inputs)
    if not 0 <= place < len(scored):
        return session.show(None)
    session.show(line)
    one = inputs.rows.iloc[[place]]
    with ui.dialog(value=True) as dialog, ui.card().classes("k-why k-body"):
        dialog.props["aria-label"] = who(scored.iloc[place])
        asked = Asked(one, found.bundle, inputs.brief, found.tables, inputs.goal, inputs.on)
        body = ui.element("div").classes("k-full")
        with body:
            ui.spinner(size="28px")
        ui.button(session.say("page_close"), on_click=dialog.close).props("flat no-caps").classes("self-end")

    def fill() -> None:
        if not body.is_deleted:
            body.clear()
            with body:
                why_view(scored.iloc[place], asked, session.phrases)

    def closed() -> None:
        session.show(None)
        dialog.delete()

    dialog.on("hide", closed)
    with dialog:
        ui.timer(SENT, fill, once=True)  # the dialog opens at once, its content takes a moment


def _lineup(session: PageSession, inputs: Inputs, scored: pd.DataFrame) -> None:
    def before(rules: LineupConstraints) -> Lineup | None:
        return session.made.plans.get(alone(session, inputs, rules))

    def keep(rules: LineupConstraints) -> None:
        if rules != session.draft.asked():
            session.draft.rules = rules
            session.keep(draft=True)  # at once: a page that is left or loaded anew must not lose what was changed

    def on_found(rules: LineupConstraints, plan: Lineup) -> None:
        whole = inputs.plan_key(session.serving(inputs), rules)
        session.made.plans.put(whole if plan.frontier else alone(session, inputs, rules), plan)

    _note_day(session, inputs)
    _abroad(session, inputs, scored)
    with ui.element("div").classes("k-lineup"):
        lineup_view(
            scored, inputs.goal, inputs.rules, session.phrases, partial(pool, session, inputs), before, keep, on_found
        )  # fmt: skip
