"""What a strict reader broke in the reading of flat posts, sheets of the same people, totals, signatures and tables of before."""

import pytest
from test_flat_posts import imported, of  # noqa: F401
from test_kept_answers import book  # noqa: F401

HEAD = "Name,Platform,Format,Price (VND)"


@pytest.mark.parametrize("rows", ["Linh,TikTok,Video,5000000\nMinh,TikTok,,6000000\n", "Linh,TikTok,,5000000\n"])
def test_a_list_with_blank_formats_is_read(imported, rows):  # noqa: F811
    assert len(imported(f"{HEAD}\n{rows}")[1]["candidates"]) == rows.count("\n")


def test_one_row_of_posts_with_a_platform_that_is_none_costs_no_other_post(imported):  # noqa: F811
    rows = "linh,TikTok,1000,2026-05-01,100\nlinh,Zalo,1000,2026-05-08,120\n"
    rows += "minh,TikTok,n/a,2026-05-08,120\nminh,,2000,2026-05-09,120\n"
    told, tables = imported(f"username,platform,followers,date,likes\n{rows}")
    assert of(tables["posts"], "creator_id", "likes") == [["linh", "100"], ["linh", "120"], ["minh", "120"], ["minh", "120"]]
    assert of(tables["creators"], "creator_id", "platform", "followers") == [["linh", "tiktok", "1000"], ["minh", "tiktok", ""]]


@pytest.mark.parametrize("more", ["", ",Avg views"])
def test_sign_ups_of_a_form_are_people_and_not_posts(imported, more):  # noqa: F811
    rows = [
        "05/11/2026 10:00:00,Linh Trần,TikTok,https://tiktok.com/@linh,10000", "25/11/2026 12:00:00,Hà,Instagram,https://instagram.com/ha,9000",
    ]  # fmt: skip
    text = "\n".join([f"Timestamp,Họ và tên,Nền tảng,Link,Followers{more}", *(row + (",500" if more else "") for row in rows)])
    _, tables = imported(f"{text}\n", name="form.csv")
    assert "posts" not in tables and of([*tables.values()][0], "creator_id") == [["linh"], ["ha"]]


def test_creators_of_posts_on_several_sheets_are_one_each_as_the_latest_row_of_all_says_it(book):  # noqa: F811
    titles = ["username", "platform", "followers", "date", "likes"]
    may = [
        titles,
        ["linh", "TikTok", 1000, "2026-05-01", 5],
        ["linh", "TikTok", 1000, "2026-05-08", 6],
        ["minh", "TikTok", 500, "2026-05-08", 7],
    ]
    june = [
        titles,
        ["linh", "TikTok", 9000, "2026-06-01", 5],
        ["minh", "TikTok", 700, "2026-06-08", 7],
        ["minh", "TikTok", 700, "2026-06-09", 7],
    ]
    told, tables = book(Tháng_5=may, Tháng_6=june)
    assert of(tables["creators"], "creator_id", "followers") == [["linh", "9000"], ["minh", "700"]]
    assert len(tables["posts"]) == 6 and "rejects" not in tables
    several = [titles, *may[1:], ["linh", "Instagram", 300, "2026-05-09", 8]]
    _, tables = book(Tháng_5=several, Tháng_6=june)
    assert {who for (who,) in of(tables["posts"], "creator_id")} == {"linh @ tiktok", "linh @ instagram", "minh"}


def test_an_id_of_which_other_sheets_speak_stays_as_it_is(book):  # noqa: F811
    posts = [
        ["username", "platform", "date", "likes"],
        ["linh", "TikTok", "2026-05-01", 5],
        ["linh", "Instagram", "2026-05-02", 5],
    ]
    bookings = [
        ["Booking ID", "username", "Booked at", "Fee", "Currency", "Campaign ID"],
        ["b1", "linh", "2026-04-01", 5e6, "VND", "c"],
    ]
    told, tables = book(Posts=posts, Bookings=bookings)
    assert of(tables["bookings"], "booking_id", "creator_id") == [["b1", "linh"]] and len(tables["creators"]) == 1
    assert "'platform' differs between the rows of 1 creator" in told


def test_a_table_of_creators_in_the_file_is_the_one_whatever_was_derived_before(book, tmp_path):  # noqa: F811
    posts = [["Name", "Platform", "Date", "Followers", "Likes"], *(["Linh", "TikTok", f"2026-05-0{day}", 9, 5] for day in (1, 2))]
    book(Posts=posts)
    assert "from_posts: true" in (tmp_path / "data" / "mapping.yaml").read_text()
    _, tables = book(Posts=posts, Creators=[["Name", "Platform", "Followers", "Niche"], ["Linh", "TikTok", 1000, "Beauty"]])
    assert of(tables["creators"], "creator_id", "followers", "niche") == [["Linh", "1000", "beauty"]] and "rejects" not in tables


def test_an_answer_about_decimals_holds_for_thousands_too_and_without_one_the_column_is_asked_about(imported, tmp_path):  # noqa: F811
    text = "Name,Platform,Followers,Giá (VND)\nAn,TikTok,8.125K,5000000\nBinh,TikTok,12.340K,5000000\n"
    told, _ = imported(text, code=2)
    assert "'12.340K'" in told or "'8.125K'" in told
    for answer, expected in (("false", ["8125", "12340"]), ("true", ["8125000", "12340000"])):
        (tmp_path / "data" / "mapping.yaml").write_text(f"candidates: {{decimal_comma: {answer}}}\n", encoding="utf-8")
        assert imported(text)[1]["candidates"]["followers"].tolist() == expected


