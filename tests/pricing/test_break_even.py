import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import phrases
from predictor.pricing.break_even import break_even, covers_all, fee_steps, fee_words, marginal_costs, worth
from predictor.wording.sentences import LANGUAGES

LABEL = {"en": "Engagements", "vi": "Lượt tương tác"}
STEPS = ["take", "dear", "elsewhere", "pass"]


def bought(expected, fee, money):
    """What the money brings, best candidates first and the last one in part."""
    total = 0.0
    for place in sorted(range(len(fee)), key=lambda i: -expected[i] / fee[i]):
        part = min(1.0, money / fee[place])
        total, money = total + part * expected[place], money - part * fee[place]
    return total


def drawn(size, seed):
    rng = np.random.default_rng(seed)
    return rng.lognormal(7, 1, size), np.round(rng.lognormal(15, 1, size))


def scored(**columns):
    rows = {"engagement_expected": [900.0, 500.0, 400.0, 100.0], "fee": [9e6, 1e7, 1e7, 1e7], "currency": "VND"}
    return pd.DataFrame(rows | columns)


def test_an_outcome_is_worth_what_it_costs_in_the_next_best_use():
    assert break_even(np.array([100.0, 50.0]), np.array([2.0, 3.0])).tolist() == [200.0, 150.0]


def test_a_booking_breaks_even_where_the_others_lose_as_much_as_it_brings():
    expected, fee = drawn(12, seed=3)
    budget = float(fee.sum() / 3)
    found = break_even(expected, marginal_costs(expected, fee, budget))
    for place in range(12):
        others, money = (np.delete(expected, place), np.delete(fee, place)), budget
        lost = bought(*others, money) - bought(*others, money - found[place])
        assert lost == pytest.approx(min(expected[place], bought(*others, money)))


def test_a_candidate_pays_exactly_where_booking_it_brings_more():
    expected, fee = drawn(30, seed=5)
    budget = float(fee.sum() / 2)
    pays = worth(pd.DataFrame({"x_expected": expected, "fee": fee, "currency": "VND"}), "x", budget, "VND")["pays"]
    assert set(pays[fee <= budget]) == {True, False}
    for place in np.flatnonzero(fee <= budget):
        others = np.delete(expected, place), np.delete(fee, place)
        assert pays[place] == (bought(*others, budget - fee[place]) + expected[place] >= bought(*others, budget))


@settings(max_examples=150)
@given(st.integers(0, 50), st.integers(1, 10**9), st.integers(1, 10**9), st.floats(0.01, 1.5) | st.none())
def test_a_higher_quote_never_makes_a_booking_pay_nor_improves_what_follows(seed, quote, other, share):
    expected, fee = drawn(9, seed)
    budget = None if share is None else float(share * fee.sum())
    ranks = []
    for own in sorted((quote, other)):
        fee[4] = own
        found = worth(pd.DataFrame({"x_expected": expected, "fee": fee, "currency": "VND"}), "x", budget, "VND")
        verdict = np.select([own < 1e6, own > 1e7], ["under", "over"], "fair")
        step = fee_steps(pd.DataFrame({"fee_verdict": [str(verdict)], "pays": found["pays"].iloc[[4]].to_numpy()}))[0]
        ranks.append((bool(found["pays"][4]), STEPS.index(step), found["break_even"][4]))
    assert ranks[0][0] >= ranks[1][0] and ranks[0][1] <= ranks[1][1]
    if not np.isnan(ranks[0][2]):  # the budget does not cover all with the lower quote, so neither with the higher
        assert ranks[0][2] == pytest.approx(ranks[1][2], rel=1e-6)


def test_a_larger_budget_never_lowers_what_a_booking_is_worth():
    expected, fee = drawn(40, seed=7)
    found = [break_even(expected, marginal_costs(expected, fee, share * fee.sum())) for share in (0.1, 0.3, 0.6, 0.9)]
    assert all((more >= less * (1 - 1e-9)).all() for less, more in zip(found, found[1:], strict=False))


def test_money_left_over_after_all_others_is_no_reason_to_pay_more():
    expected, fee = drawn(10, seed=2)
    enough, plenty = (marginal_costs(expected, fee, float(times * fee.sum())) for times in (1, 100))
    assert enough == pytest.approx(plenty)


def test_without_a_budget_half_of_what_the_others_ask_stands_in():
    found = marginal_costs(*(scored()[c].to_numpy() for c in ("engagement_expected", "fee")))
    alone = marginal_costs(*(scored()[c].to_numpy() for c in ("engagement_expected", "fee")), budget=1.5e7)
    assert found[0] == pytest.approx(alone[0])


def test_a_candidate_without_a_quote_is_told_its_worth_but_is_no_alternative():
    rows = scored(fee=[None, 1e7, 1e7, 1e7])
    found = worth(rows, "engagement", 2e7, "vnd")
    fewer = worth(rows.drop(index=0), "engagement", 2e7, "VND")
    assert found["break_even"][0] > 1e7 and pd.isna(found["pays"][0])
    pd.testing.assert_frame_equal(found.drop(index=0), fewer)


def test_another_currency_is_neither_priced_nor_an_alternative():
    rows = scored(currency=["VND", "VND", "VND", "USD"])
    found = worth(rows, "engagement", 2e7, "VND")
    assert found.loc[3].isna().all()
    pd.testing.assert_frame_equal(found.drop(index=3), worth(rows.drop(index=3), "engagement", 2e7, "VND"))


