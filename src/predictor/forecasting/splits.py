"""Ways of holding rows out: always in time, always by creator, never at random."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

Fold = tuple[np.ndarray, np.ndarray]  # positions to learn from, positions to be asked about


def newest(examples: pd.DataFrame, counted: np.ndarray, share: float = 0.2) -> Fold:
    """Ask about everything since the newest `share` of the `counted` rows began; learn from what was known by then."""
    moments = np.sort(examples["at"].to_numpy()[counted])
    first = moments[int((1 - share) * len(moments))]
    return np.flatnonzero((examples["known_on"] <= first).to_numpy()), np.flatnonzero((examples["at"] >= first).to_numpy())


def between(examples: pd.DataFrame, start: float, stop: float) -> Fold:
    """Ask about the examples between two shares of the timeline; learn from what was known when the first was asked."""
    order = np.argsort(examples["at"].to_numpy(), kind="stable")
    asked = order[int(start * len(order)) : int(stop * len(order))]
    first = examples["at"].to_numpy()[asked].min()
    learned = np.flatnonzero((examples["known_on"] <= first).to_numpy())
    return learned, asked


def time_forward(examples: pd.DataFrame, cuts: tuple[float, ...] = (0.4, 0.6, 0.8, 1.0), least: int = 15) -> list[Fold]:
    """Folds that walk forward through time; those with too little past to learn from are left out."""
    if len(examples) < least:
        return []
    folds = (between(examples, start, stop) for start, stop in zip(cuts, cuts[1:], strict=False))
    return [(learned, asked) for learned, asked in folds if len(learned) >= least and len(asked) >= 5]


def sample_creators(examples: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """All rows of creators drawn at random until they have `most` rows or more; everything where there is no more."""
    if len(examples) <= most:
        return examples
    counts = examples.groupby("creator_id").size()
    drawn = counts.iloc[np.random.default_rng(seed).permutation(len(counts))]
    return examples[examples["creator_id"].isin(drawn.index[drawn.cumsum() - drawn < most])].reset_index(drop=True)


def by_creator(examples: pd.DataFrame, seed: int, parts: int = 5) -> Iterator[Fold]:
    """Folds in which the creators asked about were never learned from."""
    creators = pd.Series(examples["creator_id"].unique()).sort_values(ignore_index=True)
    shuffled = np.random.default_rng(seed).permutation(len(creators))
    part_of = dict(zip(creators, shuffled % parts, strict=True))
    part = examples["creator_id"].map(part_of).to_numpy()
    for held_out in range(min(parts, len(creators))):
        yield np.flatnonzero(part != held_out), np.flatnonzero(part == held_out)
