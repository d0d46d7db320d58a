"""Numbers as people type them: a decimal dot or comma, grouped thousands, K and triệu, per cent.

Two readings of every number exist. One that makes sense in one reading only is taken as it is; one that makes sense in both
is read as the rest of its column is, and refused rather than guessed where the column does not say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.cells import Refused, text_cells, typed_apart, without_emoji
from predictor.tables.frames import Array, array_of, floats
from predictor.wording.sentences import Said

# What people write behind a number, in the spelling that `unified` gives; the first word of each size stands for it.
UNITS: dict[str, float] = {
    word: size
    for size, words in {
        1e2: "hundred hundreds",
        1e3: "k tsd nghìn nghin ngàn ngan rb ribu thousand thousands tausend ribuan millier milliers miles millares "
        "milhar milhares mila migliaia duizend тыс tys tysięcy 千 천 พัน",
        1e6: "tr triệu trieu củ m mn mio mi million millions millionen milhão milhões millón millones "
        "milione milioni miljoen mln млн jt juta jutaan "
        "百万 百萬 백만 ล้าน",
        1e9: "tỷ tỉ ty ti b bn billion billions miliar milyar 十亿 十億 십억",
        1e12: "triliun trilyun 万亿 兆",
        1e4: "万 萬 w wan 만 หมื่น vạn",
        1e5: "lakh lakhs lac lacs 十万 十萬 십만 แสน",
        1e7: "crore crores cr 千万 千萬 천만",
        1e8: "亿 億 억",
    }.items()
    for word in words.split()
}
UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
SHORT = (
    "m",
    "b",
    "w",
    "cr",
    "tsd",
    "ty",
    "ti",
    "mn",
    "mi",
    "bn",
    "wan",
    "vạn",
    "tr",
)  # also letters of other words: in a title only when alone
AMONG = "|".join(word for word in UNIT.split("|") if word not in SHORT and word.isascii() | (word[0] < "\u0e00"))
WIDE = "|".join(word for word in UNIT.split("|") if word[0] >= "\u0e00")  # scripts that part no words
NOUGHTS = (  # x100, x1000, 1.000, '000, 1.000.000
    r"(?<![^\W_])(?<!\d[., ])(?:x ?)?(?:1[., ]?|['.,] ?)?000(?:[., ]?000)?(?![.,]?\d)(?:s(?![^\W\d_]))?|"
    r"(?<![^\W_])[x×] ?100(?=\s*(?:$|[)\],;:/|-]|\((?!x)|"
    r"(?:vn[dđ]|đ|đồng|usd|eur|idr|rp|rupiah|thb|baht|php|myr|rm|sgd|jpy|dollars?)(?!\w)))"
)
IN_TITLE = re.compile(
    rf"(?P<noughts>{NOUGHTS}|(?<![^\W_])')|(?<![^\W_])(?:{AMONG}|{WIDE})(?![^\W\d_]|\s+lệ)|(?:{WIDE})(?=[元円원人명]|คน|บาท)"
)
ALONE = re.compile(rf"(?:đvt|đơn vị(?: tính)?|unit|in|en|tính bằng|单位|單位)?[\W_]*({UNIT})[\W_]*")
FIGURES = r"[0-9]+"  # a whole number as programs write it
SHAPE = rf"^(?P<sign>[+-]?)\s*(?P<body>[\d., ]*?\d(?:e[+-]?\d+)?)\s*(?P<unit>{UNIT})?\s*(?P<percent>%)?$"
# 3tr5 and 1万5: the figures behind a unit are its decimals; 1 triệu 500 nghìn: those with a smaller unit are added.
INSIDE = re.compile(rf"^(?P<body>\d+)\s*(?P<unit>{UNIT})\s*(?P<rest>\d{{1,4}})\s*(?P<smaller>{UNIT})?$")
ALONE_ONE = ("십만", "백만", "천만", "억")  # 백만원 is a million
HALF = re.compile(  # 2 củ rưỡi, nửa triệu
    rf"(?P<whole>\d{{1,15}})\s*(?P<unit>{UNIT})\s*(?:rưỡi|rưởi|ruoi|ครึ่ง|半|반)(?!\w)|"
    rf"(?:nửa|nua|half\s+an?|setengah|ครึ่ง|半|반)\s*(?P<of>{UNIT})(?![^\W\d_])"
)
THOUSAND = "|".join(word for word, size in UNITS.items() if size == 1e3)
GROUPED_THOUSANDS = re.compile(  # 5.000k, 1.200K: nobody writes noughts behind a decimal mark there
    rf"^(?P<sign>[+-]?\s*[1-9]\d{{0,2}})[.,](?P<rest>\d\d0)(?=\s*(?:{THOUSAND})(?![^\W\d_]))"
)
DECIMAL_THOUSANDS = re.compile(rf"^[+-]?\s*\d+[.,](?:\d{{1,2}}|\d\d[1-9])\s*(?:{THOUSAND})(?![^\W\d_])")  # 95.5K, 8.125K
GROUPED = re.compile(r"(?P<body>[1-9]\d{0,2}(?:,\d{3})+)(?=\s*[万萬亿億千百만억천백])")  # there a comma groups thousands, always
PEOPLE = re.compile(  # 12万人, 45K followers, 登録者12万人
    r"^(?:登録者|登录者|粉丝|フォロワー|팔로워|구독자)\s*(?=\d)|(?:(?<=[\d万萬億亿千百만천억kw+])\s*|\s)(?:人|名|粉丝?|명|คน|người|nguoi|followers?|follows?|fans?|"
    r"subs?(?:cribers?)?|flw?|fl|(?:người )?theo dõi|người đăng ký|thành viên|members?)$",
    re.IGNORECASE,
)
TIMES_UNIT = "times"  # of views, likes and the like in the catalogue
TIMES = re.compile(r"(?<=[\dkKmMnNrR])\s*(?:lượt|luot)\s*$", re.IGNORECASE)  # 125.400 lượt
OF_ENGAGEMENT = re.compile(r"(?<=[%％])\s*(?:er|engagement(?: rate)?|tương tác)\s*$", re.IGNORECASE)  # 4.1% ER
LAKH = re.compile(r"(?<=\d)\s?L$")  # 1.5L, as India writes it; 500 l are looks (lượt)
NGHIN = re.compile(r"(?<=\d)\s?n$")  # 150N: a thousand in Vietnamese, and no unit elsewhere
PHONE = re.compile(r"0\d{8,10}|\+[1-9]\d{9,13}")  # nobody writes a nought before an amount, nor a sign before so long a one
RAISED = ("<super>", "<sub>", "<circle>", "<fraction>")
FINE, UNREADABLE, PARTIAL, OUTSIDE, BARE, AMBIGUOUS, CALLED = range(7)


@dataclass(frozen=True)
class Reading:
    """What cells say under one convention, and what is wrong with each (`FINE` where nothing is)."""

    values: np.ndarray
    trouble: np.ndarray


def read_numbers(
    column: pd.Series, entry: Entry, decimal_comma: bool | None = None, settles: bool = True
) -> tuple[pd.Series, list[Refused]]:
    """A column of counts, rates, money or plain numbers as floats, and the cells refused.

    `decimal_comma` settles `1.234` (true: 1234; false: 1.234); without it only the column itself can settle it, unless
    it is but a part of one (`settles` false).
    """
    values, refused = number_cells(array_of(column), entry, decimal_comma, settles)
    return pd.Series(values, index=column.index, copy=False), refused


def number_cells(
    cells: Array, entry: Entry, decimal_comma: bool | None = None, settles: bool = True
) -> tuple[np.ndarray, list[Refused]]:
    """The same without an index."""
    text, typed = typed_apart(cells)
    numbers = _typed(typed, entry)
    values, trouble, other = numbers.values.copy(), numbers.trouble.copy(), np.full(len(cells), np.nan)
    if text is not None and not text.isna().all():
        codes, distinct = pd.factorize(text_cells(text))
        said, there = _read_distinct(pd.Series(distinct, dtype="str"), entry, decimal_comma, settles), codes >= 0
        for target, source in zip((values, trouble, other), said, strict=True):
            target[there] = source[codes[there]]
        if entry.type in ("count", "money"):
            called = np.array([PHONE.fullmatch(cell) is not None for cell in distinct])
            trouble[there] = np.where(called[codes[there]], CALLED, trouble[there])

    def sentence_of(kind: int) -> Callable[[int], Said]:
        return lambda cell: _sentence(kind, str(cells[cell]).strip(), entry, values[cell], other[cell])

    kinds = sorted({*trouble.tolist()} - {FINE})
    refused = [Refused(np.flatnonzero(trouble == kind), sentence_of(kind), kind == AMBIGUOUS) for kind in kinds]
    whole = np.round(values) if entry.type == "count" else values
    return np.where(trouble == FINE, whole, np.nan), refused


def without_people(text: str) -> str:
    """A count without the word for whom it counts.

    >>> without_people("45K followers"), without_people("1.5L")
    ('45K', '1.5 lakh')
    """
    return with_lakh(PEOPLE.sub("", text.strip()))


def with_lakh(text: str) -> str:
    """A number with its lakh written out."""
    return LAKH.sub(" lakh", text.strip())


def _typed(cells: Array, entry: Entry) -> Reading:
    if pd.api.types.is_numeric_dtype(cells.dtype) and not pd.api.types.is_bool_dtype(cells.dtype):
        values = floats(cells)
    else:
        values = np.array([_as_float(cell) for cell in cells], dtype=float)
    trouble = _trouble(values, entry, np.zeros(len(values), bool))
    return Reading(values, np.where(pd.isna(cells), FINE, trouble))


def _as_float(cell: object) -> float:
    if isinstance(cell, bool) or cell is None or cell is pd.NA:
        return np.nan
    try:
        return float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return np.nan


def _read_distinct(
    text: pd.Series, entry: Entry, decimal_comma: bool | None, settles: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As `_read_text`; figures alone are one number by any convention and settle none, so they are read at once."""
    plain = text.str.fullmatch(FIGURES).to_numpy(bool)
    if not plain.any():
        return _read_text(text, entry, decimal_comma, settles)
    values, trouble = np.full(len(text), np.nan), np.full(len(text), FINE)
    values[plain] = text[plain].astype(float)
    trouble[plain] = _trouble(values[plain], entry, np.zeros(plain.sum(), bool))
    other = values.copy()
    if not plain.all():
        rest = _read_text(text[~plain].reset_index(drop=True), entry, decimal_comma, settles)
        values[~plain], trouble[~plain], other[~plain] = rest
    return values, trouble, other


