"""What the corpus shares: a small trained model that is kept with the tests, and a list that it scored."""

import importlib
import zipfile

import pytest

from bad_inputs.files import GOOD
from builders import DATA, scored

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
    """The folder of a small bundle; what commands import is imported once here, before they are forked."""
    for name in NEEDED:
        importlib.import_module(name)
    folder = tmp_path_factory.mktemp("model")
    with zipfile.ZipFile(DATA / "bundles" / "format7.zip") as packed:
        packed.extractall(folder)
    return folder / "artifacts" / "bundle"


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
