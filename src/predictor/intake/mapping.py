"""Other people's tables in this project's words: a YAML mapping of their columns and values to ours."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import Field, field_validator

from predictor.definitions.closed_lists import TABLES
from predictor.definitions.schema import Catalogue, Closed
from predictor.definitions.strict_yaml import parse, read_yaml
from predictor.errors import DefinitionError
from predictor.intake.cells import as_text
from predictor.intake.dates import YEARS
from predictor.intake.units import in_units
from predictor.intake.values import spellings
from predictor.wording.matching import fold, nearest

Scalar = bool | int | float | datetime | date | str
OrderState = Literal["sold", "pending", "returned"]


class Deliverable(Closed):
    """What a column of prices is the price of: a format, and how many of it."""

    format: str | None = None
    posts: int = Field(default=1, ge=1, le=1000)

    def __str__(self) -> str:
        return f"{self.posts} × {self.format}" if self.format and "+" not in self.format else str(self.format)


class Orders(Closed):
    """Titles of a table of orders, and what the words under `state` mean; only what is sold adds up to bookings.

    A yes or a number above 0 under one of `returned` makes a row returned; what is under `refund` is taken off its amount.
    """

    id: str
    state: str
    day: str
    returned: tuple[str, ...] = ()
    refund: str | None = None
    states: dict[str, OrderState]

    @property
    def titles(self) -> list[str]:
        """Every title that it names."""
        return [self.id, self.state, self.day, *self.returned, *([self.refund] if self.refund else [])]


class TableMapping(Closed):
    """How one of their tables becomes ours.

    Of use to `predictor import` alone: `prices` (columns of fees, one row of ours for each), `headings` (the column that the
    lines between the rows give), `hidden` (whether rows that are hidden or crossed out are read), `add_up` (whether rows of one
    campaign and creator are orders, and those of one deal its posts), `from_posts` (of creators: whether rows of posts tell of
    them), `orders` (rows of orders with their state, added up to bookings), `post_links` (the column of links that tell a post
    and its creator), `year` (that of days which are written without one).
    """

    columns: dict[str, str] = {}
    prices: dict[str, Deliverable] = {}
    units: dict[str, float] = {}
    values: dict[str, dict[Scalar, str]] = {}
    sums: dict[str, tuple[str, ...]] = {}
    ignore: tuple[str, ...] = ()
    constants: dict[str, Scalar] = {}
    headings: str | None = None
    hidden: bool = True
    add_up: bool | None = None
    from_posts: bool | None = None
    orders: Orders | None = None
    post_links: str | None = None
    day_first: bool | None = None
    year: int | None = Field(default=None, ge=YEARS[0], le=YEARS[1])
    decimal_comma: bool | None = None
    file: str | None = None
    encoding: str | None = None

    @property
    def left_out(self) -> list[str]:
        """The titles that `ignore` leaves out: what `columns` or `sums` use is used."""
        used = {fold(title) for title in (*self.columns, *(part for parts in self.sums.values() for part in parts))}
        return [title for title in self.ignore if fold(title) not in used]

    @field_validator("encoding")
    @classmethod
    def _known(cls, encoding: str | None) -> str | None:
        """An encoding of text that Python knows."""
        try:
            "".encode(encoding or "utf-8")  # zlib and the like are known too, but no text
            return encoding
        except LookupError:
            raise ValueError(f"got '{encoding}'; expected the name of an encoding, such as gbk or windows-1258") from None


AS_IT_IS = TableMapping()


class Mapping(Closed):
    """A mapping for each table that needs one; the others are taken as they are."""

    tables: dict[str, TableMapping] = {}
    ignore_sheets: tuple[str, ...] = ()
    read_sheets: tuple[str, ...] = ()  # though their names, or other sheets, say that they no longer hold

    def of(self, table: str) -> TableMapping:
        """The mapping of `table`, which changes nothing where none was written."""
        return self.tables.get(table, AS_IT_IS)

    @property
    def encoding(self) -> str | None:
        """The encoding of the text tables that do not say theirs."""
        return next((one.encoding for one in self.tables.values() if one.encoding), None)


SHEETS = ("ignore_sheets", "read_sheets")


def load_mapping(path: Path, catalogue: Catalogue) -> Mapping:
    """Read a mapping file: one key per table, whose keys are those of `TableMapping`, and `ignore_sheets` and `read_sheets`.

    Raises
    ------
    DefinitionError
        With every fault of the file, one a line.
    """
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise DefinitionError([f"{path.name}: got {content!r}; expected one key per table: {', '.join(TABLES)}."])
    faults, tables, sheets = [], {}, {key: content.get(key) or () for key in SHEETS}
    for key, names in sheets.items():
        if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
            faults.append(f"{path.name}: {key}: got {names!r}; expected a list of names, such as [Terms].")
    for table, body in content.items():
        if table in SHEETS:
            continue
        if table not in TABLES:
            faults.append(
                f"{path.name}: got the table '{table}'; allowed: {', '.join(TABLES)}{nearest(str(table), list(TABLES))}."
            )
            continue
        parsed = parse(TableMapping, body, f"{path.name}: {table}", faults)
        if parsed is not None:
            tables[table] = parsed
            faults += _faults(f"{path.name}: {table}", parsed, table, catalogue)
    if faults:
        raise DefinitionError(faults)
    return Mapping(tables=tables, **{key: tuple(names) for key, names in sheets.items()})


def rename(frame: pd.DataFrame, table: str, mapping: Mapping) -> pd.DataFrame:
    """Give a frame as read our column names and values; what `sums` adds up is left for the reader, once it has numbers."""
    if table not in mapping.tables:
        return frame
    one = mapping.of(table)
    ignored, names = set(map(fold, one.left_out)), {fold(theirs): ours for theirs, ours in one.columns.items()}
    kept = frame.loc[:, [fold(title) not in ignored for title in frame.columns]]
    units = {fold(theirs): unit for theirs, unit in one.units.items()}
    for place in [i for i, title in enumerate(kept.columns) if fold(title) in units]:
        kept.isetitem(place, in_units(kept.iloc[:, place], units[fold(kept.columns[place])]).array)
    kept = kept.set_axis([names.get(fold(title), title) for title in kept.columns], axis=1)
    for column, words in one.values.items():
        meaning = {_spelt(str(theirs)): ours for theirs, ours in words.items()}
        for place in [i for i, title in enumerate(kept.columns) if title == column]:
            kept.isetitem(place, _replaced(kept.iloc[:, place], meaning).array)
    for column, value in one.constants.items():
        text = str(value) if isinstance(value, bool) else value
        kept.insert(len(kept.columns), column, pd.Series([text] * len(kept), index=kept.index), allow_duplicates=True)
    return kept


def _replaced(column: pd.Series, meaning: dict[str, str]) -> pd.Series:
    text = as_text(column)
    known = {word: meaning.get(_spelt(word), word) for word in text.dropna().unique()}
    return text.map(known).astype("str")


def _spelt(word: str) -> str:
    """A word however it is typed; figures stand for themselves: 2-3 is not 23, nor 1.2 mil 12 mil."""
    marked = re.search(r"\d\W+\d", word) or not re.search(r"[^\W\d_]", word)
    return "".join(word.casefold().split()) if marked else fold(word)


def _faults(at: str, one: TableMapping, table: str, catalogue: Catalogue) -> list[str]:
    ours = catalogue.columns(table)
    named = [("columns", f"{theirs}: ", name) for theirs, name in one.columns.items()]
    named += [(key, "", name) for key in ("values", "sums", "constants") for name in getattr(one, key)]
    named += [("headings", "", one.headings)] if one.headings is not None else []
    faults = [
        f"{at}: {key}: {before}got '{name}'; allowed: a column of {table} ({', '.join(ours)}){nearest(name, list(ours))}."
        for key, before, name in named
        if name not in ours
    ]
    faults += [
        f"{at}: units: {theirs}: got {unit}; expected what its bare numbers count in, a number above 0 such as 1000 or 0.01."
        for theirs, unit in one.units.items()
        if not 0 < unit < float("inf")
    ]
    if one.orders is not None and table != "bookings":
        faults.append(f"{at}: orders: {table} are no bookings; orders add up to bookings alone.")
    if one.post_links is not None and table != "posts":
        faults.append(f"{at}: post_links: {table} are no posts.")
    if one.prices and not {"fee", "format", "posts"} <= {*ours}:
        faults.append(f"{at}: prices: {table} have no fee, format and posts; only candidates and bookings do.")
    for name in one.sums:
        if name in ours and ours[name].type not in ("count", "number", "money"):
            faults.append(f"{at}: sums: got '{name}', of type {ours[name].type}; only counts, numbers and money add up.")
    return faults + [
        fault for name, words in one.values.items() if name in ours for fault in _value_faults(at, name, words, catalogue)
    ]


def _value_faults(at: str, name: str, words: dict[Any, str], catalogue: Catalogue) -> list[str]:
    allowed = list(catalogue.entries[name].categories)
    accepted = spellings(catalogue.entries[name])
    return [
        f"{at}: values: {name}: {theirs}: got '{ours}'; allowed: {', '.join(allowed)}{nearest(ours, allowed)}."
        for theirs, ours in words.items()
        if allowed and not catalogue.entries[name].open and fold(ours) not in accepted
    ]
