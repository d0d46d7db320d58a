import json
from threading import Lock

import numpy as np
import pandas as pd
import pytest

from builders import CATALOGUE
from predictor.definitions import formulas
from predictor.definitions.formulas import formula, formula_named, packed
from predictor.definitions.schema import Rule
from predictor.errors import DefinitionError
from predictor.forecasting.baselines import AVERAGE, fit_baselines, from_json, per_column, select_baselines, to_json

RECIPES = CATALOGUE.recipes


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """What a test registers goes with it."""
    monkeypatch.setattr(formulas, "_registered", dict(formulas._registered))


def examples():
    return pd.DataFrame(
        {
            "platform": ["instagram"] * 60 + ["tiktok"] * 60,
            "tier": (["nano"] * 30 + ["mega"] * 30) * 2,
            "followers": ([1000.0] * 30 + [2e6] * 30) * 2,
            "posts": 1.0,
            "engagements": ([50.0] * 30 + [20_000.0] * 30) * 2,
            "orders": ([1.0, 0.0, 0.0] * 10 + [20.0] * 30) * 2,
        }
    )


def test_a_benchmark_is_the_typical_rate_of_the_group():
    recipe = RECIPES["engagement"]
    values = fit_baselines(examples(), recipe).log_rates(examples())
    assert np.exp(values["tier_benchmark"].iloc[0]) == pytest.approx(0.051, rel=0.7)
    assert values["tier_benchmark"].iloc[0] > values["followers_x_rate"].iloc[0] > values["tier_benchmark"].iloc[40]


def test_a_count_benchmark_reproduces_the_total():
    recipe = RECIPES["orders"]
    counts = np.exp(fit_baselines(examples(), recipe).log_rates(examples())["followers_x_rate"]) * examples()["followers"]
    assert counts.sum() == pytest.approx(examples()["orders"].sum())


def test_a_creator_without_a_record_gets_the_rule_named_instead():
    recipe = RECIPES["engagement"]
    rows = examples().assign(engagement_rate=[0.2] + [np.nan] * 119, posts_seen=[30.0] + [0.0] * 119)
    values = fit_baselines(rows, recipe).log_rates(rows)
    assert np.exp(values["weighted_record"].iloc[0]) == pytest.approx(0.2, rel=0.05)
    assert values["weighted_record"].iloc[1] == values["tier_benchmark"].iloc[1]
    assert values["weighted_record_same_format"].iloc[0] == values["weighted_record"].iloc[0]


def test_few_posts_are_trusted_less_than_many():
    recipe = RECIPES["engagement"]
    rows = examples().assign(engagement_rate=0.5, posts_seen=[1.0] * 60 + [30.0] * 60)
    values = fit_baselines(rows, recipe).log_rates(rows)["weighted_record"]
    assert values.iloc[0] < values.iloc[60]


def test_a_combination_never_seen_still_gets_an_answer():
    recipe = RECIPES["engagement"]
    rules = fit_baselines(examples(), recipe)
    stranger = pd.DataFrame({"platform": ["line"], "tier": [None], "followers": [5000.0]})
    assert rules.log_rates(stranger).notna().all(axis=None)


def test_rules_survive_being_written_as_json():
    recipe = RECIPES["orders"]
    rules = fit_baselines(examples(), recipe)
    again = from_json(json.loads(json.dumps(to_json(rules), sort_keys=True)))
    pd.testing.assert_frame_equal(rules.log_rates(examples()), again.log_rates(examples()))


THREE = ("engagement_rate", "engagement_rate_long", "engagement_rate_last_10")


def by_formula(name, **settings):
    """The shipped recipe with one more rule, `mine`, by a registered formula of three records."""
    recipe = RECIPES["engagement"]
    mine = Rule(formula=name, of=THREE, otherwise="tier_benchmark", **settings)
    return recipe.model_copy(update={"rules": recipe.rules | {"mine": mine}})


def test_a_rule_by_a_formula_says_what_the_function_gives_and_elsewhere_what_the_other_rule_says():
    recipe = by_formula("median_rate")
    rows = examples().assign(
        **dict(zip(THREE, ([0.2] + [np.nan] * 119, [0.3] + [np.nan] * 119, [9.0] + [np.nan] * 119), strict=True))
    )
    rules = fit_baselines(rows, recipe)
    values = rules.log_rates(rows)
    assert np.exp(values["mine"].iloc[0]) == pytest.approx(0.3)
    assert values["mine"].iloc[1:].equals(values["tier_benchmark"].iloc[1:])
    again = from_json(json.loads(json.dumps(to_json(rules))))
    pd.testing.assert_frame_equal(values, again.log_rates(rows))


