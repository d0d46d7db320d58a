import numpy as np
import pytest

from builders import CATALOGUE, phrases, scored
from predictor.errors import RowsError
from predictor.planning.lineup import lineup
from predictor.planning.rules import LineupConstraints
from predictor.planning.versus import versus
from predictor.reporting.versus_words import booking_names, versus_words

NAMES = ("Small", "Large")


def plan(budget, rows=None, goal="engagement", **rules):
    everybody = scored(name=[f"Person {place}" for place in range(40)]) if rows is None else rows
    return lineup(everybody, goal, LineupConstraints(budget=budget, **rules), CATALOGUE, other_budgets=False)


def words(first, second, lang="en"):
    return versus_words(versus(first, second, CATALOGUE, None), NAMES, phrases(lang))


def test_a_plan_against_itself_differs_in_no_draw():
    found = versus(plan(50e6), plan(50e6), CATALOGUE, None)
    assert (found.change.low, found.change.high, found.change.better, found.both) == (0, 0, 0.5, 10)
    assert words(plan(50e6), plan(50e6)) == [
        "Both bring the same engagements in every draw: they book the same people for the same forecast."
    ]


def test_twice_the_money_brings_more_and_the_bookings_of_one_alone_are_named():
    small, large = plan(50e6), plan(100e6)
    found = versus(small, large, CATALOGUE, None)
    assert (len(found.change.went), len(found.change.came), found.both) == (0, 10, 10)
    assert found.change.low > 0 and found.change.better > 0.99
    assert found.change.difference == pytest.approx(10_000)
    assert booking_names(found.change.came, phrases())[0].endswith("5,000,000 ₫")
    first, second, third = words(small, large)
    assert first == "“Large” is likely to bring more engagements: the chance is over 99%."
    assert second.startswith("“Large” against the other: +10K engagements on average (likely range of the difference +")
    assert "for the same money" in third


def test_each_plan_has_the_range_that_it_says_itself_whatever_it_stands_beside():
    small, large = plan(50e6), plan(100e6)
    change = versus(small, large, CATALOGUE, None).change
    for side, one in ((change.before, small.proposed), (change.after, large.proposed)):
        assert (side.expected, side.low, side.high) == (pytest.approx(one.expected), one.low, one.high)


def test_the_other_way_round_the_same_plan_is_ahead_by_as_much():
    one, other = versus(plan(50e6), plan(100e6), CATALOGUE, None), versus(plan(100e6), plan(50e6), CATALOGUE, None)
    assert other.change.better == pytest.approx(1 - one.change.better, abs=0.01)
    reverse = versus_words(other, NAMES[::-1], phrases("vi"))
    assert reverse[0] == "“Large” nhiều khả năng mang về nhiều lượt tương tác hơn: khả năng là trên 99%."
    assert "trung bình +10 nghìn lượt tương tác" in reverse[1]


def test_a_lower_fee_of_the_same_people_changes_the_cost_and_no_outcome():
    cheaper = scored(name=[f"Person {place}" for place in range(40)], fee=4_000_000.0)
    found = versus(plan(50e6, number={"max": 5}), plan(50e6, rows=cheaper, number={"max": 5}), CATALOGUE, None)
    assert (found.change.difference, found.change.low, found.change.high, found.both) == (0, 0, 0, 5)
    assert found.change.after.cost < found.change.before.cost


def test_people_without_an_id_are_the_same_by_name():
    nameless = scored(name=[f"Person {place}" for place in range(40)]).assign(creator_id=None)
    found = versus(plan(50e6, rows=nameless), plan(60e6, rows=nameless), CATALOGUE, None)
    assert found.both == 10 and len(found.change.came) == 2


def test_plans_of_two_goals_or_without_a_line_up_are_refused():
    reach = scored().rename(columns=lambda name: name.replace("engagement_", "reach_"))
    with pytest.raises(RowsError, match="one is for 'engagement', the other for 'reach'; compare plans of one outcome"):
        versus(plan(50e6), plan(50e6, rows=reach, goal="awareness"), CATALOGUE, None)
    with pytest.raises(RowsError, match="one of them finds no line-up within its rules"):
        versus(plan(50e6), plan(50e6, number={"min": 30}), CATALOGUE, None)


def test_bookings_that_both_have_share_their_luck():
    found = versus(plan(50e6), plan(55e6), CATALOGUE, None).change
    alone = found.came["p90"].sum() - found.came["p10"].sum()
    assert np.isclose(found.high - found.low, alone, rtol=0.35)
