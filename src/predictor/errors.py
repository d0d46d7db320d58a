"""What stops a run, in sentences: faults of rows, of definitions, and how each is refused."""

from __future__ import annotations

from dataclasses import dataclass, field

from predictor.wording.sentences import Said


class DefinitionError(Exception):
    """Definitions that cannot be used; the message lists every fault."""

    def __init__(self, faults: list[str]):
        self.faults = faults
        super().__init__("\n".join(faults).replace("?.", "?"))


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in somebody's file, in words for the person who will mend it; `said` has them in every language."""

    file: str
    problem: str
    row: int | None = None
    column: str | None = None
    said: Said | None = field(default=None, compare=False)

    def __str__(self) -> str:
        place = "".join([f", row {self.row}" if self.row else "", f", column '{self.column}'" if self.column else ""])
        return f"{self.file}{place}: {self.problem}"


class RowsError(Exception):
    """Rows or files that cannot be used; the message lists every fault, one a line."""

    def __init__(self, faults: list[Fault]):
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))
