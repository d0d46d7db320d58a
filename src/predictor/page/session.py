"""One browser tab at work: its plan, the step in sight, and what the steps share (notes, waiting, saving)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

import pandas as pd
from nicegui import run, ui

from predictor.definitions.phrases import Phrases
from predictor.errors import DefinitionError, RowsError
from predictor.page.comparison import Compared, compared
from predictor.page.elements import in_page_words, note, waiting
from predictor.page.reading import Reading, to_files
from predictor.page.work import Inputs, PlanDraft, Resources, ResultCache, put, read_rows, scored_for, to_content
from predictor.planning.lineup import Pool, choose, other_budgets_of, prepare_pool
from predictor.planning.plans import Lineup
from predictor.planning.rules import LineupConstraints
from predictor.planning.store import Conflict, Store

STEPS = ("brief", "candidates", "comparison", "lineup", "export")
KEPT = 32  # results kept in memory, over everybody: scored lists, and as many line-ups
DRAWN = 8  # comparisons, each with its table as it is shown
DRAWS = 2  # lists with their draws, up to 80 MB each
STANDS = 0.7  # seconds after which a list is compared that nobody changed


@dataclass(frozen=True)
class Made:
    """What was made before, for all tabs: forecasts, comparisons, draws and line-ups."""

    scores: ResultCache[pd.DataFrame] = field(default_factory=lambda: ResultCache(KEPT))
    comparisons: ResultCache[Compared] = field(default_factory=lambda: ResultCache(DRAWN))
    pools: ResultCache[Pool] = field(default_factory=lambda: ResultCache(DRAWS))
    plans: ResultCache[Lineup] = field(default_factory=lambda: ResultCache(KEPT))


@dataclass
class PageSession:
    """What one tab works on; nothing in it is shared with another tab."""

    draft: PlanDraft
    served: Resources
    store: Store
    made: Made
    drawing: Lock
    step: str = "brief"
    stopped: Any = None  # the notice why the next step did not open
    unread: dict[str, str] = field(default_factory=dict)  # by field of the brief, what stands there and cannot be used
    candidate: int | None = None  # whose reasons are in sight: the line of the list
    draw: Callable[[], None] = field(default=lambda: None)
    redraw: Callable[[], None] = field(default=lambda: None)
    draw_steps: Callable[[], None] = field(default=lambda: None)
    status: Any = None
    layer: Any = None
    clashed: bool = False
    file: Reading | None = None  # the last one that came, with what is open about it
    reading: int = 0  # how many files were read, so that one that comes late is dropped
    first_row: int = 0  # of a long list, in sight
    kept_as: tuple[Any, ...] | None = None

    @property
    def resources(self) -> Resources:
        """What is served, the outcome that this plan counts before the others of its goal."""
        return self.served.answering(self.draft.goal, self.draft.rules.outcome)

    def serving(self, inputs: Inputs) -> Resources:
        """The same for inputs, whatever the plan counts by now."""
        return self.served.answering(inputs.goal, inputs.rules.outcome)

    @property
    def phrases(self) -> Phrases:
        """The language in sight, and the words of the model's own definitions."""
        return Phrases(self.draft.lang, self.resources.catalogue)

    def say(self, key: str, **values: object) -> str:
        """A sentence in the language in sight."""
        return self.phrases.say(key, **values)

    def open_steps(self) -> tuple[str, ...]:
        """The steps that can be opened with what is there."""
        ready = [True, bool(self.draft.goal), *[bool(self.draft.goal) and len(self.draft.candidates) > 0] * 3]
        return tuple(step for step, one in zip(STEPS, ready, strict=True) if one)

    @property
    def address(self) -> str:
        """The address of what is in sight: the plan, its step, and whose reasons are open."""
        if self.draft.id is None:
            return "/w/new"
        return f"/w/{self.draft.id}/{self.step}" + (f"?candidate={self.candidate}" if self.candidate is not None else "")

    def take(self, typed: pd.DataFrame) -> None:
        """Put a list of candidates that was changed here into the plan, and say whose id the history spells otherwise."""
        rows = read_rows(typed, self.resources.catalogue, self.resources.tables)
        put(self.draft, rows)
        for said in rows.same:
            self.tell(self.say(said.key, **said.values))

    def go(self, step: str, returning: bool = False) -> None:
        """Open a step, keeping what was done so far, or say what it waits for; `returning` by the browser's own arrows."""
        if step not in self.open_steps():
            waits = self.file is not None and self.file.waits
            missing = "page_no_goal" if not self.draft.goal else "page_answer_first" if waits else "page_nobody"
            return self._stop(self.say(missing))
        if self.unread:
            return self._stop(" ".join(dict.fromkeys(self.unread.values())))
        self.untell()
        self.keep()
        self.step, self.candidate = step, None
        if self.draft.id is not None and not returning:  # before what asked for it is drawn away
            ui.navigate.history.push(self.address)
        self.draw()

    def _stop(self, sentence: str) -> None:
        """Say why a step does not open, until it does or nothing is in its way."""
        self.untell()
        self.stopped = self.tell(sentence, warning=True)

    def untell(self) -> None:
        """Take back why a step did not open."""
        if self.stopped is not None and not self.stopped.is_deleted:
            self.stopped.dismiss()
        self.stopped = None

    def show(self, candidate: int | None) -> None:
        """Keep in the address whose reasons are in sight."""
        self.candidate = candidate
        if self.draft.id is not None:
            ui.navigate.history.replace(self.address)

    def back(self) -> None:
        """Open the step before, or all plans."""
        place = STEPS.index(self.step)
        if place:
            self.go(STEPS[place - 1])
        else:
            ui.navigate.to("/")

    def keep(self, draft: bool = False) -> bool:
        """Save what changed; the page says when it did, or what stands in the way. A draft gives way to the next version."""
        work = self.draft
        now = (work.name, dict(work.brief), work.rules, work.typed)
        if self.clashed or self._same(now) or not self._begun():
            return not self.clashed
        name = work.name or str(work.brief.get("brand") or self.say("page_unnamed"))
        try:
            saved = self.store.save("work", name, to_content(work), id=work.id, version=work.version, draft=draft)
        except Conflict as problem:
            self._clash(problem.says(self.phrases.lang))
            return False
        except RowsError as problem:
            self.tell(problem.in_words(self.phrases.lang), warning=True)
            return False
        new, work.id, work.version, self.kept_as = work.id is None, saved.id, saved.version, now
        if new:
            ui.navigate.history.replace(self.address)
            if self.file is not None:
                self.keep_file()
        if self.status is not None:
            self.status.set_text(self.say("page_saved"))
        return True

    def _begun(self) -> bool:
        """Whether anything was given, beside the currency and the country that every brief begins with."""
        return bool(self.draft.name) or not self.draft.typed.empty or bool(self.draft.brief.keys() - {"currency", "country"})

    def keep_file(self) -> None:
        """Keep the last file beside the plan, with what was answered and what became of it."""
        if self.draft.id is not None:
            self.store.keep_files(self.draft.id, to_files(self.file))

    def _same(self, now: tuple[Any, ...]) -> bool:
        """Whether nothing changed since it was saved or opened; a list of candidates is replaced, never changed in place."""
        return self.kept_as is not None and self.kept_as[:3] == now[:3] and self.kept_as[3] is now[3]

    def opened(self) -> None:
        """What is there was just opened: saving it again would say nothing new."""
        self.kept_as = (self.draft.name, dict(self.draft.brief), self.draft.rules, self.draft.typed)

    def _clash(self, sentence: str) -> None:
        """Somebody else saved this plan meanwhile: see theirs, or keep both."""
        self.clashed = True

        def copy() -> None:
            dialog.close()
            self.draft.id = self.draft.version = None
            self.clashed = False
            self.keep()

        with self.layer, ui.dialog(value=True).props("persistent") as dialog, ui.card():
            dialog.props["aria-label"] = sentence
            ui.label(sentence)
            with ui.element("div").classes("k-row"):
                ui.button(self.say("page_see_theirs"), on_click=ui.navigate.reload).props("flat no-caps")
                ui.button(self.say("page_keep_copy"), on_click=copy).props("unelevated no-caps color=primary")

    def tell(self, sentence: str, warning: bool = False) -> Any:
        """A sentence over the top of the page, where it covers no button of the foot; never HTML. Returned, to be taken back."""
        with self.layer:
            return ui.notification(
                sentence, type="warning" if warning else "info", position="top", multi_line=True,
                timeout=12 if warning else 4, close_button=self.say("page_close"),
            )  # fmt: skip


