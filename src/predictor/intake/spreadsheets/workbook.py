"""A whole file of somebody's: every sheet recognised, read by its mapping, and put together as clean tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from predictor.catalogue import Catalogue
from predictor.columns import accepted_titles
from predictor.currencies import Rates
from predictor.good_rows import required, together
from predictor.guess import meaning_of, propose, table_of
from predictor.intake import Intake, read_sheet, with_platform
from predictor.layout import lay_out
from predictor.mapping import Mapping, TableMapping
from predictor.sheet_columns import Reject
from predictor.sheets import read_grids
from predictor.tables import Fault, RowsError
from predictor.texts import Said

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
    known = [_identified(one) for one in taken]
    homes = {one.table for one in known}
    checked = [replace(one, doubts=[*one.doubts, *_missing(one, homes, catalogue)]) for one in known]
    tables, rejects = together(checked, catalogue)
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


def _missing(one: Intake, tables: set[str], catalogue: Catalogue) -> list[Said]:
    """Columns without which no row can be used, among them those that tie a sheet to the other sheets."""
    needed = required(one.table, catalogue)
    if one.table in ("bookings", "candidates") and not {"creator_id", "platform"} & {*one.frame}:
        needed.append("creator_id")
    if one.table == "bookings" and "campaigns" in tables:
        needed.append("campaign_id")
    asked = {doubt.values.get("name") for doubt in one.doubts}
    return [
        Said("import_doubt_missing", {"name": name, "table": one.table})
        for name in needed
        if name not in one.frame and name not in asked
    ]


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
