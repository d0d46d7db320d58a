"""What the title of a column says: which column of ours it is, of which platform, for which deliverable, and in what unit.

A word of a title that is not understood is kept, so that it can be asked about: `Followers (万)` and `Followers (2019)` are not
the same column.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cached_property

from predictor.definitions.schema import Catalogue
from predictor.intake.accounts import MENTIONED
from predictor.intake.currency_words import WORD, currency_of, plain, without_currency
from predictor.intake.mapping import Deliverable, Mapping
from predictor.intake.numbers import NOUGHTS, unit_in_words
from predictor.intake.numbers import UNIT as UNIT_WORDS
from predictor.intake.published import PUBLISHED
from predictor.intake.reader import accepted_titles
from predictor.intake.spreadsheets.form_titles import without_question
from predictor.intake.taxes import TAX_RATE, without_tax
from predictor.intake.units import PERCENT
from predictor.intake.values import spellings
from predictor.wording.matching import fold


def letters(text: str) -> str:
    """A text in small letters without accents, its words parted by single spaces; marks stay."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|_|(?<=[a-z]{4})(?=price|rate card)", " ", text)
    small = unicodedata.normalize("NFKD", spaced).casefold().replace("đ", "d")
    small = "".join(letter for letter in small if not "\u0300" <= letter <= "\u036f")
    return " ".join(unicodedata.normalize("NFC", small).split())


OF_COLUMN = re.compile(r"\s*\[[A-Z]{1,3}:[A-Z]{1,3}\]$")  # tells two of one title apart: Price [C:C]
QUALIFIER = re.compile(
    r"[(\[{（【][^()\[\]{}（）【】]*[)\]}）】]|\s[-–—|/:].*$|"
    rf"/ ?(?!m$|b$|n$)(?:{UNIT_WORDS})\s*$|\sin (?:{UNIT_WORDS})\.?\s*$|"
    r"[:：*]+\s*$|,\s*(?:đvt|đơn vị|unit|satuan).*$",
    re.IGNORECASE,
)
MEASURED = ("count", "number", "rate", "money")

