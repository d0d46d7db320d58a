import numpy as np
import pandas as pd
import pytest

from predictor.definitions import load_catalogue
from predictor.rules import fit_rules, from_json, rule_values, to_json

RECIPES = load_catalogue().recipes


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
    values = rule_values(examples(), recipe, fit_rules(examples(), recipe))
    assert np.exp(values["tier_benchmark"].iloc[0]) == pytest.approx(0.051, rel=0.7)
    assert values["tier_benchmark"].iloc[0] > values["followers_x_rate"].iloc[0] > values["tier_benchmark"].iloc[40]


def test_a_count_benchmark_reproduces_the_total():
    recipe = RECIPES["orders"]
    told = np.exp(rule_values(examples(), recipe, fit_rules(examples(), recipe))["followers_x_rate"]) * examples()["followers"]
    assert told.sum() == pytest.approx(examples()["orders"].sum())


def test_a_creator_without_a_record_gets_the_rule_named_instead():
    recipe = RECIPES["engagement"]
    rows = examples().assign(engagement_rate=[0.2] + [np.nan] * 119, posts_seen=[30.0] + [0.0] * 119)
    values = rule_values(rows, recipe, fit_rules(rows, recipe))
    assert np.exp(values["weighted_record"].iloc[0]) == pytest.approx(0.2, rel=0.05)
    assert values["weighted_record"].iloc[1] == values["tier_benchmark"].iloc[1]
    assert values["weighted_record_same_format"].iloc[0] == values["weighted_record"].iloc[0]


def test_few_posts_are_trusted_less_than_many():
    recipe = RECIPES["engagement"]
    rows = examples().assign(engagement_rate=0.5, posts_seen=[1.0] * 60 + [30.0] * 60)
    values = rule_values(rows, recipe, fit_rules(rows, recipe))["weighted_record"]
    assert values.iloc[0] < values.iloc[60]


def test_a_combination_never_seen_still_gets_an_answer():
    recipe = RECIPES["engagement"]
    rules = fit_rules(examples(), recipe)
    stranger = pd.DataFrame({"platform": ["line"], "tier": [None], "followers": [5000.0]})
    assert rule_values(stranger, recipe, rules).notna().all(axis=None)


def test_rules_survive_being_written_as_json():
    recipe = RECIPES["orders"]
    rules = fit_rules(examples(), recipe)
    pd.testing.assert_frame_equal(
        rule_values(examples(), recipe, rules), rule_values(examples(), recipe, from_json(to_json(rules)))
    )
