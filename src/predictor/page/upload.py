"""A planner's file, from bytes to candidates as text: refused with a sentence where it is unsafe, and what was understood."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd

from predictor.definitions.limits import ARCHIVED, PACKED, Most, TooMuch
from predictor.definitions.phrases import Phrases
from predictor.errors import Fault, RowsError
from predictor.intake.spreadsheets.grids import SUFFIXES, Grid, read_grids
from predictor.intake.spreadsheets.imported import spelled
from predictor.intake.spreadsheets.sheet import Intake
from predictor.intake.spreadsheets.titles import Titles
from predictor.intake.spreadsheets.workbook import Imported, NoTable, import_grids
from predictor.page.answers import HOME, Change, mapping_of
from predictor.page.questions import Question, questions, under_letters
from predictor.tables.delimited import NotUtf8
from predictor.tables.files import JSONS, TEXTS
from predictor.wording.matching import fold
from predictor.wording.sentences import worded

LARGEST = 20 * 2**20  # bytes
COLUMNS, ROWS = 100, 25_000
SPARE = 100  # rows that are titles, headings, notes
MOST = Most(ROWS + SPARE, 500_000)
ZIPPED = (".xlsx", ".xlsb", ".ods")
MACROS = (".xlsm", ".xltm")


class Refused(Exception):
    """A file that is not read, with the sentence for the planner; `grids` are its sheets where one may hold a table after all."""

    def __init__(self, sentence: str, grids: Sequence[Grid] = (), likely: str | None = None):
        super().__init__(sentence)
        self.grids, self.likely = tuple(grids), likely


class Encoded(Refused):
    """Text in an encoding that must be named; `likely` is the likeliest one, where there is one."""


@dataclass(frozen=True)
class Sheet:
    """What a file holds: candidates as text, how it was understood, and what is open."""

    typed: pd.DataFrame
    found: Imported
    open: list[Question]

    @property
    def waits(self) -> bool:
        """Whether a question must be answered before the rows become candidates."""
        return any(question.waits for question in self.open)


def read_upload(name: str, content: bytes, phrases: Phrases, changes: Sequence[Change] = ()) -> Sheet:
    """Read an uploaded spreadsheet as candidates; nothing in it is executed, and nothing of it stays on disk.

    Raises
    ------
    Refused
        With a sentence, where the file is too large, packed, carries macros, or holds no table of candidates.
    """
    return read_again(name, open_upload(name, content, phrases, mapping_of(changes).encoding), phrases, changes)


def open_upload(name: str, content: bytes, phrases: Phrases, encoding: str | None = None) -> list[Grid]:
    """The sheets of an uploaded file, as cells.

    Raises
    ------
    Refused
        Where it is unsafe, too long, or cannot be opened.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = put_into(Path(folder), name, content, phrases)
        try:
            return read_grids(path, encoding=encoding, most=MOST, known=Titles(phrases.catalogue).name)
        except TooMuch as problem:
            raise _too_much(problem.what, phrases) from None
        except NotUtf8 as problem:
            key = "page_file_not_utf8" if problem.likely is None else "page_file_encoding"
            raise Encoded(phrases.say(key, name=problem.likely, rows=problem.shown), likely=problem.likely) from None
        except RowsError as problem:
            if encoding is not None and not any(fault.said for fault in problem.faults):
                raise Encoded(phrases.say("page_file_other_encoding", name=encoding)) from None
            raise Refused(_sentence(problem, path.suffix, phrases)) from None


def put_into(folder: Path, name: str, content: bytes, phrases: Phrases) -> Path:
    """Write an uploaded file into a folder, under its name less what a name of a file may not hold.

    Raises
    ------
    Refused
        Where it is unsafe.
    """
    suffix = refuse_unsafe(name, content, phrases)
    stem = re.sub(r"[^\w -]+", "_", PurePosixPath(name).stem).strip()[:60]
    path = folder / f"{stem or 'candidates'}{suffix}"
    path.write_bytes(content)
    return path


