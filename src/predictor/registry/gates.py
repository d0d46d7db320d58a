"""What a target must show on the newest results before it serves, and what a champion serves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from predictor.bundle import Bundle
from predictor.definitions.schema import Gates

NAMES = {"coverage": "coverage (outcomes at an end of the 80 % interval included in full, `coverage_80` in MLflow)"}


def gate_failures(bundle: Bundle) -> dict[str, str]:
    """Why targets of a bundle must not serve: by target, each gate that its back-test on the newest data misses.

    Where a target was learned from few creators, luck decides the figures of the few results judged: then a gate is missed when
    the whole 90 % interval of its figure is outside. A target of so few labels that it is one rate for everybody is held back by
    none: a dozen results decide nothing, and it is flagged wherever it is shown.
    """
    figures = bundle.provenance.scores
    scores = pd.DataFrame(figures, columns=None if figures else ["target", "split", "group"])
    newest = scores[(scores["split"] == "time") & (scores["group"] == "all")].set_index("target")
    failures: dict[str, str] = {}
    for name, model in bundle.models.items():
        if model.recipe.pooled:
            continue
        if name not in newest.index:
            failures[name] = f"{name}: could not be judged on the newest data, because too little was known before them."
            continue
        missed = []
        for gate in Gates.model_fields:
            lowest, highest = getattr(model.recipe.gates, gate)
            value = float(newest.loc[name, gate])
            low, high = _within_chance(newest.loc[name], gate) if model.support.few_creators else (value, value)
            if high < lowest or low > highest:
                band = f" ({low:.3f} to {high:.3f} by chance)" if low < high else ""
                asked = f"models/{name}.yaml asks for {lowest:g} to {highest:g}"
                missed.append(f"{NAMES.get(gate, gate)} is {value:.3f}{band}; {asked}.")
        if missed:
            failures[name] = f"{name}: {' '.join(missed)}"
    return failures


def served(bundle: Bundle) -> Bundle:
    """What a champion serves: the targets whose gates hold, or all where somebody made it champion though none does."""
    missed = gate_failures(bundle)
    if not missed or len(missed) == len(bundle.models):
        return bundle
    return replace(bundle, models={name: one for name, one in bundle.models.items() if name not in missed}, left_out=missed)


def _within_chance(figures: pd.Series, gate: str) -> tuple[float, float]:
    """The ends of a figure's interval: everything where too little was judged for one, the figure alone where none was kept."""
    ends = [f"{gate}_{end}" for end in ("low", "high")]
    if not {*ends} <= {*figures.index}:
        return figures[gate], figures[gate]
    low, high = (pd.to_numeric(figures[end]) for end in ends)
    return (-np.inf, np.inf) if pd.isna(low) else (float(low), float(high))
