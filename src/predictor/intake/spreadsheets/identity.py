"""Who and what a row of a sheet is, where it has no id of its own; and rows of orders as the bookings they belong to."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from predictor.intake.cells import as_text
from predictor.intake.contract import with_post_ids
from predictor.intake.spreadsheets.account_columns import titled_deals
from predictor.intake.spreadsheets.flat_posts import without_used
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.named_handles import spelt_once
from predictor.intake.spreadsheets.no_bookings import told_of_days
from predictor.intake.spreadsheets.notices import of_rows, repeated
from predictor.intake.spreadsheets.row_accounts import apart, of_the_same
from predictor.intake.spreadsheets.same_posts import RESULTS, of_one_time
from predictor.intake.spreadsheets.sheet import COUNTED, Intake
from predictor.intake.spreadsheets.title_words import letters
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

OWN_ID = {"bookings": "booking_id"}  # a row without one is its own


def identified(one: Intake) -> Intake:
    """Rows without an id: a creator goes by its name, a post by its creator and time, a booking by its place in the file."""
    frame, notes, name = one.frame.copy(), list(one.notes), one.layout.grid.name
    if "name" in frame and one.table != "campaigns":
        named = apart(frame["name"], frame["platform"]) if "platform" in frame else frame["name"]
        if "creator_id" not in frame:
            frame["creator_id"] = named
            notes.append(Said("import_by_name"))
        elif any(note.key in ("import_by_link", "import_handle_in_name") for note in notes):
            notes += of_rows("import_rows_by_name", frame.index[frame["creator_id"].isna() & named.notna()])
            frame["creator_id"] = frame["creator_id"].fillna(named)
        if one.table == "bookings" and "platform" in frame and not frame["creator_id"].equals(one.frame.get("creator_id")):
            frame["creator_id"], spelt = spelt_once(frame["creator_id"], frame["platform"])
            frame["platform"], notes = of_the_same(frame["creator_id"], frame["platform"]), [*notes, *spelt]
    if one.table == "posts":
        counted = frame[[name for name in COUNTED if name in frame]].gt(0).any(axis=1)
        again = repeated(one.layout).reindex(frame.index, fill_value=False) & counted
        again &= frame["post_id"].isna() if "post_id" in frame else True
        frame, notes = frame[~again], [*notes, *of_rows("import_read_once", frame.index[again])]
    unnamed = "post_id" not in frame or frame["post_id"].isna().any()
    if one.table == "posts" and unnamed and {"creator_id", "published_at"} <= {*frame}:
        frame = with_post_ids(of_one_time(frame))
        notes += [Said("import_by_time"), *_slides(one.layout, frame), *told_of_days(one)]
    elif one.table in OWN_ID and OWN_ID[one.table] not in frame:
        frame[OWN_ID[one.table]] = [f"{name}-{row}" for row in frame.index]
        notes.append(Said("import_by_row", {"name": OWN_ID[one.table]}))
    return replace(one, frame=frame, notes=notes)


SLIDES = re.compile(  # titles of the slides of stories, as `letters` writes them
    r"(?:slides?|frames?|story|stories|segments?)(?: ?(?:no\.?|nr\.?|number|#|so|index|id))?|(?:so|stt) (?:slide|story)|スライド"
)


def _slides(layout: Layout, frame: pd.DataFrame) -> list[Said]:
    """That a title numbers the slides of stories, and rows of one creator and time are rather parts of one."""
    title = next((title for title in layout.titles.values() if SLIDES.fullmatch(letters(title).strip(" .:"))), None)
    again = frame.duplicated(["creator_id", "published_at"]) & frame["published_at"].notna()
    if title is None or not again.any():
        return []
    return [Said("import_slides", {"title": title, "count": int(again.sum()), "row": str(frame.index[again][0])})]


def apart_across(sheets: list[Intake]) -> list[Intake]:
    """Accounts of one handle or name on several platforms of a file, told apart by their platform; one person ties them together.

    Ids that a column of the file gives stand as they are, unless one row of it holds several accounts.
    """
    several = ("import_by_link", "import_by_name", "import_accounts", "import_handle_in_name")
    made = [any(note.key in several for note in one.notes) and {"creator_id", "platform"} <= {*one.frame} for one in sheets]
    pairs = pd.concat([one.frame[["creator_id", "platform"]] for one, own in zip(sheets, made, strict=True) if own] or [PAIRS])
    platforms = pairs.dropna().groupby("creator_id")["platform"].nunique()
    again, found = {*platforms.index[platforms > 1]}, []
    for one, own in zip(sheets, made, strict=True):
        if own and (at := one.frame["creator_id"].isin(again)).any():
            frame, who = one.frame.copy(), one.frame["creator_id"]
            if any(note.key == "import_accounts" for note in one.notes) and "person_id" not in frame:
                frame["person_id"] = frame["name"] if "name" in frame else who
            frame["creator_id"] = who.where(~at, who.str.cat(frame["platform"], sep=" @ "))
            one = replace(one, frame=frame)
        found.append(one)
    return found


PAIRS = pd.DataFrame({"creator_id": [], "platform": []}, dtype="str")
BUYERS = tuple(map(fold, ("user id", "user", "customer", "customer id", "buyer", "buyer id", "order id", "mã đơn", "mã đơn hàng",
                          "mã khách", "khách hàng", "客户", "订单号", "transaction id")))  # fmt: skip


def added_up(one: Intake) -> Intake:
    """Rows of posts, several of one deal, or of orders, several of one campaign and creator, as the bookings they belong to.

    Whether they are is asked first.
    """
    if (deals := _deals(one)) is not None:
        return _one_each(one, deals)
    if (paid := _payments(one)) is not None:
        return _in_parts(one, paid)
    key = [name for name in ("campaign_id", "creator_id") if name in one.frame]
    counts = [name for name in ("orders", "revenue", "clicks") if name in one.frame]
    if one.table != "bookings" or len(key) < 2 or not counts or not one.frame.duplicated(key).any():
        return one
    orders = any(fold(title) in BUYERS for title in one.layout.titles.values())
    if one.mapping.add_up is None:
        again = one.frame[one.frame.duplicated(key, keep=False)]
        values = {"rows": ", ".join(map(str, again.index[:3])), "count": len(again)}
        return replace(one, doubts=[*one.doubts, Said("import_doubt_add_up", values)]) if orders else one
    if not one.mapping.add_up:
        return one
    whole = one.frame.groupby(key, sort=False, dropna=False)
    frame = whole.agg({name: "first" for name in one.frame if name not in key}).reset_index()
    for name in counts:
        frame[name] = whole[name].sum(min_count=1).to_numpy()
    frame = frame[[*one.frame.columns]].set_axis(whole.head(1).index, axis=0)
    return replace(one, frame=frame, notes=[*one.notes, Said("import_added_up", {"rows": len(one.frame), "count": len(frame)})])


def _deals(one: Intake) -> pd.Series | None:
    """The number of each row's deal, named by its title, where several rows of one creator share one, and a fee."""
    if one.table != "bookings" or not {"creator_id", "fee"} <= {*one.frame}:
        return None
    for title in (title for title in one.layout.titles.values() if titled_deals(title)):
        numbers = as_text(one.layout.frame[title]).reindex(one.frame.index).rename(title)
        alike = one.frame[["creator_id", "fee"]].groupby(numbers).nunique(dropna=False).le(1).all(axis=None)
        if numbers.dropna().duplicated().any() and alike:
            return numbers
    return None


