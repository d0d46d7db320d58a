"""A whole file of somebody's: every sheet recognised, read by its mapping, and put together as clean tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path, PurePath
from typing import Any

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.errors import Fault, RowsError
from predictor.intake.contradictions import contradictions
from predictor.intake.mapping import Mapping, TableMapping
from predictor.intake.spreadsheets.channels import with_platforms
from predictor.intake.spreadsheets.clocks import with_clock
from predictor.intake.spreadsheets.columns import DAYS
from predictor.intake.spreadsheets.currencies import Rates
from predictor.intake.spreadsheets.currency_columns import with_their_currencies
from predictor.intake.spreadsheets.drafts import naming_titles
from predictor.intake.spreadsheets.flat_posts import apart_from_creators
from predictor.intake.spreadsheets.grids import ARCHIVE, Grid, read_grids
from predictor.intake.spreadsheets.group_sums import without_group_sums
from predictor.intake.spreadsheets.identity import added_up, apart_across, identified
from predictor.intake.spreadsheets.kinds_of_sheets import kinds_by_sheet, with_kind
from predictor.intake.spreadsheets.layout import Layout, lay_out
from predictor.intake.spreadsheets.left_over import all_told
from predictor.intake.spreadsheets.link_lists import under_a_title, with_links
from predictor.intake.spreadsheets.no_bookings import without_posts
from predictor.intake.spreadsheets.no_results import without_noughts
from predictor.intake.spreadsheets.notices import (
    currency_headings,
    declined,
    left_again,
    missing,
    not_used,
    nowhere,
    of_several_posts,
    offered_headings,
    packages,
    platform_headings,
    said_elsewhere,
    uncounted,
    unmet,
    unposted,
    unrecognised,
    unseen,
    with_first_heading,
)
from predictor.intake.spreadsheets.one_person import of_one_person
from predictor.intake.spreadsheets.orders import orders_added_up
from predictor.intake.spreadsheets.presets import Recognised, recognised, refuse_unlike
from predictor.intake.spreadsheets.priced_cells import prices_apart
from predictor.intake.spreadsheets.promised_rows import without_promises
from predictor.intake.spreadsheets.proposal import propose
from predictor.intake.spreadsheets.rejects import Reject
from predictor.intake.spreadsheets.row_units import with_their_units
from predictor.intake.spreadsheets.same_people import by_its_name, completed, listed_again, unplaced, versions
from predictor.intake.spreadsheets.same_posts import RESULTS, once_each
from predictor.intake.spreadsheets.several_accounts import Account, accounts_apart
from predictor.intake.spreadsheets.sheet import Intake, platform_of, read_sheet, said_of_rows, together
from predictor.intake.spreadsheets.summed_sheets import without_sums
from predictor.intake.spreadsheets.titles import Titles
from predictor.intake.spreadsheets.turned import labels_and_values, upright, without_rows
from predictor.intake.spreadsheets.which_table import table_of
from predictor.intake.spreadsheets.whose_rows import under_their_accounts
from predictor.intake.spreadsheets.written_apart import with_full_names, with_repeated_cells
from predictor.intake.values import read_column
from predictor.wording.sentences import Said


class NoTable(RowsError):
    """A file in whose sheets no table was recognised."""


@dataclass(frozen=True)
class Imported:
    """What a file holds: clean tables, the mapping to keep, the sheets as read, those that hold no table, and rows left out.

    `open_sheets` are what must be decided about sheets with rows of data in which no table was recognised.
    """

    tables: dict[str, pd.DataFrame]
    mapping: Mapping
    sheets: list[Intake]
    unread: tuple[str, ...]
    rejects: list[Reject]
    hidden: tuple[str, ...] = ()
    open_sheets: tuple[tuple[str, Said], ...] = ()

    @property
    def doubts(self) -> list[tuple[str, Said]]:
        """What the owner of the file must decide before anything is written, with the sheet it is about."""
        return [(one.layout.grid.name, doubt) for one in self.sheets for doubt in one.doubts] + [*self.open_sheets]


def import_file(
    path: Path, catalogue: Catalogue, given: Mapping | None = None, sheets: tuple[str, ...] = (), table: str | None = None,
    rates: Rates | None = None, like: str | None = None, stated: dict[str, str] | None = None, beside: Collection[str] = (),
    more: Sequence[Path] = (), draft: bool = False,
) -> Imported:  # fmt: skip
    """Read a workbook or CSV as people have them, and `more` of them with it; `given` decides what it says, the rest is proposed.

    `like` names the export that it is (`presets`), which its titles say too; "none" recognises none. `stated` is what holds for
    every row, by column. `beside` are the tables that stand where those of the file will: creators among them stay as they are.
    For a `draft` titles that nobody knows are put among those that the mapping ignores, rather than that no table is found.

    Raises
    ------
    RowsError
        Where a file cannot be read, is not what `like` says, or no sheet holds a table.
    """
    known, encoding = Titles(catalogue, given=given).name, (given or Mapping()).encoding
    grids = [grid for one in (path, *more) for grid in _named_apart(read_grids(one, sheets, encoding, known=known), one, more)]
    file = ", ".join(one.name for one in (path, *more))
    meant = [grid.name for grid in grids] if sheets else ()  # who names sheets means them, whatever they are called
    try:
        return import_grids(grids, file, catalogue, given, table, rates, like, stated, beside, meant)
    except NoTable:
        if not draft:
            raise
        named = naming_titles(grids, table or "candidates", given or Mapping())
        return import_grids(grids, file, catalogue, named, table, rates, like, stated, beside, meant)


def _named_apart(grids: list[Grid], path: Path, more: Sequence[Path]) -> list[Grid]:
    """The sheets of one of several files, each named after its file too."""
    if not more:
        return grids
    return [grid if grid.named_by_file else replace(grid, name=f"{path.stem}: {grid.name}") for grid in grids]


def import_grids(
    grids: list[Grid], file: str, catalogue: Catalogue, given: Mapping | None = None, table: str | None = None,
    rates: Rates | None = None, like: str | None = None, stated: dict[str, str] | None = None, beside: Collection[str] = (),
    meant: Collection[str] = (), kinds: dict[str, str] | None = None,
) -> Imported:  # fmt: skip
    """As `import_file`, of sheets that were opened before: another mapping reads them again. `meant` are read whatever they are
    called; `kinds` are of whom the names of the sheets tell, which is found where it is not given.

    Raises
    ------
    NoTable
        Where no sheet holds a table.
    RowsError
        Where rows of a text table are longer than its titles, or no sheet is what `like` says.
    """
    mapping, taken, unread, asked, elsewhere = given or Mapping(), list[tuple[Account, Intake]](), [], [], list[Said]()
    bare = list[Layout]()  # titles without rows below them
    exports = {grid.name: found for grid in grids if (found := recognised(grid, like)) is not None}
    if not exports:
        refuse_unlike(like, file)
    for grid in map(under_a_title, grids):
        export, left = exports.get(grid.name), list[str]()
        if export is not None:
            mapping = _stating(mapping, export.preset.table, stated, catalogue)
            theirs, left = export.mapping(mapping.of(export.preset.table))
            mapping = _with(mapping, export.preset.table, theirs)
            mapping = _silent_of_creators(mapping, left) if export.preset.table in DAYS else mapping
        titles = Titles(catalogue, given=mapping)
        passed = grid.name in mapping.ignore_sheets or (
            PurePath(file).suffix.lower() == ARCHIVE and bool(exports) and export is None
        )
        grid, layout = (grid, None) if passed else _laid_out(grid, titles, given)
        bare += [layout] if layout is not None and not layout.rows else []
        if layout is None or not layout.rows:
            unread.append(grid.name)
            asked += [] if passed else unrecognised(grid)
            elsewhere += [] if passed else said_elsewhere(grid)
            continue
        layout = with_full_names(with_repeated_cells(layout, titles), titles)
        layout = with_first_heading(with_links(layout, titles), catalogue)
        layout = with_kind(layout, (kinds or {}).get(grid.name))
        home = table or (export.preset.table if export else None) or _named_by(given or Mapping(), layout, Titles(catalogue))
        home = home or table_of(layout, PurePath(file).stem, catalogue, titles, [(p.layout, i.table) for p, i in taken])
        mapping = _stating(mapping, home, stated, catalogue)
        layout = without_promises(layout) if home in RESULTS else layout
        layout, said = with_their_currencies(layout, mapping.of(home))
        own = Titles(catalogue, home)
        apart = {"candidates": prices_apart, "posts": with_clock}.get(home)
        layout = apart(layout, own, mapping.of(home)) if apart else layout
        layout, units = with_their_units(layout, own, mapping.of(home)) if home == "candidates" else (layout, [])
        for one in accounts_apart(layout, own, mapping.of(home)):
            mapping, intake = _one_table(one, home, mapping, catalogue, rates)
            intake = replace(intake, notes=[*said, *units, *intake.notes])
            taken.append((one, _as_export(intake, export, left)))
    if not taken:
        left_out = all(grid.name in mapping.ignore_sheets for grid in grids)
        raise NoTable([Fault.of(file, Said("import_all_left_out") if left_out else without_rows(grids, bare))])
    if kinds is None and (kinds := kinds_by_sheet((one for _, one in taken), catalogue)):
        return import_grids(grids, file, catalogue, given, table, rates, like, stated, beside, meant, kinds)
    read = [
        replace(one, notes=[*one.notes, *elsewhere]) if "fee" in one.frame else one
        for one in _in_one_currency(taken, catalogue, rates)
    ]
    known = under_their_accounts([added_up(one) for one in apart_across([identified(one) for one in read])], catalogue)
    derived = mapping.of("creators").from_posts
    if (derived or (derived is None and "creators" not in beside)) and not any(one.table == "creators" for one in known):
        mapping, known = _with_creators(known, mapping, catalogue, stated)
    known = completed(once_each(without_sums(known), catalogue), catalogue)
    known = unplaced([listed_again(by_its_name(one)) for one in known])
    homes = {one.table for one in known}
    checked = [replace(one, doubts=_once([*one.doubts, *missing(one, homes, catalogue)])) for one in known]
    checked = all_told(left_again(unmet(checked, given or Mapping()), given or Mapping()))
    read_anyway = {*mapping.read_sheets, *meant}
    asked += [*versions(checked, read_anyway), *without_posts(checked, read_anyway)]
    tables, rejects = together(checked, catalogue)
    hidden = grids[0].hidden_sheets if grids else ()
    return Imported(tables, _kept(mapping, given), checked, tuple(unread), rejects, hidden, tuple(asked))


def _laid_out(grid: Grid, titles: Titles, given: Mapping | None) -> tuple[Grid, Layout | None]:
    """A sheet and where its table stands, turned where its titles stand in a column; None where no table was recognised."""
    layout = lay_out(grid, titles.name)
    if layout is not None and _answered(layout, given):
        return grid, layout
    turned = upright(grid, titles.name)
    other = lay_out(turned, titles.name) if turned is not None else None
    lying = layout is None or (other is not None and (labels_and_values(grid) or _answered(other, given)))
    return (turned, other) if turned is not None and lying else (grid, layout)


def _answered(layout: Layout, given: Mapping | None) -> bool:
    """Whether a sheet has a title that a mapping names."""
    named = [(*one.columns, *one.prices) for one in given.tables.values()] if given else []
    return any(layout.column(title) for titles in named for title in titles)


def _with(mapping: Mapping, table: str, own: TableMapping) -> Mapping:
    return mapping.model_copy(update={"tables": mapping.tables | {table: own}})


def _silent_of_creators(mapping: Mapping, titles: list[str]) -> Mapping:
    """The mapping, by which titles that an export of posts leaves out tell nothing of the creators either."""
    own = mapping.of("creators")
    ignored = tuple(dict.fromkeys([*own.ignore, *(title for title in titles if title not in own.columns)]))
    return _with(mapping, "creators", own.model_copy(update={"ignore": ignored})) if titles else mapping


def _with_creators(
    sheets: list[Intake], mapping: Mapping, catalogue: Catalogue, stated: dict[str, str] | None
) -> tuple[Mapping, list[Intake]]:
    """Sheets, with the creators of whom those of posts tell in every row, and the mapping with what was understood of them."""
    kept = _stating(mapping, "creators", stated, catalogue)
    there = "platform" in kept.of("creators").constants

    def read(layout: Layout) -> Intake:
        nonlocal kept
        kept, one = _one_table(Account(layout), "creators", kept, catalogue, None)
        return one

    found = apart_from_creators(sheets, read, catalogue, there)
    if len(found) == len(sheets):
        return mapping, sheets
    return _with(kept, "creators", kept.of("creators").model_copy(update={"from_posts": True})), found


def _stating(mapping: Mapping, table: str, stated: dict[str, str] | None, catalogue: Catalogue) -> Mapping:
    """The mapping with what is stated of every row, as far as the table has such columns."""
    said = {name: value for name, value in (stated or {}).items() if name in catalogue.columns(table)}
    own = mapping.of(table)
    return _with(mapping, table, own.model_copy(update={"constants": own.constants | said})) if said else mapping


def _as_export(one: Intake, export: Recognised | None, left: list[str]) -> Intake:
    """A sheet with what is to know of the export that it was recognised as, and which of its titles are not used."""
    if export is None:
        return one
    label, values = export.preset.label, {"name": export.name, "table": export.preset.table}
    if one.table != export.preset.table:
        return replace(one, doubts=[*one.doubts, Said("import_doubt_export", {**values, "label": label, "asked": one.table})])
    others = [title for note in one.notes if note.key == "import_ignored" for title in note.values["each"]]
    kept = [note for note in one.notes if note.key != "import_ignored"]
    ignored = not_used(dict.fromkeys([*left, *others]))
    return replace(one, notes=[Said("import_export", {**values, "label": label}), *ignored, *kept])


def _named_by(mapping: Mapping, layout: Layout, titles: Titles) -> str | None:
    """The table under which a mapping names most of a sheet's titles: half of them, or one that says nothing by itself."""
    known = {
        table: {layout.column(t) for t in (*one.columns, *one.prices, *one.ignore, *chain(*one.sums.values()))} - {0}
        for table, one in mapping.tables.items()
    }
    best = max(known, key=lambda table: len(known[table]), default=None)
    if best is None or not known[best] or [*map(len, known.values())].count(len(known[best])) > 1:
        return None
    own = mapping.of(best)
    taught = any(layout.column(t) for t in own.prices) or any(
        layout.column(t) and titles.read(t).name != name for t, name in own.columns.items()
    )
    return best if taught or 2 * len(known[best]) >= len(layout.titles) else None


