"""One target's model as an estimator of scikit-learn, on the folds of the back-test."""

import pickle
import shutil

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import estimator_checks_generator
from sklearn.utils.validation import check_is_fitted, validate_data

import predictor as pr
from builders import CATALOGUE, mlflow_client
from predictor.evaluation.backtest import judge_split
from predictor.evaluation.challenger import refuse_unfit
from predictor.forecasting.target_model import labelled
from predictor.registry.runs import NAME, open_store

TARGET, OUTCOME = "engagement", "engagements"


@pytest.fixture(scope="module")
def examples(training):
    """Those of 60 creators with any label at all, from more than one target."""
    few = training.examples["creator_id"].drop_duplicates().head(60)
    return training.examples[training.examples["creator_id"].isin(few)].tail(2200).reset_index(drop=True)


@pytest.fixture(scope="module")
def judged(examples, catalogue):
    """What the back-test says of the same examples, the estimator beside our own model."""
    challenger = pr.TargetRegressor(TARGET)
    return {
        split: judge_split(examples, catalogue.recipes[TARGET], catalogue, split, challenger=challenger)
        for split in ("time", "new_creators")
    }


def error_of(result, split):
    return result.scores[(result.scores["split"] == split) & (result.scores["group"] == "all")]["error"].iloc[0]


def test_cross_validation_on_the_splits_gives_the_errors_of_the_back_test(examples, judged, catalogue):
    folds = pr.splits(examples, TARGET)
    newest, never_seen = cross_val_score(pr.TargetRegressor(TARGET, catalogue=catalogue), examples, cv=folds, error_score="raise")
    assert -newest == pytest.approx(error_of(judged["time"], "time"))
    assert -never_seen == pytest.approx(error_of(judged["new_creators"], "new_creators"))


@pytest.mark.parametrize("known_before", ["no outcome", "no row"])
def test_creators_whose_outcomes_all_come_after_the_cut_are_cross_validated_as_the_back_test_judges_them(
    examples, catalogue, known_before
):
    tested = examples.iloc[pr.splits(examples, TARGET)[0][1]]
    late = examples["creator_id"].isin(tested["creator_id"].unique()[::2]) & (examples["known_on"] <= tested["at"].min())
    rows = examples[~(late & examples[OUTCOME].notna() if known_before == "no outcome" else late)].reset_index(drop=True)
    folds, ours = pr.splits(rows, TARGET), pr.TargetRegressor(TARGET, catalogue=catalogue)
    train, test = (rows.iloc[places] for places in folds[0])
    assert not {*test["creator_id"]} <= {*labelled(train, catalogue.recipes[TARGET])["creator_id"]}
    found = cross_val_score(ours, rows, cv=folds, error_score="raise")
    for score, split in zip(found, ("time", "new_creators"), strict=True):
        assert -score == pytest.approx(error_of(judge_split(rows, catalogue.recipes[TARGET], catalogue, split), split))


def test_as_a_challenger_it_forecasts_what_the_model_does(judged):
    for result in judged.values():
        np.testing.assert_array_equal(result.predictions["challenger"], result.predictions["p50"])


def test_as_a_challenger_it_starts_where_the_back_test_does(examples, catalogue):
    ours, recipe = pr.TargetRegressor(TARGET, parameters={"trees": 20}, random_state=3), catalogue.recipes[TARGET]
    first, again = (
        judge_split(examples, recipe, catalogue, "time", seed=seed, challenger=ours).predictions["challenger"] for seed in (7, 1)
    )
    newest = pr.splits(examples, TARGET)[0]
    alone = clone(ours).set_params(random_state=7, catalogue=catalogue).fit(examples.iloc[newest[0]])
    tested = examples.iloc[newest[1]]
    assert not np.array_equal(first, again)
    np.testing.assert_array_equal(first[: len(tested)], alone.predict(tested))


class OnNumbers(pr.TargetRegressor):
    """The estimator behind the arrays that scikit-learn's checks give: a row is an example of a creator of its own."""

    def __init__(self, target=TARGET, *, parameters=None, mask_unseen=False, catalogue=None, random_state=1):
        super().__init__(target, parameters=parameters, mask_unseen=mask_unseen, catalogue=catalogue, random_state=random_state)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        tags.target_tags.required = True
        return tags

    def fit(self, X, y):  # noqa: N803
        X, y = validate_data(self, X, y, y_numeric=True)  # noqa: N806
        names, width = getattr(self, "feature_names_in_", None), X.shape[1]
        super().fit(as_examples(X), 1000 * np.exp(np.clip(y, -3, 3)))
        self.n_features_in_ = width
        del self.feature_names_in_
        if names is not None:
            self.feature_names_in_ = names
        return self

    def predict(self, X):  # noqa: N803
        check_is_fitted(self)
        return np.log(super().predict(as_examples(validate_data(self, X, reset=False))) / 1000)

    def score(self, X, y):  # noqa: N803
        return -np.abs(self.predict(X) - y).mean()


