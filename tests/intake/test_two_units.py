"""A column of rates in two units: asked about with a cell of each, and after the answer no rate is silently impossible."""

import pytest
from test_field_cases import Ran, table


@pytest.fixture
def read(tmp_path, capsys):
    """Import rates of the candidates Hà, Hy and so on under a title, by a mapping."""

    def reading(title, *cells, mapping=None):
        rows = [[name, "TikTok", cell, "5tr"] for name, cell in zip(("Hà", "Hy", "Mi"), cells, strict=False)]
        head = ["Tên", "Nền tảng", title, "Giá (VND)"]
        return Ran(table(tmp_path / "list.csv", head, *rows), capsys, mapping=mapping)

    return reading


@pytest.mark.parametrize("title", ["ER", "Rate ER", "ER (%)", "Tỷ lệ tương tác"])
def test_rates_in_two_units_are_a_question_that_names_a_cell_of_each(read, title):
    ran = read(title, "2.1", "3.4", "0.021")
    assert ran.code == 2 and f"'{title}': cell C2 / C4 is 2.1 / 0.021, a share or per cent?" in ran.err


@pytest.mark.parametrize(
    ("unit", "kept", "row", "problem"),
    [("0.01", ["0.021", "_"], 3, "got '0.021': a share or per cent?"),
     ("1", ["_", "0.021"], 2, "got '2.1': per cent or a share?")],
)  # fmt: skip
def test_after_the_answer_the_cell_of_the_other_unit_is_blank_and_said(read, unit, kept, row, problem):
    ran = read("ER", "2.1", "0.021", mapping=f"candidates: {{units: {{ER: {unit}}}}}")
    assert ran.code == 0 and ran.rows("engagement_rate") == kept and f"row {row}, cell C{row}, column 'ER': {problem}" in ran.err
    assert "write it with the sign" in ran.err


@pytest.mark.parametrize(("title", "cells"), [("ER", ["2.1", "0.4"]), ("ER (%)", ["5", "0.8"]), ("ER", ["0.021", "0.004"])])
def test_rates_in_one_unit_are_not_asked_about(read, title, cells):
    ran = read(title, *cells)
    assert ran.code == 0 and "share" not in ran.err and "_" not in ran.rows("engagement_rate")
