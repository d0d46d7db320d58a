"""What a spreadsheet shows is what is read, whichever command reads it."""

import openpyxl
import pytest

from builders import CATALOGUE, run
from predictor.intake.contract import read_candidates
from predictor.tables.files import read_frame


@pytest.fixture
def workbook(tmp_path):
    """A list of candidates in canonical titles whose numbers are shown with units of their format."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["creator_id", "platform", "followers", "engagement_rate", "fee", "currency"])
    sheet.append(["a", "tiktok", 120, 5.2, 5, "VND"])
    sheet.append(["b", "tiktok", 85000, 0.052, 7500000, "VND"])
    sheet.append([None] * 6)
    sheet.append(["c", "tiktok", 1.5, 0.85, 12, "VND"])
    formats = {"C2": '0.0"K"', "D2": '0.00"%"', "E2": '0.0" tr"', "C3": "#,##0", "D3": "0.00%", "E3": '#,##0 "₫"'}
    formats |= {"C5": '0.0"M"', "D5": '0.00"%"', "E5": '0\\ "triệu"'}
    for cell, style in formats.items():
        sheet[cell].number_format = style
    book.save(tmp_path / "list.xlsx")
    return tmp_path / "list.xlsx"


def test_a_list_that_is_scored_is_read_as_its_program_shows_it(workbook):
    rows = read_candidates(workbook, CATALOGUE)
    assert rows["followers"].tolist() == [120_000, 85_000, 1_500_000]
    assert rows["engagement_rate"].tolist() == pytest.approx([0.052, 0.052, 0.0085])
    assert rows["fee"].tolist() == [5_000_000, 7_500_000, 12_000_000]


def test_import_and_score_read_one_workbook_alike(workbook, tmp_path, capsys):
    code, _, err = run(capsys, "import", workbook, "-o", tmp_path / "data", "--table", "candidates")
    assert code == 0, err
    columns = ["creator_id", "followers", "engagement_rate", "fee"]
    imported, direct = (read_candidates(file, CATALOGUE)[columns] for file in (tmp_path / "data" / "candidates.csv", workbook))
    assert imported.reset_index(drop=True).equals(direct.reset_index(drop=True))


def test_numbers_as_they_are_stored_are_at_hand_for_tables_of_our_own(workbook):
    assert read_frame(workbook)["followers"].dropna().tolist() == [120, 85000, 1.5]
