"""Training examples: one row per post or booking with an outcome, its features as known on the booking date."""

from __future__ import annotations

import pandas as pd

from predictor.alignment.niche_alignment import learn_texts
from predictor.alignment.text_similarity import TextFit
from predictor.asof.features import features_as_of
from predictor.asof.joins import MATURE_AFTER, fill_from, outcome, settled_on, with_campaigns
from predictor.definitions.schema import Catalogue
from predictor.intake.contract import checked_history
from predictor.tables.frames import History

LEAD_DAYS = 7.0
READ_UPTO = 0.6  # share of the bookings, oldest first, whose words are learned from: fewer than are ever trained on


def training_examples(
    tables: History, catalogue: Catalogue, lead_days: float = LEAD_DAYS, texts: TextFit | None = None
) -> pd.DataFrame:
    """Turn a history into examples, each as known on its booking date; frames put together by hand are checked as files are.

    A booking is asked on `booked_at`. A plain post is asked `lead_days` before it was published, as if it had been
    booked then; a post that belongs to a booking counts once, as the booking.

    Returns
    -------
    One row per example: `row_id`, `source` (`post` or `booking`), `creator_id`, `campaign_id`, `at` (day asked), `known_on`
    (day the outcome was known), one column per outcome, and every feature.
    """
    tables = checked_history(tables, catalogue)
    parts = [part for part in (_from_bookings(tables), _from_posts(tables, lead_days)) if part is not None and len(part)]
    asks = pd.concat(parts, ignore_index=True)
    outcomes = sorted({recipe.outcome for recipe in catalogue.recipes.values()})
    counts = pd.DataFrame({name: outcome(asks, name, catalogue) for name in outcomes})
    late = [n for n, e in catalogue.entries.items() if e.known == "after_booking" and e.type != "id"]
    asks = asks.drop(columns=[column for column in late if column in asks])
    examples = features_as_of(asks, tables, catalogue, texts).join(counts)
    examples = examples[counts.notna().any(axis=1)]
    return examples.sort_values(["at", "row_id"], kind="stable").reset_index(drop=True)


def candidate_rows(
    candidates: pd.DataFrame, brief: dict[str, object], on: pd.Timestamp, tables: History, catalogue: Catalogue,
    texts: TextFit | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Candidates for a brief, with their features as known on the day `on` (or each row's own `booked_at`)."""
    asks = candidates.copy()
    for name, value in brief.items():
        column = {"niche": "brand_niche", "country": "market"}.get(name, name)
        if column in catalogue.entries and column not in asks:
            asks[column] = value
    asks["at"] = pd.to_datetime(asks["booked_at"]) if "booked_at" in asks else on
    asks["at"] = asks["at"].fillna(on)
    if "creator_id" not in asks:
        asks["creator_id"] = pd.Series(None, index=asks.index, dtype="str")
    asks = _with_creators(asks, tables)
    return features_as_of(_as_bookings(asks), tables, catalogue, texts)


def learned_texts(tables: History) -> TextFit | None:
    """How alike the words of creators and of briefs are, learned from the oldest bookings, so that the newest stay unread."""
    rows = _from_bookings(tables)
    if rows is None or rows.empty:
        return None
    return learn_texts(rows[rows["at"] <= rows["at"].quantile(READ_UPTO)], tables)


def _from_posts(tables: History, lead_days: float) -> pd.DataFrame | None:
    posts, bookings = tables.get("posts"), tables.get("bookings")
    if posts is None:
        return None
    booked_posts = bookings["post_id"].dropna() if bookings is not None and "post_id" in bookings else []
    posts = _at_maturity(posts, tables)
    counted = posts["counted_at"] if "counted_at" in posts else pd.Series(pd.NaT, index=posts.index)
    counted = counted.fillna(posts["published_at"].max())  # no date of counting: the day the data ends
    mature = (counted - posts["published_at"] >= MATURE_AFTER) & ~posts["post_id"].isin(booked_posts)
    if bookings is not None and "booking_id" in posts:
        mature &= ~posts["booking_id"].isin(bookings["booking_id"])
    rows = _with_creators(posts[mature], tables)
    rows["source"], rows["row_id"], rows["posts"] = "post", rows["post_id"], 1.0
    rows["at"] = rows["published_at"] - pd.Timedelta(days=lead_days)
    rows["planned_on"] = rows["published_at"]
    rows["known_on"] = rows["mature_on"].fillna(rows["published_at"] + MATURE_AFTER)
    return rows.drop(columns="mature_on")


def _at_maturity(posts: pd.DataFrame, tables: History) -> pd.DataFrame:
    """Posts with the first counts taken once they were mature, and the day of these; final counts where there are no others."""
    snapshots = tables.get("post_snapshots")
    if snapshots is None:
        return posts.assign(mature_on=pd.NaT)
    age = snapshots["counted_at"] - snapshots["post_id"].map(posts.set_index("post_id")["published_at"])
    first = snapshots[age >= MATURE_AFTER].sort_values("counted_at", kind="stable").drop_duplicates("post_id")
    kept = [column for column in snapshots if column != "post_id"]
    merged = posts.merge(first.assign(mature_on=first["counted_at"]), on="post_id", how="left", suffixes=("_final", ""))
    for column in [one for one in kept if f"{one}_final" in merged]:
        merged[column] = merged[column].where(merged["mature_on"].notna(), merged[f"{column}_final"])
    return merged.drop(columns=[column for column in merged if column.endswith("_final")])


def _from_bookings(tables: History) -> pd.DataFrame | None:
    bookings, posts = tables.get("bookings"), tables.get("posts")
    if bookings is None:
        return None
    rows = with_campaigns(bookings, tables)
    if posts is not None and "post_id" in rows:
        rows = fill_from(rows, posts.drop(columns=["creator_id"]), "post_id")
    rows = _as_bookings(_with_creators(rows, tables))
    rows["source"], rows["row_id"], rows["at"] = "booking", rows["booking_id"], rows["booked_at"]
    rows["known_on"] = settled_on(rows)
    return rows


def _as_bookings(rows: pd.DataFrame) -> pd.DataFrame:
    """What every booking is: paid for, one post unless more are agreed, planned for the campaign's start."""
    rows = rows.copy()
    rows["sponsored"] = pd.array([True] * len(rows), dtype="boolean")
    rows["posts"] = rows["posts"].astype(float).fillna(1.0) if "posts" in rows else 1.0
    planned_on = rows["at"] if "at" in rows else rows["booked_at"]
    for column in ("starts_on", "planned_on"):
        planned = pd.to_datetime(rows[column]) if column in rows else pd.Series(pd.NaT, index=rows.index)
        planned_on = planned.fillna(planned_on)
    rows["planned_on"] = planned_on
    return rows


def _with_creators(rows: pd.DataFrame, tables: History) -> pd.DataFrame:
    creators = tables.get("creators")
    if creators is None:
        return rows.copy()
    about = creators.drop(columns=["bio", "followers"], errors="ignore")  # how many follow is read as of each date
    return fill_from(rows, about, "creator_id")
