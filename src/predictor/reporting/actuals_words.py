"""Forecast against actuals in words: the table, how right the forecast was, and what results are not final yet."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from predictor.definitions.phrases import Phrases
from predictor.planning.actuals import Promise, reckoned
from predictor.planning.early_counts import Horizon
from predictor.planning.results import label_of
from predictor.wording.sentences import table

NAMED = 10  # people without a booking who are named


def afterwards_in_words(
    found: pd.DataFrame, outcome: Mapping[str, str], phrases: Phrases, promise: Promise | None, horizon: Horizon
) -> str:  # fmt: skip
    """A comparison as text for a terminal: what is not final, the table, how right it was, and what the plan had promised."""
    rows, early = afterwards_table(found, outcome, phrases, horizon), _early(found, outcome, phrases, horizon)
    sentences = afterwards_sentences(found, outcome, phrases, promise, horizon)[len(early) :]
    few = [phrases.say("afterwards_few")] if rows else []
    above = [*early, ""] if early and rows else early
    return "\n".join([*above, *(table(rows) if rows else []), *([""] if rows else []), *sentences, *few]) + "\n"


def afterwards_table(
    found: pd.DataFrame, outcome: Mapping[str, str], phrases: Phrases, horizon: Horizon
) -> list[list[str]]:  # fmt: skip
    """Titles, and a row for each booking of the plan and for their total; nothing where nothing has been counted yet."""
    if found.loc[~found["total"] & found["planned"], "came"].isna().all():
        return []
    course = bool(found["on_course"].notna().any())
    came = ("afterwards_so_far", "afterwards_on_course") if course else ("afterwards_came",)
    keys = ("lineup_who", "lineup_format", "lineup_total_80", *came, "afterwards_inside")
    days = phrases.number(horizon.days, 0)
    titles = [phrases.say(key, outcome=phrases.label(outcome), horizon=days) for key in keys]
    return [titles, *(_line(row, course, phrases) for _, row in found[found["planned"]].iterrows())]


def afterwards_sentences(
    found: pd.DataFrame, outcome: Mapping[str, str], phrases: Phrases, promise: Promise | None, horizon: Horizon
) -> list[str]:  # fmt: skip
    """What is not final, how right the forecast was, what the whole plan had promised, and what the comparison leaves out."""
    planned = found[~found["total"] & found["planned"]]
    with_actual, total, others = planned[planned["came"].notna()], found[found["total"]].iloc[0], found[~found["planned"]]
    if with_actual.empty:
        return [phrases.say("afterwards_nothing", outcome=phrases.noun(outcome)), *_not_planned(others, phrases)]
    sentences = [*_early(found, outcome, phrases, horizon), *_hits(with_actual, phrases), _in_all(total, outcome, phrases)]
    if promise is not None:
        values = {"expected": phrases.compact(promise.expected), "range": phrases.interval(promise.low, promise.high)}
        counts = {"count": len(planned), "known": len(with_actual)}
        sentences.append(phrases.say("afterwards_promise", **values, **counts, came=phrases.compact(total["came"])))
    several = planned[planned["rows"] > 1]
    named = "; ".join(phrases.say("afterwards_rows", who=label_of(row), count=int(row["rows"])) for _, row in several.iterrows())
    sentences += [phrases.say("afterwards_added_up", who=named)] if len(several) else []
    lacking = planned["came"].isna()
    nameless = lacking & ~_has_name(planned)
    missing = planned[lacking & ~nameless]
    sentences += (
        [phrases.say("afterwards_missing", count=len(missing), who=_first_named(missing, phrases))] if len(missing) else []
    )
    sentences += [phrases.say("afterwards_nameless", count=int(nameless.sum()))] if nameless.any() else []
    return [*sentences, *_not_planned(others, phrases), *_final(with_actual, phrases, horizon)]


def _early(found: pd.DataFrame, outcome: Mapping[str, str], phrases: Phrases, horizon: Horizon) -> list[str]:
    """That results were counted before the horizon, and what they are judged by."""
    known = found[~found["total"] & found["planned"] & found["came"].notna()]
    early = known[known["early"].eq(True)]
    if early.empty:
        return []
    days, first, last = phrases.number(horizon.days, 0), int(early["age"].min()), int(early["age"].max())
    age = phrases.say("afterwards_age", count=last) if first == last else phrases.say("afterwards_ages", first=first, last=last)
    some = "" if len(early) == len(known) else "_some"
    counted = phrases.say(f"afterwards_early{some}", count=len(early), all=len(known), age=age, horizon=days)
    if horizon.growth is None:
        return [counted, phrases.say("afterwards_as_they_stand", outcome=phrases.noun(outcome))]
    how = "learned" if early["learned"].eq(True).all() else "assumed"
    return [counted, phrases.say(f"afterwards_course_{how}", horizon=days)]


def _final(with_actual: pd.DataFrame, phrases: Phrases, horizon: Horizon) -> list[str]:
    """That results whose age nobody wrote down are taken as final."""
    undated = int(with_actual["age"].isna().sum())
    some = "" if undated == len(with_actual) else "_some"
    days = phrases.number(horizon.days, 0)
    return [phrases.say(f"afterwards_final{some}", count=undated, all=len(with_actual), horizon=days)] if undated else []


def _hits(with_actual: pd.DataFrame, phrases: Phrases) -> list[str]:
    """How many results lie in their ranges, or are on course for them, and how many below and above."""
    on_course = with_actual["on_course"].notna()
    groups = {"afterwards_hits": with_actual[~on_course], "afterwards_hits_course": with_actual[on_course]}
    return [_hits_of(rows, key, phrases) for key, rows in groups.items() if len(rows)]


def _hits_of(rows: pd.DataFrame, key: str, phrases: Phrases) -> str:
    judged = reckoned(rows)
    below, above = int((judged < rows["p10"]).sum()), int((judged > rows["p90"]).sum())
    return phrases.say(key, count=int(rows["inside"].eq(True).sum()), all=len(rows), below=below, above=above)


def _in_all(total: pd.Series, outcome: Mapping[str, str], phrases: Phrases) -> str:
    """What came in all, or what it is on course for, beside its forecast."""
    on_course = pd.notna(total["on_course"])
    judged = total["on_course"] if on_course else total["came"]
    place = "inside" if total["inside"] else "above" if judged > total["p90"] else "below"
    values = {name: phrases.compact(total[name]) for name in ("came", "expected")}
    values |= {"range": phrases.interval(total["p10"], total["p90"]), "outcome": phrases.noun(outcome)}
    if on_course:
        values |= {"course": phrases.compact(judged)}
        values |= {"course_range": phrases.interval(total["on_course_low"], total["on_course_high"])}
    return phrases.say(f"afterwards_total_{'course_' if on_course else ''}{place}", **values)


def _not_planned(others: pd.DataFrame, phrases: Phrases) -> list[str]:
    named = others.assign(name=[f"{label_of(row)} ({phrases.number(row['came'], 0)})" for _, row in others.iterrows()])
    return [phrases.say("afterwards_unplanned", count=len(others), who=_first_named(named, phrases))] if len(others) else []


def _first_named(rows: pd.DataFrame, phrases: Phrases) -> str:
    more = phrases.say("lineup_and_more", count=len(rows) - NAMED) if len(rows) > NAMED else ""
    return "; ".join(label_of(row) for _, row in rows.head(NAMED).iterrows()) + more


def _has_name(rows: pd.DataFrame) -> pd.Series:
    """Whether something in a row says whose result is sought."""
    named = [rows[name].notna() for name in ("creator_id", "name", "booking_id") if name in rows]
    return pd.concat(named, axis=1).any(axis=1) if named else pd.Series(False, index=rows.index)


def _line(row: pd.Series, course: bool, phrases: Phrases) -> list[str]:
    named = phrases.say("lineup_total") if row["total"] else label_of(row)
    made = phrases.category(row, "format")
    forecast = f"{phrases.compact(row['expected'])} ({phrases.interval(row['p10'], row['p90'])})"
    where = phrases.say("nothing") if row["inside"] is None else phrases.say("evidence_yes" if row["inside"] else "evidence_no")
    there = pd.notna(row["on_course"])
    span = phrases.interval(row["on_course_low"], row["on_course_high"]) if there else ""
    later = f"{phrases.compact(row['on_course'])} ({span})" if there else phrases.say("nothing")
    return [named, made, forecast, phrases.number(row["came"], 0), *([later] if course else []), where]
