"""A regressor of somebody's own beside the model, on the same rows."""

import numpy as np
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

from predictor.errors import RowsError
from predictor.evaluation.backtest import judge_split
from predictor.evaluation.challenger import inputs, refuse_unfit
from predictor.forecasting.splits import by_creator, newest
from predictor.forecasting.target_model import labelled


@pytest.fixture(scope="module")
def rows(training, catalogue):
    examples = labelled(training.examples, catalogue.recipes["engagement"])
    return examples[examples["posts_seen"] >= 3].tail(2500).reset_index(drop=True)


def test_a_challenger_learns_what_was_known_before_the_cut_and_is_judged_on_the_same_newest_rows(rows, catalogue):
    recipe = catalogue.recipes["engagement"]
    found = judge_split(rows, recipe, catalogue, "time", challenger=DummyRegressor())
    train_idx, test_idx = newest(rows, np.ones(len(rows), dtype=bool))
    mean = np.log1p(rows["engagements"].iloc[train_idx]).mean()
    np.testing.assert_allclose(found.predictions["challenger"], np.expm1(mean))
    actual = np.log1p(rows["engagements"].iloc[test_idx])
    (whole,) = found.scores.query("group == 'all'").to_dict("records")
    assert whole["error_challenger"] == pytest.approx(np.abs(actual - mean).mean())
    assert whole["best_rule"] != "challenger" and whole["error"] < whole["error_challenger"]
    alone = judge_split(rows, recipe, catalogue, "time")
    assert alone.scores["error"].iloc[0] == whole["error"] and "error_challenger" not in alone.scores


def test_on_creators_never_seen_a_challenger_sees_no_record_either(rows, catalogue, bundle):
    recipe, seen = catalogue.recipes["engagement"], []

    class Curious(Ridge):
        def predict(self, asked):
            seen.append(asked)
            return super().predict(asked)

    found = judge_split(rows, recipe, catalogue, "new_creators", challenger=make_pipeline(SimpleImputer(), Curious()))
    _, test_idx = next(iter(by_creator(rows, 1)))
    assert len(found.predictions) == len(test_idx) == len(seen[0])
    design = bundle.models["engagement"].design
    asked = inputs(rows.assign(**{name: np.nan for name in design.records}), design, recipe)
    assert asked[list(design.records)].isna().all().all() and asked["log_exposure"].notna().all()
    assert np.isfinite(found.predictions["challenger"]).all() and (found.predictions["challenger"] >= 0).all()


def test_a_challenger_that_stops_at_columns_without_any_value_is_not_given_them(rows, catalogue):
    recipe = catalogue.recipes["engagement"]
    found = judge_split(rows, recipe, catalogue, "new_creators", challenger=HistGradientBoostingRegressor(max_iter=20))
    assert np.isfinite(found.predictions["challenger"]).all()  # all of whose records are masked


@pytest.mark.parametrize(("regressor", "says"), [("a tree", "Cannot clone object "), (Ridge(), "Input X contains NaN")])
def test_what_cannot_learn_is_refused_before_anything_else_does_with_what_would_help(rows, catalogue, regressor, says):
    recipe = catalogue.recipes["engagement"]
    with pytest.raises(RowsError, match=f"challenger: cannot learn from these examples: {says}") as refused:
        refuse_unfit(regressor, rows, recipe, catalogue)
    assert "one that takes no missing values needs an imputer before it." in str(refused.value)
