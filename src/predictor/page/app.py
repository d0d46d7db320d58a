"""The planner's page: brief, candidates, comparison, line-up, files; served on this machine, kept in the work folder.

Nothing is fetched from anywhere: scripts, fonts and icons are NiceGUI's own files. Only this machine is listened to unless a
password is given as well.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from threading import Event, Lock
from typing import Any

from fastapi import Request  # noqa: E402
from fastapi.responses import RedirectResponse, Response  # noqa: E402
from nicegui import app, ui  # noqa: E402
from nicegui.background_tasks import create  # noqa: E402
from nicegui.server import Server  # noqa: E402
from nicegui.translations import translations  # noqa: E402

from predictor.definitions.phrases import Phrases  # noqa: E402
from predictor.definitions.schema import Catalogue  # noqa: E402
from predictor.errors import (
    DefinitionError,  # noqa: E402
    RowsError,  # noqa: E402
)
from predictor.page.brief import brief_step  # noqa: E402
from predictor.page.candidates import candidates_step  # noqa: E402
from predictor.page.elements import note, title, waiting  # noqa: E402
from predictor.page.export import export_step  # noqa: E402
from predictor.page.failures import Failures  # noqa: E402
from predictor.page.model import model_view  # noqa: E402
from predictor.page.reading import from_files  # noqa: E402
from predictor.page.results import results_view  # noqa: E402
from predictor.page.saved import saved_plans  # noqa: E402
from predictor.page.session import STEPS, Made, PageSession  # noqa: E402
from predictor.page.steps import comparison_step, lineup_step  # noqa: E402
from predictor.page.versus import versus_view  # noqa: E402
from predictor.page.work import PlanDraft, Resources, from_content, load_found  # noqa: E402
from predictor.planning.store import Store  # noqa: E402
from predictor.serving.access import LANGUAGE, AccessGuard, language_of  # noqa: E402
from predictor.serving.connections import Prompt  # noqa: E402
from predictor.wording import sentences  # noqa: E402
from predictor.wording.sentences import LANGUAGES  # noqa: E402

os.environ.setdefault("MATPLOTLIB", "false")  # NiceGUI would import it at once

log = logging.getLogger(__name__)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SAVES_EVERY = 5.0  # seconds, where something changed
LOOKS_EVERY = 0.05  # seconds, whether the server has begun
DRAWN = {
    "brief": brief_step, "candidates": candidates_step, "comparison": comparison_step, "lineup": lineup_step,
    "export": export_step,
}  # fmt: skip
SPOKEN: dict[str, Any] = {"vi": "vi", "en": "en-GB"}
# The browser's own arrows lead from step to step.
PLACES = """<script>addEventListener('popstate', () => emitEvent('place', location.pathname))</script>"""
# NiceGUI holds each event back on a clock of its own until the page is connected, and so mixes them up; the socket's queue keeps
# their order.
IN_ORDER = """<script>Object.defineProperty(window, 'did_handshake', {get: () => true, set: () => {}})</script>"""
# Quasar wraps the options of an opened list in something that takes the focus, which screen readers stumble over.
LISTS = """<script>new MutationObserver(() => document.querySelectorAll('[role=listbox] > [tabindex="-1"]')
  .forEach(e => e.removeAttribute('tabindex'))).observe(document.documentElement, {childList: true, subtree: true})</script>"""
HEADERS = {  # nothing from elsewhere, nothing shown inside another page, no address of a plan told to another site
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
UNREAD = Catalogue(titles={}, entries={}, recipes={})  # what is defined before the model is read
translations["vi"] = {  # NiceGUI's own notice has no Vietnamese
    "connection_lost": sentences.say("vi", "page_connection_lost"),
    "trying_to_reconnect": sentences.say("vi", "page_reconnecting"),
    "message_too_long": sentences.say("vi", "page_too_long"),
    "message_too_long_body": sentences.say("vi", "page_too_long_why"),
}
OTHER = {"vi": ("en", "English"), "en": ("vi", "Tiếng Việt")}


@dataclass(frozen=True)
class AppState:
    """What all tabs share: the model once it is read, the saved plans, and what was made before."""

    found: Future[Resources]
    store: Store
    made: Made
    drawing: Lock


def run(
    project: Path | None, data: Path | None, model: Path | None, host: str, port: int, password: str | None, show: bool,
    work: Path | None = None, ready: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Serve the page until it is stopped; the model is read once the server is up, beside the first page.

    Parameters
    ----------
    project, data, model
        Where the definitions and the champion are, the history to read records from, and a bundle instead of the champion.
    host, port, password
        Where to listen; anything but this machine needs a password, asked by the browser.
    work
        Folder of the saved plans, by default `.predictor` in the project.
    ready
        Called once the port is listened to.
    """
    folder = work or (project or Path.cwd()) / ".predictor"
    up = Event()

    def read() -> Resources:
        up.wait()
        return load_found(project, data, model)

    with ThreadPoolExecutor(1) as reader:
        shop = AppState(reader.submit(read), Store(folder / "plans.db"), Made(), Lock())
        _routes(shop)
        app.on_startup(up.set)
        app.on_startup(lambda: create(_once_listening(ready)))
        app.add_middleware(AccessGuard, password=password, loopback=host in LOOPBACK, headers=HEADERS)
        # On this machine packing an answer takes longer than sending it.
        unpacked: dict[str, Any] = {"gzip_middleware_factory": None, "ws_per_message_deflate": False} if host in LOOPBACK else {}
        try:
            ui.run(
                host=host, port=port, **unpacked, show=show, reload=False, title="predictor",
                favicon=Path(str(files("predictor.page") / "page.svg")),
                language="vi", tailwind=False, show_welcome_message=False, endpoint_documentation="none",
                reconnect_timeout=30, http=Prompt,
            )  # fmt: skip
        finally:
            up.set()  # or the thread would wait for ever where the server did not start


