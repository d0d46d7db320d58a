"""The back-test's plots: forecasts against what came, where intervals keep their word, and the bias by month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter

from predictor.definitions.phrases import Phrases, in_order
from predictor.definitions.schema import Catalogue
from predictor.evaluation.backtest import BY
from predictor.evaluation.calibration import BINS, bias_by_month, pit_histogram
from predictor.evaluation.findings import KEPT, Finding, Side, enough_to_judge
from predictor.forecasting.target_model import TargetModel
from predictor.reporting.plots import FAINT, INK, panel, scale, svg

# Two pictures of a trained target: what it looks at, and whether its intervals keep their word.


def importance_plot(model: TargetModel, catalogue: Catalogue, most: int = 15) -> Figure:
    """Bars of each feature's share of the gain in the correction, creators with a record beside cold start."""
    figure = Figure(figsize=(9, 5), layout="constrained")
    panels = np.atleast_1d(figure.subplots(1, len(model.segments)))
    for axes, name, part in zip(panels, ("with a record", "cold start"), model.segments, strict=False):
        gain = pd.Series(part.booster.lightgbm.feature_importance("gain"), index=part.booster.lightgbm.feature_name())
        top = (gain / max(gain.sum(), 1e-12)).sort_values().tail(most)
        axes.barh([catalogue.entries[name].label.en for name in top.index], top.to_numpy(), color="#4c78a8")
        axes.set_title(f"{name}, from {part.baseline_name},\n{part.residual_weight:.0%} of the correction", fontsize=9)
        axes.tick_params(labelsize=8)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    figure.suptitle(f"{model.recipe.label.en}: what the correction looks at (share of gain)", fontsize=10)
    return figure


def calibration_plot(predictions: pd.DataFrame, target: str, outcome: str) -> Figure:
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
        axes.set(xscale="log", yscale="log", xlabel=f"mean forecast + 1 ({outcome})", ylabel=f"mean outcome + 1 ({outcome})")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_minor_formatter(NullFormatter())
            axis.set_major_locator(LogLocator(numticks=6, subs=(1.0, 3.0)))
            axis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        inside = ((rows["actual"] >= rows["p10"]) & (rows["actual"] <= rows["p90"])).mean()
        axes.set_title(f"{split.replace('_', ' ')}\n{inside:.0%} inside the 80 % interval", fontsize=9)
        axes.legend(fontsize=8)
    figure.suptitle(f"{target}: forecasts against what came, on rows held out", fontsize=10)
    return figure


LOOKS = {"time": ("o", "#14746f"), "new_creators": ("D", "#8a4fa3")}  # as in the curves: known creators and strangers
MONTHS = 6  # named below an axis
LEAST_A_MARK = 10  # results behind a mark of the calibration
LOWEST = 0.4  # coverage below which a group stands at the plot's edge


def calibration(finding: Finding, phrases: Phrases) -> Markup:
    """Mean forecast against mean outcome by tenth of the forecast; on the dotted line the two agree."""
    figure, axes = panel(3.6)
    ends = []
    for side in finding.sides:
        means = tenths(side.rows)
        marker, colour = LOOKS[side.split]
        name = phrases.say(f"split_{side.split}")
        axes.plot(means["expected"], means["actual"], color=colour, marker=marker, markersize=4.5, linewidth=1, label=name)
        ends.append(means.to_numpy().ravel())
    for which in ("x", "y"):
        scale(axes, which, np.concatenate(ends), phrases)  # type: ignore[arg-type]
    both = [min(axes.get_xlim()[0], axes.get_ylim()[0]), max(axes.get_xlim()[1], axes.get_ylim()[1])]
    axes.plot(both, both, ":", color=INK, linewidth=0.9, zorder=0)
    axes.set(
        xlim=both,
        ylim=both,
        xlabel=phrases.say("record_forecast_mean", outcome=outcome_unit(finding, phrases)),
        ylabel=phrases.say("record_outcome_mean", outcome=outcome_unit(finding, phrases)),
    )
    axes.grid(color=FAINT, linewidth=0.6)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, handletextpad=0.4)
    return svg(figure)


def histogram(finding: Finding, phrases: Phrases) -> Markup:
    """Shares of outcomes by tenth of their forecast distribution, which are equal where forecasts keep their word."""
    figure, axes = panel(2.6)
    edges = np.linspace(0.0, 1.0, BINS + 1)
    for side in finding.sides:
        name = phrases.say(f"split_{side.split}")
        axes.stairs(pit_histogram(side.rows), edges, color=LOOKS[side.split][1], linewidth=1.6, label=name)
    axes.axhline(1 / BINS, linestyle=":", color=INK, linewidth=1.1, zorder=2)
    axes.set(xlim=(0, 1), xlabel=phrases.say("record_pit_axis"), ylabel=phrases.say("record_pit_share"))
    axes.set_ylim(0, max(2 / BINS, axes.get_ylim()[1]))
    _in_percent(axes, phrases)
    return svg(figure)


