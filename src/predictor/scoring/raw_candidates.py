"""Forecasts for a frame as somebody has it: read by the contract as files are, matched with the history, and scored."""

from __future__ import annotations

import warnings
from collections.abc import Mapping as Goals
from typing import Any

import pandas as pd

from predictor.bundle import Bundle
from predictor.history.identity import known_by_history
from predictor.intake.contract import brief_from, candidates_from, checked_history
from predictor.intake.mapping import Mapping
from predictor.scoring import score as checked
from predictor.tables.frames import History
from predictor.wording.sentences import worded


def score(
    candidates: pd.DataFrame,
    bundle: Bundle,
    *,
    brief: dict[str, Any] | None = None,
    history: History | None = None,
    on: pd.Timestamp | None = None,
    at_least: Goals[str, float] | None = None,
    why: str | None = None,
    level: float | None = None,
    mapping: Mapping | None = None,
) -> pd.DataFrame:
    """Forecast every candidate for a brief; see `predictor.scoring.score.score` for parameters and columns.

    Candidates, brief and a history that was put together by hand are read as files are: by name, label or other spelling of a
    column, with every cell checked. A creator whose id the history spells otherwise (c0001, @C0001, a link to the profile) is
    the history's; one that only looks like one of its creators is told in a `UserWarning`.

    Raises
    ------
    RowsError
        With every fault of the frames (their first row is row 2, as below the titles of a file) and of the options.
    """
    rows = candidates_from(candidates.rename(columns=str), "candidates", bundle.catalogue, mapping)
    asked = brief_from(brief, "brief", bundle.catalogue) if brief else None
    tables = None if history is None else checked_history(history, bundle.catalogue)
    if tables is not None:
        rows, said = known_by_history(rows, tables)
        for one in said:
            warnings.warn(worded("en", one), UserWarning, stacklevel=2)
    return checked.score(rows, bundle, brief=asked, history=tables, on=on, at_least=at_least, why=why, level=level)
