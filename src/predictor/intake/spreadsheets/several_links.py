"""Cells that link to several accounts: the one on the row's platform where it says one; else it is asked, never the first."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from predictor.intake.accounts import Account, accounts_of
from predictor.intake.cells import as_text
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.marked_cells import marked
from predictor.intake.spreadsheets.rejects import Reject, reject
from predictor.wording.sentences import Said

OF_ACCOUNTS = ("link", "creator_id")  # columns in which people link to profiles
Links = dict[str, Account]  # of one cell, each with the account that it leads to


@dataclass
class Several:
    """What is to be said of cells that link to several accounts: asked, refused, told."""

    doubts: list[Said] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)


def one_account_each_row(
    layout: Layout, theirs: dict[str, str], values: dict[str, pd.Series], stated: object, table: str
) -> Several:
    """Leave one link in each cell that holds several, blank where it is open which; `values` is changed in place.

    The row's own platform decides, or `stated`, which holds for rows that name none. `theirs` are the titles by our columns.
    """
    found = Several()
    for name in OF_ACCOUNTS if table in ("candidates", "creators") else ():
        text = as_text(values[name]) if name in values else pd.Series(dtype="str")
        read = {cell: links for cell in text.dropna().unique() if (links := accounts_of(cell))}
        several = text[text.isin([*read])]
        if several.empty:
            continue
        own = values["platform"].reindex(several.index) if "platform" in values else pd.Series(None, several.index, dtype="str")
        own = own if stated is None else own.fillna(str(stated))
        pairs = zip(several, own, strict=True)
        chosen = pd.Series([_on(read[cell], platform) for cell, platform in pairs], several.index, dtype=object)
        elsewhere = several.map(lambda cell, read=read: len({one.platform for one in read[cell].values()}) > 1)
        asked, title = chosen.isna() & own.isna() & elsewhere, theirs.get(name, name)
        shown = several.map(lambda cell, read=read: ", ".join(f"{one.platform}: {one.handle}" for one in read[cell].values()))
        found.notes += marked(layout, title, shown, {"import_link_of_platform": chosen.notna() & shown.str.contains(", ")})
        platforms = [str(one.platform) for cell in several[asked] for one in read[cell].values()]
        first, *others = dict.fromkeys(platforms) or [""]
        found.doubts += marked(
            layout, title, shown, {"import_doubt_links": asked}, first=first, others=", ".join(others), table=table
        )
        found.rejects += [
            reject(layout, title, int(str(row)), shown[row], Said("cell_links", {"came": shown[row]}))
            for row in several.index[chosen.isna() & ~asked]
        ]
        values[name] = values[name].mask(text.isin([*read]), chosen.reindex(text.index)).astype("str")
    return found


def _on(links: Links, platform: object) -> str | None:
    """The only link of several that leads to an account, or to one on a platform."""
    there = [link for link, one in links.items() if one.platform == platform or len(links) == 1]
    return there[0] if len(there) == 1 else None
