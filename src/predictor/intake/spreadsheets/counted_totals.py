"""A price, how many are booked, and what that makes: where every row multiplies, the product is the fee."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import product

import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.cells import as_text
from predictor.intake.currency_words import currency_of
from predictor.intake.mapping import TableMapping
from predictor.intake.money import read_amounts
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.title_words import letters
from predictor.intake.spreadsheets.titles import Title, Titles
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

TOTAL = (
    r"thanh tien|tong|total|amount|小计|小計|合计|合計|总价|總價|总额|總額|总计|總計|金额|金額|합계|소계|총액|jumlah|รวม|"
    r"\bsumme\b|\bgesamt|\bimporte\b|\bmontant\b|\bvalor total\b"
)
COUNT = re.compile(  # as `letters` writes it
    r"(?:qty|quantity|pcs|pieces|so luong|sl|jumlah|篇数|篇數|条数|條數|件数|件數|数量|數量|本数|수량|จำนวน)\W*"
)
NO_BOOKING = re.compile(  # prices and totals of goods, and totals that are no money
    r"san pham|\b(?:sp|mau|hang|products?|samples?|goods|merch|items?|sold|orders?|don hang)\b|商品|产品|產品|製品|"
    r"제품|produk|สินค้า|"
    r"view|reach|impression|xem|tiep can|tuong tac|engag|follow|\blikes?\b|shares?\b|comments?\b|clicks?\b|score|diem|weight|"
    r"usage|holiday|market|original|niem yet|gia goc|刊例|原价|原價"
)
MOST = 99  # pieces of one booking


def with_counted_total(
    layout: Layout, given: TableMapping, entries: dict[str, Entry], titles: Titles
) -> tuple[TableMapping, list[Said]]:
    """A mapping with the total of each row as its fee, where that is the only price times a count; what it says of fees stands.

    Price, count and total are said by their titles; the cells prove them. Where these cannot, as of formulas that were never
    worked out, the titles alone do. Of a total that was taken before, what its price says is read again.
    """
    here = {title: titles.read(title) for title in layout.titles.values()}
    decided = {name: title for title, name in given.columns.items() if layout.column(title)}
    ignored = {*map(fold, given.ignore)}
    if (
        not {"fee", "posts"} <= {*entries}
        or any(map(layout.column, given.prices))
        or any(map(NO_BOOKING.search, map(letters, here)))
    ):
        return given, []
    again = decided.get("fee")
    open_to = [title for title in here if (fold(title) in ignored) == (again is not None) and title != again]
    prices = [title for title in open_to if _priced(here[title])]
    totals = [title for title in ([again] if again else prices + open_to) if re.search(TOTAL, letters(title))]
    counts = [decided["posts"]] if "posts" in decided else [t for t in open_to if here[t].name == "posts"]
    counts = counts or [title for title in open_to if here[title].name is None and COUNT.fullmatch(letters(title))]
    read = cache(lambda title: read_amounts(cells_of(layout, title), entries["fee"]).values)
    found = {
        (price, count, total)
        for price, count, total in product(prices, counts, totals)
        if len({price, count, total}) == 3 and not {*prices} - {price, total}
        if not any(NO_BOOKING.search(letters(title)) for title in (price, count, total))
        if _unworked(read(price), read(total), here[total]) or _makes(read(price), _numbers(cells_of(layout, count)), read(total))
    }
    if len(found) != 1:
        return given, []
    ((price, count, total),) = found
    what, constants = here[price].deliverable, dict(given.constants)
    if what is not None and what.format and "format" not in {*decided, *(one.name for one in here.values())}:
        constants.setdefault("format", what.format)
    if currency_of(total) is None and "currency" not in decided and (code := currency_of(price)) is not None:
        constants.setdefault("currency", code)
    update = {"columns": given.columns | {total: "fee", count: "posts"}, "constants": constants, "ignore": (*given.ignore, price)}
    return given.model_copy(update=update), [Said("import_total", {"title": total, "other": price})]


def _priced(read: Title) -> bool:
    """Whether a title is of a price, of one thing where it says of what."""
    return "fee" in (read.name, read.like) and (read.deliverable is None or read.deliverable.posts == 1)


def cells_of(layout: Layout, title: str) -> pd.Series:
    """The cells of a column in the rows of the table."""
    return layout.grid.cells.loc[list(layout.rows), layout.column(title)]


def _numbers(cells: pd.Series) -> pd.Series:
    return pd.to_numeric(as_text(cells), errors="coerce")


def _makes(price: pd.Series, count: pd.Series, total: pd.Series) -> bool:
    """Whether in every row that has all three the price times the count, some above one, is the total."""
    whole = price.notna() & total.notna() & count.notna()
    counted = count[whole]
    if not len(counted) or not counted.between(1, MOST).all() or (counted % 1 > 0).any() or not (counted > 1).any():
        return False
    return bool(((price * count - total)[whole].abs() <= 1e-6 * total[whole].abs()).all())


def _unworked(price: pd.Series, total: pd.Series, title: Title) -> bool:
    """Whether no row has the numbers of both a price and a total that is one by its title."""
    return title.name == "fee" and not (price.notna() & total.notna()).any()


OF_ALL = re.compile(r"^(?:total|tổng(?: số)?|jumlah|gesamte?|总|總)\s*(?:of )?|\s*\(?(?:total|合計|합계)\)?$", re.IGNORECASE)


def counts_of_posts(unknown: Iterable[str], of_posts: Titles) -> dict[str, str | None]:
    """What titles mean of a post; of a total (Total views) what it adds up, where no other title counts that."""
    means = {title: of_posts.read(title).name for title in unknown}
    bare = {title: of_posts.read(OF_ALL.sub("", title)).name for title, name in means.items() if name is None}
    plain = {*means.values()}
    return means | {title: name for title, name in bare.items() if name in REACTIONS and name not in plain}


REACTIONS = ("views", "likes", "comments", "shares", "saves")
