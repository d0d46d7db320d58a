"""Files in and out: text tables, JSON, Parquet and workbooks as data frames; what is written is written whole or not at all."""

from __future__ import annotations

import json
import os
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
import pandas as pd

from predictor.definitions.limits import refuse_wide
from predictor.errors import Fault, RowsError
from predictor.tables.delimited import EMPTY, as_utf8, record_batches
from predictor.tables.strict_json import parse_json
from predictor.tables.workbooks import SUFFIXES as WORKBOOKS
from predictor.tables.workbooks import workbook_sheets
from predictor.wording.sentences import Said

if TYPE_CHECKING:  # only workbooks need it, and it takes longer to load than a text table to read
    from openpyxl.cell.cell import Cell

SUFFIXES = (".csv", ".parquet", ".xlsx")  # what is written
TEXTS = (".csv", ".tsv", ".txt")
JSONS = (".json", ".jsonl", ".ndjson")
READS = (*TEXTS, *JSONS, ".parquet", *WORKBOOKS)
NO_ROWS = Said("no_rows")
WHOLE = ("amount", "count")  # what an object of a number is of
INNER = "."  # between the names of an object and of what it holds


Shown = Callable[[str, Any], Any]  # what a cell of a workbook says: its number format and its value make one value


def read_frame(path: Path, encoding: str | None = None, shown: Shown | None = None) -> pd.DataFrame:
    """A table file as it is: text tables as text, a workbook's first sheet, JSON and Parquet with the types they carry.

    `encoding` is that of a text table which is not UTF-8 and does not say so by its first bytes. `shown` reads what the number
    formats of an .xlsx file write into a number (120.0K); without it a cell is the number that is stored.

    Raises
    ------
    RowsError
        Where there is no such file, no rows in it, or no way to read it.
    """
    with readable(path):
        if path.suffix.lower() == ".parquet":
            frame = pd.read_parquet(path)
            frame = frame.reset_index() if any(name is not None for name in frame.index.names) else frame
        elif path.suffix.lower() in JSONS:
            frame = pd.DataFrame(read_records(path), dtype=object)
        else:
            frame = _titled(_grid(path, encoding, shown), path)
    if frame.empty:
        raise _refusal(path, NO_ROWS)
    refuse_wide(frame.shape[1], path.name)
    return frame.rename(columns=str).reset_index(drop=True)


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Tell in one sentence why a table file cannot be read."""
    _refuse_place(path)
    try:
        yield
    except UnicodeDecodeError:
        raise _refusal(path, "is not UTF-8 text; save it as 'CSV UTF-8', or as .xlsx.") from None
    except json.JSONDecodeError as problem:
        raise _refusal(path, f"is not JSON ({problem.msg}); correct it.", problem.lineno) from None
    except pd.errors.EmptyDataError:
        raise _refusal(path, EMPTY) from None
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as problem:  # ParserError and ArrowInvalid are ValueErrors
        reason = " ".join(str(problem).split())
        raise _refusal(path, f"cannot be read as {path.suffix[1:]} ({reason}); save it again, or as .csv.") from None


def check_target(path: Path, suffixes: tuple[str, ...] = SUFFIXES) -> None:
    """Refuse a file that could not be written, before any work is done for it."""
    if suffixes and not path.name.lower().endswith(suffixes):
        raise _refusal(path, Said("bad_target", {"suffix": path.suffix, "suffixes": ", ".join(suffixes)}))
    if not path.parent.is_dir():
        raise _refusal(path, Said("no_folder", {"folder": str(path.parent)}))
    if path.is_dir():
        raise _refusal(path, Said("target_folder"))
    if path.is_symlink() and not path.exists() or path.exists() and not path.is_file():
        raise _refusal(path, "cannot be written: it is no file, but a pipe, a device or a link to nowhere; name another.")


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write a table by the path's suffix, whole or not at all; text stays text, so a cell cannot become a formula."""
    check_target(path)
    if path.suffix.lower() == ".xlsx" and len(frame) >= 1_048_576:
        raise _refusal(path, f"cannot hold {len(frame)} rows; Excel allows 1048575: write .csv or .parquet.")
    with aside(path) as partial:
        if path.suffix.lower() == ".parquet":
            frame.to_parquet(partial, index=False)
        elif path.suffix.lower() == ".csv":
            frame.to_csv(partial, index=False, encoding="utf-8-sig")  # the mark by which Excel knows UTF-8
        else:
            _write_sheet(frame, partial)


