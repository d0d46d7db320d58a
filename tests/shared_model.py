"""The model that the tests share: made by the first worker that asks for it, read back by all."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd
from filelock import FileLock

from predictor.bundle import Bundle, load_bundle, save_bundle
from predictor.definitions.schema import Recipe
from predictor.evaluation.backtest import Backtest, Unjudged
from predictor.evaluation.kol_effect import KolEffect
from predictor.forecasting.provenance import provenance_from_json
from predictor.training.train import Training

FRAMES = ("examples", "scores", "predictions")


def once(folder: Path, make: Callable[[Path], object]) -> Path:
    """A folder that one worker of a run makes, aside and then renamed, so that nobody ever reads half of it."""
    with FileLock(f"{folder}.lock"):
        if not folder.is_dir():
            aside = folder.with_name(f"{folder.name}.part")
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir()
            make(aside)
            aside.rename(folder)
    return folder


def write_training(training: Training, folder: Path) -> None:
    """A training as files: its bundle, its tables, and what else its judgement holds."""
    save_bundle(training.bundle, folder / "bundle")
    judged = training.backtest
    for name, frame in zip(FRAMES, (training.examples, judged.scores, judged.predictions), strict=True):
        frame.to_parquet(folder / f"{name}.parquet")
    lists = {name: [asdict(one) for one in getattr(judged, name)] for name in ("kinds", "unjudged")}
    rest = {"skipped": judged.skipped, "provenance": judged.provenance.to_json(), **lists}
    (folder / "judged.json").write_text(json.dumps(rest), encoding="utf-8")


def read_training(folder: Path) -> Training:
    """What `write_training` wrote."""
    examples, scores, predictions = (pd.read_parquet(folder / f"{name}.parquet") for name in FRAMES)
    rest = json.loads((folder / "judged.json").read_text(encoding="utf-8"))
    kinds = tuple(KolEffect(**one) for one in rest["kinds"])
    unjudged = tuple(Unjudged(**one) for one in rest["unjudged"])
    judged = Backtest(scores, predictions, rest["skipped"], provenance_from_json(rest["provenance"]), kinds, unjudged)
    return Training(load_bundle(folder / "bundle"), judged, examples)


def alone(training: Training, *targets: str) -> Training:
    """The same training as if it had learned these targets only, which is logged in a fraction of the time."""
    bundle, judged = training.bundle, training.backtest
    catalogue = bundle.catalogue.model_copy(update={"recipes": {name: bundle.catalogue.recipes[name] for name in targets}})
    of_them = {name: (frame := getattr(judged, name))[frame["target"].isin(targets)] for name in ("scores", "predictions")}
    kinds = tuple(kind for kind in judged.kinds if kind.target in targets)
    models = {name: bundle.models[name] for name in targets}
    return replace(
        training,
        bundle=replace(bundle, models=models, catalogue=catalogue),
        backtest=replace(judged, kinds=kinds, **of_them),
        examples=training.examples.dropna(subset=[model.recipe.outcome for model in models.values()], how="all"),
    )


def with_gates(bundle: Bundle, **gates: tuple[float, float]) -> Bundle:
    """The same bundle, its gates moved."""

    def moved(recipe: Recipe) -> Recipe:
        return recipe.model_copy(update={"gates": recipe.gates.model_copy(update=gates)})

    models = {name: replace(model, recipe=moved(model.recipe)) for name, model in bundle.models.items()}
    recipes = {name: moved(recipe) for name, recipe in bundle.catalogue.recipes.items()}
    return replace(bundle, models=models, catalogue=bundle.catalogue.model_copy(update={"recipes": recipes}))
