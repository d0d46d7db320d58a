"""What one file says of itself holds for no other: answers, sheets and rows that once spoke for another file, sheet or person."""

import openpyxl
import pandas as pd
import pytest
import yaml
from test_flat_posts import imported, into_data, of  # noqa: F401

HEAD = "Name,Platform,Followers"


@pytest.fixture
def book(tmp_path, capsys):
    """Import a workbook of several sheets."""

    def run(code=0, options=(), **sheets):
        made = openpyxl.Workbook()
        made.remove(made.active)
        for name, rows in sheets.items():
            sheet = made.create_sheet(name.replace("_", " "))
            for row in rows:
                sheet.append(row)
        made.save(tmp_path / "book.xlsx")
        return into_data(tmp_path / "book.xlsx", capsys, options, code)

    return run


def test_a_currency_that_a_title_named_is_not_that_of_the_next_file(imported):  # noqa: F811
    imported(f"{HEAD},Giá (VND)\nLinh,TikTok,120000,5000000\n")
    told, _ = imported(f"{HEAD},Price\nNok,TikTok,120000,25000\n", name="thai.csv", code=2)
    assert "column 'Price' names no currency" in told


def test_a_question_does_not_answer_itself_when_the_same_command_runs_again(imported, tmp_path):  # noqa: F811
    text = f"{HEAD},Price\nA,TikTok,120000,5000000\nB,TikTok,90000,300 USD\n"
    first, again = imported(text, code=2)[0], imported(text, code=2)[0]
    assert first == again and "names no currency" in again
    assert "constants" not in yaml.safe_load((tmp_path / "data" / "mapping.yaml").read_text())["candidates"]


def test_whose_posts_an_export_holds_is_asked_anew_where_set_said_it_of_another(imported):  # noqa: F811
    export = "Video title,Video publish time,Views\nA,2026-05-02,100\n"
    imported(export, "--set", "creator_id=linh", "--table", "posts", "--like", "none")
    told, _ = imported(export, "--table", "posts", "--like", "none", name="minh.csv", code=2)
    assert "does not say whose these posts are" in told


def test_days_that_prove_their_own_order_are_read_by_it_whatever_was_answered_before(imported, tmp_path):  # noqa: F811
    imported("creator_id,published_at,likes\na,2026-05-01,1\n")
    (tmp_path / "data" / "mapping.yaml").write_text("posts: {day_first: true}\n", encoding="utf-8")
    told, tables = imported("creator_id,published_at,likes\nb,5/25/2026,1\nb,6/3/2026,2\n", name="us.csv")
    assert of(tables["posts"], "published_at") == [["2026-05-25"], ["2026-06-03"]]
    assert "its days prove their own order of day and month" in told
    _, tables = imported("creator_id,published_at,likes\nc,5/6/2026,1\n", name="open.csv")
    assert of(tables["posts"], "published_at") == [["2026-06-05"]]


TITLES = ["Tên", "Platform", "Followers", "Giá (VND)"]


@pytest.mark.parametrize("name", ["OLD", "Loại", "Không_dùng", "Rejected", "List_cũ", "Backup"])
def test_a_sheet_that_by_its_name_no_longer_holds_is_asked_about(book, tmp_path, name):
    sheets = {"List": [TITLES, ["A", "TikTok", 120000, 5e6]], name: [TITLES, ["X", "TikTok", 9000, 8e5]]}
    shown = name.replace("_", " ")
    told, _ = book(code=2, **sheets)
    assert f"by its name the sheet '{shown}' may no longer hold" in told
    mapping = tmp_path / "data" / "mapping.yaml"
    for key, people in (("ignore_sheets", [["A"]]), ("read_sheets", [["A"], ["X"]])):
        mapping.write_text(yaml.safe_dump({key: [shown]}, allow_unicode=True), encoding="utf-8")
        assert of(book(**sheets)[1]["candidates"], "name") == people
    mapping.unlink()
    assert of(book(options=["--sheet", shown], **sheets)[1]["candidates"], "name") == [["X"]]


@pytest.mark.parametrize("name", ["Bộ_sưu_tập", "Goldie", "Loại_A", "Boldly"])
def test_a_name_in_which_such_a_word_is_another_is_read(book, name):
    book(**{"List": [TITLES, ["A", "TikTok", 120000, 5e6]], name: [TITLES, ["X", "TikTok", 9000, 8e5]]})


