"""Histories as brands keep them: monthly reports, overlapping exports, trackers, orders by code; and what must stay as it was."""

import pandas as pd
import pytest

from builders import run

LINK = "https://www.tiktok.com/@lan/video/74000000000000000"


@pytest.fixture
def imported(tmp_path, capsys):
    """Import texts, each a file of its own; the exit code, what was said, and the tables."""

    def into_data(*texts, options=(), mapping=None):
        files = [tmp_path / f"file{place}.csv" for place in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, encoding="utf-8")
        if mapping is not None:
            (tmp_path / "given.yaml").write_text(mapping, encoding="utf-8")
            options = (*options, "--mapping", tmp_path / "given.yaml")
        code, out, err = run(capsys, "import", *files, "-o", tmp_path / "data", *options)
        return code, out + err, {one.stem: pd.read_csv(one, dtype="str").fillna("") for one in (tmp_path / "data").glob("*.csv")}

    return into_data


def of(frame, *columns):
    return frame[[*columns]].to_numpy().tolist()


def monthly(*rows, title="Report month", link=True):
    """A report: month, which post, published on, views so far."""
    head = f"{title},Creator,Platform,{'Post URL,' if link else ''}Published,Views (cum.),Likes (cum.)\n"
    lines = [
        f"{month},lan,TikTok,{f'{LINK}{post},' if link else ''}{day},{views},{views // 20}\n" for month, post, day, views in rows
    ]
    return head + "".join(lines)


REPORT = [("2026-01", 1, "2026-01-06", 3000), ("2026-02", 1, "2026-01-06", 4000), ("2026-02", 2, "2026-02-03", 900),
          ("2026-03", 1, "2026-01-06", 5000), ("2026-03", 2, "2026-02-03", 1200)]  # fmt: skip


@pytest.mark.parametrize("link", [True, False])
@pytest.mark.parametrize(("title", "months"), [
    ("Report month", {}), ("Tháng báo cáo", {"2026-01": "01/2026", "2026-02": "tháng 2/2026", "2026-03": "T3/2026"}),
    ("Month", {"2026-01": "Jan 2026", "2026-02": "February 2026", "2026-03": "Mar-26"}),
    ("Report date", {"2026-01": "31/01/2026", "2026-02": "28/02/2026", "2026-03": "31/03/2026"}),
    ("ngày chốt số", {"2026-01": "2026-01-31", "2026-02": "2026-02-28", "2026-03": "2026-03-31"}),
])  # fmt: skip
def test_a_post_in_the_reports_of_several_months_is_one_post_with_counts_over_time(imported, title, months, link):
    rows = [(months.get(month, month), *rest) for month, *rest in REPORT]
    code, told, tables = imported(monthly(*rows, title=title, link=link))
    assert code == 0 and "2 posts stand in 5 rows" in told
    assert of(tables["posts"], "views", "counted_at") == [["5000", "2026-03-31"], ["1200", "2026-03-31"]]
    counts = tables["post_snapshots"]
    assert {*counts["post_id"]} == {*tables["posts"]["post_id"]} and len(counts) == 5
    assert [*counts["counted_at"]] == ["2026-01-31", "2026-02-28", "2026-02-28", "2026-03-31", "2026-03-31"]


def test_counts_that_fall_from_month_to_month_are_asked_about_for_they_may_be_of_each_month_alone(imported):
    rows = [(month, post, day, 6000 - 1000 * int(month[-1])) for month, post, day, _ in REPORT]
    code, told, tables = imported(monthly(*rows))
    assert code == 2 and "fall from one row to the next" in told and 'columns: {"Report month": counted_at}' in told
    assert "posts" not in tables
    code, told, tables = imported(monthly(*rows), mapping="posts: {columns: {Report month: counted_at}}\n")
    assert code == 0 and len(tables["posts"]) == 2


def test_a_month_beside_posts_that_come_once_is_not_when_they_were_counted(imported):
    code, told, tables = imported(monthly(("2026-01", 1, "2026-01-06", 3000), ("2026-01", 2, "2026-01-06", 900), title="Month"))
    assert code == 0 and "Not used: Month" in told and "counted_at" not in tables["posts"]
    assert [*tables["posts"]["post_id"]] == ["740000000000000001", "740000000000000002"]


def test_two_posts_of_one_day_stay_two_where_nothing_tells_that_they_are_one(imported):
    text = "creator_id,published_at,counted_at,likes\nlan,2026-05-01,2026-06-01,100\nlan,2026-05-01,2026-06-02,40\n"
    code, told, tables = imported(text)
    assert code == 0 and [*tables["posts"]["likes"]] == ["100", "40"] and "post_snapshots" not in tables


