"""A pile of people's files judged in a minute: `make field DIR=folder`, or `python -m field FOLDER` here.

Every file is imported as the command does it, by the mapping of the same name where one lies beside it (list.csv, list.yaml), and
nothing is written. For each are told: rows by table, the columns used, what is asked, and what is doubtful: cells and rows left
out, and everything else that the import says.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from predictor.definitions.loader import load_catalogue
from predictor.definitions.schema import Catalogue
from predictor.errors import RowsError
from predictor.intake.mapping import load_mapping
from predictor.intake.spreadsheets.grids import SUFFIXES
from predictor.intake.spreadsheets.imported import doubts_in_words, rejected_in_words
from predictor.intake.spreadsheets.workbook import Imported, import_file
from predictor.wording.sentences import say


def judged(path: Path, catalogue: Catalogue, lang: str = "en") -> Iterator[str]:
    """What one file gives, a line each."""
    beside = path.with_suffix(".yaml")
    try:
        given = load_mapping(beside, catalogue) if beside.is_file() else None
        found = import_file(path, catalogue, given)
    except RowsError as problem:
        yield from (f"  refused   {fault}" for fault in problem.faults)
        return
    yield from _tables(found)
    yield from (f"  question  {doubt}" for doubt in doubts_in_words(found.doubts, lang, beside))
    yield from (f"  doubt     {line}" for line in rejected_in_words(found, path.name, lang))
    said = dict.fromkeys(say(lang, note.key, **note.values) for one in found.sheets for note in one.notes)
    yield from (f"  told      {line}" for line in said)
    yield from (f"  unread    {name}" for name in (*found.unread, *found.hidden))


def _tables(found: Imported) -> Iterator[str]:
    for one in found.sheets:
        out = {reject.row for reject in one.rejects if not reject.kept}
        rows = len(one.frame.drop(index=sorted(out & {*one.frame.index})))
        yield f"  {one.table:12}{rows} rows of sheet '{one.layout.grid.name}': {', '.join(map(str, one.frame))}"


def main(folder: Path) -> None:
    """Judge every file of a folder."""
    catalogue = load_catalogue()
    for path in sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES):
        print("\n".join([path.name, *judged(path, catalogue)]))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
