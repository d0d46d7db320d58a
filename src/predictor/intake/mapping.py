"""Other people's tables in this project's words: a YAML mapping of their columns and values to ours."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from predictor.definitions.closed_lists import TABLES
from predictor.definitions.schema import Catalogue, Closed
from predictor.definitions.strict_yaml import parse, read_yaml
from predictor.errors import DefinitionError
from predictor.intake.cells import as_text
from predictor.intake.values import spellings
from predictor.wording.matching import fold, nearest

Scalar = bool | int | float | datetime | date | str


class TableMapping(Closed):
    """How one of their tables becomes ours."""

    columns: dict[str, str] = {}
    values: dict[str, dict[Scalar, str]] = {}
    sums: dict[str, tuple[str, ...]] = {}
    ignore: tuple[str, ...] = ()
    constants: dict[str, Scalar] = {}
    day_first: bool | None = None
    decimal_comma: bool | None = None
    file: str | None = None


class Mapping(Closed):
    """A mapping for each table that needs one; the others are taken as they are."""

    tables: dict[str, TableMapping] = {}

    def of(self, table: str) -> TableMapping:
        """The mapping of `table`, which changes nothing where none was written."""
        return self.tables.get(table, TableMapping())


def load_mapping(path: Path, catalogue: Catalogue) -> Mapping:
    """Read a mapping file: one key per table, with columns, values, sums, ignore, constants, day_first, decimal_comma or file.

    Raises
    ------
    DefinitionError
        With every fault of the file, one a line.
    """
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise DefinitionError([f"{path.name}: got {content!r}; expected one key per table: {', '.join(TABLES)}."])
    faults, tables = [], {}
    for table, body in content.items():
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
    return Mapping(tables=tables)


def rename(frame: pd.DataFrame, table: str, mapping: Mapping) -> pd.DataFrame:
    """Give a frame as read our column names and values; what `sums` adds up is left for the reader, once it has numbers."""
    one = mapping.of(table)
    ignored, names = set(map(fold, one.ignore)), {fold(theirs): ours for theirs, ours in one.columns.items()}
    kept = frame.loc[:, [fold(title) not in ignored for title in frame.columns]]
    kept = kept.set_axis([names.get(fold(title), title) for title in kept.columns], axis=1)
    for column, words in one.values.items():
        meaning = {fold(str(theirs)): ours for theirs, ours in words.items()}
        for place in [i for i, title in enumerate(kept.columns) if title == column]:
            kept.isetitem(place, _replaced(kept.iloc[:, place], meaning).array)
    for column, value in one.constants.items():
        text = str(value) if isinstance(value, bool) else value
        kept.insert(len(kept.columns), column, pd.Series([text] * len(kept), index=kept.index), allow_duplicates=True)
    return kept


def _replaced(column: pd.Series, meaning: dict[str, str]) -> pd.Series:
    text = as_text(column)
    known = {word: meaning.get(fold(word), word) for word in text.dropna().unique()}
    return text.map(known).astype("str")


def _faults(at: str, one: TableMapping, table: str, catalogue: Catalogue) -> list[str]:
    ours = catalogue.columns(table)
    named = [("columns", f"{theirs}: ", name) for theirs, name in one.columns.items()]
    named += [(key, "", name) for key in ("values", "sums", "constants") for name in getattr(one, key)]
    faults = [
        f"{at}: {key}: {before}got '{name}'; allowed: a column of {table} ({', '.join(ours)}){nearest(name, list(ours))}."
        for key, before, name in named
        if name not in ours
    ]
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
