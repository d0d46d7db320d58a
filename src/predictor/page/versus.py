"""Two saved plans side by side: what each brings, the chance that one brings more, and who is in one only."""

from __future__ import annotations

import pandas as pd
from nicegui import ui

from predictor.definitions.phrases import Phrases
from predictor.page.elements import folded, listed, note, title, verdict
from predictor.page.session import PageSession, answering, waited
from predictor.page.work import Inputs
from predictor.planning.versus import Versus, versus
from predictor.planning.whatif import Side
from predictor.reporting.versus_words import booking_names, versus_words
from predictor.wording.sentences import heading


def _counted(session: PageSession, other: PageSession, phrases: Phrases) -> str:
    """What a plan is for: its goal, and of two plans for one goal what each counts."""
    goal, found = session.draft.goal, session.resources
    if goal != other.draft.goal or not (outcomes := found.outcomes(goal)):
        return phrases.say(f"goal_{goal}") if goal else ""
    return phrases.noun(found.catalogue.entries[outcomes[0]].label)


def versus_view(one: PageSession, other: PageSession) -> None:
    """Draw them into the container at hand, or say which cannot be compared yet and why."""
    phrases = one.phrases
    title(phrases.say("page_versus_title", one=one.draft.name, other=other.draft.name))
    problems = [problem for session in (one, other) if (problem := _missing(session))]
    goals = {"goal": _counted(one, other, phrases), "other_goal": _counted(other, one, phrases)}
    if one.draft.goal and other.draft.goal and goals["goal"] != goals["other_goal"]:
        problems = [phrases.say("page_versus_goals", one=one.draft.name, other=other.draft.name, **goals)]  # nothing else matters
    for problem in problems:
        note(problem, warning=True)
    if not problems:
        area = ui.element("div")

        async def fill() -> None:
            with area:
                await waited(one, phrases.say("page_versus_waiting"), lambda mine: _compared(one, mine, other), _drawn)

        def _drawn(_: Inputs, found: Versus | str) -> None:
            if isinstance(found, str):
                note(f"{found}: {phrases.say('page_plan_none')}", warning=True)
            else:
                _answer(found, one, other)

        ui.timer(0.01, fill, once=True)
    with ui.element("div").classes("k-foot"):
        ui.link(phrases.say("page_to_start"), "/")


def _missing(session: PageSession) -> str | None:
    """What a plan lacks before it can be compared."""
    ready = {
        "page_no_goal": bool(session.draft.goal), "page_nobody": len(session.draft.candidates) > 0,
        "page_no_budget": session.draft.asked().budget is not None,
    }  # fmt: skip
    lacks = next((key for key, there in ready.items() if not there), None)
    return None if lacks is None else f"{session.draft.name}: {session.say(lacks)}"


def _compared(one: PageSession, mine: Inputs, other: PageSession) -> Versus | str:
    """The names of those that find no line-up within their rules, where there are such."""
    plans = [answering(session, inputs) for session, inputs in ((one, mine), (other, other.draft.inputs()))]
    without = [side.draft.name for side, plan in zip((one, other), plans, strict=True) if plan.proposed is None]
    if without:
        return ", ".join(without)
    return versus(plans[0], plans[1], one.resources.catalogue, one.resources.assumption)


def _answer(found: Versus, one: PageSession, other: PageSession) -> None:
    phrases, names = one.phrases, (one.draft.name, other.draft.name)
    verdict([*versus_words(found, names, phrases), phrases.say("range_means")], phrases)
    with ui.element("div").classes("k-three"):
        for session, side in ((one, found.change.before), (other, found.change.after)):
            with ui.element("div").classes("k-card k-plan"):
                title(session.draft.name, "h2")
                listed(_facts(side, found, phrases))
                ui.link(phrases.say("page_versus_open"), f"/w/{session.draft.id}/lineup")
    for name, rows in zip(names, (found.change.went, found.change.came), strict=True):
        _only(name, rows, phrases)
    ui.label(phrases.say("page_versus_both", count=found.both)).classes("k-soft")


def _facts(side: Side, found: Versus, phrases: Phrases) -> list[tuple[str, str]]:
    change = found.change
    return [
        (heading(phrases.label(change.outcome)), phrases.compact(side.expected)),
        (phrases.say("interval_80"), phrases.interval(side.low, side.high)),
        (phrases.say("lineup_bookings"), phrases.number(side.bookings)),
        (phrases.say("lineup_spent"), phrases.money(side.spend, side.currency, short=True)),
        (heading(phrases.label(change.cost_per)), phrases.money(side.cost, side.currency, short=True)),
    ]


def _only(name: str, rows: pd.DataFrame | None, phrases: Phrases) -> None:
    if rows is not None and len(rows):
        folded(phrases.say("page_versus_only", name=name, count=len(rows)), booking_names(rows, phrases))
