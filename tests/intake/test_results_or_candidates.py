"""Which sheets are results, which are lists of people, and which are neither: advertising, and a channel day by day."""

import pandas as pd
import pytest

from builders import run


@pytest.fixture
def imported(tmp_path, capsys):
    """Import a text; the exit code, what was said, and the tables."""

    def into_data(text, mapping=None, options=()):
        (tmp_path / "sheet.csv").write_text(text, encoding="utf-8")
        if mapping is not None:
            (tmp_path / "given.yaml").write_text(mapping, encoding="utf-8")
            options = (*options, "--mapping", tmp_path / "given.yaml")
        code, out, err = run(capsys, "import", tmp_path / "sheet.csv", "-o", tmp_path / "data", *options)
        return code, out + err, {one.stem: pd.read_csv(one, dtype="str").fillna("") for one in (tmp_path / "data").glob("*.csv")}

    return into_data


REEL = "https://www.instagram.com/reel/C4bbb1/"


@pytest.mark.parametrize(("titles", "cells", "table"), [
    ("Creator,Platform,Post URL,Posted,Total Reach,Total Engagements,Creator Fee (USD)",
     f"lan,Instagram,{REEL},2026-03-06,248000,5554,1200", "bookings"),
    ("Creator;Plattform;Gebucht am;Honorar (CHF);Reichweite;Bestellungen", "lan;Instagram;02.03.2026;1200;52000;31", "bookings"),
    ("Nama KOL,Username,Platform,Tgl Tayang,Suka,Disimpan,Biaya",
     "Sari,@sari,TikTok,12 Mei 2026,5120,120,Rp 2.500.000", "bookings"),
    ("Account,Network,Post Type,Created On,Post Link,Est. Reach,Engagements,Likes,Comments",
     f"lan,Instagram,Reel,2026-03-06,{REEL},70000,3454,3120,88", "posts"),
    ("Account,Story date,Impressions,Reach,Link clicks", "lan,2026-03-04 10:00,8100,7900,40", "posts"),
])  # fmt: skip
def test_people_with_results_beside_days_that_are_past_or_links_to_posts_are_results(imported, titles, cells, table):
    code, told, tables = imported(f"{titles}\n{cells}\n")
    assert f"(table {table})" in told and "candidates" not in tables


@pytest.mark.parametrize(("titles", "cells"), [
    ("Creator,Platform,Followers,Avg reach,Avg likes,Last post,Fee (USD)", "lan,Instagram,24000,8000,500,2026-03-06,1200"),
    ("Creator,Platform,Followers,Reach,Likes,Updated,Fee (USD)", "lan,Instagram,24000,8000,500,2026-03-06,1200"),
    ("Creator,Platform,Followers,Reach,Likes,Free on,Fee (USD)", "lan,Instagram,24000,8000,500,2099-03-06,1200"),
    ("Creator,Platform,Followers,Reach,Likes,Fee (USD)", "lan,Instagram,24000,8000,500,1200"),
])  # fmt: skip
def test_people_with_typical_counts_or_days_to_come_are_still_candidates(imported, titles, cells):
    code, told, tables = imported(f"{titles}\n{cells}\n")
    assert "(table candidates)" in told


ADS = "{day},{ad},Campaign name,Account,Reach,Impressions,{cost},Link clicks\n"


@pytest.mark.parametrize(("day", "ad", "cost"), [
    ("Day", "Ad name", "Amount spent (USD)"), ("By Day", "Ad group name", "Cost"), ("Date", "Ad set name", "CPM"),
    ("Ngày", "Tên quảng cáo", "Số tiền đã chi tiêu (VND)"),
])  # fmt: skip
def test_a_report_of_advertising_is_asked_about_and_can_be_read_all_the_same(imported, day, ad, cost):
    rows = "".join(f"2026-03-0{place},lan_reel1,Spring,lan,{4000 + place},5740,21,44\n" for place in (1, 2, 3))
    code, told, tables = imported(ADS.format(day=day, ad=ad, cost=cost) + rows, options=("--table", "posts"))
    assert code == 2 and not tables and f"the sheet 'sheet' is a report of advertising ('{ad}', '{cost}')" in told
    assert 'write `ignore_sheets: ["sheet"]` to leave it out' in told
    answer = f"read_sheets: [sheet]\nposts: {{columns: {{{day}: published_at}}}}\n"
    code, told, tables = imported(ADS.format(day=day, ad=ad, cost=cost) + rows, answer, options=("--table", "posts"))
    assert code == 0 and len(tables["posts"]) == 3