def _one_table(part: Account, home: str, mapping: Mapping, catalogue: Catalogue, rates: Rates | None) -> tuple[Mapping, Intake]:
    """One table of a sheet, and the mapping with what was understood of it."""
    layout, titles = part.layout, Titles(catalogue, home)
    before = mapping.of(home)
    settled, channels = with_platforms(layout, home, before, catalogue, titles)
    found = propose(layout, home, settled, catalogue, titles)
    own = found.mapping
    own_place = part.platform is not None or bool(channels)  # which a title of one column says worse
    platform, named = (part.platform, []) if own_place else platform_of(layout, home, catalogue, titles, own.ignore)
    told = own_place or own.headings is not None or "platform" in own.columns.values()
    if not told and platform_headings(layout, titles, platform):
        own, named = own.model_copy(update={"headings": "platform"}), [*named, Said("import_platform_headings")]
    own, currencies = _in_their_currencies(own, layout, catalogue.columns(home))
    mapping = _with(mapping, home, own.model_copy(update={"constants": before.constants}))  # those found hold for this sheet
    read = orders_added_up(read_sheet(layout, home, own, catalogue, titles, rates, platform), catalogue, titles)
    read = without_group_sums(without_noughts(read))
    decided = {name for title, name in before.columns.items() if layout.column(title)} | {*before.constants}
    read, person = _of_person(read, of_one_person(layout, home, titles, decided), catalogue)
    more = read_sheet(layout, home, found.tentative, catalogue, titles, rates, platform).doubts if found.doubts else []
    second = [Said("import_doubt_second", {"row": str(layout.second)})] if layout.second else []
    if layout.over is not None:
        first, last = map(str, layout.over)
        second.append(Said("import_doubt_above", {"first": first, "last": last}))
    notes = [
        *said_of_rows(before),
        *channels,
        *person,
        *found.notes,
        *named,
        *currencies,
        *part.notes,
        *unseen(layout, own, home),
        *offered_headings(layout, own, home),
        *read.notes,
    ]
    notes = [
        *nowhere(read, titles),
        *packages(read),
        *contradictions(home, read.frame),
        *of_several_posts(read),
        *unposted(read),
        *uncounted(read, catalogue),
        *declined(layout, own),
        *notes,
    ]
    doubts = _once([*part.doubts, *found.doubts, *second, *read.doubts, *more], key="import_doubt_sign")
    unread = {doubt.values["title"] for doubt in doubts if doubt.key == "import_doubt_qualifier"}  # one answer says the unit
    doubts = [doubt for doubt in doubts if not (doubt.key == "import_doubt_price" and doubt.values["title"] in unread)]
    return mapping, replace(read, doubts=doubts, notes=_once(notes))


