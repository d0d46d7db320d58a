"""Countries, languages and currencies as one code each, from codes or from names in the languages of these markets.

Codes and names are those of ISO 3166, ISO 639 and ISO 4217 as the Unicode CLDR lists them (through Babel). The library is loaded
when the first cell needs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Literal

from predictor.intake.currency_words import SHARED, currency_of
from predictor.wording.matching import fold

if TYPE_CHECKING:
    from babel import Locale

NAMED_IN = ("en", "vi", "zh", "zh_Hant", "th", "id", "ja", "ko", "fr", "de", "es", "pt")
UNKNOWN = frozenset(
    map(fold, ("unknown", "not known", "không rõ", "chưa rõ", "không biết", "未知", "不详", "不詳", "不明", "tidak diketahui",
               "ไม่ทราบ", "알 수 없음", "?", "tbd"))
)  # fmt: skip
NO_COUNTRY = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ")
)  # reserved, or groups
NO_LANGUAGE = frozenset(("mul", "root", "und", "zxx"))
# What people write besides the names of the CLDR.
COUNTRIES = {
    "USA": "US", "U.S.": "US", "America": "US", "Mỹ": "US", "Amerika": "US", "米国": "US", "UK": "GB", "Great Britain": "GB",
    "England": "GB", "Anh": "GB", "Anh Quốc": "GB", "Inggris": "GB", "英國": "GB", "Korea": "KR", "Republic of Korea": "KR",
    "Hàn": "KR", "한국": "KR", "Nhật": "JP", "日本国": "JP", "Thái": "TH", "ประเทศไทย": "TH", "Sing": "SG", "Úc": "AU",
    "Indo": "ID", "Nga": "RU",
    "Trung": "CN", "Mainland China": "CN", "中国大陆": "CN", "中國大陸": "CN", "Hong Kong": "HK", "Hồng Kông": "HK", "香港": "HK",
    "홍콩": "HK", "ฮ่องกง": "HK", "Macau": "MO", "Macao": "MO", "Ma Cao": "MO", "澳门": "MO", "澳門": "MO", "Đài Loan": "TW",
    "台灣": "TW", "臺灣": "TW", "UAE": "AE", "Holland": "NL", "Hà Lan": "NL", "Czech Republic": "CZ", "Turkey": "TR",
}  # fmt: skip
LANGUAGES = {
    "Mandarin": "zh", "Tiếng Trung": "zh", "Tiếng Hoa": "zh", "Trung": "zh", "Simplified Chinese": "zh", "国语": "zh",
    "Traditional Chinese": "zh", "普通话": "zh", "汉语": "zh", "漢語": "zh", "Bahasa": "id", "Bahasa Indonesia": "id",
    "Bahasa Melayu": "ms", "Bahasa Malaysia": "ms", "Tagalog": "fil", "Filipino": "fil", "Tiếng Anh": "en",
    "Anh": "en", "Việt": "vi", "Hàn": "ko", "Nhật": "ja", "Thái": "th",
}  # fmt: skip


def country_of(text: str) -> str | None:
    """The two letters of a country, or None where there is no such country.

    >>> country_of("vn"), country_of("Việt Nam"), country_of("미국"), country_of("USA"), country_of("ZZ")
    ('VN', 'VN', 'US', 'US', None)
    """
    word = text.strip()
    code = word.upper()
    if code in _countries():
        return code
    return _three_letters("territory_aliases", code, _countries()) or _names("territories").get(fold(word))


RATHER_LANGUAGES = {"VI": "VN", "MS": "MY", "KM": "KH", "TL": "PH"}  # codes of small countries, and the country of the language


def rather_language(text: str) -> tuple[str, str, str] | None:
    """Of a country's code that is rather that of a language: the country of the language, its name, and the name of the country.

    >>> rather_language("vi"), rather_language("vn")
    (('VN', 'Vietnam', 'U.S. Virgin Islands'), None)
    """
    code = text.strip().upper()
    if code not in RATHER_LANGUAGES:
        return None
    names = _locale("en").territories
    return RATHER_LANGUAGES[code], names[RATHER_LANGUAGES[code]], names[code]


RATHER_COUNTRIES = {"bm": "ms", "cn": "zh", "jp": "ja", "kr": "ko", "vn": "vi"}  # codes of countries, or of far smaller languages
LANGUAGE = re.compile(r"^(?:ภาษา|ngôn ngữ |bahasa )|(?<=\w) (?:language|speaking)$", re.IGNORECASE)


def language_of(text: str) -> str | None:
    """The code of a language, two letters where it has them, or None where there is no such language.

    >>> language_of("VI"), language_of("Tiếng Việt"), language_of("en-US"), language_of("中文"), language_of("xx")
    ('vi', 'vi', 'en', 'zh', None)
    >>> language_of("BM"), language_of("VN")
    ('ms', 'vi')
    """
    word = LANGUAGE.sub("", text.strip()) or text.strip()
    code = re.sub(r"^([a-z]{2,3})[-_][a-z0-9]{2,4}$", r"\1", word.lower())
    if code in RATHER_COUNTRIES:
        return RATHER_COUNTRIES[code]
    if code in _languages():
        return code
    return _three_letters("language_aliases", code, _languages()) or _names("languages").get(fold(word))


def currency_code(text: str) -> str | None:
    """The three letters of a currency in use, by these or by the words and signs of `money`; None where several share them.

    >>> currency_code("vnd"), currency_code("đồng"), currency_code("CHF"), currency_code("DOGE"), currency_code("$")
    ('VND', 'VND', 'CHF', None, None)
    """
    code = text.strip().upper()
    if code in _currencies():
        return code
    named = currency_of(text)
    return None if named in SHARED else named


CODES: dict[str, tuple[str, Callable[[str], str | None]]] = {  # by column: what it is called in a message, and its reader
    "country": ("country", country_of), "market": ("country", country_of), "language": ("language", language_of),
    "currency": ("currency", currency_code),
}  # fmt: skip
UPPER = ("country", "market", "currency")  # those whose codes are in capitals


def nearest_name(kind: str, word: str) -> str | None:
    """The known name that is most like a word of no country or language."""
    known = _names({"country": "territories", "language": "languages"}[kind]) if kind != "currency" else {}
    near = get_close_matches(fold(word), list(known), n=1, cutoff=0.8) if len(word) > 3 else []
    return known[near[0]] if near else None


@cache
def _locale(name: str) -> Locale:
    from babel import Locale

    return Locale.parse(name)


@cache
def _countries() -> frozenset[str]:
    return frozenset(code for code in map(str, _locale("en").territories) if re.fullmatch("[A-Z]{2}", code)) - NO_COUNTRY


@cache
def _languages() -> frozenset[str]:
    return frozenset(code for code in map(str, _locale("en").languages) if re.fullmatch("[a-z]{2,3}", code)) - NO_LANGUAGE


@cache
def _currencies() -> frozenset[str]:
    from babel.core import get_global

    uses = (use for uses in get_global("territory_currencies").values() for use in uses)
    return frozenset(code for code, _, until, tender in uses if until is None and tender)


def _three_letters(aliases: Literal["territory_aliases", "language_aliases"], code: str, known: Iterable[str]) -> str | None:
    from babel.core import get_global

    found = get_global(aliases).get(code) if len(code) == 3 else None
    short = found[0] if isinstance(found, list | tuple) and len(found) == 1 else found
    return short if isinstance(short, str) and short in known else None


@cache
def _names(kind: str) -> dict[str, str]:
    """Folded names with their code; one that several codes have is none's."""
    known, own = (_countries(), COUNTRIES) if kind == "territories" else (_languages(), LANGUAGES)
    found: dict[str, set[str]] = {}
    for locale in map(_locale, NAMED_IN):
        for code, name in getattr(locale, kind).items():
            if code in known:
                found.setdefault(fold(name), set()).add(code)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1} | {fold(k): code for k, code in own.items()}
