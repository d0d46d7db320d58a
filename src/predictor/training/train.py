"""From a history to a bundle and its back-test: every target with labels, fitted on all of them and tested on held-out rows."""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

import pandas as pd
import pyarrow as pa
from pandas.api.types import is_datetime64_dtype, is_numeric_dtype

from predictor.alignment.text_similarity import TextFit
from predictor.asof.counts import learned_growth, remarks_on_counts
from predictor.asof.examples import LEAD_DAYS, learned_texts, training_examples
from predictor.asof.growth import Growth
from predictor.asof.selection import remarks_on_selection, with_selected
from predictor.bundle import Bundle
from predictor.definitions.schema import Catalogue, Recipe
from predictor.definitions.version import package_version
from predictor.errors import Fault, RowsError
from predictor.evaluation.backtest import Backtest, SplitResult, by_group, first_judged, judge_split
from predictor.evaluation.challenger import refuse_unfit
from predictor.evaluation.folds import SPLITS
from predictor.evaluation.kol_effect import KolEffect, columns_read, kol_effect
from predictor.forecasting.joint_targets import correlations_between
from predictor.forecasting.provenance import Provenance
from predictor.forecasting.sampling import OutcomeCorrelations, estimate_correlations
from predictor.forecasting.stages import Stages
from predictor.forecasting.target_model import TargetModel, fit, labelled, unlearnable
from predictor.intake.contract import checked_history
from predictor.pricing.fair_fees import fit_prices, quotes
from predictor.tables.frames import History
from predictor.tables.progress import Progress, silent
from predictor.training.pooled_rates import why_not_pooled, with_pooled_rates, with_shared_rate
from predictor.training.processes import spread
from predictor.training.remarks import remarks_on_bookings, remarks_on_examples
from predictor.wording.sentences import Said

Result = TargetModel | SplitResult | KolEffect
ROW = ["source", "row_id"]  # what names an example
HASHED = 50_000  # rows turned into text at once
WHAT = {
    "fit": "fitted on all labels", "time": "judged on the newest fifth", "new_creators": "judged on never-seen creators",
    "kinds": "KOLs compared with influencers",
}  # fmt: skip
EFFORT = {"fit": 1.0, "time": 0.8, "new_creators": 0.4, "kinds": 0.05}  # per label, for the time that is left
EFFORT_ALWAYS = 2000  # labels that any takes as long as besides


@dataclass(frozen=True)
class Asked:
    """What examples are made from: a history, and what was learned from it of words and of how counts grow."""

    tables: History
    catalogue: Catalogue
    lead_days: float
    texts: TextFit | None
    growth: Growth

    def remarks(self, examples: pd.DataFrame, skipped: dict[str, str]) -> list[Said]:
        """What is to be said of how the history's posts were chosen, of its counts, and of the examples made of it."""
        chosen = remarks_on_selection(self.tables, self.catalogue, self.growth)
        counts = remarks_on_counts(self.tables, self.catalogue)
        alike = remarks_on_bookings(self.tables.get("bookings"), self.catalogue)
        return [*chosen, *counts, *alike, *remarks_on_examples(examples, self.catalogue, skipped)]

    def known_before_judging(self, examples: pd.DataFrame, recipe: Recipe, *others: Recipe) -> pd.DataFrame:
        """Examples for the split in time (`learned_from`); the growth of counts is learned from those taken before the first row
        judged, and how much higher selected posts lie from those published before it. `others` are judged from the same day on.

        The outcomes that forecasts are judged by stay as they are: brought to the horizon by all that is known.
        """
        first = first_judged(labelled(examples, recipe))
        growth = learned_growth(self.tables, self.catalogue, until=first)
        if growth == self.growth:
            return learned_from(examples, recipe, self.catalogue, *others)
        tables = with_selected(self.tables, self.catalogue, growth, until=first)
        known = training_examples(tables, self.catalogue, self.lead_days, self.texts, growth)
        outcomes = {}
        for outcome in {one.outcome: None for one in (recipe, *others)}:
            rows = examples[examples[outcome].notna()].set_index(ROW)[outcome]
            judged = rows.reindex(pd.MultiIndex.from_frame(known[ROW])).set_axis(known.index)
            outcomes[outcome] = known[outcome].where((known["at"] < first) & judged.notna(), judged)
        return learned_from(known.assign(**outcomes), recipe, self.catalogue, *others)


