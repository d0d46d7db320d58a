"""Predictive distributions: the errors of held-out rows, placed around a new forecast.

Both kinds are split-conformal predictive distributions: the errors made on rows that the model had not seen, ranked, are
the distribution of the next error (Vovk et al. 2017, "Nonparametric predictive distributions based on conformal prediction"),
here within Mondrian strata, newer errors counting more (Barber et al. 2023, "Conformal prediction beyond exchangeability").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import accumulate

import numpy as np
import pandas as pd
from scipy import special

from predictor.forecasting.negative_binomial import count_at, fitted_dispersion, share_below
from predictor.tables.frames import Columns, Rows, distinct

# Mondrian strata, nested: how much is known of the creator, then the platform, then the tier.
#
# A stratum has its own error distribution where there are enough held-out rows of enough creators, and its parent's where there
# are not (Mondrian conformal prediction; Vovk, Gammerman and Shafer 2005, "Algorithmic Learning in a Random World").

NESTED = ("record", "platform", "tier")
BANDS = ("none", "few", "some", "many")
ROWS, CREATORS = 500, 25  # held-out rows and creators that a stratum needs
NEWCOMERS = "/newcomer"
HALF_LIFE = pd.Timedelta(days=30)  # of a newcomer's weight, by the creator's first day
FEW, SOME = 3, 10  # earlier posts from which a record counts as `some`, and from which as `many`


def record_of(frame: pd.DataFrame) -> pd.Series:
    """How many of each row's creator's earlier posts are known: `none`, `few`, `some` or `many`."""
    return pd.Series(np.array(BANDS, dtype=object)[record_bands(frame)], index=frame.index, dtype="str")


def record_bands(rows: Rows) -> np.ndarray:
    """The same as a place among the `BANDS`."""
    return np.searchsorted([1, FEW, SOME], np.nan_to_num(Columns.of(rows).floats("posts_seen")), side="right")


def stratum_paths(rows: Rows) -> tuple[list[list[str]], np.ndarray]:
    """Strata of each combination that occurs, widest first (``, `/many`, `/many/tiktok`), and each row's combination."""
    rows = Columns.of(rows).holding(("posts_seen", *NESTED))
    return rows.once("stratum_paths", lambda: _stratum_paths(rows))


def _stratum_paths(rows: Columns) -> tuple[list[list[str]], np.ndarray]:
    band, ((platform, platforms), (tier, tiers)) = record_bands(rows), map(rows.factors, NESTED[1:])
    first, which = distinct((band * (len(platforms) + 1) + platform) * (len(tiers) + 1) + tier)
    names = (BANDS, [*platforms, "?"], [*tiers, "?"])
    places = zip(band[first], platform[first], tier[first], strict=True)
    found = ([words[place] for words, place in zip(names, each, strict=True)] for each in places)
    return [[*accumulate(values, "{}/{}".format, initial="")] for values in found], which


def strata(held_out: pd.DataFrame) -> dict[str, np.ndarray]:
    """Masks of the rows of each stratum that is large enough; the first holds every row."""
    (paths, combination_idx), found = stratum_paths(held_out), {"": np.ones(len(held_out), dtype=bool)}
    for depth in range(1, len(NESTED) + 1):
        own_path = np.array([path[depth] for path in paths], dtype=object)[combination_idx]
        sizes = held_out.groupby(own_path)["creator_id"].agg(["size", "nunique"])
        large = sizes.index[(sizes["size"] >= ROWS) & (sizes["nunique"] >= CREATORS)]
        found |= {str(name): own_path == name for name in sorted(large)}
    return found


def stratum_of(rows: Rows, strata: tuple[str, ...]) -> np.ndarray:
    """Position in `strata` of each row's narrowest stratum; the first of them holds every row.

    A creator of whom the history holds no post is a newcomer; of one from a list without ids it is not known.
    """
    rows = Columns.of(rows)
    position, (paths, combination_idx) = {name: place for place, name in enumerate(strata)}, stratum_paths(rows)
    narrowest = [next((position[name] for name in reversed(path) if name in position), 0) for path in paths]
    found = np.array(narrowest, dtype=int)[combination_idx]
    if NEWCOMERS in position:
        found[rows.floats("posts_seen") == 0.0] = position[NEWCOMERS]
    return found


