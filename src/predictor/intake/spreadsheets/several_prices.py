"""Several columns for one of ours: prices of the same thing, of which one is the fee, and what a mapping names twice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.cells import as_text
from predictor.intake.mapping import Deliverable, TableMapping
from predictor.intake.money import read_amounts
from predictor.intake.spreadsheets.counted_totals import TOTAL, cells_of
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.title_words import NO_PRICE, PRICE, letters
from predictor.intake.spreadsheets.titles import Title, Titles, deliverable_of, of_time
from predictor.intake.taxes import tax_of, without_tax
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

VAT = 0.01, 0.25  # the least and the most that VAT adds


def with_tax(layout: Layout, titles: list[str], entry: Entry) -> dict[str, str]:
    """Of columns of prices those with VAT, each with the column of the same prices without it.

    They are the same where their titles differ in nothing else, or where every row has as many per cent more.
    """
    found: dict[str, str] = {}
    for title in (one for one in titles if tax_of(one) == "in"):
        without = [one for one in titles if one != title and tax_of(one) != "in" and _same_price(layout, one, title, entry)]
        if len(without) == 1:
            found[title] = without[0]
    return found


def _same_price(layout: Layout, without: str, within: str, entry: Entry) -> bool:
    low, high = (read_amounts(cells_of(layout, title), entry).values for title in (without, within))
    more = (high / low - 1.0)[low.gt(0) & high.notna()]
    named_alike = tax_of(without) == "out" and fold(without_tax(without)) == fold(without_tax(within))
    return _by_one_share(more) or (named_alike and not bool((more < 0).any()))


def _by_one_share(more: pd.Series) -> bool:
    """Whether every row has the same share more, as a tax or a charge adds."""
    return len(more) > 0 and bool(more.between(*VAT).all()) and more.max() - more.min() < VAT[0]


def with_charge(layout: Layout, titles: list[str], entry: Entry) -> str | None:
    """Of two columns of prices, beside a charge on top of them, the one with the charge: every row has the same share more."""
    first, other = (read_amounts(cells_of(layout, title), entry).values for title in titles)
    for within, without, title in ((other, first, titles[1]), (first, other, titles[0])):
        if _by_one_share((within / without - 1.0)[without.gt(0) & within.notna()]):
            return title
    return None


def one_a_row(layout: Layout, titles: list[str]) -> bool:
    """Whether several columns are filled in no row at once, and each in some."""
    filled = pd.DataFrame({title: as_text(cells_of(layout, title)).notna() for title in titles})
    return bool(filled.any().all() and filled.sum(axis=1).le(1).all())


def other_totals(layout: Layout, fees: pd.Series, title: str, unused: Iterable[str]) -> list[Said]:
    """The columns of totals that are not used and say otherwise than the fees which a price for one makes."""
    said = []
    for other in (one for one in unused if layout.column(one) and re.search(TOTAL, letters(one))):
        numbers = pd.to_numeric(as_text(cells_of(layout, other)).str.replace(r"[.,](?=\d{3}\b)", "", regex=True), errors="coerce")
        differ = (fees.reindex(numbers.index) - numbers).abs() > 1e-6 * numbers.abs()
        if differ.any():
            row = int(differ.idxmax())
            values = {
                "title": title,
                "other": other,
                "place": layout.address(row, other),
                "came": str(cells_of(layout, other)[row]),
            }
            said.append(Said("import_other_total", values | {"fee": float(fees[row]), "count": int(differ.sum())}))
    return said


def each_its_own(layout: Layout, table: str, given: TableMapping, titles: Titles) -> tuple[TableMapping, list[Said]]:
    """A mapping that names several titles of a sheet for one column: fees of deliverables as prices, others a question.

    Of such titles those under `ignore` are not the column, which answers it; `prices` stands before `columns`.
    """
    priced_apart = {*map(fold, given.prices)}
    columns = {title: name for title, name in given.columns.items() if name != "fee" or fold(title) not in priced_apart}
    given = given.model_copy(update={"columns": columns})
    theirs: dict[str, list[str]] = {}
    for title, name in [*given.columns.items(), *((title, "fee") for title in given.prices)]:
        if layout.column(title):
            theirs.setdefault(name, []).append(title)
    several = {name: found for name, found in theirs.items() if len(found) > 1 and not {*found} <= {*given.prices}}
    ignored = {*map(fold, given.ignore)}
    out = {title for found in several.values() for title in found if fold(title) in ignored}
    fees = [title for title in several.pop("fee", []) if title not in out]
    made = {title: what for title in fees if (what := given.prices.get(title) or titles.read(title).deliverable) is not None}
    priced = len(fees) > 1 and len({(one.format, one.posts) for one in made.values()}) == len(fees) and table == "candidates"
    several |= {} if priced else {"fee": fees}
    given = given.model_copy(
        update={
            "columns": {t: name for t, name in given.columns.items() if t not in out and not (priced and t in made)},
            "prices": {t: what for t, what in (given.prices | (made if priced else {})).items() if t not in out},
        }
    )
    left = {name: [title for title in found if title not in out] for name, found in several.items()}
    return given, [both(name, found, table) for name, found in left.items() if len(found) > 1]


def at_once(layout: Layout, doubts: list[Said]) -> list[Said]:
    """Questions about titles of a sheet, of which two tables side by side leave no other.

    Several titles that look like prices are one question, for the same answer to each would make them one column.
    """
    if beside := _side_by_side(layout):
        return beside
    fees = [one for one in doubts if one.key == "import_doubt_unused" and one.values["name"] == "fee"]
    if len(fees) < 2 or fees[0].values["table"] != "candidates":
        return doubts
    titles = [one.values["title"] for one in fees]
    values = {"titles": "' / '".join(titles), "name": "fee", "table": "candidates", "first": titles[0]}
    values |= {
        "prices": ", ".join(f'"{title}": {example(title)}' for title in titles),
        "other": ", ".join(f'"{title}"' for title in titles[1:]),
    }
    at = doubts.index(fees[0])
    left = [one for one in doubts if one not in fees]
    return [*left[:at], Said("import_doubt_unused_fees", values), *left[at:]]


def meant_by(title: str, name: str, table: str) -> dict[str, Any]:
    """The answer to a question about a title that looks like a column of ours, as a mapping says it, and what it is the price of.

    A price says that in however long a title: mức cát-xê bao nhiêu cho 1 video?
    """
    words = letters(title)
    of_posts = re.search(PRICE, words) and not of_time(words) and not re.search(NO_PRICE, words)
    what = deliverable_of(words) if of_posts and (name, table) == ("fee", "candidates") else None
    answer = f'columns: {{"{title}": {name}}}' if what is None else f'prices: {{"{title}": {as_mapped(what)}}}'
    return {"what": what, "answer": answer}


def as_mapped(what: Deliverable | None) -> str:
    """What a column is the price of, as a mapping says it; a video, where that is only an example."""
    posts = f", posts: {what.posts}" if what and what.posts > 1 else ""
    return f"{{format: {what.format if what and what.format else 'video'}{posts}}}"


def example(title: str) -> str:
    """What a title is perhaps the price of, as a mapping says it."""
    return as_mapped(deliverable_of(letters(title)))


def _side_by_side(layout: Layout) -> list[Said]:
    """That a sheet holds two tables of the same titles beside each other, with blank columns between, as a question."""
    words = {column: fold(parts[-1]) for column, parts in layout.parts.items() if parts}
    columns = sorted(words)
    half = len(columns) // 2
    left, right = columns[:half], columns[half:]
    same = len(columns) == 2 * half >= 4 and [words[one] for one in left] == [words[one] for one in right]
    if not same or right[0] - left[-1] < 2:
        return []
    ends = [re.sub(r"\d", "", layout.address(1, layout.titles[one])) for one in (left[0], left[-1], right[0], right[-1])]
    return [Said("import_doubt_side_by_side", dict(zip(("a", "b", "c", "d"), ends, strict=True)))]


def audiences(layout: Layout, table: str, given: TableMapping, unknown: dict[str, Title], titles: Titles) -> list[Said]:
    """Titles that say nothing but a platform, over what are perhaps its followers: one question for all of them."""
    each = [title for title, read in unknown.items() if read.like == "followers" and read.platform]
    before = [t for t, name in given.columns.items() if name == "followers" and titles.read(t).platform and layout.column(t)]
    each = [*before, *each] if each else []
    if len(each) < 2:
        return []
    quoted = [f'"{title}"' for title in each]
    values = {"titles": "' / '".join(each), "each": each, "name": "followers", "table": table,
              "came": ", ".join(as_text(cells_of(layout, each[0])).dropna().head(2)),
              "columns": ", ".join(f"{one}: followers" for one in quoted), "other": ", ".join(quoted)}  # fmt: skip
    return [Said("import_doubt_audiences", values)]


def both(name: str, titles: list[str], table: str) -> Said:
    """Titles of which one alone can be a column of ours, as a question; prices can be rows of their own."""
    values = {
        "titles": "' / '".join(titles),
        "name": name,
        "table": table,
        "first": titles[0],
        "other": ", ".join(f'"{t}"' for t in titles[1:]),
    }
    return Said("import_doubt_fees" if (name, table) == ("fee", "candidates") else "import_doubt_both", values)
