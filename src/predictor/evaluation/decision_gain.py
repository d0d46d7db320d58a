"""Decision gain: the bookings that the forecast ranks best per money, against simpler ways to choose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

SMALLEST = 4  # bookings that a campaign needs to be halved
ENOUGH = 8  # campaigns needed for a ratio
SHUFFLES = 500  # of a campaign's bookings, each cut into two halves, that stand for any half
BENCHMARKS = ("tier_benchmark", "followers_x_rate")
RIVALS = ("followers", "benchmark", "cheapest", "chance")


@dataclass(frozen=True)
class Gain:
    """Outcome per money of the forecast's choice over a rival's, with a 90 % bootstrap interval over campaigns.

    All NaN where the rows lack what the rival goes by; infinite where its halves brought nothing.
    """

    rival: str
    ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class DecisionGain:
    """Gains over each rival way to choose half of a campaign's bookings, and on how many campaigns they rest."""

    gains: tuple[Gain, ...]
    used: int
    left_out: int

    @property
    def too_few(self) -> bool:
        """Whether the campaigns are too few to say anything."""
        return self.used < ENOUGH


def decision_gain(predictions: pd.DataFrame, *, draws: int = 1000, seed: int = 1) -> DecisionGain:
    """Inside each past campaign, buy the half of the bookings with the highest forecast per money, and sum their outcomes.

    Parameters
    ----------
    predictions
        Held-out forecasts of one target. Bookings without a fee are passed over; campaigns with fewer than 4 bookings, with
        fees in several currencies (one not stated is another), or without any outcome, are counted and left out.

    Returns
    -------
    Rivals: `followers` (most followers first), `benchmark` (the tier benchmark per money), `cheapest` (lowest fee first) and
    `chance` (any half, on average). `benchmark` and `cheapest` mind the fee: a gain over the others comes in part of choosing
    what is cheap, which takes no forecast.
    A campaign counts by the outcome of its whole per money, so that a large one does not decide alone.
    """
    booked = predictions[predictions["source"] == "booking"] if "source" in predictions else predictions.head(0)
    booked = booked[booked["fee"].gt(0) & booked["actual"].notna()] if "fee" in booked else booked.head(0)
    booked = booked.assign(benchmark=_benchmark(booked))
    campaigns = [rows for _, rows in booked.groupby("campaign_id")] if len(booked) else []
    usable = [rows for rows in campaigns if _usable(rows)]
    rng = np.random.default_rng(seed)
    halves = pd.DataFrame([_halves(rows, rng) for rows in usable], columns=["model", *RIVALS])
    gains = tuple(_gain(halves, rival, draws, seed) for rival in RIVALS) if len(halves) >= ENOUGH else ()
    return DecisionGain(gains, len(usable), len(campaigns) - len(usable))


def rank_order(predictions: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Mean rank correlation (Spearman) inside campaigns of at least 4 bookings between forecasts and outcomes."""
    booked = predictions[predictions["source"] == "booking"] if "source" in predictions else predictions.head(0)
    campaigns = [rows for _, rows in booked.groupby("campaign_id")] if "campaign_id" in booked and len(booked) else []
    correlations = [rows[columns].rank().corrwith(rows["actual"].rank()) for rows in campaigns if len(rows) >= SMALLEST]
    return pd.DataFrame(correlations, columns=columns).mean()


def _usable(rows: pd.DataFrame) -> bool:
    currencies = rows["currency"].nunique(dropna=False) if "currency" in rows else 1
    return len(rows) >= SMALLEST and currencies <= 1 and rows["actual"].sum() > 0


def _benchmark(booked: pd.DataFrame) -> pd.Series:
    """The rule to go by: a column is there but empty where another target has the rule and this one has not."""
    known = (booked[name] for name in BENCHMARKS if name in booked and booked[name].notna().all())
    return next(known, pd.Series(np.nan, booked.index))


def _halves(rows: pd.DataFrame, rng: np.random.Generator) -> dict[str, float]:
    """Outcome per money of each way's half, over that of the whole campaign."""
    actual, fee = rows["actual"].to_numpy(dtype=float), rows["fee"].to_numpy(dtype=float)
    rankings = {"model": rows["expected"] / fee, "followers": rows["followers"], "benchmark": rows["benchmark"] / fee}
    rankings["cheapest"] = -rows["fee"]
    whole, half = actual.sum() / fee.sum(), len(rows) // 2
    outcome_per_money = {}
    for name, ranking in rankings.items():
        picked = np.argsort(-ranking.to_numpy(dtype=float), kind="stable")[:half]
        outcome_per_money[name] = (
            float(actual[picked].sum() / fee[picked].sum() / whole) if ranking.notna().any() else float("nan")
        )
    # The whole campaign will not do: its outcome per money goes by the dear bookings, which half of the halves are without.
    order = rng.permuted(np.tile(np.arange(len(rows)), (SHUFFLES, 1)), axis=1)
    either = np.concatenate([order[:, :half], order[:, -half:]])
    return outcome_per_money | {"chance": float(np.mean(actual[either].sum(axis=1) / fee[either].sum(axis=1)) / whole)}


def _gain(halves: pd.DataFrame, rival: str, draws: int, seed: int) -> Gain:
    ours, theirs = halves["model"].to_numpy(), halves[rival].to_numpy()
    if np.isnan(theirs).any():
        return Gain(rival, float("nan"), float("nan"), float("nan"))
    drawn = np.random.default_rng(seed).integers(0, len(halves), (draws, len(halves)))
    ratios = _ratio(ours[drawn].mean(axis=1), theirs[drawn].mean(axis=1))
    low, high = np.quantile(ratios, [0.05, 0.95], method="inverted_cdf")  # never between a number and infinity
    return Gain(rival, float(_ratio(ours.mean(), theirs.mean())), float(low), float(high))


def _ratio(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Ours over theirs; two choices that bring nothing are equal."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((ours == 0) & (theirs == 0), 1.0, np.divide(ours, theirs))
