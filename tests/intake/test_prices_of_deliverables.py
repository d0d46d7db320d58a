"""Columns of prices named after what is published: own posts and reposts, integrations, a feed post; and what is no price."""

import pytest
from test_field_cases import Ran, table


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file."""
    return lambda *rows, **given: Ran(table(tmp_path / "list.csv", *rows), capsys, **given)


@pytest.mark.parametrize("titles", [("直发价(元)", "转发价(元)"), ("直发报价(元)", "转发报价(元)"), ("直發價(元)", "轉發價(元)")])
def test_an_own_post_and_a_repost_are_two_prices(read, titles):
    ran = read(["账号", "平台", "粉丝(万)", *titles], ["时尚小周", "微博", 320, 25_000, 18_000])
    assert ran.code == 0 and ran.rows("format posts fee currency") == ["post 1 25000 CNY", "repost 1 18000 CNY"]
    assert "Formats that no model knows stay as typed: 'post', 'repost'" in ran.out


@pytest.mark.parametrize("title", ["转发", "平均转发", "转发数"])
def test_how_often_posts_are_passed_on_is_no_price(read, title):
    ran = read(
        ["账号", "平台", "粉丝(万)", title, "直发价(元)"], ["小周", "微博", 320, 18_000, 25_000], ["老王", "微博", 9, 1200, 900]
    )
    assert ran.code == 0 and ran.rows("fee") == ["25000", "900"]


def test_an_integration_and_a_video_of_its_own_are_two_prices(read):
    ran = read(["Name", "YouTube", "Subscribers", "Integration (USD)", "Dedicated video (USD)"], ["Dan", "@dan", 9000, 800, 1500])
    assert ran.code == 0 and ran.rows("format fee") == ["integration 800", "video 1500"]


@pytest.mark.parametrize(
    ("title", "form"), [("Giá repost (VNĐ)", "repost"), ("Giá share bài (VNĐ)", "repost"), ("Giá post (VNĐ)", "image")]
)
def test_a_repost_is_another_thing_than_a_post(read, title, form):
    ran = read(["Tên", "Kênh", "Follow", f"{title} (VNĐ)"], ["A", "Facebook", 120_000, 1_500_000])
    assert ran.code == 0 and ran.rows("format fee") == [f"{form} 1500000"]


def test_a_feed_post_alone_is_a_price_where_its_cells_are_amounts(read):
    ran = read(["이름", "인스타그램", "팔로워", "피드"], ["민지", "@minji", 52_000, "80만원"], ["호준", "@hj", 12_000, "30만원"])
    assert ran.code == 0 and ran.rows("format fee currency") == ["image 800000 KRW", "image 300000 KRW"]


def test_how_many_feed_posts_somebody_has_is_no_price(read):
    ran = read(["이름", "인스타그램", "팔로워", "피드"], ["민지", "@minji", 52_000, 80], ["호준", "@hj", 12_000, 30])
    assert ran.code == 0 and "(Fee)" not in ran.out and "Not used: 피드" in ran.out
