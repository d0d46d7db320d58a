import json

import numpy as np
import pandas as pd
import pytest

from builders import CATALOGUE, scored
from predictor.forecasting.sampling import OutcomeCorrelations
from predictor.planning.comparison import compare
from predictor.planning.ranking import rank_records, ranked, with_ranks

RECIPE = CATALOGUE.recipes["engagement"]
APART = OutcomeCorrelations(campaign=0.0, creator=0.0, stranger=0.0)


def rows(expected, fee=1e6, width=0.4):
    """Candidates whose outcome is log-normal around what is expected."""
    middle = np.asarray(expected, dtype=float)
    figures = {name: middle * np.exp(at * 1.2816 * width) for name, at in (("p10", -1), ("p50", 0), ("p90", 1))}
    return pd.DataFrame({**figures, "expected": middle * np.exp(width**2 / 2), "fee": fee, "creator_id": [*map(str, middle)]})


def test_candidates_far_apart_have_one_rank_each_and_no_ties():
    found = with_ranks(rows([10, 1000, 100], width=0.05), RECIPE, APART)
    assert found["expected"].is_monotonic_decreasing
    assert found[["rank", "rank_low", "rank_high", "tie"]].to_numpy().tolist() == [[n] * 4 for n in (1, 2, 3)]


def test_candidates_alike_share_a_tie_and_any_rank_is_likely():
    found = with_ranks(rows([100] * 10), RECIPE, APART)
    assert set(found["tie"]) == {1} and set(found["rank"]) == {1}
    assert (found["rank_low"] <= 2).all() and (found["rank_high"] >= 9).all()


def test_a_rank_lies_in_its_interval_as_often_as_it_says():
    candidates, luck = rows(np.geomspace(50, 400, 25), width=0.5), np.random.default_rng(2)
    found, held = with_ranks(candidates, RECIPE, APART), []
    for _ in range(300):
        actual = pd.Series(found["p50"] * np.exp(luck.normal(0, 0.5, len(found))), found.index)
        held.append((actual.rank(ascending=False).between(found["rank_low"], found["rank_high"])).mean())
    assert np.mean(held) == pytest.approx(0.83, abs=0.04)  # whole ranks hold a little more than 80 %


def test_a_dearer_quote_ranks_lower_and_none_at_all_last_without_an_interval():
    candidates = rows([100, 100, 900], width=0.05).assign(fee=[1e6, 2e6, None])
    found = with_ranks(candidates, RECIPE, APART)
    assert found["fee"].tolist()[:2] == [1e6, 2e6] and found["rank"].tolist() == [1, 2, 3]
    assert pd.isna(found["rank_low"].iloc[2]) and with_ranks(candidates, RECIPE, APART, per_money=False)["fee"].isna().iloc[0]


def test_an_interval_holds_its_rank_even_where_most_draws_are_zero():
    rare = pd.DataFrame({"p10": 0.0, "p50": 0.0, "p90": 1.0, "expected": np.linspace(0.02, 0.4, 30), "fee": 1e6})
    found = with_ranks(rare, CATALOGUE.recipes["orders"], APART)
    assert found["rank"].between(found["rank_low"], found["rank_high"]).all() and found["rank"].tolist() == [*range(1, 31)]
    assert found["rank_high"].iloc[0] > 15 and found["rank_low"].iloc[-1] < 15  # any of them may bring nothing or something


@pytest.mark.parametrize("fee", [0.0, 1e6, None])
def test_candidates_who_bring_nothing_are_all_first_and_all_last(fee):
    nothing = pd.DataFrame({name: [0.0] * 5 for name in ("p10", "p50", "p90", "expected")}).assign(fee=fee)
    found = with_ranks(nothing, RECIPE, APART, per_money=fee is not None)
    assert found[["rank", "rank_low", "rank_high", "tie"]].to_numpy().tolist() == [[1, 1, 5, 1]] * 5


def test_the_rank_of_the_truth_is_held_where_the_order_is_known():
    truth, luck, held = np.geomspace(100, 3000, 15), np.random.default_rng(3), []
    for _ in range(60):  # forecasts that err by the width they state
        candidates = rows(truth * np.exp(luck.normal(0, 0.3, 15)), width=0.3)
        found = with_ranks(candidates, RECIPE, APART).sort_index()
        held.append(pd.Series(truth).rank(ascending=False).between(found["rank_low"], found["rank_high"]).mean())
    assert np.mean(held) > 0.8


def test_each_goal_ranks_by_its_own_outcome():
    base = scored(influencers=4, kols=4)
    more = {"orders_expected": np.arange(1.0, 9.0), "orders_p10": 0.5, "orders_p50": 4.0, "orders_p90": 20.0}
    both = base.assign(**more, engagement_expected=np.arange(8.0, 0.0, -1) * 1000)
    lines = [ranked(both, compare(both, goal, CATALOGUE), CATALOGUE)["line"].iloc[0] for goal in ("engagement", "sales")]
    assert lines == [2, 9]


def test_places_are_plain_whole_numbers_and_nothing_where_there_is_no_quote():
    candidates = scored(influencers=2, kols=1).assign(fee=[1e6, None, 2e6])
    text = json.dumps(rank_records(ranked(candidates, compare(candidates, "engagement", CATALOGUE), CATALOGUE)))
    assert (
        '"rank": 1, "rank_low": 1, "rank_high": 2, "tie": 1' in text
        and '"rank_low": null, "rank_high": null, "tie": null' in text
    )


def with_a_stranger(unseen):
    """Forty alike, and a stranger of whom rare hits double what is expected while the middle is lower."""
    rows = scored().assign(known_creator=[False] * unseen + [True] * (40 - unseen))
    tail = {"engagement_expected": 2000.0, "engagement_p10": 50.0, "engagement_p50": 500.0, "engagement_p90": 5000.0}
    rows.loc[0, list(tail)] = list(tail.values())
    return rows


@pytest.mark.parametrize(("unseen", "first"), [(1, True), (20, False)])
def test_where_a_third_of_the_list_has_no_record_nobody_comes_first_for_rare_hits(unseen, first):
    rows = with_a_stranger(unseen)
    comparison = compare(rows, "engagement", CATALOGUE)
    found = ranked(rows, comparison, CATALOGUE)
    assert (found["creator_id"].iloc[0] == "c0") == first
    assert ranked(rows, comparison, CATALOGUE, "safe")["creator_id"].iloc[-1] == "c0"
    assert ranked(rows, comparison, CATALOGUE, "expected")["creator_id"].iloc[0] == "c0"
