"""Posts as people keep them: one sheet that repeats its creators in every row, rows that came twice, a folder used before."""

import pandas as pd
import pytest

from predictor.cli.main import main

FLAT = """username,platform,followers,category,date,likes,comments,views
lan,TikTok,120000,Beauty,2026-05-01,100,5,2000
lan,TikTok,125000,Beauty,2026-05-02,120,5,2500
minh,Instagram,80000,Food,2026-05-04,95,5,
minh,Instagram,80000,Travel,2026-05-01,90,5,
"""


def into_data(file, capsys, options=(), code=0):
    """Import a file into the folder of data beside it; what is printed, and the tables that stand there then."""
    try:
        main(["import", str(file), "--output", str(file.parent / "data"), *options])
        ended = 0
    except SystemExit as stopped:
        ended = stopped.code or 0
    printed = capsys.readouterr()
    assert ended == code, printed
    return printed.out + printed.err, {one.stem: pd.read_csv(one, dtype="str") for one in (file.parent / "data").glob("*.csv")}


@pytest.fixture
def imported(tmp_path, capsys):
    """Import a text."""

    def run(text, *options, name="list.csv", code=0):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return into_data(tmp_path / name, capsys, options, code)

    return run


def of(frame, *columns):
    return frame[[*columns]].fillna("").to_numpy().tolist()


def test_a_flat_table_of_posts_gives_posts_and_their_creators_as_the_latest_post_says_it(imported):
    for _again in range(2):  # by the mapping that the first time left
        told, tables = imported(FLAT)
        assert {*tables} == {"posts", "creators", "creator_snapshots"}
        assert {*tables["creator_snapshots"]["creator_id"]} == {"lan"}
        assert of(tables["creators"], "creator_id", "platform", "followers", "niche") == [
            ["lan", "tiktok", "125000", "beauty"], ["minh", "instagram", "80000", "food"],
        ]  # fmt: skip
        assert of(tables["posts"], "creator_id", "published_at", "likes", "views")[2] == ["minh", "2026-05-04", "95", ""]
        assert "Creators: 2, of whom the rows tell (platform, followers, category)" in told and "Not used" not in told
        assert "'followers' differs between the rows of 1 creator: each count is kept as that of the day of its row" in told
        assert "'category' differs" in told
        assert ".before" not in told


def test_what_posts_say_of_creators_is_not_read_where_the_folder_or_the_mapping_has_them(imported, tmp_path):
    told, tables = imported("creator_id,platform,kind,followers\nlan,TikTok,KOL,9\nminh,Instagram,KOL,9\n", "--table", "creators")
    told, tables = imported(FLAT, "--table", "posts")
    assert "Not used: platform, followers, category" in told and of(tables["creators"], "kind") == [["kol"], ["kol"]]
    (tmp_path / "data" / "creators.csv").unlink()
    mapping = tmp_path / "data" / "mapping.yaml"
    mapping.write_text("creators: {from_posts: false}\n", encoding="utf-8")
    assert {*imported(FLAT)[1]} == {"posts"}


def test_one_id_on_two_platforms_is_an_account_on_each_in_posts_too(imported):
    _, tables = imported(FLAT.replace("minh", "lan"))
    assert of(tables["creators"], "creator_id", "platform") == [["lan @ tiktok", "tiktok"], ["lan @ instagram", "instagram"]]
    assert of(tables["posts"], "creator_id") == [["lan @ tiktok"]] * 2 + [["lan @ instagram"]] * 2


def test_posts_of_one_platform_that_is_stated_give_their_creators(imported):
    text = "creator_id,published_at,likes\nlan,2026-05-01,5\nlan,2026-05-02,6\n"
    assert {*imported(text)[1]} == {"posts"}
    told, tables = imported(text, "--set", "platform=tiktok")
    assert of(tables["creators"], "creator_id", "platform") == [["lan", "tiktok"]] and "Creators: 1" in told


@pytest.mark.parametrize(
    "text",
    [
        "name,platform,followers,likes,date\nLan,TikTok,9000,100,2026-05-01\nMinh,TikTok,8000,90,2026-05-01\n",  # profiles
        FLAT.replace("views", "fee (VND)").replace(",2000\n", ",5000000\n"),  # bookings to come
    ],
)
def test_profiles_counted_on_a_day_and_priced_lists_are_no_posts(imported, text):
    assert "posts" not in imported(text)[1]