# Words as `letters` writes them: small, without accents, camelCase and underscores taken apart.
PRICE = (
    r"\b(?:(?:bang )?bao gia|gia(?: tien)?(?! (?:tri|dinh|vi|dung)\b)|(?:chi )?phi|cp|cast|cat[ -]?x?se|cat[ -]?xe|booking|"
    r"rate ?card|pric(?:e|es|ing)|"
    r"fees?|costs?|commercials|quot(?:e|es|ation|ations)|charges?|harga|biaya|tarif)\b|报价|報價|价格|價格|费用|費用|"
    r"刊例价?|单价|單價|收[费費]|服[务務][费費]|推[广廣][费費]|合作[价價费費]|一口[价價]|料金|単価|価格|\bprix\b|\bcachets?\b|\bremuneration\b|"
    r"가격|단가|비용|원고료|광고비|협찬비|섭외비|ราคา|ค่าจ้าง|ค่าใช้จ่าย|ค่าตัว|เรท(?!ติ้ง)|稿费|ギャラ|報酬|\bpreise?\b|\bco[su]t[oe]s?\b|\bcustos?\b|\bvalor(?:es)?\b|\bhonorar\b|\bprec(?:i?o)s?\b|\btarifas?\b|\bcache\b"
)
QUANTITY = re.compile(  # of what is booked: Số lượng post, Anzahl Posts, as `letters` writes them
    r"(?:so luong|sl|so|number of|nos?\.? of|nr\.? of|#|qty(?: of)?|quantity(?: of)?|anzahl|jumlah|quantidade de|qtd\.?(?: de)?|"
    rf"cantidad de|nombre de|numero de) ?(?:{'|'.join(letters(words) for _, words in PUBLISHED)}|beitrage|contents?|"
    r"publicac(?:iones|oes)|konten|bai viet)"
)
RATE = r"\brates?\b"  # a price only beside a deliverable: reel rate, rate per post
PER_THOUSAND = (  # a price of views, which is another thing than one in thousands
    r"(?:\bper|/|\bmoi|\btren|\bcho|\ba) ?(?:1[., ]?000|1k|nghin|ngan|thousand|mille)(?! ?(?:vnd|dong|d|usd|rp)\b)"
)
NO_PRICE = r"\b(?:cpm|cpv|cpe|cpc|cpr|cpa|roi|roas|ship|shipping|san pham|product|average order)\b"
REDUCING = r"\bma (?:giam gia|khuyen mai|uu dai)\b|\b(?:discount|promo|promotion|coupon|voucher) codes?\b"  # of a shop
PART = re.compile(
    r"(?:(?<!\d)0?(?P<count>[1-9]\d{0,2}) ?x? ?(?:(?:tik ?tok|ig|instagram|fb|facebook|youtube|yt) )?)?(?:"
    + "|".join(rf"(?P<d{place}>{letters(words)})" for place, (_, words) in enumerate(PUBLISHED))
    + r")(?![a-z])"
)
FLUFF = (
    r"\b(?:per|for|of|each|in|en|on|the|a|1|sets?|moi|mot|cho|theo|tren|goi|combo|package|bundle|paket|dang|don(?! vi)|tron|"
    r"avg|average|mean|min|max|from|tu|trung binh|tb|frames?|brand(?:ed)?|sponsored|dedicated|talent|"
    r"book|range|muc|khoang|pro|por|par|est|estimated|uoc tinh|net(?:to)?|gross|brutto|zzgl|inkl|exkl|mwst|ust|"
    r"kols?|kocs?|influencers?|creators?|vat|gtgt|with|without|exclusive|inclusive|niem yet|le|"
    r"thue|chua|gom|bao gom|unit|satuan|excl|incl|total|tong|va|and|co|luot|lan|moc|cao nhat|thap nhat|de xuat|du kien|"
    r"hien tai|last|past|recent|gan nhat|gan day|moi nhat|latest)\b|"
    r"\d+ ?(?:-|–|~)? ?\d* ?(?:s|sec|giay|phut|p|min|mins|minutes?|h|hrs?|hours?|gio|buoi|phien|ngay|days?|"
    r"thang|months?|'|\"|″|′|\+)"
    r"(?:以上|以下|以内)?(?![a-z])|(?<![a-z])(?:gio|h|hr|hour|session|buoi|phien)(?![a-z])|平台|官方|ต่อ|预估|裸价|达人|単位|单位|บาท"
)
LEAST = (
    r"\b(?:from|start(?:s|ing)?|(?<!\d )min(?:imum)?|lowest|tu|toi thieu|thap nhat|khoi diem|mulai|minimal)\b|起|最低|เริ่มต้น|최소"
)
UNIT_PRICE = (  # of one post each
    r"\bdon gia\b|\bunit (?:price|cost|fee|rate)s?\b|\b(?:harga|biaya) satuan\b|单价|單價|単価|단가|ราคาต่อหน่วย|\bpreco unitario\b"
)
AVERAGE = r"\b(?:avg|average|mean|trung binh|binh quan|tb|rata rata)\b|平均|เฉลี่ย|평균"
WINDOW = (  # the time or the posts over which a figure was taken: 30 ngày, last 10 posts
    r"\b(?:last|past|trong|of|l)? ?\d{1,3} ?(?:d|days?|ngay|thang|months?|weeks?|tuan|posts?|videos?|clips?|bai(?: dang)?)\b|"
    r"\b(?:gan nhat|gan day|moi nhat|recent|latest|(?:per|each|moi|tren) (?:posts?|videos?|clips?|bai))\b|"
    r"/ ?(?:post|video|clip|bai)\b"
)
AGREED = (  # what is paid in the end
    r"^nett?(?: ?\([^)]*\))?$|^nett? (?:price|rate|fee|cost)\b|"
    r"[执執]行[价價]|成本[价價]|(?<!平均)成交[价價](?!格)|[净淨][价價]|到手[价價]|折[后後扣][价價]|优惠[价價]|優惠[价價]"
)
LOOKS = {  # what an unknown title most likely holds, for a question
    "followers": r"^(?!.*\b(?:fake|growth|grew|bots?|tang truong|ao)\b).*"
    r"(?:\bfollow\w*|\bsubscri\w*|\bsubs?\b|theo doi|\bfans?\b|pengikut|粉丝|フォロワー|팔로워|ผู้ติดตาม)",
    "link": r"\b(?:link|url|profile|duong dan)\b|链接|リンク|링크|ลิงก์",
    "name": r"\b(?:(?:ho )?ten|full ?name|nick ?name|nama)\b|昵称|姓名|名字|名称|名稱|网红|網紅|达人|達人|博主|創作者|创作者|"
    r"名前|インフルエンサー|クリエイター|이름|인플루언서|크리에이터|"
    r"ชื่อ|อินฟลู|ครีเอเตอร์",
}
PERHAPS_UNIT = re.compile(r"\d|^\W*\w{1,3}\W*$|\b(?:in|en|em|dalam|theo|tính|bằng)\b")  # of what means nothing by itself
ENGAGED = re.compile(r"(?:mức độ|tỷ lệ|tỉ lệ|lượt|lượng|chỉ số|độ|%) ?TT(?!\w)", re.IGNORECASE)  # tương tác, not TikTok
HOURLY = re.compile(
    r"(?:/|\b(?:per|moi|theo|a)\b) ?(?:\d{1,2} )?(?:hours?|hrs?|h|gio|days?|ngay|weeks?|tuan|months?|thang)\b|\bhourly\b"
)
IN_BRACKETS = re.compile(r"([^\W\d]+) ?\((?:x ?(\d{1,2})|(\d{1,2}) ?x)\)")  # story (1x), reels (x3)
OF_ITS_OWN = re.compile(r"x ?(\d{1,2})")  # TikTok x2: as many posts there
BEHIND = re.compile(  # 影片3支, reels x 2, 1 live 2h x 3 sessions
    rf"(?:(?<![\w.,])(?P<each>\d{{1,2}}) ?x? ?)?(?P<what>{'|'.join(letters(words) for _, words in PUBLISHED)})"
    r"(?: ?\((?!sets?\b)[^()]*\)| ?\d{1,3} ?(?:h|hrs?|hours?|gio|s|sec|giay|p|phut|min|mins|minutes?)(?= ?[x×*]))?"
    r" ?(?:x? ?(?P<pieces>\d{1,2}) ?(?:支|則|则|条|條|本|篇|個|个|건|회|개|편)|[x×*] ?(?P<times>\d{1,2})"
    r"(?![\w.,]| ?(?:h|hrs?|hours?|gio|min\w*|phut|giay|s|sec|slides?|frames?|anh|photos?|images?|kols?|kocs?)\b|"
    rf" ?(?:{'|'.join(letters(words) for _, words in PUBLISHED)})))"
)
OF_PLATFORM = re.compile(  # 1x TikTok + 2x Stories: a post there
    r"(?<![\w.,])(\d{1,2}) ?x? ?(?:tik ?toks?|ig|instagrams?|fb|facebooks?|youtubes?|yt)(?= ?(?:[+,&;/]|and\b|va\b|$))"
)
FOR_EACH = re.compile(rf"(?:/|\b(?:per|each|moi|mot)\b) ?(?:1 )?(?!\d)(?:{PART.pattern})")
SET = re.compile(r"(\w+) \(?sets?(?: of)? ?\(?(\d{1,2})\)*")  # story set (3): as many for one price
PERCENTS = re.compile(r"%|\b(?:per ?cent|pct|phần trăm|persen)\b|百分比|パーセント|퍼센트|ร้อยละ")
UNIT = re.compile(
    rf"%|{NOUGHTS}|(?<![^\W_])(?:{UNIT_WORDS})(?![^\W\d_]|\s+lệ)|[万萬億亿千만억천](?=[人円元圆粉名명원회回])|{PERCENTS.pattern}"
)
DATED = re.compile(  # when figures were taken: cập nhật 11/2026, as of 5 Nov
    r"\b(?:cap nhat|updated?|as of|tinh den|stand)\b(?: (?:luc|ngay|thang|on|den|at))*\W*"
    r"(?:t ?)?\d{1,4}(?:[/.\- ]\d{1,4}){0,2}"
)
PEOPLE = (
    r"\b(?:nguoi|people|persons?|followers?|fans?|luot|luot xem|views?|likes?|orang|times|lan|posts?|bai|"
    r"accounts?|count|number|so|cum|cumulative|cumulated|to date|so far|luy ke|cong don|kumulativ|"
    r"dvt|don vi(?: tinh)?|units?|satuan|in|tinh theo|tinh bang|estimated?|uoc tinh|approx|optional|required|lastest|latest|"
    r"current|cao nhat|moi nhat|hien tai|du kien|recent|gan day|last \d+ (?:days?|posts?|videos?)|\d+ (?:days?|"
    r"ngay|posts?|videos?|bai)(?: gan nhat)?"
    r"|er|eng|rate|ty le)\b|単位|单位|人|粉|名|累计|累計|누적|หน่วย"
)


