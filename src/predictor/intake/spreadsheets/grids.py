"""Spreadsheets as people have them: every sheet as a grid of cells that knows its merged cells and its number formats."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from predictor.definitions.limits import ARCHIVED, PACKED, Most
from predictor.errors import Fault, RowsError
from predictor.intake.accounts import account_of
from predictor.intake.encodings import proven_encoding
from predictor.intake.number_formats import Written, written
from predictor.tables.delimited import NotUtf8, as_utf8, grid_rows
from predictor.tables.files import JSONS, READS, TEXTS, read_records
from predictor.tables.sheet_sizes import Place
from predictor.tables.workbooks import WorkbookSheet, workbook_sheets
from predictor.wording.sentences import Said

Known = Callable[[str], str | None]
ARCHIVE = ".zip"  # of text tables, as exports come
SUFFIXES = (*(suffix for suffix in READS if suffix != ".parquet"), ARCHIVE)
PARTS = 20  # tables of an archive
SHOWN = re.compile(  # what stands in a cell in place of the address that it leads to
    r"\W*(?:(?:click|xem|view|open|see|go|to|the|vào|tại|mở|bấm|link|url|profile|account|trang|kênh|channel|here|đây|page|"
    r"链接|主页|リンク|링크|ลิงก์)\W*)+|[\W_]+",
    re.IGNORECASE,
)
THREE_DECIMALS = re.compile(r"[#0]*0\.000")
GROUPED = re.compile(r"[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*")  # 850.000, 1.250.000


@dataclass(frozen=True)
class Grid:
    """One sheet: cells by row and column, both counted from 1, as a person sees them.

    `cells` repeats a merged cell over its whole range; `spans` gives, for every place so filled, the place it came from.
    A number format that writes a unit behind its number (120.0K) is part of the number. `signs` holds what else it writes around
    a number (a currency sign), `measured` the places whose format says a unit or per cent; `unsaved` are the formulas without a
    result; `hidden_rows`, `hidden_columns` and `hidden_sheets` what nobody sees; `text_file` is the name of the text table that
    it was, `widths` how many cells each of its rows has, blanks at its end among them, `encoding` the one that its titles prove
    where it says none, `plain_suffix` the kind of workbook of which number formats and hidden rows cannot be seen,
    `named_by_file` whether the name is that of a file, which says nothing of the rows, `struck` what
    is crossed out, `turned` whether its rows are the columns of the file, `comments` what people noted on cells.
    """

    name: str
    cells: pd.DataFrame
    spans: dict[Place, Place]
    signs: dict[Place, str]
    unsaved: frozenset[Place] = frozenset()
    measured: frozenset[Place] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden_sheets: tuple[str, ...] = ()
    text_file: str = ""
    widths: tuple[int, ...] = ()
    encoding: str = ""
    plain_suffix: str = ""
    named_by_file: bool = False
    struck: frozenset[Place] = frozenset()
    links: Mapping[Place, str] = field(default_factory=dict)
    comments: Mapping[Place, str] = field(default_factory=dict)
    turned: bool = False

    @cached_property
    def own(self) -> pd.DataFrame:
        """The cells without what merging repeats."""
        own = self.cells.copy()
        for (row, column), origin in self.spans.items():
            if (row, column) != origin:
                own.loc[row, column] = None
        return own


def read_grids(
    path: Path, only: tuple[str, ...] = (), encoding: str | None = None, most: Most | None = None, known: Known | None = None
) -> list[Grid]:  # fmt: skip
    """Every visible sheet of a workbook, or the one of a text or JSON file; `only` names the sheets wanted, hidden ones too.

    A text table in another encoding than UTF-8 is read in `encoding`, or in the one that the titles which `known` knows prove.

    Raises
    ------
    RowsError
        Where there is no such file or sheet, or no way to read it; `TooMuch` where a sheet has more than `most`.
    """
    if not path.is_file():
        raise RowsError([Fault.of(path.name, Said("no_file", {"folder": str(path.parent)}))])
    if path.suffix.lower() not in SUFFIXES:
        raise RowsError([Fault.of(path.name, Said("bad_suffix", {"suffix": path.suffix, "suffixes": ", ".join(SUFFIXES)}))])
    try:
        if path.suffix.lower() in TEXTS:
            return [_text(path, encoding, most, known)]
        if path.suffix.lower() in JSONS:
            return [_records(path, most)]
        if path.suffix.lower() == ARCHIVE:
            return _archive(path, only, encoding, most, known)
        return _workbook(path, only, most)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        if path.read_bytes()[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):  # as many programs export to Excel
            raise RowsError([Fault.of(path.name, Said("bad_web_page", {"suffix": path.suffix}))]) from error
        reason = " ".join(str(error).split())
        problem = f"cannot be read as {path.suffix[1:]} ({reason}); open it, save it again as .xlsx without a password."
    raise RowsError([Fault(path.name, problem)])


def address(place: Place) -> str:
    """A place as spreadsheets write it.

    >>> address((5, 28))
    'AB5'
    """
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(place[1])}{place[0]}"


def _text(path: Path, encoding: str | None, most: Most | None, known: Known | None) -> Grid:
    try:
        return _decoded(path, encoding, most)
    except NotUtf8 as problem:
        proven = proven_encoding(path, known) if known is not None and problem.likely is not None else None
        if proven is None:
            raise
    return replace(_decoded(path, proven, most), encoding=proven)


def _decoded(path: Path, encoding: str | None, most: Most | None) -> Grid:
    with path.open("rb") as file, as_utf8(file, path.name, encoding) as plain:
        rows, widths = grid_rows(plain, path.name, most)
    cells = _frame([[_cell(cell) for cell in row] for row in rows])
    return Grid(path.stem, cells, {}, {}, text_file=path.name, widths=tuple(widths), named_by_file=True)


def _archive(path: Path, only: tuple[str, ...], encoding: str | None, most: Most | None, known: Known | None) -> list[Grid]:
    """The text tables of a .zip, each a sheet."""
    with zipfile.ZipFile(path) as archive:
        parts = [
            one for one in archive.infolist() if Path(one.filename).suffix.lower() in TEXTS and "__MACOSX" not in one.filename
        ]
        size = sum(one.file_size for one in parts)
        if not parts or len(parts) > PARTS or size > min(ARCHIVED, PACKED * max(path.stat().st_size, 2**16)):
            allowed = f"a .zip may hold 1 to {PARTS}, of {ARCHIVED // 2**20} MB in all"
            problem = f"holds {len(parts)} text tables of {size / 2**20:.0f} MB; {allowed}"
            raise RowsError([Fault(path.name, f"{problem}; unpack it, and import what you need.")])
        _refuse_unknown(path, [Path(one.filename).stem for one in parts], only)
        with tempfile.TemporaryDirectory() as folder:
            grids = []
            for number, one in enumerate(parts):
                aside = Path(folder) / str(number) / Path(one.filename).name
                aside.parent.mkdir()
                with archive.open(one) as packed, aside.open("wb") as plain:
                    shutil.copyfileobj(packed, plain)
                if not only or aside.stem in only:
                    grids.append(_text(aside, encoding, most, known))
    return grids


def _records(path: Path, most: Most | None) -> Grid:
    rows = read_records(path, nested=True)
    if most is not None:
        most.check(len(rows), sum(map(len, rows)), path.name)
    titles = list(dict.fromkeys(name for row in rows for name in row))
    return Grid(
        path.stem, _frame([titles, *([_cell(row.get(name)) for name in titles] for row in rows)]), {}, {}, named_by_file=True
    )


def _workbook(path: Path, only: tuple[str, ...], most: Most | None) -> list[Grid]:
    sheets = list(workbook_sheets(path, most))
    _refuse_unknown(path, [sheet.name for sheet in sheets], only)
    unseen = () if only else tuple(sheet.name for sheet in sheets if not sheet.visible)
    wanted = [sheet for sheet in sheets if sheet.name in only or (not only and sheet.visible)]
    return [_grid(sheet, unseen, path.suffix.lower()) for sheet in wanted]


def _refuse_unknown(path: Path, names: list[str], only: tuple[str, ...]) -> None:
    unknown = [name for name in only if name not in names]
    if unknown:
        raise RowsError([Fault.of(path.name, Said("no_sheet", {"name": name, "names": ", ".join(names)})) for name in unknown])


def _grid(sheet: WorkbookSheet, unseen: tuple[str, ...], suffix: str) -> Grid:
    rows = [[_cell(value) for value in row] for row in sheet.rows] or [[None]]
    formats = sheet.shown.formats.items() if sheet.shown is not None else ()
    by_format = {place: how for place, code in formats if (how := written(code, _at(rows, place))) != Written()}
    for place, how in by_format.items():
        if how.factor != 1.0:
            rows[place[0] - 1][place[1] - 1] = how.applied(_at(rows, place))
    _grouped_as_shown(rows, dict(formats))
    there = {place: to for place, to in sheet.links.items() if place[0] <= len(rows) and place[1] <= len(rows[0])}
    to_accounts = {place: to for place, to in there.items() if account_of(to).platform and not _leads(_at(rows, place))}
    links = {place: to for place, to in to_accounts.items() if not SHOWN.fullmatch(str(_at(rows, place) or "-"))}
    for place in to_accounts.keys() - links:
        rows[place[0] - 1][place[1] - 1] = to_accounts[place]
    spans: dict[Place, Place] = {}
    for origin, end in sheet.merged:
        last = min(end[0], len(rows)), min(end[1], len(rows[0]))
        for place in product(range(origin[0], last[0] + 1), range(origin[1], last[1] + 1)):
            spans[place] = origin
            rows[place[0] - 1][place[1] - 1] = _at(rows, origin)
    signs = {place: how.sign for place, how in by_format.items() if how.sign}
    grid = Grid(sheet.name, _frame(rows), spans, signs | {at: signs[o] for at, o in spans.items() if o in signs})
    shown = sheet.shown
    if shown is None:
        return replace(grid, hidden_sheets=unseen, plain_suffix=suffix, struck=sheet.struck)
    columns = {column for first, last in shown.hidden_columns for column in range(first, min(last, shown.columns) + 1)}
    return replace(
        grid, unsaved=frozenset(shown.unsaved - (to_accounts.keys() - links)),
        measured=frozenset(place for place, how in by_format.items() if how.measured),
        hidden_rows=frozenset(shown.hidden_rows), hidden_columns=frozenset(columns), hidden_sheets=unseen,
        struck=frozenset(shown.struck), links=links, comments=sheet.comments,
    )  # fmt: skip


def _grouped_as_shown(rows: list[list[Any]], formats: Mapping[Place, str]) -> None:
    """Numbers with three decimals as the text that is shown, where texts of their column group thousands so.

    850 under the format `0.000` beside the text 1.250.000 was typed as 850.000. `rows` is changed in place.
    """
    at = {place: cell for place, code in formats.items() if THREE_DECIMALS.fullmatch(code) and _counted(cell := _at(rows, place))}
    for column in {column for _, column in at}:
        texts = [row[column - 1].strip() for row in rows if len(row) >= column and isinstance(row[column - 1], str)]
        marks = {found[1] for text in texts if (found := GROUPED.fullmatch(text))}
        for place in at if len(marks) == 1 else ():
            if place[1] == column:
                rows[place[0] - 1][column - 1] = f"{at[place]:.3f}".replace(".", min(marks))


def _counted(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and 0 < cell < 1000


def _leads(cell: Any) -> bool:
    """Whether a cell says itself where it leads."""
    return account_of(str(cell)).platform is not None


def _at(rows: list[list[Any]], place: Place) -> Any:
    """What stands in a place, nothing beyond what is filled."""
    row, column = place
    return rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[row - 1]) else None


def _frame(rows: list[list[Any]]) -> pd.DataFrame:
    width = max(map(len, rows), default=0)
    padded = [row + [None] * (width - len(row)) for row in rows]
    return pd.DataFrame(padded, index=range(1, len(rows) + 1), columns=range(1, width + 1), dtype=object)


PAGES = re.compile(r"\s*\(https?://(?:www\.)?notion\.so/[^\s()]+\)")  # Linh (https://www.notion.so/Linh-0a1b)


def _cell(value: Any) -> Any:
    """A cell's value; text that holds nothing but spaces is nothing, nor is the page of Notion behind a name."""
    if not isinstance(value, str):
        return value
    return (PAGES.sub("", value) if "notion.so/" in value else value).strip() or None
