from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import CATALOGUE
from predictor.intake.values import read_column
from predictor.wording.matching import fold
from predictor.wording.sentences import worded

ENTRIES = CATALOGUE.entries


def read(name, cells, **settings):
    values, refused = read_column(pd.Series(cells), name, ENTRIES[name], **settings)
    return values.tolist(), [worded("en", one.says(int(cell))) for one in refused for cell in one.cells]


@pytest.mark.parametrize(
    ("name", "cells", "expected"),
    [
        ("followers", ["1,234", "12K", "1.2M", "3 triệu", "15 nghìn", "2 ngàn"], [1234, 12000, 1.2e6, 3e6, 15000, 2000]),
        ("followers", ["1.234.567", "1.234", "12,5K"], [1234567, 1234, 12500]),
        ("followers", ["1 234", "1\xa0234\xa0567"], [1234, 1234567]),
        ("followers", ["1234.0", "5.0"], [1234, 5]),
        ("followers", [1, "12,5K"], [1, 12500]),
        ("fee", ["500tr", "2 tỷ", "1e5", "15k"], [5e8, 2e9, 1e5, 15e3]),
        ("fee", ["1.500"], [1500]),
        ("fee", ["2,000", "3.5"], [2000, 3.5]),
        ("engagement_rate", ["2,1%", "45 %", "250%"], [0.021, 0.45, 2.5]),
        ("ad_density", ["0.123", "1"], [0.123, 1]),
        ("ad_density", ["0,3", "0,125"], [0.3, 0.125]),
        ("engagement_trend", ["1.250", "0.9"], [1.25, 0.9]),
    ],
)
def test_numbers_as_people_type_them_become_the_value_meant(name, cells, expected):
    values, problems = read(name, cells)
    assert problems == []
    assert values == pytest.approx(expected)


@pytest.mark.parametrize("blank", ["", "-", " n/a ", "NaN", None, "#N/A"])
def test_what_people_type_for_nothing_is_missing(blank):
    values, problems = read("followers", ["5", blank])
    assert problems == []
    assert np.isnan(values[1])


