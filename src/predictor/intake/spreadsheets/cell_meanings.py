"""What a column holds by its cells, where its title says nothing, too little, or what these cells cannot be."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import pandas as pd

from predictor.definitions.schema import Catalogue, Entry
from predictor.intake.accounts import account_of, links_share
from predictor.intake.cells import as_text, without_emoji
from predictor.intake.currency_words import currency_of, spoken_of, without_currency
from predictor.intake.dates import read_dates
from predictor.intake.numbers import UNIT, UNITS, unified
from predictor.intake.other_platforms import other_platform, without_part
from predictor.intake.spreadsheets.columns import MOST_PERCENT
from predictor.intake.spreadsheets.counted_rows import first_days
from predictor.intake.spreadsheets.counted_words import NO_AUDIENCE, are_audiences
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.remarks import states_unit
from predictor.intake.spreadsheets.title_words import NO_PRICE, OF_COLUMN, PRICE, QUALIFIER, RATE, letters
from predictor.intake.spreadsheets.titles import Title, Titles, deliverable_of, nothing_but_deliverables, of_time
from predictor.intake.values import spellings
from predictor.intake.written_dates import without_year
from predictor.wording.matching import fold

PRICED = re.compile(
    r"\d\s*(?:k|n|tr|triệu|củ|tỷ|rb|jt)\b|\d\s*[万萬만천千][원元円]|[$₫€£¥₹฿₱]|\d{1,3}(?:[.,]\d{3})+|\d{4,}", re.IGNORECASE
)
AMOUNT = re.compile(rf"(\d+(?:[.,]\d+)?)\s*({UNIT})?")
COUNT = re.compile(rf"[\d.,]+\s*(?:{UNIT})?\s*\d*", re.IGNORECASE)
CHANNEL = {  # names or platforms, as the cells say
    *map(
        fold,
        ("kênh", "channel", "kanal", "ช่องทาง", "ช่อง", "채널", "チャンネル", "频道", "頻道", "媒体", "媒體", "メディア", "渠道",
         "매체", "SNS"),
    )
}  # fmt: skip
ACCOUNT = {
    *map(fold, ("", "kênh", "page", "fanpage", "channel", "profile", "acc", "id", "nick"))
}  # beside a platform: its handles
ACCOUNTS = {  # the same, where no link says better whose account it is
    *map(
        fold,
        ("profile name", "user", "user id", "tên kênh", "계정", "아이디", "채널", "アカウント", "アカウント名", "チャンネル",
         "号", "號", "账号", "帐号", "帳號", "频道", "頻道", "บัญชี", "ไอดี", "ช่อง", "ชื่อช่อง", "cuenta", "conta", "usuario",
         "usuário", "canal", "compte", "akun", "kanal"),
    )
}  # fmt: skip
BARE_RATE = re.compile(r"rates?|booking rates?", re.IGNORECASE)
TYPES = (*map(fold, ("type", "types", "loại", "kiểu", "tipe", "typ", "tipo", "类型", "類型", "タイプ", "유형", "ประเภท")),)
KINDS = ("koc", "kocs", "koc/kol", "kol/koc", "celeb", "celebs", "hotgirl", "hot girl", "hotboy", "idol")  # asked which they are
COMBINED = r"\b(?:combo|packages?|bundles?|goi|paket)\b|套餐|打包|セット|패키지|แพ็กเกจ|แพคเกจ"
DATES = (
    *map(fold, ("ngày", "date", "thời gian", "ngày tháng", "time", "timestamp", "day", "tanggal")),
    *map(fold, ("日期", "時間", "วันที่", "날짜")),
)
CONTENTS = re.compile(  # titles of what is booked, as `letters` writes them
    r"\b(?:combo|packages?|goi|bundles?|paket|quyen loi|hang muc|noi dung|scope|deliverables?|dau viec|san pham ban giao)\b|"
    r"套餐|内容|メニュー|セット|패키지|แพ็กเกจ|แพคเกจ"
)
STATUS = re.compile(  # titles of how far a booking is, as `letters` writes them; 'Live' under one is no livestream
    r"\b(?:status|stage|progress|trang thai|tinh trang|tien do|estado|statut|stand)\b|状态|狀態|ステータス|状況|상태|สถานะ"
)
ON_TOP = (  # titles of what is paid besides what is published, as `letters` writes them
    r"\b(?:usage|rights?|exclusiv\w*|retainer|whitelist\w*|boost\w*|buy ?outs?|ads?|spark|licen[cs]\w*|authori\w*|quyen|hinh anh|"
    r"doc quyen|direitos?|derechos?|impulsion\w*|nutzung\w*|deposit|dat coc|emv|value|agency|margin|fees?|"
    r"bonus|travel)\b|授权|授權|二次|2次|2차|활용|ลิขสิทธิ์"
)
NO_FEE = re.compile(
    rf"{NO_PRICE}|\b(?:gmv|doanh thu|doanh so|revenue|sales|turnover|budget|ngan sach|tong|total|vat|thue|tax|"
    r"commissions?|hoa hong|aov)\b"
)
OF_GOODS = (  # the price of what is sent or sold: Giá sản phẩm, product value
    r"\b(?:gia|price|cost|value) (?:of )?(?:the )?(?:san pham|sp|products?)\b|\b(?:product|item) (?:price|cost|value)\b"
)
OF_DAYS = re.compile(  # titles of days, as `letters` writes them: Live date, Ngày live; not Story/ngày
    r"(?<!up to )\bdates?$|^(?:ngay|tanggal|fechas?|datum) \w|日期$|^วันที่|날짜$"
)
NO_AMOUNT = re.compile(  # days (10/04/2026, 2026-04-10), paths and addresses
    r"\s*(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b|\d{4}[/.-]\d{1,2}[/.-]\d{1,2}|/\w|https?:|"
    r"[\w./-]+\.(?:jpe?g|png|webp|gif)\b)",
    re.IGNORECASE,
)
COUNTS = r"\b(?:counts?|views?|likes?|plays?|reach|impressions?|comments?|luot xem|tuong tac)\b"  # of what is published
EXCHANGED = r"\b(?:exchange|fx|conversion|convert|engagement|view|growth|click|interest)\b"  # rates that are none of prices
LOOKED_AT = 500  # cells of a long column
MOST = 0.8  # of the cells, for what they say to be what the column holds
TRADES = {*map(fold, ("báo", "artist", "celeb", "ca sĩ", "nghệ sĩ", "diễn viên", "host", "mc"))}  # titles of names, or who is one
YES = r"[xv✓✔yn01]|yes|no|có|co|không|khong|true|false"
GROUPED = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")  # 88,412
MOST_FOLLOWED = 10_000  # accounts: of more than platforms let anybody follow, it is rather the audience that a roster means
MOST_POSTS = 20  # of one thing that is published for one price


@dataclass(frozen=True)
class Cells:
    """The filled cells of a column as text, under its title and the words of that, among all titles of its table."""

    said: pd.Series
    title: str
    words: tuple[str, ...]
    entries: dict[str, Entry]
    titles: Collection[str] = ()

    @property
    def lowest(self) -> str:
        """The lowest words of the title."""
        return self.words[-1].strip() if self.words else ""

    @property
    def some(self) -> pd.Series:
        """Cells from the whole column, few enough to be looked at each."""
        return self.said.iloc[:: max(len(self.said) // LOOKED_AT, 1)]

    def share(self, flags: pd.Series) -> float:
        """Which share of the cells is so; 0 where there are none."""
        return float(flags.mean()) if len(self.said) else 0.0


def meaning_by_cells(read: Title, one: Cells, titles: Titles, catalogue: Catalogue) -> tuple[Title, bool] | None:
    """What the cells make of a column that reads as `read`, and whether that is to be told; None where they change nothing."""
    name, said, entries = read.name, one.said, one.entries
    if "link" in entries and name in (None, "name", "creator_id", "platform") and links_share(said) >= 0.5:
        return Title("link", read.platform), False
    if name is None and fold(one.title) == "tt" and "followers" in entries and not counts_rows(said):
        return (Title(platform="tiktok", like="followers"), False) if one.share(said.str.fullmatch(COUNT)) >= MOST else None
    linked = any(titles.name(title) == "link" for title in one.titles)
    words = fold(titles.without_platform(one.title.replace("_", " "))) if read.platform and "link" in entries else None
    of_account = words in ACCOUNT or (words in ACCOUNTS and not linked)
    if of_account and (name is None or (name == "platform" and one.share(_platforms(said, catalogue)) < 0.5)):
        return _of_a_platform(read, one)
    if name in (None, "name", "platform") and all(fold(half) in CHANNEL for half in re.split("[/|]", one.lowest)):
        return Title("platform" if one.share(_platforms(said, catalogue)) >= 0.5 else "name"), False
    published = MOST if CONTENTS.search(letters(one.title)) is None else 0.5
    if name == "format" and CONTENTS.search(letters(one.title)) and _lists_people(one, titles):
        return Title(like="name"), False
    may_be_format = "format" in entries and STATUS.search(letters(one.title)) is None
    if name in (None, "fee") and may_be_format and one.share(one.some.map(lambda c: _published(c, titles))) >= published:
        return Title("format"), True
    if name is None and "fee" in entries and BARE_RATE.fullmatch(one.lowest):
        return _of_a_rate(one), False
    if name in (None, "kind") and read.like is None and "tier" in entries and _all_spelt(said, catalogue, "tier"):
        return Title("tier"), True
    if name in (None, "name") and read.like is None and "kind" in entries and _are_kinds(one, catalogue):
        return Title("kind"), True
    return _of_an_audience(read, one, titles, catalogue) if name is None else None


def _lists_people(one: Cells, titles: Titles) -> bool:
    """Whether a column of what is booked rather says of whom: no cell names anything published, and no other title says who."""
    others = [title for title in one.titles if fold(title) not in CHANNEL]
    named = any(titles.name(title) in ("name", "creator_id", "link") for title in others)
    return len(one.said) > 0 and not named and not any(deliverable_of(letters(cell)) for cell in one.some)


def _of_an_audience(read: Title, one: Cells, titles: Titles, catalogue: Catalogue) -> tuple[Title, bool] | None:
    """The audience of somebody, which the cells call so and no other title, or how it engages."""
    alone = "followers" in one.entries and not any(titles.name(title) == "followers" for title in one.titles)
    if alone and are_audiences(one.title, one.said):
        return Title("followers", read.platform), True
    if "engagement_rate" in one.entries and _of_engagement(one.title, catalogue):
        return _engaged(one.said), False
    return None


def rather_followers(read: Title, one: Cells) -> tuple[Title, bool] | None:
    """The audience, of a roster that calls it FOLLOWING: of more than half of its people nobody could follow so many accounts."""
    if read.name != "following" or "followers" not in one.entries:
        return None
    many = one.said.map(lambda cell: _all_above(pd.Series([GROUPED.sub("", cell)]), MOST_FOLLOWED))
    return (Title("followers", read.platform), True) if one.share(many) > 0.5 else None


def _engaged(said: pd.Series) -> Title:
    """What engagements of somebody are: a rate of them, or so many a post, which is none."""
    if _all_above(said, MOST_PERCENT):
        return Title()
    shares = said.str.fullmatch(r"0[.,]\d+").all()  # so many in parts are no engagements of a post
    return Title("engagement_rate" if are_percents(said) or (len(said) and shares) else None, like="engagement_rate")


def _of_a_rate(one: Cells) -> Title:
    """A bare `Rate`: a price where its cells are amounts, else like one, or like a rate of engagement where they are per cent."""
    if are_percents(one.said):
        return Title(like="engagement_rate")
    priced = one.said.str.contains(PRICED) | one.said.map(currency_of).notna()
    asked = one.share(priced) >= 0.5 or _all_above(one.said, MOST_PERCENT)
    return Title("fee" if asked else None, like="fee")


def are_prices(layout: Layout, title: str, read: Title, titles: Titles) -> bool:
    """Whether the cells of a column whose title names only what is published are prices, rather than counts of posts."""
    said = as_text(layout.grid.cells.loc[list(layout.rows), layout.column(title)]).dropna()
    stated = (read.unit or 1.0) > 1.0 or currency_of(title) is not None
    stated = stated or (read.deliverable is not None and (_rate_card(layout, titles) or _beside_currencies(layout, said, titles)))
    return stated or bool(len(said) and (said.str.contains(PRICED) | said.map(currency_of).notna()).mean() >= 0.5)


def _rate_card(layout: Layout, titles: Titles) -> bool:
    """Whether a line around it, or the name of the sheet, says that the table is one of prices, or their unit, with a currency,
    and no title is a price."""
    if any(titles.name(title) == "fee" for title in layout.titles.values()):
        return False
    around = (*layout.around, *(() if layout.grid.named_by_file else (layout.grid.name,)))
    return any(currency_of(text) and (re.search(PRICE, letters(text)) or states_unit(text)) for text in around)


def _beside_currencies(layout: Layout, said: pd.Series, titles: Titles) -> bool:
    """Whether a column of currencies says that numbers under something that is published are prices, as they are under others.

    It may be of another column that is not understood and holds numbers, and numbers that are all small count posts.
    """
    names = {title: titles.name(title) for title in layout.titles.values()}
    if "fee" in names.values() or "currency" not in names.values():
        return False
    published = {str(one.deliverable) for title in names if (one := titles.read(title)).deliverable}
    if len(published) < 2 or not (_numbers(said) >= MOST_POSTS).any():
        return False
    others = [title for title, name in names.items() if name is None and titles.read(title).deliverable is None]
    cells = {title: as_text(layout.grid.cells.loc[list(layout.rows), layout.column(title)]).dropna() for title in others}
    return not any(len(one) and _numbers(one).notna().mean() >= 0.5 and not counts_rows(one) for one in cells.values())


def _numbers(said: pd.Series) -> pd.Series:
    figures = said.map(lambda cell: re.sub(r"[.,\s](?=\d{3}(?!\d))", "", without_currency(cell)))
    return pd.to_numeric(figures, errors="coerce")


def perhaps_price(
    layout: Layout, title: str, read: Title, titles: Titles, others: Collection[str], card: Collection[str]
) -> bool:
    """Whether a title that is not understood may be one of prices.

    It names something published among other words, over prices, Story (1x), or a rate of something, over amounts, Rate/TVC. Or,
    where no `others` are prices, it names a currency, or its cells are amounts: Preis (EUR), T12. On a `card` of prices by
    deliverable one that names a currency is perhaps of something published too: Shoutout (USD), PPL(만원).
    """
    said = as_text(layout.grid.cells.loc[list(layout.rows), layout.column(title)]).dropna()
    words = letters(title)
    published = deliverable_of(words) is not None or re.search(COMBINED, words) is not None
    speaks = re.search(NO_PRICE, words) is None
    published &= re.search(COUNTS, words) is None or re.search(PRICE, words) is not None
    said = as_text(layout.grid.cells.loc[list(layout.rows), layout.column(title)]).dropna()
    if published and speaks and are_prices(layout, title, read, titles):
        return True
    if speaks and re.search(RATE, words) and re.search(EXCHANGED, words) is None and said.str.contains(PRICED).mean() >= 0.5:
        return not are_percents(said)
    if card and read.platform is None and currency_of(title) is not None:  # one of a platform may be of another account
        return not (NO_FEE.search(words) or re.search(ON_TOP, words) or of_time(words) or are_percents(said))
    return not others and speaks and (currency_of(title) is not None or spoken_prices(said, title))


def no_other_price(layout: Layout, title: str, read: Title, said: pd.Series, others: list[str]) -> bool:
    """Whether a column beside prices (`others`) is none: of what is sent (Giá sản phẩm), what a result costs (Cost per view), or
    counts of what is published (Videos over 2)."""
    stated = read.unit is not None or any(map(states_unit, layout.around)) or currency_of(title) is not None
    counts = read.deliverable is not None and not stated and re.search(PRICE, letters(title)) is None
    small = counts and bool(said.str.fullmatch(r"1?\d").all())
    prices = [as_text(layout.grid.cells.loc[list(layout.rows), layout.column(one)]).dropna() for one in others]
    elsewhere = re.search(OF_GOODS, letters(title)) or re.search(NO_PRICE, letters(title))
    return elsewhere is not None or (small and any(one.str.contains(PRICED).any() for one in prices))


def trade(layout: Layout, title: str, titles: Titles) -> bool:
    """Whether a title that may be of names (Celeb, Nghệ sĩ) only says who is one: another is of names, or its cells say yes."""
    if fold(title) not in TRADES:
        return False
    said = as_text(layout.grid.cells.loc[list(layout.rows), layout.column(title)]).dropna()
    names = [one for one in layout.titles.values() if titles.name(one) == "name"]
    return len(names) > 1 or bool(said.str.fullmatch(YES, case=False).any())


def at_handles(said: pd.Series) -> bool:
    """Whether cells are handles that say so: @linh."""
    return len(said) > 0 and bool(said.str.match(r"@[\w.\-]{2,}$").mean() >= MOST)


def counts_rows(said: pd.Series) -> bool:
    """Whether cells number the rows: 1, 2, 3, however they are sorted and whichever are left out."""
    numbers = pd.to_numeric(said.str.strip(" .#"), errors="coerce")
    return bool(numbers.between(0, 100 + 10 * len(said)).all() and numbers.is_unique)


def are_codes(said: pd.Series) -> bool:
    """Whether cells are codes of accounts (c0001, 70412), rather than numbers of rows or of people's papers."""
    alone = bool(said.str.fullmatch(r"[\w.-]*\d[\w.-]*").all())
    return len(said) > 0 and alone and not counts_rows(said) and not said.str.fullmatch(r"\d{9,12}").any()


