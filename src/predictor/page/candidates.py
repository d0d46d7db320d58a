"""The second step: candidates from a file or from the history, what was understood, what is open, and every cell mendable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
from nicegui import run, ui

from predictor.errors import RowsError
from predictor.page.answers import Change
from predictor.page.drop import drop
from predictor.page.elements import fetched_early, note, title, waiting
from predictor.page.grid import appended, grid
from predictor.page.mending import (
    answers_so_far,
    asked,
    columns,
    encoding_chosen,
    known_to_history,
    titles_chosen,
    understood,
    without_pairs,
)
from predictor.page.reading import Reading, read
from predictor.page.session import PageSession, foot, forecast_ahead
from predictor.page.upload import ROWS, Encoded
from predictor.page.work import ReadRows, lookalikes, put, read_rows, under_ids
from predictor.wording.matching import fold

# Creators whom the history knows, found by name or id and taken as candidates.

SHOWN = 12


def matching(creators: pd.DataFrame, typed: str, most: int = SHOWN) -> pd.DataFrame:
    """The creators whose name, id or niche holds what was typed, without minding accents; the largest first."""
    columns = [column for column in ("name", "creator_id", "niche") if column in creators]
    text = creators[columns].fillna("").astype("str").agg(" ".join, axis=1).map(fold)
    found = creators[text.str.contains(fold(typed), regex=False)]
    return found.sort_values("followers", ascending=False).head(most) if "followers" in found else found.head(most)


def known_creators(session: PageSession, take: Callable[[list[str]], None], rank: Callable[[list[str]], Any]) -> None:
    """A search over the history's creators, each with a button that adds it, and one that ranks all of them."""
    creators = session.resources.creators
    if creators is None:
        return
    everybody = [*matching(creators, "", ROWS)["creator_id"].astype("str")]
    key = "page_known_all" if len(everybody) == len(creators) else "page_known_most"
    words = session.say(key, count=len(everybody), all=len(creators))
    ui.button(words, icon="leaderboard", on_click=lambda: rank(everybody)).props("outline no-caps")

    def search(typed: str) -> None:
        found.clear()
        with found:
            there = {*session.draft.typed.get("creator_id", [])}
            for _, row in matching(creators, typed).iterrows():
                _one(session, row, row["creator_id"] in there, take)

    ui.input(session.say("page_known_search"), on_change=lambda e: search(e.value or "")).props(
        "outlined dense debounce=200"
    ).classes("k-full")
    found = ui.element("div").classes("k-list").style("margin:10px 0")
    search("")


def _one(session: PageSession, row: pd.Series, there: bool, take: Callable[[list[str]], None]) -> None:
    about = [session.phrases.category(row, column) for column in ("platform", "kind", "niche")]
    size = session.phrases.compact(row.get("followers")) if pd.notna(row.get("followers")) else ""
    name = str(row["name"]) if pd.notna(row.get("name")) else str(row["creator_id"])
    with ui.element("div").classes("k-item"):
        with ui.element("div").classes("k-grow"):
            ui.label(name)
            ui.label(" · ".join(filter(None, [*about, size]))).classes("k-soft")
        button = ui.button(session.say("page_added" if there else "page_add")).props("flat no-caps")
        button.props["aria-label"] = f"{session.say('page_add')}: {name}"
        button.set_enabled(not there)

    def add() -> None:
        button.disable()
        take([str(row["creator_id"])])

    button.on_click(add)


def candidates_step(session: PageSession) -> None:
    """Draw the ways to bring candidates, what was understood of the file, and the list itself."""
    title(session.say("page_candidates_title"))
    ui.label(session.say("page_candidates_lead")).classes("k-lead")
    fetched_early("nicegui-aggrid")
    desk = Desk(session)
    _drop(desk)
    _paste(desk)
    if session.resources.creators is not None:
        with ui.expansion(session.say("page_known"), icon="person_search").classes("k-full"):
            known_creators(session, lambda ids: _add(session, ids), lambda ids: _rank(session, ids))
    desk.messages = ui.element("div")
    if session.file is not None and session.file.unread:
        kept = session.file
        ui.timer(0.01, lambda: desk.read(kept), once=True)
    else:
        desk.draw()
    sheet = ui.element("div")

    def redraw() -> None:
        sheet.clear()
        with sheet:
            grid(session)
        session.draw_steps()
        session.keep()

    with sheet:
        grid(session)
    session.redraw = redraw
    forecast_ahead(session)
    foot(session, "brief", "comparison")


