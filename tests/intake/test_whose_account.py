"""Whose account a row is about, where a cell links to several, a row has none on the platform that was kept, or no handle."""

import pytest
from test_field_cases import Ran, table

FACEBOOK, TIKTOK = "https://www.facebook.com/page.official", "https://www.tiktok.com/@a.real"
ALONE = ["B", "https://www.tiktok.com/@b.real", "TikTok", 90_000, "3tr"]


@pytest.fixture
def read(tmp_path, capsys):
    return lambda *rows, mapping=None: Ran(table(tmp_path / "list.csv", *rows), capsys, mapping=mapping)


@pytest.mark.parametrize("between", ["\n", " ", " , ", ",", " | ", ";"])
@pytest.mark.parametrize("title", ["Link kênh", "ID kênh"])
def test_of_several_links_in_a_cell_that_on_the_platform_of_its_row_is_the_account(read, between, title):
    head = ["Tên", title, "Nền tảng", "Follow", "Giá (VNĐ)"]
    ran = read(head, ["A", f"{FACEBOOK}{between}{TIKTOK}", "TikTok", 250_000, "5tr"], ALONE)
    assert ran.code == 0 and ran.rows("creator_id platform") == ["a.real tiktok", "b.real tiktok"]
    assert "cell B2 links to several accounts (facebook: page.official, tiktok: a.real)" in ran.out


def test_several_links_of_which_nothing_says_the_right_one_are_asked_about_and_the_answer_takes_its_own(read):
    rows = ["Tên", "Link", "Giá (VNĐ)"], ["A", f"{FACEBOOK} , {TIKTOK}", "5tr"], ["B", "https://www.tiktok.com/@b", "3tr"]
    ran = read(*rows)
    assert ran.code == 2 and "cell B2 of 'Link' links to several accounts (facebook: page.official, tiktok: a.real)" in ran.err
    assert "`constants: {platform: facebook}` (or tiktok)" in ran.err
    ran = read(*rows, mapping="candidates: {constants: {platform: facebook}}")
    assert ran.code == 0 and ran.rows("creator_id platform") == ["page.official facebook", "b tiktok"]


@pytest.mark.parametrize(
    ("platform", "link"), [("Instagram", f"{FACEBOOK} {TIKTOK}"), ("TikTok", f"{TIKTOK} https://www.tiktok.com/@c")]
)
def test_a_row_whose_platform_fits_none_or_several_of_its_links_is_left_out_and_said(read, platform, link):
    ran = read(["Tên", "Link", "Nền tảng", "Follow", "Giá (VNĐ)"], ["A", link, platform, 250_000, "5tr"], ALONE)
    assert (
        ran.rows("creator_id") == ["b.real"]
        and "which leads to several accounts, none or several of them on" in ran.out + ran.err
    )


@pytest.mark.parametrize(
    "link",
    [
        f"{TIKTOK} {TIKTOK}?lang=vi",
        f"{TIKTOK}\nhttps://vt.tiktok.com/ZSabc12/",
        f"linktr.ee/a {TIKTOK}",
        f"https://vt.tiktok.com/ZSabc12/ {TIKTOK}",
        f"a@x.com {TIKTOK}",
    ],
)
def test_links_of_one_account_are_no_question(read, link):
    ran = read(["Tên", "Link", "Giá (VNĐ)"], ["A", link, "5tr"], ["B", "https://www.tiktok.com/@b", "3tr"])
    assert ran.code == 0 and ran.rows("creator_id platform") == ["a.real tiktok", "b tiktok"]


OF_TWO = ["Tên", "FB Link", "FB Follow", "TikTok Link", "TikTok Follow", "Giá (VNĐ)"]
PEOPLE = (
    ["A", "https://www.facebook.com/a.fb", "120K", "https://www.tiktok.com/@a.tt", "45K", "5tr"],
    ["B", "", "", "https://www.tiktok.com/@b.tt", "90K", "4tr"],
    ["C", "", "20K", "", "", "3tr"],
)


def test_a_row_with_nothing_on_the_platform_that_was_kept_is_no_account_there_and_that_is_said(read):
    ran = read(OF_TWO, *PEOPLE, mapping='candidates: {ignore: ["TikTok Link", "TikTok Follow"]}')
    assert ran.code == 0 and ran.rows("creator_id platform fee") == ["a.fb facebook 5000000", "C facebook 3000000"]
    assert "Row 3 (B | https://www.tiktok.com/" in ran.out
    assert "has nothing in the columns of facebook, and is left out" in ran.out


def test_a_row_with_a_platform_of_its_own_or_a_link_elsewhere_stays_whatever_was_left_out(read):
    head = [*OF_TWO, "Platform"]
    rows = [[*row, platform] for row, platform in zip(PEOPLE, ("Facebook", "TikTok", "TikTok"), strict=True)]
    ran = read(head, *rows, mapping='candidates: {ignore: ["TikTok Link", "TikTok Follow"]}')
    assert len(ran.rows("platform")) == 3 and "has nothing in the columns of" not in ran.out


ROSTER = (
    ["Talent", "IG", "IG Followers", "TT", "TT Followers", "YT", "YT Subs", "Base Rate (GBP)"],
    ["Holly", "@hollym", "214k", "@hollym.tt", "530k", "", "", "£2,500"],
    ["Omar", "@omarj", "88k", "", "", "OmarJ", "41k", "£900"],
)


def test_columns_that_a_mapping_names_and_the_answer_leaves_out_are_not_asked_about_again(read):
    drafted = '"Base Rate (GBP)": fee, IG: link, IG Followers: followers, TT Followers: followers, YT: link, YT Subs: followers'
    answer = 'ignore: ["TT", "TT Followers", "YT", "YT Subs"]'
    ran = read(*ROSTER, mapping=f"candidates: {{columns: {{{drafted}}}}}")
    assert ran.code == 2 and f"`{answer}` if it is instagram" in ran.err
    ran = read(*ROSTER, mapping=f"candidates: {{columns: {{{drafted}}}, {answer}}}")
    assert ran.code == 0 and ran.rows("creator_id platform followers fee") == [
        "hollym instagram 214000 2500",
        "omarj instagram 88000 900",
    ]


def test_handles_under_tt_are_those_of_tiktok_and_numbers_are_none(read):
    ran = read(*[row[:-1] for row in ROSTER])
    assert ran.code == 0 and "hollym.tt tiktok 530000" in ran.rows("creator_id platform followers", "creators")
    ran = read(["TT", "Tên", "FB Follow", "IG Follow"], [1, "A", "5k", "6k"], [2, "B", "7k", "8k"])
    assert ran.code == 0 and {*ran.rows("platform", "creators")} == {"facebook", "instagram"}


def test_the_note_of_handles_in_links_names_the_rows_that_went_by_name(read):
    rows = ["Tên", "Link", "Giá (VNĐ)"], ["A", TIKTOK, "1tr"], ["B", "https://vt.tiktok.com/ZSabc123/", "2tr"]
    ran = read(*rows, ["C", "https://www.facebook.com/share/1AbCdEf/", "3tr"])
    assert ran.rows("creator_id") == ["a.real", "B", "C"]
    assert "2 rows have no handle, nor a link that names one, so their accounts go by their names: 3, 4." in ran.out
    assert "so their accounts go by their names" not in read(*rows[:2]).out