def are_days(cells: pd.Series) -> bool:
    """Whether at least half of the filled cells are days; those without a year may be."""
    filled = first_days(cells.dropna())[0]
    if not len(filled):
        return False
    dated = filled[~filled.map(lambda cell: isinstance(cell, str) and without_year(cell)).astype(bool)]
    _, refused = read_dates(dated.reset_index(drop=True), None)
    return not len(dated) or sum(len(one.cells) for one in refused if not one.undecided) <= len(dated) / 2


def says_day(title: str, table: str) -> bool:
    """Whether a title says no more than that its column is a day; of posts `Posted` is one too."""
    return fold(title) in DATES or (table == "posts" and fold(title) == "posted")


def are_whole_days(cells: pd.Series) -> bool:
    """Whether filled cells are days that say their year, which no price does."""
    filled = cells.dropna()
    dated = filled.map(
        lambda cell: isinstance(cell, date) or (isinstance(cell, str) and re.search(r"(?<!\d)\d{4}(?!\d)", cell) is not None)
    )
    return len(filled) > 0 and bool(dated.all()) and are_days(filled)


def nearly_known(
    title: str, accepted: Mapping[str, str], entries: Mapping[str, Entry], cells: pd.Series, table: str
) -> str | None:
    """Our name for a title that is much like one of those `accepted`; of a column of days a day alone."""
    days, dated = are_whole_days(cells), {name for name, entry in entries.items() if entry.type == "date"}
    fits = [word for word, name in accepted.items() if len(word) > 5 and (not days or name in dated)]
    near = get_close_matches(fold(QUALIFIER.sub("", title)), fits, n=1, cutoff=0.88)
    gained = NO_AUDIENCE.search(letters(title)) is not None  # Followers +/-
    gained &= table != "candidates" or letters(title) != "follows"  # of a post those that it gained, of a person all
    return accepted[near[0]] if near and not (gained and accepted[near[0]] == "followers") else None


