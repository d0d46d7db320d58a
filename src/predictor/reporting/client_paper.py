"""The paper that a client signs, one to three pages: the brief, the proposal, what it brings, how sure that is, what it rests on.

Nothing in it is fetched from anywhere, and the same input for the same day gives the same bytes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.figure import Figure

from predictor.asof.day import silent_days
from predictor.definitions.phrases import Phrases
from predictor.errors import Fault, RowsError
from predictor.planning.comparison import compare
from predictor.planning.plans import Lineup, Plan
from predictor.reporting.beside_words import beside_facts
from predictor.reporting.comparison_words import group_name, list_verdict
from predictor.reporting.condition_words import conditions
from predictor.reporting.lineup_words import (
    answer,
    caveats,
    of_returns,
    plan_name,
    proposed_name,
    risk_line,
    rules_in_words,
    shown_as_proposed,
    to_reach,
    told_people,
    unit_cost,
    verdicts,
    without_record,
)
from predictor.reporting.plots import STYLE, budgets_chart, plans_chart, svg
from predictor.reporting.templating import environment
from predictor.tables.files import aside, check_target
from predictor.wording import sentences
from predictor.wording.sentences import who

SHOWN_OF = "fee", "expected", "p10", "p50", "p90", "unseen", "stated", "assumed", "doubtful", "kind"
SHOWN = 40  # bookings in the table; more would not fit on three pages
LONGEST, LONGEST_NAME, LONGEST_TITLE = 420, 44, 120  # characters of a brief's text, a creator's and a plan's name, printed
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
QUIET = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-extensions", "--host-resolver-rules=MAP * ~NOTFOUND", "--no-pdf-header-footer",
)  # fmt: skip
BARS = {"low": "p10", "dot": "expected", "high": "p90"}  # the ends and the dot of a bar
PATIENCE = 120  # seconds that a browser gets


def client_page(
    lineup: Lineup, scored: pd.DataFrame, brief: Mapping[str, Any], phrases: Phrases, *, on: date,
    data_until: date | None = None, name: str = "",
) -> str:  # fmt: skip
    """The paper as one HTML page that prints on A4.

    Parameters
    ----------
    lineup, scored
        The line-up, and the list that it was chosen from.
    brief
        The campaign: any columns of `campaigns`.
    on, data_until
        The day the paper is made, and the last day that the model knew of, where that is known.
    name
        What the plan is called, which tells the papers of two plans for one brand apart.
    """
    compared = compare(scored, lineup.goal, phrases.catalogue, shocks=lineup.shocks, outcome=lineup.rules.outcome)
    with rc_context(STYLE):
        charts = {"plans": _svg(plans_chart(lineup, phrases)), "budgets": _svg(budgets_chart(lineup, phrases))}
    plan = lineup.proposed
    page = environment(phrases).get_template("paper.html")
    return page.render(
        found=lineup, plan=plan, charts=charts, on=on, brief=_brief({**brief, "goal": lineup.goal}, phrases),
        name=_cut(name, phrases, LONGEST_TITLE),
        brand=str(brief.get("brand") or ""), text=_cut(str(brief.get("brief") or ""), phrases, LONGEST),
        title=phrases.say("lineup_none" if plan is None else "lineup_title", plan=plan and proposed_name(plan, phrases)),
        bookings=[] if plan is None else _bookings(plan, phrases), rest=None if plan is None else _rest(plan),
        conditions=conditions(lineup, phrases), answer=answer(lineup, phrases), verdicts=verdicts(lineup, phrases),
        plans=_plans(lineup, phrases), proposed=(shown := shown_as_proposed(lineup)) and plan_name(shown, phrases),
        kinds=[(group_name(group, phrases), group) for group in compared.by("kind")], compared=compared,
        kinds_told=[list_verdict(compared, phrases)],
        lists=_lists(lineup, phrases, data_until, on),
        tiles=[] if plan is None else _tiles(plan, lineup, phrases),
    )  # fmt: skip


def pdf(html: str, output: Path) -> None:
    """Print a page as a PDF file with the Chromium or Chrome of this machine; it is kept from the network.

    Raises
    ------
    RowsError
        Where there is no such browser, it fails, or the file cannot be written.
    """
    check_target(output, (".pdf",))
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        problem = "needs Chromium or Chrome, and none was found; install one, or write .html and print that from a browser."
        raise RowsError([Fault(output.name, problem)])
    with TemporaryDirectory() as folder, aside(output) as partial:
        page, printed = Path(folder) / "paper.html", Path(folder) / "paper.pdf"
        page.write_text(html, encoding="utf-8")
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # Chromium has no sandbox for root
        asked = [browser, *QUIET, *root, f"--user-data-dir={folder}/browser", f"--print-to-pdf={printed}", page.as_uri()]
        try:
            subprocess.run(asked, check=True, capture_output=True, timeout=PATIENCE)
            shutil.copyfile(printed, partial)
        except (subprocess.SubprocessError, OSError) as problem:
            reason = f"the browser could not print it ({type(problem).__name__}); write .html and print that from a browser."
            raise RowsError([Fault(output.name, reason)]) from None


def _svg(figure: Figure | None) -> Markup | None:
    return None if figure is None else svg(figure)


def _brief(brief: Mapping[str, Any], phrases: Phrases) -> list[tuple[str, str]]:
    """Labels and values, without what has a place of its own: the brand, the text, and the budget of the line-up."""
    named = [(name, value) for name, value in brief.items() if name not in ("brand", "brief", "currency", "budget")]
    shown = [(name, _said(name, value, phrases)) for name, value in named if not _missing(value)]
    return [(phrases.column(name) if name in phrases.catalogue.entries else name, value) for name, value in shown]


def _said(name: str, value: Any, phrases: Phrases) -> str:
    if isinstance(value, date | datetime):
        return phrases.day(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return phrases.number(value)
    return ", ".join(phrases.word(name, one) for one in str(value).split(";"))


def _missing(value: Any) -> bool:
    return value is None or value is pd.NaT or value != value or value == ""


def _cut(text: str, phrases: Phrases, longest: int) -> str:
    return text if len(text) <= longest else phrases.say("paper_cut", text=text[:longest].rstrip())


def _tiles(plan: Plan, found: Lineup, phrases: Phrases) -> list[tuple[str, str, str]]:
    """The four numbers to remember: label, value, and what to know about it."""
    spend, budget = (phrases.money(amount, found.currency, short=True) for amount in (plan.spend, found.rules.budget))
    cost = unit_cost(plan.cost, found.currency, phrases)
    goal = found.rules.at_least
    reaches = phrases.say("nothing") if plan.reaches is None else phrases.chance(plan.reaches)
    reach = phrases.say("paper_no_goal") if goal is None else phrases.noun(found.outcome)
    return [
        (phrases.say("lineup_spent"), spend, phrases.say("paper_of_budget", budget=budget)),
        (
            phrases.say("expected", outcome=phrases.label(found.outcome)), phrases.compact(plan.expected),
            phrases.say("paper_eight_of_ten", range=phrases.interval(plan.low, plan.high).replace(" ", "\u00a0")),
        ),
        (
            phrases.say("paper_reaches" if goal is None else "lineup_reaches", count=to_reach(found, phrases)),
            reaches, reach,
        ),
        (sentences.heading(phrases.label(found.cost_per)), cost, phrases.say("paper_expected_cost")),
    ]  # fmt: skip


def _lists(found: Lineup, phrases: Phrases, until: date | None, on: date) -> list[tuple[str, list[str]]]:
    """What the paper rests on, what is assumed, the rules kept to, and what no forecast knows: headings with their lines."""
    rules = "; ".join(rules_in_words(found.rules, found.currency, phrases))
    beside = [": ".join(fact) for fact in beside_facts(found.proposed, phrases)] if found.proposed is not None else []
    return [
        *([("lineup_beside", beside)] if beside else []),
        ("paper_basis", _basis(found, found.proposed, phrases, until, on)),
        ("lineup_sheet_assumptions", caveats(found, phrases)),
        ("lineup_rules", [risk_line(found, phrases), *([sentences.heading(rules) + "."] if rules else [])]),
        ("limits", [phrases.say(f"limits_{place}") for place in (1, 2, 3)]),
    ]


def _bookings(plan: Plan, phrases: Phrases) -> list[dict[str, Any]]:
    """The rows of the table, the dearest first; bars are percent of the highest end."""
    rows = plan.rows.sort_values(["fee", "line"], ascending=[False, True], kind="stable").head(SHOWN)
    highest = max(float(rows[["p90", "expected"]].to_numpy().max()), 1e-9)
    return [
        {
            **{name: row[name] for name in SHOWN_OF},
            "who": _cut(who(row), phrases, LONGEST_NAME),
            "posts": _posts(row),
            "about": {column: phrases.category(row, column) for column in ("kind", "platform", "format", "country")},
            "bar": {end: round(100 * float(row[column]) / highest, 1) for end, column in BARS.items()},
        }
        for _, row in rows.iterrows()
    ]  # fmt: skip


def _posts(row: pd.Series) -> float | None:
    """How often a format is booked, where that is more than once: a bundle such as `2 video + 1 story` says itself how many."""
    posts = row.get("posts")
    return None if posts is None or pd.isna(posts) or posts == 1 or "+" in str(row.get("format")) else float(posts)


def _rest(plan: Plan) -> dict[str, float] | None:
    """What the bookings beyond those of the table come to."""
    rows = plan.rows.sort_values(["fee", "line"], ascending=[False, True], kind="stable").iloc[SHOWN:]
    return {"count": len(rows), "fee": float(rows["fee"].sum()), "expected": float(rows["expected"].sum())} if len(rows) else None


def _plans(found: Lineup, phrases: Phrases) -> list[list[str]]:
    """The plans side by side, below a row of titles."""
    asked, people = found.rules.at_least is not None, told_people(found)
    head = ["", *(phrases.say(f"lineup_{what}") for what in ("bookings", "spent"))]
    head += [phrases.say("lineup_total_80", outcome=phrases.label(found.outcome))]
    head += [phrases.say("lineup_reaches", count=to_reach(found, phrases))] if asked else []
    head += [phrases.say("lineup_returns"), phrases.say("lineup_covers")] if found.in_money else []
    head += [sentences.heading(phrases.label(found.cost_per)), *([phrases.say("lineup_people")] if people else [])]
    head += [phrases.say("lineup_thin")]
    return [head, *(_plan(plan, found, phrases, people) for plan in found.plans if plan.found)]


def _plan(plan: Plan, found: Lineup, phrases: Phrases, people: bool) -> list[str]:
    total = f"{phrases.compact(plan.expected)} ({phrases.interval(plan.low, plan.high)})"
    reaches = [phrases.chance(plan.reaches)] if plan.reaches is not None else []
    spend, cost = phrases.money(plan.spend, found.currency, short=True), unit_cost(plan.cost, found.currency, phrases)
    seen = [phrases.compact(plan.people)] if people else []
    row = [plan_name(plan, phrases), phrases.number(len(plan.rows)), spend, total]
    return [*row, *reaches, *of_returns(plan, found, phrases), cost, *seen, without_record(plan, phrases)]


def _basis(found: Lineup, plan: Plan | None, phrases: Phrases, until: date | None, on: date) -> list[str]:
    """Which model, what data, how many candidates, and how many of the bookings have a record of their own."""
    said = [phrases.say("paper_model", model=phrases.model(found.model_version))]
    said += [phrases.say("paper_data_until", date=phrases.day(until))] if until is not None else []
    if until is not None and (silent := silent_days(until, on)) is not None:
        said.append(phrases.say("paper_stale", days=silent))
    alone = found.persons == found.candidates
    said.append(phrases.say("paper_candidates" if alone else "paper_offers", count=found.persons, offers=found.candidates))
    if plan is not None and len(plan.rows):
        own = int((~plan.rows["unseen"] & ~plan.rows["stated"] & ~plan.rows["assumed"]).sum())
        said.append(phrases.say("paper_own_record", count=own, all=len(plan.rows)))
        posts = pd.to_numeric(plan.rows["posts_seen"], errors="coerce") if "posts_seen" in plan.rows else pd.Series(dtype=float)
        if posts.gt(0).any():
            said.append(phrases.say("paper_posts", count=int(posts[posts > 0].median())))
    return said