def test_a_row_that_came_twice_is_one_post_and_said(imported):
    rows = "c1,2026-05-01,100,2000\nc1,2026-05-01,100,2000\nc1,2026-05-01,100,2001\nc1,2026-05-02,0,0\nc1,2026-05-02,0,0\n"
    told, tables = imported(f"creator_id,published_at,likes,views\n{rows}")
    assert len(tables["posts"]) == 4  # two posts without a like on a day may be two
    assert "Row 3 says the same as a row above it in every cell, and is read once." in told


def test_a_table_of_before_is_kept_under_another_name_where_it_has_rows_that_the_new_one_has_not(imported, tmp_path):
    first = "Name,Platform,Followers,Giá video (VND)\nLan,TikTok,120000,5000000\n"
    assert ".before" not in imported(first)[0] + imported(first)[0]
    told, tables = imported(first.replace("Lan", "Minh"), name="other.csv")
    assert "candidates.csv was there before, with something that this file has not (Lan tiktok video 1): it is kept as" in told
    assert of(tables["candidates"], "name") == [["Minh"]]
    assert "Lan" in (tmp_path / "data" / "candidates.csv.before").read_text(encoding="utf-8")


def test_links_of_posts_say_on_which_platform_their_creators_are(imported):
    text = "username,followers_count,timestamp,like_count,permalink\n"
    text += "".join(f"linh,9000,2026-05-0{day},5,https://www.instagram.com/p/A{day}/\n" for day in (1, 2))
    told, tables = imported(text)
    assert of(tables["creators"], "creator_id", "platform", "followers") == [["linh", "instagram", "9000"]]
    assert "the rows tell (followers_count, permalink)" in told or "every row tells (followers_count, permalink)" in told


def test_several_files_are_one_table_whose_repeated_posts_count_once(tmp_path, capsys):
    head = "creator_id,post_id,published_at,likes\n"
    for name, rows in {
        "june": "c1,1,2026-06-01,5\nc1,2,2026-06-09,7\n",
        "july": "c1,2,2026-06-09,7\nc1,3,2026-07-01,6\n",
    }.items():
        (tmp_path / f"{name}.csv").write_text(head + rows, encoding="utf-8")
    main(["import", str(tmp_path / "june.csv"), str(tmp_path / "july.csv"), "--output", str(tmp_path / "data")])
    posts = pd.read_csv(tmp_path / "data" / "posts.csv", dtype="str")
    assert of(posts, "post_id", "likes") == [["1", "5"], ["2", "7"], ["3", "6"]]
    assert "1 row is a post that another row tells too" in capsys.readouterr().out


def test_a_mapping_of_another_sheet_does_not_decide_what_a_file_is(imported):
    imported("creator_id,platform,Giá video (VND)\nlan,TikTok,5000000\n")
    text = "creator_id,platform,post_id,published_at,likes,comments,views\nc1,tiktok,1,2026-05-01,100,5,2000\n"
    told, tables = imported(text, name="p.csv")
    assert of(tables["posts"], "creator_id", "post_id", "likes") == [["c1", "1", "100"]]


@pytest.mark.parametrize(("title", "cells", "expected"), [
    ("Rate", ["5000000 VND", "3500000 VND"], ["5000000", "3500000"]),
    ("Rate (mVND)", ["5", "3.5"], ["5000000", "3500000"]),
    ("Rate (kUSD)", ["1.2", "0.5"], ["1200", "500"]),
])  # fmt: skip
def test_a_bare_rate_beside_names_and_followers_is_what_they_cost(imported, title, cells, expected):
    rows = "".join(f"{who},TikTok,90000,{cell}\n" for who, cell in zip("AB", cells, strict=True))
    assert imported(f"Name,Platform,Followers,{title}\n{rows}")[1]["candidates"]["fee"].tolist() == expected


def test_a_bare_rate_in_per_cent_is_asked_about(imported):
    told, _ = imported("Name,Platform,Followers,Rate\nLan,TikTok,90000,3.5%\n", code=2)
    assert "'Rate' looks like 'engagement_rate' and is not used" in told


SPELT = "Creator,Platform,Published,likes\nLinh.N,Instagram,2026-03-02,5\n@linh.n,Instagram,2026-03-05,6\n"
SPELT += "https://www.instagram.com/linh.n/,Instagram,2026-03-09,7\n"


