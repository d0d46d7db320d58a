"""What a booking should cost: the market's price, learned from the fees of one's own earlier bookings.

The middle of the range is a line through the logs of past fees (`FeeLine`). How far quotes spread around it is split-conformal:
the middle 80 % of the errors on creators left out of the fit (Vovk, Gammerman and Shafer 2005, "Algorithmic Learning in a Random
World"). No currency is ever converted, and a row's own fee never enters its range, so that a higher quote cannot improve its
verdict. What a booking is worth to one campaign is another question, answered in `break_even.worth`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
import pandas as pd
import yaml
from threadpoolctl import threadpool_limits

from predictor.asof.examples import candidate_rows
from predictor.asof.joins import with_campaigns
from predictor.definitions.schema import Catalogue, Closed
from predictor.forecasting.log_linear import LinearPredictor, Term
from predictor.forecasting.splits import by_creator
from predictor.tables.columns import scored_column
from predictor.tables.frames import Columns, Factors, History, Rows, distinct, text_array
from predictor.tables.plain_data import typed

# The log of a fee as a line of what was known when it was agreed.
#
# Hedonic pricing (Rosen 1974, "Hedonic Prices and Implicit Markets", Journal of Political Economy 82) by ridge regression of
# the fee per follower and post, so that few quotes say little more than one such fee for all.

MIN_LEVEL_QUOTES = 3  # quotes that a category needs for a coefficient of its own
PENALTY = 5.0  # with as many quotes a category counts half of what they say
NAMED = ("platform", "tier", "format", "kind", "country")
SIZES = ("audience", "posts", "outcome_rate")
MIN_DEVIATION = 1e-9  # a number that hardly varies is not scaled by how it does


@dataclass(frozen=True)
class FeeLine:
    """Terms and their coefficients."""

    terms: tuple[Term, ...]
    coefficients: tuple[float, ...]
    intercept: float

    def of(self, rows: Rows) -> np.ndarray:
        """The log of what each row usually costs; an audience is needed, anything else may be missing."""
        inputs = _fee_inputs(rows)
        return self._predictor.of(inputs) + self.intercept + _log_size(inputs)

    @cached_property
    def _predictor(self) -> LinearPredictor:
        return LinearPredictor(self.terms, self.coefficients)

    def levels(self, column: str) -> tuple[str, ...]:
        """The values of a category that have a coefficient of their own."""
        return next((tuple(filter(None, term.levels)) for term in self.terms if term.column == column), ())


def fit_fee_line(rows: pd.DataFrame) -> FeeLine:
    """Regress the log of the fee per follower and post on both, on the expected outcome per both, and on the categories."""
    from sklearn.linear_model import Ridge

    inputs, fees = _fee_inputs(rows), np.log(rows["fee"].to_numpy(dtype=float))
    terms = tuple(_term(inputs, column) for column in (*SIZES, *NAMED, "deliverable"))
    ridge = Ridge(alpha=PENALTY)
    with threadpool_limits(1):  # sums in another order would give other last digits on another number of cores
        ridge.fit(_design(terms, inputs), fees - _log_size(inputs))
    return FeeLine(terms, tuple(float(one) for one in ridge.coef_), float(ridge.intercept_))


def _fee_inputs(rows: Rows) -> Columns:
    """The inputs of the fee line: sizes as logs, and the expected outcome per follower and post."""
    rows = Columns.of(rows)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_followers, posts = np.log(rows.floats("followers")), np.log(np.fmax(rows.floats("posts"), 1.0))
        expected = rows.floats("expected")
        outcome_rate = np.log(np.where(expected > 0, expected, np.nan)) - log_followers - posts
    named = {column: rows.main_values(column) for column in NAMED}
    sizes = dict(zip(SIZES, (log_followers, posts, outcome_rate), strict=True))
    return rows.assign(sizes, {**named, "deliverable": _cells(named["platform"], named["format"])})


def _cells(one: Factors, other: Factors) -> Factors:
    """Two texts of each row as one, missing where either is."""
    (place, texts), (beside, others) = one, other
    first, which = distinct(place * (len(others) + 1) + beside)
    known = (place >= 0) & (beside >= 0)
    return np.where(known, which, -1), [f"{texts[place[at]]}/{others[beside[at]]}" if known[at] else "" for at in first]


def _log_size(inputs: Columns) -> np.ndarray:
    """The log of followers times posts: the baseline, one fee for each, to which few quotes shrink the line."""
    return inputs.floats("audience") + inputs.floats("posts")


def _term(inputs: Columns, column: str) -> Term:
    if column in SIZES:
        known = inputs.floats(column)[~np.isnan(inputs.floats(column))]
        deviation = float(known.std()) if len(known) else 0.0
        mean = float(known.mean()) if len(known) else 0.0
        return Term(column, mean=mean, spread=deviation if deviation > MIN_DEVIATION else 1.0)
    place, levels = inputs.factors(column)
    counted = Counter(levels[at] for at in place if at >= 0)
    return Term(column, tuple(sorted(level for level, count in counted.items() if count >= MIN_LEVEL_QUOTES)) or ("",))


def _design(terms: tuple[Term, ...], inputs: Columns) -> np.ndarray:
    return np.column_stack([term.inputs(inputs).toarray() for term in terms])


# Fees that others have published: they stand in, flagged, where one's own history has too few quotes.
#
# A published band tells what is usual, not how quotes spread around it, so the range goes from half its lower end to twice its
# upper one, as for the published rates of `scoring.fallback`. No currency is converted: a figure speaks of its own alone.

AROUND = 2.0  # below the lower end and above the upper one
COLUMNS = ["fair_low", "fair", "fair_high", "fair_source"]


class FeeFigure(Closed):
    """A published band of fees, of creators with so many followers, or of one platform."""

    currency: str
    platform: str | None = None
    followers: tuple[float, float] | None = None
    per: Literal["post", "thousand_impressions"]
    fees: tuple[float, float]
    source: str
    year: int


class PublishedFees(Closed):
    """What `published_fees.yaml` holds; `left_out` are values by column of which no figure speaks."""

    left_out: dict[str, tuple[str, ...]]
    figures: tuple[FeeFigure, ...]


@lru_cache
def fee_figures() -> PublishedFees:
    """The published fees, each with its source, year, currency and denominator."""
    return PublishedFees.model_validate(yaml.safe_load((files("predictor.pricing") / "published_fees.yaml").read_text("utf-8")))


def published_fees(rows: Rows) -> pd.DataFrame:
    """What published fees say of each row, for all its posts, in its own currency.

    Returns
    -------
    Index of `rows`; `fair_low`, `fair` (the geometric middle of the band), `fair_high` and `fair_source`; all missing where no
    figure speaks of the row's currency, size or platform. Figures per impression need `reach_expected`.
    """
    rows, published = Columns.of(rows), fee_figures()
    bands, source = np.full((len(rows), 3), np.nan), np.full(len(rows), None, dtype=object)
    followers, posts = rows.floats("followers"), rows.floats("posts")
    per = {
        "post": np.where(np.isnan(posts), 1.0, posts),
        "thousand_impressions": rows.floats(scored_column("reach", "expected")) / 1000,
    }
    silent = np.logical_or.reduce([_said(rows, column, values) for column, values in published.left_out.items()])
    for figure in published.figures:
        spoken = _said(rows, "currency", (figure.currency.lower(),)) & ~silent & (per[figure.per] > 0)
        if figure.platform is not None:
            spoken &= _said(rows, "platform", (figure.platform,))
        if figure.followers is not None:
            spoken &= (followers >= figure.followers[0]) & (followers < figure.followers[1])
        low, high = figure.fees
        bands[spoken] = per[figure.per][spoken, None] * np.array([low / AROUND, np.sqrt(low * high), high * AROUND])
        source[spoken] = f"{figure.source} {figure.year}"
    fees = pd.DataFrame(bands, index=rows.index, columns=COLUMNS[:3])
    return fees.assign(fair_source=pd.Series(source, index=rows.index, dtype="str"))


def _said(rows: Columns, column: str, values: Collection[str]) -> np.ndarray:
    """Which rows have one of these as the first of their values, in small letters."""
    place, texts = rows.main_values(column)
    return np.array([*(text in values for text in texts), False])[place]


MIN_QUOTES, MIN_CREATORS = 30, 10  # quotes and creators from which a currency has prices of its own
MAX_EXTRAPOLATION = 3.0  # an audience further than this factor outside those quoted gets no price


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


def quotes(tables: History, catalogue: Catalogue) -> pd.DataFrame:
    """The paid bookings of a history, with the creator's audience and tier as known on the day each was agreed (`at`)."""
    bookings = tables.get("bookings")
    if bookings is None or "fee" not in bookings:
        return pd.DataFrame(columns=["creator_id", "at", "fee"])
    who = History({name: tables.frames[name] for name in ("creators", "creator_snapshots") if name in tables.frames})
    late = [name for name, entry in catalogue.entries.items() if entry.known == "after_booking"]
    agreed = with_campaigns(bookings, tables).drop(columns=late, errors="ignore")
    return candidate_rows(agreed[agreed["fee"] > 0], {}, pd.Timestamp.max, who, catalogue)


