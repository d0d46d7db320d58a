"""A price, how many are booked, and what that makes: in every row the product is the fee, whatever its title is called."""

from __future__ import annotations

import re
from itertools import product

import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.cells import as_text
from predictor.intake.currency_words import currency_of
from predictor.intake.mapping import TableMapping
from predictor.intake.money import read_amounts
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.titles import Title, Titles, letters
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

TOTAL = (
    r"thanh tien|tong|total|amount|小计|小計|合计|合計|总价|總價|总额|總額|总计|總計|金额|金額|합계|소계|총액|jumlah|รวม|"
    r"\bsumme\b|\bgesamt|\bimporte\b|\bmontant\b|\bvalor total\b"
)
MOST = 99  # pieces of one booking


def with_counted_total(
    layout: Layout, given: TableMapping, entries: dict[str, Entry], titles: Titles
) -> tuple[TableMapping, list[Said], tuple[str, ...]]:
    """A mapping with the total of each row as its fee, where that is a price times a count; what it says of fees stands.

    The price and the total are said by their titles, the count by its title or, over several rows, by its numbers alone. Where
    the cells cannot tell, as of formulas that were never worked out, the titles of a price, a count and a total do. Last come a
    price and a total of which that is less, as of several at once, so that either may be the fee.
    """
    here = [title for title in layout.titles.values() if fold(title) not in {*map(fold, given.ignore)}]
    decided = {name for title, name in given.columns.items() if layout.column(title)}
    if "fee" not in entries or "posts" not in entries or "fee" in decided or any(map(layout.column, given.prices)):
        return given, [], ()
    read = {title: titles.read(title) for title in here}
    amounts = {title: read_amounts(_cells(layout, title), entries["fee"]).values for title in here if _priced(read[title])}
    totals = {title for title in here if read[title].deliverable is None and re.search(TOTAL, letters(title))}
    totals |= {title for title in amounts if read[title].deliverable is None}
    counts = [title for title, name in given.columns.items() if name == "posts" and layout.column(title)]
    counts = counts or [title for title in here if read[title].name == "posts"]
    known, counts = {*counts}, counts or [title for title in here if read[title].name is None and read[title].like is None]
    found = [
        (price, count, total)
        for price, count, total in product(amounts, counts, here)
        if total in totals - {price, count}
        and (count in known or total in totals)
        and _makes(amounts[price], _cells(layout, count), _cells(layout, total), entries["fee"], count in known)
    ]
    found = found or _by_titles(layout, amounts, counts if known else [], read)
    if len({(count, total) for _, count, total in found}) != 1:
        return (
            given,
            [],
            _reduced(layout, amounts, [*known], [title for title in totals if read[title].name is None], entries["fee"]),
        )
    price, count, total = found[0]
    what, constants = read[price].deliverable, dict(given.constants)
    if what is not None and what.format and "format" not in {one.name for one in read.values()} | decided:
        constants.setdefault("format", what.format)
    if currency_of(total) is None and (code := currency_of(price)) is not None:
        constants.setdefault("currency", code)
    columns = given.columns | {total: "fee"} | ({} if count in known else {count: "posts"})
    update = {"columns": columns, "constants": constants, "ignore": (*given.ignore, price)}
    return given.model_copy(update=update), [Said("import_total", {"title": total, "other": price})], ()


def _priced(read: Title) -> bool:
    """Whether a title is of a price, of one thing where it says of what."""
    return "fee" in (read.name, read.like) and (read.deliverable is None or read.deliverable.posts == 1)


def _cells(layout: Layout, title: str) -> pd.Series:
    return layout.grid.cells.loc[list(layout.rows), layout.column(title)]


def _numbers(cells: pd.Series) -> pd.Series:
    return pd.to_numeric(as_text(cells), errors="coerce")


def _makes(price: pd.Series, counts: pd.Series, totals: pd.Series, fee: Entry, known: bool) -> bool:
    """Whether in every row that has all three the price times the count is the total; of an unknown count several rows say so."""
    count = _numbers(counts)
    if not count.dropna().between(1, MOST).all() or (count % 1 > 0).any() or not (count > 1).any():
        return False
    total = read_amounts(totals, fee).values
    whole = price.notna() & total.notna() & count.notna()
    if not (count[whole] > 1).any() or (not known and whole.sum() < 2):
        return False
    return bool(((price * count - total)[whole].abs() <= 1e-6 * total[whole].abs()).all())


def _reduced(layout: Layout, amounts: dict[str, pd.Series], counts: list[str], totals: list[str], fee: Entry) -> tuple[str, ...]:
    """A price and a total of at least that, and of at most as many times it as are counted; less of it in some row."""
    found = []
    for price, count, total in product(amounts, counts, totals):
        times, made = _numbers(_cells(layout, count)), read_amounts(_cells(layout, total), fee).values
        one = amounts[price]
        whole = one.notna() & made.notna() & times.between(1, MOST)
        several = whole & (times > 1)
        if (
            price != total
            and several.any()
            and made[whole].between(one[whole], (one * times)[whole]).all()
            and (made > one)[several].any()
        ):
            found.append((price, total))
    return found[0] if len(found) == 1 else ()


def _by_titles(
    layout: Layout, amounts: dict[str, pd.Series], counts: list[str], read: dict[str, Title]
) -> list[tuple[str, str, str]]:
    """A price, a known count and a total by their titles, where no row has the numbers of both price and total."""
    plain = [title for title in amounts if read[title].name == "fee" and read[title].deliverable is None]
    if len(plain) != 2 or len(counts) != 1 or not (_numbers(_cells(layout, counts[0])) > 1).any():
        return []
    totals = [title for title in plain if re.search(TOTAL, letters(title))]
    if len(totals) != 1 or (amounts[plain[0]].notna() & amounts[plain[1]].notna()).any():
        return []
    return [(next(title for title in plain if title != totals[0]), counts[0], totals[0])]
