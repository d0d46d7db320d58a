"""A whole file of somebody's: every sheet recognised, read by its mapping, and put together as clean tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from predictor.catalogue import Catalogue
from predictor.columns import accepted_titles
from predictor.currencies import Rates
from predictor.faults import across, nobody
from predictor.guess import Said, meaning_of, propose, table_of
from predictor.intake import Intake, Reject, read_sheet, with_platform
from predictor.layout import lay_out
from predictor.mapping import Mapping, TableMapping
from predictor.sheets import read_grids
from predictor.tables import Fault, RowsError

OWN_ID = {"bookings": "booking_id", "posts": "post_id"}  # a row without one is its own


@dataclass(frozen=True)
class Imported:
    """What a file holds: clean tables, the mapping to keep, the sheets as read, those that hold no table, and rows left out."""

    tables: dict[str, pd.DataFrame]
    mapping: Mapping
    sheets: list[Intake]
    unread: tuple[str, ...]
    rejects: list[Reject]

    @property
    def doubts(self) -> list[tuple[str, Said]]:
        """What the owner of the file must decide before anything is written, with the sheet it is about."""
        return [(one.layout.grid.name, doubt) for one in self.sheets for doubt in one.doubts]


def import_file(
    path: Path, catalogue: Catalogue, given: Mapping | None = None, sheets: tuple[str, ...] = (), table: str | None = None,
    rates: Rates | None = None,
) -> Imported:  # fmt: skip
    """Read a workbook or CSV as people have them; `given` decides what it says, the rest is proposed.

    Raises
    ------
    RowsError
        Where the file cannot be read, or no sheet holds a table.
    """
    mapping, taken, unread = given or Mapping(), [], []
    accepted = accepted_titles(catalogue.entries)
    for grid in read_grids(path, sheets):
        layout = lay_out(grid, lambda title: meaning_of(title, accepted))
        if layout is None or not layout.rows:
            unread.append(grid.name)
            continue
        home = table or table_of(layout, path.stem, catalogue)
        found = propose(layout, home, mapping.of(home), catalogue)
        mapping = Mapping(tables=mapping.tables | {home: found.mapping})
        own, named = with_platform(layout, home, found.mapping, catalogue)
        read = read_sheet(layout, home, own, catalogue, rates)
        more = read_sheet(layout, home, found.tentative, catalogue, rates).doubts if found.doubts else []
        second = [Said("import_doubt_second", {"row": str(layout.second)})] if layout.second else []
        notes = [*found.notes, *named, *read.notes]
        taken.append(replace(read, doubts=_once([*found.doubts, *second, *read.doubts, *more]), notes=notes))
    if not taken:
        problem = "has no sheet with a row of at least two known titles, such as 'Nền tảng' or 'Followers'; add titles, or name"
        raise RowsError([Fault(path.name, f"{problem} yours under `columns:` in a mapping and give it with --mapping.")])
    named_ids = [_identified(one) for one in taken]
    checked = [replace(one, doubts=[*one.doubts, *_missing(one, catalogue)]) for one in named_ids]
    tables, rejects = _together(checked, catalogue)
    return Imported(tables, _kept(mapping, checked, rates), checked, tuple(unread), rejects)


def _identified(one: Intake) -> Intake:
    """Rows without an id: a creator goes by its name, a booking or post by its place in the file."""
    frame, notes, name = one.frame.copy(), list(one.notes), one.layout.grid.name
    if "creator_id" not in frame and "name" in frame and one.table != "campaigns":
        again = frame["name"].notna() & frame["name"].duplicated(keep=False) & (one.table == "creators")
        both = frame["name"].str.cat(frame["platform"], sep=" @ ") if "platform" in frame else frame["name"]
        frame["creator_id"] = frame["name"].where(~again, both)
        notes.append(Said("import_by_name"))
    own = OWN_ID.get(one.table)
    if own is not None and own not in frame:
        frame[own] = [f"{name}-{row}" for row in frame.index]
        notes.append(Said("import_by_row", {"name": own}))
    return replace(one, frame=frame, notes=notes)


def _once(said: list[Said]) -> list[Said]:
    return [one for place, one in enumerate(said) if one not in said[:place]]


def _required(table: str, catalogue: Catalogue) -> list[str]:
    return [name for name, entry in catalogue.columns(table).items() if table in entry.required_in]


def _missing(one: Intake, catalogue: Catalogue) -> list[Said]:
    asked = {doubt.values.get("name") for doubt in one.doubts}
    return [
        Said("import_doubt_missing", {"name": name, "table": one.table})
        for name in _required(one.table, catalogue)
        if name not in one.frame and name not in asked
    ]


def _together(sheets: list[Intake], catalogue: Catalogue) -> tuple[dict[str, pd.DataFrame], list[Reject]]:
    """The good rows of all sheets, one frame a table, and everything that keeps the other rows out."""
    rejects = [reject for one in sheets for reject in one.rejects]
    frames: dict[str, pd.DataFrame] = {}
    origins: dict[str, list[tuple[Intake, int]]] = {}
    for one in sheets:
        blank = [(row, name) for name in _required(one.table, catalogue) if name in one.frame for row in _blanks(one, name)]
        out = {reject.row for reject in one.rejects}
        told = "is blank; every row needs its {}; fill it in."
        rejects += [_whole(one, row, name, told.format(name)) for row, name in blank if row not in out]
        good = one.frame.drop(index=sorted(out | {row for row, _ in blank}))
        before = [frames[one.table]] if one.table in frames else []
        frames[one.table] = pd.concat([*before, good], ignore_index=True)
        origins.setdefault(one.table, []).extend((one, int(row)) for row in good.index)
    return _consistent(frames, origins, catalogue, rejects), rejects


def _blanks(one: Intake, name: str) -> list[int]:
    return [int(row) for row in one.frame.index[one.frame[name].isna()]]


def _consistent(
    frames: dict[str, pd.DataFrame], origins: dict[str, list[tuple[Intake, int]]], catalogue: Catalogue, rejects: list[Reject]
) -> dict[str, pd.DataFrame]:
    """Drop the rows that repeat a key, name nobody or have dates in an impossible order, until none is left."""
    for table, frame in frames.items():
        key = [name for name, entry in catalogue.columns(table).items() if table in entry.key_of]
        again = frame.duplicated(key) if key and {*key} <= {*frame} else pd.Series(False, index=frame.index)
        for place in np.flatnonzero(again):
            one, row = origins[table][place]
            rejects.append(_whole(one, row, key[0], f"'{frame[key[0]].iloc[place]}' is in an earlier row already; keep one."))
        frames[table] = frame[~again]
    files = {table: f"{table}.csv" for table in frames}
    while True:
        faults = across({table: frame for table, frame in frames.items() if len(frame)}, files)
        faults += [fault for table in {"bookings", "candidates"} & {*frames} for fault in nobody(frames[table], files[table])]
        bad = [(fault.file.removesuffix(".csv"), fault) for fault in faults if fault.row is not None or fault.column is None]
        rows = {(table, fault.row) for table, fault in bad if fault.row is not None}
        if not rows:
            return {table: frame.reset_index(drop=True) for table, frame in frames.items()}
        for table, fault in bad:
            if fault.row is not None:
                one, row = origins[table][fault.row]
                rejects.append(_whole(one, row, fault.column or "", fault.problem))
        frames = {t: frame.drop(index=[row for table, row in rows if table == t]) for t, frame in frames.items()}


def _whole(one: Intake, row: int, name: str, problem: str) -> Reject:
    title = next((title for title, ours in one.mapping.columns.items() if ours == name and one.layout.column(title)), name)
    return Reject(one.layout.grid.name, row, title, "", "", problem)


def _kept(mapping: Mapping, sheets: list[Intake], rates: Rates | None) -> Mapping:
    """The mapping to keep: with the platform and the currency that every sheet of a table has in common."""
    tables = dict(mapping.tables)
    for table in {one.table for one in sheets}:
        own = [one for one in sheets if one.table == table]
        platforms = {str(one.mapping.constants["platform"]) for one in own if "platform" in one.mapping.constants}
        constants = dict(tables[table].constants)
        if len(platforms) == 1 and len(own) == 1:
            constants["platform"] = platforms.pop()
        codes = {code for one in own if "currency" in one.frame for code in one.frame["currency"].dropna()}
        if len(codes) == 1 and rates is None and "currency" not in {n for one in own for n in one.mapping.columns.values()}:
            constants.setdefault("currency", str(codes.pop()))
        tables[table] = tables[table].model_copy(update={"constants": constants})
    return Mapping(tables=tables)


def table_mapping_text(one: TableMapping) -> dict[str, object]:
    """A table's mapping as plain YAML values, without what it does not say."""
    said = one.model_dump(exclude_defaults=True)
    return {key: _listed(value) for key, value in said.items() if value not in ({}, ())}


def _listed(value: object) -> object:
    if isinstance(value, dict):
        return {key: _listed(part) for key, part in value.items()}
    return list(value) if isinstance(value, tuple) else value
