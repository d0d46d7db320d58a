import pytest

from predictor.errors import RowsError
from predictor.scoring.goals import read_goals


@pytest.mark.parametrize(
    ("target", "typed", "read"),
    [("orders", 20, 20), ("orders", "20", 20), ("clicks", "1,5k", 1500), ("reach", "20.000", 20_000), ("revenue", "50tr", 50e6)],
)
def test_a_goal_is_read_as_people_type_counts_and_amounts(bundle, target, typed, read):
    assert read_goals({target: typed}, bundle) == {target: read}


@pytest.mark.parametrize("typed", ["", "-3", "2.5", "5²", "①", "many", True, float("nan"), "9" * 400])
def test_what_is_no_count_is_refused_with_what_came(bundle, typed):
    with pytest.raises(RowsError, match="at_least: got 'orders=.*write a target and a count or an amount, such as orders=20"):
        read_goals({"orders": typed}, bundle)


def test_all_goals_that_cannot_be_meant_are_refused_at_once(bundle):
    with pytest.raises(RowsError) as refused:
        read_goals({"sale": 3, "revenue": "500 USD", "clicks": "x"}, bundle, "--at-least")
    assert [str(fault) for fault in refused.value.faults] == [
        f"--at-least: got 'sale'; this model forecasts {', '.join(bundle.models)}.",
        "--at-least, revenue: got '500 USD', but the currency is VND; name one of them.",
        "--at-least: got 'clicks=x'; write a target and a count or an amount, such as orders=20.",
    ]
