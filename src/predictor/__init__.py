"""Forecasts, before booking, what each influencer or KOL would bring to a campaign, with honest intervals.

The way through, in order: `load_catalogue`, `read_tables`, `training_examples`, `train`, `judge`, `load_champion`, `score`,
`compare`, `lineup`. Everything else lives in the module of its name.
"""

from predictor.compare import compare
from predictor.contract import read_tables
from predictor.definitions import load_catalogue
from predictor.examples import training_examples
from predictor.lineup import lineup
from predictor.registry import load_champion
from predictor.score import score
from predictor.train import judge, train

__all__ = ["compare", "judge", "lineup", "load_catalogue", "load_champion", "read_tables", "score", "train", "training_examples"]
