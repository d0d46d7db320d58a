import numpy as np
import pandas as pd
import pytest

from predictor.definitions.schema import LightGBM, Rule
from predictor.forecasting.baselines import AVERAGE, fit_baselines
from predictor.forecasting.design_matrix import design, has_history, mask_history, without_record
from predictor.forecasting.predict import baseline_counts, distribution, forecast
from predictor.forecasting.residual import FitContext, fit_residual
from predictor.forecasting.target_model import fit, held_out_loss, labelled, refit
from predictor.tables.frames import categorised


@pytest.fixture(scope="module")
def rows(training):
    return training.examples.tail(300).reset_index(drop=True)


TARGETS = ["clicks", "engagement", "orders", "reach", "revenue"]


@pytest.mark.parametrize("target", TARGETS)
def test_quantiles_are_ordered_and_never_negative(bundle, rows, target):
    forecasts = forecast(bundle.models[target], rows)
    assert (forecasts["p10"] >= 0).all()
    assert (forecasts["p10"] <= forecasts["p50"]).all() and (forecasts["p50"] <= forecasts["p90"]).all()
    assert forecasts.notna().all(axis=None)


@pytest.mark.parametrize("target", TARGETS)
def test_row_order_ids_and_unknown_columns_change_nothing(bundle, rows, target):
    shuffled = rows.sample(frac=1, random_state=1).assign(creator_id="x", row_id="y", surprise=3.0)
    forecasts = forecast(bundle.models[target], rows)
    pd.testing.assert_frame_equal(forecast(bundle.models[target], shuffled).sort_index(), forecasts)


def test_a_creator_of_whom_nothing_was_seen_gets_a_wider_interval(bundle, rows):
    model = bundle.models["engagement"]
    known, stranger = forecast(model, rows), forecast(model, without_record(rows, model.design))
    assert known["known"].mean() > 0.9 and not stranger["known"].any()
    width = lambda forecasts: np.median((forecasts["p90"] + 1) / (forecasts["p10"] + 1))  # noqa: E731
    assert width(stranger) > width(known)


def test_missing_values_are_normal_input(bundle, rows):
    model = bundle.models["engagement"]
    bare = rows[["platform", "followers"]].head(5)
    assert forecast(model, bare).notna().all(axis=None)
    assert forecast(model, rows.head(5).assign(followers=np.nan)).notna().all(axis=None)


def test_twice_the_posts_are_expected_to_bring_more(bundle, rows):
    model = bundle.models["engagement"]
    once, twice = (forecast(model, rows.assign(posts=posts))["expected"].sum() for posts in (1.0, 2.0))
    assert 1.3 * once < twice


@pytest.mark.slow
def test_the_same_examples_and_seed_give_the_same_model(training, catalogue):
    recipe = catalogue.recipes["orders"]
    examples = labelled(training.examples, recipe)
    one, two = (fit(examples, recipe, catalogue, seed=3) for _ in range(2))
    assert one.with_history.booster.text == two.with_history.booster.text
    np.testing.assert_array_equal(one.cold_start.errors.ranks, two.cold_start.errors.ranks)


def test_a_setting_of_lightgbm_reaches_the_trees_by_its_own_name(training, catalogue):
    shipped = catalogue.recipes["engagement"]
    rows = categorised(labelled(training.examples, shipped).tail(800).reset_index(drop=True), catalogue)

    def spread(**settings):
        recipe = shipped.model_copy(update={"lightgbm": LightGBM(**settings)})
        context = FitContext(recipe, design(rows, recipe, catalogue), seed=1, cold_start=True)
        baselines = fit_baselines(rows, context.recipe)
        booster = fit_residual(rows, baselines, "tier_benchmark", context, 20)
        log_rates = baselines.log_rates_by({"tier_benchmark"}, rows)["tier_benchmark"]
        return float(np.std(booster.raw_scores(context.design.matrix(rows, log_rates))))

    assert spread(lambda_l2=0.0) == spread() > 5 * spread(lambda_l2=20_000.0) > 0