async def waited(
    session: PageSession, sentence: str, slow: Callable[[Inputs], Any], then: Callable[[Inputs, Any], None | Awaitable[None]]
) -> None:  # fmt: skip
    """Do something slow away from the page, showing that it goes on and letting it be given up; then draw its result.

    What was made of inputs that have changed meanwhile is dropped, and made again of what they are now.
    """
    given_up = False

    def give_up() -> None:
        nonlocal given_up
        given_up = True
        box.clear()
        with box:
            note(session.say("page_stopped"))

    box = ui.element("div")
    with box, waiting(sentence):
        ui.button(session.say("page_stop"), on_click=give_up).props("flat no-caps")
    inputs, fresh = session.draft.inputs(), False
    while not fresh:
        try:
            result = await run.io_bound(slow, inputs)
        except (RowsError, DefinitionError) as problem:
            result, sentence = None, in_page_words(problem, session.phrases)
        if given_up or box.is_deleted:
            return
        made_of, inputs = inputs, session.draft.inputs()
        fresh = inputs.same(made_of)
    box.clear()
    with box:
        if result is None:
            note(sentence, warning=True)
        elif (drawn := then(inputs, result)) is not None:
            await drawn


def foot(session: PageSession, back: str | None, on: str | None) -> None:
    """The way back and the way on."""
    with ui.element("div").classes("k-foot"):
        if back:
            ui.button(session.say("page_back"), on_click=lambda: session.go(back)).props("flat no-caps")
        else:
            ui.element("span")
        if on:
            ui.button(session.say("page_on", step=session.say(f"page_step_{on}")), on_click=lambda: session.go(on)).props(
                "unelevated no-caps color=primary"
            )


