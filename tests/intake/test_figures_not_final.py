"""Reports in which some rows say that their figures still grow: these are told, and nothing is taken away."""

import pytest
from test_field_cases import Ran, table

TITLES = ["Creator", "Platform", "Post date", "Views", "Likes", "Comments"]
POSTS = (
    ["linh.nguyen", "TikTok", "2026-05-02", 18_400, 1840, 31],
    ["minhtran", "TikTok", "2026-05-30", 365, 36, 1],
    ["anphan", "TikTok", "2026-05-13", 52_000, 4100, 88],
)


def read(tmp_path, capsys, title, *states):
    rows = [[*post, state] for post, state in zip(POSTS, states, strict=True)]
    return Ran(table(tmp_path / "report.csv", [*TITLES, title], *rows), capsys)


@pytest.mark.parametrize(
    ("title", "final", "interim"),
    [("Report status", "Final", "Interim"), ("Status", "Final", "Still counting"), ("Data", "Completed", "Day 1 only"),
     ("Số liệu", "Chốt", "Tạm tính"), ("Trạng thái", "Đã chốt số liệu", "Chưa chốt")],
)  # fmt: skip
def test_rows_whose_figures_are_not_final_are_told_and_kept(tmp_path, capsys, title, final, interim):
    ran = read(tmp_path, capsys, title, final, interim, final)
    assert ran.code == 0 and ran.rows("views", "posts") == ["18400", "365", "52000"]
    assert f"1 row says that its figures are not final, and is read as if they were: row 3 ({interim});" in ran.out


@pytest.mark.parametrize("states", [("Final", "Final", "Final"), ("Ongoing", "Interim", "Running"), ("Final", "Lan", "Reel")])
def test_nothing_is_told_where_no_row_differs_so(tmp_path, capsys, states):
    ran = read(tmp_path, capsys, "Status", *states)
    assert ran.rows("views", "posts") == ["18400", "365", "52000"] and "not final" not in ran.out
