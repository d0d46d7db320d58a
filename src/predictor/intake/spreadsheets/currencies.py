"""Which currency each amount of a sheet is in, and amounts turned into one currency by rates that somebody gave."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from predictor.definitions.schema import Closed
from predictor.definitions.strict_yaml import parse, read_yaml
from predictor.errors import DefinitionError
from predictor.intake.chinese import traditional, yuan
from predictor.intake.codes import currency_code
from predictor.intake.currency_words import ALSO, LARGE, SHARED, SPEAKING, currency_of, spoken_of
from predictor.intake.spreadsheets.column_units import signs_of_some
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.remarks import stating_currency
from predictor.wording.sentences import Said

SAMPLE = 200  # rows by which the script of a list is known


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
    layout: Layout, title: str, typed: pd.Series, own: pd.Series, given: pd.Series, constant: str | None, table: str
) -> tuple[pd.Series, list[Said], list[Said]]:
    """The currency of each amount: the cell's own words, the currency column, the title, the number format, what stands around.

    Without any of these the mapping's constant holds, but for amounts with a word that nobody says of it (5tr beside USD); then
    the currency of which a word of the cells is said alone. A sign that several currencies write ($, ¥) is settled by the rest.
    Doubts and notes follow.
    """
    column = layout.column(title)
    words = " ".join(layout.parts.get(column, (title,)))
    sheet = [] if layout.grid.named_by_file else [layout.grid.name]  # Rates USD
    around, line = stating_currency([*layout.around, *sheet]) or (None, "")
    formats = pd.Series(
        [currency_of(layout.grid.signs.get((int(row), column), "")) for row in own.index], own.index, dtype=object
    )
    spoken, word = _spoken(words, typed, own) or (None, "")
    around = yuan(around, line)
    whole = [pd.Series(code, own.index, dtype=object) for code in (yuan(currency_of(words), words), around, constant, spoken)]
    some = signs_of_some(layout, title, own.index)
    sources = {"own": own, "given": given, "some": some, "title": whole[0], "formats": formats}
    sources |= {"around": whole[1], "worded": _worded(typed, constant), "constant": whole[2], "spoken": whole[3]}
    codes, by = pd.Series(None, index=own.index, dtype=object), pd.Series("", index=own.index, dtype=object)
    for name, source in sources.items():
        settled = codes.notna() & ~(codes.isin(list(SHARED)) & _narrower(codes, source))
        codes, by = codes.where(settled, source), by.where(settled | source.isna(), name)
    by = by[typed.notna()]
    sayings = {"around": Said("import_currency_stated", {"title": title, "words": line, "code": around})}
    sayings |= {"spoken": Said("import_currency_word", {"title": title, "word": word, "code": spoken})}
    notes = [said for name, said in sayings.items() if by.eq(name).any()]
    if (apart := by.eq("worded")).any():
        row = int(apart.idxmax())
        values = {"title": title, "place": layout.address(row, title), "came": str(typed[row]).strip(), "stated": constant}
        notes.append(Said("import_currency_apart", values | {"count": int(apart.sum()), "code": codes[row]}))
    others = {code for source in sources.values() for code in source.dropna().unique()} - {"$"}
    dollars = codes.eq("$")
    if "VND" in others and others <= {"VND", "USD"} and dollars.any():  # beside đồng, a bare $ is the American one
        place = layout.address(int(dollars.idxmax()), title)
        return codes.mask(dollars, "USD"), [], [*notes, Said("import_dollars", {"title": title, "place": place})]
    codes, doubts = _settled(codes, layout, title, table)
    return codes, doubts, notes


def _worded(typed: pd.Series, constant: str | None) -> pd.Series:
    """The currency of each amount with a word that is said of it and not of the stated one, None elsewhere."""
    words = typed.map(lambda cell: spoken_of(cell) if isinstance(cell, str) and constant else None)
    apart = {word: SPEAKING[word] for word in LARGE if constant not in (SPEAKING[word], *ALSO.get(word, ()))}
    return words.map(lambda word: apart.get(word)).astype(object)


def _spoken(title: str, typed: pd.Series, own: pd.Series) -> tuple[str, str] | None:
    """The currency of which a title or its cells speak by a word that is said of it alone, unless others are named; the word."""
    words = [spoken_of(title, title=True), *(spoken_of(cell) for cell in dict.fromkeys(typed) if isinstance(cell, str))]
    found = {SPEAKING[word]: word for word in reversed(words) if word is not None}
    code = next(iter(found), None)
    beside = {code, "$", "USD"} if code == "VND" else {code, "$"}  # beside đồng, people ask in dollars
    return (code, found[code]) if code and len(found) == 1 and {*own.dropna()} <= beside else None


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
            doubts.append(doubt_currency(money.title, int(bare.sum()), row, table))
    return codes, doubts


OF_SCRIPT = {"KRW": "[\uac00-\ud7a3]", "JPY": "[\u3041-\u30fa]", "THB": "[\u0e01-\u0e5b]", "CNY": "[\u4e00-\u9fff]"}


def doubt_currency(title: str, rows: int, row: object, table: str) -> Said:
    """The question in which currency amounts are; its example is that of the script in which their title is written."""
    example = next((code for code, letters in OF_SCRIPT.items() if re.search(letters, title)), "VND")
    example = "TWD" if example == "CNY" and traditional([title]) else example
    values = {"title": title, "rows": str(rows), "row": str(row), "table": table, "example": example}
    return Said("import_doubt_currency", values)


def converted(money: Money, rates: Rates) -> tuple[Money, list[Said]]:
    """The same amounts in the currency of the rates; a missing rate is named."""
    there = money.codes.dropna().unique()
    missing = [Said("import_doubt_rate", {"code": code, "to": rates.to}) for code in there if rates.of(code) is None]
    factor = money.codes.map({code: rates.of(code) for code in there}).astype(float)
    codes = money.codes.where(money.codes.isna(), rates.to)
    return Money(money.name, money.title, money.values * factor.where(money.codes.notna(), 1.0), codes), missing


def exchanged(money: list[Money], rates: Rates | None) -> tuple[list[Money], list[Said]]:
    """Columns of amounts in the currency of the rates where there are any, and the rates that are missing."""
    if rates is None:
        return money, []
    pairs = [converted(one, rates) for one in money]
    return [one for one, _ in pairs], [missing for _, doubts in pairs for missing in doubts]


def code_of(text: str) -> str | None:
    """The currency that a cell of a currency column names: by its code or its word, or a sign that several share."""
    return currency_code(text) or currency_of(text)


def _narrower(codes: pd.Series, source: pd.Series) -> pd.Series:
    """Where a later source names one of the currencies that a shared sign leaves open."""
    pairs = zip(codes, source, strict=True)
    return pd.Series([code in SHARED and other in SHARED[code] for code, other in pairs], index=codes.index, dtype=bool)


def _settled(codes: pd.Series, layout: Layout, title: str, table: str) -> tuple[pd.Series, list[Said]]:
    doubts: list[Said] = []
    texts = [*layout.titles.values(), *layout.around, *layout.frame.head(SAMPLE).to_numpy(dtype=object).ravel()]
    if not traditional(texts):
        codes = codes.mask(codes.eq("元"), "CNY")
    for sign, meant in SHARED.items():
        at = codes.index[codes == sign]
        if not len(at):
            continue
        place = layout.address(int(at[0]), title)
        likely = _likely(meant, [text for text in texts if isinstance(text, str)])
        values = {"sign": sign, "title": title, "place": place, "meant": " / ".join(likely), "first": likely[0], "table": table}
        doubts.append(Said("import_doubt_sign", values))
    return codes, doubts


KANA = re.compile(r"[\u3041-\u30fa]")  # of Japanese alone
CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")


def _likely(meant: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The currencies that a shared sign may mean, first the one that texts name by its code, or whose language they are in.

    A sign of its own (S$) beside the shared one rather says that this is another.
    """
    named = {code for text in texts for code in CODE.findall(text)} | ({"JPY"} if any(map(KANA.search, texts)) else set())
    return sorted(meant, key=lambda code: code not in named)
