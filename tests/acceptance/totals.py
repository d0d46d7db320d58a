"""How often the interval of a past line-up's total holds what came in: `python -m acceptance --only totals`."""

from __future__ import annotations

from typing import Any

import joblib
import numpy as np
import pandas as pd

from acceptance.measure import Bar, predictions
from acceptance.scenarios import as_tables
from predictor.asof.examples import training_examples
from predictor.definitions.loader import load_catalogue
from predictor.definitions.schema import Catalogue
from predictor.forecasting.sampling import OutcomeCorrelations, estimate_correlations, sample_jointly, total_of
from predictor.simulation.agency import simulate

DRAWS = 2000
ALONE = OutcomeCorrelations(campaign=0.0, creator=0.0, stranger=0.0)
# Line-ups of 4 to 8 as the invented agencies book them, and of 12 to 20, where what a campaign shares weighs more.
WORLDS: dict[str, tuple[int, tuple[str, ...], dict[str, Any]]] = {
    "4 to 8": (10, ("engagement", "reach", "orders"), {}),
    "12 to 20": (
        8,
        ("engagement",),
        {"creators": 250, "campaigns": 240, "months": 12, "change": {"booking": {"a_campaign": [12, 20]}}},
    ),
}


def totals() -> list[Bar]:
    """Shocks are estimated on every other world and the intervals of the rest are counted, then the other way round."""
    catalogue, found = load_catalogue(), list[Bar]()
    for size, (worlds, targets, change) in WORLDS.items():
        forecasts = pd.concat(
            joblib.Parallel(n_jobs=-1)(joblib.delayed(_judged)(seed, targets, change, catalogue) for seed in range(1, worlds + 1))
        )
        for target, rows in forecasts.groupby("target", sort=False):
            where = f"total {target} of line-ups of {size}"
            found += _bars(where, rows, catalogue.recipes[target].counts)
    return found


def covered(rows: pd.DataFrame, shocks: OutcomeCorrelations, whole: bool, seed: int = 1) -> pd.DataFrame:
    """One row a past line-up of two or more: whether each kind of interval held its total, and how wide it was."""
    booked = rows[(rows["split"] == "time") & (rows["source"] == "booking")]
    return pd.DataFrame([
        _held(lineup, shocks, whole, seed) for _, lineup in booked.groupby("campaign_id") if len(lineup) > 1
    ])  # fmt: skip


def _held(rows: pd.DataFrame, shocks: OutcomeCorrelations, whole: bool, seed: int) -> dict[str, float]:
    came = rows["actual"].sum()
    joint, alone = (total_of(sample_jointly(rows, one, whole=whole, draws=DRAWS, seed=seed)) for one in (shocks, ALONE))
    ends = {"joint": (joint.low, joint.high), "alone": (alone.low, alone.high), "ends": (rows["p10"].sum(), rows["p90"].sum())}
    held = {name: float(low <= came <= high) for name, (low, high) in ends.items()}
    return held | {f"{name}_width": float(np.log((high + 1) / (low + 1))) for name, (low, high) in ends.items()}


def _bars(where: str, rows: pd.DataFrame, whole: bool) -> list[Bar]:
    half = rows["world"] % 2 == 0
    shocks = [estimate_correlations(rows[half], whole), estimate_correlations(rows[~half], whole)]
    found = pd.concat([covered(rows[~half], shocks[0], whole), covered(rows[half], shocks[1], whole)])
    held, width = found.mean(), found.median()
    share = ", ".join(f"{one.campaign:.2f} ± {one.error or 0:.2f}" for one in shocks)
    joint = f"{held['joint']:.1%} of {len(found)} (shares of a campaign: {share})"
    return [
        Bar(f"{where}: 80 % interval holds", joint, "76% to 84%", bool(0.76 <= held["joint"] <= 0.84)),
        *(
            Bar(f"{where}: {says} holds", f"{held[name]:.1%}", f"beside it, {_wider(width, name)}", None)
            for name, says in (("alone", "as if independent"), ("ends", "interval ends added up"))
        ),
    ]


def _wider(width: pd.Series, name: str) -> str:
    return f"width ×{np.exp(width[f'{name}_width'] - width['joint_width']):.2f}"


def _judged(seed: int, targets: tuple[str, ...], change: dict[str, Any], catalogue: Catalogue) -> pd.DataFrame:
    examples = training_examples(as_tables(simulate(seed=seed, **change), catalogue), catalogue)
    forecasts = predictions(examples, targets, catalogue, [("time", seed)], jobs=1)
    apart = {
        name: (f"{seed}|" + forecasts[name].astype("str")).where(forecasts[name].notna())
        for name in ("campaign_id", "creator_id")
    }
    return forecasts.assign(world=seed, **apart)
