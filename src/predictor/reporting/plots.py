"""The report's two plots, as SVG that needs no font and no file beside it."""

from __future__ import annotations

import io
import re
from typing import Any, Literal

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from predictor import texts
from predictor.compare import BY
from predictor.compare_words import group_name
from predictor.comparison import Comparison, Group, Range

NUMBERED = 10  # of them numbered in the plot
MARKS = 300  # candidates drawn
WIDE = 20.0  # values that spread by more than this factor are drawn on a log scale
INK, FAINT = "#39424e", "#d9dee5"
LOOKS = {"influencer": ("o", "#1f6fb2"), "kol": ("D", "#c8591a"), "": ("s", "#7a8594")}
STYLE = {
    "svg.hashsalt": "report", "svg.fonttype": "path", "font.family": "DejaVu Sans", "font.size": 9,
    "axes.edgecolor": "#b6bec9", "axes.labelcolor": INK, "text.color": INK, "xtick.color": INK, "ytick.color": INK,
    "axes.spines.top": False, "axes.spines.right": False, "xtick.major.size": 3, "ytick.major.size": 3,
}  # fmt: skip


def scatter(rows: pd.DataFrame, comparison: Comparison, lang: str) -> Markup | None:
    """Fee against expected outcome, with p10–p90; a file too large to draw is thinned evenly along the ranking."""
    quoted = rows[rows["fee"].notna()]
    if comparison.currency is None or quoted.empty:
        return None
    shown = quoted.iloc[np.unique(np.linspace(0, len(quoted) - 1, min(len(quoted), MARKS)).astype(int))]
    figure, axes = panel(3.9)
    for kind in sorted(shown["kind"].unique(), key=lambda kind: (kind == "", kind)):
        _marks(axes, shown[shown["kind"] == kind], kind, lang)
    for row in shown[shown["rank"] <= NUMBERED].itertuples():
        axes.annotate(f"{row.rank}", (row.fee, row.expected), (5, 4), textcoords="offset points", fontsize=8, weight="bold")  # type: ignore[arg-type]
    scale(axes, "x", shown["fee"].to_numpy(), lang)
    scale(axes, "y", shown[["expected", "p10", "p90"]].to_numpy().ravel(), lang)
    label = f"{texts.say(lang, 'fee')} ({comparison.currency})" if comparison.currency else texts.say(lang, "fee")
    axes.set(xlabel=label, ylabel=texts.say(lang, "expected", outcome=comparison.outcome[lang]))
    axes.grid(color=FAINT, linewidth=0.6)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False, handletextpad=0.2)
    return svg(figure)


def _marks(axes: Axes, rows: pd.DataFrame, kind: str, lang: str) -> None:
    marker, colour = LOOKS.get(kind, LOOKS[""])
    name = texts.say(lang, f"kind_{kind}") if kind in ("influencer", "kol") else kind or texts.say(lang, "not_stated")
    axes.vlines(rows["fee"], rows["p10"], rows["p90"], color=colour, alpha=0.3, linewidth=1.2)
    axes.scatter(
        rows["fee"], rows["expected"], marker=marker, color=colour, s=22, edgecolor="white", linewidth=0.6, zorder=3, label=name
    )


def groups(comparison: Comparison, lang: str) -> Markup:
    """Cost per outcome by group, or the expected outcome where there is no cost."""
    what = "cost" if any(group.cost for group in comparison.groups) else "mean"
    lines: list[tuple[str, Group | None]] = []
    for by in BY:
        found = [group for group in comparison.by(by) if getattr(group, what) is not None]
        lines += [(texts.say(lang, by), None), *((group_name(lang, group), group) for group in found)]
    figure, axes = panel(0.9 + 0.23 * len(lines))
    ranges: list[Range] = [getattr(group, what) for _, group in lines if group]
    ends = np.array([v for r in ranges for v in (r.value, r.low, r.high or r.value)])
    for height, (_, group) in enumerate(lines):
        if group:
            _dot(axes, height, group, getattr(group, what), 2 * float(ends.max()))
    scale(axes, "x", ends, lang)
    _named(axes, lines)
    label = texts.heading(comparison.cost_per[lang]) if what == "cost" else comparison.outcome[lang]
    axes.set_xlabel(f"{label} ({comparison.currency})" if what == "cost" and comparison.currency else label)
    return svg(figure)


def _dot(axes: Axes, height: int, group: Group, found: Range, beyond: float) -> None:
    marker, colour = LOOKS.get(group.name, LOOKS[""]) if group.by == "kind" else ("o", INK)
    high = beyond if found.high is None else found.high
    axes.hlines(height, found.low, high, color=colour, alpha=0.45, linewidth=2.4)
    axes.scatter([found.value], [height], marker=marker, color=colour, s=26, zorder=3)


def _named(axes: Axes, lines: list[tuple[str, Group | None]]) -> None:
    axes.set_ylim(len(lines) - 0.4, -0.7)
    axes.set_yticks(range(len(lines)), [name for name, _ in lines])
    for tick, (_, group) in zip(axes.get_yticklabels(), lines, strict=True):
        tick.set_fontweight("normal" if group else "bold")
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    axes.spines["left"].set_visible(False)


def scale(axes: Axes, which: Literal["x", "y"], values: np.ndarray, lang: str) -> None:
    """Start at zero; where values spread widely use a log scale (linear below one, when there are counts of zero)."""
    axis: Axis = getattr(axes, f"{which}axis")
    lowest, highest = float(values[values > 0].min(initial=np.inf)), float(values.max())
    if highest > WIDE * lowest:
        form: dict[str, Any] = {"value": "log"} if values.min() > 0 else {"value": "symlog", "linthresh": 1, "linscale": 0.4}
        getattr(axes, f"set_{which}scale")(**form)
        if highest < 300 * lowest and values.min() > 0:
            axis.set_major_locator(LogLocator(subs=(1, 3)))
        axis.set_minor_locator(NullLocator())
        if values.min() <= 0:
            getattr(axes, f"set_{which}lim")(0, 2 * highest)
    else:
        getattr(axes, f"set_{which}lim")(0, 1.08 * highest or 1)
        axis.set_major_locator(MaxNLocator(5))
    axis.set_major_formatter(FuncFormatter(lambda value, _: texts.compact(lang, value)))


def panel(height: float) -> tuple[Figure, Axes]:
    """An empty plot half a page wide and `height` inches high."""
    figure = Figure(figsize=(4.7, height), layout="constrained")
    return figure, figure.subplots()


def svg(figure: Figure) -> Markup:
    """The figure as inline SVG: letters as paths, so that every diacritic shows whatever fonts the reader has."""
    with io.StringIO() as file:
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
        drawn = file.getvalue()
    named = re.compile(r'<g id="[^"]*"')  # would repeat from plot to plot; nothing refers to them
    return Markup(named.sub("<g", drawn[drawn.index("<svg") :]))
