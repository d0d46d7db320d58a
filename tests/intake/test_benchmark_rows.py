"""Rows of a report that stand for nobody: benchmarks, medians and totals with a platform and a day, as creators have."""

import pytest
from test_field_cases import Ran, table

TITLES = ["Creator", "Platform", "Post date", "Views", "Likes", "Comments"]
POSTS = (
    ["linh.nguyen", "TikTok", "2026-05-02", 18_400, 1840, 31],
    ["minhtran", "TikTok", "2026-05-11", 3650, 365, 12],
    ["anphan", "TikTok", "2026-05-13", 52_000, 4100, 88],
)
CREATORS = ["linh.nguyen", "minhtran", "anphan"]


def read(tmp_path, capsys, *rows, titles=TITLES):
    return Ran(table(tmp_path / "report.csv", titles, *rows), capsys)


@pytest.mark.parametrize(
    "label",
    ["Benchmark", "Industry benchmark", "Our benchmark", "Category average", "Competitor avg", "Median", "Trung bình", "TB ngành",
     "Last year", "Previous campaign", "Top 10%", "Std dev", "All creators", "Tất cả", "行业平均"],
)  # fmt: skip
def test_what_creators_are_held_against_is_no_creator_though_it_has_a_day(tmp_path, capsys, label):
    ran = read(tmp_path, capsys, *POSTS, [label, "TikTok", "2026-05-31", 20_000, 2000, 40])
    assert ran.rows("creator_id", "posts") == CREATORS and ran.rows("creator_id", "creators") == CREATORS
    assert f"Left out as totals, taxes or charges on all: rows 5 ({label})." in ran.out


def test_a_total_on_a_day_is_told_by_its_sums(tmp_path, capsys):
    ran = read(tmp_path, capsys, *POSTS, ["Total", "TikTok", "2026-05-31", 74_050, 6305, 131])
    assert ran.rows("creator_id", "posts") == CREATORS
    assert "Left out as totals, taxes or charges on all: rows 5 (Total)." in ran.out


@pytest.mark.parametrize("name", ["Max", "Sum", "Total", "Cộng", "Delta", "Target", "Benchmark Lan", "All of Linh"])
def test_people_with_such_names_and_a_day_stay(tmp_path, capsys, name):
    ran = read(tmp_path, capsys, *POSTS, [name, "TikTok", "2026-05-31", 20_000, 2000, 40])
    assert ran.rows("creator_id", "posts") == [*CREATORS, name] and "Left out" not in ran.out


def test_a_benchmark_with_a_profile_of_its_own_is_somebody(tmp_path, capsys):
    titles = [*TITLES, "Profile"]
    rows = [[*post, f"https://www.tiktok.com/@{post[0]}"] for post in POSTS]
    last = ["Benchmark", "TikTok", "2026-05-31", 20_000, 2000, 40, "https://www.tiktok.com/@benchmark.vn"]
    ran = read(tmp_path, capsys, *rows, last, titles=titles)
    assert len(ran.rows("views", "posts")) == 4 and "Left out" not in ran.out


def test_a_heading_of_such_words_is_a_heading_still(tmp_path, capsys):
    ran = read(tmp_path, capsys, ["Top 10%", "", "", "", "", ""], *POSTS)
    assert ran.rows("creator_id", "posts") == CREATORS and "Left out as headings: rows 2 (Top 10%)." in ran.out