@dataclass(frozen=True)
class Title:
    """What one title says.

    `name` is a column of ours (`link` among them) or None; `likes` the column that an unknown title looks like; `unit` what its
    bare numbers count in, None where nothing says so; `unread` the words of a qualifier that nobody understood.
    """

    name: str | None = None
    platform: str | None = None
    deliverable: Deliverable | None = None
    unit: float | None = None
    unread: str = ""
    like: str | None = None


class Titles:
    """Reads titles in the words of a catalogue, of all tables or of one, and of what a mapping names."""

    def __init__(self, catalogue: Catalogue, table: str | None = None, given: Mapping | None = None) -> None:
        entries = catalogue.entries if table is None else catalogue.columns(table)
        self.entries, self.accepted = catalogue.entries, accepted_titles(entries)
        self._platforms = spellings(catalogue.entries["platform"]) if "platform" in catalogue.entries else {}
        self._given = _named(given, table)
        self._read: dict[str, Title] = {}

    def read(self, title: str) -> Title:
        """What a title says."""
        if title not in self._read:
            untaxed = without_tax(without_question(" ".join(OF_COLUMN.sub("", title).split())))
            read = self._title(untaxed) if untaxed else Title(like="fee")
            self._read[title] = self._unnamed(read, untaxed) if read.name is None and read.deliverable is None else read
        return self._read[title]

    def _unnamed(self, read: Title, title: str) -> Title:
        """A title that means nothing yet, with the unit that it says all the same, and the words that are not understood."""
        by_thousand = re.search(PER_THOUSAND, letters(title))
        if by_thousand:
            return replace(read, unread=by_thousand[0].strip())
        unread = self._unread(" ".join(QUALIFIER.findall(title)))
        return replace(read, unit=_unit(title), unread=unread if PERHAPS_UNIT.search(unread) else "")

    def name(self, title: str) -> str | None:
        """The column that a title means, or that a mapping gives it."""
        return self._given.get(fold(title)) or self.read(title).name

    def mentioned(self, text: str) -> str | None:
        """The one platform that a text mentions."""
        said = ENGAGED.sub(" ", unicodedata.normalize("NFC", text))
        found = {self._platforms[fold(word)] for word in self._mentions.findall(said)}
        return found.pop() if len(found) == 1 else None

    def without_platform(self, text: str) -> str:
        """A text without the platforms that it mentions."""
        return " ".join(self._mentions.sub(" ", text).split())

    @cached_property
    def _mentions(self) -> re.Pattern[str]:
        words = [name for name in MENTIONED if fold(name) in self._platforms]
        ends = {word: "" if not word.isascii() else "(?![a-zA-Z])" for word in words}  # 小红书ID
        joined = "|".join(re.escape(word) + ends[word] for word in sorted(words, key=len, reverse=True))
        no_platform = r"line[\s-]*(?:ups?|items?)"  # a line-up of creators is none on LINE
        return re.compile(rf"(?<![^\W\d_])(?!{no_platform}(?![a-zA-Z]))(?:{joined})", re.IGNORECASE)

    def _title(self, title: str) -> Title:
        if fold(title) in self.accepted:
            known = self.accepted[fold(title)]  # of a fanpage, the name
            return self._qualified(Title(known, self.mentioned(title) if known == "name" else None), "%" if "%" in title else "")
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", title)
        numbering = fold(title) == "tt"  # of the rows of a list, where it stands alone
        platform = None if numbering else self.mentioned(spaced)
        if re.search(PRICE, letters(title)) and re.search(PER_THOUSAND, letters(title)):
            return Title(like="fee", platform=platform)
        qualifier = " ".join(QUALIFIER.findall(title))
        bare = QUALIFIER.sub("", title)
        forms = [bare, without_currency(bare), without_currency(title), UNIT.sub(" ", plain(without_currency(bare)))]
        forms += [self._mentions.sub(" ", form) for form in (spaced, QUALIFIER.sub("", spaced))]
        name = next((self.accepted[fold(form)] for form in forms if fold(form) in self.accepted), None)
        alone = fold(self._mentions.sub(" ", bare)) == "" if platform else False
        if name is None and alone and self.accepted.get(fold(qualifier.strip("()[]（） "))) in ("followers", "link"):
            return Title(self.accepted[fold(qualifier.strip("()[]（） "))], platform)  # FB (follow)
        if name is None and platform and fold(self._mentions.sub(" ", bare)) in ("id", "uid", "acc"):
            name = "creator_id" if "creator_id" in self.accepted.values() else None
        if name is None:
            words = letters(self._mentions.sub(" ", bare))
            typical = re.sub(WINDOW, " ", words)
            others = [self.accepted.get(fold(one)) for one in (typical, re.sub(AVERAGE, " ", typical))]
            name = next((other for other in others if other in ("engagement_rate", "average_views")), None)
            name = name or ("fee" if self.accepted.get(fold(re.sub(AVERAGE, " ", words))) == "fee" else None)
        if name is None and "posts" in self.accepted.values() and QUANTITY.fullmatch(letters(bare).strip(" .:")):
            name = "posts"
        if name == "fee" and of_time(letters(title)):
            return Title(like="fee", platform=platform)  # a price of time, not of what is booked
        if name is not None:
            rest = qualifier or (title if currency_of(title) or UNIT.search(plain(title)) else "")
            found = self._qualified(Title(name, platform), rest)
            if found.unit is None and found.name in self.entries and self.entries[found.name].type in MEASURED:
                found = replace(found, unit=_noughts(bare))  # Fee x100 (USD)
            return found if qualifier else replace(found, unread="")  # without one the rest of the title was understood
        return self._price(title, spaced, platform) or self._twice(title) or Title(platform=platform, like=_like(title))

    def _twice(self, title: str) -> Title | None:
        """A title in two languages, each of which means the same: KOL Name/ Tên, Followers Người theo dõi."""
        halves = [title.split(mark, 1) for mark in "/|" if mark in title]
        words = title.split()
        halves += [[" ".join(words[:at]), " ".join(words[at:])] for at in range(1, len(words))]
        for pair in halves:
            read = [self.read(half.strip()) for half in pair if half.strip()]
            if len(read) == 2 and read[0].name is not None and read[0].name == read[1].name:
                return next((one for one in reversed(read) if one.unit is not None or one.unread), read[0])
        return None

    def _price(self, title: str, spaced: str, platform: str | None) -> Title | None:
        """A price in words: `Giá livestream (tr)`, `Rate per reel`, `Combo 2 video + 1 story`."""
        if "fee" not in self.accepted.values():
            return None
        words = counted_before(SET.sub(r"\2 \1", self._mentions.sub(" ", letters(without_currency(spaced)))))
        priced, deliverable = re.search(PRICE, words), deliverable_of(words)
        if platform and (times := OF_ITS_OWN.fullmatch(words.strip())):
            return Title(None, platform, Deliverable(format="post", posts=int(times[1])), like="fee")
        if of_time(letters(title)):
            return Title(like="fee", platform=platform)
        if re.search(REDUCING, words):
            return None
        if re.search(NO_PRICE, words):
            return Title(like="fee", platform=platform) if priced else None
        rated = re.search(RATE, words) and (deliverable is not None or currency_of(title) is not None)
        if priced is None and not rated:
            alone = deliverable is not None and not _leftover(words)
            return Title(None, platform, deliverable, _unit(title), like="fee") if alone else None
        if _leftover(words):
            return Title(like="fee", platform=platform)
        return Title("fee", platform, deliverable, _unit(title))

    def _qualified(self, title: Title, qualifier: str) -> Title:
        """The title with the unit that its qualifier says, and the words of it that say nothing known."""
        entry = self.entries.get(title.name or "")
        if entry is None or entry.type not in MEASURED or not qualifier:
            return title
        deliverable = deliverable_of(letters(qualifier)) if title.name == "fee" else None
        return replace(title, unit=_unit(qualifier), unread=self._unread(qualifier), deliverable=deliverable)

    def _unread(self, qualifier: str) -> str:
        """The words of a qualifier that are no unit, currency, tax, platform, deliverable or time."""
        words = UNIT.sub(" ", plain(self._mentions.sub(" ", without_currency(qualifier))))
        words = re.sub(PEOPLE, " ", PART.sub(" ", re.sub(f"{FLUFF}|{AVERAGE}|{PRICE}", " ", DATED.sub(" ", letters(words)))))
        return " ".join(qualifier.split()).strip("()[]（）【】 :*-–—/") if re.search(r"[^\W_]", words) else ""


