"""What the corpus shares: a small trained model that is kept with the tests, and a list that it scored."""

import zipfile

import pytest

from bad_inputs.files import GOOD
from builders import DATA, scored


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """The folder of a small bundle; whatever commands import is imported once here, before they are forked."""

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
