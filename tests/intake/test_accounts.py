"""Links and handles as people paste them: the account and the platform that each names."""

import pytest

from predictor.intake.accounts import Account, account_of


@pytest.mark.parametrize(
    ("text", "handle", "platform"),
    [
        ("https://www.tiktok.com/@lan.review?lang=vi", "lan.review", "tiktok"),
        ("tiktok.com/@be.bap", "be.bap", "tiktok"),
        ("https://www.tiktok.com/@lan/video/7123", "lan", "tiktok"),
        ("https://vt.tiktok.com/@thaovy", "thaovy", "tiktok"),
        ("https://www.facebook.com/profile.php?id=10001", "10001", "facebook"),
        ("https://m.facebook.com/chi.ba/", "chi.ba", "facebook"),
        ("fb.com/p", "p", "facebook"),
        ("https://www.instagram.com/ngoc.a/", "ngoc.a", "instagram"),
        ("https://www.instagram.com/p/C0de/", None, "instagram"),
        ("https://www.youtube.com/@kenh", "kenh", "youtube"),
        ("https://www.youtube.com/channel/UC123/videos", "UC123", "youtube"),
        ("https://www.youtube.com/watch?v=abc", None, "youtube"),
        ("https://x.com/amy", "amy", "x"),
        ("https://pgy.xiaohongshu.com/solar/pre-trade/blogger-detail/5f1a", "5f1a", "xiaohongshu"),
        ("https://creatormarketplace.tiktok.com/ad#/author/7012", None, "tiktok"),
        ("https://business.facebook.com/creatorhub", None, "facebook"),
        ("@quynh.dailyy", "quynh.dailyy", None),
        ("\u200b@quynh\u200b", "quynh", None),
        ("https://example.com/amy", None, None),
        ("liên hệ quản lý", None, None),
    ],
)
def test_a_link_or_a_handle_names_an_account(text, handle, platform):
    assert account_of(text) == Account(handle, platform)
