"""What stops a run, in sentences: faults of rows, of definitions, and how each is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from predictor.wording.sentences import Said, say, worded


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in somebody's file, for the person who will mend it; `said` is the sentence in either language."""

    file: str
    problem: str
    row: int | None = None
    column: str | None = None
    said: Said | None = field(default=None, compare=False)

    @classmethod
    def of(cls, file: str, said: Said, row: int | None = None, column: str | None = None) -> Fault:
        """A fault that can be said in either language."""
        return cls(file, worded("en", said), row, column, said)

    def __str__(self) -> str:
        return self.in_words("en")

    def in_words(self, lang: str) -> str:
        """Where it is and what is wrong, in a language where the sentence is there in it, else in English."""
        row = say(lang, "fault_row", row=str(self.row)) if self.row else ""
        column = say(lang, "fault_column", column=self.column) if self.column else ""
        return f"{self.file}{row}{column}: {self.problem if self.said is None else worded(lang, self.said)}"


class DefinitionError(Exception):
    """Definitions or files of answers that cannot be used; the message lists every fault."""

    def __init__(self, faults: Sequence[str | Fault]):
        self.faults = [str(one) for one in faults]
        self._given = faults
        super().__init__(_listed(self.faults))

    def given(self, file: str) -> list[Fault]:
        """Its faults as those of a person's file, to be told beside the faults of the tables there."""
        return [one if isinstance(one, Fault) else Fault(file, one.removeprefix(f"{file}: ")) for one in self._given]

    def in_words(self, lang: str) -> str:
        """Every fault, one a line, in a language as far as it is there."""
        return _listed([one.in_words(lang) if isinstance(one, Fault) else one for one in self._given])


class RowsError(Exception):
    """Rows or files that cannot be used; the message lists every fault, one a line."""

    def __init__(self, faults: list[Fault]):
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))

    def in_words(self, lang: str) -> str:
        """Every fault, one a line, in a language as far as it is there."""
        return "\n".join(fault.in_words(lang) for fault in self.faults)


class NotPromoted(Exception):
    """A version that does not become champion; the message lists the reasons, one a line, and how to insist where that helps."""

    def __init__(self, version: str, reasons: list[str], insist: str = ""):
        self.version, self.reasons = version, reasons
        lines = [f"{version} was not promoted:", *(f"  {reason}" for reason in reasons), insist]
        super().__init__("\n".join(lines).rstrip())


def _listed(faults: list[str]) -> str:
    return "\n".join(faults).replace("?.", "?")