def fit_prices(bookings: pd.DataFrame, *, on: pd.Timestamp | None = None, seed: int = 1) -> Prices:
    """Learn the prices of every currency with at least 30 quotes from 10 creators.

    Parameters
    ----------
    bookings
        One row per booking: `creator_id`, `at` (the day agreed), `fee`, and of `currency`, `followers`, `platform`, `tier`,
        `format`, `kind`, `country` and `posts` what is known (see `quotes`). `expected` may hold a forecast of the outcome, made
        before the booking by a model that had not seen it; never the outcome itself.
    on
        Only bookings agreed before this moment count; None takes all.
    seed
        Where the split of creators starts.
    """
    counted = bookings[bookings["fee"].gt(0) & (Columns.of(bookings).floats("followers") > 0)]
    counted = counted if on is None else counted[counted["at"] < on]
    found = {str(name): _market(rows, seed) for name, rows in counted.groupby(currency_of(counted))}
    return Prices({name: market for name, market in found.items() if market is not None})


def fair_fees(prices: Prices, rows: Rows) -> pd.DataFrame:
    """What `fee_columns` says, with the index of `rows`."""
    return pd.DataFrame(fee_columns(prices, rows), index=Columns.of(rows).index)


def fee_columns(prices: Prices, rows: Rows) -> dict[str, Any]:
    """The fair range of every row in its own currency, and the market's verdict on its quote, as arrays by column.

    Parameters
    ----------
    rows
        Candidates or bookings as for `fit_prices`; `fee` may be missing. A row asked (`at`) on a day before the newest quote is
        not priced from the history, which would tell it its future. `reach_expected`, where it is there, serves published rates.

    Returns
    -------
    `fair_low`, `fair`, `fair_high` (the middle 80 % of what such a booking costs, and its middle),
    `fee_verdict` (`under`, `fair`, `over` that range; missing without a quote or a range), `rests_on` (past quotes of the same
    platform and tier), `fair_source` (`history`, or whose published rate stands in; missing where there is no range).
    """
    rows = Columns.of(rows)
    ranges, source, rests_on = np.full((len(rows), 3), np.nan), np.full(len(rows), None, dtype=object), np.zeros(len(rows), int)
    (place, texts), (cell, cells) = rows.factors("currency"), _cell(rows)
    currency = np.array([*(text.strip().upper() for text in texts), ""], dtype=object)[place]
    for name, market in prices.markets.items():
        answered = np.flatnonzero((currency == name) & _answered(market, rows))
        ranges[answered], source[answered] = _range(market, rows.part(answered)), "history"
        rests_on[answered] = np.array([market.similar.get(one, 0) for one in cells], dtype=int)[cell[answered]]
    if len(rest := np.flatnonzero(source == None)):  # noqa: E711
        others = published_fees(rows.part(rest))
        ranges[rest], source[rest] = others[COLUMNS[:3]].to_numpy(), others["fair_source"].to_numpy()
    low, middle, high = ranges.T
    verdict = _verdicts(rows.floats("fee"), low, high)
    fees = {"fair_low": low, "fair": middle, "fair_high": high, "fee_verdict": text_array(verdict)}
    return {**fees, "fair_source": text_array(source), "rests_on": rests_on}


