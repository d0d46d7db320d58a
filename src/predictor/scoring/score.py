"""Forecasts for candidates: what each would bring, how sure that is, and what it costs per outcome."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, cast

import numpy as np
import pandas as pd

from predictor.asof.examples import candidate_columns
from predictor.asof.joins import pointwise, without_audiences
from predictor.bundle import Bundle
from predictor.definitions.limits import DAYS
from predictor.definitions.phrases import Phrases
from predictor.definitions.schema import Catalogue, Recipe
from predictor.errors import Fault, RowsError
from predictor.explanation.contributions import explanation_line
from predictor.explanation.evidence import basis, caveats, evidence
from predictor.forecasting.design_matrix import has_history
from predictor.forecasting.predict import Distribution, answered, distribution
from predictor.forecasting.splits import MIN_CREATORS_FOR_OTHERS
from predictor.forecasting.target_model import TargetModel
from predictor.pricing.break_even import covers_all, fee_words, worth
from predictor.pricing.fair_fees import fee_columns
from predictor.scoring.fallback import assumed_forecast, assumed_note, pooled_note, published_forecast, published_note
from predictor.scoring.goals import read_goals
from predictor.tables.columns import (
    BOUNDS,
    FORECAST,
    Figure,
    assumed_column,
    bound_columns,
    scored_column,
)
from predictor.tables.frames import Array, Columns, History, Rows, filled, no_texts, text_array

DESCRIBES = (
    "creator_id", "person_id", "name", "platform", "kind", "tier", "niche", "country", "followers", "format", "posts", "fee",
    "currency", "niche_alignment", "niche_alignment_source", "posting_frequency", "ad_density",
    "ad_density_source", "engagement_rate", "posts_seen",
    "followers_from", "suspicious_share", "follower_jump", "booked_by_brand_90", "booked_by_rivals_90",
    "flags", "busy",
)  # fmt: skip
REASONS: tuple[Figure, ...] = ("why", "basis", "doubts")  # of a target
FEE_WHY = "fee_why"
ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?!\d)")
Options = ParamSpec("Options")


def score_columns(
    candidates: Rows,
    bundle: Bundle,
    *,
    brief: dict[str, Any] | None = None,
    history: History | None = None,
    on: pd.Timestamp | None = None,
    at_least: Mapping[str, Any] | None = None,
    why: str | None = None,
    level: float | Sequence[float] | None = None,
    whole: bool = True,
    reasons: Collection[str] | None = None,
) -> dict[str, Any]:
    """Forecast every candidate for a brief, as arrays by column; `score` is the same as a frame.

    Parameters
    ----------
    candidates
        One row each: a `creator_id` that the history knows, or the attributes themselves, with a format and maybe a fee.
    bundle
        A trained model.
    brief
        The campaign: any columns of `campaigns`.
    history
        Checked tables to read the creators' records from, as known on the day `on` (default: today).
    at_least
        Counts or amounts to reach, by target, as numbers or as people type them (`50tr`): add the chance that a booking brings
        that much.
    why
        `en` or `vi`: add a line per target that splits the expected value into a simple rule and factors, one on what it
        rests on, and one on what the model has never or rarely seen.
    level
        Add one more interval per target, which holds the outcome with this probability (above 0, below 1), or one for each of
        several.
    whole
        Whether these candidates are all there are. Where they are a part of a longer list, what compares each with all others
        (`break_even`, `pays`, `fee_why`) is left out, and a column that rests on assumptions is there even if none was made.
    reasons
        The columns with reasons that are wanted where `why` names a language, such as `engagement_doubts` and `fee_why`; all by
        default. Of a long list they take several times as long as the forecasts.

    Returns
    -------
    The candidates in their order with, per target, `_expected`, `_p10`, `_p50`, `_p90` (counts for the whole booking), `_rule`
    (the simple rule's value), `_cost` (fee per unit of the expected outcome), `_note` (where the planner's own assumption or
    published rates stand in for a history, where few results allow one rate for everybody, or why there is no forecast),
    `_assumed` (where such an assumption does) and `_pooled` (where such a rate does), of an outcome in money `_currency` and
    `_unit` (what its amounts are whole multiples of); as asked for `_low` and `_high` (the interval of `level`; of several
    `_low_95`, `_high_95` …), `_chance`, `_why`, `_basis`, `_doubts`. Then what such bookings cost (`fair_low`, `fair`,
    `fair_high`, `fee_verdict`, `fair_source`, `rests_on`), what each is worth to the brief's goal (`break_even`, `pays`), as
    asked for `fee_why`; and `known_creator`, `model_version`, `invented_data`.

    Raises
    ------
    RowsError
        Where `at_least` names a target that the model does not forecast, `level` is not between 0 and 1, or `on` is no day of
        these times.
    """
    goals = read_goals(at_least or {}, bundle)
    levels = [] if level is None else list(level) if isinstance(level, Sequence) else [level]
    if any(not 0 < one < 1 for one in levels):
        wrong = ", ".join(f"{one:g}" for one in levels if not 0 < one < 1)
        raise RowsError([Fault("level", f"got {wrong}; give a probability above 0 and below 1, such as 0.9.")])
    moment = day_asked(on)
    given = Columns.of(candidates).arrays()
    known = candidate_features(candidates, bundle, moment, brief, history)
    rows = Columns(known, pd.RangeIndex(len(candidates)))
    shown = known if bundle.knows_audiences else known | _audiences(given, known, bundle.catalogue)
    scored: dict[str, Any] = {column: shown[column] for column in DESCRIBES if column in shown}
    scored |= {column: cells for column, cells in given.items() if column not in scored}
    phrases = Phrases(why, bundle.catalogue) if why is not None else None
    wanted = reasons if reasons is not None else reason_columns(bundle.models)
    predicted: dict[str, Distribution] = {}
    for name in bundle.models:
        forecast = predicted_of(name, bundle, rows, predicted)
        scored |= _forecast_target(forecast, bundle, goals.get(name), phrases, level, whole, history, wanted)
    fee_phrases = phrases if FEE_WHY in wanted else None
    about = {
        "known_creator": _with_history(rows, bundle),
        "model_version": bundle.provenance.version_label,
        "invented_data": bundle.invented or bool(history and history.invented),
    }
    found = scored | _priced(scored, rows, bundle, brief or {}, fee_phrases, whole) | about
    return {name: values if np.ndim(values) else np.full(len(rows), values) for name, values in found.items()}


def _as_frame(columns: Callable[Options, dict[str, Any]]) -> Callable[Options, pd.DataFrame]:
    @wraps(columns)
    def frame(*given: Options.args, **options: Options.kwargs) -> pd.DataFrame:
        return pd.DataFrame(columns(*given, **options))

    return frame


score = _as_frame(score_columns)


def reason_columns(targets: Iterable[str], parts: Sequence[Figure] = REASONS) -> set[str]:
    """The columns of a scored list that give reasons in words: these parts of the targets, and those of the fee."""
    return {FEE_WHY, *(scored_column(target, part) for target in targets for part in parts)}


def candidate_features(
    candidates: Rows, bundle: Bundle, on: pd.Timestamp, brief: dict[str, Any] | None, history: History | None
) -> dict[str, Array]:
    """Candidates with everything that a bundle's models see of them, as known on the day `on`, in their order, by column.

    Where nobody's followers were known to these models, those of candidates and of the history are not either: the rates that
    they learned are counts, which no audience multiplies.
    """
    rows, tables = Columns.of(candidates), history or History()
    if not bundle.knows_audiences:
        rows, tables = rows.without("followers"), without_audiences(tables)
    return candidate_columns(rows, brief or {}, on, tables, bundle.catalogue, bundle.texts, bundle.growth)


def _audiences(given: dict[str, Array], known: dict[str, Array], catalogue: Catalogue) -> dict[str, Array]:
    """Followers and tiers as candidates give them, to be shown where no forecast uses them."""
    if "followers" not in given:
        return {}
    followers, tier = given["followers"], catalogue.entries["tier"]
    source = text_array([None if missing else "given" for missing in pd.isna(followers)])
    shown: dict[str, Array] = {"followers": followers, "followers_from": source}
    sized = {} if tier.computed is None else {"tier": pointwise(known | shown, tier.computed, list(tier.categories))}
    return shown | {name: filled(known[name], values) if name in known else values for name, values in sized.items()}


def day_asked(on: date | str | None) -> pd.Timestamp:
    """The day that a forecast is asked for, today by default.

    Raises
    ------
    RowsError
        Where it is no day of these times.
    """
    try:
        plain = not isinstance(on, str) or ISO.match(on) is not None  # 01/07/2026 is two days
        moment = pd.Timestamp.now().normalize() if on is None else pd.Timestamp(on) if plain else pd.NaT
    except ValueError:
        moment = pd.NaT
    if pd.isna(moment) or not pd.Timestamp(DAYS[0]) <= moment.tz_localize(None) <= pd.Timestamp(DAYS[1]):
        came = on if pd.isna(moment) else f"{moment:%Y-%m-%d}"
        days = f"{DAYS[0]:%Y} to {DAYS[1]:%Y}"
        raise RowsError([Fault("the day asked", f"got {came}; give a day from {days}, such as 2026-07-01.")])
    return moment.tz_localize(None)


def _with_history(rows: Columns, bundle: Bundle) -> np.ndarray:
    known = [has_history(rows, model.recipe) for model in bundle.models.values()]
    return np.any(known, axis=0) if known else np.zeros(len(rows), dtype=bool)


def _thin(rows: Columns, bundle: Bundle) -> np.ndarray:
    """Of whom no past post is known: strangers, and those whose figures are their own word."""
    return ~_with_history(rows, bundle) | (np.nan_to_num(rows.floats("posts_seen")) == 0)


def _priced(
    scored: dict[str, Any], rows: Columns, bundle: Bundle, brief: dict[str, Any], phrases: Phrases | None, whole: bool
) -> dict[str, Any]:
    """What such bookings cost by one's own history, and what each is worth to this campaign's goal, where it has one."""
    reach = scored_column("reach", "expected")
    priced = fee_columns(bundle.prices, rows.assign({reach: scored[reach]}) if reach in scored else rows)
    wanted = [model.recipe for model in bundle.models.values() if model.recipe.goal == brief.get("goal")]
    if whole and wanted and "fee" in scored and "currency" in scored:
        budget, currency = None if brief.get("budget") is None else float(brief["budget"]), str(brief.get("currency") or "")
        offers = ("fee", "currency", scored_column(wanted[0].name, "expected"))
        offered = pd.DataFrame({name: scored[name] for name in offers}, index=rows.index)
        priced |= worth(offered, wanted[0].name, budget, currency).items()
        if phrases is not None:
            label = bundle.catalogue.entries[wanted[0].outcome].label.by_language()
            doubts = pd.Series(scored.get(scored_column(wanted[0].name, "doubts"), ""), rows.index).fillna("")
            beside_fees = offered[["fee", "currency"]].assign(**priced, thin=_thin(rows, bundle) | (doubts != "").to_numpy())
            priced[FEE_WHY] = fee_words(beside_fees, label, phrases, covers_all(offered, budget, currency))
    return priced


def predicted_of(name: str, bundle: Bundle, rows: Columns, made: dict[str, Distribution]) -> Distribution:
    """What rows could bring of one target, never more than of the target that bounds it; kept in `made`."""
    if name not in made:
        model = bundle.models[name]
        found = distribution(model, rows, seen_platforms(name, bundle, rows) & answered(model, rows))
        bound = model.recipe.at_most
        made[name] = replace(found, ceiling=predicted_of(bound, bundle, rows, made)) if bound in bundle.models else found
    return made[name]


def _forecast_target(
    predicted: Distribution, bundle: Bundle, goal: float | None, phrases: Phrases | None,
    level: float | Sequence[float] | None, whole: bool, history: History | None, wanted: Collection[str],
) -> dict[str, Any]:  # fmt: skip
    """What one target's columns hold, with the reasons `wanted` where there are `phrases`."""
    model, name, rows = predicted.model, predicted.model.recipe.name, predicted.rows
    seen = seen_platforms(name, bundle, rows)
    covered = seen & answered(model, rows)
    figures: dict[str, Any] = predicted.figures()
    if isinstance(level, float):
        figures |= dict(zip(BOUNDS, predicted.quantile(_ends(level)).T, strict=True))
    if goal is not None:
        figures["chance"] = predicted.at_least(goal)
    noted, has_notes = phrases or Phrases("en", bundle.catalogue), model.recipe.pooled or not covered.all()
    note, assumed = np.full(len(rows), None, dtype=object), np.zeros(len(rows), dtype=bool)
    if model.recipe.pooled:
        note[covered] = pooled_note(model.recipe, model.support.labels, noted)
    if not covered.all():
        counts, note[~covered], assumed[~covered] = _stand_ins(model, rows.frame()[~covered], seen[~covered], noted)
        for figure in FORECAST:
            figures[figure][~covered] = counts[figure]
    currency = bundle.provenance.currencies.get(name)
    if "fee" in rows:
        figures["cost"] = _costs(figures["expected"], model.recipe, rows, currency)
    figures["note"] = text_array(note) if has_notes else rows.holding(()).once("no texts", lambda: no_texts(len(rows)))
    figures |= {"pooled": covered} if model.recipe.pooled else {}
    figures |= {"currency": currency, "unit": model.unit} if currency is not None else {}
    if assumed.any() or (not whole and assumed_column(model.recipe.outcome, "low") in rows):
        figures["assumed"] = assumed
    asked = [part for part in REASONS if scored_column(name, part) in wanted]
    if phrases is not None and asked:
        figures |= _reasons(asked, predicted, covered, phrases, history, currency)
    found = {scored_column(name, cast(Figure, figure)): values for figure, values in figures.items()}
    for one in level if isinstance(level, Sequence) else ():
        found |= dict(zip(bound_columns(name, one), predicted.quantile(_ends(one)).T, strict=True))
    return found


