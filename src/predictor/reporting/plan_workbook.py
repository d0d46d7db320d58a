"""The line-up as an Excel file to sign: the bookings, the plans side by side, and what it all rests on.

Totals are live formulas. Text stays text: nothing that a candidate list holds can become a formula. Excel writes thousands and
decimals in the reader's own form; dates and money carry the language's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill, Side
from openpyxl.styles.borders import Border
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from predictor.definitions.phrases import Phrases
from predictor.planning.plans import Lineup, Plan
from predictor.planning.signed import FORECAST_TITLES, plan_titles
from predictor.reporting.beside_words import beside_facts
from predictor.reporting.condition_words import conditions, doubts_by_person, fee_terms
from predictor.reporting.lineup_words import (
    caveats,
    goal_line,
    one_more,
    plan_name,
    proposed_name,
    risk_line,
    rules_in_words,
    to_reach,
    told_people,
    verdicts,
)
from predictor.tables.files import aside, check_target, keep_text
from predictor.wording.sentences import WITHOUT_DECIMALS, heading, who

COUNT, SHARE, FINE, FINEST = "#,##0", "0%", "#,##0.0", "#,##0.00"
WARNING, SHADE, LINE = Font(bold=True, color="C00000"), PatternFill("solid", fgColor="EDEDED"), Border(top=Side(style="thin"))


@dataclass(frozen=True)
class Formula:
    """What this module itself wants Excel to compute; any other text is text."""

    text: str


def write_plan(found: Lineup, phrases: Phrases, path: Path, today: date | None = None, campaign: str = "") -> None:
    """Write the .xlsx file, whole or not at all; `campaign` is what is to be signed, such as its name and brand.

    Raises
    ------
    RowsError
        Where the file cannot be written there.
    """
    check_target(path, (".xlsx",))
    book = Workbook()
    book.calculation.fullCalcOnLoad = True
    to_sign = book.active
    to_sign.title = phrases.say("lineup_sheet")
    _to_sign(to_sign, found, phrases, campaign)
    _comparison(book.create_sheet(phrases.say("lineup_sheet_comparison")), found, phrases)
    _assumptions(book.create_sheet(phrases.say("lineup_sheet_assumptions")), found, phrases, today or date.today())
    with aside(path) as partial:
        book.save(partial)


def _to_sign(sheet: Worksheet, found: Lineup, phrases: Phrases, campaign: str) -> None:
    plan, outcome, amount = found.proposed, phrases.label(found.outcome), _money(found.currency)
    title = phrases.say("lineup_title", plan=proposed_name(plan, phrases)) if plan is not None else phrases.say("lineup_none")
    if campaign:
        _line(sheet, campaign, bold=True)
    _top(sheet, title, found, phrases)
    _line(sheet, goal_line(found, phrases))
    _line(sheet, risk_line(found, phrases))
    if plan is None:
        return
    _line(sheet, "")
    titles = plan_titles(phrases.lang, outcome, phrases.catalogue)
    quoted = any(fee_terms(row) for _, row in plan.rows.iterrows())
    _head(sheet, [title for name, title in titles.items() if quoted or name != "fee_terms"])
    first, formats = (
        sheet.max_row + 1,
        {6: COUNT, 7: _day(phrases), 8: _day(phrases), 9: amount, **dict.fromkeys((10, 11, 12), _figures(found))},
    )
    for _, row in plan.rows.iterrows():
        words = [who(row), _text(row, "creator_id"), *(phrases.category(row, c) for c in ("kind", "platform", "format"))]
        days = [found.rules.starts_on, found.rules.ends_on]
        figures = [_posts(row), *days, float(row["fee"]), *map(float, row[["expected", "p10", "p90"]])]
        _line(sheet, *words, *figures, *([phrases.category(row, "fee_terms")] if quoted else []), formats=formats)
    expected = plan.expected if found.unique else _sum("J", first, sheet.max_row)  # unique outcomes are less than their sum
    total = [_sum("F", first, sheet.max_row), None, None, _sum("I", first, sheet.max_row), expected, plan.low, plan.high]
    _line(sheet, phrases.say("lineup_total"), *[None] * 4, *total, formats=formats, bold=True)
    signed = [phrases.say(key) + ":" for key in ("lineup_signed", "lineup_signed_on")]
    for note in ["", *conditions(found, phrases), phrases.say("lineup_caveat_total"), "", *signed]:
        _line(sheet, note)
    _widths(sheet, (28, 14, 14, 14, 14, 10, 13, 13, 18, 18, 18, 18, 34))
    sheet.freeze_panes = sheet.cell(first, 2)
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _comparison(sheet: Worksheet, found: Lineup, phrases: Phrases) -> None:
    outcome, amount = phrases.label(found.outcome), _money(found.currency)
    _top(sheet, phrases.say("lineup_sheet_comparison"), found, phrases)
    for verdict in verdicts(found, phrases):
        _line(sheet, verdict)
    _line(sheet, "")
    head = ["", *(phrases.say(f"lineup_{what}") for what in ("bookings", "spent"))]
    head += [phrases.say(key, outcome=outcome) for key in FORECAST_TITLES]
    asked = found.rules.at_least is not None
    head += [phrases.say("lineup_reaches", count=to_reach(found, phrases))] if asked else []
    people = told_people(found)
    back = [FINEST, FINEST, FINEST, SHARE] if found.in_money else []
    last = [*([SHARE] if asked else []), *back, amount, *([COUNT] if people else []), SHARE]
    head += [phrases.say(f"lineup_{what}") for what in ("times", "times_low", "times_high", "covers")] if found.in_money else []
    head += [heading(phrases.label(found.cost_per)), *([phrases.say("lineup_people")] if people else [])]
    _head(sheet, [*head, phrases.say("lineup_thin")])
    formats = dict(enumerate([COUNT, amount, *[_figures(found)] * 3, *last], start=2))
    there = [plan for plan in found.plans if plan.found]
    for plan in there:
        place = sheet.max_row + 1
        cost = Formula(f'IF(D{place}>0,C{place}*{found.units}/D{place},"")')
        row = [plan_name(plan, phrases), len(plan.rows), plan.spend, plan.expected, plan.low, plan.high]
        more = [
            *([plan.reaches] if asked else []),
            *_returns(plan, found, place),
            cost,
            *([plan.people] if people else []),
            plan.thin,
        ]
        _line(sheet, *row, *more, formats=formats)
    _beside(sheet, there, phrases)
    _frontier(sheet, found, phrases, amount)
    _members(sheet, there, phrases)
    _widths(sheet, (30, 24, 24, *[18] * (9 if found.in_money else 5), 14))


def _returns(plan: Plan, found: Lineup, place: int) -> list[Formula | float | None]:
    """Where the outcome is money: how many times the fees come back, from where to where, and the chance of at least them."""
    if not found.in_money:
        return []
    times: list[Formula | float | None] = [Formula(f'IF(C{place}>0,{figure}{place}/C{place},"")') for figure in "DEF"]
    return [*times, None if plan.returns is None else plan.returns.chance]


def _figures(found: Lineup) -> str:
    """How Excel writes the outcome's figures: money with its currency, counts with one decimal."""
    return _money(found.currency) if found.in_money else FINE


