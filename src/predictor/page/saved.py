"""The plans that were saved, on the page's first view: opened by their link, copied, compared, or deleted after a question."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from nicegui import ui

from predictor.definitions.phrases import Phrases
from predictor.errors import RowsError
from predictor.page.elements import title
from predictor.planning.store import Saved, Store
from predictor.wording.sentences import heading


def saved_plans(store: Store, phrases: Phrases) -> None:
    """Draw them into the container at hand, the one saved last first; nothing where there is none."""
    box, layer = ui.element("div"), ui.element("div")

    def draw() -> None:
        box.clear()
        saved = store.listed()
        if not saved:
            return
        with box:
            title(phrases.say("page_saved_plans"), "h2")
            with ui.element("ul").classes("k-list"):
                for one in saved:
                    with ui.element("li").classes("k-item"):
                        _plan(one, phrases)
                        with ui.element("div").classes("k-row"):
                            _act(phrases, "page_copy", one, partial(_copy, store, phrases, one))
                            _compare(one, saved, phrases, layer)
                            _act(phrases, "page_results", one, partial(ui.navigate.to, f"/results/{one.id}"))
                            _act(phrases, "page_delete", one, partial(delete, one))

    def delete(one: Saved) -> None:
        with layer, ui.dialog(value=True) as dialog, ui.card().classes("k-dialog"):
            dialog.props["aria-label"] = phrases.say("page_delete_plan", name=one.name)
            title(phrases.say("page_delete_plan", name=one.name), "h2")
            ui.label(phrases.say("page_delete_lost"))

            def gone() -> None:
                dialog.close()
                try:
                    store.delete(one.id)
                except RowsError as problem:
                    return _refused(problem, phrases)
                ui.notify(phrases.say("page_deleted", name=one.name))
                draw()

            with ui.element("div").classes("k-row"):
                ui.button(phrases.say("page_delete_not"), on_click=dialog.close).props("flat no-caps autofocus")
                ui.button(phrases.say("page_delete"), on_click=gone).props("unelevated no-caps color=negative")
        dialog.on("hide", dialog.delete)

    draw()


def _plan(one: Saved, phrases: Phrases) -> None:
    at = one.saved_at.astimezone()
    with ui.element("a").classes("k-grow").props(f'href="/w/{one.id}"'):
        ui.label(one.name)
        ui.label(_about(one, phrases)).classes("k-soft")
    ui.label(f"{phrases.day(at)} {at:%H:%M}").classes("k-soft")


def _about(one: Saved, phrases: Phrases) -> str:
    """What a plan wants, and for how much, as far as its brief says."""
    brief = one.content.get("brief") or {}
    goal, budget = brief.get("goal"), brief.get("budget")
    money = phrases.money(float(budget), brief.get("currency"), short=True) if budget else ""
    return " · ".join(filter(None, (heading(phrases.say(f"goal_{goal}")) if goal else "", money)))


def _act(phrases: Phrases, key: str, one: Saved, act: Callable[[], None] | None = None) -> Any:
    """A button that does something with one plan."""
    button = ui.button(phrases.say(key), on_click=act).props("flat dense no-caps")
    button.props["aria-label"] = f"{phrases.say(key)}: {one.name}"
    return button


def _refused(problem: RowsError, phrases: Phrases) -> None:
    ui.notify(problem.in_words(phrases.lang), type="warning", timeout=12_000, close_button=phrases.say("page_close"))


def _copy(store: Store, phrases: Phrases, one: Saved) -> None:
    """Keep the same work once more, with the file that came for it, and open it at its brief."""
    try:
        saved = store.save("work", _free(phrases.say("page_copy_name", name=one.name), store), store.load(one.id).content)
        store.keep_files(saved.id, store.files(one.id))
    except RowsError as problem:
        return _refused(problem, phrases)
    ui.navigate.to(f"/w/{saved.id}/brief")


def _free(name: str, store: Store) -> str:
    """A name that no plan has: this one, or with the first number that tells it from those that have it."""
    taken = {one.name for one in store.listed()}
    names = (name, *(f"{name} ({place})" for place in range(2, len(taken) + 2)))
    return next(one for one in names if one not in taken)


def _compare(one: Saved, saved: list[Saved], phrases: Phrases, layer: Any) -> None:
    """Choose the plan to hold it against; nothing where there is no other."""

    def choose() -> None:
        with layer, ui.dialog(value=True) as dialog, ui.card().classes("k-dialog"):
            dialog.props["aria-label"] = phrases.say("page_versus_choose", name=one.name)
            title(phrases.say("page_versus_choose", name=one.name), "h2")
            with ui.element("ul").classes("k-list k-full"):
                for other in saved:
                    if other.id != one.id:
                        with ui.element("li").classes("k-item"):
                            ui.link(other.name, f"/versus/{one.id}/{other.id}").classes("k-grow")
                            ui.label(_about(other, phrases)).classes("k-soft")
            ui.button(phrases.say("page_close"), on_click=dialog.close).props("flat no-caps")
        dialog.on("hide", dialog.delete)

    if len(saved) > 1:
        _act(phrases, "page_versus", one, choose)
