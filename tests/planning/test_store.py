import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictor.errors import RowsError
from predictor.planning.rules import Between, LineupConstraints
from predictor.planning.store import Conflict, Store, work_from_json, work_to_json

NOBODY = 65534


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "work.db")


def through(**parts):
    return work_from_json(json.loads(json.dumps(work_to_json(**{"brief": {}, **parts}), allow_nan=False)))


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
    with pytest.raises(Conflict, match="saved version 5"):
        store.save("work", "a", {"n": 6}, id=first.id, version=4)


def test_whoever_opened_an_older_version_overwrites_nothing_and_is_told_who_saved(store):
    opened = store.save("work", "Tết", {"n": 1})
    store.save("work", "Tết", {"n": 2}, id=opened.id, version=1, by="Lan")
    with pytest.raises(Conflict, match=r"Tết: Lan saved version 2 at \d{4}-.* UTC, after this was opened") as problem:
        store.save("work", "Tết", {"n": 3}, id=opened.id, version=1)
    assert "Lan đã lưu phiên bản 2" in problem.value.says("vi") and store.load(opened.id).content == {"n": 2}
    with pytest.raises(Conflict, match="Tết: Lan saved version 2"):
        store.save("work", "Tết", {"n": 3}, id=opened.id)


def test_the_list_shows_the_newest_of_each_and_nothing_deleted(store):
    kept, gone = (store.save("work", name, {"n": 1}) for name in ("kept", "gone"))
    store.save("work", "renamed", {"n": 2}, id=kept.id, version=1)
    store.delete(gone.id)
    assert [(one.name, one.version, one.content) for one in store.listed()] == [("renamed", 2, {})]
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


CELLS = {
    "float64": st.floats(),
    "float32": st.floats(width=32),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "bool": st.booleans(),
    "str": st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]))),
    "Int64": st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
    "boolean": st.one_of(st.none(), st.booleans()),
    "datetime64[us]": st.one_of(st.none(), st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1))),
    "datetime64[ns, UTC]": st.one_of(st.none(), st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1))),
    "category": st.sampled_from(["a", "b", None]),
    "object": st.one_of(st.none(), st.text("aé"), st.integers(), st.dates(), st.lists(st.floats(allow_nan=False)), st.booleans()),
}


@st.composite
def frames(draw):
    size = draw(st.integers(0, 4))
    kinds = draw(st.lists(st.sampled_from(sorted(CELLS)), max_size=5))
    cells = {
        f"{kind} {place}": (kind, draw(st.lists(CELLS[kind], min_size=size, max_size=size))) for place, kind in enumerate(kinds)
    }
    index = draw(st.one_of(st.just(range(size)), st.permutations(range(size)), st.just([f"r{n}" for n in range(size)])))
    columns = {name: pd.Series(values, dtype=kind, index=pd.Index(index)) for name, (kind, values) in cells.items()}
    return pd.DataFrame(columns, index=pd.Index(index))


@settings(max_examples=150, deadline=None)
@given(frames(), frames())
def test_tables_come_back_exactly(candidates, scored):
    work = through(candidates=candidates, scored=scored)
    for before, after in ((candidates, work.candidates), (scored, work.scored)):
        pd.testing.assert_frame_equal(after, before, check_exact=True, check_column_type=False)


DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))
BETWEEN = st.builds(Between, min=st.integers(0, 3), max=st.integers(3, 9))
POSITIVE = st.floats(1e-300, 1e300)
RULES = st.builds(
    LineupConstraints,
    budget=st.none() | POSITIVE, currency=st.none() | st.just("VND"), number=BETWEEN, starts_on=st.none() | DAYS,
    platform=st.dictionaries(st.sampled_from(["tiktok", "youtube"]), BETWEEN), excluded=st.lists(st.text()).map(tuple),
    largest_share=st.none() | st.floats(0.01, 1), at_least=st.none() | POSITIVE, risk=st.sampled_from(["expected", "safe"]),
)  # fmt: skip
VALUES = st.one_of(st.text(), st.integers(), st.floats(allow_nan=False), DAYS, DAYS.map(pd.Timestamp), st.none(), st.booleans())
BRIEFS = st.dictionaries(st.text(), st.one_of(VALUES, st.lists(VALUES, max_size=3)), max_size=6)


@settings(max_examples=100, deadline=None)
@given(BRIEFS, RULES, st.lists(BRIEFS, max_size=3))
def test_brief_rules_and_plan_come_back_exactly_with_their_types(brief, rules, plan):
    work = through(brief=brief, rules=rules, plan=plan)
    assert work.brief == brief and work.rules == rules and list(work.plan) == plan
    assert [type(one) for one in work.brief.values()] == [type(one) for one in brief.values()]


def test_a_scored_list_comes_back_to_the_last_bit_through_the_store(store, candidates, bundle):
    from predictor.scoring.score import score

    scored = score(candidates.head(5), bundle)
    saved = store.save("work", "a", work_to_json({"goal": "sales"}, candidates, scored, plan=scored.head(2)))
    work = work_from_json(store.load(saved.id).content)
    pd.testing.assert_frame_equal(work.scored, scored, check_exact=True)
    pd.testing.assert_frame_equal(work.candidates, candidates, check_exact=True)
    assert work.plan[1]["model_version"] == scored["model_version"].iloc[1]
