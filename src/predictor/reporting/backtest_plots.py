"""The back-test's two plots: forecasts against what came, and where the 80 % interval keeps its word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter

from predictor import texts
from predictor.by_group import BY
from predictor.catalogue import Catalogue
from predictor.findings import KEPT, Finding, Side, speaks
from predictor.group_words import group_heading, group_name, in_order
from predictor.report_plots import FAINT, INK, panel, scale, svg

LOOKS = {"time": ("o", "#14746f"), "new_creators": ("D", "#8a4fa3")}  # as in the curves: known creators and strangers
LEAST_A_MARK = 10  # results behind a mark of the calibration
LOWEST = 0.4  # coverage below which a group stands at the plot's edge


def calibration(finding: Finding, lang: str) -> Markup:
    """Mean forecast against mean outcome by tenth of the forecast; on the dotted line the two agree."""
    figure, axes = panel(3.6)
    ends = []
    for side in finding.sides:
        means = tenths(side.rows)
        marker, colour = LOOKS[side.split]
        name = texts.say(lang, f"split_{side.split}")
        axes.plot(means["expected"], means["actual"], color=colour, marker=marker, markersize=4.5, linewidth=1, label=name)
        ends.append(means.to_numpy().ravel())
    for which in ("x", "y"):
        scale(axes, which, np.concatenate(ends), lang)  # type: ignore[arg-type]
    both = [min(axes.get_xlim()[0], axes.get_ylim()[0]), max(axes.get_xlim()[1], axes.get_ylim()[1])]
    axes.plot(both, both, ":", color=INK, linewidth=0.9, zorder=0)
    axes.set(xlim=both, ylim=both, xlabel=texts.say(lang, "record_forecast_mean"), ylabel=texts.say(lang, "record_outcome_mean"))
    axes.grid(color=FAINT, linewidth=0.6)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, handletextpad=0.4)
    return svg(figure)


def tenths(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean forecast and outcome by tenth of the forecast, or by fewer parts of at least 10 rows."""
    parts = int(np.clip(len(rows) // LEAST_A_MARK, 1, 10))
    part = pd.qcut(rows["expected"].rank(method="first"), parts, labels=False)
    return rows.groupby(part)[["expected", "actual"]].mean()


def coverage(finding: Finding, catalogue: Catalogue, lang: str) -> Markup | None:
    """Share of outcomes inside the 80 % interval by group of known and never-seen creators, with the number of outcomes."""
    told = pd.concat([side.groups.assign(split=side.split) for side in finding.sides], ignore_index=True)
    told = told[told.groupby("by")["group"].transform("nunique") > 1]  # a column of one group tells nothing apart
    if told.empty:
        return None
    lines = _lines(told)
    figure, axes = panel(1.0 + 0.2 * len(lines))
    axes.axvspan(*KEPT, color=FAINT, alpha=0.6, linewidth=0)
    axes.axvline(0.8, color=INK, linewidth=0.8, alpha=0.5)
    place = {line: height for height, line in enumerate(lines)}
    columns = {side.split: number for number, side in enumerate(finding.sides)}
    for row in told.to_dict("records"):
        _dot(axes, place[row["by"], row["group"]], columns[row["split"]], row, lang)
    _named(axes, [_name(by, group, catalogue, lang) for by, group in lines], [group is None for _, group in lines])
    axes.set_xlim(LOWEST - 0.02, 1.01)
    axes.xaxis.set_major_locator(FixedLocator([0.4, 0.6, 0.8, 1.0]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: texts.percent(lang, value)))
    axes.set_xlabel(texts.say(lang, "coverage"))
    _legend(axes, finding.sides, lang)
    return svg(figure)


def _lines(told: pd.DataFrame) -> list[tuple[str, str | None]]:
    """Headings and the groups below each, from top to bottom."""
    lines: list[tuple[str, str | None]] = []
    for by in (by for by in BY if (told["by"] == by).any()):
        lines += [(by, None), *((by, group) for group in in_order(by, list(told.loc[told["by"] == by, "group"].unique())))]
    return lines


def _name(by: str, group: str | None, catalogue: Catalogue, lang: str) -> str:
    return group_name(by, group, catalogue, lang) if group is not None else group_heading(by, catalogue, lang)


def _dot(axes: Axes, height: int, column: int, row: Mapping[Any, Any], lang: str) -> None:
    """A group's coverage, and on the right its number of outcomes in the split's own column."""
    marker, colour = LOOKS[row["split"]]
    at = max(float(row["coverage_untied"]), LOWEST)
    alpha = 1.0 if speaks(row) else 0.3
    axes.scatter([at], [height], marker=marker, color=colour, s=22, alpha=alpha, linewidth=0, zorder=3, clip_on=False)
    axes.annotate(
        texts.number(lang, row["rows"]), (1.0, height), (32 + 34 * column, 0), axes.get_yaxis_transform(), "offset points",
        ha="right", va="center", fontsize=7.5, color=colour, alpha=max(alpha, 0.5), annotation_clip=False,
    )  # fmt: skip


def _named(axes: Axes, names: list[str], headings: list[bool]) -> None:
    axes.set_ylim(len(names) - 0.4, -0.7)
    axes.set_yticks(range(len(names)), names)
    for tick, heading in zip(axes.get_yticklabels(), headings, strict=True):
        tick.set_fontweight("bold" if heading else "normal")
        tick.set_fontsize(8)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    axes.spines["left"].set_visible(False)


def _legend(axes: Axes, sides: tuple[Side, ...], lang: str) -> None:
    for side in sides:
        marker, colour = LOOKS[side.split]
        axes.scatter([], [], marker=marker, color=colour, s=22, linewidth=0, label=texts.say(lang, f"split_{side.split}"))
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=2, frameon=False, handletextpad=0.2)
