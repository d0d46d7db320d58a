"""Small pieces that every view of the planner's page is made of."""

from __future__ import annotations

from html import escape
from typing import Any

from nicegui import ui


def title(sentence: str, tag: str = "h1") -> Any:
    """A heading; its text is escaped."""
    return ui.html(escape(sentence), tag=tag, sanitize=False)


def note(sentence: str, warning: bool = False) -> Any:
    """A sentence in a box of its own."""
    return ui.label(sentence).classes("k-note k-warn" if warning else "k-note").props('role="status"')


def listed(pairs: list[tuple[str, str]]) -> None:
    """What is called what: a list of labels with their values."""
    with ui.element("dl").classes("k-facts"):
        for label, value in pairs:
            with ui.element("div"):
                with ui.element("dt"):
                    ui.label(label)
                with ui.element("dd"):
                    ui.label(value)
