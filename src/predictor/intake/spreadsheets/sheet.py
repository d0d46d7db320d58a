"""One sheet read by its mapping: good rows as a table, bad rows with the cell that spoils them, and what is open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from predictor.definitions.schema import Catalogue, Entry
from predictor.intake.cells import SPELLING_BLANK, first_few, without_contacts
from predictor.intake.fee_terms import with_pieces
from predictor.intake.mapping import Mapping, TableMapping, rename
from predictor.intake.other_platforms import other_platform
from predictor.intake.row_checks import across, in_the_future, nobody
from predictor.intake.spreadsheets.columns import OTHER, Column, as_typed, read_plain, swapped_days
from predictor.intake.spreadsheets.continued import with_creators_continued
from predictor.intake.spreadsheets.currencies import Rates, common, exchanged
from predictor.intake.spreadsheets.formats import (
    counted_formats,
    named_by_fees,
    of_another_format,
    of_parts_of_platforms,
    of_the_profile,
    posts_by_platform,
    saying_more,
    unmodelled,
    with_formats,
    with_numbers_of_posts,
    without_ranges_of_posts,
)
from predictor.intake.spreadsheets.handle_cells import links_to_no_account, one_account_each, present_handles
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.marked_cells import marked
from predictor.intake.spreadsheets.money_columns import fee_for_all, fee_for_others, read_money, stated_currency
from predictor.intake.spreadsheets.named_handles import handles_in_names
from predictor.intake.spreadsheets.post_links import told_by_links, with_years
from predictor.intake.spreadsheets.prices import (
    by_deliverable,
    left_to_prices,
    of_its_platform,
    of_several_platforms,
    read_prices,
    with_terms,
)
from predictor.intake.spreadsheets.ranges import Midpoint
from predictor.intake.spreadsheets.rejects import Reject, refusals
from predictor.intake.spreadsheets.row_accounts import fill_in_accounts
from predictor.intake.spreadsheets.several_links import one_account_each_row
from predictor.intake.spreadsheets.several_prices import other_totals
from predictor.intake.spreadsheets.titles import Titles
from predictor.intake.spreadsheets.zones import in_its_zone
from predictor.intake.values import spellings
from predictor.wording.matching import fold
from predictor.wording.sentences import Said


@dataclass(frozen=True)
class Intake:
    """A sheet as read: `frame` by row number, the rejected cells, ranges read as midpoints, what is open, what to know."""

    table: str
    layout: Layout
    mapping: TableMapping
    frame: pd.DataFrame
    rejects: list[Reject]
    midpoints: list[Midpoint]
    doubts: list[Said]
    notes: list[Said]


def read_sheet(
    layout: Layout, table: str, one: TableMapping, catalogue: Catalogue, titles: Titles, rates: Rates | None = None,
    platform: str | None = None,
) -> Intake:  # fmt: skip
    """Read a sheet by its mapping; every cell is read by its column's definition, as in any table of the project.

    `platform` is what the sheet's name, title or headings say; a column of platforms or a link of the row itself say it better.
    """
    entries = catalogue.columns(table)
    stated_later = {n: v for n, v in one.constants.items() if n not in ("currency", "platform")}
    bare = one.model_copy(update={"constants": stated_later, "units": {}})  # what a unit is of, each column says
    cells, years = with_years(_frame(layout, one, titles), layout, one)
    given = rename(cells, table, Mapping(tables={table: bare}))
    theirs = {ours: title for title, ours in one.columns.items() if layout.column(title)}
    given, continued = with_creators_continued(given, layout, catalogue) if table == "candidates" else (given, [])
    given, ranges_of_posts = without_ranges_of_posts(given, layout, theirs.get("posts", "posts"), table)
    given, worded = with_numbers_of_posts(given, layout, theirs.get("posts", "posts"))
    given, left = left_to_prices(given, layout, theirs.get("platform", "platform"), one, entries, titles)
    stated, rejects = stated_currency(given, layout, theirs.get("currency", "currency"))
    columns: dict[str, Column] = {}
    profile: list[Said] = []
    for place, name in enumerate(given.columns):
        if name in entries and name != "currency" and name not in columns:
            title, cells = theirs.get(name, name), given.iloc[:, place]
            if name == "posts" and of_the_profile(layout, title, cells, {*given.columns}, entries):
                name, profile = "posts_total", [Said("import_posts_total", {"title": title})]
            entry = entries[name]
            if entry.type == "money":
                read = read_money(layout, title, cells, name, entry, table, one, stated, titles)
            else:
                cells, former = present_handles(layout, title, cells) if name in ("creator_id", "name") else (cells, [])
                by_name = name == "name" and table == "bookings" and "creator_id" not in {*given.columns}
                plain, several = one_account_each(cells) if name == "creator_id" or by_name else (cells, [])
                cells = cells if by_name else plain
                read = read_plain(layout, title, cells, name, entry, table, one, titles)
                read = in_its_zone(layout, title, cells, read, entry)
                bad = refusals(layout, title, as_typed(layout, title, cells), several)
                read = replace(read, rejects=[*read.rejects, *bad], notes=(*read.notes, *former))
            nothing = table == "bookings" and entry.known == "after_booking" and read.values.isna().all()
            columns[name] = read.without_bad_cells() if stays_without(table, name) and not nothing else read
    parts = {name: _parts(layout, given, name, added, entries[name], table, one, titles) for name, added in one.sums.items()}
    priced = read_prices(layout, given, one, entries, table, stated, titles)
    values, open_codes = _valued(columns, parts, rates, table)
    if "format" in values and "posts" in entries:
        values |= counted_formats(values["format"], values.get("posts"), entries["format"])
        worded = [*worded, *saying_more(layout, theirs.get("format", "format"), titles)]
    named, noted = of_parts_of_platforms(layout, theirs.get("platform", "platform"), given, values, entries, titles)
    values, worded = values | named, [*worded, *noted]
    values |= told_by_links(layout, given.index, one, values)
    by_name, in_names = handles_in_names(values, entries, titles)
    values |= by_name
    values |= _names_beside_ids(values)
    linked = one_account_each_row(layout, theirs, values, one.constants.get("platform", platform), table)
    rejects += linked.rejects
    filled_in = fill_in_accounts(values, given.index, entries, one, table, platform)
    notes = [*years, *continued, *worded, *left, *profile, *in_names, *linked.notes, *filled_in]
    notes += links_to_no_account(layout, theirs.get("link", "link"), values.get("creator_id"))
    notes += _words_for_nothing(layout, theirs, values)
    priced = [(title, what, of_its_platform(layout, title, column, values, titles)) for title, what, column in priced]
    if (fee := columns.get("fee")) is not None and fee.pieces is not None and "posts" in entries:
        title = layout.titles[layout.column(theirs.get("fee", "fee"))]  # a mapping may type it otherwise
        named = named_by_fees(layout.frame[title], fee.pieces, entries["format"])
        differing = {"import_format_other": of_another_format(values.get("format"), named)}
        notes = [*notes, *marked(layout, title, layout.frame[title], differing)]
        values |= with_formats(values.get("format"), named)
        booked, other = with_pieces(values.get("posts"), fee.pieces, named)
        if booked is not None:
            values["posts"] = booked
            counted, one_thing = "posts" in columns, _alike(booked, values)
            times, multiplied = fee_for_all(layout, title, layout.frame[title], fee.pieces, one_thing, counted, table)
            values["fee"], notes = values["fee"] * times, [*notes, *multiplied]
            notes += other_totals(layout, values["fee"].where(times > 1), title, one.ignore)
            bad = fee_for_others(layout, title, layout.frame[title], fee.pieces[other & times.eq(1.0)], booked)
            bad = [replace(reject, kept=stays_without(table, "fee")) for reject in bad]
            rejects += bad
            values["fee"] = values["fee"].mask(values["fee"].index.isin([reject.row for reject in bad if reject.kept]))
    if fee is not None and fee.terms is not None and "fee_terms" in entries:
        values |= with_terms(values.get("fee_terms"), fee.terms.where(values["fee"].notna()))
    frame = pd.DataFrame(values, index=given.index)
    every = [*columns.values(), *(part for found in parts.values() for part in found), *(column for _, _, column in priced)]
    rejects += [reject for column in every for reject in column.rejects]
    rejects = _without_a_price(rejects, table, theirs.get("fee", "fee"), frame, entries)
    out = [] if one.orders else _rows_out(layout, frame, platform or one.constants.get("platform"))
    rejects, notes = [*rejects, *out], [*notes, *([] if out or table not in PEOPLE else _unnamed(frame))]
    doubts = [
        *ranges_of_posts,
        *linked.doubts,
        *(doubt for column in every for doubt in column.doubts),
        *open_codes,
    ]
    if priced:
        notes += of_several_platforms(layout, frame, priced, titles)
        frame, more, small = by_deliverable(layout, frame, priced, rates, table, entries, titles)
        doubts, rejects = [*doubts, *more], [*rejects, *small]
    frame, posts = posts_by_platform(frame, entries)
    notes += posts
    ranges = [midpoint for column in every for midpoint in column.midpoints]
    notes += [*unmodelled(frame, entries), *(note for column in every for note in column.notes)]
    notes += [
        note for name, entry in entries.items() if entry.type == "date" for note in swapped_days(layout, theirs.get(name, name))
    ]
    return Intake(table, layout, one, frame, rejects, ranges, doubts, notes)


def _alike(booked: pd.Series, values: dict[str, pd.Series]) -> pd.Series:
    """The posts of each row, blank where it books several things, of which a price for each says too little."""
    return booked.mask(values["format"].str.contains("+", regex=False, na=False)) if "format" in values else booked


def said_of_rows(one: TableMapping) -> list[Said]:
    """What the mapping says of every row; a remembered answer may be another file's."""
    said = {name: value for name, value in one.constants.items() if name != "platform"}
    pairs = ", ".join(f"{name} = {value}" for name, value in said.items())
    return [Said("import_stated", {"pairs": pairs, "each": [*said.items()]})] if said else []


