"""What a fitted model forecasts for some rows: a distribution each, as counts for the whole booking."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from predictor.definitions.schema import Recipe
from predictor.errors import Fault, RowsError
from predictor.forecasting import conformal
from predictor.forecasting.baselines import AVERAGE
from predictor.forecasting.compiled_trees import pays, raw_scores
from predictor.forecasting.design_matrix import Design, has_history, log_exposure
from predictor.forecasting.residual import MIN_SCALE, predict_residual, predict_scale
from predictor.forecasting.sampling import INTERVAL
from predictor.forecasting.stages import columns_with_stages
from predictor.forecasting.support import out_of_support
from predictor.forecasting.target_model import SegmentModel, TargetModel
from predictor.tables.frames import Columns, Rows

QUANTILES = (INTERVAL[0], 0.5, INTERVAL[1])
# How much wider the interval is outside a model's training support. With one format, tier, kind or platform withheld from
# an invented history, plain 80 % intervals held 64 % of its engagements and these 81 %.
WIDER = 1.5


@dataclass(frozen=True)
class Start:
    """Where the forecast of each of some rows starts: the baseline's name, its log rate, the weight of the residual model on top
    of it, and whether the row is out of support."""

    rows: Columns
    design: Design
    baseline_names: np.ndarray
    log_rates: np.ndarray
    residual_weight: np.ndarray
    out_of_support: np.ndarray

    @cached_property
    def matrix(self) -> np.ndarray:
        """What boosters see of each row, for those that are asked."""
        return self.design.matrix(self.rows, self.log_rates)


@dataclass(frozen=True)
class SegmentForecast:
    """The forecasts of the rows that one segment answers, with what they were computed from.

    Attributes
    ----------
    segment
        The segment's model.
    positions
        Where these rows stand among all.
    rows, start
        The rows themselves, and the baseline that each starts from.
    centre, size, stratum
        The log count around which the error distribution lies, the size of the error, and the stratum.
    """

    segment: SegmentModel
    positions: np.ndarray
    rows: Columns
    start: Start
    centre: np.ndarray
    size: np.ndarray
    stratum: np.ndarray


@dataclass(frozen=True)
class Distribution:
    """What each row could bring, as a predictive distribution of a count; every answer is in the order of the rows.

    Everything that is said of these rows (the forecast, its quantiles, the chance to reach a goal, the contributions) is
    answered from here, so that baselines, design matrix and trees are computed once. Figures of rows that no segment answers
    are missing. No answer is above that of the `ceiling`, the distribution of what this outcome never exceeds.
    """

    model: TargetModel
    rows: Columns
    segments: tuple[SegmentForecast, ...]
    ceiling: Distribution | None = None
    _kept: dict[Hashable, np.ndarray] = field(init=False, repr=False, compare=False, default_factory=dict)

    def quantile(self, level: float | Sequence[float]) -> np.ndarray:
        """Count that the outcome stays at or below with probability `level` (0 to 1); of several levels rows × levels."""
        for one in level if isinstance(level, Sequence) else (level,):
            if not 0 < one < 1:
                raise RowsError([Fault("level", f"got {one:g}; give a probability above 0 and below 1, such as 0.9.")])
        return self._quantile(tuple(level) if isinstance(level, Sequence) else level).T

    def _quantile(self, level: float | tuple[float, ...]) -> np.ndarray:
        """The same, of several levels levels × rows."""
        asked = np.asarray(level, dtype=float)

        def of_segment(one: SegmentForecast) -> np.ndarray:
            return one.segment.errors.quantile(one.centre, one.size, one.stratum, asked)

        return self._once(level, of_segment, lambda ceiling: ceiling._quantile(level), asked.shape)

    def mean(self) -> np.ndarray:
        """Expected count; these add up over a line-up."""
        return self._once(
            "mean",
            lambda one: one.segment.mean_correction * one.segment.errors.mean(one.centre, one.size, one.stratum),
            Distribution.mean,
        )

    def at_least(self, goal: float | np.ndarray) -> np.ndarray:
        """Probability of a count of `goal` or more, one goal for all rows or one each."""
        goals = self.model.in_units(np.broadcast_to(np.asarray(goal, dtype=float), len(self.rows)))
        found = self._gather(lambda one: one.segment.errors.at_least(one.centre, one.size, one.stratum, goals[one.positions]))
        return found if self.ceiling is None else np.fmin(found, self.ceiling.at_least(goal))

    def baseline(self) -> np.ndarray:
        """Count that the baseline forecasts by itself."""
        return self._gather(lambda one: _counts(one.start.log_rates, one.rows, self.model.recipe)) * self.model.unit

    def figures(self, levels: tuple[float, ...] = QUANTILES) -> dict[str, np.ndarray]:
        """The mean, the quantiles and the baseline's count of every row, by the names that `forecast` gives them."""
        names = [f"p{round(level * 100)}" for level in levels]
        return {"expected": self.mean(), **dict(zip(names, self._quantile(levels), strict=True)), "rule": self.baseline()}

    def forecast(self, levels: tuple[float, ...] = QUANTILES) -> pd.DataFrame:
        """The figures of every row; see `forecast`."""
        known = has_history(self.rows, self.model.recipe)
        return pd.DataFrame({**self.figures(levels), "known": known}, index=self.rows.index)

    def _once(
        self, key: Hashable, answer: Callable[[SegmentForecast], np.ndarray], of_ceiling: Callable[[Distribution], np.ndarray],
        shape: tuple[int, ...] = (),
    ) -> np.ndarray:  # fmt: skip
        """Counts of all rows, none above that of the ceiling; worked out once, though all targets that it bounds ask too."""
        if key not in self._kept:
            found = self._gather(answer, shape) * self.model.unit
            self._kept[key] = found if self.ceiling is None else np.fmin(found, of_ceiling(self.ceiling))
        return self._kept[key].copy()

    def _gather(self, answer: Callable[[SegmentForecast], np.ndarray], shape: tuple[int, ...] = ()) -> np.ndarray:
        """What segments answer of their rows, in the order of all rows, which come last behind a `shape` of their own."""
        values = np.full((*shape, len(self.rows)), np.nan)
        for one in self.segments:
            values[..., one.positions] = answer(one)
        return values


