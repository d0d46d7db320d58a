"""Who an account is: its handle and platform, out of a link to its profile or a handle as people type it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

import pandas as pd

from predictor.intake.cells import as_text

HOSTS = {
    "tiktok.com": "tiktok", "facebook.com": "facebook", "fb.com": "facebook", "fb.me": "facebook", "fb.watch": "facebook",
    "instagram.com": "instagram", "instagr.am": "instagram", "youtube.com": "youtube", "youtu.be": "youtube",
    "twitter.com": "x", "x.com": "x", "weibo.com": "weibo", "weibo.cn": "weibo", "douyin.com": "douyin",
    "iesdouyin.com": "douyin",
       "xiaohongshu.com": "xiaohongshu", "xhslink.com": "xiaohongshu", "toutiao.com": "toutiao", "threads.net": "threads",
    "threads.com": "threads", "zalo.me": "zalo", "bilibili.com": "bilibili", "twitch.tv": "twitch", "linkedin.com": "linkedin",
    "lin.ee": "line", "line.me": "line", "pf.kakao.com": "kakao",
}  # fmt: skip
MENTIONED = (  # platforms as titles and lines name them among other words
    "Facebook", "FB", "Fanpage", "Instagram", "IG", "Insta", "TikTok", "Tik Tok", "TT", "YouTube", "You Tube", "YT", "Twitter",
    "Threads", "Zalo", "LINE", "Weibo", "微博", "微信", "WeChat", "抖音", "Douyin", "小红书", "XHS", "Xiaohongshu", "Bilibili",
    "Twitch", "LinkedIn", "KakaoTalk", "Blog", "インスタグラム", "フェイスブック", "ティックトック", "ユーチューブ",
    "インスタ", "인스타그램", "인스타", "페이스북", "틱톡", "유튜브", "อินสตาแกรม", "ไอจี", "เฟซบุ๊ก", "เฟสบุ๊ค", "ติ๊กต็อก", "ติ๊กต๊อก",
    "ยูทูบ", "ยูทูป", "小紅書",
)  # fmt: skip
SHORTENED = (
    "vt.tiktok.com",
    "vm.tiktok.com",
    "youtu.be",
    "fb.watch",
    "v.douyin.com",
    "xhslink.com",
)  # lead to a post, or anywhere
BEFORE_HANDLE = (
    "c", "user", "channel", "in", "u", "profile", "people", "pages", "pg", "stories", "groups", "add", "solar", "pre-trade",
    "blogger-detail",
)  # fmt: skip
TOOLS = ("creatormarketplace", "ads", "business", "affiliate", "seller", "shop")  # part of a host where no path is a handle
NO_HANDLE = (  # of a post, a search or a subject, where more follows
    "p", "reel", "reels", "tv", "watch", "share", "shorts", "explore", "video", "videos", "post", "posts", "t", "photo", "photos",
    "live", "playlist", "discovery", "discover", "status", "statuses", "events", "hashtag", "hashtags", "tag", "tags", "music",
    "media", "search", "results", "note", "item", "feed", "permalink.php", "story.php", "photo.php",
)  # fmt: skip
WITH_OWNER = ("profile.php", "permalink.php", "story.php", "photo.php")  # pages whose address names the account as an id
LINK = re.compile(r"(?:https?:)?/{0,2}(?P<host>(?:[a-z0-9-]+\.)+[a-z]{2,})(?::\d+)?(?P<rest>[/?#]\S*)?", re.IGNORECASE)
HANDLE = re.compile(r"@?[\w.\-]{2,60}")
WHERE = {"tiktok": "tiktok", "tt": "tiktok", "instagram": "instagram", "insta": "instagram", "ig": "instagram",
         "facebook": "facebook", "fb": "facebook", "youtube": "youtube", "yt": "youtube", "threads": "threads"}  # fmt: skip
PLACED = re.compile(rf"(?<!\w)(?P<where>{'|'.join(WHERE)})\s*[:：–-]?\s*(?P<handle>@[\w.\-]{{2,60}})", re.IGNORECASE)  # IG: @linh
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
MAIL = re.compile(r"[^\s@/]+@[^\s@/]+\.[^\s@/]+")  # whose host may be that of a platform: aria@x.com
PHONE = re.compile(r"\+?(?:84|0)\d{9}")  # zalo.me/0912345678 is whom to call
NO_ACCOUNT = (  # stands in a cell in place of a link
    "link",
    "links",
    "url",
    "profile",
    "here",
    "view",
    "open",
    "xem",
    "web",
    "website",
    "click",
    "channel",
    "page",
)


@dataclass(frozen=True)
class Account:
    """A handle without its @, and the platform that a link names; either may be None."""

    handle: str | None
    platform: str | None


def account_of(text: str) -> Account:
    """The account that a link or a handle names.

    >>> account_of("https://www.tiktok.com/@linh.review?lang=vi"), account_of("@linh")
    (Account(handle='linh.review', platform='tiktok'), Account(handle='linh', platform=None))
    >>> account_of("https://vt.tiktok.com/ZSabc12/")
    Account(handle=None, platform='tiktok')
    """
    words = MAIL.sub(" ", INVISIBLE.sub("", text).replace("＠", "@")).strip()
    link = LINK.search(words) if "." in words else None
    platform = None if link is None else _platform(link["host"].lower())
    if link is not None and platform is not None:
        handle, host = _handle(link["rest"] or ""), link["host"].lower().removeprefix("www.")
        hidden = (host in SHORTENED or host.split(".")[0] in TOOLS) and "@" not in (link["rest"] or "")
        called = platform == "zalo" and handle is not None and PHONE.fullmatch(handle) is not None
        return Account(None, None) if called else Account(None if hidden else handle, platform)
    if placed := PLACED.fullmatch(words):
        return Account(placed["handle"][1:], WHERE[placed["where"].casefold()])
    if words.casefold() in NO_ACCOUNT:
        return Account(None, None)
    return Account(words.removeprefix("@") if HANDLE.fullmatch(words) else None, None)  # a dot is common in a handle


def accounts_of(text: str) -> dict[str, Account]:
    """The accounts on known platforms to which the several links of a text lead, each by its first link; none of one link.

    A handle behind its platform (IG: @linh) is as good as a link. A link that names no handle is taken for the account of another
    on its platform.

    >>> [*accounts_of("https://www.facebook.com/a , tiktok.com/@a")], [*accounts_of("https://vt.tiktok.com/ZS1/ tiktok.com/@a")]
    (['https://www.facebook.com/a', 'tiktok.com/@a'], ['tiktok.com/@a'])
    """
    placed = [found[0] for found in PLACED.finditer(MAIL.sub(" ", text))] if text.count("@") > 1 else []
    links = [part for part in re.split(r"[\s,;|]+|(?=https?://)", text) if "." in part] if text.count(".") > 1 else []
    links = placed if len(placed) > 1 else links
    read = {link: one for link in links if len(links) > 1 and (one := account_of(link)).platform is not None}
    named = {one.platform for one in read.values() if one.handle is not None}
    found: dict[tuple[str | None, str | None], str] = {}
    for link, one in read.items():
        if one.handle is not None or one.platform not in named:
            found.setdefault((one.platform, one.handle and one.handle.casefold()), link)
    return {link: read[link] for link in found.values()}


def handle_of(text: str) -> Account:
    """The handle as it is compared, small and without @, and the platform that a link names."""
    found = account_of(text)
    return Account((found.handle or text).strip().casefold().removeprefix("@"), found.platform)


def agree(one: object, other: object) -> bool:
    """Whether two platforms are the same, where both are known."""
    return not isinstance(one, str) or not isinstance(other, str) or one == other


def accounts(column: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The handles and the platforms of a column of links and handles, missing where a cell tells none."""
    text = as_text(column)
    known = {cell: account_of(cell) for cell in text.dropna().unique()}
    handles = text.map(lambda cell: known[cell].handle, na_action="ignore").astype("str")
    return handles, text.map(lambda cell: known[cell].platform, na_action="ignore").astype("str")


