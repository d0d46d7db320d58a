"""What a booking should cost: the market's price, learned from the fees of one's own earlier bookings.

The middle of the range is a line through the logs of past fees (`FeeLine`). How far quotes spread around it is split-conformal:
the middle 80 % of the errors on creators left out of the fit (Vovk, Gammerman and Shafer 2005, "Algorithmic Learning in a Random
World"). No currency is ever converted, and a row's own fee never enters its range, so that a higher quote cannot improve its
verdict. What a booking is worth to one campaign is another question, answered in `break_even.worth`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any, Literal

import numpy as np
import pandas as pd
import yaml
from threadpoolctl import threadpool_limits

from predictor.asof.examples import candidate_rows
from predictor.asof.joins import with_campaigns
from predictor.definitions.schema import Catalogue, Closed
from predictor.forecasting.log_linear import Term, linear_predictor
from predictor.forecasting.splits import by_creator
from predictor.tables.columns import scored_column
from predictor.tables.frames import Columns, History, combinations, main_value
from predictor.tables.plain_data import typed

# The log of a fee as a line of what was known when it was agreed.
#
# Hedonic pricing (Rosen 1974, "Hedonic Prices and Implicit Markets", Journal of Political Economy 82) by ridge regression of
# the fee per follower and post, so that few quotes say little more than one such fee for all.

MIN_LEVEL_QUOTES = 3  # quotes that a category needs for a coefficient of its own
PENALTY = 5.0  # with as many quotes a category counts half of what they say
NAMED = ("platform", "tier", "format", "kind", "country")
MIN_DEVIATION = 1e-9  # a number that hardly varies is not scaled by how it does


@dataclass(frozen=True)
class FeeLine:
    """Terms and their coefficients."""

    terms: tuple[Term, ...]
    coefficients: tuple[float, ...]
    intercept: float

    def of(self, rows: pd.DataFrame) -> np.ndarray:
        """The log of what each row usually costs; an audience is needed, anything else may be missing."""
        inputs = _fee_inputs(rows)
        return linear_predictor(self.terms, Columns.of(inputs), np.array(self.coefficients)) + self.intercept + _log_size(inputs)

    def levels(self, column: str) -> tuple[str, ...]:
        """The values of a category that have a coefficient of their own."""
        return next((tuple(filter(None, term.levels)) for term in self.terms if term.column == column), ())


def fit_fee_line(rows: pd.DataFrame) -> FeeLine:
    """Regress the log of the fee per follower and post on both, on the expected outcome per both, and on the categories."""
    from sklearn.linear_model import Ridge

    inputs, fees = _fee_inputs(rows), np.log(rows["fee"].to_numpy(dtype=float))
    terms = tuple(_term(inputs[column]) for column in inputs)
    ridge = Ridge(alpha=PENALTY)
    with threadpool_limits(1):  # sums in another order would give other last digits on another number of cores
        ridge.fit(_design(terms, inputs), fees - _log_size(inputs))
    return FeeLine(terms, tuple(float(one) for one in ridge.coef_), float(ridge.intercept_))


def words(rows: pd.DataFrame, column: str) -> pd.Series:
    """The first of each row's values in small letters; missing where the column is."""
    return main_value(rows[column]) if column in rows else pd.Series(None, index=rows.index, dtype="str")


def numbers(rows: pd.DataFrame, column: str) -> pd.Series:
    """A column as floats; missing where the column is."""
    return pd.to_numeric(rows[column]).astype(float) if column in rows else pd.Series(np.nan, index=rows.index)


def _fee_inputs(rows: pd.DataFrame) -> pd.DataFrame:
    """The inputs of the fee line: sizes as logs, and the expected outcome per follower and post."""
    log_followers, posts = np.log(numbers(rows, "followers")), np.log(numbers(rows, "posts").fillna(1.0).clip(lower=1.0))
    expected = numbers(rows, "expected")
    inputs = {
        "audience": log_followers,
        "posts": posts,
        "outcome_rate": np.log(expected.where(expected > 0)) - log_followers - posts,
    }
    first, which = combinations(rows, NAMED)
    levels = pd.DataFrame({column: words(rows.iloc[first], column) for column in NAMED})
    levels["deliverable"] = levels["platform"] + "/" + levels["format"]
    categories = {column: pd.Categorical(values).take(which) for column, values in levels.items()}
    return pd.DataFrame(inputs, index=rows.index).assign(**categories)


def _log_size(inputs: pd.DataFrame) -> np.ndarray:
    """The log of followers times posts: the baseline, one fee for each, to which few quotes shrink the line."""
    return (inputs["audience"] + inputs["posts"]).to_numpy()


def _term(values: pd.Series) -> Term:
    column = str(values.name)
    if pd.api.types.is_numeric_dtype(values):
        known_values = values.dropna()
        deviation = float(known_values.std(ddof=0)) if len(known_values) else 0.0
        return Term(
            column,
            mean=float(known_values.mean()) if len(known_values) else 0.0,
            spread=deviation if deviation > MIN_DEVIATION else 1.0,
        )
    counted = values.value_counts()
    return Term(column, tuple(sorted(str(level) for level in counted.index[counted >= MIN_LEVEL_QUOTES])) or ("",))


def _design(terms: tuple[Term, ...], inputs: pd.DataFrame) -> np.ndarray:
    columns = Columns.of(inputs)
    return np.column_stack([term.inputs(columns).toarray() for term in terms])


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


