"""Files of planners in which people, prices, quantities or whole posts were once lost, and what each is read as."""

from datetime import datetime

import pytest
from test_hands_on_lists import read, read_book  # noqa: F401

TITLES = ["Name", "Platform", "Followers", "Fee (EUR)"]
LENA, TIM = ["Lena", "Instagram", 120_000, 1500], ["Tim", "TikTok", 35_000, 800]


@pytest.mark.parametrize("name", ["Max", "Min", "Sum", "Total", "Cộng", "TB"])
def test_a_person_called_like_a_total_stays_where_the_row_has_its_own_platform(read, name):  # noqa: F811
    ran = read(TITLES, LENA, TIM, [name, "YouTube", 1_200_000, 2300])
    assert ran.code == 0 and ran.rows("name platform fee")[-1] == f"{name} youtube 2300"


def test_the_first_row_of_a_list_may_be_of_somebody_called_max(read):  # noqa: F811
    assert read(TITLES, ["Max", "YouTube", 1_200_000, 2300], LENA).rows("name") == ["Max", "Lena"]


def test_posts_of_creators_whose_ids_are_words_of_totals_stay(read):  # noqa: F811
    posts = [["max", "2026-05-02", 100], ["min", "2026-05-03", 90], ["total", "2026-05-04", 190], ["linh", "2026-05-05", 90]]
    ran = read(["creator_id", "published_at", "likes"], *posts)
    assert ran.code == 0 and ran.rows("creator_id likes", "posts") == ["max 100", "min 90", "total 190", "linh 90"]


def test_max_without_a_platform_is_a_person_unless_it_is_the_largest_of_every_column(read):  # noqa: F811
    titles, rows = ["Name", "Followers", "Fee (EUR)"], [["Lena", 120_000, 1500], ["Tim", 35_000, 800]]
    assert read(titles, *rows, ["Max", 90_000, 2300]).rows("name") == ["Lena", "Tim", "Max"]
    assert read(titles, *rows, ["Max", 120_000, 1500]).rows("name") == ["Lena", "Tim"]


@pytest.mark.parametrize("row", [["Sum", "", 155_000, 2300], ["Total", "Instagram", 155_000, 2300], ["Tổng:", "TikTok", 1, 2]])
def test_a_total_is_left_out_and_named(read, row):  # noqa: F811
    ran = read(TITLES, LENA, TIM, row)
    assert ran.rows("name") == ["Lena", "Tim"] and f"rows 4 ({row[0]})" in ran.out


BOOKED = ["Mã", "KOL", "Ngày book", "Chi phí (VND)", "Reach", "Đơn hàng"]


def test_codes_of_contracts_beside_names_of_creators_are_of_the_bookings(read):  # noqa: F811
    deals = [[code, who, day, 5_000_000, 120_000, 40] for code, who, day in
             [("HD01", "linh", "2026-05-02"), ("HD02", "linh", "2026-05-15"), ("HD03", "minh", "2026-05-16")]]  # fmt: skip
    ran = read(BOOKED, *deals)
    assert ran.code == 0 and ran.rows("booking_id creator_id", "bookings") == ["HD01 linh", "HD02 linh", "HD03 minh"]


@pytest.mark.parametrize(("codes", "expected"), [(["HD01", "HD02"], ["Linh @ tiktok", "Linh @ instagram"]),
                                                 (["KOL01", "KOL02"], ["KOL01", "KOL02"])])  # fmt: skip
def test_candidates_go_by_their_names_beside_codes_of_contracts_and_by_codes_of_accounts(read, codes, expected):  # noqa: F811
    rows = [[code, "Linh", on, 9000, 5_000_000] for code, on in zip(codes, ["TikTok", "Instagram"], strict=True)]
    ran = read(["Mã", "Tên KOL", "Platform", "Followers", "Giá (VND)"], *rows)
    assert [row.strip() for row in ran.rows("creator_id")] == expected and ("Not used: Mã" in ran.out) == (codes[0] == "HD01")


@pytest.mark.parametrize("title", ["Live/h (VND)", "Livestream (VND/giờ)", "Giá live/giờ (VND)", "Rate per hour (live)"])
def test_an_hourly_price_in_a_title_is_a_question_and_no_fee_of_one_livestream(read, title):  # noqa: F811
    ran = read(["Tên", "Platform", "Followers", title], ["A", "TikTok", 120_000, 3_000_000])
    assert ran.code == 2 and title in ran.err and "looks like 'fee'" in ran.err and ran.tables == []