def _beside(sheet: Worksheet, plans: list[Plan], phrases: Phrases) -> None:
    """What the bookings of each plan bring of other outcomes."""
    if not any(plan.others for plan in plans):
        return
    _line(sheet, "")
    _line(sheet, phrases.say("lineup_beside"), bold=True)
    for plan in plans:
        for label, value in beside_facts(plan, phrases):
            _line(sheet, plan_name(plan, phrases), label, value)


def _frontier(sheet: Worksheet, found: Lineup, phrases: Phrases, amount: str) -> None:
    if not found.frontier:
        return
    _line(sheet, "")
    _line(sheet, phrases.say("lineup_more_money"), bold=True)
    titles = [*(phrases.say(f"lineup_{what}") for what in ("budget", "spent")), one_more(found, phrases)]
    _head(sheet, [*titles, *(phrases.say(key, outcome=phrases.label(found.outcome)) for key in FORECAST_TITLES)])
    for point in found.frontier:
        more = found.units / point.marginal if point.marginal else None
        formats = {1: amount, 2: amount, 3: amount, **dict.fromkeys((4, 5, 6), _figures(found))}
        _line(sheet, point.budget, point.spend, more, point.expected, point.low, point.high, formats=formats)


def _members(sheet: Worksheet, plans: list[Plan], phrases: Phrases) -> None:
    if not plans:
        return
    _line(sheet, "")
    _line(sheet, phrases.say("lineup_who_in_each"), bold=True)
    _head(sheet, [plan_name(plan, phrases) for plan in plans])
    names = [[who(row) for _, row in plan.rows.iterrows()] for plan in plans]
    for place in range(max(map(len, names))):
        _line(sheet, *(one[place] if place < len(one) else None for one in names))


