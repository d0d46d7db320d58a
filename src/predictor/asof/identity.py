"""Which creator of the history a candidate is: the same id however it is typed, or one that only looks like it."""

from __future__ import annotations

import re
from difflib import get_close_matches

import numpy as np
import pandas as pd

from predictor.intake.accounts import Account, account_of
from predictor.tables.frames import History
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

SHOWN = 10
LIKE, FEW = 0.86, 5_000  # how alike handles are that are told as such, and among how many of them they are looked for


def known_by_history(candidates: pd.DataFrame, tables: History, near: bool = True) -> tuple[pd.DataFrame, list[Said]]:
    """Candidates under the ids of the history, and what to tell of those whose id the history spells otherwise or nearly so.

    An id is a creator's where it is the same handle: without case, @ and the address of a profile, on the same platform where
    both are known. A handle that two creators of the history have is nobody's. Without `near` no likeness is looked for.
    """
    own = _platforms_of(tables)
    if own.empty or "creator_id" not in candidates:
        return candidates, []
    ids = candidates["creator_id"].astype("str")
    unknown = np.flatnonzero((ids.notna() & ~ids.isin(own.index)).to_numpy())
    handles: dict[str, list[str]] = {}
    for known in own.index:
        handles.setdefault(_account(known).handle or "", []).append(known)
    keys = ids.iloc[unknown].str.lower().str.lstrip("@")
    links = keys.str.contains("/", regex=False).to_numpy(bool)
    found, alike = ids.astype(object), list[tuple[str, str]]()
    for row in unknown[links | keys.isin(handles).to_numpy()] if not near else unknown:
        account = _account(ids.iloc[row])
        platform = account.platform or (candidates["platform"].iloc[row] if "platform" in candidates else None)
        named = handles.get(account.handle or "", [])
        same = [one for one in named if _agree(platform, own[one])]
        if len(same) == 1:
            found.iloc[row] = same[0]
        elif like := named or (_alike(account.handle or "", handles) if near else []):
            alike.append((ids.iloc[row], like[0]))
    changed = [(came, named) for came, named in zip(ids, found, strict=True) if pd.notna(came) and came != named]
    said = [Said("same_creator", {"count": len(changed), "pairs": _pairs(changed)})] * bool(changed)
    said += [Said("looks_like", {"count": len(alike), "pairs": _pairs(alike)})] * bool(alike)
    return (candidates.assign(creator_id=found.astype("str")) if changed else candidates), said


def _platforms_of(tables: History) -> pd.Series:
    """The platform of every creator of the history, by id; None where it is not known."""
    table = next((one for name in ("creators", "bookings", "posts") if (one := tables.get(name)) is not None), None)
    if table is None or "creator_id" not in table:
        return pd.Series(dtype=object)
    rows = table.dropna(subset="creator_id").drop_duplicates("creator_id").set_index("creator_id")
    return rows["platform"].astype(object) if "platform" in rows else pd.Series(None, index=rows.index, dtype=object)


def _account(text: str) -> Account:
    """The handle as it is compared, small and without @, and the platform that a link names."""
    found = account_of(text)
    return Account((found.handle or text).strip().casefold().removeprefix("@"), found.platform)


def _agree(one: object, other: object) -> bool:
    return not isinstance(one, str) or not isinstance(other, str) or one == other


def _alike(handle: str, handles: dict[str, list[str]]) -> list[str]:
    """Creators whose handle is the same but for full stops and underscores, or nearly the same with the same figures."""
    if len(handles) > FEW:
        return []
    same = [ids for other, ids in handles.items() if fold(other) == fold(handle)]
    figures = re.sub(r"\D", "", handle)
    close = get_close_matches(handle, [other for other in handles if re.sub(r"\D", "", other) == figures], n=1, cutoff=LIKE)
    return (same or [handles[one] for one in close] or [[]])[0]


def _pairs(pairs: list[tuple[str, str]]) -> str:
    shown = list(dict.fromkeys(f"{came} = {named}" for came, named in pairs))
    return ", ".join(shown[:SHOWN]) + ("" if len(shown) <= SHOWN else ", …")
