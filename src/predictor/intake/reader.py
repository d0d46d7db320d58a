"""One table of somebody's, column by column: whose title means what, and every cell read by its definition.

Titles are matched by name, label or other spelling, ignoring case, accents, spaces and underscores. Rows carry the number
that a person sees in a spreadsheet: titles are row 1, the first data row is 2.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from predictor.definitions.closed_lists import TABLES
from predictor.definitions.remembered import remembered
from predictor.definitions.schema import Catalogue, Entry
from predictor.errors import Fault, RowsError
from predictor.intake.encodings import is_utf8, proven_encoding
from predictor.intake.mapping import Mapping, TableMapping, rename
from predictor.intake.number_formats import read_people_frame
from predictor.intake.row_checks import SHOWN, faults_of_cells, repeated
from predictor.intake.values import may_refuse, read_cells
from predictor.tables.files import NO_ROWS, TEXTS, readable, text_parts, used_titles
from predictor.tables.frames import Array, Columns, array_of
from predictor.wording.matching import closest, fold
from predictor.wording.sentences import Said


@dataclass(frozen=True)
class Given:
    """A table as it came: its titles, its columns by place, and the row numbers that people see."""

    titles: list[str]
    take: Callable[[int], Array]
    rows: pd.Index

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Given:
        """A frame as it came."""
        columns = [array_of(column) for _, column in frame.items()]
        return cls([*frame.columns], columns.__getitem__, frame.index)


def encoding_of(path: Path, catalogue: Catalogue, mapping: Mapping) -> str | None:
    """The encoding of a text table: as the mapping says, or as its titles prove; else None, for UTF-8 and what says its own.

    An encoding that nothing proves is refused by whoever reads the table, with a proposal.
    """
    if mapping.encoding is not None or path.suffix.lower() not in TEXTS or not path.is_file() or is_utf8(path):
        return mapping.encoding
    titles = accepted_titles(catalogue.entries)
    titles |= {fold(theirs): ours for one in mapping.tables.values() for theirs, ours in one.columns.items()}
    return proven_encoding(path, lambda title: titles.get(fold(title)))


def read_theirs(path: Path, catalogue: Catalogue, mapping: Mapping) -> pd.DataFrame:
    """A table file of somebody's, text in whatever encoding its titles prove.

    Raises
    ------
    RowsError
        Where the file cannot be read.
    """
    return read_people_frame(path, encoding_of(path, catalogue, mapping))


def read_table(
    raw: pd.DataFrame, table: str, file: str, catalogue: Catalogue, mapping: Mapping, faults: list[Fault],
    required: tuple[str, ...] | None = None, rows: pd.Index | None = None, shown: int | None = SHOWN,
) -> pd.DataFrame:  # fmt: skip
    """One table with canonical names and types, its index the row numbers that people see; faults are added to `faults`.

    `rows` gives these numbers where this is but a part of a table; then no column settles what its cells leave open, lest
    parts be read in different ways. Of one kind of fault in a column `shown` are listed.
    """
    raw = raw if rows is raw.index else raw.set_axis(pd.RangeIndex(2, len(raw) + 2) if rows is None else rows, axis=0)
    given = given_rows(raw, table, mapping)
    return read_columns(given, table, file, catalogue, mapping, faults, required, shown, rows is None).frame()


def given_rows(raw: pd.DataFrame, table: str, mapping: Mapping) -> Given:
    """A frame as it came, its index the row numbers that people see, without blank rows and under our names where a mapping says
    them."""
    filled = _rows_with_any(raw)
    return Given.of(rename(raw if filled.all() else raw[filled], table, mapping))


def _rows_with_any(raw: pd.DataFrame) -> np.ndarray:
    """Which rows hold anything; a column without blanks ends the search."""
    filled = np.zeros(len(raw), dtype=bool)
    for _, column in raw.items():
        if filled.all():
            break
        filled |= ~column.array.isna()
    return filled


def read_columns(
    given: Given, table: str, file: str, catalogue: Catalogue, mapping: Mapping, faults: list[Fault],
    required: tuple[str, ...] | None = None, shown: int | None = SHOWN, settles: bool = True,
    kept: Collection[str] | None = None,
) -> Columns:  # fmt: skip
    """As `read_table`, of columns that are taken one after the other; with `kept` only these are held, once all are checked."""
    (entries, must_have, key), one = _columns(catalogue)[table], mapping.of(table)
    required = must_have if required is None else required
    added_up = {part for added in one.sums.values() for part in added}
    names = _names(given.titles, table, file, catalogue, {*map(fold, added_up)}, faults)
    columns: dict[str, Array] = {}
    for place, name in names.items():
        held = kept is None or name in kept or name in added_up
        if held or name in required or may_refuse(name, entries[name]):
            title, needed = given.titles[place], name in required
            cells = given.take(place)
            values = _values(cells, given.rows, title, name, entries[name], file, one, needed, faults, shown, settles)
            columns |= {name: values} if held else {}
    there = {*names.values(), *one.sums}
    for name, added in one.sums.items():
        if name in names.values():
            faults.append(Fault(file, "is given, and a mapping's `sums:` adds it up too; keep one.", column=name))
        columns[name] = _sum(name, added, given, columns, entries[name], file, one, faults, shown, settles)
    faults += [
        Fault.of(file, Said("column_missing", {"name": name, "what": table, "required": ", ".join(required)}))
        for name in required
        if name not in there
    ]
    found = Columns(columns, given.rows)
    if key and {*key} <= {*columns}:
        faults += repeated(found.frame(), file, key)
    return found


def accepted_titles(columns: dict[str, Entry]) -> dict[str, str]:
    """Every accepted title of these columns, folded; a name beats a label, and a label beats another spelling."""
    titles = {fold(name): name for name in columns}
    labels = [(word, name) for name, entry in columns.items() for word in (entry.label.en, entry.label.vi)]
    others = [(word, name) for name, entry in columns.items() for word in (*entry.label.also, *entry.also)]
    for word, name in labels + others:
        titles.setdefault(fold(word), name)
    return titles


ANYWHERE = ""  # the titles of all columns, whatever table they are of


@remembered
def _columns(catalogue: Catalogue) -> dict[str, tuple[dict[str, Entry], tuple[str, ...], list[str]]]:
    """By table the columns that it may have, those that it must have, and those that are its key."""
    return {table: _of_table(catalogue.columns(table), table) for table in TABLES}


def _of_table(entries: dict[str, Entry], table: str) -> tuple[dict[str, Entry], tuple[str, ...], list[str]]:
    required = tuple(name for name, entry in entries.items() if table in entry.required_in)
    return entries, required, [name for name, entry in entries.items() if table in entry.key_of]


@remembered
def _titles(catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """Accepted titles by table."""
    return {ANYWHERE: accepted_titles(catalogue.entries)} | {name: accepted_titles(catalogue.columns(name)) for name in TABLES}


def titles_of(given: list[str], table: str, catalogue: Catalogue, mapping: Mapping) -> dict[str, str]:
    """By our columns the titles of a table of somebody's that give them, where no constant of the mapping does."""
    accepted, found = _titles(catalogue)[table], dict[str, str]()
    constants = len(mapping.of(table).constants)
    for title in given:
        read = rename(pd.DataFrame(columns=[title]), table, mapping).columns
        if len(read) > constants and (name := accepted.get(fold(read[0]))) is not None:
            found.setdefault(name, title)
    return found