PART = re.compile(  # titles of which part of a fee a row is, as `letters` writes them
    r"(?:payment )?(?:instal(?:l)?ments?|milestones?|tranches?)(?: (?:no|number|#))?|payment (?:no|number|part|stage|term|type)|"
    r"(?:dot|lan|ky) thanh toan|termin(?: pembayaran)?|付款(?:批次|阶段|期数)|分期|支払(?:い)?回数"
)


def _payments(one: Intake) -> pd.Series | None:
    """Whose booking of which day each row is a part of, named by the title of the parts, where several rows are of one."""
    if one.table != "bookings" or not {"creator_id", "booked_at", "fee"} <= {*one.frame}:
        return None
    title = next((title for title in one.layout.titles.values() if PART.fullmatch(letters(title).strip(" .:"))), None)
    if title is None:
        return None
    whole = one.frame["creator_id"].str.cat(one.frame["booked_at"].astype("str"), sep=" ").rename(title)
    return whole if whole.dropna().duplicated().any() else None


def _of_several(one: Intake, of: pd.Series) -> pd.DataFrame:
    """The rows that share what they are of, such as a deal, with another."""
    return one.frame[of.duplicated(keep=False) & of.notna()]


def _asked_about(one: Intake, of: pd.Series, question: str) -> Intake:
    """The table with a question about its rows of which several are of one thing."""
    again = _of_several(one, of)
    values = {"title": str(of.name), "rows": ", ".join(map(str, again.index[:3])), "count": len(again)}
    return replace(one, doubts=[*one.doubts, Said(question, values)])


