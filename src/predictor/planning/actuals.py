"""Forecast against actuals: the forecast of each booking of a plan, as it was made, beside the actual outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from predictor.definitions.schema import Catalogue, Recipe
from predictor.definitions.strict_yaml import is_file
from predictor.errors import Fault, RowsError
from predictor.forecasting.sampling import OutcomeCorrelations, Total, sample_jointly, total_of
from predictor.planning.comparison import asked_outcome, candidates, forecast_targets, outcome_currency, recipe_for
from predictor.planning.early_counts import COURSE, Horizon, with_course
from predictor.planning.results import KEYS, match_results
from predictor.planning.signed import DESCRIBES, FORECAST_TITLES, signed_table
from predictor.scoring.scored_list import read_scored
from predictor.tables.columns import FORECAST
from predictor.tables.strict_json import parse_json
from predictor.wording.sentences import Said

# A plan read back with its forecast as it was made: the .xlsx to sign, the JSON of a line-up, a scored list.


class Promise(NamedTuple):
    """What the plan as a whole was said to bring, and its likely range."""

    expected: float
    low: float
    high: float


def read_plan(
    path: Path, goal: str | None, catalogue: Catalogue, outcome: str | None = None
) -> tuple[pd.DataFrame, Recipe, Promise | None]:
    """The rows of a plan as `compare_with_actuals` takes them, the target that was forecast, and the promise that was signed.

    Parameters
    ----------
    path
        .xlsx as `predictor lineup -o` writes it; .json as `predictor lineup --json` prints it; or a scored list, all of whose
        rows then count as the plan.
    goal, outcome
        What the campaign wanted, needed for a scored list, and what of it counted, where that is not what answers the goal.

    Raises
    ------
    RowsError
        Where the file is none of these.
    """
    if path.suffix.lower() == ".json":
        return _from_json(path, catalogue)
    signed = _signed(path, catalogue)
    if signed is not None:
        return signed
    scored = read_scored(path, catalogue)
    wanted = _required_goal(goal, path)
    asked = asked_outcome(catalogue, wanted, outcome, forecast_targets(scored, catalogue))
    recipe = recipe_for(scored, wanted, catalogue.answering(wanted, asked))
    return candidates(scored, recipe).assign(outcome_currency=outcome_currency(scored, recipe)), recipe, None


def _from_json(path: Path, catalogue: Catalogue) -> tuple[pd.DataFrame, Recipe, Promise | None]:
    if not is_file(path):
        raise _refusal(path, f"there is no such file in {path.parent}; check the name.")
    try:
        content = parse_json(path.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise _refusal(path, f"cannot be read as JSON ({problem}); write it again with predictor lineup --json.") from None
    try:
        plan = _PrintedLineup.model_validate(content)
    except ValidationError as problem:
        first = problem.errors()[0]
        at = f" ({' → '.join(map(str, first['loc']))}: {first['msg'].lower()})" if first["loc"] else ""
        why = f"holds no plan; expected what predictor lineup --json prints{at}."
        raise _refusal(path, why) from None
    proposed = next((one for one in plan.plans if one.name == plan.proposed), None)
    chosen = proposed.bookings if proposed is not None else []
    if plan.target not in catalogue.recipes or not chosen:
        why = f"got '{plan.target}', which is no target" if chosen else "proposes no plan that has bookings"
        raise _refusal(path, f"{why}; expected what predictor lineup --json prints.")
    promise = _promise(proposed.expected, proposed.low, proposed.high) if proposed is not None else None
    recipe = catalogue.recipes[plan.target]
    code = plan.currency if catalogue.in_money(recipe) else None
    return pd.DataFrame([one.model_dump() for one in chosen]).assign(outcome_currency=code), recipe, promise


def _promise(expected: Any, low: Any, high: Any) -> Promise | None:
    """The promise, where all of it is there."""
    figures = pd.to_numeric(pd.Series([expected, low, high], dtype=object), errors="coerce").astype(float)
    return None if figures.isna().any() else Promise(*figures)


Count = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _PrintedBooking(BaseModel):
    """A booking of a plan with its forecast; what else was printed is kept as it is."""

    model_config = ConfigDict(extra="allow")

    expected: Count
    p10: Count
    p90: Count


class _PrintedPlan(BaseModel):
    name: str
    bookings: list[_PrintedBooking]
    expected: float | None = None
    low: float | None = None
    high: float | None = None


class _PrintedLineup(BaseModel):
    target: str
    currency: str | None = None
    proposed: str | None
    plans: list[_PrintedPlan]


def _signed(path: Path, catalogue: Catalogue) -> tuple[pd.DataFrame, Recipe, Promise | None] | None:
    """The bookings of a plan's .xlsx; None where this is another file."""
    found = signed_table(path, catalogue)
    if found is None:
        return None
    columns = [name for name in (*DESCRIBES, "platform", *FORECAST_TITLES.values()) if name in found.rows]
    rows, ends = found.rows[columns], found.ends
    expected = pd.to_numeric(rows.loc[~ends.cummax(), "expected"], errors="coerce").sum()
    promise = _promise(expected, *rows[ends].iloc[0][["p10", "p90"]]) if ends.any() else None
    bookings = rows[~ends.cummax()].reset_index(drop=True)
    for name in {"format", "platform"} & {*columns}:
        words = {getattr(one, found.lang): value for value, one in catalogue.entries[name].categories.items()}
        bookings[name] = bookings[name].replace(words)
    return bookings.assign(outcome_currency=found.currency), found.recipe, promise


