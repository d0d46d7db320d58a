"""The report a planner mails: one HTML file with the answer, the comparison, two plots and the candidates.

Nothing in it is fetched from anywhere, and the same input on the same day gives the same bytes.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from predictor import texts
from predictor.catalogue import Catalogue
from predictor.compare import BY, Comparison, Group, Range, candidates, compare
from predictor.tables import write_text

SHOWN = 30  # candidates in the table
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

Brief = str | Mapping[str, object]


def write_report(
    scored: pd.DataFrame,
    goal: str,
    catalogue: Catalogue,
    path: Path,
    lang: str,
    brief: Brief | None = None,
    judged: Sequence[Mapping[str, Any]] | None = None,
    today: date | None = None,
) -> None:
    """Write the report on scored candidates.

    Parameters
    ----------
    scored, goal, catalogue
        As for `compare`.
    path
        The HTML file to write.
    lang
        `en` or `vi`.
    brief
        What the campaign says: a text, or its columns and values.
    judged
        How the model did on rows held out, as a bundle tells it in `about["scores"]`.
    today
        The date printed.

    Raises
    ------
    RowsError
        When the file holds no forecast for the goal.
    """
    comparison = compare(scored, goal, catalogue)
    rows = ranked(candidates(scored, catalogue.recipes[comparison.target]), comparison)
    with rc_context(STYLE):
        plots = {"scatter": _scatter(rows, comparison, lang), "groups": _groups(comparison, lang)}
    html = (
        _environment(lang)
        .get_template("report.html")
        .render(
            **plots,
            lang=lang,
            comparison=comparison,
            verdicts=texts.verdicts(comparison, lang),
            caveats=texts.caveats(comparison, lang),
            brief=_brief(brief, catalogue, lang),
            cards=[_card(kind, comparison) for kind in ("influencer", "kol")],
            quoted=int(rows["fee"].notna().sum()),
            drawn=min(int(rows["fee"].notna().sum()), MARKS),
            table=_table(rows.head(SHOWN), catalogue, lang),
            rest=max(len(rows) - SHOWN, 0),
            judged=[row for row in judged or [] if row["target"] == comparison.target and row["group"] == "all"],
            today=today or date.today(),
        )
    )
    write_text(html, path)


def ranked(rows: pd.DataFrame, comparison: Comparison) -> pd.DataFrame:
    """Candidates from best to worst: by cost per outcome where the quotes are in one currency, else by expected outcome."""
    by = ["cost", "expected"] if comparison.currency is not None else ["expected"]
    rows = rows.sort_values(by, ascending=[name == "cost" for name in by], kind="stable", na_position="last")
    return rows.assign(rank=range(1, len(rows) + 1))


def _environment(lang: str) -> Environment:
    loader = PackageLoader("predictor", "templates")
    page = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page.globals["say"] = partial(texts.say, lang)
    page.globals["knows"] = lambda key: key in texts.sentences(lang)
    for written in (texts.number, texts.compact, texts.percent, texts.money, texts.day, texts.interval, texts.noun):
        page.filters[written.__name__] = _in(lang, written)
    page.filters["heading"] = texts.heading
    return page


def _in(lang: str, written: Callable[..., str]) -> Callable[..., str]:
    return lambda value, *more, **named: written(lang, value, *more, **named)


def _brief(brief: Brief | None, catalogue: Catalogue, lang: str) -> list[tuple[str, str]]:
    """Labels and values of the brief; a plain text has no label."""
    if brief is None or isinstance(brief, str):
        return [("", brief)] if brief else []
    found = []
    for name, value in brief.items():
        entry = catalogue.entries.get(name)
        word = entry.categories.get(str(value)) if entry else None
        label = getattr(entry.label, lang) if entry else name
        if isinstance(value, date):
            shown = texts.day(lang, value)
        elif isinstance(value, int | float):
            shown = texts.number(lang, value)
        else:
            shown = getattr(word, lang) if word else str(value)
        if value is not None and value == value and shown:
            found.append((label, shown))
    return found


def _card(kind: str, comparison: Comparison) -> dict[str, Any]:
    """One kind beside the other; the bars of both are drawn on one scale."""
    kinds = {group.name: group for group in comparison.by("kind")}
    group = kinds.get(kind)
    sides = [kinds[name] for name in ("influencer", "kol") if name in kinds]
    bars = {what: _bar(getattr(group, what, None), [getattr(side, what) for side in sides]) for what in ("mean", "cost")}
    return {"kind": kind, "group": group, "bars": bars}


def _bar(found: Range | None, beside: list[Range | None]) -> dict[str, float] | None:
    """Where a bar starts, how long it is and where its dot stands, in percent of the widest of its neighbours."""
    highest = max((v for r in beside if r for v in (r.value, r.high or r.value, r.low)), default=0)
    if found is None or not highest > 0:
        return None
    return _percent(found.low, found.value, highest if found.high is None else found.high, highest)


def _percent(low: float, value: float, high: float, highest: float) -> dict[str, float]:
    start, dot, end = (round(100 * min(v / highest, 1), 1) for v in (low, value, high))
    return {"start": start, "length": round(max(end - start, 0.5), 1), "dot": dot}


def _table(rows: pd.DataFrame, catalogue: Catalogue, lang: str) -> list[dict[str, Any]]:
    highest = float(rows[["p90", "expected"]].to_numpy().max())
    return [
        _candidate(position, row, highest, catalogue, lang)
        for position, row in zip(rows.index, rows.to_dict("records"), strict=True)
    ]


def _candidate(position: int, row: dict[Any, Any], highest: float, catalogue: Catalogue, lang: str) -> dict[str, Any]:
    named = [str(row[c]) for c in ("name", "creator_id") if c in row and pd.notna(row[c]) and str(row[c]).strip()]
    about = [_word(column, row.get(column), catalogue, lang) for column in ("kind", "platform", "tier", "format")]
    return {
        **{key: row[key] for key in ("rank", "expected", "p10", "p90", "fee", "cost", "rule", "currency", "unseen")},
        "name": named[0] if named else texts.say(lang, "row", position=position + 1),
        "about": " · ".join(word for word in about if word),
        "kind": row["kind"],
        "bar": _percent(*(math.log1p(v) for v in (row["p10"], row["expected"], row["p90"], highest))) if highest > 0 else None,
    }


def _word(column: str, value: object, catalogue: Catalogue, lang: str) -> str:
    name = "" if pd.isna(value) else str(value).strip()  # type: ignore[call-overload]
    entry = catalogue.entries.get(column)
    word = entry.categories.get(name) if entry else None
    return getattr(word, lang) if word else name


def _scatter(rows: pd.DataFrame, comparison: Comparison, lang: str) -> Markup | None:
    """Fee against expected outcome, with p10–p90; a file too large to draw is thinned evenly along the ranking."""
    quoted = rows[rows["fee"].notna()]
    if comparison.currency is None or quoted.empty:
        return None
    shown = quoted.iloc[np.unique(np.linspace(0, len(quoted) - 1, min(len(quoted), MARKS)).astype(int))]
    figure, axes = _figure(3.9)
    for kind in sorted(shown["kind"].unique(), key=lambda kind: (kind == "", kind)):
        _marks(axes, shown[shown["kind"] == kind], kind, lang)
    for row in shown[shown["rank"] <= NUMBERED].itertuples():
        axes.annotate(f"{row.rank}", (row.fee, row.expected), (5, 4), textcoords="offset points", fontsize=8, weight="bold")  # type: ignore[arg-type]
    _scale(axes, "x", shown["fee"].to_numpy(), lang)
    _scale(axes, "y", shown[["expected", "p10", "p90"]].to_numpy().ravel(), lang)
    label = f"{texts.say(lang, 'fee')} ({comparison.currency})" if comparison.currency else texts.say(lang, "fee")
    axes.set(xlabel=label, ylabel=texts.say(lang, "expected", outcome=comparison.outcome[lang]))
    axes.grid(color=FAINT, linewidth=0.6)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False, handletextpad=0.2)
    return _svg(figure)


def _marks(axes: Axes, rows: pd.DataFrame, kind: str, lang: str) -> None:
    marker, colour = LOOKS.get(kind, LOOKS[""])
    name = texts.say(lang, f"kind_{kind}") if kind in ("influencer", "kol") else kind or texts.say(lang, "not_stated")
    axes.vlines(rows["fee"], rows["p10"], rows["p90"], color=colour, alpha=0.3, linewidth=1.2)
    axes.scatter(
        rows["fee"], rows["expected"], marker=marker, color=colour, s=22, edgecolor="white", linewidth=0.6, zorder=3, label=name
    )


def _groups(comparison: Comparison, lang: str) -> Markup:
    """Cost per outcome by group, or the expected outcome where there is no cost."""
    what = "cost" if any(group.cost for group in comparison.groups) else "mean"
    lines: list[tuple[str, Group | None]] = []
    for by in BY:
        found = [group for group in comparison.by(by) if getattr(group, what) is not None]
        lines += [(texts.say(lang, by), None), *((texts.group_name(lang, group), group) for group in found)]
    figure, axes = _figure(0.9 + 0.23 * len(lines))
    ranges: list[Range] = [getattr(group, what) for _, group in lines if group]
    ends = np.array([v for r in ranges for v in (r.value, r.low, r.high or r.value)])
    for height, (_, group) in enumerate(lines):
        if group:
            _dot(axes, height, group, getattr(group, what), 2 * float(ends.max()))
    _scale(axes, "x", ends, lang)
    _named(axes, lines)
    label = texts.heading(comparison.cost_per[lang]) if what == "cost" else comparison.outcome[lang]
    axes.set_xlabel(f"{label} ({comparison.currency})" if what == "cost" and comparison.currency else label)
    return _svg(figure)


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


def _scale(axes: Axes, which: Literal["x", "y"], values: np.ndarray, lang: str) -> None:
    """Start at zero; where values spread widely use a log scale (linear below one, when there are counts of zero)."""
    axis: Axis = getattr(axes, f"{which}axis")
    lowest, highest = float(values[values > 0].min(initial=np.inf)), float(values.max())
    if highest > WIDE * lowest:
        scale: dict[str, Any] = {"value": "log"} if values.min() > 0 else {"value": "symlog", "linthresh": 1, "linscale": 0.4}
        getattr(axes, f"set_{which}scale")(**scale)
        if highest < 300 * lowest and values.min() > 0:
            axis.set_major_locator(LogLocator(subs=(1, 3)))
        axis.set_minor_locator(NullLocator())
        if values.min() <= 0:
            getattr(axes, f"set_{which}lim")(0, 2 * highest)
    else:
        getattr(axes, f"set_{which}lim")(0, 1.08 * highest or 1)
        axis.set_major_locator(MaxNLocator(5))
    axis.set_major_formatter(FuncFormatter(lambda value, _: texts.compact(lang, value)))


def _figure(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(4.7, height), layout="constrained")
    return figure, figure.subplots()


def _svg(figure: Figure) -> Markup:
    """The figure as inline SVG: letters as paths, so that every diacritic shows whatever fonts the reader has."""
    with io.StringIO() as file:
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
        drawn = file.getvalue()
    named = re.compile(r'<g id="[^"]*"')  # would repeat from plot to plot; nothing refers to them
    return Markup(named.sub("<g", drawn[drawn.index("<svg") :]))
