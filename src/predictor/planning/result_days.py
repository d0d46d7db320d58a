"""When the posts of a table of results were published and when they were counted: columns, or a line above the table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.errors import Fault, RowsError
from predictor.intake.dates import read_dates
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.row_kinds import text_of
from predictor.planning.early_counts import DAYS
from predictor.planning.results import label_of
from predictor.wording.sentences import Said, say

STATED = re.compile(
    r"(?:tính đến|cập nhật (?:đến|lúc|ngày)|chốt số|lấy số|số liệu (?:đến|ngày)|ngày đo|as (?:of|at)|counted (?:on|at)|"
    r"data (?:to|until)|updated (?:on|to))\D{0,20}?(?P<day>\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2} [^\W\d]+\.?,? \d{4})",
    re.IGNORECASE,
)


def with_days(catalogue: Catalogue) -> Catalogue:
    """The catalogue in which a table of results may say of each row when its post was published and counted.

    Both are read as text: together they settle whether the day or the month comes first, and an unreadable one costs no row.
    """
    theirs = dict(zip(DAYS, ("published_at", "counted_at"), strict=True))
    days = {
        ours: entry.model_copy(update={"tables": ("bookings",), "type": "text", "also": (*entry.also, name), "required_in": ()})
        for ours, name in theirs.items()
        if (entry := catalogue.entries.get(name)) is not None
    }
    return catalogue.model_copy(update={"entries": catalogue.entries | days})


def stated_day(layouts: Iterable[Layout]) -> str | None:
    """The one day that lines above or below a table say its figures are of, as it is written."""
    lines = [line for layout in layouts for line in _around(layout)]
    found = {match["day"] for line in lines for match in STATED.finditer(line)}
    return found.pop() if len(found) == 1 else None


def _around(layout: Layout) -> list[str]:
    own = layout.grid.own
    rows = [*own.loc[: layout.rows[0] - 1].index, *layout.skipped.get("note", ())]
    return [" ".join(f"{c:%Y-%m-%d}" if isinstance(c, date) else text_of(c) for c in own.loc[row].dropna()) for row in rows]


def read_days(
    rows: pd.DataFrame, stated: str | None, day_first: bool | None, file: str, lang: str
) -> tuple[pd.DataFrame, list[str]]:  # fmt: skip
    """A table of results with its days as dates, and what is to be said of those that cannot be read.

    Parameters
    ----------
    stated
        The day of counting where a row does not say it.
    day_first
        Whether the day comes before the month, where a mapping says so; else the cells prove it, and in Vietnamese, where they do
        not, the day comes first.

    Raises
    ------
    RowsError
        Where nothing says whether the day or the month comes first, or a post was counted before it was published.
    """
    if stated is not None:
        own = rows["counted_on"] if "counted_on" in rows else pd.Series(None, index=rows.index, dtype="str")
        rows = rows.assign(counted_on=own.fillna(stated))
    names = [name for name in DAYS if name in rows]
    if not names:
        return rows, []
    cells = pd.concat([rows[name].astype("str") for name in names], ignore_index=True)
    days, refused = read_dates(cells, day_first, serials=True)
    if lang == "vi" and any(one.undecided for one in refused):
        days, refused = read_dates(cells, True, serials=True)
    faults = [Fault.of(file, one.says(int(one.cells[0]))) for one in refused if one.undecided]
    if faults:
        raise RowsError(faults)
    wrong = list(dict.fromkeys(str(cells.iloc[at]) for one in refused for at in one.cells))
    said = [say(lang, "afterwards_no_day", count=len(wrong), came="; ".join(wrong[:5]))] if wrong else []
    size = len(rows)
    dated = rows.assign(**{name: days.iloc[at * size : (at + 1) * size].to_numpy() for at, name in enumerate(names)})
    _refuse_early(dated, file)
    return dated, said


def _refuse_early(rows: pd.DataFrame, file: str) -> None:
    if {*DAYS} <= {*rows}:
        posted, counted = (rows[name].dt.normalize() for name in DAYS)
        faults = [
            Fault.of(file, Said("afterwards_days_order", {"who": label_of(row), **{n: f"{row[n]:%Y-%m-%d}" for n in DAYS}}))
            for _, row in rows[counted < posted].iterrows()
        ]
        if faults:
            raise RowsError(faults)