def never_prices(title: str, cells: pd.Series) -> bool:
    """Whether a title is a day, or the cells are days, paths or addresses, or number the rows without a title: no prices."""
    said = as_text(cells).dropna()
    if not OF_COLUMN.sub("", title).strip() and counts_rows(said):
        return True
    if OF_DAYS.search(letters(title)) and not spoken_prices(said, title):
        return True
    return NO_AMOUNT.match(title) is not None or are_whole_days(cells) or bool(said.str.match(NO_AMOUNT).mean() >= 0.5)


def are_percents(said: pd.Series) -> bool:
    """Whether at least half of the filled cells are per cent, which no price is."""
    return len(said) > 0 and bool(said.str.contains("%|％").mean() >= 0.5)


def spoken_prices(said: pd.Series, title: str) -> bool:
    """Whether cells under a title that means nothing are mostly amounts with a currency or a word said of one: 5tr, $500."""
    amounts = said.map(lambda cell: re.search(r"\d", cell) is not None and (currency_of(cell) or spoken_of(cell)) is not None)
    return len(said) > 0 and bool(amounts.mean() >= 0.5) and NO_FEE.search(letters(title)) is None


def _published(cell: str, titles: Titles) -> bool:
    """Whether a cell names what is published and no price: 1 video TikTok."""
    return PRICED.search(cell) is None and nothing_but_deliverables(titles.without_platform(cell))


