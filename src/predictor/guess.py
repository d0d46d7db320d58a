"""A mapping proposed from a sheet's titles and cells: which table it is, which column means what, and what is open.

Nothing is guessed where two readings are plausible: that becomes a doubt, with the line of the mapping that decides it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from predictor.amounts import currency_of, without_currency
from predictor.catalogue import Catalogue
from predictor.cells import as_text, fold
from predictor.columns import accepted_titles
from predictor.layout import Layout
from predictor.mapping import TableMapping
from predictor.texts import Said
from predictor.values import spellings

COUNTED = ("likes", "comments", "shares", "saves")
DATES = ("ngày", "date", "thời gian", "ngày tháng", "time")
NUMBERING = ("stt", "no", "#", "tt", "số thứ tự")
CANDIDATES = ("ứng viên", "candidate", "đề xuất", "proposal", "shortlist", "báo giá", "quotation", "plan")
QUALIFIER = re.compile(r"[(\[{].*?[)\]}]|\s[-–—|/:].*$|[:：*]+\s*$|,\s*(?:đvt|đơn vị|unit).*$", re.IGNORECASE)


@dataclass(frozen=True)
class Proposal:
    """How a sheet becomes one of our tables; `doubts` are what its owner must decide, `notes` what they should know.

    `tentative` takes the first of two readings, only to find what else its owner will be asked.
    """

    mapping: TableMapping
    tentative: TableMapping
    doubts: list[Said]
    notes: list[Said]


def meaning_of(title: str, accepted: dict[str, str]) -> str | None:
    """The column that a title means: as it stands, or without what stands in brackets and the currency it names."""
    if fold(title) in accepted:
        return accepted[fold(title)]
    bare = QUALIFIER.sub("", title)
    tried = (fold(words) for words in (bare, without_currency(bare), without_currency(title)))
    return next((accepted[words] for words in tried if words in accepted), None)


def qualifier_of(title: str) -> str:
    """What a title says about its numbers: the words in brackets, after a dash, or the currency behind it."""
    return " ".join(QUALIFIER.findall(title)) or (title if currency_of(title) else "")


def table_of(layout: Layout, file: str, catalogue: Catalogue) -> str:
    """Which table a sheet is, by what its titles mean."""
    accepted = accepted_titles(catalogue.entries)
    names = {meaning_of(title, accepted) for title in layout.titles.values()} | {
        meaning_of(words[-1], accepted) for words in layout.parts.values() if words
    }
    creator, outcomes = {"creator_id", "name", "followers"}, {n for n, e in catalogue.entries.items() if e.unit and e.denominator}
    if names & {"campaign_id", "brand"} and not names & creator and names & {"budget", "goal", "starts_on", "ends_on", "brief"}:
        return "campaigns"
    booked = names & {"booked_at", "booking_id"} or names & {"orders", "revenue"} or (names & outcomes and "fee" in names)
    if booked:
        return "bookings"
    if names & {"post_id", "published_at", "caption"} or names & outcomes:
        return "posts"
    titled = " ".join((layout.grid.name, file, *layout.above)).casefold()
    deliverable = names & {"fee", "format", "posts", "planned_on", "booked_at", "campaign_id", "goal"}
    return "candidates" if deliverable or any(fold(word) in fold(titled) for word in CANDIDATES) else "creators"


def propose(layout: Layout, table: str, given: TableMapping, catalogue: Catalogue) -> Proposal:
    """Complete a mapping for one sheet; whatever `given` says stands."""
    accepted = accepted_titles(catalogue.columns(table))
    theirs = {fold(title): name for title, name in given.columns.items()}
    taken = {fold(title) for title in given.ignore if fold(title) not in theirs} | {
        fold(p) for s in given.sums.values() for p in s
    }
    decided = {name for title, name in given.columns.items() if layout.column(title)}
    decided |= {name for name, parts in given.sums.items() if any(layout.column(part) for part in parts)}
    decided |= {name for name in given.constants if name != "currency"}
    found: dict[str, list[str]] = {}
    unknown, notes, doubts = [], [], []
    for column, title in layout.titles.items():
        if fold(title) in theirs or fold(title) in taken:
            continue
        name, typo = _meaning(layout, column, accepted, catalogue)
        if name is None or name in decided:
            unknown.append(title)
            continue
        found.setdefault(name, []).append(title)
        notes += [Said("import_typo", {"title": title, "name": name})] if typo else []
    dates = [title for title in unknown if fold(title) in map(fold, DATES)]
    wanted = {"posts": "published_at", "bookings": "booked_at"}.get(table)
    if dates and wanted and wanted not in found and wanted not in decided:
        if table == "posts" and len(dates) == 1:
            found[wanted] = dates
            notes.append(Said("import_read_as", {"title": dates[0], "name": wanted}))
        else:
            doubts.append(Said("import_doubt_day", {"title": dates[0], "table": table, "name": wanted}))
        unknown = [title for title in unknown if title not in dates]
    sums, extra = _totals(table, unknown, found, decided, catalogue)
    notes += extra
    doubts += [_both(name, titles, table) for name, titles in found.items() if len(titles) > 1]
    used = {title for titles in found.values() for title in titles} | {part for parts in sums.values() for part in parts}
    ignored = [title for title in unknown if title not in used]
    said = [title for title in ignored if fold(title) not in map(fold, NUMBERING)]
    notes += [Said("import_ignored", {"titles": ", ".join(said)})] if said else []
    mapping = given.model_copy(
        update={
            "columns": given.columns | {titles[0]: name for name, titles in found.items() if len(titles) == 1},
            "sums": given.sums | sums,
            "ignore": tuple(dict.fromkeys([*(t for t in given.ignore if fold(t) not in theirs), *ignored])),
        }
    )
    first = mapping.model_copy(update={"columns": mapping.columns | {titles[0]: name for name, titles in found.items()}})
    return Proposal(mapping, first, doubts, notes)


def _meaning(layout: Layout, column: int, accepted: dict[str, str], catalogue: Catalogue) -> tuple[str | None, bool]:
    """What a column means, and whether its title was only nearly a known one."""
    words = [layout.titles[column], *layout.parts[column][-1:]]
    name = next((name for word in words if (name := meaning_of(word, accepted))), None)
    if name in ("name", "platform") and fold(words[-1]) in map(fold, ("kênh", "channel")):
        said = as_text(layout.grid.cells.loc[list(layout.rows), column]).dropna()
        spelt = said.map(fold).isin(list(spellings(catalogue.entries["platform"])))
        return ("platform" if len(said) and spelt.mean() >= 0.5 else "name"), False
    if name is not None or not words[-1:]:
        return name, False
    near = get_close_matches(fold(QUALIFIER.sub("", words[-1])), [t for t in accepted if len(t) > 5], n=1, cutoff=0.88)
    return (accepted[near[0]], True) if near else (None, False)


def _totals(
    table: str, unknown: list[str], found: dict[str, list[str]], decided: set[str], catalogue: Catalogue
) -> tuple[dict[str, tuple[str, ...]], list[Said]]:
    """In bookings, likes, comments and the like add up to engagements, and views stand for a reach that nobody recorded."""
    if table != "bookings":
        return {}, []
    accepted = accepted_titles(catalogue.entries)
    means = {title: meaning_of(title, accepted) for title in unknown}
    counted = tuple(title for title, name in means.items() if name in COUNTED)
    views = [title for title, name in means.items() if name == "views"]
    notes: list[Said] = []
    if views and "reach" not in found and "reach" not in decided:
        found["reach"] = views
        notes.append(Said("import_read_as", {"title": views[0], "name": "reach"}))
    if not counted or "engagements" in found or "engagements" in decided:
        return {}, notes
    return {"engagements": counted}, [*notes, Said("import_sums", {"titles": " + ".join(counted), "name": "engagements"})]


def _both(name: str, titles: list[str], table: str) -> Said:
    values = {
        "titles": "' / '".join(titles),
        "name": name,
        "table": table,
        "first": titles[0],
        "other": ", ".join(f'"{t}"' for t in titles[1:]),
    }
    return Said("import_doubt_both", values)
