"""Several sheets of candidates about the same people: one that tells more of them, or another version of the same list."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.intake.spreadsheets.notices import of_rows, repeated
from predictor.intake.spreadsheets.sheet import PEOPLE, Intake
from predictor.intake.spreadsheets.title_words import letters
from predictor.intake.spreadsheets.titles import deliverable_of, nothing_but_deliverables
from predictor.wording.sentences import Said

OVER = re.compile(  # what a sheet is called that no longer holds, as `letters` writes it
    r"\b(?:old|archived?|outdated|obsolete|rejected?|declined|cancel(?:l?ed)?|removed|unused|not used|do not use|"
    r"blacklist(?:ed)?|backup$|da loai|bi loai|khong (?:dung|chon|duyet)|(?:ban|list|danh sach) cu|tu choi|lama|"
    r"ditolak)\b|^(?:loai|huy|bo|cu)$|旧|舊|作废|淘汰|废弃|不用|古い|却下|구버전|탈락|เก่า|ไม่ใช้"
)
SHARED = 0.5  # of the people of the smaller sheet, from which on two sheets are about the same people
SHOWN = 3
WHO = ("creator_id", "name", "link")


def completed(sheets: list[Intake], catalogue: Catalogue) -> list[Intake]:
    """Sheets of candidates, what one without prices tells of the people of another put into the rows of this other.

    Whoever stands only on the sheet without prices keeps a row. Of creators no row goes, and they tell only of those whose names
    alone a sheet of prices gives.
    """
    priced, columns = [one for one in sheets if one.table == "candidates" and "fee" in one.frame], catalogue.columns("candidates")
    telling = [one for one in sheets if one.table in PEOPLE and "fee" not in one.frame and "creator_id" in one.frame]
    found = {id(one): one for one in sheets}
    for more in telling:
        people = more.frame[more.frame["creator_id"].notna() & ~_key(more.frame).duplicated(keep=False)]
        for one in priced:
            own = _with_accounts(found[id(one)], people)
            alike = "creator_id" in own.frame and _shared(own.frame, people) >= SHARED
            if not alike or (more.table != "candidates" and own is found[id(one)]):
                continue
            details = people.set_index(_key(people)).reindex(_key(own.frame)).set_axis(own.frame.index, axis=0)
            new = [name for name in details if name in columns and name not in ("creator_id", "name", "platform")]
            new = [name for name in new if details[name].notna().any()]
            frame = own.frame.assign(
                **{name: own.frame[name].fillna(details[name]) if name in own.frame else details[name] for name in new}
            )
            ids = ["creator_id", "platform"] if own is not found[id(one)] else []
            note = Said("import_completed", {"sheet": more.layout.grid.name, "names": ", ".join([*ids, *new])})
            found[id(one)] = replace(own, frame=frame, notes=[*own.notes, note])
            if more.table == "candidates":
                here = _key(found[id(more)].frame).isin({*_key(own.frame)} & {*_key(people)})
                found[id(more)] = replace(found[id(more)], frame=found[id(more)].frame[~here])
    return [found[id(one)] for one in sheets]


def _with_accounts(one: Intake, people: pd.DataFrame) -> Intake:
    """A sheet that knows its people by their names alone, with the account that another sheet gives each name once."""
    if not {"creator_id", "name"} <= {*one.frame} or not {"name", "platform"} <= {*people}:
        return one
    bare = one.frame["creator_id"].eq(one.frame["name"]).all()
    bare &= "link" not in one.frame and ("platform" not in one.frame or one.frame["platform"].isna().all())
    names = people["name"].str.casefold()
    accounts = people[names.notna() & ~names.duplicated(keep=False)].pipe(
        lambda once: once.set_index(once["name"].str.casefold())
    )
    here = one.frame["name"].str.casefold()
    if not bare or len({*here} & {*accounts.index}) < SHARED * here.nunique():
        return one
    found = accounts.reindex(here).set_axis(one.frame.index, axis=0)
    frame = one.frame.assign(creator_id=found["creator_id"].fillna(one.frame["creator_id"]), platform=found["platform"])
    untrue = ("import_by_name", "import_no_platform") if found["creator_id"].notna().all() else ("import_no_platform",)
    return replace(one, frame=frame, notes=[note for note in one.notes if note.key not in untrue])


def by_its_name(one: Intake) -> Intake:
    """A sheet of candidates that says nowhere what is published, with what its name says: Video, Story x3."""
    name = one.layout.grid.name
    what = deliverable_of(letters(name)) if nothing_but_deliverables(name) else None
    if what is None or one.table != "candidates" or "format" in one.frame or one.layout.grid.named_by_file:
        return one
    posts = {} if "posts" in one.frame or what.posts == 1 else {"posts": float(what.posts)}
    frame = one.frame.assign(format=what.format, **posts)
    return replace(one, frame=frame, notes=[*one.notes, Said("import_format_sheet", {"sheet": name, "format": what.format})])


def listed_again(one: Intake) -> Intake:
    """A sheet of candidates, with a note of the rows of whom a row above says otherwise for the same thing."""
    if one.table != "candidates" or "creator_id" not in one.frame or one.frame.index.has_duplicates:
        return one
    who = _key(one.frame).str.cat(_published(one.frame), sep=" ")
    again = who.duplicated() & one.frame["creator_id"].notna() & ~repeated(one.layout).reindex(one.frame.index, fill_value=False)
    return replace(one, notes=[*one.notes, *of_rows("import_again", one.frame.index[again])])


def unplaced(sheets: list[Intake]) -> list[Intake]:
    """Sheets, with a note of the rows of somebody that do not say on which platform they are, where others do, and of bookings
    of nobody.

    Bookings of a file that lists creators are on the platforms of these.
    """
    tables = {"candidates"} if any(one.table == "creators" for one in sheets) else {"candidates", "bookings"}
    found = []
    for one in sheets:
        somebody = one.frame.reindex(columns=[*WHO]).notna().any(axis=1)
        if one.table in tables and "platform" in one.frame and one.frame["platform"].notna().any():
            out = {reject.row for reject in one.rejects if not reject.kept}
            rows = one.frame.index[one.frame["platform"].isna() & somebody & ~one.frame.index.isin(out)]
            one = replace(one, notes=[*one.notes, *of_rows("import_unplaced", rows)])
        asked = one.mapping.orders is not None or any(doubt.values.get("name") in WHO for doubt in one.doubts)
        if one.table == "bookings" and "platform" in one.frame and not one.frame.empty and not somebody.any() and not asked:
            one = replace(one, notes=[*one.notes, Said("import_nobody_booked")])
        found.append(one)
    return found


def versions(sheets: list[Intake], meant: Collection[str]) -> list[tuple[str, Said]]:
    """Which sheets of candidates may no longer hold, but for those that are `meant`: by their name, or since another lists the
    same people for the same thing."""
    lists = [one for one in sheets if one.table == "candidates" and one.layout.grid.name not in meant]
    over = [one for one in lists if OVER.search(letters(one.layout.grid.name))]
    said = []
    if len(over) < sum(one.table == "candidates" for one in sheets):
        said += [(one.layout.grid.name, Said("import_doubt_over", {"sheet": one.layout.grid.name})) for one in over]
    left = [one for one in lists if one not in over and {"creator_id", "fee"} <= {*one.frame}]
    for place, one in enumerate(left):
        for other in left[place + 1 :]:
            both = _both(one.frame, other.frame)
            if both and one.layout.row_of_titles == other.layout.row_of_titles:
                values = {"sheet": one.layout.grid.name, "other": other.layout.grid.name, "names": ", ".join(both[:SHOWN])}
                said.append((one.layout.grid.name, Said("import_doubt_versions", values)))
    return said


def _key(frame: pd.DataFrame) -> pd.Series:
    """Who a row is: an account on its platform, where rows say one."""
    who = frame["creator_id"].astype("str").str.casefold()
    return who.str.cat(frame["platform"].astype("str"), sep=" @ ", na_rep="") if "platform" in frame else who + " @ "


def _shared(one: pd.DataFrame, other: pd.DataFrame) -> float:
    """The share of the people of the smaller of two sheets that the other has."""
    here, there = ({*_key(frame)} for frame in (one, other))
    return len(here & there) / max(min(len(here), len(there)), 1)


def _both(one: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    """Who stands on two sheets for the same thing, where most of the smaller sheet do."""
    if _shared(one, other) < SHARED:
        return []
    keys = [_key(frame).str.cat(_published(frame), sep=" ") for frame in (one, other)]
    return list(dict.fromkeys(one.loc[keys[0].isin(set(keys[1])), "creator_id"].astype("str")))


def _published(frame: pd.DataFrame) -> pd.Series:
    columns = [name for name in ("format", "posts") if name in frame]
    return frame[columns].astype("str").fillna("").agg(" ".join, axis=1) if columns else pd.Series("", index=frame.index)
