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

from predictor.definitions.labels import category
from predictor.definitions.schema import Catalogue
from predictor.errors import Fault, RowsError
from predictor.planning.comparison import compare
from predictor.planning.plans import Lineup, Plan
from predictor.reporting.comparison_words import drivers_in_words, group_name
from predictor.reporting.comparison_words import verdicts as kind_verdicts
from predictor.reporting.lineup_words import caveats, plan_name, risk_line, rules_in_words, told_people, verdicts
from predictor.reporting.plots import STYLE, budgets_chart, plans_chart, svg
from predictor.reporting.templating import environment
from predictor.tables.files import aside, check_target
from predictor.wording import sentences
from predictor.wording.sentences import who

SHOWN = 40  # bookings in the table; more would not fit on three pages
LONGEST, LONGEST_NAME = 420, 44  # characters of a brief's text, and of a name, that are printed
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
QUIET = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-extensions", "--host-resolver-rules=MAP * ~NOTFOUND", "--no-pdf-header-footer",
)  # fmt: skip
BARS = {"low": "p10", "dot": "expected", "high": "p90"}  # the ends and the dot of a bar
PATIENCE = 120  # seconds that a browser gets


def client_page(
    lineup: Lineup, scored: pd.DataFrame, brief: Mapping[str, Any], catalogue: Catalogue, lang: str, *, on: date,
    data_until: date | None = None,
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
    """
    compared = compare(scored, lineup.goal, catalogue)
    with rc_context(STYLE):
        charts = {"plans": _svg(plans_chart(lineup, lang)), "budgets": _svg(budgets_chart(lineup, lang))}
    plan = lineup.proposed
    page = environment(lang).get_template("paper.html")
    return page.render(
        lang=lang, found=lineup, plan=plan, charts=charts, on=on, brief=_brief(brief, catalogue, lang),
        brand=str(brief.get("brand") or ""), text=_cut(str(brief.get("brief") or ""), lang, LONGEST),
        title=sentences.say(lang, "lineup_none" if plan is None else "lineup_title", plan=plan and plan_name(plan, lang)),
        bookings=[] if plan is None else _bookings(plan, catalogue, lang), rest=None if plan is None else _rest(plan),
        verdicts=verdicts(lineup, catalogue, lang), plans=_plans(lineup, lang), proposed=plan and plan_name(plan, lang),
        kinds=[(group_name(lang, group), group) for group in compared.by("kind")], compared=compared,
        kinds_told=[*kind_verdicts(compared, lang)[:1], *drivers_in_words(compared, lang)[:1]],
        lists=_lists(lineup, catalogue, lang, data_until),
        tiles=[] if plan is None else _tiles(plan, lineup, lang),
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


def _brief(brief: Mapping[str, Any], catalogue: Catalogue, lang: str) -> list[tuple[str, str]]:
    """Labels and values, without the brand and the text, which have places of their own."""
    named = [(name, value) for name, value in brief.items() if name not in ("brand", "brief", "currency")]
    shown = [(name, _said(name, value, brief, catalogue, lang)) for name, value in named if not _missing(value)]
    return [(getattr(catalogue.entries[name].label, lang) if name in catalogue.entries else name, value) for name, value in shown]


def _said(name: str, value: Any, brief: Mapping[str, Any], catalogue: Catalogue, lang: str) -> str:
    if name == "budget":
        return sentences.money(lang, float(value), str(brief.get("currency") or "") or None)
    if isinstance(value, date | datetime):
        return sentences.day(lang, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return sentences.number(lang, value)
    words: Mapping[str, Any] = catalogue.niches if name == "niche" else {}
    words = catalogue.entries[name].categories or words if name in catalogue.entries else words
    return ", ".join(getattr(words[one], lang) if one in words else one for one in map(str.strip, str(value).split(";")))


def _missing(value: Any) -> bool:
    return value is None or value is pd.NaT or value != value or value == ""


def _cut(text: str, lang: str, longest: int) -> str:
    return text if len(text) <= longest else sentences.say(lang, "paper_cut", text=text[:longest].rstrip())


def _tiles(plan: Plan, found: Lineup, lang: str) -> list[tuple[str, str, str]]:
    """The four numbers to remember: label, value, and what to know about it."""
    money = (sentences.money(lang, amount, found.currency, short=True) for amount in (plan.spend, found.rules.budget, plan.cost))
    spend, budget, cost = money
    goal = found.rules.at_least
    reaches = sentences.say(lang, "nothing") if plan.reaches is None else sentences.chance(lang, plan.reaches)
    reach = sentences.say(lang, "paper_no_goal") if goal is None else sentences.noun(lang, found.outcome)
    return [
        (sentences.say(lang, "lineup_spent"), spend, sentences.say(lang, "paper_of_budget", budget=budget)),
        (
            sentences.say(lang, "expected", outcome=found.outcome[lang]), sentences.compact(lang, plan.expected),
            sentences.say(lang, "paper_eight_of_ten", range=sentences.interval(lang, plan.low, plan.high).replace(" ", "\u00a0")),
        ),
        (
            sentences.say(lang, "paper_reaches" if goal is None else "lineup_reaches", count=sentences.number(lang, goal)),
            reaches, reach,
        ),
        (sentences.heading(found.cost_per[lang]), cost, sentences.say(lang, "paper_expected_cost")),
    ]  # fmt: skip


def _lists(found: Lineup, catalogue: Catalogue, lang: str, until: date | None) -> list[tuple[str, list[str]]]:
    """What the paper rests on, what is assumed, the rules kept to, and what no forecast knows: headings with their lines."""
    rules = "; ".join(rules_in_words(found.rules, found.currency, catalogue, lang))
    return [
        ("paper_basis", _basis(found, found.proposed, lang, until)),
        ("lineup_sheet_assumptions", caveats(found, lang)),
        ("lineup_rules", [risk_line(found, lang), *([sentences.heading(rules) + "."] if rules else [])]),
        ("limits", [sentences.say(lang, f"limits_{place}") for place in (1, 2, 3)]),
    ]


def _bookings(plan: Plan, catalogue: Catalogue, lang: str) -> list[dict[str, Any]]:
    """The rows of the table, the dearest first; bars are percent of the highest end."""
    rows = plan.rows.sort_values(["fee", "line"], ascending=[False, True], kind="stable").head(SHOWN)
    highest = max(float(rows[["p90", "expected"]].to_numpy().max()), 1e-9)
    return [
        {
            **{name: row[name] for name in ("fee", "expected", "p10", "p90", "unseen", "assumed", "kind")},
            "who": _cut(who(row), lang, LONGEST_NAME),
            "posts": row["posts"] if "posts" in row and pd.notna(row["posts"]) else None,
            "about": {column: category(row, column, catalogue, lang) for column in ("kind", "platform", "format")},
            "bar": {end: round(100 * float(row[column]) / highest, 1) for end, column in BARS.items()},
        }
        for _, row in rows.iterrows()
    ]  # fmt: skip


def _rest(plan: Plan) -> dict[str, float] | None:
    """What the bookings beyond those of the table come to."""
    rows = plan.rows.sort_values(["fee", "line"], ascending=[False, True], kind="stable").iloc[SHOWN:]
    return {"count": len(rows), "fee": float(rows["fee"].sum()), "expected": float(rows["expected"].sum())} if len(rows) else None


def _plans(found: Lineup, lang: str) -> list[list[str]]:
    """The plans side by side, below a row of titles."""
    asked, people = found.rules.at_least is not None, told_people(found)
    head = ["", *(sentences.say(lang, f"lineup_{what}") for what in ("bookings", "spent"))]
    head += [sentences.say(lang, "lineup_total_80", outcome=found.outcome[lang])]
    head += [sentences.say(lang, "lineup_reaches", count=sentences.number(lang, found.rules.at_least))] if asked else []
    head += [sentences.heading(found.cost_per[lang]), *([sentences.say(lang, "lineup_people")] if people else [])]
    head += [sentences.say(lang, "lineup_thin")]
    return [head, *(_plan(plan, found, lang, people) for plan in found.plans if plan.found)]


def _plan(plan: Plan, found: Lineup, lang: str, people: bool) -> list[str]:
    total = f"{sentences.compact(lang, plan.expected)} ({sentences.interval(lang, plan.low, plan.high)})"
    reaches = [sentences.chance(lang, plan.reaches)] if plan.reaches is not None else []
    spend, cost = (sentences.money(lang, amount, found.currency, short=True) for amount in (plan.spend, plan.cost))
    seen = [sentences.compact(lang, plan.people)] if people else []
    row = [plan_name(plan, lang), sentences.number(lang, len(plan.rows)), spend, total]
    return [*row, *reaches, cost, *seen, sentences.percent(lang, plan.thin)]


def _basis(found: Lineup, plan: Plan | None, lang: str, until: date | None) -> list[str]:
    """Which model, what data, how many candidates, and how many of the bookings have a record of their own."""
    said = [sentences.say(lang, "paper_model", model=found.model_version or sentences.say(lang, "no_model"))]
    said += [sentences.say(lang, "paper_data_until", date=sentences.day(lang, until))] if until is not None else []
    said.append(sentences.say(lang, "paper_candidates", count=found.candidates))
    if plan is not None and len(plan.rows):
        own = int((~plan.rows["unseen"] & ~plan.rows["assumed"]).sum())
        said.append(sentences.say(lang, "paper_own_record", count=own, all=len(plan.rows)))
        posts = pd.to_numeric(plan.rows["posts_seen"], errors="coerce") if "posts_seen" in plan.rows else pd.Series(dtype=float)
        if posts.gt(0).any():
            said.append(sentences.say(lang, "paper_posts", count=int(posts[posts > 0].median())))
    return said
