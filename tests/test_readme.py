"""The README's commands run in order, as written, and its links lead somewhere."""

import re
import shutil

import pytest

from builders import ROOT
from predictor.cli import main


@pytest.fixture(scope="module")
def readme():
    return (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(project, tmp_path_factory):
    return shutil.copytree(project, tmp_path_factory.mktemp("readme") / "project")


@pytest.mark.slow
def test_every_command_runs_in_order_in_a_fresh_folder(readme, folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    blocks = re.findall(r"```sh\n(.*?)```", readme, re.S)
    commands = [line.split() for block in blocks for line in block.splitlines() if line.startswith("predictor ")]
    for command in commands:
        main(command[1:])
    printed = capsys.readouterr()
    assert len(commands) >= 7
    assert "is now champion: its gates hold." in printed.out
    assert "DỮ LIỆU GIẢ LẬP" in printed.out
    made = {file.name for file in (folder / "demo").iterdir()}
    assert made == {"data", "predictions.parquet", "record.html", "scored.parquet", "report-vi.html", "plan.xlsx"}


def test_every_make_target_it_names_exists(readme):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"^make ([a-z-]+)", readme, re.M)) | set(re.findall(r"`make ([a-z-]+)`", readme))
    assert named and all(f"\n{target}: " in makefile for target in named)


def test_every_link_and_module_it_names_exists(readme):
    links = re.findall(r"\]\(([^)#:]+)\)", readme)
    assert links and all((ROOT / link).exists() for link in links)
    table = readme.split("## The files")[1].split("## ")[0]
    modules = {name for row in re.findall(r"^\| (.*?) \|", table, re.M) for name in re.findall(r"`([a-z_]+)`", row)}
    assert modules and all((ROOT / f"src/predictor/{name}.py").exists() for name in modules)


def test_every_module_is_told(readme):
    told = set(re.findall(r"`([a-z_]+)`", readme))
    modules = {file.stem for file in (ROOT / "src/predictor").glob("[a-z]*.py")}
    assert modules and {name for name in modules - told if not name.startswith(("simulate", "definition_faults"))} == set()


def test_the_vietnamese_readme_gives_commands_that_the_other_runs_and_links_that_lead_somewhere(readme):
    text = (ROOT / "README.vi.md").read_text(encoding="utf-8")
    commands = re.findall(r"^(?:predictor|make) .*|`make [a-z]+`|^pip .*", text, re.M)
    assert len(commands) == 7 and [command for command in commands if command not in readme] == []
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert links and all((ROOT / link).exists() for link in links)
