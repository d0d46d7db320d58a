"""The report's two plots, as SVG that needs no font and no file beside it."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from predictor.definitions.phrases import Phrases
from predictor.errors import Fault, RowsError
from predictor.planning.comparison import BY, Comparison, Group, Range, compare
from predictor.planning.plans import Lineup
from predictor.reporting.comparison_words import group_name
from predictor.reporting.lineup_words import plan_name
from predictor.tables.files import aside
from predictor.wording import sentences
from predictor.wording.sentences import who

NUMBERED = 10  # of them numbered in the plot
MARKS = 300  # candidates drawn
WIDE = 20.0  # values that spread by more than this factor are drawn on a log scale
INK, FAINT = "#39424e", "#d9dee5"
LOOKS = {"influencer": ("o", "#1f6fb2"), "kol": ("D", "#c8591a"), "": ("s", "#7a8594")}
OTHER_LOOKS = (("^", "#7a4fa3"), ("v", "#2f6f5e"), ("P", "#8a5a00"))  # of further kinds
STYLE = {
    "svg.hashsalt": "report", "svg.fonttype": "path", "font.family": "DejaVu Sans", "font.size": 9,
    "axes.edgecolor": "#b6bec9", "axes.labelcolor": INK, "text.color": INK, "xtick.color": INK, "ytick.color": INK,
    "axes.spines.top": False, "axes.spines.right": False, "xtick.major.size": 3, "ytick.major.size": 3,
}  # fmt: skip


def scatter(rows: pd.DataFrame, comparison: Comparison, phrases: Phrases) -> Markup | None:
    """Fee against expected outcome, with p10–p90; a file too large to draw is thinned evenly along the ranking."""
    quoted = rows[rows["fee"].notna()]
    if comparison.currency is None or quoted.empty:
        return None
    shown = quoted.iloc[np.unique(np.linspace(0, len(quoted) - 1, min(len(quoted), MARKS)).astype(int))]
    figure, axes = panel(3.9)
    for kind in phrases.catalogue.in_order("kind", shown["kind"]):
        _marks(axes, shown[shown["kind"] == kind], kind, phrases)
    for row in shown[shown["rank"] <= NUMBERED].itertuples():
        axes.annotate(f"{row.rank}", (row.fee, row.expected), (5, 4), textcoords="offset points", fontsize=8, weight="bold")  # type: ignore[arg-type]
    scale(axes, "x", shown["fee"].to_numpy(), phrases)
    scale(axes, "y", shown[["expected", "p10", "p90"]].to_numpy().ravel(), phrases)
    label = f"{phrases.say('fee')} ({comparison.currency})" if comparison.currency else phrases.say("fee")
    axes.set(xlabel=label, ylabel=phrases.say("expected", outcome=phrases.label(comparison.outcome)))
    axes.grid(color=FAINT, linewidth=0.6)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False, handletextpad=0.2)
    return svg(figure)


def _look(kind: str, phrases: Phrases) -> tuple[str, str]:
    """The marker and the colour of a kind."""
    order = [*phrases.catalogue.entries["kind"].categories] if "kind" in phrases.catalogue.entries else []
    return LOOKS.get(kind) or OTHER_LOOKS[order.index(kind) % len(OTHER_LOOKS) if kind in order else 0]


def _marks(axes: Axes, rows: pd.DataFrame, kind: str, phrases: Phrases) -> None:
    (marker, colour), name = _look(kind, phrases), phrases.kind(kind)
    axes.vlines(rows["fee"], rows["p10"], rows["p90"], color=colour, alpha=0.3, linewidth=1.2)
    axes.scatter(
        rows["fee"], rows["expected"], marker=marker, color=colour, s=22, edgecolor="white", linewidth=0.6, zorder=3, label=name
    )


def groups(comparison: Comparison, phrases: Phrases) -> Markup:
    """Cost per outcome by group, or the expected outcome where there is no cost."""
    what = "cost" if any(group.cost for group in comparison.groups) else "mean"
    lines: list[tuple[str, Group | None]] = []
    for by in BY:
        found = [group for group in comparison.by(by) if getattr(group, what) is not None]
        lines += [(phrases.say(by), None), *((group_name(group, phrases), group) for group in found)]
    figure, axes = panel(0.9 + 0.23 * len(lines))
    ranges: list[Range] = [getattr(group, what) for _, group in lines if group]
    ends = np.array([v for r in ranges for v in (r.value, r.low, r.high or r.value)])
    for height, (_, group) in enumerate(lines):
        if group:
            _dot(axes, height, group, getattr(group, what), 2 * float(ends.max()), phrases)
    scale(axes, "x", ends, phrases)
    _named(axes, lines)
    label = sentences.heading(phrases.label(comparison.cost_per)) if what == "cost" else phrases.label(comparison.outcome)
    axes.set_xlabel(f"{label} ({comparison.currency})" if what == "cost" and comparison.currency else label)
    return svg(figure)


def _dot(axes: Axes, height: int, group: Group, found: Range, beyond: float, phrases: Phrases) -> None:
    marker, colour = _look(group.name, phrases) if group.by == "kind" else ("o", INK)
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


def scale(axes: Axes, which: Literal["x", "y"], values: np.ndarray, phrases: Phrases) -> None:
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
    axis.set_major_formatter(FuncFormatter(lambda value, _: phrases.compact(value)))


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


# The charts of a line-up: its plans side by side, what other budgets would bring, who brings it, and KOLs beside influencers.

MIXED = ("s", "#2f6f5e")
DOTS = 180  # per inch, of a chart as a picture
MOST = 40  # bookings drawn, those expected to bring most first


def chart_files(lineup: Lineup, scored: pd.DataFrame, goal: str, phrases: Phrases, folder: Path) -> list[Path]:
    """Write each chart as a PNG file into a folder, which is made where there is none, and return the files.

    Parameters
    ----------
    lineup, scored, goal
        The line-up, and the list that it was chosen from.

    Raises
    ------
    RowsError
        Where the folder is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise RowsError([Fault(folder.name, "is a file; name a folder for the charts.")])
    folder.mkdir(parents=True, exist_ok=True)
    compared = compare(scored, goal, phrases.catalogue, shocks=lineup.shocks, outcome=lineup.rules.outcome)
    with rc_context(STYLE):
        drawn = {"plans": plans_chart(lineup, phrases), "budgets": budgets_chart(lineup, phrases)}
        drawn["bookings"] = bookings_chart(lineup, phrases)
        drawn["kinds"] = kinds_chart(compared, phrases)
        notice = phrases.say("paper_invented") if lineup.invented else ""
        return [_picture(figure, notice, folder / f"{name}.png") for name, figure in drawn.items() if figure is not None]