def deliverable_of(words: str) -> Deliverable | None:
    """What is published for a price: its format as a cell would say it, and how many; a combination keeps its parts.

    >>> deliverable_of("gia 3 video"), deliverable_of("combo 2 video + 1 story")
    (Deliverable(format='video', posts=3), Deliverable(format='2 video + 1 story', posts=3))
    """
    words = counted_before(words)
    found = [(int(match["count"] or 1), match["count"], _format(match)) for match in PART.finditer(words)]
    if not found:
        return None
    if len({name for *_, name in found}) == 1 and len(found) == 1:
        return Deliverable(format=found[0][2], posts=found[0][0])
    listed = all(count for _, count, _ in found) and re.search(r"/|\bor\b|\bhoac\b", words) is None
    if not listed and not re.search(r"\+|&|\band\b|\bva\b|combo|package|bundle", words):
        return None
    return Deliverable(format=" + ".join(f"{n} {name}" for n, _, name in found), posts=sum(n for n, *_ in found))


def counted_before(words: str) -> str:
    """What is published with its number before it, and a number of a platform as one of posts there.

    >>> counted_before("reels x 2"), counted_before("1x tiktok + 2 story")
    ('2 reels', '1 post + 2 story')
    """

    def before(found: re.Match[str]) -> str:
        return f"{int(found['each'] or 1) * int(found['pieces'] or found['times'])} {found['what']}"

    return BEHIND.sub(before, OF_PLATFORM.sub(r"\1 post", IN_BRACKETS.sub(r"\2\3 \1", words)))


