"""Who a row is: ids and handles under titles that are not known, names that hold a handle, and what is nobody."""

import pytest
from test_field_cases import Ran, table


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file, in whose name nothing is said."""
    return lambda *rows, options=(), mapping=None: Ran(table(tmp_path / "list.csv", *rows), capsys, *options, mapping=mapping)


IDS = ["hoa.review", "minhday_1"]


@pytest.mark.parametrize(
    ("name", "title", "cells"),
    [
        ("Tên", "ID kênh", ["c0001", "c0002"]), ("이름", "계정", IDS), ("达人昵称", "账号", IDS), ("Tên KOL", "Kênh TikTok", IDS),
        ("Name", "Channel ID", IDS), ("Nama", "Akun", IDS),
    ],
)  # fmt: skip
def test_a_column_of_ids_beside_names_is_the_id(read, name, title, cells):
    ran = read([name, title, "Platform", "Price (VND)"], ["A", cells[0], "TikTok", "5tr"], ["B", cells[1], "TikTok", "6tr"])
    assert ran.code == 0 and ran.rows("name creator_id") == [f"A {cells[0]}", f"B {cells[1]}"]


@pytest.mark.parametrize(("title", "cells"), [("Ref", ["c0001", "c0002"]), ("Acc chạy", IDS), ("Mã nội bộ", ["A-17", "B-22"])])
def test_what_may_be_ids_is_asked_about_and_the_answer_makes_them_the_id(read, title, cells):
    rows = ["Tên", title, "Platform", "Price (VND)"], ["A", cells[0], "TikTok", "5tr"], ["B", cells[1], "TikTok", "6tr"]
    ran = read(*rows)
    assert ran.code == 2 and f'`columns: {{"{title}": creator_id}}`' in ran.err and f'`ignore: ["{title}"]`' in ran.err
    answered = read(*rows, mapping=f'candidates: {{columns: {{"{title}": creator_id}}}}')
    assert answered.rows("name creator_id") == [f"A {cells[0]}", f"B {cells[1]}"]
    assert read(*rows, mapping=f'candidates: {{ignore: ["{title}"]}}').rows("creator_id") == ["A", "B"]


@pytest.mark.parametrize(
    ("title", "cells"),
    [("Mã số thuế", ["0312345678", "0312345679"]), ("Mã đơn", IDS), ("Ghi chú", ["ok", "chờ"]), ("Size", ["S", "M"]),
     ("Lượt", ["50K", "80K"])],
)  # fmt: skip
def test_other_codes_and_words_are_no_ids_of_creators(read, title, cells):
    ran = read(
        ["Tên", title, "Platform"], ["A", cells[0], "TikTok"], ["B", cells[1], "TikTok"], options=("--table", "candidates")
    )
    assert "creator_id}" not in ran.err and f"Not used: {title}" in ran.out


OFFER = [["Creator", "Handle", "Platform", "Followers", "IG Reel (USD)"], ["Emma", "@emma", "Instagram", "512K", "$1,200"],
         ["Linh", "@linhdo", "Instagram", "212K", "$900"]]  # fmt: skip
TOTAL = ["Total", "", "", "724,000", "$2,100.00"]


@pytest.mark.parametrize("words", ["Rates stand 30 days.", "Thank you", "Ms. Trang", "Quay tại studio của KOL"])
@pytest.mark.parametrize("between", [[TOTAL], [[]], [TOTAL, []]])
def test_words_alone_under_the_total_or_a_blank_row_are_a_note_and_nobody(read, between, words):
    ran = read(*OFFER, *between, [words])
    assert ran.rows("name") == ["Emma", "Linh"] and f"Left out as notes: rows {4 + len(between)} ({words[:20]}" in ran.out


@pytest.mark.parametrize(
    "words", ["Báo giá chưa gồm phí sản xuất", "Rates exclude withholding", "Liên hệ booking: Ms. Trang", "Trang 0903 123 456",
              "Valid until 31/12", "Báo giá có hiệu lực 30 ngày", "booking@agency.vn"],
)  # fmt: skip
def test_terms_and_contacts_right_under_the_table_are_a_note(read, words):
    ran = read(*OFFER, [words])
    assert ran.rows("name") == ["Emma", "Linh"] and "Left out as notes: rows 4" in ran.out and "0903" not in ran.out


def test_a_name_alone_right_under_the_table_is_somebody(read):
    ran = read(*OFFER, ["Mai Anh"], [], ["Trân trọng"])
    assert ran.rows("name") == ["Emma", "Linh", "Mai Anh"] and "Nothing but a name in row 4 (Mai Anh)" in ran.out
    assert "Left out as notes: rows 6 (Trân trọng)" in ran.out
