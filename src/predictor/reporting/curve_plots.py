"""Response curves as small multiples, for people who plan campaigns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator

from predictor.definitions.phrases import Phrases
from predictor.definitions.schema import Entry
from predictor.explanation.response_curves import ResponseCurve
from predictor.reporting.plots import FAINT, INK, STYLE, WIDE

LOOKS: dict[str, tuple[str, Any]] = {
    "known": ("#14746f", "-"),
    "stranger": ("#8a4fa3", (0, (4, 1.4))),
}  # not those of influencers and KOLs
QUIET = "#7a8594"
ACROSS = 2  # panels side by side
PANEL = (3.75, 2.0)  # inches
LEFT, RIGHT, TOP, FOOT, BETWEEN = 0.7, 0.25, 1.35, 1.05, (0.75, 0.95)  # inches around and between panels
NARROWEST = 1.25  # every scale shows at least this factor up and down, so that noise does not look like a mountain
STRIP = 0.14  # height of the bars, as a share of the panel
MARKS = {  # of a scale of times, by the largest factor it has to show
    1.6: np.arange(0.1, 3.0, 0.1),
    5.0: np.array([0.25, 0.33, 0.5, 0.67, 1, 1.5, 2, 3, 4]),
    15.0: np.array([0.1, 0.2, 0.5, 1, 2, 5, 10]),
    1e5: 10.0 ** np.arange(-5, 6),
    np.inf: 10.0 ** np.arange(-300, 301, 5),
}


def curve_plot(curves: Sequence[ResponseCurve], phrases: Phrases) -> Figure:
    """Curves of one target: a panel a column, in which creators with a record and never-seen ones lie over each other.

    Factors are on a log scale, the same in all panels but those of columns that the count is proportional to. Bars at the foot of
    a panel show where the data lie.
    """
    columns = list(dict.fromkeys(curve.column for curve in curves))
    multiplied = phrases.catalogue.recipes[curves[0].target].exposure
    together = _farthest([curve for curve in curves if curve.column not in multiplied])
    with rc_context(STYLE):
        figure, panels = _grid(len(columns))
        for axes, column in zip(panels, columns, strict=True):
            shown = [curve for curve in curves if curve.column == column]
            _panel(axes, shown, _farthest(shown) if column in multiplied else together, phrases)
        _around(figure, curves, phrases)
    return figure


def _grid(panels: int) -> tuple[Figure, list[Axes]]:
    across, down = min(panels, ACROSS), -(-panels // ACROSS)
    width = LEFT + ACROSS * PANEL[0] + (ACROSS - 1) * BETWEEN[0] + RIGHT
    height = TOP + down * PANEL[1] + (down - 1) * BETWEEN[1] + FOOT
    figure = Figure(figsize=(width, height))
    around = {"left": LEFT / width, "right": 1 - RIGHT / width, "top": 1 - TOP / height, "bottom": FOOT / height}
    between = {"wspace": BETWEEN[0] / PANEL[0], "hspace": BETWEEN[1] / PANEL[1]}
    grid = figure.subplots(down, across, squeeze=False, gridspec_kw=around | between).ravel()
    for axes in grid[panels:]:
        axes.set_visible(False)
    return figure, list(grid[:panels])


def _panel(axes: Axes, curves: list[ResponseCurve], farthest: float, phrases: Phrases) -> None:
    entry = phrases.catalogue.entries[curves[0].column]
    axes.set_title(phrases.label(entry.label), loc="left", fontsize=9.5, weight="bold", pad=7)
    axes.set_xlabel(_first_clause(phrases.label(entry.meaning)), loc="left", color=QUIET, fontsize=8, labelpad=4)
    drawn = [curve for curve in curves if curve.why_not is None]
    if not drawn:
        _say_why_not(axes, curves[0], phrases)
        return
    _times(axes, farthest, phrases)
    _values(axes, drawn, entry, phrases)
    _data(axes, np.concatenate([curve.observed for curve in drawn]))
    for place, curve in enumerate(drawn):
        _line(axes, curve)
        if axes.get_xscale() == "log":
            times = phrases.compact(float(f"{curve.tenfold:.2g}"))
            said = phrases.say("curve_tenfold", column=phrases.label(entry.label), times=times)
            axes.annotate(
                said, (1, STRIP), (-2, 20 - 12 * place), "axes fraction", "offset points", ha="right", fontsize=8,
                color=LOOKS[curve.side][0], bbox={"color": "white", "pad": 0.8},
            )  # fmt: skip


def _line(axes: Axes, curve: ResponseCurve) -> None:
    points, (colour, dashes) = curve.points, LOOKS[curve.side]
    if "low" in points:
        axes.fill_between(points["value"], points["low"], points["high"], color=colour, alpha=0.16, linewidth=0)
    axes.plot(points["value"], points["times"], color=colour, linestyle=dashes, linewidth=1.7)
    if len(points) <= 5:
        axes.scatter(points["value"], points["times"], color=colour, s=16, zorder=3, clip_on=False)


def _times(axes: Axes, farthest: float, phrases: Phrases) -> None:
    """A log scale that is as far up as down, above the strip that the bars stand in."""
    axes.set_yscale("log")
    low, high = farthest**-1.06, farthest**1.06
    axes.set_ylim(low * (low / high) ** (STRIP / (1 - STRIP)), high)
    marks = next(marks for most, marks in MARKS.items() if farthest < most)
    axes.yaxis.set_major_locator(FixedLocator(marks[(marks > low) & (marks < high)]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"×{phrases.compact(value)}"))
    axes.axhline(1.0, color=QUIET, linewidth=0.8, alpha=0.7)
    axes.grid(axis="y", color=FAINT, linewidth=0.5)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0, labelsize=8)


def _values(axes: Axes, curves: list[ResponseCurve], entry: Entry, phrases: Phrases) -> None:
    values = np.concatenate([curve.points["value"].to_numpy(dtype=float) for curve in curves])
    if values.min() > 0 and values.max() > WIDE * values.min():
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(numticks=7))
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.set_xlim(values.min(), values.max())
    axes.tick_params(axis="x", labelsize=8)
    written = phrases.percent if entry.type == "rate" else phrases.compact
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: written(value)))


def _data(axes: Axes, observed: np.ndarray) -> None:
    """Bars at the foot, the tallest as high as the strip."""
    low, high = axes.get_xlim()
    edges = np.geomspace(low, high, 37) if axes.get_xscale() == "log" else np.linspace(low, high, 37)
    counts, _ = np.histogram(observed, edges)
    heights = 0.85 * STRIP * counts / max(counts.max(), 1)
    foot = axes.get_xaxis_transform()
    axes.bar(edges[:-1], heights, np.diff(edges), align="edge", transform=foot, color=FAINT, edgecolor="white", lw=0.4, zorder=0)


def _say_why_not(axes: Axes, curve: ResponseCurve, phrases: Phrases) -> None:
    axes.set(xticks=[], yticks=[])
    axes.spines["left"].set_visible(False)
    said = phrases.say(f"curve_{curve.why_not}")
    axes.text(0.5, 0.5, said, transform=axes.transAxes, ha="center", va="center", color=QUIET, fontsize=8.5)


def _around(figure: Figure, curves: Sequence[ResponseCurve], phrases: Phrases) -> None:
    """Title, what the factors and bands are, a key of the sides, and what the curves do not say."""
    width, height = figure.get_size_inches()
    left = LEFT / width
    outcome = phrases.column(phrases.catalogue.recipes[curves[0].target].outcome)
    level = next((curve.level for curve in curves if curve.level is not None), None)
    figure.text(left, 1 - 0.3 / height, phrases.say("curve_title", outcome=outcome), fontsize=12, weight="bold", va="center")
    about = [phrases.say("curve_times")]
    about += [phrases.say("curve_band", level=phrases.percent(level))] if level else []
    figure.text(left, 1 - 0.58 / height, " ".join(about), fontsize=8.5, color=INK, va="center")
    sides = {curve.side: LOOKS[curve.side] for curve in curves}
    figure.legend(
        [Line2D([], [], color=colour, linestyle=dashes, linewidth=1.7) for colour, dashes in sides.values()],
        [phrases.say(f"curve_{side}") for side in sides],
        loc="center left", bbox_to_anchor=(left, 1 - 0.84 / height), ncols=2, frameon=False, borderpad=0, borderaxespad=0,
        labelcolor="linecolor",
    )  # fmt: skip
    figure.text(left, 0.3 / height, phrases.say("curve_association"), fontsize=8.5, color=INK, va="center")


def _farthest(curves: Sequence[ResponseCurve]) -> float:
    """The largest factor, up or down, that a curve or its band reaches."""
    reached = [curve.points.drop(columns="value").to_numpy(dtype=float).ravel() for curve in curves]
    logs = np.abs(np.log(np.concatenate([*reached, [NARROWEST]])))
    return float(np.exp(logs.max()))


def _first_clause(sentence: str) -> str:
    return re.split(r"[:;.] |\.$", sentence)[0]
