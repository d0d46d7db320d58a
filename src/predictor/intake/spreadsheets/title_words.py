"""The words of titles, and titles as these are looked for: small, without accents, parted by single spaces."""

from __future__ import annotations

import re
import unicodedata

from predictor.intake.numbers import NOUGHTS
from predictor.intake.numbers import UNIT as UNIT_WORDS
from predictor.intake.published import PUBLISHED


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
    r"fees?|costs?|commercials|quot(?:e|es|ation|ations)|charges?|harga|biaya|tarif)\b|[直转轉][发發](?:[价價]|报价|報價)|报价|報價|价格|價格|费用|費用|"
    r"刊例价?|单价|單價|收[费費]|服[务務][费費]|推[广廣][费費]|合作[价價费費]|一口[价價]|料金|単価|価格|\bprix\b|\bcachets?\b|\bremuneration\b|"
    r"가격|단가|비용|원고료|광고비|협찬비|섭외비|ราคา|ค่าจ้าง|ค่าใช้จ่าย|ค่าตัว|เรท(?!ติ้ง)|稿费|ギャラ|報酬|\bpreise?\b|\bco[su]t[oe]s?\b|\bcustos?\b|\bvalor(?:es)?\b|\bhonorar\b|\bprec(?:i?o)s?\b|\btarifas?\b|\bcache\b"
)
QUANTITY = re.compile(  # of what is booked: Số lượng post, Anzahl Posts, as `letters` writes them
    r"(?:so luong|sl|so|number of|nos?\.? of|nr\.? of|#|qty(?: of)?|quantity(?: of)?|anzahl|jumlah|quantidade de|qtd\.?(?: de)?|"
    rf"cantidad de|nombre de|numero de) ?(?:{'|'.join(letters(words) for _, words in PUBLISHED)}|beitrage|contents?|"
    r"publicac(?:iones|oes)|konten|bai viet)"
)
TAX = re.compile(r"\s*(?:thuế|thue|vat|gtgt|tax|pit|tncn)\b", re.IGNORECASE)  # a title of taxes alone
RATE = r"\brates?\b"  # a price only beside a deliverable: reel rate, rate per post
PER_THOUSAND = (  # a price of views, which is another thing than one in thousands
    r"(?:\bper|/|\bmoi|\btren|\bcho|\ba) ?(?:1[., ]?000|1k|nghin|ngan|thousand|mille)(?! ?(?:vnd|dong|d|usd|rp)\b)"
)
NO_PRICE = (  # what a result costs, or what goods are sold for
    r"\b(?:cpm|cpv|cpe|cpc|cpr|cpa|roi|roas|ship|shipping|san pham|product|average order|gmv|gpm|aov|epc|"
    r"cost per (?:view|click|order|lead|engagement|install)|(?:avg|average|mean)\.? (?:unit|selling|item|order) (?:price|value)|"
    r"don gia (?:tb|trung binh)|gia tri don(?: hang)?)\b|客单价|客單價"
)
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
LEAST = (  # from 5tr, but not from 01/06, a day
    r"\b(?:from|start(?:s|ing)?|(?<!\d )min(?:imum)?|lowest|tu|toi thieu|thap nhat|khoi diem|mulai|minimal)\b"
    r"(?! ?(?:ngay |thang |date )?\d{1,2}[/.-]\d)|起|最低|เริ่มต้น|최소"
)
UNIT_PRICE = (  # of one post each
    r"\bdon gia\b|\bunit (?:price|cost|fee|rate)s?\b|\b(?:harga|biaya) satuan\b|单价|單價|単価|단가|ราคาต่อหน่วย|\bpreco unitario\b"
)
AVERAGE = r"\b(?:avg|average|mean|trung binh|binh quan|tb|rata rata)\b|平均|เฉลี่ย|평균"
WINDOW = (  # the time or the posts over which a figure was taken: 30 ngày, last 10 posts
    r"\b(?:last|past|trong|of|l)? ?\d{1,3} ?(?:d|days?|ngay|thang|months?|weeks?|tuan|posts?|videos?|clips?|bai(?: dang)?)\b|"
    r"\b(?:gan nhat|gan day|moi nhat|recent|latest|(?:per|each|moi|tren) (?:posts?|videos?|clips?|bai)|by followers?)\b|"
    r"/ ?(?:post|video|clip|bai)\b"
)
AGREED = (  # what is paid in the end
    r"^nett?(?: ?\([^)]*\))?$|^nett? (?:price|rate|fee|cost)\b|"
    r"[执執]行[价價]|成本[价價]|(?<!平均)成交[价價](?!格)|[净淨][价價]|到手[价價]|折[后後扣][价價]|优惠[价價]|優惠[价價]"
)
LOOKS = {  # what an unknown title most likely holds, for a question
    "followers": r"^(?!follows$)"
    r"(?!.*(?:\b(?:fake|growth|grew|gain(?:s|ed)?|new|net|change|delta|bots?|tang truong|ao)\b|\+ ?/ ?-|±)).*"
    r"(?:\bfollow\w*|\bsubscri\w*|\bsubs?\b|theo doi|\bfans?\b|pengikut|粉丝|フォロワー|팔로워|ผู้ติดตาม)",
    "link": r"\b(?:link|url|profile|duong dan)\b|链接|リンク|링크|ลิงก์",
    "name": r"^(?!.*(?:\b(?:san pham|sp|products?|sku|items?|campaigns?|chien dich|nhan hang|brands?|cong ty|company|agency|"
    r"ngan hang|banks?|files?|managers?|nguoi quan ly|lien he|contacts?)\b|商品|产品|品牌)).*"
    r"(?:\b(?:(?:ho )?ten|full ?name|nick ?name|nama)\b|昵称|姓名|名字|名称|名稱|网红|網紅|达人|達人|博主|創作者|创作者|"
    r"名前|インフルエンサー|クリエイター|이름|인플루언서|크리에이터|ชื่อ|อินฟลู|ครีเอเตอร์)",
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
    rf" ?(?:{'|'.join(letters(words) for _, words in PUBLISHED)}))|"
    rf"(?<!\d) (?P<after>\d{{1,2}}) ?[x×](?![\w.,]| ?(?:{'|'.join(letters(words) for _, words in PUBLISHED)})))"  # reels 1x
)
OF_PLATFORM = re.compile(  # 1x TikTok + 2x Stories: a post there
    r"(?<![\w.,])(\d{1,2}) ?x? ?(?:tik ?toks?|ig|instagrams?|fb|facebooks?|youtubes?|yt)(?= ?(?:[+,&;/]|and\b|va\b|$))"
)
FOR_EACH = re.compile(rf"(?:/|\b(?:per|each|moi|mot)\b) ?(?:1 )?(?!\d)(?:{PART.pattern})")
SET = re.compile(r"(\w+)[ -]\(?sets?(?: of)? ?\(?(\d{1,2})\)*")  # story set (3): as many for one price
PERCENTS = re.compile(r"%|\b(?:per ?cent|pct|phần trăm|persen)\b|百分比|パーセント|퍼센트|ร้อยละ")
UNIT = re.compile(
    rf"%|{NOUGHTS}|(?<![^\W_])(?:{UNIT_WORDS})(?![^\W\d_]|\s+lệ)|[万萬億亿千만억천](?=[人円元圆粉名명원회回])|{PERCENTS.pattern}"
)
DATED = re.compile(  # when figures were taken: cập nhật 11/2026, as of 5 Nov
    r"\b(?:cap nhat|updated?|as of|tinh den|stand)\b(?: (?:luc|ngay|thang|on|den|at))*\W*"
    r"(?:t ?)?\d{1,4}(?:[/.\- ]\d{1,4}){0,2}"
)
COMMITTED = re.compile(  # of a result: what was promised or hoped for, which is none
    r"(?<![^\W_])(?:kpis?|cam kết|cam ket|mục tiêu|muc tieu|dự kiến|du kien|kế hoạch|ke hoach|targets?|committed|commitment|"
    r"guaranteed?|expected|forecast|planned|plan|goals?|estimated?|est\.?|objetivo|ziel)(?![^\W_])|目標|目标|预估|預估|"
    r"预计|預計|予想|목표|예상|เป้าหมาย|คาดการณ์",
    re.IGNORECASE,
)
ACHIEVED = re.compile(  # of a result: that it is one
    r"(?<![^\W_])(?:thực tế|thuc te|thực đạt|thuc dat|đạt được|đạt|actuals?|achieved|delivered|realisasi|aktual|realizado)"
    r"(?![^\W_])|实际|實際|実績|実際の?|실제|จริง",
    re.IGNORECASE,
)
PEOPLE = (
    r"\b(?:nguoi|people|persons?|followers?|fans?|luot|luot xem|views?|likes?|orang|times|lan|posts?|bai|"
    r"accounts?|count|number|so|cum|cumulative|cumulated|to date|so far|luy ke|cong don|kumulativ|deals?|"
    r"dvt|don vi(?: tinh)?|units?|satuan|in|tinh theo|tinh bang|estimated?|uoc tinh|approx|optional|required|lastest|latest|"
    r"current|cao nhat|moi nhat|hien tai|du kien|recent|gan day|last \d+ (?:days?|posts?|videos?)|\d+ (?:days?|"
    r"ngay|posts?|videos?|bai)(?: gan nhat)?"
    r"|er|eng|rate|ty le)\b|単位|单位|人|粉|名|累计|累計|누적|หน่วย"
)
