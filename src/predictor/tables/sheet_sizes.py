"""How large the sheets of a workbook really are and how they are shown, read from their parts before anybody makes room.

A sheet of a few kilobytes can name a cell in row 1,048,576, or merge all cells there are. What is filled decides how far a
sheet is read: it is measured first, refused where that is too much, and merged cells and rows beyond it are left out.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

from predictor.definitions.limits import CELLS, COLUMNS, SPARSE, UNPACKED, Most
from predictor.errors import Fault, RowsError

Place = tuple[int, int]
CELL = re.compile(r"([A-Za-z]{1,3})(\d{1,7})$")
LAST_ROW = 1_048_576
TRUE = ("1", "true")
MERGED = re.compile(rb'<(?P<tag>(?:\w+:)?mergeCell)\s[^>]*?ref="(?P<ref>[A-Z0-9:$]+)"[^>]*?/>')
ODS_CELLS = ("table:table-cell", "table:covered-table-cell")
LINKS = re.compile(rb"<(?P<tag>(?:\w+:)?hyperlinks)\b.*?</(?P=tag)>", re.DOTALL)
BARE_ROW = re.compile(rb'<(?:\w+:)?row\s(?:[^>]*?\s)?r="(?P<row>\d+)"[^>]*?/>')
PLAIN_FORMAT = re.compile(  # writes digits and nothing else, three decimals excepted, which elsewhere group thousands
    r"(?![#0]*0\.000$)(?:General|[0#?.,;_()\s-])*", re.IGNORECASE
)
FAR = "delete what stands there, or copy the table into a new workbook."


@dataclass
class SheetSize:
    """How far the filled cells of a sheet reach, how many rows and cells are filled, and how many of both it lists in all.

    Of an .xlsx also how it is shown: the number formats that write more than digits, the errors that cells show, the formulas
    without a result, what is hidden and what is crossed out; places are row and column, counted from 1.
    """

    rows: int = 0
    columns: int = 0
    filled: int = 0
    filled_rows: int = 0
    listed: int = 0
    claimed_rows: int = 0  # how far cells, rows and merged cells of any kind reach
    claimed_columns: int = 0
    linked: bool = False
    formats: dict[Place, str] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    unsaved: set[Place] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    struck: set[Place] = field(default_factory=set)

    @property
    def beyond(self) -> bool:
        """Whether it lists anything beyond its filled cells."""
        return self.linked or self.claimed_rows > self.rows or self.claimed_columns > self.columns


@contextmanager
def measured(path: Path, most: Most | None = None) -> Iterator[tuple[Path | IO[bytes], dict[str, SheetSize]]]:
    """An .xlsx as it may be opened, and how large each of its sheets is; whatever fails meanwhile says that it cannot be read.

    Raises
    ------
    RowsError
        Where a sheet has more cells than are read, one far from all others, or an archive that unpacks to too much; `TooMuch`
        where it has more than `most`.
    ValueError
        Where it is no workbook, or a broken one.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_bomb(path, archive)
            styles = _styles(archive)
            sizes = {part: size for part in archive.namelist() if (size := _size(archive, part, path, styles, most)) is not None}
            names = sheet_names(archive)
            named = {names.get(part, part): size for part, size in sizes.items()}
            for name, size in named.items():
                _refuse_size(path, name, size)
            beyond = {part for part, size in sizes.items() if size.beyond}
            yield (_within(archive, {part: sizes[part] for part in beyond}) if beyond else path), named
    except (RowsError, OSError, zipfile.BadZipFile):
        raise
    except Exception as problem:  # readers of somebody else's format fail in every way that there is
        raise ValueError(" ".join(str(problem).split()) or type(problem).__name__) from None


def refuse_excess(path: Path, most: Most | None = None) -> None:
    """Refuse an .ods or .xlsb with a sheet of more cells than are read, or more than `most`; errors as `measured`."""
    if path.suffix.lower() not in (".ods", ".xlsb"):
        return
    with zipfile.ZipFile(path) as archive:
        _refuse_bomb(path, archive)
        for part in archive.namelist():
            if part == "content.xml":
                for name, size in _ods_sizes(archive.read(part)).items():
                    _refuse_size(path, name, size, most)
            elif part.endswith(".bin") and "/worksheets/" in part:
                _refuse_size(path, part.rpartition("/")[2], _binary_size(archive.read(part)), most)


def _refuse_bomb(path: Path, archive: zipfile.ZipFile) -> None:
    if sum(part.file_size for part in archive.infolist()) > UNPACKED:
        raise _refusal(path, f"unpacks to more than {UNPACKED // 2**20} MB; save the table as .csv, or split it.")


def _refusal(path: Path, problem: str) -> RowsError:
    return RowsError([Fault(path.name, problem)])


