"""The price list to negotiate with: for each candidate the fee to aim for and the one to walk away at."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from predictor.definitions.phrases import Phrases
from predictor.planning.comparison import candidates
from predictor.planning.plans import Lineup
from predictor.reporting.condition_words import marks
from predictor.tables.files import without_formula
from predictor.wording.sentences import who

FEES = ("fee", "aim", "most", "fair_low", "fair_high")


def negotiable(rows: pd.DataFrame) -> pd.DataFrame:
    """The fee to `aim` for and the `most` to pay, above which one walks away, in each row's currency.

    Where nobody knows the usual price both are missing. The most is the upper end of the usual price, what the booking is worth
    to the campaign, or the quote, whichever is least; the aim is the middle of the usual price, never above the most.
    """
    fees = {
        name: pd.to_numeric(rows.get(name, pd.Series(np.nan, index=rows.index)))
        for name in ("fair", "fair_high", "break_even", "fee")
    }
    usual = fees["fair"].notna()
    most = pd.concat([fees[name] for name in ("fair_high", "break_even", "fee")], axis=1).min(axis=1).where(usual)
    aim = np.fmin(fees["fair"], most).where(usual)
    return pd.DataFrame({"aim": aim, "most": most})


def price_list(scored: pd.DataFrame, found: Lineup, phrases: Phrases) -> pd.DataFrame:
    """A row a candidate under titles of the language, those of the proposed line-up first."""
    rows = candidates(scored.assign(line=np.arange(len(scored)) + 2), phrases.catalogue.recipes[found.target])
    rows = rows.join(negotiable(rows))
    planned = rows["line"].isin(found.proposed.rows["line"] if found.proposed is not None else [])
    ordered = rows.assign(planned=planned).sort_values("planned", ascending=False, kind="stable")
    titles = [phrases.say("lineup_who"), *map(phrases.column, ("platform", "format", "posts", "currency"))]
    titles += [phrases.say(f"prices_{name}") for name in (*FEES, "planned", "evidence")]
    return pd.DataFrame([_offer(row, phrases) for _, row in ordered.iterrows()], columns=titles, dtype=object)


def _offer(row: pd.Series, phrases: Phrases) -> list[Any]:
    """One candidate's cells: texts that no spreadsheet program runs, fees in three significant digits but the quote itself."""
    texts = [who(row), phrases.category(row, "platform"), phrases.category(row, "format")]
    fees = [_whole(row["fee"]), *(_whole(float(f"{row[name]:.3g}")) for name in FEES[1:])]
    planned = phrases.say("prices_yes") if row["planned"] else ""
    return [
        *map(without_formula, texts),
        _whole(row.get("posts")),
        row["currency"],
        *fees,
        planned,
        ", ".join(marks(row, phrases)),
    ]


def _whole(value: Any) -> Any:
    """A number without a needless decimal, nothing where it is missing."""
    if value is None or pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else value
