"""Links to posts where one expects links to profiles: the account where they hold it, otherwise said; in posts, the ids."""

import pytest
from test_field_cases import Ran, table

from predictor.intake.accounts import account_of


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file."""
    return lambda *rows, **given: Ran(table(tmp_path / "list.csv", *rows), capsys, **given)


TITLES = ["Tên", "Link", "Follow", "Giá (VNĐ)"]


@pytest.mark.parametrize(
    ("link", "account"),
    [
        ("https://www.tiktok.com/@a.b/video/7301", "a.b tiktok"),
        ("https://www.instagram.com/a.b/p/Cxyz/", "a.b instagram"),
        ("https://www.facebook.com/page.x/posts/123", "page.x facebook"),
        ("https://www.facebook.com/permalink.php?story_fbid=1&id=1000", "1000 facebook"),
        ("https://m.facebook.com/story.php?story_fbid=1&id=1000", "1000 facebook"),
        ("https://www.facebook.com/photo.php?fbid=1&id=22", "22 facebook"),
        ("https://x.com/a/status/1", "a x"),
        ("https://www.tiktok.com/@live", "live tiktok"),
        ("https://www.instagram.com/media/", "media instagram"),
    ],
)
def test_the_account_of_a_post_is_the_one_that_its_link_names(read, link, account):
    ran = read(TITLES, ["A", link, 33_000, "5tr"])
    assert ran.code == 0 and ran.rows("creator_id platform") == [account] and "does not name the account" not in ran.out


@pytest.mark.parametrize(
    "link",
    [
        "https://www.instagram.com/p/Cxyz/", "https://www.youtube.com/watch?v=abc", "https://www.youtube.com/live/xyz",
        "https://www.facebook.com/photo/?fbid=1", "https://www.facebook.com/share/v/1/", "https://www.xiaohongshu.com/discovery/item/66",
        "https://m.weibo.cn/status/4", "https://www.tiktok.com/tag/x", "https://www.youtube.com/playlist?list=1",
        "https://www.linkedin.com/posts/a-b_123", "https://www.facebook.com/permalink.php?story_fbid=1",
    ],
)  # fmt: skip
def test_a_link_that_names_no_account_is_said_and_makes_none(read, link):
    assert account_of(link).handle is None
    ran = read(TITLES, ["A", link, 33_000, "5tr"], ["B", "https://www.tiktok.com/@b", 9_000, "1tr"])
    assert ran.code == 0 and ran.rows("creator_id") == ["A", "b"]
    assert f"Cell B2 of 'Link' leads to a post or through a short link ('{link}'), which does not name the account" in ran.out


def test_a_link_that_names_no_account_is_no_matter_where_a_column_of_ids_does(read):
    ran = read(["Handle", *TITLES], ["@a", "A", "https://www.instagram.com/p/Cxyz/", 33_000, "5tr"])
    assert ran.code == 0 and ran.rows("creator_id") == ["@a"] and "does not name the account" not in ran.out


POSTS = ["Kênh", "Ngày đăng", "Lượt xem", "Link"]
VIDEO = "https://www.tiktok.com/@chi.ba/video/"


def test_links_among_posts_tell_which_posts_they_are_and_no_profile(read):
    ran = read(POSTS, ["chi.ba", "2026-06-15", 500, f"{VIDEO}87"], ["chi.ba", "2026-06-15", 900, f"{VIDEO}88?lang=vi"])
    assert ran.code == 0 and ran.rows("creator_id post_id", "posts") == ["chi.ba 87", "chi.ba 88"]
    assert "post_id (Post id)" in ran.out and "(Profile link)" not in ran.out
    assert ran.rows("creator_id platform", "creators") == ["chi.ba tiktok"]


def test_profiles_among_posts_stay_profiles(read):
    ran = read(POSTS, *(["chi.ba", f"2026-06-1{day}", 500, "https://www.tiktok.com/@chi.ba"] for day in (5, 6)))
    assert ran.code == 0 and "links to the posts themselves" not in ran.out
    assert ran.rows("creator_id link", "creators") == ["chi.ba https://www.tiktok.com/@chi.ba"]


def test_a_column_of_post_ids_says_it_better_than_the_links(read):
    rows = ["chi.ba", "2026-06-15", 500, f"{VIDEO}87", "p1"], ["na", "2026-06-16", 9, f"{VIDEO}88", "p2"]
    ran = read([*POSTS, "Post ID"], *rows)
    assert ran.code == 0 and ran.rows("post_id", "posts") == ["p1", "p2"] and "links to the posts themselves" not in ran.out
