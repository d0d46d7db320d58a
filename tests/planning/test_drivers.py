import pytest

from builders import CATALOGUE, phrases, scored
from predictor.planning.comparison import candidates, compare
from predictor.planning.drivers import drivers
from predictor.reporting.comparison_words import drivers_in_words


def sides(better=2.0, followers=(10_000.0, 40_000.0)):
    rows = scored(better=better)
    return rows.assign(followers=[followers[kind == "kol"] for kind in rows["kind"]])


def asked_less(rows, part):
    """The same candidates, the KOLs at a part of their fees."""
    return rows.assign(fee=rows["fee"].where(rows["kind"] != "kol", rows["fee"] * part))


def test_outcome_per_money_is_audience_per_money_times_outcome_per_person():
    found = compare(sides(), "engagement", CATALOGUE).drivers
    assert found.audience.value == pytest.approx(0.25) and found.rate.value == pytest.approx(8.0)
    assert found.per_money.value == pytest.approx(found.audience.value * found.rate.value)
    assert found.per_money.low < 2 < found.per_money.high and found.ahead > 0.99


@pytest.mark.parametrize("rows", [sides(), scored(better=2.0), sides(better=0.3), sides().assign(followers=[None, 1e4] * 20)])
def test_at_the_break_even_fee_both_kinds_cost_the_same_per_outcome(rows):
    turn = compare(rows, "engagement", CATALOGUE).break_even
    turned = rows.assign(fee=rows["fee"].where(rows["kind"] != turn.behind, rows["fee"] * turn.break_even))
    kinds = compare(turned, "engagement", CATALOGUE).by("kind")
    assert kinds[0].cost.value == pytest.approx(kinds[1].cost.value)


def test_if_the_kind_behind_brought_that_much_more_both_would_cost_the_same():
    rows = sides(better=2.0)
    part = compare(rows, "engagement", CATALOGUE).break_even.break_even
    more = [c for c in rows if c.startswith("engagement_")]
    raised = rows.assign(**{c: rows[c].where(rows["kind"] != "kol", rows[c] / part) for c in more})
    kinds = compare(raised, "engagement", CATALOGUE).by("kind")
    assert kinds[0].cost.value == pytest.approx(kinds[1].cost.value)


def test_at_the_likely_fee_the_comparison_gives_the_kind_behind_four_chances_in_five():
    rows = sides(better=1.3)
    turn = compare(rows, "engagement", CATALOGUE).break_even
    assert turn.behind == "kol" and turn.likely < turn.break_even
    assert compare(asked_less(rows, turn.likely), "engagement", CATALOGUE).per_money.chance == pytest.approx(0.2, abs=0.005)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            ("For the same audience, influencers are likely", "KOLs would draw level if their fees were 50% lower", "100% more"),
        ),
        ("vi", ("Với cùng lượng khán giả, influencer nhiều khả năng", "phí của họ thấp hơn 50%", "mang về thêm 100%")),
    ],
)
def test_what_makes_the_difference_and_what_would_turn_it_round_is_said(lang, said):
    text = " ".join(drivers_in_words(compare(sides(), "engagement", CATALOGUE), phrases(lang)))
    assert all(words in text for words in said)


def test_kinds_that_are_level_are_called_so():
    assert drivers_in_words(compare(scored(), "engagement", CATALOGUE), phrases("en")) == [
        "At these figures both bring the same engagements for the same money."
    ]


def test_without_audiences_only_the_turn_is_told_and_with_one_kind_alone_nothing():
    found = compare(scored(better=3.0), "engagement", CATALOGUE)
    assert (
        found.drivers is None
        and found.break_even.break_even == pytest.approx(1 / 3)
        and len(drivers_in_words(found, phrases("en"))) == 1
    )
    alone = sides().query("kind == 'kol'")
    assert drivers(candidates(alone, CATALOGUE.recipes["engagement"]), whole=False) is None
    assert compare(alone, "engagement", CATALOGUE).break_even is None


@pytest.mark.parametrize(
    "columns", [{"fee": 0.0}, {"fee": None}, {"currency": ["VND", "USD"] * 20}, {"engagement_expected": 0.0}]
)
def test_free_unquoted_mixed_or_fruitless_candidates_have_nothing_to_turn(columns):
    assert compare(scored(**columns), "engagement", CATALOGUE).break_even is None


def test_the_json_carries_the_decomposition_and_the_turn():
    content = compare(sides(), "engagement", CATALOGUE).to_dict()
    assert content["turn"]["behind"] == "kol" and content["turn"]["break_even"] == pytest.approx(0.5)
    assert content["drivers"]["audience"]["value"] == pytest.approx(0.25)
