"""Lists of people who knew nothing but the README, each once read as another thing, lost, refused, or asked about in vain."""

import openpyxl
import pytest
from test_field_cases import Ran, table

from predictor.intake.reduced import price_now
from predictor.intake.spreadsheets.title_words import letters
from predictor.intake.spreadsheets.titles import deliverable_of


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file, in whose name nothing is said."""
    return lambda *rows, options=(), mapping=None: Ran(table(tmp_path / "list.csv", *rows), capsys, *options, mapping=mapping)


@pytest.fixture
def read_book(tmp_path, capsys):
    """Import rows as a workbook; `change` does to its sheet what a person does."""

    def reading(*rows, change=lambda sheet: None, options=(), mapping=None):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        change(book.active)
        book.save(tmp_path / "list.xlsx")
        return Ran(tmp_path / "list.xlsx", capsys, *options, mapping=mapping)

    return reading


# What bare numbers count in: a title says it whatever column of ours it becomes, and no amount of its own currency is multiplied.


@pytest.mark.parametrize(
    ("title", "name", "cells", "expected"),
    [
        ("Quay chụp (nghìn VND)", "fee", ["25000", "4000"], ["25000000", "4000000"]),
        ("Fan lực (k)", "followers", ["120", "90"], ["120000", "90000"]),
        ("粉丝量级/w", "followers", ["12", "4"], ["120000", "40000"]),
        ("Reichweite in Tsd.", "followers", ["125", "48"], ["125000", "48000"]),
    ],
)
def test_a_unit_in_a_title_counts_where_a_mapping_says_what_the_column_is(read, title, name, cells, expected):
    rows = [["Name", "Platform", title], *([who, "TikTok", cell] for who, cell in zip("AB", cells, strict=True))]
    ran = read(*rows, mapping=f'candidates: {{columns: {{"{title}": {name}}}}}')
    assert ran.code == 0 and ran.rows(name) == expected


@pytest.mark.parametrize(
    ("title", "came", "expected"),
    [
        ("Giá tiền (nghìn)", "4500", "4500000 VND"), ("Preis (T€)", "2.5", "2500 EUR"), ("Tarif (k€)", "1.5", "1500 EUR"),
        ("Price (USD hundreds)", "25", "2500 USD"),
    ],
)  # fmt: skip
def test_a_unit_and_a_currency_in_one_title_are_both_read(read, title, came, expected):
    ran = read(["Name", "Platform", title], ["A", "TikTok", came], ["B", "TikTok", came])
    assert ran.code == 0 and ran.rows("fee currency") == [expected, expected]


def test_a_unit_of_a_thousand_behind_a_stroke_is_asked_about_rather_than_dropped(read):
    rows = ["Name", "Platform", "Giá (đ) /1000"], ["A", "TikTok", "25000"], ["B", "TikTok", "4500"]
    asked = read(*rows, mapping='candidates: {columns: {"Giá (đ) /1000": fee}}')
    assert asked.code == 2 and "'/1000' is not understood" in asked.err + asked.out
    answer = 'candidates: {columns: {"Giá (đ) /1000": fee}, units: {"Giá (đ) /1000": 1000}}'
    assert read(*rows, mapping=answer).rows("fee currency") == ["25000000 VND", "4500000 VND"]


KEPT = "candidates: {columns: {Tên: name, Giá: fee}, units: {Follower: 1000, Giá: 1000000}, constants: {currency: VND}}"
HEAD = ["Tên", "Nền tảng", "Follower", "Giá"]


def test_kept_units_multiply_no_amount_of_another_currency(read):
    ran = read(HEAD, ["A", "TikTok", "120", "5"], ["B", "TikTok", "98.5K", "$250"], mapping=KEPT)
    assert ran.code == 0 and ran.rows("followers fee currency") == ["120000 5000000 VND", "98500 250 USD"]


def test_whole_numbers_under_kept_units_are_asked_about_and_either_answer_is_taken(read):
    rows = [HEAD, ["A", "TikTok", "120000", "5000000"], ["B", "TikTok", "98500", "2500000"]]
    asked = read(*rows, mapping=KEPT)
    assert asked.code == 2 and not asked.tables
    assert "'Follower' counts in units of 1000 by" in asked.err and "cell D2 is '5000000', which looks whole" in asked.err
    whole = read(*rows, mapping=KEPT.replace("Follower: 1000, Giá: 1000000", "Follower: 1, Giá: 1"))
    assert whole.code == 0 and whole.rows("followers fee") == ["120000 5000000", "98500 2500000"]


def test_an_amount_of_another_currency_under_a_title_with_a_unit_stands_as_it_is(read):
    ran = read(["Tên", "Nền tảng", "Giá (triệu)"], ["A", "TikTok", "5"], ["B", "TikTok", "$250"], ["C", "TikTok", "300 USD"])
    assert ran.code == 0 and ran.rows("fee currency") == ["5000000 VND", "250 USD", "300 USD"]


def test_a_currency_that_the_number_format_of_some_cells_writes_is_theirs(read_book):
    def change(sheet):
        sheet["C3"].number_format, sheet["C4"].number_format = '"$"#,##0', '#,##0" USD"'

    rows = [["Tên", "Nền tảng", "Giá (nghìn)"], ["A", "TikTok", 5000], ["B", "TikTok", 250], ["C", "TikTok", 300]]
    ran = read_book(*rows, change=change)
    assert ran.code == 0 and ran.rows("fee currency") == ["5000000 VND", "250 USD", "300 USD"]


def test_a_whole_count_among_thousands_is_asked_about_by_its_own_cell(read):
    ran = read(["Tên", "Nền tảng", "Follower (k)"], ["A", "TikTok", "120"], ["B", "TikTok", "98500"])
    assert ran.code == 2 and "cell C3 is '98500'" in ran.err


def test_any_unit_of_a_mapping_multiplies_whole_numbers_and_rejects_text_that_it_leaves_open(read):
    rows = ["Name", "Platform", "Fee"], ["A", "TikTok", "25"], ["B", "TikTok", "5.5"]
    ran = read(*rows, mapping="candidates: {units: {Fee: 10}, constants: {currency: USD}}")
    assert ran.code == 0 and ran.rows("fee") == ["250", "_"] and "cell C3" in ran.err + ran.out


def test_a_unit_of_nothing_is_refused(read):
    ran = read(["Name", "Platform", "Fee"], ["A", "TikTok", "25"], mapping="candidates: {units: {Fee: 0}}")
    assert ran.code == 2 and "got 0" in ran.err and "a number above 0" in ran.err


# Lines about a table: of what they state a unit.

LINE = ["Name", "Platform", "Followers", "Video fee"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Catatan: semua harga dalam ribuan rupiah", "120 50000 IDR"),
        ("Note: prices x1000 THB, minimum 2 videos", "120 50000 THB"),
        ("หมายเหตุ: ราคาทั้งหมดหน่วยเป็นพันบาท", "120 50000 THB"),
        ("* Giá tính bằng nghìn đồng, chưa VAT", "120 50000 VND"),
        ("备注：价格单位为千元人民币", "120 50000 CNY"),
        ("*Fees in THB. Followers in thousands (K).", "120000 50 THB"),
        ("單位：萬人 / 千元 (NTD)", "1200000 50000 TWD"),
        ("Prices and followers in thousands, USD", "120000 50000 USD"),
    ],
)
def test_a_unit_below_a_table_is_of_what_its_part_of_the_line_speaks_of_and_said(read, line, expected):
    code = expected.split()[-1]
    ran = read(LINE, ["A", "TikTok", "120", "50"], [], [line], options=("--set", f"currency={code}"))
    assert ran.code == 0 and ran.rows("followers fee currency") == [expected]
    assert "its numbers count in 1" in ran.out


@pytest.mark.parametrize(
    "line", ["** Boosting budget is in thousands and separate", "Avg views in thousands, prices in full THB"]
)
def test_a_unit_of_something_else_multiplies_neither_fees_nor_followers(read, line):
    ran = read([*LINE[:3], "Video fee (THB)"], ["A", "TikTok", "120000", "5000"], [], [line])
    assert ran.code == 0 and ran.rows("followers fee") == ["120000 5000"]


def test_words_of_a_line_about_amounts_that_are_not_understood_are_a_question(read):
    rows = LINE, ["A", "TikTok", "120000", "25000"], [], ["Catatan: semua harga dalam ratusan rupiah"]
    ran = read(*rows)
    assert ran.code == 2 and "'ratusan' is not understood" in ran.err
    answered = read(*rows, mapping='candidates: {units: {"Video fee": 100}, constants: {currency: IDR}}')
    assert answered.code == 0 and answered.rows("fee currency") == ["2500000 IDR"]


def test_a_unit_that_does_not_say_of_what_is_asked_about_for_followers(read):
    rows = [["Unit: thousand"], [*LINE[:3], "Video fee (THB)"], ["A", "TikTok", "120", "5"], ["B", "TikTok", "90", "3"]]
    assert "'Unit: thousand' does not say whether 'Followers' counts so too" in read(*rows).err
    ran = read(*rows, mapping="candidates: {units: {Followers: 1000}}")
    assert ran.rows("followers fee") == ["120000 5000", "90000 3000"]


# 元, which is China's in simplified characters and Taiwan's or Hong Kong's in traditional ones.


@pytest.mark.parametrize(("title", "cell"), [("報價(萬元)", "3.5"), ("報價", "35,000元")])
def test_a_yuan_in_traditional_characters_is_a_question_that_a_code_answers(read, title, cell):
    rows = ["網紅名稱", "平台", "粉絲數", title], ["小美愛吃", "Instagram", "12.5萬", cell]
    asked = read(*rows)
    assert asked.code == 2 and "'元' in column" in asked.err and "TWD / HKD / CNY" in asked.err
    ran = read(*rows, options=("--set", "currency=TWD"))
    assert ran.code == 0 and ran.rows("followers fee currency") == ["125000 35000 TWD"]


def test_a_yuan_in_simplified_characters_is_chinas(read):
    ran = read(["达人昵称", "平台", "粉丝数", "报价(元)"], ["小美", "抖音", "12.5万", "35000"])
    assert ran.code == 0 and ran.rows("fee currency") == ["35000 CNY"]


# What is published, and how often.


@pytest.mark.parametrize(
    ("cell", "posts"),
    [
        ("Live 2h x 3 sessions", 3), ("Carousel (up to 5 slides) x2", 2), ("2 video x 3", 6), ("Live x 2 hours", 1),
        ("Carousel x 5 slides", 1), ("Story set (3)", 1),
    ],
)  # fmt: skip
def test_a_number_behind_what_is_published_counts_it_unless_it_counts_hours_or_slides(cell, posts):
    assert deliverable_of(letters(cell)).posts == posts


# Who it is.


def test_names_that_programs_write_for_nothing_are_people_and_said(read):
    rows = [["Nan", "TikTok", "25000"], ["Na", "TikTok", "90000"], ["Null", "TikTok", "8000"], ["None", "TikTok", "7000"]]
    ran = read(["Name", "Platform", "Price (THB)"], *rows)
    assert ran.code == 0 and ran.rows("name creator_id") == ["Nan Nan", "Na Na", "Null Null", "None None"]
    assert "3 cells of 'Name' are words such as 'Nan' (A2), which were read as names" in ran.out


def test_a_row_that_names_nobody_is_said(read):
    ran = read(["Name", "Platform", "Price (THB)"], ["null", "TikTok", "25000"], ["A", "TikTok", "9000"], ["B", "TikTok", "800"])
    assert ran.code == 0 and ran.rows("name") == ["_", "A", "B"] and "Row 2 names nobody" in ran.out


def test_links_of_people_on_facebook_are_known_by_their_number_and_collections_of_links_are_said(read):
    people, collection = "https://www.facebook.com/people/An-Nguyen/61550001112222/", "https://linktr.ee/ggirl"
    ran = read(["Name", "Link", "Fee (VND)"], ["A", people, "5tr"], ["B", collection, "6tr"])
    assert ran.code == 0 and ran.rows("creator_id platform") == ["61550001112222 facebook", "B _"]
    assert f"Cell B3 of 'Link' leads to a collection of links ('{collection}')" in ran.out


def test_a_cell_of_handles_is_one_account_however_it_is_typed(read):
    cells = ["@a.b", "＠fff", "https://www.instagram.com/c_c/", "@d1, @d2", "@ e_e", "@iii ✨"]
    ran = read(["Handle", "Platform", "Fee (USD)"], *([cell, "Instagram", "150"] for cell in cells))
    assert ran.code == 0 and ran.rows("creator_id") == ["@a.b", "@fff", "c_c", "@e_e", "@iii"]
    assert "cell A5, column 'Handle': got '@d1, @d2'; one cell names one account" in ran.err + ran.out


# Tables as they come: in Markdown, with a row of units or of numbers under the titles, in two languages, by market.


@pytest.mark.parametrize("edge", ["|", ""])
def test_a_table_in_markdown_is_read_with_what_stands_around_it(tmp_path, capsys, edge):
    rows = [
        "KOL | Channel | Followers | Rate (IDR)",
        "---|:---:|---|---:",
        "Ayu | IG | 345K | 4.500.000",
        "Budi | TikTok | 1,1 jt | 6.000.000",
    ]
    text = ["Hi team, please see the list below", "", *(f"{edge} {row} {edge}".strip() for row in rows), "", "Thanks,", "Rina"]
    (tmp_path / "list.csv").write_text("\n".join(text), encoding="utf-8")
    ran = Ran(tmp_path / "list.csv", capsys)
    assert ran.code == 0
    assert ran.rows("name platform followers fee") == ["Ayu instagram 345000 4500000", "Budi tiktok 1100000 6000000"]


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        (["", "", "K", "%", "USD"], "Ayu 345000 0.021 400 USD"),
        (["", "", "(K)", "(%)", "(x100 USD)"], "Ayu 345000 0.021 40000 USD"),
        (["", "", "thousand", "%", "nghìn đồng"], "Ayu 345000 0.021 400000 VND"),
    ],
)
def test_a_row_of_units_under_the_titles_is_part_of_them(read, units, expected):
    ran = read(["Name", "Platform", "Followers", "ER", "Fee"], units, ["Ayu", "Instagram", "345", "2.1", "400"])
    assert ran.code == 0 and ran.rows("name followers engagement_rate fee currency") == [expected]


@pytest.mark.parametrize("numbers", [["(1)", "(2)", "(3)", "(4)=(3)x1"], ["1", "2", "3", "4"]])
def test_a_row_that_numbers_the_columns_is_left_out(read, numbers):
    ran = read(["Họ và tên", "Kênh", "Follower", "Đơn giá (VND)"], numbers, ["Ngọc Anh", "TikTok", "250000", "5000000"])
    assert ran.code == 0 and ran.rows("name followers fee") == ["Ngọc Anh 250000 5000000"]
    assert "Left out as notes: rows 2" in ran.out


@pytest.mark.parametrize("mark", ["/ ", " / ", "\n", " | "])
def test_titles_in_two_languages_are_read_where_both_mean_the_same(read, mark):
    titles = ["KOL Name{}Tên", "Channel{}Kênh", "Followers{}Lượt theo dõi", "Cost{}Chi phí (VND)", "Note{}Ghi chú"]
    if mark == "\n":
        titles[1] = "Platform{}Nền tảng"
    ran = read([title.format(mark) for title in titles], ["Linh", "TikTok", "1.2M", "25.000.000", "2 clip"])
    assert ran.code == 0 and ran.rows("name platform followers fee currency") == ["Linh tiktok 1200000 25000000 VND"]


def test_prices_by_platform_deliverable_and_number_are_each_a_row_and_the_shared_followers_said(read):
    ran = read(
        ["Name", "Handle", "Followers", "IG Reel x1", "IG Reel x3", "IG Story (3x)", "TikTok x1", "Currency"],
        ["Ayu", "@ayu", "345K", "400", "1000", "150", "500", "USD"],
    )
    assert ran.code == 0 and ran.rows("platform format posts fee currency") == [
        "instagram short 1 400 USD", "instagram short 3 1000 USD", "instagram story 3 150 USD", "tiktok video 1 500 USD",
    ]  # fmt: skip
    assert "'Followers' are taken for all of them" in ran.out


@pytest.mark.parametrize(("title", "cell"), [("Mức độ TT (%)", "3.4"), ("Có cross post IG", "Có")])
def test_a_column_that_is_not_used_does_not_say_the_platform(read, title, cell):
    ran = read(["Tên", "Follower", title, "Giá (VND)"], ["Mai An", "125000", cell, "5000000"])
    assert "No row says on which platform it is" in ran.out and "give the platform" not in ran.out


def test_sheets_of_one_file_with_the_same_titles_are_the_same_table(tmp_path, capsys):
    book = openpyxl.Workbook()
    for name, line, fee in (("ID", "Rates in thousand IDR", 5000), ("SG", "All in SGD", 300)):
        sheet = book.create_sheet(name)
        for row in ([line], ["Name", "Platform", "Followers", "Reel"], [name, "Instagram", 120000, fee]):
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "list.xlsx")
    ran = Ran(tmp_path / "list.xlsx", capsys)
    assert ran.code == 0 and ran.tables == ["candidates"]
    assert ran.rows("name fee currency format") == ["ID 5000000 IDR short", "SG 300 SGD short"]


def test_names_of_platforms_alone_in_their_rows_are_headings(read):
    rows = [
        ["Instagram"],
        ["Aira", "250000", "2500"],
        [],
        ["TikTok"],
        ["Bea", "90000", "900"],
        [],
        ["Others"],
        ["Cy", "310000", "600"],
    ]
    ran = read(["Name", "Followers", "Fee (USD)"], *rows)
    assert ran.code == 0 and ran.rows("name platform") == ["Aira instagram", "Bea tiktok", "Cy other"]


@pytest.mark.parametrize("posts", [["350", "83"], ["1250", "830"]])
def test_the_posts_of_a_profile_beside_a_fee_are_not_those_that_are_booked(read, posts):
    rows = [[who, "Instagram", "12000", count, "100"] for who, count in zip("ab", posts, strict=True)]
    ran = read(["Username", "Platform", "Followers", "Posts", "Fee per post (USD)"], *rows)
    assert ran.code == 0 and ran.rows("creator_id posts_total fee") == [f"a {posts[0]} 100", f"b {posts[1]} 100"]
    assert "'Posts' is read as the posts of the whole profile" in ran.out


def test_a_price_of_an_hour_is_not_taken_as_the_fee(read):
    ran = read(["KOL", "Platform", "Followers", "Live hours", "Rate per hour (MYR)"], ["Ayu", "TikTok", "345000", "2", "500"])
    assert ran.code == 2 and "'Rate per hour (MYR)' looks like 'fee' and is not used" in ran.err


# Amounts, counts and platforms that anybody understands.


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("P45,000", "45000 PHP _"), ("Php 8,500 (VAT ex)", "8500 PHP without_vat"),
        ("$45,000.00 M.N. + IVA", "45000 MXN without_vat"), ("Rs 45,000/-", "45000 INR _"),
        ("15tr -> 12tr", "12000000 VND _"), ("Sale 12tr (gốc 15tr)", "12000000 VND _"),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_its_market_writes_it(read, cell, expected):
    code = expected.split()[1]
    rows = ["Name", "Platform", "Fee"], ["A", "TikTok", cell], ["B", "TikTok", f"900000 {code} (chưa VAT)"]
    ran = read(*rows, options=("--set", f"currency={code}"))
    assert ran.code == 0 and ran.rows("fee currency fee_terms")[0] == expected


def test_a_former_price_beside_the_one_that_holds_is_said(read):
    ran = read(["Tên", "Nền tảng", "Giá video"], ["A", "TikTok", "15tr -> 12tr"], ["B", "TikTok", "8tr"])
    assert ran.code == 0 and ran.rows("fee") == ["12000000", "8000000"]
    assert "'Giá video': cell C2 says a former price too ('15tr -> 12tr'); the one that holds now was read" in ran.out


@pytest.mark.parametrize(
    ("cell", "expected"), [("1億2000万", "120000000"), ("12万3千人", "123000"), ("1万2000", "12000"), ("12万5", "125000")]
)
def test_a_count_of_several_japanese_units_is_their_sum(read, cell, expected):
    ran = read(["名前", "媒体", "フォロワー数", "料金(円)"], ["A", "Instagram", cell, "50000"])
    assert ran.code == 0 and ran.rows("followers") == [expected]


def test_a_group_of_facebook_and_an_official_account_of_zalo_are_platforms(read):
    ran = read(["Handle", "Channel", "Fee (USD)"], ["@a", "FB Group", "60"], ["@b", "Zalo OA", "50"], ["@c", "TikTok", "40"])
    assert ran.code == 0 and ran.rows("creator_id platform") == ["@a facebook", "@b other", "@c tiktok"]


# Lists of pages, of the press and of celebrities, and questions that can be answered.


def test_a_list_of_fanpages_with_a_list_price_and_a_reduced_one_asks_which_is_the_fee(read):
    rows = (
        ["STT", "Fanpage", "Giá niêm yết (VND)", "Chiết khấu", "Giá sau CK (VND)"],
        [1, "Beatvn", "15000000", "30%", "10500000"],
    )
    asked = read(*rows)
    assert asked.code == 2 and "'Giá sau CK (VND)' looks like one more price (10500000)" in asked.err
    ran = read(*rows, mapping='candidates: {columns: {"Giá sau CK (VND)": fee}, ignore: ["Giá niêm yết (VND)"]}')
    assert ran.code == 0 and ran.rows("name platform fee currency") == ["Beatvn facebook 10500000 VND"]


def test_a_list_of_the_press_is_read_by_its_papers(read):
    ran = read(["STT", "Báo", "Chuyên mục", "Đơn giá (VND)"], [1, "VnExpress", "Kinh doanh", "52000000"])
    assert ran.code == 0 and ran.rows("name fee") == ["VnExpress 52000000"]


def test_followers_of_celebrities_on_each_platform_are_read_as_such(read):
    titles = ["Nghệ sĩ", "FB (follow)", "TikTok (follow)", "Post FB (VND)", "Video TikTok (VND)"]
    ran = read(titles, ["Minh Hằng", "9M", "2M", "120tr", "90tr"])
    assert ran.code == 0 and ran.rows("platform followers fee") == ["facebook 9000000 120000000", "tiktok 2000000 90000000"]


def test_several_titles_that_look_like_prices_are_one_question_whose_answer_is_taken(read):
    titles = ["Name", "Platform", "Preis Reel (exklusiv)", "Preis Story-Set (exklusiv)"]
    rows = titles, ["A", "Instagram", "900", "300"]
    asked = read(*rows)
    answer = 'prices: {"Preis Reel (exklusiv)": {format: reels}, "Preis Story-Set (exklusiv)": {format: story}}'
    assert asked.code == 2 and f"`{answer}`" in asked.err and asked.err.count("look like prices") == 1
    ran = read(*rows, mapping=f"candidates: {{{answer}, constants: {{currency: EUR}}}}")
    assert ran.code == 0 and ran.rows("format fee") == ["short 900", "story 300"]


def test_two_tables_side_by_side_are_said_to_be_that(read_book):
    titles = ["Name", "Platform", "Followers", "Fee (USD)"]
    ran = read_book([*titles, None, *titles], ["A", "TikTok", 9000, 50, None, "B", "Instagram", 8000, 40])
    assert ran.code == 2 and "two tables stand side by side (columns A to D and F to I, with the same titles)" in ran.err
    assert "could both be" not in ran.err


def test_tt_beside_other_platforms_is_tiktok_and_no_number_of_rows(read):
    rows = [["Tên", "FB", "TT", "Giá FB", "Giá TT"], ["A", "300k", "1.2tr", "5tr", "12tr"], ["B", "90k", "200k", "2tr", "3tr"]]
    asked = read(*rows)
    assert '`columns: {"FB": followers, "TT": followers}`' in asked.err
    ran = read(*rows, mapping="candidates: {columns: {FB: followers, TT: followers}}")
    assert ran.code == 0 and sorted(ran.rows("name platform followers fee")) == [
        "A facebook 300000 5000000", "A tiktok 1200000 12000000", "B facebook 90000 2000000", "B tiktok 200000 3000000",
    ]  # fmt: skip


def test_prices_of_a_platform_whose_followers_are_left_out_are_told(read):
    rows = [["Tên", "Followers FB", "Followers IG", "Giá FB", "Giá IG", "Giá YouTube"], ["A", "3k", "2k", "5tr", "12tr", "9tr"]]
    ran = read(*rows)
    assert ran.code == 0 and ran.rows("platform fee") == ["facebook 5000000", "instagram 12000000"]
    assert "Not used: Giá YouTube" in ran.out


def test_a_total_that_is_not_the_unit_price_times_the_posts_is_told(read):
    titles = ["Name", "Platform", "Unit price (SGD)", "Qty", "Discount", "Total (SGD)"]
    ran = read(titles, ["A", "TikTok", "1500", "2", "10%", "2700"], ["B", "TikTok", "900", "1", "", "900"])
    assert ran.code == 0 and ran.rows("fee") == ["3000", "900"]
    assert "times the number of posts is 3,000, but 'Total (SGD)' says '2700' (cell F2)" in ran.out


@pytest.mark.parametrize("title", ["Fee / 3 months (USD)", "Hourly rate (USD)", "Phí/tháng (USD)"])
def test_a_price_of_time_in_a_title_is_a_question(read, title):
    ran = read(["Name", "Platform", "Followers", title], ["A", "TikTok", "9000", "500"])
    assert ran.code == 2 and f"'{title}' looks like 'fee' and is not used" in ran.err


# What reads like one of the above and is not.


@pytest.mark.parametrize(
    "line",
    [
        "Bảng giá người mẫu - đơn vị tính: nghìn đồng", "Báo giá fan page - đơn vị: nghìn đồng",
        "Fan meeting fee in thousand VND",
        "Price per person in thousand VND", "Subscription fees in thousand VND", "Giá mỗi lượt đăng tính bằng nghìn đồng",
        "Reach campaign - fee in thousand VND",
    ],
)  # fmt: skip
def test_a_unit_of_an_amount_multiplies_neither_followers_nor_views(read, line):
    rows = [["Tên", "Nền tảng", "Follower", "Lượt xem trung bình", "Giá"], ["Lan", "TikTok", "9000", "5000", "4000"]]
    ran = read([line], *rows)
    assert ran.code == 0 and ran.rows("followers average_views fee currency") == ["9000 5000 4000000 VND"]


@pytest.mark.parametrize(
    ("line", "titles", "expected"),
    [
        ("报价单位：千元/人", ["昵称", "平台", "粉丝", "报价"], "9000 35000 CNY"),
        ("ราคาต่อคน หน่วย: พันบาท", ["ชื่อ", "แพลตฟอร์ม", "ผู้ติดตาม", "ราคา"], "9000 35000 THB"),
    ],
)
def test_a_price_for_each_person_is_no_unit_of_people(read, line, titles, expected):
    ran = read([line], titles, ["Lan", "TikTok", "9000", "35"])
    assert ran.code == 0 and ran.rows("followers fee currency") == [expected]


def test_followers_beside_the_unit_of_an_amount_are_asked_about(read):
    rows = ["Prices and followers in thousand VND"], ["Name", "Platform", "Followers", "Fee"], ["A", "TikTok", "120", "5000"]
    ran = read(*rows)
    assert ran.code == 2 and "does not say whether 'Followers' counts so too" in ran.err


def test_the_question_about_people_proposes_the_unit_of_the_line(read):
    ran = read(["单位：万"], ["昵称", "平台", "粉丝", "报价(元)"], ["张小丽", "抖音", "12", "3500"])
    assert ran.code == 2 and '`units: {"粉丝": 10000}`' in ran.err


@pytest.mark.parametrize(
    "line",
    [
        "Team: K", "Brand: K", "Innisfree x K Beauty Festival", "Campaign 11.11 x K Mart", "Account: Triệu Vy",
        "Báo giá: Triệu Vy",
        "Khu vực: Miền Nam (MN)", "Báo giá KOL (MN)", "PIC: Tỷ", "Fees in B (billing) currency USD", "Đơn vị: K Media",
        "Note: bonus in hundred USD for reaching more people", "Fans: K-pop lovers", "Người liên hệ: Triệu Vy", "Community: K",
        "creators in K Beauty are quoted in USD", "Legend: K=1.000; tr=1.000.000", "Brand K đồng hành cùng KOL",
    ],
)  # fmt: skip
def test_letters_and_names_in_a_line_are_no_unit(read, line):
    rows = [["Name", "Platform", "Followers", "Fee (USD)"], ["Lan", "TikTok", "9000", "500"], ["Minh", "TikTok", "1200", "250"]]
    ran = read([line], *rows)
    assert ran.code == 0 and ran.rows("followers fee") == ["9000 500", "1200 250"]


@pytest.mark.parametrize(
    ("line", "size"),
    [("ĐVT: K", 1e3), ("Giá (tr)", 1e6), ("Fees in K (VND)", 1e3), ("(Đơn vị: Triệu đồng)", 1e6), ("Giá: triệu", 1e6)],
)
def test_letters_behind_a_word_for_prices_or_units_are_a_unit(read, line, size):
    ran = read(
        [line], ["Name", "Platform", "Followers", "Fee"], ["Lan", "TikTok", "90000", "5"], options=("--set", "currency=VND")
    )
    assert ran.code == 0 and ran.rows("followers fee") == [f"90000 {5 * size:.0f}"]


@pytest.mark.parametrize(
    "line",
    [
        "Giá: chưa VAT VND",
        "Prices: before tax VND", "Giá theo hợp đồng VND", "The fee is payable in VND",
        "Prices are quoted VND",
        "All prices are inclusive VND", "Giá là giá net VND",
    ],
)  # fmt: skip
def test_ordinary_words_before_a_currency_are_no_question(read, line):
    ran = read([line], ["Tên", "Nền tảng", "Follower", "Giá"], ["Lan", "TikTok", "1200", "5000000"])
    assert ran.code == 0 and ran.rows("fee currency") == ["5000000 VND"]


def test_a_hundred_thousand_in_a_line_is_a_question(read):
    ran = read(["Prices in hundred thousand VND"], ["Name", "Platform", "Fee"], ["Lan", "TikTok", "50"])
    assert ran.code == 2 and "'hundred thousand' is not understood" in ran.err


@pytest.mark.parametrize(
    ("followers", "fee", "expected"),
    [("Followers", "Fee x100 (USD)", "1200 500"), ("Followers x100 (people)", "Fee (USD)", "120000 5")],
)
def test_hundreds_behind_a_title_multiply_whatever_stands_in_brackets(read, followers, fee, expected):
    ran = read(["Name", "Platform", followers, fee], ["Lan", "TikTok", "1200", "5"])
    assert ran.code == 0 and ran.rows("followers fee") == [expected]


def test_a_hundred_thousand_in_a_title_is_a_question(read):
    ran = read(["Name", "Platform", "Giá (x100 nghìn)"], ["Lan", "TikTok", "5"])
    assert ran.code == 2 and "'x100 nghìn' is not understood" in ran.err


def test_a_price_of_a_hundred_posts_is_asked_about(read):
    title = "Combo x100 video (USD)"
    ran = read(["Name", "Platform", "Followers", title], ["Lan", "TikTok", "120000", "500"])
    assert ran.code == 2 and f"'{title}' looks like 'fee' and is not used" in ran.err
    assert deliverable_of(letters("combo 100 video")).posts == 100


def test_a_number_of_each_of_two_things_is_not_multiplied(read):
    title = "Price 4 reels x 2 stories (USD)"
    ran = read(["Name", "Platform", title], ["Lan", "TikTok", "500"], options=("--table", "candidates"))
    assert ran.code == 2 and f"'{title}' looks like 'fee' and is not used" in ran.err


@pytest.mark.parametrize(
    ("titles", "cells"),
    [
        (["Budget", "Currency", "Video", "Story"], ["900", "USD", "2", "3"]),
        (["Budget", "Currency", "Video", "Story"], ["900", "USD", "200", "300"]),
        (["Currency", "Video", "Story"], ["USD", "2", "3"]),
    ],
)
def test_numbers_of_posts_beside_a_currency_are_asked_about(read, titles, cells):
    ran = read(["Name", "Platform", "Followers", *titles], ["Lan", "TikTok", "120000", *cells])
    assert ran.code == 2 and "'Video' / 'Story' look like prices and are not used" in ran.err


def test_subscribers_on_one_platform_are_not_followers_on_another(read):
    rows = ["Name", "TikTok followers", "TikTok video price (USD)", "IG reel price (USD)"], ["Lan", "1200000", "500", "300"]
    ran = read(*rows)
    assert ran.code == 0 and ran.rows("platform followers fee") == ["tiktok 1200000 500", "instagram _ 300"]
    assert "left blank in the others: 'TikTok followers' → tiktok" in ran.out


def test_a_number_format_of_another_currency_than_the_title_names_is_rejected(read_book):
    def change(sheet):
        sheet["C3"].number_format = '"$"#,##0'

    ran = read_book(["Tên", "Nền tảng", "Giá (VND)"], ["A", "TikTok", 5000000], ["B", "TikTok", 2500000], change=change)
    assert ran.code == 0 and ran.rows("fee currency") == ["5000000 VND", "_ _"]
    assert "cell C3, column 'Giá (VND)'" in ran.err + ran.out and "its title says VND" in ran.err + ran.out


@pytest.mark.parametrize("cell", ["5.000.000 -> 7.000.000", "5tr → 7tr", "1-2 video → 5tr", "5tr trước 20/12", "5tr => 2 video"])
def test_a_rise_a_number_of_posts_and_a_day_are_no_former_price(read, cell):
    ran = read(["Tên", "Nền tảng", "Giá (VND)"], ["A", "TikTok", cell], ["B", "TikTok", "3tr"])
    assert "former price" not in ran.out + ran.err and f"'{cell}" in ran.out + ran.err


def test_a_price_before_tax_is_no_former_price(read):
    ran = read(["Name", "Platform", "Fee (USD)"], ["A", "TikTok", "500 before 10% VAT"])
    assert ran.code == 0 and ran.rows("fee fee_terms") == ["500 without_vat"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("15.000.000đ -> 12tr", "12tr"), ("15 -> 12tr", "12tr"), ("$500 → $400", "$400"), ("$500 -> 400k VND", None)],
)
def test_the_lesser_of_two_amounts_of_one_currency_is_the_price_now(cell, expected):
    assert price_now(cell) == expected


def test_handles_that_say_null_are_no_account(read):
    rows = [["Null", "Lan"], ["Null", "Minh"], ["Nan", "Hoa"], ["@mai", "Mai"]]
    ran = read(["Handle", "Name", "Platform", "Fee (USD)"], *([*row, "TikTok", "250"] for row in rows))
    assert ran.code == 0 and ran.rows("creator_id name") == ["_ Lan", "_ Minh", "_ Hoa", "@mai Mai"]


def test_a_word_for_nothing_beside_an_id_is_no_name(read):
    rows = [["Null", "@a"], ["Null", "@b"], ["Mai", "@c"], ["None", "@d"]]
    ran = read(["Name", "Handle", "Platform", "Fee (USD)"], *([*row, "TikTok", "250"] for row in rows))
    assert ran.code == 0 and ran.rows("creator_id name") == ["@a _", "@b _", "@c Mai", "@d _"]


@pytest.mark.parametrize(("title", "cell"), [("Followers (M)", "12"), ("Followers (M)", "35"), ("Followers (K)", "12000")])
def test_millions_of_followers_are_no_question(read, title, cell):
    ran = read(["Name", "Platform", title, "Fee (USD)"], ["Lan", "TikTok", cell, "500"])
    assert ran.code == 0 and ran.rows("followers") == [f"{float(cell) * (1e6 if 'M' in title else 1e3):.0f}"]


def test_views_of_a_post_in_thousands_are_no_question(read):
    ran = read(["creator_id", "platform", "post_id", "published_at", "Views (k)"], ["a", "tiktok", "1", "2026-01-02", "45000"])
    assert ran.code == 0 and ran.rows("views", "posts") == ["45000000"]


@pytest.mark.parametrize(
    ("title", "cells"), [("Báo", ["có", "không"]), ("Celeb", ["x", ""]), ("Host", ["Lan Anh", ""]), ("Nghệ sĩ", ["x", "x"])]
)
def test_a_column_of_who_is_one_beside_names_is_none_of_names(read, title, cells):
    rows = [[who, cell, "TikTok", "500"] for who, cell in zip(["Lan", "Minh"], cells, strict=True)]
    ran = read(["Name", title, "Platform", "Fee (USD)"], *rows)
    assert ran.code == 0 and ran.rows("name") == ["Lan", "Minh"] and f"Not used: {title}" in ran.out


def test_names_that_begin_with_a_platform_are_people(read):
    rows = [["Facebook Lan", "", ""], ["Minh", "300000", "250"], ["Youtube Bean", "", ""], ["Hoa", "1000", "250"]]
    ran = read(["Name", "Followers", "Fee (USD)"], *rows)
    assert ran.code == 0 and ran.rows("name") == ["Facebook Lan", "Minh", "Youtube Bean", "Hoa"]