def test_a_function_of_ones_own_is_registered_by_its_name_and_drawn_to_the_other_rule_by_posts():
    @formula
    def smallest_of_test(columns):
        return columns.min(axis=1) * np.where(columns["engagement_rate"] > 1, np.inf, 1)  # no rate, which counts as none

    rows = examples().assign(**dict.fromkeys(THREE, 0.5), posts_seen=30.0)
    rows.loc[1, "engagement_rate"] = 2.0
    values = fit_baselines(rows, by_formula("smallest_of_test", seen="posts_seen", shrink=30.0)).log_rates(rows)
    assert values["mine"].iloc[0] == pytest.approx((np.log(0.5) + values["tier_benchmark"].iloc[0]) / 2)
    assert values["mine"].iloc[1] == values["tier_benchmark"].iloc[1]
    with pytest.raises(ValueError, match=r"there is a formula 'median_rate' already, in predictor\.definitions\.formulas; give"):
        formula(type(smallest_of_test)(smallest_of_test.__code__, {}, "median_rate"))


def test_a_formula_is_taken_row_by_row_whatever_order_it_answers_in():
    @formula
    def sorted_of_test(columns):
        return columns.dropna(how="all").sort_values("engagement_rate").median(axis=1)

    rows = examples().assign(**{name: [0.3, 0.2, *[np.nan] * 118] for name in THREE}).set_axis([7] * 120)
    values = fit_baselines(rows.reset_index(drop=True), by_formula("sorted_of_test")).log_rates(rows)
    assert np.exp(values["mine"].iloc[:2]).tolist() == pytest.approx([0.3, 0.2])
    assert values["mine"].iloc[2] == values["tier_benchmark"].iloc[2]


def test_a_formula_that_gives_another_number_of_rates_is_refused():
    @formula
    def one_of_test(columns):
        return columns.iloc[:1, 0].to_numpy()

    rows = examples().assign(**dict.fromkeys(THREE, 0.5))
    with pytest.raises(DefinitionError, match="formula 'one_of_test' gave 1 for 120 rows; it must give each row a rate"):
        fit_baselines(rows, by_formula("one_of_test")).log_rates(rows)
    with pytest.raises(ValueError, match="a formula is a function with a name"):
        formula(lambda columns: columns)


def test_a_formula_that_an_installed_package_offers_is_found_by_its_name(tmp_path, monkeypatch):
    (tmp_path / "offering.py").write_text("def offered_of_test(columns):\n    return columns.max(axis=1)\n")
    (offer := tmp_path / "offering-1.dist-info").mkdir()
    (offer / "METADATA").write_text("Metadata-Version: 2.1\nName: offering\nVersion: 1\n")
    (offer / "entry_points.txt").write_text("[predictor.formulas]\noffered_of_test = offering:offered_of_test\n")
    assert formula_named("offered_of_test") is None
    monkeypatch.syspath_prepend(tmp_path)
    assert formula_named("offered_of_test")(pd.DataFrame({"a": [1.0], "b": [3.0]})).tolist() == [3.0]


def test_a_formula_that_holds_what_cannot_be_sent_is_named():
    lock = Lock()

    @formula
    def locked_of_test(columns):
        with lock:
            return columns.iloc[:, 0]

    with pytest.raises(DefinitionError, match="locked_of_test.*cannot be sent to other processes .*let it hold plain data"):
        packed()


def test_held_out_rows_choose_how_much_a_formula_is_drawn_to_the_other_rule():
    rows = examples().assign(**dict.fromkeys(THREE, 0.5), posts_seen=1.0)
    rows = rows.assign(engagements=np.round(0.5 * rows["followers"]))
    recipe = by_formula("median_rate", seen="posts_seen", shrink=(0.5, 8.0))
    log_rates = fit_baselines(examples(), recipe).log_rates(rows)
    rules, _ = select_baselines(rows, log_rates, recipe, np.ones(len(rows)))
    assert rules["mine"].shrink == 0.5


def with_records(short, long):
    """Rows whose engagements follow one of two records exactly."""
    rows = examples().assign(engagement_rate=short, engagement_rate_long=long, posts_seen=30.0)
    return rows.assign(engagements=np.round(rows["engagement_rate_long"] * rows["followers"]))


def test_rows_held_out_choose_the_record_that_forecasts_better():
    recipe = RECIPES["engagement"]
    rows = with_records(short=np.tile([0.01, 0.2], 60), long=np.tile([0.1, 0.1], 60))
    chosen, log_rates = select_baselines(rows, fit_baselines(rows, recipe).log_rates(rows), recipe, np.ones(len(rows)))
    assert chosen["weighted_record"].records == ("engagement_rate_long",)
    assert np.exp(log_rates["weighted_record"]).to_numpy() == pytest.approx(0.1, rel=0.1)