def fee_figures() -> PublishedFees:
    """The published fees, each with its source, year, currency and denominator."""
    return PublishedFees.model_validate(yaml.safe_load((files("predictor.pricing") / "published_fees.yaml").read_text("utf-8")))


def published_fees(rows: pd.DataFrame) -> pd.DataFrame:
    """What published fees say of each row, for all its posts, in its own currency.

    Returns
    -------
    Index of `rows`; `fair_low`, `fair` (the geometric middle of the band), `fair_high` and `fair_source`; all missing where no
    figure speaks of the row's currency, size or platform. Figures per impression need `reach_expected`.
    """
    fees = pd.DataFrame(np.nan, index=rows.index, columns=COLUMNS).astype({"fair_source": "str"})
    published = fee_figures()
    first, which = combinations(rows, ("currency", "platform", *published.left_out))
    distinct, followers = rows.iloc[first], numbers(rows, "followers")
    silent = np.zeros(len(distinct), dtype=bool)
    for column, values in published.left_out.items():
        silent |= words(distinct, column).isin(values).to_numpy()
    for figure in published.figures:
        spoken = pd.Series((_about(figure, distinct) & ~silent)[which], index=rows.index)
        if figure.followers is not None:
            spoken &= followers.between(*figure.followers, inclusive="left")
        units = _units(figure, rows[spoken])
        answered, (low, high) = units.index[units > 0], figure.fees
        bands = np.array([low / AROUND, np.sqrt(low * high), high * AROUND])
        fees.loc[answered, COLUMNS[:3]] = units[answered].to_numpy()[:, None] * bands
        fees.loc[answered, "fair_source"] = f"{figure.source} {figure.year}"
    return fees


def _about(figure: FeeFigure, rows: pd.DataFrame) -> np.ndarray:
    """Rows in the currency, and on the platform, of which a figure speaks."""
    spoken = words(rows, "currency").str.upper() == figure.currency
    return (spoken if figure.platform is None else spoken & (words(rows, "platform") == figure.platform)).to_numpy(dtype=bool)


def _units(figure: FeeFigure, rows: pd.DataFrame) -> pd.Series:
    return (
        numbers(rows, "posts").fillna(1.0) if figure.per == "post" else numbers(rows, scored_column("reach", "expected")) / 1000
    )


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
        answered = np.flatnonzero((currency == name) & _answered(market, rows))
        ranges[answered], source[answered] = _range(market, rows.iloc[answered]), "history"
        rests_on[answered] = cell.map(market.similar).fillna(0).to_numpy(dtype=int)[which[answered]]
    if len(rest := np.flatnonzero(source == None)):  # noqa: E711
        others = published_fees(rows.iloc[rest])
        ranges[rest], source[rest] = others[["fair_low", "fair", "fair_high"]].to_numpy(), others["fair_source"].to_numpy()
    fees = pd.DataFrame(ranges, index=rows.index, columns=["fair_low", "fair", "fair_high"])
    fees["fee_verdict"] = verdicts(numbers(rows, "fee"), fees["fair_low"], fees["fair_high"])
    return fees.assign(fair_source=pd.Series(source, index=rows.index, dtype="str"), rests_on=rests_on)


def verdicts(fee: pd.Series, low: pd.Series, high: pd.Series) -> pd.Series:
    """`under`, `fair` or `over`, each quote beside its range; missing where either is."""
    codes = np.select([fee.isna() | low.isna() | high.isna(), fee < low, fee > high], [3, 0, 1], 2)
    return pd.Series(["under", "over", "fair", None], dtype="str").take(codes).set_axis(fee.index)


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
    similar = _cell(rows).value_counts().sort_index()
    return Market(
        line=fit_fee_line(rows),
        below=float(below),
        above=float(above),
        quotes=len(rows),
        creators=creators,
        audience=(float(followers.min()), float(followers.max())),
        similar={str(cell): int(count) for cell, count in similar.items()},
        until=f"{rows['at'].max():%Y-%m-%d}",
    )


def _held_out(rows: pd.DataFrame, seed: int) -> np.ndarray:
    """Errors of the log fee on creators that the line had not seen."""
    errors, fees = np.empty(len(rows)), np.log(rows["fee"].to_numpy(dtype=float))
    for train_idx, test_idx in by_creator(rows, seed):
        errors[test_idx] = fees[test_idx] - fit_fee_line(rows.iloc[train_idx]).of(rows.iloc[test_idx])
    return errors


def _range(market: Market, rows: pd.DataFrame) -> np.ndarray:
    middle = market.line.of(rows)
    return np.exp(np.column_stack([middle + market.below, middle, middle + market.above]))


def _answered(market: Market, rows: pd.DataFrame) -> pd.Series:
    """Rows of a platform and a size that were quoted, not asked before the newest quote was."""
    smallest, largest = market.audience
    seen = numbers(rows, "followers").between(smallest / MAX_EXTRAPOLATION, largest * MAX_EXTRAPOLATION)
    if levels := market.line.levels("platform"):
        seen &= words(rows, "platform").isin(levels)
    return seen & ~(pd.to_datetime(rows["at"]) < pd.Timestamp(market.until)) if "at" in rows else seen


def _cell(rows: pd.DataFrame) -> pd.Series:
    return words(rows, "platform").fillna("") + "/" + words(rows, "tier").fillna("")
