"""One target's model: the best simple rule, a learned correction, and a distribution around both.

Two parts, because they answer different questions: `known` for creators with a record, tested forward in time, and
`stranger` for those without one, tested on creators that were left out. Each part starts from the simple rule that did best
on held-out rows, and uses as much of LightGBM's correction as paid there, down to none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import lightgbm as lgb
import numpy as np
import pandas as pd

from predictor.catalogue import Catalogue, Recipe
from predictor.design import Design, as_strangers, design, with_gaps
from predictor.examples import exposure
from predictor.folds import Fold, by_creator, time_forward
from predictor.rules import Benchmark, fit_rules, rule_values
from predictor.spread import CountSpread, LogSpread, count_spread, log_spread

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
TREES = (0.1, 0.3, 1.0)  # parts of the recipe's trees that are tried
WORTHWHILE = 0.002  # relative gain below which a larger share of the correction is not worth having
SIZED_FROM = 500  # held-out rows needed before the size of errors is learned rather than taken as one for all
LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Part:
    """A rule, a correction, how much of it to use, and the spread around the result."""

    benchmarks: dict[str, Benchmark]
    anchor: str
    share: float
    trees: int
    scale: float
    booster: lgb.Booster
    sizes: lgb.Booster | None
    spread: LogSpread | CountSpread
    rows: int


@dataclass(frozen=True)
class Model:
    """Everything needed to forecast one target."""

    recipe: Recipe
    design: Design
    known: Part
    stranger: Part
    labels: int


@dataclass(frozen=True)
class _Kit:
    recipe: Recipe
    design: Design
    seed: int
    creators_weigh_the_same: bool = False


def labelled(examples: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    """The examples whose outcome was recorded; a missing outcome is never taken as zero."""
    return examples[examples[recipe.outcome].notna()].reset_index(drop=True)


def has_record(frame: pd.DataFrame, recipe: Recipe) -> np.ndarray:
    """Which rows come with a record of the creator's own."""
    columns = [column for column in recipe.known_by if column in frame]
    return frame[columns].notna().any(axis=1).to_numpy() if columns else np.zeros(len(frame), dtype=bool)


def fit(examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue, seed: int = 1) -> Model:
    """Fit one target on labelled examples; the same examples, seed and versions give the same model."""
    shape = design(examples, recipe, catalogue)
    kit = _Kit(recipe, shape, seed)
    blank = as_strangers(examples, shape, seed)
    # A stranger is a new creator, not a new post: one who posts a lot must not teach more than the others.
    stranger = _fit_part(blank, list(by_creator(blank, seed)), replace(kit, creators_weigh_the_same=True))
    known = examples[has_record(examples, recipe)].reset_index(drop=True)
    folds = time_forward(known)
    return Model(recipe, shape, _fit_part(known, folds, kit) if folds else stranger, stranger, len(examples))


def forecast(model: Model, frame: pd.DataFrame, levels: tuple[float, ...] = LEVELS) -> pd.DataFrame:
    """Forecast every row, as counts for the whole booking.

    Returns
    -------
    `expected` (the mean), one column per quantile (`p10`, …), `rule` (the best simple rule alone), `known` (whether the
    creator's own record was used).
    """
    record = has_record(frame, model.recipe)
    parts = [(model.known, record), (model.stranger, ~record)]
    answers = [_answer(model, part, frame[rows], levels) for part, rows in parts if rows.any()]
    columns = ["expected", *(f"p{round(level * 100)}" for level in levels), "rule"]
    told = pd.concat(answers) if answers else pd.DataFrame(columns=columns, dtype=float)
    return told.reindex(frame.index).assign(known=record)


def rule_counts(model: Model, frame: pd.DataFrame) -> pd.DataFrame:
    """What every simple rule forecasts for every row, as counts."""
    record = has_record(frame, model.recipe)
    answers = []
    for part, rows in ((model.known, record), (model.stranger, ~record)):
        if rows.any():
            logs = rule_values(frame[rows], model.recipe, part.benchmarks)
            answers.append(logs.apply(lambda rates, asked=frame[rows]: _counts(rates.to_numpy(), asked, model.recipe)))
    return pd.concat(answers).reindex(frame.index)


