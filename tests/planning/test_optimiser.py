import os
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictor.planning.optimiser import Constraint, NoChoice, Overlap, TailRisk, best_choice, candidate_solutions

EXACT = {"gap": 0.0}
POINTS = np.array([[0.0, 0.0], [10.0, 10.0], [30.0, 18.0], [60.0, 20.0]])


def totals(chosen, draws, overlap=None):
    """What chosen rows bring together in each of the draws (draws × n): a plain sum, or the unique part of each group."""
    if overlap is None:
        return np.asarray(draws[:, chosen].sum(axis=1))
    groups = overlap.groups[chosen]
    total = draws[:, chosen[groups < 0]].sum(axis=1)
    for group in np.unique(groups[groups >= 0]):
        total = total + np.interp(draws[:, chosen[groups == group]].sum(axis=1), *overlap.points[group].T)
    return np.asarray(total)


@st.composite
def problems(draw):
    """Up to ten rows with whole values and fees, a budget, and rules about random subsets; some have no answer."""
    count = draw(st.integers(1, 10))

    def whole(low, high):
        return np.array(draw(st.lists(st.integers(low, high), min_size=count, max_size=count)), float)

    value, fee = whole(0, 30), whole(1, 20)
    rules = [Constraint("budget", fee[None, :], high=float(draw(st.integers(0, 80))))]
    for number in range(draw(st.integers(0, 3))):
        low = draw(st.integers(0, 2))
        rules.append(Constraint(f"rule {number}", whole(0, 1)[None, :], low=low, high=low + draw(st.integers(0, 3))))
    if draw(st.booleans()):
        rules.append(Constraint("largest share", np.diag(fee), high=0.0, of_spend=-draw(st.sampled_from([0.4, 0.5, 0.75]))))
    return value, fee, rules


def keeps(chosen, fee, rules):
    spend = fee[chosen].sum()
    reached = [(np.asarray(r.rows)[:, chosen].sum(axis=1) + r.of_spend * spend, r) for r in rules]
    return all(((got >= r.low - 1e-9) & (got <= r.high + 1e-9)).all() for got, r in reached)


def every_choice(fee, rules):
    rows = range(len(fee))
    subsets = chain.from_iterable(combinations(rows, size) for size in range(len(fee) + 1))
    return [chosen for one in subsets if keeps(chosen := np.array(one, int), fee, rules)]


def reached(score, fee, rules, **more):
    """The exact optimum by hand and by the solver; None where no choice keeps the rules."""
    by_hand = [score(chosen) for chosen in every_choice(fee, rules)]
    try:
        choice = best_choice(**more, fee=fee, rules=rules, **EXACT)
    except NoChoice:
        return max(by_hand, default=None), None
    assert keeps(choice.chosen, fee, rules)
    assert choice.objective == pytest.approx(score(choice.chosen), abs=1e-5)
    return max(by_hand, default=None), pytest.approx(choice.objective, abs=1e-5)


@settings(max_examples=50)
@given(problems())
def test_the_choice_is_the_best_of_all_choices(problem):
    value, fee, rules = problem
    by_hand, found = reached(lambda chosen: value[chosen].sum(), fee, rules, value=value)
    assert by_hand == found


@settings(max_examples=20)
@given(problems(), st.integers(0, 2**16))
def test_unique_reach_is_the_best_of_all_choices(problem, seed):
    value, fee, rules = problem
    overlap = Overlap(np.random.default_rng(seed).integers(-1, 2, len(value)), (POINTS, POINTS * 2))
    by_hand, found = reached(lambda c: totals(c, value[None, :], overlap)[0], fee, rules, value=value, overlap=overlap)
    assert by_hand == found


@settings(max_examples=20)
@given(problems(), st.integers(0, 2**16), st.sampled_from([0.3, 1.0]), st.sampled_from([None, 40.0]))
def test_the_tail_of_the_scenarios_is_the_best_of_all_choices(problem, seed, weight, goal):
    value, fee, rules = problem
    scenarios = value * np.random.default_rng(seed).gamma(2, 0.5, (10, len(value)))
    overlap = Overlap(np.arange(len(value)) % 2 - 1, (POINTS,))

    def score(chosen):
        mean, drawn = totals(chosen, value[None, :], overlap)[0], np.sort(totals(chosen, scenarios, overlap))
        tail = drawn[:2].mean() if goal is None else -np.maximum(goal - drawn, 0).mean()
        return (1 - weight) * mean + weight * tail

    tail = TailRisk(scenarios, weight, goal=goal)
    by_hand, found = reached(score, fee, rules, value=value, overlap=overlap, tail=tail)
    assert by_hand == found


@settings(max_examples=40)
@given(problems())
def test_rules_named_in_conflict_conflict_and_none_of_them_can_be_left_out(problem):
    value, fee, rules = problem
    try:
        best_choice(value, fee, rules)
    except NoChoice as problem:
        named = [rule for rule in rules if rule.name in problem.rules]
        assert not every_choice(fee, named)
        assert all(every_choice(fee, [other for other in named if other is not rule]) for rule in named)
    else:
        assert every_choice(fee, rules)


@settings(max_examples=30)
@given(st.integers(0, 2**16), st.integers(5, 200))
def test_never_worse_than_taking_the_cheapest_per_outcome_first(seed, count):
    rng = np.random.default_rng(seed)
    value, fee = rng.lognormal(7, 1, count), rng.lognormal(15, 1, count)
    budget, number, left, taken = 0.3 * fee.sum(), 12, 0.3 * fee.sum(), []
    for row in np.argsort(fee / value):
        if fee[row] <= left and len(taken) < number:
            taken, left = [*taken, row], left - fee[row]
    rules = [Constraint("budget", fee[None, :], high=budget), Constraint("number", np.ones((1, count)), high=number)]
    choice = best_choice(value, fee, rules)
    assert choice.objective >= value[taken].sum() * (1 - choice.gap) - 1e-6
    assert choice.bound >= choice.objective - 1e-6 and choice.gap <= 1e-3


