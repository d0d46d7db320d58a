import numpy as np
import pytest

from builders import CATALOGUE, phrases, scored
from predictor.errors import RowsError
from predictor.forecasting.sampling import OutcomeCorrelations
from predictor.planning.comparison import candidates, compare
from predictor.planning.lineup import lineup
from predictor.planning.rules import LineupConstraints
from predictor.reporting import comparison_words, lineup_words


@pytest.mark.parametrize(("better", "verdict"), [(3.0, "influencers"), (1 / 3, "kols"), (1.0, "close")])
def test_the_verdict_follows_the_chance(better, verdict):
    assert compare(scored(better=better), "engagement", CATALOGUE).per_money.verdict == verdict


def test_equal_kinds_have_even_chances():
    assert compare(scored(), "engagement", CATALOGUE).per_money.chance == pytest.approx(0.5, abs=0.03)


def test_a_dearer_kind_loses_for_the_same_money_and_not_per_creator():
    rows = scored()
    rows.loc[rows["kind"] == "kol", "fee"] *= 4
    found = compare(rows, "engagement", CATALOGUE)
    assert found.per_money.chance > 0.95
    assert found.per_creator.chance == pytest.approx(0.5, abs=0.03)


def test_expected_values_add_up_and_lie_inside_their_interval():
    group = compare(scored(better=2.0), "engagement", CATALOGUE).by("kind")[0]
    assert group.total == pytest.approx(40_000)
    assert group.mean.value == pytest.approx(2000)
    assert group.mean.low < group.mean.value < group.mean.high
    assert group.cost.value == pytest.approx(2500)


def test_more_candidates_of_a_kind_make_its_mean_surer():
    few, many = (compare(scored(influencers=n), "engagement", CATALOGUE).by("kind")[0].mean for n in (5, 80))
    assert many.high - many.low < few.high - few.low


def test_different_currencies_are_never_added_up():
    rows = scored()
    rows.loc[0, "currency"] = "USD"
    found = compare(rows, "engagement", CATALOGUE)
    assert found.per_money.why_not == "currencies" and found.currencies == ("USD", "VND")
    assert found.per_creator.chance is not None


def test_one_of_a_kind_is_no_comparison():
    found = compare(scored(kols=1), "engagement", CATALOGUE)
    assert (found.per_money.chance, found.per_money.why_not) == (None, "few")


def test_candidates_without_a_quote_are_counted_and_left_out_of_money_only():
    rows = scored()
    rows.loc[:4, "fee"] = np.nan
    found = compare(rows, "engagement", CATALOGUE)
    assert found.without_quote == 5
    assert found.by("kind")[0].creators == 20 and found.by("kind")[0].quoted == 15


def test_a_goal_that_was_not_forecast_is_refused_with_those_that_were():
    with pytest.raises(RowsError, match="there is no forecast for the goal 'sales'; this file can answer: engagement."):
        compare(scored(), "sales", CATALOGUE)


@pytest.mark.parametrize(
    ("platform", "en", "vi"),
    [
        (None, "no row says its platform", "vì không dòng nào cho biết nền tảng"),
        ("tiktok", "this file holds no forecasts", "tệp này không có dự báo nào"),
    ],
)
def test_a_list_without_forecasts_is_refused_in_either_language_with_what_to_do(platform, en, vi):
    bare = scored()[["creator_id", "kind", "fee", "currency"]].assign(platform=platform)
    with pytest.raises(RowsError, match=en) as refused:
        compare(bare, "engagement", CATALOGUE)
    assert vi in refused.value.in_words("vi")


def test_the_same_seed_gives_the_same_answer():
    one, two = (compare(scored(), "engagement", CATALOGUE, seed=5).to_dict() for _ in range(2))
    assert one == two


def test_counts_too_rare_for_their_interval_still_bring_what_is_expected():
    rare = {"engagement_expected": 0.05, "engagement_p10": 0.0, "engagement_p50": 0.0, "engagement_p90": 0.0}
    group = compare(scored(**rare), "engagement", CATALOGUE).by("kind")[0]
    assert group.total == pytest.approx(1.0)
    assert group.mean.low <= 0.05 <= group.mean.high


def test_a_count_that_may_be_zero_has_no_upper_bound_on_its_cost():
    rare = {"orders_expected": 0.3, "orders_p10": 0.0, "orders_p50": 0.0, "orders_p90": 1.0}
    group = compare(scored(influencers=2, kols=2, **rare), "sales", CATALOGUE).by("kind")[0]
    assert group.cost.high is None
    assert group.cost.value == pytest.approx(5_000_000 / 0.3)


def test_what_a_campaign_shares_widens_each_group_and_leaves_the_comparison_of_kinds_as_sure():
    apart, tied = (
        compare(scored(better=1.3), "engagement", CATALOGUE, shocks=OutcomeCorrelations(campaign=share)) for share in (0.0, 0.6)
    )
    (one, _), (other, _) = apart.by("kind"), tied.by("kind")
    assert other.mean.high - other.mean.low > 1.5 * (one.mean.high - one.mean.low)
    assert tied.per_money.chance >= apart.per_money.chance - 0.02


def test_the_safe_value_lies_between_p10_and_the_middle_and_figures_of_a_media_kit_alone_are_told():
    rows = scored(posts_seen=[0, 30] * 20, known_creator=[True] * 30 + [False] * 10)
    found = candidates(rows, CATALOGUE.recipes["engagement"])
    assert (found["p10"] < found["safe"]).all() and (found["safe"] < found["p50"]).all()
    assert found["stated"].tolist() == [True, False] * 15 + [False] * 10
    assert not candidates(scored(), CATALOGUE.recipes["engagement"])["stated"].any()


@pytest.mark.parametrize(
    ("lang", "average", "why"), [("en", "average of the whole list", "Why?"), ("vi", "trung bình của cả", "Vì sao?")]
)
def test_where_nothing_is_compared_no_average_and_no_reason_is_spoken_of(lang, average, why):
    rows = scored(influencers=1, kols=0)
    found = lineup(rows, "engagement", LineupConstraints(budget=50e6), CATALOGUE, other_budgets=False)
    said = comparison_words.in_words(compare(rows, "engagement", CATALOGUE), phrases(lang), found)
    assert average not in said
    both = scored(better=2.0)
    found = lineup(both, "engagement", LineupConstraints(budget=50e6), CATALOGUE, other_budgets=False)
    assert average in comparison_words.in_words(compare(both, "engagement", CATALOGUE), phrases(lang), found)
    unsaid = lineup(both.assign(kind=None), "engagement", LineupConstraints(budget=50e6), CATALOGUE, other_budgets=False)
    assert why not in lineup_words.in_words(unsaid, phrases(lang)) and why in lineup_words.in_words(found, phrases(lang))


def test_a_cost_is_written_one_way_in_the_answer_and_in_the_table():
    found = lineup(scored(), "engagement", LineupConstraints(budget=50e6), CATALOGUE, other_budgets=False)
    said = lineup_words.in_words(found, phrases("vi"))
    assert said.count("5.000 ₫") >= 4 and "5 nghìn ₫" not in said
