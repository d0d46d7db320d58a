"""A planner's own assumption where no model exists: a newspaper's readers, a show's viewers, a platform without history.

It enters as a range that is taken for the middle 80 % of a log-normal, and stays marked as an assumption in every total.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictor.catalogue import Catalogue, Recipe
from predictor.published import SIGMAS
from predictor.tables import Fault
from predictor.texts import compact, say

ENDS = ("low", "high")


def assumed_forecast(rows: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    """What the planner assumes of each row, as counts for the whole booking.

    Returns
    -------
    Index of `rows`; `expected`, `p10`, `p50`, `p90`, all missing where `assumed_…_low` and `assumed_…_high` are not both given.
    """
    low, high = (_end(rows, recipe.outcome, end) for end in ENDS)
    told = pd.DataFrame({"p10": low, "p50": np.sqrt(low * high), "p90": high}).where(low.notna() & high.notna())
    spread = np.log(told["p90"].clip(lower=1e-9) / told["p10"].clip(lower=1e-9)) / SIGMAS
    return told.assign(expected=told["p50"] * np.exp(spread.where(told["p10"] > 0, 0.0) ** 2 / 2))[
        ["expected", "p10", "p50", "p90"]
    ]


def assumed_note(told: pd.DataFrame, lang: str) -> pd.Series:
    """A sentence for every row that rests on an assumption."""
    said = [
        say(lang, "evidence_assumed", low=compact(lang, low), high=compact(lang, high)) if pd.notna(low) else None
        for low, high in zip(told["p10"], told["p90"], strict=True)
    ]
    return pd.Series(said, index=told.index, dtype="str")


def half_assumed(frame: pd.DataFrame, file: str, catalogue: Catalogue) -> list[Fault]:
    """Rows that give one end of a range without the other, the ends the wrong way round, or a range that begins at nothing."""
    faults = []
    for outcome in sorted({recipe.outcome for recipe in catalogue.recipes.values()}):
        low, high = (_end(frame, outcome, end) for end in ENDS)
        named = " and ".join(_column(outcome, end) for end in ENDS)
        for row in frame.index[(low.notna() != high.notna()) | (low > high) | (low <= 0)]:
            came = ", ".join("nothing" if pd.isna(end[row]) else f"{end[row]:,.0f}" for end in (low, high))
            problem = f"got {came}; an assumption needs both ends, the lower one first and above 0."
            faults.append(Fault(file, problem, int(row), named))
    return faults


def _end(frame: pd.DataFrame, outcome: str, end: str) -> pd.Series:
    name = _column(outcome, end)
    return frame[name].astype(float) if name in frame else pd.Series(np.nan, index=frame.index)


def _column(outcome: str, end: str) -> str:
    return f"assumed_{outcome}_{end}"
