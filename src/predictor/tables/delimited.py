"""Text tables (CSV, tab-separated): their encoding, the mark that parts their cells, and their rows, in one way for every reader.

Only CR, LF and CRLF end a row. The first row gives the number of cells: a longer row is refused with its number, in a shorter one
the rest is blank. Text that is not UTF-8 and has no byte order mark is refused with a proposal, never read by a guess.
"""

from __future__ import annotations

import codecs
import csv
import io
import tempfile
import unicodedata
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv

from predictor.definitions.limits import LINE, Most, refuse_wide
from predictor.errors import Fault, RowsError
from predictor.wording.sentences import Said, worded

MARKS = ",;\t|"
HEAD = 1 << 16  # bytes by which a table is known
BLOCK = 8 << 20  # bytes that are parsed at once
SHOWN = 20
SAMPLE = 400  # lines by which an encoding is guessed
EMPTY = "is empty; it needs a row of column titles and rows below it."
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
GUESSED = {  # encodings that spreadsheets of these markets write, by the name that a mapping gives them
    "utf_16_le": "utf-16-le", "utf_16_be": "utf-16-be", "gb18030": "gbk", "big5": "big5", "shift_jis": "shift_jis",
    "euc_jp": "euc_jp", "euc_kr": "euc_kr", "cp1258": "windows-1258", "cp1252": "windows-1252", "cp874": "cp874",
}  # fmt: skip
READ_AS = {"gbk": "gb18030", "gb2312": "gb18030", "shift_jis": "cp932", "shift-jis": "cp932", "euc_kr": "cp949", "big5": "cp950"}


def delimiter_of(head: str) -> str:
    """The mark that parts the cells of a table, by its first rows: the one that gives most rows one same number of cells.

    >>> delimiter_of("name;fee;posts, reels"), delimiter_of('id;text\\n1;"a, b, c"\\n2;"d, e, f"')
    (';', ';')
    """
    return max(MARKS, key=lambda mark: _evenness(head, mark))


def _evenness(head: str, mark: str) -> tuple[tuple[int, int], ...]:
    """How many rows have the commonest number of cells above one, and that number: of those without a quote within, then of all.

    Another mark than the table's parts quoted cells within their quotes, and leaves these in the cells.
    """
    rows = [row for row in _first_rows(head, mark) if len(row) > 1]
    clean = [row for row in rows if not any('"' in cell for cell in row)]
    return tuple(
        max(((count, width) for width, count in Counter(map(len, kept)).items()), default=(0, 0)) for kept in (clean, rows)
    )


def _first_rows(head: str, mark: str) -> Iterator[list[str]]:
    try:
        yield from islice(csv.reader(io.StringIO(head, newline=""), delimiter=mark), 50)
    except csv.Error:  # a quote that never closes, or closes elsewhere for another mark
        return


@contextmanager
def as_utf8(file: IO[bytes], name: str, encoding: str | None = None) -> Iterator[IO[bytes]]:
    """The file as UTF-8 text; one in another encoding is written to a temporary file.

    Raises
    ------
    RowsError
        Where the text is in an encoding that neither its first bytes nor `encoding` name, or not in the one that is named.
    """
    head = file.read(HEAD)
    file.seek(0)
    known = next((called for mark, called in BOMS if head.startswith(mark)), None) or encoding
    if known is None and b"\0" in head:
        raise not_utf8(file, name)
    if known is None or codecs.lookup(known).name in ("utf-8", "utf-8-sig"):
        yield file
        return
    with tempfile.TemporaryFile() as plain:
        try:
            reader = codecs.getreader(READ_AS.get(known.lower(), known))(file)
            for line in _lines(reader, name):
                plain.write(unicodedata.normalize("NFC", line).encode())
            if getattr(reader, "bytebuffer", b""):  # those of Chinese, Japanese and Korean refuse a half letter themselves
                raise _refusal(name, f"is cut off: its last letter is no whole letter of {known}; save or copy it again.")
        except UnicodeError:
            raise _refusal(name, f"is not {known} text; name the encoding that it is in, or save it as 'CSV UTF-8'.") from None
        plain.seek(0)
        yield plain


class NotUtf8(RowsError):
    """Text in an unknown encoding; `likely` is the likeliest one, and `shown` its first rows as they would read."""

    def __init__(self, faults: list[Fault], likely: str | None = None, shown: str = ""):
        super().__init__(faults)
        self.likely, self.shown = likely, shown


