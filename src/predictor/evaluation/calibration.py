"""Whether predictive distributions keep their word: reliability by level, PIT, bias by month, coverage by creator.

Held-out rows come with `below` and `upto`, the forecast probability of less than the outcome and of at most the outcome. An
outcome that lies at an end of an interval counts in part, by its own probability, as rare counts need.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictor.definitions.schema import Recipe
from predictor.forecasting.design_matrix import exposure
from predictor.forecasting.predict import Distribution

RELIABILITY = (0.5, 0.8, 0.95)  # levels of the intervals that are judged
BINS = 10  # of the PIT histogram
ENOUGH_OF_A_CREATOR = 10  # results of one creator behind a coverage of their own
ENOUGH_CREATORS = 10  # creators behind a distribution of these
ENOUGH_OF_A_MONTH = 10  # results behind a month's bias
LEAST_MASS = 1e-12


def masses(predicted: Distribution, actual: np.ndarray) -> pd.DataFrame:
    """Forecast probabilities of less than each outcome and of at most it: `below` and `upto`."""
    below, upto = 1 - predicted.at_least(actual), 1 - predicted.at_least(actual + predicted.model.unit)
    return pd.DataFrame({"below": below, "upto": upto}, index=predicted.rows.index)


def part_between(rows: pd.DataFrame, low: float, high: float) -> np.ndarray:
    """Part of each outcome's own probability between two levels; calibrated forecasts have `high - low` as its mean.

    An interval of whole numbers includes both ends in full, so its plain coverage is too high, most of all for rare counts.
    """
    below, upto = rows["below"].to_numpy(dtype=float), rows["upto"].to_numpy(dtype=float)
    return np.clip((np.minimum(upto, high) - np.maximum(below, low)) / np.maximum(upto - below, LEAST_MASS), 0.0, 1.0)


def reliability(rows: pd.DataFrame) -> dict[str, float]:
    """Coverage of the intervals of each level: `holds_50`, `holds_80`, `holds_95`."""
    return {
        f"holds_{round(100 * level)}": float(part_between(rows, (1 - level) / 2, (1 + level) / 2).mean()) for level in RELIABILITY
    }


def pit_histogram(rows: pd.DataFrame, bins: int = BINS) -> np.ndarray:
    """Shares of outcomes by part of their forecast distribution, which are equal where forecasts are calibrated.

    The non-randomised probability integral transform of counts (Czado, Gneiting and Held, 2009).
    """
    edges = np.linspace(0.0, 1.0, bins + 1)
    return np.array([part_between(rows, low, high).mean() for low, high in zip(edges, edges[1:], strict=False)])


def bias_by_month(rows: pd.DataFrame, least: int = ENOUGH_OF_A_MONTH) -> pd.DataFrame:
    """By month in which a row was asked: `month` (its first day), `rows`, and `total`, all forecasts over all outcomes; of months
    with few rows, or none in which anything came, nothing."""
    months = rows["at"].dt.to_period("M").dt.to_timestamp()
    found = rows.groupby(months)[["expected", "actual"]].sum().assign(rows=months.value_counts())
    found = found[(found["rows"] >= least) & (found["actual"] > 0)]
    return found.assign(total=found["expected"] / found["actual"]).rename_axis("month").reset_index()[["month", "rows", "total"]]


def coverage_by_creator(rows: pd.DataFrame, least: int = ENOUGH_OF_A_CREATOR) -> pd.Series:
    """Coverage of the 80 % interval of each creator with results enough, by id; empty where there are few such creators."""
    inside = pd.Series(part_between(rows, 0.1, 0.9), index=rows.index).groupby(rows["creator_id"].astype("str"))
    found = inside.mean()[inside.size() >= least]
    return found if len(found) >= ENOUGH_CREATORS else found.head(0)


def r2_rate_within_tier(rows: pd.DataFrame, recipe: Recipe) -> float:
    """Share of the differences in log(1 + outcome) per exposure, between rows of one platform and tier, that is explained.

    What is left of R² once size is taken out: neither a larger audience nor a tier's typical rate explains anything here.
    """
    log_exposure = np.log(exposure(rows, recipe.exposure))
    actual = np.log1p(rows["actual"].to_numpy(dtype=float)) - log_exposure
    error = actual - (np.log1p(rows["p50"].to_numpy(dtype=float)) - log_exposure)
    columns = [rows[name].astype("str") for name in ("platform", "tier") if name in rows]
    groups = [one.to_numpy() for one in columns]  # of whom one is missing, they are a group as well
    typical = pd.Series(actual).groupby(groups, dropna=False).transform("mean") if groups else actual.mean()
    variance = float(np.sum((actual - np.asarray(typical)) ** 2))
    return 1 - float(np.sum(error**2)) / variance if variance > LEAST_MASS else float("nan")
