"""Influencer or KOL, apart from size: what being a KOL goes with at equal audience, platform and niche.

It is an association in one history, never an effect: KOLs differ from influencers in ways that nobody recorded, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from predictor.catalogue import Catalogue, Recipe
from predictor.clustered import interval, sums_of_counts, sums_of_logs
from predictor.examples import exposure
from predictor.texts import noun, percent, say

KINDS = ("influencer", "kol")
SEEN = ("creator_id", "kind", "platform", "niche", "format", "sponsored", "followers", "at")
LEAST = 8  # creators of each kind
LEAST_IN_CELL = 2  # creators of each kind, on a platform or in a niche that tells something
ALIKE = 2.0  # how many times larger or smaller than everybody of the other kind a creator may be
NO_NICHE = "not stated"
KINK = 15_000.0  # followers from which rates fall more slowly with size
SPREADS = {"platform": 30.0, "size": 1.0, "size_here": 0.2, "niche": 0.3, "format": 1.0, "sponsored": 1.0, "season": 0.3}


@dataclass(frozen=True)
class KolEffect:
    """What being a KOL rather than an influencer goes with, all else equal that was recorded.

    `times` is the factor on the outcome's rate per exposure (of its mean for rare counts, else of its median), from `low` to
    `high` at `level`. `influencers`, `kols` and `rows` count those who could be compared. Where these are too few there is no
    factor, and `why_not` is `few` (in all: then everybody with an outcome is counted) or `overlap` (on platforms
    and in niches that both kinds share, and of about one size); the wording has a sentence for each.
    """

    target: str
    level: float
    influencers: int
    kols: int
    rows: int
    times: float | None = None
    low: float | None = None
    high: float | None = None
    why_not: Literal["few", "overlap"] | None = None


def kol_effect(examples: pd.DataFrame, recipe: Recipe, *, level: float = 0.9, draws: int = 1000, seed: int = 1) -> KolEffect:
    """Compare KOLs with influencers at equal audience, platform and niche; also at equal format, sponsorship and season.

    Creators are compared, not posts: a regression on the log rate in which each creator has a level of its own, with slopes
    of size by platform that bend at 15,000 followers, and an interval from drawing whole creators again. Only platforms and
    niches with creators of both kinds take part, and only creators at most twice as large, or half as small, as everybody of
    the other kind there.

    Parameters
    ----------
    examples
        As `training_examples` returns them; only `creator_id`, `kind`, `platform`, `niche`, `format`, `sponsored`,
        `followers`, `at`, the recipe's outcome and its exposure are read.
    """
    told = _told(examples, recipe)
    everybody = KolEffect(recipe.name, level, *_creators(told), len(told), why_not="few")
    if min(everybody.influencers, everybody.kols) < LEAST:
        return everybody
    rows = _comparable(told)
    found = KolEffect(recipe.name, level, *_creators(rows), len(rows))
    if min(found.influencers, found.kols) < LEAST:
        return replace(found, why_not="overlap")
    cluster, strata = pd.factorize(rows["creator_id"])[0], rows.groupby("creator_id", sort=False)["kind"].first()
    (seen, spread), people = _inputs(rows), exposure(rows, recipe.exposure)
    counts = rows[recipe.outcome].to_numpy(dtype=float)
    if recipe.counts:
        sums = sums_of_counts(seen, counts, people, cluster, spread)
    else:
        sums = sums_of_logs(seen, np.log1p(counts) - np.log(people), cluster, pd.factorize(rows["platform"])[0], spread)
    logs = interval(sums, strata.to_numpy(), level, draws, np.random.default_rng(seed), cautious=recipe.counts)
    times, low, high = (float(np.exp(log)) for log in logs)
    return replace(found, times=times, low=low, high=high)


def effect_in_words(effect: KolEffect, catalogue: Catalogue, lang: str) -> str:
    """One sentence: how much higher or lower, or no clear difference, or too few to say."""
    outcome = noun(lang, catalogue.entries[catalogue.recipes[effect.target].outcome].label.model_dump())
    if effect.times is None or effect.low is None or effect.high is None:
        counted = {"least": LEAST, "influencers": effect.influencers, "kols": effect.kols}
        return say(lang, f"kol_effect_{effect.why_not}", outcome=outcome, **counted)
    verdict = "lower" if effect.high < 1.0 else "higher" if effect.low > 1.0 else "unclear"
    told = {"share": percent(lang, abs(effect.times - 1.0)), "level": percent(lang, effect.level)}
    ends = {"low": _by(effect.low, lang), "high": _by(effect.high, lang), "by": _by(effect.times, lang)}
    return say(lang, f"kol_effect_{verdict}", outcome=outcome, **told, **ends)


def _by(times: float, lang: str) -> str:
    side = "lower" if times < 1.0 else "higher"
    return say(lang, f"kol_effect_by_{side}", share=percent(lang, abs(times - 1.0)))


def _told(examples: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    """Rows of influencers and KOLs with an outcome and an audience."""
    rows = examples.reindex(columns=list(dict.fromkeys([*SEEN, *recipe.exposure, recipe.outcome])))
    rows = rows[rows[["creator_id", "platform", recipe.outcome]].notna().all(axis=1) & rows["kind"].isin(KINDS)]
    rows = rows.assign(followers=rows["followers"].astype(float))
    return rows[rows["followers"] > 0].reset_index(drop=True)


def _creators(rows: pd.DataFrame) -> tuple[int, int]:
    """How many influencers and how many KOLs."""
    counted = rows.groupby("kind")["creator_id"].nunique()
    return int(counted.get("influencer", 0)), int(counted.get("kol", 0))


def _comparable(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of creators whose platform and niche have both kinds, with somebody of the other kind about as large or beyond."""
    each = rows.groupby("creator_id").agg({"platform": "first", "kind": "first", "niche": "first", "followers": "median"})
    cells = each.groupby(["platform", "kind"])["followers"].agg(["size", "min", "max"])
    cells = cells.reindex(pd.MultiIndex.from_product([each["platform"].unique(), KINDS])).unstack()
    both = (cells["size"] >= LEAST_IN_CELL).all(axis=1)
    least, most = cells["min"].max(axis=1).where(both) / ALIKE, cells["max"].min(axis=1).where(both) * ALIKE
    fits = each["followers"].between(each["platform"].map(least), each["platform"].map(most)) & _niche_of_both(each)
    return rows[rows["creator_id"].isin(fits.index[fits])].reset_index(drop=True)


