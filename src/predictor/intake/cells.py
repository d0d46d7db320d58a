"""What every reader of cells shares: text as people type it, and cells that were refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from pandas.api.extensions import ExtensionArray

from predictor.tables.frames import FEW, Array, array_of, text_array
from predictor.wording.sentences import Said

FLAG = pd.BooleanDtype()  # what "boolean" names, without looking it up
AROUND = "".join(map(chr, (*(at for at in range(0x3001) if chr(at).isspace()), *range(0x200B, 0x2010), 0x00AD, 0x2060, 0xFEFF)))
EMOJI = "[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f\u200d\\s]+"
BLANKS = frozenset((
    "", "-", "--", "–", "—", "―", "－", "ー", "n/a", "#n/a", "nan", "nat", "null", "none", "<na>",
    "(not set)", "(none)", "(blank)", "(not provided)",
))  # fmt: skip


@dataclass(frozen=True)
class Refused:
    """Cells of one column, by position, that cannot be used for one and the same reason.

    `undecided` marks those that have two readings, between which one line of a mapping can decide for the whole column.
    """

    cells: np.ndarray
    says: Callable[[int], Said]
    undecided: bool = False


def as_text(column: pd.Series) -> pd.Series:
    """Any column as trimmed text, with everything that people type for 'nothing' as missing."""
    return pd.Series(text_cells(array_of(column)), column.index, name=column.name)


def text_cells(cells: Array) -> ExtensionArray:
    """The same without an index."""
    if cells.dtype != "str":
        return text_array(texts_of(cells))
    text = pd.Series(cells).str.strip(AROUND)
    return text.mask(text.str.lower().isin(BLANKS)).array


def texts_of(cells: Array) -> list[str | None]:
    """The same as a list."""
    plain = cells_of(cells)
    known = zip(plain, pd.isna(plain), strict=True)
    texts = (None if missing else (cell if type(cell) is str else _cell_text(cell)).strip(AROUND) for cell, missing in known)
    return [None if text is None or text.lower() in BLANKS else text for text in texts]


def match_whole(text: ExtensionArray, pattern: str) -> np.ndarray:
    """Which texts of a column match a pattern (of RE2) from end to end."""
    cells = text.__arrow_array__()
    if len(cells) <= FEW:
        return np.array([cell is not None and re.fullmatch(pattern, cell) is not None for cell in cells.to_pylist()], dtype=bool)
    return np.asarray(pc.match_substring_regex(cells, f"^(?:{pattern})$").fill_null(False).to_numpy(), dtype=bool)


def first_few(words: Iterable[object], most: int, joint: str = ", ") -> str:
    """The first of some words, as notes name them, and a mark where there are more.

    >>> first_few([4, 7, 9], 2), first_few(["lan"], 2)
    ('4, 7…', 'lan')
    """
    named = [*map(str, words)]
    return joint.join(named[:most]) + "…" * (len(named) > most)


def cells_of(cells: Array) -> np.ndarray:
    """The cells of a column as Python's own values."""
    return cells if isinstance(cells, np.ndarray) and cells.dtype == object else pd.Series(cells).astype(object).to_numpy()


SPELLING_BLANK = ("Nan", "Nat", "Null", "None")  # as people write names; programs write nan, NaN, null, NULL and None for nothing


def as_names(column: pd.Series) -> pd.Series:
    """A column of names as trimmed text, in which Nan, Null and None are people where each stands once, among names.

    A program's would be as often as nothing is known.
    """
    text = as_text(column)
    typed = column.astype(object).map(lambda cell: cell.strip(AROUND) if isinstance(cell, str) else None)
    named = text.isna() & typed.isin(SPELLING_BLANK)
    named &= ~typed[named].duplicated(keep=False).reindex(column.index, fill_value=False)
    return text.where(~named, typed.astype("str")) if text.notna().any() else text


def without_emoji(text: str) -> str:
    """A text without the emoji before and behind it.

    >>> without_emoji("🔥 12K ❤️")
    '12K'
    """
    return text.strip() if text.isascii() else re.sub(f"^{EMOJI}|{EMOJI}$", "", text)


def typed_apart(cells: Array) -> tuple[ExtensionArray | None, Array]:
    """Split a column that mixes types (spreadsheets do) into cells that are text, None where none is, and cells that are not."""
    if isinstance(cells, ExtensionArray) and cells.dtype == "str":
        return cells, np.full(len(cells), None, dtype=object)
    if cells.dtype != object and not isinstance(cells, pd.Categorical):
        return None, cells
    plain = cells_of(cells)
    is_text = np.fromiter((isinstance(cell, str) for cell in plain), dtype=bool, count=len(plain))
    if not is_text.any():
        return None, plain
    return text_array([cell if isinstance(cell, str) else None for cell in plain]), np.where(is_text, np.nan, plain)


def _cell_text(cell: Any) -> str:
    if isinstance(cell, (float, np.floating)):
        return str(int(cell)) if float(cell).is_integer() else str(cell)  # an id that a spreadsheet turned into 1234.0
    if isinstance(cell, (list, tuple, np.ndarray)):
        return ";".join(map(str, cell))
    return str(cell)


CONTACT = re.compile(r"\+?\d[\d .-]{7,}\d|\S+@\S+\.\S+")
AMOUNT = r"[1-9]\d?(?:[. ]\d{3}){2}|[1-9]\d{0,2}(?:[. ]\d{3})+[. ]000"  # any other figures in threes may be a phone's
DATE = r"(?:\d{4}[-.]\d{1,2}[-.]\d{1,2}|\d{1,2}[-.]\d{1,2}[-.](?:\d{2}|\d{4}))(?: \d{1,2})?"
NO_CONTACT = re.compile(rf"(?:{AMOUNT})(?: ?- ?(?:{AMOUNT}))?|{DATE}")


def without_contacts(text: str) -> str:
    """A text as shown or written for people, without what may be a phone number or an address of mail.

    >>> without_contacts("Lan, 0912 345 678, lan@mail.vn"), without_contacts("5.000.000 - 7.500.000, 2026-09-15 18:00")
    ('Lan, …, …', '5.000.000 - 7.500.000, 2026-09-15 18:00')
    """
    return CONTACT.sub(lambda found: found[0] if NO_CONTACT.fullmatch(found[0]) else "…", " ".join(text.split()))
