"""Creators under a new id: the table `creator_aliases` ties an account's old id to its new one: the record stays whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

import numpy as np
import pandas as pd

from predictor.errors import Fault
from predictor.intake.accounts import agree, handle_of
from predictor.intake.row_checks import faults_of_cells, repeated
from predictor.wording.sentences import Said

TABLE = "creator_aliases"
OLD, NEW = "old_id", "new_id"
LIKE = 0.86  # how alike an old id and one of the tables are that is taken for a slip
KEYS = {  # of which a creator has one row each, or of one moment hardly two posts
    "creators": ["creator_id"], "creator_snapshots": ["creator_id", "at"], "posts": ["creator_id", "published_at"],
}  # fmt: skip


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


def as_spelt(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame | None:
    """Rows of both ids, each id as the other tables spell it: the same handle without case, @ and the address of a profile."""
    rows = frames.get(TABLE)
    if rows is None or not {OLD, NEW} <= {*rows}:
        return None
    rows = rows.dropna(subset=[OLD, NEW])
    platforms = _platforms(frames)
    there = {*platforms, *rows[NEW].astype("str"), *rows[OLD].astype("str")} if platforms else set()
    handles: dict[str, list[str]] = {}
    for one in platforms:
        handles.setdefault(handle_of(one).handle or "", []).append(one)

    def spelt(came: str) -> str:
        account = handle_of(came)
        same = [one for one in handles.get(account.handle or "", []) if agree(account.platform, platforms[one])]
        return came if came in platforms or len(same) != 1 else same[0]

    found = {one: spelt(one) for one in there}
    return rows.assign(**{name: rows[name].astype("str").map(found).astype("str") for name in (OLD, NEW)}) if found else rows


def _platforms(frames: Mapping[str, pd.DataFrame]) -> dict[str, str | None]:
    """The platform of every id of the tables, None where none is known."""
    found: dict[str, str | None] = {}
    for name, frame in frames.items():
        if name != TABLE and "creator_id" in frame:
            ids = frame.dropna(subset="creator_id").drop_duplicates("creator_id")
            on = ids["platform"].astype(object) if "platform" in ids else pd.Series(None, index=ids.index, dtype=object)
            for one, platform in zip(ids["creator_id"].astype("str"), on, strict=True):
                found[one] = found.get(one) or (platform if isinstance(platform, str) else None)
    return found


def alias_faults(frames: Mapping[str, pd.DataFrame], files: Mapping[str, str]) -> list[Fault]:
    """Ids that lead in a circle, old ids that are nearly one of a table, ids renamed twice in two spellings, and new ids that the
    table of creators does not have, under their old id neither."""
    rows = as_spelt(frames)
    if rows is None:
        return []
    given, now, ids = frames[TABLE].loc[rows.index], current_ids(rows), [*_platforms(frames)]
    came, steps = rows[OLD].astype("str"), dict(zip(rows[OLD].astype("str"), rows[NEW].astype("str"), strict=True))

    def circle(cell: int) -> Said:
        path = [came.iloc[cell]]
        while path[-1] not in path[:-1]:
            path.append(steps[path[-1]])
        return Said("alias_circle", {"path": " → ".join(path)})

    def nobody(cell: int) -> Said:
        return Said("alias_nobody", {"came": str(given[OLD].iloc[cell]), "near": Said("cell_near", {"word": likes[cell]})})

    def unknown(cell: int) -> Said:
        return Said("row_stranger", {"came": str(given[NEW].iloc[cell]), "file": files["creators"]})

    circular = ~came.isin(now)
    faults = faults_of_cells(files[TABLE], OLD, rows.index, circular.to_numpy(), circle)
    if ids:
        gone = ~circular & ~came.isin(ids) & ~came.isin(rows[NEW])  # as in tables that were written under the ids of today
        likes = {int(cell): like for cell in np.flatnonzero(gone) if (like := _mistyped(came.iloc[cell], now, ids))}
        faults += faults_of_cells(files[TABLE], OLD, rows.index, np.isin(np.arange(len(rows)), [*likes]), nobody)
    faults += repeated(rows[~given.duplicated(OLD)], files[TABLE], [OLD])
    if "creators" in frames and "creator_id" in frames["creators"]:
        last = came.map(now)
        missing = ~circular & ~last.isin(set(renamed(frames["creators"], now)["creator_id"].dropna()))
        faults += faults_of_cells(files[TABLE], NEW, rows.index, missing.to_numpy(), unknown)
    return faults


def _mistyped(old: str, now: Mapping[str, str], ids: list[str]) -> str | None:
    """The id of another creator, or of none today, that an old id is nearly spelt like, with the same figures."""
    handle = handle_of(old).handle or ""
    others = {handle_of(one).handle or "": one for one in ids if one != now[old]}
    figures = re.sub(r"\D", "", handle)
    alike = get_close_matches(handle, [one for one in others if re.sub(r"\D", "", one) == figures], n=1, cutoff=LIKE)
    return others[alike[0]] if alike else None


def renamed(frame: pd.DataFrame, now: Mapping[str, str]) -> pd.DataFrame:
    """The rows under the ids of today."""
    ids = frame["creator_id"]
    return frame.assign(creator_id=ids.astype("str").map(now).astype("str").fillna(ids.astype("str")))


def under_current_ids(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Every table under the ids of today. Where a creator has a row under both, or a post, the new id's counts and the other
    fills its gaps."""
    rows = as_spelt(frames)
    if rows is None:
        return dict(frames)
    now = current_ids(rows)
    found = {name: _merged(frame, name, now) if "creator_id" in frame else frame for name, frame in frames.items()}
    return found | {TABLE: rows}


def _merged(frame: pd.DataFrame, table: str, now: Mapping[str, str]) -> pd.DataFrame:
    was_old = frame["creator_id"].astype("str").isin(now)
    if not was_old.any():
        return frame
    key, found = KEYS.get(table, []), renamed(frame, now)
    if not key or not {*key} <= {*found}:
        return found
    keys = found[key]
    if table == "posts":  # several of one moment under one id are so many: the first is the first under the other id
        keys = keys.assign(nth=frame.groupby([frame["creator_id"].astype("str"), frame["published_at"]]).cumcount())
    group = keys.groupby([*keys], sort=False, dropna=False).ngroup()
    twice = group.duplicated(keep=False) & keys.notna().all(axis=1)
    if table == "posts" and "post_id" in found:
        twice &= found["post_id"].groupby(group).transform("nunique") < 2
    newest_first = found[twice].assign(row=found.index[twice]).iloc[np.argsort(was_old[twice].to_numpy(), kind="stable")]
    if "platform" in newest_first:  # what another platform's row holds is of another account
        filled = newest_first.groupby(group)["platform"].transform("first")
        other = newest_first["platform"].notna() & (newest_first["platform"] != filled)
        kept = [name for name in newest_first if name not in {*key, "row"}]
        newest_first[kept] = newest_first[kept].where(~other)
    whole = newest_first.groupby(group, sort=False).first().set_index("row").rename_axis(None)
    return pd.concat([found[~twice], whole[found.columns].astype(found.dtypes.to_dict())]).sort_index()
