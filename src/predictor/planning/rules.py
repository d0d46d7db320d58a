"""What a line-up has to keep to: rules read from YAML, strictly, and the constraints they become over a list of candidates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field
from scipy import sparse

from predictor.definitions.schema import Catalogue, Closed
from predictor.definitions.strict_yaml import parse, read_yaml
from predictor.errors import DefinitionError, Fault, RowsError
from predictor.intake.dates import YEARS
from predictor.intake.numbers import read_numbers
from predictor.planning.optimiser import Constraint
from predictor.wording.matching import nearest
from predictor.wording.sentences import worded

COUNTED = ("platform", "tier", "kind", "country")
FROM_BRIEF = ("budget", "currency", "starts_on", "ends_on")
SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*\.\.\s*(\d{4}-\d{2}-\d{2}))?")

Count = Annotated[int, Field(ge=0)]


class Between(Closed):
    """At least `min` and at most `max` bookings."""

    min: Count | None = None
    max: Count | None = None


class LineupConstraints(Closed):
    """All rules of a line-up; what is not said is not asked for.

    `at_least` is the count of outcomes to reach, `largest_share` the part of the spend that one creator may get, and `risk` what
    is made largest: the `expected` outcome, the one reached with a probability of 80% (`safe`), or the `chance` of `at_least`.
    """

    budget: Annotated[float, Field(gt=0)] | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    number: Between = Between()
    platform: dict[str, Between] = {}
    tier: dict[str, Between] = {}
    kind: dict[str, Between] = {}
    country: dict[str, Between] = {}
    must_have: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    one_per_person: bool = True
    avoid_flags: tuple[str, ...] = ()
    skip_busy: bool = True
    most_bookings_90_days: Count | None = None
    largest_share: Annotated[float, Field(gt=0, le=1)] | None = None
    at_least: Annotated[float, Field(gt=0)] | None = None
    risk: Literal["expected", "safe", "chance"] = "expected"
    starts_on: date | None = None
    ends_on: date | None = None


def read_rules(path: Path, catalogue: Catalogue) -> LineupConstraints:
    """Read a rules file.

    Raises
    ------
    DefinitionError
        With every fault of the file, one a line.
    """
    content = read_yaml(path)
    return rules_from(content, path.name, catalogue)


def rules_from(content: Any, file: str, catalogue: Catalogue) -> LineupConstraints:
    """Rules from parsed YAML; see `read_rules`."""
    if not isinstance(content, dict):
        raise DefinitionError([f"{file}: got {content!r}; expected lines such as `budget: 500tr`; see {_keys()}."])
    faults: list[str] = []
    body = {str(key): value for key, value in content.items()}
    if "budget" in body:
        given, known = body["budget"], len(faults)
        body["budget"] = read_money(given, f"{file}: budget", catalogue, faults)
        if body["budget"] is None and given is not None and len(faults) == known:
            faults.append(f"{file}: budget: got {given!r}; expected an amount such as 500tr, or leave the line out.")
    rules = parse(LineupConstraints, body, file, faults)
    faults += _misnamed(body, file, catalogue) + (_against_each_other(rules, file) if rules is not None else [])
    if faults:
        raise DefinitionError(faults)
    return rules


def read_money(amount: Any, where: str, catalogue: Catalogue, faults: list[str]) -> float | None:
    """An amount as people type it, such as 500tr; what cannot be read is added to `faults`."""
    values, refused = read_numbers(pd.Series([amount], dtype=object), catalogue.entries["budget"])
    faults += [f"{where}: {worded('en', one.says(0))}" for one in refused]
    return None if refused or values.isna().all() else float(values.iloc[0])


def with_brief(rules: LineupConstraints, brief: Mapping[str, Any]) -> LineupConstraints:
    """The rules with the budget, currency and dates of a brief wherever they say none themselves."""
    own = rules.model_dump(include=set(FROM_BRIEF))
    taken = {name: brief[name] for name in FROM_BRIEF if own[name] is None and name in brief}
    return rules.model_copy(update={name: v.date() if isinstance(v, pd.Timestamp) else v for name, v in taken.items()})


def constraints(rows: pd.DataFrame, rules: LineupConstraints) -> list[Constraint]:
    """The rules over cleaned candidates (see `comparison.candidates`; `line` is a row's place in the file), each under its name.

    A name's parts are kept apart by `|`: what, of which, and whether it is a `min` or a `max`.

    Raises
    ------
    RowsError
        Where the rules ask for what the list cannot tell.
    """
    _refuse_unknown(rows, rules)
    fee, every = rows["fee"].fillna(0).to_numpy(float), np.ones(len(rows), bool)
    found = [Constraint("quote", _row(rows["fee"].isna()), high=0), Constraint("somebody", _row(every), low=1)]
    if rules.budget is not None:
        found.append(Constraint("budget", sparse.csr_array(fee[None, :]), high=rules.budget))
    found += _between("number|", every, rules.number)
    for what in COUNTED:
        for name, between in getattr(rules, what).items():
            found += _between(f"{what}|{name}|", (rows[what].str.lower() == name.lower()).to_numpy(), between)
    ids = candidate_ids(rows)
    found += [Constraint(f"must_have|{name}", _row(ids == name), low=1) for name in rules.must_have]
    barred = {
        "excluded": ids.isin(rules.excluded),
        "avoid_flags": _flagged(rows, rules.avoid_flags),
        "busy": pd.Series(_busy(rows, rules), index=rows.index),
        "most_bookings_90_days": _booked(rows, rules.most_bookings_90_days),
    }
    found += [Constraint(name, _row(bars), high=0) for name, bars in barred.items() if bars.any()]
    creator = _members(rows, "creator_id")
    if rules.one_per_person:
        found.append(Constraint("one_per_person", _members(rows, "person_id", creator), high=1))
    if rules.largest_share is not None:
        found.append(Constraint("largest_share", creator * fee[None, :], high=0, of_spend=-rules.largest_share))
    return found


def candidate_ids(rows: pd.DataFrame) -> pd.Series[str]:
    """What `must_have` and `excluded` call each candidate: its `creator_id`, or its name where it has none."""
    ids = pd.Series("", index=rows.index, dtype="str")
    for column in ("name", "creator_id"):
        if column in rows:
            ids = ids.where(rows[column].isna() | (rows[column].astype("str") == ""), rows[column].astype("str"))
    return ids


def unchecked(rows: pd.DataFrame, rules: LineupConstraints) -> list[str]:
    """Rules that the list holds no column for, by name, and that were therefore not checked."""
    needed = {
        "busy": rules.skip_busy and rules.starts_on is not None,
        "booked_by_brand_90": rules.most_bookings_90_days is not None,
    }
    return [column for column, applies in needed.items() if applies and column not in rows]


def _keys() -> str:
    return ", ".join(LineupConstraints.model_fields)


def _misnamed(body: Mapping[str, Any], file: str, catalogue: Catalogue) -> list[str]:
    faults = []
    for what in COUNTED:
        allowed = list(catalogue.entries[what].categories) if what in catalogue.entries else []
        named = body.get(what)
        for name in named if isinstance(named, dict) and allowed else ():
            if str(name) not in allowed:
                faults.append(f"{file}: {what}: got '{name}'; allowed: {', '.join(allowed)}{nearest(str(name), allowed)}.")
    return faults


def _against_each_other(rules: LineupConstraints, file: str) -> list[str]:
    """Rules that cannot be kept whatever the candidates are."""
    named = {"number": rules.number} | {f"{what} → {name}": b for what in COUNTED for name, b in getattr(rules, what).items()}
    faults = [
        f"{file}: {name}: got min {between.min} above max {between.max}; the lower number is the min."
        for name, between in named.items()
        if between.min is not None and between.max is not None and between.min > between.max
    ]
    both = sorted({*rules.must_have} & {*rules.excluded})
    faults += [f"{file}: '{name}' is both in must_have and in excluded; keep one." for name in both]
    if rules.risk == "chance" and rules.at_least is None:
        faults.append(f"{file}: risk: got 'chance' without a count to reach; add a line such as `at_least: 500`.")
    for name in ("starts_on", "ends_on"):
        day = getattr(rules, name)
        if day is not None and not YEARS[0] <= day.year <= YEARS[1]:
            faults.append(f"{file}: {name}: got {day}; a campaign lies between {YEARS[0]} and {YEARS[1]}; correct it.")
    if rules.starts_on is not None and rules.ends_on is not None and rules.ends_on < rules.starts_on:
        faults.append(f"{file}: ends_on: got {rules.ends_on}, before starts_on {rules.starts_on}; correct one.")
    return faults


def _refuse_unknown(rows: pd.DataFrame, rules: LineupConstraints) -> None:
    faults = []
    ids = [name for name in candidate_ids(rows) if name]
    for name in rules.must_have:
        if name not in ids:
            problem = f"must_have: got '{name}', of whom the list holds no forecast{nearest(name, ids)}."
            faults.append(Fault("rules", problem.replace("?.", "?")))
    if rules.avoid_flags and "flags" not in rows:
        faults.append(
            Fault("scored candidates", "has no column 'flags', which avoid_flags needs; add it, empty where all is well.")
        )
    if faults:
        raise RowsError(faults)


def _row(members: Any) -> Any:
    return sparse.csr_array(np.asarray(members, dtype=float)[None, :])


def _between(name: str, members: np.ndarray, between: Between) -> list[Constraint]:
    low = [Constraint(f"{name}min", _row(members), low=between.min)] if between.min else []
    return low + ([Constraint(f"{name}max", _row(members), high=between.max)] if between.max is not None else [])


def _members(rows: pd.DataFrame, column: str, otherwise: Any = None) -> Any:
    """Who belongs together, (people × rows); a row without a name belongs to `otherwise`'s group, or stands alone."""
    alone = pd.Series([f"row {place}" for place in range(len(rows))], index=rows.index, dtype="str")
    if otherwise is not None:
        alone = "account " + pd.Series(otherwise.argmax(axis=0), index=rows.index).astype("str")
    named = (
        rows[column].astype("str").where(rows[column].notna() & (rows[column].astype("str") != "")) if column in rows else None
    )
    codes, _ = pd.factorize(alone if named is None else ("id " + named).fillna(alone))
    return sparse.csr_array((np.ones(len(rows)), (codes, np.arange(len(rows)))))


def _flagged(rows: pd.DataFrame, avoid: tuple[str, ...]) -> pd.Series:
    unwanted = {flag.strip().lower() for flag in avoid}
    flags = rows["flags"].astype("str").where(rows["flags"].notna(), "") if avoid else pd.Series("", index=rows.index)
    return flags.map(lambda cell: not unwanted.isdisjoint(flag.strip().lower() for flag in cell.split(";"))).astype(bool)


def _booked(rows: pd.DataFrame, most: int | None) -> pd.Series:
    if most is None or "booked_by_brand_90" not in rows:
        return pd.Series(False, index=rows.index)
    return pd.to_numeric(rows["booked_by_brand_90"], errors="coerce").fillna(0) >= most  # one more would be too many


def _busy(rows: pd.DataFrame, rules: LineupConstraints) -> list[bool]:
    """Who is busy on a day of the campaign."""
    if not rules.skip_busy or "busy" not in rows or rules.starts_on is None:
        return [False] * len(rows)
    first, last = rules.starts_on, rules.ends_on or rules.starts_on
    cells = rows["busy"].astype("str").where(rows["busy"].notna(), "")
    faults: list[Fault] = []
    spans = [_spans(cell, line, faults) for cell, line in zip(cells, rows["line"], strict=True)]
    if faults:
        raise RowsError(faults)
    return [any(start <= last and end >= first for start, end in busy_spans) for busy_spans in spans]


def _spans(cell: str, line: int, faults: list[Fault]) -> list[tuple[date, date]]:
    found = []
    for part in filter(None, (part.strip() for part in cell.split(";"))):
        matched = SPAN.fullmatch(part)
        try:
            start, end = (date.fromisoformat(day) for day in (matched[1], matched[2] or matched[1])) if matched else (None, None)
        except ValueError:
            start = end = None
        if start is None or end is None or end < start or start.year < YEARS[0] or end.year > YEARS[1]:
            problem = f"got '{part}'; expected days such as 2026-07-01..2026-07-10, the earlier first; correct it."
            faults.append(Fault("scored candidates", problem, row=line, column="busy"))
        else:
            found.append((start, end))
    return found
