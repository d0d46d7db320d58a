"""What a planner would have gained: the bookings that the forecast ranks best per money, against simpler ways to choose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

SMALLEST = 4  # bookings of a campaign below which its halves say nothing
ENOUGH = 8  # campaigns below which no ratio is told
BENCHMARKS = ("tier_benchmark", "followers_x_rate")
RIVALS = ("followers", "benchmark", "chance")


@dataclass(frozen=True)
class Gain:
    """Outcome per money of the forecast's choice over a rival's, with a 90 % bootstrap interval over campaigns."""

    rival: str
    ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class PlannersGain:
    """Gains over each rival way to choose half of a campaign's bookings, and on how many campaigns they rest."""

    gains: tuple[Gain, ...]
    used: int
    left_out: int

    @property
    def too_few(self) -> bool:
        """Whether the campaigns are too few to say anything."""
        return self.used < ENOUGH


def planners_gain(predictions: pd.DataFrame, *, draws: int = 1000, seed: int = 1) -> PlannersGain:
    """Inside each past campaign, buy the half of the bookings that promises most per money, and see what came.

    Parameters
    ----------
    predictions
        Held-out forecasts of one target. Bookings without a fee are passed over; campaigns with fewer than 4 bookings, with
        fees in several currencies, or of which nothing came, are counted and left out.

    Returns
    -------
    Rivals: `followers` (most followers first), `benchmark` (the tier benchmark per money) and `chance` (any half, on average).
    A campaign counts by what came of its whole per money, so that a large one does not decide alone.
    """
    booked = predictions[predictions["source"] == "booking"] if "source" in predictions else predictions.head(0)
    booked = booked[booked["fee"].gt(0) & booked["campaign_id"].notna()] if "fee" in booked else booked.head(0)
    campaigns = [rows for _, rows in booked.groupby("campaign_id")] if len(booked) else []
    usable = [rows for rows in campaigns if _usable(rows)]
    told = pd.DataFrame([_halves(rows) for rows in usable], columns=["model", *RIVALS])
    gains = tuple(_gain(told, rival, draws, seed) for rival in RIVALS) if len(told) >= ENOUGH else ()
    return PlannersGain(gains, len(usable), len(campaigns) - len(usable))


def rank_order(predictions: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Mean rank correlation (Spearman) inside campaigns of at least 4 bookings between forecasts and what came."""
    booked = predictions[predictions["source"] == "booking"] if "source" in predictions else predictions.head(0)
    campaigns = [rows for _, rows in booked.groupby("campaign_id")] if "campaign_id" in booked and len(booked) else []
    told = [rows[columns].rank().corrwith(rows["actual"].rank()) for rows in campaigns if len(rows) >= SMALLEST]
    return pd.DataFrame(told, columns=columns).mean()


def _usable(rows: pd.DataFrame) -> bool:
    currencies = rows["currency"].nunique() if "currency" in rows else 1
    return len(rows) >= SMALLEST and currencies <= 1 and rows["actual"].sum() > 0


def _halves(rows: pd.DataFrame) -> dict[str, float]:
    """Outcome per money of each way's half, over that of the whole campaign."""
    benchmark = next(name for name in BENCHMARKS if name in rows)
    ways = {"model": rows["expected"] / rows["fee"], "followers": rows["followers"], "benchmark": rows[benchmark] / rows["fee"]}
    whole = rows["actual"].sum() / rows["fee"].sum()
    told = {}
    for name, worth in ways.items():
        half = rows.loc[worth.sort_values(ascending=False, kind="stable").index[: len(rows) // 2]]
        told[name] = float(half["actual"].sum() / half["fee"].sum() / whole)
    return told | {"chance": 1.0}


def _gain(told: pd.DataFrame, rival: str, draws: int, seed: int) -> Gain:
    drawn = np.random.default_rng(seed).integers(0, len(told), (draws, len(told)))
    ours, theirs = told["model"].to_numpy(), told[rival].to_numpy()
    ratios = ours[drawn].mean(axis=1) / theirs[drawn].mean(axis=1)
    low, high = np.quantile(ratios, [0.05, 0.95])
    return Gain(rival, float(ours.mean() / theirs.mean()), float(low), float(high))
