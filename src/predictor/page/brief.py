"""The first step: what the campaign is for, whom it is for, when, and for how much."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pandas as pd
from nicegui import ui

from predictor.definitions.phrases import Phrases
from predictor.page.amounts import read_money
from predictor.page.elements import title
from predictor.page.questions import CURRENCIES
from predictor.page.session import PageSession, foot
from predictor.page.work import Resources, today
from predictor.planning.rules import FROM_BRIEF
from predictor.wording.matching import fold

COUNTRIES = ("VN", "TH", "ID", "MY", "PH", "SG", "CN", "TW", "HK", "JP", "KR", "US")
DAYS = {"vi": ("%d/%m/%Y", "DD/MM/YYYY"), "en": ("%Y-%m-%d", "YYYY-MM-DD")}


def read_day(typed: str, lang: str) -> date | None:
    """A day as the language writes it, or as any language does; None where it is none.

    >>> read_day("21/07/2026", "vi")
    datetime.date(2026, 7, 21)
    """
    for form in dict.fromkeys((DAYS[lang][0], "%Y-%m-%d", "%d/%m/%Y")):
        try:
            return datetime.strptime(typed.strip(), form).date()
        except ValueError:
            continue
    return None


def brief_step(session: PageSession) -> None:
    """Draw the form; each field goes into the brief as it is left."""
    brief = session.draft.brief
    session.unread.clear()
    brief.setdefault("currency", "VND")
    brief.setdefault("country", "VN")
    title(session.say("page_brief_title"))
    ui.label(session.say("page_brief_lead")).classes("k-lead")
    form = ui.element("div").classes("k-grid").on("focusout", lambda: session.keep(draft=True))
    with form:
        _text(session, "name", "page_plan_name", "k-8")
        _text(session, "brand", None, "k-4")
        with ui.element("div").classes("k-12"):
            _goal(session)
        _niches(session)
        _text(session, "brief", "page_brief_text", "k-12", area=True)
        _budget(session)
        _choice(session, "country", {c: session.say(f"country_{c}") for c in COUNTRIES}, "k-3")
        _days(session)
    foot(session, None, "candidates")


def _set(session: PageSession, name: str, value: Any) -> None:
    if value in (None, "", []):
        session.draft.brief.pop(name, None)
    else:
        session.draft.brief[name] = value
    if name in FROM_BRIEF:  # a budget tried out on the line-up gives way to the brief's
        session.draft.rules = session.draft.rules.model_copy(update={name: None})


def _mark(session: PageSession, name: str, problem: str | None) -> None:
    """Remember what stands in a field and cannot be used, so that nobody goes on without it unawares."""
    if problem:
        session.unread[name] = problem
    else:
        session.unread.pop(name, None)
        if not session.unread:
            session.untell()


def _text(session: PageSession, name: str, key: str | None, span: str, area: bool = False) -> None:
    label = session.say(key) if key else session.phrases.column(name)
    value = session.draft.name if name == "name" else str(session.draft.brief.get(name, ""))

    def left(event: Any) -> None:
        typed = (event.value or "").strip()[:4000]
        if name == "name":
            session.draft.name = typed
        else:
            _set(session, name, typed)

    field = ui.textarea if area else ui.input
    field(label, value=value, on_change=left).classes(span).props("outlined autogrow" if area else "outlined")


def _goal(session: PageSession) -> None:
    """The goals that a model forecasts, each with what it counts."""
    goals = {goal: session.say(f"goal_{goal}").capitalize() for goal in session.resources.goals()}
    with ui.element("fieldset").style("border:0;padding:0;margin:0"):
        with ui.element("legend").classes("k-soft"):
            ui.label(session.phrases.column("goal"))

        def chosen(event: Any) -> None:
            before = session.draft.goal
            _set(session, "goal", event.value)
            _count(session, before, None)
            session.draw_steps()
            outcomes.refresh()

        ui.radio(goals, value=session.draft.brief.get("goal"), on_change=chosen).props("inline").classes("k-goal")
        if closed := unanswered(session.resources, session.phrases):
            greyed = ui.radio(closed).props("disable").classes("k-goal")
            greyed.props["aria-label"] = session.say("page_goals_cannot")

        @ui.refreshable
        def outcomes() -> None:
            _outcomes(session)

        if any(len(session.resources.outcomes(goal)) > 1 for goal in goals):
            with ui.element("div").classes("k-outcomes"):
                outcomes()


def _count(session: PageSession, goal: str, outcome: str | None) -> None:
    """Count something else; what had to be reached of the outcome of `goal` so far is dropped, with a word."""
    rules, of_goal = session.draft.rules, session.served.outcomes(goal)
    counted = rules.outcome if rules.outcome in of_goal else next(iter(of_goal), None)
    update: dict[str, Any] = {"outcome": outcome}
    if rules.at_least is not None and counted is not None:
        noun = session.phrases.noun(session.resources.catalogue.entries[counted].label)
        session.tell(session.say("page_reach_dropped", count=session.phrases.number(rules.at_least), outcome=noun), warning=True)
        update |= {"at_least": None, "risk": "expected" if rules.risk == "chance" else rules.risk}
    session.draft.rules = rules.model_copy(update=update)


def _outcomes(session: PageSession) -> None:
    """What is counted, where the model forecasts several things for the goal."""
    of_goal = session.resources.outcomes(session.draft.goal)
    if len(of_goal) < 2:
        return
    labels = {name: session.phrases.label(session.resources.catalogue.entries[name].label) for name in sorted(of_goal)}

    def chosen(event: Any) -> None:
        _count(session, session.draft.goal, event.value)
        session.keep()

    ui.label(session.say("page_outcome")).classes("k-soft")
    counted = ui.radio(labels, value=of_goal[0], on_change=chosen).props("inline").classes("k-goal")
    counted.props["aria-label"] = session.say("page_outcome")


def unanswered(found: Resources, phrases: Phrases) -> list[str]:
    """The goals that no target of the model answers, each with the reason."""
    closed = [goal for goal in found.catalogue.entries["goal"].categories if goal not in found.goals()]
    return [_why_not(goal, found, phrases) for goal in closed]


def _why_not(goal: str, found: Resources, phrases: Phrases) -> str:
    recipes = found.catalogue.recipes
    least = [
        recipes[name].fewest_labels for name in found.bundle.provenance.skipped if name in recipes and recipes[name].goal == goal
    ]
    name = phrases.say(f"goal_{goal}").capitalize()
    if any(recipes[target].goal == goal for target in found.bundle.left_out):
        return phrases.say("page_goal_left_out", goal=name)
    return phrases.say("page_goal_skipped", goal=name, least=min(least)) if least else phrases.say("page_goal_unasked", goal=name)


def _niches(session: PageSession) -> None:
    """Subjects to choose; one that is typed and left is chosen, and one that there is not is told."""
    names = {name: session.phrases.label(niche) for name, niche in session.resources.catalogue.niches.items() if not niche.vague}
    given = [part for part in str(session.draft.brief.get("niche", "")).split(";") if part in names]
    order = dict(sorted(names.items(), key=lambda pair: (fold(pair[1]), pair[1])))
    with ui.element("div").classes("k-12"):
        field = ui.select(order, value=given, label=session.phrases.column("niche"), multiple=True, with_input=True)
        field.classes("k-full").props("outlined use-chips")
        reading = ui.label("").classes("k-soft k-reading").props('aria-live="polite"')
    typed = ""

    def typing(event: Any) -> None:
        nonlocal typed
        typed = event.args or typed  # the field empties itself as it is left

    def chosen() -> None:
        nonlocal typed
        typed = ""
        reading.set_text("")
        _set(session, "niche", ";".join(field.value))

    def left() -> None:
        nonlocal typed
        text, typed = typed.strip(), ""
        alike = [niche for niche, name in order.items() if text and fold(text) in fold(name)]
        meant = [niche for niche in alike if fold(order[niche]) == fold(text)] or alike
        if len(meant) == 1:
            field.set_value(list(dict.fromkeys([*field.value, *meant])))
        elif text:
            reading.set_text(session.say("page_niche_unread", came=text))

    field.on_value_change(chosen)
    field.on("input-value", typing)
    field.on("blur", left)
    # Quasar brings the hand back once a list has gone, also from a field that it has gone on to since
    field.on("focusout", js_handler=f"() => getElement({field.id}).$refs.qRef.blur()")
    # emptied by the browser: an answer of the server could come while the next niche is being typed
    field.on("keyup.enter", left, js_handler=f"() => {{ emit(); getElement({field.id}).$refs.qRef.updateInputValue('', true) }}")


def _choice(session: PageSession, name: str, options: Any, span: str) -> Any:
    label = session.say("page_country") if name == "country" else session.phrases.column(name)
    value = session.draft.brief.get(name)
    if value not in options:
        options = {**options, value: value} if isinstance(options, dict) else [*options, value]
    field = ui.select(options, value=value, label=label, on_change=lambda e: _set(session, name, e.value))
    return field.classes(span).props("outlined")


def _budget(session: PageSession) -> None:
    """The amount as people type it and its currency, read back in full so that nobody wonders how many zeros it has."""
    brief = session.draft.brief
    with ui.element("div").classes("k-6"):
        known = brief.get("budget")
        start = session.phrases.money(known, None) if known else ""
        field = ui.input(session.phrases.column("budget"), value=start, placeholder=session.say("page_budget_such_as"))
        field.props("outlined hide-bottom-space").classes("k-full")
        reading = ui.label("").classes("k-soft k-reading").props('aria-live="polite"')
    currency = _choice(session, "currency", list(CURRENCIES), "k-3")

    def read() -> None:
        found = read_money(field.value or "", brief.get("currency"), session.phrases)
        if found.value != brief.get("budget"):
            _set(session, "budget", found.value)
        _mark(session, "budget", found.problem)
        reading.set_text(session.phrases.money(found.value, brief.get("currency")) if found.value else found.problem or "")

    def typed() -> None:
        """A currency typed with the amount is the campaign's."""
        named = read_money(field.value or "", brief.get("currency"), session.phrases).named
        if named:
            currency.set_options(list(dict.fromkeys([*currency.options, named])), value=named)
        read()

    field.on_value_change(typed)
    currency.on_value_change(read)
    read()


