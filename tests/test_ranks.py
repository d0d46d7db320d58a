import numpy as np
import pandas as pd
import pytest

from predictor.joint import Shocks
from predictor.ranks import with_ranks
from test_compare import CATALOGUE

RECIPE = CATALOGUE.recipes["engagement"]
APART = Shocks(campaign=0.0, creator=0.0, stranger=0.0)


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
    asked, luck = rows(np.geomspace(50, 400, 25), width=0.5), np.random.default_rng(2)
    found, held = with_ranks(asked, RECIPE, APART), []
    for _ in range(300):
        came = pd.Series(found["p50"] * np.exp(luck.normal(0, 0.5, len(found))), found.index)
        held.append((came.rank(ascending=False).between(found["rank_low"], found["rank_high"])).mean())
    assert np.mean(held) == pytest.approx(0.83, abs=0.04)  # whole ranks hold a little more than 80 %


def test_a_dearer_quote_ranks_lower_and_none_at_all_last_without_an_interval():
    asked = rows([100, 100, 900], width=0.05).assign(fee=[1e6, 2e6, None])
    found = with_ranks(asked, RECIPE, APART)
    assert found["fee"].tolist()[:2] == [1e6, 2e6] and found["rank"].tolist() == [1, 2, 3]
    assert pd.isna(found["rank_low"].iloc[2]) and with_ranks(asked, RECIPE, APART, per_money=False)["fee"].isna().iloc[0]