@dataclass(frozen=True)
class Training:
    """A bundle and how good it is."""

    bundle: Bundle
    backtest: Backtest
    examples: pd.DataFrame


def train(
    tables: History, catalogue: Catalogue, *, targets: Collection[str] = (), lead_days: float = LEAD_DAYS, seed: int = 1,
    jobs: int = -1, progress: Progress = silent,
) -> Training:  # fmt: skip
    """Fit every target that has labels, or of the `targets` named each, and back-test it on both splits."""
    asked, examples, skipped = _read(tables, catalogue, targets, lead_days, progress)
    tables, catalogue = asked.tables, asked.catalogue
    tasks = _tasks(("fit", *SPLITS, "kinds"), _trainable(catalogue, targets, skipped), examples)
    results = list(_run(tasks, examples, asked, seed, jobs, progress))
    backtest = _gather(results, skipped, provenance_of(tables, examples, lead_days, seed), asked.remarks(examples, skipped))
    fitted = {model.recipe.name: model for model in results if isinstance(model, TargetModel)}
    models = {name: fitted[name] for name in catalogue.recipes if name in fitted}
    prices = fit_prices(quotes(tables, catalogue), seed=seed)
    return Training(
        Bundle(catalogue, models, _provenance(examples, models, backtest, catalogue), asked.texts, asked.growth, prices),
        backtest,
        examples,
    )


def judge(
    tables: History, catalogue: Catalogue, *, targets: Collection[str] = (), lead_days: float = LEAD_DAYS, seed: int = 1,
    jobs: int = -1, progress: Progress = silent, challenger: Any = None,
) -> Backtest:  # fmt: skip
    """Back-test as `train` does, without keeping a model; a `challenger` (`evaluation.challenger`) beside it."""
    asked, examples, skipped = _read(tables, catalogue, targets, lead_days, progress)
    tables, catalogue = asked.tables, asked.catalogue
    recipes = _trainable(catalogue, targets, skipped)
    for recipe in recipes if challenger is not None else ():
        refuse_unfit(challenger, labelled(examples, recipe), recipe, catalogue)
    tasks = _tasks((*SPLITS, "kinds"), recipes, examples)
    results = list(_run(tasks, examples, asked, seed, jobs, progress, challenger))
    return _gather(results, skipped, provenance_of(tables, examples, lead_days, seed), asked.remarks(examples, skipped))


def _read(
    tables: History, catalogue: Catalogue, targets: Collection[str], lead_days: float, progress: Progress
) -> tuple[Asked, pd.DataFrame, dict[str, str]]:
    """A history with what was learned from it before any example, its examples, and the targets that cannot be learned."""
    asked_recipes(catalogue, targets)
    tables = checked_history(tables, catalogue)
    texts, growth = learned_texts(tables), learned_growth(tables, catalogue)
    examples = _examples(tables, catalogue, lead_days, progress, texts, growth)
    catalogue = with_pooled_rates(examples, catalogue)
    for name, recipe in asked_recipes(catalogue, targets).items():
        if recipe.pooled:
            labels = len(labelled(examples, recipe))
            progress(
                f"{name}: {labels} rows have a recorded '{recipe.outcome}', of {recipe.minimum_labels} asked for, so it is the "
                f"forecast of {recipe.stages[0]} times one rate for everybody"
            )
    return Asked(tables, catalogue, lead_days, texts, growth), examples, _skipped(examples, catalogue, targets, progress)


