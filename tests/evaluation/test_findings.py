from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from predictor.evaluation.backtest import within_chance
from predictor.evaluation.findings import findings


@pytest.fixture(scope="module")
def found(training):
    return {one.recipe.name: one for one in findings(training.backtest, training.bundle.catalogue)}


def rows_of(training, target="engagement", split="time"):
    rows = training.backtest.predictions
    return rows[(rows["target"] == target) & (rows["split"] == split)].reset_index(drop=True)


def test_every_test_has_the_figures_of_the_back_test_and_an_interval_around_its_gain(found, training):
    scores = training.backtest.scores
    assert sum(len(one.tests) for one in found.values()) == (scores["group"] == "all").sum() > 0
    for test in (test for one in found.values() for test in one.tests):
        assert test.low <= test.figures["gain"] <= test.high


def test_a_model_that_halves_every_error_is_better_and_one_that_is_the_rule_gains_nothing(training):
    recipe, rows = training.bundle.catalogue.recipes["engagement"], rows_of(training)
    rule = rows[list(recipe.rules)].iloc[:, 0]
    rows[list(recipe.rules)] = np.tile(rule.to_numpy()[:, None], len(recipe.rules))
    halved = np.expm1((np.log1p(rule) + np.log1p(rows["actual"])) / 2)
    for p50, gain in ((halved, 0.5), (rule, 0.0)):
        found = within_chance(rows.assign(p50=p50), recipe)
        assert (found["gain_low"], found["gain_high"]) == pytest.approx((gain, gain))


@pytest.mark.parametrize(("weeks", "told"), [(40, True), (8, False)])
def test_what_one_creator_did_is_within_chance_by_spells_of_four_weeks_and_of_three_nobody_can_tell(training, weeks, told):
    recipe, rows = training.bundle.catalogue.recipes["engagement"], rows_of(training).head(60)
    alone = rows.assign(creator_id="c", at=pd.date_range("2026-01-01", periods=len(rows), freq=f"{weeks * 7 / len(rows)}D"))
    found = within_chance(alone, recipe)
    assert not np.isnan(list(found.values())).any() if told else np.isnan(list(found.values())).all()
    if told:
        inside = ((alone["actual"] >= alone["p10"]) & (alone["actual"] <= alone["p90"])).mean()
        assert found["gain_low"] < found["gain_high"] and found["coverage_low"] <= inside <= found["coverage_high"]


@pytest.mark.parametrize(
    ("gain", "low", "high", "verdict"),
    [
        (0.05, 0.01, 0.09, "better"),
        (0.05, -0.01, 0.1, "unclear"),
        (0.001, 0.0005, 0.002, "enough"),
        (-0.05, -0.1, -0.01, "worse"),
        (-0.05, np.nan, np.nan, "rough"),
    ],
)
def test_a_gain_counts_only_from_a_fifth_of_a_percent_and_beyond_chance(found, gain, low, high, verdict):
    test = found["engagement"].tests[0]
    assert type(test)("time", {"gain": gain}, None, low, high).verdict == verdict


def test_groups_go_astray_only_with_rows_and_creators_enough_and_the_worst_comes_first(found):
    side = found["engagement"].sides[0]
    groups = pd.DataFrame({
        "by": "niche", "group": ["kept", "off", "far off", "small", "of one creator"], "rows": [500, 500, 500, 40, 500],
        "creators": [50, 50, 50, 50, 1], "coverage_untied": [0.8, 0.7, 0.95, 0.5, 0.5],
    })  # fmt: skip
    assert list(type(side)("time", side.rows, groups, side.gain, side.order).astray()["group"]) == ["far off", "off"]


def test_order_inside_campaigns_is_told_only_where_there_are_campaigns(found, training):
    rows = rows_of(training)
    posts = training.backtest.predictions.assign(source="post")
    of_posts = findings(replace(training.backtest, predictions=posts, skipped={}, kinds=()), training.bundle.catalogue)
    sides = [side for one in of_posts for side in one.sides]
    assert len(rows) and sides and all(side.order.empty and side.gain.too_few for side in sides)
