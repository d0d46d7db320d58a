"""Counts have an age: how they grow from one age to another, learned from counts over time, and what they are at a horizon.

The growth of a count is a chain of development factors (the chain ladder of claims reserving; Mack 1993, "Distribution-free
calculation of the standard error of chain ladder reserve estimates"): the slope of its log per log of age, one a rung of age,
by platform and format. Each slope is drawn towards that of the platform, and this one towards a default curve.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.tables.plain_data import typed

YOUNGEST, STEP, RUNGS = 0.25, float(np.log(2.0) / 2.0), 26  # days, of log age, and how many: from 6 hours to 2,048 days
KNOTS = np.log(YOUNGEST) + STEP * np.arange(RUNGS + 1)
DEFAULT_PAIRS = 30.0  # pairs of counts in a rung with which what was learned there counts as much as what it is drawn towards
LEAST_DEVIATION = 0.01  # of a pair's log growth: whole numbers and delays of counting
HUBER = 1.345  # residuals beyond it, in deviations, count less: 95 % as efficient as least squares if all were normal
ROUNDS = 20
HORIZON = 28.0  # days, of an outcome that is no target

# Slopes of the default curve: `pace` x age^-0.83, at most `pace` and at least `tail`; assumptions. YouTube's was drawn by how
# much 3,928 videos grew in a week, the others' so that as little comes after a day or a week as on public Instagram posts.
PACE, TAIL, FADING = {"youtube": 0.6, "": 0.25}, {"youtube": 0.1, "": 0.0}, 0.83

Kind = Literal["typical", "mean", "deviation"]


@dataclass(frozen=True)
class Curve:
    """Slopes of a log count per log age, a rung each: their median over posts, their mean, and how far posts deviate."""

    typical: tuple[float, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]


@lru_cache
def default_curve(platform: str) -> Curve:
    """What is assumed of a platform of which no counts over time were kept."""
    age = np.exp(KNOTS[:-1] + STEP / 2)
    known = platform if platform in PACE else ""
    slopes = tuple(float(slope) for slope in np.clip(PACE[known] * age**-FADING, TAIL[known], PACE[known]))
    return Curve(slopes, slopes, slopes)


@dataclass(frozen=True)
class Growth:
    """How counts are made comparable: the age to which each outcome is brought, and its learned curves by `platform` and
    `platform/format`; and by how much its log lies higher in posts that were selected for their success.

    An outcome without a horizon stands as it was counted.
    """

    horizons: Mapping[str, float] = field(default_factory=dict)
    curves: Mapping[str, Mapping[str, Curve]] = field(default_factory=dict)
    gaps: Mapping[str, float] = field(default_factory=dict)

    def curve(self, outcome: str, platform: str, form: str) -> Curve:
        """The curve of the narrowest group that was learned, else the default."""
        learned = self.curves.get(outcome, {})
        return learned.get(f"{platform}/{form}") or learned.get(platform) or default_curve(platform)

    def log_factor(self, outcome: str, group: pd.DataFrame, age: np.ndarray, kind: Kind, to: float | None = None) -> np.ndarray:
        """Log of what a count of some age is multiplied by to be that of the horizon, or of the age `to`; negative if older.
        As a `deviation`, the standard deviation of that log from post to post.

        Parameters
        ----------
        group
            `platform` and `format` of each count; missing values are a group without a name.
        age
            In days.
        """
        horizon = self.horizons.get(outcome) if to is None else to
        found = np.zeros(len(age))
        if horizon is None:
            return found
        spent = _between(age, np.full(len(age), horizon))
        for (platform, form), places in _names(group).groupby(["platform", "format"]).indices.items():
            found[places] = spent[places] @ np.array(getattr(self.curve(outcome, platform, form), kind))
        return found

    def steps(self, outcome: str, platform: str, form: str) -> np.ndarray:
        """Of the typical curve the log factor from where each rung begins to the horizon, and its slope; shape (rungs, 2)."""
        if outcome not in self.horizons:
            return np.zeros((RUNGS, 2))
        slopes = np.array(self.curve(outcome, platform, form).typical)
        begins = np.exp(KNOTS[:-1])
        return np.column_stack([_between(begins, np.full(RUNGS, self.horizons[outcome])) @ slopes, slopes])

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        curves = {outcome: {name: asdict(curve) for name, curve in groups.items()} for outcome, groups in self.curves.items()}
        return {"horizons": dict(self.horizons), "curves": curves, "gaps": dict(self.gaps)}


AS_COUNTED = Growth()  # every count stands as it was taken


def curve_tables(growth: Growth, outcomes: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The typical curves as tables that SQL reads.

    Returns
    -------
    `name` of each group (`platform` or `platform/format`) and its `code`, that of all others being 0; and by `outcome`, `curve`
    (a code) and `rung` where the rung `begins` (log age), the log `factor` from there to the horizon and the `slope`.
    """
    learned = {name for groups in growth.curves.values() for name in groups}
    names = ["", *sorted((learned | {*PACE}) - {""})]
    steps = []
    for outcome in outcomes:
        for code, name in enumerate(names):
            factor, slope = growth.steps(outcome, *name.partition("/")[::2]).T
            steps.append(
                {"outcome": outcome, "curve": code, "rung": range(RUNGS), "begins": KNOTS[:-1], "factor": factor, "slope": slope}
            )
    codes = pd.DataFrame({"name": pd.Series(names, dtype="str"), "code": range(len(names))})
    return codes, pd.concat([pd.DataFrame(one) for one in steps], ignore_index=True)