# With which a cell begins that a spreadsheet program may run; those of full width in its editions for China and Japan.
RUN = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")


def keep_text(cell: Cell) -> None:
    """Leave a cell with text a text, in the file and when somebody edits it."""
    cell.data_type, cell.quotePrefix = "s", str(cell.value).startswith(RUN)


def without_formula(cell: str) -> str:
    """A cell of a CSV that only people read, so that no spreadsheet program runs it.

    >>> without_formula("=1+1"), without_formula("Linh")
    ("'=1+1", 'Linh')
    """
    return f"'{cell}" if cell.startswith(RUN) else cell


def write_text(text: str, path: Path) -> None:
    """Write text (a page, JSON) whole or not at all."""
    check_target(path, ())
    with aside(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def _refusal(path: Path, problem: str | Said, row: int | None = None) -> RowsError:
    fault = Fault.of(path.name, problem, row) if isinstance(problem, Said) else Fault(path.name, problem, row)
    return RowsError([fault])


def _refuse_place(path: Path) -> None:
    if not path.exists():
        raise _refusal(path, Said("no_file", {"folder": str(path.parent)}))
    if path.is_dir():
        raise _refusal(path, Said("is_folder", {"suffixes": ", ".join(READS)}))
    if path.suffix.lower() not in READS:
        raise _refusal(path, Said("bad_suffix", {"suffix": path.suffix, "suffixes": ", ".join(READS)}))
    if path.stat().st_size == 0:
        raise _refusal(path, EMPTY)


def _grid(path: Path, encoding: str | None, shown: Shown | None) -> pd.DataFrame:
    """All cells with the titles as the first row, so that two equal titles are both seen."""
    if path.suffix.lower() in WORKBOOKS:
        return first_sheet(path, shown)
    parts = list(text_parts(path, encoding))
    return pd.concat(parts, ignore_index=True) if len(parts) != 1 else parts[0]


def text_parts(path: Path, encoding: str | None = None) -> Iterator[pd.DataFrame]:
    """The cells of a text table, the row of titles among them, some rows at a time."""
    with path.open("rb") as file, as_utf8(file, path.name, encoding) as plain:
        for part in record_batches(plain, path.name):
            yield part.to_pandas().set_axis(range(part.num_columns), axis=1)


def read_records(path: Path, nested: bool = False) -> list[dict[str, object]]:
    """The rows of a JSON file: a list of objects, or one object a line (.jsonl, .ndjson).

    Where cells may be `nested`, the list may lie within objects, as the only one of objects there; what a cell that is an object
    holds are cells of their own, a list of texts is one text, parted by commas, and other lists stand as written.

    Raises
    ------
    RowsError
        Where it holds anything else, or a cell is a list or an object that must not be `nested`.
    """
    with path.open(encoding="utf-8-sig") as file:
        lines = _json_lines(file, path) if path.suffix.lower() != ".json" else parse_json(file.read(), nan=True, ids=True)
    if isinstance(lines, dict):  # a table under a name, as programs answer: {"data": [...]}
        lists = [value for value in lines.values() if isinstance(value, list)]
        flat = len(lists) == 1 and not any(isinstance(value, dict) for value in lines.values())
        lists = _tables_within(lines) if nested and not flat else lists if flat else []
        lines = lists[0] if len(lists) == 1 else lines
    if not isinstance(lines, list) or not all(isinstance(row, dict) for row in lines):
        raise _refusal(path, 'holds no table; expected a list of objects, one a row, such as [{"name": "A", "followers": 1200}].')
    lines = [_opened(row) for row in lines] if nested else lines
    refuse_wide(len({name for row in lines for name in row}), path.name)
    if nested:
        return _by_last_name([{name: _flat(cell) for name, cell in row.items()} for row in lines])
    faults = [
        Fault(path.name, "holds a list or an object; write plain text, numbers, true or false.", number, str(name))
        for number, row in enumerate(lines, 2)
        for name, cell in row.items()
        if isinstance(cell, list | dict)
    ]
    if faults:
        raise RowsError(faults[:20])
    return lines


def _tables_within(answer: dict[str, Any]) -> list[list[Any]]:
    """The lists of objects within an object and the objects in it: {"data": {"videos": [...]}, "error": {...}}."""
    found = list[list[Any]]()
    for value in answer.values():
        if isinstance(value, dict):
            found += _tables_within(value)
        elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            found.append(value)
    return found


def _opened(row: dict[str, Any], within: str = "") -> dict[str, Any]:
    """A row with what its objects hold as cells of their own: {"stats": {"likes": 5}} as {"stats.likes": 5}, of which the amount
    or count goes by the name of the object: {"price": {"amount": 5, "currency": "VND"}}."""
    cells = dict[str, Any]()
    for name, cell in row.items():
        own = within.removesuffix(INNER) if within and name in WHOLE else f"{within}{name}"
        cells |= _opened(cell, f"{own}{INNER}") if isinstance(cell, dict) else {own: cell}
    return cells


def _by_last_name(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows whose opened cells go by their last name (likes of stats.likes), where no other cell has it."""
    names = dict.fromkeys(name for row in rows for name in row)
    last = Counter(name.rpartition(INNER)[2] for name in names)
    short = {name: own for name in names if last[own := name.rpartition(INNER)[2]] == 1}
    return [{short.get(name, name): cell for name, cell in row.items()} for row in rows]


def _flat(cell: Any) -> Any:
    if isinstance(cell, list) and all(isinstance(one, str) for one in cell):
        return ", ".join(cell) or None
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, list | dict) else cell


def _json_lines(file: IO[str], path: Path) -> list[Any]:
    rows = list[Any]()
    for number, line in enumerate(file, 1):
        try:
            rows += [parse_json(line, nan=True, ids=True)] if line.strip() else []
        except ValueError as problem:
            reason = problem.msg if isinstance(problem, json.JSONDecodeError) else problem
            raise _refusal(path, f"is not JSON ({reason}); correct it.", number) from None
    return rows


def first_sheet(path: Path, shown: Shown | None = None) -> pd.DataFrame:
    """The cells of the first sheet that is not hidden, as far as any is filled; a cell that shows an error is missing.

    Raises
    ------
    RowsError
        Where a sheet has more cells than are read.
    ValueError, OSError, zipfile.BadZipFile
        Where it is no workbook.
    """
    sheets = list(workbook_sheets(path))
    sheet = next((one for one in sheets if one.visible), None)
    if sheet is None:
        return pd.DataFrame()
    rows, about = sheet.rows, sheet.shown
    for row, column in about.errors if about is not None else ():
        rows[row - 1][column - 1] = None
    if about is not None and shown is not None:
        for (row, column), code in about.formats.items():
            if row <= len(rows) and column <= len(rows[row - 1]):
                rows[row - 1][column - 1] = shown(code, rows[row - 1][column - 1])
    return pd.DataFrame(rows, dtype=object)


def used_titles(titles: pd.Series, filled: np.ndarray, path: Path) -> dict[int, str]:
    """The titles of the columns that have one or hold anything, by place; refused where one of them has no title."""
    used = titles.notna().to_numpy() | filled
    untitled = [str(place + 1) for place in range(len(titles)) if used[place] and pd.isna(titles.iloc[place])]
    if untitled:
        raise _refusal(path, Said("untitled", {"columns": ", ".join(untitled)}))
    return {place: str(titles.iloc[place]).strip() for place in map(int, np.flatnonzero(used))}


def _titled(grid: pd.DataFrame, path: Path) -> pd.DataFrame:
    if grid.empty:
        raise pd.errors.EmptyDataError
    first, frame = grid.iloc[0], grid.iloc[1:]
    titles = used_titles(first, frame.notna().any().to_numpy(), path)
    return frame.iloc[:, list(titles)].set_axis([*titles.values()], axis=1).infer_objects()


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its name only once it is complete; whatever fails names `path`.

    Raises
    ------
    OSError
        Where the disk is full, or nobody may write there.
    """
    partial = path.with_name(f".{uuid4().hex}{path.suffix}")
    try:
        yield partial
        os.replace(partial, path)
    except OSError as problem:
        raise OSError(problem.errno, problem.strerror or " ".join(str(problem).split()), str(path)) from None
    finally:
        partial.unlink(missing_ok=True)


def _write_sheet(frame: pd.DataFrame, path: Path) -> None:
    texts = frame.select_dtypes(include=["object", "str"]).columns
    clean = {name: frame[name].map(_printable, na_action="ignore") for name in texts}
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        frame.assign(**clean).to_excel(writer, index=False)
        for row in writer.book.active.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    keep_text(cell)


def _printable(cell: object) -> object:
    """Text without the control characters that a spreadsheet cannot hold."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell
