"""A trained model as Python code uses it: forecasts, distributions and contributions for candidates as somebody has them."""

from __future__ import annotations

import warnings
from collections.abc import Mapping as Goals
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd

from predictor.asof.day import remarks_of_day
from predictor.asof.identity import known_by_history
from predictor.bundle import Bundle
from predictor.definitions.schema import Catalogue
from predictor.errors import Fault, RowsError
from predictor.explanation.contributions import log_contributions
from predictor.forecasting.predict import Distribution
from predictor.intake.contract import brief_from, candidates_from, checked_history, frame_of, read_brief
from predictor.intake.mapping import Mapping
from predictor.scoring.score import candidate_features, day_asked, predicted_of, score
from predictor.tables.frames import Columns, History
from predictor.wording.matching import nearest
from predictor.wording.sentences import worded

Day: TypeAlias = date | str  # a moment of pandas is a date too


@dataclass(frozen=True, repr=False)
class Model:
    """A trained model, with the history that it reads creators' records from.

    Candidates, briefs and histories are read as files are: columns by name, label or other spelling, every cell checked. They
    may be pandas frames, whatever speaks Arrow (Polars, DuckDB relations, Arrow tables), or paths. A creator whose id the
    history spells otherwise (c0001, @C0001, a link to the profile) is the history's; one that only looks like one of its creators
    is told in a `UserWarning`, and so is a day before all posts of the history or long after the last.

    Attributes
    ----------
    bundle
        The model as it is saved and registered.
    history
        Where creators' records are read from unless a call names another history; without any, candidates are strangers.

    Raises
    ------
    RowsError
        From every method, with every fault of the frames (the first row is row 2, as below the titles of a file) and of the
        options.
    """

    bundle: Bundle
    history: History | None = None

    def __repr__(self) -> str:
        source = self.bundle.provenance
        learned = ", ".join(f"{count:,} {table.replace('_', ' ')}" for table, count in source.rows.items())
        newest = [row for row in source.scores if row["split"] == "time" and row["group"] == "all"]
        held = ", ".join(f"{row['target']} {row['coverage_untied']:.1%} and {row['gain']:+.1%}" for row in newest)
        return (
            f"Model {source.version_label}: {', '.join(self.bundle.models)}\n"
            f"learned from {learned} until {source.data_until}{' (invented data)' if self.bundle.invented else ''}\n"
            f"newest results: 80 % intervals held, gain over the best baseline: {held or 'could not be judged'}"
        )

    @property
    def catalogue(self) -> Catalogue:
        """The definitions that it was trained with."""
        return self.bundle.catalogue

    def with_history(self, history: History) -> Model:
        """The same model, reading creators' records from another history."""
        return replace(self, history=history)

    def forecast(
        self, candidates: Any, *, on: Day | None = None, brief: dict[str, Any] | Path | str | None = None,
        levels: Sequence[float] | float | None = None, at_least: Goals[str, Any] | None = None, why: str | None = None,
        mapping: Mapping | None = None,
    ) -> pd.DataFrame:  # fmt: skip
        """Forecast every candidate for a brief, as known on the day `on` (default: today).

        Parameters
        ----------
        candidates
            One row each: a `creator_id` that the history knows, or the attributes themselves, with a format and maybe a fee.
        brief
            The campaign: any columns of `campaigns`.
        levels
            More intervals: `[0.5, 0.95]` adds `engagement_low_50`, `engagement_high_50`, `engagement_low_95` … as counts for the
            whole booking; a single number adds `engagement_low` and `engagement_high`.
        at_least
            Counts to reach, by target: `{"orders": 20}` adds `orders_chance`.
        why
            `en` or `vi`: add the reasons of every forecast in words.
        mapping
            How other people's titles and values are read.

        Returns
        -------
        The candidates in their order (and by their index), per target `_expected`, `_p10`, `_p50`, `_p90` (counts) and what else
        `predictor.scoring.score.score` names; `_note` says why where there is no forecast.
        """
        moment = day_asked(on)
        rows, tables = self._checked(candidates, mapping, moment)
        out = score(
            rows, self.bundle, brief=self._brief(brief), history=tables, on=moment, at_least=at_least, why=why,
            level=levels,
        )  # fmt: skip
        whole = isinstance(candidates, pd.DataFrame) and len(candidates) == len(out)
        return out.set_axis(candidates.index) if whole else out

    def distribution(
        self, candidates: Any, target: str, *, on: Day | None = None, brief: dict[str, Any] | Path | str | None = None,
        mapping: Mapping | None = None,
    ) -> Distribution:  # fmt: skip
        """What each candidate could bring of one target, as a predictive distribution of a count for the whole booking.

        Returns
        -------
        Answers `quantile(level or levels)`, `mean()`, `at_least(goal)` and `baseline()`, in the order of the candidates; missing
        where the model has no forecast of its own.
        """
        if target not in self.bundle.models:
            allowed = f"{', '.join(self.bundle.models)}{nearest(target, list(self.bundle.models))}"
            raise RowsError([Fault("target", f"got '{target}'; this model forecasts {allowed}.")])
        moment = day_asked(on)
        rows, tables = self._checked(candidates, mapping, moment)
        known = candidate_features(rows, self.bundle, moment, self._brief(brief), tables)
        return predicted_of(target, self.bundle, Columns(known, pd.RangeIndex(len(rows))), {})

    def contributions(
        self, candidates: Any, target: str, *, on: Day | None = None, brief: dict[str, Any] | Path | str | None = None,
        mapping: Mapping | None = None,
    ) -> pd.DataFrame:  # fmt: skip
        """Why each forecast of one target is what it is, on the log scale, column by column of what the model sees.

        Returns
        -------
        Candidates that have a forecast, by their place in the list: `baseline_name`, `baseline`, a column a feature,
        `cause_level` (the same for every row) and `cause_average` (from the typical to the average outcome). But for the name a
        row adds up to the log of its expected count; `exp` of a column is the factor by which it moves the forecast. Where no
        learned correction did better than the baseline on held-out rows, the baseline alone forecasts, and every feature is 0.
        """
        return log_contributions(self.distribution(candidates, target, on=on, brief=brief, mapping=mapping))

    def _checked(self, candidates: Any, mapping: Mapping | None, on: pd.Timestamp) -> tuple[pd.DataFrame, History | None]:
        rows = candidates_from(frame_of(candidates, self.catalogue, mapping), "candidates", self.catalogue, mapping)
        if self.history is None:
            return rows, None
        tables = checked_history(self.history, self.catalogue)
        rows, said = known_by_history(rows, tables)
        for one in [*said, *remarks_of_day(tables, on)]:
            warnings.warn(worded("en", one), UserWarning, stacklevel=4)
        return rows, tables

    def _brief(self, brief: dict[str, Any] | Path | str | None) -> dict[str, Any] | None:
        if isinstance(brief, Path | str):
            return read_brief(Path(brief), self.catalogue)
        return brief_from(brief, "brief", self.catalogue) if brief else None
