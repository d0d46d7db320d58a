"""A mapping proposed from a sheet's titles and cells: which column means what, and what is open.

Nothing is guessed where two readings are plausible: that becomes a doubt, with the line of the mapping that decides it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.intake.cells import as_text
from predictor.intake.currency_words import currency_of
from predictor.intake.mapping import Deliverable, TableMapping
from predictor.intake.spreadsheets.account_columns import id_of, named_account, perhaps_account, perhaps_names
from predictor.intake.spreadsheets.cell_meanings import (
    Cells,
    are_days,
    are_percents,
    are_prices,
    are_whole_days,
    counts_rows,
    meaning_by_cells,
    nearly_known,
    never_prices,
    no_other_price,
    perhaps_price,
    rather_followers,
    says_day,
    trade,
)
from predictor.intake.spreadsheets.column_units import unread_words
from predictor.intake.spreadsheets.columns import DAYS
from predictor.intake.spreadsheets.continued import NUMBERING
from predictor.intake.spreadsheets.counted_rows import day_unfinished
from predictor.intake.spreadsheets.counted_totals import counts_of_posts, with_counted_total
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.months_across import without_months
from predictor.intake.spreadsheets.notices import unused
from predictor.intake.spreadsheets.row_ids import beside_own_id, with_booking_ids, with_posts_apart
from predictor.intake.spreadsheets.row_words import CHARGED
from predictor.intake.spreadsheets.several_prices import (
    at_once,
    audiences,
    both,
    each_its_own,
    example,
    meant_by,
    one_a_row,
    with_charge,
    with_tax,
)
from predictor.intake.spreadsheets.title_words import COMMITTED, TAX
from predictor.intake.spreadsheets.titles import Title, Titles, price_of_one
from predictor.intake.spreadsheets.which_table import of_buyers, price_of_sold
from predictor.intake.taxes import without_tax
from predictor.wording.matching import fold
from predictor.wording.sentences import Said


@dataclass(frozen=True)
class Proposal:
    """How a sheet becomes one of our tables; `doubts` are what its owner must decide, `notes` what they should know.

    `tentative` takes the first of two readings, only to find what else its owner will be asked.
    """

    mapping: TableMapping
    tentative: TableMapping
    doubts: list[Said]
    notes: list[Said]


def propose(layout: Layout, table: str, given: TableMapping, catalogue: Catalogue, titles: Titles) -> Proposal:
    """Complete a mapping for one sheet; whatever `given` says stands."""
    given, clashing = each_its_own(layout, table, given, titles)
    given, totalled = with_counted_total(layout, given, catalogue.columns(table), titles)
    found = _Proposing(layout, table, given, catalogue, titles).proposal()
    mapping, months = without_months(layout, table, found.mapping, given, catalogue.columns(table))
    doubts = at_once(layout, [*clashing, *found.doubts, *months])
    return replace(found, mapping=mapping, doubts=doubts, notes=[*totalled, *found.notes])


class _Proposing:
    """The state of one proposal: what each title was found to mean, and what is to be said of it."""

    def __init__(self, layout: Layout, table: str, given: TableMapping, catalogue: Catalogue, titles: Titles) -> None:
        self.layout, self.table, self.given, self.catalogue, self.titles = layout, table, given, catalogue, titles
        self.entries = catalogue.columns(table)
        self.theirs = {fold(title): name for title, name in given.columns.items()}
        self.taken = {fold(p) for s in given.sums.values() for p in s} | {fold(title) for title in given.prices}
        self.taken |= {fold(title) for title in given.left_out}
        self.taken |= {fold(title) for title in (*(given.orders.titles if given.orders else ()), given.post_links) if title}
        self.decided = {name for title, name in given.columns.items() if layout.column(title)}
        self.decided |= {name for name, parts in given.sums.items() if any(layout.column(part) for part in parts)}
        self.decided |= {name for name in given.constants if name not in ("currency", "platform")}
        self.given_fees = [title for title, name in given.columns.items() if name == "fee" and layout.column(title)]
        self.given_prices = {title: what for title, what in given.prices.items() if layout.column(title)}
        self.decided |= {"fee"} if self.given_prices else set()
        self.found: dict[str, list[str]] = {}
        self.prices: dict[str, Deliverable] = {}
        self.unknown: dict[str, Title] = {}
        self.notes: list[Said] = []
        self.doubts: list[Said] = []
        self.asked: set[str] = set()  # titles that a doubt is about, which must not be taken as ignored
        self.constants: dict[str, str] = {}  # what holds for every row
        self.numbering = {title for title in layout.titles.values() if fold(title) in NUMBERING}
        self.needless: set[str] = set()  # titles that are not used because of another, and told
        self.of_buyers, self.bought = table == "bookings" and given.orders is None and of_buyers(layout), list[str]()

    def proposal(self) -> Proposal:
        for column, title in self.layout.titles.items():
            if fold(title) not in self.theirs and fold(title) not in self.taken:
                self._place(column, title)
        self._ids()
        self.notes += with_booking_ids(self.layout, self.table, self.found, self.unknown, self.decided)
        self._days()
        links = self._links()
        sums = self._sums()
        if self.table == "candidates":
            self._fees()
        elif self.table == "bookings":
            self._uncharged()
        self._looking()
        self.doubts += [both(name, titles, self.table) for name, titles in self.found.items() if len(titles) > 1]
        used = {title for titles in self.found.values() for title in titles} | {part for parts in sums.values() for part in parts}
        ignored = [title for title in (*self.unknown, *self.bought) if title not in used | self.asked | {*self.prices, links}]
        left = [title for title in ignored if title not in {*self.numbering, *self.needless}]
        self.notes += [Said("import_bought", {"titles": "', '".join(self.bought)})] if self.bought else []
        self.notes += unused(self.layout, left, "fee" in {*self.found} | self.decided or bool(self.prices))
        kept = [title for title in self.given.ignore if title in self.given.left_out or not self.layout.column(title)]
        mapping = self.given.model_copy(
            update={
                "columns": self.given.columns | {titles[0]: name for name, titles in self.found.items() if len(titles) == 1},
                "prices": self.given.prices | self.prices,
                "sums": self.given.sums | sums,
                "constants": self.given.constants | self.constants,
                "ignore": tuple(dict.fromkeys([*kept, *ignored])),
                "post_links": links,
            }
        )
        self.doubts += unread_words(self.layout, mapping, self.table, self._title, self.entries)
        first = mapping.model_copy(update={"columns": mapping.columns | {t[0]: name for name, t in self.found.items()}})
        return Proposal(mapping, first, self.doubts, self.notes)

    def _words(self, title: str) -> tuple[str, ...]:
        """The words of a title, from the highest row of titles to the lowest; none where a column has no title."""
        return self.layout.parts.get(self.layout.column(title), ())

    def _cells(self, title: str) -> pd.Series:
        return self.layout.grid.cells.loc[list(self.layout.rows), self.layout.column(title)]

    def _title(self, column: int, title: str) -> Title:
        """What a title says, by all its words or by the lowest of them; words above it may name the platform or the unit."""
        words = [title, *self.layout.parts.get(column, ())[-1:]]
        if TAX.match(without_tax(words[-1])):
            return Title()
        read = [self.titles.read(word) for word in words]
        return next((one for one in read if one.name), read[0])

    def _place(self, column: int, title: str) -> None:
        read, typo = self._meaning(column, title)
        name = read.name
        apart = "fee" not in self.decided or (bool(self.given_prices) and not self.given_fees)
        priced = name == "fee" or (name is None and are_prices(self.layout, title, read, self.titles))
        if read.deliverable and self.table == "candidates" and apart and priced:
            self.prices[title] = read.deliverable
        elif (self.of_buyers and name in ("fee", "posts")) or (name == "fee" and price_of_sold(self.layout, title)):
            self.bought.append(title)
        elif name is None or name in self.decided or name not in self.entries or trade(self.layout, title, self.titles):
            self.unknown[title] = read
        else:
            self.found.setdefault(name, []).append(title)
            self.notes += [Said("import_typo", {"title": title, "name": name})] if typo else []

    def _meaning(self, column: int, title: str) -> tuple[Title, bool]:
        """What a column means by its title and its cells, and whether its title was only nearly a known one."""
        read, words = self._title(column, title), self.layout.parts.get(column, ())
        cells = Cells(as_text(self._cells(title)).dropna(), title, words, self.entries, self.layout.titles.values())
        if by_cells := rather_followers(read, cells) or meaning_by_cells(read, cells, self.titles, self.catalogue):
            self.notes += [Said("import_read_as", {"title": title, "name": by_cells[0].name})] if by_cells[1] else []
            return by_cells[0], False
        if read.name is not None or not words or read.deliverable or COMMITTED.search(title):
            return read, False
        near = nearly_known(words[-1], self.titles.accepted, self.entries, self._cells(title), self.table)
        return (Title(near, read.platform), True) if near else (read, False)

    def _ids(self) -> None:
        """Handles and codes under a title that elsewhere numbers the rows (ID), where nothing else tells the accounts."""
        self.unknown |= {title: Title() for title in beside_own_id(self.found)}
        cells = {title: as_text(self._cells(title)).dropna() for title in self.numbering & {*self.unknown}}
        for title, said in cells.items():
            names = [self._cells(one) for one in self._titles_of("name")]
            if (name := id_of(title, said, names, self.table, {*self.found} | self.decided)) in self.entries:
                self.found[str(name)] = [title]
                self.notes.append(Said("import_read_as", {"title": title, "name": name}))
        self.numbering = {title for title in self.numbering if title not in cells or counts_rows(cells[title])}
        if "creator_id" in self.entries and not {"link", "creator_id"} & ({*self.found} | self.decided):
            self._accounts()
        named = [title for title in self.unknown if Titles(self.catalogue).read(title).name == "name"]
        if self.table in DAYS and len(named) == 1 and "creator_id" not in {*self.found} | self.decided:
            self.found["creator_id"] = named
            self.notes.append(Said("import_read_as", {"title": named[0], "name": "creator_id"}))

    def _accounts(self) -> None:
        """Ids and handles under a title of names, beside names, are the id; under an unknown title they are asked about."""
        cells = {
            t: as_text(self._cells(t)).dropna() for t in (*self.found.get("name", []), *self.unknown) if t not in self.numbering
        }
        found = [title for title in cells if title not in self.unknown and named_account(title, cells[title])]
        if len(found) == 1 and (len(self.found["name"]) > 1 or "name" in self.decided):
            self.found["name"].remove(found[0])
            self.found["creator_id"] = found
            self.notes.append(Said("import_read_as", {"title": found[0], "name": "creator_id"}))
        else:
            self.unknown |= {t: Title(like="creator_id") for t in self.unknown if t in cells and perhaps_account(t, cells[t])}

    def _days(self) -> None:
        """The day of a post or booking, where a title says no more than 'date'; of two that can be it one is asked about."""
        wanted = (DAYS | {"bookings": "booked_at"}).get(self.table)
        days = [title for title in self.unknown if says_day(title, self.table) and are_days(self._cells(title))]
        days = days or [title for title in self.unknown if self.table == "bookings" and are_whole_days(self._cells(title))]
        days = days or [one for one in self.unknown if self.table == "bookings" and day_unfinished(one, self._cells(one))]
        if not days or wanted is None or wanted in self.decided:
            return
        if wanted in self.found and self.table in DAYS:
            self.found[wanted] = [*self.found[wanted], *days]
        elif wanted not in self.found and self.table in DAYS and len(days) == 1:
            self.found[wanted] = days
            self.notes.append(Said("import_read_as", {"title": days[0], "name": wanted}))
        elif wanted not in self.found:
            self.doubts.append(Said("import_doubt_day", {"title": days[0], "table": self.table, "name": wanted}))
            self.asked |= {*days}

    def _links(self) -> str | None:
        """The column of links to posts, which tells these apart."""
        if self.table != "posts" or self.given.post_links:
            return self.given.post_links
        links, said = with_posts_apart(self.layout, self.catalogue, self.found, self.unknown, self.decided)
        self.notes += said
        return links

    def _sums(self) -> dict[str, tuple[str, ...]]:
        """In bookings, likes, comments and the like add up to engagements, and views stand for a reach that nobody recorded."""
        if self.table != "bookings":
            return {}
        means = counts_of_posts(self.unknown, Titles(self.catalogue, "posts"))
        counted = tuple(title for title, name in means.items() if name in ("likes", "comments", "shares", "saves"))
        views = [title for title, name in means.items() if name == "views"]
        if views and "reach" not in self.found and "reach" not in self.decided:
            self.found["reach"] = views
            self.notes.append(Said("import_read_as", {"title": views[0], "name": "reach"}))
        if not counted or "engagements" in self.found or "engagements" in self.decided:
            return {}
        key = "import_sums" if "likes" in means.values() else "import_sums_without_likes"
        self.notes.append(Said(key, {"titles": " + ".join(counted), "name": "engagements"}))
        return {"engagements": counted}

    def _fees(self) -> None:
        """Prices by deliverable become rows of their own; a price beside them that names none is asked about."""
        self._untaxed()
        self._uncharged()
        self._in_one_currency()
        self._counted()
        plain = self.found.get("fee", [])
        if plain and self.prices:
            self.found["fee"] = [*plain, *self.prices]
            self.prices = {}
        elif len(self.prices) == 1 and ("format" in self.found or "format" in self.decided):
            self.found["fee"] = [*self.prices]
            self.prices = {}
        same = Counter((one.format, one.posts) for one in self.prices.values())
        again = [title for title, one in self.prices.items() if one.format and same[one.format, one.posts] > 1]
        if again:
            self.doubts.append(both("fee", again, self.table))
            self.asked |= {*again[1:]}
            self.prices = {title: one for title, one in self.prices.items() if title not in again[1:]}
        if self.prices:
            for name in ("format", "posts"):  # each price says its own
                self.unknown |= {title: Title() for title in self.found.pop(name, [])}
            priced = [(title, one) for title, one in self.prices.items() if one.format]
            words, each = "; ".join(f"'{title}' → {one}" for title, one in priced), [(t, one.model_dump()) for t, one in priced]
            self.notes += [Said("import_prices", {"prices": words, "each": each})] if words else []

    def _in_one_currency(self) -> None:
        """Of prices in several currencies those in the one that is stated, or each row's own where it has but one."""
        given = [title for title, what in self.given.prices.items() if what.format is None and self.layout.column(title)]
        self.doubts += [both("fee", given, self.table)] if len(given) > 1 and not one_a_row(self.layout, given) else []
        codes = {title: currency_of(" ".join(self._words(title))) for title in self.found.get("fee", [])}
        if len({*codes.values()} - {None}) < max(len(codes), 2):
            return
        stated = self.given.constants.get("currency")
        if stated in codes.values():
            kept = next(title for title, code in codes.items() if code == stated)
            for title in codes.keys() - {kept}:
                self._leave_out(title)
                self.notes.append(Said("import_other_currency", {"title": title, "other": kept, "code": stated}))
        elif not {"format", "posts"} & ({*self.found} | self.decided) and one_a_row(self.layout, [*codes]):
            self.found.pop("fee")
            self.prices |= {title: Deliverable() for title in codes}
            self.notes.append(Said("import_by_currency", {"titles": "' / '".join(codes)}))

    def _counted(self) -> None:
        """A price of one thing beside a column that counts it: a price of one says so (Giá/bài), of another it is asked."""
        counts = self._titles_of("posts")
        if len(self.prices) != 1 or len(counts) != 1 or self.found.get("fee") or {"fee", "posts"} & self.decided:
            return
        ((title, what),) = self.prices.items()
        numbers = pd.to_numeric(as_text(self._cells(counts[0])), errors="coerce")
        if what.posts != 1 or what.format is None or not (numbers > 1).any():
            return
        if price_of_one(title):
            self.found["fee"] = [title]
            self.constants |= {} if "format" in {*self.found} | self.decided else {"format": what.format}
        else:
            values = {"title": title, "counts": counts[0], "format": what.format, "table": self.table}
            self.doubts.append(Said("import_doubt_counted", values))
        self.prices = {}

    def _untaxed(self) -> None:
        """Of the same prices with and without VAT those without it are the fee, as prices are where nothing is said of it."""
        others = {title: read.deliverable for title, read in self.unknown.items() if read.name == "fee"}
        alike: dict[object, list[str]] = {None: [*self.found.get("fee", []), *self.given_fees]}
        for title, one in (self.prices | self.given_prices | others).items():
            alike.setdefault((one.format, one.posts) if one else None, []).append(title)
        for titles in alike.values():
            for title, without in with_tax(self.layout, titles, self.entries["fee"]).items():
                if title in (*self.given_fees, *self.given_prices):
                    continue
                self._leave_out(title)
                self.notes.append(Said("import_with_tax", {"title": without, "other": title}))

    def _uncharged(self) -> None:
        """A charge on top of the prices (Agency fee 15%) is no fee of the creator's, nor is a price with it."""
        priced = [*self.found.get("fee", []), *self.prices]
        charges = [title for title in (*priced, *self.unknown) if CHARGED.match(title)]
        if not charges or not {*self._other_fees()} - {*charges}:
            return
        for title in charges:
            self._leave_out(title)
            self.notes.append(Said("import_charge", {"title": title}))
        plain = self.found.get("fee", [])
        if len(plain) == 2 and (within := with_charge(self.layout, plain, self.entries["fee"])):
            without = next(title for title in plain if title != within)
            self._leave_out(within)
            self.notes.append(Said("import_with_charge", {"title": without, "other": within, "charge": charges[0]}))

    def _leave_out(self, title: str) -> None:
        """A column of prices that another one makes needless."""
        if title in self.found.get("fee", []):
            self.found["fee"].remove(title)
        self.prices.pop(title, None)
        self.unknown[title] = Title()
        self.needless.add(title)

    def _titles_of(self, name: str) -> list[str]:
        """The titles found for a column of ours, or that the mapping gives it."""
        given = [title for title, ours in self.given.columns.items() if ours == name and self.layout.column(title)]
        return self.found.get(name) or given

    def _looking(self) -> None:
        """A title that looks like a price, a name, a follower count or a link and is not used is a question."""
        named = {"name", "creator_id", "link"} & ({*self.found} | self.decided)
        nameless = (self.table in ("candidates", "creators") or self.layout.grid.turned) and not named
        cells = {title: as_text(self._cells(title)).dropna() for title in self.unknown} if nameless else {}
        if (title := perhaps_names(cells)) and self.unknown[title].like not in ("name", "creator_id"):
            self.unknown[title] = Title(like="name")
        people = "followers" in self.entries
        followed = audiences(self.layout, self.table, self.given, self.unknown, self.titles) if people else []
        self.doubts += followed
        self.asked |= {title for doubt in followed for title in doubt.values["each"]}
        used = {title for titles in self.found.values() for title in titles}
        for title, read in self.unknown.items():
            price = read.name == "fee" or perhaps_price(self.layout, title, read, self.titles, self._other_fees(), self.prices)
            name = read.like or ("fee" if price else None)
            out = title in self.asked | self.needless | used or fold(title) in NUMBERING
            if name not in self.entries or out or (name == "fee" and never_prices(title, self._cells(title))):
                continue
            if name == "name" and named or name in ("link", "engagement_rate") and name in {*self.found} | self.decided:
                continue
            said = as_text(self._cells(title)).dropna()
            measured = name in ("fee", "followers", "engagement_rate")
            others = self._other_fees() if (name, self.table) == ("fee", "candidates") else []
            if others and no_other_price(self.layout, title, read, said, others):
                continue
            wordy = measured and not said.str.contains(r"\d").any()
            if not len(said) or wordy or (name == "fee" and are_percents(said)) or (name in self.decided and not others):
                continue
            values = {"title": title, "name": name, "table": self.table, **meant_by(title, name, self.table)}
            values["came"] = ", ".join(said.head(2)) if measured else ""
            if others:
                values |= {"others": others, "other": ", ".join(f'"{one}"' for one in others), "example": example(title)}
            self.doubts.append(Said("import_doubt_beside" if others else "import_doubt_unused", values))
            self.asked.add(title)

    def _other_fees(self) -> list[str]:
        """The titles that are read as fees, or given as such."""
        return [*self.found.get("fee", []), *self.prices, *self.given_fees, *self.given_prices]