def as_examples(numbers):
    first = numbers.astype(float) @ np.sqrt(np.arange(2, numbers.shape[1] + 2))
    day = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.round(np.arctan(first) * 100), unit="D")
    rates = {name: np.abs(column) / 100 for name, column in zip(["engagement_rate", "reach_rate"], numbers.T, strict=False)}
    others = [name for name in CATALOGUE.inputs(CATALOGUE.recipes[TARGET]) if CATALOGUE.entries[name].computed]
    return pd.DataFrame(
        {
            "source": "post", "row_id": pd.Series(np.round(first * 1e6)).astype("str"),
            "creator_id": pd.Series(np.round(first * 1e4)).astype("str"), "at": day, "known_on": day, "platform": "tiktok",
            "followers": 1000.0, "posts": 1.0, **(dict.fromkeys(others, np.nan) | rates),
        }
    )  # fmt: skip


ARRAYS = (
    "X is a frame whose cells training_examples has checked: what an array holds, and in which order, is the adapter's matter"
)
DO_NOT_APPLY = {
    **dict.fromkeys(
        [
            "check_regressor_data_not_an_array", "check_estimators_dtypes", "check_dtype_object", "check_complex_data",
            "check_estimators_nan_inf", "check_f_contiguous_array_estimator", "check_readonly_memmap_input", "check_fit1d",
            "check_fit2d_predict1d", "check_fit2d_1feature", "check_supervised_y_2d", "check_supervised_y_no_nan",
            "check_regressors_int", "check_estimator_sparse_tag", "check_estimator_sparse_array", "check_estimator_sparse_matrix",
            "check_estimators_empty_data_messages",
        ],
        ARRAYS,
    ),
    "check_regressors_train": "asks for an R² above 0.5: the score is minus the back-test's error",
    "check_fit2d_1sample": "asks for a ValueError: of one example nothing is learned, which is a RowsError",
    "check_requires_y_none": "y may be left out: the outcome is a column of the examples",
}  # fmt: skip


def applicable():
    """The checks that are left, and what each is called."""
    found = estimator_checks_generator(OnNumbers(parameters={"trees": 5}))
    named = [(estimator, check, (getattr(check, "func", check)).__name__) for estimator, check in found]
    return [pytest.param(*one[:2], id=one[2]) for one in named if one[2] not in DO_NOT_APPLY]


@pytest.mark.parametrize(("estimator", "check"), applicable())
def test_the_checks_of_scikit_learn_hold(estimator, check):
    check(estimator)


def test_what_does_not_apply_is_among_the_checks_of_scikit_learn():
    names = {name for name in dir(estimator_checks) if name.startswith("check_")}
    assert set(DO_NOT_APPLY) <= names and len(applicable()) > 20


@pytest.fixture(scope="module")
def fitted(examples, catalogue):
    newest, _ = pr.splits(examples, TARGET)
    return pr.TargetRegressor(TARGET, catalogue=catalogue, parameters={"trees": 20, "lightgbm": {"lambda_l2": 1.0}}).fit(
        examples.iloc[newest[0]]
    )


def test_quantiles_do_not_cross_and_the_interval_is_the_quantiles_at_its_ends(fitted, examples):
    rows = examples.tail(50)
    quantiles = fitted.predict_quantiles(rows, [0.025, 0.5, 0.975])
    assert quantiles.shape == (50, 3) and (np.diff(quantiles, axis=1) >= 0).all()
    np.testing.assert_allclose(fitted.predict_interval(rows, 0.95), quantiles[:, [0, 2]])
    np.testing.assert_array_equal(fitted.predict(rows), quantiles[:, 1])


def test_settings_are_those_that_are_learned_with_and_survive_a_copy_and_a_pickle(fitted, examples):
    again = clone(fitted)
    assert again.get_params()["parameters"] == {"trees": 20, "lightgbm": {"lambda_l2": 1.0}} and not hasattr(again, "model_")
    assert (fitted.model_.recipe.parameters.trees, fitted.model_.recipe.lightgbm.lambda_l2) == (20, 1.0)
    rows = examples.tail(30)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(fitted)).predict(rows), fitted.predict(rows))
    assert repr(pr.TargetRegressor("clicks").set_params(random_state=3)) == "TargetRegressor(random_state=3, target='clicks')"


