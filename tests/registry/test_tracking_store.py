"""A project folder that was copied or moved works where it lies, and nothing is written where it came from."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from threading import Thread

import mlflow
import pandas as pd
import pytest

import predictor as pr
from builders import copy_definitions, mlflow_client, run
from predictor.errors import RowsError
from predictor.registry import tracking_store
from predictor.registry.runs import EXPERIMENT, NAME, RECORDS, load_registered, log_training, log_tuning, open_store, store_folder
from predictor.registry.tracking_store import ARTIFACTS, FILE, NEW, artifacts_uri, follow_folder
from shared_model import alone

pytestmark = pytest.mark.slow

OPEN = "import sys; from pathlib import Path; from predictor.registry.runs import open_store; open_store(Path(sys.argv[1]))"
ADDRESSES = {  # what MLflow 3 keeps under a whole address
    "runs": "artifact_uri", "logged_models": "artifact_location", "model_versions": "storage_location",
}  # fmt: skip


@pytest.fixture(scope="module")
def original(project, logged, tmp_path_factory):
    """A project with a champion, its path with a space and letters beyond ASCII. To copy, not to change."""
    folder = tmp_path_factory.mktemp("of") / "dự án gốc"
    shutil.copytree(project, folder)
    shutil.copytree(logged, store_folder(folder))
    assert pr.promote(folder).version == "1"
    return folder


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A store in which nothing was trained. To copy, not to change."""
    open_store(folder := tmp_path_factory.mktemp("empty"))
    return folder


@pytest.fixture(scope="module")
def bookings(world, tmp_path_factory):
    """A flat file with which training takes seconds."""
    file = tmp_path_factory.mktemp("data") / "bookings.csv"
    rows = pd.read_csv(world / "bookings.csv")[["creator_id", "booked_at", "format", "reach"]].dropna().head(80)
    creators = pd.read_csv(world / "creators.csv")[["creator_id", "platform", "followers"]]
    rows.merge(creators, on="creator_id").assign(reach_rate=0.2).to_csv(file, index=False)
    return file


def contents(folder):
    return {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in sorted(folder.rglob("*")) if file.is_file()}


def addresses(project):
    with closing(sqlite3.connect(store_folder(project) / FILE)) as file:
        return [uri for table, name in ADDRESSES.items() for (uri,) in file.execute(f"SELECT {name} FROM {table}")]


def all_lie_in(project):
    told = addresses(project)
    return len(told) >= 5 and all(uri.startswith(f"{artifacts_uri(store_folder(project))}/") for uri in told)


def test_a_copied_project_is_worked_with_by_command_and_the_one_it_came_from_stays_as_it_was(
    original, bookings, world, tmp_path, capsys
):
    copy, before = tmp_path / "bản sao #2 (50%)", contents(original)
    shutil.copytree(original, copy)
    assert run(capsys, "score", world / "candidates.csv", "-o", tmp_path / "out.csv", "--project", copy)[0] == 0
    code, out, err = run(capsys, "train", bookings, "--project", copy, "--jobs", 1, "--targets", "reach")
    assert code == 0 and "Registered campaign-forecast version 2" in out, err
    assert "reach" in out and "skipped" not in err  # what nobody asked for is not spoken of
    run(capsys, "promote", "--project", copy, "--version", 2)
    assert load_registered(store_folder(copy)).provenance.version in ("campaign-forecast 1", "campaign-forecast 2")
    run_id = mlflow_client(store_folder(copy)).get_model_version(NAME, "2").run_id
    assert 'lang="vi"' in mlflow.artifacts.load_text(f"runs:/{run_id}/{RECORDS['vi']}")
    assert all_lie_in(copy) and contents(original) == before
    assert len(list((store_folder(copy) / "artifacts" / "models").iterdir())) == 2


def test_a_copy_is_trained_at_once_without_a_word_to_the_one_it_came_from(original, training, tmp_path):
    copy, before = tmp_path / "copy", contents(original)
    shutil.copytree(original, copy)
    assert log_training(alone(training, "orders"), store_folder(copy), refits=0) == "2"
    assert all_lie_in(copy) and contents(original) == before


