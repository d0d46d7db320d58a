"""Sheets whose rows are neither posts nor bookings: reports of advertising, and figures of a channel day by day."""

from __future__ import annotations

import re
from collections.abc import Collection

import pandas as pd

from predictor.intake.cells import as_text
from predictor.intake.spreadsheets.sheet import Intake
from predictor.intake.spreadsheets.title_words import letters
from predictor.wording.sentences import Said

AD = re.compile(  # titles of what is advertised, as `letters` writes them
    r"ad ?(?:set|group|squad)? (?:name|id)|ad ?set|ad ?group|(?:ten|id) (?:quang cao|nhom quang cao)|nhom quang cao|"
    r"nama (?:iklan|set iklan|grup iklan)|anzeigen(?:name|gruppe)|"
    r"广告(?:名称|组|计划)?|広告(?:名|セット名)?|광고 ?(?:이름|세트 이름)"
)
SPENT = re.compile(  # titles of what it cost, as `letters` writes them, without a currency behind
    r"(?:amount |ad |media |total )?(?:spent|spend|cost)|cp[mcav]|cost per .+|so tien da chi(?: tieu)?|chi phi(?: quang cao)?|"
    r"jumlah yang dibelanjakan|ausgegebener betrag|消耗|花费|消化金額|지출 금액"
)
TEXTS = ("post_id", "caption", "hashtags", "format")  # which tell a post from a day
WORDED = re.compile(r"(?!\w{1,4}\W*[\d.,]+\W*$)\D*?[^\W\d_]{3}")  # a title or a link, but no amount such as USD 500
WEEKDAY = re.compile(  # as `letters` writes them
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|thu \w+|chu nhat|วัน\w+|星期\w|.曜日?|.요일|"
    r"senin|selasa|rabu|kamis|jumat|sabtu|minggu"
)
OF_CHANNEL = re.compile(  # titles of what a channel has on a day, as `letters` writes them
    r"(?:profile|page|channel) (?:views?|visits?)|(?:luot )?(?:xem|truy cap|ghe tham) (?:ho so|trang(?: ca nhan)?|kenh)|"
    r"(?:kunjungan|tayangan) profil|(?:net |new )?(?:followers?|subscribers?|fans)(?: (?:gained|lost|growth|change))|"
    r"(?:net|new) (?:followers?|subscribers?|fans)|unfollows?|(?:nguoi theo doi|follower) moi|difference in followers.*|"
    r"主页访问量?|粉丝增量|涨粉|净增粉丝|プロフィール(?:の)?(?:表示|アクセス)(?:回数|数)?|프로필 (?:조회|방문)\w*"
)
FEWEST = 14  # days
FEW = 3  # days, one after the other, from which on it is told, or asked beside what only a channel has
MOSTLY = 0.5  # of the rows
MOST = 0.9  # of the days between the first and the last; exports leave out those of nothing


def without_posts(sheets: list[Intake], meant: Collection[str]) -> list[tuple[str, Said]]:
    """The sheets of posts or bookings whose rows may be neither, but for those that are `meant`, each with the question."""
    asked = []
    for one in sheets:
        if one.table in ("posts", "bookings") and one.layout.grid.name not in meant and (said := _of_ads(one) or _of_days(one)):
            asked.append((one.layout.grid.name, said))
    return asked


def _of_ads(one: Intake) -> Said | None:
    """The question of a sheet with a title of what is advertised, and one of what it cost."""
    titles = {title: re.sub(r"\s*\(.*\)$", "", letters(title)).strip(" .:*") for title in one.layout.titles.values()}
    ads = [title for title, words in titles.items() if AD.fullmatch(words)]
    costs = [title for title, words in titles.items() if SPENT.fullmatch(words)]
    return Said("import_doubt_ads", _of(one) | {"title": ads[0], "cost": costs[0]}) if ads and costs else None


def _of_days(one: Intake) -> Said | None:
    """The question of a sheet of posts whose rows may be figures of a channel by day, over weeks or beside what a channel has."""
    days = _days_of_nothing(one)
    of_channel = any(OF_CHANNEL.fullmatch(letters(title).strip(" .:*")) for title in one.layout.titles.values())
    if len(days) < FEWEST and not (of_channel and _one_after_the_other(days)):
        return None
    return Said("import_doubt_days", _of(one) | _between(days))


def told_of_days(one: Intake) -> list[Said]:
    """That the rows of a sheet of posts, too few to ask about, are one a day and nothing tells a post."""
    days = _days_of_nothing(one)
    if _of_days(one) is not None or not _one_after_the_other(days):
        return []
    return [Said("import_days", _of(one) | _between(days))]


def _one_after_the_other(days: pd.Series) -> bool:
    return len(days) >= FEW and days.iloc[-1] - days.iloc[0] == pd.Timedelta(days=len(days) - 1)


def _days_of_nothing(one: Intake) -> pd.Series:
    """The days, in order, of a sheet of posts that names no creator, nor anything of a post, and has almost each day once; else
    none."""
    none = pd.Series(dtype="datetime64[ns]")
    if one.table != "posts" or "creator_id" in one.mapping.columns.values() or "published_at" not in one.frame:
        return none
    if any(name in one.frame and name in one.mapping.columns.values() for name in TEXTS) or one.mapping.post_links:
        return none
    days = one.frame["published_at"].dropna().sort_values()
    apart = days.diff().dropna() / pd.Timedelta(days=1)  # between one row and the next
    once = len(days) > 1 and bool(apart.ge(1).all()) and not apart.mod(1).any() and len(apart) >= MOST * apart.sum()
    return days if once and not any(_worded(one, title) for title in one.layout.titles.values()) else none


def _worded(one: Intake, title: str) -> bool:
    """Whether the cells of a column that is not read are words, mostly others in each row, as are the titles of posts."""
    if title in one.mapping.columns:
        return False
    said = as_text(one.layout.frame[title]).dropna()
    worded = said[said.map(lambda cell: WORDED.match(cell) is not None and not WEEKDAY.fullmatch(letters(cell))).astype(bool)]
    return worded.nunique() > MOSTLY * len(one.layout.frame)


def _between(days: pd.Series) -> dict[str, str]:
    return {"first": f"{days.iloc[0]:%Y-%m-%d}", "last": f"{days.iloc[-1]:%Y-%m-%d}"}


def _of(one: Intake) -> dict[str, str]:
    return {"sheet": one.layout.grid.name, "table": one.table}
