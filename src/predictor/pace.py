"""How fast a long job goes and when it will end, in a sentence every few seconds."""

from __future__ import annotations

from dataclasses import dataclass

EVERY = 5.0  # seconds between two sentences


@dataclass
class Pace:
    """What has been read and done since `began`; what an earlier run had finished says nothing about the speed of this one."""

    began: float  # on any clock that counts seconds
    rows: int = 0
    kept: int = 0
    share: float = 0.0
    skipped: float = 0.0
    last: float = 0.0

    def read(self, share: float, kept: int = 0) -> None:
        """Note that a share of the job (0 to 1) has been read, its last piece holding so many rows that were there already."""
        if kept:
            self.kept, self.skipped = self.kept + kept, self.skipped + share - self.share
        self.share = share

    def said(self, now: float) -> str | None:
        """Rows done, rows a second and the time left, or None while it is too early for another sentence."""
        seconds = now - self.began
        if seconds <= self.last + EVERY:
            return None
        self.last = seconds
        told = f"{self.rows:,} rows, {max(self.rows - self.kept, 0) / seconds:,.0f} rows/s"
        own = self.share - self.skipped
        return told + (f", about {seconds * (1 - self.share) / own:,.0f} s left" if own > 0 and self.share < 1 else "")
