"""What the invented creators published: their own posts, ads for others, and what campaigns had booked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictor.simulate_bookings import draw_brands
from predictor.simulate_counts import COUNTS
from predictor.simulate_creators import Array, Assumptions, People, numbered

COUNTED_AFTER = pd.Timedelta(days=30)


def published(rng: np.random.Generator, known: People, booked: pd.DataFrame, last: pd.Timestamp, a: Assumptions) -> pd.DataFrame:
    """Everything that appeared, in order: creators' own posts, ads for others, and what finished campaigns had booked."""
    days, who = (last - known.begins).days, known.frame
    creator = np.repeat(np.arange(len(who)), rng.poisson(who["posting_frequency"] * (days - who["since"]) / 7.0))
    paid = rng.random(len(creator)) < who["ad_density"].to_numpy()[creator]
    own = pd.DataFrame({"creator": creator, "sponsored": paid, "shock": 0.0, "fit": np.nan})
    own["at"] = known.begins + pd.to_timedelta(rng.uniform(who["since"].to_numpy()[creator], days), unit="D")
    own["format_row"] = a.draw_format(rng, who["platform"].iloc[creator])
    own["brand"] = pd.Series(draw_brands(rng, len(own), a)).where(paid)
    due = booked[booked["finished"]]
    due = due.loc[due.index.repeat(due["posts"])]
    due = due.assign(at=due["starts_on"] + (due["ends_on"] - due["starts_on"]) * rng.random(len(due)))
    rows = pd.concat([own, due[[*own.columns, "booking_id"]]]).sort_values("at", kind="stable", ignore_index=True)
    return rows.assign(at=rows["at"].dt.floor("s"))


def as_posts(
    rng: np.random.Generator, rows: pd.DataFrame, counts: pd.DataFrame, known: People, last: pd.Timestamp, a: Assumptions
) -> pd.DataFrame:
    """The table of posts: plays only of what is watched, no engagement on TV and in the press."""
    who = known.of(rows)
    form = a.formats["format"].to_numpy()[rows["format_row"]]
    counts["views"] = counts["views"].where(np.isin(form, a.numbers["watched"]))
    silent = who["platform"].map(a.platforms["rate"]) == 0.0
    counted = pd.DataFrame({"at": rows["at"] + COUNTED_AFTER, "last": last}).min(axis=1)
    counts[[*COUNTS, "engagements"]] = counts[[*COUNTS, "engagements"]].mask(silent)
    return counts.assign(
        post_id=numbered("p{:06d}", len(rows)), creator_id=who["creator_id"], published_at=rows["at"], format=form,
        sponsored=rows["sponsored"].astype(bool), brand=rows["brand"], booking_id=rows["booking_id"],
        caption=_captions(rng, who, rows["sponsored"], a), counted_at=counted,
    )  # fmt: skip


def _captions(rng: np.random.Generator, who: pd.DataFrame, sponsored: pd.Series, a: Assumptions) -> Array:
    """A sentence with words of the creator's first niche, or of another, with a disclosure under some of the ads."""
    topics, tag = list(a.numbers["topics"]), a.numbers["disclosure"]
    niche = who["niche"].str.split(";").str[0].map({name: place for place, name in enumerate(topics)}).to_numpy()
    niche = np.where(rng.random(len(who)) < a.numbers["off_topic"], rng.integers(0, len(topics), len(who)), niche)
    spoken = np.where(who["language"] == "vi", "vi", "en")
    disclosed = sponsored.to_numpy(dtype=bool) & (rng.random(len(who)) < tag["chance"])
    said = []
    for place, language, paid, draw in zip(niche, spoken, disclosed, rng.random(len(who)), strict=True):
        words, lines = a.numbers["topics"][topics[place]][language], a.numbers["captions"][language]
        number = int(draw * 1e6)
        picked = [words[(number + step * 7) % len(words)] for step in range(3)]
        said.append(lines[number // 6 % len(lines)].format(*picked) + (tag[language] if paid else ""))
    captions: Array = np.array(said, dtype=object)
    return captions


def with_gaps(rng: np.random.Generator, posts: pd.DataFrame, a: Assumptions) -> pd.DataFrame:
    """Forget what an agency seldom has: the reach of many posts, all counts of a few. Booked posts are reported in full."""
    own, size = posts["booking_id"].isna(), len(posts)
    unread = own & (rng.random(size) >= a.numbers["reach"]["recorded"])
    lost = own & (rng.random(size) < a.numbers["engagement"]["missing"])
    gaps = {name: posts[name].mask(lost) for name in COUNTS}
    return posts.assign(reach=posts["reach"].mask(unread), **gaps)
