import pytest

from predictor.compare import candidates, compare
from predictor.compare_words import drivers_in_words
from predictor.drivers import drivers
from test_compare import CATALOGUE, scored


def sides(better=2.0, people=(10_000.0, 40_000.0)):
    rows = scored(better=better)
    return rows.assign(followers=[people[kind == "kol"] for kind in rows["kind"]])


def test_outcome_per_money_is_audience_per_money_times_outcome_per_person():
    found = compare(sides(), "engagement", CATALOGUE).drivers
    assert found.audience.value == pytest.approx(0.25) and found.rate.value == pytest.approx(8.0)
    assert found.per_money.value == pytest.approx(found.audience.value * found.rate.value)
    assert found.per_money.low < 2 < found.per_money.high and found.behind == "kol"


def test_at_the_break_even_fee_both_kinds_bring_the_same_for_the_money():
    rows = sides()
    turned = rows.assign(
        fee=rows["fee"].where(rows["kind"] != "kol", rows["fee"] * compare(rows, "engagement", CATALOGUE).drivers.break_even)
    )
    assert compare(turned, "engagement", CATALOGUE).drivers.per_money.value == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "KOLs would draw level if their fees were 50% lower"), ("vi", "phí của họ thấp hơn 50%")]
)
def test_what_would_turn_it_round_is_said_in_words(lang, said):
    assert said in drivers_in_words(compare(sides(), "engagement", CATALOGUE), lang)[1]


def test_without_audiences_or_with_one_kind_alone_nothing_is_said():
    assert compare(scored(), "engagement", CATALOGUE).drivers is None
    alone = candidates(sides().query("kind == 'kol'"), CATALOGUE.recipes["engagement"])
    assert drivers(alone, whole=False) is None
