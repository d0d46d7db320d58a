"""The closed lists that commands, definitions and the page share; languages are in `wording`, and a module of no weight."""

from __future__ import annotations

from typing import Literal, get_args

Goal = Literal["awareness", "engagement", "traffic", "sales"]
Kind = Literal["influencer", "kol"]
Table = Literal[
    "creators", "creator_snapshots", "posts", "post_snapshots", "campaigns", "bookings", "candidates", "creator_aliases"
]  # fmt: skip

GOALS: tuple[Goal, ...] = get_args(Goal)
KINDS: tuple[Kind, ...] = get_args(Kind)
TABLES: tuple[Table, ...] = get_args(Table)
