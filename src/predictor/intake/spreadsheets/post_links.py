"""What links to posts tell of them: which post it is, whose, and (TikTok) when it appeared."""

from __future__ import annotations

import re

import pandas as pd

from predictor.intake.accounts import account_of, post_of
from predictor.intake.cells import as_text
from predictor.intake.mapping import TableMapping
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.title_words import letters
from predictor.wording.sentences import Said

YEARLESS = re.compile(r"(?:\d{1,2} (?:tháng|thg) \d{1,2}|[A-Za-z]{3,9}\.? \d{1,2}|\d{1,2} [A-Za-z]{3,9})", re.IGNORECASE)
MOST = 0.8  # of the filled cells, for what they say to be what the column holds
NEAR = pd.Timedelta(days=1.5)  # the day is one of the account's zone


POST_LINK = re.compile(  # titles of links to posts, as `letters` writes them
    r"\b(?:link|url|permalink|duong dan|lien ket|tautan|enlace)\b|链接|連結|リンク|링크|ลิงก์"
)
OF_ACCOUNT = re.compile(
    r"\b(?:profiles?|accounts?|channels?|pages?|kenh|trang|tai khoan|bio|perfil|web ?sites?|images?|thumbnails?|covers?|"
    r"products?|san pham|brands?|shops?|stores?|tracking|utm|affiliate|landing|briefs?|contracts?|drive|files?)\b|主页|首页|账号"
)
OF_POST = re.compile(
    r"\b(?:posts?|bai(?: dang| viet)?|videos?|clips?|reels?|stor(?:y|ies)|permalink)\b|投稿|게시물|笔记|作品|视频"
)
AGAIN = 1.5  # links of a creator, on average, from which on they are of posts


def leads_to_posts(title: str, links: pd.Series, who: pd.Series) -> bool:
    """Whether filled cells of a column are links to posts: most name one, the title says so and most are no profiles, or they
    differ among the rows of each creator (`who`).

    >>> leads_to_posts("URL", pd.Series(["http://a.com/1", "http://a.com/2"]), pd.Series(["linh", "linh"]))
    True
    >>> leads_to_posts("URL", pd.Series(["http://a.com/linh"] * 2), pd.Series(["linh", "linh"]))
    False
    """
    words, said = letters(title), as_text(links).dropna()
    if not POST_LINK.search(words) or OF_ACCOUNT.search(words) or not len(said):
        return False
    if not said.str.contains(r"://|\w\.\w+/", regex=True).mean() >= MOST:
        return False
    if said.map(post_of).notna().mean() >= MOST:
        return True
    profiles = said.map(lambda link: account_of(link).handle is not None and post_of(link) is None)
    titled = OF_POST.search(words) is not None and profiles.mean() <= 1 - MOST
    return bool(titled or said.nunique() > AGAIN * max(as_text(who).dropna().str.casefold().nunique(), 1))


def told_by_links(layout: Layout, rows: pd.Index, one: TableMapping, values: dict[str, pd.Series]) -> dict[str, pd.Series]:
    """The posts, and their creators where the links name them, for columns that nothing else gives."""
    if one.post_links is None or not (column := layout.column(one.post_links)):
        return {}
    links = as_text(layout.grid.cells.loc[list(rows), column])
    found = {
        "post_id": links.map(lambda link: post_of(link) or link, na_action="ignore"),
        "creator_id": links.map(lambda link: account_of(link).handle if "@" in link else None, na_action="ignore"),
    }
    return {name: found[name].astype("str") for name in found if name not in values and found[name].notna().any()}


def with_years(cells: pd.DataFrame, layout: Layout, one: TableMapping) -> tuple[pd.DataFrame, list[Said]]:
    """The cells, where days without a year have the year in which the post's id was given; that day must be the same."""
    title = next((title for title, ours in one.columns.items() if ours == "published_at" and layout.column(title)), None)
    if one.post_links is None or title is None or not (column := layout.column(one.post_links)):
        return cells, []
    links, title = as_text(layout.grid.cells.loc[list(cells.index), column]), layout.titles[layout.column(title)]
    days = as_text(cells[title])
    bare = days.map(lambda day: YEARLESS.fullmatch(day) is not None, na_action="ignore").eq(True)
    found = {row: day for row in cells.index[bare] if (day := _dated(days[row], links[row])) is not None}
    if not found:
        return cells, []
    filled = cells.assign(**{title: cells[title].astype(object).where(~cells.index.isin(list(found)), pd.Series(found))})
    return filled, [Said("import_years", {"title": title, "count": len(found)})]


def _dated(day: str, link: object) -> str | None:
    """A day and month with the year of the post's id, whose upper 32 bits are the second it was given (TikTok)."""
    post = post_of(link) if isinstance(link, str) and "tiktok" in link else None
    if post is None or not re.fullmatch(r"\d{18,19}", post):
        return None
    given = pd.Timestamp(int(post) >> 32, unit="s")
    numbers = re.findall(r"\d+", day)
    month = numbers[1] if len(numbers) == 2 else re.sub(r"[\d .]", "", day)[:3]
    on = pd.to_datetime(
        f"{given.year} {month} {numbers[0]}", format="%Y %m %d" if len(numbers) == 2 else "%Y %b %d", errors="coerce"
    )
    return f"{on:%Y-%m-%d}" if pd.notna(on) and abs(on + pd.Timedelta(hours=12) - given) <= NEAR else None
