"""Training examples: one row per post or booking with an outcome, its features as known on the booking date."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from predictor.alignment.niche_alignment import learn_texts
from predictor.alignment.text_similarity import TextFit
from predictor.asof.counts import learned_growth, with_labels
from predictor.asof.features import features_as_of, known_as_of
from predictor.asof.growth import AS_COUNTED, Growth
from predictor.asof.joins import fill_from, outcome, settled_on, with_campaigns
from predictor.asof.selection import with_selected
from predictor.definitions.schema import Catalogue
from predictor.intake.contract import checked_history
from predictor.tables.frames import Array, Columns, History, Rows, array_of, filled, floats, moments_of, no_texts

LEAD_DAYS = 7.0
READ_UPTO = 0.6  # share of the bookings, oldest first, whose words are learned from: fewer than are ever trained on


def training_examples(
    tables: History, catalogue: Catalogue, lead_days: float = LEAD_DAYS, texts: TextFit | None = None,
    growth: Growth | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Turn a history into examples, each as known on its booking date; frames put together by hand are checked as files are.

    A booking is asked on `booked_at`. A plain post is asked `lead_days` before it was published, as if it had been
    booked then; a post that belongs to a booking counts once, as the booking. A post that was selected for its success is none.

    Parameters
    ----------
    growth
        How counts are made comparable; by default learned from this history.

    Returns
    -------
    One row per example: `row_id`, `source` (`post` or `booking`), `creator_id`, `campaign_id`, `at` (day asked), `known_on`
    (day the outcome was known), one column per outcome, and every feature.
    """
    tables = checked_history(tables, catalogue)
    growth = learned_growth(tables, catalogue) if growth is None else growth
    tables = with_selected(tables, catalogue, growth)
    found = (_from_bookings(tables, catalogue, growth), _from_posts(tables, catalogue, growth, lead_days))
    parts = [part for part in found if part is not None and len(part)]
    asks = pd.concat(parts, ignore_index=True)
    outcomes = sorted({recipe.outcome for recipe in catalogue.recipes.values()})
    counts = pd.DataFrame({name: outcome(asks, name, catalogue) for name in outcomes})
    late = [n for n, e in catalogue.entries.items() if e.known == "after_booking" and e.type != "id"]
    asks = asks.drop(columns=[column for column in late if column in asks])
    asks = asks.drop(columns="label_known_on", errors="ignore")
    examples = features_as_of(asks, tables, catalogue, texts, growth).join(counts)
    examples = examples[counts.notna().any(axis=1)]
    return examples.sort_values(["at", "row_id"], kind="stable").reset_index(drop=True)


def candidate_rows(
    candidates: pd.DataFrame, brief: dict[str, object], on: pd.Timestamp, tables: History, catalogue: Catalogue,
    texts: TextFit | None = None, growth: Growth = AS_COUNTED,
) -> pd.DataFrame:  # fmt: skip
    """Candidates for a brief, with their features as known on the day `on` (or each row's own `booked_at`)."""
    columns = candidate_columns(candidates, brief, on, tables, catalogue, texts, growth)
    return pd.DataFrame(columns, index=candidates.index)


def candidate_columns(
    candidates: Rows, brief: dict[str, object], on: pd.Timestamp, tables: History, catalogue: Catalogue,
    texts: TextFit | None = None, growth: Growth = AS_COUNTED,
) -> dict[str, Array]:  # fmt: skip
    """The same as arrays by column."""
    asks, count = Columns.of(candidates).arrays(), len(candidates)
    for name, value in brief.items():
        column = {"niche": "brand_niche", "country": "market"}.get(name, name)
        if column in catalogue.entries and column not in asks:
            asks[column] = array_of(pd.Series(value, range(count)))
    asked = np.full(count, on.to_datetime64())
    asks["at"] = filled(moments_of(asks["booked_at"]), asked) if "booked_at" in asks else asked
    if "creator_id" not in asks:
        asks["creator_id"] = no_texts(count)
    if "creators" in tables.frames:
        asks = Columns.of(_with_creators(pd.DataFrame(asks), tables)).arrays()
    return known_as_of(asks | _as_bookings(asks), with_selected(tables, catalogue, growth), catalogue, texts, growth)


def learned_texts(tables: History) -> TextFit | None:
    """How alike the words of creators and of briefs are, learned from the oldest bookings, so that the newest stay unread."""
    rows = _booked(tables, tables.get("posts"))
    if rows is None or rows.empty:
        return None
    return learn_texts(rows[rows["at"] <= rows["at"].quantile(READ_UPTO)], tables)


def _from_posts(tables: History, catalogue: Catalogue, growth: Growth, lead_days: float) -> pd.DataFrame | None:
    posts, bookings = tables.get("posts"), tables.get("bookings")
    if posts is None:
        return None
    booked_posts = bookings["post_id"].dropna() if bookings is not None and "post_id" in bookings else []
    own = ~posts["post_id"].isin(booked_posts)
    if bookings is not None and "booking_id" in posts:
        own &= ~posts["booking_id"].isin(bookings["booking_id"])
    if "selected" in posts:
        own &= ~posts["selected"].fillna(False).astype(bool)
    rows = _with_creators(with_labels(posts, tables, catalogue, growth)[own], tables)
    rows["source"], rows["row_id"], rows["posts"] = "post", rows["post_id"], 1.0
    rows["at"] = rows["published_at"] - pd.Timedelta(days=lead_days)
    rows["planned_on"], rows["known_on"] = rows["published_at"], rows["label_known_on"]
    return rows


def _from_bookings(tables: History, catalogue: Catalogue, growth: Growth) -> pd.DataFrame | None:
    posts = tables.get("posts")
    if posts is not None and "post_id" in posts:
        posts = with_labels(posts, tables, catalogue, growth, youngest=pd.Timedelta(0))
    return _booked(tables, posts)


def _booked(tables: History, posts: pd.DataFrame | None = None) -> pd.DataFrame | None:
    """Bookings, asked on the day that they were agreed; what a row does not say comes from its post, if `posts` are given."""
    bookings = tables.get("bookings")
    if bookings is None:
        return None
    rows = with_campaigns(bookings, tables)
    if posts is not None and "post_id" in rows:
        rows = fill_from(rows, posts.drop(columns=["creator_id"]), "post_id")
    rows = _with_creators(rows, tables)
    rows = rows.assign(**_as_bookings(Columns.of(rows).arrays()))
    rows["source"], rows["row_id"], rows["at"] = "booking", rows["booking_id"], rows["booked_at"]
    rows["known_on"] = settled_on(rows)
    return rows


def _as_bookings(rows: Mapping[str, Array]) -> dict[str, Array]:
    """What every booking is: paid for, one post unless more are agreed, planned for the campaign's start."""
    planned_on = rows["at"] if "at" in rows else rows["booked_at"]
    count, posts = len(planned_on), floats(rows["posts"]) if "posts" in rows else np.full(len(planned_on), np.nan)
    for column in ("starts_on", "planned_on"):
        planned_on = filled(moments_of(rows[column]), planned_on) if column in rows else planned_on
    return {
        "sponsored": pd.arrays.BooleanArray(np.ones(count, dtype=bool), np.zeros(count, dtype=bool)),
        "posts": np.where(np.isnan(posts), 1.0, posts),
        "planned_on": planned_on,
    }


def _with_creators(rows: pd.DataFrame, tables: History) -> pd.DataFrame:
    creators = tables.get("creators")
    if creators is None:
        return rows.copy()
    about = creators.drop(columns=["bio", "followers"], errors="ignore")  # how many follow is read as of each date
    return fill_from(rows, about, "creator_id")
