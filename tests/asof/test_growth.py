import numpy as np
import pandas as pd
import pytest

from predictor.asof.growth import (
    AS_COUNTED,
    DEFAULT_PAIRS,
    KNOTS,
    LEAST_DEVIATION,
    RUNGS,
    STEP,
    Curve,
    Growth,
    default_curve,
    fit_curves,
    growth_from_json,
)


def power_law(slope, **groups):
    """Every count goes with one power of its age; `groups` by platform with powers of their own."""
    curves = {name: Curve(*3 * ((power,) * RUNGS,)) for name, power in {"instagram": slope, **groups}.items()}
    return Growth({"reach": 28.0}, {"reach": curves})


def of(platform, form=None):
    return pd.DataFrame({"platform": [platform], "format": pd.Series([form], dtype="str")})


def factor(growth, age, platform="instagram", form=None, kind="typical", to=None):
    return float(np.exp(growth.log_factor("reach", of(platform, form), np.array([age]), kind, to)[0]))


def pairs(count, rung, slope, platform="instagram"):
    """Posts counted at both ends of one rung of age, all growing by one slope."""
    begin, end = np.exp(KNOTS[rung]), np.exp(KNOTS[rung + 1])
    one = {"platform": platform, "format": "image", "age": begin, "next_age": end, "count": 0.0}
    return pd.DataFrame([one | {"next_count": np.expm1(slope * STEP)}] * count)


def test_a_count_is_multiplied_by_the_growth_between_its_age_and_the_horizon():
    growth = power_law(0.5)
    assert factor(growth, 7.0) == pytest.approx(2.0)
    assert factor(growth, 28.0) == 1.0
    assert factor(growth, 112.0) == pytest.approx(0.5)
    assert factor(growth, 7.0, to=63.0) == pytest.approx(3.0)


def test_the_narrowest_group_learned_decides_and_a_platform_never_seen_has_the_default():
    growth = power_law(0.5, **{"instagram/video": 1.0})
    assert factor(growth, 7.0, form="video") == pytest.approx(4.0)
    assert factor(growth, 7.0, form="image") == pytest.approx(2.0)
    assert factor(growth, 7.0, platform="tiktok") == pytest.approx(factor(Growth({"reach": 28.0}), 7.0, platform="x"))


def test_by_default_a_youtube_count_of_day_7_grows_by_15_percent_and_any_other_by_4():
    growth = Growth({"reach": 28.0})
    assert factor(growth, 7.0, platform="youtube") == pytest.approx(1.15, abs=0.005)
    assert factor(growth, 7.0, platform="tiktok") == pytest.approx(1.04, abs=0.005)


def test_without_a_horizon_a_count_stands_as_it_was_taken():
    assert factor(AS_COUNTED, 7.0) == 1.0


@pytest.mark.parametrize("count", [1, 30, 3000])
def test_slopes_are_drawn_towards_the_default_as_if_by_so_many_pairs(count):
    rung, prior = 8, default_curve("instagram")
    slope, deviation = prior.mean[rung], prior.deviation[rung]
    weight = (STEP / (STEP * deviation + LEAST_DEVIATION)) ** 2
    own = count * weight / (count * weight + DEFAULT_PAIRS / max(deviation, LEAST_DEVIATION) ** 2)
    curve = fit_curves(pairs(count, rung, 0.9))["instagram"]
    assert curve.mean[rung] == pytest.approx(slope + own * (0.9 - slope))
    assert curve.mean[rung + 1] == pytest.approx(prior.mean[rung + 1])


def test_a_few_posts_that_explode_move_the_mean_and_hardly_the_typical_growth():
    rows = pd.concat([pairs(950, 8, 0.2), pairs(50, 8, 8.0)])
    curve = fit_curves(rows)["instagram"]
    assert curve.mean[8] == pytest.approx(0.95 * 0.2 + 0.05 * 8.0, rel=0.1)
    assert curve.typical[8] == pytest.approx(0.2, rel=0.15)
    assert curve.deviation[8] > 0.5


def test_counts_that_do_not_grow_give_no_negative_slopes():
    curve = fit_curves(pairs(5000, 8, -0.05))["instagram"]
    assert min(curve.typical) >= 0.0 and curve.mean[8] == 0.0


def test_a_growth_read_from_its_plain_values_is_the_same():
    growth = power_law(0.3, tiktok=0.2)
    assert growth_from_json(growth.to_json()) == growth
