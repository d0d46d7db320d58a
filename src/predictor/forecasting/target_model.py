"""One target's model: the best simple rule, a learned correction, and a distribution around both.

Two parts, because they answer different questions: `known` for creators with a record, tested forward in time, and
`stranger` for those without one, tested on creators that were left out. Each part starts from the simple rule that did best
on held-out rows, and uses as much of LightGBM's correction as paid there, down to none. Where none is clearly better, or too
little is held out to tell, it starts from the average of the rules and leaves it at that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial

import lightgbm as lgb
import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue, Recipe, Rule
from predictor.forecasting import conformal
from predictor.forecasting.baselines import AVERAGE, Rules, fit_rules, settle
from predictor.forecasting.compiled_trees import Forest, forest
from predictor.forecasting.conformal import Booked, CountSpread, LogSpread, booked, count_spread, log_spread
from predictor.forecasting.design_matrix import Design, as_strangers, design, exposure
from predictor.forecasting.losses import adding_up, by_chance, loss, losses, plainest
from predictor.forecasting.residual import Kit, correction, learn_correction, learn_sizes, sizes, weights
from predictor.forecasting.splits import Fold, by_creator, some_creators, time_forward
from predictor.forecasting.support import Experience, experience

SHARES = (0.25, 0.5, 0.75, 1.0)
TREES = (0.1, 0.3, 1.0)  # parts of the recipe's trees that are tried
STARTS = 2  # best rules from which a correction is tried: the best alone is not always the best to start from
WORTHWHILE = 0.001  # relative gain below which more of the correction, or a less plain rule, is not worth having
FEW = 2000  # rows below which more than luck must speak for a less plain forecast; of rare counts and strangers it always must
CLEAR = 1.0  # standard errors by which it must then be better
SIZED_FROM = 500  # held-out rows needed before the size of errors is learned rather than taken as one for all
CHOOSING = 200_000  # rows on which rules, corrections and spreads are chosen; of more, whole creators are drawn
ASKED = 100  # held-out rows that folds through time need to decide anything
CREATORS = 25  # creators below which those left out decide nothing, and the average of the rules is taken
FADES = 0.5  # weight of a held-out row in an earlier fold of time against the next one


@dataclass(frozen=True)
class Part:
    """Rules, the one to start from, a correction, how much of it to use, the spread around the result, what a booking changes
    about it, and what its mean is to be multiplied by so that totals add up."""

    rules: Rules
    anchor: str
    share: float
    trees: int
    booster: lgb.Booster
    sizes: lgb.Booster | None
    spread: LogSpread | CountSpread
    booked: Booked
    scale: float
    rows: int

    @cached_property
    def forest(self) -> Forest | None:
        """The trees of the correction (where any of it is used) and of the sizes, compiled; None where they cannot be."""
        used = [(self.booster, self.trees)] if self.share else []
        return forest(used + ([(self.sizes, -1)] if self.sizes is not None else []))


@dataclass(frozen=True)
class Model:
    """Everything needed to forecast one target, and what it was learned from."""

    recipe: Recipe
    design: Design
    known: Part
    stranger: Part
    experience: Experience


@dataclass(frozen=True)
class _Choice:
    """What rows held out decided; their positions, how much each counts, log rates of the anchor, log forecasts."""

    chosen: dict[str, Rule]
    anchor: str
    trees: int
    share: float
    loss: float
    asked: np.ndarray
    weight: np.ndarray
    start: np.ndarray
    logs: np.ndarray


def labelled(examples: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    """The examples whose outcome was recorded; a missing outcome is never taken as zero."""
    return examples[examples[recipe.outcome].notna()].reset_index(drop=True)


def has_record(frame: pd.DataFrame, recipe: Recipe) -> np.ndarray:
    """Which rows come with a record of the creator's own."""
    told = np.zeros(len(frame), dtype=bool)
    for column in recipe.known_by:
        told |= frame[column].notna().to_numpy() if column in frame else False
    return told


