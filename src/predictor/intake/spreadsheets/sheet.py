"""One sheet read by its mapping: good rows as a table, bad rows with the cell that spoils them, and what is open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue, Entry
from predictor.intake.mapping import Mapping, TableMapping, rename
from predictor.intake.money import with_pieces
from predictor.intake.row_checks import across, nobody
from predictor.intake.spreadsheets.columns import (
    Column,
    Midpoint,
    Reject,
    fee_for_others,
    read_money,
    read_plain,
    stated_currency,
    swapped_days,
)
from predictor.intake.spreadsheets.currencies import Money, Rates, common, converted
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.values import spellings
from predictor.wording.matching import fold
from predictor.wording.sentences import Said


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
    entries = catalogue.columns(table)
    given = rename(layout.frame, table, Mapping(tables={table: one.model_copy(update={"constants": _without_currency(one)})}))
    theirs = {ours: title for title, ours in one.columns.items() if layout.column(title)}
    stated, rejects = stated_currency(given, layout, theirs.get("currency", "currency"))
    columns: dict[str, Column] = {}
    for place, name in enumerate(given.columns):
        if name in entries and name != "currency" and name not in columns:
            title, cells, entry = theirs.get(name, name), given.iloc[:, place], entries[name]
            if entry.type == "money":
                columns[name] = read_money(layout, title, cells, name, entry, table, one, stated)
            else:
                columns[name] = read_plain(layout, title, cells, name, entry, table, one)
    parts = {name: _parts(layout, given, name, added, entries[name], table, one) for name, added in one.sums.items()}
    values, open_codes = _valued(columns, parts, rates, table)
    if (fee := columns.get("fee")) is not None and fee.pieces is not None and "posts" in entries:
        title = theirs.get("fee", "fee")
        booked, other = with_pieces(values.get("posts"), fee.pieces)
        if booked is not None:
            values["posts"] = booked
            rejects += fee_for_others(layout, title, layout.frame[title], fee.pieces[other], booked)
    every = [*columns.values(), *(part for found in parts.values() for part in found)]
    rejects += [reject for column in every for reject in column.rejects]
    doubts = [*(doubt for column in every for doubt in column.doubts), *open_codes]
    ranges = [midpoint for column in every for midpoint in column.midpoints]
    notes = [note for column in every for note in column.notes]
    notes += [
        note for name, entry in entries.items() if entry.type == "date" for note in swapped_days(layout, theirs.get(name, name))
    ]
    return Intake(table, layout, one, pd.DataFrame(values, index=given.index), rejects, ranges, doubts, notes)


def _parts(
    layout: Layout, given: pd.DataFrame, name: str, added: tuple[str, ...], entry: Entry, table: str, one: TableMapping
) -> list[Column]:
    """The columns that `sums` adds up, however their titles are typed."""
    titles = [title for title in given.columns if fold(title) in set(map(fold, added))]
    return [read_plain(layout, title, given[title], name, entry, table, one) for title in titles]


def _valued(
    columns: dict[str, Column], parts: dict[str, list[Column]], rates: Rates | None, table: str
) -> tuple[dict[str, pd.Series], list[Said]]:
    """The values of every column, sums added up and money in one currency a row."""
    values = {name: column.values for name, column in columns.items()}
    for name, found in parts.items():
        if found:
            values[name] = pd.concat([part.values for part in found], axis=1).sum(axis=1, min_count=1)
    money, missing = _exchanged([column.money for column in columns.values() if column.money is not None], rates)
    codes, open_codes = common(sorted(money, key=lambda one: one.name == "revenue"), table)
    values |= {one.name: one.values for one in money}
    return values | ({} if codes is None else {"currency": codes}), [*missing, *open_codes]


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


def _exchanged(money: list[Money], rates: Rates | None) -> tuple[list[Money], list[Said]]:
    if rates is None:
        return money, []
    pairs = [converted(one, rates) for one in money]
    return [one for one, _ in pairs], [missing for _, doubts in pairs for missing in doubts]


# The sheets of a file put together: the rows that can be used, and everything that keeps the others out.

Origin = tuple[Intake, int]


def required(table: str, catalogue: Catalogue) -> list[str]:
    """The columns that every row of a table needs."""
    return [name for name, entry in catalogue.columns(table).items() if table in entry.required_in]


def together(sheets: list[Intake], catalogue: Catalogue) -> tuple[dict[str, pd.DataFrame], list[Reject]]:
    """The good rows of all sheets, one frame a table, and everything that keeps the other rows out."""
    rejects = [reject for one in sheets for reject in one.rejects]
    frames: dict[str, pd.DataFrame] = {}
    origins: dict[str, list[Origin]] = {}
    for one in sheets:
        blank = [(row, name) for name in required(one.table, catalogue) if name in one.frame for row in _blanks(one, name)]
        out = {reject.row for reject in one.rejects}
        rejects += [_whole(one, row, name, Said("row_blank", {"name": name})) for row, name in blank if row not in out]
        good = one.frame.drop(index=sorted(out | {row for row, _ in blank}))
        before = [frames[one.table]] if one.table in frames else []
        frames[one.table] = pd.concat([*before, good], ignore_index=True)
        origins.setdefault(one.table, []).extend((one, int(row)) for row in good.index)
    return _consistent(frames, origins, catalogue, rejects), rejects


def _blanks(one: Intake, name: str) -> list[int]:
    return [int(row) for row in one.frame.index[one.frame[name].isna()]]


def _consistent(
    frames: dict[str, pd.DataFrame], origins: dict[str, list[Origin]], catalogue: Catalogue, rejects: list[Reject]
) -> dict[str, pd.DataFrame]:
    """Drop the rows that repeat a key, name nobody or have dates in an impossible order, until none is left."""
    for table, frame in frames.items():
        key = [name for name, entry in catalogue.columns(table).items() if table in entry.key_of]
        again = frame.duplicated(key) if key and {*key} <= {*frame} else pd.Series(False, index=frame.index)
        for place in np.flatnonzero(again):
            one, row = origins[table][place]
            rejects.append(_whole(one, row, key[0], Said("row_earlier", {"came": str(frame[key[0]].iloc[place])})))
        frames[table] = frame[~again]
    files = {table: f"{table}.csv" for table in frames}
    while True:
        faults = across({table: frame for table, frame in frames.items() if len(frame)}, files)
        faults += [fault for table in {"bookings", "candidates"} & {*frames} for fault in nobody(frames[table], files[table])]
        bad = {(f.file.removesuffix(".csv"), f.row): (f.column or "", f.said) for f in faults if f.row is not None and f.said}
        if not bad:
            return {table: frame.reset_index(drop=True) for table, frame in frames.items()}
        for (table, position), (name, said) in bad.items():
            one, row = origins[table][position]
            rejects.append(_whole(one, row, name, said))
        frames = {t: frame.drop(index=[row for table, row in bad if table == t]) for t, frame in frames.items()}


def _whole(one: Intake, row: int, name: str, problem: Said) -> Reject:
    title = next((title for title, ours in one.mapping.columns.items() if ours == name and one.layout.column(title)), name)
    return Reject(one.layout.grid.name, row, title, "", "", problem)
