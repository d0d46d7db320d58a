import json
import re
import subprocess
import sys
import zipfile
from hashlib import sha256

import numpy as np
import pandas as pd
import pytest

from builders import DATA, DAY
from predictor.bundle import load_bundle, save_bundle
from predictor.errors import RowsError
from predictor.forecasting.predict import distribution
from predictor.scoring.score import candidate_features, score
from predictor.tables.frames import Columns


@pytest.fixture
def copied(bundle, tmp_path):
    return save_bundle(bundle, tmp_path / "bundle")


def test_a_saved_bundle_scores_exactly_as_the_one_trained(trained, saved_bundle, candidates, brief, tables):
    loaded = score(candidates, load_bundle(saved_bundle), brief=brief, history=tables, on=DAY)
    pd.testing.assert_frame_equal(pd.read_parquet(trained / "scored.parquet"), loaded)


def test_targets_per_the_same_earlier_target_share_its_forecast_and_each_is_what_it_is_alone(saved_bundle, candidates, brief):
    read = load_bundle(saved_bundle)
    models = [model for model in read.models.values() if model.stages]
    assert len(models) > 1 and len({stage for model in models for stage in model.stages.values()}) == 1
    rows = pd.DataFrame(candidate_features(candidates, read, DAY, brief, None))
    together = Columns.of(rows)
    for model in models:
        shared, alone = (distribution(model, one).figures() for one in (together, Columns.of(rows)))
        assert all(np.array_equal(shared[name], alone[name], equal_nan=True) for name in alone)


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
    catalogue = json.loads((folder / "catalogue.json").read_text())
    for entry in catalogue["entries"].values():
        if entry["computed"]:
            entry["computed"]["embeddings"] = place if entry["computed"]["function"] == "alignment" else None
    return with_catalogue(folder, catalogue)


def with_catalogue(folder, catalogue):
    """The bundle with another catalogue and valid checksums."""
    about = json.loads((folder / "bundle.json").read_text())
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


def test_a_bundle_with_a_formula_that_nobody_registered_here_says_what_to_do(copied):
    catalogue = json.loads((copied / "catalogue.json").read_text())
    rules = catalogue["recipes"]["engagement"]["rules"]
    rules["mine"] = rules["weighted_record"] | {"record": None, "formula": "of_elsewhere", "of": ["engagement_rate"]}
    sentence = "formulas that are not registered here: of_elsewhere; import what registers them with `predictor.formula`"
    with pytest.raises(RowsError, match=sentence):
        load_bundle(with_catalogue(copied, catalogue))


def test_a_folder_that_is_no_bundle_is_refused(tmp_path):
    with pytest.raises(RowsError, match="holds no model"):
        load_bundle(tmp_path)


# Bundles from elsewhere: every checksum is right, what they hold is not.


@pytest.fixture
def small(tmp_path):
    """A small bundle that is kept with the tests."""
    with zipfile.ZipFile(DATA / "bundles" / "format9.zip") as packed:
        packed.extractall(tmp_path)
    return tmp_path / "artifacts" / "bundle"


def resealed(folder):
    about = json.loads((folder / "bundle.json").read_text())
    about.pop("seal")
    for name in about["files"]:
        about["files"][name] = sha256((folder / name).read_text(encoding="utf-8", errors="replace").encode()).hexdigest()
    seal = sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()
    (folder / "bundle.json").write_text(json.dumps({**about, "seal": seal}))
    return folder


def with_sizes(text):
    """A booster's text whose `tree_sizes` are those that it has."""
    header, _, rest = text.partition("\n\n")
    blocks = re.split(r"(?=^Tree=)", rest.partition("end of trees")[0], flags=re.MULTILINE)[1:]
    sizes = " ".join(str(len(block)) for block in blocks)
    return re.sub("tree_sizes=.*", f"tree_sizes={sizes}", header) + "\n\n" + rest


def first(name, value):
    """The first number of a field of the first tree that has it, replaced."""
    return lambda text: with_sizes(re.sub(rf"^{name}=[^ \n]+", f"{name}={value}", text, count=1, flags=re.MULTILINE))


def without(name):
    return lambda text: with_sizes(re.sub(rf"^{name}=.*\n", "", text, count=1, flags=re.MULTILINE))


