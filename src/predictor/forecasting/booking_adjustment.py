"""Booking adjustment: what is added to forecasts that rows as such do not show, learned from the errors of held-out rows.

How the errors of bookings differ from those of single posts, which most training rows are, and how far the forecast of an account
goes with what its person's other accounts are known for.

A booking shares its campaign's luck, and is no post of the creator's own choice: what it brings differs from what posts of the
same creator foretell. The luck of several posts partly cancels, and their total is less skewed: a sum of
heavy-tailed counts lies, in the median, above as many medians, and scatters less around it (Fenton 1960, "The sum of log-
normal probability distributions in scatter transmission systems"), how much so depending on what the posts have in common.
All these figures are read from held-out bookings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from predictor.forecasting.losses import shrunk, standard_error_of_mean
from predictor.forecasting.splits import MIN_CREATORS
from predictor.tables.frames import Columns, Rows

ENOUGH = 40  # held-out bookings that an adjustment needs; it is shrunk as if so many more had shown none
MOST = 0.5  # the power by which errors of several posts shrink if these have nothing in common
BOUNDS = (0.7, 1.5)  # of the ratio of a booking's error to a post's
LEAST = 1e-6  # smallest scatter


@dataclass(frozen=True)
class BookingAdjustment:
    """`wider`: the ratio of a booking's error to a post's. Per log of the number of posts: what is `added` to a log forecast,
    and by which power its error shrinks (`steadier`). `level`: what is added to the log forecast of every booking. `others`: what
    is, per unit of the column `others_of`, which says how far the person's other accounts lie above the usual."""

    wider: float = 1.0
    added: float = 0.0
    steadier: float = 0.0
    level: float = 0.0
    others: float = 0.0
    others_of: str = ""

    def by_others(self, rows: Rows) -> np.ndarray:
        """What the person's other accounts add to the log forecast of each row; nothing where nothing is known of them."""
        return self.others * np.nan_to_num(Columns.of(rows).floats(self.others_of)) if self.others else np.zeros(len(rows))

    def centre(self, rows: Rows) -> np.ndarray:
        """What to add to the log forecast of each row."""
        return np.where(_bookings(rows), self.level, 0.0) + self.added * np.log(_posts(rows)) + self.by_others(rows)

    def size(self, rows: Rows) -> np.ndarray:
        """What to multiply the size of each row's error by."""
        return np.asarray(np.where(_bookings(rows), self.wider, 1.0) * _posts(rows) ** -self.steadier)


def fit_booking_adjustment(
    held_out: pd.DataFrame, errors: np.ndarray, size: np.ndarray, others_of: str | None = None
) -> BookingAdjustment:
    """Fit on held-out rows: their log errors, and the `size` of the error expected of each (both as long as `held_out`)."""
    if others_of is not None and others_of in held_out and (others := _slope(errors, held_out, others_of)) > 0:
        by_others = BookingAdjustment(others=others, others_of=others_of)
        return replace(
            fit_booking_adjustment(held_out, errors - by_others.centre(held_out), size), others=others, others_of=others_of
        )
    log_posts, is_booking = np.log(_posts(held_out)), _bookings(held_out)
    several, single = is_booking & (log_posts > 0), is_booking & (log_posts == 0)
    wider = float(np.clip(_times(errors / size, single, ~is_booking) ** _trust(single), *BOUNDS))
    level = _level(errors, single, ~is_booking, held_out["creator_id"])
    if min(several.sum(), single.sum()) < ENOUGH:
        return BookingAdjustment(wider, level=level)
    added = float(np.median((errors[several] - np.median(errors[single])) / log_posts[several]))
    scaled = (errors - np.where(several, added * log_posts, 0.0)) / size
    steadier = -np.log(_times(scaled, several, single)) / np.mean(log_posts[several])
    return BookingAdjustment(wider, float(_trust(several) * added), float(np.clip(_trust(several) * steadier, 0.0, MOST)), level)


def _level(errors: np.ndarray, bookings: np.ndarray, posts: np.ndarray, creator: pd.Series) -> float:
    """By how much bookings of one post lie above posts of the same creators, in the median, less what may be chance."""
    means = [pd.Series(errors[rows]).groupby(creator.to_numpy()[rows]).mean() for rows in (bookings, posts)]
    gap = (means[0] - means[1]).dropna().to_numpy()
    return shrunk(float(np.median(gap)), standard_error_of_mean(gap)) if len(gap) >= MIN_CREATORS else 0.0


def _slope(errors: np.ndarray, rows: pd.DataFrame, column: str) -> float:
    """How far creators' mean errors go with a column, through 0, less what may be chance; creators count alike."""
    known = rows[column].notna().to_numpy()
    means = pd.DataFrame({"error": errors, "x": rows[column]})[known].groupby(rows["creator_id"].to_numpy()[known]).mean()
    squares = float((means["x"] ** 2).sum())
    if len(means) < MIN_CREATORS or squares <= 0:
        return 0.0
    slope = float((means["error"] * means["x"]).sum()) / squares
    left = (means["error"] - slope * means["x"]) * means["x"]
    return shrunk(slope, float(np.sqrt((left**2).sum() * len(means) / (len(means) - 1))) / squares)


def _times(errors: np.ndarray, rows: np.ndarray, reference: np.ndarray) -> float:
    """Ratio of the scatter (median absolute deviation) of `rows` to that of the `reference` rows."""
    if min(rows.sum(), reference.sum()) < ENOUGH:
        return 1.0
    scatter = [np.median(np.abs(errors[mask] - np.median(errors[mask]))) for mask in (rows, reference)]
    return float(max(scatter[0], LEAST) / max(scatter[1], LEAST))


def _trust(rows: np.ndarray) -> float:
    return float(rows.sum() / (rows.sum() + ENOUGH))


def _bookings(rows: Rows) -> np.ndarray:
    """Which rows are bookings; without a `source` all are."""
    rows = Columns.of(rows)
    return rows.is_in("source", ("booking",)) if "source" in rows else np.ones(len(rows), dtype=bool)


def _posts(rows: Rows) -> np.ndarray:
    return np.fmax(Columns.of(rows).floats("posts"), 1.0)  # one where it is not known
