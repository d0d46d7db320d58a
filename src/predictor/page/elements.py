"""Small pieces that every view of the planner's page is made of."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

from nicegui import ui

from predictor.definitions.phrases import Phrases
from predictor.errors import DefinitionError, RowsError

# A chart on the page: with its name for whoever cannot see it, and a quiet button that saves it as a picture.

SAVE = """() => { const link = document.createElement('a'), chart = getElement(%d).chart
  link.href = chart.getDataURL({pixelRatio: 2, backgroundColor: '#fff'}); link.download = %s; link.click() }"""

# A page that is left before the browser has made its chart has none to dispose of, which NiceGUI does all the same.
UNDRAWN = "({component: {proxy}}) => { proxy.chart ??= {dispose() { proxy.chart = undefined }} }"


def table(options: dict[str, Any], **more: Any) -> Any:
    """Draw options of AG Grid into the container at hand and return the grid, whose options stay as they are.

    NiceGUI builds a grid that appears in a page already in sight, and at once again, for an update that is none.
    """
    drawn = ui.aggrid(options, **more)
    drawn._update_method = None
    return drawn


def fetched_early(*libraries: str) -> None:
    """Let the browser read what draws tables (`nicegui-aggrid`) or charts (`nicegui-echart`) before there is one to draw."""
    for library in libraries:
        ui.run_javascript(f"import({json.dumps(library)})")


def chart(options: dict[str, Any], name: str, phrases: Phrases, **events: Any) -> Any:
    """Draw options of ECharts into the container at hand and return the chart; the browser itself makes its PNG."""
    drawn = ui.echart(options, **events).props('role="img"')
    drawn.props["aria-label"] = name
    drawn.on("vnode-before-unmount", js_handler=UNDRAWN)
    button = ui.button(phrases.say("page_picture"), icon="image").props("flat dense no-caps size=sm").classes("k-picture")
    button.props["aria-label"] = f"{phrases.say('page_picture')}: {name}"
    button.on("click", js_handler=SAVE % (drawn.id, json.dumps(f"{name}.png")))
    return drawn


# Without accents and in small letters, as people type who look for something: a piece of JavaScript.
FOLD = r"(t => String(t).normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[đĐ]/g, 'd').toLowerCase())"
GRID_WORDS = {  # what AG Grid says itself, by its own names
    "noRowsToShow": "page_grid_empty", "noMatchingRows": "page_grid_empty", "ariaHeaderSelection": "page_grid_choice",
    "ariaRowSelectAll": "page_grid_choose_all", "ariaRowToggleSelection": "page_grid_choose", "ariaRowSelect": "page_grid_choose",
    "ariaRowDeselect": "page_grid_choose", "ariaSortableColumn": "page_grid_sort", "ariaInputEditor": "page_grid_edit",
    "ariaChecked": "page_grid_checked", "ariaUnchecked": "page_grid_unchecked", "ariaIndeterminate": "page_grid_some",
}  # fmt: skip
# Tab leaves a table rather than visiting every cell, which the arrow keys do; while a cell is mended it goes to the next.
KEYS = {":tabToNextHeader": "() => false", ":tabToNextCell": "p => p.editing && p.nextCellPosition || false"}


def grid_words(phrases: Phrases) -> dict[str, Any]:
    """The option of AG Grid by which its own words are those of the language in sight."""
    return {"localeText": {theirs: phrases.say(key) for theirs, key in GRID_WORDS.items()}}


def title(sentence: str, tag: str = "h1") -> Any:
    """A heading; its text is escaped."""
    return ui.html(escape(sentence), tag=tag, sanitize=False)


def note(sentence: str, warning: bool = False) -> Any:
    """A sentence in a box of its own."""
    return ui.label(sentence).classes("k-note k-warn" if warning else "k-note").props('role="status"')


def in_page_words(problem: RowsError | DefinitionError, phrases: Phrases) -> str:
    """What stops a step, a sentence a line: in words of the page where it has its own, which name no file and no command."""
    given = problem.faults if isinstance(problem, RowsError) else ()
    own = [f"page_{fault.said.key}" if fault.said else "" for fault in given]
    if not own or not all(map(phrases.knows, own)):
        return problem.in_words(phrases.lang)
    return "\n".join(phrases.say(key, **fault.said.values) for key, fault in zip(own, given, strict=True) if fault.said)


def waiting(sentence: str) -> Any:
    """What is being waited for, with a sign that it goes on; returned, so that a way to give it up may stand inside."""
    with ui.element("div").classes("k-waiting").props('role="status" aria-live="polite"') as shown:
        ui.spinner(size="28px")
        ui.label(sentence)
    return shown


def verdict(sentences: list[str], phrases: Phrases) -> Any:
    """The answer first, in a box of its own; returned, so that what is behind it may stand inside."""
    with ui.element("section").classes("k-verdict").props(f'role="status" aria-label="{phrases.say("verdict")}"') as shown:
        for place, sentence in enumerate(sentences):
            ui.label(sentence).classes("" if place else "k-strong")
    return shown


def folded(name: str, sentences: list[str]) -> None:
    """Sentences that are read by whoever opens them; nothing where there are none."""
    if sentences:
        with ui.expansion(name).classes("k-full k-more"):
            for sentence in sentences:
                ui.label(sentence)


def listed(pairs: list[tuple[str, str]]) -> None:
    """What is called what: a list of labels with their values."""
    with ui.element("dl").classes("k-facts"):
        for label, value in pairs:
            with ui.element("div"):
                with ui.element("dt"):
                    ui.label(label)
                with ui.element("dd"):
                    ui.label(value)


def plain_digits(typed: str, mark: str) -> str:
    """Digits in groups of three, as the language separates them, in the one spelling with one reading.

    >>> plain_digits("5.000.000", "."), plain_digits("5tr", ".")
    ('5000000', '5tr')
    """
    return typed.replace(mark, "") if re.fullmatch(rf"\d{{1,3}}({re.escape(mark)}\d{{3}})+", typed) else typed
