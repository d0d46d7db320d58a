"""Baselines (a recipe's `rules`): plain forecasts that every model must beat, one of which it starts from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from predictor.definitions.formulas import formula_named
from predictor.definitions.schema import Recipe, Rule
from predictor.errors import DefinitionError
from predictor.forecasting import log_linear
from predictor.forecasting.design_matrix import any_known, exposure, log_exposure
from predictor.forecasting.log_linear import LogLinear, fit_log_linear
from predictor.forecasting.losses import loss
from predictor.tables.frames import Columns, Rows, combined
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

    def log_rates(self, rows: Rows) -> np.ndarray:
        """The log rate of each row's group."""
        names, group_idx = _groups(rows, self.columns)
        rates = np.array([self.rates.get(name, self.overall) for name in names], dtype=float)
        return rates[group_idx]


@dataclass(frozen=True)
class Baselines:
    """A recipe's baselines with their choices made (`rules`), and the benchmarks and regressions among them `fitted`.

    A creator has a record where any of `known_by` is known. Those of `rare` counts are drawn to another rule as rates, since many
    of them are 0, and others as log rates.
    """

    rules: dict[str, Rule]
    fitted: dict[str, Benchmark | LogLinear]
    exposure: tuple[str, ...] = ()
    known_by: tuple[str, ...] = ()
    rare: bool = False

    def log_rates(self, rows: Rows) -> pd.DataFrame:
        """Log rate per exposure that each baseline forecasts for each row, and their average; every baseline answers each row."""
        return pd.DataFrame(self.log_rates_by([*self.rules, AVERAGE], rows), index=rows.index)

    def log_rates_by(self, names: Collection[str], rows: Rows) -> dict[str, np.ndarray]:
        """The log rates of the baselines of these names, and of those that they fall back on."""
        rates: dict[str, np.ndarray] = {}
        rows = Columns.of(rows)
        for name in self._needed(names):
            if name in self.fitted:
                rates[name] = self.fitted[name].log_rates(rows) + self._log_per(rows, self.rules[name])
            else:
                rates[name] = _shrunk_record(rows, self.rules[name], rates[str(self.rules[name].otherwise)], self.rare)
        if AVERAGE not in names:
            return rates
        return rates | {AVERAGE: self._average.of(rates, any_known(rows, self.known_by))}

    def answering(self, name: str, rows: Rows) -> np.ndarray:
        """Of each row, the baseline that `name` comes down to: where there is no such record, what that falls back on."""
        rows = Columns.of(rows)
        names = np.full(len(rows), name, dtype=object)
        while name in self.rules and (rule := self.rules[name]).is_record:
            without = (names == name) & np.isnan(_record(rows, rule))
            name = str(rule.otherwise)
            names[without] = name
        return names

    @cached_property
    def _average(self) -> Average:
        return average_of(self.rules, self.rare)

    def _log_per(self, rows: Columns, rule: Rule) -> np.ndarray | float:
        """Log of how much there is of what a rule's rate is per, for each unit of the recipe's exposure."""
        per = _per(rows, rule, self.exposure)
        return 0.0 if per == self.exposure else log_exposure(rows, per) - log_exposure(rows, self.exposure)

    def _needed(self, only: Collection[str]) -> list[str]:
        """The baselines to compute: those requested, those behind the average, and those that any of them falls back on."""
        needed = set(self.rules) if AVERAGE in only else {*only}
        for name in reversed(self.rules):
            needed |= {str(self.rules[name].otherwise)} if name in needed else set()
        return [name for name in self.rules if name in needed]


def fit_baselines(
    examples: Rows, recipe: Recipe, rules: dict[str, Rule] | None = None, weight: np.ndarray | None = None
) -> Baselines:
    """Fit the baselines: benchmarks, each shrunk towards the one it names, and regressions.

    Parameters
    ----------
    rules
        The recipe's rules with their choices made; without it each takes its first choice.
    weight
        How much each example counts; without it all count the same.
    """
    examples, weight = Columns.of(examples), np.ones(len(examples)) if weight is None else weight
    rules = rules or {name: rule.choices()[0] for name, rule in recipe.rules.items()}
    fitted: dict[str, Benchmark | LogLinear] = {}
    for name, rule in rules.items():
        of_rule = recipe.model_copy(update={"exposure": _per(examples, rule, recipe.exposure)})
        if rule.benchmark is not None:
            fitted[name] = _fit_benchmark(examples, of_rule, rule, fitted.get(rule.otherwise or ""), weight)
        elif rule.regression is not None:
            fitted[name] = fit_log_linear(examples, of_rule, rule.regression, weight)
    return Baselines(rules, fitted, recipe.exposure, recipe.known_by, recipe.counts)


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
    y, exposed = held_out[recipe.outcome].to_numpy(dtype=float), log_exposure(held_out, recipe.exposure)
    rules, log_rates, columns = {}, log_rates.copy(), Columns.of(held_out)
    for name, rule in recipe.rules.items():
        rules[name], *others = rule.choices()
        if rule.is_record:
            prior = log_rates[str(rule.otherwise)].to_numpy()
            candidates = [_shrunk_record(columns, choice, prior, recipe.counts) for choice in (rules[name], *others)]
            losses = [loss(y, candidate + exposed, recipe, weight) for candidate in candidates]
            best = int(np.argmin(losses))
            rules[name], log_rates[name] = rule.choices()[best], candidates[best]
    by_name = {name: log_rates[name].to_numpy() for name in recipe.rules}
    average = average_of(rules, recipe.counts).of(by_name, any_known(columns, recipe.known_by))
    return rules, log_rates.assign(**{AVERAGE: average})


