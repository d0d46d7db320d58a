"""The table of a plan's .xlsx: the titles that are written, and the table found again with what people wrote beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import BadZipFile

import pandas as pd

from predictor.definitions.schema import Catalogue, Recipe
from predictor.errors import Fault, RowsError
from predictor.intake.currency_words import CURRENCIES
from predictor.intake.mapping import Mapping, TableMapping
from predictor.intake.spreadsheets.grids import Grid, read_grids
from predictor.intake.spreadsheets.titles import Titles
from predictor.planning.early_counts import DAYS
from predictor.wording.sentences import LANGUAGES, Said, say

FORECAST_TITLES = {"expected": "expected", "lineup_low": "p10", "lineup_high": "p90"}  # a title's sentence → the figure below it
DEAL_TITLES = ("format", "posts", "from", "to")  # columns whose titles are the plan's own
DESCRIBES = ("creator_id", "name", "format")  # what says whose result a row is
OF_BOOKING = (*DESCRIBES, "platform")  # whoever has no id is somebody on a platform


def plan_titles(lang: str, outcome: str, catalogue: Catalogue) -> dict[str, str]:
    """The columns of a plan and their titles, in the order in which they are written; `outcome` is the label of what counts."""
    labels = {name: getattr(catalogue.entries[name].label, lang) for name in ("creator_id", "fee_terms")}
    titles = {"name": say(lang, "lineup_who"), "creator_id": labels["creator_id"], "kind": say(lang, "kind")}
    titles |= {"platform": say(lang, "platform")} | {name: say(lang, f"lineup_{name}") for name in DEAL_TITLES}
    titles |= {"fee": say(lang, "fee")} | {figure: say(lang, key, outcome=outcome) for key, figure in FORECAST_TITLES.items()}
    return titles | {"fee_terms": labels["fee_terms"]}


@dataclass(frozen=True)
class SignedTable:
    """The first sheet of a plan, the row of its titles, what each of the plan's own titles says, the target, and the language."""

    grid: Grid
    head: int
    own: dict[str, str]
    recipe: Recipe
    lang: str
    currency: str | None  # of an outcome in money

    @property
    def rows(self) -> pd.DataFrame:
        """The cells below the titles, under our names where the plan wrote the title, else under the title as it stands."""
        titles = [self.own.get(str(cell), str(cell)) for cell in self.grid.cells.loc[self.head]]
        return self.grid.cells.loc[self.head + 1 :].set_axis(titles, axis=1)

    @property
    def ends(self) -> pd.Series:
        """Which rows are the total."""
        rows = self.rows
        return (rows["name"].astype("str") == say(self.lang, "lineup_total")) & rows["creator_id"].isna()


def signed_table(path: Path, catalogue: Catalogue) -> SignedTable | None:
    """The table of a plan as it is handed out; None where this is another file."""
    if path.suffix.lower() != ".xlsx":
        return None
    try:
        grid = read_grids(path)[0]
    except (RowsError, ValueError, OSError, BadZipFile, IndexError):  # read as another file, which reports the fault
        return None
    written = [(int(str(row)), {*map(str, cells)}) for row, cells in grid.cells.iterrows()]
    for lang in LANGUAGES:
        for recipe, label, code in _outcomes(lang, catalogue):
            own = {title: name for name, title in plan_titles(lang, label, catalogue).items()}
            needed = {title for title, name in own.items() if name in (*DESCRIBES, *FORECAST_TITLES.values())}
            head = next((row for row, titles in written if needed <= titles), None)
            if head is not None:
                return SignedTable(grid, head, own, recipe, lang, code)
    return None


def _outcomes(lang: str, catalogue: Catalogue) -> Iterator[tuple[Recipe, str, str | None]]:
    """Each target with what a plan may call its outcome, and the currency in that: an amount of money is called by it too."""
    for recipe in catalogue.recipes.values():
        label = getattr(catalogue.entries[recipe.outcome].label, lang)
        yield recipe, label, None
        yield from ((recipe, f"{label} ({code})", code) for code in (CURRENCIES if catalogue.in_money(recipe) else ()))


def results_beside(signed: SignedTable, file: str, outcome: str, catalogue: Catalogue) -> tuple[Grid, Mapping]:
    """What people wrote beside the bookings of a plan, as a table of results, and how it is to be understood.

    One column more than the plan's own, days aside, is the outcome, whatever it is called.

    Raises
    ------
    RowsError
        Where nothing was written beside them.
    """
    ends = signed.ends
    last = ends.index[~ends.cummax() & signed.rows["name"].notna()].max()
    cells = signed.grid.cells.loc[:last]
    bookings = cells.loc[signed.head :]
    filled = bookings.columns[bookings.iloc[1:].notna().any()]
    added = [place for place in filled if str(bookings[place].iloc[0]) not in signed.own]
    if not added:
        raise RowsError([Fault.of(file, Said("afterwards_plan_itself"))])
    kept = [place for place, title in bookings.iloc[0].items() if signed.own.get(str(title)) in OF_BOOKING]
    columns = {str(title): name for title, name in signed.own.items() if name in OF_BOOKING}
    days = Titles(catalogue, "bookings")
    figures = [title for place in added if days.name(title := str(bookings[place].iloc[0])) not in DAYS]
    if len(figures) == 1 and Titles(catalogue).name(figures[0]) is None:
        columns[figures[0]] = outcome
    mapping = Mapping(tables={"bookings": TableMapping(columns=columns)})
    table = cells.where(cells.columns.isin([*kept, *added])[None, :] & (cells.index >= signed.head)[:, None])  # places stay
    return replace(signed.grid, cells=table), mapping
