"""The engine that answers questions about records: DuckDB inside this process, on a cluster inside that of each executor."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

from predictor.errors import Fault, RowsError

Source: TypeAlias = pd.DataFrame | Path


class Engine(Protocol):
    """What the SQL of `asof` and `events` needs of an engine."""

    def load(self, name: str, source: Source) -> list[str]:
        """Make a table known by `name`, and tell its columns."""

    def make(self, name: str, sql: str) -> None:
        """Keep the answer of a statement as the table `name`."""

    def drop(self, name: str) -> None:
        """Forget a table."""

    def ask(self, sql: str) -> dict[str, np.ndarray]:
        """The answer of a statement, one array a column."""

    def micros(self, column: str) -> str:
        """SQL for a time as whole microseconds since 1970, UTC unless it carries a zone."""

    def quote(self, column: str) -> str:
        """A column's name as it may stand in a statement."""


@contextmanager
def duckdb_engine(memory: str = "2GB", threads: int | None = None) -> Iterator[Engine]:
    """DuckDB in this process; what does not fit in `memory` goes to a folder that is removed at the end."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        settings: dict[str, Any] = {"memory_limit": memory, "temp_directory": folder, "preserve_insertion_order": False}
        settings |= {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        connection = duckdb.connect(config=settings | ({"threads": threads} if threads else {}))
        try:
            yield _DuckDB(connection)
        finally:
            connection.close()


class _DuckDB:
    def __init__(self, connection: Any):
        self.connection = connection

    def load(self, name: str, source: Source) -> list[str]:
        if isinstance(source, Path):
            self.connection.execute(f"CREATE VIEW {name} AS SELECT * FROM {_reader(source)}")
        else:
            self.connection.register(name, pa.Table.from_pandas(source, preserve_index=False))
        return [str(row[0]) for row in self.connection.execute(f"DESCRIBE {name}").fetchall()]

    def make(self, name: str, sql: str) -> None:
        self.connection.execute(f"CREATE TABLE {name} AS {sql}")

    def drop(self, name: str) -> None:
        self.connection.execute(f"DROP TABLE {name}")

    def ask(self, sql: str) -> dict[str, np.ndarray]:
        found = self.connection.execute(sql).fetchnumpy()
        return {name: np.ma.filled(column.astype(float), np.nan) for name, column in found.items()}

    def micros(self, column: str) -> str:
        return f"epoch_us(CAST({column} AS TIMESTAMP))"

    def quote(self, column: str) -> str:
        return f'"{column}"'


def _reader(path: Path) -> str:
    """How DuckDB reads a file, or a folder of files, of one table."""
    name = str(path).replace("'", "''")
    if path.is_dir() and any(path.rglob("*.parquet")):
        return f"read_parquet('{name}/**/*.parquet')"
    if path.suffix == ".parquet":
        return f"read_parquet('{name}')"
    if path.suffix in (".csv", ".gz"):
        return f"read_csv('{name}')"
    raise RowsError([Fault(path.name, "cannot be read in place; give a .parquet or .csv file, or a folder of .parquet files.")])
