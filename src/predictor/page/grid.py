"""The list of candidates as a grid that can be mended in place; every cell is read again as it is left."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
from nicegui import ui

from predictor.definitions.phrases import Phrases
from predictor.definitions.schema import Entry
from predictor.errors import Fault
from predictor.page.elements import note, plain_digits
from predictor.page.session import PageSession
from predictor.page.work import remembered

ALWAYS = ("name", "platform", "kind", "followers", "format", "posts", "fee", "currency")
NUMBERS = ("count", "number", "money")
LOCALE = {"vi": "vi-VN", "en": "en-US"}
SHOWN = 6
WIDTHS = {"platform": 115, "kind": 110, "followers": 120, "format": 105, "posts": 95, "fee": 130, "currency": 90}
# Tab leaves a table rather than visiting every cell, which the arrow keys do; while a cell is mended it goes to the next.
KEYS = {":tabToNextHeader": "() => false", ":tabToNextCell": "p => p.editing && p.nextCellPosition || false"}
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
        rows = [_row(session, place) for place in work.typed.index]
        columns = [_column(session, name) for name in _shown(work.typed)]
        first = {"headerName": "#", "field": "#", "width": 52, "pinned": "left", "cellClass": "k-soft"}
        sheet = ui.aggrid(OPTIONS | {"columnDefs": [first, *columns], "rowData": rows}, auto_size_columns=False)
        sheet.style(f"height: {min(52 + 42 * len(rows) + 16, 460)}px")
        sheet.classes("k-sheet").on("cellValueChanged", lambda event: _changed(session, sheet, faults_above, event.args))
    with ui.element("div").classes("k-row"):
        ui.button(session.say("page_by_hand"), icon="add", on_click=lambda: _add_row(session)).props("flat no-caps")
        if not work.typed.empty:
            ui.button(session.say("page_remove"), icon="delete_outline", on_click=lambda: _remove(session, sheet)).props(
                "flat no-caps"
            )


def _shown(typed: pd.DataFrame) -> list[str]:
    """The usual columns, and every other with something in it."""
    filled = [name for name in typed if (typed[name] != "").any()]
    if "name" in typed and "creator_id" in typed and typed["creator_id"].isin(["", *typed["name"]]).all():
        filled.remove("creator_id")  # who has no id of their own goes by their name
    return [*dict.fromkeys((*ALWAYS, *filled))]


def _faults(session: PageSession) -> None:
    work = session.draft
    ui.label(session.say("page_ready", ready=len(work.candidates), all=len(work.typed))).classes("k-soft").props('role="status"')
    if work.faults:
        more = len(work.faults) - SHOWN
        sentences = [_sentence(session, fault) for fault in work.faults[:SHOWN]]
        note("\n".join([*sentences, *([session.say("page_more_faults", count=more)] if more > 0 else [])]), warning=True)


def _sentence(session: PageSession, fault: Fault) -> str:
    """What is wrong with a cell, and how to write it."""
    entry = session.resources.catalogue.entries.get(fault.column or "")
    if fault.row is None:
        return fault.problem
    if entry is None or fault.column not in session.draft.typed:
        return session.say("page_bad_row", row=str(fault.row - 1))
    kind = "number" if entry.type in ("count", "number", "rate") else entry.type
    words = ", ".join(session.phrases.label(word) for word in entry.categories.values())
    came = str(session.draft.typed[fault.column].iloc[fault.row - 2])[:60]
    said = {"row": str(fault.row - 1), "column": session.phrases.label(entry.label), "came": came, "words": words}
    return session.say(
        f"page_bad_{kind}" if kind in ("number", "money", "date", "category", "flag") else "page_bad_other", **said
    )


def _row(session: PageSession, place: int) -> dict[str, Any]:
    """One row: its number as people count, its cells, which of them are wrong, and what the history knows where one is blank."""
    bad = [fault.column or "name" for fault in session.draft.faults if fault.row == place + 2]
    known = remembered(
        session.draft.typed.get("creator_id", pd.Series("", index=session.draft.typed.index))[place], session.resources
    )
    return {"#": place + 1, "!": bad, "~": known, **session.draft.typed.loc[place].to_dict()}


def _column(session: PageSession, name: str) -> dict[str, Any]:
    entry = session.resources.catalogue.entries[name]
    width = {"minWidth": 170, "flex": 1} if name == "name" else {"width": WIDTHS.get(name, 130)}
    quoted = json.dumps(name)
    marks = {"k-bad": f"data['!'].includes({quoted})", "k-known": f"!data[{quoted}] && {quoted} in data['~']"}
    shown = f"p => ({_written(entry, session.phrases)})(p.value || p.data['~'][{quoted}] || '')"
    return {
        "headerName": session.phrases.label(entry.label), "field": name, "editable": True, **width, "cellClassRules": marks,
        ":valueFormatter": shown, **_editor(entry),
    }  # fmt: skip


def _written(entry: Entry, phrases: Phrases) -> str:
    """How a cell is shown: words of the language for a category, separated digits for a number; a piece of JavaScript."""
    if entry.categories:
        return f"v => ({json.dumps({name: phrases.label(word) for name, word in entry.categories.items()})})[v] ?? v"
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
    typed, value = session.draft.typed.copy(), str(args.get("newValue") or "").strip()[:500]
    if name not in typed:
        typed[name] = ""
    number = session.resources.catalogue.entries[name].type in NUMBERS
    typed.loc[place, name] = plain_digits(value, session.say("thousands")) if number else value
    session.take(typed)
    sheet.run_row_method(str(place + 1), "setData", _row(session, place))
    faults_above.clear()
    with faults_above:
        _faults(session)
    session.draw_steps()


def _add_row(session: PageSession) -> None:
    row = {**dict.fromkeys(ALWAYS, ""), "currency": str(session.draft.brief.get("currency", ""))}
    session.take(appended(session.draft.typed, [row]))
    session.redraw()


def appended(typed: pd.DataFrame, rows: list[dict[str, str]]) -> pd.DataFrame:
    """More rows below those that are there, blank where they say nothing."""
    return pd.concat([typed, pd.DataFrame(rows, dtype="str")], ignore_index=True).fillna("").astype("str")


async def _remove(session: PageSession, sheet: Any) -> None:
    chosen = {int(row["#"]) - 1 for row in await sheet.get_selected_rows()}
    if not chosen:
        return session.tell(session.say("page_chosen_none"))
    session.take(session.draft.typed[~session.draft.typed.index.isin(chosen)])
    session.redraw()
