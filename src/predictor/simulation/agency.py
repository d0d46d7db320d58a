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
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from predictor.simulation.bookings import (
    BRIEF_FIELDS,
    as_posts,
    booking_truth,
    draw_bookings,
    draw_campaigns,
    draw_candidates,
    draw_order_values,
    published,
    with_gaps,
)
from predictor.simulation.counts import COUNTS, drawn, expected, sales, typical
from predictor.simulation.creators import HIDDEN, VISIBLE, Array, Assumptions, People, assumptions, draw_people
from predictor.tables.files import aside, write_frame, write_text

# How the invented creators' audiences came about: counts of followers over time, some of them bought.

MONTH = 30.44


def counted_followers(rng: np.random.Generator, known: People, last: pd.Timestamp, a: Assumptions) -> pd.DataFrame:
    """The table of snapshots: followers as counted every month since a creator's record begins, ending at today's figure.

    What a post brings goes by today's figure: between creators a larger audience comes with more, within a creator it hardly
    does (an elasticity of 0.1 on TikTok: Tian, Dew and Iyengar, Journal of Marketing Research 61(3), 2024).
    """
    settings, who = a.numbers["audience"], known.frame
    days = (last - known.begins).days
    counts = int(days // settings["counted_every"])
    ago = np.arange(counts, -1, -1) * float(settings["counted_every"])  # oldest first, shape (counts + 1,)
    mean, spread = settings["growth_a_month"]
    growth = rng.normal(mean, spread, len(who))
    wobble = np.exp(rng.normal(0.0, settings["wobble"], (len(who), len(ago))))
    wobble[:, -1] = 1.0
    bought = rng.random(len(who)) < settings["bought"]
    least, most = settings["jump"]
    bought_share = rng.uniform(least, most, len(who)) * bought
    jumped = rng.uniform(0.1, 0.9, len(who)) * days  # days ago
    kept = np.where(ago > jumped[:, None], 1.0 - bought_share[:, None], 1.0)
    followers = who["followers"].to_numpy()[:, None] * np.exp(-growth[:, None] * ago / MONTH) * wobble * kept
    recorded = (days - ago) >= who["since"].to_numpy()[:, None]
    rows, columns = np.nonzero(recorded)
    return pd.DataFrame({
        "creator_id": who["creator_id"].to_numpy()[rows], "at": (last - pd.to_timedelta(ago, unit="D"))[columns],
        "followers": np.maximum(followers[rows, columns].round(), 1).astype(int),
    })  # fmt: skip


# The invented candidates as an agency would send them: lines above the titles, Vietnamese words, ranges, a total row.

TITLES = {
    "creator_id": "Mã", "name": "Tên KOL / Influencer", "platform": "Kênh", "kind": "Loại", "niche": "Lĩnh vực",
    "country": "Quốc gia", "followers": "Followers", "engagement_rate": "Tỷ lệ tương tác", "format": "Hình thức",
    "posts": "Số bài", "fee": "Báo giá (VND)",
}  # fmt: skip
FORMATS = {
    "image": "Ảnh",
    "carousel": "Album ảnh",
    "video": "Video",
    "short": "Video ngắn",
    "live": "Livestream",
    "article": "Bài viết",
}
PLATFORMS = {"facebook": "Facebook", "instagram": "Instagram", "tiktok": "TikTok", "youtube": "YouTube"}
KINDS = {"kol": "KOL", "influencer": "Influencer"}
RANGED = 12  # every so manyth quote is a range


def write_quotes(candidates: pd.DataFrame, path: Path) -> None:
    """Write the .xlsx file, whole or not at all."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Báo giá"
    _above(sheet, len(TITLES) + 1)
    sheet.append(["STT", *TITLES.values()])
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    for number, (_, row) in enumerate(candidates.iterrows(), start=1):
        sheet.append([number, *(_cell(name, row.get(name), number) for name in TITLES)])
    total = f"{candidates['fee'].sum() / 1e6:,.0f}".replace(",", ".") + " triệu"
    sheet.append([None, "Tổng cộng", *[None] * (len(TITLES) - 2), total])
    with aside(path) as scratch:
        book.save(scratch)


def _above(sheet: Worksheet, width: int) -> None:
    """What stands above the titles, across merged cells."""
    for text in (
        "BÁO GIÁ KOL / INFLUENCER (DỮ LIỆU HƯ CẤU)",
        "Đơn vị: VND, chưa gồm VAT. Sinh ngẫu nhiên, không có người thật.",
        None,
    ):
        sheet.append([text])
        sheet.merge_cells(start_row=sheet.max_row, start_column=1, end_row=sheet.max_row, end_column=width)


def _cell(name: str, value: object, number: int) -> object:
    """A value as people type it."""
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    if name == "fee":
        return _fee(float(value), number)  # type: ignore[arg-type]
    if name == "engagement_rate":
        return f"{100 * float(value):.2f}%".replace(".", ",")  # type: ignore[arg-type]
    words = {"format": FORMATS, "platform": PLATFORMS, "kind": KINDS}.get(name, {})
    return words.get(str(value), value) if name not in ("posts", "followers") else int(value)  # type: ignore[call-overload]


def _fee(amount: float, number: int) -> str:
    millions = f"{amount / 1e6:.1f}".replace(".", ",").removesuffix(",0")
    return f"{millions}-{round(amount / 1e6) + 2}tr" if number % RANGED == 0 and amount >= 3e6 else f"{millions}tr"


NEW_CREATORS = 40  # more than the twenty needed: those on TV and in the press are passed over
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
    selling = np.random.default_rng([seed, 2])  # of its own: what is assumed about sales moves nothing else
    people = draw_people(rng, creators, NEW_CREATORS, (last - pd.Timedelta(days=30.44 * months)).normalize(), last, a)
    known = people.first(creators)
    values = draw_order_values(selling, a)
    briefs, wanted = draw_campaigns(rng, campaigns, known.begins, last, values, a)
    booked = draw_bookings(rng, briefs, wanted, known, a)
    rows = published(rng, known, booked, last, a)
    usual = typical(rows, known, a)
    posts = as_posts(rng, rows, drawn(rng, usual, rows["shock"], a), known, last, a)
    booked = booked.join(booking_truth(booked, known, a))
    bookings = _bookings(selling, booked, posts, known, a)
    brief = _brief(ends)
    candidates, future = draw_candidates(rng, brief, last, people, creators, values, a)
    future = future.join(booking_truth(future, people, a)).assign(candidate=future.index)
    rows = rows[["creator"]].assign(post_id=posts["post_id"]).join(expected(usual, 0.0, a))
    frames = {
        "creators": known.frame[VISIBLE],
        "creator_snapshots": counted_followers(np.random.default_rng([seed, 1]), known, last, a),
        "posts": with_gaps(rng, posts, a)[[*POST_FIELDS, *COUNTS, "counted_at"]],
        "campaigns": briefs.assign(budget=_budgets(briefs, booked))[BRIEF_FIELDS],
        "bookings": bookings[[*BOOKING_FIELDS, "reach", "engagements", "clicks", "orders", "revenue"]],
    }
    return World(frames, candidates, brief, _truth(people, rows, booked, future))


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
    outcomes = posts.groupby("booking_id").agg(
        reach=("reach", "sum"), engagements=("engagements", _total), post_id=("post_id", "first")
    )
    booked = booked.join(outcomes, on="booking_id").assign(creator_id=known.frame["creator_id"].to_numpy()[booked["creator"]])
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


def _brief(ends: date) -> dict[str, Any]:
    return {
        "brand": "Invented Brand 01", "niche": "beauty;fashion", "goal": "engagement", "country": "VN",
        "brief": "Yêu cầu hư cấu: ra mắt dòng son mới cho phái nữ trẻ / Invented brief: launch of a new lipstick for young women",
        "starts_on": ends + timedelta(days=21), "ends_on": ends + timedelta(days=49), "budget": 500_000_000, "currency": "VND",
    }  # fmt: skip


def _truth(people: People, *tables: pd.DataFrame) -> pd.DataFrame:
    """Expected outcomes beside the hidden parameters of each row's creator."""
    rows = pd.concat(tables, ignore_index=True).astype({"candidate": "Int64"})
    keys = ["post_id", "booking_id", "candidate"]
    means = ["expected_reach", "expected_engagements", "expected_clicks", "expected_orders", "expected_revenue"]
    return rows[keys].join(people.of(rows)[["creator_id", *HIDDEN]]).join(rows[means])
