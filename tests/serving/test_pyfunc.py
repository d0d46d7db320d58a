"""The registered model through MLflow: whatever types a table comes with, the same answer, from the version that was asked."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from io import StringIO
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from mlflow.types.schema import ColSpec, Schema

from predictor.intake.contract import candidates_from
from predictor.registry.runs import load_registered, log_training, tracking_uri
from predictor.scoring.score import score
from predictor.serving.mlflow_server import CsvReader
from shared_model import alone

pytestmark = pytest.mark.slow

NAME, SECRET = "campaign-forecast", "Bí Mật Của Khách"
ROWS = pd.DataFrame(
    {
        "creator_id": ["007", "x2"], "platform": ["tiktok", "instagram"], "country": ["NA", "VN"],
        "followers": [50_000.0, 8_123_457.0], "posts": [1.0, 2.0], "fee": [5e6, 9e7], "currency": "VND",
        "starts_on": pd.to_datetime(["2026-06-20", "2026-06-28"]), "engagement_rate": [0.03, 0.0125],
    }
)  # fmt: skip
COUNTS, WORDS = ["followers", "posts", "fee"], ["platform", "country", "currency"]


@pytest.fixture(scope="module")
def store(logged, training, tmp_path_factory):
    """A store with two versions, the first of them champion."""
    folder = shutil.copytree(logged, tmp_path_factory.mktemp("store") / "trained")
    log_training(alone(training, "orders"), folder, refits=0)
    mlflow.MlflowClient().set_registered_model_alias(NAME, "champion", "1")
    return folder


@pytest.fixture(scope="module")
def model(store):
    load_registered(store)
    return mlflow.pyfunc.load_model(f"models:/{NAME}/1")


def told(model, rows):
    return model.predict(rows, params={"on": "2026-06-01"})


def days(change):
    return ROWS.assign(starts_on=change(ROWS["starts_on"]))


@pytest.mark.parametrize(
    "rows",
    [
        ROWS.astype(dict.fromkeys(COUNTS, "int64")),
        ROWS.astype(dict.fromkeys(COUNTS, "Int64")),
        ROWS.astype(dict.fromkeys(COUNTS, "int32")),
        ROWS.astype(dict.fromkeys(COUNTS, "uint64")),
        ROWS.astype(dict.fromkeys(COUNTS, "object")),
        ROWS.astype(dict.fromkeys(["followers", "fee"], "int64")).astype(dict.fromkeys(["followers", "fee"], "str")),
        ROWS.astype(dict.fromkeys(WORDS, "category")),
        ROWS.astype(dict.fromkeys(COUNTS, "category")),
        ROWS.convert_dtypes(),
        days(lambda day: day.dt.tz_localize("UTC")),
        days(lambda day: day.dt.strftime("%Y-%m-%d")),
        days(lambda day: day.dt.date.astype(object)),
        days(lambda day: day.astype("datetime64[ns]")),
        ROWS.set_axis([7, 7]),
    ],
    ids=["int64", "Int64", "int32", "uint64", "object", "text", "category words", "category counts", "own types of pandas",
         "days of a time zone", "days as text", "days of Python", "days in nanoseconds", "an index that repeats"],
)  # fmt: skip
def test_the_types_that_a_table_comes_with_change_no_bit_of_the_answer(model, rows):
    pd.testing.assert_frame_equal(told(model, rows), told(model, ROWS), check_exact=True)


def test_whole_numbers_beside_missing_ones_are_read(model):
    rows = ROWS.assign(posts=pd.array([2, None], dtype="Int64"))
    pd.testing.assert_frame_equal(told(model, rows), told(model, ROWS.assign(posts=[2.0, None])), check_exact=True)


def test_pyfunc_answers_what_score_tells(model, bundle):
    here = score(candidates_from(ROWS, "x", bundle.catalogue), bundle, on=pd.Timestamp("2026-06-01"))
    pd.testing.assert_frame_equal(
        told(model, ROWS.astype(dict.fromkeys(COUNTS, "int64"))).drop(columns="model_version"),
        here.drop(columns="model_version"), check_exact=True,
    )  # fmt: skip


@pytest.mark.parametrize(("asked", "version"), [("/1", 1), ("/2", 2), ("@champion", 1), ("@challenger", 2)])
def test_an_answer_names_the_version_that_was_loaded_from_the_registry(store, asked, version):
    load_registered(store)
    answer = told(mlflow.pyfunc.load_model(f"models:/{NAME}{asked}"), ROWS)
    assert answer["model_version"].unique().tolist() == [f"{NAME} {version}"]


def test_the_signature_names_the_columns_that_every_answer_has_with_their_types(model):
    assert {"platform", "followers"} <= {*model.metadata.get_input_schema().input_names()}
    outputs, kinds = model.metadata.get_output_schema(), {"double": "f", "long": "i", "boolean": "b"}
    assert {"reach_p10", "engagement_expected", "orders_p90", "model_version"} <= {*outputs.input_names()}
    for rows in (ROWS, pd.DataFrame({"platform": ["tv"], "assumed_reach_low": 5, "assumed_reach_high": 9})):
        answer = told(model, rows)
        for name, kind in zip(outputs.input_names(), outputs.input_types(), strict=True):
            assert answer[name].dtype.kind == kinds[kind.name] if kind.name in kinds else answer[name].dtype == "str", name


def test_what_cannot_be_used_is_refused_in_a_sentence_without_the_rows(model):
    with pytest.raises(mlflow.exceptions.MlflowException) as refused:
        model.predict(pd.DataFrame({"platform": ["tiktok"], "followers": [-5], "name": [SECRET]}))
    assert str(refused.value).startswith("request, row 1, column 'followers': got -5") and SECRET not in str(refused.value)


def test_mlflow_evaluates_the_registered_model_on_results_with_the_errors_of_its_answers(store, model, training):
    known = ["platform", "format", "followers", "posts_seen", "engagement_rate", "engagement_rate_same_format", "engagements"]
    rows = training.examples[known].dropna(subset="engagements").tail(60).reset_index(drop=True)
    load_registered(store)  # names the store and the experiment
    found = mlflow.models.evaluate(
        f"models:/{NAME}@champion", rows, targets="engagements", predictions="engagement_p50", model_type="regressor",
        evaluator_config={"log_model_explainability": False},
    )  # fmt: skip
    missed = (model.predict(rows.drop(columns="engagements"))["engagement_p50"] - rows["engagements"]).abs()
    assert found.metrics["example_count"] == 60
    assert found.metrics["mean_absolute_error"] == pytest.approx(missed.mean())
    kept = mlflow.MlflowClient().get_run(found.run_id).data.metrics
    assert kept["mean_absolute_error"] == pytest.approx(missed.mean())


@pytest.fixture(scope="module")
def address(store):
    """MLflow's own scoring server, as its command starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", f"models:/{NAME}@champion", "--env-manager", "local"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # it starts uvicorn by its name
    environment = {**os.environ, "MLFLOW_TRACKING_URI": tracking_uri(store), "PATH": path}
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    for _ in range(480):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=2)
            break
        except OSError:
            time.sleep(0.5)
    yield f"http://127.0.0.1:{port}/invocations"
    os.killpg(server.pid, 15)
    server.wait()


