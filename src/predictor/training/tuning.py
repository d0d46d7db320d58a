"""Searching the recipes' parameters on time-forward folds, and asking the newest fifth once whether the gain is real.

Nothing is decided here: `proposal` writes what was found as a diff that a person accepts or not.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import joblib
import numpy as np
import pandas as pd

from predictor.catalogue import Catalogue, Parameters, Recipe
from predictor.evaluate import judge_split
from predictor.folds import newest
from predictor.model import held_out_loss, labelled
from predictor.train import fingerprint, why_not
from predictor.trials import Trial, ask, done, studies_in, study_name

if TYPE_CHECKING:
    from optuna import Study

WORTHWHILE = 0.005  # relative gain on the folds below which the recipe is good enough as it stands
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Tuned:
    """The trials of one target in order, the first of which is the recipe as it stands.

    `newest` holds the errors of the recipe and of the best on the newest fifth, which the search did not see; it is asked
    only where the gain on the folds deserves it.
    """

    target: str
    trials: tuple[Trial, ...]
    newest: tuple[float, float] | None = None

    @property
    def shipped(self) -> Trial:
        """The recipe as it stands."""
        return self.trials[0]

    @property
    def best(self) -> Trial:
        """The trial of least loss; the first among equals, so that the recipe wins a tie."""
        return min(self.trials, key=lambda trial: trial.loss)

    @property
    def gain(self) -> float:
        """Share by which the best loss is below the recipe's, on the folds searched: it flatters."""
        return 1 - self.best.loss / self.shipped.loss if self.shipped.loss else 0.0

    @property
    def worthwhile(self) -> bool:
        """Whether the best deserves a change of the recipe: a gain large enough, which held on the newest fifth."""
        return self.gain >= WORTHWHILE and self.newest is not None and self.newest[1] < self.newest[0]


@dataclass(frozen=True)
class _Search:
    recipe: Recipe
    catalogue: Catalogue
    rows: pd.DataFrame
    seed: int


def tune(
    examples: pd.DataFrame, catalogue: Catalogue, *, trials: int, storage: Path, seed: int = 1, jobs: int = -1,
    progress: Progress = lambda _: None,
) -> dict[str, Tuned]:  # fmt: skip
    """Try `trials` sets of parameters for every target that can be learned; the recipe as it stands comes first.

    The newest fifth of the labels is left out of the search. With many trials and few labels the best of them is partly
    luck (on an invented agency's 714 orders, 6.7 % on the folds became -0.9 % on the newest fifth), so the best is asked
    there once, beside the recipe.

    Parameters
    ----------
    examples
        Training examples, labelled or not.
    storage
        SQLite file of finished trials. The same data, recipe and seed go on there; anything else starts afresh.

    Returns
    -------
    By target; one whose history is too short for folds is left out.
    """
    recipes = {name: recipe for name, recipe in catalogue.recipes.items() if not why_not(examples, recipe)}
    searches = {name: _Search(recipe, catalogue, labelled(examples, recipe), seed) for name, recipe in recipes.items()}
    data = fingerprint(examples)
    names = {name: study_name(recipe, catalogue, data, seed) for name, recipe in recipes.items()}
    with studies_in(storage, names) as studies:
        _search(searches, studies, trials, jobs, progress)
        tuned = {name: Tuned(name, tuple(done(study)[:trials])) for name, study in studies.items()}
    searched = {name: one for name, one in tuned.items() if math.isfinite(one.shipped.loss)}
    return _asked_once(searched, searches, jobs, progress)


def _search(searches: dict[str, _Search], studies: dict[str, Study], trials: int, jobs: int, progress: Progress) -> None:
    for name, study in studies.items():
        if before := len(done(study)):
            progress(f"{name}: {min(before, trials)} of {trials} trials were done before")
    older = {name: _older(search) for name, search in searches.items()}
    for number in range(trials):
        missing = [name for name, study in studies.items() if len(done(study)) == number]
        asked = {n: ask(studies[n], searches[n].recipe.parameters, number, searches[n].seed) for n in missing}
        tasks = [joblib.delayed(_loss)(older[name], parameters) for name, (_, parameters) in asked.items()]
        for name, loss in joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")(tasks):
            studies[name].tell(asked[name][0], loss)
            best = min(trial.loss for trial in done(studies[name]))
            progress(f"[{number + 1}/{trials}] {name}: loss {loss:.4f} (best {best:.4f})")


def _older(search: _Search) -> _Search:
    """Only what was known before the newest fifth began."""
    learned, _ = newest(search.rows, np.ones(len(search.rows), dtype=bool))
    return replace(search, rows=search.rows.iloc[learned].reset_index(drop=True))


def _with(search: _Search, parameters: Parameters) -> Recipe:
    return search.recipe.model_copy(update={"parameters": parameters})


def _loss(search: _Search, parameters: Parameters) -> tuple[str, float]:
    loss = held_out_loss(search.rows, _with(search, parameters), search.catalogue, search.seed)
    return search.recipe.name, loss if math.isfinite(loss) else math.inf


def _asked_once(tuned: dict[str, Tuned], searches: dict[str, _Search], jobs: int, progress: Progress) -> dict[str, Tuned]:
    """The best beside the recipe on the newest fifth, where the gain on the folds is large enough to ask."""
    asked = [name for name, one in tuned.items() if one.gain >= WORTHWHILE]
    tasks = [joblib.delayed(_error)(searches[n], trial.parameters) for n in asked for trial in (tuned[n].shipped, tuned[n].best)]
    errors = joblib.Parallel(n_jobs=jobs)(tasks)
    found = dict(zip(asked, zip(errors[::2], errors[1::2], strict=True), strict=True))
    for name, (recipe, best) in found.items():
        progress(f"{name}: error on the newest fifth {best:.4f}, with the recipe as it stands {recipe:.4f}")
    return {name: replace(one, newest=found.get(name)) for name, one in tuned.items()}


def _error(search: _Search, parameters: Parameters) -> float:
    """Error of a model on the newest fifth; missing where too few rows are there."""
    scores = judge_split(search.rows, _with(search, parameters), search.catalogue, "time", search.seed).scores
    return float(next(iter(scores.loc[(scores["split"] == "time") & (scores["group"] == "all"), "error"]), math.nan))
