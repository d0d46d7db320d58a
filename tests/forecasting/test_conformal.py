import numpy as np
import pandas as pd
import pytest
from scipy import stats

from predictor.evaluation.calibration import part_between
from predictor.forecasting.conformal import (
    CREATORS,
    LEVELS,
    NEWCOMERS,
    ROWS,
    CalibratedNegativeBinomial,
    LogErrors,
    _grid_between,
    _platform_sizes,
    fit_log_errors,
    fit_negative_binomial,
    newcomers,
    record_of,
    shrink_means,
    strata,
    stratum_of,
    widen,
)


def everyone(n):
    """One group of n rows that count the same."""
    return {"": np.ones(n, dtype=bool)}, np.ones(n)


def of_one_platform(n):
    """Rows whose counts are as hard to foretell as each other's."""
    return pd.DataFrame({"platform": ["tiktok"] * n})


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
    spread = fit_negative_binomial(of_one_platform(3000), counts[:3000], expected[:3000], *everyone(3000))
    low, high = (spread.quantile(*asked(np.log(expected[3000:])), level) for level in (0.1, 0.9))
    inside = np.mean((counts[3000:] >= low) & (counts[3000:] <= high))
    assert 0.8 <= inside <= 0.95
    assert (low >= 0).all() and (low == np.round(low)).all() and (low <= high).all()


def test_counts_of_each_platform_are_held_as_often_as_said_though_some_are_harder_to_foretell(luck):
    expected = np.exp(luck.normal(4, 1, 12_000))
    platform = luck.choice(["instagram", "tiktok", "youtube"], 12_000)
    scatter = pd.Series(platform).map({"instagram": 0.3, "tiktok": 0.9, "youtube": 0.5}).to_numpy()
    counts = luck.negative_binomial(1 / scatter**2, 1 / (1 + scatter**2 * expected)).astype(float)
    rows = pd.DataFrame({"platform": platform})
    spread = fit_negative_binomial(rows[:6000], counts[:6000], expected[:6000], *everyone(6000))
    later = rows[6000:].reset_index(drop=True)
    centre, stratum, came = np.log(expected[6000:]), np.zeros(6000, dtype=int), counts[6000:]
    low, high = (spread.quantile(centre, spread.size(later), stratum, level) for level in (0.1, 0.9))
    inside = pd.Series((came >= low) & (came <= high)).groupby(later["platform"]).mean()
    assert inside.between(0.77, 0.84).all()
    for_all = [spread.quantile(centre, np.ones(6000), stratum, level) for level in (0.1, 0.9)]
    told_alike = pd.Series((came >= for_all[0]) & (came <= for_all[1])).groupby(later["platform"]).mean()
    assert told_alike["instagram"] > 0.87 and told_alike["tiktok"] < 0.75


def test_the_size_of_few_errors_of_a_platform_is_drawn_to_that_of_all_by_hand():
    ends = np.array([0.1587, 0.8413, 0.5, 0.5])  # one, one, none and none from the middle on the normal scale
    found = _platform_sizes(pd.DataFrame({"platform": ["a", "a", "b", "b"]}), ends, ends, np.ones(4))
    # their mean is a half; two rows count for two in forty-two
    assert found == {"a": pytest.approx((2 * 2 + 40) / 42, abs=1e-4), "b": pytest.approx(40 / 42)}
    rare = fit_negative_binomial(pd.DataFrame({"platform": ["a", None] * 20}), np.arange(40.0), np.full(40, 9.0), *everyone(40))
    assert rare.size(pd.DataFrame({"platform": [None, "never seen"]})).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("more", [1.0, 3.0])
