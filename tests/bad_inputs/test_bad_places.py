"""Places that cannot be read or written: a sentence in every command, and nothing half-written."""

import os
import subprocess
import sys

import pytest

from bad_inputs.apart import run_apart, told
from bad_inputs.files import LONG_LISTS, lay, odd_paths
from bad_inputs.test_bad_tables import PLACES

pytestmark = pytest.mark.slow  # hundreds of processes

GOALED = ("--goal", "engagement")
READS = {
    "check": lambda path, good, scores, model, out: ("check", path),
    "check folder": lambda path, good, scores, model, out: ("check", path.parent / (path.name + "/x")),
    "import": lambda path, good, scores, model, out: ("import", path, "-o", out),
    "score": lambda path, good, scores, model, out: ("score", path, "--model", model, "-o", out),
    "compare": lambda path, good, scores, model, out: ("compare", path, *GOALED),
    "afterwards": lambda path, good, scores, model, out: ("afterwards", path, good, *GOALED),
    "a brief": lambda path, good, scores, model, out: ("score", good, "--model", model, "--campaign", path, "-o", out),
    "rules": lambda path, good, scores, model, out: ("lineup", scores, *GOALED, "--budget", "5tr", "--rules", path),
    "a mapping": lambda path, good, scores, model, out: ("check", good, "--mapping", path),
    "a model": lambda path, good, scores, model, out: ("score", good, "--model", path, "-o", out),
    "a history": lambda path, good, scores, model, out: ("train", path),
    "a project": lambda path, good, scores, model, out: ("check", good, "--project", path),
}  # fmt: skip


@pytest.mark.parametrize("command", READS)
@pytest.mark.parametrize("place", PLACES)
def test_a_place_that_cannot_be_read_is_named(tmp_path, model, good, good_scores, command, place):
    path = odd_paths(tmp_path)[place]
    arguments = READS[command](path, good, good_scores, model, tmp_path / "out.csv")
    told(run_apart(*(str(one) for one in arguments)), path.name.replace("\0", "\\x00")[:40], "NUL", "features", "models")
    assert not (tmp_path / "out.csv").exists()


WRITES = {
    "score": lambda out, good, scores, model: ("score", good, "--model", model, "-o", out("o.csv")),
    "score to Excel": lambda out, good, scores, model: ("score", good, "--model", model, "-o", out("o.xlsx")),
    "score to Parquet": lambda out, good, scores, model: ("score", good, "--model", model, "-o", out("o.parquet")),
    "score in batches": lambda out, good, scores, model: (
        "score", good, "--model", model, "--stream-from", "1", "--workers", "1", "-o", out("o.csv")),
    "compare": lambda out, good, scores, model: ("compare", scores, *GOALED, "--report", out("o.html")),
    "lineup": lambda out, good, scores, model: ("lineup", scores, *GOALED, "--budget", "15tr", "-o", out("o.xlsx")),
    "a paper": lambda out, good, scores, model: ("lineup", scores, *GOALED, "--budget", "15tr", "--paper", out("o.html")),
    "a PDF": lambda out, good, scores, model: ("lineup", scores, *GOALED, "--budget", "15tr", "--paper", out("o.pdf")),
    "charts": lambda out, good, scores, model: ("lineup", scores, *GOALED, "--budget", "15tr", "--charts", out("charts")),
    "import": lambda out, good, scores, model: ("import", good, "-o", out("imported")),
    "simulate": lambda out, good, scores, model: ("simulate", "--creators", "5", "--months", "3", "-o", out("world")),
    "afterwards": lambda out, good, scores, model: (
        "afterwards", scores, lay(scores.parent, "b.csv", "creator_id,booked_at,engagements\nc0,2026-01-02,5\n"), *GOALED, "-o",
        out("o.csv")),
}  # fmt: skip


@pytest.mark.parametrize("command", WRITES)
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, model, good, good_scores, command):
    folder = tmp_path / "full"
    folder.mkdir()
    arguments = WRITES[command](lambda name: folder / name, good, good_scores, model)
    told(run_apart(*arguments, room=0), *(one.name for one in arguments if hasattr(one, "name")))
    assert not [path for path in folder.rglob("*") if path.is_file() or path.name.endswith(".parts")]


@pytest.mark.parametrize("room", [0, 1000, 4096])
def test_a_disk_that_is_full_halfway_through_a_workbook_is_told_once(tmp_path, good_scores, room):
    cramped = (
        "import resource, sys; from predictor.cli.main import main\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room})); main()"
    )
    arguments = ("lineup", good_scores, *GOALED, "--budget", "15tr", "-o", tmp_path / "o.xlsx")
    ended = subprocess.run([sys.executable, "-c", cramped, *arguments], capture_output=True, text=True, check=False)
    (said,) = ended.stderr.splitlines()
    assert ended.returncode == 2 and "o.xlsx: cannot be read or written (" in said and "that the disk has room" in said
    assert not (tmp_path / "o.xlsx").exists() and not [*tmp_path.glob(".*")]


UNWRITABLE = {
    "below a file": lambda folder, name: lay(folder, "file", "x") / name,
    "in no folder": lambda folder, name: folder / "nowhere" / "deeper" / name,
    "a name that is too long": lambda folder, name: folder / ("x" * 260 + name),
    "a name with NUL": lambda folder, name: folder / ("a\0" + name),
    "a folder that nobody may write": lambda folder, name: "/proc/self/" + name,
    "a pipe": lambda folder, name: pipe(folder, name),
    "a link to itself": lambda folder, name: loop(folder, name),
}


def pipe(folder, name):
    os.mkfifo(folder / name)
    return folder / name


def loop(folder, name):
    (folder / name).symlink_to(folder / name)
    return folder / name


MAKES_FOLDERS = ("charts", "import", "simulate")  # and so the folders above


@pytest.mark.parametrize("command", WRITES)
@pytest.mark.parametrize("where", UNWRITABLE)
def test_an_output_that_cannot_be_written_is_named(tmp_path, model, good, good_scores, command, where):
    if where == "in no folder" and command in MAKES_FOLDERS:
        pytest.skip("folders are made")
    folder = tmp_path / "out"
    folder.mkdir()
    arguments = WRITES[command](lambda name: UNWRITABLE[where](folder, name), good, good_scores, model)
    before = sorted(folder.iterdir())
    named = [one for one in map(str, arguments) if str(folder) in one or "/proc" in one]
    told(run_apart(*map(str, arguments)), *(name.rpartition("/")[2].replace("\0", "\\x00")[:40] for name in named), "NUL")
    assert sorted(path for path in folder.iterdir()) == before or where == "below a file"


@pytest.mark.parametrize("name", LONG_LISTS)
def test_a_broken_long_list_is_refused_by_its_name_and_leaves_nothing(tmp_path, model, name):
    folder = tmp_path / "out"
    folder.mkdir()
    path = lay(tmp_path, name, LONG_LISTS[name])
    told(run_apart("score", path, "--model", model, "--workers", "1", "-o", folder / "o.csv"), name)
    assert not list(folder.iterdir())
