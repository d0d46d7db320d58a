"""A whole file of somebody's: every sheet recognised, read by its mapping, and put together as clean tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

import pandas as pd
import yaml

from predictor.definitions.schema import Catalogue
from predictor.errors import Fault, RowsError
from predictor.intake.cells import without_contacts
from predictor.intake.mapping import Mapping, TableMapping
from predictor.intake.numbers import plainly
from predictor.intake.spreadsheets.clocks import with_clock
from predictor.intake.spreadsheets.currencies import Rates
from predictor.intake.spreadsheets.grids import ARCHIVE, Grid, read_grids
from predictor.intake.spreadsheets.identity import added_up, apart_across, identified
from predictor.intake.spreadsheets.layout import Layout, lay_out
from predictor.intake.spreadsheets.link_lists import under_a_title, with_links
from predictor.intake.spreadsheets.notices import (
    declined,
    missing,
    nowhere,
    offered_headings,
    platform_headings,
    said_elsewhere,
    unrecognised,
    unseen,
)
from predictor.intake.spreadsheets.orders import orders_added_up
from predictor.intake.spreadsheets.presets import Recognised, recognised, refuse_unlike
from predictor.intake.spreadsheets.priced_cells import prices_apart
from predictor.intake.spreadsheets.proposal import propose
from predictor.intake.spreadsheets.rejects import Reject
from predictor.intake.spreadsheets.several_accounts import Account, accounts_apart
from predictor.intake.spreadsheets.sheet import Intake, platform_of, read_sheet, together
from predictor.intake.spreadsheets.titles import Titles
from predictor.intake.spreadsheets.which_table import table_of
from predictor.tables.files import without_formula, write_frame, write_text
from predictor.wording.sentences import Said, say, worded


class NoTable(RowsError):
    """A file in whose sheets no table was recognised."""


@dataclass(frozen=True)
class Imported:
    """What a file holds: clean tables, the mapping to keep, the sheets as read, those that hold no table, and rows left out.

    `open_sheets` are what must be decided about sheets with rows of data in which no table was recognised.
    """

    tables: dict[str, pd.DataFrame]
    mapping: Mapping
    sheets: list[Intake]
    unread: tuple[str, ...]
    rejects: list[Reject]
    hidden: tuple[str, ...] = ()
    open_sheets: tuple[tuple[str, Said], ...] = ()

    @property
    def doubts(self) -> list[tuple[str, Said]]:
        """What the owner of the file must decide before anything is written, with the sheet it is about."""
        return [(one.layout.grid.name, doubt) for one in self.sheets for doubt in one.doubts] + [*self.open_sheets]


def import_file(
    path: Path, catalogue: Catalogue, given: Mapping | None = None, sheets: tuple[str, ...] = (), table: str | None = None,
    rates: Rates | None = None, like: str | None = None, stated: dict[str, str] | None = None,
) -> Imported:  # fmt: skip
    """Read a workbook or CSV as people have them; `given` decides what it says, the rest is proposed.

    `like` names the export that it is (`presets`), which its titles say too; "none" recognises none. `stated` is what holds for
    every row, by column.

    Raises
    ------
    RowsError
        Where the file cannot be read, is not what `like` says, or no sheet holds a table.
    """
    grids = read_grids(path, sheets, (given or Mapping()).encoding, known=Titles(catalogue, given=given).name)
    return import_grids(grids, path.name, catalogue, given, table, rates, like, stated)


def import_grids(
    grids: list[Grid], file: str, catalogue: Catalogue, given: Mapping | None = None, table: str | None = None,
    rates: Rates | None = None, like: str | None = None, stated: dict[str, str] | None = None,
) -> Imported:  # fmt: skip
    """As `import_file`, of sheets that were opened before: another mapping reads them again.

    Raises
    ------
    NoTable
        Where no sheet holds a table.
    RowsError
        Where rows of a text table are longer than its titles, or no sheet is what `like` says.
    """
    mapping, taken, unread, asked, elsewhere = given or Mapping(), list[tuple[Account, Intake]](), [], [], list[Said]()
    exports = {grid.name: found for grid in grids if (found := recognised(grid, like)) is not None}
    if not exports:
        refuse_unlike(like, file)
    for grid in map(under_a_title, grids):
        export, left = exports.get(grid.name), list[str]()
        if export is not None:
            mapping = _stating(mapping, export.preset.table, stated, catalogue)
            theirs, left = export.mapping(mapping.of(export.preset.table))
            mapping = _with(mapping, export.preset.table, theirs)
        titles = Titles(catalogue, given=mapping)
        passed = grid.name in mapping.ignore_sheets or (
            PurePath(file).suffix.lower() == ARCHIVE and bool(exports) and export is None
        )
        layout = None if passed else lay_out(grid, titles.name)
        if layout is None or not layout.rows:
            unread.append(grid.name)
            asked += [] if passed else unrecognised(grid)
            elsewhere += [] if passed else said_elsewhere(grid)
            continue
        layout = with_links(layout, titles)
        home = table or (export.preset.table if export else None) or _named_by(given or Mapping(), layout)
        home = home or table_of(layout, PurePath(file).stem, catalogue, titles, [(p.layout, i.table) for p, i in taken])
        mapping = _stating(mapping, home, stated, catalogue)
        own = Titles(catalogue, home)
        apart = {"candidates": prices_apart, "posts": with_clock}.get(home)
        layout = apart(layout, own, mapping.of(home)) if apart else layout
        for one in accounts_apart(layout, own, mapping.of(home)):
            mapping, intake = _one_table(one, home, mapping, catalogue, rates)
            taken.append((one, _as_export(intake, export, left)))
    if not taken:
        raise NoTable([Fault.of(file, Said("no_titles"))])
    read = [
        replace(one, notes=[*one.notes, *elsewhere]) if "fee" in one.frame else one
        for one in _in_one_currency(taken, mapping, catalogue, rates)
    ]
    known = [added_up(one) for one in apart_across([identified(one) for one in read])]
    homes = {one.table for one in known}
    checked = [replace(one, doubts=_once([*one.doubts, *missing(one, homes, catalogue)])) for one in known]
    tables, rejects = together(checked, catalogue)
    hidden = grids[0].hidden_sheets if grids else ()
    return Imported(tables, _kept(mapping, checked, rates), checked, tuple(unread), rejects, hidden, tuple(asked))


def _with(mapping: Mapping, table: str, own: TableMapping) -> Mapping:
    return mapping.model_copy(update={"tables": mapping.tables | {table: own}})


def _stating(mapping: Mapping, table: str, stated: dict[str, str] | None, catalogue: Catalogue) -> Mapping:
    """The mapping with what is stated of every row, as far as the table has such columns."""
    said = {name: value for name, value in (stated or {}).items() if name in catalogue.columns(table)}
    own = mapping.of(table)
    return _with(mapping, table, own.model_copy(update={"constants": own.constants | said})) if said else mapping


def _as_export(one: Intake, export: Recognised | None, left: list[str]) -> Intake:
    """A sheet with what is to know of the export that it was recognised as, and which of its titles are not used."""
    if export is None:
        return one
    label, values = export.preset.label, {"name": export.name, "table": export.preset.table}
    if one.table != export.preset.table:
        return replace(one, doubts=[*one.doubts, Said("import_doubt_export", {**values, "label": label, "asked": one.table})])
    others = [title for note in one.notes if note.key == "import_ignored" for title in note.values["titles"].split(", ")]
    kept = [note for note in one.notes if note.key != "import_ignored"]
    ignored = [Said("import_ignored", {"titles": ", ".join([*left, *others])})] if left or others else []
    return replace(one, notes=[Said("import_export", {**values, "label": label}), *ignored, *kept])


def _named_by(mapping: Mapping, layout: Layout) -> str | None:
    """The table under which a mapping names most of a sheet's titles."""
    hits = {
        table: sum(layout.column(title) > 0 for title in (*one.columns, *one.prices)) for table, one in mapping.tables.items()
    }
    best = max(hits, key=lambda table: hits[table], default=None)
    return best if best is not None and hits[best] and list(hits.values()).count(hits[best]) == 1 else None


