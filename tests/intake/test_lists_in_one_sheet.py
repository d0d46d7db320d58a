"""Tables above each other, accounts that nobody has, and figures that count in thousands: once lost or read without a word."""

import pytest
from test_field_cases import Ran, table


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file, in whose name nothing is said."""
    return lambda *rows, options=(), mapping=None: Ran(table(tmp_path / "list.csv", *rows), capsys, *options, mapping=mapping)


def said(ran):
    """All that the import printed."""
    return ran.out + ran.err


KOLS = [["Tên", "Kênh", "Follow", "Báo giá"], ["Hồng Diễm", "Facebook", "2.3M", "70tr"], ["Quang Huy", "TikTok", "810k", "25tr"]]
KOCS = [["Tên", "Kênh", "Follow", "Báo giá", "Hoa hồng"], ["Bông", "TikTok", "33k", "1tr5", "15%"]]


@pytest.mark.parametrize("between", [[], [[""]], [["DANH SÁCH KOC"]]])
def test_a_table_above_the_one_with_more_known_titles_is_asked_about_and_tells_nothing_of_the_other(read, between):
    ran = read(["DANH SÁCH KOL"], *KOLS, *between, *KOCS)
    assert ran.code == 2 and "rows 2 to 4 are a table of their own above the one that is read; move it to a sheet" in said(ran)
    assert "own titles give the platform" not in said(ran)


def test_a_group_of_titles_and_a_summary_above_the_titles_are_no_table_of_people(read):
    head = [["Brand", "Glow"], ["Platform", "Followers", "Budget"], ["TikTok", "", "500tr"]]
    ran = read(*head, *KOCS)
    assert ran.code == 0 and ran.rows("name followers") == ["Bông 33000"]


TWO = ["Name", "TikTok Handle", "TikTok Followers", "Instagram Handle", "Instagram Followers"]


@pytest.mark.parametrize("fee", [[], ["Fee (USD)"]])
def test_titles_of_an_account_that_nobody_has_are_no_account(read, fee):
    cells = [400][: len(fee)]
    ran = read([*TWO, *fee], ["Amy", "@amy.tt", 120000, "", "", *cells], ["Bob", "@bob.tt", 80000, "", "", *cells])
    kept = ran.rows("creator_id platform followers", "candidates" if fee else "creators")
    assert ran.code == 0 and kept == ["@amy.tt tiktok 120000", "@bob.tt tiktok 80000"]


def test_where_one_has_the_other_account_there_are_two(read):
    ran = read([*TWO], ["Amy", "@amy.tt", 120000, "", ""], ["Bob", "@bob.tt", 80000, "@bob.ig", 900])
    assert ran.rows("creator_id platform", "creators") == ["@amy.tt tiktok", "@bob.tt tiktok", "@bob.ig instagram"]


@pytest.mark.parametrize("fees", [(1500, 3000, 9500), (1200, 500, 800), (19_000, 1_000, 4_000)])
def test_prices_that_are_all_too_small_for_their_currency_are_asked_about(read, fees):
    rows = [[f"K{place}", "TikTok", "40k", fee] for place, fee in enumerate(fees)]
    ran = read(["KOC", "Kênh", "Follow", "Giá (VNĐ)"], *rows)
    assert (
        ran.code == 2
        and "nobody asks so little in VND: thousands (nghìn), or millions (triệu)?" in said(ran)
        and "1000}` (or 1000000, or 1 if" in said(ran)
    )


def test_small_prices_that_name_their_unit_are_taken(read):
    ran = read(["KOC", "Kênh", "Follow", "Giá (VNĐ)"], ["A", "TikTok", "40k", "15k"], ["B", "TikTok", "40k", "18k"])
    assert ran.code == 0 and ran.rows("fee") == ["15000", "18000"]


@pytest.mark.parametrize("cells", [("3.3k", "6.9k", "0.89k"), ("0.89k", "95", "20")])
def test_thousands_of_posts_are_those_of_the_profile(read, cells):
    ran = read(["handle", "platform", "posts", "followers"], *([f"h{n}", "instagram", one, "57m"] for n, one in enumerate(cells)))
    assert ran.code == 0 and "'posts' is read as the posts of the whole profile" in said(ran)
    assert ran.rows("posts_total")[0] in ("3300.0", "890.0", "3300", "890")


@pytest.mark.parametrize(("title", "kept"), [("Giá video", False), ("Giá live", True), ("Cast live/giờ", True)])
def test_a_price_of_an_hour_is_that_of_a_live_and_of_no_video(read, title, kept):
    ran = read(["KOL", "Kênh", "Follower", title], ["B1", "TikTok", "50k", "5tr/h"], ["B2", "TikTok", "50k", "6tr"])
    assert ran.rows("fee") == (["5000000", "6000000"] if kept else ["_", "6000000"])
    assert ("got '5tr/h', a price of time and not of what is booked" in said(ran)) is not kept


def test_titles_and_words_of_lists_from_elsewhere(read):
    ran = read(["Pseudo", "Réseau", "Communauté", "Taux d’engagement", "Pays", "Prestation"],
               ["@zoe.m", "Instagram", "132k", "3,6%", "Belgique", "1 réel"])  # fmt: skip
    assert ran.rows("creator_id platform followers country engagement_rate", "candidates") == ["@zoe.m instagram 132000 BE 0.036"]
    ran = read(["닉네임", "URL", "팔로워수", "협업형태"], ["먹방준", "https://www.youtube.com/@mukjun", "128만", "숏폼 2건"])
    assert ran.rows("name creator_id platform format posts") == ["먹방준 mukjun youtube short 2"]
    ran = read(["KOL名稱", "社交平台", "追蹤人數", "收費 (HKD)"], ["阿貓", "IG", "12.8萬", "$12,000"])
    assert ran.rows("name platform followers fee currency") == ["阿貓 instagram 128000 12000 HKD"]
