"""One file on its way into the list of candidates: opened once, read again with every answer, remembered by its titles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from predictor.definitions.phrases import Phrases
from predictor.intake.spreadsheets.grids import Grid
from predictor.intake.spreadsheets.layout import SEARCHED
from predictor.intake.spreadsheets.row_kinds import text_of
from predictor.intake.spreadsheets.workbook import Imported
from predictor.page.answers import Change, mapping_of
from predictor.page.upload import Encoded, Refused, Sheet, open_upload, read_again
from predictor.page.work import from_table, to_table
from predictor.planning.store import KeptFile, Store
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

SAID = ("adds", "changes", "recalled", "pasted")  # what is kept of a file beside its content
LISTS = ("before", "put", "edited")  # and, once its rows became the list, what that took the place of and what it was
Shape = list[list[str]]  # the titles of every sheet with a table, folded and in order


@dataclass(frozen=True)
class Reading:
    """A file, what was answered about it, and what became of it: a `sheet`, or why it is `refused`.

    `before` is the list that was there when the file came, which its rows add to where it `adds`, or take the place of.
    `recalled` says that the answers are those of an earlier file of the same titles, `known` what to tell of creators whom the
    history may know, and `earlier` which file still had open questions when this one came. `put` is the list that it became, and
    `edited` what somebody had made of that list when the file was read again. A file that is `settled` became the list before the
    page was opened: it is read to show how it was read, and the list stays.
    """

    name: str
    content: bytes
    before: pd.DataFrame
    adds: bool = False
    changes: tuple[Change, ...] = ()
    recalled: bool = False
    encoding: str | None = None
    grids: list[Grid] = field(default_factory=list)
    sheet: Sheet | None = None
    refused: Refused | None = None
    known: tuple[Said, ...] = ()
    pasted: bool = False
    earlier: Reading | None = None
    put: pd.DataFrame | None = None
    edited: pd.DataFrame | None = None
    settled: bool = False

    @property
    def shown(self) -> str:
        """What it is called."""
        return self.name.rsplit(".", 1)[0] if self.pasted else self.name

    @property
    def unread(self) -> bool:
        """Whether it has not been read yet."""
        return self.sheet is None and self.refused is None

    @property
    def waits(self) -> bool:
        """Whether its rows wait for answers, or for being read at all."""
        if self.refused is not None:
            return bool(self.grids) or isinstance(self.refused, Encoded)
        return (self.unread and not self.settled) or (self.sheet is not None and self.sheet.waits)

    def answered(self, change: Change) -> Reading:
        """The same file with one more answer."""
        return replace(self, changes=(*self.changes, change), recalled=False)

    def without(self, change: Change) -> Reading:
        """The same file without one of the answers."""
        return replace(self, changes=tuple(one for one in self.changes if one is not change), recalled=False)


def read(reading: Reading, phrases: Phrases, store: Store) -> Reading:
    """Read a file by its answers; at first by those that were given for the last file of the same titles.

    What was answered is remembered once a table is found.
    """
    try:
        if not reading.grids or mapping_of(reading.changes).encoding != reading.encoding:
            reading = _opened(reading, phrases, store)
        sheet = read_again(reading.name, reading.grids, phrases, reading.changes)
    except Refused as problem:
        return replace(reading, sheet=None, refused=problem, grids=[*problem.grids])
    if not reading.settled:
        store.remember(shape_of(sheet.found), reading.changes)
    return replace(reading, sheet=sheet, refused=None)


def _opened(reading: Reading, phrases: Phrases, store: Store) -> Reading:
    encoding, likely = mapping_of(reading.changes).encoding, None
    try:
        grids = open_upload(reading.name, reading.content, phrases, encoding)
    except Encoded as problem:
        if problem.likely is None or reading.changes:
            raise
        grids, likely = open_upload(reading.name, reading.content, phrases, problem.likely), problem
    if not reading.changes and not reading.settled and (earlier := recalled(grids, store)):
        known = mapping_of(earlier).encoding
        if likely is None or known == likely.likely:
            return replace(reading, grids=grids, changes=tuple(earlier), recalled=True, encoding=known)
    if likely is not None:
        raise likely
    return replace(reading, grids=grids, encoding=encoding)


def to_files(reading: Reading | None) -> list[KeptFile]:
    """The last file and the one before it that waits for answers, as they are kept beside the plan."""
    if reading is None:
        return []
    found = [one for one in (reading, reading.earlier) if one is not None and (one.waits or one.put is not None)]
    return [KeptFile(one.name, one.content, _about(one)) for one in found]


def _about(reading: Reading) -> dict[str, Any]:
    lists = {name: getattr(reading, name) for name in LISTS} if reading.put is not None else {}
    tables = {name: to_table(typed) for name, typed in lists.items() if typed is not None}
    return {name: getattr(reading, name) for name in SAID} | {"settled": not reading.waits} | tables


def from_files(files: Sequence[KeptFile], typed: pd.DataFrame) -> Reading | None:
    """The inverse of `to_files`; the files are yet to be read, beside the list `typed` as it is now."""
    found: Reading | None = None
    for one in reversed(files):
        lists = {name: from_table(one.about[name]) for name in LISTS if name in one.about}
        lists |= {name: typed for name in ("put",) if name in lists and lists[name].equals(typed)}  # nobody changed it since
        said = {name: one.about[name] for name in (*SAID, "settled") if name in one.about}
        said["changes"] = tuple(said["changes"])
        found = Reading(one.name, one.content, earlier=found, **{"before": typed, **lists}, **said)
    return found


def shape_of(found: Imported) -> Shape:
    """By which titles a file is known again."""
    sheets = [_titles(one.layout.row_of_titles) for one in found.sheets]
    return sorted([*titles] for titles in {*sheets})


def recalled(grids: Sequence[Grid], store: Store) -> list[Change]:
    """What was answered for the last file with the titles of these sheets."""
    rows = {_titles(map(text_of, cells.dropna())) for grid in grids for _, cells in grid.cells.head(SEARCHED).iterrows()}
    return next((changes for shape, changes in store.remembered() if all(tuple(titles) in rows for titles in shape)), [])


def _titles(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({fold(word) for word in words}))