class Desk:
    """Where a file is read in sight of its owner: what is said of it stands in `messages`, and it is kept in the session."""

    def __init__(self, session: PageSession):
        self.session, self.phrases = session, session.phrases
        self.messages: Any = None
        self.refusal = ""  # of a file of which nothing can come

    async def arrived(self, reading: Reading) -> None:
        """Read a new file, keeping a way back to the one before where that still waits for answers."""
        before = self.session.file
        await self.read(replace(reading, earlier=before if before is not None and before.waits else None))

    async def read(self, reading: Reading) -> None:
        """Read the file with what was answered so far; with nothing open, its rows become the list."""
        session = self.session
        session.reading += 1
        mine = session.reading
        if reading.put is None:  # its rows stand beside, or take the place of, what the list is by now
            reading = replace(reading, before=session.draft.typed)
        self.wait(session.say("page_reading", file=reading.shown))
        try:
            done, rows = await run.io_bound(self._worked, reading) or (None, None)
        except RowsError as problem:  # the answers cannot be kept
            return None if self.messages.is_deleted else self.refuse(problem.in_words(session.phrases.lang))
        if done is None or mine != session.reading:  # the server is stopping, or another file came after this one
            return
        self.refusal = "" if done.refused is None or done.waits else _named(done)
        useful = session.file is not None and (session.file.refused is None or session.file.waits)
        if self.refusal and useful:  # what came before it stays as it is
            return self.draw() if not self.messages.is_deleted else None
        edited = session.draft.typed if reading.put is not None and reading.put is not session.draft.typed else None
        session.file = done
        if rows is not None:
            session.file = replace(done, put=rows.typed, edited=edited)
            put(session.draft, rows, done.shown)
            session.draft.name = session.draft.name or ("" if done.pasted else done.name.rsplit(".", 1)[0])
        self._show(rows is not None)
        await self._kept()

    def _show(self, listed: bool) -> None:
        """Draw what became of the file and the list where that is new; the whole step in sight where it is another one."""
        if self.messages.is_deleted:
            with self.session.layer:
                return self.session.draw()
        self.draw()
        if listed:
            self.session.redraw()

    async def _kept(self) -> None:
        """Keep the plan, then the file, for whoever opens the page again."""
        session = self.session
        with session.layer:
            session.keep(draft=True)
            try:
                await run.io_bound(session.keep_file)
            except RowsError as problem:
                session.tell(problem.in_words(session.phrases.lang), warning=True)

    def _worked(self, reading: Reading) -> tuple[Reading, ReadRows | None]:
        """All that takes long, away from the page: the file read, and its rows where nothing about them is open."""
        session, found = self.session, self.session.resources
        done = read(reading, self.phrases, session.store)
        if done.settled:
            known = lookalikes(session.draft.candidates, found.tables)
            return replace(done, settled=False, known=tuple(known)), None
        if done.sheet is None or done.sheet.waits:
            return done, None
        both = [done.before, done.sheet.typed] if done.adds else [done.sheet.typed]
        rows = read_rows(pd.concat(both, ignore_index=True).fillna(""), found.catalogue, found.tables)
        return replace(done, known=(*rows.same, *lookalikes(rows.candidates, found.tables))), rows

    def wait(self, sentence: str) -> None:
        """Say at once that something goes on."""
        self.messages.clear()
        with self.messages:
            waiting(sentence)

    def refuse(self, sentence: str) -> None:
        """Say why nothing came of a file."""
        self.messages.clear()
        with self.messages:
            note(sentence, warning=True)

    def draw(self) -> None:
        """What became of the last file."""
        done, phrases = self.session.file, self.phrases
        self.messages.clear()
        if done is None:
            return
        with self.messages:
            if self.refusal and self.refusal != _named(done):
                note(self.refusal, warning=True)
            if (earlier := done.earlier) is not None:
                words = self.session.say("page_left_open", file=earlier.shown)
                self._way_back(words, "page_back_to_file", lambda: self.read(earlier))
            if done.refused is not None:
                return self._refused(done)
            answers_so_far(done.changes, done.recalled, phrases, lambda change: self.read(done.without(change)))
            if done.sheet is not None:
                asked(done.sheet, done.grids, phrases, self.answer)
                self._put_aside(done)
                understood(done.sheet, phrases, done.shown)
                known_to_history(done.known, phrases, self._adopt)
                columns(done.sheet, phrases, self.answer)
                self._replaced(done)

    async def _leave(self, done: Reading) -> None:
        """Put a file aside that waits for answers; the one before it comes back."""
        self.session.reading += 1  # whatever of it is still being read comes too late
        self.session.file = None
        self.draw()
        await (self.read(done.earlier) if done.earlier is not None else self._kept())

    async def answer(self, change: Change) -> None:
        """Read the file again with one more answer."""
        if self.session.file is not None:
            await self.read(self.session.file.answered(change))

    def _adopt(self, pairs: list[tuple[str, str]]) -> None:
        """Take candidates for the creators of the history that they look like."""
        session = self.session
        session.take(under_ids(session.draft.typed, pairs))
        if session.file is not None:
            session.file = replace(session.file, known=tuple(without_pairs(session.file.known, pairs)))
        self.draw()
        session.redraw()

    def _put_aside(self, done: Reading) -> None:
        """A way to be rid of a file that waits for answers."""
        if done.waits:
            words = self.session.say("page_leave_file", file=done.shown)
            ui.button(words, icon="close", on_click=lambda: self._leave(done)).props("flat dense no-caps")

    def _refused(self, done: Reading) -> None:
        note(_named(done), warning=True)
        if isinstance(done.refused, Encoded):
            encoding_chosen(done.refused.likely, self.phrases, self.answer)
        answers_so_far(done.changes, done.recalled, self.phrases, lambda change: self.read(done.without(change)))
        for one in done.grids:
            if len(done.grids) > 1:
                title(one.name, "h2")
            titles_chosen(one, self.phrases, self.answer)
        self._put_aside(done)

    def _replaced(self, done: Reading) -> None:
        """The list that a file took the place of, and what was changed by hand before it was read again, each with a way back."""
        if not done.adds and not done.before.empty and done.sheet is not None and not done.sheet.waits:
            words = self.session.say("page_replaced", count=len(done.before))
            self._way_back(words, "page_keep_both", lambda: self.read(replace(done, adds=True)))
        if done.edited is not None:
            self._way_back(self.session.say("page_edited"), "page_bring_back", lambda: self._bring_back(done))

    def _way_back(self, words: str, key: str, act: Callable[[], Any]) -> None:
        with ui.element("div").classes("k-note"):
            ui.label(words)
            ui.button(self.session.say(key), on_click=act).props("outline no-caps")

    async def _bring_back(self, done: Reading) -> None:
        self.session.take(done.edited)
        self.session.file = replace(done, edited=None, put=self.session.draft.typed)
        self.draw()
        self.session.redraw()
        await self._kept()