def _days(session: PageSession) -> None:
    """The first and the last day; a change of either may mend, or spoil, the other, so both are read anew."""
    fields: dict[str, Any] = {}

    def left() -> None:
        for name, field in fields.items():
            typed = field.value or ""
            problem, found = _wrong_day(session, name, typed), read_day(typed, session.phrases.lang)
            _set(session, name, pd.Timestamp(found) if found and not problem else None)
            _mark(session, name, problem and f"{session.phrases.column(name)}: {problem}")
            field.validate()
        past.set_text(_past(session))

    for name in ("starts_on", "ends_on"):
        fields[name] = _day(session, name, left)
    past = ui.label(_past(session)).classes("k-soft k-12 k-echo").props('role="status" aria-live="polite"')


def _past(session: PageSession) -> str:
    """A word on a campaign whose last day is gone, which a year mistyped makes of one to come."""
    days = [day for name in ("starts_on", "ends_on") if (day := session.draft.brief.get(name)) is not None]
    return session.say("page_day_past", day=session.phrases.day(days[-1])) if days and days[-1] < today() else ""


def _wrong_day(session: PageSession, name: str, typed: str) -> str | None:
    """Why what was typed cannot be this day."""
    found = read_day(typed, session.phrases.lang) if typed else None
    if typed and found is None:
        mask = DAYS[session.phrases.lang][1]
        return session.say("page_day_unread", form=mask.lower() if session.phrases.lang == "en" else "nn/tt/nnnn")
    first = session.draft.brief.get("starts_on")
    early = name == "ends_on" and found is not None and first is not None and pd.Timestamp(found) < first
    return session.say("page_day_order") if early else None


def _day(session: PageSession, name: str, left: Callable[[], None]) -> Any:
    value = session.draft.brief.get(name)
    typed = session.phrases.day(value) if value is not None else ""
    field = ui.input(
        session.phrases.column(name), value=typed, on_change=left, validation=lambda text: _wrong_day(session, name, text or "")
    )
    field.classes("k-3").props("outlined")
    named = f"{session.phrases.column(name)}: {session.say('page_calendar')}"
    with ui.menu().props('role="dialog" no-parent-event') as menu, ui.date(mask=DAYS[session.phrases.lang][1]) as calendar:
        menu.props["aria-label"] = named
        calendar.bind_value(field)
        calendar.on_value_change(menu.close)
    with field.add_slot("append"):
        ui.button(icon="event", on_click=menu.open).props("flat round dense").props["aria-label"] = named
    return field