def _one_table(part: Account, home: str, mapping: Mapping, catalogue: Catalogue, rates: Rates | None) -> tuple[Mapping, Intake]:
    """One table of a sheet, and the mapping with what was understood of it."""
    layout, titles = part.layout, Titles(catalogue, home)
    found = propose(layout, home, mapping.of(home), catalogue, titles)
    own = found.mapping
    platform, named = (part.platform, []) if part.platform else platform_of(layout, home, catalogue, titles, own.ignore)
    if (
        platform is None
        and own.headings is None
        and platform_headings(layout, catalogue)
        and "platform" not in own.columns.values()
    ):
        own = own.model_copy(update={"headings": "platform"})
        named = [Said("import_platform_headings")]
    mapping = _with(mapping, home, own)
    read = orders_added_up(read_sheet(layout, home, own, catalogue, titles, rates, platform), catalogue, titles)
    more = read_sheet(layout, home, found.tentative, catalogue, titles, rates, platform).doubts if found.doubts else []
    second = [Said("import_doubt_second", {"row": str(layout.second)})] if layout.second else []
    notes = [*found.notes, *named, *part.notes, *unseen(layout, own, home), *offered_headings(layout, own, home), *read.notes]
    notes = [*nowhere(read, titles), *declined(layout, own), *notes]
    doubts = _once([*part.doubts, *found.doubts, *second, *read.doubts, *more], key="import_doubt_sign")
    unread = {doubt.values["title"] for doubt in doubts if doubt.key == "import_doubt_qualifier"}  # one answer says the unit
    doubts = [doubt for doubt in doubts if not (doubt.key == "import_doubt_price" and doubt.values["title"] in unread)]
    return mapping, replace(read, doubts=doubts, notes=_once(notes))


