"""Lists, rate cards and exports as planners have them, each once read as another thing, dropped, or asked about for nothing."""

import zipfile

import openpyxl
import pytest
from test_field_cases import Ran, table

from predictor.cli.main import main


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file, in whose name nothing is said."""
    return lambda *rows, options=(), mapping=None: Ran(table(tmp_path / "list.csv", *rows), capsys, *options, mapping=mapping)


@pytest.fixture
def read_book(tmp_path, capsys):
    """Import rows as a workbook; `change` does to its sheet what a person does."""

    def reading(*rows, change=lambda sheet: None, mapping=None):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        change(book.active)
        book.save(tmp_path / "list.xlsx")
        return Ran(tmp_path / "list.xlsx", capsys, mapping=mapping)

    return reading


@pytest.mark.parametrize("title", ["email", "Email", "Contact"])
def test_an_address_of_mail_is_no_profile_whatever_its_host(read, title):
    ran = read(["name", title, "followers", "instagram_handle"], ["A", "a@x.com", 500, "a_ig"], ["B", "b.c@x.com", 900, "b_ig"])
    assert ran.code == 0 and ran.rows("creator_id platform", "creators") == ["a_ig instagram", "b_ig instagram"]


def test_a_phone_number_in_a_link_to_call_is_no_id(read):
    rows = ["Name", "Platform", "Link", "Price (VND)"], ["A", "TikTok", "https://zalo.me/0912345678", "5tr"]
    ran = read(*rows, ["B", "TikTok", "https://zalo.me/0987654321", "6tr"])
    assert ran.code == 0 and ran.rows("creator_id platform") == ["A tiktok", "B tiktok"]


TITLES = ["KOL", "Link", "Followers", "Price (VND)"]


@pytest.mark.parametrize("shown", ["Link", "Xem kênh", "Click here", "🔗"])
def test_a_link_behind_a_word_is_the_profile_that_it_leads_to(read_book, shown):
    def change(sheet):
        sheet["B2"].hyperlink = "https://www.tiktok.com/@linh.lan?lang=vi"
        sheet["B3"].value = f'=HYPERLINK("https://www.instagram.com/minh.an/","{shown}")'
        sheet["B2"].value = shown

    ran = read_book(TITLES, ["Linh", shown, 5000, 5_000_000], ["Minh", shown, 900, 6_000_000], change=change)
    assert ran.code == 0 and ran.rows("name creator_id platform")[0] == "Linh linh.lan tiktok"
    assert ran.rows("name creator_id platform")[1:] == ["Minh minh.an instagram"]


def test_names_that_lead_to_profiles_keep_their_words_and_give_the_link(read_book):
    def change(sheet):
        sheet["A2"].hyperlink, sheet["A3"].hyperlink = "https://www.tiktok.com/@linh.lan", "https://www.tiktok.com/@minh"
        sheet["A2"].value, sheet["A3"].value = "Linh", "Minh"

    rows = ["KOL", "Followers", "Price (VND)"], ["Linh", 5000, 5_000_000], ["Minh", 900, 6_000_000]
    ran = read_book(*rows, change=change)
    assert ran.code == 0 and ran.rows("name creator_id platform") == ["Linh linh.lan tiktok", "Minh minh tiktok"]
    assert "The cells of 'KOL' lead to profiles" in ran.out


def test_a_word_in_place_of_a_link_is_nobodys_id(read):
    ran = read([*TITLES, "Platform"], ["Linh", "Link", "5000", "5tr", "TikTok"], ["Minh", "Xem", "900", "6tr", "TikTok"])
    assert ran.code == 0 and ran.rows("creator_id") == ["Linh", "Minh"]


@pytest.mark.parametrize("code", ["MXN", "CLP", "ARS", "NZD"])
def test_a_dollar_sign_under_the_code_of_a_currency_that_writes_it_is_no_question(read, code):
    ran = read(["Name", "Platform", f"Price ({code})"], ["A", "TikTok", "$18,500"], ["B", "TikTok", "$55,000"])
    assert ran.code == 0 and ran.rows("fee currency") == [f"18500 {code}", f"55000 {code}"]


def test_the_currency_that_is_stated_answers_what_a_dollar_sign_means(read):
    rows = ["Name", "Platform", "Price"], ["A", "TikTok", "$18,500"]
    ran = read(*rows, mapping="candidates: {constants: {currency: MXN}}")
    assert ran.code == 0 and ran.rows("fee currency") == ["18500 MXN"]


BOOKED = ["Name", "Platform", "Deliverables", "Fee (GBP)"]


@pytest.mark.parametrize(
    ("cell", "platform", "expected"),
    [
        ("1x TikTok + 2x Stories", "TikTok", "1 post + 2 story 3"), ("IG Reel x 2", "Instagram", "short 2"),
        ("Video x3", "TikTok", "video 3"), ("1 TikTok", "TikTok", "video 1"), ("2 reels", "Instagram", "short 2"),
        ("Photo post", "Facebook", "image _"), ("Bài viết ảnh", "Facebook", "image _"),
    ],
)  # fmt: skip
def test_a_deliverable_is_what_is_posted_as_often_as_the_cell_says(read, cell, platform, expected):
    ran = read([*BOOKED, "Number of posts"], ["A", platform, cell, "1500", ""], ["B", "YouTube", "2 videos", "900", "2"])
    assert ran.code == 0 and ran.rows("format posts")[0] == expected
    assert "names more than what is published" not in ran.out


def test_a_livestream_of_sixty_minutes_has_no_least_price(read):
    ran = read(["Name", "Platform", "TikTok Live 60 min (USD)", "Video (USD)"], ["A", "TikTok", "900", "500"])
    assert ran.code == 0 and "least" not in ran.out and ran.rows("fee format") == ["900 live", "500 video"]


def test_units_in_brackets_under_the_titles_are_part_of_them(read_book):
    rows = [
        ["Full name", "Social link", "Follower", "Booking price", "Số bài"],
        ["(bắt buộc)", "(URL)", "(người)", "(nghìn đồng)", "(bài)"],
    ]
    rows += [["VD: Nguyễn Văn A", "https://tiktok.com/@vidu", "10.000", "1.000", 1]]
    ran = read_book(*rows, ["Lê Na", "https://www.tiktok.com/@lena", "120.000", "8500", 1])
    assert ran.code == 0 and ran.rows("name creator_id followers fee currency") == ["Lê Na lena 120000 8500000 VND"]
    assert "VD: Nguyễn Văn A" in ran.out  # as a note that is left out


def test_a_line_drawn_under_the_titles_is_nobody(read):
    ran = read(["Name", "Followers", "Price (USD)"], ["---", ":---:", "---:"], ["A", "500", "300"], ["B", "900", "150"])
    assert ran.code == 0 and ran.rows("name fee") == ["A 300", "B 150"] and not (ran.data / "rejects.csv").exists()


@pytest.mark.parametrize("blanks", [1, 9, 11])
def test_the_letter_of_a_column_that_tells_two_titles_apart_is_no_unit(read, blanks):
    rows = (
        ["Name", *[f"n{n}" for n in range(blanks - 1)], "Followers", "Followers"],
        ["A", *["x"] * (blanks - 1), "500", "120000"],
    )
    ran = read(*rows)
    assert "counts in units" not in ran.err and "could both be 'followers'" in ran.err


@pytest.mark.parametrize("title", ["Post date", "Ngày lên bài", "Go-live", "Ngày báo giá", "Publish date (plan)"])
def test_days_are_no_prices_and_do_not_make_a_list_of_people_one_of_posts(read, title):
    rows = ["Creator", "Platform", "Followers", "Fee (USD)", title], ["A", "TikTok", "500", "300", "2026-06-05"]
    ran = read(*rows, ["B", "TikTok", "900", "250", "13/06/2026"])
    assert ran.code == 0 and ran.tables == ["candidates"] and ran.rows("followers fee") == ["500 300", "900 250"]
    assert title in ran.out  # as not used


def test_the_only_day_of_a_list_of_bookings_is_offered_as_theirs_and_not_as_a_fee(read):
    ran = read(["KOL", "Platform", "Chi phí (VND)", "Reach", "Ngày lên bài"], ["A", "TikTok", "5000000", "900", "05/06/2026"])
    assert ran.code == 2 and "fee" not in ran.err and '"Ngày lên bài": booked_at' in ran.err


def test_a_range_of_prices_is_a_price(read):
    ran = read(["Name", "Platform", "Price range (VND)"], ["A", "TikTok", "1tr-3tr"], ["B", "TikTok", "2tr"])
    assert ran.code == 0 and ran.rows("fee") == ["2000000", "2000000"]


def test_a_dash_for_every_figure_of_an_account_says_that_there_is_none(read):
    rows = ["Name", "Followers IG", "IG Story", "Followers TikTok", "TikTok video"], ["A", "500", "1jt", "900", "2jt"]
    ran = read(*rows, ["B", "700", "3jt", "-", "-"])
    assert ran.code == 0 and ran.rows("name platform") == ["A instagram", "B instagram", "A tiktok"]


def test_tt_before_a_word_is_tiktok_and_alone_numbers_the_rows(read):
    rows = ["TT", "Name", "IG followers", "IG post", "TT followers", "TT video"], ["1", "A", "500", "1tr", "900", "2tr"]
    ran = read(*rows, ["2", "B", "", "", "800", "4tr"])
    assert ran.code == 0 and ran.rows("name platform fee") == ["A instagram 1000000", "A tiktok 2000000", "B tiktok 4000000"]


def test_a_range_of_followers_is_its_midpoint_as_one_of_prices_is_and_is_told(read):
    rows = ["Name", "Platform", "Followers", "Price (VND)"], ["A", "TikTok", "100k-200k", "5tr-7tr"]
    ran = read(
        *rows, ["B", "TikTok", "50K - 60K", "3tr"], ["C", "TikTok", "10.000-20.000", "3tr"], ["D", "TikTok", "9k-5k", "2tr"]
    )
    assert ran.code == 0 and ran.rows("followers fee") == ["150000 6000000", "55000 3000000", "15000 3000000", "_ 2000000"]
    assert "C2: 100k-200k → 150000" in ran.out and "'9k-5k'" in ran.err + ran.out  # the last is no range, and said


@pytest.mark.parametrize(
    ("cell", "meant"),
    [("1.5L", 150000), ("12 L", 1200000), ("2 triệu sub", 2000000), ("45K flw", 45000), ("1.2M follow", 1200000)],
)
def test_followers_are_read_with_the_word_for_them_and_in_lakh(read, cell, meant):
    ran = read(["Name", "Platform", "Followers", "Price (INR)"], ["A", "TikTok", cell, "1L"])
    assert ran.code == 0 and ran.rows("followers fee") == [f"{meant} 100000"]


@pytest.mark.parametrize(
    ("titles", "cells", "columns", "expected"),
    [
        ("Tên,Nền tảng,Mức giá (đồng)", "A,TikTok,3500000", "fee currency", "3500000 VND"),
        ("ชื่อ,แพลตฟอร์ม,ราคาต่อโพสต์ (บาท)", "A,TikTok,45000", "fee currency format", "45000 THB video"),
        ("Name,Plattform,Preis pro Post,Währung,Land", "A,Instagram,1200,EUR,DE", "fee currency country", "1200 EUR DE"),
        ("氏名,媒体,フィード単価,通貨", "A,Instagram,12万,JPY", "name fee currency format", "A 120000 JPY image"),
        (
            "Nome,@,Rede,Nicho,Valor (R$)",
            "A,@a.b,Instagram,Games,900",
            "creator_id platform niche fee",
            "@a.b instagram gaming 900",
        ),
        (
            "Nombre,Usuario,Red social,País,Costo por historia (CLP)",
            "A,@a,TikTok,Chile,90000",
            "name creator_id country format",
            "A @a CL story",
        ),
        ("网红,社群平台,貼文報價(NT$),類別", "A,Instagram,9000,food", "platform fee currency niche", "instagram 9000 TWD food"),
        ("昵称,用户名,平台,图文笔记报价,币种", "A,a_1,小红书,900,CNY", "creator_id fee currency format", "a_1 900 CNY image"),
        (
            "Name,KOL Handle,Platform,Estimated cost per post,Cur.",
            "A,@a,TikTok,500,USD",
            "creator_id fee currency posts",
            "@a 500 USD 1",
        ),
    ],
)
def test_titles_of_other_markets_are_read_without_a_question(read, titles, cells, columns, expected):
    ran = read(titles.split(","), cells.split(","))
    assert ran.code == 0 and ran.rows(columns) == [expected]


def test_views_of_named_creators_by_day_are_their_posts(read):
    ran = read(["Nama Campaign", "Nama Creator", "Views", "Tanggal Posting"], ["R", "Kania", "12.500", "13-04-2026"])
    assert ran.code == 0 and ran.rows("creator_id views published_at", "posts") == ["Kania 12500 2026-04-13"]


def test_a_wide_dash_is_no_price(read):
    ran = read(
        ["氏名", "媒体", "リール単価（円）", "ストーリーズ単価（円）"],
        ["A", "Instagram", "400000", "－"],
        ["B", "Instagram", "90000", "50000"],
    )
    assert ran.code == 0 and ran.rows("name fee") == ["A 400000", "B 90000", "B 50000"]


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ("Video: 10tr / Livestream: 18tr", "Video: 8tr\nStory: 1tr"),
        ("Video 10tr / Live 18tr", "Video 8tr; Story 1tr"),
        ("10tr/video, 18tr/livestream", "8tr/video, 1tr/story"),
        ("• Video: 10tr\n• Livestream: 18tr", "Video = 8tr | Story = 1tr"),
    ],
)
def test_several_prices_in_a_cell_are_rows_of_their_own(read, first, other):
    ran = read(["Tên", "Kênh", "Báo giá"], ["A", "TikTok", first], ["B", "TikTok", other], ["C", "TikTok", "15tr/video"])
    expected = ["A 10000000 video", "A 18000000 live", "B 8000000 video", "B 1000000 story", "C 15000000 video"]
    assert ran.code == 0 and ran.rows("name fee format") == expected
    again = read(
        ["Tên", "Kênh", "Báo giá"],
        ["A", "TikTok", first],
        ["B", "TikTok", other],
        mapping=(ran.data / "mapping.yaml").read_text(),
    )
    assert again.code == 0 and again.rows("name fee format") == expected[:4]


def test_a_cell_of_several_prices_among_many_of_one_stays_blank_and_is_told(read):
    rows = ["Tên", "Kênh", "Báo giá (VND)"], ["A", "TikTok", "Video: 10tr / Livestream: 18tr"], ["B", "TikTok", "8tr"]
    ran = read(*rows, ["C", "TikTok", "9tr"])
    assert (
        ran.code == 0
        and ran.rows("name fee") == ["A _", "B 8000000", "C 9000000"]
        and "Video: 10tr / Livestream: 18tr" in ran.err
    )


def test_two_prices_of_one_thing_in_a_cell_are_none_and_those_of_other_cells_stay(read):
    ran = read(
        ["Tên", "Kênh", "Báo giá (VND)"], ["A", "TikTok", "Video: 10tr / Clip: 12tr"], ["B", "TikTok", "Video: 8tr / Story: 1tr"]
    )
    assert ran.code == 0 and ran.rows("name fee") == ["A _", "B 8000000", "B 1000000"]
    assert "C2" in ran.err and "Video: 10tr / Clip: 12tr" in ran.err


def test_ends_of_a_range_in_a_cell_of_several_prices_are_no_other_price(read):
    ran = read(
        ["Tên", "Kênh", "Báo giá (VND)"],
        ["A", "TikTok", "Video 5 - 7tr / Story 1 - 2tr"],
        ["B", "TikTok", "Video: 8tr / Story: 1tr"],
    )
    assert ran.code == 0 and ran.rows("name format fee")[:2] == ["A video 6000000", "A story 1500000"]
    assert "C2" in ran.out and "D2" not in ran.out + ran.err


def test_a_title_that_is_there_already_is_not_made_again(read):
    titles = ["Tên", "Kênh", "Báo giá (VND)", "Báo giá (VND) Video"]
    ran = read(
        titles, ["A", "TikTok", "Video: 10tr / Livestream: 18tr", "9tr"], ["B", "TikTok", "Video: 8tr / Livestream: 9tr", "7tr"]
    )
    assert ran.code in (0, 2) and "Báo giá (VND)" in ran.out + ran.err


def test_a_column_of_prices_that_is_to_be_left_out_is_left_out_whole(read):
    rows = (
        ["Tên", "Kênh", "Báo giá (VND)"],
        ["A", "TikTok", "Video: 10tr / Story: 2tr"],
        ["B", "TikTok", "Video: 8tr / Story: 1tr"],
    )
    ran = read(*rows, mapping='candidates: {ignore: ["Báo giá (VND)"]}')
    assert ran.code == 0 and ran.rows("name") == ["A", "B"]


@pytest.mark.parametrize("cell", ["100-200k followers", "100-200k fl", "100k - 200k người theo dõi", "100-200K"])
def test_the_ends_of_a_range_of_followers_have_one_unit_whatever_word_follows(read, cell):
    ran = read(["Tên", "Kênh", "Followers", "Giá (VND)"], ["A", "TikTok", cell, "5tr"], ["B", "TikTok", "90K", "4tr"])
    assert ran.code == 0 and ran.rows("followers") == ["150000", "90000"]


def test_a_small_l_after_a_count_is_no_lakh(read):
    ran = read(["Tên", "Kênh", "Followers", "Giá (VND)"], ["A", "TikTok", "500 l", "5tr"], ["B", "TikTok", "90K", "4tr"])
    assert "50000000" not in " ".join(ran.rows("followers"))


@pytest.mark.parametrize("who", ["eg.daily", "vd.linh", "sample.vn", "E.G. Nguyen", "Mẫu: Ngọc Trinh"])
def test_a_name_that_begins_like_an_example_is_a_name(read, who):
    ran = read(["Tên", "Kênh", "Followers", "Giá (VND)"], [who, "TikTok", "90K", "5tr"], ["B", "TikTok", "80K", "4tr"])
    assert ran.code == 0 and len(ran.rows("name")) == 2


def test_a_profile_whose_handle_is_a_number_keeps_its_platform(read):
    rows = ["KOL", "Link", "Followers", "Giá (VND)"], ["A", "https://www.tiktok.com/@0912345678", "90K", "5tr"]
    ran = read(*rows, ["B", "https://www.tiktok.com/@b.b", "80K", "4tr"])
    assert ran.code == 0 and ran.rows("creator_id platform") == ["0912345678 tiktok", "b.b tiktok"]


def test_a_link_behind_any_word_under_a_title_of_links_is_the_profile(read_book):
    def change(sheet):
        sheet["B2"].hyperlink, sheet["B3"].hyperlink = "https://www.tiktok.com/@linh.lan", "https://www.tiktok.com/@minh"
        sheet["B2"].value, sheet["B3"].value = "TikTok", "TikTok"

    rows = (
        ["KOL", "Link kênh", "Followers", "Price (VND)"],
        ["Linh", "TikTok", 5000, 5_000_000],
        ["Minh", "TikTok", 900, 6_000_000],
    )
    ran = read_book(*rows, change=change)
    assert ran.code == 0 and ran.rows("name creator_id platform") == ["Linh linh.lan tiktok", "Minh minh tiktok"]


def test_an_example_behind_a_format_does_not_hide_the_profiles_behind_the_names(read_book):
    def change(sheet):
        sheet["A2"].hyperlink, sheet["A3"].hyperlink = "https://www.tiktok.com/@linh.lan", "https://www.tiktok.com/@minh"
        sheet["B2"].hyperlink = "https://www.tiktok.com/@someone/video/1"
        sheet["A2"].value, sheet["A3"].value, sheet["B2"].value = "Linh", "Minh", "video"

    rows = ["KOL", "Format", "Followers", "Price (VND)"], ["Linh", "video", 5000, 5_000_000], ["Minh", "video", 900, 6_000_000]
    ran = read_book(*rows, change=change)
    assert ran.code == 0 and ran.rows("name creator_id platform") == ["Linh linh.lan tiktok", "Minh minh tiktok"]


def test_an_address_that_a_formula_puts_together_is_not_taken_in_part(read_book):
    def change(sheet):
        sheet["A2"].value, sheet["A3"].value = '=HYPERLINK("https://www.tiktok.com/@linh"&C2,"Linh")', "Minh"

    ran = read_book(["KOL", "Followers", "Price (VND)"], ["Linh", 5000, 5_000_000], ["Minh", 900, 6_000_000], change=change)
    assert "linh tiktok" not in ran.out


def test_a_platform_in_two_letters_takes_its_followers_and_a_row_of_several_platforms_is_told(read):
    titles = ["Creator", "Platform", "tiktok_followers", "instagram_followers", "Fee (GBP)"]
    ran = read(
        titles, ["A", "TT", "120000", "45000", "1500"], ["B", "IG", "", "98000", "900"], ["C", "TikTok, IG", "7000", "8000", "5"]
    )
    assert "120000" in ran.rows("followers") and "98000" in ran.rows("followers")
    assert "4" in ran.out and "no followers are taken" in ran.out


def test_followers_of_several_platforms_beside_a_platform_are_those_of_the_rows_own(read):
    titles = ["Creator", "Platform", "tiktok_followers", "instagram_followers", "youtube_followers", "Fee (GBP)"]
    rows = ["A", "TikTok", "120000", "45000", "", "1500"], ["B", "Instagram", "", "98000", "12000", "900"]
    ran = read(titles, *rows)
    assert ran.code == 0 and ran.rows("name platform followers") == ["A tiktok 120000", "B instagram 98000"]
    assert "tiktok_followers, instagram_followers, youtube_followers" in ran.out
    again = read(titles, rows[0], rows[1], mapping=(ran.data / "mapping.yaml").read_text())
    assert again.code == 0 and again.rows("followers") == ["120000", "98000"]
    given = "columns: {instagram_followers: followers}, ignore: [tiktok_followers, youtube_followers]"
    chosen = read(titles, rows[0], mapping=f"candidates: {{{given}}}")
    assert chosen.rows("followers") == ["45000"]


@pytest.mark.parametrize(("title", "clock"), [("post_time", "19:30"), ("Giờ đăng", "19h30"), ("Time", "7:30 PM")])
def test_the_day_and_the_time_of_a_post_in_two_columns_are_one_moment(read, title, clock):
    rows = ["Creator handle", "post_date", title, "likes"], ["a", "2026-03-15", clock, "450"], ["b", "2026-03-16", "14:00", "900"]
    ran = read(*rows)
    assert ran.code == 0 and ran.rows("creator_id published_at likes", "posts")[1] == "b 2026-03-16T14:00:00 900"
    assert ran.rows("published_at", "posts")[0] == "2026-03-15T19:30:00" and f"The times in '{title}'" in ran.out


def test_prices_under_groups_are_read_where_a_note_below_says_that_they_are_in_dollars(read_book):
    rows = [["Influencer", "Instagram", None, "TikTok", None], [None, "Followers", "Story", "Followers", "1 Video"]]
    rows += [["Ann", 120000, 100, 250000, 500], ["Cat", 45000, 80, 1000, 90], [], ["All prices in USD, excl. tax"]]

    def change(sheet):
        for cells in ("A1:A2", "B1:C1", "D1:E1"):
            sheet.merge_cells(cells)

    ran = read_book(*rows, change=change)
    assert ran.code == 0 and ran.rows("name platform fee currency") == [
        "Ann instagram 100 USD", "Cat instagram 80 USD", "Ann tiktok 500 USD", "Cat tiktok 90 USD",
    ]  # fmt: skip


@pytest.mark.parametrize(("lang", "words"), [("en", "with titles of its own"), ("vi", "với tiêu đề riêng")])
def test_a_sheet_of_other_titles_that_is_checked_as_a_table_is_told_how_it_is_imported(tmp_path, capsys, lang, words):
    path = table(tmp_path / "quotes.csv", ["KOL", "Báo giá (triệu)"], ["Linh", "5"])
    with pytest.raises(SystemExit) as end:
        main(["check", str(path), "--lang", lang])
    said = capsys.readouterr().err
    assert end.value.code == 2 and said.count("predictor import quotes.csv -o data") == 1 and words in said


def test_a_table_with_a_fault_in_a_cell_is_not_sent_to_the_import(tmp_path, capsys):
    path = table(tmp_path / "list.csv", ["creator_id", "platform", "followers"], ["a", "tiktok", "many"])
    with pytest.raises(SystemExit):
        main(["check", str(path)])
    said = capsys.readouterr().err
    assert "'many'" in said and "predictor import" not in said


def ods(path, *rows, struck=()):
    """A spreadsheet of OpenDocument whose cells at these places (row and column from 0) are crossed out."""
    cell = '<table:table-cell office:value-type="string"{style}><text:p>{text}</text:p></table:table-cell>'
    crossed = ' table:style-name="ce1"'
    lines = [
        "".join(cell.format(text=text, style=crossed if (r, c) in struck else "") for c, text in enumerate(row))
        for r, row in enumerate(rows)
    ]
    body = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    names = "".join(
        f' xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text", "style")
    )
    line = '<style:text-properties style:text-line-through-style="solid"/>'
    styles = f'<office:automatic-styles><style:style style:name="ce1">{line}</style:style></office:automatic-styles>'
    sheet = f'<office:spreadsheet><table:table table:name="S">{body}</table:table></office:spreadsheet>'
    content = f"<office:document-content{names}>{styles}<office:body>{sheet}</office:body></office:document-content>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<?xml version='1.0'?><manifest/>")
        archive.writestr("content.xml", f"<?xml version='1.0'?>{content}")
    return path


def test_rows_that_an_ods_crosses_out_are_announced_and_can_be_left_out(tmp_path, capsys):
    rows = ["Name", "Platform", "Price (VND)"], ["Ann", "TikTok", "5tr"], ["Bob", "TikTok", "6tr"], ["Cat", "TikTok", "7tr"]
    path = ods(tmp_path / "list.ods", *rows, struck={(2, 0), (2, 1), (2, 2), (3, 2)})
    ran = Ran(path, capsys)
    assert ran.code == 0 and ran.rows("name") == ["Ann", "Bob", "Cat"] and "3 (Bob" in ran.out and "cells C4" in ran.out
    assert Ran(path, capsys, mapping="candidates: {hidden: false}").rows("name") == ["Ann", "Cat"]


def test_rows_of_a_json_file_may_stand_under_a_name_but_not_two_tables(tmp_path, capsys):
    rows = '[{"username": "a", "platform": "tiktok", "follower_count": 500, "price": 300, "currency": "USD"}]'
    path = tmp_path / "list.json"
    path.write_text(f'{{"total": 1, "data": {rows}}}', encoding="utf-8")
    ran = Ran(path, capsys)
    assert ran.code == 0 and ran.rows("creator_id fee currency") == ["a 300 USD"]
    path.write_text(f'{{"first": {rows}, "other": {rows}}}', encoding="utf-8")
    assert "holds no table" in Ran(path, capsys).err


def test_the_time_for_which_a_post_was_watched_is_no_time_of_day(read):
    ran = read(["Creator handle", "post_date", "Avg watch time", "likes"], ["a", "2026-03-15", "0:12", "450"])
    assert ran.code == 0 and ran.rows("published_at", "posts") == ["2026-03-15"] and "Avg watch time" in ran.out


def test_prices_of_four_figures_are_no_days(read):
    ran = read(["Name", "Platform", "Booking T12"], ["A", "TikTok", "$2,000"], ["B", "TikTok", "$2025"])
    assert ran.code == 2 and "Booking T12" in ran.err


def test_a_format_that_leads_to_an_example_stays_a_format(read_book):
    def change(sheet):
        sheet["B2"].hyperlink = "https://www.tiktok.com/@linh.lan/video/7301"
        sheet["B2"].value = "Video"

    ran = read_book(["KOL", "Format", "Platform", "Price (VND)"], ["Linh", "Video", "TikTok", 5_000_000], change=change)
    assert ran.code == 0 and ran.rows("name format platform") == ["Linh video tiktok"]
