"""Files of planners in which people, prices, quantities or whole posts were once lost, and what each is read as."""

from datetime import datetime

import pytest
from test_field_cases import Ran, table, workbook


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file, in whose name nothing is said."""
    return lambda *rows, mapping=None: Ran(table(tmp_path / "list.csv", *rows), capsys, mapping=mapping)


@pytest.fixture
def read_book(tmp_path, capsys):
    """Import rows as a workbook."""
    return lambda *rows: Ran(workbook(tmp_path / "list.xlsx", {"Sheet1": rows}), capsys)


TITLES = ["Name", "Platform", "Followers", "Fee (EUR)"]
LENA, TIM = ["Lena", "Instagram", 120_000, 1500], ["Tim", "TikTok", 35_000, 800]


@pytest.mark.parametrize("name", ["Max", "Min", "Sum", "Total", "Cộng", "TB"])
def test_a_person_called_like_a_total_stays_where_the_row_has_its_own_platform(read, name):
    ran = read(TITLES, LENA, TIM, [name, "YouTube", 1_200_000, 2300])
    assert ran.code == 0 and ran.rows("name platform fee")[-1] == f"{name} youtube 2300"


def test_the_first_row_of_a_list_may_be_of_somebody_called_max(read):
    assert read(TITLES, ["Max", "YouTube", 1_200_000, 2300], LENA).rows("name") == ["Max", "Lena"]


def test_posts_of_creators_whose_ids_are_words_of_totals_stay(read):
    posts = [["max", "2026-05-02", 100], ["min", "2026-05-03", 90], ["total", "2026-05-04", 190], ["linh", "2026-05-05", 90]]
    ran = read(["creator_id", "published_at", "likes"], *posts)
    assert ran.code == 0 and ran.rows("creator_id likes", "posts") == ["max 100", "min 90", "total 190", "linh 90"]


def test_max_without_a_platform_is_a_person_unless_it_is_the_largest_of_every_column(read):
    titles, rows = ["Name", "Followers", "Fee (EUR)"], [["Lena", 120_000, 1500], ["Tim", 35_000, 800]]
    assert read(titles, *rows, ["Max", 90_000, 2300]).rows("name") == ["Lena", "Tim", "Max"]
    assert read(titles, *rows, ["Max", 120_000, 1500]).rows("name") == ["Lena", "Tim"]


@pytest.mark.parametrize("row", [["Sum", "", 155_000, 2300], ["Total", "Instagram", 155_000, 2300], ["Tổng:", "TikTok", 1, 2]])
def test_a_total_is_left_out_and_named(read, row):
    ran = read(TITLES, LENA, TIM, row)
    assert ran.rows("name") == ["Lena", "Tim"] and f"rows 4 ({row[0]})" in ran.out


BOOKED = ["Mã", "KOL", "Ngày book", "Chi phí (VND)", "Reach", "Đơn hàng"]


def test_codes_of_contracts_beside_names_of_creators_are_of_the_bookings(read):
    deals = [[code, who, day, 5_000_000, 120_000, 40] for code, who, day in
             [("HD01", "linh", "2026-05-02"), ("HD02", "linh", "2026-05-15"), ("HD03", "minh", "2026-05-16")]]  # fmt: skip
    ran = read(BOOKED, *deals)
    assert ran.code == 0 and ran.rows("booking_id creator_id", "bookings") == ["HD01 linh", "HD02 linh", "HD03 minh"]


@pytest.mark.parametrize(("codes", "expected"), [(["HD01", "HD02"], ["Linh @ tiktok", "Linh @ instagram"]),
                                                 (["KOL01", "KOL02"], ["KOL01", "KOL02"])])  # fmt: skip
def test_candidates_go_by_their_names_beside_codes_of_contracts_and_by_codes_of_accounts(read, codes, expected):
    rows = [[code, "Linh", on, 9000, 5_000_000] for code, on in zip(codes, ["TikTok", "Instagram"], strict=True)]
    ran = read(["Mã", "Tên KOL", "Platform", "Followers", "Giá (VND)"], *rows)
    assert [row.strip() for row in ran.rows("creator_id")] == expected and ("Not used: Mã" in ran.out) == (codes[0] == "HD01")


def test_codes_of_people_of_whom_two_have_one_name_and_no_platform_is_said_are_ids(read):
    rows = [["c0329", "Linh", "", 9000, 5_000_000], ["c0291", "Linh", "", 8000, 4_000_000], ["c0001", "Hà", "", 7000, 3_000_000]]
    ran = read(["Mã", "Tên KOL", "Kênh", "Followers", "Giá (VND)"], *rows, ["", "Mai", "TikTok", 6000, 2_000_000])
    assert [row.strip() for row in ran.rows("creator_id")][:3] == ["c0329", "c0291", "c0001"] and "Not used: Mã" not in ran.out


@pytest.mark.parametrize("title", ["Live/h (VND)", "Livestream (VND/giờ)", "Giá live/giờ (VND)", "Rate per hour (live)"])
def test_an_hourly_price_in_a_title_is_that_of_a_live_of_one_hour_and_said_to_be(read, title):
    ran = read(["Tên", "Platform", "Followers", title], ["A", "TikTok", 120_000, "3.000.000đ"])
    assert ran.code == 0 and ran.rows("fee format posts") == ["3000000 live 1"]
    assert f"'{title}' is a price of an hour: it is read as that of a live of one hour" in ran.out


@pytest.mark.parametrize("title", ["Giá video/tháng (VND)", "Booking per day (VND)"])
def test_a_price_of_days_or_months_is_a_question(read, title):
    ran = read(["Tên", "Platform", "Followers", title], ["A", "TikTok", 120_000, 3_000_000])
    assert ran.code == 2 and title in ran.err and "looks like" in ran.err


def test_a_livestream_of_two_hours_is_a_fee(read):
    ran = read(["Tên", "Platform", "Followers", "Livestream 2h (VND)"], ["A", "TikTok", 120_000, 3_000_000])
    assert ran.code == 0 and ran.rows("fee format") == ["3000000 live"]


@pytest.mark.parametrize(
    "title", ["Số lượng post", "Số lượng bài đăng", "SL video", "Anzahl Posts", "Number of videos", "Anzahl"]
)
def test_a_column_of_quantities_counts_the_posts(read, title):
    ran = read(["Tên", "Platform", "Followers", title, "Fee (VND)"], ["A", "Facebook", 120_000, 3, 6_000_000])
    assert ran.code == 0 and ran.rows("posts fee") == ["3 6000000"]


def test_a_price_of_one_is_multiplied_and_a_discounted_total_is_named(read):
    titles = ["Tên", "Platform", "Followers", "Số lượng post", "Giá/post (VND)", "Tổng (VND)"]
    rows = ["A", "Facebook", "120K", 3, 2_000_000, 6_000_000], ["B", "Facebook", "90K", 2, 1_500_000, 2_500_000]
    ran = read(titles, *rows)
    assert ran.rows("posts fee") == ["3 6000000", "2 3000000"] and "'Tổng (VND)' says '2500000'" in ran.out


def test_rates_of_what_is_not_known_are_asked_about(read):
    titles = ["Creator", "Platform", "Followers", "Rate/reel", "Rate/static", "Rate/TVC", "UGC rate"]
    ran = read(titles, ["E", "Instagram", "35K", "₱15,000", "₱8,000", "₱80,000", "₱3,000"])
    assert ran.code == 2 and "'Rate/TVC' looks like one more price" in ran.err and "'UGC rate' looks like one more" in ran.err
    answered = read(titles[:5], ["E", "Instagram", "35K", "₱15,000", "₱8,000"])
    assert answered.code == 0 and answered.rows("format fee") == ["short 15000", "image 8000"]


def test_per_cents_under_a_title_of_fees_are_no_question(read):
    ran = read([*TITLES[:3], "Video fee (VND)", "Boosting fee"], ["A", "TikTok", 9000, 1_000_000, "20%"])
    assert ran.code == 0 and "Not used: Boosting fee" in ran.out


@pytest.mark.parametrize("title", ["Preis netto", "Commercials (INR)", "Fee (kUSD)"])
def test_words_of_a_price_are_understood(read, title):
    ran = read([*TITLES[:3], title], ["A", "YouTube", 120_000, "$3,500" if "USD" in title else "€1,500"])
    assert "looks like" not in ran.err and "not understood" not in ran.err


@pytest.mark.parametrize("title", ["Follower (cập nhật 11/2026)", "Followers (as of 05/11/2026)", "Follower (update T11)"])
def test_the_day_on_which_followers_were_counted_is_no_question(read, title):
    ran = read(["Name", "Platform", title, "Fee (EUR)"], LENA)
    assert ran.code == 0 and ran.rows("followers") == ["120000"]


@pytest.mark.parametrize("title", ["Type", "Phân loại", "Loại"])
def test_kinds_that_are_not_known_are_asked_about_whatever_their_title(read, title):
    rows = [["A", "KOL"], ["B", "KOC"], ["C", "Celeb"], ["D", "Hot face"]]
    ran = read(["Name", title, *TITLES[1:]], *([*row, "TikTok", 9000, 500] for row in rows))
    assert ran.code == 2 and f"'{title}' says KOC, Celeb, Hot face: which kind" in ran.err


def test_kol_or_koc_beside_the_names_is_the_kind(read):
    ran = read(["Name", "KOL/KOC", *TITLES[1:]], ["A", "KOL", "TikTok", 9000, 500], ["B", "KOL", "TikTok", 9000, 500])
    assert ran.code == 0 and ran.rows("name kind") == ["A kol", "B kol"]


def test_handles_under_a_bare_id_are_the_accounts_and_numbers_of_rows_are_not(read):
    rows = [["Linh", "TikTok", 9000, 500], ["Minh", "TikTok", 8000, 400]]
    assert read(["ID", *TITLES], ["linhngo", *rows[0]], ["minhvu", *rows[1]]).rows("creator_id") == ["linhngo", "minhvu"]
    assert read(["ID", *TITLES], [1, *rows[0]], [2, *rows[1]]).rows("creator_id") == ["Linh", "Minh"]


def test_a_part_that_several_platforms_have_is_no_misspelt_press(read):
    ran = read(TITLES, LENA, ["E", "Reels", 9000, 500])
    assert "got 'Reels', which several platforms have; write the platform: facebook" in ran.err and "press'?" not in ran.err


POSTS = ["creator_id", "published_at", "likes"]


def test_na_is_missing_in_counts_and_a_country_and_a_creator_elsewhere(read):
    posts = read([*POSTS, "comments"], ["NA", "2026-05-02", 1840, "NA"], ["minh", "2026-05-03", "NA", 4])
    assert posts.code == 0 and posts.rows("creator_id likes comments", "posts") == ["NA 1840 _", "minh _ 4"]
    creators = read(["creator_id", "platform", "followers", "country"], ["NA", "tiktok", "NA", "NA"], ["b", "tiktok", 9, "VN"])
    assert creators.rows("creator_id followers country", "creators") == ["NA _ NA", "b 9 VN"]


DAYS = [
    "25/05/2569", "25 พ.ค. 2569", "25 พฤษภาคม 2569", "25. Mai 2026", "25 de maio de 2026", "25 mai 2026", "25 de mayo de 2026",
    "2026. 5. 25.", "25. 5. 2026", "令和8年5月25日", "民國115年5月25日",
]  # fmt: skip


@pytest.mark.parametrize("day", DAYS)
def test_days_of_other_languages_and_calendars_are_read(read, day):
    ran = read(POSTS, ["nok", day, 100])
    assert ran.code == 0 and ran.rows("published_at", "posts") == ["2026-05-25"]


@pytest.mark.parametrize("came", ["25/05/2569", "1777750200", "1777750200000"])
def test_another_calendar_and_seconds_since_1970_are_said(read, came):
    ran = read(POSTS, ["nok", came, 100])
    assert f"such as '{came}' (cell B2)" in ran.out and "years of another calendar, or in seconds since 1970" in ran.out


def test_a_workbook_whose_days_are_in_buddhist_years_is_read(read_book):
    assert read_book(POSTS, ["nok", datetime(2569, 5, 25), 100]).rows("published_at", "posts") == ["2026-05-25"]


def test_seconds_since_1970_keep_their_time(read):
    assert read(POSTS, ["nok", 1777750200, 100]).rows("published_at", "posts") == ["2026-05-02T19:30:00"]


@pytest.mark.parametrize(
    ("came", "paid"), [("Paid partnership", "True"), ("Organic", "False"), ("PR", "_"), ("Quảng cáo", "True")]
)
def test_a_post_stays_whatever_its_column_of_sponsored_posts_says(read, came, paid):
    ran = read([*POSTS, "sponsored"], ["a", "2026-05-02", 100, "no"], ["b", "2026-05-03", 100, came])
    assert ran.code == 0 and ran.rows("sponsored", "posts") == ["False", paid] and ("got 'PR'" in ran.err) == (came == "PR")


@pytest.mark.parametrize("came", ["hidden", "-1", "12.5"])
def test_a_post_stays_without_a_figure_that_nobody_can_read(read, came):
    ran = read(POSTS, ["a", "2026-05-02", 100], ["b", "2026-05-03", came])
    assert ran.code == 0 and ran.rows("creator_id likes", "posts") == ["a 100", "b _"] and "cell C3" in ran.err


def test_a_post_without_a_readable_day_is_still_left_out(read):
    ran = read(POSTS, ["a", "2026-05-02", 100], ["b", "Hôm qua", 100])
    assert ran.rows("creator_id", "posts") == ["a"] and "got 'Hôm qua'" in ran.err


@pytest.mark.parametrize("cells", [["120.500", "90.250"], ["80.500", "1.200.000"], ["90,250", "120,500"]])
def test_followers_in_groups_of_three_are_no_question(read, cells):
    ran = read(["Tên", "Platform", "Followers", "Giá (VND)"], *(["A", "TikTok", cell, "5.000.000"] for cell in cells))
    assert ran.code == 0 and ran.rows("followers") == [cell.replace(".", "").replace(",", "") for cell in cells]


def test_followers_of_which_some_are_in_parts_are_asked_about(read):
    ran = read(
        ["Tên", "Platform", "Followers", "Giá (VND)"], *(["A", "TikTok", cell, "5.000.000"] for cell in ("90.250", "12.5"))
    )
    assert ran.code == 2 and "nobody is counted in parts: thousands?" in ran.err


PRICES = {
    "5.000.000*": "5000000", "4.000.000 (1)": "4000000", "5'000'000": "5000000", "9tr/combo": "9000000", "150k/vid": "150000",
    "15tr/clip, tặng 1 story": "15000000",
}  # fmt: skip


@pytest.mark.parametrize(("came", "fee"), PRICES.items())
def test_a_price_is_read_beside_footnotes_and_gifts_in_other_words(read, came, fee):
    ran = read(["Tên", "Platform", "Followers", "Giá (VND)"], ["A", "TikTok", 9000, came], ["B", "TikTok", 8000, "2tr"])
    assert ran.code == 0 and ran.rows("fee") == [fee, "2000000"] and ran.err == ""


def test_a_footnote_behind_a_price_is_kept_with_it(read):
    ran = read(["Tên", "Platform", "Followers", "Giá (VND)"], ["A", "TikTok", 9000, "5.000.000*"])
    assert ran.rows("fee_terms") == ["5.000.000*"]


GERMAN = {
    "ab 500 €": "at_least", "500 € zzgl. MwSt.": "without_vat", "500 €": "_", "500 € inkl. MwSt.": "with_vat",
    "500 € netto": "without_vat", "500,- €": "_",
}  # fmt: skip


@pytest.mark.parametrize(("came", "terms"), GERMAN.items())
def test_german_prices_are_read_with_what_they_say(read, came, terms):
    ran = read(["Name", "Plattform", "Follower", "Honorar"], ["A", "TikTok", 9000, came], ["B", "TikTok", 9000, "ab 600 € netto"])
    assert ran.code == 0 and ran.rows("fee currency fee_terms")[0] == f"500 EUR {terms}"


def test_a_korean_unit_alone_is_one_of_it(read):
    assert read(["이름", "플랫폼", "팔로워", "단가"], ["김민지", "유튜브", 9000, "백만원"]).rows("fee currency") == [
        "1000000 KRW"
    ]


@pytest.mark.parametrize("came", ["X-deal", "XDeal", "permuta", "kostenlos", "hợp tác trao đổi"])
def test_words_for_an_exchange_are_no_price(read, came):
    ran = read(["Tên", "Platform", "Followers", "Giá (VND)"], ["A", "TikTok", 9000, came], ["B", "TikTok", 8000, "2tr"])
    assert ran.code == 0 and ran.rows("fee") == ["_", "2000000"] and came in ran.out and ran.err == ""


SIDEWAYS = [["Platform", "TikTok", "Instagram"], ["Followers", "120K", "80K"], ["Fee (VND)", "5tr", "4 triệu rưỡi gì đó"]]


def test_a_table_on_its_side_is_turned_and_said_and_places_are_those_of_the_file(read_book):
    ran = read_book(["Tên", "Linh", "Minh"], *SIDEWAYS)
    assert ran.code == 0 and ran.rows("name platform followers fee") == ["Linh tiktok 120000 5000000", "Minh instagram 80000 _"]
    assert "the table was turned" in ran.out and "cell C4" in ran.err


def test_names_over_a_table_on_its_side_are_asked_about_and_the_answer_counts(read):
    asked = read(["", "Linh", "Minh"], *SIDEWAYS)
    assert asked.code == 2 and "'[A:A]' looks like 'name'" in asked.err
    answered = read(["", "Linh", "Minh"], *SIDEWAYS, mapping='candidates: {columns: {"[A:A]": name}}')
    assert answered.rows("name platform") == ["Linh tiktok", "Minh instagram"]


def test_a_file_without_rows_one_without_anything_and_one_of_unknown_titles_each_say_what_is_missing(read, tmp_path, capsys):
    assert "has titles (creator_id, published_at, likes) and no rows below them" in read(POSTS).err
    assert "turn the table first" in read(["a", "b"], ["c", "d"]).err
    (tmp_path / "blank.csv").write_text("")
    assert "is empty: nothing stands in any of its cells" in Ran(tmp_path / "blank.csv", capsys).err
