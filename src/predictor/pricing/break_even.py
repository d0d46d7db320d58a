"""What a booking is worth to one campaign: the fee at which the money would bring as much with the next-best candidates.

The alternatives are the other candidates of the list, bought best first by expected outcome per money until the budget is spent,
the last one in part (the greedy bound of the knapsack problem: Dantzig 1957, "Discrete-Variable Extremum Problems", Operations
Research 5). Booking a candidate takes its fee from the end of that order; its break-even fee is the money whose loss there costs
as much outcome as the candidate brings. A candidate's own quote plays no part in its own break-even fee.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictor.price import currency_of


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
    known = (expected > 0) & (money > 0)
    return np.divide(money - left, expected, out=np.full(len(fee), np.nan), where=known)


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
    Index of `scored`; `break_even`, and `pays` (a nullable boolean, missing without a quote or a break-even fee).
    """
    here = (currency_of(scored) == currency.upper()).to_numpy()
    expected = pd.to_numeric(scored[f"{target}_expected"]).to_numpy(dtype=float)
    fee = pd.to_numeric(scored["fee"]).to_numpy(dtype=float) if "fee" in scored else np.full(len(scored), np.nan)
    told = np.full(len(scored), np.nan)
    told[here] = break_even(expected[here], marginal_costs(expected[here], fee[here], budget))
    pays = pd.Series(pd.array(fee <= told, dtype="boolean"), index=scored.index)
    even = pd.Series(told, index=scored.index)
    return pd.DataFrame({"break_even": even, "pays": pays.where(even.notna() & ~np.isnan(fee))})


def _along(
    at: np.ndarray, steps: np.ndarray, values: np.ndarray, reached: np.ndarray, width: np.ndarray, rise: np.ndarray
) -> np.ndarray:
    """Read a rising line at points of the line that lacks one step of that `width` and `rise`."""
    after = np.interp(at + width, steps, values) - rise
    return np.where(at <= reached, np.interp(at, steps, values), after)
