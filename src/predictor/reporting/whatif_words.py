"""What would change, in words and as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd

from predictor.definitions.labels import category
from predictor.definitions.schema import Catalogue
from predictor.planning.whatif import Change, Side
from predictor.wording.sentences import chance, compact, heading, interval, money, noun, number, percent, say, table, who

PLAIN = ("outcome", "cost_per", "units", "difference", "low", "high", "better", "per_money", "doubts")


def in_words(found: Change, catalogue: Catalogue, lang: str) -> str:
    """The change as plain text: the answer, before and after, who goes and comes, and how to read it."""
    parts = [[verdict(found, lang), *costs(found, lang)], table([_head(found, lang), *_lines(found, lang)])]
    parts += [_who(found, catalogue, lang)] if found.went is not None else []
    notes = [] if unchanged(found) else [*found.doubts, *about_posts(found, lang), say(lang, "whatif_association")]
    parts += [[say(lang, "caveats"), *(f"- {note}" for note in notes)]] if notes else []
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def verdict(found: Change, lang: str) -> str:
    """The difference, how sure it is, and the chance that the change brings more."""
    outcome = noun(lang, found.outcome)
    if unchanged(found):
        return say(lang, "whatif_same", outcome=outcome)
    figures = {"difference": _signed(lang, found.difference), "low": _signed(lang, found.low), "high": _signed(lang, found.high)}
    return say(lang, "whatif_verdict", outcome=outcome, chance=chance(lang, found.better), **figures)


def unchanged(found: Change) -> bool:
    """Whether the outcome is the same in every draw."""
    return found.low == found.high == 0 and found.difference == 0


def costs(found: Change, lang: str) -> list[str]:
    """What an outcome costs before and after, and which is likely to bring more for the money."""
    one, other = found.before, found.after
    if not one.cost or not other.cost or one.currency != other.currency or one.cost == other.cost:
        return []
    before, after = (money(lang, side.cost, side.currency, short=True) for side in (one, other))
    times = other.cost / one.cost - 1
    share = ("+" if times > 0 else "−") + percent(lang, abs(times))
    lines = [say(lang, "whatif_cost", cost=heading(found.cost_per[lang]), before=before, after=after, share=share)]
    if found.per_money is not None and one.spend != other.spend and not unchanged(found):
        lines.append(say(lang, "whatif_per_money", chance=chance(lang, found.per_money)))
    return lines


def about_posts(found: Change, lang: str) -> list[str]:
    """Where the number of posts changes: what the forecast makes of it."""
    one, other = found.before, found.after
    if found.went is not None or one.posts == other.posts or not one.expected > 0:
        return []
    posts, times = (number(lang, value, 2) for value in (other.posts / one.posts, other.expected / one.expected))
    lines = [say(lang, "whatif_posts", posts=posts, times=times, outcome=noun(lang, found.outcome))]
    return lines if found.further is None else [*lines, say(lang, "whatif_posts_people", share=percent(lang, found.further))]


def as_data(found: Change) -> dict[str, Any]:
    """Plain values, ready for JSON; swapped bookings by their line in the file."""
    lines = {name: None if (rows := getattr(found, name)) is None else rows["line"].tolist() for name in ("went", "came")}
    plain = {name: getattr(found, name) for name in PLAIN}
    return {**plain, "before": asdict(found.before), "after": asdict(found.after), **lines}


def _signed(lang: str, value: float) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "") + compact(lang, abs(value))


def _head(found: Change, lang: str) -> list[str]:
    titles = ["lineup_bookings", "lineup_spent"]
    total = say(lang, "lineup_total_80", outcome=found.outcome[lang])
    return ["", *(say(lang, title) for title in titles), total, heading(found.cost_per[lang])]


def _lines(found: Change, lang: str) -> list[list[str]]:
    return [_line(say(lang, f"whatif_{name}"), getattr(found, name), lang) for name in ("before", "after")]


def _line(name: str, side: Side, lang: str) -> list[str]:
    total = f"{compact(lang, side.expected)} ({interval(lang, side.low, side.high)})"
    spent, cost = (money(lang, amount, side.currency, short=True) for amount in (side.spend, side.cost))
    return [name, number(lang, side.bookings), spent, total, cost]


def _who(found: Change, catalogue: Catalogue, lang: str) -> list[str]:
    sides = [("whatif_went", found.went), ("whatif_came", found.came)]
    return [f"{say(lang, key)}: {_names(rows, catalogue, lang)}" for key, rows in sides if rows is not None]


def _names(rows: pd.DataFrame, catalogue: Catalogue, lang: str) -> str:
    return ", ".join(
        f"{who(row)} ({category(row, 'tier', catalogue, lang)}, {money(lang, row['fee'], row['currency'], short=True)})"
        for _, row in rows.iterrows()
    )
