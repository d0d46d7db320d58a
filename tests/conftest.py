"""A small invented agency, trained once a worker, that the tests share."""

import os
import shutil

import pytest
import yaml

from predictor.bundle import save_bundle
from predictor.contract import read_brief, read_candidates, read_tables
from predictor.definitions import load_catalogue, project_folder
from predictor.simulate import simulate, write_world
from predictor.train import train

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ.pop("MLFLOW_TRACKING_URI", None)


@pytest.fixture(scope="session")
def project(tmp_path_factory):
    """The shipped definitions with few trees, in a folder of their own."""
    folder = tmp_path_factory.mktemp("project")
    for kind in ("features", "models"):
        shutil.copytree(project_folder() / kind, folder / kind, ignore=shutil.ignore_patterns("trained"))
    for recipe in (folder / "models").glob("*.yaml"):
        body = yaml.safe_load(recipe.read_text())
        body["parameters"] |= {"trees": 40, "learning_rate": 0.1}
        recipe.write_text(yaml.safe_dump(body, allow_unicode=True, sort_keys=False))
    return folder


@pytest.fixture(scope="session")
def catalogue(project):
    return load_catalogue(project)


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """An invented agency as files: creators, posts, campaigns, bookings, candidates, a brief."""
    folder = tmp_path_factory.mktemp("world")
    write_world(simulate(seed=4, creators=120, campaigns=150), folder)
    return folder


@pytest.fixture(scope="session")
def tables(world, catalogue):
    return read_tables(world, catalogue)


@pytest.fixture(scope="session")
def training(tables, catalogue):
    return train(tables, catalogue, jobs=1)


@pytest.fixture(scope="session")
def bundle(training):
    return training.bundle


@pytest.fixture(scope="session")
def candidates(world, catalogue):
    return read_candidates(world / "candidates.csv", catalogue)


@pytest.fixture(scope="session")
def brief(world, catalogue):
    return read_brief(world / "brief.yaml", catalogue)


@pytest.fixture(scope="session")
def saved_bundle(bundle, tmp_path_factory):
    return save_bundle(bundle, tmp_path_factory.mktemp("bundle") / "bundle")
