"""The encoding of a text table that does not say it, where its own titles prove it."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Callable
from pathlib import Path

from predictor.tables.delimited import BOMS, GUESSED, HEAD, READ_AS, delimiter_of

SEARCHED = 40  # rows in which titles are looked for
ENOUGH = 2  # known titles outside ASCII in one row: in a wrong encoding chance gives none


def is_utf8(path: Path) -> bool:
    """Whether a text says its encoding by its first bytes, or begins as UTF-8 text."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the last letter may be cut
    except UnicodeDecodeError:
        return head.startswith(tuple(mark for mark, _ in BOMS))
    return b"\0" not in head or head.startswith(tuple(mark for mark, _ in BOMS))


def proven_encoding(path: Path, known: Callable[[str], str | None]) -> str | None:
    """The one encoding in which a row of the table has several titles that `known` knows, if there is one.

    Titles of plain ASCII read alike in every encoding and prove nothing.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    whole = head if len(head) < HEAD else head[: head.rfind(b"\n") + 1]
    found: dict[str, int] = {}
    for name in dict.fromkeys(GUESSED.values()):
        try:
            text = unicodedata.normalize("NFC", whole.decode(READ_AS.get(name, name)))
        except UnicodeError:
            continue
        found[name] = _titles(text, known)
    best = max(found, key=lambda name: found[name], default=None)
    sure = best is not None and found[best] >= ENOUGH and [*found.values()].count(found[best]) == 1
    return best if sure else None


def _titles(text: str, known: Callable[[str], str | None]) -> int:
    """The most titles outside ASCII that a row has, each meaning another column."""
    rows = csv.reader(io.StringIO("\n".join(text.splitlines()[:SEARCHED])), delimiter=delimiter_of(text))
    try:
        cells = [[" ".join(cell.split()) for cell in row if not cell.isascii()] for row in rows]
    except csv.Error:
        return 0
    return max((len({known(cell) for cell in row} - {None}) for row in cells), default=0)
