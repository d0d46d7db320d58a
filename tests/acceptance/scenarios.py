"""Invented worlds in which simple rules are hard to beat: there, a model that claims to be better has learned noise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.errors import Fault, RowsError
from predictor.intake.contract import read_tables
from predictor.simulation.agency import World, simulate, write_world
from predictor.simulation.creators import assumptions
from predictor.tables.frames import History
from predictor.wording.matching import nearest

TIERS = [1000, 10000, 50000, 500000, 1000000]  # where the tiers of `features/creator.yaml` begin
BOOKINGS = 60  # of the tiny world


def world(name: str, seed: int, catalogue: Catalogue) -> tuple[History, pd.DataFrame]:
    """One of the named worlds, as a checked history to train on, and the truth behind it (see `simulate`).

    `own_record`: a post is noise around its creator's own level, which never moves, and nothing else counts but size.
    `tier_only`: all creators of one platform and tier are alike, and nothing else counts.
    `tiny`: sixty bookings of a few creators in all, with outcomes, and no table of posts.

    Raises
    ------
    RowsError
        Where there is no such world.
    """
    worlds: dict[str, Callable[[int], World]] = {"own_record": _own_record, "tier_only": _tier_only, "tiny": _tiny}
    if name not in worlds:
        problem = f"there is no world '{name}'; allowed: {', '.join(worlds)}{nearest(name, list(worlds)) or '.'}"
        raise RowsError([Fault("worlds", problem)])
    invented = worlds[name](seed)
    return as_tables(invented, catalogue), invented.truth


def as_tables(invented: World, catalogue: Catalogue) -> History:
    """A world as a checked history: written and read like anybody's files, so that it passes the same checks."""
    with TemporaryDirectory() as folder:
        write_world(invented, Path(folder))
        return read_tables(Path(folder), catalogue)


def _own_record(seed: int) -> World:
    return simulate(seed, creators=150, campaigns=120, months=12, change=_without_effects())


def _tier_only(seed: int) -> World:
    alike: dict[str, dict[str, Any]] = {
        "engagement": {"level_spread": 0.0, "size_steps": TIERS},
        "reach": {"level_spread": 0.0},
        "sales": {"trust_spread": 0.0, "slope": 0.0},
    }
    change = {part: {**settings, **alike.get(part, {})} for part, settings in _without_effects().items()}
    return simulate(seed, creators=150, campaigns=120, months=12, change=change)


def _tiny(seed: int) -> World:
    """The first bookings that have an outcome; without posts there is nothing that a booking's `post_id` could name."""
    whole = simulate(seed, creators=30, campaigns=20, months=12)
    bookings, campaigns = whole.frames["bookings"], whole.frames["campaigns"]
    kept_bookings = bookings[bookings["reach"].notna()].head(BOOKINGS).drop(columns="post_id").reset_index(drop=True)
    frames = {
        "creators": whole.frames["creators"],
        "campaigns": campaigns[campaigns["campaign_id"].isin(kept_bookings["campaign_id"])].reset_index(drop=True),
        "bookings": kept_bookings,
    }
    kept_truth = whole.truth["booking_id"].isin(kept_bookings["booking_id"]) | whole.truth["candidate"].notna()
    return replace(whole, frames=frames, truth=whole.truth[kept_truth].reset_index(drop=True))


def _without_effects() -> dict[str, Mapping[str, Any]]:
    """Changes after which engagement, reach and orders depend on size, platform, the creator's level and chance alone."""
    a = assumptions()
    formats: dict[str, dict[str, list[float]]] = {}
    for row in a.formats.itertuples():
        clicks = a.formats.loc[a.formats["platform"] == row.platform, "clicks"].iloc[0]
        times = 1.0 if row.engagement else 0.0  # TV and press count no engagement
        formats.setdefault(row.platform, {})[row.format] = [row.share, times, 1.0, clicks, row.price]
    none = {"kol": 1.0, "sponsored": 1.0, "months": [1.0] * 12}
    none |= dict.fromkeys(["drift_a_week", "sponsored_spread", "ad_share", "off_best", "off_fit", "campaign_spread"], 0.0)
    still = {"growth_a_month": [0.0, 0.0], "wobble": 0.0, "bought": 0.0}
    return {
        "audience": still,
        "engagement": none,
        "reach": {"kol": 1.0},
        "sales": {"kol": 1.0, "fit": [1.0, 0.0]},
        "formats": formats,
    }
