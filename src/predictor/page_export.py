"""The last step: the plan as files to sign, to send and to work on, and a link under which it is found again."""

from __future__ import annotations

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

from predictor.catalogue import DefinitionError
from predictor.lineup import lineup
from predictor.page_desk import Desk, foot
from predictor.page_pieces import note, title
from predictor.page_work import scored_for
from predictor.plan_file import write_plan
from predictor.plans import Lineup
from predictor.tables import RowsError, write_frame


def forecasts(desk: Desk) -> pd.DataFrame:
    """The candidates' forecasts, made now where they were not yet."""
    work, found = desk.work, desk.found
    if work.scored is None:
        work.scored = scored_for(work, found.bundle, found.tables, desk.scores)
    return work.scored


def chosen(desk: Desk) -> Lineup:
    """The line-up of this plan, chosen now where it was not yet."""
    work, found = desk.work, desk.found
    if work.plan is None:
        shocks, scored = found.shocks(work.goal), forecasts(desk)
        work.plan = lineup(scored, work.goal, work.asked(), found.catalogue, shocks=shocks, assumption=found.assumption)
    return work.plan


def export_step(desk: Desk) -> None:
    """Draw what can be taken along."""
    title(desk.say("page_export_title"))
    ui.label(desk.say("page_export_lead")).classes("k-lead")
    if desk.work.asked().budget is None:
        note(desk.say("page_no_budget"), warning=True)
    with ui.element("div").classes("k-files"):
        if desk.work.asked().budget is not None:
            _file(desk, "excel", {"xlsx": lambda: _excel(desk)})
            _file(desk, "client", {suffix: partial(_paper, desk, suffix) for suffix in ("pdf", "html")})
            _file(desk, "bookings", {"csv": lambda: _bookings(desk)})
            _file(desk, "pictures", {"zip": lambda: _pictures(desk)})
        _file(desk, "forecasts", {"csv": lambda: _forecasts(desk)})
    title(desk.say("page_link_title"), "h2")
    ui.label(desk.say("page_link_lead")).classes("k-lead")
    foot(desk, "lineup", None)


def _file(desk: Desk, name: str, forms: dict[str, Callable[[], bytes]]) -> None:
    """One thing to take along, with a button for each form it has."""
    with ui.element("div").classes("k-card"):
        title(desk.say(f"page_get_{name}"), "h2")
        ui.label(desk.say(f"page_about_{name}")).classes("k-soft k-about")
        with ui.element("div").classes("k-row"):
            for suffix, make in forms.items():
                _button(desk, name, suffix, make)


def _button(desk: Desk, name: str, suffix: str, make: Callable[[], bytes]) -> None:
    async def fetch() -> None:
        button.props("loading")
        try:
            content = await run.io_bound(make)
            ui.download.content(content or b"", f"{desk.say(f'page_file_{name}')}.{suffix}")
        except (RowsError, DefinitionError) as problem:
            desk.tell(str(problem), warning=True)
        finally:
            button.props(remove="loading")

    button = ui.button(desk.say("page_download", suffix=suffix), icon="download", on_click=fetch).props("outline no-caps")
    button.props["aria-label"] = f"{desk.say(f'page_get_{name}')}: {desk.say('page_download', suffix=suffix)}"


def _paper(desk: Desk, suffix: str) -> bytes:
    """The page for the client; its charts are drawn one at a time, since Matplotlib's settings are everybody's."""
    from predictor.paper import client_page, pdf

    until = desk.found.bundle.about.get("data_until")
    day = date.fromisoformat(until) if until else None
    plan, scored, catalogue = chosen(desk), forecasts(desk), desk.found.catalogue
    with desk.drawing:
        html = client_page(plan, scored, desk.work.brief, catalogue, desk.lang, on=date.today(), data_until=day)
    return html.encode() if suffix == "html" else _written("paper.pdf", lambda path: pdf(html, path))


def _pictures(desk: Desk) -> bytes:
    """The paper's charts as PNG files, drawn one at a time like the paper itself."""
    from predictor.paper_plots import chart_files

    packed, plan, scored = BytesIO(), chosen(desk), forecasts(desk)
    with desk.drawing, tempfile.TemporaryDirectory() as folder, ZipFile(packed, "w") as bundle:
        for file in chart_files(plan, scored, desk.work.goal, desk.found.catalogue, desk.lang, Path(folder)):
            bundle.write(file, file.name)
    return packed.getvalue()


def _excel(desk: Desk) -> bytes:
    return _written("plan.xlsx", lambda path: write_plan(chosen(desk), desk.found.catalogue, path, desk.lang))


def _bookings(desk: Desk) -> bytes:
    plan = chosen(desk).proposed
    rows = plan.rows if plan is not None else chosen(desk).plans[0].rows
    return _written("bookings.csv", lambda path: write_frame(rows, path))


def _forecasts(desk: Desk) -> bytes:
    return _written("forecasts.csv", lambda path: write_frame(forecasts(desk), path))


def _written(name: str, write: Callable[[Path], Any]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        return path.read_bytes()
