"""Lists as tools and agencies export them: accounts side by side, group sums, packages, units by row, what prices are of."""

import pytest
from test_field_cases import Ran, table


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file, in whose name nothing is said."""
    return lambda *rows, options=(), mapping=None: Ran(table(tmp_path / "list.csv", *rows), capsys, *options, mapping=mapping)


def said(ran):
    """All that the import printed."""
    return ran.out + ran.err


TWO_LINKS = ["Name", "Main Platform", "Instagram URL", "Instagram Followers", "YouTube URL", "YouTube Followers", "Country"]
CHLOE = ["Chloé", "Instagram", "https://www.instagram.com/chloe", 95400, "https://www.youtube.com/@chloe.tv", 12000, "FR"]
PAUL = ["Paul", "YouTube", "", "", "https://www.youtube.com/@paul", 310000, "FR"]


def test_accounts_with_links_of_their_own_are_on_their_platforms_whichever_is_the_main_one(read):
    ran = read(TWO_LINKS, CHLOE, PAUL, options=("--table", "candidates"))
    kept = ["chloe instagram 95400", "chloe.tv youtube 12000", "paul youtube 310000"]
    assert ran.code == 0 and ran.rows("creator_id platform followers") == kept
    assert "'Main Platform' only says which account is the main one: each account here is on the platform" in said(ran)


@pytest.mark.parametrize("title", ["Nền tảng", "Kênh chính"])
def test_accounts_with_links_and_prices_of_their_own_are_parted_beside_a_column_of_platforms(read, title):
    head = ["KOL", title, "Link Facebook", "Link TikTok", "Follow FB", "Follow TikTok", "Giá FB", "Giá TikTok"]
    rows = ["An", "TikTok", "https://facebook.com/an.page", "https://www.tiktok.com/@an", "30k", "200k", "2tr", "5tr"]
    ran = read(head, rows)
    kept = ["an.page facebook 30000 2000000", "an tiktok 200000 5000000"]
    assert ran.code == 0 and ran.rows("creator_id platform followers fee") == kept


@pytest.mark.parametrize("title", ["Platform", "Primary Network"])
def test_with_one_price_a_row_is_about_the_account_that_its_platform_names_and_takes_its_figures(read, title):
    head = ["Name", title, "Instagram Followers", "Instagram ER %", "TikTok Followers", "TikTok ER %", "Rate (USD)"]
    ran = read(head, ["Tara", "Instagram", 400000, 1.8, 112000, 5.4, 4500], ["Rick", "TikTok", 30000, 0.9, 900000, 7.2, 6000])
    kept = ["Tara instagram 400000 0.018 4500", "Rick tiktok 900000 0.072 6000"]
    assert ran.code == 0 and ran.rows("name platform followers engagement_rate fee") == kept
    assert f"Of Instagram ER %, TikTok ER % each row takes the one of its own platform ('{title}')" in said(ran)


REELS = ["Name", "IG handle", "TikTok handle", "IG followers", "TikTok followers", "Reel (€)", "Story (€)", "TikTok video (€)"]


def test_reels_and_stories_are_of_the_one_account_that_has_them(read):
    ran = read(REELS, ["Ana", "@ana.g", "@anatok", 52300, 140000, 450, 150, 600], ["Luis", "@luisr", "", 18000, "", 200, 80, ""])
    kept = ["@ana.g 450 short", "@ana.g 150 story", "@luisr 200 short", "@luisr 80 story", "@anatok 600 video"]
    assert ran.code == 0 and ran.rows("creator_id fee format") == kept
    assert "'Reel (€)' is taken for instagram: no other account of the row has such posts." in said(ran)


def test_reels_of_two_accounts_that_both_have_them_are_still_asked_about(read):
    ran = read(["Name", "IG followers", "FB followers", "Reel (€)"], ["Ana", 52300, 140000, 450])
    assert ran.code == 2 and "'Reel (€)' does not say whose it is" in said(ran)


@pytest.mark.parametrize("title", ["Total followers", "Tổng follow", "Total Followers (all)"])
def test_the_followers_of_all_accounts_together_are_nobodys(read, title):
    ran = read(["Name", title, "IG followers", "YouTube subscribers"], ["Ana", 150000, 50000, 100000])
    assert ran.code == 0 and ran.rows("platform followers", "creators") == ["instagram 50000", "youtube 100000"]
    assert f"Not used: {title}" in said(ran)


def test_a_word_that_says_that_there_is_no_account_makes_none(read):
    rows = ["Cat", "@cat.ig", "chưa có", 45000, "", 250, "", ""], ["Dan", "@dan.ig", "@dan", 60000, 80000, 350, "", 400]
    ran = read(REELS, *rows)
    assert ran.rows("creator_id platform") == ["@cat.ig instagram", "@dan.ig instagram", "@dan tiktok"]


HEAD = ["KOL", "Nền tảng", "Follow", "Giá (VND)"]
AN, BO = ["An", "TikTok", "120k", 5_000_000], ["Bo", "TikTok", "90k", 4_500_000]
CAM, DUNG = ["Cam", "Facebook", "60k", 2_500_000], ["Dũng", "Facebook", "50k", 3_500_000]


@pytest.mark.parametrize("over", [True, False])
def test_a_row_that_adds_up_the_prices_of_its_group_is_nobody_and_told(read, over):
    beauty, food = ["Làm đẹp", "", "", 9_500_000], ["Ẩm thực", "", "", 6_000_000]
    rows = [beauty, AN, BO, food, CAM, DUNG] if over else [AN, BO, beauty, CAM, DUNG, food]
    ran = read(HEAD, *rows)
    named = "2 (Làm đẹp), 5 (Ẩm thực)" if over else "4 (Làm đẹp), 7 (Ẩm thực)"
    assert ran.code == 0 and ran.rows("name") == ["An", "Bo", "Cam", "Dũng"]
    assert f"their prices are the sums of the rows beside them, of which they are the groups. They are {named}" in said(ran)


@pytest.mark.parametrize("row", [["Làm đẹp", "", "", 9_400_000], ["Mai", "TikTok", "80k", 9_500_000], ["Làm đẹp", "", "", ""]])
def test_a_row_that_adds_nothing_up_or_says_as_much_as_the_others_stays(read, row):
    ran = read(HEAD, row, AN, BO)
    assert len(ran.rows("name")) == 3 and "sum of the rows" not in said(ran)


def test_somebody_without_a_platform_who_costs_as_much_as_the_next_stays(read):
    ran = read(HEAD, ["Mai", "", "", 4_500_000], BO)
    assert ran.rows("name") == ["Mai", "Bo"] and "sum of the rows" not in said(ran)


@pytest.mark.parametrize(
    "name",
    [
        "10 KOC nano",
        "Team 5 KOL micro",
        "Nhóm 3 bạn",
        "20 bạn KOC",
        "KOC x 15",
        "KOC Nano gói 10",
        "Pool of 8 creators",
        "Beauty (2 KOLs)",
    ],
)
def test_a_row_that_is_several_people_is_told_whatever_else_it_says(read, name):
    ran = read(HEAD, AN, [name, "TikTok", "5k", 8_000_000])
    assert ran.code == 0 and f"Row 3 ('{name}') names a package and is read as somebody with its price" in said(ran)


@pytest.mark.parametrize("name", ["365 Creator", "KOC Lan", "An 2 lúa", "Kol Number 1", "Ba Người Lính"])
def test_a_name_with_a_number_or_such_a_word_is_no_package(read, name):
    assert "names a package" not in said(read(HEAD, AN, [name, "TikTok", "5k", 8_000_000]))


UNITED = ["Creator", "Platform", "Followers", "Rate (USD)"]


@pytest.mark.parametrize(
    ("title", "word", "why"),
    [
        ("Unit", "per month (8 posts)", "got '2500/month', a price of time and not of what is booked"),
        ("Per", "week", "got '2500/week', a price of time and not of what is booked"),
        ("ĐVT", "giờ", "got '2500/hour', a price of time and not of what is booked"),
        ("单位", "个月", "got '2500/month', a price of time and not of what is booked"),
        ("หน่วย", "ต่อเดือน", "got '2500/month', a price of time and not of what is booked"),
        ("Unit", "1000 views", "got '2500/1000 views', a price of each result and not of what is booked"),
    ],
)
def test_what_is_asked_for_a_time_or_a_result_is_no_price_of_a_booking_and_told(read, title, word, why):
    ran = read([*UNITED, title], ["Ana", "Instagram", 50000, 400, "post"], ["Ben", "Instagram", 90000, 2500, word])
    assert ran.code == 0 and ran.rows("name fee") == ["Ana 400", "Ben _"] and why in said(ran)
    assert f"'{title}' says what the amount of 1 row of 'Rate (USD)' is for, where that is not one post" in said(ran)
    assert "Not used" not in said(ran)


@pytest.mark.parametrize("word", ["gói 3 video", "3 videos", "package of 3 videos"])
def test_an_amount_for_several_posts_by_its_unit_is_of_so_many(read, word):
    ran = read([*UNITED, "Unit"], ["Ana", "TikTok", 50000, 400, "video"], ["Ben", "TikTok", 90000, 1200, word])
    assert ran.code == 0 and ran.rows("name fee posts format")[1] == "Ben 1200 3 video"


@pytest.mark.parametrize("words", [("pcs", "lần"), ("project", "package"), ("post", "each")])
def test_a_unit_of_one_thing_or_of_what_is_not_understood_changes_no_amount(read, words):
    ran = read([*UNITED, "Unit"], ["Ana", "TikTok", 50000, 400, words[0]], ["Ben", "TikTok", 90000, 1200, words[1]])
    assert ran.rows("fee") == ["400", "1200"] and "Not used: Unit" in said(ran)


@pytest.mark.parametrize(
    ("cell", "fee", "currency"),
    [("240K₫", 240_000, "VND"), ("1.2K€", 1200, "EUR"), ("$850 - $1.2K USD", 1025, "USD"), ("500 - 1,5k EUR", 1000, "EUR")],
)
def test_a_sign_behind_a_unit_and_a_range_into_the_thousands_are_read(read, cell, fee, currency):
    ran = read(["Name", "Platform", "Followers", "Fee"], ["Ana", "TikTok", 50000, cell])
    assert ran.rows("fee currency") == [f"{fee} {currency}"]


@pytest.mark.parametrize("cell", ["5tr+VAT", "5tr+ VAT", "5tr+8% VAT", "5tr+VAT 8%"])
def test_tax_on_top_is_read_however_close_it_stands(read, cell):
    assert read(HEAD, ["An", "TikTok", "120k", cell]).rows("fee fee_terms") == ["5000000 without_vat"]


@pytest.mark.parametrize("title", ["Avg. unit price", "Average order value", "AOV", "GMV 30d (USD)", "GPM", "Live GMV"])
def test_what_goods_are_sold_for_is_no_fee(read, title):
    ran = read(
        ["Creator", "Platform", "Followers", title], ["Thao", "TikTok", 312400, "$12.50"], ["Lam", "TikTok", 98000, "$8.20"]
    )
    assert "fee (Fee)" not in ran.out and "currency" not in said(ran)


def test_a_price_of_each_view_beside_the_fee_is_not_asked_about(read):
    ran = read(["Creator", "Platform", "Cost per view (USD)", "Total cost (USD)"], ["Tex", "YouTube", 0.03, 7500])
    assert ran.code == 0 and ran.rows("fee") == ["7500"] and "Not used: Cost per view (USD)" in said(ran)


PLAIN = ["Name", "Platform", "Followers", "Rate (USD)"], ["Ann", "Instagram", 50000, 900], ["Bob", "Instagram", 80000, 1500]


@pytest.mark.parametrize(
    "line",
    [
        "Rates are for 3 posts each",
        "BÁO GIÁ THÁNG 6 (giá trọn gói 2 video + 1 story)",
        "Ghi chú: Giá trên áp dụng cho gói 3 video, chưa bao gồm VAT 8%",
        "Note: rates are for a package of 1 Reel + 2 Stories, usage 30 days included",
    ],
)
def test_a_line_that_says_that_prices_are_for_several_posts_is_told(read, line):
    places = [([line], *PLAIN), (*PLAIN, [line])][: 2 if line.startswith(("Note", "Ghi chú")) else 1]
    for rows in places:
        assert f"'{line}' says that a price is for several posts" in said(read(*rows))


@pytest.mark.parametrize("line", ["Chú thích: ô đỏ = đã từ chối; ô vàng = đã book", "Legend: red = declined"])
def test_a_legend_below_a_list_is_a_note_and_nobody(read, line):
    ran = read(*PLAIN, [line])
    assert ran.rows("name") == ["Ann", "Bob"] and "Left out as notes: rows 4" in said(ran)


@pytest.mark.parametrize(
    "line",
    [
        "Prices in USD, 10% discount for 3 posts",
        "Giảm giá khi đặt cho 3 video",
        "Rates are for 1 post",
        "Budget for 3 posts: 900",
    ],
)
def test_a_line_on_discounts_one_post_or_the_budget_says_nothing_of_the_prices(read, line):
    assert "for several posts" not in said(read([line], *PLAIN))


COUNTED = ["Name", "Platform", "Followers", "Content", "Qty"]


def test_a_price_beside_several_posts_that_does_not_say_whose_it_is_is_told_as_that_of_all(read):
    rows = ["Ann", "TikTok", 50000, "Video", 2, 900], ["Bob", "TikTok", 80000, "Video", 1, 500]
    ran = read([*COUNTED, "Price (USD)"], *rows)
    assert ran.rows("fee posts") == ["900 2", "500 1"]
    assert "'Price (USD)' is read as the price of all posts of its row: 1 row books several (cell F2: '900')" in said(ran)
    ran = read([*COUNTED, "Price per post (USD)"], *rows)
    assert ran.rows("fee posts") == ["1800 2", "500 1"] and "price of all posts" not in said(ran)


@pytest.mark.parametrize("title", ["Total price (USD)", "Package price (USD)"])
def test_a_price_of_all_by_its_title_is_not_told(read, title):
    ran = read([*COUNTED, title], ["Ann", "TikTok", 50000, "Video", 2, 900])
    assert "price of all posts" not in said(ran)


@pytest.mark.parametrize("headings", [("VIETNAM (VND)", "THAILAND (THB)"), ("Việt Nam – VND", "Thailand – THB")])
def test_headings_that_name_a_currency_give_that_of_the_amounts_below(read, headings):
    rows = [[headings[0]], ["Hà", "TikTok", 90000, 4_000_000], [headings[1]], ["Nok", "TikTok", 120000, 25_000]]
    ran = read(["Name", "Platform", "Followers", "Rate"], *rows)
    assert ran.code == 0 and ran.rows("name fee currency") == ["Hà 4000000 VND", "Nok 25000 THB"]
    assert "The headings between the rows give the currency of the amounts below them." in said(ran)


def test_headings_of_which_one_names_no_currency_give_none(read):
    rows = [["VIETNAM (VND)"], ["Hà", "TikTok", 90000, 4_000_000], ["OTHERS:"], ["Nok", "TikTok", 120000, 5_000_000]]
    ran = read(["Name", "Platform", "Followers", "Rate"], *rows)
    assert ran.code == 2 and "names no currency" in said(ran) and "give the currency" not in said(ran)


@pytest.mark.parametrize(
    ("head", "row", "first"),
    [
        (["Nombre", "Usuario", "Red", "Reel", "Historia"], ["Ana", "@ana", "Instagram", "$15,000 MXN", "$4,500"], "MXN"),
        (["名前", "アカウント", "媒体", "リール（税別）"], ["ゆいか", "@yuika", "Instagram", "¥120,000"], "JPY"),
        (["达人昵称", "账号", "平台", "报价"], ["小美", "xiaomei88", "小红书", "¥12,000"], "CNY"),
        (["Name", "Handle", "Platform", "Reel"], ["Ana", "@ana", "Instagram", "$500"], "USD"),
    ],
)
def test_of_the_currencies_of_a_sign_that_is_proposed_which_the_sheet_names_or_whose_script_it_is_in(read, head, row, first):
    ran = read(head, row)
    assert ran.code == 0 or f"`constants: {{currency: {first}}}`" in said(ran)


def test_followers_grouped_in_lakhs_are_not_asked_about(read):
    ran = read(["Name", "Platform", "Followers", "Reel (INR)"], ["Ritu", "Instagram", "12,34,567", "1,20,000"])
    assert ran.code == 0 and ran.rows("followers fee") == ["1234567 120000"]
    assert read(["Name", "Platform", "Followers"], ["Ritu", "Instagram", "12,5"], ["Sam", "Instagram", "3,25"]).code == 2


@pytest.mark.parametrize("title", ["Preis Story-Set (3 Frames)", "Story set (3) USD", "Story-set of 3 (USD)"])
def test_a_set_of_stories_is_of_so_many_with_a_hyphen_too(read, title):
    assert read(["Name", "Plattform", "Follower", title], ["Jana", "Instagram", 84300, "450 USD"]).rows("posts") == ["3"]


@pytest.mark.parametrize("title", ["PPL(만원)", "협찬(만원)", "Shoutout (KRW)", "Dedicated (KRW)"])
def test_an_amount_in_a_currency_among_prices_of_what_is_published_is_asked_about(read, title):
    ran = read(["크리에이터", "채널", "구독자", title, "쇼츠(만원)"], ["먹방왕", "유튜브", "125만", 3500, 1200])
    assert ran.code == 2 and f"'{title}' looks like one more price (3500) and is not used" in said(ran)


@pytest.mark.parametrize(
    "title", ["Usage rights (GBP)", "Exclusivity (GBP)", "EMV (GBP)", "GMV (GBP)", "授权（GBP）", "Agency fee (GBP)"]
)
def test_what_is_paid_besides_posts_and_what_they_sell_is_not_asked_about(read, title):
    ran = read(["Name", "Platform", "Followers", "Reel (GBP)", title], ["Poppy", "Instagram", 88000, 900, 200])
    assert ran.code == 0 and ran.rows("fee") == ["900"]


def test_what_is_paid_for_a_post_elsewhere_gives_no_platform_to_the_others(read):
    ran = read(["Name", "Followers", "Giá video (VND)", "Đăng lại trên FB (VND)"], ["Linh", 88000, 9_000_000, 2_000_000])
    assert ran.code == 0 and "platform (Platform)" not in ran.out and "Not used: Đăng lại trên FB (VND)" in said(ran)


def test_posts_of_the_feed_in_japanese_are_priced(read):
    ran = read(["名前", "媒体", "フィード投稿（円）", "ストーリーズ投稿（円）"], ["ゆい", "Instagram", "120,000", "40,000"])
    assert ran.code == 0 and ran.rows("fee format") == ["120000 image", "40000 story"]


@pytest.mark.parametrize("cell", ["1 UGC video (no posting)", "3 UGC videos", "Raw footage", "1 video không đăng kênh"])
def test_what_is_made_and_not_posted_is_told(read, cell):
    head = ["Creator", "Platform", "Followers", "Deliverable", "Rate (USD)"]
    ran = read(head, ["Ann", "Instagram", 50000, cell, 200], ["Cat", "TikTok", 90000, "1 TikTok video", 500])
    assert f"as if it were posted there, with reach and engagements: {cell}." in said(ran)
    assert "not posted on the creator's" not in said(read(head, ["Cat", "TikTok", 90000, "1 TikTok video", 500]))


def test_a_price_of_what_is_not_posted_is_told(read):
    prices = '{"UGC video (USD)": {format: video}, "Reel (USD)": {format: reels}}'
    head = ["Creator", "Platform", "Followers", "UGC video (USD)", "Reel (USD)"]
    ran = read(head, ["Ann", "Instagram", 50000, 200, 500], mapping=f"candidates: {{prices: {prices}}}")
    assert ran.rows("fee format") == ["200 video", "500 short"] and "with reach and engagements: UGC video (USD)." in said(ran)
