"""Hyperparameter search on time-forward folds, and one test on the newest fifth whether the gain is real.

Nothing is decided here: `propose` writes what was found as a diff that a person accepts or not.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import math
import re
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import yaml

from predictor.definitions.schema import Catalogue, LightGBM, Parameters, Recipe
from predictor.definitions.search import ranges
from predictor.definitions.strict_yaml import parse_yaml
from predictor.definitions.version import package_version
from predictor.errors import DefinitionError, Fault
from predictor.evaluation.backtest import judge_split
from predictor.forecasting.splits import newest
from predictor.forecasting.stages import Stages, fit_stages, with_stages
from predictor.forecasting.target_model import held_out_loss, labelled
from predictor.tables.files import write_text
from predictor.tables.progress import Progress, silent
from predictor.training.processes import spread
from predictor.training.train import asked_recipes, fingerprint, learned_from, why_not
from predictor.wording.sentences import number, percent, say

if TYPE_CHECKING:
    from optuna import Study

# Trials of a recipe's parameters, kept in a SQLite file: what was tried, how it did, and what to try next (Optuna).

SEARCH = 2  # raised whenever the folds or the way of choosing change, so that old trials are not mixed with new ones
WORDS = {"label", "goal", "cost_per", "gates"}  # of a recipe: nothing that is learned depends on them


@dataclass(frozen=True)
class Trial:
    """Settings as a recipe would write them, and the mean loss on rows held out (lower is better)."""

    parameters: Parameters
    loss: float
    lightgbm: LightGBM = LightGBM()

    @property
    def settings(self) -> dict[str, Any]:
        """All of them by name."""
        return self.parameters.model_dump() | self.lightgbm.model_dump()


def study_name(recipe: Recipe, catalogue: Catalogue, data: str, seed: int) -> str:
    """Equal where trials can be compared: same data, seed, versions and all of the recipe that learning depends on."""
    basis = {
        "recipe": recipe.model_dump(mode="json", exclude=WORDS),
        "inputs": catalogue.inputs(recipe),
        "space": ranges(recipe),
        "seed": seed,
        "versions": [SEARCH, package_version(), version("lightgbm")],
    }
    return f"{recipe.name} {data} {hashlib.sha256(json.dumps(basis).encode()).hexdigest()[:12]}"


@contextmanager
def studies_in(storage: Path, names: Mapping[str, str]) -> Iterator[dict[str, Study]]:
    """The studies of these names, new or as they were left, with Optuna's logging silenced."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="optuna")
        database = optuna.storages.RDBStorage(f"sqlite:///{storage.resolve()}")
        try:
            yield {
                name: optuna.create_study(storage=database, study_name=study, load_if_exists=True)
                for name, study in names.items()
            }
        finally:
            database.engine.dispose()


def finished_trials(study: Study) -> list[Trial]:
    """The finished trials in order; one that was cut off does not count."""
    from optuna.trial import TrialState

    completed = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return [
        Trial(Parameters(**one.user_attrs["parameters"]), float(one.value or 0.0), LightGBM(**one.user_attrs.get("lightgbm", {})))
        for one in completed
    ]


def next_trial(study: Study, recipe: Recipe, number: int, seed: int) -> tuple[Any, Recipe]:
    """What to try as trial `number` (from 0, which is the recipe itself): Optuna's trial, and the recipe with it.

    The tree-structured Parzen estimator (Bergstra et al., 2011) draws from the trials that are done, seeded by the number:
    a search that was stopped and resumed tries the same as one that ran through.
    """
    from optuna.samplers import TPESampler

    if number == 0:
        shipped = recipe.parameters.model_dump() | recipe.lightgbm.model_dump()
        study.enqueue_trial({name: min(max(shipped[name], one.low), one.high) for name, one in ranges(recipe).items()})
    trial_seed = int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
    study.sampler = TPESampler(
        seed=trial_seed, multivariate=True, constant_liar=False
    )  # else a trial cut off would steer the next
    trial = study.ask(_space(recipe))
    tried = recipe if number == 0 else with_settings(recipe, {name: _rounded(value) for name, value in trial.params.items()})
    trial.set_user_attr("parameters", tried.parameters.model_dump())
    trial.set_user_attr("lightgbm", tried.lightgbm.model_dump())
    return trial, tried


