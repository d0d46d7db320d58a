"""Results that contradict each other: more people reached than times seen, more likes than people reached."""

from __future__ import annotations

from predictor.intake.spreadsheets.sheet import Intake
from predictor.wording.sentences import Said

AT_MOST = (  # the first of each is never above the second
    ("reach", "impressions"), ("likes", "reach"), ("engagements", "reach"), ("likes", "views"), ("likes", "engagements"),
)  # fmt: skip


def odd_results(one: Intake) -> list[Said]:
    """The notes of a sheet of posts or bookings in whose rows one count is above another that it is a part of.

    Columns that were exchanged and counts in other units look so; nothing is changed.
    """
    said = []
    for more, less in AT_MOST if one.table in ("posts", "bookings") else ():
        if not {more, less} <= {*one.frame}:
            continue
        above = one.frame[one.frame[more].astype(float) > one.frame[less].astype(float)]
        if len(above):
            row, first = above.index[0], above.iloc[0]
            values = {"row": str(row), "came": f"{first[more]:,.0f}", "other": f"{first[less]:,.0f}"}
            said.append(Said("import_odd", {"more": more, "less": less, "count": len(above), **values}))
    return said
