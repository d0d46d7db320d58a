"""Bookings that are not live yet, or are off: the noughts in their results are none."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from predictor.intake.cells import as_text
from predictor.intake.dates import read_dates
from predictor.intake.spreadsheets.cell_meanings import STATUS
from predictor.intake.spreadsheets.notices import DECLINED
from predictor.intake.spreadsheets.same_posts import RESULTS
from predictor.intake.spreadsheets.sheet import Intake
from predictor.intake.spreadsheets.title_words import letters
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

COMING = re.compile(  # as `letters` writes what a status says
    r"confirmed|planned|scheduled|upcoming|pending|(?:in )?negotiat(?:ing|ion)|in (?:progress|production|talks)|draft(?:ing)?|"
    r"approved|booked|contracted|signed|briefed|outreach|contacted|shipped|not (?:yet )?(?:live|posted|published|started)|"
    r"(?:to be|waiting|awaiting)\b.*|on hold|tbc|tbd|"
    r"(?:chua|cho|sap) .+|da (?:chot|xac nhan|ky|book|gui)(?: .+)?|du kien|"
    r"dang (?:quay|san xuat|trien khai|thuc hien|thuong luong|trao doi|cho)(?: .+)?|"
    r"menunggu.*|belum .+|terjadwal|geplant|bestatigt|offen|planifie|confirme|planeado|confirmado|agendado|"
    r"(?:待|未|已)(?:发布|發布|确认|確認|排期|开始)|予定|未公開|예정|รอ.*"
)
LIVE_ON = re.compile(  # titles of the day on which a booking goes live
    r"(?:go[ -]?live|live|air(?:ing)?|post(?:ing|ed)?|publish(?:ed|ing)?|release|upload)(?: (?:date|day|on))?|"
    r"ngay (?:air|dang(?: bai)?|len(?: bai)?|live|phat song)|tanggal (?:tayang|posting)|(?:发布|上线|投稿)日期?"
)
SEEN = ("reach", "engagements", "clicks")  # of which nothing live has none at all
SHOWN = 5


def without_results_to_come(one: Intake) -> Intake:
    """A sheet of bookings, in which noughts are no results where a row says that it is not live yet, or off; which are told.

    A row says so by a state in which no row of the sheet has any result. Or it goes live after all that is known in the sheet and
    has reached nobody: none sold may be true on the newest day.
    """
    results = [name for name in RESULTS["bookings"] if name in one.frame]
    if one.table != "bookings" or one.mapping.orders is not None or not results:
        return one
    figures = one.frame[results].astype(float)
    nothing, something = figures.eq(0).any(axis=1) & ~figures.gt(0).any(axis=1), figures.gt(0).any(axis=1)
    if not nothing.any():
        return one
    words, live = _states(one, something)
    unseen = figures.reindex(columns=list(SEEN)).eq(0).any(axis=1) & ~live
    words = words.fillna(_days_to_come(one, something).where(unseen))
    at = nothing & words.notna()
    if not at.any():
        return one
    rows = ", ".join(f"{row} ({words[row]})" for row in one.frame.index[at][:SHOWN]) + "…" * (int(at.sum()) > SHOWN)
    note = Said("import_to_come", {"count": int(at.sum()), "rows": rows})
    return replace(one, frame=one.frame.assign(**figures.mask(at)), notes=[*one.notes, note])


def _cells(one: Intake, title: str) -> pd.Series:
    return as_text(one.layout.frame[title]).reindex(one.frame.index)


def _states(one: Intake, something: pd.Series) -> tuple[pd.Series, pd.Series]:
    """What rows say of not being live, missing where they say nothing of it; and which say what rows with results say."""
    found, shared = pd.Series(None, index=one.frame.index, dtype="str"), pd.Series(False, index=one.frame.index)
    for title in (title for title in one.layout.titles.values() if STATUS.search(letters(title))):
        said = _cells(one, title)
        live = said.map(fold, na_action="ignore").isin([fold(word) for word in said[something].dropna()])
        found = found.fillna(said.where(said.map(_off, na_action="ignore").eq(True) & ~live))
        shared |= live
    return found, shared


def _off(word: str) -> bool:
    text = letters(word).strip(" .!")
    return COMING.fullmatch(text) is not None or DECLINED.fullmatch(text) is not None


def _days_to_come(one: Intake, something: pd.Series) -> pd.Series:
    """The days on which rows go live that are later than any day of the sheet of which something is known."""
    found = pd.Series(None, index=one.frame.index, dtype="str")
    for title in (title for title in one.layout.titles.values() if LIVE_ON.fullmatch(letters(title).strip(" .:"))):
        days, _ = read_dates(one.layout.frame[title].reindex(one.frame.index), one.mapping.day_first)
        known = [days[something].max(), one.frame["booked_at"].max() if "booked_at" in one.frame else pd.NaT]
        last = max((day for day in known if pd.notna(day)), default=None)
        if last is not None:
            found = found.fillna(_cells(one, title).where(days > last))
    return found
