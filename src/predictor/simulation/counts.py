"""What the invented posts and bookings bring: the typical count by the hidden truth, and the count that chance made of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictor.simulation.creators import Array, Assumptions, People

COUNTS = ["likes", "comments", "shares", "saves"]


def typical(rows: pd.DataFrame, people: People, a: Assumptions) -> pd.DataFrame:
    """Medians of engagements and reach by the hidden truth, and how widely posts scatter around them.

    Parameters
    ----------
    rows
        One row per post: `creator` and `format_row` (row numbers), `at`, `sponsored`, and `fit`, missing where no
        brief is known.
    """
    who = people.of(rows)
    platform = a.platforms.loc[who["platform"]].reset_index(drop=True)
    post_format = a.formats.iloc[rows["format_row"]].reset_index(drop=True)
    drift = people.drift[rows["creator"], (rows["at"] - people.begins).dt.days // 7]
    effective_size = _effective_size(who["followers"], a)
    size = effective_size / a.numbers["engagement"]["kink"]
    rate = platform["rate"] * size ** platform["below"].where(size < 1.0, platform["above"]) * post_format["engagement"]
    reach, kol = a.numbers["reach"], who["kind"] == "kol"
    reached = (
        platform["reach"]
        * (effective_size / reach["at"]) ** platform["reach_slope"]
        * post_format["reach"]
        * np.where(kol, reach["kol"], 1.0)
    )
    return pd.DataFrame({
        "engagements": who["followers"] * rate * np.exp(who["level"] + drift + _effects(rows.reset_index(drop=True), who, a)),
        "reach": who["followers"] * reached * np.exp(who["reach_level"] + reach["follows_level"] * drift),
        "noise": who["noise"],
    })  # fmt: skip


def expected(usual: pd.DataFrame, shared: Array | float, a: Assumptions) -> pd.DataFrame:
    """Means of engagements and reach, which lie above the medians; `shared` is the SD that a whole campaign shares."""
    spread = usual["noise"] ** 2 + np.square(shared)
    reach = a.numbers["reach"]
    around = usual["noise"] ** 2 + reach["spread"] ** 2
    return pd.DataFrame({
        "expected_engagements": usual["engagements"] * np.exp(spread / 2.0),
        "expected_reach": usual["reach"] * np.exp(around / 2.0),
    })  # fmt: skip


def drawn(rng: np.random.Generator, usual: pd.DataFrame, shock: pd.Series, a: Assumptions) -> pd.DataFrame:
    """The counts that came in: a post's surprise shows in engagements and in reach alike."""
    settings = a.numbers["reach"]
    surprise = rng.normal(0.0, 1.0, len(usual)) * usual["noise"]
    engagements = rng.poisson(usual["engagements"] * np.exp(surprise + shock.to_numpy()))
    around = surprise + rng.normal(0.0, settings["spread"], len(usual))
    reach = np.maximum(rng.poisson(usual["reach"] * np.exp(around)), engagements)
    typical_views, spread = settings["views"]
    views = np.maximum(reach, (reach * typical_views * rng.lognormal(0.0, spread, len(usual))).astype(int))
    split = rng.multinomial(engagements, [a.numbers["engagement"]["split"][name] for name in COUNTS])
    counts = pd.DataFrame({"reach": reach, "views": views, "engagements": engagements}).join(pd.DataFrame(split, columns=COUNTS))
    return counts.astype("Int64")


def expected_clicks_and_orders(booked: pd.DataFrame, people: People, a: Assumptions) -> pd.DataFrame:
    """Means of clicks and orders: people reached × clicks per person × orders per click."""
    who, settings = people.of(booked), a.numbers["sales"]
    clicks = booked["expected_reach"].to_numpy() * a.formats["clicks"].to_numpy()[booked["format_row"]]
    least, gain = settings["fit"]
    conversion = settings["conversion"] * (who["followers"] / settings["at"]) ** settings["slope"] * np.exp(who["trust"])
    conversion = conversion * np.where(who["kind"] == "kol", settings["kol"], 1.0) * (least + gain * booked["fit"].to_numpy())
    shared = np.exp(a.numbers["engagement"]["campaign_spread"] ** 2 / 2.0)
    return pd.DataFrame({"expected_clicks": clicks, "expected_orders": clicks * conversion * shared})


