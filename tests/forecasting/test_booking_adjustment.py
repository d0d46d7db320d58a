import numpy as np
import pandas as pd
import pytest

from predictor.forecasting.booking_adjustment import BookingAdjustment, fit_booking_adjustment

LUCK, OWN = 0.6, 0.3  # SD of each post's luck, and of what a booking's posts share


def held_out(bookings=2000, posts=8000, seed=3):
    """Log errors of single posts, and of bookings of one to three posts that forecast so many medians."""
    rng = np.random.default_rng(seed)
    many = np.r_[np.ones(posts), rng.integers(1, 4, bookings)].astype(int)
    source = np.repeat(["post", "booking"], [posts, bookings])
    shared = np.where(source == "booking", rng.normal(0, OWN, posts + bookings), 0.0)
    errors = [np.log(np.exp(rng.normal(0, LUCK, one)).mean()) for one in many]
    creator = rng.integers(0, 60, len(many)).astype(str)
    return pd.DataFrame({"source": source, "posts": many.astype(float), "creator_id": creator}), np.array(errors) + shared


def test_bookings_err_more_than_posts_and_several_posts_less_than_one():
    rows, errors = held_out()
    found = fit_booking_adjustment(rows, errors, np.ones(len(rows)))
    assert found.wider == pytest.approx(np.hypot(LUCK, OWN) / LUCK, abs=0.06)
    assert 0.1 < found.steadier < 0.5 and 0.05 < found.added < 0.25


def test_the_scatter_left_is_alike_for_any_number_of_posts():
    rows, errors = held_out()
    found = fit_booking_adjustment(rows, errors, np.ones(len(rows)))
    left = pd.Series((errors - found.centre(rows)) / found.size(rows)).groupby([rows["source"], rows["posts"]])
    scatter, middle = left.std(), left.median()
    assert scatter.max() / scatter.min() < 1.12 and middle.abs().max() < 0.06


def test_what_bookings_bring_less_than_posts_of_the_same_creators_is_learned_whatever_their_posts():
    rows, errors = held_out()
    level = rows["creator_id"].astype(int).to_numpy() / 10  # who is booked more often says nothing about bookings
    booked = rows["source"].eq("booking").to_numpy()
    found = fit_booking_adjustment(rows, errors + level - 0.3 * booked, np.ones(len(rows)))
    assert found.level == pytest.approx(-0.3, abs=0.06)
    told = found.centre(pd.DataFrame({"source": ["post", "booking", "booking"], "posts": [1.0, 1.0, 2.0]}))
    assert told == pytest.approx([0.0, found.level, found.level + found.added * np.log(2)])


def test_a_level_that_may_be_chance_is_left_out():
    rows, errors = held_out()
    assert abs(fit_booking_adjustment(rows, errors, np.ones(len(rows))).level) < 0.03
    few = rows["creator_id"].astype(int) < 20
    lower = errors - 0.3 * rows["source"].eq("booking").to_numpy()
    assert fit_booking_adjustment(rows[few], lower[few], np.ones(few.sum())).level == 0.0


def test_errors_are_measured_by_the_size_that_was_expected_of_them():
    rows, errors = held_out()
    size = np.where(np.arange(len(rows)) % 2, 0.5, 2.0)
    plain, scaled = fit_booking_adjustment(rows, errors, np.ones(len(rows))), fit_booking_adjustment(rows, errors * size, size)
    assert scaled.wider == pytest.approx(plain.wider)


@pytest.mark.parametrize(("times", "wider"), [(10.0, 1.5), (0.1, 0.7)])
def test_how_much_more_or_less_bookings_err_is_bounded(times, wider):
    rows, errors = held_out()
    far = np.where(rows["source"].eq("booking"), times, 1.0) * errors
    assert fit_booking_adjustment(rows, far, np.ones(len(rows))).wider == wider


def test_what_two_posts_bring_beyond_two_medians_is_read_from_bookings_of_several_alone():
    kinds = [("post", 1.0, 0.0), ("post", 2.0, 5.0), ("booking", 1.0, 0.1), ("booking", 2.0, 0.4)]
    rows = pd.DataFrame([{"source": s, "posts": n, "creator_id": f"c{i}", "e": e} for s, n, e in kinds for i in range(60)])
    found = fit_booking_adjustment(rows, rows["e"].to_numpy(), np.ones(len(rows)))
    assert found.added == pytest.approx(60 / (60 + 40) * 0.3 / np.log(2))


def test_few_bookings_change_nothing():
    rows, errors = held_out(bookings=30)
    assert fit_booking_adjustment(rows, errors, np.ones(len(rows))) == BookingAdjustment()


def test_whoever_asks_without_saying_what_it_is_asks_about_a_booking_of_one_post():
    asked = pd.DataFrame({"platform": ["tiktok"]})
    assert BookingAdjustment(wider=1.2, added=0.1, steadier=0.3).size(asked) == [1.2] and BookingAdjustment(added=0.1).centre(
        asked
    ) == [0.0]


