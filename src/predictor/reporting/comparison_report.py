"""The report a planner mails: one HTML file with the answer, the comparison, two plots and the candidates.

Nothing in it is fetched from anywhere, and the same input on the same day gives the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib import rc_context

from predictor.definitions.closed_lists import KINDS
from predictor.definitions.phrases import Phrases
from predictor.forecasting.sampling import OutcomeCorrelations
from predictor.planning.comparison import Comparison, Group, Range, compare
from predictor.planning.plans import Lineup
from predictor.planning.ranking import ranked, usual_order
from predictor.reporting import comparison_words
from predictor.reporting.plots import MARKS, STYLE, groups, scatter
from predictor.reporting.templating import environment
from predictor.tables.files import write_text

SHOWN = 30  # candidates in the table

Brief = str | Mapping[str, object]


def write_report(
    scored: pd.DataFrame,
    goal: str,
    phrases: Phrases,
    path: Path,
    brief: Brief | None = None,
    judged: Sequence[Mapping[str, Any]] | None = None,
    today: date | None = None,
    shocks: OutcomeCorrelations | None = None,
    found: Lineup | None = None,
) -> None:
    """Write the report on scored candidates.

    Parameters
    ----------
    scored, goal
        As for `compare`.
    path
        The HTML file to write.
    brief
        What the campaign says: a text, or its columns and values.
    judged
        How the model did on rows held out, as a bundle tells it in `provenance.scores`.
    today
        The date printed.
    shocks, found
        What the bookings of a campaign share, as for `lineup`, and the line-up that the brief's budget buys, which comes first.

    Raises
    ------
    RowsError
        When the file holds no forecast for the goal.
    """
    comparison = compare(scored, goal, phrases.catalogue, shocks=shocks)
    first, why = comparison_words.answer_first(comparison, found, phrases)
    rows = ranked(scored, comparison, phrases.catalogue)
    with rc_context(STYLE):
        plots = {"scatter": scatter(rows, comparison, phrases), "groups": groups(comparison, phrases)}
    html = (
        environment(phrases)
        .get_template("report.html")
        .render(
            **plots,
            comparison=comparison,
            answer=first,
            why=why,
            order=_order(comparison),
            caveats=comparison_words.caveats(comparison, phrases),
            brief=_brief(brief, phrases),
            cards=_cards(comparison, phrases),
            quoted=int(rows["fee"].notna().sum()),
            drawn=min(int(rows["fee"].notna().sum()), MARKS),
            table=_table(rows.head(SHOWN), phrases),
            rest=max(len(rows) - SHOWN, 0),
            judged=[row for row in judged or [] if row["target"] == comparison.target and row["group"] == "all"],
            today=today or date.today(),
        )
    )
    write_text(html, path)


def _order(comparison: Comparison) -> str:
    """The sentence that says how the table is ordered."""
    if usual_order(comparison) == "safe":
        return "table_by_safe" if comparison.currency is None else "table_by_safe_cost"
    return "table_by_outcome" if comparison.currency is None else "table_by_cost"


def _brief(brief: Brief | None, phrases: Phrases) -> list[tuple[str, str]]:
    """Labels and values of the brief; a plain text has no label."""
    if brief is None or isinstance(brief, str):
        return [("", brief)] if brief else []
    found = []
    for name, value in brief.items():
        entry = phrases.catalogue.entries.get(name)
        label = phrases.label(entry.label) if entry else name
        if isinstance(value, date):
            shown = phrases.day(value)
        elif name == "budget":
            shown = phrases.money(float(value), str(brief.get("currency") or "") or None)  # type: ignore[arg-type]
        elif isinstance(value, int | float):
            shown = phrases.number(value)
        else:
            shown = phrases.word(name, value)
        if value is not None and value == value and shown:
            found.append((label, shown))
    return found


def _cards(comparison: Comparison, phrases: Phrases) -> list[dict[str, Any]]:
    """Influencers, KOLs and whatever other kinds there are beside each other; the bars of all are drawn on one scale."""
    sides = {group.name: group for group in comparison.by("kind") if group.name}
    return [_card(kind, sides, phrases) for kind in dict.fromkeys([*KINDS, *sides])]


def _card(kind: str, sides: dict[str, Group], phrases: Phrases) -> dict[str, Any]:
    group = sides.get(kind)
    bars = {what: _bar(getattr(group, what, None), [getattr(side, what) for side in sides.values()]) for what in ("mean", "cost")}
    return {"kind": kind, "title": phrases.kind(kind), "group": group, "bars": bars}


def _bar(found: Range | None, beside: list[Range | None]) -> dict[str, float] | None:
    """Where a bar starts, how long it is and where its dot stands, in percent of the widest of its neighbours."""
    highest = max((v for r in beside if r for v in (r.value, r.high or r.value, r.low)), default=0)
    if found is None or not highest > 0:
        return None
    return _percent(found.low, found.value, highest if found.high is None else found.high, highest)


def _percent(low: float, value: float, high: float, highest: float) -> dict[str, float]:
    start, dot, end = (round(100 * min(v / highest, 1), 1) for v in (low, value, high))
    return {"start": start, "length": round(max(end - start, 0.5), 1), "dot": dot}


def _table(rows: pd.DataFrame, phrases: Phrases) -> list[dict[str, Any]]:
    highest = float(rows[["p90", "expected"]].to_numpy().max())
    behind = (rows["tie"] > rows["tie"].shift()).tolist()
    return [
        {**_candidate(position, row, highest, phrases), "behind": new}
        for position, row, new in zip(rows.index, rows.to_dict("records"), behind, strict=True)
    ]


def _candidate(position: int, row: dict[Any, Any], highest: float, phrases: Phrases) -> dict[str, Any]:
    named = [str(row[c]) for c in ("name", "creator_id") if c in row and pd.notna(row[c]) and str(row[c]).strip()]
    about = [phrases.word(column, row.get(column)) for column in ("kind", "platform", "tier", "format")]
    return {
        **{
            key: row[key]
            for key in (
                "rank",
                "rank_low",
                "rank_high",
                "expected",
                "p10",
                "p50",
                "p90",
                "fee",
                "cost",
                "rule",
                "currency",
                "unseen",
                "stated",
            )
        },
        "name": named[0] if named else phrases.say("row", position=position + 1),
        "about": " · ".join(said for said in about if said),
        "kind": row["kind"],
        "bar": _percent(*(math.log1p(v) for v in (row["p10"], row["expected"], row["p90"], highest))) if highest > 0 else None,
    }
