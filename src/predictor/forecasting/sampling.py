"""What groups of candidates could bring: their forecasts drawn again and again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

EIGHTY = 1.2815515655446004  # standard deviations from the middle of a normal to its p10 and p90
BLOCK = 2_000_000  # outcomes drawn at once, to bound memory


@dataclass(frozen=True)
class Play:
    """Some candidates, and what the average one of them brought in each repetition: by itself, and for one unit of money."""

    rows: pd.DataFrame
    quoted: pd.DataFrame
    each: np.ndarray
    per_money: np.ndarray


@dataclass(frozen=True)
class Shape:
    """Outcomes as two-piece normals on the log1p scale, one a row: the middle, the standard deviations below and above it, and
    the factor that gives each row its expected value as mean."""

    centre: np.ndarray
    below: np.ndarray
    above: np.ndarray
    scale: np.ndarray

    def of(self, picked: np.ndarray | slice) -> Shape:
        """The rows picked, in the shape of the positions."""
        return Shape(self.centre[picked], self.below[picked], self.above[picked], self.scale[picked])

    def outcomes(self, scores: np.ndarray, whole: bool, rng: np.random.Generator) -> np.ndarray:
        """Outcomes at standard normal scores (… × rows), none below zero; `whole` rounds by chance, so that the mean stays."""
        logs = self.centre + scores * np.where(scores < 0, self.below, self.above)
        counts = np.maximum(np.expm1(logs), 0) * self.scale
        return np.asarray(np.floor(counts + rng.random(counts.shape)) if whole else counts)

    def scores(self, counts: np.ndarray) -> np.ndarray:
        """The standard normal score at which each row brings a count: the inverse of `outcomes`; minus infinity below zero."""
        with np.errstate(invalid="ignore"):
            logs = np.where(counts < 0, -np.inf, np.log1p(np.maximum(counts, 0) / self.scale))
        away = logs - self.centre
        return np.asarray(away / np.where(away < 0, self.below, self.above))


def play(rows: pd.DataFrame, whole: bool, draws: int, rng: np.random.Generator) -> Play:
    """Draw candidates with replacement, and an outcome for each, `draws` times; `whole` for outcomes that are rare counts."""
    quoted = rows[rows["fee"].notna()]
    outcome, fee = _drawn(rows, whole, draws, rng)
    paid = (outcome, fee) if len(quoted) == len(rows) else _drawn(quoted, whole, draws, rng)
    per_money = np.divide(*paid, out=np.full(draws, np.inf), where=paid[1] > 0)
    return Play(rows, quoted, outcome / len(rows), per_money)


def _drawn(rows: pd.DataFrame, whole: bool, draws: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Total outcome and total fee of candidates drawn with replacement, once per repetition."""
    outcome, fee, count, fees = np.zeros(draws), np.zeros(draws), len(rows), rows["fee"].to_numpy()
    shape = shape_of(rows)
    step = max(1, BLOCK // max(count, 1))
    for start in range(0, draws if count else 0, step):
        picked = rng.integers(0, count, (min(step, draws - start), count))
        counts = shape.of(picked).outcomes(rng.standard_normal(picked.shape), whole, rng)
        outcome[start : start + step], fee[start : start + step] = counts.sum(axis=1), fees[picked].sum(axis=1)
    return outcome, fee


def shape_of(rows: pd.DataFrame) -> Shape:
    """The distribution of each row (`expected`, `p10`, `p50`, `p90`): two halves of normals, through the quantiles."""
    low, centre, high = (np.log1p(rows[c].to_numpy()) for c in ("p10", "p50", "p90"))
    below, above = np.maximum(centre - low, 1e-9) / EIGHTY, np.maximum(high - centre, 1e-9) / EIGHTY
    expected, mean = rows["expected"].to_numpy(), _mean(centre, below, above)
    rare = (mean == 0) & (expected > 0)  # even p90 is zero: the expected value is all there is to go by
    scale = np.where((mean > 0) & (expected > 0), expected / np.where(mean > 0, mean, 1), 1.0)
    return Shape(np.where(rare, np.log1p(expected), centre), below, above, scale)


def _mean(centre: np.ndarray, below: np.ndarray, above: np.ndarray) -> np.ndarray:
    """Mean of the two-piece distribution floored at zero, in closed form."""
    floor = -centre / below
    upper = np.exp(centre + above**2 / 2) * ndtr(above) - 0.5
    lower = np.exp(centre + below**2 / 2) * (ndtr(-below) - ndtr(floor - below)) - (0.5 - ndtr(floor))
    total: np.ndarray = upper + lower
    return np.where(total > 1e-6, total, 0.0)
