"""What the bare numbers of a column count in, as a mapping, its title or a line about the table says, and whether they can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.cells import without_contacts
from predictor.intake.currency_words import SHARED, currency_of
from predictor.intake.mapping import TableMapping
from predictor.intake.numbers import plainly
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.stated_units import PEOPLE, stated_units, unclear_unit
from predictor.intake.spreadsheets.titles import Title, Titles, stated_unit
from predictor.intake.units import bare, in_units
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

MOST_PEOPLE = 3e7  # few accounts have more followers: such a number in thousands rather stands as it is
SMALL_PEOPLE = 1e4  # of a list whose largest number is below, the numbers may count in thousands
SHOWN = 3  # cells that a question names
MOST_UNITS = 1e3  # nor does anybody write so many thousands of a million


@dataclass(frozen=True)
class Unit:
    """What a column's bare numbers count in, None where nothing says so.

    `given` where a mapping says it; it is `settled` where that answers what the title asks: it says the same, or 1.
    """

    size: float | None
    given: bool = False
    settled: bool = False
    line: str = ""  # about the table, that says it


def unit_of(layout: Layout, title: str, one: TableMapping, titles: Titles) -> Unit:
    """The unit of a column: what the mapping says of it, else what its title does, whichever column of ours that is."""
    own = _said_unit(layout, title, titles)
    given = {fold(theirs): unit for theirs, unit in one.units.items()}.get(fold(title))
    return Unit(own) if given is None else Unit(given, True, given in (1.0, own))


def _said_unit(layout: Layout, title: str, titles: Titles) -> float | None:
    """The unit that a title says, in its own words or in those above them."""
    read = (titles.read(words) for words in (title, *reversed(layout.parts.get(layout.column(title), ()))))
    own = next((one.unit for one in read if one.unit is not None), None)
    above = (stated_unit(words) for words in layout.parts.get(layout.column(title), ())[:-1])
    return own if own is not None else next((unit for unit in above if unit is not None), None)


def in_its_unit(
    layout: Layout, title: str, cells: pd.Series, unit: float, code: str | None = None, stated: pd.Series | None = None
) -> pd.Series:
    """Cells in the unit of their column, but for those that bring one of their own, or another currency than `code`.

    They do so in their words, in their number format, or in a column of currencies (`stated`): $250 among millions of đồng is
    250 dollars.
    """
    if unit == 1.0:
        return cells
    column, grid = layout.column(title), layout.grid
    formats = signs_of_some(layout, title, cells.index)
    signs = [(currency_of(cell) if isinstance(cell, str) else None) or formats[row] for row, cell in cells.items()]
    theirs = [None] * len(cells) if stated is None else stated.reindex(cells.index)
    own = [
        (int(row), column) in grid.measured or _another(sign, code) or _another(word, code)
        for row, sign, word in zip(cells.index, signs, theirs, strict=True)
    ]
    return in_units(cells, unit).where(~pd.Series(own, cells.index, dtype=bool), cells)


def unit_around(layout: Layout, name: str) -> Unit:
    """The unit that a line about the table states of a column of ours; one that does not say of what is of the amounts."""
    money = name not in PEOPLE
    found = [one for one in stated_units(layout.around) if (one.money or one.unnamed if money else name in one.people)]
    return Unit(found[0].size, line=found[0].line) if found else Unit(None)


def said_by_line(title: str, unit: Unit) -> list[Said]:
    """That a line about the table says what a column counts in."""
    values = {"title": title, "words": without_contacts(unit.line), "unit": plainly(unit.size or 1.0)}
    return [Said("import_unit_stated", values)] if unit.line else []


def doubt_unnamed(layout: Layout, title: str, name: str, numbers: pd.Series, table: str) -> list[Said]:
    """The question whether a unit that a line does not state of people alone (Unit: thousand) is that of people too."""
    stated = [one for one in stated_units(layout.around) if one.unnamed or name in one.perhaps]
    if not stated or not len(numbers) or numbers.max() >= SMALL_PEOPLE:
        return []
    values = {"title": title, "place": layout.address(int(numbers.index[0]), title), "came": plainly(numbers.iloc[0])}
    values |= {"line": without_contacts(stated[0].line), "unit": plainly(stated[0].size), "table": table}
    return [Said("import_doubt_unnamed_unit", values)]


def doubt_line(layout: Layout, title: str, unit: Unit, table: str) -> list[Said]:
    """The question what amounts count in, where a line about the table seems to say it in words that are not understood."""
    if unit.given or unit.size is not None:
        return []
    unclear = {line: words for line in layout.around if (words := unclear_unit(line)) is not None}
    values = {"title": title, "table": table}
    return [
        Said("import_doubt_line_unit", values | {"words": words, "line": without_contacts(line)})
        for line, words in unclear.items()
    ]


def signs_of_some(layout: Layout, title: str, rows: pd.Index) -> pd.Series:
    """The currencies that number formats write in some cells of a column; of a whole column's nobody need have thought."""
    column = layout.column(title)
    codes = [currency_of(layout.grid.signs.get((int(row), column), "")) for row in rows]
    return pd.Series(codes if len({*codes}) > 1 else None, rows, dtype=object)