def fit(examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue, seed: int = 1) -> Model:
    """Fit one target on labelled examples; the same examples, seed and versions give the same model."""
    kit = Kit(recipe, design(examples, recipe, catalogue), seed)
    blank = as_strangers(examples, kit.design, seed)
    some, strange = some_creators(blank, CHOOSING, seed), replace(kit, strangers=True)
    left_out = list(by_creator(some, seed))
    average = partial(_fit_part, blank, some, left_out, strange, starts=0)
    stranger = _fit_part(blank, some, left_out, strange) if blank["creator_id"].nunique() >= CREATORS else average()
    known = examples[has_record(examples, recipe)].reset_index(drop=True)
    some = some_creators(known, CHOOSING, seed)
    folds = time_forward(some)
    enough = sum(len(asked) for _, asked in folds) >= ASKED
    seen = experience(examples, recipe, catalogue)
    return Model(recipe, kit.design, _fit_part(known, some, folds, kit) if enough else average(), stranger, seen)


def refit(model: Model, examples: pd.DataFrame, seed: int = 1) -> Model:
    """Learn the figures of the rules and the corrections anew, with every choice and the spread as they are."""
    kit = Kit(model.recipe, model.design, seed)
    known = examples[has_record(examples, model.recipe)].reset_index(drop=True)
    blank = as_strangers(examples, model.design, seed)
    return replace(
        model, known=_again(model.known, known, kit), stranger=_again(model.stranger, blank, replace(kit, strangers=True))
    )


def held_out_loss(examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue, seed: int = 1) -> float:
    """Loss of the rule and correction chosen, on folds that walk forward through time inside labelled examples."""
    known = some_creators(examples[has_record(examples, recipe)].reset_index(drop=True), CHOOSING, seed)
    folds = time_forward(known)
    return _choose(known, folds, Kit(recipe, design(examples, recipe, catalogue), seed)).loss if folds else float("nan")


def _fit_part(rows: pd.DataFrame, some: pd.DataFrame, folds: list[Fold], kit: Kit, starts: int = STARTS) -> Part:
    """Choose on the folds of some rows, and learn from all what was chosen."""
    choice = _choose(some, folds, kit, starts)
    rules, booster = _learn(rows, choice.chosen, choice.anchor, choice.trees, kit)
    held_out = some.iloc[choice.asked]
    sized, many, spread = _spread(held_out, choice, kit)
    size = sizes(sized, kit.design.matrix(held_out, choice.start)) * many.size(held_out)
    mean = spread.mean(choice.logs + many.centre(held_out), size, conformal.place(held_out, spread.groups))
    counts, people = held_out[kit.recipe.outcome].to_numpy(dtype=float), held_out["creator_id"].to_numpy()
    scale = 1.0 if kit.recipe.counts else adding_up(counts, mean, people)  # a few bookings would decide that of rare counts
    return Part(rules, choice.anchor, choice.share, choice.trees, booster, sized, spread, many, scale, len(rows))


def _again(part: Part, rows: pd.DataFrame, kit: Kit) -> Part:
    rules, booster = _learn(rows, part.rules.chosen, part.anchor, part.trees, kit)
    return replace(part, rules=rules, booster=booster, rows=len(rows))


def _learn(rows: pd.DataFrame, chosen: dict[str, Rule], anchor: str, trees: int, kit: Kit) -> tuple[Rules, lgb.Booster]:
    rules = fit_rules(rows, kit.recipe, chosen, weights(rows, kit))
    return rules, learn_correction(rows, rules, anchor, kit, trees)


