"""Forecasts from what others have published, for platforms of which the history has nothing.

Sources disagree two- to fivefold, because they count different accounts. So p10 to p90 spans from half the lowest to twice
the highest figure that was found for the platform and tier, and at least from a fifth of the typical one to five times it, as
a lone source may be that far off. The typical figure is taken for the median, and the mean is that of a log-normal with this
least width: 2.2 times the median. What widens an interval further is disagreement of sources, not chance.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import yaml

from predictor.definitions.phrases import Phrases
from predictor.definitions.schema import Closed, Recipe
from predictor.tables.columns import BOUNDS, FORECAST, assumed_column
from predictor.tables.frames import main_value

WIDENING = 2.0  # beyond the lowest and the highest figure
MIN_FACTOR = 5.0  # either way from the typical one
SIGMAS = 2.563  # standard deviations between the 10 % and the 90 % quantile of a normal
MAX_SOURCES = 3  # sources named in a sentence, the newest first


class Figure(Closed):
    """A published rate per follower and post: one figure or the ends of a band, of a tier or of a whole platform."""

    outcome: str
    platform: str
    tier: str | None = None
    rates: tuple[float, ...]
    source: str
    year: int


class Published(Closed):
    """What `published_rates.yaml` holds."""

    left_out: tuple[str, ...]
    figures: tuple[Figure, ...]


@lru_cache
def published() -> Published:
    """The published figures, each with its source and year."""
    return Published.model_validate(yaml.safe_load((files("predictor.scoring") / "published_rates.yaml").read_text("utf-8")))


@lru_cache
def published_rates() -> pd.DataFrame:
    """Rates per follower and post: the typical figure and the extremes of all sources.

    Returns
    -------
    One row per `outcome`, `platform` and `tier` (blank: every figure of the platform, for a tier that has none), with `low`,
    `typical` (the median on the log scale, a band counting by its geometric mean), `high`, and `source`: names and years.
    """
    newest_first = sorted(published().figures, key=lambda one: -one.year)
    figures = pd.DataFrame(
        [{"tier": tier, **_summary(one)} for one in newest_first for tier in dict.fromkeys((one.tier or "", ""))]
    )
    grouped = figures.groupby(["outcome", "platform", "tier"], sort=True)
    rates = grouped.agg(
        low=("low", "min"), log=("log", "median"), high=("high", "max"), source=("source", lambda s: ", ".join(dict.fromkeys(s)))
    )
    return rates.assign(typical=np.exp(rates.pop("log"))).reset_index()


def published_forecast(rows: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    """What the published figures say of each row, as counts for the whole booking.

    Returns
    -------
    Index of `rows`; `expected`, `p10`, `p50`, `p90`, and `source`. All are missing where nobody published a rate for the outcome
    and platform, where the audience is not known, and for stories and lives, which the figures are not about.
    """
    rates = _rates_of(rows, recipe.outcome)
    exposure = _number(rows, "followers")
    exposure = exposure.where(exposure > 0) * _number(rows, "posts").fillna(1.0)
    forecasts = pd.DataFrame(
        {
            "p10": exposure * np.minimum(rates["low"] / WIDENING, rates["typical"] / MIN_FACTOR),
            "p50": exposure * rates["typical"],
            "p90": exposure * np.maximum(rates["high"] * WIDENING, rates["typical"] * MIN_FACTOR),
        }
    )
    forecasts["expected"] = forecasts["p50"] * np.exp((2 * np.log(MIN_FACTOR) / SIGMAS) ** 2 / 2)
    return forecasts.assign(source=rates["source"].where(forecasts["p50"].notna()))[[*FORECAST, "source"]]


def published_note(forecasts: pd.DataFrame, rows: pd.DataFrame, phrases: Phrases, reason: pd.Series | None = None) -> pd.Series:
    """A sentence for every row that `published_forecast` answers: that the figures are not the user's own, and whose they are.

    `reason` says of some rows why the history does not answer them; of the others it has nothing from their platform.
    """
    names = {name: phrases.label(words) for name, words in phrases.catalogue.entries["platform"].categories.items()}
    unseen = [phrases.say("evidence_no_data", platform=names.get(one, one)) for one in _words(rows, "platform")]
    reasons = pd.Series(unseen, index=rows.index) if reason is None else reason.fillna(pd.Series(unseen, index=rows.index))
    sentences = [
        phrases.say("evidence_published", reason=why, sources=_first_sources(sources, phrases)) if pd.notna(sources) else None
        for why, sources in zip(reasons, forecasts["source"], strict=True)
    ]
    return pd.Series(sentences, index=rows.index, dtype="str")


def pooled_note(recipe: Recipe, labels: int, phrases: Phrases) -> str:
    """That so few results are on record that everybody's forecast is that of an earlier target times one rate."""
    earlier = phrases.noun(phrases.catalogue.recipes[recipe.stages[0]].label)
    outcome = phrases.noun(phrases.catalogue.entries[recipe.outcome].label)
    return phrases.say("evidence_pooled", outcome=outcome, earlier=earlier, count=labels, least=recipe.minimum_labels)


