"""Baselines (a recipe's `rules`): plain forecasts that every model must beat, one of which it starts from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from predictor.definitions.formulas import FORMULAS
from predictor.definitions.schema import Recipe, Rule
from predictor.forecasting import log_linear
from predictor.forecasting.design_matrix import exposure
from predictor.forecasting.log_linear import LogLinear, fit_log_linear
from predictor.forecasting.losses import loss
from predictor.tables.frames import combined
from predictor.tables.plain_data import typed

TRUSTED_AS = 10.0  # posts that a record counts for when nothing says on how many it rests
AVERAGE = "average_of_rules"
FAINTEST = 1e-12  # smallest rate, so that a rate of zero has a logarithm
RATIOS = (0.2, 5.0)  # sponsored over organic; a ratio outside comes from few posts and is clipped


@dataclass(frozen=True)
class Benchmark:
    """Typical rate (as a log) by the values of some columns; `overall` where a combination was never seen."""

    columns: tuple[str, ...]
    rates: dict[str, float]
    overall: float

    def log_rates(self, frame: pd.DataFrame) -> pd.Series:
        """The log rate of each row's group."""
        names, group_idx = _groups(frame, self.columns)
        rates = np.array([self.rates.get(name, self.overall) for name in names], dtype=float)
        return pd.Series(rates[group_idx], index=frame.index)


@dataclass(frozen=True)
class Baselines:
    """A recipe's baselines with their choices made (`rules`), and the benchmarks and regressions among them `fitted`."""

    rules: dict[str, Rule]
    fitted: dict[str, Benchmark | LogLinear]
    exposure: tuple[str, ...] = ()

    def log_rates(self, frame: pd.DataFrame, only: Collection[str] | None = None) -> pd.DataFrame:
        """Log rate per exposure that each baseline forecasts for each row, and their average; every baseline answers every row.

        With `only` these, and what they fall back on.
        """
        rates: dict[str, pd.Series] = {}
        for name in self._needed([*self.rules, AVERAGE] if only is None else only):
            if name in self.fitted:
                rates[name] = self.fitted[name].log_rates(frame) + self._log_per(frame, self.rules[name])
            else:
                rates[name] = _shrunk_record(frame, self.rules[name], rates[str(self.rules[name].otherwise)])
        log_rates = pd.DataFrame(rates, index=frame.index)
        if only is None or AVERAGE in only:
            return log_rates.assign(**{AVERAGE: average(log_rates, self.rules)})
        return log_rates

    def _log_per(self, frame: pd.DataFrame, rule: Rule) -> np.ndarray | float:
        """Log of how much there is of what a rule's rate is per, for each unit of the recipe's exposure."""
        per = _per(frame, rule, self.exposure)
        return 0.0 if per == self.exposure else np.log(exposure(frame, per)) - np.log(exposure(frame, self.exposure))

    def _needed(self, only: Collection[str]) -> list[str]:
        """The baselines to compute: those requested, those behind the average, and those that any of them falls back on."""
        needed = set(self.rules) if AVERAGE in only else {*only}
        for name in reversed(self.rules):
            needed |= {str(self.rules[name].otherwise)} if name in needed else set()
        return [name for name in self.rules if name in needed]


def fit_baselines(
    examples: pd.DataFrame, recipe: Recipe, rules: dict[str, Rule] | None = None, weight: np.ndarray | None = None
) -> Baselines:
    """Fit the baselines: benchmarks, each shrunk towards the one it names, and regressions.

    Parameters
    ----------
    rules
        The recipe's rules with their choices made; without it each takes its first choice.
    weight
        How much each example counts; without it all count the same.
    """
    weight = np.ones(len(examples)) if weight is None else weight
    rules = rules or {name: rule.choices()[0] for name, rule in recipe.rules.items()}
    fitted: dict[str, Benchmark | LogLinear] = {}
    for name, rule in rules.items():
        of_rule = recipe.model_copy(update={"exposure": _per(examples, rule, recipe.exposure)})
        if rule.benchmark is not None:
            fitted[name] = _fit_benchmark(examples, of_rule, rule, fitted.get(rule.otherwise or ""), weight)
        elif rule.regression is not None:
            fitted[name] = fit_log_linear(examples, of_rule, rule.regression, weight)
    return Baselines(rules, fitted, recipe.exposure)