UNSAFE = ("creator_id", "platform", "posts", "currency", "name")  # without these a row is somebody else's, or another deal

COUNTED = ("reach", "impressions", "views", "likes", "comments", "shares", "saves", "engagements")  # of a post
OF_POSTS = ("post_id", "sponsored", "format", *COUNTED)  # a post without an id goes by its creator and time


BESIDE_DEALS = (  # what a booking says beside its deal: its price, which no forecast reads, of its creator, and what came of it
    "fee", "followers", "following", "engagement_rate", "average_views", "reach", "engagements", "clicks", "orders", "revenue",
)  # fmt: skip


def _without_a_price(
    rejects: list[Reject], table: str, title: str, frame: pd.DataFrame, entries: dict[str, Entry]
) -> list[Reject]:
    """Rejected cells, by which bookings stay without a price that cannot be read only where something is known to have come of
    them: a correction of an invoice is no booking."""
    if table != "bookings":
        return rejects
    results = frame[[name for name, entry in entries.items() if entry.known == "after_booking" and name in frame]]
    bare = {*frame.index[results.isna().all(axis=1)]}
    return [replace(one, kept=one.kept and not (one.column == title and one.row in bare)) for one in rejects]


def stays_without(table: str, name: str) -> bool:
    """Whether a candidate, creator, post or booking can stay without a cell of this column: one more thing that is not known."""
    if table in ("candidates", "creators"):
        return name not in UNSAFE
    return name in {"posts": OF_POSTS, "bookings": BESIDE_DEALS}.get(table, ())


