"""Columns as arrays: few rows and many are told apart alike, and rows asked for twice are read once."""

import numpy as np
import pandas as pd
import pytest

from predictor.tables.frames import FEW, Columns, array_of, distinct, factors, filled, no_texts, text_array, texts_at

WORDS = ["tiktok", None, "instagram", "tiktok", "", "youtube", None, "instagram"]


def many(few):
    return few * (FEW // len(few) + 1)


@pytest.mark.parametrize("kind", ["str", "category"])
def test_texts_of_few_rows_and_of_many_have_the_same_places(kind):
    (place, words), (places, same) = (
        factors(array_of(pd.Series(text_array(texts)).astype(kind))) for texts in (WORDS, many(WORDS))
    )
    assert (words, place.tolist()) == (same, places[: len(WORDS)].tolist())
    assert [words[at] if at >= 0 else None for at in place] == WORDS


def test_texts_are_put_together_from_places_as_they_were_taken_apart():
    for texts in (WORDS, many(WORDS)):
        column = text_array(texts)
        found = texts_at(*factors(column))
        pd.testing.assert_extension_array_equal(found, column)
        assert found.dtype == "str"


@pytest.mark.parametrize("kind", ["str", "category", object])
def test_missing_cells_are_filled_by_those_of_another_column_of_the_same_rows(kind):
    cells = array_of(pd.Series(["tiktok", None, None]).astype(kind))
    others = text_array(["youtube", "tiktok", None])
    assert [None if pd.isna(cell) else cell for cell in filled(cells, others)] == ["tiktok", "tiktok", None]
    assert filled(cells, text_array([None] * 3)) is cells


def test_a_column_of_a_frame_and_the_same_array_are_read_alike():
    frame = pd.DataFrame(
        {"posts": [1, 2], "busy": pd.array([True, None], dtype="boolean"), "at": pd.to_datetime(["2026-07-01", None])}
    )
    given = Columns.of(frame)
    same = Columns(given.arrays(), frame.index)
    for name in frame:
        assert same.known(name).tolist() == given.known(name).tolist() == frame[name].notna().tolist()
    assert same.floats("busy")[0] == given.floats("busy")[0] == 1.0 and np.isnat(same.moments("at")).tolist() == [False, True]
    assert [*same.without("busy").arrays()] == ["posts", "at"] and not same.without("busy").known("busy").any()


def test_codes_of_few_rows_and_of_many_are_told_apart_alike():
    codes = np.array([7, -1, 7, 3, -1, 0])
    first, which = distinct(codes)
    assert (first.tolist(), which.tolist()) == ([0, 1, 3, 5], [0, 1, 0, 2, 1, 3])
    firsts, whiches = distinct(np.tile(codes, FEW))
    assert (firsts.tolist(), whiches[: len(codes)].tolist()) == (first.tolist(), which.tolist())


def test_a_part_is_one_object_for_all_who_ask_and_holds_what_was_added():
    rows = Columns.of(pd.DataFrame({"followers": [10.0, 20.0, 30.0], "platform": ["tiktok", "youtube", "tiktok"]}))
    positions = np.array([0, 2])
    assert rows.part(positions) is rows.part(positions.copy())
    assert rows.part(np.arange(3)) is rows
    more = rows.assign({"reach": np.array([1.0, 2.0, 3.0])}, {"tier": (np.array([0, -1, 1]), ["nano", "micro"])})
    part = more.part(positions)
    assert part.floats("reach").tolist() == [1.0, 3.0] and part.floats("followers").tolist() == [10.0, 30.0]
    assert (part.factors("tier")[0].tolist(), part.factors("platform")[0].tolist()) == ([0, 1], [0, 0])
    assert part.holding(("followers",)) is rows.part(positions)


def test_lists_below_each_other_keep_the_order_and_the_types_of_their_columns():
    lists = [
        Columns.of(pd.DataFrame({"platform": pd.array(names, dtype="str"), "posts": [1.0] * len(names)}))
        for names in (["a", None], ["b"])
    ]
    rows = Columns.concatenated(lists)
    expected = pd.concat([one.frame() for one in lists], ignore_index=True)
    pd.testing.assert_frame_equal(rows.frame(), expected)


def test_some_rows_and_rows_with_more_columns_tell_their_cells_like_the_whole():
    rows = Columns.of(pd.DataFrame({"followers": [10.0, np.nan, 30.0], "platform": ["tiktok", "youtube", None]}))
    some = rows.take(np.array([2, 1]))
    assert some.known("followers").tolist() == [True, False] and some.known("platform").tolist() == [False, True]
    assert [*some.arrays()] == ["followers", "platform"] and some.arrays()["followers"].tolist()[0] == 30.0
    more = rows.assign({"reach": np.array([1.0, np.nan, 3.0])}, {"tier": (np.array([0, -1, 0]), ["nano"])})
    assert more.known("reach").tolist() == more.known("tier").tolist() == [True, False, True]
    assert [*more.arrays()] == ["followers", "platform"]  # what was given, without what was added
    assert no_texts(2).isna().all() and no_texts(2).dtype == "str"


def test_of_rows_taken_some_numbers_may_be_missing_which_the_whole_keeps():
    whole = Columns.of(pd.DataFrame({"reach": [1.0, 2.0, 3.0], "views": [7.0, 8.0, 9.0], "kind": ["kol", "kol", None]}))
    taken = whole.take(np.array([2, 0, 2]), {"reach": np.array([False, True, True])})
    assert np.array_equal(taken.floats("reach"), [3.0, np.nan, np.nan], equal_nan=True)
    assert np.array_equal(taken.floats("views"), [9.0, 7.0, 9.0]) and np.array_equal(whole.floats("reach"), [1.0, 2.0, 3.0])
    assert np.array_equal(taken.take(np.array([1])).floats("reach"), [np.nan], equal_nan=True)
