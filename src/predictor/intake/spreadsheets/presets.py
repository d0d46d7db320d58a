"""Exports that people have, known by their titles: which table each holds, and which of its titles are columns of ours.

A preset is a file in `intake/presets`, and the next one is one more file. It is laid over the mapping of the user, whose word
stands, and what comes of both is a mapping like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from predictor.definitions.closed_lists import Table
from predictor.definitions.schema import Closed
from predictor.definitions.strict_yaml import parse_yaml
from predictor.errors import DefinitionError, Fault, RowsError
from predictor.intake.mapping import Orders, OrderState, Scalar, TableMapping
from predictor.intake.spreadsheets.grids import Grid
from predictor.intake.spreadsheets.layout import SEARCHED
from predictor.intake.spreadsheets.row_kinds import text_of
from predictor.wording.matching import fold, nearest

NONE = "none"  # the name by which nothing is recognised
Spellings = tuple[str, ...]  # of one title, the first that is there counts
BRACKETS = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")


class OrderTitles(Closed):
    """The `orders` of a mapping, each title in every spelling; `states` are the words of the state by what they mean."""

    id: Spellings
    state: Spellings
    day: Spellings
    returned: Spellings = ()
    refund: Spellings = ()
    states: dict[OrderState, Spellings]


class Preset(Closed):
    """One export: how it is known (one title of each of `marks`, none of `absent`), and the mapping that reads it.

    `columns` gives our name and the titles that it may have, the best first; `links` the titles of links to posts. The other
    keys are those of a mapping.
    """

    label: str
    table: Table
    marks: tuple[Spellings, ...]
    absent: Spellings = ()
    columns: dict[str, Spellings]
    links: Spellings = ()
    ignore: Spellings = ()
    values: dict[str, dict[Scalar, str]] = {}
    constants: dict[str, Scalar] = {}
    orders: OrderTitles | None = None


@cache
def presets() -> dict[str, Preset]:
    """Every preset by its name."""
    found = [one for one in (files("predictor.intake") / "presets").iterdir() if one.name.endswith(".yaml")]
    return {
        one.name.removesuffix(".yaml"): Preset.model_validate(parse_yaml(one.read_text("utf-8")))
        for one in sorted(found, key=lambda one: one.name)
    }


@dataclass(frozen=True)
class Recognised:
    """A preset, and the titles of the sheet that is one."""

    name: str
    preset: Preset
    titles: tuple[str, ...]

    def mapping(self, given: TableMapping) -> tuple[TableMapping, list[str]]:
        """What the user's mapping says, completed by the preset; and the titles that are left out by the preset's word."""
        own = {fold(title) for title in (*given.columns, *given.prices, *given.ignore)}
        decided = {ours for title, ours in given.columns.items() if self._title((title,))} | {*given.constants, *given.sums}
        found = {ours: self._title(theirs, own) for ours, theirs in self.preset.columns.items() if ours not in decided}
        columns = {title: ours for ours, title in found.items() if title is not None}
        constants = {name: value for name, value in self.preset.constants.items() if name not in {*decided, *columns.values()}}
        orders = given.orders or self._orders()
        used = {*own, *map(fold, columns), *map(fold, orders.titles if orders else [])}
        left = [title for title in self.titles if self._left(title, used)]
        values = {name: self.preset.values.get(name, {}) | given.values.get(name, {}) for name in self._named(given, columns)}
        update = {
            "columns": given.columns | columns,
            "constants": constants | given.constants,
            "ignore": tuple(dict.fromkeys([*given.ignore, *left])),
            "values": given.values | values,
            "orders": orders,
            "post_links": given.post_links or self._title(self.preset.links),
        }
        return given.model_copy(update=update), left

    def _named(self, given: TableMapping, columns: dict[str, str]) -> list[str]:
        return [name for name in self.preset.values if name in {*columns.values(), *given.columns.values()}]

    def _left(self, title: str, used: set[str]) -> bool:
        """Whether a title is left out: those that the preset ignores, and of orders all that it does not name."""
        ignored = {*map(fold, self.preset.ignore)}
        return fold(title) not in used and (self.preset.orders is not None or not ignored.isdisjoint(_forms(title)))

    def _title(self, spellings: Spellings, taken: set[str] | None = None) -> str | None:
        """The first of these titles that the sheet has, as it is typed there; but none of those `taken`."""
        there = {form: title for title in reversed(self.titles) if fold(title) not in (taken or ()) for form in _forms(title)}
        return next((there[fold(one)] for one in spellings if fold(one) in there), None)

    def _orders(self) -> Orders | None:
        known = self.preset.orders
        if known is None:
            return None
        titles = {"id": self._title(known.id), "state": self._title(known.state), "day": self._title(known.day)}
        if None in titles.values():
            return None
        states = {word: state for state, words in known.states.items() for word in words}
        returned = tuple(title for one in known.returned if (title := self._title((one,))) is not None)
        return Orders(**titles, states=states, returned=returned, refund=self._title(known.refund))  # type: ignore[arg-type]


def recognised(grid: Grid, like: str | None = None) -> Recognised | None:
    """The preset whose titles stand in one of the first rows of a sheet; with `like` the one of that name."""
    if like == NONE:
        return None
    known = presets() if like is None else {like: presets()[like]}
    rows = [
        tuple(text_of(cell) for cell in grid.own.loc[row].dropna() if isinstance(cell, str)) for row in grid.own.index[:SEARCHED]
    ]
    for titles in rows:
        there = {form for title in titles for form in _forms(title)}
        for name, preset in known.items():
            marked = all(not there.isdisjoint(map(fold, mark)) for mark in preset.marks)
            if marked and there.isdisjoint(map(fold, preset.absent)):
                return Recognised(name, preset, titles)
    return None


def known_export(like: str | None) -> str | None:
    """The name of a preset as it was given.

    Raises
    ------
    DefinitionError
        Where there is none of that name.
    """
    names = [*presets(), NONE]
    if like is not None and like not in names:
        raise DefinitionError([f"--like: got '{like}'; allowed: {', '.join(names)}{nearest(like, names)}."])
    return like


def refuse_unlike(like: str | None, file: str) -> None:
    """Refuse a file of which no sheet is the export that it is said to be.

    Raises
    ------
    RowsError
        With the titles that the export has.
    """
    if like is None or like == NONE:
        return
    preset = presets()[like]
    titles = ", ".join(" / ".join(f"'{title}'" for title in mark[:2]) for mark in preset.marks)
    problem = f"is no export of {preset.label} as far as it is known: that has the titles {titles}"
    raise RowsError([Fault(file, f"{problem}; leave --like out, or name the titles under `columns:` in a mapping.")])


def _forms(title: str) -> tuple[str, str]:
    """A title folded, and the same without what stands in brackets behind it: Purchase Value(₫)."""
    return fold(title), fold(BRACKETS.sub("", title))
