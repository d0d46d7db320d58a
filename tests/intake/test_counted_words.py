"""Counts with a word beside them: read where the word is of what the column counts, else named, never another number."""

import pytest
from test_field_cases import Ran, table


@pytest.fixture
def audience(tmp_path, capsys):
    """Import one person with a cell of an audience."""

    def read(title, *cells):
        rows = [[f"P{at}", "TikTok", cell, f"{5 + at}tr"] for at, cell in enumerate(cells)]
        return Ran(table(tmp_path / "list.csv", ["Tên", "Nền tảng", title, "Giá (VNĐ)"], *rows), capsys)

    return read


@pytest.fixture
def post(tmp_path, capsys):
    """Import one post with a cell of a count."""

    def read(title, cell):
        return Ran(table(tmp_path / "list.csv", ["KOL", "Ngày đăng", title], ["@a", "2026-06-15", cell]), capsys)

    return read


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("35K lượt theo dõi", 35_000), ("1.234.567 lượt theo dõi", 1_234_567), ("150K+ follow", 150_000),
        ("12,5K followers", 12_500), ("230 N người đăng ký", 230_000), ("1,2 triệu người theo dõi", 1_200_000),
    ],
)  # fmt: skip
def test_a_count_of_followers_with_its_word_is_that_count(audience, cell, number):
    assert audience("Follow", cell).rows("followers") == [str(number)]


@pytest.mark.parametrize("cell", ["TikTok 250K", "90K (IG 12K)", "33K/tháng 6", "35k likes", "45K FL / 3K like"])
def test_an_audience_with_another_word_is_named_and_left_blank(audience, cell):
    ran = audience("Follow", cell)
    assert ran.code == 0 and ran.rows("followers") == ["_"] and f"got '{cell}'; expected a number" in ran.out + ran.err


@pytest.mark.parametrize(
    ("title", "cell", "column", "number"),
    [
        ("Lượt xem", "22K views", "views", 22_000), ("Lượt xem", "1,2tr view", "views", 1_200_000),
        ("Lượt xem", "3 triệu view", "views", 3_000_000), ("Lượt xem", "15,3 Tr lượt xem", "views", 15_300_000),
        ("Lượt thích", "8,1K lượt thích", "likes", 8_100), ("Likes", "8.1K likes", "likes", 8_100),
        ("Bình luận", "210 cmt", "comments", 210), ("Chia sẻ", "12 lượt chia sẻ", "shares", 12),
        ("Reach", "12.500 lượt tiếp cận", "reach", 12_500), ("View (K)", "22.000 views", "views", 22_000),
    ],
)  # fmt: skip
def test_a_count_of_a_post_with_its_word_is_that_count(post, title, cell, column, number):
    assert post(title, cell).rows(column, "posts") == [str(number)]


@pytest.mark.parametrize(
    ("title", "cell"),
    [("Lượt thích", "22K lượt xem"), ("Lượt xem", "22.000 likes"), ("Views", "22K/24h"), ("Reach", "22K views")],
)
def test_a_count_of_something_else_is_named(post, title, cell):
    ran = post(title, cell)
    assert f"got '{cell}'; expected a number" in ran.out + ran.err
    column = {"Lượt thích": "likes", "Reach": "reach"}.get(title, "views")
    assert ran.code != 0 or ran.rows(column, "posts") == ["_"]


def test_counts_of_people_under_a_title_that_means_nothing_are_the_audience(audience):
    ran = audience("Quy mô", "1,2 triệu người theo dõi", "~350k likes", "98.5K thành viên")
    assert ran.rows("followers") == ["1200000", "_", "98500"] and "'Quy mô' was read as 'followers'" in ran.out
    assert "got '~350k likes'" in ran.out + ran.err


@pytest.mark.parametrize("title", ["Fake follow", "Followers mới", "KPI follow"])
def test_counts_of_some_followers_are_no_audience(audience, title):
    ran = audience(title, "1.2K followers", "3K followers")
    assert "(Audience)" not in ran.out


def test_counts_of_people_beside_the_followers_are_no_second_audience(tmp_path, capsys):
    rows = ["Tên", "Nền tảng", "Quy mô", "Follow", "Giá (VNĐ)"], ["A", "TikTok", "10K người", "20K", "5tr"]
    ran = Ran(table(tmp_path / "list.csv", *rows), capsys)
    assert ran.code == 0 and ran.rows("followers") == ["20000"] and "Not used: Quy mô" in ran.out


def test_a_count_with_its_word_does_not_count_in_the_unit_of_its_column(audience):
    assert audience("Follow (k)", "45", "120", "310000 followers").rows("followers") == ["45000", "120000", "310000"]