def test_two_versions_of_one_list_are_asked_about_and_sheets_of_other_platforms_are_not(book):
    first = [TITLES, ["A", "TikTok", 120000, 5e6], ["B", "TikTok", 90000, 4e6]]
    told, _ = book(code=2, v1=first, v2_final=[TITLES, ["A", "TikTok", 120000, 4.5e6]])
    assert "'v1' and 'v2 final' list the same people for the same thing (A)" in told
    _, tables = book(v1=first, ig=[TITLES, ["A", "Instagram", 120000, 4.5e6]])
    assert len(tables["candidates"]) == 3


def test_a_sheet_that_tells_more_of_the_people_of_a_price_list_is_put_into_their_rows(book):
    prices = [["Tên", "Platform", "Giá (VND)"], ["Linh", "TikTok", 5e6], ["Minh", "TikTok", 4e6]]
    info = [["Tên", "Platform", "Followers", "ER"], ["Linh", "TikTok", 120000, 0.03], ["Hoa", "TikTok", 5000, 0.04]]
    told, tables = book(Rate_card=prices, Info=info)
    assert of(tables["candidates"], "name", "fee", "followers") == [
        ["Linh", "5000000", "120000"], ["Minh", "4000000", ""], ["Hoa", "", "5000"],
    ]  # fmt: skip
    assert "Sheet 'Info' tells more of the same people (followers, engagement_rate)" in told


def test_the_platform_above_the_titles_is_that_of_the_first_rows_alone(imported):  # noqa: F811
    text = "TIKTOK,,\nTên,Followers,Giá (VND)\nLinh,120000,5000000\nINSTAGRAM,,\nHoa,30000,2000000\n"
    assert of(imported(text)[1]["candidates"], "name", "platform") == [["Linh", "tiktok"], ["Hoa", "instagram"]]


def test_other_titles_between_the_rows_begin_a_second_table(imported):  # noqa: F811
    text = "Tên,Followers,Video (VND)\nLinh,120000,5000000\nTên,Followers,Story (VND)\nHoa,30000,500000\n"
    assert "row 3 starts a second table" in imported(text, code=2)[0]


def test_somebody_who_stands_twice_for_the_same_thing_is_named_and_other_offers_are_not(imported):  # noqa: F811
    told, tables = imported("Tên,Platform,Followers,Giá (VND)\nLinh,TikTok,120000,5000000\nLinh,TikTok,120000,6000000\n")
    assert len(tables["candidates"]) == 2
    assert "Row 3 names somebody whom a row above names for the same thing: both are read" in told
    offers = "Tên,Platform,Followers,Video (VND),Story (VND)\nLinh,TikTok,120000,5000000,1000000\nLinh,Instagram,9000,2000000,\n"
    assert "for the same thing" not in imported(offers, name="offers.csv")[0]


def test_who_signs_and_conditions_behind_a_mark_are_no_candidates(imported):  # noqa: F811
    text = (
        "Tên,Platform,Followers,Giá (VND)\nA,TikTok,120000,5000000\n*,Báo giá có hiệu lực 30 ngày,,\n"
        "-,Thanh toán 50% khi ký hợp đồng,,\n,,,\nNgười lập,,Người duyệt,\nNguyễn Văn X,,Trần Y,\n"
    )
    told, tables = imported(text)
    assert of(tables["candidates"], "name") == [["A"]] and "Người lập | Người duyệt" in told and "Trần Y" in told


def test_followers_counted_over_time_are_snapshots_and_their_creators(imported):  # noqa: F811
    text = "creator_id,platform,date,followers\na,tiktok,2026-05-01,1000\na,tiktok,2026-06-01,1100\nb,tiktok,2026-05-01,9\n"
    _, tables = imported(text)
    assert of(tables["creator_snapshots"], "creator_id", "at", "followers")[1] == ["a", "2026-06-01", "1100"]
    assert of(tables["creators"], "creator_id", "platform") == [["a", "tiktok"], ["b", "tiktok"]]


