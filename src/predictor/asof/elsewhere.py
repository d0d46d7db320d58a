"""What a person's other accounts say of an account: their rates against what is usual of such accounts, as known on a date.

Partial pooling (Gelman and Hill 2007, "Data Analysis Using Regression and Multilevel/Hierarchical Models", chapter 12): the fewer
posts the other accounts have, the nearer to 0, what is usual. How much of it carries over to another account is for the model
to learn.
"""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

import numpy as np
import pandas as pd

from predictor.asof.engines import Source
from predictor.asof.growth import Growth
from predictor.asof.joins import pointwise, with_followers
from predictor.asof.records import read_records
from predictor.definitions.schema import Catalogue, Computed
from predictor.tables.frames import Columns, History

USUAL_POSTS = 2.0  # as many posts at the usual rate are taken to have been seen beside those of the other accounts
LEAST_PEERS = 5  # accounts of one platform and size without whose records nothing is usual of them
MOST_PEERS = 500  # accounts of a platform that what is usual is read from


def elsewhere(
    asks: pd.DataFrame, tables: History, sources: Mapping[str, Source], catalogue: Catalogue, growth: Growth
) -> pd.DataFrame:
    """How far the rates of each person's other accounts lie above what is usual, in log units.

    Parameters
    ----------
    asks
        `creator_id`, `person_id`, `at` (naive UTC); shape (n,).
    tables, sources
        The history, and what records are read from. Persons and their accounts are those of `creators`.

    Returns
    -------
    One column per feature of that function, with the index of `asks`: missing where nothing is known of another account, or of
    what is usual on its platform. What is usual is the median of the accounts of one platform and tier, or of one platform, as
    known when the month began.
    """
    wanted = {name: entry.computed for name, entry in catalogue.entries.items() if entry.computed and entry.of_others}
    nothing = pd.DataFrame(np.nan, index=asks.index, columns=list(wanted))
    others = _others(asks, tables)
    if not wanted or others.empty:
        return nothing
    peers = _peers(tables, others[["month", "platform"]].drop_duplicates())
    rows = _with_records(pd.concat([others, peers], ignore_index=True), tables, sources, catalogue, wanted, growth)
    others, peers = rows.iloc[: len(others)], rows.iloc[len(others) :]
    found = {name: _drawn_to_usual(others, peers, name) for name in wanted}
    return nothing.assign(**{name: values.reindex(range(len(asks))).to_numpy() for name, values in found.items()})


def _others(asks: pd.DataFrame, tables: History) -> pd.DataFrame:
    """Each ask with each other account of its person: `ask`, `creator_id` and `platform` (of the other), `at`, `month`."""
    creators = tables.get("creators")
    if creators is None or not {"person_id", "platform"} <= {*creators} or "person_id" not in asks:
        return pd.DataFrame()
    accounts = creators[["creator_id", "person_id", "platform"]].dropna().astype("str")
    mine = asks[["creator_id", "person_id", "at"]].rename(columns={"creator_id": "own"}).assign(ask=range(len(asks)))
    mine = mine.dropna(subset=["person_id", "at"]).astype({"person_id": "str"})
    several = mine["person_id"].isin(accounts["person_id"])
    pairs = mine[several].merge(accounts, on="person_id")
    pairs = pairs[pairs["creator_id"] != pairs["own"].astype("str")]
    return pairs[["ask", "creator_id", "platform", "at"]].assign(month=pairs["at"].dt.to_period("M").dt.start_time)


def _peers(tables: History, asked: pd.DataFrame) -> pd.DataFrame:
    """Accounts to read from what is usual, on each platform in each month asked: all of the history, or some drawn of many.

    They are drawn by a hash of their ids, so that another account changes one of them at most.
    """
    accounts = tables.frames["creators"][["creator_id", "platform"]].dropna().astype("str")
    accounts = accounts[accounts["platform"].isin(asked["platform"])]
    drawn = accounts["creator_id"].map(lambda name: crc32(name.encode())).sort_values(kind="stable").index
    accounts = accounts.loc[drawn].groupby("platform").head(MOST_PEERS)
    return accounts.merge(asked.assign(at=asked["month"]), on="platform")


def _with_records(
    rows: pd.DataFrame, tables: History, sources: Mapping[str, Source], catalogue: Catalogue, wanted: Mapping[str, Computed],
    growth: Growth,
) -> pd.DataFrame:  # fmt: skip
    """The rows with their tier, the rates and the posts (`…__seen`) of their records."""
    entries = {name: entry for name, entry in catalogue.entries.items() if not (entry.computed and entry.computed.from_history)}
    for name, computed in wanted.items():
        entry = catalogue.entries[name]
        level = computed.model_copy(update={"function": "level"})
        counted = computed.model_copy(update={"function": "count", "half_life": None})
        entries[name] = entry.model_copy(update={"computed": level})
        entries[f"{name}__seen"] = entry.model_copy(update={"computed": counted})
    records = read_records(rows.assign(listed=True), sources, catalogue.model_copy(update={"entries": entries}), growth=growth)
    size = catalogue.entries["tier"]
    sized = Columns.of(with_followers(rows, tables, rows["at"])).arrays()
    tier = pointwise(sized, size.computed, list(size.categories)) if size.computed else None
    return rows.assign(tier=tier).join(records)


def _drawn_to_usual(others: pd.DataFrame, peers: pd.DataFrame, name: str) -> pd.Series:
    """The mean over the posts of a person's other accounts of how far they lie above the usual; by the ask's place."""
    rates = peers.loc[peers[name] > 0].assign(log_rate=lambda rows: np.log(rows[name]))
    usual = pd.Series(np.nan, index=others.index)
    for cell in (["month", "platform", "tier"], ["month", "platform"]):
        known = rates.groupby(cell)["log_rate"].agg(["median", "size"]).reset_index()
        known = known[known["size"] >= LEAST_PEERS]
        usual = usual.fillna(others[cell].merge(known, on=cell, how="left")["median"].set_axis(others.index))
    above = np.log(others[name].where(others[name] > 0)) - usual
    seen = others[f"{name}__seen"].where(above.notna()).astype(float)
    of_person = pd.DataFrame({"ask": others["ask"], "above": above * seen, "seen": seen}).dropna().groupby("ask").sum()
    return of_person["above"] / (of_person["seen"] + USUAL_POSTS)
