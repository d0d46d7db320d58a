"""Every column and every word of a price is either written or named as not used: nothing of a file is lost without a word."""

import pytest
from test_field_cases import Ran, table

HEAD = ["Tên", "Nền tảng", "Followers"]


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file, in whose name nothing is said."""
    return lambda *rows, options=(), mapping=None: Ran(table(tmp_path / "list.csv", *rows), capsys, *options, mapping=mapping)


@pytest.mark.parametrize(
    ("cell", "terms"),
    [("+18%", "without_vat"), ("plus 18%", "without_vat"), ("(+ 8%)", "without_vat"), ("incl. 18%", "with_vat"),
     ("cộng thêm 10%", "without_vat"), ("18%", "_"), ("no", "_")],
)  # fmt: skip
def test_a_rate_of_tax_on_top_under_the_title_of_a_tax_is_not_in_the_price(read, cell, terms):
    ran = read([*HEAD, "Price (INR)", "GST"], ["A", "tiktok", 5000, 45000, cell], ["B", "tiktok", 5000, 25000, "incl."])
    assert ran.rows("fee_terms") == [terms, "with_vat"]


def test_a_growth_on_top_says_nothing_of_tax(read):
    ran = read([*HEAD, "Price (INR)", "Growth"], ["A", "tiktok", 5000, 45000, "+18%"], ["B", "tiktok", 5000, 25000, "+3%"])
    assert ran.code == 0 and "Not used: Growth" in ran.out and "VAT" not in ran.out


def test_a_price_that_names_what_it_is_for_gives_format_and_posts(read):
    cells = ["5tr/story", "12tr/2 clip", "15tr (1 clip + 1 post)", "2.500.000/reel", "5tr/bài", "7tr"]
    ran = read([*HEAD, "Báo giá"], *([name, "TikTok", 12000, cell] for name, cell in zip("ABCDEF", cells, strict=True)))
    assert ran.rows("fee format posts") == [
        "5000000 story 1", "12000000 video 2", "15000000 1 video + 1 post 2", "2500000 short 1", "5000000 _ _", "7000000 _ _",
    ]  # fmt: skip
    assert "5 fees say what they are for" in ran.out


def test_a_column_of_formats_stands_before_what_a_price_says(read):
    ran = read([*HEAD, "Format", "Giá"], ["A", "TikTok", 900, "video", "5tr"], ["B", "TikTok", 900, None, "3tr/story"])
    assert ran.rows("fee format posts") == ["5000000 video _", "3000000 story 1"]


PACKAGE = ["Package", "Package Rate (VND)", "Solo Rate (VND)"]


def test_a_price_without_a_format_is_for_what_its_row_says(read):
    rows = [*HEAD, *PACKAGE], ["A", "tiktok", 900, "1 video + 2 story", 5e6, 3e6], ["B", "tiktok", 900, "1 reel", 4e6, 2e6]
    mapping = """candidates:
      columns: {Package: format}
      prices: {Package Rate (VND): {}, Solo Rate (VND): {format: video}}"""
    ran = read(*rows, mapping=mapping)
    assert ran.rows("fee format posts") == [
        "5000000 1 video + 2 story 3", "3000000 video 1", "4000000 short 1", "2000000 video 1",
    ]  # fmt: skip


def test_a_column_of_formats_that_every_price_overrules_is_named_as_not_used(read):
    mapping = """candidates:
      columns: {Package: format}
      prices: {Package Rate (VND): {format: story}, Solo Rate (VND): {format: video}}"""
    ran = read([*HEAD, *PACKAGE], ["A", "tiktok", 900, "1 video + 2 story", 5e6, 3e6], mapping=mapping)
    assert ran.rows("format") == ["story", "video"] and "Not used: Package." in ran.out


def test_a_currency_without_any_price_is_named_as_not_used(read):
    ran = read([*HEAD, "Currency"], ["A", "tiktok", 900, "GBP"], ["B", "tiktok", 700, "GBP"])
    assert ran.code == 0 and "Not used: Currency." in ran.out


def test_a_running_number_is_named_where_its_title_is_that_of_ids(read):
    rows = [[1, "A", "tiktok", 900], [2, "B", "tiktok", 700], [5, "C", "tiktok", 700]]
    assert "Not used: ID." in read(["ID", *HEAD], *rows).out
    assert "Not used" not in read(["STT", *HEAD], *rows).out


def test_a_title_that_begins_another_with_a_comma_is_named_with_it(read):
    posts = ["ID bài viết", "Tên Trang", "Thời gian đăng", "Bình luận", "Dấu ấn", "Dấu ấn, bình luận và chia sẻ", "ID Trang"]
    ran = read(posts, ["11", "Bún", "2026-09-07 10:00", 98, 2310, 2448, "900"])
    assert "Dấu ấn, Dấu ấn, bình luận và chia sẻ" in ran.out


def test_reactions_are_likes(read):
    posts = ["ID bài viết", "Tên Trang", "Thời gian đăng", "Bình luận", "Lượt bày tỏ cảm xúc"]
    ran = read(posts, ["11", "Bún", "2026-09-07 10:00", 98, 2310])
    assert "2310" in ran.out and "Not used" not in ran.out


ACCOUNTS = ["Talent", "Network", "Handle", "Followers", "Price (SGD)"]
OF_TWO = [
    ["Rachel", "Instagram", "@r", 88200, 2200], ["", "TikTok", "@rt", 140000, 2800], ["Hafiz", "Instagram", "@h", 35000, 950],
    ["", "YouTube", "@htv", 210000, 6500], ["Jia", "TikTok", "@j", 19400, 400],
]  # fmt: skip


def test_a_row_without_a_name_on_another_platform_is_another_account_of_the_person_above(read):
    ran = read(ACCOUNTS, *OF_TWO)
    assert ran.rows("name creator_id person_id") == [
        "Rachel @r Rachel", "Rachel @rt Rachel", "Hafiz @h Hafiz", "Hafiz @htv Hafiz", "Jia @j _",
    ]  # fmt: skip
    assert "Rows 3, 5 have an account and no name, and are read as other accounts of the person above each." in ran.out


@pytest.mark.parametrize(
    "rows",
    [
        [*OF_TWO[:3], OF_TWO[4]],  # one name alone is missing
        [*OF_TWO[:4], ["", "TikTok", "@x", 500, 300], ["", "TikTok", "@y", 500, 300]],  # nobody has two accounts on one platform
        [OF_TWO[1], *OF_TWO],  # nobody is above
    ],
)
def test_names_that_are_only_missing_stay_blank(read, rows):
    assert "_" in read(ACCOUNTS, *rows).rows("name")


def test_a_row_with_a_number_of_its_own_is_somebody_else(read):
    numbered = [[at, *row] for at, row in enumerate(OF_TWO, start=1)]
    assert read(["STT", *ACCOUNTS], *numbered).rows("name") == ["Rachel", "_", "Hafiz", "_", "Jia"]


def test_a_form_in_vietnamese_is_read_by_what_its_questions_ask_for(read):
    titles = ["Họ và tên", "Link kênh TikTok của bạn?", "Số lượng follower hiện tại?", "Mức cast mong muốn cho 1 video (VNĐ)?"]
    ran = read(titles, ["Thu", "tiktok.com/@thu", "12k", "500k"], ["Khoa", "tiktok.com/@khoa", "12.500", "1tr5"])
    assert ran.rows("name creator_id followers fee format") == [
        "Thu thu 12000 500000 video", "Khoa khoa 12500 1500000 video",
    ]  # fmt: skip


def test_a_question_about_something_else_stays_unused(read):
    ran = read([*HEAD, "Bạn ở tỉnh nào?", "Bạn có follower ảo không?"], ["A", "tiktok", 900, "Huế", "không"])
    assert "Not used: Bạn ở tỉnh nào?, Bạn có follower ảo không?." in ran.out


POSTS = ["Nombre de usuario de la cuenta", "Hora de publicación", "Enlace", "Me gusta", "Comentarios", "Seguidores"]


def test_posts_with_spanish_titles_are_read_and_followers_that_a_post_gained_are_no_audience(read):
    one, other = (f"https://www.instagram.com/paula/p/{post}/" for post in ("A1", "B2"))
    ran = read(POSTS, ["paula", "2026-09-03 10:12", one, 903, 40, 14], ["paula", "2026-09-14 19:02", other, 303, 11, 2])
    assert ran.rows("creator_id likes comments", "posts") == ["paula 903 40", "paula 303 11"]
    assert "Seguidores" in ran.out.split("Not used:")[1].splitlines()[0]
    ran = read(POSTS, ["paula", "2026-09-03 10:12", one, 903, 40, 14100], ["paula", "2026-09-14 19:02", other, 303, 11, 14200])
    assert ran.rows("creator_id followers", "creators") == ["paula 14200"]


def test_creators_by_what_they_sold_are_bookings_without_a_question_about_prices(read):
    titles = ["Creator name", "Affiliate GMV", "Affiliate orders", "Est. commission", "AOV"]
    ran = read(titles, ["ben", "₫128,450,000", 742, "₫12,845,000", "₫173,113"], options=["--set", "booked_at=2026-10-01"])
    assert ran.code == 0 and ran.rows("creator_id revenue orders", "bookings") == ["ben 128450000 742"]


UNKNOWN = [["ad", "tip", "sayı"], ["Aykut", "mega", 7500], ["Enes", "mega", 5200]]


def test_a_draft_names_every_title_of_a_table_that_nobody_knows(read):
    refused = read(*UNKNOWN)
    assert refused.code != 0 and "--draft writes one to start from" in refused.err
    drafted = read(*UNKNOWN, options=["--draft"])
    written = (drafted.data / "mapping.yaml").read_text(encoding="utf-8")
    assert drafted.code == 0 and "  ignore:\n  - ad\n  - tip\n  - sayı\n" in written and "… : followers" in written
    edited = "candidates:\n  columns: {ad: name, sayı: followers}\n  ignore: [tip]\n"
    assert read(*UNKNOWN, mapping=edited, options=["--set", "platform=tiktok"]).rows("name followers") == [
        "Aykut 7500",
        "Enes 5200",
    ]


def test_a_draft_of_a_file_without_titles_is_refused_with_the_reason(read):
    ran = read(["Aykut", 7500], ["Enes", 5200], options=["--draft"])
    assert ran.code != 0 and "has no sheet with a row of at least two known titles" in ran.err


@pytest.mark.parametrize("title", ["Main Platform", "Netzwerk", "Where"])
def test_a_column_of_platforms_is_read_under_any_title_and_not_that_of_a_price(read, title):
    ran = read(["Name", title, "Followers", "TikTok Rate (VND)"], ["A", "TikTok", 900, 5e6], ["B", "Facebook Reels", 700, None])
    assert ran.rows("name platform") == ["A tiktok", "B facebook"] and f"'{title}' was read as 'platform'" in ran.out


@pytest.mark.parametrize("title", ["Cross-post", "Other platforms", "Nền tảng khác"])
def test_where_somebody_publishes_besides_is_no_platform_of_the_row(read, title):
    ran = read(["Name", title, "Followers", "Price (VND)"], ["A", "TikTok", 900, 5e6], ["B", "Facebook", 700, 3e6])
    assert f"Not used: {title}." in ran.out and "read as 'platform'" not in ran.out


def test_the_question_for_a_platform_says_how_to_state_it(read):
    ran = read(["creator_id", "Followers", "Bio"], ["a", 900, "x"], ["b", 700, "y"], options=["--table", "creators"])
    assert "(or, where it is the same in every row, add `--set platform=tiktok`)" in ran.err


def test_a_number_that_stands_beside_two_names_is_nobodys_id(read):
    rows = [[1, "Darix", "youtube", 900], [2, "Vmario", "youtube", 700], [5, "Eva", "tiktok", 70], [1, "Maria", "tiktok", 500]]
    ran = read(["id", "name", "platform", "followers"], *rows, options=["--table", "creators"])
    assert ran.rows("creator_id", "creators") == ["Darix", "Vmario", "Eva", "Maria"] and "Not used: id." in ran.out


def test_an_id_of_each_post_is_that_of_the_post_and_one_that_comes_again_its_creators(read):
    titles = ["id", "createTimeISO", "playCount", "diggCount"]
    days = ["2026-10-02T11:03:21.000Z", "2026-10-09T12:00:00.000Z", "2026-09-30T23:50:10.000Z"]
    ran = read(titles, *([f"7577777777777777{at}", day, 40218, 1843] for at, day in enumerate(days)))
    assert "'id' was read as 'post_id'" in ran.out and "--set creator_id=" in ran.err
    ran = read(titles, *(["7577777777777777", day, 40218, 1843] for day in days), options=["--set", "platform=tiktok"])
    assert "'id' was read as 'creator_id'" in ran.out


def test_following_of_more_than_anybody_can_follow_is_the_audience(read):
    titles = ["TALENT", "PLATFORM", "FOLLOWING", "RATE (GBP)"]
    ran = read(titles, ["Poppy", "IG", "212k", 2500], ["Ollie", "TT", "1.6m", 6500], ["Gran", "YT", "88,412", 3000])
    assert ran.rows("followers") == ["212000", "1600000", "88412"]
    ran = read(titles, ["Poppy", "IG", 212, 2500], ["Ollie", "TT", "1,620", 6500])
    assert ran.rows("following") == ["212", "1620"]


@pytest.mark.parametrize(("title", "posts"), [("Valor Stories (3)", "3"), ("Valor Reels (2)", "2"), ("Valor Story (3)", "1")])
def test_a_number_behind_several_of_what_is_published_counts_them(read, title, posts):
    assert read([*HEAD, f"{title}"], ["A", "Instagram", 900, "R$ 1.200"]).rows("posts") == [posts]


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        ("Post date", "10/04/2026"),
        ("Post date", "TBC"),
        ("image", "/static/a.jpg"),
        ("posts_count", "1200"),
        ("30/09/2026", "1200"),
    ],
)
def test_days_paths_and_counts_are_not_asked_about_as_prices(read, title, cell):
    days = ["10/04/2026", cell] if title == "Post date" else [cell, cell]
    ran = read([*HEAD, "Price (VND)", title], ["A", "tiktok", 900, 5e6, days[0]], ["B", "tiktok", 700, 3e6, days[1]])
    assert ran.code == 0 and f"Not used: {title}" in ran.out


def test_a_price_that_names_another_format_than_its_row_is_told_and_the_column_stands(read):
    rows = ["A", "TikTok", 12000, "video", "5tr/story"], ["B", "TikTok", 12000, "story", "6tr/story"]
    ran = read([*HEAD, "Hạng mục", "Báo giá"], *rows)
    assert ran.rows("fee format") == ["5000000 video", "6000000 story"]
    assert "'Báo giá': 1 cell names another format than its row (cell E2: '5tr/story')" in ran.out
