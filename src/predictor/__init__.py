"""Forecasts, before booking, what each influencer or KOL would bring to a campaign, with honest intervals.

The way through, in order: `load_catalogue`, `read_tables`, `training_examples`, `train`, `judge`, `load_champion`, `score`,
`compare`, `lineup`. Everything else lives in the module of its name. `score_spark` does the same on Spark.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from predictor.batch.spark import score_spark
    from predictor.definitions.loader import load_catalogue
    from predictor.history.examples import training_examples
    from predictor.intake.contract import read_tables
    from predictor.planning.comparison import compare
    from predictor.planning.lineup import lineup
    from predictor.registry.runs import load_champion
    from predictor.scoring.raw_candidates import score
    from predictor.training.train import judge, train

    __version__: str

__all__ = [
    "compare",
    "judge",
    "lineup",
    "load_catalogue",
    "load_champion",
    "read_tables",
    "score",
    "score_spark",
    "train",
    "training_examples",
]

_HOMES = {
    "compare": "planning.comparison",
    "judge": "training.train",
    "lineup": "planning.lineup",
    "load_catalogue": "definitions.loader",
    "load_champion": "registry.runs",
    "read_tables": "intake.contract",
    "score": "scoring.raw_candidates",
    "score_spark": "batch.spark",
    "train": "training.train",
    "training_examples": "history.examples",
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
