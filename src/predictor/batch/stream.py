"""Long lists scored in batches: memory does not grow with the rows, every core works, and the output is complete or absent.

The main process reads batches in order and hands them to a crew; each worker checks and scores one at a time and writes the
result as a part; the main process appends the parts in order, and scores a batch itself whenever all others have enough to do.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from predictor.asof.identity import known_by_history
from predictor.batch.outputs import REJECT_TITLES, WRITES, Counted, Parts, Writer, identity, opened, write_part, write_rejects
from predictor.batch.readers import BATCH, Batch, files, kind, read_batches
from predictor.batch.workers import Crew
from predictor.bundle import Bundle
from predictor.errors import Fault, RowsError
from predictor.intake.contract import good_candidates
from predictor.intake.mapping import Mapping
from predictor.intake.reader import encoding_of, given_rows
from predictor.scoring.score import score
from predictor.tables.columns import scored_column
from predictor.tables.frames import Columns, History

# How fast a long job goes and when it will end, in a sentence every few seconds.

EVERY = 5.0  # seconds between two sentences


@dataclass
class Pace:
    """What has been read and done since `began`; what an earlier run had finished says nothing about the speed of this one."""

    began: float  # on any clock that counts seconds
    rows: int = 0
    kept: int = 0
    share: float = 0.0
    skipped: float = 0.0
    last: float = 0.0

    def read(self, share: float, kept: int = 0) -> None:
        """Note that a share of the job (0 to 1) has been read, its last piece holding so many rows that were there already."""
        if kept:
            self.kept, self.skipped = self.kept + kept, self.skipped + share - self.share
        self.share = share

    def said(self, now: float) -> str | None:
        """Rows done, rows a second and the time left, or None while it is too early for another sentence."""
        seconds = now - self.began
        if seconds <= self.last + EVERY:
            return None
        self.last = seconds
        pace = f"{self.rows:,} rows, {max(self.rows - self.kept, 0) / seconds:,.0f} rows/s"
        own = self.share - self.skipped
        return pace + (f", about {seconds * (1 - self.share) / own:,.0f} s left" if own > 0 and self.share < 1 else "")


@dataclass(frozen=True)
class ScoringOptions:
    """What every batch is scored with; see `predictor.scoring.score.score`. `strict` refuses the whole list for one bad row."""

    bundle: Bundle
    on: pd.Timestamp
    brief: dict[str, Any] = field(default_factory=dict)
    history: History | None = None
    at_least: dict[str, float] = field(default_factory=dict)
    why: str | None = None
    mapping: Mapping = field(default_factory=Mapping)
    strict: bool = False

    def options_in_words(self) -> dict[str, str]:
        """The options in words, by name."""
        options = {name: str(getattr(self, name)) for name in ("brief", "at_least", "why", "mapping", "strict")}
        model = self.bundle.provenance.hash or self.bundle.provenance.version_label
        return {"the model": model, "the day (--on)": f"{self.on:%Y-%m-%d}", **options}


@dataclass(frozen=True)
class StreamResult:
    """Rows scored, how many of these got no forecast at all, rows rejected, the batches that an earlier run had finished,
    where the rejects are listed, and how many rows scored are of creators of whom the history knows nothing."""

    rows: int
    silent: int
    rejected: int
    resumed: int
    rejects: Path | None
    unknown: int = 0


def score_batch(raw: pd.DataFrame, file: str, asked: ScoringOptions) -> tuple[pd.DataFrame, list[Fault]]:
    """Check and score some rows of a list, their index being their row numbers.

    Returns
    -------
    The good rows as `score` tells them (without what compares a row with the whole list), and the faults of the others.

    Raises
    ------
    RowsError
        Where a column is at fault, or a row is and `asked` is strict.
    """
    given = given_rows(raw, "candidates", asked.mapping)
    good, faults = good_candidates(given, file, asked.bundle.catalogue, asked.mapping)
    if asked.history is not None:
        good = Columns.of(known_by_history(good.frame(), asked.history, near=False)[0])
    if faults and asked.strict:
        raise RowsError(faults[:20])
    options: dict[str, Any] = {name: getattr(asked, name) for name in ("brief", "history", "on", "at_least", "why")}
    return score(good, asked.bundle, whole=False, **options) if len(good) else pd.DataFrame(), faults


def score_file(
    source: Path, output: Path, asked: ScoringOptions, *, resume: bool = False, workers: int = 0, rows: int = BATCH,
    history: list[Path] | None = None, tell: Callable[[str], None] = lambda _: None,
) -> StreamResult:  # fmt: skip
    """Score a list of any length into a file; rows that cannot be used go to `OUTPUT stem.rejects.csv`.

    Parameters
    ----------
    resume
        Take the parts that an interrupted run of the same job finished.
    workers
        Processes at once, this one among them; 0 takes every core.
    rows
        Rows a batch.
    history
        The files of the history, which identify it against a changed one.
    tell
        Where progress goes, a sentence at a time.

    Raises
    ------
    RowsError
        Where the input, the output or a worker fails; parts already finished are then kept for `resume`.
    """
    if kind(output) not in WRITES:
        raise _refusal(output, f"cannot be written in batches; allowed: {', '.join(WRITES)}; choose one of these.")
    if not output.parent.is_dir() or output.is_dir():
        raise _refusal(output, f"cannot be written: there is no folder {output.parent}, or it is a folder itself; name a file.")
    refuse_overlap(source, output)
    state = {"the list": identity(files(source)), "the history": identity(history or []), "rows a batch": str(rows)}
    try:
        parts = opened(output, state | asked.options_in_words(), resume)
        try:
            done = _appended(source, output, asked, parts, workers or os.cpu_count() or 1, rows, tell)
        except RowsError:  # the list itself is at fault: once mended, it is another list
            parts.drop()
            raise
    except ChildProcessError:
        raise _refusal(
            output, "is not written: a worker was stopped, maybe for want of memory; go on with --resume and fewer --workers."
        ) from None
    except OSError as problem:
        reason = problem.strerror or " ".join(str(problem).split())
        raise _refusal(output, f"cannot be written ({reason}); make room and go on with --resume.") from None
    parts.drop()
    return done


def rejects_of(output: Path) -> Path:
    """Where the rows that could not be used are listed."""
    return output.with_name(output.name.removesuffix(kind(output)) + ".rejects.csv")


def refuse_overlap(source: Path, output: Path) -> None:
    """Refuse an output that would take the place of the list, as its rejects would too, or that lies in the folder read."""
    read = source.resolve()
    for made in (output.resolve(), rejects_of(output).resolve()):
        if made == read:
            raise _refusal(output, f"would write {made.name} over the list that is read; name another file.")
        if read in made.parents:
            raise _refusal(output, f"lies in the folder that is read, {source}; name a file elsewhere.")


def _appended(
    source: Path, output: Path, asked: ScoringOptions, parts: Parts, workers: int, rows: int, tell: Callable[[str], None]
) -> StreamResult:
    """Append every part in order, and give the file its name once all are there."""
    whole, bad, suffix, header = parts.folder / "whole", parts.folder / "rejects", kind(output), parts.folder / "header"
    resumed, total, silent, rejected, strangers = len(list(parts.folder.glob("0*.json"))), 0, 0, 0, 0
    writer = Writer(whole, suffix)
    try:
        with bad.open("w", encoding="utf-8-sig", newline="") as refused:
            refused.write(",".join(REJECT_TITLES) + "\n")
            encoding = encoding_of(files(source)[0], asked.bundle.catalogue, asked.mapping)
            batches = read_batches(source, rows, encoding)
            for number, (good, out, none, new) in _in_order(batches, asked, parts, suffix, workers, tell):
                if good:
                    writer.add(parts.part(number), header.read_bytes() if header.exists() else b"")
                if out:
                    refused.write(parts.rejects(number).read_text(encoding="utf-8"))
                total, rejected, silent, strangers = total + good, rejected + out, silent + none, strangers + new
    finally:
        writer.close()
    if not total:
        raise _refusal(source, f"has no row that can be used: {_first_of(bad, rejected)}")
    rejects = rejects_of(output)
    rejects.unlink(missing_ok=True)
    if rejected:
        os.replace(bad, rejects)
    os.replace(whole, output)
    return StreamResult(total, silent, rejected, resumed, rejects if rejected else None, strangers)


def _first_of(bad: Path, rejected: int) -> str:
    """Why the first row was left out, of a list that has no other."""
    with bad.open(encoding="utf-8-sig", newline="") as file:
        first = list(islice(csv.DictReader(file), 1))
    return f"{rejected:,} were rejected, the first, row {first[0]['row']}: {first[0]['reason']}" if first else "all are blank."


def _in_order(
    batches: Iterator[Batch], asked: ScoringOptions, parts: Parts, suffix: str, workers: int, tell: Callable[[str], None]
) -> Iterator[tuple[int, Counted]]:
    """The number of each part with its counts, in order, as they are finished."""
    shared = asked, parts, suffix
    crew = Crew(workers - 1, _one_part, shared)
    ready: dict[int, Counted] = {}
    following, pace = 0, Pace(time.monotonic())
    try:
        for number, batch in enumerate(batches):
            if number or batch.share < 1:  # there is more than one process can do at once
                crew.start()
            before = parts.finished(number)
            pace.read(batch.share, sum(before[:2]) if before else 0)
            if before is not None:
                ready[number] = before
            elif crew.full():
                ready[number] = _one_part(number, batch, *shared)
            else:
                crew.give(number, batch)
            ready.update(crew.results(wait=False))
            while following in ready:
                pace.rows += sum(ready[following][:2])
                yield following, ready.pop(following)
                following += 1
            if said := pace.said(time.monotonic()):
                tell(said)
        while crew.busy():
            ready.update(crew.results(wait=True))
        for number in sorted(ready):
            yield number, ready[number]
    finally:
        crew.stop()


def _one_part(number: int, batch: Batch, asked: ScoringOptions, parts: Parts, suffix: str) -> Counted:
    scored, faults = score_batch(batch.frame(), batch.file, asked)
    if faults:
        write_rejects(faults, parts.rejects(number))
    if len(scored):
        write_part(scored, parts.part(number), suffix)
    new = int((~scored["known_creator"].astype(bool)).sum()) if len(scored) else 0
    counted = len(scored), len({fault.row for fault in faults}), without_forecast(scored), new
    parts.finish(number, counted)
    return counted


def without_forecast(rows: pd.DataFrame) -> int:
    """How many scored rows got no forecast of any target: mostly those of whom nobody said where they publish."""
    return int(rows.filter(regex=scored_column("", "expected") + "$").isna().all(axis=1).sum())


def _refusal(path: Path, problem: str) -> RowsError:
    return RowsError([Fault(path.name, problem)])