def _read_text(
    text: pd.Series, entry: Entry, decimal_comma: bool | None, settles: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, troubles and the values of the other convention, one per distinct text."""
    if entry.type == "count":
        text = text.map(without_people)
    if entry.unit == TIMES_UNIT:
        text = text.str.replace(TIMES, "", regex=True)
    if entry.type == "rate":
        text = text.str.replace(OF_ENGAGEMENT, "", regex=True)
    if entry.type in ("count", "money"):
        text = text.map(lambda cell: NGHIN.sub("k", unified(with_lakh(cell))))
    noughts = text.str.match(GROUPED_THOUSANDS).to_numpy() if decimal_comma is None else np.zeros(len(text), bool)
    open_ones = noughts & text[~noughts].str.match(DECIMAL_THOUSANDS).any()
    text = text.mask(noughts & ~open_ones, text.str.replace(GROUPED_THOUSANDS, r"\g<sign>\g<rest>", regex=True))
    parts = text.map(_whole).astype("str").str.extract(SHAPE)
    dot, comma = _reading(parts, entry, "."), _reading(parts, entry, ",")
    differ = (dot.trouble == FINE) & (comma.trouble == FINE) & (dot.values != comma.values)
    convention = None if decimal_comma is None else "," if decimal_comma else "."
    if convention is None and settles:
        convention = _convention(dot, comma) or _habit(parts["body"][differ & parts["unit"].isna().to_numpy()], entry)
    chosen, other = (comma, dot) if convention == "," else (dot, comma)
    # A number with one reading only, such as 12,5K, needs no convention: it is taken as it is.
    only_other = ((other.trouble == FINE) & (chosen.trouble != FINE)) | (
        (chosen.trouble == UNREADABLE) & (other.trouble != UNREADABLE)
    )
    trouble = np.where(only_other, other.trouble, chosen.trouble)
    if convention is None:
        trouble = np.where(differ, AMBIGUOUS, trouble)
    trouble = np.where(open_ones, AMBIGUOUS, trouble)
    return np.where(only_other, other.values, chosen.values), trouble, np.where(only_other, chosen.values, other.values)


@lru_cache(maxsize=4096)  # a cell is looked at several times
def unified(text: str) -> str:
    """A number's text in one spelling of its letters, signs and figures, small; 5² and ① stay what they are.

    >>> unified("１２．５万"), unified("−๕ ล้าน"), unified("5²")
    ('12.5万', '-5 ล้าน', '5²')
    """
    plain = text if text.isascii() else "".join(map(_plain, text))
    small = unicodedata.normalize("NFC", plain).lower().replace("−", "-").replace("〜", "~").replace("’", "'")
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() and not one.isascii() else one for one in small).strip()


def _plain(letter: str) -> str:
    """A letter or figure of another width or form as the usual one, but no power, index, number in a circle or fraction."""
    raised = unicodedata.decomposition(letter).startswith(RAISED)
    return letter if raised else unicodedata.normalize("NFKC", letter)


def unit_in_words(words: str) -> float | None:
    """What a title's words multiply its numbers by, or None where they name no unit; currencies are to be taken out before.

    >>> unit_in_words("(万)"), unit_in_words("ĐVT: triệu"), unit_in_words("'000"), unit_in_words("công ty")
    (10000.0, 1000000.0, 1000.0, None)
    """
    text = unified(words)
    if (alone := ALONE.fullmatch(text.strip(" ()[]{}.:,-–—/*"))) is not None:
        return UNITS[alone[1]]
    found = IN_TITLE.search(text)
    if found is None:
        return None
    return 10.0 ** (found[0].count("0") or 3) if found["noughts"] else UNITS[found[0]]


def halved(text: str) -> str:
    """Halves of a unit in figures: 2 củ rưỡi is 2.5 củ, nửa triệu 0.5 triệu; any other text as it is."""
    return HALF.sub(lambda found: f"{found['whole'] or 0}.5 {found['unit'] or found['of']}", text)


def _whole(text: str) -> str:
    """A number of several parts (3tr5, 1 triệu 500 nghìn) as one; any other text in one spelling."""
    plain = re.sub(r"(?<=\d)( ?(?:mio|tsd|tys|тыс|млн))\.$", r"\1", halved(without_emoji(unified(text))))  # 1,2 Mio.
    plain = re.sub(r"(?<=\d)'(?=\d{3}(?!\d))", "", plain)  # 5'000'000, as Switzerland groups
    plain = re.sub(r"^'(?=[1-9])", "", plain)  # as a spreadsheet marks a number that is to stay a text
    plain = f"1{plain}" if plain in ALONE_ONE else plain
    if grouped := GROUPED.match(plain):
        plain = f"{grouped['body'].replace(',', '')}{plain[grouped.end() :]}"
    found = INSIDE.match(plain)
    if found is None:
        return plain
    size, smaller = UNITS[found["unit"]], found["smaller"]
    if len(found["rest"]) == 4 and (smaller is None or UNITS[smaller] * 1e4 != size):  # 1万2000, but no 3tr5000
        return f"{int(found['body']) * size + int(found['rest']):.0f}" if (size, smaller) == (1e4, None) else plain
    if smaller is None:
        return f"{float(found['body'] + '.' + found['rest']) * size:.0f}"
    return f"{int(found['body']) * size + int(found['rest']) * UNITS[smaller]:.0f}" if UNITS[smaller] < size else plain


def _convention(dot: Reading, comma: Reading) -> str | None:
    """The decimal mark that settles a column: some of its numbers can be read with that mark only, and none only without."""
    only_dot = ((dot.trouble == FINE) & (comma.trouble != FINE)).any()
    only_comma = ((comma.trouble == FINE) & (dot.trouble != FINE)).any()
    return None if only_dot == only_comma else "." if only_dot else ","


def _habit(amounts: pd.Series, entry: Entry) -> str | None:
    """Nobody writes three decimals of money or of a count: where every open amount has one same mark, it groups thousands."""
    if entry.type not in ("money", "count") or amounts.empty:
        return None
    dotted, with_comma = (amounts.str.contains(mark, regex=False).any() for mark in ".,")
    return None if dotted == with_comma else "," if dotted else "."


def _to_three_decimals(parts: pd.DataFrame, entry: Entry, decimal: str) -> np.ndarray:
    """Counts such as 10.000 that would have three decimals: nobody counts so, unless 12000.000 beside them proves a program."""
    body = parts["body"]
    if entry.type != "count" or body.str.fullmatch(rf"\d{{4,}}\{decimal}\d+", na=False).any():
        return np.zeros(len(parts), bool)
    return (body.str.fullmatch(rf"[1-9]\d{{0,2}}\{decimal}\d{{3}}", na=False) & parts["unit"].isna()).to_numpy(bool)


def _reading(parts: pd.DataFrame, entry: Entry, decimal: str) -> Reading:
    grouping = "," if decimal == "." else "."
    grouped = "|".join(rf"[1-9]\d{{0,2}}(?:{mark}\d{{3}})+" for mark in (rf"\{grouping}", " "))
    grouped += r"|[1-9]\d?(?:,\d{2})+,\d{3}" if grouping == "," else ""  # 12,00,000 as India groups
    valid = parts["body"].str.fullmatch(rf"(?:\d+|{grouped})?(?:\{decimal}\d+)?", na=False)
    machine = parts["body"].str.fullmatch(r"\d*\.?\d+e[+-]?\d+", na=False)  # written by a program: always a dot
    plain = parts["body"].str.replace(grouping, "", regex=False).str.replace(" ", "", regex=False)
    body = plain.str.replace(decimal, ".", regex=False).where(valid).mask(machine, parts["body"])
    percent = parts["percent"].notna().to_numpy()
    sign = np.where(parts["sign"] == "-", -1.0, 1.0)
    units = parts["unit"].map(UNITS).astype(float).fillna(1.0).to_numpy()
    values = sign * body.astype(float).to_numpy(na_value=np.nan) * units
    values = np.where(percent, values / 100 if entry.type == "rate" else np.nan, values)
    trouble = _trouble(values, entry, percent)
    return Reading(values, np.where(_to_three_decimals(parts, entry, decimal), UNREADABLE, trouble))


def _trouble(values: np.ndarray, entry: Entry, percent: np.ndarray) -> np.ndarray:
    low, high = entry.range or (-np.inf, np.inf)
    trouble = np.where((values < low) | (values > high), OUTSIDE, FINE)
    if entry.type == "rate":
        trouble[(values > 1) & ~percent] = BARE
    if entry.type == "count":
        with np.errstate(invalid="ignore"):  # what is no number, or endless, is told below
            trouble[np.abs(values - np.round(values)) > 1e-6 * np.maximum(1, np.abs(values))] = PARTIAL
    trouble[~np.isfinite(values)] = UNREADABLE
    return trouble


def _sentence(kind: int, came: str, entry: Entry, value: float, other: float) -> Said:
    values: dict[str, Any] = {"came": came, "label": entry.label}
    if kind == AMBIGUOUS:
        return Said("cell_open", {"came": came, "first": plainly(value), "second": plainly(other)})
    if kind == PARTIAL:
        return Said("cell_whole", values)
    if kind == CALLED:
        return Said("cell_phone", values)
    if kind == BARE:
        share = entry.range is not None and entry.range[1] <= 1
        return Said("cell_share" if share else "cell_percent", values | {"percent": f"{value:g}", "plain": plainly(value / 100)})
    if kind == OUTSIDE and entry.range:
        return Said("cell_outside", values | dict(zip(("low", "high"), map(plainly, entry.range), strict=True)))
    return Said("cell_no_rate" if entry.type == "rate" else "cell_no_number", values)


@lru_cache(maxsize=4096)  # lists repeat their figures
def plainly(value: float) -> str:
    """A number in the one spelling that has one reading: no grouping, never three decimals exactly.

    >>> plainly(1234.0), plainly(1.234)
    ('1234', '1.2340')
    """
    text = f"{value:.10f}".rstrip("0").rstrip(".")
    return text + "0" if len(text.partition(".")[2]) == 3 and not text.startswith(("0.", "-0.")) else text
