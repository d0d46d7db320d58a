"""Later targets per forecast of an earlier one, which never knows what came of the same creator; outcomes stay in step."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from predictor.definitions.loader import catalogue_from
from predictor.errors import DefinitionError
from predictor.evaluation.backtest import judge_split
from predictor.forecasting.baselines import fit_baselines, per_column
from predictor.forecasting.predict import distribution
from predictor.forecasting.stages import Stages, fit_stages, with_stages
from predictor.forecasting.target_model import labelled
from predictor.tables.frames import categorised
from predictor.training.train import learned_from


@pytest.fixture(scope="module")
def examples(training, catalogue):
    """Everything that clicks learn from: bookings with clicks, posts and bookings with a reach."""
    return categorised(learned_from(training.examples, catalogue.recipes["clicks"], catalogue), catalogue)


def stage_of(examples, catalogue):
    return fit_stages(examples, catalogue.recipes["clicks"], catalogue, seed=1)


def test_what_came_of_a_creator_changes_the_forecasts_of_others_and_not_the_ones_learned_from_of_its_own(examples, catalogue):
    clicked = labelled(examples, catalogue.recipes["clicks"])
    creator = clicked["creator_id"].mode()[0]
    own = (clicked["creator_id"] == creator).to_numpy()
    before = stage_of(examples, catalogue)["reach"].counts(clicked)
    tenfold = examples.assign(reach=examples["reach"].where(examples["creator_id"] != creator, 10 * examples["reach"]))
    after = stage_of(tenfold, catalogue)["reach"].counts(clicked)
    assert (after[own] == before[own]).all()
    assert (after[~own] != before[~own]).any()


def test_a_reach_that_was_recorded_is_never_read_where_a_later_target_is_forecast(examples, catalogue, bundle):
    rows = labelled(examples, catalogue.recipes["clicks"]).head(50)
    forecast = distribution(bundle.models["clicks"], rows).forecast()
    unseen = distribution(bundle.models["clicks"], rows.drop(columns=["reach", "clicks"])).forecast()
    pd.testing.assert_frame_equal(forecast, unseen)


def test_a_stage_is_shared_by_targets_that_learn_it_from_the_same_rows_and_by_no_others(examples, catalogue):
    """A row less, or one outcome that was not known yet, is another fit: what is judged never shares what knows more."""
    stages = Stages()
    clicks, orders = (fit_stages(examples, catalogue.recipes[name], catalogue, 1, stages) for name in ("clicks", "orders"))
    assert clicks["reach"] is orders["reach"]
    last = examples.index[examples["reach"].notna()][-1]
    for known in (examples.drop(index=last), examples.assign(reach=examples["reach"].where(examples.index != last))):
        own = fit_stages(known, catalogue.recipes["revenue"], catalogue, 1, stages)["reach"]
        alone = fit_stages(known, catalogue.recipes["revenue"], catalogue, 1)["reach"]
        assert own is not clicks["reach"]
        assert own.whole.known.booster.text == alone.whole.known.booster.text != clicks["reach"].whole.known.booster.text


def test_targets_trained_together_hold_the_stage_that_each_would_learn_alone(training, catalogue):
    for name in ("clicks", "orders", "revenue"):
        recipe = catalogue.recipes[name]
        alone = fit_stages(learned_from(training.examples, recipe, catalogue), recipe, catalogue, seed=1)["reach"].whole
        together = training.bundle.models[name].stages["reach"]
        assert together.known.booster.text == alone.known.booster.text
        assert together.stranger.booster.text == alone.stranger.booster.text


def test_the_forecast_reach_is_near_the_one_that_came(examples, catalogue):
    recorded = labelled(examples, catalogue.recipes["reach"])
    forecast = stage_of(examples, catalogue)["reach"].counts(recorded)
    assert np.corrcoef(np.log(forecast), np.log1p(recorded["reach"]))[0, 1] > 0.7
    assert 0.5 < np.median(forecast / recorded["reach"].clip(lower=1)) < 2.0


def test_a_rule_per_reach_doubles_with_the_reach_to_expect_and_not_with_the_audience(examples, catalogue):
    recipe = catalogue.recipes["clicks"]
    rows = with_stages(labelled(examples, recipe), stage_of(examples, catalogue))
    fitted = fit_baselines(rows, recipe)
    reached = {per_column("reach"): 2 * rows[per_column("reach")]}
    for changed, ratio in ((reached, 2.0), ({"followers": 2.0 * rows["followers"]}, 1.0)):
        before, after = (
            np.exp(fitted.log_rates(one)["clicks_per_reach"]) * one["followers"].clip(lower=1) * one["posts"]
            for one in (rows[rows["followers"] > 0], rows.assign(**changed)[rows["followers"] > 0])
        )
        assert np.allclose(after / before, ratio)


def test_where_no_reach_was_recorded_such_a_rule_is_per_audience_like_the_others(examples, catalogue):
    without = examples.assign(reach=np.nan)
    assert stage_of(without, catalogue) == {}
    recipe = catalogue.recipes["clicks"]
    rows = labelled(without, recipe)
    plain = recipe.model_copy(
        update={"rules": {"clicks_per_reach": recipe.rules["clicks_per_reach"].model_copy(update={"per": None})}}
    )
    here, there = (fit_baselines(rows, one).log_rates(rows)["clicks_per_reach"] for one in (recipe, plain))
    assert (here == there).all()


@pytest.mark.parametrize("split", ["time", "new_creators"])
def test_revenue_is_judged_in_money_on_both_splits(training, catalogue, split):
    recipe = catalogue.recipes["revenue"]
    rows = learned_from(training.examples, recipe, catalogue)
    judged = judge_split(rows, recipe, catalogue, split).predictions
    judged = judged[judged["split"] == split]
    assert 0.2 < judged["expected"].sum() / judged["actual"].sum() < 5


def test_no_figure_of_a_forecast_is_above_that_of_what_bounds_it(bundle, training, catalogue):
    rows = labelled(training.examples, catalogue.recipes["clicks"]).head(40)
    reach, clicks = (distribution(bundle.models[name], categorised(rows, catalogue)) for name in ("reach", "clicks"))
    tight = replace(reach, ceiling=clicks)  # the other way round every row is bounded
    for figure in (lambda one: one.mean(), lambda one: one.quantile((0.1, 0.9)), lambda one: one.at_least(100)):
        assert (figure(tight) == np.minimum(figure(reach), figure(clicks))).all()
    assert (tight.mean() < reach.mean()).mean() > 0.9


WORDS = {"en": "x", "vi": "x"}


def column(**more):
    return {"label": WORDS, "meaning": WORDS, "known": "before_booking", **more}


COLUMNS = {
    "platform": column(type="category", open=True),
    "followers": column(type="count"),
    "goal": column(type="category", categories={"awareness": WORDS, "traffic": WORDS}),
    "reach": column(type="count") | {"known": "after_booking"},
    "clicks": column(type="count") | {"known": "after_booking"},
}
RECIPE = {
    "label": WORDS, "exposure": ["followers"], "objective": "tweedie", "features": ["platform"], "known_by": ["platform"],
    "rules": {"typical": {"benchmark": ["platform"]}}, "minimum_labels": 1,
    "parameters": {"trees": 1, "learning_rate": 0.1, "leaves": 2, "smallest_leaf": 1},
    "cost_per": {"units": 1, **WORDS}, "gates": {"gain": [0, 1], "coverage": [0, 1]},
}  # fmt: skip


def two_targets(clicks, reach):
    """A catalogue of reach and clicks, whose recipes differ from plain ones by these keys."""
    recipes = {
        "reach": RECIPE | {"goal": "awareness", "outcome": "reach"} | reach,
        "clicks": RECIPE | {"goal": "traffic", "outcome": "clicks"} | clicks,
    }
    return catalogue_from({"base": {"title": WORDS, "entries": COLUMNS}}, recipes)


def per(target, **more):
    return {"rules": {"typical": {"benchmark": ["platform"], "per": target, **more}}}


@pytest.mark.parametrize(
    ("clicks", "reach", "said"),
    [
        (
            per("raech"),
            {},
            r"models/clicks.yaml: rules: typical: per: got 'raech'; allowed: a target that is not itself per another",
        ),
        (per("clicks"), {}, r"per: got 'clicks'; allowed: a target that is not itself per another \(reach\)"),
        (per("reach"), per("clicks"), r"models/reach.yaml: rules: typical: per: got 'clicks'; allowed"),
        (per("reach", otherwise="typical"), {}, r"`per` is for a `benchmark` or `regression` without `otherwise`; remove one"),
        ({"at_most": "raech"}, {}, r"models/clicks.yaml: at_most: got 'raech'; allowed: reach"),
        ({"at_most": "reach"}, {"at_most": "clicks"}, r"models/clicks.yaml: at_most: got 'reach'; allowed: "),
    ],
)
def test_a_target_that_is_none_or_leads_back_to_itself_is_refused(clicks, reach, said):
    assert two_targets(per("reach") | {"at_most": "reach"}, {})
    with pytest.raises(DefinitionError, match=said):
        two_targets(clicks, reach)