def _names(given: list[str], table: str, file: str, catalogue: Catalogue, parts: set[str], faults: list[Fault]) -> dict[int, str]:
    titles, elsewhere = _titles(catalogue)[table], _titles(catalogue)[ANYWHERE]
    names: dict[int, str] = {}
    unknown = [title for title in given if fold(title) not in titles and fold(title) not in parts]
    if len(unknown) > SHOWN:
        faults.append(Fault.of(file, Said("more_columns", {"count": len(unknown) - SHOWN})))
    for place, title in enumerate(given):
        name = titles.get(fold(title))
        if name is None and fold(title) not in parts:
            if title in unknown[:SHOWN]:
                problem = _unknown(title, table, elsewhere.get(fold(title)), catalogue)
                faults.append(Fault.of(file, problem, column=title))
        elif name in names.values():
            first = given[next(at for at, other in names.items() if other == name)]
            faults.append(Fault.of(file, Said("column_twice", {"name": name, "first": first}), column=title))
        elif name is not None:
            names[place] = name
    return names


def _unknown(title: str, table: str, name: str | None, catalogue: Catalogue) -> Said:
    if name is not None and table == "candidates" and catalogue.entries[name].known == "after_booking":
        return Said("column_after", {"name": name})
    columns = catalogue.columns(table)
    if name is not None:
        homes = ", ".join(home for home in TABLES if catalogue.entries[name].carried_by(home)) or "no table: it is computed"
        return Said("column_elsewhere", {"name": name, "homes": homes, "what": table})
    near = closest(
        title.lower(), [*columns, *(word for e in columns.values() for word in (e.label.en.lower(), e.label.vi.lower()))]
    )
    return Said("column_near", {"word": near}) if near else Said("column_unknown", {"allowed": ", ".join(columns)})


def _values(
    cells: Array, rows: pd.Index, title: str, name: str, entry: Entry, file: str, one: TableMapping, needed: bool,
    faults: list[Fault], shown: int | None, settles: bool,
) -> Array:  # fmt: skip
    values, refused = read_cells(cells, name, entry, one.day_first, one.decimal_comma, settles)
    for bad in refused:
        faults += faults_of_cells(file, title, rows, bad.cells, bad.says, shown)
    if needed:
        blank = pd.isna(values)
        for bad in refused:
            blank[bad.cells] = False
        faults += faults_of_cells(file, title, rows, blank, lambda _: Said("row_blank", {"name": name}), shown)
    return values