def test_whatever_the_shape_of_rare_counts_an_interval_holds_as_often_as_it_says_over_the_parts_of_each_count(luck, more):
    expected = luck.gamma(0.7, 2.0, 8000)
    none = luck.uniform(size=8000) < 0.4  # no negative binomial has as many zeros beside counts so large
    counts = np.where(none, 0, luck.poisson(expected * np.where(luck.uniform(size=8000) < 0.3, more * 2, 1.0))).astype(float)
    spread = fit_negative_binomial(of_one_platform(4000), counts[:4000], expected[:4000], *everyone(4000))
    rows, came = asked(np.log(expected[4000:])), counts[4000:]
    fell = pd.DataFrame({"below": 1 - spread.at_least(*rows, came), "upto": 1 - spread.at_least(*rows, came + 1)})
    for low, high in ((0.1, 0.9), (0.0, 0.1), (0.9, 1.0), (0.25, 0.75)):
        assert part_between(fell, low, high).mean() == pytest.approx(high - low, abs=0.012)


def test_ranks_known_between_two_ends_lie_where_those_that_overlap_agree_by_hand():
    low, high = np.repeat([0.0, 0.25, 0.5], 400), np.repeat([0.5, 0.75, 1.0], 400)
    found = _grid_between(low, high, np.ones(1200), 1200.0)
    # each is best explained between 0.25 and 0.5, where the first two agree, or between 0.5 and 0.75, where the last two do
    assert np.interp([0.05, 0.5, 0.95], LEVELS, found) == pytest.approx([0.25, 0.5, 0.75], abs=0.04)
    apart = _grid_between(np.array([0.1, 0.6]), np.array([0.2, 0.7]), np.array([3.0, 1.0]), 1e9)
    assert np.interp([0.375, 0.875], LEVELS, apart) == pytest.approx([0.15, 0.65], abs=0.01)  # three quarters, then one


def test_rows_that_err_together_give_a_wider_interval_and_the_same_mean(luck):
    clusters, one, alone = np.repeat(np.arange(8), 50), np.ones(400), np.zeros(400)
    together = np.repeat(luck.normal(0, 1, 8), 50) + luck.normal(0, 0.01, 400)
    plain = fit_log_errors(together, *everyone(400))
    wide = widen(plain, together, one, clusters, one)
    held = [np.mean(together <= np.interp(level, LEVELS, wide.errors[0])) for level in (0.1, 0.5, 0.9)]
    # beyond either end lie 40 rows of one cluster: (40 × 0.9 - 10 × 0.1)² + 7 × (50 × 0.1)² = 1400, and of single rows 36
    effect = 1400 / 36
    ends = 0.4 * (1 + effect / 400) / (1 + 1 / 400)
    assert held == pytest.approx([0.5 - ends, 0.5, 0.5 + ends], abs=0.004)
    centre, stratum = np.full(3, 5.0), np.zeros(3, dtype=int)
    np.testing.assert_allclose(wide.mean(centre, one[:3], stratum), plain.mean(centre, one[:3], stratum), rtol=0.005)
    np.testing.assert_allclose(widen(plain, together, one, np.arange(400), one).errors, plain.errors)
    apart = luck.normal(alone, 1)
    plain = fit_log_errors(apart, *everyone(400))
    ratio = np.ptp(widen(plain, apart, one, clusters, one).errors[0][19:180]) / np.ptp(plain.errors[0][19:180])
    assert 1.0 <= ratio < 1.05


def test_clusters_that_err_less_together_than_single_rows_would_narrow_nothing():
    one, errors = np.ones(400), np.linspace(-1, 1, 400)
    plain = fit_log_errors(errors, *everyone(400))
    spread_evenly = np.arange(400) % 40  # each cluster has one of ten rows beyond either end
    np.testing.assert_allclose(widen(plain, errors, one, spread_evenly, one).errors, plain.errors)


