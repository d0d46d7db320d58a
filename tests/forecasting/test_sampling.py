import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictor.forecasting.sampling import (
    ASSUMED,
    OutcomeCorrelations,
    estimate_correlations,
    sample_jointly,
    total_of,
    two_piece_normals,
)
from predictor.tables.plain_data import typed

ALONE = OutcomeCorrelations(campaign=0.0, creator=0.0, stranger=0.0)


def lineup(count=8, middle=1000.0, spread=2.5, **columns):
    rows = pd.DataFrame({"p10": middle / spread, "p50": middle, "p90": middle * spread}, index=range(count))
    rows["expected"] = rows["p50"] * 1.25
    return rows.assign(creator_id=[f"c{n}" for n in range(count)], **columns)


def past(campaigns, shocks, seed=1, size=6, creators=None, whole=False, **shape):
    """Held-out bookings whose outcomes were drawn with known shocks, as `judge` returns them."""
    rng, rows = np.random.default_rng(seed), lineup(size, **shape)
    actual = sample_jointly(rows, shocks, whole=whole, draws=campaigns, seed=seed)
    bookings = pd.concat([rows] * campaigns, ignore_index=True).assign(actual=actual.ravel(), split="time", source="booking")
    if creators:
        bookings["creator_id"] = np.concatenate([rng.choice(creators, size, replace=False) for _ in range(campaigns)]).astype(str)
    return bookings.assign(campaign_id=np.repeat(np.arange(campaigns), size).astype(str))


@pytest.mark.parametrize("planted", [0.0, 0.15, 0.4])
def test_the_share_that_campaigns_have_in_common_is_found_again(planted):
    found = estimate_correlations(past(600, OutcomeCorrelations(campaign=planted, creator=0.0, stranger=0.0)))
    assert abs(found.campaign - planted) < 3 * found.error and found.error < 0.03
    assert (found.campaigns, found.pairs) == (600, 600 * 15) and "campaign" not in found.assumed


def test_rare_counts_give_the_share_too_although_they_come_in_steps():
    rows = past(1500, OutcomeCorrelations(campaign=0.3, creator=0.0, stranger=0.0), middle=1.5, spread=3.0, whole=True)
    found = estimate_correlations(rows, whole=True)
    assert abs(found.campaign - 0.3) < 3 * found.error and found.error < 0.03


def test_what_a_creator_repeats_from_campaign_to_campaign_is_told_apart_from_what_a_campaign_shares():
    rng, rows = np.random.default_rng(3), past(400, ALONE, creators=60)
    levels = dict(zip(map(str, range(60)), rng.standard_normal(60), strict=True))
    mixed = np.sqrt(0.3) * rows["creator_id"].map(levels) + np.sqrt(0.7) * rng.standard_normal(len(rows))
    found = estimate_correlations(rows.assign(actual=two_piece_normals(rows, False).outcomes(mixed.to_numpy(), False, rng)))
    assert abs(found.creator - 0.3) < 0.1 and found.campaign < 0.03


def test_few_campaigns_give_the_stated_default_and_say_so():
    found = estimate_correlations(past(10, OutcomeCorrelations(campaign=0.5)))
    assert found.campaign == ASSUMED["campaign"] and found.error is None and found.campaigns == 10
    assert set(found.assumed) == {"campaign", "creator", "stranger"}


def test_a_history_of_posts_alone_or_of_nothing_gives_the_default():
    posts = past(5, ALONE).drop(columns="campaign_id").assign(source="post")
    for rows in (posts, posts.head(0)):
        assert estimate_correlations(rows).campaign == ASSUMED["campaign"]


def test_one_wild_result_does_not_decide():
    rows = past(200, ALONE)
    calm = estimate_correlations(rows)
    rows.loc[0, "actual"] = rows.loc[1, "actual"] = 1e12
    assert estimate_correlations(rows).campaign < calm.campaign + 0.04


def test_shocks_come_back_from_json_as_they_were():
    shocks = estimate_correlations(past(30, OutcomeCorrelations(campaign=0.2)))
    assert typed(OutcomeCorrelations, json.loads(json.dumps(shocks.to_json()))) == shocks


