"""Counts of posts that are younger than the forecast's horizon, and what they are on course for when they are as old."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from predictor.asof.growth import AS_COUNTED, LEAST_DEVIATION, Growth, horizons
from predictor.definitions.schema import Catalogue, Recipe
from predictor.forecasting.sampling import EIGHTY

DAYS = ("posted_on", "counted_on")  # when the post of a result was published, and when it was counted
COURSE = ("on_course", "on_course_low", "on_course_high")
DAY = pd.Timedelta(days=1)


class Horizon(NamedTuple):
    """The age in days at which the outcome of a post is final, and how counts grow until then; None where nobody knows."""

    days: float
    growth: Growth | None


def horizon_of(recipe: Recipe, catalogue: Catalogue, growth: Growth = AS_COUNTED) -> Horizon:
    """The horizon of a target; `growth` as a model learned it, by default the assumed one.

    Rare counts (clicks, orders) and money have no growth unless one was learned: the default curve is of what people do with a
    post.
    """
    outcome = recipe.outcome
    known = catalogue.entries[outcome].carried_by("posts") and (outcome in growth.curves or not recipe.counts)
    return Horizon(recipe.horizon_days, replace(growth, horizons=horizons(catalogue)) if known else None)


def with_course(results: pd.DataFrame, counted: pd.Series, outcome: str, horizon: Horizon) -> pd.DataFrame:
    """The age of each result, and what those younger than the horizon are on course for.

    Parameters
    ----------
    results
        `posted_on` and `counted_on` (UTC), `platform` and `format`, each where it is known.
    counted
        The outcome of each result.

    Returns
    -------
    For each result its `age` in days (missing where a day is), whether it is `early` (the day of the horizon not reached), the
    mean at the horizon (`on_course`; missing where it is not early, or growth is unknown) with its 80 % interval, which never
    lies below what was counted, and whether growth was `learned` from counts over time of its platform.
    """
    days = [pd.to_datetime(results[name]) if name in results else pd.Series(pd.NaT, results.index) for name in DAYS]
    age = ((days[1] - days[0]) / DAY).clip(lower=0.0)  # counted on the day of the post, at an hour that nobody wrote down
    early = np.ceil(age) < horizon.days
    found = pd.DataFrame({"age": age, "early": early, **dict.fromkeys(COURSE, np.nan), "learned": False}, index=results.index)
    if horizon.growth is None or not early.any():
        return found
    young, ages = results[early], age[early].to_numpy()
    grown, deviation = (horizon.growth.log_factor(outcome, young, ages, kind) for kind in ("mean", "deviation"))
    reach = EIGHTY * (deviation + LEAST_DEVIATION)
    logs = {"on_course": grown, "on_course_low": np.maximum(grown - reach, 0.0), "on_course_high": grown + reach}
    for name, log in logs.items():
        found.loc[early, name] = np.expm1(np.log1p(counted[early]) + log)
    platforms = results["platform"] if "platform" in results else pd.Series(None, results.index, dtype="str")
    found["learned"] = early & platforms.isin([*horizon.growth.curves.get(outcome, {})])
    return found