def test_rows_are_worth_no_less_than_their_clusters():
    one, errors = np.ones(400), np.linspace(-1, 1, 400)
    plain = fit_log_errors(errors, *everyone(400))
    outer = np.where(
        (np.arange(400) < 40) | (np.arange(400) >= 360), 0, np.arange(400)
    )  # all beyond either end are of one cluster
    wide = widen(plain, errors, one, outer, one)
    effect = 400 / (400**2 / (80**2 + 320))  # the shares vary as if of even fewer than these clusters
    ends = 0.4 * (1 + effect / 400) / (1 + 1 / 400)
    held = [np.mean(errors <= np.interp(level, LEVELS, wide.errors[0])) for level in (0.1, 0.9)]
    assert held == pytest.approx([0.5 - ends, 0.5 + ends], abs=0.004)


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
    spread = fit_negative_binomial(of_one_platform(4000), counts[:4000], expected[:4000], *everyone(4000))
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


def test_the_mean_of_a_narrow_stratum_is_drawn_to_the_wider_one_by_its_creators():
    errors, strata = np.log([1.0, 1.0, 3.0, 3.0]), {"": np.ones(4, bool), "/many": np.array([0, 0, 1, 1], bool)}
    fitted = fit_log_errors(np.repeat(errors, 100), {name: np.repeat(rows, 100) for name, rows in strata.items()}, np.ones(400))
    creators = np.concatenate([np.zeros(200), np.arange(200) % 50])
    masks = {name: np.repeat(rows, 100) for name, rows in strata.items()}
    shrunk = shrink_means(fitted, masks, np.ones(400), creators, others=False)
    wide, own = (np.exp(grid).mean() for grid in shrunk.errors)
    assert (wide, own) == (pytest.approx(2.0, abs=0.02), pytest.approx(3.0))
    around = wide ** (400 / 450)  # four hundred rows beside fifty of none, whose mean would be the median
    drawn = around * (own / around) ** (50 / 150)  # fifty creators count for a third beside a hundred
    assert shrunk.mean(np.array([5.0]), np.ones(1), np.array([1]))[0] + drawn / own == pytest.approx(np.exp(5.0) * drawn)
    assert shrunk.quantile(np.array([5.0]), np.ones(1), np.array([1]), 0.9) == fitted.quantile(
        np.array([5.0]), np.ones(1), np.array([1]), 0.9
    )


def test_the_mean_of_all_rows_is_drawn_to_the_median_by_its_rows_or_for_others_by_its_creators(luck):
    errors, creators = luck.normal(0.0, 0.6, 100), np.arange(100) % 25
    everybody = {"": np.ones(100, dtype=bool)}
    fitted = fit_log_errors(errors, everybody, np.ones(100))
    factor = np.exp(fitted.errors[0]).mean()
    for others, share in ((False, 100 / 150), (True, 25 / 125)):
        found = shrink_means(fitted, everybody, np.ones(100), creators, others).mean(*asked([9.0]))[0]
        assert found == pytest.approx(np.exp(9.0) * factor**share, rel=1e-3)


def starters(days, rows=4):
    """Held-out rows of creators who started so many days ago, all before anything of theirs was on record."""
    since = pd.Timestamp("2026-01-01") - pd.to_timedelta(np.repeat(days, rows), unit="D")
    creators = np.repeat([f"c{place}" for place in range(len(days))], rows)
    return pd.DataFrame({"creator_id": creators, "since": since, "newcomer": True})


def test_newcomers_count_by_creator_and_half_as_much_a_month_earlier():
    held_out = pd.concat([starters([0] * 20), starters([30] * 20, rows=8).assign(newcomer=True)], ignore_index=True)
    held_out["creator_id"] = held_out["creator_id"] + held_out["since"].astype(str)
    found = newcomers(held_out)
    weight = pd.Series(found.weight).groupby(held_out["creator_id"]).sum()
    assert weight.value_counts().to_dict() == {1.0: 20, 0.5: 20}
    assert found.creators == pytest.approx(30**2 / 25)  # (20 + 10)² / (20 + 5)
    assert newcomers(held_out.assign(newcomer=False)) is None and newcomers(starters([0] * 24)) is None