@dataclass(frozen=True)
class Newcomers:
    """Held-out rows asked before the history had a post of their creators, what each weighs, and how many creators that makes."""

    rows: np.ndarray
    weight: np.ndarray
    creators: float


def newcomers(held_out: pd.DataFrame) -> Newcomers | None:
    """The rows in `held_out` that were newcomers', where there are enough creators.

    Whoever starts late differs from those on record, and the later the more: every creator weighs the same but for how long ago
    the first row of theirs was, half of it after 30 days.

    Parameters
    ----------
    held_out
        With `newcomer`, whether the history had nothing of the creator then, and `since`, the day of the creator's first row.
    """
    rows = held_out["newcomer"].to_numpy(dtype=bool)
    some = held_out[rows]
    if some["creator_id"].nunique() < CREATORS:
        return None
    age = (some["since"].max() - some["since"]) / HALF_LIFE
    by_creator = (0.5**age).groupby(some["creator_id"].to_numpy()).transform("first")
    weight = (by_creator / some.groupby("creator_id")["creator_id"].transform("size")).to_numpy(dtype=float)
    return Newcomers(rows, weight, _independent(weight, some["creator_id"].to_numpy()))


# Error distributions by stratum: of log errors, and of rare counts.

NARROWEST = 1e-6  # between the ends of a rank
CHUNK = 256  # rows whose whole distributions are held at once: they stay in a core's cache
PLATFORM_STEADY = 40.0  # rows with which the size of a platform's own errors counts as much as that of all platforms
STEADY = 100.0  # creators with which a stratum's own mean factor counts as much as that around it
STEADY_ROWS = 50.0  # the same of rows, for that of all rows of creators with a record
GRID = 199  # quantiles kept of the held-out errors
LEVELS = np.arange(1, GRID + 1) / (GRID + 1)
TAILS = (0.1, 0.9)  # ends of the 80 % interval
ROUNDS = 10  # after which ranks that are known between two ends hardly move: coverage of what was held out is exact to 0.001


@dataclass(frozen=True)
class LogErrors:
    """For outcomes modelled as a log: held-out errors over their expected size, one row of quantiles a stratum, and the factor
    by which the mean of each stratum is drawn towards that of the wider one."""

    strata: tuple[str, ...]
    errors: np.ndarray
    mean_factors: np.ndarray

    def size(self, rows: Rows) -> np.ndarray:
        """One: models of logs have the size of each row's error from a model of its own."""
        return np.ones(len(rows))

    def quantile(self, centre: np.ndarray, size: np.ndarray, stratum: np.ndarray, level: float | np.ndarray) -> np.ndarray:
        """Count that the outcome stays below with probability `level`; of several levels levels × rows."""
        return np.maximum(np.expm1(centre + size * _read(self.errors, stratum, level)), 0.0)

    def mean(self, centre: np.ndarray, size: np.ndarray, stratum: np.ndarray) -> np.ndarray:
        """Expected count: the mean of the distribution, so that totals add up.

        Rows of one size and stratum share the factor between `exp(centre)` and this mean; only where a part of the distribution
        lies below a count of zero has each row its own.
        """
        first, of_distinct = distinct(distinct(size)[1] * len(self.strata) + stratum)
        means = np.exp(centre) * self._factors(np.zeros(len(first)), size[first], stratum[first], 0.0)[of_distinct]
        floored = np.flatnonzero(centre + size * self.errors[:, 0][stratum] < 0.0)
        means[floored] = self._factors(centre[floored], size[floored], stratum[floored], 1.0)
        return (means - 1.0) * self.mean_factors[stratum]

    def _factors(self, centre: np.ndarray, size: np.ndarray, stratum: np.ndarray, floor: float) -> np.ndarray:
        """The mean of one plus the count, which is `floor` at least, of each row's distribution."""
        total = np.empty(len(centre))
        for first in range(0, len(centre), CHUNK):
            rows = slice(first, first + CHUNK)
            outcomes = np.exp(centre[rows, None] + size[rows, None] * self.errors[stratum[rows]])
            total[rows] = np.maximum(outcomes, floor, out=outcomes).sum(axis=1)
        return total / GRID

    def at_least(self, centre: np.ndarray, size: np.ndarray, stratum: np.ndarray, goal: np.ndarray) -> np.ndarray:
        """Probability of reaching the count `goal`."""
        return np.where(goal > 0, 1.0 - _rank(self.errors, stratum, (np.log1p(goal) - centre) / size), 1.0)