def of_time(words: str) -> bool:
    """Whether a title, as `letters` writes it, names a price of time and not of what is booked; a live is quoted by the hour.

    >>> of_time("gia video / thang"), of_time("cast live/gio"), of_time("gia video")
    (True, False, False)
    """
    found = HOURLY.search(words)
    return found is not None and not (re.search(r"\blive", words) and re.search(r"\b(?:hours?|hrs?|h|gio|hourly)\b", found[0]))


def nothing_but_deliverables(text: str) -> bool:
    """Whether a text says what is published, and nothing else.

    >>> nothing_but_deliverables("2 video + 1 story"), nothing_but_deliverables("video về mỹ phẩm")
    (True, False)
    """
    words = counted_before(letters(text))
    return deliverable_of(words) is not None and re.search(PRICE, words) is None and not _leftover(words)


def _format(match: re.Match[str]) -> str:
    return next(name for place, (name, _) in enumerate(PUBLISHED) if match[f"d{place}"])


def stated_unit(text: str) -> float | None:
    """The unit that a line above a table states: 1e6 for 'Đơn vị: triệu VNĐ'."""
    return _unit(text)


def least_of(title: str) -> bool:
    """Whether a title of prices says that they are the least there are: `Price from (USD)`, `Giá tối thiểu`."""
    return re.search(LEAST, letters(title)) is not None