def loss(counts: np.ndarray, logs: np.ndarray, recipe: Recipe) -> float:
    """Mean error of log forecasts: absolute on the log scale, or Poisson deviance for rare counts."""
    if not recipe.counts:
        return float(np.mean(np.abs(np.log1p(counts) - logs)))
    expected = np.maximum(np.exp(logs), 1e-9)
    with_events = np.where(counts > 0, counts * np.log(np.maximum(counts, 1e-9) / expected), 0.0)
    return float(2 * np.mean(with_events - counts + expected))


def _counts(rates: np.ndarray, frame: pd.DataFrame, recipe: Recipe) -> np.ndarray:
    logs = rates + np.log(exposure(frame, recipe.exposure))
    return np.exp(logs) if recipe.counts else np.maximum(np.expm1(logs), 0.0)


def _answer(model: Model, part: Part, frame: pd.DataFrame, levels: tuple[float, ...]) -> pd.DataFrame:
    anchor = rule_values(frame, model.recipe, part.benchmarks)[part.anchor].to_numpy()
    seen = model.design.matrix(frame, anchor)
    centre = anchor + np.log(exposure(frame, model.recipe.exposure)) + np.log(part.scale)
    if part.share:
        centre = centre + part.share * _correction(part.booster, seen, part.trees)
    if isinstance(part.spread, CountSpread):
        spread = part.spread
        told = {f"p{round(level * 100)}": spread.quantile(centre, level) for level in levels}
        mean = spread.mean(centre)
    else:
        size = _sizes(part.sizes, seen)
        told = {f"p{round(level * 100)}": part.spread.quantile(centre, size, level) for level in levels}
        mean = part.spread.mean(centre, size)
    return pd.DataFrame({"expected": mean, **told, "rule": _counts(anchor, frame, model.recipe)}, index=frame.index)


def _fit_part(rows: pd.DataFrame, folds: list[Fold], kit: _Kit) -> Part:
    recipe = kit.recipe
    rules = [fit_rules(rows.iloc[learned], recipe) for learned, _ in folds]
    asked = np.concatenate([asked for _, asked in folds])
    held_out = rows.iloc[asked]
    counts = held_out[recipe.outcome].to_numpy(dtype=float)
    people = np.log(exposure(held_out, recipe.exposure))
    told = pd.concat([rule_values(rows.iloc[a], recipe, r) for (_, a), r in zip(folds, rules, strict=True)])
    anchor = min(recipe.rules, key=lambda name: loss(counts, told[name].to_numpy() + people, recipe))
    start = told[anchor].to_numpy() + people
    corrections = [_held_out(rows, fold, r, anchor, kit) for fold, r in zip(folds, rules, strict=True)]
    trees, share, logs = _best_correction(
        counts, start, {t: np.concatenate([c[t] for c in corrections]) for t in corrections[0]}, recipe
    )
    benchmarks = fit_rules(rows, recipe)
    scale = float(np.clip(counts.sum() / np.exp(logs).sum(), 0.5, 2.0)) if recipe.counts and counts.sum() >= 50 else 1.0
    sizes, spread = _spread(held_out, counts, logs + np.log(scale), told[anchor].to_numpy(), kit)
    return Part(benchmarks, anchor, share, trees, scale, _train(rows, benchmarks, anchor, kit, trees), sizes, spread, len(rows))


def _held_out(rows: pd.DataFrame, fold: Fold, rules: dict[str, Benchmark], anchor: str, kit: _Kit) -> dict[int, np.ndarray]:
    """Corrections of rows that were not learned from, by the number of trees used."""
    most = kit.recipe.parameters.trees
    booster = _train(rows.iloc[fold[0]], rules, anchor, kit, most)
    asked = rows.iloc[fold[1]]
    seen = kit.design.matrix(asked, rule_values(asked, kit.recipe, rules)[anchor].to_numpy())
    return {trees: _correction(booster, seen, trees) for trees in (max(1, round(part * most)) for part in TREES)}


