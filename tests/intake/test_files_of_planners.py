"""Files of planners in which people, prices, quantities or whole posts were once lost, and what each is read as."""

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
