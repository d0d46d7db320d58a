"""One column of a sheet: its values, the cells that spoil their rows, and what is open about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.cells import Refused, as_text, without_emoji
from predictor.intake.codes import rather_language
from predictor.intake.dates import ends_in_short_year, of_other_calendars, of_other_zones, serial_days
from predictor.intake.mapping import TableMapping
from predictor.intake.other_platforms import other_platform, without_part
from predictor.intake.spreadsheets.column_units import (
    Unit,
    doubt_unit,
    doubt_unnamed,
    in_its_unit,
    is_column,
    said_by_line,
    said_whole,
    unit_around,
    unit_of,
    whole_people,
)
from predictor.intake.spreadsheets.counted_rows import first_days, of_months
from predictor.intake.spreadsheets.counted_words import without_its_word
from predictor.intake.spreadsheets.currencies import Money
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.marked_cells import exact_figures, marked
from predictor.intake.spreadsheets.mil import mil_settled
from predictor.intake.spreadsheets.ranges import Midpoint, middles, midpoints
from predictor.intake.spreadsheets.rejects import Reject, refusals, untrusted
from predictor.intake.spreadsheets.sheet_years import with_sheet_year, year_of
from predictor.intake.spreadsheets.titles import Titles
from predictor.intake.units import PERCENT, bare
from predictor.intake.values import read_column, spellings
from predictor.intake.written_dates import with_year, without_year
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

MOST_PERCENT = 100.0  # a rate, in per cent
SHARES = 0.02  # of so many per cent nobody speaks: bare rates up to here are shares
OTHER = "other"  # the platform of whoever publishes on none of the known ones
OF_PEOPLE = ("followers", "average_views")
IN_LAKHS = r"[1-9]\d?(?:,\d{2})+,\d{3}"  # 12,34,567
IN_THREES = r"[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:,\d{3})+)"  # 90.250: where all are written so, the mark groups
SMALL = 1000.0  # a mean of more is written with decimals too


@dataclass(frozen=True)
class Column:
    """A column as read; `money` where it holds amounts, `pieces` the posts each names, `terms` what else each fee says (as in
    the catalogue's `fee_terms`), `offered` where it offers anything."""

    values: pd.Series
    rejects: list[Reject]
    doubts: list[Said]
    midpoints: list[Midpoint]
    money: Money | None = None
    pieces: pd.Series | None = None
    terms: pd.Series | None = None
    notes: tuple[Said, ...] = ()
    offered: pd.Series | None = None

    def without_bad_cells(self) -> Column:
        """The same column with every rejected cell blank, so that its row can stay."""
        bad = self.values.index.isin([reject.row for reject in self.rejects])
        if not bad.any():
            return self
        values = self.values.mask(bad)
        money = self.money and replace(self.money, values=self.money.values.mask(bad), codes=self.money.codes.mask(bad))
        terms = self.terms if self.terms is None else self.terms.mask(bad)
        return replace(
            self, values=values, money=money, terms=terms, rejects=[replace(reject, kept=True) for reject in self.rejects]
        )


def read_plain(
    layout: Layout, title: str, cells: pd.Series, name: str, entry: Entry, table: str, one: TableMapping, titles: Titles
) -> Column:
    """A column of anything but money, by its definition; a unit in its title multiplies counts, and per cent divides rates."""
    typed = as_typed(layout, title, cells)
    cells, in_months = of_months(name, title, cells)
    cells, several = first_days(cells) if name == "booked_at" else (cells, in_months & False)
    cells, notes = exact_figures(layout, title, without_its_word(cells, name, title), entry, table)
    notes = [*notes, *marked(layout, title, typed, {"import_months": in_months, "import_first_days": several})]
    if name == "platform":
        cells, parts = _of_a_platform(layout, title, cells, entry)
        cells, others = _elsewhere(layout, title, cells, entry) if table == "candidates" else (cells, [])
        notes = [*notes, *parts, *others]
    cells, mil = mil_settled(layout, title, cells, name, table, one, None) if entry.type == "count" else (cells, [])
    bare_days = _yearless(cells, entry)
    if _yearless(typed, entry).sum() > bare_days.sum():  # ids gave the others their year; a day that its id contradicts is wrong
        bare_days &= False
    cells, of_sheet = with_sheet_year(layout.grid, cells, bare_days)
    notes = [*notes, *marked(layout, title, typed, {"import_year_sheet": of_sheet}, year=str(year_of(layout.grid)))]
    bare_days &= ~of_sheet
    if one.year is not None and bare_days.any():
        cells = cells.mask(bare_days, cells[bare_days].map(lambda cell: with_year(cell, one.year)))
        notes = [*notes, *marked(layout, title, typed, {"import_year": bare_days}, year=str(one.year))]
    cells, counts = _counts_apart(layout, title, cells, entry)
    least = LEAST_COMMISSION if name == "commission" else LEAST_PERCENT
    cells, shares = _shares_apart(layout, title, cells, entry, one, least)
    unit, doubts = _unit_of_plain(layout, title, cells, name, entry, table, one, titles, least)
    doubts, notes = [*mil, *doubts], [*notes, *said_by_line(title, unit)]
    in_unit = in_its_unit(layout, title, cells, unit.size or 1.0)
    middle = middles(in_unit, name, entry, one.decimal_comma)
    whole = in_unit.mask(middle.notna()) if middle.notna().any() else in_unit
    values, refused = read_column(whole, name, entry, one.day_first, one.decimal_comma, serials=True)
    if entry.type == "date":
        values, refused, of_days = _dated(layout, title, typed, whole, name, entry, one, bare_days, values, refused)
        notes = [*notes, *of_days]
    values = values.fillna(middle) if middle.notna().any() else values
    if name == "kind" and refused:
        words = list(dict.fromkeys(str(cells.iloc[at]).strip() for wrong in refused for at in wrong.cells))
        said = {"title": title, "words": ", ".join(words), "word": words[0], "each": words, "table": table}
        ours = [*entry.categories]
        kinds = {"kinds": (*entry.categories.values(),), "first": ours[0], "others": ", ".join(ours[1:])}
        doubts = [*doubts, Said("import_doubt_kind", {**said, **kinds})]
        refused = []
    if one.year is None and bare_days.any():
        doubts = [*doubts, *marked(layout, title, typed, {"import_doubt_year": bare_days}, table=table)]
        refused = []
    if name in ("country", "market"):
        asked, at = _rather_languages(title, cells, name, table, one)
        doubts = [*doubts, *asked]
        refused = [] if at.any() else refused
    if entry.type == "date" and (moved := of_other_zones(cells) & values.notna()).any():
        notes = [*notes, *marked(layout, title, typed, {"import_zone": moved}, day=f"{values[moved].iloc[0]:%Y-%m-%d %H:%M}")]
    if entry.type == "date" and (other := of_other_calendars(cells) & values.notna()).any():
        notes = [*notes, *marked(layout, title, typed, {"import_other_calendar": other}, day=f"{values[other].iloc[0]:%Y-%m-%d}")]
    rejects = [*refusals(layout, title, typed, [*refused, *counts, *shares]), *untrusted(layout, title, entry)]
    return Column(
        values,
        rejects,
        [*doubts, *undecided(layout, title, typed, refused, entry, table)],
        midpoints(layout, title, typed, middle.notna().to_numpy(), values),
        notes=(*_serials(layout, title, cells, entry), *notes),
    )


def _dated(
    layout: Layout, title: str, typed: pd.Series, cells: pd.Series, name: str, entry: Entry, one: TableMapping,
    bare_days: pd.Series, values: pd.Series, refused: list[Refused],
) -> tuple[pd.Series, list[Refused], list[Said]]:  # fmt: skip
    """Dates as read by the mapping, where they do not say better themselves: by their own order of day and month and, of what was
    on a day, in the year before where that would still be to come."""
    notes: list[Said] = []
    if refused and one.day_first is not None:
        proved, otherwise = read_column(cells, name, entry, None, one.decimal_comma, serials=True)
        if not otherwise:  # the column is in an order of its own, which an answer about another file does not change
            values, refused, notes = proved, [], [Said("import_day_order", {"title": title})]
    if one.year is not None and name in DAYS.values() and (late := bare_days & (values > pd.Timestamp.now())).any():
        values = values.mask(late, values - pd.DateOffset(years=1))
        notes = [*notes, *marked(layout, title, typed, {"import_year_before": late}, year=str(one.year - 1))]
    return values, refused, notes


def _yearless(cells: pd.Series, entry: Entry) -> pd.Series:
    """The cells of a column of dates that are a day and a month without a year."""
    if entry.type != "date":
        return pd.Series(False, index=cells.index)
    return cells.map(lambda cell: isinstance(cell, str) and without_year(cell)).astype(bool)


def _of_a_platform(layout: Layout, title: str, cells: pd.Series, entry: Entry) -> tuple[pd.Series, list[Said]]:
    """Platforms without the part of them that is named besides (Tiktok Shop), which is told."""
    known, said = spellings(entry), as_text(cells)
    bare = {cell: without_part(cell) for cell in said.dropna().unique() if fold(cell) not in known}
    bare = {cell: rest for cell, rest in bare.items() if rest != cell and fold(rest) in known}
    at = said.isin(list(bare))
    read = ", ".join(dict.fromkeys(known[fold(rest)] for rest in bare.values()))
    return cells.mask(at, said.map(bare)), marked(layout, title, cells, {"import_part_of_platform": at}, read=read)


def _elsewhere(layout: Layout, title: str, cells: pd.Series, entry: Entry) -> tuple[pd.Series, list[Said]]:
    """Platforms that people book on and nothing is measured on (Bilibili, Radio VOV) as another platform, and the note of it."""
    known, said = spellings(entry), as_text(cells)
    named = {cell: _other(cell) for cell in said.dropna().unique() if fold(cell) not in known}
    words = ", ".join(dict.fromkeys(f"'{cell}'" for cell, other in named.items() if other))
    at = said.isin([cell for cell, other in named.items() if other])
    return cells.mask(at, OTHER), marked(layout, title, cells, {"import_other_platform": at}, words=words)


def _other(cell: str) -> str | None:
    """The other platform that a cell names, with or without the part of it, or its name in another script in brackets."""
    bare = re.sub(r"[(（][^()（）]*[)）]", " ", without_emoji(cell))
    said = (without_emoji(cell), bare, without_part(bare))
    return next((other for text in said if (other := other_platform(text))), None)


def _counts_apart(layout: Layout, title: str, cells: pd.Series, entry: Entry) -> tuple[pd.Series, list[Refused]]:
    """A column of rates in which some bare number is above 100, which no rate is: its bare numbers are counts of something."""
    if entry.type != "rate" or not (bare_numbers(layout, title, cells) > MOST_PERCENT).any():
        return cells, []
    counted = cells.map(bare).astype(bool)
    wrong = Refused(np.flatnonzero(counted), lambda cell: Said("cell_counted", {"came": str(cells.iloc[cell]).strip()}))
    return cells.mask(counted), [wrong]


LEAST_PERCENT = 0.1  # beside rates of some per cent a smaller bare number is rather a share
LEAST_ENGAGED = 0.3  # per cent of engagement that somebody of a list has: where all have less, the numbers may be shares
DAYS = {"posts": "published_at", "creator_snapshots": "at"}  # tables of what was on a day, and the column of it
LEAST_COMMISSION = 1.0
MUCH = 10.0  # per cent of an audience, beside which less than one is rather a share


def _shares_apart(
    layout: Layout, title: str, cells: pd.Series, entry: Entry, one: TableMapping, least: float
) -> tuple[pd.Series, list[Refused]]:
    """A column of rates in one unit without the bare numbers that are in another.

    Beside rates that are per cent, in two spellings (3.5%, 3,5) or by the mapping, those that may be shares (0.035); beside
    shares those that are rather per cent.
    """
    unit = {fold(theirs): unit for theirs, unit in one.units.items()}.get(fold(title))
    numbers = bare_numbers(layout, title, cells) if entry.type == "rate" else pd.Series(dtype=float)
    signed = as_text(cells).str.contains("%|％", na=False).any()
    if (unit is None and not signed) or not (numbers > 1).any():
        return cells, []
    small = numbers.between(0, least if unit is None else LEAST_PERCENT, inclusive="neither")
    shares = unit == 1.0
    wrong = cells.index.isin(numbers.index[(numbers > 1) & small.any() if shares else small])
    key = "cell_percent_or_share" if shares else "cell_share_or_percent"
    refused = Refused(np.flatnonzero(wrong), lambda cell: Said(key, {"came": str(cells.iloc[cell]).strip()}))
    return cells.mask(wrong), [refused] if wrong.any() else []


def _rather_languages(title: str, cells: pd.Series, name: str, table: str, one: TableMapping) -> tuple[list[Said], pd.Series]:
    """Codes of a column of countries that are rather languages', unless the mapping explains them; and where they stand."""
    explained = {fold(str(word)) for pair in one.values.get(name, {}).items() for word in pair}
    text = as_text(cells)
    open_ones = text.map(lambda cell: rather_language(cell) is not None and fold(cell) not in explained, na_action="ignore").eq(
        True
    )
    if not open_ones.any():
        return [], open_ones
    word = str(text[open_ones].iloc[0])
    code, likely, meant = rather_language(word) or ("", "", "")
    words = ", ".join(dict.fromkeys(text[open_ones]))
    values = {"title": title, "words": words, "word": word, "name": name, "table": table, "code": code}
    return [Said("import_doubt_country", values | {"likely": likely, "meant": meant})], open_ones


def _serials(layout: Layout, title: str, cells: pd.Series, entry: Entry) -> tuple[Said, ...]:
    """What to know of a column of dates: which numbers were read as the days of a spreadsheet."""
    days = serial_days(cells).dropna() if entry.type == "date" else pd.Series(dtype=object)
    if days.empty:
        return ()
    row = int(days.index[0])
    place, came = layout.address(row, title), str(cells[row]).strip()
    values = {"title": title, "place": place, "came": came, "count": len(days), "day": f"{days[row]:%Y-%m-%d}"}
    return (Said("import_serials", values),)


def as_typed(layout: Layout, title: str, cells: pd.Series) -> pd.Series:
    """The cells of a column as they stand in the file, whatever a mapping or its unit made of them."""
    return layout.frame[title].reindex(cells.index) if title in layout.frame else cells


def _unit_of_plain(
    layout: Layout, title: str, cells: pd.Series, name: str, entry: Entry, table: str, one: TableMapping, titles: Titles,
    least: float,
) -> tuple[Unit, list[Said]]:  # fmt: skip
    """What the bare numbers of a column count in, by its title or as its cells prove."""
    if entry.type not in ("count", "number", "rate"):
        return Unit(1.0), []
    unit = unit_of(layout, title, one, titles)
    if unit.size is None and name in OF_PEOPLE:
        unit = unit_around(layout, name)
    said = unit.size
    if entry.type == "rate":
        if said is None:
            size, doubts = _percent(layout, title, cells, entry, table, least)
            return Unit(size), doubts
        if unit.given:
            return unit, []
        numbers = bare_numbers(layout, title, cells)
        mixed = said == PERCENT and (numbers > 1).any() and numbers.between(0, LEAST_PERCENT, inclusive="neither").any()
        tiny = said == PERCENT and name == "engagement_rate" and 0 < numbers.max() < LEAST_ENGAGED
        return unit, [_doubt_percent(layout, title, numbers, table, LEAST_PERCENT)] if mixed or tiny else []
    if said is None or (said < 1 and not unit.given):
        asked = _scale(layout, title, cells, entry, table)
        if not asked and name in OF_PEOPLE:
            asked = doubt_unnamed(layout, title, name, bare_numbers(layout, title, cells), table)
        return Unit(1.0), asked
    numbers = bare_numbers(layout, title, cells)
    whole = whole_people(numbers, unit) if name == "followers" and said > 1 and not unit.settled else numbers.iloc[:0]
    full = said_whole(cells, numbers, whole, "followers") if is_column(one, title, name) else {}
    return unit, [doubt_unit(layout, title, cells.loc[whole.index], unit, table, name, full)] if len(whole) else []


def _scale(layout: Layout, title: str, cells: pd.Series, entry: Entry, table: str) -> list[Said]:
    """The question what bare numbers of people count in, where one is small and in parts (12.5): not in people."""
    if entry.type != "count" or table not in ("candidates", "creators"):
        return []
    numbers = bare_numbers(layout, title, cells)
    numbers = numbers[~as_text(cells[numbers.index]).str.fullmatch(IN_LAKHS)]
    parts = numbers[(numbers % 1 > 0) & (numbers < SMALL)]
    if not len(parts) or as_text(cells[numbers.index]).str.fullmatch(IN_THREES).all():
        return []
    row = int(parts.index[0])
    place = layout.address(row, title)
    return [Said("import_doubt_scale", {"title": title, "place": place, "came": str(cells[row]).strip(), "table": table})]


def _percent(layout: Layout, title: str, cells: pd.Series, entry: Entry, table: str, least: float) -> tuple[float, list[Said]]:
    """Per cent where a rate above 1 proves it; asked where the cells can be read both ways."""
    numbers = bare_numbers(layout, title, cells)
    numbers = numbers[numbers > 0]
    if not len(numbers):
        return 1.0, []
    share = entry.range is not None and entry.range[1] <= 1
    engaged = entry.range is not None and not share and entry.range[1] <= 100
    least = 1.0 if share and numbers.max() > MUCH else least
    signed = as_text(cells).str.contains("%|％", na=False).any()
    if signed and SHARES < numbers.max() <= 1:  # a sign in some cells proves nothing of the others
        return 1.0, [_doubt_percent(layout, title, numbers, table, least)]
    if (share or engaged) and numbers.max() > 1:
        return PERCENT, [] if numbers.min() >= least else [_doubt_percent(layout, title, numbers, table, least)]
    if (not share and not engaged and numbers.max() > 1) or (engaged and (numbers.max() > 0.3 or numbers.median() > 0.1)):
        return 1.0, [_doubt_percent(layout, title, numbers, table, least)]
    return 1.0, []


def bare_numbers(layout: Layout, title: str, cells: pd.Series) -> pd.Series:
    """The numbers of cells that bring no unit of their own, roughly: a mark before three figures groups them."""
    column = layout.column(title)
    own = [bare(cell) and (int(row), column) not in layout.grid.measured for row, cell in cells.items()]
    text = cells[own].map(lambda cell: cell if isinstance(cell, str) else repr(float(cell))).astype(str)
    whole = text.str.replace(r"(?<=[1-9])[., ](?=\d{3}(?:[., ]|$))|(?<=\d)[., ](?=\d{3}[., ])", "", regex=True)
    whole = whole.str.replace(r"(?<=\d)[. ](?=\d{3}$)(?<=\d{3}.)", "", regex=True).str.replace(",", ".", regex=False)
    return pd.to_numeric(whole, errors="coerce").dropna().astype(float)


def _doubt_percent(layout: Layout, title: str, numbers: pd.Series, table: str, least: float) -> Said:
    """The question whether a column is in shares or per cent, with its first cell, or a cell of each unit where it has both."""
    large, small = numbers[numbers > 1], numbers[(numbers > 0) & (numbers < least)]
    shown = pd.concat([large.head(1), small.head(1)]) if len(large) and len(small) else numbers.head(1)
    places = " / ".join(layout.address(int(row), title) for row in shown.index)
    values = {"title": title, "place": places, "came": " / ".join(f"{number:g}" for number in shown), "table": table}
    return Said("import_doubt_percent", values)


def undecided(layout: Layout, title: str, cells: pd.Series, refused: list[Refused], entry: Entry, table: str) -> list[Said]:
    """The question how cells with two readings are meant, with the first of them."""
    refused = [one for one in refused if one.undecided]
    if not refused:
        return []
    at = int(refused[0].cells[0])
    place = layout.address(int(cells.index[at]), title)
    count = sum(len(one.cells) for one in refused)
    values = {"title": title, "place": place, "came": str(cells.iloc[at]).strip(), "table": table, "rows": str(count)}
    date_key = "import_doubt_short_year" if ends_in_short_year(values["came"]) else "import_doubt_dates"
    return [Said(date_key if entry.type == "date" else "import_doubt_decimal", values)]


def swapped_days(layout: Layout, title: str) -> list[Said]:
    """A column in which a spreadsheet took as dates only what also reads month first: it may have swapped day and month."""
    column = layout.column(title)
    cells = list(layout.grid.cells.loc[list(layout.rows), column].items()) if column else []
    typed = [(row, cell) for row, cell in cells if isinstance(cell, date)]
    text = [cell for _, cell in cells if isinstance(cell, str) and re.match(r"(1[3-9]|2\d|3[01])[-/.]\d{1,2}[-/.]\d{2}", cell)]
    if not typed or not text or any(cell.day > 12 for _, cell in typed):
        return []
    row, day = typed[0]
    return [Said("import_swapped", {"title": title, "place": layout.address(int(str(row)), title), "day": f"{day:%Y-%m-%d}"})]