def test_a_lone_candidate_and_one_without_a_forecast_have_no_break_even():
    assert np.isnan(marginal_costs(np.array([100.0]), np.array([1e6]), 5e6)).all()
    found = worth(scored(engagement_expected=[900.0, 500.0, None, 0.0]), "engagement", 2e7, "VND")
    assert found["break_even"].isna().tolist() == [False, False, True, True]


def test_five_thousand_candidates_are_priced_at_once():
    expected, fee = drawn(5_000, seed=1)
    began = time.perf_counter()
    found = marginal_costs(expected, fee, float(fee.sum() / 20))
    assert np.isfinite(found).all() and time.perf_counter() - began < 0.5


def priced(**columns):
    row = {"fee": 1.2e7, "currency": "VND", "fair_low": 4e6, "fair": 6e6, "fair_high": 9e6, "fee_verdict": "over", "rests_on": 12}
    return pd.DataFrame([row | {"fair_source": "history", "break_even": 1.5e7, "pays": True, "thin": False} | columns])


def test_market_and_worth_are_told_apart_with_numbers_and_what_follows():
    said = fee_words(priced(), LABEL, phrases("en"))[0]
    assert said == (
        "At 12M ₫ this is dearer than such bookings usually are (4M – 9M ₫, middle 6M ₫). "
        "This goes by your own past bookings, 12 of them on this platform and in this tier. "
        "To this campaign it is worth its usual price; there is no reason to pay above 9M ₫. It pays all the same; ask for 9M ₫ "
        "or less."
    )


@pytest.mark.parametrize(
    ("row", "most"),
    [
        ({"fee_verdict": "fair", "fee": 5e6, "break_even": 8e6}, []),  # pays, but nothing sure says up to what
        ({"fee_verdict": "fair", "fee": 5e6, "break_even": 20e6}, ["9M"]),
        ({"pays": False, "break_even": 11e6}, ["9M", "9M"]),
        (dict.fromkeys(("fair", "fair_low", "fair_high", "fee_verdict", "fee", "pays"), np.nan), []),
    ],
)
def test_on_thin_evidence_no_most_to_pay_is_above_the_usual_price(row, most):
    said = fee_words(priced(thin=True, **row), LABEL, phrases("en"))[0].split("on this platform and in this tier. ")[-1]
    assert [word for word in said.split() if word.endswith("M")] == most


def test_vietnamese_says_the_same():
    said = fee_words(priced(pays=False, break_even=8e6), LABEL, phrases("vi"))[0]
    assert said.startswith(
        "Mức 12 triệu ₫ đắt hơn giá thường thấy của những booking như vậy (4 triệu – 9 triệu ₫, mức giữa 6 triệu ₫)."
    )
    assert said.endswith("Nên chọn người khác, trừ khi giá giảm còn 8 triệu ₫.")


def test_a_published_rate_is_flagged_with_its_source_and_a_missing_price_is_said():
    said = fee_words(priced(fair_source="heightmedia.vn 2025", rests_on=0), LABEL, phrases("en"))[0]
    assert "a published rate (heightmedia.vn 2025), an order of magnitude and not a measurement" in said
    nothing = dict.fromkeys(["fair_low", "fair", "fair_high", "fee_verdict", "fair_source", "pays", "break_even"])
    said = fee_words(priced(**nothing, currency="USD"), LABEL, phrases("en"))[0]
    assert said == (
        "What this should cost cannot be told: too few past bookings like it with a fee in USD, and no published rate."
    )
    said = fee_words(priced(**nothing, currency=None), LABEL, phrases("en"))[0]
    assert said == "The quote names no currency, so it cannot be set beside the price of other bookings."
    said = fee_words(priced(**nothing, fee=None, currency=None), LABEL, phrases("en"))[0]
    assert said.startswith("There is no quote, and what such a booking costs cannot be told") and "currency" not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_the_budget_pays_for_the_whole_list_no_fee_is_its_worth_and_the_usual_price_counts(lang):
    rows = scored()
    assert covers_all(rows, 1e12, "VND") and not covers_all(rows, 1.0, "VND") and not covers_all(rows, None, "VND")
    found = worth(rows, "engagement", 1e12, "VND")
    assert found["break_even"].isna().all() and found["pays"].all()
    told = fee_words(priced(break_even=None), LABEL, phrases(lang), covered=True)[0]
    assert ("for everybody on the list" in told or "đủ đặt tất cả" in told) and "9" in told and "15" not in told
    assert "up to" not in told and "đáng trả tối đa" not in told


def test_without_a_usual_price_no_fee_is_named_as_the_most_to_pay():
    bare = dict.fromkeys(["fair_low", "fair", "fair_high", "fee_verdict", "fair_source"], float("nan"))
    told = fee_words(priced(**bare, fee=2e6, break_even=122e6), LABEL, phrases("en"))[0]
    assert "To this campaign it pays" in told and "122" not in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_unquoted_candidate_is_told_what_it_should_cost_and_what_it_is_worth(lang):
    said = fee_words(priced(fee=None, fee_verdict=None, pays=None), LABEL, phrases(lang))[0]
    assert ("no quote" in said or "Chưa có báo giá" in said) and "9" in said and "15" not in said and "12M" not in said


@pytest.mark.parametrize(
    ("thin", "said", "unsaid"), [(False, "Nên đặt", "chưa biết nhiều"), (True, "chưa biết nhiều", "Nên đặt")]
)
def test_of_whom_little_is_known_no_praise_is_said(thin, said, unsaid):
    told = fee_words(priced(fee=5e6, fee_verdict="fair", break_even=9e7, thin=thin), LABEL, phrases("vi"))[0]
    assert said in told and unsaid not in told and "không có lý do trả quá 9 triệu ₫" in told and "90 triệu" not in told
