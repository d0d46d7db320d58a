"""What a command loads before it can answer: nobody waits for a library that the answer does not need."""

import pytest

from builders import DAY, LEARNING, command_lines, loaded_by
from predictor.cli.main import commands

pytestmark = pytest.mark.slow  # each starts processes

HEAVY = {"pandas", "numpy", "scipy", "sklearn", "lightgbm", "pydantic", "pyarrow", "openpyxl", "duckdb", "mlflow", "matplotlib"}
SELDOM = {"scipy.stats", "scipy.optimize", "joblib", "jinja2", "optuna", "sqlalchemy", "polars", "numba"}
OF_SPREADSHEETS = {"openpyxl", "predictor.intake.fee_terms"}  # workbooks, and what people write around a fee
UNUSED = LEARNING - {"scipy"} | SELDOM  # by forecasts, however they are made or compared; of SciPy they take some functions


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)])
def test_help_and_version_load_no_library_of_data(arguments):
    assert not loaded_by(*command_lines(*arguments)) & HEAVY


def test_the_help_of_no_command_loads_a_library_of_data():
    lines = [line for name in commands.commands for line in command_lines(name, "--help")]
    assert not loaded_by(*lines) & HEAVY


def test_the_package_is_imported_without_any_of_them_and_its_names_bring_what_they_need():
    assert not loaded_by("import predictor", "dir(predictor)") & HEAVY
    assert not loaded_by("from predictor.intake.contract import read_tables") & LEARNING
    assert "pandas" in loaded_by("from predictor import train")


def test_tables_are_checked_and_spreadsheets_imported_without_what_learns(world, tmp_path):
    assert not loaded_by(*command_lines("check", world)) & LEARNING
    arguments = ("import", world / "creators.csv", "-o", tmp_path / "data", "--table", "creators")
    assert not loaded_by(*command_lines(*arguments)) & LEARNING
    assert (tmp_path / "data" / "creators.csv").is_file()


def test_one_answer_over_http_takes_no_mlflow(saved_bundle):
    asked = "replies([Sent(b'platform\\ntiktok\\n', 'text/csv', '')], load_bundle(Path(" + repr(str(saved_bundle)) + ")), None)"
    lines = [
        "from pathlib import Path", "from predictor.bundle import load_bundle",
        "from predictor.serving.server import Sent, application, replies", f"assert {asked}[0][0] == 200",
    ]  # fmt: skip
    assert not loaded_by(*lines) & (UNUSED | {"mlflow"})


def test_forecasts_are_made_compared_and_planned_without_what_learns(world, saved_bundle, tmp_path):
    scored, candidates, model = tmp_path / "scored.csv", world / "candidates.csv", ("--model", saved_bundle)
    goal, budget = ("--goal", "engagement"), ("--budget", "200tr")
    score = command_lines("score", candidates, "--history", world, "--on", f"{DAY:%Y-%m-%d}", "-o", scored, *model)
    assert not loaded_by(*score) & (UNUSED | OF_SPREADSHEETS)
    assert scored.is_file()
    compare = (*command_lines("compare", scored, *goal, *model), *command_lines("afterwards", scored, world, *goal))
    assert not loaded_by(*compare) & UNUSED
    assert not loaded_by(*command_lines("whatif", candidates, *goal, "--set", "fee=5tr", "--row", "3", *model)) & UNUSED
    assert loaded_by(*command_lines("lineup", scored, *goal, *budget, *model)) & UNUSED == {"scipy.optimize"}