def test_few_newcomers_widen_their_interval_as_if_each_creator_were_one_result():
    held_out = starters([0] * 25, rows=40)
    errors = np.linspace(-1, 1, 1000)
    fitted = fit_log_errors(errors, *everyone(1000), newcomers(held_out))
    everybody, new = (np.interp([0.1, 0.9], np.arange(1, 200) / 200, grid) for grid in fitted.errors)
    assert fitted.strata == ("", NEWCOMERS)
    assert everybody == pytest.approx([-0.8, 0.8], abs=0.01)
    assert new == pytest.approx([-0.8 * 26 / 25, 0.8 * 26 / 25], abs=0.01)


def test_only_whoever_has_no_post_on_record_is_a_newcomer():
    asked = pd.DataFrame({"posts_seen": [0.0, np.nan, 3.0]})
    assert stratum_of(asked, ("", NEWCOMERS)).tolist() == [1, 0, 0] and stratum_of(asked, ("",)).tolist() == [0, 0, 0]


# Beside what others compute, or what can be computed by hand.


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("dispersion", [0.05, 1.0, 4.0])
def test_where_ranks_are_even_a_rare_count_is_the_negative_binomials_of_scipy(luck, level, dispersion):
    even = CalibratedNegativeBinomial(("",), LEVELS[None, :], dispersion)
    expected = np.r_[luck.gamma(0.5, 20, 500), 1e-6, 3000.0, 250_000.0]
    levels = np.interp(level, LEVELS, LEVELS)
    ours = even.quantile(np.log(expected), np.ones(len(expected)), np.zeros(len(expected), dtype=int), level)
    size = 1 / dispersion
    np.testing.assert_array_equal(ours, stats.nbinom.ppf(levels, size, size / (size + expected)))


def test_counts_of_rows_that_share_no_level_are_those_of_scipy(luck):
    expected, size = np.exp(luck.uniform(-8, 9, 4000)), luck.uniform(0.5, 3, 4000)
    even = CalibratedNegativeBinomial(("",), LEVELS[None, :], 0.7)
    ours = even.quantile(np.log(expected), size, np.zeros(4000, dtype=int), 0.9)
    level = stats.norm.cdf(size * stats.norm.ppf(0.9))
    np.testing.assert_array_equal(ours, stats.nbinom.ppf(level, 1 / 0.7, 1 / 0.7 / (1 / 0.7 + np.exp(np.log(expected)))))


def test_rows_of_many_levels_each_get_the_count_of_their_own_level(luck):
    even = CalibratedNegativeBinomial(("a", "b"), np.stack([LEVELS, LEVELS**2]), 1.0)
    expected, stratum = luck.gamma(1, 10, 400), luck.integers(0, 2, 400)
    ours = even.quantile(np.log(expected), np.ones(400), stratum, 0.8)
    np.testing.assert_array_equal(ours, stats.nbinom.ppf(np.where(stratum, 0.64, 0.8), 1.0, 1 / (1 + expected)))


@pytest.mark.parametrize("rows", [0, 1, 400])
def test_quantiles_read_together_are_those_read_one_by_one(luck, rows):
    levels, centre, size = np.array([0.1, 0.5, 0.9]), luck.normal(3, 2, rows), luck.choice([1.0, 1.3], rows)
    stratum = luck.integers(0, 2, rows)
    counts = CalibratedNegativeBinomial(("a", "b"), np.stack([LEVELS, LEVELS**2]), 0.7)
    logs = LogErrors(("a", "b"), np.stack([LEVELS - 0.5, 2 * LEVELS - 1]), np.ones(2))
    for spread in (counts, logs):
        together = spread.quantile(centre, size, stratum, levels)
        np.testing.assert_array_equal(together, [spread.quantile(centre, size, stratum, level) for level in levels])


