"""Money as people type it into cells and titles: with a currency before or behind it, in a range, as 3tr5."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.bounds import Bound, without_bound
from predictor.intake.cells import Refused, as_text
from predictor.intake.numbers import INSIDE, UNIT, UNITS, halved, read_numbers, unified, unit_in_words
from predictor.wording.sentences import Said

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
    "EUR": ("eur", "€", "euro"),
    "TWD": ("twd", "nt$", "ntd", "台币", "台幣", "新台币", "新台幣"),
    "INR": ("inr", "₹"),
    "GBP": ("gbp", "£", "bảng anh"),
    "BRL": ("brl", "r$"),
    "AUD": ("aud", "a$", "au$"),
    "NZD": ("nzd", "nz$"),
    "CAD": ("cad", "c$", "ca$"),
    "MXN": ("mxn", "mx$"),
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
}
SHARED = {"$": ("USD", "SGD", "HKD", "AUD", "TWD", "CAD"), "¥": ("CNY", "JPY"), "rs": ("INR", "PKR", "LKR", "NPR")}
MEANING = (
    {word: code for code, words in CURRENCIES.items() for word in words}
    | {sign: sign for sign in SHARED}
    | {"rs.": "rs", "dollar": "$", "dollars": "$", "đô": "$", "đô la": "$"}
)  # signs and words that several currencies share stand for themselves
SORTED = "|".join(re.escape(word) for word in sorted(MEANING, key=len, reverse=True))
BEHIND = "万萬亿億千百만억천백นพ"  # last letters of units in scripts that part no words: 5万元
WORD = re.compile(rf"(?:(?<![^\W\d_])|(?<=[{BEHIND}]))(?:{SORTED})(?![^\W\d_])")
RANGE = re.compile(r"^(?:từ\s+)?([^-–—~]*\d[^-–—~]*?)\s*(?:-|–|—|~|đến|tới|\bto\b)\s*(\D{0,3}\d.*)$")

MILIAR = re.compile(r"\d\s*m\b")  # in Indonesian M is miliar, a thousand million; elsewhere it is a million
STRANGE = re.compile(r"^[\d.,\s]*\d\s*([^\W\d_]+)$")  # a number and a word behind it that is neither unit nor currency


@dataclass(frozen=True)
class Amounts:
    """A column of money: values, the currency that each cell itself names (or None), cells refused, and ranges as typed."""

    values: pd.Series
    currency: pd.Series
    refused: list[Refused]
    ranges: np.ndarray


def plain(text: str) -> str:
    """Text in one spelling of its letters and signs, small."""
    return halved(re.sub(r"(tr|tỷ|k)(đ|vn)", r"\1 \2", unified(text)))


def currency_of(text: str) -> str | None:
    """The one currency that a text names: a code, a sign that several share ($, ¥), or None.

    >>> currency_of("Báo giá (VNĐ)"), currency_of("500.000đ"), currency_of("Ngày đăng")
    ('VND', 'VND', None)
    """
    found = {MEANING[word] for word in WORD.findall(plain(text))}
    codes = found - set(SHARED)
    return codes.pop() if len(codes) == 1 else found.pop() if len(found) == 1 else None


def without_currency(text: str) -> str:
    """The same text without the words and signs of currencies."""
    return " ".join(WORD.sub(" ", plain(text)).split())


def unit_of(qualifier: str) -> float:
    """What a title multiplies its numbers by: 1e6 for 'triệu đồng', 1 where it names no unit."""
    return unit_in_words(without_currency(qualifier)) or 1.0


def read_amounts(
    column: pd.Series, entry: Entry, unit: float = 1.0, decimal_comma: bool | None = None,
    typed: pd.Series | None = None, currency: str | None = None,
) -> Amounts:  # fmt: skip
    """Read money; the midpoint stands for a range, and `unit` multiplies the numbers that bring none of their own.

    Each currency's cells are read together and apart from the others': 5.000.000 ₫ says nothing about how $1,200 is meant.
    `typed` are the cells as their owner wrote them, where `column` is what was taken out of these; `currency` is that of the
    cells which name none, where it is known.
    """
    cells, codes = column.astype(object).reset_index(drop=True), pd.Series(None, index=range(len(column)), dtype=object)
    text = as_text(cells.where(cells.map(lambda cell: isinstance(cell, str)))).dropna()
    codes[text.index] = text.map(currency_of)
    cells[text.index] = text.map(without_currency)
    cells = scaled(cells, unit)
    values, ranges, refused = np.full(len(cells), np.nan), np.zeros(len(cells), bool), []
    for code, group in cells.groupby(codes.fillna("")):
        at = group.index.to_numpy()
        values[at], ranges[at], wrong = _read(group.reset_index(drop=True), entry, decimal_comma, code or currency)
        refused += [_moved(one, at) for one in wrong]
    worded = [Refused(one.cells, _as_typed(one, column if typed is None else typed), one.undecided) for one in refused]
    return Amounts(pd.Series(values, index=column.index), codes.set_axis(column.index), worded, ranges)


def _read(
    cells: pd.Series, entry: Entry, decimal_comma: bool | None, currency: str | None
) -> tuple[np.ndarray, np.ndarray, list[Refused]]:
    bounds = [_bounds(cell) for cell in cells]
    ends = pd.Series([part for cell, pair in zip(cells, bounds, strict=True) for part in (pair or (cell, cell))], dtype=object)
    numbers, refused = read_numbers(ends, entry, decimal_comma)
    low, high = numbers.to_numpy()[::2], numbers.to_numpy()[1::2]
    inverted = np.flatnonzero(low > high)
    wrong = [Refused(np.unique(one.cells // 2), _of_either_end(one), one.undecided) for one in refused]
    if len(inverted):
        wrong.append(Refused(inverted, lambda _: Said("cell_inverted")))
    if currency == "IDR":
        open_ones = cells.map(lambda cell: isinstance(cell, str) and MILIAR.search(cell) is not None).to_numpy(bool)
        wrong += [Refused(np.flatnonzero(open_ones), lambda _: Said("cell_miliar"))] * bool(open_ones.any())
    bad = np.concatenate([one.cells for one in wrong]) if wrong else np.array([], dtype=int)
    middle = (low + high) / 2
    middle[bad] = np.nan
    return middle, np.array([pair is not None for pair in bounds], dtype=bool), wrong


def _of_either_end(one: Refused) -> Callable[[int], Said]:
    return lambda cell: one.says(int(one.cells[one.cells // 2 == cell][0]))


def _moved(one: Refused, at: np.ndarray) -> Refused:
    """The same cells by their place in the whole column."""
    back = {int(place): position for position, place in enumerate(at)}
    return Refused(at[one.cells], lambda cell: one.says(back[cell]), one.undecided)


def _as_typed(one: Refused, column: pd.Series) -> Callable[[int], Said]:
    """What is wrong, with the cell as its owner typed it."""

    def says(cell: int) -> Said:
        problem, typed = one.says(cell), str(column.iloc[cell]).strip()
        if problem.key == "cell_no_number" and OPEN_TAX.search(plain(typed)):
            return Said("cell_tax_open", {"came": typed})
        if problem.key == "cell_no_number" and OPEN_TIMES.search(plain(typed)):
            return Said("cell_times_open", {"came": typed})
        word = STRANGE.match(unified(typed)) if problem.key == "cell_no_number" else None
        if word is not None:
            return Said("cell_strange_word", {"came": typed, "word": word[1]})
        if "came" in problem.values:
            return Said(problem.key, problem.values | {"came": typed})
        return Said("cell_as_typed", {"typed": typed, "problem": problem})

    return says


def scaled(cells: pd.Series, unit: float) -> pd.Series:
    """Cells whose numbers count in `unit`s (1e3, 1e6, 1e9): a bare number gets the unit, one that brings its own keeps it."""
    word = next((word for word, size in UNITS.items() if size == unit), None)
    if word is None:
        return cells

    def change(cell: object) -> object:
        if isinstance(cell, str):
            return cell if re.search(r"[^\W\d_]", cell) else f"{cell}{word}"
        return cell * unit if isinstance(cell, (int, float)) and not isinstance(cell, bool) else cell

    return cells.map(change, na_action="ignore")


SMALLER = {word: "k" if size == 1e6 else "tr" for word, size in UNITS.items() if size in (1e6, 1e9)}  # a thousand of it


def _bounds(text: object) -> tuple[str, str] | None:
    """The two ends of a range, the first with the unit of the second where it has none."""
    found = RANGE.match(text) if isinstance(text, str) else None
    if found is None:
        return None
    low, high = found[1].strip(), found[2].strip()
    compound = INSIDE.match(high)
    unit = compound["unit"] if compound else (found := re.search(rf"({UNIT})$", high)) and found[1]
    if re.fullmatch(r"[1-9]\d\d", low) and unit in SMALLER and re.match(r"\d{1,2}(?!\d)", high):  # 500-1tr begins at 500k
        unit = SMALLER[unit]
    return (low if re.search(r"[^\W\d_]", low) or not unit else f"{low}{unit}"), high


# What people write around a fee: how many posts it is for (5tr/video, 10tr (2 post + 1 story), combo 3 video 12tr, 2 x 3tr),
# whether VAT is in it (5tr + VAT), and whether income tax is (5tr net).

PERCENT = r"(?:\d{1,2}(?:[.,]\d)?\s*%\s*)?"
TAX = r"(?:(?:thuế\s*)?(?:vat|gtgt)|thuế)(?!\w)"
WITHOUT = (
    r"\+|plus|w/o|without|exclusive\s+of|ex\.?|"
    r"chưa(?:\s+có|\s+tính|(?:\s+bao)?\s+gồm)?|không(?:\s+bao)?\s+gồm|excl(?:\.|uding|udes)?|before|trước"
)
WITHIN = r"có|đã(?:\s+có|\s+tính|(?:\s+bao)?\s+gồm)?|(?:bao\s+)?gồm|incl(?:\.|uding|udes)?|sau|after"
TAXED = re.compile(
    rf"^(?P<amount>.*?\d.*?)\s*[,;(\[]?\s*(?:(?P<without>{WITHOUT})|{WITHIN})\s*{PERCENT}{TAX}\s*{PERCENT}[)\]]?\s*$"
)
UNTAXED = re.compile(rf"(?<!\w)(?:{WITHOUT})\s*{PERCENT}{TAX}|税抜|税別|不含税|未税|부가세\s*별도")
PIECE = (
    r"videos?(?:\s+ngắn)?|clips?|posts?|bài(?:\s+(?:đăng|viết|post))?|story|stories|reels?|shorts?|ảnh|livestream|lần(?:\s+đăng)?"
)
BASIS = re.compile(r"^(?:(?P<before>net|gross)\s*[:=]?\s*)?(?P<amount>.*?\d.*?)\s*[,;/(\[]?\s*(?P<after>net|gross)?\s*[)\]]?$")
PART = rf"[1-9]\d?\s*x?\s*(?:{PIECE})"
PARTS = rf"{PART}(?:\s*(?:\+|,|&|và|and)\s*{PART})*"
COMBO = re.compile(
    rf"^(?:(?:combo|gói|package|bundle)\s*)?(?:(?P<first>{PARTS})\s*[:=-]?\s*(?P<behind>\d\S*(?:\s*(?:{UNIT}))?)"
    rf"|(?P<before>\d[^(+]*?)\s*[(/\[:-]?\s*(?:(?:cho|for|combo|gói)\s*)?(?P<last>{PARTS})\s*[)\]]?)$"
)
TIMES = re.compile(rf"^(?P<posts>[1-9]\d?)\s*[x×*]\s*(?P<each>\d{{1,3}}(?:[.,]\d{{1,2}})?)\s*(?P<unit>{UNIT})$")
OPEN_TAX = re.compile(rf"\d[^()]*[(\[,;]?\s*{PERCENT}{TAX}\s*{PERCENT}[)\]]?$")  # 30tr (VAT): with it, or without?
OPEN_TIMES = re.compile(rf"\d\s*(?:{UNIT})?\s*[x×*]\s*[1-9]\d?(?:\s*(?:{PIECE}))?$")  # 4tr x 2: each, or both?
PLUS = re.compile(rf"\+\s*({SORTED})$")  # 500+ USD
PER = re.compile(rf"^(?P<amount>.*?\d.*?)\s*/\s*(?:(?P<posts>[1-9]\d?)\s*)?(?:{PIECE})\s*$")


@dataclass(frozen=True)
class Terms:
    """A fee taken apart: the amount as text, the posts that it names (or None), whether tax is in it (None: not said).

    VAT is `in` it or `out`; `net` and `gross` are said of the income tax of whoever is paid. `bound` is set where the amount is
    less than exact.
    """

    amount: str
    posts: int | None = None
    tax: Literal["in", "out", "net", "gross"] | None = None
    bound: Bound | None = None


def terms_of(text: str, per_post: bool = True) -> Terms:
    """What a cell says besides its amount, in either order; text that says nothing more comes back as it is.

    >>> terms_of("10tr/2 video + VAT")
    Terms(amount='10tr', posts=2, tax='out', bound=None)
    >>> terms_of("5tr/tháng")
    Terms(amount='5tr/tháng', posts=None, tax=None, bound=None)
    """
    rest, posts, tax, bound = plain(text), None, None, None
    if OPEN_TIMES.search(rest) and not TIMES.match(rest):
        return Terms(text)
    for _ in range(3):
        if tax is None and (taxed := TAXED.match(rest)):
            rest, tax = taxed["amount"].strip(), "out" if taxed["without"] else "in"
        elif tax is None and (said := BASIS.match(rest)) and (said["before"] or said["after"]):
            rest, tax = said["amount"].strip(), said["before"] or said["after"]
        if per_post and posts is None and (per := PER.match(rest)):
            rest, posts = per["amount"].strip(), int(per["posts"] or 1)
        elif per_post and posts is None:
            rest, posts = _combined(rest)
        if bound is None:
            rest, bound = without_bound(PLUS.sub(r" \1+", rest))
    return Terms(text if rest == plain(text) else rest, posts, tax, bound)  # type: ignore[arg-type]


def _combined(text: str) -> tuple[str, int | None]:
    """The amount and the posts of a combination, 10tr (2 post + 1 story), or of a price for each, 2 x 3tr; else the text."""
    if times := TIMES.match(text):
        each, posts = float(times["each"].replace(",", ".")), int(times["posts"])
        return f"{each * posts:g}{times['unit']}", posts
    if combo := COMBO.match(text):
        parts, amount = combo["first"] or combo["last"], combo["behind"] or combo["before"]
        return amount.strip(), sum(int(number) for number in re.findall(rf"([1-9]\d?)\s*x?\s*(?:{PIECE})", parts))
    return text, None


def taken_apart(cells: pd.Series, per_post: bool) -> tuple[pd.Series, pd.DataFrame]:
    """A column's amounts as they are to be read, and what each cell says besides: `posts`, `tax` and `bound` as in `Terms`."""
    known = {cell: terms_of(cell, per_post) for cell in set(cells[cells.map(lambda cell: isinstance(cell, str))])}
    said = [known[cell] if isinstance(cell, str) else Terms(cell) for cell in cells]
    amounts = pd.Series([one.amount for one in said], index=cells.index, dtype=object)
    parts = {name: pd.Series([getattr(one, name) for one in said], cells.index, dtype=object) for name in ("tax", "bound")}
    posts = pd.Series([one.posts for one in said], index=cells.index, dtype=float)
    return amounts, pd.DataFrame({"posts": posts, **parts})


def untaxed(text: str) -> bool:
    """Whether a title or a line above the table says that VAT is not in the amounts.

    >>> untaxed("Đơn vị: VND, chưa gồm VAT"), untaxed("Giá (đã gồm VAT)")
    (True, False)
    """
    return UNTAXED.search(plain(text)) is not None


def with_pieces(booked: pd.Series | None, pieces: pd.Series) -> tuple[pd.Series | None, pd.Series]:
    """The posts of each row, a blank filled by what its fee is for; and the rows whose fee is for another number of posts."""
    own = pd.Series(np.nan, index=pieces.index) if booked is None else booked.astype(float)
    filled = own.fillna(pieces.where(pieces > 1))
    counted = filled if booked is not None or filled.notna().any() else None
    return counted, pieces.notna() & (pieces != filled.fillna(1.0))
