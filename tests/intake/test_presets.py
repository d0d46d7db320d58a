"""Exports of platforms, known by their titles and said so; orders are added up, and buyers left behind."""

import csv
import io
import zipfile

import pandas as pd
import pytest

from builders import CATALOGUE, run
from predictor.definitions.closed_lists import TABLES
from predictor.intake.spreadsheets.presets import presets

STUDIO = [
    ["Content", "Video title", "Video publish time", "Duration", "Views", "Watch time (hours)", "Subscribers", "Impressions",
     "Impressions click-through rate (%)"],
    ["Total", "", "", "", 15300, 820.5, 210, 400000, 4.2],
    ["aB3dE5fG7hI", "Serum for a week", "Aug 28, 2025", 612, 9800, 600.1, 150, 250000, 4.5],
    ["xY1zW2vU3tS", "Vlog 7", "Sep 4, 2025", 58, 5500, 220.4, 60, 150000, 3.9],
]  # fmt: skip
STUDIO_VI = [
    ["Nội dung", "Tiêu đề video", "Thời gian xuất bản video", "Thời lượng", "Số lượt xem", "Thời gian xem (giờ)",
     "Số người đăng ký", "Số lượt hiển thị hình thu nhỏ"],
    ["Tổng", "", "", "", "15.300", "820,5", "210", "400.000"],
    ["aB3dE5fG7hI", "Serum for a week", "28 thg 8, 2025", "612", "9.800", "600,1", "150", "250.000"],
    ["xY1zW2vU3tS", "Vlog 7", "4 thg 9, 2025", "58", "5.500", "220,4", "60", "150.000"],
]  # fmt: skip
FACEBOOK = [
    ["Post ID", "Page ID", "Page name", "Title", "Description", "Duration (sec)", "Publish time", "Permalink", "Post type",
     "Date", "Views", "Reach", "Reactions, Comments and Shares", "Reactions", "Comments", "Shares", "Total clicks"],
    ["111", "222", "Quán Ngon", "Món mới", "", 0, "09/15/2026 18:00", "https://www.facebook.com/q/posts/1", "Photos",
     "Lifetime", 15000, 12000, 300, 250, 30, 20, 120],
    ["112", "222", "Quán Ngon", "Vào bếp", "", 62, "09/03/2026 06:08", "https://www.facebook.com/q/videos/2", "Videos",
     "Lifetime", 160, 140, 9, 7, 1, 1, 4],
    ["113", "222", "Quán Ngon", "Bài hay", "", 0, "09/02/2026 06:08", "https://www.facebook.com/q/posts/3", "Links",
     "Lifetime", 60, 40, 3, 1, 1, 1, 4],
]  # fmt: skip
FACEBOOK_VI = [
    ["ID bài viết", "ID Trang", "Tên Trang", "Tiêu đề", "Mô tả", "Thời lượng (giây)", "Thời gian đăng", "Liên kết vĩnh viễn",
     "Loại bài viết", "Ngày", "Lượt xem", "Số người tiếp cận", "Cảm xúc, bình luận và lượt chia sẻ", "Cảm xúc", "Bình luận",
     "Lượt chia sẻ", "Tổng lượt click"],
    *FACEBOOK[1:],
]  # fmt: skip
INSTAGRAM = [
    ["Post ID", "Account ID", "Account username", "Account name", "Description", "Duration (sec)", "Publish time", "Permalink",
     "Post type", "Data comment", "Date", "Views", "Reach", "Likes", "Shares", "Follows", "Comments", "Saves"],
    ["1796", "1784", "linh.review", "Linh", "Son mới", 0, "03/25/2026 22:00", "https://www.instagram.com/p/AAA/", "IG carousel",
     "", "Lifetime", 145, 75, 10, 1, 0, 0, 0],
    ["1797", "1784", "linh.review", "Linh", "Một ngày", 31, "03/27/2026 21:00", "https://www.instagram.com/reel/BBB/", "IG reel",
     "", "Lifetime", 4570, 3000, 62, 10, 0, 3, 2],
]  # fmt: skip
TIKTOK = [
    ["Video title", "Video link", "Post time", "Total likes", "Total comments", "Total shares", "Total views"],
    ["Chair", "https://www.tiktok.com/@an.home/video/7400000000000000001", "2026-10-03 09:10", 300, 22, 15, 5000],
    ["Lamp", "https://www.tiktok.com/@an.home/video/7400000000000000002?lang=vi", "2026-10-05 09:10", 30, 2, 1, 900],
]
SHOP = ["Order ID", "Product ID", "Product Name", "Price", "Payment Amount", "Currency", "Quantity",
        "Fully returned or refunded", "Order Status", "Creator Username", "Content ID", "Standard commission rate",
        "Buyer Username", "Time Created"]  # fmt: skip


