"""One file on its way into the list of candidates: opened once, read again with every answer, remembered by its titles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from predictor.definitions.phrases import Phrases
from predictor.intake.spreadsheets.grids import Grid
from predictor.intake.spreadsheets.layout import SEARCHED, text_of
from predictor.intake.spreadsheets.workbook import Imported
from predictor.page.answers import Change, mapping_of
from predictor.page.upload import Encoded, Refused, Sheet, open_upload, read_again
from predictor.planning.store import Store, WaitingFile
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

SAID = ("adds", "changes", "recalled", "pasted")  # what is kept of a file beside its content
Shape = list[list[str]]  # the titles of every sheet with a table, folded and in order


@dataclass(frozen=True)
class Reading:
    """A file, what was answered about it, and what became of it: a `sheet`, or why it is `refused`.

    `before` is the list that was there when the file came, which its rows add to where it `adds`, or take the place of.
    `recalled` says that the answers are those of an earlier file of the same titles, `known` what to tell of creators whom the
    history may know, and `earlier` which file still had open questions when this one came. `put` is the list that it became, and
    `edited` what somebody had made of that list when the file was read again.
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
        return self.unread or self.sheet is not None and self.sheet.waits

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
    if not reading.changes and (earlier := recalled(grids, store)):
        known = mapping_of(earlier).encoding
        if likely is None or known == likely.likely:
            return replace(reading, grids=grids, changes=tuple(earlier), recalled=True, encoding=known)
    if likely is not None:
        raise likely
    return replace(reading, grids=grids, encoding=encoding)


def to_waiting(reading: Reading | None) -> list[WaitingFile]:
    """A file that waits for answers and the one before it that does, as they are kept until these come."""
    if reading is None or reading.sheet is not None and not reading.sheet.waits:
        return []
    found = [one for one in (reading, reading.earlier) if one is not None and one.waits]
    return [WaitingFile(one.name, one.content, {name: getattr(one, name) for name in SAID}) for one in found]


def from_waiting(files: Sequence[WaitingFile], before: pd.DataFrame) -> Reading | None:
    """The inverse of `to_waiting`; the files are yet to be read, for a list that holds `before` now."""
    found: Reading | None = None
    for one in reversed(files):
        said = {**one.about, "changes": tuple(one.about["changes"])}
        found = Reading(one.name, one.content, before, earlier=found, **said)
    return found


def shape_of(found: Imported) -> Shape:
    """By which titles a file is known again."""
    sheets = [_titles(parts[-1] for parts in one.layout.parts.values() if parts) for one in found.sheets]
    return sorted([*titles] for titles in {*sheets})


def recalled(grids: Sequence[Grid], store: Store) -> list[Change]:
    """What was answered for the last file with the titles of these sheets."""
    rows = {_titles(map(text_of, cells.dropna())) for grid in grids for _, cells in grid.cells.head(SEARCHED).iterrows()}
    return next((changes for shape, changes in store.remembered() if all(tuple(titles) in rows for titles in shape)), [])


def _titles(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({fold(word) for word in words}))
