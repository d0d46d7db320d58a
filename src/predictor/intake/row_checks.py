"""What is wrong in tables: faults row by row, and the checks that need more than one column or table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from predictor.definitions.remembered import remembered
from predictor.definitions.schema import Catalogue
from predictor.errors import Fault
from predictor.intake.currency_words import LEAST
from predictor.tables.columns import BOUNDS, assumed_column
from predictor.tables.frames import Columns, Rows, looked_up
from predictor.wording.sentences import Said


def half_assumed(rows: Rows, file: str, catalogue: Catalogue) -> list[Fault]:
    """Rows that give one end of a range without the other, the ends the wrong way round, or a range that begins at nothing."""
    faults, rows = list[Fault](), Columns.of(rows)
    for ends in _assumed_ends(catalogue):
        if not any(end in rows for end in ends):
            continue
        low, high = (rows.floats(end) for end in ends)
        for at in np.flatnonzero((np.isnan(low) != np.isnan(high)) | (low > high) | (low <= 0)):
            came = ", ".join("nothing" if np.isnan(end[at]) else f"{end[at]:,.0f}" for end in (low, high))
            faults.append(Fault.of(file, Said("assumption_ends", {"came": came}), int(rows.index[at]), " and ".join(ends)))
    return faults


@remembered
def _assumed_ends(catalogue: Catalogue) -> list[list[str]]:
    """The columns of both ends of the range that may be assumed of each outcome."""
    outcomes = sorted({recipe.outcome for recipe in catalogue.recipes.values()})
    return [[assumed_column(outcome, bound) for bound in BOUNDS] for outcome in outcomes]


SHOWN = 20
ALREADY = (
    ("posts", "published_at"), ("posts", "counted_at"), ("post_snapshots", "counted_at"), ("creator_snapshots", "at"),
)  # fmt: skip
REFERENCES = (
    ("posts", "creator_id", "creators"),
    ("creator_snapshots", "creator_id", "creators"),
    ("post_snapshots", "post_id", "posts"),
    ("bookings", "creator_id", "creators"),
    ("bookings", "campaign_id", "campaigns"),
)


def faults_of_cells(
    file: str, column: str | None, rows: pd.Index, bad: np.ndarray, says: Callable[[int], Said], shown: int | None = SHOWN
) -> list[Fault]:
    """Faults of one kind in one column, for the positions (or mask) `bad`; past `shown` of them they are only counted."""
    cells = np.flatnonzero(bad) if bad.dtype == bool else bad
    found = [(says(int(cell)), int(rows[cell])) for cell in cells[:shown]]
    faults = [Fault.of(file, said, row, column) for said, row in found]
    if len(cells) > len(faults):
        faults.append(Fault.of(file, Said("more_cells", {"count": len(cells) - len(faults)}), column=column))
    return faults


def across(frames: Mapping[str, pd.DataFrame], files: Mapping[str, str], shown: int | None = SHOWN) -> list[Fault]:
    """Faults between tables: rows that name nobody, and dates in an order that cannot have happened."""
    faults = [fault for reference in REFERENCES for fault in _strangers(frames, files, *reference)]
    faults += _published_before_booked(frames, files)
    for table, frame in frames.items():
        faults += wrong_orders(frame, files[table], shown)
    return faults


def wrong_orders(rows: Rows, file: str, shown: int | None = SHOWN) -> list[Fault]:
    """Rows of one table whose own dates are in an order that cannot have happened."""
    rows = Columns.of(rows)
    campaigns = wrong_order(rows, file, "starts_on", "ends_on", Said("order_campaign"), shown)
    return campaigns + wrong_order(rows, file, "published_at", "counted_at", Said("order_counted"), shown)


def in_the_future(frames: Mapping[str, pd.DataFrame], files: Mapping[str, str]) -> list[Fault]:
    """What is said to be published or counted already, on a day that is still to come: it would let young counts seem old."""
    today = pd.Timestamp.now().normalize()
    faults = []
    for table, column in ALREADY:
        if table in frames and column in frames[table]:
            days = frames[table][column].dt.tz_localize(None).dt.normalize()

            def says(cell: int, days: pd.Series = days) -> Said:
                return Said("row_future", {"came": f"{days.iloc[cell]:%Y-%m-%d}", "today": f"{today:%Y-%m-%d}"})

            late = (days > today + pd.Timedelta(days=1)).to_numpy()  # a day more, for time zones
            faults += faults_of_cells(files[table], column, frames[table].index, late, says)
    return faults


def wrong_order(rows: Rows, file: str, first: str, last: str, reason: Said, shown: int | None = SHOWN) -> list[Fault]:
    """Rows whose day `last` comes before their day `first`."""
    rows = Columns.of(rows)
    if first not in rows or last not in rows:
        return []
    early, late = (rows.moments(name).astype("datetime64[D]") for name in (first, last))

    def says(cell: int) -> Said:
        return Said("row_order", {"came": str(late[cell]), "name": first, "other": str(early[cell]), "reason": reason})

    return faults_of_cells(file, last, rows.index, late < early, says, shown)


def repeated(frame: pd.DataFrame, file: str, key: list[str]) -> list[Fault]:
    """Rows whose key an earlier row has already."""
    known = frame[key].notna().all(axis=1)
    again = known & frame.duplicated(key)
    if not again.any():
        return []
    rows = frame.index.to_series()
    first = rows.groupby([frame[name] for name in key]).transform("min")

    def says(cell: int) -> Said:
        came = ", ".join(str(frame[name].iloc[cell]) for name in key)
        return Said("row_repeated", {"came": came, "first": str(int(first.iloc[cell]))})

    return faults_of_cells(file, key[0], frame.index, again.to_numpy(), says)


def no_prices(rows: Rows, file: str, shown: int | None = SHOWN) -> list[Fault]:
    """Fees that nobody asks in their currency: 5.5 in VND, which was meant in millions."""
    rows = Columns.of(rows)
    if "fee" not in rows or "currency" not in rows:
        return []
    fees, (place, codes) = rows.floats("fee"), rows.factors("currency")
    low = (fees > 0) & (fees < np.array([*(LEAST.get(code, np.nan) for code in codes), np.nan])[place])

    def says(cell: int) -> Said:
        return Said("cell_no_price", {"came": f"{fees[cell]:g}", "code": codes[place[cell]]})

    return faults_of_cells(file, "fee", rows.index, low, says, shown)


def nobody(rows: Rows, file: str, shown: int | None = SHOWN) -> list[Fault]:
    """Rows that say neither which account they are about nor on which platform."""
    rows = Columns.of(rows)
    given = [rows.known(name) for name in ("creator_id", "platform") if name in rows]
    if not given:
        return [Fault.of(file, Said("no_account_column"))]
    return faults_of_cells(file, None, rows.index, ~np.logical_or.reduce(given), lambda _: Said("row_nobody"), shown)


def _strangers(frames: Mapping[str, pd.DataFrame], files: Mapping[str, str], table: str, key: str, home: str) -> list[Fault]:
    """Rows whose `key` is not in the table it refers to; a booking that brings its creator's attributes needs no other row."""
    frame, other = frames.get(table), frames.get(home)
    if frame is None or other is None or key not in other:
        return []
    if key not in frame:
        attributes = key == "creator_id" and "platform" in frame
        return [] if attributes else [Fault.of(files[table], Said("reference_missing", {"name": key, "home": files[home]}))]
    bad = frame[key].notna() & ~frame[key].isin(other[key])
    if key == "creator_id" and "platform" in frame:
        bad &= frame["platform"].isna()

    def says(cell: int) -> Said:
        return Said("row_stranger", {"came": str(frame[key].iloc[cell]), "file": files[home]})

    return faults_of_cells(files[table], key, frame.index, bad.to_numpy(), says)


def _published_before_booked(frames: Mapping[str, pd.DataFrame], files: Mapping[str, str]) -> list[Fault]:
    bookings, posts = frames.get("bookings"), frames.get("posts")
    if (
        bookings is None
        or posts is None
        or not {"post_id", "booked_at"} <= {*bookings}
        or not {"post_id", "published_at"} <= {*posts}
    ):
        return []
    posts = posts[posts["post_id"].isin(bookings["post_id"])]
    published = looked_up(bookings["post_id"], posts.drop_duplicates("post_id").set_index("post_id")["published_at"])
    return wrong_order(
        bookings[["booked_at"]].assign(post_id=published), files["bookings"], "booked_at", "post_id", Said("order_booked")
    )  # fmt: skip
