"""Columns of prices, each of one deliverable, as rows of their own: a row a creator and deliverable."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.cells import as_text
from predictor.intake.mapping import Deliverable, TableMapping
from predictor.intake.spreadsheets.columns import Column
from predictor.intake.spreadsheets.currencies import Rates, common, doubt_currency, exchanged
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.marked_cells import marked
from predictor.intake.spreadsheets.money_columns import fee_for_all, fee_for_others, read_money, too_little_beside
from predictor.intake.spreadsheets.rejects import Reject, reject
from predictor.intake.spreadsheets.title_words import HOURLY, letters
from predictor.intake.spreadsheets.titles import Titles, deliverable_of
from predictor.intake.spreadsheets.unpriced import offered
from predictor.intake.values import TOGETHER, read_column, spellings
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

Priced = tuple[str, Deliverable, Column]


def read_prices(
    layout: Layout,
    given: pd.DataFrame,
    one: TableMapping,
    entries: dict[str, Entry],
    table: str,
    stated: pd.Series,
    titles: Titles,
) -> list[Priced]:
    """The columns of prices that the mapping names, each read as a fee."""
    known = {fold(title): (title, what) for title, what in one.prices.items()}
    found = [(place, *known[fold(title)]) for place, title in enumerate(given.columns) if fold(title) in known]
    read = []
    for place, title, what in found:
        cells = given.iloc[:, place]
        cells = _per_hour(cells) if what.format in BY_SESSION else cells
        column = read_money(layout, title, cells, "fee", entries["fee"], table, one, stated, titles)
        column = _for_all(layout, title, column, what, cells)
        if HOURLY.search(letters(title)):
            column = replace(column, notes=(*column.notes, Said("import_hourly", {"title": title})))
        bad = [replace(reject, kept=True) for reject in fee_for_others(layout, title, cells, *_other_number(column, what, cells))]
        column = replace(column, rejects=[*column.rejects, *bad]).without_bad_cells()
        unsaved = cells.index.isin([row for row, place in layout.grid.unsaved if place == layout.column(title)])
        read.append((title, what, replace(column, offered=offered(cells) | unsaved)))  # a formula is a price too
    return read


def _for_all(layout: Layout, title: str, column: Column, what: Deliverable, cells: pd.Series) -> Column:
    """A column of prices of several posts, its prices for one post each multiplied by how many they are."""
    if column.pieces is None or column.money is None or what.posts == 1 or "+" in str(what.format):
        return column
    booked = pd.Series(float(what.posts), index=cells.index)
    times, multiplied = fee_for_all(layout, title, cells, column.pieces, booked)
    money = replace(column.money, values=column.money.values * times)
    pieces, notes = column.pieces.mask(times.gt(1.0), booked), (*column.notes, *multiplied)
    return replace(column, values=column.values * times, money=money, pieces=pieces, notes=notes)


def of_its_platform(layout: Layout, title: str, column: Column, values: dict[str, pd.Series], titles: Titles) -> Column:
    """A column of prices without those in rows of another platform than its title names."""
    theirs, own = titles.read(title).platform, values.get("platform")
    if theirs is None or own is None:
        return column
    elsewhere = column.values.index[column.values.notna() & own.notna() & (own != theirs)]
    cells = layout.frame[title]
    said = {row: {"came": str(cells[row]).strip(), "named": theirs, "own": own[row]} for row in elsewhere}
    bad = [reject(layout, title, int(row), cells[row], Said("cell_other_platform", it)) for row, it in said.items()]
    spoilt = replace(column, rejects=[*column.rejects, *bad]).without_bad_cells()
    return replace(spoilt, offered=None if column.offered is None else column.offered & ~column.values.index.isin(elsewhere))


def _per_hour(cells: pd.Series) -> pd.Series:
    """Prices without the hour or session that they are for, which is what is booked."""
    return cells.map(lambda cell: PER_SESSION.sub("", cell) if isinstance(cell, str) else cell)


BY_SESSION = ("live", "livestream", "event", "appearance")  # what is booked by the hour or session
PER_SESSION = re.compile(r"\s*/\s*(?:1\s*)?(?:h|hr|hour|giờ|gio|buổi|buoi|phiên|phien|session)s?\s*$", re.IGNORECASE)


def _other_number(column: Column, what: Deliverable, cells: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The cells that name other posts than their column does, and the number of the column; of one video 3tr/2 video is two."""
    pieces = column.pieces if column.pieces is not None else pd.Series(dtype=float)
    other = pieces[pieces.notna() & (pieces != what.posts)]
    if what.posts == 1:
        named = other.index.map(lambda row: deliverable_of(letters(str(cells[row]))))
        other = other[[one is not None and one.format not in (what.format, "post") for one in named]]
    return other, pd.Series(float(what.posts), index=pieces.index)


