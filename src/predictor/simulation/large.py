"""An invented history of any size in the memory of one small agency: block after block of creators, in the same files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from predictor.simulation.agency import World, simulate, write_about
from predictor.tables.files import aside, write_frame
from predictor.tables.progress import Progress, silent

BLOCK = 4000  # creators drawn at once
IDS = ("creator_id", "person_id", "post_id", "booking_id", "campaign_id")


def blocks(seed: int, creators: int, **settings: Any) -> Iterator[World]:
    """Independent agencies of at most 4,000 creators each, whose ids never meet; the same arguments give the same blocks.

    `campaigns` in `settings` are those of each block.
    """
    for place, first in enumerate(range(0, creators, BLOCK)):
        world = simulate(seed + 100_003 * place, min(BLOCK, creators - first), **settings)
        yield world if place == 0 else _renamed(world, f"{place}-")


def write_blocks(worlds: Iterator[World], folder: Path, progress: Progress = silent) -> None:
    """Write blocks as one DATA folder of Parquet files, whole or not at all; candidates and brief are the first block's."""
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    with ExitStack() as files:
        writers: dict[str, pq.ParquetWriter] = {}
        for place, world in enumerate(worlds):
            if place == 0:
                write_frame(world.candidates, folder / "candidates.csv")
                write_about(world, folder)
            for name, frame in {**world.frames, "truth/truth": world.truth}.items():
                _append(name, frame, folder, files, writers)
            progress(
                f"{(place + 1) * BLOCK:,} creators invented" if place else f"{len(world.frames['creators']):,} creators invented"
            )


def _append(name: str, frame: pd.DataFrame, folder: Path, files: ExitStack, writers: dict[str, pq.ParquetWriter]) -> None:
    """Add rows to a table's file, with the types of the first block."""
    if name not in writers:
        schema = pa.Schema.from_pandas(frame, preserve_index=False)
        path = files.enter_context(aside(folder / f"{name}.parquet"))
        writers[name] = files.enter_context(pq.ParquetWriter(path, schema))
    writers[name].write_table(pa.Table.from_pandas(frame, writers[name].schema, preserve_index=False))


def _renamed(world: World, prefix: str) -> World:
    """The same world with every id under a name of its block's."""

    def own(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(**{name: prefix + frame[name].astype("str") for name in IDS if name in frame})

    return World({name: own(frame) for name, frame in world.frames.items()}, world.candidates, world.brief, own(world.truth))
