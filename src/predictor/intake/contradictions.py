"""Results that contradict each other: more people reached than times seen, more likes than people reached."""

from __future__ import annotations

import pandas as pd

from predictor.wording.sentences import Said

AT_MOST = (  # the first of each is never above the second
    ("reach", "impressions"), ("likes", "reach"), ("engagements", "reach"), ("likes", "views"), ("likes", "engagements"),
)  # fmt: skip


def contradictions(table: str, frame: pd.DataFrame) -> list[Said]:
    """The notes of a table of posts or bookings in whose rows one count is above another that it is a part of.

    Columns that were exchanged and counts in other units look so; nothing is changed. The index is the rows that people see.
    """
    said = []
    for more, less in AT_MOST if table in ("posts", "bookings") else ():
        if not {more, less} <= {*frame}:
            continue
        above = frame[frame[more].astype(float) > frame[less].astype(float)]
        if len(above):
            row, first = above.index[0], above.iloc[0]
            values = {"row": str(row), "came": f"{first[more]:,.0f}", "other": f"{first[less]:,.0f}"}
            said.append(Said("import_odd", {"more": more, "less": less, "count": len(above), **values}))
    return said