def _refuse_size(path: Path, name: str, size: SheetSize, most: Most | None = None) -> None:
    if most is not None:
        most.check(size.filled_rows, size.filled, path.name)
    cells, (one_in, above) = size.rows * size.columns, SPARSE
    last = f"row {size.rows:,}, column {size.columns:,}"
    if cells > above and cells > one_in * size.filled:
        problem = f"sheet '{name}' reaches to {last}, but only {size.filled:,} of its cells are filled; {FAR}"
        raise _refusal(path, problem)
    if size.columns > COLUMNS:
        problem = f"sheet '{name}' reaches to {last}; a table of {COLUMNS:,} columns is read: {FAR}"
        raise _refusal(path, problem)
    if cells > CELLS or size.listed > CELLS:
        what = f"reaches to {last}" if cells > CELLS else f"lists {size.listed:,} cells"
        raise _refusal(path, f"sheet '{name}' {what}; a sheet of {CELLS:,} cells is read: save it as .csv or .parquet.")


class _Other(Exception):
    """A part of the archive that is no sheet."""


@dataclass
class _Measure:
    """Takes the events of a parser and counts; `formats` are the number formats to note, by the number of their style, and
    `struck` the styles that cross out."""

    file: str
    formats: dict[str, str]
    struck: frozenset[str]
    most: Most | None
    size: SheetSize = field(default_factory=SheetSize)
    row: int = 0
    column: int = 0
    begun: bool = False
    inside: bool = False  # what a cell shows
    counted: bool = False
    error: bool = False
    formula: bool = False
    end = None  # of no use here, and there are many

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2] if ":" in tag else tag
        self.inside = False
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v" or name == "t":
            self.inside = True
        elif name == "row":
            self._begin_row(attributes)
        elif name == "f":
            self._fill()
            self.formula = True
            self.size.unsaved.add((self.row, self.column))
        elif not self.begun:
            self.begun = True
            if name != "worksheet":
                raise _Other
        elif name == "mergeCell" and ":" in attributes.get("ref", ""):
            _, _, column, row = range_boundaries(attributes["ref"])
            self._claim(row or LAST_ROW, column or 0)
        elif name == "hyperlink" and ":" in attributes.get("ref", ""):
            self.size.linked = True
        elif name == "col" and attributes.get("hidden") in TRUE and "min" in attributes:
            self.size.hidden_columns.append((int(attributes["min"]), int(attributes.get("max", attributes["min"]))))

    def text(self, content: str) -> None:
        if not self.inside or not content.strip():
            return
        self._fill()
        if self.error:
            self.size.errors[self.row, self.column] = content
        if self.formula:
            self.size.unsaved.discard((self.row, self.column))

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        row = self.row + 1 if number is None else int(float(number))
        if not 0 < row <= LAST_ROW:
            raise ValueError(f"it has a row {number}, where a sheet ends at {LAST_ROW:,}")
        self.row, self.column = row, 0
        self._claim(row, 0)
        self.size.listed += 1
        if attributes.get("hidden") in TRUE:
            self.size.hidden_rows.add(row)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r")
        self.column += 1
        if address is not None:
            found = CELL.match(address)
            if found is None or not 0 < (row := int(found[2])) <= LAST_ROW:
                raise ValueError(f"it has a cell '{address[:20]}', which no sheet has")
            self.row, self.column = row, column_index_from_string(found[1])
        self.counted = self.formula = False
        self.error = attributes.get("t") == "e"
        self._claim(self.row, self.column)
        self.size.listed += 1
        if (style := attributes.get("s")) in self.formats:
            self.size.formats[self.row, self.column] = self.formats[style]  # type: ignore[index]
        if style in self.struck:
            self.size.struck.add((self.row, self.column))

    def _claim(self, row: int, column: int) -> None:
        size = self.size
        if row > size.claimed_rows:
            size.claimed_rows = row
        if column > size.claimed_columns:
            size.claimed_columns = column

    def _fill(self) -> None:
        if self.counted:
            return
        self.counted, size = True, self.size
        size.filled += 1
        if self.row > size.rows:
            size.rows = self.row
            size.filled_rows += 1
        if self.column > size.columns:
            size.columns = self.column
        if self.most is not None:
            self.most.check(size.filled_rows, size.filled, self.file)


def _size(
    archive: zipfile.ZipFile, part: str, path: Path, styles: tuple[dict[str, str], frozenset[str]], most: Most | None
) -> SheetSize | None:  # fmt: skip
    """How large a sheet is, None for any other part of a workbook."""
    if not part.endswith((".xml", ".XML")):
        return None
    measure = _Measure(path.name, *styles, most)
    try:
        with archive.open(part) as file:
            read_part(measure, file, part)
    except _Other:
        return None
    return measure.size


def _styles(archive: zipfile.ZipFile) -> tuple[dict[str, str], frozenset[str]]:
    """The number formats of a workbook that are not plain, by the number of the style that has them; and the styles
    whose font crosses out."""
    styles = "xl/styles.xml"
    if styles not in archive.namelist():
        return {}, frozenset()
    root = ElementTree.fromstring(archive.read(styles))
    codes = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    codes |= {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iter() if one.tag.endswith("}numFmt")}
    fonts, cells = (next((one for one in root if one.tag.endswith(part)), ()) for part in ("}fonts", "}cellXfs"))
    crossed = {str(place) for place, font in enumerate(fonts) for one in font
               if one.tag.endswith("}strike") and one.get("val", "1") in TRUE}  # fmt: skip
    used = {str(place): codes.get(one.get("numFmtId", ""), "") for place, one in enumerate(cells)}
    struck = frozenset(str(place) for place, one in enumerate(cells) if one.get("fontId", "") in crossed)
    return {style: code for style, code in used.items() if not PLAIN_FORMAT.fullmatch(code)}, struck


