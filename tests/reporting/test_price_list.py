import numpy as np
import pandas as pd
import pytest

from builders import CATALOGUE, phrases, scored
from predictor.planning.lineup import lineup
from predictor.planning.rules import LineupConstraints
from predictor.reporting.price_list import negotiable, price_list


@pytest.mark.parametrize(
    ("fair", "high", "worth", "quote", "aim", "most"),
    [
        (6e6, 9e6, 20e6, 12e6, 6e6, 9e6),  # worth more than usual: nobody pays above the usual price
        (6e6, 9e6, 5e6, 8e6, 5e6, 5e6),  # worth less than usual
        (6e6, 9e6, np.nan, 4e6, 4e6, 4e6),  # already asks for less than usual; a budget that pays for all
        (6e6, 9e6, 20e6, np.nan, 6e6, 9e6),  # no quote yet
        (np.nan, np.nan, 20e6, 8e6, np.nan, np.nan),  # nobody knows the usual price
    ],
)
def test_the_fee_to_aim_for_and_to_walk_away_at_is_never_above_the_usual_price_the_worth_or_the_quote(
    fair, high, worth, quote, aim, most
):
    rows = pd.DataFrame({"fair": [fair], "fair_high": [high], "break_even": [worth], "fee": [quote]})
    assert negotiable(rows).iloc[0].tolist() == pytest.approx([aim, most], nan_ok=True)


@pytest.mark.parametrize(("lang", "title", "yes"), [("vi", "Nên nhắm tới", "có"), ("en", "Aim for", "yes")])
def test_the_list_has_everybody_with_those_of_the_line_up_first(lang, title, yes):
    rows = scored().assign(fair_low=4e6, fair=5.1234e6, fair_high=7e6, break_even=6e6)
    found = lineup(rows, "engagement", LineupConstraints(budget=20e6, number={"max": 2}), CATALOGUE, other_budgets=False)
    told = price_list(rows, found, phrases(lang))
    assert len(told) == len(rows) and set(told[title].dropna()) <= {5_120_000, *told[told.columns[5]].dropna()}
    planned = told[told.columns[10]].tolist()
    booked = len(found.proposed.rows)
    assert planned == [yes] * booked + [""] * (len(rows) - booked)
