"""A column of money of a sheet: its amounts with their currencies, what each cell says besides, and what nobody could mean."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.cells import Refused, as_text
from predictor.intake.chinese import yuan
from predictor.intake.currency_words import (
    ALSO,
    CENTLESS,
    LARGE,
    LEAST,
    SHARED,
    SPEAKING,
    currency_of,
    spoken_of,
    without_currency,
)
from predictor.intake.fee_terms import for_each, taken_apart
from predictor.intake.mapping import TableMapping
from predictor.intake.money import read_amounts
from predictor.intake.reduced import price_now
from predictor.intake.spreadsheets.column_units import (
    Unit,
    doubt_line,
    doubt_unit,
    in_its_unit,
    is_column,
    said_by_line,
    said_whole,
    signs_of_some,
    unit_around,
    unit_of,
)
from predictor.intake.spreadsheets.columns import (
    Column,
    as_typed,
    bare_numbers,
    undecided,
)
from predictor.intake.spreadsheets.currencies import Money, code_of, codes_of
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.marked_cells import bounds, marked
from predictor.intake.spreadsheets.mil import mil_settled
from predictor.intake.spreadsheets.ranges import midpoints
from predictor.intake.spreadsheets.rejects import Reject, refusals, reject, untrusted
from predictor.intake.spreadsheets.remarks import stated_basis
from predictor.intake.spreadsheets.title_words import AGREED, letters
from predictor.intake.spreadsheets.titles import Titles, least_of, price_of_one
from predictor.intake.spreadsheets.unpriced import told_unpriced, unpriced
from predictor.intake.taxes import Basis, Tax, basis_of, remarked_tax, tax_of
from predictor.intake.units import bare, in_units, unit_alone
from predictor.wording.sentences import Said

BESIDE = 20, 100  # nor less than so many times that where another of the column costs so many times as much: 3500 beside 5tr
IN_PARTS = 200  # times that, below which prices that are not whole (1.8, 3.5) rather count in thousands


def read_money(
    layout: Layout, title: str, cells: pd.Series, name: str, entry: Entry, table: str, one: TableMapping, stated: pd.Series,
    titles: Titles,
) -> Column:  # fmt: skip
    """A column of money, each amount with its currency; `stated` is what the currency column says."""
    wordy, typed = unpriced(cells), as_typed(layout, title, cells)
    unit, named = _money_unit(layout, title, one, titles), currency_of(" ".join(layout.parts.get(layout.column(title), (title,))))
    constant = one.constants.get("currency")
    code = named or (str(constant) if constant else None)
    cells, stated = _in_units_beside(layout, cells, stated)
    cells, reduced = _reduced(layout, title, cells) if name == "fee" else (cells, [])
    cells, mil = mil_settled(layout, title, cells.mask(wordy), name, table, one, code)
    bare_cells, terms = taken_apart(cells, name == "fee")
    terms["tax"] = terms["tax"].where(terms["tax"].notna(), _tax_beside(layout, cells.index))
    column_code = code or SPEAKING.get(spoken_of(title, title=True) or "")
    in_unit = in_its_unit(layout, title, bare_cells, unit.size or 1.0, column_code, stated)
    amounts = read_amounts(in_unit, entry, 1.0, one.decimal_comma, typed, named)
    own = pd.Series([yuan(one, text) for one, text in zip(amounts.currency, typed, strict=True)], typed.index, dtype=object)
    codes, open_signs, dollars = codes_of(layout, title, typed, own, stated, str(constant) if constant else None, table)
    rejects = [*refusals(layout, title, typed, amounts.refused), *untrusted(layout, title, entry)]
    rejects += [*_clashing(layout, title, typed, own, stated), *_formatted(layout, title, typed, own, named)]
    rejects += _of_another(layout, title, typed, own, codes.mask(codes == constant))  # what is stated stands
    doubts = [*mil, *undecided(layout, title, typed, amounts.refused, entry, table), *open_signs]
    priced = codes.where(codes.isin(CENTLESS) | (name == "fee"))  # a sale may bring 3.50
    explained = is_column(one, title, "fee")
    odd = _implausible(layout, title, typed, bare_cells, amounts.values, priced, unit, table, explained)
    doubts, rejects = [*doubts, *odd[0]], [*rejects, *odd[1]]
    ranges = midpoints(layout, title, typed, amounts.ranges & amounts.values.notna().to_numpy(), amounts.values)
    money = Money(name, title, amounts.values, codes.where(amounts.values.notna()))
    readable = terms[amounts.values.notna()].reindex(terms.index)
    zero = amounts.values.eq(0.0) & (name == "fee") & (table == "candidates")
    least = name == "fee" and least_of(
        " ".join(layout.parts.get(layout.column(title), ()) or (title,))
    )  # GMV từ liên kết is none
    doubts = [*doubts, *doubt_line(layout, title, unit, table)]
    notes = [
        *said_by_line(title, unit),
        *reduced,
        *dollars,
        *marked(layout, title, typed, {"import_zero": zero}),
        *_terms(layout, title, typed, readable, least),
        *told_unpriced(layout, title, typed, wordy),
    ]
    conditions = _conditions(layout, title, typed, readable, amounts.ranges, least).where(amounts.values.notna())
    return Column(amounts.values, rejects, doubts, ranges, money, readable["posts"], conditions, tuple(notes))


def _reduced(layout: Layout, title: str, cells: pd.Series) -> tuple[pd.Series, list[Said]]:
    """Prices that hold, of cells which say the former ones too, and the note of it."""
    now = cells.map(lambda cell: price_now(cell) if isinstance(cell, str) else None).astype(object)
    return cells.where(now.isna(), now), marked(layout, title, cells, {"import_reduced": now.notna()})


def _implausible(
    layout: Layout, title: str, typed: pd.Series, cells: pd.Series, values: pd.Series, codes: pd.Series, unit: Unit, table: str,
    explained: bool,
) -> tuple[list[Said], list[Reject]]:  # fmt: skip
    """Prices that nobody could mean: 5.5 ₫, or 45.000.000 in millions. Where all are so, it is the unit that is asked about.

    `explained` is whether the column is the fee of the mapping, whose single cells an answer can explain.
    """
    column = layout.column(title)
    bare_amounts = cells.map(lambda cell: bare(without_currency(cell)) if isinstance(cell, str) else bare(cell)).astype(bool)
    bare_amounts &= np.array([(int(row), column) not in layout.grid.measured for row in cells.index], dtype=bool)
    amounts = values[bare_amounts & (values > 0)]
    size = unit.size or 1.0
    if size > 1:
        numbers = bare_numbers(layout, title, cells)
        full = numbers[numbers >= (1e5 if size >= 1e6 else 1e6)]
        if unit.settled or full.empty:
            return [], []
        same = codes[full.index].nunique(dropna=False) == 1 and codes[full.index].notna().all()
        some = said_whole(typed, numbers, full, codes[full.index[0]]) if explained and same else {}
        return [doubt_unit(layout, title, typed.loc[full.index], unit, table, "fee", some)], []
    small = amounts[_too_little(amounts, codes[amounts.index], values.max())]
    if not len(small):
        return [], []
    if len(small) == len(amounts):
        if unit.settled:
            return [], []
        row = int(small.index[0])
        enough = amounts.max() * 1000 >= BESIDE[0] * LEAST[codes[row]]
        values = {"title": title, "place": layout.address(row, title) if column else "–", "came": str(typed[row]).strip()}
        units = {"likely": "1000", "other": "1000000"} if enough else {"likely": "1000000", "other": "1000"}
        return [Said("import_doubt_price", values | units | {"code": codes[row], "table": table})], []
    return [], _no_prices(layout, title, typed, small, codes)


def _too_little(amounts: pd.Series, codes: pd.Series, most: float) -> pd.Series:
    """Which amounts no post costs; `most` is the largest amount beside them. Where it is little too, all count thousands."""
    least = codes.map(LEAST).astype(float).fillna(0.0)
    little = BESIDE[0] * least
    alone = (most < little) | ((most < IN_PARTS * least) & (amounts % 1).any())
    return (amounts < least) | ((amounts < little) & (BESIDE[1] * amounts < most)) | alone


def _no_prices(layout: Layout, title: str, typed: pd.Series, small: pd.Series, codes: pd.Series) -> list[Reject]:
    said = {int(row): Said("cell_no_price", {"came": str(typed[row]).strip(), "code": codes[row]}) for row in small.index}
    return [reject(layout, title, row, typed[row], problem) for row, problem in said.items()]


def too_little_beside(layout: Layout, money: Money, codes: pd.Series, most: float) -> list[Reject]:
    """The amounts whose currency another column of their row tells, and which in this nobody asks: 500 beside 5tr."""
    amounts = money.values[money.values.gt(0) & money.codes.isna() & codes.notna()]
    small = amounts[_too_little(amounts, codes[amounts.index], most)]
    return _no_prices(layout, money.title, as_typed(layout, money.title, money.values), small, codes)


OF_ALL = re.compile(  # of a title whose price is that of all posts
    r"\b(?:total|tong|thanh tien|tron goi|package|bundle|goi|combo|sum|all|amount|jumlah)\b|合计|总|合計|総|합계|총|รวม"
)


def fee_for_all(
    layout: Layout, title: str, cells: pd.Series, pieces: pd.Series, booked: pd.Series, counted: bool = False, table: str = ""
) -> tuple[pd.Series, list[Said]]:
    """What to multiply fees by which are for one post each where their row books several (1 elsewhere), and which these are.

    Either their cells say so, or the title where they say nothing and a column counts the posts (`counted`). A list of
    candidates whose title does not say it may ask for each post all the same, which is told.
    """
    each = pieces.eq(1.0) & booked.gt(1.0) & for_each(cells.reindex(pieces.index))
    open_ones = pieces.isna() & booked.gt(1.0) & cells.reindex(pieces.index).notna() & counted
    titled = open_ones & price_of_one(title)
    listed = table == "candidates" and not OF_ALL.search(letters(title))
    kinds = {"import_each_post": each, "import_unit_price": titled, "import_price_of_all": open_ones & ~titled & listed}
    return booked.where(each | titled, 1.0).astype(float), marked(layout, title, cells, kinds)


def fee_for_others(layout: Layout, title: str, cells: pd.Series, pieces: pd.Series, booked: pd.Series) -> list[Reject]:
    """Fees for another number of posts than their row books: the price of one, or of all of them?"""
    return [
        reject(
            layout,
            title,
            int(row),
            cells[row],
            Said("cell_per_posts", {"came": str(cells[row]).strip(), "named": f"{n:g}", "booked": f"{booked[row]:g}"}),
        )
        for row, n in pieces.items()
    ]


def _terms(layout: Layout, title: str, cells: pd.Series, terms: pd.DataFrame, least: bool) -> list[Said]:
    """What to know of the amounts: which are with or without VAT, which name the posts that they are for, what else they say."""
    tax = terms["tax"]
    kinds = {f"import_tax_{kind}": tax == kind for kind in ("out", "in", "net", "gross")}
    kinds |= {"import_per_post": terms["posts"].notna()}
    kinds |= {f"import_{kind}": terms["beside"] == kind for kind in ("on_top", "remark")}
    stated = (_tax_stated(layout, title), _basis_stated(layout, title))
    notes = [Said(f"import_tax_stated_{one[0]}", {"title": title, "words": one[1]}) for one in stated if one]
    notes += [Said("import_from_stated", {"title": title})] if least else []
    return [*notes, *marked(layout, title, cells, kinds), *bounds(layout, title, cells, terms["bound"])]


def _tax_stated(layout: Layout, title: str) -> tuple[Tax, str] | None:
    """What a title, or a line about the table, says of VAT in the amounts, and its words."""
    words = layout.parts.get(layout.column(title), ())
    return next(((tax, text) for text in (*words, *layout.around) if (tax := tax_of(text))), None)


def _basis_stated(layout: Layout, title: str) -> tuple[Basis, str] | None:
    """What a title, or a line about the table, says of income tax in the amounts, and its words."""
    words = layout.parts.get(layout.column(title), ())
    own = (text for text in words if not re.search(f"{AGREED}|{SALES}", letters(text)))  # a net fee is what is left of another
    said = [*((basis_of(text), text) for text in own), *((stated_basis(text), text) for text in layout.around)]
    return next(((basis, text) for basis, text in said if basis), None)


def _tax_beside(layout: Layout, rows: pd.Index) -> pd.Series:
    """What the remarks of each row say of VAT in its amounts; None where they say nothing, or both."""
    found: dict[int, set[Tax]] = {}
    for title in layout.titles.values():
        cells = layout.frame[title].reindex(rows)
        for row, cell in cells[cells.map(lambda cell: isinstance(cell, str))].items():
            if tax := remarked_tax(cell, title):
                found.setdefault(int(str(row)), set()).add(tax)
    said = [found.get(int(row), set()) for row in rows]
    return pd.Series([next(iter(taxes)) if len(taxes) == 1 else None for taxes in said], rows, dtype=object)


SALES = r"\bsales\b|revenue|\bgmv\b|doanh (?:thu|so)|turnover|umsatz|om[sz]et|chiffre"  # net of what came back, and of no tax
OF_TAX = {"out": "without_vat", "in": "with_vat", "net": "net", "gross": "gross"}
OF_BOUND = {"from": "at_least", "about": "about", "up_to": "at_most"}


def _conditions(layout: Layout, title: str, cells: pd.Series, terms: pd.DataFrame, ranges: np.ndarray, least: bool) -> pd.Series:
    """What each fee says besides its amount, in the words of the catalogue's `fee_terms`; a remark stands as it came."""
    stated = _tax_stated(layout, title)
    every_tax = OF_TAX[stated[0]] if stated is not None else None
    basis = _basis_stated(layout, title)
    every_basis = OF_TAX[basis[0]] if basis is not None else None
    said = [
        [
            OF_TAX.get(tax),
            None if tax in ("in", "out") else every_tax,  # income tax is another
            None if tax in ("net", "gross") else every_basis,
            OF_BOUND.get(bound) or ("at_least" if least else None),
            "midpoint" if ranged else None,
            "on_top" if beside == "on_top" else None,
            str(cell).strip().replace(";", ",") if beside == "remark" else None,
        ]
        for cell, tax, bound, beside, ranged in zip(cells, terms["tax"], terms["bound"], terms["beside"], ranges, strict=True)
    ]
    return pd.Series(["; ".join(filter(None, one)) or None for one in said], index=cells.index, dtype="str")


