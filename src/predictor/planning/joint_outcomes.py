"""What candidates of one campaign could bring together: drawn jointly, and for reach with shared audiences counted once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from predictor.catalogue import Catalogue, Recipe
from predictor.compare import WORK
from predictor.joint import DRAWS, Shocks, draw_jointly
from predictor.optimise import Overlap
from predictor.overlap import people_of, segments, unique_reach
from predictor.overlap_file import Assumption

SCENARIOS = 60  # repetitions that a search sees
UNIQUE = "awareness"  # the goal whose outcome is people, of whom one may be reached twice


@dataclass(frozen=True)
class Together:
    """Joint draws (draws × rows) of some candidates, and how audiences overlap where their people are counted.

    `shocks` says how the draws are tied, `assumption` is None where outcomes simply add up, `given` are overlaps that are known.
    """

    rows: pd.DataFrame
    drawn: np.ndarray
    shocks: Shocks
    assumption: Assumption | None
    given: pd.DataFrame | None = None

    @cached_property
    def value(self) -> np.ndarray:
        """What each row is expected to bring by itself."""
        return self._people(self.rows["expected"].to_numpy(dtype=float))

    @cached_property
    def scenarios(self) -> np.ndarray:
        """The first draws of each row by itself, which a search may see."""
        return self._people(self.drawn[:SCENARIOS])

    @cached_property
    def overlap(self) -> Overlap | None:
        """Groups of like audiences, as lines that a search can use."""
        if self.assumption is None:
            return None
        return Overlap(*segments(self.rows, self.value, self.assumption))

    def total(self, chosen: np.ndarray, part: slice) -> np.ndarray:
        """What the chosen rows bring together in each of a part of the draws."""
        drawn = self.drawn[part][:, chosen]
        if self.assumption is None or not len(chosen):
            return np.asarray(drawn.sum(axis=1))
        return unique_reach(self.rows.iloc[chosen], drawn, self.assumption, self.given)

    def _people(self, counts: np.ndarray) -> np.ndarray:
        return counts if self.assumption is None else people_of(self.rows, counts, self.assumption)


def people_reached(
    rows: pd.DataFrame, catalogue: Catalogue, assumption: Assumption | None, given: pd.DataFrame | None
) -> float | None:
    """How many different people some bookings are expected to reach; None where a reach or the assumption is missing."""
    target = next((name for name, recipe in catalogue.recipes.items() if recipe.goal == UNIQUE), "")
    reach = pd.to_numeric(rows.get(f"{target}_expected"), errors="coerce") if f"{target}_expected" in rows else None
    if assumption is None or reach is None or reach.isna().any() or rows.empty:
        return None
    return float(unique_reach(rows, reach.to_numpy(dtype=float), assumption, given))


def together(
    rows: pd.DataFrame, recipe: Recipe, shocks: Shocks | None, assumption: Assumption | None, seed: int,
    given: pd.DataFrame | None = None,
) -> Together:  # fmt: skip
    """Draw the outcomes of candidates of one campaign, tied by the `shocks` of past ones, or by assumed ones.

    Parameters
    ----------
    rows
        As `compare.candidates` returns them; many rows get fewer draws.
    assumption
        How audiences overlap; used where the goal is to be seen by people.
    given
        Known overlaps of two creators each, in place of the assumption for these.
    """
    tied = shocks or Shocks()
    draws = min(DRAWS, max(WORK // max(len(rows), 1), 10 * SCENARIOS))
    drawn = draw_jointly(rows, tied, whole=recipe.counts, draws=draws, seed=seed)
    return Together(rows, drawn, tied, assumption if recipe.goal == UNIQUE else None, given)
