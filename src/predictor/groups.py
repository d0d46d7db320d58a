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


def paths(frame: pd.DataFrame) -> tuple[list[list[str]], np.ndarray]:
    """The groups of each combination that occurs, widest first, such as ``, `/many`, `/many/tiktok`; and which every row has."""
    told, which = combined(frame.filter(NESTED).assign(record=bands(frame)), NESTED)
    return [[*accumulate(values, "{}/{}".format, initial="")] for values in told], which


def members(held_out: pd.DataFrame) -> dict[str, np.ndarray]:
    """The rows of each group that is large enough, as masks; the first is every row."""
    (nested, which), found = paths(held_out), {"": np.ones(len(held_out), dtype=bool)}
    for depth in range(1, len(NESTED) + 1):
        path = np.array([names[depth] for names in nested], dtype=object)[which]
        sizes = held_out.groupby(path)["creator_id"].agg(["size", "nunique"])
        large = sizes.index[(sizes["size"] >= ROWS) & (sizes["nunique"] >= CREATORS)]
        found |= {str(name): path == name for name in sorted(large)}
    return found


def place(frame: pd.DataFrame, known: tuple[str, ...]) -> np.ndarray:
    """Position in `known` of each row's narrowest group that is there; the first of them holds every row."""
    number, (nested, which) = {name: position for position, name in enumerate(known)}, paths(frame)
    narrowest = [next((number[name] for name in reversed(names) if name in number), 0) for names in nested]
    return np.array(narrowest, dtype=int)[which]
