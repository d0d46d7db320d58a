"""Lists as planners have them: plain words that were asked about or not read, questions that led to a wrong column, and notes."""

import pytest
from test_field_cases import Ran, table, workbook


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file, in whose name nothing is said."""
    return lambda *rows, options=(), mapping=None: Ran(table(tmp_path / "list.csv", *rows), capsys, *options, mapping=mapping)


@pytest.fixture
def read_book(tmp_path, capsys):
    """Import rows as a workbook of one sheet."""
    return lambda *rows, **settings: Ran(workbook(tmp_path / "list.xlsx", {"Sheet1": rows}, **settings), capsys)


KOL = ["Name", "TikTok", "Followers"]
LAN, MINH = ["Lan", "@lan.rv", 52000], ["Minh", "@minh.rv", 38000]


# What a column looks like.


@pytest.mark.parametrize(
    "title, cells",
    [("Avg engagement", [5400, 7800]), ("Tương tác TB", ["7.8K", "9.9K"]), ("Subscribers growth", ["+1.2%", "4%"])],
)
def test_counts_of_engagement_and_growth_of_an_audience_are_not_asked_about_as_something_else(read, title, cells):
    ran = read([*KOL, title, "Price (VND)"], [*LAN, cells[0], 5_000_000], [*MINH, cells[1], 6_000_000])
    assert ran.code == 0 and f"Not used: {title}" in ran.out


@pytest.mark.parametrize("cells", [("1.250", "2.100"), ("3.125", "4.250")])
def test_engagement_that_may_be_a_rate_is_still_asked_about(read, cells):
    ran = read([*KOL, "Engagement", "Price (VND)"], [*LAN, cells[0], 5_000_000], [*MINH, cells[1], 6_000_000])
    assert ran.code == 2 and "'Engagement' looks like 'engagement_rate'" in ran.err


def test_engagement_beside_a_rate_of_it_is_not_asked_about(read):
    rows = [*KOL, "Tương tác TB", "ER", "Price (VND)"], [*LAN, "1.250", "2.1%", 5_000_000], [*MINH, "2.100", "3%", 6_000_000]
    ran = read(*rows)
    assert ran.code == 0 and ran.rows("engagement_rate") == ["0.021", "0.03"] and "Not used: Tương tác TB" in ran.out


def test_followers_under_a_longer_title_are_still_asked_about(read):
    ran = read(["Name", "TikTok", "Follow T5", "Price (VND)"], [*LAN, 5_000_000], [*MINH, 6_000_000])
    assert ran.code == 2 and "'Follow T5' looks like 'followers'" in ran.err


@pytest.mark.parametrize("title, cells", [("Avg Reel Views", ["80k", "12k"]), ("Giá sản phẩm", [450_000, 199_000])])
def test_views_and_what_is_sent_are_no_price_beside_one(read, title, cells):
    ran = read([*KOL, title, "Fee (VND)"], [*LAN, cells[0], 5_000_000], [*MINH, cells[1], 6_000_000])
    assert ran.code == 0 and ran.rows("fee") == ["5000000", "6000000"] and f"Not used: {title}" in ran.out


def test_the_price_of_goods_alone_is_still_asked_about(read):
    ran = read([*KOL, "Giá sản phẩm"], [*LAN, "450.000đ"], [*MINH, "199.000đ"])
    assert ran.code == 2 and "'Giá sản phẩm' looks like 'fee'" in ran.err


def test_codes_that_buyers_type_in_are_no_price(read):
    rows = (
        ["Booking id", "Date Booked", "Handle", "Platform", "Phí chốt (VND)", "Mã giảm giá"],
        [1, "2026-03-14", "@lan", "TikTok", 5_000_000, "LAN10"],
    )
    ran = read(*rows)
    assert ran.code == 0 and ran.rows("booked_at fee", "bookings") == ["2026-03-14 5000000"]
    assert "Not used: Mã giảm giá" in ran.out


def test_the_title_thanh_tien_speaks_of_no_picture(read):
    ran = read([*KOL, "Số tiền thanh toán"], [*LAN, 5_000_000], [*MINH, 6_000_000])
    assert "image" not in ran.out + ran.err and "photo" not in ran.out + ran.err


# Titles and words.


@pytest.mark.parametrize("title", ["インスタグラム", "인스타그램", "อินสตาแกรม"])
def test_a_platform_in_another_script_titles_handles(read, title):
    ran = read(["Name", title, "Followers", "Price (JPY)"], ["A", "@a.hc", 5000, 90_000], ["B", "@b.hc", 900, 60_000])
    assert ran.code == 0 and ran.rows("creator_id platform") == ["a.hc instagram", "b.hc instagram"]


def test_prices_of_reels_in_thai_and_of_posts_in_korean_are_read(read):
    ran = read(["ชื่อ", "อินสตาแกรม", "ราคารีล (บาท)", "ราคาสตอรี่ (บาท)"], ["A", "@a.th", "25,000", "8,000"])
    assert ran.code == 0 and ran.rows("format fee currency") == ["short 25000 THB", "story 8000 THB"]
    ran = read(["이름", "인스타그램", "팔로워", "릴스 (만원)", "피드 (만원)"], ["A", "@a.kr", 900, 120, 80])
    assert ran.code == 0 and ran.rows("format fee currency") == ["short 1200000 KRW", "image 800000 KRW"]


def test_a_single_video_beside_packages_is_a_price_of_its_own(read):
    ran = read([*KOL, "Combo 5 video (VNĐ)", "Video lẻ (VNĐ)"], [*LAN, 6_500_000, 1_500_000])
    assert ran.code == 0 and ran.rows("format posts fee") == ["video 5 6500000", "video 1 1500000"]


def test_a_bare_rate_above_a_hundred_is_a_price_and_a_small_one_is_asked_about(read):
    ran = read([*KOL, "Rate", "Currency"], [*LAN, 250, "USD"], [*MINH, 800, "USD"])
    assert ran.code == 0 and ran.rows("fee currency") == ["250 USD", "800 USD"]
    ran = read([*KOL, "Rate", "Currency"], [*LAN, 8.5, "USD"], [*MINH, 4, "USD"])
    assert ran.code == 2 and "'Rate' looks like 'fee'" in ran.err


def test_orders_and_revenue_in_indonesian_and_vietnamese_are_results(read):
    head = "Booking id", "Booking date", "Handle", "Platform", "Fee (IDR)"
    ran = read([*head, "Pesanan", "Omzet (Rp)"], [1, "2026-03-14", "@a", "TikTok", 3_500_000, 41, 6_150_000])
    assert ran.code == 0 and ran.rows("orders revenue", "bookings") == ["41 6150000"]
    ran = read([*head[:4], "Fee (VND)", "Số đơn", "Doanh số"], [1, "2026-03-14", "@a", "TikTok", 3_500_000, 12, "3.540.000"])
    assert ran.code == 0 and ran.rows("orders revenue", "bookings") == ["12 3540000"]


def test_a_goal_called_nhan_dien_is_awareness(read):
    rows = ["Mã chiến dịch", "Nhãn hàng", "Mục tiêu", "Ngân sách (VND)"], ["T26", "Trà", "Nhận diện", 500_000_000]
    ran = read(*rows)
    assert ran.code == 0 and ran.rows("campaign_id goal", "campaigns") == ["T26 awareness"]


def test_a_person_called_max_stays_where_a_handle_of_its_own_stands_beside(read):
    rows = ["Creator", "Instagram", "Followers", "Fee (USD)"], ["Zoe", "@zoe.l", "125K", "USD 600"]
    ran = read(*rows, ["Max", "@max.bakes", "~20K", "from USD 150 per post"], ["Ivy", "@ivy.i", "1.05M", "USD 3k"])
    assert ran.code == 0 and ran.rows("creator_id fee") == ["zoe.l 600", "max.bakes 150", "ivy.i 3000"]


def test_the_largest_of_a_list_without_a_handle_stays_no_person(read):
    rows = (
        ["Creator", "Instagram", "Followers", "Fee (USD)"],
        ["Zoe", "@zoe.l", "125K", "USD 600"],
        ["Ivy", "@ivy.i", "90K", "USD 300"],
    )
    ran = read(*rows, ["Max", "", "125K", "USD 600"])
    assert ran.code == 0 and ran.rows("creator_id") == ["zoe.l", "ivy.i"]


# Words around numbers.


def test_words_for_whom_or_what_a_number_counts_are_no_part_of_it(read):
    head = ["Creator id", "Link video", "Ngày đăng", "Lượt xem"]
    ran = read(
        head,
        ["@a", "https://www.tiktok.com/@a/video/9", "2026-06-15", "125.400 lượt"],
        ["@b", "https://www.tiktok.com/@b/video/8", "2026-06-18", "~22K"],
    )
    assert ran.code == 0 and ran.rows("views", "posts") == ["125400", "22000"]
    assert "'~22K'" in ran.out
    ran = read(
        [*KOL[:2], "Followers", "ER", "Fee (USD)"],
        ["A", "@a", "230 N người đăng ký", "4.1% ER", 500],
        ["B", "@b", "98.5K thành viên", "5%", 300],
    )
    assert ran.code == 0 and ran.rows("followers engagement_rate") == ["230000 0.041", "98500 0.05"]


@pytest.mark.parametrize("cell", ["12K likes", "22K+", "tới 22K"])
def test_other_words_beside_a_result_are_still_refused(read, cell):
    head = ["Creator id", "Link video", "Ngày đăng", "Lượt xem", "Likes"]
    ran = read(
        head,
        ["@a", "https://www.tiktok.com/@a/video/9", "2026-06-15", cell, 7],
        ["@b", "https://www.tiktok.com/@b/video/8", "2026-06-18", "22K", 9],
    )
    assert ran.rows("views", "posts") == ["_", "22000"] and cell in ran.out + ran.err


# Currencies.


@pytest.mark.parametrize("title", ["Giá (tr)", "Bao gia (trieu)", "Phí (tr)"])
def test_millions_that_only_dong_are_counted_in_say_the_currency(read, title):
    ran = read([*KOL, title], [*LAN, "3,5"], [*MINH, 12])
    assert ran.code == 0 and ran.rows("fee currency") == ["3500000 VND", "12000000 VND"]


def test_an_abbreviation_that_is_no_price_in_vietnamese_says_no_currency(read):
    ran = read([*KOL, "Price (tr)"], [*LAN, "3,5"], [*MINH, 12])
    assert ran.code == 2 and "names no currency" in ran.err


def test_the_question_for_a_currency_gives_that_of_the_title_s_script(read):
    for title, code in {"报价": "CNY", "報價": "TWD", "단가": "KRW", "ราคา": "THB", "Fee": "VND"}.items():
        ran = read([*KOL, title], [*LAN, 250_000], [*MINH, 300_000])
        assert ran.code == 2 and f"constants: {{currency: {code}}}" in ran.err


def test_a_shared_sign_is_settled_by_the_constant_that_its_question_names(read):
    rows = [*KOL, "Price"], [*LAN, "$500"], [*MINH, "$800"]
    ran = read(*rows)
    assert ran.code == 2 and "under candidates, write `constants: {currency: USD}`" in ran.err
    ran = read(*rows, mapping="candidates:\n  constants: {currency: USD}\n")
    assert ran.code == 0 and ran.rows("fee currency") == ["500 USD", "800 USD"]


# Notes and examples.


def test_a_column_of_remarks_of_which_vat_is_read_is_not_called_unused(read):
    ran = read([*KOL, "Giá (VNĐ)", "Ghi chu"], [*LAN, 5_000_000, "chua VAT"], [*MINH, 6_000_000, "da gom VAT"])
    assert ran.code == 0 and ran.rows("fee_terms") == ["without_vat", "with_vat"]
    assert "Of 'Ghi chu' only what it says of VAT is used." in ran.out and "Not used" not in ran.out


def test_columns_that_are_not_used_are_told_in_every_round(read, tmp_path):
    rows = [*KOL, "Giá", "Quê quán"], [*LAN, 5_000_000, "Huế"], [*MINH, 6_000_000, "Vinh"]
    first = read(*rows)
    assert first.code == 2 and "Not used: Quê quán" in first.out
    kept = (tmp_path / "data" / "mapping.yaml").read_text(encoding="utf-8")
    second = read(*rows, mapping=kept.replace("candidates:", "candidates:\n  constants: {currency: VND}"))
    assert second.code == 0 and "Not used: Quê quán" in second.out


def test_the_example_for_a_package_is_what_it_holds(read):
    ran = read([*KOL, "Giá video (VNĐ)", "Paket hemat (1 Reels + 3 Story)"], [*LAN, 5_000_000, 9_000_000])
    assert ran.code == 2 and '"Paket hemat (1 Reels + 3 Story)": {format: 1 reels + 3 story, posts: 4}' in ran.err


def test_times_with_an_offset_are_told_to_be_those_of_utc(read):
    head = ["creator_id", "post_id", "published_at", "views"]
    ran = read(head, ["a", "p1", "2026-03-14T02:30:00+0700", 100], ["a", "p2", "2026-03-15T09:00:00+0700", 200])
    assert ran.code == 0 and "2 times say how far they are from UTC" in ran.out and "2026-03-13 19:30" in ran.out
    ran = read(head, ["a", "p1", "2026-03-14T02:30:00+00:00", 100], ["a", "p2", "2026-03-15", 200])
    assert ran.code == 0 and "from UTC" not in ran.out


def test_cancelled_items_of_orders_that_are_not_sold_are_not_called_read(read):
    head = ["Order id", "Order Status", "Affiliate Item Status", "Purchase Value(₫)", "Affiliate Username", "Order Time"]
    rows = [
        head,
        ["1", "Completed", "Completed", 200_000, "lan", "2026-09-03"],
        ["2", "Cancelled", "Cancelled", 90_000, "lan", "2026-09-04"],
    ]
    ran = read(*rows, options=("--set", "booked_at=2026-09-01"))
    assert ran.code == 0 and "read like the others" not in ran.out
    ran = read(*rows, ["3", "Completed", "Cancelled", 70_000, "lan", "2026-09-05"], options=("--set", "booked_at=2026-09-01"))
    assert ran.code == 0 and "rows 4 (Cancelled)" in ran.out


@pytest.mark.parametrize("line, code", [("KOL Rate Card 2026 (USD '000)", "USD"), ("Fee proposal (RM'000)", "MYR")])
def test_a_currency_with_its_noughts_in_a_line_above_holds_for_all_amounts(read_book, line, code):
    ran = read_book([line], ["Name", "Instagram", "Followers", "Fee"], ["A", "@a.l", 5000, 4.5], ["B", "@b.l", 900, 2])
    assert ran.code == 0 and ran.rows("fee currency") == [f"4500 {code}", f"2000 {code}"]


def test_a_budget_with_noughts_in_a_line_above_says_no_currency_of_prices(read_book):
    ran = read_book(["Campaign budget (USD '000)"], [*KOL, "Fee"], [*LAN, 450], [*MINH, 200])
    assert ran.code == 2 and "names no currency" in ran.err


def test_a_dollar_whose_number_format_names_its_country_is_that_country_s(read_book):
    rows = [*KOL, "Fee"], [*LAN, 450], [*MINH, 200]
    ran = read_book(*rows, formats=[("D2", "[$$-409]#,##0"), ("D3", "[$$-1009]#,##0.00")])
    assert ran.code == 0 and ran.rows("fee currency") == ["450 USD", "200 CAD"]
    ran = read_book(*rows, formats=[("D2", '"$"#,##0'), ("D3", "[$$]#,##0")])
    assert ran.code == 2 and "'$' in column 'Fee'" in ran.err


def test_the_name_of_a_sheet_says_the_currency_of_its_rates(tmp_path, capsys):
    rows = [[*KOL, "Rate"], [*LAN, 8500], [*MINH, 4000]]
    ran = Ran(workbook(tmp_path / "list.xlsx", {"Rates USD": rows}), capsys)
    assert ran.code == 0 and ran.rows("fee currency") == ["8500 USD", "4000 USD"]
    ran = Ran(workbook(tmp_path / "list.xlsx", {"USD": rows}), capsys)
    assert ran.code == 2 and "names no currency" in ran.err