def test_the_total_is_less_sure_than_if_bookings_were_independent_and_surer_than_if_their_ends_added_up():
    rows = lineup(12)
    joint, alone = (total_of(sample_jointly(rows, one, draws=20_000)) for one in (OutcomeCorrelations(campaign=0.2), ALONE))
    assert rows["p10"].sum() < joint.low < alone.low and alone.high < joint.high < rows["p90"].sum()
    assert joint.expected == pytest.approx(alone.expected, rel=0.02)


@pytest.mark.parametrize("mean", [1.25, 1.3, 1.6])
def test_each_booking_drawn_with_others_keeps_the_interval_and_the_mean_of_its_own_forecast(mean):
    rows = lineup(4).assign(expected=lambda one: one["p50"] * mean)
    drawn = sample_jointly(rows, OutcomeCorrelations(campaign=0.3), draws=6000)
    np.testing.assert_allclose(np.quantile(drawn, (0.1, 0.5, 0.9), axis=0), rows[["p10", "p50", "p90"]].T, rtol=0.002)
    np.testing.assert_allclose(drawn.mean(axis=0), rows["expected"], rtol=0.005)


@pytest.mark.parametrize(
    ("same", "tied"), [("creator_id", 0.2 + 0.5), ("person_id", 0.2 + 0.25)], ids=["one creator", "two accounts of one person"]
)
def test_bookings_of_one_creator_or_person_hang_together_more(same, tied):
    rows = lineup(3, unseen=True, person_id=["p0", "p1", "p2"])
    rows.loc[1, same] = rows.loc[0, same]
    shocks = OutcomeCorrelations(campaign=0.2, stranger=0.5, of_person=0.5)
    if same == "creator_id":
        rows["person_id"] = [None, None, "p2"]
    scores = two_piece_normals(rows, False).scores(sample_jointly(rows, shocks, draws=40_000))
    found = np.corrcoef(scores.T)
    assert found[0, 1] == pytest.approx(tied, abs=0.02) and found[0, 2] == pytest.approx(0.2, abs=0.02)


def test_rows_without_a_creator_are_strangers_to_each_other():
    rows = lineup(3).assign(creator_id=[None, None, ""], unseen=True)
    found = np.corrcoef(
        two_piece_normals(rows, False)
        .scores(sample_jointly(rows, OutcomeCorrelations(campaign=0.0, stranger=0.8), draws=20_000))
        .T
    )
    assert np.abs(found[np.triu_indices(3, 1)]).max() < 0.03


def test_rare_counts_are_whole_and_keep_their_mean():
    rows = lineup(5, middle=0.8, spread=3.0)
    drawn = sample_jointly(rows, OutcomeCorrelations(), whole=True, draws=40_000)
    assert (drawn == np.floor(drawn)).all()
    np.testing.assert_allclose(drawn.mean(axis=0), rows["expected"], rtol=0.04)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(*[st.floats(0, 1e7)] * 3, st.floats(0, 2e7)), min_size=1, max_size=6),
    st.floats(0, 0.9), st.booleans(), st.integers(0, 99),
)  # fmt: skip
def test_any_forecasts_give_finite_outcomes_and_the_same_seed_the_same(quantiles, campaign, whole, seed):
    ordered = np.array([[*sorted(q[:3]), q[3]] for q in quantiles])
    rows = pd.DataFrame(ordered, columns=["p10", "p50", "p90", "expected"])
    shocks = OutcomeCorrelations(campaign=campaign, creator=0.05, stranger=0.05)
    drawn = sample_jointly(rows, shocks, whole=whole, draws=50, seed=seed)
    assert drawn.shape == (50, len(rows)) and np.isfinite(drawn).all() and (drawn >= 0).all()
    np.testing.assert_array_equal(drawn, sample_jointly(rows, shocks, whole=whole, draws=50, seed=seed))


def test_a_trained_history_gives_shocks_of_every_target_that_was_judged(training):
    predictions = training.backtest.predictions
    assert set(predictions["target"]) == {"reach", "engagement", "clicks", "orders", "revenue"}
    for target, rows in predictions.groupby("target"):
        found = estimate_correlations(rows)
        assert 0 <= found.campaign <= 0.9 and 0 <= found.stranger <= 0.9 - found.campaign, target
