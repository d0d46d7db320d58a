"""Finished parts of a long job, kept beside its output so that an interruption costs no finished work.

A folder `.OUTPUT.parts` holds a file a part, a mark for each that is finished, and `state.json`: what the parts were made
from. They are only ever used for the same input, model and options.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from predictor.tables import Fault, RowsError, write_text

REJECT_TITLES = ("file", "row", "column", "reason")
Counted = tuple[int, int, int]  # rows of a part that were scored, that were rejected, and that were scored without any forecast


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
        return tuple(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None

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
            told = "; ".join(f"{name} was {before.get(name)} and is {state.get(name)}" for name in changed)
            raise RowsError([Fault(output.name, f"cannot be resumed: {told}; restore it, or leave out --resume to begin anew.")])
        return parts
    parts.drop()
    parts.folder.mkdir()
    write_text(json.dumps(state, ensure_ascii=False, indent=1), file)
    return parts


def identity(paths: list[Path]) -> str:
    """What tells a file from a changed one: names, sizes and times of the last change, as one short word."""
    told = [(one.name, one.stat().st_size, one.stat().st_mtime_ns) for one in paths]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]


def write_rejects(faults: list[Fault], path: Path) -> None:
    """Tell faults row by row, without titles."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([one.file, one.row, one.column or "", one.problem] for one in faults)
    write_text(text.getvalue(), path)
