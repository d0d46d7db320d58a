import json
import subprocess
import sys
from hashlib import sha256

import pandas as pd
import pytest

from builders import DAY
from predictor.bundle import load_bundle, save_bundle
from predictor.errors import RowsError
from predictor.scoring.score import score


@pytest.fixture
def copied(bundle, tmp_path):
    return save_bundle(bundle, tmp_path / "bundle")


def test_a_saved_bundle_scores_exactly_as_the_one_trained(trained, saved_bundle, candidates, brief, tables):
    loaded = score(candidates, load_bundle(saved_bundle), brief=brief, history=tables, on=DAY)
    pd.testing.assert_frame_equal(pd.read_parquet(trained / "scored.parquet"), loaded)


def test_a_bundle_is_text_only(saved_bundle):
    assert {file.suffix for file in saved_bundle.iterdir()} == {".json", ".txt"}


@pytest.mark.slow
def test_a_fresh_process_scores_without_the_training_data_or_the_project(saved_bundle, tmp_path):
    program = (
        "import pandas as pd, sys; from pathlib import Path; from predictor.bundle import load_bundle; "
        "from predictor.scoring.score import score; told = score(pd.DataFrame({'platform': ['tiktok'], 'followers': [9e4]}), "
        "load_bundle(Path(sys.argv[1]))); print(told['engagement_expected'][0] > 0)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(saved_bundle)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "True"


def test_a_bundle_changed_after_training_is_refused(copied):
    file = copied / "models.json"
    file.write_text(file.read_text().replace('"share": ', '"share": 1'))
    with pytest.raises(RowsError, match="models.json is missing or was changed after training; train again"):
        load_bundle(copied)


def test_a_missing_file_is_refused(copied):
    (copied / "reach.known.txt").unlink()
    with pytest.raises(RowsError, match="reach.known.txt is missing or was changed"):
        load_bundle(copied)


@pytest.mark.parametrize("spoilt", ["{", "[]", '{"format": 6}', None])
def test_what_a_bundle_says_of_itself_is_sealed(copied, spoilt):
    file = copied / "bundle.json"
    file.write_text(spoilt or file.read_text().replace('"invented_data": true', '"invented_data": false'))
    with pytest.raises(RowsError, match="bundle.json is missing or was changed after training; train again"):
        load_bundle(copied)


def test_a_file_that_is_no_text_any_more_is_refused(copied):
    (copied / "models.json").write_bytes((copied / "models.json").read_bytes() + b"\xff\xfe")
    with pytest.raises(RowsError, match="models.json is missing or was changed"):
        load_bundle(copied)


def named_embedding(folder, place):
    """The bundle as it would have been written while texts could be compared by an embedding, with valid checksums."""
    catalogue, about = (json.loads((folder / name).read_text()) for name in ("catalogue.json", "bundle.json"))
    for entry in catalogue["entries"].values():
        if entry["computed"]:
            entry["computed"]["embeddings"] = place if entry["computed"]["function"] == "alignment" else None
    (folder / "catalogue.json").write_text(json.dumps(catalogue))
    about["files"]["catalogue.json"] = sha256(json.dumps(catalogue).encode()).hexdigest()
    sealed = {key: value for key, value in about.items() if key != "seal"}
    seal = sha256(json.dumps(sealed, sort_keys=True).encode()).hexdigest()
    (folder / "bundle.json").write_text(json.dumps({**sealed, "seal": seal}))
    return folder


def test_a_bundle_that_compares_texts_by_an_embedding_is_refused(copied):
    with pytest.raises(RowsError, match="compares texts by an embedding, which this version cannot; train again"):
        load_bundle(named_embedding(copied, "wordllama"))


def test_a_bundle_that_could_have_named_an_embedding_but_did_not_is_read(copied, bundle):
    assert load_bundle(named_embedding(copied, None)).catalogue == bundle.catalogue


def test_a_folder_that_is_no_bundle_is_refused(tmp_path):
    with pytest.raises(RowsError, match="holds no model"):
        load_bundle(tmp_path)