# By hand.


def by_hand(*kinds, creators=60):
    """Rows of `(source, posts, errors, how many)`, the errors in turn, each kind by the same creators."""
    made = [
        {"source": source, "posts": posts, "creator_id": f"c{n % creators}", "error": errors[n % len(errors)]}
        for source, posts, errors, count in kinds
        for n in range(count)
    ]
    rows = pd.DataFrame(made)
    return rows, rows.pop("error").to_numpy()


def test_a_ratio_of_scatters_counts_as_much_as_its_bookings_beside_forty_more():
    rows, errors = by_hand(("post", 1.0, (-1.0, 1.0), 100), ("booking", 1.0, (3.8, 6.2), 60), creators=1)
    assert fit_booking_adjustment(rows, errors, np.ones(160)).wider == pytest.approx(1.2 ** (60 / 100))
    fewest = np.r_[np.arange(100), np.arange(100, 140)]
    assert fit_booking_adjustment(rows.iloc[fewest], errors[fewest], np.ones(140)).wider == pytest.approx(1.2**0.5)
    assert fit_booking_adjustment(rows.iloc[:139], errors[:139], np.ones(139)).wider == 1.0


def test_forty_bookings_of_one_post_and_forty_of_several_are_enough_to_compare_them():
    kinds = ("post", 1.0, (0.0,), 60), ("booking", 1.0, (0.1,), 40), ("booking", 2.0, (0.5,), 40)
    rows, errors = by_hand(*kinds, creators=1)
    assert fit_booking_adjustment(rows, errors, np.ones(140)).added == pytest.approx(0.5 * 0.4 / np.log(2))
    assert fit_booking_adjustment(rows.iloc[:139], errors[:139], np.ones(139)).added == 0.0
    assert fit_booking_adjustment(rows.iloc[1:].drop(60), np.delete(errors, [0, 60]), np.ones(138)).added == 0.0


def test_several_posts_scatter_less_by_a_power_of_their_number_but_never_more_than_independent_ones():
    kinds = ("post", 1.0, (-1.0, 1.0), 100), ("booking", 1.0, (-1.0, 1.0), 60)
    rows, errors = by_hand(*kinds, ("booking", 4.0, (-0.8, 0.8), 60), creators=1)
    found = fit_booking_adjustment(rows, errors, np.ones(220))
    assert found.steadier == pytest.approx(0.6 * -np.log(0.8) / np.log(4))
    assert fit_booking_adjustment(rows, errors * np.where(rows["posts"] > 1, 0.1, 1.0), np.ones(220)).steadier == 0.5
    assert fit_booking_adjustment(rows, errors * np.where(rows["posts"] > 1, 10.0, 1.0), np.ones(220)).steadier == 0.0
    size = np.where(rows["posts"] > 1, 2.0, 1.0)
    assert fit_booking_adjustment(rows, errors * size, size).steadier == pytest.approx(found.steadier)


def test_what_several_posts_add_is_taken_off_before_their_scatter_is_measured_and_nothing_off_single_ones():
    kinds = ("post", 1.0, (-1.0, 1.0), 60), ("booking", 1.0, (1.0, -2.0), 60)
    both = [("booking", posts, (3 * np.log(posts) - 0.8, 3 * np.log(posts) + 0.8), 60) for posts in (2.0, 4.0)]
    rows, errors = by_hand(*kinds, *both, creators=1)
    size = np.where(rows["source"].eq("booking") & rows["posts"].eq(1) & (errors < 0), 2.0, 1.0)
    found = fit_booking_adjustment(rows, errors, size)
    several, mean_log = 120 / 160, np.log([2.0, 4.0]).mean()
    assert found.steadier == pytest.approx(several * -np.log(0.8) / mean_log, rel=0.05)


def test_the_level_of_bookings_is_taken_over_twenty_five_creators_or_none():
    kinds = ("post", 1.0, (0.0,), 75), ("booking", 1.0, (0.3,), 25)
    rows, errors = by_hand(*kinds, creators=25)
    assert fit_booking_adjustment(rows, errors, np.ones(100)).level == pytest.approx(0.3)
    rows, errors = by_hand(*kinds, creators=24)
    assert fit_booking_adjustment(rows, errors, np.ones(100)).level == 0.0


def test_an_adjustment_moves_and_widens_each_row_by_what_it_is():
    found = BookingAdjustment(wider=1.2, added=0.1, steadier=0.5, level=0.3, others=2.0, others_of="elsewhere")
    asked = pd.DataFrame(
        {"source": ["post", "booking", "booking", "post"], "posts": [4.0, 4.0, 0.0, np.nan], "elsewhere": [np.nan, 0.5, 0.0, 1.0]}
    )
    assert found.centre(asked) == pytest.approx([0.1 * np.log(4), 0.3 + 0.1 * np.log(4) + 1.0, 0.3, 2.0])
    assert found.size(asked) == pytest.approx([0.5, 0.6, 1.2, 1.0])
