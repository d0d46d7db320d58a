"""The short name of the data that a training learned from."""

import pandas as pd
import pytest

from predictor.training.train import fingerprint

DATA = {
    "reach": [1, 2], "sponsored": [True, False], "views": pd.array([1, None], dtype="Int64"),
    "at": pd.to_datetime(["2026-01-01", None]), "kind": pd.Categorical(["kol", None]), "niche": ["food", None],
}  # fmt: skip


def test_equal_data_has_one_fingerprint_however_it_is_stored():
    given = pd.DataFrame(DATA)
    stored = given.astype({"reach": "float64", "views": "float64", "at": "datetime64[ns]", "kind": "str", "niche": "object"})
    assert fingerprint(stored[[*stored][::-1]]) == fingerprint(given)


@pytest.mark.parametrize(
    ("column", "value"), [("reach", 3), ("sponsored", False), ("views", 0), ("at", pd.Timestamp("2026-01-02")), ("niche", "")]
)
def test_one_changed_cell_changes_the_fingerprint(column, value):
    changed = pd.DataFrame(DATA)
    changed.loc[0 if column != "views" else 1, column] = value
    assert fingerprint(changed) != fingerprint(pd.DataFrame(DATA))
    assert fingerprint(pd.DataFrame(DATA).iloc[::-1]) != fingerprint(pd.DataFrame(DATA))
