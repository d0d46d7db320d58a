"""An invented agency's history with a known truth: the data of the demo, and a test of what a model can recover.

Nothing here was measured: the numbers of `world.yaml` are assumptions, and every name says that it is invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from predictor.simulate_audience import counted_followers
from predictor.simulate_bookings import BRIEF_FIELDS, booking_truth, draw_bookings, draw_campaigns, draw_candidates
from predictor.simulate_counts import COUNTS, drawn, expected, sales, typical
from predictor.simulate_creators import HIDDEN, VISIBLE, Array, Assumptions, People, assumptions, draw_people
from predictor.simulate_posts import as_posts, published, with_gaps
from predictor.simulate_quotes import write_quotes
from predictor.tables import write_frame, write_text

STRANGERS = 40  # more than the twenty that are needed: those on TV and in the press are passed over
POST_FIELDS = ["post_id", "creator_id", "booking_id", "published_at", "format", "sponsored", "brand", "caption", "reach", "views"]
BOOKING_FIELDS = ["booking_id", "campaign_id", "creator_id", "booked_at", "format", "posts", "fee", "currency", "post_id"]
TITLE = {
    "en": "Invented agency, drawn at random: no real people, brands or results",
    "vi": "Công ty hư cấu, sinh ngẫu nhiên: không có người, thương hiệu hay kết quả thật",
}


@dataclass(frozen=True)
class World:
    """A history, candidates for the next brief, and the truth behind them, which no training may read."""

    frames: dict[str, pd.DataFrame]
    candidates: pd.DataFrame
    brief: dict[str, object]
    truth: pd.DataFrame


def simulate(
    seed: int = 1,
    creators: int = 400,
    campaigns: int = 260,
    months: int = 18,
    ends: date = date(2026, 6, 30),
    change: Mapping[str, Any] | None = None,
) -> World:
    """Invent an agency's history up to `ends`; the same arguments give the same world.

    Parameters
    ----------
    change
        Assumptions that replace those of `world.yaml`, nested like it: `{"engagement": {"kol": 0.7}}`.

    Returns
    -------
    `truth` has one row per post, per booking and per candidate (by row number): the creator's hidden parameters and the
    expected outcomes.

    Raises
    ------
    RowsError
        Where `change` names what `world.yaml` does not have.
    """
    rng, a, last = np.random.default_rng(seed), assumptions(change), pd.Timestamp(ends)
    people = draw_people(rng, creators, STRANGERS, (last - pd.Timedelta(days=30.44 * months)).normalize(), last, a)
    known = people.first(creators)
    briefs, wanted = draw_campaigns(rng, campaigns, known.begins, last, a)
    booked = draw_bookings(rng, briefs, wanted, known, a)
    rows = published(rng, known, booked, last, a)
    usual = typical(rows, known, a)
    posts = as_posts(rng, rows, drawn(rng, usual, rows["shock"], a), known, last, a)
    booked = booked.join(booking_truth(booked, known, a))
    bookings = _bookings(rng, booked, posts, known, a)
    brief = _brief(ends)
    candidates, asked = draw_candidates(rng, brief, last, people, creators, a)
    asked = asked.join(booking_truth(asked, people, a)).assign(candidate=asked.index)
    rows = rows[["creator"]].assign(post_id=posts["post_id"]).join(expected(usual, 0.0, a))
    frames = {
        "creators": known.frame[VISIBLE],
        "creator_snapshots": counted_followers(np.random.default_rng([seed, 1]), known, last, a),
        "posts": with_gaps(rng, posts, a)[[*POST_FIELDS, *COUNTS, "counted_at"]],
        "campaigns": briefs.assign(budget=_budgets(briefs, booked))[BRIEF_FIELDS],
        "bookings": bookings[[*BOOKING_FIELDS, "reach", "engagements", "clicks", "orders", "revenue"]],
    }
    return World(frames, candidates, brief, _truth(people, rows, booked, asked))


def write_world(world: World, folder: Path) -> None:
    """Write a world as a DATA folder that says it is invented, its hidden truth aside in `truth/`."""
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    for name, frame in world.frames.items():
        write_frame(frame, folder / f"{name}.{'parquet' if name == 'posts' else 'csv'}")
    write_frame(world.candidates, folder / "candidates.csv")
    write_quotes(world.candidates, folder / "quotes.xlsx")
    write_frame(world.truth, folder / "truth" / "truth.parquet")
    write_about(world, folder)


def write_about(world: World, folder: Path) -> None:
    """Write the next brief, and the page that says that all this is invented."""
    for name, content in {"brief": world.brief, "about": {"invented": True, "title": TITLE}}.items():
        write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), folder / f"{name}.yaml")


def _bookings(rng: np.random.Generator, booked: pd.DataFrame, posts: pd.DataFrame, known: People, a: Assumptions) -> pd.DataFrame:
    """Bookings with what their posts brought together; the newest have no outcome yet, and untracked ones no orders."""
    told = posts.groupby("booking_id").agg(
        reach=("reach", "sum"), engagements=("engagements", _total), post_id=("post_id", "first")
    )
    booked = booked.join(told, on="booking_id").assign(creator_id=known.frame["creator_id"].to_numpy()[booked["creator"]])
    booked["post_id"] = booked["post_id"].where(booked["posts"] == 1)
    reached = booked["reach"].notna()
    sold = sales(rng, booked[reached], a).reindex(booked.index)
    clickable = booked["expected_clicks"] > 0.0
    bought = sold[["orders", "revenue"]].where(clickable & booked["tracked"])
    return booked.join(sold["clicks"].where(clickable)).join(bought)


def _total(counts: pd.Series) -> object:
    return counts.sum(min_count=1)


def _budgets(briefs: pd.DataFrame, booked: pd.DataFrame) -> Array:
    """What was spent and a tenth more, in whole millions."""
    spent = briefs["campaign_id"].map(booked.groupby("campaign_id")["fee"].sum())
    millions: Array = np.ceil(spent.to_numpy(dtype=float) * 1.1 / 1_000_000).astype(int)
    return millions * 1_000_000


def _brief(ends: date) -> dict[str, object]:
    return {
        "brand": "Invented Brand 01", "niche": "beauty;fashion", "goal": "engagement", "country": "VN",
        "brief": "Yêu cầu hư cấu: ra mắt dòng son mới cho phái nữ trẻ / Invented brief: launch of a new lipstick for young women",
        "starts_on": ends + timedelta(days=21), "ends_on": ends + timedelta(days=49), "budget": 500_000_000, "currency": "VND",
    }  # fmt: skip


def _truth(people: People, *parts: pd.DataFrame) -> pd.DataFrame:
    """Expected outcomes beside the hidden parameters of each row's creator."""
    rows = pd.concat(parts, ignore_index=True).astype({"candidate": "Int64"})
    keys = ["post_id", "booking_id", "candidate"]
    means = ["expected_reach", "expected_engagements", "expected_clicks", "expected_orders"]
    return rows[keys].join(people.of(rows)[["creator_id", *HIDDEN]]).join(rows[means])
