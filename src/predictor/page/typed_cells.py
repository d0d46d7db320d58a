"""A cell of the list as it is typed: its digits in one spelling, and the currency that an amount is in."""

from __future__ import annotations

import pandas as pd

from predictor.definitions.phrases import Phrases
from predictor.errors import Fault
from predictor.intake.currency_words import SHARED, currency_named, without_currency
from predictor.page.elements import plain_digits
from predictor.wording.sentences import Said

NUMBERS = ("count", "number", "money")


def mended(
    typed: pd.DataFrame, places: list[int], name: str, value: object, usual: str | None, phrases: Phrases
) -> pd.DataFrame:  # fmt: skip
    """The list with what was typed in a column of some rows; the currency of an amount goes where rows keep theirs.

    An amount that names none is in the one of its row, else in the one that all others of the list have, else in the `usual` one.
    Where that is another one than the amount names, or the list has several, the cell stays as typed and waits to be mended.
    """
    text = _as_typed(phrases, name, value)
    if text == "" or phrases.catalogue.entries[name].type != "money":
        return filled(typed, places, name, text)
    there = typed["currency"] if "currency" in typed else pd.Series("", index=typed.index)
    own, listed = {*there.loc[places]} - {""}, {*there} - {""}
    known = own or listed or {usual or ""}
    named = currency_named(text)
    meant = {*SHARED.get(named, (named,))} if named else known
    code = next(iter(meant & known), None) if len(meant) > 1 else next(iter(meant), None)
    if code and own <= {code}:
        typed, text = filled(typed, places, "currency", code), _as_typed(phrases, name, without_currency(text))
    return filled(typed, places, name, text)


def _as_typed(phrases: Phrases, name: str, value: object) -> str:
    """What was typed into a cell, its digits in the one spelling that has one reading."""
    text = str(value or "").strip()[:500]
    number = phrases.catalogue.entries[name].type in NUMBERS
    return plain_digits(text, phrases.say("thousands")) if number else text


def filled(typed: pd.DataFrame, places: list[int], name: str, value: str) -> pd.DataFrame:
    """Candidates as typed with one value in a column of some rows, blank in the others where there was no such column."""
    column = typed[name].copy() if name in typed else pd.Series("", index=typed.index, dtype="str")
    column.loc[places] = value
    return typed.assign(**{name: column})


def other_money(frame: pd.DataFrame, raw: pd.DataFrame) -> list[Fault]:
    """Fees of which nobody knows the currency, and those that name another one than their row does."""
    if "fee" not in frame or "fee" not in raw:
        return []
    codes = frame["currency"] if "currency" in frame else pd.Series(None, index=frame.index, dtype="str")
    found = []
    for row in frame.index[frame["fee"].notna()]:
        came, code = str(raw.at[row, "fee"]), codes[row]
        named = currency_named(came)
        if pd.isna(code):
            found.append(Fault.of("", Said("page_no_currency", {"came": came, "row": str(row - 1)}), int(row), "fee"))
        elif named is not None and code not in SHARED.get(named, (named,)):
            found.append(Fault("", "", int(row), "fee"))
    return found
