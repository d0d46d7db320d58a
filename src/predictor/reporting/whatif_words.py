"""What would change, in words and as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd

from predictor.definitions.phrases import Phrases
from predictor.planning.whatif import Change, Side
from predictor.wording.sentences import heading, table, who

PLAIN = ("outcome", "cost_per", "units", "difference", "low", "high", "better", "per_money", "doubts")


def in_words(found: Change, phrases: Phrases) -> str:
    """The change as plain text: the answer, before and after, who goes and comes, and how to read it."""
    parts = [[verdict(found, phrases), *costs(found, phrases)], table([_head(found, phrases), *_lines(found, phrases)])]
    parts += [_who(found, phrases)] if found.went is not None else []
    notes = [] if unchanged(found) else [*found.doubts, *about_posts(found, phrases), phrases.say("whatif_association")]
    parts += [[phrases.say("caveats"), *(f"- {note}" for note in notes)]] if notes else []
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def verdict(found: Change, phrases: Phrases) -> str:
    """The difference, how sure it is, and the chance that the change brings more."""
    outcome = phrases.noun(found.outcome)
    if unchanged(found):
        return phrases.say("whatif_same", outcome=outcome)
    figures = {name: signed(getattr(found, name), phrases) for name in ("difference", "low", "high")}
    return phrases.say("whatif_verdict", outcome=outcome, chance=phrases.chance(found.better), **figures)


def unchanged(found: Change) -> bool:
    """Whether the outcome is the same in every draw."""
    return found.low == found.high == 0 and found.difference == 0


def costs(found: Change, phrases: Phrases) -> list[str]:
    """What an outcome costs before and after, and which is likely to bring more for the money."""
    one, other = found.before, found.after
    if not one.cost or not other.cost or one.currency != other.currency or one.cost == other.cost:
        return []
    before, after = (phrases.money(side.cost, side.currency, short=True) for side in (one, other))
    times = other.cost / one.cost - 1
    share = ("+" if times > 0 else "−") + phrases.percent(abs(times))
    lines = [phrases.say("whatif_cost", cost=heading(phrases.label(found.cost_per)), before=before, after=after, share=share)]
    if found.per_money is not None and one.spend != other.spend and not unchanged(found):
        lines.append(phrases.say("whatif_per_money", chance=phrases.chance(found.per_money)))
    return lines


def about_posts(found: Change, phrases: Phrases) -> list[str]:
    """Where the number of posts changes: what the forecast makes of it."""
    one, other = found.before, found.after
    if found.went is not None or one.posts == other.posts or not one.expected > 0:
        return []
    posts, times = (phrases.number(value, 2) for value in (other.posts / one.posts, other.expected / one.expected))
    lines = [phrases.say("whatif_posts", posts=posts, times=times, outcome=phrases.noun(found.outcome))]
    return lines if found.further is None else [*lines, phrases.say("whatif_posts_people", share=phrases.percent(found.further))]


def as_data(found: Change) -> dict[str, Any]:
    """Plain values, ready for JSON; swapped bookings by their line in the file."""
    lines = {name: None if (rows := getattr(found, name)) is None else rows["line"].tolist() for name in ("went", "came")}
    plain = {name: getattr(found, name) for name in PLAIN}
    return {**plain, "before": asdict(found.before), "after": asdict(found.after), **lines}


def signed(value: float, phrases: Phrases) -> str:
    """A difference with its sign, in no more digits than it can mean."""
    return ("+" if value > 0 else "−" if value < 0 else "") + phrases.compact(abs(value))


def _head(found: Change, phrases: Phrases) -> list[str]:
    titles = ["lineup_bookings", "lineup_spent"]
    total = phrases.say("lineup_total_80", outcome=phrases.label(found.outcome))
    return ["", *(phrases.say(title) for title in titles), total, heading(phrases.label(found.cost_per))]


def _lines(found: Change, phrases: Phrases) -> list[list[str]]:
    return [_line(phrases.say(f"whatif_{name}"), getattr(found, name), phrases) for name in ("before", "after")]


def _line(name: str, side: Side, phrases: Phrases) -> list[str]:
    total = f"{phrases.compact(side.expected)} ({phrases.interval(side.low, side.high)})"
    spent, cost = (phrases.money(amount, side.currency, short=True) for amount in (side.spend, side.cost))
    return [name, phrases.number(side.bookings), spent, total, cost]


def _who(found: Change, phrases: Phrases) -> list[str]:
    sides = [("whatif_went", found.went), ("whatif_came", found.came)]
    return [f"{phrases.say(key)}: {_names(rows, phrases)}" for key, rows in sides if rows is not None]


def _names(rows: pd.DataFrame, phrases: Phrases) -> str:
    return ", ".join(
        f"{who(row)} ({phrases.category(row, 'tier')}, {phrases.money(row['fee'], row['currency'], short=True)})"
        for _, row in rows.iterrows()
    )