def _in_one_currency(
    taken: list[tuple[Account, Intake]], mapping: Mapping, catalogue: Catalogue, rates: Rates | None
) -> list[Intake]:
    """Sheets whose amounts name no currency, in the one that the amounts of all the file's other sheets are in."""
    codes = {str(code) for _, one in taken if "currency" in one.frame for code in one.frame["currency"].dropna()}
    asked = [any(doubt.key == "import_doubt_currency" for doubt in one.doubts) for _, one in taken]
    if len(codes) != 1 or not any(asked) or all(asked) or rates is not None:
        return [one for _, one in taken]
    code, read = codes.pop(), []
    for (part, one), bare in zip(taken, asked, strict=True):
        if bare:
            own = mapping.of(one.table)
            stated = own.model_copy(update={"constants": own.constants | {"currency": code}})
            again = _one_table(part, one.table, Mapping(tables={one.table: stated}), catalogue, rates)[1]
            one = replace(again, mapping=one.mapping, notes=[*one.notes, Said("import_currency", {"code": code})])
        read.append(one)
    return read


def _once(said: list[Said], key: str = "") -> list[Said]:
    """Every sentence once; of those with this key one for each sign, which one answer settles for the whole sheet."""
    alike = [(one.key, one.values["sign"]) if one.key == key else one for one in said]
    return [one for place, one in enumerate(said) if alike[place] not in alike[:place]]


def _kept(mapping: Mapping, sheets: list[Intake], rates: Rates | None) -> Mapping:
    """The mapping to keep: with the currency that every sheet of a table has in common."""
    tables = dict(mapping.tables)
    for table in {one.table for one in sheets}:
        own = [one for one in sheets if one.table == table]
        constants = dict(tables[table].constants)
        codes = {code for one in own if "currency" in one.frame for code in one.frame["currency"].dropna()}
        if len(codes) == 1 and rates is None and "currency" not in {n for one in own for n in one.mapping.columns.values()}:
            constants.setdefault("currency", str(codes.pop()))
        tables[table] = tables[table].model_copy(update={"constants": constants})
    return mapping.model_copy(update={"tables": tables})


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
LEFT_OUT = (
    "import_no_platform", "import_stated", "import_orders", "import_orders_open", "import_orders_none", "import_orders_early",
    "import_orders_nobody", "import_ignored", "import_untitled", "import_no_price", "import_zero", "import_from",
    "import_from_stated", "import_about", "import_up_to", "import_plain_workbook", "import_encoding", "import_hidden_rows",
    "import_hidden_rows_out", "import_hidden_columns", "import_struck", "import_declined", "import_headings",
)  # fmt: skip


def understood(found: Imported, catalogue: Catalogue, lang: str) -> str:
    """Every sheet in words: which table, which rows, each column with its first values, what was left out."""
    parts = [_sheet(one, catalogue, lang) for one in found.sheets]
    parts += [[say(lang, "import_unread", sheets=", ".join(found.unread))]] if found.unread else []
    parts += [[say(lang, "import_hidden_sheets", sheets=", ".join(found.hidden))]] if found.hidden else []
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def doubts_in_words(doubts: list[tuple[str, Said]], lang: str, mapping: Path) -> list[str]:
    """One sentence for each thing that the file's owner must decide, with what to write where."""
    open_ones = [(sheet, Said(doubt.key, doubt.values | {"mapping": mapping.name})) for sheet, doubt in doubts]
    return list(dict.fromkeys(f"{sheet}: {worded(lang, doubt)}" for sheet, doubt in open_ones))


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
            listed = [{field: worded(lang, value) for field, value in vars(row).items()} for row in rows]
            frames[name] = pd.DataFrame(listed).map(lambda cell: without_formula(cell) if isinstance(cell, str) else cell)
    for name, frame in frames.items():
        write_frame(frame, folder / f"{name}.csv")
    return [folder / f"{name}.csv" for name in frames]


