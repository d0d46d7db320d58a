import sys
import tomllib

import pytest

from builders import ROOT
from versions import PROMISED, interpreter, lowest, pinned

LOCK = """\
aiofiles==25.1.0 \\
    --hash=sha256:a8d7
    # via nicegui
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:0000
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:1111
colorama==0.4.6 ; sys_platform == 'other' \\
    --hash=sha256:2222
"""


def python_that_says(folder, name, said, code=0):
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\necho {said}\nexit {code}\n")
    file.chmod(0o755)
    return file


@pytest.mark.parametrize(("version", "numpy"), [("3.11", "2.4.6"), ("3.13", "2.5.5")])
def test_the_pins_of_a_version_of_python_are_read_without_hashes_and_without_those_of_others(version, numpy):
    assert pinned(LOCK, version) == ["aiofiles==25.1.0", f"numpy=={numpy}"]


def test_every_library_that_the_project_asks_for_has_a_lowest_version_which_the_lock_is_not_below():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    floors = dict(one.split("==") for one in lowest(project))
    assert len(floors) == len(tomllib.loads(project)["project"]["dependencies"])
    locked = dict(one.split("==") for one in pinned((ROOT / "requirements.lock").read_text(encoding="utf-8"), "3.11"))
    below = [name for name, floor in floors.items() if numbers(locked[name]) < numbers(floor)]
    assert not below


def numbers(version):
    return [int(part) for part in version.split(".")[:3]]


def test_every_promised_version_of_python_stands_in_the_description_of_the_package():
    described = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["classifiers"]
    prefix = "Programming Language :: Python :: 3."
    assert {f"3.{one.removeprefix(prefix)}" for one in described if one.startswith(prefix)} == {*PROMISED}


@pytest.mark.skipif(sys.platform == "win32", reason="the interpreters here are scripts of a shell")
def test_a_python_is_found_on_the_path_and_where_that_one_does_not_run_the_newest_that_pyenv_keeps(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:/usr/bin:/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    assert interpreter("3.99") is None
    kept = [python_that_says(tmp_path / "pyenv" / "versions" / f"3.99.{n}" / "bin", "python", "3.99") for n in (9, 10)]
    shim = python_that_says(tmp_path / "path", "python3.99", "'not installed'", code=127)
    assert interpreter("3.99") == kept[1]
    assert interpreter("3.9") is None
    python_that_says(shim.parent, shim.name, "3.99")
    assert interpreter("3.99") == shim
