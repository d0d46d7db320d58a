"""Residual models that fall out of the race cost nothing; those that stay are what they would be without one."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from predictor.forecasting import race as race_of_models
from predictor.forecasting.baselines import fit_baselines
from predictor.forecasting.design_matrix import design, exposure, has_history
from predictor.forecasting.race import race
from predictor.forecasting.residual import FitContext, fit_residual, predict_residual
from predictor.forecasting.splits import error_clusters, time_forward
from predictor.forecasting.target_model import labelled
from predictor.tables.frames import Columns

TRIED = ["tier_benchmark", "weighted_record"]


@pytest.fixture(scope="module")
def asked(training, catalogue):
    """What a race is about: 1,500 posts with a record, three folds in time, two baselines."""
    recipe = catalogue.recipes["engagement"]
    rows = labelled(training.examples, recipe)
    rows = rows[has_history(rows, recipe)].tail(1500).reset_index(drop=True)
    folds = time_forward(rows)
    fitted = [fit_baselines(rows.iloc[train_idx], recipe) for train_idx, _ in folds]
    logs = pd.concat([one.log_rates(rows.iloc[test_idx]) for one, (_, test_idx) in zip(fitted, folds, strict=True)])
    held_out = rows.iloc[np.concatenate([test_idx for _, test_idx in folds])]
    starts = logs[TRIED].add(np.log(exposure(held_out, recipe.exposure)), axis=0)
    return {
        "rows": rows, "folds": folds, "fitted": fitted, "log_starts": starts, "weight": np.ones(len(held_out)),
        "cluster": error_clusters(held_out), "context": FitContext(recipe, design(rows, recipe, catalogue), seed=1),
        "min_standard_errors": 0.0,
    }  # fmt: skip


def raced(asked):
    return race(**asked | {"rows": Columns.of(asked["rows"])})


def test_a_start_that_is_hopeless_on_the_first_fold_falls_out_and_the_other_is_as_if_it_had_run_alone(asked):
    hopeless = asked["log_starts"].assign(tier_benchmark=asked["log_starts"]["tier_benchmark"] + 5.0)
    found = raced(asked | {"log_starts": hopeless})
    assert {name for name, _ in found} == {"weighted_record"}
    alone = raced(asked | {"log_starts": hopeless[["weighted_record"]]})
    assert found.keys() == alone.keys()
    assert all((found[one] == alone[one]).all() for one in found)


def test_what_is_left_was_fitted_on_every_fold_and_answers_every_row_held_out(asked):
    found = raced(asked)
    (name, trees), told = list(found.items())[-1]
    each = []
    for (train_idx, test_idx), baselines in zip(asked["folds"], asked["fitted"], strict=True):
        booster = fit_residual(asked["rows"].iloc[train_idx], baselines, name, asked["context"], trees)
        held_out = asked["rows"].iloc[test_idx]
        each.append(
            predict_residual(booster, asked["context"].design.matrix(held_out, baselines.log_rates(held_out)[name]), trees)
        )
    np.testing.assert_array_equal(told, np.concatenate(each))


def test_where_every_residual_model_is_clearly_behind_none_is_left_and_the_baselines_stand(asked):
    came = np.log1p(asked["rows"][asked["context"].recipe.outcome].to_numpy(dtype=float))
    exact = pd.DataFrame({"weighted_record": came[np.concatenate([test_idx for _, test_idx in asked["folds"]])]})
    assert raced(asked | {"log_starts": exact}) == {}


def test_models_that_are_no_better_than_a_baseline_alone_fall_out_where_a_standard_error_is_asked_and_learn_on_where_not(asked):
    """Errors of a baseline by chance alone: a residual model cannot foretell them, and learns what is not there."""
    recipe, rng = asked["context"].recipe, np.random.default_rng(1)
    rows, start = asked["rows"], asked["log_starts"][["weighted_record"]]
    expected = np.exp(pd.concat([one.log_rates(rows) for one in asked["fitted"][:1]])["weighted_record"].to_numpy())
    came = expected * exposure(rows, recipe.exposure) * np.exp(rng.normal(0.0, 0.3, len(rows)))
    chance = asked | {"rows": rows.assign(**{recipe.outcome: np.round(came)}), "log_starts": start}
    chance["fitted"] = asked["fitted"][:1] * len(asked["folds"])
    held_out = rows.iloc[np.concatenate([test_idx for _, test_idx in asked["folds"]])]
    alone = chance["fitted"][0].log_rates(held_out)[["weighted_record"]]
    chance["log_starts"] = alone.add(np.log(exposure(held_out, recipe.exposure)), axis=0)
    assert raced(chance | {"min_standard_errors": 1.0}) == {}


def test_of_many_rows_forward_in_time_a_baseline_goes_on_with_no_more_trees_than_were_worth_having_on_the_first_fold(
    asked, monkeypatch
):
    one, two = (asked | {name: asked[name][:number] for name in ("folds", "fitted")} for number in (1, 2))
    every = raced(one)
    few, more, most = sorted({trees for _, trees in every})
    monkeypatch.setattr(race_of_models, "BEHIND_IN_TIME", 1e9)  # so that nothing falls out
    monkeypatch.setattr(race_of_models, "HOPELESS", 0.0)
    assert raced(two).keys() == every.keys()
    monkeypatch.setattr(race_of_models, "ENOUGH_TO_DECIDE", 100)
    monkeypatch.setattr(race_of_models, "MIN_RELATIVE_GAIN", 0.01)
    gained = {name: _least_loss(asked, name, every[name, few]) / _least_loss(asked, name, every[name, more]) for name in TRIED}
    assert gained["weighted_record"] < 1.01 < gained["tier_benchmark"]
    assert raced(two).keys() == {*(("tier_benchmark", trees) for trees in (few, more, most)), ("weighted_record", few)}


def test_of_many_rows_of_creators_held_out_models_go_on_with_as_many_trees_as_of_few(asked, monkeypatch):
    cold = asked | {"context": replace(asked["context"], cold_start=True)}
    of_few = raced(cold)
    monkeypatch.setattr(race_of_models, "ENOUGH_TO_DECIDE", 100)
    monkeypatch.setattr(race_of_models, "MIN_RELATIVE_GAIN", 1.0)
    assert len(of_few) > len({name for name, _ in of_few})
    assert raced(cold).keys() == of_few.keys()


def _least_loss(asked, name, residual):
    """Of a model on the first fold, with the weight that it does best with."""
    recipe, test_idx = asked["context"].recipe, asked["folds"][0][1]
    came = np.log1p(asked["rows"][recipe.outcome].to_numpy(dtype=float)[test_idx])
    start = asked["log_starts"][name].to_numpy()[: len(test_idx)]
    return min(np.abs(came - start - share * residual).mean() for share in race_of_models.RESIDUAL_WEIGHTS)