CHANNEL_ID = re.compile(r"UC[\w-]{22}")  # of YouTube, where capitals differ


def one_spelling(who: pd.Series, platform: pd.Series) -> tuple[pd.Series, dict[str, list[str]]]:
    """Ids with the handles and links of one account on one platform as its first handle; these with all their spellings.

    Ids without an @ or a link are codes of somebody's: they stand as they are unless they spell such a handle. A row without a
    platform is on the one on which all others of its handle are.
    """
    named = who.map({cell: account_of(cell).handle for cell in who.dropna().unique()}).astype("str")
    marked = who.str.startswith("@") | (who != named)
    handles = named.where(~named.str.fullmatch(CHANNEL_ID.pattern).fillna(False))
    alike = platform.groupby(handles.str.casefold())
    on = platform.fillna(alike.transform("first").where(alike.transform("nunique") == 1))
    key = handles.str.casefold().str.cat(on.fillna(""), sep=" @ ")
    several = key.where(who.groupby(key).transform("nunique") > 1)  # few, where each group alone is slow to ask
    spelt = {one: [*rows.unique()] for one, rows in who.groupby(several) if marked[rows.index].any()}
    first = handles.groupby(key).first()
    found = {one: str(first[one]) for one in spelt}
    written = who.where(~key.isin([*found]), key.map(found)).astype("str")
    elsewhere = key.isin([*found]) & platform.notna() & platform.groupby(written).transform("nunique").gt(1)
    said: dict[str, list[str]] = {}
    for one, cells in spelt.items():  # the same handle may be spelt several ways on two platforms
        said.setdefault(found[one], []).extend(cell for cell in cells if cell not in said.get(found[one], []))
    return written.where(~elsewhere, written.str.cat(platform, sep=" @ ")), said


