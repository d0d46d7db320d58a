import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

import mlflow
import pandas as pd
import pytest

import predictor as pr
from builders import command_lines, copy_definitions, loaded_by, mlflow_client, phrases, run
from predictor.errors import RowsError
from predictor.registry.gates import gate_failures
from predictor.registry.runs import NAME, RECORDS, load_registered, log_training, log_tuning, store_folder
from predictor.reporting.model_card import description, model_card
from predictor.scoring.score import score
from shared_model import alone, with_gates

pytestmark = pytest.mark.slow

DAY = pd.Timestamp("2026-07-01")


@pytest.fixture
def store(logged, tmp_path):
    """A copy of it, to change."""
    return Path(shutil.copytree(logged, tmp_path / "project" / "trained"))


@pytest.fixture
def client(logged):
    """MLflow's own client, on the store that is read."""
    return mlflow_client(logged)


def test_before_any_training_there_is_no_champion(tmp_path):
    with pytest.raises(RowsError, match="there is no champion yet: run `predictor train DATA`, then `predictor promote`"):
        load_registered(tmp_path)


def test_a_trained_challenger_is_promoted_and_scores_the_same(store, training, candidates):
    with pytest.raises(RowsError, match="there is no champion yet"):
        load_registered(store)
    assert str(pr.promote(store)) == "campaign-forecast version 1 is now champion: its gates hold."
    assert set(mlflow_client(store).get_model_version(NAME, "1").aliases) == {"champion"}
    assert pr.promote(store).version == "1"  # once more changes nothing
    champion = load_registered(store)
    assert champion.provenance.version == "campaign-forecast 1"
    told, same = (score(candidates, bundle, on=DAY)["reach_p50"] for bundle in (champion, training.bundle))
    pd.testing.assert_series_equal(told, same)


def test_whoever_scores_by_the_champion_of_a_store_waits_for_no_mlflow(store, world, tmp_path):
    pr.promote(store)
    project, output = tmp_path / "elsewhere", tmp_path / "scored.csv"
    shutil.copytree(store, project / "models" / "trained")
    command = command_lines("score", world / "candidates.csv", "-o", output, "--project", project)
    loaded = loaded_by(*command)
    assert set(pd.read_csv(output)["model_version"]) == {"campaign-forecast 1"}
    assert not loaded & {"sklearn", "lightgbm", "mlflow", "matplotlib", "sqlalchemy", "pyspark", "nicegui"}


def test_the_champion_is_the_one_that_mlflow_names_at_that_moment(store, opened):
    pr.promote(store)
    pr.promote(store, version=log_training(alone(opened, "orders"), store, refits=0))
    assert load_registered(store).provenance.version == "campaign-forecast 2"
    client = mlflow_client(store)
    client.set_registered_model_alias(NAME, "champion", "1")
    assert load_registered(store).provenance.version == "campaign-forecast 1"
    client.delete_model_version(NAME, "1")
    with pytest.raises(RowsError, match="there is no champion yet: run `predictor train DATA`, then `predictor promote`"):
        load_registered(store)
    client.set_registered_model_alias(NAME, "champion", "2")
    assert load_registered(store).provenance.version == "campaign-forecast 2"


def test_a_champion_whose_files_are_gone_is_told_with_the_folder_where_they_were(store):
    pr.promote(store)
    (lost,) = (store / "artifacts" / "models").iterdir()
    shutil.rmtree(lost)
    with pytest.raises(RowsError, match=r"holds no model \(bundle.json is missing\); give the folder of a trained model") as told:
        load_registered(store)
    assert str(lost) in str(told.value)


def test_whoever_asks_for_a_champion_that_was_not_promoted_yet_waits_for_no_mlflow(store, world, tmp_path):
    project = tmp_path / "elsewhere"
    shutil.copytree(store, project / "models" / "trained")
    command = command_lines("score", world / "candidates.csv", "-o", tmp_path / "scored.csv", "--project", project)
    assert "mlflow" not in loaded_by(*command)
    assert not (tmp_path / "scored.csv").exists()


def test_a_model_that_misses_its_gates_is_not_promoted_and_says_why(store, training):
    strict = replace(training, bundle=with_gates(training.bundle, gain=(0.9, 1.0)))
    with pytest.raises(pr.NotPromoted, match="^campaign-forecast version 2 was not promoted:") as refused:
        pr.promote(store, version=log_training(alone(strict, "orders"), store, refits=0))
    (reason,) = refused.value.reasons
    assert "To insist" not in str(refused.value)
    assert reason.startswith("orders: gain is ") and "models/orders.yaml asks for 0.9 to 1." in reason
    with pytest.raises(RowsError, match="there is no champion yet"):
        load_registered(store)