async def _once_listening(ready: Callable[[], None]) -> None:
    while not Server.instance.started:
        await asyncio.sleep(LOOKS_EVERY)
    ready()


def _routes(shop: AppState) -> None:
    @app.get("/lang/{lang}")
    def switch(lang: str, to: str = "/") -> Response:
        local = to if to.startswith("/") and not to.startswith(("//", "/\\")) else "/"
        answer = RedirectResponse(local, status_code=303)
        if lang in LANGUAGES:
            answer.set_cookie(LANGUAGE, lang, max_age=365 * 86400, samesite="strict", httponly=True)
        return answer

    @ui.page("/")
    async def start(request: Request) -> None:
        phrases = _spoken(request)
        _frame(phrases, "/")
        await _when_ready(shop, phrases, lambda found, phrases, _: _start(shop, found, phrases))

    @ui.page("/model")
    async def model(request: Request) -> None:
        phrases = _spoken(request)
        _frame(phrases, "/model")
        await _when_ready(shop, phrases, lambda found, phrases, _: _model(found, phrases))

    @ui.page("/w/{id}")
    @ui.page("/w/{id}/{step}")
    async def plan(request: Request, id: str, step: str = "", candidate: str = "") -> None:
        place = step, int(candidate) if candidate.isascii() and candidate.isdigit() and len(candidate) < 9 else None
        await _when_ready(
            shop, _spoken(request), lambda found, phrases, failures: _plan(shop, found, phrases, id, place, failures)
        )

    @ui.page("/versus/{one}/{other}")
    async def pair(request: Request, one: str, other: str) -> None:
        await _when_ready(shop, _spoken(request), lambda found, phrases, _: _versus(shop, found, phrases, one, other))

    @ui.page("/results/{id}")
    async def results(request: Request, id: str) -> None:
        await _when_ready(shop, _spoken(request), lambda found, phrases, _: _results(shop, found, phrases, id))


