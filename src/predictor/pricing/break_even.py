"""What a booking is worth to one campaign: the fee at which the money would bring as much with the next-best candidates.

The alternatives are the other candidates of the list, bought best first by expected outcome per money until the budget is spent,
the last one in part (the greedy bound of the knapsack problem: Dantzig 1957, "Discrete-Variable Extremum Problems", Operations
Research 5). Booking a candidate takes its fee from the end of that order; its break-even fee is the money whose loss there costs
as much outcome as the candidate brings. A candidate's own quote plays no part in its own break-even fee.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from predictor.definitions.phrases import Phrases
from predictor.pricing.fair_fees import currency_of
from predictor.tables.columns import scored_column

# The market's price and the worth to a campaign in sentences, and the advice that follows from both.

STEPS = {  # what to do, by the market's verdict and whether the quote pays
    ("under", True): "take",
    ("fair", True): "take",
    ("over", True): "dear",
    ("under", False): "elsewhere",
    ("fair", False): "elsewhere",
    ("over", False): "pass",
}


PRAISE = ("take",)  # what is not said of somebody of whom little is known


def fee_steps(priced: pd.DataFrame) -> pd.Series:
    """What follows from both views of each row: `take`, `dear` (pays, yet ask for less), `elsewhere` (usual, yet the money
    brings more with others) or `pass`; missing where either view is."""
    pairs = zip(priced["fee_verdict"], priced["pays"], strict=True)
    return pd.Series([_step(verdict, pays) for verdict, pays in pairs], index=priced.index, dtype="str")


def fee_words(priced: pd.DataFrame, outcome: dict[str, str], phrases: Phrases, covered: bool = False) -> pd.Series:
    """Some sentences a row: what such a booking costs, on what that rests, what it is worth to the campaign, what follows.

    Parameters
    ----------
    priced
        Candidates with the columns of `fair_fees` and of `worth`, their `fee` and `currency`, and whether little is known of
        them (`thin`).
    outcome
        The label of the outcome that the campaign wants, by language.
    covered
        Whether the budget pays for all (see `covers_all`), so that only the usual price is left to go by.
    """
    rows = priced.assign(step=fee_steps(priced)).to_dict("records")
    return pd.Series([" ".join(_sentences(row, outcome, phrases, covered)) for row in rows], index=priced.index, dtype="str")


def _step(verdict: Any, pays: Any) -> str | None:
    return None if pd.isna(verdict) or pd.isna(pays) else STEPS[str(verdict), bool(pays)]


def _sentences(row: dict[str, Any], outcome: dict[str, str], phrases: Phrases, covered: bool) -> list[str]:
    sentences = _price(row, phrases)
    if covered:
        sentences.append(phrases.say("fee_covered"))
        if row["step"] == "dear":
            sentences.append(phrases.say("fee_covered_over", ask=_short(row["fair_high"], row, phrases)))
    elif pd.notna(row["break_even"]):
        sentences += _worth(row, phrases.noun(outcome), phrases)
    if row["thin"] and row["step"] in PRAISE:
        return [*sentences, phrases.say("fee_advice_thin")]
    if pd.notna(row["step"]) and not covered:
        ask = np.fmin(row["break_even"], row["fair_high"])  # whichever there is
        sentences.append(phrases.say(f"fee_advice_{row['step']}", ask=_short(ask, row, phrases)))
    return sentences


def _worth(row: dict[str, Any], outcome: str, phrases: Phrases) -> list[str]:
    """What a booking is worth to the campaign: never above the usual price, and on thin evidence nothing where none is known."""
    key = "unquoted" if pd.isna(row["pays"]) else "pays" if row["pays"] else "not"
    capped = row["break_even"] > row["fair_high"] and (key != "not" or row["thin"])
    most = row["fair_high"] if capped else row["break_even"]
    unbounded = pd.isna(row["fair_high"])  # nothing says where to stop
    if row["thin"] and unbounded and key != "pays":
        return []
    plain = key == "pays" and (row["thin"] or unbounded) and not capped
    said = "fee_worth_pays_plain" if plain else f"fee_worth_{key}{'_usual' if capped and key != 'not' else ''}"
    return [phrases.say(said, break_even=_short(most, row, phrases), outcome=outcome)]


def _price(row: dict[str, Any], phrases: Phrases) -> list[str]:
    currency, quoted = _currency(row) or "", pd.notna(row.get("fee"))
    if pd.isna(row["fair"]):
        key = "fee_no_quote" if not quoted else "fee_no_price" if currency else "fee_no_currency"
        return [phrases.say(key, currency=currency)]
    key = "unquoted" if pd.isna(row["fee_verdict"]) else row["fee_verdict"]
    span = phrases.interval(row["fair_low"], row["fair_high"], _currency(row))
    fee, fair = _short(row.get("fee"), row, phrases), _short(row["fair"], row, phrases)
    return [phrases.say(f"fee_price_{key}", fee=fee, range=span, fair=fair), _basis(row, currency, phrases)]


def _basis(row: dict[str, Any], currency: str, phrases: Phrases) -> str:
    if row["fair_source"] != "history":
        return phrases.say("fee_rests_on_published", currency=currency, source=row["fair_source"])
    return phrases.say("fee_rests_on_history" if row["rests_on"] else "fee_rests_on_others", count=int(row["rests_on"]))


def _short(value: Any, row: dict[str, Any], phrases: Phrases) -> str:
    return phrases.money(None if value is None or pd.isna(value) else float(value), _currency(row), short=True)


def _currency(row: dict[str, Any]) -> str | None:
    named = row.get("currency")
    return str(named).strip().upper() or None if isinstance(named, str) else None


def break_even(expected: np.ndarray, marginal_cost: np.ndarray) -> np.ndarray:
    """The fee at which an outcome of `expected` costs as much a unit as in the next-best use of the budget."""
    return np.asarray(expected, dtype=float) * np.asarray(marginal_cost, dtype=float)


def marginal_costs(expected: np.ndarray, fee: np.ndarray, budget: float | None = None) -> np.ndarray:
    """What a unit of the outcome costs in the next-best use of the budget, for each candidate without its own quote.

    Parameters
    ----------
    expected, fee
        Expected outcome and quote of every candidate, in one currency; NaN where unknown. One without a fee above zero is
        priced, but is no alternative to others.
    budget
        Money for all bookings. Where it would pay for all the others, it counts as no more than their quotes, as money left over
        is no reason to pay more. None: half of what the others ask for, as if half of them could be booked.

    Returns
    -------
    Money per unit; NaN where there is no forecast above zero or no alternative. In O(n log n).
    """
    expected, fee = np.asarray(expected, dtype=float), np.asarray(fee, dtype=float)
    offers = (expected > 0) & (fee > 0)
    best = np.flatnonzero(offers)[np.argsort(-expected[offers] / fee[offers], kind="stable")]
    spent, brought = (np.concatenate([[0.0], np.cumsum(values[best])]) for values in (fee, expected))
    place = np.full(len(fee), len(best))
    place[best] = np.arange(len(best))
    own_fee, own = np.where(offers, fee, 0.0), np.where(offers, expected, 0.0)
    others = np.maximum(spent[-1] - own_fee, 0.0) if len(best) > 1 else np.where(offers, 0.0, spent[-1])
    money = others / 2 if budget is None else np.minimum(budget, others)
    # Along the order of all, a candidate's own step is skipped once it is reached.
    without = _along(money, spent, brought, spent[place], own_fee, own)
    left = _along(np.maximum(without - np.nan_to_num(expected), 0.0), brought, spent, brought[place], own, own_fee)
    answerable = (expected > 0) & (money > 0)
    return np.divide(money - left, expected, out=np.full(len(fee), np.nan), where=answerable)


def worth(scored: pd.DataFrame, target: str, budget: float | None, currency: str) -> pd.DataFrame:
    """The break-even fee of every candidate in the budget's currency, and whether its quote stays within it.

    Parameters
    ----------
    scored
        Candidates with `{target}_expected`, `fee` and `currency`. Rows in another currency are neither priced nor alternatives.
    target
        The outcome that the campaign wants.

    Returns
    -------
    Index of `scored`; `break_even`, and `pays` (a nullable boolean, missing without a quote or a break-even fee). Where the
    budget covers all, a booking takes money from no other: no fee is its break-even, and it pays.
    """
    in_currency = (currency_of(scored) == currency.upper()).to_numpy()
    expected = pd.to_numeric(scored[scored_column(target, "expected")]).to_numpy(dtype=float)
    fee = pd.to_numeric(scored["fee"]).to_numpy(dtype=float) if "fee" in scored else np.full(len(scored), np.nan)
    break_even_fee = np.full(len(scored), np.nan)
    if covers_all(scored, budget, currency):
        answered = in_currency & (expected > 0) & ~np.isnan(fee)
        everybody = pd.Series(True, index=scored.index, dtype="boolean")
        return pd.DataFrame({"break_even": break_even_fee, "pays": everybody.where(answered)})
    break_even_fee[in_currency] = break_even(
        expected[in_currency], marginal_costs(expected[in_currency], fee[in_currency], budget)
    )
    pays = pd.Series(pd.array(fee <= break_even_fee, dtype="boolean"), index=scored.index)
    fees = pd.Series(break_even_fee, index=scored.index)
    return pd.DataFrame({"break_even": fees, "pays": pays.where(fees.notna() & ~np.isnan(fee))})


def covers_all(scored: pd.DataFrame, budget: float | None, currency: str) -> bool:
    """Whether the budget pays for every quote of the list in its currency."""
    if budget is None or "fee" not in scored:
        return False
    fees = pd.to_numeric(scored["fee"]).where(currency_of(scored) == currency.upper())
    return bool(fees.notna().any()) and float(fees.sum()) <= budget


def _along(
    at: np.ndarray, steps: np.ndarray, values: np.ndarray, reached: np.ndarray, width: np.ndarray, rise: np.ndarray
) -> np.ndarray:
    """Read a rising line at points of the line that lacks one step of that `width` and `rise`."""
    after = np.interp(at + width, steps, values) - rise
    return np.where(at <= reached, np.interp(at, steps, values), after)