def _in_their_currencies(own: TableMapping, layout: Layout, columns: Collection[str]) -> tuple[TableMapping, list[Said]]:
    """The mapping of a sheet whose headings name the currency of the amounts below each, where nothing else does."""
    stated = "currency" in own.columns.values() or "currency" in own.constants or "currency" not in columns
    if own.headings is not None or stated or not currency_headings(layout):
        return own, []
    return own.model_copy(update={"headings": "currency"}), [Said("import_currency_headings")]


def _of_person(read: Intake, said: dict[str, str], catalogue: Catalogue) -> tuple[Intake, list[Said]]:
    """A sheet with what the lines above it say of the one person whose card it is."""
    entries, values = catalogue.columns(read.table), dict[str, Any]()
    for name, text in said.items():
        cells, refused = read_column(pd.Series([text], dtype="str"), name, entries[name])
        if not refused and (name not in read.frame or read.frame[name].isna().all()):
            values[name] = cells.iloc[0]
    if "creator_id" not in values:
        return read, []
    words = ", ".join(said[name] for name in values)
    return replace(read, frame=read.frame.assign(**values)), [Said("import_of_one", {"words": words})]


def _in_one_currency(taken: list[tuple[Account, Intake]], catalogue: Catalogue, rates: Rates | None) -> list[Intake]:
    """Sheets whose amounts name no currency, in the one that the amounts of all the file's other sheets are in."""
    codes = {str(code) for _, one in taken if "currency" in one.frame for code in one.frame["currency"].dropna()}
    asked = [any(doubt.key == "import_doubt_currency" for doubt in one.doubts) for _, one in taken]
    if len(codes) != 1 or not any(asked) or all(asked) or rates is not None:
        return [one for _, one in taken]
    code, read = codes.pop(), []
    for (part, one), bare in zip(taken, asked, strict=True):
        if bare:
            own = one.mapping
            stated = own.model_copy(update={"constants": own.constants | {"currency": code}})
            again = _one_table(part, one.table, Mapping(tables={one.table: stated}), catalogue, rates)[1]
            one = replace(again, mapping=one.mapping, notes=[*one.notes, Said("import_currency", {"code": code})])
        read.append(one)
    return read


def _once(said: list[Said], key: str = "") -> list[Said]:
    """Every sentence once; of those with this key one for each sign, which one answer settles for the whole sheet."""
    alike = [(one.key, one.values["sign"]) if one.key == key else one for one in said]
    return [one for place, one in enumerate(said) if alike[place] not in alike[:place]]


def _kept(mapping: Mapping, given: Mapping | None) -> Mapping:
    """The mapping to keep. What holds for every row of this file holds for no other, unless whoever wrote the mapping says so."""
    before = given or Mapping()
    tables = {table: one.model_copy(update={"constants": before.of(table).constants}) for table, one in mapping.tables.items()}
    return mapping.model_copy(update={"tables": tables})
