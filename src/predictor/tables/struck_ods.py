"""Which cells of an .ods are crossed out."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from predictor.tables.sheet_sizes import ODS_CELLS, Place, read_part

WITHOUT = ("", "none")
MOST = 1000  # cells or rows that one element repeats; more of them are the blank rest of a sheet


def struck_cells(path: Path) -> dict[str, frozenset[Place]]:
    """The places of the cells that are crossed out, by the name of their sheet; row and column counted from 1."""
    reader = _Reader()
    with zipfile.ZipFile(path) as archive:
        for part in ("styles.xml", "content.xml"):
            if part in archive.namelist():
                with archive.open(part) as file:
                    read_part(reader, file, part)
    return {name: frozenset(places) for name, places in reader.found.items()}


@dataclass
class _Reader:
    """Takes the events of a parser: styles first, then the cells that have them."""

    styles: set[str] = field(default_factory=set)
    found: dict[str, set[Place]] = field(default_factory=dict)
    style: str = ""
    sheet: str = ""
    row: int = 0
    rows: int = 1
    column: int = 0
    text = None  # of no use here

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "style:style":
            self.style = attributes.get("style:name", "")
            if attributes.get("style:parent-style-name") in self.styles:
                self.styles.add(self.style)
        elif tag == "style:text-properties" and self.style:
            line = attributes.get("style:text-line-through-style", attributes.get("style:text-line-through-type"))
            if line is not None:
                (self.styles.discard if line in WITHOUT else self.styles.add)(self.style)
        elif tag == "table:table":
            self.sheet, self.row = attributes.get("table:name", ""), 0
        elif tag == "table:table-row":
            self.rows, self.column = int(attributes.get("table:number-rows-repeated", 1)), 0
        elif tag in ODS_CELLS:
            self._cell(attributes)

    def end(self, tag: str) -> None:
        if tag == "table:table-row":
            self.row += self.rows
        elif tag == "style:style":
            self.style = ""

    def _cell(self, attributes: dict[str, str]) -> None:
        times = int(attributes.get("table:number-columns-repeated", 1))
        if attributes.get("table:style-name") in self.styles and times <= MOST and self.rows <= MOST:
            places = {(self.row + r, self.column + c) for r in range(1, self.rows + 1) for c in range(1, times + 1)}
            self.found.setdefault(self.sheet, set()).update(places)
        self.column += times