@pytest.mark.parametrize(
    ("name", "cell", "problem"),
    [
        ("followers", "1.234K", "got '1.234K', which may mean 1234 or 1234000; write it as 1234 or as 1234000."),
        ("followers", "-5", "got -5; Audience lies between 0 and 2000000000; correct it or leave it blank."),
        ("followers", "2.5", "got 2.5; Audience is a whole number; correct it or leave it blank."),
        ("followers", 2.5, "got 2.5; Audience is a whole number; correct it or leave it blank."),
        ("followers", "5%", "got '5%'; expected a number such as 1234, 12.5K or 3 triệu, with no currency sign; "
         "correct it or leave it blank."),
        ("ad_density", "45", "got 45; a share lies between 0 and 1: write 45% or 0.45."),
        ("ad_density", 45, "got 45; a share lies between 0 and 1: write 45% or 0.45."),
        ("ad_density", "120%", "got 120%; Ad density lies between 0 and 1; correct it or leave it blank."),
        ("engagement_rate", "3.5", "got 3.5; a rate above 1 needs a percent sign: write 3.5% or 0.035."),
        ("verified", "maybe", "got 'maybe'; allowed: yes, no, true, false, 1, 0, có, không. Write one of these."),
        ("coverage", "nationl", "got 'nationl'; allowed: local, national, global; did you mean 'national'? "
         "Write one of these or leave it blank."),
        ("booked_at", "03/04/2025", "got '03/04/2025', which may mean 2025-04-03 or 2025-03-04; write 2025-04-03, "
         "or set `day_first: true` (or false) for this table in a mapping."),
        ("booked_at", "31/02/2025", "got '31/02/2025'; there is no such day or hour; correct it."),
        ("booked_at", 45000, "got '45000', which may be the number by which a spreadsheet counts days: "
         "2023-03-15; write the day so."),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_used_is_told_with_what_came_and_what_to_do(name, cell, problem):
    values, problems = read(name, [cell])
    assert problems == [problem]
    assert pd.isna(values[0])


def test_two_amounts_that_prove_neither_convention_are_both_refused():
    assert len(read("fee", ["1.500", "2,000"])[1]) == 2


def test_numbers_with_one_reading_each_may_stand_in_one_column():
    values, problems = read("followers", ["12,5K", "1.2M", "45.000", "1,234,567"])
    assert problems == [] and values == [12_500, 1_200_000, 45_000, 1_234_567]


def test_a_number_with_two_readings_is_refused_where_its_column_proves_both():
    _, problems = read("days_since_post", ["12,5", "3.25", "1.234"])
    assert problems == ["got '1.234', which may mean 1.2340 or 1234; write it as 1.2340 or as 1234."]


@given(st.lists(st.integers(1, 19_999_999), min_size=1), st.sampled_from(",."))
def test_numbers_printed_in_either_convention_are_read_right_or_refused(thousandths, decimal):
    numbers = [n / 1000 for n in thousandths]
    printed = [f"{n:,.3f}".translate(str.maketrans({".": decimal, ",": "." if decimal == "," else ","})) for n in numbers]
    values, problems = read("days_since_post", printed)
    assert problems or values == pytest.approx(numbers)


@given(st.lists(st.dates(date(2000, 1, 1), date(2030, 1, 1)), min_size=1), st.sampled_from(["%d/%m/%Y", "%m-%d-%Y", "%Y-%m-%d"]))
def test_dates_printed_in_one_order_are_read_right_or_refused(days, order):
    values, problems = read("booked_at", [day.strftime(order) for day in days])
    assert problems or values == [pd.Timestamp(day) for day in days]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2025-04-03", "2025-04-03T10:00:00+07:00", "2025-4-3 9:05"], ["2025-04-03", "2025-04-03 03:00", "2025-04-03 09:05"]),
        (["25/12/2025", "03/04/2025 14:30"], ["2025-12-25", "2025-04-03 14:30"]),
        (["12-25-2025", "03-04-2025"], ["2025-12-25", "2025-03-04"]),
        (["04.04.2025"], ["2025-04-04"]),
        ([pd.Timestamp("2025-01-01", tz="Asia/Ho_Chi_Minh")], ["2024-12-31 17:00"]),
        ([date(2025, 1, 1), "2025-01-02"], ["2025-01-01", "2025-01-02"]),
        (
            ["Aug 28, 2025", "September 4, 2025", "28 Aug 2025", "28-Aug-2025"],
            ["2025-08-28", "2025-09-04", "2025-08-28", "2025-08-28"],
        ),
        (["28 tháng 8, 2025", "ngày 28 tháng 8 năm 2025", "5 Agustus 2025"], ["2025-08-28", "2025-08-28", "2025-08-05"]),
        (["2025年8月28日", "2025년 8월 28일 15:05"], ["2025-08-28", "2025-08-28 15:05"]),
        (["27-Jul-20", "12-Dec-23"], ["2020-07-27", "2023-12-12"]),
        (["09/15/2026 18:00", "09/03/2026 06:08"], ["2026-09-15 18:00", "2026-09-03 06:08"]),
        (["08/28/2025 3:05 PM", "8/9/2025 12:00 AM"], ["2025-08-28 15:05", "2025-08-09"]),
        (["Aug 28, 2025 at 12:30 pm", "Thu, 28 Aug 2025 10:00:00 GMT"], ["2025-08-28 12:30", "2025-08-28 10:00"]),
        (
            ["2025-08-28T10:00:00+07", "2025-08-28 10:00 GMT+7", "14:30 28/08/2025"],
            ["2025-08-28 03:00", "2025-08-28 03:00", "2025-08-28 14:30"],
        ),
        (["20250828", "Thứ 5, 28/08/2025"], ["2025-08-28", "2025-08-28"]),
        (
            ["２０２５-０８-２８", "２０２５／０８／２９", "２０２５年８月３０日"],
            ["2025-08-28", "2025-08-29", "2025-08-30"],
        ),  # of full width
        (["٢٠٢٥-٠٨-٢٨", "२८/०८/२०२५ १४:३०"], ["2025-08-28", "2025-08-28 14:30"]),
    ],
)
def test_dates_become_naive_utc_in_the_order_that_the_column_proves(cells, expected):
    values, problems = read("booked_at", cells)
    assert problems == []
    assert values == [pd.Timestamp(moment) for moment in expected]