@pytest.mark.parametrize(
    "titles",
    [
        "username,full_name,followers_count,timestamp,like_count,comments_count",
        "ownerUsername,ownerFullName,followersCount,timestamp,likesCount,commentsCount",
        "authorMeta.name,nick,fans,createTimeISO,diggCount,commentCount",
    ],
)
def test_exports_of_programs_that_collect_posts_are_posts(imported, titles):  # noqa: F811
    rows = "linh,Linh,12000,2026-05-02T12:30:00+0000,1840,25\nlinh,Linh,12000,2026-05-09T12:30:00+0000,940,15\n"
    assert of(imported(f"{titles}\n{rows}")[1]["posts"], "creator_id", "likes", "comments")[0] == ["linh", "1840", "25"]


@pytest.mark.parametrize(
    ("title", "cells", "name", "expected"),
    [
        ("Giá (VND)", ["5.000k", "2.5m"], "fee", ["5000000", "2500000"]),
        ("Followers", ["1.200K", "95K"], "followers", ["1200000", "95000"]),
        ("Followers", ["12.345K", "95.5K"], "followers", ["12345", "95500"]),
    ],
)
def test_noughts_behind_a_dot_before_k_are_thousands(imported, title, cells, name, expected):  # noqa: F811
    price = "" if name == "fee" else ",Giá (VND)"
    rows = "".join(f"{who},TikTok,{cell}{',5000000' if price else ''}\n" for who, cell in zip("AB", cells, strict=True))
    assert imported(f"Name,Platform,{title}{price}\n{rows}")[1]["candidates"][name].tolist() == expected


def test_noughts_before_k_beside_decimals_of_the_same_column_are_asked_about(imported):  # noqa: F811
    told, _ = imported("Name,Platform,Followers,Giá (VND)\nA,TikTok,1.200K,5000000\nB,TikTok,95.5K,5000000\n", code=2)
    assert "'1.200K', where the mark may be decimal or group thousands" in told


def test_engagement_of_which_all_is_far_below_a_per_cent_under_a_title_in_per_cent_is_asked_about(imported):  # noqa: F811
    told, _ = imported(f"{HEAD},ER (%),Giá (VND)\nA,TikTok,9000,0.035,5000000\nB,TikTok,8000,0.04,4000000\n", code=2)
    assert "'ER (%)': cell D2 is 0.035, a share or per cent?" in told
    assert imported(f"{HEAD},ER (%),Giá (VND)\nA,TikTok,9000,3.5,5000000\n")[1]["candidates"]["engagement_rate"].tolist() == [
        "0.035"
    ]


def test_posts_of_days_to_come_are_left_out_and_days_without_a_year_are_those_before(imported, tmp_path):  # noqa: F811
    told, tables = imported("creator_id,published_at,likes\na,2026-05-01,1\na,2099-01-05,2\n")
    assert of(tables["posts"], "published_at") == [["2026-05-01"]]
    assert "got 2099-01-05, and today is" in told
    today = pd.Timestamp.now()
    early, late = (f"{today + pd.Timedelta(days=days):%B} {(today + pd.Timedelta(days=days)).day}" for days in (-40, 40))
    (tmp_path / "data" / "mapping.yaml").write_text(f"posts: {{year: {today.year}}}\n", encoding="utf-8")
    told, tables = imported(f"creator_id,Time,likes\na,{late},1\na,{early},2\n", "--table", "posts")
    years = [pd.Timestamp(day).year for (day,) in of(tables["posts"], "published_at")]
    due = today + pd.Timedelta(days=40)
    assert years[0] == today.year - (due.replace(year=today.year) > today)
    assert ("would still be to come" in told) == (years[0] != today.year)


def test_comments_on_cells_are_said_to_be_unread(tmp_path, capsys):
    made = openpyxl.Workbook()
    for row in (TITLES, ["A", "TikTok", 120000, 5e6], ["B", "TikTok", 9000, 3e6]):
        made.active.append(row)
    made.active["D2"].comment = openpyxl.comments.Comment("đã giảm còn 4tr, gọi 0912345678", "Lan")
    made.save(tmp_path / "book.xlsx")
    told, _ = into_data(tmp_path / "book.xlsx", capsys)
    assert "1 comment on a cell is not read: D2 (đã giảm còn 4tr" in told and "0912345678" not in told