def select_baselines(
    held_out: pd.DataFrame, log_rates: pd.DataFrame, recipe: Recipe, weight: np.ndarray
) -> tuple[dict[str, Rule], pd.DataFrame]:
    """Choose each baseline's record and shrinkage by its loss on held-out rows.

    Parameters
    ----------
    held_out
        Rows that the benchmarks and regressions behind `log_rates` were not fitted on.
    log_rates
        Log rates of these rows by every baseline, under any choices.

    Returns
    -------
    The rules with their choices made, and the log rates of the baselines and their average under these.
    """
    y, log_exposure = held_out[recipe.outcome].to_numpy(dtype=float), np.log(exposure(held_out, recipe.exposure))
    rules, log_rates = {}, log_rates.copy()
    for name, rule in recipe.rules.items():
        rules[name], *others = rule.choices()
        if rule.is_record:
            candidates = [_shrunk_record(held_out, choice, log_rates[str(rule.otherwise)]) for choice in (rules[name], *others)]
            losses = [loss(y, candidate.to_numpy() + log_exposure, recipe, weight) for candidate in candidates]
            best = int(np.argmin(losses))
            rules[name], log_rates[name] = rule.choices()[best], candidates[best]
    return rules, log_rates.assign(**{AVERAGE: average(log_rates, rules)})


def average(log_rates: pd.DataFrame, rules: dict[str, Rule]) -> pd.Series:
    """Mean of the log rates: of the baselines that use the creator's own record where there is one, and else of the others.

    A rate per forecast of an earlier target uses the creator's record of that. A record that only repeats a benchmark says
    nothing, one that no benchmark steadies would say too much, and one that another is drawn to is in there already. Equal
    weights, because weights that are estimated on few labels do worse (Bates and Granger 1969, "The combination of forecasts";
    Smith and Wallis 2009, "A simple explanation of the forecast combination puzzle").
    """
    steadied = {name: rule for name, rule in rules.items() if rule.is_record and rule.shrinks[0] > 0}
    finest = [name for name in steadied if name not in {rule.otherwise for rule in steadied.values()}]
    records = {name: log_rates[name].mask(log_rates[name] == log_rates[_benchmark_of(name, rules)]) for name in finest}
    own = pd.DataFrame(records, log_rates.index)
    recorded = own.notna().any(axis=1) | (not finest)
    own = own.assign(**{name: log_rates[name].where(recorded) for name, rule in rules.items() if rule.per is not None})
    without_record = [name for name, rule in rules.items() if not rule.is_record]
    return own.mean(axis=1).fillna(log_rates[without_record].mean(axis=1)).fillna(log_rates.mean(axis=1))


def _benchmark_of(name: str, rules: dict[str, Rule]) -> str:
    """The baseline without a record that a record falls back on in the end."""
    return name if not rules[name].is_record else _benchmark_of(str(rules[name].otherwise), rules)


def to_json(baselines: Baselines) -> dict[str, Any]:
    """Baselines as plain data."""
    fitted = {n: log_linear.to_json(r) if isinstance(r, LogLinear) else asdict(r) for n, r in baselines.fitted.items()}
    return {
        "exposure": list(baselines.exposure),
        "chosen": [[name, rule.model_dump(mode="json")] for name, rule in baselines.rules.items()],
        "learned": fitted,
    }


def from_json(data: dict[str, Any]) -> Baselines:
    """Baselines from plain data."""
    fitted: dict[str, Benchmark | LogLinear] = {
        name: log_linear.from_json(r) if "terms" in r else typed(Benchmark, r) for name, r in data["learned"].items()
    }
    rules = {name: Rule.model_validate(rule) for name, rule in data["chosen"]}
    return Baselines(rules, fitted, typed(tuple[str, ...], data["exposure"]))


