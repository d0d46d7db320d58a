"""What a caller of the served model asks for: candidates and parameters, checked as files are before anything is forecast."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from predictor.bundle import Bundle
from predictor.catalogue import Catalogue, nearest
from predictor.contract import brief_from, good_candidates
from predictor.score import score
from predictor.tables import Fault, RowsError

REQUEST = "request"
MOST = 50_000  # rows a request; longer lists are what `predictor score` streams
SHOWN = 20  # faults told of one request
LANGUAGES = ("en", "vi")
# Every parameter with the type that MLflow's signature declares; each may be left out.
PARAMETERS = {"why": "string", "goal": "string", "at_least": "string", "level": "double", "on": "string", "brief": "string"}


def answer(raw: pd.DataFrame, bundle: Bundle, params: dict[str, Any] | None = None) -> pd.DataFrame:
    """Check and score a request; the first candidate is row 1.

    Parameters
    ----------
    raw
        Candidates as sent: at least a platform each, for no history is at hand; at most 50,000.
    params
        `why` (en, vi), `goal`, `at_least` ("orders=20,clicks=500"), `level` (0.9), `on` ("2026-07-01") and `brief` (columns of
        `campaigns` as an object or its JSON text); see `predictor.score.score`. None and "" count as left out.

    Returns
    -------
    The columns of `predictor.score.score`, a row each in the order sent.

    Raises
    ------
    RowsError
        With the first 20 faults of rows and parameters.
    """
    faults: list[Fault] = []
    options = _options(params or {}, bundle.catalogue, faults)
    rows = _candidates(raw.rename(columns=str).set_axis(range(1, len(raw) + 1)), bundle.catalogue, faults)
    if faults:
        raise RowsError(faults[:SHOWN])
    return score(rows, bundle, **options)


def _candidates(raw: pd.DataFrame, catalogue: Catalogue, faults: list[Fault]) -> pd.DataFrame:
    """The rows by their definitions; one that cannot be used refuses all, so that answers stay beside their questions."""
    if not 0 < len(raw) <= MOST:
        faults.append(Fault(REQUEST, f"got {len(raw):,} rows; send 1 to {MOST:,}, or score a longer list with predictor score."))
        return raw
    nested = raw.map(lambda cell: isinstance(cell, (dict, list))).to_numpy()
    blank = raw.isna().all(axis=1).to_numpy()
    faults += [
        Fault(REQUEST, "holds a list or an object; write plain text, numbers, true or false.", int(row) + 1, raw.columns[place])
        for row, place in np.argwhere(nested)
    ]
    faults += [Fault(REQUEST, "is blank; leave it out.", int(row) + 1) for row in np.flatnonzero(blank)]
    if nested.any():
        return raw
    try:
        good, found = good_candidates(raw, REQUEST, catalogue)
    except RowsError as problem:
        faults += problem.faults
        return raw
    faults += found
    return good


def _options(params: dict[str, Any], catalogue: Catalogue, faults: list[Fault]) -> dict[str, Any]:
    """The options of `score`, each parameter read by its own reader."""
    told: dict[str, Any] = {}
    read: dict[str, Callable[[Any], Any]] = {
        "why": _language, "at_least": _goals, "level": _level, "on": _day, "brief": lambda sent: _brief(sent, catalogue),
        "goal": lambda sent: brief_from({"goal": sent}, REQUEST, catalogue)["goal"],
    }  # fmt: skip
    for name, sent in params.items():
        if name not in PARAMETERS:
            near = nearest(name, list(PARAMETERS))
            faults.append(Fault(REQUEST, f"unknown parameter '{name}'; allowed: {', '.join(PARAMETERS)}{near}."))
        elif sent is not None and sent != "":
            try:
                told[name] = read[name](sent)
            except RowsError as problem:
                faults += problem.faults
    goal = told.pop("goal", None)
    return told | {"brief": told.get("brief", {}) | ({"goal": goal} if goal is not None else {})}


def _language(sent: Any) -> str:
    if sent not in LANGUAGES:
        raise _refusal("why", sent, f"allowed: {', '.join(LANGUAGES)}")
    return str(sent)


def _goals(sent: Any) -> dict[str, float]:
    """Counts to reach by target, from `orders=20,clicks=500` or an object."""
    pairs = sent.items() if isinstance(sent, dict) else [one.partition("=")[::2] for one in str(sent).split(",")]
    told = {str(name).strip(): str(count).strip() for name, count in pairs}
    if not all(count.isdecimal() for count in told.values()):
        raise _refusal("at_least", sent, "write a target and a whole number each, such as orders=20,clicks=500")
    return {name: float(count) for name, count in told.items()}


def _level(sent: Any) -> float:
    try:
        level = float(sent)
    except (TypeError, ValueError):
        level = np.nan
    if isinstance(sent, bool) or not 0 < level < 1:
        raise _refusal("level", sent, "give a probability above 0 and below 1, such as 0.9")
    return level


def _day(sent: Any) -> pd.Timestamp:
    try:
        return pd.Timestamp(pd.to_datetime(str(sent), format="%Y-%m-%d"))
    except ValueError:
        raise _refusal("on", sent, "write a day as 2026-07-01") from None


def _brief(sent: Any, catalogue: Catalogue) -> dict[str, Any]:
    try:
        content = json.loads(sent) if isinstance(sent, str) else sent
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise _refusal("brief", sent, 'send an object or its JSON text, such as {"goal": "sales", "budget": "500tr"}')
    return brief_from(content, f"{REQUEST}, parameter 'brief'", catalogue) if content else {}


def _refusal(name: str, sent: Any, allowed: str) -> RowsError:
    return RowsError([Fault(REQUEST, f"parameter '{name}': got {str(sent)[:80]!r}; {allowed}.")])