def test_where_the_only_sheet_is_left_out_that_is_why_there_is_nothing(imported):
    code, told, tables = imported(ADS.format(day="Day", ad="Ad name", cost="Cost"), "ignore_sheets: [sheet]\n")
    assert code == 2 and "the mapping leaves all of them out, under `ignore_sheets`" in told


@pytest.mark.parametrize("titles", ["Day,Ad name,Account,Reach,Likes", "Day,Campaign name,Account,Reach,Cost"])
def test_what_is_advertised_or_what_it_cost_alone_makes_no_report_of_advertising(imported, titles):
    code, told, tables = imported(f"{titles}\n2026-03-01,lan1,lan,4000,5\n", options=("--table", "posts"))
    assert "report of advertising" not in told


def _days(count, step=1):
    return "".join(
        f"{day:%Y-%m-%d},{1200 + day.day},9000\n" for day in pd.date_range("2026-03-01", periods=count, freq=f"{step}D")
    )


def test_every_day_of_some_weeks_and_nothing_of_a_post_is_asked_about(imported):
    code, told, tables = imported(f"Date,Views,Impressions\n{_days(28)}", options=("--set", "creator_id=lan"))
    assert code == 2 and not tables
    assert "has one row a day from 2026-03-01 to 2026-03-28, and nothing that tells a post" in told
    code, told, tables = imported(f"Date,Views,Impressions\n{_days(28)}", "read_sheets: [sheet]\n", ("--set", "creator_id=lan"))
    assert code == 0 and len(tables["posts"]) == 28


def test_a_day_that_is_missing_makes_no_posts_of_the_figures_of_a_channel_by_day(imported):
    rows = "".join(line for line in _days(28).splitlines(keepends=True) if not line.startswith("2026-03-10"))
    code, told, tables = imported(f"Date,Views,Impressions\n{rows}", options=("--set", "creator_id=lan"))
    assert code == 2 and not tables
    assert "has one row a day from 2026-03-01 to 2026-03-28, and nothing that tells a post" in told


@pytest.mark.parametrize("title", ["Profile Views", "Followers gained", "Truy cập hồ sơ", "涨粉"])
def test_few_days_one_after_the_other_beside_what_only_a_channel_has_are_asked_about(imported, title):
    text = f"Date,Views,Impressions,{title}\n" + _days(3).replace("\n", ",30\n")
    code, told, tables = imported(text, options=("--set", "creator_id=lan"))
    assert code == 2 and not tables
    assert "has one row a day from 2026-03-01 to 2026-03-03, and nothing that tells a post" in told


@pytest.mark.parametrize("count", [3, 13])
def test_few_days_one_after_the_other_with_nothing_that_tells_a_post_are_told(imported, count):
    text = "Date,Weekday,Views,Impressions\n" + _days(count).replace(",1", ",Sun,1")
    code, told, tables = imported(text, options=("--set", "creator_id=lan"))
    assert code == 0 and len(tables["posts"]) == count
    assert f"The rows are one a day from 2026-03-01 to 2026-03-{count:02}, and nothing in them tells a post" in told


@pytest.mark.parametrize("topics", [("skin", "food", "vlog"), ("Ăn gì hôm nay", "Đi chợ #2", "Ở nhà")])
def test_few_days_beside_words_of_their_own_are_posts_without_a_word_of_days(imported, topics):
    rows = "".join(f"{line},{topic},3\n" for line, topic in zip(_days(3).splitlines(), topics, strict=True))
    code, told, tables = imported(f"Date,Views,Impressions,Topic,Profile visits\n{rows}", options=("--set", "creator_id=lan"))
    assert code == 0 and len(tables["posts"]) == 3 and "one a day" not in told


@pytest.mark.parametrize(("head", "rows"), [
    ("Date,Views,Impressions", _days(2)), ("Date,Views,Impressions", _days(20, step=2)),
    ("Date,Views,Impressions,Caption", _days(28).replace("\n", ",Hello\n")),
    ("Date,Views,Impressions,Account", _days(28).replace("\n", ",lan\n")),
])  # fmt: skip
def test_few_days_gaps_captions_and_creators_are_those_of_posts(imported, head, rows):
    whose = () if "Account" in head else ("--set", "creator_id=lan")
    code, told, tables = imported(f"{head}\n{rows}", options=("--table", "posts", *whose))
    assert code == 0 and "a day" not in told and len(tables["posts"]) == rows.count("\n")


