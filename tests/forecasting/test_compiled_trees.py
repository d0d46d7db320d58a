"""The compiled trees: bit for bit what LightGBM says, whatever the trees and rows; LightGBM itself where they are not covered."""

import logging

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictor.asof.examples import training_examples
from predictor.forecasting.booster import Booster
from predictor.forecasting.compiled_trees import LOADED, MIN_ROWS, compile_forest, pays, raw_scores
from predictor.forecasting.predict import forecast, load_compiled
from random_trees import TREES, booster, odd, rows

pytest.importorskip("numba", reason="the compiled trees need Numba: pip install '.[fast]'")


def assert_same_bits(pairs, seen):
    compiled = compile_forest([(Booster(one.model_to_string()), count) for one, count in pairs])
    few_at_a_time = np.hstack([raw_scores(compiled, few) for few in np.array_split(seen[:200], 20)])
    scores = raw_scores(compiled, seen)
    for own, of_few, (one, count) in zip(scores, few_at_a_time, pairs, strict=True):
        np.testing.assert_array_equal(own, one.predict(seen, raw_score=True, num_iteration=count, num_threads=1))
        np.testing.assert_array_equal(own[:200], of_few)


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6), leaves=st.integers(2, 100), trees=st.integers(1, 12), gaps=st.sampled_from([0.0, 0.2, 0.9]),
       missing=st.booleans())  # fmt: skip
def test_any_trees_say_the_same_bits_of_any_rows(seed, leaves, trees, gaps, missing):
    one = booster(seed, leaves, trees, gaps, use_missing=missing)
    assert_same_bits([(one, -1)], odd(rows(seed + 1, 300, gaps), one, seed))


def test_two_boosters_share_an_encoding_and_each_uses_its_first_trees_only():
    first, second = booster(1), booster(2, leaves=4, min_data_per_group=100)
    assert_same_bits([(first, 3), (second, -1)], odd(rows(3, 5_000, 0.3), first, 4))


def test_trees_of_one_leaf_and_columns_that_no_tree_asks_about_are_no_trouble():
    stump = booster(1, min_data_in_leaf=10**6)
    assert "num_leaves=1\n" in stump.model_to_string()
    assert_same_bits([(stump, -1)], rows(2, 100, 0.5))
    assert_same_bits([(stump, -1), (booster(5), -1)], rows(2, 100, 0.5))


def test_more_thresholds_than_a_byte_holds_take_two():
    luck = np.random.default_rng(1)
    seen = luck.normal(size=(6_000, 2))
    fine = lgb.train({**TREES, "num_leaves": 200, "max_bin": 2_000}, lgb.Dataset(seen, np.sin(9 * seen[:, 0]) + seen[:, 1]), 20)
    assert compile_forest([(Booster(fine.model_to_string()), -1)]).upto.dtype == np.uint16
    assert_same_bits([(fine, -1)], odd(seen, fine, 2))


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"linear_tree": True}, "a tree is linear"),
        ({"zero_as_missing": True}, "a zero counts as missing"),
        ({"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5}, "a booster averages its trees"),
        ({"num_leaves": 300, "min_data_in_leaf": 1}, "a tree has more than 256 leaves"),
    ],
)
def test_what_is_not_covered_is_left_to_lightgbm_with_a_line_in_the_log(more, reason, caplog):
    with caplog.at_level(logging.WARNING):
        assert compile_forest([(Booster(booster(1, **more).model_to_string()), -1)]) is None
    assert f"LightGBM walks these trees itself, more slowly: {reason}" in caplog.text


@pytest.mark.slow
def test_a_long_list_is_forecast_as_its_short_parts_are(bundle, tables):
    rows = training_examples(tables, bundle.catalogue, texts=bundle.texts)
    long = rows.sample(3 * MIN_ROWS, replace=True, random_state=1, ignore_index=True)
    for model in bundle.models.values():
        whole, piece = forecast(model, long), forecast(model, long.iloc[: MIN_ROWS // 4])
        np.testing.assert_array_equal(whole.iloc[: MIN_ROWS // 4].to_numpy(dtype=float), piece.to_numpy(dtype=float))
    assert any(model.with_history.residual_weight and model.with_history.forest is not None for model in bundle.models.values())


def test_few_rows_are_forecast_alike_before_and_after_the_compiled_code_is_loaded(bundle, tables):
    few = training_examples(tables, bundle.catalogue, texts=bundle.texts).tail(60)
    for model in bundle.models.values():
        LOADED.clear()
        assert not pays(len(few)) and pays(MIN_ROWS)
        walked = forecast(model, few)
        load_compiled(model)
        assert pays(1)
        pd.testing.assert_frame_equal(forecast(model, few), walked, check_exact=True)
