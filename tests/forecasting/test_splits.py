import numpy as np
import pandas as pd
import pytest

from predictor.forecasting.splits import between, by_creator, error_clusters, newest, sample_creators, time_forward


@pytest.fixture
def examples():
    days = pd.to_timedelta(np.arange(400) // 2, unit="D")
    at = pd.Timestamp("2026-01-01") + days
    return pd.DataFrame({"at": at, "known_on": at + pd.Timedelta(days=14), "creator_id": [f"c{i % 23}" for i in range(400)]})


def test_nothing_is_learned_whose_outcome_was_unknown_when_the_first_row_was_asked(examples):
    folds = time_forward(examples)
    assert len(folds) > 1
    for learned, asked in [newest(examples, np.ones(400, bool)), *folds]:
        assert examples["known_on"].iloc[learned].max() <= examples["at"].iloc[asked].min()


def test_the_newest_fifth_is_counted_among_the_rows_named(examples):
    counted = np.arange(400) < 300
    _, asked = newest(examples, counted)
    assert counted[asked].sum() == pytest.approx(60, abs=2)
    assert examples["at"].iloc[asked].max() == examples["at"].max()


def test_folds_with_too_little_past_are_left_out(examples):
    assert time_forward(examples.head(30)) == []


def test_every_creator_is_held_out_once_and_never_learned_from_then(examples):
    folds = list(by_creator(examples, seed=3))
    assert sorted(np.concatenate([asked for _, asked in folds])) == list(range(400))
    for learned, asked in folds:
        assert len(learned) and not set(examples["creator_id"].iloc[learned]) & set(examples["creator_id"].iloc[asked])


def test_the_rows_of_many_creators_err_by_creator_and_those_of_few_by_creator_and_four_weeks(examples):
    many = examples.assign(creator_id=[f"c{i % 25}" for i in range(400)])
    assert list(error_clusters(many)) == list(many["creator_id"])
    days = pd.to_datetime(["2026-01-01", "2026-01-28", "2026-01-29", "2026-03-30"])
    few = pd.DataFrame({"creator_id": ["a", "a", "a", "b"], "at": days})
    assert list(error_clusters(few)) == ["a|0", "a|0", "a|1", "b|3"]


def test_of_many_rows_whole_creators_are_drawn_until_there_are_enough(examples):
    some, others = sample_creators(examples, 100, seed=3), sample_creators(examples, 100, seed=4)
    rows = examples["creator_id"].value_counts()
    assert 100 <= len(some) < 100 + rows.max()
    assert len(some) == rows[some["creator_id"].unique()].sum()
    assert set(some["creator_id"]) != set(others["creator_id"])
    assert some["at"].is_monotonic_increasing


def test_where_there_are_no_more_rows_than_enough_all_are_taken(examples):
    assert sample_creators(examples, len(examples), seed=3) is examples


def test_what_is_known_at_the_very_moment_of_the_first_asked_is_learned_and_who_is_asked_then_is_asked():
    at = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(100), unit="D")
    rows = pd.DataFrame({"at": at, "known_on": at + pd.Timedelta(days=3), "creator_id": "a"})
    learned, asked = newest(rows, np.ones(100, bool))
    assert rows["known_on"].iloc[learned].max() == rows["at"].iloc[asked].min()
    assert len(learned) == asked.min() - 3 + 1
    assert len(asked) == pytest.approx(20, abs=1)


def daily(rows, known_after=0):
    """A row a day, each known so many days later."""
    at = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(rows), unit="D")
    return pd.DataFrame({"at": at, "known_on": at + pd.Timedelta(days=known_after), "creator_id": "a"})


def test_folds_forward_in_time_test_a_fifth_each_on_what_was_known_at_its_first_row():
    folds = [([*learned], [*asked]) for learned, asked in time_forward(daily(100))]
    assert folds == [([*range(start + 1)], [*range(start, start + 20)]) for start in (40, 60, 80)]
    learned, asked = between(daily(100, known_after=10), 0.25, 0.5)
    assert ([*learned], [*asked]) == ([*range(16)], [*range(25, 50)])


def test_a_fold_needs_fifteen_rows_to_learn_from_and_five_to_test():
    assert [(len(learned), len(asked)) for learned, asked in time_forward(daily(24))] == [(15, 5), (20, 5)]
    assert [(len(learned), len(asked)) for learned, asked in time_forward(daily(24, known_after=1))] == [(19, 5)]
    assert time_forward(daily(20)) == []  # four rows to test each


def test_creators_are_drawn_until_there_are_exactly_enough_rows():
    rows = pd.DataFrame({"creator_id": np.repeat(["a", "b", "c"], 50)})
    assert sample_creators(rows, 100, seed=1)["creator_id"].nunique() == 2
    assert sample_creators(rows, 101, seed=1)["creator_id"].nunique() == 3


def test_there_are_five_folds_of_creators_or_as_many_as_there_are_creators(examples):
    assert len([*by_creator(examples, seed=1)]) == 5
    three = pd.DataFrame({"creator_id": ["a", "b", "c", "a"]})
    assert sorted(len(asked) for _, asked in by_creator(three, seed=1)) == [1, 1, 2]
