"""What `predictor import` says: how each sheet was understood, what is open, and the files it writes."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from predictor.definitions.schema import Catalogue
from predictor.errors import RowsError
from predictor.intake.cells import without_contacts
from predictor.intake.mapping import SHEETS, Mapping, TableMapping
from predictor.intake.numbers import plainly
from predictor.intake.reader import read_theirs
from predictor.intake.spreadsheets.sheet import Intake
from predictor.intake.spreadsheets.workbook import Imported
from predictor.tables.files import without_formula, write_frame, write_text
from predictor.wording.sentences import Said, say, worded

SHOWN, EXAMPLES, WIDTH = 20, 3, 26
LEFT_OUT = (
    "import_nobody", "import_no_counts", "import_unmet", "import_no_platform", "import_stated", "import_orders",
    "import_orders_open", "import_orders_none", "import_orders_early", "import_orders_nobody", "import_ignored",
    "import_untitled", "import_no_price", "import_zero", "import_from", "import_from_stated", "import_about", "import_up_to",
    "import_plain_workbook", "import_encoding", "import_hidden_rows", "import_hidden_rows_out", "import_turned",
    "import_hidden_columns", "import_struck", "import_comments", "import_declined",
    "import_none_bookings", "import_none_posts", "import_untracked", "import_unviewed", "import_odd", "import_headings",
    "import_headings_campaign", "import_group_sums",
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


def set_aside(found: Imported, folder: Path, catalogue: Catalogue) -> list[Said]:
    """Keep under another name each table of the folder that the import replaces and that has rows or columns which the new one
    has not; which tables these are, in words."""
    said = []
    for table, frame in found.tables.items():
        file = folder / f"{table}.csv"
        if not len(frame) or not file.is_file() or not (gone := _lost(file, spelled(frame), table, catalogue)):
            continue
        taken = {one.name for one in folder.iterdir()}
        free = next(name for number in count(1) if (name := f"{file.name}.before{f'-{number}' * (number > 1)}") not in taken)
        file.replace(folder / free)
        said.append(Said("import_set_aside", {"file": file.name, "count": len(gone), "kept": free, "first": gone[0]}))
    return said


def _lost(file: Path, now: pd.DataFrame, table: str, catalogue: Catalogue) -> list[str]:
    """The rows of a table file that a new one has not, as what they are known by; and its columns that this one has not."""
    try:
        before = read_theirs(file, catalogue, Mapping())
    except (RowsError, OSError):  # nobody can tell what it holds
        return [file.name]
    keys = [name for name, entry in catalogue.columns(table).items() if table in entry.key_of] or [*WHO]
    keys = [name for name in keys if name in now]
    then, new = ([*one.reindex(columns=keys).astype("str").itertuples(index=False)] for one in (before, now))
    columns = [str(name) for name in before if name not in now and before[name].notna().any()]
    there = {*new}
    return [" ".join(map(str, row)) for row in dict.fromkeys(then) if row not in there] or columns


WHO = ("creator_id", "platform", "format", "posts")  # of candidates, who have no id of a row


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
    sheets = {key: [*names] for key in SHEETS if (names := getattr(found.mapping, key))}
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
    lines += ["  - " + worded(lang, note) for note in export]
    for why, at in layout.skipped.items():
        said = {row: _short(without_contacts(layout.label(row, why))) for row in at}
        shown = [f"{row} ({words})" if words else str(row) for row, words in said.items()]
        lines.append("  - " + say(lang, f"import_skipped_{why}", rows=", ".join(shown)))
    first = [note for note in one.notes if note.key in LEFT_OUT]
    lines += ["  - " + worded(lang, note) for note in first]
    lines += _columns(one, catalogue, lang)
    lines += ["  - " + worded(lang, note) for note in one.notes if note not in [*export, *first]]
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
    filled = ("currency", "platform", "creator_id", "person_id", "post_id", "format", "posts")
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


def table_mapping_text(one: TableMapping) -> dict[str, object]:
    """A table's mapping as plain YAML values, without what it does not say."""
    said = one.model_dump(exclude_defaults=True)
    return {key: _listed(value) for key, value in said.items() if value not in ({}, ())}


def _listed(value: object) -> object:
    if isinstance(value, dict):
        return {key: _listed(part) for key, part in value.items()}
    return list(value) if isinstance(value, tuple) else value
