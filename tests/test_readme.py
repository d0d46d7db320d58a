"""The README's tables, commands and Python lines run as written, and what it prints, names and links to is there."""

import os
import re
import shutil

import mlflow
import pytest

from builders import ROOT
from predictor.cli.main import main


@pytest.fixture(scope="module")
def readme():
    return (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def vietnamese(pytestconfig):
    return (pytestconfig.rootpath / "README.vi.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(project, readme, tmp_path_factory):
    """A project of its own, with the two least tables that the README shows."""
    copy = shutil.copytree(project, tmp_path_factory.mktemp("readme") / "project")
    (copy / "my-data").mkdir()
    for name, table in zip(("posts", "creators"), blocks(readme, "csv"), strict=True):
        (copy / "my-data" / f"{name}.csv").write_text(table, encoding="utf-8")
    return copy


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.S | re.M)


def commands(page):
    """Without what is said beside them."""
    return [line.split("#")[0].strip() for block in blocks(page, "sh") for line in block.splitlines()]


def links(page):
    return re.findall(r"\]\(([^)#:]+)\)", page)


@pytest.mark.slow
def test_every_command_then_the_python_lines_and_those_of_the_guide_run_as_written_in_a_fresh_folder(
    readme, folder, monkeypatch, capsys
):
    monkeypatch.chdir(folder)
    run = [line for line in commands(readme) if line.startswith("predictor ")]
    for command in run:
        main(command.split()[1:])
    printed = capsys.readouterr().out
    assert len(run) >= 7
    assert "my-data: no faults." in printed
    assert "is now champion: its gates hold." in printed
    (backtest,) = [block for block in blocks(readme, "text") if "best baseline" in block]
    assert backtest.splitlines()[0].split() in [line.split() for line in printed.splitlines()]
    made = {file.name for file in (folder / "demo").iterdir()}
    assert made == {"data", "backtest.html", "scored.csv", "report.html", "plan.xlsx"}

    (lines,) = blocks(readme, "python")
    exec(compile(lines, "README.md", "exec"), {})
    assert 0 < float(capsys.readouterr().out) < 1

    guide, names = ROOT / "docs" / "how-to.md", {}  # its lines begin where the README's end
    for block in blocks(guide.read_text(encoding="utf-8"), "python"):
        exec(compile(block, "how-to.md", "exec"), names)
    mlflow.set_tracking_uri(None)  # the guide sets it, and MLflow the environment: that of all tests that follow
    os.environ.pop("MLFLOW_TRACKING_URI", None)
    printed = capsys.readouterr().out
    assert "engagement_p90" in printed and len(names["plan"].proposed.rows)


def test_make_demo_prints_what_the_readmes_say_that_it_made(readme, vietnamese, pytestconfig):
    recipe = (pytestconfig.rootpath / "Makefile").read_text(encoding="utf-8").replace("$(DEMO)", "demo")
    for page in (readme, vietnamese):
        (made,) = [block for block in blocks(page, "text") if "INVENTED" in block]
        assert all(f"'{line}'" in recipe for line in made.splitlines())


def test_every_make_target_they_name_exists_and_make_test_is_the_way_to_run_the_tests(readme, vietnamese, pytestconfig):
    makefile = (pytestconfig.rootpath / "Makefile").read_text(encoding="utf-8")
    for page in (readme, vietnamese):
        named = set(re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)", page, re.M))
        assert named and all(f"\n{one or other}: " in makefile for one, other in named)
        assert "make test" in commands(page)
    assert (pytestconfig.rootpath / ".ci" / "run").read_text().endswith("\nmake test\n")


PAGES = ["README.md", "README.vi.md", "CONTRIBUTING.md", "docs/accuracy.md", "docs/python.md", "docs/scale.md"]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page, pytestconfig):
    file = pytestconfig.rootpath / page
    assert all((file.parent / link).exists() for link in links(file.read_text(encoding="utf-8")))


def test_the_readmes_are_short_and_the_vietnamese_one_gives_the_same_tables_commands_and_links(readme, vietnamese):
    assert all(len(page.splitlines()) < 150 for page in (readme, vietnamese))
    assert blocks(vietnamese, "csv") == blocks(readme, "csv")
    assert commands(vietnamese) == commands(readme)
    assert set(links(vietnamese)) ^ set(links(readme)) == {"README.md", "README.vi.md"}
    code = [re.sub(r" +#.*", "", lines) for page in (readme, vietnamese) for lines in blocks(page, "python")]
    assert len(code) == 2 and code[0] == code[1]


def test_every_figure_of_the_table_of_accuracy_is_in_the_record(readme, vietnamese, pytestconfig):
    record = (pytestconfig.rootpath / "docs" / "accuracy.md").read_text(encoding="utf-8")
    rows = [table.split("\n\n")[0] for table in re.findall(r"^\| \| .*?\n\n", readme, re.S | re.M)]
    figures = re.findall(r"\d+\.\d+", rows[0])
    assert len(figures) >= 12
    rounded = {"0.570": "0.5697", "0.562": "0.5622"}
    assert [one for one in figures if rounded.get(one, one) not in record] == []
    assert [one for one in figures if one.replace(".", ",") not in vietnamese] == []


def test_every_package_is_named_in_the_map_of_contributing_and_everything_named_exists(pytestconfig):
    """The map names packages, and the modules that stand alone beside them (with their ending)."""
    guide = (pytestconfig.rootpath / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `([a-z_]+(?:\.py)?)` \|", guide.split("## The packages")[1].split("\n## ")[0], re.M)
    entries = (pytestconfig.rootpath / "src" / "predictor").iterdir()
    there = {
        entry.name
        for entry in entries
        if not entry.name.startswith("_") and (entry.suffix == ".py" or (entry.is_dir() and any(entry.glob("**/*.py"))))
    }
    assert len(named) == len(set(named))
    assert set(named) == there
