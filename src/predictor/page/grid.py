"""The list of candidates as a grid that can be mended in place; every cell is read again as it is left."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
from nicegui import ui

from predictor.definitions.phrases import Phrases
from predictor.definitions.schema import Entry
from predictor.errors import Fault
from predictor.page.elements import KEYS, folded, grid_words, note, table, title
from predictor.page.session import PageSession
from predictor.page.typed_cells import NUMBERS, mended
from predictor.page.work import lookalikes, remembered
from predictor.planning.rules import persons

ALWAYS = ("name", "platform", "fee", "currency", "format", "posts", "kind", "followers")
LOCALE = {"vi": "vi-VN", "en": "en-US"}
OF_ONE = ("name", "creator_id", "handle", "person_id")  # what no two rows share
SHOWN = 6
PAGE = 1000  # rows in the browser at a time
WIDTHS = {"platform": 115, "kind": 110, "followers": 120, "format": 105, "posts": 95, "fee": 130, "currency": 90}
NARROWER = {"fee": 124, "followers": 108}  # amounts are never cut: 12,000,… is no amount
# A narrow window gives each column less, so that more of them are in sight before it is scrolled sideways.
NARROW = "window.innerWidth < 720"
# A cell of words shows them at once, as a click asks for them.
OPENED = """() => setTimeout(() => document.querySelector('.ag-cell-inline-editing .ag-picker-field-wrapper')
  ?.dispatchEvent(new MouseEvent('mousedown', {bubbles: true})))"""
OPTIONS = KEYS | {
    "rowSelection": {"mode": "multiRow", "enableClickSelection": False}, "singleClickEdit": True,
    "stopEditingWhenCellsLoseFocus": True, "enableCellTextSelection": True, ":getRowId": "p => String(p.data['#'])",
    "defaultColDef": {"wrapHeaderText": True, "autoHeaderHeight": True, "resizable": True, "suppressMovable": True},
}  # fmt: skip


def grid(session: PageSession) -> None:
    """Draw the list, with what has to be mended above it and the cells that this is about marked."""
    work = session.draft
    if not work.typed.empty:
        faults_above = ui.element("div")
        with faults_above:
            _faults(session)
        first = min(session.first_row, (len(work.typed) - 1) // PAGE * PAGE)
        _pages(session, first)
        rows = _rows(session, work.typed.iloc[first : first + PAGE])
        columns = [_column(session, name) for name in _shown(work.typed)]
        number = {
            "headerName": "#",
            "field": "#",
            ":width": f"{NARROW} ? 46 : {52 + 8 * (len(work.typed) >= 1000)}",
            "pinned": "left",
            "cellClass": "k-soft",
        }
        sheet = table(
            OPTIONS | grid_words(session.phrases) | {"columnDefs": [number, *columns], "rowData": rows}, auto_size_columns=False
        )
        sheet.style(f"height: {min(52 + 42 * len(rows) + 16, 460)}px")
        sheet.on("cellEditingStarted", js_handler=OPENED)
        sheet.classes("k-sheet").on("cellValueChanged", lambda event: _changed(session, sheet, faults_above, event.args))
    with ui.element("div").classes("k-row"):
        ui.button(session.say("page_by_hand"), icon="add", on_click=lambda: _add_row(session)).props("flat no-caps")
        if not work.typed.empty:
            ui.button(session.say("page_fill"), icon="edit_note", on_click=lambda: _fill(session, sheet)).props("flat no-caps")
            ui.button(session.say("page_remove"), icon="delete_outline", on_click=lambda: _remove(session, sheet)).props(
                "flat no-caps"
            )


def _pages(session: PageSession, first: int) -> None:
    """Which rows of a long list are in sight, and the way to those before and after."""
    count = len(session.draft.typed)
    if count <= PAGE:
        return

    def turn(to: int) -> None:
        session.first_row = to
        session.redraw()

    with ui.element("div").classes("k-row"):
        ui.label(session.say("page_rows_shown", first=first + 1, last=min(first + PAGE, count), count=count)).classes("k-soft")
        for key, to in (("page_rows_before", first - PAGE), ("page_rows_after", first + PAGE)):
            button = ui.button(session.say(key), on_click=lambda _, to=to: turn(to)).props("flat dense no-caps")
            button.set_enabled(0 <= to < count)


def _shown(typed: pd.DataFrame) -> list[str]:
    """The usual columns, and every other with something in it."""
    filled = [name for name in typed if (typed[name] != "").any()]
    if "name" in typed and "creator_id" in typed and typed["creator_id"].isin(["", *typed["name"]]).all():
        filled.remove("creator_id")  # who has no id of their own goes by their name
    return [*dict.fromkeys((*ALWAYS, *filled))]


def _faults(session: PageSession) -> None:
    work = session.draft
    people = persons(work.candidates).nunique()
    key = "page_ready_people" if people < len(work.candidates) else "page_ready"
    ready = session.say(key, ready=len(work.candidates), all=len(work.typed), people=people)
    ui.label(ready).classes("k-soft").props('role="status"')
    if work.faults:
        note("\n".join(_sentences(session, SHOWN)), warning=True)


def left_out(session: PageSession) -> None:
    """How many rows cannot be used, on the steps that go on without them; which and why is read by whoever opens it."""
    work = session.draft
    missing = len(work.typed) - len(work.candidates)
    if missing:
        with ui.element("div").classes("k-note k-warn k-left-out"):
            folded(session.say("page_rows_left_out", count=missing, all=len(work.typed)), _sentences(session, PAGE))


def _sentences(session: PageSession, most: int) -> list[str]:
    faults = session.draft.faults
    said = [_sentence(session, fault) for fault in faults[:most]]
    return [*said, session.say("page_more_faults", count=len(faults) - most)] if len(faults) > most else said


def _sentence(session: PageSession, fault: Fault) -> str:
    """What is wrong with a cell, and how to write it."""
    entry = session.resources.catalogue.entries.get(fault.column or "")
    if fault.row is None:
        return fault.problem
    if fault.said is not None and fault.said.key.startswith("page_"):
        return session.say(fault.said.key, **fault.said.values)
    if entry is None or fault.column not in session.draft.typed:
        return session.say("page_bad_row", row=str(fault.row - 1))
    words = ", ".join(session.phrases.label(word) for word in entry.categories.values())
    kind: str = "number" if entry.type in ("count", "number", "rate") else entry.type
    if kind == "category" and not words:
        kind = "other"
    came = str(session.draft.typed[fault.column].iloc[fault.row - 2])[:60]
    said = {"row": str(fault.row - 1), "column": session.phrases.label(entry.label), "came": came, "words": words}
    own = (f"page_bad_{one}" for one in (fault.column, kind, "other"))
    return session.say(next(key for key in own if session.phrases.knows(key)), **said)


def _rows(session: PageSession, typed: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as the grid holds them: a number as people count, the cells, which are wrong, and what is known of blank ones.

    That is what the history knows; who has no name at all goes by the id or handle.
    """
    bad: dict[int | None, list[str]] = {}
    for fault in session.draft.faults:
        bad.setdefault(fault.row, []).append(fault.column or "platform")
    ids = typed["creator_id"].tolist() if "creator_id" in typed else [""] * len(typed)
    known = {one: remembered(one, session.resources) for one in {*ids}}
    cells = zip(*(typed[name].tolist() for name in typed), strict=True)  # plain lists, for a frame is slow to ask row by row
    names = [*typed]
    rows = (dict(zip(names, row, strict=True)) for row in cells)
    return [
        {"#": place + 1, "!": bad.get(place + 2, []), "~": ({"name": one} if one else {}) | known[one], **row}
        for place, one, row in zip(typed.index, ids, rows, strict=True)
    ]