@dataclass(frozen=True)
class Average:
    """Mean of the log rates of the baselines that use the creator's own record where there is one, and else of the others.

    `own` are the records that count, each with the baseline that it falls back on in the end, `per` the rates per forecast of an
    earlier target, and `others` the baselines that stand in where there is no record.
    """

    own: dict[str, str]
    per: tuple[str, ...]
    others: tuple[str, ...]

    def of(self, log_rates: Mapping[str, np.ndarray], known: np.ndarray) -> np.ndarray:
        """The mean of each row, by the log rates of all baselines and whether the creator is `known` (n,)."""
        own = [np.where(log_rates[name] == log_rates[other], np.nan, log_rates[name]) for name, other in self.own.items()]
        recorded = np.logical_or.reduce([known, *(~np.isnan(one) for one in own)]) if own else np.True_
        own += [np.where(recorded, log_rates[name], np.nan) for name in self.per]
        found = _mean(own, len(next(iter(log_rates.values()))))
        for rest in (self.others, tuple(log_rates)):
            if (missing := np.isnan(found)).any():
                found = np.where(missing, _mean([log_rates[name] for name in rest], len(found)), found)
        return found


def average_of(rules: dict[str, Rule], rare: bool) -> Average:
    """Which of the baselines the average is of.

    A rate per forecast of an earlier target uses the record by which the creator is `known` (n,). A record that only repeats
    what it is drawn to says nothing, one that nothing steadies would say too much, and one that another is drawn to is in there
    already; so is, of `rare` counts, a benchmark by columns that a regression has too. Equal weights, because weights that are
    estimated on few labels do worse (Bates and Granger 1969, "The combination of forecasts"; Smith and Wallis 2009, "A simple
    explanation of the forecast combination puzzle").
    """
    steadied = {name: rule for name, rule in rules.items() if rule.is_record and rule.shrinks[0] > 0}
    finest = [name for name in steadied if name not in {rule.otherwise for rule in steadied.values()}]
    return Average(
        {name: _benchmark_of(name, rules) for name in finest},
        tuple(name for name, rule in rules.items() if rule.per is not None),
        tuple(name for name, rule in rules.items() if not rule.is_record and not (rare and _nested(rule, rules))),
    )


def _nested(rule: Rule, rules: Mapping[str, Rule]) -> bool:
    """Whether it is a benchmark, and a regression has all its columns."""
    regressions = [{*other.regression} for other in rules.values() if other.regression is not None]
    return rule.benchmark is not None and any({*rule.benchmark} <= terms for terms in regressions)


def _mean(columns: Sequence[np.ndarray], rows: int) -> np.ndarray:
    """The mean of the columns in each row, of those that are not missing there; NaN where all are."""
    total, count = np.zeros(rows), np.zeros(rows)
    for column in columns:
        known = ~np.isnan(column)
        total, count = total + np.where(known, column, 0.0), count + known
    return np.divide(total, count, out=np.full(rows, np.nan), where=count > 0)


def _benchmark_of(name: str, rules: dict[str, Rule]) -> str:
    """The baseline without a record that a record falls back on in the end."""
    return name if not rules[name].is_record else _benchmark_of(str(rules[name].otherwise), rules)


def to_json(baselines: Baselines) -> dict[str, Any]:
    """Baselines as plain data."""
    fitted = {n: log_linear.to_json(r) if isinstance(r, LogLinear) else asdict(r) for n, r in baselines.fitted.items()}
    return {
        "exposure": list(baselines.exposure),
        "known_by": list(baselines.known_by),
        "rare": baselines.rare,
        "chosen": [[name, rule.model_dump(mode="json")] for name, rule in baselines.rules.items()],
        "learned": fitted,
    }


def from_json(data: dict[str, Any]) -> Baselines:
    """Baselines from plain data."""
    fitted: dict[str, Benchmark | LogLinear] = {
        name: log_linear.from_json(r) if "terms" in r else typed(Benchmark, r) for name, r in data["learned"].items()
    }
    rules = {name: Rule.model_validate(rule) for name, rule in data["chosen"]}
    exposure, known_by = (typed(tuple[str, ...], data[key]) for key in ("exposure", "known_by"))
    return Baselines(rules, fitted, exposure, known_by, typed(bool, data["rare"]))


def per_column(target: str) -> str:
    """The column of rows that holds an earlier target's forecast; no table has one of this name."""
    return f"forecast of {target}"


