"""Platforms that people book creators on and nothing here is measured on: known by name, so that they are called by it."""

from __future__ import annotations

import re

from predictor.wording.matching import fold

OTHERS = {  # the name, and how lists write it
    "Bilibili": "bilibili b站 哔哩哔哩 嗶哩嗶哩 bili",
    "Kuaishou": "kuaishou 快手 kwai snackvideo",
    "WeChat Channels": "视频号 微信视频号",
    "Zhihu": "zhihu 知乎",
    "Taobao Live": "淘宝直播 淘宝 点淘",
    "Twitch": "twitch",
    "Threads": "threads thread 스레드 スレッズ",
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
    "Spotify": "spotify",
    "Shopee": "shopee shopeelive shopeevideo",
    "Lazada": "lazada lazlive",
    "Naver": "naver 네이버",
    "note": "note.com",
    "Niconico": "niconico ニコニコ ニコニコ動画",
    "Pantip": "pantip พันทิป",
}
MEDIA = {  # what is no social platform, by a word of its name
    "radio": r"radio|vov|fm|phát thanh|ラジオ|라디오|广播|廣播|电台|วิทยุ",
    "podcast": r"podcasts?|팟캐스트|ポッドキャスト|播客|พอดแคสต์",
    "outdoor": r"d?ooh|billboards?|led|lcd|pano|ngoài trời|biển bảng|outdoor|屋外広告|户外|옥외",
    "event": r"events?|sự kiện|offline|イベント|活动|행사",
    "email": r"e?mail|newsletters?|edm|sms",
}
MEDIUM = re.compile(
    "|".join(rf"(?P<{name}>(?<![^\W\d_])(?:{words})(?![^\W\d_]))" for name, words in MEDIA.items()), re.IGNORECASE
)
NAMES = {fold(word): name for name, words in OTHERS.items() for word in words.split()}
PART_OF_PLATFORM = re.compile(
    r"\b(?:shop|live|livestream|reels?|shorts?|story|stories|videos?|feed|posts?|page|channel|kênh|profile|groups?|hội nhóm|nhóm|"
    r"oa|official account)\b",
    re.IGNORECASE,
)


def without_part(cell: str) -> str:
    """A cell without the words for a part of a platform, such as a shop or a page there."""
    return " ".join(PART_OF_PLATFORM.sub(" ", cell).split())


def other_platform(text: str) -> str | None:
    """The platform that a text is the name of, or the medium that it names, where it is none of the catalogue's.

    >>> other_platform("B站"), other_platform("Radio VOV"), other_platform("TikTok")
    ('Bilibili', 'radio', None)
    """
    found = MEDIUM.search(text)
    return NAMES.get(fold(text)) or (found.lastgroup if found else None)