def _named(done: Reading) -> str:
    """Why a file is refused, with its name: several may have come."""
    return "" if done.refused is None else f"{done.shown}: {done.refused}"


def _drop(desk: Desk) -> None:
    """Where a file of candidates arrives."""
    session = desk.session

    async def arrived(name: str, content: bytes) -> None:
        await desk.arrived(Reading(name, content, session.draft.typed))

    drop(session.phrases, session.say("page_drop"), arrived, desk.refuse, lambda: desk.wait(session.say("page_arriving")))


def _paste(desk: Desk) -> None:
    """Where rows of a spreadsheet are pasted; they go through the same reader, and below the rows that are there."""
    session = desk.session

    async def pasted() -> None:
        text = (field.value or "").strip("\n")
        if not text.strip():
            return
        field.set_value("")
        name = f"{session.say('page_pasted')}.tsv"
        await desk.arrived(Reading(name, text.encode(), session.draft.typed, adds=True, pasted=True))

    with ui.expansion(session.say("page_paste"), icon="content_paste").classes("k-full"):
        ui.label(session.say("page_paste_how")).classes("k-soft")
        field = ui.textarea(session.say("page_paste_here")).props("outlined input-class=k-pasted").classes("k-full")
        ui.button(session.say("page_paste_read"), on_click=pasted).props("outline no-caps")


def _add(session: PageSession, ids: list[str]) -> None:
    """Creators of the history as new rows; their attributes come from the history itself."""
    session.take(appended(session.draft.typed, _rows_of(session, ids)))
    session.redraw()


async def _rank(session: PageSession, ids: list[str]) -> None:
    """Everybody of these who is not on the list yet below those who are, and the comparison."""
    there = {*session.draft.typed.get("creator_id", [])}
    typed = appended(session.draft.typed, _rows_of(session, [one for one in ids if one not in there]))
    rows = await run.io_bound(read_rows, typed, session.resources.catalogue, session.resources.tables)
    if rows is not None:
        put(session.draft, rows)
        session.go("comparison")


def _rows_of(session: PageSession, ids: list[str]) -> list[dict[str, str]]:
    creators = session.resources.creators
    if creators is None:
        return []
    names = creators["name"] if "name" in creators else creators["creator_id"]
    currency = str(session.draft.brief.get("currency", ""))
    return [{"creator_id": one, "name": str(names[one]), "currency": currency} for one in ids if one in creators.index]