@settings(max_examples=20)
@given(st.integers(0, 2**16), st.sampled_from([0.0, 1e-3]), st.sampled_from([1, 3]))
def test_of_thousands_of_rows_the_choice_is_the_best_of_all_within_its_gap(seed, gap, formats):
    numbers = np.random.default_rng(seed)
    count, budget = 1500, int(numbers.integers(50, 2000))
    fee, value = numbers.integers(1, 60, count).astype(float), numbers.integers(0, 1000, count).astype(float)
    person = np.arange(count) // formats
    alone = (person[None, :] == np.unique(person)[:, None]).astype(float)
    rules = [Constraint("budget", fee[None, :], high=float(budget)), Constraint("one a person", alone, high=1.0)]

    best = np.zeros(budget + 1)  # by money left, one person after the other: dynamic programming
    for first in range(0, count, formats):
        before = best.copy()
        for row in range(first, min(first + formats, count)):
            cost = int(fee[row])
            best[cost:] = np.maximum(best[cost:], before[: budget + 1 - cost] + value[row]) if cost <= budget else best[cost:]
    found = best_choice(value, fee, rules, gap=gap)

    assert keeps(found.chosen, fee, rules)
    assert found.objective == pytest.approx(value[found.chosen].sum())
    assert found.objective >= best[-1] * (1 - gap) - 1e-6 and found.bound >= best[-1] - 1e-6


def test_of_thousands_of_rows_rules_in_conflict_are_named():
    fee = np.full(1500, 10.0)
    rules = [Constraint("budget", fee[None, :], high=50.0), Constraint("number", np.ones((1, 1500)), low=6.0, high=8.0)]
    with pytest.raises(NoChoice) as refused:
        best_choice(np.ones(1500), fee, rules)
    assert refused.value.rules == ("budget", "number")


@settings(max_examples=10)
@given(st.integers(0, 2**16))
def test_of_hundreds_of_rows_unique_reach_is_within_the_gap_of_what_is_proven(seed):
    numbers = np.random.default_rng(seed)
    fee, value = numbers.integers(1, 60, 900).astype(float), numbers.lognormal(1, 1.5, 900)
    overlap = Overlap(numbers.integers(-1, 40, 900), (POINTS,) * 40)
    rules = [Constraint("budget", fee[None, :], high=600.0)]
    found = best_choice(value, fee, rules, overlap=overlap)
    assert found.objective == pytest.approx(totals(found.chosen, value[None, :], overlap)[0])
    assert found.gap <= 1e-3
    by_price = np.argsort(fee / value)
    cheapest = by_price[np.cumsum(fee[by_price]) <= 600.0]
    assert found.bound >= totals(cheapest, value[None, :], overlap)[0]


@pytest.mark.slow
def test_safety_is_bought_with_some_of_the_mean():
    rng = np.random.default_rng(3)
    value, fee = np.r_[np.full(20, 11.0), np.full(20, 10.0)], np.ones(40)
    wild = np.r_[np.full(20, 1.5), np.full(20, 0.1)]  # the first twenty bring more, and far less surely
    drawn = value * np.exp(wild * rng.standard_normal((400, 40)) - wild**2 / 2)
    found = candidate_solutions(value, fee, [Constraint("budget", fee[None, :], high=8.0)], drawn[:100])
    low = [np.quantile(totals(choice.chosen, drawn[100:]), 0.2) for choice in found]
    assert set(found[0].chosen) <= set(range(20)) and max(low) > 1.1 * low[0]


def test_a_goal_out_of_an_average_reach_wants_boldness():
    rng = np.random.default_rng(4)
    value, fee, wild = np.r_[np.full(10, 11.0), np.full(10, 10.0)], np.ones(20), np.repeat([0.1, 1.0], 10)
    drawn = value * np.exp(wild * rng.standard_normal((4000, 20)) - wild**2 / 2)  # the first ten bring more, and never much more
    found = candidate_solutions(value, fee, [Constraint("number", fee[None, :], high=5)], drawn[:60], goal=90.0)
    chances = [(totals(choice.chosen, drawn[60:]) >= 90).mean() for choice in found]
    assert chances[0] < 0.01 and max(chances) > 0.05


def test_points_that_do_not_rise_ever_less_are_refused():
    bent = Overlap(np.zeros(2, int), (np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 5.0]]),))
    with pytest.raises(ValueError, match="rise ever less"):
        best_choice(np.ones(2), np.ones(2), [], overlap=bent)


def test_searches_in_several_threads_leave_standard_output_open():
    before = os.fstat(1).st_ino
    with ThreadPoolExecutor(4) as threads:
        found = [*threads.map(lambda _: best_choice(np.ones(40), np.ones(40), []).objective, range(12))]
    assert os.fstat(1).st_ino == before and found == [40.0] * 12


def test_a_search_that_nobody_waits_for_ends_with_what_was_found():
    value, fee = np.array([5.0, 4.0, 3.0]), np.array([1.0, 1.0, 1.0])
    drawn, calls = np.random.default_rng(1).lognormal(1, 1, (60, 3)), []
    rules = [Constraint("number", fee[None, :], high=2)]
    found = candidate_solutions(value, fee, rules, drawn, keep_going=lambda: bool(calls.append(1)))
    assert [choice.chosen.tolist() for choice in found] == [[0, 1]]
    assert len(calls) == 2  # before each of the two kinds of search