def test_a_link_that_comes_twice_is_one_post_which_is_told_and_the_higher_counts_stand(imported):
    head = "creator_id,link post,published_at,likes\n"
    code, told, tables = imported(f"{head}lan,{LINK}1,2026-05-01,100\nlan,{LINK}1,2026-05-01,140\nlan,{LINK}2,2026-05-01,7\n")
    assert code == 0 and "1 row is a post that another row tells too" in told
    assert [*tables["posts"]["likes"]] == ["140", "7"]


def test_the_profile_in_every_row_is_no_post(imported):
    head = "username,platform,Link,date,likes\n"
    rows = "".join(
        f"{who},TikTok,https://www.tiktok.com/@{who},2026-05-0{day},{day}\n" for who in ("lan", "minh") for day in (1, 2, 3)
    )
    code, told, tables = imported(head + rows)
    assert code == 0 and len(tables["posts"]) == 6 and "No 'post_id' column" in told
    assert [*tables["creators"]["link"]] == ["https://www.tiktok.com/@lan", "https://www.tiktok.com/@minh"]


def test_the_url_of_a_post_is_its_id_and_no_profile_of_its_creator(imported):
    text = "username,platform,date,URL,likes\nlan,TikTok,2026-05-01,http://a.com/1,5\nlan,TikTok,2026-05-02,http://b.com/2,6\n"
    code, told, tables = imported(text)
    assert code == 0 and [*tables["posts"]["post_id"]] == ["http://a.com/1", "http://b.com/2"]
    assert "link" not in tables["creators"]


@pytest.mark.parametrize(("title", "stem", "ids"), [
    ("Post link", "https://vt.tiktok.com/ZS{}/", True), ("Link", "https://www.tiktok.com/@{}", False),
    ("Video link", "https://www.tiktok.com/@{}", False), ("Link", "https://www.instagram.com/p/AA{}/", True),
])  # fmt: skip
def test_one_post_each_goes_by_its_link_where_that_is_of_a_post(imported, title, stem, ids):
    rows = "".join(f"{who},TikTok,2026-05-0{day},{stem.format(who)},5\n" for day, who in enumerate(("lan", "minh", "hoa"), 1))
    code, told, tables = imported(f"username,platform,date,{title},likes\n{rows}", options=("--table", "posts"))
    assert code == 0 and len(tables["posts"]) == 3 and ("No 'post_id' column" not in told) == ids
    assert ("link" in tables["creators"]) == (title == "Link" and not ids)


DEALS = "{id}Creator handle,Network,Booked on,Status,Fee,Currency,Reach,Orders\n"


def deals(numbers, more=0, title="Deal ID"):
    """Bookings of these numbers; a later export has so many more reached."""
    head = DEALS.format(id=f"{title}," if title else "")
    return head + "".join(
        f"{f'D{n},' if title else ''}@kol{n % 3},TikTok,2026-01-{n + 1:02},Live,{300 + n},USD,{10000 + n + more},{n}\n"
        for n in numbers
    )


@pytest.mark.parametrize("title", ["Deal ID", "Contract no.", "Mã hợp đồng", "Booking no", None])
@pytest.mark.parametrize("later_first", [False, True])
def test_bookings_of_two_exports_that_overlap_count_once_with_the_higher_results(imported, title, later_first):
    files = [deals(range(10), title=title), deals(range(6, 14), more=5000, title=title)]
    code, told, tables = imported(*(files[::-1] if later_first else files))
    assert code == 0 and "4 bookings stand in another sheet, file or section too and count once" in told
    assert sorted(map(int, tables["bookings"]["reach"])) == [10000 + n + 5000 * (n > 5) for n in range(14)]
    if title:
        assert {*tables["bookings"]["booking_id"]} == {f"D{n}" for n in range(14)}


def test_the_same_booking_twice_in_one_file_and_another_fee_in_the_next_stay(imported):
    twice = deals([3, 3], title=None)
    code, told, tables = imported(twice, deals([3], title=None).replace("303,USD", "999,USD"))
    assert code == 0 and len(tables["bookings"]) == 3 and "count once" not in told


def test_a_number_that_several_rows_share_is_no_booking_of_its_own(imported):
    code, told, tables = imported(deals([1, 2]).replace("D2", "D1"))
    assert code == 0 and len(tables["bookings"]) == 2 and "No 'booking_id' column" in told