def missing(opened, *targets, gain=(0.9, 1.0)):
    """The training, of which these targets miss a gate."""
    recipes = {
        name: model.recipe.model_copy(update={"gates": model.recipe.gates.model_copy(update={"gain": gain})})
        for name, model in opened.bundle.models.items() if name in targets
    }  # fmt: skip
    models = {name: replace(one, recipe=recipes.get(name, one.recipe)) for name, one in opened.bundle.models.items()}
    catalogue = opened.bundle.catalogue.model_copy(update={"recipes": opened.bundle.catalogue.recipes | recipes})
    return replace(opened, bundle=replace(opened.bundle, models=models, catalogue=catalogue))


def test_a_target_that_misses_its_gates_is_left_out_by_the_champion_and_the_others_serve(
    store, opened, candidates, tmp_path, capsys
):
    assert log_training(missing(alone(opened, "clicks", "orders", "revenue"), "orders", "revenue"), store, refits=0) == "2"
    moved = Path(shutil.copytree(store, tmp_path / "elsewhere" / "models" / "trained"))
    code, out, _ = run(capsys, "promote", "--project", tmp_path / "elsewhere")
    assert code == 0
    assert "campaign-forecast version 2 is now champion.\nLeft out, because it missed its gates:\n  orders: gain is" in out
    champion = load_registered(moved)
    assert [*champion.left_out] == ["orders", "revenue"]
    assert champion.left_out["orders"].endswith("models/orders.yaml asks for 0.9 to 1.")
    assert [*champion.models] == ["clicks"]
    assert not [name for name in score(candidates, champion, on=DAY) if name.startswith(("orders_", "revenue_"))]
    assert [*load_registered(moved, version="2").models] == ["clicks", "orders", "revenue"]


def test_a_champion_that_serves_a_target_gives_way_to_none_that_would_not_unless_it_is_named(store, opened):
    pr.promote(store)
    log_training(missing(opened, "orders"), store, refits=0)
    with pytest.raises(pr.NotPromoted) as refused:
        pr.promote(store)
    first, reason, last = str(refused.value).splitlines()
    assert reason.startswith("  orders: gain is ") and reason.endswith(" The champion (campaign-forecast 1) serves it.")
    assert last == "To insist, name it: predictor promote --version 2, in Python predictor.promote(version=2)."
    assert load_registered(store).provenance.version == "campaign-forecast 1"
    done = pr.promote(store, version=2)
    assert [*done.left_out] == ["orders"] and done.worse == [reason.strip()]
    assert load_registered(store).provenance.version == "campaign-forecast 2"


def test_a_champion_that_serves_a_target_gives_way_to_none_that_never_learned_it_unless_it_is_named(
    logged, opened, tables, tmp_path, monkeypatch, capsys
):
    project = tmp_path / "project"
    shutil.copytree(logged, project / "models" / "trained")
    (project / "notebooks").mkdir()
    monkeypatch.chdir(project / "notebooks")  # Python and the command find the project above
    pr.promote()
    few = alone(opened, "clicks", "orders")
    assert pr.Training(few.bundle, few.backtest, few.examples, tables).register(refits=0) == "2"
    code, out, _ = run(capsys, "promote")
    lost = [
        f"  {name}: it was not trained. The champion (campaign-forecast 1) serves it."
        for name in ("engagement", "reach", "revenue")
    ]
    assert code == 1
    assert out.splitlines() == [
        "campaign-forecast version 2 was not promoted:", *lost,
        "To insist, name it: predictor promote --version 2, in Python predictor.promote(version=2).",
    ]  # fmt: skip
    assert pr.load_champion().bundle.provenance.version == "campaign-forecast 1"
    code, out, _ = run(capsys, "promote", "--version", 2)
    assert code == 0
    assert out.splitlines() == [
        "campaign-forecast version 2 is now champion.",
        "Since it was named, it replaced a champion that does better:", *lost,
    ]  # fmt: skip
    assert [*pr.load_champion().bundle.models] == ["clicks", "orders"]


def test_the_store_of_a_project_is_found_from_below_it_and_made_where_its_definitions_are(logged, tmp_path, monkeypatch):
    project = copy_definitions(tmp_path / "project")
    below = project / "notebooks" / "of linh"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert store_folder() == project / "models" / "trained"
    shutil.copytree(logged, project / "notebooks" / "models" / "trained")  # somebody trained there
    assert store_folder() == project / "notebooks" / "models" / "trained"
    monkeypatch.chdir(tmp_path)
    assert store_folder() == tmp_path / "models" / "trained"