def test_a_sponsored_post_is_forecast_by_the_record_times_what_sponsoring_changed():
    recipe = RECIPES["engagement"]
    rows = examples().assign(
        engagement_rate=0.1, engagement_rate_same_format=0.1, sponsored_ratio=0.5, posts_seen=30.0, posts_seen_same_format=30.0
    )
    rows["sponsored"] = [True, False] * 60
    rates = np.exp(fit_baselines(rows, recipe).log_rates(rows)["record_as_sponsored"]).to_numpy()
    assert rates[0] == pytest.approx(0.05, rel=0.1) and rates[1] == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize("target", ["engagement", "orders"])
def test_a_regression_finds_the_columns_that_matter_and_stands_missing_values(target):
    recipe = RECIPES[target]
    luck = np.random.default_rng(2)
    rows = pd.DataFrame(
        {"followers": np.exp(luck.uniform(7, 14, 4000)), "niche_alignment": luck.uniform(0, 1, 4000), "posts": 1.0}
    )
    rows = rows.assign(platform="tiktok", tier="micro", kind="kol")
    mean = 0.01 * rows["followers"] ** 0.7 * np.exp(rows["niche_alignment"])
    rows[recipe.outcome] = luck.poisson(mean * luck.gamma(4, 1 / 4, 4000)).astype(float)
    counts = np.exp(fit_baselines(rows, recipe).log_rates(rows)["log_linear"]) * rows["followers"]
    assert np.median(np.abs(np.log(counts / mean))) < 0.25
    bare = fit_baselines(rows, recipe).log_rates(rows[["followers"]].assign(niche_alignment=np.nan))["log_linear"]
    assert bare.notna().all()


def test_a_regression_of_rare_counts_reproduces_the_total():
    counts = np.exp(fit_baselines(examples(), RECIPES["orders"]).log_rates(examples())["log_linear"]) * examples()["followers"]
    assert counts.sum() == pytest.approx(examples()["orders"].sum())


def test_the_average_is_of_the_creators_records_and_of_the_other_rules_where_there_are_none():
    recipe = RECIPES["engagement"]
    own = {"engagement_rate": 0.2, "posts_seen": 30.0, "engagement_rate_same_format": 0.1, "posts_seen_same_format": 10.0}
    rows = examples().assign(**{name: [value] + [np.nan] * 119 for name, value in own.items()})
    values = fit_baselines(examples(), recipe).log_rates(rows)
    known, stranger = values.iloc[0], values.iloc[1]
    finest = ["weighted_record_same_format", "record_as_sponsored"]  # drawn to weighted_record; no other steadies last_10_average
    assert known[AVERAGE] == pytest.approx(known[finest].mean()) != known["weighted_record"]
    assert stranger[AVERAGE] == pytest.approx(stranger[["followers_x_rate", "tier_benchmark", "log_linear"]].mean())


def test_of_a_format_without_a_record_the_average_is_the_record_of_all_formats():
    values = fit_baselines(examples(), RECIPES["engagement"]).log_rates(examples().assign(engagement_rate=0.2, posts_seen=30.0))
    assert values[AVERAGE].to_numpy() == pytest.approx(values["weighted_record"].to_numpy())


def test_a_regression_says_nothing_beyond_what_it_gave_the_rows_it_was_learned_from():
    rows = examples().assign(followers=np.geomspace(1e3, 1e6, 120), engagements=np.geomspace(10, 1e5, 120))
    rules = fit_baselines(rows, RECIPES["engagement"])
    learned = rules.log_rates(rows)["log_linear"]
    far = rules.log_rates(rows.head(2).assign(followers=[1.0, 1e12]))["log_linear"]
    assert far.tolist() == [learned.min(), learned.max()]


def test_of_regressions_alone_the_average_is_theirs():
    recipe = RECIPES["engagement"]
    only = recipe.model_copy(update={"rules": {"log_linear": recipe.rules["log_linear"]}})
    values = fit_baselines(examples(), only).log_rates(examples())
    assert values[AVERAGE].to_numpy() == pytest.approx(values["log_linear"].to_numpy())


# By hand.


