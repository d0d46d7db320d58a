"""A planner's answers about a file: each a change of the mapping that `predictor import` reads, and what it says in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from predictor.definitions.phrases import Phrases
from predictor.intake.mapping import SHEETS, Mapping, TableMapping
from predictor.wording.matching import fold

HOME = "candidates"
# Keys of a table's mapping, `ignore_sheets`, `read_sheets`, the sheet that is `untitled`, columns filled in `by_row`: plain JSON.
Change = dict[str, Any]
NOT_OF_TABLE = (*SHEETS, "untitled", "by_row")


def mapping_of(changes: Sequence[Change], home: str = HOME) -> Mapping:
    """The mapping that says what all the answers about a table say, a later one before an earlier one."""
    mapping = Mapping()
    for change in changes:
        mapping = answered(mapping, change, home)
    return mapping


def answered(mapping: Mapping, change: Change, home: str = HOME) -> Mapping:
    """The mapping with one answer put in; what was said before of the same column gives way."""
    own = mapping.of(home).model_dump()
    again, taken = {*map(fold, titles_of(change))}, {*change.get("columns", {}).values()}
    for key in ("columns", "prices"):
        own[key] = {title: what for title, what in own[key].items() if fold(title) not in again}
    own["columns"] = {title: name for title, name in own["columns"].items() if name not in taken}
    own["ignore"] = [title for title in own["ignore"] if fold(title) not in again]
    body = {name: _merged(own[name], value) for name, value in change.items() if name not in NOT_OF_TABLE}
    table = TableMapping.model_validate(own | body)
    sheets = {key: tuple(dict.fromkeys([*getattr(mapping, key), *change.get(key, ())])) for key in SHEETS}
    return Mapping(tables=mapping.tables | {home: table}, **sheets)


def titles_of(change: Change) -> list[str]:
    """The columns whose meaning an answer gives."""
    return [*change.get("columns", {}), *change.get("prices", {}), *change.get("ignore", ())]


def _merged(old: Any, new: Any) -> Any:
    if isinstance(new, dict):
        return {**old, **{key: _merged(old.get(key, {}), value) for key, value in new.items()}}
    return [*old, *new] if isinstance(new, list) else new


def in_words(change: Change, phrases: Phrases) -> str:
    """What an answer says, for whoever may take it back."""
    parts = [phrases.say("page_answer_is", title=title, label=phrases.column(name)) for title, name in _pairs(change, "columns")]
    parts += [
        phrases.say("page_answer_price", title=title, what=deliverable_in_words(what, phrases))
        if what.get("format")
        else phrases.say("page_answer_is", title=title, label=phrases.column("fee"))
        for title, what in _pairs(change, "prices")
    ]
    parts += [phrases.say("page_answer_untitled")] if "untitled" in change else []
    parts += (
        [phrases.say("page_answer_out", title=", ".join(change["ignore"]))]
        if change.get("ignore") and "untitled" not in change
        else []
    )
    units = {title: unit_in_words(unit, phrases) for title, unit in _pairs(change, "units")}
    parts += [phrases.say("page_answer_unit", title=title, unit=unit) for title, unit in units.items()]
    parts += [
        phrases.say("page_answer_value", word=word, label=phrases.word(name, ours))
        for name, words in _pairs(change, "values")
        for word, ours in words.items()
    ]
    parts += [
        phrases.say("page_answer_all", label=phrases.column(name), word=phrases.word(name, value))
        for name, value in _pairs(change, "constants")
    ]
    parts += [phrases.say("page_answer_sheets", sheets=", ".join(change["ignore_sheets"]))] if "ignore_sheets" in change else []
    parts += [phrases.say("page_answer_sheets_in", sheets=", ".join(change["read_sheets"]))] if "read_sheets" in change else []
    parts += [phrases.say("page_answer_by_row", label=phrases.column(name)) for name in change.get("by_row", ())]
    parts += [phrases.say("page_answer_headings", label=phrases.column(change["headings"]))] if "headings" in change else []
    parts += [phrases.say("page_answer_encoding", name=change["encoding"])] if "encoding" in change else []
    parts += [phrases.say("page_answer_year", year=str(change["year"]))] if "year" in change else []
    said = {"day_first": "dates", "decimal_comma": "decimal", "hidden": "hidden"}
    parts += [phrases.say(f"page_{said[key]}_{'yes' if change[key] else 'no'}") for key in said if key in change]
    return "; ".join(parts)


def _pairs(change: Change, key: str) -> list[tuple[str, Any]]:
    return [*change.get(key, {}).items()]


def deliverable_in_words(what: Any, phrases: Phrases) -> str:
    """What a column of prices is the price of."""
    posts, name = what.get("posts", 1), phrases.word("format", what.get("format") or "")
    return name if posts == 1 or "+" in name else f"{posts} × {name}"


def price_in_words(what: Any, phrases: Phrases) -> str:
    """What a column of prices is called; a fee where it does not say what it is the price of."""
    if not what.get("format"):
        return phrases.column("fee")
    return phrases.say("page_price_of", what=deliverable_in_words(what, phrases))


def unit_in_words(unit: float, phrases: Phrases) -> str:
    """What the bare numbers of a column count in."""
    if unit == 1:
        return phrases.say("page_unit_plain")
    return phrases.say("page_unit_percent") if unit == 0.01 else phrases.say("page_unit_times", unit=unit)
