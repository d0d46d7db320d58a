"""What to know of a plan's bookings before signing: conditions of their fees, commissions, and whose forecast is in doubt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from predictor.definitions.phrases import Phrases
from predictor.planning.plans import Lineup
from predictor.tables.columns import scored_column
from predictor.wording.sentences import who

NAMED = 6  # creators that a condition of their fees is told with
MARKS = ("unseen", "stated", "assumed", "pooled", "doubtful")  # what weakens a forecast


def marks(row: Mapping[Any, Any] | pd.Series, phrases: Phrases) -> list[str]:
    """What weakens a booking's forecast, in a word or two each."""
    return [phrases.say(f"page_mark_{name}") for name in MARKS if bool(row.get(name))]


def commission_of(rows: pd.DataFrame) -> pd.Series[bool]:
    """Of which bookings the creator keeps a share of the sales, which no fee and no cost holds."""
    shares = rows["commission"] if "commission" in rows else pd.Series(float("nan"), index=rows.index)
    return pd.to_numeric(shares, errors="coerce") > 0


def commission_range(rows: pd.DataFrame, phrases: Phrases) -> str:
    """From the lowest to the highest share of the sales that the creators of some bookings keep; nothing where none does."""
    if not (paid := commission_of(rows)).any():
        return ""
    shares = pd.to_numeric(rows.loc[paid, "commission"])
    ends = dict.fromkeys(phrases.percent(share, 1) for share in (shares.min(), shares.max()))
    return " – ".join(ends)


def fee_terms(row: Mapping[Any, Any] | pd.Series) -> list[str]:
    """What the quote says of a booking's fee, as in the catalogue's `fee_terms`."""
    terms = row.get("fee_terms")
    return [] if terms is None or pd.isna(terms) else [part.strip() for part in str(terms).split(";") if part.strip()]


def conditions(found: Lineup, phrases: Phrases) -> list[str]:
    """What to know of the plan's bookings before signing: so many, for so much, and whose.

    What the quotes say of their fees, which stand as quoted; who is dear or gets a commission; whose forecast is in doubt.
    """
    if found.proposed is None:
        return []
    rows, said = found.proposed.rows, dict[str, list[Any]]()
    for place, (_, row) in enumerate(rows.iterrows()):
        for term in fee_terms(row):
            said.setdefault(term, []).append(place)
    known = phrases.catalogue.entries["fee_terms"].categories if "fee_terms" in phrases.catalogue.entries else {}
    lines = []
    for term in sorted(said, key=lambda term: [*known, term].index(term)):
        values, key = _share_of(rows, rows.iloc[said[term]], found, phrases), f"lineup_terms_{term}"
        lines.append(phrases.say(key, **values) if phrases.knows(key) else phrases.say("lineup_terms", term=term, **values))
    dear = rows[rows["pays"].astype("str").str.lower() == "false"] if "pays" in rows else rows.iloc[:0]
    noted = {"lineup_not_worth": dear, "lineup_commission": rows[commission_of(rows)], "lineup_doubtful": rows[rows["doubtful"]]}
    shares = commission_range(rows, phrases)
    return lines + [
        phrases.say(key, **_share_of(rows, some, found, phrases), share=shares) for key, some in noted.items() if len(some)
    ]


def _share_of(rows: pd.DataFrame, some: pd.DataFrame, found: Lineup, phrases: Phrases) -> dict[str, Any]:
    """How many of a plan's bookings some of them are, for how much money, and whose."""
    fees, names = phrases.money(float(some["fee"].sum()), found.currency, short=True), creators_in(some, phrases)
    what = fees if len(some) == len(rows) else f"{fees}: {names}"  # of all, names say nothing
    return {"count": len(some), "all": len(rows), "fees": fees, "who": names, "what": what}


def creators_in(rows: pd.DataFrame, phrases: Phrases) -> str:
    """Whom bookings are of, the first of them by name."""
    names = [*dict.fromkeys(who(row) for _, row in rows.iterrows())]
    more = phrases.say("lineup_and_more", count=len(names) - NAMED) if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def doubts_by_person(found: Lineup, phrases: Phrases) -> list[str]:
    """What the model has never or rarely seen of the proposed bookings, a line each."""
    if found.proposed is None:
        return []
    rows, column = found.proposed.rows, scored_column(found.target, "doubts")
    return [f"{who(row)} · {phrases.category(row, 'format')}: {row[column]}" for _, row in rows[rows["doubtful"]].iterrows()]