def record_of(rates, **columns):
    """What a rule by a record says, beside the benchmark that it is drawn to (both as log rates)."""
    rule = RECIPES["engagement"].rules["record_as_sponsored"].model_copy(update={"shrink": 10.0, "otherwise": "tier_benchmark"})
    recipe = RECIPES["engagement"].model_copy(
        update={"rules": {"tier_benchmark": RECIPES["engagement"].rules["tier_benchmark"], "mine": rule}}
    )
    rows = examples().head(len(rates)).assign(engagement_rate_same_format=rates, **columns)
    values = fit_baselines(examples(), recipe).log_rates(rows)
    return values["mine"].to_numpy(), values["tier_benchmark"].to_numpy()


def test_a_record_of_nobody_knows_how_many_posts_counts_for_ten_and_one_of_many_for_thirty_at_most():
    found, prior = record_of([0.5] * 4, posts_seen_same_format=[np.nan, 0.0, 20.0, 500.0])
    for value, posts in zip(found, (10, 1, 20, 30), strict=True):
        assert value == pytest.approx((posts * np.log(0.5) + 10 * prior[0]) / (posts + 10))


def test_a_record_of_nothing_is_a_rate_of_a_million_millionth():
    found, prior = record_of([0.0], posts_seen_same_format=10.0)
    assert found[0] == pytest.approx((np.log(1e-12) + prior[0]) / 2)


def test_what_sponsoring_changed_is_at_most_fivefold_either_way_and_of_sponsored_posts_alone():
    ratios = {"sponsored_ratio": [0.01, 0.2, 2.0, 5.0, 90.0, np.nan], "posts_seen_same_format": 10.0}
    found, prior = record_of([0.1] * 6, sponsored=True, **ratios)
    times = np.array([0.2, 0.2, 2.0, 5.0, 5.0, 1.0])
    assert found == pytest.approx((np.log(0.1 * times) + prior) / 2)
    found, prior = record_of([0.1] * 6, sponsored=False, **ratios)
    assert found == pytest.approx((np.log(0.1) + prior) / 2)


def test_a_record_of_rare_counts_is_drawn_to_another_rule_as_a_rate_so_that_none_so_far_is_not_nothing():
    rows = examples().assign(past_order_rate=[0.0, 0.01] + [np.nan] * 118)
    rule = RECIPES["orders"].rules["past_orders"].model_copy(update={"shrink": 30.0, "otherwise": "tier_benchmark"})
    rules = {name: RECIPES["orders"].rules[name] for name in ("followers_x_rate", "tier_benchmark")} | {"mine": rule}
    rates = np.exp(fit_baselines(rows, RECIPES["orders"].model_copy(update={"rules": rules})).log_rates(rows))
    prior = rates["tier_benchmark"].iloc[0]
    assert rates["mine"].iloc[:2].tolist() == pytest.approx([30 * prior / 40, (10 * 0.01 + 30 * prior) / 40])
    assert rates["mine"].iloc[2] == rates["tier_benchmark"].iloc[2]


def test_rates_per_an_earlier_target_are_averaged_wherever_there_is_a_record_of_anything():
    reached = examples().assign(
        **{per_column("reach"): 500.0, "reach_rate": [0.3] * 2 + [np.nan] * 118, "past_order_rate": [0.01] + [np.nan] * 119}
    )
    values = fit_baselines(reached, RECIPES["orders"]).log_rates(reached)
    booked, seen, stranger = (values.iloc[place] for place in range(3))
    assert booked[AVERAGE] == pytest.approx(booked[["past_orders", "log_linear_per_reach"]].mean())
    assert seen[AVERAGE] == pytest.approx(seen["log_linear_per_reach"]) != seen["log_linear"]
    regressions = ["log_linear", "log_linear_per_reach"]  # which know of platform and tier what the benchmarks do
    assert stranger[AVERAGE] == pytest.approx(stranger[regressions].mean()) != stranger["tier_benchmark"]


def test_a_rule_per_an_earlier_target_is_per_the_exposure_where_that_has_no_forecast():
    clicks = RECIPES["clicks"].rules["clicks_per_reach"]
    recipe = RECIPES["orders"].model_copy(update={"rules": {"per_reach": clicks.model_copy(update={"shrink": 0.0})}})
    without = np.exp(fit_baselines(examples(), recipe).log_rates(examples())["per_reach"])
    assert (without * examples()["followers"]).sum() == pytest.approx(examples()["orders"].sum())
    assert without.iloc[0] == pytest.approx(without.iloc[59])  # one rate per follower
    reached = examples().assign(**{per_column("reach"): 500.0})
    given = fit_baselines(reached, recipe).log_rates(reached)["per_reach"]
    assert np.exp(given.iloc[0]) == pytest.approx(np.exp(given.iloc[30]) * 2e6 / 1000)  # one rate per reach, whatever followers
