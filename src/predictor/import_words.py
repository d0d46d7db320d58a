"""What `predictor import` says: how each sheet was understood, what is open, and the files it writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from predictor.catalogue import Catalogue
from predictor.intake import Intake
from predictor.quantities import plainly
from predictor.tables import write_frame, write_text
from predictor.texts import say, worded
from predictor.workbook import Imported, table_mapping_text

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
    told = [
        say(lang, "import_reject", file=file, sheet=one.sheet, row=str(one.row), cell=one.cell or "–", column=one.column or "–",
            problem=worded(lang, one.problem)) for one in found.rejects[:SHOWN]
    ]  # fmt: skip
    more = len(found.rejects) - SHOWN
    return [*told, say(lang, "import_reject_more", count=more)] if more > 0 else told


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