def test_a_model_of_cold_starts_alone_says_of_strangers_what_the_whole_one_says(training, catalogue, rows):
    recipe = catalogue.recipes["orders"]
    examples = labelled(training.examples, recipe)
    whole, alone = fit(examples, recipe, catalogue), fit(examples, recipe, catalogue, cold_start_only=True)
    strangers = without_record(rows, whole.design)
    pd.testing.assert_frame_equal(forecast(alone, strangers), forecast(whole, strangers), check_exact=True)
    known, as_others = forecast(alone, rows), forecast(alone, strangers.assign(**rows[list(whole.design.habits)]))
    assert known["known"].any() and not as_others["known"].any()


def test_a_missing_outcome_is_never_taken_as_zero(training, catalogue):
    rows = labelled(training.examples, catalogue.recipes["orders"])
    assert len(rows) == training.bundle.models["orders"].support.labels < len(training.examples)
    assert rows["orders"].notna().all()


def test_strangers_keep_attributes_and_what_their_other_accounts_say_and_lose_their_record(bundle, rows):
    rows = rows.assign(engagement_elsewhere=0.5)
    blank = mask_history(rows, bundle.models["engagement"].design, seed=1)
    assert blank["engagement_rate"].isna().all()
    pd.testing.assert_series_equal(blank["engagement_elsewhere"], rows["engagement_elsewhere"])
    assert 0.3 < blank["posting_frequency"].notna().mean() < 0.7
    pd.testing.assert_series_equal(blank["followers"], rows["followers"])


@pytest.mark.parametrize(("target", "strength"), [("orders", 2.0), ("engagement", 100.0)])
def test_of_rare_counts_later_folds_decide_more_since_earlier_ones_learned_from_few_labels(training, catalogue, target, strength):
    rows, noise = training.examples.sort_values("at").head(800).reset_index(drop=True), np.random.default_rng(3)
    record, early = noise.lognormal(-4.0, 1.0, len(rows)), rows.index < 0.75 * len(rows)
    rate = np.where(early, 0.03, record)  # the record misleads until late, and tells all from then on
    rows = rows.assign(platform="tiktok", followers=1000.0, posts=1.0, engagement_rate=record, past_order_rate=record)
    rows[catalogue.recipes[target].outcome] = noise.poisson(1000.0 * rate).astype(float)
    column = {"orders": "past_order_rate", "engagement": "engagement_rate"}[target]
    rules = {"all": Rule(benchmark=("platform",)), "own": Rule(record=column, shrink=(100.0, 2.0), otherwise="all")}
    model = fit(rows, catalogue.recipes[target].model_copy(update={"rules": rules}), catalogue)
    assert model.with_history.baselines.rules["own"].shrinks == (strength,)


@pytest.mark.parametrize(("effect", "start"), [(0.4, AVERAGE), (1.2, "by_format")])
def test_of_strangers_rare_counts_a_baseline_that_is_not_clearly_better_leaves_the_average(training, catalogue, effect, start):
    rows, noise = training.examples.sort_values("at").head(800).reset_index(drop=True), np.random.default_rng(3)
    some = rows["format"].eq(rows["format"].mode()[0]).to_numpy()
    rows = rows.assign(platform="tiktok", followers=1000.0, posts=1.0)
    rows["orders"] = noise.poisson(5.0 * np.exp(effect * some)).astype(float)
    recipe = catalogue.recipes["orders"]
    rules = {"all": Rule(benchmark=("platform",)), "by_format": Rule(benchmark=("format",))}
    still = recipe.parameters.model_copy(update={"trees": 1, "learning_rate": 1e-6})
    model = fit(rows, recipe.model_copy(update={"rules": rules, "parameters": still}), catalogue)
    assert model.cold_start is not None
    assert model.cold_start.baseline_name == start