def sale(order, creator="linh.review", amount=180000, state="Settled", back="No", day="25/10/2026 10:00:00"):
    return [order, "17", "Serum", 200000, amount, "VND", 1, back, state, creator, "74", "10.00%", "lan_0912345678", day]


SHOPEE = ["Order id", "Order Status", "Conversion id", "Order Time", "Complete Time", "Item Name", "Affiliate Username",
          "Price(₫)", "Qty", "Purchase Value(₫)", "Refund Amount(₫)", "Channel"]  # fmt: skip


def written(path, rows, mark=",", encoding="utf-8-sig", above=""):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=mark).writerows(rows)
    path.write_bytes((above + text.getvalue()).encode(encoding))
    return path


def imported(capsys, path, *options, mapping=None):
    """Exit code, what was said, and the folder of tables, of one import."""
    if mapping is not None:
        given = path.parent / "given.yaml"
        given.write_text(mapping, encoding="utf-8")
        options = (*options, "--mapping", given)
    code, out, err = run(capsys, "import", path, "-o", path.parent / "data", *options)
    return code, out + err, path.parent / "data"


def read(data, table):
    return pd.read_csv(data / f"{table}.csv", dtype=str).fillna("")


@pytest.mark.parametrize("name", presets())
def test_every_preset_names_columns_of_its_table_and_only_what_a_candidate_may_have(name):
    preset = presets()[name]
    assert preset.table in TABLES
    columns = CATALOGUE.columns(preset.table)
    assert {*preset.columns, *preset.values, *preset.constants} <= {*columns}
    if preset.table in ("candidates", "creators"):
        assert all(columns[column].known == "before_booking" for column in preset.columns)
    for column, words in preset.values.items():
        assert {*words.values()} <= {*CATALOGUE.entries[column].categories}


@pytest.mark.parametrize(
    ("rows", "mark", "encoding"), [(STUDIO, ",", "utf-8"), (STUDIO_VI, ";", "utf-16"), (STUDIO_VI, "\t", "utf-16")]
)
def test_videos_of_youtube_studio_are_posts_of_the_channel_that_an_option_names(tmp_path, capsys, rows, mark, encoding):
    path = written(tmp_path / "Table data.csv", rows, mark, encoding)
    code, said, data = imported(capsys, path)
    assert code == 2 and "add --set creator_id=… with its id" in said and not (data / "posts.csv").exists()
    code, said, data = imported(capsys, path, "--set", "creator_id=kenh.linh")
    assert code == 0 and "Recognised as an export of YouTube Studio (youtube-studio)" in said
    assert "Said of every row, by --set or the mapping: creator_id = kenh.linh." in said
    posts = read(data, "posts")
    assert list(posts["published_at"]) == ["2025-08-28", "2025-09-04"] and list(posts["views"]) == ["9800", "5500"]
    assert list(posts["impressions"]) == ["250000", "150000"] and list(posts["post_id"]) == ["aB3dE5fG7hI", "xY1zW2vU3tS"]
    assert {*posts["creator_id"]} == {"kenh.linh"}
    assert "kenh.linh" not in (data / "mapping.yaml").read_text()  # the next export may be another channel's