def test_a_version_that_is_not_there_is_told_with_those_that_are(store, capsys, tmp_path):
    for ask in (pr.promote, pr.load_champion):
        with pytest.raises(pr.RowsError, match="^models: campaign-forecast has no version 7; allowed: 1.$"):
            ask(store, version=7)
    code, _, told = run(capsys, "promote", "--project", tmp_path / "nothing", "--version", 7)
    assert code == 2 and told.startswith("models: there is no version to promote; train one first: predictor train DATA, in Py")
    assert not (tmp_path / "nothing").exists()


def test_a_champion_that_tells_creators_apart_gives_way_to_no_one_rate_for_everybody_unless_it_is_named(store, opened):
    few = alone(opened, "reach", "clicks")
    recipe = few.bundle.models["clicks"].recipe.with_pooled_rate()
    models = few.bundle.models | {"clicks": replace(few.bundle.models["clicks"], recipe=recipe)}
    catalogue = few.bundle.catalogue.model_copy(update={"recipes": few.bundle.catalogue.recipes | {"clicks": recipe}})
    judged = replace(  # with the figures of its rule, which are those of what it was
        few.backtest, predictions=few.backtest.predictions.assign(pooled_rate=lambda rows: rows["expected"]),
        scores=few.backtest.scores.assign(error_pooled_rate=lambda rows: rows["error"]),
    )  # fmt: skip
    scores = [one | {"error_pooled_rate": one["error"]} for one in few.bundle.provenance.scores]
    provenance = replace(few.bundle.provenance, scores=scores)
    few = replace(few, bundle=replace(few.bundle, models=models, catalogue=catalogue, provenance=provenance), backtest=judged)
    pr.promote(store)
    assert log_training(few, store, refits=0) == "2"
    worse = "clicks: too few results to learn more than one rate for everybody. "
    worse += "The champion (campaign-forecast 1) tells creators apart."
    with pytest.raises(pr.NotPromoted) as refused:
        pr.promote(store)
    assert worse in refused.value.reasons
    assert load_registered(store).provenance.version == "campaign-forecast 1"
    assert worse in pr.promote(store, version="2").worse
    mlflow_client(store).set_registered_model_alias(NAME, "challenger", "2")
    assert pr.promote(store).worse == []  # one rate after one rate


def test_a_demo_does_not_push_a_model_of_real_campaigns_from_its_place(store, opened):
    real = replace(opened.bundle, provenance=replace(opened.bundle.provenance, invented_data=False))
    log_training(alone(replace(opened, bundle=real), "orders"), store, refits=0)
    assert pr.promote(store).version == "2"
    mlflow_client(store).set_registered_model_alias(NAME, "challenger", "1")  # the demo's
    worse = "it learned from invented data. The champion (campaign-forecast 2) did not."
    with pytest.raises(pr.NotPromoted) as refused:
        pr.promote(store)
    assert refused.value.reasons == [worse]
    assert load_registered(store).provenance.version == "campaign-forecast 2"
    assert pr.promote(store, version=1).worse == [worse]


