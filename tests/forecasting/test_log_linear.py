import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.linear_model import Ridge

from predictor.forecasting.log_linear import PENALTY, LinearPredictor, _ridge, _term
from predictor.tables.frames import Columns


@pytest.mark.parametrize("blocks", [1, 3])
def test_normal_equations_on_sparse_inputs_say_what_a_ridge_regression_on_all_of_them_says(blocks):
    rng = np.random.default_rng(3)
    levels = np.eye(30)[rng.integers(30, size=800)]
    seen = np.column_stack([rng.normal(10.0, 2.0, 800), levels, rng.normal(size=800)])
    logs, weight = seen @ rng.normal(size=32) + rng.normal(size=800), rng.uniform(0.2, 3.0, 800)
    places = np.array_split(np.arange(800), blocks)
    slopes, intercept = _ridge(((at, sparse.csr_array(seen[at])) for at in places), logs, weight)
    line = Ridge(alpha=PENALTY * weight.sum()).fit(seen, logs, sample_weight=weight)
    assert slopes == pytest.approx(line.coef_, abs=1e-9)
    assert intercept == pytest.approx(line.intercept_, abs=1e-8)


@pytest.mark.parametrize("dtype", ["category", "str", "object"])
def test_a_category_that_training_never_had_is_missing_where_a_list_has_it(dtype):
    term = _term(Columns.of(pd.DataFrame({"followers": [1.0, 2.0]})), "kind")
    rows = pd.DataFrame({"kind": pd.Series(["influencer", None, "kol"], dtype=dtype)})
    assert LinearPredictor((term,), (5.0, 0.25)).of(Columns.of(rows)).tolist() == [0.25, 0.25, 0.25]
