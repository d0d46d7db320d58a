"""Names that hold their handle or platform too: Minh Tú (@minhtu - TikTok), Hương Giang (IG: huonggiang), Lan @lan.eats; and
links to a profile in place of a name."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.accounts import HANDLE, LINK, account_of, one_spelling
from predictor.intake.spreadsheets.handle_cells import SEVERAL
from predictor.intake.spreadsheets.titles import Titles
from predictor.wording.sentences import Said

BRACKETS = re.compile(r"(?P<name>[^()（）\[\]]*\w[^()（）\[\]]*?)\s*[(（\[](?P<inside>[^()（）\[\]]+)[)）\]]")
BEHIND = re.compile(r"(?P<name>.*\w.*?)\s*(?:[-–—|/,]\s*|\s)(?P<inside>@[\w.\-]{2,60})")


@dataclass(frozen=True)
class Named:
    """A name, and the handle and platform that stand beside it; either may be None."""

    name: str
    handle: str | None
    platform: str | None


def named(text: str, titles: Titles) -> Named | None:
    """The name, handle and platform that a text is; None where anything in its brackets is neither, or of several."""
    found = BRACKETS.fullmatch(text.strip()) or BEHIND.fullmatch(text.strip())
    if found is None or SEVERAL.search(text):
        return None
    platform = titles.mentioned(found["inside"])
    rest = titles.without_platform(found["inside"]).strip(" -–—|/,;:：·")
    marked = rest.startswith("@") or (platform is not None and re.search("[:：]", found["inside"]) is not None)
    if rest and not (marked and HANDLE.fullmatch(rest)) or not (rest or platform):
        return None
    return Named(found["name"], rest.removeprefix("@") or None, platform)


def linked(text: str, platforms: Collection[str]) -> Named | None:
    """The account to which a text that is a link to a profile leads, its handle as its name; None where it leads to none."""
    account = account_of(text)
    if account.handle is None or account.platform not in platforms:
        return None
    return Named(account.handle, account.handle, account.platform)


def handles_in_names(
    values: dict[str, pd.Series], entries: dict[str, Entry], titles: Titles
) -> tuple[dict[str, pd.Series], list[Said]]:
    """Names without the handle and platform that they hold, these as columns, and the note of it.

    A row whose id or platform says otherwise keeps its name as it is.
    """
    if "name" not in values or not {"creator_id", "platform"} <= {*entries}:
        return {}, []
    names, platforms = values["name"], entries["platform"].categories
    accounts = {
        cell: linked(cell, platforms) if LINK.fullmatch(cell.strip()) else named(cell, titles) for cell in names.dropna().unique()
    }
    read = {cell: one for cell, one in accounts.items() if one is not None}
    at = names.isin([*read])
    found = names[at].map(read)
    said = {
        "creator_id": found.map(lambda one: one.handle).astype("str"),
        "platform": found.map(lambda one: one.platform).astype("str"),
    }
    own = {name: values.get(name, pd.Series(None, index=names.index, dtype="str")) for name in said}
    agrees = [
        own[name][at].isna() | cells.isna() | (own[name][at].str.removeprefix("@") == cells) for name, cells in said.items()
    ]
    rows = found.index[agrees[0] & agrees[1]]
    if not len(rows):
        return {}, []
    filled = {name: own[name].fillna(cells.reindex(rows)) for name, cells in said.items()}
    changed = {name: cells for name, cells in filled.items() if name in values or cells.notna().any()}
    bare = names.where(
        ~names.index.isin(rows), names.map(lambda cell: read[cell].name if cell in read else cell, na_action="ignore")
    )
    note = Said("import_handle_in_name", {"count": len(rows), "came": str(names[rows[0]])})
    return {"name": bare.astype("str"), **changed}, [note]


def spelt_once(who: pd.Series, platform: pd.Series) -> tuple[pd.Series, list[Said]]:
    """Ids with one spelling of each account on a platform, and the note of those that have several."""
    written, spelt = one_spelling(who, platform)
    return written, spelling_notes(spelt)


def spelling_notes(spelt: dict[str, list[str]]) -> list[Said]:
    """The note of accounts that are spelt in several ways."""
    said = "; ".join(f"{' / '.join(cells)} → {who}" for who, cells in spelt.items())
    return [Said("import_one_account", {"accounts": said})] if spelt else []
