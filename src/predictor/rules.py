"""Simple rules: forecasts that need no learning, which every model must beat and one of which it starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from predictor.catalogue import Recipe, Rule
from predictor.examples import exposure

TRUSTED_AS = 10.0  # posts that a record counts for when it is given without saying on how many posts it rests
FAINTEST = 1e-12  # a rate of zero keeps a logarithm


@dataclass(frozen=True)
class Benchmark:
    """Typical rate (as a log) by the values of some columns; `overall` where a combination was never seen."""

    columns: tuple[str, ...]
    rates: dict[str, float]
    overall: float

    def of(self, frame: pd.DataFrame) -> pd.Series:
        """The log rate of each row's group."""
        return _group(frame, self.columns).map(self.rates).fillna(self.overall)


def fit_rules(examples: pd.DataFrame, recipe: Recipe) -> dict[str, Benchmark]:
    """Learn the benchmarks that the rules of `recipe` rest on, each shrunk towards the one it names."""
    benchmarks: dict[str, Benchmark] = {}
    for name, rule in recipe.rules.items():
        if rule.benchmark is not None:
            base = benchmarks.get(rule.otherwise or "")
            benchmarks[name] = _fit_benchmark(examples, recipe, rule, base)
    return benchmarks


def rule_values(frame: pd.DataFrame, recipe: Recipe, benchmarks: dict[str, Benchmark]) -> pd.DataFrame:
    """Log rate per exposure that each rule forecasts for each row; every rule answers every row."""
    values: dict[str, pd.Series] = {}
    for name, rule in recipe.rules.items():
        if rule.benchmark is not None:
            values[name] = benchmarks[name].of(frame)
        else:
            values[name] = _shrunk_record(frame, rule, values[str(rule.otherwise)])
    return pd.DataFrame(values, index=frame.index)


def to_json(benchmarks: dict[str, Benchmark]) -> dict[str, Any]:
    """Benchmarks as plain data."""
    return {name: {"columns": list(b.columns), "rates": b.rates, "overall": b.overall} for name, b in benchmarks.items()}


def from_json(data: dict[str, Any]) -> dict[str, Benchmark]:
    """Benchmarks from plain data."""
    return {name: Benchmark(tuple(b["columns"]), b["rates"], b["overall"]) for name, b in data.items()}


def _group(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    parts = [frame[c].astype("str").fillna("?") if c in frame else pd.Series("?", frame.index) for c in columns]
    joined = pd.Series("", index=frame.index)
    for part in parts:
        joined = joined + "|" + part
    return joined


def _shrunk_record(frame: pd.DataFrame, rule: Rule, base: pd.Series) -> pd.Series:
    record = frame[rule.record] if rule.record in frame else pd.Series(np.nan, index=frame.index)
    own = np.log(record.astype(float).clip(lower=FAINTEST))
    seen = frame[rule.seen].astype(float) if rule.seen in frame else pd.Series(np.nan, index=frame.index)
    posts = seen.fillna(TRUSTED_AS).clip(1.0, 30.0)
    return ((posts * own + rule.shrink * base) / (posts + rule.shrink)).fillna(base)


def _fit_benchmark(examples: pd.DataFrame, recipe: Recipe, rule: Rule, base: Benchmark | None) -> Benchmark:
    people = exposure(examples, recipe.exposure)
    counts = examples[recipe.outcome].to_numpy(dtype=float)
    group = _group(examples, tuple(rule.benchmark or ()))
    if recipe.counts:
        overall = float(np.log(max(counts.sum() / people.sum(), FAINTEST)))
        towards = np.exp(base.of(examples)) if base else pd.Series(np.exp(overall), index=examples.index)
        sums = pd.DataFrame({"y": counts, "e": people, "b": towards * people}).groupby(group.to_numpy()).agg(["sum", "size"])
        prior = rule.shrink * people.mean()
        rate = sums["b"]["sum"] / sums["e"]["sum"]
        rates = np.log(((sums["y"]["sum"] + prior * rate) / (sums["e"]["sum"] + prior)).clip(lower=FAINTEST))
    else:
        logs = pd.Series(np.log1p(counts) - np.log(people), index=examples.index)
        overall = float(logs.mean())
        towards = base.of(examples) if base else pd.Series(overall, index=examples.index)
        means = pd.DataFrame({"y": logs, "b": towards}).groupby(group.to_numpy()).agg(["sum", "size"])
        size = means["y"]["size"]
        rates = (means["y"]["sum"] + rule.shrink * means["b"]["sum"] / size) / (size + rule.shrink)
    return Benchmark(tuple(rule.benchmark or ()), {str(k): float(v) for k, v in rates.items()}, overall)