@pytest.mark.parametrize("titles", [
    "ยอดไลค์,คอมเมนต์,ยอดแชร์,ออเดอร์,ยอดขาย", "Suka,Komen,Dibagikan,Pesanan,Omset", "Likes,Replies,Retweets,Orders,Revenue",
    "J'aime,Commentaires,Partages,Commandes,Chiffre d'affaires", "Gefällt mir,Kommentare,Geteilt,Bestellungen,Umsatz",
])  # fmt: skip
def test_results_are_read_under_the_titles_of_other_languages(imported, titles):
    head, row = f"Creator handle,Network,Booked on,Currency,{titles}", "lan,TikTok,2026-03-02,USD,100,7,3,3,4000"
    code, told, tables = imported(f"{head}\n{row}\n", options=("--table", "bookings"))
    assert code == 0 and "no column of likes" not in told
    assert tables["bookings"][["engagements", "orders", "revenue"]].to_numpy().tolist() == [["110", "3", "4000"]]


def test_engagements_that_are_added_up_without_likes_say_so(imported):
    text = "Creator handle,Network,Booked on,Fee (USD),Gems,Comments,Shares\nlan,TikTok,2026-03-02,10,100,7,3\n"
    code, told, tables = imported(text, options=("--table", "bookings"))
    assert "'engagements' is the sum of Comments + Shares: no column of likes was recognised" in told


def test_a_column_of_days_is_no_format_however_its_title_reads(imported):
    text = "Influencer,Réseau,Date de publication,Vues,J'aime,Rémunération (€)\nlan,Instagram,15/03/2026,54000,3000,1200\n"
    code, told, tables = imported(text, options=("--table", "bookings"))
    assert code == 2 and "'Date de publication' does not say which day it is" in told and "format" not in told


def test_sales_that_are_net_are_not_said_to_be_net_of_income_tax(imported):
    text = "Creator handle,Network,Booked on,{},Orders\nlan,TikTok,2026-03-02,4000,3\n"
    answer = "bookings: {{columns: {{{}: {}}}, constants: {{currency: USD}}}}\n"
    code, told, tables = imported(text.format("Net sales"), answer.format("Net sales", "revenue"), ("--table", "bookings"))
    assert code == 0 and "income tax" not in told
    code, told, tables = imported(text.format("Giá net"), answer.format("Giá net", "fee"), ("--table", "bookings"))
    assert code == 0 and "income tax" in told


@pytest.mark.parametrize(("gained", "total"), [
    ("Followers +/-", "Followers"), ("New followers", "Total followers"), ("Follows", "Followers"), ("Gained followers", "Fans"),
])  # fmt: skip
def test_followers_that_were_gained_are_not_the_audience_nor_asked_about(imported, gained, total):
    rows = "2026-03-01,lan,TikTok,+120,240120\n2026-03-08,lan,TikTok,-40,240080\n"
    code, told, tables = imported(f"Date,Account,Platform,{gained},{total}\n{rows}")
    assert code == 0 and [*tables["creator_snapshots"]["followers"]] == ["240120", "240080"] and f"Not used: {gained}" in told


def test_followers_gained_alone_are_no_audience(imported):
    code, told, tables = imported("Handle,Platform,Published,Likes,New followers\nlan,TikTok,2026-03-01,5,310\n")
    assert code == 0 and "Not used: New followers" in told and "followers" not in tables["creators"]


def test_a_booking_stays_without_the_followers_that_cannot_be_read(imported):
    head = "Creator handle,Network,Booked on,Fee (USD),Followers,Reach\n"
    code, told, tables = imported(
        head + "lan,TikTok,2026-03-02,10,many,900\nminh,TikTok,many,10,500,900\n", None, ("--table", "bookings")
    )
    assert code == 0 and tables["bookings"][["creator_id", "followers", "reach"]].to_numpy().tolist() == [["lan", "", "900"]]
    assert "1 cell could not be used and is blank; its row stays" in told and "got 'many'" in told


def test_the_pages_of_notion_behind_names_are_no_part_of_them(imported):
    page = "(https://www.notion.so/Lan-0a1b2c3d4e5f60718293a4b5c6d7e8f9?pvs=21)"
    row = f'Lan Chi {page},TikTok,2026-03-02,"Tet {page}, Spring {page}",10,900'
    code, told, tables = imported(f"Creator,Network,Booked on,Campaign,Fee (USD),Reach\n{row}\n", options=("--table", "bookings"))
    assert code == 0 and "notion.so" not in told
    assert tables["bookings"][["creator_id", "campaign_id"]].to_numpy().tolist() == [["Lan Chi", "Tet, Spring"]]
