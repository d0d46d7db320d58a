"""One column of a sheet: its values, the cells that spoil their rows, and what is open about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue, Entry
from predictor.intake.cells import Refused, as_text
from predictor.intake.dates import ends_in_short_year, serial_days
from predictor.intake.mapping import TableMapping
from predictor.intake.money import currency_of, read_amounts, scaled, taken_apart, unit_of, untaxed, without_currency
from predictor.intake.numbers import plainly
from predictor.intake.reader import accepted_titles
from predictor.intake.spreadsheets.currencies import STATED, Money, code_of, codes_of
from predictor.intake.spreadsheets.layout import Layout, Place, address
from predictor.intake.values import read_column, spellings
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

# A mapping proposed from a sheet's titles and cells: which table it is, which column means what, and what is open.
#
# Nothing is guessed where two readings are plausible: that becomes a doubt, with the line of the mapping that decides it.

COUNTED = ("likes", "comments", "shares", "saves")
DATES = ("ngày", "date", "thời gian", "ngày tháng", "time")
NUMBERING = ("stt", "no", "#", "tt", "số thứ tự")
CANDIDATES = ("ứng viên", "candidate", "đề xuất", "proposal", "shortlist", "báo giá", "quotation", "plan")
QUALIFIER = re.compile(r"[(\[{].*?[)\]}]|\s[-–—|/:].*$|[:：*]+\s*$|,\s*(?:đvt|đơn vị|unit).*$", re.IGNORECASE)


@dataclass(frozen=True)
class Proposal:
    """How a sheet becomes one of our tables; `doubts` are what its owner must decide, `notes` what they should know.

    `tentative` takes the first of two readings, only to find what else its owner will be asked.
    """

    mapping: TableMapping
    tentative: TableMapping
    doubts: list[Said]
    notes: list[Said]


def meaning_of(title: str, accepted: dict[str, str]) -> str | None:
    """The column that a title means: as it stands, or without what stands in brackets and the currency it names."""
    if fold(title) in accepted:
        return accepted[fold(title)]
    bare = QUALIFIER.sub("", title)
    tried = (fold(words) for words in (bare, without_currency(bare), without_currency(title)))
    return next((accepted[words] for words in tried if words in accepted), None)


def qualifier_of(title: str) -> str:
    """What a title says about its numbers: the words in brackets, after a dash, or the currency behind it."""
    return " ".join(QUALIFIER.findall(title)) or (title if currency_of(title) else "")


def table_of(layout: Layout, file: str, catalogue: Catalogue) -> str:
    """Which table a sheet is, by what its titles mean."""
    accepted = accepted_titles(catalogue.entries)
    names = {meaning_of(title, accepted) for title in layout.titles.values()} | {
        meaning_of(words[-1], accepted) for words in layout.parts.values() if words
    }
    creator, outcomes = {"creator_id", "name", "followers"}, {n for n, e in catalogue.entries.items() if e.unit and e.denominator}
    if names & {"campaign_id", "brand"} and not names & creator and names & {"budget", "goal", "starts_on", "ends_on", "brief"}:
        return "campaigns"
    booked = names & {"booked_at", "booking_id"} or names & {"orders", "revenue"} or (names & outcomes and "fee" in names)
    if booked:
        return "bookings"
    if names & {"post_id", "published_at", "caption"} or names & outcomes:
        return "posts"
    titled = " ".join((layout.grid.name, file, *layout.above)).casefold()
    deliverable = names & {"fee", "format", "posts", "planned_on", "booked_at", "campaign_id", "goal"}
    return "candidates" if deliverable or any(fold(word) in fold(titled) for word in CANDIDATES) else "creators"


def propose(layout: Layout, table: str, given: TableMapping, catalogue: Catalogue) -> Proposal:
    """Complete a mapping for one sheet; whatever `given` says stands."""
    accepted = accepted_titles(catalogue.columns(table))
    theirs = {fold(title): name for title, name in given.columns.items()}
    taken = {fold(title) for title in given.ignore if fold(title) not in theirs} | {
        fold(p) for s in given.sums.values() for p in s
    }
    decided = {name for title, name in given.columns.items() if layout.column(title)}
    decided |= {name for name, parts in given.sums.items() if any(layout.column(part) for part in parts)}
    decided |= {name for name in given.constants if name != "currency"}
    found: dict[str, list[str]] = {}
    unknown, notes, doubts = [], [], []
    for column, title in layout.titles.items():
        if fold(title) in theirs or fold(title) in taken:
            continue
        name, typo = _meaning(layout, column, accepted, catalogue)
        if name is None or name in decided:
            unknown.append(title)
            continue
        found.setdefault(name, []).append(title)
        notes += [Said("import_typo", {"title": title, "name": name})] if typo else []
    dates = [title for title in unknown if fold(title) in map(fold, DATES)]
    wanted = {"posts": "published_at", "bookings": "booked_at"}.get(table)
    if dates and wanted and wanted not in found and wanted not in decided:
        if table == "posts" and len(dates) == 1:
            found[wanted] = dates
            notes.append(Said("import_read_as", {"title": dates[0], "name": wanted}))
        else:
            doubts.append(Said("import_doubt_day", {"title": dates[0], "table": table, "name": wanted}))
        unknown = [title for title in unknown if title not in dates]
    sums, extra = _totals(table, unknown, found, decided, catalogue)
    notes += extra
    doubts += [_both(name, titles, table) for name, titles in found.items() if len(titles) > 1]
    used = {title for titles in found.values() for title in titles} | {part for parts in sums.values() for part in parts}
    ignored = [title for title in unknown if title not in used]
    said = [title for title in ignored if fold(title) not in map(fold, NUMBERING)]
    notes += [Said("import_ignored", {"titles": ", ".join(said)})] if said else []
    mapping = given.model_copy(
        update={
            "columns": given.columns | {titles[0]: name for name, titles in found.items() if len(titles) == 1},
            "sums": given.sums | sums,
            "ignore": tuple(dict.fromkeys([*(t for t in given.ignore if fold(t) not in theirs), *ignored])),
        }
    )
    first = mapping.model_copy(update={"columns": mapping.columns | {titles[0]: name for name, titles in found.items()}})
    return Proposal(mapping, first, doubts, notes)


def _meaning(layout: Layout, column: int, accepted: dict[str, str], catalogue: Catalogue) -> tuple[str | None, bool]:
    """What a column means, and whether its title was only nearly a known one."""
    words = [layout.titles[column], *layout.parts[column][-1:]]
    name = next((name for word in words if (name := meaning_of(word, accepted))), None)
    if name in ("name", "platform") and fold(words[-1]) in map(fold, ("kênh", "channel")):
        said = as_text(layout.grid.cells.loc[list(layout.rows), column]).dropna()
        spelt = said.map(fold).isin(list(spellings(catalogue.entries["platform"])))
        return ("platform" if len(said) and spelt.mean() >= 0.5 else "name"), False
    if name is not None or not words[-1:]:
        return name, False
    near = get_close_matches(fold(QUALIFIER.sub("", words[-1])), [t for t in accepted if len(t) > 5], n=1, cutoff=0.88)
    return (accepted[near[0]], True) if near else (None, False)


def _totals(
    table: str, unknown: list[str], found: dict[str, list[str]], decided: set[str], catalogue: Catalogue
) -> tuple[dict[str, tuple[str, ...]], list[Said]]:
    """In bookings, likes, comments and the like add up to engagements, and views stand for a reach that nobody recorded."""
    if table != "bookings":
        return {}, []
    accepted = accepted_titles(catalogue.entries)
    means = {title: meaning_of(title, accepted) for title in unknown}
    counted = tuple(title for title, name in means.items() if name in COUNTED)
    views = [title for title, name in means.items() if name == "views"]
    notes: list[Said] = []
    if views and "reach" not in found and "reach" not in decided:
        found["reach"] = views
        notes.append(Said("import_read_as", {"title": views[0], "name": "reach"}))
    if not counted or "engagements" in found or "engagements" in decided:
        return {}, notes
    return {"engagements": counted}, [*notes, Said("import_sums", {"titles": " + ".join(counted), "name": "engagements"})]


def _both(name: str, titles: list[str], table: str) -> Said:
    values = {
        "titles": "' / '".join(titles),
        "name": name,
        "table": table,
        "first": titles[0],
        "other": ", ".join(f'"{t}"' for t in titles[1:]),
    }
    return Said("import_doubt_both", values)


@dataclass(frozen=True)
class Reject:
    """A cell (or a row, where `column` is blank) that keeps a row out, by its place in the original file."""

    sheet: str
    row: int
    column: str
    cell: str
    came: str
    problem: Said


@dataclass(frozen=True)
class Midpoint:
    """A range of money that was read as its midpoint."""

    sheet: str
    row: int
    column: str
    cell: str
    came: str
    read_as: str


@dataclass(frozen=True)
class Column:
    """A column as read; `money` where it holds amounts, `pieces` how many posts each of them names."""

    values: pd.Series
    rejects: list[Reject]
    doubts: list[Said]
    midpoints: list[Midpoint]
    money: Money | None = None
    pieces: pd.Series | None = None
    notes: tuple[Said, ...] = ()


def read_plain(layout: Layout, title: str, cells: pd.Series, name: str, entry: Entry, table: str, one: TableMapping) -> Column:
    """A column of anything but money, by its definition; a unit in its title multiplies counts."""
    units = scaled(cells, _unit(layout, title)) if entry.type == "count" else cells
    values, refused = read_column(units, name, entry, one.day_first, one.decimal_comma, serials=True)
    rejects = [*_refusals(layout, title, cells, refused), *_untrusted(layout, title, entry)]
    return Column(
        values, rejects, _undecided(layout, title, cells, refused, entry, table), [], notes=_serials(layout, title, cells, entry)
    )


def _serials(layout: Layout, title: str, cells: pd.Series, entry: Entry) -> tuple[Said, ...]:
    """What to know of a column of dates: which numbers were read as the days of a spreadsheet."""
    days = serial_days(cells).dropna() if entry.type == "date" else pd.Series(dtype=object)
    if days.empty:
        return ()
    row = int(days.index[0])
    place, came = address((row, layout.column(title))), str(cells[row]).strip()
    return (
        Said(
            "import_serials", {"title": title, "place": place, "came": came, "count": len(days), "day": f"{days[row]:%Y-%m-%d}"}
        ),
    )


def read_money(
    layout: Layout, title: str, cells: pd.Series, name: str, entry: Entry, table: str, one: TableMapping, stated: pd.Series
) -> Column:
    """A column of money, each amount with its currency; `stated` is what the currency column says."""
    bare, pieces, tax = taken_apart(cells, name == "fee")
    named = currency_of(" ".join(layout.parts.get(layout.column(title), (title,))))
    amounts = read_amounts(bare, entry, _unit(layout, title, money=True), one.decimal_comma, cells, named)
    constant = one.constants.get("currency")
    codes, open_signs = codes_of(layout, title, amounts.currency, stated, str(constant) if constant else None)
    rejects = [*_refusals(layout, title, cells, amounts.refused), *_untrusted(layout, title, entry)]
    rejects += _clashing(layout, title, cells, amounts.currency, stated)
    doubts = [*_undecided(layout, title, cells, amounts.refused, entry, table), *open_signs]
    ranges = _midpoints(layout, title, cells, amounts.ranges & amounts.values.notna().to_numpy(), amounts.values)
    money = Money(name, title, amounts.values, codes.where(amounts.values.notna()))
    return Column(amounts.values, rejects, doubts, ranges, money, pieces, tuple(_terms(layout, title, cells, pieces, tax)))


def fee_for_others(layout: Layout, title: str, cells: pd.Series, pieces: pd.Series, booked: pd.Series) -> list[Reject]:
    """Fees for another number of posts than their row books: the price of one, or of all of them?"""
    return [
        _reject(
            layout,
            title,
            int(row),
            cells[row],
            Said("cell_per_posts", {"came": str(cells[row]).strip(), "named": f"{n:g}", "booked": f"{booked[row]:g}"}),
        )
        for row, n in pieces.items()
    ]


def _terms(layout: Layout, title: str, cells: pd.Series, pieces: pd.Series, tax: pd.Series) -> list[Said]:
    """What to know of the amounts: which are without VAT, which with it, and which name the posts that they are for."""
    marked = {"import_tax_out": tax == "out", "import_tax_in": tax == "in", "import_per_post": pieces.notna()}
    above = next((text for text in (*layout.parts.get(layout.column(title), ()), *layout.above) if untaxed(text)), None)
    notes = [] if above is None else [Said("import_tax_stated", {"title": title, "words": above})]
    for key, rows in marked.items():
        if rows.any():
            row = int(rows.idxmax())
            place = address((row, layout.column(title)))
            values = {"title": title, "place": place, "came": str(cells[row]).strip(), "count": int(rows.sum())}
            notes.append(Said(key, values))
    return notes


def _unit(layout: Layout, title: str, money: bool = False) -> float:
    """What the title, or a line above the table such as 'ĐVT: triệu đồng', multiplies bare numbers by."""
    own = unit_of(qualifier_of(" ".join(layout.parts.get(layout.column(title), (title,)))))
    return (
        own if own != 1.0 or not money else next((u for t in layout.above if STATED.search(t) and (u := unit_of(t)) != 1.0), 1.0)
    )


def stated_currency(given: pd.DataFrame, layout: Layout, title: str) -> tuple[pd.Series, list[Reject]]:
    """What the currency column says, row by row."""
    if "currency" not in given:
        return pd.Series(None, index=given.index, dtype=object), []
    text = as_text(given["currency"])
    codes = text.astype(object).map(code_of, na_action="ignore")
    bad = np.flatnonzero((text.notna() & codes.isna()).to_numpy())
    wrong = Refused(bad, lambda cell: Said("cell_no_currency", {"came": text.iloc[cell]}))
    return codes.where(codes.notna(), None), _refusals(layout, title, text, [wrong])


def _refusals(layout: Layout, title: str, cells: pd.Series, refused: list[Refused]) -> list[Reject]:
    wrong = [(one, int(at)) for one in refused if not one.undecided for at in one.cells]
    return [_reject(layout, title, int(cells.index[at]), cells.iloc[at], one.says(at)) for one, at in wrong]


def _reject(layout: Layout, title: str, row: int, came: object, problem: Said) -> Reject:
    column = layout.column(title)
    return Reject(layout.grid.name, row, title, address((row, column)) if column else "", str(came), problem)


def _midpoints(layout: Layout, title: str, cells: pd.Series, at: np.ndarray, values: pd.Series) -> list[Midpoint]:
    places = [(int(row), address((int(row), layout.column(title)))) for row in cells.index[at]]
    name = layout.grid.name
    return [Midpoint(name, row, title, cell, str(cells[row]), plainly(values[row])) for row, cell in places]


def _clashing(layout: Layout, title: str, cells: pd.Series, own: pd.Series, stated: pd.Series) -> list[Reject]:
    """Rows whose cell names one currency and whose currency column another."""
    bad = own.notna() & stated.notna() & ~own.isin(["$", "¥"]) & (own != stated)
    return [
        _reject(layout, title, int(row), cells[row], Said("cell_clash", {"own": own[row], "stated": stated[row]}))
        for row in cells.index[bad]
    ]


def _undecided(layout: Layout, title: str, cells: pd.Series, refused: list[Refused], entry: Entry, table: str) -> list[Said]:
    refused = [one for one in refused if one.undecided]
    if not refused:
        return []
    at = int(refused[0].cells[0])
    place = address((int(cells.index[at]), layout.column(title)))
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
    return [Said("import_swapped", {"title": title, "place": address((typed[0][0], column)), "day": f"{typed[0][1]:%Y-%m-%d}"})]


def _untrusted(layout: Layout, title: str, entry: Entry) -> list[Reject]:
    """Amounts and outcomes merged over several rows (each row's, or shared?), and formulas whose result was never saved."""
    column = layout.column(title)
    summed = entry.type == "money" or (entry.type == "count" and entry.known == "after_booking")
    return [*(_shared(layout, title, column) if summed else []), *_unsaved(layout, title, column)]


def _shared(layout: Layout, title: str, column: int) -> list[Reject]:
    mates: dict[Place, list[int]] = {}
    for row in layout.rows if layout.grid.spans else ():
        if (row, column) in layout.grid.spans:
            mates.setdefault(layout.grid.spans[row, column], []).append(row)
    return [
        _reject(layout, title, row, came, Said("cell_merged", {"first": str(rows[0]), "last": str(rows[-1])}))
        for origin, rows in mates.items()
        if len(rows) > 1 and (came := layout.grid.cells.loc[origin]) is not None
        for row in rows
    ]


def _unsaved(layout: Layout, title: str, column: int) -> list[Reject]:
    problem = Said("cell_unsaved")
    return [_reject(layout, title, row, "", problem) for row in layout.rows if (row, column) in layout.grid.unsaved]
