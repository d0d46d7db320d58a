"""Tables of results as people have them, read for a comparison with what was forecast."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.errors import DefinitionError, Fault, RowsError
from predictor.intake.mapping import Mapping
from predictor.intake.reader import read_table, read_theirs
from predictor.intake.spreadsheets.imported import doubts_in_words, rejected_in_words, understood
from predictor.intake.spreadsheets.sheet import Intake
from predictor.intake.spreadsheets.workbook import Imported, import_file, import_grids
from predictor.planning.early_counts import DAYS
from predictor.planning.result_days import read_days, stated_day, with_days
from predictor.planning.signed import results_beside, signed_table
from predictor.tables.files import TEXTS
from predictor.tables.workbooks import SUFFIXES
from predictor.wording.sentences import Said, say

ABOUT_WHO = ("creator_id", "name", "booking_id", "campaign_id", "format", "platform")
ELSEWHERE = ("currency", "sign", "rate", "price", "country", "day", "dates", "year", "order_currencies")
OF_MONEY = "two_currencies"  # in one row: it matters where the outcome is money


class OpenResults(DefinitionError):
    """What its owner must say about a file of results before it can be read: sentences, and each doubt with its sheet.

    `sheets` are those of which nobody knows what they hold.
    """

    def __init__(self, sentences: Sequence[str], doubts: Sequence[tuple[Intake, Said]], sheets: Sequence[tuple[str, Said]]):
        super().__init__(sentences)
        self.doubts, self.sheets = tuple(doubts), tuple(sheets)


def read_results(
    path: Path, catalogue: Catalogue, mapping: Mapping, outcome: str, lang: str
) -> tuple[pd.DataFrame | None, list[str]]:  # fmt: skip
    """A table of results in our words, else read under any titles that an import knows, and what is to be said of how.

    Raises
    ------
    RowsError
        Where the file cannot be read, or has no column for the outcome.
    OpenResults
        With the questions that must be answered first, one a line.
    """
    catalogue, day_first = with_days(catalogue), mapping.of("bookings").day_first
    signed = signed_table(path, catalogue)
    if signed is not None and not mapping.tables:
        grid, own = results_beside(signed, path.name, outcome, catalogue)
        return _imported(import_grids([grid], path.name, catalogue, own, "bookings"), path, catalogue, outcome, day_first, lang)
    faults: list[Fault] = []
    people = path.suffix.lower() in (*SUFFIXES, *TEXTS)
    try:
        raw = read_theirs(path, catalogue, mapping)
        rows = read_table(raw, "bookings", path.name, catalogue, mapping, faults, required=())
    except RowsError:  # a heading above the titles, say
        if not people:
            raise
        rows = pd.DataFrame()
    if not faults and outcome in rows:
        return read_days(rows, None, day_first, path.name, lang)
    if not people:
        raise RowsError(faults or [Fault.of(path.name, Said("afterwards_no_outcome", {"name": outcome}))])
    return _imported(import_file(path, catalogue, mapping, table="bookings"), path, catalogue, outcome, day_first, lang)


def _imported(
    found: Imported, path: Path, catalogue: Catalogue, outcome: str, day_first: bool | None, lang: str
) -> tuple[pd.DataFrame | None, list[str]]:  # fmt: skip
    """What an import found, once nothing that matters here is open."""
    needed = (*ABOUT_WHO, *DAYS, outcome)
    money = catalogue.entries[outcome].type == "money"
    asked = [(sheet, one) for sheet in found.sheets for one in sheet.doubts if _open(one, needed, money)]
    unknown = [(name, one) for name, one in found.open_sheets if _open(one, needed, money)]
    if asked or unknown:
        doubts = doubts_in_words([*((sheet.layout.grid.name, one) for sheet, one in asked), *unknown], lang, Path("mapping.yaml"))
        sentences = [say(lang, "afterwards_doubts", file=path.name), *(f"- {doubt}" for doubt in doubts)]
        raise OpenResults(sentences, asked, unknown)
    rejected = ["\n".join(rejected_in_words(found, path.name, lang))] if found.rejects else []
    rows, stated = found.tables.get("bookings"), stated_day(one.layout for one in found.sheets)
    dated, unread = (rows, []) if rows is None else read_days(rows, stated, day_first, path.name, lang)
    return dated, [understood(found, catalogue, lang), *rejected, *unread]


def _open(doubt: Said, needed: tuple[str, ...], money: bool) -> bool:
    """Whether a question about a table of results matters here: whose they are, when they were counted, the outcome; not
    the order of days, which is read with all days together, or fees."""
    if doubt.key == f"import_doubt_{OF_MONEY}":
        return money
    if doubt.key.removeprefix("import_doubt_") in ELSEWHERE:
        return False
    if doubt.key == "import_doubt_missing":
        return doubt.values.get("name") == "creator_id"
    return doubt.values.get("name", needed[0]) in needed