def verdicts(fee: pd.Series, low: pd.Series, high: pd.Series) -> pd.Series:
    """`under`, `fair` or `over`, each quote beside its range; missing where either is."""
    return pd.Series(_verdicts(fee.to_numpy(), low.to_numpy(), high.to_numpy()), index=fee.index, dtype="str")


def _verdicts(fee: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    named = np.where(fee < low, "under", np.where(fee > high, "over", "fair")).astype(object)
    named[np.isnan(fee) | np.isnan(low) | np.isnan(high)] = None
    return named


def currency_of(rows: pd.DataFrame) -> pd.Series:
    """Each row's currency in capitals; blank where it names none."""
    blank = pd.Series("", index=rows.index, dtype="str")
    return rows["currency"].astype("str").fillna("").str.strip().str.upper() if "currency" in rows else blank


def to_json(prices: Prices) -> dict[str, Any]:
    """Prices as plain data."""
    return {name: asdict(market) for name, market in prices.markets.items()}


def from_json(data: Mapping[str, Any]) -> Prices:
    """Prices from plain data."""
    markets = typed(dict[str, Market], data)
    for name, market in markets.items():
        if sum(term.width for term in market.line.terms) != len(market.line.coefficients):
            raise ValueError(f"the prices in {name or 'no currency'} have a coefficient too few or too many")
    return Prices(markets)


def _market(rows: pd.DataFrame, seed: int) -> Market | None:
    creators = int(rows["creator_id"].nunique())
    if len(rows) < MIN_QUOTES or creators < MIN_CREATORS:
        return None
    errors, followers = _held_out(rows, seed), rows["followers"].astype(float)
    # The (n + 1) correction, which makes few quotes give a wide range.
    outward = min(0.4 * (len(errors) + 1) / len(errors), 0.5)
    below, above = np.quantile(errors, [0.5 - outward, 0.5 + outward])
    cell, cells = _cell(Columns.of(rows))
    return Market(
        line=fit_fee_line(rows),
        below=float(below),
        above=float(above),
        quotes=len(rows),
        creators=creators,
        audience=(float(followers.min()), float(followers.max())),
        similar=dict(sorted(Counter(cells[at] for at in cell).items())),
        until=f"{rows['at'].max():%Y-%m-%d}",
    )


def _held_out(rows: pd.DataFrame, seed: int) -> np.ndarray:
    """Errors of the log fee on creators that the line had not seen."""
    errors, fees = np.empty(len(rows)), np.log(rows["fee"].to_numpy(dtype=float))
    for train_idx, test_idx in by_creator(rows, seed):
        errors[test_idx] = fees[test_idx] - fit_fee_line(rows.iloc[train_idx]).of(rows.iloc[test_idx])
    return errors


def _range(market: Market, rows: Columns) -> np.ndarray:
    middle = market.line.of(rows)
    return np.exp(np.column_stack([middle + market.below, middle, middle + market.above]))


def _answered(market: Market, rows: Columns) -> np.ndarray:
    """Rows of a platform and a size that were quoted, not asked before the newest quote was."""
    (smallest, largest), followers = market.audience, rows.floats("followers")
    seen = (followers >= smallest / MAX_EXTRAPOLATION) & (followers <= largest * MAX_EXTRAPOLATION)
    if levels := market.line.levels("platform"):
        seen &= _said(rows, "platform", levels)
    return seen & ~(rows.moments("at") < np.datetime64(market.until))


def _cell(rows: Columns) -> Factors:
    """Each row's platform and tier, blank where it has none."""
    (platform, platforms), (tier, tiers) = rows.main_values("platform"), rows.main_values("tier")
    return _cells((platform % (len(platforms) + 1), [*platforms, ""]), (tier % (len(tiers) + 1), [*tiers, ""]))
