"""What a plan brings beside what it was chosen for: totals of other outcomes, in draws of all of them together."""

import json
from datetime import date

import numpy as np
import pytest
from openpyxl import load_workbook

from builders import CATALOGUE, phrases, scored
from predictor.forecasting.sampling import OutcomeCorrelations
from predictor.planning.lineup import choose, lineup, prepare_pool, with_outcomes_beside
from predictor.planning.rules import LineupConstraints
from predictor.reporting.client_paper import client_page
from predictor.reporting.lineup_words import in_words
from predictor.reporting.plan_workbook import write_plan

TIMES = {"reach": 10.0, "clicks": 0.2, "orders": 0.01, "revenue": 5000.0}  # of the engagements that the builder makes up


def funnel(**columns):
    """Candidates with forecasts of every stage; an order is worth 500,000."""
    rows = scored(**columns)
    for target, times in TIMES.items():
        figures = {f"{target}_{name}": rows[f"engagement_{name}"] * times for name in ("expected", "p10", "p50", "p90")}
        rows = rows.assign(**figures)
    rows = rows.drop(columns=[name for name in rows if name.startswith("engagement_")])
    return rows.assign(**{"revenue_currency": "VND", "revenue_unit": 500_000.0, **columns})


def planned(rows=None, goal="sales", outcome=None, **more):
    rules = LineupConstraints(budget=50e6, outcome=outcome)
    return lineup(funnel() if rows is None else rows, goal, rules, CATALOGUE, other_budgets=False, **more)


def beside(found):
    return {one.target: one for one in found.proposed.others}


def test_once_nobody_waits_for_the_other_outcomes_they_are_not_drawn_and_the_plans_stay_as_they_are():
    pool = prepare_pool(funnel(), "sales", CATALOGUE)
    found = choose(pool, LineupConstraints(budget=50e6))
    assert with_outcomes_beside(pool, found, lambda: False).plans == found.plans
    assert all(plan.others for plan in with_outcomes_beside(pool, found, lambda: True).plans)


@pytest.mark.parametrize(("goal", "outcome", "target"), [("sales", None, "orders"), ("sales", "revenue", "revenue"),
                                                         ("traffic", None, "clicks"), ("awareness", None, "reach")])  # fmt: skip
def test_a_plan_says_what_its_bookings_bring_of_every_other_outcome(goal, outcome, target):
    found = planned(goal=goal, outcome=outcome)
    others = beside(found)
    assert {*others} == {*TIMES} - {target} and found.target == target
    for name, one in others.items():
        assert one.bookings == len(found.proposed.rows) == 10
        assert one.expected == pytest.approx(10 * 1000 * TIMES[name]) and one.low < one.expected < one.high


@pytest.mark.parametrize("target", ["orders", "revenue"])
def test_an_outcome_beside_has_the_total_and_the_interval_that_it_has_when_it_is_chosen_for(target):
    shocks = {name: OutcomeCorrelations(campaign=0.3, creator=0.0, stranger=0.0) for name in TIMES}
    own = planned(outcome=target, shocks=shocks[target], beside=shocks).proposed
    one = beside(planned(goal="traffic", shocks=shocks["clicks"], beside=shocks))[target]
    assert one.expected == pytest.approx(own.expected)
    assert (one.low, one.high) == pytest.approx((own.low, own.high), rel=0.06)


def test_what_is_chosen_and_promised_stays_whatever_is_forecast_beside():
    alone = planned(funnel()[[name for name in funnel() if not name.startswith(("reach", "clicks", "revenue"))]])
    assert beside(alone) == {} and alone.proposed.low == planned().proposed.low
    assert [*alone.proposed.rows["line"]] == [*planned().proposed.rows["line"]]


def test_a_plan_for_orders_says_what_comes_back_for_the_fees_and_how_likely_it_covers_them():
    back = beside(planned())["revenue"].returns
    assert back.expected == pytest.approx(10 * 1000 * 5000 / 50e6) and back.low < back.expected < back.high
    assert 0.2 < back.chance < 0.8
    assert beside(planned(funnel(fee=1_000_000.0)))["revenue"].returns.chance > 0.95


def test_money_in_another_currency_than_the_fees_is_not_weighed_against_them():
    money = beside(planned(funnel(revenue_currency="USD")))["revenue"]
    assert money.returns is None and money.outcome["en"] == "Revenue (USD)"


def test_an_outcome_that_some_bookings_have_no_forecast_of_says_of_how_many_it_is_and_is_not_weighed_against_all_fees():
    rows = funnel()
    rows.loc[rows.index % 2 == 0, [f"revenue_{name}" for name in ("expected", "p10", "p50", "p90")]] = np.nan
    found = planned(rows)
    money = beside(found)["revenue"]
    assert money.bookings == 5 and money.returns is None and money.expected == pytest.approx(5 * 1000 * 5000)
    assert "of the 5 of 10 bookings that have a forecast of it" in in_words(found, phrases("en"))
    assert "tính trên 5/10 booking có dự báo này" in in_words(found, phrases("vi"))


def test_a_plan_of_one_booking_has_the_intervals_of_its_own_forecasts():
    rows = funnel(influencers=1, kols=0)
    one = beside(planned(rows))["clicks"]
    assert (one.expected, one.low, one.high) == pytest.approx((200, 80, 360))


@pytest.mark.parametrize(("lang", "title", "covers"), [
    ("en", "What the same bookings bring besides", "Chance that it covers the fees"),
    ("vi", "Các booking này còn mang lại", "Khả năng thu đủ chi phí"),
])  # fmt: skip
def test_the_other_outcomes_stand_in_the_words_the_workbook_and_the_paper(lang, title, covers, tmp_path):
    found, said = planned(), phrases(lang)
    words, paper = in_words(found, said), client_page(found, funnel(), {}, said, on=date(2026, 7, 1))
    write_plan(found, said, tmp_path / "plan.xlsx")
    sheet = load_workbook(tmp_path / "plan.xlsx").worksheets[1]
    cells = {cell for row in sheet.iter_rows(values_only=True) for cell in row}
    assert title in words and title in paper and title in cells
    for label in ("Reach" if lang == "en" else "Lượt tiếp cận", covers):
        assert label in words and label in paper and label in cells
    assert ("Revenue is no profit" if lang == "en" else "Doanh thu chưa phải lợi nhuận") in words


def test_the_other_outcomes_are_in_the_plain_values():
    plain = json.loads(json.dumps(planned().to_dict()))
    proposed = next(one for one in plain["plans"] if one["name"] == plain["proposed"])
    assert [one["target"] for one in proposed["others"]] == ["clicks", "reach", "revenue"]
    assert {*proposed["others"][2]["returns"]} == {"expected", "low", "high", "chance"}
