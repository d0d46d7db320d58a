"""Whose card a file is, headings that are numbered, answers that meet no column, and words of other languages."""

import pytest
from test_field_cases import Ran, table, workbook


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file, in whose name nothing is said."""
    return lambda *rows, mapping=None, options=(): Ran(table(tmp_path / "list.csv", *rows), capsys, *options, mapping=mapping)


@pytest.fixture
def read_book(tmp_path, capsys):
    """Import rows as a workbook."""
    return lambda *rows, mapping=None: Ran(workbook(tmp_path / "list.xlsx", {"Sheet1": rows}), capsys, mapping=mapping)


OFFERS = [["Deliverable", "Price (MYR)"], ["1 x IG Reel", 3000], ["1 x IG Story", 800]]


def test_the_lines_above_a_rate_card_say_whose_it_is(read_book):
    ran = read_book(["JESSICA LEE – RATE CARD"], ["@jesslee.my | 120K followers on Instagram | ER 4.2%"], [], *OFFERS)
    assert ran.rows("creator_id followers platform fee") == [
        "jesslee.my 120000 instagram 3000",
        "jesslee.my 120000 instagram 800",
    ]
    assert "say whose card this is, and it holds for every row: jesslee.my, 120K" in ran.out


@pytest.mark.parametrize(
    ("line", "followers"), [("TikTok: @linhbep – 1.2M followers", "1200000"), ("@linhbep, Lượt theo dõi: 2.500.000", "2500000")]
)
def test_followers_above_a_card_are_read_as_in_a_cell(read_book, line, followers):
    ran = read_book(["BẢNG GIÁ"], [line], [], *OFFERS)
    assert set(ran.rows("creator_id followers")) == {f"linhbep {followers}"}


@pytest.mark.parametrize("line", ["@one and @two, Instagram", "Instagram, contact: hello@agency.com", "Instagram rates of 2026"])
def test_a_card_that_names_nobody_or_two_says_that_no_row_says_who_it_is(read_book, line):
    ran = read_book([line], [], *OFFERS)
    assert ran.code == 0 and "No row says who it is" in ran.out


def test_a_handle_above_a_list_of_people_is_not_theirs(read_book):
    ran = read_book(
        ["Prepared by @agency"], [], ["Name", "Platform", "Fee (VND)"], ["Lan", "TikTok", 5_000_000], ["An", "TikTok", 4_000_000]
    )
    assert ran.rows("name fee") == ["Lan 5000000", "An 4000000"] and "whose card" not in ran.out and "who it is" not in ran.out


SECTIONS = [
    ["A. KOL"], ["Name", "Platform", "Fee (VND)"], ["Lan", "TikTok", 50_000_000], ["Minh", "TikTok", 40_000_000],
    ["B. Micro influencers"], ["An", "TikTok", 4_000_000], ["Bo", "TikTok", 3_000_000],
]  # fmt: skip
KINDS = "candidates: {headings: kind, values: {kind: {'A. KOL': kol, 'B. Micro influencers': influencer}}}"


def test_the_heading_above_the_titles_is_the_first_of_numbered_ones(read_book):
    assert "A. KOL; B. Micro influencers" in read_book(*SECTIONS).out
    assert read_book(*SECTIONS, mapping=KINDS).rows("name kind") == ["Lan kol", "Minh kol", "An influencer", "Bo influencer"]


def test_a_mapping_that_names_columns_which_are_not_there_is_said_to_have_named_nothing(read):
    rows = [["Name", "Platform", "Fee (VND)"], ["Lan", "TikTok", 5_000_000]]
    ran = read(*rows, mapping="candidates: {columns: {Foo: followers, Name: name}, prices: {IG Reel: {format: short}}}")
    assert ran.code == 0 and "names columns that this table does not have, and nothing was read by that: Foo." in ran.out
    assert "does not have" not in read(*rows, mapping="candidates: {columns: {name: name, FEE (vnd): fee}}").out


def test_answers_about_a_card_on_its_side_hold_for_it_on_its_side(read_book):
    person = [["Name:", "Sarah Lim"], ["Instagram:", "@sarahlim.sg"], ["Followers:", 88000], ["Engagement rate:", "3.2%"]]
    offers = [["Service", "Rate (SGD)"], ["IG Feed post", 1500], ["IG Story", 600], ["IG Reel", 2000]]
    prices = "IG Feed post: {format: image}, IG Story: {format: story}, IG Reel: {format: short}"
    ran = read_book(
        ["Rate Card 2026"],
        *person,
        [],
        *offers,
        mapping=f"candidates: {{prices: {{{prices}}}, ignore: [Rate Card 2026, Service], constants: {{currency: SGD}}}}",
    )
    assert ran.rows("name followers format fee") == [
        "Sarah Lim 88000 image 1500", "Sarah Lim 88000 story 600", "Sarah Lim 88000 short 2000",
    ]  # fmt: skip


POSTS = ["creator_id", "published_at", "platform", "likes", "sponsored"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["O", "X", ""], ["true", "false", "_"]), (["○", "×", "○"], ["true", "false", "true"]),
        (["x", "", "x"], ["true", "_", "true"]), (["x", "0", "o"], ["true", "false", "_"]),
        (["あり", "なし", "なし"], ["true", "false", "false"]), (["是", "否", "否"], ["true", "false", "false"]),
        (["Ya", "Tidak", "Ya"], ["true", "false", "true"]),
    ],
)  # fmt: skip
def test_yes_and_no_of_other_languages_and_crosses_beside_rings(read, words, expected):
    rows = [[f"a{at}", "2026-05-01", "Instagram", 120, word] for at, word in enumerate(words)]
    assert [one.lower() for one in read(POSTS, *rows).rows("sponsored", "posts")] == expected


@pytest.mark.parametrize(
    "titles",
    [
        ["账号", "发布时间", "点赞", "收藏", "评论", "分享", "阅读量", "是否商业合作"],
        ["アカウント", "投稿日", "いいね", "保存", "コメント", "シェア", "再生数", "PR有無"],
        ["계정", "게시일", "좋아요", "저장", "댓글", "공유", "조회수", "광고 여부"],
    ],
)
def test_posts_under_titles_of_china_japan_and_korea_keep_their_counts(read, titles):
    row = ["lan", "2026-05-01", 120, 30, 14, 5, 9000, "是"]
    ran = read(titles, row, ["lan", "2026-05-03", 90, 10, 4, 1, 5000, "否"], options=["--set", "platform=instagram"])
    assert ran.code == 0, ran.err
    assert ran.rows("creator_id likes saves comments shares views sponsored", "posts")[0].lower() == "lan 120 30 14 5 9000 true"


def test_titles_of_an_ordinary_day_are_known(read):
    titles = ["Name of Influencer", "Platform", "Engagement (%)", "# of posts", "Tarif (€ HT)"]
    ran = read(titles, ["Lan", "Instagram", 3.2, 2, 500])
    assert ran.code == 0, ran.err
    assert ran.rows("name engagement_rate posts fee currency") == ["Lan 0.032 2 500 EUR"] and "without VAT" in ran.out


def test_an_id_under_a_platform_is_an_account_there_also_in_chinese(read):
    ran = read(["小红书ID", "粉丝", "报价（元）"], ["lan01", 120_000, 5200], ["an02", 80_000, 3000])
    assert ran.code == 0 and ran.rows("creator_id platform fee") == ["lan01 xiaohongshu 5200", "an02 xiaohongshu 3000"]


@pytest.mark.parametrize(("words", "posts"), [("2 TikToks", "2"), ("3x TikTok", "3"), ("1 TikTok + 2 IG stories", "3")])
def test_plurals_of_platforms_are_posts_there(read, words, posts):
    ran = read(["Name", "Platform", "Deliverables", "Fee (USD)"], ["Lan", "TikTok", words, 900])
    assert ran.rows("posts") == [posts]


def test_a_nett_price_is_one(read):
    ran = read(["Name", "Platform", "Rate (MYR)"], ["Lan", "TikTok", "2,500 nett"], ["An", "TikTok", "RM 3,000 net"])
    assert ran.rows("fee fee_terms") == ["2500 net", "3000 net"]


def test_posts_of_which_no_count_was_read_are_said_to_teach_nothing(read):
    ran = read(["creator_id", "published_at", "platform", "Sterne"], ["lan", "2026-05-01", "Instagram", 120])
    assert ran.code == 0 and "No count of any post was read (Likes; Comments; Views; Reach)" in ran.out
    assert "No count" not in read(POSTS, ["lan", "2026-05-01", "Instagram", 0, "yes"]).out


def test_cards_of_several_people_keep_theirs_apart(tmp_path, capsys):
    cards = {
        "Linh": [["@linh – 250K followers, TikTok"], [], *OFFERS],
        "Mai": [["@mai – 90K followers, TikTok"], [], *OFFERS],
        "List": [["Tên", "Platform", "Fee (MYR)"], ["Hoa", "TikTok", 700]],
    }
    ran = Ran(workbook(tmp_path / "cards.xlsx", cards), capsys)
    assert ran.rows("creator_id followers") == ["linh 250000"] * 2 + ["mai 90000"] * 2 + ["Hoa _"]


@pytest.mark.parametrize(
    "line",
    [
        "Liên hệ: @mediahouse, Instagram",
        "Booking IG @mediahouse",
        "Campaign @pepsivn Instagram",
        "Prepared by @lan, Instagram",
        "For @pepsi on Instagram",
    ],
)
def test_a_handle_of_somebody_else_above_a_card_is_not_taken(read_book, line):
    assert "No row says who it is" in read_book([line], [], *OFFERS).out


@pytest.mark.parametrize(
    ("line", "followers"),
    [
        ("@linh — Followers: 12,5% nam, Instagram", "_"),
        ("@linh Instagram +5000 followers/tháng", "_"),
        ("@linh 小红书 粉丝12.5万", "125000"),
    ],
)
def test_followers_above_a_card_are_a_whole_number_of_people(read_book, line, followers):
    assert read_book([line], [], *OFFERS).rows("creator_id followers" if followers != "_" else "creator_id")[
        0
    ] == f"linh {followers}".replace(" _", "")


def test_posts_below_a_handle_are_not_all_of_it(read_book):
    ran = read_book(
        ["Bài đăng về @pepsivn"], ["Ngày đăng", "Lượt thích", "Bình luận"], ["2026-05-01", 120, 3], ["2026-05-02", 90, 1]
    )
    assert ran.code == 2 and "creator_id" in ran.err


def test_a_first_heading_that_states_the_unit_of_all_amounts_states_it(read_book):
    rows = [["1. ĐVT: triệu đồng"], ["Name", "Platform", "Fee"], ["Lan", "TikTok", 10], ["2. KOC"], ["An", "TikTok", 4]]
    assert read_book(*rows).rows("fee") == ["10000000", "4000000"]


def test_a_second_shape_in_one_folder_is_not_scolded_for_the_first(read, tmp_path):
    first = [["Name", "Platform", "Fee (VND)"], ["Lan", "TikTok", 5_000_000]]
    read(*first)
    ran = read(
        ["Tên", "Nền tảng", "Giá (VND)"],
        ["Lan", "TikTok", 5_000_000],
        mapping="candidates: {columns: {Name: name, Platform: platform, 'Fee (VND)': fee}}",
    )
    assert ran.code == 0 and "does not have" not in ran.out
