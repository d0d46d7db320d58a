"""What the corpus shares: a small trained model that is kept with the tests, and a list that it scored."""

import contextlib
import importlib
import io
import zipfile

import pytest

from bad_inputs.files import GOOD
from builders import DATA, scored
from predictor.cli.main import main

NEEDED = (
    "predictor.batch.stream", "predictor.intake.spreadsheets.workbook", "predictor.page.upload", "predictor.planning.actuals",
    "predictor.planning.lineup", "predictor.planning.whatif", "predictor.registry.runs", "predictor.reporting.actuals_words",
    "predictor.reporting.backtest_report",
    "predictor.reporting.client_paper", "predictor.reporting.comparison_report", "predictor.reporting.lineup_words",
    "predictor.reporting.plan_workbook", "predictor.reporting.plots", "predictor.reporting.whatif_words", "predictor.scoring.score",
    "predictor.simulation.agency", "predictor.simulation.large", "predictor.serving.request", "predictor.training.train",
    "python_calamine", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "matplotlib.backends.backend_pdf",
    "charset_normalizer", "openpyxl", "scipy.optimize", "click.shell_completion",
)  # fmt: skip


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """The folder of a small bundle; what commands import and read once is there before they are forked."""
    for name in NEEDED:
        importlib.import_module(name)
    folder = tmp_path_factory.mktemp("model")
    with zipfile.ZipFile(DATA / "bundles" / "format7.zip") as packed:
        packed.extractall(folder)
    found, listed, scores = folder / "artifacts" / "bundle", folder / "list.csv", folder / "scored.csv"
    listed.write_text(GOOD)
    scored(influencers=3, kols=3).to_csv(scores, index=False)
    for command in (("score", listed, "--model", found, "-o", folder / "out.csv"), ("compare", scores, "--goal", "engagement")):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            main([*map(str, command)])
    return found


@pytest.fixture
def good(tmp_path):
    (tmp_path / "good").mkdir()
    path = tmp_path / "good" / "list.csv"
    path.write_text(GOOD)
    return path


@pytest.fixture
def good_scores(tmp_path):
    (tmp_path / "scores").mkdir()
    path = tmp_path / "scores" / "scored.csv"
    scored(influencers=3, kols=3).to_csv(path, index=False)
    return path
