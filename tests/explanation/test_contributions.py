import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from acceptance.scenarios import world
from builders import DAY, phrases
from predictor.asof.examples import training_examples
from predictor.explanation.contributions import contributions, contributions_of, explanation_line
from predictor.forecasting.baselines import AVERAGE
from predictor.forecasting.design_matrix import Design, without_record
from predictor.forecasting.predict import distribution, forecast
from predictor.forecasting.support import out_of_support
from predictor.forecasting.target_model import fit
from predictor.scoring.score import score
from predictor.tables.frames import categorised


@pytest.fixture(scope="module")
def rows(training):
    return training.examples.tail(200).reset_index(drop=True)


@pytest.mark.parametrize("target", ["clicks", "engagement", "orders", "reach", "revenue"])
@pytest.mark.parametrize("stranger", [False, True])
def test_the_rule_times_the_factors_is_the_forecast(bundle, rows, target, stranger):
    model = bundle.models[target]
    asked = without_record(rows, model.design) if stranger else rows
    factors = contributions(model, asked)
    np.testing.assert_allclose(factors.drop(columns="rule").prod(axis=1), forecast(model, asked)["expected"])


def test_of_money_the_rule_is_an_amount_and_the_factors_are_those_of_what_was_counted(bundle, rows):
    model = bundle.models["revenue"]
    assert model.unit > 100_000
    money, counted = contributions(model, rows), contributions(replace(model, unit=1.0), rows)
    np.testing.assert_allclose(money["start"], counted["start"] * model.unit)
    pd.testing.assert_frame_equal(money.drop(columns="start"), counted.drop(columns="start"))


@pytest.mark.parametrize(("lang", "amount"), [("vi", r"[0-9,]+ (nghìn|triệu|tỷ) ₫ doanh thu"), ("en", r"[0-9.]+[KMB] ₫ revenue")])
def test_the_amounts_of_an_outcome_in_money_are_told_in_its_currency_and_counts_as_they_were(bundle, candidates, lang, amount):
    for outcome, form in (("revenue", amount), ("orders", r"[^₫]*")):
        told = score(candidates.head(5), bundle, on=DAY, why=lang)
        for line in told[f"{outcome}_why"].dropna():
            first, last = line.split(": ", 1)[1].split(" → ")[0], line.split(" → ")[-1]
            assert re.fullmatch(form, first) and re.fullmatch(form, last), line


def test_the_rule_named_is_the_one_the_part_starts_from(bundle, rows):
    model = bundle.models["engagement"]
    usual = rows[~out_of_support(model.support, rows)]  # others start from a rule that needs no regression
    named = {model.with_history.baseline_name, model.cold_start.baseline_name}
    assert set(contributions(model, usual)["rule"]) <= named | {model.recipe.rules[name].otherwise for name in named}


def test_a_record_in_the_format_is_named_only_where_there_is_one(bundle, rows):
    model = bundle.models["engagement"]
    same = next(name for name in model.recipe.rules if name == "weighted_record_same_format")
    recorded = rows[rows["engagement_rate_same_format"].notna() & rows["engagement_rate"].notna()].head(4)
    recorded = recorded.assign(engagement_rate_same_format=[0.05, 0.05, np.nan, np.nan])
    of_format = replace(model, with_history=replace(model.with_history, baseline_name=same))
    assert list(contributions(of_format, recorded)["rule"]) == [same, same, "weighted_record", "weighted_record"]


def test_what_the_model_does_not_use_has_the_factor_one(bundle, rows):
    model = bundle.models["reach"]
    factors = contributions(model, rows)
    unused = [
        n
        for n, gain in zip(model.design.columns, model.with_history.booster.lightgbm.feature_importance("gain"), strict=True)
        if gain == 0
    ]
    known = forecast(model, rows)["known"]
    assert set(unused) & set(factors)
    for name in set(unused) & set(factors):
        assert (factors.loc[known, name] == 1).all()


@pytest.mark.parametrize(("lang", "last"), [("en", "everything else ×"), ("vi", "các yếu tố khác ×")])
def test_a_sentence_names_the_start_the_strongest_causes_and_the_end(bundle, rows, catalogue, lang, last):
    lines = explanation_line(distribution(bundle.models["engagement"], rows.head(20)), phrases(lang, catalogue))
    assert lines.str.count(" → ").max() == 7 and lines.str.contains(last).any()
    assert (lines.str.split(": ").str[1].str.count("%") == 2).all()


def test_a_cause_that_changes_nothing_is_not_named(bundle, rows, catalogue):
    lines = explanation_line(distribution(bundle.models["engagement"], rows.head(20)), phrases("en", catalogue))
    assert not lines.str.contains(r"×1(?: →|$)").any() and (lines.str.count(" → ") < 7).any()


def test_reasons_do_not_depend_on_the_other_rows(bundle, rows):
    model = bundle.models["orders"]
    pd.testing.assert_frame_equal(contributions(model, rows).tail(3), contributions(model, rows.tail(3)))


def test_of_few_creators_the_average_of_the_rules_is_told_and_explained_exactly(catalogue):
    rows = training_examples(world("tiny", 2, catalogue)[0], catalogue)
    rows = rows[rows["creator_id"].isin(rows["creator_id"].unique()[:20])].reset_index(drop=True)
    model = fit(rows, catalogue.recipes["engagement"], catalogue)
    factors = contributions(model, rows)
    assert set(factors["rule"]) == {AVERAGE} and model.with_history.residual_weight == model.cold_start.residual_weight == 0.0
    np.testing.assert_allclose(factors.drop(columns="rule").prod(axis=1), forecast(model, rows)["expected"])
    first = distribution(model, rows.head(1))
    assert explanation_line(first, phrases("en", catalogue))[0].startswith("average of the rules of thumb: ")
    assert explanation_line(first, phrases("vi", catalogue))[0].startswith("trung bình của các cách tính đơn giản: ")


@pytest.mark.parametrize("target", ["engagement", "orders"])
def test_one_prediction_answers_to_the_bit_what_a_prediction_for_each_question_would(bundle, rows, target, monkeypatch):
    model, rows = bundle.models[target], rows.assign(source="booking")  # as every candidate is
    plain = categorised(rows, bundle.catalogue)
    apart = (
        forecast(model, plain), distribution(model, plain).quantile(0.95), distribution(model, plain).at_least(50.0),
        contributions(model, rows),
    )  # fmt: skip
    made = []
    matrix = Design.matrix
    monkeypatch.setattr(Design, "matrix", lambda self, frame, anchor: made.append(len(frame)) or matrix(self, frame, anchor))
    one = distribution(model, plain)
    pd.testing.assert_frame_equal(one.forecast(), apart[0], check_exact=True)
    np.testing.assert_array_equal(one.quantile(0.95), apart[1])
    np.testing.assert_array_equal(one.at_least(50.0), apart[2])
    pd.testing.assert_frame_equal(contributions_of(one), apart[3], check_exact=True)
    assert sum(made) == len(rows) * (1 + len(model.stages)) > 0  # once for it, once for what its rules are per