def fingerprint(frame: pd.DataFrame) -> str:
    """A short name of the data: equal for equal rows in any order of columns."""
    columns, digest = sorted(frame.columns), hashlib.sha256()
    for first in range(0, max(len(frame), 1), HASHED):
        plain = {name: _plain(frame[name].iloc[first : first + HASHED]) for name in columns}
        digest.update(pd.util.hash_pandas_object(pd.DataFrame(plain), index=False).to_numpy().tobytes())
    return digest.hexdigest()[:16]


def _plain(column: pd.Series) -> pd.Series:
    """Values that are equal whichever way they are stored: numbers as floats, days as microseconds, all else as text."""
    return column.astype("float64" if is_numeric_dtype(column) else "datetime64[us]" if is_datetime64_dtype(column) else "str")


def learned_from(examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue, *others: Recipe) -> pd.DataFrame:
    """The examples whose outcome was recorded, of one of the recipes or of an earlier target which their rules are a rate per."""
    outcomes = [one.outcome for of in (recipe, *others) for one in (of, *catalogue.stages(of).values())]
    known = examples[outcomes].notna().any(axis=1)
    return (examples if known.all() else examples[known]).reset_index(drop=True)  # all of them are no copy


def asked_recipes(catalogue: Catalogue, targets: Collection[str]) -> dict[str, Recipe]:
    """The recipes of some targets by name; of all where none is named.

    Raises
    ------
    RowsError
        Where a target has no recipe.
    """
    if unknown := [name for name in targets if name not in catalogue.recipes]:
        raise RowsError([Fault("targets", f"got {', '.join(unknown)}; models/ holds {', '.join(catalogue.recipes)}.")])
    return {name: recipe for name, recipe in catalogue.recipes.items() if not targets or name in targets}


def _trainable(catalogue: Catalogue, targets: Collection[str], skipped: dict[str, str]) -> list[Recipe]:
    return [recipe for name, recipe in asked_recipes(catalogue, targets).items() if name not in skipped]


