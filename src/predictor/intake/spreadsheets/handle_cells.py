"""Cells that should hold one account and hold it in another way: ＠linh, a link, two handles, a collection of links."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from predictor.intake.accounts import Account, account_of
from predictor.intake.cells import Refused, as_text, without_emoji
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.marked_cells import marked
from predictor.wording.sentences import Said

SEVERAL = re.compile(r"(?<![\w.])@[\w.\-]{2,60}\W(?:.*\W)?@[\w.\-]{2,60}")
GONE = re.compile(  # what platforms and people write in place of an account that is no more
    r"[\[(<]?\s*(?:(?:account|user|profile)[ _-]?)?(?:deleted|removed|suspended|banned|deactivated|not found)"
    r"(?:[ _-]?(?:account|user|profile|creator))?\s*[\])>]?|(?:(?:facebook|instagram|tiktok|youtube) user|"
    r"người dùng (?:facebook|instagram|tiktok)|(?:tài khoản|kênh|acc) (?:đã|bị) (?:xo[áa]|xóa|khó?[áa]|bay màu))",
    re.IGNORECASE,
)
HANDLE = r"@?[\w.\-]{2,60}"
FORMER = (
    r"(?:old|formerly|former|f\.?k\.?a\.?|prev(?:ious(?:ly)?)?|was|tên cũ|nick cũ|id cũ|cũ|trước (?:đây )?là|trước đây|旧|原)"
)
RENAMED = re.compile(  # linh.n (old: linh_ng), @linh_ng → @linh.n
    rf"(?P<now>{HANDLE})\s*[(\[]\s*{FORMER}\s*[:：.]?\s*{HANDLE}\s*[)\]]|{HANDLE}\s*(?:→|->|=>|⇒|➜)\s*(?P<then>{HANDLE})",
    re.IGNORECASE,
)
LETTERS = r"(?=[\w.\-@]*[^\W\d_]{2})"  # 1.78E+16 is an id that a spreadsheet shortened
TWO = re.compile(rf"{LETTERS}{HANDLE}\s*(?:&|\+|×|\bx\b|\bvà\b|\band\b)\s*{LETTERS}{HANDLE}", re.IGNORECASE)
OF_HANDLES = re.compile(r"[._\d@]")  # of a name it is rarely a part: Ben & Jerry are one
COLLECTIONS = re.compile(  # pages of links of one person's, which are no platform
    r"(?<![\w.-])(?:linktr\.ee|beacons\.(?:ai|page)|bio\.link|bio\.site|lnk\.bio|linkbio\.co|campsite\.bio|taplink\.cc|msha\.ke|"
    r"allmylinks\.com|solo\.to|[\w-]+\.carrd\.co|lynk\.id|s\.id|linkfly\.to|hoo\.be|milkshake\.app)(?![\w.-])",
    re.IGNORECASE,
)


def one_account_each(cells: pd.Series) -> tuple[pd.Series, list[Refused]]:
    """Cells of ids with a handle as it is usually typed; cells of several, and of accounts that are gone, are refused."""
    text = as_text(cells)
    read = {cell: _handle(cell) for cell in text.dropna().unique()}
    several = np.flatnonzero(text.map(lambda cell: SEVERAL.search(cell) is not None, na_action="ignore").eq(True))
    refused = [Refused(several, lambda cell: Said("cell_handles", {"came": str(text.iloc[cell])}))] if len(several) else []
    gone = np.flatnonzero(text.map(lambda cell: GONE.fullmatch(cell.strip()) is not None, na_action="ignore").eq(True))
    refused += [Refused(gone, lambda cell: Said("cell_gone", {"came": str(text.iloc[cell])}))] if len(gone) else []
    changed = text.map(lambda cell: read[cell] != cell, na_action="ignore").eq(True)
    return cells.astype(object).where(~changed, text.map(read)), refused


def present_handles(layout: Layout, title: str, cells: pd.Series) -> tuple[pd.Series, list[Said]]:
    """Cells of ids or names, of those that name a former handle too the present one alone, which is told; so is what is perhaps
    the handles of two."""
    text = as_text(cells)
    found = {cell: RENAMED.fullmatch(cell.strip()) for cell in text.dropna().unique()}
    present = {cell: match["now"] or match["then"] for cell, match in found.items() if match is not None}
    renamed = text.isin([*present])
    two = text.map(
        lambda cell: TWO.fullmatch(cell.strip()) is not None and OF_HANDLES.search(cell) is not None, na_action="ignore"
    )
    notes = marked(layout, title, cells, {"import_renamed": renamed, "import_perhaps_two": two.eq(True)})
    return cells.astype(object).mask(renamed, text.map(present)), notes


def _handle(cell: str) -> str:
    return re.sub(r"^@\s+", "@", without_emoji(cell.replace("＠", "@")).strip())


def handles_of_links(who: pd.Series) -> pd.Series:
    """Ids, those that are links to a profile as the handles that these lead to."""
    handles = {cell: one.handle for cell, one in _linked(who).items()}
    return who.replace(handles) if handles else who


def hosts_of_ids(who: pd.Series) -> pd.Series:
    """The platform of each id that is a link to a profile, and of each handle that such a link on one platform alone leads to."""
    linked = _linked(who)
    if not linked:
        return pd.Series(None, index=who.index, dtype="str")
    hosts: dict[str, set[str | None]] = {}
    for one in linked.values():
        hosts.setdefault(str(one.handle).casefold(), set()).add(one.platform)
    alone = {handle: on.pop() for handle, on in hosts.items() if len(on) == 1}
    handles = who.str.strip().str.removeprefix("@").str.casefold()
    return who.map({cell: one.platform for cell, one in linked.items()}).fillna(handles.map(alone)).astype("str")


def _linked(who: pd.Series) -> dict[str, Account]:
    """The accounts to which those ids lead that are links to a profile."""
    known = {cell: account_of(cell) for cell in who[who.str.contains("/", regex=False, na=False)].unique()}
    return {cell: one for cell, one in known.items() if one.platform is not None and one.handle is not None}


def links_to_no_account(layout: Layout, title: str, who: pd.Series | None) -> list[Said]:
    """The cells of a column of links that lead to a page of links, which says neither the platform nor the account, and those to
    a post or through a short link, which does not say the account, where nothing else does: `who` are the ids of the rows."""
    if title not in layout.frame:
        return []
    cells = layout.frame[title]
    text = as_text(cells)
    at = text.str.contains(COLLECTIONS, na=False)
    read = {cell: account_of(cell) for cell in text.dropna().unique()}
    bare = text.map(lambda cell: read[cell].platform is not None and read[cell].handle is None, na_action="ignore").eq(True)
    bare &= True if who is None else who.reindex(bare.index).isna()
    return marked(layout, title, cells, {"import_link_collection": at, "import_link_no_account": bare & ~at})
