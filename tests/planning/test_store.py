import os
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from predictor.errors import RowsError
from predictor.planning.store import Conflict, KeptFile, Store

NOBODY = 65534


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "work.db")


def test_work_is_opened_again_by_its_link(store):
    saved = store.save("work", "Tết", {"brief": {"niche": "làm đẹp"}}, by="Lan")
    opened = Store(store.path).load(saved.id)
    assert opened == saved and (opened.version, opened.name, opened.by) == (1, "Tết", "Lan")
    assert opened.content == {"brief": {"niche": "làm đẹp"}} and len(saved.id) >= 20
    assert abs(datetime.now(UTC) - opened.saved_at).total_seconds() < 60


def test_every_version_is_kept_as_it_was(store):
    first = store.save("work", "a", {"n": 1})
    second = store.save("work", "b", {"n": 2}, id=first.id, version=first.version)
    assert (second.id, second.version) == (first.id, 2)
    assert store.load(first.id).content == {"n": 2} and store.load(first.id, 1).content == {"n": 1}
    assert [(one.version, one.name, one.content) for one in store.versions(first.id)] == [(2, "b", {}), (1, "a", {})]


def test_a_draft_gives_way_to_the_next_version_and_still_counts_as_newer(store):
    first = store.save("work", "a", {"n": 1})
    for version in (1, 2, 3):
        store.save("work", "a", {"n": version + 1}, id=first.id, version=version, draft=version < 3)
    assert [one.version for one in store.versions(first.id)] == [4, 1] and store.load(first.id).content == {"n": 4}
    store.save("work", "a", {"n": 5}, id=first.id, version=4, draft=True)
    with pytest.raises(Conflict, match="just saved in another window"):
        store.save("work", "a", {"n": 6}, id=first.id, version=4)


def test_whoever_opened_an_older_version_overwrites_nothing_and_is_told_who_saved(store):
    opened = store.save("work", "Tết", {"n": 1})
    store.save("work", "Tết", {"n": 2}, id=opened.id, version=1, by="Lan")
    with pytest.raises(Conflict, match=r"Tết: Lan just saved this plan at \d\d:\d\d; nothing was overwritten") as problem:
        store.save("work", "Tết", {"n": 3}, id=opened.id, version=1)
    assert "Lan vừa lưu kế hoạch này lúc" in problem.value.says("vi") and store.load(opened.id).content == {"n": 2}
    with pytest.raises(Conflict, match="Tết: Lan just saved this plan"):
        store.save("work", "Tết", {"n": 3}, id=opened.id)


def test_a_file_that_waits_is_kept_with_its_work_until_another_comes_or_the_work_goes(store):
    saved, file = store.save("work", "a", {}), KeptFile("giá.csv", b"Ten,Gia\n", {"changes": [{"ignore": ["x"]}]})
    store.keep_files(saved.id, [file, KeptFile("cũ.csv", b"0912345678", {})])
    assert Store(store.path).files(saved.id)[0] == file and store.path.stat().st_mode & 0o077 == 0
    store.keep_files(saved.id, [file])
    assert store.files(saved.id) == [file] and b"0912345678" not in store.path.read_bytes()
    store.delete(saved.id)
    store.keep_files(saved.id, [file])
    assert store.files(saved.id) == []


def test_a_store_of_before_files_were_kept_opens_and_keeps_them(store):
    saved = store.save("work", "a", {})
    with sqlite3.connect(store.path) as file:
        file.execute("DROP TABLE files")
    file.close()
    opened = Store(store.path)
    opened.keep_files(saved.id, [KeptFile("a.csv", b"a", {})])
    assert [one.name for one in opened.files(saved.id)] == ["a.csv"]


def test_the_plan_handed_out_last_is_kept_with_its_day_until_the_work_goes(store):
    saved = store.save("work", "a", {})
    assert store.signed(saved.id) is None
    for content in (b"first", b"second"):
        store.sign(saved.id, content)
    content, at = Store(store.path).signed(saved.id)
    assert content == b"second" and at >= saved.saved_at
    store.delete(saved.id)
    store.sign(saved.id, b"late")
    assert store.signed(saved.id) is None


