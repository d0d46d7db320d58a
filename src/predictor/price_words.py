"""The market's price and the worth to a campaign in sentences, kept apart, and what follows from both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from predictor.texts import interval, money, noun, say

STEPS = {  # what to do, by the market's verdict and whether the quote pays
    ("under", True): "take",
    ("fair", True): "take",
    ("over", True): "dear",
    ("under", False): "elsewhere",
    ("fair", False): "elsewhere",
    ("over", False): "pass",
}


def fee_steps(told: pd.DataFrame) -> pd.Series:
    """What follows from both views of each row: `take`, `dear` (pays, yet ask for less), `elsewhere` (usual, yet the money
    brings more with others) or `pass`; missing where either view is."""
    pairs = zip(told["fee_verdict"], told["pays"], strict=True)
    return pd.Series([_step(verdict, pays) for verdict, pays in pairs], index=told.index, dtype="str")


def fee_words(told: pd.DataFrame, outcome: dict[str, str], lang: str) -> pd.Series:
    """Some sentences a row: what such a booking costs, on what that rests, what it is worth to the campaign, what follows.

    Parameters
    ----------
    told
        Candidates with the columns of `fair_fees` and of `worth`, and their `fee` and `currency`.
    outcome
        The label of the outcome that the campaign wants, by language.
    """
    rows = told.assign(step=fee_steps(told)).to_dict("records")
    return pd.Series([" ".join(_sentences(row, outcome, lang)) for row in rows], index=told.index, dtype="str")


def _step(verdict: Any, pays: Any) -> str | None:
    return None if pd.isna(verdict) or pd.isna(pays) else STEPS[str(verdict), bool(pays)]


def _sentences(row: dict[str, Any], outcome: dict[str, str], lang: str) -> list[str]:
    told = _price(row, lang)
    if pd.notna(row["break_even"]):
        key = "unquoted" if pd.isna(row["pays"]) else "pays" if row["pays"] else "not"
        told.append(say(lang, f"fee_worth_{key}", break_even=_short(row["break_even"], row, lang), outcome=noun(lang, outcome)))
    if pd.notna(row["step"]):
        ask = np.nanmin([row["break_even"], row["fair_high"]])
        told.append(say(lang, f"fee_advice_{row['step']}", ask=_short(ask, row, lang)))
    return told


def _price(row: dict[str, Any], lang: str) -> list[str]:
    currency = _currency(row) or say(lang, "fee_unnamed_currency")
    if pd.isna(row["fair"]):
        return [say(lang, "fee_no_price", currency=currency)]
    key = "unquoted" if pd.isna(row["fee_verdict"]) else row["fee_verdict"]
    span = interval(lang, row["fair_low"], row["fair_high"], _currency(row))
    fee, fair = _short(row.get("fee"), row, lang), _short(row["fair"], row, lang)
    return [say(lang, f"fee_price_{key}", fee=fee, range=span, fair=fair), _basis(row, currency, lang)]


def _basis(row: dict[str, Any], currency: str, lang: str) -> str:
    if row["fair_source"] != "history":
        return say(lang, "fee_rests_on_published", currency=currency, source=row["fair_source"])
    return say(lang, "fee_rests_on_history" if row["rests_on"] else "fee_rests_on_others", count=int(row["rests_on"]))


def _short(value: Any, row: dict[str, Any], lang: str) -> str:
    return money(lang, None if value is None or pd.isna(value) else float(value), _currency(row), short=True)


def _currency(row: dict[str, Any]) -> str | None:
    named = row.get("currency")
    return str(named).strip().upper() or None if isinstance(named, str) else None
