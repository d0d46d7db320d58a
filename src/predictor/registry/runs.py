"""MLflow: every training is a run, every bundle a version, and `champion` is the one that scores.

The store is a SQLite file in `models/trained/` unless MLFLOW_TRACKING_URI names another. MLflow is imported inside the
functions: it takes seconds, and scoring by a folder or by the champion of this store does not need it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

import pandas as pd

from predictor.bundle import KEYS, Bundle, load_bundle, save_bundle, segments
from predictor.definitions.loader import project_folder
from predictor.definitions.phrases import Phrases
from predictor.errors import Fault, RowsError
from predictor.registry.gates import gate_failures, served
from predictor.registry.tracking_store import (
    FILE,
    artifacts_uri,
    follow_folder,
    make_store,
    opened_alone,
    telling_of,
    version_behind,
)
from predictor.registry.unfinished import close_unfinished, this_process

if TYPE_CHECKING:
    from predictor.training.train import Training
    from predictor.training.tuning import Tuned

NAME = "campaign-forecast"
RECORDS = {"en": "record.html", "vi": "record-vi.html"}  # the back-test page in each language, beside a version's run
EXPERIMENT = "predictor"
TRAINED = Path("models", "trained")
BUNDLE = Path("artifacts", "bundle")  # where MLflow lays it among a version's files
LOGGED = ("lead_days", "seed", "data_fingerprint", "data_until", "invented_data")  # of a training's provenance
NOT_THERE = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")  # how MLflow calls a missing model and a missing alias
PERSONAL = ("id", "text")  # kinds of columns that may name somebody
CURVED = ("followers", "posting_frequency", "ad_density", "niche_alignment")  # inputs whose response curves are drawn


def store_folder(project: Path | None = None) -> Path:
    """Where trained models of a project live, never inside the installed package: `models/trained` of the folder named; without
    one, of the nearest from where you stand upwards that holds a trained model, else definitions, else of where you stand."""
    if project is not None:
        return project / TRAINED
    here = Path.cwd()
    upwards, own = (here, *here.parents), project_folder()
    trained = (folder for folder in upwards if (folder / TRAINED / FILE).is_file())
    return next(trained, own if own in upwards else here) / TRAINED


def open_store(store: Path) -> None:
    """Open or make the store before anything is learned: one that cannot be written is refused at once, not after the training.

    Raises
    ------
    RowsError
        Where another command holds it, or it cannot be made or opened.
    """
    connected(store)


def log_training(training: Training, store: Path, refits: int = 5) -> str:
    """Log one run with a nested run per target, register its bundle as `challenger`, and return the version.

    `refits` is how often each target is learned anew for the bands of its response curves; 0 draws them without.
    """
    from predictor.evaluation.findings import findings
    from predictor.reporting.backtest_report import record
    from predictor.reporting.model_card import (  # as plots do, these bring matplotlib, which scoring need not wait for
        description,
        model_card,
    )

    mlflow = connected(store)
    source, catalogue = training.bundle.provenance, training.bundle.catalogue
    english = Phrases("en", catalogue)
    found = findings(training.backtest, catalogue)
    card = model_card(training.bundle, training.backtest, english, found)
    with writing_to(store), _run(mlflow, f"train {source.data_until}"):
        mlflow.log_params({key: getattr(source, key) for key in LOGGED})
        tags = _tags(training.bundle)
        mlflow.set_tags(tags)
        mlflow.log_input(_dataset(mlflow, training), context="training")
        mlflow.log_dict(source.to_json(), "about.json")
        mlflow.log_dict({name: str(kind) for name, kind in training.examples.dtypes.items()}, "schema.json")
        mlflow.log_text(training.backtest.scores.to_csv(index=False), "scores.csv")
        mlflow.log_text(card, "card.md")
        for lang, page in RECORDS.items():
            mlflow.log_text(record(training.backtest, Phrases(lang, catalogue), found=found), page)
        for name in training.bundle.models:
            with _run(mlflow, name, nested=True):
                _log_target(mlflow, training, name, refits)
        logged = _log_bundle(mlflow, training.bundle, _example(training))
        mlflow.log_metrics(headline(training.bundle), model_id=logged.model_id)
        version, client = str(logged.registered_model_version), mlflow.MlflowClient()
        client.update_model_version(NAME, version, description=description(card, english))
        for key, value in tags.items():
            client.set_model_version_tag(NAME, version, key, value)
        client.set_registered_model_alias(NAME, "challenger", version)
        return version


def headline(bundle: Bundle) -> dict[str, float]:
    """The figures that a reviewer looks at first, on the newest fifth and on creators never seen, by `target/split/figure`.

    The error is `mae_log`, the mean absolute error of log(1 + count), or for rare counts `deviance`; `coverage_80` is the
    share of outcomes inside the 80 % interval, its ends included, as the gates ask for; in `holds_80`, which is printed, one at
    an end counts in part; `gain` is how much smaller the error is than the best baseline's.
    """
    found: dict[str, float] = {}
    for row in bundle.provenance.scores:
        if row["group"] != "all" or row["target"] not in bundle.models:
            continue
        error = "deviance" if bundle.models[row["target"]].recipe.counts else "mae_log"
        place = f"{row['target']}/{'newest' if row['split'] == 'time' else row['split']}"
        inside = {"coverage_80": row["coverage"], "holds_80": row["coverage_untied"]}
        named = {error: row["error"], **inside, "gain": row["gain"]}
        found |= {f"{place}/{name}": float(value) for name, value in named.items() if value is not None}
    return found


def log_tuning(tuned: Mapping[str, Tuned], about: Mapping[str, Any], store: Path, diff: str = "") -> None:
    """Log one run "tune <data_until>" with a nested run per target and, below it, one per trial.

    `about` holds `data_until` and whatever else the search ran with; `diff` is what was proposed.
    """
    mlflow = connected(store)
    with writing_to(store), _run(mlflow, f"tune {about['data_until']}"):
        mlflow.log_params(dict(about))
        mlflow.log_text(diff, "tuned.diff")
        for name, one in tuned.items():
            with _run(mlflow, name, nested=True):
                mlflow.log_params(one.best.settings)
                mlflow.log_metrics({"loss": one.best.loss, "shipped_loss": one.shipped.loss, "gain": one.gain})
                if one.newest is not None:
                    mlflow.log_metrics(dict(zip(("newest_shipped_error", "newest_error"), one.newest, strict=True)))
                for number, trial in enumerate(one.trials, start=1):
                    with _run(mlflow, f"{name} {number}", nested=True):
                        mlflow.log_params(trial.settings)
                        mlflow.log_metric("loss", trial.loss)


def served_bundle(model: Path | None, project: Path | None) -> Bundle:
    """The bundle of the folder `model` where one is named, else the champion of a project."""
    return load_bundle(model) if model is not None else load_registered(store_folder(project))


def load_registered(store: Path, *, version: str | None = None, alias: str = "champion") -> Bundle:
    """A registered bundle: the version of this number, or the one that bears the alias; of the champion what it serves.

    Raises
    ------
    RowsError
        Where there is none.
    """
    if version is not None:
        return download(store, version)
    hint = "run `predictor train DATA`, then `predictor promote`, or name a model folder with --model"
    if not os.environ.get("MLFLOW_TRACKING_URI"):
        if not (store / FILE).is_file():
            raise _none_yet(alias, hint)
        with opened_alone(store):
            follow_folder(store, EXPERIMENT)
        match version_behind(store, NAME, alias):
            case []:
                raise _none_yet(alias, hint)
            case [(number, folder)] if (folder / BUNDLE).is_dir() or not folder.is_dir():
                return _served_as(alias, _with_version(load_bundle(folder / BUNDLE), number))
    found = version_of(alias, store)
    if found is None:
        raise _none_yet(alias, hint)
    return _served_as(alias, download(store, found))


def _served_as(alias: str, bundle: Bundle) -> Bundle:
    return served(bundle) if alias == "champion" else bundle


def tracking_uri(store: Path) -> str:
    """Address of the MLflow store."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{(store / FILE).resolve()}"


