"""Searching parameters: what is tried, what is proposed, and that nothing changes until somebody accepts it."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import mlflow
import numpy as np
import pytest
import yaml

import predictor
from builders import copy_definitions
from predictor.asof.examples import training_examples
from predictor.cli.main import main
from predictor.definitions.loader import load_catalogue
from predictor.definitions.schema import Parameters
from predictor.definitions.search import ranges
from predictor.evaluation.backtest import judge_split
from predictor.forecasting.target_model import labelled
from predictor.registry.runs import log_tuning
from predictor.training.tuning import DIFF, WORTHWHILE, Trial, Tuned, in_words, propose, tune, with_block

pytestmark = pytest.mark.slow  # each searches
BETTER = Parameters(trees=77, learning_rate=0.0123, leaves=9, smallest_leaf=31)


@pytest.fixture(scope="module")
def orders(catalogue):
    """The catalogue with the quickest target alone: a poor recipe, which a search can better."""
    recipe = catalogue.recipes["orders"]
    rules = {"followers_x_rate": recipe.rules["followers_x_rate"]}
    poor = recipe.model_copy(update={"rules": rules, "parameters": recipe.parameters.model_copy(update={"trees": 2})})
    return catalogue.model_copy(update={"recipes": {"orders": poor}})


@pytest.fixture(scope="module")
def examples(tables, catalogue):
    """Those with orders, and others without, of which nothing is learned here."""
    found = training_examples(tables, catalogue)
    return found[found["orders"].notna() | (np.arange(len(found)) % 10 == 0)].reset_index(drop=True)


@pytest.fixture(scope="module")
def tuned(examples, orders, tmp_path_factory):
    return tune(examples, orders, trials=4, storage=tmp_path_factory.mktemp("tuned") / "tuning.db", jobs=1)


def found(target, before, after, newest=(0.8, 0.7)):
    plain = Parameters(trees=1, learning_rate=1.0, leaves=2, smallest_leaf=1)
    return Tuned(target, (Trial(plain, before), Trial(BETTER, after)), newest)


def copied(folder):
    copy_definitions(folder)
    (folder / "models" / "trained").mkdir()
    return folder, folder / "models" / "trained"


def test_the_first_trial_is_the_recipe_so_the_best_is_never_worse(tuned, orders):
    trials = tuned["orders"].trials
    assert trials[0].parameters == orders.recipes["orders"].parameters
    assert len({trial.parameters.trees for trial in trials}) > 1
    assert tuned["orders"].best.loss == min(trial.loss for trial in trials) <= tuned["orders"].shipped.loss


def test_a_gain_on_the_folds_is_asked_once_on_the_newest_fifth_as_judge_would(tuned, examples, orders):
    assert tuned["orders"].gain > WORTHWHILE
    recipe = orders.recipes["orders"]
    scores = judge_split(labelled(examples, recipe), recipe, orders, "time").scores
    assert tuned["orders"].newest[0] == scores.loc[scores["group"] == "all", "error"].iloc[0]
    assert tuned["orders"].newest[1] != tuned["orders"].newest[0]


def test_a_search_that_was_stopped_goes_on_and_finds_the_same_as_one_that_ran_through(examples, orders, tuned, tmp_path, capfd):
    def stop_after_two(said):
        if said.startswith("[2/"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tune(examples, orders, trials=4, storage=tmp_path / "tuning.db", jobs=1, progress=stop_after_two)
    said = []
    resumed = tune(examples, orders, trials=4, storage=tmp_path / "tuning.db", jobs=1, progress=said.append)
    assert said[0] == "orders: 2 of 4 trials were done before"
    assert [line.split(":")[0] for line in said if "loss" in line] == ["[3/4] orders", "[4/4] orders"]
    assert said[2].endswith(f"(best {resumed['orders'].best.loss:.4f})")
    assert resumed == tuned
    assert capfd.readouterr() == ("", "")


def test_other_data_and_another_seed_start_afresh_and_the_old_trials_stay(examples, orders, tmp_path):
    searched = {}
    fewer = examples.iloc[:-50]
    for name, rows, seed in (("all", examples, 1), ("fewer", fewer, 1), ("seed", examples, 2), ("again", examples, 1)):
        searched[name] = []
        tune(rows, orders, trials=1, storage=tmp_path / "tuning.db", seed=seed, jobs=1, progress=searched[name].append)
    assert all(lines[0].startswith("[1/1] orders: loss") for name, lines in searched.items() if name != "again")
    assert searched["again"] == ["orders: 1 of 1 trials were done before"]


def test_outcomes_on_which_the_winner_will_be_judged_do_not_steer_the_search(examples, orders, tuned, tmp_path):
    judged = judge_split(labelled(examples, orders.recipes["orders"]), orders.recipes["orders"], orders, "time").predictions
    spoilt = examples.copy()
    spoilt.loc[spoilt["row_id"].isin(judged["row_id"]), "orders"] *= 100
    assert spoilt["orders"].sum() > 2 * examples["orders"].sum()
    assert tune(spoilt, orders, trials=2, storage=tmp_path / "tuning.db", jobs=1)["orders"].trials == tuned["orders"].trials[:2]


@pytest.mark.parametrize("command", [["patch", "-p1", "--batch", "-i"], ["git", "apply"]])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "none at the end"])
def test_the_diff_changes_one_line_of_the_recipe_and_only_when_applied(tmp_path, command, ends):
    project, store = copied(tmp_path)
    file = project / "models" / "engagement.yaml"
    text = file.read_text("utf-8")
    shipped = text.rstrip("\n") if ends.startswith("none") else text.replace("\n", ends)
    file.write_bytes(shipped.encode())
    propose({"engagement": found("engagement", 0.6, 0.5)}, project, store)
    assert file.read_bytes() == shipped.encode()
    subprocess.run([*command, str(store / DIFF)], cwd=project, check=True, capture_output=True)
    pairs = zip(shipped.split("\n"), file.read_bytes().decode().split("\n"), strict=True)
    changed = [after.rstrip("\r") for before, after in pairs if before != after]
    assert changed == ["parameters: {trees: 77, learning_rate: 0.0123, leaves: 9, smallest_leaf: 31}"]
    assert load_catalogue(project).recipes["engagement"].parameters == BETTER


def test_parameters_on_lines_of_their_own_keep_their_place_and_comments(tmp_path):
    project, store = copied(tmp_path)
    file = project / "models" / "orders.yaml"
    flow = "parameters: {trees: 120, learning_rate: 0.04, leaves: 7, smallest_leaf: 20}"
    block = "parameters:\n  leaves: 7  # few labels\n  trees: 120\n  smallest_leaf: 20\n  learning_rate: 0.04"
    file.write_text(file.read_text("utf-8").replace(flow, block), "utf-8")
    diff = propose({"orders": found("orders", 8.0, 7.0)}, project, store)
    added = [line for line in diff.splitlines() if line.startswith("+  ")]
    assert added == ["+  leaves: 9  # few labels", "+  trees: 77", "+  smallest_leaf: 31", "+  learning_rate: 0.0123"]


def test_numeric_settings_of_lightgbm_are_searched_within_the_ranges_of_the_recipe(examples, orders, tmp_path):
    wide = {"lambda_l2": (0.5, 20.0), "max_depth": (2, 4), "trees": (2, 9)}
    recipe = orders.recipes["orders"].model_copy(update={"search": wide})
    searched = orders.model_copy(update={"recipes": {"orders": recipe}})
    first, *trials = tune(examples, searched, trials=5, storage=tmp_path / "tuning.db", jobs=1)["orders"].trials
    assert (first.lightgbm, first.parameters) == (recipe.lightgbm, recipe.parameters)
    tried = {name: [one.settings[name] for one in trials] for name in (*wide, "cat_l2")}
    assert recipe.lightgbm.lambda_l2 < 0.5 and recipe.lightgbm.max_depth < 2  # outside, and tried as the first alone
    assert all(0.5 <= value <= 20 for value in tried["lambda_l2"])
    assert all(2 <= value <= 4 and isinstance(value, int) for value in tried["max_depth"])
    assert all(2 <= value <= 9 for value in tried["trees"])
    assert ranges(recipe)["lambda_l2"] == (0.5, 20.0, False, True) and ranges(recipe)["max_depth"] == (2, 4, True, False)
    assert set(tried["cat_l2"]) == {recipe.lightgbm.cat_l2}  # no range, no search


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "lightgbm: {lambda_l2: 2.5, max_depth: 5}"),
        ("lightgbm: {lambda_l2: 1.0, extra_trees: true}\n", "lightgbm: {lambda_l2: 2.5, extra_trees: true, max_depth: 5}"),
        ("lightgbm:\n  max_depth: 9  # shallow\n", "lightgbm:\n  max_depth: 5  # shallow\n  lambda_l2: 2.5"),
        ("lightgbm: {}\n", "lightgbm: {lambda_l2: 2.5, max_depth: 5}"),
        ("lightgbm: {lambda_l2: 1.0,}\n", "lightgbm: {lambda_l2: 2.5, max_depth: 5,}"),
        ("lightgbm: {\n  lambda_l2: 1.0  # a\n}\n", "lightgbm: {\n  lambda_l2: 2.5, max_depth: 5  # a\n}"),
        ("lightgbm: {\n  lambda_l2: 1.0,  # a }\n}\n", "lightgbm: {\n  lambda_l2: 2.5, max_depth: 5,  # a }\n}"),
        ("lightgbm: { # none\n}\n", "lightgbm: {lambda_l2: 2.5, max_depth: 5 # none\n}"),
    ],
)
@pytest.mark.parametrize("parameters", ["parameters: {trees: 1}  # few", "parameters:\n  trees: 1  # few"])
def test_settings_of_lightgbm_are_written_into_their_block_or_a_new_one(before, after, parameters):
    text = f"label: x\n{parameters}\n{before}# what it takes\nminimum_labels: 40\n"
    written = with_block(text, {"lambda_l2": 2.5, "max_depth": 5})
    read = yaml.safe_load(written)
    assert {"lambda_l2": 2.5, "max_depth": 5}.items() <= read["lightgbm"].items() and read["minimum_labels"] == 40
    assert after in written and "# what it takes" in written and parameters in written
    assert with_block(text, {}) == text


def test_a_small_number_is_written_as_a_number():
    assert yaml.safe_load(with_block("parameters: {trees: 1}\n", {"lambda_l2": 1e-05}))["lightgbm"] == {"lambda_l2": 1e-05}


def test_a_recipe_in_which_a_diff_would_break_something_is_left_alone_and_the_settings_are_named(tmp_path):
    project, store = copied(tmp_path)
    file = project / "models" / "orders.yaml"
    file.write_text(file.read_text("utf-8") + "lightgbm: {# none\n}\n", "utf-8")
    better = found("orders", 8.0, 7.0)
    best = replace(better.best, lightgbm=better.best.lightgbm.model_copy(update={"lambda_l2": 2.5}))
    with pytest.raises(predictor.DefinitionError, match="set these by hand: trees: 77, .*lambda_l2: 2.5"):
        propose({"orders": replace(better, trials=(better.shipped, best))}, project, store)


def test_a_recipe_that_is_good_enough_gets_a_sentence_and_an_older_diff_goes(tmp_path):
    project, store = copied(tmp_path)
    propose({"reach": found("reach", 0.6, 0.5)}, project, store)
    close = {"reach": found("reach", 0.6, 0.6 * (1 - WORTHWHILE * 0.9), newest=None)}
    assert propose(close, project, store) == ""
    assert not (store / DIFF).exists()
    assert in_words(close, "", project, store) == (
        "reach: the recipe is good enough. The best of 2 trials lowers the loss of 0.6 on the folds by 0.45%; less than "
        "0.5% does not deserve a change.\nThe training that follows uses the recipes as they stand."
    )


def test_the_answer_shows_the_diff_and_says_how_to_accept_it_and_that_it_flatters(tmp_path):
    project, store = copied(tmp_path)
    winners = {"reach": found("reach", 0.6, 0.5), "orders": found("orders", 8.0, 8.0, newest=None)}
    diff = propose(winners, project, store)
    assert diff.count("+++") == 1
    said = in_words(winners, diff, project, store)
    assert "reach: the best of 2 trials has a loss of 0.5 on the folds instead of 0.6 (16.67% lower), and on" in said
    assert "an error of 0.7 instead of 0.8.\n" in said and diff in said
    assert f"run in {project}: patch -p1 < models/trained/{DIFF} (or: git apply models/trained/{DIFF})" in said
    assert "The gain on the folds flatters" in said and "`predictor judge DATA`" in said
    assert "16,67%" in in_words(winners, diff, project, store, "vi")


@pytest.mark.parametrize("newest", [(0.8, 0.8), (0.8, 0.9), (float("nan"), float("nan"))])
def test_a_gain_that_does_not_hold_on_the_newest_fifth_is_not_proposed(tmp_path, newest):
    project, store = copied(tmp_path)
    lucky = {"orders": found("orders", 8.0, 7.0, newest)}
    assert propose(lucky, project, store) == ""
    said = in_words(lucky, "", project, store)
    assert said.startswith("orders: the recipe stays. The best of 2 trials lowers the loss of 8 on the folds by 12.5%, but that")


def test_recipes_inside_the_installed_package_are_to_be_copied_first(tmp_path):
    package = Path(predictor.__file__).parent / "_definitions"
    winners, store = {"reach": found("reach", 0.6, 0.5)}, tmp_path / "models" / "trained"
    said = in_words(winners, "the diff", package, store)
    assert f"First copy its folders features and models into {tmp_path}." in said
    assert f"run in {tmp_path}: patch -p1 < models/trained/{DIFF}" in said


def test_every_search_is_a_run_with_a_run_per_target_and_below_it_one_per_trial(tuned, tmp_path):
    log_tuning(tuned, {"data_until": "2026-06-30", "seed": 1}, tmp_path, "the diff")
    runs = mlflow.MlflowClient().search_runs([mlflow.get_experiment_by_name("predictor").experiment_id])
    by_name = {run.info.run_name: run for run in runs}
    assert set(by_name) == {"tune 2026-06-30", "orders", *(f"orders {number}" for number in range(1, 5))}
    above = {name: run.data.tags.get("mlflow.parentRunId") for name, run in by_name.items()}
    assert above["orders"] == by_name["tune 2026-06-30"].info.run_id
    assert {above[f"orders {number}"] for number in range(1, 5)} == {by_name["orders"].info.run_id}
    trial = tuned["orders"].trials[2]
    assert np.isclose(by_name["orders 3"].data.metrics["loss"], trial.loss)
    assert by_name["orders 3"].data.params["leaves"] == str(trial.parameters.leaves)


def test_the_command_tunes_then_trains_with_the_recipes_as_they_stand(short_world, project, tmp_path, capsys):
    others = ("engagement.yaml", "reach.yaml", "clicks.yaml", "revenue.yaml")
    for kind in ("features", "models"):
        shutil.copytree(project / kind, tmp_path / kind, ignore=shutil.ignore_patterns("trained", *others))
    by_itself = yaml.safe_load((project / "models" / "orders.yaml").read_text())
    by_itself["rules"] = {name: rule for name, rule in by_itself["rules"].items() if "per" not in rule}
    by_itself["rules"]["past_orders"]["otherwise"] = "tier_benchmark"
    by_itself.pop("at_most")
    (tmp_path / "models" / "orders.yaml").write_text(yaml.safe_dump(by_itself, allow_unicode=True, sort_keys=False))
    recipe = (tmp_path / "models" / "orders.yaml").read_bytes()
    main(["train", str(short_world), "--tune", "2", "--project", str(tmp_path), "--jobs", "1"])
    out, err = capsys.readouterr()
    assert err.index("[1/2] orders: loss") < err.index("[2/2] orders: loss") < err.index("orders: fitted on all labels")
    assert (
        "The training that follows uses the recipes as they stand.\n" in out and "Registered campaign-forecast version 1" in out
    )
    assert (tmp_path / "models" / "orders.yaml").read_bytes() == recipe
    run = mlflow.search_runs(experiment_names=["predictor"], filter_string="run_name = 'orders'").iloc[0]
    assert run["params.trees"] == "40"
