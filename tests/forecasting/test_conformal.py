import numpy as np
import pytest
from scipy import stats

from predictor.forecasting.conformal import fit_log_errors, fit_negative_binomial


def everyone(n):
    """One group of n rows that count the same."""
    return {"": np.ones(n, dtype=bool)}, np.ones(n)


def asked(centre, size=1.0):
    """What a spread is asked with: centre, size of error and group of each row."""
    return np.asarray(centre, dtype=float), np.full(len(centre), size), np.zeros(len(centre), dtype=int)


@pytest.fixture
def luck():
    return np.random.default_rng(5)


def test_an_interval_of_logs_holds_as_often_as_it_says(luck):
    spread = fit_log_errors(luck.normal(0, 0.8, 4000), *everyone(4000))
    centre = np.full(20_000, 6.0)
    actual = np.expm1(centre + luck.normal(0, 0.8, 20_000))
    low, high = (spread.quantile(*asked(centre), level) for level in (0.1, 0.9))
    assert np.mean((actual >= low) & (actual <= high)) == pytest.approx(0.8, abs=0.02)


def test_the_expected_value_makes_totals_add_up(luck):
    errors = luck.normal(0, 0.7, 20_000)
    spread = fit_log_errors(errors, *everyone(20_000))
    centre = luck.normal(7, 1, 20_000)
    assert spread.mean(*asked(centre)).sum() == pytest.approx(np.expm1(centre + errors).sum(), rel=0.06)


def test_the_expected_value_is_the_mean_of_all_that_could_come_and_no_count_is_below_zero(luck):
    spread = fit_log_errors(luck.normal(0, 1.2, 4000), {"": np.ones(4000, bool), "/many": np.arange(4000) < 900}, np.ones(4000))
    centre, size, group = luck.uniform(-1, 9, 3000), luck.choice([0.4, 1.0, 1.7], 3000), luck.integers(0, 2, 3000)
    could = np.maximum(np.expm1(centre[:, None] + size[:, None] * spread.errors[group]), 0)
    np.testing.assert_allclose(spread.mean(centre, size, group), could.mean(axis=1), rtol=1e-12)


def test_rare_counts_get_whole_numbers_that_hold_at_least_as_often_as_they_say(luck):
    expected = np.exp(luck.normal(0, 1, 6000))
    size = 1 / 0.6
    counts = stats.nbinom.rvs(size, size / (size + expected), random_state=3).astype(float)
    spread = fit_negative_binomial(counts[:3000], expected[:3000], *everyone(3000), seed=1)
    low, high = (spread.quantile(*asked(np.log(expected[3000:])), level) for level in (0.1, 0.9))
    inside = np.mean((counts[3000:] >= low) & (counts[3000:] <= high))
    assert 0.8 <= inside <= 0.95
    assert (low >= 0).all() and (low == np.round(low)).all() and (low <= high).all()


def test_few_held_out_rows_do_not_give_a_narrower_interval_than_many(luck):
    few, many = luck.normal(0, 1, 12), luck.normal(0, 1, 12_000)
    assert np.ptp(fit_log_errors(few, *everyone(12)).errors) >= np.ptp(few) * 0.9
    assert np.ptp(fit_log_errors(many, *everyone(12_000)).errors) <= np.ptp(many)


def test_the_chance_of_a_goal_agrees_with_the_quantiles_and_with_what_comes(luck):
    spread = fit_log_errors(luck.normal(0, 0.8, 4000), *everyone(4000))
    rows = asked(np.full(20_000, 6.0))
    goal = spread.quantile(*rows, 0.7)
    assert spread.at_least(*rows, goal) == pytest.approx(0.3, abs=0.01)
    came = np.expm1(6.0 + luck.normal(0, 0.8, 20_000))
    assert np.mean(came >= 800) == pytest.approx(spread.at_least(*rows, np.full(20_000, 800.0))[0], abs=0.02)


def test_the_chance_of_some_orders_agrees_with_what_comes(luck):
    expected = np.full(8000, 2.0)
    counts = stats.nbinom.rvs(2.0, 0.5, size=8000, random_state=3).astype(float)
    spread = fit_negative_binomial(counts[:4000], expected[:4000], *everyone(4000), seed=1)
    rows = asked(np.log(expected[4000:]))
    for goal in (0.0, 1.0, 3.0, 8.0):
        chance = spread.at_least(*rows, np.full(4000, goal))
        assert np.mean(counts[4000:] >= goal) == pytest.approx(chance[0], abs=0.03)


def test_a_group_that_errs_more_gets_a_wider_interval(luck):
    errors = np.concatenate([luck.normal(0, 0.2, 2000), luck.normal(0, 1.0, 2000)])
    wild = np.arange(4000) >= 2000
    spread = fit_log_errors(errors, {"": np.ones(4000, dtype=bool), "/wild": wild, "/calm": ~wild}, np.ones(4000))
    width = [np.ptp([spread.quantile(np.ones(1), np.ones(1), np.array([g]), level) for level in (0.1, 0.9)]) for g in (0, 1, 2)]
    assert width[2] < width[0] < width[1]


def test_errors_that_count_more_shape_the_interval(luck):
    errors = np.concatenate([luck.normal(0, 1, 1000), luck.normal(3, 1, 1000)])
    weight = np.where(np.arange(2000) < 1000, 0.01, 1.0)
    spread = fit_log_errors(errors, {"": np.ones(2000, dtype=bool)}, weight)
    assert np.log1p(spread.quantile(*asked([5.0]), 0.5))[0] == pytest.approx(8.0, abs=0.15)
