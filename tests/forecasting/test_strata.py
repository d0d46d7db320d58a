import numpy as np
import pandas as pd

from predictor.forecasting.conformal import record_of, strata, stratum_of


def held_out():
    """Two platforms with many creators, one with a single creator who posts a lot."""
    platform = ["tiktok"] * 1200 + ["instagram"] * 600 + ["line"] * 600
    creators = np.concatenate([np.arange(1200) % 60, 100 + np.arange(600) % 30, np.full(600, 999)])
    return pd.DataFrame({"platform": platform, "tier": "micro", "posts_seen": 20.0, "creator_id": creators})


def test_a_group_needs_enough_rows_of_enough_creators():
    assert list(strata(held_out())) == [
        "", "/many", "/many/instagram", "/many/tiktok", "/many/instagram/micro", "/many/tiktok/micro",
    ]  # fmt: skip


def test_a_row_belongs_to_its_narrowest_group_and_else_to_a_wider_one():
    groups = tuple(strata(held_out()))
    asked = pd.DataFrame(
        {
            "platform": ["tiktok", "tiktok", "line", "tiktok"],
            "tier": ["micro", "mega", "micro", "micro"],
            "posts_seen": [50, 50, 50, 0],
        }
    )
    assert [groups[at] for at in stratum_of(asked, groups)] == ["/many/tiktok/micro", "/many/tiktok", "/many", ""]


def test_rows_without_any_of_the_columns_still_have_a_group():
    assert list(stratum_of(pd.DataFrame({"followers": [1.0, 2.0]}), ("", "/many"))) == [0, 0]


def test_a_record_is_none_few_some_or_many_posts():
    records = record_of(pd.DataFrame({"posts_seen": [0, 1, 2, 3, 9, 10, np.nan]}))
    assert list(records) == ["none", "few", "few", "some", "some", "many", "none"]
