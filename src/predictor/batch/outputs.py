"""Long lists written part by part into one file: Parquet, CSV (also .csv.gz) or Arrow."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from predictor.errors import Fault, RowsError
from predictor.tables.files import aside, without_formula, write_text

# Finished parts of a long job, kept beside its output so that an interruption costs no finished work.
#
# A folder `.OUTPUT.parts` holds a file a part, a mark for each that is finished, and `state.json`: what the parts were made
# from. They are only ever used for the same input, model and options.

REJECT_TITLES = ("file", "row", "column", "reason")
Counted = tuple[int, int, int, int]  # rows of a part scored, rejected, scored without any forecast, and of unknown creators


@dataclass(frozen=True)
class Parts:
    """The folder of one job's parts."""

    folder: Path

    def part(self, number: int) -> Path:
        """The scored rows of part `number`."""
        return self.folder / f"{number:06d}.part"

    def rejects(self, number: int) -> Path:
        """The rows that part `number` had to leave out, with the reasons."""
        return self.folder / f"{number:06d}.rejects.csv"

    def finish(self, number: int, counted: Counted) -> None:
        """Mark a part as finished: this file comes last."""
        write_text(json.dumps(counted), self.folder / f"{number:06d}.json")

    def finished(self, number: int) -> Counted | None:
        """The counts of a finished part; None of any other."""
        file = self.folder / f"{number:06d}.json"
        counts = tuple(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else ()
        return counts if len(counts) == 4 else None

    def drop(self) -> None:
        """Remove them all."""
        shutil.rmtree(self.folder, ignore_errors=True)


def opened(output: Path, state: dict[str, str], resume: bool) -> Parts:
    """The parts of a job, begun anew unless it is resumed.

    Parameters
    ----------
    state
        What the output is made from, in words by name: the input, the model, each option.

    Raises
    ------
    RowsError
        Where a job is resumed whose state was another.
    """
    parts = Parts(output.with_name(f".{output.name}.parts"))
    file = parts.folder / "state.json"
    if resume and file.is_file():
        before: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        changed = [name for name in {**before, **state} if before.get(name) != state.get(name)]
        if changed:
            differences = "; ".join(f"{name} was {before.get(name)} and is {state.get(name)}" for name in changed)
            raise RowsError(
                [Fault(output.name, f"cannot be resumed: {differences}; restore it, or leave out --resume to begin anew.")]
            )
        return parts
    parts.drop()
    try:
        parts.folder.mkdir()
        write_text(json.dumps(state, ensure_ascii=False, indent=1), file)
    except OSError:  # nothing was done that could be resumed
        parts.drop()
        raise
    return parts


def identity(paths: list[Path]) -> str:
    """What tells a file from a changed one: names, sizes and times of the last change, as one short word."""
    stats = [(one.name, one.stat().st_size, one.stat().st_mtime_ns) for one in paths]
    return hashlib.sha256(json.dumps(stats).encode()).hexdigest()[:12]


def write_rejects(faults: list[Fault], path: Path) -> None:
    """Tell faults row by row, without titles."""
    text = io.StringIO()
    rows = [[without_formula(one.file), one.row, *map(without_formula, (one.column or "", one.problem))] for one in faults]
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_text(text.getvalue(), path)


WRITES = (".parquet", ".csv", ".csv.gz", ".arrow")
MARK = b"\xef\xbb\xbf"  # by which Excel knows UTF-8
SHORT = pa.dictionary(pa.int32(), pa.large_string())  # a text that repeats itself
ROWS = 1000  # the first rows of a part, from which it is judged whether a text repeats itself


class Writer:
    """One file that grows part by part; every part has the columns and types of the first."""

    def __init__(self, path: Path, suffix: str) -> None:
        self._file: IO[bytes] = path.open("wb")
        self._suffix = suffix
        self._open: Any = None
        self._schema: pa.Schema | None = None

    def add(self, part: Path, header: bytes) -> None:
        """Append a finished part: bytes of CSV, or rows for Parquet and Arrow."""
        if self._suffix in (".csv", ".csv.gz"):
            self._file.write(b"" if self._file.tell() else header)
            self._file.write(part.read_bytes())
            return
        with pa.memory_map(str(part)) as source:
            table = pa.ipc.open_file(source).read_all()
            if self._open is None:
                self._schema = self._settled(table.schema)
                self._open = self._opened(self._schema)
            self._open.write_table(table.cast(self._schema))

    def _settled(self, first: pa.Schema) -> pa.Schema:
        """The types of all parts; a column in which the first part has nothing holds text."""
        plain = {pa.null(): pa.large_string()} | ({SHORT: pa.large_string()} if self._suffix != ".parquet" else {})
        return pa.schema([pa.field(field.name, plain.get(field.type, field.type)) for field in first])

    def _opened(self, schema: pa.Schema) -> Any:
        if self._suffix != ".parquet":
            return pa.ipc.new_file(self._file, schema)
        # Hardly two forecasts are the same number, or two names: a dictionary of them would be built in vain.
        repeated = [f.name for f in schema if not pa.types.is_floating(f.type) and f.type != pa.large_string()]
        return pq.ParquetWriter(self._file, schema, use_dictionary=repeated, store_schema=False)

    def close(self) -> None:
        """Finish the file."""
        if self._open is not None:
            self._open.close()
        self._file.close()


def write_part(frame: pd.DataFrame, part: Path, suffix: str) -> None:
    """Write scored rows so that `Writer` can append them; the header of CSV goes beside them, once.

    A part may be cut off: it counts only once it is marked as finished.
    """
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    if suffix not in (".csv", ".csv.gz"):
        table = _short(table)
        with pa.OSFile(str(part), "wb") as sink, pa.ipc.new_file(sink, table.schema) as out:
            out.write_table(table)
        return
    header = part.with_name("header")
    if not header.exists():
        with aside(header) as partial:
            partial.write_bytes(_as_csv(table.slice(0, 0), suffix, titles=True))
    part.write_bytes(_as_csv(table, suffix, titles=False))


def _as_csv(table: pa.Table, suffix: str, titles: bool) -> bytes:
    sink = pa.BufferOutputStream()
    pa.csv.write_csv(table, sink, pa.csv.WriteOptions(include_header=titles, quoting_style="needed"))
    text = (MARK if titles else b"") + sink.getvalue().to_pybytes()
    return gzip.compress(text, 4, mtime=0) if suffix == ".csv.gz" else text


def _short(table: pa.Table) -> pa.Table:
    """The same rows with each text that repeats itself held once: half the bytes to write, to read again and to encode."""
    columns = [
        column.dictionary_encode() if pa.types.is_large_string(column.type) and _repeats(column) else column
        for column in table.columns
    ]
    return pa.table(columns, table.column_names)


def _repeats(column: pa.ChunkedArray) -> bool:
    return pc.count_distinct(column.slice(0, ROWS)).as_py() < ROWS / 4