@dataclass(frozen=True)
class CalibratedNegativeBinomial:
    """For rare counts: a calibrated negative binomial, its levels recalibrated by where held-out counts fell in it.

    Distributional conformal prediction (Chernozhukov, Wüthrich and Zhu 2021); of a count's rank no more is known than between
    which two it lies. `platform_sizes` say how much further from the middle those of a platform lie than those of all.
    """

    strata: tuple[str, ...]
    ranks: np.ndarray
    dispersion: float
    platform_sizes: dict[str, float] = field(default_factory=dict)

    def size(self, rows: Rows) -> np.ndarray:
        """How far the count of each row lies from what is expected of it, over how far one of any platform does."""
        place, names = Columns.of(rows).factors("platform")
        return np.array([*(self.platform_sizes.get(name, 1.0) for name in names), 1.0])[place]  # without a platform the last

    def quantile(self, centre: np.ndarray, size: np.ndarray, stratum: np.ndarray, level: float | np.ndarray) -> np.ndarray:
        """Whole number that the count stays at or below with probability `level`, of several levels levels × rows; a `size` above
        1 moves it outward."""
        levels = np.clip(_stretch(_read(self.ranks, stratum, level), size), 1e-9, 1 - 1e-9)
        return count_at(levels, np.exp(centre), self.dispersion)

    def mean(self, centre: np.ndarray, size: np.ndarray, stratum: np.ndarray) -> np.ndarray:  # noqa: ARG002
        """Expected count."""
        return np.exp(centre)

    def at_least(self, centre: np.ndarray, size: np.ndarray, stratum: np.ndarray, goal: np.ndarray) -> np.ndarray:
        """Probability of reaching the count `goal`."""
        below = share_below(np.ceil(goal), np.exp(centre), self.dispersion)
        below = _stretch(below, 1 / size)
        return np.where(goal > 0, 1.0 - _rank(self.ranks, stratum, below), 1.0)


def fit_log_errors(
    errors: np.ndarray, strata: dict[str, np.ndarray], weight: np.ndarray, new: Newcomers | None = None
) -> LogErrors:
    """Error distribution of each stratum, relative to the expected size of an error.

    Parameters
    ----------
    errors
        One a held-out row.
    strata
        For each stratum the mask of its held-out rows; the first holds all.
    weight
        Weight of each held-out row.
    new
        The newcomers among the rows, who then have a stratum of their own.
    """
    names, grids = _grids(lambda rows, *counting: _grid(errors[rows], *counting), strata, weight, new)
    return LogErrors(names, grids, np.ones(len(names)))


def shrink_means(
    errors: LogErrors, strata: dict[str, np.ndarray], size: np.ndarray, creators: np.ndarray, others: bool
) -> LogErrors:
    """Draw the mean factor of each stratum, the mean of the exponentials of its errors, towards that of the stratum around it,
    and that of all rows towards one, which is the median's.

    Its own counts for n / (n + 100), n being its held-out creators: the mean of heavy tails is noise where these are few, and
    whoever chooses the largest forecasts chooses the strata with the luckiest factor. That of all rows, where it is not `others`
    than these creators who are asked about, counts for m / (m + 50), m being the rows.

    Parameters
    ----------
    size, creators
        The size of the error expected of each held-out row, and who it is of.
    """
    log_factors = np.zeros(len(strata))
    for place, (name, rows) in enumerate(strata.items()):
        sizes, log_around = np.quantile(size[rows], LEVELS), 0.0
        if name:
            wider = errors.strata.index(name.rpartition("/")[0])
            log_around = np.log(_mean_factor(errors.errors[wider], sizes)) + log_factors[wider]
        gap = np.log(_mean_factor(errors.errors[place], sizes)) - log_around
        steady, known = (STEADY, np.unique(creators[rows]).size) if name or others else (STEADY_ROWS, len(creators))
        log_factors[place] = -gap * steady / (known + steady)
    return replace(errors, mean_factors=np.exp(log_factors))


def widen(errors: LogErrors, held_out: np.ndarray, weight: np.ndarray, cluster: np.ndarray, size: np.ndarray) -> LogErrors:
    """Error distributions as wide as (n + 1) / n asks for where rows err together in clusters, so that n is less than the rows.

    It is the rows over the design effect (Kish 1965, "Survey sampling"): how much more the shares beyond the 80 % interval vary
    between clusters than those of independent rows would. The means stay as they were.

    Parameters
    ----------
    held_out, weight, cluster, size
        Of each held-out row: its error over the size expected, its weight, the cluster that it belongs to, and that size.
    """
    rows, clusters = _independent(weight, np.arange(len(weight))), _independent(weight, cluster)
    ends = [np.interp(level, LEVELS, errors.errors[0]) for level in TAILS]
    beyond = [weight * ((held_out < ends[0]) - TAILS[0]), weight * ((held_out > ends[1]) - TAILS[0])]
    _, cluster_idx = np.unique(cluster, return_inverse=True)
    together = sum(float((np.bincount(cluster_idx, tail) ** 2).sum()) for tail in beyond)
    effect = min(max(together / sum(float((tail**2).sum()) for tail in beyond), 1.0), rows / clusters)
    levels = np.clip(0.5 + (LEVELS - 0.5) * (1 + effect / rows) / (1 + 1 / rows), LEVELS[0], LEVELS[-1])
    grids, sizes = np.stack([np.interp(levels, LEVELS, grid) for grid in errors.errors]), np.quantile(size, LEVELS)
    factors = [_mean_factor(old, sizes) / _mean_factor(new, sizes) for old, new in zip(errors.errors, grids, strict=True)]
    return replace(errors, errors=grids, mean_factors=errors.mean_factors * factors)


def _independent(weight: np.ndarray, cluster: np.ndarray) -> float:
    """How many independent values the weights of some clusters make: (Σ weight)² / Σ weight² (Kish 1965, "Survey sampling")."""
    _, cluster_idx = np.unique(cluster, return_inverse=True)
    totals = np.bincount(cluster_idx, weight)
    return max(float(totals.sum() ** 2 / max((totals**2).sum(), 1e-12)), 1.0)


def _mean_factor(errors: np.ndarray, sizes: np.ndarray) -> float:
    """The mean of the exponentials of a stratum's errors, of the sizes given."""
    return float(np.exp(sizes[:, None] * errors).mean())


def fit_negative_binomial(
    held_out: pd.DataFrame,
    y: np.ndarray,
    expected: np.ndarray,
    strata: dict[str, np.ndarray],
    weight: np.ndarray,
    new: Newcomers | None = None,
) -> CalibratedNegativeBinomial:
    """Dispersion by maximum likelihood, the size of the errors of each platform, then the ranks of the held-out counts in that
    distribution."""
    dispersion = fitted_dispersion(y, expected)
    ends = share_below(y, expected, dispersion), share_below(y + 1, expected, dispersion)
    found = CalibratedNegativeBinomial((), np.empty((0, GRID)), dispersion, _platform_sizes(held_out, *ends, weight))
    low, high = (_stretch(end, 1 / found.size(held_out)) for end in ends)
    names, grids = _grids(lambda rows, *counting: _grid_between(low[rows], high[rows], *counting), strata, weight, new)
    return replace(found, strata=names, ranks=grids)


