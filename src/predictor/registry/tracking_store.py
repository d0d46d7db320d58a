"""The SQLite file in which MLflow keeps a project's runs and models: its addresses follow the folder that it lies in.

MLflow keeps every artifact under a whole address. A project that was copied would train into the folder it was copied from,
and one that was moved would lose its models; so whoever opens the store first lets its addresses name the folder it lies in.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from urllib.parse import urlsplit
from urllib.request import url2pathname

from predictor.errors import Fault, RowsError
from predictor.wording.sentences import Said

FILE, ARTIFACTS = "mlflow.db", "artifacts"
NEW = ".new"  # how the folder begins in which a store is made until it is whole
UNUSABLE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)  # the disk is full, or there is no right
PATIENCE = 120.0  # seconds to wait while another command opens the store or writes to it


def artifacts_uri(store: Path) -> str:
    """Where the artifacts of a store belong."""
    return (store / ARTIFACTS).resolve().as_uri()


@contextmanager
def opened_alone(store: Path, file: str = FILE) -> Iterator[None]:
    """Others who open the same file of a store wait meanwhile: two that make a new one at once would break it for good.

    Raises
    ------
    RowsError
        Where another command holds it for longer than `PATIENCE`.
    """
    store.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(store, os.W_OK):  # then nobody makes or changes it
        yield
        return
    with closing(_connection((store / file).with_suffix(".lock"))) as lock:
        with _telling(store / file, "store_in_use"):
            lock.execute("BEGIN EXCLUSIVE")  # until the connection is closed
        yield


@contextmanager
def telling_of(place: object, said: str) -> Iterator[None]:
    """What MLflow or the disk says of a store that cannot be made, opened or written becomes the sentence `said` with its place.

    Raises
    ------
    RowsError
        Where the disk is full, or the store is damaged, half made, of another version of MLflow, or does not answer.
    """
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, SQLAlchemyError, OSError) as problem:
        raise _refusal(place, Said(said, {"why": str(problem).splitlines()[0]})) from None


def make_store(store: Path, experiment: str) -> None:
    """A new store with its experiment, its owner's alone; to be called where it is `opened_alone`.

    MLflow makes one table after another, and opens none of which some are missing: so it is made aside, and renamed once whole.
    """
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    for left in store.glob(f"{NEW}*"):  # of a command that was killed
        rmtree(left, ignore_errors=True)
    aside = Path(mkdtemp(prefix=NEW, dir=store))  # another each time: MLflow keeps connections by their address
    try:
        os.close(os.open(aside / FILE, os.O_CREAT | os.O_WRONLY, 0o600))
        made = SqlAlchemyStore(f"sqlite:///{(aside / FILE).resolve()}", artifacts_uri(store))
        made.create_experiment(experiment, artifacts_uri(store))
        made.engine.dispose()
        (store / ARTIFACTS).mkdir(mode=0o700, exist_ok=True)
        (aside / FILE).rename(store / FILE)
    finally:
        rmtree(aside, ignore_errors=True)


def follow_folder(store: Path, experiment: str) -> None:
    """Where a store was copied or moved, let every address in it that named its former folder name the one it lies in.

    `experiment` is the one whose artifacts lie beside the store: its address tells which folder all addresses name. All are
    changed in one transaction, or none.

    Raises
    ------
    RowsError
        Where the store is elsewhere than it says and cannot be changed.
    """
    here = artifacts_uri(store)
    if not (store / FILE).is_file():
        return
    with _telling(store / FILE, "store_cannot_follow"), closing(_connection(store / FILE)) as file:
        if _former(file, experiment, here) is None:
            return
        file.execute("BEGIN IMMEDIATE")
        former = _former(file, experiment, here)  # asked again: another command may have been first
        for old, new in [] if former is None else _spellings(former, here):
            for table, column in _texts(file):
                file.execute(
                    f'UPDATE "{table}" SET "{column}" = ? || substr("{column}", ?)'  # noqa: S608 - names of the store itself
                    f' WHERE "{column}" = ? OR substr("{column}", 1, ?) = ?',
                    (new, len(old) + 1, old, len(old) + 1, f"{old}/"),
                )
        file.execute("COMMIT")


def version_behind(store: Path, name: str, alias: str) -> list[tuple[str, Path]] | None:
    """The version of a registered model behind an alias and the folder of its files, read from the store itself.

    So nobody waits for MLflow who only scores, and what MLflow changed a moment ago holds. Empty where nothing has that alias;
    None where MLflow keeps versions or their files in another way.
    """
    asked = (
        "SELECT a.version, v.storage_location FROM registered_model_aliases a JOIN model_versions v USING (name, version)"
        " WHERE a.name = ? AND a.alias = ?"
    )
    try:
        with closing(_connection(store / FILE)) as file:
            found = file.execute(asked, (name, alias)).fetchall()
    except sqlite3.Error:
        return None
    if len(found) > 1 or not all(str(address).startswith("file:") for _, address in found):
        return None
    return [(str(version), Path(url2pathname(urlsplit(address).path))) for version, address in found]


def _former(file: sqlite3.Connection, experiment: str, here: str) -> str | None:
    """The address at which a store says its artifacts lie, if that is another folder of this machine than where they do."""
    if not file.execute("SELECT 1 FROM sqlite_master WHERE name = 'experiments'").fetchone():
        return None
    found = file.execute("SELECT artifact_location FROM experiments WHERE name = ?", (experiment,)).fetchone()
    ours = found is not None and str(found[0]).startswith("file:") and str(found[0]).endswith(f"/{ARTIFACTS}")
    return str(found[0]) if ours and found[0] != here else None


def _spellings(former: str, here: str) -> list[tuple[str, str]]:
    """Both folders as an address and as a path."""
    paths = [Path(url2pathname(urlsplit(uri).path)) for uri in (former, here)]
    return [(former, here), (str(paths[0]), str(paths[1]))]


def _texts(file: sqlite3.Connection) -> list[tuple[str, str]]:
    """Every column that holds text, with its table: newer versions of MLflow keep addresses in more of them."""
    asked = (
        "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c"
        " WHERE t.type = 'table' AND (c.type LIKE '%CHAR%' OR c.type LIKE '%TEXT%')"
    )
    return file.execute(asked).fetchall()


def _connection(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)


@contextmanager
def _telling(file: Path, said: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as problem:
        if type(problem) is sqlite3.DatabaseError:  # its kinds are of files that are in order
            raise _refusal(file, Said("store_damaged")) from None
        if problem.sqlite_errorcode & 0xFF in UNUSABLE:
            raise _refusal(file, Said("store_unopened", {"why": str(problem)})) from None
        raise _refusal(file, Said(said)) from None


def _refusal(file: object, said: Said) -> RowsError:
    return RowsError([Fault.of(str(file), said)])
