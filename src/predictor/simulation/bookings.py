"""The invented agency's briefs, whom it booked for them, and whom it may book for the next one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from predictor.simulation.counts import COUNTS, expected, expected_clicks_and_orders, fees, typical
from predictor.simulation.creators import Array, Assumptions, People, draw_niches, numbered, spell_niches

BRIEF_FIELDS = ["campaign_id", "brand", "niche", "brief", "goal", "country", "starts_on", "ends_on", "budget", "currency"]
SETTLED = pd.Timedelta(days=7)  # after a campaign's end, when its outcomes are in


def draw_campaigns(
    rng: np.random.Generator, size: int, begins: pd.Timestamp, ends: pd.Timestamp, values: pd.Series, a: Assumptions
) -> tuple[pd.DataFrame, Array]:
    """Briefs over the period, with what a whole campaign shares and hides, and the niches each asks for.

    `values` are what an order of each brand is worth on average.
    """
    settings, days = a.numbers["booking"], (ends - begins).days
    niches, names = draw_niches(rng, size, [0.6, 0.4], a)
    starts = begins + pd.to_timedelta(np.sort(rng.integers(days // 10, days - 3, size)), unit="D")
    lengths = pd.to_timedelta(rng.integers(settings["days_long"][0], settings["days_long"][1], size, endpoint=True), unit="D")
    country = np.where(rng.random(size) < 0.9, "VN", rng.choice(["TH", "ID", "SG"], size))
    spoken = np.where(country == "VN", "vi", "en")
    text = [
        a.numbers["campaign_brief"][word].format(spell_niches(niche, word, a), _topics(niche, word, place, a))
        for place, (niche, word) in enumerate(zip(names, spoken, strict=True))
    ]
    brand, spread = draw_brands(rng, size, a), a.numbers["sales"]["campaign_spread"]
    frame = pd.DataFrame({
        "campaign_id": numbered("k{:03d}", size), "brand": brand, "niche": names, "brief": text,
        "goal": rng.choice(list(a.numbers["goals"]), size, p=list(a.numbers["goals"].values())), "country": country,
        "starts_on": starts, "ends_on": starts + lengths, "currency": "VND", "finished": starts + lengths <= ends - SETTLED,
        "tracked": rng.random(size) < a.numbers["sales"]["tracked"],
        "expected_order_value": values[brand].to_numpy(),
        "order_value": values[brand].to_numpy() * rng.lognormal(-(spread**2) / 2.0, spread, size),
        "shock": rng.normal(0.0, a.numbers["engagement"]["campaign_spread"], size),
    })  # fmt: skip
    return frame, niches


def _topics(niche: str, language: str, place: int, a: Assumptions) -> str:
    """Two words of the first niche that a brief asks for, other ones for the next brief."""
    words = a.numbers["topics"][niche.split(";")[0]][language]
    return ", ".join(words[(place + step) % len(words)] for step in (0, 2))


def draw_brands(rng: np.random.Generator, size: int, a: Assumptions) -> Array:
    """Names of invented brands."""
    names = np.array(_brands(a), dtype=object)
    return names[rng.integers(0, len(names), size)]


def draw_order_values(rng: np.random.Generator, a: Assumptions) -> pd.Series:
    """What an order is worth on average, in VND, by brand."""
    settings, brands = a.numbers["sales"], _brands(a)
    return pd.Series(settings["order_value"] * rng.lognormal(0.0, settings["brand_spread"], len(brands)), brands)


def _brands(a: Assumptions) -> list[str]:
    return numbered("Invented Brand {:02d}", a.numbers["brands"])


def draw_bookings(
    rng: np.random.Generator, campaigns: pd.DataFrame, wanted: Array, known: People, a: Assumptions
) -> pd.DataFrame:
    """Four to eight creators for every campaign, with a tilt to those who fit, speak to its market and are on record; campaigns
    for sales look for micro creators."""
    settings = a.numbers["booking"]
    fit = overlap(wanted, known.niches)
    home = campaigns["country"].to_numpy()[:, None] == known.frame["country"].to_numpy()
    unseen = ((campaigns["starts_on"] - known.begins).dt.days.to_numpy()[:, None]) < known.frame["since"].to_numpy()
    off_size = np.log(known.frame["followers"].to_numpy() / settings["sales_size"]) ** 2
    selling = (campaigns["goal"] == "sales").to_numpy()[:, None] * settings["sales_tilt"] * off_size
    appeal = settings["fit_tilt"] * fit + settings["home_tilt"] * home + settings["unseen_tilt"] * unseen + selling
    order = np.argsort(-(appeal + rng.gumbel(size=fit.shape)), axis=1)
    least, most = settings["a_campaign"]
    group_size = np.minimum(rng.integers(least, most, len(campaigns), endpoint=True), len(known.frame))
    campaign = np.repeat(np.arange(len(campaigns)), group_size)
    creator = order[np.arange(order.shape[1]) < group_size[:, None]]
    ahead = pd.to_timedelta(
        rng.integers(settings["days_ahead"][0], settings["days_ahead"][1], len(campaign), endpoint=True), unit="D"
    )
    booked = campaigns.iloc[campaign].reset_index(drop=True).assign(creator=creator, fit=fit[campaign, creator])
    booked = booked.assign(booked_at=(booked["starts_on"] - ahead).clip(lower=known.begins), at=booked["starts_on"])
    booked = with_deliverable(rng, booked, known, a).sort_values("booked_at", kind="stable", ignore_index=True)
    return booked.assign(booking_id=numbered("b{:04d}", len(booked)))


def draw_candidates(
    rng: np.random.Generator,
    brief: dict[str, Any],
    on: pd.Timestamp,
    people: People,
    known: int,
    values: pd.Series,
    a: Assumptions,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forty creators of the history and twenty new ones for one brief, as a planner's spreadsheet holds them.

    Returns
    -------
    The spreadsheet, and the same rows as bookings-to-be with their row numbers of creators and formats.
    """
    frame = people.frame
    wanted = np.array([[name in str(brief["niche"]).split(";") for name in a.numbers["niches"]]])
    fit = overlap(wanted, people.niches)[0]
    social = frame["platform"].map(a.platforms["rate"]).to_numpy() > 0.0
    appeal = np.where(social, 2.0 * fit + (frame["kind"] == "kol") + rng.gumbel(size=len(frame)), -np.inf)
    best = np.argsort(-appeal, kind="stable")
    chosen = np.concatenate([best[best < known][:40], best[best >= known][:20]])
    booked = pd.DataFrame({"creator": chosen, "fit": fit[chosen], "at": on, "expected_order_value": values[brief["brand"]]})
    booked = with_deliverable(rng, booked, people, a).assign(currency="VND")
    return _spreadsheet(rng, booked, people, known, a), booked