def plans_chart(found: Lineup, phrases: Phrases) -> Figure | None:
    """Each plan's total with its 80% interval, and the count asked for; None where there is no plan."""
    there = [plan for plan in found.plans if plan.found]
    if not there:
        return None
    figure, axes = panel(0.85 + 0.45 * len(there))
    for height, plan in enumerate(there):
        look = _look(plan.kind, phrases) if plan.kind else MIXED
        _span(axes, height, (plan.low, plan.expected, plan.high), look, phrases.compact(plan.expected))
    goal = found.rules.at_least
    if goal is not None:
        axes.axvline(goal, color=INK, linewidth=1, linestyle=(0, (4, 3)))
        goal_mark = phrases.say("paper_goal_mark", count=phrases.compact(goal))
        axes.annotate(goal_mark, (goal, 1), (0, 3), axes.get_xaxis_transform(), "offset points", ha="center", fontsize=8)
    ends = [number for plan in there for number in (plan.low, plan.expected, plan.high)]
    names, values = [plan_name(plan, phrases) for plan in there], np.array([0.0, *ends, goal or 0.0])
    _paper_named(axes, names, values, phrases.label(found.outcome), phrases)
    return figure


def budgets_chart(found: Lineup, phrases: Phrases) -> Figure | None:
    """What the best mix brings for less and for more money, with its 80% band; None where there are fewer than two budgets."""
    if len(found.frontier) < 2:
        return None
    figure, axes = panel(2.2)
    budgets, expected, low, high = (
        np.array([getattr(point, name) for point in found.frontier]) for name in ("budget", "expected", "low", "high")
    )
    axes.fill_between(budgets, low, high, color=MIXED[1], alpha=0.16, linewidth=0)
    axes.plot(budgets, expected, color=MIXED[1], linewidth=1.8, marker="o", markersize=3)
    if found.rules.budget is not None:
        axes.axvline(found.rules.budget, color=INK, linewidth=1, linestyle=(0, (4, 3)))
        mark = (found.rules.budget, 1), (0, 3), axes.get_xaxis_transform(), "offset points"
        axes.annotate(phrases.say("lineup_budget"), *mark, ha="center", fontsize=8)
    scale(axes, "x", budgets, phrases)
    axes.set_xlim(0, 1.03 * budgets.max())
    axes.set_ylim(0, 1.05 * high.max() or 1)
    axes.yaxis.set_major_formatter(lambda value, _: phrases.compact(value))
    axes.set(xlabel=_with(phrases.say("lineup_budget"), found.currency), ylabel=phrases.label(found.outcome))
    axes.grid(color=FAINT, linewidth=0.6)
    return figure


