"""What a plan brings beside the outcome that it was chosen for, in words: totals, likely ranges, what comes back in money."""

from __future__ import annotations

from predictor.definitions.phrases import Phrases
from predictor.planning.plans import Beside, Plan, Returns
from predictor.wording.sentences import heading


def beside_facts(plan: Plan, phrases: Phrases) -> list[tuple[str, str]]:
    """The totals of a plan's other outcomes, and of money how many times the fees that is: labels and values."""
    facts = []
    for one in plan.others:
        facts.append((heading(phrases.label(one.outcome)), _total(one, plan, phrases)))
        if one.returns is not None:
            facts += returns_facts(one.returns, phrases)
    return facts


def returns_facts(back: Returns, phrases: Phrases) -> list[tuple[str, str]]:
    """How many times the fees an amount is, and the chance that it is at least these: labels and values."""
    found = {"lineup_returns": returned(back, phrases), "lineup_covers": phrases.chance(back.chance)}
    return [(phrases.say(key), said) for key, said in found.items()]


def returned(back: Returns, phrases: Phrases) -> str:
    """How many times the fees an amount is, with its likely range."""
    times, low, high = (phrases.number(value, 2) for value in (back.expected, back.low, back.high))
    return phrases.say("returns", times=times, low=low, high=high)


def _total(one: Beside, plan: Plan, phrases: Phrases) -> str:
    total = f"{phrases.compact(one.expected)} ({phrases.interval(one.low, one.high)})"
    if one.bookings == len(plan.rows):
        return total
    return phrases.say("lineup_beside_part", total=total, count=one.bookings, all=len(plan.rows))
