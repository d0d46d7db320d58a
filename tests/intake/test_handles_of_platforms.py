"""Columns of handles whose titles name a platform: accounts there, never the platform column itself."""

import pytest
from test_field_cases import Ran, table

from predictor.intake.accounts import account_of


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file."""
    return lambda *rows, **given: Ran(table(tmp_path / "list.csv", *rows), capsys, **given)


@pytest.mark.parametrize(
    ("title", "platform"),
    [
        ("youtube_channel", "youtube"), ("YT Channel", "youtube"), ("유튜브 채널", "youtube"), ("ช่อง TikTok", "tiktok"),
        ("tiktok_handle", "tiktok"), ("Nick TikTok", "tiktok"), ("ig_username", "instagram"), ("instagram_user", "instagram"),
        ("인스타그램", "instagram"), ("인스타 계정", "instagram"), ("インスタグラム", "instagram"),
        ("インスタアカウント", "instagram"),
        ("อินสตาแกรม", "instagram"), ("抖音号", "douyin"), ("小红书号", "xiaohongshu"), ("fb_page", "facebook"),
    ],
)  # fmt: skip
def test_handles_under_the_title_of_a_platform_are_accounts_of_it(read, title, platform):
    rows = ["Lan Anh", "lananh.rv", 120_000, "5tr"], ["Minh", "minh_d", 900, "2tr"]
    ran = read(["name", title, "followers", "Giá (VNĐ)"], *rows)
    assert ran.code == 0 and ran.rows("creator_id platform") == [f"lananh.rv {platform}", f"minh_d {platform}"]


@pytest.mark.parametrize("title", ["Kênh", "Channel", "채널", "YouTube channel"])
def test_platforms_under_such_a_title_stay_platforms(read, title):
    ran = read(["name", title, "followers", "Giá (VNĐ)"], ["Lan Anh", "TikTok", 120_000, "5tr"], ["Minh", "YouTube", 900, "2tr"])
    assert ran.code == 0 and ran.rows("name platform") == ["Lan Anh tiktok", "Minh youtube"]


def test_names_of_channels_are_no_platforms_and_lose_no_row(read):
    ran = read(["name", "youtube_channel", "followers", "Giá (VNĐ)"], ["Lan Anh", "Bếp Lan Anh", 120_000, "5tr"])
    assert ran.code == 0 and ran.rows("name followers") == ["Lan Anh 120000"] and "Not used: youtube_channel" in ran.out
    assert "No row says on which platform it is" in ran.out


def test_a_link_says_better_whose_account_it_is_than_a_number_beside_it(read):
    link = "https://www.xiaohongshu.com/user/profile/5f1"
    ran = read(["昵称", "小红书号", "主页链接", "粉丝数", "图文报价(元)"], ["小鹿", "xl_94512", link, 12_000, 3000])
    assert ran.code == 0 and ran.rows("creator_id platform") == ["5f1 xiaohongshu"] and "Not used: 小红书号" in ran.out


PLACED = ["Tên", "Kênh", "Follow", "Giá (VNĐ)"]


@pytest.mark.parametrize("cell", ["TikTok: @b.hi", "TikTok @b.hi", "tt - @b.hi"])
def test_a_handle_behind_its_platform_is_the_account_there(read, cell):
    ran = read(PLACED, ["B", cell, 90_000, 3_000_000], ["C", "IG: @c_ig", 900, 500_000])
    assert ran.code == 0 and ran.rows("name creator_id platform") == ["B b.hi tiktok", "C c_ig instagram"]


def test_several_handles_behind_their_platforms_are_a_question_with_its_answer(read):
    rows = PLACED, ["A", "TikTok: @a.hi / IG: @a_ig", 120_000, 5_000_000], ["B", "TikTok: @b.hi", 90_000, 3_000_000]
    ran = read(*rows)
    assert ran.code == 2 and "cell B2 of 'Kênh' links to several accounts (tiktok: a.hi, instagram: a_ig)" in ran.err
    ran = read(*rows, mapping="candidates: {constants: {platform: instagram}}\n")
    assert ran.code == 0 and ran.rows("creator_id platform") == ["a_ig instagram", "b.hi tiktok"]


@pytest.mark.parametrize("cell", ["tt@x.com", "Linh IG: @linh", "ig linh"])
def test_an_address_of_mail_or_a_handle_among_words_is_no_account_of_a_platform(cell):
    assert account_of(cell).platform is None