def learnable(
    tables: History,
    catalogue: Catalogue,
    lead_days: float = LEAD_DAYS,
    progress: Progress = silent,
    texts: TextFit | None = None,
    growth: Growth | None = None,
    targets: Collection[str] = (),
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Training examples of a history, and of the targets asked for (all by default) those that cannot be learned, with why.

    Raises
    ------
    RowsError
        Where no target can be learned.
    """
    examples = _examples(tables, catalogue, lead_days, progress, texts, growth)
    return examples, _skipped(examples, catalogue, targets, progress)


def _examples(
    tables: History, catalogue: Catalogue, lead_days: float, progress: Progress, texts: TextFit | None, growth: Growth | None
) -> pd.DataFrame:
    if problem := _gap(tables):
        raise RowsError([Fault("history", problem)])
    progress("reading the history as known on each booking date")
    return training_examples(tables, catalogue, lead_days, texts, growth)


def _skipped(examples: pd.DataFrame, catalogue: Catalogue, targets: Collection[str], progress: Progress) -> dict[str, str]:
    """Of the targets asked for those that cannot be learned, with why."""
    recipes = asked_recipes(catalogue, targets)
    skipped = {name: reason for name, recipe in recipes.items() if (reason := why_not(examples, recipe, catalogue))}
    for name, reason in skipped.items():
        progress(f"{name}: skipped, because {reason}")
    if len(skipped) == len(recipes):
        faults = [Fault("history", f"{name} cannot be learned, because {reason}.") for name, reason in skipped.items()]
        raise RowsError(faults)
    return skipped


def _gap(tables: History) -> str | None:
    """What a history lacks altogether, if anything."""
    if tables.get("posts") is None and tables.get("bookings") is None:
        return "has neither posts nor bookings, so there is nothing to learn from; add one of them."
    if not any("platform" in frame and frame["platform"].notna().any() for frame in tables.frames.values()):
        return "does not say on which platform anybody publishes; add the table creators, or a column 'platform' to bookings."
    return None


def why_not(examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue) -> str | None:
    """Why a target cannot be learned from these examples, if so."""
    rows = labelled(examples, recipe)
    if catalogue.in_money(recipe) and len(codes := _currencies(rows)) > 1:
        return (
            f"its {len(rows)} rows with a recorded '{recipe.outcome}' are in {', '.join(codes)}, and an exchange rate is never "
            "invented; give these amounts in one currency"
        )
    if len(rows) < recipe.minimum_labels and not recipe.pooled:
        had = (
            f"{len(rows)} rows have a recorded '{recipe.outcome}' and models/{recipe.name}.yaml asks for {recipe.minimum_labels}"
        )
        return f"{had}{why_not_pooled(recipe)}"
    return unlearnable(rows, recipe)


def _currencies(rows: pd.DataFrame) -> list[str]:
    """The currencies that amounts are in, as far as they are named."""
    return sorted(rows["currency"].dropna().astype("str").unique()) if "currency" in rows else []


Task = tuple[str, tuple[Recipe, ...]]  # what is done (`WHAT`), with which targets one after another


def _tasks(kinds: Collection[str], recipes: list[Recipe], examples: pd.DataFrame) -> list[Task]:
    """What is to be done; targets per the same earlier ones together, where they learn from the rows known on the same day."""
    found: dict[tuple[object, ...], tuple[str, list[Recipe]]] = {}
    for recipe in recipes:
        for kind in kinds:
            day = first_judged(labelled(examples, recipe)) if kind == "time" and recipe.stages else None
            alike = (kind, day, recipe.stages if recipe.stages and kind != "kinds" else recipe.name)
            found.setdefault(alike, (kind, []))[1].append(recipe)
    return [(kind, tuple(of)) for kind, of in found.values()]


def _done(
    kind: str, rows: pd.DataFrame, recipes: tuple[Recipe, ...], catalogue: Catalogue, seed: int, challenger: Any
) -> list[tuple[str, str, str, Result]]:
    """Of each target its name, what was done, a line on it, and what came of it."""
    pa.default_memory_pool().release_unused()  # of a million posts up to half a GiB that only what was done before took
    stages, found = Stages(), []
    for recipe in recipes:
        begun = time.perf_counter()
        own = learned_from(rows, recipe, catalogue) if len(recipes) > 1 else rows
        result: Result
        if kind == "kinds":
            result = kol_effect(own, recipe, seed=seed)
        elif kind == "fit":
            result = fit(own, recipe, catalogue, seed, stages=stages)
        else:
            result = judge_split(own, recipe, catalogue, kind, seed, challenger, stages)
        labels = int(own[recipe.outcome].notna().sum())
        line = f"{recipe.name}: {WHAT[kind]} ({labels:,} labels, {time.perf_counter() - begun:.0f} s)"
        found.append((recipe.name, kind, line, result))
    return found


def _run(
    work: list[Task],
    examples: pd.DataFrame,
    asked: Asked,
    seed: int,
    jobs: int,
    progress: Progress,
    challenger: Any = None,
) -> Iterator[Result]:
    def rows(kind: str, recipes: tuple[Recipe, ...]) -> pd.DataFrame:
        recipe, *others = recipes
        if kind == "time":
            return asked.known_before_judging(examples, recipe, *others)
        if kind == "kinds":
            return labelled(examples.reindex(columns=columns_read(recipe)), recipe)
        return learned_from(examples, recipe, asked.catalogue, *others)

    tasks = ((_done, (kind, rows(kind, recipes), recipes, asked.catalogue, seed, challenger)) for kind, recipes in work)
    efforts = {
        (recipe.name, kind): EFFORT[kind] * (examples[recipe.outcome].notna().sum() + EFFORT_ALWAYS)
        for kind, recipes in work
        for recipe in recipes
    }
    begun, done, whole, number = time.perf_counter(), 0.0, sum(efforts.values()), 0
    for found in spread(tasks, jobs):
        done += sum(efforts[name, kind] for name, kind, _, _ in found)
        left = time_left((time.perf_counter() - begun) * (whole / done - 1))
        for _, _, line, result in found:
            number += 1
            progress(f"[{number}/{len(efforts)}] {line}{left if number < len(efforts) else ''}")
            yield result


def time_left(seconds: float) -> str:
    """How much longer it takes if all goes on as it went so far."""
    return f", about {seconds / 60:.0f} min left" if seconds >= 90 else f", about {max(10, round(seconds, -1)):.0f} s left"


def _gather(results: list[Result], skipped: dict[str, str], provenance: Provenance, remarks: list[Said]) -> Backtest:
    split_results = [result for result in results if isinstance(result, SplitResult)]
    ordered = sorted(split_results, key=lambda one: (one.target, SPLITS.index(one.split)))
    with_predictions = [one for one in ordered if len(one.predictions)] or ordered
    return Backtest(
        scores=pd.concat([one.scores for one in with_predictions if len(one.scores)] or [ordered[0].scores], ignore_index=True),
        predictions=pd.concat([one.predictions for one in with_predictions], ignore_index=True),
        skipped=skipped,
        provenance=provenance,
        kinds=tuple(sorted((one for one in results if isinstance(one, KolEffect)), key=lambda one: one.target)),
        unjudged=tuple(why for one in ordered for why in one.unjudged),
        remarks=tuple(remarks),
    )


def provenance_of(tables: History, examples: pd.DataFrame, lead_days: float = LEAD_DAYS, seed: int = 1) -> Provenance:
    """Data and settings of a training or back-test, before there is anything else to say."""
    return Provenance(
        lead_days=lead_days,
        seed=seed,
        invented_data=tables.invented,
        data_until=examples["known_on"].max().date(),
        data_fingerprint=fingerprint(examples),
        rows={name: len(frame) for name, frame in tables.frames.items()},
    )


def _groups(predictions: pd.DataFrame, recipe: Recipe) -> list[dict[str, Any]]:
    """Coverage of the interval on the newest results, group by group."""
    rows = predictions[(predictions["target"] == recipe.name) & (predictions["split"] != "new_creators")]
    found = by_group(rows.reset_index(drop=True), recipe)[["by", "group", "creators", "rows", "coverage_untied"]]
    return found.assign(target=recipe.name).astype(object).to_dict("records")


def _shocks(examples: pd.DataFrame, models: dict[str, TargetModel], predictions: pd.DataFrame) -> dict[str, OutcomeCorrelations]:
    """By target how past bookings missed its forecasts together, and how those missed it that missed others."""
    between = correlations_between(predictions, {name: model.recipe.counts for name, model in models.items()})
    found = {}
    for name, model in models.items():
        of_target = estimate_correlations(predictions[predictions["target"] == name], model.recipe.counts)
        found[name] = with_shared_rate(replace(of_target, between=between[name]), model, examples)
    return found


def _of_money(examples: pd.DataFrame, recipe: Recipe, catalogue: Catalogue) -> list[str]:
    return _currencies(labelled(examples, recipe)) if catalogue.in_money(recipe) else []


def _provenance(examples: pd.DataFrame, models: dict[str, TargetModel], backtest: Backtest, catalogue: Catalogue) -> Provenance:
    platforms = {name: sorted(labelled(examples, model.recipe)["platform"].dropna().unique()) for name, model in models.items()}
    predictions = backtest.predictions
    return replace(
        backtest.provenance,
        platforms=platforms,
        currencies={name: code for name, model in models.items() for code in _of_money(examples, model.recipe, catalogue)},
        shocks=_shocks(examples, models, predictions),
        skipped=backtest.skipped,
        groups=[one for name, model in models.items() for one in _groups(predictions, model.recipe)],
        scores=backtest.scores.astype(object).where(backtest.scores.notna(), None).to_dict("records"),
        versions={"python": platform.python_version(), "predictor": package_version()}
        | {name: version(name) for name in ("lightgbm", "numpy", "pandas", "scipy", "scikit-learn")},
    )