def connected(store: Path) -> Any:
    """MLflow, with the store opened or made and named to it."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("DO_NOT_TRACK", "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")  # one that does not answer is refused in seconds
    for noisy in ("mlflow", "alembic"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    import mlflow

    logging.getLogger("mlflow").setLevel(logging.ERROR)
    logging.getLogger("mlflow.store.db").setLevel(logging.CRITICAL)  # what it logs it raises as well
    local = not os.environ.get("MLFLOW_TRACKING_URI")
    mlflow.set_tracking_uri(tracking_uri(store))
    if local:
        os.environ.pop("MLFLOW_TRACKING_URI", None)  # MLflow leaves its own trace there; only the user's counts
        with opened_alone(store), telling_of(store / FILE, "store_unopened"):
            if not (store / FILE).exists():
                make_store(store, EXPERIMENT)
            follow_folder(store, EXPERIMENT)
            _set_experiment(mlflow, artifacts_uri(store))
    else:
        with telling_of(tracking_uri(store), "store_unopened"):
            _set_experiment(mlflow, None)
    return mlflow


def _set_experiment(mlflow: Any, place: str | None) -> None:
    if mlflow.get_experiment_by_name(EXPERIMENT) is None:
        mlflow.create_experiment(EXPERIMENT, artifact_location=place)
    mlflow.set_experiment(EXPERIMENT)


def writing_to(store: Path) -> AbstractContextManager[None]:
    """A disk without room, or a server that does not answer, while something is kept in a store, ends in a sentence."""
    return telling_of(tracking_uri(store).removeprefix("sqlite:///"), "store_unwritten")


def _run(mlflow: Any, name: str, nested: bool = False) -> Any:
    """A new run; before the first one, what killed commands left open is closed."""
    if not nested:
        client = mlflow.MlflowClient()
        close_unfinished(client, client.get_experiment_by_name(EXPERIMENT).experiment_id)
    return mlflow.start_run(run_name=name, nested=nested, tags=this_process())


def _log_target(mlflow: Any, training: Training, name: str, refits: int) -> None:
    from predictor.explanation.response_curves import response_curves
    from predictor.reporting.backtest_plots import (  # matplotlib takes a second that scoring need not wait
        calibration_plot,
        importance_plot,
    )
    from predictor.reporting.curve_plots import curve_plot

    model = training.bundle.models[name]
    recipe = model.recipe
    mlflow.log_params({**recipe.parameters.model_dump(), "objective": recipe.objective, "exposure": " × ".join(recipe.exposure)})
    for side, segment in segments(model).items():
        mlflow.log_params({f"{side}_{key}": getattr(segment, KEYS[key]) for key in ("anchor", "share", "trees", "rows")})
    scores = training.backtest.scores
    for row in scores[scores["target"] == name].to_dict("records"):
        place = f"{row['split']}.{row['group']}"
        kept = {key: value for key, value in row.items() if isinstance(value, (int, float)) and pd.notna(value)}
        mlflow.log_metrics({f"{place}.{key}": float(value) for key, value in kept.items()})
    mlflow.log_dict({"columns": list(model.design.columns)}, "features.json")
    held_out = training.backtest.predictions
    held_out = held_out[held_out["target"] == name]
    columns = [column for column in CURVED if column in model.design.columns]
    if columns:
        examples, seed = training.examples, training.bundle.provenance.seed
        curves = response_curves(model, examples, columns, training.bundle.catalogue, refits=refits, seed=seed)
        mlflow.log_figure(curve_plot(curves, Phrases("en", training.bundle.catalogue)), "curves.png")
    mlflow.log_figure(importance_plot(model, training.bundle.catalogue), "importance.png")
    if len(held_out):
        mlflow.log_figure(calibration_plot(held_out, name, recipe.outcome), "calibration.png")


def _tags(bundle: Bundle) -> dict[str, str]:
    """What a list of runs or versions is filtered by."""
    source = bundle.provenance
    definitions = hashlib.sha256(bundle.catalogue.model_dump_json().encode()).hexdigest()[:16]
    tags = {
        "invented_data": str(source.invented_data).lower(), "data_until": source.data_until.isoformat(), "catalogue": definitions,
        "gates": "hold" if not (missed := gate_failures(bundle)) else "missed: " + " ".join(missed.values()),
    }  # fmt: skip
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False) if which("git") else None
    return tags | ({"commit": commit.stdout.strip()} if commit is not None and commit.returncode == 0 else {})


def _dataset(mlflow: Any, training: Training) -> Any:
    """The examples as MLflow names a dataset: columns and digest, none of the rows."""
    return mlflow.data.from_pandas(
        training.examples, name="training examples", digest=training.bundle.provenance.data_fingerprint
    )


def _example(training: Training) -> pd.DataFrame:
    """Three examples as candidates would give them, without whose they are."""
    entries = training.bundle.catalogue.columns("candidates")
    columns = [name for name, entry in entries.items() if name in training.examples and entry.type not in PERSONAL]
    rows = training.examples[columns].tail(3).dropna(axis=1, how="all").reset_index(drop=True)
    return rows.astype({column: float for column in rows.select_dtypes("number")})


def _log_bundle(mlflow: Any, bundle: Bundle, example: pd.DataFrame) -> Any:
    from predictor.serving.own_wheel import requirements, write_wheel
    from predictor.serving.pyfunc import signature

    with tempfile.TemporaryDirectory() as scratch:
        folder = save_bundle(bundle, Path(scratch) / "bundle")
        mlflow.set_tag("bundle_hash", json.loads((folder / "bundle.json").read_text("utf-8"))["hash"])
        wheel = write_wheel(Path(scratch))
        return mlflow.pyfunc.log_model(
            name="bundle",
            python_model=str(files("predictor.serving") / "pyfunc.py"),
            artifacts={"bundle": str(folder)},
            signature=signature(bundle),
            input_example=example,
            code_paths=[str(wheel)],
            pip_requirements=requirements(wheel, bundle.provenance.versions),
            registered_model_name=NAME,
        )


def version_of(alias: str, store: Path) -> str | None:
    """The version that bears an alias, if any."""
    from mlflow.exceptions import MlflowException

    client = connected(store).MlflowClient()
    try:
        return str(client.get_model_version_by_alias(NAME, alias).version)
    except MlflowException as problem:
        if problem.error_code in NOT_THERE:
            return None
        raise


def _none_yet(alias: str, hint: str) -> RowsError:
    return RowsError([Fault("models", f"there is no {alias} yet: {hint}.")])


def download(store: Path, version: str) -> Bundle:
    """The bundle of a version, with all that it learned.

    Raises
    ------
    RowsError
        Where there is no such version, with those that there are.
    """
    mlflow = connected(store)
    there = sorted((str(one.version) for one in mlflow.MlflowClient().search_model_versions(f"name = '{NAME}'")), key=int)
    if version not in there:
        raise RowsError([Fault("models", f"{NAME} has no version {version}; allowed: {', '.join(there) or 'none yet'}.")])
    with tempfile.TemporaryDirectory() as scratch:
        folder = mlflow.artifacts.download_artifacts(f"models:/{NAME}/{version}", dst_path=scratch)
        return _with_version(load_bundle(Path(folder) / BUNDLE), version)


def _with_version(bundle: Bundle, version: str) -> Bundle:
    return replace(bundle, provenance=replace(bundle.provenance, version=f"{NAME} {version}"))
