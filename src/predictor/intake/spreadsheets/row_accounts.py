"""Which account each row of a sheet is: by its id, its handle or a link to its profile, and on which platform."""

from __future__ import annotations

import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.accounts import accounts
from predictor.intake.mapping import TableMapping
from predictor.intake.spreadsheets.columns import OTHER
from predictor.intake.spreadsheets.handle_cells import handles_of_links, hosts_of_ids
from predictor.intake.spreadsheets.named_handles import spelt_once
from predictor.wording.sentences import Said


def fill_in_accounts(
    values: dict[str, pd.Series], index: pd.Index, entries: dict[str, Entry], one: TableMapping, table: str, platform: str | None
) -> list[Said]:
    """Fill in who and where from links, then from what holds for the whole sheet; `values` is changed in place."""
    nothing = pd.Series(None, index=index, dtype="str")
    handles, hosts = accounts(values["link"]) if "link" in values else (nothing, nothing)
    by_link = "creator_id" not in values and handles.notna().any()
    notes = [Said("import_by_link")] if by_link else []
    if by_link:
        values["creator_id"] = handles
    elif "creator_id" in values:
        hosts = hosts.fillna(of_ids := hosts_of_ids(values["creator_id"]))
        by_link = of_ids.notna().any()
    if "platform" in entries:
        elsewhere = OTHER if table == "candidates" else None
        hosts = hosts.where(hosts.isin([*entries["platform"].categories]) | hosts.isna(), elsewhere)
    stated = one.constants.get("platform", platform)
    if "platform" in entries and ("platform" in values or hosts.notna().any() or stated is not None):
        own = values.get("platform", pd.Series(None, index=index, dtype="str"))
        filled = own.where(own.notna(), hosts)
        values["platform"] = filled if stated is None else filled.fillna(str(stated))
    if "creator_id" in values and (by_link or (table in ("candidates", "bookings") and "platform" in values)):
        on = values.get("platform", hosts)
        who, spelt = spelt_once(values["creator_id"], on)
        who = handles_of_links(who)
        values["creator_id"] = apart(who, on) if by_link else who  # an id is one account on one platform
        notes += spelt
    name, who = values.get("name"), values.get("creator_id")
    if name is not None and who is not None and "person_id" in entries and "person_id" not in values and "link" in values:
        several = name.notna() & name.groupby(name).transform("size").gt(1) & who.groupby(name).transform("nunique").gt(1)
        if several.any():
            values["person_id"] = name.where(several).astype("str")
            notes.append(Said("import_person", {"names": ", ".join(name[several].unique())}))
    return notes


def apart(who: pd.Series, platform: pd.Series) -> pd.Series:
    """Ids or names with their platform, where one and the same stands for accounts on several."""
    several = who.notna() & platform.notna() & platform.groupby(who).transform("nunique").gt(1)
    return who.where(~several, who.str.cat(platform, sep=" @ "))


def of_the_same(who: pd.Series, platform: pd.Series) -> pd.Series:
    """Platforms, those of rows without one as other rows of the same id say, where these agree."""
    others = platform.groupby(who)
    return platform.fillna(others.transform("first").where(others.transform("nunique") == 1))
