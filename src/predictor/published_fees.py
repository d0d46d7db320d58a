"""Fees that others have published: they stand in, flagged, where one's own history has too few quotes.

A published band tells what is usual, not how quotes spread around it, so the range goes from half its lower end to twice its
upper one, as for the published rates of `published`. No currency is converted: a figure speaks of its own alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import yaml

from predictor.catalogue import Closed
from predictor.design import combinations
from predictor.fee_line import numbers, words

AROUND = 2.0  # below the lower end and above the upper one
COLUMNS = ["fair_low", "fair", "fair_high", "fair_source"]


class FeeFigure(Closed):
    """A published band of fees, of creators with so many followers, or of one platform."""

    currency: str
    platform: str | None = None
    followers: tuple[float, float] | None = None
    per: Literal["post", "thousand_impressions"]
    fees: tuple[float, float]
    source: str
    year: int


class PublishedFees(Closed):
    """What `published_fees.yaml` holds; `left_out` are values by column of which no figure speaks."""

    left_out: dict[str, tuple[str, ...]]
    figures: tuple[FeeFigure, ...]


def fee_figures() -> PublishedFees:
    """The published fees, each with its source, year, currency and denominator."""
    return PublishedFees.model_validate(yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")))


def published_fees(rows: pd.DataFrame) -> pd.DataFrame:
    """What published fees say of each row, for all its posts, in its own currency.

    Returns
    -------
    Index of `rows`; `fair_low`, `fair` (the geometric middle of the band), `fair_high` and `fair_source`; all missing where no
    figure speaks of the row's currency, size or platform. Figures per impression need `reach_expected`.
    """
    told = pd.DataFrame(np.nan, index=rows.index, columns=COLUMNS).astype({"fair_source": "str"})
    published = fee_figures()
    first, which = combinations(rows, ("currency", "platform", *published.left_out))
    alike, people = rows.iloc[first], numbers(rows, "followers")
    silent = np.zeros(len(alike), dtype=bool)
    for column, values in published.left_out.items():
        silent |= words(alike, column).isin(values).to_numpy()
    for one in published.figures:
        spoken = pd.Series((_about(one, alike) & ~silent)[which], index=rows.index)
        if one.followers is not None:
            spoken &= people.between(*one.followers, inclusive="left")
        units = _units(one, rows[spoken])
        known, (low, high) = units.index[units > 0], one.fees
        bands = np.array([low / AROUND, np.sqrt(low * high), high * AROUND])
        told.loc[known, COLUMNS[:3]] = units[known].to_numpy()[:, None] * bands
        told.loc[known, "fair_source"] = f"{one.source} {one.year}"
    return told


def _about(one: FeeFigure, rows: pd.DataFrame) -> np.ndarray:
    """Rows in the currency, and on the platform, of which a figure speaks."""
    spoken = words(rows, "currency").str.upper() == one.currency
    return (spoken if one.platform is None else spoken & (words(rows, "platform") == one.platform)).to_numpy(dtype=bool)


def _units(one: FeeFigure, rows: pd.DataFrame) -> pd.Series:
    return numbers(rows, "posts").fillna(1.0) if one.per == "post" else numbers(rows, "reach_expected") / 1000
