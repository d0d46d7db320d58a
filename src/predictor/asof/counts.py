"""Counts of posts: those kept over time, what is wrong with them, the growth learned from them, and labels at the horizon."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from predictor.asof.events import SEEN_AFTER
from predictor.asof.growth import YOUNGEST, Growth, fit_curves, horizons
from predictor.asof.joins import MATURE_AFTER, outcome, with_platform
from predictor.asof.selection import learned_gaps
from predictor.definitions.schema import Catalogue
from predictor.tables.frames import History
from predictor.wording.sentences import Said

DAY = pd.Timedelta(days=1)
TAKEN_BACK = 0.1  # of a log count


def pairs_of_counts(tables: History, catalogue: Catalogue, name: str) -> pd.DataFrame:
    """Each kept count of an outcome beside the next one of the same post that does not fall below it.

    Returns
    -------
    `creator_id`, `platform`, `format`, `age` and `next_age` in days, `count` and `next_count`, among others.
    """
    pairs = _pairs(_kept(tables, catalogue), name)
    return pairs[~_falls(pairs)].reset_index(drop=True)


def one_a_day(kept: pd.DataFrame) -> pd.DataFrame:
    """Counts over time without those of a post that it has a later one of the same day of."""
    ordered = kept.sort_values("counted_at", kind="stable")
    again = ordered.assign(day=ordered["counted_at"].dt.normalize()).duplicated(["post_id", "day"], keep="last")
    return ordered[~again]


def learned_growth(tables: History, catalogue: Catalogue, until: pd.Timestamp | None = None) -> Growth:
    """How counts grow, learned from posts of which two counts were kept, both before the moment `until` if there is one; and how
    much higher selected posts lie, from those published before it."""
    counts, curves = _kept(tables, catalogue), {}
    if until is not None:
        counts = counts[counts["counted_at"] < until]
    for name in horizons(catalogue):
        pairs = _pairs(counts, name)
        if len(pairs := pairs[~_falls(pairs)]):
            curves[name] = fit_curves(pairs)
    growth = Growth(horizons(catalogue), curves)
    return replace(growth, gaps=learned_gaps(tables, catalogue, growth, until))


def with_labels(
    posts: pd.DataFrame, tables: History, catalogue: Catalogue, growth: Growth, youngest: pd.Timedelta = MATURE_AFTER
) -> pd.DataFrame:
    """Posts with every target's outcome at its horizon, and `label_known_on`, the day that it is known from.

    A label is the count nearest the horizon in log age, brought there by the mean growth; a count without a date stands as it is
    where there is no other. A label is known when that count was taken; of posts that were mature before anybody kept counts over
    time of their creator, on the day that they were, as if it had been taken then. Counts taken before a post was as old as the
    `youngest` are no labels; of a platform of which counts over time were kept, only those taken before its second day.
    """
    targets = sorted({recipe.outcome for recipe in catalogue.recipes.values()})
    rare = {recipe.outcome for recipe in catalogue.recipes.values() if recipe.counts}  # whole numbers
    parts = {part for name in targets for part in (name, *catalogue.entries[name].otherwise)}
    about = with_platform(posts, tables)
    counted = about["counted_at"] if "counted_at" in about else pd.Series(pd.NaT, index=about.index)
    ends = about["published_at"].max()  # without a date of counting: the day the data ends
    kept = _kept(tables, catalogue)
    begun = (
        about["creator_id"].map(kept.groupby("creator_id")["counted_at"].min()) if len(kept) else pd.Series(pd.NaT, about.index)
    )
    labelled, known_on = posts.drop(columns=[name for name in parts if name in posts]), about["published_at"] + MATURE_AFTER
    strict = (about["published_at"] + MATURE_AFTER >= begun).to_numpy()
    for name in targets:
        own = about.assign(value=outcome(about, name, catalogue), counted_at=counted)
        every = pd.concat([_dated(own), _dated(kept.assign(value=kept[name]))], ignore_index=True) if len(kept) else _dated(own)
        age = (every["counted_at"] - every["published_at"]) / DAY
        far = np.abs(np.log(np.maximum(age, YOUNGEST)) - np.log(growth.horizons.get(name, 1.0)))
        taught = every["platform"].isin(_pairs(kept, name)["platform"])
        mature = every.assign(age=age, far=far)[age >= np.where(taught, min(youngest, SEEN_AFTER), youngest) / DAY]
        best = mature.sort_values(["far", "counted_at"], kind="stable").drop_duplicates("post_id").set_index("post_id")
        grown = np.log1p(best["value"]) + growth.log_factor(name, best, best["age"].to_numpy(), "mean")
        found = best.assign(value=np.expm1(grown).clip(lower=0.0)).reindex(about["post_id"]).set_index(about.index)
        undated = own["value"].where(own["counted_at"].isna() & (ends - about["published_at"] >= youngest))
        labelled[name] = (found["value"].round() if name in rare else found["value"]).fillna(undated)
        when = found["counted_at"].where(strict)
        known_on = known_on.where(~(when > known_on), when)
    return labelled.assign(label_known_on=known_on)


def remarks_on_counts(tables: History, catalogue: Catalogue) -> list[Said]:
    """What is to be said of counts: which posts have none of what is asked, where a curve of growth was assumed, and which counts
    could not teach one."""
    posts, kept, counts = tables.get("posts"), tables.get("post_snapshots"), _kept(tables, catalogue)
    if posts is None:
        return []
    said = _remarks_on_sums(posts, catalogue)
    undated = int(posts["counted_at"].isna().sum()) if "counted_at" in posts else len(posts)
    if undated:
        said.append(Said("counts_undated", {"count": undated}))
    found = [_pairs(counts, name) for name in horizons(catalogue)]
    if undated < len(posts) and not any(map(len, found)):
        said.append(Said("counts_default", {}))
    if kept is None:
        return said
    falls = {post for pairs in found for post in pairs.loc[_falls(pairs), "post_id"]}
    published = kept["post_id"].map(posts.set_index("post_id")["published_at"])
    for key, count in (
        ("counts_fall", len(falls)),
        ("counts_early", int((kept["counted_at"] < published).sum())),
        ("counts_same_day", len(kept) - len(one_a_day(kept))),
    ):
        if count:
            said.append(Said(key, {"count": count}))
    oldest = counts["age"].max() if len(counts) else np.nan
    for horizon in sorted({recipe.horizon_days for recipe in catalogue.recipes.values()}):
        if oldest < horizon:
            said.append(Said("counts_short", {"days": int(oldest), "horizon": f"{horizon:g}"}))
    return said


def _remarks_on_sums(posts: pd.DataFrame, catalogue: Catalogue) -> list[Said]:
    """How many posts have parts of an outcome, but not the main one, so that it is unknown."""
    said = []
    for name in horizons(catalogue):
        main, *others = catalogue.entries[name].otherwise or ("",)
        if main in posts:
            in_part = posts[[part for part in others if part in posts]].notna().any(axis=1)
            if count := int((in_part & outcome(posts, name, catalogue).isna()).sum()):
                said.append(Said("counts_in_part", {"count": count, "main": main, "outcome": name}))
    return said


def _kept(tables: History, catalogue: Catalogue) -> pd.DataFrame:
    """Counts over time, one a day and none from before publication: the post's, its age in days, and each outcome."""
    posts, kept = tables.get("posts"), tables.get("post_snapshots")
    names = list(horizons(catalogue))
    about = ["post_id", "creator_id", "published_at", "platform", "format"]
    if posts is None or kept is None:
        return pd.DataFrame(columns=[*about, "counted_at", "age", *names]).astype({"counted_at": "datetime64[us]"})
    day = one_a_day(kept)
    values = pd.DataFrame({name: outcome(day, name, catalogue) for name in names}, index=day.index)
    rows = day[["post_id", "counted_at"]].join(values).merge(with_platform(posts, tables)[about], on="post_id")
    rows["age"] = (rows["counted_at"] - rows["published_at"]) / DAY
    return rows[rows["age"] >= 0].sort_values(["post_id", "counted_at"], kind="stable", ignore_index=True)


def _pairs(counts: pd.DataFrame, name: str) -> pd.DataFrame:
    """Each count of an outcome beside the next one of the same post."""
    some = counts[counts[name].notna()].rename(columns={name: "count"})
    later = some.groupby("post_id")[["age", "count"]].shift(-1).add_prefix("next_")
    return some.join(later).dropna(subset="next_age").reset_index(drop=True)


def _falls(pairs: pd.DataFrame) -> pd.Series:
    """Whether the later count lies below the earlier one by more than people who take back a like explain."""
    return np.log1p(pairs["next_count"]) < np.log1p(pairs["count"]) - TAKEN_BACK


def _dated(rows: pd.DataFrame) -> pd.DataFrame:
    columns = ["post_id", "published_at", "counted_at", "platform", "format", "value"]
    return rows.loc[rows["counted_at"].notna() & rows["value"].notna(), columns]
