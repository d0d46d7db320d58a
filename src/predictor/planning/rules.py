"""What a line-up has to keep to, and the constraints that its rules become over a list of candidates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field
from scipy import sparse

from predictor.definitions.schema import Closed
from predictor.errors import Fault, RowsError
from predictor.intake.accounts import account_of
from predictor.intake.busy_days import busy_spans, read_busy_days
from predictor.planning.optimiser import Constraint
from predictor.wording.matching import closest, fold
from predictor.wording.sentences import Said

COUNTED = ("platform", "tier", "kind", "country")
FROM_BRIEF = ("budget", "currency", "starts_on", "ends_on")

Count = Annotated[int, Field(ge=0)]


class Between(Closed):
    """At least `min` and at most `max` bookings."""

    min: Count | None = None
    max: Count | None = None


class LineupConstraints(Closed):
    """All rules of a line-up; what is not said is not asked for.

    `outcome` is what of the goal is counted, where it has several; `at_least` is the count of outcomes to reach,
    `largest_share` the part of the spend that one creator may get, and `risk` what is made largest: the `expected` outcome, the
    one reached with a probability of 80% (`safe`), or the `chance` of `at_least`.
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
    outcome: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None


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
    found += [Constraint(f"must_have|{name}", _row(called(rows, name)), low=1) for name in rules.must_have]
    barred = {
        "excluded": sum((called(rows, name) for name in rules.excluded), pd.Series(False, index=rows.index)),
        "avoid_flags": _flagged(rows, rules.avoid_flags),
        "busy": pd.Series(_busy(rows, rules), index=rows.index),
        "most_bookings_90_days": _booked(rows, rules.most_bookings_90_days),
    }
    found += [Constraint(name, _row(bars), high=0) for name, bars in barred.items() if bars.any()]
    creators = _groups(rows, "creator_id", np.arange(len(rows)))
    if rules.one_per_person:
        found.append(Constraint("one_per_person", _members(_groups(rows, "person_id", creators)), high=1))
    if rules.largest_share is not None:
        found.append(Constraint("largest_share", _members(creators) * fee[None, :], high=0, of_spend=-rules.largest_share))
    return found


def persons(rows: pd.DataFrame) -> pd.Series[str]:
    """Who a row is: the person, else the creator, else nobody but itself."""
    who = pd.Series([f"#{place}" for place in range(len(rows))], index=rows.index, dtype="str")
    for name in (column for column in ("creator_id", "person_id") if column in rows):
        ids = rows[name].astype("str").where(rows[name].notna(), "").str.strip()
        who = who.where(ids == "", ids)
    return who


def candidate_ids(rows: pd.DataFrame) -> pd.Series[str]:
    """What `must_have` and `excluded` call each candidate: its `creator_id`, or its name where it has none."""
    ids = pd.Series("", index=rows.index, dtype="str")
    for column in ("name", "creator_id"):
        if column in rows:
            ids = ids.where(rows[column].isna() | (rows[column].astype("str") == ""), rows[column].astype("str"))
    return ids


def called(rows: pd.DataFrame, name: str) -> pd.Series:
    """Which candidates somebody means by an id, a name, a handle or a link, each as people type it."""
    ids = candidate_ids(rows)
    if (exactly := ids == name).any():
        return exactly
    account = account_of(name)
    wanted = {fold(one) for one in (name, account.handle) if one} - {""}
    names = [rows[column].astype("str").fillna("") for column in ("creator_id", "name", "handle") if column in rows]
    return sum(
        (one.map(lambda cell: fold(cell.removeprefix("@")) in wanted) for one in names), pd.Series(False, index=rows.index)
    )


def absent(rows: pd.DataFrame, rules: LineupConstraints) -> list[str]:
    """Whom the rules exclude, though nobody of the list is called so."""
    return [name for name in rules.excluded if not called(rows, name).any()]


def unchecked(rows: pd.DataFrame, rules: LineupConstraints) -> list[str]:
    """Rules that the list holds no column for, by name, and that were therefore not checked."""
    needed = {
        "busy": rules.skip_busy and rules.starts_on is not None,
        "booked_by_brand_90": rules.most_bookings_90_days is not None,
    }
    return [column for column, applies in needed.items() if applies and column not in rows]


def _refuse_unknown(rows: pd.DataFrame, rules: LineupConstraints) -> None:
    faults, ids = [], candidate_ids(rows)
    for key in ("must_have", "excluded"):
        for name in getattr(rules, key):
            meant = list(dict.fromkeys(ids[called(rows, name)]))
            if len(meant) > 1:
                faults.append(Fault.of("rules", Said("rules_several", {"what": key, "came": name, "ids": ", ".join(meant)})))
            elif not meant and key == "must_have":
                near = closest(name, [*ids, *(rows["name"].dropna().astype("str") if "name" in rows else ())])
                hint = "." if near is None else Said("cell_near", {"word": near})
                faults.append(Fault.of("rules", Said("rules_nobody", {"came": name, "hint": hint})))
    if rules.avoid_flags and "flags" not in rows:
        faults.append(Fault.of("scored candidates", Said("rules_no_flags")))
    if faults:
        raise RowsError(faults)


def _row(members: Any) -> Any:
    return sparse.csr_array(np.asarray(members, dtype=float)[None, :])


def _between(name: str, members: np.ndarray, between: Between) -> list[Constraint]:
    low = [Constraint(f"{name}min", _row(members), low=between.min)] if between.min else []
    return low + ([Constraint(f"{name}max", _row(members), high=between.max)] if between.max is not None else [])


def _groups(rows: pd.DataFrame, column: str, otherwise: np.ndarray) -> np.ndarray:
    """Who belongs together by an id, as numbers from 0 on (n,); a row without an id stays in `otherwise`'s group (below n)."""
    if column not in rows:
        return otherwise
    named = rows[column].astype("str").where(rows[column].notna(), "")
    return pd.factorize(np.where(named == "", otherwise, pd.factorize(named)[0] + len(rows)))[0]


def _members(groups: np.ndarray) -> Any:
    """Who belongs to which group, (groups × rows)."""
    return sparse.csr_array((np.ones(len(groups)), (groups, np.arange(len(groups)))))


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
    cells, refused = read_busy_days(rows["busy"])
    faults = [
        Fault.of("scored candidates", one.says(int(at)), row=int(rows["line"].iloc[at]), column="busy")
        for one in refused for at in one.cells
    ]  # fmt: skip
    if faults:
        raise RowsError(faults)
    years = range(first.year - 1, last.year + 1)  # what began in the year before may still go on
    spans = [[*busy_spans(cell, years)] if isinstance(cell, str) else [] for cell in cells]
    return [any(start <= last and end >= first for start, end in busy) for busy in spans]
