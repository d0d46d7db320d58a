"""Where a trained model comes from: its data, its settings, its back-test and the versions that made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from predictor.definitions.phrases import UNREGISTERED
from predictor.forecasting.sampling import OutcomeCorrelations
from predictor.tables.plain_data import typed


@dataclass(frozen=True)
class Provenance:
    """What a bundle says about itself; what only a whole training knows is empty in a back-test without a model.

    `platforms` are those with a recorded outcome, `currencies` those of outcomes in money, `shocks` how past bookings missed
    their forecasts together and `skipped` why there is no model, all by target. `scores` are the figures of the back-test (one
    row a target, split and group), `groups` its coverage group by group. `version` is the registered one, `hash` that of the
    files which a bundle was read from.
    """

    lead_days: float
    seed: int
    invented_data: bool
    data_until: date
    data_fingerprint: str
    rows: dict[str, int]
    platforms: dict[str, list[str]] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)
    shocks: dict[str, OutcomeCorrelations] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    scores: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    version: str | None = None
    hash: str | None = None

    @property
    def version_label(self) -> str:
        """The registered version, as forecasts carry it."""
        return self.version or UNREGISTERED

    def to_json(self) -> dict[str, Any]:
        """Plain values, by the names that they have in a bundle."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        plain["data_until"] = self.data_until.isoformat()
        plain["shocks"] = {name: one.to_json() for name, one in self.shocks.items()}
        return {name: value for name, value in plain.items() if value is not None}


def provenance_from_json(data: Mapping[str, Any]) -> Provenance:
    """The inverse of `to_json`; other keys, such as the checksums of a bundle's files, are left out."""
    return typed(Provenance, data)