def by_deliverable(
    layout: Layout, frame: pd.DataFrame, priced: list[Priced], rates: Rates | None, table: str, entries: dict[str, Entry],
    titles: Titles,
) -> tuple[pd.DataFrame, list[Said], list[Reject]]:  # fmt: skip
    """One row a creator and deliverable: a row for every price, keeping the numbers of the rows that they come from.

    Where a row does not say its platform, the title of each price may.
    """
    money, doubts = exchanged([column.money for _, _, column in priced if column.money is not None], rates)
    codes, _ = common(money, table)  # what one price of a row does not say, another may
    said = [] if codes is None else codes.dropna().unique()
    most = max((one.values.max() for one in money), default=0.0)
    rows, rejects = [], list[Reject]()
    for (title, what, column), one in zip(priced, money, strict=True):
        own = one.codes.where(one.codes.notna(), codes)
        own = own.where(own.notna(), said[0] if len(said) == 1 else None)
        bad = too_little_beside(layout, one, own, most)
        rejects += [replace(reject, kept=True) for reject in bad]
        fee = one.values.mask(one.values.index.isin([reject.row for reject in bad]))
        name, _ = read_column(pd.Series([what.format], dtype="str"), "format", entries["format"])
        fees = {"fee": fee, "currency": own.where(fee.notna()), "format": name.iloc[0], "posts": _posts(column, what)}
        if what.format is None:  # it is for what its row says
            fees |= {each: frame[each].fillna(fees[each]) for each in ("format", "posts") if each in frame}
        if column.terms is not None and "fee_terms" in entries:
            fees |= with_terms(frame.get("fee_terms"), column.terms.where(fee.notna()))
        if (platform := titles.read(title).platform) is not None and "platform" in entries:
            own_platform = frame["platform"] if "platform" in frame else pd.Series(None, frame.index, dtype="str")
            fees |= {"platform": own_platform.fillna(platform)}
            for figure, theirs in _of_platforms(layout, titles).items():
                if figure in frame:  # the subscribers on YouTube are nobody's followers on TikTok
                    fees |= {figure: frame[figure].where(own_platform.notna() | (theirs == platform))}
        rows.append(frame.assign(**fees).loc[column.offered if column.offered is not None else one.values.notna()])
    found = pd.concat(rows)
    found = pd.concat([found, frame.loc[frame.index.difference(found.index)]]).sort_index(kind="stable")
    found["format"], bare = found["format"].astype("str"), found["fee"].notna() & found["currency"].isna()
    if bare.any():
        several = "' / '".join(title for title, _, _ in priced)
        doubts = [*doubts, doubt_currency(several, int(bare.sum()), bare.idxmax(), table)]
    return found, doubts, rejects


def left_to_prices(
    given: pd.DataFrame, layout: Layout, title: str, one: TableMapping, entries: dict[str, Entry], titles: Titles
) -> tuple[pd.DataFrame, list[Said]]:
    """The rows, their platform blank where it is several (IG / TikTok), of which the title of every price says one."""
    named = {titles.read(priced).platform for priced in one.prices if layout.column(priced)}
    if "platform" not in given or "platform" not in entries or None in named or len(named) < 2:
        return given, []
    known = spellings(entries["platform"])
    parts = {
        cell: {known.get(fold(part)) for part in TOGETHER.split(cell)} for cell in as_text(given["platform"]).dropna().unique()
    }
    at = as_text(given["platform"]).isin([cell for cell, said in parts.items() if len(said) > 1 and said <= named])
    return given.assign(platform=given["platform"].mask(at)), marked(
        layout, title, given["platform"], {"import_left_to_prices": at}
    )


def of_several_platforms(layout: Layout, frame: pd.DataFrame, priced: list[Priced], titles: Titles) -> list[Said]:
    """That prices stand on several platforms by their titles, where the followers do not say whose they are."""
    named = {title: platform for title, *_ in priced if (platform := titles.read(title).platform) is not None}
    if len({*named.values()}) < 2 or ("platform" in frame and frame["platform"].notna().any()):
        return []
    titled = [title for title in layout.titles.values() if titles.name(title) in OF_AN_ACCOUNT]
    own = {title: platform for title in titled if (platform := titles.read(title).platform) is not None}
    shared, theirs = "' / '".join(title for title in titled if title not in own), _words(own)
    notes = [Said("import_price_platforms", {"prices": _words(named), "titles": shared})] if shared else []
    return [*notes, *([Said("import_figures_of_platform", {"prices": _words(named), "titles": theirs})] if own else [])]


def _words(named: dict[str, str]) -> str:
    return "; ".join(f"'{title}' → {platform}" for title, platform in named.items())


def _of_platforms(layout: Layout, titles: Titles) -> dict[str, str]:
    """The figures of an account that stand under a title that names a platform, and the platform."""
    found = {titles.name(title): titles.read(title).platform for title in layout.titles.values()}
    return {figure: platform for figure in OF_AN_ACCOUNT if (platform := found.get(figure)) is not None}


OF_AN_ACCOUNT = ("followers", "average_views", "engagement_rate")


def with_terms(stated: pd.Series | None, of_fee: pd.Series) -> dict[str, pd.Series]:
    """What a sheet says of its fees in a column of its own, and what each fee's cell says; nothing where none says anything."""
    if stated is None:
        return {"fee_terms": of_fee} if of_fee.notna().any() else {}
    both = stated.str.cat(of_fee, sep="; ").map(lambda terms: "; ".join(dict.fromkeys(terms.split("; "))), na_action="ignore")
    return {"fee_terms": both.fillna(stated).fillna(of_fee)}


def _posts(column: Column, what: Deliverable) -> pd.Series:
    """How many each price is for: as many as its title says, or its cell where the title names one."""
    said = pd.Series(float(what.posts), column.values.index)
    return said if column.pieces is None or what.posts > 1 else column.pieces.astype(float).fillna(said)