def with_settings(recipe: Recipe, settings: Mapping[str, float]) -> Recipe:
    """A recipe with other values of some settings."""
    blocks = {"parameters": recipe.parameters, "lightgbm": recipe.lightgbm}
    return recipe.model_copy(
        update={
            block: old.model_copy(update={name: value for name, value in settings.items() if name in type(old).model_fields})
            for block, old in blocks.items()
        }
    )


def _rounded(value: float) -> float:
    """A setting as a recipe would write it."""
    return value if isinstance(value, int) else float(f"{value:.3g}")


def _space(recipe: Recipe) -> dict[str, Any]:
    from optuna.distributions import FloatDistribution, IntDistribution

    return {
        name: IntDistribution(int(one.low), int(one.high), log=one.log)
        if one.whole
        else FloatDistribution(one.low, one.high, log=one.log)
        for name, one in ranges(recipe).items()
    }


WORTHWHILE = 0.005  # relative gain on the folds below which the recipe is good enough as it stands


@dataclass(frozen=True)
class Tuned:
    """The trials of one target in order, the first of which is the recipe as it stands.

    `newest` holds the errors of the recipe and of the best on the newest fifth, which the search did not see; they are
    computed only where the gain on the folds is worthwhile.
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
    examples: pd.DataFrame, catalogue: Catalogue, *, trials: int, storage: Path, targets: Collection[str] = (), seed: int = 1,
    jobs: int = -1, progress: Progress = silent,
) -> dict[str, Tuned]:  # fmt: skip
    """Try `trials` sets of parameters for every target that can be learned, or of the `targets` named; the recipe as it stands
    comes first.

    The newest fifth of the labels is left out of the search. With many trials and few labels the best of them is partly
    luck (on an invented agency's 714 orders, 6.7 % on the folds became -0.9 % on the newest fifth), so the best is
    tested there once, beside the recipe.

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
    wanted = asked_recipes(catalogue, targets).items()
    recipes = {name: recipe for name, recipe in wanted if not why_not(examples, recipe, catalogue)}
    searches = {
        name: _Search(recipe, catalogue, learned_from(examples, recipe, catalogue), seed) for name, recipe in recipes.items()
    }
    data = fingerprint(examples)
    names = {name: study_name(recipe, catalogue, data, seed) for name, recipe in recipes.items()}
    with studies_in(storage, names) as studies:
        _search(searches, studies, trials, jobs, progress)
        tuned = {name: Tuned(name, tuple(finished_trials(study)[:trials])) for name, study in studies.items()}
    searched = {name: one for name, one in tuned.items() if math.isfinite(one.shipped.loss)}
    return _check_on_newest(searched, searches, jobs, progress)


def _search(searches: dict[str, _Search], studies: dict[str, Study], trials: int, jobs: int, progress: Progress) -> None:
    for name, study in studies.items():
        if before := len(finished_trials(study)):
            progress(f"{name}: {min(before, trials)} of {trials} trials were done before")
    stages = Stages()
    earlier = {name: _before_newest(search, stages) for name, search in searches.items()}
    for trial_number in range(trials):
        missing = [name for name, study in studies.items() if len(finished_trials(study)) == trial_number]
        trials_by_name = {n: next_trial(studies[n], searches[n].recipe, trial_number, searches[n].seed) for n in missing}
        tasks = [(_loss, (earlier[name], recipe)) for name, (_, recipe) in trials_by_name.items()]
        for name, loss in spread(tasks, jobs):
            studies[name].tell(trials_by_name[name][0], loss)
            best = min(trial.loss for trial in finished_trials(studies[name]))
            progress(f"[{trial_number + 1}/{trials}] {name}: loss {loss:.4f} (best {best:.4f})")


def _before_newest(search: _Search, stages: Stages) -> _Search:
    """Only what was known before the newest fifth began, with the forecasts of earlier targets learned from that."""
    rows = labelled(search.rows, search.recipe)
    train_idx, test_idx = newest(rows, np.ones(len(rows), dtype=bool))
    known = search.rows[search.rows["known_on"] <= rows["at"].iloc[test_idx].min()]
    fitted = fit_stages(known, search.recipe, search.catalogue, search.seed, stages)
    return replace(search, rows=with_stages(rows.iloc[train_idx].reset_index(drop=True), fitted))


def _loss(search: _Search, recipe: Recipe) -> tuple[str, float]:
    loss = held_out_loss(search.rows, recipe, search.catalogue, search.seed)
    return search.recipe.name, loss if math.isfinite(loss) else math.inf


def _check_on_newest(tuned: dict[str, Tuned], searches: dict[str, _Search], jobs: int, progress: Progress) -> dict[str, Tuned]:
    """The best beside the recipe on the newest fifth, where the gain on the folds is worthwhile."""
    candidates = [name for name, one in tuned.items() if one.gain >= WORTHWHILE]
    tried = [
        (searches[n], with_settings(searches[n].recipe, trial.settings))
        for n in candidates
        for trial in (tuned[n].shipped, tuned[n].best)
    ]
    errors = dict(spread(((_error, (place, *one)) for place, one in enumerate(tried)), jobs))
    found = {name: (errors[2 * place], errors[2 * place + 1]) for place, name in enumerate(candidates)}
    for name, (recipe, best) in found.items():
        progress(f"{name}: error on the newest fifth {best:.4f}, with the recipe as it stands {recipe:.4f}")
    return {name: replace(one, newest=found.get(name)) for name, one in tuned.items()}


def _error(place: int, search: _Search, recipe: Recipe) -> tuple[int, float]:
    """The place, and the error of a model on the newest fifth; missing where too few rows are there."""
    scores = judge_split(search.rows, recipe, search.catalogue, "time", search.seed).scores
    error = next(iter(scores.loc[(scores["split"] == "time") & (scores["group"] == "all"), "error"]), math.nan)
    return place, float(error)


# The winners of a search as a diff of the recipes: a person accepts it, or not; no recipe is changed here.

DIFF = "tuned.diff"
LINE = re.compile(r"[^\n]*\n|[^\n]+")  # str.splitlines also splits where patch does not


def propose(tuned: Mapping[str, Tuned], project: Path, store: Path) -> str:
    """Write the diff of every recipe worth changing to `tuned.diff` in `store`, and return it.

    An older diff is replaced, or removed where nothing is worth changing: it was about other data or other recipes.
    """
    diff = "".join(recipe_diff(one, project) for one in tuned.values() if one.worthwhile)
    if diff:
        write_text(diff, store / DIFF)
    else:
        (store / DIFF).unlink(missing_ok=True)
    return diff


def recipe_diff(tuned: Tuned, project: Path) -> str:
    """A unified diff of `models/<target>.yaml`, for `patch -p1` or `git apply` in the project's folder."""
    name = f"models/{tuned.target}.yaml"
    old = (project / name).read_bytes().decode("utf-8")  # as bytes, because line endings must stay as they are
    changed = {
        name: value for name, value in tuned.best.lightgbm.model_dump().items() if value != getattr(tuned.shipped.lightgbm, name)
    }
    new = with_block(with_parameters(old, tuned.best.parameters), changed)
    settings = {"parameters": tuned.best.parameters.model_dump(), "lightgbm": changed}
    if not _says(new, settings):
        wanted = ", ".join(f"{key}: {_written(value)}" for block in settings.values() for key, value in block.items())
        raise DefinitionError([Fault(name, f"is written so that a diff would break it; set these by hand: {wanted}.")])
    lines = difflib.unified_diff(LINE.findall(old), LINE.findall(new), f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _says(text: str, settings: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a recipe's text is YAML and holds these settings of its blocks."""
    try:
        read = parse_yaml(text)
        return all(read[block][key] == value for block, given in settings.items() for key, value in given.items())
    except (yaml.YAMLError, KeyError, TypeError):
        return False


def _written(value: float) -> str:
    """A number as YAML reads it: 1.0e-05, where 1e-05 would be text."""
    return str(yaml.safe_dump(value)).split("\n", 1)[0]


def with_parameters(text: str, parameters: Parameters) -> str:
    """A recipe's text with other values of its parameters; every other character stays."""
    recipe: Any = yaml.compose(text)
    body = next(value for key, value in recipe.value if key.value == "parameters")
    for key, value in reversed(body.value):  # from the last, so that the places of the others stay
        start, end = value.start_mark.index, value.end_mark.index
        text = text[:start] + _written(getattr(parameters, key.value)) + text[end:]
    return text


def with_block(text: str, changed: Mapping[str, Any]) -> str:
    """A recipe's text with other values in its block `lightgbm:`, which is written below `parameters` where it is not there."""
    if not changed:
        return text
    body: Any = yaml.compose(text)
    blocks = {key.value: value for key, value in body.value}
    there = {key.value: value for key, value in blocks["lightgbm"].value} if "lightgbm" in blocks else {}
    fresh = [f"{name}: {_written(value)}" for name, value in changed.items() if name not in there]
    block = blocks.get("lightgbm", blocks["parameters"])
    last = (block if block.flow_style else block.value[-1][1]).end_mark.index
    end_of_line = text.find("\n", last) if "\n" in text[last:] else len(text)
    if fresh and "lightgbm" in blocks and block.flow_style:
        place = block.value[-1][1].end_mark.index if there else block.start_mark.index + 1  # before a comma or comment there
        text = f"{text[:place]}{', ' if there else ''}{', '.join(fresh)}{text[place:]}"
    elif fresh:
        indent = " " * block.start_mark.column
        lines = [f"{indent}{line}" for line in fresh] if "lightgbm" in blocks else [f"lightgbm: {{{', '.join(fresh)}}}"]
        before, ending = text[:end_of_line].removesuffix("\r"), "\r\n" if "\r\n" in text else "\n"
        text = before + "".join(f"{ending}{line}" for line in lines) + text[len(before) :]
    for name, value in reversed(there.items()):  # from the last, and all before what was added
        if name in changed:
            text = text[: value.start_mark.index] + _written(changed[name]) + text[value.end_mark.index :]
    return text


def in_words(tuned: Mapping[str, Tuned], diff: str, project: Path, store: Path, lang: str = "en") -> str:
    """What the search found, the diff, and how to accept it."""
    lines = [_finding(one, lang) for one in tuned.values()]
    if not diff:
        return "\n".join([*lines, say(lang, "tune_as_they_stand")])
    installed = Path(str(files("predictor"))) in project.parents  # an upgrade would undo a change inside the package
    home = store.parents[1] if installed else project
    file = (store / DIFF).resolve()
    file = file.relative_to(home.resolve()) if file.is_relative_to(home.resolve()) else file
    first = [say(lang, "tune_copy_first", folder=project, home=home)] if installed else []
    accept = say(lang, "tune_accept", folder=home, file=file.as_posix())
    return "\n".join([*lines, "", diff, *first, accept, say(lang, "tune_optimistic"), say(lang, "tune_as_they_stand")])


def _finding(tuned: Tuned, lang: str) -> str:
    key = "tune_better" if tuned.worthwhile else "tune_enough" if tuned.newest is None else "tune_did_not_hold"
    losses = {"shipped": tuned.shipped.loss, "best": tuned.best.loss}
    if tuned.newest is not None:
        losses |= {"newest_shipped": tuned.newest[0], "newest_best": tuned.newest[1]}
    numbers = {name: number(lang, loss, 4) for name, loss in losses.items()}
    gain, least = percent(lang, tuned.gain, 2), percent(lang, WORTHWHILE, 1)
    return say(lang, key, target=tuned.target, count=len(tuned.trials), gain=gain, least=least, **numbers)
