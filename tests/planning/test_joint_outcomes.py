import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictor.errors import DefinitionError, RowsError
from predictor.planning.joint_outcomes import (
    FILE,
    Assumption,
    load_assumption,
    reach_curves,
    read_overlaps,
    unique_reach,
    unique_reach_per_booking,
)

SHIPPED = load_assumption()
WORDS = {"platform": ["tiktok", "youtube"], "niche": ["beauty", "food;travel"], "country": ["VN", "TH"], "person_id": ["", "p1"]}
row = st.fixed_dictionaries({name: st.sampled_from(words) for name, words in WORDS.items()})
people = st.just(0.0) | st.floats(1e-6, 5e6)  # a smaller float has no digits left to hold a bound to
lineups = st.lists(st.tuples(row, people, st.integers(1, 4)), min_size=1, max_size=7)
assumptions = st.builds(
    Assumption, public=st.floats(1e4, 1e7), other_niche=st.floats(0, 1), other_platform=st.floats(0, 1),
    other_country=st.floats(0, 1), same_person=st.floats(0, 1), further_post=st.floats(0, 1),
)  # fmt: skip


def alike(*reach, **columns):
    """Creators of one platform, niche and country with what they reach."""
    rows = pd.DataFrame({"creator_id": [f"c{n}" for n in range(len(reach))]})
    return rows.assign(**{"platform": "tiktok", "niche": "beauty", "country": "VN", **columns}), np.array(reach, dtype=float)


def drawn(bookings):
    rows = pd.DataFrame([words for words, _, _ in bookings]).assign(posts=[posts for _, _, posts in bookings])
    return rows.assign(creator_id=[f"c{n}" for n in range(len(bookings))]), np.array([reach for _, reach, _ in bookings])


def some(rows, reach, kept, assumption):
    return float(unique_reach(rows.iloc[kept], reach[kept], assumption))


def test_two_like_audiences_share_what_the_assumption_says():
    rows, reach = alike(100_000, 100_000)
    assert unique_reach(rows, reach, SHIPPED) == pytest.approx(200_000 - 0.05 * 100_000)


@pytest.mark.parametrize(
    ("column", "shared"), [("platform", 0.5), ("niche", 0.5), ("country", 0.05)], ids=["platform", "niche", "country"]
)
def test_what_differs_multiplies_the_overlap(column, shared):
    rows, reach = alike(100_000, 100_000)
    rows.loc[1, column] = "other"
    assert unique_reach(rows, reach, SHIPPED) == pytest.approx(200_000 - shared * 0.05 * 100_000)


def test_buying_the_same_audience_twice_is_worth_less_than_twice():
    rows, reach = alike(100_000, 100_000, creator_id="c0")
    assert unique_reach(rows, reach, SHIPPED) == pytest.approx(150_000)
    two_posts = rows.head(1).assign(posts=2)
    assert unique_reach(two_posts, np.array([200_000.0]), SHIPPED) == pytest.approx(150_000)
    assert unique_reach_per_booking(two_posts, np.array([200_000.0]), SHIPPED) == pytest.approx(150_000)


def test_two_accounts_of_one_person_share_more_than_two_persons_do():
    rows, reach = alike(100_000, 60_000, platform=["tiktok", "youtube"])
    one = unique_reach(rows.assign(person_id="p1"), reach, SHIPPED)
    assert one < unique_reach(rows, reach, SHIPPED) - 0.9 * SHIPPED.same_person * 60_000 * (1 - 0.05)
    assert one >= 100_000


def test_a_known_overlap_is_used_in_place_of_the_assumption():
    rows, reach = alike(100_000, 40_000, 80_000)
    known = read_overlaps(pd.DataFrame({"creator_a": ["c1"], "creator_b": ["c0"], "overlap": ["0.7"]}), "overlaps.csv")
    assert unique_reach(rows.head(2), reach[:2], SHIPPED, known) == pytest.approx(140_000 - 0.7 * 40_000)
    assert unique_reach(rows, reach, SHIPPED, known) < unique_reach(rows, reach, SHIPPED)
    nobody = known.assign(overlap=0.0)
    assert unique_reach(rows.head(2), reach[:2], SHIPPED, nobody) == pytest.approx(140_000)


def test_draws_are_taken_one_by_one():
    rows, reach = alike(100_000, 300_000, 20_000)
    draws = np.stack([reach, reach[::-1], 0 * reach])
    found = unique_reach(rows, draws, SHIPPED)
    np.testing.assert_allclose(found, [unique_reach(rows, one, SHIPPED) for one in draws])
    assert found[2] == 0


@settings(max_examples=60)
@given(lineups, assumptions)
def test_never_more_than_the_sum_nor_less_than_the_largest(bookings, assumption):
    rows, reach = drawn(bookings)
    people, found = unique_reach_per_booking(rows, reach, assumption), float(unique_reach(rows, reach, assumption))
    assert people.max() * (1 - 1e-9) <= found <= people.sum() * (1 + 1e-9) <= reach.sum() * (1 + 1e-8)


