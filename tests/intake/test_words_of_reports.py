"""Reports as people of other countries keep them: their titles, their dates, and the marks beside their figures."""

import pandas as pd
import pytest

from builders import book_of, run


@pytest.fixture
def imported(tmp_path, capsys):
    """Import rows of text, parted by commas, or a workbook; the exit code, what was said, and the tables."""

    def into_data(content, *options, mapping=None):
        file = tmp_path / ("sheet.csv" if isinstance(content, str) else "sheet.xlsx")
        if isinstance(content, str):
            file.write_text(content, encoding="utf-8")
        else:
            book_of(content).save(file)
        if mapping is not None:
            (tmp_path / "given.yaml").write_text(mapping, encoding="utf-8")
            options = (*options, "--mapping", tmp_path / "given.yaml")
        code, out, err = run(capsys, "import", file, "-o", tmp_path / "data", *options)
        return code, out + err, {one.stem: pd.read_csv(one, dtype="str").fillna("") for one in (tmp_path / "data").glob("*.csv")}

    return into_data


def of(frame, *columns):
    return frame[[*columns]].to_numpy().tolist()


BOOKED = "creator_id,platform,booked_at,currency,fee"


@pytest.mark.parametrize(
    "titles",
    [
        "การเข้าถึง,คลิก,จำนวนคำสั่งซื้อ,ยอดขายรวม",
        "触达,点击,订单,成交金额",
        "触达人数,点击量,订单量,销售额",
        "リーチ人数,クリック,注文件数,売上高",
        "도달수,클릭,주문 건수,매출액",
        "jangkauan,klik link,pesanan,omzet",
        "tổng reach,lượt bấm link,tổng đơn,tổng doanh thu",
        "portée totale,clics sur le lien,nombre de commandes,chiffre d'affaires",
        "Total reach,Total clicks,Total orders,Total revenue",
    ],
)
def test_reach_clicks_orders_and_sales_are_read_under_the_titles_of_many_languages(imported, titles):
    code, told, tables = imported(f"{BOOKED},{titles}\nlan,tiktok,2026-03-02,USD,500,4000,70,3,90\n")
    assert code == 0, told
    assert of(tables["bookings"], "reach", "clicks", "orders", "revenue") == [["4000", "70", "3", "90"]]


@pytest.mark.parametrize("titles", [
    "曝光,播放次数,点赞次数,评论次数,分享量,收藏次数", "表示回数,視聴数,いいね件数,コメント件数,シェア回数,保存件数",
    "노출,조회,좋아요수,댓글수,공유수,저장수", "impresi,jumlah tayangan,disukai,jml komentar,jumlah dibagikan,jumlah simpan",
    "จำนวนการแสดงผล,ยอดดู,จำนวนไลก์,จำนวนคอมเมนต์,จำนวนการแชร์,จำนวนบันทึก",
])  # fmt: skip
def test_counts_of_posts_are_read_under_the_titles_of_many_languages(imported, titles):
    code, told, tables = imported(f"creator_id,post_id,published_at,{titles}\nlan,p1,2026-03-02,9000,8000,700,60,50,40\n")
    read = of(tables["posts"], "impressions", "views", "likes", "comments", "shares", "saves")
    assert code == 0 and read == [["9000", "8000", "700", "60", "50", "40"]]


@pytest.mark.parametrize("title", ["Créateur", "Créatrice", "Nom", "Creador de contenido", "Criador de conteúdo", "Nhà sáng tạo"])
def test_whoever_makes_contents_is_the_name_of_a_list(imported, title):
    code, told, tables = imported(f"{title},Plattform,Followers,Fee (USD)\nLan,tiktok,9000,500\nMinh,tiktok,800,90\n")
    assert code == 0 and of(tables["candidates"], "name") == [["Lan"], ["Minh"]]


def test_a_unit_in_brackets_counts_in_a_title_of_plays_that_elsewhere_are_an_average(imported):
    code, told, tables = imported(f"{BOOKED},播放量(万)\nlan,douyin,2026-03-02,CNY,500,15.2\n")
    assert code == 0 and of(tables["bookings"], "reach") == [["152000"]] and "'播放量(万)' was read as 'reach'" in told


def test_of_organic_paid_and_total_reach_the_total_is_the_reach_and_the_others_are_told(imported):
    text = "creator_id,post_id,published_at,Organic reach,Paid reach{},likes\nlan,p1,2026-03-02,4800,2000{},70\n"
    code, told, tables = imported(text.format(",Total reach", ",6800"))
    assert of(tables["posts"], "reach", "likes") == [["6800", "70"]] and "Not used: Organic reach, Paid reach." in told
    code, told, tables = imported(text.format("", ""))
    assert "reach" not in tables["posts"] and "Not used: Organic reach, Paid reach." in told