def sales(rng: np.random.Generator, booked: pd.DataFrame, a: Assumptions) -> pd.DataFrame:
    """Clicks, orders and revenue of bookings: counts more dispersed than chance alone, orders rare ones.

    Parameters
    ----------
    booked
        One row per booking with the `reach` that came in, its campaign's `shock` and `order_value`, and its expected reach,
        clicks and orders.
    """
    settings, size = a.numbers["sales"], len(booked)
    each = (booked["expected_clicks"] / booked["expected_reach"]).to_numpy()
    clicks = rng.poisson(booked["reach"].to_numpy(dtype=float) * each * _dispersion(rng, settings["click_shape"], size))
    shared = a.numbers["engagement"]["campaign_spread"]
    conversion = (
        (booked["expected_orders"] / booked["expected_clicks"].where(booked["expected_clicks"] > 0.0)).fillna(0.0).to_numpy()
    )
    conversion = conversion * np.exp(booked["shock"].to_numpy() - shared**2 / 2.0)
    orders = np.minimum(clicks, rng.poisson(clicks * conversion * _dispersion(rng, settings["order_shape"], size)))
    revenue = (orders * booked["order_value"].to_numpy() / 1000.0).round().astype(int) * 1000
    return pd.DataFrame({"clicks": clicks, "orders": orders, "revenue": revenue}, index=booked.index).astype("Int64")


def fees(rng: np.random.Generator, booked: pd.DataFrame, people: People, a: Assumptions) -> Array:
    """Quotes in VND: dearer with size, though less than in proportion, and by platform, format and kind."""
    who, settings = people.of(booked), a.numbers["price"]
    thousands = settings["at"] / 1000.0 * (who["followers"] / settings["at"]) ** settings["elasticity"]
    times = who["platform"].map(a.platforms["price"]).to_numpy() * a.formats["price"].to_numpy()[booked["format_row"]]
    dollars = settings["usd_per_1000"] * thousands * times * np.where(who["kind"] == "kol", settings["kol"], 1.0)
    quote = dollars * settings["vnd_per_usd"] * booked["posts"].to_numpy() * rng.lognormal(0.0, settings["spread"], len(booked))
    hundreds: Array = np.maximum(np.round(quote / 100_000), 1).astype(int) * 100_000
    return hundreds


def _effects(rows: pd.DataFrame, who: pd.DataFrame, a: Assumptions) -> pd.Series:
    """Log of everything that raises or lowers engagement besides size, platform, format and the creator's own level."""
    settings = a.numbers["engagement"]
    season = np.log(settings["months"])[rows["at"].dt.month - 1]
    paid = np.where(rows["sponsored"], np.log(settings["sponsored"]) + who["sponsored_effect"], 0.0)
    crowded = settings["ad_share"] * who["ad_density"]
    rhythm = settings["off_best"] * np.log(who["posting_frequency"] / settings["best_posts_a_week"]) ** 2
    fit = (settings["off_fit"] * ((rows["fit"] - settings["best_fit"]) / settings["fit_step"]) ** 2).fillna(0.0)
    return crowded + rhythm + fit + season + paid + np.where(who["kind"] == "kol", np.log(settings["kol"]), 0.0)


def _effective_size(followers: pd.Series, a: Assumptions) -> pd.Series:
    """The size by which rates fall: the follower count, or the step that it has reached."""
    steps = a.numbers["engagement"]["size_steps"]
    return pd.Series(np.array(steps)[np.digitize(followers, steps[1:])], followers.index) if steps else followers


def _dispersion(rng: np.random.Generator, shape: float, size: int) -> Array:
    """Gamma draws with mean one: a Poisson count times them is a negative binomial."""
    draws: Array = rng.gamma(shape, 1.0 / shape, size)
    return draws