def bookings_chart(found: Lineup, phrases: Phrases) -> Figure | None:
    """What each booking of the proposed plan brings, with its 80% interval; None where nothing is proposed."""
    if found.proposed is None:
        return None
    rows = found.proposed.rows.sort_values("expected", ascending=False).head(MOST)
    figure, axes = panel(0.8 + 0.2 * len(rows))
    for height, (_, row) in enumerate(rows.iterrows()):
        _span(axes, height, (row["p10"], row["expected"], row["p90"]), _look(row["kind"], phrases), "")
    names = [phrases.say("paper_cut", text=name[:26]) if len(name := who(row)) > 28 else name for _, row in rows.iterrows()]
    _paper_named(axes, names, rows[["p10", "expected", "p90"]].to_numpy().ravel(), phrases.label(found.outcome), phrases)
    axes.tick_params(axis="y", labelsize=7.5)
    return figure


def kinds_chart(found: Comparison, phrases: Phrases) -> Figure:
    """What one more of the outcome costs with each kind, or what each brings where there is no cost."""
    what = "cost" if any(group.cost for group in found.by("kind")) else "mean"
    costs = [(group, one) for group in found.by("kind") if (one := getattr(group, what)) is not None]
    figure, axes = panel(0.85 + 0.45 * max(len(costs), 1))
    far = 2 * max(number for _, one in costs for number in (one.value, one.low, one.high or 0))
    for height, (group, one) in enumerate(costs):
        label = phrases.money(one.value, found.currency, short=True) if what == "cost" else phrases.compact(one.value)
        ends = (one.low, one.value, far if one.high is None else one.high)
        _span(axes, height, ends, _look(group.name, phrases), label)
    ends_of = np.array([number for _, one in costs for number in (one.low, one.value, far if one.high is None else one.high)])
    title = sentences.heading(phrases.label(found.cost_per)) if what == "cost" else phrases.label(found.outcome)
    label = _with(title, found.currency) if what == "cost" else title
    _paper_named(axes, [group_name(group, phrases) for group, _ in costs], ends_of, label, phrases)
    return figure


def _span(axes: Axes, height: int, ends: tuple[float, float, float], look: tuple[str, str], label: str) -> None:
    (low, value, high), (marker, colour) = ends, look
    axes.hlines(height, low, high, color=colour, alpha=0.32, linewidth=6)
    axes.scatter([value], [height], marker=marker, color=colour, s=30, zorder=3, clip_on=False)
    halo = [withStroke(linewidth=3, foreground="white")]
    axes.annotate(
        label, (value, height), (0, 6), textcoords="offset points", ha="center", fontsize=8, weight="bold", path_effects=halo
    )


def _paper_named(axes: Axes, names: list[str], values: np.ndarray, label: str, phrases: Phrases) -> None:
    axes.set_ylim(len(names) - 0.4, -0.75)
    axes.set_yticks(range(len(names)), [name.replace("$", r"\$") for name in names])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlim(0, 1.06 * float(values.max()) or 1)
    axes.xaxis.set_major_formatter(lambda value, _: phrases.compact(value))
    axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel(label)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)


def _with(label: str, currency: str | None) -> str:
    return f"{label} ({currency})" if currency else label


def _picture(figure: Figure, notice: str, path: Path) -> Path:
    """The figure as a file; a picture travels alone, so that it says itself where its data is invented."""
    if notice:
        figure.suptitle(notice, fontsize=7.5, weight="bold", color="#9a5b00", x=0.01, ha="left")
    with aside(path) as partial:
        figure.savefig(partial, dpi=DOTS, facecolor="white", metadata={"Software": None})
    return path
