"""Forms whose titles are questions, the card of one person, lists in JSON, and columns of which some cells count otherwise."""

import json

import openpyxl
import pytest
from test_field_cases import Ran, table

LINKS = ["https://www.tiktok.com/@oc", "https://www.tiktok.com/@bap", "https://www.tiktok.com/@dua"]


@pytest.fixture
def read(tmp_path, capsys):
    return lambda *rows, mapping=None: Ran(table(tmp_path / "list.csv", *rows), capsys, mapping=mapping)


@pytest.fixture
def read_book(tmp_path, capsys):
    """Import rows as a workbook; `change` does to its sheet what a person does."""

    def reading(*rows, change=lambda sheet: None):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        change(book.active)
        book.save(tmp_path / "list.xlsx")
        return Ran(tmp_path / "list.xlsx", capsys)

    return reading


def test_a_long_title_of_a_price_is_read_with_what_it_is_the_price_of(read):
    title = "Bạn mong muốn mức cát-xê bao nhiêu cho 2 video?"
    rows = ["Tên", "Link", title], ["Ốc", LINKS[0], "500k"], ["Bắp", LINKS[1], "1tr2"]
    ran = read(*rows)
    assert ran.code == 0 and ran.rows("fee format posts") == ["500000 video 2", "1200000 video 2"]


def test_the_questions_of_a_form_are_read_as_titles(read):
    head = ["Full name", "What is your Instagram handle?", "How many followers do you have on Instagram?",
            "What is your rate for 1 Instagram Reel? (USD)", "Which city are you based in?"]  # fmt: skip
    ran = read(head, ["Amy Lee", "@amy.lee", "12.4k", "$150", "Austin"], ["Joe Roy", "@joeroy", "8,900", "200 USD", "Miami"])
    assert ran.code == 0 and ran.rows("name platform followers fee currency format") == [
        "Amy Lee instagram 12400 150 USD short",
        "Joe Roy instagram 8900 200 USD short",
    ]


CARD = (
    ["Media kit – Linh", None], ["Handle", "@linh.skincare"], ["Platform", "TikTok"], ["Followers", "312.000"], ["ER", "6,1%"],
    ["Rate 1 video", "8.000.000đ"], ["Combo 3 video", "21.000.000đ"],
)  # fmt: skip


@pytest.mark.parametrize("merged", [True, False])
def test_a_card_of_labels_beside_values_is_one_person(read_book, merged):
    ran = read_book(*CARD, change=lambda sheet: sheet.merge_cells("A1:B1") if merged else None)
    assert ran.code == 0
    assert ran.rows("creator_id platform followers fee posts") == [
        "@linh.skincare tiktok 312000 8000000 1",
        "@linh.skincare tiktok 312000 21000000 3",
    ]


def test_a_list_of_two_columns_stays_upright(read_book):
    ran = read_book(["Link", "Price (VND)"], *([link, 5_000_000] for link in LINKS))
    assert ran.code == 0 and ran.rows("creator_id fee") == ["oc 5000000", "bap 5000000", "dua 5000000"]


def test_lists_and_objects_in_json_keep_no_other_column_out(tmp_path, capsys):
    rows = [
        {
            "ownerUsername": "na.goc",
            "timestamp": "2026-03-13T12:15:00Z",
            "likesCount": 980,
            "hashtags": ["home", "diy"],
            "music": {"id": 5},
        },
        {"ownerUsername": "na.goc", "timestamp": "2026-03-14T12:15:00Z", "likesCount": 70, "hashtags": [], "music": None},
    ]
    (tmp_path / "posts.json").write_text(json.dumps(rows), encoding="utf-8")
    ran = Ran(tmp_path / "posts.json", capsys)
    assert ran.code == 0 and ran.rows("creator_id likes hashtags", "posts") == ["na.goc 980 home, diy", "na.goc 70 _"]
    assert "Not used: music" in ran.out


def grouped(sheet):
    for place in ("C3", "C4", "D4"):
        sheet[place].number_format = "0.000"


@pytest.mark.parametrize("mark", [".", ","])
def test_a_number_shown_with_three_decimals_beside_grouped_texts_counts_in_thousands(read_book, mark):
    texts = [f"1{mark}250{mark}000", f"12{mark}000{mark}000", f"5{mark}500{mark}000"]
    rows = ["Ốc", LINKS[0], texts[0], texts[1]], ["Bắp", LINKS[1], 850, texts[2]], ["Dừa", LINKS[2], 120.5, 800]
    ran = read_book(["Tên", "Link", "Follow", "Giá (VNĐ)"], *rows, change=grouped)
    assert ran.code == 0 and ran.rows("followers fee") == ["1250000 12000000", "850000 5500000", "120500 800000"]


def test_a_number_shown_with_three_decimals_stands_where_nothing_beside_it_is_grouped(read_book):
    rows = ["Ốc", LINKS[0], 1250, 12_000_000], ["Bắp", LINKS[1], 850, 5_500_000], ["Dừa", LINKS[2], 120, 800_000]
    ran = read_book(["Tên", "Link", "Follow", "Giá (VNĐ)"], *rows, change=grouped)
    assert ran.code == 0 and ran.rows("followers fee") == ["1250 12000000", "850 5500000", "120 800000"]


MIXED = ["Tên", "Link", "Giá (nghìn VNĐ)"], ["Ốc", LINKS[0], 1500], ["Bắp", LINKS[1], "2.500.000"], ["Dừa", LINKS[2], "7tr"]


def test_a_column_of_prices_in_two_scales_is_asked_about_and_single_cells_can_be_answered(read):
    ran, answer = read(*MIXED), 'values: {fee: {"2.500.000": "2500000 VND"}}'
    assert ran.code == 2 and f"`{answer}` where such cells stand as they are and the others count in 1000" in ran.err
    ran = read(*MIXED, mapping=f"candidates: {{{answer}}}")
    assert ran.code == 0 and ran.rows("fee") == ["1500000", "2500000", "7000000"]


def test_the_answer_that_all_prices_stand_as_they_are_leaves_out_one_that_nobody_could_mean(read):
    ran = read(*MIXED, mapping='candidates: {units: {"Giá (nghìn VNĐ)": 1}}')
    assert ran.rows("fee") == ["_", "2500000", "7000000"] and "got '1500'; nobody asks so little in VND" in ran.out + ran.err


def test_a_column_of_followers_in_two_scales_is_asked_about_and_single_cells_can_be_answered(read):
    rows = ["Tên", "Link", "Follow (k)"], ["Ốc", LINKS[0], 45], ["Bắp", LINKS[1], 120], ["Dừa", LINKS[2], 310_000]
    ran, answer = read(*rows), 'values: {followers: {"310000": "310000 followers"}}'
    assert ran.code == 2 and f"`{answer}`" in ran.err
    table = "creators" if "under creators" in ran.err else "candidates"
    ran = read(*rows, mapping=f"{table}: {{{answer}}}")
    assert ran.code == 0 and ran.rows("followers", table) == ["45000", "120000", "310000"]
