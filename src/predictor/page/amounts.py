"""Every number that is typed on the page: read in one way, told back as it was understood, or refused with a sentence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
from nicegui import ui

from predictor.definitions.phrases import Phrases
from predictor.errors import Fault
from predictor.intake.budgets import LONGEST
from predictor.intake.budgets import read_budget as amount_of
from predictor.intake.currency_words import LEAST, SHARED, currency_named, without_currency
from predictor.intake.numbers import read_numbers
from predictor.page.elements import plain_digits


class Amount(NamedTuple):
    """A number as it was read, the currency that it names itself, and why it cannot be used as it stands."""

    value: float | None = None
    named: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Allowed:
    """Which numbers a field takes; `percent` says that they are parts of a hundred, with or without the sign."""

    low: float = 0.0
    high: float | None = None
    percent: bool = False


Read = Callable[[str], Amount]


def read_money(typed: str, currency: str | None, phrases: Phrases) -> Amount:
    """An amount above 0 as people type it, such as 500tr, in `currency`; empty where nothing is typed."""
    typed = typed.strip()
    if not typed:
        return Amount()
    faults: list[Fault] = []
    bare = plain_digits(without_currency(typed).strip(), phrases.say("thousands"))
    value = amount_of(bare, None, "", phrases.catalogue, faults)[0] if bare else None
    if value is None:
        by_time = any(fault.said is not None and fault.said.key == "cell_per_time" for fault in faults)
        return Amount(problem=phrases.say("page_budget_by_time" if by_time else "page_budget_unread", came=typed))
    named = currency_named(typed)
    if named and currency and currency not in SHARED.get(named, (named,)):
        problem = phrases.say("page_budget_currency", came=typed, code=currency)
        return Amount(named=None if named in SHARED else named, problem=problem)
    if value < LEAST.get(currency or "", 0):  # 300, where 300tr is meant
        return Amount(problem=phrases.say("page_budget_small", amount=phrases.money(value, currency)))
    return Amount(value)


def read_number(typed: str, allowed: Allowed, phrases: Phrases) -> Amount:
    """A whole number as people type it, such as 80.000, 80k or 80 nghìn; empty where nothing is typed."""
    typed = typed.strip()
    if not typed:
        return Amount()
    bare = plain_digits(typed.removesuffix("%").strip() if allowed.percent else typed, phrases.say("thousands"))
    column = pd.Series([bare if len(bare) <= LONGEST else None], dtype="str")
    value = read_numbers(column, phrases.catalogue.entries["budget"])[0].iloc[0]
    if pd.isna(value):
        return Amount(problem=phrases.say("page_number_unread", came=typed[:LONGEST]))
    if not value.is_integer():
        return Amount(problem=phrases.say("page_number_whole", came=typed))
    if value < allowed.low or value > (allowed.high or value):
        key = "page_number_from" if allowed.high is None else "page_number_between"
        bounds = {"low": phrases.number(allowed.low), "high": phrases.number(allowed.high)}
        return Amount(problem=phrases.say(key, came=typed, **bounds))
    return Amount(float(value))


def number_box(
    label: str, value: float | None, allowed: Allowed, phrases: Phrases, taken: Callable[[float | None], Awaitable[None]],
    name: str = "",
) -> Any:  # fmt: skip
    """A field for a whole number; see `amount_box`."""
    read = partial(read_number, allowed=allowed, phrases=phrases)
    return amount_box(label, value, read, phrases.number, phrases, taken, name)


def amount_box(
    label: str, value: float | None, read: Read, shown: Callable[[float], str], phrases: Phrases,
    taken: Callable[[float | None], Awaitable[None]], name: str = "", echo: Callable[[float], str] | None = None,
) -> Any:  # fmt: skip
    """A field for what people type as a number, and below it what was understood, or why it cannot be used.

    Parameters
    ----------
    value, read, shown
        What stands there first, how what is typed is read, and how a number is written into the field once it is.
    taken
        Gets each number that was read, None where the field was emptied; nothing of what cannot be read, which stays in sight.
    name
        What the field is called for whoever cannot see what stands around it.
    echo
        What is said of a number below the field; by default nothing, where the field itself says it all.
    """

    def echoed(number: float | None) -> str:
        return echo(number) if echo is not None and number is not None else ""

    with ui.element("div").classes("k-amount"):
        field = ui.input(label, value="" if value is None else shown(value)).props("outlined dense hide-bottom-space")
        field.props["aria-label"] = name or label
        reading = ui.label(echoed(value)).classes("k-soft k-echo").props('role="status" aria-live="polite"')
    kept = value

    async def changed() -> None:
        nonlocal kept
        found = read(field.value or "")
        if found.problem is not None:
            now = phrases.say("page_number_none") if kept is None else shown(kept)
            return reading.set_text(phrases.say("page_number_kept", problem=found.problem, number=now))
        kept = found.value
        field.set_value("" if kept is None else shown(kept))
        reading.set_text(echoed(kept))
        await taken(kept)

    field.on("change", changed)
    return field
