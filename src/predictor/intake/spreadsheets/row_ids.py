"""Which columns tell the bookings of a sheet, or its posts, one from another."""

from __future__ import annotations

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.intake.cells import as_text
from predictor.intake.spreadsheets.account_columns import of_deals, titled_deals
from predictor.intake.spreadsheets.cell_meanings import are_whole_days
from predictor.intake.spreadsheets.counted_rows import are_months, of_report
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.post_links import leads_to_posts
from predictor.intake.spreadsheets.titles import Title, Titles
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

Found = dict[str, list[str]]  # our names, with the titles that were found to mean them


def beside_own_id(found: Found) -> list[str]:
    """The titles of handles that a column spelt `creator_id` makes needless; they are taken out of `found`."""
    own = [title for title in found.get("creator_id", []) if title == "creator_id"]
    others = [title for title in found.get("creator_id", []) if title not in own] if len(own) == 1 else []
    if others:
        found["creator_id"] = own
    return others


def with_booking_ids(layout: Layout, table: str, found: Found, unknown: dict[str, Title], decided: set[str]) -> list[Said]:
    """Numbers of bookings, another in each row, as their id; codes of contracts beside the names of creators are no creators'.

    `found` and `unknown` are changed in place; what is to know of it.
    """
    wanted, notes = table == "bookings" and "booking_id" not in {*found} | decided, list[Said]()
    numbered = [title for title in unknown if titled_deals(title) and _cells(layout, title).is_unique]
    codes, who = found.get("creator_id", []), [*found.get("name", []), *found.get("platform", [])]
    named = [_filled(layout, title) for title in who if "name" in found]
    if len(codes) == 1 and named and of_deals(codes[0], _cells(layout, codes[0]), named):
        unknown[(title := found.pop("creator_id")[0])] = Title()
        numbered = [*numbered, title]
    if wanted and len(numbered) == 1:
        found["booking_id"] = numbered
        notes.append(Said("import_read_as", {"title": numbered[0], "name": "booking_id"}))
    return notes


def with_posts_apart(
    layout: Layout, catalogue: Catalogue, found: Found, unknown: dict[str, Title], decided: set[str]
) -> tuple[str | None, list[Said]]:
    """The column of links by which posts go that have no other id; the months of a report are when each was counted.

    These are such only where posts come again under other months. `found` is changed in place.
    """
    names, titles = {*found} | decided, Titles(catalogue)
    whose = [title for title in layout.titles.values() if titles.read(title).name in ("creator_id", "name")]
    who = _cells(layout, whose[0]) if whose else pd.Series(dtype=object)
    links = [title for title in unknown if leads_to_posts(title, _cells(layout, title), who)]
    own = links[0] if len(links) == 1 and "post_id" not in names else None
    ids = [own] if own else found.get("post_id") or [*whose[:1], *found.get("published_at", [])]
    raw = {title: layout.grid.cells.loc[list(layout.rows), layout.column(title)] for title in unknown if of_report(title)}
    months = [title for title, cells in raw.items() if are_months(title, cells) or are_whole_days(cells)]
    if len(months) != 1 or "counted_at" in names or not _come_again(layout, ids, months[0]):
        return own, []
    found["counted_at"] = months
    return own, [Said("import_read_as", {"title": months[0], "name": "counted_at"})]


def _come_again(layout: Layout, ids: list[str], month: str) -> bool:
    """Whether rows of one id, or of one creator and time, come again, each under another month."""
    rows = pd.DataFrame({title: _filled(layout, title).map(fold) for title in [*ids, month]})
    return len(ids) > 0 and bool(rows.duplicated(ids).any()) and not bool(rows.duplicated().any())


def _cells(layout: Layout, title: str) -> pd.Series:
    return as_text(layout.grid.cells.loc[list(layout.rows), layout.column(title)]).dropna()


def _filled(layout: Layout, title: str) -> pd.Series:
    return as_text(layout.grid.cells.loc[list(layout.rows), layout.column(title)]).fillna("")