def forecasts(session: PageSession, inputs: Inputs) -> pd.DataFrame:
    """The forecasts of these inputs, made now where they were not yet."""
    return scored_for(inputs, session.serving(inputs), session.made.scores)


def forecast_ahead(session: PageSession) -> None:
    """Compare what stands while it is looked at, once it has stood for a while, so that the next step finds it made."""
    before: Inputs | None = None
    made: Inputs | None = None

    async def look() -> None:
        nonlocal before, made
        inputs = session.draft.inputs()
        stood, before = before is not None and inputs.same(before), inputs
        if "comparison" not in session.open_steps() or not stood or (made is not None and inputs.same(made)):
            return
        made = inputs
        with suppress(Exception):  # the step that shows it makes it again, and says why not
            await run.io_bound(compared_now, session, inputs)

    ui.timer(STANDS, look)


def compared_now(session: PageSession, inputs: Inputs) -> Compared:
    """The comparison of these inputs, made now where it was not yet."""
    found, goal = session.serving(inputs), inputs.goal

    def make() -> Compared:
        return compared(forecasts(session, inputs), goal, Phrases(inputs.lang, found.catalogue), found.shocks(goal))

    return session.made.comparisons.once(f"{inputs.key} {found.key}", make)


def pool(session: PageSession, inputs: Inputs) -> Pool:
    """The candidates of these inputs with their draws, which any rules choose from, drawn now where they were not yet."""
    found, goal = session.serving(inputs), inputs.goal

    def make() -> Pool:
        scored = forecasts(session, inputs)
        return prepare_pool(
            scored, goal, found.catalogue, shocks=found.shocks(goal), assumption=found.assumption,
            beside=found.bundle.provenance.shocks,
        )  # fmt: skip

    return session.made.pools.once(f"{inputs.key} {found.key}", make)


def alone(session: PageSession, inputs: Inputs, rules: LineupConstraints) -> str:
    """The key of a line-up under rules without what other budgets would bring."""
    return f"{inputs.plan_key(session.serving(inputs), rules)} alone"


def answering(session: PageSession, inputs: Inputs) -> Lineup:
    """The line-up of these inputs without what other budgets would bring, which takes a few times as long."""
    key = alone(session, inputs, inputs.rules)
    return session.made.plans.once(key, lambda: choose(pool(session, inputs), inputs.rules))


def chosen(session: PageSession, inputs: Inputs) -> Lineup:
    """The line-up of these inputs, chosen now where it was not yet."""

    def make() -> Lineup:
        frontier = other_budgets_of(pool(session, inputs), inputs.rules)
        return replace(answering(session, inputs), frontier=frontier)

    return session.made.plans.once(inputs.plan_key(session.serving(inputs)), make)
