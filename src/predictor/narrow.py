"""Large tables checked a column at a time: memory holds the column that is read and the few that other checks need, never all.

A whole column is what the readers ask for, since its cells together settle what one of them leaves open (which part of a date
is the day); so the sentences are those of `read_table`. A CSV file is first laid down as columns in a temporary folder.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from predictor.catalogue import Catalogue
from predictor.cells import fold
from predictor.columns import Given, read_columns, read_table
from predictor.mapping import Mapping, rename
from predictor.tables import NO_ROWS, Fault, RowsError, csv_parts, read_frame, readable, used_titles

LARGE = 100_000_000  # bytes of a file; below them a table is read as a whole, which takes less time
ROWS = 100_000
ACROSS = (  # what the checks between columns and tables ask for
    "post_id", "creator_id", "campaign_id", "booking_id", "platform", "at", "booked_at", "published_at", "counted_at",
    "starts_on", "ends_on",
)  # fmt: skip


def check_table(
    path: Path, table: str, catalogue: Catalogue, mapping: Mapping, faults: list[Fault], large: int = LARGE
) -> pd.DataFrame:
    """The columns of a table that checks between tables need, its index the row numbers that people see; faults are added.

    Raises
    ------
    RowsError
        Where the file cannot be read.
    """
    if path.suffix.lower() == ".xlsx" or not path.is_file() or path.stat().st_size < max(large, 1):
        return read_table(read_frame(path), table, path.name, catalogue, mapping, faults)
    with readable(path), tempfile.TemporaryDirectory() as folder:
        if path.suffix.lower() == ".csv":
            aside = Path(folder) / "columns.parquet"
            titles = _laid_down(path, aside)
            return _checked(aside, titles, path, table, catalogue, mapping, faults)
        plain = pq.read_schema(path)
        if any(not isinstance(one, dict) for one in (plain.pandas_metadata or {}).get("index_columns", [])):
            return read_table(read_frame(path), table, path.name, catalogue, mapping, faults)
        return _checked(path, {name: name for name in plain.names}, path, table, catalogue, mapping, faults)


def _checked(
    source: Path, titles: dict[str, str], path: Path, table: str, catalogue: Catalogue, mapping: Mapping, faults: list[Fault]
) -> pd.DataFrame:
    filled = _filled(source, list(titles))
    if not len(filled) or not titles:
        raise RowsError([Fault(path.name, NO_ROWS)])
    every = pd.RangeIndex(2, len(filled) + 2)
    rows, ignored = pd.Index(every[filled]) if not filled.all() else every, {*map(fold, mapping.of(table).ignore)}
    places = [name for name, title in titles.items() if fold(title) not in ignored]
    shell = rename(pd.DataFrame(columns=[*titles.values()]), table, mapping)

    def take(place: int) -> pd.Series:
        if place >= len(places):  # a constant of the mapping
            return rename(pd.DataFrame(index=rows), table, mapping).iloc[:, place - len(places)]
        column = pd.read_parquet(source, columns=[places[place]]).set_axis(every, axis=0)[filled]
        return rename(column.set_axis([titles[places[place]]], axis=1), table, mapping).iloc[:, 0]

    given = Given(list(shell.columns), take, rows)
    return read_columns(given, table, path.name, catalogue, mapping, faults, kept=ACROSS)


def _laid_down(path: Path, aside: Path) -> dict[str, str]:
    """Write a CSV file's cells as text columns; the titles of those in use, by their name there."""
    writer, first, used = None, pd.Series(dtype=object), np.zeros(0, dtype=bool)
    try:
        for part in csv_parts(path, ROWS):
            if writer is None:
                first, used = part.iloc[0], np.zeros(part.shape[1], dtype=bool)
                part = part.iloc[1:]
                schema = pa.schema([(str(place), pa.large_string()) for place in range(len(first))])
                writer = pq.ParquetWriter(aside, schema)
            used |= part.notna().any().to_numpy()
            writer.write_table(pa.Table.from_pandas(part.set_axis(schema.names, axis=1), schema, preserve_index=False))
    finally:
        if writer is not None:
            writer.close()
    return {str(place): title for place, title in used_titles(first, used, path).items()}


def _filled(source: Path, names: list[str]) -> np.ndarray:
    """Which rows hold anything; a column without blanks ends the search."""
    file = pq.ParquetFile(source, pre_buffer=False)
    filled = np.zeros(file.metadata.num_rows, dtype=bool)
    for name in names:
        if filled.all():
            break
        at = 0
        for batch in file.iter_batches(ROWS, columns=[name]):
            there = pc.invert(pc.is_null(batch.column(0), nan_is_null=True)).to_numpy(zero_copy_only=False)
            filled[at : at + len(there)] |= there
            at += len(there)
    return filled
