from datetime import date

import pandas as pd
import pytest

from builders import CATALOGUE, phrases, scored
from predictor.asof.day import silent_days
from predictor.planning.lineup import lineup
from predictor.planning.rules import LineupConstraints
from predictor.reporting.condition_words import conditions, doubts_by_person, marks
from predictor.reporting.lineup_words import answer, proposed_name, shown_as_proposed

RULES = LineupConstraints(budget=20e6)


def found(rows):
    return lineup(rows, "engagement", RULES, CATALOGUE, other_budgets=False)


@pytest.mark.parametrize(
    ("lang", "told", "marked"),
    [
        ("en", "never or rarely seen the like: 1 of 4 bookings (5M ₫: c0).", "check this one"),
        ("vi", "chưa từng hoặc ít gặp trường hợp như vậy: 1/4 booking (5 triệu ₫: c0).", "cần xem lại"),
    ],
)
def test_whose_forecast_is_in_doubt_is_told_before_signing_and_why_by_person(lang, told, marked):
    rows = scored(4, 0, engagement_doubts=["No format 2 video.", "", None, ""], format="video")
    plan = found(rows)
    (condition,) = conditions(plan, phrases(lang))
    assert condition.endswith(told)
    assert marks(plan.proposed.rows.iloc[0], phrases(lang)) == [marked]
    assert [line.split(": ")[1] for line in doubts_by_person(plan, phrases(lang))] == ["No format 2 video."]


def test_without_a_doubt_or_a_commission_there_is_nothing_to_tell():
    assert conditions(found(scored(4, 0, commission=[0.0, None, 0.0, None])), phrases("en")) == []


@pytest.mark.parametrize(
    ("lang", "share", "end"), [("en", "(10% – 20%)", "less comes back."), ("vi", "(10% – 20%)", "thu về ít hơn.")]
)
def test_a_commission_on_sales_is_told_as_a_cost_that_nothing_counts(lang, share, end):
    (told,) = conditions(found(scored(4, 0, commission=[0.1, 0.2, None, 0.15])), phrases(lang))
    assert share in told and told.endswith(end) and ("3 of 4" in told or "3/4" in told)


@pytest.mark.parametrize(
    ("lang", "name", "first"),
    [
        ("en", "Influencers, KOLs and creators of no stated kind", "creators of no stated kind (2 of the bookings)"),
        ("vi", "Influencer, KOL và người chưa phân loại", "người chưa phân loại (2 booking)"),
    ],
)
def test_people_of_no_stated_kind_are_named_beside_influencers_and_kols(lang, name, first):
    plan = found(scored(2, 2, kind=["influencer", "kol", "", ""]))
    assert first in answer(plan, phrases(lang))[0]
    assert proposed_name(plan.proposed, phrases(lang)) == name


def test_a_mix_that_comes_down_to_one_kind_is_shown_as_the_plan_of_that_kind():
    one_kind, both = found(scored(better=2.0)), found(scored(2, 2))
    assert shown_as_proposed(one_kind).name == "influencers" and shown_as_proposed(both).name == "mix"


def test_a_day_of_silence_is_a_day_whatever_the_hour_of_the_last_post():
    assert (
        silent_days(pd.Timestamp("2026-01-31 18:30"), date(2026, 7, 1)) == silent_days(date(2026, 1, 31), date(2026, 7, 1)) == 151
    )
