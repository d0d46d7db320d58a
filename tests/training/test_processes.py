import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from predictor.definitions.formulas import formula, formula_named
from predictor.training.processes import spread

HOLD = """
import os, time
from predictor.training.processes import spread
def hold(folder):
    open(os.path.join(folder, str(os.getpid())), "w").close()
    time.sleep(300)
list(spread([(hold, ({folder!r},))] * 2, jobs=2))
"""


def double(number):
    return number, 2 * number


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_task_is_done_once_here_or_in_processes(jobs):
    assert dict(spread([(double, (number,)) for number in range(5)], jobs)) == {0: 0, 1: 2, 2: 4, 3: 6, 4: 8}


def named(name, columns):
    return formula_named(name)(columns).tolist()


def test_processes_get_the_formulas_that_are_registered_here_as_they_are_now():
    columns, helper = pd.DataFrame({"rate": [0.1, 0.2]}), [1.0]

    def scaled_of_test(rates):
        return rates["rate"] * helper[0]

    for helper[0] in (2.0, 3.0):
        formula(scaled_of_test)
        told = list(spread([(named, ("scaled_of_test", columns))] * 2, 2))
        assert told == [pytest.approx([0.1 * helper[0], 0.2 * helper[0]])] * 2


@pytest.mark.skipif(os.name != "posix", reason="a parent is looked for as Unix tells it")
def test_processes_end_when_the_one_that_started_them_is_killed(tmp_path):
    script = tmp_path / "hold.py"
    (folder := tmp_path / "held").mkdir()
    script.write_text(HOLD.format(folder=str(folder)))
    parent = subprocess.Popen([sys.executable, script])
    wait_for(lambda: len(list(folder.iterdir())) == 2)
    workers = [int(file.name) for file in folder.iterdir()]
    assert all(map(alive, workers))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_for(lambda: not any(map(alive, workers)))


def alive(process):
    """Whether it runs; one that has ended and that nobody has asked after does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(come, seconds=60):
    until = time.monotonic() + seconds
    while not come():
        assert time.monotonic() < until
        time.sleep(0.1)
