"""Creators under a new id: the table `creator_aliases` ties an account's old id to its new one: the record stays whole."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from predictor.errors import Fault
from predictor.intake.row_checks import faults_of_cells
from predictor.wording.sentences import Said

TABLE = "creator_aliases"
OLD, NEW = "old_id", "new_id"
KEYS = {"creators": ["creator_id"], "creator_snapshots": ["creator_id", "at"]}  # of which a creator has one row each


def current_ids(aliases: pd.DataFrame) -> dict[str, str]:
    """The id that each old one goes by today; one that was renamed twice goes by the last. Ids in a circle have none."""
    given = {str(old): str(new) for old, new in zip(aliases[OLD], aliases[NEW], strict=True)}
    found = {}
    for old, new in given.items():
        passed = {old}
        while new in given and new not in passed:
            passed.add(new)
            new = given[new]
        if new not in passed:
            found[old] = new
    return found


def alias_faults(frames: Mapping[str, pd.DataFrame], files: Mapping[str, str]) -> list[Fault]:
    """Ids that lead back to themselves, and new ids that the table of creators does not have, under their old id neither."""
    rows = frames.get(TABLE)
    if rows is None or not {OLD, NEW} <= {*rows}:
        return []
    rows = rows.dropna(subset=[OLD, NEW])
    now = current_ids(rows)

    def leads_back(cell: int) -> Said:
        return Said("alias_circle", {"came": str(rows[OLD].iloc[cell])})

    def unknown(cell: int) -> Said:
        return Said("row_stranger", {"came": str(rows[NEW].iloc[cell]), "file": files["creators"]})

    circular = ~rows[OLD].astype("str").isin(now)
    faults = faults_of_cells(files[TABLE], OLD, rows.index, circular.to_numpy(), leads_back)
    if "creators" in frames and "creator_id" in frames["creators"]:
        last = rows[OLD].astype("str").map(now)
        missing = ~circular & ~last.isin(set(renamed(frames["creators"], now)["creator_id"].dropna()))
        faults += faults_of_cells(files[TABLE], NEW, rows.index, missing.to_numpy(), unknown)
    return faults


def renamed(frame: pd.DataFrame, now: Mapping[str, str]) -> pd.DataFrame:
    """The rows under the ids of today."""
    ids = frame["creator_id"]
    return frame.assign(creator_id=ids.astype("str").map(now).astype("str").fillna(ids.astype("str")))


def under_current_ids(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Every table under the ids of today. Where a creator has a row under both, the new id's counts, the other fills gaps."""
    rows = frames.get(TABLE)
    if rows is None or not {OLD, NEW} <= {*rows}:
        return dict(frames)
    now = current_ids(rows.dropna(subset=[OLD, NEW]))
    return {name: _merged(frame, name, now) if "creator_id" in frame else frame for name, frame in frames.items()}


def _merged(frame: pd.DataFrame, table: str, now: Mapping[str, str]) -> pd.DataFrame:
    was_old = frame["creator_id"].astype("str").isin(now)
    if not was_old.any():
        return frame
    key, found = KEYS.get(table, []), renamed(frame, now)
    if not key or not {*key} <= {*found}:
        return found
    twice = found.duplicated(key, keep=False) & found[key].notna().all(axis=1)
    newest_first = found[twice].assign(row=found.index[twice]).iloc[np.argsort(was_old[twice].to_numpy(), kind="stable")]
    whole = newest_first.groupby(key, sort=False).first().reset_index().set_index("row").rename_axis(None)
    return pd.concat([found[~twice], whole[found.columns].astype(found.dtypes.to_dict())]).sort_index()
