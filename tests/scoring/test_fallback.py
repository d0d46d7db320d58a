import numpy as np
import pandas as pd
import pytest

from builders import CATALOGUE, phrases
from predictor.scoring.fallback import published, published_forecast, published_note, published_rates

ENGAGEMENT, REACH, ORDERS = (CATALOGUE.recipes[name] for name in ("engagement", "reach", "orders"))


def candidate(**columns):
    return pd.DataFrame([{"platform": "instagram", "tier": "mega", "format": "video", "followers": 2e6, "posts": 1.0} | columns])


def test_the_interval_spans_half_the_lowest_to_twice_the_highest_figure():
    forecasts = published_forecast(candidate(platform="youtube", tier="mid", followers=1e5), ENGAGEMENT).iloc[0]
    assert forecasts["p10"] == pytest.approx(1e5 * 0.0014 / 2) and forecasts["p90"] == pytest.approx(1e5 * 0.015 * 2)
    assert forecasts["source"] == "organicmediabuying.com 2025, Influencer Hero 2024"


def test_a_lone_source_is_taken_to_be_fivefold_off_either_way():
    forecasts = published_forecast(candidate(platform="x", followers=1e5), ENGAGEMENT).iloc[0]
    assert (
        forecasts["p50"] == pytest.approx(50) and forecasts["p10"] == pytest.approx(10) and forecasts["p90"] == pytest.approx(250)
    )


def test_every_platform_that_is_listed_is_answered_very_wide():
    rates = published_rates()
    assert (rates["low"] <= rates["typical"] * 1.0001).all() and (rates["typical"] <= rates["high"] * 1.0001).all()
    tiers = rates[(rates["outcome"] == "engagements")].assign(followers=1e5, tier=lambda frame: frame["tier"].replace("", None))
    forecasts = published_forecast(tiers, ENGAGEMENT)
    assert len(forecasts) and (forecasts["p90"] / forecasts["p10"] >= 24.9).all()
    assert ((forecasts["p50"] < forecasts["expected"]) & (forecasts["expected"] < forecasts["p90"])).all()


@pytest.mark.parametrize("platform", ["wechat", "line", "kakao", "toutiao", "blog", "tv", "press", "douyin", "weibo", None])
def test_a_platform_of_which_nobody_published_a_rate_stays_without(platform):
    forecasts = published_forecast(candidate(platform=platform), ENGAGEMENT)
    assert forecasts.isna().all(axis=None)


def test_without_an_audience_or_for_a_story_there_is_no_forecast():
    rows = pd.concat([candidate(followers=np.nan), candidate(followers=0.0), candidate(format="Story"), candidate(format=None)])
    assert published_forecast(rows, ENGAGEMENT)["p50"].notna().tolist() == [False, False, False, True]


def test_a_tier_without_a_figure_takes_those_of_the_platform():
    rows = pd.concat([candidate(platform="facebook", tier="macro"), candidate(platform="facebook", tier=None)], ignore_index=True)
    forecasts = published_forecast(rows, ENGAGEMENT)
    assert (
        forecasts["p50"].nunique() == 1
        and forecasts["source"][0] == "Affable (Philippines) 2022, American Marketing Association 2019"
    )


def test_reach_has_its_own_figures_and_orders_have_none():
    assert published_forecast(candidate(platform="tiktok"), REACH)["p50"][0] == pytest.approx(2e6 * 0.1449)
    assert published_forecast(candidate(platform="tiktok"), ORDERS).isna().all(axis=None)


def test_twice_the_posts_bring_twice_as_much():
    once, twice = (published_forecast(candidate(posts=posts), ENGAGEMENT).drop(columns="source") for posts in (1.0, 2.0))
    pd.testing.assert_frame_equal(once * 2, twice)


def test_the_note_names_platform_and_newest_sources_and_is_silent_elsewhere():
    rows = pd.concat([candidate(), candidate(platform="line")], ignore_index=True)
    said = published_note(published_forecast(rows, ENGAGEMENT), rows, phrases("en"))
    assert said[0].startswith(
        "The history has no data from Instagram. These figures follow what others have published (HypeAuditor 2026, "
    )
    assert "and 3 more). Sources differ two- to fivefold" in said[0] and pd.isna(said[1])


def test_figures_belong_to_known_platforms_tiers_and_outcomes_and_name_a_source():
    entries = CATALOGUE.entries
    assert published().figures
    for one in published().figures:
        assert one.platform in entries["platform"].categories and one.outcome in entries, one
        assert one.tier is None or one.tier in entries["tier"].categories, one
        assert one.source and 2015 < one.year < 2030 and all(0 < rate < 1 for rate in one.rates), one