def growth_from_json(data: Mapping[str, Any]) -> Growth:
    """The inverse of `to_json`."""
    return typed(Growth, data)


def horizons(catalogue: Catalogue) -> dict[str, float]:
    """The age in days to which each outcome of posts is brought."""
    targets = {recipe.outcome: recipe.horizon_days for recipe in catalogue.recipes.values()}
    counted = (name for name, entry in catalogue.entries.items() if entry.known == "after_booking" and entry.denominator)
    return {name: targets.get(name, HORIZON) for name in counted}


def fit_curves(pairs: pd.DataFrame) -> dict[str, Curve]:
    """The curves of one outcome, from two counts of a post each.

    Parameters
    ----------
    pairs
        `platform`, `format`, `age` and `next_age` in days, `count` and `next_count`; later counts lie above earlier ones.
    """
    names, curves = _names(pairs), dict[str, Curve]()
    spent = _between(pairs["age"].to_numpy(), pairs["next_age"].to_numpy())
    grown = np.log1p(pairs["next_count"].to_numpy()) - np.log1p(pairs["count"].to_numpy())
    for platform, places in names.groupby("platform").indices.items():
        curves[platform] = _fit_curve(spent[places], grown[places], default_curve(platform))
    for (platform, form), places in names.groupby(["platform", "format"]).indices.items():
        curves[f"{platform}/{form}"] = _fit_curve(spent[places], grown[places], curves[platform])
    return curves


def _fit_curve(spent: np.ndarray, grown: np.ndarray, prior: Curve) -> Curve:
    """The median, the mean and the deviation of the slopes, each drawn towards the prior's as if by some pairs in every rung."""
    deviation = np.array(prior.deviation)
    scale, strength = spent @ deviation + LEAST_DEVIATION, DEFAULT_PAIRS / np.maximum(deviation, LEAST_DEVIATION) ** 2
    mean = _ridge(spent, grown, scale, np.array(prior.mean), strength)
    typical = _ridge(spent, grown, scale, np.array(prior.typical), strength)
    for _ in range(ROUNDS):
        off = np.abs(grown - spent @ typical) / scale
        robust = scale / np.sqrt(np.minimum(1.0, HUBER / np.maximum(off / _median_deviation(off), 1e-9)))
        typical = _ridge(spent, grown, robust, np.array(prior.typical), strength)
    # of a normal variable the mean absolute deviation is sqrt(2/pi) of the standard one
    off = np.abs(grown - spent @ mean) * np.sqrt(np.pi / 2.0)
    return Curve(_slopes(typical), _slopes(mean), _slopes(_ridge(spent, off, scale, deviation, strength)))


def _median_deviation(off: np.ndarray) -> float:
    return max(float(np.median(off)) / 0.6745, LEAST_DEVIATION)


def _ridge(spent: np.ndarray, y: np.ndarray, scale: np.ndarray, prior: np.ndarray, strength: np.ndarray) -> np.ndarray:
    weighted = spent / scale[:, None]
    lifted = weighted.T @ ((y - spent @ prior) / scale)
    return prior + np.linalg.solve(weighted.T @ weighted + np.diag(strength), lifted)


def _slopes(found: np.ndarray) -> tuple[float, ...]:
    return tuple(float(slope) for slope in np.maximum(found, 0.0))


def _between(age: np.ndarray, to: np.ndarray) -> np.ndarray:
    """Log age passed in each rung on the way from one age to the other, negative if backwards; shape (n, rungs)."""
    begin, end = (np.clip(np.log(np.maximum(one, YOUNGEST)), KNOTS[0], KNOTS[-1])[:, None] for one in (age, to))
    low, high = np.minimum(begin, end), np.maximum(begin, end)
    passed = np.clip(np.minimum(KNOTS[1:], high) - np.maximum(KNOTS[:-1], low), 0.0, None)
    return np.where(end < begin, -passed, passed)


def _names(frame: pd.DataFrame) -> pd.DataFrame:
    """`platform` and `format` as text, an empty one where there is none."""
    return pd.DataFrame(
        {
            name: (frame[name].astype("str").fillna("") if name in frame else pd.Series("", frame.index, dtype="str")).to_numpy()
            for name in ("platform", "format")
        }
    )