def price_of_one(title: str) -> bool:
    """Whether a title of prices says that they are of one post each: `Đơn giá`, `Unit cost`, `Giá/bài`."""
    words = letters(title)
    return re.search(UNIT_PRICE, words) is not None or FOR_EACH.search(words) is not None


def _unit(text: str) -> float | None:
    """The unit that a title or a qualifier says: in brackets, else anywhere in it."""
    text = TAX_RATE.sub(" ", text)
    if PERCENTS.search(plain(text)):
        return PERCENT
    parts = [*QUALIFIER.findall(text), text]
    return next((unit for part in parts if (unit := unit_in_words(without_currency(part))) is not None), None)


def _noughts(text: str) -> float | None:
    """The unit that noughts in a text say: Fee x100."""
    found = re.search(NOUGHTS, plain(text))
    return None if found is None else unit_in_words(found[0])


def _leftover(words: str) -> bool:
    rest = PART.sub(" ", re.sub(f"{PRICE}|{RATE}|{AVERAGE}", " ", words))
    rest = UNIT.sub(" ", re.sub(FLUFF, " ", rest))
    return re.search(r"[^\W\d_]", WORD.sub(" ", rest)) is not None


def _like(title: str) -> str | None:
    words = letters(title)
    if re.search(f"{PRICE}|{AGREED}", words) and not re.search(f"{NO_PRICE}|{REDUCING}", words):
        return "fee"
    return next((name for name, known in LOOKS.items() if re.search(known, words)), None)


def _named(given: Mapping | None, table: str | None) -> dict[str, str]:
    """Every title that a mapping names, folded, with the column that it becomes; what it ignores means nothing but is known."""
    if given is None:
        return {}
    named: dict[str, str] = {}
    for one in (given.of(table),) if table is not None else given.tables.values():
        named |= {fold(title): f"ignored:{fold(title)}" for title in one.ignore}
        named |= {fold(part): f"{name}:{fold(part)}" for name, parts in one.sums.items() for part in parts}
        named |= {fold(title): f"fee:{fold(title)}" for title in one.prices}
        named |= {fold(title): name for title, name in one.columns.items()}
    return named
