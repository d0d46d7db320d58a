"""Two pictures of a trained target: what it looks at, and whether its intervals keep their word."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from predictor.catalogue import Catalogue
from predictor.model import Model


def importance_plot(model: Model, catalogue: Catalogue, most: int = 15) -> Figure:
    """Bars of each feature's share of the gain in the correction, known creators beside strangers."""
    figure = Figure(figsize=(9, 5), layout="constrained")
    for axes, side in zip(figure.subplots(1, 2), ("known", "stranger"), strict=True):
        part = getattr(model, side)
        gain = pd.Series(part.booster.feature_importance("gain"), index=part.booster.feature_name())
        top = (gain / max(gain.sum(), 1e-12)).sort_values().tail(most)
        axes.barh([catalogue.entries[name].label.en for name in top.index], top.to_numpy(), color="#4c78a8")
        axes.set_title(f"{side}, from {part.anchor},\n{part.share:.0%} of the correction", fontsize=9)
        axes.tick_params(labelsize=8)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    figure.suptitle(f"{model.recipe.label.en}: what the correction looks at (share of gain)", fontsize=10)
    return figure


def calibration_plot(predictions: pd.DataFrame, target: str) -> Figure:
    """Forecast against outcome by tenth of the forecast, with the 80 % interval, one panel a split."""
    splits = list(predictions["split"].unique())
    figure = Figure(figsize=(1 + 3.5 * len(splits), 4), layout="constrained")
    for axes, split in zip(np.atleast_1d(figure.subplots(1, len(splits))), splits, strict=True):
        rows = predictions[predictions["split"] == split]
        tenth = (rows["expected"].rank(method="first") - 1) * 10 // len(rows)  # of a single row too
        means = rows.groupby(tenth)[["expected", "actual", "p10", "p90"]].mean() + 1
        axes.fill_between(means["expected"], means["p10"], means["p90"], color="#4c78a8", alpha=0.2, label="mean p10 to p90")
        axes.plot(means["expected"], means["actual"], "o-", color="#4c78a8", label="mean outcome")
        axes.plot(means["expected"], means["expected"], ":", color="grey", label="as forecast")
        axes.set(xscale="log", yscale="log", xlabel="mean forecast + 1", ylabel="mean outcome + 1")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_minor_formatter(NullFormatter())
            axis.set_major_locator(LogLocator(numticks=6, subs=(1.0, 3.0)))
            axis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        inside = ((rows["actual"] >= rows["p10"]) & (rows["actual"] <= rows["p90"])).mean()
        axes.set_title(f"{split.replace('_', ' ')}\n{inside:.0%} inside the 80 % interval", fontsize=9)
        axes.legend(fontsize=8)
    figure.suptitle(f"{target}: forecasts against what came, on rows held out", fontsize=10)
    return figure
