import ast
import json
import re
import sys

import pytest

import predictor
from builders import ROOT

LIBRARIES = ("matplotlib", "numpy", "pandas", "sklearn")  # that everybody has who installed ours
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def code_of(notebook):
    return [cell for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def imported(notebook):
    """Every dotted name that a notebook imports, such as `predictor.scoring.score.score`."""
    names = []
    for node in ast.walk(ast.parse("\n".join("".join(cell["source"]) for cell in code_of(notebook)))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 3


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_notebooks_hold_no_outputs(notebook):
    cells = code_of(notebook)
    assert cells and all(not cell["outputs"] and cell["execution_count"] is None for cell in cells), f"clear {notebook.name}"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_notebooks_import_what_is_public_and_nothing_of_the_tests(notebook):
    names = imported(notebook)
    ours = {name.removeprefix("predictor").removeprefix(".") for name in names if name.split(".")[0] == "predictor"}
    assert ours and ours <= {"", *predictor.__all__}
    assert {name.split(".")[0] for name in names} <= {"predictor", *LIBRARIES, *sys.stdlib_module_names}


def test_two_frames_become_a_champion_in_under_25_lines_that_import_no_module_of_ours():
    (notebook,) = (ROOT / "notebooks").glob("4-*.ipynb")
    source = "\n".join("".join(cell["source"]) for cell in code_of(notebook))
    assert len([line for line in source.splitlines() if line.strip()]) < 25
    assert [name for name in imported(notebook) if name.startswith("predictor")] == ["predictor"]
    for name in re.findall(r"\bpr\.(\w+)", source):
        assert name in predictor.__all__
    assert {"history", "judge", "train", "promote", "load_champion"} <= {*re.findall(r"\bpr\.(\w+)", source)}
    assert {"register", "forecast", "contributions"} <= {*re.findall(r"\.(\w+)\(", source)}