TREES = {
    "a child that is no node": first("left_child", "99"),
    "a leaf that is not there": first("left_child", "-99"),
    "a node that leads to itself": first("left_child", "0"),
    "a column that is not there": first("split_feature", "50"),
    "a negative column": first("split_feature", "-1"),
    "a column beyond all memory": first("split_feature", "2147483647"),
    "more leaves than there are": first("num_leaves", "9"),
    "fewer leaves than there are": first("num_leaves", "3"),
    "no leaves": first("num_leaves", "0"),
    "a billion leaves": first("num_leaves", "1000000000"),
    "more leaves than a number holds": first("num_leaves", "99999999999999999999"),
    "more sets of categories than there are": first("num_cat", "9"),
    "a set that ends beyond all": first("cat_boundaries", "4000000"),
    "an empty set": lambda text: with_sizes(re.sub("^cat_threshold=.*", lambda of: re.sub(r"\d+", "0", of[0]), text, flags=re.M)),
    "a kind of split that is none": first("decision_type", "77"),
    "a linear tree": first("is_linear", "1"),
    "a leaf of no number": first("leaf_value", "nan"),
    "a leaf beyond all numbers": first("leaf_value", "1e999"),
    "an empty leaf": first("leaf_value", ""),
    "no children": without("right_child"),
    "no leaf values": without("leaf_value"),
    "no thresholds": without("threshold"),
    "no number of leaves": without("num_leaves"),
    "sizes of trees that lead beside them": lambda text: re.sub("tree_sizes=.*", "tree_sizes=10 4000000000", text),
    "a size of trees that is negative": lambda text: re.sub("tree_sizes=", "tree_sizes=-9 ", text),
    "other columns": lambda text: text.replace("max_feature_idx=49", "max_feature_idx=3"),
    "several outputs": lambda text: text.replace("num_tree_per_iteration=1", "num_tree_per_iteration=0"),
    "another objective": lambda text: re.sub("objective=.*", "objective=multiclass num_class:0", text),
    "cut off in a tree": lambda text: text[: text.index("left_child") + 12],
    "cut off after its header": lambda text: text.partition("\n\n")[0] + "\n\n",
    "nothing": lambda text: "",
    "a byte that is none": lambda text: text.replace("threshold=", "threshold=\0", 1),
    "its end missing": lambda text: text.partition("end of trees")[0],
}  # fmt: skip


@pytest.mark.parametrize("wrong", TREES)
def test_trees_that_no_training_writes_never_reach_lightgbm(small, wrong):
    file = small / "engagement.known.txt"
    file.write_text(TREES[wrong](file.read_text()))
    with pytest.raises(RowsError, match=r"holds what no training writes \(NoBooster: .*\); train again or fetch the model anew"):
        load_bundle(resealed(small))


OTHERWISE = {
    "a text for a number": ("models.json", ("engagement", "known", "booked", "wider"), "x"),
    "a text for an end of a span": ("models.json", ("engagement", "experience", "spans", "posts", "low"), "x"),
    "no rules": ("models.json", ("engagement", "stranger", "rules", "chosen"), []),
    "fewer errors than strata": ("models.json", ("engagement", "known", "spread", "errors"), [[0.0]]),
    "lists as levels": ("models.json", ("engagement", "design", "levels", "format"), [["a"]]),
    "other columns than trees": ("models.json", ("engagement", "design", "columns"), ["followers"]),
    "a segment that is none": ("models.json", ("orders", "known"), None),
    "one coefficient": ("prices.json", ("VND", "line", "coefficients"), [1.0]),
    "no line": ("prices.json", ("VND", "line"), {}),
    "weights that are none": ("texts.json", ("weights",), []),
    "curves that are none": ("growth.json", ("curves",), [1]),
    "a recipe that is none": ("catalogue.json", ("recipes", "engagement"), {}),
    "a day that is none": ("bundle.json", ("data_until",), "2026-02-30"),
    "no list of files": ("bundle.json", ("files",), {}),
}  # fmt: skip


@pytest.mark.parametrize("wrong", OTHERWISE)
def test_other_files_that_no_training_writes_are_refused(small, wrong):
    name, (*above, last), value = OTHERWISE[wrong]
    content = json.loads((small / name).read_text())
    place = content
    for key in above:
        place = place[key]
    place[last] = value
    (small / name).write_text(json.dumps(content))
    with pytest.raises(RowsError, match=r"holds what no training writes \(.*\); train again or fetch the model anew"):
        load_bundle(resealed(small))


def test_a_bundle_sealed_anew_without_a_change_is_read(small):
    assert set(load_bundle(resealed(small)).models) == {"engagement", "orders"}
