"""What a person's other accounts say, by hand: a million followers and five posts each, so that rates are counts over that."""

import numpy as np
import pandas as pd
import pytest

from builders import CATALOGUE
from predictor.asof.examples import candidate_rows
from predictor.asof.features import features_as_of
from predictor.tables.frames import History

ON = pd.Timestamp("2026-06-15")
FIVE_OF_SEVEN = 5 / 7  # five posts seen, two usual ones beside them


def history(rates, persons, published="2026-03-01", platform="tiktok"):
    """Accounts by name with one rate on all of five posts; the same platform and tier."""
    creators = pd.DataFrame({"creator_id": [*rates], "platform": platform, "followers": 1e6})
    creators["person_id"] = [persons.get(name, name) for name in rates]
    posts = pd.DataFrame(
        [(name, 1e6 * rate) for name, rate in rates.items() for _ in range(5)], columns=["creator_id", "engagements"]
    )
    posts = posts.assign(
        published_at=pd.to_datetime(published).as_unit("us"), post_id=[f"p{i}" for i in range(len(posts))],
        reach=10 * posts["engagements"], format="video", sponsored=pd.array([False] * len(posts), dtype="boolean"),
    )  # fmt: skip
    return History({"creators": creators, "posts": posts})


def said_of(who, person, tables, on=ON):
    asks = pd.DataFrame({"creator_id": [who], "person_id": [person], "platform": ["instagram"], "at": [on], "format": ["image"]})
    return features_as_of(asks, tables, CATALOGUE).iloc[0]


USUAL = {"a": 0.02, "b": 0.03, "c": 0.04, "d": 0.05, "e": 0.06}  # their median is 0.04


def test_another_account_above_the_usual_says_how_far_drawn_to_it_by_its_posts():
    found = said_of("new", "lan", history(USUAL | {"lan_tiktok": 0.16}, {"lan_tiktok": "lan"}))
    usual = np.log(np.sqrt(0.04 * 0.05))  # the median of six logs
    assert found["engagement_elsewhere"] == pytest.approx(FIVE_OF_SEVEN * (np.log(0.16) - usual), rel=1e-4)
    assert found["reach_elsewhere"] == pytest.approx(FIVE_OF_SEVEN * (np.log(0.16) - usual), rel=1e-4)


@pytest.mark.parametrize("asked", ["new", "lan_ig"])
def test_rates_of_accounts_that_nobody_asks_about_are_per_their_own_audience(asked):
    tables = history(USUAL | {"lan_tiktok": 0.16}, {"lan_tiktok": "lan"})
    twice = tables.frames["creators"]["creator_id"] == "lan_tiktok"
    tables.frames["creators"].loc[twice, "followers"] *= 2
    counted = tables.frames["posts"]["creator_id"] == "lan_tiktok"
    tables.frames["posts"].loc[counted, ["engagements", "reach"]] *= 2
    unsized = pd.DataFrame({"creator_id": ["lan_ig"], "platform": "instagram", "followers": np.nan, "person_id": "lan"})
    tables.frames["creators"] = pd.concat([tables.frames["creators"], unsized], ignore_index=True)
    usual = np.log(np.sqrt(0.04 * 0.05))
    assert said_of(asked, "lan", tables)["engagement_elsewhere"] == pytest.approx(
        FIVE_OF_SEVEN * (np.log(0.16) - usual), rel=1e-4
    )


def test_an_account_is_no_other_account_of_itself():
    assert np.isnan(
        said_of("lan_tiktok", "lan", history(USUAL | {"lan_tiktok": 0.16}, {"lan_tiktok": "lan"}))["engagement_elsewhere"]
    )


def test_two_other_accounts_count_by_their_posts():
    tables = history(USUAL | {"lan_1": 0.04, "lan_2": 0.16}, {"lan_1": "lan", "lan_2": "lan"})
    above = (np.log(0.16) - np.log(0.04)) / 2
    assert said_of("new", "lan", tables)["engagement_elsewhere"] == pytest.approx(10 / 12 * above, rel=1e-4)


def test_what_was_published_since_says_nothing_yet():
    tables = history(USUAL | {"lan_tiktok": 0.16}, {"lan_tiktok": "lan"}, published="2026-06-20")
    assert np.isnan(said_of("new", "lan", tables)["engagement_elsewhere"])


def test_what_is_usual_is_read_as_the_month_began():
    tables = history(USUAL | {"lan_tiktok": 0.16}, {"lan_tiktok": "lan"}, published="2026-06-05")
    assert np.isnan(said_of("new", "lan", tables)["engagement_elsewhere"])
    assert said_of("new", "lan", tables, pd.Timestamp("2026-07-01"))["engagement_elsewhere"] > 0


def test_of_a_platform_with_few_accounts_nothing_is_usual():
    few = {name: USUAL[name] for name in "abc"}
    assert np.isnan(said_of("new", "lan", history(few | {"lan_tiktok": 0.16}, {"lan_tiktok": "lan"}))["engagement_elsewhere"])


def test_a_person_that_nobody_knows_and_none_at_all_say_nothing():
    tables = history(USUAL, {})
    assert np.isnan(said_of("new", "nobody", tables)["engagement_elsewhere"])
    assert np.isnan(said_of("new", None, tables)["engagement_elsewhere"])


def test_a_new_account_in_a_list_of_candidates_is_told_by_its_person():
    tables = history(USUAL | {"lan_tiktok": 0.16}, {"lan_tiktok": "lan"})
    rows = pd.DataFrame({"creator_id": ["lan_ig", "x"], "person_id": ["lan", None], "platform": "instagram", "followers": 5e4})
    found = candidate_rows(rows, {}, ON, tables, CATALOGUE)["engagement_elsewhere"]
    assert found.iloc[0] > 0.5
    assert np.isnan(found.iloc[1])


def test_an_answer_does_not_depend_on_who_is_asked_beside_it():
    tables = history(USUAL | {"lan_tiktok": 0.16, "hoa_1": 0.01}, {"lan_tiktok": "lan", "hoa_1": "hoa"})
    asks = pd.DataFrame(
        {"creator_id": "new", "person_id": ["lan", "hoa"], "at": [ON, ON + pd.Timedelta(days=40)], "format": "image"}
    )
    both = features_as_of(asks, tables, CATALOGUE)
    for place in range(2):
        pd.testing.assert_frame_equal(both.iloc[[place]], features_as_of(asks.iloc[[place]], tables, CATALOGUE))


def test_a_small_platform_has_its_usual_beside_one_of_thousands():
    rates = USUAL | {"lan_tiktok": 0.16}
    small = history(rates, {"lan_tiktok": "lan"})
    many = pd.DataFrame({"creator_id": [f"y{i}" for i in range(4000)], "platform": "youtube", "followers": 1e6})
    crowded = History({**small.frames, "creators": pd.concat([many, small.frames["creators"]], ignore_index=True)})
    assert said_of("new", "lan", crowded)["engagement_elsewhere"] == said_of("new", "lan", small)["engagement_elsewhere"]
