"""Rows of orders, with the state that each is in, as the bookings that they belong to: one a creator, buyers left behind."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.intake.cells import as_text, first_few
from predictor.intake.mapping import Orders
from predictor.intake.spreadsheets.columns import Column, read_plain
from predictor.intake.spreadsheets.money_columns import read_money
from predictor.intake.spreadsheets.sheet import Intake
from predictor.intake.spreadsheets.titles import Titles
from predictor.intake.values import YES
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{4}")


def orders_added_up(one: Intake, catalogue: Catalogue, titles: Titles) -> Intake:
    """The sold rows of a table of orders as one booking a creator; a table without `orders` in its mapping as it is.

    An order of several rows counts once. What is pending, returned, or older than its booking is no sale of it, and told. A
    creator whose orders were all returned or cancelled sold nothing: a booking of 0 orders, and told, for without it only those
    who sell would be learned from. While none is sold and one is pending there is no outcome yet.
    """
    known = one.mapping.orders
    if known is None or not all(one.layout.column(title) for title in (known.id, known.state, known.day)):
        return one
    read = _read(one, known, catalogue, titles)
    rejects = [*one.rejects, *(reject for column in read.values() for reject in column.rejects)]
    asked = [*one.doubts, *(doubt for column in read.values() for doubt in column.doubts)]
    doubts = [doubt for place, doubt in enumerate(asked) if doubt not in asked[:place]]
    rows = one.frame.drop(index=sorted({reject.row for reject in rejects} & {*one.frame.index}))
    ids = as_text(_column(one, known.id))
    states, unknown, more = _states(one, known, rows.index)
    if unknown:
        values = {"title": known.state, "words": ", ".join(unknown), "word": unknown[0]}
        doubts.append(Said("import_doubt_state", values))
    if "booked_at" in rows:
        states = states.mask(read["day"].values[rows.index] < rows["booked_at"], "early")
    else:
        doubts.append(Said("import_doubt_booked"))
    if "refund" in read:
        refund = read["refund"].values[rows.index].fillna(0.0)
        rows = rows.assign(revenue=rows["revenue"] - refund)
        states = states.mask((rows["revenue"] <= 0) & (refund > 0) & states.eq("sold"), "returned")
    states = states.mask(more, states.groupby(ids[rows.index]).transform("first"))
    rows, spelt = _of_one_spelling(_whole(rows, ids[rows.index], more))
    nobody = rows["creator_id"].isna() if "creator_id" in rows else pd.Series(False, index=rows.index)
    frame, codes = _bookings(rows[~nobody], states, ids)
    notes = [*one.notes, *spelt, *(_told(rows, states, nobody, ids, frame) if "creator_id" in rows else [])]
    return replace(one, frame=frame, doubts=[*doubts, *codes], notes=notes, rejects=rejects)


def _column(one: Intake, title: str) -> pd.Series:
    return one.layout.frame[one.layout.titles[one.layout.column(title)]]


def _read(one: Intake, known: Orders, catalogue: Catalogue, titles: Titles) -> dict[str, Column]:
    """The day of each order, and what was paid back of it."""
    layout, table, mapping, entries = one.layout, one.table, one.mapping, catalogue.entries
    days = _column(one, known.day).loc[one.frame.index]
    read = {"day": read_plain(layout, known.day, days, "booked_at", entries["booked_at"], table, mapping, titles)}
    if known.refund is not None and layout.column(known.refund) and "revenue" in one.frame:
        cells = _column(one, known.refund).loc[one.frame.index]
        bare = pd.Series(None, index=cells.index, dtype=object)
        read["refund"] = read_money(layout, known.refund, cells, "revenue", entries["revenue"], table, mapping, bare, titles)
    return read


def _whole(rows: pd.DataFrame, ids: pd.Series, more: pd.Series) -> pd.DataFrame:
    """Rows, those of further products of an order (`more`) with the creator of its first."""
    if "creator_id" not in rows:
        return rows
    who = rows["creator_id"]
    return rows.assign(creator_id=who.fillna(who.groupby(ids).transform("first").where(more)))


def _of_one_spelling(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Said]]:
    """Rows whose codes or handles differ only in capitals under the first spelling of each, and which these are."""
    if "creator_id" not in rows:
        return rows, []
    who = rows["creator_id"]
    first = who.groupby(who.str.casefold()).transform("first").astype("str")
    several = list(
        dict.fromkeys(f"{one} / {other}" for one, other in zip(first, who, strict=True) if pd.notna(one) and one != other)
    )
    return rows.assign(creator_id=first), [Said("import_codes_one", {"codes": first_few(several, 5, "; ")})] if several else []


def _states(one: Intake, known: Orders, rows: pd.Index) -> tuple[pd.Series, list[str], pd.Series]:
    """What each row is (sold, pending, returned), the words of the state that nothing explains, and which rows say none: they
    are further products of an order whose state its first row says."""
    words = as_text(_column(one, known.state).loc[rows])
    meaning = {fold(word): state for word, state in known.states.items()}
    states = words.map(lambda word: meaning.get(fold(word)), na_action="ignore").astype(object)
    unknown = list(dict.fromkeys(words[words.notna() & states.isna()]))
    for title in known.returned:
        if one.layout.column(title):
            back = as_text(_column(one, title).loc[rows]).map(_yes, na_action="ignore").eq(True)
            states = states.mask(back, "returned")
    return states, unknown, words.isna()


def _yes(text: str) -> bool:
    """Whether a cell says yes, how many pieces came back, or the day on which that was."""
    number = pd.to_numeric(text.replace(",", "."), errors="coerce")
    return bool(number > 0) if np.isfinite(number) else fold(text) in YES or DAY.match(text) is not None


def _bookings(rows: pd.DataFrame, states: pd.Series, ids: pd.Series) -> tuple[pd.DataFrame, list[Said]]:
    """One row a creator, by the number of its first order; its orders and revenue are those sold."""
    if "creator_id" not in rows:
        return rows.iloc[:0], []
    kept = rows[states[rows.index].ne("early")]
    having = {state: kept.loc[states[kept.index].eq(state), "creator_id"] for state in ("sold", "pending", "returned")}
    nothing = having["returned"][~having["returned"].isin(having["pending"])]
    kept = kept[kept["creator_id"].isin(having["sold"]) | kept["creator_id"].isin(nothing)]
    sold = kept[states[kept.index].eq("sold")]
    first = kept.drop_duplicates("creator_id")
    who = first["creator_id"]
    frame = first.drop(columns=["revenue"], errors="ignore")
    frame["orders"] = who.map(ids[sold.index].groupby(sold["creator_id"]).nunique()).fillna(0.0).astype(float)
    if "revenue" in rows:
        frame["revenue"] = who.map(sold["revenue"].groupby(sold["creator_id"]).sum(min_count=1)).fillna(0.0)
    campaign = frame["campaign_id"] + " " if "campaign_id" in frame else ""
    frame["booking_id"] = campaign + who
    codes = kept["currency"].groupby(kept["creator_id"]).nunique() if "currency" in kept else pd.Series(dtype=int)
    several = list(codes.index[codes > 1])
    return frame, [Said("import_doubt_order_currencies", {"names": ", ".join(several[:5])})] if several else []


def _told(rows: pd.DataFrame, states: pd.Series, nobody: pd.Series, ids: pd.Series, frame: pd.DataFrame) -> list[Said]:
    """How many orders there are in every state, and what they are worth."""
    counts = {
        state: ids[states.index[states.eq(state) & ~nobody]].nunique() for state in ("sold", "pending", "returned", "early")
    }
    worth = {
        state: float(rows["revenue"][states.eq(state) & ~nobody].sum()) if "revenue" in rows else "–"
        for state in ("sold", "pending")
    }
    code = rows["currency"].dropna().iloc[0] if "currency" in rows and rows["currency"].notna().any() else ""
    bookings, nothing = len(frame), list(frame["creator_id"][frame["orders"].eq(0)])
    values = {**counts, "count": bookings, "worth": worth["sold"], "open": worth["pending"], "code": code}
    notes = [Said("import_orders" if bookings or not counts["pending"] else "import_orders_open", values)]
    shown = ", ".join(map(str, nothing[:5])) + ("…" if len(nothing) > 5 else "")
    notes += [Said("import_orders_none", {"count": len(nothing), "names": shown})] if nothing else []
    notes += [Said("import_orders_early", {"count": counts["early"]})] if counts["early"] else []
    lost = int(ids[nobody.index[nobody]].nunique())
    return [*notes, *([Said("import_orders_nobody", {"count": lost})] if lost else [])]
