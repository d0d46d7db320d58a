"""Platforms that people book creators on and nothing here is measured on: known by name, so that they are called by it."""

from __future__ import annotations

from predictor.wording.matching import fold

OTHERS = {  # the name, and how lists write it
    "Bilibili": "bilibili b站 哔哩哔哩 嗶哩嗶哩 bili",
    "Kuaishou": "kuaishou 快手 kwai snackvideo",
    "WeChat Channels": "视频号 微信视频号",
    "Zhihu": "zhihu 知乎",
    "Taobao Live": "淘宝直播 淘宝 点淘",
    "Twitch": "twitch",
    "Threads": "threads 스레드 スレッズ",
    "Zalo": "zalo",
    "LinkedIn": "linkedin",
    "Pinterest": "pinterest",
    "Snapchat": "snapchat",
    "Telegram": "telegram",
    "Lemon8": "lemon8",
    "Likee": "likee",
    "Bigo Live": "bigo bigolive",
    "Reddit": "reddit",
    "Discord": "discord",
    "Spotify": "spotify podcast podcasts",
    "Shopee": "shopee shopeelive shopeevideo",
    "Lazada": "lazada lazlive",
    "Naver": "naver 네이버",
    "note": "note.com",
    "Niconico": "niconico ニコニコ ニコニコ動画",
    "Pantip": "pantip พันทิป",
}
NAMES = {fold(word): name for name, words in OTHERS.items() for word in words.split()}


def other_platform(text: str) -> str | None:
    """The platform that a text is the name of, where it is none of the catalogue's.

    >>> other_platform("B站"), other_platform("快手"), other_platform("TikTok")
    ('Bilibili', 'Kuaishou', None)
    """
    return NAMES.get(fold(text))
