"""Two plans against each other, in words."""

from __future__ import annotations

import pandas as pd

from predictor.definitions.phrases import Phrases
from predictor.planning.drivers import LIKELY
from predictor.planning.versus import Versus
from predictor.reporting.whatif_words import signed, unchanged
from predictor.wording.sentences import who


def versus_words(found: Versus, names: tuple[str, str], phrases: Phrases) -> list[str]:
    """Which of two plans brings more and how sure that is, and which brings more for the money where that is another question."""
    change, outcome = found.change, phrases.noun(found.change.outcome)
    if unchanged(change):
        return [phrases.say("versus_same", outcome=outcome)]
    ahead, chance = _ahead(change.better, names)
    sign = 1 if change.better >= 0.5 else -1
    ends = sorted((sign * change.low, sign * change.high))
    figures = {"difference": sign * change.difference, "low": ends[0], "high": ends[1]}
    said = {name: signed(value, phrases) for name, value in figures.items()}
    lines = [
        phrases.say(
            "versus_ahead" if chance >= LIKELY else "versus_close", ahead=ahead, chance=phrases.chance(chance), outcome=outcome
        ),
        phrases.say("versus_difference", ahead=ahead, outcome=outcome, **said),
    ]
    if change.per_money is not None and change.before.spend != change.after.spend:
        best, per_money = _ahead(change.per_money, names)
        lines.append(phrases.say("versus_per_money", ahead=best, chance=phrases.chance(per_money)))
    return lines


def booking_names(rows: pd.DataFrame, phrases: Phrases) -> list[str]:
    """One line a booking: who, what, and the fee."""
    words = (
        [who(row), phrases.category(row, "platform"), phrases.category(row, "format"), phrases.money(row["fee"], row["currency"])]
        for _, row in rows.iterrows()
    )
    return [" · ".join(filter(None, one)) for one in words]


def _ahead(better: float, names: tuple[str, str]) -> tuple[str, float]:
    """The plan that is likelier to be ahead, and the chance of it."""
    return (names[1], better) if better >= 0.5 else (names[0], 1 - better)
