"""Days that somebody is busy, as people write them."""

from datetime import date

import pandas as pd
import pytest

from predictor.intake.busy_days import busy_spans, read_busy_days


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("15/12-20/12", "--12-15..--12-20"), ("15-20/12", "--12-15..--12-20"), ("15–20 tháng 12", "--12-15..--12-20"),
        ("từ 15/12 đến 20/12", "--12-15..--12-20"), ("28/12-03/01", "--12-28..--01-03"), ("Dec 15-20", "--12-15..--12-20"),
        ("15/12/2026 - 20/12/2026", "2026-12-15..2026-12-20"), ("15/12-20/12/2026", "2026-12-15..2026-12-20"),
        ("2026-07-01..2026-07-05; 2026-09-01", "2026-07-01..2026-07-05; 2026-09-01"), ("15-12-2026", "2026-12-15"),
        ("15/12-20/12, 25/12", "--12-15..--12-20; --12-25"), ("--12-15..--12-20", "--12-15..--12-20"),
    ],
)  # fmt: skip
def test_ranges_of_days_come_in_one_form_and_stay_in_it(typed, read):
    for cell in (typed, read):
        values, refused = read_busy_days(pd.Series([cell, None]))
        assert (values.iloc[0], pd.isna(values.iloc[1]), refused) == (read, True, [])


@pytest.mark.parametrize("typed", ["July", "kín", "03/04-05/04", "20/12-15/12", "2026-07-09..2026-07-01", "30/2", "1899-12-31"])
def test_what_is_no_range_of_days_or_may_be_two_is_refused_as_it_came(typed):
    values, (refused,) = read_busy_days(pd.Series([typed]))
    assert values.isna().all() and refused.says(0).values["came"] == typed


def test_a_column_or_whoever_answers_for_it_settles_which_part_is_the_day():
    assert read_busy_days(pd.Series(["03/04-05/04", "15/12"]))[0].iloc[0] == "--04-03..--04-05"
    assert read_busy_days(pd.Series(["03/04-05/04"]), day_first=False)[0].iloc[0] == "--03-04..--05-04"


def test_days_without_a_year_are_those_of_each_year_asked_over_new_year_too():
    spans = [*busy_spans("--12-28..--01-03; 2026-05-05; --02-29", range(2026, 2027))]
    assert spans == [
        (date(2026, 12, 28), date(2027, 1, 3)), (date(2026, 5, 5), date(2026, 5, 5)), (date(2026, 2, 28), date(2026, 2, 28)),
    ]  # fmt: skip