def _column(session: PageSession, name: str) -> dict[str, Any]:
    entry = session.resources.catalogue.entries[name]
    width: dict[str, Any] = {":width": f"{NARROW} ? {NARROWER.get(name, 92)} : {WIDTHS.get(name, 130)}"}
    if name == "name":
        width = {":minWidth": f"{NARROW} ? 112 : 170", ":flex": f"{NARROW} ? undefined : 1", "width": 112}
    quoted = json.dumps(name)
    # A row that scrolls out of sight while a cell of it is left has no data any more.
    marks = {"k-bad": f"!!data && data['!'].includes({quoted})", "k-known": f"!!data && !data[{quoted}] && {quoted} in data['~']"}
    shown = f"p => ({_written(name, entry, session.phrases)})(p.value || p.data?.['~'][{quoted}] || '')"
    return {
        "headerName": session.phrases.label(entry.label), "field": name, "editable": True, **width, "cellClassRules": marks,
        ":valueFormatter": shown, **_editor(entry),
    }  # fmt: skip


def _written(name: str, entry: Entry, phrases: Phrases) -> str:
    """How a cell is shown: words of the language for a category, separated digits for a number; a piece of JavaScript."""
    called = phrases.catalogue.niches if name == "niche" else entry.categories
    words = json.dumps({name: phrases.label(word) for name, word in called.items()})
    if name == "niche" or entry.several:
        mark = json.dumps(", " if name == "niche" else "; ")
        return f"v => String(v).split(';').map(part => ({words})[part.trim()] ?? part.trim()).join({mark})"
    if entry.categories:
        return f"v => ({words})[v] ?? v"
    if entry.type == "rate":  # a share, as people write it
        percent = f"(100 * v).toLocaleString('{LOCALE[phrases.lang]}', {{maximumFractionDigits: 2}}) + '%'"
        return f"v => /^0?[.][0-9]+$/.test(v) ? {percent} : v"
    if entry.type in NUMBERS:
        return f"v => /^[0-9]+([.][0-9]+)?$/.test(v) ? Number(v).toLocaleString('{LOCALE[phrases.lang]}') : v"
    return "v => v"


