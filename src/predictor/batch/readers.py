"""Long lists read a batch of rows at a time: Parquet, Arrow files and text tables (also .gz), or a folder of them.

Memory does not grow with the rows: Parquet without `pre_buffer`, which would keep every row group that it has read.
Rows carry the number that a person sees in a spreadsheet: titles are row 1, the first data row is 2. All files of a folder have
the columns of the first; folders named `column=value` give every row below them that value.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from predictor.errors import Fault, RowsError
from predictor.tables.delimited import as_utf8, record_batches

TEXTS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt")
READS = (".parquet", *TEXTS, ".arrow", ".feather")
BATCH = 131_072
REMEDY = "save or copy it again."
NOTHING = "__HIVE_DEFAULT_PARTITION__"  # a folder's name for a missing value


@dataclass(frozen=True)
class Batch:
    """Rows of one file as they are, and the number of each; `share` is how much of the list has been read (0 to 1)."""

    file: str
    rows: pa.RecordBatch
    numbers: np.ndarray
    share: float

    def frame(self) -> pd.DataFrame:
        """The rows as `tables.read_frame` gives them, their index the row numbers."""
        return plain_frame(self.rows).set_axis(pd.Index(self.numbers), axis=0)


def plain_frame(rows: pa.RecordBatch | pa.Table) -> pd.DataFrame:
    """Rows as pandas has them, whatever pandas wrote beside them."""
    plain = (pa.Table.from_batches([rows]) if isinstance(rows, pa.RecordBatch) else rows).replace_schema_metadata(None)
    return plain.drop_columns([name for name in plain.column_names if name.startswith("__index_level_")]).to_pandas()


def gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches large enough that what each costs does not count."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(one.num_rows for one in waiting) >= BATCH:
            yield from _joined(waiting)
            waiting = []
    if any(one.num_rows for one in waiting):
        yield from _joined(waiting)


def _joined(batches: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """The rows in one batch, or in as few as there can be: a column holds 2 GiB of text in each."""
    return pa.Table.from_batches(batches).combine_chunks().to_batches()


def kind(path: Path) -> str:
    """The suffix that says how a file is read: `.csv.gz` is one."""
    return "".join(path.suffixes[-2:]).lower() if path.suffix.lower() == ".gz" else path.suffix.lower()


def files(path: Path) -> list[Path]:
    """The file itself, or those of a folder in the order of their names.

    Raises
    ------
    RowsError
        Where there is nothing to read, or a file that cannot be.
    """
    if not path.exists():
        raise _refusal(path, f"there is no such file in {path.parent}; check the name.")
    found = [one for one in sorted(path.rglob("*")) if one.is_file() and not _hidden(one.relative_to(path))]
    found = found if path.is_dir() else [path]
    if not found:
        raise _refusal(path, f"is an empty folder; it needs files that end in {', '.join(READS)}.")
    strange = [one for one in found if kind(one) not in READS]
    if strange:
        raise RowsError([_fault(one, f"cannot be read in batches; allowed: {', '.join(READS)}.") for one in strange])
    empty = [one for one in found if one.stat().st_size == 0]
    if empty:
        raise RowsError([_fault(one, "is empty; it needs a row of column titles and rows below it.") for one in empty])
    return found


def long(path: Path, rows: int) -> bool:
    """Whether a list is to be read in batches: a folder, a kind that is read in no other way, or at least so many rows."""
    if path.is_dir() or kind(path) in (".csv.gz", ".tsv.gz", ".arrow", ".feather"):
        return True
    if not path.is_file() or kind(path) not in READS or not path.stat().st_size:
        return False
    if kind(path) == ".parquet":
        with in_sentences(path):
            return bool(pq.read_metadata(path).num_rows >= rows)
    with path.open("rb") as file:
        return any(number > rows for number, _ in enumerate(file, 1))  # the first line holds the titles


def read_batches(path: Path, rows: int = BATCH, encoding: str | None = None) -> Iterator[Batch]:
    """The rows of a file or folder in their order, at most `rows` at a time; the same file gives the same batches.

    `encoding` is that of text which is not UTF-8 and does not say so by its first bytes.

    Raises
    ------
    RowsError
        Where a file is cut off, is not what its name says, changes its columns half-way or has others than the first.
    """
    found, before = files(path), 0
    sizes, titles = [one.stat().st_size for one in found], list[str]()
    for one, size in zip(found, sizes, strict=True):
        readers = {".parquet": _parquet, ".arrow": _arrow, ".feather": _arrow}
        with in_sentences(one):
            parts = _text(one, rows, encoding) if kind(one) in TEXTS else readers[kind(one)](one, rows)
            for part, first, share in parts:
                whole = _with_folders(part, one.relative_to(path).parts[:-1])
                titles = titles or whole.schema.names
                if whole.schema.names != titles:
                    _refuse_others(whole.schema.names, titles, one, found[0])
                    whole = whole.select(titles)
                numbers = np.arange(first, first + part.num_rows)
                read = (before + share * size) / sum(sizes)
                for start in range(0, part.num_rows, rows):
                    yield Batch(_name(one, path), whole.slice(start, rows), numbers[start : start + rows], read)
        before += size


def _hidden(path: Path) -> bool:
    """Whether a file, or a folder that it is in, is nobody's list: marks of a finished job, or work under way."""
    return any(part.startswith(("_", ".")) for part in path.parts)


