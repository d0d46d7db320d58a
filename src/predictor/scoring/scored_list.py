"""Scored lists read back from the files that they were written to."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from predictor.definitions.schema import NUMERIC, Catalogue
from predictor.errors import Fault, RowsError
from predictor.intake.cells import as_text
from predictor.intake.codes import CODES
from predictor.intake.row_checks import SHOWN, faults_of_cells
from predictor.intake.values import read_column
from predictor.tables.columns import NUMBERS, OF_STAND_INS, Figure, parse_scored_column, scored_column
from predictor.tables.files import read_frame
from predictor.wording.sentences import Said

FLAGS = ("true", "false", "1", "0", "1.0", "0.0")


def read_scored(path: Path, catalogue: Catalogue) -> pd.DataFrame:
    """Read back a file that `score` wrote, whatever its suffix.

    Raises
    ------
    RowsError
        Where the file is not a scored list, or a cell holds what no forecast can say.
    """
    rows = read_frame(path)
    found = {column: parse_scored_column(column, catalogue.recipes) for column in map(str, rows)}
    figures = [column for column, parsed in found.items() if parsed is not None and parsed[1] in NUMBERS]
    if not figures:
        raise RowsError([Fault.of(str(path), Said("no_forecasts"))])
    numbers = [c for c, e in catalogue.entries.items() if c in rows and e.type in NUMERIC]
    stated = [column for column, parsed in found.items() if parsed is not None and parsed[1] in OF_STAND_INS]
    flags = [column for column in (*stated, "known_creator", "invented_data") if column in rows]
    faults = [
        *(fault for column in figures + numbers for fault in _number_faults(rows, column, path.name, catalogue)),
        *(fault for name in catalogue.recipes for fault in _order_faults(rows, name, path.name)),
        *(fault for column in flags for fault in _cells_other(rows[column], FLAGS, "true or false", path.name)),
        *(fault for column in rows if column in catalogue.entries for fault in _word_faults(rows, column, path.name, catalogue)),
    ]
    if faults:
        raise RowsError(faults[:SHOWN])
    for column in figures + numbers:
        rows[column] = pd.to_numeric(rows[column], errors="coerce")
    for column in flags:
        rows[column] = rows[column].astype("str").str.lower() == "true"
    return rows.replace("", np.nan)


def _number_faults(rows: pd.DataFrame, column: str, file: str, catalogue: Catalogue) -> list[Fault]:
    """Cells of a scored list that are no number, or one that nothing of the kind can be; the first row is row 2."""
    values, given = pd.to_numeric(rows[column], errors="coerce"), as_text(rows[column])
    entry = catalogue.columns("candidates").get(column)
    share = column.endswith(scored_column("", "chance"))
    low, high = (entry.range if entry is not None else None) or (0.0, 1.0 if share else np.inf)
    if column in catalogue.entries and (entry is None or entry.range is None):
        low = -np.inf
    bad = given.notna() & ~(values.between(low, high) & np.isfinite(values.astype(float)))
    return [
        Fault(file, f"got {str(rows[column].iloc[at])[:40]}; expected a number from {low:g} to {high:g}, as it was forecast.",
              int(at) + 2, column) for at in np.flatnonzero(bad)
    ]  # fmt: skip


def _order_faults(rows: pd.DataFrame, target: str, file: str) -> list[Fault]:
    """Rows of which p10, p50 and p90 do not rise."""
    faults = []
    for first, last in (("p10", "p50"), ("p50", "p90")):
        columns = scored_column(target, cast(Figure, first)), scored_column(target, cast(Figure, last))
        if {*columns} <= {*rows}:
            low, high = (pd.to_numeric(rows[column], errors="coerce") for column in columns)
            faults += [
                Fault(file, f"got {low.iloc[at]:g}, above {columns[1]} {high.iloc[at]:g}; score again.", int(at) + 2, columns[0])
                for at in np.flatnonzero(low > high * (1 + 1e-9) + 1e-9)
            ]
    return faults


def _cells_other(cells: pd.Series, allowed: tuple[str, ...], said: str, file: str) -> list[Fault]:
    text = as_text(cells).str.lower()
    bad = text.notna() & ~text.isin(allowed)
    return [Fault(file, f"got '{text.iloc[at]}'; allowed: {said}.", int(at) + 2, str(cells.name)) for at in np.flatnonzero(bad)]


def _word_faults(rows: pd.DataFrame, column: str, file: str, catalogue: Catalogue) -> list[Fault]:
    """Cells that are no kind, tier, platform, country or currency that there is."""
    entry = catalogue.entries[column]
    if column not in CODES and (not entry.categories or entry.open):
        return []
    _, refused = read_column(rows[column], column, entry)
    return [fault for one in refused for fault in faults_of_cells(file, column, rows.index + 2, one.cells, one.says)]