def test_one_account_in_several_spellings_is_one_creator_and_told(imported):
    told, tables = imported(f"{SPELT}minh,Instagram,2026-03-09,8\n")
    assert of(tables["posts"], "creator_id", "likes") == [["Linh.N", "5"], ["Linh.N", "6"], ["Linh.N", "7"], ["minh", "8"]]
    assert of(tables["creators"], "creator_id") == [["Linh.N"], ["minh"]]
    assert "Several spellings of one account on one platform are taken for one creator: Linh.N / @linh.n / https" in told


BOOKED = "Creator,Platform,Booked on,Fee (USD),Reach\n@Linh.N,Instagram,2026-03-02,500,48000\n"
BOOKED += "linh.n,Instagram,2026-03-05,450,41000\nhttps://www.instagram.com/linh.n/,Instagram,2026-03-09,400,39000\n"


def test_one_account_in_several_spellings_is_one_creator_of_bookings_that_go_by_name_and_told(imported):
    told, tables = imported(f"{BOOKED}Minh T,TikTok,2026-03-09,350,21500\n")
    assert of(tables["bookings"], "creator_id", "fee") == [
        ["Linh.N", "500"], ["Linh.N", "450"], ["Linh.N", "400"], ["Minh T", "350"],
    ]  # fmt: skip
    assert "Several spellings of one account on one platform are taken for one creator: @Linh.N / linh.n → Linh.N" in told


def test_bookings_whose_creators_are_links_go_by_the_accounts_to_which_these_lead(imported):
    rows = "https://www.tiktok.com/@lan,2026-03-02,500,48000\nhttps://www.instagram.com/minh.t/,2026-03-05,450,41000\n"
    told, tables = imported(f"Creator,Booked on,Fee (USD),Reach\n{rows}")
    read = of(tables["bookings"], "creator_id", "name", "platform", "fee")
    assert read == [["lan", "lan", "tiktok", "500"], ["minh.t", "minh.t", "instagram", "450"]]
    assert "2 names hold the handle or the platform too (the first is 'https://www.tiktok.com/@lan')" in told


LINKED = "Kreator,Tanggal,Views\nhttps://www.tiktok.com/@lan,2026-03-02,4800\n@lan,2026-03-09,900\n"
LINKED += "www.instagram.com/minh.t?igsh=x,2026-03-03,2150\n"


def test_posts_whose_creators_are_addresses_and_handles_go_by_the_accounts_and_the_spellings_are_told(imported):
    told, tables = imported(LINKED)
    assert of(tables["posts"], "creator_id", "views") == [["lan", "4800"], ["lan", "900"], ["minh.t", "2150"]]
    assert of(tables["creators"], "creator_id", "platform") == [["lan", "tiktok"], ["minh.t", "instagram"]]
    assert "taken for one creator: https://www.tiktok.com/@lan / @lan → lan." in told


def test_addresses_of_one_handle_on_two_platforms_are_two_creators_and_a_bare_handle_beside_them_is_told(imported):
    told, tables = imported(f"{LINKED}https://www.instagram.com/lan/,2026-03-12,70\n")
    assert of(tables["posts"], "creator_id", "views") == [
        ["lan @ tiktok", "4800"], ["minh.t", "2150"], ["lan @ instagram", "70"],
    ]  # fmt: skip
    assert "column 'Kreator': got '@lan', which creators.csv does not have" in told


@pytest.mark.parametrize("title", ["creator_id", "Creator"])
def test_bookings_whose_creators_are_addresses_and_handles_go_by_the_accounts_on_their_platforms(imported, title):
    told, tables = imported(f"{title},Booked on,Fee (USD),Reach\nhttps://www.tiktok.com/@lan,2026-03-02,500,4800\n"
                            "@lan,2026-03-09,400,900\n@minh.t,2026-03-03,300,2150\n")  # fmt: skip
    assert of(tables["bookings"], "creator_id", "platform") == [["lan", "tiktok"], ["lan", "tiktok"], ["@minh.t", ""]]
    assert "Row 4 does not say on which platform it is, where others do" in told and "taken for one creator" in told


