import pytest

from builders import CATALOGUE, scored
from predictor.planning.leftover import leftover
from predictor.planning.lineup import choose, prepare_pool
from predictor.planning.rules import Between, LineupConstraints


def left(rows, name="mix", **rules):
    pool, asked = prepare_pool(rows, "engagement", CATALOGUE), LineupConstraints(**rules)
    plan = next(plan for plan in choose(pool, asked).plans if plan.name == name)
    return leftover(plan, pool, asked)


def test_nothing_is_said_where_all_is_spent():
    assert left(scored(), budget=50e6) is None


def test_everybody_with_a_quote_is_booked():
    found = left(scored(3, 3), budget=50e6)
    assert (found.why, found.amount) == ("nobody", 20e6)
    assert left(scored(3, 30), "influencers", budget=50e6).why == "nobody"  # KOLs are no part of that plan


def test_the_next_costs_more_than_is_left():
    found = left(scored(), budget=52e6)
    assert (found.why, found.amount, found.cheapest) == ("dearer", 2e6, 5e6)


@pytest.mark.parametrize(
    ("rules", "named"),
    [({"number": Between(max=4)}, "number|max"), ({"excluded": tuple(f"c{n}" for n in range(4, 40))}, "excluded")],
)
def test_a_rule_stands_against_all_others(rules, named):
    found = left(scored(), budget=50e6, **rules)
    assert (found.why, found.rules) == ("rules", (named,))


def test_a_second_booking_of_the_same_person_is_no_way_to_spend_more():
    twice = scored(4, 4).assign(creator_id=["a", "a", "b", "b", "c", "c", "d", "d"])
    assert left(twice, budget=50e6).rules == ("one_per_person",)


def test_a_share_that_the_next_would_pass_is_named_and_one_that_it_keeps_is_not():
    rows = scored(4, 4).assign(fee=[5e6] * 4 + [20e6] * 4, engagement_expected=[1000.0] * 4 + [1e-3] * 4)
    found = left(rows, budget=45e6, largest_share=0.25, number=Between(min=4))
    assert (found.why, found.rules) == ("rules", ("largest_share",))


def test_who_is_of_no_stated_kind_is_why_a_plan_of_one_kind_cannot_spend_more():
    rows = scored(2, 8).assign(kind=["influencer"] * 2 + ["kol"] * 2 + [""] * 6)
    found = left(rows, "influencers", budget=50e6)
    assert (found.why, found.unstated) == ("unstated", 6)
    twice = rows.assign(creator_id=["a", "a", *"bcdefghi"])
    assert left(twice, "influencers", budget=50e6).why == "unstated"
    assert left(twice, budget=50e6).rules == ("one_per_person",)
