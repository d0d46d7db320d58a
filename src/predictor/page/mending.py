"""What became of a file, and how to mend it: what was read and what was not, the questions, and what each column is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from nicegui import ui

from predictor.definitions.phrases import Phrases
from predictor.intake.spreadsheets.grids import Grid
from predictor.intake.spreadsheets.notices import masked
from predictor.intake.spreadsheets.row_kinds import text_of
from predictor.intake.spreadsheets.sheet import Intake
from predictor.page.answers import Change, deliverable_in_words, in_words
from predictor.page.columns import TheirColumn, as_role, role_name, roles, their_columns
from predictor.page.elements import note, title
from predictor.page.questions import Question, no_titles_in, titles_in
from predictor.page.upload import Sheet
from predictor.tables.delimited import GUESSED
from predictor.wording.sentences import Said, worded

Pairs = list[tuple[str, str]]
Answer = Callable[[Change], Awaitable[None]]
BUTTONS = 4  # answers that stand beside each other; more are a list
PREVIEW = 12  # rows among which titles are chosen
SHOWN, AT_ONCE = 20, 6
ELSEWHERE = ("import_headings", "import_hidden_rows", "import_ignored")  # asked about, or shown with their columns


def understood(sheet: Sheet, phrases: Phrases, name: str) -> None:
    """What was read of a file, and everything that was not."""
    used = {theirs.title for one in sheet.found.sheets for theirs in their_columns(one) if theirs.used}
    note(phrases.say("page_understood", file=name, count=len(sheet.typed), columns=len(used)))
    said = [line for one in sheet.found.sheets for line in left_out(one, phrases, len(sheet.found.sheets) > 1)]
    said += [phrases.say("import_unread", sheets=", ".join(sheet.found.unread))] if sheet.found.unread else []
    said += [phrases.say("page_note_hidden_sheets", sheets=", ".join(sheet.found.hidden))] if sheet.found.hidden else []
    said = [*dict.fromkeys(said)]
    _listed(said[:AT_ONCE])
    if len(said) > AT_ONCE:
        with ui.expansion(phrases.say("page_told_more", count=len(said) - AT_ONCE)).classes("k-full"):
            _listed(said[AT_ONCE:])


def _listed(lines: list[str]) -> None:
    if lines:
        with ui.element("ul").classes("k-notes"):
            for line in lines:
                with ui.element("li"):
                    ui.label(line)


def left_out(one: Intake, phrases: Phrases, several: bool) -> list[str]:
    """The rows, headings, totals and cells of a sheet that were left out, and what was made of the others."""
    layout, before = one.layout, f"{one.layout.grid.name}: " if several else ""
    lines = []
    for why, rows in layout.skipped.items():
        said = {row: masked(layout.label(row, why)) for row in rows[:SHOWN]}
        shown = [f"{row} ({words})" if words else str(row) for row, words in said.items()]
        lines.append(phrases.say(f"import_skipped_{why}", rows=", ".join(shown) + ("…" if len(rows) > SHOWN else "")))
    lines += [_note_in_words(said, phrases) for said in one.notes if said.key not in ELSEWHERE]
    midpoints = [phrases.say("page_midpoint", cell=m.cell, came=m.came, read=float(m.read_as)) for m in one.midpoints[:SHOWN]]
    lost = [reject for reject in one.rejects if reject.kept]
    cells = [
        phrases.say("page_note_cell", cell=r.cell or "–", came=r.came, column=r.column, problem=worded(phrases.lang, r.problem))
        for r in lost[:SHOWN]
    ]
    more = len(lost) - SHOWN
    cells += [phrases.say("page_note_cells_more", count=more)] if more > 0 else []
    return [before + line for line in (*cells, *lines, *midpoints)]  # what is lost before what is routine


def _note_in_words(said: Said, phrases: Phrases) -> str:
    """A note in the words of the page, which has controls where the command has a file to edit."""
    own, name = f"page_note_{said.key.removeprefix('import_')}", said.values.get("name")
    label = phrases.column(name) if name in phrases.catalogue.entries else phrases.word("platform", str(name))
    values = said.values
    if said.key == "import_post":
        pairs = [(phrases.word("format", form), phrases.word("platform", platform)) for form, platform in values["each"]]
        values = values | {"words": ", ".join(f"{form} ({platform})" for form, platform in pairs)}
    if said.key == "import_stated":
        stated = [f"{phrases.column(column)}: {phrases.word(column, value)}" for column, value in values["each"]]
        values = values | {"pairs": "; ".join(stated)}
    if said.key == "import_prices":
        priced = [f"“{title}” ({deliverable_in_words(what, phrases)})" for title, what in values["each"]]
        values = values | {"prices": ", ".join(priced)}
    return phrases.say(own, label=label, **values) if phrases.knows(own) else phrases.say(said.key, **values)


def known_to_history(known: Sequence[Said], phrases: Phrases, adopt: Callable[[Pairs], None]) -> None:
    """Who of the candidates the history knows under another id, and who only looks like it: a click says that it is they."""
    for said in known:
        pairs = [*said.values.get("each", ())]
        if said.key != "looks_like":
            note(phrases.say(said.key, **said.values))
            continue
        with ui.element("div").classes("k-note k-warn"):
            ui.label(phrases.say("page_looks_like", count=len(pairs)))
            with ui.element("div").classes("k-row k-answers"):
                for pair in pairs[:SHOWN]:
                    words = phrases.say("page_is_known", came=pair[0], known=pair[1])
                    ui.button(words, on_click=lambda _, one=pair: adopt([one])).props("outline dense no-caps")
                if len(pairs) > 1:
                    ui.button(phrases.say("page_all_known"), on_click=lambda _, all_=pairs: adopt(all_)).props(
                        "flat dense no-caps"
                    )


def without_pairs(known: Sequence[Said], settled: Pairs) -> list[Said]:
    """What is left to tell once some pairs are settled."""
    left = []
    for said in known:
        each = [pair for pair in said.values.get("each", ()) if pair not in settled]
        if said.key != "looks_like":
            left.append(said)
        elif each:
            left.append(Said(said.key, said.values | {"each": each}))
    return left


def answers_so_far(changes: Sequence[Change], kept: bool, phrases: Phrases, take_back: Answer) -> None:
    """What was answered, each with a way back; `kept` where it was answered for an earlier file."""
    if not changes:
        return
    ui.label(phrases.say("page_answers_kept" if kept else "page_answers")).classes("k-soft")
    with ui.element("div").classes("k-row k-answers"):
        for change in changes:
            words = in_words(change, phrases)
            back = ui.button(f"{words} ✕", on_click=lambda _, c=change: take_back(c)).props("outline dense no-caps")
            back.props["aria-label"] = phrases.say("page_answer_back", answer=words)


def asked(sheet: Sheet, grids: list[Grid], phrases: Phrases, answer: Answer) -> None:
    """What the planner must decide, then what they may: each with its answers as buttons, or a list where there are many."""
    waiting = sum(question.waits for question in sheet.open)
    if waiting:
        note(phrases.say("page_waiting", count=waiting), warning=True)
    ask(sheet.open, grids, phrases, answer)


def ask(questions: Sequence[Question], grids: Sequence[Grid], phrases: Phrases, answer: Answer) -> None:
    """Questions, each with its answers and, where it is about a sheet of the grids, the rows that may be its titles."""
    for question in questions:
        with ui.element("div").classes("k-note k-warn" if question.must else "k-note"):
            ui.label(question.text)
            _answers(question, phrases, answer)
            grid = next((one for one in grids if one.name == question.titles_of), None)
            if grid is not None:
                titles_chosen(grid, phrases, answer)


def _answers(question: Question, phrases: Phrases, answer: Answer) -> None:
    if 0 < len(question.answers) <= BUTTONS:
        with ui.element("div").classes("k-row"):
            for words, change in question.answers.items():
                button = ui.button(words, on_click=lambda _, c=change: answer(c)).props("outline no-caps")
                button.props["aria-label"] = f"{words}: {question.text}"
    elif question.answers:
        answers = question.answers
        chosen = ui.select([*answers], on_change=lambda e: answer(answers[e.value]))
        chosen.props("outlined dense options-dense popup-content-class=k-options").props["aria-label"] = question.text
        chosen.props["display-value"] = phrases.say("page_choose")


def encoding_chosen(likely: str | None, phrases: Phrases, answer: Answer) -> None:
    """The encoding that a text seems to be in, and the others to choose from."""
    with ui.element("div").classes("k-row"):
        if likely is not None:
            ui.button(phrases.say("page_encoding_yes", name=likely), on_click=lambda: answer({"encoding": likely})).props(
                "outline no-caps"
            )
        label = phrases.say("page_encoding")
        others = ui.select([*GUESSED.values()], label=label, on_change=lambda e: answer({"encoding": e.value}))
        others.props("outlined dense").style("min-width: 180px")


def titles_chosen(grid: Grid, phrases: Phrases, answer: Answer) -> None:
    """The first rows of a sheet, each of which may be the row of titles."""
    ui.label(phrases.say("page_titles_where")).classes("k-soft")
    filled = grid.own[grid.own.notna().sum(axis=1) >= 2].head(PREVIEW)
    with ui.element("div").classes("k-scroll k-rows"):
        for row, cells in filled.iterrows():
            with ui.element("div").classes("k-item"):
                here = ui.button(str(row), on_click=lambda _, at=row: answer(titles_in(grid, at, phrases.catalogue)))
                here.props("outline dense no-caps").props["aria-label"] = phrases.say("page_titles_here", row=str(row))
                ui.label(" | ".join(masked(text_of(cell)) for cell in cells.dropna())).classes("k-grow")
    none = ui.button(phrases.say("page_titles_none"), on_click=lambda: answer(no_titles_in(grid)))
    none.props("outline dense no-caps")


def columns(sheet: Sheet, phrases: Phrases, answer: Answer) -> None:
    """Every column of the file with its first cells and what it is read as, to be said otherwise; first the unread ones."""
    choices = roles(phrases)
    parts = [(one, their_columns(one)) for one in sheet.found.sheets]
    unread = {theirs.title: theirs for _, theirs_all in parts for theirs in theirs_all if not theirs.used}
    if unread:
        with ui.expansion(phrases.say("page_columns_unread", count=len(unread)), value=len(unread) <= 6).classes("k-full"):
            _table([*unread.values()], choices, phrases, answer)
    with ui.expansion(phrases.say("page_how_read")).classes("k-full"):
        for one, theirs_all in parts:
            if len(parts) > 1:
                title(one.layout.grid.name, "h2")
                _leave_out(one.layout.grid.name, phrases, answer)
            _table([theirs for theirs in theirs_all if theirs.used], choices, phrases, answer)


def _leave_out(sheet: str, phrases: Phrases, answer: Answer) -> None:
    button = ui.button(phrases.say("page_sheet_out"), on_click=lambda: answer({"ignore_sheets": [sheet]}))
    button.props("flat dense no-caps").props["aria-label"] = f"{phrases.say('page_sheet_out')}: {sheet}"


def _table(theirs: list[TheirColumn], choices: dict[str, str], phrases: Phrases, answer: Answer) -> None:
    with ui.element("div").classes("k-fact k-columns"):
        for word in ("import_theirs", "import_ours", "import_first"):
            ui.label(phrases.say(word)).classes("k-soft")
        for column in theirs:
            ui.label(column.title).classes("k-strong")
            _role(column, choices, phrases, answer)
            ui.label(" · ".join(column.first))


def _role(column: TheirColumn, choices: dict[str, str], phrases: Phrases, answer: Answer) -> None:
    own = choices if column.role in choices else {column.role: role_name(column.role, phrases), **choices}
    chosen: Any = ui.select(own, value=column.role, on_change=lambda e: answer(as_role(column.title, e.value)))
    chosen.props("outlined dense options-dense").props["aria-label"] = phrases.say("page_column_is", title=column.title)
