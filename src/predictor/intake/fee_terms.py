"""What people write around a fee: the posts it is for, whether tax is in it, that it is less than exact, what comes on top."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from predictor.intake.bounds import Bound, without_bound
from predictor.intake.currency_words import SORTED, currency_of, plain
from predictor.intake.numbers import UNIT, unit_in_words
from predictor.intake.published import COUNTED, PUBLISHED
from predictor.intake.taxes import PERCENT, TAX, TAXED, TAXED_FIRST

PLACE = (
    r"(?:ig|insta(?:gram)?|tik\s?tok|tt|fb|facebook|yt|youtube|xhs|threads|static|feed|carousel|single|dedicated|sponsored|live)"
)
NOUN = "|".join((*(words for _, words in PUBLISHED), COUNTED))
PIECE = rf"(?:{PLACE}\s+)*(?:{NOUN})(?:\s+ngắn)?(?:\s+{PLACE})?(?:\s*\d{{2}}\s*(?:s|sec|giây))?(?![^\W\d_])"
BASIS = re.compile(
    r"^(?:(?P<before>nett?|gross)\s*[:=]?\s*)?(?P<amount>.*?\d.*?)\s*[,;/(\[]?\s*(?P<after>nett?|gross)?\s*[)\]]?$"
)
PART = rf"(?<!\d)[1-9]\d?\s*x?\s*(?:{PIECE})"
PARTS = rf"{PART}(?:\s*(?:\+|,|&|và|and)\s*{PART})*"
COMBO = re.compile(
    rf"^(?:(?:combo|gói|package|bundle)\s*)?(?:(?P<first>{PARTS})\s*[:=-]?\s*(?P<behind>\d\S*(?:\s*(?:{UNIT}))?)"
    rf"|(?P<before>\d[^(+]*?)\s*[(/\[:-]?\s*(?:(?:cho|for|combo|gói)\s*)?(?P<last>{PARTS})\s*[)\]]?)$"
)
TIMES = re.compile(rf"^(?P<posts>[1-9]\d?)\s*[x×*]\s*(?P<each>\d{{1,3}}(?:[.,]\d{{1,2}})?)\s*(?P<unit>{UNIT})$")
OPEN_TIMES = re.compile(rf"\d\s*(?:{UNIT})?\s*[x×*]\s*[1-9]\d?(?:\s*(?:{PIECE}))?$")  # 4tr x 2: each, or both?
PLUS = re.compile(rf"\+\s*({SORTED})$")  # 500+ USD
EACH = r"(?:/|\bper\b|\beach\b|\bevery\b|\bfor\s+(?:an?|one|each)\b|(?<!\w)(?:mỗi|một)(?!\w)|ต่อ|每)"
PER = re.compile(
    rf"^(?P<amount>.*?\d.*?)\s*[(\[]?\s*(?:{EACH}\s*(?:(?P<posts>[1-9]\d?)\s*)?(?:{PIECE})|each)\s*[)\]]?$|"
    rf"^(?:{EACH}\s*(?:{PIECE})|(?:{NOUN})당)\s*[:=-]?\s*(?P<behind>\D{{0,4}}\d.*)$"
)
ENDED = re.compile(rf"(?<=\d)\s*[.,/]\s*[-–—=]+(?=\s*(?:{SORTED})?\s*$)")  # 5.000.000,- and 45,000/- and 800,- €
TOP = r"(?:\+|&|,|(?<!\w)(?:và|kèm|cộng|tặng|plus|and|with)(?!\w))"
GOODS = r"(?:free\s+)?(?:sản\s+phẩm|sp|quà|hàng|products?|gifts?|samples?|goods|produk|产品|產品|商品|제품|สินค้า)"
SHARE = r"(?:hoa\s+hồng|hh|commissions?|comm?\.?|affiliate|aff|komisi|佣金|수수료|คอม(?:มิชชั่น)?)"
ON_TOP = re.compile(rf"^(?P<amount>.*?\d.*?)\s*[(\[]?\s*{TOP}\s*(?:{GOODS}|{PERCENT}{SHARE}\s*{PERCENT})(?![^\W\d_])[^\d]*$")
BOOKING = r"(?:jobs?|campaigns?|chiến\s+dịch|gói|packages?|combos?|bundles?|project|dự\s+án|brief)"
WHOLE = re.compile(rf"^(?P<amount>.*?\d.*?)\s*(?:/|\bper\b|\bcho\b)\s*(?:1\s*)?{BOOKING}$")
FOOTNOTE = re.compile(rf"^(?P<amount>.*\d(?:\s*(?:{UNIT}|{SORTED}))?)\s*(?:\*{{1,3}}|[(\[][1-9][)\]])$")
BONUS = re.compile(  # 15tr/clip, tặng 1 story
    rf"^(?P<amount>.*?\d.*?)\s*[,;+(]?\s*(?:tặng|free|bonus|miễn\s+phí|gratis|khuyến\s+mãi)(?:\s+(?:kèm|thêm))?\s+{PARTS}\s*\)?$"
)
REMARK = re.compile(r"^(?P<amount>.*?\d.*?)\s*[(\[](?P<words>[^()\[\]\d]+)[)\]]$")


@dataclass(frozen=True)
class Terms:
    """A fee taken apart: the amount as text, the posts that it names (or None), whether tax is in it (None: not said).

    VAT is `in` it or `out`; `net` and `gross` are said of the income tax of whoever is paid. `bound` is set where the amount is
    less than exact, `beside` where goods or a commission come on top, or a remark stands behind it.
    """

    amount: str
    posts: int | None = None
    tax: Literal["in", "out", "net", "gross"] | None = None
    bound: Bound | None = None
    beside: Literal["on_top", "remark"] | None = None


def terms_of(text: str, per_post: bool = True) -> Terms:
    """What a cell says besides its amount, in either order; text that says nothing more comes back as it is.

    >>> terms_of("10tr/2 video + VAT")
    Terms(amount='10tr', posts=2, tax='out', bound=None, beside=None)
    >>> terms_of("5tr/tháng")
    Terms(amount='5tr/tháng', posts=None, tax=None, bound=None, beside=None)
    """
    whole = " ".join(plain(text).split())
    rest, posts, tax, bound, beside = ENDED.sub("", whole), None, None, None, None
    if OPEN_TIMES.search(rest) and not TIMES.match(rest):
        return Terms(text)
    if noted := BONUS.match(rest) or FOOTNOTE.match(rest):
        rest, beside = noted["amount"].strip(), "remark"
    for _ in range(3):
        if tax is None and (taxed := TAXED.match(rest) or TAXED_FIRST.match(rest)):
            rest, tax = taxed["amount"].strip(), "out" if taxed["without"] else "in"
        elif tax is None and (said := BASIS.match(rest)) and (said["before"] or said["after"]):
            rest, tax = said["amount"].strip(), "gross" if "gross" in (said["before"], said["after"]) else "net"
        if per_post and posts is None and (per := PER.match(rest)):
            rest, posts = (per["amount"] or per["behind"]).strip(), int(per["posts"] or 1)
        elif per_post and posts is None:
            rest, posts = _combined(rest)
        if bound is None:
            rest, bound = without_bound(PLUS.sub(r" \1+", rest))
        if beside is None:
            rest, beside = _beside(rest)
    return Terms(text if rest == whole else rest, posts, tax, bound, beside)  # type: ignore[arg-type]


def _beside(text: str) -> tuple[str, Literal["on_top", "remark"] | None]:
    """The amount without what comes on top of it, and without words in brackets that say neither unit, currency nor tax."""
    if on_top := ON_TOP.match(text):
        return on_top["amount"].strip(), "on_top"
    if whole := WHOLE.match(text):
        return whole["amount"].strip(), "remark"
    remark = REMARK.match(text)
    if remark is None or unit_in_words(remark["words"]) or currency_of(remark["words"]) or re.search(TAX, remark["words"]):
        return text, None
    return remark["amount"].strip(), "remark"


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
    """A column's amounts as they are to be read, and what each cell says besides, as in `Terms`."""
    known = {cell: terms_of(cell, per_post) for cell in set(cells[cells.map(lambda cell: isinstance(cell, str))])}
    said = [known[cell] if isinstance(cell, str) else Terms(cell) for cell in cells]
    amounts = pd.Series([one.amount for one in said], index=cells.index, dtype=object)
    parts = {
        name: pd.Series([getattr(one, name) for one in said], cells.index, dtype=object) for name in ("tax", "bound", "beside")
    }
    posts = pd.Series([one.posts for one in said], index=cells.index, dtype=float)
    return amounts, pd.DataFrame({"posts": posts, **parts})


def with_pieces(booked: pd.Series | None, pieces: pd.Series, named: pd.Series) -> tuple[pd.Series | None, pd.Series]:
    """The posts of each row, a blank filled by what its fee is for; and the rows whose fee is for another number of posts.

    One post is what a fee is for anyhow: it is filled in where the fee names what that is (`named`).
    """
    own = pd.Series(np.nan, index=pieces.index) if booked is None else booked.astype(float)
    filled = own.fillna(pieces.where((pieces > 1) | named.notna()))
    counted = filled if booked is not None or filled.notna().any() else None
    return counted, pieces.notna() & (pieces != filled.fillna(1.0))


def for_each(cells: pd.Series) -> pd.Series:
    """Whether each cell is the price of one post, and says so: 5tr/bài."""
    return cells.map(lambda cell: isinstance(cell, str) and re.search(EACH, plain(cell)) is not None).astype(bool)
