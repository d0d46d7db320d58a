"""Who a row is: ids and handles under titles that are not known, names that hold a handle, and what is nobody."""

import pytest
from openpyxl.styles import Font
from test_field_cases import Ran, table

from builders import book_of


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


@pytest.mark.parametrize("who", ["https://www.tiktok.com/@mai.anh", "70412345678901", "@mai.anh"])
def test_a_link_or_an_id_alone_right_under_the_table_is_somebody(read, who):
    head, *rows = [["Handle", "Platform", "Price (USD)"], ["@emma", "Instagram", "1200"], ["@linh", "Instagram", "900"]]
    assert "Left out as notes" not in read(head, *rows, [who], options=("--table", "candidates")).out


# What is crossed out or turned down, and where the platform is not.


@pytest.fixture
def crossed(tmp_path, capsys):
    """Import three candidates of a workbook in which some cells are crossed out."""

    def run(cells, mapping=None):
        rows = [["Tên", "Nền tảng", "Followers", "Giá video (VND)"], ["Hà", "TikTok", 125000, 5000000],
                ["Hy", "TikTok", 25000, 3000000], ["Mi", "TikTok", 45000, 4000000]]  # fmt: skip
        made = book_of({"Sheet1": rows})
        for cell in cells:
            made.worksheets[0][cell].font = Font(strike=True)
        made.save(tmp_path / "book.xlsx")
        return Ran(tmp_path / "book.xlsx", capsys, mapping=mapping)

    return run


@pytest.mark.parametrize("cells", [["A3"], ["A3", "B3", "C3", "D3"], ["B3", "C3", "D3"]])
def test_a_row_that_is_crossed_out_is_announced_and_left_out_where_the_mapping_says_so(crossed, cells):
    ran = crossed(cells)
    assert ran.rows("name") == ["Hà", "Hy", "Mi"] and "Hidden or crossed out in the file, and read too: row 3 (Hy" in ran.out
    left = crossed(cells, mapping="candidates: {hidden: false}")
    assert left.rows("name") == ["Hà", "Mi"] and "Left out because hidden or crossed out in the file: rows 3" in left.out


def test_a_cell_that_is_crossed_out_is_named_and_a_sheet_without_any_says_nothing(crossed):
    assert "Crossed out in the file, and read as any other: cells D4." in crossed(["D4"]).out
    assert "rossed out" not in crossed([]).out


@pytest.mark.parametrize(
    ("title", "said"), [("Trạng thái", "Từ chối"), ("Tình trạng", "Đã hủy"), ("Status", "Cancelled"), ("状态", "已拒绝")]
)
def test_who_turned_down_in_a_column_that_is_not_used_is_named(read, title, said):
    ran = read(["Name", "Platform", title, "Price (VND)"], ["A", "TikTok", "OK", "5tr"], ["B", "TikTok", said, "6tr"])
    assert f"'{title}' is not used, so who turned down or is cancelled there is read like the others: rows 3 ({said})" in ran.out


@pytest.mark.parametrize(("file", "example"), [("29_ig_quy4.csv", "instagram"), ("list.csv", "tiktok")])
def test_a_files_name_gives_no_platform_and_the_command_says_first_what_to_write(tmp_path, capsys, file, example):
    made = table(tmp_path / file, ["Tên", "Followers", "Giá video (VND)"], ["Hà", "125000", "5tr"], ["Hy", "25000", "3tr"])
    ran = Ran(made, capsys)
    assert "platform" not in (ran.data / "candidates.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    first = ran.out.splitlines()[1]
    assert first.startswith("  - No row says on which platform it is") and f"constants: {{platform: {example}}}" in first
    stated = Ran(made, capsys, mapping="candidates: {constants: {platform: tiktok}}")
    assert stated.rows("platform") == ["tiktok", "tiktok"] and "No row says" not in stated.out


@pytest.mark.parametrize(
    "rows", [[["https://www.tiktok.com/@linh", "900"], ["@minh.t", "700"], ["@ha", "800"]],
             [["@linh", "900", "TikTok"], ["@minh.t", "700", ""], ["@ha", "800", ""]]],
)  # fmt: skip
def test_rows_of_a_list_that_do_not_say_their_platform_where_others_do_are_told(read, rows):
    ran = read(["KOL", "Price (USD)", "Platform"][: len(rows[0])], *rows)
    assert ran.rows("platform") == ["tiktok", "_", "_"]
    assert "2 rows do not say on which platform they are, where others do" in ran.out and "They are 3, 4." in ran.out


def test_a_price_whose_formula_was_not_saved_keeps_what_is_published(tmp_path, capsys):
    rows = [
        ["Tên", "Nền tảng", "Giá video (VND)"],
        ["Hà", "TikTok", "=5000000*2"],
        ["Hy", "TikTok", 3000000],
        ["Mi", "TikTok", None],
    ]
    book_of({"Sheet1": rows}).save(tmp_path / "book.xlsx")
    ran = Ran(tmp_path / "book.xlsx", capsys)
    assert ran.rows("name fee format posts") == ["Hà _ video 1", "Hy 3000000 video 1", "Mi _ _ _"]
    assert "row 2, cell C2" in ran.err and "holds a formula whose result was not saved" in ran.err


def test_several_platforms_in_a_cell_are_named_and_none_is_suggested(read):
    rows = ["A", "TikTok/Facebook", "micro", "5tr"], ["B", "IG", "Mid-tier", "không cast"]
    ran = read(["Họ tên KOL", "Platform", "Tier", "Giá (VND)"], *rows)
    assert "got 'TikTok/Facebook', several at once (tiktok, facebook)" in ran.err and "did you mean" not in ran.err
    assert ran.rows("name tier fee") == ["B mid _"] and "1 cell names no price (cell D3: không cast)" in ran.out