def test_a_livestream_of_two_hours_is_a_fee(read):  # noqa: F811
    ran = read(["Tên", "Platform", "Followers", "Livestream 2h (VND)"], ["A", "TikTok", 120_000, 3_000_000])
    assert ran.code == 0 and ran.rows("fee format") == ["3000000 live"]


@pytest.mark.parametrize("title", ["Số lượng post", "Số lượng bài đăng", "SL video", "Anzahl Posts", "Number of videos", "Anzahl"])
def test_a_column_of_quantities_counts_the_posts(read, title):  # noqa: F811
    ran = read(["Tên", "Platform", "Followers", title, "Fee (VND)"], ["A", "Facebook", 120_000, 3, 6_000_000])
    assert ran.code == 0 and ran.rows("posts fee") == ["3 6000000"]


def test_a_price_of_one_is_multiplied_and_a_discounted_total_is_named(read):  # noqa: F811
    titles = ["Tên", "Platform", "Followers", "Số lượng post", "Giá/post (VND)", "Tổng (VND)"]
    rows = ["A", "Facebook", "120K", 3, 2_000_000, 6_000_000], ["B", "Facebook", "90K", 2, 1_500_000, 2_500_000]
    ran = read(titles, *rows)
    assert ran.rows("posts fee") == ["3 6000000", "2 3000000"] and "'Tổng (VND)' says '2500000'" in ran.out


def test_rates_of_what_is_not_known_are_asked_about(read):  # noqa: F811
    titles = ["Creator", "Platform", "Followers", "Rate/reel", "Rate/static", "Rate/TVC", "UGC rate"]
    ran = read(titles, ["E", "Instagram", "35K", "₱15,000", "₱8,000", "₱80,000", "₱3,000"])
    assert ran.code == 2 and "'Rate/TVC' looks like one more price" in ran.err and "'UGC rate' looks like one more" in ran.err
    answered = read(titles[:5], ["E", "Instagram", "35K", "₱15,000", "₱8,000"])
    assert answered.code == 0 and answered.rows("format fee") == ["short 15000", "image 8000"]


def test_per_cents_under_a_title_of_fees_are_no_question(read):  # noqa: F811
    ran = read([*TITLES[:3], "Video fee (VND)", "Boosting fee"], ["A", "TikTok", 9000, 1_000_000, "20%"])
    assert ran.code == 0 and "Not used: Boosting fee" in ran.out


@pytest.mark.parametrize("title", ["Preis netto", "Commercials (INR)", "Fee (kUSD)"])
def test_words_of_a_price_are_understood(read, title):  # noqa: F811
    ran = read([*TITLES[:3], title], ["A", "YouTube", 120_000, "$3,500" if "USD" in title else "€1,500"], options=())
    assert "looks like" not in ran.err and "not understood" not in ran.err


@pytest.mark.parametrize("title", ["Follower (cập nhật 11/2026)", "Followers (as of 05/11/2026)", "Follower (update T11)"])
def test_the_day_on_which_followers_were_counted_is_no_question(read, title):  # noqa: F811
    ran = read(["Name", "Platform", title, "Fee (EUR)"], LENA)
    assert ran.code == 0 and ran.rows("followers") == ["120000"]


@pytest.mark.parametrize("title", ["Type", "Phân loại", "Loại"])
def test_kinds_that_are_not_known_are_asked_about_whatever_their_title(read, title):  # noqa: F811
    rows = [["A", "KOL"], ["B", "KOC"], ["C", "Celeb"], ["D", "Hot face"]]
    ran = read(["Name", title, *TITLES[1:]], *([*row, "TikTok", 9000, 500] for row in rows))
    assert ran.code == 2 and f"'{title}' says KOC, Celeb, Hot face: which kind" in ran.err


def test_kol_or_koc_beside_the_names_is_the_kind(read):  # noqa: F811
    ran = read(["Name", "KOL/KOC", *TITLES[1:]], ["A", "KOL", "TikTok", 9000, 500], ["B", "KOL", "TikTok", 9000, 500])
    assert ran.code == 0 and ran.rows("name kind") == ["A kol", "B kol"]


def test_handles_under_a_bare_id_are_the_accounts_and_numbers_of_rows_are_not(read):  # noqa: F811
    rows = [["Linh", "TikTok", 9000, 500], ["Minh", "TikTok", 8000, 400]]
    assert read(["ID", *TITLES], ["linhngo", *rows[0]], ["minhvu", *rows[1]]).rows("creator_id") == ["linhngo", "minhvu"]
    assert read(["ID", *TITLES], [1, *rows[0]], [2, *rows[1]]).rows("creator_id") == ["Linh", "Minh"]


