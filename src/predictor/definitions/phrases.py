"""What people read, in one language: sentences, numbers, and what a catalogue calls its columns and their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from predictor.definitions.schema import Catalogue, Niche, Worded
from predictor.wording import sentences

UNREGISTERED = "not registered"  # how forecasts name a model that no registry holds
ORDERS = {"record": ["none", "few", "some", "many"], "tier": ["nano", "micro", "mid", "macro", "mega"]}


@dataclass(frozen=True)
class Phrases:
    """The words of one language for one catalogue; whatever tells people something is handed one, made where it is asked for.

    Sentences and numbers are those of `wording.sentences`, with the language filled in.
    """

    lang: str
    catalogue: Catalogue

    def say(self, key: str, **values: object) -> str:
        """The sentence `key` with its values."""
        return sentences.say(self.lang, key, **values)

    def knows(self, key: str) -> bool:
        """Whether there is a sentence of that key."""
        return key in sentences.load_sentences(self.lang)

    def number(self, value: float | None, decimals: int = 1) -> str:
        """A number with at most `decimals` decimals, and a dash for a missing one."""
        return sentences.number(self.lang, value, decimals)

    def compact(self, value: float | None) -> str:
        """A number in three significant digits."""
        return sentences.compact(self.lang, value)

    def percent(self, share: float | None, decimals: int = 0) -> str:
        """A share of one as a percentage."""
        return sentences.percent(self.lang, share, decimals)

    def chance(self, share: float) -> str:
        """A chance as a percentage, never quite 0 % or 100 %."""
        return sentences.chance(self.lang, share)

    def money(self, value: float | None, currency: str | None, short: bool = False) -> str:
        """An amount; `short` writes it in three significant digits."""
        return sentences.money(self.lang, value, currency, short)

    def model(self, version: str) -> str:
        """What a model is called where its `version` is printed."""
        named = "model_unregistered" if version == UNREGISTERED else "no_model"
        return version if version and version != UNREGISTERED else self.say(named)

    def amount(self, value: float, currency: str | None) -> str:
        """A count, or an amount of money where it has a currency, in three significant digits."""
        return self.compact(value) if currency is None else self.money(value, currency, short=True)

    def day(self, value: date) -> str:
        """A date."""
        return sentences.day(self.lang, value)

    def month(self, value: date) -> str:
        """The month of a date."""
        return sentences.month(self.lang, value)

    def interval(self, low: float, high: float | None, currency: str | None = None) -> str:
        """From where to where; `high` is None without an upper bound."""
        return sentences.interval(self.lang, low, high, currency)

    def label(self, label: Worded | Niche | Mapping[str, str]) -> str:
        """A label in this language."""
        return label[self.lang] if isinstance(label, Mapping) else str(getattr(label, self.lang))

    def noun(self, label: Worded | Mapping[str, str]) -> str:
        """A label as it stands inside a sentence."""
        return sentences.noun(self.label(label))

    def column(self, name: str) -> str:
        """What a column of the catalogue is called."""
        return self.label(self.catalogue.entries[name].label)

    def word(self, column: str, value: object) -> str:
        """What a value of a column is called; as it stands where the catalogue has no word for it."""
        return self._called(column, "" if pd.isna(value) else str(value).strip())  # type: ignore[call-overload]

    def category(self, row: Mapping[Any, Any] | pd.Series, column: str) -> str:
        """What a row's value of a column is called; nothing where the row has none."""
        return self._called(column, str(row[column]) if column in row and pd.notna(row[column]) else "")

    def group_name(self, by: str, group: str) -> str:
        """What a group of rows is called."""
        key = f"record_{by}_{group}"
        return self.say(key) if self.knows(key) else sentences.heading(self.word(by, group))

    def group_heading(self, by: str) -> str:
        """What a way of grouping rows is called."""
        key = f"record_by_{by}"
        return self.say(key) if self.knows(key) else self.column(by)

    def kind(self, kind: str) -> str:
        """What the creators of a kind are called at the head of a line."""
        key = f"kind_{kind}"
        return self.say(key) if self.knows(key) else sentences.heading(self.word("kind", kind)) or self.say("not_stated")

    def side(self, kind: str) -> str:
        """What the creators of a kind are called inside a sentence; those whose kind nobody stated as well."""
        if not kind:
            return self.say("side_unstated")
        key = f"side_{kind}"
        return self.say(key) if self.knows(key) else self.say("side_other", kind=sentences.noun(self.word("kind", kind)))

    def sides(self, kinds: Sequence[str]) -> str:
        """Several kinds inside a sentence."""
        *others, last = map(self.side, kinds)
        return self.say("both", first=", ".join(others), last=last) if others else last

    def leaning(self, chance: float, one: str, other: str) -> str:
        """Which of two it leans to where nothing is settled, with the chance of that one, which is the larger."""
        if abs(chance - 0.5) < 0.01:  # chances are rounded down, to 50%
            return self.say("even")
        return self.say("leans", side=one if chance > 0.5 else other, chance=self.chance(max(chance, 1 - chance)))

    def _called(self, column: str, value: str) -> str:
        if column in ("country", "market") and self.knows(f"country_{value}"):
            return self.say(f"country_{value}")
        entry = self.catalogue.entries.get(column)
        words: Mapping[str, Worded | Niche] = {} if entry is None else entry.categories
        if column == "niche":
            named = [part.split(":")[0].strip() for part in value.split(";")]
            return ", ".join(self.label(self.catalogue.niches[one]) if one in self.catalogue.niches else one for one in named)
        if entry is not None and entry.several:
            named = [part.strip() for part in value.split(";")]
            return "; ".join(self.label(words[one]) if one in words else one for one in named)
        return self.label(words[value]) if value in words else value


def in_order(by: str, groups: Iterable[str]) -> list[str]:
    """Groups from small to large where they have an order, else by name."""
    order = ORDERS.get(by, [])
    return sorted(groups, key=lambda group: (order.index(group) if group in order else len(order), group))
