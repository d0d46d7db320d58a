"""A file of rules as people write it: `25%`, `200k`, `5-10`, `at least 3`, names, and every word of a category."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from predictor.definitions.schema import Catalogue, Entry, Words
from predictor.definitions.strict_yaml import read_yaml
from predictor.errors import DefinitionError, Fault
from predictor.intake.budgets import LONGEST, read_budget
from predictor.intake.dates import YEARS
from predictor.intake.numbers import unified
from predictor.intake.values import read_column
from predictor.planning.comparison import outcomes_by_word
from predictor.planning.rules import COUNTED, Between, LineupConstraints
from predictor.wording.matching import closest, fold
from predictor.wording.sentences import LANGUAGES, Said, load_sentences

NAMES = ("must_have", "excluded", "avoid_flags")
FLAGS = ("one_per_person", "skip_busy")
DAYS = ("starts_on", "ends_on")
RISKS = ("expected", "safe", "chance")
PARTS = re.compile(r"[;,\n]")
NOUN = r"(?:\s*(?:bookings?|người|bạn|kols?|influencers?|creators?|people|posts?|bài|times|lần))?"
LEAST = "at least|no less than|from|min(?:imum)?|least|ít nhất|tối thiểu|không dưới|từ|≥|>="
MOST = "at most|no more than|up to|max(?:imum)?|most|nhiều nhất|tối đa|không quá|đến|≤|<="
BEHIND = r"\+|or more|trở lên"
BOUNDS: tuple[tuple[str, tuple[int | None, int | None]], ...] = (  # forms of a count, and what the figures in it add to each end
    (r"(\d{1,9})", (0, 0)),
    (r"(?:từ|from|between)?\s*(\d{1,9})\s*(?:-|–|—|~|\.\.+|…|đến|tới|to|and|và)\s*(\d{1,9})", (0, 0)),
    (rf"(?:{LEAST})\s*:?\s*(\d{{1,9}})", (0, None)),
    (rf"(?:từ\s*)?(\d{{1,9}})\s*{NOUN}\s*(?:{BEHIND})", (0, None)),
    (r"(?:>|more than|over|hơn|trên)\s*(\d{1,9})", (1, None)),
    (rf"(?:{MOST})\s*:?\s*(\d{{1,9}})", (None, 0)),
    (r"(?:<|less than|fewer than|under|dưới|ít hơn)\s*(\d{1,9})", (None, -1)),
)


def read_rules(path: Path, catalogue: Catalogue) -> LineupConstraints:
    """Read a rules file.

    Raises
    ------
    DefinitionError
        With every fault of the file, one a line.
    """
    return rules_from(read_yaml(path, as_text=True), path.name, catalogue)


def rules_from(content: Any, file: str, catalogue: Catalogue) -> LineupConstraints:
    """Rules from parsed YAML; see `read_rules`."""
    if not isinstance(content, dict):
        raise DefinitionError([Fault.of(file, Said("rules_no_lines", {"came": str(content), "keys": _keys()}))])
    found, faults = _Rules(file, catalogue), []
    for key, value in content.items():
        if (name := _name(str(key))) is None:
            faults.append(Fault.of(file, _unknown(str(key), list(LineupConstraints.model_fields))))
        elif name in found.given:
            faults.append(Fault.of(file, Said("rules_twice", {"what": str(key), "name": name})))
        elif value is not None:
            found.given[name] = value
    rules = found.read()
    faults += found.faults or _against_each_other(rules, file)
    if faults:
        raise DefinitionError(faults)
    return rules


class _Rules:
    """The lines of one file, each read by what its key takes; what cannot be is a fault."""

    def __init__(self, file: str, catalogue: Catalogue):
        self.file, self.catalogue = file, catalogue
        self.given: dict[str, Any] = {}
        self.faults: list[Fault] = []

    def read(self) -> LineupConstraints:
        """The rules, as far as they can be read."""
        entry = self.catalogue.entries["posts"]
        count = entry.model_copy(update={"range": (0.0, 1e12), "label": Words(en="the count", vi="con số này")})
        share = entry.model_copy(update={"type": "rate", "range": (0.0, 1.0), "label": Words(en="a share", vi="tỷ lệ")})
        readers: dict[str, Callable[[str, Any], Any]] = {
            **dict.fromkeys(NAMES, self._names),
            **dict.fromkeys(COUNTED, self._of_each),
            **dict.fromkeys(FLAGS, partial(self._cell, entry=self.catalogue.entries["verified"])),
            **dict.fromkeys(DAYS, self._day),
            **dict.fromkeys(("at_least", "most_bookings_90_days"), partial(self._count, entry=count)),
            "largest_share": partial(self._cell, entry=share),
            "currency": partial(self._cell, entry=self.catalogue.entries["currency"]),
            "number": self._between,
            "risk": self._risk,
        }
        outcome = self._outcome("outcome", self.given["outcome"]) if "outcome" in self.given else None
        in_money = outcome is not None and self.catalogue.entries[outcome].type == "money"
        amounts = ("budget", *(("at_least",) if in_money else ()))  # read with the currency that they may name
        read = {name: readers[name](name, value) for name, value in self.given.items() if name not in (*amounts, "outcome")}
        read["outcome"] = outcome
        read = {name: value for name, value in read.items() if value is not None}
        for name in amounts:
            if name in self.given:
                where = f"{self.file}: {name}"
                amount, code = read_budget(self.given[name], read.get("currency"), where, self.catalogue, self.faults)
                read |= {name: amount, "currency": code}
        for name in ("largest_share", "at_least"):
            if read.get(name) == 0:
                self._fault(name, Said("rules_above_0", {"came": str(self.given[name])}))
        return LineupConstraints() if self.faults else LineupConstraints(**read)

    def _fault(self, key: str, said: Said) -> None:
        self.faults.append(Fault.of(f"{self.file}: {key}", said))

    def _cell(self, key: str, value: Any, entry: Entry, column: str | None = None) -> Any:
        """One value as a cell of a table; None where it cannot be read."""
        if len(str(value)) > LONGEST:
            self._fault(key, Said("rules_blank", {"came": f"{str(value)[:LONGEST]}…"}))
            return None
        values, refused = read_column(pd.Series([value], dtype=object), column or key, entry)
        if refused:
            self._fault(key, refused[0].says(0))
        elif values.isna().iloc[0]:
            self._fault(key, Said("rules_blank", {"came": str(value)}))
        return None if refused or values.isna().iloc[0] else values.iloc[0]

    def _count(self, key: str, value: Any, entry: Entry) -> Any:
        return self._cell(key, re.sub(f"{NOUN}$", "", unified(str(value))), entry)

    def _day(self, key: str, value: Any) -> Any:
        day = self._cell(key, value, self.catalogue.entries[key])
        return None if day is None else day.date()

    def _risk(self, key: str, value: Any) -> str | None:
        words = {fold(word): risk for risk in RISKS for word in (risk, *_words(f"rules_risk_{risk}"))}
        if (risk := words.get(fold(str(value)))) is None:
            self._fault(key, Said("rules_one_of", {"came": str(value), "allowed": ", ".join(RISKS), **_near(str(value), RISKS)}))
        return risk

    def _outcome(self, key: str, value: Any) -> str | None:
        outcomes = dict.fromkeys(recipe.outcome for recipe in self.catalogue.recipes.values())
        if (outcome := outcomes_by_word(self.catalogue, outcomes).get(fold(str(value)))) is None:
            near = _near(str(value), [*outcomes])
            self._fault(key, Said("rules_one_of", {"came": str(value), "allowed": ", ".join(outcomes), **near}))
        return outcome

    def _names(self, key: str, value: Any) -> tuple[str, ...]:
        """Names or ids: a list of them, or one text with commas between them."""
        parts = value if isinstance(value, list | tuple) else PARTS.split(str(value))
        if isinstance(value, dict) or any(isinstance(part, dict | list) for part in parts):
            self._fault(key, Said("rules_names", {"came": str(value)}))
            return ()
        return tuple(dict.fromkeys(part for part in (str(part).strip() for part in parts if part is not None) if part))

    def _of_each(self, key: str, value: Any) -> dict[str, Between]:
        """How many of each value of a column."""
        found: dict[str, Between] = {}
        if not isinstance(value, dict):
            example = next(iter(self.catalogue.entries[key].categories), "VN")
            self._fault(key, Said("rules_of_each", {"came": str(value), "what": key, "example": example}))
            return found
        for word, count in value.items():
            name = self._cell(key, str(word), self.catalogue.entries[key])
            if name in found:
                self._fault(key, Said("rules_twice", {"what": str(word), "name": str(name)}))
            between = self._between(f"{key} → {word}", count)
            if name is not None and between is not None:
                found[str(name)] = between
        return found

    def _between(self, key: str, value: Any) -> Between | None:
        """At least and at most how many, from `5-10`, `at least 5`, `5` or `{min: 5, max: 10}`."""
        if isinstance(value, dict):
            return self._ends(key, value)
        typed = "-".join(map(str, value)) if isinstance(value, list) else str(value)
        text = re.sub(f"{NOUN}$", "", " ".join(unified(typed).split()))
        for form, (least, most) in BOUNDS:
            if (matched := re.fullmatch(form, text)) is not None:
                figures = [int(figure) for figure in matched.groups()]
                low, high = figures[0], figures[-1]
                ends = {"min": None if least is None else low + least, "max": None if most is None else high + most}
                return self._ordered(key, Between(**{end: n for end, n in ends.items() if n is None or n >= 0}))
        self._fault(key, Said("rules_count", {"came": str(value)}))
        return None

    def _ends(self, key: str, value: dict[Any, Any]) -> Between | None:
        ends: dict[str, int | None] = {}
        for word, count in value.items():
            text = unified(str(word))
            end = next((end for end, words in (("min", LEAST), ("max", MOST)) if re.fullmatch(words, text)), None)
            if end is None or end in ends or text == "least":
                self._fault(key, _unknown(str(word), ["min", "max"]))
            elif count is not None and not re.fullmatch(rf"\d{{1,9}}{NOUN}", text := unified(str(count))):
                self._fault(f"{key} → {word}", Said("rules_whole", {"came": str(count)}))
            elif count is not None:
                ends[end] = int(re.match(r"\d+", text)[0])  # type: ignore[index]
        return self._ordered(key, Between(**ends))

    def _ordered(self, key: str, between: Between) -> Between:
        if between.min is not None and between.max is not None and between.min > between.max:
            self._fault(key, Said("rules_inverted", {"low": str(between.min), "high": str(between.max)}))
        return between


@lru_cache
def _meanings() -> dict[str, str]:
    """Every word for a key, folded, with its name."""
    fields = LineupConstraints.model_fields
    words = {fold(word): name for name in fields for word in _words(f"rules_key_{name}")}
    return words | {fold(name): name for name in fields}


def _words(key: str) -> list[str]:
    """The words for one thing in every language."""
    return [word.strip() for lang in LANGUAGES for word in str(load_sentences(lang)[key]).split(";")]


def _name(key: str) -> str | None:
    return _meanings().get(fold(key))


def _keys() -> str:
    return ", ".join(LineupConstraints.model_fields)


def _unknown(key: str, allowed: list[str]) -> Said:
    return Said("rules_unknown_key", {"came": key, "allowed": ", ".join(allowed), **_near(key, allowed)})


def _near(word: str, allowed: list[str] | tuple[str, ...]) -> dict[str, Any]:
    near = closest(word.casefold(), list(allowed))
    return {"hint": "." if near is None else Said("cell_near", {"word": near})}


def _against_each_other(rules: LineupConstraints, file: str) -> list[Fault]:
    """Rules that cannot be kept whatever the candidates are."""
    excluded = {fold(name) for name in rules.excluded}
    said = [Said("rules_both", {"name": name}) for name in rules.must_have if fold(name) in excluded]
    if rules.risk == "chance" and rules.at_least is None:
        said.append(Said("rules_chance_of_what"))
    for name in DAYS:
        day = getattr(rules, name)
        if day is not None and not YEARS[0] <= day.year <= YEARS[1]:
            values = {"name": name, "came": str(day), "first": str(YEARS[0]), "last": str(YEARS[1])}
            said.append(Said("rules_day", values))
    if rules.starts_on is not None and rules.ends_on is not None and rules.ends_on < rules.starts_on:
        said.append(Said("rules_days", {"came": str(rules.ends_on), "other": str(rules.starts_on)}))
    return [Fault.of(file, one) for one in said]