@pytest.mark.parametrize(("title", "first"), [
    ("Posted at (PST)", "2026-03-09T07:30:00"), ("Posted at (GMT+7)", "2026-03-08T16:30:00"),
    ("Thời gian đăng (giờ VN)", "2026-03-08T16:30:00"), ("Posted at (UTC)", "2026-03-08T23:30:00"),
    ("Posted at", "2026-03-08T23:30:00"), ("Posted at (CST)", "2026-03-08T23:30:00"),
])  # fmt: skip
def test_the_zone_of_a_title_is_that_of_its_times(imported, title, first):
    text = f"creator_id,{title},likes\nlan,2026-03-08 23:30,5\nlan,2026-03-20 09:00+02:00,6\nlan,2026-03-21,7\n"
    code, told, tables = imported(text, mapping=f'posts: {{columns: {{"{title}": published_at}}}}\n')
    assert code == 0 and [*tables["posts"]["published_at"]] == [first, "2026-03-20T07:00:00", "2026-03-21"]
    assert ("names the zone" in told) == (not first.endswith("23:30:00"))
    assert ("may be several zones (GMT-6 / GMT+8)" in told) == ("CST" in title)


def test_days_without_a_clock_stay_under_a_title_with_a_zone(imported):
    text = "creator_id,published at (GMT+7),likes\nlan,2026-03-08,5\nlan,2026-03-09,5\n"
    code, told, tables = imported(text, mapping='posts: {columns: {"published at (GMT+7)": published_at}}\n')
    assert code == 0 and [*tables["posts"]["published_at"]] == ["2026-03-08", "2026-03-09"] and "zone" not in told


FEES = "booking_id,creator_id,platform,booked_at,fee,orders\n{}"


def test_an_amount_whose_own_words_name_its_currency_keeps_it_beside_a_stated_one(imported):
    cells = ["$500", "€450", "12tr", "3.500.000đ", "500"]
    rows = "".join(f"{n},lan,tiktok,2026-02-0{n},{cell},1\n" for n, cell in enumerate(cells, 1))
    code, told, tables = imported(FEES.format(rows), mapping="bookings: {constants: {currency: USD}}\n")
    assert code == 0 and "1 amount says by its word that it is in VND, not in USD" in told
    assert of(tables["bookings"], "fee", "currency") == [
        ["500", "USD"], ["450", "EUR"], ["12000000", "VND"], ["3500000", "VND"], ["500", "USD"],
    ]  # fmt: skip


def test_a_word_that_is_said_of_the_stated_currency_too_stays_in_it(imported):
    rows = "1,lan,tiktok,2026-02-01,2 juta,1\n2,lan,tiktok,2026-02-02,5k,1\n"
    code, told, tables = imported(FEES.format(rows), mapping="bookings: {constants: {currency: MYR}}\n")
    assert code == 0 and [*tables["bookings"]["currency"]] == ["MYR", "MYR"] and "by its word" not in told


TRACKER = """Handle,Platform,Booked on,Go-live,Fee USD,Status,Reach,Orders
lan,TikTok,2026-05-01,2026-05-10,400,Live,21000,9
minh,TikTok,2026-05-02,2026-05-12,300,Live,44000,0
hoa,TikTok,2026-05-03,2026-05-13,900,{confirmed},0,0
nam,TikTok,2026-05-04,2026-05-14,200,CANCELLED,0,0
mai,TikTok,2026-05-05,2026-06-30,350,,0,0
an,TikTok,2026-05-06,2026-05-09,350,Live,0,0
"""


@pytest.mark.parametrize("confirmed", ["Confirmed", "Planned", "Chờ đăng bài", "Đã chốt"])
def test_noughts_of_bookings_that_are_not_live_yet_or_off_are_no_results(imported, confirmed):
    code, told, tables = imported(TRACKER.format(confirmed=confirmed))
    said = "3 bookings are not live yet, not any more, or off, and their results of 0 are none"
    assert code == 0 and f"{said}: rows 4 ({confirmed})" in told
    assert of(tables["bookings"], "reach", "orders") == [["21000", "9"], ["44000", "0"], ["", ""], ["", ""], ["", ""], ["0", "0"]]


def test_noughts_stay_where_others_of_the_same_state_have_results(imported):
    text = TRACKER.format(confirmed="Confirmed").replace("Live", "Confirmed").replace(",2026-06-30,350,,", ",2026-05-11,350,,")
    code, told, tables = imported(text)
    assert code == 0 and [*tables["bookings"]["orders"]] == ["9", "0", "0", "", "0", "0"]


