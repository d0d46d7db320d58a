"""The package travels inside a logged model as its own wheel, and nothing is asked of an index under our name."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from base64 import urlsafe_b64encode
from email import message_from_bytes
from hashlib import sha256
from importlib.metadata import version

import mlflow
import pandas as pd
import pytest
from packaging.requirements import Requirement

import predictor
from builders import ROOT, mlflow_client
from predictor.serving.own_wheel import write_wheel

ROWS = {"platform": ["tiktok", "youtube"], "followers": [20_000.0, 350_000.0]}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return write_wheel(tmp_path_factory.mktemp("wheel"))


def contents(wheel):
    """What a wheel holds, by place, without its description."""
    with zipfile.ZipFile(wheel) as opened:
        return {name: opened.read(name) for name in opened.namelist() if ".dist-info/" not in name}


def description(wheel, part):
    with zipfile.ZipFile(wheel) as opened:
        return opened.read(next(name for name in opened.namelist() if name.endswith(f".dist-info/{part}")))


def needs(wheel):
    return {str(Requirement(one)) for one in message_from_bytes(description(wheel, "METADATA")).get_all("Requires-Dist")}


def test_equal_files_give_equal_bytes_whatever_the_day(wheel, tmp_path):
    assert write_wheel(tmp_path).read_bytes() == wheel.read_bytes()


def test_it_holds_code_definitions_templates_and_words_and_nothing_trained(wheel):
    names = contents(wheel)
    assert {
        "predictor/cli/main.py",
        "predictor/page/page.css",
        "predictor/reporting/templates/report.html",
        "predictor/wording/vi.yaml",
    } <= set(names)
    assert {"predictor/_definitions/features/words/niches.yaml", "predictor/_definitions/models/reach.yaml"} <= set(names)
    assert not [name for name in names if re.search(r"__pycache__|trained/|README|/\.", name)]


def test_the_list_of_files_tells_the_checksum_and_size_of_each(wheel):
    listed = {place: (kind, size) for place, kind, size in csv.reader(io.StringIO(description(wheel, "RECORD").decode()))}
    with zipfile.ZipFile(wheel) as opened:
        assert set(listed) == set(opened.namelist())
        for place, (kind, size) in listed.items():
            data = opened.read(place)
            checksum = urlsafe_b64encode(sha256(data).digest()).decode().rstrip("=")
            assert (kind, size) == (("", "") if place.endswith("/RECORD") else (f"sha256={checksum}", str(len(data))))


@pytest.mark.slow
def test_it_is_what_the_build_of_the_project_makes(wheel, pytestconfig, tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=pytestconfig.rootpath, check=True, capture_output=True)
    (built,) = tmp_path.glob("*.whl")
    assert wheel.name == built.name
    assert contents(wheel) == contents(built)
    assert needs(wheel) == needs(built)
    assert description(wheel, "entry_points.txt").split() == description(built, "entry_points.txt").split()


@pytest.fixture(scope="module")
def downloaded(logged, tmp_path_factory):
    """A logged model as a folder, as another machine would download it."""
    mlflow_client(logged)
    return mlflow.artifacts.download_artifacts("models:/campaign-forecast/1", dst_path=str(tmp_path_factory.mktemp("model")))


@pytest.mark.slow
def test_a_logged_model_asks_no_index_for_a_package_of_our_name(downloaded, wheel):
    with open(f"{downloaded}/requirements.txt") as file:
        lines = file.read().split()
    assert (
        f"code/{wheel.name}" in lines and f"lightgbm=={version('lightgbm')}" in lines and f"pandas=={version('pandas')}" in lines
    )
    for name in ("requirements.txt", "conda.yaml"):
        with open(f"{downloaded}/{name}") as file:
            assert not re.search(r"predictor *[=<>~!]", file.read())


@pytest.mark.slow
def test_its_requirements_are_met_from_the_model_and_what_is_installed_without_any_index(downloaded):
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-index", "-r", "requirements.txt"]
    run = subprocess.run(command, cwd=downloaded, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "Processing ./code/kol_predictor-" in run.stdout


@pytest.mark.slow
def test_the_dockerfile_of_the_guide_installs_from_the_folder_of_the_model_where_pip_finds_the_wheel(logged, wheel, tmp_path):
    shutil.copytree(logged, tmp_path / "models" / "trained")
    predictor.promote(tmp_path)
    guide = (ROOT / "docs" / "how-to.md").read_text(encoding="utf-8")
    (lines,) = [block for block in re.findall(r"^```sh\n(.*?)^```", guide, re.S | re.M) if "generate-dockerfile" in block]
    *lines, build = lines.splitlines()
    assert build == "docker build -t forecast image"
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    subprocess.run(
        ["bash", "-ec", "\n".join(lines)], cwd=tmp_path, env={**os.environ, "PATH": path}, check=True, capture_output=True
    )
    steps = [line for line in (tmp_path / "image" / "Dockerfile").read_text().splitlines() if line]
    copied = steps.index("COPY model_dir /opt/ml/model")
    assert steps[copied + 1] == "WORKDIR /opt/ml/model"
    assert "_install_pyfunc_deps('/opt/ml/model', install_mlflow=False, env_manager='local')" in steps[copied + 2]
    model = tmp_path / "image" / "model_dir"
    assert [file.name for file in (model / "code").iterdir()] == [wheel.name]
    install = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-index", "-r", str(model / "requirements.txt")]
    for folder, code in ((model, 0), (tmp_path, 1)):  # the line that is added is needed, and enough
        assert subprocess.run(install, cwd=folder, capture_output=True, check=False).returncode == code


@pytest.mark.slow
def test_the_wheel_of_a_logged_model_alone_answers_the_same_and_writes_itself_again(downloaded, wheel, tmp_path):
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", str(tmp_path / "site")]
    subprocess.run([*install, f"code/{wheel.name}"], cwd=downloaded, check=True, capture_output=True)
    asked = f"""
import json, pathlib, mlflow, pandas as pd, predictor
from predictor.serving.own_wheel import write_wheel
told = mlflow.pyfunc.load_model({downloaded!r}).predict(pd.DataFrame({ROWS!r}), params={{"on": "2026-06-01"}})
again = write_wheel(pathlib.Path("."))
print(json.dumps([predictor.__file__, predictor.__version__, again.name, told.to_json(double_precision=15)]))
"""
    where = f"import sys; sys.path[:0] = [{str(tmp_path / 'site')!r}]; sys.path.append({sysconfig.get_path('purelib')!r})\n"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    alone = [sys.executable, "-S", "-c", where + asked]  # -S: an editable installation's path is not followed
    run = subprocess.run(alone, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    file, number, again, answer = json.loads(run.stdout.splitlines()[-1])
    assert file.startswith(str(tmp_path / "site")) and number == predictor.__version__
    here = mlflow.pyfunc.load_model(downloaded).predict(pd.DataFrame(ROWS), params={"on": "2026-06-01"})
    assert answer == here.to_json(double_precision=15)
    assert (tmp_path / again).read_bytes() == wheel.read_bytes()
