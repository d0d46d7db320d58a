"""Candidates scored on Spark (extra `spark`): the same check and the same forecasts as `stream`, batch by batch on the executors.

The bundle goes to the executors once, as its own text files; every Python worker reads it once. Nothing is learned there.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql
from pyspark.sql.pandas.types import from_arrow_schema

from predictor.batch.readers import files, gathered, in_sentences, kind, plain_frame
from predictor.batch.spark_history import (
    LISTED,
    Shared,
    SparkHistory,
    beside_their_history,
    buckets_of,
    own_history,
    without_elsewhere,
)
from predictor.batch.stream import ScoringOptions, rejects_of, score_batch
from predictor.bundle import Bundle, load_bundle, save_bundle
from predictor.definitions.formulas import packed, take_in
from predictor.definitions.schema import Catalogue
from predictor.definitions.version import package_version
from predictor.errors import Fault, RowsError
from predictor.intake.contract import history_files, is_invented, read_tables
from predictor.intake.mapping import Mapping as TitleMapping
from predictor.intake.reader import read_table, read_theirs
from predictor.tables.files import write_frame
from predictor.tables.frames import History

PROBED = 100  # first rows, which tell the columns of the answer before the work begins
ROW, REASON = "rejected_row", "rejected"


@dataclass(frozen=True)
class Sent:
    """What the executors get: the files of a bundle, the formulas of its baselines, the version that they were sent by, and what
    each batch is asked."""

    files: tuple[tuple[str, str], ...]
    formulas: bytes
    version: str
    schema: bytes
    options: dict[str, Any] = field(default_factory=dict)
    shared: Shared | None = None


def score_spark(
    rows: DataFrame,
    bundle: Bundle,
    *,
    brief: dict[str, Any] | None = None,
    history: History | SparkHistory | Mapping[str, DataFrame] | None = None,
    on: pd.Timestamp | None = None,
    at_least: dict[str, float] | None = None,
    why: str | None = None,
    mapping: TitleMapping | None = None,
    strict: bool = False,
) -> DataFrame:
    """Forecast every row of a Spark DataFrame of candidates; options as in `score.score`, `strict` as in `stream.ScoringOptions`.

    Parameters
    ----------
    history
        Tables as Spark has them, by name (`posts`, `creators` …) and as raw as files: records are read on the executors, where
        the rows of a creator meet the creator's candidates, and a person's other accounts are not read. A history in pandas goes
        to every executor as a whole.

    Returns
    -------
    Lazily, the columns of `score` for a part of a list (without what compares a row with the whole list). A row that cannot be
    used has none of these, but `rejected`, why, and `rejected_row`, what it says as JSON.

    Raises
    ------
    RowsError
        Where a column is at fault, none of the first 100 rows can be used, or a history of Spark's cannot be read there.
    """
    day = on if on is not None else pd.Timestamp.now().normalize()
    options: dict[str, Any] = {"brief": brief or {}, "on": day, "at_least": at_least or {}, "why": why,
                               "mapping": mapping or TitleMapping(), "strict": strict}  # fmt: skip
    taken, shared = rows, None
    if history is not None and not isinstance(history, History):
        there = history if isinstance(history, SparkHistory) else SparkHistory(history)
        taken, shared = beside_their_history(rows, ScoringOptions(bundle, **options), there)
        history = own_history({}, shared, ScoringOptions(bundle, **options))
    options["history"] = history
    schema = _schema(rows, ScoringOptions(bundle if shared is None else without_elsewhere(bundle), **options))
    job = Sent(_files(bundle), packed(), package_version(), schema.serialize().to_pybytes(), options, shared)
    sent = rows.sparkSession.sparkContext.broadcast(job)

    def scored(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:

        return scored_batches(batches, sent.value)

    return taken.mapInArrow(scored, from_arrow_schema(schema))


def scored_batches(batches: Iterable[pa.RecordBatch], job: Sent) -> Iterator[pa.RecordBatch]:
    """What an executor does with a partition: of candidates, or of buckets of these and their history."""
    if package_version() != job.version:
        raise RuntimeError(f"REFUSED the executors have predictor {package_version()} and the driver {job.version}; align them.")
    try:
        take_in(job.formulas)
        bundle = _bundle(job.files) if job.shared is None else without_elsewhere(_bundle(job.files))
    except ImportError as problem:
        raise RuntimeError(f"REFUSED a formula needs what the executors have not ({problem}); install it there.") from None
    except RowsError as problem:
        raise _refused(problem) from None
    asked, schema = ScoringOptions(bundle, **job.options), pa.ipc.read_schema(pa.py_buffer(job.schema))
    pieces = buckets_of(batches) if job.shared is not None else ({LISTED: rows} for rows in gathered(batches))
    for tables in pieces:
        if LISTED not in tables:
            continue
        try:
            own = asked if job.shared is None else replace(asked, history=own_history(tables, job.shared, asked))
            answers = _answered(tables[LISTED], own)
        except RowsError as problem:
            raise _refused(problem) from None
        for frame in answers:
            yield from _as(pa.Table.from_pandas(frame, preserve_index=False), schema).to_batches()


def _refused(problem: RowsError) -> RuntimeError:
    """What an executor refuses, as the driver tells it; no row has a number there."""
    said = [f"column '{one.column}': {one.problem}" if one.column else one.problem for one in problem.faults]
    return RuntimeError(f"REFUSED {' '.join(dict.fromkeys(said))}")


def _schema(rows: DataFrame, asked: ScoringOptions) -> pa.Schema:
    """The columns of the answer, from the first rows."""
    good, bad = _answered(rows.limit(PROBED).toArrow(), asked)
    if good.empty:
        why = f"the first because: {bad[REASON].iloc[0]}" if len(bad) else "there are none"
        raise _refusal("the list", f"none of the first {len(bad)} rows can be used, {why}")
    schema = pa.Schema.from_pandas(good.assign(**{ROW: None, REASON: None}), preserve_index=False).remove_metadata()
    return pa.schema([pa.field(f.name, _plain(f.type)) for f in schema])


def _plain(kind_: pa.DataType) -> pa.DataType:
    """A type that Spark has; of a column in which the first rows have nothing, text."""
    return pa.string() if pa.types.is_null(kind_) or pa.types.is_large_string(kind_) else kind_


def _answered(rows: pa.RecordBatch | pa.Table, asked: ScoringOptions) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows scored; and those that cannot be used, with the reason and what they say."""
    frame = plain_frame(rows)
    scored, faults = score_batch(frame, "the list", asked)
    reasons: dict[int, list[str]] = {}
    for fault in faults:
        reasons.setdefault(int(fault.row or 0), []).append(f"{fault.column}: {fault.problem}" if fault.column else fault.problem)
    rejected_rows = frame.loc[list(reasons)].to_json(orient="records", lines=True, force_ascii=False, date_format="iso")
    given = [line for line in rejected_rows.splitlines() if line]
    return scored, pd.DataFrame({ROW: given, REASON: [" ".join(why) for why in reasons.values()]}, dtype="str")


