"""The last step: the plan as files to sign, to send and to work on, and a link under which it is found again."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pandas as pd
from nicegui import run, ui

from predictor.definitions.phrases import Phrases
from predictor.errors import DefinitionError, Fault, RowsError
from predictor.page.elements import in_page_words, note, title
from predictor.page.grid import left_out
from predictor.page.session import PageSession, alone, chosen, foot, forecasts
from predictor.page.work import Inputs, explained_for
from predictor.planning.plans import Lineup
from predictor.reporting.plan_workbook import write_plan
from predictor.reporting.price_list import price_list
from predictor.tables.files import without_formula, write_frame
from predictor.wording.sentences import Said, heading, who


def export_step(session: PageSession) -> None:
    """Draw what can be taken along."""
    title(session.say("page_export_title"))
    ui.label(session.say("page_export_lead")).classes("k-lead")
    left_out(session)
    if session.draft.asked().budget is None:
        note(session.say("page_no_budget"), warning=True)
    inputs = session.draft.inputs()
    known = session.made.plans.get(alone(session, inputs, inputs.rules))
    empty = known is not None and known.proposed is None
    if empty:
        note(session.say("page_nothing_to_sign"), warning=True)
    with ui.element("div").classes("k-files"):
        if session.draft.asked().budget is not None and not empty:
            _file(session, "excel", {"xlsx": _excel})
            _file(session, "client", {suffix: partial(_paper, suffix) for suffix in ("pdf", "html")})
            _file(session, "bookings", {"csv": _bookings})
            _file(session, "prices", {"csv": _prices})
            _file(session, "figures", {"csv": _figures})
            _file(session, "pictures", {"zip": _pictures})
        _file(session, "forecasts", {"csv": _forecasts})
    with ui.element("div") as kept:
        _signed(session, kept)
    title(session.say("page_link_title"), "h2")
    ui.label(session.say("page_link_lead")).classes("k-lead")
    foot(session, "lineup", None)


def _file(session: PageSession, name: str, forms: dict[str, Callable[[PageSession, Inputs], bytes]]) -> None:
    """One thing to take along, with a button for each form it has."""
    with ui.element("div").classes("k-card"):
        title(session.say(f"page_get_{name}"), "h2")
        ui.label(session.say(f"page_about_{name}")).classes("k-soft k-about")
        with ui.element("div").classes("k-row"):
            for suffix, make in forms.items():
                _button(session, name, suffix, make)


def _signed(session: PageSession, area: Any) -> None:
    """Which plan results will be put beside: the first that was handed out, until somebody says that it is another."""
    signed = session.store.signed(session.draft.id) if session.draft.id is not None else None
    if signed is None:
        return
    at = signed[1].astimezone()

    async def instead() -> None:
        button.props("loading")
        try:
            content = await run.io_bound(_workbook, session, session.draft.inputs())
            session.store.sign(str(session.draft.id), content or b"")
        except (RowsError, DefinitionError) as problem:
            button.props(remove="loading")
            return session.tell(in_page_words(problem, session.phrases), warning=True)
        area.clear()
        with area:
            _signed(session, area)

    with ui.element("div").classes("k-note"):
        ui.label(session.say("page_signed", day=session.phrases.day(at), time=f"{at:%H:%M}"))
        button = ui.button(session.say("page_sign_now"), on_click=instead).props("outline no-caps")


def file_stem(kind: str, plan: str) -> str:
    """The name of a file that tells the files of two plans apart.

    >>> file_stem("ke-hoach", "Tết 2027 / bán hàng")
    'ke-hoach-Tết-2027-bán-hàng'
    """
    return "-".join([kind, *re.findall(r"\w+", plan)])[:80]


def _button(session: PageSession, name: str, suffix: str, make: Callable[[PageSession, Inputs], bytes]) -> None:
    async def fetch() -> None:
        button.props("loading")
        try:
            content = await run.io_bound(make, session, session.draft.inputs())
            ui.download.content(content or b"", f"{file_stem(session.say(f'page_file_{name}'), session.draft.name)}.{suffix}")
        except (RowsError, DefinitionError) as problem:
            session.tell(in_page_words(problem, session.phrases), warning=True)
        finally:
            button.props(remove="loading")

    button = ui.button(session.say("page_download", suffix=suffix), icon="download", on_click=fetch).props("outline no-caps")
    button.props["aria-label"] = f"{session.say(f'page_get_{name}')}: {session.say('page_download', suffix=suffix)}"


def _booked(session: PageSession, inputs: Inputs) -> Lineup:
    """The line-up of these inputs.

    Raises
    ------
    RowsError
        Where it books nobody, so that there is nothing to sign or to send.
    """
    found = chosen(session, inputs)
    if found.proposed is None:
        raise RowsError([Fault.of("", Said("nothing_to_sign"))])
    return found


def _paper(suffix: str, session: PageSession, inputs: Inputs) -> bytes:
    """The page for the client; its charts are drawn one at a time, since Matplotlib's settings are everybody's."""
    from predictor.reporting.client_paper import client_page, pdf

    until = session.resources.bundle.provenance.data_until
    plan, scored = _booked(session, inputs), forecasts(session, inputs)
    with session.drawing:
        html = client_page(
            plan, scored, inputs.brief, session.phrases, on=date.today(), data_until=until, name=session.draft.name
        )
    return html.encode() if suffix == "html" else _written("paper.pdf", lambda path: pdf(html, path))


def _pictures(session: PageSession, inputs: Inputs) -> bytes:
    """The paper's charts as PNG files, drawn one at a time like the paper itself."""
    from predictor.reporting.plots import chart_files

    packed, plan, scored = BytesIO(), _booked(session, inputs), forecasts(session, inputs)
    with session.drawing, tempfile.TemporaryDirectory() as folder, ZipFile(packed, "w") as bundle:
        for file in chart_files(plan, scored, inputs.goal, session.phrases, Path(folder)):
            bundle.write(file, file.name)
    return packed.getvalue()


