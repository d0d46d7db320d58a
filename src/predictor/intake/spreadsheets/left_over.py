"""Columns of a file that are neither read nor told, of which there must be none: whatever is left is named as not used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from predictor.intake.cells import as_text
from predictor.intake.spreadsheets.cell_meanings import counts_rows
from predictor.intake.spreadsheets.continued import NUMBERING
from predictor.intake.spreadsheets.notices import not_used
from predictor.intake.spreadsheets.sheet import Intake
from predictor.wording.matching import fold


def all_told(sheets: list[Intake]) -> list[Intake]:
    """Sheets, each with every filled column that no table of it reads and no sentence is about among those not used.

    What numbers the rows needs no word, unless its title is that of ids.
    """
    known: dict[str, set[str]] = {}
    for one in sheets:
        known.setdefault(one.layout.grid.name, set()).update(_read(one), _told(one))
    found = []
    for one in sheets:
        there = known[one.layout.grid.name]
        left = [title for title in one.layout.titles.values() if fold(title) not in there and _says_something(one, title)]
        there.update(map(fold, left))
        found.append(_with_unused(one, left) if left else one)
    return found


def _read(one: Intake) -> set[str]:
    """The titles, folded, of the columns that a table is made of; of two that are the same to it only the first is read."""
    mapping, layout = one.mapping, one.layout
    of_price = {"fee", *(("format", "posts") if all(what.format for what in mapping.prices.values()) else ())}
    over = of_price if any(map(layout.column, mapping.prices)) else set()  # each price says its own
    named = {layout.column(title): ours for title, ours in mapping.columns.items() if ours in {*one.frame, "link"} - over}
    first = {ours: column for column, ours in sorted(named.items(), reverse=True) if column}
    titles = [
        *(layout.titles[column] for column in first.values()),
        *mapping.prices,
        layout.clock,
        layout.linked_by,
        *layout.name_parts,
    ]
    titles += [part for parts in mapping.sums.values() for part in parts]
    titles += [*(mapping.orders.titles if mapping.orders else ()), *([mapping.post_links] if mapping.post_links else ())]
    return {*map(fold, filter(None, titles))}


OF_TITLES = ("title", "titles", "other", "others", "counts", "charge")  # the values of a note that are titles


def _told(one: Intake) -> set[str]:
    """The titles, folded, that the notes of a sheet name, and those that its questions hold among other words."""
    notes = {text for note in one.notes for key in OF_TITLES for text in _texts(note.values.get(key))}
    notes |= {title for note in one.notes if note.key == "import_ignored" for title in note.values["each"]}
    asked = "\n".join(text for doubt in one.doubts for text in _texts([*doubt.values.values()]))
    return {*map(fold, notes), *(fold(title) for title in one.layout.titles.values() if title in asked)}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def _says_something(one: Intake, title: str) -> bool:
    said = as_text(one.layout.frame[title]).dropna()
    return len(said) > 0 and not (fold(title) in NUMBERING and fold(title) != "id" and counts_rows(said))


def _with_unused(one: Intake, left: list[str]) -> Intake:
    """A sheet with more columns in the note of those not used."""
    others = [title for note in one.notes if note.key == "import_ignored" for title in note.values["each"]]
    place = next((at for at, note in enumerate(one.notes) if note.key == "import_ignored"), 0)
    kept = [note for note in one.notes if note.key != "import_ignored"]
    return replace(one, notes=[*kept[:place], *not_used([*others, *left]), *kept[place:]])
