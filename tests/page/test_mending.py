"""What a planner answers about a file, as the mapping that the command reads, and the rows that come of it."""

import io

import pytest
from openpyxl import Workbook

from builders import phrases
from predictor.intake.mapping import load_mapping
from predictor.intake.spreadsheets.workbook import import_file, write_mapping
from predictor.page.answers import in_words, mapping_of
from predictor.page.upload import read_upload
from predictor.planning.store import Store

HEAD = "Tên,Nền tảng,Followers,"


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "plans.db")


def book(**sheets):
    made, content = Workbook(), io.BytesIO()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(content)
    return content.getvalue()


def answered_all(content, choose, catalogue, name="q.csv", lang="en"):
    """The rows of a file once every question is answered as `choose` says, a word of the answer for a word of the question."""
    changes, words = [], phrases(lang, catalogue)
    for _ in range(12):
        sheet = read_upload(name, content, words, changes)
        waiting = [question for question in sheet.open if question.waits]
        if not waiting:
            return sheet, changes
        question = waiting[0]
        wanted = next(answer for part, answer in choose.items() if part in question.text)
        changes.append(next(change for text, change in question.answers.items() if wanted in text))
    raise AssertionError([question.text for question in waiting])


@pytest.mark.parametrize(
    ("rows", "choose", "column", "values"),
    [
        (HEAD + "ER\nA,tiktok,5000,0.5\nB,tiktok,900,0.4\n", {"per cent": "per cent"}, "engagement_rate", ["0.005", "0.004"]),
        (HEAD + "ER\nA,tiktok,5000,0.5\nB,tiktok,900,0.4\n", {"per cent": "as they are"}, "engagement_rate", ["0.5", "0.4"]),
        (HEAD + "Báo giá (VND)\nA,tiktok,5000,\"5,5\"\nB,tiktok,900,3\n", {"so little": "1,000,000"}, "fee", ["5500000", "3000000"]),
        (HEAD + "Báo giá\nA,tiktok,5000,500\nB,tiktok,900,300\n", {"no currency": "USD"}, "currency", ["USD", "USD"]),
        (HEAD + "Loại\nA,tiktok,5000,KOC\nB,tiktok,900,Celeb\n", {"“KOC”": "Influencer", "“Celeb”": "KOL"}, "kind", ["influencer", "kol"]),
        (HEAD + "Phân loại\nA,tiktok,5000,KOC\nB,tiktok,900,KOC\n", {"“KOC”": "Leave this"}, "kind", None),
        (HEAD + "Giá A (VND),Giá (VND)\nA,tiktok,5000,5tr,6tr\n", {"could all be": "Giá A"}, "fee", ["5000000"]),
        ("Tên,Followers FB,Followers TikTok,Phí (VNĐ)\nA,1000,2000,5tr\n", {"several accounts": "TikTok"}, "followers", ["2000"]),
        ("Ai,Nền tảng,Followers\nA,tiktok,5000\n", {}, "platform", ["tiktok"]),
        ("Ai,Followers,Niche\nA,5000,beauty\n", {"holds the name": "Ai"}, "name", ["A"]),
    ],
    ids=["per cent", "share", "millions", "currency", "kinds", "column out", "one of two", "account", "nothing open", "who"],
)  # fmt: skip
def test_answers_by_a_click_give_the_rows_that_the_command_reads_with_the_same_mapping(
    rows, choose, column, values, catalogue, tmp_path
):
    sheet, changes = answered_all(rows.encode(), choose, catalogue)
    assert (list(sheet.typed[column]) == values) if values is not None else column not in sheet.typed
    (tmp_path / "q.csv").write_text(rows, "utf-8")
    given = mapping_of(changes)
    found = import_file(tmp_path / "q.csv", catalogue, given, table="candidates")
    assert not found.doubts
    write_mapping(found, tmp_path / "mapping.yaml", [], "en")
    again = import_file(tmp_path / "q.csv", catalogue, load_mapping(tmp_path / "mapping.yaml", catalogue))
    assert again.tables["candidates"].equals(found.tables["candidates"])
    assert all(in_words(change, phrases(lang, catalogue)) for change in changes for lang in ("en", "vi"))
