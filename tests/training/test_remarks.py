"""What training says of a history before anybody trusts what was learned from it."""

import numpy as np
import pandas as pd

from builders import CATALOGUE
from predictor.training.remarks import remarks_on_bookings, remarks_on_examples
from predictor.wording.sentences import worded

BOOKED = pd.DataFrame(
    {
        "booking_id": ["b1", "b2", "b3", "b4", "b5"],
        "creator_id": ["a", "a", "a", "b", "b"],
        "booked_at": pd.to_datetime(["2026-01-05"] * 5),
        "fee": [100.0, 100.0, 120.0, 90.0, 90.0],
        "orders": [7.0, 7.0, 7.0, np.nan, np.nan],
        "clicks": [40.0, 40.0, 40.0, 0.0, 0.0],
    }
)


def test_bookings_that_are_others_again_but_for_their_ids_are_told_where_they_have_results():
    (said,) = remarks_on_bookings(BOOKED, CATALOGUE)
    assert worded("en", said) == (
        "Bookings: 1 is another one again, but for its id (b2), and counts twice; if it is the same, leave one out."
    )
    assert remarks_on_bookings(BOOKED.iloc[2:], CATALOGUE) == [] == remarks_on_bookings(None, CATALOGUE)


def test_a_history_that_says_nobodys_followers_is_told():
    rows = pd.DataFrame({"at": pd.to_datetime(["2026-01-05"] * 3), "followers": np.nan, "followers_from": None})
    skipped = dict.fromkeys(CATALOGUE.recipes, "none")
    (said,) = remarks_on_examples(rows, CATALOGUE, skipped)
    assert worded("en", said).startswith("Followers: of 3 results none comes with a count of followers")
    assert remarks_on_examples(rows.assign(followers=[5.0, np.nan, np.nan]), CATALOGUE, skipped) == []