def _spoken(request: Request) -> Phrases:
    """The language of this request, set in the browser and in NiceGUI's own words, for this tab alone."""
    lang, client = language_of(request), ui.context.client
    client.page = copy(client.page)
    client.page.language = SPOKEN[lang]
    return Phrases(lang, UNREAD)


async def _when_ready(shop: AppState, phrases: Phrases, draw: Callable[[Resources, Phrases, Failures], None]) -> None:
    """Draw once the model is read, with its words; until then say so, and why where it cannot be."""
    _dressed()
    failures = Failures(phrases)
    if not shop.found.done():
        with ui.element("div").classes("k-body") as box:
            waiting(phrases.say("page_reading_model"))
        with suppress(TimeoutError):  # whoever only fetched the page, as scripts do, never connects
            await ui.context.client.connected(timeout=30)
        await asyncio.wait([asyncio.wrap_future(shop.found)])
        if box.is_deleted:  # the visitor has gone
            return None
        box.delete()
    problem = shop.found.exception()
    if problem is None:
        try:
            with failures.box:
                found = shop.found.result()
                return draw(found, Phrases(phrases.lang, found.catalogue), failures)
        except Exception as failure:  # a page that is not sent yet would be a bare 500; this shows it as later failures are shown
            return app.handle_exception(failure)
    if not isinstance(problem, RowsError | DefinitionError):
        log.error("the model or the history could not be read", exc_info=problem)
    with ui.element("div").classes("k-body"):
        title(phrases.say("page_no_model"))
        note(str(problem), warning=True)


def _dressed() -> None:
    """Styles and colours."""
    for style in ("page.css", "page_views.css"):
        ui.add_css((files("predictor.page") / style).read_text("utf-8"))
    ui.add_head_html(LISTS + PLACES + IN_ORDER)
    ui.colors(primary="#1f5fa8")


def _frame(phrases: Phrases, here: str, session: PageSession | None = None) -> Any:
    """The top of every page, returned: its name, what was saved, the other language."""
    ui.page_title((session.draft.name if session is not None else "") or phrases.say("page_title"))
    other, name = OTHER[phrases.lang]
    with ui.context.client.layout:  # beside NiceGUI's <main>, not inside it
        top = ui.element("div")
    top.move(target_index=0)
    with top, ui.element("header").classes("k-top"):
        ui.link(phrases.say("page_title"), "/").classes("k-name")
        ui.element("span").classes("k-space")
        if session is not None:
            session.status = ui.label("").classes("k-soft").props('role="status" aria-live="polite"')

        def switch() -> None:
            at = here
            if session is not None and session.keep():
                at = session.address
            ui.navigate.to(f"/lang/{other}?to={at}")

        ui.button(name, icon="translate", on_click=switch).props(f'flat no-caps lang="{other}"')
    return top


def _start(shop: AppState, found: Resources, phrases: Phrases) -> None:
    """Where to begin: a new plan, or one that was saved."""
    with ui.element("div").classes("k-body"):
        title(phrases.say("page_start_title"))
        ui.label(phrases.say("page_start_lead")).classes("k-lead")
        ui.button(phrases.say("page_new"), icon="add", on_click=lambda: ui.navigate.to("/w/new")).props(
            "unelevated no-caps color=primary"
        )
        saved_plans(shop.store, phrases)
        _about(found, phrases)
        ui.link(phrases.say("page_model_title"), "/model")


def _model(found: Resources, phrases: Phrases) -> None:
    """How good the model in use is."""
    with ui.element("div").classes("k-body"):
        title(phrases.say("page_model_title"))
        model_view(found.bundle, phrases, os.environ.get("MLFLOW_TRACKING_URI", ""))
        with ui.element("div").classes("k-foot"):
            ui.link(phrases.say("page_to_start"), "/")


def _about(found: Resources, phrases: Phrases) -> None:
    if found.invented:
        note(phrases.say("invented"), warning=True)


