"""Simple rules: plain forecasts which every model must beat and one of which it starts from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from predictor.definitions.schema import Recipe, Rule
from predictor.forecasting import log_linear
from predictor.forecasting.design_matrix import exposure
from predictor.forecasting.log_linear import LogLinear, fit_log_linear
from predictor.forecasting.losses import loss
from predictor.tables.frames import combined

TRUSTED_AS = 10.0  # posts that a record counts for when it is given without saying on how many posts it rests
AVERAGE = "average_of_rules"
FAINTEST = 1e-12  # a rate of zero keeps a logarithm
RATIOS = (0.2, 5.0)  # sponsored against organic, beyond which few posts speak


@dataclass(frozen=True)
class Benchmark:
    """Typical rate (as a log) by the values of some columns; `overall` where a combination was never seen."""

    columns: tuple[str, ...]
    rates: dict[str, float]
    overall: float

    def log_rates(self, frame: pd.DataFrame) -> pd.Series:
        """The log rate of each row's group."""
        groups, place = _groups(frame, self.columns)
        told = np.array([self.rates.get(group, self.overall) for group in groups], dtype=float)
        return pd.Series(told[place], index=frame.index)


@dataclass(frozen=True)
class Baselines:
    """A recipe's rules with their choices made and their figures learned."""

    rules: dict[str, Rule]
    fitted: dict[str, Benchmark | LogLinear]

    def log_rates(self, frame: pd.DataFrame, asked: Collection[str] | None = None) -> pd.DataFrame:
        """Log rate per exposure that each rule forecasts for each row, and their average; every rule answers every row.

        With `asked` only these, and what they rest on.
        """
        values: dict[str, pd.Series] = {}
        for name in self._needed([*self.rules, AVERAGE] if asked is None else asked):
            if name in self.fitted:
                values[name] = self.fitted[name].log_rates(frame)
            else:
                values[name] = _shrunk_record(frame, self.rules[name], values[str(self.rules[name].otherwise)])
        told = pd.DataFrame(values, index=frame.index)
        return told.assign(**{AVERAGE: average(told, self.rules)}) if asked is None or AVERAGE in asked else told

    def _needed(self, asked: Collection[str]) -> list[str]:
        """The rules to compute: those asked for, those behind the average, and those that any of them falls back on."""
        wanted = set(self.rules) if AVERAGE in asked else {*asked}
        for name in reversed(self.rules):
            wanted |= {str(self.rules[name].otherwise)} if name in wanted else set()
        return [name for name in self.rules if name in wanted]


def fit_baselines(
    examples: pd.DataFrame, recipe: Recipe, chosen: dict[str, Rule] | None = None, weight: np.ndarray | None = None
) -> Baselines:
    """Learn the figures that the rules rest on: benchmarks, each shrunk towards the one it names, and regressions.

    Parameters
    ----------
    chosen
        The rules with their choices made; without it each takes its first choice.
    weight
        How much each example counts; without it all count the same.
    """
    weight = np.ones(len(examples)) if weight is None else weight
    chosen = chosen or {name: rule.choices()[0] for name, rule in recipe.rules.items()}
    learned: dict[str, Benchmark | LogLinear] = {}
    for name, rule in chosen.items():
        if rule.benchmark is not None:
            learned[name] = _fit_benchmark(examples, recipe, rule, learned.get(rule.otherwise or ""), weight)
        elif rule.regression is not None:
            learned[name] = fit_log_linear(examples, recipe, rule.regression, weight)
    return Baselines(chosen, learned)


def select_baselines(
    held_out: pd.DataFrame, told: pd.DataFrame, recipe: Recipe, weight: np.ndarray
) -> tuple[dict[str, Rule], pd.DataFrame]:
    """Choose each rule's record and shrinkage by its loss on rows held out.

    Parameters
    ----------
    held_out
        Rows that the benchmarks and regressions behind `told` were not learned from.
    told
        What the rules say of them under any choices, as log rates.

    Returns
    -------
    The rules with their choices made, and what they and their average say under these.
    """
    counts, people = held_out[recipe.outcome].to_numpy(dtype=float), np.log(exposure(held_out, recipe.exposure))
    chosen, told = {}, told.copy()
    for name, rule in recipe.rules.items():
        chosen[name], *others = rule.choices()
        if rule.record is not None:
            values = [_shrunk_record(held_out, choice, told[str(rule.otherwise)]) for choice in (chosen[name], *others)]
            losses = [loss(counts, value.to_numpy() + people, recipe, weight) for value in values]
            best = int(np.argmin(losses))
            chosen[name], told[name] = rule.choices()[best], values[best]
    return chosen, told.assign(**{AVERAGE: average(told, chosen)})


