"""The invented agency's briefs, whom it booked for them, and whom it may book for the next one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictor.simulate_counts import expected, expected_clicks_and_orders, fees, typical
from predictor.simulate_creators import Array, Assumptions, People, draw_niches, numbered, spell_niches

BRIEF_FIELDS = ["campaign_id", "brand", "niche", "brief", "goal", "country", "starts_on", "ends_on", "budget", "currency"]
SETTLED = pd.Timedelta(days=7)  # after a campaign's end, when its outcomes are in


def draw_campaigns(
    rng: np.random.Generator, size: int, begins: pd.Timestamp, ends: pd.Timestamp, a: Assumptions
) -> tuple[pd.DataFrame, Array]:
    """Briefs over the period, with what a whole campaign shares and hides, and the niches each asks for."""
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
    value, spread = a.numbers["sales"]["order_value"]
    frame = pd.DataFrame({
        "campaign_id": numbered("k{:03d}", size), "brand": draw_brands(rng, size, a), "niche": names, "brief": text,
        "goal": rng.choice(list(a.numbers["goals"]), size, p=list(a.numbers["goals"].values())), "country": country,
        "starts_on": starts, "ends_on": starts + lengths, "currency": "VND", "finished": starts + lengths <= ends - SETTLED,
        "tracked": rng.random(size) < a.numbers["sales"]["tracked"], "order_value": value * rng.lognormal(0.0, spread, size),
        "shock": rng.normal(0.0, a.numbers["engagement"]["campaign_spread"], size),
    })  # fmt: skip
    return frame, niches


def _topics(niche: str, language: str, place: int, a: Assumptions) -> str:
    """Two words of the first niche that a brief asks for, other ones for the next brief."""
    words = a.numbers["topics"][niche.split(";")[0]][language]
    return ", ".join(words[(place + step) % len(words)] for step in (0, 2))


def draw_brands(rng: np.random.Generator, size: int, a: Assumptions) -> Array:
    """Names of invented brands."""
    names = np.array(numbered("Invented Brand {:02d}", a.numbers["brands"]), dtype=object)
    return names[rng.integers(0, len(names), size)]


def draw_bookings(
    rng: np.random.Generator, campaigns: pd.DataFrame, wanted: Array, known: People, a: Assumptions
) -> pd.DataFrame:
    """Four to eight creators for every campaign, with a tilt to those who fit, speak to its market and are on record."""
    settings = a.numbers["booking"]
    fit = overlap(wanted, known.niches)
    home = campaigns["country"].to_numpy()[:, None] == known.frame["country"].to_numpy()
    unseen = ((campaigns["starts_on"] - known.begins).dt.days.to_numpy()[:, None]) < known.frame["since"].to_numpy()
    appeal = settings["fit_tilt"] * fit + settings["home_tilt"] * home + settings["unseen_tilt"] * unseen
    order = np.argsort(-(appeal + rng.gumbel(size=fit.shape)), axis=1)
    least, most = settings["a_campaign"]
    many = np.minimum(rng.integers(least, most, len(campaigns), endpoint=True), len(known.frame))
    campaign = np.repeat(np.arange(len(campaigns)), many)
    creator = order[np.arange(order.shape[1]) < many[:, None]]
    ahead = pd.to_timedelta(
        rng.integers(settings["days_ahead"][0], settings["days_ahead"][1], len(campaign), endpoint=True), unit="D"
    )
    booked = campaigns.iloc[campaign].reset_index(drop=True).assign(creator=creator, fit=fit[campaign, creator])
    booked = booked.assign(booked_at=(booked["starts_on"] - ahead).clip(lower=known.begins), at=booked["starts_on"])
    booked = with_deliverable(rng, booked, known, a).sort_values("booked_at", kind="stable", ignore_index=True)
    return booked.assign(booking_id=numbered("b{:04d}", len(booked)))


def draw_candidates(
    rng: np.random.Generator, brief: dict[str, object], on: pd.Timestamp, people: People, known: int, a: Assumptions
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forty creators of the history and twenty strangers for one brief, as a planner's spreadsheet holds them.

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
    booked = pd.DataFrame({"creator": chosen, "fit": fit[chosen], "at": on})
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
    return means.join(expected_clicks_and_orders(booked.assign(expected_reach=means["expected_reach"].to_numpy()), people, a))


def overlap(wanted: Array, followed: Array) -> Array:
    """Share of the niches that a brief asks for which a creator is followed for."""
    shares: Array = (wanted.astype(float) @ followed.T.astype(float)) / wanted.sum(axis=1, keepdims=True)
    return shares


def _spreadsheet(rng: np.random.Generator, booked: pd.DataFrame, people: People, known: int, a: Assumptions) -> pd.DataFrame:
    """Known creators by id alone; strangers by what their media kit says, half of them with an engagement rate."""
    sheet = booked[["format", "posts", "fee", "currency"]]
    who = people.of(booked)
    stranger = booked["creator"] >= known
    usual = typical(booked.assign(sponsored=False, fit=np.nan), people, a)
    rate = usual["engagements"] / who["followers"] * rng.lognormal(0.0, 0.15, len(who))
    told = who[["platform", "kind", "niche", "country", "coverage"]].where(stranger)
    numbers = who[["posting_frequency", "ad_density"]].round(2).where(stranger)
    numbers["engagement_rate"] = rate.round(4).where(stranger & (np.arange(len(who)) % 2 == 0))
    ids = who[["creator_id"]].where(~stranger).join(who["name"])
    return ids.join(told).join(who["followers"].astype("Int64").where(stranger)).join(numbers).join(sheet)
