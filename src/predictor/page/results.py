"""What came of a campaign beside what its plan had said: the plan as it was handed out, and the results in a file."""

from __future__ import annotations

import hashlib
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
from predictor.page.answers import Change, mapping_of
from predictor.page.drop import drop
from predictor.page.elements import folded, note, title, verdict, waiting
from predictor.page.mending import answers_so_far, ask
from predictor.page.questions import questions_of
from predictor.page.upload import Refused, put_into
from predictor.page.work import Resources
from predictor.planning.actuals import compare_with_actuals, read_plan
from predictor.planning.early_counts import horizon_of
from predictor.planning.result_days import with_days
from predictor.planning.result_files import OpenResults, read_results
from predictor.planning.store import Saved, Store
from predictor.reporting.actuals_words import afterwards_sentences, afterwards_table

RESULTS = "bookings"  # the table that a file of results is


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
    store: Store
    changes: tuple[Change, ...] = ()  # what was answered about the results
    area: Any = None
    asked: int = 0  # how many comparisons were asked for, so that one that comes late is dropped

    def refuse(self, sentence: str) -> None:
        """Say what is missing or wrong in place of an answer."""
        self.area.clear()
        with self.area:
            self._answered()  # one of the answers may be what is wrong
            note(sentence, warning=True)

    async def plan_came(self, name: str, content: bytes) -> None:
        """Take the plan."""
        self.plan = name, content
        await self.show()

    async def results_came(self, name: str, content: bytes) -> None:
        """Take the results."""
        self.results = name, content
        self.recall()
        await self.show()

    def recall(self) -> None:
        """Take what was answered about these very results before, whichever plan they were dropped beside."""
        self.changes = next((tuple(changes) for about, changes in self.store.remembered() if about == self._about()), ())

    def _about(self) -> list[list[str]]:
        """What answers about the results are kept under; no list of candidates has such titles."""
        return [[RESULTS, hashlib.sha256(self.results[1]).hexdigest()]] if self.results is not None else []

    async def answer(self, change: Change) -> None:
        """Read the results again with one more answer."""
        await self._again((*self.changes, change))

    async def take_back(self, change: Change) -> None:
        """Read the results again without one of the answers."""
        await self._again(tuple(one for one in self.changes if one is not change))

    async def _again(self, changes: tuple[Change, ...]) -> None:
        self.changes = changes
        self.store.remember(self._about(), changes)
        await self.show()

    def _answered(self) -> None:
        answers_so_far(self.changes, False, self._phrases(), self.take_back)

    def _phrases(self) -> Phrases:
        """The words of the columns that a file of results may have."""
        return Phrases(self.phrases.lang, with_days(self.found.catalogue))

    def _ask(self, problem: OpenResults, file: str) -> None:
        """What must be said about the results, with the answers to choose from."""
        phrases = self._phrases()
        asked = questions_of(problem.doubts, problem.sheets, phrases)
        self.area.clear()
        with self.area:
            self._answered()
            note(phrases.say("page_results_waiting", file=file, count=len(asked)), warning=True)
            ask(asked, (), phrases, self.answer)

    async def show(self) -> None:
        """Draw the comparison, or what stands in its way."""
        plan, results, changes = self.plan, self.results, self.changes
        if plan is None or results is None:
            return self.refuse(self.phrases.say("page_results_plan_missing" if plan is None else "page_results_missing"))
        self.asked += 1
        mine = self.asked
        self.area.clear()
        with self.area:
            waiting(self.phrases.say("page_arriving"))
        came: Outcome | Refused | RowsError | DefinitionError
        try:
            came = await run.io_bound(_compared, plan, results, self.found, self.phrases, changes)
        except (Refused, RowsError, DefinitionError) as problem:
            came = problem
        if mine != self.asked:
            return None
        if not isinstance(came, Outcome | OpenResults):
            return self.refuse(_problem(came, results[0], self.phrases))
        self.keep(*results)
        if isinstance(came, OpenResults):
            return self._ask(came, results[0])
        self.area.clear()
        with self.area:
            self._answered()
            ui.label(self.phrases.say("page_results_from", file=results[0])).classes("k-soft")
            _draw(came, self.phrases)
        return None


def results_view(saved: Saved, store: Store, found: Resources, phrases: Phrases) -> None:
    """Draw where results are dropped, and below it how right the plan was.

    The forecasts are those of the Excel plan as it was downloaded: a forecast made anew would know what came.
    """
    title(phrases.say("page_results_title", name=saved.name))
    ui.label(phrases.say("page_results_lead")).classes("k-lead")
    signed = store.signed(saved.id)
    plan = None if signed is None else ("plan.xlsx", signed[0])
    desk = Desk(found, phrases, plan, store.results(saved.id), partial(store.keep_results, saved.id), store)
    if signed is not None:
        at = signed[1].astimezone()
        ui.label(phrases.say("page_results_kept", day=phrases.day(at), time=f"{at:%H:%M}")).classes("k-soft")
        with ui.expansion(phrases.say("page_results_other_plan")).classes("k-full k-more"):
            drop(phrases, phrases.say("page_results_drop_plan"), desk.plan_came, desk.refuse)
    else:
        drop(phrases, phrases.say("page_results_drop_plan"), desk.plan_came, desk.refuse)
    with ui.element("div").classes("k-came k-full"):
        drop(phrases, phrases.say("page_results_drop"), desk.results_came, desk.refuse)
    desk.area = ui.element("div")
    if desk.plan is not None and desk.results is not None:
        desk.recall()
        ui.timer(0.01, desk.show, once=True)
    with ui.element("div").classes("k-foot"):
        ui.link(phrases.say("page_to_start"), "/")


def _problem(problem: Refused | RowsError | DefinitionError, file: str, phrases: Phrases) -> str:
    """Why two files cannot be compared."""
    if isinstance(problem, Refused):
        return str(problem)
    if isinstance(problem, RowsError):
        return "\n".join(_fault(one, file, phrases) for one in problem.faults)
    return problem.in_words(phrases.lang)


def _fault(fault: Fault, file: str, phrases: Phrases) -> str:
    """A fault in the words of the page, which has no command to take an option; the table of results is the file dropped."""
    values = fault.said.values if fault.said else {}
    own, name = f"page_{fault.said.key}" if fault.said else "", str(values.get("name", ""))
    if phrases.knows(own):
        label = phrases.column(name) if name in phrases.catalogue.entries else name
        return phrases.say(own, **values, file=file, label=label)
    return replace(fault, file=file if fault.file == "bookings" else fault.file).in_words(phrases.lang)


def _compared(
    plan: tuple[str, bytes], results: tuple[str, bytes], found: Resources, phrases: Phrases, changes: tuple[Change, ...] = ()
) -> Outcome:
    given = mapping_of(changes, RESULTS)
    with tempfile.TemporaryDirectory() as folder:
        asides = [Path(tempfile.mkdtemp(dir=folder)) for _ in range(2)]  # both files may have one name
        paths = [put_into(aside, *one, phrases) for aside, one in zip(asides, (plan, results), strict=True)]
        try:
            booked, recipe, promise = read_plan(paths[0], None, found.catalogue)
        except RowsError:  # whatever is wrong with it, it says nothing about the campaign
            raise Refused(phrases.say("page_results_no_plan", file=plan[0])) from None
        rows, notes = read_results(paths[1], found.catalogue, given, recipe.outcome, phrases.lang)
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