def _frame(layout: Layout, one: TableMapping, titles: Titles) -> pd.DataFrame:
    """The rows of data, with what the headings above them say where the mapping asks for it."""
    frame = layout.frame if one.hidden else layout.frame.drop(index=list(layout.hidden))
    if one.headings is None or not layout.headings:
        return frame
    said = layout.headings
    if one.headings == "platform":  # TIKTOK CREATORS
        said = {row: titles.platform_of(text) or text for row, text in said.items()}
    return frame.assign(**{one.headings: [said.get(int(row)) for row in frame.index]})


def _rows_out(layout: Layout, frame: pd.DataFrame, platform: object) -> list[Reject]:
    """Rows that name nobody where the others do, on a platform that holds for the whole sheet."""
    name = layout.grid.name
    out: list[Reject] = []
    who = [frame[column].notna() for column in ("creator_id", "name", "link") if column in frame]
    if platform is not None and who and not all(one.all() for one in who):
        named = np.logical_or.reduce([one.to_numpy() for one in who])
        out += [
            Reject(name, int(row), "", "", without_contacts(layout.text(int(row))), Said("row_unnamed"))
            for row in frame.index[~named]
        ]
    return out


def _unnamed(frame: pd.DataFrame) -> list[Said]:
    """That rows name nobody, where others do."""
    who = [frame[column].notna() for column in ("creator_id", "name", "link") if column in frame]
    named = np.logical_or.reduce([one.to_numpy() for one in who]) if who else np.ones(len(frame), bool)
    rows = frame.index[~named]
    return [Said("import_unnamed", {"rows": first_few(rows, SHOWN), "count": len(rows)})] if len(rows) else []


