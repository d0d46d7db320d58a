import ast
from pathlib import Path

import pytest

import predictor
from predictor.tables.columns import FIGURES, parse_scored_column, scored_column

TARGETS = ("reach", "reach_paid", "orders")


@pytest.mark.parametrize("target", TARGETS)
def test_every_scored_column_is_read_back_into_its_target_and_figure(target):
    assert len(FIGURES) > 10
    for figure in FIGURES:
        assert parse_scored_column(scored_column(target, figure), TARGETS) == (target, figure)


@pytest.mark.parametrize("column", ["engagement_rate", "reach", "reach_", "_expected", "clicks_expected", "reach_expected_"])
def test_any_other_column_is_nothing_of_a_target(column):
    assert parse_scored_column(column, TARGETS) is None


def test_no_other_module_builds_or_cuts_such_a_column():
    endings = {f"_{figure}" for figure in FIGURES}
    modules = sorted(Path(predictor.__file__).parent.rglob("*.py"))
    assert len(modules) > 50
    built = [
        f"{module.name}:{node.lineno}"
        for module in modules
        if module.name != "columns.py"
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr)
        and isinstance(node.values[0], ast.FormattedValue)
        and isinstance(node.values[-1], ast.Constant)
        and len(node.values) == 2
        and node.values[-1].value in endings
    ]
    assert built == []