def _per(rows: Rows, rule: Rule, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """What a rule's rate is per: the forecast of the target that it names, or where that was not learned, the exposure."""
    return (per_column(rule.per),) if rule.per is not None and per_column(rule.per) in rows else otherwise


def _groups(rows: Rows, columns: tuple[str, ...]) -> tuple[list[str], np.ndarray]:
    """Each combination of values as one key, and the position of each row's among them."""
    rows = Columns.of(rows).holding(columns)
    combinations, group_idx = combined(rows, columns)

    def keys() -> list[str]:
        return ["".join(f"|{value}" for value in values) for values in combinations]

    return rows.once(("groups", columns), keys), group_idx


def _shrunk_record(rows: Columns, rule: Rule, prior: np.ndarray, rare: bool) -> np.ndarray:
    record = _record(rows, rule)
    if np.isnan(record).all():  # a list of strangers, as most are
        return prior
    own = np.log(np.maximum(record, FAINTEST))
    if rule.when_sponsored is not None:
        own = own + _when_sponsored(rows, rule.when_sponsored)
    posts = _posts_behind(rows, rule.seen or "")

    def drawn(own: np.ndarray, prior: np.ndarray) -> np.ndarray:
        return (posts * own + rule.shrinks[0] * prior) / (posts + rule.shrinks[0])

    shrunk = np.log(drawn(np.exp(own), np.exp(prior))) if rare else drawn(own, prior)
    return np.where(np.isnan(shrunk), prior, shrunk)


def _posts_behind(rows: Columns, seen: str) -> np.ndarray:
    """On how many posts a record rests, by the column that says so; the same for all records that name it."""
    rows = rows.holding((seen,))

    def found() -> np.ndarray:
        posts = rows.floats(seen)
        return np.minimum(np.maximum(np.where(np.isnan(posts), TRUSTED_AS, posts), 1.0), 30.0)

    return rows.once(("posts behind", seen), found)


def _when_sponsored(rows: Columns, ratio_of: str) -> np.ndarray:
    """What is added to a log record where the row is sponsored, by the column that holds the ratio."""
    rows = rows.holding((ratio_of, "sponsored"))

    def found() -> np.ndarray:
        ratio = np.log(np.clip(rows.floats(ratio_of), *RATIOS))
        return np.where((rows.floats("sponsored") == 1.0) & ~np.isnan(ratio), ratio, 0.0)

    return rows.once(("when sponsored", ratio_of), found)


def _record(rows: Columns, rule: Rule) -> np.ndarray:
    return rows.floats(rule.records[0]) if rule.formula is None else _by_formula(rows, rule.formula, rule.of)


def _by_formula(rows: Columns, name: str, of: tuple[str, ...]) -> np.ndarray:
    columns = pd.DataFrame({column: rows.floats(column) for column in of}, index=range(len(rows)))
    function = formula_named(name)
    assert function is not None, name  # definitions and bundles were refused without it
    found = function(columns)
    rates = np.asarray(found.reindex(columns.index) if isinstance(found, pd.Series) else found, dtype=float)
    if rates.shape != (len(rows),):
        given = len(rates) if rates.ndim else "one value"
        raise DefinitionError([f"formula '{name}' gave {given} for {len(rows)} rows; it must give each row a rate."])
    return np.where(np.isfinite(rates) & (rates >= 0), rates, np.nan)


def _fit_benchmark(
    examples: Columns, recipe: Recipe, rule: Rule, prior: Benchmark | LogLinear | None, weight: np.ndarray
) -> Benchmark:
    exposed = exposure(examples, recipe.exposure)
    y, strength = examples.floats(recipe.outcome), rule.shrinks[0]
    names, group_idx = _groups(examples, tuple(rule.benchmark or ()))
    if recipe.counts:
        overall = float(np.log(max((weight * y).sum() / (weight * exposed).sum(), FAINTEST)))
        prior_rate = np.exp(prior.log_rates(examples)) if prior else np.full(len(examples), np.exp(overall))
        sums = pd.DataFrame({"y": y, "e": exposed, "b": prior_rate * exposed}).mul(weight, axis=0).groupby(group_idx).sum()
        prior_exposure = strength * exposed.mean()
        rates = np.log(((sums["y"] + prior_exposure * sums["b"] / sums["e"]) / (sums["e"] + prior_exposure)).clip(lower=FAINTEST))
    else:
        log_rates = np.log1p(y) - np.log(exposed)
        overall = float(np.average(log_rates, weights=weight))
        prior_rate = prior.log_rates(examples) if prior else np.full(len(examples), overall)
        sums = pd.DataFrame({"y": log_rates, "b": prior_rate, "n": 1.0}).mul(weight, axis=0).groupby(group_idx).sum()
        rates = (sums["y"] + strength * sums["b"] / sums["n"]) / (sums["n"] + strength)
    return Benchmark(tuple(rule.benchmark or ()), dict(sorted(zip(names, map(float, rates), strict=True))), overall)