def write_mapping(found: Imported, path: Path, doubts: list[str], lang: str, draft: Catalogue | None = None) -> None:
    """Write the mapping to keep; what is still open stands above it as comments.

    With the catalogue as `draft` every other column that a table may have follows, as a comment to start from.
    """
    head = [say(lang, "import_mapping_head"), *([say(lang, "import_mapping_open")] if doubts else []), *doubts]
    sheets = {"ignore_sheets": [*found.mapping.ignore_sheets]} if found.mapping.ignore_sheets else {}
    texts = [_yaml(sheets)] if sheets else []
    for table, one in found.mapping.tables.items():
        texts += [_comment([say(lang, "import_draft_table", table=table)])] if draft else []
        texts.append(_yaml({table: table_mapping_text(one)}))
        texts += [_choices(table, one, draft, lang)] if draft else []
    write_text(_comment(head) + "".join(texts), path)


def _yaml(content: object) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)


def _comment(lines: list[str]) -> str:
    return "".join(f"# {' '.join(line.split())}\n" for line in lines)


def _choices(table: str, one: TableMapping, catalogue: Catalogue, lang: str) -> str:
    """The columns of a table that nothing gives yet, each with its meaning, as comments."""
    given = {*one.columns.values(), *one.sums, *one.constants}
    free = {name: entry for name, entry in catalogue.columns(table).items() if name not in given and entry.computed is None}
    lines = [say(lang, "import_draft_more"), "  columns:"]
    lines += [f"    … : {name}  # {worded(lang, entry.label)}: {worded(lang, entry.meaning)}" for name, entry in free.items()]
    return "".join(f"# {line}\n" for line in lines)


def _sheet(one: Intake, catalogue: Catalogue, lang: str) -> list[str]:
    layout, rows = one.layout, one.layout.rows
    lines = [
        say(lang, "import_sheet", sheet=layout.grid.name, table=say(lang, f"import_table_{one.table}"), name=one.table,
            first=str(rows[0]), last=str(rows[-1]), count=len(rows)),
    ]  # fmt: skip
    export = [note for note in one.notes if note.key == "import_export"]
    lines += ["  - " + say(lang, note.key, **note.values) for note in export]
    for why, at in layout.skipped.items():
        shown = [
            f"{row} ({_short(without_contacts(layout.text(row)))})" if why in ("heading", "note") else str(row) for row in at
        ]
        lines.append("  - " + say(lang, f"import_skipped_{why}", rows=", ".join(shown)))
    first = [note for note in one.notes if note.key in LEFT_OUT]
    lines += ["  - " + say(lang, note.key, **note.values) for note in first]
    lines += _columns(one, catalogue, lang)
    lines += ["  - " + say(lang, note.key, **note.values) for note in one.notes if note not in [*export, *first]]
    if one.midpoints:
        lines.append("  - " + say(lang, "import_midpoints", count=len(one.midpoints)))
        lines += [f"      {m.cell}: {m.came} → {m.read_as}" for m in one.midpoints[:SHOWN]]
    return lines


def _columns(one: Intake, catalogue: Catalogue, lang: str) -> list[str]:
    theirs = {ours: title for title, ours in one.mapping.columns.items() if one.layout.column(title)}
    priced = [title for title in one.mapping.prices if one.layout.column(title)]
    theirs |= {"fee": " / ".join(priced), "format": " / ".join(priced), "posts": " / ".join(priced)} if priced else {}
    theirs |= {ours: " + ".join(parts) for ours, parts in one.mapping.sums.items()}
    theirs |= {"orders": one.mapping.orders.id} if one.mapping.orders else {}
    theirs |= {
        name: one.mapping.post_links for name in ("post_id", "creator_id") if one.mapping.post_links and name not in theirs
    }
    shown = spelled(one.frame)
    filled = ("currency", "platform", "creator_id", "person_id", "post_id", "posts")
    names = [name for name in one.frame if name in theirs or name in one.mapping.constants or name in filled]
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