def test_totals_of_views_and_reactions_of_bookings_are_read(imported):
    code, told, tables = imported(f"{BOOKED},Total views,Total likes\nlan,tiktok,2026-03-02,USD,500,9000,70\n")
    assert of(tables["bookings"], "reach", "engagements") == [["9000", "70"]]


def test_a_total_beside_a_title_that_counts_the_same_is_told_and_not_used(imported):
    code, told, tables = imported(f"{BOOKED},Views,Total views,Likes\nlan,tiktok,2026-03-02,USD,500,800,9000,70\n")
    assert of(tables["bookings"], "reach") == [["800"]] and "Not used: Total views." in told


@pytest.mark.parametrize(("typed", "read"), [
    ("2026年5月2日(土)", "2026-05-02"), ("2026/5/2（土）", "2026-05-02"), ("2026년 5월 2일 토요일", "2026-05-02"),
    ("2026/05/02 周六", "2026-05-02"), ("May 2, 2026 (Sat)", "2026-05-02"),
    ("2026年05月02日19时30分00秒", "2026-05-02T19:30:00"), ("2026年5月2日 19時", "2026-05-02T19:00:00"),
    ("2026. 5. 2.", "2026-05-02"), ("2026. 5. 2. 오후 7:30", "2026-05-02T19:30:00"),
    ("2026. 5. 2. 오전 12:05", "2026-05-02T00:05:00"), ("2026/5/2 下午 03:20:11", "2026-05-02T15:20:11"),
    ("2026年5月2日 午後3時20分", "2026-05-02T15:20:00"), ("2 พ.ค. 2569 19.30 น.", "2026-05-02T19:30:00"),
])  # fmt: skip
def test_days_with_their_weekday_and_clocks_that_are_spelt_out_are_read(imported, typed, read):
    code, told, tables = imported(f'creator_id,post_id,published_at,views\nlan,p1,"{typed}",90\n')
    assert code == 0 and of(tables["posts"], "published_at") == [[read]]


def test_a_day_without_a_year_and_with_its_weekday_is_asked_about_and_takes_the_year_that_is_answered(imported):
    text = "creator_id,post_id,published_at,views\nlan,p1,5月2日(土),90\nlan,p2,5/13(水),80\n"
    code, told, _ = imported(text)
    assert code == 2 and "'5月2日(土)', without a year (2 rows)" in told
    code, told, tables = imported(text, mapping="posts: {year: 2026}\n")
    assert of(tables["posts"], "published_at") == [["2026-05-02"], ["2026-05-13"]]


def test_marks_footnotes_and_changes_beside_figures_are_told_and_the_figures_read(imported):
    rows = 'lan,tiktok,85.2K ↑,500\nminh,tiktok,"48,000*",90\nha,tiktok,"240,000 (+2.3%)",80\nan,tiktok,9 (3 fake),70\n'
    code, told, tables = imported(f"Name,Platform,Followers,Fee (USD)\n{rows}")
    assert of(tables["candidates"], "followers") == [["85200"], ["48000"], ["240000"], [""]]
    assert "'Followers': 3 cells have marks, footnotes or changes behind their figures (the first is C2: '85.2K ↑')" in told
    assert "got '9 (3 fake)'; expected a number" in told


def test_a_booking_whose_price_cannot_be_read_stays_without_it(imported):
    rows = "lan,tiktok,2026-03-02,USD,350 (incl. boosting 100),4000\nminh,tiktok,2026-03-03,USD,90,800\n"
    code, told, tables = imported(f"{BOOKED},reach\n{rows}")
    assert of(tables["bookings"], "creator_id", "fee", "reach") == [["lan", "", "4000"], ["minh", "90", "800"]]
    assert "got '350 (incl. boosting 100)'" in told and "1 cell could not be used and is blank" in told


def test_a_row_whose_price_cannot_be_read_and_of_which_nothing_came_is_no_booking(imported):
    rows = "lan,tiktok,2026-03-02,USD,900,4000\nlan,tiktok,2026-03-02,USD,(200.00),\n"
    code, told, tables = imported(f"{BOOKED},reach\n{rows}")
    assert of(tables["bookings"], "fee", "reach") == [["900", "4000"]]
    assert "got '(200.00)'" in told and "1 row was left out" in told


SEVERAL = "Creator,Platform,Live date,Fee (USD),Total views,Likes\nlan,TikTok,2 & 5 May 2026,900,9000,70\n"
SEVERAL += "minh,TikTok,3 May 2026,350,800,8\nha,TikTok,4-6 May 2026,360,700,7\n"


