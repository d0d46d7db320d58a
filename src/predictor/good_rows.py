"""The sheets of a file put together: the rows that can be used, and everything that keeps the others out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictor.catalogue import Catalogue
from predictor.faults import across, nobody
from predictor.intake import Intake
from predictor.sheet_columns import Reject
from predictor.texts import Said

Origin = tuple[Intake, int]


def required(table: str, catalogue: Catalogue) -> list[str]:
    """The columns that every row of a table needs."""
    return [name for name, entry in catalogue.columns(table).items() if table in entry.required_in]


def together(sheets: list[Intake], catalogue: Catalogue) -> tuple[dict[str, pd.DataFrame], list[Reject]]:
    """The good rows of all sheets, one frame a table, and everything that keeps the other rows out."""
    rejects = [reject for one in sheets for reject in one.rejects]
    frames: dict[str, pd.DataFrame] = {}
    origins: dict[str, list[Origin]] = {}
    for one in sheets:
        blank = [(row, name) for name in required(one.table, catalogue) if name in one.frame for row in _blanks(one, name)]
        out = {reject.row for reject in one.rejects}
        rejects += [_whole(one, row, name, Said("row_blank", {"name": name})) for row, name in blank if row not in out]
        good = one.frame.drop(index=sorted(out | {row for row, _ in blank}))
        before = [frames[one.table]] if one.table in frames else []
        frames[one.table] = pd.concat([*before, good], ignore_index=True)
        origins.setdefault(one.table, []).extend((one, int(row)) for row in good.index)
    return _consistent(frames, origins, catalogue, rejects), rejects


def _blanks(one: Intake, name: str) -> list[int]:
    return [int(row) for row in one.frame.index[one.frame[name].isna()]]


def _consistent(
    frames: dict[str, pd.DataFrame], origins: dict[str, list[Origin]], catalogue: Catalogue, rejects: list[Reject]
) -> dict[str, pd.DataFrame]:
    """Drop the rows that repeat a key, name nobody or have dates in an impossible order, until none is left."""
    for table, frame in frames.items():
        key = [name for name, entry in catalogue.columns(table).items() if table in entry.key_of]
        again = frame.duplicated(key) if key and {*key} <= {*frame} else pd.Series(False, index=frame.index)
        for place in np.flatnonzero(again):
            one, row = origins[table][place]
            rejects.append(_whole(one, row, key[0], Said("row_earlier", {"came": str(frame[key[0]].iloc[place])})))
        frames[table] = frame[~again]
    files = {table: f"{table}.csv" for table in frames}
    while True:
        faults = across({table: frame for table, frame in frames.items() if len(frame)}, files)
        faults += [fault for table in {"bookings", "candidates"} & {*frames} for fault in nobody(frames[table], files[table])]
        bad = {(f.file.removesuffix(".csv"), f.row): (f.column or "", f.said) for f in faults if f.row is not None and f.said}
        if not bad:
            return {table: frame.reset_index(drop=True) for table, frame in frames.items()}
        for (table, position), (name, said) in bad.items():
            one, row = origins[table][position]
            rejects.append(_whole(one, row, name, said))
        frames = {t: frame.drop(index=[row for table, row in bad if table == t]) for t, frame in frames.items()}


def _whole(one: Intake, row: int, name: str, problem: Said) -> Reject:
    title = next((title for title, ours in one.mapping.columns.items() if ours == name and one.layout.column(title)), name)
    return Reject(one.layout.grid.name, row, title, "", "", problem)