def _in_parts(one: Intake, paid: pd.Series) -> Intake:
    """A booking of each creator and day, whose fee is paid in several rows; results that all its rows repeat count once."""
    title = str(paid.name)
    if one.mapping.add_up is None:
        return _asked_about(one, paid, "import_doubt_parts")
    if not one.mapping.add_up:
        return one
    whole = one.frame.groupby(paid.fillna(one.frame["booking_id"]), sort=False)
    results = [name for name in RESULTS["bookings"] if name in one.frame]
    added = [name for name in results if whole[name].nunique().gt(1).any()]
    frame = whole.first().assign(**{name: whole[name].sum(min_count=1) for name in ["fee", *added]})
    frame = frame.set_axis(whole.head(1).index, axis=0)[[*one.frame]]
    values = {"title": title, "rows": len(one.frame), "count": len(frame)}
    return replace(one, frame=frame, notes=[*without_used(one.notes, [title]), Said("import_parts", values)])


def _one_each(one: Intake, deals: pd.Series) -> Intake:
    """A booking each deal: what is the same in all rows of every deal counts once, such as the fee; other results add up."""
    title, again = str(deals.name), _of_several(one, deals)
    if one.mapping.add_up is None:
        return _asked_about(one, deals, "import_doubt_deals")
    if not one.mapping.add_up:
        return replace(one, notes=[*one.notes, Said("import_deals_apart", {"title": title, "count": len(again)})])
    whole = one.frame.groupby(deals.fillna(one.frame["booking_id"]), sort=False)
    shared = again.groupby(deals.reindex(again.index))
    results = [name for name in RESULTS["bookings"] if name in one.frame]
    once = [name for name in results if shared[name].nunique(dropna=False).le(1).all()]
    added = [name for name in results if name not in once]
    posts = whole["posts"].sum(min_count=1) if "posts" in one.frame else whole.size().astype(float)
    frame = whole.first().assign(**{name: whole[name].sum(min_count=1) for name in added}, posts=posts)
    frame["booking_id"] = frame.index.astype("str")
    frame = frame.set_axis(whole.head(1).index, axis=0)[[*one.frame, *(() if "posts" in one.frame else ("posts",))]]
    values = {"title": title, "rows": len(one.frame), "count": len(frame), "once": ["fee", *once], "added": ["posts", *added]}
    said = {key: ", ".join(value) if isinstance(value, list) else value for key, value in values.items()}
    kept = without_used([note for note in one.notes if note.key != "import_by_row"], [title])
    return replace(one, frame=frame, notes=[*kept, Said("import_deals", said)])