def test_totals_with_a_platform_or_words_in_the_column_of_links_are_no_candidates(book):  # noqa: F811
    one = [
        ["Name", "Platform", "Followers", "Price (VND)"],
        ["Linh", "TikTok", 1000, "5tr"],
        ["Minh", "TikTok", 2000, "6tr"],
        ["Total", "TikTok", None, "11tr"],
    ]
    other = [
        ["Name", "Link", "Followers", "Price (VND)"],
        ["Ha", "https://tiktok.com/@ha", 9, 5e6],
        ["Chi", "https://tiktok.com/@chi", 9, 6e6],
        ["Tổng cộng", "đã gồm VAT", None, 11e6],
    ]
    told, tables = book(A=one, B=other)
    assert of(tables["candidates"], "name") == [["Linh"], ["Minh"], ["Ha"], ["Chi"]] and "4 (Total)" in told


def test_a_person_called_sum_with_prices_in_words_stays(imported):  # noqa: F811
    rows = "Linh,TikTok,1000,5tr\nMinh,TikTok,2000,6tr\nSum,TikTok,900,3tr\n"
    assert of(imported(f"Name,Platform,Followers,Price (VND)\n{rows}")[1]["candidates"], "name")[2] == ["Sum"]


def test_tables_of_before_are_never_written_over_and_a_column_that_is_lost_counts(imported, tmp_path):  # noqa: F811
    data = tmp_path / "data"
    data.mkdir()
    text = "creator_id,published_at,likes\na,2026-05-01,{}\n"
    for number, before in enumerate(
        ("post_id;creator_id;published_at\nx;hand;2026-01-01\n", "\ufeff", 'post_id,creator_id\np,"open\n')
    ):
        (data / "posts.csv").write_text(before, encoding="utf-8")
        told, tables = imported(text.format(number))
        assert len(tables["posts"]) == 1
        assert (data / f"posts.csv.before{f'-{number + 1}' * (number > 0)}").read_text(encoding="utf-8") == before
    assert "is kept as posts.csv.before-3" in told
    told, _ = imported(text.format(9))
    assert ".before" not in told
    (data / "posts.csv").write_text(
        "post_id,creator_id,published_at,likes,caption\na@2026-05-01T00:00:00,a,2026-05-01,9,by hand\n"
    )
    assert "something that this file has not (caption)" in imported(text.format(9))[0]


def test_somebody_called_signature_is_no_signature(book):  # noqa: F811
    people = [["Signature By Linh", "TikTok", "https://tiktok.com/@signlinh"], ["Minh", "TikTok", "https://tiktok.com/@minh"]]
    _, tables = book(KOL=[["Name", "Platform", "Link"], *people])
    assert len([*tables.values()][0]) == 2


def test_people_who_stand_twice_on_the_sheet_that_tells_more_keep_their_rows(book):  # noqa: F811
    prices = [["Name", "Platform", "Price (VND)"], ["Linh", "TikTok", 5e6], ["Minh", "TikTok", 4e6]]
    more = [
        ["Name", "Platform", "Followers", "ER"],
        ["Linh", "TikTok", 1000, 0.03],
        ["Linh", "TikTok", 5000, 0.03],
        ["Minh", "TikTok", 700, 0.03],
    ]
    _, tables = book(Prices=prices, More=more)
    assert of(tables["candidates"], "name", "fee", "followers") == [
        ["Linh", "5000000", ""], ["Minh", "4000000", "700"], ["Linh", "", "1000"], ["Linh", "", "5000"],
    ]  # fmt: skip


def test_a_shortlist_with_days_and_offers_is_one(imported):  # noqa: F811
    rows = "".join(
        f"{who},TikTok,2026-05-0{day},1000,{likes},Video\n" for who in ("Linh", "Minh") for day, likes in ((1, 20), (2, 30))
    )
    _, tables = imported(f"Name,Platform,Date,Followers,Likes,Offer\n{rows}", name="shortlist.csv")
    assert {*tables} == {"candidates"}


def test_a_sheet_that_was_named_in_the_command_is_not_remembered(book, tmp_path):  # noqa: F811
    titles = ["Name", "Platform", "Price (VND)"]
    sheets = {"KOL": [titles, ["A", "TikTok", 5e6]], "OLD": [titles, ["X", "TikTok", 8e5]]}
    assert of(book(options=["--sheet", "OLD"], **sheets)[1]["candidates"], "name") == [["X"]]
    assert "may no longer hold" in book(code=2, **sheets)[0]


def test_codes_of_people_are_their_ids(imported):  # noqa: F811
    rows = "".join(f"CT00{n},Person {who},TikTok,1000,5000000\n" for n, who in enumerate("ABC", start=1))
    assert of(imported(f"Mã,Name,Platform,Followers,Price (VND)\n{rows}")[1]["candidates"], "creator_id")[0] == ["CT001"]


def test_sheets_named_after_what_is_published_are_offers_of_that(book):  # noqa: F811
    titles = ["Name", "Platform", "Price (VND)"]
    told, tables = book(Video=[titles, ["A", "TikTok", 5e6]], Story=[titles, ["A", "TikTok", 1e6]])
    assert of(tables["candidates"], "name", "format", "fee") == [["A", "video", "5000000"], ["A", "story", "1000000"]]
    assert "The name of the sheet 'Video' says what is published: video." in told


@pytest.mark.parametrize("name", ["Backup_singers", "Dự_phòng"])
def test_a_reserve_and_people_who_sing_hold(book, name):  # noqa: F811
    titles = ["Name", "Platform", "Price (VND)"]
    book(**{"KOL": [titles, ["A", "TikTok", 5e6]], name: [titles, ["X", "TikTok", 8e5]]})
