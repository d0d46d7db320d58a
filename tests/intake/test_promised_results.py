"""What was promised of a booking beside what came of it: the promise never becomes the result, and is told."""

import pytest
from test_field_cases import Ran, table

POST = ["KOL", "Ngày đăng", "Link"]
VIDEO = "https://www.tiktok.com/@chi.ba/video/7"


@pytest.fixture
def read(tmp_path, capsys):
    """Import one post of a creator with columns of figures."""

    def reading(*columns):
        titles, figures = zip(*columns, strict=True)
        return Ran(table(tmp_path / "list.csv", [*POST, *titles], ["chi.ba", "2026-06-15", VIDEO, *figures]), capsys)

    return reading


@pytest.mark.parametrize(
    ("promised", "came"),
    [
        ("KPI View", "View thực tế"), ("View cam kết", "View đạt"), ("Target views", "Actual views"), ("View dự kiến", "View"),
        ("Guaranteed views", "Views"), ("Lượt xem (KPI)", "Lượt xem (thực tế)"), ("Target View", "Realisasi View"),
        ("목표 조회수", "조회수"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("promised_first", [True, False])
def test_of_a_promise_and_a_result_the_result_is_read(read, promised, came, promised_first):
    ran = read(*[(promised, 50_000), (came, 41_000)][:: 1 if promised_first else -1])
    assert ran.code == 0 and ran.rows("views", "posts") == ["41000"] and f"Not used: {promised}" in ran.out


@pytest.mark.parametrize(
    "title", ["KPI view", "Lượt xem (KPI)", "Cam kết view", "Expected reach", "Views target", "View mục tiêu"]
)
def test_a_promise_alone_is_no_result(read, title):
    ran = read((title, 50_000), ("Likes", 900))
    assert ran.code == 0 and f"Not used: {title}" in ran.out
    assert ran.rows("likes", "posts") == ["900"] and "50000" not in (ran.data / "posts.csv").read_text(encoding="utf-8")


def test_in_bookings_results_that_are_called_so_are_the_reach_and_the_engagements(tmp_path, capsys):
    titles = ["KOL", "Nền tảng", "Ngày chốt", "Chi phí (VNĐ)", "KPI View", "View thực tế", "KPI tương tác", "Tương tác thực tế"]
    row = ["Lan", "TikTok", "2026-06-01", 5_000_000, 50_000, 41_000, 3000, 2500]
    ran = Ran(table(tmp_path / "list.csv", titles, row), capsys)
    assert ran.code == 0 and ran.rows("reach engagements", "bookings") == ["41000 2500"]
    assert "Not used: KPI View, KPI tương tác" in ran.out


def test_two_rows_of_titles_may_hold_the_promise_and_the_result(tmp_path, capsys):
    rows = ["KOL", "Ngày đăng", "View", "", "Like", ""], ["", "", "KPI", "Thực tế", "KPI", "Thực tế"]
    ran = Ran(table(tmp_path / "list.csv", *rows, ["chi.ba", "2026-06-15", 50_000, 41_000, 900, 800]), capsys)
    assert ran.code == 0 and ran.rows("views likes", "posts") == ["41000 800"] and "Not used: View KPI, Like KPI" in ran.out
