"""What a comparison of influencers with KOLs holds: groups, duels, what drives the difference, and counts to be told."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from predictor.drivers import Drivers, Turn

LIKELY, UNLIKELY = 0.8, 0.2  # chances from which, and up to which, a kind is called

Verdict = Literal["influencers", "kols", "close"]
Label = dict[str, str]  # language → words


@dataclass(frozen=True)
class Range:
    """A value and its 80% interval; `high` is None where there is no upper bound (money for nothing)."""

    value: float
    low: float
    high: float | None


@dataclass(frozen=True)
class Group:
    """Candidates that share a kind, a tier or a platform; `name` is empty where the file does not say."""

    by: str
    name: str
    label: Label
    creators: int
    unseen: int
    total: float
    mean: Range
    quoted: int
    spend: float | None
    cost: Range | None


@dataclass(frozen=True)
class Duel:
    """The chance that the average influencer beats the average KOL; where there is none, `why_not` says why."""

    influencers: int
    kols: int
    chance: float | None = None
    why_not: Literal["few", "currencies"] | None = None

    @property
    def verdict(self) -> Verdict | None:
        """Who is likely ahead."""
        if self.chance is None:
            return None
        return "influencers" if self.chance >= LIKELY else "kols" if self.chance <= UNLIKELY else "close"


@dataclass(frozen=True)
class Comparison:
    """What a scored file says about one goal."""

    goal: str
    target: str
    outcome: Label
    cost_per: Label
    units: int
    currencies: tuple[str, ...]
    groups: tuple[Group, ...]
    per_money: Duel
    per_creator: Duel
    drivers: Drivers | None
    turn: Turn | None
    creators: int
    unseen: int
    assumed: int
    repeated: int
    without_forecast: int
    without_quote: int
    invented: bool
    model_version: str

    @property
    def currency(self) -> str | None:
        """The one currency of all quotes; None where there are no quotes or several currencies."""
        return self.currencies[0] if len(self.currencies) == 1 else None

    def by(self, what: str) -> list[Group]:
        """Groups by `kind`, `tier` or `platform`."""
        return [group for group in self.groups if group.by == what]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        verdicts = {"per_money": self.per_money.verdict, "per_creator": self.per_creator.verdict}
        lists = {"currencies": list(self.currencies), "groups": [asdict(group) for group in self.groups]}
        return {**asdict(self), **lists, "verdict": verdicts}