def read_part(reader: Any, file: IO[bytes], part: str) -> None:
    """Give the events of a part of a workbook to `start`, `end` and `text` of a reader; ValueError where it is broken."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = reader.text, _refuse_doctype
    try:
        parser.ParseFile(file)
    except expat.ExpatError as problem:
        raise ValueError(f"{part}: {problem}") from None


def sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """The names of sheets by their part of the archive."""
    book, targets = "xl/workbook.xml", dict[str, str]()
    if not {book, "xl/_rels/workbook.xml.rels"} <= {*archive.namelist()}:
        return {}
    for one in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels")):
        target = one.get("Target", "")
        targets[one.get("Id", "")] = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
    sheets = [one for one in ElementTree.fromstring(archive.read(book)).iter() if one.tag.endswith("}sheet")]
    ids = [(next((v for key, v in one.attrib.items() if key.endswith("}id")), ""), one.get("name", "")) for one in sheets]
    return {targets[at]: name for at, name in ids if at in targets}


def _within(archive: zipfile.ZipFile, sizes: dict[str, SheetSize]) -> IO[bytes]:
    """The archive with these sheets held to their filled cells: no empty rows, links or merged cells beyond them."""
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name in archive.namelist():
            content = archive.read(name)
            out.writestr(name, _clipped(content, sizes[name]) if name in sizes else content)
    copy.seek(0)
    return copy


def _clipped(sheet: bytes, size: SheetSize) -> bytes:
    def merged(found: re.Match[bytes]) -> bytes:
        left, top, right, bottom = range_boundaries(found["ref"].decode())
        ends = min(right or size.columns, size.columns), min(bottom or size.rows, size.rows)
        if (left or 1) > ends[0] or (top or 1) > ends[1]:
            return b""
        ref = f"{get_column_letter(left or 1)}{top or 1}:{get_column_letter(ends[0])}{ends[1]}"
        return b'<%s ref="%s"/>' % (found["tag"], ref.encode())

    sheet = BARE_ROW.sub(lambda found: found[0] if int(found["row"]) <= size.rows else b"", sheet)
    return MERGED.sub(merged, LINKS.sub(b"", sheet))


@dataclass
class _OdsMeasure:
    """Takes the events of an OpenDocument and counts; cells and rows there say how often they are repeated."""

    sizes: dict[str, SheetSize] = field(default_factory=dict)
    table: SheetSize = field(default_factory=SheetSize)
    row: int = 0
    column: int = 0
    times: int = 1
    repeated: int = 1
    filled: bool = False
    any: bool = False  # of the row's cells are filled

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self.row, self.table = 0, SheetSize()
            self.sizes[attributes.get("table:name", "")] = self.table
        elif tag == "table:table-row":
            self.times, self.column = int(attributes.get("table:number-rows-repeated", 1)), 0
        elif tag in ODS_CELLS:
            self.repeated = int(attributes.get("table:number-columns-repeated", 1))
            self.filled = any(key.startswith("office:") and key.endswith("value") for key in attributes)

    def text(self, content: str) -> None:
        self.filled = self.filled or bool(content.strip())

    def end(self, tag: str) -> None:
        size = self.table
        if tag == "table:table-row":
            self.row += self.times
            size.filled_rows += self.times if self.any else 0
            self.any = False
        elif tag in ODS_CELLS:
            self.column += self.repeated
            if self.filled:
                size.rows, size.columns = max(size.rows, self.row + self.times), max(size.columns, self.column)
                size.filled += self.times * self.repeated
                self.any = True
            self.filled = False


def _ods_sizes(content: bytes) -> dict[str, SheetSize]:
    measure = _OdsMeasure()
    read_part(measure, io.BytesIO(content), "content.xml")
    return measure.sizes


def _refuse_doctype(*_: Any) -> None:
    raise ValueError("it declares XML entities, which no spreadsheet needs")


def _binary_size(content: bytes) -> SheetSize:
    """The size of an .xlsb sheet: records of a number, a length and their bytes; 0 begins a row, 2 to 11 are filled cells."""
    size, at, row = SheetSize(), 0, 0
    while at < len(content):
        kind, at = _variable(content, at, 2)
        length, at = _variable(content, at, 4)
        first = int.from_bytes(content[at : at + 4], "little")
        if kind == 0:
            row = first + 1
        elif 2 <= kind <= 11:
            size.filled_rows += row > size.rows
            size.rows, size.columns, size.filled = max(size.rows, row), max(size.columns, first + 1), size.filled + 1
        at += length
    return size


def _variable(content: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, and the place behind it."""
    number = 0
    for place, byte in enumerate(content[at : at + most]):
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return number, at + place + 1
    return number, at + most
