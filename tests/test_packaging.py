"""The wheel works outside a checkout, with the shipped definitions and nothing that was trained."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

import predictor
from builders import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def told(folder, *arguments):
    """What the command says that is unpacked in `folder / "site"`."""
    program = f"import sys; sys.path.insert(0, {str(folder / 'site')!r}); from predictor.cli.main import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_wheel_carries_the_definitions_and_no_trained_model(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "predictor/_definitions/features/creator.yaml" in names
    assert "predictor/_definitions/features/words/niches.yaml" in names
    assert "predictor/_definitions/models/engagement.yaml" in names
    assert {"predictor/simulation/world.yaml", "predictor/reporting/templates/report.html", "predictor/wording/vi.yaml"} <= set(
        names
    )
    assert not [name for name in names if "trained" in name or "README" in name]


def test_an_installed_package_and_its_command_tell_the_version_of_the_wheel(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    assert wheel.name == f"kol_predictor-{predictor.__version__}-py3-none-any.whl"
    assert told(tmp_path, "--version").stdout == f"predictor, version {predictor.__version__}\n"


def test_files_copied_without_a_description_still_run_and_refuse_to_be_packed(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(tmp_path, [name for name in opened.namelist() if ".dist-info/" not in name])
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    for one in Path(sysconfig.get_path("purelib")).iterdir():
        if "predictor" not in one.name:
            (libraries / one.name).symlink_to(one)
    program = f"""
import pathlib, sys
sys.path += [{str(libraries)!r}]
import predictor
from predictor.serving.own_wheel import write_wheel
print(predictor.__version__)
write_wheel(pathlib.Path("."))
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [sys.executable, "-S", "-c", program]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.stdout == "0+unknown\n"
    assert "runs from copied files that do not say what it requires; install kol-predictor" in run.stderr


def test_the_command_works_where_there_is_no_project(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    (tmp_path / "list.csv").write_text("platform,folowers\ntiktok,3\n")
    run = told(tmp_path, "check", "list.csv")
    assert run.returncode == 2
    assert run.stderr.startswith("list.csv, column 'folowers': unknown column; did you mean 'followers'?")
