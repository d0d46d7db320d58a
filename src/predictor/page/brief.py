"""The first step: what the campaign is for, whom it is for, when, and for how much."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd
from nicegui import ui

from predictor.definitions.schema import Catalogue
from predictor.intake.money import without_currency
from predictor.page.elements import plain_digits, title
from predictor.page.session import PageSession, foot
from predictor.page.upload import CURRENCIES
from predictor.planning.rules import FROM_BRIEF, read_money
from predictor.wording.sentences import day, money

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


def read_budget(typed: str, catalogue: Catalogue, mark: str = ".") -> float | None:
    """An amount above 0 as people type it, such as 500tr; `mark` stands between thousands. None where it is none."""
    faults: list[str] = []
    bare = plain_digits(without_currency(typed).strip(), mark)
    amount = read_money(bare, "", catalogue, faults) if bare else None
    return amount if amount is not None and amount > 0 else None


def brief_step(desk: PageSession) -> None:
    """Draw the form; each field goes into the brief as it is left."""
    brief = desk.work.brief
    brief.setdefault("currency", "VND")
    brief.setdefault("country", "VN")
    title(desk.say("page_brief_title"))
    ui.label(desk.say("page_brief_lead")).classes("k-lead")
    with ui.element("div").classes("k-grid"):
        _text(desk, "name", "page_plan_name", "k-8")
        _text(desk, "brand", None, "k-4")
        with ui.element("div").classes("k-12"):
            _goal(desk)
        _niches(desk)
        _text(desk, "brief", "page_brief_text", "k-12", area=True)
        _budget(desk)
        _choice(desk, "currency", list(CURRENCIES), "k-3")
        _choice(desk, "country", {c: desk.say(f"country_{c}") for c in COUNTRIES}, "k-3")
        _day(desk, "starts_on", "k-3")
        _day(desk, "ends_on", "k-3")
    foot(desk, None, "candidates")


def _label(desk: PageSession, name: str) -> str:
    return str(getattr(desk.found.catalogue.entries[name].label, desk.lang))


def _set(desk: PageSession, name: str, value: Any) -> None:
    if value in (None, "", []):
        desk.work.brief.pop(name, None)
    else:
        desk.work.brief[name] = value
    if name in FROM_BRIEF:  # a budget tried out on the line-up gives way to the brief's
        desk.work.rules = desk.work.rules.model_copy(update={name: None})


def _text(desk: PageSession, name: str, key: str | None, span: str, area: bool = False) -> None:
    label = desk.say(key) if key else _label(desk, name)
    value = desk.work.name if name == "name" else str(desk.work.brief.get(name, ""))

    def left(event: Any) -> None:
        typed = (event.value or "").strip()[:4000]
        if name == "name":
            desk.work.name = typed
        else:
            _set(desk, name, typed)

    field = ui.textarea if area else ui.input
    field(label, value=value, on_change=left).classes(span).props("outlined autogrow" if area else "outlined")


def _goal(desk: PageSession) -> None:
    """The goals that a model forecasts, each with what it counts."""
    goals = {goal: desk.say(f"goal_{goal}").capitalize() for goal in desk.found.goals()}
    with ui.element("fieldset").style("border:0;padding:0;margin:0"):
        with ui.element("legend").classes("k-soft"):
            ui.label(_label(desk, "goal"))

        def chosen(event: Any) -> None:
            _set(desk, "goal", event.value)
            desk.draw_steps()

        ui.radio(goals, value=desk.work.brief.get("goal"), on_change=chosen).props("inline").classes("k-goal")


def _niches(desk: PageSession) -> None:
    names = {name: getattr(niche, desk.lang) for name, niche in desk.found.catalogue.niches.items() if not niche.vague}
    given = [part for part in str(desk.work.brief.get("niche", "")).split(";") if part in names]
    order = dict(sorted(names.items(), key=lambda pair: pair[1]))
    ui.select(
        order, value=given, label=_label(desk, "niche"), multiple=True, with_input=True,
        on_change=lambda e: _set(desk, "niche", ";".join(e.value)),
    ).classes("k-12").props("outlined use-chips")  # fmt: skip


def _choice(desk: PageSession, name: str, options: Any, span: str) -> None:
    label = desk.say("page_country") if name == "country" else _label(desk, name)
    value = desk.work.brief.get(name)
    if value not in options:
        options = {**options, value: value} if isinstance(options, dict) else [*options, value]
    ui.select(options, value=value, label=label, on_change=lambda e: _set(desk, name, e.value)).classes(span).props("outlined")


def _budget(desk: PageSession) -> None:
    """The amount as people type it, read back in full so that nobody wonders how many zeros it has."""
    brief = desk.work.brief
    with ui.element("div").classes("k-6"):
        known = brief.get("budget")
        start = money(desk.lang, known, None) if known else ""
        field = ui.input(_label(desk, "budget"), value=start, placeholder=desk.say("page_budget_such_as"))
        field.props("outlined hide-bottom-space").classes("w-full")
        told = ui.label("").classes("k-soft").props('aria-live="polite"')

        def read(typed: str) -> None:
            amount = read_budget(typed, desk.found.catalogue, desk.say("thousands"))
            _set(desk, "budget", amount)
            shown = money(desk.lang, amount, brief.get("currency")) if amount else ""
            told.set_text(shown or (desk.say("page_budget_unread") if typed.strip() else ""))

        field.on_value_change(lambda e: read(e.value or ""))
        read(start)


def _day(desk: PageSession, name: str, span: str) -> None:
    form, mask = DAYS[desk.lang]
    value = desk.work.brief.get(name)
    typed = day(desk.lang, value) if value is not None else ""

    def wrong(text: str) -> str | None:
        found = read_day(text, desk.lang) if text else None
        if text and found is None:
            return desk.say("page_day_unread", form=mask.lower() if desk.lang == "en" else "nn/tt/nnnn")
        first = desk.work.brief.get("starts_on")
        return (
            desk.say("page_day_order")
            if name == "ends_on" and found and first is not None and pd.Timestamp(found) < first
            else None
        )

    def left(event: Any) -> None:
        found = read_day(event.value or "", desk.lang)
        _set(desk, name, pd.Timestamp(found) if found and not wrong(event.value) else None)

    field = ui.input(_label(desk, name), value=typed, on_change=left, validation=wrong).classes(span).props("outlined")
    named = f"{_label(desk, name)}: {desk.say('page_calendar')}"
    with ui.menu().props('role="dialog" no-parent-event') as menu, ui.date(mask=mask) as calendar:
        menu.props["aria-label"] = named
        calendar.bind_value(field)
        calendar.on_value_change(menu.close)
    with field.add_slot("append"):
        ui.button(icon="event", on_click=menu.open).props("flat round dense").props["aria-label"] = named