def _sum(
    name: str,
    added: tuple[str, ...],
    given: Given,
    columns: dict[str, Array],
    entry: Entry,
    file: str,
    one: TableMapping,
    faults: list[Fault],
    shown: int | None,
    settles: bool,
) -> Array:
    """The parts added up, a blank part counting for nothing; blank where all are."""
    parts, titles = [], {fold(title): place for place, title in enumerate(given.titles)}
    for part in added:
        if part in columns:
            parts.append(columns[part])
        elif fold(part) in titles:
            cells = given.take(titles[fold(part)])
            parts.append(_values(cells, given.rows, part, name, entry, file, one, False, faults, shown, settles))
        else:
            faults.append(
                Fault(file, f"'{part}', which a mapping's `sums:` adds up, is missing; correct the mapping.", column=name)
            )
    return array_of(pd.DataFrame(dict(enumerate(parts)), range(len(given.rows))).sum(axis=1, min_count=1))


# Large tables checked a column at a time: memory holds the column that is read and the few that other checks need, never all.
#
# A whole column is what the readers ask for, since its cells together settle what one of them leaves open (which part of a date
# is the day); so the sentences are those of `read_table`. A text table is first laid down as columns in a temporary folder.

LARGE = 100_000_000  # bytes of a file; below them a table is read as a whole, which takes less time
ROWS = 100_000
ACROSS = (  # what the checks between columns and tables ask for
    "post_id", "creator_id", "campaign_id", "booking_id", "platform", "at", "booked_at", "published_at", "counted_at",
    "starts_on", "ends_on",
)  # fmt: skip


def check_table(
    path: Path, table: str, catalogue: Catalogue, mapping: Mapping, faults: list[Fault], large: int = LARGE
) -> pd.DataFrame:
    """The columns of a table that checks between tables need, its index the row numbers that people see; faults are added.

    Raises
    ------
    RowsError
        Where the file cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix not in (*TEXTS, ".parquet") or not path.is_file() or path.stat().st_size < max(large, 1):
        return read_table(read_theirs(path, catalogue, mapping), table, path.name, catalogue, mapping, faults)
    with readable(path), tempfile.TemporaryDirectory() as folder:
        if suffix in TEXTS:
            aside = Path(folder) / "columns.parquet"
            titles = _laid_down(path, aside, encoding_of(path, catalogue, mapping))
            return _checked(aside, titles, path, table, catalogue, mapping, faults)
        plain = pq.read_schema(path)
        if any(not isinstance(one, dict) for one in (plain.pandas_metadata or {}).get("index_columns", [])):
            return read_table(read_theirs(path, catalogue, mapping), table, path.name, catalogue, mapping, faults)
        return _checked(path, {name: name for name in plain.names}, path, table, catalogue, mapping, faults)


def _checked(
    source: Path, titles: dict[str, str], path: Path, table: str, catalogue: Catalogue, mapping: Mapping, faults: list[Fault]
) -> pd.DataFrame:
    filled = _filled(source, list(titles))
    if not len(filled) or not titles:
        raise RowsError([Fault.of(path.name, NO_ROWS)])
    every = pd.RangeIndex(2, len(filled) + 2)
    rows, ignored = pd.Index(every[filled]) if not filled.all() else every, {*map(fold, mapping.of(table).left_out)}
    places = [name for name, title in titles.items() if fold(title) not in ignored]
    shell = rename(pd.DataFrame(columns=[*titles.values()]), table, mapping)

    def take(place: int) -> Array:
        if place >= len(places):  # a constant of the mapping
            return array_of(rename(pd.DataFrame(index=rows), table, mapping).iloc[:, place - len(places)])
        column = pd.read_parquet(source, columns=[places[place]]).set_axis(every, axis=0)[filled]
        return array_of(rename(column.set_axis([titles[places[place]]], axis=1), table, mapping).iloc[:, 0])

    given = Given(list(shell.columns), take, rows)
    return read_columns(given, table, path.name, catalogue, mapping, faults, kept=ACROSS).frame()


def _laid_down(path: Path, aside: Path, encoding: str | None) -> dict[str, str]:
    """Write the cells of a text table as text columns; the titles of those in use, by their name there."""
    writer, first, used = None, pd.Series(dtype=object), np.zeros(0, dtype=bool)
    try:
        for part in text_parts(path, encoding):
            if writer is None:
                first, used = part.iloc[0], np.zeros(part.shape[1], dtype=bool)
                part = part.iloc[1:]
                schema = pa.schema([(str(place), pa.large_string()) for place in range(len(first))])
                writer = pq.ParquetWriter(aside, schema)
            used |= part.notna().any().to_numpy()
            writer.write_table(pa.Table.from_pandas(part.set_axis(schema.names, axis=1), schema, preserve_index=False))
    finally:
        if writer is not None:
            writer.close()
    return {str(place): title for place, title in used_titles(first, used, path).items()}


def _filled(source: Path, names: list[str]) -> np.ndarray:
    """Which rows hold anything; a column without blanks ends the search."""
    file = pq.ParquetFile(source, pre_buffer=False)
    filled = np.zeros(file.metadata.num_rows, dtype=bool)
    for name in names:
        if filled.all():
            break
        at = 0
        for batch in file.iter_batches(ROWS, columns=[name]):
            there = pc.invert(pc.is_null(batch.column(0), nan_is_null=True)).to_numpy(zero_copy_only=False)
            filled[at : at + len(there)] |= there
            at += len(there)
    return filled