@pytest.mark.parametrize(("each", "as_strangers"), [(8, True), (16, False)])
def test_how_far_few_forecasts_from_a_record_miss_is_told_by_such_forecasts_as_soon_as_there_are_some(
    training, catalogue, each, as_strangers
):
    recipe, noise = catalogue.recipes["engagement"], np.random.default_rng(3)
    rows = labelled(training.examples, recipe).sort_values("at")
    rows = rows[rows["engagement_rate"].notna()].groupby("creator_id").head(each)
    rows = rows[rows["creator_id"].isin(rows["creator_id"].value_counts().head(12).index)].reset_index(drop=True)
    level = rows["creator_id"].map(dict(zip(rows["creator_id"].unique(), 10.0 ** np.linspace(2, 5, 12), strict=True)))
    own = {name: level / rows["followers"] for name in rows if name.startswith("engagement_rate") and "share" not in name}
    rows = rows.assign(**own, engagements=np.round(level * np.exp(noise.normal(0, 0.2, len(rows)))))
    model = fit(rows, recipe, catalogue)
    assert model.with_history.masked == as_strangers
    found = forecast(model, rows)
    width = np.log(found["p90"] / found["p10"]).median()
    assert width > 2.0 if as_strangers else width < 1.0  # creators differ a thousandfold, posts of one by a fifth


def test_every_rule_answers_every_row_beside_the_model(bundle, rows):
    model = bundle.models["reach"]
    counts = baseline_counts(model, rows)
    assert list(counts) == list(model.recipe.rules)
    assert counts.notna().all(axis=None)


@pytest.mark.slow
def test_pure_noise_around_the_own_record_keeps_the_rule(catalogue, training):
    recipe = catalogue.recipes["engagement"]
    examples = labelled(training.examples, recipe).tail(2500).reset_index(drop=True)
    examples = examples[examples["engagement_rate"].notna()].reset_index(drop=True)
    luck = np.random.default_rng(1)
    noise = luck.normal(0, 0.5, len(examples))
    examples["engagements"] = np.round(np.exp(np.log(examples["engagement_rate"] * examples["followers"]) + noise))
    model = fit(examples, recipe, catalogue)
    assert model.with_history.baseline_name in ("weighted_record", "log_linear")  # both say exactly what these rows follow
    assert model.with_history.residual_weight <= 0.5


@pytest.mark.parametrize("target", TARGETS)
def test_a_higher_goal_is_never_more_likely(bundle, rows, target):
    spread = distribution(bundle.models[target], rows)
    chances = np.column_stack([spread.at_least(goal) for goal in (0, 1, 10, 1000, 1e6)])
    assert (chances[:, 0] == 1).all() and (np.diff(chances, axis=1) <= 1e-12).all()
    assert ((chances >= 0) & (chances <= 1)).all()


def test_the_median_is_reached_about_half_the_time(bundle, rows):
    spread = distribution(bundle.models["engagement"], rows)
    assert spread.at_least(spread.quantile(0.5)) == pytest.approx(0.5, abs=0.02)


def test_learning_anew_keeps_the_choices_and_follows_the_rows(training, bundle):
    model = bundle.models["engagement"]
    examples = labelled(training.examples, model.recipe)
    again = refit(model, examples.assign(engagements=examples["engagements"] * 3))
    assert (again.with_history.baseline_name, again.with_history.residual_weight, again.cold_start.trees) == (
        model.with_history.baseline_name,
        model.with_history.residual_weight,
        model.cold_start.trees,
    )
    sums = [baseline_counts(one, examples.head(50))["followers_x_rate"].sum() for one in (model, again)]
    assert sums[1] == pytest.approx(3 * sums[0], rel=0.05)


def test_a_loss_on_folds_is_lower_for_a_recipe_that_may_learn(training, catalogue):
    recipe = catalogue.recipes["engagement"]
    examples = labelled(training.examples, recipe)
    idle = recipe.model_copy(update={"parameters": recipe.parameters.model_copy(update={"trees": 1})})
    assert held_out_loss(examples, recipe, catalogue) < held_out_loss(examples, idle, catalogue)


def test_a_record_may_be_a_word_or_a_number(catalogue):
    recipe = catalogue.recipes["reach"].model_copy(update={"known_by": ("niche", "reach_rate")})
    frame = pd.DataFrame({"niche": ["beauty", None, None], "reach_rate": [np.nan, 0.4, np.nan]})
    assert has_history(frame, recipe).tolist() == [True, True, False]
    assert has_history(frame[["reach_rate"]], recipe).tolist() == [False, True, False]