def test_live_under_a_status_is_no_livestream_and_under_a_type_it_is(imported):
    code, told, tables = imported(TRACKER.format(confirmed="Live"))
    assert "format" not in tables["bookings"]
    code, told, tables = imported(TRACKER.replace("Status", "Content").format(confirmed="Live").replace("CANCELLED", "Live"))
    assert {*tables["bookings"]["format"]} == {"live", ""}


CREATORS = "creator_id,platform,followers\nan_le,youtube,240000\nAn_Le,instagram,15000\nlan,tiktok,5000\n"
POSTS = "creator_id,platform,published_at,likes\n{}"


def test_posts_go_to_the_account_of_their_platform_and_those_that_contradict_it_are_told(imported):
    rows = "an_le,youtube,2026-01-01,1\nan_le,instagram,2026-01-02,2\nlan,tiktok,2026-01-03,3\nlan,instagram,2026-01-04,4\n"
    code, told, tables = imported(POSTS.format(rows), CREATORS)
    assert code == 0 and [*tables["posts"]["creator_id"]] == ["an_le", "An_Le", "lan", "lan"]
    assert "1 post goes to the account that its handle has on its platform (an_le, instagram → An_Le)" in told
    assert "1 post says another platform than the one of its creator" in told and "row 5: lan is on tiktok" in told


def test_posts_that_agree_with_their_creators_are_left_alone(imported):
    code, told, tables = imported(POSTS.format("an_le,YouTube,2026-01-01,1\nAn_Le,IG,2026-01-02,2\n"), CREATORS)
    assert code == 0 and [*tables["posts"]["creator_id"]] == ["an_le", "An_Le"]
    assert "platform than" not in told and "on its platform" not in told


def test_what_sums_or_columns_name_is_used_though_ignore_names_it_too(imported):
    text = "booking_id,creator_id,platform,booked_at,hearts,talks,seen\n1,lan,tiktok,2026-02-01,3000,160,9000\n"
    sums = "  sums: {engagements: [hearts, talks]}\n  columns: {seen: reach}\n  ignore: [hearts, seen]\n"
    code, told, tables = imported(text, mapping="bookings:\n" + sums)
    assert code == 0 and of(tables["bookings"], "engagements", "reach") == [["3160", "9000"]]
    assert "Not used" not in told


SHOPIFY = """Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Discount Code,Created at,Lineitem name,Lineitem price,Cancelled at,Refunded Amount
#1,a@example.com,paid,2026-02-01,fulfilled,GBP,40,LAN10,2026-02-01 09:00:00 +0000,Dress,40,,0
#2,b@example.com,paid,2026-02-02,fulfilled,GBP,60,lan10,2026-02-02 09:00:00 +0000,Dress,50,,0
#2,b@example.com,,,,,,,2026-02-02 09:00:00 +0000,Scarf,10,,
#3,c@example.com,refunded,2026-02-03,fulfilled,GBP,70,LAN10,2026-02-03 09:00:00 +0000,Dress,60,,70
#3,c@example.com,,,,,,,2026-02-03 09:00:00 +0000,Scarf,10,,
#4,d@example.com,paid,2026-02-04,,GBP,80,MINH5,2026-02-04 09:00:00 +0000,Dress,80,2026-02-05 10:00:00 +0000,0
#5,e@example.com,paid,2026-02-05,fulfilled,GBP,90,MINH5,2026-02-05 09:00:00 +0000,Dress,90,,20
#6,f@example.com,paid,2026-02-05,fulfilled,GBP,90,,2026-02-05 09:00:00 +0000,Dress,90,,0
"""  # noqa: E501


def test_orders_of_shopify_are_sales_by_code_without_what_was_refunded_or_cancelled(imported):
    code, told, tables = imported(SHOPIFY, options=("--set", "booked_at=2026-01-15"))
    assert code == 0 and "Recognised as an export of Shopify" in told and "2 returned or cancelled" in told
    assert of(tables["bookings"], "creator_id", "orders", "revenue") == [["LAN10", "2", "100"], ["MINH5", "1", "70"]]
    assert "one creator's each: LAN10 / lan10" in told and "1 order names no creator" in told
    assert not any("example.com" in cell for frame in tables.values() for cell in frame.to_numpy().ravel())


