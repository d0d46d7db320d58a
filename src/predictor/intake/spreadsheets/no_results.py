"""Bookings and posts that are not live yet, not any more, or off, and sales that nobody tracked: their noughts are no results.

Figures that a row calls interim are told."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from predictor.intake.cells import as_text, first_few
from predictor.intake.dates import read_dates
from predictor.intake.spreadsheets.cell_meanings import STATUS
from predictor.intake.spreadsheets.notices import DECLINED, masked
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
GONE = re.compile(  # as `letters` writes what a status says
    r"(?:post |video |content |was |is |has been |auto )*"
    r"(?:removed|deleted|taken down|unavailable|not available|archived|private|hidden|expired|banned|suspended)|"
    r"(?:bai |video |link )?(?:da |bi |da bi )?(?:go|xoa|an)(?: bai| video| clip| post)?|rieng tu|"
    r"(?:sudah |telah )?(?:dihapus|diturunkan)|geloscht|entfernt|supprimee?|retiree?|(?:eliminad|borrad|removid|excluid)[oa]|"
    r"(?:已)?(?:删除|刪除|下架|隐藏|失效)|削除(?:済み?)?|非公開|삭제(?:됨)?|비공개|ลบแล้ว|ถูกลบ"
)
INTERIM = re.compile(  # as `letters` writes what a row says of figures that still grow
    r"interim|preliminary|provisional|partial|ongoing|not (?:yet )?final|(?:still )?(?:counting|running|growing)|so far|"
    r"(?:day|week) \d+(?: only)?|tam tinh|chua chot(?: so(?: lieu)?)?|so lieu tam(?: tinh)?|dang chay|"
    r"sementara|vorlaufig|provisoire|暂定|暫定|進行中|进行中|집계 ?중"
)
FINAL = re.compile(
    r"final(?:i[sz]ed)?|complete(?:d)?|closed|da chot(?: so(?: lieu)?)?|chot|selesai|endgultig|definitif|確定|确定|최종"
)
REMARKS = re.compile(  # titles of what people note of a row, as `letters` writes them
    r"(?:notes?|remarks?|memo|ghi chu|luu y|catatan|keterangan|notas?|observa(?:ciones|coes)|remarques?|bemerkung(?:en)?)\b.*|"
    r"备注|備註|備考|비고|หมายเหตุ"
)
OFF_BY_REMARK = re.compile(  # within a remark; Huy alone is a name
    r"\b(?:removed|deleted|took down|taken down|cancel(?:l?ed)?|declined|withdrew|withdrawn|banned|"
    r"(?:da|bi|tu|xin|ko[lc]|khach) huy|huy (?:job|lich|keo|bai|don|hop dong|booking|phut|vi|do)|"
    r"(?:da|bi|ko[lc]) (?:go|xoa)|(?:go|xoa|an) (?:bai|video|clip|post)|(?:bi )?khoa (?:kenh|tai khoan)|"
    r"dihapus|batal|dibatalkan)\b|删除|刪除|下架|取消|削除|キャンセル|삭제|취소|ลบ|ยกเลิก"
)
TRACKED = re.compile(  # titles of whether sales can be told to come from a row, as `letters` writes them
    r"(?:is |was )?track(?:ed|ing|able)\b.*|"
    r"(?:with |has )?(?:utm|tracking|affiliate|promo|discount|coupon)(?: link| code)?s?(?: used)?|"
    r"(?:co |gan )*(?:link|ma) (?:tracking|theo doi|giam gia|affiliate)"
)
UNTRACKED = {*map(fold, ("no", "n", "false", "không", "not used", "not tracked", "untracked", "tidak", "否", "なし"))}
VIEWED = ("reach", "impressions", "views")  # without which nobody can react
REACTIONS = ("likes", "comments", "shares", "saves", "engagements")
SEEN = ("reach", "engagements", "clicks")  # of which nothing live has none at all
SALES = ("clicks", "orders", "revenue")  # of which there are none on record where nobody tracked them
SHOWN = 5
MOST = 12  # different words of a column that tells how final its rows are


def without_noughts(one: Intake) -> Intake:
    """A sheet of bookings or posts, in which noughts are no results where a row says that it is not live, or off; which are told.

    A row says so by a state in which no row of the sheet has any result, or in a remark. Or a booking goes live after all that is
    known in the sheet and has reached nobody: none sold may be true on the newest day. Nor are noughts results of sales that a
    row says were not tracked, or of views where people reacted (images, of which platforms count none).
    """
    results = [name for name in RESULTS.get(one.table, ()) if name in one.frame]
    if one.mapping.orders is not None or not results:
        return one
    figures = one.frame[results].astype(float)
    nothing, something = figures.eq(0).any(axis=1) & ~figures.gt(0).any(axis=1), figures.gt(0).any(axis=1)
    words, live = _states(one, something)
    words = words.fillna(_remarked(one))
    if one.table == "bookings":
        unseen = figures.reindex(columns=list(SEEN)).eq(0).any(axis=1) & ~live
        words = words.fillna(_days_to_come(one, something).where(unseen))
    at = nothing & words.notna()
    figures, notes = figures.mask(at), _note(f"import_none_{one.table}", words[at])
    sold = [name for name in SALES if name in figures]
    untracked = _untracked(one)
    untracked = untracked[untracked.notna() & figures[sold].eq(0).any(axis=1) & ~figures[sold].gt(0).any(axis=1)]
    figures.loc[untracked.index, sold] = float("nan")
    notes += _note("import_untracked", untracked)
    reacted = figures.reindex(columns=list(REACTIONS)).gt(0).any(axis=1)
    for name in (name for name in VIEWED if name in figures and (reacted & figures[name].eq(0)).any()):
        unseen = reacted & figures[name].eq(0)
        figures[name] = figures[name].mask(unseen)
        notes.append(
            Said("import_unviewed", {"name": name, "count": int(unseen.sum()), "rows": first_few(unseen.index[unseen], SHOWN)})
        )
    notes += _note("import_interim", _still_growing(one)[figures.gt(0).any(axis=1)].dropna())
    return replace(one, frame=one.frame.assign(**figures), notes=[*one.notes, *notes]) if notes else one


def _still_growing(one: Intake) -> pd.Series:
    """What rows say of figures that are not final, where the same column calls those of other rows final; missing elsewhere."""
    found = pd.Series(None, index=one.frame.index, dtype="str")
    for title in one.layout.titles.values():
        said = _cells(one, title)
        different = said.dropna().unique()
        plain = {word: letters(word).strip(" .!()") for word in different} if len(different) <= MOST else {}
        if any(map(FINAL.fullmatch, plain.values())):
            growing = [word for word, text in plain.items() if INTERIM.fullmatch(text)]
            found = found.fillna(said.where(said.isin(growing)))
    return found


def _note(key: str, words: pd.Series) -> list[Said]:
    """The note of rows, with what each says; none of no rows."""
    rows = first_few((f"{row} ({masked(word)})" for row, word in words.items()), SHOWN)
    return [Said(key, {"count": len(words), "rows": rows})] if len(words) else []


def _remarked(one: Intake) -> pd.Series:
    """The remarks of rows that say in them that they are off, or no longer up."""
    found = pd.Series(None, index=one.frame.index, dtype="str")
    for title in (title for title in one.layout.titles.values() if REMARKS.fullmatch(letters(title).strip(" .:"))):
        said = _cells(one, title)
        off = said.map(lambda text: OFF_BY_REMARK.search(letters(text)) is not None, na_action="ignore").eq(True)
        found = found.fillna(said.where(off))
    return found


def _untracked(one: Intake) -> pd.Series:
    """What rows say in place of the link or code by which their sales would be tracked, missing where they say nothing of it."""
    found = pd.Series(None, index=one.frame.index, dtype="str")
    for title in (title for title in one.layout.titles.values() if TRACKED.fullmatch(letters(title).strip(" .:?"))):
        said = _cells(one, title)
        found = found.fillna(said.where(said.map(fold, na_action="ignore").isin(UNTRACKED)))
    return found


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
    return any(words.fullmatch(text) for words in (COMING, DECLINED, GONE))


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