def _name(file: Path, source: Path) -> str:
    """What a file is called in a sentence: of a folder's, with the folders that it is in."""
    return file.name if file == source else file.relative_to(source).as_posix()


def _with_folders(part: pa.RecordBatch, folders: tuple[str, ...]) -> pa.RecordBatch:
    """The rows with the columns that folders named `column=value` give them."""
    partitions = dict(folder.split("=", 1) for folder in folders if "=" in folder)
    for column, value in partitions.items():
        if column not in part.schema.names:
            text = None if value == NOTHING else unquote(value)
            part = part.append_column(column, pa.array([text] * part.num_rows, pa.string()))
    return part


def _refuse_others(titles: list[str], asked: list[str], file: Path, first: Path) -> None:
    """Refuse a file that has not the columns of the first, in whatever order."""
    more, less = (", ".join(sorted(one)) for one in (set(titles) - set(asked), set(asked) - set(titles)))
    if more or less:
        what = " and ".join([f"has {more} more"] * bool(more) + [f"lacks {less}"] * bool(less))
        raise _refusal(file, f"{what}, compared with {first.name}; give all files of a folder the same columns.")


def _parquet(path: Path, rows: int) -> Iterator[tuple[pa.RecordBatch, int, float]]:
    with pq.ParquetFile(path, pre_buffer=False) as file:
        first, total = 2, max(file.metadata.num_rows, 1)
        for part in file.iter_batches(batch_size=rows, use_threads=False):
            yield part, first, (first - 2 + part.num_rows) / total
            first += part.num_rows


def _arrow(path: Path, rows: int) -> Iterator[tuple[pa.RecordBatch, int, float]]:  # noqa: ARG001
    first, size = 2, path.stat().st_size
    with pa.OSFile(str(path)) as source:
        whole = source.read(6) == b"ARROW1"
        source.seek(0)
        file = pa.ipc.open_file(source) if whole else pa.ipc.open_stream(source)
        for number, part in enumerate(map(file.get_batch, range(file.num_record_batches)) if whole else file, start=1):
            yield part, first, number / file.num_record_batches if whole else source.tell() / size
            first += part.num_rows


def _text(path: Path, rows: int, encoding: str | None) -> Iterator[tuple[pa.RecordBatch, int, float]]:  # noqa: ARG001
    with path.open("rb") as raw:
        unpacked: Any = gzip.open(raw) if kind(path).endswith(".gz") else raw
        yield from _text_parts(path, raw, unpacked, encoding)


def _text_parts(
    path: Path, raw: IO[bytes], unpacked: IO[bytes], encoding: str | None
) -> Iterator[tuple[pa.RecordBatch, int, float]]:
    with as_utf8(unpacked, path.name, encoding) as file:
        done, titles, parsed = 0, None, 0
        size = raw.seek(0, os.SEEK_END)
        raw.seek(0)
        for part in record_batches(file, path.name):
            first, done, parsed = done + 1, done + part.num_rows, parsed + _characters(part)
            if titles is None:
                titles = [str(column[0].as_py() or "").strip() for column in part.columns]
                part, first = part.slice(1), 2
            share = min(parsed / max(file.tell(), 1), 1.0) * raw.tell() / size  # it reads ahead
            yield _titled(part, titles, path), first, share
        if done < 2:
            raise _refusal(path, "has no rows; it needs a row of column titles and rows below it.")


def _characters(part: pa.RecordBatch) -> int:
    """About how long the text was that cells were read from, each followed by a comma or the end of its line."""
    return int(part.nbytes) - (4 - 1) * part.num_rows * part.num_columns  # where a cell starts takes four bytes


def _titled(part: pa.RecordBatch, titles: list[str], path: Path) -> pa.RecordBatch:
    used = [place for place, title in enumerate(titles) if title or part.column(place).null_count < part.num_rows]
    untitled = [str(place + 1) for place in used if not titles[place]]
    if untitled:
        raise _refusal(path, f"gives no title to column {', '.join(untitled)}; the first row must name every column.", 1)
    return pa.RecordBatch.from_arrays([part.column(place) for place in used], names=[titles[place] for place in used])


@contextmanager
def in_sentences(path: Path) -> Iterator[None]:
    """What goes wrong in reading, as a sentence."""
    try:
        yield
    except EOFError:
        raise _refusal(path, f"is cut off; {REMEDY}") from None
    except (pa.ArrowException, OSError) as problem:
        raise _refusal(path, f"cannot be read as {kind(path)[1:]} ({' '.join(str(problem).split())}); {REMEDY}") from None


def _fault(path: Path, problem: str, row: int | None = None) -> Fault:
    return Fault(path.name, problem, row)


def _refusal(path: Path, problem: str, row: int | None = None) -> RowsError:
    return RowsError([_fault(path, problem, row)])
