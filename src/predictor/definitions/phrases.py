"""What groups of rows are called, and in which order they are shown."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.wording import sentences


def category(row: pd.Series, column: str, catalogue: Catalogue, lang: str) -> str:
    """A cell of a category in the language's words."""
    value = str(row[column]) if column in row and pd.notna(row[column]) else ""
    words = catalogue.entries[column].categories.get(value) if column in catalogue.entries else None
    return getattr(words, lang) if words is not None else value


ORDERS = {"record": ["none", "few", "some", "many"], "tier": ["nano", "micro", "mid", "macro", "mega"]}


def word(column: str, value: object, catalogue: Catalogue, lang: str) -> str:
    """What a value of a column is called; as it stands where the catalogue has no word for it."""
    name = "" if pd.isna(value) else str(value).strip()  # type: ignore[call-overload]
    entry = catalogue.entries.get(column)
    words = entry.categories.get(name) if entry else None
    return getattr(words, lang) if words else name


def in_order(by: str, groups: Iterable[str]) -> list[str]:
    """Groups from small to large where they have an order, else by name."""
    order = ORDERS.get(by, [])
    return sorted(groups, key=lambda group: (order.index(group) if group in order else len(order), group))


def group_name(by: str, group: str, catalogue: Catalogue, lang: str) -> str:
    """What a group of rows is called."""
    key = f"record_{by}_{group}"
    return (
        sentences.say(lang, key) if key in sentences.load_sentences(lang) else sentences.heading(word(by, group, catalogue, lang))
    )


def group_heading(by: str, catalogue: Catalogue, lang: str) -> str:
    """What a way of grouping rows is called."""
    key = f"record_by_{by}"
    return sentences.say(lang, key) if key in sentences.load_sentences(lang) else str(getattr(catalogue.entries[by].label, lang))