def test_a_moved_project_keeps_its_champion_also_when_it_moves_on(original, world, tmp_path, capsys):
    first, second = tmp_path / "a" / "project", tmp_path / "b c" / "dự án"
    shutil.copytree(original, first)
    load_registered(store_folder(first))  # from here on its addresses are its own
    second.parent.mkdir()
    shutil.move(first, second)
    code, _, err = run(capsys, "score", world / "candidates.csv", "-o", tmp_path / "out.csv", "--project", second)
    assert code == 0, err
    assert pd.read_csv(tmp_path / "out.csv")["model_version"].unique().tolist() == ["campaign-forecast 1"]
    assert run(capsys, "promote", "--project", second)[0] == 0
    served = mlflow.pyfunc.load_model("models:/campaign-forecast@champion").predict(pd.DataFrame({"platform": ["tiktok"]}))
    assert served["model_version"].tolist() == ["campaign-forecast 1"]
    assert all_lie_in(second) and not first.exists()


def test_what_lies_beside_the_former_folder_keeps_its_address(original, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(original, copy)
    beside = f"{artifacts_uri(store_folder(original))}2"
    with closing(sqlite3.connect(store_folder(copy) / FILE)) as file:
        file.execute("UPDATE experiments SET artifact_location = ? WHERE name = 'Default'", (beside,))
        file.commit()
    follow_folder(store_folder(copy), EXPERIMENT)
    with closing(sqlite3.connect(store_folder(copy) / FILE)) as file:
        told = dict(file.execute("SELECT name, artifact_location FROM experiments").fetchall())
    assert told == {"Default": beside, EXPERIMENT: artifacts_uri(store_folder(copy))} and all_lie_in(copy)


def test_several_who_open_a_copy_at_once_find_one_and_the_same_store(original, tmp_path):
    copy, failed = tmp_path / "copy", []
    shutil.copytree(original, copy)

    def follow():
        try:
            follow_folder(store_folder(copy), EXPERIMENT)
        except Exception as problem:
            failed.append(problem)

    threads = [Thread(target=follow) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed and all_lie_in(copy)


def test_two_commands_that_make_a_new_store_at_once_both_write_to_it(tmp_path):
    code = "import sys; from predictor.registry.runs import log_tuning; from pathlib import Path\n"
    code += "log_tuning({}, {'data_until': '2026-01-01'}, Path(sys.argv[1]))"
    both = [subprocess.Popen([sys.executable, "-c", code, tmp_path / "trained"], stderr=subprocess.PIPE) for _ in range(2)]
    told = [one.communicate(timeout=300)[1].decode() for one in both]
    assert [one.returncode for one in both] == [0, 0], told
    with closing(sqlite3.connect(tmp_path / "trained" / FILE)) as file:
        assert file.execute("SELECT count(*) FROM runs").fetchone() == (2,)


@pytest.mark.parametrize("size", [0, 400_000])  # bytes of some 900,000
def test_a_store_whose_making_was_killed_is_made_by_the_next_command(tmp_path, size):
    store = tmp_path / "trained"
    making = subprocess.Popen([sys.executable, "-c", OPEN, store])
    until = time.monotonic() + 120
    while not (made := [*store.glob(f"{NEW}*/{FILE}")]) or made[0].stat().st_size < size:
        assert making.poll() is None and time.monotonic() < until
    making.kill()
    making.wait()
    assert not (store / FILE).exists() and made[0].exists()
    open_store(store)
    assert not [*store.glob(f"{NEW}*")]
    log_tuning({}, {"data_until": "2026-01-01"}, store)
    with closing(sqlite3.connect(store / FILE)) as file:
        assert file.execute("SELECT count(*) FROM runs").fetchone() == (1,)


def test_what_is_made_in_a_folder_that_others_may_read_is_its_owners_alone(tmp_path):
    tmp_path.chmod(0o755)
    open_store(tmp_path)
    assert {(tmp_path / name).stat().st_mode & 0o077 for name in (FILE, ARTIFACTS)} == {0}


@pytest.mark.parametrize("room", [0, 100_000])
def test_a_disk_without_room_for_a_new_store_is_told_before_anything_is_learned_and_leaves_nothing(tmp_path, room):
    project, history = copy_definitions(tmp_path / "project"), tmp_path / "bookings.csv"
    history.write_text("creator_id,platform,booked_at,engagements\nlinh,tiktok,2026-05-02,1840\n")
    cramped = (
        "import resource, sys; from predictor.cli.main import main\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room})); main(sys.argv[1:])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", cramped, "train", history, "--project", project], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2 and "Traceback" not in ended.stderr
    assert "mlflow.db: cannot be made or opened" in ended.stderr and "Check that the disk has room" in ended.stderr
    assert not (store_folder(project) / FILE).exists() and not list(store_folder(project).glob("[!m]*"))


FILLED = """
import resource, sys; from pathlib import Path
from predictor.registry.runs import log_tuning, open_store
open_store(store := Path(sys.argv[1]))
room = (store / "mlflow.db").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
log_tuning({}, {f"note {n}": "x" * 400 for n in range(1000)} | {"data_until": "2026-07-01"}, store)
"""


def test_a_disk_that_fills_up_while_a_run_is_logged_is_told_with_the_store(empty, tmp_path):
    shutil.copytree(empty, tmp_path / "trained")
    ended = subprocess.run([sys.executable, "-c", FILLED, tmp_path / "trained"], capture_output=True, text=True, check=False)
    refused = ended.stderr.splitlines()[-1]
    assert "RowsError" in refused and f"{tmp_path}/trained/mlflow.db: what was to be kept here could not be written" in refused
    assert "Check that the disk has room" in refused and "run the command again" in refused


def test_a_tracking_server_that_does_not_answer_is_told_in_seconds(tmp_path):
    asked = [sys.executable, "-c", "from predictor.cli.main import main; main()", "promote", "--project", tmp_path]
    nobody = {**os.environ, "MLFLOW_TRACKING_URI": "http://127.0.0.1:9"}
    ended = subprocess.run(asked, env=nobody, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 2 and "Traceback" not in ended.stderr
    assert "http://127.0.0.1:9: cannot be made or opened" in ended.stderr


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda file: file.write_text("not a database at all, really"), "is not a database, or a damaged one; restore it from a"),
        (lambda file: file.write_bytes(file.read_bytes()[:100_000]), "is not a database, or a damaged one; restore it from a"),
        (lambda file: changed(file, "UPDATE alembic_version SET version_num = 'abc'"), r"found version abc.*Check that the disk"),
        (
            lambda file: changed(file, "ALTER TABLE experiments RENAME COLUMN workspace TO other"),
            "no such column.*restore a damaged one",
        ),
    ],
)
def test_a_store_that_mlflow_cannot_open_is_told_and_never_taken_for_an_empty_one(empty, tmp_path, spoil, said):
    shutil.copytree(empty, tmp_path / "trained")
    spoil(tmp_path / "trained" / FILE)
    for work in (open_store, pr.promote):
        with pytest.raises(RowsError, match=rf"mlflow\.db: .*{said}"):
            work(tmp_path / "trained")