def distribution(model: TargetModel, rows: Rows, asked: np.ndarray | None = None) -> Distribution:
    """The predictive distribution of every row, or of those `asked` (a truth value a row); the others' figures are missing."""
    rows = columns_with_stages(Columns.of(rows), model.stages)
    of_segments = segments(model, rows)
    if asked is not None and not asked.all():
        kept = [(segment, positions[asked[positions]]) for segment, positions in of_segments]
        of_segments = [(segment, positions) for segment, positions in kept if len(positions)]
    return Distribution(model, rows, tuple(_segment_forecast(model, *one, rows) for one in of_segments))


def forecast(model: TargetModel, frame: pd.DataFrame, levels: tuple[float, ...] = QUANTILES) -> pd.DataFrame:
    """Forecast every row, as counts for the whole booking.

    Returns
    -------
    `expected` (the mean), one column per quantile (`p10`, …), `rule` (the baseline that it starts from, alone), `known` (whether
    the creator's own record was used).
    """
    return distribution(model, frame).forecast(levels)


def baseline_counts(model: TargetModel, frame: pd.DataFrame) -> pd.DataFrame:
    """What every baseline forecasts for every row, as counts."""
    rows = columns_with_stages(Columns.of(frame), model.stages)
    counts = {name: np.full(len(rows), np.nan) for name in model.recipe.rules}
    for segment, positions in segments(model, rows):
        some = rows.take(positions)
        log_rates = segment.baselines.log_rates_by(counts, some)
        for name, of_all in counts.items():
            of_all[positions] = _counts(log_rates[name], some, model.recipe) * model.unit
    return pd.DataFrame(counts, index=rows.index)