def _names_beside_ids(values: dict[str, pd.Series]) -> dict[str, pd.Series]:
    """The names, where ids stand too: None beside an id says that there is no name."""
    if not {"name", "creator_id"} <= {*values}:
        return {}
    return {"name": values["name"].mask(values["name"].isin(SPELLING_BLANK) & values["creator_id"].notna())}


def _words_for_nothing(layout: Layout, theirs: dict[str, str], values: dict[str, pd.Series]) -> list[Said]:
    """The cells of names and ids that spell what elsewhere stands for nothing, and are somebody's name here."""
    said = []
    for name in (name for name in ("name", "creator_id") if name in values and theirs.get(name) in layout.frame):
        cells = layout.frame[theirs[name]].reindex(values[name].index)
        said += marked(layout, theirs[name], cells, {"import_blank_word": values[name].isin(SPELLING_BLANK)})
    return said


SHOWN = 10  # rows that a note names
PEOPLE = ("candidates", "creators")


def _parts(
    layout: Layout, given: pd.DataFrame, name: str, added: tuple[str, ...], entry: Entry, table: str, one: TableMapping,
    titles: Titles,
) -> list[Column]:  # fmt: skip
    """The columns that `sums` adds up, however their titles are typed."""
    added_titles = [title for title in given.columns if fold(title) in set(map(fold, added))]
    return [read_plain(layout, title, given[title], name, entry, table, one, titles) for title in added_titles]


def _valued(
    columns: dict[str, Column], parts: dict[str, list[Column]], rates: Rates | None, table: str
) -> tuple[dict[str, pd.Series], list[Said]]:
    """The values of every column, sums added up and money in one currency a row."""
    values = {name: column.values for name, column in columns.items()}
    for name, found in parts.items():
        if found:
            values[name] = pd.concat([part.values for part in found], axis=1).sum(axis=1, min_count=1)
    money, missing = exchanged([column.money for column in columns.values() if column.money is not None], rates)
    codes, open_codes = common(sorted(money, key=lambda one: one.name == "revenue"), table)
    values |= {one.name: one.values for one in money}
    return values | ({} if codes is None else {"currency": codes}), [*missing, *open_codes]