def _niche_of_both(each: pd.DataFrame) -> pd.Series:
    """Whether a creator has a niche that some of either kind have: being an actor and being a KOL may be the same thing."""
    named = each.assign(niche=each["niche"].astype("str").fillna(NO_NICHE).str.split(";")).explode("niche")
    of_kind = pd.crosstab(named["niche"], named["kind"]).reindex(columns=list(KINDS), fill_value=0)
    shared = of_kind.index[(of_kind >= LEAST_IN_CELL).all(axis=1)]
    return named["niche"].isin(shared).groupby(level=0).any()


def _inputs(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Rows × p, being a KOL first, and the prior spread of each coefficient (p)."""
    size = np.log(rows["followers"].to_numpy() / KINK)
    slopes, platform = np.column_stack([size, np.maximum(size, 0.0)]), _levels(rows["platform"])
    blocks = {
        "platform": platform,
        "size": slopes,
        "size_here": np.hstack([here[:, None] * slopes for here in platform.T]),
        "niche": _shares(rows["niche"]),
        "format": _levels(rows["platform"] + " " + rows["format"].astype("str").fillna("")),
        "sponsored": rows[["sponsored"]].astype("boolean").fillna(False).to_numpy(dtype=float),
        "season": _levels(pd.to_datetime(rows["at"]).dt.to_period("Q")),
    }
    kol = (rows["kind"] == "kol").to_numpy(dtype=float)[:, None]
    spread = [SPREADS["platform"], *(SPREADS[name] for name, block in blocks.items() for _ in range(block.shape[1]))]
    return np.hstack([kol, *blocks.values()]), np.array(spread)


def _shares(subjects: pd.Series) -> np.ndarray:
    """Rows × one column a subject: an equal share for each that the row names; naming none is one too."""
    named = subjects.astype("str").fillna(NO_NICHE).str.get_dummies(";").to_numpy(dtype=float)
    shares: np.ndarray = named / named.sum(axis=1, keepdims=True)
    return shares


def _levels(values: pd.Series) -> np.ndarray:
    """Rows × one column a value; a missing one has none of them."""
    codes, names = pd.factorize(values)
    return np.vstack([np.eye(len(names)), np.zeros(len(names))])[codes]