def _choose(rows: pd.DataFrame, folds: list[Fold], kit: Kit, most: int = STARTS) -> _Choice:
    """The average of all rules, or one of the `most` best rules, corrected or not, if it is clearly better."""
    recipe, weight = kit.recipe, weights(rows, kit)
    learned = [fit_rules(rows.iloc[past], recipe, weight=weight[past]) for past, _ in folds]
    asked = np.concatenate([asked for _, asked in folds])
    held_out, weight = rows.iloc[asked], weight[asked]
    told = pd.concat([rules.values(rows.iloc[asked]) for rules, (_, asked) in zip(learned, folds, strict=True)])
    chosen, told = settle(held_out, told, recipe, weight)
    counts, people = held_out[recipe.outcome].to_numpy(dtype=float), np.log(exposure(held_out, recipe.exposure))
    alone = {name: loss(counts, told[name].to_numpy() + people, recipe, weight) for name in recipe.rules}
    starts = sorted(sorted(alone, key=lambda name: alone[name])[:most], key=list(alone).index)
    added = {name: _corrections(rows, folds, [replace(rules, chosen=chosen) for rules in learned], name, kit) for name in starts}
    logs = {(0.0, name, 1): told[name].to_numpy() + people for name in [AVERAGE, *starts]} | {
        (share, name, trees): told[name].to_numpy() + people + share * more
        for share in SHARES for name in starts for trees, more in added[name].items()
    }  # fmt: skip
    tried = [losses(counts, forecasts, recipe) for forecasts in logs.values()]
    clear = CLEAR if len(rows) < FEW or recipe.counts or kit.strangers else 0.0
    share, anchor, trees = list(logs)[plainest(tried, weight, held_out["creator_id"].to_numpy(), WORTHWHILE, clear)]
    best = logs[share, anchor, trees]
    weight = weight * _fading(folds, kit)
    return _Choice(chosen, anchor, trees, share, loss(counts, best, recipe), asked, weight, told[anchor].to_numpy(), best)


def _fading(folds: list[Fold], kit: Kit) -> np.ndarray:
    """How much each held-out row counts in the spread: where folds walk forward through time, older errors say less."""
    ages = range(len(folds) - 1, -1, -1)
    return np.concatenate(
        [np.full(len(asked), 1.0 if kit.strangers else FADES**age) for age, (_, asked) in zip(ages, folds, strict=True)]
    )


def _corrections(rows: pd.DataFrame, folds: list[Fold], learned: list[Rules], anchor: str, kit: Kit) -> dict[int, np.ndarray]:
    """Corrections of rows that were not learned from, fold after fold, by the number of trees used."""
    most = kit.recipe.parameters.trees
    told: dict[int, list[np.ndarray]] = {max(1, round(part * most)): [] for part in TREES}
    for (past, asked), rules in zip(folds, learned, strict=True):
        booster = learn_correction(rows.iloc[past], rules, anchor, kit, most)
        seen = kit.design.matrix(rows.iloc[asked], rules.values(rows.iloc[asked])[anchor].to_numpy())
        for trees, parts in told.items():
            parts.append(correction(booster, seen, trees))
    return {trees: np.concatenate(parts) for trees, parts in told.items()}


def _spread(held_out: pd.DataFrame, choice: _Choice, kit: Kit) -> tuple[lgb.Booster | None, Booked, LogSpread | CountSpread]:
    counts = held_out[kit.recipe.outcome].to_numpy(dtype=float)
    alike = conformal.members(held_out)
    if kit.recipe.counts:
        return None, Booked(), count_spread(counts, np.exp(choice.logs), alike, choice.weight, kit.seed)
    errors, sized = np.log1p(counts) - choice.logs, None
    if len(errors) >= SIZED_FROM and not kit.strangers:  # sizes learned from few creators do not carry over
        sized = learn_sizes(held_out, errors, choice.start, kit)
    size = sizes(sized, kit.design.matrix(held_out, choice.start))
    many = booked(held_out, errors, size)
    left = (errors - many.centre(held_out)) / (size * many.size(held_out))
    left -= by_chance(left, choice.weight, held_out["creator_id"].to_numpy())
    return sized, many, log_spread(left, alike, choice.weight)
