"""A whole file of somebody's: every sheet recognised, read by its mapping, and put together as clean tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from predictor.definitions.schema import Catalogue
from predictor.errors import Fault, RowsError
from predictor.intake.mapping import Mapping, TableMapping
from predictor.intake.numbers import plainly
from predictor.intake.reader import accepted_titles
from predictor.intake.spreadsheets.columns import Reject, meaning_of, propose, table_of
from predictor.intake.spreadsheets.currencies import Rates
from predictor.intake.spreadsheets.layout import lay_out, read_grids
from predictor.intake.spreadsheets.sheet import Intake, read_sheet, required, together, with_platform
from predictor.tables.files import write_frame, write_text
from predictor.wording.sentences import Said, say, worded

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
    for grid in read_grids(path, sheets, mapping.encoding):
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


# What `predictor import` says: how each sheet was understood, what is open, and the files it writes.

SHOWN, EXAMPLES, WIDTH = 20, 3, 26


def understood(found: Imported, catalogue: Catalogue, lang: str) -> str:
    """Every sheet in words: which table, which rows, each column with its first values, what was left out."""
    parts = [_sheet(one, catalogue, lang) for one in found.sheets]
    parts += [[say(lang, "import_unread", sheets=", ".join(found.unread))]] if found.unread else []
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def doubts_in_words(found: Imported, lang: str, mapping: Path) -> list[str]:
    """One sentence for each thing that the file's owner must decide, with what to write where."""
    said = [f"{sheet}: {say(lang, doubt.key, **doubt.values, mapping=mapping.name)}" for sheet, doubt in found.doubts]
    return list(dict.fromkeys(said))


def rejected_in_words(found: Imported, file: str, lang: str) -> list[str]:
    """The cells that keep rows out, as faults of the original file; past a screenful they are only counted."""
    lines = [
        say(lang, "import_reject", file=file, sheet=one.sheet, row=str(one.row), cell=one.cell or "–", column=one.column or "–",
            problem=worded(lang, one.problem)) for one in found.rejects[:SHOWN]
    ]  # fmt: skip
    more = len(found.rejects) - SHOWN
    return [*lines, say(lang, "import_reject_more", count=more)] if more > 0 else lines


def write_import(found: Imported, folder: Path, lang: str) -> list[Path]:
    """Write the clean tables, and the lists of rejected cells and of midpoints where there are any; the files written."""
    frames = {table: spelled(frame) for table, frame in found.tables.items() if len(frame)}
    midpoints = [midpoint for one in found.sheets for midpoint in one.midpoints]
    lists: dict[str, list[Any]] = {"rejects": found.rejects, "midpoints": midpoints}
    for name, rows in lists.items():
        (folder / f"{name}.csv").unlink(missing_ok=True)
        if rows:
            frames[name] = pd.DataFrame([{field: worded(lang, value) for field, value in vars(row).items()} for row in rows])
    for name, frame in frames.items():
        write_frame(frame, folder / f"{name}.csv")
    return [folder / f"{name}.csv" for name in frames]


def write_mapping(found: Imported, path: Path, doubts: list[str], lang: str) -> None:
    """Write the mapping to keep; what is still open stands above it as comments."""
    head = [say(lang, "import_mapping_head"), *([say(lang, "import_mapping_open")] if doubts else []), *doubts]
    body = {table: table_mapping_text(one) for table, one in found.mapping.tables.items()}
    text = yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=1000)
    write_text("".join(f"# {' '.join(line.split())}\n" for line in head) + text, path)


def _sheet(one: Intake, catalogue: Catalogue, lang: str) -> list[str]:
    layout, rows = one.layout, one.layout.rows
    lines = [
        say(lang, "import_sheet", sheet=layout.grid.name, table=say(lang, f"import_table_{one.table}"), name=one.table,
            first=str(rows[0]), last=str(rows[-1]), count=len(rows)),
    ]  # fmt: skip
    lines += _columns(one, catalogue, lang)
    for why, at in layout.skipped.items():
        lines.append("  - " + say(lang, f"import_skipped_{why}", rows=", ".join(map(str, at))))
    lines += ["  - " + say(lang, note.key, **note.values) for note in one.notes]
    if one.midpoints:
        lines.append("  - " + say(lang, "import_midpoints", count=len(one.midpoints)))
        lines += [f"      {m.cell}: {m.came} → {m.read_as}" for m in one.midpoints[:SHOWN]]
    return lines


def _columns(one: Intake, catalogue: Catalogue, lang: str) -> list[str]:
    theirs = {ours: title for title, ours in one.mapping.columns.items() if one.layout.column(title)}
    theirs |= {ours: " + ".join(parts) for ours, parts in one.mapping.sums.items()}
    shown = spelled(one.frame)
    names = [name for name in one.frame if name in theirs or name in one.mapping.constants or name == "currency"]
    head = [say(lang, "import_theirs"), say(lang, "import_ours"), say(lang, "import_first")]
    table = [head]
    for name in names:
        values = [_short(str(value)) for value in shown[name].astype(object).fillna("–").head(EXAMPLES)]
        label = catalogue.entries[name].label
        word = label.vi if lang == "vi" else label.en
        table.append([_short(theirs.get(name, "–")), f"{name} ({word})", " | ".join(values)])
    widths = [max(len(row[column]) for row in table) for column in (0, 1)]
    return ["  " + "   ".join([row[0].ljust(widths[0]), row[1].ljust(widths[1]), row[2]]).rstrip() for row in table]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def spelled(frame: pd.DataFrame) -> pd.DataFrame:
    """Every cell in the one spelling that has one reading, whoever opens or reads the file next."""
    return pd.DataFrame({name: _spelled_column(column) for name, column in frame.items()})


def _spelled_column(column: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_dtype(column.dtype):
        days = column.astype(object).where(column.notna(), None)
        return days.map(lambda day: f"{day:%Y-%m-%d}" if day == day.normalize() else day.isoformat(), na_action="ignore")
    if pd.api.types.is_float_dtype(column.dtype):
        return column.map(plainly, na_action="ignore").astype("str")
    return column.astype("str") if pd.api.types.is_bool_dtype(column.dtype) else column