def _editor(entry: Entry) -> dict[str, Any]:
    side = {"type": "rightAligned"} if entry.type in NUMBERS else {}
    if entry.categories and not entry.open:
        return side | {"cellEditor": "agSelectCellEditor", "cellEditorParams": {"values": ["", *entry.categories]}}
    return side


def _changed(session: PageSession, sheet: Any, faults_above: Any, args: dict[str, Any]) -> None:
    """Put one cell in; what the browser names is looked up, never trusted."""
    name, place = str(args.get("colId")), int(args["data"]["#"]) - 1
    if name not in session.resources.catalogue.columns("candidates") or not 0 <= place < len(session.draft.typed):
        return
    session.take(mended(session.draft.typed, [place], name, args.get("newValue"), _currency(session), session.phrases))
    if name in ("creator_id", "name", "platform"):
        for said in lookalikes(session.draft.candidates.filter([place], axis=0), session.resources.tables):
            session.tell(session.say(said.key, **said.values), warning=True)
    sheet.run_row_method(str(place + 1), "setData", _rows(session, session.draft.typed.loc[[place]])[0])
    faults_above.clear()
    with faults_above:
        _faults(session)
    session.draw_steps()


def _currency(session: PageSession) -> str:
    return str(session.draft.brief.get("currency", ""))


def _add_row(session: PageSession) -> None:
    row = {**dict.fromkeys(ALWAYS, ""), "currency": _currency(session)}
    session.take(appended(session.draft.typed, [row]))
    session.redraw()


def appended(typed: pd.DataFrame, rows: list[dict[str, str]]) -> pd.DataFrame:
    """More rows below those that are there, blank where they say nothing."""
    return pd.concat([typed, pd.DataFrame(rows, dtype="str")], ignore_index=True).fillna("").astype("str")


async def _chosen(session: PageSession, sheet: Any) -> list[int]:
    """The places of the chosen rows; told where there are none."""
    chosen = sorted({int(row["#"]) - 1 for row in await sheet.get_selected_rows()} & {*session.draft.typed.index})
    if not chosen:
        session.tell(session.say("page_chosen_none"))
    return chosen


async def _remove(session: PageSession, sheet: Any) -> None:
    chosen = await _chosen(session, sheet)
    if chosen:
        session.take(session.draft.typed.drop(index=chosen))
        session.redraw()


async def _fill(session: PageSession, sheet: Any) -> None:
    """One value for a column of all chosen rows."""
    chosen = await _chosen(session, sheet)
    if not chosen:
        return
    entries = session.resources.catalogue.columns("candidates")
    shown = (name for name in _shown(session.draft.typed) if name not in OF_ONE)
    names = {name: session.phrases.column(name) for name in shown}
    with session.layer, ui.dialog(value=True) as dialog, ui.card().classes("k-dialog"):
        heading = session.say("page_fill_how", count=len(chosen))
        dialog.props["aria-label"] = heading
        title(heading, "h2")
        column = ui.select(names, label=session.say("page_fill_column"), on_change=lambda: draw())
        column.props("outlined").classes("k-full")
        box, field = ui.element("div").classes("k-full"), list[Any]()

        def draw() -> None:
            words = entries[column.value].categories if not entries[column.value].open else {}
            label = session.say("page_fill_value")
            box.clear()
            with box:
                one = (
                    ui.select({n: session.phrases.label(w) for n, w in words.items()}, label=label) if words else ui.input(label)
                )
                field[:] = [one.props("outlined").classes("k-full")]
            do.enable()

        def fill() -> None:
            dialog.close()
            value = field[0].value
            session.take(mended(session.draft.typed, chosen, column.value, value, _currency(session), session.phrases))
            session.redraw()

        with ui.element("div").classes("k-row"):
            ui.button(session.say("page_close"), on_click=dialog.close).props("flat no-caps")
            do = ui.button(session.say("page_fill_do"), on_click=fill).props("unelevated no-caps color=primary")
            do.disable()  # until a column is chosen
    dialog.on("hide", dialog.delete)