def average(told: pd.DataFrame, rules: dict[str, Rule]) -> pd.Series:
    """Mean of the log rates in `told`: of the creator's own records where there are any, and else of the other rules.

    A record that only repeats what it falls back on says nothing, and one that no benchmark steadies would say too much. Equal
    weights, because weights that are estimated on few labels do worse (Bates and Granger 1969, "The combination of forecasts";
    Smith and Wallis 2009, "A simple explanation of the forecast combination puzzle").
    """
    rest = {name: rule.otherwise for name, rule in rules.items() if rule.otherwise}
    own = told.assign(**{name: told[name].mask(told[name] == told[otherwise]) for name, otherwise in rest.items()})
    records = [name for name, rule in rules.items() if rule.record is not None and rule.shrinks[0] > 0]
    others = [name for name, rule in rules.items() if rule.record is None]
    return own[records].mean(axis=1).fillna(own[others].mean(axis=1)).fillna(told.mean(axis=1))


def to_json(rules: Baselines) -> dict[str, Any]:
    """Rules as plain data."""
    learned = {n: log_linear.to_json(r) if isinstance(r, LogLinear) else asdict(r) for n, r in rules.fitted.items()}
    return {"chosen": [[name, rule.model_dump(mode="json")] for name, rule in rules.rules.items()], "learned": learned}


def from_json(data: dict[str, Any]) -> Baselines:
    """Rules from plain data."""
    learned: dict[str, Benchmark | LogLinear] = {
        name: log_linear.from_json(r) if "terms" in r else Benchmark(tuple(r["columns"]), r["rates"], r["overall"])
        for name, r in data["learned"].items()
    }
    return Baselines({name: Rule.model_validate(rule) for name, rule in data["chosen"]}, learned)


def _groups(frame: pd.DataFrame, columns: tuple[str, ...]) -> tuple[list[str], np.ndarray]:
    """Each combination of values in one word, and which of them every row has."""
    told, which = combined(frame, columns)
    return ["".join(f"|{value}" for value in values) for values in told], which


def _shrunk_record(frame: pd.DataFrame, rule: Rule, base: pd.Series) -> pd.Series:
    record = _column(frame, rule.records[0])
    own = np.log(record.clip(lower=FAINTEST))
    if rule.when_sponsored is not None:
        ratio = np.log(_column(frame, rule.when_sponsored).clip(*RATIOS)).fillna(0.0)
        own = own + ratio.where(_column(frame, "sponsored") == 1.0, 0.0)
    posts = (_column(frame, rule.seen) if rule.seen else pd.Series(np.nan, frame.index)).fillna(TRUSTED_AS).clip(1.0, 30.0)
    return ((posts * own + rule.shrinks[0] * base) / (posts + rule.shrinks[0])).fillna(base)


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name].astype(float) if name in frame else pd.Series(np.nan, index=frame.index)


def _fit_benchmark(
    examples: pd.DataFrame, recipe: Recipe, rule: Rule, base: Benchmark | LogLinear | None, weight: np.ndarray
) -> Benchmark:
    people = exposure(examples, recipe.exposure)
    counts = examples[recipe.outcome].to_numpy(dtype=float)
    names, which = _groups(examples, tuple(rule.benchmark or ()))
    group, shrink = np.array(names, dtype=object)[which], rule.shrinks[0]
    if recipe.counts:
        overall = float(np.log(max((weight * counts).sum() / (weight * people).sum(), FAINTEST)))
        towards = np.exp(base.log_rates(examples)) if base else pd.Series(np.exp(overall), index=examples.index)
        sums = pd.DataFrame({"y": counts, "e": people, "b": towards * people}).mul(weight, axis=0).groupby(group).sum()
        prior = shrink * people.mean()
        rates = np.log(((sums["y"] + prior * sums["b"] / sums["e"]) / (sums["e"] + prior)).clip(lower=FAINTEST))
    else:
        logs = np.log1p(counts) - np.log(people)
        overall = float(np.average(logs, weights=weight))
        towards = base.log_rates(examples) if base else pd.Series(overall, index=examples.index)
        sums = pd.DataFrame({"y": logs, "b": towards.to_numpy(), "n": 1.0}).mul(weight, axis=0).groupby(group).sum()
        rates = (sums["y"] + shrink * sums["b"] / sums["n"]) / (sums["n"] + shrink)
    return Benchmark(tuple(rule.benchmark or ()), {str(k): float(v) for k, v in rates.items()}, overall)