def platform_of(
    layout: Layout, table: str, catalogue: Catalogue, titles: Titles, out: Collection[str] = ()
) -> tuple[str | None, list[Said]]:
    """The platform that a sheet's name, its own title, or the only one among its column titles (those `out` left aside) names."""
    if "platform" not in catalogue.columns(table):
        return None, []
    sheet = "" if layout.grid.named_by_file else layout.grid.name
    exact = spellings(catalogue.entries["platform"]).get(fold(sheet))
    exact = exact or (OTHER if table == "candidates" and other_platform(sheet) else None)
    if (named := exact or titles.mentioned(sheet)) is not None:
        return named, [Said("import_platform", {"name": named})]
    above = {one for text in layout.above if (one := titles.mentioned(text)) is not None}
    left_out = {*map(fold, out)}
    tagged = {title: one for title in layout.titles.values() if (one := titles.read(title).platform) is not None}
    used = {one for title, one in tagged.items() if fold(title) not in left_out}
    for found in (above, used):
        if len(found) == 1:
            name = found.pop()
            return name, [Said("import_platform_title", {"name": name})]
    return None, []


# The sheets of a file put together: the rows that can be used, and everything that keeps the others out.

Origin = tuple[Intake, int]


def required(table: str, catalogue: Catalogue) -> list[str]:
    """The columns that every row of a table needs."""
    return [name for name, entry in catalogue.columns(table).items() if table in entry.required_in]


def together(sheets: list[Intake], catalogue: Catalogue) -> tuple[dict[str, pd.DataFrame], list[Reject]]:
    """The good rows of all sheets, one frame a table, and everything that keeps the other rows out."""
    rejects = [reject for one in sheets for reject in one.rejects]
    frames: dict[str, pd.DataFrame] = {}
    origins: dict[str, list[Origin]] = {}
    for one in sheets:
        blank = [(row, name) for name in required(one.table, catalogue) if name in one.frame for row in _blanks(one, name)]
        out = {reject.row for reject in one.rejects if not reject.kept}
        rejects += [_whole(one, row, name, Said("row_blank", {"name": name})) for row, name in blank if row not in out]
        good = one.frame.drop(index=sorted(out | {row for row, _ in blank}), errors="ignore")
        before = [frames[one.table]] if one.table in frames else []
        frames[one.table] = pd.concat([*before, good], ignore_index=True)
        origins.setdefault(one.table, []).extend((one, int(row)) for row in good.index)
    return _consistent(frames, origins, catalogue, rejects), rejects


def _blanks(one: Intake, name: str) -> list[int]:
    return [int(row) for row in one.frame.index[one.frame[name].isna()]]


def _consistent(
    frames: dict[str, pd.DataFrame], origins: dict[str, list[Origin]], catalogue: Catalogue, rejects: list[Reject]
) -> dict[str, pd.DataFrame]:
    """Drop the rows that repeat a key, name nobody or have dates in an impossible order, until none is left."""
    for table, frame in frames.items():
        key = [name for name, entry in catalogue.columns(table).items() if table in entry.key_of]
        again = frame.duplicated(key) if key and {*key} <= {*frame} else pd.Series(False, index=frame.index)
        for place in np.flatnonzero(again):
            one, row = origins[table][place]
            rejects.append(_whole(one, row, key[0], Said("row_earlier", {"came": str(frame[key[0]].iloc[place])})))
        frames[table] = frame[~again]
    files = {table: f"{table}.csv" for table in frames}
    while True:
        there = {table: frame for table, frame in frames.items() if len(frame)}
        faults = across(there, files) + in_the_future(there, files)
        faults += [fault for table in {"bookings", "candidates"} & {*frames} for fault in nobody(frames[table], files[table])]
        bad = {(f.file.removesuffix(".csv"), f.row): (f.column or "", f.said) for f in faults if f.row is not None and f.said}
        if not bad:
            return {table: frame.reset_index(drop=True) for table, frame in frames.items()}
        for (table, position), (name, said) in bad.items():
            one, row = origins[table][position]
            rejects.append(_whole(one, row, name, said))
        frames = {t: frame.drop(index=[row for table, row in bad if table == t]) for t, frame in frames.items()}


def _whole(one: Intake, row: int, name: str, problem: Said) -> Reject:
    title = next((title for title, ours in one.mapping.columns.items() if ours == name and one.layout.column(title)), name)
    return Reject(one.layout.grid.name, row, title, "", "", problem)
