"""How far the forecast of an account without a record goes with what its person's other accounts are known for."""

import numpy as np
import pandas as pd
import pytest

from predictor.forecasting.booking_adjustment import fit_booking_adjustment


def held_out(slope, creators=80, noise=0.3, seed=1):
    """Errors of five posts of each creator, half of whom have other accounts that the errors follow by `slope`."""
    rng = np.random.default_rng(seed)
    x = np.where(np.arange(creators) % 2 == 0, rng.normal(0.0, 0.6, creators), np.nan)
    errors = np.repeat(slope * np.nan_to_num(x) + rng.normal(0.0, noise, creators), 5) + rng.normal(0.0, noise, 5 * creators)
    rows = pd.DataFrame({"creator_id": np.repeat(np.arange(creators), 5).astype(str), "elsewhere": np.repeat(x, 5)})
    return rows.assign(source="post", posts=1.0), errors


def test_errors_that_go_with_other_accounts_move_the_forecast_of_those_who_have_them_alone():
    rows, errors = held_out(slope=0.7)
    found = fit_booking_adjustment(rows, errors, np.ones(len(rows)), "elsewhere")
    assert found.others == pytest.approx(0.7, abs=0.2)
    asked = pd.DataFrame({"elsewhere": [1.0, -1.0, np.nan], "source": "post", "posts": 1.0})
    assert found.centre(asked).tolist() == pytest.approx([found.others, -found.others, 0.0])
    assert fit_booking_adjustment(rows, errors, np.ones(len(rows))).others == 0.0


@pytest.mark.parametrize("slope", [0.0, -0.7])
def test_chance_and_the_wrong_way_round_move_nothing(slope):
    moved = [fit_booking_adjustment(*held_out(slope, seed=seed), np.ones(400), "elsewhere").others for seed in range(20)]
    assert np.mean(np.abs(moved)) < 0.05


def test_a_few_creators_with_other_accounts_decide_nothing():
    rows, errors = held_out(slope=0.7, creators=40)
    assert fit_booking_adjustment(rows, errors, np.ones(len(rows)), "elsewhere").others == 0.0


def alternating(creators, low=0.0, high=1.0):
    """One row of each creator, all of whose other accounts lie one above the usual, with errors of two sizes in turn."""
    rows = pd.DataFrame({"creator_id": [f"c{n}" for n in range(creators)], "elsewhere": 1.0, "source": "post", "posts": 1.0})
    return rows, np.where(np.arange(creators) % 2, high, low)


def test_the_slope_is_shrunk_by_its_standard_error_over_creators():
    rows, errors = alternating(26)
    error = np.sqrt(26 * 0.5**2 * 26 / 25) / 26
    found = fit_booking_adjustment(rows, errors, np.ones(26), "elsewhere")
    assert (found.others, found.others_of) == (pytest.approx(0.5 * (1 - (error / 0.5) ** 2)), "elsewhere")
    twice = pd.concat([rows.head(1), rows])  # a creator's rows count as one
    again = fit_booking_adjustment(twice, np.r_[errors[:1], errors], np.ones(27), "elsewhere")
    assert again.others == pytest.approx(found.others)
    rows, errors = alternating(25, low=1.0)
    assert fit_booking_adjustment(rows, errors, np.ones(25), "elsewhere").others == 1.0
    assert fit_booking_adjustment(rows.assign(elsewhere=0.1), errors, np.ones(25), "elsewhere").others == pytest.approx(10.0)
    rows, errors = alternating(24, low=1.0)
    assert fit_booking_adjustment(rows, errors, np.ones(24), "elsewhere").others == 0.0


def test_accounts_at_the_usual_say_nothing():
    rows, errors = alternating(30)
    assert fit_booking_adjustment(rows.assign(elsewhere=0.0), errors, np.ones(30), "elsewhere").others == 0.0
    assert fit_booking_adjustment(rows, errors, np.ones(30), "nowhere").others == 0.0


def test_what_other_accounts_explain_is_taken_off_before_bookings_are_compared_with_posts():
    creators = [f"c{n}" for n in range(30)]
    posts, bookings = (
        pd.DataFrame({"creator_id": creators, "elsewhere": x, "source": source, "posts": 1.0})
        for x, source in ((0.0, "post"), (1.0, "booking"))
    )
    rows = pd.concat([posts, bookings], ignore_index=True)
    found = fit_booking_adjustment(rows, rows["elsewhere"].to_numpy(), np.ones(60), "elsewhere")
    assert (found.others, found.level) == (1.0, 0.0)
