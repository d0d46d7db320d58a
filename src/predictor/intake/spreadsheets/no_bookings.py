"""Sheets whose rows are neither posts nor bookings: reports of advertising, and figures of a channel day by day."""

from __future__ import annotations

import re
from collections.abc import Collection

import pandas as pd

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
FEWEST = 14  # days
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
    """The question of a sheet of posts that names no creator, nor anything of a post, and has almost each day of weeks once."""
    if one.table != "posts" or "creator_id" in one.mapping.columns.values() or "published_at" not in one.frame:
        return None
    if any(name in one.frame and name in one.mapping.columns.values() for name in TEXTS) or one.mapping.post_links:
        return None
    days = one.frame["published_at"].dropna().sort_values()
    apart = days.diff().dropna() / pd.Timedelta(days=1)  # between one row and the next
    if len(days) < FEWEST or not apart.ge(1).all() or apart.mod(1).any() or len(apart) < MOST * apart.sum():
        return None
    return Said("import_doubt_days", _of(one) | {"first": f"{days.iloc[0]:%Y-%m-%d}", "last": f"{days.iloc[-1]:%Y-%m-%d}"})


def _of(one: Intake) -> dict[str, str]:
    return {"sheet": one.layout.grid.name, "table": one.table}
