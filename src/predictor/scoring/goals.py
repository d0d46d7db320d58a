"""Counts and amounts that a booking should reach, as people type them: `orders=20`, `clicks=1,5k`, `revenue=50tr`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from predictor.bundle import Bundle
from predictor.definitions.limits import LARGEST
from predictor.errors import Fault, RowsError
from predictor.intake.budgets import LONGEST, read_budget
from predictor.intake.values import read_column
from predictor.wording.matching import nearest
from predictor.wording.sentences import Said


def read_goals(asked: Mapping[str, Any], bundle: Bundle, where: str = "at_least") -> dict[str, float]:
    """By target the count to reach, or of money the amount, in the currency of its forecasts.

    Raises
    ------
    RowsError
        With every target that the bundle does not forecast, and every value that is no count or amount.
    """
    goals, faults = dict[str, float](), list[Fault]()
    for name, value in asked.items():
        if name not in bundle.models:
            allowed = f"{', '.join(bundle.models)}{nearest(name, list(bundle.models))}"
            faults.append(Fault(where, f"got '{name}'; this model forecasts {allowed}."))
            continue
        in_money = bundle.catalogue.in_money(bundle.models[name].recipe)
        goal = (_amount if in_money else _count)(name, value, bundle, where, faults)
        if goal is not None:
            goals[name] = goal
    if faults:
        raise RowsError(faults)
    return goals


def _amount(name: str, value: Any, bundle: Bundle, where: str, faults: list[Fault]) -> float | None:
    currency = bundle.provenance.currencies.get(name)
    return read_budget(value, currency, f"{where}, {name}", bundle.catalogue, faults)[0]


def _count(name: str, value: Any, bundle: Bundle, where: str, faults: list[Fault]) -> float | None:
    outcome = bundle.models[name].recipe.outcome
    came = str(value)[:LONGEST] + ("…" if len(str(value)) > LONGEST else "")
    cells, refused = read_column(pd.Series([came], dtype="str"), outcome, bundle.catalogue.entries[outcome])
    count = float(cells.iloc[0]) if not refused else float("nan")
    if not 0 <= count <= LARGEST:
        faults.append(Fault.of(where, Said("score_at_least", {"came": f"{name}={came}"})))
        return None
    return count
