"""What came of a campaign beside what its plan had said: the plan as it was handed out, and the results in a file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from nicegui import run, ui

from predictor.definitions.phrases import Phrases
from predictor.errors import DefinitionError, Fault, RowsError
from predictor.intake.mapping import Mapping
from predictor.page.drop import drop
from predictor.page.elements import folded, note, title, verdict, waiting
from predictor.page.upload import Refused, put_into
from predictor.page.work import Resources
from predictor.planning.actuals import compare_with_actuals, read_plan
from predictor.planning.early_counts import horizon_of
from predictor.planning.result_files import read_results
from predictor.planning.store import Saved, Store
from predictor.reporting.actuals_words import afterwards_sentences, afterwards_table


@dataclass(frozen=True)
class Outcome:
    """Sentences and a table to show, and how the file of results was read."""

    sentences: list[str]
    rows: list[list[str]]
    notes: list[str]


@dataclass
class Desk:
    """The files that are there so far, and where the answer is drawn."""

    found: Resources
    phrases: Phrases
    plan: tuple[str, bytes] | None
    results: tuple[str, bytes] | None
    keep: Callable[[str, bytes], None]
    area: Any = None

    def refuse(self, sentence: str) -> None:
        """Say what is missing or wrong in place of an answer."""
        self.area.clear()
        with self.area:
            note(sentence, warning=True)

    async def plan_came(self, name: str, content: bytes) -> None:
        """Take the plan."""
        self.plan = name, content
        await self.show()

    async def results_came(self, name: str, content: bytes) -> None:
        """Take the results."""
        self.results = name, content
        await self.show()

    async def show(self) -> None:
        """Draw the comparison, or what stands in its way."""
        if self.plan is None or self.results is None:
            return self.refuse(self.phrases.say("page_results_plan_missing" if self.plan is None else "page_results_missing"))
        self.area.clear()
        with self.area:
            waiting(self.phrases.say("page_arriving"))
        try:
            outcome = await run.io_bound(_compared, self.plan, self.results, self.found, self.phrases)
        except (Refused, RowsError, DefinitionError) as problem:
            return self.refuse(_problem(problem, self.results[0], self.phrases))
        self.keep(*self.results)
        self.area.clear()
        with self.area:
            ui.label(self.phrases.say("page_results_from", file=self.results[0])).classes("k-soft")
            _draw(outcome, self.phrases)


def results_view(saved: Saved, store: Store, found: Resources, phrases: Phrases) -> None:
    """Draw where results are dropped, and below it how right the plan was.

    The forecasts are those of the Excel plan as it was downloaded: a forecast made anew would know what came.
    """
    title(phrases.say("page_results_title", name=saved.name))
    ui.label(phrases.say("page_results_lead")).classes("k-lead")
    signed = store.signed(saved.id)
    plan = None if signed is None else ("plan.xlsx", signed[0])
    desk = Desk(found, phrases, plan, store.results(saved.id), partial(store.keep_results, saved.id))
    if signed is not None:
        at = signed[1].astimezone()
        ui.label(phrases.say("page_results_kept", day=phrases.day(at), time=f"{at:%H:%M}")).classes("k-soft")
    else:
        drop(phrases, phrases.say("page_results_drop_plan"), desk.plan_came, desk.refuse)
    drop(phrases, phrases.say("page_results_drop"), desk.results_came, desk.refuse)
    desk.area = ui.element("div")
    if desk.plan is not None and desk.results is not None:
        ui.timer(0.01, desk.show, once=True)
    with ui.element("div").classes("k-foot"):
        ui.link(phrases.say("page_to_start"), "/")


def _problem(problem: Refused | RowsError | DefinitionError, file: str, phrases: Phrases) -> str:
    """Why two files cannot be compared; questions about a file of results without the line for whoever has a terminal."""
    if isinstance(problem, Refused):
        return str(problem)
    if isinstance(problem, RowsError):
        return "\n".join(_fault(one, file, phrases) for one in problem.faults)
    return "\n".join([phrases.say("page_results_open", file=file), *problem.in_words(phrases.lang).splitlines()[1:]])


def _fault(fault: Fault, file: str, phrases: Phrases) -> str:
    """A fault in the words of the page, which has no command to take an option; the table of results is the file dropped."""
    values = fault.said.values if fault.said else {}
    own, name = f"page_{fault.said.key}" if fault.said else "", str(values.get("name", ""))
    if phrases.knows(own):
        label = phrases.column(name) if name in phrases.catalogue.entries else name
        return phrases.say(own, **values, file=file, label=label)
    return replace(fault, file=file if fault.file == "bookings" else fault.file).in_words(phrases.lang)


def _compared(plan: tuple[str, bytes], results: tuple[str, bytes], found: Resources, phrases: Phrases) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        asides = [Path(tempfile.mkdtemp(dir=folder)) for _ in range(2)]  # both files may have one name
        paths = [put_into(aside, *one, phrases) for aside, one in zip(asides, (plan, results), strict=True)]
        booked, recipe, promise = read_plan(paths[0], None, found.catalogue)
        rows, notes = read_results(paths[1], found.catalogue, Mapping(), recipe.outcome, phrases.lang)
    if rows is None:
        raise Refused(phrases.say("page_file_no_table"))
    horizon = horizon_of(recipe, found.catalogue, found.bundle.growth)
    compared = compare_with_actuals(booked, rows, recipe.outcome, counts=recipe.counts, promise=promise, horizon=horizon)
    label = found.catalogue.entries[recipe.outcome].label.by_language()
    sentences = afterwards_sentences(compared, label, phrases, promise, horizon)
    return Outcome(sentences, afterwards_table(compared, label, phrases, horizon), notes)


def _draw(outcome: Outcome, phrases: Phrases) -> None:
    verdict(outcome.sentences, phrases)
    if outcome.rows:
        ui.html(_table(outcome.rows), sanitize=False).classes("k-scroll")
        ui.label(phrases.say("page_results_few")).classes("k-soft")
    folded(phrases.say("page_results_read"), [line for one in outcome.notes for line in one.splitlines() if line.strip()])


def _table(rows: list[list[str]]) -> str:
    """The comparison as one piece of HTML, every value escaped."""
    titles, *bookings = rows
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in titles)
    body = "".join("<tr>" + "".join(map(_cell, titles, row)) + "</tr>" for row in bookings)
    return f'<table class="k-results"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _cell(title: str, text: str) -> str:
    return f'<td data-title="{escape(title)}">{escape(text)}</td>'
