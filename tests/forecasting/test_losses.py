import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import mean_tweedie_deviance

from builders import CATALOGUE
from predictor.forecasting.conformal import LEVELS
from predictor.forecasting.losses import (
    POWER,
    behind_best,
    chances_ahead,
    crps,
    log_counts,
    loss,
    loss_of_counts,
    losses,
    one_standard_error_rule,
    shrunk,
    shrunken_bias,
    standard_error_of_mean,
    total_calibration_factor,
)

RECIPES = CATALOGUE.recipes


def test_the_loss_of_rare_counts_is_the_tweedie_deviance():
    counts, logs, weight = np.array([0.0, 1.0, 7.0, 200.0]), np.array([-1.0, 0.5, 2.0, 4.0]), np.array([1.0, 2.0, 1.0, 0.5])
    expected = mean_tweedie_deviance(counts, np.exp(logs), sample_weight=weight, power=POWER)
    assert loss(counts, logs, RECIPES["orders"], weight) == pytest.approx(expected)


def test_the_loss_of_large_outcomes_is_the_absolute_error_of_the_log():
    assert loss(np.expm1([1.0, 2.0]), np.array([1.5, 1.0]), RECIPES["reach"]) == pytest.approx(0.75)


def test_the_score_of_a_normal_forecast_agrees_with_its_closed_form():
    levels = LEVELS[::2]
    quantiles = np.tile(stats.norm.ppf(levels), (3, 1))
    actual = np.array([-1.0, 0.0, 2.0])
    closed = actual * (2 * stats.norm.cdf(actual) - 1) + 2 * stats.norm.pdf(actual) - 1 / np.sqrt(np.pi)
    assert crps(actual, quantiles, levels) == pytest.approx(closed, abs=0.02)


def test_a_plainer_forecast_is_kept_where_the_other_is_better_by_luck():
    luck = np.random.default_rng(1)
    plain, fancy = luck.gamma(1, 1, 300), luck.gamma(1, 1, 300)
    fancy *= 0.99 * plain.mean() / fancy.mean()
    creators = np.arange(300) // 10
    assert one_standard_error_rule([plain, fancy], np.ones(300), creators, 0.0, min_standard_errors=1.0) == 0
    assert one_standard_error_rule([plain, fancy], np.ones(300), creators, 0.0, min_standard_errors=0.0) == 1


def test_a_forecast_that_is_clearly_better_is_chosen():
    plain = np.random.default_rng(1).gamma(1, 1, 300)
    assert one_standard_error_rule([plain, plain * 0.9], np.ones(300), np.arange(300), 0.001, min_standard_errors=1.0) == 1
    assert one_standard_error_rule([plain, plain * 0.9995], np.ones(300), np.arange(300), 0.001, min_standard_errors=1.0) == 0


def test_a_forecast_is_behind_by_its_gap_in_standard_errors_over_clusters_and_behind_none_of_three():
    best, cluster = np.array([1.0, 1.2, 1.1, 1.3, 1.0]), np.arange(5)
    worse = best + np.array([0.1, 0.2, 0.3, 0.2, 0.2])
    error = np.sqrt(0.02) / 5 * np.sqrt(5 / 2)  # as below
    assert behind_best([worse, best, best], np.ones(5), cluster) == pytest.approx([0.2 / error, 0.0, 0.0])
    assert behind_best([worse[:3], best[:3]], np.ones(3), cluster[:3]) == [0.0, 0.0]


def test_of_three_clusters_nothing_is_clear_and_of_few_a_standard_error_is_widened_as_students_t():
    plain, cluster = np.array([1.0, 1.2, 1.1, 1.3, 1.0]), np.arange(5)
    better = plain - np.array([0.1, 0.2, 0.3, 0.2, 0.2])
    # gaps of 0.1 to 0.3 around 0.2: a root of 0.02 over the mean of five, times the root of 5/2 for the variance of Student's t
    error = np.sqrt(0.02) / 5 * np.sqrt(5 / 2)
    for times, chosen in ((0.2 / error * 1.001, 0), (0.2 / error * 0.999, 1)):
        assert one_standard_error_rule([plain, better], np.ones(5), cluster, 0.0, min_standard_errors=times) == chosen
    assert one_standard_error_rule([plain[:3], better[:3]], np.ones(3), cluster[:3], 0.0, min_standard_errors=1.0) == 0
    errors = np.linspace(0.5, 0.6, 300)
    assert shrunken_bias(errors, np.ones(300), np.arange(300) % 3) == pytest.approx(np.median(errors), abs=1e-3)
    assert total_calibration_factor(np.full(300, 2.0), np.ones(300), np.arange(300) % 3) == 1.0


def test_a_median_error_is_chance_where_the_few_creators_behind_it_scatter_as_widely():
    luck, creator = np.random.default_rng(4), np.repeat(np.arange(20), 200)
    errors = luck.normal(0.2, 1.0, 20)[creator] + luck.normal(0, 0.1, 4000)
    middle = np.median(errors)
    assert shrunken_bias(errors, np.ones(4000), creator) == pytest.approx(middle, abs=0.01)
    assert (
        shrunken_bias(errors, np.ones(4000), np.arange(4000)) == pytest.approx(0.0, abs=0.01) != pytest.approx(middle, abs=0.01)
    )
    assert shrunken_bias(errors - middle + 5, np.ones(4000), creator) == pytest.approx(0.0, abs=0.1)