def read_again(name: str, grids: list[Grid], phrases: Phrases, changes: Sequence[Change]) -> Sheet:
    """Candidates of sheets that were opened before, by the answers given since.

    Raises
    ------
    Refused
        Where they hold no table of candidates, or more rows than are read here.
    """
    given, untitled = mapping_of(changes), {change.get("untitled") for change in changes}
    titled = [under_letters(grid) if grid.name in untitled else grid for grid in grids]
    try:
        found = import_grids(titled, PurePosixPath(name).name, phrases.catalogue, given, table=HOME)
    except NoTable:
        raise Refused(phrases.say("page_file_no_table"), grids) from None
    except RowsError as problem:
        raise Refused(_sentence(problem, "", phrases)) from None
    typed = pd.concat([_typed(one, phrases) for one in found.sheets], ignore_index=True)
    if len(typed) > ROWS:
        raise _too_much("rows", phrases)
    later = {name for change in changes for name in change.get("by_row", ())}
    return Sheet(typed, found, questions(found, given, phrases, later))


def _too_much(what: str, phrases: Phrases) -> Refused:
    return Refused(phrases.say(f"page_file_{what}", most=ROWS if what == "rows" else MOST.cells))


def _sentence(problem: RowsError, suffix: str, phrases: Phrases) -> str:
    """Why a file cannot be read, row by row where rows are to blame."""
    said = [fault for fault in problem.faults if fault.said is not None]
    if said:
        return "\n".join(_row_sentence(fault, phrases) for fault in said)
    if suffix in JSONS:
        return phrases.say("page_file_json")
    return phrases.say("page_file_broken", suffix=suffix) + f" ({problem.faults[0].problem})"


def _row_sentence(fault: Fault, phrases: Phrases) -> str:
    problem = worded(phrases.lang, fault.said)
    return (
        phrases.say("page_file_row", row=str(fault.row), problem=problem) if fault.row is not None else f"{fault.file}: {problem}"
    )


def refuse_unsafe(name: str, content: bytes, phrases: Phrases) -> str:
    """The file's suffix, where it may be opened at all."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in MACROS:
        raise Refused(phrases.say("page_file_macro", suffix=suffix))
    if suffix not in SUFFIXES:
        raise Refused(phrases.say("page_file_suffix", suffix=suffix or "–", all=", ".join(SUFFIXES)))
    if len(content) > LARGEST:
        raise Refused(phrases.say("page_file_large", size=len(content) / 2**20, most=LARGEST // 2**20))
    if not content.strip():
        raise Refused(phrases.say("page_file_empty"))
    if suffix in ZIPPED:
        _refuse_bomb(content, suffix, phrases)
    elif suffix in TEXTS:
        lines = content[:65536].splitlines()
        if max((max(line.count(mark) for mark in (b",", b";", b"\t")) for line in lines), default=0) > 4 * COLUMNS:
            raise Refused(phrases.say("page_file_columns", most=COLUMNS))
    return suffix


def _refuse_bomb(content: bytes, suffix: str, phrases: Phrases) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Refused(phrases.say("page_file_broken", suffix=suffix)) from None
    unpacked = sum(part.file_size for part in parts)
    if unpacked > ARCHIVED or unpacked > PACKED * max(len(content), 2**16) or len(parts) > 2000:
        raise Refused(phrases.say("page_file_bomb"))
    if any("vbaproject" in part.filename.lower() for part in parts):
        raise Refused(phrases.say("page_file_macro", suffix=suffix if suffix != ".xlsx" else ".xlsm"))


def _typed(one: Intake, phrases: Phrases) -> pd.DataFrame:
    """A sheet's rows as text under our names; a cell that could not be read stands as it came."""
    if len(one.layout.titles) > COLUMNS:
        raise Refused(phrases.say("page_file_columns", most=COLUMNS))
    text = spelled(one.frame).astype(object)
    ours = {fold(title): name for title, name in one.mapping.columns.items()}
    unread: dict[str, dict[int, str]] = {}
    for reject in one.rejects:
        unread.setdefault(ours.get(fold(reject.column), ""), {})[reject.row] = reject.came
    for name in unread.keys() & {*text}:
        came = pd.Series(text.index.map(unread[name]), index=text.index, dtype=object)
        text[name] = came.where(came.notna(), text[name])
    codes = [code for code in one.frame.get("currency", pd.Series(dtype="str")).dropna().unique()]
    if len(codes) == 1:  # a row whose amount could not be read has no currency of its own yet
        text["currency"] = codes[0]
    return text.where(text.notna(), "").astype("str")