def test_rows_that_say_when_they_were_cancelled_or_what_was_refunded_are_told(imported):
    head = "Order ID,code,date,revenue,currency,Financial Status,Cancelled at,Refunded Amount\n"
    rows = "1,LAN,2026-02-01,5,USD,paid,,0\n2,LAN,2026-02-02,5,USD,refunded,,5\n3,LAN,2026-02-03,5,USD,paid,2026-02-09,0\n"
    code, told, tables = imported(head + rows, options=("--table", "bookings"))
    assert "rows 3 (refunded)" in told and "rows 4 (2026-02-09)" in told and "rows 3 (5)" in told


def test_subscribers_that_a_video_brought_are_not_the_audience_of_its_channel(imported):
    head = "Content,Video title,Video publish time,Views,Subscribers,Likes\n"
    text = f"{head}a1,Serum,2026-01-06,8542,43,100\na2,Vlog,2026-01-09,700,5,9\n"
    code, told, tables = imported(text, options=("--set", "creator_id=lan", "--set", "platform=youtube"))
    assert code == 0 and of(tables["creators"], "creator_id", "platform") == [["lan", "youtube"]]
    assert "followers" not in tables["creators"] and "Not used: Subscribers" in told


def test_subscribers_of_a_flat_table_of_posts_are_the_audience(imported):
    flat = "username,platform,subscribers,date,likes\nlan,YouTube,5000,2026-01-06,8\nlan,YouTube,5000,2026-01-07,9\n"
    code, told, tables = imported(flat)
    assert [*tables["creators"]["followers"]] == ["5000"]


PEOPLE = (
    "creator_id,name,platform,followers\n@linh,Linh,instagram,54000\n1001,An,tiktok,900\nan,An An,tiktok,70\nAN,AN,youtube,80\n"
)


def test_rows_that_spell_a_creator_of_the_same_import_otherwise_go_by_that_creator_and_it_is_said(imported):
    posts = (
        "creator_id,published_at,likes\nLinh,2026-01-06,8\nhttps://www.instagram.com/linh/,2026-01-07,9\n1001.0,2026-01-08,4\n"
    )
    rows = ("1001.0,2026-01-06,8,USD,1", "linh,2026-01-06,8,USD,2", "(not set),2026-01-07,5,USD,3")
    booked = "\n".join(["creator_id,booked_at,fee,currency,orders", *rows])
    code, told, tables = imported(PEOPLE, posts, booked)
    assert code == 0 and [*tables["posts"]["creator_id"]] == ["@linh", "@linh", "1001"]
    assert of(tables["bookings"], "creator_id", "orders") == [["1001", "1"], ["@linh", "2"]]
    assert "3 rows have ids of these creators in another spelling, and go by theirs: Linh = @linh, " in told
    assert "2 rows have ids of these creators in another spelling, and go by theirs: 1001.0 = 1001, linh = @linh." in told


def test_an_id_that_two_creators_could_be_or_none_is_stays_left_out(imported):
    code, told, tables = imported(
        PEOPLE, "creator_id,published_at,likes\nAn,2026-01-06,8\n01001,2026-01-07,9\n1001,2026-01-08,9\n"
    )
    assert [*tables["posts"]["creator_id"]] == ["1001"]
    assert "got 'An', which creators.csv does not have" in told and "got '01001', which creators.csv does not have" in told


POSTS_OF_DEALS = """Deal,Handle,Platform,booked_at,Fee USD,Reach,Orders (deal)
D0,@linh,instagram,2026-04-01,600,10000,12
D0,@linh,instagram,2026-04-01,600,20000,12
D1,@an,tiktok,2026-04-02,500,7000,5
"""


def test_posts_of_one_deal_are_one_booking_or_bookings_of_their_own_as_stated(imported):
    code, told, tables = imported(POSTS_OF_DEALS)
    assert (
        code == 2 and "2 rows share a number of 'Deal' with others (rows 2, 3, …), and their fee: posts of one booking?" in told
    )
    code, told, tables = imported(POSTS_OF_DEALS, mapping="bookings: {add_up: true}")
    assert code == 0 and of(tables["bookings"], "booking_id", "creator_id", "fee", "posts", "reach", "orders") == [
        ["D0", "@linh", "600", "2", "30000", "12"],
        ["D1", "@an", "500", "1", "7000", "5"],
    ]
    assert (
        "fee, orders once, as all rows of a number say the same; posts, reach added up" in told and "Not used: Deal" not in told
    )
    code, told, tables = imported(POSTS_OF_DEALS, mapping="bookings: {add_up: false}")
    assert code == 0 and [*tables["bookings"]["fee"]] == ["600", "600", "500"]
    assert "2 rows share a number of 'Deal' with others; each is a booking with its own fee, as stated." in told


