"""Boosters that are read back: a few rows walk through the trees without LightGBM, to the bit as it would say."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictor.forecasting.booster import FEW, Booster
from random_trees import booster, odd, rows


def assert_same_bits(grown, seen, trees=-1):
    said = Booster(grown.model_to_string()).raw_scores(seen, trees)
    np.testing.assert_array_equal(said, grown.predict(seen, raw_score=True, num_iteration=trees, num_threads=1))


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6), leaves=st.integers(2, 100), trees=st.integers(1, 12), gaps=st.sampled_from([0.0, 0.2, 0.9]),
       missing=st.sampled_from([{}, {"use_missing": False}, {"zero_as_missing": True}]))  # fmt: skip
def test_few_rows_get_the_bits_of_lightgbm_whatever_the_trees(seed, leaves, trees, gaps, missing):
    grown = booster(seed, leaves, trees, gaps, **missing)
    assert_same_bits(grown, odd(rows(seed + 1, 200, gaps), grown, seed), trees=seed % trees + 1)


def test_trees_of_one_leaf_and_lists_without_a_row_are_no_trouble():
    stump = booster(1, min_data_in_leaf=10**6)
    assert "num_leaves=1\n" in stump.model_to_string()
    assert_same_bits(stump, rows(2, 20, 0.5))
    assert Booster(booster(1).model_to_string()).raw_scores(rows(2, 20, 0.5)[:0]).shape == (0,)


@pytest.mark.parametrize("trees", [-1, 3])
def test_a_list_that_is_too_long_to_walk_here_is_answered_alike(trees):
    grown = booster(3)
    long = odd(rows(4, FEW + 1, 0.3), grown, 5)
    read = Booster(grown.model_to_string())
    assert_same_bits(grown, long, trees)
    np.testing.assert_array_equal(read.raw_scores(long, trees)[:FEW], read.raw_scores(long[:FEW], trees))


def test_a_booster_that_has_answered_goes_to_another_process_and_says_the_same():
    seen, read = rows(4, FEW + 1, 0.3), Booster(booster(3).model_to_string())
    said = read.raw_scores(seen)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(read)).raw_scores(seen), said)