def ask(address, body, kind="application/json"):
    request = urllib.request.Request(address, body.encode(), {"Content-Type": kind})
    try:
        with urllib.request.urlopen(request, timeout=120) as reply:
            return reply.status, json.loads(reply.read())["predictions"]
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


def as_sent():
    """The rows with whole numbers and days as text, as CSV and JSON carry them."""
    return days(lambda day: day.dt.strftime("%Y-%m-%d")).astype(dict.fromkeys(COUNTS, "int64"))


def test_mlflows_own_server_answers_json_and_csv_of_whole_numbers_as_pyfunc_does(address, model):
    sent = as_sent()
    split = {key: value for key, value in json.loads(sent.to_json(orient="split")).items() if key != "index"}
    here = model.predict(sent)
    for body, kind in (
        (json.dumps({"dataframe_split": split}), "application/json"),
        (json.dumps({"dataframe_records": json.loads(sent.to_json(orient="records"))}), "application/json"),
        (sent.to_csv(index=False), "text/csv"),
    ):
        status, rows = ask(address, body, kind)
        assert status == 200, rows
        there = pd.DataFrame(rows)
        assert there["creator_id"].tolist() == ["007", "x2"] and there["country"].tolist() == ["NA", "VN"]
        numbers = here.select_dtypes("float").columns
        pd.testing.assert_frame_equal(there[numbers].astype(float), here[numbers], check_exact=True)
        assert there["model_version"].unique().tolist() == [f"{NAME} 1"]


@pytest.mark.parametrize(
    ("body", "kind", "sentence"),
    [
        (f"platform,followers,name\ntiktok,-5,{SECRET}\n", "text/csv", "request, row 1, column 'followers': got -5"),
        (f"platform,name\ntiktok,b,{SECRET}\n", "text/csv", "request, row 1: has 3 cells where the titles are 2"),
    ],
)
def test_mlflows_own_server_refuses_without_the_rows(address, body, kind, sentence):
    status, told = ask(address, body, kind)
    assert status == 400 and sentence in told["message"] and SECRET not in json.dumps(told, ensure_ascii=False)


def test_csv_for_models_with_other_signatures_is_read_as_mlflow_reads_it():
    from mlflow.pyfunc.scoring_server import parse_csv_input

    read = CsvReader(parse_csv_input)
    text, whole = "a\n1\n", Schema([ColSpec("long", "a")])
    for schema in (None, whole):
        pd.testing.assert_frame_equal(read(StringIO(text), schema), parse_csv_input(StringIO(text), schema))