def test_several_days_in_a_cell_are_no_price_and_the_first_is_that_of_the_booking(imported):
    code, told, _ = imported(SEVERAL)
    assert code == 2 and "'Live date' does not say which day it is" in told and "looks like one more price" not in told
    code, told, tables = imported(SEVERAL, mapping='bookings: {columns: {"Live date": booked_at}}\n')
    assert of(tables["bookings"], "booked_at", "reach") == [["2026-05-02", "9000"], ["2026-05-03", "800"], ["2026-05-04", "700"]]
    assert "2 cells name several days (the first in cell C2: '2 & 5 May 2026'); the first day of each is taken" in told


def test_a_quotation_is_a_list_of_prices_and_no_posts(imported):
    rows = [["QUOTATION No. 118"], [], ["No", "Item", "Description", "Qty", "Unit price (USD)"],
            [1, "Lan (TikTok)", "TikTok video", 2, 500], [2, "Minh (Instagram)", "Reel", 1, 350]]  # fmt: skip
    code, told, _ = imported({"Sheet1": rows})
    assert "holds candidates" in told and "posts need" not in told and "'Item' looks like 'name'" in told


SHOP = "Tên người dùng của nhà sáng tạo,GMV liên kết,Đơn hàng liên kết,Sản phẩm liên kết đã bán,Hoa hồng ước tính,"
SHOP += "Giá trị đơn hàng trung bình\nlan,27.500.000₫,22,25,2.750.000₫,1.250.000₫\n"


def test_the_list_of_creators_of_tiktok_shop_in_vietnamese_is_what_each_sold(imported):
    code, told, tables = imported(SHOP, "--set", "booked_at=2026-03-01", "--set", "platform=tiktok")
    assert code == 0, told
    assert of(tables["bookings"], "creator_id", "revenue", "orders", "currency") == [["lan", "27500000", "22", "VND"]]
    assert "the least that is asked" not in told


def test_a_title_of_sales_says_nothing_of_the_least_price(imported):
    code, told, tables = imported(f"{BOOKED},GMV từ liên kết\nlan,tiktok,2026-03-02,USD,500,900\n")
    assert of(tables["bookings"], "revenue") == [["900"]] and "the least that is asked" not in told


def test_a_column_called_creator_id_is_the_id_beside_one_of_usernames_which_is_told(imported):
    code, told, tables = imported("creator_id,creator_username,platform,followers,fee,currency\nc7,lan.n,tiktok,900,50,USD\n")
    assert code == 0 and of(tables["candidates"], "creator_id") == [["c7"]] and "Not used: creator_username." in told


TURNED = "Metric,Lan,Minh,Ha\nPlatform,TikTok,Instagram,TikTok\nBooked on,2026-05-02,2026-05-03,2026-05-09\nReach,4800,2150,880\n"
TURNED += "Fee (USD),500,350,120\n"


def test_results_with_a_creator_a_column_ask_whether_the_heads_of_these_are_the_names(imported):
    code, told, _ = imported(TURNED)
    assert code == 2 and "'Metric' looks like 'name'" in told
    code, told, tables = imported(TURNED, mapping='bookings: {columns: {"Metric": name}}\n')
    assert of(tables["bookings"], "creator_id", "reach") == [["Lan", "4800"], ["Minh", "2150"], ["Ha", "880"]]


def test_bookings_that_name_no_creator_are_told(imported):
    code, told, tables = imported("Platform,Booked on,Fee (USD),Reach\ntiktok,2026-03-02,500,4000\n")
    assert code == 0 and "No row says whose booking it is" in told and len(tables["bookings"]) == 1
    code, told, _ = imported("Platform,Booked on,Fee (USD),Reach\ntiktok,2026-03-02,500,4000\n", "--set", "creator_id=lan")
    assert "No row says whose booking it is" not in told


def test_ranges_of_a_rate_in_per_cent_are_read_as_their_midpoints_and_listed(imported):
    rows = "lan,tiktok,900,2.5%-3%,50\nminh,tiktok,800,5-7%,50\nha,tiktok,700,3.2%,50\nan,tiktok,700,2%-3,50\n"
    code, told, tables = imported(f"Name,Platform,Followers,ER,Fee (USD)\n{rows}")
    assert of(tables["candidates"], "engagement_rate") == [["0.0275"], ["0.06"], ["0.032"], [""]]
    assert "2 cells were ranges; their midpoints are used" in told and "D3: 5-7% → 0.06" in told
    assert "got '2%-3'; expected a number" in told


def test_uses_of_coupon_codes_are_orders_and_whose_a_code_is_is_asked(imported):
    text = "Coupon code,Uses,Net sales (USD)\nLAN10,22,1100\nMINH15,9,430\n"
    code, told, _ = imported(text)
    assert code == 2 and "'Coupon code' looks like 'creator_id'" in told
    code, told, tables = imported(
        text, "--set", "booked_at=2026-03-01", mapping='bookings: {columns: {"Coupon code": creator_id}}\n'
    )
    assert of(tables["bookings"], "creator_id", "orders", "revenue") == [["LAN10", "22", "1100"], ["MINH15", "9", "430"]]
