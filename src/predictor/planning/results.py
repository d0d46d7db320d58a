"""Which rows of a table of results are of which booking of a plan: by id, name, handle or link, and by format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from predictor.errors import Fault, RowsError
from predictor.intake.accounts import account_of
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

KEYS = ("booking_id", "creator_id", "name")


@dataclass
class Matches:
    """For each row of a plan the places of its results, and the places that are of nobody of the plan."""

    places: list[list[int]]
    others: list[int]


def match_results(plan: pd.DataFrame, results: pd.DataFrame) -> Matches:
    """Find the results of each booking of a plan; several of one booking are to be added up.

    A booking is found by `booking_id` where both have it, else by its creator's id or name, exactly or without case and accents,
    and by its format where a creator has results in several.

    Raises
    ------
    RowsError
        Where results of several campaigns fit a booking, several bookings fit a result, or nobody of the plan has any.
    """
    numbered = (
        all("booking_id" in one for one in (plan, results)) and plan["booking_id"].dropna().isin(results["booking_id"]).any()
    )
    by = "booking_id" if numbered else None
    groups = _groups(plan, by)
    found: dict[int, list[int]] = {group: [] for group in range(len(groups))}
    exact, folded = (_known(plan, groups, by, how) for how in (str, fold))
    for place in range(len(results)):
        names = _names(results.iloc[place], by)
        group = next((exact[name] for name in names if name in exact), None)
        if group is None and by is None:
            group = next((folded[fold(name)] for name in names if fold(name) in folded), None)
        if group is not None:
            found[group].append(place)
    faults: list[Fault] = []
    places: list[list[int]] = [[] for _ in range(len(plan))]
    for group, rows in enumerate(groups):
        _apart(plan, rows, results, found[group], places, faults)
    if not faults and not any(places):
        faults.append(Fault.of("bookings", Said("afterwards_nobody")))
    if faults:
        raise RowsError(faults)
    taken = {place for of_row in places for place in of_row}
    return Matches(places, [place for place in range(len(results)) if place not in taken])


def _groups(plan: pd.DataFrame, by: str | None) -> list[list[int]]:
    """The rows of the plan that are of one creator (or one booking)."""
    groups: dict[str, list[int]] = {}
    for place in range(len(plan)):
        names = _names(plan.iloc[place], by)
        groups.setdefault(names[0] if names else f"row {place}", []).append(place)
    return list(groups.values())


def _known(plan: pd.DataFrame, groups: list[list[int]], by: str | None, how: Callable[[str], str]) -> dict[str, int]:
    """Each name that means one group alone."""
    meant: dict[str, set[int]] = {}
    for group, rows in enumerate(groups):
        for row in rows:
            for name in _names(plan.iloc[row], by):
                meant.setdefault(how(name), set()).add(group)
    return {name: found.pop() for name, found in meant.items() if len(found) == 1}


def _names(row: pd.Series, by: str | None) -> list[str]:
    """What a row calls its booking or its creator, the surest first."""
    names = [str(row[key]).strip() for key in ((by,) if by else KEYS[1:]) if key in row and pd.notna(row[key])]
    handles = [account_of(name).handle for name in names] if by is None else []
    return list(dict.fromkeys(name for name in [*names, *handles] if name))


def label_of(row: pd.Series) -> str:
    """What a row is called by: a name, else an id."""
    return next((str(row[key]) for key in ("name", "creator_id", "booking_id") if key in row and pd.notna(row[key])), "")


def _apart(
    plan: pd.DataFrame, rows: list[int], results: pd.DataFrame, found: list[int], places: list[list[int]], faults: list[Fault]
) -> None:
    """Give the results of a creator to its bookings in the plan, by format where there are several."""
    made = {place: fold(str(results["format"].iloc[place])) if "format" in results else "" for place in found}
    for row in rows:
        own = fold(str(plan["format"].iloc[row])) if "format" in plan else ""
        same = [place for place in found if made[place] == own]
        places[row] = same or (found if len(rows) == 1 else [])
        campaigns = {str(results["campaign_id"].iloc[place]) for place in places[row]} if "campaign_id" in results else set()
        if len(campaigns) > 1:
            values = {
                "count": len(places[row]),
                "who": label_of(plan.iloc[row]),
                "campaigns": ", ".join(sorted(campaigns)),
            }
            faults.append(Fault.of("bookings", Said("afterwards_campaigns", values)))
    taken = [place for row in rows for place in places[row]]
    unmatched = len(rows) > 1 and len({*taken}) < len(found)
    if len({*taken}) < len(taken) or unmatched:
        faults.append(Fault.of("bookings", Said("afterwards_which", {"who": label_of(plan.iloc[rows[0]]), "count": len(rows)})))
