"""What a booking should cost: the market's price, learned from the fees of one's own earlier bookings.

The middle of the range is a line through the logs of past fees (`fee_line`). How far quotes spread around it is split-conformal:
the middle 80 % of the errors on creators left out of the fit (Vovk, Gammerman and Shafer 2005, "Algorithmic Learning in a Random
World"). No currency is ever converted, and a row's own fee never enters its range, so that a higher quote cannot improve its
verdict. What a booking is worth to one campaign is another question, answered in `worth`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from predictor import fee_line
from predictor.catalogue import Catalogue
from predictor.design import combinations
from predictor.examples import candidate_rows
from predictor.fee_line import FeeLine, fit_fee_line, numbers, words
from predictor.folds import by_creator
from predictor.history import with_campaigns
from predictor.published_fees import published_fees
from predictor.tables import Tables

LEAST, CREATORS = 30, 10  # quotes and creators from which a currency has prices of its own
BEYOND = 3.0  # an audience further than this factor outside those quoted gets no price


@dataclass(frozen=True)
class Market:
    """Prices of one currency: the line of the log fee, and how far below and above it the middle 80 % of quotes reach.

    `audience` holds the smallest and the largest that was quoted, `similar` the quotes by platform and tier, and `until` the day
    of the newest quote.
    """

    line: FeeLine
    below: float
    above: float
    quotes: int
    creators: int
    audience: tuple[float, float]
    similar: dict[str, int]
    until: str


@dataclass(frozen=True)
class Prices:
    """A market for each currency with enough quotes; blank stands for fees that name none."""

    markets: dict[str, Market]


def quotes(tables: Tables, catalogue: Catalogue) -> pd.DataFrame:
    """The paid bookings of a history, with the creator's audience and tier as known on the day each was agreed (`at`)."""
    bookings = tables.get("bookings")
    if bookings is None or "fee" not in bookings:
        return pd.DataFrame(columns=["creator_id", "at", "fee"])
    who = Tables({name: tables.frames[name] for name in ("creators", "creator_snapshots") if name in tables.frames})
    late = [name for name, entry in catalogue.entries.items() if entry.known == "after_booking"]
    agreed = with_campaigns(bookings, tables).drop(columns=late, errors="ignore")
    return candidate_rows(agreed[agreed["fee"] > 0], {}, pd.Timestamp.max, who, catalogue)


def fit_prices(bookings: pd.DataFrame, *, on: pd.Timestamp | None = None, seed: int = 1) -> Prices:
    """Learn the prices of every currency with at least 30 quotes from 10 creators.

    Parameters
    ----------
    bookings
        One row per booking: `creator_id`, `at` (the day agreed), `fee`, and of `currency`, `followers`, `platform`, `tier`,
        `format`, `kind`, `country` and `posts` what is known (`quotes`). `expected` may hold a forecast of the outcome, made
        before the booking by a model that had not seen it; never the outcome itself.
    on
        Only bookings agreed before this moment count; None takes all.
    seed
        Where the split of creators starts.
    """
    counted = bookings[bookings["fee"].gt(0) & numbers(bookings, "followers").gt(0)]
    counted = counted if on is None else counted[counted["at"] < on]
    found = {str(name): _market(rows, seed) for name, rows in counted.groupby(currency_of(counted))}
    return Prices({name: market for name, market in found.items() if market is not None})


def fair_fees(prices: Prices, rows: pd.DataFrame) -> pd.DataFrame:
    """The fair range of every row in its own currency, and the market's verdict on its quote.

    Parameters
    ----------
    rows
        Candidates or bookings as for `fit_prices`; `fee` may be missing. A row asked (`at`) on a day before the newest quote is
        not priced from the history, which would tell it its future. `reach_expected`, where it is there, serves published rates.

    Returns
    -------
    Index of `rows`; `fair_low`, `fair`, `fair_high` (the middle 80 % of what such a booking costs, and its middle),
    `fee_verdict` (`under`, `fair`, `over` that range; missing without a quote or a range), `rests_on` (past quotes of the same
    platform and tier), `fair_source` (`history`, or whose published rate stands in; missing where there is no range).
    """
    ranges, source, rests_on = np.full((len(rows), 3), np.nan), np.full(len(rows), None, dtype=object), np.zeros(len(rows), int)
    first, which = combinations(rows, ("currency", "platform", "tier"))
    currency, cell = currency_of(rows.iloc[first]).to_numpy()[which], _cell(rows.iloc[first])
    for name, market in prices.markets.items():
        known = np.flatnonzero((currency == name) & _answered(market, rows))
        ranges[known], source[known] = _range(market, rows.iloc[known]), "history"
        rests_on[known] = cell.map(market.similar).fillna(0).to_numpy(dtype=int)[which[known]]
    if len(rest := np.flatnonzero(source == None)):  # noqa: E711
        others = published_fees(rows.iloc[rest])
        ranges[rest], source[rest] = others[["fair_low", "fair", "fair_high"]].to_numpy(), others["fair_source"].to_numpy()
    told = pd.DataFrame(ranges, index=rows.index, columns=["fair_low", "fair", "fair_high"])
    told["fee_verdict"] = verdicts(numbers(rows, "fee"), told["fair_low"], told["fair_high"])
    return told.assign(fair_source=pd.Series(source, index=rows.index, dtype="str"), rests_on=rests_on)