@pytest.mark.parametrize(
    "typed",
    [
        "Lifetime",
        "28/08/2868",
        "Aug-25",
        "28 Aug 2025 13:00 PM",
        "Q3 2025",
        "12",
        "tháng 8",
        "٤٥٨٩٧",
        "１７６７２２５６００",
        "2100-01-01",
        "1989-12-31",
    ],
)
def test_what_is_no_day_is_refused_and_quoted(typed):
    values, problems = read("booked_at", [typed])
    assert pd.isna(values[0])
    assert problems == [f"got '{typed}'; expected a date such as 2025-04-03, 2025-04-03 14:30 or 25/12/2025; correct it."]


def test_an_open_day_beside_a_clock_of_twelve_hours_is_asked_about():
    _, problems = read("booked_at", ["03/04/2025 3:05 PM"])
    assert problems[0].startswith("got '03/04/2025 3:05 PM', which may mean 2025-04-03 or 2025-03-04")


@pytest.mark.parametrize("cells", [["45897", "45898.5"], [45897, 45898.5]])
def test_the_day_numbers_of_a_spreadsheet_are_read_only_for_who_tells_so(cells):
    values, _ = read_column(pd.Series(cells), "booked_at", ENTRIES["booked_at"], serials=True)
    assert values.tolist() == [pd.Timestamp("2025-08-28"), pd.Timestamp("2025-08-29 12:00")]
    assert all("by which a spreadsheet counts days: 2025-08-2" in problem for problem in read("booked_at", cells)[1])


def test_day_first_settles_an_open_date():
    assert read("booked_at", ["03/04/2025"], day_first=True) == ([pd.Timestamp("2025-04-03")], [])
    assert read("booked_at", ["03/04/2025"], day_first=False) == ([pd.Timestamp("2025-03-04")], [])


def test_a_date_against_the_order_of_the_others_is_refused():
    _, problems = read("booked_at", ["25/12/2025", "26/12/2025", "12/27/2025"])
    assert problems == [
        "got '12/27/2025', but the other rows put day and month the other way round; write it as year-month-day: 2025-04-03."
    ]


def test_flags_are_read_in_both_languages():
    assert read("verified", ["Có", "không", "x", "NO", "1", "0"])[0] == [True, False, True, False, True, False]


def test_categories_are_matched_without_case_or_accents_by_any_spelling():
    assert read("platform", ["FB", "Tik Tok", "抖音", "truyen hinh", "X"])[0] == ["facebook", "tiktok", "douyin", "tv", "x"]


@pytest.mark.parametrize("name", ["niche", "brand_niche"])
def test_one_niche_is_one_code_in_whatever_language_it_is_written(name):
    assert {*read(name, ["beauty", "Làm đẹp", "làm-đẹp", "mỹ phẩm", "美妆", "Beauty;Làm đẹp", "cosmetics"])[0]} == {"beauty"}
    assert read(name, ["Mẹ & bé, du lịch"])[0] == read(name, ["mẹ và bé; Travel"])[0]
    assert read(name, ["Gốm sứ; beauty"])[0] == ["gốm sứ;beauty"]


def test_open_words_are_tidied_and_several_niches_are_joined():
    assert read("niche", ["Làm đẹp | Food;food"])[0] == ["beauty;food"]
    assert read("format", [" Video "])[0] == ["video"]
    assert read("country", ["vn"])[0] == ["VN"]


def test_an_id_that_a_spreadsheet_made_a_number_is_text_again():
    assert read("creator_id", [12.0, 13.0])[0] == ["12", "13"]


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


def test_a_million_typed_cells_are_not_parsed_as_text():
    column = pd.Series(np.arange(1_000_000, dtype=float))
    values, refused = read_column(column, "followers", ENTRIES["followers"])
    assert refused == []
    assert (values == column).all()


def test_a_year_of_days_is_read_back():
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(366)]
    assert read("booked_at", [f"{day:%d/%m/%Y}" for day in days]) == ([pd.Timestamp(day) for day in days], [])


@pytest.mark.parametrize(
    ("typed", "name"),
    [("ảnh", "image"), ("Video ngắn", "short"), ("LIVESTREAM", "live"), ("bai viet", "article"), ("Podcast", "podcast")],
)
def test_known_spellings_of_a_format_have_one_name_and_others_stay_as_they_are(typed, name):
    values, refused = read_column(pd.Series([typed]), "format", ENTRIES["format"])
    assert values.tolist() == [name] and refused == []
