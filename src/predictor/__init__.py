"""Forecasts, before booking, what each influencer or KOL would bring to a campaign, with honest intervals.

The way through, in order: `history` (from frames, a folder or files), `training_examples`, `judge` or `train`, the `Training`'s
`register`, `promote`, `load_champion`, the `Model` that they give (`forecast`, `distribution`, `contributions`), `compare`,
`lineup`, `in_words`, `write_plan`. `load_catalogue` reads the definitions, `start_project` copies them to be changed, `tune`
searches their parameters; `splits` and `TargetRegressor` are the folds of the back-test and one target's model for scikit-learn;
`formula` registers a baseline of one's own; `score` and `score_spark` forecast with a saved model, here and on Spark; `simulate`
invents an agency. Faults of rows and files are a `RowsError`, those of definitions a `DefinitionError`. Modules are not public.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from predictor.asof.examples import training_examples
    from predictor.batch.spark import score_spark
    from predictor.definitions.formulas import formula
    from predictor.definitions.loader import load_catalogue
    from predictor.errors import DefinitionError, NotPromoted, RowsError
    from predictor.evaluation.backtest import Backtest
    from predictor.evaluation.estimator import TargetRegressor
    from predictor.evaluation.folds import splits
    from predictor.forecasting.predict import Distribution
    from predictor.registry.api import Training, history, judge, load_champion, promote, score, train, tune
    from predictor.registry.plan_api import compare, in_words, lineup, simulate, start_project, write_plan
    from predictor.scoring.model import Model
    from predictor.tables.frames import History

    __version__: str

__all__ = [
    "Backtest",
    "DefinitionError",
    "Distribution",
    "History",
    "Model",
    "NotPromoted",
    "RowsError",
    "TargetRegressor",
    "Training",
    "compare",
    "formula",
    "history",
    "in_words",
    "judge",
    "lineup",
    "load_catalogue",
    "load_champion",
    "promote",
    "score",
    "score_spark",
    "simulate",
    "splits",
    "start_project",
    "train",
    "training_examples",
    "tune",
    "write_plan",
]

_HOMES = {
    "Backtest": "evaluation.backtest",
    "DefinitionError": "errors",
    "Distribution": "forecasting.predict",
    "History": "tables.frames",
    "Model": "scoring.model",
    "NotPromoted": "errors",
    "RowsError": "errors",
    "TargetRegressor": "evaluation.estimator",
    "Training": "registry.api",
    "compare": "registry.plan_api",
    "formula": "definitions.formulas",
    "history": "registry.api",
    "in_words": "registry.plan_api",
    "judge": "registry.api",
    "lineup": "registry.plan_api",
    "load_catalogue": "definitions.loader",
    "load_champion": "registry.api",
    "promote": "registry.api",
    "score": "registry.api",
    "score_spark": "batch.spark",
    "simulate": "registry.plan_api",
    "splits": "evaluation.folds",
    "start_project": "registry.plan_api",
    "train": "registry.api",
    "training_examples": "asof.examples",
    "tune": "registry.api",
    "write_plan": "registry.plan_api",
}


def __getattr__(name: str) -> Any:
    """What is asked for is imported then: nobody waits for LightGBM who only reads a table."""
    if name == "__version__":
        from predictor.definitions.version import package_version

        return package_version()
    if name in _HOMES:
        return getattr(import_module(f"predictor.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'predictor' has no attribute '{name}'")


def __dir__() -> list[str]:
    """The public names alone, for tab completion."""
    return [*__all__, "__version__"]
