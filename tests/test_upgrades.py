"""Bundles of older formats go on scoring, and so do registered versions with the function file that was logged beside them.

`data/bundles/format6.zip` is a version as MLflow keeps it (the bundle, `served.py` as it was, the signature), trained on an
invented agency by the first commit that wrote format 6; `format6.json` holds what that commit forecast with it. Of later formats
only the bundle is kept, and what was forecast with it.
"""

import ast
import importlib
import json
import zipfile
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest

import predictor.serving.pyfunc
from predictor.bundle import load_bundle, save_bundle
from predictor.bundle_formats import FORMAT, OLDEST, upgrade
from predictor.errors import RowsError
from predictor.scoring.score import score

BUNDLES = Path(__file__).parent / "data" / "bundles"
DAY = "2026-07-01"
IMPORTED = {  # by every function file that was ever logged with a bundle of a format still read
    "predictor.bundle": {"Bundle", "load_bundle"},
    "predictor.errors": {"RowsError"},
    "predictor.serving.mlflow_server": {"Refused", "prepare_scoring_server"},
    "predictor.serving.request": {"PARAMETERS", "answer"},
    "predictor.request": {"PARAMETERS", "answer"},
    "predictor.tables": {"Fault", "RowsError"},
}


@pytest.fixture
def logged(tmp_path):
    with zipfile.ZipFile(BUNDLES / "format6.zip") as packed:
        packed.extractall(tmp_path / "logged")
    return tmp_path / "logged"


@pytest.fixture
def written(logged):
    return logged / "artifacts" / "bundle"


@pytest.fixture(scope="module")
def then():
    return json.loads((BUNDLES / "format6.json").read_text("utf-8"))


def forecast(bundle, then):
    goals = {name: goal for name, goal in {"orders": 3, "revenue": 5e6}.items() if name in bundle.models}
    return score(pd.DataFrame(then["candidates"]), bundle, on=pd.Timestamp(DAY), level=0.5, at_least=goals)


def test_every_format_from_the_oldest_on_has_a_bundle_here():
    assert {f"format{number}.zip" for number in range(OLDEST, FORMAT + 1)} <= {file.name for file in BUNDLES.iterdir()}


@pytest.mark.parametrize("number", range(OLDEST, FORMAT + 1))
def test_a_bundle_of_each_format_forecasts_what_it_did_when_it_was_written(number, tmp_path):
    with zipfile.ZipFile(BUNDLES / f"format{number}.zip") as packed:
        packed.extractall(tmp_path)
    then = json.loads((BUNDLES / f"format{number}.json").read_text("utf-8"))
    now = forecast(load_bundle(tmp_path / "artifacts" / "bundle"), then)
    for column, values in then["forecasts"].items():
        was = np.array(values, dtype=float)  # to nine digits, because processors differ in the last
        np.testing.assert_allclose(now[column].to_numpy(dtype=float), was, rtol=1e-9, err_msg=column)


def test_what_came_after_format_6_is_read_from_what_it_says(written):
    models = load_bundle(written).models
    assert models["engagement"].cold_start.masked and not models["engagement"].with_history.masked
    assert models["orders"].with_history.masked  # too few orders to judge forward in time
    assert models["engagement"].with_history.booking_adjustment.level == 0.0


def test_an_older_bundle_saved_again_is_of_todays_format_and_forecasts_the_same_to_the_last_bit(written, then, tmp_path):
    older = load_bundle(written)
    again = save_bundle(older, tmp_path / "again")
    assert json.loads((again / "bundle.json").read_text())["format"] == FORMAT
    pd.testing.assert_frame_equal(forecast(older, then), forecast(load_bundle(again), then), check_exact=True)


def test_an_older_bundle_is_checked_as_it_was_written(written):
    file = written / "bundle.json"
    file.write_text(file.read_text().replace('"invented_data": true', '"invented_data": false'))
    with pytest.raises(RowsError, match="bundle.json is missing or was changed after training; train again"):
        load_bundle(written)


def test_an_older_bundle_with_a_changed_file_is_refused(written):
    (written / "prices.json").write_text("{}")
    with pytest.raises(RowsError, match="prices.json is missing or was changed after training; train again"):
        load_bundle(written)


def test_a_bundle_goes_through_the_steps_after_its_own_format_in_order():
    steps = [lambda held, number=number: {**held, "steps": [*held["steps"], number]} for number in (7, 8, 9)]
    assert [upgrade({"steps": []}, OLDEST + at, steps)["steps"] for at in range(4)] == [[7, 8, 9], [8, 9], [9], []]


@pytest.mark.parametrize(
    ("written_as", "sentence"),
    [
        (5, "was written in format 5; the oldest that this version reads is format 6: train again."),
        (None, "was written in format None; the oldest that this version reads is format 6: train again."),
        ("6", "was written in format '6'; the oldest that this version reads is format 6: train again."),
        (99, f"was written in format 99; the newest that this version reads is format {FORMAT}: update predictor."),
    ],
)
def test_a_format_too_old_or_too_new_is_refused(written, written_as, sentence):
    file = written / "bundle.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "format": written_as}))
    with pytest.raises(RowsError, match=sentence):
        load_bundle(written)


def test_a_registered_version_answers_through_the_function_file_logged_with_it(logged, then):
    version = mlflow.pyfunc.load_model(str(logged))
    told = version.predict(pd.DataFrame(then["candidates"]), params={"on": DAY})
    for column in ("engagement_p50", "orders_expected"):
        np.testing.assert_allclose(told[column].to_numpy(dtype=float), then["forecasts"][column], rtol=1e-9)
    with pytest.raises(mlflow.exceptions.MlflowException, match="row 1: says neither who it is nor on which platform"):
        version.predict(pd.DataFrame({"platform": [None], "followers": [20_000.0]}))


@pytest.mark.parametrize("module", IMPORTED)
def test_what_function_files_of_registered_versions_import_is_still_there(module):
    missing = [name for name in IMPORTED[module] if not hasattr(importlib.import_module(module), name)]
    assert not missing, f"registered versions import these from {module}: keep a module of that name that passes them on"


def test_the_list_of_what_they_import_is_whole(logged):
    for file in (logged / "served.py", Path(predictor.serving.pyfunc.__file__)):
        found = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
        own = {node.module: {name.name for name in node.names} for node in found if node.module.startswith("predictor")}
        assert all(names <= IMPORTED.get(module, set()) for module, names in own.items()), own
