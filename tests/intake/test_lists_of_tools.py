"""Lists as tools and agencies export them: accounts side by side, group sums, packages, units by row, what prices are of."""

import pytest
from test_field_cases import Ran, table


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file, in whose name nothing is said."""
    return lambda *rows, options=(), mapping=None: Ran(table(tmp_path / "list.csv", *rows), capsys, *options, mapping=mapping)


def said(ran):
    """All that the import printed."""
    return ran.out + ran.err


TWO_LINKS = ["Name", "Main Platform", "Instagram URL", "Instagram Followers", "YouTube URL", "YouTube Followers", "Country"]
CHLOE = ["Chloé", "Instagram", "https://www.instagram.com/chloe", 95400, "https://www.youtube.com/@chloe.tv", 12000, "FR"]
PAUL = ["Paul", "YouTube", "", "", "https://www.youtube.com/@paul", 310000, "FR"]


def test_accounts_with_links_of_their_own_are_on_their_platforms_whichever_is_the_main_one(read):
    ran = read(TWO_LINKS, CHLOE, PAUL, options=("--table", "candidates"))
    kept = ["chloe instagram 95400", "chloe.tv youtube 12000", "paul youtube 310000"]
    assert ran.code == 0 and ran.rows("creator_id platform followers") == kept
    assert "'Main Platform' only says which account is the main one: each account here is on the platform" in said(ran)


@pytest.mark.parametrize("title", ["Nền tảng", "Kênh chính"])
def test_accounts_with_links_and_prices_of_their_own_are_parted_beside_a_column_of_platforms(read, title):
    head = ["KOL", title, "Link Facebook", "Link TikTok", "Follow FB", "Follow TikTok", "Giá FB", "Giá TikTok"]
    rows = ["An", "TikTok", "https://facebook.com/an.page", "https://www.tiktok.com/@an", "30k", "200k", "2tr", "5tr"]
    ran = read(head, rows)
    kept = ["an.page facebook 30000 2000000", "an tiktok 200000 5000000"]
    assert ran.code == 0 and ran.rows("creator_id platform followers fee") == kept


@pytest.mark.parametrize("title", ["Platform", "Primary Network"])
def test_with_one_price_a_row_is_about_the_account_that_its_platform_names_and_takes_its_figures(read, title):
    head = ["Name", title, "Instagram Followers", "Instagram ER %", "TikTok Followers", "TikTok ER %", "Rate (USD)"]
    ran = read(head, ["Tara", "Instagram", 400000, 1.8, 112000, 5.4, 4500], ["Rick", "TikTok", 30000, 0.9, 900000, 7.2, 6000])
    kept = ["Tara instagram 400000 0.018 4500", "Rick tiktok 900000 0.072 6000"]
    assert ran.code == 0 and ran.rows("name platform followers engagement_rate fee") == kept
    assert f"Of Instagram ER %, TikTok ER % each row takes the one of its own platform ('{title}')" in said(ran)


REELS = ["Name", "IG handle", "TikTok handle", "IG followers", "TikTok followers", "Reel (€)", "Story (€)", "TikTok video (€)"]


def test_reels_and_stories_are_of_the_one_account_that_has_them(read):
    ran = read(REELS, ["Ana", "@ana.g", "@anatok", 52300, 140000, 450, 150, 600], ["Luis", "@luisr", "", 18000, "", 200, 80, ""])
    kept = ["@ana.g 450 short", "@ana.g 150 story", "@luisr 200 short", "@luisr 80 story", "@anatok 600 video"]
    assert ran.code == 0 and ran.rows("creator_id fee format") == kept
    assert "'Reel (€)' is taken for instagram: no other account of the row has such posts." in said(ran)


def test_reels_of_two_accounts_that_both_have_them_are_still_asked_about(read):
    ran = read(["Name", "IG followers", "FB followers", "Reel (€)"], ["Ana", 52300, 140000, 450])
    assert ran.code == 2 and "'Reel (€)' does not say whose it is" in said(ran)


@pytest.mark.parametrize("title", ["Total followers", "Tổng follow", "Total Followers (all)"])
def test_the_followers_of_all_accounts_together_are_nobodys(read, title):
    ran = read(["Name", title, "IG followers", "YouTube subscribers"], ["Ana", 150000, 50000, 100000])
    assert ran.code == 0 and ran.rows("platform followers", "creators") == ["instagram 50000", "youtube 100000"]
    assert f"Not used: {title}" in said(ran)


def test_a_word_that_says_that_there_is_no_account_makes_none(read):
    rows = ["Cat", "@cat.ig", "chưa có", 45000, "", 250, "", ""], ["Dan", "@dan.ig", "@dan", 60000, 80000, 350, "", 400]
    ran = read(REELS, *rows)
    assert ran.rows("creator_id platform") == ["@cat.ig instagram", "@dan.ig instagram", "@dan tiktok"]
