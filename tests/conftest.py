"""A small invented agency, trained once a run, that the tests share."""

import os
import shutil
import signal
from dataclasses import replace

import hypothesis
import pandas as pd
import pytest

import pages
from builders import DAY, copy_definitions
from predictor.definitions.loader import load_catalogue
from predictor.intake.contract import read_brief, read_candidates, read_tables
from predictor.registry.runs import log_training
from predictor.scoring.score import score
from predictor.simulation.agency import simulate, write_world
from predictor.tables.files import write_frame
from predictor.training.train import train
from shared_model import once, read_training, with_gates, write_training

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ.pop("MLFLOW_TRACKING_URI", None)
os.environ.setdefault("LOKY_MAX_CPU_COUNT", "1")  # who names no number of processes gets none: each imports everything anew
hypothesis.settings.register_profile("here", deadline=None)  # what is timed in a test is the machine's noise
hypothesis.settings.load_profile("here")
LONGEST = (  # files of minutes, which start first: else one worker ends the run alone with the longest of them
    "test_page.py", "test_readme.py", "test_page_faults.py", "test_spark.py", "test_registry.py", "test_records.py",
    "2-train-and-judge.ipynb", "1-look-at-history.ipynb", "test_page_outcomes.py", "test_page_versus.py", "test_bad_settings.py",
    "test_page_mending.py", "test_page_results.py", "test_tuning.py", "test_features.py", "3-plan-a-campaign.ipynb",
    "test_cli.py", "test_field_cases.py", "test_backtest_report.py", "test_stream.py", "test_real_data.py",
    "test_bad_tables.py", "test_bad_places.py", "test_tracking_store.py", "test_pyfunc.py", "test_kol_effect.py",
    "test_extending.py", "test_client_paper.py", "test_bundle_hash.py", "test_start.py", "test_spellings.py", "test_actuals.py",
    "test_outcomes.py", "test_response_curves.py", "test_spreadsheets.py", "test_own_wheel.py",
)  # fmt: skip
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs this in the background lets it be ignored


@pytest.hookimpl(tryfirst=True)  # before it is asked which are slow
def pytest_collection_modifyitems(items):
    """Files of minutes first, the others as they were found; what needs the trained model is slow."""
    for item in items:
        if "trained" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")
    place = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONGEST)))


@pytest.fixture(scope="session")
def project(tmp_path_factory):
    """The shipped definitions with few trees, in a folder of their own."""
    return copy_definitions(tmp_path_factory.mktemp("project"), trees=40, learning_rate=0.1)


@pytest.fixture(scope="session")
def catalogue(project):
    return load_catalogue(project)


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """The folder that all workers of this run have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def world(shared):
    """An invented agency as files: creators, posts, campaigns, bookings, candidates, a brief. To read, not to write in."""
    return once(shared / "world", lambda folder: write_world(simulate(seed=4, creators=120, campaigns=150), folder))


@pytest.fixture(scope="session")
def short_world(shared, world):
    """The same agency, of its posts those booked and each creator's last ten, from which commands learn in less time."""

    def make(folder):
        shutil.copytree(world, folder, dirs_exist_ok=True)
        posts = pd.read_parquet(world / "posts.parquet").sort_values("published_at")
        last = posts.groupby("creator_id").cumcount(ascending=False) < 10
        write_frame(posts[last | posts["booking_id"].notna()].sort_index(), folder / "posts.parquet")

    return once(shared / "short world", make)


@pytest.fixture(scope="session")
def tables(world, catalogue):
    return read_tables(world, catalogue)


@pytest.fixture(scope="session")
def candidates(world, catalogue):
    return read_candidates(world / "candidates.csv", catalogue)


@pytest.fixture(scope="session")
def brief(world, catalogue):
    return read_brief(world / "brief.yaml", catalogue)


@pytest.fixture(scope="session")
def trained(shared, tables, catalogue, candidates, brief):
    """A training as files, and what its model forecast before it was written: `scored.parquet`."""

    def make(folder):
        training = train(tables, catalogue, jobs=1)  # meanwhile the other worker runs the README, which needs no model of ours
        write_training(training, folder)
        score(candidates, training.bundle, brief=brief, history=tables, on=DAY).to_parquet(folder / "scored.parquet")

    return once(shared / "trained", make)


@pytest.fixture(scope="session")
def training(trained):
    return read_training(trained)


@pytest.fixture(scope="session")
def bundle(training):
    return training.bundle


@pytest.fixture(scope="session")
def saved_bundle(trained):
    """The folder of the trained model. To read, not to write in."""
    return trained / "bundle"


@pytest.fixture(scope="session")
def opened(training):
    """The training, its gates so wide that it may be promoted."""
    return replace(training, bundle=with_gates(training.bundle, gain=(-9.0, 1.0), coverage=(0.0, 1.0)))


@pytest.fixture(scope="session")
def logged(shared, opened):
    """A store with this training as version 1, a challenger; in its path a space and letters beyond ASCII. To copy or read,
    not to change."""
    store = shared / "dự án gốc" / "models" / "trained"
    once(shared / "logged", lambda _: log_training(opened, store, refits=0))
    return store


@pytest.fixture(scope="session")
def place(world, saved_bundle, project, tmp_path_factory):
    """The page, served on the invented agency."""
    folder = tmp_path_factory.mktemp("page")
    options = ("--history", world, "--model", saved_bundle, "--project", project, "--work", folder)
    server = pages.Server(folder / "log.txt", *options)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    leads_here = f"--host-resolver-rules=MAP {pages.ELSEWHERE} 127.0.0.1"
    with playwright.sync_playwright() as started:
        yield started.chromium.launch(executable_path=pages.CHROMIUM, args=[*pages.QUIET, leads_here])


@pytest.fixture
def tab(browser, place):
    """Opens new visitors; whatever fails unseen, in a browser or in the server's log, fails the test."""
    opened, since = [], len(place.told())

    def new(lang="vi", width=1280):
        opened.append(pages.visitor(browser, lang, width))
        return opened[-1]

    yield new
    broken = [error for page in opened for error in page.broken]
    for page in opened:
        page.context.close()
    assert broken == []
    assert not [word for word in pages.FAILED if word in place.told(since)], place.told(since)