def bias(finding: Finding, phrases: Phrases) -> Markup | None:
    """All forecasts over all outcomes by month; nothing where no month has results enough."""
    months = {side.split: bias_by_month(side.rows) for side in finding.sides}
    if not any(len(found) for found in months.values()):
        return None
    figure, axes = panel(2.6)
    for side in finding.sides:
        marker, colour = LOOKS[side.split]
        found = months[side.split]
        name = phrases.say(f"split_{side.split}")
        axes.plot(found["month"], found["total"], color=colour, marker=marker, markersize=4.5, linewidth=1, label=name)
    axes.axhline(1.0, linestyle=":", color=INK, linewidth=1.1, zorder=2)
    shown = pd.concat(list(months.values()))["month"]
    between = pd.date_range(shown.min(), shown.max(), freq="MS")
    ticks = between[np.unique(np.linspace(0, len(between) - 1, min(len(between), MONTHS)).astype(int))]
    axes.set_xticks(list(ticks), [f"{month:%m/%Y}" for month in ticks])
    axes.set_ylabel(phrases.say("record_total_of", outcome=outcome_unit(finding, phrases)))
    axes.set_ylim(0, max(2.0, axes.get_ylim()[1]))
    _in_percent(axes, phrases)
    return svg(figure)


def _in_percent(axes: Axes, phrases: Phrases) -> None:
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: phrases.percent(value)))
    axes.grid(axis="y", color=FAINT, linewidth=0.6)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, handletextpad=0.4)


def outcome_unit(finding: Finding, phrases: Phrases) -> str:
    """What is counted, and in which currency where it is an amount of one."""
    outcome = phrases.noun(phrases.catalogue.entries[finding.recipe.outcome].label)
    codes = finding.rows["currency"].dropna().unique() if "currency" in finding.rows else []
    return f"{outcome}, {codes[0]}" if phrases.catalogue.in_money(finding.recipe) and len(codes) == 1 else outcome


def tenths(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean forecast and outcome by tenth of the forecast, or by fewer parts of at least 10 rows."""
    parts = int(np.clip(len(rows) // LEAST_A_MARK, 1, 10))
    part = pd.qcut(rows["expected"].rank(method="first"), parts, labels=False)
    return rows.groupby(part)[["expected", "actual"]].mean()


def coverage(finding: Finding, phrases: Phrases) -> Markup | None:
    """Share of outcomes inside the 80 % interval by group of known and never-seen creators, with the number of outcomes."""
    groups = pd.concat([side.groups.assign(split=side.split) for side in finding.sides], ignore_index=True)
    groups = groups[groups.groupby("by")["group"].transform("nunique") > 1]  # a column of one group tells nothing apart
    if groups.empty:
        return None
    lines = _lines(groups)
    figure, axes = panel(1.0 + 0.2 * len(lines))
    axes.axvspan(*KEPT, color=FAINT, alpha=0.6, linewidth=0)
    axes.axvline(0.8, color=INK, linewidth=0.8, alpha=0.5)
    place = {line: height for height, line in enumerate(lines)}
    columns = {side.split: number for number, side in enumerate(finding.sides)}
    for row in groups.to_dict("records"):
        _dot(axes, place[row["by"], row["group"]], columns[row["split"]], row, phrases)
    _named(axes, [_name(by, group, phrases) for by, group in lines], [group is None for _, group in lines])
    axes.set_xlim(LOWEST - 0.02, 1.01)
    axes.xaxis.set_major_locator(FixedLocator([0.4, 0.6, 0.8, 1.0]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: phrases.percent(value)))
    axes.set_xlabel(phrases.say("coverage"))
    _legend(axes, finding.sides, phrases)
    return svg(figure)


def _lines(groups: pd.DataFrame) -> list[tuple[str, str | None]]:
    """Headings and the groups below each, from top to bottom."""
    lines: list[tuple[str, str | None]] = []
    for by in (by for by in BY if (groups["by"] == by).any()):
        lines += [(by, None), *((by, group) for group in in_order(by, list(groups.loc[groups["by"] == by, "group"].unique())))]
    return lines


def _name(by: str, group: str | None, phrases: Phrases) -> str:
    return phrases.group_name(by, group) if group is not None else phrases.group_heading(by)


def _dot(axes: Axes, height: int, column: int, row: Mapping[Any, Any], phrases: Phrases) -> None:
    """A group's coverage, and on the right its number of outcomes in the split's own column."""
    marker, colour = LOOKS[row["split"]]
    at = max(float(row["coverage_untied"]), LOWEST)
    alpha = 1.0 if enough_to_judge(row) else 0.3
    axes.scatter([at], [height], marker=marker, color=colour, s=22, alpha=alpha, linewidth=0, zorder=3, clip_on=False)
    axes.annotate(
        phrases.number(row["rows"]), (1.0, height), (32 + 34 * column, 0), axes.get_yaxis_transform(), "offset points",
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


def _legend(axes: Axes, sides: tuple[Side, ...], phrases: Phrases) -> None:
    for side in sides:
        marker, colour = LOOKS[side.split]
        axes.scatter([], [], marker=marker, color=colour, s=22, linewidth=0, label=phrases.say(f"split_{side.split}"))
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=2, frameon=False, handletextpad=0.2)
