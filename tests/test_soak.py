import random
import sqlite3
import subprocess
import sys
from collections import Counter

import soak

TROUBLE = "raise ValueError('of the program')"
CHILD = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])"


def started(code):
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def test_a_file_cut_short_under_its_final_name_is_found_and_a_hidden_one_is_none(tmp_path):
    (tmp_path / ".0123.csv").write_bytes(b"a,b\n1")
    assert soak._as_reference(tmp_path, {"scored.csv": b"a,b\n1,2\n"}) == []
    (tmp_path / "scored.csv").write_bytes(b"a,b\n1")
    assert soak._as_reference(tmp_path, {"scored.csv": b"a,b\n1,2\n"}) == ["scored.csv is not whole"]


def test_a_command_that_ends_with_a_traceback_or_another_code_is_found():
    assert "of the program" in soak._ended(started(TROUBLE), {0, 1})[0]
    assert soak._ended(started("print(1)"), {0}) == []
    assert soak._ended(started("raise SystemExit(3)"), {0, 2})[0].startswith("code 3")


def test_a_process_that_lives_on_is_found_and_ended(monkeypatch):
    monkeypatch.setattr(soak, "LINGER", 0.5)
    process = started(CHILD)
    process.wait()
    assert soak._living(process.pid) == ["1 processes live on"]
    assert soak._living(process.pid) == []
    process.stdout.close()


def test_a_store_of_plans_cut_in_half_is_found(tmp_path):
    with sqlite3.connect(tmp_path / "work.db") as file:
        file.execute("CREATE TABLE other (a)")
    assert "work.db" in soak._plans_are_whole(tmp_path)[0]


def test_what_broke_is_counted_and_told(tmp_path, capsys):
    one = soak.Soak(tmp_path, random.Random(1))
    one.count("score killed", [])
    one.count("score killed", ["scored.csv is not whole"])
    assert one.done == Counter({"score killed": 2}) and one.broken == ["score killed: scored.csv is not whole"]
    assert "BROKEN  score killed: scored.csv is not whole" in capsys.readouterr().out
