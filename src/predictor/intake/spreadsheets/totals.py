"""Which rows of a sheet are totals or averages of the others, and which are people whose names are such words: Max, Min, Cộng."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from statistics import mean, median
from typing import Any

from predictor.intake.accounts import account_of
from predictor.intake.currency_words import without_currency
from predictor.intake.numbers import UNIT, UNITS, unified
from predictor.intake.spreadsheets.grids import Known
from predictor.intake.spreadsheets.row_words import (
    AVERAGE,
    AVERAGE_OF,
    BARE_TOTALS,
    BENCHMARK,
    CHARGE,
    EXTREMES,
    NAMESAKES,
    TARGET,
    TOTAL,
)
from predictor.wording.matching import fold

NAMES = ("creator_id", "name", "link")
DAYS = ("published_at", "booked_at")
EVERYWHERE = re.compile(r"\W*(?:all|tất cả|toàn bộ|全部|semua|ทั้งหมด|전체)\b|[\W_]*$", re.IGNORECASE)  # no one platform


def is_total(texts: dict[int, str], parts: dict[int, tuple[str, ...]], known: Known) -> bool:
    """Whether the row's first text says so (a total, an average, a target, a tax or a charge on all above): a bare 'Tổng', a
    label outside the names, or one with nothing but numbers beside."""
    column, label = next(iter(texts.items()))
    if not any(one.match(label) for one in (TOTAL, AVERAGE, AVERAGE_OF, TARGET, CHARGE)):
        return False
    who = known(parts[column][-1]) if parts[column] else None
    others = [cell for cell in texts.values() if cell != label and not any(letter.isdigit() for letter in cell)]
    bare = fold(label).strip(":：()") in BARE_TOTALS or AVERAGE_OF.match(label) is not None
    if who in NAMES:
        return bare or (not others and AVERAGE.match(label) is None)
    return who is None or bare or not others


def is_benchmark(cells: dict[int, Any], parts: dict[int, tuple[str, ...]], known: Known) -> bool:
    """Whether a row of figures names in place of a creator what all are held against: a benchmark, last year, the top 10 %."""
    column, label = next((column, cell) for column, cell in cells.items() if isinstance(cell, str))
    if BENCHMARK.fullmatch(label) is None:
        return False
    who = known(parts[column][-1]) if parts[column] else None
    return who in NAMES and any(_number(cell) is not None for one, cell in cells.items() if one > column)


def people_among(
    reasons: dict[int, str | None], filled: dict[int, dict[int, Any]], parts: dict[int, tuple[str, ...]], known: Known
) -> list[int]:
    """The rows taken for totals that are somebody's: they have a link, an id or a day of their own.

    A day alone makes nobody of what no one is called (Median, Benchmark), nor of several sums, means or medians of
    the rows above.
    So are those with a platform that are called as people are (Sum, Cộng), unless their numbers are all sums or means of the
    rows above. Max and Min without any of these are people too where they fill what all others fill and are not the largest or
    least of these.
    """
    if "total" not in reasons.values():
        return []
    names = {column: known(words[-1]) for column, words in parts.items() if words}
    data = [filled[row] for row, why in reasons.items() if why is None]
    found, above = [], list[dict[int, Any]]()
    for row, why in reasons.items():
        if why == "total" and _is_person(filled[row], names, above, data):
            found.append(row)
            above.append(filled[row])
        elif why is None:
            above.append(filled[row])
    return found


Row = dict[int, Any]


def _is_person(cells: Row, names: dict[int, str | None], above: list[Row], data: list[Row]) -> bool:
    column, label = next((column, cell) for column, cell in cells.items() if isinstance(cell, str))
    if names.get(column) not in NAMES or label.rstrip().endswith((":", "：")):
        return False
    others = {one: cell for one, cell in cells.items() if one != column}
    own = {names.get(one) for one, cell in others.items() if _is_own(names.get(one), cell)}
    if own.difference(DAYS) or any(map(_is_handle, others.values())):
        return True
    figures = {one: number for one, cell in others.items() if one > column and (number := _number(cell)) is not None}
    if own:
        of_those_above = len(figures) > 1 and any(_all_are(figures, above, of) for of in (sum, mean, median))
        return not _calls_nobody(label) and not of_those_above
    if fold(label) in NAMESAKES and any(names.get(one) == "platform" and _names_platform(cell) for one, cell in others.items()):
        return bool(figures) and not _all_are(figures, above, sum) and not _all_are(figures, above, mean)
    extreme = EXTREMES.get(fold(label))
    if extreme is None or not data or not figures:
        return False
    always = set.intersection(*({*one} for one in data))
    return always <= {*cells} and _comparable(figures, data) and not _all_are(figures, data, extreme)


def _calls_nobody(label: str) -> bool:
    bare = fold(label).strip(":：()")
    return BENCHMARK.fullmatch(label) is not None or (bare in BARE_TOTALS and bare not in NAMESAKES)


def _is_own(name: str | None, cell: Any) -> bool:
    """Whether a cell tells one account or one post from all others."""
    if name in DAYS:
        return isinstance(cell, date) or (isinstance(cell, str) and any(letter.isdigit() for letter in cell))
    if name == "link":
        return isinstance(cell, str) and account_of(cell).handle is not None
    if name in ("post_id", *NAMES):
        return isinstance(cell, str) and re.search(r"[^\W\d_]", cell) is not None and not re.match(r"\d+\s", cell)
    return False


def _is_handle(cell: Any) -> bool:
    """Whether a cell is a handle that says so, @max.bakes, or a link to a profile, whatever its title."""
    if not isinstance(cell, str):
        return False
    account = account_of(cell)
    return account.handle is not None and (account.platform is not None or cell.startswith("@"))


def _names_platform(cell: Any) -> bool:
    return isinstance(cell, str) and EVERYWHERE.match(cell) is None and not any(letter.isdigit() for letter in cell)


def _number(cell: Any) -> float | None:
    if isinstance(cell, str):
        plain = re.sub(r"(?<=\d)[.,\s](?=\d{3}(?!\d))", "", unified(without_currency(cell))).replace(",", ".")
        found = re.fullmatch(rf"(\d+(?:\.\d+)?)\s*({UNIT})?", plain)
        return float(found[1]) * UNITS.get(found[2] or "", 1.0) if found else None
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _comparable(figures: dict[int, float], rows: list[dict[int, Any]]) -> bool:
    return all(_number(one[column]) is not None for one in rows for column in figures if column in one)


def _all_are(figures: dict[int, float], rows: list[dict[int, Any]], of: Callable[[list[float]], float]) -> bool:
    """Whether all figures of a row are the same function of those of several rows."""
    if len(rows) < 2 or not figures:
        return False
    each = {column: [number for one in rows if (number := _number(one.get(column))) is not None] for column in figures}
    return all(numbers and abs(of(numbers) - figures[column]) <= 1e-6 * abs(figures[column]) for column, numbers in each.items())
