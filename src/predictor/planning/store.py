"""Work that is kept: briefs, candidate lists and plans in one SQLite file, with their versions, opened again by a link.

A link's id cannot be guessed. Whoever saves says which version the work was opened at, so that two people never overwrite each
other in silence. The last file that came for a piece of work is kept beside it, and one before it that still waits
for answers. The SQLite file is in write-ahead
mode: it belongs on a disk of this machine, not on a network share.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from predictor.errors import Fault, RowsError
from predictor.wording.sentences import say

APPLICATION_ID, FORMAT = 0x70726564, 1  # what marks the file as this program's, and how its table is laid out
LOCK_TIMEOUT = 10.0  # seconds to wait while somebody else writes
TABLE = """
CREATE TABLE work (
    id TEXT NOT NULL, version INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, saved_at TEXT NOT NULL, by TEXT,
    content TEXT NOT NULL, draft INTEGER NOT NULL, PRIMARY KEY (id, version)
) WITHOUT ROWID;
"""
LATER = {  # a store that was made without these tables gets them as it is opened
    "answers": "(shape TEXT NOT NULL PRIMARY KEY, changes TEXT NOT NULL, saved_at TEXT NOT NULL) WITHOUT ROWID",  # by titles
    "files": "(id TEXT NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL, about TEXT NOT NULL, "
    "PRIMARY KEY (id, place))",  # by the work that they came for
    "results": "(id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, content BLOB NOT NULL)",  # what came of a plan
    "signed": "(id TEXT NOT NULL PRIMARY KEY, content BLOB NOT NULL, saved_at TEXT NOT NULL)",  # a plan's forecasts as they were
}
ABOUT = "id, version, name, saved_at, by"
NEWEST = f"SELECT {ABOUT}, content FROM work WHERE id = ? ORDER BY version DESC LIMIT 1"

Kind = Literal["work"]


@dataclass(frozen=True)
class Saved:
    """One version of a piece of work; `saved_at` is UTC, `by` whoever said so, and `content` in a list
    but its brief."""

    id: str
    version: int
    name: str
    saved_at: datetime
    by: str | None = None
    content: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class KeptFile:
    """A file that came for a piece of work; `about` is what was said of it so far and what became of it."""

    name: str
    content: bytes
    about: dict[str, Any]


class Conflict(RowsError):
    """Somebody saved a newer version in between; `newer` is that version, without its content."""

    def __init__(self, newer: Saved):
        self.newer = newer
        super().__init__([Fault(newer.name, self.says("en"))])

    def says(self, lang: str) -> str:
        """Who saved in between, when, and what to do."""
        at = self.newer.saved_at.astimezone()
        return say(lang, "saved_conflict_by" if self.newer.by else "saved_conflict", who=self.newer.by, when=f"{at:%H:%M}")


class Store:
    """The file that keeps the work, made at the first use, readable by its owner alone.

    Each call opens the file anew, so several threads and processes may use one store, or one file, at once.

    Raises
    ------
    RowsError
        Where the file is no store, is one of another version, or cannot be written.
    """

    def __init__(self, path: Path):
        self.path = path
        with self._telling():
            if not path.exists():
                _make(path)
            with closing(self._open()) as file:
                marks = tuple(file.execute(f"PRAGMA {mark}").fetchone()[0] for mark in ("application_id", "user_version"))
                there = {name for (name,) in file.execute("SELECT name FROM sqlite_master")}
        if marks[0] != APPLICATION_ID:
            raise self._refusal("is a database of something else; name another file.")
        if marks[1] != FORMAT:
            raise self._refusal(f"has format {marks[1]}; this program reads format {FORMAT}: use the program that made it.")
        if missing := LATER.keys() - there:
            with self._writing() as file:
                for name in missing:
                    file.execute(f"CREATE TABLE IF NOT EXISTS {name} {LATER[name]}")

    def save(
        self, kind: Kind, name: str, content: Mapping[str, Any], *, id: str | None = None, version: int | None = None,
        by: str | None = None, draft: bool = False,
    ) -> Saved:  # fmt: skip
        """Keep a new piece of work, or the next version of the work `id` that was opened at `version`.

        A `draft`, such as a page saves by itself every few seconds, gives way to the next version; any other version stays.

        Raises
        ------
        Conflict
            Where somebody saved another version since `version`; nothing is written then.
        RowsError
            Where there is no such work (it may have been deleted), or the file cannot be written.
        """
        text = json.dumps(content, allow_nan=False)
        with self._writing() as file:
            newest = file.execute(NEWEST, (id,)).fetchone() if id is not None else None
            if id is not None and newest is None:
                raise self._missing(id)
            if newest is not None and newest[1] != version:
                raise Conflict(_saved(newest[:-1]))
            place = (secrets.token_urlsafe(16), 1) if newest is None else (newest[0], newest[1] + 1)
            kept = (*place, kind, name, datetime.now(UTC).isoformat(), by, text)
            file.execute("DELETE FROM work WHERE id = ? AND version < ? AND draft", kept[:2])
            file.execute("INSERT INTO work VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*kept, draft))
        return _saved((*kept[:2], *kept[3:]))

    def load(self, id: str, version: int | None = None) -> Saved:
        """The newest version of the work, or the one asked for.

        Raises
        ------
        RowsError
            Where there is none.
        """
        one_version = f"SELECT {ABOUT}, content FROM work WHERE id = ? AND version = ?"
        with self._reading() as file:
            found = file.execute(NEWEST, (id,)) if version is None else file.execute(one_version, (id, version))
            row = found.fetchone()
        if row is None:
            raise self._missing(id)
        return _saved(row)

    def versions(self, id: str) -> list[Saved]:
        """Every version kept of a piece of work without its content, the newest first."""
        with self._reading() as file:
            rows = file.execute(f"SELECT {ABOUT} FROM work WHERE id = ? ORDER BY version DESC", (id,)).fetchall()
        return [_saved(row) for row in rows]

    def listed(self) -> list[Saved]:
        """The newest version of every piece of work with its brief alone, the one saved last first."""
        brief = "json_object('brief', json_extract(content, '$.brief'))"
        newest = f"SELECT id, max(version), name, saved_at, by, {brief} FROM work GROUP BY id ORDER BY saved_at DESC, id"
        with self._reading() as file:
            return [_saved(row) for row in file.execute(newest).fetchall()]

    def delete(self, id: str) -> None:
        """Remove every version of a piece of work and all its files; nothing happens where there is none."""
        with self._writing() as file:
            for table in ("work", "files", "results", "signed"):
                file.execute(f"DELETE FROM {table} WHERE id = ?", (id,))

    def sign(self, id: str, content: bytes) -> None:
        """Keep the plan of a piece of work as it was handed out, in place of one before."""
        with self._writing() as file:
            file.execute("DELETE FROM signed WHERE id = ?", (id,))
            if file.execute(NEWEST, (id,)).fetchone() is not None:
                file.execute("INSERT INTO signed VALUES (?, ?, ?)", (id, content, datetime.now(UTC).isoformat()))

    def signed(self, id: str) -> tuple[bytes, datetime] | None:
        """The plan that was handed out last, and when (UTC)."""
        with self._reading() as file:
            row = file.execute("SELECT content, saved_at FROM signed WHERE id = ?", (id,)).fetchone()
        return None if row is None else (row[0], datetime.fromisoformat(row[1]))

    def keep_results(self, id: str, name: str, content: bytes) -> None:
        """Keep the file of results of a piece of work, in place of one before; none of work deleted."""
        with self._writing() as file:
            file.execute("DELETE FROM results WHERE id = ?", (id,))
            if file.execute(NEWEST, (id,)).fetchone() is not None:
                file.execute("INSERT INTO results VALUES (?, ?, ?)", (id, name, content))

    def results(self, id: str) -> tuple[str, bytes] | None:
        """The file of results that was compared last: its name and what it holds."""
        with self._reading() as file:
            row = file.execute("SELECT name, content FROM results WHERE id = ?", (id,)).fetchone()
        return None if row is None else (row[0], row[1])

    def keep_files(self, id: str, files: Sequence[KeptFile]) -> None:
        """Keep the files of a piece of work, the last first, in place of those kept before; none of work deleted."""
        with self._writing() as file:
            file.execute("DELETE FROM files WHERE id = ?", (id,))
            if file.execute(NEWEST, (id,)).fetchone() is not None:
                rows = [(id, place, one.name, one.content, json.dumps(one.about)) for place, one in enumerate(files)]
                file.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?)", rows)

    def files(self, id: str) -> list[KeptFile]:
        """The files of a piece of work, the last first."""
        with self._reading() as file:
            rows = file.execute("SELECT name, content, about FROM files WHERE id = ? ORDER BY place", (id,)).fetchall()
        return [KeptFile(name, content, json.loads(about)) for name, content, about in rows]

    def remember(self, shape: Sequence[Sequence[str]], changes: Sequence[Mapping[str, Any]]) -> None:
        """Keep what was answered about a file of these titles in place of what was kept before; none where none is left."""
        with self._writing() as file:
            file.execute("DELETE FROM answers WHERE shape = ?", (json.dumps(shape),))
            if changes:
                kept = (json.dumps(shape), json.dumps(changes), datetime.now(UTC).isoformat())
                file.execute("INSERT INTO answers VALUES (?, ?, ?)", kept)

    def remembered(self) -> list[tuple[list[list[str]], list[dict[str, Any]]]]:
        """The titles of every file about which something was answered, and the answers; the last first."""
        with self._reading() as file:
            rows = file.execute("SELECT shape, changes FROM answers ORDER BY saved_at DESC").fetchall()
        return [(json.loads(shape), json.loads(changes)) for shape, changes in rows]

    def _open(self) -> sqlite3.Connection:
        where = f"{self.path.absolute().as_uri()}?mode=rw"
        file = sqlite3.connect(where, uri=True, timeout=LOCK_TIMEOUT, isolation_level=None)
        file.execute("PRAGMA secure_delete = ON")  # a file that is kept no more leaves nothing behind
        return file

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._telling(), closing(self._open()) as file:
            yield file

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One writer at a time, from before it looks until it has written."""
        with self._reading() as file:
            file.execute("BEGIN IMMEDIATE")
            try:
                yield file
                file.execute("COMMIT")
            finally:
                if file.in_transaction:
                    file.execute("ROLLBACK")

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """What SQLite or the file system says, as a sentence."""
        try:
            yield
        except (sqlite3.Error, OSError) as problem:
            message = str(problem).lower()
            if "not a database" in message or "malformed" in message:
                raise self._refusal("is not a database, or a damaged one; restore it, or name another file.") from None
            if "locked" in message:
                raise self._refusal(f"was in use by others for {LOCK_TIMEOUT:.0f} seconds; try again.") from None
            why = problem.strerror if isinstance(problem, OSError) and problem.strerror else problem
            hint = "check that you may write the file and its folder, and that the disk has room."
            raise self._refusal(f"cannot be used ({why}); {hint}") from None

    def _refusal(self, problem: str) -> RowsError:
        return RowsError([Fault(self.path.name, problem)])

    def _missing(self, id: str) -> RowsError:
        return self._refusal(f"holds no work '{id}', or not that version; it may have been deleted: check the link.")


def _saved(row: Sequence[Any]) -> Saved:
    id, version, name, saved_at, by, *content = row
    return Saved(id, version, name, datetime.fromisoformat(saved_at), by, json.loads(content[0]) if content else {})


def _make(path: Path) -> None:
    """A new store, made aside so that nobody meets a half-made one; where another process was first, its file stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{uuid4().hex}{path.suffix}")
    try:
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(aside)) as file:
            file.execute("PRAGMA journal_mode = WAL")
            file.executescript(f"{TABLE} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT};")
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink(missing_ok=True)
