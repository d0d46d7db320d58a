"""How much of a file is read, by what it holds and never by what it claims; beyond that it is refused in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from predictor.errors import Fault, RowsError

CELLS = 4_000_000  # of a sheet: rows × columns up to the last filled ones, and cells of any kind
SPARSE = 50, 200_000  # a sheet of more cells than the second is refused where fewer than one in the first is filled
UNPACKED = 300 * 2**20  # bytes of a workbook's archive once unpacked
ARCHIVED, PACKED = 200 * 2**20, 100  # of a .zip or an upload: bytes once unpacked, and bytes out of one byte in
COLUMNS = 1_000  # of a table, and different keys of a request
LINE = 8 * 2**20  # bytes of a line of text
STALE_AFTER = 30  # days without a post, in a whole history, that deserve a word
LARGEST = 1e12  # of anything that is counted
DAYS = date(1990, 1, 1), date(2099, 12, 31)  # of which a forecast may be asked
YAML_SIZE, YAML_DEPTH = 2**18, 20  # bytes, and lists and mappings within each other


@dataclass(frozen=True)
class Most:
    """How many rows and cells with something in them whoever reads a file wants at most; reading stops beyond."""

    rows: int
    cells: int

    def check(self, rows: int, cells: int, file: str) -> None:
        """Refuse what is more."""
        if rows > self.rows or cells > self.cells:
            raise TooMuch(file, "rows" if rows > self.rows else "cells", self)


class TooMuch(RowsError):
    """A file with more of `what` ("rows" or "cells") than was wanted."""

    def __init__(self, file: str, what: str, most: Most):
        self.what = what
        super().__init__([Fault(file, f"has more than {getattr(most, what):,} {what} with something in them; split it.")])


def refuse_wide(columns: int, file: str) -> None:
    """Refuse a table of more columns than are read."""
    if columns > COLUMNS:
        problem = f"has {columns:,} columns; a table of {COLUMNS:,} is read: leave out what is not needed."
        raise RowsError([Fault(file, problem)])