@pytest.mark.parametrize("dispersion", [0.2, 1.5])
def test_the_dispersion_of_counts_that_were_drawn_with_it_is_found(luck, dispersion):
    expected, size = luck.gamma(2, 20, 8000), 1 / dispersion
    drawn = stats.nbinom.rvs(size, size / (size + expected), random_state=7)
    assert fit_negative_binomial(of_one_platform(8000), drawn, expected, *everyone(8000)).dispersion == pytest.approx(
        dispersion, rel=0.06
    )


def test_the_expected_value_of_wide_errors_is_their_mean_by_hand():
    errors = np.linspace(-6.0, 3.0, len(LEVELS))
    (found,) = LogErrors(("",), errors[None, :], np.ones(1)).mean(np.array([8.0]), np.ones(1), np.zeros(1, dtype=int))
    assert found == pytest.approx(np.exp(8.0 + errors).mean() - 1)


def test_strata_go_as_deep_as_rows_and_creators_suffice():
    rows = pd.DataFrame({"posts_seen": 20.0, "platform": "tiktok", "tier": "micro", "creator_id": np.arange(ROWS) % CREATORS})
    assert list(strata(rows)) == ["", "/many", "/many/tiktok", "/many/tiktok/micro"]
    assert list(strata(rows.head(ROWS - 1))) == [""]
    assert list(strata(rows.assign(creator_id=np.arange(ROWS) % (CREATORS - 1)))) == [""]


def two_platforms():
    """Two platforms with many creators, one with a single creator who posts a lot."""
    platform = ["tiktok"] * 1200 + ["instagram"] * 600 + ["line"] * 600
    creators = np.concatenate([np.arange(1200) % 60, 100 + np.arange(600) % 30, np.full(600, 999)])
    return pd.DataFrame({"platform": platform, "tier": "micro", "posts_seen": 20.0, "creator_id": creators})


def test_a_group_needs_enough_rows_of_enough_creators():
    assert list(strata(two_platforms())) == [
        "", "/many", "/many/instagram", "/many/tiktok", "/many/instagram/micro", "/many/tiktok/micro",
    ]  # fmt: skip


def test_a_row_belongs_to_its_narrowest_group_and_else_to_a_wider_one():
    groups = tuple(strata(two_platforms()))
    asked = pd.DataFrame(
        {
            "platform": ["tiktok", "tiktok", "line", "tiktok"],
            "tier": ["micro", "mega", "micro", "micro"],
            "posts_seen": [50, 50, 50, 0],
        }
    )
    assert [groups[at] for at in stratum_of(asked, groups)] == ["/many/tiktok/micro", "/many/tiktok", "/many", ""]


def test_rows_without_any_of_the_columns_still_have_a_group():
    assert list(stratum_of(pd.DataFrame({"followers": [1.0, 2.0]}), ("", "/many"))) == [0, 0]


def test_a_record_is_none_few_some_or_many_posts():
    records = record_of(pd.DataFrame({"posts_seen": [0, 1, 2, 3, 9, 10, np.nan]}))
    assert list(records) == ["none", "few", "few", "some", "some", "many", "none"]


@pytest.mark.parametrize("n", [20, 50, 200])
def test_of_the_next_of_exchangeable_errors_the_interval_holds_its_share_however_few_were_seen(luck, n):
    """Held-out errors of one size: p10 to p90 hold 80 % on average over many small samples, which needs the n + 1 of conformal
    prediction (Vovk et al. 2005, "Algorithmic Learning in a Random World"); plain quantiles of twenty hold 76 %."""
    held = []
    for _ in range(600):
        errors = luck.normal(0, 1, n + 20)
        spread = fit_log_errors(errors[:n], *everyone(n))
        low, high = (np.log1p(spread.quantile(*asked(np.full(20, 30.0)), level)) - 30 for level in (0.1, 0.9))
        held.append(((errors[n:] >= low) & (errors[n:] <= high)).mean())
    assert np.mean(held) == pytest.approx(0.8, abs=0.015)
