"""Whether predictive distributions keep their word, on rows whose answers are known by hand."""

import numpy as np
import pandas as pd
import pytest

from predictor.evaluation.calibration import (
    bias_by_month,
    coverage_by_creator,
    part_between,
    pit_histogram,
    r2_rate_within_tier,
    reliability,
)


def placed(places, width=1e-9):
    """Outcomes at these places of their forecast distributions."""
    below = np.asarray(places, dtype=float)
    return pd.DataFrame({"below": below, "upto": below + width})


def test_outcomes_spread_evenly_over_their_distributions_hold_every_level_and_fill_every_bin():
    rows = placed(np.arange(1000) / 1000)
    assert reliability(rows) == pytest.approx({"holds_50": 0.5, "holds_80": 0.8, "holds_95": 0.95}, abs=2e-3)
    np.testing.assert_allclose(pit_histogram(rows), 0.1)


def test_an_outcome_at_an_end_of_an_interval_counts_in_part():
    zero = pd.DataFrame({"below": [0.0], "upto": [0.4]})  # no order, which four forecasts in ten are
    assert part_between(zero, 0.1, 0.9) == pytest.approx(0.75) and part_between(zero, 0.25, 0.75) == pytest.approx(0.375)
    np.testing.assert_allclose(pit_histogram(zero), [0.25] * 4 + [0.0] * 6)


def test_ranges_that_are_too_narrow_heap_the_histogram_at_both_ends():
    heights = pit_histogram(placed([0.01, 0.02, 0.98, 0.99, 0.5]))
    assert heights[0] == heights[-1] == pytest.approx(0.4) and reliability(placed([0.01, 0.99]))["holds_95"] == 0.0


def test_bias_is_told_by_month_and_only_of_months_with_results_enough():
    days = pd.to_datetime(["2026-01-05"] * 10 + ["2026-02-03"] * 12 + ["2026-03-01"] * 9 + ["2026-04-01"] * 10)
    rows = pd.DataFrame({"at": days, "expected": 2.0, "actual": [1.0] * 10 + [4.0] * 12 + [1.0] * 9 + [0.0] * 10})
    found = bias_by_month(rows)
    assert found["month"].dt.month.tolist() == [1, 2] and found["total"].tolist() == [2.0, 0.5]
    assert found["rows"].tolist() == [10, 12]


def test_coverage_by_creator_is_that_of_creators_with_results_enough_and_needs_several_of_them():
    rows = placed([0.5] * 100 + [0.01] * 10 + [0.5] * 9).assign(creator_id=[f"c{n // 10:02}" for n in range(119)])
    found = coverage_by_creator(rows)
    assert list(found.index) == [f"c{n:02}" for n in range(11)] and found.tolist() == [1.0] * 10 + [0.0]
    assert coverage_by_creator(rows.head(90)).empty


def test_a_forecast_of_each_tiers_typical_rate_explains_nothing_within_a_tier(catalogue):
    recipe = catalogue.recipes["engagement"]
    followers = np.repeat([1_000.0, 100_000.0], 2)
    actual = np.expm1(np.log(followers) + np.array([-2.0, -4.0, -3.0, -5.0]))
    typical = np.expm1(np.log(followers) + np.array([-3.0, -3.0, -4.0, -4.0]))
    rows = pd.DataFrame({"tier": ["nano", "nano", "macro", "macro"], "followers": followers, "posts": 1.0, "actual": actual})
    assert r2_rate_within_tier(rows.assign(p50=typical), recipe) == pytest.approx(0.0)
    assert r2_rate_within_tier(rows.assign(p50=actual), recipe) == pytest.approx(1.0)
    assert np.isnan(r2_rate_within_tier(rows.assign(p50=typical, actual=typical), recipe))


def test_rows_without_a_tier_are_a_group_of_their_own_and_spoil_no_other(catalogue):
    recipe = catalogue.recipes["engagement"]
    rows = pd.DataFrame({"tier": ["nano", "nano", None, None], "platform": "tiktok", "followers": 1e4, "posts": 1.0})
    rows["actual"] = rows["p50"] = [100.0, 300.0, 50.0, 70.0]
    assert r2_rate_within_tier(rows, recipe) == pytest.approx(1.0)
