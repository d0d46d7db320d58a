"""The record's two plots: whether what was forecast came, and whether the interval held in every group."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from predictor import texts
from predictor.catalogue import Catalogue
from predictor.forecast import QUANTILES
from predictor.report_plots import FAINT, INK, svg

ALLOWED = (0.74, 0.86)
BINS = 8
LINES = {"time": "#1f6fb2", "newcomers": "#7a8594", "new_creators": "#c8591a"}
MARKS = {"time": "o", "newcomers": "s", "new_creators": "D"}


def calibration(rows: pd.DataFrame, lang: str) -> Markup:
    """Share of results below each forecast level, and mean result against mean forecast, a line a split."""
    figure = Figure(figsize=(9.4, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot([0, 1], [0, 1], ":", color="#7a8594", linewidth=1)
    ends: list[float] = []
    for split, asked in rows.groupby("split", sort=False):
        look: dict[str, Any] = {"color": LINES[str(split)], "marker": MARKS[str(split)], "markersize": 5, "linewidth": 1.4}
        left.plot(QUANTILES, [_below(asked, level) for level in QUANTILES], label=texts.say(lang, f"split_{split}"), **look)
        means = _binned(asked)
        right.plot(means["expected"], means["actual"], **look)
        ends += [*means["expected"], *means["actual"]]
    _levels(left, lang)
    _means(right, min(ends), max(ends), lang)
    figure.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=3, frameon=False)
    return svg(figure)


def coverage(groups: pd.DataFrame, catalogue: Catalogue, lang: str) -> Markup:
    """A dot a group: how often the 80 % interval held, in the band in which it should."""
    lines: list[tuple[str, float | None, int]] = []
    for by, found in groups.groupby("by", sort=False):
        lines.append((texts.say(lang, f"record_by_{by}"), None, 0))
        lines += [(_name(str(by), row.group, catalogue, lang), row.coverage_untied, row.rows) for row in found.itertuples()]
    figure = Figure(figsize=(9.4, 0.7 + 0.22 * len(lines)), layout="constrained")
    axes = figure.subplots()
    axes.axvspan(*ALLOWED, color="#e4edf5")
    axes.axvline(0.8, color="#7a8594", linewidth=1, linestyle=":")
    lowest = min([share for _, share, _ in lines if share is not None] + [0.6])
    for height, (_, share, rows) in enumerate(lines):
        if share is not None:
            right = ALLOWED[0] <= share <= ALLOWED[1]
            axes.scatter([share], [height], s=24, color=INK if right else "#c8591a", marker="o" if right else "D", zorder=3)
            axes.annotate(
                texts.number(lang, rows),
                (1.0, height),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                annotation_clip=False,
            )
    axes.set(xlim=(min(lowest - 0.03, 0.6), 1.0), ylim=(len(lines) - 0.4, -0.7), xlabel=texts.say(lang, "record_inside"))
    axes.set_yticks(range(len(lines)), [name for name, _, _ in lines])
    for tick, (_, share, _) in zip(axes.get_yticklabels(), lines, strict=True):
        tick.set_fontweight("bold" if share is None else "normal")
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: texts.percent(lang, value)))
    return svg(figure)


def _below(rows: pd.DataFrame, level: float) -> float:
    """Share of results at or below a level; one that equals it counts half, as rare counts need."""
    told = rows[f"p{round(100 * level)}"]
    return float((rows["actual"] < told).mean() + (rows["actual"] == told).mean() / 2)


def _binned(rows: pd.DataFrame) -> pd.DataFrame:
    bins = pd.qcut(rows["expected"].rank(method="first"), min(BINS, max(len(rows) // 10, 2)), labels=False)
    return rows.groupby(bins)[["expected", "actual"]].mean().clip(lower=0.1)


def _levels(axes: Axes, lang: str) -> None:
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel=texts.say(lang, "record_level"), ylabel=texts.say(lang, "record_below"))
    axes.set_xticks(QUANTILES)
    axes.set_yticks([0, *QUANTILES, 1])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: texts.percent(lang, value)))
    axes.grid(color=FAINT, linewidth=0.6)


def _means(axes: Axes, low: float, high: float, lang: str) -> None:
    axes.plot([low, high], [low, high], ":", color="#7a8594", linewidth=1)
    axes.set(
        xscale="log", yscale="log", xlabel=texts.say(lang, "record_mean_forecast"), ylabel=texts.say(lang, "record_mean_actual")
    )
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(numticks=5))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: texts.compact(lang, value)))
    axes.grid(color=FAINT, linewidth=0.6)


def _name(by: str, group: str, catalogue: Catalogue, lang: str) -> str:
    key = f"record_{group}_posts" if by == "record" and group == "few" else f"record_{group}"
    if by in ("record", "source") and key in texts.sentences(lang):
        return texts.say(lang, key)
    entry = catalogue.entries.get(by)
    word = entry.categories.get(group) if entry else None
    return getattr(word, lang) if word else group