def test_rows_of_one_contract_with_fees_of_their_own_are_bookings_without_a_question(imported):
    code, told, tables = imported(POSTS_OF_DEALS.replace("600,20000", "650,20000").replace("Orders (deal)", "Orders"))
    assert code == 0 and [*tables["bookings"]["fee"]] == ["600", "650", "500"]


POSTS_BY_STATE = "Creator,Platform,Post date,{title},Views,Likes\nlan,TikTok,2026-03-02,{live},1500,90\n"


@pytest.mark.parametrize(("title", "live", "gone"), [
    ("Status", "Live", "Removed"), ("Status", "Published", "Post deleted"), ("Trạng thái", "Đã đăng", "Đã gỡ bài"),
    ("状态", "已发布", "已删除"), ("Status", "Tayang", "dihapus"), ("Note", "", "KOL deleted the post"),
    ("Ghi chú", "", "Bài bị gỡ do vi phạm"), ("Ghi chú", "chạy tốt", "KOL huỷ phút chót"),
])  # fmt: skip
def test_noughts_of_a_post_that_is_no_longer_up_are_no_counts_which_is_told(imported, title, live, gone):
    text = POSTS_BY_STATE.format(title=title, live=live) + f"minh,TikTok,2026-03-03,{gone},0,0\n"
    code, told, tables = imported(text)
    assert code == 0 and of(tables["posts"], "views", "likes") == [["1500", "90"], ["", ""]]
    assert f"1 post is not up yet, not any more, or off, and its counts of 0 are none: row 3 ({gone})" in told


@pytest.mark.parametrize(("title", "live", "said"), [
    ("Status", "Live", "Live"), ("Note", "", "shot with Huy"), ("Ghi chú", "", "Huy quay"), ("Region", "", "Removed"),
    ("Status", "Removed", "Removed"),
])  # fmt: skip
def test_noughts_of_a_post_that_is_up_stay_counts(imported, title, live, said):
    text = POSTS_BY_STATE.format(title=title, live=live) + f"minh,TikTok,2026-03-03,{said},0,0\n"
    code, told, tables = imported(text)
    assert code == 0 and of(tables["posts"], "views", "likes") == [["1500", "90"], ["0", "0"]] and "are none" not in told


def test_counts_of_a_post_that_was_taken_down_later_stay(imported):
    code, told, tables = imported(POSTS_BY_STATE.format(title="Status", live="Live") + "minh,TikTok,2026-03-03,Removed,700,0\n")
    assert code == 0 and of(tables["posts"], "views", "likes")[1] == ["700", "0"] and "are none" not in told


def test_a_remark_that_a_booking_is_off_makes_its_noughts_none_which_is_told(imported):
    head = "KOL,Nền tảng,Ngày chốt,Chi phí (VNĐ),Reach,Đơn hàng,Ghi chú\nlan,TikTok,02/03/2026,12000000,1500,3,\n"
    code, told, tables = imported(head + "minh,TikTok,13/03/2026,8000000,0,0,KOL huỷ phút chót\n")
    assert code == 0 and of(tables["bookings"], "fee", "reach", "orders")[1] == ["8000000", "", ""]
    assert "1 booking is not live yet, not any more, or off, and its results of 0 are none: row 3 (KOL huỷ phút chót)" in told


TRACKED = "Creator,Platform,Booking date,Fee (USD),Reach,Orders,{}\nlan,TikTok,2026-03-02,120,1500,3,yes\n"


@pytest.mark.parametrize(("title", "said"), [
    ("Tracking link", "no"), ("Tracked?", "Not tracked"), ("Promo code used", "no"), ("Link tracking", "không"),
])  # fmt: skip
def test_noughts_of_sales_that_nobody_tracked_are_none_which_is_told(imported, title, said):
    text = TRACKED.format(title) + f"minh,TikTok,2026-03-05,80,900,0,{said}\nhoa,TikTok,2026-03-09,50,190,0,yes\n"
    code, told, tables = imported(text)
    assert code == 0 and of(tables["bookings"], "reach", "orders") == [["1500", "3"], ["900", ""], ["190", "0"]]
    assert f"1 row says that its sales were not tracked, and its clicks, orders and revenue of 0 are none: row 3 ({said})" in told


def test_sales_stay_where_a_row_has_some_though_it_says_that_nobody_tracked_them(imported):
    code, told, tables = imported(TRACKED.format("Tracking link") + "minh,TikTok,2026-03-05,80,900,7,no\n")
    assert code == 0 and of(tables["bookings"], "orders")[1] == ["7"] and "not tracked" not in told


