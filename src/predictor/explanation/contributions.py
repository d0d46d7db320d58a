"""Why a forecast is what it is: a baseline times factors, whose product is the forecast exactly.

The factors are LightGBM's contributions (TreeSHAP; Lundberg et al. 2020, "From local explanations to global understanding with
explainable AI for trees"), which add up to the residual model's log factor, so they multiply here.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictor.definitions.phrases import Phrases
from predictor.definitions.schema import Recipe
from predictor.forecasting.design_matrix import exposure
from predictor.forecasting.predict import Distribution, SegmentForecast, distribution
from predictor.forecasting.splits import MIN_CREATORS_FOR_OTHERS
from predictor.forecasting.target_model import TargetModel

RECORD, OTHERS, LEVEL, AVERAGE = "cause_record", "cause_others", "cause_level", "cause_average"
SHOWN = 4  # causes named in a sentence, strongest first


def contributions(model: TargetModel, frame: pd.DataFrame) -> pd.DataFrame:
    """Split each row's expected count into the baseline's forecast and a factor per cause.

    Returns
    -------
    Index of `frame`; `rule` (the baseline's name), `start` (its forecast, a count or an amount of money), then one factor a
    cause: each column that the model sees by itself, the columns of the creator's own record together (`cause_record`),
    `cause_level` (the same for every row) and `cause_average` (from the typical to the average outcome, which rare large ones
    raise). `start` times all factors is what is expected. Rows without a forecast are left out.
    """
    return contributions_of(distribution(model, frame))


def contributions_of(predicted: Distribution) -> pd.DataFrame:
    """The contributions to forecasts that were made already; see `contributions`."""
    logs = log_contributions(predicted)
    records = [name for name in predicted.model.design.columns if name in predicted.model.design.records]
    named = logs.drop(columns=["baseline_name", *records, LEVEL, AVERAGE])
    summed = {RECORD: logs[records].sum(axis=1), LEVEL: logs[LEVEL], AVERAGE: logs[AVERAGE]}
    factors = np.exp(named.assign(**summed)).rename(columns={"baseline": "start"})
    factors.insert(0, "rule", logs["baseline_name"])
    return factors


def log_contributions(predicted: Distribution) -> pd.DataFrame:
    """Every forecast as a sum of logarithms, column by column of what the model sees.

    Returns
    -------
    Rows that have a forecast, in their order: `baseline_name`, `baseline` (the log of its count), a column for each that the
    model sees, one of what the person's other accounts add, `cause_level` and `cause_average` as in `contributions`. But for the
    name they add up to the log of the expected count. All are 0 where the baseline alone forecasts (`residual_weight` 0).
    """
    others = predicted.model.recipe.elsewhere
    columns = ["baseline_name", "baseline", *predicted.model.design.columns, *filter(None, [others]), LEVEL, AVERAGE]
    if not predicted.segments:
        return pd.DataFrame(columns=columns)
    logs = pd.concat([_logs(predicted.model, one) for one in predicted.segments])
    positions = np.concatenate([one.positions for one in predicted.segments])
    logs, mean = logs.iloc[np.argsort(positions)], predicted.mean()[np.sort(positions)]
    return logs.assign(**{AVERAGE: np.log(mean) - logs.drop(columns="baseline_name").sum(axis=1)})[columns]


def explanation_line(predicted: Distribution, phrases: Phrases, currency: str | None = None) -> pd.Series:
    """One line a row that has a forecast: the baseline's value, the strongest causes with their factors, the forecast; amounts of
    money in their `currency`."""
    exposed = pd.Series(exposure(predicted.rows, predicted.model.recipe.exposure), index=predicted.rows.index)
    found = contributions_of(predicted)
    lines = _lines(predicted.model, found, exposed.loc[found.index].tolist(), phrases, currency)
    return pd.Series(lines, index=found.index, dtype="str").reindex(predicted.rows.index)


def _logs(model: TargetModel, one: SegmentForecast) -> pd.DataFrame:
    booster, matrix = one.segment.booster.lightgbm, one.start.matrix
    shap = booster.predict(matrix, pred_contrib=True, num_iteration=one.segment.trees, num_threads=1)
    weighted = shap * one.start.residual_weight[:, None]
    logs = pd.DataFrame(weighted, index=one.rows.index, columns=[*model.design.columns, LEVEL])
    baseline = one.start.log_rates + np.log(exposure(one.rows, model.recipe.exposure)) + np.log(model.unit)
    others = {model.recipe.elsewhere: one.segment.booking_adjustment.by_others(one.rows)} if model.recipe.elsewhere else {}
    return logs.assign(baseline_name=_baseline_names(one), baseline=baseline, **others)


def _baseline_names(one: SegmentForecast) -> np.ndarray:
    """The baseline that each row starts from: nobody's record is named where there is none, of a format for instance."""
    names = one.start.baseline_names.astype(object)
    for name in np.unique(one.start.baseline_names):
        mine = one.start.baseline_names == name
        names[mine] = one.segment.baselines.answering(str(name), one.rows.take(np.flatnonzero(mine)))
    return names


def _lines(model: TargetModel, found: pd.DataFrame, exposed: list[float], phrases: Phrases, currency: str | None) -> list[str]:
    """The lines of all rows, whose strongest causes are found at once: a long list has as many as a hundred thousand factors."""
    causes = found.drop(columns=["rule", "start", LEVEL, AVERAGE])
    words, factors = [cause_name(str(name), phrases) for name in causes], causes.to_numpy(dtype=float)
    with np.errstate(divide="ignore"):
        order = np.argsort(-np.abs(np.log(factors)), axis=1, kind="stable")
    level, average, start = (found[name].to_numpy(dtype=float) for name in (LEVEL, AVERAGE, "start"))
    others = np.take_along_axis(factors, order[:, SHOWN:], axis=1).prod(axis=1) * level
    shown = np.column_stack([np.take_along_axis(factors, order[:, :SHOWN], axis=1), others, average]).tolist()
    ends = zip(start.tolist(), (start * factors.prod(axis=1) * level * average).tolist(), strict=True)
    rules = [rule_name(str(name), phrases) for name in found["rule"]]
    ending, lines = [phrases.say(OTHERS), phrases.say(AVERAGE)], []
    for rule, places, values, counts, share in zip(rules, order[:, :SHOWN].tolist(), shown, ends, exposed, strict=True):
        named = zip([*(words[place] for place in places), *ending], values, strict=True)
        steps = [f"{cause} ×{phrases.number(value, 2)}" for cause, value in named if round(value, 2) != 1]
        first, last = (_amount(count, share, model, phrases, currency) for count in counts)
        lines.append(" → ".join([f"{rule}: {first}", *steps, last]))
    return lines


def rule_name(name: str, phrases: Phrases) -> str:
    """A baseline's name in words; one that a user added has only its name in the recipe."""
    return phrases.say(f"rule_{name}") if phrases.knows(f"rule_{name}") else name.replace("_", " ")


def skipped_limit(recipe: Recipe, phrases: Phrases) -> str:
    """What a target that is not forecast at all would take."""
    key = "record_limit_skipped_money" if phrases.catalogue.in_money(recipe) else "record_limit_skipped"
    least = {"least": recipe.fewest_labels, "creators": MIN_CREATORS_FOR_OTHERS}
    return phrases.say(key, target=phrases.label(recipe.label), **least)


def pooled_limit(recipe: Recipe, phrases: Phrases) -> str:
    """That a target is one rate for everybody, since its history has too few results."""
    earlier = phrases.noun(phrases.catalogue.recipes[recipe.stages[0]].label)
    return phrases.say("record_limit_pooled", target=phrases.label(recipe.label), earlier=earlier, least=recipe.minimum_labels)


def cause_name(name: str, phrases: Phrases) -> str:
    """What a cause is called inside a sentence."""
    if name not in phrases.catalogue.entries:
        return phrases.say(name)
    return phrases.noun(phrases.catalogue.entries[name].label)


def _amount(count: float, exposed: float, model: TargetModel, phrases: Phrases, currency: str | None) -> str:
    """A count with its name; for outcomes that are not rare, as a share of the audience too."""
    outcome = phrases.noun(phrases.catalogue.entries[model.recipe.outcome].label)
    share = "" if model.recipe.counts else f" ({phrases.percent(count / exposed, 2)})"
    return f"{phrases.amount(count, currency)} {outcome}{share}"