def _money_unit(layout: Layout, title: str, one: TableMapping, titles: Titles) -> Unit:
    """What the mapping, the title, or a line above the table such as 'ĐVT: triệu đồng', multiplies bare amounts by."""
    unit = unit_of(layout, title, one, titles)
    if unit.given or (unit.size or 1.0) > 1:
        return unit
    return unit_around(layout, "fee")


def _in_units_beside(layout: Layout, cells: pd.Series, stated: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Amounts in the unit that a column of units says of their row (triệu, nghìn đồng), and the currency that it names."""
    for title in filter(layout.says_units, layout.titles.values()):
        said = as_text(layout.frame[title]).reindex(cells.index)
        units = said.map(unit_alone, na_action="ignore").astype(float).fillna(1.0)
        for unit in units.unique():
            cells = cells.where(units != unit, in_units(cells, float(unit)))
        codes = said.map(currency_of, na_action="ignore").astype(object)
        stated = stated.where(stated.notna(), codes.where(codes.notna(), None))
    return cells, stated


def stated_currency(given: pd.DataFrame, layout: Layout, title: str) -> tuple[pd.Series, list[Reject]]:
    """What the currency column says, row by row."""
    if "currency" not in given:
        return pd.Series(None, index=given.index, dtype=object), []
    text = as_text(given["currency"])
    codes = text.astype(object).map(lambda cell: yuan(code_of(cell), cell), na_action="ignore")
    bad = np.flatnonzero((text.notna() & codes.isna()).to_numpy())
    wrong = Refused(bad, lambda cell: Said("cell_no_currency", {"came": text.iloc[cell]}))
    return codes.where(codes.notna(), None), refusals(layout, title, text, [wrong])


def _clashing(layout: Layout, title: str, cells: pd.Series, own: pd.Series, stated: pd.Series) -> list[Reject]:
    """Rows whose cell names one currency and whose currency column another."""
    one_of = pd.Series([code in SHARED.get(str(sign), ()) for code, sign in zip(own, stated, strict=True)], own.index, dtype=bool)
    bad = own.notna() & stated.notna() & ~own.isin([*SHARED]) & ~one_of & (own != stated)
    return [
        reject(layout, title, int(row), cells[row], Said("cell_clash", {"own": own[row], "stated": stated[row]}))
        for row in cells.index[bad]
    ]


def _formatted(layout: Layout, title: str, cells: pd.Series, own: pd.Series, named: str | None) -> list[Reject]:
    """Cells whose number format, which few think of, writes another currency than the title names."""
    formats = signs_of_some(layout, title, cells.index)
    bad = formats[formats.notna() & own.isna() & cells.notna()] if named is not None else formats.iloc[:0]
    bad = bad[[named != sign and named not in SHARED.get(sign, ()) and sign not in SHARED.get(named or "", ()) for sign in bad]]
    return [
        reject(layout, title, int(row), cells[row], Said("cell_clash_format", {"own": sign, "stated": named}))
        for row, sign in bad.items()
    ]


def _of_another(layout: Layout, title: str, cells: pd.Series, own: pd.Series, codes: pd.Series) -> list[Reject]:
    """Amounts that name no currency, with a word that nobody says of theirs: 5tr in a column of dollars."""
    said = cells[own.isna() & codes.notna()].map(lambda cell: spoken_of(cell) if isinstance(cell, str) else None)
    said = said[[word in LARGE and codes[row] not in (SPEAKING[word], *ALSO.get(word, ())) for row, word in said.items()]]
    bad = []
    for row, word in said.items():
        values = {"came": str(cells[row]).strip(), "word": word, "code": codes[row], "meant": SPEAKING[word]}
        bad.append(reject(layout, title, int(row), cells[row], Said("cell_word_currency", values)))
    return bad