def verdicts(fee: pd.Series, low: pd.Series, high: pd.Series) -> pd.Series:
    """`under`, `fair` or `over`, each quote beside its range; missing where either is."""
    told = np.select([fee.isna() | low.isna() | high.isna(), fee < low, fee > high], [3, 0, 1], 2)
    return pd.Series(["under", "over", "fair", None], dtype="str").take(told).set_axis(fee.index)


def currency_of(rows: pd.DataFrame) -> pd.Series:
    """Each row's currency in capitals; blank where it names none."""
    blank = pd.Series("", index=rows.index, dtype="str")
    return rows["currency"].astype("str").fillna("").str.strip().str.upper() if "currency" in rows else blank


def to_json(prices: Prices) -> dict[str, Any]:
    """Prices as plain data."""
    return {name: asdict(market) for name, market in prices.markets.items()}


def from_json(data: Mapping[str, Any]) -> Prices:
    """Prices from plain data."""
    return Prices({name: _market_from_json(market) for name, market in data.items()})


def _market_from_json(data: Mapping[str, Any]) -> Market:
    smallest, largest = data["audience"]
    return Market(**{**data, "line": fee_line.from_json(data["line"]), "audience": (smallest, largest)})


def _market(rows: pd.DataFrame, seed: int) -> Market | None:
    creators = int(rows["creator_id"].nunique())
    if len(rows) < LEAST or creators < CREATORS:
        return None
    errors, people = _held_out(rows, seed), rows["followers"].astype(float)
    # The (n + 1) correction, which makes few quotes give a wide range.
    outward = min(0.4 * (len(errors) + 1) / len(errors), 0.5)
    below, above = np.quantile(errors, [0.5 - outward, 0.5 + outward])
    similar = _cell(rows).value_counts().sort_index()
    return Market(
        line=fit_fee_line(rows),
        below=float(below),
        above=float(above),
        quotes=len(rows),
        creators=creators,
        audience=(float(people.min()), float(people.max())),
        similar={str(cell): int(count) for cell, count in similar.items()},
        until=f"{rows['at'].max():%Y-%m-%d}",
    )


def _held_out(rows: pd.DataFrame, seed: int) -> np.ndarray:
    """Errors of the log fee on creators that the line had not seen."""
    errors, fees = np.empty(len(rows)), np.log(rows["fee"].to_numpy(dtype=float))
    for learned, asked in by_creator(rows, seed):
        errors[asked] = fees[asked] - fit_fee_line(rows.iloc[learned]).of(rows.iloc[asked])
    return errors


def _range(market: Market, rows: pd.DataFrame) -> np.ndarray:
    middle = market.line.of(rows)
    return np.exp(np.column_stack([middle + market.below, middle, middle + market.above]))


def _answered(market: Market, rows: pd.DataFrame) -> pd.Series:
    """Rows of a platform and a size that were quoted, not asked before the newest quote was."""
    smallest, largest = market.audience
    seen = numbers(rows, "followers").between(smallest / BEYOND, largest * BEYOND)
    if levels := market.line.levels("platform"):
        seen &= words(rows, "platform").isin(levels)
    return seen & ~(pd.to_datetime(rows["at"]) < pd.Timestamp(market.until)) if "at" in rows else seen


def _cell(rows: pd.DataFrame) -> pd.Series:
    return words(rows, "platform").fillna("") + "/" + words(rows, "tier").fillna("")
