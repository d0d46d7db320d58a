"""What each row under the titles of a sheet is: data, a total, a heading, a note, titles again or a table of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from predictor.intake.accounts import account_of
from predictor.intake.cells import without_contacts
from predictor.intake.currency_words import CURRENCIES
from predictor.intake.spreadsheets.grids import Grid, Known
from predictor.intake.spreadsheets.remarks import about_amounts
from predictor.intake.spreadsheets.row_words import COUNTER, EXAMPLE, NOTE, NUMBERED, RULE, SIGNED, TERMS
from predictor.intake.spreadsheets.totals import NAMES, is_benchmark, is_total
from predictor.intake.taxes import tax_of

WORDS = 4  # from how many on what stands beside a mark (*, -) is a sentence
LONG = 60  # letters; a heading is shorter
NO_TITLE = re.compile(r"\W*\d[\d.,\s]*\w{0,3}\W*$|https?:|@|.{80}", re.IGNORECASE)  # numbers, amounts, links, handles, captions
HEADING = re.compile(
    r"\b(?:kols?|kocs?|influencers?|mega|macro|micro|nano|mid|"
    r"celeb\w*|hot\s?\w*|tier|hạng|nhóm|group|team|list|danh sách|level|top)\b|"
    r"[:：<>]|\d|^\W*(?:instagram|tik ?tok|youtube|facebook|threads|twitter|fanpages?|douyin|others?|khác|lainnya)"
    r"(?:\s+(?:creators?|accounts?|channels?))?\W*$",
    re.IGNORECASE,
)  # what a heading says, and a name seldom does
OF_CURRENCY = re.compile(rf"[(（–—-]\s*(?:{'|'.join(CURRENCIES)})\s*[)）]?\s*$")


def text_of(cell: Any) -> str:
    """A title on one line."""
    return " ".join(str(cell).split())


def recognised(cells: Iterable[Any], known: Known) -> set[str]:
    """What the cells of a row mean as titles."""
    names = (known(text_of(cell)) for cell in cells if isinstance(cell, str) and len(cell) < 80)
    return {name for name in names if name is not None}


def numbers_columns(cells: list[Any]) -> bool:
    """Whether the cells of a row number its columns: (1), (2), (3)=(1)x(2)."""
    marked = all(isinstance(cell, str) and NUMBERED.fullmatch(cell.strip()) for cell in cells)
    return len(cells) > 2 and (marked or [str(cell).strip() for cell in cells] == [str(at + 1) for at in range(len(cells))])


def no_title(cell: Any) -> bool:
    """Whether a cell is a number, an amount, a link, a handle or a caption, which no title is."""
    return not isinstance(cell, str) or NO_TITLE.match(cell) is not None


def reason_of(cells: dict[int, Any], parts: dict[int, tuple[str, ...]], known: Known) -> str | None:
    """Why a row under the titles is no data: `blank`, `total`, `lonely`, `repeated` titles, or a `second` table.

    `cells` are the row's own that hold something, by column.
    """
    if not cells or all(isinstance(cell, str) and RULE.fullmatch(cell) for cell in cells.values()):
        return "blank"
    texts = {column: cell for column, cell in cells.items() if isinstance(cell, str)}
    if len(texts) == len(cells) > 1 and all(text_of(cell) in parts[column] for column, cell in texts.items()):
        return "repeated"
    titles = len(cells) >= 3 and not any(map(no_title, cells.values()))
    same = sum(text_of(cell) in parts[column] for column, cell in texts.items())
    if titles and (len(recognised(cells.values(), known)) >= 3 or (same >= 2 and 2 * same >= len(cells))):
        return "second"
    if texts and (is_total(texts, parts, known) or is_benchmark(cells, parts, known)):
        return "total"
    first = next(iter(texts.values()), "")
    if EXAMPLE.match(first) or numbers_columns([*cells.values()]):
        return "note"
    if len(texts) == len(cells) and (len(cells) == 1 or (len(cells) == 2 and (_of_a_list(first)))):
        return "lonely"
    return None


def signatures(reasons: dict[int, str | None], filled: dict[int, dict[int, Any]]) -> list[int]:
    """The rows in which somebody signs, below all that tells a number or an account: who and, below, their names."""
    left = [row for row, why in reasons.items() if why is None]
    names: list[int] = []
    for row in reversed(left):
        texts = [cell for cell in filled[row].values() if isinstance(cell, str)]
        if len(texts) < len(filled[row]) or any(re.search(r"\d|@|\w\.\w|://", text) for text in texts):
            return []
        names.append(row)
        if SIGNED.match(text_of(texts[0])):
            return names if len(names) < len(left) else []
    return []


def _of_a_list(text: str) -> bool:
    """Whether a text only counts or marks what stands beside it: 1), -, *, Note:"""
    return bool(COUNTER.match(text) or NOTE.match(text)) or not any(letter.isalnum() for letter in text)


def _heads(text: str) -> bool:
    """Whether a text says what a heading does, and a name seldom: a tier, a platform, a currency behind it (Malaysia – MYR)."""
    return HEADING.search(text) is not None or text.isupper() or OF_CURRENCY.search(text) is not None


def _of_offer(text: str) -> bool:
    """Whether a text is about the offer, or names whom to ask."""
    if account_of(text).handle is not None:
        return False
    return TERMS.search(text) is not None or without_contacts(text) != text


def lonely_rows(
    reasons: dict[int, str | None], filled: dict[int, dict[int, Any]], below: pd.DataFrame, grid: Grid,
    parts: dict[int, tuple[str, ...]], known: Known,
) -> dict[int, str | None]:  # fmt: skip
    """What each row with a single text is: a heading over the rows below, a note, or all that is known of a creator.

    What stands under a total, or under a blank row, behind the last row of data is a note.
    """
    second = next((row for row, why in reasons.items() if why == "second"), grid.cells.index[-1] + 1)
    lonely = [row for row, why in reasons.items() if why == "lonely"]
    data = [row for row, why in reasons.items() if why is None and row < second]
    last = data[-1] if data else grid.cells.index[-1]
    end = next((row for row, why in reasons.items() if row > last and why in ("blank", "total")), second)
    typical = below.loc[data].notna().sum(axis=1).median() if data else 0
    numbers = below.loc[data].iloc[:, 0].map(lambda cell: str(cell).strip(" .").isdigit())
    numbered = len(data) > 0 and bool(numbers.all())  # every row of data begins with its number, and these do not
    found: dict[int, str | None] = {}
    for row in lonely:
        column, cell = list(filled[row].items())[-1]
        who = known(parts[column][-1]) if parts[column] else None
        over = bool(data) and last > row
        wide = grid.spans.get((row, column + 1)) == (row, column) or cell.rstrip().endswith((":", "："))
        marked = len(filled[row]) == 2 and not any(letter.isalnum() for letter in str(next(iter(filled[row].values()))))
        alone = len(filled[row]) == 1 or marked
        wide |= alone and reasons.get(row + 1) == "repeated"  # Option B, above titles of its own
        sentence = len(cell) > LONG or (marked and len(cell.split()) > WORDS)
        terms = NOTE.match(cell) or (alone and _of_offer(cell)) or tax_of(cell) or sentence
        if terms or (about_amounts(cell) and not over):
            found[row] = "note" if not wide or not over else "heading"
        elif wide or (over and typical >= 3 and (who not in NAMES or _heads(cell) or numbered)):
            found[row] = "heading" if over else "note"
        else:
            found[row] = None if (row < end or not alone) and (who in NAMES or len(parts) < 3) else "note"
    return found
