"""Whatever fails while a view is drawn, or later in it: shown in its place, in the planner's language, with ways on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from predictor.definitions.phrases import Phrases
from predictor.page.elements import title


class Failures:
    """What one tab shows in place of a view that failed, wherever in it that happens; NiceGUI logs the traceback.

    Until a view says more (its own `box`, `again` and `back`), all that is drawn within `box` gives way.
    """

    def __init__(self, phrases: Phrases):
        self.phrases = phrases
        self.box: Any = ui.element("div")
        self.again: Callable[[], Any] = ui.navigate.reload
        self.back: Callable[[], Any] | None = None
        ui.context.client.on_exception(self.tell)

    def tell(self) -> None:
        """Draw the sentence and the ways on; nothing where the view that failed was left before."""
        if _left():
            return
        self.box.clear()
        with self.box, ui.element("div").classes("k-body").props('role="alert"'):
            title(self.phrases.say("page_failed"))
            ui.label(self.phrases.say("page_failed_lead")).classes("k-lead")
            with ui.element("div").classes("k-row"):
                ui.button(self.phrases.say("page_again"), icon="refresh", on_click=lambda: self.again()).props(
                    "unelevated no-caps color=primary"
                )
                if self.back is not None:
                    ui.button(self.phrases.say("page_back"), on_click=self.back).props("flat no-caps")
                ui.link(self.phrases.say("page_to_start"), "/")


def _left() -> bool:
    """Whether the part of the page in which something failed is there no more (the last slot is the page's own)."""
    within = ui.context.slot_stack[:-1]
    try:
        return bool(within) and within[-1].parent.is_deleted
    except RuntimeError:  # it is not even remembered
        return True
