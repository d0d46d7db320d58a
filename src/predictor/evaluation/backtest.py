"""Back-testing: every forecast is made for held-out rows, beside the baselines.

Two splits, always both. `time`: the newest fifth of the rows whose creators have a record, trained on what was known
before the first of them; creators with too few posts for a record are shown separately as `newcomers`.
`new_creators`: a fifth of the creators, none of whose rows were trained on, with what a planner can read off a profile:
attributes, posting frequency and ad density, no record (cold start). A split of which there is too little has its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue, Recipe
from predictor.evaluation.calibration import masses, part_between, r2_rate_within_tier, reliability
from predictor.evaluation.challenger import NAME as CHALLENGER
from predictor.evaluation.challenger import challenge
from predictor.evaluation.folds import held_out
from predictor.evaluation.kol_effect import KolEffect
from predictor.forecasting.conformal import LEVELS, record_of
from predictor.forecasting.design_matrix import without_record
from predictor.forecasting.losses import LEAST, crps, log_counts, loss_of_counts, losses
from predictor.forecasting.predict import QUANTILES, answered, baseline_counts, distribution
from predictor.forecasting.provenance import Provenance
from predictor.forecasting.sampling import units
from predictor.forecasting.splits import MIN_CREATORS_FOR_OTHERS, error_clusters
from predictor.forecasting.stages import Stages
from predictor.forecasting.target_model import TargetModel, fit, labelled, unlearnable
from predictor.tables.frames import main_value
from predictor.wording.sentences import Said, say

FEW = 20  # rows that a group's figures need; those of all rows together need a quarter of that
PLACE = ["target", "split", "group"]
FORECAST = ["actual", "expected", *(f"p{round(100 * level)}" for level in QUANTILES)]
ABOUT = (
    "row_id", "creator_id", "campaign_id", "source", "at", "platform", "tier", "kind", "niche", "format", "followers", "posts",
    "fee", "currency", "posts_seen",
)  # fmt: skip
AT_ONCE = 50_000  # rows forecast at once, which keeps memory low
SCORED = slice(4, None, 10)  # of the levels: 0.025, 0.075, …, for the CRPS
BAND = 0.2  # the fixed band that tools in the market print
FEWEST_CLUSTERS = 4  # of rows that err together, below which nothing says how far luck goes


@dataclass(frozen=True)
class Unjudged:
    """A split on which a target could not be judged, and why: `few_known` rows to learn from were known before the newest,
    there were `few_creators` to learn from, or `few_rows` to judge; `count` is how many there were."""

    target: str
    split: str
    why: Literal["few_known", "few_creators", "few_rows"]
    count: int

    def in_words(self, target: str, lang: str) -> str:
        """One sentence on the target, by the name given: why not, and what would help."""
        where = say(lang, f"record_on_{self.split}")
        return say(lang, f"unjudged_{self.why}", target=target, where=where, count=self.count, least=NEEDED[self.why])


NEEDED = {"few_known": FEW, "few_creators": MIN_CREATORS_FOR_OTHERS, "few_rows": FEW // 4}


@dataclass(frozen=True)
class SplitResult:
    """How one target did on one split: one row of figures per group of rows, and every forecast; or why there are none."""

    target: str
    split: str
    scores: pd.DataFrame
    predictions: pd.DataFrame
    unjudged: tuple[Unjudged, ...] = ()


def judge_split(
    examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue, split: str, seed: int = 1, challenger: Any = None,
    stages: Stages | None = None,
) -> SplitResult:  # fmt: skip
    """Fit on one side of a split and forecast the other.

    Parameters
    ----------
    examples
        Labelled examples of this target, and of the earlier targets that its rules are per.
    split
        `time` or `new_creators`.
    challenger
        A regressor of one's own (`evaluation.challenger`) that learns from the same rows and forecasts the same.
    stages
        Those that other targets' fits learned: what would be learned from the very same rows is not learned again.

    Returns
    -------
    Figures and forecasts, of those rows that the model answers; both empty where there are too few training rows.
    """
    fold = held_out(examples, examples[recipe.outcome].notna().to_numpy(), split, seed)
    everything = examples.iloc[fold.train].reset_index(drop=True)
    train = labelled(everything, recipe)
    creators = train["creator_id"].nunique()
    if split == "new_creators" and creators < MIN_CREATORS_FOR_OTHERS:
        return _nothing(Unjudged(recipe.name, split, "few_creators", creators))
    known = len(train)
    if known < FEW or unlearnable(train, recipe):
        return _nothing(Unjudged(recipe.name, split, "few_known", known))
    del train  # it takes memory, and so does what follows
    model = fit(everything, recipe, catalogue, seed, cold_start_only=split == "new_creators", stages=stages)
    about = examples.iloc[fold.test].reset_index(drop=True)
    splits = np.where(fold.recorded, "time", "newcomers") if split == "time" else np.full(len(about), split)
    rows = about if split == "time" else without_record(about, model.design)
    covered = answered(model, rows)
    unjudged = [
        Unjudged(recipe.name, str(one), "few_creators", creators)
        for one in np.unique(splits[~covered])
        if one not in splits[covered]
    ]
    rows, about, splits = rows[covered].reset_index(drop=True), about[covered].reset_index(drop=True), splits[covered]
    predictions = pd.DataFrame({"target": recipe.name, "split": splits}, index=rows.index)
    predictions = predictions.join(about[[column for column in ABOUT if column in about]])
    predictions["actual"] = actual = rows[recipe.outcome].astype("float64")
    parts = (rows.iloc[first : first + AT_ONCE] for first in range(0, max(len(rows), 1), AT_ONCE))
    predictions = predictions.join(pd.concat([_figures(model, part, actual.loc[part.index].to_numpy()) for part in parts]))
    if challenger is not None:
        predictions[CHALLENGER] = challenge(challenger, everything, rows, model, catalogue, seed, split == "new_creators")
    figures = _by_group(predictions, rows, recipe, known)
    sizes = predictions["split"].value_counts()
    unjudged += [
        Unjudged(recipe.name, str(one), "few_rows", int(rows)) for one, rows in sizes.items() if one not in set(figures["split"])
    ]
    return SplitResult(recipe.name, split, figures, predictions, tuple(unjudged))


def first_judged(examples: pd.DataFrame) -> pd.Timestamp:
    """The day of the first row that the split in time holds out of labelled examples."""
    return examples["at"].iloc[held_out(examples, np.ones(len(examples), dtype=bool), "time", seed=1).test].min()


def _nothing(why: Unjudged) -> SplitResult:
    nobody = pd.DataFrame(columns=[*PLACE[:2], *FORECAST], dtype=float)
    return SplitResult(why.target, why.split, pd.DataFrame(columns=PLACE), nobody, (why,))


def _figures(model: TargetModel, rows: pd.DataFrame, actual: np.ndarray) -> pd.DataFrame:
    """Expected value, quantiles and the score of the whole distribution, for logs unless the outcome is a rare count; and what
    each baseline says."""
    predicted = distribution(model, rows)
    figures = {"expected": predicted.mean(), **{f"p{round(100 * level)}": predicted.quantile(level) for level in QUANTILES}}
    scale = partial(np.multiply, 1 / model.unit) if model.recipe.counts else np.log1p
    quantiles = np.column_stack([scale(predicted.quantile(level)) for level in LEVELS[SCORED]])
    figures["crps"] = crps(scale(actual), quantiles, LEVELS[SCORED])
    found = masses(predicted, actual)
    figures["inside"] = part_between(found, QUANTILES[0], QUANTILES[-1])
    if model.unit != 1.0:
        figures["unit"] = np.full(len(rows), model.unit)
    return pd.DataFrame(figures, index=rows.index).join(found).join(baseline_counts(model, rows))


def scores(predictions: pd.DataFrame, recipe: Recipe) -> dict[str, float | str]:
    """Figures of merit of out-of-sample forecasts.

    `error` is the mean absolute error of log(1 + count), or for rare counts (and money, in units of what one brings) the mean
    Tweedie deviance; `gain` is by how much the model's error is below that of the best rule, chosen in hindsight; `coverage` is
    the share of outcomes inside p10–p90; in `coverage_untied` an outcome at an end counts in part, as rare counts need.
    `error_NAME` is that of a rule or a `challenger`.
    """
    predictions = _in_units(predictions, recipe)
    actual = predictions["actual"].to_numpy()

    def error_of(name: str) -> float:
        return loss_of_counts(actual, predictions[name].to_numpy(dtype=float), recipe)

    rules = {name: error_of(name) for name in recipe.rules}
    best = min(rules, key=lambda name: rules[name])
    others = {CHALLENGER: error_of(CHALLENGER)} if CHALLENGER in predictions else {}
    error = error_of("expected" if recipe.counts else "p50")
    return {
        "rows": len(actual),
        "error": error,
        "best_rule": best,
        "best_rule_error": rules[best],
        "gain": 1 - error / rules[best] if rules[best] else 0.0,
        **_fit_of(predictions, actual),
        **_interval_of(predictions, actual),
        **{f"error_{name}": value for name, value in (rules | others).items()},
    }


def within_chance(rows: pd.DataFrame, recipe: Recipe, draws: int = 1000, seed: int = 1) -> dict[str, float]:
    """90 % intervals of the gain over the baseline that did best on these rows of one split, and of the coverage.

    A bootstrap clustered by creator, or, forward in time and with few creators, by creator and four weeks (`error_clusters`).

    Returns
    -------
    `gain_low`, `gain_high`, `coverage_low` and `coverage_high`; NaN where the rows are of fewer than four clusters.
    """
    forecasts = {name: rows[name] for name in recipe.rules} | {"model": rows["expected" if recipe.counts else "p50"]}
    actual = rows["actual"].to_numpy(dtype=float)
    loss_of = pd.DataFrame(
        {name: losses(actual, log_counts(values.to_numpy(dtype=float), recipe), recipe) for name, values in forecasts.items()}
    )
    best = loss_of[list(recipe.rules)].mean().idxmin()
    cold = (rows["split"] == "new_creators").all()
    cluster = rows["creator_id"].to_numpy() if cold else error_clusters(rows)
    counted = loss_of[["model", best]].assign(inside=_inside(rows), rows=1)
    sums = counted.groupby(cluster).sum().to_numpy()
    if len(sums) < FEWEST_CLUSTERS:
        return dict.fromkeys(("gain_low", "gain_high", "coverage_low", "coverage_high"), float("nan"))
    drawn = np.random.default_rng(seed).integers(0, len(sums), (draws, len(sums)))
    ours, theirs, inside, count = np.array([sums[one].sum(axis=0) for one in drawn]).T  # all at once fill the memory
    drawn_figures = {"gain": 1 - ours / np.maximum(theirs, LEAST), "coverage": inside / count}
    ends = {name: np.quantile(values, [0.05, 0.95]) for name, values in drawn_figures.items()}
    return {
        f"{name}_{end}": float(value) for name, both in ends.items() for end, value in zip(("low", "high"), both, strict=True)
    }


def _in_units(predictions: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    """Amounts of money in the units that they were learned in, everything else as it is."""
    if "unit" not in predictions:
        return predictions
    counted = [name for name in ("actual", "expected", "p10", "p50", "p90", *recipe.rules, CHALLENGER) if name in predictions]
    return predictions.assign(**predictions[counted].div(units(predictions), axis=0))


def _fit_of(predictions: pd.DataFrame, actual: np.ndarray) -> dict[str, float]:
    log_actual, log_median = np.log1p(actual), np.log1p(predictions["p50"].to_numpy())
    total_variance = float(np.sum((log_actual - log_actual.mean()) ** 2))
    return {
        "r2_log": 1 - float(np.sum((log_actual - log_median) ** 2)) / total_variance if total_variance else float("nan"),
        "rank": float(predictions["expected"].corr(predictions["actual"], method="spearman")),
        "total": float(predictions["expected"].sum() / actual.sum()) if actual.sum() else float("nan"),
        "median_off": float(np.median(np.abs(predictions["p50"] - actual) / np.maximum(actual, 1))),
    }


def _interval_of(predictions: pd.DataFrame, actual: np.ndarray) -> dict[str, float]:
    low, mid, high = (predictions[c].to_numpy() for c in ("p10", "p50", "p90"))
    inside = _inside(predictions)
    band = np.abs(actual - mid) <= BAND * mid
    return {
        "coverage": float(inside.mean()),
        "coverage_untied": float(predictions["inside"].mean()),
        "coverage_fixed_band": float(band.mean()),
        "crps": float(predictions["crps"].mean()),
        "width": float(np.median((high + 1) / (low + 1))),
    }


def _inside(predictions: pd.DataFrame) -> np.ndarray:
    return ((predictions["actual"] >= predictions["p10"]) & (predictions["actual"] <= predictions["p90"])).to_numpy()


def _by_group(predictions: pd.DataFrame, rows: pd.DataFrame, recipe: Recipe, train_rows: int) -> pd.DataFrame:
    found = []
    for split, rows_of_split in predictions.groupby("split", sort=False):
        booked = rows_of_split[(rows.loc[rows_of_split.index, "source"] == "booking").to_numpy()]
        groups = {"all": rows_of_split} | ({"bookings": booked} if 0 < len(booked) < len(rows_of_split) else {})
        head = {"target": recipe.name, "split": split, "learned_from": train_rows}
        least = {"all": FEW // 4}
        found += [
            head | {"group": name} | scores(group, recipe) | within_chance(group, recipe) | _calibration(group, recipe)
            for name, group in groups.items()
            if len(group) >= least.get(name, FEW)
        ]
    return pd.DataFrame(found) if found else pd.DataFrame(columns=PLACE)


def _calibration(group: pd.DataFrame, recipe: Recipe) -> dict[str, float]:
    """Whether intervals of every level hold, and what is explained beside size."""
    return {**reliability(group), "r2_rate_within_tier": r2_rate_within_tier(_in_units(group, recipe), recipe)}


# Errors and coverage by group of rows.

JUDGED = ("actual", "expected", "p10", "p50", "p90", "inside", "crps")  # what `scores` reads beside the rules
BY = ("record", "platform", "tier", "kind", "niche", "format", "source")
FIGURES = [
    "rows",
    "error",
    "best_rule",
    "best_rule_error",
    "coverage",
    "coverage_untied",
    "coverage_fixed_band",
    "width",
    "crps",
    "total",
]


def by_group(predictions: pd.DataFrame, recipe: Recipe, least: int = FEW) -> pd.DataFrame:
    """Figures of merit of held-out forecasts of one target, by group of at least `least` rows.

    Returns
    -------
    One row a group: `by` (a column, or `record`: how much was known of the creator), `group`, `creators`, and what
    `scores` returns for its rows.
    """
    named = _in_units(predictions.assign(record=record_of(predictions)), recipe)
    asked = [name for name in ("creator_id", *BY, *JUDGED, *recipe.rules, CHALLENGER) if name in named]  # a cut for each group
    named = named[asked]
    if "niche" in named:
        named = named.assign(niche=main_value(named["niche"]))
    found = [
        {"by": by, "group": str(name), "creators": rows["creator_id"].nunique(), **scores(rows, recipe)}
        for by in BY if by in named
        for name, rows in named.groupby(by, sort=True) if len(rows) >= least
    ]  # fmt: skip
    return pd.DataFrame(found, columns=["by", "group", "creators", *FIGURES])


@dataclass(frozen=True)
class Backtest:
    """Figures of merit (one row a target, split and group), every forecast behind them, what was skipped and
    why, what the data and settings were, the KOL effects, which splits could not be judged, and what to tell of the data."""

    scores: pd.DataFrame
    predictions: pd.DataFrame
    skipped: dict[str, str]
    provenance: Provenance
    kinds: tuple[KolEffect, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    remarks: tuple[Said, ...] = ()