def test_the_same_handle_on_two_platforms_stays_two_creators_however_it_is_spelt(imported):
    told, tables = imported(f"{SPELT}Linh.N,TikTok,2026-03-09,8\n")
    assert of(tables["creators"], "creator_id", "platform") == [
        ["Linh.N @ instagram", "instagram"],
        ["Linh.N @ tiktok", "tiktok"],
    ]
    assert [*tables["posts"]["creator_id"]] == ["Linh.N @ instagram"] * 3 + ["Linh.N @ tiktok"]


def test_codes_that_differ_in_case_alone_stay_the_ids_that_they_are(imported):
    told, tables = imported("Creator,Platform,Published,likes\nA1,TikTok,2026-03-02,5\na1,TikTok,2026-03-05,6\n")
    assert [*tables["posts"]["creator_id"]] == ["A1", "a1"] and "Several spellings" not in told


def test_bookings_of_one_account_in_several_spellings_are_of_one_creator_and_told(imported):
    head = "Creator handle,Network,Booked on,Fee (USD),Reach\n"
    told, tables = imported(f"{head}@lan,TikTok,2026-03-02,10,500\nlan,TikTok,2026-03-09,10,600\n", "--table", "bookings")
    assert [*tables["bookings"]["creator_id"]] == ["lan", "lan"] and "@lan / lan → lan" in told


def test_answers_of_a_form_whose_one_platform_a_title_names_give_creators_and_posts(imported, tmp_path):
    head = "ID TikTok của bạn,Link video đã đăng,Ngày đăng,Lượt thích\n"
    rows = "lan,https://www.tiktok.com/@lan/video/7340000000000000001,2026-02-26,8210\nminh,https://vt.tiktok.com/ZSab/,2026-02-27,9\n"
    (tmp_path / "answer.yaml").write_text('posts: {columns: {"ID TikTok của bạn": creator_id}}\n', encoding="utf-8")
    told, tables = imported(head + rows, "--mapping", str(tmp_path / "answer.yaml"))
    assert of(tables["creators"], "creator_id", "platform") == [["lan", "tiktok"], ["minh", "tiktok"]]
    assert of(tables["posts"], "creator_id", "post_id")[0] == ["lan", "7340000000000000001"]


def test_whose_posts_they_are_is_asked_once_for_posts_and_their_creators(imported, tmp_path):
    head, rows = "Handle of influencer,Channel,Post Date,Reactions\n", "lan,TikTok,2026-03-06,5\nminh,Instagram,2026-03-08,6\n"
    (tmp_path / "answer.yaml").write_text("posts: {columns: {Handle of influencer: creator_id}, ignore: [Channel]}\n")
    told, tables = imported(head + rows, "--table", "posts", "--mapping", str(tmp_path / "answer.yaml"))
    assert of(tables["creators"], "creator_id", "platform") == [["lan", "tiktok"], ["minh", "instagram"]]


@pytest.mark.parametrize("both", ["@lan x @minh", "@lan, @minh", "@lan & @minh"])
def test_a_post_of_two_creators_is_left_out_with_the_reason_and_makes_no_third(imported, both):
    rows = f'"{both}",Instagram,2026-03-06,54\n@lan,Instagram,2026-03-09,20\n@minh,Instagram,2026-03-12,9\n'
    told, tables = imported(f"Creator,Platform,Published,Likes\n{rows}")
    assert of(tables["posts"], "creator_id", "likes") == [["@lan", "20"], ["@minh", "9"]]
    assert of(tables["creators"], "creator_id") == [["@lan"], ["@minh"]]
    assert f"got '{both}'; one cell names one account: give each a row of its own, or keep one" in told


@pytest.mark.parametrize("title", ["KOL", "Creator handle"])
def test_a_booking_of_two_creators_is_left_out_with_the_reason(imported, title):
    head = f"{title},Platform,Booked on,Fee (USD),Reach\n"
    told, tables = imported(
        f"{head}@lan x @minh,TikTok,2026-03-02,10,500\nLan x Minh,TikTok,2026-03-12,10,600\n", "--table", "bookings"
    )
    assert of(tables["bookings"], "creator_id", "reach") == [["Lan x Minh", "600"]] and "got '@lan x @minh'" in told


def test_a_name_with_one_handle_is_still_that_of_its_post(imported):
    told, tables = imported("Creator,Platform,Published,Likes\nLan Chi (@lan.chi),Instagram,2026-03-06,54\n")
    assert of(tables["creators"], "name") == [["Lan Chi"]] and "one cell names one account" not in told
