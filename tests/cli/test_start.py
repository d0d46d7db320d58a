"""What a command loads before it can answer: nobody waits for a library that the answer does not need."""

import pytest

from builders import LEARNING, command_lines, loaded_by

HEAVY = {"pandas", "numpy", "scipy", "sklearn", "lightgbm", "pydantic", "pyarrow", "openpyxl", "duckdb", "mlflow", "matplotlib"}


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("score", "--help"), ("train", "--help")])
def test_help_and_version_load_no_library_of_data(arguments):
    assert not loaded_by(*command_lines(*arguments)) & HEAVY


def test_the_package_is_imported_without_any_of_them_and_its_names_bring_what_they_need():
    assert not loaded_by("import predictor", "dir(predictor)") & HEAVY
    assert not loaded_by("from predictor import read_tables") & LEARNING
    assert "lightgbm" in loaded_by("from predictor import train")


def test_tables_are_checked_and_spreadsheets_imported_without_what_learns(world, tmp_path):
    assert not loaded_by(*command_lines("check", world)) & LEARNING
    arguments = ("import", world / "creators.csv", "-o", tmp_path / "data", "--table", "creators")
    assert not loaded_by(*command_lines(*arguments)) & LEARNING
    assert (tmp_path / "data" / "creators.csv").is_file()
