"""The second step: candidates from a file or from the history, what was understood, what is open, and every cell mendable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from nicegui import events, run, ui

from predictor.intake.mapping import Mapping
from predictor.intake.spreadsheets.workbook import spelled
from predictor.page.elements import note, title
from predictor.page.grid import appended, grid
from predictor.page.session import PageSession, foot
from predictor.page.upload import LARGEST, Change, Refused, Sheet, answered, questions, read_upload
from predictor.page.work import take
from predictor.wording.matching import fold

# Creators whom the history knows, found by name or id and taken as candidates.

SHOWN = 12


def matching(creators: pd.DataFrame, typed: str, most: int = SHOWN) -> pd.DataFrame:
    """The creators whose name, id or niche holds what was typed, without minding accents; the largest first."""
    columns = [column for column in ("name", "creator_id", "niche") if column in creators]
    text = creators[columns].fillna("").astype("str").agg(" ".join, axis=1).map(fold)
    found = creators[text.str.contains(fold(typed), regex=False)]
    return found.sort_values("followers", ascending=False).head(most) if "followers" in found else found.head(most)


def known_creators(session: PageSession, take: Callable[[list[str]], None]) -> None:
    """A search over the history's creators, each with a button that adds it."""
    creators = session.resources.creators
    if creators is None:
        return

    def search(typed: str) -> None:
        found.clear()
        with found:
            there = {*session.draft.typed.get("creator_id", [])}
            for _, row in matching(creators, typed).iterrows():
                _one(session, row, row["creator_id"] in there, take)

    ui.input(session.say("page_known_search"), on_change=lambda e: search(e.value or "")).props(
        "outlined dense debounce=200"
    ).classes("w-full")
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
    messages = ui.element("div")
    _drop(session, messages)
    if session.resources.creators is not None:
        with ui.expansion(session.say("page_known"), icon="person_search").classes("w-full"):
            known_creators(session, lambda ids: _add(session, ids))
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
    foot(session, "brief", "comparison")


DROP = """<div class="k-drop"><span>{words}</span>
<q-btn outline no-caps color="primary" icon="upload_file" label="{button}" aria-label="{button}" @click="props.pickFiles" />
<span hidden><q-uploader-add-trigger /></span></div>"""


def _drop(session: PageSession, messages: Any) -> None:
    """Where a file is dropped or chosen."""
    drop = ui.upload(
        auto_upload=True, max_file_size=LARGEST, on_upload=lambda event: _arrived(session, messages, event),
        on_rejected=lambda: _refused(messages, session.say("page_file_large_any", most=LARGEST // 2**20)),
    )  # fmt: skip
    header = DROP.format(words=session.say("page_drop"), button=session.say("page_pick"))
    drop.props('accept=".xlsx,.csv" flat').add_slot("header", header)


async def _arrived(session: PageSession, messages: Any, event: events.UploadEventArguments) -> None:
    content = await event.file.read()
    event.sender.run_method("reset")
    await _read(session, messages, event.file.name, content, Mapping())


async def _read(session: PageSession, messages: Any, name: str, content: bytes, given: Mapping) -> None:
    """Read the file with what was answered so far; with nothing open, its rows become the list."""
    session.reading += 1
    mine = session.reading
    try:
        sheet = await run.io_bound(read_upload, name, content, session.phrases, given)
    except Refused as problem:
        return None if messages.is_deleted or mine != session.reading else _refused(messages, str(problem))
    if sheet is None or mine != session.reading:  # the server is stopping, or another file came after this one
        return
    take(session.draft, sheet.typed, session.resources.catalogue, name)
    session.draft.name = session.draft.name or name.rsplit(".", 1)[0]
    if messages.is_deleted:  # another step is in sight, and shows this list now
        with session.layer:
            return session.draw()
    messages.clear()
    with messages:
        _understood(session, sheet, name)
        _open(session, sheet, lambda change: _read(session, messages, name, content, answered(given, change)))
    session.redraw()


def _refused(messages: Any, sentence: str) -> None:
    messages.clear()
    with messages:
        note(sentence, warning=True)


def _understood(session: PageSession, sheet: Sheet, name: str) -> None:
    """Which of their columns became which of ours, and the first values as read."""
    count = len(sheet.typed)
    note(session.say("page_understood", file=name, count=count, columns=len(sheet.typed.columns)))
    with ui.expansion(session.say("page_how_read")).classes("w-full"):
        for one in sheet.found.sheets:
            theirs = {ours: t for t, ours in one.mapping.columns.items() if one.layout.column(t)}
            if len(sheet.found.sheets) > 1:
                title(one.layout.grid.name, "h2")
            first = spelled(one.frame.head(3))
            with ui.element("div").classes("k-fact"):
                for word in ("import_theirs", "import_ours", "import_first"):
                    ui.label(session.say(word)).classes("k-soft")
                for ours in [column for column in one.frame if column in theirs]:
                    ui.label(theirs[ours])
                    ui.label(session.phrases.column(ours))
                    ui.label(" · ".join(str(v)[:40] for v in first[ours].dropna()))
            for said in one.notes:
                ui.label("– " + session.say(said.key, **said.values)).classes("k-soft")
            for why, rows in one.layout.skipped.items():
                ui.label("– " + session.say(f"import_skipped_{why}", rows=", ".join(map(str, rows)))).classes("k-soft")
            for middle in one.midpoints[:20]:
                ui.label("– " + session.say("page_midpoint", cell=middle.cell, came=middle.came, read=middle.read_as)).classes(
                    "k-soft"
                )


def _open(session: PageSession, sheet: Sheet, answer: Any) -> None:
    """What the planner must decide, each with its answers as buttons, or a list where there are many."""
    for question in questions(sheet.found, session.phrases):
        with ui.element("div").classes("k-note k-warn"):
            ui.label(question.text)
            if 0 < len(question.answers) <= 3:
                with ui.element("div").classes("k-row"):
                    for words, change in question.answers.items():
                        ui.button(words, on_click=lambda _, c=change: answer(c)).props("outline no-caps")
            elif question.answers:
                _select(session, question.answers, answer)


def _select(session: PageSession, answers: dict[str, Change], answer: Any) -> None:
    ui.select([*answers], label=session.say("page_choose"), on_change=lambda e: answer(answers[e.value])).props("outlined dense")


def _add(session: PageSession, ids: list[str]) -> None:
    """Creators of the history as new rows; their attributes come from the history itself."""
    creators = session.resources.creators
    if creators is None:
        return
    names = creators["name"] if "name" in creators else creators["creator_id"]
    currency = str(session.draft.brief.get("currency", ""))
    rows = [{"creator_id": one, "name": str(names[one]), "currency": currency} for one in ids if one in creators.index]
    take(session.draft, appended(session.draft.typed, rows), session.resources.catalogue)
    session.redraw()