@pytest.mark.slow
@settings(max_examples=60)
@given(lineups, assumptions)
def test_one_more_creator_never_lowers_the_unique_reach(bookings, assumption):
    rows, reach = drawn(bookings)
    everybody, most = np.arange(len(rows)), float(unique_reach(rows, reach, assumption))
    for left_out in everybody:
        if len(rows) > 1:
            assert some(rows, reach, np.delete(everybody, left_out), assumption) <= most * (1 + 1e-9) + 1e-6


@pytest.mark.slow
@settings(max_examples=60)
@given(lineups.filter(lambda bookings: len(bookings) > 2), assumptions)
def test_what_one_more_creator_adds_is_less_in_a_larger_line_up(bookings, assumption):
    rows, reach = drawn([({**words, "person_id": ""}, *rest) for words, *rest in bookings])
    last, few, more = len(rows) - 1, np.arange(len(rows) - 2), np.arange(len(rows) - 1)
    to_few = some(rows, reach, np.append(few, last), assumption) - some(rows, reach, few, assumption)
    to_more = some(rows, reach, np.append(more, last), assumption) - some(rows, reach, more, assumption)
    assert to_more <= to_few + 1e-6 * reach.sum() + 1e-6


@settings(max_examples=60)
@given(lineups, assumptions, st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.floats(0, 1)), max_size=6))
def test_known_overlaps_of_any_kind_keep_the_bounds_and_hold_for_a_pair(bookings, assumption, pairs):
    rows, reach = drawn([(words, amount, 1) for words, amount, _ in bookings])
    known = {tuple(sorted((a, b))): share for a, b, share in pairs if a != b}
    table = pd.DataFrame([(f"c{a}", f"c{b}", s) for (a, b), s in known.items()], columns=["creator_a", "creator_b", "overlap"])
    found = float(unique_reach(rows, reach, assumption, table))
    assert reach.max() * (1 - 1e-9) <= found <= reach.sum() * (1 + 1e-9)
    if len(rows) == 2 and (0, 1) in known:
        assert found == pytest.approx(reach.sum() - known[0, 1] * reach.min(), abs=1e-3)


@settings(max_examples=60)
@given(lineups, assumptions)
def test_lines_for_the_optimiser_start_at_zero_and_rise_ever_less(bookings, assumption):
    rows, reach = drawn(bookings)
    groups, points = reach_curves(rows, unique_reach_per_booking(rows, reach, assumption), assumption)
    assert groups.shape == (len(rows),) and set(groups) == set(range(len(points)))
    for x, y in (one.T for one in points):
        steps = np.diff(y) / np.diff(x)
        assert x[0] == y[0] == 0 and (np.diff(x) > 0).all() and (steps >= 0).all() and (np.diff(steps) <= 1e-9).all()
        assert (y <= x * (1 + 1e-9)).all()


@pytest.mark.parametrize("count", [1, 2, 5, 20])
def test_lines_tell_the_unique_reach_of_like_creators_of_one_size(count):
    rows, reach = alike(*[150_000] * count)
    _, (points,) = reach_curves(rows, reach, SHIPPED)
    assert np.interp(reach.sum(), *points.T) == pytest.approx(unique_reach(rows, reach, SHIPPED), rel=0.02)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("public: 0\nother_nich: 1", ["other_nich", "other_niche", "public", "same_person"]),
        ("public: many\nother_niche: 2\nother_platform: 0\nother_country: 0\nsame_person: 0\nfurther_post: 0", ["'many'", "2"]),
        ("[1, 2", ["not readable as YAML"]),
        (None, ["is missing"]),
    ],
    ids=["keys", "values", "yaml", "no file"],
)
def test_an_assumption_that_cannot_be_used_is_refused_with_every_fault(tmp_path, content, said):
    (tmp_path / FILE).parent.mkdir(parents=True)
    if content is not None:
        (tmp_path / FILE).write_text(content)
    with pytest.raises(DefinitionError) as refused:
        load_assumption(tmp_path)
    assert all(word in str(refused.value) for word in said) and FILE in str(refused.value)


def test_a_table_of_overlaps_is_refused_with_every_fault():
    wrong = pd.DataFrame({"creator_a": ["c1", "c2", "c3"], "creator_b": ["c2", "c1", "c3"], "overlap": [0.1, "25%", 0.2]})
    with pytest.raises(RowsError) as refused:
        read_overlaps(wrong, "overlaps.csv")
    said = str(refused.value)
    assert "row 3, column 'overlap': got '25%'" in said and "there twice" in said and "row 4: got 'c3' and 'c3'" in said
    with pytest.raises(RowsError, match="the column 'overlap' is missing"):
        read_overlaps(wrong.drop(columns="overlap"), "overlaps.csv")
