"""What a planner must decide about a file, as questions with the answers to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from predictor.catalogue import Catalogue
from predictor.intake import Intake
from predictor.mapping import Mapping, TableMapping
from predictor.texts import Said, say
from predictor.workbook import Imported

CURRENCIES = ("VND", "USD", "SGD", "THB", "IDR", "MYR", "PHP", "CNY", "JPY", "KRW", "TWD", "HKD", "EUR")
HOME = "candidates"

Change = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """One thing that is open: what is asked, and what each answer changes in the mapping. Without answers it is only told."""

    text: str
    answers: dict[str, Change]


def questions(found: Imported, catalogue: Catalogue, lang: str) -> list[Question]:
    """Everything that the file's owner must decide, once each."""
    asked = {
        (doubt.key, *doubt.values.values()): _question(doubt, one, catalogue, lang)
        for one in found.sheets
        for doubt in one.doubts
    }
    return list(asked.values())


def answered(mapping: Mapping, change: Change) -> Mapping:
    """The mapping with one answer put in."""
    own = mapping.of(HOME)
    merged = {name: _merged(getattr(own, name), value) for name, value in change.items()}
    body = own.model_dump() | merged
    return Mapping(tables=mapping.tables | {HOME: TableMapping.model_validate(body)})


def _merged(old: Any, new: Any) -> Any:
    if isinstance(new, dict):
        return {**old, **new}
    return (*old, *new) if isinstance(new, tuple) else new


def _question(doubt: Said, one: Intake, catalogue: Catalogue, lang: str) -> Question:
    told, sheet = doubt.values, one.layout.grid.name
    label = getattr(catalogue.entries[told["name"]].label, lang) if told.get("name") in catalogue.entries else ""
    kind = doubt.key.removeprefix("import_doubt_")
    return Question(say(lang, f"page_doubt_{kind}", **{**told, "sheet": sheet, "label": label}), _answers(kind, told, one, lang))


def _answers(kind: str, told: dict[str, str], one: Intake, lang: str) -> dict[str, Change]:
    """What may be answered, in the words of a button, with the change of the mapping."""
    if kind in ("currency", "sign", "two_currencies"):
        return {code: {"constants": {"currency": code}} for code in CURRENCIES}
    if kind in ("dates", "short_year", "decimal"):
        asked, field = ("decimal", "decimal_comma") if kind == "decimal" else ("dates", "day_first")
        return {say(lang, f"page_{asked}_yes"): {field: True}, say(lang, f"page_{asked}_no"): {field: False}}
    titles = [*one.layout.titles.values()]
    if kind == "both":
        same = told["titles"].split("' / '")
        return {title: {"columns": {title: told["name"]}, "ignore": tuple(t for t in same if t != title)} for title in same}
    if kind == "missing":
        free = [title for title in titles if title not in one.mapping.columns]
        return {title: {"columns": {title: told["name"]}} for title in free}
    return {}