def test_one_run_holds_a_nested_run_per_target_with_plots_and_metrics(client, training):
    experiment = client.get_experiment_by_name("predictor").experiment_id
    (parent,) = [run for run in client.search_runs([experiment]) if "mlflow.parentRunId" not in run.data.tags]
    nested = client.search_runs([experiment], f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
    assert {run.info.run_name for run in nested} == {"clicks", "engagement", "orders", "reach", "revenue"}
    assert parent.data.params["data_fingerprint"] == training.bundle.provenance.data_fingerprint
    assert all("time.all.coverage" in run.data.metrics for run in nested)
    assert {"importance.png", "calibration.png"} <= {file.path for file in client.list_artifacts(nested[0].info.run_id)}


def test_the_run_that_is_seen_first_has_the_headline_figures_the_data_and_what_to_filter_by(client, opened):
    version = client.get_model_version(NAME, "1")
    parent, scores = client.get_run(version.run_id), opened.backtest.scores.query("group == 'all'").set_index(["target", "split"])
    found = {
        "engagement/newest/mae_log": scores.loc[("engagement", "time"), "error"],
        "orders/newest/deviance": scores.loc[("orders", "time"), "error"],
        "orders/newest/coverage_80": scores.loc[("orders", "time"), "coverage"],
        "orders/newest/holds_80": scores.loc[("orders", "time"), "coverage_untied"],
        "engagement/new_creators/gain": scores.loc[("engagement", "new_creators"), "gain"],
    }
    assert {name: parent.data.metrics[name] for name in found} == pytest.approx(found)
    (of_model,) = client.search_logged_models([parent.info.experiment_id])
    assert {metric.key for metric in of_model.metrics} >= set(found)
    (given,) = parent.inputs.dataset_inputs
    assert given.dataset.digest == opened.bundle.provenance.data_fingerprint and given.dataset.name == "training examples"
    assert {"invented_data": "true", "data_until": "2026-06-29", "gates": "hold"}.items() <= version.tags.items()
    assert len(version.tags["catalogue"]) == 16 and version.tags.items() <= parent.data.tags.items()


def test_a_version_is_described_by_its_card_and_its_run_holds_the_back_test(client, opened):
    found = client.get_model_version(NAME, "1")
    english = phrases("en", opened.bundle.catalogue)
    assert found.description == description(model_card(opened.bundle, opened.backtest, english), english)
    assert {"card.md", "record.html"} <= {file.path for file in client.list_artifacts(found.run_id)}
    assert 'lang="vi"' in mlflow.artifacts.load_text(f"runs:/{found.run_id}/{RECORDS['vi']}")


def test_the_logged_model_has_a_signature_and_answers_through_mlflow(client):
    model = mlflow.pyfunc.load_model(f"models:/{NAME}/1")
    assert "platform" in model.metadata.get_input_schema().input_names()
    told = model.predict(pd.DataFrame({"platform": ["tiktok"], "followers": [20_000.0]}))
    assert told["engagement_p90"][0] > told["engagement_p10"][0]
    asked = model.predict(pd.DataFrame({"platform": ["tiktok"]}), params={"why": "vi", "level": 0.5, "on": "2026-06-01"})
    assert asked["engagement_why"][0] and asked["engagement_high"][0] < asked["engagement_p90"][0]
    with pytest.raises(mlflow.exceptions.MlflowException, match="^request, row 1: says neither who it is") as no:
        model.predict(pd.DataFrame({"platform": [None], "followers": [20_000.0]}))
    assert no.value.get_http_status_code() == 400


def test_a_run_that_a_killed_command_left_open_is_closed_by_the_next_and_that_of_a_living_one_is_not(store):
    client = mlflow_client(store)
    experiment = client.get_experiment_by_name("predictor").experiment_id
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    here = socket.gethostname()
    owners = {"killed": f"{here}/{gone.pid}", "living": f"{here}/{os.getpid()}", "elsewhere": f"other-{here}/{gone.pid}"}
    runs = {name: client.create_run(experiment, tags={"process": owner}).info.run_id for name, owner in owners.items()}
    log_tuning({}, {"data_until": "2026-07-01"}, store)
    status = {name: client.get_run(run).info.status for name, run in runs.items()}
    assert status == {"killed": "KILLED", "living": "RUNNING", "elsewhere": "RUNNING"}


def test_the_registered_example_names_nobody(logged):
    (file,) = logged.rglob("input_example.json")
    example = json.loads(file.read_text())["columns"]
    assert "followers" in example
    assert not {"creator_id", "person_id", "name", "link"} & set(example)


def test_a_new_store_is_its_owners_alone(logged):
    assert logged.stat().st_mode & 0o077 == 0


def test_nothing_is_written_outside_the_store(logged):
    assert not any((folder / "mlruns").exists() for folder in (logged.parent, logged.parents[1]))
    assert (logged / "artifacts").is_dir()


def test_gates_are_read_from_the_back_test_on_the_newest_data(bundle):
    assert len(bundle.models) == 5
    assert gate_failures(bundle).keys() <= {"clicks"}  # as the definitions ask; of an agency of 120 rare counts may miss by luck
    assert gate_failures(with_gates(bundle, gain=(-9.0, 1.0), coverage=(0.0, 1.0))) == {}
    missed = gate_failures(with_gates(bundle, gain=(-9.0, 1.0), coverage=(0.0, 0.1)))
    assert len(missed) == len(bundle.models)
    said = "coverage (outcomes at an end of the 80 % interval included in full, `coverage_80` in MLflow) is 0."
    assert all(said in one for one in missed.values())


def test_a_real_tracking_server_is_used_when_the_environment_names_one(opened, tmp_path, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{tmp_path}/server.db", "--artifacts-destination", str(tmp_path / "kept")]
    alone_in = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}  # no processes for jobs beside it
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, cwd=tmp_path, env=alone_in, **quiet, start_new_session=True)
    try:
        wait_for(f"http://127.0.0.1:{port}/health")
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{port}")
        assert log_training(alone(opened, "orders"), tmp_path / "unused", refits=0) == "1"
        assert pr.promote(tmp_path / "unused").version == "1"
        assert load_registered(tmp_path / "unused").models.keys() == {"orders"}
        assert not (tmp_path / "unused").exists()
    finally:
        os.killpg(server.pid, 15)
        server.wait()


def wait_for(address, seconds=90):
    for _ in range(seconds * 2):
        try:
            if urllib.request.urlopen(address, timeout=2).status == 200:
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{address} did not answer in {seconds} s")
