"""Spark around `spark`: a session, files in, a folder of Parquet out, and what goes wrong there as a sentence."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from predictor.batches import files, kind
from predictor.spark import REASON, ROW
from predictor.stream import rejects_of
from predictor.tables import Fault, RowsError, write_frame

QUIET = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.log.level": "OFF",  # what fails is told as a sentence
    "spark.ui.showConsoleProgress": "true",
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
        raise _refusal("Spark", f"does not start ({_first(problem)}); it needs Java 17 or newer: set JAVA_HOME.") from None


def read_rows(running: SparkSession, source: Path) -> DataFrame:
    """Candidates as they are: Parquet, or CSV as text; a file or a folder."""
    kinds = {kind(one) for one in files(source)}
    if kinds == {".parquet"}:
        return running.read.parquet(str(source))
    if kinds <= {".csv", ".csv.gz"}:
        return running.read.csv(str(source), header=True, multiLine=True, escape='"', encoding="UTF-8")
    raise _refusal(source.name, "cannot be read by Spark; give Parquet alone or CSV alone, or leave out --engine spark.")


def write_scored(scored: DataFrame, output: Path) -> tuple[int, int]:
    """Write what `score_spark` answers as a folder of Parquet, complete or absent; rows that cannot be used beside it as CSV.

    Returns
    -------
    Rows scored and rejected.

    Raises
    ------
    RowsError
        Where no row can be used; what else goes wrong is told by `told_on_spark`.
    """
    aside = output.with_name(f".{output.name}.spark")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        scored.write.parquet(str(aside / "all"))
        everything = scored.sparkSession.read.schema(scored.schema).parquet(str(aside / "all"))
        good, bad = everything.where(everything[REASON].isNull()), everything.where(everything[REASON].isNotNull())
        total, rejected = everything.selectExpr("count(*)", f"count({REASON})").first() or (0, 0)
        if total == rejected:
            raise _refusal(output.name, f"is not written: none of {rejected:,} rows can be used; run with --strict to read why.")
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
    """What goes wrong on Spark, as a sentence."""
    try:
        yield
    except (PySparkException, Py4JError) as problem:
        raise refusal(problem, output) from None
    except OSError as problem:
        raise _refusal(output.name, f"cannot be written ({problem.strerror}); make room or name another folder.") from None


def refusal(problem: Exception, output: Path) -> RowsError:
    """What went wrong on Spark, as a sentence."""
    text = str(problem)
    if told := re.search(r"RuntimeError: REFUSED (.+)", text):
        return _refusal(output.name, f"is not written: {told[1].strip()}")
    if "No module named 'predictor" in text:
        return _refusal(
            output.name, "is not written: the executors have no package predictor; install it there, or ship it (--archives)."
        )
    return _refusal(output.name, f"is not written: Spark failed ({_first(problem)}).")


def _first(problem: Exception) -> str:
    """The line of a long story that names a reason, such as `[FAILED_READ_FILE] …`, else the first."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    named = (told[0] for line in lines if (told := re.search(r"\[[A-Z][A-Z_.]+\] .*", line)))
    return next(named, next(iter(lines), type(problem).__name__))


def _refusal(where: str, problem: str) -> RowsError:
    return RowsError([Fault(where, problem)])