def _ends(level: float) -> tuple[float, float]:
    """The quantiles between which an interval holds the outcome with this probability."""
    return (1 - level) / 2, (1 + level) / 2


def _reasons(
    asked: Sequence[Figure], predicted: Distribution, covered: np.ndarray, phrases: Phrases, history: History | None,
    currency: str | None,
) -> dict[str, pd.Series]:  # fmt: skip
    """The parts of the reasons that are asked for; what a forecast rests on only where the model makes it (`covered`)."""
    model, reasons = predicted.model, dict[str, pd.Series]()
    found = evidence(model.support, predicted.rows.frame(), model.recipe, phrases.catalogue)
    if "why" in asked:
        reasons["why"] = explanation_line(predicted, phrases, currency)
    if "basis" in asked:
        reasons["basis"] = basis(found, phrases, history, currency).where(covered)
    if "doubts" in asked:
        reasons["doubts"] = caveats(found, phrases).where(covered)
    return reasons


def _costs(expected: np.ndarray, recipe: Recipe, rows: Columns, currency: str | None) -> np.ndarray:
    """The fee per unit of what is expected; money is weighed against money of one `currency` alone."""
    costs = rows.floats("fee") / (np.where(expected > 0, expected, np.nan) / recipe.cost_per.units)
    if currency is None:
        return costs
    place, _ = rows.factors("currency")
    return np.where((place < 0) | rows.is_in("currency", (currency,)), costs, np.nan)