def _another(named: object, code: str | None) -> bool:
    """Whether a cell names another currency than its column's, where that is known."""
    return isinstance(named, str) and code is not None and named != code and code not in SHARED.get(named, ())


def whole_people(numbers: pd.Series, unit: Unit) -> pd.Series:
    """The counts of people that rather stand as they are: in the column's unit nobody has so many."""
    return numbers[(numbers * (unit.size or 1.0) >= MOST_PEOPLE) & (numbers >= MOST_UNITS)]


def doubt_unit(layout: Layout, title: str, cells: pd.Series, unit: Unit, table: str, name: str, full: dict[str, str]) -> Said:
    """The question what the numbers of a column of ours count in, with its first cell.

    `full` are the cells that rather stand as they are, beside others that do count in the unit, with how they would say so
    themselves; none where all are alike.
    """
    row, key = int(cells.index[0]), "import_doubt_kept_unit" if unit.given else "import_doubt_unit"
    key = "import_doubt_some_unit" if full else key
    values = {"title": title, "place": layout.address(row, title), "came": str(cells[row]).strip()}
    shown = ", ".join(f'"{cell}": "{says}"' for cell, says in [*full.items()][:SHOWN]) + ", …" * (len(full) > SHOWN)
    return Said(key, values | {"unit": plainly(unit.size or 1.0), "table": table, "name": name, "shown": shown, "full": full})


def said_whole(cells: pd.Series, numbers: pd.Series, whole: pd.Series, word: str) -> dict[str, str]:
    """The cells of `whole` numbers with a word that keeps them from counting in the unit; none where no number is left beside."""
    some = whole if len(whole) < len(numbers) else whole.iloc[:0]
    return {str(cells[row]).strip(): f"{plainly(number)} {word}" for row, number in some.items()}


def is_column(one: TableMapping, title: str, name: str) -> bool:
    """Whether a mapping gives a title to a column of ours, so that its `values` say what single cells mean."""
    return any(ours == name and fold(theirs) == fold(title) for theirs, ours in one.columns.items())


def unread_words(
    layout: Layout, mapping: TableMapping, table: str, read: Callable[[int, str], Title], entries: dict[str, Entry]
) -> list[Said]:
    """Words of the titles of numbers that are not understood, as questions; `read` says what the title of a column means."""
    decided = {*map(fold, mapping.units)}
    numbers = [title for title, name in mapping.columns.items() if name not in entries or entries[name].type != "date"]
    titles = [*numbers, *mapping.prices, *(part for parts in mapping.sums.values() for part in parts)]
    said = []
    for title in dict.fromkeys(titles):
        column = layout.column(title)
        if not column or fold(title) in decided:
            continue
        words = read(column, title).unread
        if words and layout.grid.cells.loc[list(layout.rows), column].map(bare).any():
            said.append(Said("import_doubt_qualifier", {"title": title, "words": words, "table": table}))
    return said