def test_a_part_that_several_platforms_have_is_no_misspelt_press(read):  # noqa: F811
    ran = read(TITLES, LENA, ["E", "Reels", 9000, 500])
    assert "got 'Reels', which several platforms have; write the platform: facebook" in ran.err and "press'?" not in ran.err


POSTS = ["creator_id", "published_at", "likes"]


def test_na_is_missing_in_counts_and_a_country_and_a_creator_elsewhere(read):  # noqa: F811
    posts = read([*POSTS, "comments"], ["NA", "2026-05-02", 1840, "NA"], ["minh", "2026-05-03", "NA", 4])
    assert posts.code == 0 and posts.rows("creator_id likes comments", "posts") == ["NA 1840 _", "minh _ 4"]
    creators = read(["creator_id", "platform", "followers", "country"], ["NA", "tiktok", "NA", "NA"], ["b", "tiktok", 9, "VN"])
    assert creators.rows("creator_id followers country", "creators") == ["NA _ NA", "b 9 VN"]


@pytest.mark.parametrize("day", ["25/05/2569", "25 พ.ค. 2569", "25 พฤษภาคม 2569", "25. Mai 2026", "25 de maio de 2026", "25 mai 2026",
                                 "25 de mayo de 2026", "2026. 5. 25.", "25. 5. 2026", "令和8年5月25日", "民國115年5月25日"])  # fmt: skip
def test_days_of_other_languages_and_calendars_are_read(read, day):  # noqa: F811
    ran = read(POSTS, ["nok", day, 100])
    assert ran.code == 0 and ran.rows("published_at", "posts") == ["2026-05-25"]


@pytest.mark.parametrize("came", ["25/05/2569", "1777750200", "1777750200000"])
def test_another_calendar_and_seconds_since_1970_are_said(read, came):  # noqa: F811
    ran = read(POSTS, ["nok", came, 100])
    assert f"such as '{came}' (cell B2)" in ran.out and "years of another calendar, or in seconds since 1970" in ran.out


def test_a_workbook_whose_days_are_in_buddhist_years_is_read(read_book):  # noqa: F811
    assert read_book(POSTS, ["nok", datetime(2569, 5, 25), 100]).rows("published_at", "posts") == ["2026-05-25"]


def test_seconds_since_1970_keep_their_time(read):  # noqa: F811
    assert read(POSTS, ["nok", 1777750200, 100]).rows("published_at", "posts") == ["2026-05-02T19:30:00"]


@pytest.mark.parametrize(("came", "paid"), [("Paid partnership", "True"), ("Organic", "False"), ("PR", "_"), ("Quảng cáo", "True")])
def test_a_post_stays_whatever_its_column_of_sponsored_posts_says(read, came, paid):  # noqa: F811
    ran = read([*POSTS, "sponsored"], ["a", "2026-05-02", 100, "no"], ["b", "2026-05-03", 100, came])
    assert ran.code == 0 and ran.rows("sponsored", "posts") == ["False", paid] and ("got 'PR'" in ran.err) == (came == "PR")


@pytest.mark.parametrize("came", ["hidden", "-1", "12.5"])
def test_a_post_stays_without_a_figure_that_nobody_can_read(read, came):  # noqa: F811
    ran = read(POSTS, ["a", "2026-05-02", 100], ["b", "2026-05-03", came])
    assert ran.code == 0 and ran.rows("creator_id likes", "posts") == ["a 100", "b _"] and "cell C3" in ran.err


def test_a_post_without_a_readable_day_is_still_left_out(read):  # noqa: F811
    ran = read(POSTS, ["a", "2026-05-02", 100], ["b", "Hôm qua", 100])
    assert ran.rows("creator_id", "posts") == ["a"] and "got 'Hôm qua'" in ran.err


@pytest.mark.parametrize("cells", [["120.500", "90.250"], ["80.500", "1.200.000"], ["90,250", "120,500"]])
def test_followers_in_groups_of_three_are_no_question(read, cells):  # noqa: F811
    ran = read(["Tên", "Platform", "Followers", "Giá (VND)"], *(["A", "TikTok", cell, "5.000.000"] for cell in cells))
    assert ran.code == 0 and ran.rows("followers") == [cell.replace(".", "").replace(",", "") for cell in cells]


def test_followers_of_which_some_are_in_parts_are_asked_about(read):  # noqa: F811
    ran = read(["Tên", "Platform", "Followers", "Giá (VND)"], *(["A", "TikTok", cell, "5.000.000"] for cell in ("90.250", "12.5")))
    assert ran.code == 2 and "nobody is counted in parts: thousands?" in ran.err
