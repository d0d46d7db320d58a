import numpy as np
import pandas as pd
import pytest

from predictor.forecasting.joint_targets import (
    ASSUMED_BETWEEN,
    TargetForecasts,
    correlations_between,
    sample_beside,
    within_bounds,
)
from predictor.forecasting.sampling import OutcomeCorrelations, sample_jointly, two_piece_normals

COUNT, DRAWS = 6, 6000
AT_MOST = {"orders": ["clicks", "reach"], "clicks": ["reach"]}


def forecasts(middle, spread=2.5, between=None, whole=False, count=COUNT, campaign=0.1, **columns):
    """One target's forecasts for bookings of one campaign, a creator each."""
    p50 = np.full(count, float(middle))
    rows = pd.DataFrame({"p10": p50 / spread, "p50": p50, "p90": p50 * spread, "expected": p50 * 1.25})
    rows = rows.assign(creator_id=[f"c{n}" for n in range(count)], **columns)
    return TargetForecasts(rows, OutcomeCorrelations(campaign=campaign, between=between or {}), whole)


def funnel(**planted):
    """Reach, clicks and orders with planted correlations by pair, such as `reach_clicks`."""
    between = {name: {} for name in ("reach", "clicks", "orders")}
    for pair, value in planted.items():
        one, other = pair.split("_")
        between[one][other] = between[other][one] = value
    return {
        "reach": forecasts(9000, between=between["reach"], campaign=0.1),
        "clicks": forecasts(90, between=between["clicks"], whole=True, campaign=0.2),
        "orders": forecasts(9, between=between["orders"], whole=True, campaign=0.4),
    }


def drawn(targets, first="reach", chosen=None, draws=DRAWS, seed=1):
    """Draws of the first target of all bookings, and of the others of those chosen."""
    one, others = targets[first], {name: each for name, each in targets.items() if name != first}
    chosen = np.arange(len(one.rows)) if chosen is None else np.array(chosen)
    own = sample_jointly(one.rows, one.shocks, whole=one.whole, draws=draws, seed=seed)
    return {first: own[:, chosen], **sample_beside(one, others, chosen, draws, seed=seed)}


def scores(targets, found):
    return {name: two_piece_normals(targets[name].rows, targets[name].whole).scores(found[name]) for name in found}


def as_judged(targets, found):
    """Draws as held-out forecasts with their outcomes: every draw a campaign, its bookings of creators of their own."""
    frames = []
    for name, one in targets.items():
        rows = pd.concat([one.rows] * len(found[name]), ignore_index=True)
        row_id = [f"b{n}" for n in range(len(rows))]
        frames.append(rows.assign(target=name, split="time", source="booking", row_id=row_id, creator_id=row_id,
                                  actual=found[name].ravel()))  # fmt: skip
    return pd.concat(frames, ignore_index=True)


@pytest.mark.parametrize("first", ["reach", "clicks", "orders"])
def test_outcomes_of_a_booking_are_tied_as_past_ones_were_whichever_was_drawn_first(first):
    planted = {"reach_clicks": 0.7, "reach_orders": 0.4, "clicks_orders": 0.6}
    targets = funnel(**planted)
    found = scores(targets, drawn(targets, first, draws=20_000))
    for pair, value in planted.items():
        one, other = (found[name] for name in pair.split("_"))
        tied = [np.corrcoef(one[:, place], other[:, place])[0, 1] for place in range(COUNT)]
        assert np.mean(tied) == pytest.approx(value, abs=0.03), pair


def test_what_was_planted_between_outcomes_is_found_again_though_counts_come_in_steps():
    planted = {"reach_clicks": 0.7, "reach_orders": 0.3, "clicks_orders": 0.5}
    targets = funnel(**planted)
    found = correlations_between(as_judged(targets, drawn(targets, draws=2000)), {"reach": False, "clicks": True, "orders": True})
    for pair, value in planted.items():
        one, other = pair.split("_")
        assert found[one][other] == found[other][one] == pytest.approx(value, abs=0.04)


def test_of_few_rows_the_assumption_says_most_and_of_none_all():
    targets = funnel(reach_clicks=-0.8)
    few = as_judged(targets, drawn(targets, draws=1)).groupby("target").head(2)
    found = correlations_between(few, {"reach": False, "clicks": True, "orders": True})
    assert found["reach"]["clicks"] == pytest.approx(ASSUMED_BETWEEN, abs=0.25)
    apart = few.assign(row_id=few["target"] + few["row_id"])
    assert correlations_between(apart, {"reach": False, "clicks": True}) == {"reach": {}, "clicks": {}}