def _as(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The same rows with the columns and types of the answer; what is not there is empty."""
    empty = pa.nulls(len(table))
    columns = [(table[f.name] if f.name in table.column_names else empty).cast(f.type) for f in schema]
    return pa.table(columns, schema=schema)


def _files(bundle: Bundle) -> tuple[tuple[str, str], ...]:
    with tempfile.TemporaryDirectory() as folder:
        written = sorted(save_bundle(bundle, Path(folder)).iterdir())
        return tuple((file.name, file.read_text(encoding="utf-8")) for file in written)


@lru_cache(maxsize=1)
def _bundle(written: tuple[tuple[str, str], ...]) -> Bundle:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in written:
            (Path(folder) / name).write_text(text, encoding="utf-8")
        return load_bundle(Path(folder))


def _refusal(where: str, problem: str) -> RowsError:
    return RowsError([Fault(where, problem)])


# Spark around `spark`: a session, files in, a folder of Parquet out, and what goes wrong there as a sentence.

QUIET = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.log.level": "OFF",  # what fails is reported as a sentence
    "spark.ui.showConsoleProgress": "true",
}

NANOS_AS_LONG = "spark.sql.legacy.parquet.nanosAsLong"
NANOS = {  # whole numbers as moments: on the clock of the place where there is no zone
    True: "timestampadd(MICROSECOND, `{0}` DIV 1000, TIMESTAMP_NTZ '1970-01-01 00:00:00')",
    False: "timestamp_micros(`{0}` DIV 1000)",
}


def session(name: str = "predictor") -> SparkSession:
    """The session at hand, or a quiet one: on this machine alone unless spark-submit names a master.

    Raises
    ------
    RowsError
        Where Spark does not start, mostly for want of Java.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if (running := SparkSession.getActiveSession()) is not None:
        return running
    try:
        return SparkSession.builder.appName(name).config(map=QUIET).getOrCreate()
    except (PySparkException, RuntimeError, OSError) as problem:
        raise _run_refusal("Spark", f"does not start ({_first(problem)}); it needs Java 17 or newer: set JAVA_HOME.") from None


def read_rows(running: SparkSession, source: Path) -> DataFrame:
    """Candidates as they are: Parquet, or CSV as text; a file or a folder."""
    kinds = {kind(one) for one in files(source)}
    if kinds == {".parquet"}:
        return read_parquet(running, source)
    if kinds <= {".csv", ".csv.gz"}:
        return running.read.csv(str(source), header=True, multiLine=True, escape='"', encoding="UTF-8")
    raise _run_refusal(source.name, "cannot be read by Spark; give Parquet alone or CSV alone, or leave out --engine spark.")


def read_spark_history(session: SparkSession, folder: Path, catalogue: Catalogue, mapping: TitleMapping) -> SparkHistory:
    """A history of which executors read what is Parquet, a file or a folder of files a table; the driver reads the rest.

    Raises
    ------
    RowsError
        Where there is no table, or with every fault of those that the driver reads.
    """
    if not folder.is_dir():
        flat = read_tables(folder, catalogue, mapping)
        return SparkHistory(_sent(session, flat.frames), flat.invented, frozenset(flat.frames))
    faults: list[Fault] = []
    invented, found = is_invented(folder, faults), history_files(folder, mapping, faults, folders=True)
    here = {
        name: read_table(read_theirs(path, catalogue, mapping), name, path.name, catalogue, mapping, faults)
        for name, path in found.items()
        if path.suffix != ".parquet" and path.is_file()
    }
    if faults:
        raise RowsError(faults)
    there = {name: read_parquet(session, path) for name, path in found.items() if name not in here}
    return SparkHistory(there | _sent(session, here), invented, frozenset(here))


def _sent(session: SparkSession, frames: dict[str, pd.DataFrame]) -> dict[str, DataFrame]:
    return {name: session.createDataFrame(pa.Table.from_pandas(one, preserve_index=False)) for name, one in frames.items()}


def read_parquet(session: SparkSession, path: Path) -> DataFrame:
    """A file or folder of Parquet; nanoseconds, which Spark has no type for, as microseconds, whichever files have them.

    They are read while the work is done, so that `NANOS_AS_LONG` stays set until `told_on_spark` ends.
    """
    alike: dict[tuple[tuple[str, bool], ...], list[str]] = {}
    for file in files(path):
        with in_sentences(file):
            schema = pq.read_schema(file)
        finer = [(one.name, one.type.tz is None) for one in schema if pa.types.is_timestamp(one.type) and one.type.unit == "ns"]
        alike.setdefault(tuple(finer), []).append(str(file))
    if any(alike):
        session.conf.set(NANOS_AS_LONG, "true")
    read = session.read.option("basePath", str(path)) if path.is_dir() else session.read
    parts = []
    for columns, paths in alike.items():
        rows = read.parquet(*paths) if len(alike) > 1 else session.read.parquet(str(path))
        parts.append(rows.withColumns({name: sql.expr(NANOS[local].format(name)) for name, local in columns}))
    return reduce(DataFrame.unionByName, parts)


def write_scored(scored: DataFrame, output: Path) -> tuple[int, int]:
    """Write what `score_spark` answers as a folder of Parquet, complete or absent; rows that cannot be used beside it as CSV.

    Returns
    -------
    Rows scored and rejected.

    Raises
    ------
    RowsError
        Where no row can be used; what else goes wrong is put in words by `told_on_spark`.
    """
    aside = output.with_name(f".{output.name}.spark")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        scored.write.parquet(str(aside / "all"))
        everything = scored.sparkSession.read.schema(scored.schema).parquet(str(aside / "all"))
        good, bad = everything.where(everything[REASON].isNull()), everything.where(everything[REASON].isNotNull())
        total, rejected = everything.selectExpr("count(*)", f"count({REASON})").first() or (0, 0)
        if total == rejected:
            raise _run_refusal(
                output.name, f"is not written: none of {rejected:,} rows can be used; run with --strict to read why."
            )
        good.drop(ROW, REASON).write.parquet(str(aside / "good"))
        rejects_of(output).unlink(missing_ok=True)
        if rejected:
            write_frame(bad.select(ROW, REASON).toPandas(), rejects_of(output))
        if output.is_dir():
            shutil.rmtree(output)
        output.unlink(missing_ok=True)
        os.replace(aside / "good", output)
        return total - rejected, rejected
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def told_on_spark(output: Path) -> Iterator[None]:
    """What goes wrong on Spark, as a sentence; a session that was there before is left as it was."""
    running = SparkSession.getActiveSession()
    before = running.conf.get(NANOS_AS_LONG) if running is not None else None
    try:
        yield
    except (PySparkException, Py4JError) as problem:
        raise refusal(problem, output) from None
    except OSError as problem:
        raise _run_refusal(output.name, f"cannot be written ({problem.strerror}); make room or name another folder.") from None
    finally:
        if running is not None:
            running.conf.set(NANOS_AS_LONG, before)


def refusal(problem: Exception, output: Path) -> RowsError:
    """What went wrong on Spark, as a sentence."""
    text = str(problem)
    if refused := re.search(r"RuntimeError: REFUSED (.+)", text):
        return _run_refusal(output.name, f"is not written: {refused[1].strip()}")
    if "No module named 'predictor" in text:
        return _run_refusal(
            output.name, "is not written: the executors have no package predictor; install it there, or ship it (--archives)."
        )
    return _run_refusal(output.name, f"is not written: Spark failed ({_first(problem)}).")


def _first(problem: Exception) -> str:
    """The line of a long story that names a reason, such as `[FAILED_READ_FILE] …`, else the first."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    named = (match[0] for line in lines if (match := re.search(r"\[[A-Z][A-Z_.]+\] .*", line)))
    return next(named, next(iter(lines), type(problem).__name__))


def _run_refusal(where: str, problem: str) -> RowsError:
    return RowsError([Fault(where, problem)])