def _first_sources(sources: str, phrases: Phrases) -> str:
    each = sources.split(", ")
    rest = len(each) - MAX_SOURCES
    return ", ".join(each[:MAX_SOURCES]) + (phrases.say("evidence_more", count=rest) if rest > 0 else "")


def _summary(one: Figure) -> dict[str, Any]:
    logs = float(np.mean(np.log(one.rates)))
    named = {"outcome": one.outcome, "platform": one.platform, "source": f"{one.source} {one.year}"}
    return {**named, "low": min(one.rates), "log": logs, "high": max(one.rates)}


def _rates_of(rows: pd.DataFrame, outcome: str) -> pd.DataFrame:
    rates = published_rates()
    rates = rates[rates["outcome"] == outcome].set_index(["platform", "tier"])[["low", "typical", "high", "source"]]
    platform, tier, form = (_words(rows, column) for column in ("platform", "tier", "format"))
    tier = tier.where(pd.MultiIndex.from_arrays([platform, tier]).isin(rates.index), "")
    found = rates.reindex(pd.MultiIndex.from_arrays([platform, tier])).set_axis(rows.index)
    return found.mask(form.isin(published().left_out))


def _words(rows: pd.DataFrame, column: str) -> pd.Series:
    return main_value(rows[column]).fillna("") if column in rows else pd.Series("", index=rows.index)


def _number(rows: pd.DataFrame, column: str) -> pd.Series:
    return pd.to_numeric(rows[column]).astype(float) if column in rows else pd.Series(np.nan, index=rows.index)


# A planner's own assumption where no model exists: a newspaper's readers, a show's viewers, a platform without history.
#
# It enters as a range that is taken for the middle 80 % of a log-normal, and stays marked as an assumption in every total.


def assumed_forecast(rows: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    """What the planner assumes of each row, as counts for the whole booking.

    Returns
    -------
    Index of `rows`; `expected`, `p10`, `p50`, `p90`, all missing where `assumed_…_low` and `assumed_…_high` are not both given.
    """
    low, high = (_number(rows, assumed_column(recipe.outcome, bound)) for bound in BOUNDS)
    forecasts = pd.DataFrame({"p10": low, "p50": np.sqrt(low * high), "p90": high}).where(low.notna() & high.notna())
    sigma = np.log(forecasts["p90"].clip(lower=1e-9) / forecasts["p10"].clip(lower=1e-9)) / SIGMAS
    return forecasts.assign(expected=forecasts["p50"] * np.exp(sigma.where(forecasts["p10"] > 0, 0.0) ** 2 / 2))[list(FORECAST)]


def assumed_note(forecasts: pd.DataFrame, phrases: Phrases) -> pd.Series:
    """A sentence for every row that rests on an assumption."""
    sentences = [
        phrases.say("evidence_assumed", low=phrases.compact(low), high=phrases.compact(high)) if pd.notna(low) else None
        for low, high in zip(forecasts["p10"], forecasts["p90"], strict=True)
    ]
    return pd.Series(sentences, index=forecasts.index, dtype="str")