def test_a_gap_in_totals_is_closed_where_it_is_more_than_chance():
    luck = np.random.default_rng(3)
    expected = luck.gamma(2, 5, 4000)
    assert total_calibration_factor(luck.poisson(expected * 1.3).astype(float), expected, np.arange(4000)) == pytest.approx(
        1.3, rel=0.03
    )
    assert total_calibration_factor(luck.poisson(expected).astype(float), expected, np.arange(4000)) == pytest.approx(
        1.0, abs=0.02
    )
    few = np.array([0.0, 0.0, 3.0, 1.0])
    assert 1.0 <= total_calibration_factor(few, np.full(4, 0.8), np.arange(4)) < few.sum() / 3.2
    assert total_calibration_factor(np.zeros(3), np.ones(3), np.arange(3)) == 1.0


# By hand.


def test_an_expected_count_of_nothing_counts_as_a_millionth():
    orders, reach = RECIPES["orders"], RECIPES["reach"]
    assert losses(np.zeros(1), np.array([-50.0]), orders) == pytest.approx([4 * 1e-3])  # 4 × the root of a millionth
    assert log_counts(np.array([0.0, 1.0]), orders) == pytest.approx([np.log(1e-6), 0.0])
    assert log_counts(np.array([0.0, 1.0]), reach) == pytest.approx([0.0, np.log(2)])
    assert loss_of_counts(np.array([1.0, 3.0]), np.array([1.0, 1.0]), reach) == pytest.approx(np.log(2) / 2)


def test_an_estimate_is_shrunk_by_the_square_of_its_relative_error_and_to_nothing_within_it():
    assert [shrunk(2.0, 1.0), shrunk(-2.0, 1.0), shrunk(1.0, 2.0), shrunk(0.0, 1.0)] == [1.5, -1.5, 0.0, 0.0]


def test_standard_errors_of_four_and_five_values_are_widened_as_students_t():
    assert standard_error_of_mean(np.arange(4.0)) == pytest.approx(np.sqrt(5 * 4 / 1) / 4)  # squares of 5, n / (n - 3)
    assert standard_error_of_mean(np.arange(3.0)) == standard_error_of_mean(np.zeros(0)) == np.inf
    errors, one = np.arange(5.0), np.ones(5)
    error = (3 - 1) * np.sqrt(4 * 5 / 2) / 5  # quartiles of 1 and 3; four of five lie off the middle
    assert shrunken_bias(errors, one, np.arange(5)) == pytest.approx(2 * (error / 2) ** 2)
    assert shrunken_bias(errors, 2 * one, np.arange(5)) == pytest.approx(2 * (error / 2) ** 2)


def test_a_gap_in_totals_is_shrunk_by_the_standard_error_of_their_ratio():
    y, expected, error = np.array([2.0, 4.0, 6.0, 8.0]), np.full(4, 3.0), np.sqrt(20 * 4) / 20
    gap = np.log(5 / 3)
    assert total_calibration_factor(y, expected, np.arange(4)) == pytest.approx(np.exp(gap * (1 - (error / gap) ** 2)))
    assert total_calibration_factor(np.zeros(4), expected, np.arange(4)) == 1.0


def test_a_forecast_exactly_as_good_as_asked_of_it_is_kept():
    plain, better = np.array([1.0, 1.5]), np.array([0.5, 1.0])
    rule = [plain, better], np.ones(2), np.arange(2)
    assert one_standard_error_rule(*rule, min_relative_gain=2 / 3, min_standard_errors=0.0) == 0
    assert one_standard_error_rule(*rule, min_relative_gain=0.66, min_standard_errors=0.0) == 1


@pytest.mark.parametrize("by", [0.0, 1.0])
def test_the_chance_to_end_ahead_is_how_often_it_comes_about_where_errors_go_on_as_they_began(by):
    """Of gains drawn with the mean and the scatter of the first fifth, the share that end so many standard errors ahead."""
    rng, rows = np.random.default_rng(3), 1000
    luck = rng.normal(0.0, 1.0, rows // 5)
    begun = 0.03 + luck - luck.mean()
    nothing = np.zeros(len(begun))
    chance = chances_ahead([-begun], nothing, np.ones(len(begun)), np.arange(len(begun)), 0.2, by)[0]
    totals = begun.sum() + rng.normal(begun.mean(), begun.std(), (20_000, rows - len(begun))).sum(axis=1)
    assert chance == pytest.approx(np.mean(totals > by * begun.std() * np.sqrt(rows)), abs=0.02)
    assert 0.1 < chance < 0.9


def test_a_forecast_that_is_far_behind_has_no_chance_and_one_of_three_clusters_is_not_given_up():
    luck, weight = np.random.default_rng(1).normal(0.0, 0.1, 90), np.ones(90)
    behind = 1.0 + luck
    assert chances_ahead([behind], np.zeros(90), weight, np.arange(90), 0.2, 1.0)[0] < 1e-6
    assert chances_ahead([behind], np.zeros(90), weight, np.repeat([0, 1, 2], 30), 0.2, 1.0)[0] > 0.1
