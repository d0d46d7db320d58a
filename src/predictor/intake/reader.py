"""One table of somebody's, column by column: whose title means what, and every cell read by its definition.

Titles are matched by name, label or other spelling, ignoring case, accents, spaces and underscores. Rows carry the number
that a person sees in a spreadsheet: titles are row 1, the first data row is 2.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from predictor.catalogue import TABLES, Catalogue, Entry, nearest
from predictor.cells import fold
from predictor.faults import SHOWN, repeated, told
from predictor.mapping import Mapping, TableMapping, rename
from predictor.tables import Fault
from predictor.texts import Said
from predictor.values import may_refuse, read_column

REMEDY = "rename or remove it, or list it under `ignore:` in a mapping."


@dataclass(frozen=True)
class Given:
    """A table as it came: its titles, its columns by place, and the row numbers that people see."""

    titles: list[str]
    take: Callable[[int], pd.Series]
    rows: pd.Index


def read_table(
    raw: pd.DataFrame, table: str, file: str, catalogue: Catalogue, mapping: Mapping, faults: list[Fault],
    required: tuple[str, ...] | None = None, rows: pd.Index | None = None, shown: int | None = SHOWN,
) -> pd.DataFrame:  # fmt: skip
    """One table with canonical names and types, its index the row numbers that people see; faults are added to `faults`.

    `rows` gives these numbers where this is but a part of a table; then no column settles what its cells leave open, lest
    parts be read in different ways. Of one kind of fault in a column `shown` are told.
    """
    raw = raw.set_axis(pd.RangeIndex(2, len(raw) + 2) if rows is None else rows, axis=0)
    filled = raw.notna().any(axis=1)
    given = rename(raw if filled.all() else raw[filled], table, mapping)
    taken = Given(list(given.columns), lambda place: given.iloc[:, place], given.index)
    return read_columns(taken, table, file, catalogue, mapping, faults, required, shown, rows is None)


def read_columns(
    given: Given, table: str, file: str, catalogue: Catalogue, mapping: Mapping, faults: list[Fault],
    required: tuple[str, ...] | None = None, shown: int | None = SHOWN, settles: bool = True,
    kept: Collection[str] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """As `read_table`, of columns that are taken one after the other; with `kept` only these are held, once all are checked."""
    entries, one = catalogue.columns(table), mapping.of(table)
    required = tuple(name for name, e in entries.items() if table in e.required_in) if required is None else required
    added_up = {part for added in one.sums.values() for part in added}
    names = _names(given.titles, table, file, catalogue, {*map(fold, added_up)}, faults)
    columns: dict[str, pd.Series] = {}
    for place, name in names.items():
        held = kept is None or name in kept or name in added_up
        if held or name in required or may_refuse(name, entries[name]):
            title, needed = given.titles[place], name in required
            values = _values(given.take(place), title, name, entries[name], file, one, needed, faults, shown, settles)
            columns |= {name: values} if held else {}
    there = {*names.values(), *one.sums}
    for name, added in one.sums.items():
        if name in names.values():
            faults.append(Fault(file, "is given, and a mapping's `sums:` adds it up too; keep one.", column=name))
        columns[name] = _sum(name, added, given, columns, entries[name], file, one, faults, shown, settles)
    faults += [
        Fault(file, f"column '{name}' is missing; {table} needs {', '.join(required)}; add it, or name theirs in a mapping.")
        for name in required
        if name not in there
    ]
    frame = pd.DataFrame(columns, index=given.rows)
    key = [name for name, entry in entries.items() if table in entry.key_of]
    if key and {*key} <= {*frame}:
        faults += repeated(frame, file, key)
    return frame


def accepted_titles(columns: dict[str, Entry]) -> dict[str, str]:
    """Every accepted title of these columns, folded; a name beats a label, and a label beats another spelling."""
    titles = {fold(name): name for name in columns}
    labels = [(word, name) for name, entry in columns.items() for word in (entry.label.en, entry.label.vi)]
    others = [(word, name) for name, entry in columns.items() for word in (*entry.label.also, *entry.also)]
    for word, name in labels + others:
        titles.setdefault(fold(word), name)
    return titles


def _names(given: list[str], table: str, file: str, catalogue: Catalogue, parts: set[str], faults: list[Fault]) -> dict[int, str]:
    titles, elsewhere = accepted_titles(catalogue.columns(table)), accepted_titles(catalogue.entries)
    names: dict[int, str] = {}
    for place, title in enumerate(given):
        name = titles.get(fold(title))
        if name is None and fold(title) not in parts:
            faults.append(Fault(file, _unknown(title, table, elsewhere.get(fold(title)), catalogue), column=title))
        elif name in names.values():
            first = given[next(at for at, other in names.items() if other == name)]
            faults.append(Fault(file, f"means '{name}', as the column '{first}' does; keep one: {REMEDY}", column=title))
        elif name is not None:
            names[place] = name
    return names


def _unknown(title: str, table: str, name: str | None, catalogue: Catalogue) -> str:
    if name is not None and table == "candidates" and catalogue.entries[name].known == "after_booking":
        return f"'{name}' is known only after booking, so a candidate cannot have it and no forecast may use it; {REMEDY}"
    columns = catalogue.columns(table)
    if name is not None:
        homes = ", ".join(home for home in TABLES if catalogue.entries[name].carried_by(home)) or "no table: it is computed"
        return f"'{name}' is a column of {homes}, not of {table}; {REMEDY}"
    near = nearest(
        title.lower(), [*columns, *(word for e in columns.values() for word in (e.label.en.lower(), e.label.vi.lower()))]
    )
    return f"unknown column{near} Otherwise {REMEDY}" if near else f"unknown column; allowed: {', '.join(columns)}; {REMEDY}"


def _values(
    column: pd.Series, title: str, name: str, entry: Entry, file: str, one: TableMapping, needed: bool, faults: list[Fault],
    shown: int | None, settles: bool,
) -> pd.Series:  # fmt: skip
    values, refused = read_column(column, name, entry, one.day_first, one.decimal_comma, settles)
    blank = values.isna().to_numpy(copy=True)
    for cells in refused:
        faults += told(file, title, column.index, cells.cells, cells.says, shown)
        blank[cells.cells] = False
    if needed:
        faults += told(file, title, column.index, blank, lambda _: Said("row_blank", {"name": name}), shown)
    return values


def _sum(
    name: str,
    added: tuple[str, ...],
    given: Given,
    columns: dict[str, pd.Series],
    entry: Entry,
    file: str,
    one: TableMapping,
    faults: list[Fault],
    shown: int | None,
    settles: bool,
) -> pd.Series:
    """The parts added up, a blank part counting for nothing; blank where all are."""
    parts, titles = [], {fold(title): place for place, title in enumerate(given.titles)}
    for part in added:
        if part in columns:
            parts.append(columns[part])
        elif fold(part) in titles:
            column = given.take(titles[fold(part)])
            parts.append(_values(column, part, name, entry, file, one, False, faults, shown, settles))
        else:
            faults.append(
                Fault(file, f"'{part}', which a mapping's `sums:` adds up, is missing; correct the mapping.", column=name)
            )
    return pd.concat(parts, axis=1).sum(axis=1, min_count=1) if parts else pd.Series(np.nan, index=given.rows)
