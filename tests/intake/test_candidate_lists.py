"""Candidate lists as agencies send them, each once read as another thing without a word, or refused for nothing."""

import openpyxl
import pytest
from test_field_cases import Ran, table

USD = ["Creator", "Platform", "Followers", "Rate (USD)"]
VND = ["KOL", "Nền tảng", "Follow", "Giá clip (VND)"]


class Told(Ran):
    """What one import gave, and all that it said."""

    @property
    def told(self):
        return self.out + self.err


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file, in whose name nothing is said."""
    return lambda *rows, options=(), mapping=None: Told(table(tmp_path / "list.csv", *rows), capsys, *options, mapping=mapping)


@pytest.fixture
def read_book(tmp_path, capsys):
    """Import a workbook, its sheets by their names."""

    def reading(mapping=None, **sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "list.xlsx")
        return Told(tmp_path / "list.xlsx", capsys, mapping=mapping)

    return reading


@pytest.mark.parametrize("error", ["#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#BEZUG!"])
def test_the_error_of_a_formula_is_nobody(read, error):
    ran = read(["Handle", "Platform", "Followers", "Rate (USD)"], [error, "TikTok", 5000, 100], ["@an", "TikTok", 900, 80])
    assert ran.code == 0 and ran.rows("creator_id fee") == ["@an 80"]
    assert f"got '{error}', the error of a formula in the spreadsheet" in ran.told


def test_the_error_of_a_formula_is_no_link_and_its_row_stays(read):
    ran = read(["KOL", "Link", *USD[1:]], ["An", "#REF!", "TikTok", 5000, 100], ["Bo", "tiktok.com/@bo", "TikTok", 900, 80])
    assert ran.code == 0 and ran.rows("name creator_id fee") == ["An An 100", "Bo bo 80"]
    assert "the error of a formula" in ran.told


def test_a_name_that_is_a_hashtag_stays(read):
    ran = read(USD, ["#ANNE", "TikTok", 5000, 100], ["#1 Foodie!", "TikTok", 900, 80])
    assert ran.code == 0 and ran.rows("name") == ["#ANNE", "#1 Foodie!"]


def test_what_a_formula_did_not_find_is_blank_and_told(read):
    ran = read(USD, ["An", "TikTok", "#N/A", 100], ["Bo", "TikTok", 900, "#N/A"])
    assert ran.code == 0 and ran.rows("name followers fee") == ["An _ 100", "Bo 900 _"]
    assert "2 cells are '#N/A', formulas that found nothing (the first is C2); they are read as blank." in ran.told


@pytest.mark.parametrize("phone", ["0909123456", "+84909123456", "02838123456"])
def test_a_phone_number_is_no_price(read, phone):
    ran = read(VND, ["An", "TikTok", 5000, phone], ["Bo", "TikTok", 900, "4.500.000"])
    assert ran.code == 0 and ran.rows("name fee") == ["An _", "Bo 4500000"]
    assert f"got '{phone}', which looks like a phone number" in ran.told


@pytest.mark.parametrize(("typed", "fee"), [("909123456", 909123456), ("0", 0), ("05000000", 5000000)])
def test_other_figures_are_prices_as_before(read, typed, fee):
    ran = read(VND, ["An", "TikTok", 5000, typed], ["Bo", "TikTok", 900, "4.500.000"])
    assert ran.code == 0 and ran.rows("name fee")[0] == f"An {fee}"


PROFILES = [["KOL", "Link", "Follow"], ["Hà My", "tiktok.com/@hamy", 125400], ["Tuấn", "instagram.com/tuan.eats", 98000]]
PRICES = [["KOL", "Giá clip (VND)", "Giá live (VND)"], ["Hà My", 4500000, 9000000], ["Tuấn", 1800000, None]]


def test_prices_by_name_are_of_the_accounts_that_another_sheet_gives_the_names(read_book):
    ran = read_book(Profile=PROFILES, Quote=PRICES)
    assert ran.code == 0 and ran.rows("creator_id platform followers format fee") == [
        "hamy tiktok 125400 video 4500000", "hamy tiktok 125400 live 9000000", "tuan.eats instagram 98000 video 1800000",
    ]  # fmt: skip
    assert "Sheet 'Profile' tells more of the same people (creator_id, platform, link, followers)" in ran.told
    assert "goes by its name" not in ran.told and "on which platform" not in ran.told


def test_a_name_with_two_accounts_on_another_sheet_is_given_neither(read_book):
    ran = read_book(Profile=[*PROFILES, ["Hà My", "facebook.com/hamy", 9000]], Quote=PRICES)
    assert ran.code == 0 and ran.rows("creator_id platform fee")[-3:] == [
        "Hà My _ 4500000", "Hà My _ 9000000", "tuan.eats instagram 1800000",
    ]  # fmt: skip
    assert "goes by its name" in ran.told


def test_a_priced_sheet_with_links_of_its_own_keeps_them(read_book):
    own = [["KOL", "Link", "Giá clip (VND)"], ["Hà My", "tiktok.com/@hamy.second", 4500000], ["Bo", "tiktok.com/@bo", 1800000]]
    ran = read_book(Profile=PROFILES, Quote=own)
    assert [row for row in ran.rows("creator_id fee") if not row.endswith("_")] == ["hamy.second 4500000", "bo 1800000"]


def test_a_row_that_is_a_package_is_told(read):
    package = ["Package of 3 KOLs below", None, None, 1500]
    ran = read(USD, package, ["An", "TikTok", 5000, None], ["Bo", "TikTok", 900, 80])
    assert (
        ran.code == 0 and "Row 2 ('Package of 3 KOLs below') names a package and is read as somebody with its price" in ran.told
    )


def test_somebody_whose_name_begins_so_is_no_package(read):
    ran = read(USD, ["Combo Nguyễn", "TikTok", 5000, 100], ["Bo", "TikTok", 900, 80])
    assert ran.code == 0 and "names a package" not in ran.told


@pytest.mark.parametrize("mark", ["nt", "-nt-", "như trên", "〃", '"', "Same as above", "ditto", "同上"])
def test_a_mark_for_the_same_as_above_holds_what_stands_there(read, mark):
    ran = read(VND, ["An", "TikTok", 5000, "4.500.000"], ["Bo", mark, 900, mark], ["Chi", mark, 700, "900.000"])
    assert ran.code == 0 and ran.rows("name platform fee") == ["An tiktok 4500000", "Bo tiktok 4500000", "Chi tiktok 900000"]
    assert "3 cells say that they are the same as above (B3, D3, B4); what stands above them is read." in ran.told


def test_a_mark_under_a_blank_is_refused_as_before(read):
    ran = read(VND, ["An", "TikTok", 5000, ""], ["Bo", "TikTok", 900, "〃"], ["Chi", "TikTok", 700, "900.000"])
    assert ran.rows("name fee") == ["An _", "Bo _", "Chi 900000"] and "got '〃'" in ran.told


def test_a_handle_that_may_be_a_mark_stays_a_handle(read):
    rows = ["Handle", "Platform", "Follow", "Giá clip (VND)"], ["an.le", "TikTok", 5000, "4tr"], ["nt", "TikTok", 900, "3tr"]
    assert read(*rows).rows("creator_id") == ["an.le", "nt"]


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        ("First name", "Last name", ["Maya Lim", "Maya Tan"]),
        ("first_name", "last_name", ["Maya Lim", "Maya Tan"]),
        ("Họ", "Tên", ["Maya Lim", "Maya Tan"]),
        ("Vorname", "Nachname", ["Maya Lim", "Maya Tan"]),
    ],
)
def test_names_in_two_columns_are_read_together(read, first, second, names):
    ran = read([first, second, *USD[1:]], ["Maya", "Lim", "TikTok", 5000, 100], ["Maya", "Tan", "TikTok", 900, 80])
    assert ran.code == 0 and ran.rows("name", "candidates") == names
    assert f"'{first}' and '{second}' are read together as the name." in ran.told and "Not used" not in ran.told


def test_a_part_of_a_name_that_is_blank_leaves_the_other(read):
    ran = read(["First name", "Last name", *USD[1:]], ["Maya", "", "TikTok", 5000, 100], ["", "Tan", "TikTok", 900, 80])
    assert ran.rows("name") == ["Maya", "Tan"]


def test_a_whole_name_beside_its_parts_stands(read):
    rows = ["Full name", "First name", *USD[1:]], ["Maya Lim", "Maya", "TikTok", 5000, 100], ["Bo Tan", "Bo", "TikTok", 900, 80]
    ran = read(*rows)
    assert ran.rows("name") == ["Maya Lim", "Bo Tan"] and "read together" not in ran.told


def test_prices_that_name_their_platform_say_it_where_the_row_names_several(read):
    head = ["Talent", "Platform", "Followers", "IG Reel (USD)", "TikTok Video (USD)"]
    ran = read(head, ["An", "IG / TikTok", 5000, 100, 80], ["Bo", "TikTok", 900, "", 60])
    assert ran.code == 0 and ran.rows("name platform fee") == ["An instagram 100", "An tiktok 80", "Bo tiktok 60"]
    assert "'Platform': 1 cell names several platforms (B2: 'IG / TikTok'); each price of its row is on the platform" in ran.told


@pytest.mark.parametrize("prices", [["Reel (USD)", "TikTok Video (USD)"], ["FB Post (USD)", "TikTok Video (USD)"]])
def test_several_platforms_of_a_row_are_refused_where_a_price_does_not_say_its_own(read, prices):
    ran = read(["Talent", "Platform", "Followers", *prices], ["An", "IG / TikTok", 5000, 100, 80], ["Bo", "TikTok", 900, "", 60])
    assert ran.code == 0 and ran.rows("name platform fee") == ["Bo tiktok 60"]
    assert "got 'IG / TikTok', several at once (instagram, tiktok)" in ran.told


@pytest.mark.parametrize(
    ("title", "format", "posts"),
    [
        ("Reels 1x (USD)", "short", "1"),
        ("Reels 2x (USD)", "short", "2"),
        ("IG Story 3 frame (USD)", "story", "3"),
        ("Story (3 frames) (USD)", "story", "3"),
        ("2x Reels (USD)", "short", "2"),
        ("Story (per frame) (USD)", "story", "1"),
    ],
)
def test_how_many_are_booked_stands_behind_what_is_too(read, title, format, posts):
    head = ["Creator", "Platform", "Followers", "Video (USD)", title]
    ran = read(head, ["An", "Instagram", 5000, "", 100], ["Bo", "Instagram", 900, "", 80])
    assert ran.code == 0 and ran.rows("name format posts fee") == [f"An {format} {posts} 100", f"Bo {format} {posts} 80"]


@pytest.mark.parametrize(("sheet", "code"), [("Rate card USD", "USD"), ("Báo giá SGD", "SGD")])
def test_small_prices_on_a_sheet_called_a_rate_card_in_a_currency_are_no_question(read_book, sheet, code):
    rows = [["Creator", "Platform", "Followers", "Reel", "Story"], ["An", "Instagram", 5000, 1200, 350]]
    ran = read_book(**{sheet: rows})
    assert ran.code == 0 and ran.rows("format fee currency") == [f"short 1200 {code}", f"story 350 {code}"]


def test_small_prices_with_a_code_are_no_question(read):
    ran = read(["Creator", "Platform", "Followers", "Reel", "Story"], ["An", "Instagram", 5000, "RM 1,800.00", "RM 250.00"])
    assert ran.code == 0 and ran.rows("format fee currency") == ["short 1800 MYR", "story 250 MYR"]


def test_small_numbers_under_what_is_published_stay_a_question(read):
    ran = read(["Creator", "Platform", "Followers", "Rate (USD)", "Story"], ["An", "Instagram", 5000, 1200, 35])
    assert ran.code == 2 and "'Story'" in ran.told


def test_a_price_from_a_day_on_is_not_the_least_that_is_asked(read):
    ran = read(["Creator", "Platform", "Followers", "Rate from 01/06/2026 (USD)"], ["An", "TikTok", 5000, 100])
    assert ran.code == 0 and "the least that is asked" not in ran.told
    ran = read(["Creator", "Platform", "Followers", "Rate from (USD)"], ["An", "TikTok", 5000, 100])
    assert ran.code == 0 and "the least that is asked" in ran.told


def test_engagement_by_followers_is_the_rate_of_engagement(read):
    ran = read(["Creator", "Platform", "Followers", "ER by followers", "Rate (USD)"], ["An", "TikTok", 5000, "3.35%", 100])
    assert ran.code == 0 and ran.rows("engagement_rate fee") == ["0.0335 100"]


def test_the_title_of_a_profile_makes_no_list_of_posts(read):
    head = ["Account", "Title", "Followers", "ER", "Est. Post Price (USD)"]
    ran = read(head, ["@an.le", "An Lê", "84.2K", "3.12%", 800], ["@bo", "Bo", "1.1M", "0.91%", 5000])
    assert ran.code == 0 and ran.rows("creator_id followers fee") == ["@an.le 84200 800", "@bo 1100000 5000"]


@pytest.mark.parametrize(
    ("typed", "followers"), [("'125.400", "125400"), ("12 vạn", "120000"), ("10w粉", "100000"), ("10w粉丝", "100000")]
)
def test_counts_in_the_words_of_lists_are_read(read, typed, followers):
    ran = read(VND, ["An", "TikTok", typed, "4tr"], ["Bo", "TikTok", "98.000", "3tr"])
    assert ran.code == 0 and ran.rows("followers") == [followers, "98000"]


def test_a_name_above_a_table_is_no_unit(read):
    ran = read(["Vạn Phúc City, danh sách KOL"], [], VND, ["An", "TikTok", 5000, 4_000_000], ["Bo", "TikTok", 900, 3_000_000])
    assert ran.code == 0 and ran.rows("fee") == ["4000000", "3000000"]


@pytest.mark.parametrize("typed", ["x2", "2x", "2 x"])
def test_a_number_of_posts_with_its_sign_is_read(read, typed):
    head = ["Creator", "Platform", "Followers", "Deliverable", "Qty", "Rate (USD)"]
    ran = read(head, ["An", "TikTok", 5000, "Video", typed, 100], ["Bo", "TikTok", 900, "Video", 1, 60])
    assert ran.code == 0 and ran.rows("name format posts") == ["An video 2", "Bo video 1"]


def test_what_is_published_with_a_currency_is_a_price_however_small(read):
    ran = read(["Creator", "Platform", "Followers", "Reel (USD)"], ["An", "Instagram", 5000, 100], ["Bo", "Instagram", 900, 80])
    assert ran.code == 0 and ran.rows("name format fee currency") == ["An short 100 USD", "Bo short 80 USD"]


def test_counts_of_what_is_published_are_no_prices(read):
    ran = read(["Creator", "Platform", "Followers", "Reels"], ["An", "Instagram", 5000, 100], ["Bo", "Instagram", 900, 80])
    assert ran.code == 0 and ran.tables == ["creators"]


def test_what_a_platform_says_of_what_is_published_is_the_format(read):
    rows = [
        ["An", "IG Story", 5000, 100],
        ["Bo", "YouTube Shorts", 900, 80],
        ["Chi", "TikTok", 700, 60],
        ["Dan", "FB Live", 600, 50],
    ]
    ran = read(["Creator", "Channel", "Followers", "Rate (USD)"], *rows)
    assert ran.code == 0
    assert ran.rows("platform format") == ["instagram story", "youtube short", "tiktok _", "facebook live"]
    assert "'Channel': 3 cells say what is published too (the first in cell B2: 'IG Story'); it is the format." in ran.told


def test_a_column_of_formats_says_it_better_than_that_of_platforms(read):
    head = ["Creator", "Channel", "Followers", "Deliverable", "Rate (USD)"]
    ran = read(head, ["An", "IG Story", 5000, "Reels", 100], ["Bo", "TikTok", 900, "Video", 80])
    assert ran.rows("platform format") == ["instagram short", "tiktok video"] and "say what is published" not in ran.told


def test_numbers_of_rows_without_a_title_are_no_prices(read):
    ran = read(["", "name", "platform", "followers", "price_usd"], [0, "An", "tiktok", 5000, 100], [1, "Bo", "tiktok", 900, 80])
    assert ran.code == 0 and ran.rows("name fee") == ["An 100", "Bo 80"] and "Column [A:A] has no title" in ran.told


def test_people_under_a_title_of_what_is_booked_are_asked_about_as_names(read):
    head = ["STT", "Hạng mục", "Kênh", "SL", "Giá (VND)"]
    ran = read(head, [1, "Hà My – 125K follow", "TikTok", 2, "9.000.000"], [2, "Tuấn", "TikTok", 1, "22.000.000"])
    assert ran.code == 2 and "'Hạng mục' looks like 'name' and is not used" in ran.told


def test_what_is_booked_under_that_title_is_the_format_as_before(read):
    head = ["STT", "Hạng mục", "Kênh", "SL", "Giá (VND)"]
    ran = read(head, [1, "Video TikTok", "TikTok", 2, "9.000.000"], [2, "Livestream", "TikTok", 1, "22.000.000"])
    assert "looks like 'name'" not in ran.told and "'Hạng mục'" not in ran.err


@pytest.mark.parametrize("content", ["<html><table></table></html>", "\ufeff<?xml?><Workbook/>"])
def test_a_web_page_under_the_ending_of_a_workbook_is_called_one(tmp_path, capsys, content):
    (tmp_path / "list.xls").write_text(content, encoding="utf-8")
    ran = Told(tmp_path / "list.xls", capsys)
    assert ran.code == 2 and "is a web page or XML under the ending '.xls'; open it in Excel, save it as .xlsx" in ran.told


@pytest.mark.parametrize(("title", "off"), [("Chọn", "☐"), ("Client feedback", "Không phù hợp"), ("Approved?", "Not selected")])
def test_whom_a_shortlist_turned_down_is_read_and_told(read, title, off):
    ran = read([*USD, title], ["An", "TikTok", 5000, 100, "OK"], ["Bo", "TikTok", 900, 80, off])
    assert ran.code == 0 and ran.rows("name") == ["An", "Bo"] and f"rows 3 ({off})" in ran.told