def _all_above(said: pd.Series, most: float) -> bool:
    """Whether all filled cells are numbers above this, whichever mark is their decimal one: 5400, 7.8K, but not 1.250."""
    found = [AMOUNT.fullmatch(unified(cell)) for cell in said]
    numbers = [float(one[1].replace(",", ".")) * UNITS.get(one[2] or "", 1.0) if one else 0.0 for one in found]
    return len(numbers) > 0 and min(numbers) > most


def _all_spelt(said: pd.Series, catalogue: Catalogue, name: str) -> bool:
    return len(said) > 0 and bool(said.map(fold).isin([*spellings(catalogue.entries[name])]).all())


def _are_kinds(one: Cells, catalogue: Catalogue) -> bool:
    """Whether all cells say who somebody is (KOL, KOC), or half of them under a title that asks for it (Type)."""
    known = {*spellings(catalogue.entries["kind"]), *map(fold, KINDS)}
    return one.share(one.said.map(lambda cell: fold(cell) in known)) >= (0.5 if fold(one.title) in TYPES else 1.0)


def _of_engagement(title: str, catalogue: Catalogue) -> bool:
    everywhere = Titles(catalogue)
    bare = re.sub(r"(?i)\b(tb|trung bình|avg\.?|average)\b", " ", title)
    return "engagements" in (everywhere.read(title).name, everywhere.read(bare).name)


def _platforms(said: pd.Series, catalogue: Catalogue) -> pd.Series:
    """Which cells name a platform, or a part of one."""
    known = spellings(catalogue.entries["platform"])
    bare = said.map(lambda word: without_part(without_emoji(word)) or word)
    return bare.map(lambda word: fold(word) in known or other_platform(word) is not None)


def _of_a_platform(read: Title, one: Cells) -> tuple[Title, bool] | None:
    """What a column holds whose title says nothing but a platform: handles of it, or what are perhaps its followers."""
    if one.share(one.said.str.fullmatch(COUNT)) >= MOST:
        return Title(platform=read.platform, like="followers"), False
    if _handles(one):
        return Title("link", read.platform), False
    return (Title(platform=read.platform), False) if read.name else None  # names of channels, which are no platforms


def _handles(one: Cells) -> bool:
    """Whether a column holds handles."""
    return len(one.said) > 0 and bool(one.said.map(lambda cell: account_of(cell).handle is not None and not cell.isdigit()).all())
