"""Bundles of older formats, brought to today's when they are read: a trained model goes on scoring after the files moved on.

A step takes the contents of a bundle in one format and returns them in the next; a new format is one step more at the end of
`STEPS`, and a bundle of the format before it kept in `tests/data/bundles`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from predictor.forecasting.baselines import AVERAGE
from predictor.forecasting.target_model import SIDES

Contents = dict[str, Any]  # by name of the file: JSON as plain values, trees as text
Step = Callable[[Contents], Contents]

OLDEST = 6  # the first whose account of itself is sealed


def _to_7(contents: Contents) -> Contents:
    """A segment says whether it was fitted on rows without records: the average of the baselines was, where nothing forward in
    time could decide, on as many rows as the segment of strangers. Bookings have a level, means of strata a factor."""
    for model in contents["models.json"].values():
        known, stranger = model["known"], model["stranger"]
        stranger["masked"] = True
        known["masked"] = known["anchor"] == AVERAGE and known["rows"] == stranger["rows"]
        for segment in (known, stranger):
            segment["booked"]["level"] = 0.0
            if "errors" in segment["spread"]:
                segment["spread"]["mean_factors"] = [1.0] * len(segment["spread"]["groups"])
    return contents


def _to_8(contents: Contents) -> Contents:
    """Counts of posts are brought to a horizon; a model that learned from counts as they were taken goes on reading them so."""
    return contents | {"growth.json": {"horizons": {}, "curves": {}}}


def _to_9(contents: Contents) -> Contents:
    """Selected posts are lowered in records; a model that learned from them as they were counted goes on reading them so."""
    return contents | {"growth.json": contents["growth.json"] | {"gaps": {}}}


def _to_10(contents: Contents) -> Contents:
    """Amounts of money are learned in units; a model before them counts everything in ones."""
    for model in contents["models.json"].values():
        model["unit"] = 1.0
    return contents


def _to_11(contents: Contents) -> Contents:
    """Rules may be a rate per forecast of an earlier target; those of a model before them are per its exposure."""
    for model in contents["models.json"].values():
        model["stages"] = {}
        for segment in (model[side] for side in SIDES if side in model):
            segment["rules"]["exposure"] = []
    return contents


def _to_12(contents: Contents) -> Contents:
    """How several outcomes of a booking miss their forecasts together is estimated; before, there was the assumption alone."""
    for shocks in contents["bundle.json"].get("shocks", {}).values():
        shocks["between"] = {}
    return contents


def _to_13(contents: Contents) -> Contents:
    """Rates per earlier forecast are averaged wherever there is a record; records of rare counts are drawn to others as rates."""
    for model in contents["models.json"].values():
        of_stages = (stage[side] for stage in model["stages"].values() for side in SIDES)
        for rules in (*of_stages, *(model[side]["rules"] for side in SIDES if side in model)):
            rules |= {"known_by": [], "rare": False}
    return contents


def _to_14(contents: Contents) -> Contents:
    """Errors of rare counts have a size by platform; before, one for all."""
    for model in contents["models.json"].values():
        for segment in (model[side] for side in SIDES if side in model):
            if "dispersion" in segment["spread"]:
                segment["spread"]["platforms"] = {}
    return contents


STEPS: tuple[Step, ...] = (_to_7, _to_8, _to_9, _to_10, _to_11, _to_12, _to_13, _to_14)  # the first leads from OLDEST on
FORMAT = OLDEST + len(STEPS)  # in which bundles are written


def upgrade(contents: Contents, written: int, steps: Sequence[Step] = STEPS) -> Contents:
    """The contents of a bundle in today's format.

    Parameters
    ----------
    contents
        What the files of a bundle hold, `bundle.json` among them, their checksums verified.
    written
        The format that they are in, from `OLDEST` on.
    steps
        What leads from `OLDEST` to today's format, a format at a time.
    """
    for step in steps[written - OLDEST :]:
        contents = step(contents)
    return contents


def refusal(written: object, oldest: int = OLDEST, newest: int = FORMAT) -> str | None:
    """Why a bundle written in this format cannot be read, if so.

    >>> refusal(5, 6, 8)
    'was written in format 5; the oldest that this version reads is format 6: train again.'
    >>> refusal(9, 6, 8)
    'was written in format 9; the newest that this version reads is format 8: update predictor.'
    """
    if not isinstance(written, int) or written < oldest:
        return f"was written in format {written!r}; the oldest that this version reads is format {oldest}: train again."
    if written > newest:
        return f"was written in format {written}; the newest that this version reads is format {newest}: update predictor."
    return None
