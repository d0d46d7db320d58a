"""Training on 10 thousand to a million examples, and a booster beside its peers: cd tests && python -m bench.training [ROWS];
of some targets alone: python -m bench.training whole ROWS TARGET....

Every run has a process of its own and one thread; seconds are those of its processor, which other work on the machine does not
change. The boosters see one matrix (the columns of one target, the log of the outcome over a simple rule to learn) and get one
budget: as many trees, leaves and bins, the same shares of rows and columns a tree.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from predictor.asof.examples import training_examples
from predictor.definitions.loader import load_catalogue
from predictor.forecasting.baselines import fit_baselines
from predictor.forecasting.design_matrix import design, exposure
from predictor.forecasting.residual import FitContext, _parameters
from predictor.forecasting.splits import newest
from predictor.forecasting.target_model import labelled
from predictor.simulation.large import BLOCK, blocks
from predictor.tables.frames import History
from predictor.training.train import train

SIZES, RUNS = [10_000, 100_000, 1_000_000], 3
A_CREATOR, CAMPAIGNS = 70, 0.65  # examples and campaigns that come with an invented creator
TARGET, ANCHOR = "engagement", "weighted_record"
LEAVES, LEAST, RATE, COLUMNS, ROWS = 15, 50, 0.05, 0.7, 0.8  # as in models/engagement.yaml and boost.py
TREES = 100  # a third of those there: the slowest takes minutes a run


def history(rows):
    """Invented agencies side by side that give about as many examples."""
    creators = rows // A_CREATOR
    worlds = [world.frames for world in blocks(6, creators, campaigns=round(CAMPAIGNS * min(creators, BLOCK)))]
    return History({name: pd.concat([world[name] for world in worlds], ignore_index=True) for name in worlds[0]}, True)


def matrix(rows, folder):
    """Write what the booster of one target sees and what it is to say, learned from and held out."""
    catalogue = load_catalogue(None)
    recipe = catalogue.recipes[TARGET]
    examples = labelled(training_examples(history(rows), catalogue), recipe)
    shape, (learned, asked) = design(examples, recipe, catalogue), newest(examples, np.ones(len(examples), dtype=bool))
    rules = fit_baselines(examples.iloc[learned], recipe)
    start = rules.log_rates_by([ANCHOR], examples)[ANCHOR]
    told = np.log1p(examples[recipe.outcome].to_numpy(dtype=float)) - np.log(exposure(examples, recipe.exposure)) - start
    seen = shape.matrix(examples, start)
    filled = np.flatnonzero(~np.isnan(seen[learned]).all(axis=0))  # scikit-learn stops at a column without any value
    for name, at in (("learned", learned), ("asked", asked)):
        np.save(folder / f"{name}.npy", seen[np.ix_(at, filled)])
        np.save(folder / f"{name}_told.npy", told[at])
    settings = _parameters(examples, FitContext(recipe, shape, 1))
    settings.pop("monotone_constraints", None)
    categories = np.flatnonzero(np.isin(filled, shape.categories)).tolist()
    (folder / "settings.json").write_text(json.dumps({"categories": categories, "parameters": settings}))


def lightgbm(seen, told, settings, categories="auto"):
    import lightgbm as lgb

    data = lgb.Dataset(seen, told, categorical_feature=categories, params={"verbose": -1, "max_bin": 255})
    return lgb.train(settings["parameters"], data, num_boost_round=TREES).predict


def predictor(seen, told, settings):
    return lightgbm(seen, told, settings, settings["categories"])


def xgboost(seen, told, settings):
    from xgboost import XGBRegressor

    return (
        XGBRegressor(
            n_estimators=TREES, max_leaves=LEAVES, max_depth=0, grow_policy="lossguide", tree_method="hist", max_bin=255,
            learning_rate=RATE, min_child_weight=LEAST, subsample=ROWS, colsample_bytree=COLUMNS,
            objective="reg:absoluteerror", n_jobs=1, seed=1,
        )
        .fit(seen, told)
        .predict
    )  # fmt: skip


def catboost(seen, told, settings):
    from catboost import CatBoostRegressor

    return (
        CatBoostRegressor(
            iterations=TREES, max_leaves=LEAVES, depth=16, grow_policy="Lossguide", border_count=254, learning_rate=RATE,
            min_data_in_leaf=LEAST, bootstrap_type="Bernoulli", subsample=ROWS, rsm=COLUMNS, loss_function="MAE",
            thread_count=1, random_seed=1, verbose=False, allow_writing_files=False,
        )
        .fit(seen, told)
        .predict
    )  # fmt: skip


def sklearn(seen, told, settings):
    from sklearn.ensemble import HistGradientBoostingRegressor

    return (
        HistGradientBoostingRegressor(
            loss="absolute_error", max_iter=TREES, max_leaf_nodes=LEAVES, max_depth=None, max_bins=255, learning_rate=RATE,
            min_samples_leaf=LEAST, max_features=COLUMNS, early_stopping=False, random_state=1,
        )
        .fit(seen, told)
        .predict
    )  # fmt: skip


BOOSTERS = {  # by name: what fits it, the module that it needs, the package that brings it
    "predictor (LightGBM, categories as such)": (predictor, "lightgbm", "lightgbm"),
    "LightGBM, categories as numbers": (lightgbm, "lightgbm", "lightgbm"),
    "XGBoost": (xgboost, "xgboost", "xgboost-cpu"),
    "CatBoost": (catboost, "catboost", "catboost"),
    "scikit-learn HistGradientBoosting": (sklearn, "sklearn", "scikit-learn"),
}


def peak():
    """The most memory that this process ever held, in GiB (Linux)."""
    return next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line) / 2**20


def boosted(name, folder):
    """Seconds to fit (the data already in memory), peak, error on the rows held out."""
    settings = json.loads((folder / "settings.json").read_text())
    learned, told = np.load(folder / "learned.npy"), np.load(folder / "learned_told.npy")
    begun = time.process_time()
    predict = BOOSTERS[name][0](learned, told, settings)
    seconds, most = time.process_time() - begun, peak()
    error = np.abs(predict(np.load(folder / "asked.npy")) - np.load(folder / "asked_told.npy")).mean()
    return [seconds, most, float(error)]


def tell(said):
    print(f"{peak():.2f} GiB at most; {said}", file=sys.stderr, flush=True)


def whole(rows, *targets):
    """All targets, or some: examples made, every model fitted and judged as `predictor train` does, by one worker."""
    tables, catalogue = history(rows), load_catalogue(None)
    if targets:
        catalogue = catalogue.model_copy(update={"recipes": {name: catalogue.recipes[name] for name in targets}})
    begun = time.process_time()
    training = train(tables, catalogue, jobs=1, progress=tell)
    seconds, scores = time.process_time() - begun, training.backtest.scores
    one = scores[(scores["target"] == TARGET) & (scores["split"] == "time") & (scores["group"] == "all")].iloc[0]
    return [len(training.examples), len(training.bundle.models), seconds, peak(), one["error"], one["best_rule_error"]]


def alone(*words):
    """What a process of its own says, or None with its last words where it failed."""
    command = [sys.executable, "-m", "bench.training", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
    if done.returncode:
        print(
            f"{' '.join(map(str, words[:2]))} failed: {(done.stderr.strip().splitlines() or ['without a word'])[-1]}", flush=True
        )
        return None
    return json.loads(done.stdout.splitlines()[-1])


def compare(rows, names, folder):
    alone("matrix", rows, folder)
    runs = {name: [] for name in names}
    for _ in range(RUNS):
        for name in names:
            runs[name].append(alone("booster", name, folder))
    held = {name: np.array([run for run in told if run]) for name, told in runs.items()}
    ours = median(next(iter(held.values()))[:, 0])
    learned = np.load(folder / "learned.npy", mmap_mode="r").shape
    print(f"\none target, {TREES} trees of {LEAVES} leaves, {learned[0]:,} rows × {learned[1]} columns:", flush=True)
    for name, told in held.items():
        if len(told):
            seconds, most, error = np.median(told, axis=0)
            print(f"  {name:42}{seconds:8.1f} s {seconds / ours:6.2f} x {most:6.2f} GiB   MAE of log {error:.4f}", flush=True)


def present():
    """The boosters that can run here; of the others, how they are installed."""
    for name, (_, module, package) in BOOSTERS.items():
        if find_spec(module):
            print(f"{name}: {package} {version(package)}" if module != "xgboost" else f"{name}: {own_version()}", flush=True)
            yield name
        else:
            print(f"{name}: left out, because it is not installed; uv pip install {package} brings it", flush=True)


def own_version():
    import xgboost as installed

    return f"xgboost {installed.__version__}"


def main(words):
    sizes, names = list(map(int, words)) or SIZES, list(present())
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            compare(rows, names, Path(folder))
    print("\nall targets, as `predictor train` does it (each fitted, judged on two splits), one worker, once a size:", flush=True)
    for rows in sizes:
        if told := alone("whole", rows):
            count, targets, seconds, most, error, rule = told
            print(
                f"  {count:9,} examples, {targets} targets {seconds:8.0f} s {1e6 * seconds / count:8.0f} µs an example"
                f" {most:6.2f} GiB   MAE of log {error:.4f} (best rule {rule:.4f})",
                flush=True,
            )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["matrix", rows, folder]:
            print(json.dumps(matrix(int(rows), Path(folder))))
        case ["booster", name, folder]:
            print(json.dumps(boosted(name, Path(folder))))
        case ["whole", rows, *targets]:
            print(json.dumps(whole(int(rows), *targets)))
        case words:
            main(words)