def _required_goal(goal: str | None, path: Path) -> str:
    if not goal:
        raise _refusal(path, "does not say what the campaign wanted; name it with --goal, such as --goal engagement.")
    return goal


def _refusal(path: Path, problem: str) -> RowsError:
    return RowsError([Fault(path.name, problem)])


SHOWN = ("creator_id", "name", "platform", "format")


def compare_with_actuals(
    plan: pd.DataFrame | Sequence[Mapping[str, Any]], bookings: pd.DataFrame, outcome: str, *, counts: bool = False,
    promise: Promise | None = None, shocks: OutcomeCorrelations | None = None, seed: int = 1, horizon: Horizon | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Put the forecast of each booking of a plan beside its actual outcome.

    Parameters
    ----------
    plan
        The rows chosen, with the forecast as it was made: `creator_id` (or `booking_id`), maybe `format`, `expected`, `p10`,
        `p90` and `p50`; where `p50` is missing, the middle of the interval on a log scale stands in.
    bookings
        A table of results with the outcome, as `results.match_results` takes it; several rows of one booking are added up.
    outcome, counts
        The column that the target forecast, and whether that is a rare count (`recipe.counts`).
    promise
        What the whole plan was said to bring: the interval of the total is then as wide, in proportion, as this one.
    horizon
        The age that outcomes are forecast at (`early_counts.horizon_of`); without it every result is final.
    shocks
        How past bookings missed their forecasts together; by default a stated assumption.

    Returns
    -------
    A row for each row of the plan, in its order: `creator_id`, `name`, `platform`, `format` (where the plan has them), the four
    figures, `booking_id`, `came` (the actual outcome, missing where none was counted yet), `rows` (how many results were added
    up in it), `age` (days from the post to the count, the least of several; missing where a day is), `early` (younger than the
    horizon), `on_course` for at the horizon with its 80 % interval `on_course_low` to `on_course_high`, `learned` (whether its
    growth was) and `inside` (whether the actual outcome, or what an early one is on course for, lies from p10 to p90; None where
    there is neither). Results of nobody in the plan follow,
    whose `planned` is False. The last row, whose `total` is True, adds up the bookings of the plan with an actual outcome: the
    interval is that of their sum, drawn jointly; that of what it is on course for adds up the ends, as if all posts grew alike.

    Raises
    ------
    RowsError
        Where a row of the plan fits several bookings, or none of the plan is among them.
    """
    rows, results = pd.DataFrame(plan).reset_index(drop=True), bookings.reset_index(drop=True)
    _refuse(rows, results, outcome)
    matches, counted = match_results(rows, results), _numbers(results, outcome)
    firsts = results.reindex([places[0] if places else -1 for places in matches.places])
    ids = firsts["booking_id"] if "booking_id" in firsts else pd.Series(None, index=firsts.index, dtype="str")
    compared = rows[[name for name in SHOWN if name in rows]].assign(**{name: _numbers(rows, name) for name in FORECAST})
    compared["p50"] = compared["p50"].fillna(np.expm1((np.log1p(compared["p10"]) + np.log1p(compared["p90"])) / 2))
    came = [counted.iloc[places].sum(min_count=1) for places in matches.places]
    compared = compared.assign(
        booking_id=ids.to_numpy(), came=came, rows=list(map(len, matches.places)), planned=True, total=False
    )
    course = with_course(_with_platform(results, matches.places, rows), counted, outcome, horizon or Horizon(0.0, None))
    compared = compared.assign(**_added_up(course, matches.places, counted))
    forecast = rows.assign(**{name: compared[name] for name in FORECAST})
    total = _total(forecast, compared["came"], counts, promise, shocks or OutcomeCorrelations(), seed).assign(planned=True)
    total = total.assign(early=bool(compared["early"].any()), **_course_of_all(compared))
    return _with_inside(pd.concat([compared, _unplanned(results, matches.others, counted), total], ignore_index=True))


def _with_platform(results: pd.DataFrame, places: list[list[int]], plan: pd.DataFrame) -> pd.DataFrame:
    """The results, each with the platform and format of its booking in the plan where it does not say its own."""
    rows = pd.Series({place: row for row, of_row in enumerate(places) for place in of_row}, dtype=int)
    for name in ("platform", "format"):
        planned = plan[name].iloc[rows].set_axis(rows.index).reindex(results.index) if name in plan else None
        own = results[name] if name in results else planned
        if own is not None:
            results = results.assign(**{name: own if planned is None else own.astype(object).fillna(planned.astype(object))})
    return results


def _added_up(course: pd.DataFrame, places: list[list[int]], counted: pd.Series) -> dict[str, list[Any]]:
    """What `with_course` found, of each booking; a final result among early ones adds what it is."""
    own = [course.iloc[of_row][counted.iloc[of_row].notna()] for of_row in places]
    found: dict[str, list[Any]] = {"age": [one["age"].min() for one in own], "early": [bool(one["early"].any()) for one in own]}
    for name in COURSE:
        known = [one[name].notna().any() for one in own]
        sums = [one[name].fillna(counted[one.index]).sum() for one in own]
        found[name] = [value if there else np.nan for value, there in zip(sums, known, strict=True)]
    return found | {"learned": [bool(one["learned"].any() and one["learned"].eq(one["early"]).all()) for one in own]}


def _course_of_all(compared: pd.DataFrame) -> dict[str, float]:
    there = compared["on_course"].notna().any()
    return {name: float(compared[name].fillna(compared["came"]).sum()) if there else np.nan for name in COURSE}


def _unplanned(results: pd.DataFrame, places: list[int], counted: pd.Series) -> pd.DataFrame:
    """The results that are of nobody in the plan."""
    described = results.iloc[places][[name for name in (*SHOWN, "booking_id") if name in results]]
    return described.assign(came=counted.iloc[places], rows=1, planned=False, total=False)


def _refuse(rows: pd.DataFrame, bookings: pd.DataFrame, outcome: str) -> None:
    lacking = [name for name in ("expected", "p10", "p90") if name not in rows]
    faults = [Fault.of("plan", Said("afterwards_no_forecast", {"name": name})) for name in lacking]
    if not {*KEYS} & {*rows}:
        faults.append(Fault.of("plan", Said("afterwards_no_names")))
    if not {*KEYS} & {*bookings} & {*rows}:
        faults.append(Fault.of("bookings", Said("afterwards_no_ids")))
    if outcome not in bookings:
        faults.append(Fault.of("bookings", Said("afterwards_no_outcome", {"name": outcome})))
    elif foreign := _other_currencies(rows, bookings, outcome):
        faults.append(Fault.of("bookings", Said("afterwards_currency", foreign)))
    if faults:
        raise RowsError(faults)


def _other_currencies(rows: pd.DataFrame, bookings: pd.DataFrame, outcome: str) -> dict[str, str] | None:
    """The currency of a plan's forecasts, and the others that its results are in; None where there are none."""
    planned = {*rows["outcome_currency"].dropna()} if "outcome_currency" in rows else set()
    came = {*bookings.loc[bookings[outcome].notna(), "currency"].dropna()} if "currency" in bookings else set()
    if not planned or came <= planned:
        return None
    return {"name": outcome, "planned": ", ".join(sorted(planned)), "came": ", ".join(sorted(came - planned))}


def _total(
    forecast: pd.DataFrame, came: pd.Series, counts: bool, promise: Promise | None, shocks: OutcomeCorrelations, seed: int
) -> pd.DataFrame:  # fmt: skip
    """The bookings with an actual outcome together; as the plan promised where these are all of it."""
    with_actual = forecast[came.notna()]
    if with_actual.empty:
        return pd.DataFrame({name: [np.nan] for name in (*FORECAST, "came")}).assign(total=True)
    drawn = sample_jointly(with_actual.reset_index(drop=True), shocks, whole=counts, seed=seed)
    expected, sums = float(with_actual["expected"].sum()), total_of(drawn)
    if promise is not None:
        everybody = sample_jointly(forecast.reset_index(drop=True), shocks, whole=counts, seed=seed)
        sums = _as_promised(expected, sums, total_of(everybody), promise)
    figures = {"expected": expected, "p10": sums.low, "p50": float(np.median(drawn.sum(axis=1)))}
    return pd.DataFrame([{**figures, "p90": sums.high, "came": float(came.sum()), "total": True}])


def _as_promised(expected: float, part: Total, whole: Total, promise: Promise) -> Total:
    """The interval of a part, stretched as that of the whole has to be to become the promise."""
    below, above = whole.expected - whole.low, whole.high - whole.expected
    down = (promise.expected - promise.low) / below if below else 1.0
    up = (promise.high - promise.expected) / above if above else 1.0
    return Total(expected, max(0.0, expected - (part.expected - part.low) * down), expected + (part.high - part.expected) * up)


def _with_inside(compared: pd.DataFrame) -> pd.DataFrame:
    inside = reckoned(compared).between(compared["p10"], compared["p90"]).astype(object)
    return compared.assign(inside=inside.where(compared["came"].notna() & compared["p10"].notna(), None))


def reckoned(compared: pd.DataFrame) -> pd.Series:
    """What each result is judged by: what an early one is on course for where that is known, else what came."""
    return compared["on_course"].fillna(compared["came"])


def _numbers(rows: pd.DataFrame, name: str) -> pd.Series:
    values = rows[name] if name in rows else pd.Series(np.nan, index=rows.index)
    return pd.to_numeric(values, errors="coerce").astype(float)
