"""What would change, in words and as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd

from predictor.catalogue import Catalogue
from predictor.lineup_words import category, table, who
from predictor.texts import chance, compact, heading, interval, money, noun, number, say
from predictor.whatif import Change, Side


def in_words(found: Change, catalogue: Catalogue, lang: str) -> str:
    """The change as plain text: the answer, before and after, who goes and comes, and how to read it."""
    parts = [[verdict(found, lang)], table([_head(found, lang), *_lines(found, lang)])]
    parts += [_who(found, catalogue, lang)] if found.went is not None else []
    notes = [*found.doubts, say(lang, "whatif_association")]
    parts.append([say(lang, "caveats"), *(f"- {note}" for note in notes)])
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def verdict(found: Change, lang: str) -> str:
    """The difference, how sure it is, and the chance that the change brings more."""
    outcome = noun(lang, found.outcome)
    if found.low == found.high == 0 and found.difference == 0:
        return say(lang, "whatif_same", outcome=outcome)
    told = {"difference": _signed(lang, found.difference), "low": _signed(lang, found.low), "high": _signed(lang, found.high)}
    return say(lang, "whatif_verdict", outcome=outcome, chance=chance(lang, found.better), **told)


def as_data(found: Change) -> dict[str, Any]:
    """Plain values, ready for JSON; swapped bookings by their line in the file."""
    lines = {name: None if (rows := getattr(found, name)) is None else rows["line"].tolist() for name in ("went", "came")}
    plain = {name: getattr(found, name) for name in ("outcome", "currency", "difference", "low", "high", "better", "doubts")}
    return {**plain, "before": asdict(found.before), "after": asdict(found.after), **lines}


def _signed(lang: str, value: float) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "") + compact(lang, abs(value))


def _head(found: Change, lang: str) -> list[str]:
    titles = ["lineup_bookings", "lineup_spent"]
    total = say(lang, "lineup_total_80", outcome=found.outcome[lang])
    return ["", *(say(lang, title) for title in titles), total, heading(found.cost_per[lang])]


def _lines(found: Change, lang: str) -> list[list[str]]:
    return [
        _line(say(lang, f"whatif_{name}"), side, found, lang) for name, side in (("before", found.before), ("after", found.after))
    ]


def _line(name: str, side: Side, found: Change, lang: str) -> list[str]:
    total = f"{compact(lang, side.expected)} ({interval(lang, side.low, side.high)})"
    spent, cost = (money(lang, amount, found.currency, short=True) for amount in (side.spend, side.cost))
    return [name, number(lang, side.bookings), spent, total, cost]


def _who(found: Change, catalogue: Catalogue, lang: str) -> list[str]:
    sides = [("whatif_went", found.went), ("whatif_came", found.came)]
    return [f"{say(lang, key)}: {_names(rows, found, catalogue, lang)}" for key, rows in sides if rows is not None]


def _names(rows: pd.DataFrame, found: Change, catalogue: Catalogue, lang: str) -> str:
    return ", ".join(
        f"{who(row)} ({category(row, 'tier', catalogue, lang)}, {money(lang, row['fee'], found.currency, short=True)})"
        for _, row in rows.iterrows()
    )
