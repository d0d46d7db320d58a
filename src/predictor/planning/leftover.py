"""Why a plan leaves part of the budget: nobody is left, whoever is left is of no stated kind, the next costs more, a rule stands
against it, or it brings no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import sparse

from predictor.planning.lineup import Pool, in_one_currency
from predictor.planning.optimiser import TOLERANCE, Constraint
from predictor.planning.plans import Plan
from predictor.planning.rules import LineupConstraints, constraints


@dataclass(frozen=True)
class Leftover:
    """What is left of a budget and why; `cheapest` is the next fee where that is dearer, `rules` what stands against more, and
    `unstated` how many have a quote and no stated kind, whom a plan of one kind leaves out."""

    amount: float
    why: Literal["nobody", "unstated", "dearer", "rules", "no_more"]
    cheapest: float | None = None
    rules: tuple[str, ...] = ()
    unstated: int = 0


def leftover(plan: Plan, pool: Pool, rules: LineupConstraints) -> Leftover | None:
    """Why a plan that was found under `rules` spends no more; None where it spends all, or there is no budget.

    Adding one booking is what is asked; the search itself has weighed every exchange of bookings.
    """
    amount = (rules.budget or 0.0) - plan.spend
    if not plan.found or amount <= 0:
        return None
    rows, _ = in_one_currency(pool.rows, rules)
    kind, chosen = plan.kind, rows.index.isin(plan.rows.index)
    others = rows["fee"].notna() & ~chosen & (rows["kind"].eq(kind) if kind else True)
    unstated = int((rows["fee"].notna() & rows["kind"].eq("")).sum()) if kind else 0
    if not others.any():
        return Leftover(amount, "unstated", unstated=unstated) if unstated else Leftover(amount, "nobody")
    broken = _broken(chosen.astype(float), rows["fee"].fillna(0.0).to_numpy(float), constraints(rows, rules))
    free = others & ~pd.DataFrame(broken, index=rows.index).any(axis=1)
    if not free.any():
        if unstated:
            return Leftover(amount, "unstated", unstated=unstated)
        against = {name: int((others & breaks).sum()) for name, breaks in broken.items()}
        return Leftover(amount, "rules", rules=(max(against, key=lambda name: against[name]),))
    cheapest = float(rows.loc[free, "fee"].min())
    return Leftover(amount, "dearer", cheapest) if cheapest > amount else Leftover(amount, "no_more")


def _broken(chosen: np.ndarray, fee: np.ndarray, limits: list[Constraint]) -> dict[str, np.ndarray]:
    """By rule, which candidates (n,) break it when they are added to those chosen; the budget itself is no rule here."""
    found = {}
    for limit in limits:
        if limit.name == "budget":
            continue
        rows = sparse.coo_array(limit.rows)
        of_spend, high = (np.broadcast_to(np.asarray(one, dtype=float), rows.shape[0]) for one in (limit.of_spend, limit.high))
        after = (rows @ chosen + of_spend * (fee @ chosen))[rows.row] + rows.data + of_spend[rows.row] * fee[rows.col]
        found[limit.name] = np.zeros(len(fee), bool)
        found[limit.name][rows.col[after > high[rows.row] + TOLERANCE * np.maximum(1.0, np.abs(rows.data))]] = True
    return found