def segments(model: TargetModel, rows: Rows) -> list[tuple[SegmentModel, np.ndarray]]:
    """Each segment with the positions of the rows that it answers."""
    recorded = has_history(rows, model.recipe)
    found = zip(model.segments, (np.flatnonzero(recorded), np.flatnonzero(~recorded)), strict=False)
    return [(segment, positions) for segment, positions in found if len(positions)]


def answered(model: TargetModel, rows: Rows) -> np.ndarray:
    """Which rows have a forecast: all, or where too few creators were seen to say anything of others, those with a record."""
    return has_history(rows, model.recipe) | (model.cold_start is not None)


def start(model: TargetModel, segment: SegmentModel, rows: Rows) -> Start:
    """Where each row starts: from the segment's own baseline; out of support from one that needs no regression, alone."""
    rows = Columns.of(rows)
    plain = [name for name, rule in segment.baselines.rules.items() if rule.regression is None]
    fallback = segment.baseline_name if segment.baseline_name in (AVERAGE, *plain) else plain[-1]
    outside = out_of_support(model.support, rows)
    log_rates = segment.baselines.log_rates_by({segment.baseline_name, *([fallback] if outside.any() else [])}, rows)
    return Start(
        rows,
        model.design,
        np.where(outside, fallback, segment.baseline_name),
        np.where(outside, log_rates.get(fallback, np.nan), log_rates[segment.baseline_name]),
        np.where(outside, 0.0, segment.residual_weight),
        outside,
    )


def _segment_forecast(model: TargetModel, segment: SegmentModel, positions: np.ndarray, of: Columns) -> SegmentForecast:
    rows = of.part(positions)
    begin = start(model, segment, rows)
    centre = begin.log_rates + log_exposure(rows, model.recipe.exposure)
    residual, scale = _boosted(segment, begin)
    if segment.residual_weight:
        centre = centre + begin.residual_weight * residual
    adjustment = segment.booking_adjustment
    wider = np.where(begin.out_of_support, WIDER, 1.0) * adjustment.size(rows) * segment.errors.size(rows)
    stratum = np.where(begin.out_of_support, 0, conformal.stratum_of(rows, segment.errors.strata))
    return SegmentForecast(segment, positions, rows, begin, centre + adjustment.centre(rows), wider * scale, stratum)


def _boosted(segment: SegmentModel, begin: Start) -> tuple[np.ndarray | float, np.ndarray | float]:
    """Of each row the residual model's log factor (0 where none of it is used), and the size of the error to expect."""
    used = [one for one, is_used in (("residual", segment.residual_weight), ("scale", segment.scale_model)) if is_used]
    if not used:
        return 0.0, 1.0
    if not pays(len(begin.rows)) or segment.forest is None:
        residual = predict_residual(segment.booster, begin.matrix, segment.trees) if segment.residual_weight else 0.0
        return residual, predict_scale(segment.scale_model, begin.matrix)
    raw = dict(zip(used, raw_scores(segment.forest, begin.matrix), strict=True))
    return raw.get("residual", 0.0), np.maximum(raw["scale"], MIN_SCALE) if "scale" in raw else 1.0


def load_compiled(model: TargetModel) -> None:
    """Have the compiled trees of a model ready, so that they answer few rows too: worth a second where many requests follow."""
    nothing = np.full((1, len(model.design.columns)), np.nan)
    stages = [one.forest for stage in model.stages.values() for one in (stage.known, stage.stranger)]
    for forest in (*stages, *(segment.forest for segment in model.segments)):
        if forest is not None:
            raw_scores(forest, nothing)


def _counts(log_rates: np.ndarray, rows: Rows, recipe: Recipe) -> np.ndarray:
    log_counts = log_rates + log_exposure(rows, recipe.exposure)
    return np.exp(log_counts) if recipe.counts else np.maximum(np.expm1(log_counts), 0.0)