BY_ROWS = "KOL,Platform,Booked on,{title},Views,Orders,Fee (VND)\n"


@pytest.mark.parametrize(("title", "promised", "came", "apart"), [
    ("Type", "KPI", "Actual", "% achieved"), ("Loại", "Cam kết", "Thực tế", "% đạt"), ("Row", "Target", "Results", "Variance"),
    ("项目", "目标", "实际", "达成率"), ("Kind", "Plan", "Delivered", "Gap"), ("Số liệu", "Mục tiêu", "Kết quả", "Chênh lệch"),
])  # fmt: skip
def test_rows_of_what_was_promised_beside_rows_of_results_are_left_out_and_told(imported, title, promised, came, apart):
    rows = "".join(
        f"{who},TikTok,2026-03-02,{promised},1000,20,12000000\n{who},TikTok,2026-03-02,{came},{views},31,12000000\n"
        f"{who},TikTok,2026-03-02,{apart},151%,155%,100%\n" for who, views in (("lan", 1510), ("minh", 905))
    )  # fmt: skip
    code, told, tables = imported(BY_ROWS.format(title=title) + rows)
    assert code == 0 and [*tables["bookings"]["reach"]] == ["1510", "905"] and [*tables["bookings"]["orders"]] == ["31", "31"]
    assert "Left out as what was promised, or what results are above or below it: rows 2, 4, 5, 7." in told


@pytest.mark.parametrize(("one", "other"), [("Actual", "Actual"), ("KPI", "KPI"), ("KPI", "Reel"), ("Actual", "Video")])
def test_rows_stay_where_a_column_does_not_tell_promises_from_results(imported, one, other):
    rows = f"lan,TikTok,2026-03-02,{one},1000,20,12000000\nminh,TikTok,2026-03-03,{other},1510,31,12000000\n"
    code, told, tables = imported(BY_ROWS.format(title="Remark of the row") + rows, options=("--table", "bookings"))
    assert "promised" not in told and code == 0 and len(tables["bookings"]) == 2


WAVE = "KOL,Nền tảng,Ngày chốt,Chi phí (VNĐ),Reach,Đơn hàng\n{}"
WAVES = (
    WAVE.format("lan,TikTok,02/03/2026,12000000,1500,31\nminh,TikTok,13/03/2026,8000000,900,12\n"),
    WAVE.format("lan,TikTok,20/03/2026,12000000,1300,25\nhoa,TikTok,22/03/2026,5000000,400,6\n"),
)


@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize("first", [True, False])
def test_a_sheet_that_adds_up_the_others_is_left_out_and_told(imported, first, dated):
    added = [("lan", 24000000, 2800, 56), ("minh", 8000000, 900, 12), ("hoa", 5000000, 400, 6)]
    head = WAVE.format("") if dated else WAVE.format("").replace("Ngày chốt,", "")
    day = "31/03/2026," if dated else ""
    summary = head + "".join(f"{who},TikTok,{day}{fee},{reach},{orders}\n" for who, fee, reach, orders in added)
    code, told, tables = imported(*([summary, *WAVES] if first else [*WAVES, summary]))
    assert code == 0 and sorted(tables["bookings"]["reach"]) == ["1300", "1500", "400", "900"]
    assert "adds up what the others say of its 3 creators; it is left out, or all would count twice" in told


@pytest.mark.parametrize("third", [
    "lan,TikTok,31/03/2026,24000000,2801,56\nminh,TikTok,31/03/2026,8000000,900,12\n",  # no sums
    "lan,TikTok,31/03/2026,24000000,2800,56\nmai,TikTok,31/03/2026,8000000,900,12\n",  # somebody of its own
    "lan,TikTok,31/03/2026,24000000,2800,56\n",  # one of whom it may be chance
    "hoa,TikTok,29/03/2026,5000000,400,6\nminh,TikTok,30/03/2026,8000000,900,12\n",  # as well as the first time
])  # fmt: skip
def test_a_third_wave_is_no_sum_of_the_others(imported, third):
    code, told, tables = imported(*WAVES, WAVE.format(third))
    assert code == 0 and len(tables["bookings"]) == 4 + third.count("\n") and "adds up" not in told


TWO_COLUMNS = "Creator,Platform,Booking date,Fee,{},Revenue,{},Orders\nlan,TikTok,2026-03-02,{},820.50,{},31\n"


