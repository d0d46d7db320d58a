"""One line-up in the making on the page: what it is chosen from, the rules so far, and choosing again as they change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from nicegui import run, ui

from predictor.definitions.phrases import Phrases
from predictor.errors import DefinitionError, RowsError
from predictor.page.elements import in_page_words
from predictor.planning.lineup import Pool, choose, other_budgets_of, with_outcomes_beside
from predictor.planning.plans import Lineup
from predictor.planning.rules import LineupConstraints


@dataclass
class LineupSession:
    """One line-up in the making: what it is chosen from, the rules so far, and where its parts are drawn."""

    scored: pd.DataFrame
    goal: str
    rules: LineupConstraints
    phrases: Phrases
    ready: Callable[[], Pool]
    before: Callable[[LineupConstraints], Lineup | None]  # the plans under rules that were answered before
    keep: Callable[[LineupConstraints], None]  # as soon as they change
    on_found: Callable[[LineupConstraints, Lineup], None]
    draw: Callable[[LineupSession, Lineup], Awaitable[None]]
    order: str = "expected"  # of the bookings in sight
    found: Lineup | None = None
    pool: Pool | None = None
    asked: int = 0  # how many changes were made, so that an answer that comes late is dropped
    spots: dict[str, Any] = field(default_factory=dict)
    area: Any = None  # holds them all

    def say(self, key: str, **values: object) -> str:
        """A sentence in the language in sight."""
        return self.phrases.say(key, **values)

    def choose(self, rules: LineupConstraints) -> Lineup:
        """The plans under rules; whatever no rule changes is made ready once, and a search that nobody waits for is given up."""
        drawn = self.drawn()
        return self.before(rules) or choose(drawn, rules, self._wanted())

    def drawn(self) -> Pool:
        """The candidates with their draws, made ready once."""
        if self.pool is None:
            self.pool = self.ready()
        return self.pool

    def completed(self, rules: LineupConstraints) -> Lineup | None:
        """The plans found, with their other outcomes, and what more and less money than the rules allow would bring.

        That is slow, and given up once unasked.
        """
        if self.pool is None or self.found is None:
            return None
        wanted = self._wanted()
        found = with_outcomes_beside(self.pool, self.found, wanted)
        return replace(found, frontier=other_budgets_of(self.pool, rules, wanted))

    def _wanted(self) -> Callable[[], bool]:
        """Whether anybody still waits for what is asked now."""
        mine = self.asked
        return lambda: mine == self.asked and not self.area.is_deleted


async def change(board: LineupSession, **changes: Any) -> None:
    """Choose again under changed rules: first the plans, then, if nothing else was asked meanwhile, the other budgets."""
    board.rules = LineupConstraints.model_validate({**board.rules.model_dump(), **changes})
    board.asked += 1
    mine = board.asked
    board.keep(board.rules)
    for work, late in ((board.choose, board.area), (board.completed, board.spots["more"])):
        _busy(late)
        try:
            found = await run.io_bound(work, board.rules)
        except (RowsError, DefinitionError) as problem:
            if mine == board.asked and not late.is_deleted:
                _busy(late, False)
                _refused(board, in_page_words(problem, board.phrases))
            return
        if mine != board.asked or late.is_deleted:
            return
        _busy(late, False)
        if found is None:
            return
        board.found = found
        board.on_found(board.rules, found)
        await board.draw(board, found)


def _busy(late: Any, busy: bool = True) -> None:
    """Say of a part in sight that what it shows is being computed anew; the page tells so only where that takes long."""
    late.classes(add="k-busy" if busy else "", remove="" if busy else "k-busy")
    late.props["aria-busy"] = "true" if busy else "false"


def _refused(board: LineupSession, problem: str) -> None:
    for spot in board.spots.values():
        spot.clear()
    with board.spots["answer"]:
        ui.label(problem).classes("k-note k-warn").props('role="status"')
