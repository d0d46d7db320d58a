"""The whole, from tables to forecasts: what must change nothing, and what must hold whatever comes in."""

import numpy as np
import pandas as pd
import pytest

from predictor.asof.events import SEEN_AFTER
from predictor.asof.joins import settled_on, with_campaigns
from predictor.forecasting.predict import forecast
from predictor.scoring.score import score
from predictor.tables.frames import History

DAY = pd.Timestamp("2026-05-01")
TARGETS = ["reach", "engagement", "clicks", "orders", "revenue"]
FORECASTS = [f"{target}_{figure}" for target in TARGETS for figure in ("expected", "p10", "p50", "p90", "rule")]
OUTCOMES = ["reach", "impressions", "views", "likes", "comments", "shares", "saves", "engagements", "clicks", "orders", "revenue"]


@pytest.fixture(scope="module")
def told(candidates, bundle, brief, tables):
    """The shared candidates as scored on a day well inside the history."""
    return score(candidates, bundle, brief=brief, history=tables, on=DAY)


def happened(frame):
    """When each row of posts or bookings came about."""
    return frame["published_at" if "published_at" in frame else "booked_at"]


def test_the_order_of_candidates_and_of_every_table_changes_no_forecast(told, candidates, bundle, brief, tables):
    shuffled = History({name: frame.sample(frac=1, random_state=5) for name, frame in tables.frames.items()}, tables.invented)
    order = candidates.sample(frac=1, random_state=6).index
    again = score(candidates.loc[order], bundle, brief=brief, history=shuffled, on=DAY).set_axis(order).sort_index()
    pd.testing.assert_frame_equal(again, told)


def test_other_names_for_the_same_creators_change_no_forecast(told, candidates, bundle, brief, tables):
    def renamed(frame):
        # Backwards, so that their order changes too.
        return frame.assign(creator_id="z" + frame["creator_id"].str[::-1]) if "creator_id" in frame else frame

    history = History({name: renamed(frame) for name, frame in tables.frames.items()}, tables.invented)
    again = score(renamed(candidates), bundle, brief=brief, history=history, on=DAY)
    pd.testing.assert_frame_equal(again[FORECASTS], told[FORECASTS])
    assert again["known_creator"].equals(told["known_creator"])


def test_another_currency_changes_costs_in_proportion_and_nothing_else(told, candidates, bundle, brief, tables):
    def in_dollars(frame):
        amounts = {name: frame[name] / 25_000 for name in ("fee", "budget", "revenue") if name in frame}
        return frame.assign(**amounts, **({"currency": "USD"} if "currency" in frame else {}))

    history = History({name: in_dollars(frame) for name, frame in tables.frames.items()}, tables.invented)
    again = score(in_dollars(candidates), bundle, brief=brief | {"currency": "USD"}, history=history, on=DAY)
    pd.testing.assert_frame_equal(again[FORECASTS], told[FORECASTS])
    for target in set(TARGETS) - {"revenue"}:
        np.testing.assert_allclose(again[f"{target}_cost"] * 25_000, told[f"{target}_cost"])
    assert again["revenue_currency"].eq("VND").all() and again["revenue_cost"].isna().all()  # dong against dollars


def test_columns_that_nobody_defined_are_carried_along_and_change_no_forecast(told, candidates, bundle, brief, tables):
    more = candidates.assign(star_sign="leo", followers_next_year=1e9)
    again = score(more, bundle, brief=brief, history=tables, on=DAY)
    pd.testing.assert_frame_equal(again[FORECASTS], told[FORECASTS])
    assert (again["star_sign"] == "leo").all()


def test_outcomes_that_slip_into_a_frame_change_no_forecast(bundle, training):
    rows = training.examples.tail(200)
    assert set(bundle.models) == set(TARGETS)
    for model in bundle.models.values():
        slipped = forecast(model, rows.assign(**dict.fromkeys(OUTCOMES, 1e7)))
        pd.testing.assert_frame_equal(slipped, forecast(model, rows.drop(columns=OUTCOMES, errors="ignore")))


def test_every_figure_is_a_finite_count_and_quantiles_are_in_order(told):
    figures = told[FORECASTS]
    assert np.isfinite(figures.to_numpy(dtype=float)).all() and (figures >= 0).all(axis=None)
    for target in TARGETS:
        assert (told[f"{target}_p10"] <= told[f"{target}_p50"]).all() and (told[f"{target}_p50"] <= told[f"{target}_p90"]).all()
        assert told[f"{target}_expected"].between(told[f"{target}_p10"], told[f"{target}_p90"]).mean() > 0.9


@pytest.mark.parametrize("followers", [0.0, 1.0, 2e9, np.nan])
def test_extreme_audiences_still_get_finite_forecasts_in_order(bundle, candidates, brief, tables, followers):
    told = score(candidates.assign(followers=followers), bundle, brief=brief, history=tables, on=DAY)
    assert np.isfinite(told[FORECASTS].to_numpy(dtype=float)).all()
    assert all((told[f"{target}_p10"] <= told[f"{target}_p90"]).all() for target in TARGETS)


def test_poisoning_all_that_was_not_known_on_the_day_changes_no_forecast(told, candidates, bundle, brief, tables):
    posts, bookings = tables.get("posts"), tables.get("bookings")
    known_on = {"posts": posts["published_at"] + SEEN_AFTER, "bookings": settled_on(with_campaigns(bookings, tables))}
    poisoned = dict(tables.frames)
    for name, known in known_on.items():
        frame, late = tables.frames[name], known >= DAY
        assert 0 < late.sum() < len(frame)
        poisoned[name] = frame.assign(**{c: frame[c].astype(float).mask(late, 1e8) for c in OUTCOMES if c in frame})
    poisoned["posts"]["sponsored"] = posts["sponsored"].mask(posts["published_at"] >= DAY, True)
    again = score(candidates, bundle, brief=brief, history=History(poisoned, tables.invented), on=DAY)
    pd.testing.assert_frame_equal(again, told)


def test_a_history_cut_off_on_the_day_gives_the_same_forecasts_as_the_whole(told, candidates, bundle, brief, tables):
    cut = {name: tables.frames[name][happened(tables.frames[name]) < DAY] for name in ("posts", "bookings")}
    assert all(0 < len(frame) < len(tables.frames[name]) for name, frame in cut.items())
    again = score(candidates, bundle, brief=brief, history=History(tables.frames | cut, tables.invented), on=DAY)
    pd.testing.assert_frame_equal(again, told)


def test_what_was_known_on_the_day_does_change_forecasts(told, candidates, bundle, brief, tables):
    posts = tables.get("posts")
    louder = posts.assign(**{name: posts[name].astype(float) * 10 for name in OUTCOMES if name in posts})
    again = score(candidates, bundle, brief=brief, history=History(tables.frames | {"posts": louder}), on=DAY)
    posted = candidates["creator_id"].isin(posts.loc[posts["published_at"] < DAY, "creator_id"]).to_numpy()
    assert (again["engagement_expected"] > 2 * told["engagement_expected"])[posted].mean() > 0.9 and not posted.all()
    pd.testing.assert_frame_equal(again.loc[~posted, FORECASTS], told.loc[~posted, FORECASTS])