def changed(path, statement):
    with closing(sqlite3.connect(path)) as file:
        file.execute(statement)
        file.commit()


def test_a_second_search_on_a_store_waits_and_then_says_that_another_is_under_way(original, world, tmp_path, capsys, monkeypatch):
    copy = tmp_path / "copy"
    shutil.copytree(original, copy)
    monkeypatch.setattr(tracking_store, "PATIENCE", 0.1)
    with tracking_store.opened_alone(store_folder(copy), "tuning.db"):
        code, _, err = run(capsys, "train", world, "--tune", 2, "--project", copy, "--jobs", 1, "--targets", "reach")
    assert code == 2 and "tuning.db: is in use by another command; wait until it has ended." in err


def test_a_store_that_cannot_be_changed_is_told_in_a_sentence_and_left_as_it_was(original, tmp_path, monkeypatch):
    copy = tmp_path / "copy"
    shutil.copytree(original, copy)
    monkeypatch.setattr(tracking_store, "PATIENCE", 0.1)
    with closing(sqlite3.connect(store_folder(copy) / FILE)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RowsError, match=r"mlflow\.db: was copied or moved, and the addresses in it cannot be changed; wait"):
            load_registered(store_folder(copy))
    assert addresses(copy) == addresses(original)


def test_a_store_that_the_environment_names_is_never_changed(original, tmp_path, monkeypatch):
    copy = tmp_path / "copy"
    shutil.copytree(original, copy)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{store_folder(copy) / FILE}")
    load_registered(tmp_path / "unused")
    assert addresses(copy) == addresses(original)


def test_only_the_store_and_a_note_of_mlflow_that_loading_does_not_read_name_the_folder_of_a_project(logged):
    names = [str(logged).encode(), logged.as_uri().encode(), json.dumps(str(logged)).strip('"').encode()]
    telling = [file.name for file, (_, held) in contents(logged).items() if any(name in held for name in names)]
    assert telling == ["MLmodel", FILE]
