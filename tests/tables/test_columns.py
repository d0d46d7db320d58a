"""Rows as arrays: what forecasting reads of a frame."""

import numpy as np
import pandas as pd
import pytest

from predictor.tables.frames import Columns


@pytest.fixture
def rows():
    return Columns.of(
        pd.DataFrame(
            {
                "followers": [10.0, None, 30.0],
                "posts": pd.array([1, None, 3], dtype="Int64"),
                "sponsored": pd.array([True, None, False], dtype="boolean"),
                "tier": ["micro", None, "Mid; macro"],
                "platform": pd.Categorical(["tiktok", "youtube", "tiktok"]),
            },
            index=[7, 8, 9],
        )
    )


def test_numbers_are_floats_and_what_is_no_number_or_not_there_is_missing(rows):
    np.testing.assert_array_equal(rows.floats("posts"), [1.0, np.nan, 3.0])
    np.testing.assert_array_equal(rows.floats("sponsored"), [1.0, np.nan, 0.0])
    for name in ("tier", "platform", "reach"):
        np.testing.assert_array_equal(rows.floats(name), [np.nan] * 3)


def test_texts_are_places_among_their_distinct_values(rows):
    place, texts = rows.factors("tier")
    assert [texts[at] if at >= 0 else None for at in place] == ["micro", None, "Mid; macro"]
    place, texts = rows.main_values("tier")
    assert [texts[at] if at >= 0 else None for at in place] == ["micro", None, "mid"]
    assert rows.factors("reach")[0].tolist() == [-1, -1, -1]
    assert rows.is_in("platform", ("tiktok",)).tolist() == [True, False, True]
    assert rows.is_in("tier", ("micro",)).tolist() == [True, False, False]


def test_some_rows_with_more_columns_are_what_the_frame_would_say(rows):
    more = rows.assign({"reach": np.array([1.0, 2.0, 3.0])}, {"where": (np.array([0, -1, 1]), ["here", "there"])})
    some = more.take(np.array([2, 0]))
    assert some.index.tolist() == [9, 7] and len(some) == 2
    assert some.floats("reach").tolist() == [3.0, 1.0] and some.floats("followers").tolist() == [30.0, 10.0]
    assert [some.factors("where")[1][at] for at in some.factors("where")[0]] == ["there", "here"]
    assert "reach" in some and "reach" not in rows and "tier" in some
    assert [more.factors("reach")[1][at] for at in more.factors("reach")[0]] == ["1.0", "2.0", "3.0"]


def test_a_frame_is_what_was_given_of_the_rows_and_not_what_was_added(rows):
    more = rows.assign({"posts": np.zeros(3), "reach": np.ones(3)})
    assert list(more.frame()) == ["followers", "posts", "sponsored", "tier", "platform"]
    assert more.take(np.array([2, 0])).frame()["posts"].tolist() == [3, 1]
    assert more.frame().index.tolist() == [7, 8, 9]
