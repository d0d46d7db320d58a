"""Questions that a list answers itself, and offers that would lead astray: neither is made."""

import pytest
from test_field_cases import Ran, table

from builders import book_of


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a workbook, in which numbers are numbers."""

    def reading(*rows, mapping=None):
        book_of({"List": rows}).save(tmp_path / "list.xlsx")
        return Ran(tmp_path / "list.xlsx", capsys, mapping=mapping)

    return reading


WHO = ["Influencer", "Plataforma", "Seguidores"]


def test_engagement_in_parts_of_one_is_a_rate(read):
    ran = read(
        [*WHO, "Engagement", "Precio (MXN)"], ["Vale", "Instagram", 215_000, 0.031, 12_000], ["Sol", "TikTok", 900, 0.05, 500]
    )
    assert ran.code == 0 and ran.rows("engagement_rate") == ["0.031", "0.05"]


def test_engagement_of_some_per_cent_without_a_sign_is_still_asked_about(read):
    ran = read([*WHO, "Engagement", "Precio (MXN)"], ["Vale", "Instagram", 215_000, 3.1, 12_000], ["Sol", "TikTok", 900, 5, 500])
    assert ran.code == 2 and "'Engagement' looks like 'engagement_rate'" in ran.err


def test_how_many_videos_beside_a_price_are_not_offered_as_one_more_price(read):
    ran = read(["Tên", "Kênh", "Videos", "Fee (VND)"], ["A", "TikTok", 2, 8_000_000], ["B", "TikTok", 1, 3_000_000])
    assert ran.code == 0 and ran.rows("fee") == ["8000000", "3000000"] and "Not used: Videos" in ran.out


def test_prices_of_videos_beside_another_price_are_still_asked_about(read):
    ran = read(["Tên", "Kênh", "Videos", "Fee (VND)"], ["A", "TikTok", 2_000_000, 8_000_000], ["B", "TikTok", 900_000, 3_000_000])
    assert ran.code == 2 and "'Videos'" in ran.err


def test_small_prices_beside_a_small_price_are_still_asked_about(read):
    ran = read(["Tên", "Kênh", "Video", "Giá livestream"], ["A", "TikTok", 5, 8], ["B", "TikTok", 3, 6])
    assert ran.code == 2 and "'Video'" in ran.err


@pytest.mark.parametrize("title", ["Số người theo dõi hiện tại?", "Followers?", "Lượt follow hiện nay"])
def test_followers_of_today_are_followers(read, title):
    ran = read(["Tên", "Kênh", title, "Giá (VNĐ)"], ["A", "TikTok", 12_000, 800_000])
    assert ran.code == 0 and ran.rows("followers") == ["12000"]


@pytest.mark.parametrize("title", ["Tên sản phẩm", "Product name", "Tên chiến dịch nội bộ", "Tên nhãn hàng chính"])
def test_names_of_other_things_are_not_offered_as_those_of_creators(read, title):
    ran = read(["Link", title, "Giá (VNĐ)"], ["https://www.tiktok.com/@a", "Serum", 800_000])
    assert f"'{title}' looks like 'name'" not in ran.err


def test_the_ids_of_creators_of_posts_are_shown_under_the_title_that_gives_them(tmp_path, capsys):
    titles = [
        "ID bài viết",
        "ID trang",
        "Tên Trang",
        "Thời gian đăng",
        "Liên kết cố định",
        "Cảm xúc",
        "Bình luận",
        "Lượt chia sẻ",
    ]
    post = ["122", "900", "Bếp Nhà Thỏ", "06/15/2026 05:12", "https://www.facebook.com/bepnhatho/posts/122", "700", "90", "40"]
    ran = Ran(table(tmp_path / "fb.csv", [*titles, "Số người tiếp cận"], [*post, "12010"]), capsys)
    assert ran.code == 0 and ran.rows("creator_id", "creators") == ["Bếp Nhà Thỏ"]
    assert "ID trang" not in ran.out.split("holds creators")[1]
