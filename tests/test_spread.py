import numpy as np
import pytest
from scipy import stats

from predictor.spread import count_spread, log_spread


@pytest.fixture
def luck():
    return np.random.default_rng(5)


def test_an_interval_of_logs_holds_as_often_as_it_says(luck):
    spread = log_spread(luck.normal(0, 0.8, 4000), np.ones(4000))
    centre = np.full(20_000, 6.0)
    actual = np.expm1(centre + luck.normal(0, 0.8, 20_000))
    low, high = (spread.quantile(centre, np.ones(20_000), level) for level in (0.1, 0.9))
    assert np.mean((actual >= low) & (actual <= high)) == pytest.approx(0.8, abs=0.02)


def test_the_expected_value_makes_totals_add_up(luck):
    errors = luck.normal(0, 0.7, 20_000)
    spread = log_spread(errors, np.ones(20_000))
    centre = luck.normal(7, 1, 20_000)
    assert spread.mean(centre, np.ones(20_000)).sum() == pytest.approx(np.expm1(centre + errors).sum(), rel=0.06)


def test_rare_counts_get_whole_numbers_that_hold_at_least_as_often_as_they_say(luck):
    expected = np.exp(luck.normal(0, 1, 6000))
    size = 1 / 0.6
    counts = stats.nbinom.rvs(size, size / (size + expected), random_state=3).astype(float)
    spread = count_spread(counts[:3000], expected[:3000], seed=1)
    low, high = (spread.quantile(np.log(expected[3000:]), level) for level in (0.1, 0.9))
    inside = np.mean((counts[3000:] >= low) & (counts[3000:] <= high))
    assert 0.8 <= inside <= 0.95
    assert (low >= 0).all() and (low == np.round(low)).all() and (low <= high).all()


def test_few_held_out_rows_do_not_give_a_narrower_interval_than_many(luck):
    few, many = luck.normal(0, 1, 12), luck.normal(0, 1, 12_000)
    one = np.ones(1)
    low, high = (log_spread(few, np.ones(12)).quantile(one * 5, one, level) for level in (0.05, 0.95))
    assert high > low
    assert np.ptp(log_spread(few, np.ones(12)).errors) >= np.ptp(few) * 0.95
    assert np.ptp(log_spread(many, np.ones(12_000)).errors) <= np.ptp(many)
