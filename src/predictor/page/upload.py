"""A planner's file, from bytes to candidates as text: refused with a sentence where it is unsafe, and what was understood."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from predictor.definitions.phrases import Phrases
from predictor.errors import RowsError
from predictor.intake.mapping import Mapping, TableMapping
from predictor.intake.spreadsheets.sheet import Intake
from predictor.intake.spreadsheets.workbook import Imported, import_file, spelled
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

# What a planner must decide about a file, as questions with the answers to choose from.

CURRENCIES = ("VND", "USD", "SGD", "THB", "IDR", "MYR", "PHP", "CNY", "JPY", "KRW", "TWD", "HKD", "EUR")
HOME = "candidates"

Change = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """One thing that is open: what is asked, and what each answer changes in the mapping. Without answers it is only shown."""

    text: str
    answers: dict[str, Change]


def questions(found: Imported, phrases: Phrases) -> list[Question]:
    """Everything that the file's owner must decide, once each."""
    asked = {(doubt.key, *doubt.values.values()): _question(doubt, one, phrases) for one in found.sheets for doubt in one.doubts}
    return list(asked.values())


def answered(mapping: Mapping, change: Change) -> Mapping:
    """The mapping with one answer put in."""
    own = mapping.of(HOME)
    merged = {name: _merged(getattr(own, name), value) for name, value in change.items()}
    body = own.model_dump() | merged
    return Mapping(tables=mapping.tables | {HOME: TableMapping.model_validate(body)})


def _merged(old: Any, new: Any) -> Any:
    if isinstance(new, dict):
        return {**old, **new}
    return (*old, *new) if isinstance(new, tuple) else new


def _question(doubt: Said, one: Intake, phrases: Phrases) -> Question:
    values, sheet = doubt.values, one.layout.grid.name
    label = phrases.column(values["name"]) if values.get("name") in phrases.catalogue.entries else ""
    kind = doubt.key.removeprefix("import_doubt_")
    return Question(
        phrases.say(f"page_doubt_{kind}", **{**values, "sheet": sheet, "label": label}), _answers(kind, values, one, phrases)
    )


def _answers(kind: str, values: dict[str, str], one: Intake, phrases: Phrases) -> dict[str, Change]:
    """What may be answered, in the words of a button, with the change of the mapping."""
    if kind in ("currency", "sign", "two_currencies"):
        return {code: {"constants": {"currency": code}} for code in CURRENCIES}
    if kind in ("dates", "short_year", "decimal"):
        asked, field = ("decimal", "decimal_comma") if kind == "decimal" else ("dates", "day_first")
        return {phrases.say(f"page_{asked}_yes"): {field: True}, phrases.say(f"page_{asked}_no"): {field: False}}
    titles = [*one.layout.titles.values()]
    if kind == "both":
        same = values["titles"].split("' / '")
        return {title: {"columns": {title: values["name"]}, "ignore": tuple(t for t in same if t != title)} for title in same}
    if kind == "missing":
        free = [title for title in titles if title not in one.mapping.columns]
        return {title: {"columns": {title: values["name"]}} for title in free}
    return {}


LARGEST, UNPACKED, PACKED = 20 * 2**20, 200 * 2**20, 100  # bytes; bytes; bytes out of one byte in
COLUMNS, ROWS = 100, 20_000


class Refused(Exception):
    """A file that is not read, with the sentence for the planner."""


@dataclass(frozen=True)
class Sheet:
    """What a file holds: candidates as text, and how it was understood."""

    typed: pd.DataFrame
    found: Imported


def read_upload(name: str, content: bytes, phrases: Phrases, given: Mapping | None = None) -> Sheet:
    """Read an uploaded spreadsheet as candidates; nothing in it is executed, and nothing of it stays on disk.

    Raises
    ------
    Refused
        With a sentence, where the file is too large, packed, carries macros, or holds no table of candidates.
    """
    suffix = refuse_unsafe(name, content, phrases)
    with tempfile.TemporaryDirectory() as folder:
        stem = re.sub(r"[^\w -]+", "_", PurePosixPath(name).stem).strip()[:60]
        path = Path(folder) / f"{stem or 'candidates'}{suffix}"
        path.write_bytes(content)
        try:
            found = import_file(path, phrases.catalogue, given, table="candidates")
        except RowsError:
            raise Refused(phrases.say("page_file_no_table")) from None
    typed = pd.concat([_typed(one, phrases) for one in found.sheets], ignore_index=True)
    if len(typed) > ROWS:
        raise Refused(phrases.say("page_file_rows", rows=len(typed), most=ROWS))
    return Sheet(typed, found)


def refuse_unsafe(name: str, content: bytes, phrases: Phrases) -> str:
    """The file's suffix, where it may be opened at all."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in (".xlsm", ".xls", ".xlsb", ".xltm"):
        raise Refused(phrases.say("page_file_old" if suffix == ".xls" else "page_file_macro", suffix=suffix))
    if suffix not in (".xlsx", ".csv"):
        raise Refused(phrases.say("page_file_suffix", suffix=suffix or "–"))
    if len(content) > LARGEST:
        raise Refused(phrases.say("page_file_large", size=len(content) / 2**20, most=LARGEST // 2**20))
    if not content.strip():
        raise Refused(phrases.say("page_file_empty"))
    if suffix == ".xlsx":
        _refuse_bomb(content, phrases)
    elif (
        max((line.count(b",") + line.count(b";") + line.count(b"\t") for line in content[:65536].splitlines()), default=0)
        > 4 * COLUMNS
    ):
        raise Refused(phrases.say("page_file_columns", most=COLUMNS))
    return suffix


def _refuse_bomb(content: bytes, phrases: Phrases) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Refused(phrases.say("page_file_broken")) from None
    unpacked = sum(part.file_size for part in parts)
    if unpacked > UNPACKED or unpacked > PACKED * max(len(content), 2**16) or len(parts) > 2000:
        raise Refused(phrases.say("page_file_bomb"))
    if any("vbaproject" in part.filename.lower() for part in parts):
        raise Refused(phrases.say("page_file_macro", suffix=".xlsm"))


def _typed(one: Intake, phrases: Phrases) -> pd.DataFrame:
    """A sheet's rows as text under our names; a cell that could not be read stands as it came."""
    if len(one.layout.titles) > COLUMNS:
        raise Refused(phrases.say("page_file_columns", most=COLUMNS))
    text = spelled(one.frame).astype(object)
    ours = {fold(title): name for title, name in one.mapping.columns.items()}
    for reject in one.rejects:
        name = ours.get(fold(reject.column))
        if name in text and reject.row in text.index:
            text.loc[reject.row, name] = reject.came
    codes = [code for code in one.frame.get("currency", pd.Series(dtype="str")).dropna().unique()]
    if len(codes) == 1:  # a row whose amount could not be read has no currency of its own yet
        text["currency"] = codes[0]
    return text.where(text.notna(), "").astype("str")