def not_utf8(file: IO[bytes], name: str) -> NotUtf8:
    """The refusal of text in an unknown encoding, with the likeliest one and the first rows as they would read."""
    from charset_normalizer import from_bytes

    file.seek(0)
    foreign, utf8, title = list[tuple[int, bytes]](), False, b""
    for number, line in enumerate(_lines(file, name), 1):
        title = title or line
        if not line.isascii() or b"\0" in line:
            sound = _is_utf8(line)
            utf8 = utf8 or sound
            foreign += [] if sound else [(number, line)]
        if len(foreign) == SAMPLE:
            break
    row = foreign[0][0] if foreign else 1
    sample = [line for _, line in foreign] if foreign[:1] == [(1, title)] else [title, *(line for _, line in foreign)]
    found = None if utf8 else from_bytes(b"".join(sample), cp_isolation=[*GUESSED]).best()
    if found is None:
        return NotUtf8([Fault.of(name, Said("not_utf8"), row)])
    called, lines = GUESSED[found.encoding], [line for line in str(found).splitlines() if line.strip()]
    shown = " / ".join(unicodedata.normalize("NFC", line.strip())[:100] for line in lines[:3])
    return NotUtf8([Fault.of(name, Said("not_utf8_likely", {"called": called, "rows": shown}), row)], called, shown)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return b"\0" not in line


def _lines(file: Any, name: str) -> Iterator[Any]:
    """The lines of a file, none longer than is read."""
    while line := file.readline(LINE):
        if len(line) == LINE and line[-1:] not in ("\n", b"\n"):
            raise _refusal(name, f"has a line of more than {LINE // 2**20} MB, which no table has; save it again as 'CSV UTF-8'.")
        yield line


def head_of(file: IO[bytes]) -> str:
    """The first rows of a UTF-8 file, which is left where it began."""
    head = file.read(HEAD).removeprefix(codecs.BOM_UTF8)
    file.seek(0)
    whole = head if len(head) < HEAD - 4 else head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1 or None]
    return whole.decode(errors="replace")


def record_batches(file: IO[bytes], name: str) -> Iterator[pa.RecordBatch]:
    """The rows of a UTF-8 text table as text cells, the row of titles among them, some at a time; memory does not grow.

    Raises
    ------
    RowsError
        Where rows have more cells than the titles, a quote is never closed, or the text is not UTF-8.
    """
    head = head_of(file)
    mark = delimiter_of(head)
    width = len(next(csv.reader(io.StringIO(head, newline=""), delimiter=mark), []))
    odd: deque[Any] = deque()

    def seen(row: Any) -> str:
        odd.append(row)
        return "skip"

    source = _Quotes(file)
    number = 1
    with _in_sentences(source, name):
        if width == 0:
            raise _refusal(name, "is blank; the first row must name every column.", 1)
        refuse_wide(width, name)
        for part in _parsed(source, mark, width, seen):
            whole = _completed(part, odd, number, mark, name)
            number += whole.num_rows
            yield whole
        rest = pa.RecordBatch.from_arrays([pa.array([], pa.string())] * width, names=[f"f{place}" for place in range(width)])
        if odd:
            yield _completed(rest, odd, number, mark, name)
    _refuse_open_quote(source, mark, name)


def grid_rows(file: IO[bytes], name: str, most: Most | None = None) -> tuple[list[list[str | None]], list[int]]:
    """All rows of a UTF-8 text table, blanks at the end of each left out, and how many cells each has with these.

    Raises
    ------
    RowsError
        As `record_batches`, but for the number of cells, which is known once the row of titles is found: see `refuse_longer`.
        `TooMuch` where there is more than `most`.
    """
    source = _Quotes(file)
    mark, rows, widths = delimiter_of(head_of(file)), list[list[str | None]](), list[int]()

    def trimmed(row: list[str]) -> list[str | None]:
        widths.append(len(row))
        return _trimmed(row)

    with _in_sentences(source, name):
        text = io.TextIOWrapper(io.BufferedReader(source), encoding="utf-8-sig", newline="")
        rows = [*_held_to(map(trimmed, csv.reader(text, delimiter=mark)), most, name)]
        text.detach()
    _refuse_open_quote(source, mark, name)
    refuse_wide(max(map(len, rows), default=0), name)
    return rows, widths