def _excel(session: PageSession, inputs: Inputs) -> bytes:
    """The plan to sign; the first of a plan is what its results will be put beside."""
    content = _workbook(session, inputs)
    if session.draft.id is not None and session.store.signed(session.draft.id) is None:
        session.store.sign(session.draft.id, content)
    return content


def _workbook(session: PageSession, inputs: Inputs) -> bytes:
    plan = _booked(session, inputs)
    campaign = " · ".join(filter(None, (session.draft.name, str(inputs.brief.get("brand") or ""))))
    return _written("plan.xlsx", lambda path: write_plan(plan, session.phrases, path, campaign=campaign))


def _bookings(session: PageSession, inputs: Inputs) -> bytes:
    found = _booked(session, inputs)
    return _written("bookings.csv", lambda path: write_frame(to_book(found, session.phrases), path))


def _prices(session: PageSession, inputs: Inputs) -> bytes:
    prices = price_list(forecasts(session, inputs), chosen(session, inputs), session.phrases)
    return _written("prices.csv", lambda path: write_frame(prices, path))


def _figures(session: PageSession, inputs: Inputs) -> bytes:
    found, explained = _booked(session, inputs), explained_for(inputs, session.serving(inputs), session.made.scores)
    rows = (found.proposed or found.plans[0]).rows
    reasons = explained[[column for column in explained if column not in rows]].take(rows["line"] - 2).set_axis(rows.index)
    columns = dict.fromkeys([*explained, *rows])
    return _written("bookings.csv", lambda path: write_frame(rows.join(reasons)[[*columns]], path))


def to_book(found: Lineup, phrases: Phrases) -> pd.DataFrame:
    """The proposed bookings in the ten columns that whoever books them needs, under titles of the language; and one more with
    what the quotes say of their fees, where any does."""
    rows = (found.proposed or found.plans[0]).rows
    each = [_booking(row, found, phrases) for _, row in rows.iterrows()]
    outcome = heading(phrases.label(found.outcome))
    titles = [phrases.say("lineup_who"), *map(phrases.column, ("creator_id", "platform", "format", "posts", "fee", "currency"))]
    titles += [phrases.say(f"page_column_{end}", outcome=outcome) for end in ("expected", "low", "high")]
    booked = pd.DataFrame(each, columns=titles, dtype=object)
    conditions = [without_formula(phrases.category(row, "fee_terms")) for _, row in rows.iterrows()]
    return booked.assign(**{phrases.column("fee_terms"): conditions}) if any(conditions) else booked


def _booking(row: pd.Series, found: Lineup, phrases: Phrases) -> list[Any]:
    """One booking's cells: texts that no spreadsheet program runs, forecasts with no more digits than they can mean."""
    id = str(row["creator_id"]) if pd.notna(row.get("creator_id")) else ""
    texts = [who(row), id, phrases.category(row, "platform"), phrases.category(row, "format")]
    forecast = [float(f"{row[figure]:.3g}") for figure in ("expected", "p10", "p90")]
    numbers = [row.get("posts"), row["fee"], found.currency or "", *forecast]
    return [*map(without_formula, texts), *map(_whole, numbers)]


def _whole(value: Any) -> Any:
    """A number without a needless decimal; anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _forecasts(session: PageSession, inputs: Inputs) -> bytes:
    explained = explained_for(inputs, session.serving(inputs), session.made.scores)
    return _written("forecasts.csv", lambda path: write_frame(explained, path))


def _written(name: str, write: Callable[[Path], Any]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        return path.read_bytes()
