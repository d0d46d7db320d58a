"""Trials of a recipe's parameters, kept in a SQLite file: what was tried, how it did, and what to try next (Optuna)."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from predictor.catalogue import Catalogue, Parameters, Recipe

if TYPE_CHECKING:
    from optuna import Study

SPACE: dict[str, tuple[Any, Any]] = {
    "trees": (50, 600), "learning_rate": (0.01, 0.2), "leaves": (4, 63), "smallest_leaf": (5, 200),
}  # fmt: skip
SEARCH = 1  # raised whenever the folds or the way of choosing change, so that old trials are not mixed with new ones
WORDS = {"label", "goal", "cost_per", "gates"}  # of a recipe: nothing that is learned depends on them


@dataclass(frozen=True)
class Trial:
    """Parameters as a recipe would write them, and the mean loss on rows held out (lower is better)."""

    parameters: Parameters
    loss: float


def study_name(recipe: Recipe, catalogue: Catalogue, data: str, seed: int) -> str:
    """Equal where trials can be compared: same data, seed, versions and all of the recipe that learning depends on."""
    basis = {
        "recipe": recipe.model_dump(mode="json", exclude=WORDS),
        "inputs": catalogue.inputs(recipe),
        "space": SPACE,
        "seed": seed,
        "versions": [SEARCH, *(version(name) for name in ("predictor", "lightgbm"))],
    }
    return f"{recipe.name} {data} {hashlib.sha256(json.dumps(basis).encode()).hexdigest()[:12]}"


@contextmanager
def studies_in(storage: Path, names: Mapping[str, str]) -> Iterator[dict[str, Study]]:
    """The studies of these names, new or as they were left, while Optuna keeps quiet."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="optuna")
        kept = optuna.storages.RDBStorage(f"sqlite:///{storage.resolve()}")
        try:
            yield {
                name: optuna.create_study(storage=kept, study_name=study, load_if_exists=True) for name, study in names.items()
            }
        finally:
            kept.engine.dispose()


def done(study: Study) -> list[Trial]:
    """The finished trials in order; one that was cut off does not count."""
    from optuna.trial import TrialState

    finished = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return [Trial(Parameters(**one.user_attrs["parameters"]), float(one.value or 0.0)) for one in finished]


def ask(study: Study, shipped: Parameters, number: int, seed: int) -> tuple[Any, Parameters]:
    """What to try as trial `number` (from 0, which is the recipe itself): Optuna's trial, and what a recipe would write.

    The tree-structured Parzen estimator (Bergstra et al., 2011) draws from the trials that are done, seeded by the number:
    a search that was stopped and went on asks the same as one that ran through.
    """
    from optuna.samplers import TPESampler

    if number == 0:
        study.enqueue_trial(shipped.model_dump())
    draw = int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
    study.sampler = TPESampler(seed=draw, multivariate=True, constant_liar=False)  # else a trial cut off would steer the next
    trial = study.ask(_space(shipped))
    rounded = {**trial.params, "learning_rate": float(f"{trial.params['learning_rate']:.3g}")}
    parameters = shipped if number == 0 else Parameters(**rounded)
    trial.set_user_attr("parameters", parameters.model_dump())
    return trial, parameters


def _space(shipped: Parameters) -> dict[str, Any]:
    """What may be tried: SPACE, and the recipe's own values where they lie outside."""
    from optuna.distributions import FloatDistribution, IntDistribution

    space: dict[str, Any] = {}
    for name, (low, high) in SPACE.items():
        value, kind = getattr(shipped, name), FloatDistribution if name == "learning_rate" else IntDistribution
        space[name] = kind(min(low, value), max(high, value), log=True)
    return space