def _best_correction(
    counts: np.ndarray, start: np.ndarray, corrections: dict[int, np.ndarray], recipe: Recipe
) -> tuple[int, float, np.ndarray]:
    """The smallest share of the fewest trees that is about as good as any on rows held out."""
    logs = {(share, trees): start + share * told for share in SHARES for trees, told in corrections.items()}
    losses = {choice: loss(counts, told, recipe) for choice, told in logs.items()}
    share, trees = next(choice for choice in logs if losses[choice] <= min(losses.values()) * (1 + WORTHWHILE))
    return trees, share, logs[share, trees]


def _train(rows: pd.DataFrame, benchmarks: dict[str, Benchmark], anchor: str, kit: _Kit, trees: int) -> lgb.Booster:
    rows = with_gaps(rows, kit.design, kit.recipe, kit.seed)
    start = rule_values(rows, kit.recipe, benchmarks)[anchor].to_numpy()
    counts, people = rows[kit.recipe.outcome].to_numpy(dtype=float), exposure(rows, kit.recipe.exposure)
    if kit.recipe.counts:  # the rate over the anchor's, weighted by what the anchor expects: totals stay right
        weight = np.maximum(np.exp(start) * people, 1e-9)
        target = counts / weight
    else:
        weight, target = np.ones(len(rows)), np.log1p(counts) - np.log(people) - start
    if kit.creators_weigh_the_same:
        posts = rows.groupby("creator_id")["creator_id"].transform("size").to_numpy()
        weight = weight * posts.mean() / posts
    return _boost(kit.design.matrix(rows, start), target, weight, kit, _parameters(kit), trees)


def _boost(
    seen: np.ndarray, target: np.ndarray, weight: np.ndarray | None, kit: _Kit, parameters: dict[str, object], trees: int
) -> lgb.Booster:
    data = lgb.Dataset(
        seen, target, weight=weight, feature_name=list(kit.design.columns), categorical_feature=kit.design.categories,
        params={"verbose": -1, "max_bin": 255}, free_raw_data=True,
    )  # fmt: skip
    return lgb.train(parameters, data, num_boost_round=trees)


def _parameters(kit: _Kit) -> dict[str, object]:
    settings = kit.recipe.parameters
    parameters: dict[str, object] = {
        "objective": kit.recipe.objective, "learning_rate": settings.learning_rate, "num_leaves": settings.leaves,
        "min_data_in_leaf": settings.smallest_leaf, "feature_fraction": 0.7, "bagging_fraction": 0.8, "bagging_freq": 1,
        "cat_smooth": 30.0, "seed": kit.seed, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1,
    }  # fmt: skip
    if kit.recipe.directions:
        sign = {"raises": 1, "lowers": -1}
        signs = [sign.get(kit.recipe.directions.get(column, ""), 0) for column in kit.design.columns]
        parameters |= {"monotone_constraints": signs, "monotone_constraints_method": "intermediate"}
    return parameters


def _correction(booster: lgb.Booster, seen: np.ndarray, trees: int) -> np.ndarray:
    """Log of the factor by which the anchor is to be multiplied."""
    return np.asarray(booster.predict(seen, raw_score=True, num_iteration=trees, num_threads=1), dtype=float)


def _spread(
    held_out: pd.DataFrame, counts: np.ndarray, logs: np.ndarray, anchor: np.ndarray, kit: _Kit
) -> tuple[lgb.Booster | None, LogSpread | CountSpread]:
    if kit.recipe.counts:
        return None, count_spread(counts, np.exp(logs), kit.seed)
    errors = np.log1p(counts) - logs
    if len(errors) < SIZED_FROM or kit.creators_weigh_the_same:  # sizes learned from few creators do not carry over
        return None, log_spread(errors, np.ones(len(errors)))
    seen = kit.design.matrix(held_out, anchor)
    few = {**_parameters(kit), "objective": "regression", "num_leaves": 7, "min_data_in_leaf": 100}
    sizes = _boost(seen, np.abs(errors), None, kit, few, 60)
    return sizes, log_spread(errors, _sizes(sizes, seen))


def _sizes(sizes: lgb.Booster | None, seen: np.ndarray) -> np.ndarray:
    """How large an error to expect for each row; one for all where that was not learned."""
    if sizes is None:
        return np.ones(len(seen))
    return np.maximum(np.asarray(sizes.predict(seen, num_threads=1), dtype=float), 0.05)
