"""The words and signs of currencies, in cells and in titles."""

from __future__ import annotations

import re
from functools import lru_cache

from predictor.intake.numbers import halved, unified

CURRENCIES = {  # the words and signs by which people know them; any code of ISO 4217 stands for itself in a currency column
    "VND": ("vnđ", "vnd", "₫", "đồng", "đ"),
    "USD": ("us$", "u$d", "usd", "美元", "美金", "đô mỹ", "đô la mỹ"),
    "CNY": ("cny", "rmb", "cn¥", "nhân dân tệ", "人民币", "人民幣", "元", "块", "tệ"),
    "JPY": ("jpy", "jp¥", "yen", "yên", "円", "日元", "日圆"),
    "KRW": ("krw", "₩", "won", "원"),
    "THB": ("thb", "฿", "baht", "bạt", "บาท"),
    "SGD": ("sgd", "s$"),
    "MYR": ("myr", "rm", "ringgit"),
    "IDR": ("idr", "rp.", "rp", "rupiah"),
    "HKD": ("hkd", "hk$", "港币", "港幣"),
    "EUR": ("eur", "€", "euro", "euros"),
    "TWD": ("twd", "nt$", "ntd", "台币", "台幣", "新台币", "新台幣"),
    "INR": ("inr", "₹"),
    "GBP": ("gbp", "£", "bảng anh"),
    "BRL": ("brl", "r$", "reais"),
    "AUD": ("aud", "a$", "au$"),
    "NZD": ("nzd", "nz$"),
    "CAD": ("cad", "c$", "ca$"),
    "MXN": ("mxn", "mx$", "m.n.", "pesos mexicanos"),
    "PHP": ("php", "₱"),
    "CHF": ("chf",),
    "AED": ("aed",),
    "SAR": ("sar",),
    "RUB": ("rub", "₽"),
    "TRY": ("₺",),
    "PLN": ("pln", "zł"),
    "ZAR": ("zar",),
    "NGN": ("ngn", "₦"),
    "ILS": ("ils", "₪"),
    "UAH": ("uah", "₴"),
    "KZT": ("kzt", "₸"),
    "LAK": ("lak", "₭"),
    "KHR": ("khr", "៛"),
    "MMK": ("mmk",),
    "BDT": ("bdt", "৳"),
    "PKR": ("pkr",),
    "LKR": ("lkr",),
    "NPR": ("npr",),
    "KES": ("kes.", "kes", "ksh", "kshs"),
    "EGP": ("egp",),
    "GHS": ("ghs", "gh₵", "₵"),
    "COP": ("cop", "col$", "pesos colombianos"),
    "ARS": ("ars", "ar$", "pesos argentinos"),
    "CLP": ("clp", "pesos chilenos"),
    "SEK": ("sek",),
    "NOK": ("nok",),
    "DKK": ("dkk",),
    "CZK": ("czk", "kč"),
    "HUF": ("huf",),
    "QAR": ("qar",),
    "KWD": ("kwd",),
}
LEAST = {  # no post costs less: some five cents of a dollar, roughly, which is no rate of exchange
    code: least
    for least, codes in {
        0.05: "USD EUR GBP CHF SGD AUD NZD CAD KWD", 0.25: "BRL CNY MYR HKD AED SAR QAR ILS PLN GHS", 0.5: "SEK NOK DKK ZAR",
        1: "MXN TWD CZK", 2: "THB PHP TRY UAH EGP", 4: "INR RUB BDT", 5: "KES NPR", 10: "JPY PKR LKR HUF",
        25: "KZT", 40: "CLP", 50: "ARS NGN", 100: "KRW MMK", 200: "COP KHR", 1000: "VND IDR LAK",
    }.items()
    for code in codes.split()
}  # fmt: skip
CENTLESS = ("VND", "IDR", "KRW", "JPY")  # of which nothing at all is sold for so little, posts or goods
SHARED = {
    "$": ("USD", "SGD", "HKD", "AUD", "TWD", "CAD", "NZD", "MXN", "COP", "CLP", "ARS"),
    "¥": ("CNY", "JPY"),
    "rs": ("INR", "PKR", "LKR", "NPR"),
    "pesos": ("MXN", "COP", "ARS", "CLP", "PHP"),
    "元": ("TWD", "HKD", "CNY"),  # in traditional characters, where it is not China's alone
}
MEANING = (
    {sign: sign for sign in SHARED}
    | {word: code for code, words in CURRENCIES.items() for word in words}
    | {"rs.": "rs", "dollar": "$", "dollars": "$", "dólares": "$", "đô": "$", "đô la": "$"}
)  # signs and words that several currencies share stand for themselves
SORTED = "|".join(re.escape(word) for word in sorted(MEANING, key=len, reverse=True))
BEHIND = "万萬亿億千百만억천백นพ"  # last letters of units in scripts that part no words: 5万元
WORD = re.compile(rf"(?:(?<![^\W\d_])|(?<=[{BEHIND}])|(?=[₫฿₩€£]))(?:{SORTED})(?![^\W\d_])")  # no word ends before a sign