def test_of_a_zip_from_youtube_studio_only_the_table_of_videos_is_read(tmp_path, capsys):
    path, chart = tmp_path / "Content 2025-08-01_2025-10-01 Channel.zip", io.StringIO(newline="")
    csv.writer(chart).writerows(
        [["Date", *STUDIO[0][:5]], ["2025-09-01", *STUDIO[2][:4], 120], ["2025-09-02", *STUDIO[2][:4], 90]]
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(written(tmp_path / "t.csv", STUDIO), "Table data.csv")
        archive.writestr("Chart data.csv", chart.getvalue())
        archive.writestr("Totals.csv", "Date,Views\n2025-09-01,120\n2025-09-02,90\n")
    code, said, data = imported(capsys, path, "--set", "creator_id=linh")
    assert code == 0 and "Skipped, no table was recognised in: Chart data, Totals." in said
    assert list(read(data, "posts")["views"]) == ["9800", "5500"]


def test_a_zip_without_a_text_table_is_refused(tmp_path, capsys):
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("a.jpg", "x")
    code, said, _ = imported(capsys, tmp_path / "photos.zip")
    assert code == 2 and "photos.zip: holds 0 text tables" in said and "unpack it" in said


@pytest.mark.parametrize(
    ("rows", "mark", "encoding", "above"),
    [(FACEBOOK, ",", "utf-8-sig", ""), (FACEBOOK_VI, ",", "utf-16", "sep=,\r\n"), (FACEBOOK_VI, ";", "utf-8-sig", "")],
)
def test_facebook_posts_of_meta_business_suite_are_the_posts_of_their_page(tmp_path, capsys, rows, mark, encoding, above):
    code, said, data = imported(capsys, written(tmp_path / "fb.csv", rows, mark, encoding, above))
    posts = read(data, "posts")
    assert code == 0 and "Meta Business Suite, Facebook" in said
    assert list(posts["published_at"]) == ["2026-09-15T18:00:00", "2026-09-03T06:08:00", "2026-09-02T06:08:00"]
    assert list(posts["likes"]) == ["250", "7", "1"] and {*posts["creator_id"]} == {"Quán Ngon"}
    assert list(posts["format"]) == ["image", "video", "links"]
    assert "Formats that no model knows stay as typed: 'links'" in said
    assert "engagements" not in posts and "Total clicks" in said or "Tổng lượt click" in said


def test_instagram_posts_of_meta_business_suite_have_their_account_and_format(tmp_path, capsys):
    code, said, data = imported(capsys, written(tmp_path / "ig.csv", INSTAGRAM))
    posts = read(data, "posts")
    assert code == 0 and list(posts["format"]) == ["carousel", "short"] and {*posts["creator_id"]} == {"linh.review"}
    assert list(posts["saves"]) == ["0", "2"] and "Not used: Account ID, Account name" in said


def test_the_link_of_a_tiktok_video_tells_the_post_and_its_account(tmp_path, capsys):
    code, _, data = imported(capsys, written(tmp_path / "Content.csv", TIKTOK))
    posts = read(data, "posts")
    assert code == 0 and list(posts["post_id"]) == ["7400000000000000001", "7400000000000000002"]
    assert {*posts["creator_id"]} == {"an.home"} and list(posts["views"]) == ["5000", "900"]


@pytest.mark.parametrize("day", ["4 tháng 9", "September 4", "4 Sep"])
def test_a_day_without_a_year_takes_it_from_the_id_of_a_tiktok_video_on_that_day_alone(tmp_path, capsys, day):
    rows = [TIKTOK[0], ["Lamp", "https://www.tiktok.com/@an/video/7681714846173356608", day, 1, 2, 3, 4],
            ["Chair", "https://www.tiktok.com/@an/video/7681714846173356608", "3 tháng 1", 1, 2, 3, 4]]  # fmt: skip
    code, said, data = imported(capsys, written(tmp_path / "Content.csv", rows))
    assert code == 0 and list(read(data, "posts")["published_at"]) == ["2026-09-04"]
    assert "1 day has no year; the id of its post gives it" in said and "got '3 tháng 1'" in said


def test_orders_of_which_none_is_settled_say_so(tmp_path, capsys):
    path = written(tmp_path / "orders.csv", [SHOP, sale("570000000000000001", state="Pending")])
    code, said, _ = imported(capsys, path, "--set", "booked_at=2026-10-01")
    assert code == 2 and "No order is settled yet: 1 still open (180,000 VND)" in said


def test_sold_orders_of_tiktok_shop_add_up_to_a_booking_a_creator_and_no_buyer_is_kept(tmp_path, capsys):
    rows = [
        SHOP, sale("570000000000000001"), sale("570000000000000001", amount=90000), sale("570000000000000002", back="Yes"),
        sale("570000000000000003", state="Ineligible"), sale("570000000000000004", state="Pending"),
        sale("570000000000000005", day="19/09/2026 08:00:00"), sale("570000000000000006", "an.store", state="Ineligible"),
        sale("570000000000000007", "moi.store", state="Pending"), sale("570000000000000008", ""),
    ]  # fmt: skip
    path = written(tmp_path / "affiliate_orders.csv", rows)
    code, said, data = imported(capsys, path)
    assert code == 2 and "orders do not say when their booking was agreed" in said
    code, said, data = imported(capsys, path, "--set", "booked_at=2026-10-01", "--set", "campaign_id=C1")
    bookings = read(data, "bookings").set_index("creator_id")
    assert code == 0 and list(bookings.index) == ["linh.review", "an.store"]
    assert list(bookings["orders"]) == ["1", "0"] and list(bookings["revenue"]) == ["270000", "0"]
    assert (
        {*bookings["booked_at"]} == {"2026-10-01"}
        and {*bookings["currency"]} == {"VND"}
        and {*bookings["platform"]} == {"tiktok"}
    )
    assert "1 sold (270,000 VND)" in said and "2 still open (360,000 VND), 3 returned or cancelled" in said
    assert "1 order is older than its booking" in said and "1 order names no creator" in said
    kept = "".join(one.read_text(encoding="utf-8") for one in data.iterdir())
    assert "0912345678" not in kept + said and "570000000000000001" not in kept and "fee" not in bookings


def test_a_state_of_an_order_that_nobody_explained_is_asked_once_and_remembered(tmp_path, capsys):
    path = written(tmp_path / "orders.csv", [SHOP, sale("570000000000000001"), sale("570000000000000002", state="Held")])
    code, said, data = imported(capsys, path, "--set", "booked_at=2026-10-01")
    assert code == 2 and "'Order Status' says Held: sold, pending or returned?" in said
    kept = data / "mapping.yaml"
    kept.write_text(
        kept.read_text(encoding="utf-8").replace("      Settled: sold", "      Settled: sold\n      Held: sold"), "utf-8"
    )
    code, said, data = imported(capsys, path, "--set", "booked_at=2026-10-01")
    assert code == 0 and list(read(data, "bookings")["orders"]) == ["2"]


def test_what_shopee_paid_back_is_taken_off_and_an_order_paid_back_whole_is_no_sale(tmp_path, capsys):
    when = ["2026-10-02 10:00:00", "", "Serum", "linh.review", 200000, 1]
    rows = [
        SHOPEE, ["26A", "Completed", "1", *when, 180000, 0, "Facebook"],
        ["26B", "Completed", "2", *when, 180000, 180000, "Facebook"], ["26C", "Completed", "3", *when, 360000, 100000, "Zalo"],
        ["26D", "Pending", "4", *when, 180000, 0, "Zalo"],
    ]  # fmt: skip
    code, said, data = imported(capsys, written(tmp_path / "report.csv", rows), "--set", "booked_at=2026-10-01")
    bookings = read(data, "bookings")
    assert code == 0 and list(bookings["orders"]) == ["2"] and list(bookings["revenue"]) == ["440000"]
    assert "1 still open" in said and "1 returned or cancelled" in said


def test_orders_taken_for_candidates_are_a_question_with_the_way_out(tmp_path, capsys):
    path = written(tmp_path / "orders.csv", [SHOP, sale("570000000000000001")])
    code, said, _ = imported(capsys, path, "--table", "candidates")
    assert code == 2 and "this is an export of TikTok Shop, affiliate orders, whose rows are bookings, not candidates" in said


def test_a_list_of_modash_is_candidates_with_the_share_of_followers_that_are_fake(tmp_path, capsys):
    rows = [["Username", "Full name", "Followers", "Engagement rate", "Avg. views", "Fake followers", "Country", "Email",
             "Profile URL"],
            ["@linh.review", "Linh", "42.9k", "11.85%", "12k", "18%", "Vietnam", "l@x.vn",
             "https://www.instagram.com/linh.review"]]  # fmt: skip
    code, said, data = imported(capsys, written(tmp_path / "list.csv", rows))
    one = read(data, "candidates").iloc[0]
    assert code == 0 and (one["followers"], one["engagement_rate"], one["suspicious_share"]) == ("42900", "0.1185", "0.18")
    assert one["platform"] == "instagram" and "Not used: Email" in said and "l@x.vn" not in (data / "candidates.csv").read_text()


def test_an_export_may_be_named_or_left_unrecognised(tmp_path, capsys):
    path = written(tmp_path / "list.csv", [["Tên", "Followers", "Nền tảng"], ["Linh", "1200", "TikTok"]])
    code, said, _ = imported(capsys, path, "--like", "youtube-studio")
    assert code == 2 and "list.csv: is no export of YouTube Studio as far as it is known: that has the titles 'Content'" in said
    code, said, _ = imported(capsys, path, "--like", "youtube")
    assert code == 2 and "--like: got 'youtube'; allowed: " in said and "did you mean 'youtube-studio'?" in said
    code, said, data = imported(capsys, written(tmp_path / "tt.csv", TIKTOK), "--like", "none")
    assert code == 0 and "Recognised" not in said and {*read(data, "posts")["creator_id"]} == {"an.home"}  # links tell it


def test_a_statement_about_no_column_is_refused(tmp_path, capsys):
    path = written(tmp_path / "Content.csv", TIKTOK)
    code, said, _ = imported(capsys, path, "--set", "creatorid=x", "--set", "creator_id=")
    assert code == 2 and "--set: got 'creatorid=x'" in said and "did you mean 'creator_id'?" in said and "'creator_id='" in said


def test_a_mapping_beats_what_a_preset_says(tmp_path, capsys):
    path = written(tmp_path / "fb.csv", FACEBOOK)
    mapping = "posts: {columns: {Total clicks: clicks, Page ID: creator_id}, values: {format: {Links: article}}}"
    code, _, data = imported(capsys, path, mapping=mapping)
    posts = read(data, "posts")
    assert code == 0 and list(posts["clicks"]) == ["120", "4", "4"] and {*posts["creator_id"]} == {"222"}
    assert list(posts["format"]) == ["image", "video", "article"]


def test_a_workbook_without_number_formats_says_that_they_and_hidden_rows_could_not_be_seen(tmp_path, capsys):
    cells = [["Tên", "Nền tảng", "Followers"], ["Linh", "TikTok", "1200"]]
    rows = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row)
        + "</table:table-row>"
        for row in cells
    )
    names = "".join(f' xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text"))
    body = f"<office:body><office:spreadsheet><table:table table:name='S'>{rows}</table:table></office:spreadsheet></office:body>"
    with zipfile.ZipFile(tmp_path / "list.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<?xml version='1.0'?><manifest/>")
        archive.writestr("content.xml", f"<?xml version='1.0'?><office:document-content{names}>{body}</office:document-content>")
    code, said, data = imported(capsys, tmp_path / "list.ods", "--table", "candidates")
    assert code == 0 and list(read(data, "candidates")["followers"]) == ["1200"]
    assert "Of a .ods file, number formats (such as 120.0K) and hidden rows or columns cannot be seen" in said


def test_days_of_tiktok_studio_without_year_or_id_are_a_question_whose_answer_leads_on(tmp_path, capsys):
    rows = [
        ["Video title", "Post time", "Total likes", "Total views", "Video link"],
        ["Chair", "October 3", 300, 5000, "https://vt.tiktok.com/ZSabc1/"],
        ["Lamp", "5 tháng 10", 30, 900, "https://vt.tiktok.com/ZSabc2/"],
    ]
    path, mapping = tmp_path / "Content.csv", tmp_path / "given.yaml"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    asked = run(capsys, "import", path, "-o", tmp_path / "data", "--set", "creator_id=an.home")
    assert asked[0] == 2 and "cell B2 is 'October 3', without a year (2 rows)" in "".join(asked[1:])
    assert "under posts, write `year: 2026`" in "".join(asked[1:])
    mapping.write_text("posts: {year: 2026}", encoding="utf-8")
    told = run(capsys, "import", path, "-o", tmp_path / "data", "--set", "creator_id=an.home", "--mapping", mapping)
    assert told[0] == 0 and "2 days without a year (the first in cell B2: 'October 3') are taken to be of 2026" in "".join(
        told[1:]
    )
    found = pd.read_csv(tmp_path / "data" / "posts.csv")
    assert [day[:10] for day in found["published_at"]] == ["2026-10-03", "2026-10-05"]


def test_vietnamese_orders_of_shopee_are_recognised_and_no_candidates(tmp_path, capsys):
    titles = [
        "ID đơn hàng", "Trạng thái đặt hàng", "Checkout id", "Thời Gian Đặt Hàng", "Tên Shop", "Item id", "Tên Item", "Giá(₫)",
        "Số lượng", "Giá trị đơn hàng (₫)", "Số tiền hoàn trả (₫)", "Tổng hoa hồng đơn hàng(₫)", "Kênh",
    ]  # fmt: skip
    rows = [["26A", "Hoàn thành", "1", "2026-10-02 10:00:00", "S", "1", "Son", 180000, 1, 180000, "", 9000, "Facebook"],
            ["26B", "Đã hủy", "2", "2026-10-02 10:00:00", "S", "1", "Son", 180000, 1, 180000, "", 9000, "Zalo"]]  # fmt: skip
    stated = ("--set", "booked_at=2026-10-01", "--set", "creator_id=an")
    code, said, data = imported(capsys, written(tmp_path / "report.csv", [titles, *rows]), *stated)
    assert code == 0 and "an export of Shopee, affiliate orders" in said and "1 sold (180,000 VND)" in said
    brand = [
        "Mã đơn hàng",
        "Trạng thái đơn hàng",
        "Thời gian đặt hàng",
        "Tên người dùng Affiliate",
        "Tên Item",
        "Giá trị mua hàng(₫)",
    ]
    rows = [["26A", "Hoàn thành", "2026-10-02 10:00:00", "an", "Son", 180000]]
    code, said, data = imported(capsys, written(tmp_path / "brand.csv", [brand, *rows]), "--set", "booked_at=2026-10-01")
    assert code == 0 and list(read(data, "bookings")["creator_id"]) == ["an"]


def test_orders_that_no_preset_knows_are_asked_about_as_bookings_and_never_candidates(tmp_path, capsys):
    titles = ["Mã đơn hàng", "Trạng thái đơn hàng", "Tên KOL", "Giá (VND)", "Số lượng"]
    code, said, _ = imported(capsys, written(tmp_path / "orders.csv", [titles, ["1", "Đã hủy", "An", 180000, 1]]))
    assert code == 2 and "bookings need 'booked_at'" in said


def test_orders_with_something_to_ask_about_are_asked_about(tmp_path, capsys):
    titles = ["Order ID", "Order Status", "Order Time", "Affiliate Username", "Item Name", "Purchase Value"]
    rows = [["26A", "Completed", "2026-10-02 10:00:00", "an", "Serum", 180000]]
    code, said, _ = imported(capsys, written(tmp_path / "orders.csv", [titles, *rows]), "--set", "booked_at=2026-10-01")
    assert code == 2 and "column 'Purchase Value' names no currency" in said


def test_a_creator_whose_orders_all_came_back_sold_nothing_and_one_with_an_open_order_has_no_outcome_yet(tmp_path, capsys):
    rows = [
        SHOP, sale("570000000000000001", "linh"), sale("570000000000000002", "an", state="Cancelled"),
        sale("570000000000000003", "bo", state="Cancelled"), sale("570000000000000004", "bo", state="Pending"),
    ]  # fmt: skip
    code, said, data = imported(capsys, written(tmp_path / "orders.csv", rows), "--set", "booked_at=2026-09-01")
    bookings = read(data, "bookings")
    assert code == 0 and bookings[["creator_id", "orders"]].to_numpy().tolist() == [["linh", "1"], ["an", "0"]]
    assert (
        "1 creator sold nothing that stayed (an): every order was cancelled or returned. That is a booking of 0 orders." in said
    )


ACCESSTRADE = "Mã đơn hàng,Thời gian đặt hàng,Trạng thái,Giá trị đơn hàng,Hoa hồng,utm_source,sub1\n"
ACCESSTRADE += "A1,02/05/2026 10:11,Đã duyệt,500.000,50.000,tiktok,lan\nA2,13/05/2026 11:20,Tạm duyệt,300.000,30.000,tiktok,lan\n"
ACCESSTRADE += "A3,14/05/2026 09:02,Bị hủy,900.000,0,tiktok,minh\n"


def test_orders_of_accesstrade_add_up_to_a_booking_of_each_whom_the_named_parameter_says(tmp_path, capsys):
    path = tmp_path / "at.csv"
    path.write_text(ACCESSTRADE, encoding="utf-8")
    stated = ("--set", "currency=VND", "--set", "booked_at=2026-04-20")
    code, said, _ = imported(capsys, path, *stated)
    assert code == 2 and "Recognised as an export of Accesstrade" in said and "does not say whose these bookings are" in said
    code, said, data = imported(capsys, path, *stated, mapping='bookings: {columns: {"sub1": creator_id}}\n')
    rows = pd.read_csv(data / "bookings.csv", dtype="str")
    assert code == 0 and rows[["creator_id", "orders", "revenue"]].to_numpy().tolist() == [
        ["lan", "1", "500000"],
        ["minh", "0", "0"],
    ]
    assert "not counted: 1 still open (300,000 VND), 1 returned or cancelled" in said
