"""Nested groups of rows that err alike: how much is known of the creator, then the platform, then the tier.

A group has its own distribution of errors where enough held-out rows of enough creators speak for it, and its parent's where
they do not (Mondrian conformal prediction; Vovk, Gammerman and Shafer 2005, "Algorithmic Learning in a Random World").
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictor.design import combinations

NESTED = ("record", "platform", "tier")
ROWS, CREATORS = 500, 25  # held-out rows and creators that a group needs
FEW, SOME = 3, 10  # earlier posts from which a record is no longer thin, and from which it is long


def record_of(frame: pd.DataFrame) -> pd.Series:
    """How many of each row's creator's earlier posts are known: `none`, `few`, `some` or `many`."""
    return bands(frame).astype("str")


def bands(frame: pd.DataFrame) -> pd.Series:
    """The same as a category."""
    seen = frame["posts_seen"].astype(float).fillna(0.0) if "posts_seen" in frame else pd.Series(0.0, index=frame.index)
    return pd.cut(seen, [-np.inf, 1, FEW, SOME, np.inf], right=False, labels=["none", "few", "some", "many"])


def paths(frame: pd.DataFrame) -> pd.DataFrame:
    """Each row's groups, widest first: one column a depth, such as `many`, `many/tiktok`, `many/tiktok/micro`."""
    named = frame.assign(record=record_of(frame))
    told, path = {0: pd.Series("", index=frame.index)}, pd.Series("", index=frame.index)
    for depth, column in enumerate(NESTED, start=1):
        value = named[column].astype("str").fillna("?") if column in named else pd.Series("?", frame.index)
        path = path + "/" + value
        told[depth] = path
    return pd.DataFrame(told)


def members(held_out: pd.DataFrame) -> dict[str, np.ndarray]:
    """The rows of each group that is large enough, as masks; the first is every row."""
    nested, found = paths(held_out), {"": np.ones(len(held_out), dtype=bool)}
    for depth in range(1, len(NESTED) + 1):
        path = nested[depth].to_numpy(dtype=object)
        sizes = held_out.groupby(path)["creator_id"].agg(["size", "nunique"])
        large = sizes.index[(sizes["size"] >= ROWS) & (sizes["nunique"] >= CREATORS)]
        found |= {str(name): path == name for name in sorted(large)}
    return found


def place(frame: pd.DataFrame, known: tuple[str, ...]) -> np.ndarray:
    """Position in `known` of each row's narrowest group that is there; the first of them holds every row."""
    asked = frame.filter(["posts_seen", *NESTED]).assign(record=bands(frame))
    first, which = combinations(asked, NESTED)
    return _narrowest(asked.drop(columns="record").iloc[first], known)[which]


def _narrowest(frame: pd.DataFrame, known: tuple[str, ...]) -> np.ndarray:
    number, nested = {name: position for position, name in enumerate(known)}, paths(frame)
    found = np.zeros(len(frame), dtype=int)
    for depth in nested:
        found = np.array([number.get(name, before) for name, before in zip(nested[depth], found, strict=True)], dtype=int)
    return found
