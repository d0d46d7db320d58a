import numpy as np
import pandas as pd
import pytest

from predictor.evaluation.decision_gain import decision_gain, rank_order


def campaigns(many=20, bookings=6, seed=1):
    """Bookings whose value per money varies fourfold, in campaigns of one currency."""
    luck = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {"campaign_id": np.repeat([f"k{n}" for n in range(many)], bookings), "source": "booking", "currency": "VND"}
    )
    rows["fee"] = luck.uniform(1e6, 5e6, len(rows))
    rows["actual"] = np.round(rows["fee"] / 1000 * luck.choice([0.5, 2.0], len(rows)))
    return rows.assign(followers=luck.uniform(1e3, 1e6, len(rows)), expected=rows["actual"], tier_benchmark=rows["fee"])


def test_a_forecast_that_is_the_truth_gains_what_a_count_by_hand_says():
    rows = pd.DataFrame({
        "campaign_id": ["a"] * 4, "source": "booking", "currency": "VND", "fee": [1.0, 1.0, 1.0, 1.0],
        "actual": [8.0, 4.0, 2.0, 2.0], "followers": [1, 2, 30, 40], "tier_benchmark": [4.0, 1.0, 3.0, 1.0],
    })  # fmt: skip
    rows = pd.concat([rows.assign(campaign_id=f"k{n}", expected=rows["actual"]) for n in range(8)])
    by_rival = {gain.rival: gain for gain in decision_gain(rows).gains}
    assert by_rival["followers"].ratio == pytest.approx(12 / 4)
    assert by_rival["benchmark"].ratio == pytest.approx(12 / 10)
    assert by_rival["cheapest"].ratio == 1.0  # of equal fees the first, which here are the best
    assert by_rival["chance"].ratio == pytest.approx(12 / 8) and by_rival["chance"].low == by_rival["chance"].high


def test_where_every_booking_brings_the_same_the_cheapest_half_is_as_good_as_the_truth():
    rows = campaigns(many=20).assign(actual=100.0, expected=100.0)
    by_rival = {gain.rival: gain for gain in decision_gain(rows).gains}
    assert (by_rival["cheapest"].ratio, by_rival["cheapest"].low, by_rival["cheapest"].high) == (1.0, 1.0, 1.0)
    assert by_rival["chance"].low > 1.3 and by_rival["followers"].low > 1.3
    best = decision_gain(campaigns()).gains[2]
    assert best.rival == "cheapest" and best.low > 1.0  # where value has nothing to do with the fee, a true forecast beats it


def test_a_useless_forecast_gains_nothing_beyond_noise():
    rows = campaigns(many=200)
    rows["expected"] = np.random.default_rng(9).uniform(1, 2, len(rows)) * rows["fee"]
    chance = decision_gain(rows).gains[-1]
    assert chance.low < 1.0 < chance.high


def test_drawing_lots_gains_nothing_over_any_half_where_cheap_bookings_bring_more_per_money():
    rows = campaigns(many=400)
    rows["fee"] = np.random.default_rng(3).lognormal(15, 1.5, len(rows))
    rows["actual"] = np.ceil(np.sqrt(rows["fee"]))
    lots = np.random.default_rng(9).uniform(size=len(rows)) * rows["fee"]
    assert decision_gain(rows.assign(expected=lots)).gains[-1].ratio == pytest.approx(1.0, abs=0.06)
    assert decision_gain(rows.assign(expected=1.0)).gains[-1].low > 1.2


def test_without_its_rule_the_benchmark_gives_way_to_followers_and_then_to_nothing():
    rows = campaigns().assign(followers_x_rate=lambda rows: rows["actual"])
    gains = decision_gain(rows.assign(tier_benchmark=np.nan)).gains
    assert (gains[1].rival, gains[1].ratio) == ("benchmark", 1.0)
    gains = decision_gain(rows.drop(columns=["tier_benchmark", "followers_x_rate"])).gains
    assert [np.isnan(gain.ratio) for gain in gains] == [False, True, False, False]


def test_a_rival_whose_halves_bring_nothing_is_beaten_without_limit():
    rows = campaigns().assign(actual=lambda rows: (rows.groupby("campaign_id").cumcount() == 0) * 1.0)
    gain = decision_gain(rows.assign(expected=rows["actual"], followers=1 - rows["actual"])).gains[0]
    assert np.isinf([gain.ratio, gain.low, gain.high]).all()


def test_campaigns_that_say_nothing_are_counted_and_left_out():
    rows = campaigns(many=12)
    rows.loc[rows["campaign_id"] == "k0", "actual"] = 0
    rows.loc[rows.index[rows["campaign_id"] == "k1"][0], "currency"] = "USD"
    rows.loc[rows.index[rows["campaign_id"] == "k3"][0], "currency"] = None
    rows = rows.drop(rows.index[rows["campaign_id"] == "k2"][:3])
    gain = decision_gain(rows)
    assert (gain.used, gain.left_out, gain.too_few) == (8, 4, False)


def test_the_order_and_the_names_of_rows_change_nothing():
    rows = campaigns().assign(tier_benchmark=lambda rows: rows["followers"])
    shuffled = rows.sample(frac=1, random_state=2)
    shuffled.index = [0] * len(rows)
    gains, again = decision_gain(rows).gains, decision_gain(shuffled).gains
    assert gains
    for gain, same in zip(gains, again, strict=True):
        assert gain.ratio == pytest.approx(same.ratio, abs=0.01)


def test_too_few_campaigns_give_no_ratio():
    gain = decision_gain(campaigns(many=5))
    assert gain.too_few and gain.gains == () and gain.used == 5
    assert decision_gain(campaigns().assign(source="post")).used == 0


def test_rank_order_is_one_for_the_truth_and_minus_one_for_its_opposite():
    correlations = rank_order(campaigns().assign(opposite=lambda rows: -rows["actual"]), ["expected", "opposite"])
    assert correlations["expected"] == pytest.approx(1.0) and correlations["opposite"] == pytest.approx(-1.0)


def test_a_real_back_test_gives_a_ratio_with_an_interval_or_says_too_few(training):
    rows = training.backtest.predictions
    found = decision_gain(rows[(rows["target"] == "engagement") & (rows["split"] == "new_creators")])
    assert found.used + found.left_out > 10 and bool(found.gains) is not found.too_few
    for gain in found.gains:
        assert 0 < gain.low <= gain.ratio <= gain.high
