"""How the errors of bookings differ from those of single posts, from which most is learned.

A booking shares its campaign's luck. The luck of several posts partly cancels, and their total is less skewed: a sum of
heavy-tailed counts lies, in the median, above as many medians, and scatters less around it (Fenton 1960, "The sum of log-normal
probability distributions in scatter transmission systems"), how much so depending on what the posts have in common. All three
figures are read from held-out bookings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

ENOUGH = 40  # held-out bookings without which nothing is said; figures are drawn towards none as if so many had shown none
MOST = 0.5  # the power by which errors of several posts shrink if these have nothing in common
BOUNDS = (0.7, 1.5)  # of the times by which a booking's error may be larger than a post's
LEAST = 1e-6  # of an error, so that its logarithm exists


@dataclass(frozen=True)
class Booked:
    """`wider`: times a booking's error is a post's. Per log of the number of posts: what is `added` to a log forecast, and
    the power by which its error gets `steadier`."""

    wider: float = 1.0
    added: float = 0.0
    steadier: float = 0.0

    def centre(self, frame: pd.DataFrame) -> np.ndarray:
        """What to add to the log forecast of each row."""
        return np.asarray(self.added * np.log(_posts(frame)))

    def size(self, frame: pd.DataFrame) -> np.ndarray:
        """What to multiply the size of each row's error by."""
        return np.asarray(np.where(_bookings(frame), self.wider, 1.0) * _posts(frame) ** -self.steadier)


def booked(held_out: pd.DataFrame, errors: np.ndarray, size: np.ndarray) -> Booked:
    """Learn from held-out rows: their log errors, and the `size` of error to expect of each (both as long as `held_out`)."""
    logs, is_booking = np.log(_posts(held_out)), _bookings(held_out)
    many, one = is_booking & (logs > 0), is_booking & (logs == 0)
    wider = float(np.clip(_times(errors / size, one, ~is_booking) ** _trust(one), *BOUNDS))
    if min(many.sum(), one.sum()) < ENOUGH:
        return Booked(wider)
    added = float(np.median((errors[many] - np.median(errors[one])) / logs[many]))
    left = (errors - np.where(many, added * logs, 0.0)) / size
    steadier = -np.log(_times(left, many, one)) / np.mean(logs[many])
    return Booked(wider, float(_trust(many) * added), float(np.clip(_trust(many) * steadier, 0.0, MOST)))


def _times(errors: np.ndarray, these: np.ndarray, others: np.ndarray) -> float:
    """How many times the scatter of `others` that of `these` is, by the median absolute deviation."""
    if min(these.sum(), others.sum()) < ENOUGH:
        return 1.0
    scatter = [np.median(np.abs(errors[rows] - np.median(errors[rows]))) for rows in (these, others)]
    return float(max(scatter[0], LEAST) / max(scatter[1], LEAST))


def _trust(rows: np.ndarray) -> float:
    return float(rows.sum() / (rows.sum() + ENOUGH))


def _bookings(frame: pd.DataFrame) -> np.ndarray:
    """Which rows are bookings; whoever asks without saying asks about one."""
    return frame["source"].eq("booking").to_numpy() if "source" in frame else np.ones(len(frame), dtype=bool)


def _posts(frame: pd.DataFrame) -> np.ndarray:
    return np.maximum(frame["posts"].astype(float).fillna(1.0).to_numpy(), 1.0) if "posts" in frame else np.ones(len(frame))
