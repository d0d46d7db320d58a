"""Under whose id posts and bookings go, beside the file's creators: spelt as these are, on the platform that a row says."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.intake.accounts import handle_of
from predictor.intake.cells import as_text
from predictor.intake.spreadsheets.flat_posts import without_used
from predictor.intake.spreadsheets.sheet import Intake
from predictor.intake.spreadsheets.titles import Titles
from predictor.intake.values import spellings
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

SHOWN = 5
WHOLE = re.compile(r"^(\d+)\.0$")  # as spreadsheets and programs write a number beside blanks


def under_their_accounts(sheets: list[Intake], catalogue: Catalogue) -> list[Intake]:
    """Sheets, every post with the account of its handle on the platform that its row says, where the file's creators have one.

    Posts of whom these know an account on another platform alone stay with it, and are told. Where no column says a platform,
    and in bookings, an id that is one creator's but for case, @, a profile's address or the .0 of a number is that creator's.
    """
    people = [one.frame for one in sheets if one.table == "creators" and {"creator_id", "platform"} <= {*one.frame}]
    if not people:
        return sheets
    creators = pd.concat([one[["creator_id", "platform"]] for one in people]).dropna().drop_duplicates("creator_id")
    known = creators.assign(handle=_handles(creators["creator_id"]))
    under = {"posts": lambda one: _placed(one, known, catalogue), "bookings": lambda one: _respelt(one, known)}
    return [under[one.table](one) if one.table in under and "creator_id" in one.frame else one for one in sheets]


def _handles(who: pd.Series) -> pd.Series:
    return who.map({cell: handle_of(WHOLE.sub(r"\1", cell)).handle for cell in who.dropna().unique()}).astype("str")


def _respelt(rows: Intake, known: pd.DataFrame) -> Intake:
    """A sheet with the ids that one creator alone has in another spelling."""
    who, alone = rows.frame["creator_id"], known.drop_duplicates("handle", keep=False).set_index("handle")
    meant = _handles(who)
    there, own = meant.map(alone["creator_id"]), meant.map(alone["platform"])
    platform = rows.frame["platform"] if "platform" in rows.frame else pd.Series(None, index=who.index, dtype="str")
    moved = who.notna() & ~who.isin(known["creator_id"]) & there.notna() & (platform.isna() | (platform == own))
    if not moved.any():
        return rows
    pairs = pd.DataFrame({"who": who, "there": there})[moved].drop_duplicates()
    shown = ", ".join(f"{one.who} = {one.there}" for one in pairs.head(SHOWN).itertuples())
    note = Said("import_ids_spelt", {"count": int(moved.sum()), "pairs": shown + ("" if len(pairs) <= SHOWN else ", …")})
    return replace(rows, frame=rows.frame.assign(creator_id=who.mask(moved, there)), notes=[*rows.notes, note])


def _placed(posts: Intake, known: pd.DataFrame, catalogue: Catalogue) -> Intake:
    """A sheet of posts with the accounts of their platforms."""
    titles, words = Titles(catalogue), spellings(catalogue.entries["platform"])
    column = next((title for title in posts.layout.titles.values() if titles.read(title).name == "platform"), None)
    if column is None:
        return _respelt(posts, known)
    said = as_text(posts.layout.frame[column]).reindex(posts.frame.index)
    platform = said.map(lambda word: words.get(fold(word)), na_action="ignore").astype("str")
    who = posts.frame["creator_id"]
    own = who.map(known.set_index("creator_id")["platform"])
    accounts = known.drop_duplicates(["handle", "platform"]).set_index(["handle", "platform"])["creator_id"]
    keys = pd.MultiIndex.from_arrays([_handles(who), platform])
    there = pd.Series(accounts.reindex(keys).to_numpy(), index=who.index, dtype="str")
    elsewhere = platform.notna() & (own != platform)
    moved = elsewhere & there.notna()
    wrong = elsewhere & own.notna() & there.isna()
    notes = posts.notes
    if moved.any():
        pairs = pd.DataFrame({"who": who, "platform": platform, "there": there})[moved].drop_duplicates()
        shown = "; ".join(f"{one.who}, {one.platform} → {one.there}" for one in pairs.head(SHOWN).itertuples())
        note = Said("import_posts_placed", {"count": int(moved.sum()), "accounts": shown})
        notes = [*without_used(notes, [column]), note]
    if wrong.any():
        row = wrong.idxmax()
        values = {"count": int(wrong.sum()), "row": str(row), "who": who[row], "came": said[row], "platform": own[row]}
        notes = [*notes, Said("import_posts_elsewhere", values)]
    return replace(posts, frame=posts.frame.assign(creator_id=who.mask(moved, there)), notes=notes)
