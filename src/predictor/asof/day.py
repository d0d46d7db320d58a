"""How the day that a forecast is asked for lies to the posts of the history."""

from __future__ import annotations

from datetime import date

import pandas as pd

from predictor.definitions.limits import STALE_AFTER
from predictor.tables.frames import History
from predictor.wording.sentences import Said


def silent_days(last: date, on: date) -> int | None:
    """How many days before the day asked the last post is, where that is long enough to deserve a word.

    >>> silent_days(date(2026, 1, 31), date(2026, 7, 1)), silent_days(date(2026, 6, 15), date(2026, 7, 1))
    (151, None)
    """
    silent = (pd.Timestamp(on).normalize() - pd.Timestamp(last).normalize()).days  # of days, whatever the hour of the post
    return silent if silent > STALE_AFTER else None


def remarks_of_day(tables: History | None, on: pd.Timestamp) -> list[Said]:
    """What to know where the day asked is before all posts of the history, or long after the last of them."""
    posts = tables.get("posts") if tables is not None else None
    if posts is None or posts.empty:
        return []
    return remarks_of_span(posts["published_at"].min(), posts["published_at"].max(), on)


def remarks_of_span(first: pd.Timestamp, last: pd.Timestamp, on: pd.Timestamp) -> list[Said]:
    """The same of posts of which the first and the last moment are known."""
    if on < first:
        return [Said("history_before", {"on": f"{on:%Y-%m-%d}", "first": f"{first:%Y-%m-%d}"})]
    silent = silent_days(last, on)
    return [] if silent is None else [Said("history_stale", {"days": silent})]