def _held_to(rows: Iterable[list[str | None]], most: Most | None, name: str) -> Iterator[list[str | None]]:
    filled = cells = 0
    for row in rows:
        if most is not None and row:
            filled, cells = filled + 1, cells + len(row)
            most.check(filled, cells, name)
        yield row


def refuse_longer(rows: Iterable[tuple[int, int]], width: int, name: str) -> None:
    """Refuse rows, each a number and how many cells it has, that are longer than the `width` cells of the titles."""
    longer = [(number, cells) for number, cells in rows if cells > width]
    said = [(number, Said("row_longer", {"cells": cells, "width": width})) for number, cells in longer[:SHOWN]]
    faults = [Fault(name, worded("en", one), number, said=one) for number, one in said]
    if len(longer) > SHOWN:
        faults.append(Fault(name, f"… and {len(longer) - SHOWN:,} more rows like this."))
    if faults:
        raise RowsError(faults)


class _Quotes(io.RawIOBase):
    """A file that counts the quotes read from it: an odd number of them may leave one open."""

    def __init__(self, file: IO[bytes]):
        self.file, self.count = file, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        got = self.file.read(len(buffer))
        buffer[: len(got)] = got
        self.count += got.count(b'"')
        return len(got)


def _parsed(source: _Quotes, mark: str, width: int, seen: Any) -> Iterator[pa.RecordBatch]:
    names = [f"f{place}" for place in range(width)]
    return iter(
        pa.csv.open_csv(
            io.BufferedReader(source, BLOCK),
            pa.csv.ReadOptions(use_threads=False, block_size=BLOCK, autogenerate_column_names=True),
            pa.csv.ParseOptions(delimiter=mark, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=seen),
            pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )  # fmt: skip
    )


def _completed(part: pa.RecordBatch, odd: deque[Any], number: int, mark: str, name: str) -> pa.RecordBatch:
    """The rows with those of another number of cells where they stand; `number` is that of the first."""
    pieces, at, longer = [], 0, []
    while odd and odd[0].number - number <= part.num_rows - at:
        row = odd.popleft()
        cells = _trimmed(next(csv.reader(io.StringIO(row.text, newline=""), delimiter=mark), []))
        longer += [(row.number, len(cells))] * (len(cells) > part.num_columns)
        filled = [*cells, *[None] * part.num_columns][: part.num_columns]
        one = pa.RecordBatch.from_arrays([pa.array([cell], pa.string()) for cell in filled], schema=part.schema)
        pieces += [part.slice(at, row.number - number), one]
        at, number = at + row.number - number, row.number + 1
    refuse_longer(longer, part.num_columns, name)
    return pa.concat_batches([*pieces, part.slice(at)]) if pieces else part


def _trimmed(row: list[str]) -> list[str | None]:
    cells = [cell if cell.strip() else None for cell in row]
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _refuse_open_quote(source: _Quotes, mark: str, name: str) -> None:
    """Refuse a table that was read to its end, if a quote in it is never closed."""
    if source.count % 2 and (row := _open_quote(source.file, mark)):
        said = Said("row_open_quote")
        raise RowsError([Fault.of(name, said, row)])


def _open_quote(file: IO[bytes], mark: str) -> int | None:
    """The row in which a quote is opened that is never closed, or None where there is none."""
    file.seek(0)
    text = io.TextIOWrapper(io.BufferedReader(_Quotes(file)), encoding="utf-8-sig", newline="")
    rows, number = csv.reader(text, delimiter=mark, strict=True), 1
    try:
        for number, _ in enumerate(rows, 2):  # noqa: B007 - the number is used once the rows end
            pass
    except csv.Error as problem:
        return number if "end of data" in str(problem) or "limit" in str(problem) else None
    return None


@contextmanager
def _in_sentences(source: _Quotes, name: str) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError:
        raise not_utf8(source.file, name) from None
    except csv.Error as problem:
        raise _refusal(name, f"cannot be read as a table ({problem}); save it again as 'CSV UTF-8'.") from None
    except pa.ArrowException as problem:
        if "invalid UTF8" in str(problem):
            raise not_utf8(source.file, name) from None
        if "straddling object" in str(problem):
            raise _refusal(
                name, f"has a row of more than {LINE // 2**20} MB, or a quote that is never closed; correct it."
            ) from None
        if "Empty CSV" in str(problem):
            raise _refusal(name, EMPTY) from None
        raise


def _refusal(name: str, problem: str, row: int | None = None) -> RowsError:
    return RowsError([Fault(name, problem, row)])
