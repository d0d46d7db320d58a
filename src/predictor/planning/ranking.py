"""Which candidates come first for a goal, and how sure that is: ranks with intervals, and ties where none is likely ahead.

A league table of forecasts is mostly noise unless each rank carries its interval (Goldstein and Spiegelhalter 1996, "League
tables and their limitations"). All candidates are drawn jointly; each draw is ranked.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue, Recipe
from predictor.forecasting.sampling import INTERVAL, OutcomeCorrelations, probability_of_superiority, sample_jointly
from predictor.planning.comparison import Comparison, candidates
from predictor.planning.drivers import LIKELY, MAX_DRAWN

RECORD = ("line", "creator_id", "name", "rank", "rank_low", "rank_high", "tie")
DECIMALS = 6  # decimals beyond which outcomes are equal
FREE_FEE = 1e-9  # stands for a fee of nothing
DRAWS, MIN_DRAWS = 2000, 200  # repetitions


Order = Literal["expected", "safe"]


def ranked(
    scored: pd.DataFrame, comparison: Comparison, catalogue: Catalogue, by: Order | None = None
) -> pd.DataFrame:  # fmt: skip
    """The candidates of a comparison from best to worst, with ranks; by outcome alone where quotes are in no one currency.

    `by` is what is ranked: what each is expected to bring, or the `safe` value that is reached 8 times in 10; by default the
    safe one where a third of the list has no record, because there rare hits raise what is expected most.
    """
    recipe = catalogue.recipes[comparison.target]
    rows = candidates(scored.assign(line=np.arange(len(scored)) + 2), recipe)
    per_money = comparison.currency is not None
    return with_ranks(rows, recipe, comparison.shocks, per_money, by=by or usual_order(comparison))


def usual_order(comparison: Comparison) -> Order:
    """By what the candidates of a list are ranked where nobody said otherwise."""
    return "safe" if comparison.thin else "expected"


def rank_records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Each ranked candidate as plain values: its line in the file, who it is, and its rank."""
    whole = rows.astype({"rank_low": "Int64", "rank_high": "Int64", "tie": "Int64"})
    records = whole[[column for column in RECORD if column in rows]].astype(object)
    return records.where(records.notna(), None).to_dict("records")


def with_ranks(
    rows: pd.DataFrame, recipe: Recipe, shocks: OutcomeCorrelations | None = None, per_money: bool = True, seed: int = 1,
    by: Order = "expected",
) -> pd.DataFrame:  # fmt: skip
    """Candidates in the order of what they are expected to bring, or surely bring, for their fee or by themselves.

    Parameters
    ----------
    rows
        As `comparison.candidates` returns them; in one currency if they are ranked `per_money`.
    by
        The column that is ranked: `expected` or `safe`.

    Returns
    -------
    The rows sorted, with `rank` (1 is best, equal values share one), `rank_low` and `rank_high` (from where to where it lies in
    80 % of the draws, and always around `rank`; blank without a quote where others have one) and `tie`: a number shared by
    neighbours of whom the first is not ahead of any other with a chance of 80 %.
    """
    fee = rows["fee"].clip(lower=FREE_FEE) if per_money else pd.Series(1.0, index=rows.index)
    worth = (rows[by] / fee).sort_values(ascending=False, kind="stable", na_position="last")
    rows, quoted = rows.loc[worth.index], worth.index[worth.notna()]
    drawn = _draw(rows.loc[quoted], recipe, shocks or OutcomeCorrelations(), seed) / fee.loc[quoted].to_numpy()
    rank = worth.rank(method="min", ascending=False).fillna(len(quoted) + 1).astype(int)
    (low, high), own = _rank_intervals(drawn, seed), rank.loc[quoted]
    intervals = pd.DataFrame(
        {"rank_low": np.minimum(low, own), "rank_high": np.maximum(high, own), "tie": _ties(drawn)}, index=quoted
    )
    return rows.assign(rank=rank).join(intervals)


def _draw(rows: pd.DataFrame, recipe: Recipe, shocks: OutcomeCorrelations, seed: int) -> np.ndarray:
    draws = min(DRAWS, max(MAX_DRAWN // max(len(rows), 1), MIN_DRAWS))
    return sample_jointly(rows, shocks, whole=recipe.counts, draws=draws, seed=seed).round(DECIMALS)


def _rank_intervals(drawn: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest rank in the middle 80 % of the draws; equal values take their places by lot, as they are
    the same."""
    if not drawn.shape[1]:
        return np.array([]), np.array([])
    order = np.argsort(-drawn, axis=1)
    first = np.diff(np.take_along_axis(drawn, order, axis=1), axis=1, prepend=np.inf) != 0  # of values that are equal
    tied = ~first | ~np.roll(first, -1, axis=1)
    lots = np.take_along_axis(np.random.default_rng(seed).random(drawn.shape), order, axis=1)[tied]
    order[tied] = order[tied][np.lexsort((lots, np.cumsum(first)[tied.ravel()]))]
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, drawn.shape[1] + 1)[None, :], axis=1)
    low, high = np.quantile(ranks, INTERVAL, axis=0)
    return np.floor(low), np.ceil(high)


def _ties(drawn: np.ndarray) -> np.ndarray:
    """Neighbours share a number until the first of them is clearly ahead."""
    ties, first, number, each = np.ones(drawn.shape[1]), 0, 1, np.ascontiguousarray(drawn.T)
    for place in range(1, drawn.shape[1]):
        if probability_of_superiority(each[first], each[place]) >= LIKELY:
            first, number = place, number + 1
        ties[place] = number
    return ties