def _assumptions(sheet: Worksheet, found: Lineup, phrases: Phrases, today: date) -> None:
    _top(sheet, phrases.say("lineup_sheet_assumptions"), found, phrases)
    _line(sheet, phrases.say("lineup_model"), phrases.model(found.model_version))
    _line(sheet, phrases.say("lineup_made_on"), today, formats={2: _day(phrases)})
    blocks = {"lineup_rules": rules_in_words(found.rules, found.currency, phrases), "caveats": caveats(found, phrases)}
    blocks["page_why_doubts"] = doubts_by_person(found, phrases)
    blocks["limits"] = [phrases.say(f"limits_{place}") for place in (1, 2, 3)]
    for title, lines in blocks.items():
        for place, line in enumerate([risk_line(found, phrases), *lines] if title == "lineup_rules" else lines):
            _line(sheet, phrases.say(title) if place == 0 else "", heading(line))
            sheet.cell(sheet.max_row, 2).alignment = Alignment(wrap_text=True, vertical="top")
    _widths(sheet, (22, 110))


def _top(sheet: Worksheet, title: str, found: Lineup, phrases: Phrases) -> None:
    _line(sheet, title)
    sheet.cell(sheet.max_row, 1).font = Font(bold=True, size=14)
    if found.invented:
        _line(sheet, phrases.say("invented"))
        sheet.cell(sheet.max_row, 1).font = WARNING


def _head(sheet: Worksheet, titles: list[str]) -> None:
    _line(sheet, *titles)
    for cell in sheet[sheet.max_row]:
        cell.font, cell.fill = Font(bold=True), SHADE
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _line(sheet: Worksheet, *values: Any, formats: dict[int, str] | None = None, bold: bool = False) -> None:
    """Add a row of values; a text that looks like a formula stays text, in the file and when somebody edits the cell."""
    place = 1 if sheet["A1"].value is None else sheet.max_row + 1
    for column, value in enumerate(values, start=1):
        text = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else None
        cell = sheet.cell(place, column, f"={value.text}" if isinstance(value, Formula) else value if text is None else text)
        if text is not None:
            keep_text(cell)
        if formats and column in formats:
            cell.number_format = formats[column]
        if bold:
            cell.font, cell.border = Font(bold=True), LINE


def _widths(sheet: Worksheet, widths: tuple[int, ...]) -> None:
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def _sum(column: str, first: int, last: int) -> Formula:
    return Formula(f"SUM({column}{first}:{column}{last})")


def _text(row: pd.Series, column: str) -> str:
    return str(row[column]) if column in row and pd.notna(row[column]) else ""


def _posts(row: pd.Series) -> float | None:
    return float(row["posts"]) if "posts" in row and pd.notna(row["posts"]) else None


def _money(currency: str | None) -> str:
    if currency == "VND":
        return '#,##0\\ "₫"'
    digits = "#,##0" if currency in WITHOUT_DECIMALS else "#,##0.00"
    return f'"{currency}"\\ {digits}' if currency and re.fullmatch("[A-Z]{3}", currency) else digits


def _day(phrases: Phrases) -> str:
    return "dd/mm/yyyy" if phrases.lang == "vi" else "yyyy-mm-dd"
