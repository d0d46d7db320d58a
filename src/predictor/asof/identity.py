"""Which creator of the history a candidate is: the same id however it is typed, or one that only looks like it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property

import numpy as np
import pandas as pd

from predictor.intake.accounts import agree, handle_of
from predictor.intake.aliases import TABLE as ALIASES
from predictor.intake.aliases import current_ids
from predictor.tables.frames import History
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

SHOWN = 10
LIKE, FEW = 0.86, 20_000  # how alike handles are that are told as such, and among how many of them they are looked for
RAREST, CLOSEST = 7, 5  # two letters that differ spoil six parts; handles that share most are compared letter by letter


def known_by_history(candidates: pd.DataFrame, tables: History, near: bool = True) -> tuple[pd.DataFrame, list[Said]]:
    """Candidates under the ids of the history, and what to tell of those whose id the history spells otherwise or nearly so.

    An id is a creator's where it is the same handle: without case, @ and the address of a profile, on the same platform where
    both are known; `linh @ tiktok` is linh there. A handle that two creators of the history have is nobody's. Who has no id goes
    by the name; an old id goes by its new one (`creator_aliases`). An id that the history has on another platform is another
    account, `linh @ instagram`, whose record that is not. Without `near` no likeness is looked for, of handles or of names. Each
    sentence holds its pairs as `each`: the id that came, and the one that it goes by or looks like.
    """
    own = _platforms_of(tables)
    ids = _who(candidates)
    if own.empty or ids is None:
        return candidates, []
    given = candidates["creator_id"] if "creator_id" in candidates else pd.Series(None, index=candidates.index)
    elsewhere = _elsewhere(candidates, given, own)
    unknown = np.flatnonzero((ids.notna() & ~given.isin(own.index)).to_numpy() | elsewhere)
    if not len(unknown):
        return candidates, []
    aliases = tables.get(ALIASES)
    likeness = _Likeness(tables, own, {} if aliases is None else current_ids(aliases))
    found, same, alike, others = given.astype(object), *(list[tuple[str, str]]() for _ in range(3))
    for row, came, name, platform in _cells(candidates, ids, unknown):
        account = handle_of(came if platform is None else came.removesuffix(f" @ {platform}"))
        on = account.platform or platform
        named = likeness.handles.get(account.handle or "", [])
        there = [one for one in named if agree(on, own[one])]
        if len(there) == 1:
            found.iloc[row] = there[0]
            same.append((came, there[0]))
        elif elsewhere[row]:
            found.iloc[row] = f"{came} @ {platform}"
            others.append((came, str(found.iloc[row])))
        elif near and (like := named or likeness.of(account.handle or "", on) or likeness.named(name or came, on)):
            alike.append((came, like[0]))
    by_key = {"same_creator": same, "other_account": others, "looks_like": alike}
    said = [_said(key, pairs) for key, pairs in by_key.items() if pairs]
    return (candidates.assign(creator_id=found.astype("str")) if same or others else candidates), said


def _elsewhere(candidates: pd.DataFrame, given: pd.Series, own: pd.Series) -> np.ndarray:
    """Which rows have the id of a creator whom the history knows on another platform."""
    if "platform" not in candidates:
        return np.zeros(len(candidates), dtype=bool)
    known, platform = given.map(own), candidates["platform"]
    return (known.notna() & platform.notna() & (known != platform)).to_numpy(dtype=bool)


def _who(candidates: pd.DataFrame) -> pd.Series | None:
    """By what each candidate is known: its id, or its name where it has none."""
    columns = [candidates[name].astype("str") for name in ("creator_id", "name") if name in candidates]
    return None if not columns else columns[0] if len(columns) == 1 else columns[0].fillna(columns[1])


def _cells(candidates: pd.DataFrame, ids: pd.Series, rows: np.ndarray) -> Iterator[tuple[int, str, str | None, str | None]]:
    """The id, name and platform of some rows; plain lists, for a frame is slow to ask row by row."""
    columns = [
        [None if pd.isna(cell) else str(cell) for cell in candidates[name].iloc[rows]]
        if name in candidates
        else [None] * len(rows)
        for name in ("name", "platform")
    ]
    return zip(map(int, rows), ids.iloc[rows].tolist(), *columns, strict=True)


class _Likeness:
    """The creators of a history by handle and by name, to find whom an id or a name looks like."""

    def __init__(self, tables: History, own: pd.Series, now: Mapping[str, str]) -> None:
        self.own = own
        self.handles: dict[str, list[str]] = {}
        for known in own.index:
            bare = known.removesuffix(f" @ {own[known]}")  # one handle on several platforms carries its own
            self.handles.setdefault(handle_of(bare).handle or "", []).append(known)
        for old, new in now.items():
            ids = self.handles.setdefault(handle_of(old).handle or "", [])
            if new in own.index and new not in ids:
                ids.append(new)
        creators = tables.get("creators")
        self.names = creators if creators is not None and "name" in creators else None

    def of(self, handle: str, platform: object) -> list[str]:
        """Creators whose handle is the same but for full stops and underscores, or nearly the same with the same figures."""
        if not handle or len(self.handles) > FEW:
            return []
        same = [ids for other in self._folded.get(fold(handle), []) if (ids := self._there(self.handles[other], platform))]
        parts = sorted((self._parts.get(part, []) for part in _trigrams(handle)), key=len)[:RAREST]
        shared = Counter(other for handles in parts for other in handles if abs(len(other) - len(handle)) <= len(handle) / 3)
        close = [other for other, _ in shared.most_common(CLOSEST) if _figures(other) == _figures(handle)]
        near = get_close_matches(handle, close, n=1, cutoff=LIKE)
        return (same or [self.handles[one] for one in near] or [[]])[0]

    def named(self, name: str, platform: object) -> list[str]:
        """Creators of the same name, on the same platform where both are known."""
        return self._there(self._named.get(fold(name), []), platform)

    def _there(self, ids: list[str], platform: object) -> list[str]:
        return [one for one in ids if agree(platform, self.own[one])]

    @cached_property
    def _folded(self) -> dict[str, list[str]]:
        return _grouped((fold(handle), handle) for handle in self.handles)

    @cached_property
    def _parts(self) -> dict[str, list[str]]:
        """Handles by the three letters in a row that they hold: nearly the same ones share some."""
        return _grouped((part, handle) for handle in self.handles for part in _trigrams(handle))

    @cached_property
    def _named(self) -> dict[str, list[str]]:
        if self.names is None:
            return {}
        rows = self.names.dropna(subset=["name", "creator_id"])
        return _grouped((fold(str(name)), str(one)) for name, one in zip(rows["name"], rows["creator_id"], strict=True))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for key, one in pairs:
        groups.setdefault(key, []).append(one)
    return groups


def _trigrams(handle: str) -> set[str]:
    return {handle[at : at + 3] for at in range(len(handle) - 2)}


def _figures(handle: str) -> str:
    return re.sub(r"\D", "", handle)


def _platforms_of(tables: History) -> pd.Series:
    """The platform of every creator of the history, by id; None where it is not known."""
    table = next((one for name in ("creators", "bookings", "posts") if (one := tables.get(name)) is not None), None)
    if table is None or "creator_id" not in table:
        return pd.Series(dtype=object)
    rows = table.dropna(subset="creator_id").drop_duplicates("creator_id").set_index("creator_id")
    return rows["platform"].astype(object) if "platform" in rows else pd.Series(None, index=rows.index, dtype=object)


def _said(key: str, pairs: list[tuple[str, str]]) -> Said:
    accepted = ", ".join(f"{json.dumps(came, ensure_ascii=False)}: {named}" for came, named in dict.fromkeys(pairs))
    line = f"{{candidates: {{values: {{creator_id: {{{accepted}}}}}}}}}"
    return Said(key, {"count": len(pairs), "pairs": _pairs(pairs), "each": [*dict.fromkeys(pairs)], "line": line})


def _pairs(pairs: list[tuple[str, str]]) -> str:
    shown = list(dict.fromkeys(f"{came} = {named}" for came, named in pairs))
    return ", ".join(shown[:SHOWN]) + ("" if len(shown) <= SHOWN else ", …")
