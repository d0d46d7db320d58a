"""One sheet read by its mapping: good rows as a table, bad rows with the cell that spoils them, and what is open."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from predictor.amounts import read_amounts, scaled, unit_of
from predictor.catalogue import Catalogue, Entry
from predictor.cells import Refused, as_text, fold
from predictor.currencies import STATED, Money, Rates, code_of, codes_of, common, converted
from predictor.guess import Said, qualifier_of
from predictor.layout import Layout
from predictor.mapping import Mapping, TableMapping, rename
from predictor.quantities import plainly
from predictor.sheets import address
from predictor.values import read_column, spellings


@dataclass(frozen=True)
class Reject:
    """A cell (or a row, where `column` is blank) that keeps a row out, by its place in the original file."""

    sheet: str
    row: int
    column: str
    cell: str
    came: str
    problem: str


@dataclass(frozen=True)
class Midpoint:
    """A range of money that was read as its midpoint."""

    sheet: str
    row: int
    column: str
    cell: str
    came: str
    read_as: str


@dataclass(frozen=True)
class Intake:
    """A sheet as read: `frame` by row number, the rejected cells, ranges read as midpoints, what is open, what to know."""

    table: str
    layout: Layout
    mapping: TableMapping
    frame: pd.DataFrame
    rejects: list[Reject]
    midpoints: list[Midpoint]
    doubts: list[Said]
    notes: list[Said]


def read_sheet(layout: Layout, table: str, one: TableMapping, catalogue: Catalogue, rates: Rates | None = None) -> Intake:
    """Read a sheet by its mapping; every cell is read by its column's definition, as in any table of the project."""
    entries, doubts, rejects = catalogue.columns(table), [], []
    columns: dict[str, pd.Series] = {}
    money: list[Money] = []
    midpoints: list[Midpoint] = []
    given = rename(layout.frame, table, Mapping(tables={table: one.model_copy(update={"constants": _without_currency(one)})}))
    theirs = {ours: title for title, ours in one.columns.items() if layout.column(title)}
    stated, wrong = _stated(given, layout, theirs.get("currency", "currency"))
    rejects += wrong
    for place, name in enumerate(given.columns):
        if name not in entries or name == "currency" or name in columns:
            continue
        title, cells, entry = theirs.get(name, name), given.iloc[:, place], entries[name]
        if entry.type == "money":
            amounts = read_amounts(cells, entry, _unit(layout, title, money=True), one.decimal_comma)
            columns[name], refused = amounts.values, amounts.refused
            constant = one.constants.get("currency")
            codes, open_signs = codes_of(layout, title, amounts.currency, stated, str(constant) if constant else None)
            money.append(Money(name, title, amounts.values, codes.where(amounts.values.notna())))
            doubts += open_signs
            midpoints += _midpoints(layout, title, cells, amounts.ranges & amounts.values.notna().to_numpy(), amounts.values)
            rejects += _clashing(layout, title, cells, amounts.currency, stated)
        else:
            units = scaled(cells, _unit(layout, title)) if entry.type == "count" else cells
            columns[name], refused = read_column(units, name, entry, one.day_first, one.decimal_comma)
        rejects += _refusals(layout, title, cells, [r for r in refused if not r.undecided])
        doubts += _undecided(layout, title, cells, [r for r in refused if r.undecided], entry, table)
        rejects += _untrusted(layout, title, entry)
    for name, parts in one.sums.items():
        read = [read_column(given[p], name, entries[name], one.day_first, one.decimal_comma) for p in parts if p in given]
        for part, (_, refused) in zip([p for p in parts if p in given], read, strict=True):
            rejects += _refusals(layout, part, given[part], refused)
        if read:
            columns[name] = pd.concat([values for values, _ in read], axis=1).sum(axis=1, min_count=1)
    money, more = _exchanged(money, rates)
    codes, open_codes = common(sorted(money, key=lambda m: m.name == "revenue"), table)
    columns |= {one_of.name: one_of.values for one_of in money}
    if codes is not None:
        columns["currency"] = codes
    frame = pd.DataFrame(columns, index=given.index)
    notes = [note for name, entry in entries.items() if entry.type == "date" for note in _swapped(layout, theirs.get(name, name))]
    return Intake(table, layout, one, frame, rejects, midpoints, [*doubts, *more, *open_codes], notes)


def with_platform(layout: Layout, table: str, one: TableMapping, catalogue: Catalogue) -> tuple[TableMapping, list[Said]]:
    """The platform that a sheet is named after, where no column gives one."""
    platform = spellings(catalogue.entries["platform"]).get(fold(layout.grid.name))
    has = "platform" in one.constants or any(n == "platform" and layout.column(t) for t, n in one.columns.items())
    if platform is None or has or "platform" not in catalogue.columns(table):
        return one, []
    constants = one.constants | {"platform": platform}
    return one.model_copy(update={"constants": constants}), [Said("import_platform", {"name": platform})]


def _without_currency(one: TableMapping) -> dict[str, object]:
    return {name: value for name, value in one.constants.items() if name != "currency"}