def _platform_sizes(held_out: pd.DataFrame, low: np.ndarray, high: np.ndarray, weight: np.ndarray) -> dict[str, float]:
    """How far ranks between two ends lie from the middle by platform, over how far all do, on the normal scale.

    A platform's own mean counts for n / (n + 40), n being its independent rows: few say little of how far the next lies.
    """
    distance = np.abs(special.ndtri(np.clip((low + high) / 2, 1e-9, 1 - 1e-9)))
    place, names = Columns.of(held_out).factors("platform")
    every, found = float(np.average(distance, weights=weight)), {}
    for number, name in enumerate(names):
        rows = np.flatnonzero(place == number)
        if len(rows) and every > 0:
            own, known = float(np.average(distance[rows], weights=weight[rows])), _independent(weight[rows], rows)
            found[str(name)] = (known * own / every + PLATFORM_STEADY) / (known + PLATFORM_STEADY)
    return found


def _grids(
    grid: Callable[[np.ndarray, np.ndarray, float], np.ndarray],
    strata: dict[str, np.ndarray],
    weight: np.ndarray,
    new: Newcomers | None,
) -> tuple[tuple[str, ...], np.ndarray]:
    """The `grid` of each stratum's rows, from their mask, their weights, and how many of them are independent."""
    alone = np.arange(len(weight))
    grids = {name: grid(rows, weight[rows], _independent(weight[rows], alone[rows])) for name, rows in strata.items()}
    if new is not None:
        grids[NEWCOMERS] = grid(new.rows, new.weight, new.creators)
    return tuple(grids), np.stack(list(grids.values()))


def _stretch(level: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Move levels away from the middle by a factor, on the normal scale."""
    return np.where(size == 1.0, level, special.ndtr(size * special.ndtri(level)))


def _read(grids: np.ndarray, stratum: np.ndarray, level: float | np.ndarray) -> np.ndarray:
    """The quantile of each row's stratum at one level, or levels × rows; beyond the grid its end."""
    found = np.full((*np.shape(level), len(grids)), np.nan)
    for one in set(stratum.tolist()):
        found[..., one] = np.interp(level, LEVELS, grids[one])
    return found[..., stratum]


def _rank(grids: np.ndarray, stratum: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Share of each row's stratum that lies below its value."""
    below = np.empty(len(values))
    for number, grid in enumerate(grids):
        rows = stratum == number
        below[rows] = np.interp(values[rows], grid, LEVELS, left=0.0, right=1.0)
    return below


def _grid(values: np.ndarray, weight: np.ndarray, independent: float) -> np.ndarray:
    """Evenly spaced weighted quantiles of values of which so many are independent."""
    order = np.argsort(values, kind="stable")
    upto = np.cumsum(weight[order])
    return np.interp(_outward(independent), (upto - weight[order] / 2) / upto[-1], values[order])


def _grid_between(low: np.ndarray, high: np.ndarray, weight: np.ndarray, independent: float) -> np.ndarray:
    """The same of values from 0 to 1 of which each is only known to lie between two ends.

    The self-consistent distribution: between its ends each value lies as all of them do (Turnbull 1976, "The empirical
    distribution function with arbitrarily grouped, censored and truncated data"). To take it as anywhere between them alike,
    which is the first round, makes the intervals of rare counts hold too much.
    """
    levels = np.concatenate(([0.0], LEVELS, [1.0]))
    values = levels
    for _ in range(ROUNDS):
        share = _share_upto(levels, np.interp(low, values, levels), np.interp(high, values, levels), weight)
        values = np.interp(levels, share, values)
    return np.interp(_outward(independent), levels, values)


def _share_upto(levels: np.ndarray, low: np.ndarray, high: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The weighted share that lies below each level of what is spread evenly from each `low` to its `high`."""
    high = np.maximum(high, low + NARROWEST)
    share, slope = np.zeros(len(levels)), weight / weight.sum() / (high - low)
    for ends, sign in ((low, 1.0), (high, -1.0)):
        order = np.argsort(ends, kind="stable")
        passed = np.searchsorted(ends[order], levels)
        slopes, starts = (np.concatenate(([0.0], np.cumsum(one[order])))[passed] for one in (slope, slope * ends))
        share += sign * (levels * slopes - starts)
    return share


def _outward(independent: float) -> np.ndarray:
    """The levels to read, with the (n + 1) correction that makes few values give wide intervals."""
    return np.clip(0.5 + (LEVELS - 0.5) * (independent + 1) / independent, 0.0, 1.0)
