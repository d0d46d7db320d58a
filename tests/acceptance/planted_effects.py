"""Does `kol_effect` find what is there? It is asked in invented worlds where being a KOL goes with a known factor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import joblib
import pandas as pd

from predictor.definitions.schema import Recipe
from predictor.evaluation.kol_effect import KolEffect, kol_effect
from predictor.simulation.agency import World, simulate
from predictor.simulation.counts import COUNTS


@dataclass(frozen=True)
class Size:
    """How large the worlds are; 150 creators are about twenty-five KOLs who can be compared."""

    creators: int = 150
    campaigns: int = 10
    months: int = 6


def coverage_of_kol_effect(
    recipe: Recipe,
    planted: Sequence[float] = (1.0, 0.7, 1.3),
    seeds: int = 100,
    *,
    size: Size = Size(),  # noqa: B008 - frozen
    level: float = 0.9,
    draws: int = 1000,
    jobs: int = 2,
    progress: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """How often the interval of `kol_effect` holds the planted factor on engagement, which is to be near `level`.

    Parameters
    ----------
    recipe
        The target whose outcome is `engagements`.

    Returns
    -------
    One row per planted factor: `planted`, `covered` (worlds whose interval holds it), `seeds` (worlds with an interval),
    `median_estimate`.
    """
    asked = [(factor, seed) for factor in planted for seed in range(1, seeds + 1)]
    tasks = [joblib.delayed(_found)(recipe, factor, seed, size, level, draws) for factor, seed in asked]
    rows = []
    for number, (factor, found) in enumerate(joblib.Parallel(n_jobs=jobs, return_as="generator")(tasks), start=1):
        rows.append({"planted": factor, "times": found.times, "low": found.low, "high": found.high})
        progress(f"[{number}/{len(tasks)}] planted {factor:g}")
    intervals = pd.DataFrame(rows).dropna().assign(held=lambda row: row["planted"].between(row["low"], row["high"]))
    return intervals.groupby("planted", sort=False, as_index=False).agg(
        covered=("held", "sum"), seeds=("held", "size"), median_estimate=("times", "median")
    )


def invented_posts(world: World) -> pd.DataFrame:
    """Posts with their creators: the columns that `kol_effect` reads of training examples, without the features of history."""
    posts = world.frames["posts"]
    counted = posts[COUNTS].astype(float).sum(axis=1, min_count=1)
    posts = posts.assign(engagements=counted, posts=1.0, at=posts["published_at"])
    return posts.merge(world.frames["creators"], on="creator_id")


def _found(recipe: Recipe, factor: float, seed: int, size: Size, level: float, draws: int) -> tuple[float, KolEffect]:
    change = {"engagement": {"kol": factor}}
    world = simulate(seed, size.creators, size.campaigns, size.months, change=change)
    return factor, kol_effect(invented_posts(world), recipe, level=level, draws=draws, seed=seed)