def with_deliverable(rng: np.random.Generator, booked: pd.DataFrame, people: People, a: Assumptions) -> pd.DataFrame:
    """Add what is agreed: format, number of posts and fee."""
    chances = a.numbers["booking"]["posts"]
    platform = people.of(booked)["platform"]
    booked = booked.assign(
        format_row=a.draw_format(rng, platform), posts=1 + rng.choice(len(chances), len(booked), p=chances), sponsored=True
    )
    return booked.assign(format=a.formats["format"].to_numpy()[booked["format_row"]], fee=fees(rng, booked, people, a))


def booking_truth(booked: pd.DataFrame, people: People, a: Assumptions) -> pd.DataFrame:
    """Expected outcomes of each booking by the hidden truth: all its posts together."""
    means = expected(typical(booked, people, a), a.numbers["engagement"]["campaign_spread"], a)
    means = means.mul(booked["posts"].to_numpy(), axis=0)
    means = means.join(expected_clicks_and_orders(booked.assign(expected_reach=means["expected_reach"].to_numpy()), people, a))
    return means.assign(expected_revenue=means["expected_orders"] * booked["expected_order_value"].to_numpy())


def overlap(wanted: Array, followed: Array) -> Array:
    """Share of the niches that a brief asks for which a creator is followed for."""
    shares: Array = (wanted.astype(float) @ followed.T.astype(float)) / wanted.sum(axis=1, keepdims=True)
    return shares


def _spreadsheet(rng: np.random.Generator, booked: pd.DataFrame, people: People, known: int, a: Assumptions) -> pd.DataFrame:
    """Known creators by id alone; new ones by what their media kit says, half of them with an engagement rate."""
    sheet = booked[["format", "posts", "fee", "currency"]]
    who = people.of(booked)
    is_new = booked["creator"] >= known
    usual = typical(booked.assign(sponsored=False, fit=np.nan), people, a)
    rate = usual["engagements"] / who["followers"] * rng.lognormal(0.0, 0.15, len(who))
    profile = who[["platform", "kind", "niche", "country", "coverage"]].where(is_new)
    numbers = who[["posting_frequency", "ad_density"]].round(2).where(is_new)
    numbers["engagement_rate"] = rate.round(4).where(is_new & (np.arange(len(who)) % 2 == 0))
    ids = who[["creator_id"]].where(~is_new).join(who["name"])
    return ids.join(profile).join(who["followers"].astype("Int64").where(is_new)).join(numbers).join(sheet)


# What the invented creators published: their own posts, ads for others, and what campaigns had booked.

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
    texts = []
    for place, language, paid, draw in zip(niche, spoken, disclosed, rng.random(len(who)), strict=True):
        words, lines = a.numbers["topics"][topics[place]][language], a.numbers["captions"][language]
        number = int(draw * 1e6)
        picked = [words[(number + step * 7) % len(words)] for step in range(3)]
        texts.append(lines[number // 6 % len(lines)].format(*picked) + (tag[language] if paid else ""))
    captions: Array = np.array(texts, dtype=object)
    return captions


def with_gaps(rng: np.random.Generator, posts: pd.DataFrame, a: Assumptions) -> pd.DataFrame:
    """Forget what an agency seldom has: the reach of many posts, all counts of a few. Booked posts are reported in full."""
    own, size = posts["booking_id"].isna(), len(posts)
    unread = own & (rng.random(size) >= a.numbers["reach"]["recorded"])
    lost = own & (rng.random(size) < a.numbers["engagement"]["missing"])
    gaps = {name: posts[name].mask(lost) for name in COUNTS}
    return posts.assign(reach=posts["reach"].mask(unread), **gaps)
