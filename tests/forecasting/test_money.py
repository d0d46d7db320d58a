"""Outcomes that are money: learned in units of what brings the least of them, so that the currency does not matter."""

import numpy as np
import pandas as pd
import pytest

import predictor as pr
from builders import phrases
from predictor.explanation.contributions import skipped_limit
from predictor.forecasting.predict import distribution, forecast
from predictor.forecasting.sampling import safe_outcome
from predictor.forecasting.target_model import fit, labelled, unit_of
from predictor.tables.frames import History
from predictor.training.remarks import remarks_on_examples
from predictor.training.train import why_not
from predictor.wording.sentences import number, worded


@pytest.fixture(scope="module")
def rows(training, catalogue):
    return labelled(training.examples, catalogue.recipes["revenue"])


@pytest.fixture(scope="module")
def in_dong(rows, catalogue):
    return fit(rows, catalogue.recipes["revenue"], catalogue)


def test_a_unit_is_the_least_of_the_amounts_and_counts_are_counted_in_ones(rows, catalogue):
    amounts = rows["revenue"][rows["revenue"] > 0].astype(float)
    assert unit_of(rows, catalogue.recipes["revenue"], catalogue) == amounts.quantile(0.1, interpolation="lower") > 100_000
    assert unit_of(rows, catalogue.recipes["orders"], catalogue) == 1.0


def test_the_same_history_in_dollars_gives_the_same_forecast_in_dollars(rows, in_dong, catalogue):
    dollars = rows.assign(revenue=rows["revenue"].astype(float) / 25_000)
    in_dollars = fit(dollars, catalogue.recipes["revenue"], catalogue)
    figures = ["expected", "p10", "p50", "p90", "rule"]
    ours, theirs = (forecast(model, one).loc[:, figures] for model, one in ((in_dong, rows), (in_dollars, dollars)))
    np.testing.assert_allclose(theirs * 25_000, ours, rtol=1e-6)
    reached = [
        distribution(model, one).at_least(goal) for model, one, goal in ((in_dong, rows, 5e6), (in_dollars, dollars, 200.0))
    ]
    np.testing.assert_allclose(*reached, rtol=1e-5)


def test_an_amount_below_one_unit_is_more_than_none(in_dong):
    amounts = np.array([0.0, in_dong.unit * 0.2, in_dong.unit * 1.6])
    assert in_dong.in_units(amounts).tolist() == [0.0, 1.0, 2.0]


def test_bookings_that_are_likely_to_sell_reach_more_than_nothing_eight_times_in_ten():
    rows = pd.DataFrame({"p10": [0.0], "p50": [5e6], "unit": [1e6]})
    assert 500_000 < safe_outcome(rows)[0] < 2e6  # on a scale of single dong it would be a hundred


def test_amounts_in_several_currencies_are_not_learned_and_the_reason_is_said(training, catalogue):
    mixed = training.examples.assign(currency=np.where(np.arange(len(training.examples)) % 2, "VND", "USD"))
    reason = why_not(mixed, catalogue.recipes["revenue"], catalogue)
    assert "are in USD, VND, and an exchange rate is never invented; give these amounts in one currency" in reason
    assert why_not(mixed, catalogue.recipes["orders"], catalogue) is None


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "Revenue: 10 of {all} amounts name no currency and are taken to be in VND, as the others are."),
     ("vi", "Doanh thu: 10/{all} khoản tiền không ghi loại tiền và được hiểu là VND như các khoản khác.")],
)  # fmt: skip
def test_amounts_that_name_no_currency_beside_others_that_do_are_remarked(rows, catalogue, lang, said):
    unnamed = rows.assign(currency=rows["currency"].where(np.arange(len(rows)) >= 10))
    remarks = [worded(lang, remark) for remark in remarks_on_examples(unnamed, catalogue, {})]
    assert said.format(all=number(lang, len(rows))) in remarks
    assert not any("VND" in worded(lang, remark) for remark in remarks_on_examples(rows, catalogue, {}))


def test_a_target_skipped_for_its_currencies_is_not_said_to_have_too_few_results(catalogue):
    said = skipped_limit(catalogue.recipes["revenue"], phrases("en", catalogue))
    assert said.startswith("Revenue is not forecast at all: that takes at least 20 recorded amounts, all in one currency, of 10")


def test_a_model_remembers_the_currency_of_its_amounts(bundle, candidates, brief, tables):
    assert bundle.provenance.currencies == {"revenue": "VND"}
    out = pr.Model(bundle, History(tables.frames, tables.invented)).forecast(candidates.head(5), on="2026-07-01")
    assert out["revenue_currency"].eq("VND").all() and out["revenue_unit"].eq(bundle.models["revenue"].unit).all()
    assert "orders_currency" not in out