def seen_platforms(target: str, bundle: Bundle, rows: Columns) -> np.ndarray:
    """Which rows are of a platform that the target's model has learned from."""
    return rows.is_in("platform", bundle.provenance.platforms[target])


def _stand_ins(
    model: TargetModel, rows: pd.DataFrame, seen: np.ndarray, phrases: Phrases
) -> tuple[pd.DataFrame, pd.Series, np.ndarray]:
    """Of rows that the model does not answer, since their platform was never `seen` or too few creators were: counts that
    stand in for its own, a note, and whether they are assumed."""
    assumed, published = assumed_forecast(rows, model.recipe)[list(FORECAST)], published_forecast(rows, model.recipe)
    few = phrases.say("evidence_too_few_creators", count=model.support.creators, least=MIN_CREATORS_FOR_OTHERS)
    reason = pd.Series(few, index=rows.index).where(seen)
    note = published_note(published, rows, phrases, reason).fillna(reason).fillna(_why_not(rows, model))
    counts, note = assumed.fillna(published[list(FORECAST)]), assumed_note(assumed, phrases).fillna(note)
    return counts, note, assumed["p50"].notna().to_numpy()


def _why_not(rows: pd.DataFrame, model: TargetModel) -> pd.Series:
    """Why a row gets no forecast of this target."""
    platform = rows["platform"] if "platform" in rows else pd.Series(None, index=rows.index, dtype="str")
    unseen = f"the training data has no {model.recipe.outcome} for platform " + platform.astype("str")
    unseen = unseen + ", and no published rate stands in for it"
    return unseen.where(platform.notna(), "the platform is not known; give it, or the history that knows this creator")