@pytest.mark.parametrize(("one", "other"), [
    ("Fee currency", "Revenue currency"), ("Currency of fee", "Currency of revenue"), ("Fee CCY", "Revenue CCY"),
])  # fmt: skip
def test_each_amount_has_the_currency_of_its_own_column_and_two_in_a_row_are_asked_about(imported, tmp_path, one, other):
    text = TWO_COLUMNS.format(one, other, "12000000,VND", "USD") + "sari,TikTok,2026-03-03,2500000,IDR,9600000,IDR,120\n"
    code, told, tables = imported(text)
    assert code == 2 and not tables and "row 2 has 'Fee' in VND and 'Revenue' in USD; a row has one currency" in told
    assert f"'{one}' gives the currency of each amount of 'Fee'" in told
    (tmp_path / "rates.yaml").write_text("to: USD\nrates: {VND: 0.00004, IDR: 0.00006}\n")
    code, told, tables = imported(text, options=("--rates", tmp_path / "rates.yaml"))
    assert code == 0 and of(tables["bookings"], "fee", "revenue", "currency") == [["480", "820.5", "USD"], ["150", "576", "USD"]]


def test_amounts_whose_columns_name_one_currency_a_row_keep_it_and_blanks_stay_blank(imported):
    text = (
        TWO_COLUMNS.format("Fee currency", "Revenue currency", "1200,USD", "USD")
        + "sari,TikTok,2026-03-03,N/A,IDR,9600000,IDR,120\n"
    )
    code, told, tables = imported(text)
    assert code == 0 and of(tables["bookings"], "fee", "revenue", "currency") == [
        ["1200", "820.5", "USD"],
        ["", "9600000", "IDR"],
    ]


def test_a_currency_column_that_a_mapping_names_is_read_as_it_says(imported):
    text = TWO_COLUMNS.format("Fee currency", "Note", "1200,USD", "")
    code, told, tables = imported(text, mapping="bookings: {columns: {Fee currency: currency}}\n")
    assert code == 0 and of(tables["bookings"], "fee", "revenue", "currency") == [["1200", "820.5", "USD"]]


PAID = "Creator handle,Network,Booked on,{},Fee (USD),Reach,Orders\n"
PARTS = "lan,TikTok,2026-03-02,50% deposit,600,,\nlan,TikTok,2026-03-02,50% on completion,600,5200,31\n"
PARTS += "minh,TikTok,2026-03-05,100%,800,90,1\n"


@pytest.mark.parametrize("title", ["Instalment", "Payment milestone", "Đợt thanh toán", "Payment no.", "Termin"])
def test_parts_of_a_fee_are_asked_about_and_become_one_booking(imported, title):
    code, told, tables = imported(PAID.format(title) + PARTS)
    assert (
        code == 2
        and not tables
        and f"by '{title}', 2 rows are of a creator and day that other rows are of too (rows 2, 3, …)" in told
    )
    code, told, tables = imported(PAID.format(title) + PARTS, mapping="bookings: {add_up: true}\n")
    assert code == 0 and of(tables["bookings"], "creator_id", "fee", "reach", "orders") == [
        ["lan", "1200", "5200", "31"], ["minh", "800", "90", "1"],
    ]  # fmt: skip
    assert (
        f"3 rows are 2 bookings, whose fees are the sums of their parts by '{title}'." in told
        and f"Not used: {title}" not in told
    )
    code, told, tables = imported(PAID.format(title) + PARTS, mapping="bookings: {add_up: false}\n")
    assert code == 0 and [*tables["bookings"]["fee"]] == ["600", "600", "800"]


def test_results_that_every_part_of_a_fee_repeats_count_once(imported):
    rows = PARTS.replace("600,,", "600,5200,31")
    code, told, tables = imported(PAID.format("Instalment") + rows, mapping="bookings: {add_up: true}\n")
    assert code == 0 and of(tables["bookings"], "fee", "reach", "orders")[0] == ["1200", "5200", "31"]


@pytest.mark.parametrize(("title", "day"), [("Instalment", "2026-03-09"), ("Deliverable", "2026-03-02")])
def test_bookings_of_other_days_and_of_other_columns_are_no_parts_of_a_fee(imported, title, day):
    rows = PARTS.replace("2026-03-02,50% on", f"{day},50% on")
    code, told, tables = imported(PAID.format(title) + rows, mapping=f"bookings: {{ignore: [{title}]}}\n")
    assert code == 0 and len(tables["bookings"]) == 3 and "parts of one fee" not in told