POST = re.compile(
    r"/(?:videos?|photo|reels?|p|posts|shorts|live|status)/([\w-]+)|[?&]v=([\w-]+)|youtu\.be/([\w-]+)", re.IGNORECASE
)


def post_of(link: str) -> str | None:
    """The id of the post that a link leads to, or None where it leads to none.

    >>> post_of("https://www.tiktok.com/@linh/video/74012345?lang=vi"), post_of("https://www.tiktok.com/@linh")
    ('74012345', None)
    """
    found = POST.search(link)
    return next(filter(None, found.groups())) if found else None


def links_share(column: pd.Series) -> float:
    """Which share of a column's filled cells links to a known platform."""
    text = as_text(column).dropna()
    counts = text[text.str.contains(r"[.@]")].value_counts()
    links = sum(int(count) for cell, count in counts.items() if account_of(str(cell)).platform is not None)
    return links / len(text) if len(text) else 0.0


def _platform(host: str) -> str | None:
    return next((name for known, name in HOSTS.items() if host == known or host.endswith("." + known)), None)


def _handle(rest: str) -> str | None:
    """The handle in what follows the host of a link: after an @, as an id, or as the first part that names anybody."""
    address = urlsplit(rest)
    parts = [unquote(part) for part in address.path.split("/") if part]
    at = next((part[1:] for part in parts if part.startswith("@") and len(part) > 1), None)
    if at is not None:
        return at
    if parts and parts[0].lower() in WITH_OWNER:
        return next(iter(parse_qs(address.query).get("id", [])), None)
    if parts[:1] == ["people"] and len(parts) > 2 and parts[2].isdecimal():  # the name before it is no account
        return parts[2]
    while len(parts) > 1 and parts[0].lower() in BEFORE_HANDLE:
        parts = parts[1:]
    shown = len(parts) > 1 or "=" in address.query  # one post or video of somebody's
    return None if not parts or (shown and parts[0].lower() in NO_HANDLE) else parts[0]
