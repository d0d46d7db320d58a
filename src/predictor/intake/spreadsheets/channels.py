"""The column that says where each row publishes, under a title that is not known: Main Platform, Netzwerk."""

from __future__ import annotations

import re

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.intake.cells import as_text, without_emoji
from predictor.intake.mapping import TableMapping
from predictor.intake.other_platforms import without_part
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.title_words import letters
from predictor.intake.spreadsheets.titles import Titles
from predictor.intake.values import spellings
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

MOST = 0.8  # of the cells
BESIDES = re.compile(  # titles of where somebody publishes besides, as `letters` writes them
    r"\b(?:others?|also|2nd|second(?:ary)?|cross|re ?posts?|re ?up|shares?|usage|ads?|boost\w*|"
    r"khac|phu|them|cheo|chay|quang cao)\b"
)


def with_platforms(
    layout: Layout, table: str, given: TableMapping, catalogue: Catalogue, titles: Titles
) -> tuple[TableMapping, list[Said]]:
    """The mapping with the one unknown title whose cells are platforms, where no title says so itself; and the note of it."""
    stated = "platform" in given.constants or given.headings == "platform"
    own = {fold(title): name for title, name in given.columns.items() if layout.column(title)}
    named = {title: own.get(fold(title)) or titles.name(title) for title in layout.titles.values()}
    if "platform" not in catalogue.columns(table) or stated or "platform" in named.values():
        return given, []
    known, aside = spellings(catalogue.entries["platform"]), {*map(fold, (*given.ignore, *given.prices))}
    found = [
        title
        for title, name in named.items()
        if name is None and fold(title) not in aside and not BESIDES.search(letters(title))
        and _are_platforms(as_text(layout.frame[title]).dropna(), known)
    ]  # fmt: skip
    if len(found) != 1:
        return given, []
    columns = given.columns | {found[0]: "platform"}
    return given.model_copy(update={"columns": columns}), [Said("import_read_as", {"title": found[0], "name": "platform"})]


def _are_platforms(said: pd.Series, known: dict[str, str]) -> bool:
    """Whether most filled cells name a platform, or a part of one."""
    bare = said.map(lambda cell: without_part(without_emoji(cell)))
    return len(said) > 0 and bool(bare.map(lambda cell: fold(cell) in known).mean() >= MOST)
