"""Past bookings like one that is asked about: how many are similar, and which are nearest.

Distance follows Gower (1971, "A general coefficient of similarity and some of its properties", Biometrics 27): each aspect
says how unlike two bookings are, from 0 to 1, and the aspects are added up. Words are like or unlike; a number counts by its
difference over the middle 99 % of what was seen, audience and the creator's own rate on a log scale. An aspect that the row
asked does not tell is left out; one that a past booking does not tell counts half, so that saying little brings nothing near.
What happened on another platform is no evidence: there, the same audience and the same rate mean something else.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from predictor.catalogue import Recipe
from predictor.design import main_value
from predictor.experience import NUMBERS, TEXTS, Experience, own_rate

SHOWN = 3
FACTOR = 3.0  # audiences of similar bookings differ by no more than this
ALIKE = {
    "photo": "image", "carousel": "image", "album": "image",
    "reel": "video", "reels": "video", "short": "video", "shorts": "video",
}  # fmt: skip
CELLS = 200_000  # distances held at a time: they fit a processor's cache
FAINTEST = 1e-6  # a rate of zero keeps a logarithm

Codes = tuple[np.ndarray, np.ndarray]  # of the rows asked and of the past, in the same code; −1 or NaN where missing


def neighbours(seen: Experience, rows: pd.DataFrame, recipe: Recipe) -> tuple[np.ndarray, np.ndarray]:
    """How many past bookings are similar to each row, and which are nearest.

    Similar: the same platform and kind of format (pictures, videos, any other by itself), and an audience within a factor of
    three (the same tier where an audience is not told). What the row does not say of its format or audience is not compared.
    Only what was known before the row's `at`, where it has one, counts, and never the row itself (by `row_id`).

    Nearest: of the bookings on the same platform (of all, where the row does not tell its own), those least unlike it in
    tier, niche, format, audience, niche alignment, posting frequency and the creator's own rate.

    Returns
    -------
    Counts, one a row; positions in `seen.past`, rows × 3, nearest first and −1 where there is none; of equally near ones the
    newest comes first.
    """
    similar, nearest = np.zeros(len(rows), dtype=int), np.full((len(rows), SHOWN), -1)
    if not len(seen.past):
        return similar, nearest
    texts = {column: _codes(rows, seen.past, column) for column in (*TEXTS, "row_id")}
    texts["group"] = _codes(_grouped(rows), _grouped(seen.past), "format")
    numbers = {column: _numbers(rows, seen.past, column, recipe) for column in (*NUMBERS, own_rate(recipe))}
    scales = {column: _scale(seen, column, recipe) for column in numbers if column in seen.spans}
    asked = rows["at"].to_numpy(dtype="datetime64[ns]") if "at" in rows else None
    known = seen.past["known_on"].to_numpy(dtype="datetime64[ns]")
    for some in _chunks(len(rows), len(seen.past)):
        open_to = _differ(texts["row_id"], some)
        if asked is not None:
            open_to &= (known < asked[some, None]) | np.isnat(asked[some, None])
        similar[some] = (_alike(texts, numbers["followers"], some) & open_to).sum(axis=1)
        near = open_to & (~_differ(texts["platform"], some) | (texts["platform"][0][some, None] < 0))
        nearest[some] = _nearest(np.where(near, _distance(texts, numbers, scales, some), np.inf))
    return similar, nearest


def _chunks(rows: int, past: int) -> Iterator[slice]:
    step = max(1, CELLS // past)
    return (slice(start, start + step) for start in range(0, rows, step))


def _column(frame: pd.DataFrame, column: str) -> pd.Series:
    return frame[column] if column in frame else pd.Series(np.nan, index=frame.index)


def _grouped(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"format": main_value(_column(frame, "format")).replace(ALIKE)})


def _codes(rows: pd.DataFrame, past: pd.DataFrame, column: str) -> Codes:
    """Words as whole numbers; ids keep their letters, and −1 is missing."""
    both = [_column(frame, column).astype("str") for frame in (rows, past)]
    joined = pd.concat(both if column == "row_id" else [main_value(one) for one in both])
    codes = pd.factorize(joined)[0].astype(np.int32)
    return codes[: len(rows)], codes[len(rows) :]


def _on_scale(values: pd.Series | float, column: str, recipe: Recipe) -> np.ndarray:
    numbers = np.asarray(values, dtype=float)
    if column == "followers":
        return np.log(np.maximum(numbers, 1.0))
    return np.log(np.maximum(numbers, FAINTEST)) if column == own_rate(recipe) else numbers


def _numbers(rows: pd.DataFrame, past: pd.DataFrame, column: str, recipe: Recipe) -> Codes:
    mine, theirs = (_on_scale(_column(frame, column), column, recipe).astype(np.float32) for frame in (rows, past))
    return mine, theirs


def _scale(seen: Experience, column: str, recipe: Recipe) -> float:
    low, high = (float(_on_scale(end, column, recipe)) for end in (seen.spans[column].low, seen.spans[column].high))
    return max(high - low, FAINTEST)


def _differ(codes: Codes, some: slice) -> np.ndarray:
    mine, theirs = codes[0][some, None], codes[1][None, :]
    return (mine != theirs) | (mine < 0)


def _distance(texts: dict[str, Codes], numbers: dict[str, Codes], scales: dict[str, float], some: slice) -> np.ndarray:
    total = np.zeros((len(texts["platform"][0][some]), len(texts["platform"][1])), dtype=np.float32)
    for column in ("tier", "niche", "format"):
        mine, theirs = texts[column][0][some, None], texts[column][1][None, :]
        total += np.where(theirs < 0, np.float32(0.5), (mine != theirs).astype(np.float32)) * (mine >= 0)
    for column, scale in scales.items():
        mine, theirs = numbers[column][0][some, None], numbers[column][1][None, :]
        apart = np.minimum(np.abs(mine - theirs) / np.float32(scale), np.float32(1.0))
        total += np.where(np.isnan(mine), np.float32(0.0), np.where(np.isnan(theirs), np.float32(0.5), apart))
    return total


def _alike(texts: dict[str, Codes], followers: Codes, some: slice) -> np.ndarray:
    (mine, theirs), tier = ((side[0][some, None], side[1][None, :]) for side in (followers, texts["tier"]))
    near = np.abs(mine - theirs) <= np.log(FACTOR)
    untold = np.isnan(mine) & (tier[0] < 0)
    size = np.where(np.isnan(mine) | np.isnan(theirs), ~_differ(texts["tier"], some), near) | untold
    form = ~_differ(texts["group"], some) | (texts["group"][0][some, None] < 0)
    return size & form & ~_differ(texts["platform"], some)


def _nearest(distance: np.ndarray) -> np.ndarray:
    """Positions of the smallest, one after the other; the first of equals, which is the newest."""
    found = np.full((len(distance), SHOWN), -1)
    every = np.arange(len(distance))
    for place in range(SHOWN):
        best = distance.argmin(axis=1)
        found[:, place] = np.where(np.isfinite(distance[every, best]), best, -1)
        distance[every, best] = np.inf
    return found
