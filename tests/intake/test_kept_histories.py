"""Histories as companies keep them: sections of weeks, counts with their followers, noughts, targets, days half written, JSON."""

import json

import pandas as pd
import pytest

from builders import book_of, run


@pytest.fixture
def imported(tmp_path, capsys):
    """Import a text, workbook or object of JSON; the exit code, what was said, and the tables."""

    def into_data(content, *options, mapping=None, name="file"):
        if isinstance(content, str):
            (file := tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
        elif isinstance(content, dict) and "sheets" in content:
            book_of(content["sheets"]).save(file := tmp_path / f"{name}.xlsx")
        else:
            (file := tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        if mapping is not None:
            (tmp_path / "given.yaml").write_text(mapping, encoding="utf-8")
            options = (*options, "--mapping", tmp_path / "given.yaml")
        code, out, err = run(capsys, "import", file, "-o", tmp_path / "data", *options)
        return code, out + err, {one.stem: pd.read_csv(one, dtype="str").fillna("") for one in (tmp_path / "data").glob("*.csv")}

    return into_data


def of(frame, *columns):
    return frame[[*columns]].to_numpy().tolist()


HEAD = ["KOL", "Platform", "Booked on", "Fee (VND)", "Reach", "Engagements"]
LAN, MINH = (["lan", "TikTok", "2026-01-12", 12_000_000], ["minh", "TikTok", "2026-01-13", 20_000_000])


def in_sections(heads, reach):
    rows = [[[head], [*LAN, lan, 100], [*MINH, minh, 200]] for head, (lan, minh) in zip(heads, reach, strict=True)]
    return {"sheets": {"Report": [HEAD, *sum(rows, [])]}}


@pytest.mark.parametrize(
    "heads", [("TUẦN 1", "TUẦN 2"), ("Week 1:", "Week 2:"), ("Report 18/01", "Report 25/01"), ("第1周", "第2周")]
)
def test_a_booking_under_the_headings_of_several_weeks_counts_once_with_the_higher_results(imported, heads):
    code, told, tables = imported(in_sections(heads, [(50_000, 90_000), (81_000, 120_000)]))
    assert code == 0 and "2 bookings stand in another sheet, file or section too and count once" in told
    assert of(tables["bookings"], "name", "fee", "reach") == [["lan", "12000000", "81000"], ["minh", "20000000", "120000"]]


@pytest.mark.parametrize(
    ("heads", "reach"),
    [
        (("CAMPAIGN: Tết", "CAMPAIGN: Summer"), [(50_000, 90_000), (81_000, 120_000)]),
        (("TUẦN 1", "TUẦN 2"), [(50_000, 90_000), (31_000, 20_000)]),  # of each week alone
        (("Wave 1", "Wave 2"), [(50_000, 90_000), (81_000, 120_000)]),
    ],
)
def test_bookings_under_headings_of_campaigns_or_with_lower_results_are_bookings_of_their_own(imported, heads, reach):
    code, told, tables = imported(in_sections(heads, reach))
    assert code == 0 and len(tables["bookings"]) == 4 and "count once" not in told


def test_headings_between_bookings_are_offered_as_campaigns_and_read_so_once_that_is_said(imported):
    sheets = in_sections(("Tết 2025", "Summer 2025"), [(50_000, 90_000), (81_000, 120_000)])
    told = imported(sheets)[1]
    assert "Headings between the rows say: Tết 2025; Summer 2025. Where they are campaigns, write `headings: campaign_id`" in told
    tables = imported(sheets, mapping="bookings: {headings: campaign_id}")[2]
    assert [*tables["bookings"]["campaign_id"]] == ["Tết 2025", "Tết 2025", "Summer 2025", "Summer 2025"]


def test_headings_of_weeks_are_not_offered_as_campaigns(imported):
    assert "Headings between" not in imported(in_sections(("TUẦN 1", "TUẦN 2"), [(50_000, 90_000), (81_000, 120_000)]))[1]


def test_followers_that_each_post_tells_are_those_of_its_day_and_not_of_today(imported):
    text = (
        "creator,platform,published_at,followers,likes\nlan,instagram,2025-03-02,120000,2100\nlan,instagram,2025-09-02,180000,2500\n"
        "minh,instagram,2025-03-04,900000,8100\nminh,instagram,2025-04-04,900000,8000\n"
    )
    code, told, tables = imported(text)
    assert code == 0 and "each count is kept as that of the day of its row (creator_snapshots), and the latest as today's" in told
    expected = [["lan", "2025-03-02", "120000"], ["lan", "2025-09-02", "180000"]]
    assert of(tables["creator_snapshots"], "creator_id", "at", "followers") == expected
    assert of(tables["creators"], "creator_id", "followers") == [["lan", "180000"], ["minh", "900000"]]


def test_followers_of_a_report_are_those_of_the_day_on_which_it_counted(imported):
    text = (
        "Report date,creator,platform,published_at,followers,likes\n2026-01-31,lan,instagram,2026-01-02,120000,2100\n"
        "2026-02-28,lan,instagram,2026-01-02,125000,2500\n"
    )
    code, told, tables = imported(text)
    assert code == 0 and of(tables["creator_snapshots"], "at", "followers") == [
        ["2026-01-31", "120000"],
        ["2026-02-28", "125000"],
    ]


def test_the_same_followers_in_all_rows_of_a_creator_are_no_counts_over_time(imported):
    text = "creator,platform,published_at,followers,likes\nlan,tiktok,2025-03-02,120000,2100\nlan,tiktok,2025-09-02,120000,2500\n"
    assert {*imported(text)[2]} == {"posts", "creators"}


def test_views_of_0_where_people_reacted_are_no_count_and_are_told(imported):
    text = (
        "creator,platform,published_at,type,views,likes\nlan,instagram,2026-01-12,Reel,81000,2100\n"
        "lan,instagram,2026-01-13,Image,0,1900\nlan,instagram,2026-01-14,Image,0,0\n"
    )
    code, told, tables = imported(text)
    assert code == 0 and "1 row has reactions but 0 views, which nobody counted there: it is left blank (row 3)" in told
    assert [*tables["posts"]["views"]] == ["81000", "", "0"]


@pytest.mark.parametrize(
    ("columns", "rows", "said"),
    [
        ("impressions,reach", ["41000,52000", "60000,45000"], "1 row has more reach than impressions, which cannot be (row 2"),
        ("likes,reach", ["1900,52", "7000,150"], "2 rows have more likes than reach, which cannot be (the first is row 2: 1,900"),
        ("likes,engagements", ["1900,52", "7,150"], "1 row has more likes than engagements"),
        ("impressions,reach,likes", ["41000,4000,200", "60000,60000,300"], ""),
    ],
)  # fmt: skip
def test_counts_that_contradict_each_other_are_told_and_stand_as_written(imported, columns, rows, said):
    lines = [f"lan,instagram,2026-01-{12 + place},{row}" for place, row in enumerate(rows)]
    code, told, tables = imported(f"creator,platform,published_at,{columns}\n" + "\n".join(lines) + "\n")
    assert code == 0 and (said in told if said else "which cannot be" not in told)
    assert [",".join(row) for row in of(tables["posts"], *columns.split(","))] == rows


@pytest.mark.parametrize("label", ["KPI", "Target", "Mục tiêu", "% đạt", "% KPI", "Achievement", "Variance", "达成率"])
def test_rows_of_targets_below_a_list_are_no_bookings(imported, label):
    sheet = [HEAD, [*LAN, 90_000, 4100], [*MINH, 150_000, 7300], [label, None, None, None, 100_000, 5000]]
    code, told, tables = imported({"sheets": {"Q1": sheet}}, "--set", "booked_at=2026-01-01")
    assert code == 0 and [*tables["bookings"]["name"]] == ["lan", "minh"] and f"rows 4 ({label})" in told


def test_the_least_of_all_rows_is_no_person_where_targets_stand_below_it(imported):
    rows = [HEAD, [*LAN, 90_000, 4100], [*MINH, 150_000, 7300], ["Min", None, None, 12_000_000, 90_000, 4100],
            ["KPI", None, None, None, 100_000, 5000]]  # fmt: skip
    assert [*imported({"sheets": {"Q1": rows}}, "--set", "booked_at=2026-01-01")[2]["bookings"]["name"]] == ["lan", "minh"]


def test_a_person_who_is_called_as_a_row_of_targets_is_stays_one(imported):
    own = [HEAD, [*LAN, 90_000, 4100], ["Target", "TikTok", "2026-01-15", 9_000_000, 70_000, 900]]
    assert [*imported({"sheets": {"Q2": own}})[2]["bookings"]["name"]] == ["lan", "Target"]


@pytest.mark.parametrize(
    "gone", ["[deleted user]", "deleted_account", "Instagram User", "Người dùng Facebook", "(account suspended)"]
)
def test_what_stands_for_an_account_that_is_gone_is_no_creator(imported, gone):
    text = f"Handle,Platform,Published,Likes\nlan,instagram,2025-03-02,2100\n{gone},instagram,2025-03-04,810\n"
    code, told, tables = imported(text)
    assert code == 0 and told.count("which stands in place of an account that is gone") == 1
    assert [*tables["posts"]["creator_id"]] == [*tables["creators"]["creator_id"]] == ["lan"]


@pytest.mark.parametrize(
    "cell", ["lan.new (old: lan_old)", "lan_old → @lan.new", "@lan.new (f.k.a. lan_old)", "lan.new (tên cũ: lan_old)"]
)
def test_a_cell_with_a_former_handle_is_the_present_account_and_told(imported, cell):
    code, told, tables = imported(
        f"Handle,Platform,Published,Likes\nlan.new,instagram,2025-03-02,2100\n{cell},instagram,2025-03-04,810\n"
    )
    assert code == 0 and "1 cell names a former handle too (cell A3:" in told
    assert [*tables["creators"]["creator_id"]] == ["lan.new"] and len(tables["posts"]) == 2


def test_handles_with_other_brackets_stay_as_they_are(imported):
    _, told, tables = imported("Handle,Platform,Published,Likes\nlan (vlog),instagram,2025-03-02,2100\n")
    assert [*tables["posts"]["creator_id"]] == ["lan (vlog)"] and "former handle" not in told


def test_ids_that_a_workbook_rounded_are_told_and_their_posts_go_by_creator_and_time(imported):
    rows = [["Video ID", "Creator", "Platform", "Posted", "Likes"], [7301111111111111111.0, "lan", "TikTok", "2026-01-12", 410],
            [7301111111111111500.0, "lan", "TikTok", "2026-01-13", 310]]  # fmt: skip
    code, told, tables = imported({"sheets": {"P": rows}})
    assert (
        code == 0 and told.count("an id that a spreadsheet shortened") == 2 and "2 cells could not be used and are blank" in told
    )
    assert of(tables["posts"], "post_id", "likes") == [["lan@2026-01-12T00:00:00", "410"], ["lan@2026-01-13T00:00:00", "310"]]


def test_whole_numbers_of_a_workbook_that_are_exact_stay_ids(imported):
    rows = [["Video ID", "Creator", "Platform", "Posted", "Likes"], [730111111111111, "lan", "TikTok", "2026-01-12", 410]]
    assert [*imported({"sheets": {"P": rows}})[2]["posts"]["post_id"]] == ["730111111111111"]


def test_days_without_a_year_are_of_the_year_that_the_name_of_their_sheet_says(imported):
    head = ["KOL", "Platform", "Ngày đăng", "Fee (VND)", "Reach"]
    rows = ["lan", "TikTok", "25/12", 12_000_000, 90_000], ["minh", "TikTok", "15/01", 9_000_000, 55_000]
    sheets = {"T12.2025": [head, rows[0]], "T1.2026": [head, rows[1]]}
    code, told, _ = imported({"sheets": sheets})
    assert code == 2 and "'Ngày đăng' does not say which day it is" in told
    code, told, tables = imported({"sheets": sheets}, mapping='bookings: {columns: {"Ngày đăng": booked_at}, year: 2026}')
    assert code == 0 and [*tables["bookings"]["booked_at"]] == ["2025-12-25", "2026-01-15"]
    assert "'Ngày đăng': 1 day without a year (cell C2: '25/12') is taken to be of 2025, as the name of the sheet says" in told


def test_a_sheet_that_names_two_years_leaves_the_year_open(imported):
    rows = [["KOL", "Platform", "Booked on", "Fee (VND)", "Reach"], ["lan", "TikTok", "25/12", 12_000_000, 90_000]]
    code, told, _ = imported({"sheets": {"2025-2026": rows}})
    assert code == 2 and "without a year" in told and "write `year: " in told


@pytest.mark.parametrize("month", ["T5/2025", "Tháng 5/2025", "05/2025", "May-25"])
def test_results_by_month_are_bookings_of_its_first_day_once_that_is_said(imported, month):
    text = f"KOL,Nền tảng,Tháng,Chi phí (VND),Reach,Tương tác\nlan,TikTok,{month},12000000,90000,4100\n"
    code, told, _ = imported(text)
    assert code == 2 and "holds bookings" in told and "'Tháng' does not say which day it is" in told
    code, told, tables = imported(text, mapping="bookings: {columns: {Tháng: booked_at}}")
    assert code == 0 and of(tables["bookings"], "booked_at", "reach") == [["2025-05-01", "90000"]]
    assert f"'Tháng': 1 cell says a month and no day (cell C2: '{month}'); its first day is taken" in told


def test_a_booking_stays_without_a_result_or_a_price_that_cannot_be_read(imported):
    head = "KOL,Platform,Booked on,Fee (USD),Reach,Orders\n"
    rows = "lan,TikTok,2026-01-12,500,đang cập nhật,12 đơn\nminh,TikTok,2026-01-13,80x0,900,4\nmai,TikTok,2026-01-14,300,800,5\n"
    code, told, tables = imported(head + rows)
    bookings = of(tables["bookings"], "name", "fee", "reach", "orders")
    assert code == 0 and bookings == [["lan", "500", "", ""], ["minh", "", "900", "4"], ["mai", "300", "800", "5"]]
    assert "got 'đang cập nhật'; expected a number" in told and [*tables["rejects"]["kept"]].count("True") == 3


def test_bookings_of_whose_results_none_can_be_read_are_refused_with_the_reason(imported):
    code, told, _ = imported(
        "KOL,Platform,Booked on,Fee (USD),Orders\nlan,TikTok,2026-01-12,500,#1001\nminh,TikTok,2026-01-13,80,#1002\n"
    )
    assert code == 2 and "got '#1001'; expected a number" in told and "No row could be used" in told


def test_a_zone_in_the_title_of_a_day_is_no_unit(imported):
    text = "creator,platform,posted_at (GMT+7),fee_usd,reach\nlan,tiktok,2026-01-12 18:30,500,90000\n"
    code, told, tables = imported(text, mapping='bookings: {columns: {"posted_at (GMT+7)": booked_at}}')
    assert code == 0 and "is not understood" not in told and [*tables["bookings"]["booked_at"]] == ["2026-01-12T11:30:00"]


def test_ids_of_records_are_those_of_bookings_and_charges_of_agencies_no_fees(imported):
    text = (
        "Record ID,Influencer,Platform,Booked on,Influencer fee (USD),Agency fee (15%),Reach\n"
        "rec1,Lan,TikTok,2026-01-12,300,45,80000\nrec2,Minh,TikTok,2026-01-13,200,30,110000\n"
    )
    code, told, tables = imported(text)
    assert code == 0 and "looks like" not in told and "is a charge on top of the price" in told
    assert of(tables["bookings"], "booking_id", "creator_id", "fee") == [["rec1", "Lan", "300"], ["rec2", "Minh", "200"]]


def test_lives_of_a_shop_are_results_whose_average_price_is_no_fee(imported):
    text = (
        "LIVE name,Creator handle,Start time,GMV,Items sold,Avg. price,Views,Likes\n"
        "Sale,lan,2026-01-01 20:00,₫120.500.000,640,₫188.281,65300,51000\n"
    )
    code, told, _ = imported(text)
    assert code == 2 and "holds bookings" in told and "'Avg. price' are of what buyers paid and took" in told
    assert 'write `columns: {"Start time": booked_at}`' in told and "like 'fee'" not in told


def test_what_was_refunded_of_orders_of_tiktok_shop_is_no_revenue_and_an_order_refunded_whole_no_sale(imported):
    text = (
        "Order ID,Creator Username,Order Status,Created Time,Payment Amount,Refund Amount,Currency\n"
        "576000000001,lan,Completed,2026-01-12 20:10,400000,0,VND\n"
        "576000000002,lan,Completed,2026-01-12 21:00,600000,600000,VND\n"
        "576000000003,minh,Completed,2026-01-13 10:30,500000,250000,VND\n"
    )
    code, told, tables = imported(text, "--set", "booked_at=2026-01-01")
    sold = of(tables["bookings"], "creator_id", "orders", "revenue")
    assert code == 0 and sold == [["lan", "1", "400000"], ["minh", "1", "250000"]]
    assert "2 sold" in told and "1 returned or cancelled" in told and "who turned down" not in told


def test_deliverables_with_their_results_and_a_plain_date_are_no_candidates(imported):
    text = "Creator,Platform,Qty,Spend (USD),Engagements,Impressions,Date\nlan,IG,2,500,2000,45000,2026-01-12\n"
    assert "holds bookings" in imported(text)[1]
    profiles = "Creator,Platform,Followers,Fee (USD),Views,Likes,Date\nlan,IG,9000,500,2000,450,2026-01-12\n"
    assert "holds candidates" in imported(profiles)[1]


POST = {"id": "17890000000000001", "timestamp": "2026-01-12T12:30:00+0000", "username": "lan", "like_count": 2100}
POSTS = [POST, POST | {"id": "17890000000000002", "timestamp": "2026-01-13T12:30:00+0000"}]


@pytest.mark.parametrize(
    "answer",
    [
        {"data": POSTS, "paging": {"cursors": {"before": "QVFI"}}},
        {"data": {"videos": POSTS, "cursor": 100, "has_more": True}, "error": {"code": "ok"}},
        {"business_discovery": {"username": "lan", "media": {"data": POSTS}}, "id": "178414"},
    ],
)
def test_the_one_list_of_objects_in_the_answer_of_a_program_is_its_table(imported, answer):
    code, _, tables = imported(answer)
    assert code == 0 and [*tables["posts"]["post_id"]] == ["17890000000000001", "17890000000000002"]
    assert of(tables["posts"], "creator_id", "likes") == [["lan", "2100"]] * 2


def test_objects_within_the_rows_of_json_are_columns_of_their_own(imported):
    row = {
        "publisher": {"handle": "lan", "network": "instagram", "followers": 240_000},
        "post": {"publishedDate": "2026-01-12", "metrics": {"likes": "2,100", "reach": "45,100"}},
    }
    code, _, tables = imported({"report": {"name": "Tet"}, "results": [row]})
    assert code == 0 and of(tables["posts"], "creator_id", "likes", "reach") == [["lan", "2100", "45100"]]
    assert of(tables["creators"], "creator_id", "platform", "followers") == [["lan", "instagram", "240000"]]


def test_an_answer_with_two_tables_is_refused(imported):
    code, told, _ = imported({"posts": {"data": [POST]}, "creators": {"data": [{"name": "lan"}]}})
    assert code == 2 and "holds no table" in told


def test_videos_of_the_research_api_of_tiktok_keep_their_ids_which_json_writes_as_numbers(imported):
    video = {"create_time": 1768221000, "username": "lan", "video_description": "Tết", "like_count": 41, "view_count": 810}
    videos = [video | {"id": 7301111111111111111}, video | {"id": 7301111111111111112, "create_time": 1768825800}]
    code, told, tables = imported({"data": {"videos": videos, "cursor": 100}, "error": {"code": "ok"}})
    assert code == 0 and "Recognised as an export of TikTok Research API" in told and "shortened" not in told
    assert of(tables["posts"], "post_id", "published_at", "likes") == [
        ["7301111111111111111", "2026-01-12T12:30:00", "41"],
        ["7301111111111111112", "2026-01-19T12:30:00", "41"],
    ]


@pytest.mark.parametrize("flat", [False, True])
def test_videos_of_apify_are_those_of_the_handles_of_their_authors(imported, flat):
    author = {"id": "6800", "name": "lan.review", "nickName": "Lan", "fans": 240_000}
    video = {"text": "hi", "createTimeISO": "2026-01-12T12:30:00.000Z", "diggCount": 41, "playCount": 810, "isAd": True}
    links = {"webVideoUrl": "https://www.tiktok.com/@lan.review/video/7301111111111111111"}
    if flat:
        row = {"id": "7301111111111111111"} | {f"authorMeta.{key}": cell for key, cell in author.items()} | video | links
        code, told, tables = imported(pd.DataFrame([row]).to_csv(index=False))
    else:
        code, told, tables = imported([{"id": "7301111111111111111", "authorMeta": author} | video | links])
    assert code == 0 and "Recognised as an export of Apify, TikTok" in told
    assert of(tables["posts"], "post_id", "creator_id", "likes", "views") == [["7301111111111111111", "lan.review", "41", "810"]]
    assert of(tables["creators"], "creator_id", "platform") == [["lan.review", "tiktok"]]


@pytest.mark.parametrize("title", ["Slide", "Frame no.", "Story #"])
def test_slides_of_one_story_are_told_to_be_read_as_a_post_each(imported, title):
    head = f"Creator,Platform,Format,Published,{title},Reach,Replies\n"
    slides = ("2026-01-12,1,11000,12", "2026-01-12,2,9800,4", "2026-01-13,1,9000,5")
    rows = "".join(f"lan,instagram,Story,{slide}\n" for slide in slides)
    code, told, tables = imported(head + rows)
    assert code == 0 and f"By '{title}' 1 row is a part of what the row above it tells (row 3)" in told
    assert len(tables["posts"]) == 3
    assert "is a part of" not in imported(head.replace(title, "Note") + rows, name="other")[1]


def test_check_tells_counts_of_a_folder_that_contradict_each_other(tmp_path, capsys):
    (tmp_path / "creators.csv").write_text("creator_id,platform\nlan,instagram\n", encoding="utf-8")
    rows = "lan,2026-01-12,41000,52000\nlan,2026-01-13,60000,45000\n"
    (tmp_path / "posts.csv").write_text(f"creator_id,published_at,impressions,reach\n{rows}", encoding="utf-8")
    code, out, _ = run(capsys, "check", tmp_path)
    assert code == 0 and "posts: 1 row has more reach than impressions, which cannot be (row 2: 52,000 over 41,000)" in out


def test_an_amount_within_an_object_of_json_goes_by_the_name_of_the_object(imported):
    price = {"price": {"amount": 2_500_000, "currency": "VND"}}
    code, _, tables = imported([{"handle": "lan", "platform": "tiktok", "followers": 9000} | price])
    assert code == 0 and of(tables["candidates"], "creator_id", "fee", "currency") == [["lan", "2500000", "VND"]]


def test_the_day_of_a_booking_is_asked_about_before_the_day_of_its_post(imported):
    told = imported("Creator,Platform,Booked,Posted,Fee (USD),Reach,Clicks\nlan,tiktok,2026-01-05,2026-01-12,500,90000,9\n")[1]
    assert "'Booked' does not say which day it is" in told and "Posted' does not" not in told


@pytest.mark.parametrize(
    "titles",
    [
        ("Views 24h", "Views 7d", "Views 30d"),
        ("Views W1", "Views W2", "Views W10"),
        ("View sau 1 ngày", "View T+7", "View 1 tháng"),
    ],
)
def test_counts_at_several_ages_are_asked_about_and_the_one_that_is_said_is_read(imported, titles):
    early, middle, last = titles
    text = f"Creator,Platform,Published,{last},{early},{middle}\nlan,TikTok,2026-01-12,92000,30000,70000\n"
    code, told, _ = imported(text)
    assert code == 2 and f"'{early}' / '{middle}' / '{last}' are views of each row at several ages, and none is read" in told
    assert f'write `columns: {{"{last}": views}}` to read the last' in told
    code, told, tables = imported(text, mapping=f'posts: {{columns: {{"{last}": views}}}}')
    assert code == 0 and [*tables["posts"]["views"]] == ["92000"] and "several ages" not in told


def test_counts_at_several_ages_beside_a_count_of_today_are_not_asked_about(imported):
    text = "Creator,Platform,Published,Views,Views 24h,Views 7d\nlan,TikTok,2026-01-12,92000,30000,70000\n"
    code, told, tables = imported(text)
    assert code == 0 and [*tables["posts"]["views"]] == ["92000"] and "Not used: Views 24h, Views 7d" in told


@pytest.mark.parametrize(
    ("cell", "told_of"), [("linh.nguyen & minhtran", True), ("linh_ng x minh", True), ("Ben & Jerry", False), ("1.2E+16", False)]
)
def test_a_cell_that_is_perhaps_the_handles_of_two_is_told(imported, cell, told_of):
    _, told, _ = imported(f"KOL,Platform,Booked on,Fee (USD),Reach\n{cell},TikTok,2026-01-12,1000,240000\n")
    assert ("1 cell is perhaps the handles of two (cell A2:" in told) is told_of