def _plan(
    shop: AppState, found: Resources, phrases: Phrases, id: str, place: tuple[str, int | None], failures: Failures
) -> None:  # fmt: skip
    """One plan, step by step, begun at the place that its address names: a step, and whose reasons are in sight."""
    work = _kept(shop, found, phrases, id) if id != "new" else PlanDraft(phrases.lang)
    if work is None:
        return _no_plan(phrases)
    session = PageSession(work, found, shop.store, shop.made, shop.drawing)
    top = _frame(phrases, f"/w/{id}", session)
    session.layer = ui.element("div")
    with top:
        steps = ui.element("nav").classes("k-steps").props(f'aria-label="{phrases.say("page_steps")}"')
    body = ui.element("div").classes("k-body")

    def draw_steps() -> None:
        steps.clear()
        with steps:
            for place, step in enumerate(STEPS, 1):
                _step(session, place, step)

    def draw() -> None:
        draw_steps()
        body.clear()
        with body:
            _about(found, phrases)
            DRAWN[session.step](session)

    session.draw, session.draw_steps = draw, draw_steps
    failures.box, failures.again, failures.back = body, draw, session.back
    if work.id is not None:
        session.opened()
        session.file = from_files(shop.store.files(work.id), work.typed)
    ui.timer(SAVES_EVERY, lambda: session.keep(draft=True))
    if work.goal and (session.file is not None or len(work.candidates)):
        session.step = "candidates" if session.file is not None and session.file.waits else "comparison"
    if place[0] in session.open_steps():
        session.step, session.candidate = place
    ui.on("place", lambda e: _return(session, str(e.args)))
    draw()


def _kept(shop: AppState, found: Resources, phrases: Phrases, id: str) -> PlanDraft | None:
    """A saved plan as it was last kept; None where there is none of that id."""
    try:
        saved = shop.store.load(id)
    except RowsError:
        return None
    work = from_content(saved.content, phrases, found.tables)
    work.id, work.version, work.name = id, saved.version, saved.name
    return work


def _no_plan(phrases: Phrases) -> None:
    _frame(phrases, "/")
    with ui.element("div").classes("k-body"):
        title(phrases.say("page_no_plan"))
        ui.link(phrases.say("page_to_start"), "/")


def _versus(shop: AppState, found: Resources, phrases: Phrases, one: str, other: str) -> None:
    """Two saved plans side by side."""
    works = [_kept(shop, found, phrases, id) for id in (one, other)]
    sessions = [PageSession(work, found, shop.store, shop.made, shop.drawing) for work in works if work is not None]
    if len(sessions) < 2:
        return _no_plan(phrases)
    _frame(phrases, f"/versus/{one}/{other}")
    with ui.element("div").classes("k-body"):
        _about(found, phrases)
        versus_view(*sessions)


def _results(shop: AppState, found: Resources, phrases: Phrases, id: str) -> None:
    """What came of a saved plan."""
    try:
        saved = shop.store.load(id)
    except RowsError:
        return _no_plan(phrases)
    _frame(phrases, f"/results/{id}")
    with ui.element("div").classes("k-body"):
        _about(found, phrases)
        results_view(saved, shop.store, found, phrases)


def _return(session: PageSession, address: str) -> None:
    """Follow the browser's own arrows from step to step; one that cannot be opened any more leaves the address as it is."""
    step = address.rpartition("/")[2]
    if step in STEPS and step != session.step:
        session.go(step, returning=True)
        ui.navigate.history.replace(session.address)


def _step(session: PageSession, place: int, step: str) -> None:
    button = ui.element("button").classes("k-step").props('type="button"').on("click", lambda: session.go(step))
    if step == session.step:
        button.props('aria-current="step"')
    if step not in session.open_steps():
        button.props("disabled")
    button.props(f'aria-label="{place}. {session.say(f"page_step_{step}")}"')
    with button:
        ui.label(str(place)).classes("k-num")
        ui.label(session.say(f"page_step_{step}")).classes("k-word")
