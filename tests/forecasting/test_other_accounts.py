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
