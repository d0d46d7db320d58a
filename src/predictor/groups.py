"""Nested groups of rows that err alike: how much is known of the creator, then the platform, then the tier.

A group has its own distribution of errors where enough held-out rows of enough creators speak for it, and its parent's where
they do not (Mondrian conformal prediction; Vovk, Gammerman and Shafer 2005, "Algorithmic Learning in a Random World").
"""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import pandas as pd

from predictor.design import combined, floats

NESTED = ("record", "platform", "tier")
ROWS, CREATORS = 500, 25  # held-out rows and creators that a group needs
FEW, SOME = 3, 10  # earlier posts from which a record is no longer thin, and from which it is long


def record_of(frame: pd.DataFrame) -> pd.Series:
    """How many of each row's creator's earlier posts are known: `none`, `few`, `some` or `many`."""
    return bands(frame).astype("str")


def bands(frame: pd.DataFrame) -> pd.Series:
    """The same as a category."""
    seen = np.nan_to_num(floats(frame["posts_seen"])) if "posts_seen" in frame else np.zeros(len(frame))
    code = np.searchsorted([1, FEW, SOME], seen, side="right")
    return pd.Series(pd.Categorical.from_codes(code, ["none", "few", "some", "many"]), index=frame.index)


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
    number = {name: position for position, name in enumerate(known)}
    nested, which = combined(frame.filter(NESTED).assign(record=bands(frame)), NESTED)
    found = np.zeros(len(nested), dtype=int)
    for one, values in enumerate(nested):
        for path in accumulate(values, "{}/{}".format, initial=""):
            found[one] = number.get(path, found[one])
    return found[which]
