"""What is to be said of training examples before anybody trusts what was learned from them."""

from __future__ import annotations

import pandas as pd

from predictor.definitions.schema import NUMERIC, Catalogue, Recipe, Rule
from predictor.forecasting.target_model import labelled
from predictor.wording.sentences import Said, load_sentences

STALE_DAYS = 90  # before the newest example, from which a count of followers without a day says little


def remarks_on_examples(examples: pd.DataFrame, catalogue: Catalogue, skipped: dict[str, str]) -> list[Said]:
    """Followers that are missing or of another time, and, by target that is not skipped, baselines that could not be fitted."""
    said = []
    if "followers" not in examples or examples["followers"].isna().all():
        said.append(Said("followers_none", {"all": len(examples)}))
    if "followers_from" in examples:
        past = examples["at"] < examples["at"].max() - pd.Timedelta(days=STALE_DAYS)
        count = int((past & (examples["followers_from"] == "static")).sum())
        if count:
            said.append(Said("followers_static", {"count": count, "all": len(examples), "days": STALE_DAYS}))
    for name, recipe in catalogue.recipes.items():
        if name not in skipped and catalogue.in_money(recipe) and "currency" in examples:
            named = labelled(examples, recipe)["currency"].dropna().astype("str")
            unnamed = int(examples[recipe.outcome].notna().sum()) - len(named)
            if len(named) and unnamed:
                values = {"target": recipe.label, "count": unnamed, "all": unnamed + len(named), "currency": named.iloc[0]}
                said.append(Said("money_unnamed", values))
        if name not in skipped and (idle := idle_rules(labelled(examples, recipe), recipe)):
            columns = {column: None for missing in idle.values() for column in missing}
            labels = tuple(catalogue.entries[column].label for column in columns if column in catalogue.entries)
            said.append(Said("rules_idle", {"target": recipe.label, "rules": tuple(map(_named, idle)), "columns": labels}))
    return said


def remarks_on_bookings(bookings: pd.DataFrame | None, catalogue: Catalogue) -> list[Said]:
    """Bookings that are another one but for their ids, with results: most likely one booking that was written down twice."""
    if bookings is None:
        return []
    outcomes = {name for name, one in catalogue.entries.items() if one.known == "after_booking" and one.type in NUMERIC}
    results, same = [name for name in bookings if name in outcomes], [name for name in bookings if name != "booking_id"]
    again = bookings.duplicated(same) & (bookings[results].fillna(0) != 0).any(axis=1)
    if not again.any():
        return []
    return [Said("bookings_alike", {"count": int(again.sum()), "first": str(bookings.loc[again, "booking_id"].iloc[0])})]


def idle_rules(rows: pd.DataFrame, recipe: Recipe) -> dict[str, tuple[str, ...]]:
    """Baselines that say nothing of their own of these rows, because all the columns that they read are missing there."""
    found = {name: _read(rule) for name, rule in recipe.rules.items()}
    return {name: columns for name, columns in found.items() if columns and not _any(rows, columns)}


def _read(rule: Rule) -> tuple[str, ...]:
    """The columns without which a baseline only repeats what it falls back on."""
    sponsored = (rule.when_sponsored,) if rule.when_sponsored else ()
    return sponsored or rule.records or rule.of or rule.benchmark or rule.regression or ()


def _any(rows: pd.DataFrame, columns: tuple[str, ...]) -> bool:
    return bool(rows.filter(columns).notna().any(axis=None))


def _named(rule: str) -> Said | str:
    key = f"rule_{rule}"
    return Said(key) if key in load_sentences("en") else rule.replace("_", " ")
