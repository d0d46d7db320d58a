"""The wheel works outside a checkout, with the shipped definitions and nothing that was trained."""

import subprocess
import sys
import zipfile

import pytest

from builders import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_the_definitions_and_no_trained_model(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "predictor/_definitions/features/creator.yaml" in names
    assert "predictor/_definitions/features/words/niches.yaml" in names
    assert "predictor/_definitions/models/engagement.yaml" in names
    assert {"predictor/simulation/world.yaml", "predictor/reporting/templates/report.html", "predictor/wording/vi.yaml"} <= set(
        names
    )
    assert not [name for name in names if "trained" in name or "README" in name]


def test_the_command_works_where_there_is_no_project(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    (tmp_path / "list.csv").write_text("platform,folowers\ntiktok,3\n")
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); from predictor.cli.main import main; main(sys.argv[1:])"
    )
    command = [sys.executable, "-c", program, "check", "list.csv"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert run.stderr.startswith("list.csv, column 'folowers': unknown column; did you mean 'followers'?")