def per_column(target: str) -> str:
    """The column of rows that holds an earlier target's forecast; no table has one of this name."""
    return f"forecast of {target}"


def _per(frame: pd.DataFrame, rule: Rule, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """What a rule's rate is per: the forecast of the target that it names, or where that was not learned, the exposure."""
    return (per_column(rule.per),) if rule.per is not None and per_column(rule.per) in frame else otherwise


def _groups(frame: pd.DataFrame, columns: tuple[str, ...]) -> tuple[list[str], np.ndarray]:
    """Each combination of values as one key, and the position of each row's among them."""
    combinations, group_idx = combined(frame, columns)
    return ["".join(f"|{value}" for value in values) for values in combinations], group_idx


def _shrunk_record(frame: pd.DataFrame, rule: Rule, prior: pd.Series) -> pd.Series:
    record = _column(frame, rule.records[0]) if rule.formula is None else _by_formula(frame, rule.formula, rule.of)
    own = np.log(record.clip(lower=FAINTEST))
    if rule.when_sponsored is not None:
        ratio = np.log(_column(frame, rule.when_sponsored).clip(*RATIOS)).fillna(0.0)
        own = own + ratio.where(_column(frame, "sponsored") == 1.0, 0.0)
    posts = (_column(frame, rule.seen) if rule.seen else pd.Series(np.nan, frame.index)).fillna(TRUSTED_AS).clip(1.0, 30.0)
    return ((posts * own + rule.shrinks[0] * prior) / (posts + rule.shrinks[0])).fillna(prior)


def _by_formula(frame: pd.DataFrame, name: str, of: tuple[str, ...]) -> pd.Series:
    columns = pd.DataFrame({column: _column(frame, column) for column in of}, index=frame.index)
    rates = np.asarray(FORMULAS[name](columns), dtype=float)
    return pd.Series(np.where(np.isfinite(rates) & (rates >= 0), rates, np.nan), index=frame.index)


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name].astype(float) if name in frame else pd.Series(np.nan, index=frame.index)


def _fit_benchmark(
    examples: pd.DataFrame, recipe: Recipe, rule: Rule, prior: Benchmark | LogLinear | None, weight: np.ndarray
) -> Benchmark:
    exposed = exposure(examples, recipe.exposure)
    y = examples[recipe.outcome].to_numpy(dtype=float)
    names, group_idx = _groups(examples, tuple(rule.benchmark or ()))
    group, strength = np.array(names, dtype=object)[group_idx], rule.shrinks[0]
    if recipe.counts:
        overall = float(np.log(max((weight * y).sum() / (weight * exposed).sum(), FAINTEST)))
        prior_rate = np.exp(prior.log_rates(examples)) if prior else pd.Series(np.exp(overall), index=examples.index)
        sums = pd.DataFrame({"y": y, "e": exposed, "b": prior_rate * exposed}).mul(weight, axis=0).groupby(group).sum()
        prior_exposure = strength * exposed.mean()
        rates = np.log(((sums["y"] + prior_exposure * sums["b"] / sums["e"]) / (sums["e"] + prior_exposure)).clip(lower=FAINTEST))
    else:
        log_rates = np.log1p(y) - np.log(exposed)
        overall = float(np.average(log_rates, weights=weight))
        prior_rate = prior.log_rates(examples) if prior else pd.Series(overall, index=examples.index)
        sums = pd.DataFrame({"y": log_rates, "b": prior_rate.to_numpy(), "n": 1.0}).mul(weight, axis=0).groupby(group).sum()
        rates = (sums["y"] + strength * sums["b"] / sums["n"]) / (sums["n"] + strength)
    return Benchmark(tuple(rule.benchmark or ()), {str(k): float(v) for k, v in rates.items()}, overall)
