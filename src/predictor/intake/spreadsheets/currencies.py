"""Which currency each amount of a sheet is in, and amounts turned into one currency by rates that somebody gave."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from predictor.definitions.schema import Closed
from predictor.definitions.strict_yaml import parse, read_yaml
from predictor.errors import DefinitionError
from predictor.intake.codes import currency_code
from predictor.intake.currency_words import SHARED, currency_of
from predictor.intake.spreadsheets.grids import address
from predictor.intake.spreadsheets.layout import Layout
from predictor.wording.sentences import Said

STATED = re.compile(
    r"đvt|đơn vị|don vi|unit|currency|tiền tệ|loại tiền|satuan|mata uang|单位|單位|単位|通貨|货币|หน่วย|단위|"
    r"통화|\bin (?:thousands|millions)\b|"
    r"^[^()]*[(（][^()]*(?:triệu|nghìn|ngàn|million|thousand|juta|ribu|万)[^()]*[)）]",
    re.IGNORECASE,
)


class Rates(Closed):
    """What one unit of each currency is worth in the currency `to`; given by the user, never invented."""

    to: str
    rates: dict[str, float]

    def of(self, code: str) -> float | None:
        """What one unit of `code` is worth, or None where nobody said."""
        return 1.0 if code == self.to else self.rates.get(code)


@dataclass(frozen=True)
class Money:
    """One column of money while it is read: values, the currency each cell or its title names, and how people know it."""

    name: str
    title: str
    values: pd.Series
    codes: pd.Series


def load_rates(path: Path) -> Rates:
    """Read a table of rates: `to: VND` and `rates: {USD: 25500}`.

    Raises
    ------
    DefinitionError
        With every fault of the file.
    """
    content = read_yaml(path)
    faults: list[str] = []
    found = parse(Rates, content, path.name, faults)
    if found is not None:
        wrong = {code: rate for code, rate in found.rates.items() if not (np.isfinite(rate) and rate > 0)}
        faults += [f"{path.name}: rates: {code}: got {rate}; a rate is a number above 0." for code, rate in wrong.items()]
        codes = [code for code in (found.to, *found.rates) if not re.fullmatch("[A-Z]{3}", code)]
        faults += [f"{path.name}: got the currency '{code}'; write its three letters, such as VND." for code in codes]
    if faults or found is None:
        raise DefinitionError(faults)
    return found


def codes_of(
    layout: Layout, title: str, own: pd.Series, given: pd.Series, constant: str | None
) -> tuple[pd.Series, list[Said], list[Said]]:
    """The currency of each amount: the cell's own words, the currency column, the title, the number format, what stands above.

    Without any of these the mapping's constant holds. A sign that several currencies write ($, ¥) is settled by the rest.
    """
    column = layout.column(title)
    said = currency_of(" ".join(layout.parts.get(column, (title,))))
    above = next((code for text in layout.above if STATED.search(text) and (code := currency_of(text))), None)
    formats = pd.Series(
        [currency_of(layout.grid.signs.get((int(row), column), "")) for row in own.index], own.index, dtype=object
    )
    sources = [own, given, *(pd.Series(code, own.index, dtype=object) for code in (said,)), formats]
    sources += [pd.Series(code, own.index, dtype=object) for code in (above, constant)]
    codes = pd.Series(None, index=own.index, dtype=object)
    for source in sources:
        codes = codes.where(codes.notna() & ~(codes.isin(list(SHARED)) & _narrower(codes, source)), source)
    others = {code for source in sources for code in source.dropna().unique()} - {"$"}
    dollars = codes.eq("$")
    if others == {"VND"} and dollars.any():  # beside đồng, a bare $ is the American one
        place = address((int(dollars.idxmax()), column))
        return codes.mask(dollars, "USD"), [], [Said("import_dollars", {"title": title, "place": place})]
    codes, doubts = _settled(codes, layout, title)
    return codes, doubts, []


def common(columns: list[Money], table: str) -> tuple[pd.Series | None, list[Said]]:
    """One currency a row, which its amounts share; what is bare takes the currency of the row's other amounts."""
    if not columns:
        return None, []
    codes, doubts = columns[0].codes.copy(), []
    for money in columns[1:]:
        both = codes.notna() & money.codes.notna() & money.values.notna() & (codes != money.codes)
        if both.any():
            row = both.idxmax()
            values = {"first": columns[0].title, "other": money.title, "row": str(row)}
            doubts.append(Said("import_doubt_two_currencies", values | {"a": codes[row], "b": money.codes[row]}))
        codes = codes.where(codes.notna(), money.codes)
    for money in columns:
        bare = money.values.notna() & codes.isna()
        if bare.any():
            row = bare.idxmax()
            values = {"title": money.title, "rows": str(bare.sum()), "row": str(row), "table": table}
            doubts.append(Said("import_doubt_currency", values))
    return codes, doubts


def converted(money: Money, rates: Rates) -> tuple[Money, list[Said]]:
    """The same amounts in the currency of the rates; a missing rate is named."""
    there = money.codes.dropna().unique()
    missing = [Said("import_doubt_rate", {"code": code, "to": rates.to}) for code in there if rates.of(code) is None]
    factor = money.codes.map({code: rates.of(code) for code in there}).astype(float)
    codes = money.codes.where(money.codes.isna(), rates.to)
    return Money(money.name, money.title, money.values * factor.where(money.codes.notna(), 1.0), codes), missing


def code_of(text: str) -> str | None:
    """The currency that a cell of a currency column names: by its code or its word, or a sign that several share."""
    return currency_code(text) or currency_of(text)


def _narrower(codes: pd.Series, source: pd.Series) -> pd.Series:
    """Where a later source names one of the currencies that a shared sign leaves open."""
    pairs = zip(codes, source, strict=True)
    return pd.Series([code in SHARED and other in SHARED[code] for code, other in pairs], index=codes.index, dtype=bool)


def _settled(codes: pd.Series, layout: Layout, title: str) -> tuple[pd.Series, list[Said]]:
    doubts: list[Said] = []
    for sign, meant in SHARED.items():
        at = codes.index[codes == sign]
        if not len(at):
            continue
        place = address((int(at[0]), layout.column(title)))
        doubts.append(Said("import_doubt_sign", {"sign": sign, "title": title, "place": place, "meant": " / ".join(meant)}))
    return codes, doubts