def test_the_results_dropped_last_are_kept_until_the_work_goes(store):
    saved = store.save("work", "Tết", {})
    assert store.results(saved.id) is None
    for content in (b"1", b"2"):
        store.keep_results(saved.id, "kq.csv", content)
    assert Store(store.path).results(saved.id) == ("kq.csv", b"2")
    store.delete(saved.id)
    store.keep_results(saved.id, "kq.csv", b"3")
    assert store.results(saved.id) is None


def test_the_list_shows_the_newest_of_each_with_its_brief_alone_and_nothing_deleted(store):
    kept, gone = (store.save("work", name, {"n": 1}) for name in ("kept", "gone"))
    store.save("work", "renamed", {"n": 2, "brief": {"goal": "sales"}}, id=kept.id, version=1)
    store.delete(gone.id)
    assert [(one.name, one.version, one.content) for one in store.listed()] == [("renamed", 2, {"brief": {"goal": "sales"}})]
    with pytest.raises(RowsError, match="holds no work .* it may have been deleted"):
        store.save("work", "gone", {}, id=gone.id, version=1)
    with pytest.raises(RowsError, match="check the link"):
        store.load(gone.id)


def test_of_many_threads_that_save_over_one_version_a_single_one_wins(store):
    opened = store.save("work", "a", {"n": 0})

    def attempt(n):
        try:
            return store.save("work", "a", {"n": n}, id=opened.id, version=1)
        except Conflict:
            return None

    with ThreadPoolExecutor(8) as pool:
        won = [one for one in pool.map(attempt, range(24)) if one is not None]
    assert len(won) == 1 and store.load(opened.id) == won[0]


@pytest.mark.slow
def test_two_processes_write_one_new_file_at_once_and_lose_nothing(tmp_path):
    program = (
        "import sys; from pathlib import Path; from predictor.planning.store import Store; store = Store(Path(sys.argv[1]));"
        "[store.save('work', sys.argv[2], {'n': n}) for n in range(15)]"
    )
    asked = [[sys.executable, "-c", program, str(tmp_path / "work.db"), name] for name in "ab"]
    running = [subprocess.Popen(one) for one in asked]
    assert [one.wait(60) for one in running] == [0, 0]
    names = [one.name for one in Store(tmp_path / "work.db").listed()]
    assert sorted(names) == ["a"] * 15 + ["b"] * 15
    assert not [file.name for file in tmp_path.iterdir() if file.name.startswith(".")]


def test_only_the_owner_may_read_the_files(store):
    with sqlite3.connect(store.path) as held:  # keeps the write-ahead files
        store.save("work", "a", {})
        held.execute("SELECT * FROM work")
        modes = {file.stat().st_mode & 0o777 for file in store.path.parent.iterdir()}
    assert modes == {0o600}


@pytest.mark.parametrize("content", [b"id,name\n1,a\n", b"x" * 5000])
def test_a_file_that_is_no_database_is_refused_and_stays(tmp_path, content):
    path = tmp_path / "work.db"
    path.write_bytes(content)
    with pytest.raises(RowsError, match="work.db: is not a database, or a damaged one; restore it, or name another file"):
        Store(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("mark", "message"), [("application_id = 7", "a database of something"), ("user_version = 9", "format 9")]
)
def test_a_database_of_something_else_or_another_version_is_refused(store, mark, message):
    with sqlite3.connect(store.path) as file:
        file.execute(f"PRAGMA {mark}")
    with pytest.raises(RowsError, match=f"work.db: .*{message}"):
        Store(store.path)


@contextmanager
def _without_rights():
    """Whoever runs the tests as root may write everything, so for a moment they are nobody."""
    root = os.geteuid() == 0
    try:
        if root:
            os.seteuid(NOBODY)
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="file modes are of POSIX")
def test_a_file_that_may_not_be_written_is_told_in_a_sentence():
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "work.db")
        store.path.chmod(0o444)
        Path(folder).chmod(0o555)
        with _without_rights(), pytest.raises(RowsError, match="work.db: cannot be used .* check that you may write the file"):
            store.save("work", "a", {})
        Path(folder).chmod(0o755)
