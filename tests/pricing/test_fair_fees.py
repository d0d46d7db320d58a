import json
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictor.pricing.fair_fees import fair_fees, fee_figures, fit_prices, from_json, published_fees, quotes, to_json, verdicts
from predictor.tables.frames import History

pytestmark = pytest.mark.slow

RANGE = ["fair_low", "fair", "fair_high"]


def agreed(size=300, creators=60, seed=1, spread=0.3, **columns):
    """Fees of 50 per 1,000 followers, twice that on YouTube, with chance."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({"creator_id": [f"c{i}" for i in rng.integers(0, creators, size)]})
    rows["at"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 150, size)), unit="D")
    rows["followers"] = np.round(np.exp(rng.uniform(np.log(5e3), np.log(5e5), size)))
    rows["platform"], rows["tier"], rows["format"], rows["kind"] = rng.choice(["tiktok", "youtube"], size), "mid", "video", "kol"
    rows["posts"], rows["currency"], rows["country"] = rng.integers(1, 4, size), "THB", "TH"
    dear = np.where(rows["platform"] == "youtube", 2.0, 1.0) * rows["posts"]
    rows["fee"] = 0.05 * rows["followers"] * dear * rng.lognormal(0.0, spread, size)
    return rows.assign(**columns)


def candidate(**columns):
    row = {
        "creator_id": "new",
        "followers": 1e5,
        "platform": "tiktok",
        "tier": "mid",
        "format": "video",
        "kind": "kol",
        "posts": 1,
    }
    return pd.DataFrame([row | {"currency": "THB", "country": "TH", "fee": 5e3, "at": pd.Timestamp("2026-07-01")} | columns])


PRICES = fit_prices(agreed())


def test_the_fair_fee_follows_size_platform_and_posts():
    rows = pd.concat(
        [candidate(), candidate(platform="youtube"), candidate(posts=2), candidate(followers=5e4)], ignore_index=True
    )
    fees = fair_fees(PRICES, rows)
    assert fees["fair"].tolist() == pytest.approx([5_000, 10_000, 10_000, 2_500], rel=0.12)
    assert (fees["fair_source"] == "history").all() and (fees["rests_on"] > 100).all()


def test_the_range_is_as_wide_as_quotes_spread():
    fees = fair_fees(PRICES, candidate()).iloc[0]
    assert fees["fair_high"] / fees["fair_low"] == pytest.approx(np.exp(2 * 1.2816 * 0.3), rel=0.15)


def test_a_quote_is_under_fair_or_over_its_range():
    rows = pd.concat([candidate(fee=fee) for fee in (0.0, 2e3, 5e3, 1.5e4, None)], ignore_index=True)
    fees = fair_fees(PRICES, rows)
    assert fees["fee_verdict"].fillna("none").tolist() == ["under", "under", "fair", "over", "none"]
    assert fees["fair"].nunique() == 1 and fees["fair"].notna().all()


@settings(max_examples=60)
@given(st.floats(0, 1e9), st.floats(0, 1e9), st.floats(2e3, 1e6), st.sampled_from(["tiktok", "youtube"]))
def test_a_higher_quote_never_improves_the_markets_verdict(fee, other, followers, platform):
    rows = pd.concat(
        [candidate(fee=one, followers=followers, platform=platform) for one in sorted((fee, other))], ignore_index=True
    )
    cheap, dear = fair_fees(PRICES, rows)["fee_verdict"].map(["under", "fair", "over"].index)
    assert cheap <= dear


def test_a_candidates_own_quote_does_not_move_its_range():
    fees = [fair_fees(PRICES, candidate(fee=fee))[RANGE].iloc[0].tolist() for fee in (1.0, 1e12)]
    assert fees[0] == fees[1]


def test_twenty_nine_quotes_or_nine_creators_give_no_prices_and_thirty_of_ten_do():
    assert not fit_prices(agreed().head(29)).markets
    assert not fit_prices(agreed(creators=9)).markets
    enough = agreed(size=30, creators=15)
    assert list(fit_prices(enough).markets) == ["THB"]


def test_few_quotes_give_a_range_that_is_no_narrower_than_many():
    few = [fair_fees(fit_prices(agreed(size=30, seed=s, creators=15)), candidate()).iloc[0] for s in range(1, 9)]
    many = fair_fees(fit_prices(agreed(size=2000)), candidate()).iloc[0]
    assert np.median([one["fair_high"] / one["fair_low"] for one in few]) > many["fair_high"] / many["fair_low"]


def test_currencies_are_learned_apart_and_never_converted():
    mixed = pd.concat([agreed(), agreed(seed=2, currency="usd").assign(fee=lambda rows: rows["fee"] / 35)], ignore_index=True)
    prices = fit_prices(mixed)
    rows = pd.concat(
        [candidate(), candidate(currency="USD"), candidate(currency="JPY"), candidate(currency=None)], ignore_index=True
    )
    fees = fair_fees(prices, rows)
    assert set(prices.markets) == {"THB", "USD"}
    assert fees["fair"][1] == pytest.approx(fees["fair"][0] / 35, rel=0.15)
    assert fees.loc[2:, [*RANGE, "fee_verdict", "fair_source"]].isna().all(axis=None)


def test_bookings_agreed_on_or_after_the_day_asked_change_nothing():
    rows, day = agreed(), pd.Timestamp("2026-03-15")
    later = rows.assign(fee=rows["fee"].where(rows["at"] < day, 1e12))
    assert to_json(fit_prices(rows, on=day)) == to_json(fit_prices(later, on=day))


def test_a_row_of_the_past_is_not_priced_by_its_future():
    fees = fair_fees(PRICES, pd.concat([candidate(at=pd.Timestamp("2026-03-01")), candidate()], ignore_index=True))
    assert fees["fair"].isna().tolist() == [True, False]


def test_a_platform_or_a_size_never_quoted_gets_no_price():
    rows = pd.concat(
        [candidate(platform="tv"), candidate(followers=5e6), candidate(followers=None), candidate(tier="macro")],
        ignore_index=True,
    )
    fees = fair_fees(PRICES, rows)
    assert fees["fair"].notna().tolist() == [False, False, False, True] and fees["rests_on"].tolist() == [0, 0, 0, 0]


def test_where_fees_follow_the_expected_outcome_the_fair_fee_does_too():
    rows = agreed()
    rate = np.random.default_rng(5).lognormal(0.0, 0.8, len(rows))
    rows = rows.assign(expected=rows["followers"] * rows["posts"] * 0.02 * rate, fee=rows["fee"] * rate)
    prices = fit_prices(rows)
    fees = fair_fees(prices, pd.concat([candidate(expected=e) for e in (1e3, 2e3, 4e3, None)], ignore_index=True))
    assert fees["fair"][2] / fees["fair"][0] == pytest.approx(4.0, rel=0.1)
    assert fees["fair"][3] == pytest.approx(fees["fair"][1], rel=0.2)
    blind = fair_fees(fit_prices(rows.drop(columns="expected")), candidate()).iloc[0]
    assert fees["fair_high"][1] / fees["fair_low"][1] < 0.6 * blind["fair_high"] / blind["fair_low"]


def test_prices_come_back_from_json_as_they_were():
    again = from_json(json.loads(json.dumps(to_json(PRICES), sort_keys=True)))
    assert {name: asdict(market) for name, market in again.markets.items()} == to_json(PRICES)
    pd.testing.assert_frame_equal(fair_fees(again, candidate()), fair_fees(PRICES, candidate()))


def test_an_invented_agencys_quotes_know_each_creator_as_of_the_booking(tables, catalogue):
    asked_then = quotes(tables, catalogue)
    paid = tables.get("bookings")
    assert len(asked_then) == (paid["fee"] > 0).sum() and asked_then["tier"].notna().all()
    assert not {"reach", "engagements", "orders", "revenue"} & set(asked_then)
    assert fit_prices(asked_then).markets["VND"].quotes == len(asked_then)


def test_a_history_without_fees_has_no_prices(tables, catalogue):
    bookings = tables.get("bookings").drop(columns="fee")
    assert not fit_prices(quotes(History({"bookings": bookings}), catalogue)).markets
    assert not fit_prices(quotes(History(), catalogue)).markets


def test_a_published_fee_stands_in_flagged_where_the_history_has_too_few():
    row = candidate(currency="VND", followers=3e4, fee=5e7, posts=2)
    fees = fair_fees(PRICES, row).iloc[0]
    assert fees[RANGE].tolist() == pytest.approx([2e6, 2 * np.sqrt(2e6 * 1e7), 4e7])
    assert fees["fee_verdict"] == "over" and fees["fair_source"] == "heightmedia.vn 2025" and fees["rests_on"] == 0


def test_fees_per_impression_need_an_expected_reach():
    rows = pd.concat([candidate(currency="USD", reach_expected=reach) for reach in (2e4, None)], ignore_index=True)
    fees = published_fees(rows)
    assert fees["fair_high"][0] == pytest.approx(20 * 15 * 2) and fees.loc[1].isna().all()


@pytest.mark.parametrize("columns", [{"format": "story"}, {"platform": "tv"}, {"followers": 2e6}, {"currency": "EUR"}])
def test_published_fees_say_nothing_of_what_they_are_not_about(columns):
    assert published_fees(candidate(**({"currency": "VND", "followers": 3e4} | columns))).isna().all(axis=None)


def test_every_published_fee_names_source_year_currency_and_denominator():
    assert fee_figures().figures
    for one in fee_figures().figures:
        assert one.source and 2015 < one.year < 2030 and len(one.currency) == 3 and 0 < one.fees[0] < one.fees[1], one
        assert one.platform or one.followers, one


def test_quotes_on_the_edges_of_a_range_are_fair():
    fee, ends = pd.Series([1.0, 2.0, 2.1]), pd.Series([1.0] * 3)
    assert verdicts(fee, ends, ends * 2).tolist() == ["fair", "fair", "over"]