def _unit(layout: Layout, title: str, money: bool = False) -> float:
    """What the title, or a line above the table such as 'ĐVT: triệu đồng', multiplies bare numbers by."""
    own = unit_of(qualifier_of(" ".join(layout.parts.get(layout.column(title), (title,)))))
    return (
        own if own != 1.0 or not money else next((u for t in layout.above if STATED.search(t) and (u := unit_of(t)) != 1.0), 1.0)
    )


def _exchanged(money: list[Money], rates: Rates | None) -> tuple[list[Money], list[Said]]:
    if rates is None:
        return money, []
    pairs = [converted(one, rates) for one in money]
    return [one for one, _ in pairs], [missing for _, doubts in pairs for missing in doubts]


def _stated(given: pd.DataFrame, layout: Layout, title: str) -> tuple[pd.Series, list[Reject]]:
    """What the currency column says, row by row."""
    if "currency" not in given:
        return pd.Series(None, index=given.index, dtype=object), []
    text = as_text(given["currency"])
    codes = text.astype(object).map(code_of, na_action="ignore")
    bad = np.flatnonzero((text.notna() & codes.isna()).to_numpy())
    says: Callable[[int], str] = lambda cell: f"got '{text.iloc[cell]}'; expected a currency such as VND, USD or CNY."  # noqa: E731
    return codes.where(codes.notna(), None), _refusals(layout, title, text, [Refused(bad, says)])


def _refusals(layout: Layout, title: str, cells: pd.Series, refused: list[Refused]) -> list[Reject]:
    return [
        _reject(layout, title, int(cells.index[at]), cells.iloc[at], one.says(int(at))) for one in refused for at in one.cells
    ]


def _reject(layout: Layout, title: str, row: int, came: object, problem: str) -> Reject:
    column = layout.column(title)
    return Reject(layout.grid.name, row, title, address((row, column)) if column else "", str(came), problem)


def _midpoints(layout: Layout, title: str, cells: pd.Series, at: np.ndarray, values: pd.Series) -> list[Midpoint]:
    places = [(int(row), address((int(row), layout.column(title)))) for row in cells.index[at]]
    name = layout.grid.name
    return [Midpoint(name, row, title, cell, str(cells[row]), plainly(values[row])) for row, cell in places]


def _clashing(layout: Layout, title: str, cells: pd.Series, own: pd.Series, stated: pd.Series) -> list[Reject]:
    """Rows whose cell names one currency and whose currency column another."""
    bad = own.notna() & stated.notna() & ~own.isin(["$", "¥"]) & (own != stated)
    return [
        _reject(layout, title, int(row), cells[row], f"is in {own[row]}, but the row's currency says {stated[row]}; correct one.")
        for row in cells.index[bad]
    ]


def _undecided(layout: Layout, title: str, cells: pd.Series, refused: list[Refused], entry: Entry, table: str) -> list[Said]:
    if not refused:
        return []
    at = int(refused[0].cells[0])
    place = address((int(cells.index[at]), layout.column(title)))
    count = sum(len(one.cells) for one in refused)
    values = {"title": title, "place": place, "came": str(cells.iloc[at]).strip(), "table": table, "rows": str(count)}
    return [Said("import_doubt_dates" if entry.type == "date" else "import_doubt_decimal", values)]


def _swapped(layout: Layout, title: str) -> list[Said]:
    """A column in which a spreadsheet took as dates only what also reads month first: it may have swapped day and month."""
    column = layout.column(title)
    cells = [(row, layout.grid.cells.loc[row, column]) for row in layout.rows] if column else []
    typed = [(row, cell) for row, cell in cells if isinstance(cell, date)]
    text = [cell for _, cell in cells if isinstance(cell, str) and re.match(r"(1[3-9]|2\d|3[01])[-/.]\d{1,2}[-/.]\d{4}", cell)]
    if not typed or not text or any(cell.day > 12 for _, cell in typed):
        return []
    return [Said("import_swapped", {"title": title, "place": address((typed[0][0], column)), "day": f"{typed[0][1]:%Y-%m-%d}"})]


def _untrusted(layout: Layout, title: str, entry: Entry) -> list[Reject]:
    """Amounts and outcomes merged over several rows (each row's, or shared?), and formulas whose result was never saved."""
    column, rejects = layout.column(title), []
    summed = entry.type == "money" or (entry.type == "count" and entry.known == "after_booking")
    for row in layout.rows if column else ():
        place = (row, column)
        origin = layout.grid.spans.get(place)
        mates = [r for r in layout.rows if layout.grid.spans.get((r, column)) == origin] if origin else []
        came = layout.grid.cells.loc[place]
        if summed and len(mates) > 1 and came is not None:
            problem = (
                f"is merged over rows {mates[0]} to {mates[-1]}: each row's own, or shared? Unmerge it and fill in every row."
            )
            rejects.append(_reject(layout, title, row, came, problem))
        if place in layout.grid.unsaved:
            problem = "holds a formula whose result was not saved; open the file in Excel, save it, and import it again."
            rejects.append(_reject(layout, title, row, "", problem))
    return rejects