@pytest.mark.parametrize("between", [-0.9, 0.0, 0.9])
def test_each_outcome_keeps_the_quantiles_and_the_mean_of_its_own_forecast(between):
    middles = {"engagement": 700, "reach": 9000}
    targets = {name: forecasts(middle, between=dict.fromkeys(middles, between)) for name, middle in middles.items()}
    found, rows = drawn(targets, "engagement")["reach"], targets["reach"].rows
    np.testing.assert_allclose(np.quantile(found, (0.1, 0.5, 0.9), axis=0), rows[["p10", "p50", "p90"]].T, rtol=0.002)
    np.testing.assert_allclose(found.mean(axis=0), rows["expected"], rtol=0.005)


def test_bookings_of_a_campaign_are_as_tied_in_an_outcome_beside_as_if_it_had_been_drawn_first():
    targets = funnel(reach_orders=0.6)
    beside, alone = (scores(targets, drawn(targets, first, draws=20_000))["orders"] for first in ("reach", "orders"))
    tied = [np.corrcoef(one.T)[np.triu_indices(COUNT, 1)].mean() for one in (beside, alone)]
    assert tied[0] == pytest.approx(tied[1], abs=0.02) and tied[1] > 0.3


@pytest.mark.parametrize("first", ["reach", "clicks", "orders"])
def test_no_draw_has_more_clicks_than_reach_nor_more_orders_than_clicks_and_the_first_stays_as_drawn(first):
    targets = funnel() | {"clicks": forecasts(30, spread=12, whole=True), "orders": forecasts(12, spread=9, whole=True)}
    targets["reach"] = forecasts(120, spread=8)
    before = drawn(targets, first)
    assert (before["orders"] > before["clicks"]).any() and (before["clicks"] > before["reach"]).any()
    found = within_bounds(before, AT_MOST, first)
    assert (found["orders"] <= found["clicks"]).all() and (found["clicks"] <= found["reach"]).all()
    np.testing.assert_array_equal(found[first], before[first])


def test_bounds_of_a_usual_funnel_leave_every_quantile_as_it_was_forecast():
    targets = funnel()
    before = drawn(targets, "orders")
    after = within_bounds(before, AT_MOST, "orders")
    for name in targets:
        wanted = np.quantile(before[name], (0.1, 0.5, 0.9), axis=0)
        np.testing.assert_allclose(np.quantile(after[name], (0.1, 0.5, 0.9), axis=0), wanted, rtol=0.01)


def test_where_clicks_are_not_forecast_orders_still_stay_below_reach():
    found = within_bounds({"reach": np.array([[5.0]]), "orders": np.array([[8.0]])}, AT_MOST, "reach")
    assert found["orders"] == 5.0


def test_a_booking_without_a_forecast_of_an_outcome_draws_none_and_leaves_the_others_alone():
    targets = funnel()
    rows = targets["clicks"].rows
    rows.loc[2, ["expected", "p10", "p50", "p90"]] = np.nan
    found = within_bounds(drawn(targets, "orders"), AT_MOST, "orders")
    assert np.isnan(found["clicks"][:, 2]).all() and not np.isnan(np.delete(found["clicks"], 2, axis=1)).any()
    assert not np.isnan(found["orders"]).any() and not np.isnan(found["reach"]).any()


@pytest.mark.parametrize("since", [1, 4000, 5999])
def test_the_later_draws_alone_are_tied_to_the_same_draws_of_the_first(since):
    tied = {"reach": 0.9, "clicks": 0.9}
    targets = {"reach": forecasts(9000, between=tied, count=500), "clicks": forecasts(90, between=tied, count=500)}
    own = sample_jointly(targets["reach"].rows, targets["reach"].shocks, draws=DRAWS)  # more outcomes than are drawn at once
    found = sample_beside(targets["reach"], {"clicks": targets["clicks"]}, np.arange(500), DRAWS, since)["clicks"]
    assert found.shape == (DRAWS - since, 500)
    if since < 5000:
        assert np.corrcoef(np.log(own[since:, 7]), np.log(found[:, 7]))[0, 1] == pytest.approx(0.9, abs=0.02)


def test_the_same_seed_draws_the_same_and_bookings_left_out_change_nothing_of_how_outcomes_are_tied():
    targets = funnel(reach_clicks=0.7)
    one, two = drawn(targets, chosen=[1, 4]), drawn(targets, chosen=[1, 4])
    np.testing.assert_array_equal(one["clicks"], two["clicks"])
    tied = np.corrcoef(one["reach"][:, 1], one["clicks"][:, 1])[0, 1]
    assert tied > 0.5 and abs(np.corrcoef(one["reach"][:, 0], one["clicks"][:, 1])[0, 1]) < 0.25