def test_whoever_was_not_learned_from_is_forecast_without_a_record_until_all_was_known_unless_asked_otherwise(fitted, examples):
    recorded = examples[examples["engagement_rate"].notna()]
    rows = recorded[recorded["at"] < fitted.known_until_].tail(40)
    strangers = rows.assign(creator_id=[f"new {n}" for n in range(40)])
    masked = fitted.predict(strangers)
    nothing = rows.assign(**{name: np.nan for name in fitted.model_.design.records})
    np.testing.assert_array_equal(masked, fitted.predict(nothing))
    with_record = pickle.loads(pickle.dumps(fitted)).set_params(mask_unseen=False)
    np.testing.assert_array_equal(with_record.predict(strangers), with_record.predict(rows))
    assert not np.allclose(masked, with_record.predict(strangers))
    today = strangers.assign(at=fitted.known_until_)
    np.testing.assert_array_equal(fitted.predict(today), with_record.predict(today))


def test_a_y_of_ones_own_takes_the_place_of_the_recorded_outcome(fitted, examples):
    rows = labelled(examples, fitted.model_.recipe).tail(100)
    assert fitted.score(rows, rows[OUTCOME]) == fitted.score(rows)
    assert fitted.score(rows, fitted.predict(rows)) == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("target", "parameters", "says"),
    [
        ("engagment", None, "target: got 'engagment'; allowed: clicks, engagement, orders, reach, revenue; did you mean 'engage"),
        (TARGET, {"leafs": 3}, "parameters: unknown key 'leafs'; allowed: trees, learning_rate, leaves, smallest_leaf"),
        (TARGET, {"lightgbm": {"lambda_l2": -1}}, "lightgbm → lambda_l2: got -1; should be greater than or equal to 0."),
    ],
)  # fmt: skip
def test_a_target_or_setting_that_there_is_not_is_refused_when_it_is_to_learn(examples, target, parameters, says):
    with pytest.raises(pr.RowsError) as refused:
        pr.TargetRegressor(target, parameters=parameters).fit(examples)
    assert says in str(refused.value)


def test_frames_that_are_no_examples_are_refused_with_what_is_missing(fitted, examples):
    with pytest.raises(pr.RowsError, match="examples: got ndarray; give the frame that training_examples"):
        fitted.predict(np.zeros((3, 2)))
    with pytest.raises(pr.RowsError, match="examples: there is no column posting_frequency, followers; give the frame"):
        fitted.predict(examples.drop(columns=["followers", "posting_frequency"]))
    with pytest.raises(pr.RowsError, match="there is no column engagements, and no y is given; give one of them"):
        pr.TargetRegressor(TARGET).fit(examples.drop(columns=OUTCOME))
    with pytest.raises(pr.RowsError, match="come from fewer than two creators, so none can be held out"):
        pr.splits(examples[examples["creator_id"] == examples["creator_id"].iloc[0]])
    with pytest.raises(pr.RowsError, match="target: got 'sales'; allowed: clicks"):
        pr.splits(examples, "sales")


def test_an_estimator_of_another_target_is_no_challenger(examples, catalogue):
    with pytest.raises(pr.RowsError, match=r"clicks, and engagement is judged too; name the target: targets=\['clicks'\]"):
        refuse_unfit(pr.TargetRegressor("clicks"), examples, catalogue.recipes[TARGET], catalogue)


def test_a_challenger_is_registered_beside_ours_and_forecasts_from_there(fitted, examples, logged, tmp_path):
    store = tmp_path / "trained"
    shutil.copytree(logged, store)
    open_store(store)  # what is logged from here on lies in the copy
    client = mlflow_client(store)
    import mlflow

    kept = mlflow.sklearn.log_model(
        fitted, name="challenger", registered_model_name="engagement-challenger", serialization_format="cloudpickle"
    )
    rows = examples.tail(20)
    again = mlflow.sklearn.load_model(f"models:/engagement-challenger/{kept.registered_model_version}")
    np.testing.assert_array_equal(again.predict_interval(rows), fitted.predict_interval(rows))
    assert {one.name for one in client.search_registered_models()} == {"engagement-challenger", NAME}


def test_a_regressor_of_ones_own_learned_from_the_inputs_forecasts_what_the_back_test_judged(examples, catalogue):
    own, recipe = make_pipeline(SimpleImputer(), LinearRegression()), catalogue.recipes[TARGET]
    judged = judge_split(examples, recipe, catalogue, "time", challenger=own).predictions.set_index("row_id")["challenger"]
    learned, asked = (examples.iloc[places] for places in pr.splits(examples, TARGET)[0])
    ours = pr.TargetRegressor(TARGET, catalogue=catalogue).fit(learned)
    assert {*ours.inputs(asked)} < {*ours.model_.design.columns, "log_exposure"}  # some have no value at all
    known = labelled(learned, recipe)
    own.fit(ours.inputs(known), np.log1p(known[OUTCOME]))
    said = np.maximum(np.expm1(own.predict(ours.inputs(asked))), 0)
    np.testing.assert_allclose(said, judged.loc[asked["row_id"]])
