"""Why a forecast is what it is: a simple rule times factors, whose product is the forecast exactly.

The factors are LightGBM's contributions (TreeSHAP; Lundberg et al. 2020, "From local explanations to global understanding with
explainable AI for trees"), which add up to the correction on the log scale, so they multiply here.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.forecasting.design_matrix import exposure
from predictor.forecasting.predict import forecast, parts, start
from predictor.forecasting.target_model import SegmentModel, TargetModel
from predictor.wording.sentences import compact, load_sentences, noun, number, percent, say

RECORD, OTHERS, LEVEL, AVERAGE = "cause_record", "cause_others", "cause_level", "cause_average"
SHOWN = 4  # causes named in a sentence, strongest first


def contributions(model: TargetModel, frame: pd.DataFrame) -> pd.DataFrame:
    """Split each row's expected count into what the rule says and a factor per cause.

    Returns
    -------
    Index of `frame`; `rule` (the rule's name), `start` (what it says, as a count), then one factor a cause: each column that
    the model sees by itself, the columns of the creator's own record together (`cause_record`), `cause_level` (the same for
    every row) and `cause_average` (from the typical to the average outcome, which rare large ones raise). `start` times all
    factors is the expected count.
    """
    told = pd.concat([_factors(model, part, frame.iloc[rows]) for part, rows in parts(model, frame)]).reindex(frame.index)
    product = told.drop(columns="rule").prod(axis=1)
    return told.assign(**{AVERAGE: forecast(model, frame)["expected"] / product})


def explanation_line(model: TargetModel, frame: pd.DataFrame, catalogue: Catalogue, lang: str) -> pd.Series:
    """One line a row: the rule's value, the strongest causes with their factors, the forecast."""
    people = exposure(frame, model.recipe.exposure)
    lines = [
        _line(model, row, size, catalogue, lang)
        for size, (_, row) in zip(people, contributions(model, frame).iterrows(), strict=True)
    ]
    return pd.Series(lines, index=frame.index, dtype="str")


def _factors(model: TargetModel, part: SegmentModel, frame: pd.DataFrame) -> pd.DataFrame:
    begin = start(model, part, frame)
    seen = model.design.matrix(frame, begin.rates)
    added = part.booster.predict(seen, pred_contrib=True, num_iteration=part.trees, num_threads=1) * begin.share[:, None]
    columns = model.design.columns
    logs = {name: added[:, place] for place, name in enumerate(columns) if name not in model.design.records}
    logs[RECORD] = added[:, [place for place, name in enumerate(columns) if name in model.design.records]].sum(axis=1)
    logs[LEVEL] = added[:, -1]
    factors = pd.DataFrame({name: np.exp(values) for name, values in logs.items()}, index=frame.index)
    factors.insert(0, "start", np.exp(begin.rates) * exposure(frame, model.recipe.exposure))
    factors.insert(0, "rule", begin.rules)
    return factors


def _line(model: TargetModel, row: pd.Series, people: float, catalogue: Catalogue, lang: str) -> str:
    factors = row.drop(["rule", "start"]).astype(float)
    average = factors.pop(AVERAGE)
    strongest = factors[np.log(factors).abs().sort_values(ascending=False, kind="stable").index]
    named, rest = strongest.head(SHOWN), float(strongest.iloc[SHOWN:].prod())
    steps = [f"{cause_name(str(name), catalogue, lang)} ×{number(lang, value, 2)}" for name, value in named.items()]
    steps += [f"{say(lang, OTHERS)} ×{number(lang, rest, 2)}", f"{say(lang, AVERAGE)} ×{number(lang, average, 2)}"]
    ends = [float(row["start"]), float(row["start"] * factors.prod() * average)]
    first, last = (_amount(count, people, model, catalogue, lang) for count in ends)
    return " → ".join([f"{rule_name(str(row['rule']), lang)}: {first}", *steps, last])


def rule_name(name: str, lang: str) -> str:
    """A rule's name in words; a user's own rule has only the one in its recipe."""
    return say(lang, f"rule_{name}") if f"rule_{name}" in load_sentences(lang) else name.replace("_", " ")


def cause_name(name: str, catalogue: Catalogue, lang: str) -> str:
    """What a cause is called inside a sentence."""
    if name not in catalogue.entries:
        return say(lang, name)
    return noun(lang, catalogue.entries[name].label.by_language())


def _amount(count: float, people: float, model: TargetModel, catalogue: Catalogue, lang: str) -> str:
    """A count with its name; for outcomes that are not rare, as a share of the audience too."""
    outcome = noun(lang, catalogue.entries[model.recipe.outcome].label.by_language())
    share = "" if model.recipe.counts else f" ({percent(lang, count / people, 2)})"
    return f"{compact(lang, count)} {outcome}{share}"
