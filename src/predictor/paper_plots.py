"""The charts of a line-up: its plans side by side, what other budgets would bring, who brings it, and KOLs beside influencers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from predictor import texts
from predictor.catalogue import Catalogue
from predictor.compare import compare
from predictor.compare_words import group_name
from predictor.comparison import Comparison
from predictor.lineup_words import plan_name, who
from predictor.plans import Lineup
from predictor.report_plots import FAINT, INK, LOOKS, STYLE, panel, scale
from predictor.tables import Fault, RowsError, aside

LOOKS_OF = {"influencers": LOOKS["influencer"], "kols": LOOKS["kol"], "mix": ("s", "#2f6f5e")}
DOTS = 180  # per inch, of a chart as a picture
MOST = 40  # bookings drawn, those expected to bring most first


def chart_files(lineup: Lineup, scored: pd.DataFrame, goal: str, catalogue: Catalogue, lang: str, folder: Path) -> list[Path]:
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
    with rc_context(STYLE):
        drawn = {"plans": plans_chart(lineup, lang), "budgets": budgets_chart(lineup, lang)}
        drawn |= {"bookings": bookings_chart(lineup, lang), "kinds": kinds_chart(compare(scored, goal, catalogue), lang)}
        told = texts.say(lang, "paper_invented") if lineup.invented else ""
        return [_picture(figure, told, folder / f"{name}.png") for name, figure in drawn.items() if figure is not None]


def plans_chart(found: Lineup, lang: str) -> Figure | None:
    """Each plan's total with its 80% interval, and the count asked for; None where there is no plan."""
    there = [plan for plan in found.plans if plan.found]
    if not there:
        return None
    figure, axes = panel(0.85 + 0.45 * len(there))
    for height, plan in enumerate(there):
        _span(axes, height, (plan.low, plan.expected, plan.high), LOOKS_OF[plan.name], texts.compact(lang, plan.expected))
    goal = found.rules.at_least
    if goal is not None:
        axes.axvline(goal, color=INK, linewidth=1, linestyle=(0, (4, 3)))
        told = texts.say(lang, "paper_goal_mark", count=texts.compact(lang, goal))
        axes.annotate(told, (goal, 1), (0, 3), axes.get_xaxis_transform(), "offset points", ha="center", fontsize=8)
    ends = [number for plan in there for number in (plan.low, plan.expected, plan.high)]
    _named(axes, [plan_name(plan, lang) for plan in there], np.array([0.0, *ends, goal or 0.0]), found.outcome[lang], lang)
    return figure


def budgets_chart(found: Lineup, lang: str) -> Figure | None:
    """What the best mix brings for less and for more money, with its 80% band; None where there are fewer than two budgets."""
    if len(found.frontier) < 2:
        return None
    figure, axes = panel(2.2)
    budgets, expected, low, high = (
        np.array([getattr(point, name) for point in found.frontier]) for name in ("budget", "expected", "low", "high")
    )
    axes.fill_between(budgets, low, high, color=LOOKS_OF["mix"][1], alpha=0.16, linewidth=0)
    axes.plot(budgets, expected, color=LOOKS_OF["mix"][1], linewidth=1.8, marker="o", markersize=3)
    if found.rules.budget is not None:
        axes.axvline(found.rules.budget, color=INK, linewidth=1, linestyle=(0, (4, 3)))
        mark = (found.rules.budget, 1), (0, 3), axes.get_xaxis_transform(), "offset points"
        axes.annotate(texts.say(lang, "lineup_budget"), *mark, ha="center", fontsize=8)
    scale(axes, "x", budgets, lang)
    axes.set_xlim(0, 1.03 * budgets.max())
    axes.set_ylim(0, 1.05 * high.max() or 1)
    axes.yaxis.set_major_formatter(lambda value, _: texts.compact(lang, value))
    axes.set(xlabel=_with(texts.say(lang, "lineup_budget"), found.currency), ylabel=found.outcome[lang])
    axes.grid(color=FAINT, linewidth=0.6)
    return figure


def bookings_chart(found: Lineup, lang: str) -> Figure | None:
    """What each booking of the proposed plan brings, with its 80% interval; None where nothing is proposed."""
    if found.proposed is None:
        return None
    rows = found.proposed.rows.sort_values("expected", ascending=False).head(MOST)
    figure, axes = panel(0.8 + 0.2 * len(rows))
    for height, (_, row) in enumerate(rows.iterrows()):
        _span(axes, height, (row["p10"], row["expected"], row["p90"]), LOOKS.get(row["kind"], LOOKS[""]), "")
    names = [texts.say(lang, "paper_cut", text=name[:26]) if len(name := who(row)) > 28 else name for _, row in rows.iterrows()]
    _named(axes, names, rows[["p10", "expected", "p90"]].to_numpy().ravel(), found.outcome[lang], lang)
    axes.tick_params(axis="y", labelsize=7.5)
    return figure


def kinds_chart(found: Comparison, lang: str) -> Figure:
    """What one more of the outcome costs with influencers and with KOLs, or what each brings where there is no cost."""
    what = "cost" if any(group.cost for group in found.by("kind")) else "mean"
    told = [(group, one) for group in found.by("kind") if (one := getattr(group, what)) is not None]
    figure, axes = panel(0.85 + 0.45 * max(len(told), 1))
    far = 2 * max(number for _, one in told for number in (one.value, one.low, one.high or 0))
    for height, (group, one) in enumerate(told):
        label = texts.money(lang, one.value, found.currency, short=True) if what == "cost" else texts.compact(lang, one.value)
        ends = (one.low, one.value, far if one.high is None else one.high)
        _span(axes, height, ends, LOOKS.get(group.name, LOOKS[""]), label)
    ends_of = np.array([number for _, one in told for number in (one.low, one.value, far if one.high is None else one.high)])
    title = texts.heading(found.cost_per[lang]) if what == "cost" else found.outcome[lang]
    label = _with(title, found.currency) if what == "cost" else title
    _named(axes, [group_name(lang, group) for group, _ in told], ends_of, label, lang)
    return figure


def _span(axes: Axes, height: int, ends: tuple[float, float, float], look: tuple[str, str], label: str) -> None:
    (low, value, high), (marker, colour) = ends, look
    axes.hlines(height, low, high, color=colour, alpha=0.32, linewidth=6)
    axes.scatter([value], [height], marker=marker, color=colour, s=30, zorder=3, clip_on=False)
    halo = [withStroke(linewidth=3, foreground="white")]
    axes.annotate(
        label, (value, height), (0, 6), textcoords="offset points", ha="center", fontsize=8, weight="bold", path_effects=halo
    )


def _named(axes: Axes, names: list[str], values: np.ndarray, label: str, lang: str) -> None:
    axes.set_ylim(len(names) - 0.4, -0.75)
    axes.set_yticks(range(len(names)), [name.replace("$", r"\$") for name in names])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlim(0, 1.06 * float(values.max()) or 1)
    axes.xaxis.set_major_formatter(lambda value, _: texts.compact(lang, value))
    axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel(label)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)


def _with(label: str, currency: str | None) -> str:
    return f"{label} ({currency})" if currency else label


def _picture(figure: Figure, told: str, path: Path) -> Path:
    """The figure as a file; a picture travels alone, so that it says itself where its data is invented."""
    if told:
        figure.suptitle(told, fontsize=7.5, weight="bold", color="#9a5b00", x=0.01, ha="left")
    with aside(path) as partial:
        figure.savefig(partial, dpi=DOTS, facecolor="white", metadata={"Software": None})
    return path
