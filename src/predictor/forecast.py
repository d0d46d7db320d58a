"""What a fitted model says of rows that it is asked about: a distribution each, as counts for the whole booking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from predictor import groups
from predictor.boost import correction, sizes
from predictor.catalogue import Recipe
from predictor.examples import exposure
from predictor.model import Model, Part, has_record
from predictor.spread import CountSpread, LogSpread

QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Piece:
    """Rows that one part answers: their positions, the centre of each (a log count), its spread, size of error and group."""

    rows: np.ndarray
    spread: LogSpread | CountSpread
    centre: np.ndarray
    size: np.ndarray
    group: np.ndarray


@dataclass(frozen=True)
class Distribution:
    """What each row could bring, as a predictive distribution of a count; every answer is in the order of the rows."""

    pieces: tuple[Piece, ...]
    length: int

    def quantile(self, level: float) -> np.ndarray:
        """Count that the outcome stays at or below with probability `level` (0 to 1)."""
        return self._gather(lambda piece: piece.spread.quantile(piece.centre, piece.size, piece.group, level))

    def mean(self) -> np.ndarray:
        """Expected count; these add up over a line-up."""
        return self._gather(lambda piece: piece.spread.mean(piece.centre, piece.size, piece.group))

    def at_least(self, goal: float | np.ndarray) -> np.ndarray:
        """Probability of a count of `goal` or more, one goal for all rows or one each."""
        goals = np.broadcast_to(np.asarray(goal, dtype=float), self.length)
        return self._gather(lambda piece: piece.spread.at_least(piece.centre, piece.size, piece.group, goals[piece.rows]))

    def _gather(self, answer: Callable[[Piece], np.ndarray]) -> np.ndarray:
        told = np.full(self.length, np.nan)
        for piece in self.pieces:
            told[piece.rows] = answer(piece)
        return told


def distribution(model: Model, frame: pd.DataFrame) -> Distribution:
    """The predictive distribution of every row."""
    pieces = [_piece(model, part, frame.iloc[rows], rows) for part, rows in _parts(model, frame)]
    return Distribution(tuple(pieces), len(frame))


def forecast(model: Model, frame: pd.DataFrame, levels: tuple[float, ...] = QUANTILES) -> pd.DataFrame:
    """Forecast every row, as counts for the whole booking.

    Returns
    -------
    `expected` (the mean), one column per quantile (`p10`, …), `rule` (the best simple rule alone), `known` (whether the
    creator's own record was used).
    """
    spread = distribution(model, frame)
    told = {"expected": spread.mean(), **{f"p{round(level * 100)}": spread.quantile(level) for level in levels}}
    rule = pd.Series(np.nan, index=frame.index)
    for part, rows in _parts(model, frame):
        asked = frame.iloc[rows]
        rule.iloc[rows] = _counts(part.rules.values(asked)[part.anchor].to_numpy(), asked, model.recipe)
    return pd.DataFrame({**told, "rule": rule.to_numpy(), "known": has_record(frame, model.recipe)}, index=frame.index)


def rule_counts(model: Model, frame: pd.DataFrame) -> pd.DataFrame:
    """What every simple rule forecasts for every row, as counts."""
    told = pd.DataFrame(np.nan, index=frame.index, columns=list(model.recipe.rules))
    for part, rows in _parts(model, frame):
        asked = frame.iloc[rows]
        logs = part.rules.values(asked)
        told.iloc[rows] = np.column_stack([_counts(logs[name].to_numpy(), asked, model.recipe) for name in told])
    return told


def _parts(model: Model, frame: pd.DataFrame) -> list[tuple[Part, np.ndarray]]:
    """Each part with the positions of the rows that it answers."""
    record = has_record(frame, model.recipe)
    both = ((model.known, np.flatnonzero(record)), (model.stranger, np.flatnonzero(~record)))
    return [(part, rows) for part, rows in both if len(rows)]


def _piece(model: Model, part: Part, frame: pd.DataFrame, rows: np.ndarray) -> Piece:
    anchor = part.rules.values(frame)[part.anchor].to_numpy()
    seen = model.design.matrix(frame, anchor)
    centre = anchor + np.log(exposure(frame, model.recipe.exposure))
    if part.share:
        centre = centre + part.share * correction(part.booster, seen, part.trees)
    return Piece(rows, part.spread, centre, sizes(part.sizes, seen), groups.place(frame, part.spread.groups))


def _counts(rates: np.ndarray, frame: pd.DataFrame, recipe: Recipe) -> np.ndarray:
    logs = rates + np.log(exposure(frame, recipe.exposure))
    return np.exp(logs) if recipe.counts else np.maximum(np.expm1(logs), 0.0)