SPOKEN = {  # units that belong to one language whose country has one currency; n is nghìn
    "VND": "triệu trieu củ tr tỷ tỉ nghìn ngàn n", "IDR": "jt juta rb miliar milyar", "THB": "พัน หมื่น แสน ล้าน",
    "KRW": "만 백만 천만",
}  # fmt: skip
SPEAKING = {word: code for code, words in SPOKEN.items() for word in words.split()}
BEHIND_FIGURE = re.compile(rf"\d\s*({'|'.join(sorted(SPEAKING, key=len, reverse=True))})(?![^\W\d_]|\s*(?:usd|đô|\$))")
IN_TITLE = re.compile(  # Giá (triệu), Bao gia (trieu), Phí (tr)
    r"(?<![^\W\d_])(triệu|trieu|nghìn|ngàn|juta)(?![^\W\d_])|(?:giá|gia|phí|phi|cast|cát[ -]?xê)(?![^\W\d_])[^()]*\(\s*(tr)\s*\)"
)
LARGE = ("triệu", "trieu", "củ", "tr", "tỷ", "tỉ", "n", "jt", "juta", "miliar", "milyar")  # nobody says them of dollars: 5tr
ALSO = {"juta": ("MYR",)}  # currencies of which a word is said besides


DONG, REAIS = r"(?:vn[dđ]|₫|đồng)", r"(?:r\$|brl|reais|mxn|mx\$|cop|ars|clp|pesos (?:mexican|colombian|argentin|chilen)os)"
MIL = (  # a million in a list of đồng, a thousand in one of reais or of pesos that are known
    (re.compile(rf"(?<![^\W\d_])({DONG}[\s(]*)mil(?!\w)|(?<![^\W\d_])mil(?=[\s)/]*{DONG}(?!\w))"), "million"),
    (re.compile(rf"({REAIS}[\s(]*(?:\d[\d.,]*\s*)?)mil(?!\w)|(?<![^\W\d_])mil(?=\s*(?:de\s+)?{REAIS}(?!\w))"), "thousand"),
)


@lru_cache(maxsize=16_384)  # lists repeat their prices, and a price is looked at several times
def plain(text: str) -> str:
    """Text in one spelling of its letters and signs, small."""
    one = unified(text)
    for words, unit in MIL if "mil" in one else ():
        one = words.sub(rf"\1{unit}", one)
    one = re.sub(r"^p\s?(?=\d{1,3}(?:,\d{3})+(?!\d)|\d{4,}(?!\d)|\d+k\b)", "php ", one)  # P45,000
    one = re.sub(r"(?<![^\W\d_])t(?=€)", "tsd ", one)  # T€, as German writes a thousand of them
    return halved(re.sub(r"(tr|tỷ|k)(đ|vn)|(?<![^\W\d_])([km])(?=[€£$]|vnd\b|idr\b|php\b|thb\b|usd\b|inr\b)", r"\1\3 \2", one))


@lru_cache(maxsize=16_384)
def currency_of(text: str) -> str | None:
    """The one currency that a text names: a code, a sign that several share ($, ¥), or None.

    >>> currency_of("Báo giá (VNĐ)"), currency_of("500.000đ"), currency_of("Ngày đăng")
    ('VND', 'VND', None)
    """
    found = {MEANING[word] for word in WORD.findall(plain(text))}
    codes = found - set(SHARED)
    codes -= {"CNY"} if codes & {"TWD", "HKD"} and "元" in text else set()  # 千元 (NTD)
    return codes.pop() if len(codes) == 1 else found.pop() if len(found) == 1 else None


@lru_cache(maxsize=4096)  # lists repeat their prices
def without_currency(text: str) -> str:
    """The same text without the words and signs of currencies."""
    return " ".join(WORD.sub(" ", plain(text)).split())


def currency_named(text: str) -> str | None:
    """The currency of an amount by a sign that several may share, or by a unit that is said of one currency alone: 300tr.

    >>> currency_named("20k USD"), currency_named("$500"), currency_named("300tr"), currency_named("300")
    ('USD', '$', 'VND', None)
    """
    spoken = spoken_of(text)
    return currency_of(text) or (SPEAKING[spoken] if spoken in LARGE else None)


def spoken_of(text: str, title: bool = False) -> str | None:
    """The word of a cell or a title for a unit that is said of one currency alone.

    >>> spoken_of("5 triệu"), spoken_of("1,5jt/post"), spoken_of("Giá (triệu)", title=True), spoken_of("5k")
    ('triệu', 'jt', 'triệu', None)
    """
    found = (IN_TITLE if title else BEHIND_FIGURE).search(plain(text))
    return None if found is None else next(filter(None, found.groups()))
